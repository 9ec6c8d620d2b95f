/*
 * test_snapshots.c - every screen as text, in the sizes and states that
 * matter, against tests/fixtures/screens. HV_BLESS=1 rewrites the files: then
 * read the difference.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <string.h>

Test(snapshots, of_the_log, .init = world_start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "6");
    world_check_sizes(&app, "log");
    hv_app_release(&app);
}

Test(snapshots, of_what_lies_over_a_view, .init = world_start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "?");
    world_check_sizes(&app, "help");
    world_type(&app, "rotate");
    world_check_sizes(&app, "help-search");
    world_press(&app, "<Esc>");
    world_press(&app, "D");
    world_check_sizes(&app, "delete-question");
    world_press(&app, "n");
    world_press(&app, "x");
    world_check_sizes(&app, "explain-sub");
    world_press(&app, "<Esc>");
    world_press(&app, "3");
    world_press(&app, "R");
    world_check_sizes(&app, "rotate-question");
    world_press(&app, "n");
    world_press(&app, "6");
    world_press(&app, "<Enter>");
    world_check_sizes(&app, "message-why");
    world_press(&app, "]");
    world_check_sizes(&app, "message-facts");
    world_press(&app, "<Esc>");
    world_press(&app, "^p");
    world_type(&app, "keyrot");
    world_check_sizes(&app, "palette");
    world_press(&app, "<Esc>");
    hv_app_say(&app, HV_ROLE_GOOD,
               "Done. CLI: hvconsole sub create --url "
               "https://www.app.com/hv/n --type weight");
    world_tick(&app, 61000);
    hv_app_say(&app, HV_ROLE_BAD,
               "the platform does not answer (r asks again)");
    hv_app_do(&app, "messages", HV_FROM_LINE);
    world_check_sizes(&app, "messages");
    hv_app_release(&app);
}

Test(snapshots, of_the_form, .init = world_start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "A");
    world_check_sizes(&app, "form");
    world_type(&app, "www.app.com/hv/notify/ap");
    world_press(&app, "<Tab>");
    world_press(&app, "<Tab>");
    world_type(&app, "weight");
    world_check_sizes(&app, "form-search");
    world_press(&app, "<Enter>");
    world_press(&app, "<F2>");
    world_check_sizes(&app, "form-question");
    hv_app_release(&app);
}

Test(snapshots, of_the_command_line, .init = world_start)
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
    world_check_sizes(&app, "prompt");
    hv_app_release(&app);
}

Test(snapshots, of_a_running_rotation, .init = world_start)
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
    world_check_sizes(&app, "rotating");
    hv_app_release(&app);
}

/* What a tired person sees of keys: each pane, each state, each question. */
Test(snapshots, of_keys_and_their_work, .init = world_start)
{
    struct hv_app app;
    struct hv_rotation job = world_rotation("r20261121-2", HV_ROTATION_RUNNING,
                                            25, 12, HV_ITEM_RUNNING);

    world_open(&app);
    world_fill(&app);
    world_press(&app, "3");
    world_check_sizes(&app, "keys-active");
    for (int i = 0; i < 3; i++)
        world_press(&app, "j");
    world_check_sizes(&app, "keys-not-yet");
    world_press(&app, "]");
    world_check_sizes(&app, "keys-use");
    world_press(&app, "]");
    world_check_sizes(&app, "keys-life");
    world_press(&app, "]");
    world_press(&app, "X");
    world_check_sizes(&app, "retire-forced");
    world_press(&app, "<Esc>");
    world_press(&app, "g");
    world_press(&app, "j");
    world_press(&app, "X");
    world_check_sizes(&app, "retire-question");
    world_press(&app, "n");
    world_press(&app, "x");
    world_check_sizes(&app, "explain-key");
    world_press(&app, "<Esc>");
    world_press(&app, "I");
    world_check_sizes(&app, "import");
    world_press(&app, "<Esc>");
    world_press(&app, "y");
    world_check_sizes(&app, "copy-what");
    world_press(&app, "<Esc>");
    world_press(&app, "/");
    world_type(&app, "!retired !pending");
    world_press(&app, "<Enter>");
    world_press(&app, "s");
    world_press(&app, "*");
    world_check_sizes(&app, "keys-marked");
    world_press(&app, "R");
    world_check_sizes(&app, "rotate-many");
    world_type(&app, app.dialog.expected);
    world_press(&app, "<Enter>");
    world_rotates(&app, &job);
    world_tick(&app, 1200);
    world_check_sizes(&app, "rotating-many");
    world_press(&app, "9");
    world_check_sizes(&app, "jobs-running");
    hv_app_release(&app);
}

