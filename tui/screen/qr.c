/*
 * qr.c - the URL of the Shell view as a QR code over the whole view: dark on
 * white whatever the theme, two modules a cell; without half blocks two blanks a
 * module. Or in a sentence how much room it wants. Pure.
 */
#include "tui/screen/urls.h"

#include <stdio.h>
#include <string.h>

const struct hv_binding hv_qr_bindings[] = { { 0 } }; /* those of everywhere */

static void
draw_halves(struct hv_canvas *cv, const struct hv_qr *qr, int left)
{
    static const char *const halves[] = { " ", "\u2580", "\u2584", "\u2588" };
    int end = qr->size + HV_QR_QUIET;

    for (int row = -HV_QR_QUIET; row < end; row += 2) {
        struct hv_buf line = { 0 };

        for (int col = -HV_QR_QUIET; col < end; col++)
            hv_buf_add_str(&line, halves[hv_qr_is_dark(qr, row, col) +
                                         2 * hv_qr_is_dark(qr, row + 1, col)]);
        hv_canvas_text(cv, (row + HV_QR_QUIET) / 2, left, 0, HV_ROLE_QR,
                       hv_buf_str(&line));
        hv_buf_release(&line);
    }
}

static void
draw_ascii(struct hv_canvas *cv, const struct hv_qr *qr, int left)
{
    int end = qr->size + HV_QR_QUIET;

    for (int row = -HV_QR_QUIET; row < end; row++) {
        for (int col = -HV_QR_QUIET; col < end; col++)
            hv_canvas_text(
                cv, row + HV_QR_QUIET, left + 2 * (col + HV_QR_QUIET), 2,
                hv_qr_is_dark(qr, row, col) ? HV_ROLE_QR_DARK : HV_ROLE_QR,
                "  ");
    }
}

/* How large the terminal must be, in words. */
static void
say_room(const struct hv_app *app, struct hv_canvas *cv, int rows, int cols)
{
    struct hv_chrome chrome = hv_chrome_of(app);
    int around = app->rows - chrome.rows;
    char text[400];

    snprintf(text, sizeof(text),
             "The QR code of this URL needs a terminal of %d columns and %d "
             "rows; this one has %d and %d. Make it larger, or its letters "
             "smaller%s. y u copies the URL.",
             cols, rows + around, app->cols, app->rows,
             app->is_zoomed ? "" : "; z makes room for two rows more");
    hv_canvas_wrap(cv, 1, 2, cv->cols - 4, 5, HV_ROLE_WARN, text);
}

void
hv_qr_render(const struct hv_app *app, struct hv_canvas *cv)
{
    struct hv_buf text = { 0 };
    struct hv_error why = { 0 };
    struct hv_qr qr = { 0 };
    int side, rows, cols, left;

    if (!hv_url_text(app, &text, &why) ||
        hv_qr_make(hv_buf_str(&text), &qr, &why)) {
        hv_canvas_wrap(cv, 1, 2, cv->cols - 4, 3, HV_ROLE_BAD, why.why);
        hv_buf_release(&text);
        return;
    }
    side = qr.size + 2 * HV_QR_QUIET;
    rows = app->is_ascii ? side : (side + 1) / 2;
    cols = app->is_ascii ? 2 * side : side;
    left = (cv->cols - cols) / 2;
    if (rows > cv->rows || cols > cv->cols)
        say_room(app, cv, rows, cols);
    else if (app->is_ascii)
        draw_ascii(cv, &qr, left);
    else
        draw_halves(cv, &qr, left);
    if (rows + 1 < cv->rows && cols <= cv->cols) {
        struct hv_canvas part =
            hv_canvas_part(cv, rows, 0, cv->rows - rows, cv->cols);

        hv_url_wrap_render(&part, 1, 4, hv_buf_str(&text), NULL);
    }
    hv_qr_release(&qr);
    hv_buf_release(&text);
}
