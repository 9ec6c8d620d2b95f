/*
 * cmd_sandbox_world.c - `sandbox emit|app|auth|token-keys`: what happens in the
 * running sandbox's world. Called through the table.
 */
#include "tui/command/cmd_sandbox.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CERT  (64 * 1024)
#define MAX_RULES (64 * 1024)

const struct hv_column app_columns[] = {
    { "app_id", "APPLICATION", HV_COL_NAME },
    { "name", "NAME", 0 },
    { "action_url", "ACTION URL", 0 },
    { "limit", "LIMIT", HV_COL_RIGHT },
    { "thumbprints", "THUMBPRINTS", 0 },
    { 0 },
};

/* ---- emit ---- */

static enum hv_status
emit_request(struct hv_cmd *cmd, struct hv_facts *out, int *timeout_ms,
             struct hv_error *err)
{
    static const char *const actions[] = { "add", "update", "delete" };
    const char *type = hv_cmd_text(cmd, "--type");
    const char *record = hv_cmd_text(cmd, "--record");
    const char *action = hv_cmd_text(cmd, "--action");
    int64_t timeout = cmd->session->globals.timeout_ms;
    const struct hv_thing_type *found = NULL;
    int64_t count = 1;
    bool is_known = !action;
    enum hv_status st = hv_cmd_int(cmd, "--count", 1, 4000, 1, &count, err);

    for (size_t i = 0; i < HV_LEN(actions); i++)
        is_known |= action && strcmp(action, actions[i]) == 0;
    if (!st && !is_known)
        st = hv_fail(err, HV_ERR_USAGE,
                     "--action is add, update or delete, not '%s'", action);
    if (!st && type)
        st = hv_thing_type_search(type, &found, err);
    if (st)
        return st;
    if (!timeout)
        timeout = 30000;
    hv_facts_add(out, "verb", "emit");
    if (found) {
        char id[HV_GUID_TEXT];

        hv_guid_format(&found->id, id);
        hv_facts_add(out, "type", id);
    }
    if (record)
        hv_facts_add(out, "record", record);
    if (action)
        hv_facts_add(out, "action", action);
    hv_facts_addf(out, "count", "%lld", (long long)count);
    hv_facts_addf(out, "wait", "%d", hv_cmd_has(cmd, "--wait"));
    hv_facts_addf(out, "timeout_ms", "%lld", (long long)timeout);
    *timeout_ms = (int)timeout + 5000; /* its own answer comes first */
    return HV_OK;
}

static void
tell_things(struct hv_node *top, const struct hv_facts *answer)
{
    static const char *const ids[] = { "person", "record", "thing", "type" };
    struct hv_node *things = hv_node_list(top, "things");
    char value[128];

    for (size_t i = 0; hv_facts_get(answer, "thing", i, value, sizeof(value));
         i++) {
        struct hv_node *item = hv_node_object(things, NULL);

        for (size_t k = 0; k < HV_LEN(ids); k++)
            sandbox_tell_id(item, answer, ids[k], i);
        sandbox_tell_text(item, answer, "action", i);
    }
}

