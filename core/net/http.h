/*
 * http.h - the strict HTTP(S) door on evhttp, used by the listener and the
 * sandbox: start, on request, reply. evhttp is forgiving; this door is not:
 * it refuses repeated or conflicting headers, control bytes, too many or too
 * large headers, and a sender that is too slow, and it counts connections.
 */
#ifndef CORE_NET_HTTP_H
#define CORE_NET_HTTP_H

#include "hvconsole/loop.h"

struct hv_http_server;
struct hv_http_request;
struct hv_http_tls; /* certificate, key and policy; shared, counted */

struct hv_http_config {
    const char *host;     /* numeric address, or localhost */
    int port;             /* 0 = a free one */
    const char *cert_pem; /* text of chain and key; both NULL = plain */
    const char *key_pem;  /* held by OpenSSL afterwards */
    struct hv_http_tls *tls; /* or this one, which others use as well */
    bool shares_port;        /* several doors of one process, one address */
    bool has_fd;             /* a listening socket that somebody made: */
    int fd;                  /* ... taken over, also on failure */
    size_t max_body;
    size_t max_connections; /* 0 = 1024 */
    size_t max_per_address; /* 0 = 64 (a /64 for IPv6); loopback exempt */
    bool count_loopback;    /* ... or not */
    int handshake_ms;       /* 0 = 5 000 from accept */
    int headers_ms;         /* 0 = 10 000 from accept */
    int body_ms;            /* 0 = 30 000 from its start */
    int answer_ms;          /* 0 = 10 000 */
    int idle_ms;            /* 0 = 15 000 keep-alive */
    const char *methods;    /* "POST" or "GET,POST"; others get 405 */
};

#define HV_HTTP_ADDRESS 16

/* What arrived. Everything borrowed until hv_http_reply(). */
struct hv_http_message {
    const char *method;
    const char *target; /* path and query as sent */
    struct hv_bytes body;
    char peer[64];                    /* numeric address, or localhost */
    uint8_t address[HV_HTTP_ADDRESS]; /* what counts as one address: an IPv4
                                     one, or the /64 of an IPv6 one */
    bool is_local; /* sent from this very machine */
};

typedef void (*hv_http_fn)(void *arg, struct hv_http_request *request,
                           const struct hv_http_message *message);

/** hv_http_start() - listen and serve. HV_ERR_RULE: address in use.
 *  HV_ERR_USAGE: bad address or certificate. */
HV_MUST_CHECK enum hv_status hv_http_start(struct hv_loop *loop,
                                           const struct hv_http_config *config,
                                           hv_http_fn fn, void *arg,
                                           struct hv_http_server **out,
                                           struct hv_error *err);
int hv_http_port(const struct hv_http_server *server);
/** hv_http_header() - value of the only header of that name, or NULL. */
const char *hv_http_header(const struct hv_http_request *request,
                           const char *name);
/** hv_http_add_header() - to the answer, before replying. */
void hv_http_add_header(struct hv_http_request *request, const char *name,
                        const char *value);
/**
 * hv_http_reply() - answer now or later, once, on the loop's thread; a client
 * that has gone away meanwhile is fine. Any answer but 200 closes the
 * connection unless @keep_alive.
 */
void hv_http_reply(struct hv_http_request *request, int status,
                   const char *content_type, struct hv_bytes body,
                   bool keep_alive);
/** hv_http_tls_new() - HV_ERR_USAGE: not usable, or they do not fit. */
HV_MUST_CHECK enum hv_status hv_http_tls_new(const char *cert_pem,
                                             const char *key_pem,
                                             struct hv_http_tls **out,
                                             struct hv_error *err);
/** hv_http_tls_share() - one more share of it, to be freed; any thread. */
struct hv_http_tls *hv_http_tls_share(struct hv_http_tls *tls);
void hv_http_tls_free(struct hv_http_tls *tls); /* the caller's share of it */
/** hv_http_use_tls() - for new connections; those that are open keep theirs.
 *  The server takes a share. */
void hv_http_use_tls(struct hv_http_server *server, struct hv_http_tls *tls);
/** hv_http_close_door() - accept no more; open requests may finish. */
void hv_http_close_door(struct hv_http_server *server);
/** hv_http_connections() - callable from any thread. */
size_t hv_http_connections(const struct hv_http_server *server);
/** hv_http_shed() - connections closed for the caps or for being late, so far;
 *  callable from any thread. */
int64_t hv_http_shed(const struct hv_http_server *server);
/** hv_http_free() - closes everything at once. Requests not replied to yet may
 *  still be replied to, in vain; what their message points to is gone. */
void hv_http_free(struct hv_http_server *server);

/* ---- certificates of our own (core/net/cert.c) ---- */

struct hv_cert_pair {
    struct hv_buf cert_pem;
    struct hv_buf key_pem; /* a loopback-only server key; wiped on release */
};
/** hv_cert_self_signed() - P-256, for localhost, 127.0.0.1, ::1 and @host. */
HV_MUST_CHECK enum hv_status hv_cert_self_signed(const char *host,
                                                 struct hv_cert_pair *out,
                                                 struct hv_error *err);
/** hv_cert_ca_make() / hv_cert_issue() - a small CA and a server certificate
 *  signed by it, for localhost, 127.0.0.1, ::1 and @host. */
HV_MUST_CHECK enum hv_status hv_cert_ca_make(const char *name,
                                             struct hv_cert_pair *out,
                                             struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_cert_issue(const struct hv_cert_pair *ca,
                                           const char *host,
                                           struct hv_cert_pair *out,
                                           struct hv_error *err);
void hv_cert_pair_release(struct hv_cert_pair *pair);

#endif
