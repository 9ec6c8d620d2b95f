/*
 * test_list.c - lists: filters word by word, orders, marks, the next row that
 * fits; and that the place in a list is kept by id through all of it.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
open_view(struct hv_app *app, const char *view)
{
    world_open(app);
    world_fill(app);
    world_press(app, view);
    world_forget_effects(app);
}

static void
filter(struct hv_app *app, const char *text)
{
    world_press(app, "/");
    world_press(app, "^u");
    world_type(app, text);
    world_press(app, "<Enter>");
}

Test(list, what_needs_attention_is_shown_alone)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    hv_copy(app.status->attention[1].filter,
            sizeof(app.status->attention[1].filter), "drain:safe");
    world_press(&app, "j");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_KEYS);
    cr_expect_eq(hv_list_count(&app, HV_VIEW_KEYS), 1);
    cr_expect(world_shows(&app, "[drain:safe]"));
    world_press(&app, "<Esc>");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_KEYS), 8);
    world_press(&app, "1");
    hv_copy(app.status->attention[0].filter,
            sizeof(app.status->attention[0].filter), "verdict:unknown-version");
    world_press(&app, "g");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_LOG);
    cr_expect_eq(hv_log_verdicts(&app.log), 1U << HV_VERDICT_UNKNOWN_VERSION);
    hv_app_release(&app);
}

Test(list, filters_by_words_by_fields_and_by_what_is_not_there)
{
    static const struct {
        const char *view, *text;
        size_t shown;
    } rows[] = {
        { "2", "nothing-has-this", 0 },
        { "2", "", 6 },
        { "2", "   ", 6 },
        { "2", "weight", 2 },
        { "2", "weight glucose", 1 },
        { "2", "weight !glucose", 1 },
        { "2", "!weight", 4 },
        { "2", "types:height", 2 },
        { "2", "url:/bp", 1 },
        { "2", "st:no-key", 1 },
        { "2", "nofield:x", 0 },
        { "2", "!", 6 },
        { "3", "state:accepted", 3 },
        { "3", "!retired", 7 },
        { "3", "drain:safe", 1 },
        { "3", "sub:44f1 accepted", 1 },
        { "3", "types:glucose", 2 },
        { "9", "partial", 1 },
        { "9", "state:!done", 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_view(&app, rows[i].view);
        filter(&app, rows[i].text);
        cr_expect_eq(hv_list_len(&app), rows[i].shown, "%s /%s: %zu",
                     rows[i].view, rows[i].text, hv_list_len(&app));
        hv_app_release(&app);
    }
}

Test(list, shows_each_word_of_a_filter_and_how_many_are_left)
{
    struct hv_app app;

    open_view(&app, "3");
    filter(&app, "!retired sub:44f1");
    cr_expect(world_shows(&app, "[!retired] [sub:44f1]"));
    world_press(&app, "/");
    cr_expect_str_eq(app.filter_edit.text, "!retired sub:44f1",
                     "one goes on with what is there");
    world_press(&app, "<Esc>");
    world_press(&app, "<Esc>");
    cr_expect_not(world_shows(&app, "[!retired]"));
    hv_app_release(&app);
}

/* The text of a field of the nth row shown. */
static void
field_of(const struct hv_app *app, const char *name, size_t nth, char *out,
         size_t size)
{
    const struct hv_list_field *f = hv_list_fields(app, app->tab);

    while (strcmp(f->name, name))
        f++;
    out[0] = 0;
    if (f->number)
        snprintf(out, size, "%020lld",
                 (long long)f->number(app, hv_list_row(app, app->tab, nth)));
    else
        f->text(app, hv_list_row(app, app->tab, nth), out, size);
}

