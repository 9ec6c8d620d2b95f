/*
 * peer.h - somebody on the other end of a connection, on a thread of its own:
 * the worker of --forward and the server of --sink, as a test wants them to be.
 */
#ifndef TEST_HANDON_PEER_H
#define TEST_HANDON_PEER_H

#include "hvconsole/bytes.h"

#include <stddef.h>

struct peer_conn {
    int fd;
    size_t len;
    char in[64 * 1024]; /* what came and was not eaten yet */
    char subs[4][96];   /* of a NATS client: pattern .. */
    char sids[4][24];   /* .. and its id */
    int subs_len;
};

/** peer_fn - something came: how many bytes of @conn->in were eaten, 0 = more
 *  is needed. With -1 the connection is closed. */
typedef long (*peer_fn)(struct peer_conn *conn);

/** peer_start() - on 127.0.0.1; the port. @hello: said to each who comes; "". */
int peer_start(peer_fn fn, const char *hello);
void peer_stop(void);
void peer_say(struct peer_conn *conn, const char *text);
/** peer_drop() - all connections are closed, by whoever calls. */
void peer_drop(void);

/** until() - asks again until it is true, 20 s at most; fails the test then with
 *  what @why says. */
void until(bool (*what)(void), const char *(*why)(void));

/* What was handed to a peer, in order. Both kinds note it. */
struct seen {
    char head[2048];
    char body[2048];
    int64_t at_ms; /* monotonic */
};
void seen_add(const char *head, size_t head_len, const char *body,
              size_t body_len);
size_t seen_len(void);
/** seen_get() - once it is there. */
struct seen seen_get(size_t i);
/** seen_is() - header @name of number @i has that value. */
bool seen_is(size_t i, const char *name, const char *value);

/* A worker that takes POSTs. */
enum worker_mood { WORKER_TAKES, WORKER_FAILS, WORKER_HANGS };
int worker_start(enum worker_mood mood);
void worker_set(enum worker_mood mood);

/* A NATS server, just enough of it. */
enum nats_mood {
    NATS_TAKES,
    NATS_HANGS,        /* never acknowledges */
    NATS_REFUSES,      /* with a text that is not nice */
    NATS_NO_STREAM,    /* nobody takes this subject */
    NATS_NO_JETSTREAM, /* nobody answers anything */
    NATS_UNWELCOME,    /* credentials wanted */
    NATS_STRANGER,     /* is none */
    NATS_SMALL,        /* takes ten bytes at most */
    NATS_FORBIDS,      /* this user to publish */
    NATS_DROPS,        /* goes away at each message */
};
int nats_start(enum nats_mood mood);
void nats_set(enum nats_mood mood);
/** nats_connect_line() - with which the last client came; read it after a
 *  message of that client. */
const char *nats_connect_line(void);

#endif
