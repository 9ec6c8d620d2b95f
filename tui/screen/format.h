/*
 * format.h - numbers and times as short words, and columns that make room for
 * each other. Pure.
 */
#ifndef TUI_SCREEN_FORMAT_H
#define TUI_SCREEN_FORMAT_H

#include "tui/app/state.h"

#define HV_SPAN_TEXT 24

/** hv_span_format() - two units: "6d 02h", "1h 05m", "21s". */
void hv_span_format(int64_t ms, char out[HV_SPAN_TEXT]);
/** hv_ago_format() - "21s", "4m", "-" for never. */
void hv_ago_format(const struct hv_app *app, int64_t ms,
                   char out[HV_SPAN_TEXT]);
/** hv_moment_format() - "10:41:37", "20 10:41" when it is not of today, or an
 *  age, as `t` says. */
void hv_moment_format(const struct hv_app *app, int64_t ms,
                      char out[HV_SPAN_TEXT]);
/** hv_when_format() - a moment in a list: an age, or as `t` says. */
void hv_when_format(const struct hv_app *app, int64_t ms,
                    char out[HV_SPAN_TEXT]);
#define HV_COUNT_TEXT 8
/** hv_count_format() - a count in at most four columns: "9999", "12k", "3.4M". */
void hv_count_format(int64_t count, char out[HV_COUNT_TEXT]);
/** hv_url_path() - the part of a URL after its host. */
const char *hv_url_path(const char *url);
enum hv_role hv_verdict_role(enum hv_verdict verdict);
enum hv_role hv_state_role(enum hv_key_state state);
enum hv_role hv_drain_role(enum hv_drain drain);
/** hv_verdict_mark() - "V", or "T" for our own test. */
char hv_verdict_mark(enum hv_verdict verdict, bool is_test);

struct hv_list_column {
    const char *head;
    int min; /* columns it needs */
    int max; /* it can use that many; 0 = as min */
    bool is_right;
};
#define HV_MAX_COLUMNS 12
struct hv_layout {
    const struct hv_list_column *columns;
    int len; /* columns shown: they drop from the right */
    int at[HV_MAX_COLUMNS];
    int width[HV_MAX_COLUMNS];
};
/** hv_layout_make() - places for @len columns in @width, two blanks between
 *  them where there is room; what is left over goes to who can use it. */
void hv_layout_make(struct hv_layout *out, const struct hv_list_column *columns,
                    int len, int left, int width);
void hv_layout_head(struct hv_canvas *cv, int row, const struct hv_layout *at);
/** hv_layout_put() - one cell; nothing when its column has dropped. */
void hv_layout_put(struct hv_canvas *cv, int row, const struct hv_layout *at,
                   int column, enum hv_role role, const char *text);

/** hv_label() - "name   text" on a row of a pane; returns the rows used. */
int hv_label(struct hv_canvas *cv, int row, const char *name, int name_width,
             enum hv_role role, const char *text);
/** hv_load_state() - what stands in a list that has nothing to show: why, and
 *  which key helps. False when there is data. */
bool hv_load_state(const struct hv_app *app, struct hv_canvas *cv, int row,
                   const struct hv_load *load, const char *what);

#endif
