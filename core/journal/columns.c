/*
 * columns.c - whether what is not sealed of a row holds a text: ids, version,
 * verdict, address, digest, reasons. Called by grep.c for each row there is, so
 * it remembers what the last values gave: most rows are like the one before.
 */
#include "core/journal/columns.h"

#include <string.h>

static bool
like_before(struct journal_before *before, struct hv_bytes value, bool *holds)
{
    bool is_same = before->has_any && value.len < sizeof(before->text) &&
                   !memcmp(before->text, value.data, value.len) &&
                   !before->text[value.len];

    *holds = before->holds;
    return is_same;
}

static bool
keep(struct journal_before *before, struct hv_bytes value, bool holds)
{
    before->has_any = value.len + 1 < sizeof(before->text);
    if (before->has_any) {
        memcpy(before->text, value.data, value.len);
        before->text[value.len] = '\0';
    }
    before->holds = holds;
    return holds;
}

static struct hv_bytes
column_text(sqlite3_stmt *stmt, int at)
{
    const char *text = (const char *)sqlite3_column_text(stmt, at);

    return hv_bytes_str(text ? text : "");
}

static bool
text_holds(struct journal_columns *columns, struct journal_before *before,
           struct hv_bytes text)
{
    bool holds;

    if (like_before(before, text, &holds))
        return holds;
    return keep(before, text, journal_needle_in(columns->needle, text));
}

static bool
sub_holds(struct journal_columns *columns, sqlite3_stmt *stmt)
{
    struct hv_guid sub;

    /* An id in its bytes may hold a NUL: compared as it stands. */
    if (!columns->needle->is_hex ||
        !journal_column_blob(stmt, JOURNAL_SCAN_SUB, sub.b, sizeof(sub.b)))
        return false;
    if (!columns->sub.has_any ||
        memcmp(columns->sub.text, sub.b, sizeof(sub.b))) {
        memcpy(columns->sub.text, sub.b, sizeof(sub.b));
        columns->sub.has_any = true;
        columns->sub.holds = journal_needle_in_id(columns->needle, &sub);
    }
    return columns->sub.holds;
}

static bool
digest_holds(struct journal_columns *columns, sqlite3_stmt *stmt)
{
    uint8_t sha256[32];

    return columns->needle->is_hex &&
           journal_column_blob(stmt, JOURNAL_SCAN_SHA256, sha256,
                               sizeof(sha256)) &&
           journal_needle_in_digest(columns->needle, sha256);
}

/* The notes of a reason; one that is shared by many rows is read once. */
static bool
why_holds(struct journal_columns *columns, int64_t id)
{
    struct hv_why_step steps[HV_MAX_WHY];
    size_t slot = (size_t)id % JOURNAL_WHYS;
    size_t len = 0;
    bool has_row = false;
    bool holds = false;

    if (columns->whys[slot].id == id + 1)
        return columns->whys[slot].holds;
    journal_bind_int(columns->why, 1, id);
    if (!journal_db_step(columns->jdb, columns->why, &has_row, NULL) &&
        has_row) {
        if (journal_why_decode(journal_column_bytes(columns->why, 0), steps,
                               &len, NULL))
            len = 0;
        sqlite3_reset(columns->why);
    }
    for (size_t i = 0; i < len && !holds; i++)
        holds = journal_needle_in_text(columns->needle, steps[i].note);
    columns->whys[slot].id = id + 1;
    columns->whys[slot].holds = holds;
    return holds;
}

bool
journal_columns_hold(struct journal_columns *columns, sqlite3_stmt *stmt)
{
    int64_t verdict = sqlite3_column_int64(stmt, JOURNAL_SCAN_VERDICT);

    return (verdict >= 0 && verdict < HV_VERDICT_COUNT &&
            columns->verdicts[verdict]) ||
           sub_holds(columns, stmt) ||
           text_holds(columns, &columns->version,
                      column_text(stmt, JOURNAL_SCAN_VERSION)) ||
           text_holds(columns, &columns->peer,
                      column_text(stmt, JOURNAL_SCAN_PEER)) ||
           digest_holds(columns, stmt) ||
           why_holds(columns, sqlite3_column_int64(stmt, JOURNAL_SCAN_WHY));
}

enum hv_status
journal_columns_init(struct journal_columns *columns,
                     const struct journal_db *jdb,
                     const struct journal_needle *needle, struct hv_error *err)
{
    *columns = (struct journal_columns){ .jdb = jdb, .needle = needle };
    for (int v = 0; v < HV_VERDICT_COUNT; v++)
        columns->verdicts[v] = journal_needle_in_text(
            needle, hv_verdict_row((enum hv_verdict)v)->word);
    return journal_db_prepare(jdb, "SELECT steps FROM why WHERE id=?1",
                              &columns->why, err);
}

void
journal_columns_release(struct journal_columns *columns)
{
    sqlite3_finalize(columns->why);
    columns->why = NULL;
}
