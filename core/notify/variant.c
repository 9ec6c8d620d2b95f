/*
 * variant.c - see variant.h. Pure. Key forms are written into memory the caller
 * wipes; nothing here is ever printed.
 */
#include "core/notify/variant.h"

#include "hvconsole/codec.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---------------------------------------------------------------- bodies -- */

static bool
begins_with_bom(struct hv_bytes body)
{
    return body.len >= 3 && memcmp(body.data, "\xef\xbb\xbf", 3) == 0;
}

static bool
add_bom(struct hv_bytes body, struct hv_buf *out)
{
    if (begins_with_bom(body))
        return false;
    hv_buf_add_str(out, "\xef\xbb\xbf");
    hv_buf_add_bytes(out, body);
    return true;
}

static bool
to_lf(struct hv_bytes body, struct hv_buf *out)
{
    for (size_t i = 0; i < body.len; i++) {
        if (body.data[i] == '\r' && i + 1 < body.len &&
            body.data[i + 1] == '\n')
            continue;
        hv_buf_add(out, body.data + i, 1);
    }
    return out->len != body.len;
}

static bool
to_crlf(struct hv_bytes body, struct hv_buf *out)
{
    for (size_t i = 0; i < body.len; i++) {
        if (body.data[i] == '\n' && (i == 0 || body.data[i - 1] != '\r'))
            hv_buf_add_char(out, '\r');
        hv_buf_add(out, body.data + i, 1);
    }
    return out->len != body.len;
}

static bool
drop_end(struct hv_bytes body, struct hv_buf *out)
{
    size_t len = body.len;

    while (len > 0 &&
           (body.data[len - 1] == '\n' || body.data[len - 1] == '\r'))
        len--;
    hv_buf_add(out, body.data, len);
    return len != body.len;
}

static bool
add_lf(struct hv_bytes body, struct hv_buf *out)
{
    hv_buf_add_bytes(out, body);
    hv_buf_add_char(out, '\n');
    return true;
}

static bool
add_crlf(struct hv_bytes body, struct hv_buf *out)
{
    hv_buf_add_bytes(out, body);
    hv_buf_add_str(out, "\r\n");
    return true;
}

static bool
trim(struct hv_bytes body, struct hv_buf *out)
{
    struct hv_bytes inner = hv_bytes_trim(body);

    hv_buf_add_bytes(out, inner);
    return inner.len != body.len;
}

static bool
drop_declaration(struct hv_bytes body, struct hv_buf *out)
{
    const uint8_t *end;

    if (body.len < 5 || memcmp(body.data, "<?xml", 5) != 0)
        return false;
    end = memmem(body.data, body.len, "?>", 2);
    if (!end)
        return false;
    end += 2;
    hv_buf_add(out, end, (size_t)(body.data + body.len - end));
    return true;
}

/* One character of UTF-8; -1 where it is none. */
static long
next_char(struct hv_bytes body, size_t *at)
{
    uint8_t first = body.data[(*at)++];
    size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    long code = more ? first & (0x3f >> more) : first;

    if (first >= 0x80 && (first < 0xc0 || first > 0xf4))
        return -1;
    for (; more > 0; more--) {
        if (*at == body.len || (body.data[*at] & 0xc0) != 0x80)
            return -1;
        code = code << 6 | (body.data[(*at)++] & 0x3f);
    }
    return code;
}

static void
add_unit(struct hv_buf *out, long unit)
{
    uint8_t bytes[2] = { (uint8_t)unit, (uint8_t)(unit >> 8) };

    hv_buf_add(out, bytes, sizeof(bytes));
}

/* As .NET and Java programs hold text. */
static bool
to_utf16(struct hv_bytes body, struct hv_buf *out)
{
    size_t at = 0;

    while (at < body.len) {
        long code = next_char(body, &at);

        if (code < 0 || code > 0x10ffff)
            return false;
        if (code < 0x10000) {
            add_unit(out, code);
            continue;
        }
        add_unit(out, 0xd800 + ((code - 0x10000) >> 10));
        add_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
    }
    return body.len > 0;
}

/* Read as Latin-1 and written as UTF-8 on the way to us: back to what it was. */
static bool
undo_latin1(struct hv_bytes body, struct hv_buf *out)
{
    size_t at = 0;

    while (at < body.len) {
        long code = next_char(body, &at);

        if (code < 0 || code > 0xff)
            return false;
        hv_buf_add_char(out, (char)code);
    }
    return out->len != body.len;
}

static bool
to_latin1_twice(struct hv_bytes body, struct hv_buf *out)
{
    bool changed = false;

    for (size_t i = 0; i < body.len; i++) {
        uint8_t c = body.data[i];

        if (c < 0x80) {
            hv_buf_add(out, &c, 1);
            continue;
        }
        changed = true;
        hv_buf_add_char(out, (char)(0xc0 | c >> 6));
        hv_buf_add_char(out, (char)(0x80 | (c & 0x3f)));
    }
    return changed;
}

static bool
nothing(struct hv_bytes body, struct hv_buf *out)
{
    (void)out;
    return body.len > 0;
}

