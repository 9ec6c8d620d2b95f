/*
 * tester_single.c - one test message: as whom, to whom, of which kind; the
 * request as it would go out; what came of the last one. Called by tester.c.
 * Pure.
 */
#include "tui/screen/tester.h"

#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LABEL  14
#define FIELDS 5 /* rows of them */

static const struct hv_list_column columns[] = {
    { "kind", 12, 14, false },
    { "is", 9, 10, false },
    { "answer", 8, 10, false },
    { "what is sent", 30, 70, false },
};
enum { MODE, KIND, ANSWER, WHAT };

static const struct {
    const char *word, *answer;
    enum hv_role role;
} kinds[] = {
    [HV_TEST_GENUINE] = { "genuine", "200", HV_ROLE_GOOD },
    [HV_TEST_ODD] = { "odd", "any", HV_ROLE_NOTE },
    [HV_TEST_FORGED] = { "forged", "401, 200", HV_ROLE_WARN },
};

int
hv_test_single_rows(int rows, int cols)
{
    size_t all = 0;
    int most;

    while (hv_test_modes()[all].word)
        all++;
    if (rows < 14)
        return rows - 2;
    most = cols >= HV_TEST_WIDE ? rows - 14 : rows - 15;
    most = most < 4 ? 4 : most;
    return most < (int)all ? most : (int)all;
}

/* --------------------------------------------------------------- fields -- */

static int
begin_field(const struct hv_app *app, struct hv_canvas *cv, int row,
            enum hv_try_field field, const char *name)
{
    bool is_on = app->tester.field == (int)field;

    if (is_on)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_canvas_text(cv, row, 1, LABEL - 1, is_on ? HV_ROLE_STRONG : HV_ROLE_DIM,
                   name);
    return LABEL;
}

static int
put_choice(const struct hv_app *app, struct hv_canvas *cv, int row, int at,
           enum hv_try_field field, bool is_chosen, const char *text)
{
    enum hv_role role = !is_chosen                        ? HV_ROLE_DIM
                        : app->tester.field == (int)field ? HV_ROLE_FIELD_ON
                                                          : HV_ROLE_TEXT;

    return at +
           hv_canvas_textf(cv, row, at, 0, role, "(%c) %s",
                           is_chosen ? 'x' : ' ', text) +
           2;
}

static void
render_as(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_sub_row *sub = hv_test_sub(app);
    int at = begin_field(app, cv, row, HV_TRY_AS, "Subscription");
    char id[HV_GUID_SHORT];
    char types[256];

    if (!sub) {
        hv_canvas_text(cv, row, at, cv->cols - at - 1, HV_ROLE_WARN,
                       app->subs_load.is_asked ? "reading subscriptions ..."
                       : app->subs_load.error.status
                           ? "not known: they could not be read; r tries again"
                           : "none to send as; A in 2 makes one");
        return;
    }
    hv_guid_short(&sub->sub.id, id);
    hv_sub_words(&sub->sub, types, sizeof(types));
    at += hv_canvas_text(cv, row, at, 0,
                         app->tester.field == HV_TRY_AS ? HV_ROLE_FIELD_ON
                                                        : HV_ROLE_STRONG,
                         id) +
          2;
    at += hv_canvas_text(cv, row, at, cv->cols < HV_TEST_WIDE ? 28 : 0,
                         HV_ROLE_TEXT, types) +
          2;
    hv_canvas_textf(cv, row, at, cv->cols - at - 1,
                    sub->has_key ? HV_ROLE_TEXT : HV_ROLE_BAD, "key %s%s",
                    sub->sub.version.id,
                    sub->has_key ? "" : ": not in the keystore");
}

