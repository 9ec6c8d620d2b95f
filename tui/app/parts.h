/*
 * parts.h - the parts of update(): who moves cursors, who keeps the log, who
 * asks for confirmation. Each writes state; none waits or draws.
 */
#ifndef TUI_APP_PARTS_H
#define TUI_APP_PARTS_H

#include "hvconsole/send.h"
#include "tui/app/state.h"

#include "hvconsole/sublint.h"

/* app.c */
void hv_app_say(struct hv_app *app, enum hv_role role, const char *fmt, ...)
    HV_PRINTF(3, 4);
/** hv_app_complain() - an error as one line: what, why, what to do. */
void hv_app_complain(struct hv_app *app, const char *what,
                     const struct hv_error *error);
void hv_app_push(struct hv_app *app, enum hv_view view);
void hv_app_pop(struct hv_app *app);
/** hv_app_page() - show @text in the pager; takes it over. */
void hv_app_page(struct hv_app *app, const char *title, struct hv_buf *text);

/* load.c: facts from the worker */
/** hv_load_ask() - queue a job, once; asked again while it runs, it runs
 *  once more afterwards. */
void hv_load_ask(struct hv_app *app, enum hv_job_kind job);
/** hv_job_start() - a job's effect and its place in busy[]. */
struct hv_effect *hv_job_start(struct hv_app *app, enum hv_job_kind job,
                               const char *label);
void hv_load_message(struct hv_app *app, struct hv_msg *msg);
/** hv_load_forget() - all facts: the keystore was locked. */
void hv_load_forget(struct hv_app *app);
/** hv_load_tick() - what is looked at and may have changed by itself. */
void hv_load_tick(struct hv_app *app);
/** hv_load_view() - what the current tab needs; @again even if it is there. */
void hv_load_view(struct hv_app *app, bool again);

/** hv_load_of() - the state of one set of facts; NULL: the job brings none. */
struct hv_load *hv_load_of(struct hv_app *app, enum hv_job_kind job);

/* coverage.c: in which records a subscription stays silent */
struct hv_coverage { /* records; one that is silent for any type is silent */
    size_t records, notifies, silent;
    size_t unknown; /* their rights could not be read */
    size_t unread;  /* nobody asked for them yet */
};
bool hv_coverage_is_shown(const struct hv_app *app);
/** hv_coverage_read() - `r` in the tab: all records, then their rights. */
void hv_coverage_read(struct hv_app *app);
struct hv_coverage hv_coverage_count(const struct hv_app *app,
                                     const struct hv_sub *sub);
/** hv_coverage_silent() - the nth record that does not notify of every type;
 *  @why gets the types and the reason. NULL after the last. */
const struct hv_access_row *hv_coverage_silent(const struct hv_app *app,
                                               const struct hv_sub *sub,
                                               size_t nth, struct hv_buf *why);

/* retry.c: a platform that does not answer */
#define HV_RETRY_TEXT 40
bool hv_job_is_remote(enum hv_job_kind job);
/** hv_retry_failed() - once more without an answer: wait longer. */
void hv_retry_failed(struct hv_app *app);
/** hv_retry_rights() - records whose rights nobody answered are asked for
 *  again, too. */
void hv_retry_rights(struct hv_app *app);
/** hv_retry_worked() - it answers: read again all that failed. */
void hv_retry_worked(struct hv_app *app);
/** hv_retry_tick() - ask again when it is time. */
void hv_retry_tick(struct hv_app *app);
/** hv_retry_words() - "again in 8 s, r now". */
void hv_retry_words(const struct hv_app *app, char out[HV_RETRY_TEXT]);

/* list.c: cursors, and what is selected */
struct hv_selection {
    bool has_sub, has_version;
    struct hv_guid sub;
    struct hv_key_version version;
    int64_t log_id; /* 0 = no message */
};
size_t hv_list_len(const struct hv_app *app);
/** hv_list_row() - index into the data of the nth shown row; SIZE_MAX. */
size_t hv_list_row(const struct hv_app *app, enum hv_view tab, size_t nth);
size_t hv_list_count(const struct hv_app *app, enum hv_view tab);
/** hv_list_all() - rows there are, whatever the filter says. */
size_t hv_list_all(const struct hv_app *app, enum hv_view tab);
struct hv_cursor *hv_list_cursor(struct hv_app *app);
const struct hv_cursor *hv_list_cursor_of(const struct hv_app *app,
                                          enum hv_view tab);
