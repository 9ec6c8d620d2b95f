/*
 * dialog.c - asking before something changes: what will happen, in numbers,
 * then one question. Enter means No; a paste means nothing. In production
 * what cannot be undone wants the profile's name and two seconds.
 * Called by update().
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"
#include "tui/command/args.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define HOLD_OFF_MS 2000

/* The subscriptions that a command line names: from keys they are whole. */
static size_t
subs_of(const char *text, struct hv_guid *out, size_t max)
{
    struct hv_words words = { 0 };
    size_t len = 0;

    if (!hv_line_split(text, &words, NULL)) {
        for (int i = 0; i < words.len && len < max; i++)
            len += !hv_guid_parse(words.items[i], &out[len]);
    }
    hv_words_release(&words);
    return len;
}

static void
ask_typed(struct hv_app *app, const char *expected, bool is_profile)
{
    struct hv_dialog *dialog = &app->dialog;

    dialog->kind = HV_DIALOG_TYPED;
    dialog->is_profile = is_profile;
    hv_copy(dialog->expected, sizeof(dialog->expected), expected);
}

/* Which of the three ways to ask: y/N, the number, the profile's name. */
static void
ask(struct hv_app *app, const char *what, size_t count, bool is_irreversible)
{
    struct hv_dialog *dialog = &app->dialog;
    bool is_prod = app->status && app->status->env == HV_ENV_PROD;
    char number[24];

    if (is_prod && is_irreversible) {
        ask_typed(app, app->status->profile, true);
        dialog->ready_mono_ms = app->mono_ms + HOLD_OFF_MS;
        snprintf(dialog->question, sizeof(dialog->question),
                 "PRODUCTION, cannot be undone. Type %.60s and Enter: ",
                 dialog->expected);
    } else if (count > 1) {
        snprintf(number, sizeof(number), "%zu", count);
        ask_typed(app, number, false);
        snprintf(dialog->question, sizeof(dialog->question),
                 "Type %s to %s %s and Enter: ", number, what, number);
    } else {
        snprintf(dialog->question, sizeof(dialog->question), "%.90s? y/N ",
                 dialog->title);
    }
}

static bool
confirm_subs(struct hv_app *app, const char *text, bool is_delete)
{
    struct hv_dialog *dialog = &app->dialog;
    struct hv_guid subs[HV_MAX_MARKED];
    size_t len = subs_of(text, subs, HV_LEN(subs));
    char id[HV_GUID_SHORT];

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    hv_guid_short(&subs[0], id);
    if (len == 1)
        snprintf(dialog->title, sizeof(dialog->title), "%s %s",
                 is_delete ? "Delete subscription"
                           : "Rotate the key of subscription",
                 id);
    else
        snprintf(dialog->title, sizeof(dialog->title),
                 is_delete ? "Delete %zu subscriptions"
                           : "Rotate the keys of %zu subscriptions",
                 len);
    (is_delete ? hv_impact_delete : hv_impact_rotate)(app, subs, len, dialog);
    ask(app, is_delete ? "delete" : "rotate", len, is_delete);
    return true;
}

static bool
confirm_delete(struct hv_app *app, const char *text)
{
    return confirm_subs(app, text, true);
}

static bool
confirm_rotate(struct hv_app *app, const char *text)
{
    return confirm_subs(app, text, false);
}

