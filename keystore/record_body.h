/*
 * record_body.h - what the files of record bodies share. Pure. Only for
 * record_kinds.c and record_sub.c.
 */
#ifndef KEYSTORE_RECORD_BODY_H
#define KEYSTORE_RECORD_BODY_H

#include "keystore/records.h"

enum hv_status ks_body_fail(struct hv_error *err, const char *what);

/** ks_body_text() - u16 length and UTF-8 without NUL into a C string; false
 *  when it is not that or longer than @max. */
bool ks_body_text(struct ks_walk *body, char *out, size_t max);

static inline uint8_t *
ks_put(uint8_t *at, const void *data, size_t len)
{
    memcpy(at, data, len);
    return at + len;
}

static inline uint8_t *
ks_put_time(uint8_t *at, int64_t ms)
{
    ks_put64(at, (uint64_t)ms);
    return at + 8;
}

static inline uint8_t *
ks_put_text(uint8_t *at, const char *text)
{
    size_t len = strlen(text);

    ks_put16(at, (uint16_t)len);
    return ks_put(at + 2, text, len);
}

enum hv_status ks_sub_decode(struct ks_walk *body, struct hv_keyring *ring,
                             struct hv_error *err);
void ks_sub_key(const void *object, uint8_t *out);
size_t ks_sub_encode(const void *object, uint8_t *out);

enum hv_status ks_key_decode(struct ks_walk *body, struct hv_keyring *ring,
                             struct hv_error *err);
void ks_key_key(const void *object, uint8_t *out);
size_t ks_key_encode(const void *object, uint8_t *out);

#endif
