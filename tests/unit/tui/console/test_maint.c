/*
 * test_maint.c - the Maintenance view: windows and tokens with their
 * countdowns, the alarm, adding and cancelling a window, asking about tokens,
 * the notice, and the view as text in every size. HV_BLESS=1 rewrites the
 * files.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void
open_view(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_size(app, 24, 80);
    world_press(app, "8");
}

Test(maint, that_failed_or_loads_or_has_nothing)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_FAILED, .job = HV_JOB_MAINT };

    world_open(&app);
    world_press(&app, "8");
    world_tick(&app, 1500);
    world_check_sizes(&app, "maint-loading");
    msg.op = app.busy[HV_JOB_MAINT].op;
    (void)hv_fail(&msg.error, HV_ERR_DAMAGED,
                  "/home/ops/.local/share/hvconsole/maintenance makes no sense "
                  "in line 3");
    hv_hint(&msg.error, "move it away: it will be begun anew");
    hv_app_update(&app, &msg);
    world_check_sizes(&app, "maint-error");
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    world_press(&app, "m");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_MAINT);
    world_press(&app, "r");
    msg = (struct hv_msg){ .kind = HV_MSG_MAINT,
                           .job = HV_JOB_MAINT,
                           .op = app.busy[HV_JOB_MAINT].op };
    msg.u.maint.read_ms = WORLD_NOW_MS;
    hv_app_update(&app, &msg);
    world_check_sizes(&app, "maint-empty");
    hv_app_release(&app);
}

Test(maint, in_every_size)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "j");
    world_check_sizes(&app, "maint");
    world_press(&app, "]");
    world_check_sizes(&app, "maint-forecast");
    world_press(&app, "]");
    world_check_sizes(&app, "maint-drill");
    world_press(&app, "]");
    world_check_sizes(&app, "maint-notice");
    world_press(&app, "]");
    app.is_ascii = true;
    world_press(&app, "]");
    world_check_sizes(&app, "maint-ascii");
    app.is_ascii = false;
    world_press(&app, "[");
    for (int i = 0; i < 3; i++)
        world_press(&app, "j");
    world_check_sizes(&app, "maint-token");
    app.maint.sevens.is_alarm = false;
    app.now_ms += 2 * 24 * 3600 * 1000LL; /* the window has begun */
    world_check_sizes(&app, "maint-now");
    hv_app_release(&app);
}

Test(maint, cancels_a_window_after_asking)
{
    const struct hv_effect *job;
    struct hv_app app;

    open_view(&app);
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "is over"));
    world_press(&app, "j");
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_check_sizes(&app, "maint-cancel");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "Enter means no");
    world_press(&app, "D");
    world_press(&app, "y");
    job = world_job(&app, HV_JOB_COMMAND);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text, "maint cancel token-keys-2026-11");
    world_press(&app, "G");
    world_press(&app, "D");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "a token is no window");
    hv_app_release(&app);
}

Test(maint, notes_a_window_out_of_a_form_and_reads_again)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_COMMAND };

    open_view(&app);
    app.status->env = HV_ENV_PROD; /* what is noted here is free there */
    app.maint_load.is_asked = false;
    world_press(&app, "A");
    world_type(&app, "keys-12");
    world_press(&app, "<F2>");
    cr_expect(world_shows(&app, "Begins is empty"));
    world_type(&app, "3d");
    world_press(&app, "<Tab>");
    world_press(&app, "<Tab>");
    world_type(&app, "token-keys");
    world_check_sizes(&app, "maint-form");
    world_press(&app, "<F2>");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    world_press(&app, "y");
    cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text,
                     "maint add keys-12 --at 3d --kind token-keys");
    world_forget_effects(&app);
    msg.op = app.busy[HV_JOB_COMMAND].op;
    msg.text = hv_strdup("name  keys-12\nkind  token-keys\n");
    hv_app_update(&app, &msg);
    cr_expect_eq(hv_app_top(&app), HV_VIEW_MAINT);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "Done. CLI"));
    cr_expect_not_null(world_job(&app, HV_JOB_MAINT));
    cr_expect_null(world_job(&app, HV_JOB_SUBS), "the platform has no part");
    hv_app_release(&app);
}

Test(maint, a_window_of_the_past_shows_what_came_of_it)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "G");
    app.lists[HV_VIEW_MAINT].cursor.id[0] = 0;
    world_press(&app, "g");
    world_press(&app, "]");
    cr_expect(world_shows(&app, "the first at 2026-05-20"));
    world_press(&app, "]");
    cr_expect(world_shows(&app, "FAIL"));
    cr_expect(world_shows(&app, "on paper"));
    hv_app_release(&app);
}

Test(maint, changes_a_window_out_of_a_form)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "j");
    world_press(&app, "E");
    cr_assert_eq(hv_app_top(&app), HV_VIEW_SHEET);
    cr_expect_str_eq(app.sheet.edits[0].text, "token-keys-2026-11");
    cr_expect_str_eq(app.sheet.edits[4].text, "720m");
    hv_edit_set(&app.sheet.edits[4], "0m");
    world_check_sizes(&app, "maint-edit");
    world_press(&app, "<F2>");
    world_press(&app, "y");
    cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect_str_eq(
        world_job(&app, HV_JOB_COMMAND)->text,
        "maint edit token-keys-2026-11 --at 2026-11-23T09:59:31.000Z "
        "--for 1440m --kind token-keys --uncertainty 0m");
    hv_app_release(&app);
    open_view(&app);
    world_press(&app, "G");
    world_press(&app, "E");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_MAINT, "a token is no window");
    hv_app_release(&app);
}

