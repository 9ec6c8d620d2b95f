/*
 * scan.c - looks at rows one by one, newest first, in slices that end in time:
 * for a text, and for seals that do not fit. Called by `log --grep`, the log
 * screen's search and the doctor, off the screen's thread. There is no index of
 * what is sealed, and must not be.
 */
#include "core/journal/view.h"
#include "hvconsole/clock.h"
#include "hvconsole/codec.h"

#include <string.h>

#define SCAN_PAGE 64

/* ------------------------------------------------------------------ text -- */

struct needle {
    const char *text;
    size_t len;
    bool is_hex; /* may stand in an id or a digest: else they are not printed */
};

static struct needle
needle_of(const char *text)
{
    size_t len = strlen(text);

    return (struct needle){ text, len,
                            strspn(text, "0123456789abcdefABCDEF-") == len };
}

/* Of ASCII alone; a table of the locale would cost a call a letter. */
static inline uint8_t
fold(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Upper and lower case of ASCII alike; anything may be in @bytes. */
static bool
holds(struct hv_bytes bytes, const struct needle *needle)
{
    const uint8_t *text = (const uint8_t *)needle->text;
    uint8_t first = fold(text[0]);

    for (size_t i = 0; i + needle->len <= bytes.len; i++) {
        size_t at = 1;

        if (needle->len && fold(bytes.data[i]) != first)
            continue;
        while (at < needle->len && fold(bytes.data[i + at]) == fold(text[at]))
            at++;
        if (at >= needle->len)
            return true;
    }
    return false;
}

static bool
text_holds(const char *hay, const struct needle *needle)
{
    return holds(hv_bytes_str(hay), needle);
}

static bool
id_holds(const struct hv_guid *id, const struct needle *needle)
{
    char form[HV_GUID_TEXT];

    if (!needle->is_hex)
        return false;
    hv_guid_format(id, form);
    return text_holds(form, needle);
}

static bool
digest_holds(const uint8_t sha256[32], const struct needle *needle)
{
    char hex[HV_HEX_SIZE(32)];

    if (!needle->is_hex)
        return false;
    hv_hex_encode(sha256, 32, hex);
    return text_holds(hex, needle);
}

static bool
events_hold(const struct hv_log_row *row, const struct needle *needle)
{
    for (size_t i = 0; needle->is_hex && i < row->events_len; i++) {
        const struct hv_log_event *event = &row->events[i];

        if (id_holds(&event->sub, needle) ||
            (row->is_unsealed && (id_holds(&event->person, needle) ||
                                  id_holds(&event->record, needle))))
            return true;
        for (size_t j = 0; j < event->things_len; j++) {
            if (id_holds(&event->things[j], needle))
                return true;
        }
    }
    return false;
}

static bool
row_holds(const struct hv_log_row *row, const struct needle *needle)
{
    if ((row->has_sub && (id_holds(&row->sub, needle) ||
                          text_holds(row->version.id, needle))) ||
        text_holds(hv_verdict_row(row->verdict)->word, needle) ||
        text_holds(row->peer, needle) || digest_holds(row->sha256, needle) ||
        events_hold(row, needle))
        return true;
    for (size_t i = 0; i < row->why_len; i++) {
        if (text_holds(row->why[i].note, needle))
            return true;
    }
    return false;
}

/* The plain text lives in the view's scratch buffer, which is wiped. */
static bool
body_holds(struct hv_journal_view *view, const struct hv_log_row *row,
           const struct needle *needle, struct hv_log_scan *scan)
{
    struct hv_buf body = { 0 };
    bool found;

    if (!hv_verdict_row(row->verdict)->is_verified || row->is_pruned)
        return false;
    if (hv_journal_body(view, row->id, &body, NULL)) {
        scan->sealed++;
        found = false;
    } else {
        found = holds(hv_buf_bytes(&body), needle);
    }
    if (body.data)
        hv_wipe(body.data, body.cap);
    hv_buf_release(&body);
    return found;
}

bool
hv_journal_matches(struct hv_journal_view *view, const struct hv_log_row *row,
                   const char *text)
{
    struct hv_log_scan unused = { 0 };
    struct needle needle = needle_of(text);

    return row_holds(row, &needle) || body_holds(view, row, &needle, &unused);
}

/* ---------------------------------------------------------------- search -- */

/* A page of rows, and those of them that match put behind @rows. In one look
 * at the file: a lock for each body would cost more than the body. */
static enum hv_status
search_page(struct hv_journal_view *view, const struct hv_log_filter *filter,
            const struct needle *needle, struct hv_log_scan *scan,
            struct hv_log_row *rows, size_t max, size_t *len,
            struct hv_error *err)
{
    struct hv_log_row page[SCAN_PAGE];
    size_t page_len = 0;
    size_t i = 0;
    enum hv_status st;

    if (journal_view_ready(view, NULL) == HV_OK)
        sqlite3_exec(view->db.db, "BEGIN", NULL, NULL, NULL);
    st = hv_journal_page(view, filter, scan->next, 0, true, page, SCAN_PAGE,
                         &page_len, err);
    for (; i < page_len && *len < max; i++) {
        scan->next = page[i].id;
        scan->looked_at++;
        if (row_holds(&page[i], needle) ||
            body_holds(view, &page[i], needle, scan)) {
            rows[(*len)++] = page[i];
            page[i] = (struct hv_log_row){ 0 };
        }
        hv_log_row_release(&page[i]);
    }
    if (!st && i == page_len && page_len < SCAN_PAGE)
        scan->is_done = true;
    for (; i < page_len; i++)
        hv_log_row_release(&page[i]);
    if (view->db.db && !sqlite3_get_autocommit(view->db.db))
        sqlite3_exec(view->db.db, "ROLLBACK", NULL, NULL, NULL);
    return st;
}

enum hv_status
hv_journal_search(struct hv_journal_view *view,
                  const struct hv_log_filter *filter, const char *text,
                  int64_t budget_ms, struct hv_log_scan *scan,
                  struct hv_log_row *rows, size_t max, size_t *len,
                  struct hv_error *err)
{
    int64_t until_ms = hv_clock_mono_ms() + budget_ms;
    struct needle needle = needle_of(text);
    enum hv_status st = HV_OK;

    *len = 0;
    while (!st && *len < max && !scan->is_done) {
        st = search_page(view, filter, &needle, scan, rows, max, len, err);
        if (hv_clock_mono_ms() >= until_ms)
            break;
    }
    if (st) {
        while (*len > 0)
            hv_log_row_release(&rows[--*len]);
    }
    return st;
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
