/*
 * urls_field.c - the fields of the redirect that is composed: which there are
 * for a page, what they hold, which may be written. Called by urls.c and by the
 * screen. Reads the form, draws nothing.
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_RULES 99

/* What every page may carry, the most wanted first. */
static const char *const common[] = {
    "extrecordid", "actionqs", "redirect", "trm",
    "culture",     "lcid",     "aib",      "signupcode",
};

const struct hv_profile *
hv_url_profile(const struct hv_app *app)
{
    return app->status && app->status->has_profile ? &app->status->profile_facts
                                                   : NULL;
}

bool
hv_url_is_production(const struct hv_app *app)
{
    const struct hv_profile *profile = hv_url_profile(app);
    struct hv_shell_url url = { 0 };
    bool is_production;

    if (!app->urls.form.base)
        return profile && profile->env == HV_ENV_PROD;
    if (hv_shell_decode(hv_bytes_str(app->urls.form.base), NULL, &url, NULL))
        return false;
    is_production = url.instance && url.instance->env == HV_ENV_PROD;
    hv_shell_url_release(&url);
    return is_production;
}

bool
hv_url_has_token(const char *text)
{
    size_t len = strcspn(text, "=");
    const struct hv_shell_target *target;
    struct hv_shell_url url = { 0 };
    char name[64];
    bool has_token;

    if (text[len] && text[len + 1] && len < sizeof(name)) {
        memcpy(name, text, len);
        name[len] = '\0';
        if (!strcasecmp(name, "wctoken"))
            return true;
        for (size_t i = 0; (target = hv_shell_target_at(i)); i++) {
            const struct hv_shell_param *p = hv_shell_param_find(target, name);

            if (p && p->domain == HV_SHELL_TOKEN)
                return true;
        }
    }
    if (hv_shell_decode(hv_bytes_str(text), NULL, &url, NULL))
        return false;
    has_token = hv_findings_has(&url.findings, "token-in-url");
    hv_shell_url_release(&url);
    return has_token;
}

/* ----------------------------------------------------------- which there are -- */

struct walk { /* to the field number `want` */
    const struct hv_app *app;
    const struct hv_shell_target *target;
    struct hv_url_field *out; /* NULL: only count */
    size_t want, at;
    bool is_found;
};

static void
fill(struct walk *walk, enum hv_url_kind kind, const char *name,
     const struct hv_shell_param *param)
{
    const struct hv_shell_form *form = &walk->app->urls.form;
    struct hv_url_field *out = walk->out;

    *out = (struct hv_url_field){ .kind = kind, .param = param, .value = "" };
    hv_copy(out->name, sizeof(out->name), name);
    if (kind == HV_URL_PAGE)
        out->value = form->target ? form->target : "";
    else if (kind == HV_URL_SHELL)
        out->value = form->base ? form->base : "";
    for (size_t i = 0; kind == HV_URL_VALUE && i < form->pairs.len; i++) {
        if (strcasecmp(form->pairs.items[i].name, name))
            continue;
        out->value = form->pairs.items[i].value;
        out->is_outside = form->pairs.items[i].is_outside;
    }
    if (param &&
        (param->domain == HV_SHELL_BOOL || param->domain == HV_SHELL_METHOD))
        out->kind = HV_URL_CHOICE;
    if (param && param->domain == HV_SHELL_TOKEN)
        hv_copy(out->why_not, sizeof(out->why_not),
                "a user token is never written here");
    else if (param && !strcmp(param->name, "redirect") && !out->value[0] &&
             hv_url_is_production(walk->app))
        hv_copy(out->why_not, sizeof(out->why_not),
                "never in production: the token goes to any address "
                "(phishing)");
}

static void
emit(struct walk *walk, enum hv_url_kind kind, const char *name,
     const struct hv_shell_param *param)
{
    if (walk->at++ != walk->want || !walk->out)
        return;
    fill(walk, kind, name, param);
    walk->is_found = true;
}

/* The number of "onopt12" for the row "onopt#"; 0 = not one of its names. */
static unsigned
number_of(const char *row, const char *name)
{
    size_t len = strlen(row) - 1;
    char again[64];
    unsigned long number;

    if (strncasecmp(row, name, len) || !isdigit((unsigned char)name[len]))
        return 0;
    number = strtoul(name + len, NULL, 10);
    if (!number || number > MAX_RULES)
        return 0;
    snprintf(again, sizeof(again), "%lu", number);
    return strcmp(again, name + len) ? 0 : (unsigned)number;
}

/* onopt1 ... as far as there are any, and one more. */
static void
emit_rules(struct walk *walk, const struct hv_shell_param *param)
{
    const struct hv_shell_pairs *pairs = &walk->app->urls.form.pairs;
    unsigned highest = 0;
    char name[64];

    for (size_t i = 0; i < pairs->len; i++) {
        unsigned number = number_of(param->name, pairs->items[i].name);

        highest = number > highest ? number : highest;
    }
    for (unsigned n = 1; n <= highest + 1 && n <= MAX_RULES; n++) {
        snprintf(name, sizeof(name), "%.*s%u", (int)strlen(param->name) - 1,
                 param->name, n);
        emit(walk, HV_URL_VALUE, name, param);
    }
}

