/*
 * store.c - opening a keystore and keeping up with its file. Called by
 * everyone who needs keys. Reads only; the one way to write is save.c. A
 * failure here never costs the content that was good before.
 */
#include "keystore/store.h"

#include "keystore/host.h"
#include "keystore/kdf.h"
#include "keystore/policy.h"
#include "keystore/seal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void
ks_content_release(struct ks_content *content)
{
    hv_keyring_release(&content->ring);
    *content = (struct ks_content){ 0 };
}

static void
info_from(const struct ks_front *front, struct hv_keystore_info *out)
{
    *out = (struct hv_keystore_info){ .store_id = front->store_id,
                                      .generation = front->generation,
                                      .epoch = front->epoch,
                                      .saved_ms = front->saved_ms,
                                      .slots_len = front->slots_len };
    for (size_t i = 0; i < front->slots_len; i++) {
        const struct ks_slot *slot = &front->slots[i];
        struct hv_slot_info *info = &out->slots[i];

        info->type = slot->type;
        info->scope = slot->scope;
        info->log2_n = slot->log2_n;
        memcpy(info->id, slot->id, sizeof(info->id));
        info->created_ms = slot->created_ms;
        hv_copy(info->label, sizeof(info->label), slot->label);
    }
}

enum hv_status
ks_check_full(const struct hv_keystore *ks, struct hv_error *err)
{
    if (ks->scope == HV_SCOPE_FULL)
        return HV_OK;
    hv_fail(err, HV_ERR_REFUSED,
            "%s is open for verifying only: it cannot be changed, and nothing "
            "leaves it",
            ks->path);
    hv_hint(err, "open it with the passphrase, or with a key file of full "
                 "scope");
    return HV_ERR_REFUSED;
}

void
ks_keystore_publish(struct hv_keystore *ks, struct ks_content *content)
{
    hv_keyring_release(&ks->now.ring);
    ks->now = *content;
    *content = (struct ks_content){ 0 };
    info_from(&ks->now.front, &ks->info);
    ks->has_refused = false;
}

enum hv_status
ks_keystore_new(const char *path, struct hv_secret *rk, struct hv_secret *kv,
                struct ks_content *content, struct hv_keystore **out,
                struct hv_error *err)
{
    struct hv_keystore *ks = hv_calloc(1, sizeof(*ks));
    enum hv_status st = HV_OK;

    ks->path = hv_strdup(path);
    ks->scope = rk->len ? HV_SCOPE_FULL : HV_SCOPE_VERIFY;
    ks->rk = hv_secret_take(rk);
    ks->kv = hv_secret_take(kv);
    /* Kept ready, so that narrowing cannot fail. */
    if (ks->scope == HV_SCOPE_FULL && !ks->kv.len)
        st =
            ks_root_key(&content->front, &ks->rk, HV_PART_VERIFY, &ks->kv, err);
    ks_keystore_publish(ks, content);
    if (st)
        hv_keystore_close(ks);
    else
        *out = ks;
    return st;
}

static enum hv_status
fail_changed(const struct hv_keystore *ks, enum hv_status status,
             struct hv_error *err, const char *what)
{
    return hv_fail(err, status, "%s %s", ks->path, what);
}

/* Whether @front may follow what is loaded. */
static enum hv_status
check_follows(const struct hv_keystore *ks, const struct ks_front *front,
              struct hv_error *err)
{
    const struct ks_front *now = &ks->now.front;

    if (!hv_guid_equal(&front->store_id, &now->store_id))
        return fail_changed(ks, HV_ERR_DAMAGED, err,
                            "is another keystore than the one opened");
    if (front->generation < now->generation)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "%s is older than what this program has seen "
                       "(generation %" PRIu64 " after %" PRIu64 ")",
                       ks->path, front->generation, now->generation);
    if (front->epoch != now->epoch) {
        fail_changed(ks, HV_ERR_LOCKED, err,
                     "was given a new root key since it was opened");
        hv_hint(err, "open it again with a passphrase or key file of today");
        return HV_ERR_LOCKED;
    }
    return HV_OK;
}

enum hv_status
ks_keystore_load(const struct hv_keystore *ks, struct ks_content *out,
                 struct hv_error *err)
{
    struct ks_content content = { 0 };
    struct hv_buf file = { 0 };
    const struct hv_secret *root =
        ks->scope == HV_SCOPE_FULL ? &ks->rk : &ks->kv;
    enum hv_status st;

