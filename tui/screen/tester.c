/*
 * tester.c - the Test sender: every kind of message, what it is good for, and
 * what a handler should answer. Draws the table of kinds and the subscription
 * that is selected in its own view. Pure.
 */
#include "tui/screen/format.h"
#include "tui/screen/frame.h"

#include <stdint.h>
#include <stdio.h>

const struct hv_binding hv_test_bindings[] = {
    { "T", "test send --sub %sub --mode %mode --to listener", "send here",
      "to the listener that runs here" },
    { "U", "test send --sub %sub --mode %mode --to sub", "send to URL",
      "to the URL of the subscription" },
    { "M", "test matrix --sub %sub", "matrix",
      "every kind, to the URL and to the listener" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

static const struct hv_list_column columns[] = {
    { "mode", 12, 14, false },
    { "kind", 9, 10, false },
    { "answer", 8, 10, false },
    { "what is sent", 30, 70, false },
};
enum { MODE, KIND, ANSWER, WHAT };

int
hv_test_list_rows(const struct hv_app *app, int rows, int cols)
{
    int most = (int)hv_test_count();

    (void)cols;
    if (!app->is_detail_on || rows < 12)
        return rows - 2;
    return rows - 8 < most ? rows - 8 : most;
}

static const struct {
    const char *word, *answer, *about;
    enum hv_role role;
} kinds[] = {
    [HV_TEST_GENUINE] = { "genuine", "200",
                          "The platform may send this. Anything but 200 makes "
                          "it try again for up to 10 days and then give up; "
                          "201, 204 and redirects are failures too.",
                          HV_ROLE_GOOD },
    [HV_TEST_ODD] = { "odd", "any",
                      "No platform sends this: the handler must only stay on "
                      "its feet. Our own listener keeps it and answers 200.",
                      HV_ROLE_NOTE },
    [HV_TEST_FORGED] = { "forged", "401, 200",
                         "Must not be believed. The documents only say: ignore "
                         "and discard. After a 200 look at the handler's own "
                         "log; our listener answers 401.",
                         HV_ROLE_WARN },
};

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, size_t i, bool is_selected)
{
    const struct hv_test_mode *mode = &hv_test_modes()[i];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    hv_list_signs_render(app, cv, row, HV_VIEW_TEST, i, is_selected);
    hv_layout_put(cv, row, at, MODE, HV_ROLE_STRONG, mode->word);
    hv_layout_put(cv, row, at, KIND, kinds[mode->kind].role,
                  kinds[mode->kind].word);
    hv_layout_put(cv, row, at, ANSWER, HV_ROLE_TEXT, kinds[mode->kind].answer);
    hv_layout_put(cv, row, at, WHAT, HV_ROLE_TEXT, mode->sentence);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_test_mode *mode)
{
    const struct hv_sub_row *sub = hv_test_sub(app);
    int row = 1;

    hv_canvas_rule(cv, 0, 0, cv->cols, mode->sentence);
    row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 3, HV_ROLE_TEXT,
                          kinds[mode->kind].about);
    if (row >= cv->rows)
        return;
    if (sub) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "URL");
        hv_canvas_text(cv, row, 6, cv->cols - 7, HV_ROLE_TEXT, sub->sub.url);
    }
    hv_canvas_text(cv, row + 1, 1, cv->cols - 2, HV_ROLE_DIM,
                   "Marked as ours in the log; such messages never keep an old "
                   "key alive. :test send --to URL reaches any handler.");
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_sub_row *sub = hv_test_sub(app);
    char id[HV_GUID_SHORT], types[256];
    int at = 1;

    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Test sender") + 2;
    if (sub) {
        hv_guid_short(&sub->sub.id, id);
        hv_sub_words(&sub->sub, types, sizeof(types));
        at += hv_canvas_textf(cv, 0, at, cv->cols - at - 24, HV_ROLE_TEXT,
                              "as %s  %s  (chosen in 2)", id, types) +
              2;
    } else {
        at += hv_canvas_text(cv, 0, at, cv->cols - at - 1, HV_ROLE_WARN,
                             app->subs_load.is_asked
                                 ? "reading subscriptions ..."
                                 : "no subscription to send as") +
              2;
    }
    hv_list_state_render(app, cv, at);
}

void
hv_test_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_TEST);
    const struct hv_test_mode *selected = hv_test_row(app);
    int rows = hv_test_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits the filter. Esc clears it.");
    for (int i = 0; i < rows; i++) {
        size_t nth = app->lists[HV_VIEW_TEST].cursor.top + (size_t)i;

        if (nth >= len)
            break;
        render_row(app, cv, 2 + i, &at, hv_list_row(app, HV_VIEW_TEST, nth),
                   nth == app->lists[HV_VIEW_TEST].cursor.at);
    }
    if (app->is_detail_on && selected && cv->rows - 3 - rows > 3) {
        struct hv_canvas part =
            hv_canvas_part(cv, 3 + rows, 0, cv->rows - 3 - rows, cv->cols);

        render_detail(app, &part, selected);
    }
}
