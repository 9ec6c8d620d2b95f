/*
 * form.c - writing a subscription: where to, which types, which key version,
 * and the command that F2 will run. Draws app->form. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/names.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

#define LABEL 13

const struct hv_binding hv_form_bindings[] = {
    { "<F2>", "form save", "save", "save: shows what would happen, then asks" },
    { "^s", "form save", NULL, "the same" },
    { "<Esc>", "back", "discard", "leave without sending" },
    { "<Tab>", "field next", "next field", "next field" },
    { "<S-Tab>", "field prev", NULL, "previous field" },
    { "^x", "field edit", "editor", "this field in $EDITOR" },
    { 0 },
};

static void
label(struct hv_canvas *cv, int row, const char *name, bool is_on,
      bool is_needed)
{
    if (is_on)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_canvas_textf(cv, row, 2, LABEL - 2, is_on ? HV_ROLE_STRONG : HV_ROLE_DIM,
                    "%s%s", name, is_needed ? " *" : "");
}

static void
field(const struct hv_app *app, struct hv_canvas *cv, int row,
      const struct hv_edit *edit, bool is_on)
{
    hv_edit_render(cv, row, LABEL + 1, cv->cols - LABEL - 3,
                   is_on ? HV_ROLE_FIELD_ON : HV_ROLE_FIELD, edit->text,
                   edit->point, is_on && !app->dialog.kind);
}

static void
picked_words(const struct hv_form *form, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < hv_thing_type_count() && used < size; i++) {
        if (form->picked[i])
            used +=
                (size_t)snprintf(out + used, size - used, "%s%s",
                                 used ? ", " : "", hv_thing_type_at(i)->name);
    }
    if (!out[0])
        hv_copy(out, size, "none yet");
}

/* The list of types under the search; the cursor's row is always in it. */
static void
render_types(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_form *form = &app->form;
    size_t matches[HV_MAX_FORM_TYPES];
    size_t len = hv_form_matches(form, matches, HV_LEN(matches));
    size_t rows = cv->rows > 0 ? (size_t)cv->rows : 1;
    size_t top = form->cursor >= rows ? form->cursor - rows + 1 : 0;
    bool is_on = form->field == HV_FIELD_TYPES;

    /* The chosen ones are always there: nothing else fits. */
    if (form->search.len && len == hv_form_picked(form) && len - top < rows)
        hv_canvas_text(cv, (int)(len - top), 0, 0, HV_ROLE_WARN,
                       "No type has such a name. Backspace takes it back.");
    for (size_t i = 0; i < rows && top + i < len; i++) {
        size_t type = matches[top + i];
        const struct hv_thing_type *row = hv_thing_type_at(type);
        char id[HV_GUID_TEXT];
        bool is_picked = form->picked[type];

        hv_guid_format(&row->id, id);
        hv_canvas_text(cv, (int)i, 0, 4, is_picked ? HV_ROLE_GOOD : HV_ROLE_DIM,
                       is_picked ? "[x]" : "[ ]");
        hv_canvas_text(cv, (int)i, 4, 36,
                       is_picked ? HV_ROLE_STRONG : HV_ROLE_TEXT, row->name);
        if (cv->cols >= 56)
            hv_canvas_textf(cv, (int)i, 42, 0, HV_ROLE_DIM, "%.*s",
                            cv->cols - 43 >= 36 ? 36 : 8, id);
        if (is_on && top + i == form->cursor)
            hv_canvas_select(cv, (int)i, 0, cv->cols);
    }
}

static void
render_foot(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_form *form = &app->form;
    struct hv_buf line = { 0 };

    hv_form_command(form, &line);
    hv_command_preview(app, cv, hv_buf_str(&line), form->is_sending,
                       &form->error);
    hv_buf_release(&line);
}

static void
render_title(const struct hv_form *form, struct hv_canvas *cv)
{
    static const char *const words[] = {
        [HV_FORM_NEW] = "new", [HV_FORM_CLONE] = "like", [HV_FORM_EDIT] = "edit"
    };
    char id[HV_GUID_SHORT] = "";

    if (form->mode != HV_FORM_NEW)
        hv_guid_short(&form->id, id);
    hv_canvas_textf(cv, 0, 1, 0, HV_ROLE_TITLE, "Subscriptions > %s%s%s",
                    words[form->mode], id[0] ? " " : "", id);
}

