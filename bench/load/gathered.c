// Step gathered: runs of which all results are awaited.

#include "load.h"

static void gather_for(double duration, uint64_t in_flight, uint64_t first, const char *results) {
  double start = now();
  while (now() - start < duration) {
    while (sent - first - runs_done < in_flight) {
      began[(sent + 1) % RING] = now();
      publish(results);
    }
    flush(all);
    turn();
  }
}

void gathered(uint64_t in_flight, const char *results) {
  is_answering = true;
  uint64_t first = sent;
  runs_done = 0;
  gather_for(WARM_UP, in_flight, first, results);
  sample_count = 0;
  is_sampling = true;
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  uint64_t before = runs_done;
  gather_for(seconds, in_flight, first, results);
  double took = now() - start, cpu = server_cpu() - server_start, own = own_cpu() - own_start;
  uint64_t done = runs_done - before;
  is_sampling = false;
  while (runs_done < sent - first) turn();
  check_everybody();
  is_answering = false;
  sort_samples();
  printf("{\"step\":\"%s\",\"per_second\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"server_cpu_us\":%.2f,"
         "\"server_cpu\":%.3f,\"load_cpu\":%.3f}\n", step_name, done / took, percentile_us(0.5), percentile_us(0.99),
         cpu / done * 1e6, cpu / took, own / took);
}
