/*
 * append.c - one received request becomes rows: the arrival, its sealed body,
 * its sealed events, its place in the counters. Called by journal.c inside a
 * transaction. Seals before it stores; never stores an unverified body.
 */
#include "core/journal/schema.h"
#include "core/journal/writer.h"

#include <string.h>

static enum hv_status
add_why(struct hv_journal *journal, int64_t *id, struct hv_error *err)
{
    enum hv_status st;

    journal_bind_blob(journal->add_why, 1, journal->why.data, journal->why.len);
    st = journal_db_run(&journal->db, journal->add_why, err);
    *id = sqlite3_last_insert_rowid(journal->db.db);
    return st;
}

/* The reason's row; one that was stored lately with the same text will do. */
static enum hv_status
shared_why(struct hv_journal *journal, int64_t *id, struct hv_error *err)
{
    const struct hv_buf *why = &journal->why;
    uint32_t hash = 2166136261U;
    size_t at;
    enum hv_status st;

    if (why->len > JOURNAL_WHY_TEXT)
        return add_why(journal, id, err);
    for (size_t i = 0; i < why->len; i++)
        hash = (hash ^ why->data[i]) * 16777619U;
    at = hash % JOURNAL_WHY_CACHE;
    if (journal->whys->slots[at].id != 0 &&
        journal->whys->slots[at].len == why->len &&
        memcmp(journal->whys->slots[at].text, why->data, why->len) == 0) {
        *id = journal->whys->slots[at].id;
        return HV_OK;
    }
    st = add_why(journal, id, err);
    if (st)
        return st;
    journal->whys->slots[at].id = *id;
    journal->whys->slots[at].len = (uint16_t)why->len;
    if (why->len > 0)
        memcpy(journal->whys->slots[at].text, why->data, why->len);
    return HV_OK;
}

/* The data key stands in the file no later than the first row under it. */
static enum hv_status
store_datakey(struct hv_journal *journal, struct hv_error *err)
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

