/*
 * keyring_edit.c - the changes a keyring allows, and its rules. Called from
 * the edit functions given to hv_keystore_edit(). Touches memory only; what
 * is random comes from base.
 */
#include "keystore/records.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>

struct hv_key_sub *
hv_keyring_add_sub(struct hv_keyring *ring, const struct hv_guid *sub,
                   const struct hv_guid *app)
{
    struct hv_key_sub *made;

    ring->subs = ks_array_add(ring->subs, &ring->subs_len, sizeof(*ring->subs));
    made = &ring->subs[ring->subs_len - 1];
    made->sub = *sub;
    made->app = *app;
    made->status = HV_SUB_LIVE;
    return made;
}

enum hv_status
ks_key_fingerprint(const struct hv_secret *key, uint8_t out[8],
                   struct hv_error *err)
{
    static const char context[] = "hvks1 key fp";
    uint8_t digest[32];
    unsigned len = 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
              EVP_DigestUpdate(ctx, context, sizeof(context) - 1) &&
              EVP_DigestUpdate(ctx, key->data, key->len) &&
              EVP_DigestFinal_ex(ctx, digest, &len);

    EVP_MD_CTX_free(ctx);
    if (!ok)
        return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refused SHA-256");
    memcpy(out, digest, 8);
    hv_wipe(digest, sizeof(digest));
    return HV_OK;
}

/* Whether this subscription may have one more key like this. */
static enum hv_status
check_new_key(const struct hv_keyring *ring, const struct hv_guid *sub,
              const struct hv_key_version *version, const struct hv_secret *key,
              struct hv_error *err)
{
    size_t verifying = 0;

    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *old = &ring->keys[i];

        if (!hv_guid_equal(&old->sub, sub))
            continue;
        if (hv_key_version_equal(&old->version, version)) {
            hv_fail(err, HV_ERR_RULE,
                    "version %s of this subscription exists already (%s)",
                    version->id, hv_key_state_word(old->state));
            hv_hint(err, "choose another version id; none is used twice");
            return HV_ERR_RULE;
        }
        if (hv_secret_equal(&old->key, key))
            return hv_fail(err, HV_ERR_RULE,
                           "these key bytes are version %s of this "
                           "subscription already",
                           old->version.id);
        verifying += old->state != HV_KEY_RETIRED;
    }
    if (verifying >= HV_MAX_VERIFYING_KEYS) {
        hv_fail(err, HV_ERR_RULE,
                "this subscription has %zu versions that still verify, and no "
                "more than %d are allowed",
                verifying, HV_MAX_VERIFYING_KEYS);
        hv_hint(err, "retire one that is no longer used");
        return HV_ERR_RULE;
    }
    return HV_OK;
}

enum hv_status
hv_keyring_add_key(struct hv_keyring *ring, const struct hv_guid *sub,
                   const struct hv_key_version *version,
                   const struct hv_secret *key, enum hv_key_origin origin,
                   int64_t now_ms, struct hv_error *err)
{
    struct hv_key made = { .sub = *sub,
                           .version = *version,
                           .state = HV_KEY_PENDING,
                           .origin = origin,
                           .created_ms = now_ms };
    enum hv_status st;

    if (key->len != HV_HMAC_KEY_LEN)
        return hv_fail(err, HV_ERR_FORMAT,
                       "an HMAC key has %d bytes; this one has %zu",
                       HV_HMAC_KEY_LEN, key->len);
    /* In the file all zero means retired. */
    if (ks_is_zero(key->data, key->len))
        return hv_fail(err, HV_ERR_FORMAT, "64 zero bytes are no HMAC key");
    st = check_new_key(ring, sub, version, key, err);
    if (!st)
        st = ks_key_fingerprint(key, made.fingerprint, err);
    if (!st)
        st = hv_secret_copy(&made.key, key->data, key->len, err);
    if (st)
        return st;
    ring->keys = ks_array_add(ring->keys, &ring->keys_len, sizeof(made));
    ring->keys[ring->keys_len - 1] = made;
    return HV_OK;
}

enum hv_status
hv_keyring_add_app(struct hv_keyring *ring, const struct hv_guid *app,
                   const char *name, const struct hv_secret *pkcs8,
                   const uint8_t spki_sha256[32], int64_t now_ms,
                   struct hv_error *err)
{
    struct hv_app_key made = { .app = *app, .created_ms = now_ms };
    enum hv_status st;

    if (hv_keyring_app(ring, app)) {
        char text[HV_GUID_TEXT];

        hv_guid_format(app, text);
        return hv_fail(err, HV_ERR_RULE,
                       "the keystore has a key of application %s already",
                       text);
    }
    if (pkcs8->len < 1 || pkcs8->len > KS_PKCS8_MAX)
        return hv_fail(err, HV_ERR_LIMIT,
                       "a private key has at most %d bytes; this one has %zu",
                       KS_PKCS8_MAX, pkcs8->len);
    if (!hv_copy(made.name, sizeof(made.name), name) ||
        !hv_utf8_is_valid(hv_bytes_str(name)))
        return hv_fail(err, HV_ERR_FORMAT,
                       "the name of an application is UTF-8 of at most %zu "
                       "bytes",
                       sizeof(made.name) - 1);
    memcpy(made.spki_sha256, spki_sha256, sizeof(made.spki_sha256));
    st = hv_secret_copy(&made.pkcs8, pkcs8->data, pkcs8->len, err);
    if (st)
        return st;
    ring->apps = ks_array_add(ring->apps, &ring->apps_len, sizeof(made));
    ring->apps[ring->apps_len - 1] = made;
    return HV_OK;
}

