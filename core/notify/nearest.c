/*
 * nearest.c - what a refused message would have fitted: the usual mistakes of
 * senders, proxies and operators, tried one after the other. Called by the
 * listener after its answer, and by `verify --explain`. Decides nothing, stores
 * nothing; says what fitted in words, never a MAC, never a key.
 */
#include "core/notify/mac.h"
#include "core/notify/variant.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_HASHED ((size_t)8 * 1024 * 1024)

struct search {
    const struct hv_keyring *ring;
    struct hv_bytes body;
    struct hv_notify_auth auth;
    const char *oddity; /* of the header, NULL = none */
    size_t left;        /* bytes that may still be hashed */
    size_t tried;
    bool is_cut;     /* the limit came first */
    bool is_retired; /* the key that was named is no more */
    struct hv_buf scratch;
    struct hv_secret key; /* scratch; empty when there is no room for it */
};

/* Once more; false too when the limit is reached. */
static bool
fits(struct search *search, const struct notify_mac *mac, struct hv_bytes body)
{
    bool found = false;

    /* A hash costs something of its own. */
    if (search->left < body.len + 64) {
        search->is_cut = true;
        return false;
    }
    search->left -= body.len + 64;
    search->tried++;
    return notify_mac_fits(mac, body, search->auth.mac, &found, NULL) ==
               HV_OK &&
           found;
}

static bool
raw_fits(struct search *search, struct hv_bytes key)
{
    struct notify_mac mac = { 0 };
    bool found = false;

    if (notify_mac_start(&mac, key, NULL) == HV_OK)
        found = fits(search, &mac, search->body);
    notify_mac_end(&mac);
    return found;
}

/* The body in other forms; the words of the one that fits, or NULL. */
static const char *
body_form(struct search *search, struct hv_bytes key)
{
    struct notify_mac mac = { 0 };
    const char *words = NULL;

    if (notify_mac_start(&mac, key, NULL))
        return NULL;
    for (size_t i = 0; !words && !search->is_cut && i < notify_body_forms_len;
         i++) {
        hv_buf_clear(&search->scratch);
        if (notify_body_forms[i].make(search->body, &search->scratch) &&
            !search->scratch.is_over &&
            fits(search, &mac, hv_buf_bytes(&search->scratch)))
            words = notify_body_forms[i].words;
    }
    notify_mac_end(&mac);
    return words;
}

static const char *
key_form(struct search *search, struct hv_bytes key)
{
    const char *words = NULL;

    for (size_t i = 0; search->key.data && !words && i < notify_key_forms_len;
         i++) {
        struct hv_bytes form = { search->key.data, notify_key_forms[i].make(
                                                       key, search->key.data) };

        if (raw_fits(search, form))
            words = notify_key_forms[i].words;
    }
    if (search->key.data)
        hv_wipe(search->key.data, search->key.len);
    return words;
}

/* ----------------------------------------------------------------- words -- */

static void
say(const struct search *search, const struct hv_key *key, const char *form,
    struct hv_why_step *out)
{
    bool is_sub = hv_guid_equal(&key->sub, &search->auth.sub);
    bool is_version =
        is_sub && hv_key_version_equal(&key->version, &search->auth.version);
    char whose[HV_GUID_SHORT + 24] = "this subscription";
    char sub[HV_GUID_SHORT];
    char what[80];

    hv_guid_short(&key->sub, sub);
    if (!is_sub)
        snprintf(whose, sizeof(whose), "%s", sub);
    if (is_version)
        snprintf(what, sizeof(what), "this key");
    else
        snprintf(what, sizeof(what), "version %.30s of %s", key->version.id,
                 whose);
    snprintf(out->note, sizeof(out->note), "%s%s%s%s%s fits",
             search->oddity ? search->oddity : "", search->oddity ? "; " : "",
             what, form ? ", " : "", form ? form : "");
}

