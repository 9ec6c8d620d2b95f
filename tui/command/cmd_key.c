/*
 * cmd_key.c - `key list|show|rotate`: key versions and their life. Called
 * through the table. No key bytes pass here; rotation is core's.
 */
#include "tui/command/nouns/key.h"
#include "tui/command/model.h"

#include "hvconsole/clock.h"

#include <stdio.h>
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

/* ---- rotate ---- */

struct rotation {
    struct hv_guid subs[HV_MAX_WORDS];
    size_t len;
};

static void
rotation_add(struct rotation *rotation, const struct hv_guid *sub)
{
    for (size_t i = 0; i < rotation->len; i++) {
        if (hv_guid_equal(&rotation->subs[i], sub))
            return;
    }
    if (rotation->len < HV_LEN(rotation->subs))
        rotation->subs[rotation->len++] = *sub;
}

/* Which subscriptions: those named, or with --all every live one of the
 * profile's application. */
static enum hv_status
choose(struct hv_cmd *cmd, struct rotation *rotation, struct hv_error *err)
{
    bool is_all = hv_cmd_has(cmd, "--all");
    const struct hv_profile *profile;
    const struct hv_keyring *ring;
    struct hv_keystore *ks;
    enum hv_status st;

    if (is_all == (cmd->args_len > 0))
        return hv_fail(err, HV_ERR_USAGE,
                       "'key rotate' needs SUB... or --all, and not both");
    st = hv_session_profile(cmd->session, &profile, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (st)
        return st;
    ring = hv_keystore_ring(ks);
    for (int i = 0; !st && i < cmd->args_len; i++) {
        struct hv_guid sub;

        st = hv_keyring_resolve_sub(ring, cmd->args[i], &sub, err);
        if (!st)
            rotation_add(rotation, &sub);
    }
    for (size_t i = 0; is_all && i < ring->subs_len; i++) {
        if (ring->subs[i].status != HV_SUB_GONE &&
            ring->subs[i].status != HV_SUB_DRAFT &&
            hv_guid_equal(&ring->subs[i].app, &profile->app_id))
            rotation_add(rotation, &ring->subs[i].sub);
    }
    return st;
}

static enum hv_status
check_listener(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    enum hv_status st;

    if (hv_cmd_has(cmd, "--without-listener"))
        return HV_OK;
    st = hv_run_find(cmd->session->globals.store, "listener", &facts, NULL);
    hv_facts_release(&facts);
    if (!st)
        return HV_OK;
    hv_fail(err, HV_ERR_REFUSED,
            "no listener runs on this store, so nobody would accept the new "
            "key before the platform signs with it");
    hv_hint(err, "start 'hvconsole listen', or give --without-listener when it "
                 "runs elsewhere");
    return HV_ERR_REFUSED;
}

static void
item_tell(struct hv_node *items, const struct hv_rotate_result *result,
          const char *state, const char *reason)
{
    struct hv_node *item = hv_node_object(items, NULL);
    const char *old = result->old_version.id, *new = result->new_version.id;

    hv_node_id(item, "sub", &result->sub);
    hv_node_text(item, "old", old[0] ? old : NULL);
    hv_node_text(item, "new", new[0] ? new : NULL);
    hv_node_text(item, "state", state);
    hv_node_text(item, "step",
                 result->step ? hv_rotate_step_word(result->step) : NULL);
    hv_node_text(item, "reason", reason && reason[0] ? reason : NULL);
}

static void
tell_plan(struct hv_cmd *cmd, const struct rotation *rotation)
{
    struct hv_node *top = hv_out_top(cmd->out);
    const struct hv_keyring *ring = hv_keystore_ring(cmd->session->ks);
    struct hv_node *items;

    hv_node_null(top, "job");
    hv_node_text(top, "state", "planned");
    items = hv_node_list(top, "items");
    for (size_t i = 0; i < rotation->len; i++) {
        const struct hv_key *key = hv_keyring_current(ring, &rotation->subs[i]);
        struct hv_rotate_result plan = { .sub = rotation->subs[i] };

        if (key)
            plan.old_version = key->version;
        item_tell(items, &plan, "planned", NULL);
    }
    cmd_dry(cmd, top);
}

/* One after the other; after a failure the rest is left as it is. */
static enum hv_status
rotate_all(struct hv_cmd *cmd, const struct rotation *rotation,
           struct hv_error *err)
{
    struct hv_rotate_result results[HV_MAX_WORDS] = { 0 };
    struct hv_node *top = hv_out_top(cmd->out), *items;
    struct hv_rotate_ctx ctx;
    size_t done = 0, tried = 0;
    enum hv_status st = hv_session_rotate_ctx(cmd->session, &ctx, err);

    if (st)
        return st;
    ctx.without_listener = hv_cmd_has(cmd, "--without-listener");
    for (; !st && tried < rotation->len; tried++) {
        char id[HV_GUID_TEXT];

        hv_guid_format(&rotation->subs[tried], id);
        hv_cmd_talk(cmd, "rotating the key of %s", id);
        st = hv_rotate_one(&ctx, &rotation->subs[tried], &results[tried], err);
        done += !st;
    }
    if (st && !done && results[0].step == HV_STEP_NONE)
        return st; /* nothing was changed: there is nothing to tell */
    hv_node_null(top, "job");
    hv_node_text(top, "state", st ? "partial" : "done");
    items = hv_node_list(top, "items");
    for (size_t i = 0; i < rotation->len; i++) {
        bool is_last = st && i + 1 == tried;

        results[i].sub = rotation->subs[i];
        item_tell(items, &results[i],
                  i >= tried ? "waiting"
                  : is_last  ? "stopped"
                             : "done",
                  is_last && err ? err->why : NULL);
    }
    if (st && done)
        st = HV_ERR_INCOMPLETE;
    return st;
}

enum hv_status
cmd_key_rotate(struct hv_cmd *cmd, struct hv_error *err)
{
    struct rotation rotation = { 0 };
    enum hv_status st = choose(cmd, &rotation, err);

    if (!st)
        st = check_listener(cmd, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        tell_plan(cmd, &rotation);
        return HV_OK;
    }
    if (!st)
        st = hv_cmd_confirm(
            cmd, err,
            "Give %zu subscription%s a new key? The old one%s go%s on being "
            "accepted for 14 days, for what the platform still repeats.",
            rotation.len, rotation.len == 1 ? "" : "s",
            rotation.len == 1 ? "" : "s", rotation.len == 1 ? "es" : "");
    if (!st)
        st = rotate_all(cmd, &rotation, err);
    return st;
}
