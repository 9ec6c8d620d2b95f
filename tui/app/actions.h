/*
 * actions.h - the bodies of actions that live outside actions.c. Each gets
 * the rest of the line.
 */
#ifndef TUI_APP_ACTIONS_H
#define TUI_APP_ACTIONS_H

#include "tui/app/state.h"

/* go.c */
/** hv_view_find() - the tab of that name ("dash", "dashboard"); HV_TABS =
 *  none. */
int hv_view_find(const char *name);
void hv_do_view(struct hv_app *app, const char *args);
void hv_do_back(struct hv_app *app, const char *args);
void hv_do_close(struct hv_app *app, const char *args);
void hv_do_move(struct hv_app *app, const char *args);
void hv_do_open(struct hv_app *app, const char *args);
/* look.c */
void hv_do_messages(struct hv_app *app, const char *args);
void hv_do_follow(struct hv_app *app, const char *args);
void hv_do_freeze(struct hv_app *app, const char *args);
void hv_do_problem(struct hv_app *app, const char *args);
void hv_do_verdict(struct hv_app *app, const char *args);
void hv_do_copy(struct hv_app *app, const char *args);

#endif