const struct notify_body_form notify_body_forms[] = {
    { "with LF where CRLF came", to_lf },
    { "with CRLF where LF came", to_crlf },
    { "without the line end at its end", drop_end },
    { "with LF at its end", add_lf },
    { "with CRLF at its end", add_crlf },
    { "without white space round it", trim },
    { "with a BOM before it", add_bom },
    { "without its XML declaration", drop_declaration },
    { "in UTF-16", to_utf16 },
    { "before Latin-1 was taken for UTF-8", undo_latin1 },
    { "with UTF-8 taken for Latin-1", to_latin1_twice },
    { "left empty", nothing },
};
const size_t notify_body_forms_len = HV_LEN(notify_body_forms);

/* ------------------------------------------------------------------ keys -- */

static size_t
as_base64(struct hv_bytes key, uint8_t *out)
{
    hv_base64_encode(key.data, key.len, (char *)out);
    return strlen((char *)out);
}

static size_t
as_base64_line(struct hv_bytes key, uint8_t *out)
{
    size_t len = as_base64(key, out);

    out[len] = '\n';
    return len + 1;
}

static size_t
as_base64_utf16(struct hv_bytes key, uint8_t *out)
{
    size_t len = as_base64(key, out);

    for (size_t i = len; i-- > 0;) {
        out[2 * i] = out[i];
        out[2 * i + 1] = 0;
    }
    return 2 * len;
}

static size_t
as_hex(struct hv_bytes key, uint8_t *out)
{
    hv_hex_encode(key.data, key.len, (char *)out);
    return 2 * key.len;
}

static size_t
as_upper_hex(struct hv_bytes key, uint8_t *out)
{
    size_t len = as_hex(key, out);

    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)toupper(out[i]);
    return len;
}

static size_t
first_half(struct hv_bytes key, uint8_t *out)
{
    memcpy(out, key.data, key.len / 2);
    return key.len / 2;
}

const struct notify_key_form notify_key_forms[] = {
    { "its base64 text taken as the key", as_base64 },
    { "its base64 text and a line end taken as the key", as_base64_line },
    { "its base64 text in UTF-16 taken as the key", as_base64_utf16 },
    { "its hexadecimal text taken as the key", as_hex },
    { "its upper-case hexadecimal text taken as the key", as_upper_hex },
    { "its first half taken as the key", first_half },
};
const size_t notify_key_forms_len = HV_LEN(notify_key_forms);
_Static_assert(2 * HV_BASE64_SIZE(HV_HMAC_KEY_LEN) <= NOTIFY_KEY_FORM &&
                   HV_HEX_SIZE(HV_HMAC_KEY_LEN) <= NOTIFY_KEY_FORM,
               "room for every form");

/* --------------------------------------------------------------- headers -- */

/* Text between blanks, quotes and braces. */
static struct hv_bytes
bare(struct hv_bytes text)
{
    static const char around[] = " \t\"'{}<>";

    while (text.len && memchr(around, text.data[0], sizeof(around) - 1)) {
        text.data++;
        text.len--;
    }
    while (text.len &&
           memchr(around, text.data[text.len - 1], sizeof(around) - 1))
        text.len--;
    return text;
}

static bool
read_hex_mac(struct hv_bytes text, uint8_t out[HV_MAC_LEN])
{
    char hex[2 * HV_MAC_LEN + 1];

    if (text.len != sizeof(hex) - 1)
        return false;
    memcpy(hex, text.data, text.len);
    hex[text.len] = '\0';
    return hv_hex_decode(hex, out, HV_MAC_LEN) == HV_OK;
}

/* The URL alphabet, and padding or none. */
static bool
read_base64_mac(struct hv_bytes text, uint8_t out[HV_MAC_LEN])
{
    char form[HV_BASE64_SIZE(HV_MAC_LEN)];
    size_t digits = sizeof(form) - 2;
    size_t len = 0;

    while (text.len && text.data[text.len - 1] == '=')
        text.len--;
    if (text.len != digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = (char)text.data[i];

        form[i] = c == '-' ? '+' : c == '_' ? '/' : c == ' ' ? '+' : c;
    }
    form[digits] = '=';
    return hv_base64_decode(form, digits + 1, out, HV_MAC_LEN, &len) == HV_OK &&
           len == HV_MAC_LEN;
}

bool
notify_read_loosely(struct hv_bytes header, struct hv_notify_auth *out,
                    const char **words)
{
    struct hv_notify_auth auth = { 0 };
    struct hv_bytes rest = bare(header);
    struct hv_bytes sub;
    struct hv_bytes version;

    if (!hv_bytes_cut(&rest, ':', &sub) || !hv_bytes_cut(&rest, ':', &version))
        return false;
    sub = bare(sub);
    version = bare(version);
    rest = bare(rest);
    /* The id is what stands at the end of the first field, whatever the scheme
     * before it is. */
    if (sub.len > HV_GUID_TEXT - 1) {
        sub.data += sub.len - (HV_GUID_TEXT - 1);
        sub.len = HV_GUID_TEXT - 1;
    }
    if (hv_guid_parse_bytes(sub, &auth.sub) ||
        hv_key_version_parse(version, &auth.version))
        return false;
    if (read_hex_mac(rest, auth.mac))
        *words = "the MAC is hexadecimal, not base64";
    else if (read_base64_mac(rest, auth.mac))
        *words = "the header is written another way";
    else
        return false;
    *out = auth;
    return true;
}
