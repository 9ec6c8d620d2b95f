/*
 * rekey.c - a new root key: who does not show a credential now is out. Called
 * by `keystore passwd` and `keystore slot remove`. All that costs time is done
 * before the lock; under it, only whether the slots are still the same.
 */
#include "keystore/kdf.h"
#include "keystore/policy.h"
#include "keystore/records.h"
#include "keystore/save.h"
#include "keystore/slots.h"

#include <string.h>

struct rekey {
    struct ks_front old;  /* the slots all this was made from */
    struct ks_front next; /* epoch and slots of the new generation */
    struct hv_secret rk;
    struct hv_secret kv;
};

static void
rekey_release(struct rekey *plan)
{
    hv_secret_release(&plan->rk);
    hv_secret_release(&plan->kv);
}

static enum hv_status
rekey_init(struct rekey *plan, struct hv_keystore *ks, struct hv_error *err)
{
    bool changed;
    enum hv_status st = hv_keystore_refresh(ks, &changed, err);

    if (!st)
        st = ks_check_full(ks, err);
    if (st)
        return st;
    plan->old = ks->now.front;
    plan->next = ks->now.front;
    plan->next.slots_len = 0;
    plan->next.epoch++;
    if (plan->next.epoch == 0)
        return hv_fail(err, HV_ERR_LIMIT,
                       "%s cannot get another root key any more", ks->path);
    st = hv_secret_random(&plan->rk, KS_KEY, err);
    if (!st)
        st =
            ks_root_key(&plan->next, &plan->rk, HV_PART_VERIFY, &plan->kv, err);
    return st;
}

/* Which slot a credential opens. */
static enum hv_status
find_slot(const struct hv_keystore *ks, const struct ks_front *front,
          const struct hv_credential *cred, size_t *which, struct hv_error *err)
{
    struct hv_secret root = { 0 };
    enum hv_status st = ks_find_slot(
        ks->path, front, cred, ks_policy_cost_cap(cred), &root, which, err);

    hv_secret_release(&root);
    return st;
}

/* The slot as it was, but for its salt and what is wrapped in it. */
static enum hv_status
keep_slot(struct rekey *plan, size_t which, const struct hv_credential *cred,
          struct hv_error *err)
{
    struct ks_slot slot = plan->old.slots[which];
    const struct hv_secret *secret =
        cred->passphrase ? cred->passphrase : cred->key_file;
    enum hv_status st;

    for (size_t i = 0; i < plan->next.slots_len; i++) {
        if (memcmp(plan->next.slots[i].id, slot.id, sizeof(slot.id)) == 0)
            return HV_OK; /* given twice */
    }
    hv_random(slot.salt, sizeof(slot.salt));
    st = ks_slot_wrap(&slot, &plan->next.store_id, secret,
                      slot.scope == HV_SCOPE_FULL ? &plan->rk : &plan->kv, err);
    if (!st)
        plan->next.slots[plan->next.slots_len++] = slot;
    return st;
}

/* @dropped: index of a slot that goes in any case; KS_SLOTS = none. */
static enum hv_status
keep_slots(struct rekey *plan, const struct hv_keystore *ks,
           const struct hv_credential *keep, size_t keep_len, size_t dropped,
           struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < keep_len; i++) {
        size_t which = 0;

        st = find_slot(ks, &plan->old, &keep[i], &which, err);
        if (!st && which != dropped)
            st = keep_slot(plan, which, &keep[i], err);
    }
    return st;
}

static enum hv_status
add_new_slot(struct rekey *plan, const char *label,
             const struct hv_secret *passphrase, int cost_log2,
             struct hv_error *err)
{
    struct ks_slot slot;
    enum hv_status st;

    if (plan->next.slots_len == KS_SLOTS)
        return hv_fail(err, HV_ERR_RULE,
                       "the keystore has all its %d slots in use", KS_SLOTS);
    st = ks_slot_init(&slot, HV_SLOT_PASSPHRASE, HV_SCOPE_FULL, label, err);
    if (!st)
        st = ks_slot_wrap_new(&slot, &plan->next.store_id, passphrase,
                              cost_log2, &plan->rk, err);
    if (!st)
        plan->next.slots[plan->next.slots_len++] = slot;
    return st;
}

static bool
slots_equal(const struct ks_front *a, const struct ks_front *b)
{
    uint8_t x[KS_SLOT];
    uint8_t y[KS_SLOT];

    if (a->slots_len != b->slots_len || a->epoch != b->epoch)
        return false;
    for (size_t i = 0; i < a->slots_len; i++) {
        ks_slot_encode(&a->slots[i], x);
        ks_slot_encode(&b->slots[i], y);
        if (memcmp(x, y, sizeof(x)) != 0)
            return false;
    }
    return true;
}

static enum hv_status
change_root(const struct hv_keystore *ks, struct ks_content *content, void *arg,
            struct hv_error *err)
{
    const struct rekey *plan = arg;

