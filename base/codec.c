/*
 * codec.c - base64, hexadecimal and percent encoding. Pure. Called by all
 * rooms. The base64 and hexadecimal paths see keys: no table is indexed and no
 * branch taken by the value of a character, only by the shape of the text
 * (length, padding, white space).
 */
#include "hvconsole/codec.h"
#include "hvconsole/secret.h"

#include <string.h>

/* All ones when lo <= c <= hi, else 0; for arguments below 2^16. */
static uint32_t
in_range(uint32_t c, uint32_t lo, uint32_t hi)
{
    return (((c - lo) | (hi - c)) >> 31) - 1;
}

static char
base64_char(uint32_t v)
{
    uint32_t c;

    c = in_range(v, 0, 25) & (v + 'A');
    c |= in_range(v, 26, 51) & (v - 26 + 'a');
    c |= in_range(v, 52, 61) & (v - 52 + '0');
    c |= in_range(v, 62, 62) & '+';
    c |= in_range(v, 63, 63) & '/';
    return (char)c;
}

/* The value of a character, 0..63; @bad gets bits when it is none. */
static uint32_t
base64_value(uint32_t c, uint32_t *bad)
{
    uint32_t v; /* one more than the value, 0 for a stranger */

    v = in_range(c, 'A', 'Z') & (c - 'A' + 1);
    v |= in_range(c, 'a', 'z') & (c - 'a' + 27);
    v |= in_range(c, '0', '9') & (c - '0' + 53);
    v |= in_range(c, '+', '+') & 63;
    v |= in_range(c, '/', '/') & 64;
    *bad |= in_range(v, 0, 0);
    return (v - 1) & 63;
}

void
hv_base64_encode(const uint8_t *data, size_t len, char *out)
{
    size_t i;

    for (i = 0; i + 3 <= len; i += 3) {
        uint32_t n =
            (uint32_t)data[i] << 16 | (uint32_t)data[i + 1] << 8 | data[i + 2];

        *out++ = base64_char(n >> 18);
        *out++ = base64_char(n >> 12 & 63);
        *out++ = base64_char(n >> 6 & 63);
        *out++ = base64_char(n & 63);
    }
    if (i < len) {
        uint32_t n = (uint32_t)data[i] << 16;

        if (i + 1 < len)
            n |= (uint32_t)data[i + 1] << 8;
        *out++ = base64_char(n >> 18);
        *out++ = base64_char(n >> 12 & 63);
        *out++ = i + 1 < len ? base64_char(n >> 6 & 63) : '=';
        *out++ = '=';
    }
    *out = '\0';
}

struct decoder {
    uint8_t *out;
    size_t size;
    size_t made;    /* bytes decoded; only the first @size were written */
    uint32_t group; /* up to four characters of six bits */
    int have;       /* characters in the group */
    int pads;
    uint32_t bad; /* not 0 = refuse; looked at once, at the end */
};

static void
decode_char(struct decoder *d, uint32_t c)
{
    uint32_t value = 0;

    if (c == '=') {
        if (d->have < 2)
            d->bad = 1;
        d->pads++;
    } else {
        if (d->pads)
            d->bad = 1;
        value = base64_value(c, &d->bad);
    }
    d->group = d->group << 6 | value;
    if (++d->have < 4)
        return;
    /* Bits that make no whole byte must be zero, or two texts would mean
     * the same bytes. */
    if (d->pads)
        d->bad |= d->group & (d->pads == 1 ? 0xff : 0xffff);
    for (int i = 0; i < 3 - d->pads; i++) {
        if (d->made < d->size)
            d->out[d->made] = (uint8_t)(d->group >> (16 - 8 * i));
        d->made++;
    }
    d->group = 0;
    d->have = 0;
}

static enum hv_status
decode(const char *text, size_t text_len, bool drops_space, uint8_t *out,
       size_t size, size_t *len)
{
    struct decoder d = { .out = out, .size = size };
    enum hv_status st = HV_OK;

    for (size_t i = 0; i < text_len; i++) {
        uint8_t c = (uint8_t)text[i];

        if (!drops_space || !hv_is_xml_space(c))
            decode_char(&d, c);
    }
    if (d.bad || d.have)
        st = HV_ERR_FORMAT;
    else if (d.made > size)
        st = HV_ERR_LIMIT;
    *len = st ? 0 : d.made;
    if (st && size)
        hv_wipe(out, d.made < size ? d.made : size);
    hv_wipe(&d, sizeof(d));
    return st;
}

enum hv_status
hv_base64_decode(const char *text, size_t text_len, uint8_t *out, size_t size,
                 size_t *len)
{
    return decode(text, text_len, false, out, size, len);
}

enum hv_status
hv_base64_decode_xml(const char *text, size_t text_len, uint8_t *out,
                     size_t size, size_t *len)
{
    return decode(text, text_len, true, out, size, len);
}

static char
hex_char(uint32_t v)
{
    return (char)((in_range(v, 0, 9) & (v + '0')) |
                  (in_range(v, 10, 15) & (v - 10 + 'a')));
}

static uint32_t
hex_value(uint32_t c, uint32_t *bad)
{
    uint32_t v; /* one more than the value, 0 for a stranger */

    v = in_range(c, '0', '9') & (c - '0' + 1);
    v |= in_range(c, 'a', 'f') & (c - 'a' + 11);
    v |= in_range(c, 'A', 'F') & (c - 'A' + 11);
    *bad |= in_range(v, 0, 0);
    return (v - 1) & 15;
}

void
hv_hex_encode(const uint8_t *data, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        *out++ = hex_char(data[i] >> 4);
        *out++ = hex_char(data[i] & 15);
    }
    *out = '\0';
}

enum hv_status
hv_hex_decode(const char *text, uint8_t *out, size_t len)
{
    uint32_t bad = 0;

    if (strnlen(text, 2 * len + 1) != 2 * len)
        return HV_ERR_FORMAT;
    for (size_t i = 0; i < len; i++) {
        uint32_t high = hex_value((uint8_t)text[2 * i], &bad);
        uint32_t low = hex_value((uint8_t)text[2 * i + 1], &bad);

        out[i] = (uint8_t)(high << 4 | low);
    }
    if (bad && len) {
        hv_wipe(out, len);
        return HV_ERR_FORMAT;
    }
    return HV_OK;
}

static bool
is_unreserved(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

void
hv_percent_encode(struct hv_buf *out, struct hv_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_unreserved(text.data[i]))
            hv_buf_add_char(out, (char)text.data[i]);
        else
            hv_buf_addf(out, "%%%02X", text.data[i]);
    }
}

enum hv_status
hv_percent_decode(struct hv_buf *out, struct hv_bytes text, bool plus_is_space)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (c == '%') {
            uint32_t bad = 0;
            uint32_t value;

            if (text.len - i < 3)
                return HV_ERR_FORMAT;
            value = hex_value(text.data[i + 1], &bad) << 4;
            value |= hex_value(text.data[i + 2], &bad);
            if (bad)
                return HV_ERR_FORMAT;
            c = (uint8_t)value;
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        hv_buf_add_char(out, (char)c);
    }
    return HV_OK;
}
