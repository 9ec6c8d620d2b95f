/*
 * templates.c - redirect URLs under names: STORE/templates, one a line that a
 * person can read, replaced whole under a lock. Called by `shell template ...`
 * and the console. Holds no secrets; ids of people only when asked to.
 */
#include "core/shell/shell_in.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/ids.h"
#include "hvconsole/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define NAME     "templates" /* of the file in the store */
#define MAX_FILE (2 * 1024 * 1024)
#define RELATIVE "redirect.aspx?"
#define ANYWHERE "https://profile.invalid/" /* before a relative one */

void
hv_templates_release(struct hv_templates *list)
{
    for (size_t i = 0; i < list->len; i++)
        free(list->items[i].url);
    free(list->items);
    *list = (struct hv_templates){ 0 };
}

struct hv_template *
hv_template_find(const struct hv_templates *list, const char *name)
{
    for (size_t i = 0; i < list->len; i++) {
        if (!strcmp(list->items[i].name, name))
            return &list->items[i];
    }
    return NULL;
}

enum hv_status
hv_template_put(struct hv_templates *list, const char *name, const char *url,
                int64_t now_ms, struct hv_error *err)
{
    struct hv_template *one = hv_template_find(list, name);
    size_t at = list->len;

    if (strlen(url) >= HV_TEMPLATE_URL)
        return hv_fail(err, HV_ERR_LIMIT,
                       "a template keeps URLs below %d bytes", HV_TEMPLATE_URL);
    if (!one && list->len == HV_MAX_TEMPLATES)
        return hv_fail(err, HV_ERR_LIMIT,
                       "%d templates are kept already, more do not fit",
                       HV_MAX_TEMPLATES);
    if (!one) {
        list->items =
            hv_realloc_array(list->items, list->len + 1, sizeof(*list->items));
        for (; at > 0 && strcmp(list->items[at - 1].name, name) > 0; at--)
            list->items[at] = list->items[at - 1];
        one = &list->items[at];
        *one = (struct hv_template){ 0 };
        hv_copy(one->name, sizeof(one->name), name);
        list->len++;
    }
    free(one->url);
    one->url = hv_strdup(url);
    one->made_ms = now_ms;
    return HV_OK;
}

void
hv_template_remove(struct hv_templates *list, struct hv_template *one)
{
    size_t at = (size_t)(one - list->items);

    free(one->url);
    list->len--;
    memmove(one, one + 1, (list->len - at) * sizeof(*one));
}

/* ------------------------------------------------------- form and back -- */

enum hv_status
hv_template_write(const struct hv_shell_form *form,
                  const struct hv_profile *profile, bool with_ids,
                  struct hv_buf *out, struct hv_error *err)
{
    const struct hv_shell_target *known =
        hv_shell_target_find(form->target ? form->target : "");
    struct hv_shell_pairs kept = { 0 };
    char id[HV_GUID_TEXT] = "";

    if (!known || !known->is_offered)
        return hv_fail(err, HV_ERR_RULE,
                       "the Shell has no page '%s': nothing to keep",
                       form->target ? form->target : "");
    if (profile)
        hv_guid_format(&profile->app_id, id);
    for (size_t i = 0; i < form->pairs.len; i++) {
        const struct hv_shell_pair *pair = &form->pairs.items[i];
        const struct hv_shell_param *param =
            hv_shell_param_find(known, pair->name);

        if ((param && hv_shell_param_is_personal(param) && !with_ids) ||
            (param && param->domain == HV_SHELL_TOKEN) ||
            (!strcmp(pair->name, "appid") && !strcasecmp(pair->value, id) &&
             strcmp(known->name, "APPREDIRECT")))
            continue;
        hv_shell_pairs_add(&kept, pair->name, pair->value);
        kept.items[kept.len - 1].is_outside = pair->is_outside;
    }
    if (form->base) {
        size_t len = strlen(form->base);

        while (len && form->base[len - 1] == '/')
            len--;
        hv_buf_add(out, form->base, len);
        hv_buf_add_char(out, '/');
    }
    shell_write(known->name, &kept, out);
    hv_shell_pairs_release(&kept);
    return HV_OK;
}

void
hv_template_form(const struct hv_template *one,
                 const struct hv_profile *profile, struct hv_shell_form *form,
                 struct hv_buf *left)
{
    bool is_relative = !strncasecmp(one->url, RELATIVE, strlen(RELATIVE));
    struct hv_shell_url url = { 0 };
    struct hv_buf text = { 0 };

    hv_buf_addf(&text, "%s%s", is_relative ? ANYWHERE : "", one->url);
    if (!hv_shell_decode(hv_buf_bytes(&text), NULL, &url, NULL) &&
        hv_shell_form_take(form, &url, profile, left)) {
        if (is_relative)
            hv_shell_form_base(form, NULL, profile);
        hv_shell_form_target(form, form->target, profile);
    }
    hv_shell_url_release(&url);
    hv_buf_release(&text);
}

