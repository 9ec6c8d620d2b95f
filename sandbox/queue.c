/*
 * queue.c - batches of notifications: collected, held, retried, given up.
 * Called by change.c, subscribe.c and deliver.c; sends nothing itself.
 */
#include "sandbox/queue.h"

#include "hvconsole/clock.h"
#include "sandbox/change.h"
#include "sandbox/model.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- log -- */

/* One line for a batch; @next_ms 0 = it is over. */
static void
note(struct sb_platform *p, const struct sb_batch *batch, int64_t now_ms,
     int64_t next_ms, const char *result, const char *text)
{
    struct sb_log_entry entry = {
        .kind = SB_LOG_DELIVERY,
        .at_ms = now_ms,
        .sub = batch->sub,
        .batch = batch->id,
        .attempt = batch->tries + (batch->is_copy ? 2 : 1),
        .events = batch->count,
        .next_ms = next_ms,
    };

    hv_copy(entry.what, sizeof(entry.what), "notify");
    hv_copy(entry.result, sizeof(entry.result), result);
    hv_copy(entry.text, sizeof(entry.text), text);
    hv_copy(entry.version, sizeof(entry.version), batch->version.id);
    if (batch->body.len > 0 &&
        EVP_Digest(batch->body.data, batch->body.len, entry.sha256, NULL,
                   EVP_sha256(), NULL) != 1)
        memset(entry.sha256, 0, sizeof(entry.sha256));
    sb_log_add(&p->log, &entry);
}

static bool
strikes(struct sb_platform *p, enum sb_fault_kind kind,
        const struct sb_batch *batch, int64_t now_ms, int64_t *amount)
{
    struct sb_fault named = { .kind = kind };
    char word[32];

    if (!sb_fault_strike_sub(&p->faults, kind, &batch->sub, now_ms, amount))
        return false;
    if (amount)
        named.amount = *amount;
    sb_fault_format(&named, word);
    sb_log_say(&p->log, SB_LOG_FAULT, now_ms, word, "struck",
               "batch %" PRIu64 " of %zu changes", batch->id, batch->count);
    sb_touch(p, SB_KIND_FAULT, 0);
    return true;
}

/* -------------------------------------------------------------- list -- */

void
sb_batch_free(struct sb_batch *batch)
{
    hv_buf_release(&batch->body);
    free(batch);
}

void
sb_queue_restore(struct sb_queue *queue, struct sb_batch *batch)
{
    *queue->last = batch;
    queue->last = &batch->next;
    queue->events += batch->count;
    if (queue->last_id < batch->id)
        queue->last_id = batch->id;
}

struct sb_batch *
sb_queue_find(const struct sb_queue *queue, uint64_t id)
{
    struct sb_batch *batch = queue->first;

    while (batch && batch->id != id)
        batch = batch->next;
    return batch;
}

/* Takes @batch out of the list and tells who waited for its changes. */
static void
settle(struct sb_platform *p, struct sb_batch *batch, bool is_delivered)
{
    struct sb_queue *queue = &p->queue;
    struct sb_batch **link = &queue->first;

    while (*link != batch)
        link = &(*link)->next;
    *link = batch->next;
    if (queue->last == &batch->next)
        queue->last = link;
    queue->events -= batch->count;
    sb_touch(p, SB_KIND_BATCH, batch->id);
    for (size_t i = 0; i < batch->count && queue->settled; i++)
        if (batch->events[i].wait)
            queue->settled(queue->settled_arg, batch->events[i].wait, 1,
                           is_delivered);
    sb_batch_free(batch);
}

static struct sb_batch *
open_batch(struct sb_queue *queue, const struct hv_guid *sub,
           bool is_ordered_old, int64_t now_ms)
{
    for (struct sb_batch *b = queue->first; b; b = b->next)
        if (b->sent_ms == 0 && b->open_ms > now_ms && b->count < SB_BATCH_MAX &&
            b->is_ordered_old == is_ordered_old && hv_guid_equal(&b->sub, sub))
            return b;
    return NULL;
}

