/*
 * commands.c - command text, whichever door it came through: words of the
 * console are done here, commands of the table are guarded, asked about and
 * given to the worker. Called by update().
 */
#include "tui/app/parts.h"
#include "tui/command/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct hv_command *
find_command(const char *line, struct hv_words *words, struct hv_error *err)
{
    const struct hv_command *command;
    char suggestion[64] = "";
    int used = 0;

    if (hv_line_split(line, words, err))
        return NULL;
    command = hv_command_find(words->items, words->len, &used, suggestion);
    if (!command) {
        (void)hv_fail(err, HV_ERR_USAGE, "there is no command \"%.60s\"",
                      words->len ? words->items[0] : "");
        if (suggestion[0])
            hv_hint(err, "did you mean \"%s\"?", suggestion);
        else
            hv_hint(err, "? lists them");
    }
    return command;
}

/* One at a time; it is said before anything is asked. */
static bool
is_busy(struct hv_app *app)
{
    if (app->busy[HV_JOB_COMMAND].op)
        hv_app_say(app, HV_ROLE_WARN,
                   "Wait: \"%.80s\" is still running; ^c cancels it.",
                   app->running);
    return app->busy[HV_JOB_COMMAND].op != 0;
}

void
hv_command_start(struct hv_app *app, const char *line, bool yes,
                 enum hv_command_use use, const char *confirm)
{
    struct hv_words words = { 0 };
    const struct hv_command *command;
    struct hv_effect *effect;
    char label[64];

    if (is_busy(app))
        return;
    snprintf(label, sizeof(label), "%.60s", line);
    effect = hv_job_start(app, HV_JOB_COMMAND, label);
    effect->text = hv_strdup(line);
    effect->flag = yes;
    effect->is_armed =
        app->is_flag_write || app->armed_until_mono_ms > app->mono_ms;
    hv_copy(effect->confirm, sizeof(effect->confirm), confirm);
    hv_copy(app->running, sizeof(app->running), line);
    command = find_command(line, &words, NULL);
    hv_words_release(&words);
    app->is_running_write = command && (command->flags & HV_CMD_WRITES);
    app->is_running_change = command && (command->flags & HV_CMD_CHANGES);
    app->use = use;
    app->steps_len = 0;
    hv_test_started(app, line);
    if (hv_app_top(app) == HV_VIEW_FORM)
        app->form.is_sending = true;
    else if (hv_app_top(app) == HV_VIEW_SHEET)
        app->sheet.is_sending = true;
}

/* Pressed for what it prints, not for what it changes. */
static bool
is_answered(const struct hv_app *app, const struct hv_command *command)
{
    return !strncmp(command->words, "record ", 7) ||
           !strncmp(command->words, "things ", 7) ||
           !strncmp(command->words, "log verify", 10) ||
           (!strncmp(command->words, "test ", 5) &&
            app->tab != HV_VIEW_TEST); /* there it stands in the view */
}

/* The command of @line, if it may run now; NULL: it was said why not. */
static const struct hv_command *
may_run(struct hv_app *app, const char *line)
{
    struct hv_words words = { 0 };
    struct hv_error err = { 0 };
    const struct hv_command *command = find_command(line, &words, &err);

    hv_words_release(&words);
    if (!command)
        hv_app_complain(app, "", &err);
    else if (command->flags & HV_CMD_SHELL_ONLY)
        hv_app_say(app, HV_ROLE_WARN, "\"%s\" belongs in a shell: hvconsole %s",
                   command->words, command->words);
    else if (((command->flags & HV_CMD_WRITES) && hv_app_is_read_only(app)) ||
             ((command->flags & HV_CMD_CHANGES) && app->is_flag_read_only))
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
    else if (hv_command_guard(command, false, !app->is_open, &err))
        hv_app_complain(app, "Not now", &err);
    else if (!is_busy(app))
        return command;
    return NULL;
}

static void
do_command(struct hv_app *app, const char *line, enum hv_from from)
{
    const struct hv_command *command = may_run(app, line);

    if (!command ||
        (from == HV_FROM_KEY && hv_dialog_confirm(app, command, line)))
        return;
    hv_command_start(app, line, false,
                     from == HV_FROM_KEY && !is_answered(app, command)
                         ? HV_USE_REPORT
                         : HV_USE_SHOW,
                     "");
}

