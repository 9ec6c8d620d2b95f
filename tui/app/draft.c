/*
 * draft.c - what a form about a subscription begins with (nothing, a copy, or
 * what the platform has now), what command comes of it, and what is asked
 * before it runs. Called by form.c and through the table of actions.c. Pure.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include "hvconsole/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
pick_types(const struct hv_sub *sub, bool *picked)
{
    struct hv_guid types[HV_MAX_TYPES_PER_SUB];
    size_t len = hv_sub_types(sub, types, HV_LEN(types));

    for (size_t i = 0; i < hv_thing_type_count(); i++) {
        for (size_t k = 0; k < len; k++)
            picked[i] =
                picked[i] || hv_guid_equal(&hv_thing_type_at(i)->id, &types[k]);
    }
}

void
hv_form_open(struct hv_app *app, enum hv_form_mode mode,
             const struct hv_sub_row *from)
{
    struct hv_form *form = &app->form;
    size_t size = hv_thing_type_count() * sizeof(bool);
    bool *picked =
        form->picked ? form->picked : hv_calloc(hv_thing_type_count(), 1);
    bool *before = form->picked_before ? form->picked_before
                                       : hv_calloc(hv_thing_type_count(), 1);

    memset(picked, 0, size);
    *form = (struct hv_form){ .mode = mode,
                              .picked = picked,
                              .picked_before = before };
    hv_edit_set(&form->url, from ? from->sub.url : "https://");
    if (from) {
        form->id = from->sub.id;
        pick_types(&from->sub, picked);
    }
    hv_copy(form->url_before, sizeof(form->url_before), form->url.text);
    memcpy(before, picked, size);
    hv_app_push(app, HV_VIEW_FORM);
    /* ^s is "save" here, so the terminal must not take it. */
    hv_effects_add(&app->effects, HV_EFFECT_FLOW)->flag = false;
}

bool
hv_form_is_changed(const struct hv_form *form)
{
    return form->version.len || strcmp(form->url.text, form->url_before) ||
           memcmp(form->picked, form->picked_before,
                  hv_thing_type_count() * sizeof(bool));
}

/* A type as a person writes it, "blood-pressure", if that names only it. */
static void
add_type(struct hv_buf *out, const struct hv_thing_type *type)
{
    const struct hv_thing_type *found;
    char word[80];

    hv_copy(word, sizeof(word), type->name);
    for (char *c = word; *c; c++)
        *c = *c == ' ' ? '-' : (char)tolower((unsigned char)*c);
    if (hv_thing_type_search(word, &found, NULL) || found != type ||
        strpbrk(word, "(),'\""))
        hv_guid_format(&type->id, word);
    hv_buf_add_str(out, word);
}

/* The flag with every type for which @now says yes and @before no. */
static void
add_types(struct hv_buf *out, const char *flag, const bool *now,
          const bool *before)
{
    bool is_first = true;

    for (size_t i = 0; i < hv_thing_type_count(); i++) {
        if (!now[i] || (before && before[i]))
            continue;
        hv_buf_addf(out, "%s%s%s", is_first ? " " : ",", is_first ? flag : "",
                    is_first ? " " : "");
        add_type(out, hv_thing_type_at(i));
        is_first = false;
    }
}

static void
edit_command(const struct hv_form *form, struct hv_buf *out)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&form->id, id);
    hv_buf_addf(out, "sub edit %s", id);
    if (strcmp(form->url.text, form->url_before)) {
        hv_buf_add_str(out, " --url ");
        hv_quote(out, form->url.text);
    }
    add_types(out, "--add-type", form->picked, form->picked_before);
    add_types(out, "--drop-type", form->picked_before, form->picked);
}

void
hv_form_command(const struct hv_form *form, struct hv_buf *out)
{
    if (form->mode == HV_FORM_EDIT) {
        edit_command(form, out);
        return;
    }
    hv_buf_add_str(out, "sub create");
    add_types(out, "--type", form->picked, NULL);
    hv_buf_add_str(out, " --url ");
    hv_quote(out, form->url.text);
    if (form->version.len) {
        hv_buf_add_str(out, " --key-version ");
        hv_quote(out, form->version.text);
    }
}

