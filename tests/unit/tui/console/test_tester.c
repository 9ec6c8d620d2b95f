/*
 * test_tester.c - the Test sender: a message put together and sent, fields, the
 * command that comes of them, the matrix as it fills, and all of it as text.
 * HV_BLESS=1 rewrites the files.
 */
#include "tests/unit/tui/console/world_tester.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void
give_draft(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_DRAFT,
                          .job = HV_JOB_DRAFT,
                          .op = app->busy[HV_JOB_DRAFT].op };
    struct hv_exchange *x = world_exchange("normal", 0, false);

    x->is_draft = true;
    x->note[0] = 0;
    x->expected = 0;
    msg.u.exchange = x;
    hv_app_update(app, &msg);
}

Test(tester, without_anything_to_send_as)
{
    struct hv_app app;

    world_open(&app);
    world_press(&app, "7");
    world_tick(&app, 1500);
    world_check_sizes(&app, "test-loading");
    app.subs_load = (struct hv_load){ .has_data = true };
    world_press(&app, "T");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect(strstr(hv_app_note(&app, 0)->text, "no subscription"));
    world_press(&app, "E");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    app.tester.sent_load = (struct hv_load){ .has_data = true };
    world_press(&app, "]");
    world_press(&app, "]");
    world_check_sizes(&app, "test-history-empty");
    world_press(&app, "T");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    hv_app_release(&app);
}

Test(tester, single_in_every_size)
{
    struct hv_app app;

    world_open_test(&app);
    cr_assert_not_null(world_job(&app, HV_JOB_DRAFT));
    give_draft(&app);
    world_check_sizes(&app, "test");
    world_press(&app, "T");
    world_exchange_came(&app, world_exchange("normal", 400, false));
    world_command_ends(&app, HV_ERR_VERIFY,
                       "answered 400 where 200 was expected");
    cr_expect(strstr(hv_app_note(&app, 0)->text, "FAIL 400. CLI: hvconsole "
                                                 "test send --sub 0b2ef1c2 "),
              "%s", hv_app_note(&app, 0)->text);
    world_check_sizes(&app, "test-failed");
    app.is_ascii = true;
    world_check_sizes(&app, "test-ascii");
    hv_app_release(&app);
}

Test(tester, a_draft_that_cannot_be_put_together_says_why)
{
    struct hv_msg msg = { .kind = HV_MSG_FAILED, .job = HV_JOB_DRAFT };
    struct hv_app app;

    world_open_test(&app);
    msg.op = app.busy[HV_JOB_DRAFT].op;
    (void)hv_fail(&msg.error, HV_ERR_NOT_FOUND,
                  "this subscription has no older accepted key");
    hv_app_update(&app, &msg);
    cr_expect(world_shows(&app, "no older accepted key"));
    hv_app_release(&app);
}

/* One job at a time, and the last wish wins. */
Test(tester, drafts_follow_the_choice)
{
    struct hv_app app;

    world_open_test(&app);
    cr_expect(strstr(world_job(&app, HV_JOB_DRAFT)->text, " normal 3 https"));
    world_forget_effects(&app);
    world_press(&app, "j");
    world_press(&app, "j");
    cr_expect_null(world_job(&app, HV_JOB_DRAFT), "one is under way");
    give_draft(&app);
    cr_assert_not_null(world_job(&app, HV_JOB_DRAFT));
    cr_expect(strstr(world_job(&app, HV_JOB_DRAFT)->text, " mixed 3 https"));
    hv_app_release(&app);
}

Test(tester, fields_become_the_command)
{
    struct hv_app app;

    world_open_test(&app);
    world_press(&app, "<Space>"); /* the next subscription */
    world_press(&app, "<Tab>");
    world_press(&app, "<Space>"); /* the listener */
    world_press(&app, "<Tab>");
    world_press(&app, "<Space>"); /* no items */
    world_press(&app, "<Tab>");
    world_press(&app, "<Space>"); /* ten */
    world_press(&app, "<Tab>");
    world_press(&app, "<Space>"); /* private too */
    world_press(&app, "G");
    world_check_sizes(&app, "test-fields");
    world_press(&app, "T");
    cr_expect_str_eq(world_command(&app),
                     "test send --sub 44f1f1c2-8e10-4d7b-9a3e-51b0c77099d2 "
                     "--to listener --mode missing --items empty --count 10 "
                     "--allow-private");
    hv_app_release(&app);
}

