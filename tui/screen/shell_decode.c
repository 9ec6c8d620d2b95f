/*
 * shell_decode.c - a URL taken apart: what is said against it, the worst first,
 * where in the URL that stands and what to do; and its layers. Draws app->urls.
 * Pure.
 */
#include "tui/screen/urls.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WIDE     120
#define URL_ROWS 6
#define MARK     14 /* columns of a parameter's name */

/* --------------------------------------------------------------- layers -- */

static int
render_layer(struct hv_canvas *cv, int row, int layer, const char *name,
             const char *value)
{
    int at = 3 + 2 * layer;
    int name_width = name[0] ? MARK : 0;

    if (row >= cv->rows)
        return row;
    hv_canvas_textf(cv, row, 1, 1, HV_ROLE_DIM, "%d", layer);
    if (name[0]) {
        int used = hv_canvas_text(cv, row, at, 0, HV_ROLE_STRONG, name);

        name_width = used > MARK - 1 ? used + 1 : MARK;
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

int
hv_url_layers_render(struct hv_canvas *cv, int row,
                     const struct hv_shell_url *url)
{
    row = render_layer(cv, row, 0, "", url->base);
    if (url->target[0])
        row = render_layer(cv, row, 1, "target", url->target);
    if (url->inner[0])
        row = render_layer(cv, row, 1, "targetqs", url->inner);
    for (size_t i = 0; i < url->pairs.len; i++) {
        const struct hv_shell_pair *pair = &url->pairs.items[i];
        bool is_outside = pair->is_outside || url->kind != HV_SHELL_REDIRECT;

        if (!strcmp(pair->name, "target") && pair->is_outside)
            continue;
        row =
            render_layer(cv, row, is_outside ? 1 : 2, pair->name, pair->value);
        if (!strcasecmp(pair->name, "actionqs") && strchr(pair->value, '='))
            row = render_query(cv, row, pair->value);
    }
    return row;
}

/* -------------------------------------------------------------- the URL -- */

int
hv_url_wrap_render(struct hv_canvas *cv, int row, int max, const char *text,
                   const struct hv_finding *mark)
{
    size_t width = cv->cols > 4 ? (size_t)cv->cols - 2 : 2;
    size_t len = strlen(text);
    int used = 0;

    for (size_t at = 0; at < len && used < max; at += width, used++) {
        bool is_last = used == max - 1 && at + width < len;
        size_t part = len - at < width ? len - at : width;

        for (size_t i = 0; i < part; i++) {
            bool is_on = mark && mark->len && at + i >= mark->at &&
                         at + i < mark->at + mark->len;
            char c[2] = { text[at + i], 0 };

            if ((unsigned char)c[0] >= 0x80)
                c[0] = '?'; /* bytes: one column each */
            hv_canvas_text(cv, row + used, 1 + (int)i, 1,
                           is_on ? hv_severity_looks[mark->lint->severity].role
                                 : HV_ROLE_TEXT,
                           c);
        }
        if (is_last)
            hv_canvas_text(cv, row + used, (int)width, 1, HV_ROLE_DIM, "~");
    }
    return used;
}

/* ------------------------------------------------------------- findings -- */

int
hv_decode_rows(const struct hv_app *app, int rows, int cols)
{
    int most = rows >= 30 ? 10 : rows >= 16 ? 4 : rows - 2;
    int len = (int)hv_shell_rows(app);

    (void)cols;
    if (most > len)
        most = len;
    return most > 1 ? most : 1;
}

static void
render_finding(const struct hv_app *app, struct hv_canvas *cv, int row,
               const struct hv_finding *one, bool is_selected)
{
    char where[32] = "all of it";

    (void)app;
    if (one->len)
        snprintf(where, sizeof(where), "byte %zu", one->at);
    if (is_selected)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_canvas_text(cv, row, 2, 2, hv_severity_looks[one->lint->severity].role,
                   hv_severity_looks[one->lint->severity].sign);
    hv_canvas_text(cv, row, 5, 12, HV_ROLE_DIM, where);
    hv_canvas_wrap(cv, row, 18, cv->cols - 19, 1,
                   hv_severity_looks[one->lint->severity].role, one->message);
    if (is_selected)
        hv_canvas_select(cv, row, 0, cv->cols);
}

static const struct hv_finding *
chosen(const struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_SHELL);

    return app->urls.has_url && i < app->urls.url.findings.len
               ? &app->urls.url.findings.items[i]
               : NULL;
}

/* Its kind, whose Shell, what comes next. */
static int
render_kind(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_shell_url *url = &app->urls.url;
    const char *what = url->known          ? url->known->purpose
                       : url->known_return ? url->known_return->when
                                           : "";

    hv_canvas_textf(
        cv, row, 1, cv->cols - 2, HV_ROLE_DIM, "%s%s%s%s%s.%s",
        url->kind == HV_SHELL_REDIRECT ? "A redirect to the Shell"
        : url->kind == HV_SHELL_RETURN ? "A return from the Shell"
                                       : "Neither redirect nor "
                                         "return",
        url->instance ? ", " : "", url->instance ? url->instance->title : "",
        what[0] ? ": " : "", what,
        url->kind == HV_SHELL_REDIRECT ? " e takes it into the form." : "");
    return row + 1;
}

static int
render_advice(struct hv_canvas *cv, int row, const struct hv_finding *one)
{
    char text[400];

    if (!one)
        return row;
    snprintf(text, sizeof(text), "%s.", one->lint->meaning);
    row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_TEXT, text);
    snprintf(text, sizeof(text), "What to do: %s.", one->lint->advice);
    return row +
           hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_STRONG, text);
}

