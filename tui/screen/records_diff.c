/*
 * records_diff.c - the tab diff of the Records view: what can be compared, and
 * what came of it. Pure.
 */
#include "tui/screen/records_parts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct hv_list_column columns[] = {
    { "record", 9, 12, false },  { "name", 14, 24, false },
    { "change", 6, 8, false },   { "type", 14, 24, false },
    { "was", 13, 27, false },    { "is", 13, 27, false },
    { "person", 14, 24, false },
};
enum { RECORD, NAME, CHANGE, TYPE, WAS, IS, PERSON };

/* The platform's words begin alike: a narrow column needs others. */
static const char *
brief(const char *word)
{
    static const char *const words[][2] = {
        { "NoActionRequired", "in order" },
        { "AuthorizationRequired", "never given" },
        { "ReauthorizationRequired", "agree again" },
        { "ReauthorizationNotPossible", "NOT POSSIBLE" },
        { "RecordLocationNotSupported", "location" },
    };

    for (size_t i = 0; i < HV_LEN(words); i++) {
        if (!strcmp(word, words[i][0]))
            return words[i][1];
    }
    return word[0] ? word : "-";
}

static void
render_change(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
              const void *arg)
{
    static const char *const words[] = {
        [HV_CHANGE_NEW] = "new",
        [HV_CHANGE_GONE] = "GONE",
        [HV_CHANGE_ACTION] = "action",
        [HV_CHANGE_RIGHTS] = "rights",
    };
    const struct hv_layout *at = arg;
    const struct hv_diff_row *diff = hv_records_diff_row(app, i);
    char text[96] = "-";

    hv_guid_short(&diff->record, text);
    hv_layout_put(cv, row, at, RECORD, HV_ROLE_STRONG, text);
    hv_layout_put(cv, row, at, NAME, HV_ROLE_TEXT, diff->name);
    hv_layout_put(cv, row, at, CHANGE,
                  diff->kind == HV_CHANGE_GONE ? HV_ROLE_BAD : HV_ROLE_WARN,
                  diff->is_draft ? "would" : words[diff->kind]);
    hv_copy(text, sizeof(text), "-");
    if (diff->kind == HV_CHANGE_RIGHTS)
        hv_type_name(&diff->type, text, sizeof(text));
    hv_layout_put(cv, row, at, TYPE, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, WAS, HV_ROLE_TEXT,
                  at->width[WAS] < 27 ? brief(diff->was) : diff->was);
    hv_layout_put(cv, row, at, IS, HV_ROLE_TEXT,
                  at->len > IS && at->width[IS] < 27 ? brief(diff->is)
                                                     : diff->is);
    hv_layout_put(cv, row, at, PERSON, HV_ROLE_TEXT, diff->person_name);
}

static void
render_side(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
            const void *arg)
{
    const char *side = hv_records_side(app, i);
    char age[HV_SPAN_TEXT] = "";

    (void)arg;
    if (i < app->recs.diff.kept_len)
        hv_ago_format(app, app->recs.diff.kept[i].kept_ms, age);
    hv_canvas_text(cv, row, 2, 32, HV_ROLE_STRONG, side);
    hv_canvas_text(cv, row, 36, 27, HV_ROLE_TEXT,
                   age[0] ? "snapshot, kept before"
                          : "what the platform says now");
    hv_canvas_text(cv, row, 64, 8, HV_ROLE_DIM, age);
    if (!strcmp(side, app->recs.marked))
        hv_canvas_text(cv, row, 73, 0, HV_ROLE_WARN, "marked");
}

/* ------------------------------------------------------------- the foot -- */

static void
render_summary(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_diff_model *diff = &app->recs.diff;
    size_t counts[HV_CHANGE_RIGHTS + 1] = { 0 };

    for (size_t i = 0; i < diff->len; i++)
        counts[diff->rows[i].kind]++;
    hv_canvas_rule(cv, 0, 0, cv->cols, "Compared");
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_RECORDS);
    hv_canvas_textf(cv, 1, 1, cv->cols - 2, HV_ROLE_TEXT, "%s  to  %s", diff->a,
                    diff->b);
    if (diff->is_draft)
        hv_canvas_textf(cv, 2, 1, cv->cols - 2, HV_ROLE_TEXT,
                        "%zu of %zu records would change; rights that were "
                        "granted stay.",
                        diff->len, diff->records);
    else
        hv_canvas_textf(cv, 2, 1, cv->cols - 2, HV_ROLE_TEXT,
                        "%zu new, %zu gone, %zu of another action, %zu rights "
                        "are others; %zu records.",
                        counts[HV_CHANGE_NEW], counts[HV_CHANGE_GONE],
                        counts[HV_CHANGE_ACTION], counts[HV_CHANGE_RIGHTS],
                        diff->records);
    if (diff->unread)
        hv_canvas_textf(cv, 3, 1, cv->cols - 2, HV_ROLE_WARN,
                        "Stopped: the rights of %zu records were not read and "
                        "are not compared.",
                        diff->unread);
    else
        hv_canvas_text(cv, 3, 1, cv->cols - 2, HV_ROLE_DIM,
                       "c chooses others; :compare online:FILE or offline:FILE "
                       "for a draft of rules.");
}

static void
render_choosing(const struct hv_app *app, struct hv_canvas *cv)
{
    hv_canvas_rule(cv, 0, 0, cv->cols, "Compare");
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_RECORDS);
    hv_canvas_textf(cv, 1, 1, cv->cols - 2, HV_ROLE_TEXT,
                    app->recs.diff.kept_len
                        ? "Enter: a snapshot with now. c marks it; c on "
                          "another compares the two."
                        : "No snapshot was kept yet: A keeps one (%zu calls).",
                    app->records.access.len + 1);
    hv_canvas_text(cv, 2, 1, cv->cols - 2, HV_ROLE_TEXT,
                   ":compare online:FILE or :compare offline:FILE takes a "
                   "draft of rules.");
    hv_canvas_text(cv, 3, 1, cv->cols - 2, HV_ROLE_DIM,
                   "Now takes a call for each record; ^c stops, what came is "
                   "compared.");
}

static void
render_rows(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    struct hv_layout at;

    if (app->recs.is_choosing) {
        hv_canvas_text(cv, 1, 2, 0, HV_ROLE_HEAD, "what can be compared");
        hv_list_each(app, cv, HV_VIEW_RECORDS, 2, rows, render_side, NULL);
        return;
    }
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!hv_list_count(app, HV_VIEW_RECORDS))
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_GOOD,
                       app->recs.diff.len
                           ? "Nothing fits the filter. Esc clears it."
                           : "No difference.");
    hv_list_each(app, cv, HV_VIEW_RECORDS, 2, rows, render_change, &at);
}

void
hv_diff_render(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    struct hv_canvas part =
        hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
    const struct hv_busy *busy = &app->busy[HV_JOB_DIFF];

    if (busy->op && busy->label[0]) {
        hv_canvas_spinner(cv, 2, 2, HV_ROLE_NOTE, app->mono_ms / 120);
        hv_canvas_textf(cv, 2, 4, cv->cols - 5, HV_ROLE_TEXT,
                        "%s ... ^c stops; what came by then is compared.",
                        busy->label);
        return;
    }
    if (!app->diff_load.has_data &&
        hv_load_state(app, cv, 3, &app->diff_load, "snapshots"))
        return;
    render_rows(app, cv, rows);
    if (!app->is_detail_on || part.rows < 4)
        return;
    if (app->recs.is_choosing)
        render_choosing(app, &part);
    else
        render_summary(app, &part);
}
