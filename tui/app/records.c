/*
 * records.c - the rows of the Records view, whichever of its tabs is shown:
 * their fields, their ids, the record under the cursor. Called by update(), its
 * parts and the screens. Asks for nothing: records_read.c does.
 */
#include "tui/app/parts.h"

#include "hvconsole/names.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum hv_records_pane
hv_records_pane(const struct hv_app *app)
{
    return (enum hv_records_pane)app->lists[HV_VIEW_RECORDS].pane;
}

size_t
hv_records_count(const struct hv_app *app)
{
    switch (hv_records_pane(app)) {
    case HV_RECORDS_COVERAGE:
        return app->recs.pairs_len;
    case HV_RECORDS_DIFF:
        return !app->recs.is_choosing    ? app->recs.diff.len
               : app->diff_load.has_data ? app->recs.diff.kept_len + 1
                                         : 0;
    default:
        return app->records.access.len;
    }
}

/* ------------------------------------------------------------ one row -- */

const struct hv_diff_row *
hv_records_diff_row(const struct hv_app *app, size_t i)
{
    return hv_records_pane(app) == HV_RECORDS_DIFF && !app->recs.is_choosing &&
                   i < app->recs.diff.len
               ? &app->recs.diff.rows[i]
               : NULL;
}

const char *
hv_records_side(const struct hv_app *app, size_t i)
{
    if (hv_records_pane(app) != HV_RECORDS_DIFF || !app->recs.is_choosing ||
        i > app->recs.diff.kept_len)
        return NULL;
    return i < app->recs.diff.kept_len ? app->recs.diff.kept[i].name : "now";
}

static const struct hv_access_row *
find_row(const struct hv_app *app, const struct hv_guid *record,
         const struct hv_guid *person)
{
    for (size_t i = 0; i < app->records.access.len; i++) {
        const struct hv_access_row *row = &app->records.access.rows[i];

        if (hv_guid_equal(&row->record, record) &&
            hv_guid_equal(&row->person, person))
            return row;
    }
    return NULL;
}

const struct hv_access_row *
hv_records_at(const struct hv_app *app, size_t i)
{
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);

    if (i >= hv_records_count(app))
        return NULL;
    if (diff)
        return find_row(app, &diff->record, &diff->person);
    switch (hv_records_pane(app)) {
    case HV_RECORDS_DIFF:
        return NULL;
    case HV_RECORDS_COVERAGE:
        return &app->records.access.rows[app->recs.pairs[i].row];
    default:
        return &app->records.access.rows[i];
    }
}

const struct hv_guid *
hv_records_pair(const struct hv_app *app, size_t i, enum hv_silence *silence)
{
    const struct hv_guid *type = &app->records.types[app->recs.pairs[i].type];

    *silence = hv_silence_of(hv_records_at(app, i), type);
    return type;
}

const struct hv_access_row *
hv_record_row(const struct hv_app *app)
{
    size_t i = app->tab == HV_VIEW_RECORDS ? hv_list_at(app, HV_VIEW_RECORDS)
                                           : SIZE_MAX;

    return i == SIZE_MAX ? NULL : hv_records_at(app, i);
}

static void
pair_id(const struct hv_guid *record, const struct hv_guid *person, char *out,
        size_t size)
{
    char first[HV_GUID_TEXT], second[HV_GUID_TEXT];

    hv_guid_format(record, first);
    hv_guid_format(person, second);
    snprintf(out, size, "%s %s", first, second);
}

void
hv_record_id(const struct hv_access_row *row, char out[HV_ROW_ID])
{
    pair_id(&row->record, &row->person, out, HV_ROW_ID);
}

void
hv_records_row_id(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    const char *side = hv_records_side(app, i);
    char type[HV_GUID_TEXT];
    enum hv_silence silence;
    size_t used;

    if (side) {
        hv_copy(out, size, side);
        return;
    }
    if (diff) {
        pair_id(&diff->record, &diff->person, out, size);
        hv_guid_format(&diff->type, type);
        used = strlen(out);
        snprintf(out + used, size - used, " %d%.8s", (int)diff->kind, type);
        return;
    }
    hv_record_id(hv_records_at(app, i), out);
    if (hv_records_pane(app) != HV_RECORDS_COVERAGE)
        return;
    hv_guid_format(hv_records_pair(app, i, &silence), type);
    used = strlen(out);
    snprintf(out + used, size - used, " %.8s", type);
}

/* -------------------------------------------------------------- types -- */

void
hv_type_name(const struct hv_guid *id, char *out, size_t size)
{
    const struct hv_thing_type *type = hv_thing_type_find(id);
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    snprintf(out, size, "%.*s", type ? 200 : 8, type ? type->name : text);
}

/* The first letter of its name that no type before it has; then a digit. */
char
hv_type_sign(const struct hv_app *app, size_t type)
{
    bool is_taken[128] = { false };
    char sign = '?';

    for (size_t i = 0; i <= type && i < app->records.types_len; i++) {
        char name[96];
        const char *at = name;

        hv_type_name(&app->records.types[i], name, sizeof(name));
        while (*at && (!isalpha((unsigned char)*at) || (*at & 0x80) ||
                       is_taken[toupper((unsigned char)*at)]))
            at++;
        sign = (char)(*at ? toupper((unsigned char)*at) : '0' + (char)(i % 10));
        is_taken[(int)sign] = true;
    }
    return sign;
}

/* ------------------------------------------------------------- fields -- */

