/*
 * actions.c - the words of the console itself: moving, opening, looking. They
 * change nothing outside the screen; what changes something is a command of
 * the command table, or leads to one (is_change). Called by commands.c.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
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
    if (app->tab != HV_VIEW_SUBS && app->tab != HV_VIEW_KEYS &&
        app->tab != HV_VIEW_LOG) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "/ filters the lists of 2 Subs, 3 Keys and 6 Log.");
        return;
    }
    hv_edit_set(&app->filter_edit, args);
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
do_pane(struct hv_app *app, const char *args)
{
    app->item_tab += strcmp(args, "prev") ? 1 : HV_ITEM_TABS - 1;
    app->item_tab %= HV_ITEM_TABS;
    app->item_top = 0;
}

static void
do_time(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->is_relative_time) {
        app->is_relative_time = false;
    } else if (app->is_local_time) {
        app->is_local_time = false;
        app->is_relative_time = true;
    } else {
        app->is_local_time = true;
    }
    hv_app_say(app, HV_ROLE_TEXT, "Times are %s.",
               app->is_relative_time ? "ages"
               : app->is_local_time  ? "local"
                                     : "UTC");
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
do_add_sub(struct hv_app *app, const char *args)
{
    (void)args;
    if (hv_app_is_read_only(app)) {
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
        return;
    }
    hv_form_open(app);
}

static void
do_save(struct hv_app *app, const char *args)
{
    (void)args;
    hv_form_save(app);
}

static void
do_field(struct hv_app *app, const char *args)
{
    if (hv_app_top(app) == HV_VIEW_FORM)
        hv_form_step(&app->form, strcmp(args, "prev") ? 1 : -1);
}

static void
do_mouse(struct hv_app *app, const char *args)
{
    bool on = strcmp(args, "nomouse") != 0;

    if (on && strcmp(args, "mouse")) {
        hv_app_say(app, HV_ROLE_WARN, ":set mouse or :set nomouse");
        return;
    }
    hv_effects_add(&app->effects, HV_EFFECT_MOUSE)->flag = on;
    hv_app_say(app, HV_ROLE_TEXT,
               on ? "The mouse belongs to the console."
                  : "The mouse belongs to the terminal.");
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
    { "prompt", "", "command line", false, false, do_prompt },
    { "filter", "[TEXT]", "filter the list", false, false, do_filter },
    { "refresh", "", "read again", false, false, do_refresh },
    { "redraw", "", "draw the screen anew", false, true, do_redraw },
    { "detail", "", "detail pane on or off", false, false, do_detail },
    { "copy", "id|url|json|cli", "copy to the clipboard", false, false,
      hv_do_copy },
    { "why", "", "explain what the cursor is on", false, false, do_explain },
    { "time", "", "times as UTC, local, or ages", false, false, do_time },
    { "follow", "", "follow the newest message", false, false, hv_do_follow },
    { "freeze", "", "hold the list still, or let it go on", false, false,
      hv_do_freeze },
    { "problem", "next|prev", "next or previous refused message", false, false,
      hv_do_problem },
    { "verdict", "", "next choice of verdicts", false, false, hv_do_verdict },
    { "lock", "", "lock the keystore", false, true, do_lock },
    { "arm", "", "write mode for 15 minutes", false, false, do_arm },
    { "sub add", "", "write a new subscription", true, false, do_add_sub },
    { "form save", "", "save what the form holds", true, false, do_save },
    { "field", "next|prev", "next or previous field of a form", false, false,
      do_field },
    { "set", "mouse|nomouse", "who gets the mouse", false, false, do_mouse },
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
