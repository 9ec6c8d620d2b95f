/*
 * plan.c - what comes next, from the intent in the keystore and what the
 * platform shows. Pure. Called by run.c and reconcile.c.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/names.h"

/* Row: intent; column: shown. A SUBMITTED intent whose version is not shown
 * may still arrive, so it is looked for again before it is sent again. */
static const enum rotate_next table[3][SHOWN_COUNT] = {
    [HV_INTENT_NONE] = {
        [SHOWN_NOTHING] = NEXT_STOP,
        [SHOWN_ACTIVE] = NEXT_ANNOUNCE,
        [SHOWN_PENDING] = NEXT_PROMOTE,
        [SHOWN_OTHER] = NEXT_STOP,
        [SHOWN_UNKNOWN] = NEXT_STOP,
        [SHOWN_OTHER_BYTES] = NEXT_STOP,
    },
    [HV_INTENT_PREPARED] = {
        [SHOWN_NOTHING] = NEXT_STOP,
        [SHOWN_ACTIVE] = NEXT_ANNOUNCE,
        [SHOWN_PENDING] = NEXT_PROMOTE,
        [SHOWN_OTHER] = NEXT_STOP,
        [SHOWN_UNKNOWN] = NEXT_STOP,
        [SHOWN_OTHER_BYTES] = NEXT_STOP,
    },
    [HV_INTENT_SUBMITTED] = {
        [SHOWN_NOTHING] = NEXT_STOP,
        [SHOWN_ACTIVE] = NEXT_LOOK_AGAIN,
        [SHOWN_PENDING] = NEXT_PROMOTE,
        [SHOWN_OTHER] = NEXT_STOP,
        [SHOWN_UNKNOWN] = NEXT_STOP,
        [SHOWN_OTHER_BYTES] = NEXT_STOP,
    },
};

enum rotate_next
rotate_next(enum hv_intent intent, enum rotate_shown shown)
{
    return table[intent][shown];
}

enum rotate_shown
rotate_shown(const struct hv_keyring *ring, const struct hv_guid *sub,
             const struct hv_sub *platform)
{
    const struct hv_key *key;

    if (!platform || hv_guid_is_zero(&platform->id))
        return SHOWN_NOTHING;
    key = hv_keyring_find(ring, sub, &platform->version);
    if (!key || key->state == HV_KEY_RETIRED)
        return SHOWN_UNKNOWN;
    /* The platform echoes keys, but nothing promises that it always will. */
    if (platform->key.len && !hv_secret_equal(&platform->key, &key->key))
        return SHOWN_OTHER_BYTES;
    switch (key->state) {
    case HV_KEY_ACTIVE:
        return SHOWN_ACTIVE;
    case HV_KEY_PENDING:
        return SHOWN_PENDING;
    default:
        return SHOWN_OTHER;
    }
}

struct hv_key *
rotate_pending(const struct hv_keyring *ring, const struct hv_guid *sub)
{
    for (size_t i = 0; i < ring->keys_len; i++) {
        struct hv_key *key = &ring->keys[i];

        if (key->state == HV_KEY_PENDING && hv_guid_equal(&key->sub, sub))
            return key;
    }
    return NULL;
}

enum hv_status
rotate_complain(enum rotate_shown shown, const struct hv_guid *sub,
                const struct hv_sub *platform, struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(sub, id);
    switch (shown) {
    case SHOWN_NOTHING:
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the platform has no subscription %s", id);
    case SHOWN_UNKNOWN:
        hv_fail(err, HV_ERR_INCOMPLETE,
                "CRITICAL: the platform signs for %s with version %s, which "
                "this keystore does not have",
                id, platform->version.id);
        hv_hint(err, "somebody else changed the key: get it from them, or "
                     "delete and create the subscription again");
        return HV_ERR_INCOMPLETE;
    case SHOWN_OTHER_BYTES:
        hv_fail(err, HV_ERR_INCOMPLETE,
                "CRITICAL: the platform has other key bytes than this keystore "
                "under version %s of %s",
                platform->version.id, id);
        hv_hint(err, "notifications under it cannot be verified here; find out "
                     "who registered that key");
        return HV_ERR_INCOMPLETE;
    default:
        hv_fail(err, HV_ERR_INCOMPLETE,
                "the platform signs for %s with the older version %s: somebody "
                "went back to it",
                id, platform->version.id);
        hv_hint(err, "nothing was changed; both versions still verify");
        return HV_ERR_INCOMPLETE;
    }
}

bool
rotate_is_refusal(enum hv_status status, const struct hv_error *err)
{
    const struct hv_code *code;

    if (status == HV_ERR_LOCKED)
        return true; /* never got as far as the method */
    if (!err->platform_code)
        return false;
    code = hv_code_find(err->platform_code);
    return code && code->kind != HV_CLASS_RETRY;
}
