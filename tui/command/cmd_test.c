/*
 * cmd_test.c - `test send|matrix`: messages like the platform's to a handler,
 * and what a platform would make of the answers. Called through the table.
 */
#include "tui/command/nouns/test.h"
#include "tui/command/sender.h"

#include "hvconsole/clock.h"
#include "tui/command/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAKES      3
#define MAX_FAKES  1000
#define MAX_COUNT  100000
#define BODY_SHOWN 4096

const struct hv_column test_columns[] = {
    { "mode", "MODE", HV_COL_NAME },
    { "items", "ITEMS", 0 },
    { "to", "TO", 0 },
    { "url", "URL", HV_COL_WIDE },
    { "status", "STATUS", HV_COL_RIGHT },
    { "expected", "EXPECTED", HV_COL_RIGHT },
    { "pass", "PASS", HV_COL_PAINT },
    { "platform", "PLATFORM", 0 },
    { "ms", "MS", HV_COL_RIGHT },
    { "note", "NOTE", 0 },
    { 0 },
};

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

    if (file && row)
        return hv_fail(err, HV_ERR_USAGE,
                       "--body and --from both name a body: give one");
    if (row)
        return read_logged(cmd, row, out, sub, err);
    return file ? cmd_input(file, HV_MAX_NOTIFY_BODY_CONFIG, "the body", out,
                            err)
                : HV_OK;
}

static void
read_where(struct hv_cmd *cmd, struct sender_shot *shot)
{
    shot->ca_file = hv_cmd_text(cmd, "--ca");
    shot->allow_private = hv_cmd_has(cmd, "--allow-private");
    shot->is_exact = hv_cmd_has(cmd, "--exact");
}

/* ---- telling ---- */

static void
items_text(const struct sender_shot *shot, char *out, size_t size)
{
    if (shot->body.data)
        hv_copy(out, size, "given");
    else if (shot->things)
        snprintf(out, size, "real:%zu", shot->things_len);
    else if (shot->fakes)
        snprintf(out, size, "fake:%d", shot->fakes);
    else
        hv_copy(out, size, "empty");
}

static void
tell_shot(struct hv_node *node, const struct sender_shot *shot)
{
    char items[32];

    items_text(shot, items, sizeof(items));
    hv_node_text(node, "mode", shot->mode->word);
    hv_node_text(node, "items", items);
    hv_node_text(node, "to", shot->aim->word);
    hv_node_text(node, "url", shot->aim->url);
}

static void
tell_result(struct hv_node *node, const struct sender_result *result)
{
    const struct hv_test_answer *answer = &result->answer;

    if (answer->http)
        hv_node_int(node, "status", answer->http);
    else
        hv_node_null(node, "status");
    hv_node_int(node, "expected", result->verdict.expected);
    hv_node_bool(node, "pass", result->verdict.passes);
    hv_node_text(node, "platform",
                 result->verdict.is_delivered ? "delivered" : "retried");
    hv_node_int(node, "ms", answer->took_ms);
    hv_node_text(node, "note",
                 result->verdict.note[0] ? result->verdict.note : NULL);
}

static void
add_text(struct hv_node *node, const char *key, struct hv_bytes bytes)
{
    struct hv_buf text = { 0 };

    if (bytes.len > BODY_SHOWN)
        bytes.len = BODY_SHOWN;
    hv_buf_add_bytes(&text, bytes);
    hv_node_text(node, key, hv_buf_str(&text));
    hv_buf_release(&text);
}

