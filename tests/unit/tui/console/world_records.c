/*
 * world_records.c - see world_records.h.
 */
#include "tests/unit/tui/console/world_records.h"

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

struct hv_msg
world_records_message(struct hv_app *app)
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
    msg.u.records.place.is_end = true;
    return msg;
}

/* The worker read the rights that were asked for last: those of the first row,
 * which is looked at, as told; the others notify of everything. */
void
world_tell_rights(struct hv_app *app, enum hv_reach reach, size_t granted)
{
    struct hv_msg msg = { .kind = HV_MSG_RIGHTS,
                          .job = HV_JOB_RIGHTS,
                          .op = app->busy[HV_JOB_RIGHTS].op,
                          .mono_ms = app->mono_ms };
    const struct hv_effect *job = world_job(app, HV_JOB_RIGHTS);
    struct hv_access *got = &msg.u.rights;

    cr_assert_not_null(job);
    got->rows = hv_calloc(HV_LEN(people), sizeof(*got->rows));
    for (const char *at = job->text; strcspn(at, "\n") > 40;
         at += strcspn(at, "\n") + 1) {
        struct hv_access_row *row = &got->rows[got->len];
        size_t len = got->len ? 3 : granted;
        char record[HV_GUID_TEXT], person[HV_GUID_TEXT];

        snprintf(record, sizeof(record), "%.36s", at);
        snprintf(person, sizeof(person), "%.36s", at + 37);
        cr_assert_eq(hv_guid_parse(record, &row->record), HV_OK);
        cr_assert_eq(hv_guid_parse(person, &row->person), HV_OK);
        row->reach = got->len ? HV_REACH_ANSWERED : reach;
        row->code = row->reach == HV_REACH_ANSWERED  ? 0
                    : row->reach == HV_REACH_REVOKED ? HV_CODE_ACCESS_DENIED
                                                     : -1;
        row->permissions.items =
            hv_calloc(len + 1, sizeof(struct hv_permission));
        for (size_t i = 0; i < len && row->reach == HV_REACH_ANSWERED; i++)
            row->permissions.items[row->permissions.len++] =
                (struct hv_permission){
                    .type = hv_thing_type_at(i + 10)->id,
                    .online = HV_RIGHT_ALL,
                    .offline = i && !got->len ? HV_RIGHT_CREATE : HV_RIGHT_READ,
                };
        got->len++;
    }
    world_forget_effects(app);
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}

void
world_open_records(struct hv_app *app)
{
    struct hv_msg msg;

    world_open(app);
    world_fill(app);
    world_size(app, 24, 80);
    world_press(app, "5");
    msg = world_records_message(app);
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}

/* The cursor is on a row of which nothing is known yet. */
void
world_forget_rights(struct hv_app *app)
{
    for (size_t i = 0; i < app->records.access.len; i++)
        app->records.access.rows[i].reach = HV_REACH_NOT_READ;
    world_forget_effects(app);
}

void
world_tell_page(struct hv_app *app, size_t first, size_t len, bool is_end)
{
    struct hv_msg msg = { .kind = HV_MSG_RECORDS,
                          .job = HV_JOB_RECORDS,
                          .op = app->busy[HV_JOB_RECORDS].op,
                          .now_ms = app->now_ms,
                          .mono_ms = app->mono_ms };
    struct hv_access *access = &msg.u.records.access;

    access->rows = hv_calloc(len + 1, sizeof(*access->rows));
    for (size_t i = 0; i < len; i++) {
        struct hv_access_row *row = &access->rows[access->len++];
        char text[8];

        snprintf(text, sizeof(text), "%04zx", first + i);
        row->record = world_guid(text, "c07");
        row->person = world_guid(text, "001");
        row->action = HV_AUTH_NONE;
        row->expires_ms = INT64_MAX;
        row->reach = HV_REACH_NOT_READ;
        snprintf(row->name, sizeof(row->name), "Person %zu", first + i);
        hv_copy(row->person_name, sizeof(row->person_name), row->name);
    }
    if (!first)
        msg.u.records.types = hv_calloc(1, sizeof(struct hv_guid));
    msg.u.records.place.has_after = true;
    msg.u.records.place.is_end = is_end;
    world_forget_effects(app);
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}

void
world_tell_diff(struct hv_app *app, const char *a, const char *b, bool is_draft)
{
    struct hv_msg msg = { .kind = HV_MSG_DIFF,
                          .job = HV_JOB_DIFF,
                          .op = app->busy[HV_JOB_DIFF].op,
                          .now_ms = WORLD_NOW_MS };
    struct hv_diff_model *diff = &msg.u.diff;

    diff->kept = hv_calloc(2, sizeof(*diff->kept));
    diff->kept_len = 2;
    hv_copy(diff->kept[0].name, sizeof(diff->kept[0].name),
            "20261121-114003Z.hvsnap");
    diff->kept[0].kept_ms = WORLD_NOW_MS - 24 * 60000;
    hv_copy(diff->kept[1].name, sizeof(diff->kept[1].name),
            "20261102-080000Z.hvsnap");
    diff->kept[1].kept_ms = WORLD_NOW_MS - 19 * 86400000LL;
    if (a) {
        hv_copy(diff->a, sizeof(diff->a), a);
        hv_copy(diff->b, sizeof(diff->b), b);
        diff->is_draft = is_draft;
        diff->records = HV_LEN(people);
        diff->rows = hv_calloc(3, sizeof(*diff->rows));
        for (size_t i = 0; i < 3; i++) {
            struct hv_diff_row *row = &diff->rows[diff->len++];

            row->record = world_guid(people[i].record, "c07");
            row->person = world_guid(people[i].record, "001");
            hv_copy(row->name, sizeof(row->name), people[i].name);
            row->kind = is_draft ? HV_CHANGE_ACTION : HV_CHANGE_GONE + i;
            row->is_draft = is_draft;
            row->type = hv_thing_type_at(11)->id;
            hv_copy(row->was, sizeof(row->was),
                    i == 2 && !is_draft ? "RUCD/R---" : "NoActionRequired");
            hv_copy(row->is, sizeof(row->is),
                    i == 2 && !is_draft ? "-/-"
                    : i                 ? "ReauthorizationRequired"
                                        : "");
        }
    }
    world_forget_effects(app);
    hv_app_update(app, &msg);
    hv_msg_release(&msg);
}
