/*
 * loop.c - the event loop: descriptors, timers, signals and what other threads
 * post, on one libevent base. Called by everything that waits. All state
 * belongs to the loop's thread but the queue and the wish to stop, which have
 * a lock. Nothing here may wait but the loop itself.
 */
#include "hvconsole/loop.h"
#include "core/loop/base.h"
#include "core/loop/state.h"

#include <event2/event.h>

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum watch_kind {
    WATCH_FD,
    WATCH_CALL, /* timer or signal */
};

struct hv_watch {
    struct hv_watch *next;
    struct hv_watch **from; /* what points here */
    struct event *event;    /* NULL once the loop is gone */
    enum watch_kind kind;
    hv_fd_fn fd_fn;
    hv_loop_fn fn;
    void *arg;
};

/* libevent writes warnings to stderr, which is a screen when curses runs; only
 * what it cannot survive is worth that. */
static void
on_log(int severity, const char *text)
{
    if (severity >= EVENT_LOG_ERR)
        fprintf(stderr, "hvconsole: event loop: %s\n", text);
}

static void
wake(struct hv_loop *loop)
{
    static const uint64_t one = 1;

    /* It fails only when the counter is full, and then the loop is awake. */
    (void)!write(loop->wake_fd, &one, sizeof(one));
}

/* Runs what was posted before this call; what these post comes later. False
 * when there was nothing. */
static bool
run_posts(struct hv_loop *loop)
{
    struct hv_turn *turn;

    pthread_mutex_lock(&loop->lock);
    turn = loop->first;
    loop->first = NULL;
    loop->last = &loop->first;
    pthread_mutex_unlock(&loop->lock);
    if (!turn)
        return false;
    while (turn) {
        struct hv_turn *next = turn->next;

        turn->fn(turn->arg);
        free(turn);
        turn = next;
    }
    return true;
}

static bool
is_stopping(struct hv_loop *loop)
{
    bool answer;

    pthread_mutex_lock(&loop->lock);
    answer = loop->is_stopping;
    pthread_mutex_unlock(&loop->lock);
    return answer;
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
    struct hv_loop *loop = arg;
    uint64_t count;

    (void)what;
    /* First emptied, then looked at: a post in between wakes again. */
    (void)!read(fd, &count, sizeof(count));
    run_posts(loop);
    if (is_stopping(loop))
        event_base_loopbreak(loop->base);
}

static struct event_base *
new_base(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;

    /* NO_CACHE_TIME: a timer set late in a long callback must not be short. */
    if (config &&
        !event_config_set_flag(
            config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_NO_CACHE_TIME |
                        EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST))
        base = event_base_new_with_config(config);
    if (config)
        event_config_free(config);
    return base;
}

enum hv_status
hv_loop_new(struct hv_loop **out, struct hv_error *err)
{
    struct hv_loop *loop = hv_calloc(1, sizeof(*loop));

    event_set_log_callback(on_log);
    pthread_mutex_init(&loop->lock, NULL);
    loop->last = &loop->first;
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->probe_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->wake_fd < 0 || loop->probe_fd < 0) {
        hv_fail_errno(err, HV_ERR_IO, "cannot make an event loop");
        goto failed;
    }
    loop->base = new_base();
    if (loop->base)
        loop->wake = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST,
                               on_wake, loop);
    if (!loop->wake || event_add(loop->wake, NULL)) {
        hv_fail(err, HV_ERR_IO, "cannot make an event loop: libevent refused");
        goto failed;
    }
    *out = loop;
    return HV_OK;

failed:
    hv_loop_free(loop);
    return HV_ERR_IO;
}

static void
drop_event(struct hv_watch *watch)
{
    event_del(watch->event);
    free(watch->event);
    watch->event = NULL;
}

/* Watches may outlive the loop as empty shells, so that their owners need not
 * care which goes first. */
static void
detach_watches(struct hv_loop *loop)
{
    while (loop->watches) {
        struct hv_watch *watch = loop->watches;

        loop->watches = watch->next;
        drop_event(watch);
        watch->next = NULL;
        watch->from = NULL;
    }
}

void
hv_loop_free(struct hv_loop *loop)
{
    if (!loop)
        return;
    assert(!loop->is_running);
    /* Whatever was posted owns its argument: it is run, not dropped. */
    do {
        hv_loop_join_jobs(loop);
    } while (run_posts(loop));
    detach_watches(loop);
    if (loop->wake)
        event_free(loop->wake);
    if (loop->base)
        event_base_free(loop->base);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    if (loop->probe_fd >= 0)
        close(loop->probe_fd);
    pthread_mutex_destroy(&loop->lock);
    free(loop);
}

struct event_base *
hv_loop_base(struct hv_loop *loop)
{
    return loop->base;
}

/* True when a stop was asked; it counts once. */
static bool
take_stop(struct hv_loop *loop)
{
    bool answer;

    pthread_mutex_lock(&loop->lock);
    answer = loop->is_stopping;
    loop->is_stopping = false;
    pthread_mutex_unlock(&loop->lock);
    return answer;
}

