/*
 * peer.c - see peer.h. One thread, poll(); the test and it share what was seen,
 * under one lock.
 */
#include "peer.h"

#include "hvconsole/clock.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNS 80
#define MAX_SEEN  256
#define WAIT_MS   20000

static struct {
    int listener;
    int stop[2];
    pthread_t thread;
    peer_fn fn;
    const char *hello;
    struct peer_conn *conns[MAX_CONNS];
} peer;

static struct {
    pthread_mutex_t guard;
    pthread_cond_t more;
    size_t len;
    struct seen items[MAX_SEEN];
} seen = { .guard = PTHREAD_MUTEX_INITIALIZER,
           .more = PTHREAD_COND_INITIALIZER };

/* ------------------------------------------------------------------- seen -- */

static void
put(char *out, size_t size, const char *text, size_t len)
{
    snprintf(out, size, "%.*s", (int)len, text);
}

void
seen_add(const char *head, size_t head_len, const char *body, size_t body_len)
{
    pthread_mutex_lock(&seen.guard);
    if (seen.len < MAX_SEEN) {
        struct seen *item = &seen.items[seen.len++];

        put(item->head, sizeof(item->head), head, head_len);
        put(item->body, sizeof(item->body), body, body_len);
        item->at_ms = hv_clock_mono_ms();
    }
    pthread_cond_broadcast(&seen.more);
    pthread_mutex_unlock(&seen.guard);
}

size_t
seen_len(void)
{
    size_t len;

    pthread_mutex_lock(&seen.guard);
    len = seen.len;
    pthread_mutex_unlock(&seen.guard);
    return len;
}

struct seen
seen_get(size_t i)
{
    struct timespec end;
    struct seen item = { 0 };
    bool is_there;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WAIT_MS / 1000;
    pthread_mutex_lock(&seen.guard);
    while (seen.len <= i &&
           pthread_cond_timedwait(&seen.more, &seen.guard, &end) == 0)
        continue;
    is_there = seen.len > i;
    if (is_there)
        item = seen.items[i];
    pthread_mutex_unlock(&seen.guard);
    cr_assert(is_there, "number %zu does not come", i);
    return item;
}

bool
seen_is(size_t i, const char *name, const char *value)
{
    struct seen item = seen_get(i);
    char line[256];

    snprintf(line, sizeof(line), "\r\n%s: %s\r\n", name, value);
    return strstr(item.head, line) != NULL;
}

void
until(bool (*what)(void), const char *(*why)(void))
{
    int64_t end_ms = hv_clock_mono_ms() + WAIT_MS;

    while (!what()) {
        cr_assert(hv_clock_mono_ms() < end_ms, "%s", why());
        poll(NULL, 0, 2);
    }
}

/* ------------------------------------------------------------------- peer -- */

void
peer_say(struct peer_conn *conn, const char *text)
{
    (void)!send(conn->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void
welcome(int fd)
{
    for (size_t i = 0; i < MAX_CONNS; i++) {
        if (peer.conns[i])
            continue;
        peer.conns[i] = hv_calloc(1, sizeof(*peer.conns[i]));
        peer.conns[i]->fd = fd;
        if (peer.hello[0])
            peer_say(peer.conns[i], peer.hello);
        return;
    }
    close(fd);
}

static void
farewell(size_t i)
{
    close(peer.conns[i]->fd);
    free(peer.conns[i]);
    peer.conns[i] = NULL;
}

static void
hear(size_t i)
{
    struct peer_conn *conn = peer.conns[i];
    ssize_t got = recv(conn->fd, conn->in + conn->len,
                       sizeof(conn->in) - 1 - conn->len, 0);
    long eaten = 1;

    if (got <= 0) {
        farewell(i);
        return;
    }
    conn->len += (size_t)got;
    while (conn->len && eaten > 0) {
        conn->in[conn->len] = '\0';
        eaten = peer.fn(conn);
        if (eaten > 0) {
            conn->len -= (size_t)eaten;
            memmove(conn->in, conn->in + eaten, conn->len);
        }
    }
    if (eaten < 0)
        farewell(i);
}

static void *
run(void *arg)
{
    (void)arg;
    for (;;) {
        struct pollfd fds[MAX_CONNS + 2];
        size_t which[MAX_CONNS + 2];
        nfds_t len = 2;

        fds[0] = (struct pollfd){ .fd = peer.stop[0], .events = POLLIN };
        fds[1] = (struct pollfd){ .fd = peer.listener, .events = POLLIN };
        for (size_t i = 0; i < MAX_CONNS; i++) {
            if (!peer.conns[i])
                continue;
            fds[len] =
                (struct pollfd){ .fd = peer.conns[i]->fd, .events = POLLIN };
            which[len++] = i;
        }
        poll(fds, len, -1);
        if (fds[0].revents) {
            char word = 0;

            if (read(peer.stop[0], &word, 1) != 1 || word == 's')
                return NULL;
            for (size_t i = 0; i < MAX_CONNS; i++) {
                if (peer.conns[i])
                    farewell(i);
            }
            continue;
        }
        for (nfds_t i = 2; i < len; i++) {
            if (fds[i].revents)
                hear(which[i]);
        }
        if (fds[1].revents)
            welcome(accept4(peer.listener, NULL, NULL, SOCK_CLOEXEC));
    }
}

int
peer_start(peer_fn fn, const char *hello)
{
    struct sockaddr_in here = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(here);

    peer.fn = fn;
    peer.hello = hello;
    peer.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(peer.listener, (struct sockaddr *)&here, len), 0);
    cr_assert_eq(listen(peer.listener, 64), 0);
    cr_assert_eq(getsockname(peer.listener, (struct sockaddr *)&here, &len), 0);
    cr_assert_eq(pipe(peer.stop), 0);
    cr_assert_eq(pthread_create(&peer.thread, NULL, run, NULL), 0);
    return ntohs(here.sin_port);
}

void
peer_drop(void)
{
    cr_assert_eq(write(peer.stop[1], "d", 1), 1);
}

void
peer_stop(void)
{
    if (!peer.fn)
        return;
    cr_assert_eq(write(peer.stop[1], "s", 1), 1);
    pthread_join(peer.thread, NULL);
    for (size_t i = 0; i < MAX_CONNS; i++) {
        if (peer.conns[i])
            farewell(i);
    }
    close(peer.listener);
    close(peer.stop[0]);
    close(peer.stop[1]);
    peer.fn = NULL;
}
