/*
 * shell_compose.c - a redirect being written: its fields, and beside or below
 * them what it is now: the URL, its layers, what is said against it, where the
 * browser comes back. Draws app->urls. Pure.
 */
#include "tui/screen/urls.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WIDE    120
#define LABEL   15 /* columns of a field's name, with the cursor before it */
#define PREVIEW 9  /* rows below the fields on a narrow screen */

const struct hv_binding hv_field_bindings[] = {
    { "<Enter>", "field done", "done", "it stands as it is written" },
    { "<Tab>", "field next", "next field", "next field" },
    { "<S-Tab>", "field prev", NULL, "previous field" },
    { "<Esc>", "back", "as before", "leave the field as it was" },
    { "^x", "field edit", "editor", "this field in $EDITOR" },
    { 0 },
};

static bool
is_wide(const struct hv_canvas *cv)
{
    return cv->cols >= WIDE && cv->rows >= 24;
}

int
hv_compose_rows(const struct hv_app *app, int rows, int cols)
{
    int len = (int)hv_url_fields(app);
    int most;

    if (cols >= WIDE && rows >= 24)
        most = len > 18 ? 18 : len; /* the layers beside it need some too */
    else
        most = rows >= 16 ? rows - 2 - PREVIEW : rows - 2;
    return most > rows - 2 ? rows - 2 : most;
}

/* --------------------------------------------------------------- fields -- */

static void
render_choices(struct hv_canvas *cv, int row, const struct hv_url_field *field)
{
    size_t now = hv_url_chosen(field);
    int at = LABEL;
    const char *choice;

    for (size_t i = 0; (choice = hv_url_choice(field, i)); i++)
        at += hv_canvas_textf(cv, row, at, 0,
                              i == now ? HV_ROLE_STRONG : HV_ROLE_DIM,
                              "(%s) %s", i == now ? "x" : " ", choice) +
              1;
    if (now == SIZE_MAX)
        hv_canvas_textf(cv, row, at, 0, HV_ROLE_BAD, "%s", field->value);
}

/* What is to be written there, where nothing is. */
static void
describe(const struct hv_app *app, const struct hv_url_field *field, char *out,
         size_t size)
{
    const struct hv_profile *profile = hv_url_profile(app);

    if (field->why_not[0])
        snprintf(out, size, "(%s)", field->why_not);
    else if (field->kind == HV_URL_MORE)
        hv_copy(out, size, "name=value of any other parameter");
    else if (field->kind == HV_URL_SHELL)
        snprintf(out, size, "(%.200s, of the profile)",
                 profile ? profile->shell : "no profile: write its address");
    else
        snprintf(out, size, "%s%s%s",
                 field->param && field->param->is_required ? "" : "optional: ",
                 field->param ? field->param->note : "",
                 strcmp(field->name, "extrecordid") ? ""
                 : app->records.access.len ? "; h l go through those of 5 Recs"
                                           : "; 5 Recs has them");
}

static void
render_value(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_url_field *field, bool is_on)
{
    bool is_written = is_on && hv_app_top(app) == HV_VIEW_FIELD;
    const struct hv_profile *profile = hv_url_profile(app);
    int width = cv->cols - LABEL - 1;
    char text[300], id[HV_GUID_TEXT] = "";
    int used;

    if (is_written) {
        hv_edit_render(cv, row, LABEL, width, HV_ROLE_FIELD_ON,
                       app->urls.edit.text, app->urls.edit.point,
                       !app->dialog.kind);
        return;
    }
    if (field->kind == HV_URL_CHOICE) {
        render_choices(cv, row, field);
        return;
    }
    if (!field->value[0]) {
        describe(app, field, text, sizeof(text));
        hv_canvas_text(cv, row, LABEL, width,
                       field->why_not[0] ? HV_ROLE_WARN : HV_ROLE_DIM, text);
        return;
    }
    used = hv_canvas_text(cv, row, LABEL, 0,
                          field->kind == HV_URL_PAGE ? HV_ROLE_STRONG
                                                     : HV_ROLE_TEXT,
                          field->value);
    text[0] = 0;
    if (profile)
        hv_guid_format(&profile->app_id, id);
    if (field->kind == HV_URL_PAGE && hv_shell_target_find(field->value))
        snprintf(text, sizeof(text), "%s",
                 hv_shell_target_find(field->value)->purpose);
    else if (!strcmp(field->name, "appid") && !strcmp(field->value, id))
        hv_copy(text, sizeof(text), "(this application)");
    else if (!strcmp(field->name, "extrecordid") &&
             hv_url_record_name(app, field->value))
        snprintf(text, sizeof(text), "%.200s",
                 hv_url_record_name(app, field->value));
    else if (field->is_outside)
        hv_copy(text, sizeof(text), "(beside targetqs)");
    else if (!field->param && field->kind == HV_URL_VALUE)
        hv_copy(text, sizeof(text), "(the page does not look at it)");
    if (text[0] && used + 2 < width)
        hv_canvas_text(cv, row, LABEL + used + 2, width - used - 2, HV_ROLE_DIM,
                       text);
}

