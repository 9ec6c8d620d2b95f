/*
 * seal.h - the whole image of a keystore file: encryption, tags, checksum.
 * Pure: bytes and keys in, bytes or a keyring out. Inside this room only.
 */
#ifndef KEYSTORE_SEAL_H
#define KEYSTORE_SEAL_H

#include "keystore/format.h"

struct ks_image {  /* nothing in it is secret */
    uint8_t *data; /* owned */
    size_t len;
};
void ks_image_release(struct ks_image *image);

/** ks_root_key() - KV or KS, from the root key RK. @part: enum hv_part. */
HV_MUST_CHECK enum hv_status ks_root_key(const struct ks_front *front,
                                         const struct hv_secret *rk, char part,
                                         struct hv_secret *out,
                                         struct hv_error *err);

/**
 * ks_seal_build() - the bytes of a file.
 * @front: everything but the lengths of the parts, which are set here; its
 *         save salt must never have been used before
 */
HV_MUST_CHECK enum hv_status ks_seal_build(struct ks_front *front,
                                           const struct hv_secret *rk,
                                           const struct hv_keyring *ring,
                                           struct ks_image *out,
                                           struct hv_error *err);

/**
 * ks_seal_open() - check the tags that @scope can check, and only then decrypt
 * and decode.
 * @front: what ks_front_decode() made of @image
 * @root:  RK for full scope, KV for verify scope
 * HV_ERR_DAMAGED: altered, or content that the format does not allow.
 */
HV_MUST_CHECK enum hv_status
ks_seal_open(struct hv_bytes image, const char *path,
             const struct ks_front *front, enum hv_keystore_scope scope,
             const struct hv_secret *root, struct hv_keyring *ring,
             struct hv_error *err);

/** ks_image_tag() - tag_V of an image: the name of this very content. */
const uint8_t *ks_image_tag(struct hv_bytes image);

/**
 * ks_find_slot() - try the slots that fit the kind of credential, in file
 * order. Runs scrypt for each passphrase slot tried.
 * @max_log2_n: dearer passphrase slots are not tried
 * @root:  RK or KV, as the slot's scope says
 * @which: index of the slot
 * HV_ERR_LOCKED: none opens. HV_ERR_REFUSED: none opens, and one was too dear.
 */
HV_MUST_CHECK enum hv_status
ks_find_slot(const char *path, const struct ks_front *front,
             const struct hv_credential *cred, int max_log2_n,
             struct hv_secret *root, size_t *which, struct hv_error *err);

#endif