Test(list, every_field_sorts_both_ways_and_what_has_none_stands_last)
{
    static const char *const views[] = { "2", "3", "9" };

    for (size_t v = 0; v < HV_LEN(views); v++) {
        struct hv_app app;
        int sorts = 0;

        open_view(&app, views[v]);
        for (;;) {
            const struct hv_list_field *field;
            bool is_down;

            world_press(&app, "s");
            if (!app.lists[app.tab].sort)
                break;
            sorts++;
            for (int turn = 0; turn < 2; turn++) {
                field =
                    &hv_list_fields(&app, app.tab)[app.lists[app.tab].sort - 1];
                is_down = field->is_down != app.lists[app.tab].is_inverted;
                for (size_t i = 1; i < hv_list_len(&app); i++) {
                    char a[512];
                    char b[512];
                    int order;

                    field_of(&app, field->name, i - 1, a, sizeof(a));
                    field_of(&app, field->name, i, b, sizeof(b));
                    order = field->number ? strcmp(a, b) : strcasecmp(a, b);
                    if (!b[0] || (field->number && !atoll(b)))
                        continue; /* none: it may stand behind anything */
                    cr_expect(is_down ? order >= 0 : order <= 0,
                              "view %s by %s: %s before %s", views[v],
                              field->name, a, b);
                }
                world_press(&app, "i");
            }
        }
        cr_expect_geq(sorts, 3);
        hv_app_release(&app);
    }
}

Test(list, keeps_its_place_by_id_through_order_filter_resize_and_refresh)
{
    struct hv_app app;
    char before[HV_ROW_ID];
    struct hv_msg msg = { .kind = HV_MSG_KEYS, .job = HV_JOB_KEYS };

    open_view(&app, "3");
    world_press(&app, "j");
    world_press(&app, "j");
    world_press(&app, "j");
    hv_copy(before, sizeof(before), app.lists[HV_VIEW_KEYS].cursor.id);
    for (int i = 0; i < 12; i++) {
        char id[HV_ROW_ID];

        world_press(&app, i % 3 == 2 ? "i" : "s");
        hv_list_id(&app, HV_VIEW_KEYS, hv_list_at(&app, HV_VIEW_KEYS), id);
        cr_expect_str_eq(id, before);
    }
    filter(&app, "nothing-has-this");
    world_size(&app, 9, 40);
    world_press(&app, "<Esc>");
    world_size(&app, 24, 80);
    hv_load_ask(&app, HV_JOB_KEYS);
    msg.op = app.busy[HV_JOB_KEYS].op;
    msg.u.keys.rows = hv_calloc(app.keys.len, sizeof(*msg.u.keys.rows));
    msg.u.keys.len = app.keys.len;
    for (size_t i = 0; i < app.keys.len; i++) /* the other way round */
        msg.u.keys.rows[i] = app.keys.rows[app.keys.len - 1 - i];
    hv_app_update(&app, &msg);
    cr_expect_str_eq(app.lists[HV_VIEW_KEYS].cursor.id, before);
    hv_list_id(&app, HV_VIEW_KEYS, hv_list_at(&app, HV_VIEW_KEYS), before);
    cr_expect_str_eq(app.lists[HV_VIEW_KEYS].cursor.id, before);
    hv_app_release(&app);
}

Test(list, marks_are_ids_and_outlive_order_and_filter)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_view(&app, "2");
    world_press(&app, "<Space>"); /* 0b2e, and on to the next */
    world_press(&app, "<Space>"); /* 44f1 */
    world_press(&app, "<Space>"); /* 7d1c .. */
    world_press(&app, "k");
    world_press(&app, "<Space>"); /* .. and not */
    world_press(&app, "s");
    filter(&app, "medication");
    cr_expect_eq(hv_marks_len(&app, HV_VIEW_SUBS), 2);
    cr_expect(world_shows(&app, "marked 2"));
    world_press(&app, "<Esc>");
    world_press(&app, "R");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_TYPED);
    cr_expect(world_shows(&app, "2 subscriptions get a new key"));
    cr_expect(world_shows(&app, "Type 2 to rotate 2"));
    world_type(&app, "2");
    world_press(&app, "<Enter>");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect_str_eq(effect->text,
                     "key rotate 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "
                     "44f1f1c2-8e10-4d7b-9a3e-51b0c77099d2");
    cr_expect_str_eq(effect->confirm, "", "a number is no profile");
    hv_app_release(&app);
}

Test(list, the_wrong_number_changes_nothing)
{
    struct hv_app app;

    open_view(&app, "2");
    world_press(&app, "*");
    cr_expect_eq(hv_marks_len(&app, HV_VIEW_SUBS), 6);
    world_press(&app, "R");
    world_type(&app, "5");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    world_press(&app, "R");
    world_paste(&app, "6");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "a paste is no number");
    world_press(&app, "u");
    cr_expect_eq(hv_marks_len(&app, HV_VIEW_SUBS), 0);
    hv_app_release(&app);
}

