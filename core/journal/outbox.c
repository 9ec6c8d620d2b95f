/*
 * outbox.c - takes messages out of the outbox, record by record in order, and
 * notes what became of them. Called by whoever hands them on, on a connection
 * and a thread of its own. Nothing it writes is synced: after a power cut a
 * message may be handed on again, never lost.
 */
#include "core/journal/outbox.h"
#include "core/journal/view.h"

#include <stdlib.h>
#include <string.h>

struct outbox_key { /* of one start of a writer, derived when met */
    int64_t row;
    struct hv_secret key;
};

struct outbox_root {
    uint8_t id[8];
    struct hv_secret key;
};

struct hv_outbox {
    struct hv_journal_view view; /* its connection can write */
    struct outbox_root *roots;   /* owned */
    size_t roots_len;
    struct outbox_key newest;
    int64_t *taken; /* owned */
    size_t taken_len;
    size_t taken_cap;
    sqlite3_stmt *due;
    sqlite3_stmt *later;
    sqlite3_stmt *get;
    sqlite3_stmt *get_key;
    sqlite3_stmt *del;
    sqlite3_stmt *again;
    sqlite3_stmt *defer;
    sqlite3_stmt *lanes;
    sqlite3_stmt *del_lanes;
    sqlite3_stmt *promote;
};

void
hv_outbox_item_release(struct hv_outbox_item *item)
{
    if (item->body.data)
        hv_wipe(item->body.data, item->body.cap);
    hv_buf_release(&item->body);
    *item = (struct hv_outbox_item){ 0 };
}

/* --------------------------------------------------------- begin and end -- */

static void
disconnect(struct hv_outbox *outbox)
{
    sqlite3_stmt **const stmts[] = {
        &outbox->due,       &outbox->later,   &outbox->get,   &outbox->get_key,
        &outbox->del,       &outbox->again,   &outbox->defer, &outbox->lanes,
        &outbox->del_lanes, &outbox->promote,
    };

    for (size_t i = 0; i < HV_LEN(stmts); i++) {
        sqlite3_finalize(*stmts[i]);
        *stmts[i] = NULL;
    }
    hv_secret_release(&outbox->newest.key);
    outbox->newest.row = 0;
    outbox->taken_len = 0; /* ids of another file */
    journal_db_close(&outbox->view.db);
}

/* The least of those that the done one held up, if nothing else does. */
static const char promote[] =
    "UPDATE outbox SET ready=1 WHERE ready=0 AND id=(SELECT min(id) FROM "
    "outbox_lane WHERE record=?1) AND NOT EXISTS(SELECT 1 FROM outbox_lane l "
    "JOIN outbox_lane m ON m.record=l.record AND m.id<l.id WHERE "
    "l.id=outbox.id)";

static enum hv_status
connect_outbox(struct hv_outbox *outbox, struct hv_error *err)
{
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } wanted[] = {
        { &outbox->due, "SELECT id FROM outbox INDEXED BY outbox_ready WHERE "
                        "ready=1 AND due<=?1 ORDER BY due LIMIT ?2" },
        { &outbox->later, "SELECT min(due) FROM outbox INDEXED BY outbox_ready "
                          "WHERE ready=1 AND due>?1" },
        { &outbox->get,
          "SELECT " JOURNAL_ROW_COLUMNS
          ",o.attempts,o.again,o.key,o.n,o.sealed FROM outbox o JOIN arrival a "
          "ON a.id=o.id LEFT JOIN why w ON w.id=a.why WHERE o.id=?1" },
        { &outbox->get_key, "SELECT reader,salt FROM outbox_key WHERE id=?1" },
        { &outbox->del, "DELETE FROM outbox WHERE id=?1 AND again=?2" },
        { &outbox->again, "UPDATE outbox SET due=?2,attempts=0,error='' WHERE "
                          "id=?1" },
        { &outbox->defer, "UPDATE outbox SET due=?2,attempts=attempts+1,"
                          "error=?3 WHERE id=?1" },
        { &outbox->lanes, "SELECT record FROM outbox_lane WHERE id=?1" },
        { &outbox->del_lanes, "DELETE FROM outbox_lane WHERE id=?1" },
        { &outbox->promote, promote },
    };
    enum hv_status st;

    if (journal_db_is_ours(&outbox->view.db))
        return HV_OK;
    disconnect(outbox);
    st = journal_db_open_beside(&outbox->view.db, err);
    for (size_t i = 0; !st && i < HV_LEN(wanted); i++)
        st = journal_db_prepare(&outbox->view.db, wanted[i].sql, wanted[i].stmt,
                                err);
    if (st)
        disconnect(outbox);
    return st;
}

