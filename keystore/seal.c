/*
 * seal.c - from a keyring to the bytes of a file and back, under tags. Pure.
 * Called by store.c, save.c and create.c. Decrypts no byte before its tags
 * hold; plain bytes are never outside struct hv_secret.
 */
#include "keystore/seal.h"

#include "keystore/be.h"
#include "keystore/kdf.h"
#include "keystore/records.h"

#include <openssl/crypto.h>

#include <stdlib.h>

void
ks_image_release(struct ks_image *image)
{
    free(image->data);
    *image = (struct ks_image){ 0 };
}

const uint8_t *
ks_image_tag(struct hv_bytes image)
{
    return image.data + image.len - 2 * KS_TAG;
}

enum hv_status
ks_root_key(const struct ks_front *front, const struct hv_secret *rk, char part,
            struct hv_secret *out, struct hv_error *err)
{
    uint8_t info[] = "hvks1 root ?...."; /* letter, u32 epoch */
    struct hv_bytes info_bytes = { info, sizeof(info) - 1 };
    struct hv_bytes salt = { front->store_id.b, sizeof(front->store_id.b) };

    info[11] = (uint8_t)part;
    ks_put32(info + 12, front->epoch);
    return ks_hkdf(rk, salt, info_bytes, out, KS_KEY, err);
}

/* enc || mac of a part for this one save. @root: RK or (for V) KV. */
static enum hv_status
part_keys(const struct ks_front *front, enum hv_keystore_scope scope,
          const struct hv_secret *root, char part, struct hv_secret *out,
          struct hv_error *err)
{
    uint8_t info[] = "hvks1 save ?........"; /* letter, u64 generation */
    struct hv_bytes info_bytes = { info, sizeof(info) - 1 };
    struct hv_bytes salt = { front->save_salt, sizeof(front->save_salt) };
    struct hv_secret part_root = { 0 };
    enum hv_status st;

    info[11] = (uint8_t)part;
    ks_put64(info + 12, front->generation);
    if (scope == HV_SCOPE_VERIFY)
        return ks_hkdf(root, salt, info_bytes, out, 2 * KS_KEY, err);
    st = ks_root_key(front, root, part, &part_root, err);
    if (!st)
        st = ks_hkdf(&part_root, salt, info_bytes, out, 2 * KS_KEY, err);
    hv_secret_release(&part_root);
    return st;
}

/* @body: header, slots, V and S. tag_V also covers tag_S. */
static enum hv_status
part_tag(const struct hv_secret *okm, char part, struct hv_bytes body,
         struct hv_bytes tag_s, uint8_t out[KS_TAG], struct hv_error *err)
{
    struct hv_bytes parts[] = {
        hv_bytes_str(part == HV_PART_VERIFY ? "hvks1 tag V" : "hvks1 tag S"),
        body,
        tag_s,
    };

    return ks_hmac(okm->data + KS_KEY, parts, HV_LEN(parts), out, err);
}

/* Appends the encrypted part to the image. */
static enum hv_status
append_part(struct ks_image *image, const struct hv_secret *okm,
            const struct hv_keyring *ring, char part, uint32_t *len,
            struct hv_error *err)
{
    struct hv_secret plain = { 0 };
    enum hv_status st;

    st = ks_records_encode(ring, part, KS_ALL_RECORDS, &plain, err);
    if (st)
        return st;
    image->data = hv_realloc_array(image->data, image->len + plain.len, 1);
    st =
        ks_ctr(okm->data, plain.data, image->data + image->len, plain.len, err);
    image->len += plain.len;
    *len = (uint32_t)plain.len;
    hv_secret_release(&plain);
    return st;
}

static enum hv_status
append_tail(struct ks_image *image, const struct hv_secret *okm_v,
            const struct hv_secret *okm_s, struct hv_error *err)
{
    struct hv_bytes body = { 0 };
    uint8_t *tail;
    enum hv_status st;

    image->data = hv_realloc_array(image->data, image->len + KS_TAIL, 1);
    body = (struct hv_bytes){ image->data, image->len };
    tail = image->data + image->len;
    st = part_tag(okm_s, HV_PART_FULL, body, (struct hv_bytes){ 0 }, tail, err);
    if (!st)
        st = part_tag(okm_v, HV_PART_VERIFY, body,
                      (struct hv_bytes){ tail, KS_TAG }, tail + KS_TAG, err);
    if (!st)
        st = ks_sha256((struct hv_bytes){ body.data, body.len + 2 * KS_TAG },
                       tail + 2 * KS_TAG, err);
    image->len += KS_TAIL;
    return st;
}

enum hv_status
ks_seal_build(struct ks_front *front, const struct hv_secret *rk,
              const struct hv_keyring *ring, struct ks_image *out,
              struct hv_error *err)
{
    struct ks_image image = { 0 };
    struct hv_secret okm_v = { 0 };
    struct hv_secret okm_s = { 0 };
    enum hv_status st;

    image.len = ks_front_size(front);
    image.data = hv_calloc(image.len, 1);
    st = ks_ring_check(ring, err);
    if (!st)
        st = part_keys(front, HV_SCOPE_FULL, rk, HV_PART_VERIFY, &okm_v, err);
    if (!st)
        st = part_keys(front, HV_SCOPE_FULL, rk, HV_PART_FULL, &okm_s, err);
    if (!st)
        st = append_part(&image, &okm_v, ring, HV_PART_VERIFY, &front->v_len,
                         err);
    if (!st)
        st =
            append_part(&image, &okm_s, ring, HV_PART_FULL, &front->s_len, err);
    if (!st) {
        ks_front_encode(front, image.data);
        st = append_tail(&image, &okm_v, &okm_s, err);
    }
    if (!st) {
        *out = image;
        image = (struct ks_image){ 0 };
    }
    hv_secret_release(&okm_s);
    hv_secret_release(&okm_v);
    ks_image_release(&image);
    return st;
}

