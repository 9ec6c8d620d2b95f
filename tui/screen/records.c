/*
 * records.c - who let this application into which record, what the platform
 * wants done, and beside it the rights that matter for notifications. Draws
 * app->records, filled by the worker. Pure.
 */
#include "tui/screen/format.h"
#include "tui/screen/frame.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdint.h>
#include <stdio.h>

const struct hv_binding hv_records_bindings[] = {
    { "<Enter>", "record show %record --person %person", "open",
      "all that is known of this record" },
    { "m", "record matrix", "matrix", "rights in all records" },
    { "c", "record coverage --silent", "silent",
      "which changes raise no notification" },
    { "f", "record fix-url %record --person %person", "fix URL",
      "the page where the person mends it" },
    { "D", "record revoke %record --person %person", "give up",
      "give up access to this record" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

static const struct hv_list_column columns[] = {
    { "record", 9, 12, false },  { "name", 14, 26, false },
    { "person", 14, 24, false }, { "action", 16, 27, false },
    { "expires", 7, 10, true },  { "state", 8, 10, false },
};
enum { RECORD, NAME, PERSON, ACTION, EXPIRES, STATE };

#define DETAIL_ROWS 12

int
hv_records_list_rows(const struct hv_app *app, int rows, int cols)
{
    (void)cols;
    if (!app->is_detail_on || rows < 14)
        return rows - 2;
    return rows - 3 - (rows >= 30 ? DETAIL_ROWS + 4 : DETAIL_ROWS - 2);
}

static enum hv_role
action_role(const struct hv_access_row *row)
{
    if (row->is_expired)
        return HV_ROLE_BAD;
    switch (row->action) {
    case HV_AUTH_NONE:
        return HV_ROLE_GOOD;
    case HV_AUTH_REAUTH_REQUIRED:
        return HV_ROLE_WARN;
    case HV_AUTH_REQUIRED:
    case HV_AUTH_REAUTH_NOT_POSSIBLE:
    case HV_AUTH_LOCATION:
        return HV_ROLE_BAD;
    default:
        return HV_ROLE_DIM;
    }
}

static const char *
action_text(const struct hv_access_row *row)
{
    return row->is_expired       ? "expired"
           : row->action_text[0] ? row->action_text
                                 : "?";
}

/* The words of the platform begin alike: a narrow column needs others. */
static const char *
action_brief(const struct hv_access_row *row)
{
    static const char *const words[] = {
        [HV_AUTH_UNKNOWN] = "?",
        [HV_AUTH_NONE] = "in order",
        [HV_AUTH_REQUIRED] = "never given",
        [HV_AUTH_REAUTH_REQUIRED] = "agree again",
        [HV_AUTH_REAUTH_NOT_POSSIBLE] = "NOT POSSIBLE",
        [HV_AUTH_LOCATION] = "location",
    };

    return row->is_expired ? "expired" : words[row->action];
}

static void
time_left(const struct hv_app *app, int64_t at_ms, char text[64])
{
    char age[HV_AGE_TEXT];

    if (at_ms <= app->now_ms) {
        hv_copy(text, 64, "over");
        return;
    }
    hv_age_format(at_ms - app->now_ms, age);
    snprintf(text, 64, "in %s", age);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, size_t i, bool is_selected)
{
    const struct hv_access_row *record = &app->records.access.rows[i];
    char text[64];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    hv_list_signs_render(app, cv, row, HV_VIEW_RECORDS, i, is_selected);
    hv_guid_short(&record->record, text);
    hv_layout_put(cv, row, at, RECORD, HV_ROLE_STRONG, text);
    hv_layout_put(cv, row, at, NAME, HV_ROLE_TEXT, record->name);
    hv_layout_put(cv, row, at, PERSON, HV_ROLE_TEXT, record->person_name);
    hv_layout_put(cv, row, at, ACTION, action_role(record),
                  at->width[ACTION] < 27 ? action_brief(record)
                                         : action_text(record));
    if (record->expires_ms == INT64_MAX || !record->expires_ms)
        hv_copy(text, sizeof(text), "-");
    else
        time_left(app, record->expires_ms, text);
    hv_layout_put(cv, row, at, EXPIRES, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, STATE, HV_ROLE_DIM, record->state);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

/* --------------------------------------------------------------- detail -- */

static void
render_type(struct hv_canvas *cv, int row, const struct hv_access_row *record,
            const struct hv_guid *id)
{
    const struct hv_permission *permission =
        hv_permission_find(&record->permissions, id);
    const struct hv_thing_type *type = hv_thing_type_find(id);
    enum hv_silence silence = hv_silence_of(record, id);
    char online[5], offline[5];

    hv_rights_text(permission ? permission->online : 0, online);
    hv_rights_text(permission ? permission->offline : 0, offline);
    hv_canvas_text(cv, row, 1, 26, HV_ROLE_TEXT, type ? type->name : "?");
    hv_canvas_text(cv, row, 28, 6, HV_ROLE_TEXT, online);
    hv_canvas_text(cv, row, 36, 6, HV_ROLE_TEXT, offline);
    hv_canvas_text(cv, row, 45, cv->cols - 46,
                   silence == HV_NOTIFIES          ? HV_ROLE_GOOD
                   : silence == HV_SILENCE_UNKNOWN ? HV_ROLE_DIM
                                                   : HV_ROLE_BAD,
                   hv_silence_text(silence));
}

static void
render_types(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_access_row *record)
{
    size_t len = app->records.types_len;

    if (row >= cv->rows)
        return;
    if (!len) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM,
                       "No subscription names a type yet. A in 2 "
                       "Subscriptions makes one.");
        return;
    }
    if (record->reach == HV_REACH_NOT_READ) {
        if (app->rights_load.error.status)
            hv_canvas_textf(cv, row, 1, cv->cols - 2, HV_ROLE_BAD,
                            "Rights not read: %s", app->rights_load.error.why);
        else
            hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM, "Reading rights ...");
        return;
    }
    hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "subscribed type");
    hv_canvas_text(cv, row, 28, 0, HV_ROLE_HEAD, "online");
    hv_canvas_text(cv, row, 36, 0, HV_ROLE_HEAD, "offline");
    hv_canvas_text(cv, row, 45, 0, HV_ROLE_HEAD, "a change there");
    for (size_t i = 0; i < len && row + 1 < cv->rows; i++)
        render_type(cv, ++row, record, &app->records.types[i]);
    if (row + 1 >= cv->rows && (size_t)cv->rows < len)
        hv_canvas_text(cv, cv->rows - 1, cv->cols - 20, 0, HV_ROLE_DIM,
                       " Enter shows all ");
}

