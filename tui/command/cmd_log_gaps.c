/*
 * cmd_log_gaps.c - `log gaps`: records the platform says were updated, against
 * what the listener received about them. Called through the table. Says aloud
 * what it cannot see.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/clock.h"

#include <stdlib.h>

#define DAY_MS    (INT64_C(24) * 3600 * 1000)
#define MARGIN_MS (INT64_C(5) * 60 * 1000)  /* clocks differ */
#define GRACE_MS  (INT64_C(15) * 60 * 1000) /* the first retries come by then */

const struct hv_column log_gap_columns[] = {
    { "record", "RECORD", HV_COL_NAME },
    { "person", "PERSON", HV_COL_WIDE },
    { "updated", "UPDATED", 0 },
    { "last_received", "LAST RECEIVED", 0 },
    { "last_id", "LAST ID", HV_COL_RIGHT | HV_COL_WIDE },
    { "state", "STATE", HV_COL_PAINT },
    { "listener_down", "DOWN THEN", 0 },
    { 0 },
};

static const char *const blind_spots[] = {
    "the platform names a record and its last update, not the types: a change of "
    "a type no subscription asks for looks missing too",
    "of several updates only the last is compared: an earlier one may be missing "
    "behind a later one that came",
    "what is missing may still come: the platform tries for ten days, longer and "
    "longer apart",
    "updates this application made itself, and records no one let it read "
    "offline, may never be notified",
};

struct gaps {
    struct hv_journal_view *view;
    struct hv_log_uptime uptime;
    int64_t now_ms;
    int64_t missing;
};

static bool
was_down(const struct gaps *gaps, int64_t at_ms)
{
    for (size_t i = 0; i < gaps->uptime.downs_len; i++) {
        if (at_ms >= gaps->uptime.downs[i].from_ms &&
            at_ms <= gaps->uptime.downs[i].to_ms)
            return true;
    }
    return false;
}

static enum hv_status
tell_record(struct hv_cmd *cmd, struct gaps *gaps,
            const struct hv_updated_record *updated, struct hv_error *err)
{
    struct hv_record_use use = { 0 };
    struct hv_node *node;
    const char *state = "missing";
    enum hv_status st =
        hv_journal_record_use(gaps->view, &updated->record,
                              updated->updated_ms - MARGIN_MS, &use, err);

    if (st)
        return st;
    if (use.count > 0)
        state = "received";
    else if (gaps->now_ms - updated->updated_ms < GRACE_MS)
        state = "waiting";
    else
        gaps->missing++;
    /* Nothing since: when the last one before it came, if any. */
    if (use.count == 0)
        st = hv_journal_record_use(gaps->view, &updated->record, 0, &use, err);
    node = hv_out_item(cmd->out);
    hv_node_id(node, "record", &updated->record);
    hv_node_id(node, "person", &updated->person);
    hv_node_time(node, "updated", updated->updated_ms);
    hv_node_time(node, "last_received", use.last_ms);
    if (use.last_id)
        hv_node_int(node, "last_id", use.last_id);
    else
        hv_node_null(node, "last_id");
    hv_node_text(node, "state", state);
    hv_node_bool(node, "listener_down", was_down(gaps, updated->updated_ms));
    return st;
}

static void
tell_top(struct hv_cmd *cmd, const struct gaps *gaps, int64_t since_ms)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_node *list;

    hv_node_time(top, "since", since_ms);
    hv_node_int(top, "missing", gaps->missing);
    hv_node_int(top, "listener_down_s", gaps->uptime.down_ms / 1000);
    list = hv_node_list(top, "blind_spots");
    for (size_t i = 0; i < HV_LEN(blind_spots); i++) {
        hv_node_text(list, NULL, blind_spots[i]);
        hv_out_note(cmd->out, "not seen: %s", blind_spots[i]);
    }
}

enum hv_status
cmd_log_gaps(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_updated_list list = { 0 };
    struct hv_client *client = NULL;
    struct hv_keystore *ks = NULL;
    struct gaps gaps = { .now_ms = hv_clock_now_ms() };
    int64_t since_ms = gaps.now_ms - DAY_MS;
    enum hv_status st = log_moment(cmd, "--since", &since_ms, err);

    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = hv_session_client(cmd->session, &client, err);
    if (!st)
        st = hv_session_journal(cmd->session, &gaps.view, err);
    if (!st)
        st = hv_journal_uptime(gaps.view, since_ms, gaps.now_ms, &gaps.uptime,
                               err);
    if (!st)
        st = hv_client_updated_records(client, since_ms, &list, err);
    for (size_t i = 0; !st && i < list.len; i++)
        st = tell_record(cmd, &gaps, &list.items[i], err);
    if (!st)
        tell_top(cmd, &gaps, since_ms);
    hv_updated_list_release(&list);
    hv_log_uptime_release(&gaps.uptime);
    hv_journal_view_close(gaps.view);
    return st;
}
