/*
 * import.c - a key that others made is put beside those that are here. Called
 * by `key import`. One save, and the same again changes nothing: so a crash
 * needs no repair. Announces nothing.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"

struct import {
    struct hv_guid sub;
    struct hv_guid app; /* of the profile; zero = none */
    const struct hv_key_version *version;
    const struct hv_secret *key; /* NULL = only what is here already */
    bool is_listed;              /* the platform shows the subscription */
    bool is_current;             /* .. and this version as current */
    enum hv_key_state state;     /* out */
};

static enum hv_status
fail_unknown(const struct import *import, struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&import->sub, id);
    return hv_fail(err, HV_ERR_NOT_FOUND,
                   "neither the keystore nor the platform knows subscription "
                   "%s",
                   id);
}

/* What the platform shows, when it can be asked. An unreachable one only takes
 * away the answer; whether that is enough, the edit decides. */
static enum hv_status
ask_platform(const struct hv_rotate_ctx *ctx, struct import *import,
             struct hv_error *failure, struct hv_error *err)
{
    struct hv_sub shown = { 0 };
    enum hv_status st = HV_OK;

    if ((!ctx->client && !ctx->ops) || !ctx->profile)
        return HV_OK;
    import->app = ctx->profile->app_id;
    if (rotate_read(ctx, &import->sub, &shown, failure))
        return failure->status == HV_ERR_CANCELLED ? HV_ERR_CANCELLED : HV_OK;
    import->is_listed = !hv_guid_is_zero(&shown.id);
    import->is_current = import->is_listed &&
                         hv_key_version_equal(&shown.version, import->version);
    if (import->is_current && import->key && shown.key.len &&
        !hv_secret_equal(&shown.key, import->key)) {
        st = hv_fail(err, HV_ERR_RULE,
                     "the platform holds other key bytes under version %s",
                     import->version->id);
        hv_hint(err, "this is not the key it signs with: ask whoever made it");
    }
    hv_sub_release(&shown);
    return st;
}

static enum hv_status
add_record(struct hv_keyring *ring, const struct import *import, int64_t now,
           struct hv_error *err)
{
    struct hv_key_sub *record = hv_keyring_sub(ring, &import->sub);
    char id[HV_GUID_TEXT];

    if (record && record->status == HV_SUB_DRAFT) {
        hv_guid_format(&import->sub, id);
        return hv_fail(err, HV_ERR_RULE,
                       "subscription %s is still being created", id);
    }
    if (record)
        return HV_OK;
    if (!import->is_listed)
        return fail_unknown(import, err);
    record = hv_keyring_add_sub(ring, &import->sub, &import->app);
    record->created_ms = now;
    record->confirmed_ms = now;
    return HV_OK;
}

static enum hv_status
check_same(const struct import *import, const struct hv_key *key,
           struct hv_error *err)
{
    if (key->state == HV_KEY_RETIRED)
        return hv_fail(err, HV_ERR_RULE,
                       "version %s was retired here, and a version id is never "
                       "used again",
                       import->version->id);
    if (import->key && !hv_secret_equal(&key->key, import->key))
        return hv_fail(err, HV_ERR_RULE,
                       "the keystore holds other key bytes under version %s",
                       import->version->id);
    return HV_OK;
}

static enum hv_status
add_key(struct hv_keyring *ring, const struct import *import, int64_t now,
        struct hv_error *err)
{
    const struct hv_key *known =
        hv_keyring_find(ring, &import->sub, import->version);
    enum hv_status st;

    if (known)
        return check_same(import, known, err);
    if (!import->key)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the keystore has no version %s of this subscription, "
                       "and no key was given",
                       import->version->id);
    st = hv_keyring_add_key(ring, &import->sub, import->version, import->key,
                            HV_KEY_IMPORTED, now, err);
    if (!st)
        rotate_supersede(hv_keyring_find(ring, &import->sub, import->version),
                         now);
    return st;
}

/* A rotation that is open goes on from here. */
static enum hv_status
make_current(struct hv_keyring *ring, const struct import *import, int64_t now,
             struct hv_error *err)
{
    struct hv_key_sub *record = hv_keyring_sub(ring, &import->sub);
    const struct hv_key *pending = rotate_pending(ring, &import->sub);
    struct hv_key_sub before = *record;
    enum hv_status st;

    st = rotate_make_current(ring, &import->sub, import->version, now, err);
    if (st || !pending || pending->state != HV_KEY_PENDING)
        return st;
    record->intent = before.intent;
    record->intent_ms = before.intent_ms;
    record->attempts = before.attempts;
    return HV_OK;
}

static enum hv_status
edit_import(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    struct import *import = arg;
    int64_t now = hv_clock_now_ms();
    enum hv_status st = add_record(ring, import, now, err);

    if (!st)
        st = add_key(ring, import, now, err);
    if (!st && import->is_current)
        st = make_current(ring, import, now, err);
    if (!st)
        import->state =
            hv_keyring_find(ring, &import->sub, import->version)->state;
    return st;
}

/* Whether the edit would change anything: the same import again does not. */
static bool
is_needed(const struct hv_keyring *ring, const struct import *import)
{
    const struct hv_key *known =
        hv_keyring_find(ring, &import->sub, import->version);

    return !hv_keyring_sub(ring, &import->sub) || !known ||
           known->state == HV_KEY_RETIRED ||
           check_same(import, known, NULL) != HV_OK ||
           (import->is_current && known->state != HV_KEY_ACTIVE);
}

enum hv_status
hv_key_import(const struct hv_rotate_ctx *ctx, const struct hv_guid *sub,
              const struct hv_key_version *version, const struct hv_secret *key,
              enum hv_key_state *out, struct hv_error *err)
{
    struct import import = { .sub = *sub, .version = version, .key = key };
    struct hv_error failure = { 0 };
    const struct hv_keyring *ring;
    bool changed;
    enum hv_status st;

    if (key && key->len != HV_HMAC_KEY_LEN)
        return hv_fail(err, HV_ERR_RULE,
                       "a notification key has %d bytes, not %zu",
                       HV_HMAC_KEY_LEN, key->len);
    st = hv_keystore_refresh(ctx->ks, &changed, err);
    if (!st)
        st = ask_platform(ctx, &import, &failure, err);
    if (st)
        return st;
    ring = hv_keystore_ring(ctx->ks);
    if (!hv_keyring_sub(ring, sub) && failure.status) {
        if (err)
            *err = failure;
        return failure.status;
    }
    if (is_needed(ring, &import))
        st = hv_keystore_edit(ctx->ks, edit_import, &import, err);
    else
        import.state = hv_keyring_find(ring, sub, version)->state;
    if (!st && out)
        *out = import.state;
    return st;
}
