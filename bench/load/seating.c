// Steps seat and idle: taking the seats, and the memory that they cost.

#include "load.h"

// Connections under way at once: fewer than any server's backlog, so that none waits a second for its second try.
#define CONNECTING 64

void seat(void) {
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

void idle(long before_kb) {
  sleep(1);
  printf("{\"step\":\"idle\",\"bytes_per_client\":%.0f,\"bytes\":%ld}\n",
         (server_resident_kb() - before_kb) * 1024.0 / (receivers + 1), (server_resident_kb() - before_kb) * 1024);
}
