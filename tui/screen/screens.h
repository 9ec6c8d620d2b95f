/*
 * screens.h - the table of screens: name, titles, bindings, who takes the
 * keys, how it is drawn. Drawing is pure: state in, canvas out.
 */
#ifndef TUI_SCREEN_SCREENS_H
#define TUI_SCREEN_SCREENS_H

#include "tui/app/state.h"

struct hv_screen {
    const char *name;  /* the word of `view` */
    const char *title; /* on a wide screen, and in help */
    const char *tab;   /* on a narrow one */
    const struct hv_binding *bindings;
    /* A screen where one writes takes the presses that are no binding. */
    void (*press)(struct hv_app *app, const struct hv_press *press);
    void (*render)(const struct hv_app *app, struct hv_canvas *body);
    /* Rows of its list in a body of that size; NULL = no list. */
    int (*list_rows)(const struct hv_app *app, int rows, int cols);
    const char *const *panes; /* tabs of its detail, NULL ends; or NULL */
};
extern const struct hv_screen hv_screens[HV_VIEW_COUNT];
extern const struct hv_binding hv_bindings[]; /* everywhere */

/* Tabs of the detail of 2 Subscriptions. */
enum hv_subs_pane {
    HV_SUBS_PANE_SUMMARY,
    HV_SUBS_PANE_TRAFFIC,
    HV_SUBS_PANE_KEYS,
    HV_SUBS_PANE_COVERAGE,
    HV_SUBS_PANE_RAW,
    HV_SUBS_PANE_HISTORY,
};

#define HV_LOG_WIDE 120 /* columns from which a message stands beside the log */

/* Tabs of a message: of the detail in 6 Log, and of the opened one. */
enum hv_log_pane {
    HV_LOG_PANE_WHY,
    HV_LOG_PANE_HEADER,
    HV_LOG_PANE_BODY,
    HV_LOG_PANE_RELATED,
    HV_LOG_PANE_RAW,
};

/** hv_xml_lines() - append @text with an element a line, as hv_xml_render() draws
 *  it: clean. */
void hv_xml_lines(const char *text, struct hv_buf *out);
/** hv_screen_render() - the whole terminal: bar, tabs, view, hints, message. */
void hv_screen_render(const struct hv_app *app, struct hv_grid *grid);
/** hv_screen_panes() - how many tabs the detail of a view has. */
int hv_screen_panes(enum hv_view tab);
/** hv_screen_list_rows() - how many rows of @tab's list are visible. */
int hv_screen_list_rows(const struct hv_app *app, enum hv_view tab);
/** hv_screen_list_top() - the terminal row its list begins on; -1 = none. */
int hv_screen_list_top(const struct hv_app *app);
/** hv_bar_tab_at() - the tab drawn at that column; -1 = none. */
int hv_bar_tab_at(const struct hv_app *app, int col);
/** hv_screen_scroll_max() - how far the long text on top can be scrolled. */
int64_t hv_screen_scroll_max(const struct hv_app *app);
/** hv_screen_hints() - the hint row's text as "key word  key word", cut to
 *  whole hints that fit @width. */
void hv_screen_hints(const struct hv_app *app, int width, struct hv_buf *out);

#endif