static void
ask_edit(struct hv_app *app)
{
    const struct hv_form *form = &app->form;
    const struct hv_sub_row *row = hv_app_sub(app, &form->id);
    struct hv_dialog *dialog = &app->dialog;
    char id[HV_GUID_SHORT];
    int added = 0;
    int dropped = 0;

    for (size_t i = 0; i < hv_thing_type_count(); i++) {
        added += form->picked[i] && !form->picked_before[i];
        dropped += !form->picked[i] && form->picked_before[i];
    }
    hv_guid_short(&form->id, id);
    snprintf(dialog->title, sizeof(dialog->title), "Change subscription %s",
             id);
    if (strcmp(form->url.text, form->url_before)) {
        hv_dialog_line(dialog, 0, "from %.180s", form->url_before);
        hv_dialog_line(dialog, 0, "to %.180s", form->url.text);
    }
    if (added || dropped)
        hv_dialog_line(dialog, 0, "%d type%s more, %d less", added,
                       added == 1 ? "" : "s", dropped);
    if (row)
        hv_dialog_line(dialog, 0,
                       "%lld verified messages came through it in the last "
                       "24 h; the key stays",
                       (long long)row->uses_24h);
    hv_copy(dialog->question, sizeof(dialog->question),
            "Change the subscription? y/N ");
}

static void
ask_create(struct hv_app *app)
{
    struct hv_dialog *dialog = &app->dialog;
    size_t types = hv_form_picked(&app->form);

    hv_copy(dialog->title, sizeof(dialog->title), "Create a subscription");
    hv_dialog_line(dialog, 0,
                   "%zu type%s of things, for every record that authorises "
                   "them",
                   types, types == 1 ? "" : "s");
    hv_dialog_line(dialog, 0, "to %.190s", app->form.url.text);
    hv_dialog_line(dialog, 0,
                   "a new 64-byte key is kept before the platform gets it");
    if (app->subs_load.has_data)
        hv_dialog_line(dialog, 0, "%d of %d subscriptions will be used",
                       app->subs.used + 1, app->subs.limit);
    hv_copy(dialog->question, sizeof(dialog->question),
            "Create the subscription? y/N ");
}

/* The dialog of a save; the numbers stand above the question. */
void
hv_form_ask(struct hv_app *app)
{
    struct hv_dialog *dialog = &app->dialog;
    struct hv_buf command = { 0 };

    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    if (app->form.mode == HV_FORM_EDIT)
        ask_edit(app);
    else
        ask_create(app);
    hv_form_command(&app->form, &command);
    hv_copy(dialog->command, sizeof(dialog->command), hv_buf_str(&command));
    hv_buf_release(&command);
}

/* -------------------------------------------------------------- actions -- */

/* False, and said why, when nothing may be written now. */
static bool
may_write(struct hv_app *app)
{
    if (hv_app_is_read_only(app))
        hv_app_say(app, HV_ROLE_WARN, "Not now: %s.",
                   hv_app_read_only_why(app));
    return !hv_app_is_read_only(app);
}

static const struct hv_sub_row *
current_sub(struct hv_app *app)
{
    struct hv_selection selection = hv_app_selection(app);
    const struct hv_sub_row *row =
        selection.has_sub ? hv_app_sub(app, &selection.sub) : NULL;

    if (!row)
        hv_app_say(app, HV_ROLE_TEXT, "No subscription is selected here.");
    return row;
}

void
hv_do_add_sub(struct hv_app *app, const char *args)
{
    (void)args;
    if (may_write(app))
        hv_form_open(app, HV_FORM_NEW, NULL);
}

void
hv_do_clone_sub(struct hv_app *app, const char *args)
{
    const struct hv_sub_row *row = current_sub(app);

    (void)args;
    if (row && may_write(app))
        hv_form_open(app, HV_FORM_CLONE, row);
}

void
hv_do_change_sub(struct hv_app *app, const char *args)
{
    const struct hv_sub_row *row = current_sub(app);

    (void)args;
    if (row && may_write(app))
        hv_form_open(app, HV_FORM_EDIT, row);
}
