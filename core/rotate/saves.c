/*
 * saves.c - the saves of a rotation, each an intent that is checked again
 * against the store as it is under the lock. Called by run.c, create.c and
 * reconcile.c. Talks to nobody.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <string.h>

void
rotate_supersede(struct hv_key *key, int64_t now_ms)
{
    key->state = HV_KEY_ACCEPTED;
    key->superseded_ms = now_ms;
    key->retire_not_before_ms = now_ms + ROTATE_GRACE_MS;
}

static void
close_intent(struct hv_key_sub *record)
{
    record->intent = HV_INTENT_NONE;
    record->intent_ms = 0;
    record->attempts = 0;
}

enum hv_status
rotate_make_current(struct hv_keyring *ring, const struct hv_guid *sub,
                    const struct hv_key_version *version, int64_t now_ms,
                    struct hv_error *err)
{
    struct hv_key_sub *record = hv_keyring_sub(ring, sub);
    struct hv_key *next = hv_keyring_find(ring, sub, version);
    struct hv_key *old;

    if (!record || !next || next->state == HV_KEY_RETIRED)
        return hv_fail(err, HV_ERR_RULE,
                       "version %s is no longer in the "
                       "keystore as it was",
                       version->id);
    while ((old = hv_keyring_current(ring, sub)) && old != next)
        rotate_supersede(old, now_ms);
    if (next->state != HV_KEY_ACTIVE)
        next->activated_ms = now_ms;
    next->state = HV_KEY_ACTIVE;
    next->superseded_ms = 0;
    next->retire_not_before_ms = 0;
    close_intent(record);
    record->confirmed_ms = now_ms;
    record->status = HV_SUB_LIVE;
    return HV_OK;
}

void
rotate_make_gone(struct hv_keyring *ring, const struct hv_guid *sub,
                 int64_t now_ms)
{
    struct hv_key_sub *record = hv_keyring_sub(ring, sub);

    /* A draft is ours alone: the platform cannot have lost it. */
    if (!record || record->status == HV_SUB_DRAFT)
        return;
    for (size_t i = 0; i < ring->keys_len; i++) {
        struct hv_key *key = &ring->keys[i];

        if (hv_guid_equal(&key->sub, sub) &&
            (key->state == HV_KEY_ACTIVE || key->state == HV_KEY_PENDING))
            rotate_supersede(key, now_ms);
    }
    record->status = HV_SUB_GONE;
    close_intent(record);
}

enum hv_status
rotate_known(const struct hv_keyring *ring, const struct rotate_save *save,
             struct hv_key_sub **out, struct hv_error *err)
{
    struct hv_key_sub *record = hv_keyring_sub(ring, &save->sub);
    char id[HV_GUID_TEXT];

    hv_guid_format(&save->sub, id);
    if (!record || !hv_guid_equal(&record->app, &save->app))
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the keystore has no "
                       "subscription %s of this application",
                       id);
    if (record->status == HV_SUB_GONE)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the platform no longer lists "
                       "subscription %s",
                       id);
    if (record->status == HV_SUB_DRAFT) {
        hv_fail(err, HV_ERR_RULE, "subscription %s is still being created", id);
        hv_hint(err, "`sub list` takes it over once the platform shows it");
        return HV_ERR_RULE;
    }
    *out = record;
    return HV_OK;
}

static enum hv_status
fail_moved(struct hv_error *err)
{
    hv_fail(err, HV_ERR_RULE, "another program works on the same rotation");
    hv_hint(err, "let it finish, then look at `key list`");
    return HV_ERR_RULE;
}

static enum hv_status
edit_stage(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    struct rotate_save *save = arg;
    int64_t now = hv_clock_now_ms();
    struct hv_secret key = { 0 };
    struct hv_key_sub *record;
    enum hv_status st = rotate_known(ring, save, &record, err);

    if (st)
        return st;
    if (rotate_pending(ring, &save->sub))
        return fail_moved(err);
    if (!save->may_lack_current && !hv_keyring_current(ring, &save->sub))
        return hv_fail(err, HV_ERR_RULE,
                       "the subscription has no active key "
                       "to rotate from");
    hv_keyring_new_version(ring, now, &save->shown, &save->version);
    st = hv_secret_random(&key, HV_HMAC_KEY_LEN, err);
    if (!st)
        st = hv_keyring_add_key(ring, &save->sub, &save->version, &key,
                                HV_KEY_MADE, now, err);
    hv_secret_release(&key);
    if (st)
        return st;
    record = hv_keyring_sub(ring, &save->sub);
    record->intent = HV_INTENT_PREPARED;
    record->intent_ms = now;
    record->attempts = 0;
    return HV_OK;
}

