/*
 * cmd_test.c - `test send`: a message like the platform's to a handler, and
 * what a platform would make of the answer. Called through the table.
 */
#include "tui/command/cmd_test.h"

#include "hvconsole/clock.h"
#include "tui/command/nouns/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAKES     3
#define MAX_FAKES 1000
#define MAX_COUNT 100000

/* ---- the flags ---- */

static enum hv_status
read_items(const char *text, int *fakes, struct hv_error *err)
{
    char *end;
    long number;

    *fakes = FAKES;
    if (!text)
        return HV_OK;
    *fakes = 0;
    if (strcmp(text, "empty") == 0 || strncmp(text, "record:", 7) == 0)
        return HV_OK;
    if (strncmp(text, "fake:", 5) == 0) {
        number = strtol(text + 5, &end, 10);
        if (!*end && end > text + 5 && number >= 1 && number <= MAX_FAKES) {
            *fakes = (int)number;
            return HV_OK;
        }
    }
    return hv_fail(err, HV_ERR_USAGE,
                   "--items is fake:1 to fake:%d, empty or record:R, not '%s'",
                   MAX_FAKES, text);
}

/* "old:V" names the version as well. */
static enum hv_status
read_mode(const char *text, const struct hv_test_mode **mode,
          struct hv_key_version *version, struct hv_error *err)
{
    const char *colon = strchr(text, ':');
    char word[32];

    snprintf(word, sizeof(word), "%.*s",
             (int)(colon ? colon - text : (ptrdiff_t)strlen(text)), text);
    *mode = hv_test_mode_find(word);
    if (*mode && !colon)
        return HV_OK;
    if (*mode && (*mode)->quirk == HV_TEST_OLD_KEY &&
        hv_key_version_parse(hv_bytes_str(colon + 1), version) == HV_OK)
        return HV_OK;
    hv_fail(err, HV_ERR_USAGE, "--mode does not know '%s'", text);
    for (const struct hv_test_mode *m = hv_test_modes(); m->word; m++) {
        if (hv_word_is_near(word, m->word))
            hv_hint(err, "did you mean %s?", m->word);
    }
    hv_hint(err, "see 'hvconsole help test send'");
    return HV_ERR_USAGE;
}

/* The body of a row, and for which subscription it came. */
static enum hv_status
read_logged(struct hv_cmd *cmd, const char *text, struct hv_buf *out,
            struct hv_guid *sub, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_row row = { 0 };
    struct hv_keystore *ks;
    char *end;
    long long id = strtoll(text, &end, 10);
    enum hv_status st;

    if (*end || end == text || id <= 0)
        return hv_fail(err, HV_ERR_USAGE,
                       "--from wants the number of a row of the log, not '%s'",
                       text);
    st = hv_session_keystore(cmd->session, &ks, err); /* it is sealed */
    if (!st)
        st = hv_session_journal(cmd->session, &view, err);
    if (!st)
        st = hv_journal_get(view, id, &row, err);
    if (!st)
        st = hv_journal_body(view, id, out, err);
    if (!st)
        *sub = row.sub;
    hv_log_row_release(&row);
    hv_journal_view_close(view);
    return st;
}

static enum hv_status
read_body(struct hv_cmd *cmd, struct hv_buf *out, struct hv_guid *sub,
          struct hv_error *err)
{
    const char *file = hv_cmd_text(cmd, "--body");
    const char *row = hv_cmd_text(cmd, "--from");

    enum hv_status st = HV_OK;

    if (row)
        st = read_logged(cmd, row, out, sub, err);
    if (!st && file) { /* the row says for whom, the file what */
        hv_buf_clear(out);
        st = cmd_input(file, HV_MAX_NOTIFY_BODY_CONFIG, "the body", out, err);
    }
    return st;
}

/* ---- test send ---- */

struct volley {
    int64_t count;
    int64_t gap_ms;
    int64_t sent, passed;
};

static void
wait_ms(struct hv_session *session, int64_t ms)
{
    static const bool never;

    if (ms > 0)
        hv_loop_run_until(session->loop, &never, (int)ms);
}

/* The last answer stays in @result; the first that is wrong ends it there. */
static enum hv_status
fire(struct hv_cmd *cmd, const struct sender_shot *shot, struct volley *volley,
     struct sender_result *result, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    while (!st && volley->sent < volley->count && !cmd->session->is_cancelled) {
        if (volley->sent)
            wait_ms(cmd->session, volley->gap_ms);
        sender_result_release(result);
        st = sender_shoot(cmd->session, shot, result, err);
        volley->sent++;
        if (!st && !result->verdict.passes)
            break;
        volley->passed += !st;
    }
    return st;
}