static void
render_line(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    bool is_on = hv_app_top(app) == HV_VIEW_FIELD;

    hv_canvas_text(cv, row, 1, 4, is_on ? HV_ROLE_STRONG : HV_ROLE_DIM, "URL");
    hv_edit_render(
        cv, row, 6, cv->cols - 7, is_on ? HV_ROLE_FIELD_ON : HV_ROLE_FIELD,
        app->urls.text.text, app->urls.text.point, is_on && !app->dialog.kind);
}

static void
render_empty(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    hv_canvas_wrap(cv, row, 1, cv->cols - 2, 4,
                   app->urls.is_refused ? HV_ROLE_BAD : HV_ROLE_DIM,
                   app->urls.is_refused
                       ? "A user token stood in it: it was wiped here, and "
                         "what follows is swallowed. Enter ends that. "
                         "'hvconsole shell decode -' in a shell reads such a "
                         "URL unseen."
                       : "Paste a URL, or Enter and type one: as it stands in "
                         "a browser, a mail or a log, however it is escaped. "
                         "It is taken apart layer by layer; e takes it back "
                         "into the form. Nothing is opened.");
}

static int
render_findings(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t top = app->lists[HV_VIEW_SHELL].cursor.top;
    size_t len = app->urls.url.findings.len;
    int rows = hv_decode_rows(app, cv->rows, cv->cols);

    for (int i = 0; i < rows && top + (size_t)i < len; i++)
        render_finding(app, cv, 2 + i,
                       &app->urls.url.findings.items[top + (size_t)i],
                       top + (size_t)i == app->lists[HV_VIEW_SHELL].cursor.at);
    if (!len)
        hv_canvas_text(cv, 2, 2, 0, HV_ROLE_GOOD, "Nothing to say against it.");
    return 2 + rows;
}

/* How many findings are not shown. */
static void
render_more(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    size_t end = app->lists[HV_VIEW_SHELL].cursor.top + (size_t)rows;
    size_t len = app->urls.url.findings.len;

    if (end < len && cv->cols > 40)
        hv_canvas_rightf(cv, 0, cv->cols - 18, 17, HV_ROLE_DIM,
                         " %zu more below ", len - end);
}

/* What to do about it, and what comes of the URL. */
static void
render_beside(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_finding *one)
{
    const struct hv_shell_url *url = &app->urls.url;
    int row = one ? render_advice(cv, 0, one) + 1 : 0;

    if (row >= cv->rows - 2)
        return;
    if (url->known) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD,
                       "It comes back to the action URL with target=");
        hv_url_returns_render(cv, row + 1, url->known);
    } else if (url->known_return) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "The application must");
        hv_canvas_wrap(cv, row + 1, 1, cv->cols - 2, 3, HV_ROLE_TEXT,
                       url->known_return->duty);
    }
}

void
hv_decode_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_finding *one = chosen(app);
    bool is_wide = cv->cols >= WIDE;
    struct hv_canvas right, part;
    int row;

    if (cv->rows < 2)
        return;
    render_line(app, cv, 1);
    if (!app->urls.has_url) {
        render_empty(app, cv, 3);
        return;
    }
    row = render_findings(app, cv);
    if (app->urls.is_cut && row < cv->rows)
        hv_canvas_textf(cv, row++, 1, cv->cols - 2, HV_ROLE_BAD,
                        "Cut at %d characters: 'hvconsole shell decode -' "
                        "reads longer ones.",
                        HV_EDIT_SIZE - 1);
    if (!is_wide && cv->rows - row > 10)
        row = render_advice(cv, row, one);
    if (cv->rows - row < 4)
        return;
    part = hv_canvas_part(cv, row, 0, cv->rows - row, cv->cols);
    hv_canvas_rule(&part, 0, 0, part.cols, "URL");
    render_more(app, &part, hv_decode_rows(app, cv->rows, cv->cols));
    row = 1 + hv_url_wrap_render(&part, 1, is_wide ? URL_ROWS : 3,
                                 app->urls.text.text, one);
    row = render_kind(app, &part, row);
    part = hv_canvas_part(&part, row, 0, part.rows - row, part.cols);
    if (part.rows < 3)
        return;
    hv_canvas_rule(&part, 0, 0, part.cols, "Layers");
    if (is_wide) {
        right = hv_beside(&part);
        render_beside(app, &right, one);
        part =
            hv_canvas_part(&part, 0, 0, part.rows, part.cols - right.cols - 1);
    }
    hv_url_layers_render(&part, 1, &app->urls.url);
}
