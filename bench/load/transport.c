// Bytes over plain TCP or over TLS. Where the authority's certificate is (LOAD_CA), all connections use TLS 1.3 with
// the same cipher, so that every server encrypts alike. Without OpenSSL at hand this is compiled without TLS.

#include "load.h"

#define SKIPPED_BYTES (64 * 1024 * 1024)

static ssize_t receive_plain(struct conn *c, char *bytes, size_t room) { return recv(c->fd, bytes, room, 0); }

// Takes what has come, unseen: the kernel copies nothing. Not over TLS.
ssize_t skip(struct conn *c) { return recv(c->fd, NULL, SKIPPED_BYTES, MSG_TRUNC); }

static ssize_t transmit_plain(struct conn *c, const char *bytes, size_t count) {
  return send(c->fd, bytes, count, MSG_NOSIGNAL);
}

bool has_tls(void) { return getenv("LOAD_CA") != NULL; }

#ifndef WITH_TLS

void begin_tls(struct conn *c) { (void)c, fail("compiled without TLS"); }
bool is_tls_open(struct conn *c) { return (void)c, true; }
void end_tls(struct conn *c) { (void)c; }
bool has_more(const struct conn *c) { return (void)c, false; }
ssize_t receive(struct conn *c, char *bytes, size_t room) { return receive_plain(c, bytes, room); }
ssize_t transmit(struct conn *c, const char *bytes, size_t count) { return transmit_plain(c, bytes, count); }

#else

#include <openssl/err.h>
#include <openssl/ssl.h>

#define CIPHER "TLS_AES_128_GCM_SHA256"
#define SERVER_NAME "localhost"
// Several records in one read.
#define AHEAD_BYTES 65536

static void fail_tls(const char *what) {
  char why[200] = "no reason given";
  unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, why, sizeof why);
  fail("%s: %s", what, why);
}

static SSL_CTX *context(void) {
  static SSL_CTX *made;
  if (made) return made;
  made = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(made, CIPHER);
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(made, 1);
  SSL_CTX_set_default_read_buffer_len(made, AHEAD_BYTES);
  if (SSL_CTX_load_verify_locations(made, getenv("LOAD_CA"), NULL) != 1) fail_tls("cannot trust LOAD_CA");
  return made;
}

void begin_tls(struct conn *c) {
  c->tls = SSL_new(context());
  SSL_set_fd(c->tls, c->fd);
  SSL_set_tlsext_host_name(c->tls, SERVER_NAME);
  SSL_set1_host(c->tls, SERVER_NAME);
  SSL_set_connect_state(c->tls);
}

// Goes on with the handshake. Only a full one: no session is ever taken up again.
bool is_tls_open(struct conn *c) {
  if (!c->tls || SSL_is_init_finished(c->tls)) return true;
  int result = SSL_do_handshake(c->tls);
  if (result == 1) return true;
  if (SSL_get_error(c->tls, result) != SSL_ERROR_WANT_READ) fail_tls("the handshake failed");
  return false;
}

void end_tls(struct conn *c) {
  SSL_free(c->tls);
  c->tls = NULL;
}

bool has_more(const struct conn *c) { return c->tls && SSL_pending(c->tls) > 0; }

// As recv and send say it.
static ssize_t outcome(struct conn *c, int result) {
  if (result > 0) return result;
  switch (SSL_get_error(c->tls, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      errno = EAGAIN;
      return -1;
    case SSL_ERROR_ZERO_RETURN: return 0;
    case SSL_ERROR_SYSCALL: return -1;
    default: fail_tls("TLS broke");
  }
  return -1;
}

ssize_t receive(struct conn *c, char *bytes, size_t room) {
  if (!c->tls) return receive_plain(c, bytes, room);
  size_t total = 0;
  for (;;) {
    int n = SSL_read(c->tls, bytes + total, (int)(room - total));
    if (n <= 0 && total > 0) return total;
    if (n <= 0) return outcome(c, n);
    total += n;
    if (total == room || !SSL_has_pending(c->tls)) return total;
  }
}

ssize_t transmit(struct conn *c, const char *bytes, size_t count) {
  return c->tls ? outcome(c, SSL_write(c->tls, bytes, (int)count)) : transmit_plain(c, bytes, count);
}

#endif
