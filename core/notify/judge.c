/*
 * judge.c - whether the platform sent these bytes: header, key, MAC over the
 * raw body, and only then the XML. Called by the listener for every request
 * and by `verify` for a file. Pure: keys and bytes in, a judgement out.
 * Fact: verification
 */
#include "core/notify/mac.h"

#include <stdio.h>
#include <string.h>

#define BOM     "\xef\xbb\xbf"
#define BOM_LEN 3

void
hv_judgement_release(struct hv_judgement *judgement)
{
    hv_event_list_release(&judgement->events);
    *judgement = (struct hv_judgement){ 0 };
}

static void HV_PRINTF(4, 5)
    add_why(struct hv_judgement *judgement, const char *step, bool ok,
            const char *fmt, ...)
{
    struct hv_why_step *why = &judgement->why[judgement->why_len];
    va_list args;

    if (judgement->why_len == HV_MAX_WHY)
        return;
    judgement->why_len++;
    why->step = step;
    why->ok = ok;
    va_start(args, fmt);
    vsnprintf(why->note, sizeof(why->note), fmt, args);
    va_end(args);
}

/* -------------------------------------------------------------------- MAC -- */

/* The same work for every key and every outcome but for a body that begins
 * with a BOM, which its sender knows. */
static enum hv_status
check_mac(struct hv_notify_parser *parser, struct hv_bytes key,
          struct hv_bytes body, const uint8_t wanted[HV_MAC_LEN], bool *holds,
          bool *without_bom, struct hv_error *err)
{
    struct notify_mac once = { 0 };
    const struct notify_mac *mac = &once;
    enum hv_status st;

    st = parser ? notify_macs_get(notify_parser_macs(parser), key, &mac, err)
                : notify_mac_start(&once, key, err);
    *without_bom = false;
    if (!st)
        st = notify_mac_fits(mac, body, wanted, holds, err);
    /* One more try: some senders sign the text they read, not the bytes. */
    if (!st && !*holds && body.len >= BOM_LEN &&
        memcmp(body.data, BOM, BOM_LEN) == 0) {
        body.data += BOM_LEN;
        body.len -= BOM_LEN;
        st = notify_mac_fits(mac, body, wanted, holds, err);
        *without_bom = !st && *holds;
    }
    notify_mac_end(&once);
    return st;
}

/* ------------------------------------------------------------------- keys -- */

static bool
knows_sub(const struct hv_keyring *ring, const struct hv_guid *sub)
{
    if (hv_keyring_sub(ring, sub))
        return true;
    for (size_t i = 0; i < ring->keys_len; i++) {
        if (hv_guid_equal(&ring->keys[i].sub, sub))
            return true;
    }
    return false;
}

static const char *const state_notes[] = {
    [HV_KEY_PENDING] = "known, not yet announced as current",
    [HV_KEY_ACTIVE] = "known, the current one",
    [HV_KEY_ACCEPTED] = "known, superseded and still accepted",
};

/* The key to verify with, or NULL and the verdict. */
static const struct hv_key *
find_key(const struct hv_keyring *ring, struct hv_bytes header,
         struct hv_judgement *out)
{
    struct hv_error form = { 0 };
    const struct hv_key *key;
    char sub[HV_GUID_SHORT];

    if (hv_bytes_trim(header).len == 0) {
        out->verdict = HV_VERDICT_MISSING;
        add_why(out, "header", false, "there is no Authorization header");
        return NULL;
    }
    if (hv_notify_auth_parse(header, &out->auth, &form)) {
        out->verdict = HV_VERDICT_MALFORMED;
        add_why(out, "header", false, "%s", form.why);
        return NULL;
    }
    out->has_auth = true;
    hv_guid_short(&out->auth.sub, sub);
    add_why(out, "header", true, "%s : %s : base64 of %d bytes", sub,
            out->auth.version.id, HV_MAC_LEN);
    if (!knows_sub(ring, &out->auth.sub)) {
        out->verdict = HV_VERDICT_UNKNOWN_SUB;
        add_why(out, "subscription", false, "no key of it is kept here");
        return NULL;
    }
    add_why(out, "subscription", true, "known");
    key = hv_keyring_find(ring, &out->auth.sub, &out->auth.version);
    if (!key) {
        out->verdict = HV_VERDICT_UNKNOWN_VERSION;
        add_why(out, "version", false, "not known for this subscription");
        return NULL;
    }
    if (key->state == HV_KEY_RETIRED || key->key.len != HV_HMAC_KEY_LEN) {
        out->verdict = HV_VERDICT_RETIRED_VERSION;
        add_why(out, "version", false, "retired, its key is destroyed");
        return NULL;
    }
    add_why(out, "version", true, "%s", state_notes[key->state]);
    return key;
}

