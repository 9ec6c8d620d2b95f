/*
 * present.c - the canvas onto the terminal; curses sends only what differs.
 * Called by app/run.c once after a batch of events.
 */
#include "tui/term/term.h"
#include "tui/term/inside.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static bool is_repaint;
static struct hv_grid shown; /* what was drawn last */

void
hv_term_repaint(void)
{
    is_repaint = true;
}

static void
cell_set(cchar_t *out, const struct hv_cell *cell)
{
    struct hv_look look =
        hv_theme_look((enum hv_role)cell->role, cell->is_selected);
    wchar_t text[HV_CELL_MARKS + 2] = { 0 };

    text[0] = (wchar_t)cell->code;
    for (int i = 0; i < HV_CELL_MARKS; i++)
        text[i + 1] = (wchar_t)cell->marks[i];
    setcchar(out, text, (attr_t)look.attributes, look.pair, NULL);
}

/*
 * The last cell of the screen is left alone: writing there scrolls some
 * terminals.
 */
static void
row_put(const struct hv_grid *grid, int row, int rows, int cols)
{
    for (int col = 0; col < cols && col < grid->cols; col++) {
        const struct hv_cell *cell = hv_grid_at(grid, row, col);
        cchar_t out;

        if (!cell->code || (row == rows - 1 && col == cols - 1))
            continue;
        cell_set(&out, cell);
        mvadd_wch(row, col, &out);
    }
}

/* Tests wait for this: everything of frame N has been written. */
static void
mark_frame(void)
{
    static int frame;
    static int is_wanted = -1;
    char mark[32];
    int len;

    if (is_wanted < 0) {
        const char *value = getenv("HVCONSOLE_FRAME_MARK");

        is_wanted = value && *value;
    }
    if (!is_wanted)
        return;
    len = snprintf(mark, sizeof(mark), "\033]2;frame %d\a", ++frame);
    if (write(STDOUT_FILENO, mark, (size_t)len) < 0)
        return;
}

/* A row that is there already costs nothing: most of them, on a tick. */
static bool
is_shown(const struct hv_grid *grid, int row)
{
    size_t len = (size_t)grid->cols;

    return !memcmp(&shown.cells[(size_t)row * len],
                   &grid->cells[(size_t)row * len], len * sizeof(*grid->cells));
}

static void
remember(const struct hv_grid *grid)
{
    if (shown.rows != grid->rows || shown.cols != grid->cols)
        hv_grid_reset(&shown, grid->rows, grid->cols);
    memcpy(shown.cells, grid->cells,
           (size_t)grid->rows * (size_t)grid->cols * sizeof(*grid->cells));
}

void
hv_term_present(const struct hv_grid *grid)
{
    int rows;
    int cols;
    bool is_anew = is_repaint || grid->is_ascii != shown.is_ascii ||
                   grid->rows != shown.rows || grid->cols != shown.cols;

    getmaxyx(stdscr, rows, cols);
    if (is_anew)
        erase();
    if (is_repaint)
        clearok(stdscr, TRUE);
    is_repaint = false;
    for (int row = 0; row < rows && row < grid->rows; row++) {
        if (!is_anew && is_shown(grid, row))
            continue;
        move(row, 0);
        clrtoeol();
        row_put(grid, row, rows, cols);
    }
    remember(grid);
    shown.is_ascii = grid->is_ascii;
    curs_set(grid->has_cursor);
    if (grid->has_cursor)
        move(grid->cursor_row, grid->cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
    mark_frame();
}
