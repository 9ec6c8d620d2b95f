/*
 * save.h - the one way in which a keystore file changes. Inside this room.
 */
#ifndef KEYSTORE_SAVE_H
#define KEYSTORE_SAVE_H

#include "keystore/seal.h"
#include "keystore/store.h"

/** What is to change in the content as it is now: ring or slots. Its epoch too,
 *  when there is a new root key. */
typedef enum hv_status (*ks_change_fn)(const struct hv_keystore *ks,
                                       struct ks_content *content, void *arg,
                                       struct hv_error *err);

struct ks_change {
    ks_change_fn fn;
    void *arg;
    const char *verb;               /* for the audit log */
    const struct hv_secret *new_rk; /* takes the place of RK; or NULL */
    size_t *removed; /* backups of older epochs removed; may be NULL */
};

/** ks_keystore_save() - lock, read, change, write as the next generation. See
 *  hv_keystore_edit() for what it promises and how it fails. */
HV_MUST_CHECK enum hv_status ks_keystore_save(struct hv_keystore *ks,
                                              const struct ks_change *change,
                                              struct hv_error *err);
/** ks_keystore_lock() - the lock of the keystore at @path. */
HV_MUST_CHECK enum hv_status ks_keystore_lock(const char *path, int *fd,
                                              struct hv_error *err);

/** ks_image_make() - ks_seal_build(), and proof that the result reads back as
 *  the very same. Sets the salt and the time of the save in @front. */
HV_MUST_CHECK enum hv_status ks_image_make(struct ks_front *front,
                                           const struct hv_secret *rk,
                                           const struct hv_keyring *ring,
                                           struct ks_image *out,
                                           struct hv_error *err);

#endif
