/*
 * restore.c - a copy of a keystore, and the way back to one. Called by
 * `keystore backup` and `keystore restore`. Restoring is the only way past the
 * high-water mark, and says so in the audit log.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "keystore/backup.h"
#include "keystore/host.h"
#include "keystore/save.h"
#include "keystore/trail.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum hv_status
hv_keystore_backup(const char *path, const char *to, struct hv_error *err)
{
    struct hv_buf file = { 0 };
    struct ks_trail trail = { 0 };
    struct ks_stamp stamp;
    struct ks_front front;
    enum hv_status st;

    st = ks_gate_read(path, &file, &stamp, err);
    if (!st)
        st = ks_front_decode(hv_buf_bytes(&file), path, &front, err);
    if (!st)
        st = ks_trail_lone(&trail, "keystore backup", &front, to, err);
    if (!st)
        st = hv_file_create(to, 0600, hv_buf_bytes(&file), err);
    st = ks_trail_end(&trail, st, err);
    ks_trail_release(&trail);
    hv_buf_release(&file);
    return st;
}

/* The file that a restore replaces. */
struct replaced {
    bool is_there;
    bool is_sound; /* opens with the root key of the backup */
    struct ks_content content;
};

static enum hv_status
check_same_store(const char *path, const struct ks_front *now,
                 const struct ks_front *backup, struct hv_error *err)
{
    if (!hv_guid_equal(&now->store_id, &backup->store_id)) {
        hv_fail(err, HV_ERR_RULE, "%s is another keystore than the backup",
                path);
        hv_hint(err, "name the place of the keystore that the backup is of");
        return HV_ERR_RULE;
    }
    if (now->epoch > backup->epoch) {
        hv_fail(err, HV_ERR_REFUSED,
                "the backup is from before the last change of a passphrase or "
                "slot: restoring it would let in again who was shut out");
        hv_hint(err, "if %.120s is lost anyway, move it away first", path);
        return HV_ERR_REFUSED;
    }
    return HV_OK;
}

/* What is there now. A damaged file is no obstacle: it is why one restores. */
static enum hv_status
look_at_present(const char *path, const struct hv_keystore *backup,
                struct replaced *out, struct hv_error *err)
{
    struct hv_buf file = { 0 };
    struct hv_error why = { 0 };
    struct ks_content *now = &out->content;
    enum hv_status st = ks_gate_read(path, &file, &now->stamp, &why);

    if (st == HV_ERR_NOT_FOUND)
        return HV_OK;
    out->is_there = true;
    if (!st)
        st = ks_front_decode(hv_buf_bytes(&file), path, &now->front, &why);
    if (!st)
        st = check_same_store(path, &now->front, &backup->now.front, &why);
    if (!st) {
        out->is_sound =
            now->front.epoch == backup->now.front.epoch &&
            ks_seal_open(hv_buf_bytes(&file), path, &now->front, HV_SCOPE_FULL,
                         &backup->rk, &now->ring, NULL) == HV_OK;
    } else if (st == HV_ERR_DAMAGED) {
        st = HV_OK;
    }
    if (st && err && !err->status)
        *err = why;
    hv_buf_release(&file);
    return st;
}

/* Nothing that was there is lost by restoring. */
static enum hv_status
set_aside(const char *path, const struct replaced *now, struct hv_error *err)
{
    char name[PATH_MAX];
    int len;

    if (!now->is_there)
        return HV_OK;
    if (now->is_sound)
        return ks_backup_make(path, now->content.front.generation, err);
    len = snprintf(name, sizeof(name), "%s.damaged-%" PRId64, path,
                   hv_clock_now_ms());
    if (len < 0 || (size_t)len >= sizeof(name))
        return hv_fail(err, HV_ERR_IO, "the name %s is too long", path);
    if (link(path, name))
        return hv_fail_errno(err, HV_ERR_IO, "cannot keep %s as %s", path,
                             name);
    return HV_OK;
}

