/*
 * hints.c - the row of keys: made from the bindings of the view on top, or of
 * what is being asked or written instead of it. Called by frame.c. Pure. Every
 * key it names does something now.
 */
#include "tui/screen/frame.h"

#include <stdio.h>
#include <string.h>

#define HELP_HINT 8   /* "  ? help" */
#define MUCH      110 /* columns: from here there is room for more */

struct hint {
    const char *key; /* NULL ends */
    const char *what;
};

/* A question, the `:` line and the filter take all keys. */
static const struct hint yes_or_no[] = {
    { "y", "yes" }, { "Enter", "no" }, { "Esc", "no" }, { 0 }
};
static const struct hint on_typed[] = { { "Enter", "do it" },
                                        { "Esc", "leave it" },
                                        { 0 } };
static const struct hint on_line[] = {
    { "Enter", "run" },  { "Tab", "complete" },
    { "Up", "history" }, { "^r", "search it" },
    { "^u", "clear" },   { "^x", "editor" },
    { "Esc", "cancel" }, { 0 },
};
static const struct hint on_filter[] = {
    { "Enter", "keep it" }, { "^u", "clear" },
    { "!word", "without" }, { "name:word", "in one column" },
    { "Esc", "close" },     { 0 },
};
/* Before the bindings of a view in which one writes. */
static const struct hint in_help[] = {
    { "Enter", "run it" }, { "Up Down", "choose" }, { "a-z", "search" }, { 0 }
};
static const struct hint in_types[] = { { "a-z", "search" },
                                        { "Enter", "pick" },
                                        { 0 } };

/* The tabs of the Shell URLs view: Enter means something else in each. */
static const struct hint in_shell[HV_SHELL_TABS][4] = {
    [HV_SHELL_COMPOSE] = { { "Enter", "write" },
                           { "h l", "choose" },
                           { "yq", "QR" } },
    [HV_SHELL_DECODE] = { { "Enter", "write" },
                          { "e", "to form" },
                          { "yq", "QR" } },
    [HV_SHELL_TEMPLATES] = { { "Enter", "fill" },
                             { "D", "forget" },
                             { "yq", "QR" } },
    [HV_SHELL_TARGETS] = { { "Enter", "pick" } },
};

/* Among the pictures of the records. */
static const struct hint in_diff[] = { { "A", "keep one" }, { 0 } };

/* What one message of the sender is to be. */
static const struct hint in_single[] = { { "j k", "kind" }, { 0 } };

/* A text with lines that go on to the right. */
static const struct hint in_wide[] = { { "h l", "sideways" }, { 0 } };

static const struct hint *
instead(const struct hv_app *app)
{
    if (app->dialog.kind)
        return app->dialog.kind == HV_DIALOG_TYPED ? on_typed : yes_or_no;
    if (app->prompt.is_open)
        return on_line;
    return app->is_filtering ? on_filter : NULL;
}

static const struct hint *
before(const struct hv_app *app)
{
    switch (hv_app_top(app)) {
    case HV_VIEW_HELP:
    case HV_VIEW_PALETTE:
        return in_help;
    case HV_VIEW_FORM:
        return app->form.field == HV_FIELD_TYPES ? in_types : NULL;
    case HV_VIEW_SHELL:
        return app->urls.tab == HV_SHELL_TEMPLATES && !app->urls.templates.len
                   ? NULL
                   : in_shell[app->urls.tab];
    case HV_VIEW_PAGER:
        return hv_pager_is_cut(app) ? in_wide : NULL;
    case HV_VIEW_TEST:
        return app->lists[HV_VIEW_TEST].pane == HV_TEST_SINGLE ? in_single
                                                               : NULL;
    case HV_VIEW_RECORDS:
        return hv_records_pane(app) == HV_RECORDS_DIFF ? in_diff : NULL;
    default:
        return NULL;
    }
}

struct hint_line {
    struct hv_canvas *cv; /* NULL: only text */
    struct hv_buf *out;
    int at, end;
};

static bool
put_hint(struct hint_line *line, const char *key, const char *what, bool is_off)
{
    int width = (int)strlen(key) + 1 + (int)strlen(what);

    if (line->at + width > line->end)
        return false;
    if (line->cv) {
        hv_canvas_text(line->cv, 0, line->at, 0,
                       is_off ? HV_ROLE_DIM : HV_ROLE_KEY, key);
        hv_canvas_text(line->cv, 0, line->at + (int)strlen(key) + 1, 0,
                       is_off ? HV_ROLE_DIM : HV_ROLE_HINT, what);
    }
    if (line->out)
        hv_buf_addf(line->out, "%s%s %s", line->out->len ? "  " : "", key,
                    what);
    line->at += width + 2;
    return true;
}

