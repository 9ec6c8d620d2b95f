/*
 * auth.c - the grammar of the Authorization header of a notification. Pure.
 * Called by judge.c with whatever a stranger sent. Fact: notify-auth
 */
#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "hvconsole/notify.h"

#include <string.h>
#include <strings.h>

#define MAC_TEXT_LEN (HV_BASE64_SIZE(HV_MAC_LEN) - 1)

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static void
skip_blanks(struct hv_bytes *text)
{
    while (text->len && is_blank(text->data[0])) {
        text->data++;
        text->len--;
    }
}

static enum hv_status
parse_fields(struct hv_bytes text, struct hv_notify_auth *out,
             struct hv_error *err)
{
    struct hv_bytes sub;
    struct hv_bytes version;
    size_t len = 0;

    if (!hv_bytes_cut(&text, ':', &sub) || !hv_bytes_cut(&text, ':', &version))
        return hv_fail(err, HV_ERR_FORMAT,
                       "it is not subscription:version:mac");
    /* The parser of ids would forgive white space round it. */
    if (sub.len != HV_GUID_TEXT - 1 || hv_guid_parse_bytes(sub, &out->sub))
        return hv_fail(err, HV_ERR_FORMAT,
                       "its first field is no subscription id");
    if (hv_key_version_parse(version, &out->version))
        return hv_fail(err, HV_ERR_FORMAT,
                       "its second field is no key version id");
    if (text.len != MAC_TEXT_LEN ||
        hv_base64_decode((const char *)text.data, text.len, out->mac,
                         sizeof(out->mac), &len) ||
        len != HV_MAC_LEN)
        return hv_fail(err, HV_ERR_FORMAT,
                       "its third field is not the base64 of 32 bytes");
    return HV_OK;
}

enum hv_status
hv_notify_auth_parse(struct hv_bytes value, struct hv_notify_auth *out,
                     struct hv_error *err)
{
    static const size_t scheme_len = sizeof(HV_NOTIFY_SCHEME) - 1;
    struct hv_notify_auth auth = { 0 };
    enum hv_status st;

    skip_blanks(&value);
    while (value.len && is_blank(value.data[value.len - 1]))
        value.len--;
    if (value.len == 0)
        return hv_fail(err, HV_ERR_FORMAT, "it is empty");
    if (value.len < scheme_len ||
        strncasecmp((const char *)value.data, HV_NOTIFY_SCHEME, scheme_len) ||
        (value.len > scheme_len && !is_blank(value.data[scheme_len])))
        return hv_fail(err, HV_ERR_FORMAT,
                       "its scheme is not " HV_NOTIFY_SCHEME);
    value.data += scheme_len;
    value.len -= scheme_len;
    skip_blanks(&value);
    st = parse_fields(value, &auth, err);
    if (!st)
        *out = auth;
    return st;
}