/** hv_list_at() - index into the data of the row under the cursor; SIZE_MAX. */
size_t hv_list_at(const struct hv_app *app, enum hv_view tab);
/** hv_list_id() - the id by which a row of the data is found again. */
void hv_list_id(const struct hv_app *app, enum hv_view tab, size_t i,
                char out[HV_ROW_ID]);
/** hv_list_move() - by @delta rows; the id is kept. */
void hv_list_move(struct hv_app *app, int64_t delta);
void hv_list_go(struct hv_app *app, size_t at);
/** hv_list_is_covered() - something lies over it whose keys these are not; it is
 *  said. */
bool hv_list_is_covered(struct hv_app *app);
/** hv_list_settle() - the data, the filter or the size changed: choose and
 *  order the rows anew, find the kept id again, scroll it into view. */
void hv_list_settle(struct hv_app *app, enum hv_view tab);
struct hv_selection hv_app_selection(const struct hv_app *app);
const struct hv_sub_row *hv_app_sub(const struct hv_app *app,
                                    const struct hv_guid *id);
/** hv_sub_words() - "Weight, Blood pressure": the types by name. */
void hv_sub_words(const struct hv_sub *sub, char *out, size_t size);

/* order.c: which rows, in which order */
struct hv_list_field {
    const char *name;  /* as in the head of its column, and in `name:word` */
    bool is_down;      /* the largest first, unless inverted */
    bool is_only_text; /* for filters: no order to sort by */
    void (*text)(const struct hv_app *app, size_t i, char *out, size_t size);
    int64_t (*number)(const struct hv_app *app, size_t i); /* or NULL; 0 = none:
                                                              stands last */
};
/** hv_list_fields() - of a tab's rows, NULL name ends; NULL = it has no
 *  filter and no order of its own. */
const struct hv_list_field *hv_list_fields(const struct hv_app *app,
                                            enum hv_view tab);

/* tester.c */
extern const struct hv_list_field hv_test_fields[];
size_t hv_test_count(const struct hv_app *app);
void hv_test_id(const struct hv_app *app, size_t i, char out[HV_ROW_ID]);
/** hv_test_turned() - another tab of it is shown now. */
void hv_test_turned(struct hv_app *app, int before);
/** hv_test_row() - the kind under the cursor of its first tab; NULL. */
const struct hv_test_mode *hv_test_row(const struct hv_app *app);
/** hv_test_sub() - as whose notification it goes; NULL: none is known. */
const struct hv_sub_row *hv_test_sub(const struct hv_app *app);
/** hv_test_kept_at(), hv_test_sent_at() - a row of the history: one of this
 *  session, else one of the journal; NULL. */
const struct hv_exchange *hv_test_kept_at(const struct hv_app *app, size_t i);
const struct hv_log_row *hv_test_sent_at(const struct hv_app *app, size_t i);
/** hv_test_chosen() - the exchange the cursor is on; in the first tab the last
 *  one that was sent. NULL. */
const struct hv_exchange *hv_test_chosen(const struct hv_app *app);
/** hv_test_url() - where a choice leads, as far as is known here; "" = nowhere. */
void hv_test_url(const struct hv_app *app, enum hv_try_to to, char *out,
                 size_t size);
/** hv_test_look() - what would be sent: put it together anew. */
void hv_test_look(struct hv_app *app);
void hv_test_draft_take(struct hv_app *app, struct hv_msg *msg);
void hv_test_sent_take(struct hv_app *app, struct hv_msg *msg);
/** hv_test_take() - one was sent. Takes it over. */
void hv_test_take(struct hv_app *app, struct hv_msg *msg);
/** hv_test_started(), hv_test_done() - a command begins, or ended; true: how it
 *  ended was said. */
void hv_test_started(struct hv_app *app, const char *line);
bool hv_test_done(struct hv_app *app, const struct hv_msg *msg);
void hv_test_forget(struct hv_app *app);
/* tester_do.c */
/** hv_test_line() - the command that T runs. */
void hv_test_line(const struct hv_app *app, struct hv_buf *line);
/** hv_test_sheet_take() - the fields that were written; false: its error. */
bool hv_test_sheet_take(struct hv_app *app, struct hv_sheet *sheet);
/** hv_test_confirm() - asks before a handler of production gets it. */
bool hv_test_confirm(struct hv_app *app, const char *text);
void hv_test_explain(const struct hv_app *app, struct hv_buf *out);
void hv_test_open(struct hv_app *app);
void hv_test_cli(const struct hv_app *app, struct hv_buf *out);
/* tester_edit.c */
/** hv_test_edit_start() - the message under the cursor once more: edited before,
 *  or as it was. */