enum hv_status
cmd_sandbox_emit(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    int timeout_ms = 0;
    enum hv_status st = emit_request(cmd, &request, &timeout_ms, err);

    if (!st && hv_cmd_is_dry(cmd)) {
        hv_node_list(top, "things");
        hv_node_int(top, "queued", 0);
        cmd_dry(cmd, top);
    } else if (!st) {
        st = sandbox_ask(cmd, &request, timeout_ms, &answer, err);
        if (!st) {
            tell_things(top, &answer);
            hv_node_int(top, "queued", hv_facts_get_int(&answer, "queued", 0));
            if (hv_cmd_has(cmd, "--wait"))
                hv_node_int(top, "delivered",
                            hv_facts_get_int(&answer, "delivered", 0));
        }
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

/* ---- applications ---- */

/* The @nth application of an answer; thumbprints lie one behind the other, as
 * many as each says. */
static void
tell_app(struct hv_node *node, const struct hv_facts *facts, size_t nth,
         size_t *prints)
{
    char value[HV_MAX_URL + 64];
    struct hv_node *list;
    long left = 1;

    hv_facts_get(facts, "app_id", nth, value, sizeof(value));
    hv_node_text(node, "app_id", value);
    sandbox_tell_text(node, facts, "name", nth);
    if (!hv_facts_get(facts, "action_url", nth, value, sizeof(value)))
        value[0] = '\0';
    hv_node_text(node, "action_url", value[0] ? value : NULL);
    sandbox_tell_text(node, facts, "env", nth);
    if (hv_facts_get(facts, "persistent_s", nth, value, sizeof(value)))
        hv_node_int(node, "persistent_s", strtol(value, NULL, 10));
    else
        hv_node_text(node, "persistent_s", NULL);
    if (!hv_facts_get(facts, "limit", nth, value, sizeof(value)))
        value[0] = '\0';
    hv_node_int(node, "limit", strtol(value, NULL, 10));
    if (hv_facts_get(facts, "thumbprints", nth, value, sizeof(value)))
        left = strtol(value, NULL, 10);
    list = hv_node_list(node, "thumbprints");
    for (; left > 0 &&
           hv_facts_get(facts, "thumbprint", *prints, value, sizeof(value));
         left--) {
        hv_node_text(list, NULL, value);
        (*prints)++;
    }
}

enum hv_status
cmd_sandbox_app_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    size_t prints = 0;
    char id[64];
    enum hv_status st;

    hv_facts_add(&request, "verb", "app-list");
    st = sandbox_ask(cmd, &request, 5000, &answer, err);
    for (size_t i = 0;
         !st && hv_facts_get(&answer, "app_id", i, id, sizeof(id)); i++)
        tell_app(hv_out_item(cmd->out), &answer, i, &prints);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

/* A flag that holds a duration, as a fact in seconds. */
static enum hv_status
add_seconds(struct hv_cmd *cmd, const char *flag, const char *key,
            struct hv_facts *out, struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, flag);
    int64_t ms;

    if (!text)
        return HV_OK;
    if (hv_duration_parse(text, &ms))
        return hv_fail(err, HV_ERR_USAGE,
                       "%s wants a duration like 30d, not '%s'", flag, text);
    hv_facts_addf(out, key, "%lld", (long long)(ms / 1000));
    return HV_OK;
}

/* All of it but the certificate. */
static enum hv_status
app_request(struct hv_cmd *cmd, struct hv_facts *out, struct hv_error *err)
{
    static const struct {
        const char *flag, *key;
    } texts[] = {
        { "--app-id", "app_id" },
        { "--action-url", "action_url" },
        { "--name", "name" },
        { "--env", "env" },
    };
    const char *env = hv_cmd_text(cmd, "--env");
    int64_t limit = 0;
    enum hv_status st =
        hv_cmd_int(cmd, "--limit", 1, 1000, HV_MAX_SUBS, &limit, err);

    if (!st && env && strcmp(env, "ppe") && strcmp(env, "prod"))
        st = hv_fail(err, HV_ERR_USAGE, "--env is ppe or prod, not '%s'", env);
    hv_facts_add(out, "verb", "app-add");
    for (size_t i = 0; i < HV_LEN(texts); i++)
        if (hv_cmd_text(cmd, texts[i].flag))
            hv_facts_add(out, texts[i].key, hv_cmd_text(cmd, texts[i].flag));
    if (hv_cmd_has(cmd, "--limit"))
        hv_facts_addf(out, "limit", "%lld", (long long)limit);
    return st ? st : add_seconds(cmd, "--persistent", "persistent_s", out, err);
}

enum hv_status
cmd_sandbox_app_add(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *app = hv_cmd_text(cmd, "--app-id");
    const char *cert = hv_cmd_text(cmd, "--cert");
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_buf pem = { 0 };
    struct hv_guid id;
    size_t prints = 0;
    enum hv_status st;

    if (!app || !cert)
        return hv_fail(err, HV_ERR_USAGE,
                       "'sandbox app add' needs --app-id and --cert");
    if (hv_guid_parse(app, &id))
        return hv_fail(err, HV_ERR_USAGE, "--app-id wants a GUID, not '%s'",
                       app);
    st = app_request(cmd, &request, err);
    if (!st)
        st = hv_file_read(cert, MAX_CERT, &pem, err);
    if (!st) {
        hv_facts_add(&request, "cert", hv_buf_str(&pem));
        if (hv_cmd_is_dry(cmd)) {
            tell_app(hv_out_top(cmd->out), &request, 0, &prints);
            cmd_dry(cmd, hv_out_top(cmd->out));
        } else {
            st = sandbox_ask(cmd, &request, 10000, &answer, err);
            if (!st)
                tell_app(hv_out_top(cmd->out), &answer, 0, &prints);
        }
    }
    hv_buf_release(&pem);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_app_rules(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *app = hv_cmd_text(cmd, "--app-id");
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_buf xml = { 0 };
    enum hv_status st = HV_OK;

    if (strcmp(cmd->args[0], "online") && strcmp(cmd->args[0], "offline"))
        return hv_fail(err, HV_ERR_USAGE,
                       "the set of rules is online or offline, not '%s'",
                       cmd->args[0]);
    st = hv_file_read(cmd->args[1], MAX_RULES, &xml, err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        hv_facts_add(&request, "verb", "app-rules");
        hv_facts_add(&request, "set", cmd->args[0]);
        hv_facts_add(&request, "xml", hv_buf_str(&xml));
        if (app)
            hv_facts_add(&request, "app_id", app);
        st = sandbox_ask(cmd, &request, 10000, &answer, err);
    }
    if (!st) {
        sandbox_tell_id(top, &answer, "app_id", 0);
        hv_node_text(top, "set", cmd->args[0]);
        hv_node_int(top, "rules", hv_facts_get_int(&answer, "rules", 0));
        cmd_dry(cmd, top);
    }
    hv_buf_release(&xml);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

/* ---- authorisations, token keys ---- */

enum hv_status
cmd_sandbox_auth_set(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *app = hv_cmd_text(cmd, "--app-id");
    const char *expires = hv_cmd_text(cmd, "--expires");
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st = HV_OK;

    hv_facts_add(&request, "verb", "auth");
    hv_facts_add(&request, "record", cmd->args[0]);
    hv_facts_add(&request, "action", cmd->args[1]);
    if (app)
        hv_facts_add(&request, "app_id", app);
    if (expires && strcmp(expires, "never") == 0)
        hv_facts_add(&request, "expires_s", expires);
    else
        st = add_seconds(cmd, "--expires", "expires_s", &request, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = sandbox_ask(cmd, &request, 10000, &answer, err);
    if (!st) {
        sandbox_tell_text(top, hv_cmd_is_dry(cmd) ? &request : &answer,
                          "record", 0);
        hv_node_text(top, "action", cmd->args[1]);
        hv_node_int(top, "changed", hv_facts_get_int(&answer, "changed", 0));
        cmd_dry(cmd, top);
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_token_keys(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st = HV_OK;

    hv_facts_add(&request, "verb", "token-keys");
    if (!hv_cmd_is_dry(cmd))
        st = sandbox_ask(cmd, &request, 10000, &answer, err);
    if (!st) {
        hv_node_int(top, "generation",
                    hv_facts_get_int(&answer, "generation", 0));
        hv_node_int(top, "ended", hv_facts_get_int(&answer, "ended", 0));
        cmd_dry(cmd, top);
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}
