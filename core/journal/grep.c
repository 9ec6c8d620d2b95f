/*
 * grep.c - looks for a text through all rows, newest first, in slices that end
 * in time. Called by `log --grep` and by the log screen's search, on a thread
 * that may wait. There is no index of what is sealed, and must not be: each body
 * is opened and forgotten again.
 *
 * To prove each seal would be most of the work, and nearly no body holds what is
 * looked for. So a body is decrypted first, and its seal is proved where the
 * text was found: nothing unproved leaves this file.
 */
#include "core/journal/columns.h"
#include "hvconsole/clock.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_ROWS 64 /* rows between two looks at the clock */
#define NEAR_ROWS  16 /* bodies passed one by one before a jump */

struct grep {
    struct hv_journal_view *view;
    const struct hv_log_filter *filter;
    struct journal_needle needle;
    struct journal_columns columns;
    bool with_bodies;
    int64_t until_ms;
    struct hv_log_scan *scan;
    int64_t *ids;
    size_t max, len;
    bool is_over; /* the slice is */

    sqlite3_stmt *bodies; /* stands at body_id, or is to be placed */
    int64_t body_id;      /* 0 = there are no more */
    bool is_placed;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *ctx;
    int64_t datakey; /* that ctx has */
    struct hv_buf plain;
};

/* ---------------------------------------------------------------- bodies -- */

/* The body of @id under the cursor that walks beside the rows; false: none. */
static enum hv_status
place_body(struct grep *grep, int64_t id, bool *has_body, struct hv_error *err)
{
    enum hv_status st = HV_OK;
    bool has_row = true;

    for (int i = 0; !st && grep->is_placed && grep->body_id > id; i++) {
        if (i == NEAR_ROWS) {
            grep->is_placed = false;
            break;
        }
        st = journal_db_step(&grep->view->db, grep->bodies, &has_row, err);
        grep->body_id =
            !st && has_row ? sqlite3_column_int64(grep->bodies, 0) : 0;
    }
    if (!st && !grep->is_placed) {
        sqlite3_reset(grep->bodies);
        journal_bind_int(grep->bodies, 1, id);
        st = journal_db_step(&grep->view->db, grep->bodies, &has_row, err);
        grep->body_id =
            !st && has_row ? sqlite3_column_int64(grep->bodies, 0) : 0;
        grep->is_placed = true;
    }
    *has_body = !st && grep->body_id == id;
    return st;
}

/* AES-GCM without its seal is AES-CTR from block 2 on. */
static bool
decrypt(struct grep *grep, uint64_t counter, struct hv_bytes sealed)
{
    uint8_t block[16] = { [15] = 2 };
    int len = 0;

    if (sealed.len < JOURNAL_TAG_LEN)
        return false;
    for (size_t i = 0; i < 8; i++)
        block[11 - i] = (uint8_t)(counter >> (8 * i));
    hv_buf_clear(&grep->plain);
    hv_buf_add(&grep->plain, sealed.data, sealed.len - JOURNAL_TAG_LEN);
    return !grep->plain.is_over &&
           EVP_CipherInit_ex2(grep->ctx, NULL, NULL, block, 0, NULL) &&
           (grep->plain.len == 0 ||
            EVP_CipherUpdate(grep->ctx, grep->plain.data, &len,
                             grep->plain.data, (int)grep->plain.len));
}

/* The body as it was received, its seal proved. */
static bool
is_proved(struct grep *grep, int64_t id)
{
    struct hv_buf body = { 0 };
    bool holds = !hv_journal_body(grep->view, id, &body, NULL) &&
                 journal_needle_in(&grep->needle, hv_buf_bytes(&body));

    if (body.data)
        hv_wipe(body.data, body.cap);
    hv_buf_release(&body);
    return holds;
}

static enum hv_status
body_holds(struct grep *grep, sqlite3_stmt *stmt, bool *holds,
           struct hv_error *err)
{
    int64_t id = sqlite3_column_int64(stmt, JOURNAL_SCAN_ID);
    int64_t datakey = sqlite3_column_int64(stmt, JOURNAL_SCAN_DATAKEY);
    const uint8_t *key = NULL;
    bool has_body = false;
    enum hv_status st;

