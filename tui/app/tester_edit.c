/*
 * tester_edit.c - the body of a message in the person's editor, signed anew and
 * sent: asked before, because it is personal data that goes into a file for a
 * while, and asked again with what was made of it. The file goes when the
 * message is sent, refused or given up. Called through the table of actions.c
 * and by update().
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_test_edit_settle(struct hv_app *app)
{
    struct hv_body_edit *edit = &app->tester.edit;

    if (edit->path)
        hv_effects_add(&app->effects, HV_EFFECT_EDIT_END);
    if (edit->before)
        hv_wipe(edit->before, strlen(edit->before));
    free(edit->before);
    free(edit->path);
    *edit = (struct hv_body_edit){ 0 };
}

/* ------------------------------------------------------------ whose body -- */

/* What is wrong with a body was done to it already: it goes out as it is. */
static const char *
mode_of(const struct hv_test_mode *mode)
{
    switch (mode->quirk) {
    case HV_TEST_MIXED:
    case HV_TEST_MANY:
    case HV_TEST_BOM:
    case HV_TEST_BAD_XML:
        return "normal";
    default:
        return mode->word;
    }
}

static void
take_exchange(struct hv_body_edit *edit, const struct hv_exchange *x)
{
    edit->sub = x->sub;
    hv_copy(edit->mode, sizeof(edit->mode), mode_of(x->mode));
    hv_copy(edit->to, sizeof(edit->to), x->url);
    edit->before = hv_strdup(hv_buf_str(&x->body));
}

/* The message under the cursor; false: there is none with a body. */
static bool
choose(struct hv_app *app, struct hv_body_edit *edit)
{
    size_t i = hv_list_at(app, HV_VIEW_TEST);
    bool is_history = app->lists[HV_VIEW_TEST].pane == HV_TEST_HISTORY;
    const struct hv_exchange *x = hv_test_chosen(app);
    const struct hv_log_row *row = NULL;

    if (app->tab == HV_VIEW_LOG)
        row = hv_log_row(app);
    else if (is_history && i != SIZE_MAX)
        row = hv_test_sent_at(app, i);
    else if (app->lists[HV_VIEW_TEST].pane == HV_TEST_SINGLE)
        x = app->tester.draft.mode ? &app->tester.draft : x;
    if (row && row->has_sub) {
        edit->from_id = row->id;
        edit->sub = row->sub;
        hv_copy(edit->mode, sizeof(edit->mode), "normal");
        if (app->tab == HV_VIEW_TEST)
            hv_test_url(app, app->tester.to, edit->to, sizeof(edit->to));
        else
            hv_copy(edit->to, sizeof(edit->to), "sub");
        return true;
    }
    if (row || app->tab != HV_VIEW_TEST || !x)
        return false;
    take_exchange(edit, x);
    return true;
}

static void
open_file(struct hv_app *app, const char *body)
{
    struct hv_body_edit *edit = &app->tester.edit;
    struct hv_effect *effect =
        hv_effects_add(&app->effects, HV_EFFECT_EDIT_BODY);

    edit->is_open = true;
    effect->text = hv_strdup(body);
    effect->flag = !edit->is_same;
}

/* ---------------------------------------------------------- the first ask -- */

static void
ask_first(struct hv_app *app)
{
    const struct hv_body_edit *edit = &app->tester.edit;
    struct hv_dialog *dialog = &app->dialog;

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), "edit body open");
    if (edit->from_id)
        snprintf(dialog->title, sizeof(dialog->title),
                 "Edit the body of message #%lld", (long long)edit->from_id);
    else
        hv_copy(dialog->title, sizeof(dialog->title), "Edit the body");
    hv_dialog_line(dialog, edit->from_id ? '!' : 0,
                   "it opens in your editor ($VISUAL, $EDITOR or vi)%s",
                   edit->from_id
                       ? ": ids of a person and a record are personal data"
                       : "");
    hv_dialog_line(dialog, 0,
                   "the file is readable for you alone and is removed "
                   "afterwards");
    hv_dialog_line(dialog, 0,
                   "then it is signed with the current key and shown again "
                   "before it is sent");
    hv_copy(dialog->question, sizeof(dialog->question), "Open it? y/N ");
}

void
hv_test_edit_start(struct hv_app *app, bool is_edited)
{
    struct hv_body_edit *edit = &app->tester.edit;

    if (edit->is_open || edit->path || app->busy[HV_JOB_COMMAND].op) {
        hv_app_say(app, HV_ROLE_WARN, "One message is being sent already.");
        return;
    }
    if (hv_app_is_read_only(app)) {
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
        return;
    }
    hv_test_edit_settle(app);
    if (!choose(app, edit)) {
        hv_app_say(app, HV_ROLE_TEXT, "There is no message with a body here.");
        return;
    }
    edit->is_same = !is_edited;
    if (is_edited)
        ask_first(app);
    else
        open_file(app, edit->before);
}