void hv_test_edit_start(struct hv_app *app, bool is_edited);
/** hv_test_body_came() - out of the journal, perhaps to be edited. */
void hv_test_body_came(struct hv_app *app, const struct hv_msg *msg);
/** hv_test_edited() - the editor ended; false: it was about a field. */
bool hv_test_edited(struct hv_app *app, struct hv_msg *msg);
/** hv_test_edit_settle() - it was sent, or given up: its file goes. */
void hv_test_edit_settle(struct hv_app *app);

/* records.c */
extern const struct hv_list_field hv_record_fields[];
/** hv_record_row() - the one under the cursor of the Records view; NULL. */
const struct hv_access_row *hv_record_row(const struct hv_app *app);
/** hv_record_id() - record and person: what a row is known by. */
void hv_record_id(const struct hv_access_row *row, char out[HV_ROW_ID]);
/** hv_record_cli() - the command line that shows the same. */
void hv_record_cli(const struct hv_app *app, struct hv_buf *out);
/** hv_record_copy() - "id" or "url" of the row under the cursor; false: there is
 *  none. */
bool hv_record_copy(const struct hv_app *app, const char *what,
                    struct hv_buf *out);
void hv_records_take(struct hv_app *app, struct hv_msg *msg);
void hv_rights_take(struct hv_app *app, struct hv_msg *msg);
/** hv_records_look() - ask for the rights of the row under the cursor, once. */
void hv_records_look(struct hv_app *app);
/** hv_list_order() - choose and sort the rows of @tab anew. */
void hv_list_order(struct hv_app *app, enum hv_view tab);
/** hv_list_sort_name() - what `s` chose: "last", "" = as it came. */
const char *hv_list_sort_name(const struct hv_app *app, enum hv_view tab);
/** hv_row_fits() - whether a row of the data fits all words of @filter. */
bool hv_row_fits(const struct hv_app *app, enum hv_view tab, size_t i,
                 const char *filter);
/** hv_filter_word() - the nth word of a filter; false after the last. */
bool hv_filter_word(const char *filter, size_t nth, char out[HV_MAX_FILTER]);

/* mark.c */
#define HV_MAX_MARKED 64 /* more subscriptions than a platform allows */
bool hv_list_is_marked(const struct hv_app *app, enum hv_view tab, size_t i);
size_t hv_marks_len(const struct hv_app *app, enum hv_view tab);
/** hv_marks_prune() - forget marks of rows that are gone. */
void hv_marks_prune(struct hv_app *app, enum hv_view tab);
/** hv_marks_subs() - the subscriptions of the marked rows or, without marks,
 *  of the current one, each once; returns how many. */
size_t hv_marks_subs(const struct hv_app *app, struct hv_guid *out, size_t max);

/* log.c */
void hv_log_ask(struct hv_app *app, enum hv_log_how how, int64_t id);
/** hv_log_stay() - read anew what is shown: the newest, or where one is. */
void hv_log_stay(struct hv_app *app);
/** hv_log_visit() - to the message of that id; it is told when it is not shown. */
void hv_log_visit(struct hv_app *app, int64_t id);
void hv_log_message(struct hv_app *app, struct hv_msg *msg);
void hv_log_changed(struct hv_app *app);
void hv_log_forget(struct hv_app *app);
/** hv_log_clear() - no rows: what is asked for next becomes the list. */
void hv_log_clear(struct hv_app *app);
/** hv_log_body() - HV_MSG_LOG_BODY. */
void hv_log_body(struct hv_app *app, struct hv_msg *msg);
/** hv_log_look() - what the tab of the detail needs of the message under the
 *  cursor is asked for, once. */
