/*
 * fuzz_auth.c - any bytes as the value of an Authorization header, and as the
 * head of an HTTP request. What is accepted must say the same when written
 * again.
 */
#include "core/net/head.h"
#include "hvconsole/codec.h"
#include "hvconsole/notify.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_again(const struct hv_notify_auth *auth)
{
    struct hv_notify_auth again;
    char mac[HV_BASE64_SIZE(HV_MAC_LEN)];
    struct hv_buf text = { 0 };
    char sub[HV_GUID_TEXT];

    hv_guid_format(&auth->sub, sub);
    hv_base64_encode(auth->mac, sizeof(auth->mac), mac);
    hv_buf_addf(&text, "HVEventingSharedKey %s:%s:%s", sub, auth->version.id,
                mac);
    if (hv_notify_auth_parse(hv_buf_bytes(&text), &again, NULL) ||
        !hv_guid_equal(&again.sub, &auth->sub) ||
        !hv_key_version_equal(&again.version, &auth->version) ||
        memcmp(again.mac, auth->mac, sizeof(auth->mac)) != 0)
        abort();
    hv_buf_release(&text);
}

/* However it is cut into pieces, a head is judged the same. */
static void
check_head(struct hv_bytes bytes)
{
    struct hv_head whole = { 0 };
    struct hv_head pieces = { 0 };

    hv_head_feed(&whole, bytes);
    for (size_t i = 0; i < bytes.len; i++)
        hv_head_feed(&pieces, (struct hv_bytes){ bytes.data + i, 1 });
    if (hv_head_check(&whole) != hv_head_check(&pieces) &&
        !(whole.is_over && pieces.is_over))
        abort();
    hv_head_release(&whole);
    hv_head_release(&pieces);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_bytes bytes = { data, size };
    struct hv_notify_auth auth;
    struct hv_error err = { 0 };

    if (!hv_notify_auth_parse(bytes, &auth, &err))
        check_again(&auth);
    else if (err.status != HV_ERR_FORMAT)
        abort();
    check_head(bytes);
    return 0;
}