void
hv_command_confirmed(struct hv_app *app, const char *line, const char *confirm)
{
    if (may_run(app, line)) /* write mode may have ended meanwhile */
        hv_command_start(app, line, true, HV_USE_REPORT, confirm);
}

/* A line copied from the shell works too. */
static const char *
bare(const char *line)
{
    line += strspn(line, " :");
    return strncmp(line, "hvconsole ", 10) ? line : line + 10;
}

enum hv_status
hv_line_check(const char *line, struct hv_error *err)
{
    struct hv_words words = { 0 };
    const char *args;
    bool is_known;

    line = bare(line);
    is_known = !*line || hv_action_find(line, &args) ||
               find_command(line, &words, err);
    hv_words_release(&words);
    return is_known ? HV_OK : HV_ERR_USAGE;
}

void
hv_app_do(struct hv_app *app, const char *line, enum hv_from from)
{
    const struct hv_action *action;
    const char *args;

    line = bare(line);
    if (!*line)
        return;
    action = hv_action_find(line, &args);
    if (!action) {
        do_command(app, line, from);
        return;
    }
    if (!app->is_open && !action->works_locked) {
        hv_app_say(app, HV_ROLE_WARN, "Unlock the keystore first.");
        return;
    }
    if (*args && !*action->args) {
        hv_app_say(app, HV_ROLE_WARN, "\"%s\" stands alone, without \"%.80s\".",
                   action->words, args);
        return;
    }
    action->run(app, args);
}

/* The line as one would type it: the beginning of an id is enough. */
void
hv_line_shorten(const char *line, char *out, size_t size)
{
    size_t used = 0;

    while (*line && used + 1 < size) {
        size_t len = strcspn(line, " ");
        char word[HV_GUID_TEXT];
        struct hv_guid id;

        snprintf(word, sizeof(word), "%.*s", (int)(len < 36 ? len : 36), line);
        used += (size_t)snprintf(
            out + used, size - used, "%.*s",
            len == 36 && !hv_guid_parse(word, &id) ? 8 : (int)len, line);
        line += len;
        if (*line == ' ' && used + 1 < size) {
            out[used++] = *line++;
            out[used] = 0;
        }
    }
}

/* The first line of what a command printed, or that it is done. */
static void
report(struct hv_app *app, const char *text)
{
    size_t len = strcspn(text, "\n");
    char line[sizeof(app->running)] = "";

    hv_line_shorten(app->running, line, sizeof(line));
    if (app->is_running_write && app->rotation)
        hv_app_say(app, HV_ROLE_GOOD, "%zu of %zu rotated. CLI: hvconsole %s",
                   hv_rotation_count(app->rotation).done, app->rotation->len,
                   line);
    else if (app->is_running_write ||
             (app->is_running_change && app->use == HV_USE_REPORT))
        hv_app_say(app, HV_ROLE_GOOD, "Done. CLI: hvconsole %s", line);
    else if (len)
        hv_app_say(app, HV_ROLE_TEXT, "%.*s", (int)len, text);
    else
        hv_app_say(app, HV_ROLE_TEXT, "Done, nothing to show.");
}

static void
show(struct hv_app *app, const char *text)
{
    const char *end = strchr(text, '\n');
    struct hv_buf page = { 0 };
    char title[96];

    if (!end || !end[1]) {
        report(app, text);
        return;
    }
    hv_buf_add_str(&page, text);
    snprintf(title, sizeof(title), "%.90s", app->running);
    hv_app_page(app, title, &page);
}

static void
succeed(struct hv_app *app, const char *text)
{
    struct hv_effect *effect;

    switch (app->use) {
    case HV_USE_COPY:
        effect = hv_effects_add(&app->effects, HV_EFFECT_COPY);
        effect->text = hv_strdup(text);
        hv_app_say(app, HV_ROLE_TEXT, "Copied: %zu characters of JSON.",
                   strlen(text));
        break;
    case HV_USE_SHOW:
        show(app, text);
        break;
    case HV_USE_REPORT:
        report(app, text);
        break;
    case HV_USE_QUIET:
        break;
    }
}

