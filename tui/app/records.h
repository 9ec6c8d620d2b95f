/*
 * records.h - what the Records view stands on beside its rows: which of its
 * tabs shows what, what is still being read, and the comparison. Written by
 * records*.c of this folder, read by the screens of the view.
 */
#ifndef TUI_APP_RECORDS_H
#define TUI_APP_RECORDS_H

#include "tui/command/records.h"
#include "tui/command/records_diff.h"

struct hv_app;
struct hv_buf;
struct hv_msg;

enum hv_records_pane { /* lists[HV_VIEW_RECORDS].pane */
                       HV_RECORDS_LIST,
                       HV_RECORDS_MATRIX,
                       HV_RECORDS_DIFF,
                       HV_RECORDS_COVERAGE,
                       HV_RECORDS_PANES
};

/* So many rows are read for coverage without anybody saying so. */
#define HV_RIGHTS_UNASKED 500

struct hv_silent_pair { /* a change there raises nothing, or nobody knows */
    uint32_t row, type;
};

struct hv_records_view {
    struct hv_records_model coming; /* takes the rows' place when it is whole */
    int64_t since_mono_ms;          /* its first page was asked for */
    bool is_first;       /* nothing was there before: pages show as they come */
    bool is_partial;     /* the last reading stopped on its way */
    bool is_reading_all; /* the rights of every row, batch after batch ... */
    bool is_stopping;    /* ^c: no page after this one */
    bool is_stopped;     /* ... but ^c came, or no answer */
    char record_id[80]; /* of the cursor's, through tabs that have no records */
    struct hv_silent_pair *pairs; /* owned: for coverage */
    size_t pairs_len;
    int64_t pairs_mono_ms; /* when they were chosen */
    size_t first_type;     /* of the matrix: h and l move it */
    struct hv_diff_model diff;
    bool is_choosing;          /* the tab diff shows what can be compared */
    bool is_keeping;           /* a new one is made */
    char marked[HV_DIFF_SIDE]; /* c chose one side; "" = none yet */
};
void hv_records_view_release(struct hv_records_view *view);

/* records.c: rows of the tab that is shown */
enum hv_records_pane hv_records_pane(const struct hv_app *app);
size_t hv_records_count(const struct hv_app *app);
/** hv_records_at() - the record that the ith row is about; NULL: it is about
 *  none, or that one is not there any more. */
const struct hv_access_row *hv_records_at(const struct hv_app *app, size_t i);
/** hv_records_row_id() - what the ith row is known by, through everything. */
void hv_records_row_id(const struct hv_app *app, size_t i, char *out,
                       size_t size);
/** hv_records_pair() - of the ith row of coverage. */
const struct hv_guid *hv_records_pair(const struct hv_app *app, size_t i,
                                      enum hv_silence *silence);
/** hv_records_diff_row() - of the tab diff; NULL: it shows something else. */
const struct hv_diff_row *hv_records_diff_row(const struct hv_app *app,
                                              size_t i);
/** hv_records_side() - "now" or a file, of the ith row while choosing; NULL. */
const char *hv_records_side(const struct hv_app *app, size_t i);
/** hv_type_name() - of the dictionary, else the beginning of the id. */
void hv_type_name(const struct hv_guid *id, char *out, size_t size);
/** hv_type_sign() - a letter of its own for each subscribed type. */
char hv_type_sign(const struct hv_app *app, size_t type);

/* records_read.c: what is asked of the worker; records_tabs.c: moving about */
/** hv_records_settle() - the rows of the tab anew; coverage stands on indexes of
 *  the records. */
void hv_records_settle(struct hv_app *app);
/** hv_records_pane_changed() - the cursor stays with its record; what the tab
 *  needs is asked for. */
void hv_records_pane_changed(struct hv_app *app);
/** hv_records_shift() - columns of the matrix. */
void hv_records_shift(struct hv_app *app, int by);
/** hv_records_stop() - ^c: false when nothing of the view is under way. */
bool hv_records_stop(struct hv_app *app);
/** hv_records_unread() - rows whose rights were never read. */
size_t hv_records_unread(const struct hv_app *app);
void hv_records_forget(struct hv_app *app);
/** hv_records_failed() - a page did not come; what came before stays. */
void hv_records_failed(struct hv_app *app, const struct hv_error *error);
/** hv_records_open() - Enter. */
void hv_records_open(struct hv_app *app);
/** hv_records_read_all() - the word `rights`. */
void hv_records_read_all(struct hv_app *app, const char *args);

/* records_diff.c */
void hv_diff_take(struct hv_app *app, struct hv_msg *msg);
void hv_diff_failed(struct hv_app *app, const struct hv_error *error);
/** hv_diff_begin() - what the tab needs when it is opened. */
void hv_diff_begin(struct hv_app *app);
void hv_diff_open(struct hv_app *app);
void hv_diff_progress(struct hv_app *app, const char *text);
/** hv_records_keep() - the word `snapshot`. */
void hv_records_keep(struct hv_app *app, const char *args);
/** hv_diff_compare() - `c`: this side and then another; or named ones. */
void hv_diff_compare(struct hv_app *app, const char *args);

/* records_explain.c */
void hv_records_explain(const struct hv_app *app, struct hv_buf *out);

#endif
