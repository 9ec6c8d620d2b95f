/*
 * conn.c - counting, timing and watching the connections of an HTTP door.
 * Called by http.c. Never frees a connection itself: it shuts the socket, and
 * libevent finds out and cleans up.
 */
#include "core/net/conn.h"

#include "core/loop/base.h"
#include "hvconsole/clock.h"
#include "hvconsole/limits.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MAX_KEEP_ALIVE 1000 /* requests of one connection */
#define MAX_SWEEP_MS   250  /* a deadline may be late by so much */

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

static void sweep(void *arg);

/* Files the process needs besides. */
#define OTHER_FILES 64

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

struct hv_conns *
hv_conns_new(struct hv_loop *loop, const struct hv_http_config *config)
{
    struct hv_conns *all = hv_calloc(1, sizeof(*all));
    struct hv_http_config *limits = &all->limits;
    int shortest;

    *limits = *config;
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
    all->sweep_ms = least(MAX_SWEEP_MS, shortest / 4 + 1);
    all->loop = loop;
    all->sweep = hv_loop_timer(loop, sweep, all);
    return all;
}

static void conn_gone(struct hv_conn *conn);

void
hv_conns_free(struct hv_conns *all)
{
    if (!all)
        return;
    while (all->first) /* only those that were never looked at */
        conn_gone(all->first);
    hv_watch_free(all->sweep);
    free(all->by_fd);
    free(all);
}

/* ----------------------------------------------------------- deadlines -- */

/* The peer's side of evhttp's state machine notices at once. */
static void
conn_doom(struct hv_conn *conn)
{
    if (conn->is_doomed)
        return;
    conn->is_doomed = true;
    if (conn->fd >= 0)
        shutdown(conn->fd, SHUT_RDWR);
}

static void
conn_phase(struct hv_conn *conn, enum hv_conn_phase phase, int ms)
{
    conn->phase = phase;
    conn->deadline_ms = ms > 0 ? hv_clock_mono_ms() + ms : 0;
}

static bool
conn_is_late(const struct hv_conn *conn, int64_t now_ms)
{
    if (conn->deadline_ms && now_ms >= conn->deadline_ms)
        return true;
    return conn->ssl && now_ms >= conn->accepted_ms + HV_HANDSHAKE_MS &&
           !SSL_is_init_finished(conn->ssl);
}

/* One timer for all: a deadline per connection costs nothing to move then. */
static void
sweep(void *arg)
{
    struct hv_conns *all = arg;
    int64_t now_ms = hv_clock_mono_ms();

    for (struct hv_conn *conn = all->first; conn; conn = conn->next) {
        if (conn_is_late(conn, now_ms))
            conn_doom(conn);
    }
    all->is_sweeping = all->len > 0;
    if (all->is_sweeping)
        hv_watch_after(all->sweep, all->sweep_ms);
}

/* ----------------------------------------------------------- first look -- */

static void
conn_keep_by_fd(struct hv_conn *conn)
{
    struct hv_conns *all = conn->all;
    size_t need = (size_t)conn->fd + 1;

    if (need > all->by_fd_len) {
        size_t len = need + 64;

        all->by_fd = hv_realloc_array(all->by_fd, len, sizeof(*all->by_fd));
        memset(all->by_fd + all->by_fd_len, 0,
               (len - all->by_fd_len) * sizeof(*all->by_fd));
        all->by_fd_len = len;
    }
    all->by_fd[conn->fd] = conn;
}

static void
conn_closed(struct evhttp_connection *evcon, void *arg)
{
    (void)evcon;
    conn_gone(arg);
}

/* evhttp gives the bufferevent its socket after asking for it: look again as
 * soon as that is done. The callbacks' argument is evhttp's connection, which
 * it shows to nobody before the first request. */
static void
conn_look(evutil_socket_t fd, short what, void *arg)
{
    struct hv_conn *conn = arg;
    struct hv_conns *all = conn->all;
    struct hv_conn *oldest;
    void *evcon = NULL;

    (void)fd;
    (void)what;
    conn->fd = bufferevent_getfd(conn->bev);
    bufferevent_getcb(conn->bev, NULL, NULL, NULL, &evcon);
    if (conn->fd < 0 || !evcon) { /* evhttp gave it up at once */
        conn_gone(conn);
        return;
    }
    evhttp_connection_set_closecb(evcon, conn_closed, conn);
    conn_keep_by_fd(conn);
    hv_conn_read_peer(conn);
    if (conn->is_doomed) /* before there was a socket to shut */
        shutdown(conn->fd, SHUT_RDWR);
    if (hv_conns_count(all, NULL, &oldest) > all->limits.max_connections &&
        oldest)
        conn_doom(oldest);
    if (!conn->is_loopback &&
        hv_conns_count(all, conn, &oldest) > all->limits.max_per_address &&
        oldest)
        conn_doom(oldest);
}

/* ------------------------------------------------------ birth and death -- */

static void
conn_gone(struct hv_conn *conn)
{
    struct hv_conns *all = conn->all;

    if (conn->request)
        hv_http_request_lost(conn->request);
    if (conn->fd >= 0 && all->by_fd[conn->fd] == conn)
        all->by_fd[conn->fd] = NULL;
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        all->first = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    all->len--;
    /* The bufferevent outlives us: libevent frees it later, and until then
     * what is left of this turn of the loop may still read into it. */
    evbuffer_remove_cb_entry(bufferevent_get_input(conn->bev), conn->input);
    event_free(conn->look);
    hv_head_release(&conn->head);
    free(conn);
}

