/*
 * shell.c - the pages of the Shell: what each is for, what it needs, what the
 * browser brings back or where it ends, and the URL that was composed, decoded
 * or checked last, layer by layer. Draws core's table and app->shell. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct hv_binding hv_shell_bindings[] = {
    { "<Enter>", "open", "compose", "compose a URL of this page" },
    { "A", "compose url", NULL, "the same; nothing is opened or sent" },
    { "e", "decode url", "decode", "take a URL apart, layer by layer" },
    { "c", "check url", "check", "what is wrong with a URL" },
    { "x", "why", "explain", NULL },
    { "]", "pane next", "last URL", "this page, or the last URL" },
    { "[", "pane prev", NULL, "this page, or the last URL" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_shell_panes[] = { "target", "last", NULL };

static const struct hv_list_column columns[] = {
    { "target", 17, 17, false },
    { "purpose", 24, 56, false },
    { "needs", 12, 36, false },
    { "comes back as", 16, 80, false },
};
enum { TARGET, PURPOSE, NEEDS, RETURNS };

#define MOST_ROWS 18
#define NAME      19 /* columns of a parameter's name */

int
hv_shell_list_rows(const struct hv_app *app, int rows, int cols)
{
    int most = rows >= 34 ? MOST_ROWS : rows >= 14 ? rows / 2 - 2 : rows - 2;

    (void)cols;
    if (!app->is_detail_on)
        return rows - 2;
    if (rows >= 14 && rows < 34 && app->shell.has_url &&
        app->lists[HV_VIEW_SHELL].pane == HV_SHELL_PANE_LAST)
        return 4; /* the layers need the room */
    return most < MOST_ROWS ? most : MOST_ROWS;
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row,
           const struct hv_layout *at, size_t i, bool is_selected)
{
    const struct hv_shell_target *target = hv_shell_target_at(i);
    enum hv_role role = target->is_offered ? HV_ROLE_TEXT : HV_ROLE_DIM;
    char text[256];

    hv_canvas_fill(cv, row, 0, 1, cv->cols, HV_ROLE_TEXT);
    hv_list_signs_render(app, cv, row, HV_VIEW_SHELL, i, is_selected);
    hv_layout_put(cv, row, at, TARGET,
                  target->is_offered ? HV_ROLE_STRONG : HV_ROLE_DIM,
                  target->name);
    hv_layout_put(cv, row, at, PURPOSE, role, target->purpose);
    hv_shell_needs(target, text, sizeof(text));
    hv_layout_put(cv, row, at, NEEDS, role, text[0] ? text : "-");
    hv_shell_comes_back(target, text, sizeof(text));
    hv_layout_put(cv, row, at, RETURNS,
                  target->returns[0]   ? role
                  : target->is_offered ? HV_ROLE_WARN
                                       : HV_ROLE_BAD,
                  text);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

/* ------------------------------------------------------------ the target -- */

static void
render_param(struct hv_canvas *cv, int row, const struct hv_shell_param *param,
             bool is_common)
{
    hv_canvas_text(cv, row, 1, 1, HV_ROLE_WARN, param->is_required ? "*" : "");
    hv_canvas_text(cv, row, 3, NAME - 1,
                   param->is_required ? HV_ROLE_STRONG
                   : is_common        ? HV_ROLE_DIM
                                      : HV_ROLE_TEXT,
                   param->name);
    hv_canvas_textf(cv, row, 3 + NAME, cv->cols - NAME - 4,
                    is_common ? HV_ROLE_DIM : HV_ROLE_TEXT, "%s (%s)",
                    param->note, hv_shell_domain_word(param->domain));
}

/* Its own first; what every page may carry, dimmed, where there is room. */
static int
render_params(struct hv_canvas *cv, int row,
              const struct hv_shell_target *target)
{
    for (int common = 0; common < 2; common++) {
        const struct hv_shell_param *p =
            common ? hv_shell_common_params() : target->params;

        for (; p->name && row < cv->rows; p++) {
            if (!common || hv_shell_param_find(target, p->name) == p)
                render_param(cv, row++, p, common != 0);
        }
    }
    return row;
}

static int
render_returns(struct hv_canvas *cv, int row,
               const struct hv_shell_target *target)
{
    char names[256];
    char *rest = names;
    char *name;

    if (!target->returns[0])
        return row + hv_canvas_wrap(
                         cv, row, 1, cv->cols - 2, 2, HV_ROLE_WARN,
                         target->is_offered
                             ? "Dead end: the browser does not come back. Open "
                               "it in a window of its own."
                             : "Never send it: the Shell has no page for it.");
    hv_copy(names, sizeof(names), target->returns);
    while ((name = strsep(&rest, " ")) && row < cv->rows) {
        const struct hv_shell_return *back = hv_shell_return_find(name);

        hv_canvas_text(cv, row, 1, 22, HV_ROLE_NOTE, name);
        row += back ? hv_canvas_wrap(cv, row, 24, cv->cols - 25, 2,
                                     HV_ROLE_TEXT, back->when)
                    : 1;
    }
    return row;
}

static void
render_target(struct hv_canvas *cv, const struct hv_shell_target *target)
{
    struct hv_canvas right;
    char text[256];

    if (cv->cols >= 120) {
        right = hv_beside(cv);
        hv_canvas_text(&right, 0, 1, 0, HV_ROLE_HEAD,
                       "It comes back to the action URL with target=");
        render_returns(&right, 1, target);
        *cv = hv_canvas_part(cv, 0, 0, cv->rows, cv->cols - right.cols - 1);
        render_params(cv, 1, target);
        return;
    }
    hv_shell_comes_back(target, text, sizeof(text));
    hv_canvas_textf(cv, 1, 1, cv->cols - 2,
                    target->returns[0] ? HV_ROLE_NOTE : HV_ROLE_WARN, "%s%s",
                    target->returns[0] ? "comes back: " : "", text);
    render_params(cv, 2, target);
}

/* -------------------------------------------------------- the last URL -- */

static int
render_layer(struct hv_canvas *cv, int row, int layer, const char *name,
             const char *value)
{
    int at = 3 + 2 * layer;
    int name_width = name[0] ? 14 : 0;

    if (row >= cv->rows)
        return row;
    hv_canvas_textf(cv, row, 1, 1, HV_ROLE_DIM, "%d", layer);
    if (name[0]) {
        int used = hv_canvas_text(cv, row, at, 0, HV_ROLE_STRONG, name);

        name_width = used > 13 ? used + 1 : 14;
    }
    hv_canvas_text(cv, row, at + name_width, cv->cols - at - name_width - 1,
                   HV_ROLE_TEXT, value);
    return row + 1;
}

/* A value that is a query of its own: one more layer. */
static int
render_query(struct hv_canvas *cv, int row, const char *query)
{
    char text[512];
    char *rest = text;
    char *pair;

    hv_copy(text, sizeof(text), query);
    while ((pair = strsep(&rest, "&"))) {
        char *sign = strchr(pair, '=');

        if (sign)
            *sign = 0;
        if (pair[0])
            row = render_layer(cv, row, 3, pair, sign ? sign + 1 : "");
    }
    return row;
}

static void
render_layers(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_shell_url *url = &app->shell.url;

    row = render_layer(cv, row, 0, "", url->base);
    if (url->target[0])
        row = render_layer(cv, row, 1, "target", url->target);
    if (url->inner[0])
        row = render_layer(cv, row, 1, "targetqs", url->inner);
    for (size_t i = 0; i < url->pairs.len; i++) {
        const struct hv_shell_pair *pair = &url->pairs.items[i];

        if (!strcmp(pair->name, "target") && pair->is_outside)
            continue;
        row = render_layer(cv, row, pair->is_outside ? 1 : 2, pair->name,
                           pair->value);
        if (!strcasecmp(pair->name, "actionqs") && strchr(pair->value, '='))
            row = render_query(cv, row, pair->value);
    }
}

static int
render_findings(const struct hv_app *app, struct hv_canvas *cv, int row,
                int max)
{
    const struct hv_findings *findings = &app->shell.url.findings;

    if (findings->len)
        return row + hv_lint_render(cv, row, 1, max, findings);
    if (row < cv->rows)
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_GOOD,
                       "Nothing to say against it.");
    return row + 1;
}

