/*
 * maint_do.c - what is done in the Maintenance view: a window written down,
 * changed or forgotten, the checklist ticked, a drill, the text for the
 * application's people. Called through the table of actions.c and by dialog.c.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include "hvconsole/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MINUTE_MS 60000

/* --------------------------------------------------------------- notice -- */

/* Of the window under the cursor; else of the one that is now, or the next. */
static const struct hv_window_row *
notice_window(const struct hv_app *app)
{
    const struct hv_window_row *row = hv_maint_chosen(app);

    return row ? row : hv_maint_window(&app->maint);
}

void
hv_do_notice(struct hv_app *app, const char *args)
{
    const struct hv_window_row *row = notice_window(app);
    struct hv_effect *effect;
    struct hv_buf text = { 0 };
    char title[96];

    if (!row) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "There is no window to tell people about. A notes one.");
        return;
    }
    hv_window_notice(&row->window, &text);
    if (!strcmp(args, "copy")) {
        effect = hv_effects_add(&app->effects, HV_EFFECT_COPY);
        effect->text = hv_strdup(hv_buf_str(&text));
        hv_app_say(app, HV_ROLE_TEXT, "Copied the notice about %s.",
                   row->window.name);
        hv_buf_release(&text);
        return;
    }
    snprintf(title, sizeof(title), "Notice about %s", row->window.name);
    hv_app_page(app, title, &text);
}

/* -------------------------------------------------------------- windows -- */

static bool
is_refused(struct hv_app *app)
{
    if (app->is_flag_read_only)
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
    return app->is_flag_read_only;
}

void
hv_do_window(struct hv_app *app, const char *args)
{
    if (is_refused(app))
        return;
    hv_sheet_open(app, HV_SHEET_WINDOW);
    hv_edit_set(&app->sheet.edits[0], args);
}

static void
set_span(struct hv_edit *edit, int64_t ms)
{
    char text[32];

    snprintf(text, sizeof(text), "%lldm", (long long)(ms / MINUTE_MS));
    hv_edit_set(edit, text);
}

void
hv_do_change_window(struct hv_app *app, const char *args)
{
    const struct hv_window_row *row = hv_maint_chosen(app);
    struct hv_sheet *sheet = &app->sheet;
    char time[HV_TIME_TEXT];

    (void)args;
    if (is_refused(app))
        return;
    if (!row) {
        hv_app_say(app, HV_ROLE_TEXT, "E edits a window: choose one.");
        return;
    }
    hv_sheet_open(app, HV_SHEET_WINDOW_EDIT);
    hv_time_format(row->window.at_ms, time);
    hv_edit_set(&sheet->edits[0], row->window.name);
    hv_edit_set(&sheet->edits[1], time);
    set_span(&sheet->edits[2], row->window.for_ms);
    hv_edit_set(&sheet->edits[3], hv_window_kind_word(row->window.kind));
    set_span(&sheet->edits[4], row->window.slack_ms);
    sheet->field = 1;
}

bool
hv_maint_confirm(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    const struct hv_window_row *row = hv_maint_chosen(app);
    char left[HV_COUNTDOWN];

    if (!row)
        return false;
    if (hv_window_phase(&row->window, app->now_ms) == HV_WINDOW_OVER) {
        hv_app_say(app, HV_ROLE_WARN,
                   "%s is over and stays: it explains the 7s that came since.",
                   row->window.name);
        return true;
    }
    hv_countdown(hv_maint_left(app, hv_list_at(app, HV_VIEW_MAINT)), left);
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    snprintf(dialog->title, sizeof(dialog->title), "Forget the window %s",
             row->window.name);
    hv_dialog_line(
        dialog, 0, "%s of the platform, %s, %s left",
        hv_window_kind_word(row->window.kind),
        hv_window_phase_word(hv_window_phase(&row->window, app->now_ms)), left);
    if (row->window.kind == HV_WINDOW_TOKEN_KEYS)
        hv_dialog_line(dialog, '!',
                       "%zu tracked tokens would answer 7: without the window "
                       "that is an alarm",
                       row->forecast.refused);
    hv_dialog_line(dialog, 0, "the platform is not told; A notes it again");
    hv_copy(dialog->question, sizeof(dialog->question),
            "Forget the window? y/N ");
    return true;
}

/* ------------------------------------------------------ checklist, drill -- */

void
hv_do_checklist(struct hv_app *app, const char *args)
{
    const struct hv_window_row *row = notice_window(app);
    struct hv_buf line = { 0 };
    bool is_done;

    if (!strcmp(args, "next") || !strcmp(args, "prev")) {
        app->maint_check += args[0] == 'n' ? 1 : HV_WINDOW_CHECKS - 1;
        app->maint_check %= HV_WINDOW_CHECKS;
        return;
    }
    if (!row) {
        hv_app_say(app, HV_ROLE_TEXT, "There is no window to prepare for.");
        return;
    }
    is_done = row->window.checked >> app->maint_check & 1;
    hv_buf_addf(&line, "maint check %s %s%s", row->window.name,
                hv_window_check_word((enum hv_window_check)app->maint_check),
                is_done ? " --off" : "");
    hv_app_do(app, hv_buf_str(&line), HV_FROM_KEY);
    hv_buf_release(&line);
}

bool
hv_maint_is_sandbox(const struct hv_app *app)
{
    const struct hv_status_model *status = app->status;

    return status && status->sandbox_running && status->sandbox_url[0] &&
           !strncmp(status->profile_facts.platform, status->sandbox_url,
                    strlen(status->sandbox_url));
}

/* The token that would be lost: the first that is kept, as the command does. */
static const char *
first_kept(const struct hv_app *app)
{
    for (size_t i = 0; i < app->maint.tokens_len; i++)
        if (app->maint.tokens[i].is_kept)
            return app->maint.tokens[i].note.name;
    return "";
}

bool
hv_maint_drill_confirm(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    const struct hv_window_row *row = hv_maint_chosen(app);

    if (!row || row->window.kind != HV_WINDOW_TOKEN_KEYS || !first_kept(app)[0])
        return false; /* the command says what is missing */
    if (app->status && app->status->env == HV_ENV_PROD) {
        hv_app_say(app, HV_ROLE_WARN,
                   "No drill in production: it ends a person's token. Hold it "
                   "against the sandbox or PPE.");
        return true;
    }
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    snprintf(dialog->title, sizeof(dialog->title), "Hold the drill for %s",
             row->window.name);
    if (hv_maint_is_sandbox(app)) {
        hv_dialog_line(dialog, '!',
                       "the sandbox changes its token keys: every token there "
                       "ends");
        hv_dialog_line(dialog, 0,
                       "%s is asked about, answers 7 and is deleted; its "
                       "person signs in anew",
                       first_kept(app));
    } else {
        hv_dialog_line(dialog, 0,
                       "%s is asked about; a 7 deletes it, as token check does",
                       first_kept(app));
        hv_dialog_line(dialog, 0, "the rest is gone through on paper");
    }
    hv_dialog_line(dialog, 0, "subscriptions and their keys are not touched");
    hv_dialog_line(dialog, 0, "hvconsole %.180s", text);
    hv_copy(dialog->question, sizeof(dialog->question), "Hold it? y/N ");
    return true;
}
