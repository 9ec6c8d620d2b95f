/*
 * palette.c - whatever there is to do, found by a few letters, over the foot of
 * the view, which stays visible. Draws what the tables say. Pure.
 */
#include "tui/screen/frame.h"

#include <stdio.h>

#define MOST_ROWS 12

const struct hv_binding hv_palette_bindings[] = {
    { "<Esc>", "back", "close", NULL },
    { 0 },
};

static void
render_entry(struct hv_canvas *cv, int row, const struct hv_help_entry *entry,
             bool is_selected)
{
    int what = cv->cols >= 74 ? cv->cols - 44 : cv->cols - 12;

    hv_canvas_text(cv, row, 2, 8, HV_ROLE_KEY, entry->keys);
    hv_canvas_text(cv, row, 11, what,
                   entry->is_here ? HV_ROLE_STRONG : HV_ROLE_TEXT, entry->what);
    if (cv->cols >= 74) {
        hv_canvas_textf(cv, row, 12 + what, 22, HV_ROLE_DIM, ":%s",
                        entry->command);
        if (entry->is_change)
            hv_canvas_text(cv, row, 35 + what, 7, HV_ROLE_WARN, "changes");
    }
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

void
hv_palette_render(const struct hv_app *app, struct hv_canvas *cv)
{
    struct hv_help_entry entries[HV_MAX_HELP];
    size_t len = hv_help_entries(app, entries, HV_LEN(entries), NULL);
    int rows = cv->rows > MOST_ROWS + 2 ? MOST_ROWS : cv->rows - 2;
    size_t shown = rows > 0 ? (size_t)rows : 0;
    size_t top = app->help.cursor >= shown ? app->help.cursor - shown + 1 : 0;
    struct hv_canvas panel;

    hv_screens[hv_app_behind(app)].render(app, cv);
    if (rows < 1)
        return;
    panel = hv_canvas_part(cv, cv->rows - rows - 2, 0, rows + 2, cv->cols);
    hv_canvas_fill(&panel, 0, 0, panel.rows, panel.cols, HV_ROLE_TEXT);
    hv_canvas_rule(&panel, 0, 0, panel.cols, "Do what? A few letters find it");
    hv_edit_render(&panel, 1, 2, panel.cols - 4, HV_ROLE_FIELD_ON,
                   app->help.query.text, app->help.query.point, true);
    for (size_t i = 0; i < shown && top + i < len; i++)
        render_entry(&panel, 2 + (int)i, &entries[top + i],
                     top + i == app->help.cursor);
    if (!len)
        hv_canvas_text(&panel, 2, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits these letters.");
}
