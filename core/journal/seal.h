/*
 * seal.h - the cryptography of the journal: a writer that cannot read again
 * what it wrote. Private to core/journal; no SQL here.
 *
 *   data key   32 random bytes, new at start and every hour
 *   wrap key = HKDF-SHA-256(X25519(ephemeral, public), no salt,
 *              "hvj1 wrap" || key id || ephemeral public || public, 32)
 *   wrapped  = AES-256-GCM(wrap key, nonce 0, aad created u64) = 32 || tag 16
 *   sealed   = AES-256-GCM(data key, nonce = counter as 96 bits, aad = part
 *              and context) = ciphertext || tag 16
 */
#ifndef CORE_JOURNAL_SEAL_H
#define CORE_JOURNAL_SEAL_H

#include "hvconsole/journal.h"

#include <openssl/types.h>

#define JOURNAL_KEY_LEN     32
#define JOURNAL_TAG_LEN     16
#define JOURNAL_WRAPPED_LEN (JOURNAL_KEY_LEN + JOURNAL_TAG_LEN)
#define JOURNAL_DIGEST_LEN  16
#define JOURNAL_DATA_KEY_MS INT64_C(3600000)

/* ------------------------------------------------------------- digests -- */

struct journal_sha { /* SHA-256, fetched once */
    EVP_MD *md;
    EVP_MD_CTX *ctx;
    struct hv_buf scratch; /* of journal_row_context() */
};
HV_MUST_CHECK enum hv_status journal_sha_init(struct journal_sha *sha,
                                              struct hv_error *err);
void journal_sha_release(struct journal_sha *sha);
/** journal_sha_of() - SHA-256(@a || @b). */
HV_MUST_CHECK enum hv_status journal_sha_of(const struct journal_sha *sha,
                                            struct hv_bytes a,
                                            struct hv_bytes b, uint8_t out[32],
                                            struct hv_error *err);

struct journal_index { /* HMAC-SHA-256 under one index key */
    EVP_MAC_CTX *ctx;  /* keyed once: fetching costs more than it */
};
HV_MUST_CHECK enum hv_status journal_index_init(struct journal_index *index,
                                                const struct hv_secret *key,
                                                struct hv_error *err);
void journal_index_release(struct journal_index *index);
/** journal_index_of() - the first 16 bytes of the keyed hash of @id. */
HV_MUST_CHECK enum hv_status journal_index_of(const struct journal_index *index,
                                              const struct hv_guid *id,
                                              uint8_t out[16],
                                              struct hv_error *err);

/* ------------------------------------------------------------ data keys -- */

struct journal_wrapped { /* a row of datakey */
    int64_t created_ms;
    uint8_t reader[8]; /* id of records 0103 and 0204 */
    uint8_t ephemeral[32];
    uint8_t wrapped[JOURNAL_WRAPPED_LEN];
};

/** journal_wrap() - to the public key of a reader. */
HV_MUST_CHECK enum hv_status journal_wrap(const struct hv_secret *data_key,
                                          const uint8_t public_key[32],
                                          struct journal_wrapped *row,
                                          struct hv_error *err);
/** journal_unwrap() - HV_ERR_DAMAGED: not wrapped to this key, or altered. */
HV_MUST_CHECK enum hv_status journal_unwrap(const struct journal_wrapped *row,
                                            const struct hv_secret *private_key,
                                            struct hv_secret *data_key,
                                            struct hv_error *err);

/** journal_outbox_derive() - the key of one start of a writer:
 *  HKDF-SHA-256(outbox key, no salt, "hvj1 outbox" || key id || salt, 32).
 *  Drawn anew each time, so that its counter may begin at 1. */
HV_MUST_CHECK enum hv_status
journal_outbox_derive(const struct hv_secret *outbox_key, const uint8_t id[8],
                      const uint8_t salt[32], struct hv_secret *out,
                      struct hv_error *err);

/* -------------------------------------------------------------- sealing -- */

struct journal_gcm {
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *ctx;
};
HV_MUST_CHECK enum hv_status journal_gcm_init(struct journal_gcm *gcm,
                                              struct hv_error *err);
void journal_gcm_release(struct journal_gcm *gcm);

/** journal_seal() - @out is cleared, then ciphertext and tag are added. @key
 *  NULL: the one of the call before, which spares making it ready again. */
HV_MUST_CHECK enum hv_status
journal_seal(const struct journal_gcm *gcm, const uint8_t *key,
             uint64_t counter, struct hv_bytes aad, struct hv_bytes plain,
             struct hv_buf *out, struct hv_error *err);
/** journal_unseal() - added to @out. HV_ERR_DAMAGED: the seal does not fit;
 *  @out is then as before. */
HV_MUST_CHECK enum hv_status
journal_unseal(const struct journal_gcm *gcm, const uint8_t *key,
               uint64_t counter, struct hv_bytes aad, struct hv_bytes sealed,
               struct hv_buf *out, struct hv_error *err);

/* The writer's keys. The counter belongs to the data key and only rises: a
 * failed commit has used its nonces up all the same. */
struct journal_sealer {
    uint8_t public_key[32];
    struct journal_index index;
    struct hv_secret data_key;
    struct journal_wrapped row; /* the data key as it is stored */
    int64_t row_id;             /* in the table; 0 = not stored yet */
    uint64_t counter;           /* of the last sealing */
    struct journal_gcm gcm;
    bool is_keyed; /* gcm has the data key already */
};
HV_MUST_CHECK enum hv_status
journal_sealer_init(struct journal_sealer *sealer,
                    const struct hv_journal_key *key, int64_t now_ms,
                    struct hv_error *err);
void journal_sealer_release(struct journal_sealer *sealer);
/** journal_sealer_renew() - draw a new data key when the old one has had its
 *  hour at @now_ms (or the clock was set back that far). */
HV_MUST_CHECK enum hv_status journal_sealer_renew(struct journal_sealer *sealer,
                                                  int64_t now_ms,
                                                  struct hv_error *err);
/** journal_sealer_seal() - under the next nonce, told in @counter. */
HV_MUST_CHECK enum hv_status
journal_sealer_seal(struct journal_sealer *sealer, struct hv_bytes aad,
                    struct hv_bytes plain, struct hv_buf *out,
                    uint64_t *counter, struct hv_error *err);

#endif
