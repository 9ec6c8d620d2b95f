/*
 * cmd_config.c - `config get|set|list|path`. Called through the table. The keys
 * and their rules are the keystore room's; no secret is among them.
 */
#include "tui/command/custody.h"
#include "tui/command/nouns/config.h"

#include <stdlib.h>

const struct hv_column config_columns[] = {
    { "key", "KEY", HV_COL_NAME },
    { "value", "VALUE", 0 },
    { "default", "DEFAULT", HV_COL_WIDE },
    { "help", "MEANING", 0 },
    { 0 },
};

static void
tell(struct hv_node *node, const struct hv_config_item *item)
{
    hv_node_text(node, "key", item->key);
    hv_node_text(node, "value", item->value[0] ? item->value : NULL);
    hv_node_bool(node, "default", item->is_default);
    hv_node_text(node, "help", item->help);
}

enum hv_status
cmd_config_get(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_config_item item;
    enum hv_status st = hv_session_config(cmd->session, err);

    if (!st)
        st = hv_config_get(&cmd->session->config, cmd->args[0], &item, err);
    if (!st)
        tell(hv_out_top(cmd->out), &item);
    return st;
}

enum hv_status
cmd_config_set(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct hv_config_item item;
    enum hv_status st;

    /* Read anew: another process may have changed it. */
    hv_session_forget_config(session);
    st = hv_session_config(session, err);
    if (!st)
        st = hv_config_set(&session->config, cmd->args[0], cmd->args[1], err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = hv_config_save(session->globals.config, &session->config, err);
        if (!st)
            custody_settings(&session->config.settings);
    }
    if (!st)
        st = hv_config_get(&session->config, cmd->args[0], &item, err);
    if (!st) {
        tell(hv_out_top(cmd->out), &item);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    if (st || hv_cmd_is_dry(cmd))
        hv_session_forget_config(session);
    return st;
}

enum hv_status
cmd_config_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_config_item *items = NULL;
    enum hv_status st = hv_session_config(cmd->session, err);
    size_t len;

    if (st)
        return st;
    len = hv_config_items(&cmd->session->config, &items);
    for (size_t i = 0; i < len; i++)
        tell(hv_out_item(cmd->out), &items[i]);
    free(items);
    return HV_OK;
}

enum hv_status
cmd_config_path(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_globals *globals = &cmd->session->globals;
    struct hv_node *top = hv_out_top(cmd->out);

    (void)err;
    hv_node_text(top, "config", globals->config);
    hv_node_text(top, "keystore", globals->keystore);
    hv_node_text(top, "store", globals->store);
    return HV_OK;
}
