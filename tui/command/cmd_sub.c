/*
 * cmd_sub.c - `sub list|show|create`: subscriptions as the platform shows them
 * and a new one. Called through the table. The rules are core's.
 */
#include "tui/command/nouns/sub.h"
#include "tui/command/cmd_sub.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "tui/command/model_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_column sub_columns[] = {
    { "id", "ID", HV_COL_NAME },
    { "types", "TYPES", 0 },
    { "url", "URL", 0 },
    { "key_version", "KEY VERSION", 0 },
    { "has_key", "KEY HERE", HV_COL_WIDE },
    { "uses_24h", "24H", HV_COL_RIGHT },
    { "refused_24h", "REFUSED 24H", HV_COL_WIDE | HV_COL_RIGHT },
    { "last_message", "LAST MESSAGE", 0 },
    { "last_verdict", "VERDICT", HV_COL_PAINT },
    { 0 },
};

void
sub_tell_types(struct hv_node *node, const struct hv_sub *sub)
{
    struct hv_guid types[HV_MAX_TYPES_PER_SUB];
    size_t len = hv_sub_types(sub, types, HV_LEN(types));
    struct hv_node *list = hv_node_list(node, "types");

    for (size_t i = 0; i < len && i < HV_LEN(types); i++) {
        const struct hv_thing_type *type = hv_thing_type_find(&types[i]);
        struct hv_node *item = hv_node_object(list, NULL);

        hv_node_id(item, "id", &types[i]);
        hv_node_text(item, "name", type ? type->name : NULL);
    }
}

void
sub_tell(struct hv_node *node, const struct hv_sub_row *row)
{
    hv_node_id(node, "id", &row->sub.id);
    sub_tell_types(node, &row->sub);
    hv_node_text(node, "url", row->sub.url);
    hv_node_text(node, "key_version",
                 row->sub.version.id[0] ? row->sub.version.id : NULL);
    hv_node_bool(node, "has_key", row->has_key);
    hv_node_int(node, "uses_24h", row->uses_24h);
    hv_node_int(node, "refused_24h", row->refused_24h);
    hv_node_time(node, "last_message", row->last_ms);
    hv_node_text(node, "last_verdict",
                 row->last_ms ? hv_verdict_row(row->last_verdict)->word : NULL);
}

enum hv_status
cmd_sub_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_model model = { 0 };
    enum hv_status st = hv_model_subs(cmd->session, &model, err);

    if (st)
        return st;
    hv_node_int(hv_out_top(cmd->out), "limit", model.limit);
    hv_node_int(hv_out_top(cmd->out), "used", model.used);
    for (size_t i = 0; i < model.len; i++)
        sub_tell(hv_out_item(cmd->out), &model.rows[i]);
    hv_out_note(cmd->out, "%d of %d subscriptions used", model.used,
                model.limit);
    hv_sub_model_release(&model);
    return HV_OK;
}

/* --raw: what the platform keeps, filter by filter, the key left out. */
static void
tell_raw(struct hv_node *node, const struct hv_sub *sub)
{
    struct hv_node *filters = hv_node_list(node, "filters");
    uint8_t hash[32];

    for (size_t i = 0; i < sub->filters_len; i++) {
        struct hv_node *types =
            hv_node_list(hv_node_object(filters, NULL), "type_ids");

        for (size_t j = 0; j < sub->filters[i].types_len; j++)
            hv_node_id(types, NULL, &sub->filters[i].types[j]);
    }
    hv_sub_hash(sub, hash);
    hv_node_hex(node, "config_sha256", hash, sizeof(hash));
}

enum hv_status
sub_show_one(struct hv_cmd *cmd, const char *text, bool is_raw,
             struct hv_error *err)
{
    struct hv_sub_model model = { 0 };
    size_t index = 0;
    enum hv_status st = hv_model_subs(cmd->session, &model, err);

    if (!st)
        st = model_resolve_sub(&model, text, &index, err);
    if (!st) {
        sub_tell(hv_out_top(cmd->out), &model.rows[index]);
        if (is_raw)
            tell_raw(hv_out_top(cmd->out), &model.rows[index].sub);
    }
    hv_sub_model_release(&model);
    return st;
}

enum hv_status
cmd_sub_show(struct hv_cmd *cmd, struct hv_error *err)
{
    return sub_show_one(cmd, cmd->args[0], hv_cmd_has(cmd, "--raw"), err);
}

