/*
 * answer.c - what leaves a listener: receipts after their commit, refusals, and
 * afterwards a look at what a refused message would have fitted. Called on the
 * thread of the worker that got the request.
 */
#include "core/listener/state.h"

#include "hvconsole/clock.h"

#include <string.h>
#include <unistd.h>

#define RETRY_AFTER_S "300"
/* A look hashes the body many times: at most so much, and seldom. */
#define EXPLAIN_MAX_HASHED ((size_t)2 * 1024 * 1024)

const int64_t listener_bucket_us[LISTENER_BUCKETS] = {
    100,   250,    500,    1000,   2500,    5000,    10000,   25000,
    50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000,
};

void
listener_nudge(struct hv_listener *listener)
{
    static const uint64_t one = 1;

    atomic_store(&listener->is_stale, true);
    (void)!write(listener->wake_fd, &one, sizeof(one));
}

void
listener_answer(struct hv_http_request *request, int status)
{
    if (status == 503)
        hv_http_add_header(request, "Retry-After", RETRY_AFTER_S);
    hv_http_reply(request, status, NULL, (struct hv_bytes){ 0 }, false);
}

void
listener_answer_unavailable(struct listener_worker *worker,
                            struct hv_http_request *request)
{
    atomic_fetch_add(&worker->counts.unavailable, 1);
    atomic_store(&worker->listener->is_stale, true);
    listener_answer(request, 503);
}

static void
set_journal_health(struct listener_worker *worker, const char *why)
{
    struct hv_listener *listener = worker->listener;
    bool is_new;

    pthread_mutex_lock(&listener->guard);
    is_new = strcmp(listener->journal_why, why) != 0;
    if (is_new)
        hv_copy(listener->journal_why, sizeof(listener->journal_why), why);
    pthread_mutex_unlock(&listener->guard);
    if (is_new && worker->number == 0)
        listener_publish(listener);
    else if (is_new)
        listener_nudge(listener);
}

static void
count_answered(struct listener_counts *counts, int64_t took_us)
{
    size_t i = 0;

    while (i < LISTENER_BUCKETS && took_us > listener_bucket_us[i])
        i++;
    atomic_fetch_add(&counts->answered[i], 1);
    atomic_fetch_add(&counts->answered_us, took_us);
}

/* The limit is that of refusals that are listed, but for all addresses. */
static void
explain(struct listener_worker *worker, const struct listener_item *item)
{
    static const uint8_t everybody[HV_HTTP_ADDRESS];
    struct hv_listener *listener = worker->listener;
    struct hv_why_step step = { 0 };
    bool may_look;

    if (item->row == 0 || !item->judgement.has_auth)
        return;
    pthread_mutex_lock(&listener->guard);
    may_look = listener_limit_take(&listener->explaining, everybody,
                                   hv_clock_mono_ms());
    pthread_mutex_unlock(&listener->guard);
    if (may_look && hv_notify_nearest(
                        hv_keystore_ring(worker->keys.ks),
                        hv_buf_bytes(&item->header), hv_buf_bytes(&item->body),
                        &item->judgement, EXPLAIN_MAX_HASHED, &step))
        listener_queue_explain(listener->queue, item->row, &step);
}

static void
acknowledge(struct listener_worker *worker, const struct listener_item *item)
{
    struct hv_listener *listener = worker->listener;

    atomic_fetch_add(&worker->counts.verdicts[item->judgement.verdict], 1);
    count_answered(&worker->counts, hv_clock_mono_us() - item->started_us);
    atomic_store(&listener->is_stale, true);
    if (listener->bad_hmac_200) {
        pthread_mutex_lock(&listener->guard);
        listener_fuse_verified(&listener->fuse, &item->judgement.auth,
                               hv_clock_mono_ms());
        pthread_mutex_unlock(&listener->guard);
    }
    listener_answer(item->request, 200);
}

void
listener_committed(void *arg, struct listener_item *item, enum hv_status st,
                   const struct hv_error *err)
{
    struct listener_worker *worker = arg;

    if (st) {
        char why[sizeof(worker->listener->journal_why)];

        hv_copy(why, sizeof(why), err->why);
        set_journal_health(worker, why);
        atomic_fetch_add(&worker->counts.failed, 1);
        if (item->request)
            listener_answer_unavailable(worker, item->request);
        return;
    }
    set_journal_health(worker, "");
    if (item->request)
        acknowledge(worker, item);
    else
        explain(worker, item);
}
