// Step counted: as step pipelined, with as little work for the receivers as can be, so that several servers find processors
// that are free. Most receivers only count their bytes. A server sends all of them the same, so some are read as usual; and
// the last message is read by everybody: a byte too many or too few would show there.
//
// The receivers of each server have a process of their own; the first one has the publisher too. A server and its receivers
// get the same processor, or with a shift of 1 one after the other. LOAD_UNPINNED=1 leaves that to the kernel.

#include "load.h"
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

// Of the receivers at one server, one is read as usual.
#define COUNTED_PER_READ 50
// What the servers may take to tell each other of the last seats.
#define SETTLE_US 300000

// What the processes tell each other.
static volatile struct {
  uint64_t complete[MAX_SERVERS], deliveries[MAX_SERVERS];
  bool is_counting;
  uint64_t last;  // after this message, the other processes end; 0: not known yet
} *shared;
static int own;  // the number of this process
static struct conn signals;

void note_complete(uint64_t number) {
  if (!shared) {
    complete = number;
    return;
  }
  shared->complete[own] = number;
  complete = number;
  for (int i = 0; own == 0 && i < port_count; i++) if (shared->complete[i] < complete) complete = shared->complete[i];
}

void clear_signal(struct conn *c) {
  uint64_t count;
  if (read(c->fd, &count, sizeof count) < 0 && errno != EAGAIN) fail("cannot hear of the others: %m");
  note_complete(shared->complete[0]);
}

bool is_only_counted(const struct conn *c) { return c->is_counted && shared && shared->is_counting; }

static int server_of(const struct conn *c) { return (c - all) % port_count; }

static void place_process(pid_t process, int number) {
  cpu_set_t processor;
  CPU_ZERO(&processor);
  CPU_SET(number % sysconf(_SC_NPROCESSORS_ONLN), &processor);
  sched_setaffinity(process, sizeof processor, &processor);
}

static void place(int shift) {
  if (getenv("LOAD_UNPINNED")) return;
  place_process(servers[own], own);
  place_process(0, own + shift);
}

// Leaves this process the receivers of one server.
static void keep_own(void) {
  int before = poll_fd;
  active = 0;
  poll_fd = epoll_create1(0);
  for (int i = own == 0 ? 0 : 1; i <= receivers; i++) {
    struct conn *c = &all[i];
    if (i > 0 && server_of(c) != own) continue;
    if (i > 0) active++;
    epoll_ctl(before, EPOLL_CTL_DEL, c->fd, NULL);
    watch(c, true);
  }
}

static void check_own(void) {
  for (int i = 1; i <= receivers; i++) {
    bool is_own = server_of(&all[i]) == own;
    if (is_own && all[i].seen != sent) fail("receiver %d got %" PRIu64 " of %" PRIu64, i, all[i].seen, sent);
  }
}

// One of the other processes.
static void receive_until_last(void) {
  const uint64_t one = 1;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Any number may come: this process does not know what has been sent.
  sent = UINT64_MAX;
  while (shared->last == 0 || shared->complete[own] < shared->last) {
    uint64_t before = shared->complete[own];
    turn();
    shared->deliveries[own] = deliveries;
    if (shared->complete[own] == before) continue;
    if (write(signals.fd, &one, sizeof one) < 0) fail("cannot tell the others: %m");
  }
  sent = shared->last;
  check_own();
  exit(0);
}

static void publish_one(void) {
  publish(NULL);
  flush(all);
  drain();
}

static uint64_t all_deliveries(void) {
  uint64_t sum = deliveries;
  for (int i = 1; i < port_count; i++) sum += shared->deliveries[i];
  return sum;
}

struct reading { double at, servers[MAX_SERVERS], broker, load; uint64_t deliveries; };

static struct reading take_reading(const pid_t *others) {
  struct reading r = { .at = now(), .broker = broker_cpu(), .load = own_cpu(), .deliveries = all_deliveries() };
  for (int i = 0; i < server_count; i++) r.servers[i] = cpu_of(servers[i]);
  for (int i = 1; i < port_count; i++) r.load += cpu_of(others[i]);
  return r;
}

static void print_counted(struct reading before, struct reading after) {
  double took = after.at - before.at, sum = 0, busiest = 0, broker = after.broker - before.broker;
  uint64_t count = after.deliveries - before.deliveries;
  for (int i = 0; i < server_count; i++) {
    double cpu = after.servers[i] - before.servers[i];
    sum += cpu;
    if (cpu > busiest) busiest = cpu;
  }
  printf("{\"step\":\"%s\",\"per_second\":%.0f,\"server_cpu_us\":%.4f,\"busiest_cpu_us\":%.4f,\"broker_cpu_us\":%.4f,"
         "\"server_cpu\":%.3f,\"broker_cpu\":%.3f,\"load_cpu\":%.3f}\n", step_name, count / took, sum / count * 1e6,
         busiest / count * 1e6, broker / count * 1e6, sum / took, broker / took, (after.load - before.load) / took);
}

void counted(int shift) {
  pid_t others[MAX_SERVERS];
  usleep(SETTLE_US);
  for (int i = 1; i <= receivers; i++) all[i].is_counted = i / port_count % COUNTED_PER_READ != 0;
  publish_one();
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  signals = (struct conn){ .fd = eventfd(0, EFD_NONBLOCK), .is_signal = true };
  for (int i = 0; i < port_count; i++) shared->complete[i] = sent;
  shared->is_counting = true;
  for (int i = 1; i < port_count; i++) {
    own = i;
    others[i] = fork();
    if (others[i] != 0) continue;
    place(shift);
    keep_own();
    deliveries = 0;
    receive_until_last();
  }
  own = 0;
  place(shift);
  keep_own();
  watch(&signals, true);
  flow_for(WARM_UP);
  struct reading before = take_reading(others);
  flow_for(seconds);
  struct reading after = take_reading(others);
  drain();
  shared->is_counting = false;
  shared->last = sent + 1;
  publish_one();
  check_own();
  for (int i = 1; i < port_count; i++) {
    int status;
    if (waitpid(others[i], &status, 0) < 0 || status != 0) fail("a process of the load generator has failed");
  }
  print_counted(before, after);
}