static struct sb_batch *
new_batch(struct sb_platform *p, const struct hv_guid *sub, int64_t now_ms)
{
    struct sb_batch *batch = hv_calloc(1, sizeof(*batch));
    int64_t delay = 0;

    batch->id = ++p->queue.last_id;
    batch->sub = *sub;
    batch->event_ms = now_ms;
    batch->open_ms = now_ms + SB_BATCH_WINDOW_MS;
    if (strikes(p, SB_FAULT_DELAY, batch, now_ms, &delay))
        batch->due_ms = delay;
    batch->is_held = strikes(p, SB_FAULT_REORDER, batch, now_ms, NULL);
    if (batch->is_held)
        batch->due_ms += SB_REORDER_MS;
    batch->due_ms += batch->open_ms;
    sb_queue_restore(&p->queue, batch);
    return batch;
}

void
sb_queue_add(struct sb_platform *p, const struct hv_guid *sub,
             const struct sb_event *event, bool is_ordered_old, int64_t now_ms)
{
    struct sb_batch *batch = open_batch(&p->queue, sub, is_ordered_old, now_ms);

    if (!batch) {
        batch = new_batch(p, sub, now_ms);
        batch->is_ordered_old = is_ordered_old;
    }
    batch->events[batch->count++] = *event;
    if (batch->count == SB_BATCH_MAX)
        batch->due_ms -= batch->open_ms - now_ms; /* nothing more to wait for */
    p->queue.events++;
    sb_touch(p, SB_KIND_BATCH, batch->id);
}

/* -------------------------------------------------------- what is due -- */

static bool
is_too_old(const struct sb_batch *batch, int64_t now_ms)
{
    return now_ms - batch->event_ms > SB_GIVE_UP_MS;
}

/* Held batches of one subscription go one by one, the youngest first; the
 * first whose time has come takes the others along. NULL: one is under way. */
static struct sb_batch *
youngest_held(struct sb_queue *queue, struct sb_batch *batch)
{
    struct sb_batch *found = batch;

    for (struct sb_batch *b = queue->first; b; b = b->next) {
        if (!b->is_held || !hv_guid_equal(&b->sub, &batch->sub))
            continue;
        if (b->is_flying)
            return NULL;
        if (b->id > found->id)
            found = b;
    }
    return found;
}

/* Whether @batch can be sent now; else it is gone or due later. */
static bool
make_ready(struct sb_platform *p, struct sb_batch *batch, int64_t now_ms)
{
    const struct sb_sub *sub = sb_sub_find(p, &batch->sub);
    bool wants_old;

    if (!sub || is_too_old(batch, now_ms)) {
        note(p, batch, now_ms, 0, sub ? "given up" : "dropped",
             sub ? "10 days after the change" : "the subscription is gone");
        settle(p, batch, false);
        return false;
    }
    if (batch->sent_ms == 0 && strikes(p, SB_FAULT_DROP, batch, now_ms, NULL)) {
        note(p, batch, now_ms, 0, "lost", "by the fault drop");
        settle(p, batch, false);
        return false;
    }
    if (batch->body.len == 0)
        sb_batch_write(batch);
    wants_old = sb_has_old_key(p, sub, now_ms) &&
                (batch->is_ordered_old ||
                 strikes(p, SB_FAULT_OLD_KEY, batch, now_ms, NULL));
    if (sb_batch_sign(batch, sub, wants_old)) {
        /* OpenSSL is out of order: as if nobody had answered. */
        batch->due_ms = now_ms + sb_retry_delay_ms(++batch->tries);
        return false;
    }
    return true;
}

