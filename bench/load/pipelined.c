// Step pipelined: as many messages as the window holds.

#include "load.h"

struct flow flow_for(double duration) {
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  uint64_t before = deliveries;
  while (now() - start < duration) {
    publish_within_window();
    turn();
  }
  return (struct flow){ now() - start, server_cpu() - server_start, own_cpu() - own_start, deliveries - before };
}

static void print_flow(struct flow f) {
  printf("{\"step\":\"%s\",\"per_second\":%.0f,\"server_cpu_us\":%.4f,\"server_cpu\":%.3f,\"load_cpu\":%.3f,"
         "\"frame_bytes\":%zu}\n", step_name, f.deliveries / f.seconds, f.server_cpu / f.deliveries * 1e6,
         f.server_cpu / f.seconds, f.own_cpu / f.seconds, template_bytes);
}

void pipelined(void) {
  flow_for(WARM_UP);
  struct flow f = flow_for(seconds);
  drain();
  check_everybody();
  print_flow(f);
}
