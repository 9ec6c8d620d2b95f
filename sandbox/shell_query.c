/*
 * shell_query.c - see shell_query.h. One layer of escapes is taken off for the
 * URL, one for targetqs; more only where a value can be nothing else.
 * Called by shell.c; knows no applications and no persons.
 */
#include "sandbox/shell_query.h"

#include "hvconsole/codec.h"
#include "hvconsole/secret.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_LAYERS 2 /* that a client may have added by mistake */

static const char bad_escape[] =
    "An escape in the address is not % and two hexadecimal digits.";
static const char has_nul[] = "The address holds a zero byte.";
static const char too_many[] = "The address has more than 64 parameters.";

/* --------------------------------------------------------------- pieces -- */

/* One layer off; the caller frees *out, which is NULL after a refusal. */
static const char *
unescape(struct hv_bytes text, char **out)
{
    struct hv_buf plain = { 0 };
    const char *why = NULL;

    *out = NULL;
    if (hv_percent_decode(&plain, text, true))
        why = bad_escape;
    else if (plain.len > 0 && memchr(plain.data, '\0', plain.len))
        why = has_nul;
    else
        *out = hv_strdup(hv_buf_str(&plain));
    if (plain.len > 0)
        hv_wipe(plain.data, plain.len); /* user tokens come this way */
    hv_buf_release(&plain);
    return why;
}

static void
free_text(char *text)
{
    if (text)
        hv_wipe(text, strlen(text));
    free(text);
}

static void
add_param(struct sb_params *params, char *name, char *value)
{
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    params->items[params->count++] = (struct sb_param){ name, value };
}

static const char *
read_pair(struct hv_bytes pair, struct sb_params *out)
{
    struct hv_bytes value = pair;
    struct hv_bytes name;
    char *name_text;
    char *value_text;
    const char *why;

    (void)hv_bytes_cut(&value, '=', &name);
    if (out->count == SB_MAX_PARAMS)
        return too_many;
    why = unescape(name, &name_text);
    if (why)
        return why;
    why = unescape(value, &value_text);
    if (why)
        free_text(name_text);
    else
        add_param(out, name_text, value_text);
    return why;
}

static const char *
read_pairs(struct hv_bytes text, struct sb_params *out)
{
    const char *why = NULL;

    while (!why && text.len > 0) {
        struct hv_bytes pair;

        (void)hv_bytes_cut(&text, '&', &pair);
        if (pair.len > 0)
            why = read_pair(pair, out);
    }
    return why;
}

/* ------------------------------------------------------------- targetqs -- */

/* It was escaped once more than it should be: not one bare `=`, but escaped
 * ones. */
static bool
is_wrapped(const char *text)
{
    return !strchr(text, '=') &&
           (strcasestr(text, "%3d") || strcasestr(text, "%253d"));
}

static const char *
unwrap(char **text)
{
    const char *why = NULL;

    for (int i = 0; !why && i < MAX_LAYERS && is_wrapped(*text); i++) {
        char *plain;

        why = unescape(hv_bytes_str(*text), &plain);
        if (!why) {
            free_text(*text);
            *text = plain;
        }
    }
    return why;
}

static const char *
skip_mark(const char *text)
{
    if (*text == '?')
        return text + 1;
    return strncasecmp(text, "%3f", 3) == 0 ? text + 3 : text;
}

/* Clients in Java append a variable that is null: "...ismra=truenull". What
 * is returned or shown as it came is left alone. */
static void
drop_null(struct sb_param *param)
{
    size_t len = strlen(param->value);

    if (strcmp(param->name, "actionqs") == 0 ||
        strcmp(param->name, "instancename") == 0)
        return;
    if (len >= 4 && strcmp(param->value + len - 4, "null") == 0)
        param->value[len - 4] = '\0';
}

