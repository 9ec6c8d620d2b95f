/*
 * term.h - the terminal: taken, read, drawn on, given back. The only folder
 * that knows curses, and the only file that knows readline (prompt.c).
 * One thread, one terminal.
 */
#ifndef TUI_TERM_TERM_H
#define TUI_TERM_TERM_H

#include "tui/app/press.h"
#include "tui/canvas/canvas.h"

struct hv_term_facts {
    bool is_ascii; /* no UTF-8 in this locale, or TERM lacks it */
    int colors;    /* 0 = none: bold, underline, reverse */
};

/**
 * hv_term_open() - take the terminal over.
 * @color: -1 as terminal and NO_COLOR say, 0 never, 1 always
 * HV_ERR_USAGE: standard input or output is no terminal, or TERM names one
 * that cannot move a cursor. Every way out gives it back, crashes included.
 */
HV_MUST_CHECK enum hv_status hv_term_open(int color, struct hv_term_facts *out,
                                          struct hv_error *err);
void hv_term_close(void); /* twice is harmless */

/** hv_term_measure() - size as the system says now; also tells curses. */
void hv_term_measure(int *rows, int *cols);
/** hv_term_next() - the next press; false when there is none. After a
 *  readable descriptor 0 it may have been a mark, or the end: ask
 *  hv_term_is_gone(). */
bool hv_term_next(struct hv_press *out);
/** hv_term_is_gone() - the terminal hung up. */
bool hv_term_is_gone(void);
void hv_term_present(const struct hv_grid *grid);
/** hv_term_repaint() - the next present draws every cell. */
void hv_term_repaint(void);
/** hv_term_flow() - let ^s and ^q hold and resume output (outside forms). */
void hv_term_flow(bool on);
void hv_term_mouse(bool on);
/** hv_term_theme() - "usual" "contrast" "plain" "mono"; without colours all
 *  are "mono". */
void hv_term_theme(const char *name);
/** hv_term_lend() - give it to another program, until hv_term_take_back(). */
void hv_term_lend(void);
void hv_term_take_back(void);
/** hv_term_suspend() - give back, stop this process, take over again. */
void hv_term_suspend(void);
/** hv_term_copy() - @text into the clipboard of the person's terminal
 *  (OSC 52); only what the person asked to copy, cleaned, never on its own.
 *  False: this kind of terminal has none, or it would not take so much. */
bool hv_term_copy(const char *text);

#endif
