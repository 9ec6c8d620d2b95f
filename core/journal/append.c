/*
 * append.c - what make.c made of a request becomes rows: the arrival, its
 * sealed body, its sealed events, its place in the counters. Called by
 * journal.c inside a transaction.
 */
#include "core/journal/schema.h"
#include "core/journal/writer.h"

#include <string.h>

static enum hv_status
add_why(struct hv_journal *journal, const struct hv_buf *why, int64_t *id,
        struct hv_error *err)
{
    enum hv_status st;

    journal_bind_blob(journal->add_why, 1, why->data, why->len);
    st = journal_db_run(&journal->db, journal->add_why, err);
    *id = sqlite3_last_insert_rowid(journal->db.db);
    return st;
}

/* The reason's row; one that was stored lately with the same text will do. */
static enum hv_status
shared_why(struct hv_journal *journal, const struct hv_buf *why, int64_t *id,
           struct hv_error *err)
{
    uint32_t hash = 2166136261U;
    size_t at;
    enum hv_status st;

    if (why->len > JOURNAL_WHY_TEXT)
        return add_why(journal, why, id, err);
    for (size_t i = 0; i < why->len; i++)
        hash = (hash ^ why->data[i]) * 16777619U;
    at = hash % JOURNAL_WHY_CACHE;
    if (journal->whys->slots[at].id != 0 &&
        journal->whys->slots[at].len == why->len &&
        memcmp(journal->whys->slots[at].text, why->data, why->len) == 0) {
        *id = journal->whys->slots[at].id;
        return HV_OK;
    }
    st = add_why(journal, why, id, err);
    if (st)
        return st;
    journal->whys->slots[at].id = *id;
    journal->whys->slots[at].len = (uint16_t)why->len;
    if (why->len > 0)
        memcpy(journal->whys->slots[at].text, why->data, why->len);
    return HV_OK;
}

/* The data key stands in the file no later than the first row under it. */
enum hv_status
journal_add_datakey(struct hv_journal *journal, struct hv_error *err)
{
    const struct journal_wrapped *row = &journal->sealer.row;
    enum hv_status st;

    if (journal->sealer.row_id != 0)
        return HV_OK;
    journal_bind_int(journal->add_datakey, 1, row->created_ms);
    journal_bind_blob(journal->add_datakey, 2, row->reader,
                      sizeof(row->reader));
    journal_bind_blob(journal->add_datakey, 3, row->ephemeral,
                      sizeof(row->ephemeral));
    journal_bind_blob(journal->add_datakey, 4, row->wrapped,
                      sizeof(row->wrapped));
    st = journal_db_run(&journal->db, journal->add_datakey, err);
    if (!st)
        journal->sealer.row_id = sqlite3_last_insert_rowid(journal->db.db);
    return st;
}

/* Whether the same bytes came for the same subscription lately: the id of the
 * first, 0 = no. */
static int64_t
find_twin(struct hv_journal *journal, const struct journal_made *made,
          struct journal_told *told)
{
    struct journal_seen *seen =
        journal_recent_find(&journal->recent, made->digest);
    int64_t after_ms;

    if (!seen)
        return 0;
    after_ms = made->row.received_ms - seen->received_ms;
    if (after_ms > JOURNAL_LEDGER_MS)
        return 0;
    told->is_repeat = true;
    if (after_ms > seen->last_after_ms) {
        told->waited_ms = after_ms - seen->last_after_ms;
        seen->last_after_ms = (uint32_t)after_ms;
    }
    return seen->id;
}

/* In the order of the columns in journal.c. */
static enum hv_status
insert_arrival(struct hv_journal *journal, const struct journal_made *made,
               int64_t twin, int64_t why, struct hv_error *err)
{
    struct journal_bulk *rows = &journal->rows;
    const struct hv_log_row *row = &made->row;

    journal_bulk_int(rows, row->id);
    journal_bulk_int(rows, row->received_ms);
    if (row->has_sub) {
        journal_bulk_blob(rows, row->sub.b, sizeof(row->sub.b));
        journal_bulk_text(rows, row->version.id);
    } else {
        journal_bulk_null(rows);
        journal_bulk_null(rows);
    }
    journal_bulk_int(rows, row->verdict);
    journal_bulk_int(rows, row->answered);
    journal_bulk_int(rows, row->bytes);
    journal_bulk_blob(rows, row->sha256, sizeof(row->sha256));
    if (made->is_verified)
        journal_bulk_blob(rows, made->digest, JOURNAL_DIGEST_LEN);
    else
        journal_bulk_null(rows);
    journal_bulk_int(rows, twin);
    journal_bulk_int(rows, row->is_test);
    journal_bulk_int(rows, row->events_count);
    journal_bulk_int(rows, row->things_count);
    journal_bulk_text(rows, row->peer);
    journal_bulk_int(rows, why);
    journal_bulk_int(rows, made->is_verified ? journal->sealer.row_id : 0);
    return journal_bulk_row(&journal->db, rows, err);
}

