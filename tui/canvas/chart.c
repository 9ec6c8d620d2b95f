/*
 * chart.c - values over time as columns, and progress as a bar with its
 * numbers; in Unicode or in ASCII. Called by screens. Pure.
 */
#include "tui/canvas/canvas.h"
#include "tui/canvas/cell.h"

#include <stdio.h>
#include <string.h>

#define EIGHTHS 8 /* levels of a block character */
#define DOTS    4 /* levels of a braille cell */

/* How high @value stands among @levels; something is never nothing. */
static int
level_of(int64_t value, int64_t max, int levels)
{
    int level = max > 0 ? (int)((double)value * levels / (double)max + 0.5) : 0;

    if (value > 0 && level < 1)
        level = 1;
    return level > levels ? levels : level;
}

/* The largest of the values that share the nth of @columns columns. */
static int64_t
merged(const int64_t *values, size_t len, size_t columns, size_t nth)
{
    size_t from = nth * len / columns;
    size_t to = (nth + 1) * len / columns;
    int64_t max = 0;

    if (to <= from)
        to = from + 1; /* fewer values than columns: each is drawn broader */
    for (size_t i = from; i < to && i < len; i++)
        max = values[i] > max ? values[i] : max;
    return max;
}

static void
put_block(struct hv_canvas *cv, int row, int col, enum hv_role role, int level)
{
    /* The lowest is not the dot of nothing. */
    static const char ascii[] = " :-=+*%#@";

    if (level > EIGHTHS)
        level = EIGHTHS;
    if (level > 0)
        hv_cell_put(cv, row, col, role,
                    cv->grid->is_ascii ? ascii[level] : 0x2580 + level, 1);
}

/* Two values in one cell, as dots of a braille character. */
static void
put_braille(struct hv_canvas *cv, int row, int col, enum hv_role role, int left,
            int right)
{
    static const int bits[2][DOTS] = { { 0x40, 0x04, 0x02, 0x01 },
                                       { 0x80, 0x20, 0x10, 0x08 } };
    int code = 0;

    for (int i = 0; i < DOTS; i++) {
        code |= left > i ? bits[0][i] : 0;
        code |= right > i ? bits[1][i] : 0;
    }
    if (code)
        hv_cell_put(cv, row, col, role, 0x2800 + code, 1);
}

void
hv_canvas_plot(struct hv_canvas *cv, int row, int col, int rows, int width,
               enum hv_role role, const int64_t *values, size_t len,
               int64_t max)
{
    bool is_fine = !cv->grid->is_ascii && len > (size_t)(width > 0 ? width : 0);
    size_t columns = (size_t)(width > 0 ? width : 0) * (is_fine ? 2 : 1);
    int levels = rows * (is_fine ? DOTS : EIGHTHS);

    if (rows == 1 && !is_fine)
        levels--; /* a full block would grow into the row above */
    for (int x = 0; len && x < width; x++) {
        size_t nth = (size_t)x * (is_fine ? 2 : 1);
        int left = level_of(merged(values, len, columns, nth), max, levels);
        int right = is_fine ? level_of(merged(values, len, columns, nth + 1),
                                       max, levels)
                            : 0;

        if (!left && !right)
            hv_canvas_glyph(cv, row + rows - 1, col + x, HV_ROLE_DIM,
                            HV_GLYPH_LIGHT);
        for (int y = 0; y < rows; y++) {
            int at = row + rows - 1 - y;

            if (is_fine)
                put_braille(cv, at, col + x, role, left - y * DOTS,
                            right - y * DOTS);
            else
                put_block(cv, at, col + x, role, left - y * EIGHTHS);
        }
    }
}

void
hv_canvas_progress(struct hv_canvas *cv, int row, int col, int width,
                   enum hv_role role, int64_t done, int64_t total)
{
    char text[48];
    int len;

    snprintf(text, sizeof(text), "%lld of %lld  %3d%%", (long long)done,
             (long long)total, total > 0 ? (int)(done * 100 / total) : 0);
    len = (int)strlen(text);
    if (width - len - 2 >= 8) {
        hv_canvas_bar(cv, row, col, width - len - 2, role, done, total);
        col += width - len;
    }
    hv_canvas_text(cv, row, col, len, HV_ROLE_STRONG, text);
}
