/*
 * publish.c - what a listener says about itself: run/listener and
 * run/metrics.prom for everybody who may read them, and the control socket.
 * Called on the main loop.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define METRICS_MS 10000 /* rewritten so often, even if nothing happens */

int64_t
listener_sum(const struct hv_listener *listener, size_t offset)
{
    int64_t sum = 0;

    for (int i = 0; i < listener->workers_len; i++) {
        const char *counts = (const char *)&listener->workers[i].counts;

        sum += atomic_load((const _Atomic int64_t *)(counts + offset));
    }
    return sum;
}

/* Any thread: only what is atomic, guarded, or was set before threads were. */
void
listener_health(struct hv_listener *listener, char *out, size_t size)
{
    if (atomic_load(&listener->is_stopping)) {
        hv_copy(out, size, "degraded: stopping");
        return;
    }
    pthread_mutex_lock(&listener->guard);
    if (listener->journal_why[0])
        snprintf(out, size, "degraded: journal: %s", listener->journal_why);
    else if (listener->keys_why[0])
        snprintf(out, size, "degraded: keystore: %s", listener->keys_why);
    else if (listener->probed.why[0])
        snprintf(out, size, "degraded: probe: %s", listener->probed.why);
    else
        hv_copy(out, size, "ok");
    pthread_mutex_unlock(&listener->guard);
}

static void
add_counts(const struct hv_listener *listener, struct hv_facts *out)
{
    for (int i = 0; i < HV_VERDICT_COUNT; i++) {
        char key[48];

        snprintf(key, sizeof(key), "count-%s",
                 hv_verdict_row((enum hv_verdict)i)->word);
        hv_facts_addf(out, key, "%lld",
                      (long long)LISTENER_SUM(listener, verdicts[i]));
    }
    hv_facts_addf(out, "unlisted", "%lld",
                  (long long)LISTENER_SUM(listener, unlisted));
    hv_facts_addf(out, "unavailable", "%lld",
                  (long long)LISTENER_SUM(listener, unavailable));
    hv_facts_addf(out, "misdirected", "%lld",
                  (long long)LISTENER_SUM(listener, misdirected));
}

static void
add_probe(const struct hv_listener *listener, struct hv_facts *out)
{
    const struct listener_probed *probed = &listener->probed;

    if (!probed->has_run)
        hv_facts_add(out, "probe", "none");
    else if (probed->why[0])
        hv_facts_addf(out, "probe", "failed: %s", probed->why);
    else
        hv_facts_add(out, "probe", "ok");
    hv_facts_addf(out, "probe_ms", "%lld", (long long)probed->took_ms);
    hv_facts_addf(out, "cert_until_ms", "%lld",
                  (long long)probed->cert_until_ms);
}

/* It goes on while nothing arrives, and says so to nobody. */
static bool
has_handed_on(const struct hv_listener *listener)
{
    const struct hv_handon_state *before = &listener->handed;
    struct hv_handon_state now;

    if (!listener->handon)
        return false;
    hv_handon_state(listener->handon, &now);
    return now.waiting != before->waiting || now.done != before->done ||
           now.failures != before->failures || now.failing != before->failing ||
           strcmp(now.error, before->error) != 0;
}

static void
add_handon(struct hv_listener *listener, struct hv_facts *out)
{
    struct hv_handon_state state;

    if (!listener->handon)
        return;
    hv_handon_state(listener->handon, &state);
    listener->handed = state;
    hv_facts_add(out, "handon", state.kind);
    hv_facts_addf(out, "handon-waiting", "%lld", (long long)state.waiting);
    hv_facts_addf(out, "handon-failing", "%lld", (long long)state.failing);
    hv_facts_addf(out, "handon-oldest_ms", "%lld", (long long)state.oldest_ms);
    hv_facts_addf(out, "handon-done", "%lld", (long long)state.done);
    hv_facts_add(out, "handon-error", state.error);
}