/* What was marked for it is done with. */
static bool
takes_marks(const char *line)
{
    return !strncmp(line, "key rotate ", 11) ||
           !strncmp(line, "sub delete ", 11);
}

/* What a check found is its answer, not its failure. */
static bool
is_answer(const struct hv_msg *msg)
{
    return msg->error.status == HV_ERR_FINDINGS && msg->text && msg->text[0];
}

/* One line about how it ended. */
static void
say_outcome(struct hv_app *app, const struct hv_msg *msg)
{
    if (msg->error.status == HV_ERR_INCOMPLETE && app->rotation &&
        app->rotation->state == HV_ROTATION_PAUSED)
        hv_app_say(app, HV_ROLE_WARN, "Paused at %zu of %zu (%s); B goes on.",
                   hv_rotation_count(app->rotation).done, app->rotation->len,
                   app->rotation->reason);
    else if (hv_test_done(app, msg))
        return;
    else if (msg->error.status == HV_ERR_CANCELLED)
        hv_app_say(app, HV_ROLE_WARN, "Cancelled: %.80s (%s).", app->running,
                   msg->error.why);
    else if (msg->error.status && !is_answer(msg))
        hv_app_complain(app, "", &msg->error);
    else
        succeed(app, msg->text ? msg->text : "");
}

/* What it may have changed is read anew; half a rotation has changed something
 * too. */
static void
read_anew(struct hv_app *app)
{
    hv_load_ask(app, HV_JOB_STATUS);
    hv_load_ask(app, HV_JOB_KEYS);
    hv_load_ask(app, HV_JOB_DRAIN);
    hv_load_ask(app, HV_JOB_JOBS);
    hv_load_ask(app, HV_JOB_SUBS);
}

/* Perhaps another application now: nothing on the screen is about it, and
 * until it is known which it is, it is taken for production. */
static void
forget_profile(struct hv_app *app)
{
    hv_load_forget(app);
    app->armed_until_mono_ms = 0;
    app->status_load = (struct hv_load){ 0 };
    if (app->status) {
        app->status->env = HV_ENV_PROD;
        app->status->attention_len = 0;
    }
    hv_load_ask(app, HV_JOB_STATUS);
    hv_load_view(app, false);
}

void
hv_command_done(struct hv_app *app, struct hv_msg *msg)
{
    const struct hv_error none = { 0 };

    if (msg->op != app->busy[HV_JOB_COMMAND].op)
        return;
    app->busy[HV_JOB_COMMAND].op = 0;
    if (app->dialog.kind == HV_DIALOG_ASKED)
        app->dialog = (struct hv_dialog){ 0 };
    if (app->form.is_sending)
        hv_form_done(app, &msg->error);
    if (app->sheet.is_sending)
        hv_sheet_done(app, is_answer(msg) ? &none : &msg->error);
    if (app->rotation)
        hv_copy(app->lists[HV_VIEW_JOBS].cursor.id, HV_ROW_ID,
                app->rotation->id); /* there one goes on with it */
    if (app->is_open && !msg->error.status &&
        (app->is_running_write || app->is_running_change) &&
        !strncmp(app->running, "profile ", 8))
        forget_profile(app);
    say_outcome(app, msg);
    if (!msg->error.status || is_answer(msg))
        hv_shell_done(app, msg->text ? msg->text : "");
    if (app->is_open && (!strncmp(app->running, "maint ", 6) ||
                         !strncmp(app->running, "token ", 6)))
        hv_load_ask(app, HV_JOB_MAINT); /* a failed check has said much too */
    if (app->is_open && !strncmp(app->running, "record revoke ", 14))
        hv_load_ask(app, HV_JOB_RECORDS);
    if (!msg->error.status && takes_marks(app->running))
        app->lists[HV_VIEW_SUBS].marks_len =
            app->lists[HV_VIEW_KEYS].marks_len = 0;
    if (app->is_running_write && app->is_open)
        read_anew(app);
    app->running[0] = 0;
    app->is_running_write = false;
    free(app->rotation);
    app->rotation = NULL;
}
