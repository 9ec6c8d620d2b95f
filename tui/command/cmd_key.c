/*
 * cmd_key.c - `key list|show|import`: key versions and what is known of them.
 * Called through the table. No key bytes are printed.
 */
#include "tui/command/nouns/key.h"
#include "tui/command/model.h"

#include <string.h>

const struct hv_column key_columns[] = {
    { "sub", "SUBSCRIPTION", HV_COL_NAME },
    { "version", "VERSION", HV_COL_NAME },
    { "state", "STATE", HV_COL_PAINT },
    { "created", "CREATED", 0 },
    { "last_used", "LAST USED", 0 },
    { "uses", "USES", HV_COL_RIGHT },
    { "uses_24h", "24H", HV_COL_WIDE | HV_COL_RIGHT },
    { "drain", "DRAIN", 0 },
    { "safe_at", "SAFE AT", 0 },
    { "safe", "SAFE", HV_COL_HIDDEN },
    { "origin", "ORIGIN", HV_COL_WIDE },
    { "intent", "INTENT", HV_COL_WIDE },
    { "activated", "ACTIVATED", HV_COL_WIDE },
    { "superseded", "SUPERSEDED", HV_COL_WIDE },
    { "retired", "RETIRED", HV_COL_HIDDEN },
    { "fingerprint", "FINGERPRINT", HV_COL_WIDE },
    { 0 },
};

static void
key_tell(struct hv_node *node, const struct hv_key_row *row)
{
    static const char *const intents[] = { "none", "prepared", "submitted" };
    const char *drain = hv_drain_word(row->drain);

    hv_node_id(node, "sub", &row->sub);
    hv_node_text(node, "version", row->version.id);
    hv_node_text(node, "state", hv_key_state_word(row->state));
    hv_node_time(node, "created", row->created_ms);
    hv_node_time(node, "last_used", row->last_used_ms);
    hv_node_int(node, "uses", row->uses);
    hv_node_int(node, "uses_24h", row->uses_24h);
    hv_node_text(node, "drain", drain[0] ? drain : NULL);
    hv_node_time(node, "safe_at", row->safe_at_ms);
    hv_node_bool(node, "safe", row->drain == HV_DRAIN_SAFE);
    hv_node_text(node, "origin",
                 row->origin == HV_KEY_IMPORTED ? "imported" : "made");
    hv_node_text(node, "intent",
                 (unsigned)row->intent < HV_LEN(intents) ? intents[row->intent]
                                                         : NULL);
    hv_node_time(node, "activated", row->activated_ms);
    hv_node_time(node, "superseded", row->superseded_ms);
    hv_node_time(node, "retired", row->retired_ms);
    hv_node_hex(node, "fingerprint", row->fingerprint,
                sizeof(row->fingerprint));
}

/* The rows of one subscription, or of all without an argument. */
static enum hv_status
read_rows(struct hv_cmd *cmd, struct hv_key_model *out, struct hv_error *err)
{
    struct hv_keystore *ks;
    struct hv_guid sub;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (!st && cmd->args_len)
        st = cmd_sub_id(cmd, cmd->args[0], &sub, err);
    if (!st)
        st = hv_model_keys(cmd->session, cmd->args_len ? &sub : NULL, out, err);
    if (!st && cmd->args_len && !out->len) {
        hv_key_model_release(out);
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the keystore holds no key of subscription %s",
                     cmd->args[0]);
    }
    return st;
}

enum hv_status
cmd_key_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_key_model model = { 0 };
    enum hv_status st = read_rows(cmd, &model, err);

    for (size_t i = 0; !st && i < model.len; i++)
        key_tell(hv_out_item(cmd->out), &model.rows[i]);
    hv_key_model_release(&model);
    return st;
}

enum hv_status
cmd_key_show(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_key_model model = { 0 };
    enum hv_status st = read_rows(cmd, &model, err);
    size_t at = 0;

    while (!st && at < model.len &&
           strcmp(model.rows[at].version.id, cmd->args[1]))
        at++;
    if (!st && at < model.len) {
        key_tell(hv_out_top(cmd->out), &model.rows[at]);
    } else if (!st) {
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the subscription has no key version '%s'", cmd->args[1]);
        hv_hint(err, "see 'hvconsole key list %s'", cmd->args[0]);
    }
    hv_key_model_release(&model);
    return st;
}

/* ---- import ---- */

/* The platform is asked where that is possible: without a profile, or without
 * its application's key, the keystore alone decides. */
static enum hv_status
import_ctx(struct hv_cmd *cmd, struct hv_rotate_ctx *out, struct hv_error *err)
{
    struct hv_keystore *ks;
    struct hv_error why = { 0 };
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (st)
        return st;
    if (hv_session_rotate_ctx(cmd->session, out, &why)) {
        hv_cmd_talk(cmd, "the platform is not asked: %s", why.why);
        *out = (struct hv_rotate_ctx){ 0 };
    }
    out->ks = ks;
    out->store = cmd->session->globals.store;
    return HV_OK;
}

static enum hv_status
show_key(struct hv_cmd *cmd, const struct hv_guid *sub,
         const struct hv_key_version *version, struct hv_error *err)
{
    struct hv_key_model model = { 0 };
    enum hv_status st = hv_model_keys(cmd->session, sub, &model, err);

    for (size_t i = 0; i < model.len; i++) {
        if (hv_key_version_equal(&model.rows[i].version, version))
            key_tell(hv_out_top(cmd->out), &model.rows[i]);
    }
    hv_key_model_release(&model);
    return st;
}

static enum hv_status
import(struct hv_cmd *cmd, const struct hv_guid *sub,
       const struct hv_key_version *version, const struct hv_secret *key,
       struct hv_error *err)
{
    struct hv_rotate_ctx ctx = { 0 };
    enum hv_status st = import_ctx(cmd, &ctx, err);

    if (!st && hv_cmd_is_dry(cmd)) {
        struct hv_node *top = hv_out_top(cmd->out);

        hv_node_id(top, "sub", sub);
        hv_node_text(top, "version", version->id);
        cmd_dry(cmd, top);
        return HV_OK;
    }
    if (!st)
        st = hv_key_import(&ctx, sub, version, key, NULL, err);
    return st ? st : show_key(cmd, sub, version, err);
}

enum hv_status
cmd_key_import(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *file = hv_cmd_text(cmd, "--key-file");
    struct hv_key_version version;
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_guid sub;
    enum hv_status st = HV_OK;

    if (hv_key_version_parse(hv_bytes_str(cmd->args[1]), &version)) {
        hv_fail(err, HV_ERR_RULE, "'%s' is no key version id", cmd->args[1]);
        hv_hint(err, "1 to %d letters, digits and hyphens", HV_MAX_KEY_VERSION);
        return HV_ERR_RULE;
    }
    if (file)
        st = hv_hmac_key_read(file, &key, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = cmd_sub_id(cmd, cmd->args[0], &sub, err);
    if (!st)
        st = import(cmd, &sub, &version, file ? &key : NULL, err);
    hv_secret_release(&key);
    return st;
}
