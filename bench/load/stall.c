// Steps stall and evict: some receivers stop reading.

#include "load.h"

#define STALL_TURNS 4
#define EVICTION_PATIENCE_S 40

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
void stall(int count, bool is_eviction) {
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
  double rate = after.deliveries / after.seconds;
  printf("{\"step\":\"%s:%d\",\"ratio\":%.4f,\"per_second\":%.0f,\"closed\":%d,\"seconds\":%.2f}\n",
         is_eviction ? "evict" : "stall", count, rate / (before.deliveries / before.seconds), rate, closed_count, took);
}
