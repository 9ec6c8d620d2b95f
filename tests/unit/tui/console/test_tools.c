/*
 * test_tools.c - no keystore yet, and the ways on; a field in the person's
 * editor; the screen as text; a row as a sentence; what could not be copied.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <string.h>

/* The console as it is when there is no keystore. */
static void
open_first(struct hv_app *app)
{
    struct hv_msg failed = { .kind = HV_MSG_OPEN_FAILED, .job = HV_JOB_OPEN };

    world_open(app);
    app->is_open = false;
    hv_unlock_start(app);
    failed.op = app->busy[HV_JOB_OPEN].op;
    (void)hv_fail(&failed.error, HV_ERR_NOT_FOUND, "there is no keystore");
    hv_app_update(app, &failed);
    world_forget_effects(app);
}

Test(first, every_way_leads_somewhere)
{
    static const struct {
        const char *keys, *command;
    } rows[] = {
        { "T", "demo" },
        { "A", "keystore init" },
        { "<Enter>", "demo" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        open_first(&app);
        cr_expect(world_shows(&app, "Welcome"));
        cr_expect(world_shows(&app, "T  try it in a demo"));
        world_press(&app, rows[i].keys);
        cr_assert_not_null(world_effect(&app, HV_EFFECT_OUTSIDE), "row %zu", i);
        cr_expect_str_eq(world_effect(&app, HV_EFFECT_OUTSIDE)->text,
                         rows[i].command);
        hv_app_release(&app);
    }
}

Test(first, a_backup_is_named_and_quoted)
{
    struct hv_app app;

    open_first(&app);
    world_press(&app, "k"); /* from the first to the last */
    world_press(&app, "<Enter>");
    world_press(&app, "<Enter>"); /* no file: nothing */
    cr_expect_null(world_effect(&app, HV_EFFECT_OUTSIDE));
    world_press(&app, "I");
    world_type(&app, "/mnt/my backup.hvks");
    cr_expect(world_shows(&app, "/mnt/my backup.hvks"));
    world_press(&app, "<Enter>");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_OUTSIDE));
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_OUTSIDE)->text,
                     "keystore restore '/mnt/my backup.hvks'");
    hv_app_release(&app);
}

Test(first, afterwards_the_keystore_is_looked_for_again)
{
    struct hv_app app;
    struct hv_msg back = { .kind = HV_MSG_OUTSIDE };

    open_first(&app);
    world_press(&app, "A");
    hv_app_update(&app, &back);
    cr_expect_not_null(world_job(&app, HV_JOB_OPEN));
    cr_expect_eq(app.unlock.state, HV_UNLOCK_WORKING);
    hv_app_release(&app);
}

Test(first, esc_and_q_quit)
{
    static const char *const keys[] = { "<Esc>", "q", "Q" };

    for (size_t i = 0; i < HV_LEN(keys); i++) {
        struct hv_app app;

        open_first(&app);
        world_press(&app, keys[i]);
        cr_expect_not_null(world_effect(&app, HV_EFFECT_QUIT));
        hv_app_release(&app);
    }
}

Test(first, without_a_profile_enter_on_the_dashboard_writes_one_down)
{
    struct hv_app app;

    world_open(&app);
    app.status->has_profile = false;
    app.status->attention_len = 1;
    hv_list_settle(&app, HV_VIEW_DASH);
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHEET);
    world_type(&app, "bp");
    cr_expect(world_shows(&app, "profile add bp"));
    hv_app_release(&app);
}

Test(tools, a_field_goes_to_the_editor_and_comes_back_as_one_line)
{
    struct hv_app app;
    struct hv_msg edited = { .kind = HV_MSG_EDITED };

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "A");
    world_press(&app, "^u");
    world_type(&app, "https://a");
    world_press(&app, "^x");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_EDIT));
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_EDIT)->text, "https://a");
    edited.text = hv_strdup("https://b/\x1b[31mx\ny");
    hv_app_update(&app, &edited);
    cr_expect_str_eq(app.form.url.text, "https://b/[31mx y");
    hv_app_release(&app);
}

Test(tools, an_editor_that_failed_leaves_the_field)
{
    struct hv_app app;
    struct hv_msg edited = { .kind = HV_MSG_EDITED };

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "/");
    world_type(&app, "weight");
    world_press(&app, "^x");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_EDIT));
    (void)hv_fail(&edited.error, HV_ERR_IO, "the editor failed");
    hv_app_update(&app, &edited);
    cr_expect_str_eq(app.filter_edit.text, "weight");
    hv_app_release(&app);
}

Test(tools, the_screen_is_kept_only_under_a_name)
{
    struct hv_app app;

    world_open(&app);
    hv_app_do(&app, "screen", HV_FROM_LINE);
    hv_app_do(&app, "screen save", HV_FROM_LINE);
    hv_app_do(&app, "screen saved x", HV_FROM_LINE);
    cr_expect_null(world_effect(&app, HV_EFFECT_SAVE_SCREEN));
    hv_app_do(&app, "screen save /tmp/a b.txt", HV_FROM_LINE);
    cr_assert_not_null(world_effect(&app, HV_EFFECT_SAVE_SCREEN));
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_SAVE_SCREEN)->text,
                     "/tmp/a b.txt");
    hv_app_release(&app);
}