/* The exact request, but for its MAC; and the answer as it came. */
static void
tell_exchange(struct hv_node *top, const struct sender_shot *shot,
              const struct sender_result *result)
{
    struct hv_node *request = hv_node_object(top, "request");
    struct hv_node *answer;
    char header[256];

    sender_header_text(result->draft.header, header, sizeof(header));
    hv_node_text(request, "authorization", *header ? header : NULL);
    hv_node_bool(request, "marked", !shot->is_exact);
    hv_node_int(request, "bytes", (int64_t)result->draft.body.len);
    add_text(request, "body", hv_buf_bytes(&result->draft.body));
    if (!result->answer.http)
        return;
    answer = hv_node_object(top, "answer");
    hv_node_text(answer, "address", result->answer.address);
    hv_node_text(answer, "tls",
                 result->answer.tls[0] ? result->answer.tls : NULL);
    add_text(answer, "head", hv_buf_bytes(&result->answer.head));
    add_text(answer, "body", hv_buf_bytes(&result->answer.body));
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

static enum hv_status
send_and_tell(struct hv_cmd *cmd, struct sender_shot *shot,
              struct volley *volley, struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct sender_result result = { 0 };
    bool is_dry = hv_cmd_is_dry(cmd);
    enum hv_status st = is_dry
                            ? sender_compose(cmd->session, shot, &result, err)
                            : fire(cmd, shot, volley, &result, err);

    if (st) {
        sender_result_release(&result);
        return st;
    }
    hv_node_id(top, "sub", &shot->sub);
    hv_node_text(top, "version", result.draft.version.id);
    tell_shot(top, shot);
    if (!is_dry) {
        hv_node_int(top, "sent", volley->sent);
        hv_node_int(top, "passed", volley->passed);
        tell_result(top, &result);
    }
    tell_exchange(top, shot, &result);
    cmd_dry(cmd, top);
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

    read_where(cmd, &shot);
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

/* ---- test matrix ---- */

struct tally {
    int run, failed;
};

/* One cell; what cannot be composed here (no older key) is skipped, and said. */
static enum hv_status
try_cell(struct hv_cmd *cmd, const struct sender_shot *shot,
         struct tally *tally, struct hv_error *err)
{
    struct sender_result result = { 0 };
    struct hv_error why = { 0 };
    struct hv_node *node;
    enum hv_status st = sender_shoot(cmd->session, shot, &result, &why);

    if (st && st != HV_ERR_NOT_FOUND) {
        if (err && !err->status)
            *err = why;
        return st;
    }
    node = hv_out_item(cmd->out);
    tell_shot(node, shot);
    if (st) {
        hv_node_null(node, "status");
        hv_node_null(node, "pass");
        hv_node_text(node, "note", why.why);
        return HV_OK;
    }
    tell_result(node, &result);
    tally->run++;
    tally->failed += !result.verdict.passes;
    sender_result_release(&result);
    return HV_OK;
}

static enum hv_status
try_all(struct hv_cmd *cmd, struct sender_shot *shot, struct tally *tally,
        struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (const struct hv_test_mode *mode = hv_test_modes();
         !st && mode->word && !cmd->session->is_cancelled; mode++) {
        shot->mode = mode;
        shot->fakes = FAKES;
        st = try_cell(cmd, shot, tally, err);
        if (!st && mode->quirk == HV_TEST_PLAIN) {
            shot->fakes = 0;
            st = try_cell(cmd, shot, tally, err);
        }
    }
    return st;
}

/* The destinations: the one given, else the URL and the listener beside it. */
static enum hv_status
find_aims(struct hv_cmd *cmd, const struct hv_guid *sub,
          struct sender_aim aims[2], size_t *len, struct hv_error *err)
{
    const char *to = hv_cmd_text(cmd, "--to");
    enum hv_status st =
        sender_aim(cmd->session, sub, to ? to : "sub", &aims[0], err);

    *len = 1;
    if (!st && !to && !aims[0].is_listener &&
        sender_aim(cmd->session, sub, "listener", &aims[1], NULL) == HV_OK)
        *len = 2;
    return st;
}

enum hv_status
cmd_test_matrix(struct hv_cmd *cmd, struct hv_error *err)
{
    struct sender_aim aims[2];
    struct sender_shot shot = { 0 };
    struct tally tally = { 0 };
    size_t len = 0;
    enum hv_status st =
        sender_sub(cmd->session, hv_cmd_text(cmd, "--sub"), &shot.sub, err);

    read_where(cmd, &shot);
    if (!st)
        st = find_aims(cmd, &shot.sub, aims, &len, err);
    if (!st && hv_cmd_is_dry(cmd)) {
        for (size_t i = 0; i < len; i++)
            hv_cmd_talk(cmd, "would send every kind of message to %s",
                        aims[i].url);
        return HV_OK;
    }
    for (size_t i = 0; !st && i < len; i++) {
        shot.aim = &aims[i];
        st = try_all(cmd, &shot, &tally, err);
    }
    if (!st && tally.failed)
        st = hv_fail(err, HV_ERR_VERIFY,
                     "%d of %d messages were not answered "
                     "as they should be",
                     tally.failed, tally.run);
    return st;
}
