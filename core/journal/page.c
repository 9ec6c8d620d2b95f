/*
 * page.c - pages of journal rows. Called by the log screen and the log
 * commands. Pages by id, never by offset: the thousandth page costs what the
 * first does.
 */
#include "core/journal/page.h"

#include <stdlib.h>

struct page { /* one page being read */
    struct hv_journal_view *view;
    const struct hv_log_filter *filter;
    struct journal_range range;
    enum journal_way way;
    bool is_forward;
    bool with_events;
    struct hv_log_row *rows;
    size_t max;
    size_t len;
};

/* Two events of one request may name one record: its row comes twice then,
 * the second time right after the first. */
static bool
is_again(const struct page *page, sqlite3_stmt *stmt)
{
    return page->len > 0 &&
           page->rows[page->len - 1].id == sqlite3_column_int64(stmt, 0);
}

static enum hv_status
read_rows(struct page *page, sqlite3_stmt *stmt, struct hv_error *err)
{
    struct journal_row_rest rest;
    bool has_row = true;
    enum hv_status st = HV_OK;

    while (!st && page->len < page->max) {
        struct hv_log_row *row = &page->rows[page->len];

        st = journal_db_step(&page->view->db, stmt, &has_row, err);
        if (st || !has_row)
            break;
        if (is_again(page, stmt))
            continue;
        st = journal_row_read(page->view, stmt, row, &rest, err);
        if (st)
            break;
        page->len++;
        if (page->with_events)
            st = journal_row_events(page->view, row, &rest, err);
    }
    return st;
}

enum hv_status
journal_page_hashes(const struct hv_journal_view *view,
                    const struct hv_log_filter *filter, uint8_t *out,
                    struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < view->index_keys_len && filter->has_record;
         i++)
        st = journal_index_of(&view->index_keys[i], &filter->record,
                              out + 16 * i, err);
    return st;
}

enum hv_status
journal_page_split(const struct journal_db *jdb, struct journal_range range,
                   struct journal_range *index, struct journal_range *tail,
                   struct hv_error *err)
{
    int64_t upto = 0;
    enum hv_status st = journal_db_int(
        jdb, "SELECT value FROM meta WHERE name='ledger_upto'", &upto, err);

    *index = *tail = range;
    if (index->high > upto)
        index->high = upto;
    if (tail->low <= upto)
        tail->low = upto + 1;
    return st;
}

static enum hv_status
read_range(struct page *page, struct journal_range range, bool is_tail,
           struct hv_error *err)
{
    size_t hashes = page->filter->has_record ? page->view->index_keys_len : 0;
    uint8_t *records = hv_calloc(hashes + 1, 16);
    struct hv_buf sql = { 0 };
    sqlite3_stmt *stmt = NULL;
    enum hv_status st = HV_OK;

    if (range.low > range.high || page->len == page->max) {
        free(records);
        return HV_OK;
    }
    st = journal_page_hashes(page->view, page->filter, records, err);
    journal_page_sql(page->filter, page->way, hashes, is_tail, page->is_forward,
                     &sql);
    if (!st)
        st = journal_db_prepare(&page->view->db, hv_buf_str(&sql), &stmt, err);
    if (!st) {
        journal_page_bind(stmt, page->filter, range, records, hashes);
        st = read_rows(page, stmt, err);
    }
    sqlite3_finalize(stmt);
    hv_buf_release(&sql);
    free(records);
    return st;
}

static enum hv_status
read_page(struct page *page, struct hv_error *err)
{
    struct journal_range index;
    struct journal_range tail;
    enum hv_status st;

    if (!page->filter->has_record)
        return read_range(page, page->range, false, err);
    st = journal_page_split(&page->view->db, page->range, &index, &tail, err);
    if (!st)
        st = page->is_forward ? read_range(page, index, false, err)
                              : read_range(page, tail, true, err);
    if (!st)
        st = page->is_forward ? read_range(page, tail, true, err)
                              : read_range(page, index, false, err);
    return st;
}

/* Range and rows from one state of the file; of a scan, from its own. */
static enum hv_status
read_at_once(struct page *page, int64_t before, int64_t after,
             struct hv_error *err)
{
    const struct journal_db *jdb = &page->view->db;
    bool is_alone = sqlite3_get_autocommit(jdb->db);
    enum hv_status st = is_alone ? journal_db_exec(jdb, "BEGIN", err) : HV_OK;

    if (st)
        return st;
    st = journal_page_range(jdb, page->filter, &page->range, err);
    if (!st)
        st = journal_page_way(jdb, page->filter, &page->way, err);
    if (before > 0 && page->range.high > before - 1)
        page->range.high = before - 1;
    if (after > 0 && page->range.low <= after)
        page->range.low =
            after < page->range.high ? after + 1 : page->range.high + 1;
    if (!st && page->range.low <= page->range.high)
        st = read_page(page, err);
    if (is_alone)
        sqlite3_exec(jdb->db, "ROLLBACK", NULL, NULL, NULL);
    return st;
}

enum hv_status
hv_journal_page(struct hv_journal_view *view,
                const struct hv_log_filter *filter, int64_t before,
                int64_t after, bool with_events, struct hv_log_row *rows,
                size_t max, size_t *len, struct hv_error *err)
{
    static const struct hv_log_filter everything;
    struct page page = {
        .view = view,
        .filter = filter ? filter : &everything,
        .is_forward = after > 0,
        .with_events = with_events,
        .rows = rows,
        .max = max,
    };
    enum hv_status st;

    if (page.filter->has_record && view->index_keys_len == 0) {
        hv_fail(err, HV_ERR_LOCKED,
                "the journal knows records by a keyed "
                "hash only, and the key is in the keystore");
        hv_hint(err, "unlock the keystore first");
        return HV_ERR_LOCKED;
    }
    st = journal_view_ready(view, err);
    if (!st)
        st = read_at_once(&page, before, after, err);
    if (st == HV_ERR_NOT_FOUND)
        st = HV_OK;
    if (st) {
        while (page.len > 0)
            hv_log_row_release(&rows[--page.len]);
        return st;
    }
    *len = page.len;
    return HV_OK;
}
