/*
 * actions.c - the words of the console itself: moving, opening, looking. They
 * change nothing outside the screen; what changes something is a command of
 * the command table, or leads to one (is_change). Called by commands.c.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"
#include "tui/screen/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
do_quit(struct hv_app *app, const char *args)
{
    (void)args;
    hv_effects_add(&app->effects, HV_EFFECT_QUIT);
}

static void
do_help(struct hv_app *app, const char *args)
{
    app->help = (struct hv_help){ 0 };
    hv_edit_set(&app->help.query, args);
    hv_app_push(app, HV_VIEW_HELP);
}

static void
do_palette(struct hv_app *app, const char *args)
{
    app->help = (struct hv_help){ .is_palette = true };
    hv_edit_set(&app->help.query, args);
    hv_app_push(app, HV_VIEW_PALETTE);
}

static void
do_prompt(struct hv_app *app, const char *args)
{
    struct hv_effect *effect =
        hv_effects_add(&app->effects, HV_EFFECT_PROMPT_OPEN);

    effect->text = hv_strdup(args);
    app->prompt = (struct hv_prompt_state){ .is_open = true, .prompt = ":" };
}

static void
do_filter(struct hv_app *app, const char *args)
{
    if (hv_list_is_covered(app))
        return;
    if (!hv_list_fields(app, app->tab) && app->tab != HV_VIEW_LOG) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "/ filters lists; here there is nothing to leave out.");
        return;
    }
    /* What is there already is gone on with; ^u begins anew. */
    hv_edit_set(&app->filter_edit,
                args[0] ? args : app->lists[app->tab].filter);
    app->is_filtering = true;
}

static void
do_refresh(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->tab == HV_VIEW_LOG)
        hv_job_start(app, HV_JOB_JOURNAL, "");
    else
        hv_load_view(app, true);
    hv_load_ask(app, HV_JOB_STATUS);
}

static void
do_redraw(struct hv_app *app, const char *args)
{
    (void)args;
    hv_effects_add(&app->effects, HV_EFFECT_REPAINT);
}

static void
do_detail(struct hv_app *app, const char *args)
{
    (void)args;
    app->is_detail_on = !app->is_detail_on;
    hv_list_settle(app, app->tab);
}

static void
do_zoom(struct hv_app *app, const char *args)
{
    (void)args;
    app->is_zoomed = !app->is_zoomed;
    for (int i = 0; i < HV_TABS; i++)
        hv_list_settle(app, (enum hv_view)i);
}

static void
do_wrap(struct hv_app *app, const char *args)
{
    (void)args;
    if (hv_app_top(app) == HV_VIEW_ITEM) {
        app->is_item_wide = !app->is_item_wide;
        app->item_left = app->item_top = 0;
        return;
    }
    app->pager.is_wrapped = !app->pager.is_wrapped;
    app->pager.left = 0;
}

static void
do_pane(struct hv_app *app, const char *args)
{
    int by = strcmp(args, "prev") ? 1 : -1;
    int len = hv_screen_panes(app->tab);
    int before = app->lists[app->tab].pane;

    app->item_top = app->item_left = 0;
    if (!len) {
        hv_app_say(app, HV_ROLE_TEXT, "The details here have no tabs.");
    } else {
        app->is_detail_on = true;
        app->lists[app->tab].pane = (before + by + len) % len;
        if (app->tab == HV_VIEW_TEST)
            hv_test_turned(app, before);
        if (app->tab == HV_VIEW_RECORDS)
            hv_records_pane_changed(app);
        else if (app->tab == HV_VIEW_SHELL)
            hv_urls_moved(app);
        else
            hv_list_settle(app, app->tab);
    }
}

static void
do_time(struct hv_app *app, const char *args)
{
    static const char *const words[HV_TIME_MODES] = {
        [HV_TIME_USUAL] = "ages in lists, UTC in the log",
        [HV_TIME_UTC] = "UTC",
        [HV_TIME_LOCAL] = "local, of this machine",
        [HV_TIME_AGE] = "ages",
    };

    (void)args;
    app->time_mode =
        (enum hv_time_mode)(((int)app->time_mode + 1) % HV_TIME_MODES);
    hv_app_say(app, HV_ROLE_TEXT, "Times are %s.", words[app->time_mode]);
}

static void
do_explain(struct hv_app *app, const char *args)
{
    (void)args;
    hv_app_explain(app);
}

