/*
 * metrics.c - the listener's numbers in the text format of Prometheus, for the
 * file run/metrics.prom. Called by publish.c on the main loop. Names ids of
 * nobody: only verdicts, sizes and times.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"

#include <stdio.h>

static void
head(struct hv_buf *out, const char *name, const char *type, const char *help)
{
    hv_buf_addf(out, "# HELP hvconsole_%s %s\n# TYPE hvconsole_%s %s\n", name,
                help, name, type);
}

static void
one(struct hv_buf *out, const char *name, const char *type, const char *help,
    int64_t value)
{
    head(out, name, type, help);
    hv_buf_addf(out, "hvconsole_%s %lld\n", name, (long long)value);
}

static void
add_verdicts(const struct hv_listener *listener, struct hv_buf *out)
{
    head(out, "notifications_total", "counter",
         "Requests by verdict: verified ones once stored, refused ones at "
         "once.");
    for (int i = 0; i < HV_VERDICT_COUNT; i++)
        hv_buf_addf(out, "hvconsole_notifications_total{verdict=\"%s\"} %lld\n",
                    hv_verdict_row((enum hv_verdict)i)->word,
                    (long long)LISTENER_SUM(listener, verdicts[i]));
    one(out, "refusals_unlisted_total", "counter",
        "Refusals that were counted and left no row.",
        LISTENER_SUM(listener, unlisted));
    one(out, "unavailable_total", "counter", "Requests answered 503.",
        LISTENER_SUM(listener, unavailable));
    one(out, "misdirected_total", "counter",
        "Requests answered 404, 405 or 415.",
        LISTENER_SUM(listener, misdirected));
    one(out, "journal_errors_total", "counter",
        "Requests whose row the journal could not store.",
        LISTENER_SUM(listener, failed));
}

static void
add_latency(const struct hv_listener *listener, struct hv_buf *out)
{
    int64_t count = 0;

    head(out, "answer_seconds", "histogram",
         "From the last byte of a verified request to its 200.");
    for (int i = 0; i <= LISTENER_BUCKETS; i++) {
        count += LISTENER_SUM(listener, answered[i]);
        if (i < LISTENER_BUCKETS)
            hv_buf_addf(out,
                        "hvconsole_answer_seconds_bucket{le=\"%g\"} %lld\n",
                        (double)listener_bucket_us[i] / 1e6, (long long)count);
    }
    hv_buf_addf(out, "hvconsole_answer_seconds_bucket{le=\"+Inf\"} %lld\n",
                (long long)count);
    hv_buf_addf(out,
                "hvconsole_answer_seconds_sum %.6f\n"
                "hvconsole_answer_seconds_count %lld\n",
                (double)LISTENER_SUM(listener, answered_us) / 1e6,
                (long long)count);
}

static void
add_door(const struct hv_listener *listener, struct hv_buf *out)
{
    int64_t shed = 0;

    for (int i = 0; i < listener->workers_len; i++) {
        if (listener->workers[i].http)
            shed += hv_http_shed(listener->workers[i].http);
    }
    one(out, "connections", "gauge", "Open connections.",
        (int64_t)listener_workers_connections(listener));
    one(out, "connections_shed_total", "counter",
        "Connections closed by us: too slow, or too many.", shed);
    one(out, "journal_commits_total", "counter",
        "Batches that were committed and synced.",
        listener_queue_commits(listener->queue));
    one(out, "queue_length", "gauge", "Requests that wait for the journal.",
        (int64_t)listener_queue_len(listener->queue));
}

static void
add_health(struct hv_listener *listener, struct hv_buf *out)
{
    const struct listener_probed *probed = &listener->probed;
    char health[320];

    listener_health(listener, health, sizeof(health));
    one(out, "healthy", "gauge", "1 = ok, 0 = degraded.",
        health[0] == 'o' ? 1 : 0);
    one(out, "keystore_generation", "gauge",
        "Generation of the keystore that all workers have loaded.",
        (int64_t)listener_workers_generation(listener));
    one(out, "probe_success", "gauge",
        "1 = the listener reached itself at its last look.",
        probed->has_run && !probed->why[0] ? 1 : 0);
    head(out, "probe_seconds", "gauge", "How long that look took.");
    hv_buf_addf(out, "hvconsole_probe_seconds %.3f\n",
                (double)probed->took_ms / 1000);
    one(out, "certificate_expiry_timestamp_seconds", "gauge",
        "End of the certificate that is served, 0 = none.",
        probed->cert_until_ms / 1000);
    one(out, "start_timestamp_seconds", "gauge", "When the listener started.",
        listener->started_ms / 1000);
    one(out, "written_timestamp_seconds", "gauge",
        "When this file was written.", hv_clock_now_ms() / 1000);
}

static void
add_handon(const struct hv_listener *listener, struct hv_buf *out)
{
    struct hv_handon_state state;
    int64_t age_ms = 0;

    if (!listener->handon)
        return;
    hv_handon_state(listener->handon, &state);
    if (state.oldest_ms)
        age_ms = hv_clock_now_ms() - state.oldest_ms;
    one(out, "handon_waiting", "gauge",
        "Verified notifications that wait to be handed on.", state.waiting);
    one(out, "handon_failing", "gauge", "Of these, tried in vain so far.",
        state.failing);
    one(out, "handon_oldest_age_seconds", "gauge",
        "Age of the oldest of these.", age_ms > 0 ? age_ms / 1000 : 0);
    one(out, "handon_done_total", "counter",
        "Notifications that the worker has taken.", state.done);
    one(out, "handon_failures_total", "counter",
        "Attempts that the worker did not take.", state.failures);
}

void
listener_metrics(struct hv_listener *listener, struct hv_buf *out)
{
    add_verdicts(listener, out);
    add_latency(listener, out);
    add_door(listener, out);
    add_health(listener, out);
    add_handon(listener, out);
}
