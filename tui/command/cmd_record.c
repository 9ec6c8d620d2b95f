/*
 * cmd_record.c - `record list|show|perms|fix-url`: who let this
 * application into which record, and how far. Called through the table.
 */
#include "tui/command/cmd_record.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_column record_columns[] = {
    { "record", "RECORD", HV_COL_NAME },
    { "name", "NAME", 0 },
    { "person", "PERSON", HV_COL_WIDE },
    { "person_name", "PERSON'S NAME", 0 },
    { "auth_action", "ACTION", HV_COL_PAINT },
    { "expires", "EXPIRES", 0 },
    { "expired", "EXPIRED", HV_COL_HIDDEN },
    { "custodian", "CUSTODIAN", HV_COL_WIDE },
    { "state", "STATE", HV_COL_WIDE },
    { "remedy", "WHAT TO DO", 0 },
    { 0 },
};

const struct hv_column perms_columns[] = {
    { "record", "RECORD", HV_COL_HIDDEN },
    { "person", "PERSON", HV_COL_WIDE },
    { "type", "TYPE ID", HV_COL_WIDE | HV_COL_NAME },
    { "type_name", "TYPE", 0 },
    { "online", "ONLINE", 0 },
    { "offline", "OFFLINE", 0 },
    { "subscribed", "SUBSCRIBED", 0 },
    { "notifies", "NOTIFIES", 0 },
    { 0 },
};

const struct hv_column url_columns[] = {
    { "person_name", "PERSON'S NAME", 0 },
    { "auth_action", "ACTION", HV_COL_PAINT },
    { "url", "URL", HV_COL_NAME },
    { "remedy", "WHAT TO DO", 0 },
    { "record", "RECORD", HV_COL_HIDDEN },
    { "person", "PERSON", HV_COL_HIDDEN },
    { 0 },
};

/* ---- shared ---- */

void
record_tell_row(struct hv_node *node, const struct hv_access_row *row)
{
    const struct hv_auth_action_row *action = hv_auth_action_row(row->action);

    hv_node_id(node, "record", &row->record);
    hv_node_text(node, "name", row->name);
    hv_node_id(node, "person", &row->person);
    hv_node_text(node, "person_name", row->person_name);
    hv_node_text(node, "auth_action",
                 row->action_text[0] ? row->action_text : "unknown");
    hv_node_time(node, "expires",
                 row->expires_ms == INT64_MAX ? 0 : row->expires_ms);
    hv_node_bool(node, "expired", row->is_expired);
    hv_node_bool(node, "custodian", row->is_custodian);
    hv_node_text(node, "state", row->state[0] ? row->state : NULL);
    hv_node_text(node, "remedy",
                 row->is_expired ? "the authorisation has run out: APPAUTH for "
                                   "this record"
                                 : action->remedy);
}

enum hv_status
record_read_one(struct hv_cmd *cmd, struct hv_sub_list *subs,
                struct hv_access *out, struct hv_error *err)
{
    const char *person =
        cmd->command->options ? hv_cmd_text(cmd, "--person") : NULL;
    enum hv_status st;

    if (strlen(cmd->args[0]) < 4)
        return hv_fail(err, HV_ERR_USAGE,
                       "a record is given by at least 4 characters of its id");
    st = records_read(cmd->session, false, NULL, out, err);
    if (!st)
        st = records_find(out, cmd->args[0], person, err);
    if (!st)
        st = records_subs(cmd->session, subs, err);
    if (!st)
        st = records_rights(cmd->session, subs, out, err);
    return st;
}

enum hv_status
record_tell_url(struct hv_cmd *cmd, struct hv_node *node,
                const struct hv_access_row *row, enum hv_silence silence,
                struct hv_error *err)
{
    struct hv_buf url = { 0 };
    enum hv_status st = records_url(cmd->session, row, silence, &url, err);

    hv_node_text(node, "url", !st && url.len ? hv_buf_str(&url) : NULL);
    hv_buf_release(&url);
    return st;
}

static const char *
reach_word(enum hv_reach reach)
{
    static const char *const words[] = { "answered", "revoked", "failed",
                                         "not-read" };

    return (unsigned)reach < HV_LEN(words) ? words[reach] : "";
}