Test(tools, a_row_is_a_sentence)
{
    static const struct {
        const char *view, *says;
    } rows[] = {
        { "2", "Row 1 of" },
        { "6", "bad-hmac; subscription" },
        { "4", "Row 1 of 15: Target APPAUTH." },
        { "4]]", "There is no row here" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;

        world_open(&app);
        world_fill(&app);
        world_press(&app, rows[i].view);
        if (rows[i].view[0] == '6')
            world_press(&app, "."); /* asks only: the row is chosen below */
        for (size_t r = 0; rows[i].view[0] == '6' && r < app.log.len; r++) {
            if (app.log.rows[r].verdict == HV_VERDICT_BAD_HMAC)
                app.log.cursor.at = r;
        }
        hv_app_do(&app, "speak", HV_FROM_LINE);
        cr_expect(strstr(hv_app_note(&app, 0)->text, rows[i].says),
                  "row %zu: %s", i, hv_app_note(&app, 0)->text);
        hv_app_release(&app);
    }
}

Test(tools, what_no_clipboard_takes_is_told_where_it_is)
{
    struct hv_app app;
    struct hv_msg copied = { .kind = HV_MSG_COPIED };

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "yi");
    cr_expect(world_shows(&app, "Copied the id"));
    copied.text = hv_strdup("");
    hv_app_update(&app, &copied);
    cr_expect(world_shows(&app, "Copied the id"), "the clipboard took it");
    copied = (struct hv_msg){ .kind = HV_MSG_COPIED,
                              .text = hv_strdup("/x/copied") };
    hv_app_update(&app, &copied);
    cr_expect(world_shows(&app, "it is in /x/copied"));
    hv_app_release(&app);
}

Test(tools, a_plain_picture_asks_nobody)
{
    struct hv_app app;
    struct hv_msg failed = { .kind = HV_MSG_OPEN_FAILED, .job = HV_JOB_OPEN };

    world_open(&app);
    app.is_open = false;
    app.is_unattended = true;
    hv_unlock_start(&app);
    failed.op = app.busy[HV_JOB_OPEN].op;
    (void)hv_fail(&failed.error, HV_ERR_LOCKED, "nobody gave a passphrase");
    hv_app_update(&app, &failed);
    cr_expect_not_null(world_effect(&app, HV_EFFECT_QUIT));
    hv_app_release(&app);
}

Test(tools, zoom_gives_the_view_the_rows_of_tabs_and_hints)
{
    struct hv_app app;
    int rows;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    rows = hv_screen_list_rows(&app, HV_VIEW_SUBS);
    world_press(&app, "z");
    cr_expect_eq(hv_screen_list_rows(&app, HV_VIEW_SUBS), rows + 2);
    cr_expect_not(world_shows(&app, "[2 Subs]"));
    cr_expect(world_shows(&app, "hvconsole"), "the context stays");
    world_press(&app, "z");
    cr_expect(world_shows(&app, "[2 Subs]"));
    hv_app_release(&app);
}

Test(tools, a_wide_table_is_wrapped_and_unwrapped)
{
    struct hv_app app;
    struct hv_buf text = { 0 };

    world_open(&app);
    for (int i = 0; i < 12; i++)
        hv_buf_addf(&text, "column %d   ", i);
    hv_app_page(&app, "wide", &text);
    cr_expect_not(world_shows(&app, "column 11"));
    world_press(&app, "w");
    cr_expect(world_shows(&app, "column 11"));
    world_press(&app, "w");
    cr_expect_not(world_shows(&app, "column 11"));
    hv_app_release(&app);
}

Test(tools, options_open_the_line_with_set)
{
    struct hv_app app;

    world_open(&app);
    world_press(&app, "o");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_PROMPT_OPEN));
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_PROMPT_OPEN)->text, "set ");
    hv_app_release(&app);
}

Test(tools, a_message_is_gone_to_by_its_id)
{
    static const char *const bad[] = { "message", "message x", "message -3" };
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    for (size_t i = 0; i < HV_LEN(bad); i++) {
        world_forget_effects(&app);
        hv_app_do(&app, bad[i], HV_FROM_LINE);
        cr_expect_null(world_effect(&app, HV_EFFECT_LOG), "row %zu", i);
    }
    hv_app_do(&app, "message #8841", HV_FROM_LINE);
    cr_expect_eq(app.tab, HV_VIEW_LOG);
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->how, HV_LOG_AROUND);
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG)->id, 8841);
    hv_app_release(&app);
}

Test(first, the_ways_are_seen_on_small_screens_too)
{
    static const int sizes[][2] = { { 5, 20 }, { 12, 40 }, { 24, 80 } };

    for (size_t i = 0; i < HV_LEN(sizes); i++) {
        struct hv_app app;

        open_first(&app);
        world_size(&app, sizes[i][0], sizes[i][1]);
        cr_expect(world_shows(&app, "T  try it in"), "size %zu", i);
        cr_expect(world_shows(&app, "A  make a"), "size %zu", i);
        cr_expect(world_shows(&app, "I  bring one"), "size %zu", i);
        hv_app_release(&app);
    }
}
