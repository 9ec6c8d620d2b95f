/*
 * cmd_sandbox.c - `sandbox up|down|status|emit|app`: the platform on this
 * machine, started and spoken to over its control socket. Called through the
 * table; needs neither keystore nor profile.
 */
#include "tui/command/nouns/sandbox.h"
#include "tui/command/serve.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/run.h"
#include "hvconsole/sandbox.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_PORT 8444
#define MAX_CERT     (64 * 1024)

const struct hv_column app_columns[] = {
    { "app_id", "APPLICATION", HV_COL_NAME },
    { "action_url", "ACTION URL", 0 },
    { "limit", "LIMIT", HV_COL_RIGHT },
    { "thumbprints", "THUMBPRINTS", 0 },
    { 0 },
};

static enum hv_status
read_flags(struct hv_cmd *cmd, struct hv_sandbox_config *config,
           struct hv_error *err)
{
    const char *env = hv_cmd_text(cmd, "--env");
    const char *life = hv_cmd_text(cmd, "--token-life");
    const char *bind = hv_cmd_text(cmd, "--bind");
    int64_t port = 0, seed = 0;
    enum hv_status st;

    *config = (struct hv_sandbox_config){
        .bind = bind ? bind : "127.0.0.1",
        .store = cmd->session->globals.store,
        .is_plain = hv_cmd_has(cmd, "--plain"),
        .is_prod = env && strcmp(env, "prod") == 0,
        .allow_http = hv_cmd_has(cmd, "--allow-http"),
        .check_times = hv_cmd_has(cmd, "--check-times"),
        .verbose = cmd->session->globals.verbose > 0,
    };
    if (env && strcmp(env, "prod") && strcmp(env, "ppe"))
        return hv_fail(err, HV_ERR_USAGE, "--env is ppe or prod, not '%s'",
                       env);
    if (life && (hv_duration_parse(life, &config->token_life_ms) ||
                 config->token_life_ms < 1))
        return hv_fail(err, HV_ERR_USAGE,
                       "--token-life wants a duration like 4h, not '%s'", life);
    st = hv_cmd_int(cmd, "--port", 0, 65535, DEFAULT_PORT, &port, err);
    if (!st)
        st = hv_cmd_int(cmd, "--seed", 0, UINT32_MAX, 0, &seed, err);
    config->port = (int)port;
    config->seed = (uint32_t)seed;
    return st;
}

/* Scheme, host and port of the method URL. */
static void
origin_of(const char *url, char *out, size_t size)
{
    const char *host = strstr(url, "://");

    hv_copy(out, size, url);
    if (host)
        out[(size_t)(host + 3 - url) + strcspn(host + 3, "/")] = '\0';
}

static void
stop_now(void *arg)
{
    hv_loop_stop(arg);
}

static enum hv_status
serve(struct hv_cmd *cmd, const struct hv_sandbox_config *config, int ready_fd,
      struct hv_error *err)
{
    struct hv_loop *loop = cmd->session->loop;
    struct serve serve = { cmd, ready_fd, stop_now, NULL, loop, false };
    struct hv_sandbox *sandbox = NULL;
    char origin[HV_MAX_URL];
    enum hv_status st = hv_sandbox_start(loop, config, &sandbox, err);

    if (st)
        return st;
    origin_of(hv_sandbox_url(sandbox), origin, sizeof(origin));
    st = serve_run(&serve, origin, err);
    hv_sandbox_free(sandbox);
    return st;
}

enum hv_status
cmd_sandbox_up(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sandbox_config config;
    int ready_fd = -1;
    enum hv_status st = read_flags(cmd, &config, err);

    if (!st)
        st = serve_ready_fd(cmd, &ready_fd, err);
    if (!st)
        st = serve_check_free(cmd, "sandbox", err);
    if (!st && hv_cmd_is_dry(cmd)) {
        hv_node_text(hv_out_top(cmd->out), "bind", config.bind);
        hv_node_int(hv_out_top(cmd->out), "port", config.port);
        cmd_dry(cmd, hv_out_top(cmd->out));
        return HV_OK;
    }
    if (!st && hv_cmd_has(cmd, "--detach"))
        return serve_detached(cmd, "sandbox", ready_fd, false, err);
    if (!st)
        st = serve(cmd, &config, ready_fd, err);
    return st;
}

enum hv_status
cmd_sandbox_down(struct hv_cmd *cmd, struct hv_error *err)
{
    return serve_stop_other(cmd, "sandbox", err);
}

/* ---- talking to the running one ---- */

