/*
 * nouns/sandbox.c - rows of the command table: the sandbox.
 */
#include "tui/command/nouns/sandbox.h"

static const struct hv_flag sandbox_up_options[] = {
    { "--port", HV_FLAG_TEXT, "P", "8444 when left out; 0 = a free one" },
    { "--bind", HV_FLAG_TEXT, "ADDR",
      "127.0.0.1 when left out: nobody else gets in" },
    { "--plain", HV_FLAG_BOOL, NULL, "HTTP without TLS; loopback only" },
    { "--env", HV_FLAG_TEXT, "ENV", "ppe, or prod with its action URL rule" },
    { "--seed", HV_FLAG_TEXT, "N",
      "of the invented people and records of a new world" },
    { "--people", HV_FLAG_TEXT, "N",
      "how many in a new world, up to 8000; 3 when left out" },
    { "--state", HV_FLAG_TEXT, "FILE",
      "keep the world there, keys included; else in memory" },
    { "--token-life", HV_FLAG_TEXT, "DUR",
      "of session tokens; 4h when left out" },
    { "--check-times", HV_FLAG_BOOL, NULL, "check signing times too" },
    { "--allow-http", HV_FLAG_BOOL, NULL, "accept http:// subscription URLs" },
    { "--ready-fd", HV_FLAG_TEXT, "N", "one JSON line when it serves" },
    { "--detach", HV_FLAG_BOOL, NULL, "return when it serves" },
    { 0 },
};
static const struct hv_flag emit_options[] = {
    { "--type", HV_FLAG_TEXT, "T", "type of the thing, by id or name" },
    { "--record", HV_FLAG_TEXT, "R", "record, by id or its beginning" },
    { "--count", HV_FLAG_TEXT, "N", "how many things" },
    { "--action", HV_FLAG_TEXT, "ACTION", "add, update or delete" },
    { "--wait", HV_FLAG_BOOL, NULL, "until notifications were answered 200" },
    { 0 },
};
static const struct hv_flag app_add_options[] = {
    { "--app-id", HV_FLAG_TEXT, "GUID", "the application" },
    { "--cert", HV_FLAG_TEXT, "FILE", "its certificate in PEM" },
    { "--action-url", HV_FLAG_TEXT, "URL", "its action URL" },
    { "--limit", HV_FLAG_TEXT, "N", "subscriptions allowed; 25 when left out" },
    { "--name", HV_FLAG_TEXT, "NAME", "what people are shown" },
    { "--env", HV_FLAG_TEXT, "ENV",
      "ppe or prod; as the sandbox is when left out" },
    { "--persistent", HV_FLAG_TEXT, "DUR",
      "life of a token that keeps people signed in, 30d when left out; 0 = "
      "none" },
    { 0 },
};

static const struct hv_flag app_rules_options[] = {
    { "--app-id", HV_FLAG_TEXT, "GUID",
      "the application; not needed while only one was added" },
    { 0 },
};
static const struct hv_flag auth_set_options[] = {
    { "--app-id", HV_FLAG_TEXT, "GUID",
      "of one application; else of all that have access" },
    { "--expires", HV_FLAG_TEXT, "DUR",
      "access ends that far ahead of the sandbox's clock; or never" },
    { 0 },
};
static const struct hv_flag fault_add_options[] = {
    { "--count", HV_FLAG_TEXT, "N", "strikes so often, then goes" },
    { "--for", HV_FLAG_TEXT, "DUR", "goes after that time of the clock" },
    { "--sub", HV_FLAG_TEXT, "SUB", "deliveries of that subscription only" },
    { "--method", HV_FLAG_TEXT, "NAME", "calls of that method only" },
    { 0 },
};

