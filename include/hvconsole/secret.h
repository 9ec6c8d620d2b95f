/*
 * secret.h - bytes that must not leak: locked, not dumped, wiped on release.
 */
#ifndef HVCONSOLE_SECRET_H
#define HVCONSOLE_SECRET_H

#include "hvconsole/bytes.h"

struct hv_secret {
    uint8_t *data;       /* in OpenSSL's secure heap, owned */
    size_t len;
};

/**
 * hv_secret_start() - first line of main, before anything else allocates.
 * No core files, not dumpable, secure heap of 1 MiB, never in a dump. Call it
 * once. HV_ERR_IO: no secure heap at all (the program must end).
 * @is_locked: false when the heap could not be locked into memory
 *             (RLIMIT_MEMLOCK): the listener ends, the console shows a badge.
 */
HV_MUST_CHECK enum hv_status hv_secret_start(bool *is_locked,
                                             struct hv_error *err);

/** hv_secret_is_locked() - what hv_secret_start() found. */
bool hv_secret_is_locked(void);

/** hv_secret_init() - @len zero bytes. HV_ERR_LIMIT: the heap is full. Aborts
 *  if hv_secret_start() was never called: ordinary heap is no place for it. */
HV_MUST_CHECK enum hv_status hv_secret_init(struct hv_secret *out, size_t len,
                                            struct hv_error *err);
/** hv_secret_copy() - a new secret holding @data. */
HV_MUST_CHECK enum hv_status hv_secret_copy(struct hv_secret *out,
                                            const void *data, size_t len,
                                            struct hv_error *err);
/** hv_secret_random() - @len bytes from OpenSSL's private generator. */
HV_MUST_CHECK enum hv_status hv_secret_random(struct hv_secret *out, size_t len,
                                              struct hv_error *err);
void hv_secret_release(struct hv_secret *secret);  /* twice is harmless */
/** hv_secret_take() - move; @from is empty afterwards. */
struct hv_secret hv_secret_take(struct hv_secret *from);
struct hv_bytes hv_secret_bytes(const struct hv_secret *secret); /* borrowed */
/** hv_secret_equal() - constant time in the contents. */
bool hv_secret_equal(const struct hv_secret *a, const struct hv_secret *b);

/** hv_wipe() - OPENSSL_cleanse for stack copies. */
void hv_wipe(void *data, size_t len);
/** hv_random() - public random bytes (ids, salts); aborts without entropy. */
void hv_random(void *out, size_t len);
/** hv_random_fixed_for_test() - see tests/support; NULL = the real thing. */
typedef void (*hv_random_fn)(void *out, size_t len);
void hv_random_set(hv_random_fn fn);

#endif
