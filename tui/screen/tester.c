/*
 * tester.c - the frame of the Test sender: its tabs, its keys, and how one
 * message and its answer look. Pure.
 */
#include "tui/screen/tester.h"

#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

const struct hv_binding hv_test_bindings[] = {
    { "T", "send test", "send", "send it; the matrix; a kept one again" },
    { "<Tab>", "try next", "field", "next field, or column of the matrix" },
    { "<S-Tab>", "try prev", NULL, "previous field, or column" },
    { "<Space>", "try change", "change", "the field's next value" },
    { "e", "try write", "write", "a URL, ids, copies" },
    { "E", "edit body", "edit body", "its body in $EDITOR; signed anew, sent" },
    { "<Enter>", "open", NULL, "the whole exchange" },
    { "]", "pane next", "tabs", "single, matrix, history" },
    { "[", "pane prev", NULL, "single, matrix, history" },
    { "x", "why", NULL, NULL },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_test_panes[] = { "single", "matrix", "history", NULL };

int
hv_test_list_rows(const struct hv_app *app, int rows, int cols)
{
    switch (app->lists[HV_VIEW_TEST].pane) {
    case HV_TEST_MATRIX:
        return hv_test_matrix_rows(app, rows);
    case HV_TEST_HISTORY:
        return hv_test_sent_rows(app, rows);
    default:
        return hv_test_single_rows(rows, cols);
    }
}

int
hv_test_list_top(const struct hv_app *app, int rows)
{
    switch (app->lists[HV_VIEW_TEST].pane) {
    case HV_TEST_MATRIX:
        return rows < 14 ? 2 : 3;
    case HV_TEST_HISTORY:
        return 2;
    default:
        return rows < 14 ? 2 : 7;
    }
}

/* ---------------------------------------------------------- an exchange -- */

enum hv_role
hv_test_role(const struct hv_exchange *x)
{
    if (x->is_skipped || x->is_draft)
        return HV_ROLE_DIM;
    if (!x->passes)
        return HV_ROLE_BAD;
    return x->note[0] ? HV_ROLE_WARN : HV_ROLE_GOOD;
}

void
hv_test_outcome_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                       const struct hv_exchange *x)
{
    char time[HV_SPAN_TEXT];
    char got[48] = "no answer";
    int at = 1;

    hv_moment_format(app, x->at_ms, time);
    if (x->is_skipped)
        hv_copy(got, sizeof(got), "not sent");
    else if (x->http)
        snprintf(got, sizeof(got), "%d in %lld ms", x->http,
                 (long long)x->took_ms);
    at += hv_canvas_text(cv, row, at, 9, HV_ROLE_DIM, time);
    at += hv_canvas_text(cv, row, at, 12, HV_ROLE_STRONG, x->mode->word);
    at +=
        hv_canvas_text(cv, row, at, 8, hv_test_role(x), hv_exchange_verdict(x));
    at += hv_canvas_text(cv, row, at, 16, HV_ROLE_TEXT, got);
    if (x->expected)
        at += hv_canvas_textf(cv, row, at, 14, HV_ROLE_DIM, "expected %d",
                              x->expected);
    hv_canvas_text(cv, row, at, cv->cols - at - 1, HV_ROLE_DIM,
                   x->tls[0]       ? x->tls
                   : x->http       ? "no TLS"
                   : x->is_skipped ? x->note
                                   : "");
}

/* Elements under each other, where a body is one long line. */
static void
fold_xml(const char *text, struct hv_buf *out)
{
    for (; *text; text++) {
        hv_buf_add_char(out, *text);
        if (*text == '>' && text[1] == '<' && text[2] != '/')
            hv_buf_add_char(out, '\n');
    }
}

int
hv_test_lines_render(struct hv_canvas *cv, int row, const char *text)
{
    struct hv_buf folded = { 0 };
    char *rest;
    char *line;

    fold_xml(text, &folded);
    rest = (char *)hv_buf_str(&folded);
    while (rest && row < cv->rows && (line = strsep(&rest, "\n"))) {
        int used = hv_canvas_wrap(cv, row, 1, cv->cols - 2,
                                  cv->rows - row < 3 ? cv->rows - row : 3,
                                  row ? HV_ROLE_TEXT : HV_ROLE_STRONG, line);

        row += used ? used : 1;
    }
    hv_buf_release(&folded);
    return row;
}

