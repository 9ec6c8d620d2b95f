/*
 * form.c - a redirect as a person writes it: a page, pairs in their order, and
 * how a URL that was taken apart becomes that again. Called by the templates
 * and by the console. Pure.
 */
#include "core/shell/shell_in.h"

#include "hvconsole/codec.h"
#include "hvconsole/ids.h"
#include "hvconsole/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_NAME 64 /* as `shell url --param` takes it */
#define PAGE     "/redirect.aspx"

void
hv_shell_form_release(struct hv_shell_form *form)
{
    free(form->base);
    free(form->target);
    hv_shell_pairs_release(&form->pairs);
    *form = (struct hv_shell_form){ 0 };
}

/* ------------------------------------------------------------ the pairs -- */

static struct hv_shell_pair *
find_pair(struct hv_shell_form *form, const char *name)
{
    for (size_t i = 0; i < form->pairs.len; i++) {
        if (!strcasecmp(form->pairs.items[i].name, name))
            return &form->pairs.items[i];
    }
    return NULL;
}

static void
remove_pair(struct hv_shell_pairs *pairs, struct hv_shell_pair *pair)
{
    size_t at = (size_t)(pair - pairs->items);

    free(pair->name);
    free(pair->value);
    pairs->len--;
    memmove(pair, pair + 1, (pairs->len - at) * sizeof(*pair));
}

/* Where the tables have a name: own parameters, common ones, strangers. */
static unsigned long
rank_of(const struct hv_shell_target *target, const char *name)
{
    const struct hv_shell_param *param = hv_shell_param_find(target, name);
    unsigned long rank = 1;

    for (int common = 0; param && common < 2; common++) {
        const struct hv_shell_param *p = common   ? hv_shell_common_params()
                                         : target ? target->params
                                                  : NULL;

        for (; p && p->name; p++, rank++) {
            if (p != param)
                continue;
            name += strcspn(name, "0123456789");
            return rank * 10000 + strtoul(name, NULL, 10) % 10000;
        }
    }
    return 1000 * 10000;
}

void
hv_shell_form_set(struct hv_shell_form *form, const char *name,
                  const char *value, bool is_outside)
{
    const struct hv_shell_target *target =
        form->target ? hv_shell_target_find(form->target) : NULL;
    struct hv_shell_pair *pair = find_pair(form, name);
    struct hv_shell_pair made;
    size_t at = 0;

    if (pair && !value[0]) {
        remove_pair(&form->pairs, pair);
        return;
    }
    if (pair) {
        free(pair->value);
        pair->value = hv_strdup(value);
        pair->is_outside = is_outside;
        return;
    }
    if (!value[0])
        return;
    while (at < form->pairs.len &&
           rank_of(target, form->pairs.items[at].name) <= rank_of(target, name))
        at++;
    hv_shell_pairs_add(&form->pairs, name, value);
    made = form->pairs.items[form->pairs.len - 1];
    made.is_outside = is_outside;
    memmove(&form->pairs.items[at + 1], &form->pairs.items[at],
            (form->pairs.len - 1 - at) * sizeof(made));
    form->pairs.items[at] = made;
}

static bool
is_text(const char *text)
{
    struct hv_bytes bytes = hv_bytes_str(text);
    size_t pos = 0;

    while (pos < bytes.len) {
        int32_t code = hv_utf8_next(bytes, &pos);

        if (code < ' ' || (code >= 0x7f && code < 0xa0))
            return false;
    }
    return true;
}

bool
hv_shell_form_holds(const char *name, const char *value)
{
    return name[0] && strlen(name) < MAX_NAME && !strchr(name, '=') &&
           name[0] != '-' && is_text(name) && value[0] && is_text(value);
}

/* ------------------------------------------------------ page and address -- */

/* Without the slashes at its end. */
static size_t
base_len(const char *base)
{
    size_t len = strlen(base);

    while (len && base[len - 1] == '/')
        len--;
    return len;
}

static bool
is_own_base(const char *base, const struct hv_profile *profile)
{
    return profile && profile->shell[0] &&
           base_len(base) == base_len(profile->shell) &&
           !strncasecmp(base, profile->shell, base_len(base));
}

void
hv_shell_form_base(struct hv_shell_form *form, const char *base,
                   const struct hv_profile *profile)
{
    free(form->base);
    form->base = !base || !base[0] || is_own_base(base, profile)
                     ? NULL
                     : hv_strdup(base);
}