Test(maint, ticks_what_is_to_be_done)
{
    static const char *const lines[] = {
        "maint check token-keys-2026-11 help-page --off",
        "maint check token-keys-2026-11 notice",
        "maint check token-keys-2026-11 on-call",
    };
    struct hv_app app;

    open_view(&app);
    world_press(&app, "j");
    for (size_t i = 0; i < HV_LEN(lines); i++) {
        world_forget_effects(&app);
        app.busy[HV_JOB_COMMAND].op = 0;
        world_press(&app, "<Space>");
        cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
        cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text, lines[i]);
        world_press(&app, "<Tab>");
    }
    cr_expect_eq(app.maint_check, 0);
    world_press(&app, "<S-Tab>");
    cr_expect_eq(app.maint_check, HV_CHECK_ON_CALL);
    hv_app_release(&app);
}

Test(maint, holds_a_drill_after_asking_but_not_in_production)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "j");
    app.status->env = HV_ENV_PROD;
    world_press(&app, "T");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "No drill in production"));
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    app.status->env = HV_ENV_PPE;
    world_press(&app, "T");
    cr_expect_eq(app.dialog.kind, HV_DIALOG_CONFIRM);
    cr_expect(world_shows(&app, "on paper"));
    world_press(&app, "n");
    app.status->sandbox_running = true;
    hv_copy(app.status->sandbox_url, sizeof(app.status->sandbox_url),
            "https://127.0.0.1:8444");
    hv_copy(app.status->profile_facts.platform,
            sizeof(app.status->profile_facts.platform),
            "https://127.0.0.1:8444/platform/wildcat.ashx");
    world_press(&app, "T");
    world_check_sizes(&app, "maint-drill-question");
    world_press(&app, "y");
    cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text,
                     "maint drill token-keys-2026-11");
    hv_app_release(&app);
}

Test(maint, started_read_only_nothing_is_noted)
{
    struct hv_app app;

    open_view(&app);
    app.is_flag_read_only = true;
    world_press(&app, "j");
    for (const char *key = "ADET"; *key; key++) {
        char keys[2] = { *key, 0 };

        world_press(&app, keys);
        cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "%s asked", keys);
        cr_expect_eq(hv_app_top(&app), HV_VIEW_MAINT, "%s opened", keys);
        cr_expect(strstr(hv_app_note(&app, 0)->text, "--read-only"));
    }
    hv_app_release(&app);
}

Test(maint, asks_about_tokens_and_reads_again_even_when_one_is_over)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_COMMAND };

    open_view(&app);
    app.maint_load.is_asked = false;
    world_press(&app, "V");
    cr_assert_not_null(world_job(&app, HV_JOB_COMMAND));
    cr_expect_str_eq(world_job(&app, HV_JOB_COMMAND)->text,
                     "token check --all");
    world_forget_effects(&app);
    msg.op = app.busy[HV_JOB_COMMAND].op;
    (void)hv_fail(&msg.error, HV_ERR_TOKEN, "bob is over");
    hv_app_update(&app, &msg);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "bob is over"));
    cr_expect_not_null(world_job(&app, HV_JOB_MAINT));
    hv_app_release(&app);
}

Test(maint, shows_and_copies_the_notice)
{
    struct hv_app app;

    open_view(&app);
    world_press(&app, "j");
    world_press(&app, "m");
    cr_expect_eq(hv_app_top(&app), HV_VIEW_PAGER);
    cr_expect(world_shows(&app, "Notice about token-keys-2026-11"));
    world_press(&app, "<Esc>");
    world_press(&app, "yn");
    cr_assert_not_null(world_effect(&app, HV_EFFECT_COPY));
    cr_expect_gt(strlen(world_effect(&app, HV_EFFECT_COPY)->text), 40);
    world_forget_effects(&app);
    world_press(&app, "yi");
    cr_expect_str_eq(world_effect(&app, HV_EFFECT_COPY)->text,
                     "token-keys-2026-11");
    hv_app_release(&app);
}

Test(maint, explains_windows_and_tokens)
{
    struct hv_app app;

    open_view(&app);
    world_size(&app, 60, 200);
    world_press(&app, "j");
    world_press(&app, "x");
    cr_expect(world_shows(&app, "84 will answer 7"));
    cr_expect(world_shows(&app, "7s of the last 24 h: stray"));
    world_press(&app, "<Esc>");
    world_press(&app, "/");
    world_type(&app, "stopped");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_MAINT), 1);
    world_press(&app, "x");
    cr_expect(world_shows(&app, "loop guard holds"));
    hv_app_release(&app);
}

Test(maint, is_read_again_while_one_looks)
{
    struct hv_app app;
    struct hv_msg failed = { .kind = HV_MSG_FAILED, .job = HV_JOB_MAINT };

    open_view(&app);
    app.maint_load.is_asked = false;
    app.maint_load.read_ms = app.now_ms;
    world_forget_effects(&app);
    world_tick(&app, 30000);
    cr_expect_null(world_job(&app, HV_JOB_MAINT));
    world_tick(&app, 31000);
    cr_expect_not_null(world_job(&app, HV_JOB_MAINT));
    failed.op = app.busy[HV_JOB_MAINT].op;
    (void)hv_fail(&failed.error, HV_ERR_IO, "the disk is gone");
    hv_app_update(&app, &failed);
    cr_expect(world_shows(&app, "old: the disk"));
    cr_expect(world_shows(&app, "ann"), "what was read before stays");
    hv_app_release(&app);
}