/* The evidence comes first; what does not hold makes it a matter of force. */
static bool
confirm_retire(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    struct hv_selection selection = hv_app_selection(app);
    const char *version = selection.version.id;
    const struct hv_key_row *key = hv_app_key(app, &selection.sub, version);
    const struct hv_drain_row *row = hv_app_drain(app, &selection.sub, version);
    char id[HV_GUID_SHORT];

    if (key && key->state != HV_KEY_ACCEPTED) {
        hv_app_say(app, HV_ROLE_WARN,
                   "%s is %s: only a version that was replaced is retired.",
                   version, hv_key_state_word(key->state));
        return true;
    }
    if (!row) {
        hv_load_ask(app, HV_JOB_DRAIN);
        hv_app_say(app, HV_ROLE_TEXT,
                   "The evidence is being read: press X again.");
        return true;
    }
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_guid_short(&selection.sub, id);
    snprintf(dialog->title, sizeof(dialog->title), "Retire %s of %s", version,
             id);
    snprintf(dialog->command, sizeof(dialog->command), "%.4000s%s", text,
             row->may_retire ? "" : " --force");
    hv_impact_retire(app, row, dialog);
    ask(app, "retire", 1, true);
    if (!row->may_retire && dialog->kind == HV_DIALOG_CONFIRM) {
        ask_typed(app, version, false);
        dialog->ready_mono_ms = app->mono_ms + HOLD_OFF_MS;
        snprintf(dialog->question, sizeof(dialog->question),
                 "Not safe. To force it type %.60s and Enter: ", version);
    }
    return true;
}

static bool
confirm_abort(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    size_t i = hv_list_at(app, HV_VIEW_JOBS);
    struct hv_rotation_counts counts;

    if (i == SIZE_MAX)
        return false;
    counts = hv_rotation_count(&app->jobs.jobs[i]);
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    snprintf(dialog->title, sizeof(dialog->title), "Abort rotation %s",
             app->jobs.jobs[i].id);
    hv_dialog_line(dialog, 0, "%zu of %zu keys are rotated and stay so",
                   counts.done, counts.total);
    hv_dialog_line(dialog, 0, "%zu not begun stay as they are", counts.waiting);
    if (counts.stopped)
        hv_dialog_line(dialog, '!',
                       "%zu stopped half way: a key that may have been "
                       "announced goes on verifying",
                       counts.stopped);
    ask(app, "abort", 1, false);
    return true;
}

static bool
confirm_revoke(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    const struct hv_access_row *row = hv_record_row(app);
    size_t notifies = 0;
    char id[HV_GUID_SHORT];

    if (!row)
        return false;
    for (size_t i = 0; i < app->records.types_len; i++)
        notifies += hv_silence_of(row, &app->records.types[i]) == HV_NOTIFIES;
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    hv_guid_short(&row->record, id);
    snprintf(dialog->title, sizeof(dialog->title),
             "Give up access to record %s", id);
    hv_dialog_line(dialog, 0, "record of %.60s, as authorised by %.60s",
                   row->name, row->person_name);
    if (row->reach == HV_REACH_ANSWERED)
        hv_dialog_line(dialog, 0,
                       "changes of %zu of %zu subscribed types will not be "
                       "told any more",
                       notifies, app->records.types_len);
    hv_dialog_line(dialog, '!',
                   "nothing of it can be read until the person authorises "
                   "anew; nobody is told");
    ask(app, "give up", 1, true);
    return true;
}

/* Which commands the console asks about, and who says what stands above. */
static const struct {
    const char *words;
    bool (*confirm)(struct hv_app *app, const char *text);
} asks[] = {
    { "sub delete", confirm_delete },
    { "key rotate", confirm_rotate },
    { "key retire", confirm_retire },
    { "key abort", confirm_abort },
    { "maint drill", hv_maint_drill_confirm },
    { "test send", hv_test_confirm },
    { "test matrix", hv_test_confirm },
    { "maint cancel", hv_maint_confirm },
    { "record revoke", confirm_revoke },
    { "shell template remove", hv_template_confirm },
};

bool
hv_dialog_confirm(struct hv_app *app, const struct hv_command *command,
                  const char *text)
{
    for (size_t i = 0; i < HV_LEN(asks); i++) {
        if (!strcmp(asks[i].words, command->words))
            return asks[i].confirm(app, text);
    }
    return false;
}

/* A sentence of a question: up to its end, or as much as a line holds. */
static size_t
sentence_length(const char *text, size_t max)
{
    size_t len = 0;

    while (text[len] && text[len] != '\n' &&
           !(len && text[len] == ' ' && strchr(".?!", text[len - 1])))
        len++;
    if (len <= max)
        return len;
    for (len = max; len > 0 && text[len] != ' ';)
        len--;
    return len ? len : max;
}

