// What things cost: time, processor time, memory, and what the server logged.

#include "load.h"
#include <stdarg.h>
#include <sys/resource.h>
#include <time.h>

double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

double own_cpu(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

double cpu_of(pid_t process) {
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &t) != 0) fail("the server has ended");
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double sum_of(const pid_t *processes, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += cpu_of(processes[i]);
  return sum;
}

double server_cpu(void) { return sum_of(servers, server_count); }

double broker_cpu(void) { return sum_of(brokers, broker_count); }

long server_resident_kb(void) {
  char path[64], line[256];
  long kb = -1;
  snprintf(path, sizeof path, "/proc/%d/status", servers[0]);
  FILE *file = fopen(path, "r");
  if (!file) fail("the server has ended");
  while (fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kb);
  fclose(file);
  return kb;
}

// How often the server's log (LOAD_LOG) says that it closed somebody as slow (LOAD_SLOW_WORDS). Its descriptors would
// tell less: some servers keep one until the data in the kernel has gone.
int closed_as_slow(void) {
  const char *path = getenv("LOAD_LOG"), *words = getenv("LOAD_SLOW_WORDS");
  FILE *file = path && words ? fopen(path, "r") : NULL;
  char line[1024];
  int count = 0;
  if (!file) return 0;
  while (fgets(line, sizeof line, file)) count += strstr(line, words) != NULL;
  fclose(file);
  return count;
}

int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void sort_samples(void) { qsort(samples, sample_count, sizeof *samples, compare); }

double percentile_us(double p) {
  return sample_count == 0 ? 0 : samples[(size_t)(p * (sample_count - 1))] * 1e6;
}

void fail(const char *format, ...) {
  va_list list;
  va_start(list, format);
  fprintf(stderr, "load (%s, %d receivers): ", protocol_name ? protocol_name : "?", receivers);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  exit(1);
}