/* The name nearest to what was typed, blanks and hyphens being the same. */
static void
hint_type(const char *word, struct hv_error *err)
{
    const struct hv_thing_type *type;
    char typed[128], name[128], best[128] = "";
    int best_distance = 4;

    hv_copy(typed, sizeof(typed), word);
    for (char *c = typed; *c; c++)
        *c = *c == '-' ? ' ' : *c;
    for (size_t i = 0; (type = hv_thing_type_at(i)); i++) {
        int distance;

        hv_copy(name, sizeof(name), type->name);
        for (char *c = name; *c; c++)
            *c = *c == '-' ? ' ' : *c;
        distance = hv_word_distance(typed, name);
        if (distance < best_distance) {
            best_distance = distance;
            hv_copy(best, sizeof(best), type->name);
        }
    }
    if (best[0] && err) {
        err->hint[0] = '\0';
        hv_hint(err, "did you mean \"%s\"?", best);
    }
}

enum hv_status
cmd_types(struct hv_cmd *cmd, const char *flag, struct hv_sub *out,
          struct hv_error *err)
{
    struct hv_words words = { 0 };
    enum hv_status st = hv_cmd_list(cmd, flag, &words, err);

    for (int i = 0; !st && i < words.len; i++) {
        const struct hv_thing_type *type;

        st = hv_thing_type_search(words.items[i], &type, err);
        if (!st)
            hv_sub_add_type(out, 0, &type->id);
        else if (st == HV_ERR_NOT_FOUND)
            hint_type(words.items[i], err);
    }
    hv_words_release(&words);
    return st;
}

/* Flags of create become a subscription; the key stays in locked memory. */
static enum hv_status
read_flags(struct hv_cmd *cmd, struct hv_sub *sub, struct hv_error *err)
{
    const char *url = hv_cmd_text(cmd, "--url");
    const char *version = hv_cmd_text(cmd, "--key-version");
    const char *key_file = hv_cmd_text(cmd, "--key-file");
    enum hv_status st;

    if (!url || !hv_cmd_has(cmd, "--type")) {
        hv_fail(err, HV_ERR_USAGE, "'sub create' needs --type and --url");
        hv_hint(err, "as: sub create --type Weight --url https://host/path");
        return HV_ERR_USAGE;
    }
    if (!hv_copy(sub->url, sizeof(sub->url), url))
        return hv_fail(err, HV_ERR_RULE, "the URL is longer than %d characters",
                       HV_MAX_URL);
    st = cmd_types(cmd, "--type", sub, err);
    if (!st && version &&
        hv_key_version_parse(hv_bytes_str(version), &sub->version)) {
        hv_fail(err, HV_ERR_RULE, "'%s' is no key version id", version);
        hv_hint(err, "1 to %d letters, digits and hyphens", HV_MAX_KEY_VERSION);
        st = HV_ERR_RULE;
    }
    if (!st && key_file)
        st = hv_hmac_key_read(key_file, &sub->key, err);
    return st;
}

/* Before the passphrase is asked for: it may be all for nothing. A version id
 * that is still to be made is no fault. */
static enum hv_status
check_rules(const struct hv_sub *sub, const struct hv_profile *profile,
            struct hv_error *err)
{
    struct hv_sub probe = *sub;

    if (!probe.version.id[0])
        hv_copy(probe.version.id, sizeof(probe.version.id), "v1");
    return hv_sub_check(&probe, profile, err);
}

/* What create would do, as far as reading tells: the limit. */
static enum hv_status
check_limit(struct hv_cmd *cmd, const struct hv_profile *profile,
            struct hv_error *err)
{
    struct hv_sub_model model = { 0 };
    enum hv_status st = hv_model_subs(cmd->session, &model, err);

    if (!st && model.used >= profile->limit)
        st = hv_fail(err, HV_ERR_RULE,
                     "all %d subscriptions of the application are used",
                     profile->limit);
    hv_sub_model_release(&model);
    return st;
}

enum hv_status
cmd_sub_create(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_profile *profile;
    struct hv_sub_row row = { .has_key = true, .is_live = true };
    struct hv_rotate_ctx ctx;
    enum hv_status st = hv_session_profile(cmd->session, &profile, err);

    if (!st)
        st = read_flags(cmd, &row.sub, err);
    if (!st)
        st = check_rules(&row.sub, profile, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        row.has_key = false;
        st = check_limit(cmd, profile, err);
    } else if (!st) {
        st = hv_session_rotate_ctx(cmd->session, &ctx, err);
        if (!st)
            st = hv_sub_create(&ctx, &row.sub, err);
    }
    if (!st) {
        sub_tell(hv_out_top(cmd->out), &row);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    hv_sub_release(&row.sub);
    return st;
}

void
cmd_dry(struct hv_cmd *cmd, struct hv_node *node)
{
    if (hv_cmd_is_dry(cmd))
        hv_node_bool(node, "dry_run", true);
}

enum hv_status
cmd_sub_id(struct hv_cmd *cmd, const char *text, struct hv_guid *out,
           struct hv_error *err)
{
    if (hv_guid_parse(text, out) == HV_OK)
        return HV_OK;
    return hv_keyring_resolve_sub(hv_keystore_ring(cmd->session->ks), text, out,
                                  err);
}
