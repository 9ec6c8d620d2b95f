/*
 * records_parts.h - what the files of the Records view share. Drawing only.
 */
#ifndef TUI_SCREEN_RECORDS_PARTS_H
#define TUI_SCREEN_RECORDS_PARTS_H

#include "tui/screen/format.h"
#include "tui/screen/frame.h"

/* records.c */
enum hv_role hv_action_role(const struct hv_access_row *row);
/** hv_action_brief() - for a narrow column: the platform's words begin alike. */
const char *hv_action_brief(const struct hv_access_row *row);

/* records_detail.c */
/** hv_record_detail_render() - meaning, remedy, page, rights by type. */
void hv_record_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                             const struct hv_access_row *row);
/** hv_record_fix_render() - the page that mends it; the row after it. */
int hv_record_fix_render(const struct hv_app *app, struct hv_canvas *cv,
                         int row, const struct hv_access_row *record,
                         enum hv_silence silence);
/** hv_record_bars_render() - per subscribed type, how many records notify. */
void hv_record_bars_render(const struct hv_app *app, struct hv_canvas *cv,
                           int row);
/** hv_silence_brief() - "yes", "NO  no offline read". */
const char *hv_silence_brief(enum hv_silence silence);

/* records_matrix.c, records_cover.c, records_diff.c: the tabs below the title */
void hv_matrix_render(const struct hv_app *app, struct hv_canvas *cv, int rows);
void hv_cover_render(const struct hv_app *app, struct hv_canvas *cv, int rows);
void hv_diff_render(const struct hv_app *app, struct hv_canvas *cv, int rows);

#endif
