/*
 * test_records.c - the views Records and Test sender: what they show in every
 * size, rights that are read when somebody looks, and the commands behind
 * their keys. HV_BLESS=1 rewrites the files.
 */
#include "tests/unit/tui/console/world.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *record, *name, *person;
    enum hv_auth_action action;
    const char *word;
    bool is_expired;
} people[] = {
    { "8f21", "Ann B.", "Ann B.", HV_AUTH_NONE, "NoActionRequired", false },
    { "2b9e", "Carl D.", "Ann B.", HV_AUTH_REAUTH_REQUIRED,
      "ReauthorizationRequired", false },
    { "77aa", "Eve F.", "Gil H.", HV_AUTH_REQUIRED, "AuthorizationRequired",
      false },
    { "90c4", "Gil H.", "Gil H.", HV_AUTH_REAUTH_NOT_POSSIBLE,
      "ReauthorizationNotPossible", false },
    { "d3f0", "Ida J.", "Ida J.", HV_AUTH_LOCATION,
      "RecordLocationNotSupported", false },
    { "e001", "Kim L.", "Kim L.", HV_AUTH_NONE, "NoActionRequired", true },
    { "e002", "\x1b[2J\xe2\x80\xae wide \xe5\xba\xb7", "evil\r\nname",
      HV_AUTH_UNKNOWN, "Some\x07thing", false },
};

static struct hv_msg
records_message(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_RECORDS,
                          .job = HV_JOB_RECORDS,
                          .op = app->busy[HV_JOB_RECORDS].op,
                          .now_ms = WORLD_NOW_MS };
    struct hv_access *access = &msg.u.records.access;

    access->rows = hv_calloc(HV_LEN(people), sizeof(*access->rows));
    for (size_t i = 0; i < HV_LEN(people); i++) {
        struct hv_access_row *row = &access->rows[access->len++];

        row->record = world_guid(people[i].record, "c07");
        row->person = world_guid(people[i].record, "001");
        hv_copy(row->name, sizeof(row->name), people[i].name);
        hv_copy(row->person_name, sizeof(row->person_name), people[i].person);
        hv_copy(row->action_text, sizeof(row->action_text), people[i].word);
        hv_copy(row->state, sizeof(row->state), "Active");
        row->action = people[i].action;
        row->is_expired = people[i].is_expired;
        row->expires_ms = i % 2 ? INT64_MAX : WORLD_NOW_MS + 86400000LL * 3;
        row->reach = HV_REACH_NOT_READ;
    }
    msg.u.records.types = hv_calloc(3, sizeof(struct hv_guid));
    for (size_t i = 0; i < 3; i++)
        msg.u.records.types[i] = hv_thing_type_at(i + 10)->id;
    msg.u.records.types_len = 3;
    return msg;
}

/* The worker read the rights that were asked for last. */
static void
tell_rights(struct hv_app *app, enum hv_reach reach, size_t granted)
{
    const struct hv_access_row *at = hv_record_row(app);
    struct hv_msg msg = { .kind = HV_MSG_RIGHTS,
                          .job = HV_JOB_RIGHTS,
                          .op = app->busy[HV_JOB_RIGHTS].op };
    struct hv_access_row *row = hv_calloc(1, sizeof(*row));

    row->record = at->record;
    row->person = at->person;
    row->reach = reach;
    row->code = reach == HV_REACH_ANSWERED  ? 0
                : reach == HV_REACH_REVOKED ? HV_CODE_ACCESS_DENIED
                                            : -1;
    row->permissions.items =
        hv_calloc(granted + 1, sizeof(struct hv_permission));
    for (size_t i = 0; i < granted; i++)
        row->permissions.items[row->permissions.len++] = (struct hv_permission){
            .type = hv_thing_type_at(i + 10)->id,
            .online = HV_RIGHT_ALL,
            .offline = i ? HV_RIGHT_CREATE : HV_RIGHT_READ,
        };
    msg.u.rights = row;
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}

static void
open_records(struct hv_app *app)
{
    struct hv_msg msg;

    world_open(app);
    world_fill(app);
    world_size(app, 24, 80);
    world_press(app, "5");
    msg = records_message(app);
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}

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
    hv_app_update(&app, &msg);
    world_check_sizes(&app, "records-empty");
    hv_app_release(&app);
}