static enum hv_status
read_volley(struct hv_cmd *cmd, struct volley *out, struct hv_error *err)
{
    const char *gap = hv_cmd_text(cmd, "--gap");
    enum hv_status st =
        hv_cmd_int(cmd, "--count", 1, MAX_COUNT, 1, &out->count, err);

    if (!st && gap &&
        (hv_duration_parse(gap, &out->gap_ms) || out->gap_ms > INT32_MAX))
        st = hv_fail(err, HV_ERR_USAGE,
                     "--gap wants a duration such as 500ms or 2s, not '%s'",
                     gap);
    return st;
}

/* To a person the whole of it as text, to programs as fields. */
static void
tell(struct hv_cmd *cmd, const struct sender_shot *shot,
     const struct volley *volley, const struct sender_result *result)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_exchange exchange;
    struct hv_buf text = { 0 };

    hv_exchange_make(shot, result, NULL, &exchange);
    exchange.sent = volley->sent;
    exchange.passed = volley->passed;
    if (hv_out_is_table(cmd->out)) {
        hv_exchange_text(&exchange, &text);
        hv_out_text(cmd->out, hv_buf_str(&text));
        hv_buf_release(&text);
    } else {
        hv_node_id(top, "sub", &shot->sub);
        hv_node_text(top, "version", result->draft.version.id);
        test_tell_shot(top, shot);
        if (!hv_cmd_is_dry(cmd)) {
            hv_node_int(top, "sent", volley->sent);
            hv_node_int(top, "passed", volley->passed);
            test_tell_result(top, result);
        }
        test_tell_exchange(top, shot, result);
        cmd_dry(cmd, top);
    }
    test_show(cmd, &exchange);
}

static enum hv_status
send_and_tell(struct hv_cmd *cmd, struct sender_shot *shot,
              struct volley *volley, struct hv_error *err)
{
    struct sender_result result = { 0 };
    bool is_dry = hv_cmd_is_dry(cmd);
    enum hv_status st = is_dry
                            ? sender_compose(cmd->session, shot, &result, err)
                            : fire(cmd, shot, volley, &result, err);

    if (st) {
        sender_result_release(&result);
        return st;
    }
    tell(cmd, shot, volley, &result);
    if (!is_dry && !result.verdict.passes) {
        if (result.answer.http)
            hv_fail(err, HV_ERR_VERIFY, "answered %d where %d was expected",
                    result.answer.http, result.verdict.expected);
        else
            hv_fail(err, HV_ERR_VERIFY, "%s", result.verdict.note);
        st = HV_ERR_VERIFY;
    }
    sender_result_release(&result);
    return st;
}

enum hv_status
cmd_test_send(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *to = hv_cmd_text(cmd, "--to");
    const char *mode = hv_cmd_text(cmd, "--mode");
    struct hv_key_version version = { 0 };
    struct sender_aim aim;
    struct sender_shot shot = { .aim = &aim };
    struct volley volley = { 0 };
    struct hv_guid things[SENDER_THINGS];
    const char *items = hv_cmd_text(cmd, "--items");
    struct hv_buf body = { 0 };
    enum hv_status st = read_items(items, &shot.fakes, err);

    test_read_where(cmd, &shot);
    if (!st)
        st = read_mode(mode ? mode : "normal", &shot.mode, &version, err);
    if (!st)
        st = read_volley(cmd, &volley, err);
    if (!st)
        st = read_body(cmd, &body, &shot.sub, err);
    if (!st && (hv_cmd_text(cmd, "--sub") || hv_guid_is_zero(&shot.sub)))
        st =
            sender_sub(cmd->session, hv_cmd_text(cmd, "--sub"), &shot.sub, err);
    if (!st)
        st = sender_aim(cmd->session, &shot.sub, to ? to : "sub", &aim, err);
    if (!st && items && strncmp(items, "record:", 7) == 0)
        st = sender_things(cmd->session, items + 7, things, &shot, err);
    if (!st) {
        shot.version = version.id[0] ? &version : NULL;
        shot.body = hv_cmd_text(cmd, "--body") || hv_cmd_text(cmd, "--from")
                        ? hv_buf_bytes(&body)
                        : (struct hv_bytes){ 0 };
        st = send_and_tell(cmd, &shot, &volley, err);
    }
    hv_buf_release(&body);
    return st;
}
