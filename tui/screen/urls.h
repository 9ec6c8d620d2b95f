/*
 * urls.h - what the files of the Shell URLs view share: a URL layer by layer,
 * a way back, and one function per tab.
 */
#ifndef TUI_SCREEN_URLS_H
#define TUI_SCREEN_URLS_H

#include "tui/app/urls.h"
#include "tui/screen/frame.h"

/** hv_url_returns_render() - what the browser brings back from a page; the row
 *  after it. */
int hv_url_returns_render(struct hv_canvas *cv, int row,
                          const struct hv_shell_target *target);
/** hv_url_layers_render() - a URL layer by layer; the row after it. */
int hv_url_layers_render(struct hv_canvas *cv, int row,
                         const struct hv_shell_url *url);
/** hv_url_wrap_render() - a URL over at most @max rows, cut anywhere, the bytes
 *  of @mark (may be NULL) in the colour of how bad it is; rows used. */
int hv_url_wrap_render(struct hv_canvas *cv, int row, int max, const char *text,
                       const struct hv_finding *mark);

int hv_compose_rows(const struct hv_app *app, int rows, int cols);
void hv_compose_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_decode_rows(const struct hv_app *app, int rows, int cols);
void hv_decode_render(const struct hv_app *app, struct hv_canvas *cv);
int hv_template_rows(const struct hv_app *app, int rows, int cols);
void hv_templates_render(const struct hv_app *app, struct hv_canvas *cv);

#endif
