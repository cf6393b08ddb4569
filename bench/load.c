// The load generator: M receivers and one publisher in one epoll loop, in C so that it is never the limit. It speaks the
// four protocols that are compared, does the same work over each, and checks every message: each receiver has to get
// each one once, in order and byte for byte. It prints one JSON object for each step and stops at the first fault.
//
//   load PROTOCOL PORT SERVER_PID RECEIVERS WINDOW SECONDS STEP...    steps run one after the other, on the same seats
//   load startup PORT PROGRAM ARGS...                                 time until PROGRAM listens on PORT
//
// Protocols: rank, redis, nats, raw. Steps: seat, idle, pipelined, closed, gathered:IN_FLIGHT, stall:RECEIVERS,
// evict:RECEIVERS, promotion:TIMES (the last one: it uses up the publisher).
//
// It takes the second processor for itself and moves the server's main thread to the first: where the kernel puts two
// processes that wake each other, on one core or on two, changes from second to second, and results with it by a factor
// of three. LOAD_UNPINNED=1 leaves the placement to the kernel.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARK "#load#"
#define MARK_BYTES 6
#define DIGITS 16
#define PAYLOAD_BYTES 100
// Until slow receivers are closed: the kernel keeps megabytes for each, which have to be filled first.
#define LARGE_PAYLOAD_BYTES 1000
// Of receivers that are to be closed as slow. With the usual ones the kernel alone keeps 4 MB for each.
#define SMALL_RECEIVE_BUFFER 8192
#define REPLY "{\"code\":0}"
// More messages than any window holds: a slot is free again before its turn comes.
#define RING 16384
#define MAX_FRAME 65536
#define READ_BYTES (256 * 1024)
// Connections under way at once: fewer than any server's backlog, so that none waits a second for its second try.
#define CONNECTING 64
#define SILENCE_MS 10000
// How long one process may take altogether; the caller has its own, longer patience.
#define LIFE_S 150
#define WARM_UP 0.3
#define STALL_TURNS 4
#define EVICTION_PATIENCE_S 40
#define MAX_SAMPLES 4000000

enum protocol { RANK, REDIS, NATS, RAW };

struct conn {
  int fd;
  bool is_ready, is_publisher, wants_write;
  bool is_spare;            // nobody waits for it: it is to stop reading later
  uint64_t seen;            // the last message it got
  long rank;                // as the server told it
  char *tail;               // the unfinished frame of the last read
  size_t tail_bytes;
  char *out;                // what the socket did not take yet
  size_t out_bytes, out_room;
};

static enum protocol protocol;
static const char *protocol_name;
static int port, poll_fd, receivers, active;
static pid_t server;
static uint64_t window;
static double seconds;
static struct conn *all;    // the publisher, then the receivers
static bool has_small_buffers;             // those of the spares
static char *buffer;

static uint64_t sent, complete;               // message numbers; complete: everybody active has it
static uint32_t arrived[RING];
static char digits[RING][DIGITS + 1];
static uint64_t deliveries;
static int payload_bytes = PAYLOAD_BYTES;

// All receivers of a message get the same bytes, but for its number: learnt from one, asserted for the rest.
static char template[MAX_FRAME];
static size_t template_bytes, number_at;

static bool is_answering;                     // receivers answer what they get
static uint32_t answers[RING];
static uint64_t runs_done;
static double began[RING];
static double *samples;
static size_t sample_count;
static bool is_sampling;
static long ready_count, promoted_count;
static char first_frame[400];

