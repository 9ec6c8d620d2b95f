/*
 * peer.h - a tiny HTTP server on loopback with a script, in a thread of its
 * own: the other side of curl and client tests. For tests only; speaks one
 * request per connection.
 */
#ifndef TESTS_CORE_CLIENT_PEER_H
#define TESTS_CORE_CLIENT_PEER_H

#include "hvconsole/bytes.h"

#include <pthread.h>

#define PEER_MAX 16

struct peer {
    /* the script, set before peer_start() */
    const char *answers[PEER_MAX]; /* whole HTTP answers; NULL = never answer,
                                      "" = close without one */
    size_t answers_len;
    size_t held_until[PEER_MAX]; /* answer only when the request of this index
                                      has been answered; 0 = at once */
    /* what came; look only after peer_stop() */
    struct hv_buf requests[PEER_MAX]; /* head and body */
    size_t requests_len;
    /* inner */
    int held[PEER_MAX];
    int listener;
    int port;
    int stop[2]; /* pipe: closing its end stops the thread */
    pthread_t thread;
};

void peer_start(struct peer *peer);
void peer_stop(struct peer *peer);
void peer_release(struct peer *peer);
/* "http://127.0.0.1:PORT/platform/wildcat.ashx", static memory. */
const char *peer_url(const struct peer *peer);
/* An HTTP answer 200 with Date and Content-Length round a document; free it. */
char *peer_answer(const char *document);
/* The body of a request that came. */
struct hv_bytes peer_body(const struct peer *peer, size_t index);

#endif
