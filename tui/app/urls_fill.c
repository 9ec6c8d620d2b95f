/*
 * urls_fill.c - a URL, a template or a page becomes what the form of the Shell
 * URLs view holds; what could not go into it is said. Called by urls.c and
 * through the table of actions.c.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include <string.h>

/* The first sentence of what was left out, or that all is in. */
static void
say_filled(struct hv_app *app, const char *what)
{
    const char *left = hv_buf_str(&app->urls.left);
    size_t len = strcspn(left, "\n");

    if (len)
        hv_app_say(app, HV_ROLE_WARN, "%.*s", (int)len, left);
    else
        hv_app_say(app, HV_ROLE_TEXT, "%s is in the form, every parameter.",
                   what);
}

static void
fill_from_url(struct hv_app *app)
{
    struct hv_shell_form form = { 0 };

    if (!app->urls.has_url) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "Nothing to put into the form: paste a URL first.");
        return;
    }
    hv_buf_clear(&app->urls.left);
    if (hv_shell_form_take(&form, &app->urls.url, hv_url_profile(app),
                           &app->urls.left)) {
        hv_shell_form_release(&app->urls.form);
        app->urls.form = form;
        app->urls.places[HV_SHELL_COMPOSE] = (struct hv_url_place){ 0 };
        hv_urls_go(app, HV_SHELL_COMPOSE);
    }
    say_filled(app, "The URL");
}

static void
fill_from_template(struct hv_app *app)
{
    const struct hv_template *one = hv_url_template(app);
    struct hv_buf line = { 0 };

    if (!one)
        return;
    hv_buf_clear(&app->urls.left);
    hv_template_form(one, hv_url_profile(app), &app->urls.form,
                     &app->urls.left);
    hv_buf_addf(&line, "shell template show %s", one->name);
    say_filled(app, one->name);
    /* When it was used last is noted, if nobody has to wait for that. */
    if (!app->is_flag_read_only && !app->busy[HV_JOB_COMMAND].op)
        hv_command_start(app, hv_buf_str(&line), false, HV_USE_QUIET, "");
    hv_buf_release(&line);
    app->urls.places[HV_SHELL_COMPOSE] = (struct hv_url_place){ 0 };
    hv_urls_go(app, HV_SHELL_COMPOSE);
}

void
hv_urls_fill(struct hv_app *app)
{
    const struct hv_shell_target *target;

    switch (hv_urls_tab(app)) {
    case HV_SHELL_DECODE:
        fill_from_url(app);
        break;
    case HV_SHELL_TEMPLATES:
        fill_from_template(app);
        break;
    case HV_SHELL_TARGETS:
        target = hv_shell_row(app);
        hv_do_compose(app, target ? target->name : "");
        break;
    default:
        hv_app_say(app, HV_ROLE_TEXT,
                   "This is the form; ] goes to a URL or a template for it.");
        break;
    }
}
