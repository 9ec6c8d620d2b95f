/*
 * fuzz_text.c - the door for foreign text and the canvas behind it. Whatever
 * comes in: what comes out is valid, harmless, of the width that is said, the
 * same when it goes through once more; and no cell holds what was not cleaned.
 */
#include "hvconsole/text.h"
#include "tui/canvas/canvas.h"
#include "tui/screen/screens.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
    if (!holds)
        abort();
}

static void
check_clean(struct hv_bytes text, bool keeps_lines)
{
    struct hv_buf again = { 0 };
    size_t pos = 0;

    while (pos < text.len) {
        int32_t code = hv_utf8_next(text, &pos);

        check(code >= ' ' || (keeps_lines && code == '\n'));
        check(code < 0x7f || code >= 0xa0);
        check(!(code >= 0x200b && code <= 0x200f));
        check(!(code >= 0x2028 && code <= 0x202e));
        check(!(code >= 0x2066 && code <= 0x2069));
        check(code < 0xe0000);
    }
    if (keeps_lines)
        hv_text_clean_lines(&again, text);
    else
        hv_text_clean(&again, text);
    check(hv_bytes_equal(hv_buf_bytes(&again), text));
    hv_buf_release(&again);
}

/* Both halves of a wide character, or neither; nothing beyond the window. */
static void
check_grid(const struct hv_grid *grid)
{
    for (int row = 0; row < grid->rows; row++) {
        bool is_wide = false;

        for (int col = 0; col < grid->cols; col++) {
            int32_t code = hv_grid_at(grid, row, col)->code;

            check((code == 0) == is_wide);
            is_wide = code && hv_char_width(code) == 2;
            check(!code || hv_char_width(code) > 0);
        }
        check(!is_wide);
    }
}

static void
draw(const char *text, int cols, int left)
{
    struct hv_grid grid = { 0 }, other = { 0 };
    struct hv_canvas whole, part;

    hv_grid_reset(&grid, 12, cols);
    whole = hv_canvas_whole(&grid);
    part = hv_canvas_part(&whole, 1, left, 11, cols - left);
    (void)hv_canvas_wrap(&part, 0, 0, 0, 3, HV_ROLE_TEXT, text);
    (void)hv_canvas_text(&part, 4, left, cols - left, HV_ROLE_TEXT, text);
    (void)hv_canvas_right(&part, 5, 1, left, HV_ROLE_TEXT, text);
    (void)hv_canvas_mark(&part, 5, HV_ROLE_KEY, "x");
    (void)hv_canvas_text(&part, 5, left, 0, HV_ROLE_TEXT, text);
    check_grid(&grid);
    hv_grid_reset(&other, 12, cols / 2 + 1);
    whole = hv_canvas_whole(&other);
    for (int row = 0; row < 12; row++)
        hv_canvas_copy_row(&whole, row, &grid, row, left);
    check_grid(&other);
    hv_grid_release(&grid);
    hv_grid_release(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_buf clean = { 0 }, lines = { 0 }, fit = { 0 }, xml = { 0 };
    int cols, left;
    char *text;

    if (size < 2 || size > 4096)
        return 0;
    cols = 1 + data[0] % 90;
    left = data[1] % cols;
    data += 2;
    size -= 2;
    hv_text_clean(&clean, (struct hv_bytes){ data, size });
    hv_text_clean_lines(&lines, (struct hv_bytes){ data, size });
    check_clean(hv_buf_bytes(&clean), false);
    check_clean(hv_buf_bytes(&lines), true);
    hv_text_fit(&fit, hv_buf_bytes(&clean), cols, true);
    check(hv_text_width(hv_buf_bytes(&fit)) == cols);
    check_clean(hv_buf_bytes(&fit), false);
    text = strndup((const char *)data, size);
    check(text != NULL);
    draw(text, cols, left);
    hv_xml_lines(text, &xml);
    check_clean(hv_buf_bytes(&xml), true);
    free(text);
    hv_buf_release(&clean);
    hv_buf_release(&lines);
    hv_buf_release(&fit);
    hv_buf_release(&xml);
    return 0;
}
