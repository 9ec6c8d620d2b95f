/*
 * test_work.c - retiring with its evidence, importing, and rotations that run:
 * what is shown first, what is asked, and how one stops.
 */
#include "tests/unit/tui/console/world.h"

#include "tui/screen/format.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

static void
open_keys(struct hv_app *app, int down)
{
    world_open(app);
    world_fill(app);
    world_press(app, "3");
    for (int i = 0; i < down; i++)
        world_press(app, "j");
    world_forget_effects(app);
}

static const char *
said(const struct hv_app *app)
{
    return hv_app_note(app, 0) ? hv_app_note(app, 0)->text : "";
}

Test(work, retires_only_what_was_replaced)
{
    static const int downs[] = { 0, 4, 7 }; /* active, pending, retired */

    for (size_t i = 0; i < HV_LEN(downs); i++) {
        struct hv_app app;

        open_keys(&app, downs[i]);
        world_press(&app, "X");
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "row %d", downs[i]);
        cr_expect(strstr(said(&app), "only a version that was replaced"), "%s",
                  said(&app));
        hv_app_release(&app);
    }
}

Test(work, waits_for_the_evidence_before_it_asks)
{
    struct hv_app app;

    open_keys(&app, 1);
    hv_drain_release(&app.drain);
    world_press(&app, "X");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect(app.drain_load.is_asked);
    cr_expect(strstr(said(&app), "press X again"), "%s", said(&app));
    hv_app_release(&app);
}

Test(work, a_safe_version_is_retired_after_its_evidence_and_a_yes)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_keys(&app, 1);
    world_press(&app, "X");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "last new message 16 d ago"));
    cr_expect(world_shows(&app, "64 bytes are wiped"));
    world_press(&app, "y");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect_str_eq(effect->text,
                     "key retire 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "
                     "v20260823-1");
    hv_app_release(&app);
}

Test(work, what_is_not_safe_needs_its_name_typed_and_two_seconds)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_keys(&app, 3);
    world_press(&app, "X");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_TYPED);
    cr_expect(world_shows(&app, "NOT SAFE YET"));
    world_type(&app, "v20260823-1");
    world_press(&app, "<Enter>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_TYPED, "too early");
    world_tick(&app, 2000);
    world_press(&app, "<Enter>");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect(strstr(effect->text, " v20260823-1 --force"), "%s", effect->text);
    cr_expect_str_eq(effect->confirm, "");
    hv_app_release(&app);
}

Test(work, in_production_the_profile_is_typed_for_either)
{
    static const int downs[] = { 1, 3 };

    for (size_t i = 0; i < HV_LEN(downs); i++) {
        struct hv_app app;
        const struct hv_effect *effect;

        open_keys(&app, downs[i]);
        app.status->env = HV_ENV_PROD;
        world_press(&app, "X");
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "not armed");
        world_press(&app, "W");
        world_press(&app, "X");
        cr_assert_eq(app.dialog.kind, HV_DIALOG_TYPED);
        world_tick(&app, 2000);
        world_type(&app, "BPTracker");
        world_press(&app, "<Enter>");
        effect = world_job(&app, HV_JOB_COMMAND);
        cr_assert_not_null(effect);
        cr_expect_str_eq(effect->confirm, "BPTracker");
        cr_expect_eq(strstr(effect->text, "--force") != NULL, i == 1);
        hv_app_release(&app);
    }
}

Test(work, the_detail_has_tabs_and_each_says_its_part)
{
    static const char *const says[] = { "Not yet: safe in 2d 22h", "in 24 h",
                                        "fingerprint" };
    struct hv_app app;

    open_keys(&app, 3);
    for (size_t i = 0; i < HV_LEN(says); i++) {
        cr_expect(world_shows(&app, says[i]), "tab %zu", i);
        world_press(&app, "]");
    }
    cr_expect(world_shows(&app, says[0]), "round the corner");
    world_press(&app, "[");
    cr_expect(world_shows(&app, says[2]));
    hv_app_release(&app);
}

Test(work, an_import_asks_for_a_file_and_never_for_a_key)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_keys(&app, 0);
    world_press(&app, "I");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_SHEET);
    world_press(&app, "<F2>");
    cr_expect(world_shows(&app, "Key version is empty"));
    world_type(&app, "v20261121-7");
    world_press(&app, "<Enter>");
    world_paste(&app, "/run/keys/new key\n");
    world_press(&app, "^s");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_press(&app, "y");
    effect = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(effect);
    cr_expect_str_eq(effect->text,
                     "key import 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41 "
                     "v20261121-7 --key-file '/run/keys/new key'");
    hv_app_release(&app);
}

