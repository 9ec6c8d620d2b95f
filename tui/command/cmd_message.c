/*
 * cmd_message.c - `verify`: one message from the command line; and `explain` of
 * a verdict or a platform code. Called through the table.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/help.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/file.h"
#include "hvconsole/names.h"
#include "hvconsole/notify.h"
#include "hvconsole/shell.h"
#include "hvconsole/sublint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- verify ---- */

/* The value alone, when somebody pasted the whole header line. */
static struct hv_bytes
header_value(const char *text)
{
    static const char name[] = "Authorization:";

    if (strncasecmp(text, name, sizeof(name) - 1) == 0)
        text += sizeof(name) - 1;
    return hv_bytes_trim(hv_bytes_str(text));
}

/* --sub: the message was expected for that subscription and no other. */
static enum hv_status
check_expected(struct hv_cmd *cmd, const struct hv_judgement *judged,
               struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, "--sub");
    struct hv_guid sub;
    enum hv_status st;

    if (!text)
        return HV_OK;
    st = cmd_sub_id(cmd, text, &sub, err);
    if (!st && judged->has_auth && !hv_guid_equal(&sub, &judged->auth.sub))
        st = hv_fail(err, HV_ERR_VERIFY,
                     "the header names another subscription than --sub");
    return st;
}

static enum hv_status
tell_judgement(struct hv_cmd *cmd, const struct hv_judgement *judged,
               struct hv_error *err)
{
    const struct hv_verdict_row *row = hv_verdict_row(judged->verdict);
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_text(top, "verdict", row->word);
    hv_node_id(top, "sub", judged->has_auth ? &judged->auth.sub : NULL);
    hv_node_text(top, "version",
                 judged->has_auth ? judged->auth.version.id : NULL);
    why_tell(top, judged->why, judged->why_len);
    if (hv_cmd_has(cmd, "--explain")) {
        hv_node_text(top, "sentence", row->sentence);
        hv_node_text(top, "todo", row->todo[0] ? row->todo : NULL);
        hv_node_int(top, "answer", row->http);
    }
    if (!row->is_verified) {
        hv_fail(err, HV_ERR_VERIFY, "the message did not verify: %s",
                row->word);
        hv_hint(err, "see 'hvconsole explain %s'", row->word);
        return HV_ERR_VERIFY;
    }
    return check_expected(cmd, judged, err);
}

