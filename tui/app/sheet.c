/*
 * sheet.c - small forms out of a table: a few lines to fill in, the command
 * that comes of them, a question, and the reason when it was refused. What has
 * more to choose (a subscription's types) has a form of its own. Called by
 * update().
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include <stdio.h>
#include <string.h>

const struct hv_sheet_kind hv_sheet_kinds[] = {
    [HV_SHEET_IMPORT] = {
        .title = "Keys > import",
        .about = "A key that others made: it verifies from the next message "
                 "on. Nothing is announced to the platform.",
        .command = "key import",
        .question = "Import the key? y/N ",
        .fields = {
            { "Subscription", NULL, "id, or its first characters", true },
            { "Key version", NULL, "as the platform names it, v20261121-1",
              true },
            { "Key file", "--key-file",
              "one line of base64, 64 bytes; read once, never shown", true },
        },
    },
    [HV_SHEET_PROFILE] = {
        .title = "Profile > new",
        .about = "An application on a platform. Its private key and a "
                 "self-signed certificate are made here; register the "
                 "certificate with the platform.",
        .command = "profile add",
        .question = "Add the profile? y/N ",
        .fields = {
            { "Name", NULL, "yours: bp, bp-prod", true },
            { "Platform", "--platform", "method URL, ends in wildcat.ashx",
              true },
            { "Shell", "--shell", "base URL of the Shell", true },
            { "Environment", "--env", "ppe or prod", true },
            { "Action URL", "--action-url", "of the application", true },
            { "Application", "--app-id", "its id; made when left out", false },
            { "Certificate", "--cert-out", "file for the one to register",
              false },
        },
    },
    [HV_SHEET_TEMPLATE] = {
        .title = "Shell URLs > save template",
        .about = "The page and its parameters under a name, on this machine. "
                 "The profile's Shell and application id are left out: they "
                 "come from the profile that uses it.",
        .command = "shell template save",
        .question = "Save the template? y/N ",
        .fields = {
            { "Name", NULL, "yours: daily-sign-in; one that is there is "
              "replaced", true },
            { "URL", NULL, "what is kept of it", true },
            { "Ids", "--with-ids?",
              "yes keeps ids of records, things, packages", false },
        },
    },
    [HV_SHEET_WINDOW] = {
        .title = "Maintenance > window",
        .about = "A window that the platform announced. It is noted on this "
                 "machine alone; 7s that fit it raise no alarm.",
        .command = "maint add",
        .question = "Note the window? y/N ",
        .fields = {
            { "Name", NULL, "yours: token-keys-2026-11", true },
            { "Begins", "--at", "2026-11-28T02:00:00Z, or 3d for in 3 days",
              true },
            { "Lasts", "--for", "4h when left out", false },
            { "Kind", "--kind",
              "token-keys: every user token ends; outage: none does", true },
            { "Uncertainty", "--uncertainty",
              "sooner or later by so much: 12h", false },
        },
    },
    [HV_SHEET_TRY] = {
        .title = "Test sender > message",
        .about = "What T of the Test sender sends. Nothing is sent from here.",
        .command = "test send",
        .take = hv_test_sheet_take,
        .fields = {
            { "Custom URL", "--to", "of any handler: https://host/path",
              false },
            { "Made-up ids", "--items", "fake:3", false },
            { "Record", NULL, "its id, for ids of its newest things", false },
            { "Copies", "--count", "so many, one after the other", false },
            { "Gap", "--gap", "between two of them: 500ms, 2s", false },
        },
    },
    [HV_SHEET_WINDOW_EDIT] = {
        .title = "Maintenance > change window",
        .about = "What is noted about this window on this machine; 7s that fit "
                 "it raise no alarm.",
        .command = "maint edit",
        .question = "Change the window? y/N ",
        .fields = {
            { "Name", NULL, "of the window", true },
            { "Begins", "--at", "2026-11-28T02:00:00Z, or 3d for in 3 days",
              true },
            { "Lasts", "--for", "4h, 240m", true },
            { "Kind", "--kind",
              "token-keys: every user token ends; outage: none does", true },
            { "Uncertainty", "--uncertainty",
              "sooner or later by so much: 12h; 0m = none", true },
        },
    },
};

static int
field_count(const struct hv_sheet_kind *kind)
{
    int len = 0;

    while (len < HV_SHEET_FIELDS && kind->fields[len].name)
        len++;
    return len;
}

void
hv_sheet_open(struct hv_app *app, enum hv_sheet_name name)
{
    app->sheet = (struct hv_sheet){ .kind = &hv_sheet_kinds[name] };
    hv_app_push(app, HV_VIEW_SHEET);
    /* ^s is "save" here, so the terminal must not take it. */
    hv_effects_add(&app->effects, HV_EFFECT_FLOW)->flag = false;
}

void
hv_sheet_command(const struct hv_sheet *sheet, struct hv_buf *out)
{
    hv_buf_add_str(out, sheet->kind->command);
    for (int i = 0; i < field_count(sheet->kind); i++) {
        const struct hv_sheet_field *field = &sheet->kind->fields[i];

        if (!sheet->edits[i].len)
            continue; /* one that is needed is asked for before */
        if (field->flag && strchr(field->flag, '?')) {
            if (!strcmp(sheet->edits[i].text, "yes"))
                hv_buf_addf(out, " %.*s", (int)strcspn(field->flag, "?"),
                            field->flag);
            continue;
        }
        hv_buf_addf(out, " %s%s", field->flag ? field->flag : "",
                    field->flag ? " " : "");
        hv_quote(out, sheet->edits[i].text);
    }
}

