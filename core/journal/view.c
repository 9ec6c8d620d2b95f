/*
 * view.c - a reader of the journal: opens the file when there is one, reads
 * single rows, tells when something was added. Called by the console and by
 * the log commands, one view per thread. Never writes.
 */
#include "core/journal/view.h"
#include "core/journal/schema.h"

#include <stdlib.h>
#include <string.h>

/* A refused message is offered again for so long. Fact: retries */
#define RETRY_MS (INT64_C(10) * 24 * 3600 * 1000)

static enum hv_status
copy_keys(struct hv_journal_view *view, const struct hv_keyring *ring,
          struct hv_error *err)
{
    enum hv_status st = HV_OK;

    view->readers = hv_calloc(ring->readers_len + 1, sizeof(*view->readers));
    view->index_keys =
        hv_calloc(ring->journal_keys_len + 1, sizeof(*view->index_keys));
    for (size_t i = 0; !st && i < ring->readers_len; i++) {
        const struct hv_journal_reader *reader = &ring->readers[i];
        struct journal_unlock *unlock = &view->readers[view->readers_len++];

        memcpy(unlock->id, reader->id, sizeof(unlock->id));
        st = hv_secret_copy(&unlock->key, reader->private_key.data,
                            reader->private_key.len, err);
    }
    for (size_t i = 0; !st && i < ring->journal_keys_len; i++)
        st = journal_index_init(&view->index_keys[view->index_keys_len++],
                                &ring->journal_keys[i].index_key, err);
    if (!st && view->readers_len > 0)
        st = hv_secret_init(&view->cache, JOURNAL_KEY_CACHE * JOURNAL_KEY_LEN,
                            err);
    return st;
}

enum hv_status
hv_journal_view_open(const char *path, const struct hv_keyring *ring,
                     struct hv_journal_view **out, struct hv_error *err)
{
    struct hv_journal_view *view = hv_calloc(1, sizeof(*view));
    enum hv_status st;

    journal_db_init(&view->db, path);
    st = journal_sha_init(&view->sha, err);
    if (!st)
        st = journal_gcm_init(&view->gcm, err);
    if (!st && ring)
        st = copy_keys(view, ring, err);
    if (!st) {
        st = journal_view_ready(view, err);
        if (st == HV_ERR_NOT_FOUND)
            st = HV_OK;
    }
    if (st) {
        hv_journal_view_close(view);
        return st;
    }
    *out = view;
    return HV_OK;
}

static void
disconnect(struct hv_journal_view *view)
{
    sqlite3_finalize(view->get_version);
    sqlite3_finalize(view->get_datakey);
    sqlite3_finalize(view->get_events);
    sqlite3_finalize(view->get_row);
    sqlite3_finalize(view->get_body);
    view->get_version = NULL;
    view->get_datakey = NULL;
    view->get_events = NULL;
    view->get_row = NULL;
    view->get_body = NULL;
    /* Another file counts its data keys anew. */
    memset(view->cached, 0, sizeof(view->cached));
    journal_db_close(&view->db);
}

void
hv_journal_view_close(struct hv_journal_view *view)
{
    if (!view)
        return;
    disconnect(view);
    journal_db_release(&view->db);
    for (size_t i = 0; i < view->readers_len; i++)
        hv_secret_release(&view->readers[i].key);
    for (size_t i = 0; i < view->index_keys_len; i++)
        journal_index_release(&view->index_keys[i]);
    free(view->readers);
    free(view->index_keys);
    hv_secret_release(&view->cache);
    journal_sha_release(&view->sha);
    journal_gcm_release(&view->gcm);
    if (view->plain.data)
        hv_wipe(view->plain.data, view->plain.cap);
    hv_buf_release(&view->plain);
    free(view);
}

static enum hv_status
read_data_version(struct hv_journal_view *view, int64_t *out)
{
    bool has_row = false;
    enum hv_status st =
        journal_db_step(&view->db, view->get_version, &has_row, NULL);

    *out = has_row ? sqlite3_column_int64(view->get_version, 0) : 0;
    sqlite3_reset(view->get_version);
    return st;
}

enum hv_status
journal_view_ready(struct hv_journal_view *view, struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &view->get_version, "PRAGMA data_version" },
        { &view->get_datakey,
          "SELECT created,reader,ephemeral,wrapped FROM datakey WHERE id=?1" },
        { &view->get_events,
          "SELECT id,sub,record,n,sealed FROM event WHERE id>=?1 AND id<?2 "
          "ORDER BY id" },
        { &view->get_row, "SELECT " JOURNAL_ROW_COLUMNS " FROM arrival a "
                          "LEFT JOIN why w ON w.id=a.why WHERE a.id=?1" },
        { &view->get_body, "SELECT n,sealed FROM body WHERE id=?1" },
    };
    enum hv_status st;

    if (journal_db_is_ours(&view->db))
        return HV_OK;
    disconnect(view);
    st = journal_db_open_reader(&view->db, err);
    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(&view->db, wanted[i].sql, wanted[i].stmt, err);
    if (!st)
        st = read_data_version(view, &view->data_version);
    if (st)
        disconnect(view);
    return st;
}

bool
hv_journal_changed(struct hv_journal_view *view)
{
    bool was_open = journal_db_is_ours(&view->db);
    int64_t version = 0;

    if (journal_view_ready(view, NULL))
        return false;
    if (!was_open)
        return true;
    if (read_data_version(view, &version) || version == view->data_version)
        return false;
    view->data_version = version;
    return true;
}