enum hv_status
cmd_verify(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *header = hv_cmd_text(cmd, "--header");
    const char *body_path = hv_cmd_text(cmd, "--body");
    struct hv_judgement judged = { 0 };
    struct hv_buf body = { 0 };
    struct hv_keystore *ks;
    enum hv_status st;

    if (!header || !body_path)
        return hv_fail(err, HV_ERR_USAGE, "'verify' needs --header and --body");
    st =
        cmd_input(body_path, HV_MAX_NOTIFY_BODY_CONFIG, "the body", &body, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = hv_notify_judge(hv_keystore_ring(ks), header_value(header),
                             hv_buf_bytes(&body), NULL, &judged, err);
    if (!st && hv_cmd_has(cmd, "--explain") && judged.why_len < HV_MAX_WHY &&
        hv_notify_nearest(hv_keystore_ring(ks), header_value(header),
                          hv_buf_bytes(&body), &judged, 0,
                          &judged.why[judged.why_len]))
        judged.why_len++;
    if (!st)
        st = tell_judgement(cmd, &judged, err);
    hv_judgement_release(&judged);
    hv_buf_release(&body);
    return st;
}

/* ---- explain ---- */

static void
explain_code(struct hv_cmd *cmd, const struct hv_code *code)
{
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_text(top, "kind", "platform-code");
    hv_node_int(top, "code", code->code);
    hv_node_text(top, "name", code->name);
    hv_node_text(top, "class", hv_code_class_word(code->kind));
    hv_node_text(top, "meaning", code->meaning);
    hv_node_text(top, "todo", hv_code_advice(code->kind));
}

static void
explain_verdict(struct hv_cmd *cmd, const struct hv_verdict_row *row)
{
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_text(top, "kind", "verdict");
    hv_node_text(top, "verdict", row->word);
    hv_node_text(top, "letter", (char[]){ row->letter, '\0' });
    hv_node_int(top, "answer", row->http);
    hv_node_bool(top, "verified", row->is_verified);
    hv_node_text(top, "meaning", row->sentence);
    hv_node_text(top, "todo", row->todo[0] ? row->todo : NULL);
}

/* Every table of rules, so that each id a linter prints can be explained. */
static const struct hv_lint *
find_lint(const char *word, struct hv_error *err)
{
    const struct hv_lint *const tables[] = { hv_shell_lints(),
                                             hv_profile_lints(),
                                             hv_sub_lints() };

    for (size_t i = 0; i < HV_LEN(tables); i++) {
        for (const struct hv_lint *lint = tables[i]; lint->id; lint++) {
            if (strcmp(lint->id, word) == 0)
                return lint;
            if (hv_word_is_near(word, lint->id))
                hv_hint(err, "did you mean %s?", lint->id);
        }
    }
    return NULL;
}

static void
explain_lint(struct hv_cmd *cmd, const struct hv_lint *lint)
{
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_text(top, "kind", "lint");
    hv_node_text(top, "id", lint->id);
    hv_node_text(top, "severity", hv_severity_word(lint->severity));
    hv_node_text(top, "meaning", lint->meaning);
    hv_node_text(top, "todo", lint->advice);
}

/* What `key doctor` finds has ids, too. */
static bool
explain_trouble(struct hv_cmd *cmd, const char *word)
{
    struct hv_node *top;
    int t = HV_TROUBLE_NO_KEY;

    while (t <= HV_TROUBLE_LINGERING &&
           strcmp(hv_key_trouble_word((enum hv_key_trouble)t), word))
        t++;
    if (t > HV_TROUBLE_LINGERING)
        return false;
    top = hv_out_top(cmd->out);
    hv_node_text(top, "kind", "key-finding");
    hv_node_text(top, "id", word);
    hv_node_text(top, "meaning", hv_key_trouble_advice((enum hv_key_trouble)t));
    return true;
}

/* By number or by name; case and hyphens are forgiven in names. */
static const struct hv_code *
find_code(const char *word)
{
    char *end;
    long number = strtol(word, &end, 10);

    if (isdigit((unsigned char)word[0]) && !*end && number <= 1000)
        return hv_code_find((int)number);
    for (int i = 0; i <= 1000; i++) {
        const struct hv_code *code = hv_code_find(i);

        if (code && strcasecmp(code->name, word) == 0)
            return code;
    }
    return NULL;
}

enum hv_status
cmd_explain(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *word = cmd->args[0];
    const struct hv_code *code = find_code(word);
    const struct hv_lint *lint = find_lint(word, NULL);
    enum hv_verdict verdict;

    if (lint) {
        explain_lint(cmd, lint);
        return HV_OK;
    }
    if (explain_trouble(cmd, word))
        return HV_OK;
    if (code) {
        explain_code(cmd, code);
        return HV_OK;
    }
    if (hv_verdict_parse(word, &verdict) == HV_OK) {
        explain_verdict(cmd, hv_verdict_row(verdict));
        return HV_OK;
    }
    if (isdigit((unsigned char)word[0]))
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "the platform has no status code %s that is known here",
                       word);
    hv_fail(err, HV_ERR_NOT_FOUND,
            "'%s' is neither a platform code, nor a verdict, nor the id of a "
            "finding",
            word);
    (void)find_lint(word, err);
    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        const char *known = hv_verdict_row((enum hv_verdict)v)->word;

        if (hv_word_is_near(word, known))
            hv_hint(err, "did you mean %s?", known);
    }
    hv_hint(err, "give a number like 133 or a verdict like bad-hmac");
    return HV_ERR_NOT_FOUND;
}
