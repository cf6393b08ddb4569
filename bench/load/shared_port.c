// Several processes on one port: how the kernel spreads connections over them (step spread), and a common beginning for
// several load generators (step at). Each process is known by its capacity, which its welcome states.

#include "load.h"
#include <time.h>

#define MAX_PROCESSES 64

void spread(int processes) {
  long capacities[MAX_PROCESSES] = { 0 }, counts[MAX_PROCESSES] = { 0 }, most = 0, least = receivers + 1;
  int known = 0;
  if (processes > MAX_PROCESSES) fail("at most %d processes", MAX_PROCESSES);
  for (int i = 0; i <= receivers; i++) {
    int k = 0;
    while (k < known && capacities[k] != all[i].capacity) k++;
    if (k == processes) fail("there are more than %d processes", processes);
    if (k == known) capacities[known++] = all[i].capacity;
    counts[k]++;
  }
  for (int k = 0; k < processes; k++) {
    if (counts[k] > most) most = counts[k];
    if (counts[k] < least) least = counts[k];
  }
  double mean = (receivers + 1.0) / processes;
  printf("{\"step\":\"%s\",\"fullest\":%.4f,\"emptiest\":%.4f}\n", step_name, most / mean, least / mean);
}

// Seconds since 1970. Whoever is late begins late.
void wait_until(double epoch_s) {
  struct timespec t = { .tv_sec = (time_t)epoch_s, .tv_nsec = (long)((epoch_s - (time_t)epoch_s) * 1e9) };
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
}
