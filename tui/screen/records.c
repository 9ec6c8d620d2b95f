/*
 * records.c - who let this application into which record, what the platform
 * wants done, and whether a change there will be told. Four tabs over one set
 * of rows. Draws app->records, filled by the worker. Pure.
 */
#include "tui/screen/records_parts.h"

#include "hvconsole/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const char *const hv_records_panes[] = { "list", "matrix", "diff", "coverage",
                                         NULL };

const struct hv_binding hv_records_bindings[] = {
    { "<Enter>", "open", "open", "all that is known of this record" },
    { "]", "pane next", "tabs", "list, matrix, diff, coverage" },
    { "[", "pane prev", NULL, NULL },
    { "c", "compare", "compare", "a snapshot with now, or with another" },
    { "x", "why", "explain", NULL },
    { "a", "rights", "all rights", "read the rights of all records" },
    { "f", "record fix-url %record --person %person", NULL,
      "the page where the person mends it" },
    { "A", "snapshot", NULL, "keep a sealed picture of all records" },
    { "D", "record revoke %record --person %person", NULL,
      "give up access to this record" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

#define STALE_MS 60000 /* a picture so old says its age */
#define LETTERS  6     /* types of the list on a narrow screen */

enum { RECORD, NAME, PERSON, ACTION, RIGHTS, EXPIRES, STATE, COLUMNS };

int
hv_records_list_rows(const struct hv_app *app, int rows, int cols)
{
    /* Rows of the detail, in a low and in a high view. */
    static const int details[HV_RECORDS_PANES][2] = {
        [HV_RECORDS_LIST] = { 10, 16 },
        [HV_RECORDS_MATRIX] = { 5, 15 },
        [HV_RECORDS_DIFF] = { 4, 8 },
        [HV_RECORDS_COVERAGE] = { 10, 16 },
    };

    (void)cols;
    if (!app->is_detail_on || rows < 14)
        return rows - 2;
    return rows - 3 - details[hv_records_pane(app)][rows >= 30];
}

/* ------------------------------------------------------------ actions -- */

enum hv_role
hv_action_role(const struct hv_access_row *row)
{
    if (row->is_expired || row->reach == HV_REACH_REVOKED)
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

static bool
is_revoked(const struct hv_access_row *row)
{
    return row->reach == HV_REACH_REVOKED && row->action != HV_AUTH_REQUIRED;
}

const char *
hv_action_brief(const struct hv_access_row *row)
{
    static const char *const words[] = {
        [HV_AUTH_UNKNOWN] = "?",
        [HV_AUTH_NONE] = "in order",
        [HV_AUTH_REQUIRED] = "never given",
        [HV_AUTH_REAUTH_REQUIRED] = "agree again",
        [HV_AUTH_REAUTH_NOT_POSSIBLE] = "NOT POSSIBLE",
        [HV_AUTH_LOCATION] = "location",
    };

    return row->is_expired   ? "expired"
           : is_revoked(row) ? "REVOKED (11)"
                             : words[row->action];
}

/* --------------------------------------------------------------- list -- */

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

struct list {
    struct hv_list_column columns[COLUMNS];
    struct hv_layout at;
    char rights_head[32];
};

static void
make_columns(const struct hv_app *app, int width, struct list *list)
{
    int types = (int)(app->records.types_len < LETTERS ? app->records.types_len
                                                       : LETTERS);
    int most = (int)(app->records.types_len < 20 ? app->records.types_len : 20);

    snprintf(list->rights_head, sizeof(list->rights_head), "offline R of %zu",
             app->records.types_len);
    list->columns[RECORD] = (struct hv_list_column){ "record", 9, 12, false };
    list->columns[NAME] = (struct hv_list_column){ "name", 13, 26, false };
    list->columns[PERSON] = (struct hv_list_column){ "person", 13, 24, false };
    list->columns[ACTION] = (struct hv_list_column){ "action", 13, 27, false };
    list->columns[RIGHTS] =
        (struct hv_list_column){ list->rights_head, types < 5 ? 14 : 3 * types,
                                 most < 5 ? 16 : 3 * most, false };
    list->columns[EXPIRES] = (struct hv_list_column){ "expires", 7, 10, true };
    list->columns[STATE] = (struct hv_list_column){ "state", 8, 10, false };
    hv_layout_make(&list->at, list->columns, COLUMNS, 2, width - 2);
}

/* "G+ I+ D-": whether a change of each subscribed type there is told. */
static void
render_letters(const struct hv_app *app, struct hv_canvas *cv, int row,
               const struct hv_layout *at, const struct hv_access_row *record)
{
    int fit = at->len > RIGHTS ? (at->width[RIGHTS] + 1) / 3 : 0;

    if (record->reach == HV_REACH_NOT_READ || !app->records.types_len) {
        hv_layout_put(cv, row, at, RIGHTS, HV_ROLE_DIM,
                      app->records.types_len ? "not read" : "-");
        return;
    }
    for (int i = 0; i < fit && (size_t)i < app->records.types_len; i++) {
        enum hv_silence silence = hv_silence_of(record, &app->records.types[i]);
        bool is_more = i == fit - 1 && app->records.types_len > (size_t)fit;
        char text[4] = { hv_type_sign(app, (size_t)i),
                         silence == HV_NOTIFIES          ? '+'
                         : silence == HV_SILENCE_UNKNOWN ? '?'
                                                         : '-',
                         '\0' };

        hv_canvas_text(cv, row, at->at[RIGHTS] + 3 * i, 0,
                       is_more                         ? HV_ROLE_DIM
                       : silence == HV_NOTIFIES        ? HV_ROLE_GOOD
                       : silence == HV_SILENCE_UNKNOWN ? HV_ROLE_DIM
                                                       : HV_ROLE_BAD,
                       is_more ? ".." : text);
    }
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_access_row *record = hv_records_at(app, i);
    char text[64];

    hv_guid_short(&record->record, text);
    hv_layout_put(cv, row, at, RECORD, HV_ROLE_STRONG, text);
    hv_layout_put(cv, row, at, NAME, HV_ROLE_TEXT, record->name);
    hv_layout_put(cv, row, at, PERSON, HV_ROLE_TEXT, record->person_name);
    hv_layout_put(cv, row, at, ACTION, hv_action_role(record),
                  at->width[ACTION] < 27 || is_revoked(record)
                      ? hv_action_brief(record)
                      : records_action_text(record));
    render_letters(app, cv, row, at, record);
    if (record->is_expired)
        hv_copy(text, sizeof(text), "over");
    else if (record->expires_ms == INT64_MAX || !record->expires_ms)
        hv_copy(text, sizeof(text), "-");
    else
        time_left(app, record->expires_ms, text);
    hv_layout_put(cv, row, at, EXPIRES, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, STATE, HV_ROLE_DIM, record->state);
}

static void
render_list(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    const struct hv_access_row *row = hv_record_row(app);
    struct list list;

    make_columns(app, cv->cols, &list);
    hv_layout_head(cv, 1, &list.at);
    hv_list_each(app, cv, HV_VIEW_RECORDS, 2, rows, render_row, &list.at);
    if (app->is_detail_on && row && cv->rows - 3 - rows > 3) {
        struct hv_canvas part =
            hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);

        hv_record_detail_render(app, &part, row);
    }
}

/* -------------------------------------------------------------- title -- */

/* How far the reading is, or where it stopped. */
static int
render_reading(const struct hv_app *app, struct hv_canvas *cv, int at)
{
    size_t len = app->records.access.len;

    if (app->records_load.is_asked && app->recs.is_first)
        at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_NOTE, "and more coming") + 2;
    else if (app->records_load.is_asked)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_NOTE, "read again: %zu",
                              app->recs.coming.access.len) +
              2;
    else if (app->recs.is_partial)
        at +=
            hv_canvas_text(cv, 0, at, 0, HV_ROLE_WARN, "stopped, not all") + 2;
    else if (cv->cols >= 100 &&
             app->now_ms - app->records_load.read_ms >= STALE_MS) {
        char age[HV_SPAN_TEXT];

        hv_ago_format(app, app->records_load.read_ms, age);
        at +=
            hv_canvas_textf(cv, 0, at, 0, HV_ROLE_DIM, "read %s ago", age) + 2;
    }
    if (app->recs.is_reading_all)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_NOTE, "rights of %zu",
                              len - hv_records_unread(app)) +
              2;
    return at;
}

