/*
 * keep_pack.h - values to bytes and back, for the rows of a state file. One
 * function per kind of row describes it for both directions, so that what is
 * written is what is read. Pure. The bytes may hold keys: wiped on release.
 */
#ifndef SANDBOX_KEEP_PACK_H
#define SANDBOX_KEEP_PACK_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

struct sb_pack {
    bool is_reading;
    bool is_bad;   /* reading: what is there does not fit; nothing more comes */
    uint8_t *data; /* writing: owned; reading: borrowed */
    size_t len;
    size_t room; /* writing */
    size_t at;   /* reading */
};

/** sb_pack_begin() - for writing; what an earlier row left is overwritten. */
void sb_pack_begin(struct sb_pack *pack);
/** sb_pack_open() - for reading @bytes, borrowed. */
void sb_pack_open(struct sb_pack *pack, struct hv_bytes bytes);
/** sb_pack_is_done() - reading: everything was there, and nothing else. */
bool sb_pack_is_done(const struct sb_pack *pack);
/** sb_pack_release() - of one that has written. */
void sb_pack_release(struct sb_pack *pack);

void sb_pack_i64(struct sb_pack *pack, int64_t *value);
void sb_pack_u64(struct sb_pack *pack, uint64_t *value);
void sb_pack_u32(struct sb_pack *pack, uint32_t *value);
void sb_pack_int(struct sb_pack *pack, int *value);
void sb_pack_uint(struct sb_pack *pack, unsigned *value);
void sb_pack_size(struct sb_pack *pack, size_t *value);
void sb_pack_bool(struct sb_pack *pack, bool *value);
/** sb_pack_count() - of what follows; reading: more than @max is bad, and
 *  gives 0. */
void sb_pack_count(struct sb_pack *pack, size_t *count, size_t max);
/** sb_pack_word() - an enum value below @end. */
int sb_pack_word(struct sb_pack *pack, int value, int end);
void sb_pack_guid(struct sb_pack *pack, struct hv_guid *id);
/** sb_pack_raw() - exactly @len bytes. */
void sb_pack_raw(struct sb_pack *pack, void *data, size_t len);
/** sb_pack_chars() - text in an array of @size. */
void sb_pack_chars(struct sb_pack *pack, char *text, size_t size);
/** sb_pack_text() - an owned text or NULL. */
void sb_pack_text(struct sb_pack *pack, char **text);
void sb_pack_buf(struct sb_pack *pack, struct hv_buf *buf);
void sb_pack_secret(struct sb_pack *pack, struct hv_secret *secret);

#endif
