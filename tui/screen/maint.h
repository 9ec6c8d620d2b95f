/*
 * maint.h - what the files of the Maintenance view share: its list (maint.c),
 * what a row means (maint_detail.c), and the day itself: forecast, drill,
 * checklist, notice (maint_day.c). Each part draws into the canvas it gets,
 * from @row on, and returns the next free row.
 */
#ifndef TUI_SCREEN_MAINT_H
#define TUI_SCREEN_MAINT_H

#include "tui/screen/frame.h"

#define HV_DATE_TEXT 24

/** hv_maint_date() - a day and a minute, which may lie ahead: ages do not say
 *  that. */
void hv_maint_date(const struct hv_app *app, int64_t ms,
                   char out[HV_DATE_TEXT]);
/** hv_maint_label() - "effect    text", over at most @most rows. */
int hv_maint_label(struct hv_canvas *cv, int row, int most, enum hv_role role,
                   const char *label, const char *text);

/* maint_detail.c */
int hv_maint_window_render(const struct hv_app *app, struct hv_canvas *cv,
                           int row, const struct hv_window_row *window);
int hv_maint_token_render(const struct hv_app *app, struct hv_canvas *cv,
                          int row, const struct hv_token_row *token);
int hv_maint_sevens_render(const struct hv_app *app, struct hv_canvas *cv,
                           int row);
/** hv_maint_codes_render() - what 7, 65 and 152 mean for a token. */
int hv_maint_codes_render(struct hv_canvas *cv, int row);

/* maint_day.c; @window NULL: there is none */
int hv_maint_curve_render(struct hv_canvas *cv, int row, int rows,
                          const struct hv_window_row *window);
/** hv_maint_forecast_render() - the same with what it says in words. */
int hv_maint_forecast_render(const struct hv_app *app, struct hv_canvas *cv,
                             int row, const struct hv_window_row *window);
int hv_maint_drill_render(const struct hv_app *app, struct hv_canvas *cv,
                          int row, const struct hv_window_row *window);
int hv_maint_ready_render(const struct hv_app *app, struct hv_canvas *cv,
                          int row, const struct hv_window_row *window);
int hv_maint_notice_render(struct hv_canvas *cv, int row,
                           const struct hv_window_row *window);

#endif
