/*
 * secret.c - the secure heap of OpenSSL as a type, and random bytes. Called
 * first thing in main and wherever keys live. Must not copy a secret to
 * ordinary memory, nor say anything about its contents.
 */
#include "hvconsole/secret.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A power of two, or OpenSSL aborts. The keys, tokens and one decoded RSA key
 * of a store fit several times; the least piece handed out is 32 bytes. */
#define HEAP_SIZE  ((size_t)1 << 20)
#define HEAP_PIECE 32

/* Set once in hv_secret_start(), before any thread exists. */
static bool heap_is_locked;
static hv_random_fn random_override;

enum hv_status
hv_secret_start(bool *is_locked, struct hv_error *err)
{
    static const struct rlimit no_core = { 0, 0 };

    if (!CRYPTO_secure_malloc_initialized()) {
        /* EPERM: somebody lowered the hard limit to what may not be touched;
         * the process is still not dumpable. */
        if (setrlimit(RLIMIT_CORE, &no_core) && errno != EPERM)
            return hv_fail_errno(err, HV_ERR_IO, "cannot forbid core files");
        if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L))
            return hv_fail_errno(err, HV_ERR_IO, "cannot forbid memory dumps");
        /* 1: locked, guarded and kept out of dumps (MADV_DONTDUMP); 2: there,
         * but one of these failed; 0: no heap. */
        heap_is_locked = CRYPTO_secure_malloc_init(HEAP_SIZE, HEAP_PIECE) == 1;
        if (!CRYPTO_secure_malloc_initialized())
            return hv_fail(err, HV_ERR_IO,
                           "cannot set up protected memory for secrets");
    }
    if (is_locked)
        *is_locked = heap_is_locked;
    return HV_OK;
}

bool
hv_secret_is_locked(void)
{
    return heap_is_locked;
}

enum hv_status
hv_secret_init(struct hv_secret *out, size_t len, struct hv_error *err)
{
    uint8_t *data;

    /* Without its heap OpenSSL would quietly hand out ordinary memory. */
    if (!CRYPTO_secure_malloc_initialized()) {
        fputs("hvconsole: a secret was made before hv_secret_start()\n",
              stderr);
        abort();
    }
    data = OPENSSL_secure_zalloc(len ? len : 1);
    if (!data) {
        hv_fail(err, HV_ERR_LIMIT,
                "no protected memory is left for a secret of %zu bytes", len);
        return HV_ERR_LIMIT;
    }
    if (!CRYPTO_secure_allocated(data))
        abort();
    *out = (struct hv_secret){ data, len };
    return HV_OK;
}

enum hv_status
hv_secret_copy(struct hv_secret *out, const void *data, size_t len,
               struct hv_error *err)
{
    enum hv_status st = hv_secret_init(out, len, err);

    if (!st && len)
        memcpy(out->data, data, len);
    return st;
}

enum hv_status
hv_secret_random(struct hv_secret *out, size_t len, struct hv_error *err)
{
    struct hv_secret made = { 0 };
    enum hv_status st = hv_secret_init(&made, len, err);

    if (st)
        return st;
    if (random_override) {
        random_override(made.data, len);
    } else if (RAND_priv_bytes_ex(NULL, made.data, len, 0) != 1) {
        hv_secret_release(&made);
        return hv_fail(err, HV_ERR_CRYPTO,
                       "the random generator gave no bytes");
    }
    *out = made;
    return HV_OK;
}

void
hv_secret_release(struct hv_secret *secret)
{
    /* Clears the whole piece, also what lies past a shortened len. */
    OPENSSL_secure_clear_free(secret->data, secret->len);
    *secret = (struct hv_secret){ 0 };
}

struct hv_secret
hv_secret_take(struct hv_secret *from)
{
    struct hv_secret taken = *from;

    *from = (struct hv_secret){ 0 };
    return taken;
}

struct hv_bytes
hv_secret_bytes(const struct hv_secret *secret)
{
    return (struct hv_bytes){ secret->data, secret->len };
}

bool
hv_secret_equal(const struct hv_secret *a, const struct hv_secret *b)
{
    return a->len == b->len &&
           (a->len == 0 || CRYPTO_memcmp(a->data, b->data, a->len) == 0);
}

void
hv_wipe(void *data, size_t len)
{
    if (len > 0)
        explicit_bzero(data, len);
}

void
hv_random(void *out, size_t len)
{
    if (random_override) {
        random_override(out, len);
    } else if (RAND_bytes_ex(NULL, out, len, 0) != 1) {
        /* Ids and salts that repeat are worse than no program. */
        fputs("hvconsole: the random generator gave no bytes\n", stderr);
        abort();
    }
}

void
hv_random_set(hv_random_fn fn)
{
    random_override = fn;
}
