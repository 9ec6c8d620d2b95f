/*
 * cmd_record_compare.c - `record diff|coverage|revoke`: what changed, what new
 * rules would change, what stays silent, and giving access up. Called through
 * the table.
 */
#include "tui/command/cmd_record.h"
#include "tui/command/records_diff.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_column record_diff_columns[] = {
    { "record", "RECORD", HV_COL_NAME },
    { "name", "NAME", 0 },
    { "person", "PERSON", HV_COL_WIDE },
    { "person_name", "PERSON'S NAME", HV_COL_WIDE },
    { "change", "CHANGE", HV_COL_PAINT },
    { "type_name", "TYPE", 0 },
    { "was", "WAS", 0 },
    { "is", "IS", 0 },
    { 0 },
};

const struct hv_column coverage_columns[] = {
    { "record", "RECORD", HV_COL_NAME },
    { "name", "NAME", 0 },
    { "person", "PERSON", HV_COL_WIDE },
    { "type", "TYPE ID", HV_COL_WIDE },
    { "type_name", "TYPE", 0 },
    { "notifies", "NOTIFIES", HV_COL_PAINT },
    { "why", "WHY", 0 },
    { "remedy", "WHAT TO DO", HV_COL_WIDE },
    { "url", "URL", HV_COL_WIDE },
    { 0 },
};

const struct hv_column revoke_columns[] = {
    { "record", "RECORD", HV_COL_NAME },     { "person", "PERSON", 0 },
    { "person_name", "PERSON'S NAME", 0 },   { "revoked", "REVOKED", 0 },
    { "dry_run", "DRY RUN", HV_COL_HIDDEN }, { 0 },
};

/* ---- diff ---- */

static void
tell_change(struct hv_node *node, const struct hv_diff_row *row)
{
    static const char *const words[] = {
        [HV_CHANGE_NEW] = "new",
        [HV_CHANGE_GONE] = "gone",
        [HV_CHANGE_ACTION] = "action",
        [HV_CHANGE_RIGHTS] = "rights",
    };

    hv_node_id(node, "record", &row->record);
    hv_node_text(node, "name", row->name);
    hv_node_id(node, "person", &row->person);
    hv_node_text(node, "person_name", row->person_name);
    hv_node_text(node, "change", row->is_draft ? "would" : words[row->kind]);
    if (row->kind == HV_CHANGE_RIGHTS) {
        hv_node_id(node, "type", &row->type);
        hv_node_text(node, "type_name", record_type_name(&row->type));
    }
    hv_node_text(node, "was", row->was[0] ? row->was : NULL);
    hv_node_text(node, "is", row->is[0] ? row->is : NULL);
}

enum hv_status
cmd_record_diff(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_diff_model model = { 0 };
    size_t len;
    enum hv_status st = records_diff(cmd->session, cmd->args[0], cmd->args[1],
                                     false, &model, err);

    for (size_t i = 0; i < model.len; i++)
        tell_change(hv_out_item(cmd->out), &model.rows[i]);
    if (model.is_draft)
        hv_out_note(cmd->out, "%zu of %zu records would change.", model.len,
                    model.records);
    len = model.len;
    hv_diff_model_release(&model);
    if (!st && len)
        st = hv_fail(err, HV_ERR_FINDINGS, "%zu difference%s", len,
                     len == 1 ? "" : "s");
    return st;
}

/* ---- coverage ---- */

struct coverage {
    size_t pairs, silent, unknown;
};

static enum hv_status
cover(struct hv_cmd *cmd, const struct hv_access_row *row,
      const struct hv_guid *type, struct coverage *sum, struct hv_error *err)
{
    enum hv_silence silence = hv_silence_of(row, type);
    bool is_silent = silence != HV_NOTIFIES && silence != HV_SILENCE_UNKNOWN;
    const struct hv_thing_type *known = hv_thing_type_find(type);
    struct hv_node *node;

    sum->pairs++;
    sum->silent += is_silent;
    sum->unknown += silence == HV_SILENCE_UNKNOWN;
    if (silence == HV_NOTIFIES && hv_cmd_has(cmd, "--silent"))
        return HV_OK;
    node = hv_out_item(cmd->out);
    hv_node_id(node, "record", &row->record);
    hv_node_text(node, "name", row->name);
    hv_node_id(node, "person", &row->person);
    hv_node_id(node, "type", type);
    hv_node_text(node, "type_name", known ? known->name : NULL);
    if (silence == HV_SILENCE_UNKNOWN)
        hv_node_null(node, "notifies");
    else
        hv_node_bool(node, "notifies", silence == HV_NOTIFIES);
    hv_node_text(node, "why",
                 silence == HV_NOTIFIES ? NULL : hv_silence_text(silence));
    hv_node_text(node, "remedy",
                 silence == HV_NOTIFIES ? NULL : records_remedy(row, silence));
    if (silence == HV_NOTIFIES) {
        hv_node_null(node, "url");
        return HV_OK;
    }
    return record_tell_url(cmd, node, row, silence, err);
}

