/*
 * kdf.h - the four primitives of suite 1 (scrypt, HKDF, HMAC, AES-256-CTR) and
 * what is built on them alone: wrapping a key into a slot. Inside this room.
 */
#ifndef KEYSTORE_KDF_H
#define KEYSTORE_KDF_H

#include "keystore/format.h"

HV_MUST_CHECK enum hv_status ks_sha256(struct hv_bytes data, uint8_t out[32],
                                       struct hv_error *err);

/** ks_hmac() - HMAC-SHA-256 over @parts one after the other. @key: 32 bytes. */
HV_MUST_CHECK enum hv_status ks_hmac(const uint8_t *key,
                                     const struct hv_bytes *parts,
                                     size_t parts_len, uint8_t out[KS_TAG],
                                     struct hv_error *err);

/** ks_hkdf() - @len bytes from HKDF-SHA-256. */
HV_MUST_CHECK enum hv_status ks_hkdf(const struct hv_secret *ikm,
                                     struct hv_bytes salt, struct hv_bytes info,
                                     struct hv_secret *out, size_t len,
                                     struct hv_error *err);

/** ks_ctr() - AES-256-CTR from an all-zero block, either direction. A key is
 *  good for one message. @in and @out may be the same. */
HV_MUST_CHECK enum hv_status ks_ctr(const uint8_t *key, const uint8_t *in,
                                    uint8_t *out, size_t len,
                                    struct hv_error *err);

/** ks_passphrase_is_valid() - 1..1024 bytes of UTF-8. */
bool ks_passphrase_is_valid(const struct hv_secret *passphrase);

/**
 * ks_slot_wrap() - put @key (RK or KV) into a slot.
 * @slot: type, scope, costs, id, label, created, salt are set; wrapped and tag
 *        are made here
 * @cred: passphrase or the 32 bytes of a key file, as slot->type says
 * HV_ERR_LIMIT: not enough memory for scrypt; never a cheaper one instead.
 */
HV_MUST_CHECK enum hv_status ks_slot_wrap(struct ks_slot *slot,
                                          const struct hv_guid *store_id,
                                          const struct hv_secret *cred,
                                          const struct hv_secret *key,
                                          struct hv_error *err);

/** ks_slot_unwrap() - the key in a slot. HV_ERR_LOCKED (no sentence): the
 *  credential does not fit, or the slot was altered. */
HV_MUST_CHECK enum hv_status ks_slot_unwrap(const struct ks_slot *slot,
                                            const struct hv_guid *store_id,
                                            const struct hv_secret *cred,
                                            struct hv_secret *key,
                                            struct hv_error *err);

#endif
