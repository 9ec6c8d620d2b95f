/*
 * listener.c - the life of a listener: start in the order in which things can
 * fail, tell the world how it is, stop without losing what was accepted. Called
 * through hvconsole/listener.h, on the main loop.
 */
#include "core/listener/state.h"

#include "core/net/systemd.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TICK_MS      2000
#define STOP_LOOK_MS 10
#define STOP_MAX_MS  5000 /* for those who are still sending or reading */
#define HANDON_MS    3000 /* for a worker that is at it */

/* -------------------------------------------------------------------- tick -- */

static void
on_wake(void *arg, int fd, int what)
{
    struct hv_listener *listener = arg;
    uint64_t count;

    (void)what;
    (void)!read(fd, &count, sizeof(count));
    if (listener->url[0])
        listener_publish_if_stale(listener);
}

/* systemd restarts us when a loop hangs, and for nothing else. */
static void
feed_watchdog(const struct hv_listener *listener)
{
    int64_t now_ms = hv_clock_mono_ms();

    if (!listener->watchdog_ms)
        return;
    for (int i = 0; i < listener->workers_len; i++) {
        if (now_ms - atomic_load(&listener->workers[i].alive_ms) >
            listener->watchdog_ms / 2)
            return;
    }
    hv_systemd_tell("WATCHDOG=1");
}

/* Counts are not worth a write each. */
static void
tick(void *arg)
{
    struct hv_listener *listener = arg;

    feed_watchdog(listener);
    listener_publish_if_stale(listener);
    hv_watch_after(listener->tick, TICK_MS);
}

/* ------------------------------------------------------------------- start -- */

static void
on_commit(void *arg)
{
    struct hv_listener *listener = arg;

    hv_handon_wake(listener->handon);
}

static enum hv_status
start_handon(struct hv_listener *listener,
             const struct hv_listener_config *config, struct hv_error *err)
{
    const struct hv_keyring *ring =
        hv_keystore_ring(listener->workers[0].keys.ks);
    struct hv_handon_config handon = {
        .store = listener->store,
        .keys = ring->journal_keys,
        .keys_len = ring->journal_keys_len,
        .way = config->handon,
    };
    enum hv_status st = hv_handon_start(&handon, &listener->handon, err);

    if (!st)
        listener_queue_on_commit(listener->queue, on_commit, listener);
    return st;
}

static enum hv_status
open_journal(struct hv_listener *listener,
             const struct hv_listener_config *config, struct hv_error *err)
{
    const struct hv_journal_key *key =
        hv_keyring_journal_key(hv_keystore_ring(listener->workers[0].keys.ks));
    struct hv_journal_policy policy = {
        .hand_on = hv_handon_is_wanted(&config->handon),
    };
    char path[PATH_MAX];
    enum hv_status st;

    if (!key) {
        hv_fail(err, HV_ERR_REFUSED,
                "the keystore has no journal key, so that nothing could be "
                "stored sealed");
        hv_hint(err, "make a keystore with `hvconsole keystore init`");
        return HV_ERR_REFUSED;
    }
    if (hv_path_join(path, sizeof(path), listener->store, "journal.db"))
        return hv_fail(err, HV_ERR_LIMIT, "the path of the store is too long");
    st = hv_journal_open(path, key, &listener->journal, err);
    if (st)
        return st;
    hv_journal_set_policy(listener->journal, &policy);
    st = listener_queue_start(listener->journal, &listener->queue, err);
    if (!st && policy.hand_on)
        st = start_handon(listener, config, err);
    return st;
}

static enum hv_status
start_serving(struct hv_listener *listener,
              const struct hv_listener_config *config, struct hv_error *err)
{
    bool is_v6 = strchr(listener->host, ':') != NULL;
    enum hv_status st = listener_read_tls(listener, &listener->tls, err);

    if (!st)
        st = listener_workers_start(listener, config, err);
    if (st)
        return st;
    snprintf(listener->url, sizeof(listener->url), "%s://%s%s%s:%d",
             listener->is_plain ? "http" : "https", is_v6 ? "[" : "",
             listener->host, is_v6 ? "]" : "", listener->port);
    return hv_run_serve(listener->run, listener->loop, listener_control,
                        listener, err);
}

