/*
 * cmd_sub_change.c - `sub delete` and `sub edit`. Called through the table.
 */
#include "tui/command/cmd_sub.h"
#include "tui/command/nouns/sub.h"
#include "tui/command/custody.h"
#include "tui/command/model_counts.h"

#include "hvconsole/file.h"
#include "hvconsole/subfile.h"

#include <stdlib.h>
#include <string.h>

const struct hv_column sub_delete_columns[] = {
    { "id", "ID", HV_COL_NAME },
    { "deleted", "DELETED", 0 },
    { "dry_run", "DRY RUN", HV_COL_HIDDEN },
    { 0 },
};

/* The rows that the arguments name, each once. */
struct chosen {
    size_t rows[HV_MAX_WORDS];
    size_t len;
};

static enum hv_status
choose(struct hv_cmd *cmd, const struct hv_sub_model *model,
       struct chosen *chosen, struct hv_error *err)
{
    for (int i = 0; i < cmd->args_len; i++) {
        size_t index = 0, at = 0;
        enum hv_status st = model_resolve_sub(model, cmd->args[i], &index, err);

        if (st)
            return st;
        while (at < chosen->len && chosen->rows[at] != index)
            at++;
        if (at == chosen->len)
            chosen->rows[chosen->len++] = index;
    }
    return HV_OK;
}

static enum hv_status
confirm_delete(struct hv_cmd *cmd, const struct hv_sub_model *model,
               const struct chosen *chosen, struct hv_error *err)
{
    int64_t uses = 0;

    for (size_t i = 0; i < chosen->len; i++)
        uses += model->rows[chosen->rows[i]].uses_24h;
    return hv_cmd_confirm_delete(
        cmd, err,
        "Delete %zu of %d subscription%s? %lld verified message%s came through "
        "%s in the last 24 h. The platform drops what it has queued; the keys "
        "are kept for late repeats.",
        chosen->len, model->used, model->used == 1 ? "" : "s", (long long)uses,
        uses == 1 ? "" : "s", chosen->len == 1 ? "it" : "them");
}

/* What goes, as a file that `sub apply` makes again. */
static enum hv_status
keep(struct hv_cmd *cmd, const struct hv_sub_model *model,
     const struct chosen *chosen, struct hv_error *err)
{
    const char *path = hv_cmd_text(cmd, "--keep-file");
    struct hv_buf text = { 0 };
    enum hv_status st;

    if (!path || hv_cmd_is_dry(cmd))
        return HV_OK;
    for (size_t i = 0; i < chosen->len; i++) {
        hv_subfile_write(&model->rows[chosen->rows[i]].sub, &text);
        hv_buf_add_char(&text, '\n');
    }
    st = hv_file_create(path, 0644, hv_buf_bytes(&text), err);
    hv_buf_release(&text);
    return st;
}

static enum hv_status
delete_all(struct hv_cmd *cmd, const struct hv_sub_model *model,
           const struct chosen *chosen, struct hv_error *err)
{
    struct hv_rotate_ctx ctx = { 0 };
    bool is_dry = hv_cmd_is_dry(cmd);
    enum hv_status st = HV_OK;

    if (!is_dry)
        st = hv_session_rotate_ctx(cmd->session, &ctx, err);
    if (st)
        return st;
    for (size_t i = 0; i < chosen->len; i++) {
        const struct hv_guid *id = &model->rows[chosen->rows[i]].sub.id;
        struct hv_node *item;

        /* After a failure the rest is left alone, and said so. */
        if (!st && !is_dry)
            st = hv_sub_delete(&ctx, id, err);
        item = hv_out_item(cmd->out);
        hv_node_id(item, "id", id);
        hv_node_bool(item, "deleted", !st && !is_dry);
        cmd_dry(cmd, item);
    }
    return st;
}