static enum hv_status
x25519_public(const struct hv_secret *private_key, uint8_t out[32],
              struct hv_error *err)
{
    size_t len = 32;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
        EVP_PKEY_X25519, NULL, private_key->data, private_key->len);
    bool ok = key && EVP_PKEY_get_raw_public_key(key, out, &len) && len == 32;

    EVP_PKEY_free(key);
    return ok ? HV_OK : hv_fail(err, HV_ERR_CRYPTO, "OpenSSL refused X25519");
}

enum hv_status
hv_keyring_add_journal_keys(struct hv_keyring *ring, int64_t now_ms,
                            struct hv_error *err)
{
    struct hv_journal_key key = { .created_ms = now_ms };
    struct hv_journal_reader reader = { .created_ms = now_ms };
    enum hv_status st;

    hv_random(key.id, sizeof(key.id));
    memcpy(reader.id, key.id, sizeof(reader.id));
    st = hv_secret_random(&key.index_key, 32, err);
    if (!st)
        st = hv_secret_random(&key.outbox_key, 32, err);
    if (!st)
        st = hv_secret_random(&reader.private_key, 32, err);
    if (!st)
        st = x25519_public(&reader.private_key, key.public_key, err);
    if (st) {
        hv_secret_release(&key.index_key);
        hv_secret_release(&key.outbox_key);
        hv_secret_release(&reader.private_key);
        return st;
    }
    ring->journal_keys =
        ks_array_add(ring->journal_keys, &ring->journal_keys_len, sizeof(key));
    ring->journal_keys[ring->journal_keys_len - 1] = key;
    ring->readers =
        ks_array_add(ring->readers, &ring->readers_len, sizeof(reader));
    ring->readers[ring->readers_len - 1] = reader;
    return HV_OK;
}

void
hv_keyring_retire(struct hv_key *key, int64_t now_ms)
{
    hv_secret_release(&key->key);
    key->state = HV_KEY_RETIRED;
    key->retired_ms = now_ms;
}

void
hv_keyring_remove_sub(struct hv_keyring *ring, const struct hv_guid *sub)
{
    size_t kept = 0;

    for (size_t i = 0; i < ring->subs_len; i++) {
        if (!hv_guid_equal(&ring->subs[i].sub, sub))
            ring->subs[kept++] = ring->subs[i];
    }
    ring->subs_len = kept;
    kept = 0;
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (hv_guid_equal(&ring->keys[i].sub, sub))
            hv_secret_release(&ring->keys[i].key);
        else
            ring->keys[kept++] = ring->keys[i];
    }
    ring->keys_len = kept;
}

void
hv_keyring_rename_sub(struct hv_keyring *ring, const struct hv_guid *from,
                      const struct hv_guid *to)
{
    const struct hv_guid old = *from; /* both may point into the ring */
    const struct hv_guid new = *to;

    for (size_t i = 0; i < ring->subs_len; i++) {
        if (hv_guid_equal(&ring->subs[i].sub, &old))
            ring->subs[i].sub = new;
    }
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (hv_guid_equal(&ring->keys[i].sub, &old))
            ring->keys[i].sub = new;
    }
}

static bool
version_is_used(const struct hv_keyring *ring,
                const struct hv_key_version *version)
{
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (hv_key_version_equal(&ring->keys[i].version, version))
            return true;
    }
    return false;
}

void
hv_keyring_new_version(const struct hv_keyring *ring, int64_t now_ms,
                       const struct hv_key_version *avoid,
                       struct hv_key_version *out)
{
    char time[HV_TIME_TEXT];
    struct hv_key_version made;

    hv_time_format(now_ms ? now_ms : 1, time); /* 0 would give "" */
    for (size_t n = 1;; n++) {
        snprintf(made.id, sizeof(made.id), "v%.4s%.2s%.2s-%zu", time, time + 5,
                 time + 8, n);
        if (!version_is_used(ring, &made) &&
            (!avoid || !hv_key_version_equal(&made, avoid)))
            break;
    }
    *out = made;
}

enum hv_status
ks_ring_check(const struct hv_keyring *ring, struct hv_error *err)
{
    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *key = &ring->keys[i];
        size_t verifying = 0;
        size_t want = key->state == HV_KEY_RETIRED ? 0 : HV_HMAC_KEY_LEN;

        if (key->key.len != want)
            return hv_fail(
                err, HV_ERR_FAILED, "key version %s is %s and has %zu bytes",
                key->version.id, hv_key_state_word(key->state), key->key.len);
        for (size_t j = 0; j <= i; j++)
            verifying += ring->keys[j].state != HV_KEY_RETIRED &&
                         hv_guid_equal(&ring->keys[j].sub, &key->sub);
        if (verifying > HV_MAX_VERIFYING_KEYS)
            return hv_fail(err, HV_ERR_DAMAGED,
                           "more than %d versions of one subscription verify",
                           HV_MAX_VERIFYING_KEYS);
    }
    return HV_OK;
}