/* How many of each, as far as there is room: what needs somebody first. */
static void
render_counts(const struct hv_app *app, struct hv_canvas *cv, int at, int end)
{
    static const struct {
        enum hv_auth_action action;
        enum hv_role role;
        const char *word;
    } words[] = {
        { HV_AUTH_REAUTH_REQUIRED, HV_ROLE_WARN, "reauth" },
        { HV_AUTH_REQUIRED, HV_ROLE_BAD, "never" },
        { HV_AUTH_REAUTH_NOT_POSSIBLE, HV_ROLE_BAD, "impossible" },
        { HV_AUTH_LOCATION, HV_ROLE_BAD, "location" },
        { HV_AUTH_NONE, HV_ROLE_GOOD, "ok" },
        { HV_AUTH_UNKNOWN, HV_ROLE_DIM, "unknown" },
    };
    size_t counts[HV_AUTH_LOCATION + 1] = { 0 }, expired = 0;
    char text[48];

    for (size_t i = 0; i < app->records.access.len; i++) {
        if (app->records.access.rows[i].is_expired)
            expired++;
        else
            counts[app->records.access.rows[i].action]++;
    }
    for (size_t i = 0; i <= HV_LEN(words); i++) {
        size_t count = i ? counts[words[i - 1].action] : expired;

        snprintf(text, sizeof(text), "%s %zu",
                 i ? words[i - 1].word : "expired", count);
        if (count && at + (int)strlen(text) + 3 >= end) {
            hv_canvas_text(cv, 0, at, 0, HV_ROLE_DIM, "..");
            break;
        }
        if (count)
            at += hv_canvas_text(cv, 0, at, 0,
                                 i ? words[i - 1].role : HV_ROLE_BAD, text) +
                  2;
    }
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    char title[48];
    int at, end;

    snprintf(title, sizeof(title),
             app->records_load.has_data ? "Records %zu" : "Records",
             app->records.access.len);
    at = hv_title_panes_render(app, cv, HV_VIEW_RECORDS, title);
    if (app->records_load.has_data)
        at = render_reading(app, cv, at);
    end = hv_list_state_render(app, cv, at);
    if (app->records_load.has_data && !app->lists[HV_VIEW_RECORDS].filter[0] &&
        !app->is_filtering)
        render_counts(app, cv, at, end);
}