void
hv_sheet_close(struct hv_app *app)
{
    hv_app_pop(app);
    app->sheet = (struct hv_sheet){ 0 }; /* nobody knows what was typed */
    hv_effects_add(&app->effects, HV_EFFECT_FLOW)->flag = true;
}

void
hv_sheet_leave(struct hv_app *app)
{
    if (app->sheet.is_sending)
        return;
    if (app->sheet.is_written)
        hv_dialog_discard(app);
    else
        hv_sheet_close(app);
}

void
hv_sheet_done(struct hv_app *app, const struct hv_error *error)
{
    app->sheet.is_sending = false;
    app->sheet.error = *error;
    if (!error->status)
        hv_sheet_close(app);
}

void
hv_sheet_step(struct hv_app *app, int by)
{
    int len = field_count(app->sheet.kind);

    app->sheet.field = (app->sheet.field + by + len) % len;
}

static unsigned
flags_of(const struct hv_sheet_kind *kind)
{
    HV_EACH_COMMAND (command) {
        if (!strcmp(command->words, kind->command))
            return command->flags;
    }
    return HV_CMD_WRITES;
}

/* Notes of this machine are free in production. */
static bool
is_refused(const struct hv_app *app, unsigned flags)
{
    if (flags & HV_CMD_WRITES)
        return hv_app_is_read_only(app);
    return (flags & HV_CMD_CHANGES) && app->is_flag_read_only;
}

void
hv_sheet_save(struct hv_app *app)
{
    struct hv_sheet *sheet = &app->sheet;
    struct hv_dialog *dialog = &app->dialog;
    struct hv_buf command = { 0 };

    if (sheet->is_sending)
        return;
    sheet->error = (struct hv_error){ 0 };
    if (sheet->kind->take) {
        if (sheet->kind->take(app, sheet))
            hv_sheet_close(app);
        return;
    }
    if (is_refused(app, flags_of(sheet->kind))) {
        (void)hv_fail(&sheet->error, HV_ERR_REFUSED, "%s",
                      hv_app_read_only_why(app));
        hv_dialog_arm(app);
        return;
    }
    for (int i = 0; i < field_count(sheet->kind); i++) {
        if (sheet->edits[i].len || !sheet->kind->fields[i].is_needed)
            continue;
        sheet->field = i;
        (void)hv_fail(&sheet->error, HV_ERR_RULE, "%s is empty",
                      sheet->kind->fields[i].name);
        return;
    }
    hv_sheet_command(sheet, &command);
    if (!(flags_of(sheet->kind) & (HV_CMD_WRITES | HV_CMD_CHANGES))) {
        hv_command_start(app, hv_buf_str(&command), false, HV_USE_SHOW, "");
        hv_buf_release(&command);
        return;
    }
    if (command.len >= sizeof(dialog->command)) {
        (void)hv_fail(&sheet->error, HV_ERR_LIMIT,
                      "it is too long for one command");
        hv_buf_release(&command);
        return;
    }
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->title, sizeof(dialog->title), sheet->kind->title);
    hv_copy(dialog->question, sizeof(dialog->question), sheet->kind->question);
    hv_copy(dialog->command, sizeof(dialog->command), hv_buf_str(&command));
    hv_dialog_line(dialog, 0, "%s", sheet->kind->about);
    hv_dialog_line(dialog, 0, "hvconsole %.180s", dialog->command);
    hv_buf_release(&command);
}

void
hv_sheet_press(struct hv_app *app, const struct hv_press *press)
{
    struct hv_sheet *sheet = &app->sheet;
    struct hv_edit *edit = &sheet->edits[sheet->field];
    struct hv_edit before = *edit;
    bool is_typed = !press->is_pasted;

    if (sheet->is_sending)
        return;
    if (is_typed &&
        (press->code == HV_PRESS_ENTER || press->code == HV_PRESS_DOWN))
        hv_sheet_step(app, 1);
    else if (is_typed && press->code == HV_PRESS_UP)
        hv_sheet_step(app, -1);
    else
        hv_edit_press(edit, press);
    sheet->is_written = sheet->is_written || strcmp(before.text, edit->text);
}

/* -------------------------------------------------------------- actions -- */

void
hv_do_import(struct hv_app *app, const char *args)
{
    struct hv_selection selection = hv_app_selection(app);
    char id[HV_GUID_TEXT];

    (void)args;
    if (hv_app_is_read_only(app)) {
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
        return;
    }
    hv_sheet_open(app, HV_SHEET_IMPORT);
    if (selection.has_sub) {
        hv_guid_format(&selection.sub, id);
        hv_edit_set(&app->sheet.edits[0], id);
        app->sheet.field = 1;
    }
    /* From a message whose version is not known here: that is the one. */
    if (app->tab == HV_VIEW_LOG && hv_log_row(app)) {
        hv_edit_set(&app->sheet.edits[1], hv_log_row(app)->version.id);
        app->sheet.field = hv_log_row(app)->version.id[0] ? 2 : 1;
    }
}

void
hv_do_profile(struct hv_app *app, const char *args)
{
    (void)args;
    if (app->is_flag_read_only)
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
    else
        hv_sheet_open(app, HV_SHEET_PROFILE);
}
