/*
 * worker.c - the loops that serve: number 0 on the main loop, others on threads
 * of their own, all on one address. Called by listener.c on the main thread;
 * nothing of a worker is touched from outside while its thread runs but what is
 * atomic.
 */
#include "core/listener/state.h"

#include "core/net/systemd.h"
#include "hvconsole/clock.h"
#include "hvconsole/thread.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS 2000

/* ----------------------------------------------------------------- its life -- */

static void
keys_changed(void *arg)
{
    struct listener_worker *worker = arg;

    hv_notify_parser_forget(worker->parser);
    atomic_store(&worker->generation,
                 hv_keystore_info(worker->keys.ks)->generation);
    if (worker->number == 0 && worker->listener->url[0])
        listener_publish(worker->listener);
    else
        listener_nudge(worker->listener);
}

/* inotify may be missing; and a loop that hangs must show. */
static void
tick(void *arg)
{
    struct listener_worker *worker = arg;

    listener_keys_refresh(&worker->keys);
    atomic_store(&worker->alive_ms, hv_clock_mono_ms());
    hv_watch_after(worker->tick, TICK_MS);
}

static void *
run(void *arg)
{
    struct listener_worker *worker = arg;

    hv_loop_run(worker->loop);
    return NULL;
}

static enum hv_status
start_thread(struct listener_worker *worker, struct hv_error *err)
{
    worker->has_thread = hv_thread_start(&worker->thread, run, worker);
    if (!worker->has_thread)
        return hv_fail(err, HV_ERR_IO, "cannot start thread %d of the listener",
                       worker->number);
    return HV_OK;
}

/* -------------------------------------------------------------------- start -- */

/* A share of the passed sockets, or a socket of our own on the same port. */
static void
choose_socket(const struct listener_worker *worker,
              struct hv_http_config *config)
{
    const struct hv_listener *listener = worker->listener;
    int fd = HV_SYSTEMD_FIRST_FD;

    config->shares_port = listener->workers_len > 1;
    if (listener->sockets) {
        fd += worker->number % listener->sockets;
        config->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        config->has_fd = true;
    }
}

static enum hv_status
open_door(struct listener_worker *worker,
          const struct hv_listener_config *config, struct hv_error *err)
{
    struct hv_listener *listener = worker->listener;
    size_t share = config->max_connections ? config->max_connections : 1024;
    struct hv_http_config door = {
        .host = listener->host,
        .port = listener->port,
        .methods = "GET,POST",
        .tls = listener->tls,
        .max_body = config->max_body,
        .max_per_address = config->max_per_address,
        .count_loopback = config->count_loopback,
    };
    enum hv_status st;

    door.max_connections = share / (size_t)listener->workers_len;
    if (door.max_connections == 0)
        door.max_connections = 1;
    choose_socket(worker, &door);
    st = hv_http_start(worker->loop, &door, listener_request, worker,
                       &worker->http, err);
    if (!st)
        listener->port = hv_http_port(worker->http);
    return st;
}

static enum hv_status
start_worker(struct listener_worker *worker,
             const struct hv_listener_config *config, struct hv_error *err)
{
    struct hv_listener *listener = worker->listener;
    const struct listener_worker *first = &listener->workers[0];
    struct hv_keystore *ks = NULL;
    enum hv_status st = HV_OK;

    if (worker->number > 0) {
        st = hv_loop_new(&worker->loop, err);
        if (!st)
            st = hv_keystore_clone(first->keys.ks, &ks, err);
        if (st)
            return st;
        hv_keystore_narrow(ks);
        listener_keys_start(&worker->keys, worker->loop, ks, keys_changed,
                            worker);
    }
    atomic_store(&worker->generation,
                 hv_keystore_info(worker->keys.ks)->generation);
    worker->parser = hv_notify_parser_new();
    st = listener_port_new(listener->queue, worker->loop, listener_committed,
                           worker, &worker->port, err);
    if (!st)
        st = open_door(worker, config, err);
    if (st)
        return st;
    atomic_store(&worker->alive_ms, hv_clock_mono_ms());
    worker->tick = hv_loop_timer(worker->loop, tick, worker);
    hv_watch_after(worker->tick, TICK_MS);
    return worker->number > 0 ? start_thread(worker, err) : HV_OK;
}

/* Several sockets on one port are asked for, so the system would not say that
 * somebody else has it. */
