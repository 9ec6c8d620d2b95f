/*
 * world_records.h - what the worker tells of records, for the tests of their
 * view: a few in every state, many page by page, rights, comparisons.
 */
#ifndef TESTS_UNIT_TUI_CONSOLE_WORLD_RECORDS_H
#define TESTS_UNIT_TUI_CONSOLE_WORLD_RECORDS_H

#include "tests/unit/tui/console/world.h"

/** world_open_records() - the view with records in each state, 80x24. */
void world_open_records(struct hv_app *app);
struct hv_msg world_records_message(struct hv_app *app);
/** world_tell_rights() - to what was asked last: of the row under the cursor as
 *  said, the others notify of everything. */
void world_tell_rights(struct hv_app *app, enum hv_reach reach, size_t granted);
void world_forget_rights(struct hv_app *app);
/** world_tell_page() - @len people from number @first on. */
void world_tell_page(struct hv_app *app, size_t first, size_t len, bool is_end);
/** world_tell_diff() - two snapshots are kept; @a NULL: only that. */
void world_tell_diff(struct hv_app *app, const char *a, const char *b,
                     bool is_draft);

#endif
