// The load generator: M receivers and one publisher in one epoll loop, in C so that it is never the limit. It speaks the
// four protocols that are compared, does the same work over each, and checks every message: each receiver has to get
// each one once, in order and byte for byte. It prints one JSON object for each step and stops at the first fault.
//
//   load PROTOCOL PORT SERVER_PID RECEIVERS WINDOW SECONDS STEP...    steps run one after the other, on the same seats;
//                                                                     PORT and SERVER_PID of several servers: 6001,6002
//   load startup PORT PROGRAM ARGS...                                 time until PROGRAM listens on PORT
//   load timed PROGRAM ARGS...                                        PROGRAM reports its own times
//
// Protocols: rank, redis, nats, raw. Steps, each in a file of its own: seat, joins:AT_ONCE, idle, frame,
// pipelined[:PAYLOAD], closed[:PAYLOAD], gathered:IN_FLIGHT[:RESULTS], stall:RECEIVERS, evict:RECEIVERS,
// fairness:FLOODERS, spread:PROCESSES, at:SECONDS_SINCE_1970, promotion:TIMES or counted:SHIFT (the last one: it
// uses up the publisher or the receivers).
//
// LOAD_CA=FILE: over TLS, with a certificate of that authority. LOAD_CAPACITY=N: only on a server with so many seats;
// connections that reach another process on the port are tried again. LOAD_BROKERS=PID,...: what carries messages between
// the servers, and is paid for too.
//
// It takes the second processor for itself and moves the server's main thread to the first: where the kernel puts two
// processes that wake each other, on one core or on two, changes from second to second, and results with it by a factor
// of three. LOAD_UNPINNED=1 leaves the placement to the kernel.

#include "load.h"
#include <sched.h>
#include <sys/resource.h>

// How long one process may take altogether; the caller has its own, longer patience.
#define LIFE_S 150

enum protocol protocol;
const char *protocol_name, *step_name;
int poll_fd, receivers, active;
int ports[MAX_SERVERS], port_count;
pid_t servers[MAX_SERVERS], brokers[MAX_SERVERS];
int server_count, broker_count;
uint64_t window;
double seconds;
struct conn *all;
bool has_small_buffers;
long wanted_capacity;

uint64_t sent, complete;
char digits[RING][DIGITS + 1];
uint64_t deliveries;
int payload_bytes = PAYLOAD_BYTES;
size_t template_bytes;

bool is_answering, is_flooding, is_pinging, is_sampling;
uint64_t runs_done, pongs;
double began[RING];
double *samples;
size_t sample_count;
long ready_count, promoted_count;

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
  sched_setaffinity(servers[0], sizeof first, &first);
  sched_setaffinity(0, sizeof second, &second);
}

static enum protocol to_protocol(const char *name) {
  const char *names[] = { "rank", "redis", "nats", "raw" };
  for (int i = 0; i < 4; i++) if (strcmp(name, names[i]) == 0) return (enum protocol)i;
  fail("there is no protocol %s", name);
  return RAW;
}

// "6001,6002"
static int read_numbers(const char *text, int *numbers) {
  int count = 0;
  for (const char *at = text; at; at = strchr(at, ',')) {
    if (*at == ',') at++;
    if (count == MAX_SERVERS) fail("at most %d servers", MAX_SERVERS);
    numbers[count++] = atoi(at);
  }
  return count;
}

// "pipelined:137" is the step pipelined with the argument 137. Steps with a payload have the usual one without it.
static void run_step(const char *step, long before_kb) {
  const char *colon = strchr(step, ':'), *second = colon ? strchr(colon + 1, ':') : NULL;
  size_t length = colon ? (size_t)(colon - step) : strlen(step);
  int argument = colon ? atoi(colon + 1) : 1;
  char name[20];
  step_name = step;
  snprintf(name, sizeof name, "%.*s", (int)length, step);
  payload_bytes = colon && (strcmp(name, "pipelined") == 0 || strcmp(name, "closed") == 0) ? argument : PAYLOAD_BYTES;
  if (payload_bytes < MARK_BYTES + DIGITS || payload_bytes > LARGE_PAYLOAD_BYTES) fail("no payload has %d bytes", payload_bytes);
  if (strcmp(name, "seat") == 0) seat();
  else if (strcmp(name, "joins") == 0) joins(argument);
  else if (strcmp(name, "idle") == 0) idle(before_kb);
  else if (strcmp(name, "frame") == 0) frame();
  else if (strcmp(name, "pipelined") == 0) pipelined();
  else if (strcmp(name, "closed") == 0) closed();
  else if (strcmp(name, "counted") == 0) counted(argument);
  else if (strcmp(name, "gathered") == 0) gathered(argument, second ? second + 1 : "");
  else if (strcmp(name, "stall") == 0) stall(argument, false);
  else if (strcmp(name, "evict") == 0) stall(argument, true);
  else if (strcmp(name, "fairness") == 0) fairness(argument);
  else if (strcmp(name, "spread") == 0) spread(argument);
  else if (strcmp(name, "at") == 0) wait_until(colon ? atof(colon + 1) : 0);
  else if (strcmp(name, "promotion") == 0) promotion(argument);
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
    read_numbers(argv[2], ports);
    start_up(argv + 3);
    return 0;
  }
  if (argc >= 3 && strcmp(argv[1], "timed") == 0) {
    protocol_name = "timed";
    start_timed(argv + 2);
    return 0;
  }
  if (argc < 8) {
    fprintf(stderr, "usage: load PROTOCOL PORT SERVER_PID RECEIVERS WINDOW SECONDS STEP...\n");
    return 2;
  }
  protocol_name = argv[1];
  protocol = to_protocol(protocol_name);
  port_count = read_numbers(argv[2], ports);
  server_count = read_numbers(argv[3], servers);
  if (getenv("LOAD_BROKERS")) broker_count = read_numbers(getenv("LOAD_BROKERS"), brokers);
  receivers = atoi(argv[4]);
  window = strtoull(argv[5], NULL, 10);
  seconds = atof(argv[6]);
  if (window < 1 || window >= RING / 2) fail("a window of 1 to %d", RING / 2 - 1);
  if (getenv("LOAD_CAPACITY")) wanted_capacity = atol(getenv("LOAD_CAPACITY"));
  pin();
  poll_fd = epoll_create1(0);
  all = calloc(receivers + 1, sizeof *all);
  for (int i = 0; i <= receivers; i++) all[i].fd = -1;
  samples = malloc(MAX_SAMPLES * sizeof *samples);
  active = receivers;
  for (int i = 7; i < argc; i++) choose_spares(argv[i]);
  long before_kb = server_resident_kb();
  for (int i = 7; i < argc; i++) run_step(argv[i], before_kb);
  reset_everything();
  return 0;
}
