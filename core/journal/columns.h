/*
 * columns.h - a text looked for in the small columns of rows, one after the
 * other. Private to core/journal.
 */
#ifndef CORE_JOURNAL_COLUMNS_H
#define CORE_JOURNAL_COLUMNS_H

#include "core/journal/needle.h"
#include "core/journal/page.h"

#define JOURNAL_WHYS 64 /* reasons remembered */

/* Places of JOURNAL_SCAN_COLUMNS. */
enum {
    JOURNAL_SCAN_ID,
    JOURNAL_SCAN_SUB,
    JOURNAL_SCAN_VERSION,
    JOURNAL_SCAN_VERDICT,
    JOURNAL_SCAN_SHA256,
    JOURNAL_SCAN_PEER,
    JOURNAL_SCAN_WHY,
    JOURNAL_SCAN_DATAKEY,
    JOURNAL_SCAN_PRUNED
};

struct journal_before { /* what the last value of a column gave */
    char text[128];
    bool has_any, holds;
};

struct journal_columns {
    const struct journal_db *jdb;        /* borrowed */
    const struct journal_needle *needle; /* borrowed */
    bool verdicts[HV_VERDICT_COUNT];     /* whose word holds the text */
    struct journal_before sub, version, peer;
    struct {
        int64_t id; /* + 1, 0 = free */
        bool holds;
    } whys[JOURNAL_WHYS];
    sqlite3_stmt *why;
};

HV_MUST_CHECK enum hv_status
journal_columns_init(struct journal_columns *columns,
                     const struct journal_db *jdb,
                     const struct journal_needle *needle, struct hv_error *err);
void journal_columns_release(struct journal_columns *columns);
/** journal_columns_hold() - of the row that @stmt stands on. */
bool journal_columns_hold(struct journal_columns *columns, sqlite3_stmt *stmt);

#endif
