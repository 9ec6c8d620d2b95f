/*
 * slots.c - one more slot for a keystore that is open. Called by the commands
 * that hand a store to a listener.
 */
#include "keystore/slots.h"
#include "hvconsole/clock.h"
#include "keystore/kdf.h"
#include "keystore/save.h"

#include <string.h>

enum hv_status
ks_slot_init(struct ks_slot *slot, enum hv_slot_type type,
             enum hv_keystore_scope scope, const char *label,
             struct hv_error *err)
{
    *slot = (struct ks_slot){ .type = type, .scope = scope };
    if (!ks_label_is_valid(label))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the label of a slot is UTF-8 of at most %d bytes",
                       KS_LABEL);
    hv_copy(slot->label, sizeof(slot->label), label);
    hv_random(slot->id, sizeof(slot->id));
    hv_random(slot->salt, sizeof(slot->salt));
    slot->created_ms = hv_clock_now_ms();
    return HV_OK;
}

struct new_slot {
    enum hv_keystore_scope scope;
    const char *label;
    const struct hv_secret *key_file; /* or */
    const struct hv_secret *passphrase;
    int cost_log2;
};

static enum hv_status
check_is_new(const struct ks_front *front, const struct new_slot *new,
             struct hv_error *err)
{
    struct hv_credential cred = { .key_file = new->key_file,
                                  .passphrase = new->passphrase };
    struct hv_secret root = { 0 };
    size_t which;
    enum hv_status st;

    if (front->slots_len == KS_SLOTS)
        return hv_fail(err, HV_ERR_RULE,
                       "the keystore has all its %d slots in use", KS_SLOTS);
    st = ks_find_slot("the keystore", front, &cred, KS_COST_CAP, &root, &which,
                      NULL);
    hv_secret_release(&root);
    /* A slot too dear to try cannot be told; two slots do no harm. */
    if (st == HV_ERR_LOCKED || st == HV_ERR_REFUSED)
        return HV_OK;
    if (st == HV_OK)
        return hv_fail(err, HV_ERR_RULE,
                       "this %s opens slot %zu of the keystore already",
                       new->key_file ? "key file" : "passphrase", which + 1);
    return hv_fail(err, st, "cannot try the %s on the slots there are",
                   new->key_file ? "key file" : "passphrase");
}

static enum hv_status
add_slot(const struct hv_keystore *ks, struct ks_content *content, void *arg,
         struct hv_error *err)
{
    const struct new_slot *new = arg;
    struct ks_front *front = &content->front;
    const struct hv_secret *root =
        new->scope == HV_SCOPE_FULL ? &ks->rk : &ks->kv;
    struct ks_slot slot;
    enum hv_status st;

    st = check_is_new(front, new, err);
    if (!st)
        st = ks_slot_init(&slot,
                          new->key_file ? HV_SLOT_KEYFILE : HV_SLOT_PASSPHRASE,
                          new->scope, new->label, err);
    if (!st && new->key_file)
        st = ks_slot_wrap(&slot, &front->store_id, new->key_file, root, err);
    else if (!st)
        st = ks_slot_wrap_new(&slot, &front->store_id, new->passphrase,
                              new->cost_log2, root, err);
    if (!st)
        front->slots[front->slots_len++] = slot;
    return st;
}

static enum hv_status
save_slot(struct hv_keystore *ks, struct new_slot *new, struct hv_error *err)
{
    struct ks_change change = { .fn = add_slot,
                                .arg = new,
                                .verb = "keystore slot add" };

    return ks_keystore_save(ks, &change, err);
}

enum hv_status
hv_keystore_add_key_file(struct hv_keystore *ks, enum hv_keystore_scope scope,
                         const char *label, const struct hv_secret *key_file,
                         struct hv_error *err)
{
    struct new_slot new = { .scope = scope,
                            .label = label,
                            .key_file = key_file };

    if (key_file->len != KS_KEY)
        return hv_fail(err, HV_ERR_FAILED, "a key file holds 32 bytes, not %zu",
                       key_file->len);
    return save_slot(ks, &new, err);
}

enum hv_status
hv_keystore_add_passphrase(struct hv_keystore *ks, const char *label,
                           const struct hv_secret *passphrase, int cost_log2,
                           struct hv_error *err)
{
    struct new_slot new = { .scope = HV_SCOPE_FULL,
                            .label = label,
                            .passphrase = passphrase,
                            .cost_log2 = cost_log2 };
    enum hv_status st = ks_passphrase_check_new(passphrase, cost_log2, err);

    return st ? st : save_slot(ks, &new, err);
}
