/*
 * scan.c - looks at rows as a whole: whether one holds a text, and, newest first
 * in slices that end in time, for seals that do not fit. Called by `log tail
 * --grep` and by the doctor. The search through all rows is in grep.c.
 */
#include "core/journal/needle.h"
#include "core/journal/view.h"
#include "hvconsole/clock.h"

#include <string.h>

#define SCAN_PAGE 64

/* ------------------------------------------------------------------ text -- */

static bool
events_hold(const struct hv_log_row *row, const struct journal_needle *needle)
{
    for (size_t i = 0; needle->is_hex && i < row->events_len; i++) {
        const struct hv_log_event *event = &row->events[i];

        if (journal_needle_in_id(needle, &event->sub) ||
            (row->is_unsealed &&
             (journal_needle_in_id(needle, &event->person) ||
              journal_needle_in_id(needle, &event->record))))
            return true;
        for (size_t j = 0; j < event->things_len; j++) {
            if (journal_needle_in_id(needle, &event->things[j]))
                return true;
        }
    }
    return false;
}

static bool
row_holds(const struct hv_log_row *row, const struct journal_needle *needle)
{
    if ((row->has_sub && (journal_needle_in_id(needle, &row->sub) ||
                          journal_needle_in_text(needle, row->version.id))) ||
        journal_needle_in_text(needle, hv_verdict_row(row->verdict)->word) ||
        journal_needle_in_text(needle, row->peer) ||
        journal_needle_in_digest(needle, row->sha256) ||
        events_hold(row, needle))
        return true;
    for (size_t i = 0; i < row->why_len; i++) {
        if (journal_needle_in_text(needle, row->why[i].note))
            return true;
    }
    return false;
}

/* The plain text lives in the view's scratch buffer, which is wiped. */
static bool
body_holds(struct hv_journal_view *view, const struct hv_log_row *row,
           const struct journal_needle *needle)
{
    struct hv_buf body = { 0 };
    bool found;

    if (!hv_verdict_row(row->verdict)->is_verified || row->is_pruned)
        return false;
    found = !hv_journal_body(view, row->id, &body, NULL) &&
            journal_needle_in(needle, hv_buf_bytes(&body));
    if (body.data)
        hv_wipe(body.data, body.cap);
    hv_buf_release(&body);
    return found;
}

bool
hv_journal_matches(struct hv_journal_view *view, const struct hv_log_row *row,
                   const char *text)
{
    struct journal_needle needle = journal_needle_of(text);

    return row_holds(row, &needle) || body_holds(view, row, &needle);
}

/* ----------------------------------------------------------------- check -- */

static enum hv_status
check_file(struct hv_journal_view *view, struct hv_log_check *out,
           struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    const char *text;
    enum hv_status st =
        journal_db_prepare(&view->db, "PRAGMA quick_check(1)", &stmt, err);

    if (!st)
        st = journal_db_step(&view->db, stmt, &has_row, err);
    text = has_row ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    if (!st && (!text || strcmp(text, "ok") != 0))
        hv_copy(out->trouble, sizeof(out->trouble),
                text ? text : "SQLite says nothing");
    sqlite3_finalize(stmt);
    if (st == HV_ERR_DAMAGED) {
        hv_copy(out->trouble, sizeof(out->trouble),
                "SQLite finds the file damaged");
        return HV_OK;
    }
    if (st || out->trouble[0])
        return st;
    return journal_db_int(
        &view->db,
        "SELECT (SELECT count(*) FROM body WHERE id NOT IN (SELECT id FROM "
        "arrival))+(SELECT count(*) FROM event WHERE id>>12 NOT IN (SELECT id "
        "FROM arrival))+(SELECT count(*) FROM ledger WHERE arrival NOT IN "
        "(SELECT id FROM arrival))",
        &out->strays, err);
}

static void
check_row(struct hv_journal_view *view, const struct hv_log_row *row,
          struct hv_log_check *out)
{
    struct hv_buf body = { 0 };
    enum hv_status st = HV_OK;

    if (!hv_verdict_row(row->verdict)->is_verified || row->is_pruned)
        return;
    if (!row->is_altered)
        st = hv_journal_body(view, row->id, &body, NULL);
    if (row->is_altered || st == HV_ERR_DAMAGED || st == HV_ERR_NOT_FOUND) {
        if (out->altered++ == 0)
            out->first_altered = row->id;
    } else if (st) {
        out->sealed++;
    } else {
        out->opened++;
    }
    if (body.data)
        hv_wipe(body.data, body.cap);
    hv_buf_release(&body);
}

enum hv_status
hv_journal_check(struct hv_journal_view *view, int64_t max, int64_t budget_ms,
                 struct hv_log_scan *scan, struct hv_log_check *out,
                 struct hv_error *err)
{
    int64_t until_ms = hv_clock_mono_ms() + budget_ms;
    struct hv_log_row page[SCAN_PAGE];
    enum hv_status st = journal_view_ready(view, err);

    if (st == HV_ERR_NOT_FOUND) {
        scan->is_done = true;
        return HV_OK;
    }
    if (!st && scan->next == 0 && max == 0)
        st = check_file(view, out, err);
    if (!st && out->trouble[0])
        scan->is_done = true;
    while (!st && !scan->is_done) {
        size_t len = 0;

        st = hv_journal_page(view, NULL, scan->next, 0, true, page, SCAN_PAGE,
                             &len, err);
        for (size_t i = 0; i < len; i++) {
            if (max == 0 || out->rows < max) {
                out->rows++;
                scan->next = page[i].id;
                scan->looked_at++;
                check_row(view, &page[i], out);
            }
            hv_log_row_release(&page[i]);
        }
        if (!st && (len < SCAN_PAGE || (max > 0 && out->rows >= max)))
            scan->is_done = true;
        if (hv_clock_mono_ms() >= until_ms)
            break;
    }
    return st;
}