Test(list, versions_of_one_subscription_are_one_rotation)
{
    struct hv_app app;
    struct hv_guid subs[HV_MAX_MARKED];

    open_view(&app, "3");
    filter(&app, "sub:91aa");
    world_press(&app, "*");
    cr_expect_eq(hv_marks_len(&app, HV_VIEW_KEYS), 4);
    cr_expect_eq(hv_marks_subs(&app, subs, HV_LEN(subs)), 1);
    hv_app_release(&app);
}

Test(list, marks_of_rows_that_are_gone_are_forgotten)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_KEYS, .job = HV_JOB_KEYS };

    open_view(&app, "3");
    world_press(&app, "*");
    hv_load_ask(&app, HV_JOB_KEYS);
    msg.op = app.busy[HV_JOB_KEYS].op;
    msg.u.keys.rows = hv_calloc(1, sizeof(*msg.u.keys.rows));
    msg.u.keys.rows[0] = app.keys.rows[2];
    msg.u.keys.len = 1;
    hv_app_update(&app, &msg);
    cr_expect_eq(hv_marks_len(&app, HV_VIEW_KEYS), 1);
    hv_app_release(&app);
}

Test(list, n_goes_on_when_the_filter_is_gone)
{
    struct hv_app app;

    open_view(&app, "3");
    world_press(&app, "n");
    cr_expect(world_shows(&app, "n and N look for"));
    filter(&app, "state:accepted");
    world_press(&app, "<Esc>");
    world_press(&app, "g");
    world_press(&app, "n");
    cr_expect_eq(hv_list_at(&app, HV_VIEW_KEYS), 1);
    world_press(&app, "n");
    cr_expect_eq(hv_list_at(&app, HV_VIEW_KEYS), 3);
    world_press(&app, "N");
    world_press(&app, "N");
    cr_expect_eq(hv_list_at(&app, HV_VIEW_KEYS), 6, "round the corner");
    hv_app_release(&app);
}

Test(list, y_shows_what_may_follow)
{
    struct hv_app app;

    open_view(&app, "2");
    world_press(&app, "y");
    cr_expect(world_shows(&app, "copy the URL"));
    cr_expect(world_shows(&app, "yc"));
    world_press(&app, "<Esc>");
    cr_expect_not(world_shows(&app, "copy the URL"));
    hv_app_release(&app);
}

Test(list, t_goes_through_the_formats_of_time)
{
    struct hv_app app;

    open_view(&app, "3");
    cr_expect(world_shows(&app, "10d"));
    world_press(&app, "t");
    cr_expect(world_shows(&app, "11 12:04"), "UTC in lists too");
    world_press(&app, "t");
    world_press(&app, "t");
    world_press(&app, "6");
    cr_expect(world_shows(&app, "2m"), "ages in the log too");
    world_press(&app, "t");
    cr_expect_eq(app.time_mode, HV_TIME_USUAL);
    hv_app_release(&app);
}

Test(list, c_compares_the_marked_one_with_this_one)
{
    static const struct {
        const char *view, *same, *differs;
    } rows[] = {
        { "2", "key version     v20261111-1", "*  url" },
        { "3", "subscription    0b2e", "*  state" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_view(&app, rows[i].view);
        world_press(&app, "c");
        cr_expect(world_shows(&app, "c on another compares"));
        world_press(&app, "c");
        cr_assert_eq(hv_app_top(&app), HV_VIEW_PAGER);
        cr_expect(world_shows(&app, rows[i].same), "row %zu", i);
        cr_expect(world_shows(&app, rows[i].differs), "row %zu", i);
        hv_app_release(&app);
    }
}

Test(list, what_a_filter_found_stays_under_the_cursor_without_it)
{
    struct hv_app app;
    char id[HV_ROW_ID];

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "g");
    world_press(&app, "/");
    world_type(&app, "weight");
    world_press(&app, "<Enter>");
    hv_list_id(&app, HV_VIEW_SUBS, hv_list_at(&app, HV_VIEW_SUBS), id);
    world_press(&app, "<Esc>");
    cr_expect_str_eq(app.lists[HV_VIEW_SUBS].cursor.id, id);
    cr_expect_neq(app.lists[HV_VIEW_SUBS].cursor.at, 0);
    hv_app_release(&app);
}
