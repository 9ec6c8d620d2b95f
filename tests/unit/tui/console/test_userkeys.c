/*
 * test_userkeys.c - the person's own keys: what a line may say, what is told
 * about one that may not, and that the laws of the program's keys hold.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(userkeys, a_line_that_may_not_be_is_told_with_its_number)
{
    static const struct {
        const char *file, *says;
    } rows[] = {
        { "log", "keys:1: wants VIEW KEY COMMAND" },
        { "log <F9>", "keys:1: wants VIEW KEY COMMAND" },
        { "\n\nnowhere a help\n", "keys:3: there is no view \"nowhere\"" },
        { "unlock a help", "keys:1: there is no view" },
        { "all <F99> help", "keys:1: \"<F99>\" is no key" },
        { "all aaaaaaa help", "is no key" },
        { "all <Esc> help", "leaves and cancels, always" },
        { "all ^c help", "leaves and cancels, always" },
        { "all a fly away", "there is no command \"fly away\"" },
        { "subs a sub delete %ids", "belongs on an uppercase key" },
        { "subs a key rotate %ids", "belongs on an uppercase key" },
        { "subs a help\nsubs ab palette", "keys:2: ab is, or begins, a" },
        { "set colour pink", "keys:1: set mouse" },
        { "\nset theme pink", "keys:2: set theme usual" },
        { "set theme", "keys:1: set theme usual" },
        { "form x help", "keys:1: x is written there" },
        { "palette <Space> help", "is written there" },
        { "all gg view dash", "keys:1: gg begins with g, which acts at once" },
        { "log fx help", "fx begins with f" },
        { "all ^z help", "belongs to the terminal" },
        { "log ^s help", "belongs to the terminal" },
        { "all a help\nlog ab help", "keys:2: ab is, or begins, a" },
        { "log ab help\nall a help", "keys:2: a is, or begins, ab" },
        { "all R key rotate --all --dry-run --only 11111111-2222-3333-4444-"
          "555555555555 --only 11111111-2222-3333-4444-555555555556 --only abcdefghijkl --only abcdefghijkl",
          "longer than 127 characters" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        world_open(&app);
        hv_user_keys_read(&app, "keys", rows[i].file);
        cr_expect(world_said(&app, rows[i].says), "row %zu: %s", i,
                  hv_app_note(&app, 0) ? hv_app_note(&app, 0)->text
                                       : "nothing");
        hv_app_release(&app);
    }
}

Test(userkeys, a_bad_line_does_not_take_the_good_ones_along)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    hv_user_keys_read(&app, "keys",
                      "# mine\r\n"
                      "bad\r\n"
                      "all a help\r\n"
                      "subs <F9> messages\r\n");
    cr_expect(world_said(&app, "1 line of the key file left out"));
    world_press(&app, "<F9>");
    cr_expect_eq(app.over_len, 0, "not in this view");
    world_press(&app, "2");
    world_press(&app, "<F9>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    world_press(&app, "<Esc>");
    world_press(&app, "a");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_HELP);
    cr_expect(world_shows(&app, "messages"), "help shows them");
    hv_app_release(&app);
}

Test(userkeys, one_view_may_differ_from_all)
{
    struct hv_app app;

    world_open(&app);
    hv_user_keys_read(&app, "keys",
                      "all a help\nlog a messages\nform <F9> help\n"
                      "form ^g help\nkeys yx help\n");
    cr_expect_eq(app.user_keys.len, 5);
    cr_expect_null(hv_app_note(&app, 0), "%s", hv_app_note(&app, 0)->text);
    hv_app_release(&app);
}

Test(userkeys, they_come_before_the_programs_own)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    hv_user_keys_read(&app, "keys", "all 2 view keys\n");
    world_press(&app, "2");
    cr_expect_eq(app.tab, HV_VIEW_KEYS);
    hv_user_keys_read(&app, "keys", ""); /* read anew: gone */
    world_press(&app, "2");
    cr_expect_eq(app.tab, HV_VIEW_SUBS);
    hv_app_release(&app);
}

Test(userkeys, there_is_an_end_to_them)
{
    struct hv_buf file = { 0 };
    struct hv_app app;

    world_open(&app);
    for (int i = 0; i <= HV_MAX_USER_KEYS; i++)
        hv_buf_addf(&file, "%s <F%d> help\n", hv_screens[i / 12].name,
                    i % 12 + 1);
    hv_user_keys_read(&app, "keys", hv_buf_str(&file));
    cr_expect_eq(app.user_keys.len, HV_MAX_USER_KEYS);
    cr_expect(world_said(&app, "more than 64 keys"));
    hv_buf_release(&file);
    hv_app_release(&app);
}

Test(userkeys, settings_stand_there_too)
{
    struct hv_app app;

    world_open(&app);
    hv_user_keys_read(&app, "keys", "set ascii\nset nomouse\n");
    cr_expect(app.is_ascii);
    cr_assert_not_null(world_effect(&app, HV_EFFECT_MOUSE));
    cr_expect_not(world_effect(&app, HV_EFFECT_MOUSE)->flag);
    hv_app_release(&app);
}
