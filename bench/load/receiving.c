// What comes in: each receiver has to get each message once, in order and byte for byte.

#include "load.h"

static char buffer[READ_BYTES + MAX_FRAME];
static uint32_t arrived[RING], answers[RING];

// All receivers of a message get the same bytes, but for its number: learnt from one, asserted for the rest.
static char template[MAX_FRAME];
static size_t number_at;

static void sample_since(double start) {
  if (is_sampling && sample_count < MAX_SAMPLES) samples[sample_count++] = now() - start;
}

void sample(uint64_t number) { sample_since(began[number % RING]); }

static void became_ready(struct conn *c) {
  pongs++;
  if (c->is_ready) return;
  ready_count++;
  c->is_ready = true;
  sample_since(c->began);
}

static void got(struct conn *c) {
  uint64_t number = ++c->seen;
  if (c->is_spare) return;
  deliveries++;
  if (++arrived[number % RING] == (uint32_t)active) {
    arrived[number % RING] = 0;
    note_complete(number);
  }
}

static void run_done(uint64_t number) {
  runs_done++;
  sample(number);
}

static void answer(struct conn *c, const char *at, size_t bytes, uint64_t number) {
  char text[160];
  if (protocol == RANK) {
    long id = number_after(at, bytes, "\"id\":");
    if (id < 0) fail("a command that wants an answer came without an id");
    snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":" REPLY "}\n", id);
  } else {
    snprintf(text, sizeof text, "PUB r.%" PRIu64 " %zu\r\n" REPLY "\r\n", number, strlen(REPLY));
  }
  put_text(c, text);
}

static void got_message(struct conn *c, const char *at, size_t bytes, const char *mark) {
  const char *text = mark + MARK_BYTES;
  uint64_t number = strtoull(text, NULL, 10);
  if (number != c->seen + 1) {
    fail("receiver %ld got message %" PRIu64 " after %" PRIu64, (long)(c - all), number, c->seen);
  }
  for (int i = MARK_BYTES + DIGITS; i < payload_bytes; i++) {
    if (mark[i] != 'x') fail("a message came damaged");
  }
  if (is_answering) {
    answer(c, at, bytes, number);
  } else {
    memcpy(template, at, bytes);
    template_bytes = bytes;
    number_at = text - at;
  }
  got(c);
}

static void got_rank_note(struct conn *c, const char *at, size_t bytes) {
  if (memmem(at, bytes, "\"method\":\"welcome\"", 18)) {
    c->rank = number_after(at, bytes, "\"rank\":");
    c->capacity = number_after(at, bytes, "\"capacity\":");
    c->is_misplaced = wanted_capacity != 0 && c->capacity != wanted_capacity;
    if (!c->is_misplaced) became_ready(c);
  } else if (memmem(at, bytes, "\"method\":\"promoted\"", 19)) {
    long rank = number_after(at, bytes, "\"rank\":");
    if (rank >= c->rank) fail("rank %ld was promoted to rank %ld", c->rank, rank);
    c->rank = rank;
    promoted_count++;
  } else if (begins(at, bytes, "{\"jsonrpc\":\"2.0\",\"id\":")) {
    if (is_pinging) {
      pongs++;
      return;
    }
    if (number_after(at, bytes, "\"ok\":") != receivers) fail("a run ended as: %.*s", (int)(bytes < 300 ? bytes : 300), at);
    run_done(number_after(at, bytes, "\"id\":"));
  } else if (!memmem(at, bytes, "\"method\":\"result\"", 17)) {
    fail("the server said: %.*s", (int)bytes, at);
  }
}

static void got_nats_note(struct conn *c, const char *at, size_t bytes) {
  if (begins(at, bytes, "INFO")) {
    if (c->is_ready) return;  // news of the server
    if (has_tls()) begin_tls(c);
    put_text(c, "CONNECT {\"verbose\":false}\r\n");
    put_text(c, c->is_publisher ? "SUB r.* 2\r\n" : "SUB c 1\r\n");
    put_text(c, "PING\r\n");
  } else if (begins(at, bytes, "PONG")) {
    became_ready(c);
  } else if (begins(at, bytes, "PING")) {
    put_text(c, "PONG\r\n");
  } else if (begins(at, bytes, "MSG r.")) {
    uint64_t number = strtoull(at + 6, NULL, 10);
    if (++answers[number % RING] == (uint32_t)receivers) {
      answers[number % RING] = 0;
      run_done(number);
    }
  } else {
    fail("the server said: %.*s", (int)bytes, at);
  }
}