/* ------------------------------------------------------------------- body -- */

/* Whether an inner subscription may be credited although the header names
 * another: ours, and of the same application. */
static bool
is_vouched(const struct hv_keyring *ring, const struct hv_guid *header,
           const struct hv_guid *inner)
{
    const struct hv_key_sub *a = hv_keyring_sub(ring, header);
    const struct hv_key_sub *b = hv_keyring_sub(ring, inner);

    return a && b && hv_guid_equal(&a->app, &b->app);
}

static const char *
plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* HV_VERDICT_MISMATCH or HV_VERDICT_VERIFIED. */
static enum hv_verdict
look_inside(const struct hv_keyring *ring, struct hv_judgement *out)
{
    size_t strangers = 0;
    size_t others = 0;

    for (size_t i = 0; i < out->events.len; i++) {
        const struct hv_guid *inner = &out->events.items[i].sub;

        if (hv_guid_equal(inner, &out->auth.sub))
            continue;
        if (is_vouched(ring, &out->auth.sub, inner))
            others++;
        else
            strangers++;
    }
    if (strangers) {
        add_why(out, "inner", false,
                "%zu of %zu %s a subscription that is "
                "not known here",
                strangers, out->events.len, strangers == 1 ? "names" : "name");
        return HV_VERDICT_MISMATCH;
    }
    if (others)
        add_why(out, "inner", true,
                "%zu of %zu name other subscriptions of "
                "this application",
                others, out->events.len);
    else
        add_why(out, "inner", true, "all name the subscription of the header");
    return HV_VERDICT_VERIFIED;
}

static void
read_body(const struct hv_keyring *ring, const struct hv_key *key,
          struct hv_bytes body, struct hv_notify_parser *parser,
          struct hv_judgement *out)
{
    struct hv_error reason = { 0 };
    char skipped[64] = "";
    size_t things = 0;

    if (hv_notify_parse(parser, body, &out->events, &reason)) {
        out->verdict = HV_VERDICT_QUARANTINED;
        add_why(out, "xml", false, "%.100s", reason.why);
        return;
    }
    for (size_t i = 0; i < out->events.len; i++)
        things += out->events.items[i].things_len;
    if (out->events.ignored)
        snprintf(skipped, sizeof(skipped), "; %zu of unknown kind skipped",
                 out->events.ignored);
    add_why(out, "xml", true, "%zu notification%s, %zu thing%s%s",
            out->events.len, plural(out->events.len), things, plural(things),
            skipped);
    out->verdict = look_inside(ring, out);
    if (out->verdict == HV_VERDICT_VERIFIED && key->state == HV_KEY_ACCEPTED)
        out->verdict = HV_VERDICT_VERIFIED_OLD;
}

enum hv_status
hv_notify_judge(const struct hv_keyring *ring, struct hv_bytes header,
                struct hv_bytes body, struct hv_notify_parser *parser,
                struct hv_judgement *out, struct hv_error *err)
{
    static const uint8_t dummy[HV_HMAC_KEY_LEN] = { 0x5a };
    struct hv_bytes bytes = { dummy, sizeof(dummy) };
    struct hv_judgement made = { 0 };
    const struct hv_key *key = find_key(ring, header, &made);
    enum hv_status st;
    bool holds = false;

    if (key)
        bytes = hv_secret_bytes(&key->key);
    /* Also without a key: how long it takes must not tell what is known. */
    st = check_mac(parser, bytes, body, made.auth.mac, &holds,
                   &made.without_bom, err);
    if (st)
        return st;
    if (!key) {
        made.without_bom = false;
    } else if (!holds) {
        made.verdict = HV_VERDICT_BAD_HMAC;
        add_why(&made, "mac", false, "does not fit %zu raw bytes", body.len);
    } else {
        add_why(&made, "mac", true, "fits %zu raw bytes%s", body.len,
                made.without_bom ? " without their BOM" : "");
        read_body(ring, key, body, parser, &made);
    }
    *out = made;
    return HV_OK;
}
