/*
 * decode.c - any bytes taken apart as a Shell URL, layer by layer, the way
 * real applications wrote them: escaped too often or too little, parameters
 * beside targetqs, a question mark too many. Values are never changed to fit.
 * Called by the commands and the console; what is wrong is judge.c's matter.
 */
#include "core/shell/shell_in.h"

#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_TEXT  (64 * 1024)
#define MAX_PAIRS 256

void
shell_text_release(struct shell_text *text)
{
    free(text->text);
    free(text->at);
    *text = (struct shell_text){ 0 };
}

static void
text_room(struct shell_text *out, size_t len)
{
    out->text = hv_calloc(len + 1, 1);
    out->at = hv_calloc(len + 1, sizeof(*out->at));
    out->len = 0;
}

void
shell_text_cut(const struct shell_text *from, size_t start, size_t len,
               struct shell_text *out)
{
    text_room(out, len);
    if (len)
        memcpy(out->text, from->text + start, len);
    memcpy(out->at, from->at + start, (len + 1) * sizeof(*out->at));
    out->len = len;
}

/* The byte that "%XX" stands for, or -1. */
static int
escape_value(const char *text)
{
    uint8_t value;
    char digits[3] = { 0 };

    if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
        return -1;
    memcpy(digits, text, 2);
    return hv_hex_decode(digits, &value, 1) == HV_OK ? value : -1;
}

/* What has a meaning of its own in a URL. Others (!*'(),;$) some encoders leave
 * as they are, and nobody stumbles over them. */
static bool
is_reserved(char c)
{
    return c && strchr(":/?#[]@=", c);
}

void
shell_text_peel(const struct shell_text *from, struct shell_text *out,
                struct shell_escapes *met)
{
    text_room(out, from->len);
    for (size_t i = 0; i < from->len; i++) {
        char c = from->text[i];
        int value = c == '%' ? escape_value(from->text + i + 1) : -1;

        out->at[out->len] = from->at[i];
        if (value > 0) {
            met->has_any = true;
            if (islower((unsigned char)from->text[i + 1]) ||
                islower((unsigned char)from->text[i + 2]))
                met->has_lower = true;
            out->text[out->len++] = (char)value;
            i += 2;
            continue;
        }
        if (c == '%' && !met->has_bad) {
            met->has_bad = true;
            met->bad_at = from->at[i];
        } else if (c == '+') {
            met->has_plus = true;
            c = ' ';
        } else if (is_reserved(c) && !met->has_raw) {
            met->has_raw = true;
            met->raw = c;
            met->raw_at = from->at[i];
        }
        out->text[out->len++] = c;
    }
    out->at[out->len] = from->at[from->len];
}

static void
tell_escapes(struct hv_shell_url *url, const struct shell_escapes *met,
             const struct shell_text *where)
{
    size_t at = where->at[0];
    size_t len = where->at[where->len] - at;

    url->is_odd = url->is_odd || met->has_bad || met->has_plus;
    if (met->has_bad)
        shell_add(url, "bad-escape", met->bad_at, 1,
                  "'%%' is not followed by two hexadecimal digits, or they "
                  "stand for a zero byte");
    if (met->has_lower)
        shell_add(url, "lower-case-escape", 0, 0,
                  "escapes are written with lower-case digits (%%3d)");
    if (met->has_plus)
        shell_add(url, "plus-for-space", at, len,
                  "a blank is written as '+', which only some decoders read "
                  "as a blank");
}

static void
add_pair(struct hv_shell_url *url, const struct shell_text *name,
         const struct shell_text *value, bool is_outside)
{
    struct hv_shell_pair *pair;

    if (url->pairs.len == MAX_PAIRS) {
        shell_add(url, "too-many", name->at[0], 0,
                  "more than %d parameters; the rest is left out", MAX_PAIRS);
        return;
    }
    hv_shell_pairs_add(&url->pairs, name->text, value->text);
    pair = &url->pairs.items[url->pairs.len - 1];
    pair->at = name->at[0];
    pair->raw_len = value->at[value->len] - name->at[0];
    pair->is_outside = is_outside;
}

/* One "name=value" of a query, both one layer off. @is_outer: a query that a
 * browser wrote, where raw characters in values are common and harmless. */
