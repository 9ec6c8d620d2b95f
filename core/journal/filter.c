/*
 * filter.c - a filter of journal rows as SQL, and the range of ids it can
 * match at all. Called by page.c. Which index serves (see way.c) is said in the
 * query: a planner without statistics once sorted half a million rows instead.
 */
#include "core/journal/page.h"
#include "core/journal/schema.h"

/* Places of the parameters; the same in every query. */
enum {
    AT_LOW = 1,
    AT_HIGH,
    AT_SUB,
    AT_VERDICTS,
    AT_VERSION,
    AT_SINCE,
    AT_UNTIL,
    AT_RECORDS, /* and on, one for each index key */
};

/* The table and index that lead to the rows in the order of their ids. */
static const char *
source_of(const struct hv_log_filter *filter, enum journal_way way,
          bool is_tail)
{
    static const char *const sources[] = {
        [JOURNAL_WAY_ROWS] = "arrival a NOT INDEXED",
        [JOURNAL_WAY_ODD] = "arrival a INDEXED BY arrival_odd",
        [JOURNAL_WAY_VERDICT] = "arrival a INDEXED BY arrival_odd_verdict",
        [JOURNAL_WAY_ODD_SUB] = "arrival a INDEXED BY arrival_odd_sub",
        [JOURNAL_WAY_SUB] = "arrival a INDEXED BY arrival_sub",
        [JOURNAL_WAY_VERSION] = "arrival a INDEXED BY arrival_version",
    };

    _Static_assert(JOURNAL_EVENT_BITS == 12, "the shift below");
    if (filter->has_record && is_tail)
        return "event e NOT INDEXED CROSS JOIN arrival a ON a.id=(e.id>>12)";
    if (filter->has_record)
        return "event_record e CROSS JOIN arrival a ON a.id=(e.id>>12)";
    return sources[way];
}

static void
add_records(struct hv_buf *out, size_t index_keys)
{
    if (index_keys == 1) {
        hv_buf_addf(out, "e.record=?%d AND ", AT_RECORDS);
        return;
    }
    hv_buf_add_str(out, "e.record IN (");
    for (size_t i = 0; i < index_keys; i++)
        hv_buf_addf(out, "%s?%zu", i ? "," : "", AT_RECORDS + i);
    hv_buf_add_str(out, ") AND ");
}

#define ROW_OF   "SELECT " JOURNAL_ROW_COLUMNS " FROM "
#define SCAN_OF  "SELECT " JOURNAL_SCAN_COLUMNS " FROM "
#define WITH_WHY " LEFT JOIN why w ON w.id=a.why"

/* One SELECT. @verdict: the only one, or < 0 = those of the filter. */
static void
add_select(const struct hv_log_filter *filter, bool is_scan, const char *source,
           size_t index_keys, int verdict, struct hv_buf *out)
{
    char alias = filter->has_record ? 'e' : 'a';

    hv_buf_addf(out, "%s%s%s WHERE ", is_scan ? SCAN_OF : ROW_OF, source,
                is_scan ? "" : WITH_WHY);
    if (filter->has_record)
        add_records(out, index_keys);
    hv_buf_addf(out, "%c.id>=?%d AND %c.id<=?%d", alias, AT_LOW, alias,
                AT_HIGH);
    if (filter->has_sub)
        hv_buf_addf(out, " AND a.sub=?%d", AT_SUB);
    /* The literal, or the partial indexes may not serve. */
    if (journal_is_only_trouble(filter))
        hv_buf_add_str(out, " AND a.verdict<>0");
    if (verdict >= 0)
        hv_buf_addf(out, " AND a.verdict=%d", verdict);
    else if (filter->verdicts)
        hv_buf_addf(out, " AND (?%d>>a.verdict)&1", AT_VERDICTS);
    if (filter->version[0])
        hv_buf_addf(out, " AND a.version=?%d", AT_VERSION);
    if (filter->since_ms)
        hv_buf_addf(out, " AND a.received>=?%d", AT_SINCE);
    if (filter->until_ms)
        hv_buf_addf(out, " AND a.received<=?%d", AT_UNTIL);
}

static void
add_query(const struct hv_log_filter *filter, bool is_scan,
          enum journal_way way, size_t index_keys, bool is_tail,
          bool is_forward, struct hv_buf *out)
{
    const char *source = source_of(filter, way, is_tail);
    const char *order = is_forward ? "ASC" : "DESC";
    uint32_t wanted = journal_wanted_verdicts(filter);
    bool is_first = true;

    hv_buf_clear(out);
    if (filter->has_record || way != JOURNAL_WAY_VERDICT) {
        add_select(filter, is_scan, source, index_keys, -1, out);
        hv_buf_addf(out, " ORDER BY %c.id %s", filter->has_record ? 'e' : 'a',
                    order);
        return;
    }
    /* Each is in order already: SQLite merges them as it goes. */
    for (int verdict = 1; verdict < HV_VERDICT_COUNT; verdict++) {
        if (!(wanted >> verdict & 1))
            continue;
        hv_buf_add_str(out, is_first ? "" : " UNION ALL ");
        add_select(filter, is_scan, source, index_keys, verdict, out);
        is_first = false;
    }
    hv_buf_addf(out, " ORDER BY 1 %s", order);
}

