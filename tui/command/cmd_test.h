/*
 * cmd_test.h - what the files of `test` share.
 */
#ifndef TUI_COMMAND_CMD_TEST_H
#define TUI_COMMAND_CMD_TEST_H

#include "tui/command/exchange.h"
#include "tui/command/out.h"
#include "tui/command/run.h"

/** test_read_where() - the flags that both commands have. */
void test_read_where(struct hv_cmd *cmd, struct sender_shot *shot);
/** test_tell_shot() - what is sent, as the members of @node. */
void test_tell_shot(struct hv_node *node, const struct sender_shot *shot);
void test_tell_result(struct hv_node *node, const struct sender_result *result);
/** test_tell_exchange() - the exact request, but for its MAC; and the answer as
 *  it came. */
void test_tell_exchange(struct hv_node *top, const struct sender_shot *shot,
                        const struct sender_result *result);
/** test_show() - to whoever looks on: the console. Released. */
void test_show(struct hv_cmd *cmd, struct hv_exchange *exchange);

#endif
