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
void hv_do_test_this(struct hv_app *app, const char *args);
void hv_do_view(struct hv_app *app, const char *args);
void hv_do_back(struct hv_app *app, const char *args);
void hv_do_close(struct hv_app *app, const char *args);
void hv_do_move(struct hv_app *app, const char *args);
void hv_do_open(struct hv_app *app, const char *args);
/* mark.c */
void hv_do_mark(struct hv_app *app, const char *args);
void hv_do_sort(struct hv_app *app, const char *args);
void hv_do_seek(struct hv_app *app, const char *args);
/* log_visit.c */
void hv_do_bookmark(struct hv_app *app, const char *args);
void hv_do_message(struct hv_app *app, const char *args);
void hv_do_booked(struct hv_app *app, const char *args);
/* draft.c */
void hv_do_add_sub(struct hv_app *app, const char *args);
void hv_do_clone_sub(struct hv_app *app, const char *args);
void hv_do_change_sub(struct hv_app *app, const char *args);
/* compare.c */
void hv_do_compare(struct hv_app *app, const char *args);
/* sheet.c */
void hv_do_import(struct hv_app *app, const char *args);
/* rotation.c */
void hv_do_pause(struct hv_app *app, const char *args);
/* tools.c */
void hv_do_screen(struct hv_app *app, const char *args);
void hv_do_speak(struct hv_app *app, const char *args);
/* sheet.c */
void hv_do_profile(struct hv_app *app, const char *args);
/* shell.c */
void hv_do_compose(struct hv_app *app, const char *args);
void hv_do_decode(struct hv_app *app, const char *args);
void hv_do_form(struct hv_app *app, const char *args);
void hv_do_qr(struct hv_app *app, const char *args);
/* urls_template.c */
void hv_do_template(struct hv_app *app, const char *args);
void hv_do_change_template(struct hv_app *app, const char *args);
/* tester_do.c */
void hv_do_send_test(struct hv_app *app, const char *args);
void hv_do_try(struct hv_app *app, const char *args);
/* tester_edit.c */
void hv_do_edit_body(struct hv_app *app, const char *args);
/* maint_do.c */
void hv_do_window(struct hv_app *app, const char *args);
void hv_do_change_window(struct hv_app *app, const char *args);
void hv_do_checklist(struct hv_app *app, const char *args);
void hv_do_notice(struct hv_app *app, const char *args);
/* look.c */
void hv_do_messages(struct hv_app *app, const char *args);
void hv_do_follow(struct hv_app *app, const char *args);
void hv_do_freeze(struct hv_app *app, const char *args);
void hv_do_problem(struct hv_app *app, const char *args);
void hv_do_verdict(struct hv_app *app, const char *args);
void hv_do_copy(struct hv_app *app, const char *args);

#endif
