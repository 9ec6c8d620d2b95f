/*
 * out_qr.c - a QR code on the terminal behind the output: dark on white in
 * either kind of theme, two modules a cell where there are half blocks. Part of
 * the printer. Called by `shell url --qr`.
 */
#include "tui/command/node.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BLACK_ON_WHITE "\033[38;5;16;48;5;231m"
#define PLAIN          "\033[0m"

static enum hv_status
check_room(const struct hv_out *out, int rows, int cols, struct hv_error *err)
{
    struct winsize window = { 0 };

    if (ioctl(out->config.fd, TIOCGWINSZ, &window) || !window.ws_col)
        return HV_OK; /* nobody knows: the person sees it */
    if (rows < window.ws_row && cols <= window.ws_col)
        return HV_OK;
    (void)hv_fail(err, HV_ERR_LIMIT,
                  "the QR code needs %d columns and %d rows, the terminal has "
                  "%d and %d",
                  cols, rows + 1, window.ws_col, window.ws_row);
    hv_hint(err, "make it larger, or its letters smaller");
    return HV_ERR_LIMIT;
}

/* Without colours the light ones are drawn: most terminals are dark. */
static const char *
half_of(bool is_top, bool is_bottom)
{
    return is_top ? (is_bottom ? "\u2588" : "\u2580")
                  : (is_bottom ? "\u2584" : " ");
}

static void
draw_halves(struct hv_out *out, const struct hv_qr *qr)
{
    int end = qr->size + HV_QR_QUIET;
    bool is_plain = !out->config.color;

    for (int row = -HV_QR_QUIET; row < end; row += 2) {
        if (!is_plain)
            hv_buf_add_str(&out->text, BLACK_ON_WHITE);
        for (int col = -HV_QR_QUIET; col < end; col++)
            hv_buf_add_str(
                &out->text,
                half_of(hv_qr_is_dark(qr, row, col) != is_plain,
                        hv_qr_is_dark(qr, row + 1, col) != is_plain));
        hv_buf_add_str(&out->text, is_plain ? "\n" : PLAIN "\n");
    }
}

static void
draw_ascii(struct hv_out *out, const struct hv_qr *qr)
{
    int end = qr->size + HV_QR_QUIET;

    for (int row = -HV_QR_QUIET; row < end; row++) {
        for (int col = -HV_QR_QUIET; col < end; col++)
            hv_buf_add_str(&out->text, out->config.color
                                           ? hv_qr_is_dark(qr, row, col)
                                                 ? "\033[40m  "
                                                 : "\033[107m  "
                                       : hv_qr_is_dark(qr, row, col) ? "  "
                                                                     : "##");
        hv_buf_add_str(&out->text, out->config.color ? PLAIN "\n" : "\n");
    }
}

enum hv_status
hv_out_qr(struct hv_out *out, const struct hv_qr *qr, struct hv_error *err)
{
    bool is_utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    int side = qr->size + 2 * HV_QR_QUIET;
    enum hv_status st;

    if (!hv_out_is_table(out) || out->config.fd < 0 ||
        !isatty(out->config.fd)) {
        (void)hv_fail(err, HV_ERR_USAGE, "a QR code is drawn on a terminal");
        hv_hint(err, "without --qr the URL is printed; in the console yq "
                     "shows the code");
        return HV_ERR_USAGE;
    }
    st = check_room(out, is_utf8 ? (side + 1) / 2 : side,
                    is_utf8 ? side : 2 * side, err);
    if (st)
        return st;
    if (is_utf8)
        draw_halves(out, qr);
    else
        draw_ascii(out, qr);
    return HV_OK;
}
