/*
 * make.c - see make.h. Pure but for the nonce counter of the sealer, which only
 * rises. Called by journal.c on the journal thread, or by crew.c beside it.
 * Never seals an unverified body: there is no row of it.
 */
#include "core/journal/schema.h"
#include "core/journal/writer.h"

#include <stdlib.h>

#define KEEP_BYTES ((size_t)64 * 1024) /* of a buffer, from row to row */

void
journal_made_release(struct journal_made *made)
{
    hv_buf_release(&made->why);
    hv_buf_release(&made->body);
    hv_buf_release(&made->sealed);
    free(made->events);
    *made = (struct journal_made){ 0 };
}

/* The plain half of a row. */
static enum hv_status
fill_row(struct hv_journal *journal, const struct hv_arrival *arrival,
         bool is_verified, struct hv_log_row *row, struct hv_error *err)
{
    const struct hv_judgement *judgement = arrival->judgement;

    row->received_ms = arrival->received_ms;
    row->has_sub = judgement->has_auth;
    row->verdict = judgement->verdict;
    row->answered = arrival->answer;
    row->bytes = (int64_t)arrival->body.len;
    row->is_test = arrival->is_test;
    if (judgement->has_auth) {
        row->sub = judgement->auth.sub;
        row->version = judgement->auth.version;
    }
    hv_copy(row->peer, sizeof(row->peer), arrival->peer);
    if (is_verified) {
        row->events_count = (int)judgement->events.len;
        for (size_t i = 0; i < judgement->events.len; i++)
            row->things_count += (int)judgement->events.items[i].things_len;
    }
    return journal_sha_of(&journal->sha, arrival->body, (struct hv_bytes){ 0 },
                          row->sha256, err);
}

static struct journal_made_event *
next_event(struct journal_made *made)
{
    if (made->events_len == made->events_cap) {
        made->events_cap = made->events_cap ? 2 * made->events_cap : 4;
        made->events = hv_realloc_array(made->events, made->events_cap,
                                        sizeof(*made->events));
    }
    return &made->events[made->events_len++];
}

static enum hv_status
seal_event(struct hv_journal *journal, const struct hv_event *event, int64_t id,
           struct journal_made *made, struct hv_error *err)
{
    uint8_t aad[JOURNAL_AAD_MAX];
    struct journal_made_event *next = next_event(made);
    enum hv_status st;

    *next =
        (struct journal_made_event){ .head = { .id = id, .sub = event->sub },
                                     .at = made->sealed.len };
    st = journal_index_of(&journal->sealer.index, &event->record,
                          next->head.record, err);
    if (st)
        return st;
    journal_event_encode(event, &journal->plain);
    st = journal_sealer_seal(
        &journal->sealer, journal_event_aad(made->context, &next->head, aad),
        hv_buf_bytes(&journal->plain), &journal->sealed, &next->n, err);
    next->len = journal->sealed.len;
    hv_buf_add_bytes(&made->sealed, hv_buf_bytes(&journal->sealed));
    return st;
}

/* What nobody reads without the private key: the body and the events. */
static enum hv_status
seal(struct hv_journal *journal, struct journal_made *made,
     struct hv_error *err)
{
    const struct hv_log_row *row = &made->row;
    const struct hv_event_list *events = &made->arrival->judgement->events;
    struct hv_bytes sub = { row->sub.b, sizeof(row->sub.b) };
    uint8_t aad[JOURNAL_AAD_MAX];
    enum hv_status st = journal_sha_of(&journal->sha, sub, made->arrival->body,
                                       made->digest, err);

    if (!st)
        st = journal_row_context(&journal->sha, row, made->digest,
                                 journal->sealer.row_id,
                                 hv_buf_bytes(&made->why), made->context, err);
    if (!st)
        st = journal_sealer_seal(
            &journal->sealer, journal_body_aad(made->context, aad),
            made->arrival->body, &made->body, &made->n, err);
    for (size_t i = 0; !st && i < events->len && i < HV_MAX_NOTIFICATIONS; i++)
        st =
            seal_event(journal, &events->items[i],
                       (row->id << JOURNAL_EVENT_BITS) | (int64_t)i, made, err);
    if (!st && made->sealed.is_over)
        st = hv_fail(err, HV_ERR_LIMIT, "too many events for one row");
    return st;
}

/* One that was very long must not hold its memory for ever. */
static void
empty(struct hv_buf *buf)
{
    if (buf->cap > KEEP_BYTES)
        hv_buf_release(buf);
    hv_buf_clear(buf);
}

enum hv_status
journal_make(struct hv_journal *journal, const struct hv_arrival *arrival,
             int64_t id, struct journal_made *made, struct hv_error *err)
{
    const struct hv_judgement *judgement = arrival->judgement;
    enum hv_status st;

    made->arrival = arrival;
    made->is_verified = hv_verdict_row(judgement->verdict)->is_verified;
    made->is_counted = arrival->count_only && !made->is_verified;
    if (made->is_counted)
        return HV_OK;
    made->row = (struct hv_log_row){ .id = id };
    made->events_len = 0;
    empty(&made->body);
    empty(&made->sealed);
    st = fill_row(journal, arrival, made->is_verified, &made->row, err);
    journal_why_encode(judgement->why, judgement->why_len, &made->why);
    if (!st && made->is_verified)
        st = seal(journal, made, err);
    return st;
}
