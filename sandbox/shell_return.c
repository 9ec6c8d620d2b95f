/*
 * shell_return.c - see shell_return.h. Escapes by itself: the text may be a
 * user token, which a growing buffer must not hold.
 */
#include "sandbox/shell_return.h"

#include <ctype.h>
#include <string.h>

static bool
is_plain(char c)
{
    return (c & 0x80) == 0 && (isalnum((unsigned char)c) || strchr("-._~", c));
}

static char *
put_escaped(char *at, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (is_plain(*text)) {
            *at++ = *text;
            continue;
        }
        *at++ = '%';
        *at++ = digits[c >> 4];
        *at++ = digits[c & 15];
    }
    return at;
}

static char *
put_plain(char *at, const char *text)
{
    size_t len = strlen(text);

    memcpy(at, text, len);
    return at + len;
}

static size_t
room_for(const char *base, const struct sb_pair *pairs, size_t count)
{
    size_t room = strlen(base) + 1;

    for (size_t i = 0; i < count; i++)
        if (pairs[i].value)
            room += 2 + strlen(pairs[i].name) + 3 * strlen(pairs[i].value);
    return room;
}

/* What stands between @base and the first pair; "" after a bare `?` or `&`. */
static const char *
joint(const char *base)
{
    size_t len = strlen(base);

    if (!strchr(base, '?'))
        return "?";
    return base[len - 1] == '?' || base[len - 1] == '&' ? "" : "&";
}

enum hv_status
sb_return_url(const char *base, const struct sb_pair *pairs, size_t count,
              struct hv_secret *out, struct hv_error *err)
{
    const char *before = joint(base);
    enum hv_status st = hv_secret_init(out, room_for(base, pairs, count), err);
    char *at;

    if (st)
        return st;
    at = put_plain((char *)out->data, base);
    for (size_t i = 0; i < count; i++) {
        if (!pairs[i].value)
            continue;
        at = put_plain(at, before);
        at = put_plain(at, pairs[i].name);
        *at++ = '=';
        at = put_escaped(at, pairs[i].value);
        before = "&";
    }
    *at = '\0';
    return HV_OK;
}
