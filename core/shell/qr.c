/*
 * qr.c - a text as the modules of a QR code. Called by `shell url --qr` and the
 * console, which draw them. The only file that knows the library. Pure.
 */
#include "hvconsole/shell.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>

#define MAX_BYTES 2953 /* of version 40, level L */

enum hv_status
hv_qr_make(const char *text, struct hv_qr *out, struct hv_error *err)
{
    QRcode *code;
    size_t len;

    *out = (struct hv_qr){ 0 };
    /* Level L: a screen has no scratches, and small modules are read worse. */
    code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    if (!code && errno == ERANGE)
        return hv_fail(err, HV_ERR_LIMIT,
                       "a QR code holds %d bytes, this text is longer",
                       MAX_BYTES);
    if (!code)
        return hv_fail_errno(err, HV_ERR_FAILED, "cannot make a QR code of it");
    len = (size_t)code->width * (size_t)code->width;
    out->size = code->width;
    out->dark = hv_calloc(len, 1);
    for (size_t i = 0; i < len; i++)
        out->dark[i] = code->data[i] & 1;
    QRcode_free(code);
    return HV_OK;
}

void
hv_qr_release(struct hv_qr *qr)
{
    free(qr->dark);
    *qr = (struct hv_qr){ 0 };
}

bool
hv_qr_is_dark(const struct hv_qr *qr, int row, int col)
{
    return row >= 0 && col >= 0 && row < qr->size && col < qr->size &&
           qr->dark[row * qr->size + col];
}
