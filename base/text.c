/*
 * text.c - foreign text made visible and harmless, and its width. Pure. Called
 * before anything from outside reaches a terminal, a log or a message.
 */
#include "hvconsole/text.h"
#include "base/text_table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_MARKS 4 /* combining marks on one character */
#define TAB_STOP  8

int32_t
hv_utf8_next(struct hv_bytes text, size_t *pos)
{
    static const int32_t smallest[] = { 0, 0x80, 0x800, 0x10000 };
    uint8_t first;
    size_t more;
    int32_t code;

    if (*pos >= text.len)
        return -1;
    first = text.data[(*pos)++];
    if (first < 0x80)
        return first;
    if (first >= 0xc2 && first <= 0xdf)
        more = 1;
    else if (first >= 0xe0 && first <= 0xef)
        more = 2;
    else if (first >= 0xf0 && first <= 0xf4)
        more = 3;
    else
        return -1;
    if (text.len - *pos < more)
        return -1;
    code = first & (0x3f >> more);
    for (size_t i = 0; i < more; i++) {
        uint8_t next = text.data[*pos + i];

        if ((next & 0xc0) != 0x80)
            return -1;
        code = code << 6 | (next & 0x3f);
    }
    if (code < smallest[more] || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff))
        return -1;
    *pos += more;
    return code;
}

bool
hv_utf8_is_valid(struct hv_bytes text)
{
    size_t pos = 0;

    while (pos < text.len) {
        if (hv_utf8_next(text, &pos) < 0)
            return false;
    }
    return true;
}

int
hv_char_width(int32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
        return 0;
    if (code < 0x300) /* the common case needs no table */
        return 1;
    if (hv_code_is_mark(code))
        return 0;
    return hv_code_is_wide(code) ? 2 : 1;
}

int
hv_text_width(struct hv_bytes text)
{
    size_t pos = 0;
    int width = 0;

    while (pos < text.len)
        width += hv_char_width(hv_utf8_next(text, &pos));
    return width;
}

/* A text on its way through the door. */
struct cleaner {
    struct hv_buf *out;
    bool keeps_lines;
    int column; /* since the last line end, for TAB */
    int marks;  /* left for the character before; 0 = none to bear */
};

/* Bytes that are no character, and ASCII controls: one byte, \xNN. */
static void
show_byte(struct cleaner *c, uint8_t byte)
{
    hv_buf_addf(c->out, "\\x%02x", byte);
    c->column += 4;
    c->marks = 0;
}

static void
show_code(struct cleaner *c, int32_t code)
{
    size_t before = c->out->len;

    hv_buf_addf(c->out, "\\u{%" PRIx32 "}", (uint32_t)code);
    c->column += (int)(c->out->len - before);
    c->marks = 0;
}

/* LF and TAB of a text of several lines; false for any other character. */
static bool
take_layout(struct cleaner *c, int32_t code)
{
    if (!c->keeps_lines || (code != '\n' && code != '\t'))
        return false;
    c->marks = 0;
    if (code == '\n') {
        hv_buf_add_char(c->out, '\n');
        c->column = 0;
        return true;
    }
    do {
        hv_buf_add_char(c->out, ' ');
        c->column++;
    } while (c->column % TAB_STOP);
    return true;
}

static void
take_code(struct cleaner *c, int32_t code, struct hv_bytes bytes)
{
    int width;

    if (take_layout(c, code))
        return;
    if (code < 0x20 || code == 0x7f) {
        show_byte(c, (uint8_t)code);
        return;
    }
    if (code >= 0x7f && hv_code_is_hidden(code)) {
        show_code(c, code);
        return;
    }
    width = hv_char_width(code);
    if (width > 0) {
        c->marks = MAX_MARKS;
    } else if (c->marks > 0) {
        c->marks--;
    } else {
        /* It would climb onto what stands before, which is not its own. */
        show_code(c, code);
        return;
    }
    hv_buf_add_bytes(c->out, bytes);
    c->column += width;
}

static void
clean(struct cleaner *c, struct hv_bytes text)
{
    size_t pos = 0;

    while (pos < text.len) {
        size_t start = pos;
        int32_t code = hv_utf8_next(text, &pos);

        if (code < 0)
            show_byte(c, text.data[start]);
        else
            take_code(c, code,
                      (struct hv_bytes){ text.data + start, pos - start });
    }
}

void
hv_text_clean(struct hv_buf *out, struct hv_bytes text)
{
    struct cleaner c = { .out = out };

    clean(&c, text);
}

void
hv_text_clean_lines(struct hv_buf *out, struct hv_bytes text)
{
    struct cleaner c = { .out = out, .keeps_lines = true };

    clean(&c, text);
}

void
hv_text_linef(struct hv_buf *out, const char *fmt, ...)
{
    char *line = NULL;
    va_list args;
    int len;

    va_start(args, fmt);
    len = vasprintf(&line, fmt, args);
    va_end(args);
    if (len < 0) { /* as when a buffer is told more than it can hold */
        out->is_over = true;
        return;
    }
    hv_text_clean(out, (struct hv_bytes){ (const uint8_t *)line, (size_t)len });
    hv_buf_add_char(out, '\n');
    free(line);
}

/* How many bytes of @text fit in @width columns; their columns into @used. */
static size_t
fit_len(struct hv_bytes text, int width, int *used)
{
    size_t pos = 0;

    *used = 0;
    while (pos < text.len) {
        size_t next = pos;
        int columns = hv_char_width(hv_utf8_next(text, &next));

        if (*used + columns > width)
            break;
        *used += columns;
        pos = next;
    }
    return pos;
}

void
hv_text_fit(struct hv_buf *out, struct hv_bytes text, int width, bool pad)
{
    int used;
    size_t len;

    if (width <= 0)
        return;
    len = fit_len(text, width, &used);
    if (len < text.len) {
        len = fit_len(text, width - 1, &used);
        hv_buf_add(out, text.data, len);
        hv_buf_add_char(out, '~');
        used++;
    } else {
        hv_buf_add(out, text.data, len);
    }
    for (; pad && used < width; used++)
        hv_buf_add_char(out, ' ');
}

const char *
hv_markup_escape(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}
