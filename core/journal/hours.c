/*
 * hours.c - what came for each subscription, hour by hour: for charts of a day.
 * Called by the models of the console. Reads the counters by the hour; never
 * counts rows.
 */
#include "core/journal/schema.h"
#include "core/journal/view.h"

#include <stdlib.h>
#include <string.h>

static const char by_sub[] =
    "SELECT hour,sub,verdict<=?3,sum(arrivals) FROM hour WHERE "
    "hour>=?1 AND hour<=?2 AND length(sub)=16 GROUP BY hour,sub,verdict<=?3";

struct hours {
    struct hv_log_hours *rows; /* owned */
    size_t len, cap;
};

/* There are few subscriptions: a walk is quick enough. */
static struct hv_log_hours *
row_of(struct hours *hours, const struct hv_guid *sub)
{
    for (size_t i = 0; i < hours->len; i++) {
        if (hv_guid_equal(&hours->rows[i].sub, sub))
            return &hours->rows[i];
    }
    if (hours->len == hours->cap) {
        hours->cap = hours->cap ? hours->cap * 2 : 32;
        hours->rows =
            hv_realloc_array(hours->rows, hours->cap, sizeof(*hours->rows));
    }
    hours->rows[hours->len] = (struct hv_log_hours){ .sub = *sub };
    return &hours->rows[hours->len++];
}

static enum hv_status
read_hours(struct hv_journal_view *view, sqlite3_stmt *stmt, int64_t first,
           struct hours *out, struct hv_error *err)
{
    bool has_row = true;

    for (;;) {
        struct hv_guid sub;
        int64_t at;
        enum hv_status st = journal_db_step(&view->db, stmt, &has_row, err);

        if (st || !has_row)
            return st;
        at = sqlite3_column_int64(stmt, 0) - first;
        if (at < 0 || at >= HV_LOG_HOURS)
            continue;
        if (!journal_column_blob(stmt, 1, sub.b, sizeof(sub.b)))
            return hv_fail(err, HV_ERR_DAMAGED,
                           "the counters of %s are damaged", view->db.path);
        if (sqlite3_column_int(stmt, 2))
            row_of(out, &sub)->verified[at] = sqlite3_column_int64(stmt, 3);
        else
            row_of(out, &sub)->refused[at] = sqlite3_column_int64(stmt, 3);
    }
}

enum hv_status
hv_journal_hours(struct hv_journal_view *view, int64_t now_ms,
                 struct hv_log_hours **out, size_t *len, struct hv_error *err)
{
    int64_t last = now_ms / JOURNAL_HOUR_MS;
    struct hours hours = { 0 };
    sqlite3_stmt *stmt = NULL;
    enum hv_status st = journal_view_ready(view, err);

    *out = NULL;
    *len = 0;
    if (st)
        return st == HV_ERR_NOT_FOUND ? HV_OK : st;
    st = journal_db_prepare(&view->db, by_sub, &stmt, err);
    if (!st) {
        journal_bind_int(stmt, 1, last - HV_LOG_HOURS + 1);
        journal_bind_int(stmt, 2, last);
        journal_bind_int(stmt, 3, HV_VERDICT_MISMATCH);
        st = read_hours(view, stmt, last - HV_LOG_HOURS + 1, &hours, err);
    }
    sqlite3_finalize(stmt);
    if (st) {
        free(hours.rows);
        return st;
    }
    *out = hours.rows;
    *len = hours.len;
    return HV_OK;
}
