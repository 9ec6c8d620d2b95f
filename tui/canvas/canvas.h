/*
 * canvas.h - a grid of cells to draw on, and windows into it. Screens draw
 * here and nowhere else; tui/term copies it to the terminal, tests read it as
 * text. Knows roles, not colours, and no terminal.
 */
#ifndef TUI_CANVAS_CANVAS_H
#define TUI_CANVAS_CANVAS_H

#include "hvconsole/bytes.h"

enum hv_role {
    HV_ROLE_TEXT = 0,
    HV_ROLE_DIM,    /* labels, what is not in use */
    HV_ROLE_STRONG, /* the thing itself: ids, names */
    HV_ROLE_RULE,   /* lines that divide */
    HV_ROLE_TITLE,  /* words on such a line */
    HV_ROLE_HEAD,   /* heads of columns */
    HV_ROLE_BAR,    /* the context bar */
    HV_ROLE_BAR_STRONG,
    HV_ROLE_BAR_WARN,
    HV_ROLE_PPE, /* environment bands */
    HV_ROLE_PROD,
    HV_ROLE_TAB,
    HV_ROLE_TAB_ON,
    HV_ROLE_KEY, /* a key to press, in hints and help */
    HV_ROLE_HINT,
    HV_ROLE_GOOD,
    HV_ROLE_NOTE, /* in order, but not the usual */
    HV_ROLE_WARN,
    HV_ROLE_BAD,
    HV_ROLE_FIELD, /* where a person writes */
    HV_ROLE_FIELD_ON,
    HV_ROLE_QR,      /* black on white in every theme */
    HV_ROLE_QR_DARK, /* a dark module drawn as a blank */
    HV_ROLE_COUNT
};

#define HV_CELL_MARKS 4    /* combining marks that stay with their character */
#define HV_MAX_GRID   1000 /* rows, and columns; more is left empty */

struct hv_cell {
    int32_t code; /* 0 = right half of the wide character before it */
    int32_t marks[HV_CELL_MARKS];
    uint8_t role;     /* enum hv_role */
    bool is_selected; /* belongs to the row the cursor is on */
};

struct hv_grid {
    struct hv_cell *cells; /* owned, rows * cols */
    int rows, cols;
    bool is_ascii; /* the terminal shows nothing but ASCII */
    bool has_cursor;
    int cursor_row, cursor_col;
};

/* A window: nothing drawn through it can touch a cell outside. */
struct hv_canvas {
    struct hv_grid *grid; /* borrowed */
    int top, left;
    int rows, cols;
};

/** hv_grid_reset() - @rows x @cols blanks, no cursor. */
void hv_grid_reset(struct hv_grid *grid, int rows, int cols);
void hv_grid_release(struct hv_grid *grid);
/** hv_grid_dump() - append what is visible as lines, right-trimmed. */
void hv_grid_dump(const struct hv_grid *grid, struct hv_buf *out);
const struct hv_cell *hv_grid_at(const struct hv_grid *grid, int row, int col);

struct hv_canvas hv_canvas_whole(struct hv_grid *grid);
/** hv_canvas_part() - a window inside @cv; cut where it would stick out. */
struct hv_canvas hv_canvas_part(const struct hv_canvas *cv, int row, int col,
                                int rows, int cols);

/**
 * hv_canvas_text() - the one door for text, foreign or our own: cleaned, cut
 * with "~", never wrapped.
 * @width: columns to use, filled up with blanks; 0 = as long as the text, less
 * = nothing is drawn
 * Returns the columns used.
 */
int hv_canvas_text(struct hv_canvas *cv, int row, int col, int width,
                   enum hv_role role, const char *text);
int hv_canvas_textf(struct hv_canvas *cv, int row, int col, int width,
                    enum hv_role role, const char *fmt, ...) HV_PRINTF(6, 7);
/** hv_canvas_right() - the same, ending at the right edge of @width. */
int hv_canvas_right(struct hv_canvas *cv, int row, int col, int width,
                    enum hv_role role, const char *text);
int hv_canvas_rightf(struct hv_canvas *cv, int row, int col, int width,
                     enum hv_role role, const char *fmt, ...) HV_PRINTF(6, 7);
/** hv_canvas_wrap() - text over at most @max rows, broken at blanks; returns
 *  the rows used. */
int hv_canvas_wrap(struct hv_canvas *cv, int row, int col, int width, int max,
                   enum hv_role role, const char *text);

void hv_canvas_fill(struct hv_canvas *cv, int row, int col, int rows, int cols,
                    enum hv_role role);
/** hv_canvas_select() - mark a row as the one the cursor is on. */
void hv_canvas_select(struct hv_canvas *cv, int row, int col, int cols);
/** hv_canvas_mark() - each place where @text stands on a row gets @role, upper
 *  and lower case of ASCII alike; returns how many. */
int hv_canvas_mark(struct hv_canvas *cv, int row, enum hv_role role,
                   const char *text);
void hv_canvas_cursor(struct hv_canvas *cv, int row, int col);

/** hv_canvas_copy_row() - row @from of another grid, from column @left on; for
 *  scrolled texts. */
void hv_canvas_copy_row(struct hv_canvas *cv, int row,
                        const struct hv_grid *other, int from, int left);

/* Drawing characters, each with an ASCII twin. */
enum hv_glyph {
    HV_GLYPH_HLINE,
    HV_GLYPH_VLINE,
    HV_GLYPH_DOWN_TEE,
    HV_GLYPH_UP_TEE,
    HV_GLYPH_CROSS,
    HV_GLYPH_BLOCK,
    HV_GLYPH_LIGHT,
    HV_GLYPH_ARROW,
    HV_GLYPH_TICK,
    HV_GLYPH_FAIL,
    HV_GLYPH_DOT,
    HV_GLYPH_UP,
    HV_GLYPH_DOWN,
    HV_GLYPH_COUNT
};
void hv_canvas_glyph(struct hv_canvas *cv, int row, int col, enum hv_role role,
                     enum hv_glyph glyph);
/** hv_canvas_rule() - a line from @col, @cols wide, with a title in it ("" =
 *  none). */
void hv_canvas_rule(struct hv_canvas *cv, int row, int col, int cols,
                    const char *title);
void hv_canvas_vline(struct hv_canvas *cv, int row, int col, int rows);
/** hv_canvas_bar() - @value of @max as a bar; something is never drawn as
 *  nothing. */
void hv_canvas_bar(struct hv_canvas *cv, int row, int col, int width,
                   enum hv_role role, int64_t value, int64_t max);
/** hv_canvas_spark() - the last @width of @len values, one column each. */
void hv_canvas_spark(struct hv_canvas *cv, int row, int col, int width,
                     enum hv_role role, const int64_t *values, size_t len);
/** hv_canvas_plot() - @len values as columns over @rows rows; when there are
 *  more than columns, two share a cell (braille) or one column. @max: what
 *  reaches the top. */
void hv_canvas_plot(struct hv_canvas *cv, int row, int col, int rows, int width,
                    enum hv_role role, const int64_t *values, size_t len,
                    int64_t max);
/** hv_canvas_progress() - a bar of @width with its numbers: "12 of 25  48%". */
void hv_canvas_progress(struct hv_canvas *cv, int row, int col, int width,
                        enum hv_role role, int64_t done, int64_t total);
/** hv_canvas_spinner() - one of the turning characters. */
void hv_canvas_spinner(struct hv_canvas *cv, int row, int col,
                       enum hv_role role, int64_t turn);

#endif
