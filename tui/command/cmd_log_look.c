/*
 * cmd_log_look.c - `log show|explain|verify`: one stored message, looked at
 * closely. Called through the table.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

/* ---- show ---- */

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

static enum hv_status
get_row(struct hv_cmd *cmd, struct hv_journal_view **view,
        struct hv_log_row *row, struct hv_error *err)
{
    int64_t id = 0;
    enum hv_status st = log_row_id(cmd, cmd->args[0], &id, err);

    if (st)
        return st;
    (void)hv_session_try_keystore(cmd->session);
    st = hv_session_journal(cmd->session, view, err);
    if (!st)
        st = hv_journal_get(*view, id, row, err);
    return st;
}

enum hv_status
cmd_log_show(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_row row = { 0 };
    const struct hv_verdict_row *verdict;
    int64_t id = 0;
    enum hv_status st = log_row_id(cmd, cmd->args[0], &id, err);

    if (!st && hv_cmd_has(cmd, "--raw"))
        return show_raw(cmd, id, err);
    if (!st)
        st = get_row(cmd, &view, &row, err);
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

/* ---- explain ---- */

/* What a step looks at, in the order it is done. */
static const struct {
    const char *step;
    const char *question;
} questions[] = {
    { "header", "Does the Authorization header have the right form?" },
    { "subscription", "Is a key of its subscription kept here?" },
    { "version", "Is its key version known, and not retired?" },
    { "mac", "Does the signature fit the bytes of the body?" },
    { "xml", "Can the body be read?" },
    { "inner", "Are the subscriptions in the body known?" },
    { "nearest", "What would have fitted?" },
};

static const struct hv_why_step *
find_step(const struct hv_log_row *row, const char *word)
{
    for (size_t i = 0; i < row->why_len; i++) {
        if (strcmp(row->why[i].step, word) == 0)
            return &row->why[i];
    }
    return NULL;
}

/* What the same bytes met before or afterwards. */
static void
tell_context(struct hv_cmd *cmd, struct hv_journal_view *view,
             const struct hv_log_row *row)
{
    struct hv_node *top = hv_out_top(cmd->out);
    int64_t now_ms = hv_clock_now_ms();
    char age[HV_AGE_TEXT];

    if (row->retry_until_ms > now_ms) {
        hv_age_format(row->retry_until_ms - now_ms, age);
        hv_out_note(cmd->out,
                    "the platform goes on trying for about %s: repair the "
                    "cause, and nothing is lost",
                    age);
    }
    if (row->duplicate_of) {
        struct hv_log_row first = { 0 };

        hv_node_int(top, "duplicate_of", row->duplicate_of);
        if (hv_journal_get(view, row->duplicate_of, &first, NULL) == HV_OK)
            hv_node_time(top, "first_received", first.received_ms);
        hv_log_row_release(&first);
    }
}

static void
tell_steps(struct hv_cmd *cmd, const struct hv_log_row *row)
{
    struct hv_node *list = hv_node_list(hv_out_top(cmd->out), "checks");

    for (size_t i = 0; i < HV_LEN(questions); i++) {
        const struct hv_why_step *step = find_step(row, questions[i].step);
        bool is_nearest = i + 1 == HV_LEN(questions);
        struct hv_node *item;

        if (is_nearest && !step)
            continue;
        item = hv_node_object(list, NULL);
        hv_node_text(item, "step", questions[i].step);
        hv_node_text(item, "question", questions[i].question);
        hv_node_text(item, "result",
                     !step        ? "not reached"
                     : is_nearest ? "looked for"
                     : step->ok   ? "yes"
                                  : "no");
        hv_node_text(item, "note", step && step->note[0] ? step->note : NULL);
    }
}

enum hv_status
cmd_log_explain(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_row row = { 0 };
    struct hv_node *top = hv_out_top(cmd->out);
    const struct hv_verdict_row *verdict;
    enum hv_status st = get_row(cmd, &view, &row, err);

    if (!st) {
        verdict = hv_verdict_row(row.verdict);
        hv_node_int(top, "id", row.id);
        hv_node_time(top, "received", row.received_ms);
        hv_node_text(top, "verdict", verdict->word);
        hv_node_int(top, "answered", row.answered);
        hv_node_text(top, "sentence", verdict->sentence);
        hv_node_text(top, "todo", verdict->todo[0] ? verdict->todo : NULL);
        tell_steps(cmd, &row);
        hv_node_time(top, "retry_until", row.retry_until_ms);
        tell_context(cmd, view, &row);
        hv_log_row_release(&row);
    }
    hv_journal_view_close(view);
    return st;
}

/* ---- verify ---- */

const struct hv_column log_verify_columns[] = {
    { "id", "ID", HV_COL_NAME | HV_COL_RIGHT },
    { "verdict", "VERDICT", HV_COL_PAINT },
    { "result", "RESULT", HV_COL_PAINT },
    { "bytes", "BYTES", HV_COL_RIGHT },
    { "note", "NOTE", 0 },
    { 0 },
};

/* Whether a stored body still says what its row says. */
static bool
agrees(const struct hv_log_row *row, struct hv_bytes body, const char **note)
{
    struct hv_event_list events = { 0 };
    bool is_read = hv_notify_parse(NULL, body, &events, NULL) == HV_OK;
    bool agrees = true;

    if ((int64_t)body.len != row->bytes) {
        *note = "the body has another length than its row says";
        agrees = false;
    } else if (is_read == (row->verdict == HV_VERDICT_QUARANTINED)) {
        *note = is_read ? "the body can be read, though it was quarantined"
                        : "the body cannot be read";
        agrees = false;
    } else if (is_read && (int)events.len != row->events_count) {
        *note = "the body names other events than its row";
        agrees = false;
    }
    hv_event_list_release(&events);
    return agrees;
}

/* The word for the result; HV_ERR_LOCKED and such end the command. */
static enum hv_status
verify_row(struct hv_journal_view *view, const struct hv_log_row *row,
           const char **result, const char **note, struct hv_error *err)
{
    struct hv_buf body = { 0 };
    enum hv_status st = HV_OK;

    *note = NULL;
    if (!hv_verdict_row(row->verdict)->is_verified) {
        *result = "not-stored";
        *note = "of a refused message only the digest is kept";
        return HV_OK;
    }
    if (row->is_pruned) {
        *result = "pruned";
        *note = "body and ids were removed: too old";
        return HV_OK;
    }
    if (!row->is_altered)
        st = hv_journal_body(view, row->id, &body, err);
    *result = "intact";
    if (row->is_altered || st == HV_ERR_DAMAGED || st == HV_ERR_NOT_FOUND) {
        *result = "altered";
        *note = "the seal does not fit: somebody changed this row";
        st = HV_OK;
    } else if (!st && !agrees(row, hv_buf_bytes(&body), note)) {
        *result = "altered";
    }
    if (body.data)
        hv_wipe(body.data, body.cap);
    hv_buf_release(&body);
    return st;
}

static enum hv_status
verify_one(struct hv_cmd *cmd, struct hv_journal_view *view, const char *word,
           size_t *altered, struct hv_error *err)
{
    struct hv_log_row row = { 0 };
    struct hv_error ignored = { 0 };
    const char *result = "";
    const char *note = NULL;
    struct hv_node *node;
    int64_t id = 0;
    enum hv_status st = log_row_id(cmd, word, &id, err);

    if (!st)
        st = hv_journal_get(view, id, &row, err);
    if (!st) {
        st = verify_row(view, &row, &result, &note, &ignored);
        if (st && err)
            *err = ignored;
    }
    if (!st) {
        node = hv_out_item(cmd->out);
        hv_node_int(node, "id", row.id);
        hv_node_text(node, "verdict", hv_verdict_row(row.verdict)->word);
        hv_node_text(node, "result", result);
        hv_node_int(node, "bytes", row.bytes);
        hv_node_text(node, "note", note);
        *altered += strcmp(result, "altered") == 0;
    }
    hv_log_row_release(&row);
    return st;
}

enum hv_status
cmd_log_verify(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_keystore *ks;
    size_t altered = 0;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (!st)
        st = hv_session_journal(cmd->session, &view, err);
    if (!st && !cmd->args_len)
        st = log_check(cmd, view, err);
    for (int i = 0; !st && i < cmd->args_len; i++)
        st = verify_one(cmd, view, cmd->args[i], &altered, err);
    hv_journal_view_close(view);
    if (!st && altered)
        st = hv_fail(err, HV_ERR_VERIFY,
                     "%zu of %d rows are not as they were "
                     "written",
                     altered, cmd->args_len);
    return st;
}