const char *
record_type_name(const struct hv_guid *id)
{
    const struct hv_thing_type *type = hv_thing_type_find(id);

    return type ? type->name : NULL;
}

/* ---- list ---- */

enum hv_status
cmd_record_list(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *word = hv_cmd_text(cmd, "--action");
    const struct hv_auth_action_row *wanted =
        word ? hv_auth_action_find(word) : NULL;
    struct hv_access access = { 0 };
    size_t counts[HV_AUTH_LOCATION + 1] = { 0 };
    enum hv_status st;

    if (word && !wanted) {
        hv_fail(err, HV_ERR_USAGE, "--action does not know '%s'", word);
        hv_hint(err, "see 'hvconsole help record list'");
        return HV_ERR_USAGE;
    }
    st = records_read(cmd->session, false, NULL, &access, err);
    for (size_t i = 0; !st && i < access.len; i++) {
        const struct hv_access_row *row = &access.rows[i];

        counts[row->action]++;
        if (!wanted || row->action == wanted->action)
            record_tell_row(hv_out_item(cmd->out), row);
    }
    if (!st)
        hv_out_note(cmd->out,
                    "%zu records: %zu in order, %zu to authorise again, %zu "
                    "never authorised, %zu not possible, %zu otherwise",
                    access.len, counts[HV_AUTH_NONE],
                    counts[HV_AUTH_REAUTH_REQUIRED], counts[HV_AUTH_REQUIRED],
                    counts[HV_AUTH_REAUTH_NOT_POSSIBLE],
                    counts[HV_AUTH_LOCATION] + counts[HV_AUTH_UNKNOWN]);
    hv_access_release(&access);
    return st;
}

/* ---- show, perms ---- */

void
record_tell_permission(struct hv_node *node, const struct hv_guid *type,
                       const struct hv_permission *permission)
{
    char online[5], offline[5];

    hv_rights_text(permission ? permission->online : 0, online);
    hv_rights_text(permission ? permission->offline : 0, offline);
    hv_node_id(node, "type", type);
    hv_node_text(node, "type_name", record_type_name(type));
    hv_node_text(node, "online", online);
    hv_node_text(node, "offline", offline);
}

void
record_tell_reach(struct hv_node *node, const struct hv_access_row *row)
{
    hv_node_text(node, "reach", reach_word(row->reach));
    if (row->code)
        hv_node_int(node, "code", row->code);
}

static void
tell_permissions(struct hv_node *node, const struct hv_access_row *row)
{
    struct hv_node *list = hv_node_list(node, "permissions");

    for (size_t i = 0; i < row->permissions.len; i++)
        record_tell_permission(hv_node_object(list, NULL),
                               &row->permissions.items[i].type,
                               &row->permissions.items[i]);
}

static enum hv_status
show_row(struct hv_cmd *cmd, struct hv_node *node,
         const struct hv_access_row *row, struct hv_error *err)
{
    record_tell_row(node, row);
    hv_node_text(node, "meaning", hv_auth_action_row(row->action)->meaning);
    record_tell_reach(node, row);
    return record_tell_url(cmd, node, row, HV_NOTIFIES, err);
}

/* The first person's authorisation is the object; those of others beside it. */
static enum hv_status
show_all(struct hv_cmd *cmd, const struct hv_access *access,
         struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out), *list;
    enum hv_status st = show_row(cmd, top, &access->rows[0], err);

    list = hv_node_list(top, "others");
    for (size_t i = 1; i < access->len && !st; i++)
        st = show_row(cmd, hv_node_object(list, NULL), &access->rows[i], err);
    list = hv_node_list(top, "checks");
    for (const struct hv_app_check *c = hv_app_checks(); c->kind; c++) {
        struct hv_node *node = hv_node_object(list, NULL);

        hv_node_text(node, "application", c->kind);
        hv_node_text(node, "must", c->duty);
    }
    tell_permissions(top, &access->rows[0]);
    return st;
}

enum hv_status
cmd_record_show(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_list subs = { 0 };
    struct hv_access access = { 0 };
    enum hv_status st = record_read_one(cmd, &subs, &access, err);

    if (!st)
        st = show_all(cmd, &access, err);
    hv_access_release(&access);
    hv_sub_list_release(&subs);
    return st;
}

