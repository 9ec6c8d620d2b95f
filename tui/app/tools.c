/*
 * tools.c - actions round the screen itself: keep it as text, say a row as one
 * sentence, write a field in the person's editor; and what comes back from
 * programs that had the terminal. Called through the table of actions.c and by
 * update().
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"

#include "hvconsole/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void
hv_do_screen(struct hv_app *app, const char *args)
{
    const char *file = args + 4;

    if (strncmp(args, "save", 4) || (*file && *file != ' ')) {
        hv_app_say(app, HV_ROLE_WARN, "screen save FILE");
        return;
    }
    file += strspn(file, " ");
    if (!*file)
        hv_app_say(app, HV_ROLE_WARN, "screen save FILE: which file?");
    else
        hv_effects_add(&app->effects, HV_EFFECT_SAVE_SCREEN)->text =
            hv_strdup(file);
}

/* ------------------------------------------------------------- speaking -- */

static void
speak_message(struct hv_app *app, const struct hv_log_row *row)
{
    char sub[HV_GUID_SHORT] = "none";

    if (row->has_sub)
        hv_guid_short(&row->sub, sub);
    hv_app_say(app, HV_ROLE_TEXT,
               "Message %lld of %zu shown: %s; subscription %s, key version "
               "%s, %d events, answered %d. %s",
               (long long)row->id, app->log.len,
               hv_verdict_row(row->verdict)->word, sub,
               row->version.id[0] ? row->version.id : "none", row->events_count,
               row->answered, hv_verdict_row(row->verdict)->sentence);
}

/* "row 2 of 23: id 44f1..9d2, types Weight, last 4m". */
static void
speak_row(struct hv_app *app, size_t i)
{
    const struct hv_list_field *field = hv_list_fields(app, app->tab);
    struct hv_buf text = { 0 };
    char value[256];

    for (; field && field->name; field++) {
        value[0] = 0;
        if (field->text)
            field->text(app, i, value, sizeof(value));
        if (value[0])
            hv_buf_addf(&text, "%s%s %s", text.len ? ", " : "", field->name,
                        value);
    }
    if (!text.len && app->tab == HV_VIEW_SHELL)
        hv_shell_speak(app, i, &text);
    if (!text.len) {
        char id[HV_ROW_ID];

        hv_list_id(app, app->tab, i, id);
        hv_buf_add_str(&text, id);
    }
    hv_app_say(app, HV_ROLE_TEXT, "Row %zu of %zu: %s.",
               hv_list_cursor(app)->at + 1, hv_list_len(app),
               hv_buf_str(&text));
    hv_buf_release(&text);
}

void
hv_do_speak(struct hv_app *app, const char *args)
{
    size_t i = hv_list_at(app, app->tab);

    (void)args;
    if (app->tab == HV_VIEW_LOG && hv_log_row(app))
        speak_message(app, hv_log_row(app));
    else if (i != SIZE_MAX)
        speak_row(app, i);
    else
        hv_app_say(app, HV_ROLE_TEXT, "There is no row here.");
}

/* --------------------------------------------------------------- editor -- */

/* The line that is being written, or NULL. */
static struct hv_edit *
edit_of(struct hv_app *app)
{
    if (app->is_filtering)
        return &app->filter_edit;
    if (hv_app_top(app) == HV_VIEW_SHEET)
        return &app->sheet.edits[app->sheet.field];
    if (hv_app_top(app) == HV_VIEW_FIELD)
        return hv_urls_edit(app);
    if (hv_app_top(app) != HV_VIEW_FORM)
        return NULL;
    switch (app->form.field) {
    case HV_FIELD_URL:
        return &app->form.url;
    case HV_FIELD_VERSION:
        return &app->form.version;
    case HV_FIELD_TYPES:
        return &app->form.search;
    default:
        return NULL;
    }
}

void
hv_edit_outside(struct hv_app *app)
{
    struct hv_edit *edit = edit_of(app);
    const char *text = app->prompt.is_open ? app->prompt.line
                       : edit              ? edit->text
                                           : NULL;

    if (text)
        hv_effects_add(&app->effects, HV_EFFECT_EDIT)->text = hv_strdup(text);
}

/* One line again, whatever the editor made of it. */
static void
flatten(const char *text, struct hv_edit *out)
{
    struct hv_bytes bytes = hv_bytes_str(text);
    size_t pos = 0;

    hv_edit_clear(out);
    while (pos < bytes.len) {
        struct hv_press press = { .is_pasted = true };

        press.code = hv_utf8_next(bytes, &pos);
        if (press.code == '\n' || press.code == '\t')
            press.code = ' ';
        hv_edit_press(out, &press);
    }
}

static void
edited(struct hv_app *app, const char *text)
{
    struct hv_edit *edit = edit_of(app);
    struct hv_edit line;

    flatten(text, &line);
    if (app->prompt.is_open)
        hv_effects_add(&app->effects, HV_EFFECT_PROMPT_OPEN)->text =
            hv_strdup(line.text);
    else if (edit)
        hv_edit_set(edit, line.text);
    if (app->is_filtering)
        hv_filter_typed(app);
    else if (edit && hv_app_top(app) == HV_VIEW_SHEET)
        app->sheet.is_written = true;
    if (hv_app_top(app) == HV_VIEW_FIELD)
        hv_urls_edited(app);
}

/* ------------------------------------------------ what comes from outside -- */

void
hv_tools_message(struct hv_app *app, struct hv_msg *msg)
{
    app->input_mono_ms = app->mono_ms; /* somebody was there */
    if (msg->kind == HV_MSG_EDITED && hv_test_edited(app, msg))
        return;
    if (msg->error.status)
        hv_app_complain(app, "", &msg->error);
    else if (msg->kind == HV_MSG_COPIED && msg->text[0])
        hv_app_say(app, HV_ROLE_NOTE,
                   "No clipboard takes this here: it is in %s.", msg->text);
    else if (msg->kind == HV_MSG_EDITED && app->is_open)
        edited(app, msg->text);
    if (msg->kind != HV_MSG_OUTSIDE)
        return;
    if (app->is_open) {
        hv_load_view(app, true);
    } else {
        hv_load_ask(app, HV_JOB_STATUS);
        hv_unlock_start(app); /* there may be a keystore now */
    }
}
