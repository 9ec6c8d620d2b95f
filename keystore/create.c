/*
 * create.c - a new keystore file, and how dear its passphrase slot is. Called
 * by `keystore init` and the demo. Never writes over a file.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/text.h"
#include "keystore/kdf.h"
#include "keystore/save.h"
#include "keystore/slots.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { COST_HIGH = 18, PATIENCE_MS = 1000 };

/* Bytes of memory that may be had without swapping; 0 when unknown. */
static uint64_t
memory_available(void)
{
    FILE *info = fopen("/proc/meminfo", "re");
    char line[128];
    uint64_t kib = 0;

    if (!info)
        return 0;
    while (fgets(line, sizeof(line), info)) {
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
            break;
    }
    fclose(info);
    return kib * 1024;
}

/* The larger of 2^17 and 2^18 that takes at most a second and a quarter of the
 * memory there is, found by doing it. Never below 2^17. */
static enum hv_status
wrap_at_measured_cost(struct ks_slot *slot, const struct hv_guid *store_id,
                      const struct hv_secret *passphrase,
                      const struct hv_secret *rk, struct hv_error *err)
{
    uint64_t need = (uint64_t)128 * KS_SCRYPT_R << COST_HIGH;

    if (need <= memory_available() / 4) {
        int64_t start_ms = hv_clock_mono_ms();
        enum hv_status st;

        slot->log2_n = COST_HIGH;
        st = ks_slot_wrap(slot, store_id, passphrase, rk, NULL);
        if (!st && hv_clock_mono_ms() - start_ms <= PATIENCE_MS)
            return HV_OK;
        /* Too slow, or no memory after all: a new wrap has a new salt. */
        hv_random(slot->salt, sizeof(slot->salt));
    }
    slot->log2_n = KS_COST_STRONG;
    return ks_slot_wrap(slot, store_id, passphrase, rk, err);
}

static enum hv_status
check_new_passphrase(const struct hv_secret *passphrase, struct hv_error *err)
{
    struct hv_bytes text = hv_secret_bytes(passphrase);
    size_t characters = 0;

    if (!ks_passphrase_is_valid(passphrase))
        return hv_fail(err, HV_ERR_FORMAT,
                       "a passphrase has 1 to %d bytes of valid UTF-8",
                       HV_MAX_PASSPHRASE);
    for (size_t pos = 0; pos < text.len; characters++)
        hv_utf8_next(text, &pos);
    if (characters < HV_MIN_PASSPHRASE) {
        hv_fail(err, HV_ERR_FORMAT,
                "a new passphrase has at least %d characters",
                HV_MIN_PASSPHRASE);
        hv_hint(err, "five or six unrelated words are long and easy to type");
        return HV_ERR_FORMAT;
    }
    return HV_OK;
}

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
    slot->r = KS_SCRYPT_R;
    slot->p = 1;
    if (!plan->cost_log2)
        return wrap_at_measured_cost(slot, &front->store_id, plan->passphrase,
                                     rk, err);
    slot->log2_n = (uint8_t)plan->cost_log2;
    return ks_slot_wrap(slot, &front->store_id, plan->passphrase, rk, err);
}

/* Writes the first generation and opens it. @rk is taken. */
static enum hv_status
write_first(const struct plan *plan, struct ks_content *content,
            struct hv_secret *rk, struct hv_keystore **out,
            struct hv_error *err)
{
    struct ks_image image = { 0 };
    struct hv_secret none = { 0 };
    struct hv_bytes bytes;
    enum hv_status st;

    st = ks_image_make(&content->front, rk, &content->ring, &image, err);
    if (st)
        return st;
    bytes = (struct hv_bytes){ image.data, image.len };
    memcpy(content->tag, ks_image_tag(bytes), KS_TAG);
    st = hv_file_create(plan->path, 0600, bytes, err);
    if (!st && !ks_stamp_take(plan->path, &content->stamp))
        content->stamp = (struct ks_stamp){ 0 }; /* read again when asked */
    if (!st)
        st = ks_keystore_new(plan->path, rk, &none, content, out, err);
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
    enum hv_status st = check_new_passphrase(passphrase, err);

    if (st)
        return st;
    if (cost_log2 && (cost_log2 < KS_COST_MIN || cost_log2 > KS_COST_CAP))
        return hv_fail(err, HV_ERR_FAILED, "a cost of 2^%d is out of bounds",
                       cost_log2);
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
