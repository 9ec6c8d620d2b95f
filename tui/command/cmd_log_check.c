/*
 * cmd_log_check.c - `log verify` of everything: the file as SQLite sees it, and
 * the seal of each row. Called by cmd_log_look.c. Slow by nature, so it tells how
 * far it is and can be stopped.
 */
#include "tui/command/cmd_log.h"

#include <stdio.h>

#define SLICE_MS 250
#define TALK     200000 /* rows between two words about it */

static void
tell(struct hv_cmd *cmd, const struct hv_log_check *check)
{
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_int(top, "rows", check->rows);
    hv_node_int(top, "intact", check->opened);
    hv_node_int(top, "sealed", check->sealed);
    hv_node_int(top, "altered", check->altered);
    hv_node_int(top, "strays", check->strays);
    hv_node_text(top, "trouble", check->trouble[0] ? check->trouble : NULL);
    hv_out_note(cmd->out,
                "%lld rows looked at: %lld bodies intact, %lld altered, %lld "
                "that no key at hand opens, %lld parts of no row",
                (long long)check->rows, (long long)check->opened,
                (long long)check->altered, (long long)check->sealed,
                (long long)check->strays);
}

/* The newest row that was altered, as one named on the command line is told. */
static enum hv_status
tell_altered(struct hv_cmd *cmd, struct hv_journal_view *view, int64_t id,
             struct hv_error *err)
{
    struct hv_log_row row = { 0 };
    struct hv_node *node;
    enum hv_status st = hv_journal_get(view, id, &row, err);

    if (!st) {
        node = hv_out_item(cmd->out);
        hv_node_int(node, "id", id);
        hv_node_text(node, "verdict", hv_verdict_row(row.verdict)->word);
        hv_node_text(node, "result", "altered");
        hv_node_int(node, "bytes", row.bytes);
        hv_node_text(node, "note", "the newest that was altered");
    }
    hv_log_row_release(&row);
    return st;
}

static enum hv_status
judge(const struct hv_log_check *check, struct hv_error *err)
{
    if (check->trouble[0]) {
        hv_fail(err, HV_ERR_DAMAGED, "the journal is damaged: %s",
                check->trouble);
        hv_hint(err, "keep the file for later and begin a new one: move "
                     "journal.db, journal.db-wal and journal.db-shm away "
                     "together");
        return HV_ERR_DAMAGED;
    }
    if (check->altered || check->strays)
        return hv_fail(err, HV_ERR_VERIFY,
                       "the journal is not as it was written: %lld rows "
                       "altered, %lld parts of no row",
                       (long long)check->altered, (long long)check->strays);
    return HV_OK;
}

enum hv_status
log_check(struct hv_cmd *cmd, struct hv_journal_view *view,
          struct hv_error *err)
{
    int64_t max = cmd->session->globals.limit;
    struct hv_log_check check = { 0 };
    struct hv_log_scan scan = { 0 };
    int64_t told = 0;
    enum hv_status st = HV_OK;

    if (max <= 0)
        hv_cmd_talk(cmd,
                    "the file itself is checked first: of a large one that "
                    "takes minutes (--limit N looks at rows alone)");
    while (!st && !scan.is_done) {
        if (cmd->session->is_cancelled)
            return hv_fail(err, HV_ERR_CANCELLED, "stopped");
        st = hv_journal_check(view, max > 0 ? max : 0, SLICE_MS, &scan, &check,
                              err);
        if (check.rows - told < TALK)
            continue;
        told = check.rows;
        hv_cmd_talk(cmd, "%lld rows looked at", (long long)told);
    }
    if (st)
        return st;
    if (check.first_altered)
        st = tell_altered(cmd, view, check.first_altered, err);
    tell(cmd, &check);
    return st ? st : judge(&check, err);
}
