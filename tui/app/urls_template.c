/*
 * urls_template.c - templates of Shell URLs in the console: the list that the
 * worker read, the form that saves one, the question before one goes. Called by
 * update() and its parts.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include "hvconsole/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_template *
hv_url_template(const struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_SHELL);

    return hv_urls_tab(app) == HV_SHELL_TEMPLATES && i != SIZE_MAX
               ? &app->urls.templates.items[i]
               : NULL;
}

void
hv_templates_take(struct hv_app *app, struct hv_msg *msg)
{
    hv_templates_release(&app->urls.templates);
    app->urls.templates = msg->u.templates;
    msg->u.templates = (struct hv_templates){ 0 };
    hv_list_settle(app, HV_VIEW_SHELL);
}

/* --------------------------------------------------------------- fields -- */

static void
template_name(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, app->urls.templates.items[i].name);
}

static void
template_target(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const char *at = strstr(app->urls.templates.items[i].url, "target=");
    size_t len = at ? strcspn(at + 7, "&") : 0;

    hv_copy(out, len + 1 < size ? len + 1 : size, at ? at + 7 : "");
}

static int64_t
template_used(const struct hv_app *app, size_t i)
{
    return app->urls.templates.items[i].used_ms;
}

static int64_t
template_made(const struct hv_app *app, size_t i)
{
    return app->urls.templates.items[i].made_ms;
}

const struct hv_list_field hv_template_fields[] = {
    { "name", false, false, template_name, NULL },
    { "target", false, false, template_target, NULL },
    { "last use", true, false, NULL, template_used },
    { "made", true, false, NULL, template_made },
    { 0 },
};

/* ---------------------------------------------------------- save, remove -- */

/* What the tab shows, as a template keeps it. */
static enum hv_status
write_url(const struct hv_app *app, struct hv_buf *out, struct hv_error *err)
{
    const struct hv_profile *profile = hv_url_profile(app);
    struct hv_shell_form form = { 0 };
    struct hv_buf left = { 0 };
    enum hv_status st;

    if (hv_urls_tab(app) != HV_SHELL_DECODE || !app->urls.has_url ||
        app->urls.url.kind != HV_SHELL_REDIRECT)
        return hv_template_write(&app->urls.form, profile, true, out, err);
    (void)hv_shell_form_take(&form, &app->urls.url, profile, &left);
    st = hv_template_write(&form, profile, true, out, err);
    hv_shell_form_release(&form);
    hv_buf_release(&left);
    return st;
}

static void
open_sheet(struct hv_app *app, const char *name, const char *url)
{
    if (app->is_flag_read_only) {
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
    } else if (strlen(url) >= HV_EDIT_SIZE) {
        hv_app_say(app, HV_ROLE_WARN, "That URL is too long for a template.");
    } else {
        hv_sheet_open(app, HV_SHEET_TEMPLATE);
        hv_edit_set(&app->sheet.edits[0], name);
        hv_edit_set(&app->sheet.edits[1], url);
    }
}

void
hv_do_template(struct hv_app *app, const char *args)
{
    struct hv_error err = { 0 };
    struct hv_buf url = { 0 };

    if (write_url(app, &url, &err))
        hv_app_complain(app, "Not saved", &err);
    else
        open_sheet(app, args, hv_buf_str(&url));
    hv_buf_release(&url);
}

void
hv_do_change_template(struct hv_app *app, const char *args)
{
    const struct hv_template *one =
        app->tab == HV_VIEW_SHELL ? hv_url_template(app) : NULL;

    if (one)
        open_sheet(app, args[0] ? "" : one->name, one->url);
    else
        hv_app_say(app, HV_ROLE_TEXT,
                   "No template is selected; templates in 4 has them.");
}

bool
hv_template_confirm(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    const struct hv_template *one = hv_url_template(app);
    char used[HV_AGE_TEXT];

    if (!one)
        return false;
    hv_age_format(app->now_ms - one->used_ms, used);
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    snprintf(dialog->title, sizeof(dialog->title), "Forget the template %s",
             one->name);
    hv_dialog_line(dialog, 0, "%.180s", one->url);
    if (one->used_ms)
        hv_dialog_line(dialog, 0, "age of its last use: %s", used);
    else
        hv_dialog_line(dialog, 0, "it was never used");
    hv_dialog_line(dialog, 0, "nothing else knows it; A saves it again");
    hv_copy(dialog->question, sizeof(dialog->question),
            "Forget the template? y/N ");
    return true;
}
