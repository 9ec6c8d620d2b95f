/*
 * cmd_log.c - `log list|tail`: what the listener received. Called through
 * the table. Without the keystore sealed fields are null; nobody is asked.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE         64 /* rows read from the journal at once */
#define DEFAULT_LIST 100
#define DEFAULT_TAIL 20
#define FOLLOW_MS    200

const struct hv_column log_columns[] = {
    { "id", "ID", HV_COL_NAME | HV_COL_RIGHT },
    { "received", "RECEIVED", 0 },
    { "sub", "SUBSCRIPTION", 0 },
    { "version", "VERSION", 0 },
    { "verdict", "VERDICT", HV_COL_PAINT },
    { "answered", "HTTP", HV_COL_RIGHT },
    { "bytes", "BYTES", HV_COL_RIGHT },
    { "sha256", "SHA-256", HV_COL_WIDE },
    { "duplicate_of", "DUPLICATE OF", HV_COL_WIDE | HV_COL_RIGHT },
    { "retry_until", "RETRY UNTIL", HV_COL_WIDE },
    { "events", "EVENTS", HV_COL_HIDDEN },
    { "events_count", "EVENTS", HV_COL_RIGHT },
    { "things_count", "THINGS", HV_COL_RIGHT },
    { "test", "TEST", HV_COL_WIDE },
    { "why", "WHY", HV_COL_HIDDEN },
    { "peer", "PEER", HV_COL_WIDE },
    { 0 },
};

/* Sealed and without the key: null, never an empty list, as if there were
 * none. */
static void
events_tell(struct hv_node *node, const struct hv_log_row *row)
{
    struct hv_node *events;

    if (!row->is_unsealed && !row->events_len && row->events_count) {
        hv_node_null(node, "events");
        return;
    }
    events = hv_node_list(node, "events");
    for (size_t i = 0; i < row->events_len; i++) {
        const struct hv_log_event *event = &row->events[i];
        struct hv_node *item = hv_node_object(events, NULL);
        struct hv_node *things;

        hv_node_id(item, "sub", &event->sub);
        hv_node_id(item, "person", &event->person);
        hv_node_id(item, "record", &event->record);
        if (!row->is_unsealed) {
            hv_node_null(item, "things");
            continue;
        }
        things = hv_node_list(item, "things");
        for (size_t j = 0; j < event->things_len; j++)
            hv_node_id(things, NULL, &event->things[j]);
    }
}

void
why_tell(struct hv_node *node, const struct hv_why_step *why, size_t len)
{
    struct hv_node *list = hv_node_list(node, "why");

    for (size_t i = 0; i < len; i++) {
        struct hv_node *step = hv_node_object(list, NULL);

        hv_node_text(step, "step", why[i].step);
        hv_node_bool(step, "ok", why[i].ok);
        hv_node_text(step, "note", why[i].note);
    }
}

void
log_tell(struct hv_node *node, const struct hv_log_row *row)
{
    hv_node_int(node, "id", row->id);
    hv_node_time(node, "received", row->received_ms);
    hv_node_id(node, "sub", row->has_sub ? &row->sub : NULL);
    hv_node_text(node, "version", row->version.id[0] ? row->version.id : NULL);
    hv_node_text(node, "verdict", hv_verdict_row(row->verdict)->word);
    hv_node_int(node, "answered", row->answered);
    hv_node_int(node, "bytes", row->bytes);
    hv_node_hex(node, "sha256", row->sha256, sizeof(row->sha256));
    if (row->duplicate_of)
        hv_node_int(node, "duplicate_of", row->duplicate_of);
    else
        hv_node_null(node, "duplicate_of");
    hv_node_time(node, "retry_until", row->retry_until_ms);
    events_tell(node, row);
    hv_node_int(node, "events_count", row->events_count);
    hv_node_int(node, "things_count", row->things_count);
    hv_node_bool(node, "test", row->is_test);
    why_tell(node, row->why, row->why_len);
    hv_node_text(node, "peer", row->peer[0] ? row->peer : NULL);
}

