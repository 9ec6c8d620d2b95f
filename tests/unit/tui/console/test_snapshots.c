/*
 * test_snapshots.c - every screen as text, in the sizes and states that
 * matter, against tests/fixtures/screens. HV_BLESS=1 rewrites the files: then
 * read the difference.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <string.h>

static void
start(void)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_secret_start(NULL, &err), HV_OK, "%s", err.why);
}

/* The two sizes of the sketches. */
static void
check_both(struct hv_app *app, const char *name)
{
    world_size(app, 24, 80);
    world_check(app, name);
    world_size(app, 40, 140);
    world_check(app, name);
}

Test(snapshots, of_every_view_in_full, .init = start)
{
    static const char *const views[] = { "6" };
    static const char *const names[] = { "log" };

    for (size_t i = 0; i < HV_LEN(views); i++) {
        struct hv_app app;

        world_open(&app);
        world_fill(&app);
        world_press(&app, views[i]);
        check_both(&app, names[i]);
        hv_app_release(&app);
    }
}

Test(snapshots, of_the_log_empty_loading_and_failed, .init = start)
{
    struct hv_app app;
    struct hv_msg log = { .kind = HV_MSG_LOG };

    world_open(&app);
    world_press(&app, "6");
    world_tick(&app, 1500);
    world_size(&app, 24, 80);
    world_check(&app, "log-loading");
    world_log(&app, HV_LOG_TAIL, 1, 0, false, false);
    world_check(&app, "log-empty");
    (void)hv_fail(&log.error, HV_ERR_DAMAGED,
                  "the journal /srv/hv/journal.db is damaged");
    hv_app_update(&app, &log);
    world_check(&app, "log-error");
    hv_app_release(&app);
}

Test(snapshots, of_what_lies_over_a_view, .init = start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "?");
    check_both(&app, "help");
    world_type(&app, "rotate");
    check_both(&app, "help-search");
    world_press(&app, "<Esc>");
    world_press(&app, "D");
    check_both(&app, "delete-question");
    world_press(&app, "n");
    world_press(&app, "x");
    check_both(&app, "explain-sub");
    world_press(&app, "<Esc>");
    world_press(&app, "3");
    world_press(&app, "R");
    check_both(&app, "rotate-question");
    world_press(&app, "n");
    world_press(&app, "6");
    world_press(&app, "<Enter>");
    check_both(&app, "message-why");
    world_press(&app, "]");
    check_both(&app, "message-facts");
    hv_app_release(&app);
}

Test(snapshots, of_the_form, .init = start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "A");
    check_both(&app, "form");
    world_type(&app, "www.app.com/hv/notify/ap");
    world_press(&app, "<Tab>");
    world_press(&app, "<Tab>");
    world_type(&app, "weight");
    check_both(&app, "form-search");
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    check_both(&app, "form-question");
    hv_app_release(&app);
}

Test(snapshots, of_the_command_line, .init = start)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_PROMPT };

    world_open(&app);
    world_fill(&app);
    world_press(&app, "6");
    world_press(&app, ":");
    msg.text = hv_strdup("key ro");
    msg.u.line.prompt = hv_strdup(":");
    msg.u.line.matches = hv_strdup("");
    msg.u.line.point = 6;
    hv_app_update(&app, &msg);
    check_both(&app, "prompt");
    hv_app_release(&app);
}

Test(snapshots, of_a_running_rotation, .init = start)
{
    static const char *const steps[] = {
        "rotating 44f1f1c2-8e10-4d7b-9a3e-51b0c77099d2",
        "  step 1 of 7: new key stored",
        "  step 2 of 7: listener loaded it",
    };
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "3");
    world_press(&app, "R");
    world_press(&app, "y");
    for (size_t i = 0; i < HV_LEN(steps); i++) {
        struct hv_msg msg = { .kind = HV_MSG_PROGRESS,
                              .op = app.busy[HV_JOB_COMMAND].op };

        msg.text = hv_strdup(steps[i]);
        hv_app_update(&app, &msg);
    }
    world_tick(&app, 1200);
    check_both(&app, "rotating");
    hv_app_release(&app);
}

