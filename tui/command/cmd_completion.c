/*
 * cmd_completion.c - `completion`. Called through the table that it is made of.
 */
#include "tui/command/help.h"
#include "tui/command/nouns/completion.h"

enum hv_status
cmd_completion(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_buf text = { 0 };

    if (!help_completion(cmd->args[0], &text)) {
        hv_fail(err, HV_ERR_USAGE, "there is no completion for '%s'",
                cmd->args[0]);
        hv_hint(err, "there is one for bash, zsh and fish");
        return HV_ERR_USAGE;
    }
    hv_out_text(cmd->out, hv_buf_str(&text));
    hv_buf_release(&text);
    return HV_OK;
}
