/*
 * options.c - the flags of each command, for the table. Whether a flag takes a
 * value must be the same wherever it appears: flags may stand before the
 * command's words.
 */
#include "tui/command/cmds.h"

const struct hv_flag tui_options[] = {
    { "--view", HV_FLAG_TEXT, "NAME", "the view to begin with" },
    { 0 },
};
const struct hv_flag demo_options[] = {
    { "--headless", HV_FLAG_BOOL, NULL, "tell the tour as text, no console" },
    { "--dir", HV_FLAG_TEXT, "DIR", "where the demo's world lives" },
    { 0 },
};
const struct hv_flag status_options[] = {
    { "--exit-code", HV_FLAG_BOOL, NULL,
      "end with 3 when something needs attention" },
    { 0 },
};
const struct hv_flag profile_add_options[] = {
    { "--platform", HV_FLAG_TEXT, "URL", "method URL, ends in wildcat.ashx" },
    { "--shell", HV_FLAG_TEXT, "URL", "base URL of the Shell" },
    { "--app-id", HV_FLAG_TEXT, "GUID", "the application; made when left out" },
    { "--env", HV_FLAG_TEXT, "ENV", "ppe or prod" },
    { "--action-url", HV_FLAG_TEXT, "URL", "action URL of the application" },
    { "--private-key", HV_FLAG_TEXT, "FILE", "RSA key in PEM; with --cert" },
    { "--cert", HV_FLAG_TEXT, "FILE", "its certificate in PEM" },
    { "--cert-out", HV_FLAG_TEXT, "FILE",
      "write the certificate that is made, for registration" },
    { "--ca", HV_FLAG_TEXT, "FILE", "trust this CA instead of the system's" },
    { "--limit", HV_FLAG_TEXT, "N", "subscriptions allowed; 25 when left out" },
    { 0 },
};
const struct hv_flag sub_show_options[] = {
    { "--raw", HV_FLAG_BOOL, NULL,
      "filters one by one, as the platform has them" },
    { 0 },
};
const struct hv_flag sub_create_options[] = {
    { "--type", HV_FLAG_LIST, "T[,T...]", "thing types, by id or name" },
    { "--url", HV_FLAG_TEXT, "URL", "where notifications go; https" },
    { "--key-version", HV_FLAG_TEXT, "V",
      "key version id; made when left out" },
    { "--key-file", HV_FLAG_TEXT, "FILE",
      "64-byte key in base64; made when left out" },
    { 0 },
};
const struct hv_flag sub_edit_options[] = {
    { "--url", HV_FLAG_TEXT, "URL", "where notifications go; https" },
    { "--add-type", HV_FLAG_LIST, "T[,T...]", "types to add" },
    { "--drop-type", HV_FLAG_LIST, "T[,T...]", "types to drop" },
    { 0 },
};
const struct hv_flag rotate_options[] = {
    { "--all", HV_FLAG_BOOL, NULL, "every live subscription of the profile" },
    { "--without-listener", HV_FLAG_BOOL, NULL,
      "go on although no listener runs here" },
    { 0 },
};
const struct hv_flag listen_options[] = {
    { "--addr", HV_FLAG_TEXT, "HOST:PORT", "127.0.0.1:8443 when left out" },
    { "--path", HV_FLAG_TEXT, "PREFIX", "take POST below this path only" },
    { "--cert", HV_FLAG_TEXT, "FILE", "certificate chain in PEM" },
    { "--key", HV_FLAG_TEXT, "FILE", "its private key in PEM" },
    { "--self-signed", HV_FLAG_BOOL, NULL, "make a certificate at start" },
    { "--plain", HV_FLAG_BOOL, NULL, "HTTP without TLS; loopback only" },
    { "--bad-hmac-response", HV_FLAG_TEXT, "CODE",
      "401, or 200 to the letter of the platform's text" },
    { "--max-body", HV_FLAG_TEXT, "SIZE", "256k when left out, at most 1m" },
    { "--allow-unlocked-memory", HV_FLAG_BOOL, NULL,
      "go on when memory for keys cannot be locked" },
    { "--ready-fd", HV_FLAG_TEXT, "N", "one JSON line when it serves" },
    { "--detach", HV_FLAG_BOOL, NULL, "return when it serves" },
    { 0 },
};
const struct hv_flag log_list_options[] = {
    { "--verdict", HV_FLAG_LIST, "V[,V...]", "of these verdicts" },
    { "--sub", HV_FLAG_TEXT, "SUB", "for this subscription" },
    { "--version", HV_FLAG_TEXT, "V", "signed with this key version" },
    { "--since", HV_FLAG_TEXT, "TIME", "not older: a time, or an age as 24h" },
    { "--until", HV_FLAG_TEXT, "TIME", "not newer" },
    { "--record", HV_FLAG_TEXT, "ID", "about this record; wants the keystore" },
    { 0 },
};
const struct hv_flag log_tail_options[] = {
    { "-f", HV_FLAG_BOOL, NULL, "follow: go on as rows come" },
    { "--verdict", HV_FLAG_LIST, "V[,V...]", "of these verdicts" },
    { "--sub", HV_FLAG_TEXT, "SUB", "for this subscription" },
    { "--version", HV_FLAG_TEXT, "V", "signed with this key version" },
    { "--since", HV_FLAG_TEXT, "TIME", "not older: a time, or an age as 24h" },
    { "--until", HV_FLAG_TEXT, "TIME", "not newer" },
    { "--record", HV_FLAG_TEXT, "ID", "about this record; wants the keystore" },
    { 0 },
};
const struct hv_flag log_show_options[] = {
    { "--raw", HV_FLAG_BOOL, NULL, "the body itself, byte by byte" },
    { 0 },
};
const struct hv_flag verify_options[] = {
    { "--sub", HV_FLAG_TEXT, "SUB", "the subscription that was expected" },
    { "--header", HV_FLAG_TEXT, "TEXT", "value of the Authorization header" },
    { "--body", HV_FLAG_TEXT, "FILE",
      "the body as received; - = standard input" },
    { "--explain", HV_FLAG_BOOL, NULL, "what the verdict means" },
    { 0 },
};
const struct hv_flag init_options[] = {
    { "--label", HV_FLAG_TEXT, "L", "name of the first slot" },
    { 0 },
};
const struct hv_flag slot_add_options[] = {
    { "--verify", HV_FLAG_BOOL, NULL,
      "opens for verifying only (the listener)" },
    { "--key-out", HV_FLAG_TEXT, "FILE",
      "the new key file; never overwritten" },
    { "--label", HV_FLAG_TEXT, "L", "name of the slot" },
    { 0 },
};
const struct hv_flag sandbox_up_options[] = {
    { "--port", HV_FLAG_TEXT, "P", "8444 when left out; 0 = a free one" },
    { "--bind", HV_FLAG_TEXT, "ADDR", "127.0.0.1 when left out" },
    { "--plain", HV_FLAG_BOOL, NULL, "HTTP without TLS; loopback only" },
    { "--env", HV_FLAG_TEXT, "ENV", "ppe, or prod with its action URL rule" },
    { "--seed", HV_FLAG_TEXT, "N", "of the invented people and records" },
    { "--token-life", HV_FLAG_TEXT, "DUR",
      "of session tokens; 4h when left out" },
    { "--check-times", HV_FLAG_BOOL, NULL, "check signing times too" },
    { "--allow-http", HV_FLAG_BOOL, NULL, "accept http:// subscription URLs" },
    { "--ready-fd", HV_FLAG_TEXT, "N", "one JSON line when it serves" },
    { "--detach", HV_FLAG_BOOL, NULL, "return when it serves" },
    { 0 },
};
const struct hv_flag emit_options[] = {
    { "--type", HV_FLAG_TEXT, "T", "type of the thing, by id or name" },
    { "--record", HV_FLAG_TEXT, "R", "record, by id or its beginning" },
    { "--count", HV_FLAG_TEXT, "N", "how many things" },
    { "--action", HV_FLAG_TEXT, "ACTION", "add, update or delete" },
    { "--wait", HV_FLAG_BOOL, NULL, "until notifications were answered 200" },
    { 0 },
};
const struct hv_flag app_add_options[] = {
    { "--app-id", HV_FLAG_TEXT, "GUID", "the application" },
    { "--cert", HV_FLAG_TEXT, "FILE", "its certificate in PEM" },
    { "--action-url", HV_FLAG_TEXT, "URL", "its action URL" },
    { "--limit", HV_FLAG_TEXT, "N", "subscriptions allowed; 25 when left out" },
    { 0 },
};
const struct hv_flag commands_options[] = {
    { "--json", HV_FLAG_BOOL, NULL, "the same as -o json" },
    { 0 },
};
const struct hv_flag help_options[] = {
    { "--man", HV_FLAG_BOOL, NULL, "the man page, in troff" },
    { 0 },
};