struct sb_batch *
sb_queue_next(struct sb_platform *p, int64_t now_ms)
{
    struct sb_batch *next;

    for (struct sb_batch *b = p->queue.first; b; b = next) {
        struct sb_batch *chosen = b;

        next = b->next;
        if (b->is_flying || b->due_ms > now_ms)
            continue;
        if (b->is_held)
            chosen = youngest_held(&p->queue, b);
        if (!chosen)
            continue;
        if (make_ready(p, chosen, now_ms)) {
            chosen->is_flying = true;
            chosen->sent_ms = now_ms;
            sb_touch(p, SB_KIND_BATCH, chosen->id);
            return chosen;
        }
        next = p->queue.first; /* @next itself may be gone */
    }
    return NULL;
}

/* -------------------------------------------------------- coming back -- */

static void
note_attempt(struct sb_platform *p, const struct sb_batch *batch,
             const struct sb_attempt *attempt, int64_t next_ms)
{
    char result[32];

    snprintf(result, sizeof(result), attempt->http ? "HTTP %d" : "no answer",
             attempt->http);
    note(p, batch, batch->sent_ms, next_ms, result,
         attempt->why ? attempt->why : "");
}

void
sb_queue_done(struct sb_platform *p, struct sb_batch *batch,
              const struct sb_attempt *attempt, int64_t now_ms)
{
    int64_t next_ms;

    batch->is_flying = false;
    batch->is_held = false; /* once sent it is as any other */
    if (attempt->is_delivered && !batch->is_copy && !batch->is_dropped &&
        strikes(p, SB_FAULT_DUP, batch, now_ms, NULL)) {
        note_attempt(p, batch, attempt, now_ms);
        batch->is_copy = true;
        batch->due_ms = now_ms;
        sb_touch(p, SB_KIND_BATCH, batch->id);
        return;
    }
    next_ms = batch->sent_ms + sb_retry_delay_ms(batch->tries + 1);
    if (attempt->is_delivered || batch->is_dropped ||
        is_too_old(batch, next_ms)) {
        note_attempt(p, batch, attempt, 0);
        if (!attempt->is_delivered)
            note(p, batch, now_ms, 0,
                 batch->is_dropped ? "dropped" : "given up",
                 batch->is_dropped ? "the subscription is gone"
                                   : "the next attempt would come more than 10 "
                                     "days after the change");
        settle(p, batch, attempt->is_delivered);
        return;
    }
    note_attempt(p, batch, attempt, next_ms);
    batch->tries++;
    batch->due_ms = next_ms;
    sb_touch(p, SB_KIND_BATCH, batch->id);
}

void
sb_queue_drop(struct sb_platform *p, const struct hv_guid *sub)
{
    int64_t now_ms = sb_clock_now(&p->clock, hv_clock_now_ms());
    struct sb_batch *next;

    for (struct sb_batch *b = p->queue.first; b; b = next) {
        next = b->next;
        if (!hv_guid_equal(&b->sub, sub))
            continue;
        if (b->is_flying) {
            b->is_dropped = true;
        } else {
            note(p, b, now_ms, 0, "dropped", "the subscription is gone");
            settle(p, b, false);
        }
    }
}

int64_t
sb_queue_due_ms(const struct sb_queue *queue)
{
    int64_t due = -1;

    for (const struct sb_batch *b = queue->first; b; b = b->next)
        if (!b->is_flying && (due < 0 || b->due_ms < due))
            due = b->due_ms;
    return due;
}

int64_t
sb_retry_delay_ms(int tries)
{
    static const int64_t minutes[] = { 1, 5, 15, 60, 180, 360, 720 };
    size_t last = HV_LEN(minutes) - 1;
    size_t at = tries < 1 ? 0 : (size_t)tries - 1;

    return minutes[at > last ? last : at] * 60000;
}

void
sb_queue_release(struct sb_queue *queue)
{
    while (queue->first) {
        struct sb_batch *batch = queue->first;

        queue->first = batch->next;
        sb_batch_free(batch);
    }
    *queue = (struct sb_queue){ 0 };
}
