/*
 * live_look.c - see live.h: subscribing the handler, and what it received.
 */
#include "live.h"

#include "hvconsole/codec.h"

#include <criterion/criterion.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

void
l_subscribe(struct live *live, const char *id, const char *version,
            uint8_t fill, char new_id[HV_GUID_TEXT])
{
    uint8_t key[HV_HMAC_KEY_LEN];
    char key_text[HV_BASE64_SIZE(sizeof(key))];
    struct t_sub sub = {
        .id = id, .version = version, .key = key_text, .url = live->handler_url
    };
    char *info;
    char *text = NULL;
    int code;

    memset(key, fill, sizeof(key));
    hv_base64_encode(key, sizeof(key), key_text);
    info = t_subscription(&sub);
    code = l_call(live, id ? "UpdateEventSubscription" : "SubscribeToEvent",
                  info, &text);
    cr_assert_eq(code, 0, "%s", text);
    if (!id)
        snprintf(new_id, HV_GUID_TEXT, "%.36s",
                 strstr(text, "<subscription-id>") + 17);
    free(text);
    free(info);
}

void
l_expect_signed(const struct l_received *got, const char *id,
                const char *version, uint8_t fill)
{
    uint8_t key[HV_HMAC_KEY_LEN];
    uint8_t mac[32];
    unsigned len = 0;
    char mac_text[HV_BASE64_SIZE(32)];
    char want[256];

    memset(key, fill, sizeof(key));
    HMAC(EVP_sha256(), key, sizeof(key), got->body.data, got->body.len, mac,
         &len);
    hv_base64_encode(mac, len, mac_text);
    snprintf(want, sizeof(want), "HVEventingSharedKey %s:%s:%s", id, version,
             mac_text);
    cr_expect_str_eq(got->authorization, want);
    cr_expect_str_eq(got->content_type, "text/xml; charset=utf-8");
}

void
l_expect_fact(const struct hv_facts *facts, const char *key, const char *want)
{
    char value[256] = "";

    cr_expect(hv_facts_get(facts, key, 0, value, sizeof(value)), "%s", key);
    cr_expect_str_eq(value, want, "%s", key);
}
