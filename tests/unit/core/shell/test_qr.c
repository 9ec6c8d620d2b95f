/*
 * test_qr.c - texts as QR codes: what does not fit, and the modules against the
 * library's own and against the marks that every code has in three corners.
 */
#include "hvconsole/shell.h"

#include <criterion/criterion.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

Test(shell_qr, what_does_not_fit)
{
    struct hv_error err = { 0 };
    struct hv_qr qr = { 0 };
    char *text = hv_calloc(2955, 1);

    memset(text, 'a', 2954);
    cr_expect_eq(hv_qr_make(text, &qr, &err), HV_ERR_LIMIT);
    cr_expect(strstr(err.why, "2953"), "%s", err.why);
    cr_expect_null(qr.dark);
    text[2953] = '\0';
    cr_expect_eq(hv_qr_make(text, &qr, &err), HV_OK);
    cr_expect_eq(qr.size, 177);
    hv_qr_release(&qr);
    cr_expect_neq(hv_qr_make("", &qr, &err), HV_OK, "nothing is no code");
    free(text);
}

/* 7x7: a dark ring, a light one, a dark 3x3. */
static bool
is_corner_dark(int row, int col)
{
    int edge = row < col ? row : col;
    int far = row > col ? row : col;

    edge = edge < 6 - far ? edge : 6 - far;
    return edge != 1;
}

Test(shell_qr, modules)
{
    static const char *const texts[] = {
        "x",
        "https://account.healthvault-ppe.com/redirect.aspx?target=HELP",
        "https://account.healthvault-ppe.com/redirect.aspx?target=APPAUTH&"
        "targetqs=appid%3D05a0f3b2-8e10-4d7b-9a3e-51b0c77097c1%26actionqs%3D"
        "visit%253D42%2526step%253D2",
    };

    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct hv_qr qr = { 0 };
        QRcode *code;
        int last;

        cr_assert_eq(hv_qr_make(texts[i], &qr, NULL), HV_OK);
        code =
            QRcode_encodeData((int)strlen(texts[i]),
                              (const unsigned char *)texts[i], 0, QR_ECLEVEL_L);
        cr_assert_not_null(code);
        cr_assert_eq(code->width, qr.size);
        for (int at = 0; at < qr.size * qr.size; at++)
            cr_assert_eq(qr.dark[at], code->data[at] & 1);
        QRcode_free(code);
        last = qr.size - 7;
        for (int row = 0; row < 7; row++) {
            for (int col = 0; col < 7; col++) {
                bool is_dark = is_corner_dark(row, col);

                cr_expect_eq(hv_qr_is_dark(&qr, row, col), is_dark);
                cr_expect_eq(hv_qr_is_dark(&qr, row, last + col), is_dark);
                cr_expect_eq(hv_qr_is_dark(&qr, last + row, col), is_dark);
            }
        }
        for (int at = -HV_QR_QUIET; at < qr.size + HV_QR_QUIET; at++) {
            cr_expect_not(hv_qr_is_dark(&qr, -1, at));
            cr_expect_not(hv_qr_is_dark(&qr, at, qr.size));
        }
        hv_qr_release(&qr);
    }
}