static int
render_fix(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_access_row *record)
{
    struct hv_buf url = { 0 };

    if (app->status && app->status->has_profile &&
        hv_records_compose(&app->status->profile_facts, record, HV_NOTIFIES,
                           &url, NULL) == HV_OK &&
        url.len) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "Fix");
        row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 3, HV_ROLE_NOTE,
                              hv_buf_str(&url));
    }
    hv_buf_release(&url);
    return row;
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_access_row *record)
{
    const struct hv_auth_action_row *action =
        hv_auth_action_row(record->action);
    char title[HV_GUID_TEXT + 200];
    char id[HV_GUID_SHORT];
    int row = 1;

    hv_guid_short(&record->record, id);
    snprintf(title, sizeof(title), "%s %s", id, record->name);
    hv_canvas_rule(cv, 0, 0, cv->cols, title);
    hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "Meaning");
    row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 2, HV_ROLE_TEXT,
                          record->is_expired ? "the authorisation has run out"
                                             : action->meaning);
    hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "To do");
    row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 2, HV_ROLE_TEXT,
                          record->is_expired
                              ? "send the person to APPAUTH for this record"
                              : action->remedy);
    row = render_fix(app, cv, row, record);
    if (record->reach == HV_REACH_REVOKED)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 1, HV_ROLE_BAD,
                              "The platform answers 11: access was taken "
                              "away.");
    else if (record->reach == HV_REACH_FAILED)
        hv_canvas_textf(cv, row++, 1, cv->cols - 2, HV_ROLE_WARN,
                        record->code > 0
                            ? "The platform answered %d: nothing is known of "
                              "the rights."
                            : "No answer: nothing is known of the rights.",
                        record->code);
    render_types(app, cv, row, record);
}

/* ------------------------------------------------------------ the whole -- */

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t counts[HV_AUTH_LOCATION + 1] = { 0 };
    int at = 1;

    for (size_t i = 0; i < app->records.access.len; i++)
        counts[app->records.access.rows[i].action]++;
    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Records") + 2;
    if (!app->records_load.has_data) {
        hv_list_state_render(app, cv, at);
        return;
    }
    at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_DIM, "%zu",
                          app->records.access.len) +
          2;
    if (counts[HV_AUTH_REAUTH_REQUIRED])
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_WARN, "reauth %zu",
                              counts[HV_AUTH_REAUTH_REQUIRED]) +
              2;
    if (counts[HV_AUTH_REQUIRED])
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_BAD, "never %zu",
                              counts[HV_AUTH_REQUIRED]) +
              2;
    if (counts[HV_AUTH_REAUTH_NOT_POSSIBLE])
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_BAD, "not possible %zu",
                              counts[HV_AUTH_REAUTH_NOT_POSSIBLE]) +
              2;
    hv_list_state_render(app, cv, at);
}

void
hv_records_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_RECORDS);
    size_t selected = hv_list_at(app, HV_VIEW_RECORDS);
    int rows = hv_records_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!app->records_load.has_data &&
        hv_load_state(app, cv, 3, &app->records_load, "records"))
        return;
    if (!len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       app->records.access.len
                           ? "Nothing fits the filter. Esc clears it."
                           : "Nobody authorised this application yet.");
    for (int i = 0; i < rows; i++) {
        size_t nth = app->lists[HV_VIEW_RECORDS].cursor.top + (size_t)i;

        if (nth >= len)
            break;
        render_row(app, cv, 2 + i, &at, hv_list_row(app, HV_VIEW_RECORDS, nth),
                   nth == app->lists[HV_VIEW_RECORDS].cursor.at);
    }
    if (app->is_detail_on && selected != SIZE_MAX && cv->rows - 3 - rows > 3) {
        struct hv_canvas part =
            hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);

        render_detail(app, &part, &app->records.access.rows[selected]);
    }
}
