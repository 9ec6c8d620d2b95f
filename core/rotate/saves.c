/*
 * saves.c - the saves of a rotation, each an intent that is re-checked against
 * the store as it is under the lock. Called by run.c and create.c. Talks to
 * nobody.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

/* The platform retries for ten days; four more cover clocks and holidays. */
#define GRACE_MS (14 * 24 * 3600 * (int64_t)1000)

void
rotate_supersede(struct hv_key *key, int64_t now_ms)
{
    key->state = HV_KEY_ACCEPTED;
    key->superseded_ms = now_ms;
    key->retire_not_before_ms = now_ms + GRACE_MS;
}

static enum hv_status
find_sub(struct hv_keyring *ring, const struct hv_guid *sub,
         struct hv_key_sub **out, struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    *out = hv_keyring_sub(ring, sub);
    if (*out)
        return HV_OK;
    hv_guid_format(sub, id);
    return hv_fail(err, HV_ERR_NOT_FOUND, "the keystore has no subscription %s",
                   id);
}

static enum hv_status
moved(struct hv_error *err)
{
    hv_fail(err, HV_ERR_RULE, "another program works on the same rotation");
    hv_hint(err, "let it finish, then look at `key list`");
    return HV_ERR_RULE;
}

static enum hv_status
edit_stage(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct hv_guid *id = arg;
    int64_t now = hv_clock_now_ms();
    struct hv_secret key = { 0 };
    struct hv_key_version version;
    struct hv_key_sub *sub;
    enum hv_status st;

    st = find_sub(ring, id, &sub, err);
    if (st)
        return st;
    if (sub->intent != HV_INTENT_NONE || rotate_pending(ring, id))
        return moved(err);
    st = hv_secret_random(&key, HV_HMAC_KEY_LEN, err);
    if (!st) {
        hv_keyring_new_version(ring, now, &version);
        st =
            hv_keyring_add_key(ring, id, &version, &key, HV_KEY_MADE, now, err);
    }
    hv_secret_release(&key);
    if (st)
        return st;
    sub->intent = HV_INTENT_PREPARED;
    sub->intent_ms = now;
    sub->attempts = 0;
    return HV_OK;
}

static enum hv_status
edit_submit(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct hv_guid *id = arg;
    struct hv_key *pending = rotate_pending(ring, id);
    struct hv_key_sub *sub;
    enum hv_status st;

    st = find_sub(ring, id, &sub, err);
    if (st)
        return st;
    if (!pending || sub->intent == HV_INTENT_NONE)
        return moved(err);
    sub->intent = HV_INTENT_SUBMITTED;
    sub->intent_ms = hv_clock_now_ms();
    if (sub->attempts < UINT16_MAX)
        sub->attempts++;
    pending->submitted_ms = sub->intent_ms;
    return HV_OK;
}

static enum hv_status
edit_promote(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct hv_guid *id = arg;
    int64_t now = hv_clock_now_ms();
    struct hv_key *pending = rotate_pending(ring, id);
    struct hv_key *old = hv_keyring_current(ring, id);
    struct hv_key_sub *sub;
    enum hv_status st;

    st = find_sub(ring, id, &sub, err);
    if (st)
        return st;
    if (!pending)
        return moved(err);
    if (old)
        rotate_supersede(old, now);
    pending->state = HV_KEY_ACTIVE;
    pending->activated_ms = now;
    sub->intent = HV_INTENT_NONE;
    sub->intent_ms = 0;
    sub->attempts = 0;
    sub->confirmed_ms = now;
    sub->status = HV_SUB_LIVE;
    return HV_OK;
}

struct abandon {
    const struct hv_guid *sub;
    bool is_gone;
};

static enum hv_status
edit_abandon(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct abandon *abandon = arg;
    int64_t now = hv_clock_now_ms();
    struct hv_key *pending = rotate_pending(ring, abandon->sub);
    struct hv_key *active = hv_keyring_current(ring, abandon->sub);
    struct hv_key_sub *sub;
    enum hv_status st;

    st = find_sub(ring, abandon->sub, &sub, err);
    if (st)
        return st;
    if (pending)
        rotate_supersede(pending, now);
    if (abandon->is_gone && active)
        rotate_supersede(active, now);
    if (abandon->is_gone)
        sub->status = HV_SUB_GONE;
    sub->intent = HV_INTENT_NONE;
    sub->intent_ms = 0;
    sub->attempts = 0;
    return HV_OK;
}

/* The edits only read what @sub points at. */
enum hv_status
rotate_save_stage(struct hv_keystore *ks, const struct hv_guid *sub,
                  struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_stage, (void *)sub, err);
}

enum hv_status
rotate_save_submit(struct hv_keystore *ks, const struct hv_guid *sub,
                   struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_submit, (void *)sub, err);
}

enum hv_status
rotate_save_promote(struct hv_keystore *ks, const struct hv_guid *sub,
                    struct hv_error *err)
{
    return hv_keystore_edit(ks, edit_promote, (void *)sub, err);
}

enum hv_status
rotate_save_abandon(struct hv_keystore *ks, const struct hv_guid *sub,
                    bool is_gone, struct hv_error *err)
{
    struct abandon abandon = { sub, is_gone };

    return hv_keystore_edit(ks, edit_abandon, &abandon, err);
}