void
hv_shell_form_target(struct hv_shell_form *form, const char *target,
                     const struct hv_profile *profile)
{
    const struct hv_shell_target *known = hv_shell_target_find(target);
    const struct hv_shell_param *param =
        known ? hv_shell_param_find(known, "appid") : NULL;
    const char *value = hv_shell_pairs_get(&form->pairs, "appid");
    char id[HV_GUID_TEXT] = "";

    if (profile && !hv_guid_is_zero(&profile->app_id))
        hv_guid_format(&profile->app_id, id);
    if (form->target != target) {
        free(form->target);
        form->target = hv_strdup(known ? known->name : target);
    }
    /* APPREDIRECT's appid is the other application. */
    if (param && param->is_required && strcmp(known->name, "APPREDIRECT")) {
        if (!value && id[0])
            hv_shell_form_set(form, "appid", id, false);
    } else if (value && id[0] && !strcasecmp(value, id)) {
        hv_shell_form_set(form, "appid", "", false);
    }
}

/* ------------------------------------------------------- out of a URL -- */

static void
take_base(struct hv_shell_form *form, const struct hv_shell_url *url,
          const struct hv_profile *profile, struct hv_buf *left)
{
    size_t len = strlen(url->base);
    size_t page = strlen(PAGE);
    bool has_page = len >= page && !strcasecmp(url->base + len - page, PAGE);
    char *base = hv_strdup(url->base);

    if (has_page)
        base[len - page] = '\0';
    else
        hv_buf_add_str(left, "The page is redirect.aspx now.\n");
    if (!url->host[0]) {
        hv_buf_add_str(left, "It has no address of a Shell: the profile's is "
                             "taken.\n");
        hv_shell_form_base(form, NULL, profile);
    } else {
        hv_shell_form_base(form, base, profile);
    }
    free(base);
}

/* Why a pair does not go into the form; NULL = it does. */
static const char *
why_left(const struct hv_shell_url *url, const struct hv_shell_pair *pair)
{
    const struct hv_shell_param *param =
        hv_shell_param_find(url->known, pair->name);

    if (param && param->domain == HV_SHELL_TOKEN)
        return "a user token is kept nowhere";
    if (pair->is_outside && (!strcasecmp(pair->name, "target") ||
                             !strcasecmp(pair->name, "targetqs")))
        return "it stands there twice, and the first counts";
    if (hv_shell_pairs_get(&url->pairs, pair->name) != pair->value)
        return "it stands there twice, and the last counts";
    if (!pair->value[0])
        return "it has no value";
    return hv_shell_form_holds(pair->name, pair->value)
               ? NULL
               : "a field cannot hold it: bytes that are no text, or a name "
                 "that is none";
}

static void
take_pairs(struct hv_shell_form *form, const struct hv_shell_url *url,
           struct hv_buf *left)
{
    for (size_t i = 0; i < url->pairs.len; i++) {
        const struct hv_shell_pair *pair = &url->pairs.items[i];
        const char *why = why_left(url, pair);
        bool is_moved = !why && pair->is_outside &&
                        strcasecmp(pair->name, "trm") != 0 &&
                        hv_shell_param_find(url->known, pair->name);

        if (why) {
            hv_buf_addf(left, "%.60s is left out: %s.\n", pair->name, why);
            continue;
        }
        if (is_moved)
            hv_buf_addf(left,
                        "%.60s stood beside targetqs, where nobody reads it: "
                        "it is inside now.\n",
                        pair->name);
        hv_shell_pairs_add(&form->pairs, pair->name, pair->value);
        form->pairs.items[form->pairs.len - 1].is_outside =
            pair->is_outside && !is_moved;
    }
}

bool
hv_shell_form_take(struct hv_shell_form *form, const struct hv_shell_url *url,
                   const struct hv_profile *profile, struct hv_buf *left)
{
    if (url->kind != HV_SHELL_REDIRECT) {
        hv_buf_add_str(left, url->kind == HV_SHELL_RETURN
                                 ? "That one comes from the Shell; only what "
                                   "goes there is composed.\n"
                                 : "That is no URL to the Shell.\n");
        return false;
    }
    hv_shell_form_release(form);
    form->target = hv_strdup(url->target);
    take_base(form, url, profile, left);
    take_pairs(form, url, left);
    if (hv_findings_has(&url->findings, "fragment"))
        hv_buf_add_str(left, "What followed '#' is left out.\n");
    if (url->is_odd)
        hv_buf_add_str(left, "It was escaped in another way; the form writes "
                             "it by the exact rule.\n");
    return true;
}

/* ----------------------------------------------------------- into a URL -- */

enum hv_status
hv_shell_form_compose(const struct hv_shell_form *form,
                      const struct hv_profile *profile, struct hv_buf *out,
                      struct hv_error *err)
{
    const char *base = form->base ? form->base : profile ? profile->shell : "";

    if (!base[0]) {
        hv_fail(err, HV_ERR_NOT_FOUND, "whose Shell it is, is not known");
        hv_hint(err, "name its address, or a profile that has one");
        return HV_ERR_NOT_FOUND;
    }
    return hv_shell_compose(
        base, form->target ? form->target : "", &form->pairs,
        !form->base && profile->env == HV_ENV_PROD, out, err);
}
