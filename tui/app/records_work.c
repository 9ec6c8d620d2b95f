/*
 * records_work.c - jobs of the Records view, as the worker does them. The texts
 * are those of records_read.c and records_diff.c: ids, one a line. Called by
 * work.c on the worker's thread; touches no state of the console.
 */
#include "tui/app/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum hv_status
hv_work_records(struct hv_session *session, const char *text,
                struct hv_records_model *out, struct hv_error *err)
{
    struct hv_access_place place = { .has_after = text != NULL };

    if (text && hv_guid_parse(text, &place.after))
        return hv_fail(err, HV_ERR_FAILED, "no place among the people");
    return hv_model_records(session, &place, out, err);
}

/* "RECORD PERSON" a line, then "TYPE" a line. */
enum hv_status
hv_work_rights(struct hv_session *session, const char *text,
               struct hv_access *out, struct hv_error *err)
{
    size_t lines = 1, types_len = 0;
    struct hv_guid *types;
    struct hv_access rows = { 0 };
    enum hv_status st = HV_OK;

    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    rows.rows = hv_calloc(lines, sizeof(*rows.rows));
    types = hv_calloc(lines, sizeof(*types));
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
        char record[HV_GUID_TEXT] = "", person[HV_GUID_TEXT] = "";
        int end = (int)strcspn(text, "\n");
        struct hv_access_row *row = &rows.rows[rows.len];

        snprintf(record, sizeof(record), "%.*s", end < 36 ? end : 36, text);
        if (end > 37)
            snprintf(person, sizeof(person), "%.36s", text + 37);
        if (hv_guid_parse(record, &row->record) ||
            (person[0] && hv_guid_parse(person, &row->person))) {
            st = hv_fail(err, HV_ERR_FAILED, "no record was named");
            break;
        }
        row->reach = HV_REACH_NOT_READ;
        if (person[0])
            rows.len++;
        else
            types[types_len++] = row->record;
    }
    if (!st)
        st = hv_model_rights(session, &rows, types, types_len, err);
    free(types);
    if (st)
        hv_access_release(&rows);
    else
        *out = rows;
    return st;
}
