/*
 * term.h - a terminal for tests: a program in a pseudo-terminal, its output in
 * libvterm. Looks at the screen only between whole frames, which the program
 * marks (HVCONSOLE_FRAME_MARK). Never sleeps. Used by tests/e2e.
 */
#ifndef TESTS_SUPPORT_TERM_H
#define TESTS_SUPPORT_TERM_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

struct term {
    pid_t pid;
    int fd; /* our end, -1 after term_hang_up() */
    int rows, cols;
    VTerm *vt;
    VTermScreen *screen;
    bool is_alternate; /* the alternate screen is on */
    bool is_cursor_on;
    int mouse;
    bool is_paste_on; /* bracketed paste */
    bool is_whole;    /* the stream stands between two frames */
    int frames;
    char tail[16];         /* last bytes of the stream */
    char clipboard[512];   /* what OSC 52 brought, base64 */
    struct termios before; /* settings of the line when it was opened */
};

/** term_open() - @argv in a terminal; @envp as for execve. False: no pty. */
bool term_open(struct term *t, int rows, int cols, char *const argv[],
               char *const envp[]);
/** term_wait() - until the text is on the screen (or, @gone, no longer is);
 *  false after @ms, with the screen on standard error. */
bool term_wait(struct term *t, const char *text, int ms);
bool term_wait_gone(struct term *t, const char *text, int ms);
/** term_wait_at() - until it stands there; @col counts bytes. For what is on
 *  the screen elsewhere already, as after term_resize(): a frame of the old
 *  size may still be on its way. */
bool term_wait_at(struct term *t, int row, int col, const char *text, int ms);
/** term_wait_other() - the same, from a program that marks no frames. */
bool term_wait_other(struct term *t, const char *text, int ms);
bool term_shows(struct term *t, const char *text);
/** term_row() - one row as text, right-trimmed. */
void term_row(struct term *t, int row, char *out, size_t size);
/** term_find() - the row that shows the text, or -1. */
int term_find(struct term *t, const char *text);
VTermScreenCell term_cell(struct term *t, int row, int col);
void term_keys(struct term *t, const char *bytes);
void term_key(struct term *t, VTermKey key);
void term_paste(struct term *t, const char *text);
void term_resize(struct term *t, int rows, int cols);
void term_hang_up(struct term *t);
/** term_end() - wait for the end; the wait status, or -1: had to be killed. */
int term_end(struct term *t, int ms);
/** term_is_restored() - screen, cursor, mouse, paste and line settings are as
 *  they were; says on standard error what is not. */
bool term_is_restored(struct term *t);
void term_dump(struct term *t);
/** term_close() - end it if it still runs, free everything. */
void term_close(struct term *t);

#endif
