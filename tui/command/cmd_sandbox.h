/*
 * cmd_sandbox.h - what the files of the `sandbox` commands share: asking the
 * running one, and telling what it answered.
 */
#ifndef TUI_COMMAND_CMD_SANDBOX_H
#define TUI_COMMAND_CMD_SANDBOX_H

#include "hvconsole/run.h"
#include "tui/command/nouns/sandbox.h"

/** sandbox_ask() - ask and wait; one that does not run gets a hint. */
HV_MUST_CHECK enum hv_status
sandbox_ask(struct hv_cmd *cmd, const struct hv_facts *request, int timeout_ms,
            struct hv_facts *answer, struct hv_error *err);

/* The @nth value of a fact, as a member of the same name; absent or empty is
 * null. */
void sandbox_tell_text(struct hv_node *node, const struct hv_facts *facts,
                       const char *key, size_t nth);
void sandbox_tell_id(struct hv_node *node, const struct hv_facts *facts,
                     const char *key, size_t nth);
int64_t sandbox_int(const struct hv_facts *facts, const char *key, size_t nth);
/** sandbox_tell_clock() - now, real, ahead_s, rate. */
void sandbox_tell_clock(struct hv_node *node, const struct hv_facts *facts);

#endif
