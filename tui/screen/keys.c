/*
 * keys.c - the key versions of all subscriptions, and why one is not safe to
 * retire yet. Draws app->keys, filled by the worker. Pure; never key bytes.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

const struct hv_binding hv_keys_bindings[] = {
    { "<Enter>", "open", "open", NULL },
    { "R", "key rotate %id", "rotate", NULL },
    { "x", "why", "explain", NULL },
    { "d", "detail", "detail", NULL },
    { 0 },
};

static const struct hv_list_column columns[] = {
    { "sub", 9, 9, false },     { "version", 12, 20, false },
    { "state", 8, 8, false },   { "made", 4, 5, true },
    { "last use", 8, 8, true }, { "24h", 5, 6, true },
    { "drain", 8, 9, false },   { "safe", 7, 8, true },
    { "types", 16, 36, false }, { "uses", 7, 8, true },
    { "origin", 8, 8, false },
};
enum { SUB, VERSION, STATE, MADE, LAST, DAY, DRAIN, SAFE, TYPES, USES, ORIGIN };

static bool
has_detail(const struct hv_app *app, int rows)
{
    return app->is_detail_on && rows >= 14;
}

int
hv_keys_list_rows(const struct hv_app *app, int rows, int cols)
{
    (void)cols;
    return rows - 2 - (has_detail(app, rows) ? 6 : 0);
}

static void
put_count(struct hv_canvas *cv, int row, const struct hv_layout *at, int column,
          int64_t count)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)count);
    hv_layout_put(cv, row, at, column, count ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  text);
}

static void
put_drain(const struct hv_app *app, struct hv_canvas *cv, int row,
          const struct hv_layout *at, const struct hv_key_row *key)
{
    enum hv_role role = key->drain == HV_DRAIN_SAFE       ? HV_ROLE_GOOD
                        : key->drain == HV_DRAIN_DRAINING ? HV_ROLE_WARN
                                                          : HV_ROLE_TEXT;
    char span[HV_SPAN_TEXT] = "-";

    if (key->state == HV_KEY_PENDING) {
        hv_layout_put(cv, row, at, DRAIN, HV_ROLE_WARN,
                      key->intent == HV_INTENT_NONE ? "not sent" : "stopped");
        hv_layout_put(cv, row, at, SAFE, HV_ROLE_DIM, "-");
        return;
    }
    hv_layout_put(
        cv, row, at, DRAIN, key->drain == HV_DRAIN_NONE ? HV_ROLE_DIM : role,
        key->drain == HV_DRAIN_NONE ? "-" : hv_drain_word(key->drain));
    if (key->drain == HV_DRAIN_SAFE)
        hv_copy(span, sizeof(span), "now");
    else if (key->safe_at_ms > app->now_ms)
        hv_span_format(key->safe_at_ms - app->now_ms, span);
    hv_layout_put(cv, row, at, SAFE,
                  span[0] == '-' ? HV_ROLE_DIM : HV_ROLE_TEXT, span);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, const struct hv_key_row *key,
           bool is_selected)
{
    const struct hv_sub_row *sub = hv_app_sub(app, &key->sub);
    char text[512];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    if (is_selected)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_guid_short(&key->sub, text);
    hv_layout_put(cv, row, at, SUB, HV_ROLE_STRONG, text);
    hv_layout_put(cv, row, at, VERSION, HV_ROLE_TEXT, key->version.id);
    hv_layout_put(cv, row, at, STATE, hv_state_role(key->state),
                  hv_key_state_word(key->state));
    hv_ago_format(app, key->created_ms, text);
    hv_layout_put(cv, row, at, MADE, HV_ROLE_TEXT, text);
    hv_ago_format(app, key->last_used_ms, text);
    hv_layout_put(cv, row, at, LAST,
                  key->last_used_ms ? HV_ROLE_TEXT : HV_ROLE_DIM, text);
    put_count(cv, row, at, DAY, key->uses_24h);
    put_drain(app, cv, row, at, key);
    put_count(cv, row, at, USES, key->uses);
    text[0] = 0;
    if (sub)
        hv_sub_words(&sub->sub, text, sizeof(text));
    hv_layout_put(cv, row, at, TYPES, HV_ROLE_DIM, text);
    hv_layout_put(cv, row, at, ORIGIN, HV_ROLE_DIM,
                  key->origin == HV_KEY_IMPORTED ? "imported" : "made");
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    int count[HV_KEY_RETIRED + 1] = { 0 };
    int at = 1;

    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Keys") + 2;
    if (!app->keys_load.has_data)
        return;
    for (size_t i = 0; i < app->keys.len; i++) {
        if (app->keys.rows[i].state <= HV_KEY_RETIRED)
            count[app->keys.rows[i].state]++;
    }
    for (int state = HV_KEY_PENDING; state <= HV_KEY_RETIRED; state++) {
        at += hv_canvas_textf(
            cv, 0, at, 0,
            count[state] ? hv_state_role((enum hv_key_state)state)
                         : HV_ROLE_DIM,
            "%d %s", count[state], hv_key_state_word((enum hv_key_state)state));
        at += 2;
    }
    if (app->filter[HV_VIEW_KEYS][0] && !app->is_filtering)
        hv_canvas_textf(cv, 0, at + 1, 0, HV_ROLE_NOTE, "[/%s]",
                        app->filter[HV_VIEW_KEYS]);
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_key_row *key)
{
    struct hv_buf why = { 0 };
    char title[128];
    char made[HV_TIME_TEXT];
    char other[HV_TIME_TEXT];
    char id[HV_GUID_SHORT];
    int row = 1;

    hv_guid_short(&key->sub, id);
    snprintf(title, sizeof(title), "%s %s", id, key->version.id);
    hv_canvas_rule(cv, 0, 0, cv->cols, title);
    hv_time_format(key->created_ms, made);
    hv_time_format(key->superseded_ms ? key->superseded_ms : key->activated_ms,
                   other);
    hv_canvas_textf(cv, row++, 1, 0, HV_ROLE_TEXT, "made %.16sZ   %s %.16s%s",
                    made,
                    key->superseded_ms  ? "superseded"
                    : key->activated_ms ? "active since"
                                        : "",
                    other, other[0] ? "Z" : "");
    hv_canvas_textf(cv, row++, 1, 0, HV_ROLE_TEXT,
                    "verified %lld message%s, %lld in the last 24 h",
                    (long long)key->uses, key->uses == 1 ? "" : "s",
                    (long long)key->uses_24h);
    hv_key_why(app, key, &why);
    hv_canvas_wrap(cv, row, 1, cv->cols - 2, 3, HV_ROLE_TEXT, hv_buf_str(&why));
    hv_buf_release(&why);
}

void
hv_keys_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_KEYS);
    int rows = hv_keys_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 3);
    hv_layout_head(cv, 1, &at);
    if (!app->keys.len && hv_load_state(app, cv, 3, &app->keys_load, "keys"))
        return;
    if (!len)
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT,
                       app->keys.len ? "Nothing fits the filter. Esc clears it."
                                     : "No keys yet. A key is made with each "
                                       "subscription (2, then A).");
    for (int i = 0; i < rows; i++) {
        size_t nth = app->keys_cursor.top + (size_t)i;

        if (nth >= len)
            break;
        render_row(app, cv, 2 + i, &at,
                   &app->keys.rows[hv_list_row(app, HV_VIEW_KEYS, nth)],
                   nth == app->keys_cursor.at);
    }
    if (has_detail(app, cv->rows) && app->keys_cursor.at < len) {
        struct hv_canvas detail = hv_canvas_part(cv, 2 + rows, 0, 6, cv->cols);

        render_detail(app, &detail,
                      &app->keys.rows[hv_list_row(app, HV_VIEW_KEYS,
                                                  app->keys_cursor.at)]);
    }
}
