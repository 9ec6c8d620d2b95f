/*
 * maint_day.c - a day on which token keys change: the 7s to expect and those
 * that were seen, the drill that was held for it, what is to be done before,
 * and what people are told. Called by maint.c. Pure. Fact: persistent-tokens
 */
#include "tui/screen/maint.h"

#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

#define AXIS   6 /* columns before the plot */
#define BESIDE 44

static const char no_window[] = "No window is noted. A notes one.";

/* ------------------------------------------------------------- forecast -- */

static size_t
top_of(const struct hv_curve *curve)
{
    size_t max = 1;

    for (int i = 0; i < HV_CURVE_HOURS; i++) {
        max = curve->expected[i] > max ? curve->expected[i] : max;
        max = curve->seen[i] > max ? curve->seen[i] : max;
    }
    return max;
}

/* How many of @rows a column has; something is never drawn as nothing. */
static int
height_of(size_t value, size_t max, int rows)
{
    int height = (int)((value * (size_t)rows + max / 2) / max);

    return value && !height ? 1 : height;
}

static void
render_hour(struct hv_canvas *cv, int row, int rows, int col, size_t expected,
            size_t seen, size_t max)
{
    int high = height_of(expected, max, rows);
    int full = height_of(seen, max, rows);

    for (int i = 0; i < rows; i++) {
        if (i < full)
            hv_canvas_glyph(cv, row + rows - 1 - i, col, HV_ROLE_WARN,
                            HV_GLYPH_BLOCK);
        else if (i < high)
            hv_canvas_glyph(cv, row + rows - 1 - i, col, HV_ROLE_NOTE,
                            HV_GLYPH_LIGHT);
    }
}

static void
render_axis(struct hv_canvas *cv, int row, int rows, size_t max)
{
    for (int i = 0; i < rows; i++)
        hv_canvas_glyph(cv, row + i, AXIS - 1, HV_ROLE_RULE, HV_GLYPH_VLINE);
    hv_canvas_rightf(cv, row, 0, AXIS - 2, HV_ROLE_DIM, "%zu", max);
    if (rows > 2)
        hv_canvas_right(cv, row + rows - 1, 0, AXIS - 2, HV_ROLE_DIM, "0");
    for (int hour = 0; hour <= HV_CURVE_HOURS && AXIS + hour + 3 < cv->cols;
         hour += 12)
        hv_canvas_textf(cv, row + rows, AXIS + hour, 0, HV_ROLE_DIM, "%dh",
                        hour);
}

int
hv_maint_curve_render(struct hv_canvas *cv, int row, int rows,
                      const struct hv_window_row *window)
{
    size_t max = top_of(&window->curve);
    int end = row + rows + 1;
    int right = AXIS + HV_CURVE_HOURS + 6;

    for (int i = 0; i < HV_CURVE_HOURS && AXIS + i < cv->cols; i++)
        render_hour(cv, row, rows, AXIS + i, window->curve.expected[i],
                    window->curve.seen[i], max);
    render_axis(cv, row, rows, max);
    if (right + BESIDE > cv->cols)
        return end;
    hv_canvas_glyph(cv, row, right, HV_ROLE_NOTE, HV_GLYPH_LIGHT);
    hv_canvas_textf(cv, row, right + 2, 0, HV_ROLE_TEXT,
                    "expected: %zu, later ones too",
                    window->curve.expected_all);
    hv_canvas_glyph(cv, row + 1, right, HV_ROLE_WARN, HV_GLYPH_BLOCK);
    hv_canvas_textf(cv, row + 1, right + 2, 0, HV_ROLE_TEXT, "seen: %zu",
                    window->curve.seen_all);
    if (rows > 3)
        hv_canvas_wrap(cv, row + 3, right, cv->cols - right - 1, rows - 3,
                       HV_ROLE_DIM,
                       "People are expected back after as long as they have "
                       "been away: read from when each token was last good.");
    return end;
}

int
hv_maint_forecast_render(const struct hv_app *app, struct hv_canvas *cv,
                         int row, const struct hv_window_row *window)
{
    const struct hv_curve *curve;
    int rows = cv->rows - row - 8;
    char first[HV_DATE_TEXT];
    char text[256];

    if (!window)
        return hv_maint_label(cv, row, 2, HV_ROLE_DIM, "", no_window);
    if (window->window.kind != HV_WINDOW_TOKEN_KEYS)
        return hv_maint_label(cv, row, 2, HV_ROLE_TEXT, "No token",
                              "ends by an outage: no 7 is expected of it");
    curve = &window->curve;
    row = hv_maint_curve_render(cv, row,
                                rows < 2    ? 2
                                : rows > 14 ? 14
                                            : rows,
                                window);
    snprintf(text, sizeof(text),
             "%zu of %zu tracked will answer 7: first hour %d%%, day one "
             "%d%%, three days %d%%",
             curve->expected_all - curve->seen_all, window->forecast.tracked,
             hv_curve_share(curve, 1), hv_curve_share(curve, 24),
             hv_curve_share(curve, 72));
    row = hv_maint_label(cv, row, 2, HV_ROLE_TEXT, "Expected", text);
    hv_maint_date(app, curve->first_ms, first);
    snprintf(text, sizeof(text), "%zu, the first at %s", curve->seen_all,
             first);
    row = hv_maint_label(cv, row, 1, HV_ROLE_TEXT, "Seen",
                         curve->seen_all ? text : "none yet");
    row = hv_maint_label(
        cv, row, 2, HV_ROLE_DIM, "Reckoned",
        "people come back after as long as they have been away, which is known "
        "from when each token was last good");
    return hv_maint_label(
        cv, row, 2, HV_ROLE_DIM, "Alarm",
        "any 7 that no window, drill or own end explains; three people within "
        "an hour are a key change that nobody announced");
}