void
listener_facts(struct hv_listener *listener, struct hv_facts *out)
{
    const struct hv_keystore_info *info =
        hv_keystore_info(listener->workers[0].keys.ks);
    char store_id[HV_GUID_TEXT];
    char health[320];

    hv_guid_format(&info->store_id, store_id);
    listener_health(listener, health, sizeof(health));
    /* Of no interest to whoever asks whether notifications are taken. */
    if (strcmp(health, "ok") == 0 && listener->audit_why[0])
        snprintf(health, sizeof(health), "degraded: audit: %s",
                 listener->audit_why);
    hv_facts_add(out, "listening", listener->url);
    hv_facts_addf(out, "pid", "%ld", (long)getpid());
    hv_facts_addf(out, "generation", "%llu",
                  (unsigned long long)listener_workers_generation(listener));
    hv_facts_add(out, "store_id", store_id);
    hv_facts_add(out, "health", health);
    hv_facts_addf(out, "started_ms", "%lld", (long long)listener->started_ms);
    add_counts(listener, out);
    hv_facts_addf(out, "workers", "%d", listener->workers_len);
    hv_facts_add(out, "fence", listener->fence);
    hv_facts_add(out, "bad-hmac-response",
                 listener->bad_hmac_200 ? "200" : "401");
    add_probe(listener, out);
    add_handon(listener, out);
}

static void
publish_metrics(struct hv_listener *listener)
{
    struct hv_buf text = { 0 };

    listener->metrics_ms = hv_clock_mono_ms();
    listener_metrics(listener, &text);
    (void)!hv_run_write(listener->run, "metrics.prom", hv_buf_bytes(&text),
                        NULL);
    hv_buf_release(&text);
}

void
listener_publish(struct hv_listener *listener)
{
    struct hv_facts facts = { 0 };

    atomic_store(&listener->is_stale, false);
    pthread_mutex_lock(&listener->guard);
    hv_copy(listener->keys_why, sizeof(listener->keys_why),
            listener->workers[0].keys.why);
    pthread_mutex_unlock(&listener->guard);
    listener_record_keys(listener);
    listener_facts(listener, &facts);
    /* Tried again at the next change or tick. */
    if (hv_run_publish(listener->run, &facts, NULL))
        atomic_store(&listener->is_stale, true);
    hv_facts_release(&facts);
    publish_metrics(listener);
}

void
listener_publish_if_stale(struct hv_listener *listener)
{
    if (atomic_load(&listener->is_stale) || has_handed_on(listener))
        listener_publish(listener);
    else if (hv_clock_mono_ms() >= listener->metrics_ms + METRICS_MS)
        publish_metrics(listener);
}

/* ---------------------------------------------------------- control socket -- */

static void
reply_status(struct hv_listener *listener, struct hv_control *control)
{
    struct hv_facts facts = { 0 };

    listener_facts(listener, &facts);
    hv_facts_addf(&facts, "connections", "%zu",
                  listener_workers_connections(listener));
    hv_facts_addf(&facts, "waiting", "%zu",
                  listener_queue_len(listener->queue));
    hv_control_reply(control, &facts, NULL);
    hv_facts_release(&facts);
}

static void
reply_reload(struct hv_listener *listener, struct hv_control *control)
{
    struct hv_error err = { 0 };

    listener_keys_refresh(&listener->workers[0].keys);
    if (hv_listener_reload(listener, &err))
        hv_control_reply(control, NULL, &err);
    else
        reply_status(listener, control);
}

/* The answer comes when it has stopped and its lock is free again. */
static void
reply_stop(struct hv_listener *listener, struct hv_control *control)
{
    listener_wait_stop(listener, NULL, NULL, control);
}

static const struct {
    const char *verb;
    void (*fn)(struct hv_listener *listener, struct hv_control *control);
} verbs[] = {
    { "status", reply_status },
    { "reload", reply_reload },
    { "stop", reply_stop },
};

void
listener_control(void *arg, struct hv_control *control,
                 const struct hv_facts *request)
{
    struct hv_error err = { 0 };
    char verb[32];

    if (!hv_facts_get(request, "verb", 0, verb, sizeof(verb)))
        verb[0] = '\0';
    for (size_t i = 0; i < HV_LEN(verbs); i++) {
        if (strcmp(verbs[i].verb, verb) == 0) {
            verbs[i].fn(arg, control);
            return;
        }
    }
    hv_fail(&err, HV_ERR_USAGE, "a listener does not know \"%s\"", verb);
    hv_control_reply(control, NULL, &err);
}
