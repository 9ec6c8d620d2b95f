/*
 * save.c - lock, read what is there now, change, prove, write, keep the old.
 * Called through hv_keystore_edit() and by slots.c. There is no second way:
 * nothing is written in place and nothing removed first, so a kill at any
 * point leaves the old generation or the new one.
 */
#include "keystore/save.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "keystore/backup.h"
#include "keystore/host.h"
#include "keystore/kdf.h"
#include "keystore/records.h"
#include "keystore/trail.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 5000 };

/* Reads an image with the keys it was made with and builds it once more. */
static enum hv_status
prove(const struct ks_image *image, const struct hv_secret *rk,
      struct hv_error *err)
{
    struct hv_bytes bytes = { image->data, image->len };
    struct ks_image again = { 0 };
    struct hv_keyring ring = { 0 };
    struct hv_error why = { 0 };
    struct ks_front front;
    enum hv_status st;

    st = ks_front_decode(bytes, "the new content", &front, &why);
    if (!st)
        st = ks_seal_open(bytes, "the new content", &front, HV_SCOPE_FULL, rk,
                          &ring, &why);
    if (!st)
        st = ks_seal_build(&front, rk, &ring, &again, &why);
    if (!st && (again.len != image->len ||
                memcmp(again.data, image->data, image->len) != 0))
        st = hv_fail(&why, HV_ERR_FAILED, "it reads back as something else");
    hv_keyring_release(&ring);
    ks_image_release(&again);
    if (!st)
        return HV_OK;
    /* Not "damaged": the file is fine, what we wanted to write is not. */
    return hv_fail(err, st == HV_ERR_LIMIT ? st : HV_ERR_FAILED,
                   "the new content of the keystore would be unreadable and "
                   "was not written: %s",
                   why.why);
}

enum hv_status
ks_image_make(struct ks_front *front, const struct hv_secret *rk,
              const struct hv_keyring *ring, struct ks_image *out,
              struct hv_error *err)
{
    struct ks_image image = { 0 };
    enum hv_status st;

    /* Fresh for every attempt: the keys of a save encrypt one message. */
    hv_random(front->save_salt, sizeof(front->save_salt));
    front->saved_ms = hv_clock_now_ms();
    st = ks_seal_build(front, rk, ring, &image, err);
    if (!st)
        st = prove(&image, rk, err);
    if (st)
        ks_image_release(&image);
    else
        *out = image;
    return st;
}

/* What a backup is worth making for: slots and all records but sessions. */
struct digest {
    uint8_t slots[32];
    uint8_t v[32];
    uint8_t s[32];
};

static enum hv_status
digest_part(const struct hv_keyring *ring, char part, uint8_t out[32],
            struct hv_error *err)
{
    struct hv_secret plain = { 0 };
    enum hv_status st;

    st = ks_records_encode(ring, part, KS_WITHOUT_SESSIONS, &plain, err);
    if (!st)
        st = ks_sha256(hv_secret_bytes(&plain), out, err);
    hv_secret_release(&plain);
    return st;
}

static enum hv_status
digest_content(const struct ks_content *content, struct digest *out,
               struct hv_error *err)
{
    uint8_t slots[KS_SLOT * KS_SLOTS];
    struct hv_bytes bytes = { slots, KS_SLOT * content->front.slots_len };
    enum hv_status st;

    for (size_t i = 0; i < content->front.slots_len; i++)
        ks_slot_encode(&content->front.slots[i], slots + KS_SLOT * i);
    st = ks_sha256(bytes, out->slots, err);
    if (!st)
        st = digest_part(&content->ring, HV_PART_VERIFY, out->v, err);
    if (!st)
        st = digest_part(&content->ring, HV_PART_FULL, out->s, err);
    return st;
}

static enum hv_status
check_editable(const struct hv_keystore *ks, struct hv_error *err)
{
    enum hv_status st = ks_check_full(ks, err);

    if (st)
        return st;
    if (ks->is_weak) {
        hv_fail(err, HV_ERR_REFUSED,
                "%s is read-only: it was opened by a passphrase slot whose "
                "scrypt cost is below N = 2^%d",
                ks->path, KS_COST_STRONG);
        hv_hint(err, "open it by a stronger slot, or make a new keystore");
        return HV_ERR_REFUSED;
    }
    return HV_OK;
}

enum hv_status
ks_keystore_lock(const char *keystore, int *fd, struct hv_error *err)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof(path), "%s.lock", keystore);

    if (len < 0 || (size_t)len >= sizeof(path))
        return hv_fail(err, HV_ERR_IO, "the name %s is too long", keystore);
    return hv_lock_take(path, LOCK_WAIT_MS, fd, err);
}

/* Puts the image in the place of the file and keeps the file as a backup. */
static enum hv_status
replace(const char *path, uint64_t old_generation, bool wants_backup,
        const struct ks_image *image, struct hv_error *err)
{
    struct hv_bytes bytes = { image->data, image->len };
    enum hv_status st = HV_OK;

    if (wants_backup)
        st = ks_backup_make(path, old_generation, err);
    if (st)
        return st;
    st = hv_file_replace(path, 0600, bytes, err);
    if (st && wants_backup)
        ks_backup_undo(path, old_generation);
    return st;
}

/* What a handle needs after a new root key; made before it is written, so that
 * nothing can fail afterwards. Empty when the root key stays. */
struct roots {
    struct hv_secret rk;
    struct hv_secret kv;
};

static enum hv_status
make_roots(const struct ks_front *front, const struct hv_secret *new_rk,
           struct roots *out, struct hv_error *err)
{
    enum hv_status st;