static void
render_to(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    static const char *const words[HV_TRY_TOS] = { "its own URL",
                                                   "the listener here",
                                                   "a custom URL" };
    int at = begin_field(app, cv, row, HV_TRY_TO, "Destination");
    char url[HV_MAX_URL + 1];

    for (int i = 0; i < HV_TRY_TOS; i++)
        at = put_choice(app, cv, row, at, HV_TRY_TO, (int)app->tester.to == i,
                        words[i]);
    hv_test_url(app, app->tester.to, url, sizeof(url));
    hv_canvas_text(cv, row + 1, LABEL, cv->cols - LABEL - 1,
                   url[0] ? HV_ROLE_STRONG : HV_ROLE_WARN,
                   url[0] ? url
                   : app->tester.to == HV_TRY_LISTENER
                       ? "no listener runs here: hvconsole listen --detach"
                   : app->tester.to == HV_TRY_URL ? "e writes one"
                                                  : "-");
}

static void
render_items(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_tester *t = &app->tester;
    int at = begin_field(app, cv, row, HV_TRY_ITEMS, "Items");
    char text[64];

    snprintf(text, sizeof(text), "made-up ids [%d]", t->fakes);
    at = put_choice(app, cv, row, at, HV_TRY_ITEMS, t->items == SENDER_FAKE,
                    text);
    at = put_choice(app, cv, row, at, HV_TRY_ITEMS, t->items == SENDER_EMPTY,
                    "empty list");
    snprintf(text, sizeof(text), "real ids of [%.8s]",
             t->record[0] ? t->record : "e");
    put_choice(app, cv, row, at, HV_TRY_ITEMS, t->items == SENDER_REAL, text);
}

static void
render_copies(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_tester *t = &app->tester;
    int at = begin_field(
        app, cv, row,
        t->field == HV_TRY_PRIVATE ? HV_TRY_PRIVATE : HV_TRY_COPIES, "Copies");

    at += hv_canvas_textf(cv, row, at, 0,
                          t->field == HV_TRY_COPIES ? HV_ROLE_FIELD_ON
                                                    : HV_ROLE_TEXT,
                          "%s, gap %s", t->copies[0] ? t->copies : "1",
                          t->gap[0] ? t->gap : "0s") +
          3;
    at += hv_canvas_textf(cv, row, at, 0,
                          t->field == HV_TRY_PRIVATE ? HV_ROLE_FIELD_ON
                          : t->allow_private         ? HV_ROLE_WARN
                                                     : HV_ROLE_DIM,
                          "[%c] private addresses too",
                          t->allow_private ? 'x' : ' ') +
          3;
    hv_canvas_text(cv, row, at, cv->cols - at - 1, HV_ROLE_DIM,
                   t->to == HV_TRY_LISTENER ? "its own certificate"
                                            : "TLS checked");
}

/* ----------------------------------------------------------------- list -- */

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_test_mode *mode = &hv_test_modes()[i];

    (void)app;
    hv_layout_put(cv, row, at, MODE, HV_ROLE_STRONG, mode->word);
    hv_layout_put(cv, row, at, KIND, kinds[mode->kind].role,
                  kinds[mode->kind].word);
    hv_layout_put(cv, row, at, ANSWER, HV_ROLE_TEXT, kinds[mode->kind].answer);
    hv_layout_put(cv, row, at, WHAT, HV_ROLE_TEXT, mode->sentence);
}

/* Head and rows from @top on; the next free row. */
static int
render_list(const struct hv_app *app, struct hv_canvas *cv, int top, int rows)
{
    size_t len = hv_list_count(app, HV_VIEW_TEST);
    struct hv_layout at;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, top++, &at);
    if (!len)
        hv_canvas_text(cv, top, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits the filter. Esc clears it.");
    hv_list_each(app, cv, HV_VIEW_TEST, top, rows, render_row, &at);
    return top + rows;
}

/* ---------------------------------------------------- preview and result -- */