    st = ks_gate_read(ks->path, &file, &content.stamp, err);
    if (!st)
        st =
            ks_front_decode(hv_buf_bytes(&file), ks->path, &content.front, err);
    if (!st)
        st = check_follows(ks, &content.front, err);
    if (!st)
        st = ks_seal_open(hv_buf_bytes(&file), ks->path, &content.front,
                          ks->scope, root, &content.ring, err);
    if (!st) {
        memcpy(content.tag, ks_image_tag(hv_buf_bytes(&file)), KS_TAG);
        if (content.front.generation == ks->now.front.generation &&
            memcmp(content.tag, ks->now.tag, KS_TAG) != 0)
            st = fail_changed(ks, HV_ERR_DAMAGED, err,
                              "is not what was loaded, and yet of the same "
                              "generation");
    }
    if (st)
        ks_content_release(&content);
    else
        *out = content;
    hv_buf_release(&file);
    return st;
}

enum hv_status
hv_keystore_inspect(const char *path, struct hv_keystore_info *out,
                    struct hv_error *err)
{
    struct hv_buf file = { 0 };
    struct ks_stamp stamp;
    struct ks_front front;
    enum hv_status st;

    st = ks_gate_read(path, &file, &stamp, err);
    if (!st)
        st = ks_front_decode(hv_buf_bytes(&file), path, &front, err);
    if (!st)
        info_from(&front, out);
    hv_buf_release(&file);
    return st;
}

static enum hv_status
check_credential(const struct hv_credential *cred, struct hv_error *err)
{
    if (!cred->passphrase && !cred->key_file)
        return hv_fail(err, HV_ERR_LOCKED,
                       "neither a passphrase nor a key file was given");
    if (cred->passphrase && cred->key_file)
        return hv_fail(err, HV_ERR_FAILED,
                       "a passphrase and a key file were given together");
    if (cred->passphrase && !ks_passphrase_is_valid(cred->passphrase))
        return hv_fail(err, HV_ERR_LOCKED,
                       "that cannot be the passphrase: one has 1 to %d bytes "
                       "of valid UTF-8",
                       HV_MAX_PASSPHRASE);
    if (cred->key_file && cred->key_file->len != KS_KEY)
        return hv_fail(err, HV_ERR_FAILED, "a key file holds 32 bytes, not %zu",
                       cred->key_file->len);
    return HV_OK;
}

/* Everything between the bytes and an open keystore. */
static enum hv_status
open_image(const char *path, struct hv_bytes image,
           const struct hv_credential *cred, const struct ks_stamp *stamp,
           struct hv_keystore **out, struct hv_error *err)
{
    struct ks_content content = { .stamp = *stamp };
    struct hv_secret root = { 0 };
    struct hv_secret none = { 0 };
    const struct ks_slot *slot = NULL;
    size_t which;
    enum hv_status st;

    st = ks_front_decode(image, path, &content.front, err);
    if (!st)
        st = ks_find_slot(path, &content.front, cred, ks_policy_cost_cap(cred),
                          &root, &which, err);
    if (!st) {
        slot = &content.front.slots[which];
        st = ks_seal_open(image, path, &content.front, slot->scope, &root,
                          &content.ring, err);
    }
    if (!st) {
        bool is_full = slot->scope == HV_SCOPE_FULL;
        bool is_weak =
            slot->type == HV_SLOT_PASSPHRASE && slot->log2_n < KS_COST_STRONG;

        memcpy(content.tag, ks_image_tag(image), KS_TAG);
        st = ks_keystore_new(path, is_full ? &root : &none,
                             is_full ? &none : &root, &content, out, err);
        if (!st)
            (*out)->is_weak = is_weak;
    }
    ks_content_release(&content);
    hv_secret_release(&root);
    return st;
}

/* A listener may go on by itself after a rekey that kept its slot. Nothing of
 * full scope is kept in this way. */
static enum hv_status
keep_key_file(struct hv_keystore *ks, const struct hv_credential *cred,
              struct hv_error *err)
{
    if (!cred->key_file || ks->scope != HV_SCOPE_VERIFY)
        return HV_OK;
    return hv_secret_copy(&ks->key_file, cred->key_file->data,
                          cred->key_file->len, err);
}

enum hv_status
ks_keystore_open_any(const char *path, const struct hv_credential *cred,
                     struct hv_keystore **out, struct hv_error *err)
{
    struct hv_buf file = { 0 };
    struct hv_keystore *ks = NULL;
    struct ks_stamp stamp;
    enum hv_status st;

