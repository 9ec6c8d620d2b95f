/*
 * worker.c - the application's own worker as a test wants it: see peer.h.
 */
#include "peer.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic enum worker_mood mood;

static long
on_request(struct peer_conn *conn)
{
    const char *end = strstr(conn->in, "\r\n\r\n");
    const char *length = strstr(conn->in, "Content-Length: ");
    size_t head_len;
    size_t body_len;

    if (!end || !length)
        return 0;
    head_len = (size_t)(end - conn->in) + 4;
    body_len = (size_t)strtoul(length + 16, NULL, 10);
    if (conn->len < head_len + body_len)
        return 0;
    seen_add(conn->in, head_len, conn->in + head_len, body_len);
    if (mood == WORKER_TAKES)
        peer_say(conn, "HTTP/1.1 204 No Content\r\n\r\n");
    else if (mood == WORKER_FAILS)
        peer_say(conn, "HTTP/1.1 500 \x1b[31mNo\r\nContent-Length: 0\r\n\r\n");
    return (long)(head_len + body_len);
}

void
worker_set(enum worker_mood now)
{
    mood = now;
}

int
worker_start(enum worker_mood now)
{
    mood = now;
    return peer_start(on_request, "");
}
