/*
 * frame.c - the whole screen put together: bar, tabs, the view, what lies over
 * its foot, hints, and the line for messages and questions. Called by the
 * runner once a frame. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

#define NOTE_MS     20000
#define BAD_NOTE_MS 120000

struct hv_chrome
hv_chrome_of(const struct hv_app *app)
{
    bool is_small = app->is_zoomed && app->is_open;
    struct hv_chrome chrome = { .has_tabs = app->rows >= 8 && !is_small,
                                .has_hints = app->rows >= 10 && !is_small };

    chrome.top = 1 + chrome.has_tabs;
    chrome.rows = app->rows - chrome.top - chrome.has_hints - 1;
    if (chrome.rows < 0)
        chrome.rows = 0;
    return chrome;
}

/* -------------------------------------------------------------- message -- */

static void
render_question(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_dialog *dialog = &app->dialog;
    int at = hv_canvas_text(cv, 0, 1, 0, HV_ROLE_WARN, dialog->question);
    int64_t hold = dialog->ready_mono_ms - app->mono_ms;

    if (dialog->kind == HV_DIALOG_TYPED) {
        at += hv_canvas_text(cv, 0, 1 + at, 0, HV_ROLE_STRONG,
                             dialog->typed.text);
        if (hold > 0)
            hv_canvas_rightf(cv, 0, cv->cols - 10, 9, HV_ROLE_DIM, "wait %llds",
                             (long long)((hold + 999) / 1000));
    }
    hv_canvas_cursor(cv, 0, 1 + at);
}

/* A line being edited, shifted so that the cursor is inside. */
void
hv_edit_render(struct hv_canvas *cv, int row, int col, int width,
               enum hv_role role, const char *text, size_t point,
               bool has_cursor)
{
    struct hv_bytes all = hv_bytes_str(text);
    struct hv_buf head = { 0 };
    int before;
    size_t skip = 0;

    hv_text_clean(&head, (struct hv_bytes){
                             all.data, point < all.len ? point : all.len });
    before = hv_text_width(hv_buf_bytes(&head));
    while (before >= width && skip < all.len) {
        struct hv_buf one = { 0 };
        size_t start = skip;

        (void)hv_utf8_next(all, &skip);
        hv_text_clean(&one,
                      (struct hv_bytes){ all.data + start, skip - start });
        before -= hv_text_width(hv_buf_bytes(&one));
        hv_buf_release(&one);
    }
    hv_canvas_text(cv, row, col, width, role, text + skip);
    if (has_cursor)
        hv_canvas_cursor(cv, row, col + before);
    hv_buf_release(&head);
}

static const struct hv_busy *
longest_busy(const struct hv_app *app)
{
    const struct hv_busy *found = NULL;

    for (int i = 0; i < HV_JOB_COUNT; i++) {
        const struct hv_busy *busy = &app->busy[i];

        if (busy->op && busy->label[0] &&
            app->mono_ms - busy->since_mono_ms >= HV_SPINNER_MS &&
            (!found || busy->since_mono_ms < found->since_mono_ms))
            found = busy;
    }
    return found;
}

/* The label leaves room for how to stop it. */
static int
busy_width(const char *label, int cols)
{
    int most = cols - 46 > 20 ? cols - 46 : 20;

    return hv_text_width(hv_bytes_str(label)) > most ? most : 0;
}

static void
render_message(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_busy *busy = longest_busy(app);
    const struct hv_note *note = hv_app_note(app, 0);
    int at;

    if (app->dialog.kind) {
        render_question(app, cv);
    } else if (app->prompt.is_open) {
        at = hv_canvas_text(cv, 0, 0, 0, HV_ROLE_STRONG, app->prompt.prompt);
        hv_edit_render(cv, 0, at, cv->cols - at, HV_ROLE_TEXT, app->prompt.line,
                       app->prompt.point, true);
    } else if (app->is_filtering) {
        hv_canvas_text(cv, 0, 0, 1, HV_ROLE_STRONG, "/");
        hv_edit_render(cv, 0, 1, cv->cols - 1, HV_ROLE_TEXT,
                       app->filter_edit.text, app->filter_edit.point, true);
    } else if (busy && app->is_open) {
        hv_canvas_spinner(cv, 0, 1, HV_ROLE_NOTE, app->mono_ms / 120);
        at = hv_canvas_text(cv, 0, 3, busy_width(busy->label, cv->cols),
                            HV_ROLE_TEXT, busy->label);
        at += hv_canvas_textf(
            cv, 0, 3 + at, 0, HV_ROLE_TEXT, "  %llds",
            (long long)((app->mono_ms - busy->since_mono_ms) / 1000));
        hv_canvas_text(cv, 0, 3 + at + 2, 0, HV_ROLE_DIM,
                       app->rotation ? "^c or P stops after this step"
                                     : "^c cancels");
    } else if (note && app->notes_len > app->notes_seen &&
               app->now_ms - note->at_ms <
                   (note->role == HV_ROLE_BAD ? BAD_NOTE_MS : NOTE_MS)) {
        /* The very last cell of a terminal is not for writing. */
        hv_canvas_text(cv, 0, 1, cv->cols - 2, note->role, note->text);
    }
}