Test(snapshots, of_the_unlock_prompt, .init = world_start)
{
    struct hv_app app;
    struct hv_msg failed = { .kind = HV_MSG_OPEN_FAILED, .job = HV_JOB_UNLOCK };

    world_open(&app);
    app.is_open = false;
    hv_copy(app.status->keystore_state, sizeof(app.status->keystore_state),
            "locked");
    app.unlock.state = HV_UNLOCK_WORKING;
    world_check_sizes(&app, "unlock-opening");
    app.unlock.state = HV_UNLOCK_ASK;
    world_type(&app, "wrong");
    world_check_sizes(&app, "unlock-typed");
    world_press(&app, "<Enter>");
    failed.op = app.busy[HV_JOB_UNLOCK].op;
    (void)hv_fail(&failed.error, HV_ERR_LOCKED,
                  "/home/ops/.local/share/hvconsole/keystore.hvks does not "
                  "open: wrong passphrase, or the file was altered");
    hv_hint(&failed.error, "nothing was changed; try the passphrase again");
    hv_app_update(&app, &failed);
    world_check_sizes(&app, "unlock-wrong");
    app.unlock.state = HV_UNLOCK_WORKING;
    failed = (struct hv_msg){ .kind = HV_MSG_OPEN_FAILED,
                              .job = HV_JOB_UNLOCK,
                              .op = app.busy[HV_JOB_UNLOCK].op };
    (void)hv_fail(&failed.error, HV_ERR_DAMAGED,
                  "the keystore is damaged: the "
                  "checksum of its header does not fit");
    hv_hint(&failed.error, "restore a backup");
    hv_app_update(&app, &failed);
    world_check_sizes(&app, "unlock-damaged");
    hv_app_release(&app);
}

/* There is no keystore yet: three ways to have one. */
Test(snapshots, of_the_first_run, .init = world_start)
{
    struct hv_app app;

    world_open(&app);
    app.is_open = false;
    app.status->has_profile = false;
    app.status->profile[0] = app.status->app_short[0] = 0;
    app.status->listener_running = false;
    app.status->attention_len = 0;
    hv_copy(app.status->keystore_state, sizeof(app.status->keystore_state),
            "missing");
    app.unlock.state = HV_UNLOCK_FIRST;
    world_check_sizes(&app, "first-run");
    world_press(&app, "I");
    world_type(&app, "/srv/backup/hv-2026-11.hvkb");
    world_check_sizes(&app, "first-run-file");
    hv_app_release(&app);
}

Test(snapshots, in_ascii_and_in_production, .init = world_start)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    app.is_ascii = true;
    world_press(&app, "2");
    world_check_sizes(&app, "subs-ascii");
    world_press(&app, "1");
    world_check_sizes(&app, "dash-ascii");
    world_press(&app, "3");
    world_press(&app, "]");
    world_check_sizes(&app, "keys-ascii");
    app.is_ascii = false;
    app.status->env = HV_ENV_PROD;
    world_press(&app, "2");
    world_check_sizes(&app, "subs-prod");
    world_press(&app, "W");
    world_press(&app, "D");
    world_check_sizes(&app, "delete-prod");
    hv_app_release(&app);
}

Test(snapshots, on_a_small_terminal, .init = world_start)
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
