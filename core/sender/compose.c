/*
 * compose.c - bodies and Authorization headers of test messages. The only place
 * of core that signs: everything else verifies. Pure but for random ids.
 * Fact: notify-auth, notify-body
 */
#include "hvconsole/send.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define MADE_UP_THINGS 3
#define MANY           200
#define BOM            "\xef\xbb\xbf"

void
hv_test_draft_release(struct hv_test_draft *draft)
{
    hv_buf_release(&draft->body);
    hv_wipe(draft->header, sizeof(draft->header));
    *draft = (struct hv_test_draft){ 0 };
}

/* ---- the body ---- */

static void
add_id(struct hv_buf *body, const char *name, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_buf_addf(body, "<%s>%s</%s>", name, text, name);
}

static void
add_notification(struct hv_buf *body, const struct hv_test_plan *plan,
                 const struct hv_guid *sub)
{
    struct hv_guid any = hv_guid_random();
    bool has_person = !hv_guid_is_zero(&plan->person);
    bool has_record = !hv_guid_is_zero(&plan->record);
    size_t len = plan->things ? plan->things_len : MADE_UP_THINGS;

    hv_buf_add_str(body, "<notification><common>");
    add_id(body, "subscription-id", sub);
    hv_buf_add_str(body, "</common><record-change-notification>");
    add_id(body, "person-id", has_person ? &plan->person : &any);
    any = hv_guid_random();
    add_id(body, "record-id", has_record ? &plan->record : &any);
    hv_buf_add_str(body, "<things>");
    for (size_t i = 0; i < len; i++) {
        any = hv_guid_random();
        hv_buf_add_str(body, "<thing>");
        add_id(body, "thing-id", plan->things ? &plan->things[i] : &any);
        hv_buf_add_str(body, "</thing>");
    }
    hv_buf_add_str(body, "</things></record-change-notification>"
                         "</notification>");
}

/* Another subscription that the keystore knows, else one that nobody knows. */
static struct hv_guid
other_sub(const struct hv_test_plan *plan)
{
    for (size_t i = 0; i < plan->ring->subs_len; i++) {
        const struct hv_key_sub *sub = &plan->ring->subs[i];

        if (sub->status == HV_SUB_LIVE && !hv_guid_equal(&sub->sub, &plan->sub))
            return sub->sub;
    }
    return hv_guid_random();
}

static void
add_body(struct hv_buf *body, const struct hv_test_plan *plan)
{
    enum hv_test_quirk quirk = plan->mode->quirk;
    size_t count = quirk == HV_TEST_MANY ? MANY : 1;
    struct hv_guid other;

    if (quirk == HV_TEST_BOM)
        hv_buf_add_str(body, BOM);
    if (plan->body.data) {
        hv_buf_add_bytes(body, plan->body);
        return;
    }
    hv_buf_add_str(body,
                   "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                   "<wc:notifications xmlns:wc=\"" HV_NS_NOTIFICATION "\">");
    for (size_t i = 0; i < count; i++)
        add_notification(body, plan, &plan->sub);
    if (quirk == HV_TEST_MIXED) {
        other = other_sub(plan);
        add_notification(body, plan, &other);
    }
    if (quirk != HV_TEST_BAD_XML)
        hv_buf_add_str(body, "</wc:notifications>");
}

/* ---- the header ---- */

/* The newest accepted one that is not the current. */
static const struct hv_key *
older_key(const struct hv_test_plan *plan)
{
    const struct hv_key *best = NULL;

    for (size_t i = 0; i < plan->ring->keys_len; i++) {
        const struct hv_key *key = &plan->ring->keys[i];

        if (hv_guid_equal(&key->sub, &plan->sub) &&
            key->state == HV_KEY_ACCEPTED &&
            (!best || key->created_ms > best->created_ms))
            best = key;
    }
    return best;
}