void hv_log_look(struct hv_app *app);
/** hv_log_moved() - the cursor moved: fetch beyond the edge, or follow. */
void hv_log_moved(struct hv_app *app);
const struct hv_log_row *hv_log_row(const struct hv_app *app);
/* log_filter.c */
/** hv_log_verdicts() - what `v` chose and the filter leaves, as bits. */
uint32_t hv_log_verdicts(const struct hv_log *log);
bool hv_log_is_booked(const struct hv_app *app, int64_t id);
/** hv_log_filter_by() - the words of `/`; "" clears it. */
void hv_log_filter_by(struct hv_app *app, const char *text);
/** hv_log_seek() - the next (or earlier) message that the last filter fits. */
void hv_log_seek(struct hv_app *app, bool is_back);

/* tools.c */
/** hv_filter_typed() - the `/` line changed: the list follows. */
void hv_filter_typed(struct hv_app *app);
/** hv_app_set() - "mouse", "theme mono"; NULL, or what is wrong with it. */
const char *hv_app_set(struct hv_app *app, const char *args);
/** hv_edit_outside() - ^x: what is being written, in the person's editor. */
void hv_edit_outside(struct hv_app *app);
/** hv_tools_message() - HV_MSG_OUTSIDE, HV_MSG_EDITED, HV_MSG_COPIED. */
void hv_tools_message(struct hv_app *app, struct hv_msg *msg);

/* unlock.c */
void hv_unlock_start(struct hv_app *app);
void hv_unlock_press(struct hv_app *app, const struct hv_press *press);
void hv_unlock_message(struct hv_app *app, struct hv_msg *msg);
void hv_unlock_lock(struct hv_app *app, const char *why);
/* first.c */
void hv_first_press(struct hv_app *app, const struct hv_press *press);

/* dialog.c */
/** hv_dialog_confirm() - show what @line would do and ask; false when this
 *  command needs no asking here. */
bool hv_dialog_confirm(struct hv_app *app, const struct hv_command *command,
                       const char *line);
void hv_dialog_asked(struct hv_app *app, const char *question);
void hv_dialog_discard(struct hv_app *app);
/** hv_dialog_arm() - write mode ended while one wrote: offer it from here. */
void hv_dialog_arm(struct hv_app *app);
void hv_dialog_press(struct hv_app *app, const struct hv_press *press);

/* impact.c: what a command would do, in numbers */
void hv_dialog_line(struct hv_dialog *dialog, char sign, const char *fmt, ...)
    HV_PRINTF(3, 4);
void hv_impact_delete(const struct hv_app *app, const struct hv_guid *subs,
                      size_t len, struct hv_dialog *dialog);
void hv_impact_rotate(const struct hv_app *app, const struct hv_guid *subs,
                      size_t len, struct hv_dialog *dialog);
void hv_impact_retire(const struct hv_app *app, const struct hv_drain_row *row,
                      struct hv_dialog *dialog);
/** hv_app_key() - a version of a subscription; @version NULL = the active. */
const struct hv_key_row *hv_app_key(const struct hv_app *app,
                                    const struct hv_guid *sub,
                                    const char *version);
/** hv_app_open_job() - the rotation that is not ended, or NULL. */
const struct hv_rotation *hv_app_open_job(const struct hv_app *app);
/** hv_app_drain() - the evidence about a version, NULL while it is not read. */
const struct hv_drain_row *hv_app_drain(const struct hv_app *app,
                                        const struct hv_guid *sub,
                                        const char *version);

/* rotation.c: the job that runs */
/** hv_rotation_moved() - the worker tells how far it is. Takes it over. */
void hv_rotation_moved(struct hv_app *app, struct hv_msg *msg);
/** hv_step_words() - what is done after step @last. */
const char *hv_step_words(enum hv_rotate_step last);
/** hv_rotation_now() - what is being done: "44f1..9d2: given to platform". */
void hv_rotation_now(const struct hv_app *app, const struct hv_rotation *job,
                     char *out, size_t size);

/* form.c */
#define HV_MAX_FORM_TYPES 256 /* more than the dictionary has */
/* draft.c: what it begins with, and what comes of it */
/** hv_form_open() - @from: NULL for a new one. */
void hv_form_open(struct hv_app *app, enum hv_form_mode mode,
                  const struct hv_sub_row *from);
