/*
 * draw.c - lines, bars and sparklines, in Unicode or in ASCII. Called by
 * screens. Pure.
 */
#include "tui/canvas/canvas.h"
#include "tui/canvas/cell.h"

#include "hvconsole/text.h"

#include <string.h>

static const struct {
    int32_t code;
    char ascii;
} glyphs[HV_GLYPH_COUNT] = {
    [HV_GLYPH_HLINE] = { 0x2500, '-' },    [HV_GLYPH_VLINE] = { 0x2502, '|' },
    [HV_GLYPH_DOWN_TEE] = { 0x252c, '-' }, [HV_GLYPH_UP_TEE] = { 0x2534, '-' },
    [HV_GLYPH_CROSS] = { 0x253c, '-' },    [HV_GLYPH_BLOCK] = { 0x25a0, '#' },
    [HV_GLYPH_LIGHT] = { 0x00b7, '.' },    [HV_GLYPH_ARROW] = { 0x25b8, '>' },
    [HV_GLYPH_TICK] = { 0x2713, '+' },     [HV_GLYPH_FAIL] = { 0x2717, 'x' },
    [HV_GLYPH_DOT] = { 0x2022, '*' },      [HV_GLYPH_UP] = { 0x2191, '^' },
    [HV_GLYPH_DOWN] = { 0x2193, 'v' },
};

void
hv_canvas_glyph(struct hv_canvas *cv, int row, int col, enum hv_role role,
                enum hv_glyph glyph)
{
    hv_cell_put(cv, row, col, role,
                cv->grid->is_ascii ? glyphs[glyph].ascii : glyphs[glyph].code,
                1);
}

void
hv_canvas_rule(struct hv_canvas *cv, int row, int col, int cols,
               const char *title)
{
    struct hv_canvas part = hv_canvas_part(cv, row, col, 1, cols);

    for (int i = 0; i < part.cols; i++)
        hv_canvas_glyph(&part, 0, i, HV_ROLE_RULE, HV_GLYPH_HLINE);
    if (title[0] && part.cols > 8) {
        int room = part.cols - 6;
        int width = hv_text_width(hv_bytes_str(title));
        int used = hv_canvas_text(&part, 0, 3, width > room ? room : 0,
                                  HV_ROLE_TITLE, title);

        hv_canvas_text(&part, 0, 2, 1, HV_ROLE_RULE, " ");
        hv_canvas_text(&part, 0, 3 + used, 1, HV_ROLE_RULE, " ");
    }
}

void
hv_canvas_vline(struct hv_canvas *cv, int row, int col, int rows)
{
    for (int i = 0; i < rows; i++)
        hv_canvas_glyph(cv, row + i, col, HV_ROLE_RULE, HV_GLYPH_VLINE);
}

void
hv_canvas_bar(struct hv_canvas *cv, int row, int col, int width,
              enum hv_role role, int64_t value, int64_t max)
{
    int full = 0;

    if (max > 0 && value > 0) {
        full = (int)((double)value * width / (double)max + 0.5);
        full = full < 1 ? 1 : full > width ? width : full;
    }
    for (int i = 0; i < width; i++)
        hv_canvas_glyph(cv, row, col + i, i < full ? role : HV_ROLE_DIM,
                        i < full ? HV_GLYPH_BLOCK : HV_GLYPH_LIGHT);
}

void
hv_canvas_spark(struct hv_canvas *cv, int row, int col, int width,
                enum hv_role role, const int64_t *values, size_t len)
{
    int64_t max = 1;
    size_t first = len > (size_t)width ? len - (size_t)width : 0;

    for (size_t i = first; i < len; i++)
        max = values[i] > max ? values[i] : max;
    hv_canvas_plot(cv, row, col, 1, (int)(len - first), role, values + first,
                   len - first, max);
}

void
hv_canvas_spinner(struct hv_canvas *cv, int row, int col, enum hv_role role,
                  int64_t turn)
{
    static const char ascii[] = "|/-\\";
    static const int32_t dots[] = { 0x280b, 0x2819, 0x2839, 0x2838, 0x283c,
                                    0x2834, 0x2826, 0x2827, 0x2807, 0x280f };

    hv_cell_put(cv, row, col, role,
                cv->grid->is_ascii ? ascii[turn % 4]
                                   : dots[turn % (int64_t)HV_LEN(dots)],
                1);
}

/* ----------------------------------------------------------------- marks -- */

static int32_t
fold(int32_t code)
{
    return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

int
hv_canvas_mark(struct hv_canvas *cv, int row, enum hv_role role,
               const char *text)
{
    int len = (int)strlen(text);
    int found = 0;

    if (row < 0 || row >= cv->rows || !len)
        return 0;
    for (int col = 0; col + len <= cv->cols; col++) {
        struct hv_cell *cells =
            &cv->grid->cells[(cv->top + row) * cv->grid->cols + cv->left + col];
        int i = 0;

        while (i < len && fold(cells[i].code) == fold((uint8_t)text[i]))
            i++;
        for (int k = 0; i == len && k < len; k++)
            cells[k].role = (uint8_t)role;
        found += i == len;
    }
    return found;
}