static void fail(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fprintf(stderr, "load (%s, %d receivers): ", protocol_name ? protocol_name : "?", receivers);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

// ---- What things cost

static double own_cpu(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double server_cpu(void) {
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(server, &clock) != 0 || clock_gettime(clock, &t) != 0) fail("the server has ended");
  return t.tv_sec + t.tv_nsec / 1e9;
}

static long server_resident_kb(void) {
  char path[64], line[256];
  long kb = -1;
  snprintf(path, sizeof path, "/proc/%d/status", server);
  FILE *file = fopen(path, "r");
  if (!file) fail("the server has ended");
  while (fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kb);
  fclose(file);
  return kb;
}

// How often the server's log (LOAD_LOG) says that it closed somebody as slow (LOAD_SLOW_WORDS). Its descriptors would
// tell less: some servers keep one until the data in the kernel has gone.
static int closed_as_slow(void) {
  const char *path = getenv("LOAD_LOG"), *words = getenv("LOAD_SLOW_WORDS");
  FILE *file = path && words ? fopen(path, "r") : NULL;
  char line[1024];
  int count = 0;
  if (!file) return 0;
  while (fgets(line, sizeof line, file)) count += strstr(line, words) != NULL;
  fclose(file);
  return count;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double percentile_us(double p) {
  return sample_count == 0 ? 0 : samples[(size_t)(p * (sample_count - 1))] * 1e6;
}

// ---- Connections

static void watch(struct conn *c, bool is_new) {
  struct epoll_event event = { .events = EPOLLIN | (c->wants_write ? EPOLLOUT : 0), .data.ptr = c };
  if (epoll_ctl(poll_fd, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &event) < 0) fail("epoll: %m");
}

static void flush(struct conn *c) {
  size_t at = 0;
  while (at < c->out_bytes) {
    ssize_t n = send(c->fd, c->out + at, c->out_bytes - at, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) fail("cannot send: %m");
    at += n;
  }
  memmove(c->out, c->out + at, c->out_bytes - at);
  c->out_bytes -= at;
  if (c->wants_write != (c->out_bytes > 0)) {
    c->wants_write = c->out_bytes > 0;
    watch(c, false);
  }
}

static void put(struct conn *c, const char *bytes, size_t count) {
  if (c->out_bytes + count > c->out_room) {
    c->out_room = 2 * (c->out_bytes + count);
    c->out = realloc(c->out, c->out_room);
  }
  memcpy(c->out + c->out_bytes, bytes, count);
  c->out_bytes += count;
}

static void put_text(struct conn *c, const char *text) { put(c, text, strlen(text)); }

static void begin_connecting(struct conn *c) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
  int yes = 1;
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("cannot open a socket: %m");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (c->is_spare && has_small_buffers) {
    int small = SMALL_RECEIVE_BUFFER;
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  }
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    fail("cannot connect: %m");
  }
  c->is_publisher = c == all;
  c->wants_write = protocol != RAW && protocol != RANK;
  if (protocol == REDIS) put_text(c, c->is_publisher ? "PING\r\n" : "SUBSCRIBE c\r\n");
  watch(c, true);
}

// ---- Frames