/* ----------------------------------------------------------- composition -- */

/* What a line above a question means: it holds, it does not, it warns. */
static void
render_sign(struct hv_canvas *cv, int row, char sign)
{
    switch (sign) {
    case '+':
        hv_canvas_glyph(cv, row, 1, HV_ROLE_GOOD, HV_GLYPH_TICK);
        break;
    case 'x':
        hv_canvas_glyph(cv, row, 1, HV_ROLE_BAD, HV_GLYPH_FAIL);
        break;
    case '?':
    case '!':
        hv_canvas_textf(cv, row, 1, 1,
                        sign == '!' ? HV_ROLE_WARN : HV_ROLE_NOTE, "%c", sign);
        break;
    default:
        hv_canvas_glyph(cv, row, 1, HV_ROLE_DIM, HV_GLYPH_DOT);
        break;
    }
}

/* A rotation that runs: how far, and what is done now. */
static void
render_rotation(const struct hv_app *app, struct hv_canvas *body)
{
    struct hv_rotation_counts counts = hv_rotation_count(app->rotation);
    struct hv_canvas panel;
    char text[256];
    int rows = counts.stopped ? 4 : 3;

    if (body->rows < rows + 1)
        return;
    panel = hv_canvas_part(body, body->rows - rows, 0, rows, body->cols);
    hv_canvas_fill(&panel, 0, 0, rows, panel.cols, HV_ROLE_TEXT);
    snprintf(text, sizeof(text), "Rotation %s", app->rotation->id);
    hv_canvas_rule(&panel, 0, 0, panel.cols, text);
    hv_canvas_progress(&panel, 1, 1, panel.cols - 2, HV_ROLE_GOOD,
                       (int64_t)counts.done, (int64_t)counts.total);
    hv_canvas_spinner(&panel, 2, 1, HV_ROLE_NOTE, app->mono_ms / 120);
    hv_rotation_now(app, app->rotation, text, sizeof(text));
    hv_canvas_text(&panel, 2, 3, panel.cols - 4, HV_ROLE_TEXT, text);
    if (counts.stopped)
        hv_canvas_textf(&panel, 3, 3, panel.cols - 4, HV_ROLE_BAD,
                        "%zu stopped; 9 shows why", counts.stopped);
}

static const char *
over_line(const struct hv_app *app, int i)
{
    return app->dialog.kind ? app->dialog.lines[i] : app->steps[i];
}

/* Rows that hv_canvas_wrap() will take, at most. */
static int
line_rows(const char *text, int width)
{
    int columns = hv_text_width(hv_bytes_str(text));

    return width < 1 || columns <= width ? 1
           : columns <= 2 * width - 12   ? 2
                                         : 3;
}

