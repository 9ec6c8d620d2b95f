/*
 * parts.h - the parts of update(): who moves cursors, who keeps the log, who
 * asks for confirmation. Each writes state; none waits or draws.
 */
#ifndef TUI_APP_PARTS_H
#define TUI_APP_PARTS_H

#include "tui/app/state.h"

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
/** hv_load_view() - what the current tab needs; @again even if it is there. */
void hv_load_view(struct hv_app *app, bool again);

/* list.c: cursors, filters, what is selected */
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
struct hv_cursor *hv_list_cursor(struct hv_app *app);
const struct hv_cursor *hv_list_cursor_of(const struct hv_app *app,
                                          enum hv_view tab);
/** hv_list_move() - by @delta rows; the id is kept. */
void hv_list_move(struct hv_app *app, int64_t delta);
void hv_list_go(struct hv_app *app, size_t at);
/** hv_list_settle() - find the kept id again, scroll it into view. */
void hv_list_settle(struct hv_app *app, enum hv_view tab);
struct hv_selection hv_app_selection(const struct hv_app *app);
const struct hv_sub_row *hv_app_sub(const struct hv_app *app,
                                    const struct hv_guid *id);
/** hv_sub_words() - "Weight, Blood pressure": the types by name. */
void hv_sub_words(const struct hv_sub *sub, char *out, size_t size);

/* log.c */
void hv_log_ask(struct hv_app *app, enum hv_log_how how, int64_t id);
void hv_log_message(struct hv_app *app, struct hv_msg *msg);
void hv_log_changed(struct hv_app *app);
void hv_log_forget(struct hv_app *app);
/** hv_log_moved() - the cursor moved: fetch beyond the edge, or follow. */
void hv_log_moved(struct hv_app *app);
const struct hv_log_row *hv_log_row(const struct hv_app *app);
void hv_log_filter_by(struct hv_app *app, const char *text);

/* unlock.c */
void hv_unlock_start(struct hv_app *app);
void hv_unlock_press(struct hv_app *app, const struct hv_press *press);
void hv_unlock_message(struct hv_app *app, struct hv_msg *msg);
void hv_unlock_lock(struct hv_app *app, const char *why);

/* dialog.c */
/** hv_dialog_confirm() - show what @line would do and ask; false when this
 *  command needs no asking here. */
bool hv_dialog_confirm(struct hv_app *app, const struct hv_command *command,
                       const char *line);
void hv_dialog_asked(struct hv_app *app, const char *question);
void hv_dialog_discard(struct hv_app *app);
void hv_dialog_press(struct hv_app *app, const struct hv_press *press);

/* form.c */
#define HV_MAX_FORM_TYPES 256 /* more than the dictionary has */
void hv_form_open(struct hv_app *app);
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
/** hv_form_command() - "sub create --type ... --url ..." */
void hv_form_command(const struct hv_form *form, struct hv_buf *out);

/* help.c */
#define HV_MAX_HELP 256
struct hv_help_entry {
    char keys[24];
    const char *what;
    char command[64]; /* command text, or its words */
    bool is_change;
    bool is_here; /* of the view behind; else everywhere */
};
/** hv_help_entries() - what fits the query; @out NULL only counts. */
size_t hv_help_entries(const struct hv_app *app, struct hv_help_entry *out,
                       size_t max, size_t *all);
/** hv_text_summary() - what the tables say about a binding's text. */
const char *hv_text_summary(const char *text, bool *is_change);
void hv_help_press(struct hv_app *app, const struct hv_press *press);

/* commands.c: command text from keys, `:` and help */
enum hv_from { HV_FROM_KEY, HV_FROM_LINE };
void hv_app_do(struct hv_app *app, const char *line, enum hv_from from);
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

/* press.c */
void hv_app_press(struct hv_app *app, const struct hv_press *press);

/* explain.c */
void hv_app_explain(struct hv_app *app);
/** hv_key_why() - why this version is not safe to retire, or that it is. */
void hv_key_why(const struct hv_app *app, const struct hv_key_row *key,
                struct hv_buf *out);

#endif
