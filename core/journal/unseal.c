/*
 * unseal.c - opens what the writer sealed: data keys by the private keys the
 * view was given, events by the data keys. Called by the reader's files. A
 * missing key is a state to show, an unfit seal too; neither is an error of a
 * list.
 */
#include "core/journal/schema.h"
#include "core/journal/view.h"

#include <stdlib.h>
#include <string.h>

static const struct hv_secret *
find_reader(const struct hv_journal_view *view, const uint8_t id[8])
{
    for (size_t i = 0; i < view->readers_len; i++) {
        if (memcmp(view->readers[i].id, id, 8) == 0)
            return &view->readers[i].key;
    }
    return NULL;
}

/* The wrapped key as stored; HV_ERR_DAMAGED when it is missing. */
static enum hv_status
read_wrapped(struct hv_journal_view *view, int64_t id,
             struct journal_wrapped *out, struct hv_error *err)
{
    sqlite3_stmt *stmt = view->get_datakey;
    bool has_row = false;
    bool is_whole;
    enum hv_status st;

    journal_bind_int(stmt, 1, id);
    st = journal_db_step(&view->db, stmt, &has_row, err);
    if (st)
        return st;
    out->created_ms = sqlite3_column_int64(stmt, 0);
    is_whole =
        has_row &&
        journal_column_blob(stmt, 1, out->reader, sizeof(out->reader)) &&
        journal_column_blob(stmt, 2, out->ephemeral, sizeof(out->ephemeral)) &&
        journal_column_blob(stmt, 3, out->wrapped, sizeof(out->wrapped));
    sqlite3_reset(stmt);
    if (!is_whole)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "data key %lld of %s is missing "
                       "or damaged",
                       (long long)id, view->db.path);
    return HV_OK;
}

enum hv_status
journal_view_datakey(struct hv_journal_view *view, int64_t id,
                     const uint8_t **key, struct hv_error *err)
{
    size_t slot = (size_t)id % JOURNAL_KEY_CACHE;
    struct journal_wrapped row;
    const struct hv_secret *reader;
    struct hv_secret plain = { 0 };
    enum hv_status st;

    if (view->cache.data && view->cached[slot] == id) {
        *key = view->cache.data + slot * JOURNAL_KEY_LEN;
        return HV_OK;
    }
    st = read_wrapped(view, id, &row, err);
    if (st)
        return st;
    reader = find_reader(view, row.reader);
    if (!reader) {
        hv_fail(err, HV_ERR_LOCKED,
                "this part of the journal is sealed and no "
                "key at hand opens it");
        hv_hint(err, "unlock the keystore whose listener wrote it");
        return HV_ERR_LOCKED;
    }
    st = journal_unwrap(&row, reader, &plain, err);
    if (!st) {
        memcpy(view->cache.data + slot * JOURNAL_KEY_LEN, plain.data,
               JOURNAL_KEY_LEN);
        view->cached[slot] = id;
        *key = view->cache.data + slot * JOURNAL_KEY_LEN;
    }
    hv_secret_release(&plain);
    /* A point OpenSSL will not multiply with was not made by our writer. */
    return st == HV_ERR_CRYPTO ? HV_ERR_DAMAGED : st;
}

/* One event; @key NULL leaves the sealed half empty. */
static enum hv_status
read_event(struct hv_journal_view *view, const struct journal_row_rest *rest,
           const uint8_t *key, struct hv_log_event *out, struct hv_error *err)
{
    sqlite3_stmt *stmt = view->get_events;
    struct journal_event_head head = { .id = sqlite3_column_int64(stmt, 0) };
    uint8_t aad[JOURNAL_AAD_MAX];
    enum hv_status st;

    if (!journal_column_blob(stmt, 1, head.sub.b, sizeof(head.sub.b)) ||
        !journal_column_blob(stmt, 2, head.record, sizeof(head.record)))
        return hv_fail(err, HV_ERR_DAMAGED, "a stored event is damaged");
    out->sub = head.sub;
    if (!key)
        return HV_OK;
    hv_buf_clear(&view->plain);
    st =
        journal_unseal(&view->gcm, key, (uint64_t)sqlite3_column_int64(stmt, 3),
                       journal_event_aad(rest->context, &head, aad),
                       journal_column_bytes(stmt, 4), &view->plain, err);
    if (!st)
        st = journal_event_decode(hv_buf_bytes(&view->plain), out, err);
    return st;
}

/* All events that are there. One that does not open marks the row altered. */
static enum hv_status
read_events(struct hv_journal_view *view, struct hv_log_row *row,
            const struct journal_row_rest *rest, const uint8_t *key,
            struct hv_error *err)
{
    sqlite3_stmt *stmt = view->get_events;
    size_t cap = (size_t)row->events_count;
    bool has_row = true;
    enum hv_status st = HV_OK;

    row->events = hv_calloc(cap, sizeof(*row->events));
    journal_bind_int(stmt, 1, row->id << JOURNAL_EVENT_BITS);
    journal_bind_int(stmt, 2, (row->id + 1) << JOURNAL_EVENT_BITS);
    while (!st && row->events_len < cap) {
        st = journal_db_step(&view->db, stmt, &has_row, err);
        if (st || !has_row)
            break;
        if (read_event(view, rest, key, &row->events[row->events_len], NULL))
            row->is_altered = true;
        row->events_len++;
    }
    sqlite3_reset(stmt);
    if (row->events_len < cap)
        row->is_altered = true;
    return st;
}

enum hv_status
journal_row_events(struct hv_journal_view *view, struct hv_log_row *row,
                   const struct journal_row_rest *rest, struct hv_error *err)
{
    const uint8_t *key = NULL;
    enum hv_status st = HV_OK;

    if (rest->datakey == 0) {
        row->is_unsealed = true;
        return HV_OK;
    }
    if (row->is_pruned)
        return HV_OK;
    if (row->events_count < 0 || row->events_count > HV_MAX_NOTIFICATIONS ||
        row->id > JOURNAL_MAX_ID) {
        row->is_altered = true;
        return HV_OK;
    }
    st = journal_view_datakey(view, rest->datakey, &key, NULL);
    if (st == HV_ERR_DAMAGED)
        row->is_altered = true;
    else if (st && st != HV_ERR_LOCKED)
        return hv_fail(err, st, "the journal cannot be unsealed");
    st = HV_OK;
    if (row->events_count > 0)
        st = read_events(view, row, rest, key, err);
    row->is_unsealed = key && !row->is_altered;
    return st;
}