void
journal_page_sql(const struct hv_log_filter *filter, enum journal_way way,
                 size_t index_keys, bool is_tail, bool is_forward,
                 struct hv_buf *out)
{
    add_query(filter, false, way, index_keys, is_tail, is_forward, out);
}

void
journal_scan_sql(const struct hv_log_filter *filter, enum journal_way way,
                 size_t index_keys, bool is_tail, struct hv_buf *out)
{
    add_query(filter, true, way, index_keys, is_tail, false, out);
}

void
journal_page_bind(sqlite3_stmt *stmt, const struct hv_log_filter *filter,
                  struct journal_range range, const uint8_t *records,
                  size_t records_len)
{
    /* A query names only what it needs; what lies past its last parameter
     * cannot be bound. */
    int count = sqlite3_bind_parameter_count(stmt);

    if (filter->has_record) {
        range.low <<= JOURNAL_EVENT_BITS;
        range.high = (range.high << JOURNAL_EVENT_BITS) |
                     ((1 << JOURNAL_EVENT_BITS) - 1);
    }
    journal_bind_int(stmt, AT_LOW, range.low);
    journal_bind_int(stmt, AT_HIGH, range.high);
    if (count >= AT_SUB)
        journal_bind_blob(stmt, AT_SUB, filter->sub.b, sizeof(filter->sub.b));
    if (count >= AT_VERDICTS)
        journal_bind_int(stmt, AT_VERDICTS, journal_wanted_verdicts(filter));
    if (count >= AT_VERSION)
        journal_bind_text(stmt, AT_VERSION, filter->version);
    if (count >= AT_SINCE)
        journal_bind_int(stmt, AT_SINCE, filter->since_ms);
    if (count >= AT_UNTIL)
        journal_bind_int(stmt, AT_UNTIL, filter->until_ms);
    for (size_t i = 0; i < records_len; i++)
        journal_bind_blob(stmt, AT_RECORDS + (int)i, records + 16 * i, 16);
}

/* Narrow @range by the two ids a query gives; NULL there means no rows. */
static enum hv_status
narrow(const struct journal_db *jdb, sqlite3_stmt *stmt,
       struct journal_range *range, struct hv_error *err)
{
    bool has_row = false;
    enum hv_status st = journal_db_step(jdb, stmt, &has_row, err);

    if (st || !has_row)
        return st;
    if (sqlite3_column_type(stmt, 0) == SQLITE_NULL ||
        sqlite3_column_type(stmt, 1) == SQLITE_NULL) {
        range->high = range->low - 1;
    } else {
        if (sqlite3_column_int64(stmt, 0) > range->low)
            range->low = sqlite3_column_int64(stmt, 0);
        if (sqlite3_column_int64(stmt, 1) < range->high)
            range->high = sqlite3_column_int64(stmt, 1);
    }
    sqlite3_reset(stmt);
    return HV_OK;
}

/* What a stranger named is counted under no name: those rows may match too. */
static enum hv_status
narrow_by_kind(const struct journal_db *jdb, const struct hv_log_filter *filter,
               struct journal_range *range, struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum hv_status st = journal_db_prepare(
        jdb,
        "SELECT min(first_id),max(last_id) FROM total WHERE (?1>>verdict)&1 "
        "AND (NOT ?2 OR sub=?3 OR sub=zeroblob(16)) "
        "AND (?4='' OR version=?4 OR version='')",
        &stmt, err);

    if (!st) {
        journal_bind_int(stmt, 1, journal_wanted_verdicts(filter));
        journal_bind_int(stmt, 2, filter->has_sub);
        journal_bind_blob(stmt, 3, filter->sub.b, sizeof(filter->sub.b));
        journal_bind_text(stmt, 4, filter->version);
        st = narrow(jdb, stmt, range, err);
    }
    sqlite3_finalize(stmt);
    return st;
}

static enum hv_status
narrow_by_time(const struct journal_db *jdb, const struct hv_log_filter *filter,
               struct journal_range *range, struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum hv_status st =
        journal_db_prepare(jdb,
                           "SELECT min(first_id),max(last_id) FROM minute "
                           "WHERE minute>=?1 AND minute<=?2",
                           &stmt, err);

    if (!st) {
        journal_bind_int(stmt, 1,
                         filter->since_ms > 0 ? filter->since_ms / 60000
                                              : INT64_MIN);
        journal_bind_int(stmt, 2,
                         filter->until_ms > 0 ? filter->until_ms / 60000
                                              : INT64_MAX);
        st = narrow(jdb, stmt, range, err);
    }
    sqlite3_finalize(stmt);
    return st;
}

enum hv_status
journal_page_range(const struct journal_db *jdb,
                   const struct hv_log_filter *filter,
                   struct journal_range *out, struct hv_error *err)
{
    struct journal_range range = { 1, JOURNAL_MAX_ID };
    enum hv_status st = narrow_by_kind(jdb, filter, &range, err);

    if (!st && (filter->since_ms || filter->until_ms))
        st = narrow_by_time(jdb, filter, &range, err);
    if (!st)
        *out = range;
    return st;
}
