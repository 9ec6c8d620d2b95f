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
/* hints.c */
void hv_hints_render(const struct hv_app *app, struct hv_canvas *cv);

/** hv_edit_render() - a line being written, shifted so that its cursor shows. */
void hv_edit_render(struct hv_canvas *cv, int row, int col, int width,
                    enum hv_role role, const char *text, size_t point,
                    bool has_cursor);

/* xml.c */
/** hv_xml_render() - a body, one element a line; the row after it. */
int hv_xml_render(struct hv_canvas *cv, int row, const char *text);

/* list.c */
/** hv_list_state_render() - filter, order and marks of the current tab's list
 *  on row 0, from @col on; returns the first column that is taken. */
int hv_list_state_render(const struct hv_app *app, struct hv_canvas *cv,
                         int col);
/** hv_list_each() - the rows of @tab's list that are on the screen, from row
 *  @top on, each with its cursor and mark; what stands in it is drawn by @fn,
 *  for whom @i is its place in the model. */
typedef void (*hv_list_row_fn)(const struct hv_app *app, struct hv_canvas *cv,
                               int row, size_t i, const void *arg);
void hv_list_each(const struct hv_app *app, struct hv_canvas *cv,
                  enum hv_view tab, int top, int rows, hv_list_row_fn fn,
                  const void *arg);
/* How a finding looks, by its severity. */
struct hv_severity_look {
    enum hv_role role;
    const char *sign;
};
extern const struct hv_severity_look hv_severity_looks[];
/** hv_lint_render() - findings, a line or two each, the worst first; at most @max
 *  rows; returns the rows used. */
int hv_lint_render(struct hv_canvas *cv, int row, int col, int max,
                   const struct hv_findings *findings);
/** hv_panes_render() - the line over a detail: its title and its tabs. */
void hv_panes_render(const struct hv_app *app, struct hv_canvas *cv,
                     enum hv_view tab, const char *title);
/** hv_list_more_render() - "7 more below" on the line under @tab's list, up to
 *  column @end: the first column it takes. */
int hv_list_more_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                        int end, enum hv_view tab);
/** hv_title_panes_render() - the first line of a view whose tabs change all of
 *  it: its title and its tabs; the next free column. */
int hv_title_panes_render(const struct hv_app *app, struct hv_canvas *cv,
                          enum hv_view tab, const char *title);

/** hv_beside() - parts a wide detail in two below its line; the right half. */
struct hv_canvas hv_beside(struct hv_canvas *cv);

/* One function per view, in the file of its name. */
void hv_dash_render(const struct hv_app *app, struct hv_canvas *cv);
/* dash_keys.c */
void hv_dash_keys_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_dash_listener_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_dash_job_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                        int col);
/* dash_wide.c */
/** hv_dash_table_render() - each subscription and its last day, the worst
 *  first. */
void hv_dash_table_render(const struct hv_app *app, struct hv_canvas *cv);
/** hv_dash_day_render() - verified and refused, hour by hour. */
void hv_dash_day_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_dash_audit_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_dash_list_rows(const struct hv_app *app, int rows, int cols);
void hv_subs_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_subs_list_rows(const struct hv_app *app, int rows, int cols);
void hv_keys_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_keys_list_rows(const struct hv_app *app, int rows, int cols);
/** hv_sub_state() - "V", "K!" without its key, "gone". */
void hv_sub_state(const struct hv_sub_row *row, char out[8],
                  enum hv_role *role);
/* subs_detail.c */
extern const char *const hv_subs_panes[];
void hv_subs_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                           const struct hv_sub_row *sub);
/* subs_more.c */
/** hv_traffic_render() - the last 24 hours of a subscription, and what the
 *  platform holds of it. */
void hv_traffic_render(const struct hv_app *app, struct hv_canvas *cv,
                       const struct hv_guid *sub);
/** hv_hours_plot() - HV_LOG_HOURS values as columns over @rows rows, with
 *  @name, the largest and the sum. hv_hours_axis() - the hours, below them.
 *  hv_hours_each() - columns of an hour; 0: it is too narrow. */
void hv_hours_plot(struct hv_canvas *cv, int row, int rows, const char *name,
                   enum hv_role role, const int64_t *hours);
void hv_hours_axis(const struct hv_app *app, struct hv_canvas *cv, int row);
int hv_hours_each(int cols);
/** hv_hours_render() - the same in HV_LOG_HOURS columns of one row. */
void hv_hours_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                     int col, const struct hv_guid *sub);
void hv_coverage_render(const struct hv_app *app, struct hv_canvas *cv,
                        const struct hv_sub *sub);
/** hv_raw_render() - the platform's XML of it, as far as it fits. */
void hv_raw_render(const struct hv_app *app, struct hv_canvas *cv,
                   const struct hv_sub *sub);
/* uses.c */
/** hv_uses_render() - old and new use of a subscription's keys, as columns. */
void hv_uses_render(const struct hv_app *app, struct hv_canvas *cv,
                    const struct hv_guid *sub);