static void
render_field(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_url_field *field, bool is_on)
{
    bool is_needed = field->param && field->param->is_required;

    if (is_on)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_canvas_text(cv, row, 1, 1, HV_ROLE_WARN,
                   is_needed && !field->value[0] ? "*" : "");
    hv_canvas_text(cv, row, 2, LABEL - 3,
                   is_on || field->value[0] ? HV_ROLE_STRONG : HV_ROLE_DIM,
                   field->name);
    render_value(app, cv, row, field, is_on);
    if (is_on && hv_app_top(app) != HV_VIEW_FIELD)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static void
render_fields(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    const struct hv_cursor *cursor = &app->lists[HV_VIEW_SHELL].cursor;
    struct hv_url_field field;

    for (int i = 0; i < rows; i++) {
        size_t nth = cursor->top + (size_t)i;

        if (!hv_url_field(app, nth, &field))
            break;
        render_field(app, cv, i, &field, nth == cursor->at);
    }
}

/* On the line below the fields: how many are not shown. */
static void
render_more(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    size_t end = app->lists[HV_VIEW_SHELL].cursor.top + (size_t)rows;
    size_t len = hv_url_fields(app);

    if (end < len && cv->cols > 40)
        hv_canvas_rightf(cv, 0, cv->cols - 18, 17, HV_ROLE_DIM,
                         " %zu more below ", len - end);
}

/* -------------------------------------------------------------- preview -- */

/* Findings, or in words that there are none; rows used. */
static int
render_lint(struct hv_canvas *cv, int row, int max,
            const struct hv_url_preview *preview)
{
    const struct hv_shell_url *url = &preview->url;
    int used = hv_lint_render(cv, row, 1, max, &url->findings);

    if (hv_findings_worst(&url->findings) > HV_INFO || used >= max)
        return used;
    hv_canvas_glyph(cv, row + used, 1, HV_ROLE_GOOD, HV_GLYPH_TICK);
    hv_canvas_textf(cv, row + used, 4, cv->cols - 5, HV_ROLE_GOOD,
                    "%s; every value fits; escaped once a layer",
                    url->known && url->known->returns[0]
                        ? "page known, it returns"
                        : "page known, a dead end");
    return used + 1;
}

static int
render_url(struct hv_canvas *cv, int row, int max,
           const struct hv_url_preview *preview)
{
    int used;

    if (!preview->error.status)
        return hv_url_wrap_render(cv, row, max, hv_buf_str(&preview->text),
                                  NULL);
    used = hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_BAD,
                          preview->error.why);
    return used + hv_canvas_wrap(cv, row + used, 1, cv->cols - 2, 1,
                                 HV_ROLE_TEXT, preview->error.hint);
}

/* "Returns  A B C"; rows used. */
static int
render_back(struct hv_canvas *cv, int row, const struct hv_shell_target *target)
{
    char text[320];

    if (!target || row >= cv->rows)
        return 0;
    hv_shell_comes_back(target, text, sizeof(text));
    hv_canvas_text(cv, row, 1, 8, HV_ROLE_DIM, "Returns");
    return hv_canvas_wrap(
        cv, row, 10, cv->cols - 11, cv->rows - row < 2 ? 1 : 2,
        target->returns[0] ? HV_ROLE_NOTE : HV_ROLE_WARN, text);
}

static int
render_cli(const struct hv_app *app, struct hv_canvas *cv, int row, int max)
{
    struct hv_buf line = { 0 };

    if (row >= cv->rows)
        return row;
    hv_buf_add_str(&line, "CLI: hvconsole ");
    hv_url_line(app, &line);
    row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, max, HV_ROLE_DIM,
                          hv_buf_str(&line));
    hv_buf_release(&line);
    return row;
}

/* What a decoded URL or a template could not put into the form. */
static int
render_left(const struct hv_app *app, struct hv_canvas *cv, int row, int max)
{
    const char *left = hv_buf_str(&app->urls.left);
    int used = 0;

    while (*left && used < max) {
        size_t len = strcspn(left, "\n");

        hv_canvas_textf(cv, row + used, 1, cv->cols - 2, HV_ROLE_WARN, "! %.*s",
                        (int)len, left);
        used++;
        left += len + (left[len] != 0);
    }
    return used;
}

static void
render_below(const struct hv_app *app, struct hv_canvas *cv,
             const struct hv_url_preview *preview)
{
    const char *name = app->urls.form.target ? app->urls.form.target : "";
    int row = 1;

    hv_canvas_rule(cv, 0, 0, cv->cols,
                   preview->error.status ? "Not yet a URL" : "URL");
    row += render_url(cv, row, 3, preview);
    if (app->urls.left.len && row < cv->rows)
        row += render_left(app, cv, row, 2);
    if (row < cv->rows && !preview->error.status)
        row += render_lint(cv, row, cv->rows - row > 3 ? 3 : cv->rows - row,
                           preview);
    row += render_back(cv, row, hv_shell_target_find(name));
    if (cv->rows - row > 0)
        render_cli(app, cv, row, cv->rows - row > 1 ? 2 : 1);
}

