/*
 * test_tester_edit.c - what was sent from here, sent again, and a body edited,
 * shown and sent, with its file gone on every way. HV_BLESS=1 rewrites the
 * files.
 */
#include "tests/unit/tui/console/world_tester.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* What stands in the journal stands here once, and what came before too. */
static void
give_sent(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_SENT,
                          .job = HV_JOB_SENT,
                          .op = app->busy[HV_JOB_SENT].op };
    struct hv_log_row rows[] = {
        world_log_row(31, HV_VERDICT_VERIFIED, "0b2e", "v20261111-1"),
        world_log_row(12, HV_VERDICT_BAD_HMAC, "44f1", "v20261111-1"),
    };

    rows[0].sub = world_guid("0b2e", "a41");
    rows[0].received_ms = WORLD_NOW_MS - 3020;
    rows[0].bytes = (int64_t)hv_test_kept_at(app, 0)->body.len;
    rows[0].is_test = rows[1].is_test = true;
    rows[1].received_ms = WORLD_NOW_MS - 7200000;
    rows[1].has_sub = true;
    rows[1].sub = world_guid("44f1", "9d2");
    msg.u.sent.rows = hv_calloc(2, sizeof(rows[0]));
    memcpy(msg.u.sent.rows, rows, sizeof(rows));
    msg.u.sent.len = 2;
    hv_app_update(app, &msg);
}

static void
open_history(struct hv_app *app)
{
    world_open_test(app);
    world_press(app, "T");
    world_exchange_came(app, world_exchange("bom", 200, true));
    world_exchange_came(app, world_exchange("normal", 400, false));
    world_command_ends(app, HV_ERR_VERIFY,
                       "answered 400 where 200 was expected");
    give_sent(app);
    world_press(app, "[");
    cr_assert_eq(app->lists[HV_VIEW_TEST].pane, HV_TEST_HISTORY);
    world_forget_effects(app);
}

Test(tester_edit, history_in_every_size)
{
    struct hv_app app;

    open_history(&app);
    cr_expect_eq(hv_list_len(&app), 3, "the twin in the journal is left out");
    world_check_sizes(&app, "test-history");
    world_press(&app, "G");
    world_check_sizes(&app, "test-history-journal");
    world_press(&app, "T");
    cr_expect_str_eq(world_command(&app), "test send --from 12 --to sub");
    hv_app_release(&app);
}

/* An editor ended: @text, at @path. */
static void
edited(struct hv_app *app, const char *text)
{
    struct hv_msg msg = { .kind = HV_MSG_EDITED };

    msg.text = text ? hv_strdup(text) : NULL;
    msg.u.path = hv_strdup("/run/user/0/hvconsole-body.1.x/body.xml");
    if (!text)
        (void)hv_fail(&msg.error, HV_ERR_IO, "the editor failed");
    hv_app_update(app, &msg);
}

Test(tester_edit, an_edited_body_is_shown_and_sent_and_its_file_goes)
{
    const struct hv_effect *file;
    struct hv_app app;

    open_history(&app);
    world_press(&app, "E");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_check_sizes(&app, "test-edit-question");
    world_press(&app, "y");
    file = world_effect(&app, HV_EFFECT_EDIT_BODY);
    cr_assert_not_null(file);
    cr_expect(file->flag);
    cr_expect_str_eq(file->text, hv_buf_str(&hv_test_kept_at(&app, 0)->body));
    edited(&app, "<?xml version=\"1.0\"?><wc:notifications/>");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_check_sizes(&app, "test-edited-question");
    cr_expect_null(world_effect(&app, HV_EFFECT_EDIT_END), "it is needed yet");
    world_press(&app, "y");
    cr_expect_str_eq(
        world_command(&app),
        "test send --sub 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "
        "--body /run/user/0/hvconsole-body.1.x/body.xml --to " HANDLER);
    world_command_ends(&app, HV_OK, "");
    cr_expect_not_null(world_effect(&app, HV_EFFECT_EDIT_END));
    cr_expect(strstr(hv_app_note(&app, 0)->text, "--body FILE"), "%s",
              hv_app_note(&app, 0)->text);
    cr_expect_null(app.tester.edit.path);
    hv_app_release(&app);
}

