/*
 * tester_matrix.c - every kind of message against every destination, cell by
 * cell as the answers come, and what the one under the cursor means. Called by
 * tester.c. Pure.
 */
#include "tui/screen/tester.h"

#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DETAIL 7
#define SUMS   32 /* columns of "7 more below" and "12 of 14 pass" */
#define WORD   12 /* columns of the kind's word */

int
hv_test_matrix_rows(const struct hv_app *app, int rows)
{
    int all = (int)hv_list_all(app, HV_VIEW_TEST);
    int most = rows - 3;

    if (rows < 14)
        return rows - 2;
    if (app->is_detail_on)
        most -= DETAIL;
    return most < all ? most : all;
}

/* The columns: as they were seen, or as they are going to be. */
struct plan {
    int len, name, width;
    char to[HV_TEST_COLUMNS][16];
    char url[HV_TEST_COLUMNS][HV_MAX_URL + 1];
};

static void
expect(const struct hv_app *app, struct plan *plan)
{
    static const char *const words[HV_TRY_TOS] = { "sub", "listener", "url" };

    for (int i = 0; i < HV_TRY_TOS; i++) {
        char *url = plan->url[plan->len];

        hv_test_url(app, (enum hv_try_to)i, url, sizeof(plan->url[0]));
        if (i && (!url[0] || !strcmp(url, plan->url[0])))
            continue; /* there is none, or it is the same one */
        hv_copy(plan->to[plan->len++], sizeof(plan->to[0]), words[i]);
    }
}

static void
make_plan(const struct hv_app *app, const struct hv_canvas *cv,
          struct plan *plan)
{
    const struct hv_tester *t = &app->tester;

    *plan = (struct plan){ .len = t->columns_len };
    for (int i = 0; i < t->columns_len; i++) {
        hv_copy(plan->to[i], sizeof(plan->to[0]), t->columns[i].to);
        hv_copy(plan->url[i], sizeof(plan->url[0]), t->columns[i].url);
    }
    if (!plan->len)
        expect(app, plan);
    plan->name = cv->cols >= HV_TEST_WIDE ? 58 : 24;
    plan->width = (cv->cols - plan->name - 3) / plan->len;
    if (plan->width > 44)
        plan->width = 44;
}

static void
render_heads(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct plan *plan)
{
    bool has_urls = row + 1 < hv_test_list_top(app, cv->rows);

    hv_canvas_text(cv, row, 2, plan->name, HV_ROLE_HEAD, "message");
    for (int i = 0; i < plan->len; i++) {
        const char *url = strstr(plan->url[i], "://");
        int at = plan->name + 3 + i * plan->width;

        hv_canvas_text(cv, row, at, plan->width - 1,
                       app->tester.column == i ? HV_ROLE_FIELD_ON
                                               : HV_ROLE_HEAD,
                       !strcmp(plan->to[i], "sub")        ? "subscription's URL"
                       : !strcmp(plan->to[i], "listener") ? "listener here"
                                                          : "custom URL");
        if (has_urls)
            hv_canvas_text(cv, row + 1, at, plan->width - 1, HV_ROLE_DIM,
                           url ? url + 3 : "-");
    }
}