/* ----------------------------------------------------------- wide screens -- */

static void
render_returns(struct hv_canvas *cv, int row, const char *name)
{
    const struct hv_shell_target *target = hv_shell_target_find(name);

    if (!target || row + 2 > cv->rows)
        return;
    hv_canvas_text(cv, row++, 1, 0, HV_ROLE_HEAD,
                   target->returns[0]
                       ? "It comes back to the action URL with target="
                       : "Where it ends");
    hv_url_returns_render(cv, row, target);
}

static int
render_known_templates(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_templates *list = &app->urls.templates;

    if (row + 2 > cv->rows)
        return cv->rows;
    hv_canvas_text(cv, row++, 1, 0, HV_ROLE_HEAD, "Templates");
    if (!list->len)
        hv_canvas_text(cv, row++, 1, cv->cols - 2, HV_ROLE_DIM,
                       "None yet. A keeps this URL under a name.");
    for (size_t i = 0; i < list->len && row < cv->rows; i++)
        hv_canvas_textf(cv, row++, 1, cv->cols - 2, HV_ROLE_TEXT, "%-24s %s",
                        list->items[i].name, list->items[i].url);
    return row;
}

/* All pages beside each other, dead ends marked, where there is room. */
static void
render_pages(struct hv_canvas *cv, int row)
{
    size_t len = hv_shell_count();
    int columns = cv->cols >= 180 ? 3 : 2;
    int width = (cv->cols - 2) / columns;
    int rows = ((int)len + columns - 1) / columns;

    if (row + 1 + rows > cv->rows)
        return;
    hv_canvas_text(cv, row++, 1, 0, HV_ROLE_HEAD,
                   "Pages (Enter on Target picks one, h l go through them)");
    for (size_t i = 0; i < len; i++) {
        const struct hv_shell_target *target = hv_shell_target_at(i);
        int at = 1 + (int)i / rows * width;

        hv_canvas_text(cv, row + (int)i % rows, at, 18,
                       target->is_offered ? HV_ROLE_STRONG : HV_ROLE_DIM,
                       target->name);
        hv_canvas_textf(cv, row + (int)i % rows, at + 19, width - 20,
                        HV_ROLE_DIM, "%s%s",
                        target->returns[0]   ? ""
                        : target->is_offered ? "dead end: "
                                             : "never sent: ",
                        target->purpose);
    }
}

/* Fields left, layers right; below them the URL, and what is said about it. */
static void
render_wide(const struct hv_app *app, struct hv_canvas *cv,
            const struct hv_url_preview *preview)
{
    const char *name = app->urls.form.target ? app->urls.form.target : "";
    int rows = hv_compose_rows(app, cv->rows, cv->cols);
    int half = cv->cols * 11 / 20;
    struct hv_canvas part = hv_canvas_part(cv, 2, 0, rows, half);
    int row = 0;

    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    hv_canvas_glyph(cv, 1, half, HV_ROLE_RULE, HV_GLYPH_DOWN_TEE);
    hv_canvas_vline(cv, 2, half, rows);
    render_fields(app, &part, rows);
    part = hv_canvas_part(cv, 2, half + 1, rows, cv->cols - half - 1);
    if (preview->error.status)
        hv_canvas_text(&part, 0, 1, 0, HV_ROLE_DIM, "No layers yet.");
    else
        row = hv_url_layers_render(&part, 0, &preview->url);
    render_returns(&part, row + 1, name);
    part = hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
    hv_canvas_rule(&part, 0, 0, part.cols,
                   preview->error.status ? "Not yet a URL"
                                         : "URL   y u copies, y q draws it");
    hv_canvas_glyph(&part, 0, half, HV_ROLE_RULE, HV_GLYPH_UP_TEE);
    render_more(app, &part, rows);
    row = 1 + render_url(&part, 1, 5, preview);
    row = render_cli(app, &part, row, 3);
    if (row >= part.rows - 2)
        return;
    part = hv_canvas_part(&part, row, 0, part.rows - row, part.cols);
    hv_canvas_rule(&part, 0, 0, part.cols, "Lint");
    row = 1 + render_left(app, &part, 1, 4);
    if (!preview->error.status)
        row += render_lint(&part, row,
                           part.rows - row > 6 ? 6 : part.rows - row, preview);
    row = render_known_templates(app, &part, row + 1);
    render_pages(&part, row + 1);
}

void
hv_compose_render(const struct hv_app *app, struct hv_canvas *cv)
{
    int rows = hv_compose_rows(app, cv->rows, cv->cols);
    struct hv_url_preview preview;
    struct hv_canvas part;

    if (cv->rows < 3)
        return;
    hv_url_preview(app, &preview);
    if (is_wide(cv)) {
        render_wide(app, cv, &preview);
    } else {
        hv_canvas_rule(cv, 1, 0, cv->cols, "");
        part = hv_canvas_part(cv, 2, 0, rows, cv->cols);
        render_fields(app, &part, rows);
        part = hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
        if (part.rows > 2) {
            render_below(app, &part, &preview);
            render_more(app, &part, rows);
        }
    }
    hv_url_preview_release(&preview);
}
