/*
 * shell_templates.c - redirect URLs under names: the list, and what the one
 * under the cursor makes with the current profile. Draws app->urls. Pure.
 */
#include "tui/screen/format.h"
#include "tui/screen/urls.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct hv_list_column columns[] = {
    { "name", 16, 40, false },           { "target", 17, 17, false },
    { "last use", 9, 20, false },        { "made", 9, 20, false },
    { "what it keeps", 20, 120, false },
};
enum { NAME, TARGET, USED, MADE, KEEPS };

int
hv_template_rows(const struct hv_app *app, int rows, int cols)
{
    int most = rows >= 34 ? 14 : rows >= 14 ? rows / 2 - 2 : rows - 2;
    int len = (int)app->urls.templates.len;

    (void)cols;
    if (!app->is_detail_on)
        return rows - 2;
    return len < most ? (len > 1 ? len : 1) : most;
}

/* "actionqs onopt1": its parameters. */
static void
keeps(const struct hv_template *one, char *out, size_t size)
{
    struct hv_shell_form form = { 0 };
    struct hv_buf text = { 0 }, left = { 0 };

    hv_template_form(one, NULL, &form, &left);
    for (size_t i = 0; i < form.pairs.len; i++)
        hv_buf_addf(&text, "%s%s", i ? " " : "", form.pairs.items[i].name);
    hv_copy(out, size, text.len ? hv_buf_str(&text) : "-");
    hv_shell_form_release(&form);
    hv_buf_release(&text);
    hv_buf_release(&left);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_template *one = &app->urls.templates.items[i];
    const char *target = strstr(one->url, "target=");
    char text[256];

    hv_layout_put(cv, row, at, NAME, HV_ROLE_STRONG, one->name);
    snprintf(text, sizeof(text), "%.*s",
             target ? (int)strcspn(target + 7, "&") : 0,
             target ? target + 7 : "");
    hv_layout_put(cv, row, at, TARGET, HV_ROLE_TEXT, text);
    hv_when_format(app, one->used_ms, text);
    hv_layout_put(cv, row, at, USED, HV_ROLE_TEXT,
                  one->used_ms ? text : "never");
    hv_when_format(app, one->made_ms, text);
    hv_layout_put(cv, row, at, MADE, HV_ROLE_DIM, text);
    keeps(one, text, sizeof(text));
    hv_layout_put(cv, row, at, KEEPS, HV_ROLE_DIM, text);
}

static void
render_detail(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_template *one)
{
    const struct hv_profile *profile = hv_url_profile(app);
    struct hv_shell_form form = { 0 };
    struct hv_buf url = { 0 }, left = { 0 };
    struct hv_shell_url parsed = { 0 };
    struct hv_error why = { 0 };
    int row = 1;

    hv_canvas_rule(cv, 0, 0, cv->cols, one->name);
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_SHELL);
    hv_template_form(one, profile, &form, &left);
    if (hv_shell_form_compose(&form, profile, &url, &why)) {
        row +=
            hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_WARN, why.why);
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 1, HV_ROLE_DIM,
                              "Enter fills the form, where it can be added.");
        for (size_t i = 0; i < form.pairs.len && row < cv->rows; i++)
            hv_canvas_textf(cv, row++, 1, cv->cols - 2, HV_ROLE_TEXT,
                            "%-16s %s", form.pairs.items[i].name,
                            form.pairs.items[i].value);
    } else {
        row += hv_url_wrap_render(cv, row, 4, hv_buf_str(&url), NULL) + 1;
        if (!hv_shell_decode(hv_buf_bytes(&url), NULL, &parsed, NULL))
            hv_url_layers_render(cv, row, &parsed);
    }
    hv_shell_url_release(&parsed);
    hv_shell_form_release(&form);
    hv_buf_release(&url);
    hv_buf_release(&left);
}

static bool
render_nothing(const struct hv_app *app, struct hv_canvas *cv, size_t len)
{
    if (hv_load_state(app, cv, 2, &app->urls.templates_load, "the templates"))
        return true;
    if (len)
        return false;
    hv_canvas_wrap(cv, 2, 2, cv->cols - 4, 3, HV_ROLE_DIM,
                   app->urls.templates.len
                       ? "Nothing fits the filter. Esc clears it."
                       : "No templates yet. A in the compose tab keeps the URL "
                         "under a name, without ids of records; Enter here "
                         "fills the form from one, D forgets it.");
    return true;
}

void
hv_templates_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_SHELL);
    int rows = hv_template_rows(app, cv->rows, cv->cols);
    const struct hv_template *one = hv_url_template(app);
    struct hv_layout at;
    struct hv_canvas part;

    hv_layout_make(&at, columns, (int)HV_LEN(columns), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (cv->rows < 3 || render_nothing(app, cv, len))
        return;
    hv_list_each(app, cv, HV_VIEW_SHELL, 2, rows, render_row, &at);
    if (!app->is_detail_on || cv->rows - 2 - rows < 3 || !one)
        return;
    part = hv_canvas_part(cv, 2 + rows, 0, cv->rows - 2 - rows, cv->cols);
    render_detail(app, &part, one);
    if (cv->rows - rows > 8)
        hv_canvas_text(cv, cv->rows - 1, 1, cv->cols - 2, HV_ROLE_DIM,
                       "Enter fills the form   D forgets it   y u copies the "
                       "URL   y c the command");
}