/* What a tired person sees of keys: each pane, each state, each question. */
Test(snapshots, of_keys_and_their_work, .init = start)
{
    struct hv_app app;
    struct hv_rotation job = world_rotation("r20261121-2", HV_ROTATION_RUNNING,
                                            25, 12, HV_ITEM_RUNNING);

    world_open(&app);
    world_fill(&app);
    world_press(&app, "3");
    check_both(&app, "keys-active");
    for (int i = 0; i < 3; i++)
        world_press(&app, "j");
    check_both(&app, "keys-not-yet");
    world_press(&app, "]");
    check_both(&app, "keys-use");
    world_press(&app, "]");
    check_both(&app, "keys-life");
    world_press(&app, "]");
    world_press(&app, "X");
    check_both(&app, "retire-forced");
    world_press(&app, "<Esc>");
    world_press(&app, "g");
    world_press(&app, "j");
    world_press(&app, "X");
    check_both(&app, "retire-question");
    world_press(&app, "n");
    world_press(&app, "x");
    check_both(&app, "explain-key");
    world_press(&app, "<Esc>");
    world_press(&app, "I");
    check_both(&app, "import");
    world_press(&app, "<Esc>");
    world_press(&app, "y");
    check_both(&app, "copy-what");
    world_press(&app, "<Esc>");
    world_press(&app, "/");
    world_type(&app, "!retired !pending");
    world_press(&app, "<Enter>");
    world_press(&app, "s");
    world_press(&app, "*");
    check_both(&app, "keys-marked");
    world_press(&app, "R");
    check_both(&app, "rotate-many");
    world_type(&app, app.dialog.expected);
    world_press(&app, "<Enter>");
    world_rotates(&app, &job);
    world_tick(&app, 1200);
    check_both(&app, "rotating-many");
    world_press(&app, "9");
    check_both(&app, "jobs-running");
    hv_app_release(&app);
}

Test(snapshots, of_the_unlock_prompt, .init = start)
{
    struct hv_app app;
    struct hv_msg failed = { .kind = HV_MSG_OPEN_FAILED, .job = HV_JOB_UNLOCK };

    world_open(&app);
    app.is_open = false;
    hv_copy(app.status->keystore_state, sizeof(app.status->keystore_state),
            "locked");
    app.unlock.state = HV_UNLOCK_WORKING;
    check_both(&app, "unlock-opening");
    app.unlock.state = HV_UNLOCK_ASK;
    world_type(&app, "wrong");
    check_both(&app, "unlock-typed");
    world_press(&app, "<Enter>");
    failed.op = app.busy[HV_JOB_UNLOCK].op;
    (void)hv_fail(&failed.error, HV_ERR_LOCKED,
                  "/home/ops/.local/share/hvconsole/keystore.hvks does not "
                  "open: wrong passphrase, or the file was altered");
    hv_hint(&failed.error, "nothing was changed; try the passphrase again");
    hv_app_update(&app, &failed);
    check_both(&app, "unlock-wrong");
    app.unlock.state = HV_UNLOCK_WORKING;
    failed = (struct hv_msg){ .kind = HV_MSG_OPEN_FAILED,
                              .job = HV_JOB_UNLOCK,
                              .op = app.busy[HV_JOB_UNLOCK].op };
    (void)hv_fail(&failed.error, HV_ERR_DAMAGED,
                  "the keystore is damaged: the "
                  "checksum of its header does not fit");
    hv_hint(&failed.error, "restore a backup");
    hv_app_update(&app, &failed);
    check_both(&app, "unlock-damaged");
    hv_app_release(&app);
}

Test(snapshots, in_ascii_and_in_production, .init = start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    app.is_ascii = true;
    world_press(&app, "2");
    check_both(&app, "subs-ascii");
    world_press(&app, "1");
    check_both(&app, "dash-ascii");
    world_press(&app, "3");
    world_press(&app, "]");
    check_both(&app, "keys-ascii");
    app.is_ascii = false;
    app.status->env = HV_ENV_PROD;
    world_press(&app, "2");
    check_both(&app, "subs-prod");
    world_press(&app, "W");
    world_press(&app, "D");
    check_both(&app, "delete-prod");
    hv_app_release(&app);
}

Test(snapshots, on_a_small_terminal, .init = start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    for (int i = 0; i < 4; i++) {
        static const char *const views[] = { "1", "2", "3", "6" };
        static const char *const names[] = { "small-dash", "small-subs",
                                             "small-keys", "small-log" };

        world_press(&app, views[i]);
        world_size(&app, 9, 40);
        world_check(&app, names[i]);
    }
    hv_app_release(&app);
}
