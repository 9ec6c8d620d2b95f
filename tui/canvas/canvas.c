/*
 * canvas.c - cells, windows and the door for text. Called by screens, by
 * tui/term (reading) and by tests. Pure: no terminal, no clock.
 */
#include "tui/canvas/canvas.h"
#include "tui/canvas/cell.h"

#include "hvconsole/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_grid_reset(struct hv_grid *grid, int rows, int cols)
{
    rows = rows < 1 ? 1 : rows > HV_MAX_GRID ? HV_MAX_GRID : rows;
    cols = cols < 1 ? 1 : cols > HV_MAX_GRID ? HV_MAX_GRID : cols;
    if (rows != grid->rows || cols != grid->cols || !grid->cells) {
        free(grid->cells);
        grid->cells =
            hv_calloc((size_t)rows * (size_t)cols, sizeof(*grid->cells));
    }
    grid->rows = rows;
    grid->cols = cols;
    grid->has_cursor = false;
    for (size_t i = 0; i < (size_t)rows * (size_t)cols; i++)
        grid->cells[i] = (struct hv_cell){ .code = ' ' };
}

void
hv_grid_release(struct hv_grid *grid)
{
    free(grid->cells);
    *grid = (struct hv_grid){ 0 };
}

const struct hv_cell *
hv_grid_at(const struct hv_grid *grid, int row, int col)
{
    if (row < 0 || col < 0 || row >= grid->rows || col >= grid->cols)
        return NULL;
    return &grid->cells[(size_t)row * (size_t)grid->cols + (size_t)col];
}

void
hv_cell_utf8(struct hv_buf *out, int32_t code)
{
    char text[4];
    size_t len;

    if (code < 0x80) {
        text[0] = (char)code;
        len = 1;
    } else if (code < 0x800) {
        text[0] = (char)(0xc0 | (code >> 6));
        text[1] = (char)(0x80 | (code & 0x3f));
        len = 2;
    } else if (code < 0x10000) {
        text[0] = (char)(0xe0 | (code >> 12));
        text[1] = (char)(0x80 | ((code >> 6) & 0x3f));
        text[2] = (char)(0x80 | (code & 0x3f));
        len = 3;
    } else {
        text[0] = (char)(0xf0 | (code >> 18));
        text[1] = (char)(0x80 | ((code >> 12) & 0x3f));
        text[2] = (char)(0x80 | ((code >> 6) & 0x3f));
        text[3] = (char)(0x80 | (code & 0x3f));
        len = 4;
    }
    hv_buf_add(out, text, len);
}

void
hv_grid_dump(const struct hv_grid *grid, struct hv_buf *out)
{
    for (int row = 0; row < grid->rows; row++) {
        int last = grid->cols - 1;

        while (last >= 0 && hv_grid_at(grid, row, last)->code == ' ')
            last--;
        for (int col = 0; col <= last; col++) {
            const struct hv_cell *cell = hv_grid_at(grid, row, col);

            if (!cell->code)
                continue;
            hv_cell_utf8(out, cell->code);
            for (int i = 0; i < HV_CELL_MARKS && cell->marks[i]; i++)
                hv_cell_utf8(out, cell->marks[i]);
        }
        hv_buf_add_char(out, '\n');
    }
}

struct hv_canvas
hv_canvas_whole(struct hv_grid *grid)
{
    return (struct hv_canvas){
        .grid = grid,
        .rows = grid->rows,
        .cols = grid->cols,
    };
}

struct hv_canvas
hv_canvas_part(const struct hv_canvas *cv, int row, int col, int rows, int cols)
{
    struct hv_canvas part = { .grid = cv->grid };

    if (row < 0 || col < 0 || row >= cv->rows || col >= cv->cols)
        return part; /* a window of no cells */
    part.top = cv->top + row;
    part.left = cv->left + col;
    part.rows = rows < cv->rows - row ? rows : cv->rows - row;
    part.cols = cols < cv->cols - col ? cols : cv->cols - col;
    if (part.rows < 0)
        part.rows = 0;
    if (part.cols < 0)
        part.cols = 0;
    return part;
}

