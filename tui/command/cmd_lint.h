/*
 * cmd_lint.h - what the linting commands share: a finding as fields, and as
 * what a profile is judged.
 */
#ifndef TUI_COMMAND_CMD_LINT_H
#define TUI_COMMAND_CMD_LINT_H

#include "hvconsole/finding.h"
#include "tui/command/cmds.h"

/** lint_tell() - severity, id, message, meaning, advice. */
void lint_tell(struct hv_node *node, const struct hv_finding *finding);
/** lint_as() - the environment of --as, else the profile's own. */
HV_MUST_CHECK enum hv_status lint_as(struct hv_cmd *cmd,
                                     const struct hv_profile *profile,
                                     enum hv_env *out, struct hv_error *err);

#endif
