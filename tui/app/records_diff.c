/*
 * records_diff.c - the tab diff of the Records view: which two pictures are
 * compared, and what came of it. The comparing is the worker's. Called by
 * update() and its parts.
 */
#include "tui/app/parts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void
ask(struct hv_app *app, const char *text, const char *label)
{
    if (app->diff_load.is_asked) {
        hv_app_say(app, HV_ROLE_WARN,
                   "Wait: it is still being read; ^c stops "
                   "it.");
        return;
    }
    app->diff_load.is_asked = true;
    hv_job_start(app, HV_JOB_DIFF, label)->text = hv_strdup(text);
}

void
hv_diff_begin(struct hv_app *app)
{
    if (app->recs.diff.a[0] || app->diff_load.is_asked)
        return;
    app->recs.is_choosing = true;
    ask(app, "list", "");
}

static void
compare(struct hv_app *app, const char *a, const char *b)
{
    struct hv_buf text = { 0 };

    hv_buf_addf(&text, "%s\n%s", a, b);
    ask(app, hv_buf_str(&text), "comparing");
    hv_buf_release(&text);
    app->recs.marked[0] = '\0';
}

void
hv_diff_open(struct hv_app *app)
{
    const char *side = hv_records_side(app, hv_list_at(app, HV_VIEW_RECORDS));

    if (!side)
        hv_app_say(app, HV_ROLE_TEXT, "Nothing is selected here.");
    else if (app->recs.marked[0] && strcmp(app->recs.marked, side))
        compare(app, app->recs.marked, side);
    else if (strcmp(side, "now"))
        compare(app, side, "now");
    else
        hv_app_say(app, HV_ROLE_TEXT,
                   "Choose a snapshot: it is compared with now. A keeps one.");
}

void
hv_records_keep(struct hv_app *app, const char *args)
{
    (void)args;
    app->lists[HV_VIEW_RECORDS].pane = HV_RECORDS_DIFF;
    app->recs.is_choosing = true;
    hv_list_settle(app, HV_VIEW_RECORDS);
    app->recs.is_keeping = true;
    if (!app->diff_load.is_asked) /* else once that is there */
        ask(app, "keep", "keeping a snapshot");
}

/* ":compare A B", ":compare online:FILE" and the like: against now. */
static void
compare_named(struct hv_app *app, const char *args)
{
    size_t len = strcspn(args, " ");
    const char *second = args + len + strspn(args + len, " ");
    bool is_draft =
        !strncmp(args, "online:", 7) || !strncmp(args, "offline:", 8);
    char first[HV_DIFF_SIDE];

    snprintf(first, sizeof(first), "%.*s", (int)len, args);
    app->lists[HV_VIEW_RECORDS].pane = HV_RECORDS_DIFF;
    if (is_draft && !second[0])
        compare(app, "now", first);
    else
        compare(app, first, second[0] ? second : "now");
}

void
hv_diff_compare(struct hv_app *app, const char *args)
{
    const char *side = hv_records_side(app, hv_list_at(app, HV_VIEW_RECORDS));

    if (args[0]) {
        compare_named(app, args);
    } else if (!side) {
        app->lists[HV_VIEW_RECORDS].pane = HV_RECORDS_DIFF;
        app->recs.is_choosing = true;
        app->recs.marked[0] = '\0';
        hv_records_pane_changed(app);
        if (!app->diff_load.is_asked)
            ask(app, "list", "");
    } else if (app->recs.marked[0] && strcmp(app->recs.marked, side)) {
        compare(app, app->recs.marked, side);
    } else {
        hv_copy(app->recs.marked, sizeof(app->recs.marked), side);
        hv_app_say(app, HV_ROLE_TEXT,
                   "c on another compares the two; Enter does it with now.");
    }
}

void
hv_diff_progress(struct hv_app *app, const char *text)
{
    hv_copy(app->busy[HV_JOB_DIFF].label, sizeof(app->busy[0].label), text);
}

void
hv_diff_take(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_diff_model *got = &msg->u.diff;
    bool is_kept = got->kept_len > app->recs.diff.kept_len;
    bool is_shown = hv_records_pane(app) == HV_RECORDS_DIFF;

    app->recs.is_choosing = !got->a[0];
    hv_diff_model_release(&app->recs.diff);
    app->recs.diff = *got;
    *got = (struct hv_diff_model){ 0 };
    if (is_shown && !app->recs.is_choosing) {
        app->lists[HV_VIEW_RECORDS].cursor = (struct hv_cursor){ 0 };
        app->lists[HV_VIEW_RECORDS].filter[0] = '\0';
    }
    if (app->recs.is_keeping && is_kept)
        hv_copy(app->lists[HV_VIEW_RECORDS].cursor.id, HV_ROW_ID,
                app->recs.diff.kept[0].name);
    if (is_shown)
        hv_list_settle(app, HV_VIEW_RECORDS);
    if (!app->recs.is_choosing)
        hv_app_say(app, HV_ROLE_TEXT, "%zu difference%s.", app->recs.diff.len,
                   app->recs.diff.len == 1 ? "" : "s");
    if (app->recs.is_keeping && is_kept)
        hv_app_say(app, HV_ROLE_GOOD, "Kept: %s", app->recs.diff.kept[0].name);
    if (app->recs.is_keeping && !is_kept)
        ask(app, "keep", "keeping a snapshot");
    else
        app->recs.is_keeping = false;
}

void
hv_diff_failed(struct hv_app *app, const struct hv_error *error)
{
    hv_app_complain(app, app->recs.is_keeping ? "Not kept" : "Not compared",
                    error);
    app->recs.is_keeping = false;
}
