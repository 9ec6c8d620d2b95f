/*
 * records_matrix.c - the tab matrix of the Records view: the rights of each
 * record on each subscribed type, online and offline. Pure.
 */
#include "tui/screen/records_parts.h"

#include <stdio.h>
#include <string.h>

#define NAME_AT      12
#define TYPE_WIDTH   10 /* at least: "RUCD/RUCD" */
#define TYPE_NAME    17 /* more does not help a name */
#define SILENT       11 /* at least, for the names of those that are silent */
#define SILENT_NAMES 28 /* for them, where the types are few */

/* The first of the types: a wide screen has room for whole names. */
static int
type_at(int cols)
{
    return NAME_AT + (cols >= 120 ? 24 : 12) + 14;
}

/* How many types fit from the first one on. */
static int
shown(const struct hv_app *app, int cols)
{
    int most = (cols - type_at(cols) - SILENT - 1) / TYPE_WIDTH;
    int left = (int)(app->records.types_len - app->recs.first_type);

    return left < most ? left : most;
}

/* Columns of a type: few types have room for their names. */
static int
type_width(const struct hv_app *app, int cols)
{
    int room = cols - type_at(cols) - SILENT_NAMES;
    int each = shown(app, cols) > 0 ? room / shown(app, cols) : 0;

    return each < TYPE_WIDTH ? TYPE_WIDTH : each < TYPE_NAME ? each : TYPE_NAME;
}

/* "RUCD" without what is missing, "-" for nothing. */
static void
short_rights(unsigned rights, char out[5])
{
    char full[5];
    int len = 0;

    hv_rights_text(rights, full);
    for (int i = 0; i < 4 && full[i]; i++) {
        if (full[i] != '-')
            out[len++] = full[i];
    }
    if (!len)
        out[len++] = '-';
    out[len] = '\0';
}

static void
render_cell(const struct hv_app *app, struct hv_canvas *cv, int row, int col,
            const struct hv_access_row *record, size_t type)
{
    const struct hv_guid *id = &app->records.types[type];
    const struct hv_permission *has =
        hv_permission_find(&record->permissions, id);
    enum hv_silence silence = hv_silence_of(record, id);
    char online[5], offline[5];

    if (record->reach == HV_REACH_NOT_READ ||
        record->reach == HV_REACH_FAILED) {
        hv_canvas_text(cv, row, col, 0, HV_ROLE_DIM,
                       record->reach == HV_REACH_FAILED ? "?" : "..");
        return;
    }
    short_rights(has ? has->online : 0, online);
    short_rights(has ? has->offline : 0, offline);
    hv_canvas_textf(cv, row, col, TYPE_WIDTH - 1,
                    silence == HV_NOTIFIES ? HV_ROLE_TEXT : HV_ROLE_BAD,
                    "%s/%s", online, offline);
}

/* Names of the silent ones, "all", "-": none is. */
static void
render_silent(const struct hv_app *app, struct hv_canvas *cv, int row, int col,
              const struct hv_access_row *record)
{
    char text[200] = "", name[96];
    size_t len = 0, used = 0;

    if (record->reach == HV_REACH_NOT_READ ||
        record->reach == HV_REACH_FAILED) {
        hv_canvas_text(cv, row, col, 0, HV_ROLE_DIM,
                       record->reach == HV_REACH_FAILED ? "not readable"
                                                        : "not read");
        return;
    }
    for (size_t k = 0; k < app->records.types_len; k++) {
        if (hv_silence_of(record, &app->records.types[k]) == HV_NOTIFIES)
            continue;
        hv_type_name(&app->records.types[k], name, sizeof(name));
        used = strlen(text);
        snprintf(text + used, sizeof(text) - used, "%s%s", len++ ? ", " : "",
                 name);
    }
    hv_canvas_text(cv, row, col, cv->cols - col - 1,
                   len ? HV_ROLE_BAD : HV_ROLE_DIM,
                   !len                            ? "-"
                   : len == app->records.types_len ? "all"
                                                   : text);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_access_row *record = hv_records_at(app, i);
    int types = shown(app, cv->cols), at = type_at(cv->cols);
    int width = type_width(app, cv->cols);
    char id[HV_GUID_SHORT];

    (void)arg;
    hv_guid_short(&record->record, id);
    hv_canvas_text(cv, row, 2, 9, HV_ROLE_STRONG, id);
    hv_canvas_text(cv, row, NAME_AT, at - NAME_AT - 14, HV_ROLE_TEXT,
                   record->name);
    hv_canvas_text(cv, row, at - 13, 12, hv_action_role(record),
                   hv_action_brief(record));
    for (int k = 0; k < types; k++)
        render_cell(app, cv, row, at + k * width, record,
                    app->recs.first_type + (size_t)k);
    render_silent(app, cv, row, at + types * width, record);
}

static void
render_head(const struct hv_app *app, struct hv_canvas *cv)
{
    int types = shown(app, cv->cols), at = type_at(cv->cols);
    int width = type_width(app, cv->cols);

    hv_canvas_text(cv, 1, 2, 0, HV_ROLE_HEAD, "record");
    hv_canvas_text(cv, 1, NAME_AT, 0, HV_ROLE_HEAD, "name");
    hv_canvas_text(cv, 1, at - 13, 0, HV_ROLE_HEAD, "action");
    for (int k = 0; k < types; k++) {
        char name[96];

        hv_type_name(&app->records.types[app->recs.first_type + (size_t)k],
                     name, sizeof(name));
        hv_canvas_text(cv, 1, at + k * width, width - 1, HV_ROLE_HEAD, name);
    }
    hv_canvas_text(cv, 1, at + types * width, 0, HV_ROLE_HEAD, "silent");
}

/* What the cells mean, and which of the columns are to be seen. */
static void
render_legend(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t last = app->recs.first_type + (size_t)shown(app, cv->cols);
    char text[64];

    snprintf(text, sizeof(text), "Types %zu to %zu of %zu; h l move",
             last > app->recs.first_type ? app->recs.first_type + 1 : last,
             last, app->records.types_len);
    hv_canvas_rule(cv, 0, 0, cv->cols, text);
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_RECORDS);
    hv_canvas_text(cv, 1, 1, cv->cols - 2, HV_ROLE_DIM,
                   "online/offline: R read, U update, C create, D delete. "
                   "Offline R notifies.");
}

void
hv_matrix_render(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    const struct hv_access_row *record = hv_record_row(app);
    struct hv_canvas part =
        hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
    char id[HV_GUID_SHORT];
    int row = 2;

    if (!app->records.types_len) {
        hv_canvas_text(cv, 2, 2, cv->cols - 3, HV_ROLE_TEXT,
                       "No subscription names a type; Enter shows all rights "
                       "of a record.");
        return;
    }
    render_head(app, cv);
    hv_list_each(app, cv, HV_VIEW_RECORDS, 2, rows, render_row, NULL);
    if (!app->is_detail_on || part.rows < 5)
        return;
    render_legend(app, &part);
    if (record) {
        hv_guid_short(&record->record, id);
        hv_canvas_textf(&part, row++, 1, part.cols - 2, HV_ROLE_TEXT,
                        "%s %s (%s): %s", id, record->name, record->person_name,
                        records_action_text(record));
        row = hv_record_fix_render(app, &part, row, record, HV_NOTIFIES);
    }
    if (part.rows >= 10)
        hv_record_bars_render(app, &part, row + 1);
}
