/*
 * test_fuzzy.c - a few letters find what was meant: what fits, what fits
 * better, and the palette that shows it and runs it.
 */
#include "tests/unit/tui/console/world.h"
#include "tui/app/fuzzy.h"

#include <criterion/criterion.h>
#include <string.h>

Test(fuzzy, letters_that_are_not_there_do_not_fit)
{
    static const struct {
        const char *query, *text;
        bool fits;
    } rows[] = {
        { "x", "", false },
        { "rotz", "key rotate", false },
        { "etator", "rotate", false }, /* the order counts */
        { "", "anything", true },
        { "   ", "anything", true },
        { "rot", "key rotate", true },
        { "kro", "key rotate", true },
        { "k r o", "key rotate", true },
        { "KEY", "key rotate", true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(hv_fuzzy(rows[i].query, rows[i].text) >= 0, rows[i].fits,
                     "row %zu", i);
}

Test(fuzzy, beginnings_of_words_and_runs_weigh_more)
{
    static const struct {
        const char *query, *better, *worse;
    } rows[] = {
        { "kr", "key rotate", "marker" },
        { "rot", "key rotate", "mirror of it" },
        { "rot", "key rotate", "row of the cursor" },
        { "log", "log list", "catalogue" },
        { "st", "stats", "rest" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_gt(hv_fuzzy(rows[i].query, rows[i].better),
                     hv_fuzzy(rows[i].query, rows[i].worse), "row %zu", i);
}

Test(fuzzy, a_long_query_on_a_long_text_ends)
{
    char text[400];
    char query[200];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    memset(query, 'a', sizeof(query) - 2);
    query[sizeof(query) - 2] = 'b';
    query[sizeof(query) - 1] = 0;
    cr_expect_lt(hv_fuzzy(query, text), 0);
    for (size_t i = 1; i < sizeof(text) - 1; i += 2)
        text[i] = ' ';
    cr_expect_lt(hv_fuzzy(query, text), 0);
}

Test(palette, the_best_stands_first_and_enter_runs_it)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "^p");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PALETTE);
    cr_expect(world_shows(&app, "[2 Subs]"), "the view stays visible");
    world_type(&app, "messages");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    world_press(&app, "<Esc>");
    cr_expect_eq(app.over_len, 0);
    hv_app_release(&app);
}

Test(palette, a_command_goes_to_the_line_and_nothing_runs_by_itself)
{
    struct hv_app app;
    const struct hv_effect *effect;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "^p");
    world_type(&app, "keystore backup");
    world_press(&app, "<Enter>");
    effect = world_effect(&app, HV_EFFECT_PROMPT_OPEN);
    cr_assert_not_null(effect);
    cr_expect_str_eq(effect->text, "keystore backup ");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    hv_app_release(&app);
}

Test(palette, what_fits_nothing_says_so)
{
    struct hv_app app;

    world_open(&app);
    world_press(&app, "^p");
    world_type(&app, "qqqqq");
    cr_expect(world_shows(&app, "Nothing fits these letters"));
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PALETTE);
    world_press(&app, "<Esc>");
    cr_expect_eq(app.over_len, 0);
    hv_app_release(&app);
}
