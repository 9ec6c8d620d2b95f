/*
 * cmd_record_matrix.c - `record matrix`: rights in all records at one glance,
 * and kept as a picture. Called through the table.
 */
#include "tui/command/cmd_record.h"

#include <stdio.h>
#include <stdlib.h>

const struct hv_column matrix_columns[] = {
    { "record", "RECORD", HV_COL_NAME },
    { "name", "NAME", 0 },
    { "person", "PERSON", HV_COL_WIDE },
    { "person_name", "PERSON'S NAME", HV_COL_WIDE },
    { "auth_action", "ACTION", HV_COL_PAINT },
    { "reach", "READ", HV_COL_WIDE },
    { "rights", "RIGHTS online/offline", 0 },
    { "silent", "SILENT", 0 },
    { "types", "TYPES", HV_COL_HIDDEN },
    { 0 },
};

static void
add_word(struct hv_buf *text, const char *word)
{
    hv_buf_addf(text, "%s%s", text->len ? ", " : "", word);
}

static void
tell_matrix_row(struct hv_node *node, const struct hv_access_row *row,
                const struct hv_guid *types, size_t len)
{
    struct hv_buf rights = { 0 }, silent = { 0 };
    struct hv_node *list;

    record_tell_row(node, row);
    record_tell_reach(node, row);
    list = hv_node_list(node, "types");
    for (size_t i = 0; i < len; i++) {
        const struct hv_permission *permission =
            hv_permission_find(&row->permissions, &types[i]);
        const char *name = record_type_name(&types[i]);
        char online[5], offline[5], cell[128];

        record_tell_permission(hv_node_object(list, NULL), &types[i],
                               permission);
        hv_rights_text(permission ? permission->online : 0, online);
        hv_rights_text(permission ? permission->offline : 0, offline);
        (void)snprintf(cell, sizeof(cell), "%s %s/%s", name ? name : "?",
                       online, offline);
        add_word(&rights, cell);
        if (hv_silence_of(row, &types[i]) != HV_NOTIFIES)
            add_word(&silent, name ? name : "?");
    }
    hv_node_text(node, "rights", hv_buf_str(&rights));
    hv_node_text(node, "silent", silent.len ? hv_buf_str(&silent) : NULL);
    hv_buf_release(&rights);
    hv_buf_release(&silent);
}

static enum hv_status
save_snapshot(struct hv_cmd *cmd, const struct hv_access *access,
              struct hv_error *err)
{
    const char *path = hv_cmd_text(cmd, "--snapshot");
    const struct hv_journal_key *key;
    struct hv_keystore *ks;
    enum hv_status st;

    if (!path || hv_cmd_is_dry(cmd))
        return HV_OK;
    st = hv_session_keystore(cmd->session, &ks, err);
    if (st)
        return st;
    key = hv_keyring_journal_key(hv_keystore_ring(ks));
    if (!key)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the keystore has no key to seal a snapshot with");
    return hv_access_save(access, key, path, err);
}

enum hv_status
cmd_record_matrix(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_guid *types = hv_calloc(RECORDS_MAX_TYPES, sizeof(*types));
    struct hv_sub_list subs = { 0 };
    struct hv_access access = { 0 };
    size_t len;
    enum hv_status st = records_subs(cmd->session, &subs, err);

    len = records_types(&subs, types, RECORDS_MAX_TYPES);
    if (!st)
        st = records_read(cmd->session, true, &subs, &access, err);
    if (!st)
        st = save_snapshot(cmd, &access, err);
    for (size_t i = 0; !st && i < access.len; i++)
        tell_matrix_row(hv_out_item(cmd->out), &access.rows[i], types, len);
    if (!st && !len)
        hv_out_note(cmd->out, "No subscription names a type; 'record perms' "
                              "shows all rights of one record.");
    hv_access_release(&access);
    hv_sub_list_release(&subs);
    free(types);
    return st;
}