void
hv_log_row_release(struct hv_log_row *row)
{
    for (size_t i = 0; i < row->events_len; i++)
        free(row->events[i].things);
    free(row->events);
    *row = (struct hv_log_row){ 0 };
}

static enum hv_status
fail_row(const struct hv_journal_view *view, int64_t id, struct hv_error *err)
{
    return hv_fail(err, HV_ERR_DAMAGED, "row %lld of %s is damaged",
                   (long long)id, view->db.path);
}

/* Text of a column into a field that may hold it; false when it is too long. */
static bool
read_text(sqlite3_stmt *stmt, int at, char *out, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);

    return hv_copy(out, size, text ? text : "");
}

static void
read_numbers(sqlite3_stmt *stmt, struct hv_log_row *row)
{
    row->id = sqlite3_column_int64(stmt, 0);
    row->received_ms = sqlite3_column_int64(stmt, 1);
    row->answered = sqlite3_column_int(stmt, 5);
    row->bytes = sqlite3_column_int64(stmt, 6);
    row->duplicate_of = sqlite3_column_int64(stmt, 9);
    row->is_test = sqlite3_column_int(stmt, 10) != 0;
    row->events_count = sqlite3_column_int(stmt, 11);
    row->things_count = sqlite3_column_int(stmt, 12);
    row->is_pruned = sqlite3_column_int(stmt, 16) != 0;
}

enum hv_status
journal_row_read(struct hv_journal_view *view, sqlite3_stmt *stmt,
                 struct hv_log_row *row, struct journal_row_rest *rest,
                 struct hv_error *err)
{
    uint8_t digest[JOURNAL_DIGEST_LEN] = { 0 };
    int64_t verdict = sqlite3_column_int64(stmt, 4);
    struct hv_bytes why = journal_column_bytes(stmt, 14);

    *row = (struct hv_log_row){ 0 };
    *rest = (struct journal_row_rest){ 0 };
    read_numbers(stmt, row);
    row->has_sub = sqlite3_column_type(stmt, 2) != SQLITE_NULL;
    if (verdict < 0 || verdict >= HV_VERDICT_COUNT ||
        (row->has_sub &&
         !journal_column_blob(stmt, 2, row->sub.b, sizeof(row->sub.b))) ||
        !read_text(stmt, 3, row->version.id, sizeof(row->version.id)) ||
        !journal_column_blob(stmt, 7, row->sha256, sizeof(row->sha256)) ||
        !read_text(stmt, 13, row->peer, sizeof(row->peer)) ||
        journal_why_decode(why, row->why, &row->why_len, NULL))
        return fail_row(view, row->id, err);
    row->verdict = (enum hv_verdict)verdict;
    if (row->answered != 200)
        row->retry_until_ms = row->received_ms + RETRY_MS;
    rest->datakey = sqlite3_column_int64(stmt, 15);
    if (rest->datakey == 0)
        return HV_OK;
    if (!journal_column_blob(stmt, 8, digest, sizeof(digest)))
        return fail_row(view, row->id, err);
    return journal_row_context(&view->sha, row, digest, rest->datakey, why,
                               rest->context, err);
}

/* The row and what hangs on it, in one look at the file. */
static enum hv_status
get_row(struct hv_journal_view *view, int64_t id, struct hv_log_row *row,
        struct journal_row_rest *rest, struct hv_error *err)
{
    bool has_row = false;
    enum hv_status st = journal_view_ready(view, err);

    if (!st) {
        journal_bind_int(view->get_row, 1, id);
        st = journal_db_step(&view->db, view->get_row, &has_row, err);
    }
    if (st == HV_ERR_NOT_FOUND || (!st && !has_row))
        return hv_fail(err, HV_ERR_NOT_FOUND, "the journal has no row %lld",
                       (long long)id);
    if (!st)
        st = journal_row_read(view, view->get_row, row, rest, err);
    if (has_row)
        sqlite3_reset(view->get_row);
    return st;
}

enum hv_status
hv_journal_get(struct hv_journal_view *view, int64_t id, struct hv_log_row *out,
               struct hv_error *err)
{
    struct hv_log_row row = { 0 };
    struct journal_row_rest rest = { 0 };
    enum hv_status st = get_row(view, id, &row, &rest, err);

    if (!st)
        st = journal_row_events(view, &row, &rest, err);
    if (st) {
        hv_log_row_release(&row);
        return st;
    }
    *out = row;
    return HV_OK;
}

enum hv_status
hv_journal_body(struct hv_journal_view *view, int64_t id, struct hv_buf *out,
                struct hv_error *err)
{
    struct hv_log_row row = { 0 };
    struct journal_row_rest rest = { 0 };
    const uint8_t *key = NULL;
    uint8_t aad[JOURNAL_AAD_MAX];
    bool has_row = false;
    enum hv_status st = get_row(view, id, &row, &rest, err);

    if (st)
        return st;
    if (rest.datakey != 0 && !row.is_pruned) {
        st = journal_view_datakey(view, rest.datakey, &key, err);
        if (st)
            return st;
        journal_bind_int(view->get_body, 1, id);
        st = journal_db_step(&view->db, view->get_body, &has_row, err);
    }
    if (!st && !has_row && row.is_pruned)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the body of row %lld was removed: it was too old",
                       (long long)id);
    if (!st && !has_row)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "row %lld has no body: only the "
                       "digest of a refused message is kept",
                       (long long)id);
    if (!st)
        st = journal_unseal(&view->gcm, key,
                            (uint64_t)sqlite3_column_int64(view->get_body, 0),
                            journal_body_aad(rest.context, aad),
                            journal_column_bytes(view->get_body, 1), out, err);
    sqlite3_reset(view->get_body);
    return st;
}