Test(work, a_refused_import_stays_open_with_the_reason)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };

    open_keys(&app, 0);
    world_press(&app, "I");
    world_type(&app, "v1");
    world_press(&app, "<Tab>");
    world_type(&app, "/k");
    world_press(&app, "<F2>");
    world_press(&app, "y");
    cr_expect(app.sheet.is_sending);
    done.op = app.busy[HV_JOB_COMMAND].op;
    (void)hv_fail(&done.error, HV_ERR_FORMAT, "/k holds no key of 64 bytes");
    hv_app_update(&app, &done);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_SHEET);
    cr_expect(world_shows(&app, "/k holds no key of 64 bytes"));
    world_press(&app, "<Esc>");
    world_press(&app, "y");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_KEYS);
    hv_app_release(&app);
}

static void
start_rotation(struct hv_app *app, size_t done)
{
    struct hv_rotation job = world_rotation("r20261121-2", HV_ROTATION_RUNNING,
                                            25, done, HV_ITEM_RUNNING);

    if (!app->busy[HV_JOB_COMMAND].op) {
        world_press(app, "*");
        world_press(app, "R");
        world_type(app, app->dialog.expected);
        world_press(app, "<Enter>");
    }
    world_rotates(app, &job);
}

Test(work, a_running_rotation_shows_its_bar_in_every_view_and_blocks_none)
{
    static const char *const views[] = { "1", "2", "3", "6", "9" };
    struct hv_app app;

    open_keys(&app, 0);
    start_rotation(&app, 12);
    for (size_t i = 0; i < HV_LEN(views); i++) {
        world_press(&app, views[i]);
        cr_expect(world_shows(&app, "12 of 25   48%"), "view %s", views[i]);
        cr_expect(world_shows(&app, "step 5 of 7"), "view %s", views[i]);
    }
    start_rotation(&app, 13);
    cr_expect(world_shows(&app, "13 of 25   52%"));
    hv_app_release(&app);
}

Test(work, P_and_cancel_stop_after_the_step_under_way)
{
    struct hv_msg cancel = { .kind = HV_MSG_CANCEL };

    for (int i = 0; i < 2; i++) {
        struct hv_app app;

        open_keys(&app, 0);
        start_rotation(&app, 3);
        world_forget_effects(&app);
        if (i)
            hv_app_update(&app, &cancel);
        else
            world_press(&app, "P");
        cr_expect_not_null(world_effect(&app, HV_EFFECT_CANCEL));
        hv_app_release(&app);
    }
}

Test(work, a_rotation_that_ended_leaves_the_screen)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };

    open_keys(&app, 0);
    start_rotation(&app, 24);
    done.op = app.busy[HV_JOB_COMMAND].op;
    (void)hv_fail(&done.error, HV_ERR_INCOMPLETE, "paused by a person");
    hv_app_update(&app, &done);
    cr_expect_null(app.rotation);
    cr_expect(world_shows(&app, "paused by a person"));
    cr_expect_not(world_shows(&app, "24 of 25"));
    hv_app_release(&app);
}

Test(work, what_was_marked_for_a_rotation_is_done_with_it)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };

    open_keys(&app, 0);
    start_rotation(&app, 25);
    cr_assert_gt(hv_marks_len(&app, HV_VIEW_KEYS), 0);
    done.op = app.busy[HV_JOB_COMMAND].op;
    hv_app_update(&app, &done);
    cr_expect_eq(hv_marks_len(&app, HV_VIEW_KEYS), 0);
    cr_expect(strstr(said(&app), "25 of 25 rotated. CLI: hvconsole key rotate "
                                 "0b2ef1c2 44f1f1c2 91aaf1c2"),
              "%s", said(&app));
    hv_app_release(&app);
}

Test(work, a_job_that_stopped_is_told_with_the_keys_and_above_the_question)
{
    struct hv_app app;

    open_keys(&app, 0);
    cr_expect(
        world_shows(&app, "! r20261121-2 partial at 12 of 25: B goes on"));
    world_press(&app, "R");
    cr_expect(world_shows(&app, "is not ended (12 of 25): it will be refused"));
    world_press(&app, "n");
    app.jobs.jobs[0].state = HV_ROTATION_DONE;
    world_press(&app, "R");
    cr_expect_not(world_shows(&app, "r20261121-2"));
    hv_app_release(&app);
}

Test(work, an_old_version_tells_how_much_of_its_silence_has_passed)
{
    struct hv_app app;

    open_keys(&app, 3);
    cr_expect(world_shows(&app, "7d 03h of 10d 01h"));
    world_press(&app, "k");
    cr_expect(world_shows(&app, "old v20260823-1 quiet, 0 in 24 h, may go in "
                                "2d 22h"),
              "beside the active one");
    hv_app_release(&app);
}