    if (!new_rk)
        return HV_OK;
    st = hv_secret_copy(&out->rk, new_rk->data, new_rk->len, err);
    if (!st)
        st = ks_root_key(front, new_rk, HV_PART_VERIFY, &out->kv, err);
    return st;
}

static void
take_roots(struct hv_keystore *ks, struct roots *roots)
{
    if (roots->rk.len) {
        hv_secret_release(&ks->rk);
        hv_secret_release(&ks->kv);
        ks->rk = hv_secret_take(&roots->rk);
        ks->kv = hv_secret_take(&roots->kv);
    }
    hv_secret_release(&roots->rk);
    hv_secret_release(&roots->kv);
}

/* The change itself, and whether it is worth a backup. A rekey is not: nothing
 * may stay that opens with what was good before. */
static enum hv_status
apply(const struct hv_keystore *ks, struct ks_content *content,
      const struct ks_change *change, bool *wants_backup, struct hv_error *err)
{
    struct digest before = { 0 };
    struct digest after = { 0 };
    enum hv_status st;

    if (content->front.generation >= UINT64_MAX - 1)
        return hv_fail(err, HV_ERR_LIMIT, "%s cannot be saved any more often",
                       ks->path);
    st = digest_content(content, &before, err);
    if (!st)
        st = change->fn(ks, content, change->arg, err);
    if (!st)
        st = digest_content(content, &after, err);
    *wants_backup =
        !change->new_rk && memcmp(&before, &after, sizeof(before)) != 0;
    content->front.generation++;
    memcpy(content->front.prev_tag, content->tag, KS_TAG);
    hv_wipe(&before, sizeof(before));
    hv_wipe(&after, sizeof(after));
    return st;
}

/* Builds the new generation and puts it in its place. */
static enum hv_status
write_next(struct hv_keystore *ks, struct ks_content *content,
           const struct hv_secret *new_rk, bool wants_backup,
           struct hv_error *err)
{
    struct ks_image image = { 0 };
    struct roots roots = { 0 };
    enum hv_status st;

    st = make_roots(&content->front, new_rk, &roots, err);
    if (!st)
        st = ks_image_make(&content->front, new_rk ? new_rk : &ks->rk,
                           &content->ring, &image, err);
    if (!st)
        st = replace(ks->path, content->front.generation - 1, wants_backup,
                     &image, err);
    if (!st) {
        memcpy(content->tag,
               ks_image_tag((struct hv_bytes){ image.data, image.len }),
               KS_TAG);
        take_roots(ks, &roots);
    }
    hv_secret_release(&roots.rk);
    hv_secret_release(&roots.kv);
    ks_image_release(&image);
    return st;
}

/* After the file was replaced. */
static void
settle(struct hv_keystore *ks, struct ks_content *content, size_t *removed)
{
    size_t old = ks_backup_prune(ks->path, &content->front.store_id,
                                 content->front.epoch);

    if (removed)
        *removed = old;
    /* Nobody else can have replaced it. Without a stamp the next refresh
     * reads it again. */
    if (!ks_stamp_take(ks->path, &content->stamp))
        content->stamp = (struct ks_stamp){ 0 };
    ks_keystore_publish(ks, content);
}

/* Under the lock, with the content as it is on disk now. */
static enum hv_status
save_content(struct hv_keystore *ks, struct ks_content *content,
             const struct ks_change *change, struct hv_error *err)
{
    struct hv_guid store_id = content->front.store_id;
    uint64_t old_generation = content->front.generation;
    struct ks_trail trail;
    bool wants_backup = false;
    enum hv_status st;

    ks_trail_start(&trail, content);
    st = apply(ks, content, change, &wants_backup, err);
    if (!st)
        st = ks_trail_begin(&trail, change->verb, old_generation, content, err);
    if (!st)
        st = write_next(ks, content, change->new_rk, wants_backup, err);
    if (!st) {
        settle(ks, content, change->removed);
        st = ks_host_raise(&store_id, old_generation + 1, err);
        if (st)
            hv_hint(err, "the change itself was saved; look before you repeat "
                         "it");
    }
    st = ks_trail_end(&trail, st, err);
    ks_trail_release(&trail);
    return st;
}

enum hv_status
ks_keystore_save(struct hv_keystore *ks, const struct ks_change *change,
                 struct hv_error *err)
{
    struct ks_content content = { 0 };
    enum hv_status st;
    int lock_fd = -1;

    st = check_editable(ks, err);
    if (!st)
        st = ks_gate_check_dir(ks->path, err);
    if (!st)
        st = ks_keystore_lock(ks->path, &lock_fd, err);
    if (st)
        return st;
    ks_temps_remove(ks->path);
    /* Always from the disk: what this process remembers may be old. */
    st = ks_keystore_load(ks, &content, err);
    if (!st)
        st = ks_host_prepare(err);
    if (!st)
        st = save_content(ks, &content, change, err);
    ks_content_release(&content);
    close(lock_fd);
    return st;
}

struct edit {
    hv_keystore_edit_fn fn;
    void *arg;
};

static enum hv_status
change_ring(const struct hv_keystore *ks, struct ks_content *content, void *arg,
            struct hv_error *err)
{
    const struct edit *edit = arg;

    (void)ks;
    return edit->fn(&content->ring, edit->arg, err);
}

enum hv_status
hv_keystore_edit(struct hv_keystore *ks, hv_keystore_edit_fn edit, void *arg,
                 struct hv_error *err)
{
    struct edit change = { edit, arg };

    return ks_keystore_save(ks,
                            &(struct ks_change){ .fn = change_ring,
                                                 .arg = &change,
                                                 .verb = "keystore edit" },
                            err);
}
