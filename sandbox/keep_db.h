/*
 * keep_db.h - the inside of an open state file. Private to keep.c and
 * keep_db.c.
 */
#ifndef SANDBOX_KEEP_DB_H
#define SANDBOX_KEEP_DB_H

#include "sandbox/keep_rows.h"

#include <sqlite3.h>

struct sb_keep {
    char *path;
    sqlite3 *db;
    sqlite3_stmt *put;
    sqlite3_stmt *drop;
    struct sb_row_key *notes; /* owned: rows to be written */
    size_t note_count;
    size_t note_room;
    struct sb_pack pack;
};

/** keep_db_fail() - what SQLite said last, as our error. */
enum hv_status keep_db_fail(const struct sb_keep *keep, struct hv_error *err);
HV_MUST_CHECK enum hv_status
keep_db_exec(const struct sb_keep *keep, const char *sql, struct hv_error *err);
/** keep_db_run() - one that gives no rows; reset and unbound afterwards. */
HV_MUST_CHECK enum hv_status keep_db_run(const struct sb_keep *keep,
                                         sqlite3_stmt *stmt,
                                         struct hv_error *err);
HV_MUST_CHECK enum hv_status keep_db_prepare(const struct sb_keep *keep,
                                             const char *sql,
                                             sqlite3_stmt **out,
                                             struct hv_error *err);

#endif
