/*
 * bulk.h - rows of one table, gathered and inserted many to a statement: what a
 * statement costs beside its rows is then paid once for all of them. Private to
 * core/journal; the writer's.
 */
#ifndef CORE_JOURNAL_BULK_H
#define CORE_JOURNAL_BULK_H

#include "core/journal/db.h"

#define BULK_SIZES 3 /* statements, by how many rows they take */

struct journal_value {
    enum { BULK_NULL, BULK_INT, BULK_BLOB, BULK_TEXT } kind;
    int64_t number; /* or where in the bytes it begins */
    size_t len;
};

struct journal_bulk {
    sqlite3_stmt *stmts[BULK_SIZES];
    size_t width; /* columns of a row */
    size_t rows;  /* that wait */
    size_t len;   /* values of them, and of the one being made */
    struct journal_value *values; /* owned */
    struct hv_buf bytes;          /* of blobs and texts */
};

/** journal_bulk_prepare() - @into: "OR FAIL INTO table(column,...)" of @width
 *  columns. FAIL or IGNORE: SQLite need not be able to take back half a
 *  statement, for which it would copy pages. After FAIL roll back. */
HV_MUST_CHECK enum hv_status
journal_bulk_prepare(const struct journal_db *jdb, struct journal_bulk *bulk,
                     const char *into, size_t width, struct hv_error *err);
/** journal_bulk_finalize() - statements and memory. */
void journal_bulk_finalize(struct journal_bulk *bulk);

/* The values of a row, in the order of its columns. Bytes are copied. */
void journal_bulk_null(struct journal_bulk *bulk);
void journal_bulk_int(struct journal_bulk *bulk, int64_t value);
void journal_bulk_blob(struct journal_bulk *bulk, const void *data, size_t len);
void journal_bulk_text(struct journal_bulk *bulk, const char *text);
/** journal_bulk_row() - the row is whole; inserts those that wait when they are
 *  many. */
HV_MUST_CHECK enum hv_status journal_bulk_row(const struct journal_db *jdb,
                                              struct journal_bulk *bulk,
                                              struct hv_error *err);
/** journal_bulk_write() - all that wait. */
HV_MUST_CHECK enum hv_status journal_bulk_write(const struct journal_db *jdb,
                                                struct journal_bulk *bulk,
                                                struct hv_error *err);
/** journal_bulk_drop() - forget what waits. */
void journal_bulk_drop(struct journal_bulk *bulk);

#endif
