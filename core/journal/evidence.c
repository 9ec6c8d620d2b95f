/*
 * evidence.c - what speaks for or against retiring a key: its use over time,
 * how long the platform waits before it tries again, when the listener ran, and
 * what came about one record. Called by key commands, charts and `log gaps`.
 * Reads counters and traces; counts rows in hv_journal_info() alone.
 */
#include "core/journal/outbox.h"
#include "core/journal/schema.h"
#include "core/journal/view.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define RECORD_USE_MAX 1000

/* --------------------------------------------------------------- buckets -- */

static const char by_minute[] =
    "SELECT minute*60000,sum(arrivals),sum(fresh) FROM counter WHERE "
    "minute>=?1/60000 AND minute<=?2/60000 AND sub=?3 AND verdict<=?5 AND "
    "(?4='' OR version=?4) GROUP BY minute";
static const char by_hour[] =
    "SELECT hour*3600000,sum(arrivals),sum(fresh) FROM hour WHERE "
    "hour>=?1/3600000 AND hour<=?2/3600000 AND sub=?3 AND verdict<=?5 AND "
    "(?4='' OR version=?4) GROUP BY hour";

static enum hv_status
fill_uses(struct hv_journal_view *view, sqlite3_stmt *stmt, int64_t width_ms,
          struct hv_use_bucket *out, size_t len, struct hv_error *err)
{
    bool has_row = true;

    for (;;) {
        int64_t at_ms;
        int64_t at;
        enum hv_status st = journal_db_step(&view->db, stmt, &has_row, err);

        if (st || !has_row)
            return st;
        at_ms = sqlite3_column_int64(stmt, 0);
        at = (at_ms - out[0].start_ms) / width_ms;
        if (at_ms < out[0].start_ms || at >= (int64_t)len)
            continue;
        out[at].uses += sqlite3_column_int64(stmt, 1);
        out[at].fresh += sqlite3_column_int64(stmt, 2);
    }
}

enum hv_status
hv_journal_use_buckets(struct hv_journal_view *view, const struct hv_guid *sub,
                       const char *version, int64_t end_ms, int64_t width_ms,
                       struct hv_use_bucket *out, size_t len,
                       struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t start_ms;
    enum hv_status st;

    if (len == 0)
        return HV_OK;
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
                            width_ms >= JOURNAL_HOUR_MS ? by_hour : by_minute,
                            &stmt, err);
    if (!st) {
        journal_bind_int(stmt, 1, start_ms);
        journal_bind_int(stmt, 2, end_ms);
        journal_bind_blob(stmt, 3, sub->b, sizeof(sub->b));
        journal_bind_text(stmt, 4, version ? version : "");
        journal_bind_int(stmt, 5, HV_VERDICT_MISMATCH);
        st = fill_uses(view, stmt, width_ms, out, len, err);
    }
    sqlite3_finalize(stmt);
    return st;
}
_Static_assert(HV_VERDICT_VERIFIED == 0 && HV_VERDICT_MISMATCH == 3 &&
                   HV_VERDICT_BAD_HMAC == 4,
               "verified verdicts are those up to mismatch");

/* --------------------------------------------------------------- retries -- */

static bool
read_retry(sqlite3_stmt *stmt, struct hv_log_retry *out)
{
    const char *version = (const char *)sqlite3_column_text(stmt, 1);

    *out = (struct hv_log_retry){
        .repeats = sqlite3_column_int64(stmt, 2),
        .longest_ms = sqlite3_column_int64(stmt, 3),
        .longest_at_ms = sqlite3_column_int64(stmt, 4),
    };
    return journal_column_blob(stmt, 0, out->sub.b, sizeof(out->sub.b)) &&
           hv_copy(out->version, sizeof(out->version), version ? version : "");
}

enum hv_status
hv_journal_retries(struct hv_journal_view *view, int64_t since_ms,
                   struct hv_log_retry **out, size_t *len, struct hv_error *err)
{
    struct hv_log_retry *rows = NULL;
    sqlite3_stmt *stmt = NULL;
    size_t cap = 0;
    size_t count = 0;
    bool has_row = true;
    enum hv_status st = journal_view_ready(view, err);

    *out = NULL;
    *len = 0;
    if (st)
        return st == HV_ERR_NOT_FOUND ? HV_OK : st;
    /* `at` is that of the row with the max(): SQLite promises it. */
    st = journal_db_prepare(&view->db,
                            "SELECT sub,version,sum(repeats),max(longest),at "
                            "FROM retry WHERE day>=?1 GROUP BY sub,version "
                            "ORDER BY max(longest) DESC",
                            &stmt, err);
    if (!st)
        journal_bind_int(stmt, 1, since_ms / JOURNAL_DAY_MS);
    while (!st) {
        st = journal_db_step(&view->db, stmt, &has_row, err);
        if (st || !has_row)
            break;
        if (count == cap) {
            cap = cap ? cap * 2 : 16;
            rows = hv_realloc_array(rows, cap, sizeof(*rows));
        }
        if (!read_retry(stmt, &rows[count++]))
            st = hv_fail(err, HV_ERR_DAMAGED, "the counters of %s are damaged",
                         view->db.path);
    }
    sqlite3_finalize(stmt);
    if (st) {
        free(rows);
        return st;
    }
    *out = rows;
    *len = count;
    return HV_OK;
}

/* ---------------------------------------------------------------- uptime -- */

void
hv_log_uptime_release(struct hv_log_uptime *uptime)
{
    free(uptime->downs);
    *uptime = (struct hv_log_uptime){ 0 };
}