Test(tester_edit, the_file_goes_on_every_other_way_too)
{
    struct hv_app app;

    open_history(&app);
    world_press(&app, "E");
    world_press(&app, "n");
    cr_expect_null(world_effect(&app, HV_EFFECT_EDIT_BODY),
                   "it was not opened");
    world_press(&app, "E");
    world_press(&app, "y");
    edited(&app, NULL); /* the editor failed */
    cr_expect_not_null(world_effect(&app, HV_EFFECT_EDIT_END));
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    world_forget_effects(&app);
    world_press(&app, "E");
    world_press(&app, "y");
    edited(&app, "<x/>");
    world_press(&app, "<Enter>"); /* no */
    cr_expect_not_null(world_effect(&app, HV_EFFECT_EDIT_END));
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    world_forget_effects(&app);
    world_press(&app, "E");
    world_press(&app, "y");
    edited(&app, "<x/>");
    hv_load_forget(&app); /* the keystore is locked */
    cr_expect_not_null(world_effect(&app, HV_EFFECT_EDIT_END));
    cr_expect_eq(app.tester.kept_len, 0, "bodies are forgotten");
    hv_app_release(&app);
}

/* What was made of it already is not made of it once more. */
Test(tester_edit, one_of_the_session_goes_out_again_as_it_was)
{
    const struct hv_effect *file;
    struct hv_app app;

    open_history(&app);
    world_press(&app, "j"); /* with a byte order mark in its body */
    world_press(&app, "T");
    file = world_effect(&app, HV_EFFECT_EDIT_BODY);
    cr_assert_not_null(file);
    cr_expect_not(file->flag, "no editor");
    edited(&app, file->text);
    cr_expect(world_shows(&app, "nothing differs"));
    world_press(&app, "y");
    cr_expect_null(strstr(world_command(&app), "--mode"), "%s",
                   world_command(&app));
    hv_app_release(&app);
}

Test(tester_edit, a_message_of_the_log_is_unsealed_edited_and_sent)
{
    struct hv_msg body = { .kind = HV_MSG_LOG_BODY };
    struct hv_app app;

    world_open_test(&app);
    world_press(&app, "6");
    world_press(&app, "G");
    while (!hv_log_row(&app)->has_sub)
        world_press(&app, "k");
    world_forget_effects(&app);
    world_press(&app, "E");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "personal data"));
    world_press(&app, "y");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_LOG_BODY));
    cr_expect_eq(world_effect(&app, HV_EFFECT_LOG_BODY)->id,
                 hv_log_row(&app)->id);
    hv_buf_add_str(&body.u.body, "<notifications/>");
    hv_app_update(&app, &body);
    cr_assert_not_null(world_effect(&app, HV_EFFECT_EDIT_BODY));
    edited(&app, "<notifications>\n</notifications>");
    world_press(&app, "y");
    cr_expect(strstr(world_command(&app), "test send --from "));
    cr_expect(strstr(world_command(&app), "--to sub"));
    hv_app_release(&app);
    world_open_test(&app); /* bytes that no editor would give back */
    world_press(&app, "6");
    world_press(&app, "E");
    world_press(&app, "y");
    hv_buf_add_bytes(&body.u.body,
                     (struct hv_bytes){ (const uint8_t *)"a", 2 });
    body.kind = HV_MSG_LOG_BODY;
    world_forget_effects(&app);
    hv_app_update(&app, &body);
    cr_expect_null(world_effect(&app, HV_EFFECT_EDIT_BODY));
    cr_expect(strstr(hv_app_note(&app, 0)->text, "no text"));
    hv_app_release(&app);
    world_open_test(&app);
    app.status->env = HV_ENV_PROD;
    world_press(&app, "6");
    world_press(&app, "E");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "press W"));
    hv_app_release(&app);
}