    if (!slots_equal(&content->front, &plan->old)) {
        hv_fail(err, HV_ERR_RULE,
                "the slots of %s were changed by another process meanwhile",
                ks->path);
        hv_hint(err, "nothing was changed; try again");
        return HV_ERR_RULE;
    }
    memcpy(content->front.slots, plan->next.slots, sizeof(plan->next.slots));
    content->front.slots_len = plan->next.slots_len;
    content->front.epoch = plan->next.epoch;
    return HV_OK;
}

static void
add_info(const struct ks_slot *slot, struct hv_slot_info *list, size_t *len)
{
    struct hv_slot_info *info = &list[(*len)++];

    *info = (struct hv_slot_info){ .type = slot->type,
                                   .scope = slot->scope,
                                   .log2_n = slot->log2_n,
                                   .created_ms = slot->created_ms };
    memcpy(info->id, slot->id, sizeof(info->id));
    hv_copy(info->label, sizeof(info->label), slot->label);
}

static const struct ks_slot *
slot_by_id(const struct ks_front *front, const uint8_t id[8])
{
    for (size_t i = 0; i < front->slots_len; i++) {
        if (memcmp(front->slots[i].id, id, 8) == 0)
            return &front->slots[i];
    }
    return NULL;
}

static void
report_from(const struct rekey *plan, const struct hv_keyring *ring,
            struct hv_rekey_report *out)
{
    for (size_t i = 0; i < plan->old.slots_len; i++) {
        const struct ks_slot *slot = &plan->old.slots[i];

        if (slot_by_id(&plan->next, slot->id))
            add_info(slot, out->kept, &out->kept_len);
        else
            add_info(slot, out->dropped, &out->dropped_len);
    }
    for (size_t i = 0; i < ring->keys_len; i++)
        out->hmac_keys += ring->keys[i].state != HV_KEY_RETIRED;
    for (size_t i = 0; i < ring->raw_len; i++)
        out->tokens += ring->raw[i].type == KS_REC_SESSION ||
                       ring->raw[i].type == KS_REC_USER;
    out->app_keys = ring->apps_len;
    out->journal_keys = ring->journal_keys_len;
}

static enum hv_status
rekey_save(struct hv_keystore *ks, struct rekey *plan, const char *verb,
           struct hv_rekey_report *out, struct hv_error *err)
{
    struct hv_rekey_report report = { 0 };
    struct ks_change change = { .fn = change_root,
                                .arg = plan,
                                .verb = verb,
                                .new_rk = &plan->rk,
                                .removed = &report.backups_removed };
    bool has_full = false;
    enum hv_status st;

    for (size_t i = 0; i < plan->next.slots_len; i++)
        has_full |= plan->next.slots[i].scope == HV_SCOPE_FULL;
    if (!has_full) {
        hv_fail(err, HV_ERR_RULE,
                "nobody could open all of %s any more: no slot of full scope "
                "would be left",
                ks->path);
        hv_hint(err, "give the passphrase or key file of a slot that stays");
        return HV_ERR_RULE;
    }
    st = ks_keystore_save(ks, &change, err);
    if (!st && out) {
        report_from(plan, &ks->now.ring, &report);
        *out = report;
    }
    return st;
}

enum hv_status
hv_keystore_passwd(struct hv_keystore *ks, const struct hv_secret *old,
                   const struct hv_secret *fresh, int cost_log2,
                   const struct hv_credential *keep, size_t keep_len,
                   struct hv_rekey_report *out, struct hv_error *err)
{
    struct hv_credential old_cred = { .passphrase = old };
    struct rekey plan = { 0 };
    const char *label = "passphrase";
    size_t which = KS_SLOTS;
    enum hv_status st;

    st = ks_passphrase_check_new(fresh, cost_log2, err);
    if (!st)
        st = rekey_init(&plan, ks, err);
    if (!st && old)
        st = find_slot(ks, &plan.old, &old_cred, &which, err);
    if (!st && old)
        label = plan.old.slots[which].label;
    if (!st)
        st = add_new_slot(&plan, label, fresh, cost_log2, err);
    if (!st)
        st = keep_slots(&plan, ks, keep, keep_len, which, err);
    if (!st)
        st = rekey_save(ks, &plan, "keystore passwd", out, err);
    rekey_release(&plan);
    return st;
}

enum hv_status
hv_keystore_slot_remove(struct hv_keystore *ks, const uint8_t id[8],
                        const struct hv_credential *keep, size_t keep_len,
                        struct hv_rekey_report *out, struct hv_error *err)
{
    struct rekey plan = { 0 };
    const struct ks_slot *slot = NULL;
    enum hv_status st = rekey_init(&plan, ks, err);

    if (!st) {
        slot = slot_by_id(&plan.old, id);
        if (!slot)
            st =
                hv_fail(err, HV_ERR_NOT_FOUND, "%s has no such slot", ks->path);
    }
    if (!st)
        st = keep_slots(&plan, ks, keep, keep_len,
                        (size_t)(slot - plan.old.slots), err);
    if (!st)
        st = rekey_save(ks, &plan, "keystore slot remove", out, err);
    rekey_release(&plan);
    return st;
}