// The length of the first frame, its end included; 0 while it is unfinished.
static size_t line_bytes(const char *at, size_t bytes) {
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

static size_t frame_bytes(const char *at, size_t bytes) {
  switch (protocol) {
    case REDIS: return redis_bytes(at, bytes);
    case NATS: return nats_bytes(at, bytes);
    default: return line_bytes(at, bytes);
  }
}

static bool begins(const char *at, size_t bytes, const char *with) {
  size_t length = strlen(with);
  return bytes >= length && memcmp(at, with, length) == 0;
}

static long number_after(const char *at, size_t bytes, const char *key) {
  const char *found = memmem(at, bytes, key, strlen(key));
  return found ? strtol(found + strlen(key), NULL, 10) : -1;
}

static void became_ready(struct conn *c) {
  if (!c->is_ready) ready_count++;
  c->is_ready = true;
}

static void sample(uint64_t number) {
  if (is_sampling && sample_count < MAX_SAMPLES) samples[sample_count++] = now() - began[number % RING];
}

static void got(struct conn *c) {
  uint64_t number = ++c->seen;
  if (c->is_spare) return;
  deliveries++;
  if (++arrived[number % RING] == (uint32_t)active) {
    arrived[number % RING] = 0;
    complete = number;
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
  if (first_frame[0] == 0) snprintf(first_frame, sizeof first_frame, "%.*s", (int)bytes, at);
  got(c);
}

static void got_rank_note(struct conn *c, const char *at, size_t bytes) {
  if (memmem(at, bytes, "\"method\":\"welcome\"", 18)) {
    c->rank = number_after(at, bytes, "\"rank\":");
    became_ready(c);
  } else if (memmem(at, bytes, "\"method\":\"promoted\"", 19)) {
    long rank = number_after(at, bytes, "\"rank\":");
    if (rank >= c->rank) fail("rank %ld was promoted to rank %ld", c->rank, rank);
    c->rank = rank;
    promoted_count++;
  } else if (begins(at, bytes, "{\"jsonrpc\":\"2.0\",\"id\":")) {
    if (number_after(at, bytes, "\"ok\":") != receivers) fail("a run ended as: %.*s", (int)(bytes < 300 ? bytes : 300), at);
    run_done(number_after(at, bytes, "\"id\":"));
  } else if (!memmem(at, bytes, "\"method\":\"result\"", 17)) {
    fail("the server said: %.*s", (int)bytes, at);
  }
}

static void got_nats_note(struct conn *c, const char *at, size_t bytes) {
  if (begins(at, bytes, "INFO")) {
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

static void read_some(struct conn *c) {
  memcpy(buffer, c->tail, c->tail_bytes);
  ssize_t n = recv(c->fd, buffer + c->tail_bytes, READ_BYTES, 0);
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
  if (c->out_bytes > 0) flush(c);
}

static void turn(void) {
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
    if (events[i].events & ~EPOLLOUT) read_some(c);
  }
}

// ---- Publishing

static void publish(bool wants_answers) {
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
      if (wants_answers) {
        snprintf(text, sizeof text,
                 "{\"jsonrpc\":\"2.0\",\"id\":%" PRIu64 ",\"method\":\"run\",\"params\":{\"command\":\"ping\",\"args\":[\"%s\"]}}\n",
                 number, payload);
      } else {
        snprintf(text, sizeof text,
                 "{\"jsonrpc\":\"2.0\",\"method\":\"run\",\"params\":{\"command\":\"ping\",\"args\":[\"%s\"]}}\n", payload);
      }
      break;
    case REDIS:
      snprintf(text, sizeof text, "*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$%d\r\n%s\r\n", payload_bytes, payload);
      break;
    case NATS:
      if (wants_answers) snprintf(text, sizeof text, "PUB c r.%" PRIu64 " %d\r\n%s\r\n", number, payload_bytes, payload);
      else snprintf(text, sizeof text, "PUB c %d\r\n%s\r\n", payload_bytes, payload);
      break;
    case RAW:
      snprintf(text, sizeof text, "%s\n", payload);
  }
  put_text(all, text);
}

// Keeps at most `window` messages on their way. A quarter of it at a time, so that the server has work while the
// receivers read, and nobody is measured by how it copes with crumbs.
static void publish_within_window(void) {
  uint64_t quarter = window < 4 ? 1 : window / 4;
  while (sent - complete + quarter <= window && all->out_bytes == 0) {
    for (uint64_t i = 0; i < quarter; i++) publish(false);
    flush(all);
  }
}

static void drain(void) {
  while (complete < sent) turn();
}

static void check_everybody(void) {
  for (int i = 1; i <= receivers; i++) {
    if (!all[i].is_spare && all[i].seen != sent) fail("receiver %d got %" PRIu64 " of %" PRIu64, i, all[i].seen, sent);
  }
}

struct flow { double seconds, server_cpu, own_cpu; uint64_t deliveries; };

static struct flow flow_for(double duration) {
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  uint64_t before = deliveries;
  while (now() - start < duration) {
    publish_within_window();
    turn();
  }
  return (struct flow){ now() - start, server_cpu() - server_start, own_cpu() - own_start, deliveries - before };
}

// ---- Steps

static void seat(void) {
  begin_connecting(all);
  while (ready_count < 1) turn();
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  for (int begun = 0; ready_count <= receivers;) {
    while (begun < receivers && begun + 1 - ready_count < CONNECTING) begin_connecting(&all[++begun]);
    turn();
  }
  double took = now() - start;
  printf("{\"step\":\"seat\",\"per_second\":%.1f,\"server_cpu_us\":%.2f,\"server_cpu\":%.3f,\"load_cpu\":%.3f}\n",
         receivers / took, (server_cpu() - server_start) / receivers * 1e6, (server_cpu() - server_start) / took,
         (own_cpu() - own_start) / took);
}

static void idle(long before_kb) {
  sleep(1);
  printf("{\"step\":\"idle\",\"bytes_per_client\":%.0f,\"before_kb\":%ld,\"after_kb\":%ld}\n",
         (server_resident_kb() - before_kb) * 1024.0 / (receivers + 1), before_kb, server_resident_kb());
}

static void print_flow(const char *step, struct flow f) {
  printf("{\"step\":\"%s\",\"per_second\":%.0f,\"server_cpu_us\":%.4f,\"server_cpu\":%.3f,\"load_cpu\":%.3f,"
         "\"frame_bytes\":%zu}\n", step, f.deliveries / f.seconds, f.server_cpu / f.deliveries * 1e6,
         f.server_cpu / f.seconds, f.own_cpu / f.seconds, template_bytes);
}

static void pipelined(void) {
  flow_for(WARM_UP);
  struct flow f = flow_for(seconds);
  drain();
  check_everybody();
  print_flow("pipelined", f);
}

static void closed_loop_for(double duration) {
  double start = now();
  while (now() - start < duration) {
    began[(sent + 1) % RING] = now();
    publish(false);
    flush(all);
    drain();
    sample(sent);
  }
}

static void closed(void) {
  closed_loop_for(WARM_UP);
  sample_count = 0;
  is_sampling = true;
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  uint64_t before = deliveries;
  closed_loop_for(seconds);
  double took = now() - start, cpu = server_cpu() - server_start;
  is_sampling = false;
  check_everybody();
  qsort(samples, sample_count, sizeof *samples, compare);
  printf("{\"step\":\"closed\",\"p50_us\":%.1f,\"p99_us\":%.1f,\"count\":%zu,\"server_cpu_us\":%.4f,\"server_cpu\":%.3f,"
         "\"load_cpu\":%.3f}\n", percentile_us(0.5), percentile_us(0.99), sample_count,
         cpu / (deliveries - before) * 1e6, cpu / took, (own_cpu() - own_start) / took);
}

static void gather_for(double duration, uint64_t in_flight, uint64_t first) {
  double start = now();
  while (now() - start < duration) {
    while (sent - first - runs_done < in_flight) {
      began[(sent + 1) % RING] = now();
      publish(true);
    }
    flush(all);
    turn();
  }
}

static void gathered(uint64_t in_flight) {
  is_answering = true;
  uint64_t first = sent;
  runs_done = 0;
  gather_for(WARM_UP, in_flight, first);
  sample_count = 0;
  is_sampling = true;
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  uint64_t before = runs_done;
  gather_for(seconds, in_flight, first);
  double took = now() - start, cpu = server_cpu() - server_start, own = own_cpu() - own_start;
  uint64_t done = runs_done - before;
  is_sampling = false;
  while (runs_done < sent - first) turn();
  check_everybody();
  is_answering = false;
  qsort(samples, sample_count, sizeof *samples, compare);
  printf("{\"step\":\"gathered:%" PRIu64 "\",\"per_second\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"server_cpu_us\":%.2f,"
         "\"server_cpu\":%.3f,\"load_cpu\":%.3f}\n", in_flight, done / took, percentile_us(0.5), percentile_us(0.99),
         cpu / done * 1e6, cpu / took, own / took);
}

static void let_spares_read(bool may_read) {
  for (int i = 1; i <= receivers; i++) {
    if (!all[i].is_spare) continue;
    if (may_read) watch(&all[i], true);
    else epoll_ctl(poll_fd, EPOLL_CTL_DEL, all[i].fd, NULL);
  }
}

static struct flow sum(struct flow a, struct flow b) {
  return (struct flow){ a.seconds + b.seconds, a.server_cpu + b.server_cpu, a.own_cpu + b.own_cpu,
                        a.deliveries + b.deliveries };
}

// Some receivers stop reading, and what the others get in the meantime is held against what they get while all read, in
// turns, so that what else happens on the machine is in both. `is_eviction`: they stop once and for all, and the load
// goes on until the server has closed them.
static void stall(int count, bool is_eviction) {
  struct flow before = { 0 }, after = { 0 };
  flow_for(WARM_UP);
  for (int turns = is_eviction ? 1 : STALL_TURNS, i = 0; i < turns; i++) {
    if (i > 0) let_spares_read(true);
    before = sum(before, flow_for(is_eviction ? seconds : seconds / 2));
    drain();
    let_spares_read(false);
    after = sum(after, flow_for(is_eviction ? seconds : seconds / 2));
    drain();
  }
  double start = now();
  int closed_count = closed_as_slow();
  drain();
  if (is_eviction) payload_bytes = LARGE_PAYLOAD_BYTES;
  while (is_eviction && closed_count < count && now() - start < EVICTION_PATIENCE_S) {
    flow_for(0.1);
    closed_count = closed_as_slow();
  }
  double took = now() - start + after.seconds;
  drain();
  check_everybody();
  printf("{\"step\":\"%s:%d\",\"ratio\":%.4f,\"per_second\":%.0f,\"closed\":%d,\"seconds\":%.2f}\n",
         is_eviction ? "evict" : "stall", count, (after.deliveries / after.seconds) / (before.deliveries / before.seconds), after.deliveries / after.seconds, closed_count, took);
}

// Whoever is rank 0 leaves; the time until the last of the others has been told its new rank.
static void promotion(int times) {
  sample_count = 0;
  double server_start = server_cpu();
  for (int i = 0; i < times; i++) {
    struct conn *first = NULL;
    for (int k = 0; k <= receivers; k++) if (all[k].fd >= 0 && all[k].rank == 0) first = &all[k];
    if (!first) fail("nobody is rank 0");
    promoted_count = 0;
    double start = now();
    close(first->fd);
    first->fd = -1;
    while (promoted_count < receivers - i) turn();
    samples[sample_count++] = now() - start;
  }
  double cpu = server_cpu() - server_start;
  qsort(samples, sample_count, sizeof *samples, compare);
  printf("{\"step\":\"promotion:%d\",\"p50_us\":%.1f,\"best_us\":%.1f,\"server_cpu_us\":%.3f}\n", times, percentile_us(0.5),
         percentile_us(0), cpu / times / receivers * 1e6);
}

// ---- Start-up of a server

static bool is_listening(void) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bool is = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  close(fd);
  return is;
}

static void start_up(char **program) {
  double start = now();
  pid_t child = fork();
  if (child == 0) {
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, 0), dup2(nowhere, 1), dup2(nowhere, 2);
    execvp(program[0], program);
    _exit(127);
  }
  bool is = false;
  while (!(is = is_listening()) && now() - start < 10) usleep(300);
  double took = now() - start;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  if (!is) fail("%s does not listen", program[0]);
  printf("{\"step\":\"startup\",\"ms\":%.2f}\n", took * 1e3);
}

