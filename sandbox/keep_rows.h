/*
 * keep_rows.h - what a row of a state file holds, kind by kind, and which key
 * it has. Between keep.c, which knows SQLite, and the model. Pure.
 */
#ifndef SANDBOX_KEEP_ROWS_H
#define SANDBOX_KEEP_ROWS_H

#include "sandbox/keep_pack.h"
#include "sandbox/model.h"

#define SB_OP_SHIFT 40 /* key of an operation: record, then sequence */

/* Names a row: entries that never move by their place in the array, the others
 * by what they are. */
struct sb_row_key {
    enum sb_kind kind;
    bool is_number;
    int64_t number;
    uint8_t bytes[32];
    size_t len;
};

/** sb_row_key() - of the entry that is at @index now; false: not kept. */
bool sb_row_key(const struct sb_platform *platform, enum sb_kind kind,
                size_t index, struct sb_row_key *out);
/** sb_row_key_of_op() - of the operation at @index of the record. */
void sb_row_key_of_op(const struct sb_platform *platform, size_t record,
                      size_t index, struct sb_row_key *out);
bool sb_row_key_equal(const struct sb_row_key *a, const struct sb_row_key *b);
/** sb_row_write() - what stands under @key now; false: it is not there any
 *  more, and its row must go. */
bool sb_row_write(struct sb_platform *platform, const struct sb_row_key *key,
                  struct sb_pack *pack);
/* keep_back.c */
/** sb_row_read() - the next entry of @kind, in the order they were made; false:
 *  it makes no sense. @number: of its key. */
bool sb_row_read(struct sb_platform *platform, enum sb_kind kind,
                 int64_t number, struct sb_pack *pack);

#endif
