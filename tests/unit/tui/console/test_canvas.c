/*
 * test_canvas.c - cells, windows, and the door for foreign text.
 */
#include "tui/canvas/canvas.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct hv_grid grid;
static struct hv_canvas cv;
static struct hv_buf dump;

static void
start(void)
{
    hv_grid_reset(&grid, 3, 12);
    cv = hv_canvas_whole(&grid);
}

static void
end(void)
{
    hv_grid_release(&grid);
    hv_buf_release(&dump);
}

static const char *
seen(void)
{
    hv_buf_clear(&dump);
    hv_grid_dump(&grid, &dump);
    return hv_buf_str(&dump);
}

Test(canvas, shows_dangerous_text_harmlessly, .init = start, .fini = end)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "a\033[2Jb", "a\\x1b[2Jb" },  /* an escape sequence */
        { "a\rb\nc", "a\\x0db\\x0ac" }, /* another line */
        { "a\xc2\x9b"
          "1mb",
          "a\\u{9b}1mb" }, /* C1 as UTF-8 */
        { "a\xff"
          "b",
          "a\\xffb" }, /* no UTF-8 at all */
        { "a\xe2\x80\xae"
          "b",
          "a\\u{202e}b" }, /* right to left */
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char wanted[64];

        hv_grid_reset(&grid, 1, 20);
        cv = hv_canvas_whole(&grid);
        hv_canvas_text(&cv, 0, 0, 0, HV_ROLE_TEXT, rows[i].text);
        snprintf(wanted, sizeof(wanted), "%s\n", rows[i].shown);
        cr_expect_str_eq(seen(), wanted, "row %zu: %s", i, seen());
    }
}

Test(canvas, never_touches_a_cell_outside_the_window, .init = start,
     .fini = end)
{
    struct hv_canvas part = hv_canvas_part(&cv, 1, 3, 1, 4);
    struct hv_canvas none = hv_canvas_part(&cv, 9, 9, 2, 2);

    for (int row = -2; row < 4; row++) {
        for (int col = -3; col < 14; col++) {
            hv_canvas_text(&part, row, col, 0, HV_ROLE_TEXT,
                           "\xe6\x97\xa5\xe6\x9c\xac"
                           "abcdefghij");
            hv_canvas_text(&none, row, col, 0, HV_ROLE_TEXT, "x");
            hv_canvas_rule(&part, row, col, 30, "title of a line");
            hv_canvas_bar(&part, row, col, 30, HV_ROLE_BAD, 3, 9);
            hv_canvas_fill(&part, row, col, 9, 90, HV_ROLE_BAD);
            hv_canvas_select(&part, row, col, 90);
            hv_canvas_wrap(&part, row, col, 50, 9, HV_ROLE_TEXT, "a b c d e f");
        }
    }
    for (int row = 0; row < grid.rows; row++) {
        for (int col = 0; col < grid.cols; col++) {
            const struct hv_cell *cell = hv_grid_at(&grid, row, col);
            bool is_inside = row == 1 && col >= 3 && col < 7;

            cr_expect(is_inside || (cell->code == ' ' && !cell->is_selected &&
                                    cell->role == HV_ROLE_TEXT),
                      "cell %d,%d was touched", row, col);
        }
    }
}

Test(canvas, keeps_wide_characters_whole, .init = start, .fini = end)
{
    /* Cut in the middle, overwritten from the left, from the right. */
    hv_canvas_text(&cv, 0, 0, 3, HV_ROLE_TEXT, "\xe6\x97\xa5\xe6\x9c\xac");
    hv_canvas_text(&cv, 1, 0, 0, HV_ROLE_TEXT, "\xe6\x97\xa5\xe6\x9c\xac");
    hv_canvas_text(&cv, 1, 1, 1, HV_ROLE_TEXT, "x");
    hv_canvas_text(&cv, 2, 11, 0, HV_ROLE_TEXT, "\xe6\x97\xa5");
    cr_expect_str_eq(seen(), "\xe6\x97\xa5~\n x\xe6\x9c\xac\n           ~\n",
                     "%s", seen());
}

Test(canvas, keeps_marks_with_their_character, .init = start, .fini = end)
{
    hv_canvas_text(&cv, 0, 0, 4, HV_ROLE_TEXT,
                   "e\xcc\x81"
                   "e");
    cr_expect_eq(hv_grid_at(&grid, 0, 0)->marks[0], 0x301);
    cr_expect_eq(hv_grid_at(&grid, 0, 1)->code, 'e');
    cr_expect_str_eq(seen(), "e\xcc\x81"
                             "e\n\n\n");
}

Test(canvas, has_an_ascii_twin_for_everything, .init = start, .fini = end)
{
    grid.is_ascii = true;
    hv_canvas_text(&cv, 0, 0, 0, HV_ROLE_TEXT, "\xc3\xbc\xe6\x97\xa5");
    for (int i = 0; i < HV_GLYPH_COUNT; i++)
        hv_canvas_glyph(&cv, 1, i, HV_ROLE_TEXT, (enum hv_glyph)i);
    hv_canvas_spark(&cv, 2, 0, 4, HV_ROLE_TEXT, (int64_t[]){ 0, 1, 4, 9 }, 4);
    hv_canvas_spinner(&cv, 2, 5, HV_ROLE_TEXT, 7);
    for (size_t i = 0; i < 36; i++)
        cr_expect_lt(grid.cells[i].code, 0x80, "cell %zu", i);
    cr_expect_eq(seen()[0], '?');
}

Test(canvas, cuts_fills_and_aligns, .init = start, .fini = end)
{
    cr_expect_eq(hv_canvas_text(&cv, 0, 0, 5, HV_ROLE_BAD, "abcdefgh"), 5);
    cr_expect_eq(hv_canvas_text(&cv, 0, 6, 0, HV_ROLE_TEXT, "xy"), 2);
    hv_canvas_right(&cv, 1, 0, 6, HV_ROLE_TEXT, "42");
    hv_canvas_right(&cv, 2, 0, 3, HV_ROLE_TEXT, "12345");
    cr_expect_str_eq(seen(), "abcd~ xy\n    42\n12~\n", "%s", seen());
    cr_expect_eq(hv_grid_at(&grid, 0, 4)->role, HV_ROLE_BAD);
}

Test(canvas, wraps_at_blanks_and_says_what_it_cut, .init = start, .fini = end)
{
    int used =
        hv_canvas_wrap(&cv, 0, 0, 8, 2, HV_ROLE_TEXT, "one two three four");

    cr_expect_eq(used, 2);
    cr_expect_str_eq(seen(), "one two\nthree f~\n\n", "%s", seen());
    used = hv_canvas_wrap(&cv, 0, 0, 4, 3, HV_ROLE_TEXT, "abcdefghij");
    cr_expect_eq(used, 3);
}

Test(canvas, draws_something_where_there_is_something, .init = start,
     .fini = end)
{
    hv_canvas_bar(&cv, 0, 0, 10, HV_ROLE_GOOD, 1, 1000000);
    cr_expect_eq(hv_grid_at(&grid, 0, 0)->role, HV_ROLE_GOOD);
    hv_canvas_bar(&cv, 1, 0, 10, HV_ROLE_GOOD, 0, 5);
    cr_expect_eq(hv_grid_at(&grid, 1, 0)->role, HV_ROLE_DIM);
    hv_canvas_bar(&cv, 2, 0, 10, HV_ROLE_GOOD, 9, 5); /* more than all */
    cr_expect_eq(hv_grid_at(&grid, 2, 9)->role, HV_ROLE_GOOD);
}