static enum hv_status
check_config(const struct hv_listener_config *config, struct hv_error *err)
{
    if (config->max_body > HV_MAX_NOTIFY_BODY_CONFIG)
        return hv_fail(err, HV_ERR_USAGE,
                       "a body may be limited to %d bytes at most",
                       HV_MAX_NOTIFY_BODY_CONFIG);
    if (config->workers < 0 || config->workers > LISTENER_MAX_WORKERS)
        return hv_fail(err, HV_ERR_USAGE, "a listener has 1 to %d workers",
                       LISTENER_MAX_WORKERS);
    return hv_handon_check(&config->handon, err);
}

static enum hv_status
start_wake(struct hv_listener *listener, struct hv_error *err)
{
    listener->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (listener->wake_fd >= 0)
        listener->wake = hv_loop_fd(listener->loop, listener->wake_fd,
                                    HV_WATCH_READ, on_wake, listener);
    if (!listener->wake)
        return hv_fail_errno(err, HV_ERR_IO, "cannot make an eventfd");
    return HV_OK;
}

/* Every batch gives its memory back at once: what goes to the system and comes
 * again with the next one costs more than the batch. */
static void
keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
    mallopt(M_TOP_PAD, 256 * 1024);
}

/* A command of the operator reads and writes where it must, so it is not
 * confined with us. */
static void
confine(struct hv_listener *listener, const struct hv_listener_config *config)
{
    if (!config->is_fenced)
        listener->fence = "none";
    else if (config->handon.exec)
        listener->fence = "none: it would hold for the command of --exec";
    else if (hv_systemd_is_here())
        listener->fence = "systemd";
    else
        listener->fence = listener_fence(
            listener, hv_keystore_path(listener->workers[0].keys.ks),
            config->handon.sink_creds);
}

static enum hv_status
start_parts(struct hv_listener *listener,
            const struct hv_listener_config *config, struct hv_error *err)
{
    enum hv_status st =
        hv_run_start(config->store, "listener", &listener->run, err);

    if (st)
        return st;
    keep_memory();
    confine(listener, config);
    listener_record_start(listener);
    st = open_journal(listener, config, err);
    if (!st)
        st = start_serving(listener, config, err);
    return st;
}

static void
begin(struct hv_listener *listener, const struct hv_listener_config *config)
{
    listener_record(listener, "listener start", "ok", listener->url);
    listener_publish(listener);
    listener->watchdog_ms = hv_systemd_watchdog_ms();
    listener->tick = hv_loop_timer(listener->loop, tick, listener);
    hv_watch_after(listener->tick, TICK_MS);
    if (config->probe_ms >= 0)
        listener_probe_start(listener, config->probe_ms);
    hv_systemd_tell("READY=1\nSTATUS=listening on %s\nMAINPID=%ld",
                    listener->url, (long)getpid());
}

enum hv_status
hv_listener_start(struct hv_loop *loop, const struct hv_listener_config *config,
                  struct hv_keystore *ks, struct hv_listener **out,
                  struct hv_error *err)
{
    struct hv_listener *listener = hv_calloc(1, sizeof(*listener));
    enum hv_status st;

    listener->loop = loop;
    listener->wake_fd = -1;
    listener->started_ms = hv_clock_now_ms();
    listener->store = hv_strdup(config->store);
    pthread_mutex_init(&listener->guard, NULL);
    listener_workers_init(listener, config->workers, ks);
    st = check_config(config, err);
    if (!st)
        st = listener_read_config(listener, config, err);
    if (!st)
        st = start_wake(listener, err);
    if (!st)
        st = start_parts(listener, config, err);
    if (st) {
        hv_listener_free(listener);
        return st;
    }
    begin(listener, config);
    *out = listener;
    return HV_OK;
}

const char *
hv_listener_url(const struct hv_listener *listener)
{
    return listener->url;
}

const char *
hv_listener_fence(const struct hv_listener *listener)
{
    return listener->fence;
}

enum hv_status
hv_listener_reload(struct hv_listener *listener, struct hv_error *err)
{
    struct hv_error why = { 0 };
    struct hv_http_tls *tls = NULL;
    enum hv_status st;

    if (!listener->cert_file || listener->is_stopped)
        return HV_OK; /* there are no files */
    st = listener_read_tls(listener, &tls, &why);
    listener_record(listener, "listener certificate", st ? "refused" : "ok",
                    st ? why.why : NULL);
    if (st) {
        if (err && !err->status)
            *err = why;
        return st;
    }
    hv_http_tls_free(listener->tls);
    listener->tls = tls;
    listener_workers_use_tls(listener);
    return HV_OK;
}

