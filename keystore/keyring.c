/*
 * keyring.c - looking things up in a keyring, and letting it go. Pure. Called
 * by everyone who verifies, lists or shows. Changes nothing; the changes are
 * in keyring_edit.c.
 */
#include "hvconsole/keyring.h"

#include <stdlib.h>

void
hv_keyring_release(struct hv_keyring *ring)
{
    for (size_t i = 0; i < ring->keys_len; i++)
        hv_secret_release(&ring->keys[i].key);
    for (size_t i = 0; i < ring->journal_keys_len; i++) {
        hv_secret_release(&ring->journal_keys[i].index_key);
        hv_secret_release(&ring->journal_keys[i].outbox_key);
    }
    for (size_t i = 0; i < ring->readers_len; i++)
        hv_secret_release(&ring->readers[i].private_key);
    for (size_t i = 0; i < ring->apps_len; i++)
        hv_secret_release(&ring->apps[i].pkcs8);
    for (size_t i = 0; i < ring->raw_len; i++)
        hv_secret_release(&ring->raw[i].body);
    free(ring->subs);
    free(ring->keys);
    free(ring->journal_keys);
    free(ring->readers);
    free(ring->apps);
    free(ring->raw);
    *ring = (struct hv_keyring){ 0 };
}

struct hv_key_sub *
hv_keyring_sub(const struct hv_keyring *ring, const struct hv_guid *sub)
{
    for (size_t i = 0; i < ring->subs_len; i++) {
        if (hv_guid_equal(&ring->subs[i].sub, sub))
            return &ring->subs[i];
    }
    return NULL;
}

struct hv_key *
hv_keyring_find(const struct hv_keyring *ring, const struct hv_guid *sub,
                const struct hv_key_version *version)
{
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (hv_guid_equal(&ring->keys[i].sub, sub) &&
            hv_key_version_equal(&ring->keys[i].version, version))
            return &ring->keys[i];
    }
    return NULL;
}

struct hv_key *
hv_keyring_current(const struct hv_keyring *ring, const struct hv_guid *sub)
{
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (ring->keys[i].state == HV_KEY_ACTIVE &&
            hv_guid_equal(&ring->keys[i].sub, sub))
            return &ring->keys[i];
    }
    return NULL;
}

struct hv_app_key *
hv_keyring_app(const struct hv_keyring *ring, const struct hv_guid *app)
{
    for (size_t i = 0; i < ring->apps_len; i++) {
        if (hv_guid_equal(&ring->apps[i].app, app))
            return &ring->apps[i];
    }
    return NULL;
}

struct hv_journal_key *
hv_keyring_journal_key(const struct hv_keyring *ring)
{
    struct hv_journal_key *newest = NULL;

    for (size_t i = 0; i < ring->journal_keys_len; i++) {
        struct hv_journal_key *key = &ring->journal_keys[i];

        if (!newest || key->created_ms > newest->created_ms)
            newest = key;
    }
    return newest;
}

static bool
is_known(const struct hv_guid *seen, size_t len, const struct hv_guid *sub)
{
    for (size_t i = 0; i < len; i++) {
        if (hv_guid_equal(&seen[i], sub))
            return true;
    }
    return false;
}

static enum hv_status
fail_ambiguous(const struct hv_guid *seen, size_t len, const char *text,
               struct hv_error *err)
{
    enum { SHOWN = 4 };
    struct hv_buf names = { 0 };

    for (size_t i = 0; i < len && i < SHOWN; i++) {
        char name[HV_GUID_TEXT];

        hv_guid_format(&seen[i], name);
        hv_buf_addf(&names, "%s%s", i ? ", " : "", name);
    }
    hv_fail(err, HV_ERR_RULE, "\"%.40s\" could be %zu subscriptions: %s%s",
            text, len, hv_buf_str(&names), len > SHOWN ? " ..." : "");
    hv_hint(err, "give more characters of the id");
    hv_buf_release(&names);
    return HV_ERR_RULE;
}

enum hv_status
hv_keyring_resolve_sub(const struct hv_keyring *ring, const char *text,
                       struct hv_guid *out, struct hv_error *err)
{
    /* Keys may be there without a subscription record, and the other way. */
    size_t all = ring->subs_len + ring->keys_len;
    struct hv_guid *seen = hv_calloc(all, sizeof(*seen));
    struct hv_guid whole;
    bool is_whole = hv_guid_parse(text, &whole) == HV_OK;
    size_t len = 0;
    enum hv_status st = HV_OK;

    for (size_t i = 0; i < all; i++) {
        const struct hv_guid *sub = i < ring->subs_len
                                        ? &ring->subs[i].sub
                                        : &ring->keys[i - ring->subs_len].sub;
        bool is_match =
            is_whole ? hv_guid_equal(sub, &whole) : hv_guid_matches(sub, text);

        if (is_match && !is_known(seen, len, sub))
            seen[len++] = *sub;
    }
    if (len == 1) {
        *out = seen[0];
    } else if (len == 0) {
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the keystore knows no subscription \"%.40s\"", text);
        hv_hint(err, "an id or its first 4 or more characters is needed");
    } else {
        st = fail_ambiguous(seen, len, text, err);
    }
    free(seen);
    return st;
}

const char *
hv_key_state_word(enum hv_key_state state)
{
    static const char *const words[] = {
        [HV_KEY_PENDING] = "pending",
        [HV_KEY_ACTIVE] = "active",
        [HV_KEY_ACCEPTED] = "accepted",
        [HV_KEY_RETIRED] = "retired",
    };

    if ((unsigned)state < HV_LEN(words) && words[state])
        return words[state];
    return "unknown";
}
