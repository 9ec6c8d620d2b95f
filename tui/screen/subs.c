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
    { "A", "sub add", "add", NULL },
    { "D", "sub delete %id", "delete", NULL },
    { "R", "key rotate %id", "rotate key", NULL },
    { "x", "why", "explain", NULL },
    { "d", "detail", "detail", NULL },
    { 0 },
};

static const struct hv_list_column columns[] = {
    { "id", 9, 9, false },     { "types", 16, 44, false },
    { "st", 4, 4, false },     { "last", 4, 5, true },
    { "24h", 5, 6, true },     { "path", 16, 40, false },
    { "key", 12, 16, false },  { "refused", 7, 7, true },
    { "host", 12, 30, false },
};
enum { ID, TYPES, ST, LAST, DAY, PATH, KEY, REFUSED, HOST };

static bool
has_detail(const struct hv_app *app, int rows)
{
    return app->is_detail_on && rows >= 14;
}

static int
detail_rows(int rows)
{
    return rows >= 26 ? 8 : 6;
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

static void
state_of(const struct hv_sub_row *row, char out[8], enum hv_role *role)
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
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, const struct hv_sub_row *sub,
           bool is_selected)
{
    char text[512];
    char small[64];
    enum hv_role role;

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    if (is_selected)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_guid_short(&sub->sub.id, small);
    hv_layout_put(cv, row, at, ID, HV_ROLE_STRONG, small);
    hv_sub_words(&sub->sub, text, sizeof(text));
    hv_layout_put(cv, row, at, TYPES, HV_ROLE_TEXT, text);
    state_of(sub, small, &role);
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
    host_of(sub->sub.url, small);
    hv_layout_put(cv, row, at, HOST, HV_ROLE_DIM, small);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    char ago[HV_SPAN_TEXT];
    int at;

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
    if (app->filter[HV_VIEW_SUBS][0] && !app->is_filtering)
        hv_canvas_textf(cv, 0, cv->cols >= 70 ? at + 29 : at + 2, 0,
                        HV_ROLE_NOTE, "[/%s]", app->filter[HV_VIEW_SUBS]);
    hv_ago_format(app, app->subs_load.read_ms, ago);
    if (cv->cols >= 60)
        hv_canvas_rightf(cv, 0, cv->cols - 17, 16, HV_ROLE_DIM,
                         ago[0] == 'n' ? "read just now" : "read %s ago", ago);
}

/* "active v20261111-1 10d   accepted v20260823-1 draining, safe in 2d 22h" */
static void
keys_words(const struct hv_app *app, const struct hv_guid *sub,
           struct hv_buf *out)
{
    char span[HV_SPAN_TEXT];

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (!hv_guid_equal(&key->sub, sub) || key->state == HV_KEY_RETIRED)
            continue;
        hv_ago_format(app, key->created_ms, span);
        hv_buf_addf(out, "%s%s %s (%s)", out->len ? "   " : "",
                    hv_key_state_word(key->state), key->version.id, span);
        if (key->drain == HV_DRAIN_NONE)
            continue;
        hv_buf_addf(out, " %s", hv_drain_word(key->drain));
        if (key->safe_at_ms > app->now_ms) {
            hv_span_format(key->safe_at_ms - app->now_ms, span);
            hv_buf_addf(out, ", safe in %s", span);
        }
    }
    if (!out->len)
        hv_buf_add_str(out, "none in this keystore");
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_sub_row *sub)
{
    struct hv_buf keys = { 0 };
    char text[2048];
    char id[HV_GUID_TEXT];
    char ago[HV_SPAN_TEXT];
    const struct hv_verdict_row *verdict = hv_verdict_row(sub->last_verdict);
    int row = 1;

    hv_guid_format(&sub->sub.id, id);
    hv_canvas_rule(cv, 0, 0, cv->cols, id);
    hv_sub_words(&sub->sub, text, sizeof(text));
    hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "types");
    row += hv_canvas_wrap(cv, row, 9, cv->cols - 10, cv->rows > 7 ? 2 : 1,
                          HV_ROLE_TEXT, text);
    row += hv_label(cv, row, "url", 7, HV_ROLE_TEXT, sub->sub.url);
    keys_words(app, &sub->sub.id, &keys);
    hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "keys");
    row += hv_canvas_wrap(cv, row, 9, cv->cols - 10, 2,
                          sub->has_key ? HV_ROLE_TEXT : HV_ROLE_BAD,
                          hv_buf_str(&keys));
    hv_buf_release(&keys);
    hv_ago_format(app, sub->last_ms, ago);
    if (sub->last_ms)
        snprintf(text, sizeof(text), "%s, %s%s: %s", verdict->word, ago,
                 ago[0] == 'n' ? "" : " ago", verdict->sentence);
    else
        snprintf(text, sizeof(text), "no message yet");
    hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "last");
    row += hv_canvas_wrap(
        cv, row, 9, cv->cols - 10, cv->rows > 7 ? 2 : 1,
        sub->last_ms ? hv_verdict_role(sub->last_verdict) : HV_ROLE_DIM, text);
    if (!sub->is_live)
        hv_label(cv, row, "note", 7, HV_ROLE_WARN,
                 "the platform does not list it any more");
    else if (!sub->has_key)
        hv_label(cv, row, "note", 7, HV_ROLE_BAD,
                 "its key is not in the keystore: R gives it one that is");
}

void
hv_subs_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_SUBS);
    int rows = hv_subs_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 3);
    hv_layout_head(cv, 1, &at);
    if (!app->subs.len &&
        hv_load_state(app, cv, 3, &app->subs_load, "subscriptions"))
        return;
    if (!len)
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT,
                       app->subs.len ? "Nothing fits the filter. Esc clears it."
                                     : "No subscriptions yet. A adds one.");
    for (int i = 0; i < rows; i++) {
        size_t nth = app->subs_cursor.top + (size_t)i;

        if (nth >= len)
            break;
        render_row(app, cv, 2 + i, &at,
                   &app->subs.rows[hv_list_row(app, HV_VIEW_SUBS, nth)],
                   nth == app->subs_cursor.at);
    }
    if (has_detail(app, cv->rows) && app->subs_cursor.at < len) {
        struct hv_canvas detail = hv_canvas_part(
            cv, 2 + rows, 0, detail_rows(cv->rows) + 1, cv->cols);

        render_detail(app, &detail,
                      &app->subs.rows[hv_list_row(app, HV_VIEW_SUBS,
                                                  app->subs_cursor.at)]);
    }
}