Test(work, keys_are_read_again_while_one_looks_at_them)
{
    struct hv_app app;

    open_keys(&app, 0);
    app.drain_load.is_asked = app.keys_load.is_asked = false;
    world_tick(&app, 30000);
    cr_expect_null(world_job(&app, HV_JOB_DRAIN));
    world_tick(&app, 31000);
    cr_expect_not_null(world_job(&app, HV_JOB_DRAIN));
    cr_expect_not_null(world_job(&app, HV_JOB_KEYS));
    cr_expect_null(world_job(&app, HV_JOB_SUBS), "the platform is left alone");
    hv_app_release(&app);
}

Test(work, counts_have_room_in_four_columns)
{
    static const struct {
        int64_t count;
        const char *text;
    } rows[] = {
        { -1, "0" },           { 0, "0" },
        { 9999, "9999" },      { 10000, "10k" },
        { 999499, "999k" },    { 999500, "1.0M" },
        { 3400000, "3.4M" },   { 9949999999, "9.9G" },
        { INT64_MAX, "999T" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char text[HV_COUNT_TEXT];

        hv_count_format(rows[i].count, text);
        cr_expect_str_eq(text, rows[i].text, "%lld", (long long)rows[i].count);
    }
}

Test(work, a_paused_rotation_is_a_wish_and_the_cursor_goes_to_its_job)
{
    struct hv_app app;
    struct hv_msg done = { .kind = HV_MSG_COMMAND, .job = HV_JOB_COMMAND };
    struct hv_rotation job = world_rotation("r20261111-1", HV_ROTATION_PAUSED,
                                            3, 1, HV_ITEM_WAITING);

    open_keys(&app, 0);
    start_rotation(&app, 1);
    hv_copy(job.reason, sizeof(job.reason), "stopped by a person");
    world_rotates(&app, &job);
    done.op = app.busy[HV_JOB_COMMAND].op;
    (void)hv_fail(&done.error, HV_ERR_INCOMPLETE, "rotation is paused");
    hv_app_update(&app, &done);
    cr_expect_str_eq(said(&app),
                     "Paused at 1 of 3 (stopped by a person); B goes on.");
    cr_expect_eq(hv_app_note(&app, 0)->role, HV_ROLE_WARN);
    cr_expect_gt(hv_marks_len(&app, HV_VIEW_KEYS), 0, "not done with yet");
    hv_list_settle(&app, HV_VIEW_JOBS);
    world_press(&app, "9");
    world_forget_effects(&app);
    world_press(&app, "B");
    cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text,
                     "key resume r20261111-1");
    hv_app_release(&app);
}

Test(work, a_question_of_a_command_stands_sentence_by_sentence)
{
    struct hv_app app;

    open_keys(&app, 0);
    hv_dialog_asked(&app, "Give 11 a new key? The old ones go on being "
                          "accepted, v1.2 too.\n\nAt this pace it takes 3m.");
    cr_assert_eq(app.dialog.lines_len, 3);
    cr_expect_str_eq(app.dialog.lines[0], "Give 11 a new key?");
    cr_expect_str_eq(app.dialog.lines[1],
                     "The old ones go on being accepted, v1.2 too.");
    cr_expect_str_eq(app.dialog.lines[2], "At this pace it takes 3m.");
    hv_app_release(&app);
}

Test(work, a_job_is_resumed_and_aborted_by_its_id)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "9");
    world_press(&app, "B");
    cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text,
                     "key resume r20261121-2");
    hv_app_release(&app);
    world_open(&app);
    world_fill(&app);
    world_press(&app, "9");
    world_press(&app, "D");
    cr_assert_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "12 of 25 keys are rotated and stay so"));
    world_press(&app, "y");
    cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text,
                     "key abort r20261121-2");
    hv_app_release(&app);
}

Test(work, a_subscription_tells_who_changed_it)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "[");
    cr_expect(world_shows(&app, "Nothing was changed from here lately"));
    for (int i = 0; i < 3; i++)
        world_press(&app, "j");
    cr_expect(world_shows(&app, "alice      key retire ok  91aa..3f0"));
    world_press(&app, "k");
    world_press(&app, "k");
    cr_expect(world_shows(&app, "key rotate failed  44f1..9d2"));
    hv_app_release(&app);
}

Test(work, a_broken_chain_is_seen)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "9");
    cr_expect(world_shows(&app, "chain ok, 8806 lines"));
    (void)hv_fail(&app.jobs.audit.broken, HV_ERR_DAMAGED,
                  "line 12 is not what was written");
    app.jobs.audit.report.bad_line = 12;
    cr_expect(world_shows(&app, "CHAIN BROKEN at line 12"));
    cr_expect(world_shows(&app, "line 12 is not what was written"));
    hv_app_release(&app);
}