    *holds = false;
    if (!grep->with_bodies || !datakey ||
        sqlite3_column_int(stmt, JOURNAL_SCAN_PRUNED))
        return HV_OK;
    if (datakey != grep->datakey) {
        if (journal_view_datakey(grep->view, datakey, &key, NULL) ||
            !EVP_CipherInit_ex2(grep->ctx, grep->cipher, key, NULL, 0, NULL)) {
            grep->scan->sealed++;
            return HV_OK;
        }
        grep->datakey = datakey;
    }
    st = place_body(grep, id, &has_body, err);
    if (st || !has_body)
        return st;
    if (!decrypt(grep, (uint64_t)sqlite3_column_int64(grep->bodies, 1),
                 journal_column_bytes(grep->bodies, 2)))
        grep->scan->sealed++;
    else if (journal_needle_in(&grep->needle, hv_buf_bytes(&grep->plain)))
        *holds = is_proved(grep, id);
    return HV_OK;
}

/* ------------------------------------------------------------------ rows -- */

static enum hv_status
look_at(struct grep *grep, sqlite3_stmt *stmt, struct hv_error *err)
{
    int64_t id = sqlite3_column_int64(stmt, JOURNAL_SCAN_ID);
    bool holds = journal_columns_hold(&grep->columns, stmt);
    enum hv_status st = HV_OK;

    if (!holds)
        st = body_holds(grep, stmt, &holds, err);
    if (st)
        return st;
    grep->scan->next = id;
    grep->scan->looked_at++;
    if (holds)
        grep->ids[grep->len++] = id;
    grep->is_over =
        grep->len == grep->max || (grep->scan->looked_at % CLOCK_ROWS == 0 &&
                                   hv_clock_mono_ms() >= grep->until_ms);
    return HV_OK;
}

static enum hv_status
walk(struct grep *grep, struct journal_range range, enum journal_way way,
     bool is_tail, struct hv_error *err)
{
    const struct hv_journal_view *view = grep->view;
    size_t hashes = grep->filter->has_record ? view->index_keys_len : 0;
    uint8_t *records = hv_calloc(hashes + 1, 16);
    struct hv_buf sql = { 0 };
    sqlite3_stmt *stmt = NULL;
    bool has_row = range.low <= range.high;
    enum hv_status st = HV_OK;

    st = journal_page_hashes(view, grep->filter, records, err);
    journal_scan_sql(grep->filter, way, hashes, is_tail, &sql);
    if (!st && has_row)
        st = journal_db_prepare(&view->db, hv_buf_str(&sql), &stmt, err);
    if (!st && has_row)
        journal_page_bind(stmt, grep->filter, range, records, hashes);
    while (!st && has_row && !grep->is_over) {
        st = journal_db_step(&view->db, stmt, &has_row, err);
        /* Two events of one request may name one record. */
        if (!st && has_row &&
            sqlite3_column_int64(stmt, JOURNAL_SCAN_ID) != grep->scan->next)
            st = look_at(grep, stmt, err);
    }
    sqlite3_finalize(stmt);
    hv_buf_release(&sql);
    free(records);
    return st;
}

static enum hv_status
walk_all(struct grep *grep, struct journal_range range, struct hv_error *err)
{
    struct journal_range index;
    struct journal_range tail;
    enum journal_way way = JOURNAL_WAY_ROWS;
    enum hv_status st =
        journal_page_way(&grep->view->db, grep->filter, &way, err);

    if (st || !grep->filter->has_record)
        return st ? st : walk(grep, range, way, false, err);
    st = journal_page_split(&grep->view->db, range, &index, &tail, err);
    if (!st)
        st = walk(grep, tail, way, true, err);
    if (!st && !grep->is_over)
        st = walk(grep, index, way, false, err);
    return st;
}