static bool
is_among(const struct hv_guid *ids, size_t len, const struct hv_guid *id)
{
    for (size_t i = 0; i < len; i++) {
        if (hv_guid_equal(&ids[i], id))
            return true;
    }
    return false;
}

/* A type is told when it is asked for, else when anything was granted on it or
 * a subscription names it. */
static void
tell_perms(struct hv_cmd *cmd, const struct hv_access_row *row,
           const struct hv_guid *types, size_t types_len,
           const struct hv_guid *named, size_t named_len)
{
    for (size_t i = 0; i < types_len; i++) {
        const struct hv_permission *permission =
            hv_permission_find(&row->permissions, &types[i]);
        bool is_subscribed = is_among(named, named_len, &types[i]);
        struct hv_node *node = hv_out_item(cmd->out);

        hv_node_id(node, "record", &row->record);
        hv_node_id(node, "person", &row->person);
        record_tell_permission(node, &types[i], permission);
        hv_node_bool(node, "subscribed", is_subscribed);
        if (is_subscribed)
            hv_node_bool(node, "notifies",
                         hv_silence_of(row, &types[i]) == HV_NOTIFIES);
        else
            hv_node_null(node, "notifies");
    }
}

static size_t
worth_telling(const struct hv_access_row *row, const struct hv_guid *named,
              size_t named_len, struct hv_guid *out)
{
    size_t len = 0;

    for (size_t i = 0; i < row->permissions.len; i++)
        out[len++] = row->permissions.items[i].type;
    for (size_t i = 0; i < named_len; i++) {
        if (!is_among(out, len, &named[i]))
            out[len++] = named[i];
    }
    return len;
}

enum hv_status
cmd_record_perms(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_guid *named = hv_calloc(RECORDS_MAX_TYPES, sizeof(*named));
    struct hv_guid types[HV_MAX_TYPES_PER_SUB];
    struct hv_sub asked = { 0 };
    struct hv_sub_list subs = { 0 };
    struct hv_access access = { 0 };
    bool is_asked = hv_cmd_has(cmd, "--type");
    size_t named_len = 0, types_len = 0;
    enum hv_status st =
        is_asked ? cmd_types(cmd, "--type", &asked, err) : HV_OK;

    if (!st)
        st = record_read_one(cmd, &subs, &access, err);
    if (!st) {
        named_len = records_types(&subs, named, RECORDS_MAX_TYPES);
        types_len = hv_sub_types(&asked, types, HV_LEN(types));
    }
    for (size_t i = 0; !st && i < access.len; i++) {
        const struct hv_access_row *row = &access.rows[i];
        struct hv_guid *all =
            hv_calloc(row->permissions.len + named_len + 1, sizeof(*all));
        size_t len = worth_telling(row, named, named_len, all);

        tell_perms(cmd, row, is_asked ? types : all, is_asked ? types_len : len,
                   named, named_len);
        if (row->reach != HV_REACH_ANSWERED)
            hv_out_note(cmd->out, "%s: %s", row->person_name,
                        row->reach == HV_REACH_REVOKED
                            ? "access was taken away (code 11)"
                            : "the permissions could not be read");
        free(all);
    }
    hv_sub_release(&asked);
    hv_access_release(&access);
    hv_sub_list_release(&subs);
    free(named);
    return st;
}

/* ---- fix-url ---- */

enum hv_status
cmd_record_fix_url(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_list subs = { 0 };
    struct hv_access access = { 0 };
    size_t found = 0;
    enum hv_status st = record_read_one(cmd, &subs, &access, err);

    for (size_t i = 0; !st && i < access.len; i++) {
        const struct hv_access_row *row = &access.rows[i];
        struct hv_node *node = hv_out_item(cmd->out);
        struct hv_buf url = { 0 };

        st = records_url(cmd->session, row, HV_NOTIFIES, &url, err);
        found += url.len > 0;
        record_tell_row(node, row);
        hv_node_text(node, "url", url.len ? hv_buf_str(&url) : NULL);
        hv_buf_release(&url);
    }
    if (!st && !found)
        hv_out_note(cmd->out, "No page of the Shell is needed, or none helps.");
    hv_access_release(&access);
    hv_sub_list_release(&subs);
    return st;
}
