/*
 * deliver.c - posts notifications to the handlers of the applications; only
 * HTTP 200 counts. Called after each change and by its own timer.
 * Decides nothing about what is due: that is queue.c. Fact: notify-http
 */
#include "hvconsole/clock.h"
#include "sandbox/state.h"
#include "sandbox/url.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FLYING 8 /* POSTs at the same time */
#define TIMEOUT_MS 30000
#define MAX_ANSWER (64 * 1024) /* nobody reads it */

/* One POST under way. */
struct flight {
    struct sb_deliver *deliver;
    struct sb_batch *batch;
};

static int64_t
now_ms(const struct sb_deliver *d)
{
    return sb_clock_now(&d->platform->clock, hv_clock_now_ms());
}

static void
print_answer(const struct sb_batch *batch, const struct hv_post_result *result)
{
    char sub[HV_GUID_TEXT];

    hv_guid_format(&batch->sub, sub);
    if (result->error.status)
        fprintf(stderr, "sandbox: notify %s %s (%zu): %s\n", sub,
                batch->version.id, batch->count, result->error.why);
    else
        fprintf(stderr,
                "sandbox: notify %s %s (%zu): HTTP %d, %" PRId64 " ms\n", sub,
                batch->version.id, batch->count, result->http, result->took_ms);
}

static void
on_answer(void *arg, const struct hv_post_result *result)
{
    struct flight *flight = arg;
    struct sb_deliver *d = flight->deliver;
    bool is_answered = !result->error.status;
    struct sb_attempt attempt = {
        .is_delivered = is_answered && result->http == 200,
        .http = is_answered ? result->http : 0,
        .why = is_answered ? NULL : result->error.why,
    };

    d->flying--;
    if (d->is_closing) { /* it never came back: the queue keeps it as it is */
        flight->batch->is_flying = false;
        free(flight);
        return;
    }
    d->attempts++;
    d->delivered += attempt.is_delivered;
    if (d->is_verbose)
        print_answer(flight->batch, result);
    sb_queue_done(d->platform, flight->batch, &attempt, now_ms(d));
    free(flight);
    sb_deliver_kick(d);
    d->landed(d->landed_arg);
}

static void
post(struct sb_deliver *d, struct sb_batch *batch)
{
    const struct sb_sub *sub = sb_sub_find(d->platform, &batch->sub);
    const char *headers[] = {
        "Content-Type: text/xml; charset=utf-8",
        batch->authorization,
        NULL,
    };
    struct flight *flight = hv_calloc(1, sizeof(*flight));
    struct sb_url url;
    bool is_loopback =
        !sb_url_parse(sub->url, true, &url) && sb_url_is_loopback(&url);
    struct hv_post order = {
        .url = sub->url,
        .headers = headers,
        .body = hv_buf_bytes(&batch->body),
        .no_verify = is_loopback,
        .allow_http = d->platform->allow_http,
        .may_repeat = true, /* a copy too many is allowed */
        .max_answer = MAX_ANSWER,
        .timeout_ms = TIMEOUT_MS,
    };

    *flight = (struct flight){ .deliver = d, .batch = batch };
    d->flying++;
    (void)hv_curl_post(d->curl, &order, on_answer, flight);
}

/* Real time until the next batch wants to go; a clock that stands still is
 * looked at again when it is moved. */
static void
set_timer(struct sb_deliver *d)
{
    int64_t due = sb_queue_due_ms(&d->platform->queue);

    if (due < 0 || d->flying == MAX_FLYING)
        hv_watch_after(d->timer, -1); /* an answer wakes us as well */
    else
        hv_watch_after(d->timer, sb_clock_wait_ms(&d->platform->clock, due,
                                                  hv_clock_now_ms()));
}

void
sb_deliver_kick(struct sb_deliver *d)
{
    while (d->flying < MAX_FLYING) {
        struct sb_batch *batch = sb_queue_next(d->platform, now_ms(d));

        if (!batch)
            break;
        post(d, batch);
    }
    set_timer(d);
}

static void
on_timer(void *arg)
{
    struct sb_deliver *d = arg;

    sb_deliver_kick(d);
    d->landed(d->landed_arg); /* what a fault dropped is gone, too */
}

enum hv_status
sb_deliver_start(struct sb_deliver *d, struct hv_loop *loop,
                 struct sb_platform *platform, struct hv_error *err)
{
    enum hv_status st;

    d->platform = platform;
    d->is_closing = false;
    st = hv_curl_new(loop, &d->curl, err);
    if (st)
        return st;
    d->timer = hv_loop_timer(loop, on_timer, d);
    return HV_OK;
}

void
sb_deliver_end(struct sb_deliver *d)
{
    d->is_closing = true;
    hv_watch_free(d->timer);
    hv_curl_free(d->curl); /* what flies comes back as cancelled */
    d->timer = NULL;
    d->curl = NULL;
}
