/*
 * cmd_sandbox_time.c - `sandbox clock|fault|queue|log`: time and trouble in
 * the running sandbox, and what became of it. Called through the table.
 */
#include "tui/command/cmd_sandbox.h"

#include "hvconsole/clock.h"

#include <stdlib.h>
#include <string.h>

#define ADVANCE_MS (600 * 1000) /* real time, unless --timeout says otherwise */

const struct hv_column fault_columns[] = {
    { "id", "ID", HV_COL_NAME | HV_COL_RIGHT },
    { "fault", "FAULT", 0 },
    { "left", "LEFT", HV_COL_RIGHT },
    { "until", "UNTIL", 0 },
    { "hits", "HITS", HV_COL_RIGHT },
    { "sub", "SUBSCRIPTION", 0 },
    { "method", "METHOD", 0 },
    { 0 },
};

const struct hv_column queue_columns[] = {
    { "id", "ID", HV_COL_NAME | HV_COL_RIGHT },
    { "sub", "SUBSCRIPTION", 0 },
    { "changes", "CHANGES", HV_COL_RIGHT },
    { "tries", "TRIES", HV_COL_RIGHT },
    { "state", "STATE", HV_COL_PAINT },
    { "due", "DUE", 0 },
    { "gives_up", "GIVES UP", 0 },
    { "event", "CHANGED", HV_COL_WIDE },
    { "sent", "LAST SENT", HV_COL_WIDE },
    { "version", "KEY", HV_COL_WIDE },
    { 0 },
};

const struct hv_column sandbox_log_columns[] = {
    { "id", "ID", HV_COL_NAME | HV_COL_RIGHT },
    { "at", "AT", 0 },
    { "kind", "KIND", 0 },
    { "what", "WHAT", 0 },
    { "result", "RESULT", 0 },
    { "text", "WHAT", 0 },
    { "next", "NEXT", 0 },
    { "attempt", "ATTEMPT", HV_COL_WIDE | HV_COL_RIGHT },
    { "changes", "CHANGES", HV_COL_WIDE | HV_COL_RIGHT },
    { "sub", "SUBSCRIPTION", HV_COL_WIDE },
    { "version", "KEY", HV_COL_WIDE },
    { "app", "APPLICATION", HV_COL_WIDE },
    { "person", "PERSON", HV_COL_WIDE },
    { "record", "RECORD", HV_COL_WIDE },
    { "response", "RESPONSE ID", HV_COL_WIDE },
    { "correlation", "CORRELATION ID", HV_COL_HIDDEN },
    { "batch", "BATCH", HV_COL_HIDDEN },
    { "real", "REAL TIME", HV_COL_HIDDEN },
    { "sha256", "SHA-256", HV_COL_HIDDEN },
    { 0 },
};

/* ---- clock ---- */

/* Asks the verb `clock`; a dry run only looks. */
static enum hv_status
ask_clock(struct hv_cmd *cmd, const struct hv_facts *request, int timeout_ms,
          struct hv_facts *answer, struct hv_error *err)
{
    struct hv_facts show = { 0 };
    enum hv_status st;

    hv_facts_add(&show, "verb", "clock");
    hv_facts_add(&show, "op", "show");
    st = sandbox_ask(cmd, hv_cmd_is_dry(cmd) ? &show : request, timeout_ms,
                     answer, err);
    hv_facts_release(&show);
    if (!st)
        sandbox_tell_clock(hv_out_top(cmd->out), answer);
    return st;
}