static uint64_t
highest(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The content of the backup as the newest generation. Nothing in it is held to
 * be confirmed: the platform may have moved on since. */
static enum hv_status
prepare(struct hv_keystore *ks, const struct replaced *now, uint64_t seen,
        struct hv_error *err)
{
    struct ks_front *front = &ks->now.front;
    uint64_t generation = highest(front->generation, seen);

    if (now->is_sound)
        generation = highest(generation, now->content.front.generation);
    if (generation >= UINT64_MAX - 1)
        return hv_fail(err, HV_ERR_LIMIT,
                       "there is no generation after the last one");
    memcpy(front->prev_tag, ks->now.tag, KS_TAG);
    front->generation = generation + 1;
    for (size_t i = 0; i < ks->now.ring.subs_len; i++)
        ks->now.ring.subs[i].confirmed_ms = 0;
    return HV_OK;
}

static enum hv_status
write_restored(struct hv_keystore *ks, const char *path,
               const struct replaced *now, struct hv_error *err)
{
    struct ks_image image = { 0 };
    struct ks_content *content = &ks->now;
    enum hv_status st;

    st = ks_image_make(&content->front, &ks->rk, &content->ring, &image, err);
    if (!st)
        st = set_aside(path, now, err);
    if (!st)
        st = hv_file_replace(path, 0600,
                             (struct hv_bytes){ image.data, image.len }, err);
    if (!st) {
        memcpy(content->tag,
               ks_image_tag((struct hv_bytes){ image.data, image.len }),
               KS_TAG);
        st = ks_host_raise(&content->front.store_id, content->front.generation,
                           err);
    }
    if (!ks_stamp_take(path, &content->stamp))
        content->stamp = (struct ks_stamp){ 0 };
    ks_image_release(&image);
    return st;
}

/* Under the lock. @ks: the backup, open; becomes the keystore at @path. */
static enum hv_status
restore(struct hv_keystore *ks, const char *path, struct hv_error *err)
{
    struct replaced now = { 0 };
    struct ks_seen seen = { 0 };
    struct ks_trail trail = { 0 };
    uint64_t old = ks->now.front.generation;
    enum hv_status st;

    st = ks_seen_read(&seen, err);
    if (!st)
        st = look_at_present(path, ks, &now, err);
    if (!st)
        st = ks_host_prepare(err);
    if (st)
        goto out;
    ks_trail_start(&trail, now.is_sound ? &now.content : NULL);
    st = prepare(ks, &now, ks_seen_generation(&seen, &ks->now.front.store_id),
                 err);
    if (!st)
        st = ks_trail_begin(&trail, "keystore restore", old, &ks->now, err);
    if (!st)
        st = write_restored(ks, path, &now, err);
    st = ks_trail_end(&trail, st, err);
out:
    ks_trail_release(&trail);
    ks_seen_release(&seen);
    ks_content_release(&now.content);
    return st;
}

/* The handle now stands for the file that was written. */
static void
move_to(struct hv_keystore *ks, const char *path)
{
    struct ks_content content = ks->now;

    free(ks->path);
    ks->path = hv_strdup(path);
    ks->now = (struct ks_content){ 0 };
    ks_keystore_publish(ks, &content);
}

enum hv_status
hv_keystore_restore(const char *path, const char *from,
                    const struct hv_credential *cred, struct hv_keystore **out,
                    struct hv_error *err)
{
    struct hv_keystore *ks = NULL;
    char dir[PATH_MAX];
    int lock_fd = -1;
    enum hv_status st;

    st = ks_keystore_open_any(from, cred, &ks, err);
    if (!st && ks->scope != HV_SCOPE_FULL) {
        st = hv_fail(err, HV_ERR_REFUSED,
                     "%s opens for verifying only with this credential", from);
        hv_hint(err, "give the passphrase, or a key file of full scope");
    }
    hv_path_dir(path, dir, sizeof(dir));
    if (!st)
        st = hv_dir_make(dir, 0700, err);
    if (!st)
        st = ks_gate_check_dir(path, err);
    if (!st)
        st = ks_keystore_lock(path, &lock_fd, err);
    if (!st) {
        ks_temps_remove(path);
        st = restore(ks, path, err);
        close(lock_fd);
    }
    if (st) {
        hv_keystore_close(ks);
        return st;
    }
    move_to(ks, path);
    *out = ks;
    return HV_OK;
}
