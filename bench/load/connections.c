// Connections: opening them, and what is to be sent on them.

#include "load.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>

// Of receivers that are to be closed as slow. With the usual ones the kernel alone keeps 4 MB for each.
#define SMALL_RECEIVE_BUFFER 8192

void watch(struct conn *c, bool is_new) {
  struct epoll_event event = { .events = EPOLLIN | (c->wants_write ? EPOLLOUT : 0), .data.ptr = c };
  if (epoll_ctl(poll_fd, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &event) < 0) fail("epoll: %m");
}

static void want_write(struct conn *c, bool wants) {
  if (c->wants_write == wants) return;
  c->wants_write = wants;
  watch(c, false);
}

void flush(struct conn *c) {
  size_t at = 0;
  if (!is_tls_open(c)) return want_write(c, false);
  while (at < c->out_bytes) {
    ssize_t n = transmit(c, c->out + at, c->out_bytes - at);
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) fail("cannot send: %m");
    at += n;
  }
  memmove(c->out, c->out + at, c->out_bytes - at);
  c->out_bytes -= at;
  want_write(c, c->out_bytes > 0);
}

void put(struct conn *c, const char *bytes, size_t count) {
  if (c->out_bytes + count > c->out_room) {
    c->out_room = 2 * (c->out_bytes + count);
    c->out = realloc(c->out, c->out_room);
  }
  memcpy(c->out + c->out_bytes, bytes, count);
  c->out_bytes += count;
}

void put_text(struct conn *c, const char *text) { put(c, text, strlen(text)); }

void begin_connecting(struct conn *c) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(ports[(c - all) % port_count]) };
  int yes = 1;
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  c->began = now();
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("cannot open a socket: %m");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (c->is_spare && has_small_buffers) {
    int small = SMALL_RECEIVE_BUFFER;
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  }
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    fail("cannot connect: %m");
  }
  c->is_publisher = is_flooding || c == all;
  // A server of NATS speaks first, and TLS begins after that.
  if (has_tls() && protocol != NATS) begin_tls(c);
  c->wants_write = c->tls || (protocol != RAW && protocol != RANK);
  if (protocol == REDIS) put_text(c, c->is_publisher ? "PING\r\n" : "SUBSCRIBE c\r\n");
  watch(c, true);
}

// For one that another process on the port took.
void connect_again(struct conn *c) {
  end_tls(c);
  close(c->fd);
  c->is_misplaced = false;
  c->tail_bytes = c->out_bytes = 0;
  begin_connecting(c);
}