static void
do_lock(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->is_open)
        hv_unlock_lock(app, "L, or Enter with the passphrase, opens again");
}

static void
do_arm(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->is_flag_read_only) {
        hv_app_say(app, HV_ROLE_WARN,
                   "Started with --read-only: no key arms writing.");
    } else if (app->status && app->status->env != HV_ENV_PROD) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "This is no production profile: writing is always on.");
    } else if (app->armed_until_mono_ms > app->mono_ms) {
        app->armed_until_mono_ms = 0;
        hv_app_say(app, HV_ROLE_TEXT, "Write mode is off again.");
    } else {
        app->armed_until_mono_ms = app->mono_ms + HV_ARM_MS;
        hv_app_say(app, HV_ROLE_WARN, "Write mode for 15 minutes. W ends it.");
    }
}

static void
do_save(struct hv_app *app, const char *args)
{
    (void)args;
    if (hv_app_top(app) == HV_VIEW_SHEET)
        hv_sheet_save(app);
    else
        hv_form_save(app);
}

static void
do_field(struct hv_app *app, const char *args)
{
    int by = strcmp(args, "prev") ? 1 : -1;

    if (!strcmp(args, "edit"))
        hv_edit_outside(app);
    else if (hv_app_top(app) == HV_VIEW_FORM)
        hv_form_step(&app->form, by);
    else if (hv_app_top(app) == HV_VIEW_SHEET)
        hv_sheet_step(app, by);
    else if (!strcmp(args, "done"))
        hv_urls_done(app);
    else if (app->tab == HV_VIEW_SHELL)
        hv_urls_step(app, by);
}

static const char *
set_theme(struct hv_app *app, const char *name)
{
    static const char *const names[] = { "usual", "contrast", "plain", "mono" };

    for (size_t i = 0; i < HV_LEN(names); i++) {
        if (strcmp(names[i], name))
            continue;
        hv_effects_add(&app->effects, HV_EFFECT_THEME)->text = hv_strdup(name);
        hv_effects_add(&app->effects, HV_EFFECT_REPAINT);
        return NULL;
    }
    return "set theme usual, contrast, plain (16 colours) or mono";
}

const char *
hv_app_set(struct hv_app *app, const char *args)
{
    bool on = strcmp(args, "nomouse") != 0;

    if (!strncmp(args, "theme", 5) && (!args[5] || args[5] == ' '))
        return set_theme(app, args + 5 + strspn(args + 5, " "));
    if (!strcmp(args, "ascii") || !strcmp(args, "noascii")) {
        app->is_ascii = args[0] == 'a' || app->is_only_ascii;
        return NULL;
    }
    if (on && strcmp(args, "mouse"))
        return "set mouse, nomouse, ascii, noascii, theme NAME";
    hv_effects_add(&app->effects, HV_EFFECT_MOUSE)->flag = on;
    hv_app_say(app, HV_ROLE_TEXT,
               on ? "The mouse belongs to the console."
                  : "The mouse belongs to the terminal.");
    return NULL;
}

static void
do_set(struct hv_app *app, const char *args)
{
    const char *why = hv_app_set(app, args);

    if (why)
        hv_app_say(app, HV_ROLE_WARN, ":%s", why);
}