static int
render_label(struct hv_canvas *cv, int row, enum hv_role role,
             const char *label, const char *text)
{
    if (row >= cv->rows)
        return row;
    hv_canvas_text(cv, row, 1, 11, HV_ROLE_DIM, label);
    return row + hv_canvas_wrap(cv, row, 12, cv->cols - 13,
                                cv->rows - row < 2 ? 1 : 2, role, text);
}

/* Without room for all of it: what is wrong, what follows, what to do. */
static int
render_meaning(struct hv_canvas *cv, int row, const struct hv_exchange *x)
{
    bool is_tight = cv->rows - row < 4;
    char text[400];

    if (x->is_skipped)
        return render_label(cv, row, HV_ROLE_WARN, "not sent", x->note);
    snprintf(text, sizeof(text), "%d: %s", x->expected, x->mode->why);
    if (!is_tight)
        row = render_label(cv, row, HV_ROLE_TEXT, "expected", text);
    if (x->http)
        snprintf(text, sizeof(text), "%d in %lld ms%s%s", x->http,
                 (long long)x->took_ms, x->note[0] ? "; " : "", x->note);
    else
        snprintf(text, sizeof(text), "no answer: %s", x->note);
    if (!is_tight || x->note[0])
        row = render_label(cv, row, hv_test_role(x), "got", text);
    row = render_label(cv, row, HV_ROLE_TEXT, "effect",
                       hv_test_effect(x->mode, x->is_delivered, x->passes));
    if (!x->passes)
        row =
            render_label(cv, row, HV_ROLE_NOTE, "suggestion", x->mode->advice);
    return row;
}

void
hv_test_exchange_render(struct hv_canvas *cv, int row,
                        const struct hv_exchange *x)
{
    bool is_wide = cv->cols >= HV_TEST_WIDE;
    struct hv_buf request = { 0 }, answer = { 0 };
    struct hv_canvas left, right;

    row = render_meaning(cv, row, x);
    if (x->is_skipped || row + 3 > cv->rows)
        return;
    hv_exchange_request(x, 4096, &request);
    hv_exchange_answer(x, 4096, &answer);
    hv_canvas_rule(cv, row, 0, cv->cols, is_wide ? "Request" : "Answer");
    left = hv_canvas_part(cv, row, 0, cv->rows - row, cv->cols);
    if (is_wide) {
        right = hv_beside(&left);
        hv_canvas_text(cv, row, cv->cols * 11 / 20 + 3, 0, HV_ROLE_TITLE,
                       " Answer ");
        hv_test_lines_render(&right, 0, hv_buf_str(&answer));
        left = hv_canvas_part(&left, 1, 0, left.rows - 1,
                              left.cols - right.cols - 1);
        hv_test_lines_render(&left, 0, hv_buf_str(&request));
    } else {
        left = hv_canvas_part(&left, 1, 0, left.rows - 1, left.cols);
        hv_test_lines_render(&left, 0, hv_buf_str(&answer));
    }
    hv_buf_release(&request);
    hv_buf_release(&answer);
}

/* ------------------------------------------------------------ the whole -- */

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    int at = hv_title_panes_render(app, cv, HV_VIEW_TEST, "Test sender");
    bool is_busy =
        app->busy[HV_JOB_COMMAND].op && !strncmp(app->running, "test ", 5);

    if (is_busy) {
        hv_canvas_spinner(cv, 0, at, HV_ROLE_NOTE, app->mono_ms / 120);
        at += 2 +
              hv_canvas_text(cv, 0, at + 2, 0, HV_ROLE_NOTE,
                             "sending; ^c stops") +
              2;
    } else if (app->status && app->status->env == HV_ENV_PROD) {
        at +=
            hv_canvas_text(cv, 0, at, 0, HV_ROLE_WARN, "PROD: a live handler") +
            2;
    } else if (cv->cols >= HV_TEST_WIDE) {
        at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_DIM,
                             "marked T in the log, never counted for drain") +
              2;
    }
    hv_list_state_render(app, cv, at);
}

void
hv_test_render(const struct hv_app *app, struct hv_canvas *cv)
{
    render_title(app, cv);
    switch (app->lists[HV_VIEW_TEST].pane) {
    case HV_TEST_MATRIX:
        hv_test_matrix_render(app, cv);
        break;
    case HV_TEST_HISTORY:
        hv_test_sent_render(app, cv);
        break;
    default:
        hv_test_single_render(app, cv);
        break;
    }
}
