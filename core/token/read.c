/*
 * read.c - a user token out of what a person pastes: the URL with which the
 * browser came back, its query or form, or the bare token. Called by the token
 * commands. The token stays in locked memory. Fact: shell-return
 */
#include "hvconsole/codec.h"
#include "hvconsole/token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MIN_TOKEN  16
#define MAX_LIFE_S (3650LL * 86400)

void
hv_token_paste_release(struct hv_token_paste *paste)
{
    hv_secret_release(&paste->token);
    *paste = (struct hv_token_paste){ 0 };
}

enum hv_status
hv_token_name_check(const char *name, struct hv_error *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);

    if (len > 0 && len < HV_TOKEN_NAME && strspn(name, allowed) == len &&
        name[0] != '-' && name[0] != '.')
        return HV_OK;
    hv_fail(err, HV_ERR_USAGE, "'%s' is no name for it", name);
    hv_hint(err, "1 to 63 letters, digits, dots, underscores or hyphens");
    return HV_ERR_USAGE;
}

/* ---------------------------------------------------------- parameters -- */

static bool
starts_with(struct hv_bytes text, const char *start)
{
    size_t len = strlen(start);

    return text.len >= len &&
           strncasecmp((const char *)text.data, start, len) == 0;
}

/* The next of `name=value&...`; false at the end. */
static bool
next_param(struct hv_bytes *rest, struct hv_bytes *name, struct hv_bytes *value)
{
    if (rest->len == 0)
        return false;
    (void)hv_bytes_cut(rest, '&', value);
    (void)hv_bytes_cut(value, '=', name);
    return true;
}

static bool
is_named(struct hv_bytes name, const char *want)
{
    return name.len == strlen(want) && starts_with(name, want);
}

/* What stands behind the ? and before the #; of no URL all of it. */
static struct hv_bytes
query_of(struct hv_bytes text)
{
    const uint8_t *mark = memchr(text.data, '?', text.len);
    const uint8_t *hash;

    if (mark) {
        text.len -= (size_t)(mark + 1 - text.data);
        text.data = mark + 1;
    }
    hash = text.len ? memchr(text.data, '#', text.len) : NULL;
    if (hash)
        text.len = (size_t)(hash - text.data);
    return text;
}

/* Not the token: a short text. What is longer or badly written is not read. */
static void
read_text(struct hv_bytes value, char *out, size_t size)
{
    struct hv_buf text = { 0 };

    out[0] = '\0';
    if (hv_percent_decode(&text, value, true) == HV_OK && text.len < size &&
        !memchr(hv_buf_str(&text), '\0', text.len))
        hv_copy(out, size, hv_buf_str(&text));
    hv_buf_release(&text);
}

static int
hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One level of escapes, in locked memory. A plus stays one: a token has no
 * blanks, and base64 has pluses. */
static enum hv_status
read_escaped(struct hv_bytes value, struct hv_secret *out, struct hv_error *err)
{
    enum hv_status st = hv_secret_init(out, value.len ? value.len : 1, err);
    size_t len = 0;

    if (st)
        return st;
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.data[i];

        if (c == '%') {
            int high = i + 2 < value.len ? hex_digit(value.data[i + 1]) : -1;
            int low = i + 2 < value.len ? hex_digit(value.data[i + 2]) : -1;

            if (high < 0 || low < 0)
                return hv_fail(err, HV_ERR_FORMAT,
                               "the token holds a broken escape: was all of "
                               "the URL pasted?");
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        out->data[len++] = c;
    }
    out->len = len;
    return HV_OK;
}

static int64_t
read_life(struct hv_bytes value)
{
    char text[24], *end;
    long long life;

    read_text(value, text, sizeof(text));
    life = strtoll(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && !*end && life <= MAX_LIFE_S
               ? life
               : 0;
}

static enum hv_status
read_params(struct hv_bytes rest, struct hv_token_paste *out,
            struct hv_error *err)
{
    struct hv_bytes name, value;
    enum hv_status st = HV_OK;

    while (!st && next_param(&rest, &name, &value)) {
        if (is_named(name, "wctoken")) {
            hv_secret_release(&out->token); /* the last one counts */
            st = read_escaped(value, &out->token, err);
        } else if (is_named(name, "suggestedtokenttl")) {
            out->life_s = read_life(value);
        } else if (is_named(name, "target")) {
            read_text(value, out->target, sizeof(out->target));
        } else if (is_named(name, "actionqs")) {
            read_text(value, out->actionqs, sizeof(out->actionqs));
        }
    }
    return st;
}

/* --------------------------------------------------------------- whole -- */

static enum hv_status
check_token(const struct hv_secret *token, struct hv_error *err)
{
    if (token->len < MIN_TOKEN || token->len > HV_TOKEN_TEXT)
        return hv_fail(err, HV_ERR_FORMAT,
                       "a user token has %d to %d characters, this has %zu",
                       MIN_TOKEN, HV_TOKEN_TEXT, token->len);
    for (size_t i = 0; i < token->len; i++) {
        uint8_t c = token->data[i];

        if (c <= ' ' || c >= 0x7f || strchr("<>\"'&%", c))
            return hv_fail(err, HV_ERR_FORMAT,
                           "character %zu cannot stand in a user token", i + 1);
    }
    return HV_OK;
}

static enum hv_status
no_token(const struct hv_token_paste *paste, struct hv_error *err)
{
    if (strncasecmp(paste->target, "AppAuthRe", 9) == 0)
        hv_fail(err, HV_ERR_FORMAT,
                "the person refused in the Shell: that URL brings no token");
    else
        hv_fail(err, HV_ERR_FORMAT, "that URL brings no wctoken");
    hv_hint(err, "wanted is the URL with which the browser came back, before "
                 "the application redirected it again");
    return HV_ERR_FORMAT;
}

/* `wctoken=` as the name of a parameter, not within another value. */
static bool
has_token_param(struct hv_bytes rest)
{
    struct hv_bytes name, value;

    while (next_param(&rest, &name, &value))
        if (is_named(name, "wctoken"))
            return true;
    return false;
}

enum hv_status
hv_token_read(const struct hv_secret *text, struct hv_token_paste *out,
              struct hv_error *err)
{
    struct hv_bytes all = hv_bytes_trim(hv_secret_bytes(text));
    bool is_url = starts_with(all, "https://") || starts_with(all, "http://");
    enum hv_status st;

    *out = (struct hv_token_paste){ 0 };
    if (all.len == 0)
        return hv_fail(err, HV_ERR_FORMAT, "nothing was given");
    if (is_url || has_token_param(query_of(all))) {
        st = read_params(query_of(all), out, err);
        if (!st && out->token.len == 0)
            st = no_token(out, err);
    } else {
        st = hv_secret_copy(&out->token, all.data, all.len, err);
    }
    if (!st)
        st = check_token(&out->token, err);
    if (st)
        hv_token_paste_release(out);
    return st;
}
