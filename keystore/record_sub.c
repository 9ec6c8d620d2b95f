/*
 * record_sub.c - the bodies of subscriptions (0101) and their HMAC keys (0102),
 * both ways. Pure. Called through the table of record_kinds.c.
 */
#include "keystore/record_body.h"

enum hv_status
ks_sub_decode(struct ks_walk *body, struct hv_keyring *ring,
              struct hv_error *err)
{
    struct hv_key_sub sub = { 0 };
    uint8_t status;
    uint8_t intent;
    uint32_t zero;

    ks_walk_copy(body, sub.sub.b, 16);
    ks_walk_copy(body, sub.app.b, 16);
    sub.created_ms = ks_walk_time(body);
    sub.confirmed_ms = ks_walk_time(body);
    status = ks_walk_8(body);
    intent = ks_walk_8(body);
    sub.attempts = ks_walk_16(body);
    zero = ks_walk_32(body);
    sub.intent_ms = ks_walk_time(body);
    ks_walk_copy(body, sub.config_hash, sizeof(sub.config_hash));
    if (!ks_body_text(body, sub.label, sizeof(sub.label) - 1) || zero ||
        status < HV_SUB_LIVE || status > HV_SUB_DRAFT ||
        intent > HV_INTENT_SUBMITTED || !ks_walk_is_done(body))
        return ks_body_fail(err, "subscription");
    sub.status = (enum hv_sub_status)status;
    sub.intent = (enum hv_intent)intent;
    ring->subs = ks_array_add(ring->subs, &ring->subs_len, sizeof(sub));
    ring->subs[ring->subs_len - 1] = sub;
    return HV_OK;
}

void
ks_sub_key(const void *object, uint8_t *out)
{
    const struct hv_key_sub *sub = object;

    memcpy(out, sub->sub.b, 16);
    memcpy(out + 16, sub->app.b, 16);
}

size_t
ks_sub_encode(const void *object, uint8_t *out)
{
    const struct hv_key_sub *sub = object;

    if (out) {
        ks_sub_key(sub, out);
        out = ks_put_time(out + 32, sub->created_ms);
        out = ks_put_time(out, sub->confirmed_ms);
        *out++ = (uint8_t)sub->status;
        *out++ = (uint8_t)sub->intent;
        ks_put16(out, sub->attempts);
        ks_put32(out + 2, 0);
        out = ks_put_time(out + 6, sub->intent_ms);
        out = ks_put(out, sub->config_hash, sizeof(sub->config_hash));
        ks_put_text(out, sub->label);
    }
    return 98 + strlen(sub->label);
}

/* The form of everything but the key bytes themselves. */
static bool
key_take_fields(struct ks_walk *body, struct hv_key *key,
                const uint8_t **key_bytes)
{
    uint8_t id_len;
    const uint8_t *id;
    uint8_t state;
    uint8_t origin;
    const uint8_t *zero;

    ks_walk_copy(body, key->sub.b, 16);
    id_len = ks_walk_8(body);
    id = ks_walk_take(body, HV_MAX_KEY_VERSION);
    state = ks_walk_8(body);
    origin = ks_walk_8(body);
    zero = ks_walk_take(body, 3);
    *key_bytes = ks_walk_take(body, HV_HMAC_KEY_LEN);
    key->created_ms = ks_walk_time(body);
    key->submitted_ms = ks_walk_time(body);
    key->activated_ms = ks_walk_time(body);
    key->superseded_ms = ks_walk_time(body);
    key->retire_not_before_ms = ks_walk_time(body);
    key->retired_ms = ks_walk_time(body);
    ks_walk_copy(body, key->fingerprint, sizeof(key->fingerprint));
    key->state = (enum hv_key_state)state;
    key->origin = (enum hv_key_origin)origin;
    return ks_walk_is_done(body) && id_len <= HV_MAX_KEY_VERSION &&
           hv_key_version_parse((struct hv_bytes){ id, id_len },
                                &key->version) == HV_OK &&
           strlen(key->version.id) == id_len &&
           ks_is_zero(id + id_len, HV_MAX_KEY_VERSION - id_len) &&
           state >= HV_KEY_PENDING && state <= HV_KEY_RETIRED &&
           (origin == HV_KEY_MADE || origin == HV_KEY_IMPORTED) &&
           ks_is_zero(zero, 3);
}

enum hv_status
ks_key_decode(struct ks_walk *body, struct hv_keyring *ring,
              struct hv_error *err)
{
    struct hv_key key = { 0 };
    const uint8_t *bytes;
    uint8_t fingerprint[8];
    enum hv_status st = HV_OK;

    if (!key_take_fields(body, &key, &bytes) ||
        ks_is_zero(bytes, HV_HMAC_KEY_LEN) != (key.state == HV_KEY_RETIRED))
        return ks_body_fail(err, "HMAC key");
    if (key.state != HV_KEY_RETIRED) {
        st = hv_secret_copy(&key.key, bytes, HV_HMAC_KEY_LEN, err);
        if (!st)
            st = ks_key_fingerprint(&key.key, fingerprint, err);
        if (!st && memcmp(fingerprint, key.fingerprint, 8) != 0)
            st = ks_body_fail(err, "fingerprint of an HMAC key");
    }
    if (st) {
        hv_secret_release(&key.key);
        return st;
    }
    ring->keys = ks_array_add(ring->keys, &ring->keys_len, sizeof(key));
    ring->keys[ring->keys_len - 1] = key;
    return HV_OK;
}

void
ks_key_key(const void *object, uint8_t *out)
{
    const struct hv_key *key = object;
    size_t id_len = strlen(key->version.id);

    memcpy(out, key->sub.b, 16);
    out[16] = (uint8_t)id_len;
    memset(out + 17, 0, HV_MAX_KEY_VERSION);
    memcpy(out + 17, key->version.id, id_len);
}

size_t
ks_key_encode(const void *object, uint8_t *out)
{
    const struct hv_key *key = object;

    if (out) {
        ks_key_key(key, out);
        out[67] = (uint8_t)key->state;
        out[68] = (uint8_t)key->origin;
        memset(out + 69, 0, 3 + HV_HMAC_KEY_LEN); /* a retired key is zero */
        if (key->key.len == HV_HMAC_KEY_LEN)
            memcpy(out + 72, key->key.data, HV_HMAC_KEY_LEN);
        out = ks_put_time(out + 136, key->created_ms);
        out = ks_put_time(out, key->submitted_ms);
        out = ks_put_time(out, key->activated_ms);
        out = ks_put_time(out, key->superseded_ms);
        out = ks_put_time(out, key->retire_not_before_ms);
        out = ks_put_time(out, key->retired_ms);
        ks_put(out, key->fingerprint, sizeof(key->fingerprint));
    }
    return 192;
}
