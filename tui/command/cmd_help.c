/*
 * cmd_help.c - `help`, `commands`, `version`. Called through the table they
 * describe. Prints nothing by itself.
 */
#include "tui/command/nouns/help.h"
#include "tui/command/help.h"

#include <string.h>

const struct hv_column command_columns[] = {
    { "name", "COMMAND", HV_COL_NAME },
    { "args", "ARGUMENTS", 0 },
    { "summary", "SUMMARY", 0 },
    { "writes", "WRITES", HV_COL_WIDE },
    { "changes", "CHANGES", HV_COL_WIDE },
    { "dangerous", "DANGEROUS", HV_COL_WIDE },
    { "needs_unlock", "NEEDS UNLOCK", HV_COL_WIDE },
    { "needs_tty", "NEEDS TTY", HV_COL_WIDE },
    { "options", "OPTIONS", HV_COL_HIDDEN },
    { 0 },
};

enum hv_status
cmd_commands(struct hv_cmd *cmd, struct hv_error *err)
{
    (void)err;
    HV_EACH_COMMAND (c) {
        struct hv_node *item = hv_out_item(cmd->out), *options;

        hv_node_text(item, "name", c->words);
        hv_node_text(item, "args", c->args ? c->args : "");
        hv_node_text(item, "summary", c->summary);
        hv_node_bool(item, "writes", c->flags & HV_CMD_WRITES);
        hv_node_bool(item, "changes",
                     c->flags & (HV_CMD_WRITES | HV_CMD_CHANGES));
        hv_node_bool(item, "dangerous", c->flags & HV_CMD_DANGEROUS);
        hv_node_bool(item, "needs_unlock", c->flags & HV_CMD_NEEDS_UNLOCK);
        hv_node_bool(item, "needs_tty", c->flags & HV_CMD_NEEDS_TTY);
        options = hv_node_list(item, "options");
        for (const struct hv_flag *f = c->options; f && f->name; f++) {
            struct hv_node *option = hv_node_object(options, NULL);

            hv_node_text(option, "name", f->name);
            hv_node_text(option, "arg", f->arg);
            hv_node_bool(option, "list", f->kind == HV_FLAG_LIST);
            hv_node_text(option, "help", f->help);
        }
    }
    return HV_OK;
}

enum hv_status
cmd_version(struct hv_cmd *cmd, struct hv_error *err)
{
    (void)err;
    if (hv_out_is_text(cmd->out))
        hv_out_text(cmd->out, "hvconsole " HV_VERSION "\n");
    else
        hv_node_text(hv_out_top(cmd->out), "version", HV_VERSION);
    return HV_OK;
}

enum hv_status
cmd_help(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_buf topic = { 0 }, text = { 0 };
    enum hv_status st = HV_OK;

    for (int i = 0; i < cmd->args_len; i++)
        hv_buf_addf(&topic, "%s%s", i ? " " : "", cmd->args[i]);
    if (hv_cmd_has(cmd, "--man"))
        help_man(&text);
    else if (topic.len)
        st = help_topic(hv_buf_str(&topic), &text, err);
    else
        help_overview(&text);
    if (!st)
        hv_out_text(cmd->out, hv_buf_str(&text));
    hv_buf_release(&text);
    hv_buf_release(&topic);
    return st;
}

struct hv_cmd
hv_cmd_help_of(const struct hv_cmd *cmd)
{
    struct hv_cmd help = { .session = cmd->session };
    char *words[] = { (char[]){ "help" } };
    char near[64];
    int used;

    help.command = hv_command_find(words, 1, &used, near);
    if (cmd->command)
        help.args[help.args_len++] = cmd->command->words;
    return help;
}
