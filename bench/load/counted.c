// Step counted: as step pipelined, with as little work for the receivers as can be, so that several servers find processors
// that are free. Most receivers only count their bytes. A server sends all of them the same, so some are read as usual; and
// the last message is read by everybody: a byte too many or too few would show there.

#include "load.h"

// Of the receivers at one server, one is read as usual.
#define COUNTED_PER_READ 50
// What the servers may take to tell each other of the last seats.
#define SETTLE_US 300000

static void choose_counted(void) {
  for (int i = 1; i <= receivers; i++) all[i].is_counted = i / port_count % COUNTED_PER_READ != 0;
}

static void publish_one(void) {
  publish(NULL);
  flush(all);
  drain();
}

static void read_servers(double *cpu) {
  for (int i = 0; i < server_count; i++) cpu[i] = cpu_of(servers[i]);
}

void counted(void) {
  double before[MAX_SERVERS], after[MAX_SERVERS], busiest = 0;
  usleep(SETTLE_US);
  choose_counted();
  publish_one();
  is_counting = true;
  flow_for(WARM_UP);
  read_servers(before);
  double broker = broker_cpu();
  struct flow f = flow_for(seconds);
  broker = broker_cpu() - broker;
  read_servers(after);
  drain();
  is_counting = false;
  publish_one();
  check_everybody();
  for (int i = 0; i < server_count; i++) {
    if (after[i] - before[i] > busiest) busiest = after[i] - before[i];
  }
  printf("{\"step\":\"%s\",\"per_second\":%.0f,\"server_cpu_us\":%.4f,\"busiest_cpu_us\":%.4f,\"broker_cpu_us\":%.4f,"
         "\"server_cpu\":%.3f,\"broker_cpu\":%.3f,\"load_cpu\":%.3f}\n", step_name, f.deliveries / f.seconds,
         f.server_cpu / f.deliveries * 1e6, busiest / f.deliveries * 1e6, broker / f.deliveries * 1e6,
         f.server_cpu / f.seconds, broker / f.seconds, f.own_cpu / f.seconds);
}