static enum hv_status
fail_altered(const char *path, struct hv_error *err)
{
    hv_fail(err, HV_ERR_DAMAGED,
            "%s was altered: it opens, but its seal does not hold", path);
    hv_hint(err, "nothing was changed; do not trust this file, take a backup");
    return HV_ERR_DAMAGED;
}

static enum hv_status
check_tag(const struct hv_secret *okm, char part, struct hv_bytes image,
          const char *path, struct hv_error *err)
{
    struct hv_bytes body = { image.data, image.len - KS_TAIL };
    const uint8_t *tag_s = body.data + body.len;
    const uint8_t *stands = part == HV_PART_FULL ? tag_s : tag_s + KS_TAG;
    size_t covered = part == HV_PART_FULL ? 0 : KS_TAG;
    uint8_t tag[KS_TAG];
    enum hv_status st;

    st = part_tag(okm, part, body, (struct hv_bytes){ tag_s, covered }, tag,
                  err);
    if (!st && CRYPTO_memcmp(tag, stands, KS_TAG) != 0)
        st = fail_altered(path, err);
    return st;
}

static enum hv_status
decode_part(const struct hv_secret *okm, struct hv_bytes sealed, char part,
            struct hv_keyring *ring, struct hv_error *err)
{
    struct hv_secret plain = { 0 };
    enum hv_status st;

    st = hv_secret_init(&plain, sealed.len, err);
    if (!st)
        st = ks_ctr(okm->data, sealed.data, plain.data, plain.len, err);
    if (!st)
        st = ks_records_decode(hv_secret_bytes(&plain), part, ring, err);
    hv_secret_release(&plain);
    return st;
}

enum hv_status
ks_seal_open(struct hv_bytes image, const char *path,
             const struct ks_front *front, enum hv_keystore_scope scope,
             const struct hv_secret *root, struct hv_keyring *ring,
             struct hv_error *err)
{
    bool is_full = scope == HV_SCOPE_FULL;
    struct hv_bytes v = { image.data + ks_front_size(front), front->v_len };
    struct hv_bytes s = { v.data + v.len, front->s_len };
    struct hv_keyring made = { 0 };
    struct hv_secret okm_v = { 0 };
    struct hv_secret okm_s = { 0 };
    enum hv_status st;

    st = part_keys(front, scope, root, HV_PART_VERIFY, &okm_v, err);
    if (!st && is_full)
        st = part_keys(front, scope, root, HV_PART_FULL, &okm_s, err);
    if (!st && is_full)
        st = check_tag(&okm_s, HV_PART_FULL, image, path, err);
    if (!st)
        st = check_tag(&okm_v, HV_PART_VERIFY, image, path, err);
    if (!st)
        st = decode_part(&okm_v, v, HV_PART_VERIFY, &made, err);
    if (!st && is_full)
        st = decode_part(&okm_s, s, HV_PART_FULL, &made, err);
    if (!st)
        st = ks_ring_check(&made, err);
    if (!st) {
        *ring = made;
        made = (struct hv_keyring){ 0 };
    }
    hv_keyring_release(&made);
    hv_secret_release(&okm_s);
    hv_secret_release(&okm_v);
    return st;
}

static enum hv_status
fail_locked(const char *path, bool has_passphrase, size_t tried,
            struct hv_error *err)
{
    if (tried == 0) {
        hv_fail(err, HV_ERR_LOCKED, "%s has no slot for a %s", path,
                has_passphrase ? "passphrase" : "key file");
        hv_hint(err, "open it with a %s",
                has_passphrase ? "key file" : "passphrase");
    } else if (has_passphrase) {
        hv_fail(err, HV_ERR_LOCKED,
                "%s does not open: wrong passphrase, or the file was altered",
                path);
        hv_hint(err, "nothing was changed; try the passphrase again");
    } else {
        hv_fail(err, HV_ERR_LOCKED,
                "%s does not open: wrong key file, or the keystore was altered",
                path);
        hv_hint(err, "nothing was changed; is it the key file of this store?");
    }
    return HV_ERR_LOCKED;
}

enum hv_status
ks_find_slot(const char *path, const struct ks_front *front,
             const struct hv_credential *cred, int max_log2_n,
             struct hv_secret *root, size_t *which, struct hv_error *err)
{
    enum hv_slot_type type =
        cred->passphrase ? HV_SLOT_PASSPHRASE : HV_SLOT_KEYFILE;
    const struct hv_secret *secret =
        cred->passphrase ? cred->passphrase : cred->key_file;
    size_t tried = 0;
    int dear = 0;

    for (size_t i = 0; i < front->slots_len; i++) {
        const struct ks_slot *slot = &front->slots[i];
        enum hv_status st;

        if (slot->type != type)
            continue;
        if (slot->log2_n > max_log2_n) {
            dear = slot->log2_n;
            continue;
        }
        tried++;
        st = ks_slot_unwrap(slot, &front->store_id, secret, root, err);
        if (st == HV_OK)
            *which = i;
        if (st != HV_ERR_LOCKED)
            return st;
    }
    if (dear) {
        hv_fail(err, HV_ERR_REFUSED,
                "%s has a passphrase slot with scrypt at N = 2^%d, and no more "
                "than 2^%d is allowed here",
                path, dear, max_log2_n);
        hv_hint(err,
                "if it is yours: hvconsole config set max-scrypt-log2 %d (2^%d "
                "takes %d MiB of memory)",
                dear, dear, 1 << (dear - 10));
        return HV_ERR_REFUSED;
    }
    return fail_locked(path, cred->passphrase != NULL, tried, err);
}
