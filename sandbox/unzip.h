/*
 * unzip.h - compressed request bodies, as some clients send all of theirs, and
 * compressed answers for those who ask for them.
 * Used by door.c. Knows no HTTP but the names of the codings.
 */
#ifndef SANDBOX_UNZIP_H
#define SANDBOX_UNZIP_H

#include "hvconsole/bytes.h"

/* What came out. It may hold keys: wiped on release, and when it grows. */
struct sb_plain {
    uint8_t *data; /* owned */
    size_t len;
};

/**
 * sb_unzip() - NULL when @out holds the body, else why not, as a phrase.
 * @coding: value of Content-Encoding: gzip, x-gzip or deflate (with the zlib
 *          wrapping that the word means, or without it, as it is often sent)
 * @out:    zeroed by the caller; at most HV_MAX_REQUEST bytes
 */
const char *sb_unzip(const char *coding, struct hv_bytes body,
                     struct sb_plain *out);
/**
 * sb_zip() - name of the coding in which @out holds @body, or NULL: it goes
 * out as it is. @accept: value of Accept-Encoding; NULL = none
 */
const char *sb_zip(const char *accept, struct hv_bytes body,
                   struct sb_plain *out);
void sb_plain_release(struct sb_plain *plain); /* zeroed is fine */

#endif
