/*
 * stats.c - what the dashboard and the list of keys count, from the counters
 * the writer keeps. Called by them on every look; never counts rows.
 */
#include "core/journal/view.h"

#include <stdlib.h>
#include <string.h>

/* Rows of (sub, version, verdict, arrivals, fresh, last, last_fresh). */
static const char ever[] =
    "SELECT sub,version,verdict,arrivals,fresh,last,last_fresh FROM total "
    "ORDER BY sub,version,verdict";
/* Whole hours by the hour, what comes before the first by the minute: a day has
 * thousands of minutes to add up, and is asked for again and again. Who came
 * since then came last at the time of its total. */
static const char lately[] =
    "SELECT c.sub,c.version,c.verdict,sum(c.arrivals),sum(c.fresh),t.last,"
    "iif(t.last_fresh>=?1*60000,t.last_fresh,0) FROM ("
    "SELECT sub,version,verdict,arrivals,fresh FROM counter"
    " WHERE minute>=?1 AND minute<?2*60 UNION ALL "
    "SELECT sub,version,verdict,arrivals,fresh FROM hour WHERE hour>=?2) c "
    "JOIN total t USING(sub,version,verdict) GROUP BY 1,2,3 ORDER BY 1,2,3";

static bool
read_count(sqlite3_stmt *stmt, struct hv_log_count *out)
{
    int64_t verdict = sqlite3_column_int64(stmt, 2);
    const char *version = (const char *)sqlite3_column_text(stmt, 1);

    *out = (struct hv_log_count){
        .verdict = (enum hv_verdict)verdict,
        .count = sqlite3_column_int64(stmt, 3),
        .fresh = sqlite3_column_int64(stmt, 4),
        .last_ms = sqlite3_column_int64(stmt, 5),
        .last_fresh_ms = sqlite3_column_int64(stmt, 6),
    };
    return verdict >= 0 && verdict < HV_VERDICT_COUNT &&
           journal_column_blob(stmt, 0, out->sub.b, sizeof(out->sub.b)) &&
           hv_copy(out->version, sizeof(out->version), version ? version : "");
}

static enum hv_status
read_counts(struct hv_journal_view *view, sqlite3_stmt *stmt,
            struct hv_log_count **out, size_t *len, struct hv_error *err)
{
    struct hv_log_count *counts = NULL;
    size_t cap = 0;
    size_t count = 0;
    bool has_row = true;
    enum hv_status st = HV_OK;

    for (;;) {
        st = journal_db_step(&view->db, stmt, &has_row, err);
        if (st || !has_row)
            break;
        if (count == cap) {
            cap = cap ? cap * 2 : 32;
            counts = hv_realloc_array(counts, cap, sizeof(*counts));
        }
        if (!read_count(stmt, &counts[count])) {
            st = hv_fail(err, HV_ERR_DAMAGED, "the counters of %s are damaged",
                         view->db.path);
            break;
        }
        count++;
    }
    if (st) {
        free(counts);
        return st;
    }
    *out = counts;
    *len = count;
    return HV_OK;
}

enum hv_status
hv_journal_counts(struct hv_journal_view *view, int64_t since_ms,
                  struct hv_log_count **out, size_t *len, struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum hv_status st = journal_view_ready(view, err);

    if (st == HV_ERR_NOT_FOUND) {
        *out = NULL;
        *len = 0;
        return HV_OK;
    }
    if (!st)
        st = journal_db_prepare(&view->db, since_ms > 0 ? lately : ever, &stmt,
                                err);
    if (!st && since_ms > 0) {
        journal_bind_int(stmt, 1, since_ms / 60000);
        journal_bind_int(stmt, 2, (since_ms / 60000 + 59) / 60);
    }
    if (!st)
        st = read_counts(view, stmt, out, len, err);
    sqlite3_finalize(stmt);
    return st;
}

static enum hv_status
fill_buckets(struct hv_journal_view *view, sqlite3_stmt *stmt, int64_t start_ms,
             int64_t width_ms, struct hv_log_bucket *out, size_t len,
             struct hv_error *err)
{
    bool has_row = true;
    enum hv_status st = HV_OK;

    for (;;) {
        int64_t minute;
        int64_t verdict;
        int64_t at;

        st = journal_db_step(&view->db, stmt, &has_row, err);
        if (st || !has_row)
            return st;
        minute = sqlite3_column_int64(stmt, 0);
        verdict = sqlite3_column_int64(stmt, 1);
        at = (minute * 60000 - start_ms) / width_ms;
        if (minute * 60000 < start_ms || at >= (int64_t)len || verdict < 0 ||
            verdict >= HV_VERDICT_COUNT)
            continue;
        out[at].verdicts[verdict] += sqlite3_column_int64(stmt, 2);
    }
}

enum hv_status
journal_buckets_start(int64_t end_ms, int64_t width_ms, size_t len,
                      int64_t *start_ms, struct hv_error *err)
{
    if (width_ms <= 0 || end_ms < 0 ||
        (int64_t)len > (INT64_MAX / 4) / width_ms)
        return hv_fail(err, HV_ERR_USAGE, "buckets of %lld ms are not possible",
                       (long long)width_ms);
    *start_ms = end_ms - width_ms * (int64_t)len;
    return HV_OK;
}

enum hv_status
hv_journal_buckets(struct hv_journal_view *view, int64_t end_ms,
                   int64_t width_ms, struct hv_log_bucket *out, size_t len,
                   struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t start_ms;
    enum hv_status st;

    st = journal_buckets_start(end_ms, width_ms, len, &start_ms, err);
    if (st)
        return st;
    memset(out, 0, len * sizeof(*out));
    for (size_t i = 0; i < len; i++)
        out[i].start_ms = start_ms + width_ms * (int64_t)i;
    st = journal_view_ready(view, err);
    if (st)
        return st == HV_ERR_NOT_FOUND ? HV_OK : st;
    st = journal_db_prepare(&view->db,
                            "SELECT minute,verdict,arrivals FROM counter "
                            "WHERE minute>=?1 AND minute<=?2",
                            &stmt, err);
    if (!st) {
        journal_bind_int(stmt, 1, start_ms / 60000);
        journal_bind_int(stmt, 2, end_ms / 60000);
        st = fill_buckets(view, stmt, start_ms, width_ms, out, len, err);
    }
    sqlite3_finalize(stmt);
    return st;
}