/** hv_keys_scale() - the most that a version of @sub verified in one day. */
int64_t hv_keys_scale(const struct hv_app *app, const struct hv_guid *sub);
/* keys_detail.c */
extern const char *const hv_keys_panes[];
void hv_keys_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                           const struct hv_key_row *key);
void hv_jobs_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_jobs_list_rows(const struct hv_app *app, int rows, int cols);
extern const char *const hv_jobs_panes[];
/** hv_audit_line_render() - who changed what, with which outcome. */
void hv_audit_line_render(const struct hv_app *app, struct hv_canvas *cv,
                          int row, const struct hv_audit_row *line);
void hv_test_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_test_list_rows(const struct hv_app *app, int rows, int cols);
/** hv_test_list_top() - the row of the view that its list begins on. */
int hv_test_list_top(const struct hv_app *app, int rows);
extern const char *const hv_test_panes[];
void hv_records_render(const struct hv_app *app, struct hv_canvas *cv);
extern const char *const hv_records_panes[];
int hv_records_list_rows(const struct hv_app *app, int rows, int cols);
void hv_log_render(const struct hv_app *app, struct hv_canvas *cv);
extern const char *const hv_log_panes[];
/** hv_log_strip_rows() - rows of the strip between title and head. */
int hv_log_strip_rows(int rows);
int hv_log_list_rows(const struct hv_app *app, int rows, int cols);
void hv_item_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_item_lines(const struct hv_app *app, int cols);
void hv_sheet_render(const struct hv_app *app, struct hv_canvas *cv);
/** hv_command_preview() - the foot of a form: what F2 will run, that it is
 *  sent, or why it was not. */
void hv_command_preview(const struct hv_app *app, struct hv_canvas *cv,
                        const char *command, bool is_sending,
                        const struct hv_error *error);
void hv_form_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_palette_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_help_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_pager_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_pager_lines(const struct hv_app *app);
/** hv_pager_is_cut() - does a line of it go on to the right? */
bool hv_pager_is_cut(const struct hv_app *app);
int hv_pager_rows(const struct hv_app *app);
void hv_unlock_render(const struct hv_app *app, struct hv_canvas *cv);
/** hv_first_render() - the ways to a keystore; the row after them. */
int hv_first_render(const struct hv_app *app, struct hv_canvas *cv, int row);
void hv_shell_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_shell_list_rows(const struct hv_app *app, int rows, int cols);
extern const char *const hv_shell_panes[];
void hv_qr_render(const struct hv_app *app, struct hv_canvas *cv);
void hv_maint_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_maint_list_rows(const struct hv_app *app, int rows, int cols);
extern const char *const hv_maint_panes[];
/** hv_prompt_render() - what may follow on the `:` line, over the foot. */
void hv_prompt_render(const struct hv_app *app, struct hv_canvas *cv);
/** hv_why_render() - the steps of a verdict, in words; rows used. */
int hv_why_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                  int max, const struct hv_log_row *entry);

/** hv_facts_render() - what a message said, and its events; rows used. */
int hv_facts_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                    const struct hv_log_row *entry);
/** hv_message_render() - the tab that is open, of one message; rows used. */
int hv_message_render(const struct hv_app *app, struct hv_canvas *cv,
                      const struct hv_log_row *entry);
/** hv_hits_mark() - where on these rows stands what was looked for. */
void hv_hits_mark(const struct hv_app *app, struct hv_canvas *cv, int row,
                  int end);
/** hv_body_render() - its body as elements. */
int hv_body_render(const struct hv_app *app, struct hv_canvas *cv,
                   const struct hv_log_row *entry);
/* related.c */
/** hv_related_render() - what came with the same bytes, and about the same
 *  record; rows used. */
int hv_related_render(const struct hv_app *app, struct hv_canvas *cv,
                      const struct hv_log_row *entry);
/** hv_log_note() - what is to be said about a message in a few words: "h held,
 *  2nd try". */
void hv_log_note(const struct hv_app *app, const struct hv_log_row *entry,
                 char *out, size_t size);
/** hv_log_tail_render() - the newest messages, newest first, for the
 *  dashboard. */
void hv_log_tail_render(const struct hv_app *app, struct hv_canvas *cv);

extern const struct hv_binding hv_dash_bindings[];
extern const struct hv_binding hv_subs_bindings[];
extern const struct hv_binding hv_keys_bindings[];
extern const struct hv_binding hv_jobs_bindings[];
extern const struct hv_binding hv_test_bindings[];
extern const struct hv_binding hv_records_bindings[];
extern const struct hv_binding hv_log_bindings[];
extern const struct hv_binding hv_shell_bindings[];
extern const struct hv_binding hv_maint_bindings[];
extern const struct hv_binding hv_sheet_bindings[];
extern const struct hv_binding hv_field_bindings[];
extern const struct hv_binding hv_qr_bindings[];
extern const struct hv_binding hv_item_bindings[];
extern const struct hv_binding hv_form_bindings[];
extern const struct hv_binding hv_help_bindings[];
extern const struct hv_binding hv_palette_bindings[];
extern const struct hv_binding hv_pager_bindings[];

#endif
