/*
 * cmd_keystore.c - `keystore init|status|slot`. Called through the table. The
 * file's format and rules are the keystore room's.
 */
#include "tui/command/nouns/keystore.h"

#include "hvconsole/file.h"

#include <string.h>
#include <unistd.h>

const struct hv_column slot_columns[] = {
    { "id", "ID", HV_COL_NAME }, { "type", "TYPE", 0 },
    { "scope", "SCOPE", 0 },     { "label", "LABEL", 0 },
    { "created", "CREATED", 0 }, { 0 },
};

static void
slot_tell(struct hv_node *node, const struct hv_slot_info *slot)
{
    hv_node_hex(node, "id", slot->id, sizeof(slot->id));
    hv_node_text(node, "type",
                 slot->type == HV_SLOT_KEYFILE ? "key-file" : "passphrase");
    hv_node_text(node, "scope",
                 slot->scope == HV_SCOPE_VERIFY ? "verify" : "full");
    hv_node_text(node, "label", slot->label[0] ? slot->label : NULL);
    hv_node_time(node, "created", slot->created_ms);
}

static void
keystore_tell(struct hv_cmd *cmd, const struct hv_keystore_info *info,
              const char *state)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_node *slots;

    hv_node_text(top, "file", cmd->session->globals.keystore);
    hv_node_text(top, "state", state);
    hv_node_int(top, "generation", (int64_t)info->generation);
    hv_node_int(top, "epoch", info->epoch);
    hv_node_id(top, "store_id", &info->store_id);
    hv_node_time(top, "saved", info->saved_ms);
    slots = hv_node_list(top, "slots");
    for (size_t i = 0; i < info->slots_len; i++)
        slot_tell(hv_node_object(slots, NULL), &info->slots[i]);
}

/* Everything that could refuse, before a passphrase is typed twice. */
static enum hv_status
check_absent(struct hv_cmd *cmd, struct hv_error *err)
{
    if (access(cmd->session->globals.keystore, F_OK))
        return HV_OK;
    hv_fail(err, HV_ERR_RULE, "there is a file %s already",
            cmd->session->globals.keystore);
    hv_hint(err, "nothing is overwritten: give another --keystore");
    return HV_ERR_RULE;
}

enum hv_status
cmd_keystore_init(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *path = cmd->session->globals.keystore;
    const char *label = hv_cmd_text(cmd, "--label");
    struct hv_secret passphrase = { 0 };
    struct hv_keystore *ks = NULL;
    char dir[512];
    enum hv_status st = check_absent(cmd, err);

    if (!st && hv_cmd_is_dry(cmd)) {
        hv_node_text(hv_out_top(cmd->out), "file", path);
        cmd_dry(cmd, hv_out_top(cmd->out));
        return HV_OK;
    }
    if (!st)
        st = hv_session_passphrase(cmd->session, true, &passphrase, err);
    hv_path_dir(path, dir, sizeof(dir));
    if (!st)
        st = hv_dir_make(dir, 0700, err);
    if (!st) {
        hv_cmd_talk(cmd, "deriving the key, which takes a moment");
        st = hv_keystore_create(path, &passphrase, label ? label : "first", 0,
                                &ks, err);
    }
    hv_secret_release(&passphrase);
    if (!st) {
        struct hv_keystore_info info = *hv_keystore_info(ks);

        hv_session_give_keystore(cmd->session, ks);
        keystore_tell(cmd, &info, "open");
    }
    return st;
}

enum hv_status
cmd_keystore_status(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct hv_keystore_info info = { 0 };
    struct hv_keystore *ks = session->ks;
    enum hv_status st;

    st = hv_keystore_inspect(session->globals.keystore, &info, err);
    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "make one: hvconsole keystore init");
    /* A credential that was given is tried: that is what one wants to know. */
    if (!st && hv_session_has_credential(session))
        st = hv_session_keystore(session, &ks, err);
    if (!st && ks)
        info = *hv_keystore_info(ks);
    if (!st)
        keystore_tell(cmd, &info, ks ? "open" : "locked");
    return st;
}

enum hv_status
cmd_keystore_slot_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_keystore_info info = { 0 };
    enum hv_status st =
        hv_keystore_inspect(cmd->session->globals.keystore, &info, err);

    for (size_t i = 0; !st && i < info.slots_len; i++)
        slot_tell(hv_out_item(cmd->out), &info.slots[i]);
    return st;
}

enum hv_status
cmd_keystore_slot_add(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *file = hv_cmd_text(cmd, "--key-out");
    const char *label = hv_cmd_text(cmd, "--label");
    enum hv_keystore_scope scope =
        hv_cmd_has(cmd, "--verify") ? HV_SCOPE_VERIFY : HV_SCOPE_FULL;
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    enum hv_status st;

    if (!file)
        return hv_fail(err, HV_ERR_USAGE,
                       "'keystore slot add' needs --key-out FILE");
    if (!label)
        label = scope == HV_SCOPE_VERIFY ? "listener" : "key-file";
    st = hv_session_keystore(cmd->session, &ks, err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = hv_key_file_write(file, &key, err);
        if (!st) {
            st = hv_keystore_add_key_file(ks, scope, label, &key, err);
            if (st)
                unlink(file);
        }
    }
    hv_secret_release(&key);
    if (!st) {
        const struct hv_keystore_info *info = hv_keystore_info(ks);

        if (!hv_cmd_is_dry(cmd))
            slot_tell(hv_out_top(cmd->out), &info->slots[info->slots_len - 1]);
        hv_node_text(hv_out_top(cmd->out), "key_file", file);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    return st;
}
