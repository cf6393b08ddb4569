// Where a message of each protocol ends.

#include "load.h"

// The length of the first frame, its end included; 0 while it is unfinished.
size_t line_bytes(const char *at, size_t bytes) {
  const char *end = memchr(at, '\n', bytes);
  return end ? (size_t)(end - at + 1) : 0;
}

static size_t redis_bytes(const char *at, size_t bytes) {
  size_t line = line_bytes(at, bytes);
  if (line == 0) return 0;
  if (*at == '$') {
    size_t whole = line + strtoul(at + 1, NULL, 10) + 2;
    return whole <= bytes ? whole : 0;
  }
  if (*at != '*') return line;
  size_t total = line;
  for (long left = strtol(at + 1, NULL, 10); left > 0; left--) {
    size_t item = redis_bytes(at + total, bytes - total);
    if (item == 0) return 0;
    total += item;
  }
  return total;
}

static size_t nats_bytes(const char *at, size_t bytes) {
  size_t line = line_bytes(at, bytes);
  if (line == 0 || bytes < 4 || memcmp(at, "MSG ", 4) != 0) return line;
  const char *size = memrchr(at, ' ', line);
  size_t whole = line + strtoul(size + 1, NULL, 10) + 2;
  return whole <= bytes ? whole : 0;
}

size_t frame_bytes(const char *at, size_t bytes) {
  switch (protocol) {
    case REDIS: return redis_bytes(at, bytes);
    case NATS: return nats_bytes(at, bytes);
    default: return line_bytes(at, bytes);
  }
}

bool begins(const char *at, size_t bytes, const char *with) {
  size_t length = strlen(with);
  return bytes >= length && memcmp(at, with, length) == 0;
}

long number_after(const char *at, size_t bytes, const char *key) {
  const char *found = memmem(at, bytes, key, strlen(key));
  return found ? strtol(found + strlen(key), NULL, 10) : -1;
}