enum hv_status
hv_outbox_open(const char *path, const struct hv_journal_key *keys,
               size_t keys_len, struct hv_outbox **out, struct hv_error *err)
{
    struct hv_outbox *outbox = hv_calloc(1, sizeof(*outbox));
    enum hv_status st;

    journal_db_init(&outbox->view.db, path);
    outbox->roots = hv_calloc(keys_len + 1, sizeof(*outbox->roots));
    st = journal_sha_init(&outbox->view.sha, err);
    if (!st)
        st = journal_gcm_init(&outbox->view.gcm, err);
    for (size_t i = 0; !st && i < keys_len; i++) {
        struct outbox_root *root = &outbox->roots[outbox->roots_len++];

        memcpy(root->id, keys[i].id, sizeof(root->id));
        st = hv_secret_copy(&root->key, keys[i].outbox_key.data,
                            keys[i].outbox_key.len, err);
    }
    if (!st)
        st = connect_outbox(outbox, err);
    if (st) {
        hv_outbox_close(outbox);
        return st;
    }
    *out = outbox;
    return HV_OK;
}

void
hv_outbox_close(struct hv_outbox *outbox)
{
    if (!outbox)
        return;
    disconnect(outbox);
    journal_db_release(&outbox->view.db);
    for (size_t i = 0; i < outbox->roots_len; i++)
        hv_secret_release(&outbox->roots[i].key);
    free(outbox->roots);
    free(outbox->taken);
    journal_sha_release(&outbox->view.sha);
    journal_gcm_release(&outbox->view.gcm);
    free(outbox);
}

/* ---------------------------------------------------------------- taking -- */

static bool
is_taken(const struct hv_outbox *outbox, int64_t id)
{
    for (size_t i = 0; i < outbox->taken_len; i++) {
        if (outbox->taken[i] == id)
            return true;
    }
    return false;
}

static void
take(struct hv_outbox *outbox, int64_t id)
{
    if (outbox->taken_len == outbox->taken_cap) {
        outbox->taken_cap = outbox->taken_cap ? 2 * outbox->taken_cap : 16;
        outbox->taken = hv_realloc_array(outbox->taken, outbox->taken_cap,
                                         sizeof(*outbox->taken));
    }
    outbox->taken[outbox->taken_len++] = id;
}

static void
give_back(struct hv_outbox *outbox, int64_t id)
{
    for (size_t i = 0; i < outbox->taken_len; i++) {
        if (outbox->taken[i] == id) {
            outbox->taken[i] = outbox->taken[--outbox->taken_len];
            return;
        }
    }
}

/* The key of the start that sealed an item: nearly always the newest. */
static enum hv_status
find_key(struct hv_outbox *outbox, int64_t row, struct hv_error *err)
{
    uint8_t id[8];
    uint8_t salt[32];
    bool has_row = false;
    bool is_whole;
    enum hv_status st;

    if (outbox->newest.key.data && outbox->newest.row == row)
        return HV_OK;
    journal_bind_int(outbox->get_key, 1, row);
    st = journal_db_step(&outbox->view.db, outbox->get_key, &has_row, err);
    if (st)
        return st;
    is_whole = has_row &&
               journal_column_blob(outbox->get_key, 0, id, sizeof(id)) &&
               journal_column_blob(outbox->get_key, 1, salt, sizeof(salt));
    sqlite3_reset(outbox->get_key);
    if (!is_whole)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "outbox key %lld of %s is missing or damaged",
                       (long long)row, outbox->view.db.path);
    hv_secret_release(&outbox->newest.key);
    outbox->newest.row = 0;
    for (size_t i = 0; i < outbox->roots_len; i++) {
        if (memcmp(outbox->roots[i].id, id, sizeof(id)) != 0)
            continue;
        outbox->newest.row = row;
        return journal_outbox_derive(&outbox->roots[i].key, id, salt,
                                     &outbox->newest.key, err);
    }
    return hv_fail(err, HV_ERR_LOCKED,
                   "messages in the outbox are sealed under a journal key that "
                   "this keystore does not have");
}