void
hv_loop_run(struct hv_loop *loop)
{
    assert(!loop->is_running);
    loop->is_running = true;
    while (!take_stop(loop)) {
        if (event_base_loop(loop->base, 0) < 0)
            break;
    }
    loop->is_running = false;
}

void
hv_loop_stop(struct hv_loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->is_stopping = true;
    pthread_mutex_unlock(&loop->lock);
    wake(loop);
}

static void
on_deadline(void *arg)
{
    *(bool *)arg = true;
}

bool
hv_loop_run_until(struct hv_loop *loop, const bool *flag, int timeout_ms)
{
    bool is_late = timeout_ms == 0;
    struct hv_watch *timer = hv_loop_timer(loop, on_deadline, &is_late);

    assert(!loop->is_running);
    loop->is_running = true;
    hv_watch_after(timer, timeout_ms);
    while (!*flag && !take_stop(loop)) {
        int how = is_late ? EVLOOP_ONCE | EVLOOP_NONBLOCK : EVLOOP_ONCE;
        bool was_late = is_late;

        /* Late: one more look at what is ready, then no more. */
        if (event_base_loop(loop->base, how) < 0 || was_late)
            break;
    }
    loop->is_running = false;
    hv_watch_free(timer);
    return *flag;
}

void
hv_loop_post(struct hv_loop *loop, hv_loop_fn fn, void *arg)
{
    struct hv_turn *turn = hv_calloc(1, sizeof(*turn));
    bool was_empty;

    *turn = (struct hv_turn){ .fn = fn, .arg = arg };
    pthread_mutex_lock(&loop->lock);
    was_empty = !loop->first;
    *loop->last = turn;
    loop->last = &turn->next;
    /* Under the lock: once the turn is seen the loop may be freed. */
    if (was_empty)
        wake(loop);
    pthread_mutex_unlock(&loop->lock);
}

static void
on_fd(evutil_socket_t fd, short what, void *arg)
{
    struct hv_watch *watch = arg;

    watch->fd_fn(watch->arg, fd,
                 (what & EV_READ ? HV_WATCH_READ : 0) |
                     (what & EV_WRITE ? HV_WATCH_WRITE : 0));
}

static void
on_call(evutil_socket_t fd, short what, void *arg)
{
    struct hv_watch *watch = arg;

    (void)fd;
    (void)what;
    watch->fn(watch->arg);
}

/* Asked before libevent is, which would defer the call to epoll, and with it
 * the refusal. */
static bool
takes_fd(struct hv_loop *loop, int fd)
{
    struct epoll_event none = { 0 };

    if (epoll_ctl(loop->probe_fd, EPOLL_CTL_ADD, fd, &none))
        return false;
    epoll_ctl(loop->probe_fd, EPOLL_CTL_DEL, fd, NULL);
    return true;
}

/* A copy of @shape that lives; its event is added at once, unless it is a timer
 * (@what is 0), which therefore never fails. */
static struct hv_watch *
new_watch(struct hv_loop *loop, struct hv_watch shape, int fd, short what)
{
    struct hv_watch *watch = hv_calloc(1, sizeof(*watch));

    *watch = shape;
    watch->event = hv_calloc(1, event_get_struct_event_size());
    event_assign(watch->event, loop->base, fd, what,
                 shape.kind == WATCH_FD ? on_fd : on_call, watch);
    if (what && event_add(watch->event, NULL)) {
        free(watch->event);
        free(watch);
        return NULL;
    }
    watch->next = loop->watches;
    watch->from = &loop->watches;
    if (watch->next)
        watch->next->from = &watch->next;
    loop->watches = watch;
    return watch;
}

struct hv_watch *
hv_loop_fd(struct hv_loop *loop, int fd, int what, hv_fd_fn fn, void *arg)
{
    struct hv_watch shape = { .kind = WATCH_FD, .fd_fn = fn, .arg = arg };
    int events = EV_PERSIST | (what & HV_WATCH_READ ? EV_READ : 0) |
                 (what & HV_WATCH_WRITE ? EV_WRITE : 0);

    if (!takes_fd(loop, fd))
        return NULL;
    return new_watch(loop, shape, fd, (short)events);
}

struct hv_watch *
hv_loop_timer(struct hv_loop *loop, hv_loop_fn fn, void *arg)
{
    struct hv_watch shape = { .kind = WATCH_CALL, .fn = fn, .arg = arg };

    return new_watch(loop, shape, -1, 0);
}

void
hv_watch_after(struct hv_watch *watch, int64_t ms)
{
    struct timeval wait = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

    if (!watch->event)
        return;
    if (ms < 0)
        event_del(watch->event);
    else
        event_add(watch->event, &wait);
}

struct hv_watch *
hv_loop_signal(struct hv_loop *loop, int signo, hv_loop_fn fn, void *arg)
{
    struct hv_watch shape = { .kind = WATCH_CALL, .fn = fn, .arg = arg };

    return new_watch(loop, shape, signo, EV_SIGNAL | EV_PERSIST);
}

void
hv_watch_free(struct hv_watch *watch)
{
    if (!watch)
        return;
    if (watch->event) {
        *watch->from = watch->next;
        if (watch->next)
            watch->next->from = watch->from;
        drop_event(watch);
    }
    free(watch);
}
