/*
 * log.c - received messages, oldest on top, and the reason of the one under
 * the cursor. Draws app->log, a window on the journal. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

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
    { "]", "pane next", NULL, "next tab of the detail" },
    { "[", "pane prev", NULL, "previous tab of the detail" },
    { "<Space>", "mark", NULL, "mark this row, or take the mark away" },
    { "*", "mark visible", NULL, "mark the rows on the screen" },
    { "c", "compare", NULL, "compare: mark one, then another" },
    { "V", "log verify %marked", NULL,
      "are the messages as they were written?" },
    { "I", "import key", NULL, "import the key that this message names" },
    { "u", "things show %id", NULL, "what the things of this message are now" },
    { "T", "test send --from %id --to sub", NULL,
      "send its body again, signed anew" },
    { "E", "edit body", NULL, "its body in $EDITOR; signed anew, sent" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_log_panes[] = { "why",     "header", "body",
                                     "related", "raw",    NULL };

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
    return app->is_detail_on && cols >= HV_LOG_WIDE;
}

static bool
is_below(const struct hv_app *app, int rows, int cols)
{
    return app->is_detail_on && cols < HV_LOG_WIDE && rows >= 16;
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
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, const struct hv_log_row *entry,
           bool is_selected)
{
    enum hv_role role = hv_verdict_role(entry->verdict);
    char text[128];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    if (is_selected)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    if (hv_list_is_marked(app, HV_VIEW_LOG, (size_t)(entry - app->log.rows)))
        hv_canvas_text(cv, row, 1, 1, HV_ROLE_NOTE, "+");
    else if (hv_log_is_booked(app, entry->id))
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
    hv_log_note(app, entry, text, sizeof(text));
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
    if (log->find.is_listed && hv_log_strip_rows(cv->rows) == 0)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_NOTE, "%d%% %zu found",
                              hv_find_share(&log->find), log->find.len) +
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
    if (app->lists[HV_VIEW_LOG].marks_len && cv->cols - at > 48)
        hv_canvas_textf(cv, 0, at + 1, 0, HV_ROLE_WARN, "marked %zu",
                        app->lists[HV_VIEW_LOG].marks_len);
}

static void
render_empty(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log *log = &app->log;
    int top = 2 + hv_log_strip_rows(cv->rows); /* below the head */

    if (log->find.is_listed && log->find.error.status) {
        hv_canvas_wrap(cv, top, 2, cv->cols - 4, 3, HV_ROLE_BAD,
                       log->find.error.why);
    } else if (log->find.is_listed) {
        hv_canvas_textf(cv, top, 2, 0, HV_ROLE_TEXT,
                        log->find.op           ? "Nothing holds \"%s\" so far."
                        : log->find.is_stopped ? "Nothing held \"%s\" up to "
                                                 "where it was stopped."
                                               : "No message holds \"%s\".",
                        log->find.text);
        hv_canvas_text(cv, top + 1, 2, cv->cols - 4, HV_ROLE_DIM,
                       "Looked at: ids, versions, reasons, addresses, bodies; "
                       "in either case.");
    } else if (log->error.status) {
        int row = top + hv_canvas_wrap(cv, top, 2, cv->cols - 4, 3, HV_ROLE_BAD,
                                       log->error.why);

        row += hv_canvas_wrap(cv, row, 2, cv->cols - 4, 3, HV_ROLE_TEXT,
                              log->error.hint);
        hv_canvas_text(cv, row, 2, 0, HV_ROLE_DIM, "r tries again");
    } else if (!log->has_data) {
        hv_canvas_text(cv, top, 2, 0, HV_ROLE_TEXT, "Reading the journal ...");
    } else if (log->choice || log->filter_label[0]) {
        hv_canvas_text(cv, top, 2, 0, HV_ROLE_TEXT,
                       "No message fits. v chooses other verdicts, Esc clears "
                       "the filter.");
    } else {
        hv_canvas_text(cv, top, 2, 0, HV_ROLE_TEXT, "No message yet.");
        hv_canvas_text(cv, top + 1, 2, 0, HV_ROLE_DIM,
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

/* How far a search is, in the place of the last 24 hours. */
static void
render_find(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_find *find = &app->log.find;
    const struct hv_log_scan *scan = &find->scan;
    bool is_running = find->op && !find->is_later;
    bool is_whole = !is_running && !find->is_stopped && !find->is_full;
    long long all = scan->high - scan->low + 1;
    long long passed = scan->is_done ? all
                       : scan->next  ? scan->high - scan->next + 1
                                     : 0;
    int at = 1;

    all = all > 0 ? all : 0;
    passed = passed > 0 ? passed : 0;
    at += hv_canvas_text(cv, 1, at, 0,
                         is_running ? HV_ROLE_STRONG : HV_ROLE_TITLE,
                         is_running ? "searching"
                         : is_whole ? "searched"
                                    : "stopped") +
          1;
    if (is_running)
        hv_canvas_bar(cv, 1, at, 16, HV_ROLE_GOOD, passed, all ? all : 1);
    at += is_running ? 17 : 0;
    if (is_whole)
        at += hv_canvas_textf(cv, 1, at, 0, HV_ROLE_TEXT, "%lld rows in %.1f s",
                              all, (double)find->took_ms / 1000);
    else
        at += hv_canvas_textf(cv, 1, at, 0, HV_ROLE_TEXT,
                              "%lld of %lld rows, %d%%", passed, all,
                              hv_find_share(find));
    at += 2 + hv_canvas_textf(cv, 1, at + 2, 0,
                              find->len ? HV_ROLE_GOOD : HV_ROLE_TEXT,
                              "%zu found", find->len);
    if (scan->sealed)
        at += 2 + hv_canvas_textf(cv, 1, at + 2, 0, HV_ROLE_WARN,
                                  "%lld not opened", (long long)scan->sealed);
    hv_canvas_text(cv, 1, at + 2, 0, HV_ROLE_DIM,
                   is_running         ? "Esc stops"
                   : find->is_full    ? "no more are kept: narrow it"
                   : find->is_stopped ? "older ones not looked at"
                   : find->len        ? "n N next, Esc shows all"
                                      : "Esc shows all");
}

static void
render_list(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    int head = 1 + hv_log_strip_rows(cv->rows);
    struct hv_layout at;

    if (head > 1 && app->is_filtering)
        hv_canvas_text(
            cv, 1, 1, cv->cols - 2, HV_ROLE_DIM,
            "bad-hmac sub: version: since:2h until: record: !verified "
            "text:any words");
    else if (head > 1 && app->log.find.is_listed)
        render_find(app, cv);
    else if (head > 1)
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

#define PANES_WIDE 40 /* columns of the tabs, and round a title */

/* Where there is room, what one asks for next stands below the reasons. */
static void
render_more(const struct hv_app *app, struct hv_canvas *cv, int row,
            const struct hv_log_row *entry)
{
    struct hv_canvas part;

    hv_canvas_rule(cv, row, 0, cv->cols, hv_log_panes[HV_LOG_PANE_HEADER]);
    part = hv_canvas_part(cv, row + 1, 0, cv->rows - row - 1, cv->cols);
    row += 2 + hv_facts_render(app, &part, 0, entry);
    if (cv->rows - row < 6 || !app->log.body.len ||
        app->log.body_id != entry->id)
        return;
    hv_canvas_rule(cv, row, 0, cv->cols, hv_log_panes[HV_LOG_PANE_BODY]);
    part = hv_canvas_part(cv, row + 1, 0, cv->rows - row - 1, cv->cols);
    hv_body_render(app, &part, entry);
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_log_row *entry)
{
    struct hv_canvas part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols);
    char title[96];
    int row;

    snprintf(title, sizeof(title), "#%lld %s", (long long)entry->id,
             hv_verdict_row(entry->verdict)->word);
    if (cv->cols < (int)strlen(title) + PANES_WIDE)
        snprintf(title, sizeof(title), "#%lld", (long long)entry->id);
    hv_panes_render(app, cv, HV_VIEW_LOG, title);
    row = 2 + hv_message_render(app, &part, entry);
    if (app->lists[HV_VIEW_LOG].pane == HV_LOG_PANE_WHY && cv->rows - row >= 8)
        render_more(app, cv, row, entry);
    hv_hits_mark(app, cv, 1, cv->rows);
}

void
hv_log_tail_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log *log = &app->log;
    size_t len = log->has_newer ? 0 : log->len;
    struct hv_layout at;
    int head = len > 0 && cv->rows > 2;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 1, cv->cols - 2);
    if (!len)
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       log->error.status ? "6 says why there are none"
                       : log->len        ? "6 shows them"
                                         : "none yet");
    if (head)
        hv_layout_head(cv, 0, &at);
    for (int i = 0; i < cv->rows - head && (size_t)i < len; i++)
        render_row(app, cv, head + i, &at, &log->rows[len - 1 - (size_t)i],
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