/* Three lines of it: where to, under which key, what. */
static void
render_short(struct hv_canvas *cv, const struct hv_exchange *x)
{
    const char *host = strstr(x->url, "://");

    hv_canvas_textf(cv, 0, 1, cv->cols - 2, HV_ROLE_STRONG, "POST %s%s",
                    hv_url_path(host ? x->url : "/"),
                    x->is_marked ? "   X-HVConsole-Test: 1" : "");
    hv_canvas_textf(cv, 1, 1, cv->cols - 2, HV_ROLE_TEXT, "Authorization: %s",
                    x->header[0] ? x->header : "(none)");
    hv_canvas_text(cv, 2, 1, cv->cols - 2, HV_ROLE_TEXT, hv_buf_str(&x->body));
}

static void
render_preview(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_tester *t = &app->tester;
    struct hv_buf text = { 0 };
    struct hv_canvas part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols);

    hv_canvas_rule(cv, 0, 0, cv->cols, "Preview: what T sends");
    if (app->cols < HV_TEST_WIDE)
        hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_TEST);
    if (t->draft.mode && part.rows < 6) {
        render_short(&part, &t->draft);
    } else if (t->draft.mode) {
        hv_exchange_request(&t->draft, 4096, &text);
        hv_test_lines_render(&part, 0, hv_buf_str(&text));
    } else if (t->draft_load.error.status) {
        hv_canvas_wrap(&part, 0, 1, cv->cols - 2, 2, HV_ROLE_WARN,
                       t->draft_load.error.why);
    } else if (t->items == SENDER_REAL) {
        hv_canvas_wrap(&part, 0, 1, cv->cols - 2, 2, HV_ROLE_DIM,
                       "T reads the newest things of the record first; the "
                       "request stands in the result.");
    } else {
        hv_canvas_text(&part, 0, 1, cv->cols - 2, HV_ROLE_DIM,
                       t->draft_load.is_asked ? "being put together ..."
                                              : "nothing to send yet");
    }
    hv_buf_release(&text);
}

static void
render_result(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_exchange *x = hv_test_chosen(app);
    const struct hv_test_mode *mode = hv_test_row(app);
    int row = 1;

    hv_canvas_rule(cv, 0, 0, cv->cols, "Result");
    if (!x) {
        if (mode)
            row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_DIM,
                                  mode->why);
        if (row < cv->rows)
            hv_canvas_text(cv, row, 1, cv->cols - 2, HV_ROLE_TEXT,
                           "Nothing was sent from here yet: T sends.");
        return;
    }
    hv_test_outcome_render(app, cv, row++, x);
    if (row < cv->rows)
        hv_test_exchange_render(cv, row, x);
}

void
hv_test_single_render(const struct hv_app *app, struct hv_canvas *cv)
{
    int rows = hv_test_single_rows(cv->rows, cv->cols);
    struct hv_canvas list = *cv, part;
    int row = 1;

    if (cv->rows < 14) {
        render_list(app, cv, 1, rows);
        return;
    }
    render_as(app, cv, 1);
    render_to(app, cv, 2);
    render_items(app, cv, 4);
    render_copies(app, cv, FIELDS);
    row = FIELDS + 1;
    if (cv->cols >= HV_TEST_WIDE) {
        int high = rows + 2 < 15 ? 15 : rows + 2;
        int half = cv->cols * 3 / 5;

        if (!hv_test_chosen(app))
            high = cv->rows - row - 4; /* all that the result leaves */
        if (high > cv->rows - row)
            high = cv->rows - row;
        list = hv_canvas_part(cv, 0, 0, row + high, half);
        render_list(app, &list, row, rows);
        part = hv_canvas_part(cv, row, half, high, cv->cols - half);
        render_preview(app, &part);
        row += high;
    } else {
        int high = cv->rows >= 24 ? 8 : 4;

        row = render_list(app, cv, row, rows);
        part = hv_canvas_part(cv, row, 0, high, cv->cols);
        render_preview(app, &part);
        row += high;
    }
    if (row + 1 < cv->rows) {
        part = hv_canvas_part(cv, row, 0, cv->rows - row, cv->cols);
        render_result(app, &part);
    }
}
