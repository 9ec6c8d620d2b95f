/*
 * frame.h - what the files of this folder share about the frame round a view.
 */
#ifndef TUI_SCREEN_FRAME_H
#define TUI_SCREEN_FRAME_H

#include "tui/app/parts.h"
#include "tui/screen/screens.h"

struct hv_chrome {
    bool has_tabs, has_hints; /* they leave when the screen is small */
    int top;                  /* first row of the view */
    int rows;                 /* rows of the view */
};
struct hv_chrome hv_chrome_of(const struct hv_app *app);

/* bar.c */
void hv_bar_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_tabs_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_hints_render(const struct hv_app *app, struct hv_canvas *cv);

/** hv_edit_render() - a line being written, shifted so that its cursor shows. */
void hv_edit_render(struct hv_canvas *cv, int row, int col, int width,
                    enum hv_role role, const char *text, size_t point,
                    bool has_cursor);

/* One function per view, in the file of its name. */
void hv_dash_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_dash_list_rows(const struct hv_app *app, int rows, int cols);
void hv_subs_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_subs_list_rows(const struct hv_app *app, int rows, int cols);
void hv_keys_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_keys_list_rows(const struct hv_app *app, int rows, int cols);
void hv_log_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_log_list_rows(const struct hv_app *app, int rows, int cols);
void hv_item_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_item_lines(const struct hv_app *app, int cols);
void hv_form_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_help_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_pager_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_pager_lines(const struct hv_app *app);
int hv_pager_rows(const struct hv_app *app);
void hv_unlock_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_later_render(const struct hv_app *app, struct hv_canvas *cv);
/** hv_prompt_render() - what may follow on the `:` line, over the foot. */
void hv_prompt_render(const struct hv_app *app, struct hv_canvas *cv);
/** hv_why_render() - the steps of a verdict, in words; rows used. */
int hv_why_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                  int max, const struct hv_log_row *entry);

/** hv_facts_render() - what a message said, and its events; rows used. */
int hv_facts_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                    const struct hv_log_row *entry);
/** hv_log_tail_render() - the newest messages, newest first, for the
 *  dashboard. */
void hv_log_tail_render(const struct hv_app *app, struct hv_canvas *cv);

extern const struct hv_binding hv_dash_bindings[];
extern const struct hv_binding hv_subs_bindings[];
extern const struct hv_binding hv_keys_bindings[];
extern const struct hv_binding hv_log_bindings[];
extern const struct hv_binding hv_item_bindings[];
extern const struct hv_binding hv_form_bindings[];
extern const struct hv_binding hv_help_bindings[];
extern const struct hv_binding hv_pager_bindings[];

#endif
