/*
 * sandbox.c - starts and ends the platform: world, state file, certificates,
 * HTTP door, control socket, deliveries.
 * Called by the command line and the demo through hvconsole/sandbox.h.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/limits.h"
#include "sandbox/state.h"
#include "sandbox/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METHOD_PATH     "/platform/" HV_METHOD_PATH
#define MAX_CONNECTIONS 64

struct sb_now
sb_now(const struct hv_sandbox *sandbox)
{
    int64_t real_ms = hv_clock_now_ms();

    return (struct sb_now){
        .now_ms = sb_clock_now(&sandbox->platform.clock, real_ms),
        .real_ms = real_ms,
    };
}

/* -------------------------------------------------------------- state -- */

static void
on_touched(void *arg, enum sb_kind kind, size_t index)
{
    struct hv_sandbox *sandbox = arg;

    if (sandbox->keep)
        sb_keep_touched(sandbox->keep, &sandbox->platform, kind, index);
}

static void
on_gone(void *arg, enum sb_kind kind, size_t index)
{
    struct hv_sandbox *sandbox = arg;

    if (sandbox->keep)
        sb_keep_gone(sandbox->keep, &sandbox->platform, kind, index);
}

enum hv_status
sb_save(struct hv_sandbox *sandbox, struct hv_error *err)
{
    if (!sandbox->keep)
        return HV_OK;
    return sb_keep_flush(sandbox->keep, &sandbox->platform, err);
}

/* Where nobody waits for an answer that could say so. */
static void
save_quietly(struct hv_sandbox *sandbox)
{
    struct hv_error error = { 0 };

    if (sb_save(sandbox, &error))
        fprintf(stderr, "sandbox: %s\n", error.why);
}

/* A clock that runs at another rate than the world's is noted every second, so
 * that it does not go back when the program is killed. */
static void
on_beat(void *arg)
{
    struct hv_sandbox *sandbox = arg;

    hv_watch_after(sandbox->beat, SB_BEAT_MS / 2);
    if (sb_clock_rate(&sandbox->platform.clock) == SB_RATE_ONE)
        return;
    sb_touch(&sandbox->platform, SB_KIND_CLOCK, 0);
    save_quietly(sandbox);
}

static void
on_landed(void *arg)
{
    struct hv_sandbox *sandbox = arg;

    save_quietly(sandbox);
    sb_advance_step(sandbox);
}

/* What is not part of the world, and stays with a new one. */
static struct sb_platform
switches_of(const struct sb_platform *p)
{
    return (struct sb_platform){
        .is_prod = p->is_prod,
        .allow_http = p->allow_http,
        .check_signing_time = p->check_signing_time,
        .no_own_events = p->no_own_events,
        .token_life_ms = p->token_life_ms,
        .overlap_ms = p->overlap_ms,
        .people = p->people,
        .skew_ms = p->skew_ms,
    };
}

static void
set_hooks(struct hv_sandbox *sandbox)
{
    sandbox->platform.hooks = (struct sb_hooks){
        .arg = sandbox,
        .touched = on_touched,
        .gone = on_gone,
        .fault = sb_door_fault,
    };
    sandbox->platform.queue.settled = sb_waits_settled;
    sandbox->platform.queue.settled_arg = sandbox;
}

enum hv_status
sb_reset(struct hv_sandbox *sandbox, struct hv_error *err)
{
    struct sb_platform *p = &sandbox->platform;
    struct sb_platform fresh = switches_of(p);
    enum hv_status st;

    sb_advance_end(sandbox);
    sb_waits_end(sandbox);
    sb_deliver_end(&sandbox->deliver);
    hv_copy(fresh.url, sizeof(fresh.url), p->url);
    hv_copy(fresh.shell, sizeof(fresh.shell), p->shell);
    sb_platform_release(p);
    *p = fresh;
    sb_platform_init(p, sandbox->seed);
    set_hooks(sandbox);
    sb_shell_forget(sandbox->shell);
    st = sb_deliver_start(&sandbox->deliver, sandbox->loop, p, err);
    if (!st && sandbox->keep)
        st = sb_keep_all(sandbox->keep, p, sandbox->seed, err);
    return st;
}

/* A new world, or the one of the state file. */
static enum hv_status
open_world(struct hv_sandbox *sandbox, const struct hv_sandbox_config *config,
           struct hv_error *err)
{
    struct sb_platform *p = &sandbox->platform;
    bool is_new = true;
    enum hv_status st = HV_OK;

    if (config->state)
        st = sb_keep_open(config->state, &sandbox->keep, &is_new, err);
    if (st)
        return st;
    if (is_new) {
        sb_platform_init(p, sandbox->seed);
        if (sandbox->keep)
            st = sb_keep_all(sandbox->keep, p, sandbox->seed, err);
    } else {
        sb_platform_bare(p);
        st = sb_keep_load(sandbox->keep, p, &sandbox->seed, err);
        sb_clock_wake(&p->clock, hv_clock_now_ms());
    }
    set_hooks(sandbox);
    return st;
}

/* -------------------------------------------------------------- start -- */

static enum hv_status
start_door(struct hv_sandbox *sandbox, const struct hv_sandbox_config *config,
           struct hv_error *err)
{
    struct hv_cert_pair pair = { 0 };
    struct hv_http_config door = {
        .host = config->bind ? config->bind : "127.0.0.1",
        .port = config->port,
        .max_body = HV_MAX_REQUEST,
        .max_connections = MAX_CONNECTIONS,
        .methods = "GET,POST",
    };
    char dir[1024];
    enum hv_status st = HV_OK;