/* ------------------------------------------------------------ the whole -- */

static void
render_nothing(const struct hv_app *app, struct hv_canvas *cv)
{
    enum hv_records_pane pane = hv_records_pane(app);
    size_t unread = hv_records_unread(app);

    if (hv_list_all(app, HV_VIEW_RECORDS))
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits the filter. Esc clears it.");
    else if (!app->records.access.len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       "Nobody authorised this application yet.");
    else if (pane == HV_RECORDS_COVERAGE && !app->records.types_len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       "No subscription names a type: nothing is told of any "
                       "record.");
    else if (pane == HV_RECORDS_COVERAGE && !unread)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_GOOD,
                       "Every record tells of every subscribed type.");
    else if (pane == HV_RECORDS_COVERAGE)
        hv_canvas_textf(cv, 2, 2, cv->cols - 3, HV_ROLE_TEXT,
                        "No silence found yet; the rights of %zu records are "
                        "not read.%s",
                        unread,
                        app->recs.is_reading_all ? "" : " a reads them.");
}

void
hv_records_render(const struct hv_app *app, struct hv_canvas *cv)
{
    int rows = hv_records_list_rows(app, cv->rows, cv->cols);

    render_title(app, cv);
    if (!app->records_load.has_data &&
        hv_load_state(app, cv, 3, &app->records_load, "records"))
        return;
    if (hv_records_pane(app) != HV_RECORDS_DIFF &&
        !hv_list_count(app, HV_VIEW_RECORDS))
        render_nothing(app, cv);
    switch (hv_records_pane(app)) {
    case HV_RECORDS_MATRIX:
        hv_matrix_render(app, cv, rows);
        break;
    case HV_RECORDS_DIFF:
        hv_diff_render(app, cv, rows);
        break;
    case HV_RECORDS_COVERAGE:
        hv_cover_render(app, cv, rows);
        break;
    default:
        render_list(app, cv, rows);
        break;
    }
}