static void got_frame(struct conn *c, const char *at, size_t bytes) {
  const char *mark = memmem(at, bytes, MARK, MARK_BYTES);
  if (mark) return got_message(c, at, bytes, mark);
  switch (protocol) {
    case RANK: return got_rank_note(c, at, bytes);
    case NATS: return got_nats_note(c, at, bytes);
    case REDIS:
      if (*at == '-') fail("the server said: %.*s", (int)bytes, at);
      if (*at != ':') became_ready(c);  // a number is the answer to PUBLISH
      return;
    case RAW: return became_ready(c);
  }
}

static bool is_next(const struct conn *c, const char *at, size_t bytes) {
  size_t rest = number_at + DIGITS;
  return template_bytes > 0 && bytes >= template_bytes && !is_answering && c->seen < sent &&
         memcmp(at + number_at, digits[(c->seen + 1) % RING], DIGITS) == 0 && memcmp(at, template, number_at) == 0 &&
         memcmp(at + rest, template + rest, template_bytes - rest) == 0;
}

// Each message takes as many bytes as the one before. A byte too many or too few shows when it is read again.
static void count_some(struct conn *c) {
  ssize_t n = skip(c);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) fail("the server closed connection %ld: %s", (long)(c - all), n < 0 ? strerror(errno) : "end of stream");
  for (c->counted_bytes += n; c->counted_bytes >= template_bytes; c->counted_bytes -= template_bytes) got(c);
}

static void read_some(struct conn *c) {
  if (c->is_signal) return clear_signal(c);
  if (is_only_counted(c)) return count_some(c);
  if (!is_tls_open(c)) return;
  memcpy(buffer, c->tail, c->tail_bytes);
  ssize_t n = receive(c, buffer + c->tail_bytes, READ_BYTES);
  // A handshake may just have ended, for which something had to wait.
  if (n < 0 && errno == EAGAIN && c->out_bytes > 0) return flush(c);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) fail("the server closed connection %ld: %s", (long)(c - all), n < 0 ? strerror(errno) : "end of stream");
  size_t total = c->tail_bytes + n, at = 0;
  while (at < total) {
    if (is_next(c, buffer + at, total - at)) {
      got(c);
      at += template_bytes;
      continue;
    }
    size_t bytes = frame_bytes(buffer + at, total - at);
    if (bytes == 0) break;
    got_frame(c, buffer + at, bytes);
    at += bytes;
  }
  c->tail_bytes = total - at;
  if (c->tail_bytes > MAX_FRAME) fail("a frame of more than %d bytes", MAX_FRAME);
  if (c->tail_bytes > 0) {
    c->tail = realloc(c->tail, c->tail_bytes);
    memcpy(c->tail, buffer + at, c->tail_bytes);
  }
  if (c->is_misplaced) return connect_again(c);
  if (c->out_bytes > 0) flush(c);
}

void turn(void) {
  static struct epoll_event events[1024];
  int count = epoll_wait(poll_fd, events, 1024, SILENCE_MS);
  if (count < 0 && errno != EINTR) fail("epoll: %m");
  if (count == 0) {
    fail("nothing came for %d s; sent %" PRIu64 ", complete %" PRIu64 ", ready %ld", SILENCE_MS / 1000, sent, complete,
         ready_count);
  }
  for (int i = 0; i < count; i++) {
    struct conn *c = events[i].data.ptr;
    if (c->fd < 0) continue;
    if (events[i].events & EPOLLOUT) flush(c);
    if (events[i].events & ~EPOLLOUT) {
      do read_some(c);
      while (has_more(c));
    }
  }
}
