/*
 * edit.c - a line editor in plain memory. Called by update and its parts.
 * Pure.
 */
#include "tui/app/edit.h"

#include "hvconsole/text.h"

#include <string.h>

void
hv_edit_clear(struct hv_edit *edit)
{
    *edit = (struct hv_edit){ 0 };
}

void
hv_edit_set(struct hv_edit *edit, const char *text)
{
    hv_copy(edit->text, sizeof(edit->text), text);
    edit->len = strlen(edit->text);
    edit->point = edit->len;
}

static size_t
utf8_put(char out[4], int32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | (code >> 6));
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | (code >> 12));
        out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (code >> 18));
    out[1] = (char)(0x80 | ((code >> 12) & 0x3f));
    out[2] = (char)(0x80 | ((code >> 6) & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

static void
insert(struct hv_edit *edit, int32_t code)
{
    char text[4];
    size_t len = utf8_put(text, code);

    if (edit->len + len >= sizeof(edit->text))
        return; /* full: the field says so by itself */
    memmove(edit->text + edit->point + len, edit->text + edit->point,
            edit->len - edit->point + 1);
    memcpy(edit->text + edit->point, text, len);
    edit->len += len;
    edit->point += len;
}

static bool
is_inside(const struct hv_edit *edit, size_t at)
{
    return ((unsigned char)edit->text[at] & 0xc0) == 0x80;
}

static size_t
before(const struct hv_edit *edit, size_t at)
{
    while (at > 0 && is_inside(edit, --at))
        ;
    return at;
}

static size_t
after(const struct hv_edit *edit, size_t at)
{
    if (at < edit->len)
        at++;
    while (at < edit->len && is_inside(edit, at))
        at++;
    return at;
}

static void
cut(struct hv_edit *edit, size_t from, size_t to)
{
    memmove(edit->text + from, edit->text + to, edit->len - to + 1);
    edit->len -= to - from;
    edit->point = from;
}

static size_t
word_before(const struct hv_edit *edit)
{
    size_t at = edit->point;

    while (at > 0 && edit->text[at - 1] == ' ')
        at--;
    while (at > 0 && edit->text[at - 1] != ' ')
        at--;
    return at;
}

bool
hv_edit_press(struct hv_edit *edit, const struct hv_press *press)
{
    if (press->is_pasted && press->code < ' ')
        return true; /* a line end in a paste: nothing */
    switch (press->code) {
    case HV_PRESS_LEFT:
        edit->point = before(edit, edit->point);
        return true;
    case HV_PRESS_RIGHT:
        edit->point = after(edit, edit->point);
        return true;
    case HV_PRESS_HOME:
    case HV_PRESS_CTRL('a'):
        edit->point = 0;
        return true;
    case HV_PRESS_END:
    case HV_PRESS_CTRL('e'):
        edit->point = edit->len;
        return true;
    case HV_PRESS_BACKSPACE:
        cut(edit, before(edit, edit->point), edit->point);
        return true;
    case HV_PRESS_DELETE:
        cut(edit, edit->point, after(edit, edit->point));
        return true;
    case HV_PRESS_CTRL('u'):
        cut(edit, 0, edit->point);
        return true;
    case HV_PRESS_CTRL('k'):
        cut(edit, edit->point, edit->len);
        return true;
    case HV_PRESS_CTRL('w'):
        cut(edit, word_before(edit), edit->point);
        return true;
    default:
        break;
    }
    if (press->code < ' ' || press->code >= HV_PRESS_UP ||
        (press->code >= 0xd800 && press->code < 0xe000))
        return false;
    insert(edit, press->code);
    return true;
}