enum hv_status
cmd_sandbox_clock_show(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    enum hv_status st;

    hv_facts_add(&request, "verb", "clock");
    hv_facts_add(&request, "op", "show");
    st = ask_clock(cmd, &request, 5000, &answer, err);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_clock_advance(struct hv_cmd *cmd, struct hv_error *err)
{
    int64_t timeout = cmd->session->globals.timeout_ms;
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    int64_t ms = 0;
    enum hv_status st;

    if (hv_duration_parse(cmd->args[0], &ms) || ms < 1)
        return hv_fail(err, HV_ERR_USAGE,
                       "'%s' is no duration like 90s, 5m or 10d", cmd->args[0]);
    hv_facts_add(&request, "verb", "clock");
    hv_facts_add(&request, "op", "advance");
    hv_facts_addf(&request, "ms", "%lld", (long long)ms);
    st = ask_clock(cmd, &request, (int)(timeout ? timeout : ADVANCE_MS),
                   &answer, err);
    if (!st) {
        hv_node_int(top, "attempts", hv_facts_get_int(&answer, "attempts", 0));
        hv_node_int(top, "delivered",
                    hv_facts_get_int(&answer, "delivered", 0));
        cmd_dry(cmd, top);
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_clock_rate(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    enum hv_status st;

    hv_facts_add(&request, "verb", "clock");
    hv_facts_add(&request, "op", "rate");
    hv_facts_add(&request, "rate", cmd->args[0]);
    st = ask_clock(cmd, &request, 5000, &answer, err);
    if (!st)
        cmd_dry(cmd, hv_out_top(cmd->out));
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

/* ---- faults ---- */

static void
tell_fault(struct hv_node *node, const struct hv_facts *facts, size_t nth)
{
    int64_t left = sandbox_int(facts, "left", nth);

    hv_node_int(node, "id", sandbox_int(facts, "id", nth));
    sandbox_tell_text(node, facts, "fault", nth);
    if (left < 0)
        hv_node_null(node, "left");
    else
        hv_node_int(node, "left", left);
    hv_node_time(node, "until", sandbox_int(facts, "until_ms", nth));
    hv_node_int(node, "hits", sandbox_int(facts, "hits", nth));
    sandbox_tell_id(node, facts, "sub", nth);
    sandbox_tell_text(node, facts, "method", nth);
}

static enum hv_status
fault_request(struct hv_cmd *cmd, struct hv_facts *out, struct hv_error *err)
{
    const char *lasts = hv_cmd_text(cmd, "--for");
    const char *sub = hv_cmd_text(cmd, "--sub");
    const char *method = hv_cmd_text(cmd, "--method");
    int64_t count = -1, for_ms = 0;
    enum hv_status st = hv_cmd_int(cmd, "--count", 1, 1000000, -1, &count, err);

    if (!st && lasts && (hv_duration_parse(lasts, &for_ms) || for_ms < 1))
        st = hv_fail(err, HV_ERR_USAGE,
                     "--for wants a duration like 10m, not '%s'", lasts);
    hv_facts_add(out, "verb", "fault");
    hv_facts_add(out, "op", "add");
    hv_facts_add(out, "fault", cmd->args[0]);
    hv_facts_addf(out, "count", "%lld", (long long)count);
    hv_facts_addf(out, "left", "%lld", (long long)count);
    hv_facts_addf(out, "for_ms", "%lld", (long long)for_ms);
    if (sub)
        hv_facts_add(out, "sub", sub);
    if (method)
        hv_facts_add(out, "method", method);
    return st;
}

enum hv_status
cmd_sandbox_fault_add(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    enum hv_status st = fault_request(cmd, &request, err);

    if (!st && hv_cmd_is_dry(cmd)) {
        tell_fault(top, &request, 0);
        cmd_dry(cmd, top);
    } else if (!st) {
        st = sandbox_ask(cmd, &request, 5000, &answer, err);
        if (!st)
            tell_fault(top, &answer, 0);
    }
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_fault_list(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    char id[32];
    enum hv_status st;

    hv_facts_add(&request, "verb", "fault");
    hv_facts_add(&request, "op", "list");
    st = sandbox_ask(cmd, &request, 5000, &answer, err);
    for (size_t i = 0; !st && hv_facts_get(&answer, "id", i, id, sizeof(id));
         i++)
        tell_fault(hv_out_item(cmd->out), &answer, i);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

/* One id, or 0 for all of them. */
static enum hv_status
clear_one(struct hv_cmd *cmd, const char *text, int64_t *cleared,
          struct hv_error *err)
{
    struct hv_facts request = { 0 }, answer = { 0 };
    enum hv_status st;

    hv_facts_add(&request, "verb", "fault");
    hv_facts_add(&request, "op", "clear");
    hv_facts_add(&request, "id", text);
    st = sandbox_ask(cmd, &request, 5000, &answer, err);
    if (!st)
        *cleared += hv_facts_get_int(&answer, "cleared", 0);
    hv_facts_release(&request);
    hv_facts_release(&answer);
    return st;
}

enum hv_status
cmd_sandbox_fault_clear(struct hv_cmd *cmd, struct hv_error *err)
{
    int64_t cleared = 0;
    enum hv_status st = HV_OK;

    for (int i = 0; i < cmd->args_len; i++)
        if (cmd->args[i][0] == '\0' || strlen(cmd->args[i]) > 18 ||
            cmd->args[i][strspn(cmd->args[i], "0123456789")] ||
            strspn(cmd->args[i], "0") == strlen(cmd->args[i]))
            return hv_fail(err, HV_ERR_USAGE,
                           "'%s' is no id of a fault; fault list shows them",
                           cmd->args[i]);
    if (!hv_cmd_is_dry(cmd) && cmd->args_len == 0)
        st = clear_one(cmd, "0", &cleared, err);
    for (int i = 0; !st && !hv_cmd_is_dry(cmd) && i < cmd->args_len; i++)
        st = clear_one(cmd, cmd->args[i], &cleared, err);
    if (!st) {
        hv_node_int(hv_out_top(cmd->out), "cleared", cleared);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    return st;
}

/* ---- queue, log ---- */

static void
tell_batch(struct hv_node *node, const struct hv_facts *facts, size_t nth)
{
    hv_node_int(node, "id", sandbox_int(facts, "id", nth));
    sandbox_tell_id(node, facts, "sub", nth);
    hv_node_int(node, "changes", sandbox_int(facts, "changes", nth));
    hv_node_int(node, "tries", sandbox_int(facts, "tries", nth));
    sandbox_tell_text(node, facts, "state", nth);
    hv_node_time(node, "due", sandbox_int(facts, "due_ms", nth));
    hv_node_time(node, "gives_up", sandbox_int(facts, "gives_up_ms", nth));
    hv_node_time(node, "event", sandbox_int(facts, "event_ms", nth));
    hv_node_time(node, "sent", sandbox_int(facts, "sent_ms", nth));
    sandbox_tell_text(node, facts, "version", nth);
}

static void
tell_entry(struct hv_node *node, const struct hv_facts *facts, size_t nth)
{
    static const char *const ids[] = { "sub",    "app",      "person",
                                       "record", "response", "correlation" };
    static const char *const texts[] = { "kind", "what",    "result",
                                         "text", "version", "sha256" };
    static const char *const numbers[] = { "batch", "attempt", "changes" };

    hv_node_int(node, "id", sandbox_int(facts, "id", nth));
    hv_node_time(node, "at", sandbox_int(facts, "at_ms", nth));
    hv_node_time(node, "real", sandbox_int(facts, "real_ms", nth));
    hv_node_time(node, "next", sandbox_int(facts, "next_ms", nth));
    for (size_t i = 0; i < HV_LEN(texts); i++)
        sandbox_tell_text(node, facts, texts[i], nth);
    for (size_t i = 0; i < HV_LEN(ids); i++)
        sandbox_tell_id(node, facts, ids[i], nth);
    for (size_t i = 0; i < HV_LEN(numbers); i++) {
        int64_t number = sandbox_int(facts, numbers[i], nth);

        if (number)
            hv_node_int(node, numbers[i], number);
        else
            hv_node_null(node, numbers[i]);
    }
}

/* A long list comes in pieces: ask on behind the last id, until none come.
 * @newest: begin that many before the end; 0 = at the beginning */
static enum hv_status
tell_pages(struct hv_cmd *cmd, const char *verb, int64_t newest,
           void (*tell)(struct hv_node *, const struct hv_facts *, size_t),
           struct hv_error *err)
{
    char last[32] = "0";
    enum hv_status st = HV_OK;
    size_t told = 0;

    do {
        struct hv_facts request = { 0 }, answer = { 0 };

        hv_facts_add(&request, "verb", verb);
        hv_facts_add(&request, "after", last);
        if (told == 0)
            hv_facts_addf(&request, "newest", "%lld", (long long)newest);
        st = sandbox_ask(cmd, &request, 10000, &answer, err);
        for (told = 0;
             !st && hv_facts_get(&answer, "id", told, last, sizeof(last));
             told++)
            tell(hv_out_item(cmd->out), &answer, told);
        hv_facts_release(&request);
        hv_facts_release(&answer);
    } while (!st && told > 0);
    return st;
}

enum hv_status
cmd_sandbox_queue(struct hv_cmd *cmd, struct hv_error *err)
{
    return tell_pages(cmd, "queue", 0, tell_batch, err);
}

enum hv_status
cmd_sandbox_log(struct hv_cmd *cmd, struct hv_error *err)
{
    int64_t limit = cmd->session->globals.limit;

    return tell_pages(cmd, "log", limit > 0 ? limit : 0, tell_entry, err);
}