/* The plain half of a row. */
static enum hv_status
fill_row(struct hv_journal *journal, const struct hv_arrival *arrival,
         bool is_verified, struct hv_log_row *row, struct hv_error *err)
{
    const struct hv_judgement *judgement = arrival->judgement;

    *row = (struct hv_log_row){
        .received_ms = arrival->received_ms,
        .has_sub = judgement->has_auth,
        .verdict = judgement->verdict,
        .answered = arrival->answer,
        .bytes = (int64_t)arrival->body.len,
        .is_test = arrival->is_test,
    };
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

/* Whether the same bytes came for the same subscription lately. */
static enum hv_status
find_twin(struct hv_journal *journal, const struct hv_arrival *arrival,
          struct hv_log_row *row, uint8_t digest[32], struct journal_told *told,
          struct hv_error *err)
{
    struct journal_seen *seen;
    struct hv_bytes sub = { row->sub.b, sizeof(row->sub.b) };
    enum hv_status st =
        journal_sha_of(&journal->sha, sub, arrival->body, digest, err);

    if (st)
        return st;
    seen = journal_recent_find(&journal->recent, digest);
    if (!seen || row->received_ms - seen->received_ms > JOURNAL_LEDGER_MS)
        return HV_OK;
    row->duplicate_of = seen->id;
    told->is_repeat = true;
    if (row->received_ms > seen->last_ms) {
        told->waited_ms = row->received_ms - seen->last_ms;
        seen->last_ms = row->received_ms;
    }
    return HV_OK;
}

static enum hv_status
insert_arrival(struct hv_journal *journal, struct hv_log_row *row,
               const uint8_t *digest, int64_t why, struct hv_error *err)
{
    sqlite3_stmt *stmt = journal->add_arrival;
    enum hv_status st;

    sqlite3_clear_bindings(stmt);
    journal_bind_int(stmt, 1, row->received_ms);
    if (row->has_sub) {
        journal_bind_blob(stmt, 2, row->sub.b, sizeof(row->sub.b));
        journal_bind_text(stmt, 3, row->version.id);
    }
    journal_bind_int(stmt, 4, row->verdict);
    journal_bind_int(stmt, 5, row->answered);
    journal_bind_int(stmt, 6, row->bytes);
    journal_bind_blob(stmt, 7, row->sha256, sizeof(row->sha256));
    if (digest)
        journal_bind_blob(stmt, 8, digest, JOURNAL_DIGEST_LEN);
    journal_bind_int(stmt, 9, row->duplicate_of);
    journal_bind_int(stmt, 10, row->is_test);
    journal_bind_int(stmt, 11, row->events_count);
    journal_bind_int(stmt, 12, row->things_count);
    journal_bind_text(stmt, 13, row->peer);
    journal_bind_int(stmt, 14, why);
    journal_bind_int(stmt, 15, digest ? journal->sealer.row_id : 0);
    st = journal_db_run(&journal->db, stmt, err);
    if (!st)
        row->id = sqlite3_last_insert_rowid(journal->db.db);
    return st;
}

static enum hv_status
insert_event(struct hv_journal *journal, const struct hv_event *event,
             const struct journal_event_head *head, const uint8_t context[32],
             struct hv_error *err)
{
    uint8_t aad[JOURNAL_AAD_MAX];
    uint64_t counter = 0;
    enum hv_status st;

    journal_event_encode(event, &journal->plain);
    st = journal_sealer_seal(
        &journal->sealer, journal_event_aad(context, head, aad),
        hv_buf_bytes(&journal->plain), &journal->sealed, &counter, err);
    if (st)
        return st;
    journal_bind_int(journal->add_event, 1, head->id);
    journal_bind_blob(journal->add_event, 2, head->sub.b, sizeof(head->sub.b));
    journal_bind_blob(journal->add_event, 3, head->record,
                      sizeof(head->record));
    journal_bind_int(journal->add_event, 4, (int64_t)counter);
    journal_bind_blob(journal->add_event, 5, journal->sealed.data,
                      journal->sealed.len);
    return journal_db_run(&journal->db, journal->add_event, err);
}

/* The events; the keyed hashes of their records are left in journal->records. */
static enum hv_status
insert_events(struct hv_journal *journal, const struct hv_event_list *events,
              const struct hv_log_row *row, const uint8_t context[32],
              struct hv_error *err)
{
    enum hv_status st = HV_OK;

    hv_buf_clear(&journal->records);
    for (size_t i = 0; !st && i < events->len && i < HV_MAX_NOTIFICATIONS;
         i++) {
        const struct hv_event *event = &events->items[i];
        struct journal_event_head head = {
            .id = (row->id << JOURNAL_EVENT_BITS) | (int64_t)i,
            .sub = event->sub,
        };

        st = journal_index_of(&journal->sealer.index, &event->record,
                              head.record, err);
        if (!st)
            st = insert_event(journal, event, &head, context, err);
        if (st)
            break;
        hv_buf_add(&journal->records, head.record, sizeof(head.record));
        journal_late_add(&journal->late, LATE_RECORDS, head.record, head.id, 0);
    }
    return st;
}

/* What nobody reads without the private key: the body and the events. */
static enum hv_status
insert_sealed(struct hv_journal *journal, const struct hv_arrival *arrival,
              const struct hv_log_row *row, const uint8_t *digest,
              uint8_t context[32], struct hv_error *err)
{
    uint8_t aad[JOURNAL_AAD_MAX];
    uint64_t counter = 0;
    enum hv_status st;

    st = journal_row_context(&journal->sha, row, digest, journal->sealer.row_id,
                             hv_buf_bytes(&journal->why), context, err);
    if (!st)
        st = journal_sealer_seal(&journal->sealer,
                                 journal_body_aad(context, aad), arrival->body,
                                 &journal->sealed, &counter, err);
    if (st)
        return st;
    journal_bind_int(journal->add_body, 1, row->id);
    journal_bind_int(journal->add_body, 2, (int64_t)counter);
    journal_bind_blob(journal->add_body, 3, journal->sealed.data,
                      journal->sealed.len);
    st = journal_db_run(&journal->db, journal->add_body, err);
    if (!st)
        st = insert_events(journal, &arrival->judgement->events, row, context,
                           err);
    return st;
}

static enum hv_status
hand_on(struct hv_journal *journal, const struct hv_arrival *arrival,
        const struct hv_log_row *row, const struct journal_told *told,
        const uint8_t *digest, const uint8_t context[32], struct hv_error *err)
{
    int64_t before_ms = row->received_ms - told->waited_ms;
    struct journal_handed handed = {
        .id = row->id,
        .due_ms = row->received_ms,
        .digest = digest,
        .is_repeat = told->is_repeat,
        .context = context,
        .records = journal->records.data,
        .records_len = journal->records.len / 16,
        .body = arrival->body,
    };

    if (!journal->policy.hand_on || row->verdict == HV_VERDICT_QUARANTINED)
        return HV_OK;
    if (told->is_repeat && before_ms + JOURNAL_AGAIN_MS > handed.due_ms)
        handed.due_ms = before_ms + JOURNAL_AGAIN_MS;
    return journal_put_item(&journal->db, &journal->put, &handed, err);
}

/* A first message, for those that come after it. */
static void
remember(struct hv_journal *journal, const struct hv_log_row *row,
         const uint8_t *digest)
{
    struct journal_seen seen = { .id = row->id,
                                 .received_ms = row->received_ms,
                                 .last_ms = row->received_ms };

    memcpy(seen.digest, digest, sizeof(seen.digest));
    journal_recent_add(&journal->recent, &seen);
    journal_late_add(&journal->late, LATE_DIGESTS, digest, row->id,
                     row->received_ms);
}

/* A verified one: all of it. */
static enum hv_status
add_verified(struct hv_journal *journal, const struct hv_arrival *arrival,
             struct hv_log_row *row, struct journal_told *told,
             struct hv_error *err)
{
    uint8_t digest[32];
    uint8_t context[32];
    int64_t why = 0;
    enum hv_status st = find_twin(journal, arrival, row, digest, told, err);

    if (!st)
        st = store_datakey(journal, err);
    if (!st)
        st = shared_why(journal, &why, err);
    if (!st)
        st = insert_arrival(journal, row, digest, why, err);
    if (!st)
        st = insert_sealed(journal, arrival, row, digest, context, err);
    if (!st)
        st = hand_on(journal, arrival, row, told, digest, context, err);
    if (!st && row->duplicate_of == 0)
        remember(journal, row, digest);
    return st;
}

static enum hv_status
add_refused(struct hv_journal *journal, struct hv_log_row *row,
            struct hv_error *err)
{
    int64_t why = 0;
    enum hv_status st = add_why(journal, &why, err);

    if (!st)
        st = insert_arrival(journal, row, NULL, why, err);
    return st;
}

enum hv_status
journal_add_arrival(struct hv_journal *journal,
                    const struct hv_arrival *arrival, struct hv_error *err)
{
    const struct hv_judgement *judgement = arrival->judgement;
    bool is_verified = hv_verdict_row(judgement->verdict)->is_verified;
    struct journal_told told = { .is_fresh = !arrival->is_test };
    struct hv_log_row row;
    enum hv_status st;

    if (arrival->count_only && !is_verified) {
        journal_tally_add(&journal->tally, arrival, &told);
        return HV_OK;
    }
    st = fill_row(journal, arrival, is_verified, &row, err);
    journal_why_encode(judgement->why, judgement->why_len, &journal->why);
    if (!st)
        st = is_verified ? add_verified(journal, arrival, &row, &told, err)
                         : add_refused(journal, &row, err);
    if (st)
        return st;
    told.id = row.id;
    told.is_fresh = row.duplicate_of == 0 && !arrival->is_test;
    journal_tally_add(&journal->tally, arrival, &told);
    journal_late_arrived(&journal->late, row.id, row.received_ms);
    journal->last_id = row.id;
    return HV_OK;
}