bool hv_form_is_changed(const struct hv_form *form);
void hv_form_ask(struct hv_app *app);
void hv_form_press(struct hv_app *app, const struct hv_press *press);
/** hv_form_step() - to the next field (1) or the one before (-1). */
void hv_form_step(struct hv_form *form, int by);
void hv_form_save(struct hv_app *app);
/** hv_form_leave() - Esc: asks when something was written. */
void hv_form_leave(struct hv_app *app);
void hv_form_close(struct hv_app *app);
void hv_form_done(struct hv_app *app, const struct hv_error *error);
/** hv_form_matches() - thing types that fit the search, by index. */
size_t hv_form_matches(const struct hv_form *form, size_t *out, size_t max);
size_t hv_form_picked(const struct hv_form *form);
/** hv_form_command() - "sub create --type ... --url ...", "sub edit ..." */
void hv_form_command(const struct hv_form *form, struct hv_buf *out);

/* lint.c: what is wrong, by core's rules; hv_findings_release() */
/** hv_lint_sub() - of the ith subscription of the data. */
void hv_lint_sub(const struct hv_app *app, size_t i, struct hv_findings *out);
void hv_lint_form(const struct hv_app *app, struct hv_findings *out);

/* shell.c: the rows of each tab of the Shell URLs view */
extern const struct hv_list_field hv_template_fields[];
const struct hv_list_field *hv_shell_fields(const struct hv_app *app);
size_t hv_shell_count(void);
size_t hv_shell_rows(const struct hv_app *app);
void hv_shell_row_id(const struct hv_app *app, size_t i, char out[HV_ROW_ID]);
/** hv_shell_row() - the page under the cursor of the targets; NULL. */
const struct hv_shell_target *hv_shell_row(const struct hv_app *app);
/** hv_shell_needs() - its required parameters, blank between. */
void hv_shell_needs(const struct hv_shell_target *target, char *out,
                    size_t size);
/** hv_shell_comes_back() - return targets, or where it ends. */
void hv_shell_comes_back(const struct hv_shell_target *target, char *out,
                         size_t size);
/** hv_shell_done() - a command ended well: its URL into the decoder when it was
 *  of these. */
void hv_shell_done(struct hv_app *app, const char *text);
/** hv_shell_speak() - a field and what it holds, or what a finding says. */
void hv_shell_speak(const struct hv_app *app, size_t i, struct hv_buf *out);
void hv_shell_explain(const struct hv_app *app, struct hv_buf *out);
void hv_shell_cli(const struct hv_app *app, struct hv_buf *out);
/** hv_shell_copy() - "id" or "url"; false: there is none. */
bool hv_shell_copy(const struct hv_app *app, const char *what,
                   struct hv_buf *out);

/* maint.c: windows first, then tokens */
void hv_maint_take(struct hv_app *app, struct hv_msg *msg);
extern const struct hv_list_field hv_maint_fields[];
size_t hv_maint_count(const struct hv_app *app);
/** hv_maint_window_at() - the ith row when it is a window; NULL. */
const struct hv_window_row *hv_maint_window_at(const struct hv_app *app,
                                               size_t i);
const struct hv_token_row *hv_maint_token_at(const struct hv_app *app,
                                             size_t i);
/** hv_maint_chosen() - the window under the cursor of this view; NULL. */
const struct hv_window_row *hv_maint_chosen(const struct hv_app *app);
const char *hv_maint_name(const struct hv_app *app, size_t i);
/** hv_maint_state() - "planned", "now", "over"; "kept", "sign-in" ... */
const char *hv_maint_state(const struct hv_app *app, size_t i);
/** hv_maint_left() - until it begins, or ends when it has begun; 0 = over, or
 *  nobody said. */
int64_t hv_maint_left(const struct hv_app *app, size_t i);
void hv_maint_explain(const struct hv_app *app, struct hv_buf *out);
void hv_maint_cli(const struct hv_app *app, struct hv_buf *out);
bool hv_maint_copy(const struct hv_app *app, const char *what,
                   struct hv_buf *out);
/* maint_do.c */
/** hv_maint_confirm() - asks before a window is forgotten. */
bool hv_maint_confirm(struct hv_app *app, const char *text);
/** hv_maint_drill_confirm() - asks before a drill, and not in production. */
bool hv_maint_drill_confirm(struct hv_app *app, const char *text);
/** hv_maint_is_sandbox() - the platform is the sandbox that runs here. */
bool hv_maint_is_sandbox(const struct hv_app *app);