enum hv_status
cmd_record_coverage(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_guid *types = hv_calloc(RECORDS_MAX_TYPES, sizeof(*types));
    struct hv_sub_list subs = { 0 };
    struct hv_access access = { 0 };
    struct coverage sum = { 0 };
    size_t len;
    enum hv_status st = records_subs(cmd->session, &subs, err);

    len = records_types(&subs, types, RECORDS_MAX_TYPES);
    if (!st)
        st = records_read(cmd->session, true, &subs, &access, err);
    for (size_t i = 0; !st && i < access.len; i++) {
        for (size_t k = 0; !st && k < len; k++)
            st = cover(cmd, &access.rows[i], &types[k], &sum, err);
    }
    if (!st)
        hv_out_note(cmd->out,
                    "%zu of %zu pairs of record and subscribed type stay "
                    "silent%s. A record that is not listed raises nothing "
                    "either.",
                    sum.silent, sum.pairs,
                    sum.unknown ? "; some could not be read" : "");
    hv_access_release(&access);
    hv_sub_list_release(&subs);
    free(types);
    if (!st && sum.silent && hv_cmd_has(cmd, "--silent"))
        st = hv_fail(err, HV_ERR_FINDINGS, "%zu pairs stay silent", sum.silent);
    return st;
}

/* ---- revoke ---- */

static size_t
count_notifying(const struct hv_access *access, const struct hv_guid *types,
                size_t len)
{
    size_t count = 0;

    for (size_t k = 0; k < len; k++) {
        bool any = false;

        for (size_t i = 0; i < access->len; i++)
            any |= hv_silence_of(&access->rows[i], &types[k]) == HV_NOTIFIES;
        count += any;
    }
    return count;
}

static enum hv_status
confirm_revoke(struct hv_cmd *cmd, const struct hv_access *access,
               const struct hv_sub_list *subs, struct hv_error *err)
{
    struct hv_guid *types = hv_calloc(RECORDS_MAX_TYPES, sizeof(*types));
    size_t len = records_types(subs, types, RECORDS_MAX_TYPES);
    size_t count = count_notifying(access, types, len);

    free(types);
    return hv_cmd_confirm_delete(
        cmd, err,
        "Give up access to this record as authorised by %zu person%s? Changes "
        "of %zu subscribed type%s there will not be told any more, and nothing "
        "of it can be read, until each person authorises anew.",
        access->len, access->len == 1 ? "" : "s", count, count == 1 ? "" : "s");
}

static enum hv_status
revoke_all(struct hv_cmd *cmd, const struct hv_access *access,
           struct hv_error *err)
{
    struct hv_client *client;
    bool is_dry = hv_cmd_is_dry(cmd);
    enum hv_status st = hv_session_client(cmd->session, &client, err);

    for (size_t i = 0; i < access->len && !st; i++) {
        const struct hv_access_row *row = &access->rows[i];
        struct hv_node *node;

        if (!is_dry)
            st = hv_client_give_up(client, &row->person, &row->record, err);
        if (st)
            break;
        node = hv_out_item(cmd->out);
        hv_node_id(node, "record", &row->record);
        hv_node_id(node, "person", &row->person);
        hv_node_text(node, "person_name", row->person_name);
        hv_node_bool(node, "revoked", !is_dry);
        cmd_dry(cmd, node);
    }
    return st;
}

enum hv_status
cmd_record_revoke(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_list subs = { 0 };
    struct hv_access access = { 0 };
    enum hv_status st = record_read_one(cmd, &subs, &access, err);

    if (!st && !hv_cmd_is_dry(cmd))
        st = confirm_revoke(cmd, &access, &subs, err);
    if (!st)
        st = revoke_all(cmd, &access, err);
    hv_access_release(&access);
    hv_sub_list_release(&subs);
    return st;
}