enum hv_status
cmd_sub_delete(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_model model = { 0 };
    struct chosen chosen = { 0 };
    enum hv_status st = hv_model_subs(cmd->session, &model, err);

    if (!st)
        st = choose(cmd, &model, &chosen, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = confirm_delete(cmd, &model, &chosen, err);
    if (!st)
        st = keep(cmd, &model, &chosen, err);
    if (!st)
        st = delete_all(cmd, &model, &chosen, err);
    hv_sub_model_release(&model);
    return st;
}

/* ---- edit ---- */

static void
drop_type(struct hv_filter *filter, const struct hv_guid *type)
{
    size_t kept = 0;

    for (size_t i = 0; i < filter->types_len; i++) {
        if (!hv_guid_equal(&filter->types[i], type))
            filter->types[kept++] = filter->types[i];
    }
    filter->types_len = kept;
}

static bool
has_type(const struct hv_sub *sub, const struct hv_guid *type)
{
    for (size_t i = 0; i < sub->filters_len; i++) {
        for (size_t j = 0; j < sub->filters[i].types_len; j++) {
            if (hv_guid_equal(&sub->filters[i].types[j], type))
                return true;
        }
    }
    return false;
}

/* Filters that have lost their last type go; the order of the rest stays. */
static void
drop_empty_filters(struct hv_sub *sub)
{
    size_t kept = 0;

    for (size_t i = 0; i < sub->filters_len; i++) {
        if (sub->filters[i].types_len)
            sub->filters[kept++] = sub->filters[i];
        else
            free(sub->filters[i].types);
    }
    sub->filters_len = kept;
}

static enum hv_status
change_types(struct hv_cmd *cmd, struct hv_sub *sub, struct hv_error *err)
{
    struct hv_sub add = { 0 }, drop = { 0 };
    enum hv_status st = cmd_types(cmd, "--add-type", &add, err);

    if (!st)
        st = cmd_types(cmd, "--drop-type", &drop, err);
    for (size_t i = 0; !st && add.filters_len && i < add.filters[0].types_len;
         i++) {
        if (!has_type(sub, &add.filters[0].types[i]))
            hv_sub_add_type(sub, 0, &add.filters[0].types[i]);
    }
    for (size_t i = 0; !st && drop.filters_len && i < drop.filters[0].types_len;
         i++) {
        if (!has_type(sub, &drop.filters[0].types[i]))
            st = hv_fail(err, HV_ERR_RULE,
                         "the subscription has none of the types to drop");
        for (size_t f = 0; !st && f < sub->filters_len; f++)
            drop_type(&sub->filters[f], &drop.filters[0].types[i]);
    }
    drop_empty_filters(sub);
    hv_sub_release(&add);
    hv_sub_release(&drop);
    return st;
}

/* Update replaces the whole subscription, its key included: the key that the
 * platform shows, or ours of the same version. Fact: subscription-methods */
static enum hv_status
fill_key(struct hv_session *session, struct hv_sub *sub, struct hv_error *err)
{
    const struct hv_key *key;

    if (sub->key.len)
        return HV_OK;
    key =
        hv_keyring_find(hv_keystore_ring(session->ks), &sub->id, &sub->version);
    if (!key || !key->key.len)
        return hv_fail(err, HV_ERR_RULE,
                       "neither the platform nor the keystore gives the key of "
                       "version %s, and an update must repeat it",
                       sub->version.id);
    return hv_secret_copy(&sub->key, key->key.data, key->key.len, err);
}

/* An update repeats the key, and while a rotation is open nobody knows which one
 * that is. */
static enum hv_status
check_settled(struct hv_session *session, const struct hv_sub *sub,
              struct hv_error *err)
{
    const struct hv_key_sub *record =
        hv_keyring_sub(hv_keystore_ring(session->ks), &sub->id);

    if (!record || record->intent == HV_INTENT_NONE)
        return HV_OK;
    hv_fail(err, HV_ERR_RULE, "a rotation of this subscription is open");
    hv_hint(err, "end it first: hvconsole key resume, or key abort");
    return HV_ERR_RULE;
}

/* What is to happen, and then what came of it; the platform alone changes, so
 * no save of the keystore would tell. */
static void
describe(struct hv_cmd *cmd, const struct hv_sub *sub,
         struct hv_audit_object *object, struct hv_audit_event *event)
{
    const struct hv_keystore_info *info = hv_keystore_info(cmd->session->ks);

    *object = (struct hv_audit_object){ .change = "URL or types changed" };
    hv_guid_format(&sub->id, object->id);
    hv_copy(object->version, sizeof(object->version), sub->version.id);
    *event = (struct hv_audit_event){ .verb = cmd->command->words,
                                      .objects = object,
                                      .objects_len = 1,
                                      .store = info->store_id,
                                      .before = info->generation,
                                      .after = info->generation };
}

enum hv_status
sub_update(struct hv_cmd *cmd, struct hv_client *client, struct hv_sub *sub,
           struct hv_error *err)
{
    struct hv_audit *audit = custody_audit();
    struct hv_audit_head begun;
    struct hv_audit_object object;
    struct hv_audit_event event;
    struct hv_error late = { 0 };
    enum hv_status st = check_settled(cmd->session, sub, err);

    if (!st)
        st = fill_key(cmd->session, sub, err);
    if (st)
        return st;
    describe(cmd, sub, &object, &event);
    st = hv_audit_begin(audit, &event, &begun, err);
    if (st)
        return st;
    st = hv_client_update_sub(client, sub, err);
    if (hv_audit_end(audit, &begun, &event, st, &late))
        hv_session_warn(cmd->session,
                        "the platform was told, but the audit log cannot tell "
                        "how it ended: %s",
                        late.why);
    return st;
}

static enum hv_status
edit_one(struct hv_cmd *cmd, struct hv_client *client, struct hv_sub *sub,
         struct hv_error *err)
{
    const char *url = hv_cmd_text(cmd, "--url");
    const struct hv_profile *profile;
    enum hv_status st = hv_session_profile(cmd->session, &profile, err);

    if (!st && url && !hv_copy(sub->url, sizeof(sub->url), url))
        st = hv_fail(err, HV_ERR_RULE, "the URL is longer than %d characters",
                     HV_MAX_URL);
    if (!st)
        st = change_types(cmd, sub, err);
    if (!st)
        st = hv_sub_check(sub, profile, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = sub_update(cmd, client, sub, err);
    return st;
}

enum hv_status
cmd_sub_edit(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_list list = { 0 };
    struct hv_client *client;
    size_t index = 0;
    char id[HV_GUID_TEXT];
    enum hv_status st;

    if (!hv_cmd_has(cmd, "--url") && !hv_cmd_has(cmd, "--add-type") &&
        !hv_cmd_has(cmd, "--drop-type"))
        return hv_fail(err, HV_ERR_USAGE,
                       "'sub edit' needs --url, --add-type or --drop-type");
    st = hv_session_client(cmd->session, &client, err);
    if (!st)
        st = hv_client_get_subs(client, &list, err);
    if (!st)
        st = hv_sub_list_resolve(&list, cmd->args[0], &index, err);
    if (!st)
        st = edit_one(cmd, client, &list.items[index], err);
    if (!st && hv_cmd_is_dry(cmd)) {
        struct hv_sub_row row = { .sub = list.items[index], .has_key = true };

        sub_tell(hv_out_top(cmd->out), &row);
        cmd_dry(cmd, hv_out_top(cmd->out));
    } else if (!st) {
        hv_guid_format(&list.items[index].id, id);
        st = sub_show_one(cmd, id, false, err);
    }
    hv_sub_list_release(&list);
    return st;
}
