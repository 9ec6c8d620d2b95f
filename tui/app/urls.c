/*
 * urls.c - the Shell URLs view: its tabs, writing in a field of the form, a URL
 * that is pasted to be taken apart. A URL with a user token is wiped, and what
 * follows it swallowed. Called by update() and its parts; nothing is opened or
 * sent.
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include <string.h>

/* ------------------------------------------------------------- the tabs -- */

enum hv_shell_tab
hv_urls_tab(const struct hv_app *app)
{
    return app->urls.tab;
}

void
hv_urls_moved(struct hv_app *app)
{
    struct hv_list *list = &app->lists[HV_VIEW_SHELL];
    struct hv_url_place *old = &app->urls.places[app->urls.tab];
    const struct hv_url_place *now = &app->urls.places[list->pane];

    if (app->urls.tab == (enum hv_shell_tab)list->pane)
        return;
    if (app->urls.tab == HV_SHELL_COMPOSE)
        hv_buf_clear(&app->urls.left); /* it was read */
    old->cursor = list->cursor;
    old->sort = list->sort;
    old->is_inverted = list->is_inverted;
    hv_copy(old->filter, sizeof(old->filter), list->filter);
    hv_copy(old->search, sizeof(old->search), list->search);
    list->cursor = now->cursor;
    list->sort = now->sort;
    list->is_inverted = now->is_inverted;
    hv_copy(list->filter, sizeof(list->filter), now->filter);
    hv_copy(list->search, sizeof(list->search), now->search);
    app->urls.tab = (enum hv_shell_tab)list->pane;
    hv_list_settle(app, HV_VIEW_SHELL);
}

void
hv_urls_go(struct hv_app *app, enum hv_shell_tab tab)
{
    app->lists[HV_VIEW_SHELL].pane = (int)tab;
    hv_urls_moved(app);
}

void
hv_urls_settle(struct hv_app *app)
{
    const struct hv_profile *profile = hv_url_profile(app);
    struct hv_shell_form *form = &app->urls.form;

    if (!form->target) {
        hv_shell_form_target(form, "APPAUTH", profile);
    } else if (profile && hv_guid_is_zero(&app->urls.form_app)) {
        hv_shell_form_target(form, form->target, profile);
    }
    if (profile)
        app->urls.form_app = profile->app_id;
    hv_list_settle(app, HV_VIEW_SHELL);
}

static void
forget_url(struct hv_app *app)
{
    if (app->urls.has_url)
        hv_shell_url_release(&app->urls.url);
    app->urls.has_url = false;
}

void
hv_urls_forget(struct hv_app *app)
{
    enum hv_shell_tab tab = app->urls.tab;

    forget_url(app);
    hv_shell_form_release(&app->urls.form);
    hv_templates_release(&app->urls.templates);
    hv_buf_release(&app->urls.left);
    app->urls = (struct hv_urls){ .tab = tab };
}

/* -------------------------------------------------------------- writing -- */

struct hv_edit *
hv_urls_edit(struct hv_app *app)
{
    return hv_urls_tab(app) == HV_SHELL_DECODE ? &app->urls.text
                                               : &app->urls.edit;
}

static void
write_in(struct hv_app *app, const char *before, const char *text)
{
    hv_copy(app->urls.before, sizeof(app->urls.before), before);
    hv_edit_set(hv_urls_edit(app), text);
    app->urls.is_refused = app->urls.is_cut = false;
    if (hv_app_top(app) != HV_VIEW_FIELD)
        hv_app_push(app, HV_VIEW_FIELD);
}

static void
write_field(struct hv_app *app)
{
    char before[HV_EDIT_SIZE];
    struct hv_url_field field;

    if (hv_urls_tab(app) == HV_SHELL_DECODE) {
        hv_copy(before, sizeof(before), app->urls.text.text);
        write_in(app, before, before);
        return;
    }
    if (!hv_url_field_now(app, &field))
        return;
    if (field.why_not[0])
        hv_app_say(app, HV_ROLE_WARN, "%s: %s.", field.name, field.why_not);
    else if (field.kind == HV_URL_PAGE)
        hv_urls_go(app, HV_SHELL_TARGETS);
    else if (field.kind == HV_URL_CHOICE)
        hv_url_turn(app, 1);
    else
        write_in(app, field.value, field.value);
}

/* The worst first; what weighs the same stays in the order of its places. */
static void
sort_findings(struct hv_findings *findings)
{
    for (size_t i = 1; i < findings->len; i++) {
        struct hv_finding one = findings->items[i];
        size_t at = i;

        for (;
             at && findings->items[at - 1].lint->severity < one.lint->severity;
             at--)
            findings->items[at] = findings->items[at - 1];
        findings->items[at] = one;
    }
}

static void
refuse(struct hv_app *app)
{
    *hv_urls_edit(app) = (struct hv_edit){ 0 }; /* the whole of it */
    app->urls.is_refused = true;
    hv_app_say(app, HV_ROLE_BAD,
               "There is a user token in it: it was wiped here. 'hvconsole "
               "shell decode -' in a shell reads it unseen.");
}

