/*
 * keystore.h - the encrypted keystore file: create, open, read, edit, lock.
 * Format: docs/keystore-format.md. Two scopes: full (RK: everything) and
 * verify (KV: subscriptions and HMAC keys, read-only).
 */
#ifndef HVCONSOLE_KEYSTORE_H
#define HVCONSOLE_KEYSTORE_H

#include "hvconsole/keyring.h"

enum hv_keystore_scope { HV_SCOPE_FULL = 1, HV_SCOPE_VERIFY = 2 };
enum hv_slot_type { HV_SLOT_PASSPHRASE = 1, HV_SLOT_KEYFILE = 2 };

struct hv_slot_info {
    enum hv_slot_type type;
    enum hv_keystore_scope scope;
    int log2_n;                   /* passphrase slots: scrypt's N */
    uint8_t id[8];
    int64_t created_ms;
    char label[41];
};

/* What the unencrypted part tells; a label is a claim until tags verify. */
struct hv_keystore_info {
    struct hv_guid store_id;
    uint64_t generation;
    uint32_t epoch;
    int64_t saved_ms;
    struct hv_slot_info slots[8];
    size_t slots_len;
};

/* Exactly one of the two is given; both borrowed. */
struct hv_credential {
    const struct hv_secret *passphrase;
    const struct hv_secret *key_file;   /* the decoded 32 bytes */
    int max_log2_n;               /* dearer passphrase slots are not tried;
                                     0 = 18 (N = 2^18) */
};

struct hv_keystore;                     /* open, in memory */

/**
 * hv_keystore_inspect() - header and checksum only; needs no credential.
 * HV_ERR_NOT_FOUND: no file. HV_ERR_DAMAGED: not a keystore, or damaged
 * (two sentences). HV_ERR_REFUSED: permissions or owner are wrong; the hint
 * is the command that mends them.
 */
HV_MUST_CHECK enum hv_status
hv_keystore_inspect(const char *path, struct hv_keystore_info *out,
                    struct hv_error *err);

/**
 * hv_keystore_create() - a new file with one passphrase slot of full scope
 * and journal keys; open on return. Makes the directory (0700).
 * @passphrase: >= HV_MIN_PASSPHRASE characters of UTF-8, else HV_ERR_FORMAT
 * @cost_log2:  0 = measured here (2^17 or 2^18, half a second to a second and
 *              a half); 15 to 18 for tests. 15 and 16 give a weak file, which
 *              is read-only: a test that edits passes 17 or uses
 *              hv_keystore_create_with_key_file().
 * HV_ERR_RULE: a file is already there; nothing is overwritten.
 */
HV_MUST_CHECK enum hv_status
hv_keystore_create(const char *path, const struct hv_secret *passphrase,
                   const char *label, int cost_log2, struct hv_keystore **out,
                   struct hv_error *err);

/** hv_keystore_create_with_key_file() - the same with one key-file slot of full
 *  scope instead (32 bytes): for machines without a person. No KDF. */
HV_MUST_CHECK enum hv_status hv_keystore_create_with_key_file(
    const char *path, const struct hv_secret *key_file, const char *label,
    struct hv_keystore **out, struct hv_error *err);

/**
 * hv_keystore_open() - runs the KDF: up to a second; do it on a worker.
 * HV_ERR_LOCKED: no slot opens (wrong passphrase, or the file was altered).
 * HV_ERR_DAMAGED: damaged, altered, unknown version, or not a keystore; the
 * sentence says which. HV_ERR_REFUSED: permissions, or the only fitting slots
 * are dearer than @cred allows. HV_ERR_NOT_FOUND. Nothing on disk is changed.
 */
HV_MUST_CHECK enum hv_status
hv_keystore_open(const char *path, const struct hv_credential *cred,
                 struct hv_keystore **out, struct hv_error *err);
/** hv_keystore_narrow() - forget RK and everything of full scope; keep KV. */
void hv_keystore_narrow(struct hv_keystore *ks);
/** hv_keystore_clone() - a second handle with the same key and no KDF, for a
 *  worker thread; reads the file anew. */
HV_MUST_CHECK enum hv_status hv_keystore_clone(const struct hv_keystore *ks,
                                               struct hv_keystore **out,
                                               struct hv_error *err);
void hv_keystore_close(struct hv_keystore *ks);   /* wipes; NULL is fine */

const struct hv_keyring *hv_keystore_ring(const struct hv_keystore *ks);
const struct hv_keystore_info *
hv_keystore_info(const struct hv_keystore *ks);
enum hv_keystore_scope hv_keystore_scope(const struct hv_keystore *ks);
const char *hv_keystore_path(const struct hv_keystore *ks);
/** hv_keystore_is_weak() - opened by a passphrase slot below 2^17: read-only
 *  (edits are HV_ERR_REFUSED), and the person must be warned. */
bool hv_keystore_is_weak(const struct hv_keystore *ks);

/**
 * hv_keystore_refresh() - read the file again if it changed (one fstatat when
 * it did not). Pointers into the ring are invalid when @changed.
 * On failure the last good content stays: HV_ERR_DAMAGED (bad file, other
 * store, generation lower than the one loaded), HV_ERR_LOCKED (rekeyed).
 */
HV_MUST_CHECK enum hv_status hv_keystore_refresh(struct hv_keystore *ks,
                                                 bool *changed,
                                                 struct hv_error *err);

/**
 * hv_keystore_edit() - the only way to change a store: lock, read the file as
 * it is now, let @edit change the ring, save it as the next generation, lock
 * given back. @edit may run on newer content than the caller has seen: it
 * states an intent and re-checks. Its failure leaves the file untouched and
 * is returned. HV_ERR_RULE: the lock is held for more than 5 s.
 * HV_ERR_REFUSED: verify scope, or weak.
 * The generation before is kept beside it as NAME.bak-GENERATION (not when only
 * session tokens changed): the newest 5, and the newest of each of 7 days.
 */
typedef enum hv_status (*hv_keystore_edit_fn)(struct hv_keyring *ring,
                                              void *arg, struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_keystore_edit(struct hv_keystore *ks,
                                              hv_keystore_edit_fn edit,
                                              void *arg, struct hv_error *err);

/** hv_keystore_add_key_file() - one more slot opened by @key_file (32 bytes).
 *  Full scope only. HV_ERR_RULE: 8 slots are there, or this key file opens one
 *  of them already. HV_ERR_FORMAT: the label is not UTF-8 of <= 40 bytes. */
HV_MUST_CHECK enum hv_status
hv_keystore_add_key_file(struct hv_keystore *ks, enum hv_keystore_scope scope,
                         const char *label, const struct hv_secret *key_file,
                         struct hv_error *err);
/** hv_key_file_read() - `hvks1-keyfile ` and 64 hex digits; else
 *  HV_ERR_FORMAT. */
HV_MUST_CHECK enum hv_status hv_key_file_read(const char *path,
                                              struct hv_secret *out,
                                              struct hv_error *err);
/** hv_key_file_write() - a new random key file, 0600, never over another. */
HV_MUST_CHECK enum hv_status hv_key_file_write(const char *path,
                                               struct hv_secret *out,
                                               struct hv_error *err);
/** hv_hmac_key_read() - an HMAC key: one line of canonical base64, 64 bytes;
 *  HV_ERR_RULE says how many bytes there were instead (exit 6). */
HV_MUST_CHECK enum hv_status hv_hmac_key_read(const char *path,
                                              struct hv_secret *out,
                                              struct hv_error *err);

#endif