static enum hv_status
insert_body(struct hv_journal *journal, const struct journal_made *made,
            struct hv_error *err)
{
    struct journal_bulk *bodies = &journal->bodies;

    journal_bulk_int(bodies, made->row.id);
    journal_bulk_int(bodies, (int64_t)made->n);
    journal_bulk_blob(bodies, made->body.data, made->body.len);
    return journal_bulk_row(&journal->db, bodies, err);
}

/* The events; the keyed hashes of their records are left in journal->records. */
static enum hv_status
insert_events(struct hv_journal *journal, const struct journal_made *made,
              struct hv_error *err)
{
    struct journal_bulk *events = &journal->events;
    enum hv_status st = HV_OK;

    hv_buf_clear(&journal->records);
    for (size_t i = 0; !st && i < made->events_len; i++) {
        const struct journal_made_event *event = &made->events[i];
        const struct journal_event_head *head = &event->head;

        journal_bulk_int(events, head->id);
        journal_bulk_blob(events, head->sub.b, sizeof(head->sub.b));
        journal_bulk_blob(events, head->record, sizeof(head->record));
        journal_bulk_int(events, (int64_t)event->n);
        journal_bulk_blob(events, made->sealed.data + event->at, event->len);
        st = journal_bulk_row(&journal->db, events, err);
        hv_buf_add(&journal->records, head->record, sizeof(head->record));
        journal_late_add(&journal->late, LATE_RECORDS, head->record, head->id);
    }
    return st;
}

static enum hv_status
hand_on(struct hv_journal *journal, const struct journal_made *made,
        const struct journal_told *told, struct hv_error *err)
{
    const struct hv_log_row *row = &made->row;
    int64_t before_ms = row->received_ms - told->waited_ms;
    struct journal_handed handed = {
        .id = row->id,
        .due_ms = row->received_ms,
        .digest = made->digest,
        .is_repeat = told->is_repeat,
        .context = made->context,
        .records = journal->records.data,
        .records_len = journal->records.len / 16,
        .body = made->arrival->body,
    };

    if (!journal->policy.hand_on || row->verdict == HV_VERDICT_QUARANTINED)
        return HV_OK;
    if (told->is_repeat && before_ms + JOURNAL_AGAIN_MS > handed.due_ms)
        handed.due_ms = before_ms + JOURNAL_AGAIN_MS;
    return journal_put_item(&journal->db, &journal->put, &handed, err);
}

/* A first message, for those that come after it. */
static void
remember(struct hv_journal *journal, const struct journal_made *made)
{
    struct journal_seen seen = { .id = made->row.id,
                                 .received_ms = made->row.received_ms };

    memcpy(seen.digest, made->digest, sizeof(seen.digest));
    journal_recent_add(&journal->recent, &seen);
    journal_late_add(&journal->late, LATE_DIGESTS, made->digest, made->row.id);
}

/* A verified one: all of it. */
static enum hv_status
add_verified(struct hv_journal *journal, const struct journal_made *made,
             struct journal_told *told, struct hv_error *err)
{
    int64_t twin = find_twin(journal, made, told);
    int64_t why = 0;
    enum hv_status st = shared_why(journal, &made->why, &why, err);

    if (!st)
        st = insert_arrival(journal, made, twin, why, err);
    if (!st)
        st = insert_body(journal, made, err);
    if (!st)
        st = insert_events(journal, made, err);
    if (!st)
        st = hand_on(journal, made, told, err);
    if (!st && twin == 0)
        remember(journal, made);
    told->is_fresh = twin == 0 && !made->row.is_test;
    return st;
}

static enum hv_status
add_refused(struct hv_journal *journal, const struct journal_made *made,
            struct hv_error *err)
{
    int64_t why = 0;
    enum hv_status st = add_why(journal, &made->why, &why, err);

    if (!st)
        st = insert_arrival(journal, made, 0, why, err);
    return st;
}

enum hv_status
journal_add_row(struct hv_journal *journal, const struct journal_made *made,
                struct hv_error *err)
{
    const struct hv_arrival *arrival = made->arrival;
    struct journal_told told = { .is_fresh = !arrival->is_test };
    enum hv_status st;

    if (arrival->id)
        *arrival->id = 0;
    if (made->is_counted) {
        journal_tally_add(&journal->tally, arrival, &told);
        return HV_OK;
    }
    st = made->is_verified ? add_verified(journal, made, &told, err)
                           : add_refused(journal, made, err);
    if (st)
        return st;
    told.id = made->row.id;
    journal_tally_add(&journal->tally, arrival, &told);
    journal_late_arrived(&journal->late, told.id, made->row.received_ms);
    journal->last_id = told.id;
    if (arrival->id)
        *arrival->id = told.id;
    return HV_OK;
}

enum hv_status
journal_add_rest(struct hv_journal *journal, struct hv_error *err)
{
    enum hv_status st = journal_bulk_write(&journal->db, &journal->rows, err);

    if (!st)
        st = journal_bulk_write(&journal->db, &journal->bodies, err);
    if (!st)
        st = journal_bulk_write(&journal->db, &journal->events, err);
    return st;
}
