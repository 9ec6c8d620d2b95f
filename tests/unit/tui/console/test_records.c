/*
 * test_records.c - the list of the Records view: what it shows in every size,
 * rights that are read where somebody looks, and the commands behind its keys.
 * HV_BLESS=1 rewrites the files.
 */
#include "tests/unit/tui/console/world_records.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(records, that_failed_or_load_or_are_none)
{
    struct hv_app app;
    struct hv_msg msg = { .kind = HV_MSG_FAILED, .job = HV_JOB_RECORDS };

    world_open(&app);
    world_press(&app, "5");
    world_tick(&app, 1500);
    world_check_sizes(&app, "records-loading");
    msg.op = app.busy[HV_JOB_RECORDS].op;
    (void)hv_fail(&msg.error, HV_ERR_NET, "no answer in time");
    hv_hint(&msg.error, "r tries again");
    hv_app_update(&app, &msg);
    world_check_sizes(&app, "records-error");
    world_press(&app, "<Enter>");
    cr_expect_null(world_job(&app, HV_JOB_COMMAND), "of nothing");
    world_press(&app, "r");
    msg = (struct hv_msg){ .kind = HV_MSG_RECORDS,
                           .job = HV_JOB_RECORDS,
                           .op = app.busy[HV_JOB_RECORDS].op };
    msg.u.records.types = hv_calloc(1, sizeof(struct hv_guid));
    msg.u.records.place.is_end = true;
    hv_app_update(&app, &msg);
    world_check_sizes(&app, "records-empty");
    hv_app_release(&app);
}

Test(records, each_state_in_every_size)
{
    struct hv_app app;

    world_open_records(&app);
    world_check_sizes(&app, "records-reading");
    world_tell_rights(&app, HV_REACH_ANSWERED, 2);
    world_check_sizes(&app, "records");
    world_forget_rights(&app);
    world_press(&app, "j");
    world_tell_rights(&app, HV_REACH_ANSWERED, 3);
    world_check_sizes(&app, "records-reauth");
    world_forget_rights(&app);
    world_press(&app, "j");
    world_tell_rights(&app, HV_REACH_REVOKED, 0);
    world_check_sizes(&app, "records-revoked");
    world_forget_rights(&app);
    world_press(&app, "G");
    world_tell_rights(&app, HV_REACH_FAILED, 0);
    world_check_sizes(&app, "records-hostile");
    hv_app_release(&app);
}

Test(records, rights_are_asked_for_once_and_where_one_looks)
{
    struct hv_app app;
    const struct hv_effect *job;

    world_open_records(&app);
    job = world_job(&app, HV_JOB_RIGHTS);
    cr_assert_not_null(job);
    cr_expect_eq(strncmp(job->text, "8f21", 4), 0, "%s", job->text);
    cr_expect(strstr(job->text, "\n2b9e"), "what is beside it too: %s",
              job->text);
    world_press(&app, "j");
    world_press(&app, "j");
    world_tell_rights(&app, HV_REACH_ANSWERED, 1);
    world_press(&app, "g");
    cr_expect_null(world_job(&app, HV_JOB_RIGHTS), "what is known is known");
    world_forget_rights(&app);
    world_press(&app, "G");
    job = world_job(&app, HV_JOB_RIGHTS);
    cr_assert_not_null(job);
    cr_expect_eq(strncmp(job->text, "e002", 4), 0, "%s", job->text);
    hv_app_release(&app);
}

/* A type of the subscriptions that no dictionary knows is asked for as well. */
Test(records, rights_are_asked_for_of_unknown_types_too)
{
    struct hv_app app;
    struct hv_msg msg;

    world_open(&app);
    world_size(&app, 24, 80);
    world_press(&app, "5");
    msg = world_records_message(&app);
    msg.u.records.types[1] = world_guid("abcd", "999");
    hv_app_update(&app, &msg);
    hv_msg_release(&msg);
    cr_assert_not_null(world_job(&app, HV_JOB_RIGHTS));
    cr_expect(strstr(world_job(&app, HV_JOB_RIGHTS)->text, "\nabcd"), "%s",
              world_job(&app, HV_JOB_RIGHTS)->text);
    hv_app_release(&app);
}

Test(records, keys_are_commands_about_the_row)
{
    static const struct {
        const char *key, *command;
    } rows[] = { { "f", "record fix-url " }, { "<Enter>", "record show " } };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        const struct hv_effect *job;

        world_open_records(&app);
        world_press(&app, rows[i].key);
        job = world_job(&app, HV_JOB_COMMAND);
        cr_assert_not_null(job, "%s", rows[i].key);
        cr_expect_eq(
            strncmp(job->text, rows[i].command, strlen(rows[i].command)), 0,
            "%s: %s", rows[i].key, job->text);
        cr_expect(strstr(job->text, "8f21") && strstr(job->text, "--person"),
                  "%s", job->text);
        hv_app_release(&app);
    }
}

Test(records, giving_up_asks_first_and_copying_finds_the_page)
{
    struct hv_app app;
    const struct hv_effect *effect;

    world_open_records(&app);
    world_press(&app, "D");
    cr_expect_neq(app.dialog.kind, HV_DIALOG_NONE);
    world_check_sizes(&app, "records-give-up");
    world_size(&app, 24, 80);
    cr_expect_null(world_job(&app, HV_JOB_COMMAND));
    world_press(&app, "<Esc>");
    world_press(&app, "yi");
    effect = world_effect(&app, HV_EFFECT_COPY);
    cr_assert_not_null(effect);
    cr_expect_eq(strncmp(effect->text, "8f21", 4), 0, "%s", effect->text);
    world_press(&app, "/");
    world_type(&app, "action:reauth");
    world_press(&app, "<Enter>");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_RECORDS), 2);
    hv_app_release(&app);
}
