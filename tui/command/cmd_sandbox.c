/*
 * cmd_sandbox.c - `sandbox up|down|status|reset`: the platform on this machine,
 * started and spoken to over its control socket. Called through the table;
 * needs neither keystore nor profile.
 */
#include "tui/command/cmd_sandbox.h"
#include "tui/command/nouns/sandbox.h"
#include "tui/command/serve.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/run.h"
#include "hvconsole/sandbox.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_PORT 8444
#define MAX_PEOPLE   8000 /* some have two records; ten thousand fit */

static enum hv_status
read_flags(struct hv_cmd *cmd, struct hv_sandbox_config *config,
           struct hv_error *err)
{
    const char *env = hv_cmd_text(cmd, "--env");
    const char *life = hv_cmd_text(cmd, "--token-life");
    const char *bind = hv_cmd_text(cmd, "--bind");
    int64_t port = 0, seed = 0, people = 0;
    enum hv_status st;

    *config = (struct hv_sandbox_config){
        .bind = bind ? bind : "127.0.0.1",
        .store = cmd->session->globals.store,
        .is_plain = hv_cmd_has(cmd, "--plain"),
        .is_prod = env && strcmp(env, "prod") == 0,
        .allow_http = hv_cmd_has(cmd, "--allow-http"),
        .check_times = hv_cmd_has(cmd, "--check-times"),
        .verbose = cmd->session->globals.verbose > 0,
        .state = hv_cmd_text(cmd, "--state"),
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
    if (!st)
        st = hv_cmd_int(cmd, "--people", 0, MAX_PEOPLE, 0, &people, err);
    config->port = (int)port;
    config->seed = (uint32_t)seed;
    config->people = (uint32_t)people;
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
        hv_node_text(hv_out_top(cmd->out), "state", config.state);
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

enum hv_status
sandbox_ask(struct hv_cmd *cmd, const struct hv_facts *request, int timeout_ms,
            struct hv_facts *answer, struct hv_error *err)
{
    enum hv_status st = hv_run_ask(cmd->session->globals.store, "sandbox",
                                   request, timeout_ms, answer, err);

    if (st == HV_ERR_NOT_FOUND)
        hv_hint(err, "start one: hvconsole sandbox up");
    return st;
}

void
sandbox_tell_text(struct hv_node *node, const struct hv_facts *facts,
                  const char *key, size_t nth)
{
    char value[2048];
    bool is_there = hv_facts_get(facts, key, nth, value, sizeof(value));

    hv_node_text(node, key, is_there && value[0] ? value : NULL);
}

int64_t
sandbox_int(const struct hv_facts *facts, const char *key, size_t nth)
{
    char value[32];

    if (!hv_facts_get(facts, key, nth, value, sizeof(value)))
        return 0;
    return strtoll(value, NULL, 10);
}

void
sandbox_tell_id(struct hv_node *node, const struct hv_facts *facts,
                const char *key, size_t nth)
{
    char value[HV_GUID_TEXT];
    struct hv_guid id;

    if (hv_facts_get(facts, key, nth, value, sizeof(value)) &&
        hv_guid_parse(value, &id) == HV_OK)
        hv_node_id(node, key, &id);
    else
        hv_node_null(node, key);
}

void
sandbox_tell_clock(struct hv_node *node, const struct hv_facts *facts)
{
    int64_t now_ms = hv_facts_get_int(facts, "now_ms", 0);
    int64_t real_ms = hv_facts_get_int(facts, "real_ms", 0);

    hv_node_time(node, "now", now_ms);
    hv_node_time(node, "real", real_ms);
    hv_node_int(node, "ahead_s", (now_ms - real_ms) / 1000);
    sandbox_tell_text(node, facts, "rate", 0);
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
    static const char *const texts[] = { "listening", "platform", "shell", "ca",
                                         "app_id",    "env",      "state" };
    static const char *const numbers[] = { "pid", "subs", "queued", "requests",
                                           "faults" };
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st;

    hv_facts_add(&request, "verb", "status");
    st = sandbox_ask(cmd, &request, 5000, &answer, err);
    if (!st) {
        hv_node_bool(top, "running", true);
        for (size_t i = 0; i < HV_LEN(texts); i++)
            sandbox_tell_text(top, &answer, texts[i], 0);
        for (size_t i = 0; i < HV_LEN(numbers); i++)
            hv_node_int(top, numbers[i],
                        hv_facts_get_int(&answer, numbers[i], 0));
        sandbox_tell_clock(top, &answer);
        tell_list(top, "persons", &answer, "person_id");
        tell_list(top, "records", &answer, "record_id");
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_reset(struct hv_cmd *cmd, struct hv_error *err)
{
    static const char *const numbers[] = { "seed", "persons", "records" };
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st;

    hv_facts_add(&request, "verb", "status");
    st = sandbox_ask(cmd, &request, 5000, &answer, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_cmd_confirm(
            cmd, err,
            "Begin anew? The sandbox forgets its applications, %lld "
            "subscriptions, %lld queued notifications and all that was changed",
            (long long)hv_facts_get_int(&answer, "subs", 0),
            (long long)hv_facts_get_int(&answer, "queued", 0));
    hv_facts_release(&request);
    if (!st && !hv_cmd_is_dry(cmd)) {
        hv_facts_release(&answer);
        hv_facts_add(&request, "verb", "reset");
        st = sandbox_ask(cmd, &request, 30000, &answer, err);
    }
    if (!st) {
        hv_node_bool(top, "reset", !hv_cmd_is_dry(cmd));
        for (size_t i = 0; i < HV_LEN(numbers); i++)
            hv_node_int(top, numbers[i],
                        hv_facts_get_int(&answer, numbers[i], 0));
        cmd_dry(cmd, top);
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}
