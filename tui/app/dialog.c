/*
 * dialog.c - asking before something changes: what will happen, in numbers,
 * then one question. Enter means No; a paste means nothing. In production
 * what cannot be undone wants the profile's name and two seconds.
 * Called by update().
 */
#include "tui/app/parts.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

#define HOLD_OFF_MS 2000

static void
line(struct hv_dialog *dialog, const char *text)
{
    if (dialog->lines_len < (int)HV_LEN(dialog->lines))
        hv_copy(dialog->lines[dialog->lines_len++], sizeof(dialog->lines[0]),
                text);
}

static int
count_keys(const struct hv_app *app, const struct hv_guid *sub)
{
    int count = 0;

    for (size_t i = 0; i < app->keys.len; i++)
        count += hv_guid_equal(&app->keys.rows[i].sub, sub) &&
                 app->keys.rows[i].state != HV_KEY_RETIRED;
    return count;
}

static void
say_delete(const struct hv_app *app, const struct hv_guid *id,
           struct hv_dialog *dialog)
{
    const struct hv_sub_row *row = hv_app_sub(app, id);
    char text[200];
    char types[128];

    if (row) {
        hv_sub_words(&row->sub, types, sizeof(types));
        line(dialog, types);
        line(dialog, row->sub.url);
        snprintf(text, sizeof(text),
                 "%lld verified messages in the last 24 h will come no more",
                 (long long)row->uses_24h);
        line(dialog, text);
        snprintf(text, sizeof(text), "%d of %d subscriptions will be used",
                 app->subs.used > 0 ? app->subs.used - 1 : 0, app->subs.limit);
        line(dialog, text);
    }
    snprintf(text, sizeof(text),
             "%d key versions stay, so that late retries still verify",
             count_keys(app, id));
    line(dialog, text);
}

static void
say_rotate(const struct hv_app *app, const struct hv_guid *id,
           struct hv_dialog *dialog)
{
    char text[200];
    char age[HV_AGE_TEXT];

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (!hv_guid_equal(&key->sub, id) || key->state != HV_KEY_ACTIVE)
            continue;
        hv_age_format(app->now_ms - key->created_ms, age);
        snprintf(text, sizeof(text),
                 "now %s, made %s ago, verified %lld in the last 24 h",
                 key->version.id, age, (long long)key->uses_24h);
        line(dialog, text);
    }
    line(dialog, "a new 64-byte key is kept, loaded by the listener, given to "
                 "the platform");
    line(dialog, "the old key goes on verifying until its retries have ended");
}

/* Which commands the console asks about, and what it says above. */
static const struct {
    const char *words;
    const char *title;
    bool is_irreversible; /* cannot be undone */
    void (*say)(const struct hv_app *app, const struct hv_guid *id,
                struct hv_dialog *dialog);
} asks[] = {
    { "sub delete", "Delete subscription", true, say_delete },
    { "key rotate", "Rotate the key of subscription", false, say_rotate },
};

bool
hv_dialog_confirm(struct hv_app *app, const struct hv_command *command,
                  const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    struct hv_selection selection = hv_app_selection(app);
    bool is_prod = app->status && app->status->env == HV_ENV_PROD;

    for (size_t i = 0; i < HV_LEN(asks); i++) {
        char id[HV_GUID_SHORT];

        if (strcmp(asks[i].words, command->words))
            continue;
        *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
        hv_guid_short(&selection.sub, id);
        snprintf(dialog->title, sizeof(dialog->title), "%s %s", asks[i].title,
                 id);
        hv_copy(dialog->command, sizeof(dialog->command), text);
        asks[i].say(app, &selection.sub, dialog);
        if (is_prod && asks[i].is_irreversible) {
            dialog->kind = HV_DIALOG_TYPED;
            hv_copy(dialog->expected, sizeof(dialog->expected),
                    app->status->profile);
            dialog->ready_mono_ms = app->mono_ms + HOLD_OFF_MS;
            snprintf(dialog->question, sizeof(dialog->question),
                     "PRODUCTION, cannot be undone. Type %.60s and Enter: ",
                     dialog->expected);
        } else {
            snprintf(dialog->question, sizeof(dialog->question), "%.90s? y/N ",
                     dialog->title);
        }
        return true;
    }
    return false;
}

/* How much of a question goes on one row: up to a line end, or the last blank
 * that fits. */
static size_t
row_length(const char *text, int width)
{
    size_t len = strcspn(text, "\n");
    size_t max = (size_t)width;

    if (len <= max)
        return len;
    while (max > 0 && text[max] != ' ')
        max--;
    return max ? max : (size_t)width;
}

void
hv_dialog_asked(struct hv_app *app, const char *question)
{
    struct hv_dialog *dialog = &app->dialog;
    const char *rest = question;

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_ASKED };
    hv_copy(dialog->title, sizeof(dialog->title), "The command asks");
    while (*rest) {
        size_t len = row_length(rest, app->cols > 30 ? app->cols - 6 : 24);
        char text[200];

        snprintf(text, sizeof(text), "%.*s", (int)(len < 199 ? len : 199),
                 rest);
        if (text[0])
            line(dialog, text);
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
    line(dialog, "what was written here has not been sent and will be lost");
    hv_copy(dialog->question, sizeof(dialog->question), "Discard it? y/N ");
}

static void
finish(struct hv_app *app, bool yes)
{
    struct hv_dialog done = app->dialog;

    app->dialog = (struct hv_dialog){ 0 };
    switch (done.kind) {
    case HV_DIALOG_CONFIRM:
    case HV_DIALOG_TYPED:
        if (yes)
            hv_command_start(app, done.command, true, HV_USE_REPORT,
                             done.expected);
        else
            hv_app_say(app, HV_ROLE_TEXT, "Nothing was changed.");
        break;
    case HV_DIALOG_ASKED:
        hv_effects_add(&app->effects, HV_EFFECT_ANSWER)->flag = yes;
        if (!yes)
            hv_app_say(app, HV_ROLE_TEXT, "Nothing was changed.");
        break;
    case HV_DIALOG_DISCARD:
        if (yes)
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