void
hv_dialog_asked(struct hv_app *app, const char *question)
{
    struct hv_dialog *dialog = &app->dialog;
    const char *rest = question;

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_ASKED };
    hv_copy(dialog->title, sizeof(dialog->title), "The command asks");
    while (*rest) {
        size_t len = sentence_length(rest, sizeof(dialog->lines[0]) - 1);

        if (len)
            hv_dialog_line(dialog, 0, "%.*s", (int)len, rest);
        rest += len;
        rest += strspn(rest, " \n");
    }
    hv_copy(dialog->question, sizeof(dialog->question), "Go on? y/N ");
}

void
hv_dialog_discard(struct hv_app *app)
{
    struct hv_dialog *dialog = &app->dialog;

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_DISCARD };
    hv_copy(dialog->title, sizeof(dialog->title), "Leave the form");
    hv_dialog_line(dialog, 0,
                   "what was written here has not been sent and will be lost");
    hv_copy(dialog->question, sizeof(dialog->question), "Discard it? y/N ");
}

void
hv_dialog_arm(struct hv_app *app)
{
    struct hv_dialog *dialog = &app->dialog;

    if (app->is_flag_read_only)
        return; /* no key arms it */
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM, .command = "arm" };
    hv_copy(dialog->title, sizeof(dialog->title), "Write mode is off");
    hv_dialog_line(dialog, 0,
                   "this is a production profile; what was written here stays, "
                   "F2 then saves it");
    hv_copy(dialog->question, sizeof(dialog->question),
            "Write mode for 15 minutes? y/N ");
}

static void
finish(struct hv_app *app, bool yes)
{
    struct hv_dialog done = app->dialog;
    const char *args;

    app->dialog = (struct hv_dialog){ 0 };
    switch (done.kind) {
    case HV_DIALOG_CONFIRM:
    case HV_DIALOG_TYPED:
        if (!yes)
            hv_test_edit_settle(app);
        if (yes && hv_action_find(done.command, &args))
            hv_app_do(app, done.command, HV_FROM_KEY);
        else if (yes)
            hv_command_confirmed(app, done.command,
                                 done.is_profile ? done.expected : "");
        else if (done.typed.len)
            hv_app_say(app, HV_ROLE_WARN,
                       "\"%s\" was wanted, not \"%.60s\": nothing was changed.",
                       done.expected, done.typed.text);
        else
            hv_app_say(app, HV_ROLE_TEXT, "Nothing was changed.");
        break;
    case HV_DIALOG_ASKED:
        hv_effects_add(&app->effects, HV_EFFECT_ANSWER)->flag = yes;
        if (!yes)
            hv_app_say(app, HV_ROLE_TEXT, "Nothing was changed.");
        break;
    case HV_DIALOG_DISCARD:
        if (yes && hv_app_top(app) == HV_VIEW_SHEET)
            hv_sheet_close(app);
        else if (yes)
            hv_form_close(app);
        break;
    case HV_DIALOG_NONE:
        break;
    }
}

static void
press_typed(struct hv_app *app, const struct hv_press *press)
{
    struct hv_dialog *dialog = &app->dialog;

    if (press->is_pasted)
        return; /* a name is typed, not pasted */
    if (press->code == HV_PRESS_ESC) {
        dialog->typed.len = 0;
        finish(app, false);
        return;
    }
    if (press->code != HV_PRESS_ENTER) {
        hv_edit_press(&dialog->typed, press);
        return;
    }
    if (app->mono_ms < dialog->ready_mono_ms)
        return; /* the hold-off: read it first */
    finish(app, !strcmp(dialog->typed.text, dialog->expected));
}

void
hv_dialog_press(struct hv_app *app, const struct hv_press *press)
{
    if (app->dialog.kind == HV_DIALOG_TYPED) {
        press_typed(app, press);
        return;
    }
    if (press->is_pasted)
        return;
    switch (press->code) {
    case 'y':
    case 'Y':
        finish(app, true);
        break;
    case 'n':
    case 'N':
    case 'q':
    case HV_PRESS_ENTER:
    case HV_PRESS_ESC:
        finish(app, false);
        break;
    default:
        break; /* the question stays */
    }
}