    if (hv_path_join(dir, sizeof(dir), config->store, "sandbox"))
        return hv_fail(err, HV_ERR_LIMIT, "the path of the store is too long");
    if (!config->is_plain) {
        st = sb_ca_open(dir, door.host, &pair, sandbox->ca, sizeof(sandbox->ca),
                        err);
        door.cert_pem = hv_buf_str(&pair.cert_pem);
        door.key_pem = hv_buf_str(&pair.key_pem);
    }
    if (!st)
        st = hv_http_start(sandbox->loop, &door, sb_door, sandbox,
                           &sandbox->server, err);
    hv_cert_pair_release(&pair);
    return st;
}

/* The addresses others are told; one that means "all" is told as loopback. */
static void
note_addresses(struct hv_sandbox *sandbox,
               const struct hv_sandbox_config *config)
{
    struct sb_platform *p = &sandbox->platform;
    const char *host = config->bind ? config->bind : "127.0.0.1";
    bool is_v6 = strchr(host, ':') != NULL;
    char base[128];

    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    snprintf(base, sizeof(base), "%s://%s%s%s:%d",
             config->is_plain ? "http" : "https", is_v6 ? "[" : "", host,
             is_v6 ? "]" : "", hv_http_port(sandbox->server));
    hv_copy(sandbox->listening, sizeof(sandbox->listening), base);
    snprintf(p->shell, sizeof(p->shell), "%.120s/", base);
    snprintf(p->url, sizeof(p->url), "%s" METHOD_PATH, base);
}

static enum hv_status
start_control(struct hv_sandbox *sandbox, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    enum hv_status st;

    st = hv_run_serve(sandbox->run, sandbox->loop, sb_control, sandbox, err);
    if (!st) {
        sb_facts(sandbox, &facts);
        st = hv_run_publish(sandbox->run, &facts, err);
    }
    hv_facts_release(&facts);
    return st;
}

static void
on_stop(void *arg)
{
    hv_loop_stop(arg);
}

/* Without TLS the session secrets cross the wire in clear. */
static enum hv_status
check_config(const struct hv_sandbox_config *config, struct hv_error *err)
{
    const char *host = config->bind ? config->bind : "127.0.0.1";
    char text[128];
    struct sb_url url;

    snprintf(text, sizeof(text),
             strchr(host, ':') ? "http://[%.90s]/" : "http://%.90s/", host);
    if (config->is_plain &&
        (sb_url_parse(text, true, &url) || !sb_url_is_loopback(&url)))
        return hv_fail(err, HV_ERR_USAGE,
                       "plain HTTP is for loopback addresses only, not %s",
                       host);
    return HV_OK;
}

static struct hv_sandbox *
sandbox_new(struct hv_loop *loop, const struct hv_sandbox_config *config)
{
    struct hv_sandbox *sandbox = hv_calloc(1, sizeof(*sandbox));

    sandbox->loop = loop;
    sandbox->seed = config->seed;
    sandbox->is_verbose = config->verbose;
    sandbox->deliver.is_verbose = config->verbose;
    sandbox->deliver.landed = on_landed;
    sandbox->deliver.landed_arg = sandbox;
    sandbox->platform = (struct sb_platform){
        .is_prod = config->is_prod,
        .allow_http = config->allow_http,
        .check_signing_time = config->check_times,
        .token_life_ms = config->token_life_ms,
        .overlap_ms = config->overlap_ms,
        .people = config->people,
    };
    if (config->state)
        hv_copy(sandbox->state, sizeof(sandbox->state), config->state);
    sandbox->shell = sb_shell_new(&sandbox->platform);
    sandbox->stop = hv_loop_timer(loop, on_stop, loop);
    sandbox->beat = hv_loop_timer(loop, on_beat, sandbox);
    return sandbox;
}

enum hv_status
hv_sandbox_start(struct hv_loop *loop, const struct hv_sandbox_config *config,
                 struct hv_sandbox **out, struct hv_error *err)
{
    struct hv_sandbox *sandbox;
    enum hv_status st = check_config(config, err);

    if (st)
        return st;
    sandbox = sandbox_new(loop, config);
    st = hv_run_start(config->store, "sandbox", &sandbox->run, err);
    if (!st)
        st = open_world(sandbox, config, err);
    if (!st)
        st = sb_deliver_start(&sandbox->deliver, loop, &sandbox->platform, err);
    if (!st)
        st = start_door(sandbox, config, err);
    if (!st) {
        note_addresses(sandbox, config);
        st = start_control(sandbox, err);
    }
    if (st) {
        hv_sandbox_free(sandbox);
        return st;
    }
    if (sandbox->keep)
        on_beat(sandbox);
    sb_deliver_kick(&sandbox->deliver); /* what a state file held */
    *out = sandbox;
    return HV_OK;
}

const char *
hv_sandbox_url(const struct hv_sandbox *sandbox)
{
    return sandbox->platform.url;
}

void
hv_sandbox_free(struct hv_sandbox *sandbox)
{
    if (!sandbox)
        return;
    sb_advance_end(sandbox);
    sb_waits_end(sandbox);
    save_quietly(sandbox);
    sb_keep_free(sandbox->keep);
    sandbox->keep = NULL;
    sandbox->platform.queue.settled = NULL;
    hv_http_free(sandbox->server);
    sb_door_end(sandbox);
    sb_deliver_end(&sandbox->deliver);
    hv_run_end(sandbox->run);
    hv_watch_free(sandbox->stop);
    hv_watch_free(sandbox->beat);
    sb_shell_free(sandbox->shell);
    sb_platform_release(&sandbox->platform);
    free(sandbox);
}