/* A version whose id differs in case alone: ids are compared exactly. */
static const struct hv_key *
same_but_case(const struct search *search)
{
    for (size_t i = 0; i < search->ring->keys_len; i++) {
        const struct hv_key *key = &search->ring->keys[i];

        if (hv_guid_equal(&key->sub, &search->auth.sub) &&
            !hv_key_version_equal(&key->version, &search->auth.version) &&
            strcasecmp(key->version.id, search->auth.version.id) == 0)
            return key;
    }
    return NULL;
}

static void
say_nothing_fits(const struct search *search, struct hv_why_step *out)
{
    const struct hv_key *key = same_but_case(search);

    if (key)
        snprintf(out->note, sizeof(out->note),
                 "nothing near fits; version %.40s is known, in another case",
                 key->version.id);
    else
        snprintf(out->note, sizeof(out->note),
                 "nothing near fits, %zu combinations tried%s%s", search->tried,
                 search->is_retired ? "; the retired key is destroyed" : "",
                 search->is_cut ? "; the limit came before the end" : "");
}

/* ---------------------------------------------------------------- search -- */

enum { NAMED, SAME_SUB, OTHERS, DISTANCES };

/* How far a key is from the one that was named; -1: it has no bytes. */
static int
distance(const struct search *search, const struct hv_key *key)
{
    if (key->key.len != HV_HMAC_KEY_LEN)
        return -1;
    if (!hv_guid_equal(&key->sub, &search->auth.sub))
        return OTHERS;
    return hv_key_version_equal(&key->version, &search->auth.version)
               ? NAMED
               : SAME_SUB;
}

typedef const char *(*form_fn)(struct search *search, struct hv_bytes key);

static const char *
as_it_came(struct search *search, struct hv_bytes key)
{
    return raw_fits(search, key) ? "" : NULL;
}

/* One kind of change, under every key at one distance. */
static bool
look(struct search *search, form_fn form, int at, struct hv_why_step *out)
{
    for (size_t i = 0; !search->is_cut && i < search->ring->keys_len; i++) {
        const struct hv_key *key = &search->ring->keys[i];
        const char *words;

        if (distance(search, key) != at)
            continue;
        words = form(search, hv_secret_bytes(&key->key));
        if (words) {
            say(search, key, words[0] ? words : NULL, out);
            return true;
        }
    }
    return false;
}

/* The likely first: another key, then the body, then the key's own form. */
static bool
search_all(struct search *search, struct hv_why_step *out)
{
    static const form_fn forms[] = { as_it_came, body_form, key_form };

    for (size_t i = 0; i < HV_LEN(forms); i++) {
        for (int at = NAMED; at < DISTANCES; at++) {
            if (look(search, forms[i], at, out))
                return true;
        }
    }
    return false;
}

bool
hv_notify_nearest(const struct hv_keyring *ring, struct hv_bytes header,
                  struct hv_bytes body, const struct hv_judgement *judgement,
                  size_t max_hashed, struct hv_why_step *out)
{
    struct search search = {
        .ring = ring,
        .body = body,
        .auth = judgement->auth,
        .left = max_hashed ? max_hashed : DEFAULT_HASHED,
        .is_retired = judgement->verdict == HV_VERDICT_RETIRED_VERSION,
    };

    *out = (struct hv_why_step){ .step = "nearest" };
    if (hv_verdict_row(judgement->verdict)->is_verified ||
        judgement->verdict == HV_VERDICT_MISSING ||
        (!judgement->has_auth &&
         !notify_read_loosely(header, &search.auth, &search.oddity)))
        return false;
    /* Without it the forms of the key are left out. */
    if (hv_secret_init(&search.key, NOTIFY_KEY_FORM, NULL))
        search.key = (struct hv_secret){ 0 };
    if (!search_all(&search, out))
        say_nothing_fits(&search, out);
    hv_secret_release(&search.key);
    hv_buf_release(&search.scratch);
    return true;
}
