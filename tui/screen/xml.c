/*
 * xml.c - a received body for reading: one element a line, set in by its depth.
 * Foreign text that may be anything: whatever it is, every character goes
 * through the canvas's door, and nothing is left out. Called by item.c. Pure.
 */
#include "tui/screen/frame.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 12
#define MAX_LINE  8 /* rows that one long line may take */

/* The length of the piece at @text: a tag, or what stands before the next. */
static size_t
piece(const char *text)
{
    const char *end;

    if (text[0] != '<')
        return strcspn(text, "<");
    end = strchr(text, '>');
    return end ? (size_t)(end - text) + 1 : strlen(text);
}

static bool
is_open_tag(const char *text, size_t len)
{
    return len > 2 && text[0] == '<' && text[1] != '/' && text[1] != '?' &&
           text[1] != '!' && text[len - 2] != '/';
}

/* "<id>text</id>" in one, when it is that. */
static size_t
short_element(const char *text, size_t len)
{
    size_t inner = piece(text + len);
    const char *close = text + len + inner;

    if (!is_open_tag(text, len) || text[len] == '<' || close[0] != '<' ||
        close[1] != '/')
        return len;
    return len + inner + piece(close);
}

static bool
is_blank(const char *text, size_t len)
{
    return strspn(text, " \t\r\n") >= len;
}

int
hv_xml_render(struct hv_canvas *cv, int row, const char *text)
{
    int depth = 0;

    while (*text && row <= HV_MAX_GRID) {
        size_t tag = piece(text);
        size_t len = short_element(text, tag);
        int left;
        char *line;

        if (text[0] == '<' && text[1] == '/' && depth > 0)
            depth--;
        left = 1 + 2 * (depth < MAX_DEPTH ? depth : MAX_DEPTH);
        line = is_blank(text, len) ? NULL : strndup(text, len);
        if (line)
            row += hv_canvas_wrap(cv, row, left, cv->cols - left - 1, MAX_LINE,
                                  text[0] == '<' && len == tag ? HV_ROLE_DIM
                                                               : HV_ROLE_TEXT,
                                  line);
        free(line);
        if (len == tag && is_open_tag(text, tag))
            depth++;
        text += len;
    }
    return row;
}
