/*
 * subs.c - the subscriptions of the application: list and detail. Draws
 * app->subs and app->keys, filled by the worker. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct hv_binding hv_subs_bindings[] = {
    { "<Enter>", "open", "open", NULL },
    { "A", "sub add", "add", "create a subscription, in a form" },
    { "E", "sub change", "edit", "edit its URL or types, in a form" },
    { "C", "sub clone", NULL, "create one like this" },
    { "D", "sub delete %ids", "delete", "unsubscribe; its keys are kept" },
    { "R", "key rotate %ids", "rotate key", NULL },
    { "x", "why", "explain", NULL },
    { "T", "test this", NULL, NULL },
    { "c", "compare", NULL, "compare: mark one, then another" },
    { "]", "pane next", "tabs", "next tab of the detail" },
    { "[", "pane prev", NULL, "previous tab of the detail" },
    { "<Space>", "mark", NULL, "mark this row, or take the mark away" },
    { "*", "mark visible", NULL, "mark all that the filter shows" },
    { "u", "mark none", NULL, "take all marks away" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

static const struct hv_list_column columns[] = {
    { "id", 9, 9, false },
    { "types", 16, 44, false },
    { "st", 4, 4, false },
    { "last", 4, 5, true },
    { "24h", 5, 6, true },
    { "path", 16, 40, false },
    { "key", 12, 14, false },
    { "refused", 7, 7, true },
    { "last 24 hours", HV_LOG_HOURS, HV_LOG_HOURS, false },
    { "host", 32, 40, false }, /* the path is what tells them apart */
};
enum { ID, TYPES, ST, LAST, DAY, PATH, KEY, REFUSED, HOURS, HOST };

static bool
has_detail(const struct hv_app *app, int rows)
{
    return app->is_detail_on && rows >= 14;
}

static int
detail_rows(int rows)
{
    return rows >= 34 ? 14 : rows >= 26 ? 10 : 7;
}

int
hv_subs_list_rows(const struct hv_app *app, int rows, int cols)
{
    (void)cols;
    return rows - 2 - (has_detail(app, rows) ? detail_rows(rows) + 1 : 0);
}

static void
host_of(const char *url, char out[64])
{
    const char *host = strstr(url, "://");
    size_t len;

    host = host ? host + 3 : url;
    len = strcspn(host, "/");
    snprintf(out, 64, "%.*s", (int)(len < 63 ? len : 63), host);
}

void
hv_sub_state(const struct hv_sub_row *row, char out[8], enum hv_role *role)
{
    char letter =
        row->last_ms ? hv_verdict_mark(row->last_verdict, false) : '-';

    *role = row->last_ms ? hv_verdict_role(row->last_verdict) : HV_ROLE_DIM;
    if (!row->is_live) {
        snprintf(out, 8, "gone");
        *role = HV_ROLE_WARN;
    } else if (!row->has_key) {
        snprintf(out, 8, "%c!", letter);
        *role = HV_ROLE_BAD;
    } else {
        snprintf(out, 8, "%c", letter);
    }
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_sub_row *sub = &app->subs.rows[i];
    char text[512];
    char small[64];
    enum hv_role role;

    hv_guid_short(&sub->sub.id, small);
    hv_layout_put(cv, row, at, ID, HV_ROLE_STRONG, small);
    hv_sub_words(&sub->sub, text, sizeof(text));
    hv_layout_put(cv, row, at, TYPES, HV_ROLE_TEXT, text);
    hv_sub_state(sub, small, &role);
    hv_layout_put(cv, row, at, ST, role, small);
    hv_ago_format(app, sub->last_ms, small);
    hv_layout_put(cv, row, at, LAST, sub->last_ms ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  small);
    snprintf(small, sizeof(small), "%lld", (long long)sub->uses_24h);
    hv_layout_put(cv, row, at, DAY, sub->uses_24h ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  small);
    hv_layout_put(cv, row, at, PATH, HV_ROLE_TEXT, hv_url_path(sub->sub.url));
    hv_layout_put(cv, row, at, KEY, HV_ROLE_TEXT, sub->sub.version.id);
    snprintf(small, sizeof(small), "%lld", (long long)sub->refused_24h);
    hv_layout_put(cv, row, at, REFUSED,
                  sub->refused_24h ? HV_ROLE_BAD : HV_ROLE_DIM, small);
    if (HOURS < at->len)
        hv_hours_render(app, cv, row, at->at[HOURS], &sub->sub.id);
    host_of(sub->sub.url, small);
    hv_layout_put(cv, row, at, HOST, HV_ROLE_DIM, small);
}

/* What is shown is old: how old, and when it will be read again. */
static void
render_not_read(const struct hv_app *app, struct hv_canvas *cv, int at,
                int width, const char *ago)
{
    bool is_net = app->subs_load.error.status == HV_ERR_NET;
    char again[HV_RETRY_TEXT] = "r tries again";

    if (is_net)
        hv_retry_words(app, again);
    if (width > 58)
        hv_canvas_rightf(cv, 0, at, width, HV_ROLE_BAD, "%s, read %s%s: %s",
                         is_net ? "NOT REACHED" : "NOT READ", ago,
                         ago[0] == 'n' ? "" : " ago", again);
    else
        hv_canvas_rightf(cv, 0, at, width, HV_ROLE_BAD, "%s: %s",
                         is_net ? "NOT REACHED" : "NOT READ", again);
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    char ago[HV_SPAN_TEXT];
    int at;
    int end;

    if (!app->subs_load.has_data) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_TITLE, "Subscriptions");
        return;
    }
    at = 1 + hv_canvas_textf(cv, 0, 1, 0, HV_ROLE_TITLE, "Subscriptions %d/%d",
                             app->subs.used, app->subs.limit);
    if (cv->cols >= 70)
        hv_canvas_bar(
            cv, 0, at + 2, app->subs.limit < 25 ? app->subs.limit : 25,
            app->subs.used < app->subs.limit ? HV_ROLE_GOOD : HV_ROLE_WARN,
            app->subs.used, app->subs.limit);
    at += cv->cols >= 70 ? app->subs.limit < 25 ? app->subs.limit + 4 : 29 : 2;
    hv_ago_format(app, app->subs_load.read_ms, ago);
    end = hv_list_state_render(app, cv, at);
    if (app->subs_load.error.status)
        render_not_read(app, cv, at, end - at, ago);
    else if (!app->lists[HV_VIEW_SUBS].filter[0] && end - at > 18)
        hv_canvas_rightf(cv, 0, end - 16, 16, HV_ROLE_DIM,
                         ago[0] == 'n' ? "read just now" : "read %s ago", ago);
}

void
hv_subs_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_SUBS);
    int rows = hv_subs_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 3, cv->cols - 4);
    hv_layout_head(cv, 1, &at);
    if (!app->subs.len &&
        hv_load_state(app, cv, 3, &app->subs_load, "subscriptions"))
        return;
    if (!len)
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT,
                       app->subs.len ? "Nothing fits the filter. Esc clears it."
                                     : "No subscriptions yet. A adds one.");
    hv_list_each(app, cv, HV_VIEW_SUBS, 2, rows, render_row, &at);
    if (has_detail(app, cv->rows) && app->lists[HV_VIEW_SUBS].cursor.at < len) {
        struct hv_canvas detail = hv_canvas_part(
            cv, 2 + rows, 0, detail_rows(cv->rows) + 1, cv->cols);

        hv_subs_detail_render(
            app, &detail,
            &app->subs.rows[hv_list_row(app, HV_VIEW_SUBS,
                                        app->lists[HV_VIEW_SUBS].cursor.at)]);
    }
}
