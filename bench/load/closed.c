// Step closed: one message until all have it.

#include "load.h"

static void closed_loop_for(double duration) {
  double start = now();
  while (now() - start < duration) {
    began[(sent + 1) % RING] = now();
    publish(NULL);
    flush(all);
    drain();
    sample(sent);
  }
}

void closed(void) {
  closed_loop_for(WARM_UP);
  sample_count = 0;
  is_sampling = true;
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  uint64_t before = deliveries;
  closed_loop_for(seconds);
  double took = now() - start, cpu = server_cpu() - server_start;
  is_sampling = false;
  check_everybody();
  sort_samples();
  printf("{\"step\":\"%s\",\"per_second\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"count\":%zu,", step_name,
         (deliveries - before) / took, percentile_us(0.5), percentile_us(0.99), sample_count);
  printf("\"server_cpu_us\":%.4f,\"server_cpu\":%.3f,\"load_cpu\":%.3f,\"frame_bytes\":%zu}\n",
         cpu / (deliveries - before) * 1e6, cpu / took, (own_cpu() - own_start) / took, template_bytes);
}
