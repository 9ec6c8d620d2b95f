/*
 * keystore.h - the encrypted keystore file: create, open, read, edit, lock.
 * Format: docs/keystore-format.md. Two scopes: full (RK: everything) and
 * verify (KV: subscriptions and HMAC keys, read-only).
 */
#ifndef HVCONSOLE_KEYSTORE_H
#define HVCONSOLE_KEYSTORE_H

#include "hvconsole/audit.h"
#include "hvconsole/keyring.h"

enum hv_keystore_scope { HV_SCOPE_FULL = 1, HV_SCOPE_VERIFY = 2 };
enum hv_slot_type { HV_SLOT_PASSPHRASE = 1, HV_SLOT_KEYFILE = 2 };

struct hv_slot_info {
    enum hv_slot_type type;
    enum hv_keystore_scope scope;
    int log2_n; /* passphrase slots: scrypt's N */
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
    const struct hv_secret *key_file; /* the decoded 32 bytes */
    int max_log2_n;                   /* dearer passphrase slots are not tried;
                                     0 = the setting, or 18 (N = 2^18) */
};

struct hv_keystore; /* open, in memory */

/**
 * hv_keystore_set_store() - where this host remembers the highest generation of
 * each keystore (STORE/marks, raised after each save). From then on
 * hv_keystore_open() refuses a file that is older than what was seen
 * (HV_ERR_DAMAGED), and a save is refused when the mark could not be written.
 * Process-wide: call it once, before anything is opened and before threads.
 * @store_dir: copied; made (0700) at the first save. NULL = remember nothing.
 */
void hv_keystore_set_store(const char *store_dir);
/**
 * hv_keystore_set_audit() - from then on every change of a keystore is written
 * to this log before and after; one that cannot be announced is not made.
 * Process-wide, as above; borrowed until it is set to NULL. hv_audit_set_verb()
 * names what the thread is doing.
 */
void hv_keystore_set_audit(struct hv_audit *audit);
/** hv_keystore_audit_head() - the last line of the console's log that this
 *  keystore remembers; false when none. For hv_audit_check_head(). */
bool hv_keystore_audit_head(const struct hv_keystore *ks,
                            struct hv_audit_head *out);

/**
 * hv_keystore_set_policy() - what the config file allows beyond the strict
 * defaults: another owner, a group that reads (mode 0640), a higher cost; and
 * that memory must be locked. Process-wide, as above. NULL = the defaults.
 * False: a user or group of that name is unknown here, and so not allowed.
 */
struct hv_settings; /* profile.h */
bool hv_keystore_set_policy(const struct hv_settings *settings);
/** hv_keystore_check_memory() - HV_ERR_REFUSED when the settings want locked
 *  memory and there is none: nothing will open here. */
HV_MUST_CHECK enum hv_status hv_keystore_check_memory(struct hv_error *err);

/** hv_keystore_seen() - the highest generation of this store id that this host
 *  has seen; 0 = none. HV_ERR_DAMAGED: marks that cannot be read as such. */
HV_MUST_CHECK enum hv_status hv_keystore_seen(const struct hv_guid *store_id,
                                              uint64_t *out,
                                              struct hv_error *err);

/**
 * hv_keystore_inspect() - header and checksum only; needs no credential.
 * HV_ERR_NOT_FOUND: no file. HV_ERR_DAMAGED: not a keystore, or damaged
 * (two sentences). HV_ERR_REFUSED: permissions or owner are wrong; the hint
 * is the command that mends them.
 */
