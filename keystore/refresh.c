/*
 * refresh.c - keeping up with a keystore that others save. Called before keys
 * are relied on. What was good stays in use when the new file is not.
 */
#include "keystore/store.h"

#include <errno.h>
#include <string.h>

/* Only what the file itself is guilty of is worth remembering: a full memory
 * or a mode can be mended without the file changing. */
static void
remember_refusal(struct hv_keystore *ks, const struct ks_stamp *stamp,
                 enum hv_status st, const struct hv_error *why)
{
    if (st != HV_ERR_DAMAGED && st != HV_ERR_LOCKED)
        return;
    ks->has_refused = true;
    ks->refused = *stamp;
    ks->refusal = *why;
}

/* After a rekey: the key file of the listener opens the new root key, too. */
static enum hv_status
reopen(struct hv_keystore *ks, const struct ks_stamp *stamp, bool *changed,
       struct hv_error *why)
{
    struct hv_credential cred = { .key_file = &ks->key_file };
    struct hv_keystore *fresh = NULL;
    enum hv_status st = hv_keystore_open(ks->path, &cred, &fresh, why);

    if (!st && (!hv_guid_equal(&fresh->info.store_id, &ks->info.store_id) ||
                fresh->scope != ks->scope ||
                fresh->info.generation <= ks->info.generation))
        st = hv_fail(why, HV_ERR_DAMAGED,
                     "%s is not a later generation of the keystore that was "
                     "opened",
                     ks->path);
    if (st) {
        remember_refusal(ks, stamp, st, why);
    } else {
        hv_secret_release(&ks->kv);
        ks->kv = hv_secret_take(&fresh->kv);
        ks_keystore_publish(ks, &fresh->now);
        *changed = true;
    }
    hv_keystore_close(fresh);
    return st;
}

static enum hv_status
refresh(struct hv_keystore *ks, const struct ks_stamp *stamp, bool *changed,
        struct hv_error *why)
{
    struct ks_content content = { 0 };
    struct hv_error locked = { 0 };
    enum hv_status st = ks_keystore_load(ks, &content, &locked);

    if (st == HV_ERR_LOCKED && ks->key_file.len)
        return reopen(ks, stamp, changed, why);
    if (st) {
        *why = locked;
        remember_refusal(ks, stamp, st, why);
        return st;
    }
    *changed = content.front.generation != ks->now.front.generation;
    if (*changed) {
        ks_keystore_publish(ks, &content);
    } else {
        ks->now.stamp = content.stamp; /* touched or copied: the same inside */
        ks->has_refused = false;
    }
    ks_content_release(&content);
    return HV_OK;
}

enum hv_status
hv_keystore_refresh(struct hv_keystore *ks, bool *changed, struct hv_error *err)
{
    struct hv_error why = { 0 };
    struct ks_stamp stamp;
    enum hv_status st = HV_OK;

    *changed = false;
    if (!ks_stamp_take(ks->path, &stamp)) {
        return hv_fail_errno(err,
                             errno == ENOENT ? HV_ERR_NOT_FOUND : HV_ERR_IO,
                             "cannot look at %s", ks->path);
    }
    if (ks_stamp_equal(&stamp, &ks->now.stamp))
        return HV_OK;
    if (ks->has_refused && ks_stamp_equal(&stamp, &ks->refused)) {
        why = ks->refusal;
        st = why.status;
    } else {
        st = refresh(ks, &stamp, changed, &why);
    }
    if (st && err && !err->status)
        *err = why;
    return st;
}
