/*
 * first.c - the first screen of all, when there is no keystore: what can be
 * done now, in words. Draws app->unlock.first. Pure.
 */
#include "tui/screen/frame.h"

static int
render_way(const struct hv_app *app, struct hv_canvas *cv, int row, int i)
{
    const struct hv_first_way *way = &hv_first_ways[i];
    bool is_on = app->unlock.first.at == i;

    if (is_on)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_canvas_textf(cv, row, 2, 1, HV_ROLE_KEY, "%c", way->key);
    hv_canvas_text(cv, row, 5, cv->cols - 5,
                   is_on ? HV_ROLE_STRONG : HV_ROLE_TEXT, way->name);
    if (is_on)
        hv_canvas_select(cv, row, 0, cv->cols);
    row++;
    if (!is_on || cv->rows < 9)
        return row;
    return row +
           hv_canvas_wrap(cv, row, 5, cv->cols - 6, 3, HV_ROLE_DIM, way->about);
}

int
hv_first_render(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_first *first = &app->unlock.first;

    if (cv->rows >= 9)
        row += 1 + hv_canvas_wrap(
                       cv, row, 0, cv->cols, 2, HV_ROLE_TEXT,
                       "There is no keystore in this place yet. What now?");
    for (int i = 0; i < HV_FIRST_WAYS; i++)
        row = render_way(app, cv, row, i) + (cv->rows > 14);
    if (first->is_asking) {
        hv_canvas_text(cv, row, 5, 0, HV_ROLE_STRONG, "Backup");
        hv_canvas_fill(cv, row, 13, 1, cv->cols - 13, HV_ROLE_FIELD_ON);
        hv_edit_render(cv, row, 13, cv->cols - 13, HV_ROLE_FIELD_ON,
                       first->file.text, first->file.point, true);
        hv_canvas_text(cv, row + 1, 5, 0, HV_ROLE_DIM,
                       "Enter brings it back   Esc leaves it");
        return row + 2;
    }
    hv_canvas_text(cv, row, 0, 0, HV_ROLE_DIM,
                   "j k choose   Enter goes   r looks again   q quits");
    return row + 1;
}