static void
render_last(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_shell_url *url = &app->shell.url;
    struct hv_canvas right;
    bool is_wide = cv->cols >= 120;
    int row = 1;

    if (!app->shell.has_url) {
        hv_canvas_wrap(cv, 1, 1, cv->cols - 2, 2, HV_ROLE_DIM,
                       "No URL yet. Enter composes one, e takes one apart, c "
                       "checks one.");
        return;
    }
    if (is_wide) {
        right = hv_beside(cv);
        render_findings(app, &right, 0, right.rows);
        *cv = hv_canvas_part(cv, 0, 0, cv->rows, cv->cols - right.cols - 1);
    }
    hv_canvas_textf(
        cv, row, 1, cv->cols - 2, HV_ROLE_DIM, "%s%s%s  y u copies it",
        url->kind == HV_SHELL_REDIRECT ? "redirect"
        : url->kind == HV_SHELL_RETURN ? "return"
                                       : "neither redirect nor "
                                         "return",
        url->instance ? " of " : "", url->instance ? url->instance->title : "");
    row++;
    if (cv->rows > 8)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 3, HV_ROLE_STRONG,
                              app->shell.text);
    if (cv->cols < 60 || cv->rows < 6)
        return;
    if (!is_wide)
        row = render_findings(app, cv, row, 4);
    render_layers(app, cv, row);
}

/* ------------------------------------------------------------ the whole -- */

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    int at = 1;

    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Shell URLs") + 2;
    if (app->status && app->status->has_profile && cv->cols >= 60 &&
        !app->lists[HV_VIEW_SHELL].filter[0])
        at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_DIM,
                             app->status->profile_facts.shell) +
              2;
    hv_list_state_render(app, cv, at);
}

void
hv_shell_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_SHELL);
    size_t chosen = hv_list_at(app, HV_VIEW_SHELL);
    int rows = hv_shell_list_rows(app, cv->rows, cv->cols);
    struct hv_layout at;
    struct hv_canvas part;

    render_title(app, cv);
    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits the filter. Esc clears it.");
    for (int i = 0; i < rows; i++) {
        size_t nth = app->lists[HV_VIEW_SHELL].cursor.top + (size_t)i;

        if (nth >= len)
            break;
        render_row(app, cv, 2 + i, &at, hv_list_row(app, HV_VIEW_SHELL, nth),
                   nth == app->lists[HV_VIEW_SHELL].cursor.at);
    }
    if (!app->is_detail_on || cv->rows - 2 - rows <= 3)
        return;
    part = hv_canvas_part(cv, 3 + rows, 0, cv->rows - 3 - rows, cv->cols);
    if (app->lists[HV_VIEW_SHELL].pane == HV_SHELL_PANE_LAST) {
        hv_panes_render(app, &part, HV_VIEW_SHELL, "Last URL");
        render_last(app, &part);
    } else if (chosen != SIZE_MAX) {
        hv_panes_render(app, &part, HV_VIEW_SHELL,
                        hv_shell_target_at(chosen)->name);
        render_target(&part, hv_shell_target_at(chosen));
    }
}
