/*
 * sheet.c - a small form: its lines, the command that F2 will run, and why it
 * was refused. Draws app->sheet. Pure.
 */
#include "tui/screen/frame.h"

#include <string.h>

#define LABEL 17

const struct hv_binding hv_sheet_bindings[] = {
    { "<F2>", "form save", "save", "save: shows what would happen, then asks" },
    { "^s", "form save", NULL, "the same" },
    { "<Esc>", "back", "discard", "leave without doing anything" },
    { "<Tab>", "field next", "next field", "next field" },
    { "<S-Tab>", "field prev", NULL, "previous field" },
    { "^x", "field edit", "editor", "this field in $EDITOR" },
    { 0 },
};

void
hv_command_preview(const struct hv_app *app, struct hv_canvas *cv,
                   const char *command, bool is_sending,
                   const struct hv_error *error)
{
    struct hv_buf line = { 0 };
    int used;

    hv_canvas_rule(cv, 0, 0, cv->cols,
                   is_sending      ? "Sending"
                   : error->status ? "Not sent"
                                   : "F2 will run");
    if (is_sending) {
        hv_canvas_spinner(cv, 1, 1, HV_ROLE_NOTE, app->mono_ms / 120);
        hv_canvas_text(cv, 1, 3, 0, HV_ROLE_TEXT,
                       "It is being done. ^c cancels.");
    } else if (error->status) {
        used =
            hv_canvas_wrap(cv, 1, 1, cv->cols - 2, 2, HV_ROLE_BAD, error->why);
        hv_canvas_wrap(cv, 1 + used, 1, cv->cols - 2, 2, HV_ROLE_TEXT,
                       error->hint);
    } else {
        hv_buf_addf(&line, "hvconsole %s", command);
        hv_canvas_wrap(cv, 1, 1, cv->cols - 2, 3, HV_ROLE_DIM,
                       hv_buf_str(&line));
        hv_buf_release(&line);
    }
}

void
hv_sheet_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_sheet *sheet = &app->sheet;
    struct hv_buf command = { 0 };
    struct hv_canvas foot = hv_canvas_part(cv, cv->rows - 5, 0, 5, cv->cols);
    int row = 2;
    int len = 0;
    int hint_row;
    bool is_dense;

    if (!sheet->kind)
        return;
    hv_canvas_text(cv, 0, 1, 0, HV_ROLE_TITLE, sheet->kind->title);
    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    row += hv_canvas_wrap(cv, row, 2, cv->cols - 4, 3, HV_ROLE_DIM,
                          sheet->kind->about) +
           1;
    while (len < HV_SHEET_FIELDS && sheet->kind->fields[len].name)
        len++;
    is_dense = row + 3 * len + 4 > cv->rows;
    hint_row = row + len;
    for (int i = 0; i < len; i++) {
        const struct hv_sheet_field *field = &sheet->kind->fields[i];
        bool is_on = i == sheet->field;

        if (is_on)
            hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
        hv_canvas_textf(cv, row, 2, LABEL - 2,
                        is_on ? HV_ROLE_STRONG : HV_ROLE_DIM, "%s%s",
                        field->name, field->is_needed ? " *" : "");
        hv_edit_render(cv, row, LABEL + 1, cv->cols - LABEL - 3,
                       is_on ? HV_ROLE_FIELD_ON : HV_ROLE_FIELD,
                       sheet->edits[i].text, sheet->edits[i].point,
                       is_on && !app->dialog.kind);
        /* Without room for all hints, the one that is needed now. */
        if (!is_dense || is_on)
            hv_canvas_text(cv, is_dense ? hint_row : row + 1, LABEL + 1, 0,
                           HV_ROLE_DIM, field->hint);
        row += is_dense ? 1 : 3;
    }
    row += is_dense ? 2 : 0;
    if (cv->rows < row + 4)
        return;
    if (sheet->kind->take) {
        hv_canvas_rule(&foot, 0, 0, foot.cols, "F2 takes it over");
        hv_canvas_wrap(&foot, 1, 1, foot.cols - 2, 2,
                       sheet->error.status ? HV_ROLE_BAD : HV_ROLE_DIM,
                       sheet->error.status ? sheet->error.why
                                           : "nothing is sent yet");
        return;
    }
    hv_sheet_command(sheet, &command);
    hv_command_preview(app, &foot, hv_buf_str(&command), sheet->is_sending,
                       &sheet->error);
    hv_buf_release(&command);
}
