/*
 * listener.c - the life of a listener: start in the order in which things can
 * fail, follow the keystore, stop without losing what was accepted. Called
 * through hvconsole/listener.h.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS      2000
#define STOP_LOOK_MS 10
#define STOP_MAX_MS  5000 /* for those who are still sending or reading */

static void
keys_changed(void *arg)
{
    struct hv_listener *listener = arg;

    if (listener->url[0]) /* not while starting */
        listener_publish(listener);
}

/* inotify may be missing, and counts are not worth a write each. */
static void
tick(void *arg)
{
    struct hv_listener *listener = arg;

    listener_keys_refresh(&listener->keys);
    if (listener->is_stale)
        listener_publish(listener);
    hv_watch_after(listener->tick, TICK_MS);
}

/* ------------------------------------------------------------------- start -- */

static enum hv_status
open_journal(struct hv_listener *listener, const char *store,
             struct hv_error *err)
{
    const struct hv_journal_key *key =
        hv_keyring_journal_key(hv_keystore_ring(listener->keys.ks));
    char path[PATH_MAX];
    enum hv_status st;

    if (!key) {
        hv_fail(err, HV_ERR_REFUSED,
                "the keystore has no journal key, so that nothing could be "
                "stored sealed");
        hv_hint(err, "make a keystore with `hvconsole keystore init`");
        return HV_ERR_REFUSED;
    }
    if (hv_path_join(path, sizeof(path), store, "journal.db"))
        return hv_fail(err, HV_ERR_LIMIT, "the path of the store is too long");
    st = hv_journal_open(path, key, &listener->journal, err);
    if (!st)
        st = listener_queue_start(listener->loop, listener->journal,
                                  listener_committed, listener,
                                  &listener->queue, err);
    return st;
}

/* What listener_with_tls() hands the texts to. */
struct opening {
    struct hv_listener *listener;
    struct hv_http_config config;
};

static enum hv_status
open_door(void *arg, const char *cert_pem, const char *key_pem,
          struct hv_error *err)
{
    struct opening *opening = arg;
    struct hv_listener *listener = opening->listener;

    opening->config.cert_pem = cert_pem;
    opening->config.key_pem = key_pem;
    return hv_http_start(listener->loop, &opening->config, listener_request,
                         listener, &listener->http, err);
}

static enum hv_status
start_serving(struct hv_listener *listener,
              const struct hv_listener_config *config, struct hv_error *err)
{
    struct opening opening = {
        .listener = listener,
        .config = {
            .host = listener->host,
            .port = listener->port,
            .methods = "POST",
            .max_body = config->max_body,
            .max_connections = config->max_connections,
            .max_per_address = config->max_per_address,
        },
    };
    bool is_v6 = strchr(listener->host, ':') != NULL;
    enum hv_status st = listener_with_tls(listener, open_door, &opening, err);

    if (st)
        return st;
    listener->port = hv_http_port(listener->http);
    snprintf(listener->url, sizeof(listener->url), "%s://%s%s%s:%d",
             listener->is_plain ? "http" : "https", is_v6 ? "[" : "",
             listener->host, is_v6 ? "]" : "", listener->port);
    return hv_run_serve(listener->run, listener->loop, listener_control,
                        listener, err);
}

static enum hv_status
check_body_limit(const struct hv_listener_config *config, struct hv_error *err)
{
    if (config->max_body > HV_MAX_NOTIFY_BODY_CONFIG)
        return hv_fail(err, HV_ERR_USAGE,
                       "a body may be limited to %d bytes at most",
                       HV_MAX_NOTIFY_BODY_CONFIG);
    return HV_OK;
}

enum hv_status
hv_listener_start(struct hv_loop *loop, const struct hv_listener_config *config,
                  struct hv_keystore *ks, struct hv_listener **out,
                  struct hv_error *err)
{
    struct hv_listener *listener = hv_calloc(1, sizeof(*listener));
    enum hv_status st;

    listener->loop = loop;
    listener->started_ms = hv_clock_now_ms();
    listener_keys_start(&listener->keys, loop, ks, keys_changed, listener);
    hv_keystore_narrow(listener->keys.ks);
    st = check_body_limit(config, err);
    if (!st)
        st = listener_read_config(listener, config, err);
    if (!st)
        st = hv_run_start(config->store, "listener", &listener->run, err);
    if (!st)
        st = open_journal(listener, config->store, err);
    if (!st) {
        listener->parser = hv_notify_parser_new();
        st = start_serving(listener, config, err);
    }
    if (st) {
        hv_listener_free(listener);
        return st;
    }
    listener_publish(listener);
    listener->tick = hv_loop_timer(loop, tick, listener);
    hv_watch_after(listener->tick, TICK_MS);
    *out = listener;
    return HV_OK;
}

const char *
hv_listener_url(const struct hv_listener *listener)
{
    return listener->url;
}

static enum hv_status
set_tls(void *arg, const char *cert_pem, const char *key_pem,
        struct hv_error *err)
{
    struct hv_listener *listener = arg;

    return hv_http_set_tls(listener->http, cert_pem, key_pem, err);
}

enum hv_status
hv_listener_reload(struct hv_listener *listener, struct hv_error *err)
{
    if (!listener->cert_file || !listener->http)
        return HV_OK; /* there are no files */
    return listener_with_tls(listener, set_tls, listener, err);
}

/* -------------------------------------------------------------------- stop -- */

/* Everything that runs, in the order that answers what was accepted: the
 * thread gives its commits back before the door goes. */
static void
end_parts(struct hv_listener *listener)
{
    hv_watch_free(listener->tick);
    listener->tick = NULL;
    listener_queue_end(listener->queue);
    listener->queue = NULL;
    hv_http_free(listener->http);
    listener->http = NULL;
    hv_journal_close(listener->journal);
    listener->journal = NULL;
    listener_keys_end(&listener->keys);
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
                     hv_http_connections(listener->http) > 0)) {
        hv_watch_after(listener->stopping, STOP_LOOK_MS);
        return;
    }
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
    listener_publish(listener);
    hv_http_close_door(listener->http);
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
    hv_notify_parser_free(listener->parser);
    listener_fuse_release(&listener->fuse);
    free(listener->cert_file);
    free(listener->key_file);
    free(listener);
}
