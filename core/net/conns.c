/*
 * conns.c - all connections of an HTTP door together: their limits, their
 * deadlines, their end. Called by http.c and conn.c. Never frees a connection
 * that evhttp knows: it shuts the socket, and libevent cleans up.
 */
#include "core/net/conn.h"

#include "hvconsole/clock.h"
#include "hvconsole/limits.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MAX_SWEEP_MS 250 /* a deadline may be late by so much */
#define OTHER_FILES  64  /* files the process needs besides */

static int
or_default(int value, int fallback)
{
    return value > 0 ? value : fallback;
}

static int
least(int a, int b)
{
    return a < b ? a : b;
}

/* A socket that stays ready while accept fails for want of files would keep
 * the loop spinning: never let it come so far. */
static size_t
max_by_files(size_t wanted)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur == RLIM_INFINITY)
        return wanted;
    if (files.rlim_cur <= 2 * OTHER_FILES)
        return OTHER_FILES;
    if (wanted > files.rlim_cur - OTHER_FILES)
        return (size_t)files.rlim_cur - OTHER_FILES;
    return wanted;
}

static bool
conn_is_late(const struct hv_conn *conn, int64_t now_ms)
{
    if (conn->deadline_ms && now_ms >= conn->deadline_ms)
        return true;
    return conn->ssl &&
           now_ms >= conn->accepted_ms + conn->all->limits.handshake_ms &&
           !SSL_is_init_finished(conn->ssl);
}

/* The peer's side of evhttp's state machine notices at once. */
void
hv_conn_doom(struct hv_conn *conn)
{
    if (conn->is_doomed)
        return;
    conn->is_doomed = true;
    if (conn->fd >= 0)
        shutdown(conn->fd, SHUT_RDWR);
}

static void
conn_shed(struct hv_conn *conn)
{
    if (!conn->is_doomed)
        atomic_fetch_add(&conn->all->shed, 1);
    hv_conn_doom(conn);
}

/* One timer for all: a deadline per connection costs nothing to move then. */
static void
sweep(void *arg)
{
    struct hv_conns *all = arg;
    int64_t now_ms = hv_clock_mono_ms();

    for (struct hv_conn *conn = all->first; conn; conn = conn->next) {
        if (conn_is_late(conn, now_ms))
            conn_shed(conn);
    }
    all->is_sweeping = false;
    hv_conns_sweep_soon(all);
}

void
hv_conns_sweep_soon(struct hv_conns *all)
{
    if (all->is_sweeping || all->len == 0)
        return;
    all->is_sweeping = true;
    hv_watch_after(all->sweep, all->sweep_ms);
}

struct hv_conns *
hv_conns_new(struct hv_loop *loop, const struct hv_http_config *config)
{
    struct hv_conns *all = hv_calloc(1, sizeof(*all));
    struct hv_http_config *limits = &all->limits;
    int shortest;

    *limits = *config;
    limits->handshake_ms = or_default(config->handshake_ms, 5000);
    limits->headers_ms = or_default(config->headers_ms, 10000);
    limits->body_ms = or_default(config->body_ms, 30000);
    limits->answer_ms = or_default(config->answer_ms, 10000);
    limits->idle_ms = or_default(config->idle_ms, 15000);
    if (!limits->max_body)
        limits->max_body = HV_MAX_NOTIFY_BODY;
    if (!limits->max_connections)
        limits->max_connections = 1024;
    limits->max_connections = max_by_files(limits->max_connections);
    if (!limits->max_per_address)
        limits->max_per_address = 64;
    shortest = least(least(limits->headers_ms, limits->body_ms),
                     least(limits->answer_ms, limits->idle_ms));
    shortest = least(shortest, limits->handshake_ms);
    all->sweep_ms = least(MAX_SWEEP_MS, shortest / 4 + 1);
    all->loop = loop;
    all->sweep = hv_loop_timer(loop, sweep, all);
    return all;
}

void
hv_conns_free(struct hv_conns *all)
{
    if (!all)
        return;
    while (all->first) /* only those that were never looked at */
        hv_conn_gone(all->first);
    hv_watch_free(all->sweep);
    free(all->by_fd);
    free(all);
}

void
hv_conn_phase(struct hv_conn *conn, enum hv_conn_phase phase, int ms)
{
    conn->phase = phase;
    conn->deadline_ms = ms > 0 ? hv_clock_mono_ms() + ms : 0;
}

/* Whoever is beyond a cap costs the oldest that has not sent a whole head. */
void
hv_conns_make_room(const struct hv_conns *all, const struct hv_conn *last)
{
    const struct hv_http_config *limits = &all->limits;
    struct hv_conn *oldest;

    if (hv_conns_count(all, NULL, &oldest) > limits->max_connections && oldest)
        conn_shed(oldest);
    if (last->is_loopback && !limits->count_loopback)
        return;
    if (hv_conns_count(all, last, &oldest) > limits->max_per_address && oldest)
        conn_shed(oldest);
}

void
hv_conns_close_idle(struct hv_conns *all)
{
    all->is_closing = true;
    for (struct hv_conn *conn = all->first; conn; conn = conn->next) {
        if (conn->phase == HV_CONN_IDLE || conn->phase == HV_CONN_HEAD)
            hv_conn_doom(conn);
    }
}