/* What the rules say of the draft, right above the foot; rows used. */
static int
render_lint(const struct hv_app *app, struct hv_canvas *cv, int foot)
{
    struct hv_findings said = { 0 };
    int max = cv->rows >= 26 ? 5 : cv->rows >= 18 ? 3 : 0;
    int len;

    hv_lint_form(app, &said);
    len = (int)said.len * 2 < max ? (int)said.len * 2 : max;
    if (len)
        hv_canvas_text(cv, cv->rows - foot - len, 2, LABEL - 2, HV_ROLE_DIM,
                       "Lint");
    hv_lint_render(cv, cv->rows - foot - len, LABEL + 1, len, &said);
    hv_findings_release(&said);
    return len ? len + 1 : 0;
}

/* Where there is no room for all, the field one is in has it. */
static void
render_tight(const struct hv_app *app, struct hv_canvas *cv)
{
    static const char *const names[] = { [HV_FIELD_URL] = "URL",
                                         [HV_FIELD_VERSION] = "Key version",
                                         [HV_FIELD_TYPES] = "Types" };
    const struct hv_form *form = &app->form;
    const struct hv_edit *edit = form->field == HV_FIELD_URL ? &form->url
                                 : form->field == HV_FIELD_VERSION
                                     ? &form->version
                                     : &form->search;
    struct hv_canvas part =
        hv_canvas_part(cv, 2, 1, cv->rows - 2, cv->cols - 2);

    hv_canvas_text(cv, 0, 1, 0, HV_ROLE_TITLE, names[form->field]);
    hv_edit_render(cv, 1, 1, cv->cols - 2, HV_ROLE_FIELD_ON, edit->text,
                   edit->point, !app->dialog.kind);
    if (form->field == HV_FIELD_TYPES && part.rows > 0)
        render_types(app, &part);
}

void
hv_form_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_form *form = &app->form;
    bool is_url = form->field == HV_FIELD_URL;
    bool is_types = form->field == HV_FIELD_TYPES;
    bool is_version = form->field == HV_FIELD_VERSION;
    int foot = cv->rows >= 14 ? 5 : 0;
    int lint = render_lint(app, cv, foot);
    int list = cv->rows - 7 - foot - lint > 3 ? cv->rows - 7 - foot - lint : 3;
    struct hv_canvas part;
    char words[512];

    if (cv->rows < 8) {
        render_tight(app, cv);
        return;
    }
    render_title(form, cv);
    hv_canvas_right(cv, 0, cv->cols - 20, 19, HV_ROLE_WARN,
                    form->mode == HV_FORM_EDIT && !hv_form_is_changed(form)
                        ? "nothing changed"
                        : "draft, not sent");
    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    label(cv, 2, "URL", is_url, true);
    field(app, cv, 2, &form->url, is_url);
    label(cv, 3, "Key version", is_version, false);
    if (form->mode == HV_FORM_EDIT)
        hv_canvas_text(cv, 3, LABEL + 1, 0, HV_ROLE_DIM,
                       "stays as it is: R gives a new key");
    else
        field(app, cv, 3, &form->version, is_version);
    if (form->mode != HV_FORM_EDIT && !is_version && !form->version.len)
        hv_canvas_text(cv, 3, LABEL + 1, 0, HV_ROLE_DIM, "empty: one is made");
    label(cv, 4, "Types", is_types, true);
    picked_words(form, words, sizeof(words));
    hv_canvas_text(cv, 4, LABEL + 1, cv->cols - LABEL - 3,
                   hv_form_picked(form) ? HV_ROLE_GOOD : HV_ROLE_DIM, words);
    hv_canvas_text(cv, 5, LABEL + 1, 7, HV_ROLE_DIM, "search");
    hv_edit_render(cv, 5, LABEL + 9, cv->cols - LABEL - 11,
                   is_types ? HV_ROLE_FIELD_ON : HV_ROLE_FIELD,
                   form->search.text, form->search.point,
                   is_types && !app->dialog.kind);
    part = hv_canvas_part(cv, 6, LABEL + 1, list, cv->cols - LABEL - 2);
    render_types(app, &part);
    part = hv_canvas_part(cv, cv->rows - 5, 0, 5, cv->cols);
    if (foot)
        render_foot(app, &part);
}
