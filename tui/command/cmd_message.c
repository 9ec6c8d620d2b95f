/*
 * cmd_message.c - one message: `log show` from the journal, `verify` from the
 * command line, `explain` of a verdict or a platform code. Called through the
 * table.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/help.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/file.h"
#include "hvconsole/names.h"
#include "hvconsole/notify.h"
#include "hvconsole/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The body as it came; for a terminal only what cannot do harm there. */
static enum hv_status
show_raw(struct hv_cmd *cmd, int64_t id, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_buf body = { 0 }, clean = { 0 };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (!st)
        st = hv_session_journal(cmd->session, &view, err);
    if (!st)
        st = hv_journal_body(view, id, &body, err);
    if (!st && hv_out_is_raw(cmd->out)) {
        hv_out_raw(cmd->out, hv_buf_bytes(&body));
    } else if (!st) {
        hv_text_clean_lines(&clean, hv_buf_bytes(&body));
        hv_buf_add_char(&clean, '\n');
        hv_out_raw(cmd->out, hv_buf_bytes(&clean));
    }
    hv_buf_release(&clean);
    hv_buf_release(&body);
    hv_journal_view_close(view);
    return st;
}

enum hv_status
cmd_log_show(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_row row = { 0 };
    const struct hv_verdict_row *verdict;
    char *end;
    long long id = strtoll(cmd->args[0], &end, 10);
    enum hv_status st;

    if (!isdigit((unsigned char)cmd->args[0][0]) || *end)
        return hv_fail(err, HV_ERR_USAGE,
                       "'log show' wants the number of a row, not '%s'",
                       cmd->args[0]);
    if (hv_cmd_has(cmd, "--raw"))
        return show_raw(cmd, id, err);
    (void)hv_session_try_keystore(cmd->session);
    st = hv_session_journal(cmd->session, &view, err);
    if (!st)
        st = hv_journal_get(view, id, &row, err);
    if (!st) {
        verdict = hv_verdict_row(row.verdict);
        log_tell(hv_out_top(cmd->out), &row);
        hv_node_text(hv_out_top(cmd->out), "sentence", verdict->sentence);
        hv_node_text(hv_out_top(cmd->out), "todo",
                     verdict->todo[0] ? verdict->todo : NULL);
        hv_log_row_release(&row);
    }
    hv_journal_view_close(view);
    return st;
}

/* ---- verify ---- */

static enum hv_status
read_body(const char *path, struct hv_buf *out, struct hv_error *err)
{
    char chunk[16384];
    ssize_t got;

    if (strcmp(path, "-"))
        return hv_file_read(path, HV_MAX_NOTIFY_BODY_CONFIG, out, err);
    while ((got = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0) {
        hv_buf_add(out, chunk, (size_t)got);
        if (out->len > HV_MAX_NOTIFY_BODY_CONFIG)
            return hv_fail(err, HV_ERR_LIMIT,
                           "the body on standard input is larger than %d bytes",
                           HV_MAX_NOTIFY_BODY_CONFIG);
    }
    if (got < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot read standard input");
    return HV_OK;
}

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
    st = read_body(body_path, &body, err);
    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = hv_notify_judge(hv_keystore_ring(ks), header_value(header),
                             hv_buf_bytes(&body), NULL, &judged, err);
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
    enum hv_verdict verdict;

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
            "'%s' is neither a platform code nor a verdict", word);
    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        const char *known = hv_verdict_row((enum hv_verdict)v)->word;

        if (hv_word_is_near(word, known))
            hv_hint(err, "did you mean %s?", known);
    }
    hv_hint(err, "give a number like 133 or a verdict like bad-hmac");
    return HV_ERR_NOT_FOUND;
}