static struct hv_cell *
cell_at(const struct hv_canvas *cv, int row, int col)
{
    if (row < 0 || col < 0 || row >= cv->rows || col >= cv->cols)
        return NULL;
    return &cv->grid->cells[(size_t)(cv->top + row) * (size_t)cv->grid->cols +
                            (size_t)(cv->left + col)];
}

/* What a cell held is cut off whole: no half of a wide character stays. */
static void
cell_clear(const struct hv_canvas *cv, int row, int col)
{
    struct hv_cell *cell = cell_at(cv, row, col);
    int x = cv->left + col;

    if (!cell->code && x > 0)
        cell[-1].code = ' ';
    if (x + 1 < cv->grid->cols && !cell[1].code)
        cell[1].code = ' ';
    *cell = (struct hv_cell){ .code = ' ' };
}

void
hv_cell_put(struct hv_canvas *cv, int row, int col, enum hv_role role,
            int32_t code, int width)
{
    if (!cell_at(cv, row, col) || !cell_at(cv, row, col + width - 1))
        return;
    for (int i = 0; i < width; i++) {
        cell_clear(cv, row, col + i);
        cell_at(cv, row, col + i)->role = (uint8_t)role;
    }
    cell_at(cv, row, col)->code = code;
    if (width == 2)
        cell_at(cv, row, col + 1)->code = 0;
}

static void
cell_mark(struct hv_canvas *cv, int row, int col, int32_t mark)
{
    struct hv_cell *cell = cell_at(cv, row, col);

    if (!cell)
        return;
    for (int i = 0; i < HV_CELL_MARKS; i++) {
        if (!cell->marks[i]) {
            cell->marks[i] = mark;
            return;
        }
    }
}

/* Puts cleaned text; a terminal without UTF-8 gets a "?" for each column. */
static int
put_clean(struct hv_canvas *cv, int row, int col, enum hv_role role,
          struct hv_bytes text)
{
    size_t pos = 0;
    int at = col;
    int last = -1;

    while (pos < text.len) {
        int32_t code = hv_utf8_next(text, &pos);
        int width = code < 0 ? 1 : hv_char_width(code);

        if (width < 1) {
            if (last >= 0 && !cv->grid->is_ascii)
                cell_mark(cv, row, last, code);
            continue;
        }
        if (code < 0 || (code >= 0x80 && cv->grid->is_ascii)) {
            for (int i = 0; i < width; i++)
                hv_cell_put(cv, row, at + i, role, '?', 1);
        } else {
            hv_cell_put(cv, row, at, role, code, width);
        }
        last = at;
        at += width;
    }
    return at - col;
}

/* The part of @width that is inside the window; 0 asks for all there is, and
 * less than nothing (a column that has no room left) gets nothing. */
static int
room(const struct hv_canvas *cv, int row, int col, int width)
{
    int left = cv->cols - col;

    if (row < 0 || row >= cv->rows || col < 0 || left <= 0 || width < 0)
        return 0;
    return !width || width > left ? left : width;
}

static int
text_at(struct hv_canvas *cv, int row, int col, int width, enum hv_role role,
        const char *text, bool to_the_right)
{
    int cols = room(cv, row, col, width);
    struct hv_buf clean = { 0 };
    struct hv_buf fit = { 0 };
    int used;

    if (!cols)
        return 0;
    hv_text_clean(&clean, hv_bytes_str(text));
    if (to_the_right) {
        int have = hv_text_width(hv_buf_bytes(&clean));

        for (int i = have; i < cols; i++)
            hv_buf_add_char(&fit, ' ');
    }
    hv_text_fit(&fit, hv_buf_bytes(&clean),
                cols - (to_the_right ? (int)fit.len : 0), width > 0);
    used = put_clean(cv, row, col, role, hv_buf_bytes(&fit));
    hv_buf_release(&clean);
    hv_buf_release(&fit);
    return used;
}

int
hv_canvas_text(struct hv_canvas *cv, int row, int col, int width,
               enum hv_role role, const char *text)
{
    return text_at(cv, row, col, width, role, text, false);
}