HV_MUST_CHECK enum hv_status hv_keystore_inspect(const char *path,
                                                 struct hv_keystore_info *out,
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
HV_MUST_CHECK enum hv_status hv_keystore_open(const char *path,
                                              const struct hv_credential *cred,
                                              struct hv_keystore **out,
                                              struct hv_error *err);
/** hv_keystore_narrow() - forget RK and everything of full scope; keep KV. */
void hv_keystore_narrow(struct hv_keystore *ks);
/** hv_keystore_clone() - a second handle with the same key and no KDF, for a
 *  worker thread; reads the file anew. */
HV_MUST_CHECK enum hv_status hv_keystore_clone(const struct hv_keystore *ks,
                                               struct hv_keystore **out,
                                               struct hv_error *err);
void hv_keystore_close(struct hv_keystore *ks); /* wipes; NULL is fine */

const struct hv_keyring *hv_keystore_ring(const struct hv_keystore *ks);
const struct hv_keystore_info *hv_keystore_info(const struct hv_keystore *ks);
enum hv_keystore_scope hv_keystore_scope(const struct hv_keystore *ks);
const char *hv_keystore_path(const struct hv_keystore *ks);
/** hv_keystore_unconfirmed() - subscriptions that the platform has not shown
 *  since they came out of a backup: restored, and not reconciled yet. */
size_t hv_keystore_unconfirmed(const struct hv_keystore *ks);
/** hv_keystore_is_weak() - opened by a passphrase slot below 2^17: read-only
 *  (edits are HV_ERR_REFUSED), and the person must be warned. */
bool hv_keystore_is_weak(const struct hv_keystore *ks);

/**
 * hv_keystore_refresh() - read the file again if it changed (one fstatat when
 * it did not). Pointers into the ring are invalid when @changed.
 * On failure the last good content stays: HV_ERR_DAMAGED (bad file, other
 * store, generation lower than the one loaded), HV_ERR_LOCKED (rekeyed). A
 * store opened by a key file of verify scope goes on after a rekey by itself, if
 * its slot was kept.
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
/** hv_keystore_add_passphrase() - one more passphrase, of full scope.
 *  @passphrase, @cost_log2: as for hv_keystore_create(). HV_ERR_RULE: 8 slots
 *  are there, or it opens one of them already. */
HV_MUST_CHECK enum hv_status
hv_keystore_add_passphrase(struct hv_keystore *ks, const char *label,
                           const struct hv_secret *passphrase, int cost_log2,
                           struct hv_error *err);

/* ----------------------------------------------------- a new root key -- */

/* What it meant, to be told to the person. Who held a dropped slot has been
 * able to read all that is counted here: it should be exchanged, too. */
struct hv_rekey_report {
    struct hv_slot_info kept[8];
    size_t kept_len;
    struct hv_slot_info dropped[8];
    size_t dropped_len;
    size_t backups_removed;
    size_t hmac_keys;    /* not retired */
    size_t app_keys;     /* private keys of applications */
    size_t tokens;       /* session and user tokens */
    size_t journal_keys; /* the journal so far */
};

/**
 * hv_keystore_passwd() - a new passphrase under a new root key: the epoch
 * rises, only slots whose credential is given now are kept, and all backups of
 * older epochs are removed. Copies elsewhere still open with the old passphrase.
 * Full scope only. Runs up to three KDFs for each passphrase: a worker's job.
 * @old:  the passphrase whose slot gets the new one; NULL: an additional slot
 *        (for one who opened the store with a key file)
 * @fresh: the new one; rules and @cost_log2 as for hv_keystore_create()
 * @keep: credentials of other slots that stay: the listener's key file
 * @out:  may be NULL
 * HV_ERR_LOCKED: @old or one of @keep opens no slot; nothing was changed.
 * HV_ERR_FORMAT: the new passphrase. HV_ERR_RULE: no slot is free, or another
 * process changed the slots meanwhile (try again).
 */
HV_MUST_CHECK enum hv_status
hv_keystore_passwd(struct hv_keystore *ks, const struct hv_secret *old,
                   const struct hv_secret *fresh, int cost_log2,
                   const struct hv_credential *keep, size_t keep_len,
                   struct hv_rekey_report *out, struct hv_error *err);

/**
 * hv_keystore_slot_remove() - the same, without a new passphrase: slot @id goes,
 * and so does every other whose credential is not in @keep.
 * HV_ERR_NOT_FOUND: no such slot. HV_ERR_RULE: no slot of full scope would be
 * left. HV_ERR_LOCKED: one of @keep opens no slot.
 */
HV_MUST_CHECK enum hv_status
hv_keystore_slot_remove(struct hv_keystore *ks, const uint8_t id[8],
                        const struct hv_credential *keep, size_t keep_len,
                        struct hv_rekey_report *out, struct hv_error *err);

/* ------------------------------------------------------------ copies -- */

/* A file beside a keystore that carries its name: NAME.bak-GENERATION, kept by
 * each save, or NAME.damaged-MS, kept by a restore. */
struct hv_keystore_copy {
    char path[512];
    bool is_sound; /* its checksum holds; else nothing below is known */
    struct hv_guid store_id;
    uint64_t generation;
    uint32_t epoch; /* lower than the keystore's: opens with what was good
                           before a passwd, and goes at the next save */
    int64_t saved_ms;
};
/** hv_keystore_copies() - newest first; free() the array. Needs no credential.
 */
size_t hv_keystore_copies(const char *path, struct hv_keystore_copy **out);

/** hv_keystore_backup() - a copy of the file as it is, to a new file (0600).
 *  Needs no credential; the checksum is looked at. It opens with the passphrase
 *  of its day. HV_ERR_RULE: @to exists. Else as hv_keystore_inspect(). */
HV_MUST_CHECK enum hv_status
hv_keystore_backup(const char *path, const char *to, struct hv_error *err);

/**
 * hv_keystore_restore() - the content of the backup @from becomes the newest
 * generation of the keystore at @path: one more than the highest that this host
 * has seen. What was there is kept beside it, as NAME.bak-GENERATION or, when
 * damaged, NAME.damaged-MS. Every subscription counts as unconfirmed
 * (confirmed_ms 0): the caller reconciles with the platform next.
 * @cred: opens @from in full scope
 * @out:  open on return
 * HV_ERR_REFUSED: verify scope only, or the file at @path has a newer root key
 * than the backup. HV_ERR_RULE: the file at @path is another keystore. What
 * hv_keystore_open() says of @from.
 */
HV_MUST_CHECK enum hv_status
hv_keystore_restore(const char *path, const char *from,
                    const struct hv_credential *cred, struct hv_keystore **out,
                    struct hv_error *err);

/**
 * hv_keystore_export() - a new file of this format with its own store id and
 * one passphrase slot.
 * @subs: only these subscriptions and their keys; @subs_len 0: everything but
 *        session tokens and the audit head
 * HV_ERR_NOT_FOUND: an unknown subscription. HV_ERR_RULE: @to exists.
 * HV_ERR_FORMAT: the passphrase. HV_ERR_REFUSED: verify scope.
 */
HV_MUST_CHECK enum hv_status
hv_keystore_export(struct hv_keystore *ks, const char *to,
                   const struct hv_secret *passphrase, int cost_log2,
                   const struct hv_guid *subs, size_t subs_len,
                   struct hv_error *err);

struct hv_import_report {
    size_t subs; /* added */
    size_t keys;
    size_t apps;
    size_t journal_keys;
    size_t tokens;
    size_t same; /* records that were here already */
};
/**
 * hv_keystore_import() - add what the keystore @from holds: all or nothing.
 * Session tokens and records of unknown types are passed over.
 * HV_ERR_RULE: a record of the same name differs, a subscription would have
 * two active keys or too many, or @from is this very store.
 * @out: may be NULL
 */
HV_MUST_CHECK enum hv_status
hv_keystore_import(struct hv_keystore *ks, const char *from,
                   const struct hv_credential *cred,
                   struct hv_import_report *out, struct hv_error *err);

/**
 * hv_keystore_export_app() - the private key of one application to a new file
 * (0600), as encrypted PKCS#8 in PEM: PBES2, PBKDF2 with HMAC-SHA-256, AES-256.
 * The one way in which a key leaves for other programs; the person has
 * confirmed it.
 * HV_ERR_NOT_FOUND: no such application. Else as hv_keystore_export().
 */
HV_MUST_CHECK enum hv_status
hv_keystore_export_app(struct hv_keystore *ks, const struct hv_guid *app,
                       const char *to, const struct hv_secret *passphrase,
                       struct hv_error *err);

/** hv_key_file_read() - `hvks1-keyfile ` and 64 hex digits; else
 *  HV_ERR_FORMAT. */
HV_MUST_CHECK enum hv_status
hv_key_file_read(const char *path, struct hv_secret *out, struct hv_error *err);
/** hv_key_file_write() - a new random key file, 0600, never over another. */
HV_MUST_CHECK enum hv_status hv_key_file_write(const char *path,
                                               struct hv_secret *out,
                                               struct hv_error *err);
/** hv_hmac_key_read() - an HMAC key: one line of canonical base64, 64 bytes;
 *  HV_ERR_RULE says how many bytes there were instead (exit 6). */
HV_MUST_CHECK enum hv_status
hv_hmac_key_read(const char *path, struct hv_secret *out, struct hv_error *err);

#endif
