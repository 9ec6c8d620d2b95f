/*
 * create.c - a new keystore file, and how dear its passphrase slot is. Called
 * by `keystore init` and the demo. Never writes over a file.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "keystore/host.h"
#include "keystore/kdf.h"
#include "keystore/policy.h"
#include "keystore/save.h"
#include "keystore/slots.h"
#include "keystore/trail.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static enum hv_status
check_place(const char *path, struct hv_error *err)
{
    char dir[PATH_MAX];
    struct stat info;
    enum hv_status st;

    hv_path_dir(path, dir, sizeof(dir));
    st = hv_dir_make(dir, 0700, err);
    if (!st)
        st = ks_gate_check_dir(path, err);
    if (!st && lstat(path, &info) == 0) {
        hv_fail(err, HV_ERR_RULE, "%s exists already", path);
        hv_hint(err, "nothing was changed; choose another name");
        st = HV_ERR_RULE;
    }
    return st;
}

struct plan {
    const char *path;
    const char *label;
    const struct hv_secret *passphrase; /* or */
    const struct hv_secret *key_file;
    int cost_log2; /* 0 = measure */
};

static enum hv_status
make_slot(const struct plan *plan, struct ks_front *front,
          const struct hv_secret *rk, struct hv_error *err)
{
    struct ks_slot *slot = &front->slots[0];
    enum hv_status st;

    st = ks_slot_init(slot,
                      plan->passphrase ? HV_SLOT_PASSPHRASE : HV_SLOT_KEYFILE,
                      HV_SCOPE_FULL, plan->label, err);
    if (st)
        return st;
    front->slots_len = 1;
    if (!plan->passphrase)
        return ks_slot_wrap(slot, &front->store_id, plan->key_file, rk, err);
    return ks_slot_wrap_new(slot, &front->store_id, plan->passphrase,
                            plan->cost_log2, rk, err);
}

/* Writes the first generation and opens it. @rk is taken. */
static enum hv_status
write_first(const struct plan *plan, struct ks_content *content,
            struct hv_secret *rk, struct hv_keystore **out,
            struct hv_error *err)
{
    struct ks_image image = { 0 };
    struct hv_secret none = { 0 };
    struct hv_guid store_id = content->front.store_id;
    struct hv_keystore *ks = NULL;
    struct ks_trail trail;
    struct hv_bytes bytes;
    enum hv_status st;

    ks_trail_start(&trail, NULL);
    st = ks_host_prepare(err);
    if (!st)
        st = ks_trail_begin(&trail, "keystore init", 0, content, err);
    if (!st)
        st = ks_image_make(&content->front, rk, &content->ring, &image, err);
    if (!st) {
        bytes = (struct hv_bytes){ image.data, image.len };
        memcpy(content->tag, ks_image_tag(bytes), KS_TAG);
        st = hv_file_create(plan->path, 0600, bytes, err);
    }
    if (!st && !ks_stamp_take(plan->path, &content->stamp))
        content->stamp = (struct ks_stamp){ 0 }; /* read again when asked */
    if (!st)
        st = ks_keystore_new(plan->path, rk, &none, content, &ks, err);
    if (!st)
        st = ks_host_raise(&store_id, 1, err);
    st = ks_trail_end(&trail, st, err);
    if (st)
        hv_keystore_close(ks);
    else
        *out = ks;
    ks_trail_release(&trail);
    ks_image_release(&image);
    return st;
}

static enum hv_status
create(const struct plan *plan, struct hv_keystore **out, struct hv_error *err)
{
    struct ks_content content = { .front = { .generation = 1, .epoch = 1 } };
    struct hv_secret rk = { 0 };
    enum hv_status st;

    st = check_place(plan->path, err);
    if (!st)
        st = hv_keystore_check_memory(err);
    if (!st)
        st = hv_secret_random(&rk, KS_KEY, err);
    if (!st) {
        hv_random(content.front.store_id.b, sizeof(content.front.store_id.b));
        st = make_slot(plan, &content.front, &rk, err);
    }
    if (!st)
        st = hv_keyring_add_journal_keys(&content.ring, hv_clock_now_ms(), err);
    if (!st)
        st = write_first(plan, &content, &rk, out, err);
    ks_content_release(&content);
    hv_secret_release(&rk);
    return st;
}

enum hv_status
hv_keystore_create(const char *path, const struct hv_secret *passphrase,
                   const char *label, int cost_log2, struct hv_keystore **out,
                   struct hv_error *err)
{
    struct plan plan = { .path = path,
                         .label = label,
                         .passphrase = passphrase,
                         .cost_log2 = cost_log2 };
    enum hv_status st = ks_passphrase_check_new(passphrase, cost_log2, err);

    if (st)
        return st;
    st = create(&plan, out, err);
    if (!st)
        (*out)->is_weak = cost_log2 && cost_log2 < KS_COST_STRONG;
    return st;
}

enum hv_status
hv_keystore_create_with_key_file(const char *path,
                                 const struct hv_secret *key_file,
                                 const char *label, struct hv_keystore **out,
                                 struct hv_error *err)
{
    struct plan plan = { .path = path, .label = label, .key_file = key_file };

    if (key_file->len != KS_KEY)
        return hv_fail(err, HV_ERR_FAILED, "a key file holds 32 bytes, not %zu",
                       key_file->len);
    return create(&plan, out, err);
}
