/*
 * help.c - the keys and commands of the view behind, searched by typing; and
 * what the letters mean. Draws what the tables say. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

#define LEGEND_COLS 110
#define LEGEND_ROWS 10 /* below, each row is needed for what one looks for */
#define WHAT_AT     12 /* the column behind the keys */

const struct hv_binding hv_help_bindings[] = {
    { "<Esc>", "back", "close", NULL },
    { 0 },
};

static void
render_entry(struct hv_canvas *cv, int row, const struct hv_help_entry *entry,
             bool is_selected)
{
    bool is_wide = cv->cols >= 74;
    int right = !is_wide ? 0 : cv->cols < 84 ? 27 : 34; /* command, "changes" */
    int end = cv->cols - right;

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    hv_canvas_text(cv, row, 2, WHAT_AT - 3, HV_ROLE_KEY, entry->keys);
    hv_canvas_text(cv, row, WHAT_AT, end - WHAT_AT - 1,
                   entry->is_here ? HV_ROLE_STRONG : HV_ROLE_TEXT, entry->what);
    if (is_wide) {
        hv_canvas_textf(cv, row, end, right - 9, HV_ROLE_DIM, ":%s",
                        entry->command);
        if (entry->is_change)
            hv_canvas_text(cv, row, cv->cols - 8, 7, HV_ROLE_WARN, "changes");
    }
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static int
render_legend(struct hv_canvas *cv, int row)
{
    static const char *const more[] = {
        "T our own test",
        "",
        "Keys: pending > active > accepted > retired",
        "Drain: draining, quiet, safe",
        "",
        "lowercase looks, UPPERCASE changes",
        "W arms writing in production for 15 minutes",
        "",
        "How R rotates a key",
        " 1 kept       a new one, pending, in keystore",
        " 2 loaded     the listener accepts it",
        " 3 announced  the platform gets it",
        " 4 read back  the platform shows it",
        " 5 drained    the old one verifies late retries",
        " 6 retired    by X, once that is safe",
    };

    hv_canvas_text(cv, row++, 1, 0, HV_ROLE_TITLE, "Letters of the log");
    for (int i = 0; i < HV_VERDICT_COUNT; i++) {
        const struct hv_verdict_row *verdict =
            hv_verdict_row((enum hv_verdict)i);

        hv_canvas_textf(cv, row, 1, 2, hv_verdict_role((enum hv_verdict)i),
                        "%c", verdict->letter);
        hv_canvas_text(cv, row++, 3, 0, HV_ROLE_TEXT, verdict->word);
    }
    for (size_t i = 0; i < HV_LEN(more); i++)
        hv_canvas_text(cv, row++, 1, 0, HV_ROLE_TEXT, more[i]);
    return row;
}

void
hv_help_render(const struct hv_app *app, struct hv_canvas *cv)
{
    struct hv_help_entry entries[HV_MAX_HELP];
    size_t all = 0;
    size_t len = hv_help_entries(app, entries, HV_LEN(entries), &all);
    enum hv_view behind = hv_app_behind(app);
    bool has_legend = cv->cols >= LEGEND_COLS;
    int width = has_legend ? cv->cols - 50 : cv->cols;
    int rows = cv->rows - 2 - (has_legend || cv->rows < LEGEND_ROWS ? 0 : 3);
    size_t shown = rows > 0 ? (size_t)rows : 0;
    size_t top = app->help.cursor >= shown ? app->help.cursor - shown + 1 : 0;
    struct hv_canvas list = hv_canvas_part(cv, 0, 0, cv->rows, width);
    int at;

    at = hv_canvas_textf(cv, 0, 1, 0, HV_ROLE_TITLE, "Help: %s",
                         hv_screens[behind].title);
    at += hv_canvas_text(cv, 0, at + 4, 0, HV_ROLE_DIM, "type to search:") + 5;
    hv_edit_render(cv, 0, at, 20, HV_ROLE_FIELD_ON, app->help.query.text,
                   app->help.query.point, true);
    hv_canvas_rightf(cv, 0, cv->cols - 13, 12, HV_ROLE_DIM, "%zu of %zu", len,
                     all);
    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    for (size_t i = 0; i < shown && top + i < len; i++)
        render_entry(&list, 2 + (int)i, &entries[top + i],
                     top + i == app->help.cursor);
    if (!len)
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT, "Nothing has such a name.");
    if (has_legend) {
        struct hv_canvas legend =
            hv_canvas_part(cv, 2, width + 1, cv->rows - 2, 49);

        hv_canvas_vline(cv, 2, width, cv->rows - 2);
        render_legend(&legend, 0);
    } else if (cv->rows >= LEGEND_ROWS) {
        hv_canvas_rule(cv, cv->rows - 3, 0, cv->cols, "");
        hv_canvas_text(cv, cv->rows - 2, 1, 0, HV_ROLE_DIM,
                       "V verified  O older version  H bad HMAC  K unknown "
                       "version  S unknown sub");
        hv_canvas_text(cv, cv->rows - 1, 1, 0, HV_ROLE_DIM,
                       "R retired  M malformed  Q refused XML  X mismatch  T "
                       "test   UPPERCASE changes");
    }
}