static void
render_cell(const struct hv_app *app, struct hv_canvas *cv, int row, int at,
            int width, const struct hv_exchange *x, bool is_on)
{
    char text[240];

    if (!x) {
        hv_canvas_text(cv, row, at, width - 1, HV_ROLE_DIM,
                       app->busy[HV_JOB_COMMAND].op ? "..." : "-");
        return;
    }
    if (x->is_skipped)
        snprintf(text, sizeof(text), "- %s", x->note);
    else if (!x->http)
        snprintf(text, sizeof(text), "none       FAIL %s", x->note);
    else
        snprintf(text, sizeof(text), "%d %4lld ms %s%s %s", x->http,
                 (long long)x->took_ms, hv_exchange_verdict(x),
                 x->passes && x->note[0] ? "*" : "", width > 30 ? x->note : "");
    hv_canvas_text(cv, row, at, width - 1, hv_test_role(x), text);
    if (is_on)
        hv_canvas_glyph(cv, row, at - 1, HV_ROLE_STRONG, HV_GLYPH_ARROW);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct plan *plan = arg;
    const struct hv_tester *t = &app->tester;
    struct sender_cell cell;
    bool is_plain;

    if (!sender_cell(i, &cell))
        return;
    is_plain = cell.mode->quirk == HV_TEST_PLAIN;
    hv_canvas_text(cv, row, 2, WORD, HV_ROLE_STRONG, cell.mode->word);
    if (is_plain || plan->name > 30)
        hv_canvas_text(cv, row, 2 + WORD, plan->name - WORD, HV_ROLE_TEXT,
                       is_plain ? sender_items_word(cell.items)
                                : cell.mode->sentence);
    for (int k = 0; k < plan->len; k++)
        render_cell(app, cv, row, plan->name + 3 + k * plan->width, plan->width,
                    i < HV_TEST_CELLS ? t->cells[i][k] : NULL,
                    i == hv_list_at(app, HV_VIEW_TEST) && k == t->column);
}

/* "12 of 14 pass" over all cells; the first column it takes. */
static int
render_sum(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_tester *t = &app->tester;
    int run = 0, passed = 0, end = cv->cols - 2;
    char text[96];

    for (int i = 0; i < HV_TEST_CELLS; i++) {
        for (int k = 0; k < HV_TEST_COLUMNS; k++) {
            const struct hv_exchange *x = t->cells[i][k];

            run += x && !x->is_skipped;
            passed += x && !x->is_skipped && x->passes;
        }
    }
    if (!run)
        return end;
    snprintf(text, sizeof(text), " %d of %d pass ", passed, run);
    end -= (int)strlen(text);
    hv_canvas_text(cv, row, end, 0, passed == run ? HV_ROLE_GOOD : HV_ROLE_BAD,
                   text);
    return end;
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_exchange *x = hv_test_chosen(app);
    bool has_url = x && cv->cols >= HV_TEST_WIDE; /* else the head has it */
    size_t i = hv_list_at(app, HV_VIEW_TEST);
    struct sender_cell cell = { 0 };
    char title[160];

    if (i == SIZE_MAX || !sender_cell(i, &cell))
        return;
    snprintf(title, sizeof(title), "%s%s%.90s", cell.mode->sentence,
             has_url ? " to " : "", has_url ? x->url : "");
    hv_canvas_rule(cv, 0, 0, cv->cols - SUMS, title);
    hv_canvas_rule(cv, 0, cv->cols - SUMS, SUMS, "");
    if (x) {
        hv_test_exchange_render(cv, 1, x);
        return;
    }
    hv_canvas_wrap(cv, 1, 1, cv->cols - 2, 2, HV_ROLE_TEXT, cell.mode->why);
    if (cv->rows > 3)
        hv_canvas_wrap(cv, 3, 1, cv->cols - 2, 2, HV_ROLE_DIM,
                       cell.items == SENDER_REAL
                           ? "Sent when real ids are chosen in [single]."
                           : "T sends every kind, to each destination.");
}

void
hv_test_matrix_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_TEST);
    int rows = hv_test_matrix_rows(app, cv->rows);
    int top = hv_test_list_top(app, cv->rows);
    struct hv_canvas part;
    struct plan plan;

    make_plan(app, cv, &plan);
    render_heads(app, cv, 1, &plan);
    if (!len)
        hv_canvas_text(cv, top, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits the filter. Esc clears it.");
    hv_list_each(app, cv, HV_VIEW_TEST, top, rows, render_row, &plan);
    if (!app->is_detail_on || cv->rows < 14 || top + rows >= cv->rows)
        return;
    part = hv_canvas_part(cv, top + rows, 0, cv->rows - top - rows, cv->cols);
    render_detail(app, &part);
    hv_list_more_render(app, cv, top + rows, render_sum(app, cv, top + rows),
                        HV_VIEW_TEST);
}
