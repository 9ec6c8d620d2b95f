/*
 * world_plant.h - a world with something in every view and every tab, and in
 * each string that comes from outside what a terminal should never be given.
 */
#ifndef TESTS_UNIT_TUI_CONSOLE_WORLD_PLANT_H
#define TESTS_UNIT_TUI_CONSOLE_WORLD_PLANT_H

#include "tests/unit/tui/console/world.h"

/* Red, a title, right-to-left, nothing, C1 in both forms, a wide one, marks,
 * line ends, separators, a family of joined and tinted faces, annotations, a
 * filler, private use, a tag, no UTF-8 at all. No blank: nothing breaks in it. */
#define HOSTILE                                                                \
    "x\033[31m\033]0;t\007\xe2\x80\xae"                                        \
    "y\xe2\x80\x8b\xc2\x9b"                                                    \
    "2J\xe6\x97\xa5\xe6\x9c\xac"                                               \
    "e\xcc\x81\r\n\tz\xff\xe2\x81\xa6\xf3\xa0\x81\xa5\x9b\xe2\x80\xa8"         \
    "\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x91\xa7"             \
    "\xef\xbf\xb9\xe3\x85\xa4\xee\x80\x80\xef\xbb\xbf\xd7\x90\xed\xa0\x80"

enum world_text {
    WORLD_HOSTILE,
    WORLD_PLAIN, /* as many columns of the letter Q: to compare with */
};

/** world_open_planted() - full, and all of it planted; in view 1. */
void world_open_planted(struct hv_app *app, enum world_text kind);
/** world_open_pane() - the same unplanted at 80x24, in a tab of a view. */
void world_open_pane(struct hv_app *app, enum hv_view tab, int pane);
/** world_plant_text() - what fills @size bytes: as many columns of either. */
void world_plant_text(enum world_text kind, char *out, size_t size);

#endif