int
hv_canvas_right(struct hv_canvas *cv, int row, int col, int width,
                enum hv_role role, const char *text)
{
    return text_at(cv, row, col, width, role, text, true);
}

int
hv_canvas_textf(struct hv_canvas *cv, int row, int col, int width,
                enum hv_role role, const char *fmt, ...)
{
    char text[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return hv_canvas_text(cv, row, col, width, role, text);
}

int
hv_canvas_rightf(struct hv_canvas *cv, int row, int col, int width,
                 enum hv_role role, const char *fmt, ...)
{
    char text[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return hv_canvas_right(cv, row, col, width, role, text);
}

/* How many bytes of cleaned text go on a line of @width: up to the last blank
 * that fits, or in the middle of a word that is longer than the line. */
static size_t
line_bytes(struct hv_bytes text, int width)
{
    size_t pos = 0;
    size_t blank = 0;
    int cols = 0;

    while (pos < text.len) {
        size_t start = pos;
        int32_t code = hv_utf8_next(text, &pos);
        int w = code < 0 ? 1 : hv_char_width(code);

        if (cols + w > width)
            return blank ? blank : start ? start : pos;
        cols += w;
        if (code == ' ')
            blank = pos;
    }
    return text.len;
}

int
hv_canvas_wrap(struct hv_canvas *cv, int row, int col, int width, int max,
               enum hv_role role, const char *text)
{
    int cols = room(cv, row, col, width);
    struct hv_buf clean = { 0 };
    struct hv_bytes rest;
    int used = 0;

    if (!cols || max < 1)
        return 0;
    hv_text_clean(&clean, hv_bytes_str(text));
    rest = hv_buf_bytes(&clean);
    while (rest.len && used < max) {
        bool is_last = used == max - 1;
        size_t take = is_last ? rest.len : line_bytes(rest, cols);
        struct hv_bytes line = { rest.data, take };
        struct hv_buf fit = { 0 };

        while (!is_last && line.len && line.data[line.len - 1] == ' ')
            line.len--;
        hv_text_fit(&fit, line, cols, false);
        put_clean(cv, row + used, col, role, hv_buf_bytes(&fit));
        hv_buf_release(&fit);
        rest.data += take;
        rest.len -= take;
        used++;
    }
    hv_buf_release(&clean);
    return used;
}

void
hv_canvas_fill(struct hv_canvas *cv, int row, int col, int rows, int cols,
               enum hv_role role)
{
    struct hv_canvas part = hv_canvas_part(cv, row, col, rows, cols);

    for (int r = 0; r < part.rows; r++) {
        for (int c = 0; c < part.cols; c++)
            hv_cell_put(&part, r, c, role, ' ', 1);
    }
}

void
hv_canvas_select(struct hv_canvas *cv, int row, int col, int cols)
{
    for (int i = 0; i < cols; i++) {
        struct hv_cell *cell = cell_at(cv, row, col + i);

        if (cell)
            cell->is_selected = true;
    }
}

void
hv_canvas_cursor(struct hv_canvas *cv, int row, int col)
{
    if (row < 0 || col < 0 || row >= cv->rows || col >= cv->cols)
        return;
    cv->grid->has_cursor = true;
    cv->grid->cursor_row = cv->top + row;
    cv->grid->cursor_col = cv->left + col;
}

void
hv_canvas_copy_row(struct hv_canvas *cv, int row, const struct hv_grid *other,
                   int from, int left)
{
    for (int col = 0; col < cv->cols; col++) {
        struct hv_cell *cell = cell_at(cv, row, col);
        const struct hv_cell *source = hv_grid_at(other, from, left + col);

        if (!cell || !source)
            continue;
        *cell = *source;
        /* Half of a wide character shows as nothing: the other is outside. */
        source = hv_grid_at(other, from, left + col + 1);
        if ((!cell->code && !col) ||
            (col == cv->cols - 1 && source && !source->code))
            *cell = (struct hv_cell){ .code = ' ' };
    }
}
