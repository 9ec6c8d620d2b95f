/*
 * shell.c - the Shell URLs view as the other views see it: the rows of its
 * tabs, what is copied from them, and the command line of each. The pages are a
 * table of core. Called by update() and its parts; writing is urls.c's matter,
 * explaining urls_explain.c's.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"
#include "tui/command/args.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- fields -- */

static void
target_name(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_copy(out, size, hv_shell_target_at(i)->name);
}

static void
target_purpose(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_copy(out, size, hv_shell_target_at(i)->purpose);
}

static void
target_needs(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_shell_needs(hv_shell_target_at(i), out, size);
}

static void
target_comes_back(const struct hv_app *app, size_t i, char *out, size_t size)
{
    (void)app;
    hv_shell_comes_back(hv_shell_target_at(i), out, size);
}

static const struct hv_list_field target_fields[] = {
    { "target", false, false, target_name, NULL },
    { "purpose", false, false, target_purpose, NULL },
    { "needs", false, false, target_needs, NULL },
    { "comes back as", false, false, target_comes_back, NULL },
    { 0 },
};

const struct hv_list_field *
hv_shell_fields(const struct hv_app *app)
{
    switch (hv_urls_tab(app)) {
    case HV_SHELL_TARGETS:
        return target_fields;
    case HV_SHELL_TEMPLATES:
        return hv_template_fields;
    default:
        return NULL; /* fields and findings stand as they are */
    }
}

size_t
hv_shell_count(void)
{
    size_t len = 0;

    while (hv_shell_target_at(len))
        len++;
    return len;
}

size_t
hv_shell_rows(const struct hv_app *app)
{
    switch (hv_urls_tab(app)) {
    case HV_SHELL_COMPOSE:
        return hv_url_fields(app);
    case HV_SHELL_DECODE:
        return app->urls.has_url ? app->urls.url.findings.len : 0;
    case HV_SHELL_TEMPLATES:
        return app->urls.templates.len;
    default:
        return hv_shell_count();
    }
}

void
hv_shell_row_id(const struct hv_app *app, size_t i, char out[HV_ROW_ID])
{
    struct hv_url_field field;

    switch (hv_urls_tab(app)) {
    case HV_SHELL_COMPOSE:
        hv_copy(out, HV_ROW_ID, hv_url_field(app, i, &field) ? field.name : "");
        break;
    case HV_SHELL_DECODE:
        snprintf(out, HV_ROW_ID, "%zu %.60s", i,
                 app->urls.url.findings.items[i].lint->id);
        break;
    case HV_SHELL_TEMPLATES:
        hv_copy(out, HV_ROW_ID, app->urls.templates.items[i].name);
        break;
    default:
        hv_copy(out, HV_ROW_ID, hv_shell_target_at(i)->name);
        break;
    }
}

const struct hv_shell_target *
hv_shell_row(const struct hv_app *app)
{
    size_t i = hv_urls_tab(app) == HV_SHELL_TARGETS
                   ? hv_list_at(app, HV_VIEW_SHELL)
                   : SIZE_MAX;

    return i == SIZE_MAX ? NULL : hv_shell_target_at(i);
}

void
hv_shell_needs(const struct hv_shell_target *target, char *out, size_t size)
{
    struct hv_buf text = { 0 };

    for (const struct hv_shell_param *p = target->params; p->name; p++) {
        if (p->is_required)
            hv_buf_addf(&text, "%s%s", text.len ? " " : "", p->name);
    }
    hv_copy(out, size, hv_buf_str(&text));
    hv_buf_release(&text);
}

void
hv_shell_comes_back(const struct hv_shell_target *target, char *out,
                    size_t size)
{
    struct hv_buf text = { 0 };

    if (target->returns[0])
        hv_buf_add_str(&text, target->returns);
    else
        hv_buf_addf(&text, "%s: %s",
                    target->is_offered ? "dead end" : "never send it",
                    target->ending);
    hv_copy(out, size, hv_buf_str(&text));
    hv_buf_release(&text);
}

/* -------------------------------------------------------------- actions -- */

void
hv_do_compose(struct hv_app *app, const char *args)
{
    const struct hv_shell_target *target = hv_shell_target_find(args);

    if (args[0] && !target) {
        hv_app_say(app, HV_ROLE_WARN, "The Shell has no target %.40s.", args);
        return;
    }
    if (target && !target->is_offered) {
        hv_app_say(app, HV_ROLE_WARN,
                   "%s is a name of an old vocabulary: the Shell has no page "
                   "for it.",
                   target->name);
        return;
    }
    if (app->tab != HV_VIEW_SHELL)
        hv_do_view(app, "shell");
    if (target)
        hv_shell_form_target(&app->urls.form, target->name,
                             hv_url_profile(app));
    hv_buf_clear(&app->urls.left);
    hv_urls_go(app, HV_SHELL_COMPOSE);
}

void
hv_do_decode(struct hv_app *app, const char *args)
{
    if (app->tab != HV_VIEW_SHELL)
        hv_do_view(app, "shell");
    hv_urls_decode(app, args);
    if (!args[0])
        hv_urls_open(app);
}