static enum hv_status
slice(struct grep *grep, struct hv_error *err)
{
    const struct journal_db *jdb = &grep->view->db;
    struct hv_log_scan *scan = grep->scan;
    struct journal_range range;
    enum hv_status st = journal_page_range(jdb, grep->filter, &range, err);

    if (st)
        return st;
    if (range.low <= scan->after)
        range.low = scan->after + 1;
    if (scan->next == 0)
        scan->high = range.high;
    else if (range.high >= scan->next)
        range.high = scan->next - 1;
    scan->low = range.low;
    st = walk_all(grep, range, err);
    scan->is_done = !st && !grep->is_over;
    return st;
}

/* ------------------------------------------------------------- its owner -- */

static enum hv_status
start(struct grep *grep, struct hv_error *err)
{
    enum hv_status st;

    grep->cipher = EVP_CIPHER_fetch(NULL, "AES-256-CTR", NULL);
    grep->ctx = EVP_CIPHER_CTX_new();
    if (!grep->cipher || !grep->ctx)
        return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL could not use AES-256-CTR");
    st = journal_columns_init(&grep->columns, &grep->view->db, &grep->needle,
                              err);
    if (!st)
        st = journal_db_prepare(&grep->view->db,
                                "SELECT id,n,sealed FROM body WHERE id<=?1 "
                                "ORDER BY id DESC",
                                &grep->bodies, err);
    return st;
}

static void
stop(struct grep *grep)
{
    journal_columns_release(&grep->columns);
    sqlite3_finalize(grep->bodies);
    EVP_CIPHER_CTX_free(grep->ctx);
    EVP_CIPHER_free(grep->cipher);
    if (grep->plain.data)
        hv_wipe(grep->plain.data, grep->plain.cap);
    hv_buf_release(&grep->plain);
}

enum hv_status
hv_journal_find(struct hv_journal_view *view,
                const struct hv_log_filter *filter, const char *text,
                bool with_bodies, int64_t budget_ms, struct hv_log_scan *scan,
                int64_t *ids, size_t max, size_t *len, struct hv_error *err)
{
    static const struct hv_log_filter everything;
    struct grep grep = {
        .view = view,
        .filter = filter ? filter : &everything,
        .needle = journal_needle_of(text),
        .with_bodies = with_bodies,
        .until_ms = hv_clock_mono_ms() + budget_ms,
        .scan = scan,
        .ids = ids,
        .max = max,
    };
    enum hv_status st;

    *len = 0;
    if (grep.filter->has_record && view->index_keys_len == 0)
        return hv_fail(err, HV_ERR_LOCKED,
                       "the journal knows records by a keyed hash only, and "
                       "the key is in the keystore");
    st = journal_view_ready(view, err);
    if (st) {
        scan->is_done = st == HV_ERR_NOT_FOUND; /* nothing in it yet */
        return scan->is_done ? HV_OK : st;
    }
    /* One look at the file: a lock for each body would cost more than it. */
    st = journal_db_exec(&view->db, "BEGIN", err);
    if (!st)
        st = start(&grep, err);
    if (!st)
        st = slice(&grep, err);
    stop(&grep);
    if (!sqlite3_get_autocommit(view->db.db))
        sqlite3_exec(view->db.db, "ROLLBACK", NULL, NULL, NULL);
    *len = st ? 0 : grep.len;
    return st;
}

enum hv_status
hv_journal_search(struct hv_journal_view *view,
                  const struct hv_log_filter *filter, const char *text,
                  int64_t budget_ms, struct hv_log_scan *scan,
                  struct hv_log_row *rows, size_t max, size_t *len,
                  struct hv_error *err)
{
    int64_t *ids = hv_calloc(max + 1, sizeof(*ids));
    size_t found = 0;
    enum hv_status st = hv_journal_find(view, filter, text, true, budget_ms,
                                        scan, ids, max, &found, err);

    *len = 0;
    for (size_t i = 0; !st && i < found; i++) {
        st = hv_journal_get(view, ids[i], &rows[*len], err);
        if (!st)
            (*len)++;
        else if (st == HV_ERR_NOT_FOUND)
            st = HV_OK; /* too old, and gone since */
    }
    while (st && *len > 0)
        hv_log_row_release(&rows[--*len]);
    free(ids);
    return st;
}