/* What stands in the decoder's line, taken apart; nothing is nothing. */
static void
decode(struct hv_app *app)
{
    forget_url(app);
    if (hv_url_has_token(app->urls.text.text))
        refuse(app);
    app->urls.has_url = app->urls.text.len &&
                        !hv_shell_decode(hv_bytes_str(app->urls.text.text),
                                         NULL, &app->urls.url, NULL);
    if (app->urls.has_url)
        sort_findings(&app->urls.url.findings);
    hv_list_settle(app, HV_VIEW_SHELL);
}

void
hv_urls_decode(struct hv_app *app, const char *text)
{
    hv_urls_go(app, HV_SHELL_DECODE);
    hv_edit_set(&app->urls.text, text);
    app->urls.is_refused = false;
    app->urls.is_cut = strlen(text) >= HV_EDIT_SIZE;
    decode(app);
}

/* What was written goes into the form with every key: the preview lives. */
static void
put_field(struct hv_app *app)
{
    struct hv_url_preview preview;
    struct hv_url_field field;
    bool has_token;

    if (!hv_url_field_now(app, &field))
        return;
    if (field.kind != HV_URL_MORE)
        hv_url_put(app, &field, app->urls.edit.text);
    hv_url_preview(app, &preview);
    has_token = hv_findings_has(&preview.url.findings, "token-in-url") ||
                hv_url_has_token(app->urls.edit.text);
    hv_url_preview_release(&preview);
    if (!has_token)
        return;
    refuse(app);
    if (field.kind != HV_URL_MORE)
        hv_url_put(app, &field, "");
}

void
hv_urls_edited(struct hv_app *app)
{
    if (hv_urls_tab(app) == HV_SHELL_DECODE)
        decode(app);
    else
        put_field(app);
}

void
hv_urls_press(struct hv_app *app, const struct hv_press *press)
{
    struct hv_edit *edit = hv_urls_edit(app);
    size_t before = edit->len;
    bool is_text = press->code >= ' ' && press->code < HV_PRESS_UP &&
                   press->code != HV_PRESS_BACKSPACE;

    if (app->urls.is_refused)
        return; /* the rest of a token may come: Enter or Esc end it */
    if (!press->is_pasted && press->code == HV_PRESS_DOWN) {
        hv_urls_step(app, 1);
        return;
    }
    if (!press->is_pasted && press->code == HV_PRESS_UP) {
        hv_urls_step(app, -1);
        return;
    }
    if (!hv_edit_press(edit, press))
        return;
    if (is_text)
        app->urls.is_cut = app->urls.is_cut || edit->len == before;
    hv_urls_edited(app);
}

bool
hv_urls_paste(struct hv_app *app, const struct hv_press *press)
{
    char before[HV_EDIT_SIZE];
    struct hv_url_field field;

    if (app->tab != HV_VIEW_SHELL || app->over_len ||
        hv_urls_tab(app) > HV_SHELL_DECODE)
        return false;
    if (hv_urls_tab(app) == HV_SHELL_DECODE) {
        hv_copy(before, sizeof(before), app->urls.text.text);
        write_in(app, before, "");
    } else {
        if (!hv_url_field_now(app, &field) || field.why_not[0] ||
            field.kind == HV_URL_PAGE || field.kind == HV_URL_CHOICE)
            return false;
        write_in(app, field.value, "");
    }
    hv_urls_press(app, press);
    return true;
}

/* name=value of a parameter that no row stands for. */
static void
take_other(struct hv_app *app)
{
    const char *text = app->urls.edit.text;
    size_t len = strcspn(text, "=");
    char name[64];

    if (!text[0])
        return;
    hv_copy(name, len < sizeof(name) ? len + 1 : sizeof(name), text);
    if (!text[len] || len >= sizeof(name) ||
        !hv_shell_form_holds(name, text + len + 1)) {
        hv_app_say(app, HV_ROLE_WARN, "Write it as name=value.");
        return;
    }
    hv_shell_form_set(&app->urls.form, name, text + len + 1, false);
    hv_list_settle(app, HV_VIEW_SHELL);
}

void
hv_urls_done(struct hv_app *app)
{
    struct hv_url_field field;

    if (hv_app_top(app) != HV_VIEW_FIELD)
        return;
    if (hv_url_field_now(app, &field) && field.kind == HV_URL_MORE)
        take_other(app);
    app->urls.is_refused = false;
    app->urls.edit = (struct hv_edit){ 0 };
    hv_app_pop(app);
}

void
hv_urls_leave(struct hv_app *app)
{
    struct hv_url_field field;

    if (hv_url_field_now(app, &field)) {
        if (field.kind != HV_URL_MORE)
            hv_url_put(app, &field, app->urls.before);
        app->urls.edit = (struct hv_edit){ 0 };
    } else if (hv_urls_tab(app) == HV_SHELL_DECODE) {
        hv_edit_set(&app->urls.text, app->urls.before);
        decode(app);
    }
    hv_urls_done(app);
}

void
hv_urls_step(struct hv_app *app, int by)
{
    bool is_writing = hv_app_top(app) == HV_VIEW_FIELD;
    struct hv_url_field field;

    hv_urls_done(app);
    hv_list_move(app, by);
    if (is_writing && hv_url_field_now(app, &field) && !field.why_not[0] &&
        field.kind != HV_URL_PAGE && field.kind != HV_URL_CHOICE)
        write_in(app, field.value, field.value);
}

void
hv_urls_open(struct hv_app *app)
{
    if (hv_urls_tab(app) <= HV_SHELL_DECODE)
        write_field(app);
    else
        hv_urls_fill(app);
}
