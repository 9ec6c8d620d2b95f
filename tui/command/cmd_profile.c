/*
 * cmd_profile.c - `profile list|show|use|remove`. Called through the table.
 * profile add has a file of its own.
 */
#include "tui/command/cmd_profile.h"
#include "tui/command/nouns/profile.h"

#include <string.h>

const struct hv_column profile_columns[] = {
    { "name", "NAME", HV_COL_NAME },
    { "app_id", "APPLICATION", 0 },
    { "platform", "PLATFORM", 0 },
    { "shell", "SHELL", HV_COL_WIDE },
    { "env", "ENV", 0 },
    { "action_url", "ACTION URL", HV_COL_WIDE },
    { "ca", "CA", HV_COL_WIDE },
    { "limit", "LIMIT", HV_COL_RIGHT },
    { "thumbprint", "THUMBPRINT", HV_COL_WIDE },
    { "current", "CURRENT", 0 },
    { 0 },
};

void
profile_tell(struct hv_node *node, const struct hv_profile *profile,
             const struct hv_config *config)
{
    hv_node_text(node, "name", profile->name);
    hv_node_id(node, "app_id", &profile->app_id);
    hv_node_text(node, "platform", profile->platform);
    hv_node_text(node, "shell", profile->shell);
    hv_node_text(node, "env", hv_env_word(profile->env));
    hv_node_text(node, "action_url", profile->action_url);
    hv_node_text(node, "ca", profile->ca[0] ? profile->ca : NULL);
    hv_node_int(node, "limit", profile->limit);
    hv_node_text(node, "thumbprint",
                 profile->thumbprint[0] ? profile->thumbprint : NULL);
    hv_node_bool(node, "current", strcmp(config->current, profile->name) == 0);
}

enum hv_status
cmd_profile_list(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_config *config = &cmd->session->config;
    enum hv_status st = hv_session_config(cmd->session, err);

    for (size_t i = 0; !st && i < config->len; i++)
        profile_tell(hv_out_item(cmd->out), &config->profiles[i], config);
    return st;
}

enum hv_status
cmd_profile_show(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_profile *profile = NULL;
    enum hv_status st;

    if (cmd->args_len)
        st = profile_find(cmd->session, cmd->args[0], &profile, err);
    else
        st = hv_session_profile(cmd->session, &profile, err);
    if (!st)
        profile_tell(hv_out_top(cmd->out), profile, &cmd->session->config);
    return st;
}

enum hv_status
profile_find(struct hv_session *session, const char *name,
             const struct hv_profile **out, struct hv_error *err)
{
    const struct hv_profile *found;
    enum hv_status st = hv_session_config(session, err);

    if (st)
        return st;
    found = hv_config_find(&session->config, name);
    if (found) {
        *out = found;
        return HV_OK;
    }
    hv_fail(err, HV_ERR_NOT_FOUND, "there is no profile '%s'", name);
    for (size_t i = 0; i < session->config.len; i++) {
        if (hv_word_is_near(name, session->config.profiles[i].name))
            hv_hint(err, "did you mean '%s'?",
                    session->config.profiles[i].name);
    }
    hv_hint(err, "see 'hvconsole profile list'");
    return HV_ERR_NOT_FOUND;
}

enum hv_status
cmd_profile_use(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_config *config = &cmd->session->config;
    const struct hv_profile *profile = NULL;
    enum hv_status st = profile_find(cmd->session, cmd->args[0], &profile, err);

    if (!st && !hv_cmd_is_dry(cmd)) {
        hv_copy(config->current, sizeof(config->current), profile->name);
        st = hv_config_save(cmd->session->globals.config, config, err);
    }
    if (!st) {
        profile_tell(hv_out_top(cmd->out), profile, config);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    return st;
}

enum hv_status
cmd_profile_remove(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_config *config = &cmd->session->config;
    const struct hv_profile *profile = NULL;
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st = profile_find(cmd->session, cmd->args[0], &profile, err);

    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_cmd_confirm(
            cmd, err,
            "Remove profile '%s', 1 of %zu? Its application, subscriptions and "
            "keys stay where they are; nothing is told to the platform.",
            profile->name, config->len);
    if (st)
        return st;
    profile_tell(top, profile, config);
    hv_node_bool(top, "removed", !hv_cmd_is_dry(cmd));
    cmd_dry(cmd, top);
    if (!hv_cmd_is_dry(cmd) && hv_config_remove(config, cmd->args[0]))
        st = hv_config_save(cmd->session->globals.config, config, err);
    if (st)
        hv_session_forget_config(cmd->session);
    return st;
}
