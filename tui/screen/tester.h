/*
 * tester.h - what the files of the Test sender's view share: its frame and the
 * message being put together (tester.c), the matrix (tester_matrix.c), what was
 * sent (tester_sent.c).
 */
#ifndef TUI_SCREEN_TESTER_H
#define TUI_SCREEN_TESTER_H

#include "tui/screen/frame.h"

#define HV_TEST_WIDE 120 /* from here halves stand side by side */

/** hv_test_lines_render() - a text of lines, cut at the right edge; XML gets a
 *  line for each element. Returns the next free row. */
int hv_test_lines_render(struct hv_canvas *cv, int row, const char *text);
/** hv_test_outcome_render() - "12:01:10 normal 200 9 ms TLS1.3 PASS"; one row. */
void hv_test_outcome_render(const struct hv_app *app, struct hv_canvas *cv,
                            int row, const struct hv_exchange *x);
/** hv_test_exchange_render() - expected, got, effect, suggestion; then request
 *  and answer, side by side where there is room. */
void hv_test_exchange_render(struct hv_canvas *cv, int row,
                             const struct hv_exchange *x);
enum hv_role hv_test_role(const struct hv_exchange *x);

/* tester_single.c */
int hv_test_single_rows(int rows, int cols);
void hv_test_single_render(const struct hv_app *app, struct hv_canvas *cv);
/* tester_matrix.c */
int hv_test_matrix_rows(const struct hv_app *app, int rows);
void hv_test_matrix_render(const struct hv_app *app, struct hv_canvas *cv);
/* tester_sent.c */
int hv_test_sent_rows(const struct hv_app *app, int rows);
void hv_test_sent_render(const struct hv_app *app, struct hv_canvas *cv);

#endif
