/*
 * records_tabs.c - the tabs of the Records view: the cursor stays with its
 * record, the matrix moves sideways, Enter opens. Called by update() and its
 * parts.
 */
#include "tui/app/parts.h"

#include <stdio.h>
#include <string.h>

#define PAIR_ID 73 /* characters of a record's and a person's id */

/* Where the new tab tells of the record that the cursor was on. */
static void
follow(struct hv_app *app, const char *id)
{
    struct hv_cursor *cursor = &app->lists[HV_VIEW_RECORDS].cursor;
    size_t len = hv_list_count(app, HV_VIEW_RECORDS);

    cursor->at = cursor->top = 0;
    cursor->id[0] = '\0';
    for (size_t i = 0; id[0] && i < len; i++) {
        char at[HV_ROW_ID];

        hv_list_id(app, HV_VIEW_RECORDS, hv_list_row(app, HV_VIEW_RECORDS, i),
                   at);
        if (strncmp(at, id, strlen(id)))
            continue;
        hv_copy(cursor->id, sizeof(cursor->id), at);
        break;
    }
    hv_list_settle(app, HV_VIEW_RECORDS);
}

void
hv_records_pane_changed(struct hv_app *app)
{
    const struct hv_cursor *cursor = &app->lists[HV_VIEW_RECORDS].cursor;

    if (strlen(cursor->id) >= PAIR_ID)
        snprintf(app->recs.record_id, sizeof(app->recs.record_id), "%.*s",
                 PAIR_ID, cursor->id);
    hv_records_settle(app);
    follow(app, app->recs.record_id);
    if (hv_records_pane(app) == HV_RECORDS_DIFF)
        hv_diff_begin(app);
    if (hv_records_pane(app) == HV_RECORDS_COVERAGE && !app->recs.is_stopped &&
        app->records.access.len <= HV_RIGHTS_UNASKED && hv_records_unread(app))
        hv_records_read_all(app, "");
    hv_records_look(app);
}

void
hv_records_shift(struct hv_app *app, int by)
{
    if (hv_records_pane(app) != HV_RECORDS_MATRIX)
        hv_app_say(app, HV_ROLE_TEXT, "h and l move the matrix; ] goes there.");
    else if (by < 0 && app->recs.first_type)
        app->recs.first_type--;
    else if (by > 0 && app->recs.first_type + 1 < app->records.types_len)
        app->recs.first_type++;
}

void
hv_records_open(struct hv_app *app)
{
    const struct hv_access_row *row = hv_record_row(app);
    struct hv_buf line = { 0 };
    char record[HV_GUID_TEXT], person[HV_GUID_TEXT];

    if (hv_records_pane(app) == HV_RECORDS_DIFF && app->recs.is_choosing) {
        hv_diff_open(app);
        return;
    }
    if (!row) {
        hv_app_say(app, HV_ROLE_TEXT,
                   hv_list_len(app) ? "That record is not there any more."
                                    : "Nothing is selected here.");
        return;
    }
    hv_guid_format(&row->record, record);
    hv_guid_format(&row->person, person);
    hv_buf_addf(&line, "record show %s --person %s", record, person);
    hv_app_do(app, hv_buf_str(&line), HV_FROM_KEY);
    hv_buf_release(&line);
}