static enum hv_status
choose_key(const struct hv_test_plan *plan, const struct hv_key **out,
           struct hv_error *err)
{
    bool is_old = plan->mode->quirk == HV_TEST_OLD_KEY;
    const struct hv_key *key =
        plan->version ? hv_keyring_find(plan->ring, &plan->sub, plan->version)
        : is_old      ? older_key(plan)
                      : hv_keyring_current(plan->ring, &plan->sub);

    if (key && key->key.len) {
        *out = key;
        return HV_OK;
    }
    if (plan->version)
        hv_fail(err, HV_ERR_NOT_FOUND,
                "the keystore has no key %s of this subscription to sign with",
                plan->version->id);
    else if (is_old)
        hv_fail(err, HV_ERR_NOT_FOUND,
                "this subscription has no older accepted key");
    else
        hv_fail(err, HV_ERR_NOT_FOUND,
                "the keystore has no current key of this subscription");
    hv_hint(err, "'hvconsole key list' shows what there is");
    return HV_ERR_NOT_FOUND;
}

static enum hv_status
sign(const struct hv_secret *key, struct hv_bytes body,
     char out[HV_BASE64_SIZE(HV_MAC_LEN)], struct hv_error *err)
{
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    if (!HMAC(EVP_sha256(), key->data, (int)key->len, body.data, body.len, mac,
              &len) ||
        len != HV_MAC_LEN)
        return hv_fail(err, HV_ERR_CRYPTO, "OpenSSL has no HMAC-SHA-256");
    hv_base64_encode(mac, HV_MAC_LEN, out);
    hv_wipe(mac, sizeof(mac));
    return HV_OK;
}

static enum hv_status
sign_with_nobodys_key(struct hv_bytes body,
                      char out[HV_BASE64_SIZE(HV_MAC_LEN)],
                      struct hv_error *err)
{
    struct hv_secret key = { 0 };
    enum hv_status st = hv_secret_init(&key, HV_HMAC_KEY_LEN, err);

    if (!st) {
        hv_random(key.data, key.len);
        st = sign(&key, body, out, err);
    }
    hv_secret_release(&key);
    return st;
}

static void
write_header(const struct hv_test_plan *plan, const char *mac,
             struct hv_test_draft *draft)
{
    enum hv_test_quirk quirk = plan->mode->quirk;
    char scheme[] = HV_NOTIFY_SCHEME;
    char sub[HV_GUID_TEXT];

    hv_guid_format(&plan->sub, sub);
    for (char *c = scheme; quirk == HV_TEST_LOWER_CASE && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (quirk == HV_TEST_NO_HEADER)
        draft->header[0] = '\0';
    else if (quirk == HV_TEST_BAD_HEADER)
        snprintf(draft->header, sizeof(draft->header), "%s %s:%s", scheme, sub,
                 draft->version.id);
    else
        snprintf(draft->header, sizeof(draft->header), "%s %s:%s:%s", scheme,
                 sub, draft->version.id, mac);
}

enum hv_status
hv_test_compose(const struct hv_test_plan *plan, struct hv_test_draft *out,
                struct hv_error *err)
{
    struct hv_test_draft draft = { 0 };
    char mac[HV_BASE64_SIZE(HV_MAC_LEN)];
    const struct hv_key *key;
    enum hv_status st = choose_key(plan, &key, err);

    if (st)
        return st;
    add_body(&draft.body, plan);
    draft.version = key->version;
    if (plan->mode->quirk == HV_TEST_BAD_HMAC)
        st = sign_with_nobodys_key(hv_buf_bytes(&draft.body), mac, err);
    else
        st = sign(&key->key, hv_buf_bytes(&draft.body), mac, err);
    if (plan->mode->quirk == HV_TEST_BAD_VERSION) {
        struct hv_guid any = hv_guid_random();

        hv_guid_format(&any, draft.version.id);
    }
    if (!st)
        write_header(plan, mac, &draft);
    hv_wipe(mac, sizeof(mac));
    if (st) {
        hv_test_draft_release(&draft);
        return st;
    }
    *out = draft;
    return HV_OK;
}
