/*
 * bulk.c - see bulk.h. Called by append.c inside a transaction.
 */
#include "core/journal/bulk.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BYTES ((size_t)256 * 1024) /* no more than about so much waits */

/* Rows to a statement, most first; the last one takes what is left. */
static const size_t sizes[BULK_SIZES] = { 16, 4, 1 };

static void
make_sql(const char *into, size_t width, size_t rows, struct hv_buf *out)
{
    hv_buf_addf(out, "INSERT %s VALUES", into);
    for (size_t i = 0; i < rows; i++) {
        hv_buf_add_str(out, i == 0 ? "(?" : ",(?");
        for (size_t j = 1; j < width; j++)
            hv_buf_add_str(out, ",?");
        hv_buf_add_char(out, ')');
    }
}

enum hv_status
journal_bulk_prepare(const struct journal_db *jdb, struct journal_bulk *bulk,
                     const char *into, size_t width, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    *bulk = (struct journal_bulk){
        .width = width,
        .values = hv_calloc(sizes[0] * width, sizeof(*bulk->values)),
    };
    for (size_t i = 0; !st && i < BULK_SIZES; i++) {
        struct hv_buf sql = { 0 };

        make_sql(into, width, sizes[i], &sql);
        st = journal_db_prepare(jdb, hv_buf_str(&sql), &bulk->stmts[i], err);
        hv_buf_release(&sql);
    }
    return st;
}

void
journal_bulk_finalize(struct journal_bulk *bulk)
{
    for (size_t i = 0; i < BULK_SIZES; i++)
        sqlite3_finalize(bulk->stmts[i]);
    free(bulk->values);
    hv_buf_release(&bulk->bytes);
    *bulk = (struct journal_bulk){ 0 };
}

static struct journal_value *
next_value(struct journal_bulk *bulk)
{
    return &bulk->values[bulk->len++];
}

void
journal_bulk_null(struct journal_bulk *bulk)
{
    next_value(bulk)->kind = BULK_NULL;
}

void
journal_bulk_int(struct journal_bulk *bulk, int64_t value)
{
    struct journal_value *next = next_value(bulk);

    next->kind = BULK_INT;
    next->number = value;
}

void
journal_bulk_blob(struct journal_bulk *bulk, const void *data, size_t len)
{
    *next_value(bulk) =
        (struct journal_value){ BULK_BLOB, (int64_t)bulk->bytes.len, len };
    hv_buf_add(&bulk->bytes, data, len);
}

void
journal_bulk_text(struct journal_bulk *bulk, const char *text)
{
    size_t size = strlen(text) + 1;

    journal_bulk_blob(bulk, text, size);
    bulk->values[bulk->len - 1].kind = BULK_TEXT;
}

/* SQLite borrows the bytes: they stay where they are until the step is done. */
static void
bind(sqlite3_stmt *stmt, int at, const struct journal_value *value,
     const uint8_t *bytes)
{
    switch (value->kind) {
    case BULK_NULL:
        sqlite3_bind_null(stmt, at);
        break;
    case BULK_INT:
        journal_bind_int(stmt, at, value->number);
        break;
    case BULK_BLOB:
        journal_bind_blob(stmt, at, bytes + value->number, value->len);
        break;
    case BULK_TEXT:
        journal_bind_text(stmt, at, (const char *)bytes + value->number);
        break;
    }
}

enum hv_status
journal_bulk_write(const struct journal_db *jdb, struct journal_bulk *bulk,
                   struct hv_error *err)
{
    const struct journal_value *value = bulk->values;
    enum hv_status st =
        bulk->bytes.is_over
            ? hv_fail(err, HV_ERR_LIMIT, "too many bytes for one row")
            : HV_OK;

    for (size_t i = 0; !st && bulk->rows > 0; i++) {
        while (!st && bulk->rows >= sizes[i]) {
            for (size_t j = 1; j <= sizes[i] * bulk->width; j++)
                bind(bulk->stmts[i], (int)j, value++, bulk->bytes.data);
            st = journal_db_run(jdb, bulk->stmts[i], err);
            bulk->rows -= sizes[i];
        }
    }
    journal_bulk_drop(bulk);
    return st;
}

enum hv_status
journal_bulk_row(const struct journal_db *jdb, struct journal_bulk *bulk,
                 struct hv_error *err)
{
    bulk->rows++;
    if (bulk->rows < sizes[0] && bulk->bytes.len < MAX_BYTES)
        return HV_OK;
    return journal_bulk_write(jdb, bulk, err);
}

void
journal_bulk_drop(struct journal_bulk *bulk)
{
    bulk->rows = 0;
    bulk->len = 0;
    /* One that was very long must not hold its memory for ever. */
    if (bulk->bytes.cap > 2 * MAX_BYTES)
        hv_buf_release(&bulk->bytes);
    hv_buf_clear(&bulk->bytes);
}