static void
emit_param(struct walk *walk, const struct hv_shell_param *param)
{
    if (param->name[strlen(param->name) - 1] == '#')
        emit_rules(walk, param);
    else
        emit(walk, HV_URL_VALUE, param->name, param);
}

/* What no row of the tables stands for. */
static bool
is_stranger(const struct hv_shell_target *target, const char *name)
{
    const struct hv_shell_param *param = hv_shell_param_find(target, name);

    return !param || (param->name[strlen(param->name) - 1] == '#' &&
                      !number_of(param->name, name));
}

static void
walk_fields(struct walk *walk)
{
    const struct hv_shell_form *form = &walk->app->urls.form;
    const struct hv_shell_param *param;

    walk->target = hv_shell_target_find(form->target ? form->target : "");
    emit(walk, HV_URL_PAGE, "Target", NULL);
    for (int required = 1; required >= 0; required--) {
        param = walk->target ? walk->target->params : NULL;
        for (; param && param->name; param++) {
            if (param->is_required == (bool)required)
                emit_param(walk, param);
        }
    }
    for (size_t i = 0; i < HV_LEN(common); i++) {
        param = hv_shell_param_find(NULL, common[i]);
        if (param && hv_shell_param_find(walk->target, common[i]) == param)
            emit_param(walk, param);
    }
    for (size_t i = 0; i < form->pairs.len; i++) {
        if (is_stranger(walk->target, form->pairs.items[i].name))
            emit(walk, HV_URL_VALUE, form->pairs.items[i].name, NULL);
    }
    emit(walk, HV_URL_MORE, "other", NULL);
    emit(walk, HV_URL_SHELL, "Shell", NULL);
}

size_t
hv_url_fields(const struct hv_app *app)
{
    struct walk walk = { .app = app };

    walk_fields(&walk);
    return walk.at;
}

bool
hv_url_field(const struct hv_app *app, size_t i, struct hv_url_field *out)
{
    struct walk walk = { .app = app, .out = out, .want = i };

    walk_fields(&walk);
    return walk.is_found;
}

bool
hv_url_field_now(const struct hv_app *app, struct hv_url_field *out)
{
    size_t i = hv_list_at(app, HV_VIEW_SHELL);

    return hv_urls_tab(app) == HV_SHELL_COMPOSE && i != SIZE_MAX &&
           hv_url_field(app, i, out);
}

/* ------------------------------------------------------------- the choices -- */

const char *
hv_url_choice(const struct hv_url_field *field, size_t i)
{
    static const char *const bools[] = { "omit", "true", "false" };
    /* One document has trm beside targetqs; the others do not. */
    static const char *const methods[] = { "omit", "get", "post", "get outside",
                                           "post outside" };
    bool is_bool = field->param && field->param->domain == HV_SHELL_BOOL;

    if (field->kind != HV_URL_CHOICE)
        return NULL;
    if (is_bool)
        return i < HV_LEN(bools) ? bools[i] : NULL;
    return i < HV_LEN(methods) ? methods[i] : NULL;
}

size_t
hv_url_chosen(const struct hv_url_field *field)
{
    const char *choice;
    char now[64];

    snprintf(now, sizeof(now), "%.40s%s",
             field->value[0] ? field->value : "omit",
             field->is_outside ? " outside" : "");
    for (size_t i = 0; (choice = hv_url_choice(field, i)); i++) {
        if (!strcasecmp(choice, now))
            return i;
    }
    return SIZE_MAX;
}

void
hv_url_put(struct hv_app *app, const struct hv_url_field *field,
           const char *value)
{
    struct hv_shell_form *form = &app->urls.form;

    if (field->kind == HV_URL_PAGE)
        hv_shell_form_target(form, value, hv_url_profile(app));
    else if (field->kind == HV_URL_SHELL)
        hv_shell_form_base(form, value, hv_url_profile(app));
    else
        hv_shell_form_set(form, field->name, value, field->is_outside);
    hv_list_settle(app, HV_VIEW_SHELL);
}

static void
turn_page(struct hv_app *app, const struct hv_url_field *field, int by)
{
    size_t len = hv_shell_count();
    size_t at = 0;

    while (at < len && strcmp(hv_shell_target_at(at)->name, field->value))
        at++;
    do {
        at = (at + len + (size_t)by) % len;
    } while (!hv_shell_target_at(at)->is_offered);
    hv_url_put(app, field, hv_shell_target_at(at)->name);
}

bool
hv_url_turn(struct hv_app *app, int by)
{
    struct hv_url_field field;
    char value[16];
    size_t len = 0, at;
    char *blank;

    if (!hv_url_field_now(app, &field))
        return false;
    if (field.kind == HV_URL_PAGE) {
        turn_page(app, &field, by);
        return true;
    }
    if (!strcmp(field.name, "extrecordid"))
        return hv_url_turn_record(app, &field, by);
    if (field.kind != HV_URL_CHOICE)
        return false;
    while (hv_url_choice(&field, len))
        len++;
    at = hv_url_chosen(&field);
    at = at == SIZE_MAX ? 0 : (at + len + (size_t)by) % len;
    hv_copy(value, sizeof(value), hv_url_choice(&field, at));
    blank = strchr(value, ' ');
    field.is_outside = blank != NULL;
    if (blank)
        *blank = '\0';
    hv_url_put(app, &field, strcmp(value, "omit") ? value : "");
    return true;
}
