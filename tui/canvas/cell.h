/*
 * cell.h - single cells, for the drawing files of this folder and for tui/term.
 * Takes code points that are clean already.
 */
#ifndef TUI_CANVAS_CELL_H
#define TUI_CANVAS_CELL_H

#include "tui/canvas/canvas.h"

/** hv_cell_put() - one character of @width columns; dropped when it does not
 *  fit whole. */
void hv_cell_put(struct hv_canvas *cv, int row, int col, enum hv_role role,
                 int32_t code, int width);
/** hv_cell_utf8() - append a code point. */
void hv_cell_utf8(struct hv_buf *out, int32_t code);

#endif
