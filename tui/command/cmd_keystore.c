/*
 * cmd_keystore.c - `keystore init|status` and `keystore slot list|add`. Called
 * through the table. The file's format and rules are the keystore room's.
 */
#include "tui/command/custody.h"
#include "tui/command/nouns/keystore.h"

#include "hvconsole/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct hv_column slot_columns[] = {
    { "id", "ID", HV_COL_NAME },
    { "type", "TYPE", 0 },
    { "scope", "SCOPE", 0 },
    { "label", "LABEL", 0 },
    { "cost", "COST", HV_COL_WIDE },
    { "created", "CREATED", 0 },
    { 0 },
};

void
keystore_slot_tell(struct hv_node *node, const struct hv_slot_info *slot)
{
    hv_node_hex(node, "id", slot->id, sizeof(slot->id));
    hv_node_text(node, "type",
                 slot->type == HV_SLOT_KEYFILE ? "key-file" : "passphrase");
    hv_node_text(node, "scope",
                 slot->scope == HV_SCOPE_VERIFY ? "verify" : "full");
    hv_node_text(node, "label", slot->label[0] ? slot->label : NULL);
    if (slot->type == HV_SLOT_PASSPHRASE)
        hv_node_int(node, "cost", slot->log2_n);
    else
        hv_node_null(node, "cost");
    hv_node_time(node, "created", slot->created_ms);
}

void
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
        keystore_slot_tell(hv_node_object(slots, NULL), &info->slots[i]);
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

static const char *
log_word(const struct custody_log *log)
{
    if (!log->is_there)
        return "none";
    return log->state ? "bad" : "ok";
}

/* What this host remembers of the keystore, and whether it agrees. */
static void
tell_custody(struct hv_cmd *cmd, const struct hv_keystore_info *info,
             const struct hv_keystore *ks)
{
    const struct hv_globals *globals = &cmd->session->globals;
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_keystore_copy *copies = NULL;
    struct custody_log log;
    struct hv_error why = { 0 };
    struct hv_node *node;
    uint64_t seen = 0;

    if (hv_keystore_seen(&info->store_id, &seen, &why) || !seen)
        hv_node_null(top, "seen_generation");
    else
        hv_node_int(top, "seen_generation", (int64_t)seen);
    hv_node_int(top, "backups",
                (int64_t)hv_keystore_copies(globals->keystore, &copies));
    free(copies);
    custody_look(globals, HV_AUDIT_PROGRAM, &log);
    node = hv_node_object(top, "audit");
    hv_node_text(node, "log", log_word(&log));
    hv_node_int(node, "lines", (int64_t)log.report.lines);
    if (log.report.bad_line)
        hv_node_int(node, "bad_line", (int64_t)log.report.bad_line);
    /* A damaged mark is told first: it decides what may be opened. */
    if (!why.status && log.state)
        why = log.why;
    if (ks && custody_check_head(globals, ks, &why) == HV_ERR_DAMAGED)
        hv_node_text(node, "head", "cut");
    else
        hv_node_text(node, "head", ks ? "ok" : NULL);
    hv_node_bool(top, "memory_locked", hv_secret_is_locked());
    hv_node_text(top, "trouble", why.status ? why.why : NULL);
}

enum hv_status
cmd_keystore_status(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct hv_keystore_info info = { 0 };
    struct hv_keystore *ks = session->ks;
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st;

    st = hv_keystore_inspect(session->globals.keystore, &info, err);
    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "make one: hvconsole keystore init");
    /* A credential that was given is tried: that is what one wants to know. */
    if (!st && hv_session_has_credential(session))
        st = hv_session_keystore(session, &ks, err);
    if (!st && ks)
        info = *hv_keystore_info(ks);
    if (st)
        return st;
    keystore_tell(cmd, &info, ks ? "open" : "locked");
    if (ks) {
        hv_node_text(top, "scope",
                     hv_keystore_scope(ks) == HV_SCOPE_FULL ? "full"
                                                            : "verify");
        hv_node_bool(top, "weak", hv_keystore_is_weak(ks));
        hv_node_bool(top, "read_only",
                     hv_keystore_is_weak(ks) ||
                         hv_keystore_scope(ks) != HV_SCOPE_FULL);
        hv_node_int(top, "unconfirmed", (int64_t)hv_keystore_unconfirmed(ks));
    }
    tell_custody(cmd, &info, ks);
    return HV_OK;
}

enum hv_status
cmd_keystore_slot_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_keystore_info info = { 0 };
    enum hv_status st =
        hv_keystore_inspect(cmd->session->globals.keystore, &info, err);

    for (size_t i = 0; !st && i < info.slots_len; i++)
        keystore_slot_tell(hv_out_item(cmd->out), &info.slots[i]);
    return st;
}

/* ---- slot add ---- */

static enum hv_status
add_key_file(struct hv_cmd *cmd, struct hv_keystore *ks, const char *file,
             const char *label, struct hv_error *err)
{
    enum hv_keystore_scope scope =
        hv_cmd_has(cmd, "--verify") ? HV_SCOPE_VERIFY : HV_SCOPE_FULL;
    size_t before = hv_keystore_info(ks)->slots_len;
    struct hv_secret key = { 0 };
    enum hv_status st = hv_key_file_write(file, &key, err);

    if (st)
        return st;
    if (!label)
        label = scope == HV_SCOPE_VERIFY ? "listener" : "key-file";
    st = hv_keystore_add_key_file(ks, scope, label, &key, err);
    /* A slot that was saved after all would be lost without its file. */
    if (st && hv_keystore_info(ks)->slots_len <= before)
        unlink(file);
    hv_secret_release(&key);
    return st;
}

static enum hv_status
add_passphrase(struct hv_cmd *cmd, struct hv_keystore *ks, const char *label,
               struct hv_error *err)
{
    struct hv_secret passphrase = { 0 };
    enum hv_status st = hv_session_new_passphrase(
        cmd->session, hv_cmd_text(cmd, "--new-passphrase-file"), "the new slot",
        &passphrase, err);

    if (!st) {
        hv_cmd_talk(cmd, "deriving the key, which takes a moment");
        st = hv_keystore_add_passphrase(ks, label ? label : "passphrase",
                                        &passphrase, 0, err);
    }
    hv_secret_release(&passphrase);
    return st;
}

enum hv_status
cmd_keystore_slot_add(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *file = hv_cmd_text(cmd, "--key-out");
    const char *label = hv_cmd_text(cmd, "--label");
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_keystore *ks;
    enum hv_status st;

    if (!file && hv_cmd_has(cmd, "--verify"))
        return hv_fail(err, HV_ERR_USAGE,
                       "--verify makes a key file: say where with --key-out "
                       "FILE");
    if (file && hv_cmd_has(cmd, "--new-passphrase-file"))
        return hv_fail(err, HV_ERR_USAGE,
                       "--key-out and --new-passphrase-file exclude each "
                       "other");
    st = hv_session_keystore(cmd->session, &ks, err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = file ? add_key_file(cmd, ks, file, label, err)
                  : add_passphrase(cmd, ks, label, err);
        if (!st) {
            const struct hv_keystore_info *info = hv_keystore_info(ks);

            keystore_slot_tell(top, &info->slots[info->slots_len - 1]);
        }
    }
    if (st)
        return st;
    hv_node_text(top, "key_file", file);
    cmd_dry(cmd, top);
    return HV_OK;
}