/* What a question or a running command tells lies over the foot of the view. */
static void
render_over(const struct hv_app *app, struct hv_canvas *body)
{
    const struct hv_dialog *dialog = &app->dialog;
    int len = dialog->kind ? dialog->lines_len : app->steps_len;
    int lines = 0;
    int row = 1;
    bool is_running = app->busy[HV_JOB_COMMAND].op && app->steps_len;
    struct hv_canvas panel;
    char title[96];

    if (app->is_open && !dialog->kind && app->rotation) {
        render_rotation(app, body);
        return;
    }
    if (!app->is_open || (!dialog->kind && !is_running) || !len)
        return;
    for (int i = 0; i < len; i++)
        lines += line_rows(over_line(app, i), body->cols - 4);
    if (lines > body->rows - 1)
        lines = body->rows - 1;
    panel =
        hv_canvas_part(body, body->rows - lines - 1, 0, lines + 1, body->cols);
    hv_canvas_fill(&panel, 0, 0, panel.rows, panel.cols, HV_ROLE_TEXT);
    snprintf(title, sizeof(title), "%.90s",
             dialog->kind ? dialog->title : app->running);
    hv_canvas_rule(&panel, 0, 0, panel.cols, title);
    for (int i = 0; i < len && row < panel.rows; i++) {
        if (dialog->kind)
            render_sign(&panel, row, dialog->signs[i]);
        else if (i == len - 1)
            hv_canvas_spinner(&panel, row, 1, HV_ROLE_NOTE, app->mono_ms / 120);
        else
            hv_canvas_glyph(&panel, row, 1, HV_ROLE_GOOD, HV_GLYPH_TICK);
        row += hv_canvas_wrap(&panel, row, 3, panel.cols - 4, 3,
                              dialog->signs[i] == '!' && dialog->kind
                                  ? HV_ROLE_WARN
                                  : HV_ROLE_TEXT,
                              over_line(app, i));
    }
}

/* The first key of a sequence was pressed: what may follow. */
static void
render_pending(const struct hv_app *app, struct hv_canvas *body)
{
    const struct hv_binding *tables[] = {
        hv_user_table(app, (int)hv_app_top(app)),
        hv_user_table(app, HV_VIEW_COUNT),
        hv_screens[hv_app_top(app)].bindings,
        hv_bindings,
    };
    const struct hv_binding *found[12];
    struct hv_canvas panel;
    char name[16];
    int len = 0;

    for (size_t t = 0; t < HV_LEN(tables); t++) {
        for (const struct hv_binding *b = tables[t]; b && b->keys; b++) {
            if (len < (int)HV_LEN(found) && hv_keys_begin(b, &app->pressed))
                found[len++] = b;
        }
    }
    if (!len || len + 1 > body->rows)
        return;
    panel = hv_canvas_part(body, body->rows - len - 1, 0, len + 1, body->cols);
    hv_canvas_fill(&panel, 0, 0, panel.rows, panel.cols, HV_ROLE_TEXT);
    hv_press_name(app->pressed.codes[0], name);
    hv_canvas_rule(&panel, 0, 0, panel.cols, name);
    for (int i = 0; i < len; i++) {
        bool is_change = false;
        const char *what = hv_text_summary(found[i]->text, &is_change);
        char keys[24];

        hv_keys_name(found[i]->keys, keys);
        hv_canvas_text(&panel, 1 + i, 2, 6, HV_ROLE_KEY, keys);
        hv_canvas_text(&panel, 1 + i, 9, 0, HV_ROLE_TEXT,
                       found[i]->help ? found[i]->help : what);
    }
}

void
hv_screen_render(const struct hv_app *app, struct hv_grid *grid)
{
    struct hv_chrome chrome = hv_chrome_of(app);
    struct hv_canvas cv;
    struct hv_canvas part;

    hv_grid_reset(grid, app->rows, app->cols);
    grid->is_ascii = app->is_ascii;
    cv = hv_canvas_whole(grid);
    part = hv_canvas_part(&cv, 0, 0, 1, cv.cols);
    hv_bar_render(app, &part);
    if (chrome.has_tabs) {
        part = hv_canvas_part(&cv, 1, 0, 1, cv.cols);
        hv_tabs_render(app, &part);
    }
    part = hv_canvas_part(&cv, chrome.top, 0, chrome.rows, cv.cols);
    if (part.rows > 0) {
        hv_screens[hv_app_top(app)].render(app, &part);
        if (app->prompt.is_open)
            hv_prompt_render(app, &part);
        if (app->pressed.len && !app->dialog.kind)
            render_pending(app, &part);
        render_over(app, &part);
    }
    if (chrome.has_hints) {
        part = hv_canvas_part(&cv, cv.rows - 2, 0, 1, cv.cols);
        hv_hints_render(app, &part);
    }
    part = hv_canvas_part(&cv, cv.rows - 1, 0, 1, cv.cols);
    render_message(app, &part);
}