/* Ask and wait; a sandbox that does not run gets a hint. */
static enum hv_status
ask(struct hv_cmd *cmd, const struct hv_facts *request, int timeout_ms,
    struct hv_facts *answer, struct hv_error *err)
{
    enum hv_status st = hv_run_ask(cmd->session->globals.store, "sandbox",
                                   request, timeout_ms, answer, err);

    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "start one: hvconsole sandbox up");
    return st;
}

static void
tell_text(struct hv_node *node, const struct hv_facts *facts, const char *key)
{
    char value[2048];
    bool is_there = hv_facts_get(facts, key, 0, value, sizeof(value));

    hv_node_text(node, key, is_there && value[0] ? value : NULL);
}

/* All values of a repeated fact, as a list. */
static void
tell_list(struct hv_node *node, const char *key, const struct hv_facts *facts,
          const char *fact)
{
    struct hv_node *list = hv_node_list(node, key);
    char value[256];

    for (size_t i = 0; hv_facts_get(facts, fact, i, value, sizeof(value)); i++)
        hv_node_text(list, NULL, value);
}

enum hv_status
cmd_sandbox_status(struct hv_cmd *cmd, struct hv_error *err)
{
    static const char *const texts[] = { "listening", "platform", "shell",
                                         "ca",        "app_id",   "env" };
    static const char *const numbers[] = { "pid", "subs", "queued",
                                           "requests" };
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st;

    hv_facts_add(&request, "verb", "status");
    st = ask(cmd, &request, 5000, &answer, err);
    if (!st) {
        hv_node_bool(top, "running", true);
        for (size_t i = 0; i < HV_LEN(texts); i++)
            tell_text(top, &answer, texts[i]);
        for (size_t i = 0; i < HV_LEN(numbers); i++)
            hv_node_int(top, numbers[i],
                        hv_facts_get_int(&answer, numbers[i], 0));
        tell_list(top, "persons", &answer, "person_id");
        tell_list(top, "records", &answer, "record_id");
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

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
    static const char *const keys[] = { "person", "record", "thing", "type",
                                        "action" };
    struct hv_node *things = hv_node_list(top, "things");
    char value[128];

    for (size_t i = 0; hv_facts_get(answer, "thing", i, value, sizeof(value));
         i++) {
        struct hv_node *item = hv_node_object(things, NULL);

        for (size_t k = 0; k < HV_LEN(keys); k++) {
            bool is_there =
                hv_facts_get(answer, keys[k], i, value, sizeof(value));
            struct hv_guid id;

            if (is_there && hv_guid_parse(value, &id) == HV_OK)
                hv_node_id(item, keys[k], &id);
            else
                hv_node_text(item, keys[k], is_there ? value : NULL);
        }
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
        st = ask(cmd, &request, timeout_ms, &answer, err);
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
    if (!hv_facts_get(facts, "action_url", nth, value, sizeof(value)))
        value[0] = '\0';
    hv_node_text(node, "action_url", value[0] ? value : NULL);
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
    st = ask(cmd, &request, 5000, &answer, err);
    for (size_t i = 0;
         !st && hv_facts_get(&answer, "app_id", i, id, sizeof(id)); i++)
        tell_app(hv_out_item(cmd->out), &answer, i, &prints);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_app_add(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *app = hv_cmd_text(cmd, "--app-id");
    const char *cert = hv_cmd_text(cmd, "--cert");
    const char *action_url = hv_cmd_text(cmd, "--action-url");
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_buf pem = { 0 };
    struct hv_guid id;
    int64_t limit = 0;
    size_t prints = 0;
    enum hv_status st;

    if (!app || !cert)
        return hv_fail(err, HV_ERR_USAGE,
                       "'sandbox app add' needs --app-id and --cert");
    if (hv_guid_parse(app, &id))
        return hv_fail(err, HV_ERR_USAGE, "--app-id wants a GUID, not '%s'",
                       app);
    st = hv_cmd_int(cmd, "--limit", 1, 1000, HV_MAX_SUBS, &limit, err);
    if (!st)
        st = hv_file_read(cert, MAX_CERT, &pem, err);
    if (!st) {
        hv_facts_add(&request, "verb", "app-add");
        hv_facts_add(&request, "app_id", app);
        hv_facts_add(&request, "cert", hv_buf_str(&pem));
        if (action_url)
            hv_facts_add(&request, "action_url", action_url);
        if (hv_cmd_has(cmd, "--limit"))
            hv_facts_addf(&request, "limit", "%lld", (long long)limit);
        if (hv_cmd_is_dry(cmd)) {
            tell_app(hv_out_top(cmd->out), &request, 0, &prints);
            cmd_dry(cmd, hv_out_top(cmd->out));
        } else {
            st = ask(cmd, &request, 10000, &answer, err);
            if (!st)
                tell_app(hv_out_top(cmd->out), &answer, 0, &prints);
        }
    }
    hv_buf_release(&pem);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}
