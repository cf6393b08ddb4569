// Starting a program, and how long it takes.

#include "load.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static bool is_listening(void) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(ports[0]) };
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bool is = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  close(fd);
  return is;
}

static pid_t start(char **program, int output) {
  pid_t child = fork();
  if (child != 0) return child;
  int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, 0), dup2(nowhere, 1), dup2(output < 0 ? nowhere : output, 2);
  execvp(program[0], program);
  _exit(127);
}

// Until it listens.
void start_up(char **program) {
  double began_at = now();
  pid_t child = start(program, -1);
  bool is = false;
  while (!(is = is_listening()) && now() - began_at < 10) usleep(300);
  double took = now() - began_at;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  if (!is) fail("%s does not listen", program[0]);
  printf("{\"step\":\"startup\",\"ms\":%.2f}\n", took * 1e3);
}

// A program that reports its own times: it is told when it was started (LOAD_STARTED_MS, since 1970), and writes its one
// line to standard error, which is our standard output.
void start_timed(char **program) {
  struct timespec t;
  char started[40];
  int output = dup(1);
  clock_gettime(CLOCK_REALTIME, &t);
  snprintf(started, sizeof started, "%.3f", t.tv_sec * 1e3 + t.tv_nsec / 1e6);
  setenv("LOAD_STARTED_MS", started, 1);
  int status;
  if (waitpid(start(program, output), &status, 0) < 0 || status != 0) fail("%s did not report its times", program[0]);
}