/* -------------------------------------------------------------------- stop -- */

/* Everything that runs, in the order that answers what was accepted: the
 * thread gives its commits back before the doors go. */
static void
end_parts(struct hv_listener *listener)
{
    hv_watch_free(listener->tick);
    listener->tick = NULL;
    listener_probe_end(listener->probe);
    listener->probe = NULL;
    listener_queue_end(listener->queue);
    listener_workers_end(listener);
    listener->queue = NULL; /* it went with the last worker */
    hv_handon_end(listener->handon, HANDON_MS);
    listener->handon = NULL;
    hv_journal_close(listener->journal);
    listener->journal = NULL;
    hv_http_tls_free(listener->tls);
    listener->tls = NULL;
    hv_audit_close(listener->audit);
    listener->audit = NULL;
    hv_watch_free(listener->wake);
    listener->wake = NULL;
    if (listener->wake_fd >= 0)
        close(listener->wake_fd);
    listener->wake_fd = -1;
    if (listener->run)
        hv_run_remove(listener->run, "metrics.prom");
    hv_run_end(listener->run);
    listener->run = NULL;
}

/* Tells all who wait. The last of them may free the listener. */
static void
tell_waiters(struct hv_listener *listener)
{
    struct listener_waiter *waiter = listener->waiters;
    struct hv_loop *loop = listener->loop;

    listener->waiters = NULL;
    while (waiter) {
        struct listener_waiter *next = waiter->next;

        if (waiter->control) {
            hv_control_reply(waiter->control, NULL, NULL);
            hv_loop_stop(loop);
        }
        if (waiter->fn)
            waiter->fn(waiter->arg);
        free(waiter);
        waiter = next;
    }
}

static void
look_if_stopped(void *arg)
{
    struct hv_listener *listener = arg;
    bool is_late = hv_clock_mono_ms() >= listener->stop_by_ms;

    if (!is_late && (listener_queue_len(listener->queue) > 0 ||
                     listener_workers_connections(listener) > 0)) {
        hv_watch_after(listener->stopping, STOP_LOOK_MS);
        return;
    }
    listener_record(listener, "listener stop", is_late ? "cut" : "ok", NULL);
    end_parts(listener);
    listener->is_stopped = true;
    tell_waiters(listener);
}

void
listener_wait_stop(struct hv_listener *listener, hv_loop_fn fn, void *arg,
                   struct hv_control *control)
{
    struct listener_waiter *waiter = hv_calloc(1, sizeof(*waiter));
    struct listener_waiter **end = &listener->waiters;

    *waiter =
        (struct listener_waiter){ .fn = fn, .arg = arg, .control = control };
    while (*end)
        end = &(*end)->next;
    *end = waiter;
    if (listener->is_stopping)
        return;
    listener->is_stopping = true;
    listener->stop_by_ms = hv_clock_mono_ms() + STOP_MAX_MS;
    hv_systemd_tell("STOPPING=1");
    listener_publish(listener);
    listener_workers_close_door(listener);
    listener->stopping =
        hv_loop_timer(listener->loop, look_if_stopped, listener);
    hv_watch_after(listener->stopping, 0);
}

void
hv_listener_stop(struct hv_listener *listener, hv_loop_fn fn, void *arg)
{
    if (listener->is_stopped) {
        if (fn)
            hv_loop_post(listener->loop, fn, arg);
        return;
    }
    listener_wait_stop(listener, fn, arg, NULL);
}

void
hv_listener_free(struct hv_listener *listener)
{
    struct listener_waiter *waiter;

    if (!listener)
        return;
    hv_watch_free(listener->stopping);
    end_parts(listener);
    /* Freed without waiting: nobody is told, but nobody waits for ever. */
    while ((waiter = listener->waiters)) {
        listener->waiters = waiter->next;
        if (waiter->control)
            hv_control_reply(waiter->control, NULL, NULL);
        free(waiter);
    }
    listener_fuse_release(&listener->fuse);
    pthread_mutex_destroy(&listener->guard);
    free(listener->workers);
    free(listener->store);
    free(listener->cert_file);
    free(listener->key_file);
    free(listener);
}
