/*
 * world_tester.h - what the tests of the Test sender share beside world.h.
 */
#ifndef TESTS_UNIT_TUI_CONSOLE_WORLD_TESTER_H
#define TESTS_UNIT_TUI_CONSOLE_WORLD_TESTER_H

#include "tests/unit/tui/console/world.h"

#define HANDLER "https://stage.app.com/hv/n"

/** world_open_test() - full, and the Test sender open. */
void world_open_test(struct hv_app *app);
/** world_exchange() - one that was sent to HANDLER; owned by the caller. */
struct hv_exchange *world_exchange(const char *mode, int http, bool passes);
/** world_exchange_came() - the worker tells about it; takes it over. */
void world_exchange_came(struct hv_app *app, struct hv_exchange *x);
/** world_command_ends() - the one that runs. */
void world_command_ends(struct hv_app *app, enum hv_status st, const char *why);
/** world_command() - the one that was started; "(none)". */
const char *world_command(const struct hv_app *app);

#endif