/* ---------------------------------------------------------------- drill -- */

/* Where T would hold one, and what it would do there. */
static const char *
place_of(const struct hv_app *app)
{
    if (app->status && app->status->env == HV_ENV_PROD)
        return "Not here: this is production, and a drill ends a token. "
               "Hold it against the sandbox or PPE.";
    return hv_maint_is_sandbox(app)
               ? "T holds one here: the sandbox changes its token keys, one "
                 "tracked token is asked about, every token there ends."
               : "T holds one here: one tracked token is asked about, the rest "
                 "is gone through on paper.";
}

int
hv_maint_drill_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                      const struct hv_window_row *window)
{
    char date[HV_DATE_TEXT];

    if (!window)
        return hv_maint_label(cv, row, 2, HV_ROLE_DIM, "", no_window);
    if (window->window.kind != HV_WINDOW_TOKEN_KEYS)
        return row + hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_TEXT,
                                    "No token ends by an outage: there is "
                                    "nothing to rehearse.");
    for (int i = 0; window->has_drill && i < HV_DRILL_STEPS && row < cv->rows;
         i++) {
        bool passes = window->drill.passed >> i & 1;

        hv_canvas_text(cv, row, 1, 5, passes ? HV_ROLE_GOOD : HV_ROLE_BAD,
                       passes ? "PASS" : "FAIL");
        row += hv_canvas_wrap(cv, row, 6, cv->cols - 7, 2, HV_ROLE_TEXT,
                              hv_drill_step_sentence((enum hv_drill_step)i));
    }
    hv_maint_date(app, window->drill.at_ms, date);
    if (window->has_drill && row < cv->rows)
        row += hv_canvas_textf(
                   cv, row, 1, cv->cols - 2, HV_ROLE_TEXT, "held %s, %s", date,
                   window->drill.is_real
                       ? "with token keys really changed"
                       : "on paper: no token keys were changed") > 0;
    if (!window->has_drill && row < cv->rows)
        row += hv_canvas_text(cv, row, 1, cv->cols - 2, HV_ROLE_WARN,
                              "No drill was held for this window yet.") > 0;
    if (row < cv->rows)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_DIM,
                              place_of(app));
    return row;
}

/* ------------------------------------------------------------ checklist -- */

int
hv_maint_ready_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                      const struct hv_window_row *window)
{
    struct hv_ready ready[HV_READY_LEN];
    int at = 1;
    int ticked = 0;

    hv_window_ready(&app->maint, window, ready);
    for (size_t i = 0; i < HV_LEN(ready); i++) {
        bool is_on = !ready[i].is_looked_at && ticked++ == app->maint_check;
        int width = 4 + (int)strlen(ready[i].sentence);

        if (at + width > cv->cols - 1) {
            at = 1;
            row++;
        }
        if (row >= cv->rows)
            return row;
        hv_canvas_textf(cv, row, at, 0,
                        is_on              ? HV_ROLE_FIELD_ON
                        : ready[i].is_done ? HV_ROLE_GOOD
                                           : HV_ROLE_WARN,
                        "[%c] %s", ready[i].is_done ? 'x' : ' ',
                        ready[i].sentence);
        at += width + 2;
    }
    return row + 1;
}

/* --------------------------------------------------------------- notice -- */

int
hv_maint_notice_render(struct hv_canvas *cv, int row,
                       const struct hv_window_row *window)
{
    struct hv_buf text = { 0 };
    char *rest;
    char *line;

    if (!window)
        return hv_maint_label(cv, row, 2, HV_ROLE_DIM, "", no_window);
    hv_window_notice(&window->window, &text);
    for (size_t i = 1; i + 1 < text.len; i++) { /* sentences, whole */
        if (text.data[i] == '\n' && !strchr(".:!?\n", text.data[i - 1]))
            text.data[i] = ' ';
    }
    hv_buf_add_char(&text, 0);
    rest = (char *)text.data;
    while ((line = strsep(&rest, "\n")) && row < cv->rows)
        if (line[0])
            row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, cv->rows - row,
                                  HV_ROLE_TEXT, line);
    hv_buf_release(&text);
    return row;
}