Test(records, each_state_in_every_size)
{
    struct hv_app app;

    open_records(&app);
    world_check_sizes(&app, "records-reading");
    tell_rights(&app, HV_REACH_ANSWERED, 2);
    world_check_sizes(&app, "records");
    world_press(&app, "j");
    tell_rights(&app, HV_REACH_ANSWERED, 3);
    world_check_sizes(&app, "records-reauth");
    world_press(&app, "j");
    tell_rights(&app, HV_REACH_REVOKED, 0);
    world_check_sizes(&app, "records-revoked");
    world_press(&app, "G");
    tell_rights(&app, HV_REACH_FAILED, 0);
    world_check_sizes(&app, "records-hostile");
    hv_app_release(&app);
}

Test(records, rights_are_asked_for_once_and_where_one_looks)
{
    struct hv_app app;
    const struct hv_effect *job;

    open_records(&app);
    job = world_job(&app, HV_JOB_RIGHTS);
    cr_assert_not_null(job);
    cr_expect_eq(strncmp(job->text, "8f21", 4), 0, "%s", job->text);
    world_forget_effects(&app);
    world_press(&app, "j");
    world_press(&app, "j");
    cr_expect_null(world_job(&app, HV_JOB_RIGHTS), "one at a time");
    world_press(&app, "g");
    tell_rights(&app, HV_REACH_ANSWERED, 1);
    cr_expect_null(world_job(&app, HV_JOB_RIGHTS), "what is known is known");
    world_press(&app, "G");
    job = world_job(&app, HV_JOB_RIGHTS);
    cr_assert_not_null(job);
    cr_expect_eq(strncmp(job->text, "e002", 4), 0, "%s", job->text);
    hv_app_release(&app);
}

Test(records, keys_are_commands_about_the_row)
{
    static const struct {
        const char *key, *command;
    } rows[] = { { "m", "record matrix" },
                 { "c", "record coverage --silent" },
                 { "f", "record fix-url " },
                 { "<Enter>", "record show " } };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        const struct hv_effect *job;

        open_records(&app);
        world_press(&app, rows[i].key);
        job = world_job(&app, HV_JOB_COMMAND);
        cr_assert_not_null(job, "%s", rows[i].key);
        cr_expect_eq(
            strncmp(job->text, rows[i].command, strlen(rows[i].command)), 0,
            "%s: %s", rows[i].key, job->text);
        if (job->text[7] == 's' || job->text[7] == 'f')
            cr_expect(strstr(job->text, "8f21") &&
                          strstr(job->text, "--person"),
                      "%s", job->text);
        hv_app_release(&app);
    }
}

Test(records, giving_up_asks_first_and_copying_finds_the_page)
{
    struct hv_app app;
    const struct hv_effect *effect;

    open_records(&app);
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

Test(tester, in_every_size)
{
    struct hv_app app;

    world_open(&app);
    world_size(&app, 24, 80);
    world_press(&app, "7");
    world_check_sizes(&app, "tester-empty");
    hv_app_release(&app);
    world_open(&app);
    world_fill(&app);
    world_size(&app, 24, 80);
    world_press(&app, "7");
    world_check_sizes(&app, "tester");
    world_press(&app, "G");
    world_check_sizes(&app, "tester-forged");
    hv_app_release(&app);
}

Test(tester, keys_send_the_kind_under_the_cursor)
{
    static const struct {
        const char *keys, *part;
    } rows[] = { { "T", "--mode normal --to listener" },
                 { "jU", "--mode old --to sub" },
                 { "M", "test matrix --sub " } };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_app app;
        const struct hv_effect *job;

        world_open(&app);
        world_fill(&app);
        world_size(&app, 24, 80);
        world_press(&app, "7");
        world_press(&app, rows[i].keys);
        job = world_job(&app, HV_JOB_COMMAND);
        cr_assert_not_null(job, "%s", rows[i].keys);
        cr_expect(strstr(job->text, rows[i].part), "%s", job->text);
        hv_app_release(&app);
    }
}
