// Step fairness: a bystander's round trips, in peace and while a process of its own floods the server from many
// connections. The flooders yield the processor to the bystander, so that what it waits for is the server.

#include "load.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define PAUSE_US 3000
#define FLOOD_WARM_UP 0.5
#define LINES 1000
// Of rankserver: one that its allow-list does not have, so that each is refused.
#define FORBIDDEN "{\"jsonrpc\":\"2.0\",\"method\":\"run\",\"params\":{\"command\":\"format\"}}\n"

static const char *ping(uint64_t number) {
  static char text[80];
  if (protocol != RANK) return "PING\r\n";
  snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%" PRIu64 ",\"method\":\"ping\"}\n", number);
  return text;
}

static void round_trips_for(double duration) {
  static uint64_t number;
  sample_count = 0;
  for (double start = now(); now() - start < duration;) {
    uint64_t before = pongs;
    double began_at = now();
    put_text(all, ping(++number));
    flush(all);
    while (pongs == before) turn();
    if (sample_count < MAX_SAMPLES) samples[sample_count++] = now() - began_at;
    usleep(PAUSE_US);
  }
  sort_samples();
}

static void discard(struct conn *c) {
  static char rubbish[65536];
  ssize_t n = receive(c, rubbish, sizeof rubbish);
  if (n == 0 || (n < 0 && errno != EAGAIN)) fail("the server closed a flooder");
}

static void flood(int count) {
  static struct epoll_event events[64];
  const char *line = protocol == REDIS ? "PUBLISH flood 1\r\n" : protocol == NATS ? "PUB flood 5\r\nflood\r\n" : FORBIDDEN;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpriority(PRIO_PROCESS, 0, 19);
  is_flooding = true;
  poll_fd = epoll_create1(0);
  all = calloc(count, sizeof *all);
  ready_count = 0;
  for (int i = 0; i < count; i++) begin_connecting(&all[i]);
  while (ready_count < count) turn();
  for (int i = 0; i < count; i++) {
    all[i].wants_write = true;
    watch(&all[i], false);
  }
  for (;;) {
    int ready = epoll_wait(poll_fd, events, 64, -1);
    for (int i = 0; i < ready; i++) {
      struct conn *c = events[i].data.ptr;
      if (events[i].events & EPOLLIN) discard(c);
      if (c->out_bytes == 0) for (int k = 0; k < LINES; k++) put_text(c, line);
      if (events[i].events & EPOLLOUT) flush(c);
      if (!c->wants_write) {
        c->wants_write = true;
        watch(c, false);
      }
    }
  }
}

void fairness(int flooders) {
  is_pinging = true;
  round_trips_for(WARM_UP);
  round_trips_for(2 * seconds);
  double calm_p50 = percentile_us(0.5), calm_p99 = percentile_us(0.99);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) flood(flooders);
  round_trips_for(FLOOD_WARM_UP);
  double start = now(), server_start = server_cpu();
  round_trips_for(3 * seconds);
  double busy = (server_cpu() - server_start) / (now() - start);
  bool is_flooded = waitpid(child, NULL, WNOHANG) == 0;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  if (!is_flooded) fail("the flood ended early");
  is_pinging = false;
  printf("{\"step\":\"%s\",\"calm_p50_us\":%.1f,\"calm_p99_us\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,"
         "\"count\":%zu,\"ratio\":%.4f,\"server_cpu\":%.3f}\n", step_name, calm_p50, calm_p99, percentile_us(0.5),
         percentile_us(0.99), percentile_us(1), sample_count, percentile_us(0.99) / calm_p99, busy);
}
