// Step promotion: rank 0 leaves, again and again.

#include "load.h"

// Whoever is rank 0 leaves; the time until the last of the others has been told its new rank.
void promotion(int times) {
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
  sort_samples();
  printf("{\"step\":\"promotion:%d\",\"p50_us\":%.1f,\"best_us\":%.1f,\"server_cpu_us\":%.3f}\n", times, percentile_us(0.5),
         percentile_us(0), cpu / times / receivers * 1e6);
}
