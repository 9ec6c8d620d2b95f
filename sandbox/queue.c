/*
 * queue.c - batches of notifications: collected, signed, retried, given up.
 * Called by change.c, subscribe.c and deliver.c; sends nothing itself.
 */
#include "sandbox/queue.h"

#include "hvconsole/names.h"
#include "sandbox/model.h"
#include "sandbox/sign.h"

#include <stdlib.h>
#include <string.h>

static void
batch_free(struct sb_batch *batch)
{
    hv_buf_release(&batch->body);
    free(batch);
}

/* Takes @batch out of the list and tells who waited for its changes. */
static void
batch_settle(struct sb_queue *queue, struct sb_batch *batch, bool is_delivered)
{
    struct sb_batch **link = &queue->first;

    while (*link != batch)
        link = &(*link)->next;
    *link = batch->next;
    if (queue->last == &batch->next)
        queue->last = link;
    queue->events -= batch->count;
    for (size_t i = 0; i < batch->count && queue->settled; i++)
        if (batch->events[i].wait)
            queue->settled(queue->settled_arg, batch->events[i].wait, 1,
                           is_delivered);
    batch_free(batch);
}

static struct sb_batch *
open_batch(struct sb_queue *queue, const struct hv_guid *sub,
           bool wants_old_key)
{
    for (struct sb_batch *b = queue->first; b; b = b->next)
        if (!b->is_sealed && b->count < SB_BATCH_MAX &&
            b->wants_old_key == wants_old_key && hv_guid_equal(&b->sub, sub))
            return b;
    return NULL;
}

void
sb_queue_add(struct sb_queue *queue, const struct hv_guid *sub,
             const struct sb_event *event, bool wants_old_key, int64_t now_ms)
{
    struct sb_batch *batch = open_batch(queue, sub, wants_old_key);

    if (!batch) {
        batch = hv_calloc(1, sizeof(*batch));
        batch->sub = *sub;
        batch->event_ms = now_ms;
        batch->due_ms = now_ms + SB_BATCH_WINDOW_MS;
        batch->wants_old_key = wants_old_key;
        *queue->last = batch;
        queue->last = &batch->next;
    }
    batch->events[batch->count++] = *event;
    if (batch->count == SB_BATCH_MAX)
        batch->due_ms = now_ms;
    queue->events++;
}

static bool
same_pair(const struct sb_event *a, const struct sb_event *b)
{
    return hv_guid_equal(&a->person, &b->person) &&
           hv_guid_equal(&a->record, &b->record);
}

static void
add_element(struct hv_buf *out, const char *name, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_buf_addf(out, "<%s>%s</%s>", name, text, name);
}

/* One notification for a pair of person and record, with all their things. */
static void
add_notification(struct hv_buf *out, const struct sb_batch *batch, size_t first)
{
    const struct sb_event *pair = &batch->events[first];

    hv_buf_add_str(out, "<notification><common>");
    add_element(out, "subscription-id", &batch->sub);
    hv_buf_add_str(out, "</common><record-change-notification>");
    add_element(out, "person-id", &pair->person);
    add_element(out, "record-id", &pair->record);
    hv_buf_add_str(out, "<things>");
    for (size_t i = first; i < batch->count; i++) {
        if (!same_pair(&batch->events[i], pair))
            continue;
        hv_buf_add_str(out, "<thing>");
        add_element(out, "thing-id", &batch->events[i].thing);
        hv_buf_add_str(out, "</thing>");
    }
    hv_buf_add_str(out,
                   "</things></record-change-notification></notification>");
}

/* Fact: notify-body. Pairs come in the order of their first change. */
static void
write_body(struct sb_batch *batch)
{
    struct hv_buf *out = &batch->body;

    hv_buf_clear(out);
    hv_buf_add_str(out,
                   "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                   "<wc:notifications xmlns:wc=\"" HV_NS_NOTIFICATION "\">");
    for (size_t i = 0; i < batch->count; i++) {
        size_t earlier = 0;

        while (earlier < i &&
               !same_pair(&batch->events[earlier], &batch->events[i]))
            earlier++;
        if (earlier == i)
            add_notification(out, batch, i);
    }
    hv_buf_add_str(out, "</wc:notifications>");
}

