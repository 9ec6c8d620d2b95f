/*
 * test_edit.c - the line editor of fields.
 */
#include "tui/app/edit.h"

#include <criterion/criterion.h>
#include <string.h>

static void
press(struct hv_edit *edit, int32_t code)
{
    struct hv_press one = { .code = code };

    hv_edit_press(edit, &one);
}

Test(edit, refuses_what_is_no_text)
{
    static const int32_t codes[] = { HV_PRESS_ENTER,
                                     HV_PRESS_ESC,
                                     HV_PRESS_TAB,
                                     HV_PRESS_UP,
                                     HV_PRESS_CTRL('x'),
                                     0,
                                     0xd800,
                                     -1 };

    for (size_t i = 0; i < HV_LEN(codes); i++) {
        struct hv_edit edit = { 0 };
        struct hv_press one = { .code = codes[i] };

        cr_expect_not(hv_edit_press(&edit, &one), "code %d", (int)codes[i]);
        cr_expect_eq(edit.len, 0);
    }
}

Test(edit, drops_control_characters_of_a_paste)
{
    struct hv_edit edit = { 0 };
    static const char text[] = "a\r\n\x1b\x01z";

    for (size_t i = 0; text[i]; i++) {
        struct hv_press one = { .code = text[i], .is_pasted = true };

        cr_expect(hv_edit_press(&edit, &one), "byte %zu", i);
    }
    cr_expect_str_eq(edit.text, "az");
}

Test(edit, never_grows_beyond_its_room)
{
    struct hv_edit edit = { 0 };

    for (int i = 0; i < 3 * HV_EDIT_SIZE; i++)
        press(&edit, i % 2 ? 0x65e5 : 'a');
    cr_expect_lt(edit.len, sizeof(edit.text));
    cr_expect_eq(strlen(edit.text), edit.len);
}

Test(edit, moves_and_cuts_by_whole_characters)
{
    struct hv_edit edit = { 0 };

    hv_edit_set(&edit, "a\xe6\x97\xa5"
                       "b");
    press(&edit, HV_PRESS_LEFT);
    press(&edit, HV_PRESS_LEFT);
    cr_expect_eq(edit.point, 1);
    press(&edit, HV_PRESS_DELETE);
    cr_expect_str_eq(edit.text, "ab");
    press(&edit, HV_PRESS_BACKSPACE);
    press(&edit, HV_PRESS_BACKSPACE); /* at the beginning: nothing */
    cr_expect_str_eq(edit.text, "b");
    press(&edit, HV_PRESS_END);
    press(&edit, HV_PRESS_RIGHT);
    press(&edit, HV_PRESS_DELETE); /* at the end: nothing */
    cr_expect_str_eq(edit.text, "b");
    hv_edit_set(&edit, "one two  ");
    press(&edit, HV_PRESS_CTRL('w'));
    cr_expect_str_eq(edit.text, "one ");
    press(&edit, HV_PRESS_CTRL('u'));
    cr_expect_str_eq(edit.text, "");
    hv_edit_set(&edit, "abc");
    press(&edit, HV_PRESS_HOME);
    press(&edit, HV_PRESS_RIGHT);
    press(&edit, HV_PRESS_CTRL('k'));
    cr_expect_str_eq(edit.text, "a");
}
