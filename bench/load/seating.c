// Steps seat, joins and idle: taking the seats, how long each takes, and the memory that they cost.

#include "load.h"

// Connections under way at once: fewer than any server's backlog, so that none waits a second for its second try.
#define CONNECTING 64

static void seat_receivers(int at_once) {
  for (int begun = 0; ready_count <= receivers;) {
    while (begun < receivers && begun + 1 - ready_count < at_once) begin_connecting(&all[++begun]);
    turn();
  }
}

void seat(void) {
  begin_connecting(all);
  while (ready_count < 1) turn();
  double start = now(), server_start = server_cpu(), own_start = own_cpu();
  seat_receivers(CONNECTING);
  double took = now() - start;
  printf("{\"step\":\"seat\",\"per_second\":%.1f,\"server_cpu_us\":%.2f,\"server_cpu\":%.3f,\"load_cpu\":%.3f}\n",
         receivers / took, (server_cpu() - server_start) / receivers * 1e6, (server_cpu() - server_start) / took,
         (own_cpu() - own_start) / took);
}

// In place of seat: the time from each connect to its welcome.
void joins(int at_once) {
  begin_connecting(all);
  while (ready_count < 1) turn();
  is_sampling = true;
  double start = now(), server_start = server_cpu(), broker_start = broker_cpu();
  seat_receivers(at_once);
  double took = now() - start, cpu = server_cpu() - server_start, broker = broker_cpu() - broker_start;
  is_sampling = false;
  sort_samples();
  printf("{\"step\":\"%s\",\"per_second\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"server_cpu_us\":%.2f,"
         "\"broker_cpu_us\":%.2f}\n", step_name, receivers / took, percentile_us(0.5), percentile_us(0.99),
         cpu / receivers * 1e6, broker / receivers * 1e6);
}

void idle(long before_kb) {
  sleep(1);
  printf("{\"step\":\"idle\",\"bytes_per_client\":%.0f,\"bytes\":%ld}\n",
         (server_resident_kb() - before_kb) * 1024.0 / (receivers + 1), (server_resident_kb() - before_kb) * 1024);
}