static void
read_pair(struct hv_shell_url *url, const struct shell_text *part,
          bool is_outer, struct shell_text *name, struct shell_text *value)
{
    const char *sign = memchr(part->text, '=', part->len);
    size_t name_len = sign ? (size_t)(sign - part->text) : part->len;
    size_t start = sign ? name_len + 1 : part->len;
    struct shell_text raw_name, raw_value;
    struct shell_escapes in_name = { 0 }, in_value = { 0 };

    shell_text_cut(part, 0, name_len, &raw_name);
    shell_text_cut(part, start, part->len - start, &raw_value);
    shell_text_peel(&raw_name, name, &in_name);
    shell_text_peel(&raw_value, value, &in_value);
    tell_escapes(url, &in_name, part);
    tell_escapes(url, &in_value, part);
    url->is_odd = url->is_odd || (!is_outer && in_value.has_raw);
    if (!is_outer && in_value.has_raw)
        shell_add(url, "missing-encoding", in_value.raw_at, 1,
                  "the value of %s was escaped once only: '%c' stands as it is",
                  name->text, in_value.raw);
    if (!sign && part->len)
        shell_add(url, "no-value", part->at[0], 0, "'%s' has no value",
                  name->text);
    shell_text_release(&raw_name);
    shell_text_release(&raw_value);
}

typedef void (*pair_fn)(struct hv_shell_url *url, const struct shell_text *raw,
                        const struct shell_text *name,
                        const struct shell_text *value);

static void
each_pair(struct hv_shell_url *url, const struct shell_text *query,
          bool is_outer, pair_fn fn)
{
    size_t start = 0;

    while (start <= query->len && query->len) {
        const char *end = memchr(query->text + start, '&', query->len - start);
        size_t len =
            end ? (size_t)(end - query->text) - start : query->len - start;
        struct shell_text part, name, value;

        shell_text_cut(query, start, len, &part);
        if (len) {
            read_pair(url, &part, is_outer, &name, &value);
            fn(url, &part, &name, &value);
            shell_text_release(&name);
            shell_text_release(&value);
        } else {
            /* At the end of the query it is the one before that is too many. */
            shell_add(url, "empty-parameter",
                      query->at[start < query->len ? start : start - 1], 1,
                      "no parameter stands beside this '&'");
        }
        shell_text_release(&part);
        start += len + 1;
    }
}

static void
inner_pair(struct hv_shell_url *url, const struct shell_text *raw,
           const struct shell_text *name, const struct shell_text *value)
{
    (void)raw;
    add_pair(url, name, value, false);
}

/* The value of targetqs: the one layer is off already. */
static void
read_inner(struct hv_shell_url *url, const struct shell_text *once)
{
    struct shell_text inner, again;
    struct shell_escapes met = { 0 };
    bool is_mark = once->len && once->text[0] == '?';

    url->is_odd = url->is_odd || is_mark;
    if (is_mark)
        shell_add(url, "leading-question-mark", once->at[0],
                  once->at[1] - once->at[0], "targetqs begins with '?'");
    shell_text_cut(once, is_mark, once->len - is_mark, &inner);
    if (!memchr(inner.text, '=', inner.len)) {
        shell_text_peel(&inner, &again, &met);
        if (memchr(again.text, '=', again.len)) {
            shell_add(url, "double-encoding", inner.at[0],
                      inner.at[inner.len] - inner.at[0],
                      "the whole of targetqs was escaped once too often");
            url->is_odd = true;
            shell_text_release(&inner);
            inner = again;
            again = (struct shell_text){ 0 };
        }
        shell_text_release(&again);
    }
    free(url->inner);
    url->inner = hv_strdup(inner.text);
    each_pair(url, &inner, false, inner_pair);
    shell_text_release(&inner);
}

static void
outer_pair(struct hv_shell_url *url, const struct shell_text *raw,
           const struct shell_text *name, const struct shell_text *value)
{
    const char *sign = memchr(raw->text, '=', raw->len);

    if (!strcasecmp(name->text, "target") && !url->target) {
        url->target = hv_strdup(value->text);
    } else if (!strcasecmp(name->text, "targetqs") &&
               url->kind != HV_SHELL_RETURN) {
        if (sign && strchr(sign + 1, '=')) {
            shell_add(url, "missing-encoding", raw->at[0],
                      raw->at[raw->len] - raw->at[0],
                      "targetqs is not escaped: its '=' and '&' belong to the "
                      "outer query now");
            url->is_odd = true;
        }
        read_inner(url, value);
    } else {
        add_pair(url, name, value, url->kind == HV_SHELL_REDIRECT);
    }
}