/* The current row of `get` as an item. */
static enum hv_status
read_item(struct hv_outbox *outbox, struct hv_outbox_item *out,
          struct hv_error *err)
{
    sqlite3_stmt *stmt = outbox->get;
    struct hv_log_row row;
    struct journal_row_rest rest;
    uint8_t aad[JOURNAL_OUTBOX_AAD];
    enum hv_status st = journal_row_read(&outbox->view, stmt, &row, &rest, err);

    if (!st)
        st = find_key(outbox, sqlite3_column_int64(stmt, 19), err);
    if (st)
        return st;
    *out = (struct hv_outbox_item){
        .id = row.id,
        .received_ms = row.received_ms,
        .sub = row.sub,
        .version = row.version,
        .verdict = row.verdict,
        .is_test = row.is_test,
        .attempts = sqlite3_column_int(stmt, 17),
        .again = sqlite3_column_int64(stmt, 18),
    };
    return journal_unseal(&outbox->view.gcm, outbox->newest.key.data,
                          (uint64_t)sqlite3_column_int64(stmt, 20),
                          journal_outbox_aad(rest.context, aad),
                          journal_column_bytes(stmt, 21), &out->body, err);
}

static enum hv_status
get_item(struct hv_outbox *outbox, int64_t id, struct hv_outbox_item *out,
         struct hv_error *err)
{
    bool has_row = false;
    enum hv_status st;

    journal_bind_int(outbox->get, 1, id);
    st = journal_db_step(&outbox->view.db, outbox->get, &has_row, err);
    if (!st && !has_row)
        st = hv_fail(err, HV_ERR_DAMAGED,
                     "item %lld of the outbox has no row in the journal",
                     (long long)id);
    if (!st)
        st = read_item(outbox, out, err);
    sqlite3_reset(outbox->get);
    if (st)
        hv_outbox_item_release(out);
    return st;
}

static enum hv_status
take_due(struct hv_outbox *outbox, int64_t now_ms, struct hv_outbox_item *items,
         size_t max, size_t *len, struct hv_error *err)
{
    size_t taken_before = outbox->taken_len;
    bool has_row = true;
    enum hv_status st = HV_OK;

    journal_bind_int(outbox->due, 1, now_ms);
    journal_bind_int(outbox->due, 2, (int64_t)(max + taken_before));
    while (!st && *len < max) {
        int64_t id;

        st = journal_db_step(&outbox->view.db, outbox->due, &has_row, err);
        if (st || !has_row)
            break;
        id = sqlite3_column_int64(outbox->due, 0);
        if (is_taken(outbox, id))
            continue;
        st = get_item(outbox, id, &items[*len], err);
        if (st)
            break;
        take(outbox, id);
        (*len)++;
    }
    sqlite3_reset(outbox->due);
    return st;
}

enum hv_status
hv_outbox_next(struct hv_outbox *outbox, int64_t now_ms,
               struct hv_outbox_item *items, size_t max, size_t *len,
               int64_t *next_ms, struct hv_error *err)
{
    bool has_row = false;
    enum hv_status st = connect_outbox(outbox, err);

    *len = 0;
    *next_ms = 0;
    if (!st)
        st = take_due(outbox, now_ms, items, max, len, err);
    if (!st) {
        journal_bind_int(outbox->later, 1, now_ms);
        st = journal_db_step(&outbox->view.db, outbox->later, &has_row, err);
        if (!st && has_row)
            *next_ms = sqlite3_column_int64(outbox->later, 0);
        sqlite3_reset(outbox->later);
    }
    /* What was read before the trouble is handed on all the same. */
    return *len > 0 ? HV_OK : st;
}

/* -------------------------------------------------------------- settling -- */

