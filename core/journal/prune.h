/*
 * prune.h - removing what is too old, slice by slice, by the rules that
 * hv_journal_policy tells. Private to core/journal; used by the writer and by
 * hv_journal_prune().
 */
#ifndef CORE_JOURNAL_PRUNE_H
#define CORE_JOURNAL_PRUNE_H

#include "core/journal/db.h"
#include "hvconsole/journal.h"

#define JOURNAL_PRUNE_SLICE 256 /* rows a transaction */

struct journal_pruner {
    sqlite3_stmt *rows; /* candidates to go altogether */
    sqlite3_stmt *refused;
    sqlite3_stmt *contents; /* candidates to lose their contents */
    sqlite3_stmt *events;
    sqlite3_stmt *del_record;
    sqlite3_stmt *del_events;
    sqlite3_stmt *del_body;
    sqlite3_stmt *del_ledger;
    sqlite3_stmt *del_why;
    sqlite3_stmt *del_arrival;
    sqlite3_stmt *set_pruned;
    sqlite3_stmt *set_meta;
};
HV_MUST_CHECK enum hv_status
journal_pruner_prepare(const struct journal_db *jdb,
                       struct journal_pruner *pruner, struct hv_error *err);
void journal_pruner_finalize(struct journal_pruner *pruner);

/** journal_prune_slice() - in a transaction of its own. @before_ms: what came
 *  earlier goes; @out gathers, is_done says that nothing is left. */
HV_MUST_CHECK enum hv_status
journal_prune_slice(const struct journal_db *jdb, struct journal_pruner *pruner,
                    int64_t before_ms, int64_t now_ms, struct hv_prune *out,
                    struct hv_error *err);
/** journal_prune_border() - @before_ms, or later when the file is larger than
 *  @keep_bytes: the time before which about as much came as is too much. */
HV_MUST_CHECK enum hv_status journal_prune_border(const struct journal_db *jdb,
                                                  int64_t keep_bytes,
                                                  int64_t *before_ms,
                                                  struct hv_error *err);

#endif
