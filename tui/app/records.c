/*
 * records.c - the list of records: its fields, the row under the cursor, and
 * the rights in that record, which are read when somebody looks at it. Called
 * by update() and its parts.
 */
#include "tui/app/parts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct hv_access_row *
row_at(const struct hv_app *app, size_t i)
{
    return &app->records.access.rows[i];
}

/* --------------------------------------------------------------- fields -- */

static void
record_id(const struct hv_app *app, size_t i, char *out, size_t size)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&row_at(app, i)->record, id);
    hv_copy(out, size, id);
}

static void
record_name(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, row_at(app, i)->name);
}

static void
record_person(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, row_at(app, i)->person_name);
}

static void
record_action(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_access_row *row = row_at(app, i);

    snprintf(out, size, "%s%s",
             row->action_text[0] ? row->action_text : "unknown",
             row->is_expired ? " expired" : "");
}

static int64_t
record_expires(const struct hv_app *app, size_t i)
{
    int64_t ms = row_at(app, i)->expires_ms;

    return ms == INT64_MAX ? 0 : ms;
}

static void
record_state(const struct hv_app *app, size_t i, char *out, size_t size)
{
    hv_copy(out, size, row_at(app, i)->state);
}

const struct hv_list_field hv_record_fields[] = {
    { "record", false, false, record_id, NULL },
    { "name", false, false, record_name, NULL },
    { "person", false, false, record_person, NULL },
    { "action", false, false, record_action, NULL },
    { "expires", false, false, NULL, record_expires },
    { "state", false, true, record_state, NULL },
    { 0 },
};

void
hv_record_id(const struct hv_access_row *row, char out[HV_ROW_ID])
{
    char record[HV_GUID_TEXT], person[HV_GUID_TEXT];

    hv_guid_format(&row->record, record);
    hv_guid_format(&row->person, person);
    snprintf(out, HV_ROW_ID, "%s %s", record, person);
}

const struct hv_access_row *
hv_record_row(const struct hv_app *app)
{
    size_t i = app->tab == HV_VIEW_RECORDS ? hv_list_at(app, HV_VIEW_RECORDS)
                                           : SIZE_MAX;

    return i == SIZE_MAX ? NULL : row_at(app, i);
}

void
hv_record_cli(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_record_row(app);
    char record[HV_GUID_TEXT], person[HV_GUID_TEXT];

    if (!row) {
        hv_buf_add_str(out, "hvconsole record list");
        return;
    }
    hv_guid_format(&row->record, record);
    hv_guid_format(&row->person, person);
    hv_buf_addf(out, "hvconsole record show %s --person %s", record, person);
}

bool
hv_record_copy(const struct hv_app *app, const char *what, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_record_row(app);
    char id[HV_GUID_TEXT];

    if (!row)
        return false;
    if (!strcmp(what, "id")) {
        hv_guid_format(&row->record, id);
        hv_buf_add_str(out, id);
    } else if (!strcmp(what, "url") && app->status &&
               app->status->has_profile) {
        if (hv_records_compose(&app->status->profile_facts, row, HV_NOTIFIES,
                               out, NULL))
            hv_buf_clear(out);
    }
    return out->len > 0;
}

/* --------------------------------------------------------------- rights -- */

void
hv_records_look(struct hv_app *app)
{
    const struct hv_access_row *row = hv_record_row(app);
    struct hv_effect *effect;
    char id[HV_ROW_ID];

    if (!app->is_open || !row || row->reach != HV_REACH_NOT_READ ||
        app->rights_load.is_asked)
        return;
    hv_record_id(row, id);
    app->rights_load.is_asked = true;
    effect = hv_job_start(app, HV_JOB_RIGHTS, "");
    effect->text = hv_strdup(id);
}

void
hv_records_take(struct hv_app *app, struct hv_msg *msg)
{
    hv_records_model_release(&app->records);
    app->records = msg->u.records;
    msg->u.records = (struct hv_records_model){ 0 };
    hv_list_settle(app, HV_VIEW_RECORDS);
    hv_records_look(app);
}

void
hv_rights_take(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_access_row *got = msg->u.rights;

    for (size_t i = 0; i < app->records.access.len; i++) {
        struct hv_access_row *row = &app->records.access.rows[i];

        if (!hv_guid_equal(&row->record, &got->record) ||
            !hv_guid_equal(&row->person, &got->person))
            continue;
        hv_permission_list_release(&row->permissions);
        row->permissions = got->permissions;
        got->permissions = (struct hv_permission_list){ 0 };
        row->reach = got->reach;
        row->code = got->code;
        break;
    }
    /* The cursor may have gone on meanwhile. */
    hv_records_look(app);
}
