/*
 * db.h - the journal's SQLite file: opening it safely, statements, errors.
 * Private to core/journal.
 */
#ifndef CORE_JOURNAL_DB_H
#define CORE_JOURNAL_DB_H

#include "hvconsole/ids.h"

#include <sqlite3.h>
#include <sys/types.h>

#define JOURNAL_HOUR_MS INT64_C(3600000)
#define JOURNAL_DAY_MS  (24 * JOURNAL_HOUR_MS)

struct journal_db {
    char *path;  /* owned; what sentences say */
    sqlite3 *db; /* NULL = not open */
    dev_t dev;   /* of the file that is open */
    ino_t ino;
};

void journal_db_init(struct journal_db *jdb, const char *path);
void journal_db_release(struct journal_db *jdb);

/** journal_db_open_writer() - makes file and schema where missing.
 *  HV_ERR_DAMAGED: another kind of file, a newer schema (neither is touched),
 *  or damaged. */
HV_MUST_CHECK enum hv_status journal_db_open_writer(struct journal_db *jdb,
                                                    struct hv_error *err);
/** journal_db_open_reader() - HV_ERR_NOT_FOUND: no file, or nothing in it yet
 *  (@err is left alone). HV_ERR_DAMAGED as above. */
HV_MUST_CHECK enum hv_status journal_db_open_reader(struct journal_db *jdb,
                                                    struct hv_error *err);
/** journal_db_open_beside() - for small changes beside the writer: waits for its
 *  turn in short naps, never checkpoints, does not sync. HV_ERR_NOT_FOUND as
 *  above, with its sentence. */
HV_MUST_CHECK enum hv_status journal_db_open_beside(struct journal_db *jdb,
                                                    struct hv_error *err);
void journal_db_close(struct journal_db *jdb);
/** journal_db_is_ours() - whether the name still leads to the open file. */
bool journal_db_is_ours(const struct journal_db *jdb);

/** journal_db_fail() - the sentence for what SQLite just refused.
 *  HV_ERR_DAMAGED for a damaged file, HV_ERR_IO for all else. */
enum hv_status journal_db_fail(const struct journal_db *jdb,
                               struct hv_error *err);
HV_MUST_CHECK enum hv_status journal_db_exec(const struct journal_db *jdb,
                                             const char *sql,
                                             struct hv_error *err);
HV_MUST_CHECK enum hv_status journal_db_prepare(const struct journal_db *jdb,
                                                const char *sql,
                                                sqlite3_stmt **out,
                                                struct hv_error *err);
/** journal_db_step() - @has_row tells whether there is one; without one (or on
 *  failure) the statement is ready for its next use. */
HV_MUST_CHECK enum hv_status journal_db_step(const struct journal_db *jdb,
                                             sqlite3_stmt *stmt, bool *has_row,
                                             struct hv_error *err);
/** journal_db_run() - step a statement that gives no rows. */
HV_MUST_CHECK enum hv_status journal_db_run(const struct journal_db *jdb,
                                            sqlite3_stmt *stmt,
                                            struct hv_error *err);
/** journal_db_int() - the one number a query gives; 0 when it gives none. */
HV_MUST_CHECK enum hv_status journal_db_int(const struct journal_db *jdb,
                                            const char *sql, int64_t *out,
                                            struct hv_error *err);

/* Bindings cannot fail for our statements but for a wrong index: a bug. The
 * bytes are borrowed until the statement is reset. */
void journal_bind_int(sqlite3_stmt *stmt, int at, int64_t value);
void journal_bind_blob(sqlite3_stmt *stmt, int at, const void *data,
                       size_t len);
void journal_bind_text(sqlite3_stmt *stmt, int at, const char *text);
/** journal_column_blob() - true when the column is a blob of exactly @len. */
bool journal_column_blob(sqlite3_stmt *stmt, int at, void *out, size_t len);
struct hv_bytes journal_column_bytes(sqlite3_stmt *stmt, int at);

#endif
