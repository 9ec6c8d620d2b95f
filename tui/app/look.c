/*
 * look.c - actions that look closer: the log's, copying, the messages. Called
 * through the table of actions.c.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

void
hv_do_messages(struct hv_app *app, const char *args)
{
    struct hv_buf text = { 0 };

    (void)args;
    for (size_t back = 0; hv_app_note(app, back); back++) {
        const struct hv_note *note = hv_app_note(app, back);
        char time[HV_TIME_TEXT];

        hv_time_format(note->at_ms, time);
        hv_buf_addf(&text, "%.8sZ %s\n", time[0] ? time + 11 : "", note->text);
    }
    hv_app_page(app, "Messages, newest first", &text);
}

void
hv_do_follow(struct hv_app *app, const char *args)
{
    (void)args;
    app->log.is_frozen = false;
    app->log.is_follow = true;
    app->log.cursor.id[0] = 0;
    hv_log_ask(app, HV_LOG_TAIL, 0);
}

void
hv_do_freeze(struct hv_app *app, const char *args)
{
    struct hv_log *log = &app->log;

    (void)args;
    log->is_frozen = !log->is_frozen;
    if (!log->is_frozen && log->is_missed && log->len)
        hv_log_ask(app, HV_LOG_NEWER, log->rows[log->len - 1].id);
    log->is_missed = false;
}

void
hv_do_problem(struct hv_app *app, const char *args)
{
    const struct hv_log_row *row = hv_log_row(app);

    hv_log_ask(app,
               strcmp(args, "prev") ? HV_LOG_PROBLEM_NEXT : HV_LOG_PROBLEM_PREV,
               row ? row->id : 0);
}

void
hv_do_verdict(struct hv_app *app, const char *args)
{
    (void)args;
    app->log.choice = (app->log.choice + 1) % (int)hv_log_choices_len;
    if (app->log.find.is_listed)
        hv_find_start(app, app->log.find.text); /* among others now */
    else
        hv_log_stay(app);
}

static void
copy(struct hv_app *app, const char *what, const char *text)
{
    struct hv_effect *effect = hv_effects_add(&app->effects, HV_EFFECT_COPY);

    effect->text = hv_strdup(text);
    hv_app_say(app, HV_ROLE_TEXT, "Copied %s: %s", what, text);
}

/* The command line that shows what is on the screen. */
static void
cli_line(const struct hv_app *app, const struct hv_selection *selection,
         struct hv_buf *out)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&selection->sub, id);
    switch (app->tab) {
    case HV_VIEW_SUBS:
        hv_buf_addf(out, "hvconsole sub %s%s",
                    selection->has_sub ? "show " : "list",
                    selection->has_sub ? id : "");
        break;
    case HV_VIEW_KEYS:
        hv_buf_addf(out, "hvconsole key list %s", selection->has_sub ? id : "");
        break;
    case HV_VIEW_LOG:
        if (selection->log_id)
            hv_buf_addf(out, "hvconsole log show %lld",
                        (long long)selection->log_id);
        else
            hv_buf_add_str(out, "hvconsole log list");
        break;
    case HV_VIEW_JOBS:
        hv_buf_add_str(out, "hvconsole key jobs");
        break;
    case HV_VIEW_SHELL:
        hv_shell_cli(app, out);
        break;
    case HV_VIEW_MAINT:
        hv_maint_cli(app, out);
        break;
    case HV_VIEW_TEST:
        hv_test_cli(app, out);
        break;
    case HV_VIEW_RECORDS:
        hv_record_cli(app, out);
        break;
    default:
        hv_buf_add_str(out, "hvconsole status");
        break;
    }
}

static void
copy_id(struct hv_app *app, const struct hv_selection *selection)
{
    char text[HV_GUID_TEXT];

    if (selection->log_id)
        snprintf(text, sizeof(text), "%lld", (long long)selection->log_id);
    else
        hv_guid_format(&selection->sub, text);
    copy(app, "the id", text);
}

void
hv_do_copy(struct hv_app *app, const char *args)
{
    struct hv_selection selection = hv_app_selection(app);
    const struct hv_sub_row *sub =
        selection.has_sub ? hv_app_sub(app, &selection.sub) : NULL;
    bool has_any = selection.has_sub || selection.log_id;
    bool has_json = has_any || app->tab == HV_VIEW_SHELL ||
                    app->tab == HV_VIEW_MAINT || app->tab == HV_VIEW_RECORDS;
    struct hv_buf line = { 0 }, text = { 0 };

    cli_line(app, &selection, &line);
    if (!strcmp(args, "cli")) {
        copy(app, "the command", hv_buf_str(&line));
    } else if (!strcmp(args, "id") && has_any) {
        copy_id(app, &selection);
    } else if ((app->tab == HV_VIEW_RECORDS &&
                hv_record_copy(app, args, &text)) ||
               (app->tab == HV_VIEW_SHELL && hv_shell_copy(app, args, &text)) ||
               (app->tab == HV_VIEW_MAINT && hv_maint_copy(app, args, &text))) {
        copy(app, !strcmp(args, "id") ? "the id" : "the URL",
             hv_buf_str(&text));
    } else if (!strcmp(args, "url") && sub) {
        copy(app, "the URL", sub->sub.url);
    } else if (!strcmp(args, "json") && has_json) {
        hv_buf_add_str(&line, " -o json");
        hv_command_start(app, hv_buf_str(&line) + strlen("hvconsole "), false,
                         HV_USE_COPY, "");
    } else {
        hv_app_say(app, HV_ROLE_TEXT, "Nothing to copy here.");
    }
    hv_buf_release(&text);
    hv_buf_release(&line);
}
