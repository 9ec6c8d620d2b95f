/*
 * shell.c - the Shell URLs view: its four tabs, and the last of them, the pages
 * of the Shell: what each is for, what it needs, what the browser brings back
 * or where it ends. Draws core's table. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"
#include "tui/screen/urls.h"

#include "hvconsole/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct hv_binding hv_shell_bindings[] = {
    { "<Enter>", "open", NULL, "write the field, or use what it is on" },
    { "<Tab>", "field next", NULL, "next field" },
    { "<S-Tab>", "field prev", NULL, "previous field" },
    { "]", "pane next", "next tab", "compose, decode, templates, targets" },
    { "[", "pane prev", NULL, "the tab before" },
    { "e", "form url", NULL, "the URL or template goes into the form" },
    { "A", "save template", "template", "keep the URL under a name" },
    { "E", "change template", NULL, "change this template, in a form" },
    { "C", "change template copy", NULL, "write a template like this one" },
    { "D", "shell template remove %template", NULL, "forget this template" },
    { "yq", "qr", NULL, "the URL as a QR code" },
    { "x", "why", "explain", NULL },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

const char *const hv_shell_panes[] = { "compose", "decode", "templates",
                                       "targets", NULL };

static const struct hv_list_column columns[] = {
    { "target", 17, 17, false },
    { "purpose", 24, 56, false },
    { "needs", 12, 36, false },
    { "comes back as", 16, 80, false },
};
enum { TARGET, PURPOSE, NEEDS, RETURNS };

#define MOST_ROWS 18
#define NAME      19 /* columns of a parameter's name */

/* -------------------------------------------------------------- targets -- */

static int
target_rows(const struct hv_app *app, int rows)
{
    int most = rows >= 34 ? MOST_ROWS : rows >= 14 ? rows / 2 - 2 : rows - 2;

    if (!app->is_detail_on)
        return rows - 2;
    return most < MOST_ROWS ? most : MOST_ROWS;
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_shell_target *target = hv_shell_target_at(i);
    enum hv_role role = target->is_offered ? HV_ROLE_TEXT : HV_ROLE_DIM;
    char text[256];

    (void)app;
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
}

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

int
hv_url_returns_render(struct hv_canvas *cv, int row,
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
        hv_url_returns_render(&right, 1, target);
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

static void
render_targets(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_SHELL);
    size_t chosen = hv_list_at(app, HV_VIEW_SHELL);
    int rows = target_rows(app, cv->rows);
    struct hv_layout at;
    struct hv_canvas part;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_TEXT,
                       "Nothing fits the filter. Esc clears it.");
    hv_list_each(app, cv, HV_VIEW_SHELL, 2, rows, render_row, &at);
    if (!app->is_detail_on || cv->rows - 2 - rows <= 3 || chosen == SIZE_MAX)
        return;
    part = hv_canvas_part(cv, 3 + rows, 0, cv->rows - 3 - rows, cv->cols);
    hv_canvas_rule(&part, 0, 0, part.cols, hv_shell_target_at(chosen)->name);
    hv_list_more_render(app, &part, 0, part.cols - 2, HV_VIEW_SHELL);
    render_target(&part, hv_shell_target_at(chosen));
}

/* ------------------------------------------------------------ the whole -- */

int
hv_shell_list_rows(const struct hv_app *app, int rows, int cols)
{
    switch (hv_urls_tab(app)) {
    case HV_SHELL_COMPOSE:
        return hv_compose_rows(app, rows, cols);
    case HV_SHELL_DECODE:
        return hv_decode_rows(app, rows, cols);
    case HV_SHELL_TEMPLATES:
        return hv_template_rows(app, rows, cols);
    default:
        return target_rows(app, rows);
    }
}

/* Whose Shell it is, at the right where nothing else stands. */
static void
render_host(const struct hv_app *app, struct hv_canvas *cv, int at)
{
    const struct hv_profile *profile = hv_url_profile(app);
    const char *base = app->urls.form.base ? app->urls.form.base
                       : profile           ? profile->shell
                                           : "no profile";
    const char *host = strstr(base, "://") ? strstr(base, "://") + 3 : base;
    char text[200];
    int end;

    snprintf(text, sizeof(text), "%s%.*s",
             app->urls.form.base || !profile || cv->cols < 100
                 ? ""
                 : "Shell of the profile: ",
             (int)strcspn(host, "/"), host);
    end = cv->cols - 1 - hv_text_width(hv_bytes_str(text));
    end = end > at ? end : at;
    if (at < cv->cols - 12)
        hv_canvas_text(cv, 0, end, cv->cols - 1 - end, HV_ROLE_DIM, text);
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    int at = hv_title_panes_render(app, cv, HV_VIEW_SHELL, "Shell URLs");

    if (hv_urls_tab(app) == HV_SHELL_COMPOSE)
        render_host(app, cv, at);
    else if (hv_urls_tab(app) != HV_SHELL_DECODE)
        hv_list_state_render(app, cv, at);
}

void
hv_shell_render(const struct hv_app *app, struct hv_canvas *cv)
{
    render_title(app, cv);
    switch (hv_urls_tab(app)) {
    case HV_SHELL_COMPOSE:
        hv_compose_render(app, cv);
        break;
    case HV_SHELL_DECODE:
        hv_decode_render(app, cv);
        break;
    case HV_SHELL_TEMPLATES:
        hv_templates_render(app, cv);
        break;
    default:
        render_targets(app, cv);
        break;
    }
}
