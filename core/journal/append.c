/*
 * append.c - one received request becomes rows: the arrival, its sealed body,
 * its sealed events, its place in the counters. Called by journal.c inside a
 * transaction. Seals before it stores; never stores an unverified body.
 */
#include "core/journal/schema.h"
#include "core/journal/writer.h"

#include <string.h>

/* The reason's row; a new one unless the same text was stored lately. */
static enum hv_status
why_id(struct hv_journal *journal, int64_t *id, struct hv_error *err)
{
    uint8_t sha256[32];
    size_t slot;
    enum hv_status st;

    st = journal_sha_of(&journal->sha, hv_buf_bytes(&journal->why),
                        (struct hv_bytes){ 0 }, sha256, err);
    if (st)
        return st;
    slot = sha256[0] % JOURNAL_WHY_CACHE;
    if (journal->whys.slots[slot].id != 0 &&
        memcmp(journal->whys.slots[slot].sha256, sha256, sizeof(sha256)) == 0) {
        *id = journal->whys.slots[slot].id;
        return HV_OK;
    }
    journal_bind_blob(journal->add_why, 1, journal->why.data, journal->why.len);
    st = journal_db_run(&journal->db, journal->add_why, err);
    if (st)
        return st;
    *id = sqlite3_last_insert_rowid(journal->db.db);
    memcpy(journal->whys.slots[slot].sha256, sha256, sizeof(sha256));
    journal->whys.slots[slot].id = *id;
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
          struct hv_log_row *row, uint8_t digest[32], struct hv_error *err)
{
    const struct journal_seen *seen;
    struct hv_bytes sub = { row->sub.b, sizeof(row->sub.b) };
    enum hv_status st =
        journal_sha_of(&journal->sha, sub, arrival->body, digest, err);

    if (st)
        return st;
    seen = journal_recent_find(&journal->recent, digest);
    if (seen && row->received_ms - seen->received_ms <= JOURNAL_LEDGER_MS)
        row->duplicate_of = seen->id;
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
             int64_t id, const uint8_t context[32], struct hv_error *err)
{
    struct journal_event_head head = { .id = id, .sub = event->sub };
    uint8_t aad[JOURNAL_AAD_MAX];
    uint64_t counter = 0;
    enum hv_status st;

    st = journal_index_of(&journal->sealer.index, &event->record, head.record,
                          err);
    if (st)
        return st;
    journal_event_encode(event, &journal->plain);
    st = journal_sealer_seal(
        &journal->sealer, journal_event_aad(context, &head, aad),
        hv_buf_bytes(&journal->plain), &journal->sealed, &counter, err);
    if (st)
        return st;
    journal_bind_int(journal->add_event, 1, id);
    journal_bind_blob(journal->add_event, 2, head.sub.b, sizeof(head.sub.b));
    journal_bind_blob(journal->add_event, 3, head.record, sizeof(head.record));
    journal_bind_int(journal->add_event, 4, (int64_t)counter);
    journal_bind_blob(journal->add_event, 5, journal->sealed.data,
                      journal->sealed.len);
    return journal_db_run(&journal->db, journal->add_event, err);
}

/* What nobody reads without the private key: the body and the events. */
static enum hv_status
insert_sealed(struct hv_journal *journal, const struct hv_arrival *arrival,
              const struct hv_log_row *row, const uint8_t *digest,
              struct hv_error *err)
{
    const struct hv_event_list *events = &arrival->judgement->events;
    uint8_t context[32];
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
    for (size_t i = 0; !st && i < events->len && i < HV_MAX_NOTIFICATIONS; i++)
        st = insert_event(journal, &events->items[i],
                          (row->id << JOURNAL_EVENT_BITS) | (int64_t)i, context,
                          err);
    return st;
}

enum hv_status
journal_add_arrival(struct hv_journal *journal,
                    const struct hv_arrival *arrival, struct hv_error *err)
{
    bool is_verified = hv_verdict_row(arrival->judgement->verdict)->is_verified;
    uint8_t digest[32];
    struct hv_log_row row;
    struct journal_seen seen;
    int64_t why = 0;
    enum hv_status st;

    if (arrival->count_only && !is_verified) {
        journal_tally_add(&journal->tally, arrival, 0, !arrival->is_test);
        return HV_OK;
    }
    st = fill_row(journal, arrival, is_verified, &row, err);
    if (!st && is_verified)
        st = find_twin(journal, arrival, &row, digest, err);
    if (!st && is_verified)
        st = store_datakey(journal, err);
    journal_why_encode(arrival->judgement->why, arrival->judgement->why_len,
                       &journal->why);
    if (!st)
        st = why_id(journal, &why, err);
    if (!st)
        st = insert_arrival(journal, &row, is_verified ? digest : NULL, why,
                            err);
    if (!st && is_verified)
        st = insert_sealed(journal, arrival, &row, digest, err);
    if (st)
        return st;
    if (is_verified && row.duplicate_of == 0) {
        seen = (struct journal_seen){ .id = row.id,
                                      .received_ms = row.received_ms };
        memcpy(seen.digest, digest, sizeof(seen.digest));
        journal_recent_add(&journal->recent, &seen);
    }
    journal_tally_add(&journal->tally, arrival, row.id,
                      row.duplicate_of == 0 && !arrival->is_test);
    journal->last_id = row.id;
    return HV_OK;
}
