/*
 * rotation.h - a rotation under way as one line of a terminal.
 */
#ifndef TUI_CLI_ROTATION_H
#define TUI_CLI_ROTATION_H

#include "tui/command/session.h"

/** rotation_line() - a mark for each subscription, counts, and what is done or
 *  waited for now. Pure. */
void rotation_line(const struct hv_rotation *job, int64_t now_ms, char *out,
                   size_t size);
/** rotation_show() - draw it over the line before; take it away once the
 *  rotation is over or paused. Of struct hv_asker. */
void rotation_show(void *arg, const struct hv_rotation *job);

#endif