static void
field_record(const struct hv_app *app, size_t i, char *out, size_t size)
{
    char id[HV_ROW_ID];

    hv_records_row_id(app, i, id, sizeof(id));
    snprintf(out, size, "%.36s", id);
}

static void
field_name(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    const struct hv_access_row *row = diff ? NULL : hv_records_at(app, i);

    hv_copy(out, size, diff ? diff->name : row ? row->name : "");
}

static void
field_person(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    const struct hv_access_row *row = diff ? NULL : hv_records_at(app, i);

    hv_copy(out, size, diff ? diff->person_name : row ? row->person_name : "");
}

static void
field_action(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    const struct hv_access_row *row = diff ? NULL : hv_records_at(app, i);

    if (diff)
        snprintf(out, size, "%s %s", diff->was, diff->is);
    else
        snprintf(out, size, "%s%s%s",
                 row && row->action_text[0] ? row->action_text : "unknown",
                 row && row->is_expired ? " expired" : "",
                 row && row->reach == HV_REACH_REVOKED ? " revoked" : "");
}

static void
add_name(char *out, size_t size, const struct hv_guid *type)
{
    size_t used = strlen(out);

    if (used && used + 2 < size) {
        hv_copy(out + used, size - used, ", ");
        used += 2;
    }
    hv_type_name(type, out + used, size - used);
}

/* In the list, the types that stay silent there; else the one of the row. */
static void
field_type(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    const struct hv_access_row *row = diff ? NULL : hv_records_at(app, i);
    enum hv_silence silence;

    out[0] = '\0';
    if (diff && diff->kind == HV_CHANGE_RIGHTS) {
        hv_type_name(&diff->type, out, size);
    } else if (row && hv_records_pane(app) == HV_RECORDS_COVERAGE) {
        hv_type_name(hv_records_pair(app, i, &silence), out, size);
    } else if (row && row->reach != HV_REACH_NOT_READ) {
        for (size_t k = 0; k < app->records.types_len; k++) {
            if (hv_silence_of(row, &app->records.types[k]) != HV_NOTIFIES)
                add_name(out, size, &app->records.types[k]);
        }
    }
}

static void
field_why(const struct hv_app *app, size_t i, char *out, size_t size)
{
    static const char *const words[] = {
        [HV_CHANGE_NEW] = "new",
        [HV_CHANGE_GONE] = "gone",
        [HV_CHANGE_ACTION] = "action",
        [HV_CHANGE_RIGHTS] = "rights",
    };
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    enum hv_silence silence;

    out[0] = '\0';
    if (diff) {
        hv_copy(out, size, diff->is_draft ? "would" : words[diff->kind]);
    } else if (hv_records_pane(app) == HV_RECORDS_COVERAGE) {
        (void)hv_records_pair(app, i, &silence);
        hv_copy(out, size, hv_silence_text(silence));
    }
}

static int64_t
field_expires(const struct hv_app *app, size_t i)
{
    const struct hv_access_row *row = hv_records_at(app, i);

    return !row || row->expires_ms == INT64_MAX ? 0 : row->expires_ms;
}

static void
field_state(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_access_row *row = hv_records_at(app, i);

    hv_copy(out, size, row ? row->state : "");
}

const struct hv_list_field hv_record_fields[] = {
    { "record", false, false, field_record, NULL },
    { "name", false, false, field_name, NULL },
    { "person", false, false, field_person, NULL },
    { "action", false, false, field_action, NULL },
    { "expires", false, false, NULL, field_expires },
    { "silent", false, false, field_type, NULL },
    { "why", false, true, field_why, NULL },
    { "state", false, true, field_state, NULL },
    { 0 },
};

/* ------------------------------------------------------------ copying -- */

void
hv_record_cli(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_record_row(app);
    enum hv_records_pane pane = hv_records_pane(app);
    char record[HV_GUID_TEXT], person[HV_GUID_TEXT];

    if (pane == HV_RECORDS_MATRIX || pane == HV_RECORDS_COVERAGE) {
        hv_buf_add_str(out, pane == HV_RECORDS_MATRIX
                                ? "hvconsole record matrix"
                                : "hvconsole record coverage --silent");
    } else if (pane == HV_RECORDS_DIFF && app->recs.diff.a[0]) {
        hv_buf_add_str(out, "hvconsole record diff ");
        hv_quote(out, app->recs.diff.a);
        hv_buf_add_char(out, ' ');
        hv_quote(out, app->recs.diff.b);
    } else if (row) {
        hv_guid_format(&row->record, record);
        hv_guid_format(&row->person, person);
        hv_buf_addf(out, "hvconsole record show %s --person %s", record,
                    person);
    } else {
        hv_buf_add_str(out, "hvconsole record list");
    }
}

bool
hv_record_copy(const struct hv_app *app, const char *what, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_record_row(app);
    enum hv_silence silence = HV_NOTIFIES;
    char id[HV_GUID_TEXT];

    if (!row)
        return false;
    if (hv_records_pane(app) == HV_RECORDS_COVERAGE)
        (void)hv_records_pair(app, hv_list_at(app, HV_VIEW_RECORDS), &silence);
    if (!strcmp(what, "id")) {
        hv_guid_format(&row->record, id);
        hv_buf_add_str(out, id);
    } else if (!strcmp(what, "url") && app->status &&
               app->status->has_profile) {
        if (hv_records_compose(&app->status->profile_facts, row, silence, out,
                               NULL))
            hv_buf_clear(out);
    }
    return out->len > 0;
}
