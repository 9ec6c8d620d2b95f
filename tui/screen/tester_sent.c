/*
 * tester_sent.c - what was sent from here: of this session with request and
 * answer, before it as far as it came to the listener here. Called by tester.c.
 * Pure.
 */
#include "tui/screen/tester.h"

#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct hv_list_column columns[] = {
    { "time", 8, 11, false }, { "message", 11, 14, false },
    { "items", 8, 9, false }, { "sub", 9, 9, false },
    { "answer", 6, 6, true }, { "ms", 5, 6, true },
    { "", 7, 7, false },      { "to", 12, 60, false },
};
enum { TIME, MODE, ITEMS, SUB, ANSWER, MS, VERDICT, TO };

int
hv_test_sent_rows(const struct hv_app *app, int rows)
{
    int all = (int)hv_list_all(app, HV_VIEW_TEST);
    int most = rows >= 30 ? 14 : rows >= 14 ? rows / 2 : rows - 2;

    if (!app->is_detail_on)
        return rows - 2;
    return all < 1 ? 1 : all < most ? all : most;
}

static void
put_exchange(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_layout *at, const struct hv_exchange *x)
{
    char text[HV_SPAN_TEXT];

    hv_moment_format(app, x->at_ms, text);
    hv_layout_put(cv, row, at, TIME, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, MODE, HV_ROLE_STRONG, x->mode->word);
    hv_layout_put(cv, row, at, ITEMS, HV_ROLE_TEXT, x->items);
    hv_guid_short(&x->sub, text);
    hv_layout_put(cv, row, at, SUB, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%d", x->http);
    hv_layout_put(cv, row, at, ANSWER, HV_ROLE_TEXT, x->http ? text : "none");
    snprintf(text, sizeof(text), "%lld", (long long)x->took_ms);
    hv_layout_put(cv, row, at, MS, HV_ROLE_TEXT, x->is_skipped ? "-" : text);
    hv_layout_put(cv, row, at, VERDICT, hv_test_role(x),
                  hv_exchange_verdict(x));
    hv_layout_put(cv, row, at, TO, HV_ROLE_TEXT, x->url);
}

/* What the listener here has of it: its verdict, not the sender's. */
static void
put_received(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_layout *at, const struct hv_log_row *entry)
{
    char text[HV_SPAN_TEXT];

    hv_moment_format(app, entry->received_ms, text);
    hv_layout_put(cv, row, at, TIME, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, MODE, HV_ROLE_DIM, "received");
    snprintf(text, sizeof(text), "#%lld", (long long)entry->id);
    hv_layout_put(cv, row, at, ITEMS, HV_ROLE_DIM, text);
    hv_copy(text, sizeof(text), "-");
    if (entry->has_sub)
        hv_guid_short(&entry->sub, text);
    hv_layout_put(cv, row, at, SUB, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "%d", entry->answered);
    hv_layout_put(cv, row, at, ANSWER, HV_ROLE_TEXT, text);
    hv_layout_put(cv, row, at, MS, HV_ROLE_DIM, "-");
    hv_layout_put(cv, row, at, VERDICT, HV_ROLE_DIM, "");
    hv_layout_put(cv, row, at, TO, hv_verdict_role(entry->verdict),
                  hv_verdict_row(entry->verdict)->word);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_exchange *x = hv_test_kept_at(app, i);
    const struct hv_log_row *entry = hv_test_sent_at(app, i);

    if (x)
        put_exchange(app, cv, row, at, x);
    else if (entry)
        put_received(app, cv, row, at, entry);
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv, size_t i)
{
    const struct hv_exchange *x = hv_test_kept_at(app, i);
    const struct hv_log_row *entry = hv_test_sent_at(app, i);
    int row = 1;

    hv_canvas_rule(cv, 0, 0, cv->cols,
                   x ? "T sends it again, E edits it first, Enter shows it all"
                     : "Of the journal: T sends its body again, E edits it "
                       "first, Enter goes to it");
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_TEST);
    if (x) {
        hv_test_outcome_render(app, cv, row++, x);
        hv_test_exchange_render(cv, row, x);
    } else if (entry) {
        hv_facts_render(app, cv, row, entry);
    }
}

void
hv_test_sent_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_TEST);
    size_t chosen = hv_list_at(app, HV_VIEW_TEST);
    int rows = hv_test_sent_rows(app, cv->rows);
    struct hv_layout at;
    struct hv_canvas part;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!len && (hv_list_all(app, HV_VIEW_TEST) ||
                 !hv_load_state(app, cv, 2, &app->tester.sent_load,
                                "test messages of the journal")))
        hv_canvas_wrap(cv, 2, 2, cv->cols - 3, 2, HV_ROLE_TEXT,
                       hv_list_all(app, HV_VIEW_TEST)
                           ? "Nothing fits the filter. Esc clears it."
                           : "Nothing was sent from here yet, and no test "
                             "message came to the listener here.");
    hv_list_each(app, cv, HV_VIEW_TEST, 2, rows, render_row, &at);
    if (chosen == SIZE_MAX || !app->is_detail_on || cv->rows < 14)
        return;
    part = hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
    render_detail(app, &part, chosen);
}