/* A moment: RFC 3339, or a duration before now. */
static enum hv_status
read_moment(struct hv_cmd *cmd, const char *flag, int64_t *out,
            struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, flag);
    int64_t ago;

    if (!text)
        return HV_OK;
    if (hv_time_parse(hv_bytes_str(text), out) == HV_OK)
        return HV_OK;
    if (hv_duration_parse(text, &ago) == HV_OK) {
        *out = hv_clock_now_ms() - ago;
        return HV_OK;
    }
    hv_fail(err, HV_ERR_USAGE, "%s does not understand '%s'", flag, text);
    hv_hint(err, "give a time like 2026-11-21T12:00:00Z or an age like 24h");
    return HV_ERR_USAGE;
}

static enum hv_status
read_verdicts(struct hv_cmd *cmd, struct hv_log_filter *filter,
              struct hv_error *err)
{
    struct hv_words words = { 0 };
    enum hv_status st = hv_cmd_list(cmd, "--verdict", &words, err);

    for (int i = 0; !st && i < words.len; i++) {
        enum hv_verdict verdict;

        if (hv_verdict_parse(words.items[i], &verdict) == HV_OK) {
            filter->verdicts |= UINT32_C(1) << verdict;
            continue;
        }
        st = hv_fail(err, HV_ERR_USAGE, "there is no verdict '%s'",
                     words.items[i]);
        for (int v = 0; v < HV_VERDICT_COUNT; v++) {
            const char *word = hv_verdict_row((enum hv_verdict)v)->word;

            if (hv_word_is_near(words.items[i], word))
                hv_hint(err, "did you mean %s?", word);
        }
        hv_hint(err, "see 'hvconsole help verdicts'");
    }
    hv_words_release(&words);
    return st;
}

/* A subscription the log has seen, so that a prefix works while locked. */
static enum hv_status
find_sub(struct hv_session *session, struct hv_journal_view *view,
         const char *text, struct hv_guid *out, struct hv_error *err)
{
    struct hv_log_count *counts = NULL;
    size_t len = 0, found = 0;
    enum hv_status st;

    if (hv_guid_parse(text, out) == HV_OK ||
        (session->ks && hv_keyring_resolve_sub(hv_keystore_ring(session->ks),
                                               text, out, NULL) == HV_OK))
        return HV_OK;
    st = hv_journal_counts(view, 0, &counts, &len, err);
    for (size_t i = 0; !st && i < len; i++) {
        if (!hv_guid_matches(&counts[i].sub, text) ||
            (found && hv_guid_equal(out, &counts[i].sub)))
            continue;
        *out = counts[i].sub;
        found++;
    }
    free(counts);
    if (!st && !found)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the log knows no subscription '%s'", text);
    if (!st && found > 1)
        st = hv_fail(err, HV_ERR_RULE,
                     "'%s' fits %zu subscriptions: give more of the id", text,
                     found);
    return st;
}

/* The record is found through a keyed hash: that needs the key. */
static enum hv_status
read_record(struct hv_cmd *cmd, struct hv_log_filter *filter,
            struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, "--record");
    struct hv_keystore *ks;

    if (!text)
        return HV_OK;
    if (hv_guid_parse(text, &filter->record))
        return hv_fail(err, HV_ERR_USAGE,
                       "--record wants a whole record id, not '%s'", text);
    filter->has_record = true;
    return hv_session_keystore(cmd->session, &ks, err);
}

static enum hv_status
open_log(struct hv_cmd *cmd, struct hv_log_filter *filter,
         struct hv_journal_view **view, struct hv_error *err)
{
    const char *sub = hv_cmd_text(cmd, "--sub");
    const char *version = hv_cmd_text(cmd, "--version");
    enum hv_status st = read_verdicts(cmd, filter, err);

    if (!st)
        st = read_moment(cmd, "--since", &filter->since_ms, err);
    if (!st)
        st = read_moment(cmd, "--until", &filter->until_ms, err);
    if (!st && version &&
        !hv_copy(filter->version, sizeof(filter->version), version))
        st = hv_fail(err, HV_ERR_USAGE,
                     "a key version has at most %d characters",
                     HV_MAX_KEY_VERSION);
    if (!st)
        st = read_record(cmd, filter, err);
    if (st)
        return st;
    if (!hv_session_try_keystore(cmd->session) &&
        cmd->session->try_error.status &&
        cmd->session->try_error.status != HV_ERR_NOT_FOUND)
        hv_cmd_talk(cmd, "sealed fields stay sealed: %s",
                    cmd->session->try_error.why);
    st = hv_session_journal(cmd->session, view, err);
    if (!st && sub) {
        st = find_sub(cmd->session, *view, sub, &filter->sub, err);
        filter->has_sub = true;
    }
    return st;
}

