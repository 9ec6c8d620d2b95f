/*
 * ids.c - GUIDs and key version ids. Pure but for hv_guid_random(). Called
 * wherever a name comes from the wire, a file or a person.
 */
#include "hvconsole/ids.h"
#include "hvconsole/codec.h"
#include "hvconsole/secret.h"

#include <string.h>

/* How many hexadecimal digits stand before each hyphen. */
static bool
is_hyphen_place(size_t digits)
{
    return digits == 8 || digits == 12 || digits == 16 || digits == 20;
}

enum hv_status
hv_guid_parse_bytes(struct hv_bytes text, struct hv_guid *out)
{
    char hex[HV_HEX_SIZE(16)] = { 0 };
    size_t digits = 0;
    struct hv_guid id;

    text = hv_bytes_trim(text);
    if (text.len != HV_GUID_TEXT - 1)
        return HV_ERR_FORMAT;
    for (size_t i = 0; i < text.len; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text.data[i] != '-')
                return HV_ERR_FORMAT;
        } else {
            hex[digits++] = (char)text.data[i];
        }
    }
    if (hv_hex_decode(hex, id.b, sizeof(id.b)))
        return HV_ERR_FORMAT;
    *out = id;
    return HV_OK;
}

enum hv_status
hv_guid_parse(const char *text, struct hv_guid *out)
{
    return hv_guid_parse_bytes(hv_bytes_str(text), out);
}

void
hv_guid_format(const struct hv_guid *id, char out[HV_GUID_TEXT])
{
    char hex[HV_HEX_SIZE(16)];
    char *at = out;

    hv_hex_encode(id->b, sizeof(id->b), hex);
    for (size_t i = 0; i < sizeof(hex) - 1; i++) {
        if (is_hyphen_place(i))
            *at++ = '-';
        *at++ = hex[i];
    }
    *at = '\0';
}

void
hv_guid_short(const struct hv_guid *id, char out[HV_GUID_SHORT])
{
    char hex[HV_HEX_SIZE(16)];

    hv_hex_encode(id->b, sizeof(id->b), hex);
    memcpy(out, hex, 4);
    memcpy(out + 4, "..", 2);
    hv_copy(out + 6, HV_GUID_SHORT - 6, hex + 29);
}

bool
hv_guid_equal(const struct hv_guid *a, const struct hv_guid *b)
{
    return hv_guid_compare(a, b) == 0;
}

bool
hv_guid_is_zero(const struct hv_guid *id)
{
    static const struct hv_guid zero;

    return hv_guid_equal(id, &zero);
}

int
hv_guid_compare(const struct hv_guid *a, const struct hv_guid *b)
{
    return memcmp(a->b, b->b, sizeof(a->b));
}

struct hv_guid
hv_guid_random(void)
{
    struct hv_guid id;

    hv_random(id.b, sizeof(id.b));
    id.b[6] = (id.b[6] & 0x0f) | 0x40; /* version 4 */
    id.b[8] = (id.b[8] & 0x3f) | 0x80; /* the variant of RFC 4122 */
    return id;
}

bool
hv_guid_matches(const struct hv_guid *id, const char *prefix)
{
    char hex[HV_HEX_SIZE(16)];
    size_t digits = 0;

    if (!prefix || strlen(prefix) < 4)
        return false;
    hv_hex_encode(id->b, sizeof(id->b), hex);
    for (size_t i = 0; prefix[i]; i++) {
        char c = prefix[i];

        if (c == '-') {
            if (!is_hyphen_place(digits) || prefix[i - 1] == '-')
                return false;
            continue;
        }
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        /* Past the last digit stands the NUL, which equals nothing here. */
        if (c != hex[digits])
            return false;
        digits++;
    }
    return true;
}

enum hv_status
hv_key_version_parse(struct hv_bytes text, struct hv_key_version *out)
{
    if (text.len < 1 || text.len > HV_MAX_KEY_VERSION)
        return HV_ERR_FORMAT;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c >= '0' && c <= '9') || c == '-'))
            return HV_ERR_FORMAT;
    }
    memset(out, 0, sizeof(*out));
    memcpy(out->id, text.data, text.len);
    return HV_OK;
}

bool
hv_key_version_equal(const struct hv_key_version *a,
                     const struct hv_key_version *b)
{
    return strcmp(a->id, b->id) == 0;
}
