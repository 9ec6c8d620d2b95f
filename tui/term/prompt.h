/*
 * prompt.h - the `:` line: editing, completion and history by readline, which
 * sees neither the keyboard nor the screen. prompt.c is the only file that
 * knows readline. One prompt in a program.
 */
#ifndef TUI_TERM_PROMPT_H
#define TUI_TERM_PROMPT_H

#include "tui/app/press.h"

#include "hvconsole/bytes.h"

/** Candidates for the last word of @line (up to the cursor), one a line. */
typedef void (*hv_prompt_complete_fn)(void *arg, const char *line,
                                      struct hv_buf *out);

/** hv_prompt_start() - @history: file of earlier lines, read now, written by
 *  hv_prompt_end(); it may be missing. */
void hv_prompt_start(const char *history, hv_prompt_complete_fn complete,
                     void *arg);
void hv_prompt_end(void);

/** hv_prompt_open() - an empty line, or @text to go on with. */
void hv_prompt_open(const char *text);
/** hv_prompt_close() - forget the line: Escape and ^c. */
void hv_prompt_close(void);
/** hv_prompt_press() - one press; true when the line is complete, which is
 *  then in @line (already in the history). */
bool hv_prompt_press(const struct hv_press *press, struct hv_buf *line);

struct hv_prompt_view { /* borrowed until the next press */
    const char *prompt; /* ":" or that of a search in the history */
    const char *line;
    size_t point;        /* bytes of @line before the cursor */
    const char *matches; /* of the last Tab, blank between; "" = none */
};
struct hv_prompt_view hv_prompt_view(void);

#endif