static enum hv_status
edit_submit(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct rotate_save *save = arg;
    struct hv_key *pending = rotate_pending(ring, &save->sub);
    struct hv_key_sub *record;
    enum hv_status st = rotate_known(ring, save, &record, err);

    if (st)
        return st;
    if (!pending || !hv_key_version_equal(&pending->version, &save->version))
        return fail_moved(err);
    record->intent = HV_INTENT_SUBMITTED;
    record->intent_ms = hv_clock_now_ms();
    if (record->attempts < UINT16_MAX)
        record->attempts++;
    memcpy(record->config_hash, save->config_hash, sizeof(record->config_hash));
    pending->submitted_ms = record->intent_ms;
    return HV_OK;
}

static enum hv_status
edit_back(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct rotate_save *save = arg;
    struct hv_key_sub *record;
    enum hv_status st = rotate_known(ring, save, &record, err);

    if (st)
        return st;
    if (record->intent == HV_INTENT_SUBMITTED)
        record->intent = HV_INTENT_PREPARED;
    return HV_OK;
}

/* Not rotate_known(): what the platform shows settles every doubt. */
static enum hv_status
edit_promote(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct rotate_save *save = arg;
    enum hv_status st = rotate_make_current(ring, &save->sub, &save->version,
                                            hv_clock_now_ms(), err);

    if (!st && save->is_drift)
        hv_keyring_sub(ring, &save->sub)->status = HV_SUB_DRIFT;
    return st;
}

/* The question was asked before the lock was taken: ask again. */
static enum hv_status
edit_adopt(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct rotate_save *save = arg;
    struct hv_key_sub *record;
    enum hv_status st = rotate_known(ring, save, &record, err);

    if (st)
        return st;
    if (record->intent != HV_INTENT_NONE || rotate_pending(ring, &save->sub))
        return fail_moved(err);
    return rotate_make_current(ring, &save->sub, &save->version,
                               hv_clock_now_ms(), err);
}

static enum hv_status
edit_abandon(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct rotate_save *save = arg;
    struct hv_key_sub *record = hv_keyring_sub(ring, &save->sub);
    struct hv_key *pending = rotate_pending(ring, &save->sub);

    (void)err;
    if (!record || record->status == HV_SUB_DRAFT)
        return HV_OK;
    if (pending && pending->submitted_ms == 0)
        hv_keyring_retire(pending, hv_clock_now_ms());
    else if (pending)
        rotate_supersede(pending, hv_clock_now_ms());
    close_intent(record);
    return HV_OK;
}

struct retirement {
    const struct hv_guid *sub;
    int64_t since_ms;
};

static enum hv_status
edit_retire_since(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct retirement *retirement = arg;

    (void)err;
    for (size_t i = 0; i < ring->keys_len; i++) {
        struct hv_key *key = &ring->keys[i];

        if (hv_guid_equal(&key->sub, retirement->sub) &&
            key->state == HV_KEY_ACCEPTED &&
            key->superseded_ms >= retirement->since_ms)
            hv_keyring_retire(key, hv_clock_now_ms());
    }
    return HV_OK;
}

static enum hv_status
edit_gone(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct rotate_save *save = arg;

    (void)err;
    rotate_make_gone(ring, &save->sub, hv_clock_now_ms());
    return HV_OK;
}

enum hv_status
rotate_save_stage(struct hv_keystore *ks, struct rotate_save *save,
                  struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_stage, save, err);
}

enum hv_status
rotate_save_submit(struct hv_keystore *ks, struct rotate_save *save,
                   struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_submit, save, err);
}

enum hv_status
rotate_save_back(struct hv_keystore *ks, struct rotate_save *save,
                 struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_back, save, err);
}

enum hv_status
rotate_save_promote(struct hv_keystore *ks, struct rotate_save *save,
                    struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_promote, save, err);
}

enum hv_status
rotate_save_adopt(struct hv_keystore *ks, struct rotate_save *save,
                  struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_adopt, save, err);
}

enum hv_status
rotate_save_abandon(struct hv_keystore *ks, struct rotate_save *save,
                    struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_abandon, save, err);
}

enum hv_status
rotate_save_retire_since(struct hv_keystore *ks, const struct hv_guid *sub,
                         int64_t since_ms, struct hv_error *err)
{
    struct retirement retirement = { sub, since_ms };

    return hv_keystore_edit(ks, edit_retire_since, &retirement, err);
}

enum hv_status
rotate_save_gone(struct hv_keystore *ks, const struct hv_guid *sub,
                 struct hv_error *err)
{
    struct rotate_save save = { .sub = *sub };

    return hv_keystore_edit(ks, edit_gone, &save, err);
}