static enum hv_status
check_port(const struct hv_listener *listener, struct hv_error *err)
{
    struct hv_http_server *door = NULL;
    struct hv_http_config config = { .host = listener->host,
                                     .port = listener->port };
    enum hv_status st;

    if (listener->workers_len == 1 || listener->port == 0 || listener->sockets)
        return HV_OK;
    st = hv_http_start(listener->loop, &config, listener_request, NULL, &door,
                       err);
    hv_http_free(door);
    return st;
}

void
listener_workers_init(struct hv_listener *listener, int len,
                      struct hv_keystore *ks)
{
    struct listener_worker *first;

    listener->workers_len = len > 0 ? len : 1;
    listener->workers =
        hv_calloc((size_t)listener->workers_len, sizeof(*listener->workers));
    for (int i = 0; i < listener->workers_len; i++) {
        listener->workers[i].listener = listener;
        listener->workers[i].number = i;
    }
    first = &listener->workers[0];
    first->loop = listener->loop;
    listener_keys_start(&first->keys, listener->loop, ks, keys_changed, first);
    hv_keystore_narrow(first->keys.ks);
}

enum hv_status
listener_workers_start(struct hv_listener *listener,
                       const struct hv_listener_config *config,
                       struct hv_error *err)
{
    enum hv_status st = check_port(listener, err);

    for (int i = 0; !st && i < listener->workers_len; i++)
        st = start_worker(&listener->workers[i], config, err);
    return st;
}

/* ------------------------------------------------- told by the main thread -- */

/* On the worker's thread. */
static void
close_door(void *arg)
{
    struct listener_worker *worker = arg;

    if (worker->http)
        hv_http_close_door(worker->http);
}

void
listener_workers_close_door(struct hv_listener *listener)
{
    close_door(&listener->workers[0]);
    for (int i = 1; i < listener->workers_len; i++)
        hv_loop_post(listener->workers[i].loop, close_door,
                     &listener->workers[i]);
}

struct new_tls {
    struct listener_worker *worker;
    struct hv_http_tls *tls; /* a share */
};

static void
use_tls(void *arg)
{
    struct new_tls *new_tls = arg;

    if (new_tls->worker->http)
        hv_http_use_tls(new_tls->worker->http, new_tls->tls);
    hv_http_tls_free(new_tls->tls);
    free(new_tls);
}

void
listener_workers_use_tls(struct hv_listener *listener)
{
    for (int i = 0; i < listener->workers_len; i++) {
        struct new_tls *new_tls = hv_calloc(1, sizeof(*new_tls));

        new_tls->worker = &listener->workers[i];
        new_tls->tls = hv_http_tls_share(listener->tls);
        if (i == 0)
            use_tls(new_tls);
        else
            hv_loop_post(listener->workers[i].loop, use_tls, new_tls);
    }
}

size_t
listener_workers_connections(const struct hv_listener *listener)
{
    size_t len = 0;

    for (int i = 0; i < listener->workers_len; i++) {
        if (listener->workers[i].http)
            len += hv_http_connections(listener->workers[i].http);
    }
    return len;
}

/* What all of them have: a key is accepted before it is announced. */
uint64_t
listener_workers_generation(const struct hv_listener *listener)
{
    uint64_t least = atomic_load(&listener->workers[0].generation);

    for (int i = 1; i < listener->workers_len; i++) {
        uint64_t generation = atomic_load(&listener->workers[i].generation);

        if (generation < least)
            least = generation;
    }
    return least;
}

/* ---------------------------------------------------------------------- end -- */

void
listener_workers_end(struct hv_listener *listener)
{
    for (int i = 0; i < listener->workers_len; i++) {
        struct listener_worker *worker = &listener->workers[i];

        if (worker->has_thread) {
            hv_loop_stop(worker->loop);
            pthread_join(worker->thread, NULL);
            worker->has_thread = false;
        }
        hv_watch_free(worker->tick);
        worker->tick = NULL;
        listener_port_free(worker->port);
        worker->port = NULL;
        hv_http_free(worker->http);
        worker->http = NULL;
        if (worker->keys.ks) /* else they were never followed */
            listener_keys_end(&worker->keys);
        hv_notify_parser_free(worker->parser);
        worker->parser = NULL;
        if (i > 0)
            hv_loop_free(worker->loop);
        worker->loop = NULL;
    }
}
