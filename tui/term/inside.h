/*
 * inside.h - what the curses files of this folder share. Not for anyone else.
 */
#ifndef TUI_TERM_INSIDE_H
#define TUI_TERM_INSIDE_H

#include "tui/canvas/canvas.h"

#include <stdbool.h>

/* theme.c: how a role looks on this terminal. */
struct hv_look {
    unsigned long attributes; /* attr_t */
    short pair;
};
/** hv_theme_start() - make the colour pairs; @colors 0, 8, 16 or 256. */
void hv_theme_start(int colors);
/** hv_theme_choose() - see hv_term_theme(). */
void hv_theme_choose(const char *name);
struct hv_look hv_theme_look(enum hv_role role, bool is_selected);

/* restore.c: giving the terminal back, from a crash too. */
/** hv_restore_keep_tty() - remember the line settings; before initscr. */
void hv_restore_keep_tty(void);
/** hv_restore_start() - keep what a crash will write; after initscr. */
void hv_restore_start(void);
/** hv_restore_end() - the terminal is back, nothing to do any more. */
void hv_restore_end(void);

/* input.c */
void hv_input_start(void);

#endif
