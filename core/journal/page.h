/*
 * page.h - a filter as SQL. Private to core/journal; the tests look at the
 * plans of these queries.
 */
#ifndef CORE_JOURNAL_PAGE_H
#define CORE_JOURNAL_PAGE_H

#include "core/journal/view.h"

struct journal_range { /* of ids, both ends included */
    int64_t low;
    int64_t high; /* < low = nothing */
};

/* Which index is walked, in the order of ids. Of a record always its own. */
enum journal_way {
    JOURNAL_WAY_ROWS,    /* none: row by row */
    JOURNAL_WAY_ODD,     /* all but verified ones */
    JOURNAL_WAY_VERDICT, /* of each verdict that is wanted, merged */
    JOURNAL_WAY_ODD_SUB, /* all but verified ones of a subscription */
    JOURNAL_WAY_SUB,
    JOURNAL_WAY_VERSION,
};

/** journal_wanted_verdicts() - a bit each; no verdicts in the filter = all. */
uint32_t journal_wanted_verdicts(const struct hv_log_filter *filter);
bool journal_is_only_trouble(const struct hv_log_filter *filter);
/** journal_page_way() - the one with the fewest rows on it. */
HV_MUST_CHECK enum hv_status
journal_page_way(const struct journal_db *jdb,
                 const struct hv_log_filter *filter, enum journal_way *out,
                 struct hv_error *err);

/** journal_page_sql() - @out is cleared first. @index_keys: how many keyed
 *  hashes the record of the filter has, at least 1. @is_tail: of a record, look
 *  at the events that are not in its index yet. */
void journal_page_sql(const struct hv_log_filter *filter, enum journal_way way,
                      size_t index_keys, bool is_tail, bool is_forward,
                      struct hv_buf *out);
/* Columns that a search reads of each row, in this order. */
#define JOURNAL_SCAN_COLUMNS                                                   \
    "a.id,a.sub,a.version,a.verdict,a.sha256,a.peer,a.why,a.datakey,a.pruned"
/** journal_scan_sql() - the same rows, newest first, as a search reads them. */
void journal_scan_sql(const struct hv_log_filter *filter, enum journal_way way,
                      size_t index_keys, bool is_tail, struct hv_buf *out);
/** journal_page_bind() - values for journal_page_sql(). @records: the keyed
 *  hashes, 16 bytes each. The filter is borrowed while the query runs. */
void journal_page_bind(sqlite3_stmt *stmt, const struct hv_log_filter *filter,
                       struct journal_range range, const uint8_t *records,
                       size_t records_len);
/** journal_page_hashes() - the keyed hashes of a filter's record, 16 bytes for
 *  each key of the view's index; nothing when it names none. */
HV_MUST_CHECK enum hv_status
journal_page_hashes(const struct hv_journal_view *view,
                    const struct hv_log_filter *filter, uint8_t *out,
                    struct hv_error *err);
/** journal_page_split() - a record's events stand in its index up to some
 *  arrival: @index is that part of @range, @tail the younger, to be walked. */
HV_MUST_CHECK enum hv_status
journal_page_split(const struct journal_db *jdb, struct journal_range range,
                   struct journal_range *index, struct journal_range *tail,
                   struct hv_error *err);
/** journal_page_range() - the ids between which rows of this kind and time can
 *  lie at all, told by the counters. */
HV_MUST_CHECK enum hv_status
journal_page_range(const struct journal_db *jdb,
                   const struct hv_log_filter *filter,
                   struct journal_range *out, struct hv_error *err);

#endif
