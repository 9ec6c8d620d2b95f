/*
 * world.h - hand-made states of the console for its tests: the application of
 * the sketches, at a fixed moment, in full, empty, loading and failing.
 */
#ifndef TESTS_UNIT_TUI_CONSOLE_WORLD_H
#define TESTS_UNIT_TUI_CONSOLE_WORLD_H

#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#define WORLD_NOW_MS  1795262671000LL /* 2026-11-21T12:04:31Z */
#define WORLD_MONO_MS 50000000LL

/** world_start() - for .init: secrets may be held. */
void world_start(void);
/** world_open() - unlocked, status known, nothing else. */
void world_open(struct hv_app *app);
/** world_fill() - subscriptions, keys, messages. */
void world_fill(struct hv_app *app);
void world_size(struct hv_app *app, int rows, int cols);
/** world_press() - presses in the notation of bindings, one by one. */
void world_press(struct hv_app *app, const char *keys);
void world_code(struct hv_app *app, int32_t code);
void world_paste(struct hv_app *app, const char *text);
void world_type(struct hv_app *app, const char *text);
/** world_tick() - @ms pass. */
void world_tick(struct hv_app *app, int64_t ms);
/** world_panes() - tabs of a view, at least 1; world_go() - to one of them. */
int world_panes(enum hv_view tab);
void world_go(struct hv_app *app, enum hv_view tab, int pane);
/** world_command_of() - the command of the table that @text names, or NULL. */
const struct hv_command *world_command_of(const char *text);
/** world_effect() - the first effect of that kind, or NULL. */
const struct hv_effect *world_effect(const struct hv_app *app,
                                     enum hv_effect_kind kind);
/** world_job() - the effect that starts such a job, or NULL. */
const struct hv_effect *world_job(const struct hv_app *app,
                                  enum hv_job_kind job);
void world_forget_effects(struct hv_app *app);
/** world_draw() - the screen as text, in @out. */
void world_draw(const struct hv_app *app, struct hv_buf *out);
/** world_check() - the screen against its file "NAME-COLSxROWS.txt". */
void world_check(const struct hv_app *app, const char *name);
/** world_check_sizes() - the same at 20x5, 80x24, 140x40 and 200x60. */
void world_check_sizes(struct hv_app *app, const char *name);
/** world_said() - whether a message of the console holds @text. */
bool world_said(const struct hv_app *app, const char *text);
bool world_shows(const struct hv_app *app, const char *text);
struct hv_guid world_guid(const char *first, const char *last);
/** world_log_row() - a message; the caller owns it. */
struct hv_log_row world_log_row(int64_t id, enum hv_verdict verdict,
                                const char *sub, const char *version);
/** world_fill_log(), world_fill_work() - parts of world_fill(). */
void world_fill_log(struct hv_app *app);
void world_fill_work(struct hv_app *app);
void world_fill_traffic(struct hv_app *app);
void world_fill_maint(struct hv_app *app);
struct hv_rotation world_rotation(const char *id, enum hv_rotation_state state,
                                  size_t len, size_t done,
                                  enum hv_item_state next);
/** world_rotates() - the worker tells that a rotation moved on. */
void world_rotates(struct hv_app *app, const struct hv_rotation *job);
/** world_log() - a message with @len rows from id @first on. */
void world_log(struct hv_app *app, enum hv_log_how how, int64_t first,
               size_t len, bool has_older, bool has_newer);

#endif
