/*
 * commands.c - command text, whichever door it came through: words of the
 * console are done here, commands of the table are guarded, asked about and
 * given to the worker. Called by update().
 */
#include "tui/app/parts.h"
#include "tui/app/urls.h"
#include "tui/command/args.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_quote(struct hv_buf *out, const char *word)
{
    if (word[0] && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_./:,@%+=")]) {
        hv_buf_add_str(out, word);
        return;
    }
    hv_buf_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            hv_buf_add_str(out, "'\\''");
        else
            hv_buf_add_char(out, *word);
    }
    hv_buf_add_char(out, '\'');
}

/* One placeholder at @text; its length, or 0 when there is none of the name. */
static size_t
placeholder(const struct hv_app *app, const struct hv_selection *selection,
            const char *text, struct hv_buf *out, bool *is_missing)
{
    char id[HV_GUID_TEXT];

    if (!strncmp(text, "%job", 4)) {
        size_t i =
            app->tab == HV_VIEW_JOBS ? hv_list_at(app, HV_VIEW_JOBS) : SIZE_MAX;

        *is_missing = i == SIZE_MAX;
        hv_buf_add_str(out, i == SIZE_MAX ? "" : app->jobs.jobs[i].id);
        return 4;
    }
    if (!strncmp(text, "%marked", 7)) {
        const struct hv_list *list = &app->lists[HV_VIEW_LOG];

        for (size_t i = 0; i < list->marks_len; i++)
            hv_buf_addf(out, "%s%s", i ? " " : "", list->marks[i]);
        *is_missing = !list->marks_len && !selection->log_id;
        if (!list->marks_len)
            hv_buf_addf(out, "%lld", (long long)selection->log_id);
        return 7;
    }
    if (!strncmp(text, "%mode", 5)) {
        const struct hv_test_mode *mode = hv_test_row(app);

        *is_missing = !mode;
        hv_buf_add_str(out, mode ? mode->word : "");
        return 5;
    }
    if (!strncmp(text, "%sub", 4)) {
        const struct hv_sub_row *sub = hv_test_sub(app);

        *is_missing = !sub;
        if (sub)
            hv_guid_format(&sub->sub.id, id);
        hv_buf_add_str(out, sub ? id : "");
        return 4;
    }
    if (!strncmp(text, "%record", 7) || !strncmp(text, "%person", 7)) {
        const struct hv_access_row *row = hv_record_row(app);

        *is_missing = !row;
        if (row)
            hv_guid_format(text[1] == 'r' ? &row->record : &row->person, id);
        hv_buf_add_str(out, row ? id : "");
        return 7;
    }
    if (!strncmp(text, "%name", 5)) {
        const struct hv_window_row *row = hv_maint_chosen(app);

        *is_missing = !row;
        hv_buf_add_str(out, row ? row->window.name : "");
        return 5;
    }
    if (!strncmp(text, "%template", 9)) {
        const struct hv_template *one = hv_url_template(app);

        *is_missing = !one;
        hv_buf_add_str(out, one ? one->name : "");
        return 9;
    }
    if (!strncmp(text, "%version", 8)) {
        *is_missing = !selection->has_version;
        hv_buf_add_str(out, selection->version.id);
        return 8;
    }
    if (!strncmp(text, "%ids", 4)) {
        struct hv_guid subs[HV_MAX_MARKED];
        size_t len = hv_marks_subs(app, subs, HV_LEN(subs));

        for (size_t i = 0; i < len; i++) {
            hv_guid_format(&subs[i], id);
            hv_buf_addf(out, "%s%s", i ? " " : "", id);
        }
        *is_missing = !len;
        return 4;
    }
    if (!strncmp(text, "%id", 3)) {
        if (selection->log_id) {
            hv_buf_addf(out, "%lld", (long long)selection->log_id);
        } else {
            *is_missing = !selection->has_sub;
            hv_guid_format(&selection->sub, id);
            hv_buf_add_str(out, id);
        }
        return 3;
    }
    return 0;
}

enum hv_status
hv_text_expand(const struct hv_app *app, const char *text, struct hv_buf *out,
               struct hv_error *err)
{
    struct hv_selection selection = hv_app_selection(app);

    while (*text) {
        bool is_missing = false;
        size_t len = placeholder(app, &selection, text, out, &is_missing);

        if (is_missing)
            return hv_fail(err, HV_ERR_NOT_FOUND, "nothing is selected here");
        if (!len)
            hv_buf_add_char(out, *text);
        text += len ? len : 1;
    }
    return HV_OK;
}

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

void
hv_command_start(struct hv_app *app, const char *line, bool yes,
                 enum hv_command_use use, const char *confirm)
{
    struct hv_words words = { 0 };
    const struct hv_command *command;
    struct hv_effect *effect;
    char label[64];

    if (app->busy[HV_JOB_COMMAND].op) {
        hv_app_say(app, HV_ROLE_WARN,
                   "Wait: \"%.80s\" is still running; ^c cancels it.",
                   app->running);
        return;
    }
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

static void
do_command(struct hv_app *app, const char *line, enum hv_from from)
{
    struct hv_words words = { 0 };
    struct hv_error err = { 0 };
    const struct hv_command *command = find_command(line, &words, &err);

    hv_words_release(&words);
    if (!command) {
        hv_app_complain(app, "", &err);
        return;
    }
    if (command->flags & HV_CMD_SHELL_ONLY) {
        hv_app_say(app, HV_ROLE_WARN, "\"%s\" belongs in a shell: hvconsole %s",
                   command->words, command->words);
        return;
    }
    if (((command->flags & HV_CMD_WRITES) && hv_app_is_read_only(app)) ||
        ((command->flags & HV_CMD_CHANGES) && app->is_flag_read_only)) {
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
        return;
    }
    if (hv_command_guard(command, false, !app->is_open, &err)) {
        hv_app_complain(app, "Not now", &err);
        return;
    }
    if (from == HV_FROM_KEY && hv_dialog_confirm(app, command, line))
        return;
    hv_command_start(app, line, false,
                     from == HV_FROM_KEY && !is_answered(app, command)
                         ? HV_USE_REPORT
                         : HV_USE_SHOW,
                     "");
}

void
hv_app_do(struct hv_app *app, const char *line, enum hv_from from)
{
    const struct hv_action *action;
    const char *args;

    line += strspn(line, " :");
    if (!strncmp(line, "hvconsole ", 10))
        line += 10; /* a line copied from the shell works too */
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
