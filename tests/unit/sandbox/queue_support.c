/*
 * queue_support.c - see queue_support.h.
 */
#include "queue_support.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "sandbox/change.h"

#include <criterion/criterion.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

const struct sb_attempt q_fine = { .is_delivered = true, .http = 200 };
const struct sb_attempt q_failed = { .http = 503 };
const struct sb_attempt q_dead = { .why = "connection refused" };

void
q_emit(struct t_world *world, size_t record, size_t count, bool is_old,
       uint64_t wait, int64_t now_ms)
{
    struct sb_changed out[200];
    struct hv_guid type;
    struct sb_order order = { .type = &type,
                              .record = record,
                              .count = count,
                              .wants_old_key = is_old,
                              .wait = wait,
                              .now_ms = now_ms };
    size_t queued = 0;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_guid_parse(T_BP, &type), HV_OK);
    cr_assert_eq(sb_change(&world->p, &order, out, &queued, &err), HV_OK, "%s",
                 err.why);
}

/* The header line that OpenSSL and the words of the protocol give. */
void
q_expect_signed(const struct sb_batch *batch, const char *version, uint8_t fill)
{
    uint8_t key[HV_HMAC_KEY_LEN];
    uint8_t mac[32];
    unsigned len = 0;
    char mac_text[HV_BASE64_SIZE(32)];
    char id[HV_GUID_TEXT];
    char want[256];

    memset(key, fill, sizeof(key));
    HMAC(EVP_sha256(), key, sizeof(key), batch->body.data, batch->body.len, mac,
         &len);
    hv_base64_encode(mac, len, mac_text);
    hv_guid_format(&batch->sub, id);
    snprintf(want, sizeof(want), "Authorization: HVEventingSharedKey %s:%s:%s",
             id, version, mac_text);
    cr_expect_str_eq(batch->authorization, want);
}

void
q_update(struct t_world *world, const char *id, const char *version,
         uint8_t fill)
{
    uint8_t key[HV_HMAC_KEY_LEN];
    char text[HV_BASE64_SIZE(sizeof(key))];
    struct t_request r = { .method = "UpdateEventSubscription", .version = 1 };
    struct t_sub sub = { .id = id, .version = version, .key = text };
    char *info;

    memset(key, fill, sizeof(key));
    hv_base64_encode(key, sizeof(key), text);
    info = t_subscription(&sub);
    r.info = info;
    cr_assert_eq(t_call(world, &r, NULL), 0);
    free(info);
}