void
hv_do_edit_body(struct hv_app *app, const char *args)
{
    struct hv_body_edit *edit = &app->tester.edit;

    if (strcmp(args, "open") != 0) {
        hv_test_edit_start(app, true);
    } else if (edit->before) {
        open_file(app, edit->before);
    } else if (edit->from_id) { /* it is sealed: the journal has to be asked */
        edit->is_wanted = true;
        hv_effects_add(&app->effects, HV_EFFECT_LOG_BODY)->id = edit->from_id;
    }
}

void
hv_test_body_came(struct hv_app *app, const struct hv_msg *msg)
{
    struct hv_body_edit *edit = &app->tester.edit;
    struct hv_bytes body = hv_buf_bytes(&msg->u.body);
    struct hv_error why = msg->error;

    if (!edit->is_wanted)
        return;
    edit->is_wanted = false;
    if (!why.status && (!body.len || memchr(body.data, 0, body.len)))
        (void)hv_fail(&why, HV_ERR_FORMAT, "it is empty, or no text");
    if (why.status) {
        hv_app_complain(app, "No body to edit", &why);
        hv_test_edit_settle(app);
        return;
    }
    edit->before = hv_strdup(hv_buf_str(&msg->u.body));
    open_file(app, edit->before);
}

/* --------------------------------------------------------- the second ask -- */

#define BEFORE 24 /* characters before the first change, to know the place */

/* Where two texts part, a little before it; bytes of no character are left out
 * by whoever draws. "" = they do not. */
static void
find_change(const char *before, const char *after, char *out, size_t size)
{
    size_t at = 0;
    size_t from;

    while (before[at] && before[at] == after[at])
        at++;
    out[0] = 0;
    if (!before[at] && !after[at])
        return;
    from = at > BEFORE ? at - BEFORE : 0;
    snprintf(out, size, "%s%.110s", from ? ".." : "", after + from);
    for (char *c = out; *c; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
}

static void
write_line(const struct hv_body_edit *edit, const char *file,
           struct hv_buf *line)
{
    char id[HV_GUID_TEXT];

    hv_buf_add_str(line, "test send ");
    if (edit->from_id) {
        hv_buf_addf(line, "--from %lld", (long long)edit->from_id);
    } else {
        hv_guid_format(&edit->sub, id);
        hv_buf_addf(line, "--sub %s", id);
    }
    hv_buf_add_str(line, " --body ");
    hv_quote(line, file);
    hv_buf_add_str(line, " --to ");
    hv_quote(line, edit->to);
    if (strcmp(edit->mode, "normal") != 0)
        hv_buf_addf(line, " --mode %s", edit->mode);
}

static void
ask_to_send(struct hv_app *app, const char *body)
{
    const struct hv_body_edit *edit = &app->tester.edit;
    const struct hv_sub_row *sub = hv_app_sub(app, &edit->sub);
    struct hv_dialog *dialog = &app->dialog;
    char change[140];
    struct hv_buf line = { 0 };
    char id[HV_GUID_SHORT];

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    write_line(edit, edit->path, &line);
    if (app->tester.allow_private)
        hv_buf_add_str(&line, " --allow-private");
    hv_copy(dialog->command, sizeof(dialog->command), hv_buf_str(&line));
    hv_copy(dialog->title, sizeof(dialog->title),
            edit->is_same ? "Send it again" : "Send the edited body");
    hv_guid_short(&edit->sub, id);
    hv_dialog_line(dialog, 0, "as of subscription %s, signed with its %s %s",
                   id, sub ? "current key" : "key",
                   sub ? sub->sub.version.id : "");
    hv_dialog_line(
        dialog, app->status && app->status->env == HV_ENV_PROD ? '!' : 0,
        "to %.180s", strcmp(edit->to, "sub") || !sub ? edit->to : sub->sub.url);
    find_change(edit->before, body, change, sizeof(change));
    hv_dialog_line(dialog, 0, "%zu bytes, %zu before; %s", strlen(body),
                   strlen(edit->before),
                   change[0] ? "from here on it differs:" : "nothing differs");
    if (change[0])
        hv_dialog_line(dialog, 0, "%s", change);
    hv_buf_clear(&line);
    write_line(edit, "FILE", &line);
    hv_dialog_line(dialog, 0, "hvconsole %.180s", hv_buf_str(&line));
    hv_copy(dialog->question, sizeof(dialog->question), "Send it? y/N ");
    hv_buf_release(&line);
}

bool
hv_test_edited(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_body_edit *edit = &app->tester.edit;

    if (!edit->is_open)
        return false;
    edit->is_open = false;
    edit->path = msg->u.path; /* even of one that failed: it has to go */
    msg->u.path = NULL;
    if (!msg->error.status && msg->text && app->is_open) {
        ask_to_send(app, msg->text);
    } else {
        if (msg->error.status)
            hv_app_complain(app, "", &msg->error);
        hv_test_edit_settle(app);
    }
    return true;
}