// ---- The command line

// Those that will stop reading, spread over the roster.
static void choose_spares(const char *step) {
  bool is_eviction = strncmp(step, "evict:", 6) == 0;
  if (!is_eviction && strncmp(step, "stall:", 6) != 0) return;
  int count = atoi(step + 6);
  for (int i = 1; i <= count; i++) all[1 + (long)i * receivers / (count + 1)].is_spare = true;
  has_small_buffers = is_eviction;
  active = receivers - count;
}

// Servers keep their other threads free: collectors and I/O threads may use both processors.
static void pin(void) {
  if (getenv("LOAD_UNPINNED") || sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
  cpu_set_t first, second;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  CPU_ZERO(&second);
  CPU_SET(1, &second);
  sched_setaffinity(server, sizeof first, &first);
  sched_setaffinity(0, sizeof second, &second);
}

static enum protocol to_protocol(const char *name) {
  const char *names[] = { "rank", "redis", "nats", "raw" };
  for (int i = 0; i < 4; i++) if (strcmp(name, names[i]) == 0) return (enum protocol)i;
  fail("there is no protocol %s", name);
  return RAW;
}

static void run_step(const char *step, long before_kb) {
  const char *colon = strchr(step, ':');
  int argument = colon ? atoi(colon + 1) : 1;
  if (begins(step, strlen(step), "seat")) seat();
  else if (begins(step, strlen(step), "idle")) idle(before_kb);
  else if (begins(step, strlen(step), "pipelined")) pipelined();
  else if (begins(step, strlen(step), "closed")) closed();
  else if (begins(step, strlen(step), "gathered")) gathered(argument);
  else if (begins(step, strlen(step), "stall")) stall(argument, false);
  else if (begins(step, strlen(step), "evict")) stall(argument, true);
  else if (begins(step, strlen(step), "promotion")) promotion(argument);
  else fail("there is no step %s", step);
  fflush(stdout);
}

// A reset leaves nothing behind: no port waits a minute for late packets.
static void reset_everything(void) {
  struct linger at_once = { 1, 0 };
  for (int i = 0; i <= receivers; i++) {
    if (all[i].fd >= 0) setsockopt(all[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
}

int main(int argc, char **argv) {
  alarm(LIFE_S);
  if (argc >= 4 && strcmp(argv[1], "startup") == 0) {
    protocol_name = "startup";
    port = atoi(argv[2]);
    start_up(argv + 3);
    return 0;
  }
  if (argc < 8) {
    fprintf(stderr, "usage: load PROTOCOL PORT SERVER_PID RECEIVERS WINDOW SECONDS STEP...\n");
    return 2;
  }
  protocol_name = argv[1];
  protocol = to_protocol(protocol_name);
  port = atoi(argv[2]);
  server = atoi(argv[3]);
  receivers = atoi(argv[4]);
  window = strtoull(argv[5], NULL, 10);
  seconds = atof(argv[6]);
  if (window < 1 || window >= RING / 2) fail("a window of 1 to %d", RING / 2 - 1);
  pin();
  poll_fd = epoll_create1(0);
  all = calloc(receivers + 1, sizeof *all);
  for (int i = 0; i <= receivers; i++) all[i].fd = -1;
  buffer = malloc(READ_BYTES + MAX_FRAME);
  samples = malloc(MAX_SAMPLES * sizeof *samples);
  active = receivers;
  for (int i = 7; i < argc; i++) choose_spares(argv[i]);
  long before_kb = server_resident_kb();
  for (int i = 7; i < argc; i++) run_step(argv[i], before_kb);
  reset_everything();
  return 0;
}
