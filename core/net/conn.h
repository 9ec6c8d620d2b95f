/*
 * conn.h - the connections of an HTTP door: how many, how long, and what their
 * requests look like on the wire. Private to core/net (http.c, conns.c, conn.c, tls.c).
 *
 * evhttp knows only inactivity and counts nothing. So each connection of ours
 * starts where evhttp asks for a bufferevent, watches its input, and ends where
 * evhttp says that it closes.
 */
#ifndef CORE_NET_CONN_H
#define CORE_NET_CONN_H

#include "core/net/head.h"
#include "core/net/http.h"

#include <openssl/ssl.h>
#include <stdatomic.h>

struct bufferevent;
struct evbuffer_cb_entry;
struct event;
struct event_base;

enum hv_conn_phase {
    HV_CONN_IDLE, /* between requests */
    HV_CONN_HEAD, /* a request line or headers are coming */
    HV_CONN_BODY,
    HV_CONN_APP,   /* the request is with our caller: no deadline */
    HV_CONN_REPLY, /* the answer is being written */
};

struct hv_conn {
    struct hv_conns *all;
    struct hv_conn *next, *prev;
    struct bufferevent *bev;         /* evhttp's; borrowed */
    SSL *ssl;                        /* bev's; NULL = plain */
    struct evbuffer_cb_entry *input; /* our look at what bev reads */
    struct event *look;              /* first look at the descriptor */
    int fd;                          /* -1 before the first look */
    enum hv_conn_phase phase;
    int64_t accepted_ms;
    int64_t deadline_ms; /* monotonic; 0 = none */
    int requests;        /* answered */
    bool is_doomed;      /* shut down, about to go */
    bool is_parked;      /* not read until its answer is under way */
    bool has_ended;      /* it sends no more */
    bool is_loopback;
    bool is_local; /* loopback, or our own address at both ends */
    uint8_t address[HV_HTTP_ADDRESS]; /* what the cap counts: IPv4 or /64 */
    struct hv_head head;
    struct hv_http_request *request; /* while with our caller */
};

struct hv_conns {
    struct hv_loop *loop;
    struct hv_watch *sweep; /* the one timer of all deadlines */
    int sweep_ms;
    bool is_sweeping;
    struct hv_conn *first;
    _Atomic size_t len;     /* all, doomed included */
    _Atomic int64_t shed;   /* doomed by a cap or a deadline, ever */
    struct hv_conn **by_fd; /* owned; NULL = none of ours */
    size_t by_fd_len;
    struct hv_http_config limits; /* strings not used */
    bool is_closing;              /* the door is shut: no keep-alive */
};

/** hv_conns_new() - limits of @config, with their defaults filled in. */
struct hv_conns *hv_conns_new(struct hv_loop *loop,
                              const struct hv_http_config *config);
/** hv_conns_free() - after evhttp_free(), which closes all connections. */
void hv_conns_free(struct hv_conns *all);

/** hv_conns_close_idle() - end those that wait for a next request. */
void hv_conns_close_idle(struct hv_conns *all);
/** hv_conns_sweep_soon() - the timer of the deadlines runs from now on. */
void hv_conns_sweep_soon(struct hv_conns *all);
/** hv_conns_make_room() - hold the caps, now that @last is in. */
void hv_conns_make_room(const struct hv_conns *all, const struct hv_conn *last);
/** hv_conn_doom() - shut its socket: it is gone soon. */
void hv_conn_doom(struct hv_conn *conn);
/** hv_conn_phase() - @ms is for the whole of it; 0 = no deadline. */
void hv_conn_phase(struct hv_conn *conn, enum hv_conn_phase phase, int ms);
/** hv_conn_gone() - libevent has closed it. */
void hv_conn_gone(struct hv_conn *conn);

/** hv_conn_new() - a connection that was just accepted; @ssl NULL = plain.
 *  Its bufferevent is evhttp's from then on. */
struct hv_conn *hv_conn_new(struct hv_conns *all, SSL *ssl);
struct hv_conn *hv_conn_find(const struct hv_conns *all,
                             const struct bufferevent *bev);

/* Steps of a request, told by http.c. */
void hv_conn_ask(struct hv_conn *conn, struct hv_http_request *request);
void hv_conn_reply(struct hv_conn *conn);
void hv_conn_writes(struct hv_conn *conn); /* the answer is evhttp's now */
void hv_conn_replied(struct hv_conn *conn);
/** hv_conn_must_close() - whether this answer is the last one. */
bool hv_conn_must_close(const struct hv_conn *conn);

/* peer.c */
/** hv_conn_read_peer() - the address that the cap counts: an IPv4 one, or the
 *  /64 of an IPv6 one; and whether it is loopback. */
void hv_conn_read_peer(struct hv_conn *conn);
/** hv_conns_count() - living connections, those of one address when @like is
 *  given; and the oldest of them that has not sent a whole head, or NULL. */
size_t hv_conns_count(const struct hv_conns *all, const struct hv_conn *like,
                      struct hv_conn **oldest);

/* listen.c */
/** hv_listen_socket() - listening at the address of @config; @port is the one
 *  it got. HV_ERR_USAGE: no such address. HV_ERR_RULE: in use. HV_ERR_IO. */
HV_MUST_CHECK enum hv_status
hv_listen_socket(const struct hv_http_config *config, int *out, int *port,
                 struct hv_error *err);

/* words.c */
struct evhttp_request;
const char *hv_http_phrase(int status);
const char *hv_http_method(const struct evhttp_request *req); /* "" = odd */
/** hv_http_is_allowed() - whether @name is one of the words of "GET,POST". */
bool hv_http_is_allowed(const char *list, const char *name);

/* tls.c */
struct hv_tls_policy { /* of every door we open */
    int min_version;
    const char *ciphers12; /* of TLS 1.2 */
    const char *ciphers13;
    const char *groups;
    uint64_t options;
};
extern const struct hv_tls_policy hv_tls_policy;
/** hv_tls_server_new() - under that policy, with tickets and no cache.
 *  HV_ERR_USAGE: certificate or key is not usable. */
HV_MUST_CHECK enum hv_status hv_tls_server_new(const char *cert_pem,
                                               const char *key_pem,
                                               SSL_CTX **out,
                                               struct hv_error *err);
/** hv_tls_no_passphrase() - for PEM readers: OpenSSL's own callback would ask
 *  the terminal. */
int hv_tls_no_passphrase(char *buf, int size, int is_writing, void *arg);

/* http.c: the request's connection has gone. */
void hv_http_request_lost(struct hv_http_request *request);

#endif