const struct hv_action hv_actions[] = {
    { "view", "NAME", "go to a view", false, false, hv_do_view },
    { "messages", "", "what the message line said", false, false,
      hv_do_messages },
    { "quit", "", "quit the console", false, true, do_quit },
    { "back", "", "back, or clear the filter", false, false, hv_do_back },
    { "close", "", "close this view", false, false, hv_do_close },
    { "move", "HOW", "move or scroll", false, false, hv_do_move },
    { "open", "", "open what the cursor is on", false, false, hv_do_open },
    { "pane", "next|prev", "next or previous tab of a detail", false, false,
      do_pane },
    { "help", "[WORD]", "help for this view", false, false, do_help },
    { "palette", "[WORD]", "whatever there is to do, found by a few letters",
      false, false, do_palette },
    { "prompt", "[TEXT]", "command line", false, false, do_prompt },
    { "filter", "[TEXT]", "filter the list", false, false, do_filter },
    { "mark", "[visible|none]", "mark the current row, all, or none", false,
      false, hv_do_mark },
    { "sort", "[invert]", "sort by the next column, or invert", false, false,
      hv_do_sort },
    { "seek", "next|prev", "next or previous row that / looked for", false,
      false, hv_do_seek },
    { "refresh", "", "read again", false, false, do_refresh },
    { "redraw", "", "draw the screen anew", false, true, do_redraw },
    { "detail", "", "detail pane on or off", false, false, do_detail },
    { "zoom", "", "more room for the view: no tabs, no hints", false, false,
      do_zoom },
    { "wrap", "", "wrap long lines, or not", false, false, do_wrap },
    { "copy", "id|url|json|cli", "copy to the clipboard", false, false,
      hv_do_copy },
    { "why", "", "explain what the cursor is on", false, false, do_explain },
    { "time", "", "times as usual, UTC, local, or ages", false, false,
      do_time },
    { "follow", "", "follow the newest message", false, false, hv_do_follow },
    { "freeze", "", "hold the list still, or let it go on", false, false,
      hv_do_freeze },
    { "problem", "next|prev", "next or previous refused message", false, false,
      hv_do_problem },
    { "bookmark", "", "mark this message, or take the mark away", false, false,
      hv_do_bookmark },
    { "booked", "next|prev", "next or previous bookmark", false, false,
      hv_do_booked },
    { "message", "ID", "go to this message of the log", false, false,
      hv_do_message },
    { "verdict", "", "next choice of verdicts", false, false, hv_do_verdict },
    { "lock", "", "lock the keystore", false, true, do_lock },
    { "arm", "", "write mode for 15 minutes", false, false, do_arm },
    { "sub add", "", "write a new subscription", true, false, hv_do_add_sub },
    { "sub clone", "", "write a new one like this", true, false,
      hv_do_clone_sub },
    { "sub change", "", "change URL or types in a form", true, false,
      hv_do_change_sub },
    { "rights", "", "read the rights of all records", false, false,
      hv_records_read_all },
    { "snapshot", "", "keep a sealed picture of all records", true, false,
      hv_records_keep },
    { "test this", "", "the test sender, for this subscription", true, false,
      hv_do_test_this },
    { "compare", "[A [B]]",
      "two subscriptions, versions or messages side by side", false, false,
      hv_do_compare },
    { "import key", "", "write down which key to import", true, false,
      hv_do_import },
    { "form save", "", "save what the form holds", true, false, do_save },
    { "job pause", "", "stop the rotation after the step under way", true,
      false, hv_do_pause },
    { "field", "next|prev|edit|done",
      "next or previous field, this in $EDITOR, or it stands", false, false,
      do_field },
    { "profile new", "", "write down a profile", true, false, hv_do_profile },
    { "compose url", "[TARGET]", "write a URL of the Shell", false, false,
      hv_do_compose },
    { "decode url", "[URL]", "take a URL of the Shell apart", false, false,
      hv_do_decode },
    { "form url", "", "a URL, template or page into the form", false, false,
      hv_do_form },
    { "qr", "", "the URL as a QR code", false, false, hv_do_qr },
    { "save template", "[NAME]", "keep the URL under a name", true, false,
      hv_do_template },
    { "change template", "[copy]", "change a template, or write one like it",
      true, false, hv_do_change_template },
    { "window", "[NAME]", "write down a maintenance window", true, false,
      hv_do_window },
    { "send test", "", "send what the Test sender shows, or all kinds", true,
      false, hv_do_send_test },
    { "try", "next|prev|change|write", "next field, another value, or write it",
      false, false, hv_do_try },
    { "edit body", "[open]",
      "a message's body in $EDITOR, signed anew and sent", true, false,
      hv_do_edit_body },
    { "change window", "", "change what was noted about a window", true, false,
      hv_do_change_window },
    { "checklist", "next|prev|toggle",
      "next, previous, or tick what is to be done before a window", false,
      false, hv_do_checklist },
    { "notice", "[copy]", "what to tell people about a window", false, false,
      hv_do_notice },
    { "screen", "save FILE", "keep this screen as text", false, true,
      hv_do_screen },
    { "speak", "", "the row of the cursor as one sentence", false, false,
      hv_do_speak },
    { "set", "mouse|nomouse|ascii|noascii|theme NAME",
      "who gets the mouse; how it looks", false, true, do_set },
    { 0 },
};

const struct hv_action *
hv_action_find(const char *line, const char **args)
{
    for (const struct hv_action *action = hv_actions; action->words; action++) {
        size_t len = strlen(action->words);

        if (strncmp(line, action->words, len) ||
            (line[len] && line[len] != ' '))
            continue;
        *args = line + len + strspn(line + len, " ");
        return action;
    }
    return NULL;
}