/* `redirect` still escaped cannot be a URL, so what is left is escapes. */
static const char *
unescape_redirect(struct sb_param *param)
{
    const char *why = NULL;

    for (int i = 0; !why && i < MAX_LAYERS; i++) {
        char *plain;

        if (strncasecmp(param->value, "http%3a", 7) != 0 &&
            strncasecmp(param->value, "https%3a", 8) != 0)
            break;
        why = unescape(hv_bytes_str(param->value), &plain);
        if (!why) {
            free_text(param->value);
            param->value = plain;
        }
    }
    return why;
}

static const char *
read_inner(const char *targetqs, struct sb_params *out)
{
    char *text = hv_strdup(targetqs);
    size_t before = out->count;
    const char *why = unwrap(&text);

    if (!why && strcmp(text, "null") != 0)
        why = read_pairs(hv_bytes_str(skip_mark(text)), out);
    free_text(text);
    if (!why && out->count > before)
        drop_null(&out->items[out->count - 1]);
    return why;
}

/* ---------------------------------------------------------- the request -- */

static const char *
read_target(const char *text, struct sb_query *out)
{
    struct hv_bytes word = hv_bytes_trim(hv_bytes_str(text));

    if (word.len >= sizeof(out->target))
        return "The target in the address is longer than any target is.";
    for (size_t i = 0; i < word.len; i++)
        out->target[i] = (char)toupper(word.data[i]);
    out->target[word.len] = '\0';
    return NULL;
}

static bool
is_frame(const struct sb_param *param)
{
    return strcmp(param->name, "target") == 0 ||
           strcmp(param->name, "targetqs") == 0;
}

/* What stands beside targetqs counts as if it stood inside, before it. */
static void
keep_beside(struct sb_params *outer, struct sb_params *out)
{
    for (size_t i = 0; i < outer->count; i++) {
        if (is_frame(&outer->items[i]))
            continue;
        out->items[out->count++] = outer->items[i];
        outer->items[i] = (struct sb_param){ 0 };
    }
}

const char *
sb_query_read(const char *text, struct sb_query *out)
{
    struct sb_params outer = { 0 };
    const char *why = read_pairs(hv_bytes_str(text), &outer);
    const char *target = why ? NULL : sb_param_get(&outer, "target");
    const char *targetqs = why ? NULL : sb_param_get(&outer, "targetqs");

    if (!why)
        why = read_target(target ? target : "", out);
    if (!why) {
        keep_beside(&outer, &out->params);
        if (out->params.count > 0 && !targetqs)
            drop_null(&out->params.items[out->params.count - 1]);
        if (targetqs)
            why = read_inner(targetqs, &out->params);
    }
    for (size_t i = 0; !why && i < out->params.count; i++)
        if (strcmp(out->params.items[i].name, "redirect") == 0)
            why = unescape_redirect(&out->params.items[i]);
    sb_params_release(&outer);
    return why;
}

void
sb_query_release(struct sb_query *query)
{
    sb_params_release(&query->params);
    *query = (struct sb_query){ 0 };
}

const char *
sb_form_read(struct hv_bytes body, struct sb_params *out)
{
    if (body.len > SB_MAX_FORM)
        return "The form is larger than 64 KiB.";
    return read_pairs(body, out);
}

void
sb_params_release(struct sb_params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        free_text(params->items[i].name);
        free_text(params->items[i].value);
    }
    *params = (struct sb_params){ 0 };
}

struct sb_params
sb_params_take(struct sb_params *from)
{
    struct sb_params taken = *from;

    *from = (struct sb_params){ 0 };
    return taken;
}

/* -------------------------------------------------------------- reading -- */

const char *
sb_param_get(const struct sb_params *params, const char *name)
{
    for (size_t i = params->count; i-- > 0;)
        if (params->items[i].name && strcmp(params->items[i].name, name) == 0)
            return params->items[i].value;
    return NULL;
}

bool
sb_param_guid(const struct sb_params *params, const char *name,
              struct hv_guid *out)
{
    const char *text = sb_param_get(params, name);

    return text && hv_guid_parse(text, out) == HV_OK;
}

bool
sb_param_is_true(const struct sb_params *params, const char *name)
{
    const char *text = sb_param_get(params, name);

    return text && (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0);
}