enum hv_status
cmd_log_list(struct hv_cmd *cmd, struct hv_error *err)
{
    int64_t left = cmd->session->globals.limit;
    bool is_all = left == 0;
    struct hv_log_row rows[PAGE];
    struct hv_log_filter filter = { 0 };
    struct hv_journal_view *view = NULL;
    int64_t before = 0;
    enum hv_status st = open_log(cmd, &filter, &view, err);

    if (left < 0)
        left = DEFAULT_LIST;
    while (!st && (is_all || left > 0) && !hv_out_is_closed(cmd->out)) {
        size_t max = is_all || left > PAGE ? PAGE : (size_t)left;
        size_t len = 0;

        st = hv_journal_page(view, &filter, before, 0, true, rows, max, &len,
                             err);
        for (size_t i = 0; i < len; i++) {
            log_tell(hv_out_item(cmd->out), &rows[i]);
            before = rows[i].id;
            hv_log_row_release(&rows[i]);
        }
        if (len < max)
            break;
        left -= (int64_t)len;
    }
    hv_journal_view_close(view);
    return st;
}

/* The newest rows, oldest of them first. */
static enum hv_status
tail_start(struct hv_cmd *cmd, struct hv_journal_view *view,
           const struct hv_log_filter *filter, int64_t *last,
           struct hv_error *err)
{
    int64_t wanted = cmd->session->globals.limit;
    struct hv_log_row rows[PAGE];
    size_t len = 0;
    enum hv_status st;

    if (wanted < 0)
        wanted = DEFAULT_TAIL;
    if (wanted == 0 || wanted > PAGE)
        wanted = PAGE;
    st = hv_journal_page(view, filter, 0, 0, true, rows, (size_t)wanted, &len,
                         err);
    if (len)
        *last = rows[0].id;
    while (len) {
        len--;
        log_tell(hv_out_item(cmd->out), &rows[len]);
        hv_log_row_release(&rows[len]);
    }
    return st;
}

static enum hv_status
follow(struct hv_cmd *cmd, struct hv_journal_view *view,
       const struct hv_log_filter *filter, int64_t last, struct hv_error *err)
{
    bool never = false;
    enum hv_status st = hv_out_flush(cmd->out, err);

    while (!st && !hv_out_is_closed(cmd->out)) {
        struct hv_log_row rows[PAGE];
        size_t len = 0;

        hv_loop_run_until(cmd->session->loop, &never, FOLLOW_MS);
        if (!hv_journal_changed(view))
            continue;
        if (!last)
            st = tail_start(cmd, view, filter, &last, err);
        while (!st && last) {
            st = hv_journal_page(view, filter, 0, last, true, rows, PAGE, &len,
                                 err);
            for (size_t i = 0; i < len; i++) {
                log_tell(hv_out_item(cmd->out), &rows[i]);
                last = rows[i].id;
                hv_log_row_release(&rows[i]);
            }
            if (len < PAGE)
                break;
        }
        if (!st)
            st = hv_out_flush(cmd->out, err);
    }
    return st;
}

enum hv_status
cmd_log_tail(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_log_filter filter = { 0 };
    struct hv_journal_view *view = NULL;
    int64_t last = 0;
    bool is_following = hv_cmd_has(cmd, "-f");
    enum hv_status st = open_log(cmd, &filter, &view, err);

    if (is_following || cmd->session->globals.format == HV_FORMAT_NDJSON)
        hv_out_stream(cmd->out, "message");
    if (!st)
        st = tail_start(cmd, view, &filter, &last, err);
    if (!st && is_following)
        st = follow(cmd, view, &filter, last, err);
    hv_journal_view_close(view);
    return st;
}