const struct hv_command sandbox_commands[] = {
    { .words = "sandbox up",
      .args = "",
      .summary = "a platform on this machine",
      .flags = HV_CMD_SHELL_ONLY,
      .options = sandbox_up_options,
      .run = cmd_sandbox_up,
      .schema = "sandbox",
      .more = "It binds to loopback unless --bind says otherwise: anybody who "
              "reaches it can act as any of its people. With --state the file "
              "(mode 0600) holds applications, people, things, authorisations, "
              "subscriptions with their keys, the queue, the clock and faults; "
              "sessions end. --env, --token-life, --check-times and "
              "--allow-http are given anew at each start." },
    { .words = "sandbox down",
      .args = "",
      .summary = "end the running sandbox",
      .flags = HV_CMD_CHANGES,
      .run = cmd_sandbox_down,
      .schema = "sandbox" },
    { .words = "sandbox status",
      .args = "",
      .summary = "addresses and world of the running sandbox",
      .run = cmd_sandbox_status,
      .schema = "sandbox" },
    { .words = "sandbox reset",
      .args = "",
      .summary = "begin anew with the seeded world",
      .flags = HV_CMD_CHANGES | HV_CMD_DANGEROUS,
      .run = cmd_sandbox_reset,
      .schema = "sandbox" },
    { .words = "sandbox queue",
      .args = "",
      .summary = "notifications that wait to be delivered",
      .run = cmd_sandbox_queue,
      .schema = "queue-list",
      .columns = queue_columns },
    { .words = "sandbox emit",
      .args = "",
      .summary = "change things, so that notifications go out",
      .flags = HV_CMD_CHANGES,
      .options = emit_options,
      .run = cmd_sandbox_emit,
      .schema = "emission" },
    { .words = "sandbox app add",
      .args = "",
      .summary = "register an application",
      .flags = HV_CMD_CHANGES,
      .options = app_add_options,
      .run = cmd_sandbox_app_add,
      .schema = "app" },
    { .words = "sandbox app list",
      .args = "",
      .summary = "registered applications",
      .run = cmd_sandbox_app_list,
      .schema = "app-list",
      .columns = app_columns },
    { .words = "sandbox app rules",
      .args = "SET FILE",
      .summary = "replace the online or offline rules of an application",
      .flags = HV_CMD_CHANGES,
      .options = app_rules_options,
      .run = cmd_sandbox_app_rules,
      .complete = "file",
      .schema = "app-rules",
      .more = "SET is online or offline, FILE holds the <auth> element. What "
              "people granted before stays granted; where something required "
              "is missing now, the record shows ReauthorizationRequired." },
    { .words = "sandbox clock show",
      .args = "",
      .summary = "what the sandbox's clock shows",
      .run = cmd_sandbox_clock_show,
      .schema = "clock" },
    { .words = "sandbox clock advance",
      .args = "DUR",
      .summary = "send the clock ahead, with all that becomes due on the way",
      .flags = HV_CMD_CHANGES,
      .run = cmd_sandbox_clock_advance,
      .schema = "clock",
      .more = "Retries happen in order, each at its time of the clock: after "
              "1 min, 5 min, 15 min, 1 h, 3 h and 6 h, then every 12 h until "
              "10 days after the change. Tokens and grants age along; the "
              "check of msg-time and the Date of HTTP stay on real time." },
    { .words = "sandbox clock rate",
      .args = "X",
      .summary = "let the clock run X times as fast; 0 stops it",
      .flags = HV_CMD_CHANGES,
      .run = cmd_sandbox_clock_rate,
      .schema = "clock" },
    { .words = "sandbox fault add",
      .args = "FAULT",
      .summary = "order trouble with deliveries or method calls",
      .flags = HV_CMD_CHANGES,
      .options = fault_add_options,
      .run = cmd_sandbox_fault_add,
      .schema = "fault",
      .more = "Of deliveries: delay[:DUR] (1 min when left out) holds new "
              "notifications back, drop loses them, dup sends them twice, "
              "reorder sends the youngest first, old-key signs with a key "
              "that was replaced within 24 h. Of calls: http-500, timeout (no "
              "answer), error:N and maintenance (152). Each shows in sandbox "
              "log when it strikes." },
    { .words = "sandbox fault list",
      .args = "",
      .summary = "faults that are set",
      .run = cmd_sandbox_fault_list,
      .schema = "fault-list",
      .columns = fault_columns },
    { .words = "sandbox fault clear",
      .args = "[ID...]",
      .summary = "end faults; all of them when none is named",
      .flags = HV_CMD_CHANGES,
      .run = cmd_sandbox_fault_clear,
      .schema = "fault" },
    { .words = "sandbox token-keys rotate",
      .args = "",
      .summary = "make every user token given so far answer 7",
      .flags = HV_CMD_CHANGES,
      .run = cmd_sandbox_token_keys,
      .schema = "token-keys" },
    { .words = "sandbox auth set",
      .args = "R ACTION",
      .summary = "show an authorisation action for a record",
      .flags = HV_CMD_CHANGES,
      .options = auth_set_options,
      .run = cmd_sandbox_auth_set,
      .schema = "auth",
      .more = "ACTION is NoActionRequired, AuthorizationRequired (access "
              "ends), ReauthorizationRequired, ReauthorizationNotPossible, "
              "RecordLocationNotSupported (calls answer 147) or empty; rules "
              "goes back to what the rules of the application say." },
    { .words = "sandbox log",
      .args = "",
      .summary = "what happened: calls, deliveries, faults, pages, orders",
      .run = cmd_sandbox_log,
      .schema = "sandbox-log-list",
      .columns = sandbox_log_columns,
      .more = "Times are those of the sandbox's clock. The last 2000 entries "
              "since the start, kept in memory." },
    { .words = NULL },
};
