/*
 * edit.h - one line of text being written: fields of forms, filters, typed
 * confirmations. Not the `:` line (readline) and never a passphrase. Pure.
 */
#ifndef TUI_APP_EDIT_H
#define TUI_APP_EDIT_H

#include "tui/app/press.h"

#include "hvconsole/bytes.h"
#include "hvconsole/limits.h"

#define HV_EDIT_SIZE 4097 /* a URL of the Shell with its layers, and a NUL */

struct hv_edit {
    char text[HV_EDIT_SIZE]; /* valid UTF-8, no control characters */
    size_t len;
    size_t point; /* bytes before the cursor */
};

void hv_edit_clear(struct hv_edit *edit);
void hv_edit_set(struct hv_edit *edit, const char *text);
/** hv_edit_press() - true when the press was one for a line editor; a paste
 *  is text, its control characters are dropped. */
bool hv_edit_press(struct hv_edit *edit, const struct hv_press *press);

#endif
