/*
 * cmd_record_compare.c - `record diff|coverage|revoke`: what changed, what new
 * rules would change, what stays silent, and giving access up. Called through
 * the table.
 */
#include "tui/command/cmd_record.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DRAFT (64 * 1024)

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

struct diff {
    struct hv_cmd *cmd;
    size_t changes;
};

static struct hv_node *
begin_change(struct diff *diff, const struct hv_access_row *row,
             const char *word)
{
    struct hv_node *node = hv_out_item(diff->cmd->out);

    diff->changes++;
    hv_node_id(node, "record", &row->record);
    hv_node_text(node, "name", row->name);
    hv_node_id(node, "person", &row->person);
    hv_node_text(node, "person_name", row->person_name);
    hv_node_text(node, "change", word);
    return node;
}

static const char *
action_text(const struct hv_access_row *row)
{
    return row->is_expired       ? "expired"
           : row->action_text[0] ? row->action_text
                                 : "unknown";
}

static void
on_change(void *arg, const struct hv_access_change *change)
{
    static const char *const words[] = {
        [HV_CHANGE_NEW] = "new",
        [HV_CHANGE_GONE] = "gone",
        [HV_CHANGE_ACTION] = "action",
        [HV_CHANGE_RIGHTS] = "rights",
    };
    const struct hv_access_row *row =
        change->after ? change->after : change->before;
    struct hv_node *node = begin_change(arg, row, words[change->kind]);
    char online[5], offline[5], cell[16];
    const struct hv_thing_type *type;

    if (change->kind != HV_CHANGE_RIGHTS) {
        hv_node_text(node, "was",
                     change->before ? action_text(change->before) : NULL);
        hv_node_text(node, "is",
                     change->after ? action_text(change->after) : NULL);
        return;
    }
    type = hv_thing_type_find(&change->type);
    hv_node_id(node, "type", &change->type);
    hv_node_text(node, "type_name", type ? type->name : NULL);
    hv_rights_text(change->was.online, online);
    hv_rights_text(change->was.offline, offline);
    snprintf(cell, sizeof(cell), "%s/%s", online, offline);
    hv_node_text(node, "was", cell);
    hv_rights_text(change->is.online, online);
    hv_rights_text(change->is.offline, offline);
    snprintf(cell, sizeof(cell), "%s/%s", online, offline);
    hv_node_text(node, "is", cell);
}

/* "now", or a file with a snapshot. */
static enum hv_status
read_side(struct hv_cmd *cmd, const char *word, struct hv_access *out,
          struct hv_error *err)
{
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (st)
        return st;
    if (strcmp(word, "now") == 0)
        return records_read(cmd->session, true, NULL, out, err);
    return hv_access_load(word, hv_keystore_ring(ks), out, err);
}

static enum hv_status
read_draft(const char *path, struct hv_rules *out, struct hv_error *err)
{
    struct hv_buf text = { 0 };
    enum hv_status st = hv_file_read(path, MAX_DRAFT, &text, err);

    if (!st)
        st = hv_rules_parse(hv_buf_bytes(&text), out, err);
    hv_buf_release(&text);
    return st;
}

static void
predict(struct diff *diff, const struct hv_access *access,
        const struct hv_app_rules *rules)
{
    for (size_t i = 0; i < access->len; i++) {
        const struct hv_access_row *row = &access->rows[i];
        enum hv_auth_action next =
            hv_access_predict(row, &rules->online, &rules->offline);
        struct hv_node *node;

        if (next == row->action)
            continue;
        node = begin_change(diff, row, "would");
        hv_node_text(node, "was", action_text(row));
        hv_node_text(node, "is", hv_auth_action_row(next)->word);
    }
    hv_out_note(diff->cmd->out, "%zu of %zu records would change.",
                diff->changes, access->len);
}

/* Whether B is a draft; then @rules hold it beside the other avenue's. */
static enum hv_status
diff_draft(struct diff *diff, const struct hv_access *access, const char *word,
           struct hv_error *err)
{
    bool is_online = strncmp(word, "online:", 7) == 0;
    struct hv_app_rules rules = { 0 };
    struct hv_rules draft = { 0 };
    struct hv_client *client;
    struct hv_rules *place = is_online ? &rules.online : &rules.offline;
    enum hv_status st = read_draft(strchr(word, ':') + 1, &draft, err);

    if (!st)
        st = hv_session_client(diff->cmd->session, &client, err);
    if (!st)
        st = hv_client_app_rules(client, &rules, err);
    if (!st) {
        hv_rules_release(place);
        *place = draft;
        draft = (struct hv_rules){ 0 };
        predict(diff, access, &rules);
    }
    hv_rules_release(&draft);
    hv_app_rules_release(&rules);
    return st;
}

enum hv_status
cmd_record_diff(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *b = cmd->args[1];
    bool is_draft = !strncmp(b, "online:", 7) || !strncmp(b, "offline:", 8);
    struct hv_access before = { 0 }, after = { 0 };
    struct diff diff = { .cmd = cmd };
    enum hv_status st = read_side(cmd, cmd->args[0], &before, err);

    if (!st && is_draft) {
        st = diff_draft(&diff, &before, b, err);
    } else if (!st) {
        st = read_side(cmd, b, &after, err);
        if (!st && !hv_guid_equal(&before.app, &after.app))
            st = hv_fail(err, HV_ERR_RULE,
                         "the two are pictures of different applications");
        if (!st)
            hv_access_diff(&before, &after, on_change, &diff);
    }
    hv_access_release(&before);
    hv_access_release(&after);
    if (!st && diff.changes)
        st = hv_fail(err, HV_ERR_FINDINGS, "%zu difference%s", diff.changes,
                     diff.changes == 1 ? "" : "s");
    return st;
}

/* ---- coverage ---- */

static const char *
remedy_of(const struct hv_access_row *row, enum hv_silence silence)
{
    if (silence == HV_SILENT_NO_OFFLINE && row->action == HV_AUTH_NONE)
        return "no rule that was granted reads this type offline: add it to "
               "the offline rules of the application, then APPAUTH";
    if (silence == HV_SILENT_NO_OFFLINE || silence == HV_NOTIFIES)
        return hv_auth_action_row(row->action)->remedy;
    if (silence == HV_SILENT_STATE)
        return "nothing from here: the record itself is not in use";
    if (silence == HV_SILENCE_UNKNOWN)
        return "try again";
    return "send the person to APPAUTH for this record";
}

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
                 silence == HV_NOTIFIES ? NULL : remedy_of(row, silence));
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
