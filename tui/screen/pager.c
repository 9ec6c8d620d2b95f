/*
 * pager.c - a longer text: what a command printed, an explanation, the
 * messages. Draws app->pager. Pure.
 */
#include "tui/screen/frame.h"

#include "hvconsole/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_binding hv_pager_bindings[] = {
    { "<Space>", "move page-down", "next page", "a page down" },
    { "w", "wrap", "wrap", NULL },
    { "<BS>", "back", NULL, "back" },
    { 0 },
};

/* Columns of a line: what the canvas's door makes visible takes more of them than
 * it has bytes. */
static int
line_width(const char *line, size_t len)
{
    struct hv_buf clean = { 0 };
    size_t plain = 0;
    int width;

    while (plain < len && line[plain] >= ' ' && line[plain] < 0x7f)
        plain++;
    if (plain == len)
        return (int)len;
    hv_text_clean(&clean, (struct hv_bytes){ (const uint8_t *)line, len });
    width = hv_text_width(hv_buf_bytes(&clean));
    hv_buf_release(&clean);
    return width;
}

/* Rows the whole text takes, long sentences wrapped. */
int
hv_pager_rows(const struct hv_app *app)
{
    const char *text = hv_buf_str(&app->pager.text);
    int width = app->cols > 3 ? app->cols - 2 : 1;
    int rows = 0;

    while (*text) {
        size_t len = strcspn(text, "\n");
        bool is_table = !app->pager.is_wrapped && memmem(text, len, "  ", 2);

        rows += is_table || !len ? 1 : line_width(text, len) / width + 1;
        text += len + (text[len] == '\n');
    }
    return rows;
}

bool
hv_pager_is_cut(const struct hv_app *app)
{
    const char *text = hv_buf_str(&app->pager.text);

    while (*text && !app->pager.is_wrapped) {
        size_t len = strcspn(text, "\n");

        if (memmem(text, len, "  ", 2) && line_width(text, len) > app->cols - 1)
            return true;
        text += len + (text[len] == '\n');
    }
    return false;
}

int
hv_pager_lines(const struct hv_app *app)
{
    const char *text = hv_buf_str(&app->pager.text);
    int lines = 0;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static const char *
line_at(const char *text, size_t nth)
{
    while (nth && *text) {
        text += strcspn(text, "\n");
        text += *text == '\n';
        nth--;
    }
    return text;
}

/* A line of a table, as wide as it is; h and l shift it, "~" says that it goes
 * on. */
static void
put_shifted(struct hv_canvas *cv, int row, const char *line, int left)
{
    struct hv_grid wide = { 0 };
    struct hv_canvas whole;
    struct hv_canvas part = hv_canvas_part(cv, row, 1, 1, cv->cols - 1);
    int width;

    hv_grid_reset(&wide, 1, HV_MAX_GRID);
    wide.is_ascii = cv->grid->is_ascii;
    whole = hv_canvas_whole(&wide);
    width = hv_canvas_text(&whole, 0, 0, 0, HV_ROLE_TEXT, line);
    hv_canvas_copy_row(&part, 0, &wide, 0, left);
    if (width > left + part.cols)
        hv_canvas_text(&part, 0, part.cols - 1, 1, HV_ROLE_DIM, "~");
    hv_grid_release(&wide);
}

void
hv_pager_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const char *text = line_at(hv_buf_str(&app->pager.text), app->pager.top);
    int row = 2;

    hv_canvas_text(cv, 0, 1, cv->cols - 20, HV_ROLE_TITLE, app->pager.title);
    if (app->pager.left)
        hv_canvas_rightf(cv, 0, cv->cols - 34, 14, HV_ROLE_DIM,
                         "from column %d", app->pager.left + 1);
    if (app->pager.top || hv_pager_rows(app) > cv->rows - 2)
        hv_canvas_rightf(cv, 0, cv->cols - 18, 17, HV_ROLE_DIM,
                         "line %zu of %d", app->pager.top + 1,
                         hv_pager_lines(app));
    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    while (*text && row < cv->rows) {
        size_t len = strcspn(text, "\n");
        char *line = strndup(text, len);

        /* Long sentences are wrapped; tables are as wide as they are. */
        if (line && !app->pager.is_wrapped && strstr(line, "  "))
            put_shifted(cv, row++, line, app->pager.left);
        else if (line && line[0])
            row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, cv->rows - row,
                                  HV_ROLE_TEXT, line);
        else
            row++;
        free(line);
        text += len + (text[len] == '\n');
    }
}
