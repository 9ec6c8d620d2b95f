/*
 * draft.c - a subscription that is being created has no id yet: its key waits
 * under a random one of ours, so that a crash after SubscribeToEvent does not
 * lose the key the platform signs with. Called by create.c and reconcile.c.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

#include <string.h>

void
rotate_draft_release(struct rotate_draft *draft)
{
    hv_secret_release(&draft->key);
    *draft = (struct rotate_draft){ 0 };
}

/* Whether an open draft is what @draft asks for. Version and key count only
 * where the caller chose them. */
static bool
is_same(const struct hv_keyring *ring, const struct hv_key_sub *record,
        const struct rotate_draft *draft)
{
    const struct hv_key *key = rotate_pending(ring, &record->sub);

    return record->status == HV_SUB_DRAFT && key &&
           hv_guid_equal(&record->app, &draft->app) &&
           memcmp(record->config_hash, draft->config_hash,
                  sizeof(draft->config_hash)) == 0 &&
           (!draft->version.id[0] ||
            hv_key_version_equal(&key->version, &draft->version)) &&
           (!draft->key.len || hv_secret_equal(&key->key, &draft->key));
}

bool
rotate_draft_find(const struct hv_keyring *ring, struct rotate_draft *draft)
{
    for (size_t i = 0; i < ring->subs_len; i++) {
        if (!is_same(ring, &ring->subs[i], draft))
            continue;
        draft->id = ring->subs[i].sub;
        draft->version = rotate_pending(ring, &draft->id)->version;
        return true;
    }
    return false;
}

const struct hv_sub *
rotate_draft_made(const struct hv_keyring *ring, const struct hv_guid *draft,
                  const struct hv_sub_list *list)
{
    const struct hv_key_sub *record = hv_keyring_sub(ring, draft);
    const struct hv_key *key = rotate_pending(ring, draft);
    uint8_t hash[32];

    for (size_t i = 0; record && key && i < list->len; i++) {
        const struct hv_sub *sub = &list->items[i];

        if (!hv_key_version_equal(&sub->version, &key->version) ||
            hv_keyring_sub(ring, &sub->id))
            continue;
        /* Others may use the same version id: the key decides, and where the
         * platform does not tell it, the content. */
        hv_sub_hash(sub, hash);
        if (sub->key.len ? hv_secret_equal(&sub->key, &key->key)
                         : memcmp(hash, record->config_hash, 32) == 0)
            return sub;
    }
    return NULL;
}

static enum hv_status
add_draft(struct hv_keyring *ring, struct rotate_draft *draft, int64_t now_ms,
          struct hv_error *err)
{
    struct hv_key_sub *record;
    enum hv_status st;

    if (!draft->version.id[0])
        hv_keyring_new_version(ring, now_ms, NULL, &draft->version);
    st = hv_keyring_add_key(ring, &draft->id, &draft->version, &draft->key,
                            draft->origin, now_ms, err);
    if (st)
        return st;
    record = hv_keyring_add_sub(ring, &draft->id, &draft->app);
    record->status = HV_SUB_DRAFT;
    record->created_ms = now_ms;
    memcpy(record->config_hash, draft->config_hash,
           sizeof(record->config_hash));
    return HV_OK;
}

static enum hv_status
edit_save(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    struct rotate_draft *draft = arg;
    int64_t now = hv_clock_now_ms();
    struct hv_key_sub *record = hv_keyring_sub(ring, &draft->id);
    enum hv_status st = HV_OK;

    if (!record)
        st = add_draft(ring, draft, now, err);
    if (st)
        return st;
    record = hv_keyring_sub(ring, &draft->id);
    record->intent = HV_INTENT_SUBMITTED;
    record->intent_ms = now;
    if (record->attempts < UINT16_MAX)
        record->attempts++;
    rotate_pending(ring, &draft->id)->submitted_ms = now;
    return HV_OK;
}

enum hv_status
rotate_draft_save(struct hv_keystore *ks, struct rotate_draft *draft,
                  struct hv_error *err)
{
    enum hv_status st = HV_OK;

    if (hv_guid_is_zero(&draft->id)) {
        draft->id = hv_guid_random();
        draft->origin = draft->key.len ? HV_KEY_IMPORTED : HV_KEY_MADE;
        if (!draft->key.len)
            st = hv_secret_random(&draft->key, HV_HMAC_KEY_LEN, err);
    }
    return st ? st : hv_keystore_edit(ks, edit_save, draft, err);
}

enum hv_status
rotate_adopt(struct hv_keyring *ring, const struct hv_guid *draft,
             const struct hv_key_version *version, const struct hv_guid *id,
             int64_t now_ms, struct hv_error *err)
{
    struct hv_key *ours = hv_keyring_find(ring, id, version);

    /* Another console saw it first. */
    if (hv_keyring_sub(ring, id) && ours && ours->state != HV_KEY_RETIRED)
        return HV_OK;
    if (!hv_keyring_sub(ring, draft))
        return hv_fail(err, HV_ERR_FAILED,
                       "the draft of the new subscription "
                       "is no longer in the keystore");
    hv_keyring_rename_sub(ring, draft, id);
    return rotate_make_current(ring, id, version, now_ms, err);
}

struct adoption {
    const struct rotate_draft *draft;
    const struct hv_guid *id;
};

static enum hv_status
edit_adopt(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct adoption *adoption = arg;

    return rotate_adopt(ring, &adoption->draft->id, &adoption->draft->version,
                        adoption->id, hv_clock_now_ms(), err);
}

enum hv_status
rotate_draft_adopt(struct hv_keystore *ks, const struct rotate_draft *draft,
                   const struct hv_guid *id, struct hv_error *err)
{
    struct adoption adoption = { draft, id };

    return hv_keystore_edit(ks, edit_adopt, &adoption, err);
}

static enum hv_status
edit_drop(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct adoption *adoption = arg;

    (void)err;
    hv_keyring_remove_sub(ring, &adoption->draft->id);
    return HV_OK;
}

enum hv_status
rotate_draft_drop(struct hv_keystore *ks, const struct rotate_draft *draft,
                  struct hv_error *err)
{
    struct adoption adoption = { .draft = draft };

    return hv_keystore_edit(ks, edit_drop, &adoption, err);
}