void
hv_do_form(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->tab == HV_VIEW_SHELL)
        hv_urls_fill(app);
    else
        hv_app_say(app, HV_ROLE_TEXT, "A URL goes into the form in 4 Shell.");
}

void
hv_do_qr(struct hv_app *app, const char *args)
{
    struct hv_buf text = { 0 };
    struct hv_error why = { 0 };

    (void)args;
    if (app->tab != HV_VIEW_SHELL)
        hv_app_say(app, HV_ROLE_TEXT, "QR codes are drawn in 4 Shell.");
    else if (!hv_url_text(app, &text, &why))
        hv_app_complain(app, "No QR code", &why);
    else
        hv_app_push(app, HV_VIEW_QR);
    hv_buf_release(&text);
}

/* ------------------------------------------------------ a command's URL -- */

/* The URL of a command's text, or of its own words. */
static char *
find_url(const struct hv_words *words, const char *text)
{
    const char *at = strstr(text, "http");
    size_t len = at ? strcspn(at, " \t\r\n") : 0;
    char *out;

    if (!strcmp(words->items[1], "url")) {
        out = len ? hv_calloc(len + 1, 1) : NULL;
        if (out)
            memcpy(out, at, len);
        return out;
    }
    for (int i = 2; i < words->len; i++) {
        if (words->items[i][0] != '-' && strpbrk(words->items[i], "=:"))
            return hv_strdup(words->items[i]);
    }
    return NULL;
}

void
hv_shell_done(struct hv_app *app, const char *text)
{
    struct hv_words words = { 0 };
    char *url = NULL;

    if (!strncmp(app->running, "shell template ", 15) && app->is_open)
        hv_load_ask(app, HV_JOB_TEMPLATES);
    if (app->use == HV_USE_SHOW && !hv_line_split(app->running, &words, NULL) &&
        words.len > 2 && !strcmp(words.items[0], "shell") &&
        (!strcmp(words.items[1], "url") || !strcmp(words.items[1], "decode") ||
         !strcmp(words.items[1], "lint")))
        url = find_url(&words, text);
    hv_words_release(&words);
    if (url && !hv_url_has_token(url))
        hv_urls_decode(app, url);
    free(url);
}

/* -------------------------------------------------------------- copied -- */

void
hv_shell_cli(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_shell_target *target = hv_shell_row(app);
    const struct hv_template *one = hv_url_template(app);

    hv_buf_add_str(out, "hvconsole ");
    switch (hv_urls_tab(app)) {
    case HV_SHELL_COMPOSE:
        hv_url_line(app, out);
        break;
    case HV_SHELL_DECODE:
        hv_buf_add_str(out, "shell decode ");
        hv_quote(out, app->urls.text.len ? app->urls.text.text : "-");
        break;
    case HV_SHELL_TEMPLATES:
        hv_buf_addf(out, "shell template %s%s", one ? "show " : "list",
                    one ? one->name : "");
        break;
    default:
        hv_buf_addf(out, "shell targets%s%s", target ? " " : "",
                    target ? target->name : "");
        break;
    }
}

bool
hv_url_text(const struct hv_app *app, struct hv_buf *out, struct hv_error *why)
{
    const struct hv_template *one = hv_url_template(app);
    struct hv_shell_form form = { 0 };
    struct hv_url_preview preview;
    struct hv_buf left = { 0 };

    if (one) {
        hv_template_form(one, hv_url_profile(app), &form, &left);
        if (hv_shell_form_compose(&form, hv_url_profile(app), out, why))
            hv_buf_clear(out);
    } else if (hv_urls_tab(app) == HV_SHELL_COMPOSE) {
        hv_url_preview(app, &preview);
        hv_buf_add_bytes(out, hv_buf_bytes(&preview.text));
        *why = preview.error;
        hv_url_preview_release(&preview);
    } else if (hv_urls_tab(app) == HV_SHELL_DECODE && app->urls.has_url) {
        hv_buf_add_str(out, app->urls.text.text);
    } else {
        (void)hv_fail(why, HV_ERR_NOT_FOUND, "there is no URL in this tab");
        hv_hint(why, "[ goes to the form, where one is composed");
    }
    hv_shell_form_release(&form);
    hv_buf_release(&left);
    return out->len > 0;
}

bool
hv_shell_copy(const struct hv_app *app, const char *what, struct hv_buf *out)
{
    const struct hv_shell_target *target = hv_shell_row(app);
    const struct hv_template *one = hv_url_template(app);
    struct hv_error why = { 0 };

    if (!strcmp(what, "url"))
        return hv_url_text(app, out, &why);
    if (strcmp(what, "id"))
        return false;
    if (target || one)
        hv_buf_add_str(out, target ? target->name : one->name);
    else if (hv_urls_tab(app) == HV_SHELL_COMPOSE && app->urls.form.target)
        hv_buf_add_str(out, app->urls.form.target);
    return out->len > 0;
}
