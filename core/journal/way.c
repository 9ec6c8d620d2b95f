/*
 * way.c - which index leads to the rows of a filter soonest: the one with the
 * fewest rows to look at, as the counters know them. Called by page.c. Not left
 * to the planner, which has no statistics of a file that grows all day.
 */
#include "core/journal/page.h"

#define ALL_VERDICTS ((UINT32_C(1) << HV_VERDICT_COUNT) - 1)

uint32_t
journal_wanted_verdicts(const struct hv_log_filter *filter)
{
    return filter->verdicts == 0 ? ALL_VERDICTS
                                 : filter->verdicts & ALL_VERDICTS;
}

bool
journal_is_only_trouble(const struct hv_log_filter *filter)
{
    return (journal_wanted_verdicts(filter) &
            (UINT32_C(1) << HV_VERDICT_VERIFIED)) == 0;
}

/* In the order of the columns of the query below. */
static const enum journal_way ways[] = {
    JOURNAL_WAY_ROWS,    JOURNAL_WAY_ODD, JOURNAL_WAY_VERDICT,
    JOURNAL_WAY_ODD_SUB, JOURNAL_WAY_SUB, JOURNAL_WAY_VERSION,
};
static const char counts[] =
    "SELECT sum(arrivals),sum(arrivals*(verdict<>0)),"
    "sum(arrivals*((?1>>verdict)&1)),sum(arrivals*(verdict<>0 AND sub=?2)),"
    "sum(arrivals*(sub=?2)),sum(arrivals*(version=?3)) FROM total";

static bool
leads_there(const struct hv_log_filter *filter, enum journal_way way)
{
    bool is_only_trouble = journal_is_only_trouble(filter);

    switch (way) {
    case JOURNAL_WAY_ROWS:
        return true;
    case JOURNAL_WAY_ODD:
        return is_only_trouble;
    case JOURNAL_WAY_VERDICT:
        return is_only_trouble && journal_wanted_verdicts(filter) != 0;
    case JOURNAL_WAY_ODD_SUB:
        return is_only_trouble && filter->has_sub;
    case JOURNAL_WAY_SUB:
        return filter->has_sub;
    case JOURNAL_WAY_VERSION:
        return filter->version[0] != '\0';
    }
    return false;
}

enum hv_status
journal_page_way(const struct journal_db *jdb,
                 const struct hv_log_filter *filter, enum journal_way *out,
                 struct hv_error *err)
{
    enum journal_way best = JOURNAL_WAY_ROWS;
    int64_t least = INT64_MAX;
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum hv_status st = journal_db_prepare(jdb, counts, &stmt, err);

    if (!st) {
        journal_bind_int(stmt, 1, journal_wanted_verdicts(filter));
        journal_bind_blob(stmt, 2, filter->sub.b, sizeof(filter->sub.b));
        journal_bind_text(stmt, 3, filter->version);
        st = journal_db_step(jdb, stmt, &has_row, err);
    }
    for (size_t i = 0; !st && has_row && i < HV_LEN(ways); i++) {
        int64_t rows = sqlite3_column_int64(stmt, (int)i);

        if (!leads_there(filter, ways[i]) || rows >= least)
            continue;
        least = rows;
        best = ways[i];
    }
    sqlite3_finalize(stmt);
    if (!st)
        *out = best;
    return st;
}
