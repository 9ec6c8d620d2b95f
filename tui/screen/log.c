/*
 * log.c - received messages, oldest on top, and the reason of the one under
 * the cursor. Draws app->log, a window on the journal. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SIDE_COLS 120 /* from here the detail stands beside the list */

const struct hv_binding hv_log_bindings[] = {
    { "<Enter>", "open", "open", NULL },
    { "f", "follow", "follow", NULL },
    { "p", "freeze", "freeze", NULL },
    { ".", "problem next", "next problem", "next refused message" },
    { ",", "problem prev", NULL, "previous refused message" },
    { "v", "verdict", "verdict", NULL },
    { "m", "bookmark", NULL, NULL },
    { "}", "booked next", NULL, "next bookmark" },
    { "{", "booked prev", NULL, "previous bookmark" },
    { "x", "why", "explain", NULL },
    { "I", "import key", NULL, "import the key that this message names" },
    { "u", "things show %id", NULL, "what the things of this message are now" },
    { "T", "test send --from %id --to sub", NULL,
      "send its body again, signed anew" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

static const struct hv_list_column columns[] = {
    { "time", 8, 8, false },  { "v", 1, 1, false },
    { "sub", 9, 9, false },   { "key version", 12, 16, false },
    { "n", 2, 3, true },      { "things", 6, 6, true },
    { "answer", 6, 6, true }, { "note", 22, 44, false },
    { "bytes", 6, 7, true },
};
enum { TIME, MARK, SUB, VERSION, COUNT, THINGS, ANSWER, NOTE, BYTES };

static bool
is_beside(const struct hv_app *app, int cols)
{
    return app->is_detail_on && cols >= SIDE_COLS;
}

static bool
is_below(const struct hv_app *app, int rows, int cols)
{
    return app->is_detail_on && cols < SIDE_COLS && rows >= 16;
}

static int
below_rows(int rows)
{
    return rows >= 30 ? 12 : 10;
}

int
hv_log_strip_rows(int rows)
{
    return rows >= 18 ? 1 : 0;
}

int
hv_log_list_rows(const struct hv_app *app, int rows, int cols)
{
    return rows - 2 - hv_log_strip_rows(rows) -
           (is_below(app, rows, cols) ? below_rows(rows) : 0);
}

static void
note_of(const struct hv_app *app, const struct hv_log_row *entry, char *out,
        size_t size)
{
    char span[HV_SPAN_TEXT];

    if (entry->duplicate_of) {
        snprintf(out, size, "again, first was #%lld",
                 (long long)entry->duplicate_of);
    } else if (entry->is_test) {
        snprintf(out, size, "our own test");
    } else if (entry->retry_until_ms > app->now_ms) {
        hv_span_format(entry->retry_until_ms - app->now_ms, span);
        snprintf(out, size, "%s, retried for %s",
                 hv_verdict_row(entry->verdict)->word, span);
    } else if (entry->verdict == HV_VERDICT_VERIFIED) {
        out[0] = 0;
    } else {
        snprintf(out, size, "%s", hv_verdict_row(entry->verdict)->word);
    }
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, const struct hv_log_row *entry,
           bool is_selected)
{
    enum hv_role role = hv_verdict_role(entry->verdict);
    char text[128];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    if (is_selected)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    if (hv_log_is_booked(app, entry->id))
        hv_canvas_text(cv, row, 1, 1, HV_ROLE_WARN, "*");
    hv_moment_format(app, entry->received_ms, text);
    hv_layout_put(cv, row, at, TIME, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%c",
             hv_verdict_mark(entry->verdict, entry->is_test));
    hv_layout_put(cv, row, at, MARK, role, text);
    hv_copy(text, sizeof(text), "-");
    if (entry->has_sub)
        hv_guid_short(&entry->sub, text);
    hv_layout_put(cv, row, at, SUB, HV_ROLE_STRONG, text);
    hv_layout_put(cv, row, at, VERSION, HV_ROLE_TEXT,
                  entry->version.id[0] ? entry->version.id : "-");
    snprintf(text, sizeof(text), "%d", entry->events_count);
    hv_layout_put(cv, row, at, COUNT, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%d", entry->things_count);
    hv_layout_put(cv, row, at, THINGS, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%d", entry->answered);
    hv_layout_put(cv, row, at, ANSWER,
                  entry->answered == 200 ? HV_ROLE_DIM : HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%lld", (long long)entry->bytes);
    hv_layout_put(cv, row, at, BYTES, HV_ROLE_DIM, text);
    note_of(app, entry, text, sizeof(text));
    hv_layout_put(cv, row, at, NOTE,
                  entry->verdict == HV_VERDICT_VERIFIED ? HV_ROLE_DIM
                                                        : HV_ROLE_TEXT,
                  text);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log *log = &app->log;
    const char *mode = log->is_frozen   ? "FROZEN"
                       : log->is_follow ? "FOLLOW"
                                        : "PAUSED";
    int at = 1;

    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Log") + 1;
    at += hv_canvas_text(cv, 0, at, 0,
                         log->is_frozen   ? HV_ROLE_WARN
                         : log->is_follow ? HV_ROLE_GOOD
                                          : HV_ROLE_NOTE,
                         mode) +
          2;
    at +=
        hv_canvas_textf(cv, 0, at, 0, log->choice ? HV_ROLE_NOTE : HV_ROLE_DIM,
                        "[verdict: %s]", hv_log_choices[log->choice].label);
    if (log->filter_label[0])
        at += hv_canvas_textf(cv, 0, at + 1, 0, HV_ROLE_NOTE, "[%s]",
                              log->filter_label) +
              1;
    if (log->is_frozen && log->is_missed)
        at += hv_canvas_text(cv, 0, at + 1, 0, HV_ROLE_WARN, "newer ones wait");
    if (log->len && cv->cols - at > 34)
        hv_canvas_rightf(cv, 0, cv->cols - 33, 32, HV_ROLE_DIM, "#%lld-#%lld%s",
                         (long long)log->rows[0].id,
                         (long long)log->rows[log->len - 1].id,
                         log->has_older ? ", older above" : "");
}

static void
render_empty(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log *log = &app->log;

    if (log->error.status) {
        int row = 3 + hv_canvas_wrap(cv, 3, 2, cv->cols - 4, 3, HV_ROLE_BAD,
                                     log->error.why);

        row += hv_canvas_wrap(cv, row, 2, cv->cols - 4, 3, HV_ROLE_TEXT,
                              log->error.hint);
        hv_canvas_text(cv, row, 2, 0, HV_ROLE_DIM, "r tries again");
    } else if (!log->has_data) {
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT, "Reading the journal ...");
    } else if (log->choice || log->filter_label[0]) {
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT,
                       "No message fits. v chooses other verdicts, Esc clears "
                       "the filter.");
    } else {
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT, "No message yet.");
        hv_canvas_text(cv, 4, 2, 0, HV_ROLE_DIM,
                       "They appear here as the listener receives them.");
    }
}

/* A few refused among many are a remark; one in four is an alarm. */
static enum hv_role
hour_role(int64_t bad, int64_t all)
{
    return !bad ? HV_ROLE_GOOD : bad * 4 < all ? HV_ROLE_WARN : HV_ROLE_BAD;
}

/* The last 24 hours in one row: how much came, and where something was
 * refused. */
static void
render_strip(const struct hv_app *app, struct hv_canvas *cv)
{
    int64_t all[HV_LEN(app->status->hours)] = { 0 };
    int64_t bad[HV_LEN(app->status->hours)] = { 0 };
    int64_t sums[2] = { 0, 0 };
    int64_t max = 1;
    int each = (cv->cols - 34) / (int)HV_LEN(all);
    int at = 7;

    if (!app->status || each < 1)
        return;
    for (size_t h = 0; h < HV_LEN(all); h++) {
        for (int v = 0; v < HV_VERDICT_COUNT; v++) {
            int64_t count = app->status->hours[h].verdicts[v];
            bool is_good = hv_verdict_row((enum hv_verdict)v)->is_verified;

            all[h] += count;
            bad[h] += is_good ? 0 : count;
            sums[!is_good] += count;
        }
        max = all[h] > max ? all[h] : max;
    }
    hv_canvas_text(cv, 1, 1, 5, HV_ROLE_DIM, "24 h");
    for (size_t h = 0; h < HV_LEN(all); h++, at += each)
        hv_canvas_plot(cv, 1, at, 1, each, hour_role(bad[h], all[h]), &all[h],
                       1, max);
    at += 1 + hv_canvas_textf(cv, 1, at + 1, 0, HV_ROLE_DIM, "%lld ok",
                              (long long)sums[0]);
    hv_canvas_textf(cv, 1, at + 2, 0, sums[1] ? HV_ROLE_BAD : HV_ROLE_DIM,
                    "%lld refused", (long long)sums[1]);
}

static void
render_list(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    int head = 1 + hv_log_strip_rows(cv->rows);
    struct hv_layout at;

    if (head > 1)
        render_strip(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 3);
    hv_layout_head(cv, head, &at);
    if (!app->log.len)
        render_empty(app, cv);
    for (int i = 0; i < rows; i++) {
        size_t nth = app->log.cursor.top + (size_t)i;

        if (nth >= app->log.len)
            break;
        render_row(app, cv, head + 1 + i, &at, &app->log.rows[nth],
                   nth == app->log.cursor.at);
    }
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_log_row *entry)
{
    char title[96];
    char time[HV_SPAN_TEXT];
    int row;

    hv_moment_format(app, entry->received_ms, time);
    snprintf(title, sizeof(title), "%s #%lld %s", time, (long long)entry->id,
             hv_verdict_row(entry->verdict)->word);
    hv_canvas_rule(cv, 0, 0, cv->cols, title);
    row = hv_why_render(app, cv, 1, cv->rows - 1, entry);
    if (cv->rows - row < 6)
        return;
    hv_canvas_rule(cv, row + 1, 0, cv->cols, "message");
    hv_facts_render(app, cv, row + 2, entry);
}

void
hv_log_tail_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log *log = &app->log;
    struct hv_layout at;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 1, cv->cols - 2);
    if (!log->len || log->has_newer)
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       log->error.status ? "6 says why there are none"
                       : log->len        ? "6 shows them"
                                         : "none yet");
    for (int i = 0; !log->has_newer && i < cv->rows && (size_t)i < log->len;
         i++)
        render_row(app, cv, i, &at, &log->rows[log->len - 1 - (size_t)i],
                   false);
}

void
hv_log_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log_row *entry = hv_log_row(app);
    int rows = hv_log_list_rows(app, cv->rows, cv->cols);
    struct hv_canvas list = *cv;
    struct hv_canvas detail;

    if (is_beside(app, cv->cols)) {
        int width = cv->cols * 3 / 5;

        list = hv_canvas_part(cv, 0, 0, cv->rows, width);
        hv_canvas_vline(cv, 0, width, cv->rows);
        detail =
            hv_canvas_part(cv, 0, width + 1, cv->rows, cv->cols - width - 1);
        if (entry)
            render_detail(app, &detail, entry);
    } else if (is_below(app, cv->rows, cv->cols) && entry) {
        detail = hv_canvas_part(cv, 2 + hv_log_strip_rows(cv->rows) + rows, 0,
                                below_rows(cv->rows), cv->cols);
        render_detail(app, &detail, entry);
    }
    render_title(app, &list);
    render_list(app, &list, rows);
}