/* Those that waited behind a done item. */
static enum hv_status
release_lanes(struct hv_outbox *outbox, int64_t id, struct hv_error *err)
{
    const struct journal_db *jdb = &outbox->view.db;
    struct hv_buf records = { 0 };
    bool has_row = true;
    enum hv_status st = HV_OK;

    journal_bind_int(outbox->lanes, 1, id);
    while (!st) {
        uint8_t record[16];

        st = journal_db_step(jdb, outbox->lanes, &has_row, err);
        if (st || !has_row)
            break;
        if (journal_column_blob(outbox->lanes, 0, record, sizeof(record)))
            hv_buf_add(&records, record, sizeof(record));
    }
    sqlite3_reset(outbox->lanes);
    journal_bind_int(outbox->del_lanes, 1, id);
    if (!st)
        st = journal_db_run(jdb, outbox->del_lanes, err);
    for (size_t i = 0; !st && i < records.len; i += 16) {
        journal_bind_blob(outbox->promote, 1, records.data + i, 16);
        st = journal_db_run(jdb, outbox->promote, err);
    }
    hv_buf_release(&records);
    return st;
}

static enum hv_status
settle_one(struct hv_outbox *outbox, int64_t now_ms,
           const struct hv_outbox_result *result, struct hv_error *err)
{
    const struct journal_db *jdb = &outbox->view.db;
    enum hv_status st;

    if (!result->is_done) {
        journal_bind_int(outbox->defer, 1, result->id);
        journal_bind_int(outbox->defer, 2, result->until_ms);
        journal_bind_text(outbox->defer, 3, result->error);
        return journal_db_run(jdb, outbox->defer, err);
    }
    journal_bind_int(outbox->del, 1, result->id);
    journal_bind_int(outbox->del, 2, result->again);
    st = journal_db_run(jdb, outbox->del, err);
    if (st)
        return st;
    if (sqlite3_changes(jdb->db) > 0)
        return release_lanes(outbox, result->id, err);
    /* A repeat came while it was out: what it told may be news. */
    journal_bind_int(outbox->again, 1, result->id);
    journal_bind_int(outbox->again, 2, now_ms + JOURNAL_AGAIN_MS);
    return journal_db_run(jdb, outbox->again, err);
}

enum hv_status
hv_outbox_settle(struct hv_outbox *outbox, int64_t now_ms,
                 const struct hv_outbox_result *results, size_t len,
                 struct hv_error *err)
{
    const struct journal_db *jdb = &outbox->view.db;
    enum hv_status st = connect_outbox(outbox, err);

    if (st)
        return st;
    st = journal_db_exec(jdb, "BEGIN IMMEDIATE", err);
    for (size_t i = 0; !st && i < len; i++)
        st = settle_one(outbox, now_ms, &results[i], err);
    if (!st)
        st = journal_db_exec(jdb, "COMMIT", err);
    if (st) {
        if (!sqlite3_get_autocommit(jdb->db))
            sqlite3_exec(jdb->db, "ROLLBACK", NULL, NULL, NULL);
        return st;
    }
    for (size_t i = 0; i < len; i++)
        give_back(outbox, results[i].id);
    return HV_OK;
}

/* ----------------------------------------------------------------- state -- */

enum hv_status
journal_outbox_state(const struct journal_db *jdb, struct hv_outbox_state *out,
                     struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *error;
    bool has_row = false;
    enum hv_status st;

    *out = (struct hv_outbox_state){ 0 };
    st = journal_db_prepare(
        jdb,
        "SELECT count(*),ifnull(sum(attempts>0),0),ifnull((SELECT received FROM "
        "arrival WHERE id=(SELECT min(id) FROM outbox)),0),"
        "ifnull((SELECT min(due) FROM outbox WHERE ready=1),0),"
        "ifnull(max(attempts),0),error FROM outbox",
        &stmt, err);
    if (!st)
        st = journal_db_step(jdb, stmt, &has_row, err);
    if (!st && has_row) {
        out->waiting = sqlite3_column_int64(stmt, 0);
        out->failing = sqlite3_column_int64(stmt, 1);
        out->oldest_ms = sqlite3_column_int64(stmt, 2);
        out->next_ms = sqlite3_column_int64(stmt, 3);
        out->most_attempts = sqlite3_column_int(stmt, 4);
        error = (const char *)sqlite3_column_text(stmt, 5);
        hv_copy(out->error, sizeof(out->error), error ? error : "");
    }
    sqlite3_finalize(stmt);
    return st;
}

enum hv_status
hv_outbox_state(struct hv_outbox *outbox, struct hv_outbox_state *out,
                struct hv_error *err)
{
    enum hv_status st = connect_outbox(outbox, err);

    return st ? st : journal_outbox_state(&outbox->view.db, out, err);
}