/* ------------------------------------------------------------- the file -- */

static void
write_time(struct hv_buf *out, int64_t ms)
{
    char text[HV_TIME_TEXT];

    hv_time_format(ms, text);
    hv_buf_addf(out, " %s", ms ? text : "-");
}

static enum hv_status
save(const char *path, const struct hv_templates *list, struct hv_error *err)
{
    struct hv_buf text = { 0 };
    enum hv_status st;

    hv_buf_add_str(&text, "# Shell URLs under names: NAME MADE USED URL\n");
    for (size_t i = 0; i < list->len; i++) {
        hv_buf_add_str(&text, list->items[i].name);
        write_time(&text, list->items[i].made_ms);
        write_time(&text, list->items[i].used_ms);
        hv_buf_addf(&text, " %s\n", list->items[i].url);
    }
    st = hv_file_replace(path, 0600, hv_buf_bytes(&text), err);
    hv_buf_release(&text);
    return st;
}

/* The next word of a line; "" at its end. */
static char *
next_word(char **at)
{
    char *word = *at + strspn(*at, " \t\r");

    *at = word + strcspn(word, " \t\r");
    if (**at)
        *(*at)++ = '\0';
    return word;
}

static bool
read_time(const char *word, int64_t *out)
{
    *out = 0;
    return !strcmp(word, "-") ||
           hv_time_parse(hv_bytes_str(word), out) == HV_OK;
}

/* What is wrong with a line, or NULL. Blank lines and # are nothing. */
static const char *
read_line(char *line, struct hv_templates *list)
{
    char *name = next_word(&line);
    char *made = next_word(&line), *used = next_word(&line);
    char *url = next_word(&line);
    struct hv_template *one;
    int64_t made_ms, used_ms;

    if (!name[0] || name[0] == '#')
        return NULL;
    if (!url[0] || next_word(&line)[0])
        return "it is not NAME MADE USED URL";
    if (hv_token_name_check(name, NULL))
        return "its name is none";
    if (hv_template_find(list, name))
        return "that name stands there twice";
    if (!read_time(made, &made_ms) || !read_time(used, &used_ms))
        return "a time is not like 2026-11-21T12:04:31Z";
    if (strncasecmp(url, RELATIVE, strlen(RELATIVE)) &&
        !strcasestr(url, "/" RELATIVE))
        return "its URL is no redirect to the Shell";
    if (hv_template_put(list, name, url, made_ms, NULL))
        return "there is no room for it";
    one = hv_template_find(list, name);
    one->used_ms = used_ms;
    return NULL;
}

enum hv_status
hv_templates_read(const char *text, struct hv_templates *out,
                  struct hv_error *err)
{
    char *copy = hv_strdup(text);
    char *rest = copy;
    char *line;
    const char *why = NULL;
    unsigned number = 0;

    *out = (struct hv_templates){ 0 };
    while (!why && (line = strsep(&rest, "\n"))) {
        number++;
        why = read_line(line, out);
    }
    free(copy);
    if (!why)
        return HV_OK;
    hv_templates_release(out);
    return hv_fail(err, HV_ERR_FORMAT, "line %u: %s", number, why);
}

static enum hv_status
load(const char *path, struct hv_templates *out, struct hv_error *err)
{
    struct hv_buf text = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st;

    *out = (struct hv_templates){ 0 };
    st = hv_file_read(path, MAX_FILE, &text, NULL);
    if (st == HV_ERR_NOT_FOUND) {
        st = HV_OK;
    } else if (st) {
        st = hv_fail(err, st, "cannot read %s", path);
    } else if (hv_templates_read(hv_buf_str(&text), out, &why)) {
        st = hv_fail(err, HV_ERR_DAMAGED, "%s, %s", path, why.why);
        hv_hint(err, "correct the line, or take it out");
    }
    hv_buf_release(&text);
    return st;
}

enum hv_status
hv_templates_load(const char *store, struct hv_templates *out,
                  struct hv_error *err)
{
    char path[HV_STORE_PATH];
    enum hv_status st = hv_store_path(store, NAME, path, err);

    return st ? st : load(path, out, err);
}

enum hv_status
hv_templates_edit(const char *store, hv_templates_fn fn, void *arg,
                  struct hv_error *err)
{
    char path[HV_STORE_PATH];
    struct hv_templates list = { 0 };
    int lock = -1;
    enum hv_status st = hv_store_path(store, NAME, path, err);

    if (!st)
        st = hv_store_lock(store, NAME, &lock, err);
    if (!st)
        st = load(path, &list, err);
    if (!st)
        st = fn(&list, arg, err);
    if (!st)
        st = save(path, &list, err);
    hv_templates_release(&list);
    if (lock >= 0)
        close(lock);
    return st;
}
