// What the parts of the load generator share; main.c says what it does. One process, one thread, one set of connections; only
// step counted has more processes.

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define MARK "#load#"
#define MARK_BYTES 6
#define DIGITS 16
#define PAYLOAD_BYTES 100
// Until slow receivers are closed: the kernel keeps megabytes for each, which have to be filled first.
#define LARGE_PAYLOAD_BYTES 1000
#define REPLY "{\"code\":0}"
// More messages than any window holds: a slot is free again before its turn comes.
#define RING 16384
#define MAX_FRAME 65536
#define READ_BYTES (256 * 1024)
#define SILENCE_MS 10000
#define WARM_UP 0.3
#define MAX_SAMPLES 4000000
#define MAX_SERVERS 8

enum protocol { RANK, REDIS, NATS, RAW };

struct conn {
  int fd;
  struct ssl_st *tls;       // NULL: plain TCP
  bool is_ready, is_publisher, wants_write;
  bool is_spare;            // nobody waits for it: it is to stop reading later
  bool is_misplaced;        // another process on the same port took it: to be tried again
  bool is_counted;          // in step counted, its bytes are not looked at
  uint64_t seen;            // the last message it got
  size_t counted_bytes;     // of the message that is not complete
  double began;             // when it was opened
  bool is_signal;           // not a connection: other processes of this generator have received something
  long rank, capacity;      // as the server told it
  char *tail;               // the unfinished frame of the last read
  size_t tail_bytes;
  char *out;                // what the socket did not take yet
  size_t out_bytes, out_room;
};

extern enum protocol protocol;
extern const char *protocol_name, *step_name;
extern int poll_fd, receivers, active;
extern int ports[MAX_SERVERS], port_count;      // connections take them in turn, the publisher the first
extern pid_t servers[MAX_SERVERS], brokers[MAX_SERVERS];  // brokers: what carries messages between the servers
extern int server_count, broker_count;
extern uint64_t window;
extern double seconds;
extern struct conn *all;           // the publisher, then the receivers
extern bool has_small_buffers;     // those of the spares
extern long wanted_capacity;       // of the process that all connections have to reach; 0: any

extern uint64_t sent, complete;    // message numbers; complete: everybody active has it
extern char digits[RING][DIGITS + 1];
extern uint64_t deliveries;
extern int payload_bytes;
extern size_t template_bytes;      // of a delivery

extern bool is_answering;          // receivers answer what they get
extern bool is_flooding;           // every connection publishes, none receives
extern bool is_pinging;            // the publisher waits for answers to its pings
extern uint64_t runs_done, pongs;
extern double began[RING];
extern double *samples;
extern size_t sample_count;
extern bool is_sampling;
extern long ready_count, promoted_count;

struct flow { double seconds, server_cpu, own_cpu; uint64_t deliveries; };

// costs.c
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
double now(void), own_cpu(void), server_cpu(void), broker_cpu(void), cpu_of(pid_t process);
long server_resident_kb(void);
int closed_as_slow(void);
int compare(const void *a, const void *b);
void sort_samples(void);
double percentile_us(double p);

// transport.c
bool has_tls(void);
void begin_tls(struct conn *c);
bool is_tls_open(struct conn *c);
void end_tls(struct conn *c);
bool has_more(const struct conn *c);
ssize_t receive(struct conn *c, char *bytes, size_t room);
ssize_t skip(struct conn *c);
ssize_t transmit(struct conn *c, const char *bytes, size_t count);

// connections.c
void watch(struct conn *c, bool is_new);
void flush(struct conn *c);
void put(struct conn *c, const char *bytes, size_t count);
void put_text(struct conn *c, const char *text);
void begin_connecting(struct conn *c);
void connect_again(struct conn *c);

// frames.c
size_t line_bytes(const char *at, size_t bytes);
size_t frame_bytes(const char *at, size_t bytes);
bool begins(const char *at, size_t bytes, const char *with);
long number_after(const char *at, size_t bytes, const char *key);

// receiving.c
void turn(void);
void sample(uint64_t number);

// publishing.c; `results`: NULL, nobody answers; "", all results; else which ones
void publish(const char *results);
void publish_within_window(void);
void drain(void);
void check_everybody(void);

// counted.c
void note_complete(uint64_t number), clear_signal(struct conn *c);
bool is_only_counted(const struct conn *c);

// The steps
struct flow flow_for(double duration);
void seat(void), joins(int at_once), idle(long before_kb), frame(void), spread(int processes), pipelined(void), closed(void);
void counted(int shift);
void gathered(uint64_t in_flight, const char *results);
void stall(int count, bool is_eviction);
void promotion(int times);
void fairness(int flooders);
void wait_until(double epoch_s);
void start_up(char **program);
void start_timed(char **program);