Test(tester, text_is_written_in_a_form_that_sends_nothing)
{
    struct hv_app app;

    world_open_test(&app);
    world_press(&app, "<Tab>");
    world_press(&app, "<Space>");
    world_press(&app, "<Space>"); /* a custom URL: there is none yet */
    cr_assert_eq(hv_app_top(&app), HV_VIEW_SHEET);
    world_type(&app, "nowhere");
    world_press(&app, "<F2>");
    cr_expect(world_shows(&app, "the destination is no URL"));
    hv_edit_set(&app.sheet.edits[0], HANDLER);
    hv_edit_set(&app.sheet.edits[1], "fake:0");
    world_press(&app, "<F2>");
    cr_expect(world_shows(&app, "fake:1 to fake:1000"));
    hv_edit_set(&app.sheet.edits[1], "fake:7");
    world_check_sizes(&app, "test-form");
    world_press(&app, "<F2>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_TEST);
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect(world_shows(&app, HANDLER));
    world_press(&app, "yc");
    cr_expect(strstr(world_effect(&app, HV_EFFECT_COPY)->text,
                     "hvconsole test send --sub "
                     "0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 --to " HANDLER
                     " --mode normal --items fake:7"));
    hv_app_release(&app);
}

Test(tester, in_production_a_live_handler_is_asked_about)
{
    struct hv_app app;

    world_open_test(&app);
    app.status->env = HV_ENV_PROD;
    world_press(&app, "T");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "read-only");
    cr_expect(strstr(hv_app_note(&app, 0)->text, "press W"));
    world_press(&app, "W");
    world_press(&app, "T");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_check_sizes(&app, "test-prod");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "Enter means no");
    world_press(&app, "T");
    world_press(&app, "y");
    cr_expect_not_null(world_job(&app, HV_JOB_COMMAND));
    hv_app_release(&app);
}

/* Cell by cell, two destinations; another one is wrong in one cell. */
static void
run_matrix(struct hv_app *app)
{
    struct sender_cell cell;

    for (int column = 0; column < 2; column++) {
        for (size_t i = 0; sender_cell(i, &cell); i++) {
            bool passes = column == 0 || cell.mode->quirk != HV_TEST_MIXED;
            struct hv_exchange *x =
                world_exchange(cell.mode->word, passes ? 200 : 400, passes);

            x->cell = (int)i;
            x->column = column;
            if (column == 0)
                hv_copy(x->url, sizeof(x->url),
                        "https://www.app.com/hv/notify/bp");
            hv_copy(x->to, sizeof(x->to), column ? "url" : "sub");
            if (cell.mode->quirk == HV_TEST_OLD_KEY) {
                x->is_skipped = true;
                hv_copy(x->note, sizeof(x->note), "no older accepted key");
            }
            world_exchange_came(app, x);
        }
    }
}

Test(tester, matrix_in_every_size)
{
    struct hv_app app;

    world_open_test(&app);
    hv_copy(app.tester.url, sizeof(app.tester.url), HANDLER);
    world_press(&app, "]");
    world_check_sizes(&app, "test-matrix-before");
    world_press(&app, "T");
    cr_expect_str_eq(world_command(&app),
                     "test matrix --sub 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "
                     "--to sub,listener,https://stage.app.com/hv/n");
    world_exchange_came(
        &app, world_exchange("normal", 200, true)); /* not one of its cells */
    cr_expect_eq(app.tester.columns_len, 0);
    run_matrix(&app);
    world_check_sizes(&app, "test-matrix-running");
    world_command_ends(&app, HV_ERR_VERIFY,
                       "1 of 26 messages were not answered");
    cr_expect(strstr(hv_app_note(&app, 0)->text, "CLI: hvconsole test matrix"));
    for (int i = 0; i < 4; i++)
        world_press(&app, "j");
    world_press(&app, "<Tab>");
    world_check_sizes(&app, "test-matrix");
    world_size(&app, 60, 200);
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    cr_expect(world_shows(&app, "look up each inner subscription-id"));
    cr_expect(world_shows(&app, "unexpected subscription"));
    world_press(&app, "<Esc>");
    world_press(&app, "l");
    cr_expect_eq(app.tester.column, 0, "round again");
    hv_app_release(&app);
}

Test(tester, cancel_stops_the_matrix)
{
    struct hv_msg cancel = { .kind = HV_MSG_CANCEL };
    struct hv_app app;

    world_open_test(&app);
    world_press(&app, "]");
    world_press(&app, "T");
    cr_expect(world_shows(&app, "^c stops"));
    hv_app_update(&app, &cancel);
    cr_expect_not_null(world_effect(&app, HV_EFFECT_CANCEL));
    hv_app_release(&app);
}

Test(tester, only_so_many_are_kept)
{
    struct hv_app app;

    world_open_test(&app);
    world_press(&app, "]");
    world_press(&app, "T");
    run_matrix(&app);
    for (int i = 0; i < HV_TEST_KEPT; i++)
        world_exchange_came(&app, world_exchange("normal", 200, true));
    cr_expect_eq(app.tester.kept_len, HV_TEST_KEPT);
    for (int i = 0; i < HV_TEST_CELLS; i++)
        cr_expect_null(app.tester.cells[i][0], "what is gone is not shown");
    cr_expect(world_shows(&app, "normal"));
    hv_app_release(&app);
}
