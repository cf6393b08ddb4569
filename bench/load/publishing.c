// What goes out: messages, at most a window of them under way.

#include "load.h"

static void put_run(char *text, size_t room, uint64_t number, const char *payload, const char *results) {
  char which[40] = "", id[40] = "";
  if (results) snprintf(id, sizeof id, "\"id\":%" PRIu64 ",", number);
  if (results && *results) snprintf(which, sizeof which, ",\"results\":\"%s\"", results);
  snprintf(text, room,
           "{\"jsonrpc\":\"2.0\",%s\"method\":\"run\",\"params\":{\"command\":\"ping\",\"args\":[\"%s\"]%s}}\n",
           id, payload, which);
}

void publish(const char *results) {
  char payload[LARGE_PAYLOAD_BYTES + 1], text[LARGE_PAYLOAD_BYTES + 200];
  uint64_t number = ++sent;
  char *slot = digits[number % RING];
  snprintf(slot, DIGITS + 1, "%0*" PRIu64, DIGITS, number);
  memset(payload, 'x', payload_bytes);
  payload[payload_bytes] = 0;
  memcpy(payload, MARK, MARK_BYTES);
  memcpy(payload + MARK_BYTES, slot, DIGITS);
  switch (protocol) {
    case RANK:
      put_run(text, sizeof text, number, payload, results);
      break;
    case REDIS:
      snprintf(text, sizeof text, "*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$%d\r\n%s\r\n", payload_bytes, payload);
      break;
    case NATS:
      if (results) snprintf(text, sizeof text, "PUB c r.%" PRIu64 " %d\r\n%s\r\n", number, payload_bytes, payload);
      else snprintf(text, sizeof text, "PUB c %d\r\n%s\r\n", payload_bytes, payload);
      break;
    case RAW:
      snprintf(text, sizeof text, "%s\n", payload);
  }
  put_text(all, text);
}

// Keeps at most `window` messages on their way. A quarter of it at a time, so that the server has work while the
// receivers read, and nobody is measured by how it copes with crumbs.
void publish_within_window(void) {
  uint64_t quarter = window < 4 ? 1 : window / 4;
  while (sent - complete + quarter <= window && all->out_bytes == 0) {
    for (uint64_t i = 0; i < quarter; i++) publish(NULL);
    flush(all);
  }
}

void drain(void) {
  while (complete < sent) turn();
}

void check_everybody(void) {
  for (int i = 1; i <= receivers; i++) {
    if (!all[i].is_spare && all[i].seen != sent) fail("receiver %d got %" PRIu64 " of %" PRIu64, i, all[i].seen, sent);
  }
}