static enum hv_status
batch_sign(struct sb_batch *batch, const struct sb_sub *sub)
{
    const struct sb_key *key = &sub->key;

    if (batch->wants_old_key && sub->old_key.key.len > 0)
        key = &sub->old_key;
    batch->version = key->version;
    return sb_notify_sign(&sub->id, key, hv_buf_bytes(&batch->body),
                          batch->authorization, sizeof(batch->authorization));
}

static enum hv_status
batch_seal(struct sb_batch *batch, const struct sb_sub *sub)
{
    enum hv_status st;

    write_body(batch);
    st = batch_sign(batch, sub);
    batch->is_sealed = st == HV_OK;
    return st;
}

enum hv_status
sb_queue_seal(struct sb_platform *platform, const struct sb_sub *sub)
{
    enum hv_status st = HV_OK;

    for (struct sb_batch *b = platform->queue.first; b && !st; b = b->next)
        if (!b->is_sealed && hv_guid_equal(&b->sub, &sub->id))
            st = batch_seal(b, sub);
    return st;
}

/* What was signed before the key changed keeps its signature for a while, as
 * the schema allows; later the platform knows the new key only. */
static bool
is_overlap_over(const struct sb_platform *platform, const struct sb_sub *sub,
                const struct sb_batch *batch, int64_t now_ms)
{
    return !hv_key_version_equal(&batch->version, &sub->key.version) &&
           now_ms - sub->replaced_ms > platform->overlap_ms;
}

static bool
is_too_old(const struct sb_queue *queue, const struct sb_batch *batch,
           int64_t now_ms)
{
    int64_t life = SB_GIVE_UP_MS / (queue->scale ? queue->scale : 1);

    return now_ms - batch->event_ms > life;
}

struct sb_batch *
sb_queue_next(struct sb_platform *platform, int64_t now_ms)
{
    struct sb_queue *queue = &platform->queue;
    struct sb_batch *next;

    for (struct sb_batch *b = queue->first; b; b = next) {
        const struct sb_sub *sub;
        enum hv_status st = HV_OK;

        next = b->next;
        if (b->is_flying || b->due_ms > now_ms)
            continue;
        sub = sb_sub_find(platform, &b->sub);
        if (!sub || is_too_old(queue, b, now_ms)) {
            batch_settle(queue, b, false);
            continue;
        }
        if (!b->is_sealed) {
            st = batch_seal(b, sub);
        } else if (is_overlap_over(platform, sub, b, now_ms)) {
            b->wants_old_key = false;
            st = batch_sign(b, sub);
        }
        if (st) { /* OpenSSL is out of order: as if nobody had answered */
            b->due_ms = now_ms + sb_retry_delay_ms(++b->tries, queue->scale);
            continue;
        }
        b->is_flying = true;
        return b;
    }
    return NULL;
}

void
sb_queue_done(struct sb_platform *platform, struct sb_batch *batch,
              bool is_delivered, int64_t now_ms)
{
    struct sb_queue *queue = &platform->queue;

    batch->is_flying = false;
    if (is_delivered || batch->is_dropped) {
        batch_settle(queue, batch, is_delivered);
        return;
    }
    batch->tries++;
    batch->due_ms = now_ms + sb_retry_delay_ms(batch->tries, queue->scale);
    if (is_too_old(queue, batch, batch->due_ms))
        batch_settle(queue, batch, false);
}

void
sb_queue_drop(struct sb_queue *queue, const struct hv_guid *sub)
{
    struct sb_batch *next;

    for (struct sb_batch *b = queue->first; b; b = next) {
        next = b->next;
        if (!hv_guid_equal(&b->sub, sub))
            continue;
        if (b->is_flying)
            b->is_dropped = true;
        else
            batch_settle(queue, b, false);
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

/* The stated schedule starts at one minute. A person who watches a sandbox
 * would give up before that, so three quick tries come first. */
int64_t
sb_retry_delay_ms(int tries, uint32_t scale)
{
    static const int32_t seconds[] = {
        1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600,
    };
    size_t last = HV_LEN(seconds) - 1;
    size_t at = tries < 1 ? 0 : (size_t)tries - 1;

    return seconds[at > last ? last : at] * 1000LL / (scale ? scale : 1);
}

void
sb_queue_release(struct sb_queue *queue)
{
    while (queue->first) {
        struct sb_batch *batch = queue->first;

        queue->first = batch->next;
        batch_free(batch);
    }
    *queue = (struct sb_queue){ 0 };
}
