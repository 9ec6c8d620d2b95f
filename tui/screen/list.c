/*
 * list.c - what every list says about itself beside its title: the words of
 * the filter, the order, the marks; and the walk over its rows. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* "sort last v" and "marked 2", from the right edge inwards; what would reach
 * over @col stays away, the order first. */
static int
render_order(const struct hv_app *app, struct hv_canvas *cv, int col)
{
    const char *name = hv_list_sort_name(app, app->tab);
    const struct hv_list *list = &app->lists[app->tab];
    const struct hv_list_field *fields = hv_list_fields(app, app->tab);
    bool is_down = list->is_inverted !=
                   (list->sort && fields && fields[list->sort - 1].is_down);
    char text[64];
    int end = cv->cols - 1;

    if (list->marks_len) {
        snprintf(text, sizeof(text), "marked %zu", list->marks_len);
        end -= (int)strlen(text);
        hv_canvas_text(cv, 0, end, 0, HV_ROLE_WARN, text);
        end -= 3;
    }
    snprintf(text, sizeof(text), "sort %s ", name[0] ? name : "place");
    if ((name[0] || list->is_inverted) && end - (int)strlen(text) > col) {
        end -= (int)strlen(text) + 1;
        hv_canvas_text(cv, 0, end, 0, HV_ROLE_DIM, text);
        hv_canvas_glyph(cv, 0, end + (int)strlen(text), HV_ROLE_NOTE,
                        is_down ? HV_GLYPH_DOWN : HV_GLYPH_UP);
        end -= 3;
    }
    return end;
}

int
hv_list_state_render(const struct hv_app *app, struct hv_canvas *cv, int col)
{
    const struct hv_list *list = &app->lists[app->tab];
    int end = render_order(app, cv, col);
    char word[HV_MAX_FILTER];

    for (size_t n = 0;
         !app->is_filtering && hv_filter_word(list->filter, n, word); n++) {
        char chip[HV_MAX_FILTER + 4];

        snprintf(chip, sizeof(chip), "[%s]", word);
        if (col + hv_text_width(hv_bytes_str(chip)) > end) {
            hv_canvas_text(cv, 0, col, end > col ? end - col : -1, HV_ROLE_NOTE,
                           chip);
            return end;
        }
        col += hv_canvas_text(cv, 0, col, 0, HV_ROLE_NOTE, chip) + 1;
    }
    if (!app->is_filtering && list->filter[0] && col + 12 < end)
        hv_canvas_textf(cv, 0, col, 0, HV_ROLE_DIM, "%zu of %zu",
                        hv_list_count(app, app->tab),
                        hv_list_all(app, app->tab));
    return end;
}

void
hv_list_each(const struct hv_app *app, struct hv_canvas *cv, enum hv_view tab,
             int top, int rows, hv_list_row_fn fn, const void *arg)
{
    const struct hv_cursor *cursor = &app->lists[tab].cursor;

    for (int row = top; row < top + rows; row++) {
        size_t nth = cursor->top + (size_t)(row - top);
        size_t i = hv_list_row(app, tab, nth);

        if (i == SIZE_MAX)
            break;
        hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
        if (nth == cursor->at)
            hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
        if (hv_list_is_marked(app, tab, i))
            hv_canvas_text(cv, row, 1, 1, HV_ROLE_WARN, "*");
        fn(app, cv, row, i, arg);
        if (nth == cursor->at)
            hv_canvas_select(cv, row, 0, cv->cols);
    }
}

const struct hv_severity_look hv_severity_looks[] = {
    [HV_INFO] = { HV_ROLE_NOTE, "i" },
    [HV_WARNING] = { HV_ROLE_WARN, "!" },
    [HV_ERROR] = { HV_ROLE_BAD, "!!" },
};

int
hv_lint_render(struct hv_canvas *cv, int row, int col, int max,
               const struct hv_findings *findings)
{
    int used = 0;

    for (int severity = HV_ERROR; severity >= HV_INFO; severity--) {
        for (size_t i = 0; i < findings->len && used < max; i++) {
            const struct hv_finding *one = &findings->items[i];
            char text[600];
            int rows;

            if ((int)one->lint->severity != severity)
                continue;
            hv_canvas_text(cv, row + used, col, 2,
                           hv_severity_looks[severity].role,
                           hv_severity_looks[severity].sign);
            snprintf(text, sizeof(text), "%s (%s)", one->lint->meaning,
                     one->message);
            rows = hv_canvas_wrap(cv, row + used, col + 3, cv->cols - col - 4,
                                  max - used < 4 ? max - used : 4,
                                  hv_severity_looks[severity].role, text);
            used += rows > 1 ? rows : 1;
        }
    }
    return used;
}

/* The tabs of @tab on @row, from @at on, as many as fit; the next column. */
static int
render_panes(const struct hv_app *app, struct hv_canvas *cv, enum hv_view tab,
             int row, int at)
{
    const char *const *panes = hv_screens[tab].panes;

    for (int i = 0; panes && panes[i]; i++) {
        bool is_on = app->lists[tab].pane == i;
        char text[24];

        snprintf(text, sizeof(text), is_on ? "[%s]" : " %s ", panes[i]);
        if (at + (int)strlen(text) > cv->cols - 1)
            break;
        at += hv_canvas_text(cv, row, at, 0,
                             is_on ? HV_ROLE_TAB_ON : HV_ROLE_TAB, text);
    }
    return at;
}

#define MORE 24 /* columns it may take beside the tabs */

int
hv_list_more_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                    int end, enum hv_view tab)
{
    size_t len = hv_list_count(app, tab);
    size_t shown =
        app->lists[tab].cursor.top + (size_t)hv_screen_list_rows(app, tab);
    char text[40];

    if (len <= shown)
        return end;
    snprintf(text, sizeof(text), " %zu more below ", len - shown);
    end -= (int)strlen(text);
    hv_canvas_text(cv, row, end, 0, HV_ROLE_DIM, text);
    return end;
}

void
hv_panes_render(const struct hv_app *app, struct hv_canvas *cv,
                enum hv_view tab, const char *title)
{
    int at = 3 + hv_text_width(hv_bytes_str(title)) + 3;

    hv_canvas_rule(cv, 0, 0, cv->cols, title);
    at = render_panes(app, cv, tab, 0, at);
    /* The log has more than its window, and says so itself. */
    if (tab != HV_VIEW_LOG && at + MORE < cv->cols)
        hv_list_more_render(app, cv, 0, cv->cols - 2, tab);
}

int
hv_title_panes_render(const struct hv_app *app, struct hv_canvas *cv,
                      enum hv_view tab, const char *title)
{
    int at = 1 + hv_canvas_text(cv, 0, 1, 0, HV_ROLE_TITLE, title) + 2;

    return render_panes(app, cv, tab, 0, at) + 2;
}

struct hv_canvas
hv_beside(struct hv_canvas *cv)
{
    int half = cv->cols * 11 / 20;

    hv_canvas_glyph(cv, 0, half, HV_ROLE_RULE, HV_GLYPH_DOWN_TEE);
    hv_canvas_vline(cv, 1, half, cv->rows - 1);
    return hv_canvas_part(cv, 1, half + 1, cv->rows - 1, cv->cols - half - 1);
}
