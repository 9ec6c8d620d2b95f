/*
 * cmd_log.c - `log list|tail`: what the listener received. Called through
 * the table. Without the keystore sealed fields are null; nobody is asked.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/log.h"

#include <stdlib.h>
#include <string.h>

#define PAGE         64
#define DEFAULT_LIST 100
#define DEFAULT_TAIL 20
#define FOLLOW_MS    40 /* asking costs microseconds; people see 100 ms */

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
    { "pruned", "PRUNED", HV_COL_HIDDEN },
    { "altered", "ALTERED", HV_COL_HIDDEN },
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
    hv_node_bool(node, "pruned", row->is_pruned);
    hv_node_bool(node, "altered", row->is_altered);
    why_tell(node, row->why, row->why_len);
    hv_node_text(node, "peer", row->peer[0] ? row->peer : NULL);
}

static enum hv_status
list_row(void *arg, const struct hv_log_row *row, struct hv_error *err)
{
    struct hv_cmd *cmd = arg;

    (void)err;
    log_tell(hv_out_item(cmd->out), row);
    return HV_OK;
}

enum hv_status
cmd_log_list(struct hv_cmd *cmd, struct hv_error *err)
{
    int64_t max = cmd->session->globals.limit;
    struct log_query query = { 0 };
    enum hv_status st = log_open(cmd, &query, err);

    if (!st)
        st = log_each(cmd, &query, max < 0 ? DEFAULT_LIST : max, true, list_row,
                      cmd, err);
    log_close(&query);
    return st;
}

/* ---- tail ---- */

struct tail {
    struct hv_cmd *cmd;
    struct log_query query;
    struct hv_log_row rows[PAGE];
    size_t len;
    int64_t last; /* newest row that was looked at */
};

static enum hv_status
keep_row(void *arg, const struct hv_log_row *row, struct hv_error *err)
{
    struct tail *tail = arg;

    /* Read again, oldest first: the row itself is the caller's. */
    return hv_journal_get(tail->query.view, row->id, &tail->rows[tail->len++],
                          err);
}

/* The newest rows, oldest of them first. */
static enum hv_status
tail_start(struct tail *tail, struct hv_error *err)
{
    int64_t wanted = tail->cmd->session->globals.limit;
    struct hv_log_row newest[1];
    size_t len = 0;
    enum hv_status st;

    if (wanted < 0)
        wanted = DEFAULT_TAIL;
    if (wanted == 0 || wanted > PAGE)
        wanted = PAGE;
    /* What comes while we look is told by following. */
    st = hv_journal_page(tail->query.view, NULL, 0, 0, false, newest, 1, &len,
                         err);
    if (!st && len > 0) {
        tail->last = newest[0].id;
        hv_log_row_release(&newest[0]);
        st = log_each(tail->cmd, &tail->query, wanted, true, keep_row, tail,
                      err);
    }
    while (tail->len > 0) {
        struct hv_log_row *row = &tail->rows[--tail->len];

        if (!st) {
            log_tell(hv_out_item(tail->cmd->out), row);
            if (row->id > tail->last)
                tail->last = row->id;
        }
        hv_log_row_release(row);
    }
    return st;
}

/* What came after the last one looked at. */
static enum hv_status
tail_more(struct tail *tail, struct hv_error *err)
{
    const char *grep = tail->query.grep;
    size_t len = PAGE;
    enum hv_status st = HV_OK;

    while (!st && len == PAGE) {
        st = hv_journal_page(tail->query.view, &tail->query.filter, 0,
                             tail->last, true, tail->rows, PAGE, &len, err);
        for (size_t i = 0; !st && i < len; i++) {
            struct hv_log_row *row = &tail->rows[i];

            tail->last = row->id;
            if (!grep || hv_journal_matches(tail->query.view, row, grep))
                log_tell(hv_out_item(tail->cmd->out), row);
            hv_log_row_release(row);
        }
    }
    return st;
}

static enum hv_status
follow(struct tail *tail, struct hv_error *err)
{
    struct hv_cmd *cmd = tail->cmd;
    bool never = false;
    enum hv_status st = hv_out_flush(cmd->out, err);

    while (!st && !hv_out_is_closed(cmd->out)) {
        hv_loop_run_until(cmd->session->loop, &never, FOLLOW_MS);
        if (!hv_journal_changed(tail->query.view))
            continue;
        st = tail->last ? tail_more(tail, err) : tail_start(tail, err);
        if (!st)
            st = hv_out_flush(cmd->out, err);
    }
    return st;
}

enum hv_status
cmd_log_tail(struct hv_cmd *cmd, struct hv_error *err)
{
    struct tail *tail = hv_calloc(1, sizeof(*tail));
    bool is_following = hv_cmd_has(cmd, "-f");
    enum hv_status st = log_open(cmd, &tail->query, err);

    tail->cmd = cmd;
    if (is_following || cmd->session->globals.format == HV_FORMAT_NDJSON)
        hv_out_stream(cmd->out, "message");
    if (!st)
        st = tail_start(tail, err);
    if (!st && is_following)
        st = follow(tail, err);
    log_close(&tail->query);
    free(tail);
    return st;
}