static void
add_down(struct hv_log_uptime *uptime, int64_t from_ms, int64_t to_ms)
{
    if (to_ms <= from_ms)
        return;
    uptime->downs = hv_realloc_array(uptime->downs, uptime->downs_len + 1,
                                     sizeof(*uptime->downs));
    uptime->downs[uptime->downs_len++] =
        (struct hv_log_span){ .from_ms = from_ms, .to_ms = to_ms };
    uptime->down_ms += to_ms - from_ms;
    if (to_ms - from_ms > uptime->longest_down_ms)
        uptime->longest_down_ms = to_ms - from_ms;
}

/* One run of a listener; they come in the order of their starts. @end_ms: up
 * to when everything before is known. */
static void
add_run(struct hv_log_uptime *uptime, int64_t since_ms, struct hv_log_span run,
        int64_t *end_ms)
{
    if (uptime->since_ms == 0)
        *end_ms = uptime->since_ms =
            run.from_ms > since_ms ? run.from_ms : since_ms;
    if (run.to_ms < *end_ms)
        return; /* before the time asked for, or the clock was set back */
    if (run.from_ms < *end_ms)
        run.from_ms = *end_ms;
    add_down(uptime, *end_ms, run.from_ms);
    uptime->up_ms += run.to_ms - run.from_ms;
    *end_ms = run.to_ms;
}

enum hv_status
hv_journal_uptime(struct hv_journal_view *view, int64_t since_ms,
                  int64_t now_ms, struct hv_log_uptime *out,
                  struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t end_ms = since_ms;
    bool has_row = true;
    enum hv_status st = journal_view_ready(view, err);

    *out = (struct hv_log_uptime){ 0 };
    if (st)
        return st == HV_ERR_NOT_FOUND ? HV_OK : st;
    st = journal_db_prepare(&view->db,
                            "SELECT started,beat,stopped FROM uptime "
                            "ORDER BY id",
                            &stmt, err);
    while (!st) {
        struct hv_log_span run;

        st = journal_db_step(&view->db, stmt, &has_row, err);
        if (st || !has_row)
            break;
        run = (struct hv_log_span){ sqlite3_column_int64(stmt, 0),
                                    sqlite3_column_int64(stmt, 1) };
        out->is_running = sqlite3_column_int64(stmt, 2) == 0 &&
                          now_ms - run.to_ms <= 2 * HV_JOURNAL_BEAT_MS;
        out->last_seen_ms = run.to_ms;
        if (run.from_ms < now_ms)
            add_run(out, since_ms, run, &end_ms);
    }
    sqlite3_finalize(stmt);
    /* Since the last trace: running as far as anybody knows, or down. */
    if (!st && out->since_ms != 0 && out->is_running && now_ms > end_ms)
        out->up_ms += now_ms - end_ms;
    else if (!st && out->since_ms != 0)
        add_down(out, end_ms, now_ms);
    if (st)
        hv_log_uptime_release(out);
    return st;
}

/* ---------------------------------------------------------------- record -- */

enum hv_status
hv_journal_record_use(struct hv_journal_view *view,
                      const struct hv_guid *record, int64_t since_ms,
                      struct hv_record_use *out, struct hv_error *err)
{
    struct hv_log_filter filter = { .since_ms = since_ms,
                                    .has_record = true,
                                    .record = *record };
    struct hv_record_use use = { 0 };
    int64_t before = 0;
    enum hv_status st = HV_OK;

    while (!st && use.count < RECORD_USE_MAX) {
        struct hv_log_row rows[16];
        size_t len = 0;

        st = hv_journal_page(view, &filter, before, 0, false, rows,
                             HV_LEN(rows), &len, err);
        for (size_t i = 0; i < len; i++) {
            if (use.count++ == 0) {
                use.last_ms = rows[i].received_ms;
                use.last_id = rows[i].id;
            }
            use.first_ms = rows[i].received_ms;
            before = rows[i].id;
            hv_log_row_release(&rows[i]);
        }
        if (len < HV_LEN(rows))
            break;
    }
    if (!st)
        *out = use;
    return st;
}

/* ------------------------------------------------------------------ info -- */

static int64_t
file_size(const char *path, const char *end)
{
    struct hv_buf name = { 0 };
    struct stat found;
    int64_t size = 0;

    hv_buf_addf(&name, "%s%s", path, end);
    if (stat(hv_buf_str(&name), &found) == 0)
        size = found.st_size;
    hv_buf_release(&name);
    return size;
}

enum hv_status
hv_journal_info(struct hv_journal_view *view, struct hv_log_info *out,
                struct hv_error *err)
{
    const struct {
        const char *sql;
        int64_t *to;
    } asked[] = {
        { "SELECT count(*) FROM arrival", &out->rows },
        { "SELECT ifnull(min(id),0) FROM arrival", &out->oldest_id },
        { "SELECT ifnull(max(id),0) FROM arrival", &out->newest_id },
        { "SELECT received FROM arrival ORDER BY id LIMIT 1", &out->oldest_ms },
        { "SELECT received FROM arrival ORDER BY id DESC LIMIT 1",
          &out->newest_ms },
    };
    enum hv_status st = journal_view_ready(view, err);

    *out = (struct hv_log_info){ .schema = journal_schema_version() };
    if (st)
        return st == HV_ERR_NOT_FOUND ? HV_OK : st;
    for (size_t i = 0; !st && i < HV_LEN(asked); i++)
        st = journal_db_int(&view->db, asked[i].sql, asked[i].to, err);
    if (!st)
        st = journal_outbox_state(&view->db, &out->outbox, err);
    out->bytes =
        file_size(view->db.path, "") + file_size(view->db.path, "-wal");
    return st;
}
