/*
 * conn.c - one connection of an HTTP door: its first look, the bytes of its
 * heads, the steps of its requests. Called by http.c and by libevent. Never
 * changes what is read: it only looks.
 */
#include "core/net/conn.h"

#include "core/loop/base.h"
#include "hvconsole/clock.h"
#include "hvconsole/limits.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/bufferevent_struct.h>
#include <event2/event.h>
#include <event2/http.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_KEEP_ALIVE 1000 /* requests of one connection */
#define READ_STEP      4096

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
    hv_conn_gone(arg);
}

/* evhttp gives the bufferevent its socket after asking for it: look again as
 * soon as that is done. The callbacks' argument is evhttp's connection, which
 * it shows to nobody before the first request. */
static void
conn_look(evutil_socket_t fd, short what, void *arg)
{
    struct hv_conn *conn = arg;
    struct hv_conns *all = conn->all;
    void *evcon = NULL;

    (void)fd;
    (void)what;
    conn->fd = bufferevent_getfd(conn->bev);
    bufferevent_getcb(conn->bev, NULL, NULL, NULL, &evcon);
    if (conn->fd < 0 || !evcon) { /* evhttp gave it up at once */
        hv_conn_gone(conn);
        return;
    }
    evhttp_connection_set_closecb(evcon, conn_closed, conn);
    conn_keep_by_fd(conn);
    hv_conn_read_peer(conn);
    if (conn->is_doomed) /* before there was a socket to shut */
        shutdown(conn->fd, SHUT_RDWR);
    hv_conns_make_room(all, conn);
}

/* ------------------------------------------------------ birth and death -- */

void
hv_conn_gone(struct hv_conn *conn)
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

/* A sender who does not wait for his answer is not read before he has it: what
 * piles up is bounded. Those who wait keep their place in epoll. */
static void
conn_park(struct hv_conn *conn)
{
    conn->is_parked = true;
    bufferevent_disable(conn->bev, EV_READ);
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

    if (left && (conn->phase == HV_CONN_APP || conn->phase == HV_CONN_REPLY))
        conn_park(conn);
    if (conn->head.is_complete || conn->head.is_over || left == 0)
        return;
    if (conn->phase == HV_CONN_IDLE)
        hv_conn_phase(conn, HV_CONN_HEAD, conn->all->limits.headers_ms);
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
        hv_conn_phase(conn, HV_CONN_BODY, conn->all->limits.body_ms);
}

static struct bufferevent *
make_bufferevent(SSL *ssl, struct event_base *base)
{
    struct bufferevent *bev;

    if (!ssl)
        return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    /* Deferred, data is told before the end that came right behind it. */
    bev = bufferevent_openssl_socket_new(
        base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING,
        BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
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
    hv_conn_phase(conn, HV_CONN_HEAD, all->limits.headers_ms);
    conn->bev = make_bufferevent(ssl, base);
    conn->look = event_new(base, -1, 0, conn_look, conn);
    if (conn->bev)
        conn->input =
            evbuffer_add_cb(bufferevent_get_input(conn->bev), conn_input, conn);
    /* evhttp would serve without TLS if it got nothing from us. */
    if (!conn->look || !conn->input)
        abort();
    /* evhttp goes on reading while it writes: bound what piles up; and make
     * room for no more than a notification needs. */
    bufferevent_setwatermark(conn->bev, EV_READ, 0, 2 * room);
    bufferevent_set_max_single_read(conn->bev, READ_STEP);
    event_active(conn->look, EV_TIMEOUT, 0);
    conn->next = all->first;
    if (conn->next)
        conn->next->prev = conn;
    all->first = conn;
    all->len++;
    hv_conns_sweep_soon(all);
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

/* Whoever shuts his sending side behind a request still wants its answer, and
 * evhttp would take the end for his going away: it is not told. What cannot be
 * written tells enough. */
static void
asked_event(struct bufferevent *bev, short what, void *arg)
{
    struct hv_conn *conn = arg;

    (void)bev;
    if (what & BEV_EVENT_READING)
        conn->has_ended = true;
}

/* The same while the answer is written, which the end of the other direction
 * has interrupted; other ends are what evhttp makes of them. */
static void
replied_event(struct bufferevent *bev, short what, void *evcon)
{
    if (what != (BEV_EVENT_READING | BEV_EVENT_EOF))
        evhttp_connection_free(evcon);
    else if (evbuffer_get_length(bufferevent_get_output(bev)) > 0)
        bufferevent_enable(bev, EV_WRITE);
}

void
hv_conn_ask(struct hv_conn *conn, struct hv_http_request *request)
{
    conn->request = request;
    hv_conn_phase(conn, HV_CONN_APP, 0);
    bufferevent_setcb(conn->bev, NULL, NULL, asked_event, conn);
    /* evhttp has just stopped reading, which would cost two calls of epoll for
     * each request. */
    if (evbuffer_get_length(bufferevent_get_input(conn->bev)) == 0)
        bufferevent_enable(conn->bev, EV_READ);
}

void
hv_conn_writes(struct hv_conn *conn)
{
    bufferevent_data_cb write = NULL;
    void *evcon = NULL;

    bufferevent_getcb(conn->bev, NULL, &write, NULL, &evcon);
    bufferevent_setcb(conn->bev, NULL, write, replied_event, evcon);
    if (conn->is_parked)
        bufferevent_disable(conn->bev, EV_READ);
    conn->is_parked = false;
    /* In this turn of the loop: an empty socket takes an answer at once, and
     * epoll need not be asked when. */
    event_active(&conn->bev->ev_write, EV_WRITE, 0);
}

void
hv_conn_reply(struct hv_conn *conn)
{
    struct evbuffer *input = bufferevent_get_input(conn->bev);
    struct evbuffer_cb_info all_of_it = {
        .n_added = evbuffer_get_length(input),
    };

    conn->request = NULL;
    hv_conn_phase(conn, HV_CONN_REPLY, conn->all->limits.answer_ms);
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
        hv_conn_phase(conn, HV_CONN_BODY, limits->body_ms);
    else if (conn->head.bytes.len)
        hv_conn_phase(conn, HV_CONN_HEAD, limits->headers_ms);
    else
        hv_conn_phase(conn, HV_CONN_IDLE, limits->idle_ms);
    /* The door was shut while this answer was under way. */
    if (conn->all->is_closing)
        hv_conn_doom(conn);
}

bool
hv_conn_must_close(const struct hv_conn *conn)
{
    bool has_more = evbuffer_get_length(bufferevent_get_input(conn->bev)) > 0;

    return conn->all->is_closing || conn->requests + 1 >= MAX_KEEP_ALIVE ||
           (conn->has_ended && !has_more);
}
