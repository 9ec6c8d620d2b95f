/*
 * cmd_lint.c - `profile lint` and `sub lint`: what is wrong, and what
 * production will refuse. Called through the table; the rules are core's.
 */
#include "tui/command/cmd_lint.h"
#include "tui/command/cmd_profile.h"
#include "tui/command/nouns/profile.h"
#include "tui/command/nouns/sub.h"

#include "hvconsole/sublint.h"

#include <string.h>

const struct hv_column profile_lint_columns[] = {
    { "severity", "SEVERITY", HV_COL_PAINT },
    { "id", "ID", HV_COL_NAME },
    { "message", "WHAT", 0 },
    { "meaning", "WHY", HV_COL_WIDE },
    { "advice", "WHAT TO DO", 0 },
    { "profile", "PROFILE", HV_COL_WIDE },
    { 0 },
};
const struct hv_column sub_lint_columns[] = {
    { "sub", "SUB", 0 },
    { "severity", "SEVERITY", HV_COL_PAINT },
    { "id", "ID", HV_COL_NAME },
    { "message", "WHAT", 0 },
    { "meaning", "WHY", HV_COL_WIDE },
    { "advice", "WHAT TO DO", 0 },
    { 0 },
};

void
lint_tell(struct hv_node *node, const struct hv_finding *finding)
{
    hv_node_text(node, "id", finding->lint->id);
    hv_node_text(node, "severity", hv_severity_word(finding->lint->severity));
    hv_node_text(node, "message", finding->message);
    hv_node_text(node, "meaning", finding->lint->meaning);
    hv_node_text(node, "advice", finding->lint->advice);
}

enum hv_status
lint_as(struct hv_cmd *cmd, const struct hv_profile *profile, enum hv_env *out,
        struct hv_error *err)
{
    const char *as = hv_cmd_text(cmd, "--as");

    *out = profile->env;
    if (!as)
        return HV_OK;
    if (strcmp(as, "prod") && strcmp(as, "ppe"))
        return hv_fail(err, HV_ERR_USAGE, "--as is ppe or prod, not '%s'", as);
    *out = strcmp(as, "prod") ? HV_ENV_PPE : HV_ENV_PROD;
    return HV_OK;
}

enum hv_status
cmd_profile_lint(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_profile *profile = NULL;
    struct hv_findings said = { 0 };
    enum hv_severity worst;
    enum hv_env as;
    enum hv_status st;

    if (cmd->args_len)
        st = profile_find(cmd->session, cmd->args[0], &profile, err);
    else
        st = hv_session_profile(cmd->session, &profile, err);
    if (!st)
        st = lint_as(cmd, profile, &as, err);
    if (st)
        return st;
    hv_profile_lint(profile, as, &said);
    for (size_t i = 0; i < said.len; i++) {
        struct hv_node *item = hv_out_item(cmd->out);

        hv_node_text(item, "profile", profile->name);
        lint_tell(item, &said.items[i]);
    }
    if (!said.len)
        hv_out_note(cmd->out, "Nothing to say against '%s' as %s.",
                    profile->name, hv_env_word(as));
    worst = hv_findings_worst(&said);
    hv_findings_release(&said);
    return worst > HV_INFO ? HV_ERR_FINDINGS : HV_OK;
}

/* ---- subscriptions ---- */

struct sub_lint {
    struct hv_cmd *cmd;
    const struct hv_profile *profile;
    enum hv_env as;
    struct hv_sub_list list;
    enum hv_severity worst;
};

/* @sub NULL: about all of them. */
static void
tell_all(struct sub_lint *lint, const struct hv_sub *sub,
         struct hv_findings *said)
{
    for (size_t i = 0; i < said->len; i++) {
        struct hv_node *item = hv_out_item(lint->cmd->out);

        hv_node_id(item, "sub", sub ? &sub->id : NULL);
        lint_tell(item, &said->items[i]);
    }
    if (hv_findings_worst(said) > lint->worst)
        lint->worst = hv_findings_worst(said);
    hv_findings_release(said);
}

static void
lint_one(struct sub_lint *lint, size_t which)
{
    const struct hv_sub *sub = &lint->list.items[which];
    const struct hv_keyring *ring = hv_keystore_ring(lint->cmd->session->ks);
    const struct hv_key *key = hv_keyring_find(ring, &sub->id, &sub->version);
    struct hv_findings said = { 0 };

    hv_sub_lint(&lint->list, which, lint->profile, lint->as, &said);
    if (!key || key->state == HV_KEY_RETIRED)
        hv_findings_add(&said, hv_sub_lints(), "key-not-here", 0, 0,
                        "version %s is %s", sub->version.id,
                        key ? "retired here" : "not in the keystore");
    tell_all(lint, sub, &said);
}

static enum hv_status
lint_chosen(struct sub_lint *lint, struct hv_error *err)
{
    struct hv_findings said = { 0 };
    size_t which = 0;
    enum hv_status st = HV_OK;

    for (int i = 0; !st && i < lint->cmd->args_len; i++) {
        st = hv_sub_list_resolve(&lint->list, lint->cmd->args[i], &which, err);
        if (!st)
            lint_one(lint, which);
    }
    if (st || lint->cmd->args_len)
        return st;
    for (size_t i = 0; i < lint->list.len; i++)
        lint_one(lint, i);
    hv_sub_lint_count(&lint->list, lint->profile, &said);
    tell_all(lint, NULL, &said);
    return HV_OK;
}

enum hv_status
cmd_sub_lint(struct hv_cmd *cmd, struct hv_error *err)
{
    struct sub_lint lint = { .cmd = cmd, .worst = HV_INFO };
    struct hv_client *client;
    enum hv_status st = hv_session_profile(cmd->session, &lint.profile, err);

    if (!st)
        st = lint_as(cmd, lint.profile, &lint.as, err);
    if (!st)
        st = hv_session_client(cmd->session, &client, err);
    if (!st)
        st = hv_client_get_subs(client, &lint.list, err);
    if (!st)
        st = lint_chosen(&lint, err);
    if (!st && !hv_out_has_data(cmd->out))
        hv_out_note(cmd->out, "%zu subscriptions, nothing to say against them.",
                    lint.list.len);
    hv_sub_list_release(&lint.list);
    if (st)
        return st;
    return lint.worst > HV_INFO ? HV_ERR_FINDINGS : HV_OK;
}