static bool
holds(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

/* What kind of URL this is must be known before its query is read. */
static enum hv_shell_kind
guess_kind(const char *base, const char *query)
{
    const char *slash = strrchr(base, '/');
    const char *at = query;
    char word[64] = "";

    if ((slash && !strcasecmp(slash, "/redirect.aspx")) ||
        holds(query, "targetqs="))
        return HV_SHELL_REDIRECT;
    if (holds(query, "wctoken=") || holds(query, "instanceid="))
        return HV_SHELL_RETURN;
    while (at && strncasecmp(at, "target=", 7)) {
        at = strchr(at, '&');
        at = at ? at + 1 : NULL;
    }
    if (!at)
        return HV_SHELL_OTHER;
    hv_copy(word, sizeof(word), at + 7);
    word[strcspn(word, "&")] = '\0';
    if (hv_shell_return_find(word))
        return HV_SHELL_RETURN;
    return hv_shell_target_find(word) ? HV_SHELL_REDIRECT : HV_SHELL_OTHER;
}

/* Take the URL's own parts: fragment off, base, query. */
static void
read_url(struct hv_shell_url *url, const struct shell_text *whole)
{
    size_t len = strcspn(whole->text, "#");
    const char *mark = memchr(whole->text, '?', len);
    size_t base_len = mark ? (size_t)(mark - whole->text) : len;
    size_t start = mark ? base_len + 1 : len;
    struct shell_text query;

    if (len < whole->len)
        shell_add(url, "fragment", whole->at[len],
                  whole->at[whole->len] - whole->at[len],
                  "what follows '#' never reaches the Shell");
    url->base = hv_calloc(base_len + 1, 1);
    memcpy(url->base, whole->text, base_len);
    shell_text_cut(whole, start, len - start, &query);
    url->kind = guess_kind(url->base, query.text);
    each_pair(url, &query, true, outer_pair);
    shell_text_release(&query);
}

/* Blanks and line ends round it are not the URL's; a zero byte ends it. */
static void
take_text(struct hv_shell_url *url, struct hv_bytes text,
          struct shell_text *out)
{
    size_t start = 0, end = text.len;
    const uint8_t *zero = end ? memchr(text.data, 0, end) : NULL;

    if (zero)
        end = (size_t)(zero - text.data);
    while (start < end && isspace(text.data[start]))
        start++;
    while (end > start && isspace(text.data[end - 1]))
        end--;
    text_room(out, end - start);
    if (end > start)
        memcpy(out->text, text.data + start, end - start);
    out->len = end - start;
    for (size_t i = 0; i <= out->len; i++)
        out->at[i] = start + i;
    if (zero)
        shell_add(url, "bad-character", end, 1,
                  "the text holds a zero byte; what follows is left out");
    for (size_t i = 0; i < out->len; i++) {
        if ((uint8_t)out->text[i] > 0x20 && (uint8_t)out->text[i] < 0x7f)
            continue;
        shell_add(url, "bad-character", out->at[i], 1,
                  "a blank, a control character or a letter beyond ASCII "
                  "stands in the URL");
        break;
    }
}

/* An address that was escaped as a whole, as inside another URL. */
static void
peel_whole(struct hv_shell_url *url, struct shell_text *whole)
{
    struct shell_escapes met = { 0 };
    struct shell_text peeled;

    if (strchr(whole->text, '?') || strncasecmp(whole->text, "http", 4) ||
        !holds(whole->text, "%3f"))
        return;
    shell_add(url, "double-encoding", whole->at[0], whole->len,
              "the whole URL was escaped, as a value of another one");
    url->is_odd = true;
    shell_text_peel(whole, &peeled, &met);
    shell_text_release(whole);
    *whole = peeled;
}

enum hv_status
hv_shell_decode(struct hv_bytes text, const struct hv_shell_home *home,
                struct hv_shell_url *out, struct hv_error *err)
{
    struct hv_shell_url url = { 0 };
    struct shell_text whole;

    if (text.len > MAX_TEXT)
        return hv_fail(err, HV_ERR_LIMIT,
                       "a URL of %zu bytes: more than %d are not looked at",
                       text.len, MAX_TEXT);
    take_text(&url, text, &whole);
    peel_whole(&url, &whole);
    read_url(&url, &whole);
    shell_text_release(&whole);
    shell_judge(&url, home);
    *out = url;
    return HV_OK;
}

void
hv_shell_url_release(struct hv_shell_url *url)
{
    free(url->base);
    free(url->host);
    free(url->target);
    free(url->inner);
    hv_shell_pairs_release(&url->pairs);
    hv_findings_release(&url->findings);
    *url = (struct hv_shell_url){ 0 };
}