/* Sees the bytes before evhttp does; only looks. */
static void
conn_input(struct evbuffer *input, const struct evbuffer_cb_info *info,
           void *arg)
{
    struct hv_conn *conn = arg;
    struct evbuffer_iovec parts[8];
    struct evbuffer_ptr at;
    size_t left = info->n_added;

    if (conn->head.is_complete || conn->head.is_over || left == 0)
        return;
    if (conn->phase == HV_CONN_IDLE)
        conn_phase(conn, HV_CONN_HEAD, conn->all->limits.headers_ms);
    if (evbuffer_ptr_set(input, &at, evbuffer_get_length(input) - left,
                         EVBUFFER_PTR_SET))
        return;
    while (left) {
        int len =
            evbuffer_peek(input, (ev_ssize_t)left, &at, parts, HV_LEN(parts));
        size_t step = 0;

        for (int i = 0; i < len && i < (int)HV_LEN(parts); i++) {
            struct hv_bytes more = { parts[i].iov_base, parts[i].iov_len };

            if (more.len > left - step)
                more.len = left - step;
            hv_head_feed(&conn->head, more);
            step += more.len;
        }
        left -= step;
        if (step == 0 || evbuffer_ptr_set(input, &at, step, EVBUFFER_PTR_ADD))
            break;
    }
    /* A head that comes while an answer is written waits for its turn. */
    if (conn->head.is_complete && conn->phase == HV_CONN_HEAD)
        conn_phase(conn, HV_CONN_BODY, conn->all->limits.body_ms);
}

static struct bufferevent *
make_bufferevent(SSL *ssl, struct event_base *base)
{
    struct bufferevent *bev;

    if (!ssl)
        return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    bev = bufferevent_openssl_socket_new(
        base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    if (bev)
        bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

struct hv_conn *
hv_conn_new(struct hv_conns *all, SSL *ssl)
{
    struct event_base *base = hv_loop_base(all->loop);
    struct hv_conn *conn = hv_calloc(1, sizeof(*conn));
    size_t room = all->limits.max_body + HV_MAX_HTTP_LINE + HV_MAX_HTTP_HEADERS;

    conn->all = all;
    conn->ssl = ssl;
    conn->fd = -1;
    conn->accepted_ms = hv_clock_mono_ms();
    conn_phase(conn, HV_CONN_HEAD, all->limits.headers_ms);
    conn->bev = make_bufferevent(ssl, base);
    conn->look = event_new(base, -1, 0, conn_look, conn);
    if (conn->bev)
        conn->input =
            evbuffer_add_cb(bufferevent_get_input(conn->bev), conn_input, conn);
    /* evhttp would serve without TLS if it got nothing from us. */
    if (!conn->look || !conn->input)
        abort();
    /* evhttp goes on reading while it writes: bound what piles up. */
    bufferevent_setwatermark(conn->bev, EV_READ, 0, 2 * room);
    event_active(conn->look, EV_TIMEOUT, 0);
    conn->next = all->first;
    if (conn->next)
        conn->next->prev = conn;
    all->first = conn;
    all->len++;
    if (!all->is_sweeping) {
        all->is_sweeping = true;
        hv_watch_after(all->sweep, all->sweep_ms);
    }
    return conn;
}

struct hv_conn *
hv_conn_find(const struct hv_conns *all, const struct bufferevent *bev)
{
    int fd = bufferevent_getfd((struct bufferevent *)bev);
    struct hv_conn *conn;

    if (fd >= 0 && (size_t)fd < all->by_fd_len && all->by_fd[fd])
        return all->by_fd[fd];
    /* Data may be there before the first look was taken. */
    for (conn = all->first; conn; conn = conn->next) {
        if (conn->bev == bev)
            return conn;
    }
    return NULL;
}

/* --------------------------------------------------- steps of a request -- */

void
hv_conn_ask(struct hv_conn *conn, struct hv_http_request *request)
{
    conn->request = request;
    conn_phase(conn, HV_CONN_APP, 0);
}

void
hv_conn_reply(struct hv_conn *conn)
{
    struct evbuffer *input = bufferevent_get_input(conn->bev);
    struct evbuffer_cb_info all_of_it = {
        .n_added = evbuffer_get_length(input),
    };

    conn->request = NULL;
    conn_phase(conn, HV_CONN_REPLY, conn->all->limits.answer_ms);
    /* What came after this request is the beginning of the next one. */
    hv_head_reset(&conn->head);
    conn_input(input, &all_of_it, conn);
}

void
hv_conn_replied(struct hv_conn *conn)
{
    const struct hv_http_config *limits = &conn->all->limits;

    conn->requests++;
    if (conn->head.is_complete)
        conn_phase(conn, HV_CONN_BODY, limits->body_ms);
    else if (conn->head.bytes.len)
        conn_phase(conn, HV_CONN_HEAD, limits->headers_ms);
    else
        conn_phase(conn, HV_CONN_IDLE, limits->idle_ms);
    /* The door was shut while this answer was under way. */
    if (conn->all->is_closing)
        conn_doom(conn);
}

bool
hv_conn_must_close(const struct hv_conn *conn)
{
    return conn->all->is_closing || conn->requests + 1 >= MAX_KEEP_ALIVE;
}

void
hv_conns_close_idle(struct hv_conns *all)
{
    all->is_closing = true;
    for (struct hv_conn *conn = all->first; conn; conn = conn->next) {
        if (conn->phase == HV_CONN_IDLE || conn->phase == HV_CONN_HEAD)
            conn_doom(conn);
    }
}