/* sheet.c */
void hv_sheet_open(struct hv_app *app, enum hv_sheet_name name);
void hv_sheet_press(struct hv_app *app, const struct hv_press *press);
void hv_sheet_step(struct hv_app *app, int by);
void hv_sheet_save(struct hv_app *app);
void hv_sheet_leave(struct hv_app *app);
/** hv_sheet_close() - what was written in it is gone. */
void hv_sheet_close(struct hv_app *app);
void hv_sheet_done(struct hv_app *app, const struct hv_error *error);
/** hv_sheet_command() - what the fields make of it. */
void hv_sheet_command(const struct hv_sheet *sheet, struct hv_buf *out);

/* help.c */
#define HV_MAX_HELP 384
struct hv_help_entry {
    char keys[24];
    const char *what;
    char command[64]; /* command text, or its words */
    bool is_change;
    bool is_here; /* of the view behind; else everywhere */
    int view;     /* 1.. of another tab: it goes there first; 0 = no */
    int score;    /* in the palette: how well it fits */
};
/** hv_help_entries() - what fits the query; @out NULL only counts. */
size_t hv_help_entries(const struct hv_app *app, struct hv_help_entry *out,
                       size_t max, size_t *all);
/** hv_app_behind() - the view that help or the palette lies over. */
enum hv_view hv_app_behind(const struct hv_app *app);
/** hv_text_summary() - what the tables say about a binding's text. */
const char *hv_text_summary(const char *text, bool *is_change);
void hv_help_press(struct hv_app *app, const struct hv_press *press);

/* userkeys.c: the person's own keys */
/** hv_user_keys_read() - @text: the file, one "VIEW KEY COMMAND" a line, or
 *  "set ..." at once. What is wrong is said with its line number, and the rest
 *  holds. */
void hv_user_keys_read(struct hv_app *app, const char *name, const char *text);
void hv_user_keys_release(struct hv_user_keys *keys);
/** hv_user_table() - of one view, HV_VIEW_COUNT = everywhere; may be NULL. */
const struct hv_binding *hv_user_table(const struct hv_app *app, int view);

/* commands.c: command text from keys, `:` and help */
enum hv_from { HV_FROM_KEY, HV_FROM_LINE };
void hv_app_do(struct hv_app *app, const char *line, enum hv_from from);
/** hv_command_confirmed() - run what was asked about, if it still may. */
void hv_command_confirmed(struct hv_app *app, const char *line,
                          const char *confirm);
/** hv_command_start() - give it to the worker; everything was asked. */
void hv_command_start(struct hv_app *app, const char *line, bool yes,
                      enum hv_command_use use, const char *confirm);
void hv_command_done(struct hv_app *app, struct hv_msg *msg);
/** hv_text_expand() - %id, %version from the selection; HV_ERR_NOT_FOUND when
 *  nothing is selected. */
HV_MUST_CHECK enum hv_status hv_text_expand(const struct hv_app *app,
                                            const char *text,
                                            struct hv_buf *out,
                                            struct hv_error *err);
/** hv_line_check() - whether it begins with a word of the console or the name of
 *  a command; HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status hv_line_check(const char *line,
                                           struct hv_error *err);
/** hv_line_shorten() - a command line with the beginnings of its ids. */
void hv_line_shorten(const char *line, char *out, size_t size);
/** hv_quote() - a word as the shell and the `:` line read it back. */
void hv_quote(struct hv_buf *out, const char *word);

/* actions.c: words of the console itself */
struct hv_action {
    const char *words; /* "view" "move" ... NULL ends */
    const char *args;  /* for help */
    const char *summary;
    bool is_change; /* leads to a change: uppercase only */
    bool works_locked;
    void (*run)(struct hv_app *app, const char *args);
};
extern const struct hv_action hv_actions[];
/** hv_action_find() - @args: the rest of the line. */
const struct hv_action *hv_action_find(const char *line, const char **args);

/* complete.c */
/** hv_line_complete() - what the last word of the `:` line may become, one a
 *  line in @out: words of commands and of the console, ids of what is known. */
void hv_line_complete(const struct hv_app *app, const char *line,
                      struct hv_buf *out);

/* press.c */
void hv_app_press(struct hv_app *app, const struct hv_press *press);

/* explain.c */
void hv_app_explain(struct hv_app *app);
/** hv_key_why() - why this version is not safe to retire, or that it is. */
void hv_key_why(const struct hv_app *app, const struct hv_key_row *key,
                struct hv_buf *out);

#endif