    st = ks_gate_read(path, &file, &stamp, err);
    if (!st)
        st = hv_keystore_check_memory(err);
    if (!st)
        st = check_credential(cred, err);
    if (!st)
        st = open_image(path, hv_buf_bytes(&file), cred, &stamp, &ks, err);
    if (!st)
        st = keep_key_file(ks, cred, err);
    if (st)
        hv_keystore_close(ks);
    else
        *out = ks;
    hv_buf_release(&file);
    return st;
}

enum hv_status
hv_keystore_open(const char *path, const struct hv_credential *cred,
                 struct hv_keystore **out, struct hv_error *err)
{
    struct ks_seen seen = { 0 };
    struct hv_keystore *ks = NULL;
    enum hv_status st;

    /* Before the file: a save moves the mark after it. */
    st = ks_seen_read(&seen, err);
    if (!st)
        st = ks_keystore_open_any(path, cred, &ks, err);
    if (!st)
        st = ks_seen_check(&seen, path, &ks->now.front, err);
    if (st)
        hv_keystore_close(ks);
    else
        *out = ks;
    ks_seen_release(&seen);
    return st;
}

void
hv_keystore_narrow(struct hv_keystore *ks)
{
    struct hv_keyring *ring = &ks->now.ring;
    size_t kept = 0;

    hv_secret_release(&ks->rk);
    ks->scope = HV_SCOPE_VERIFY;
    for (size_t i = 0; i < ring->readers_len; i++)
        hv_secret_release(&ring->readers[i].private_key);
    for (size_t i = 0; i < ring->apps_len; i++)
        hv_secret_release(&ring->apps[i].pkcs8);
    ring->readers_len = 0;
    ring->apps_len = 0;
    for (size_t i = 0; i < ring->raw_len; i++) {
        if (ring->raw[i].part == HV_PART_FULL)
            hv_secret_release(&ring->raw[i].body);
        else
            ring->raw[kept++] = ring->raw[i];
    }
    ring->raw_len = kept;
}

enum hv_status
hv_keystore_clone(const struct hv_keystore *ks, struct hv_keystore **out,
                  struct hv_error *err)
{
    struct ks_content content = { 0 };
    struct hv_secret rk = { 0 };
    struct hv_secret kv = { 0 };
    struct hv_secret key_file = { 0 };
    enum hv_status st;

    st = ks_keystore_load(ks, &content, err);
    if (!st && ks->rk.len)
        st = hv_secret_copy(&rk, ks->rk.data, ks->rk.len, err);
    if (!st)
        st = hv_secret_copy(&kv, ks->kv.data, ks->kv.len, err);
    if (!st && ks->key_file.len)
        st =
            hv_secret_copy(&key_file, ks->key_file.data, ks->key_file.len, err);
    if (!st)
        st = ks_keystore_new(ks->path, &rk, &kv, &content, out, err);
    if (!st) {
        (*out)->is_weak = ks->is_weak;
        (*out)->key_file = hv_secret_take(&key_file);
    }
    hv_secret_release(&key_file);
    ks_content_release(&content);
    hv_secret_release(&kv);
    hv_secret_release(&rk);
    return st;
}

void
hv_keystore_close(struct hv_keystore *ks)
{
    if (!ks)
        return;
    ks_content_release(&ks->now);
    hv_secret_release(&ks->key_file);
    hv_secret_release(&ks->kv);
    hv_secret_release(&ks->rk);
    free(ks->path);
    free(ks);
}

const struct hv_keyring *
hv_keystore_ring(const struct hv_keystore *ks)
{
    return &ks->now.ring;
}

const struct hv_keystore_info *
hv_keystore_info(const struct hv_keystore *ks)
{
    return &ks->info;
}

enum hv_keystore_scope
hv_keystore_scope(const struct hv_keystore *ks)
{
    return ks->scope;
}

const char *
hv_keystore_path(const struct hv_keystore *ks)
{
    return ks->path;
}

bool
hv_keystore_is_weak(const struct hv_keystore *ks)
{
    return ks->is_weak;
}

size_t
hv_keystore_unconfirmed(const struct hv_keystore *ks)
{
    const struct hv_keyring *ring = &ks->now.ring;
    size_t count = 0;

    for (size_t i = 0; i < ring->subs_len; i++)
        count += ring->subs[i].confirmed_ms == 0 &&
                 (ring->subs[i].status == HV_SUB_LIVE ||
                  ring->subs[i].status == HV_SUB_DRIFT);
    return count;
}