static void
put_hints(struct hint_line *line, const struct hint *hints)
{
    for (; hints && hints->key; hints++)
        put_hint(line, hints->key, hints->what, false);
}

static bool
add_hint(struct hint_line *line, const struct hv_binding *binding, bool is_off)
{
    char key[24];

    hv_keys_name(binding->keys, key);
    return put_hint(line, key, binding->hint, is_off);
}

/* What a wide screen has room for as well, where the view knows it. */
static const struct {
    const char *text; /* of the binding */
    const char *what;
} more[] = {
    { "filter", "filter" },   { "sort", "sort" },     { "mark", "mark" },
    { "compare", "compare" }, { "copy cli", "copy" }, { "sub clone", "clone" },
};

static const struct hv_binding *
binding_of(const struct hv_binding *table, const char *text)
{
    for (const struct hv_binding *b = table; b->keys; b++) {
        if (!b->hint && !strcmp(b->text, text))
            return b;
    }
    return NULL;
}

static void
add_more(const struct hv_app *app, struct hint_line *line)
{
    bool has_list = !app->over_len &&
                    (hv_list_fields(app, app->tab) || app->tab == HV_VIEW_LOG);

    if (line->end < MUCH || app->over_len)
        return;
    for (size_t i = 0; i < HV_LEN(more); i++) {
        const struct hv_binding *b =
            binding_of(hv_screens[app->tab].bindings, more[i].text);
        struct hv_binding shown;

        if (!b && (has_list || strcmp(more[i].text, "filter")))
            b = binding_of(hv_bindings, more[i].text);
        if (!has_list && !strcmp(more[i].text, "sort"))
            continue;
        if (!b)
            continue;
        shown = *b;
        shown.hint = more[i].what;
        add_hint(line, &shown, false);
    }
}

/* The fields of a message belong to the first tab of the sender, where they are
 * to be seen; the matrix has columns instead, when there is more than one. */
static bool
is_of_another_tab(const struct hv_app *app, const struct hv_binding *binding)
{
    int pane = app->lists[HV_VIEW_TEST].pane;

    if (hv_app_top(app) != HV_VIEW_TEST || pane == HV_TEST_SINGLE)
        return false;
    if (!strcmp(binding->text, "try next"))
        return pane != HV_TEST_MATRIX || app->tester.columns_len < 2;
    return !strcmp(binding->text, "try change") ||
           (pane == HV_TEST_HISTORY && !strcmp(binding->text, "try write"));
}

static void
walk_hints(const struct hv_app *app, struct hint_line *line)
{
    const struct hv_screen *screen = &hv_screens[hv_app_top(app)];
    bool is_read_only = hv_app_is_read_only(app);
    int end = line->end;

    if (instead(app)) {
        put_hints(line, instead(app));
        return;
    }
    put_hints(line, before(app));
    line->end = end - (screen->press ? 0 : HELP_HINT);
    for (const struct hv_binding *b = screen->bindings; b->keys; b++) {
        bool is_change = false;

        (void)hv_text_summary(b->text, &is_change);
        if (b->hint && !is_of_another_tab(app, b))
            add_hint(line, b, is_read_only && is_change);
    }
    if (screen->press)
        return; /* who writes here has no other keys */
    for (const struct hv_binding *b = hv_bindings; b->keys; b++) {
        bool is_help = !strcmp(b->text, "help");

        if (is_help && b->hint)
            add_more(app, line);
        /* Help is always there: the others leave room for it. */
        line->end = end - (is_help ? 0 : HELP_HINT);
        if (b->hint && (app->over_len || strcmp(b->text, "back")))
            add_hint(line, b, false);
    }
}

void
hv_screen_hints(const struct hv_app *app, int width, struct hv_buf *out)
{
    struct hint_line line = { .out = out, .end = width };

    walk_hints(app, &line);
}

void
hv_hints_render(const struct hv_app *app, struct hv_canvas *cv)
{
    struct hint_line line = { .cv = cv, .at = 1, .end = cv->cols };

    walk_hints(app, &line);
}
