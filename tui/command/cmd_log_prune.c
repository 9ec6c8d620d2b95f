/*
 * cmd_log_prune.c - `log prune`: removes what is old, beside a running listener
 * too. Called through the table; asks first, in numbers.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/cmds.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <stdio.h>

static void
tell(struct hv_cmd *cmd, const struct hv_prune *prune, int64_t before_ms)
{
    struct hv_node *top = hv_out_top(cmd->out);

    hv_node_time(top, "before", before_ms);
    hv_node_int(top, "rows", prune->rows);
    hv_node_int(top, "contents", prune->contents);
    hv_node_int(top, "bytes", prune->bytes);
    hv_node_int(top, "kept_waiting", prune->kept_waiting);
    cmd_dry(cmd, top);
}

static enum hv_status
prune_all(struct hv_cmd *cmd, const char *path, int64_t before_ms,
          struct hv_prune *out, struct hv_error *err)
{
    int64_t waiting = out->kept_waiting;
    enum hv_status st = HV_OK;

    *out = (struct hv_prune){ .kept_waiting = waiting };
    while (!st && !out->is_done) {
        if (cmd->session->is_cancelled)
            return hv_fail(err, HV_ERR_CANCELLED,
                           "stopped after %lld rows: the rest can go later",
                           (long long)out->rows);
        st = hv_journal_prune(path, before_ms, hv_clock_now_ms(), false, out,
                              err);
        hv_cmd_talk(cmd, "%lld rows and the contents of %lld removed",
                    (long long)out->rows, (long long)out->contents);
    }
    return st;
}

enum hv_status
cmd_log_prune(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *older = hv_cmd_text(cmd, "--older");
    int64_t now_ms = hv_clock_now_ms();
    struct hv_prune prune = { 0 };
    int64_t age_ms = 0;
    char path[4096];
    enum hv_status st;

    if (!older || hv_duration_parse(older, &age_ms) || age_ms < 0)
        return hv_fail(err, HV_ERR_USAGE,
                       "'log prune' needs --older with an age like 30d");
    st = hv_path_join(path, sizeof(path), cmd->session->globals.store,
                      "journal.db");
    if (!st)
        st = hv_journal_prune(path, now_ms - age_ms, now_ms, true, &prune, err);
    if (!st && !hv_cmd_is_dry(cmd) && prune.rows + prune.contents > 0) {
        st = hv_cmd_confirm(
            cmd, err,
            "Remove %lld rows altogether, and body and ids of %lld younger ones "
            "(about %lld KiB)? They do not come back",
            (long long)prune.rows, (long long)prune.contents,
            (long long)(prune.bytes / 1024));
        if (!st)
            st = prune_all(cmd, path, now_ms - age_ms, &prune, err);
    }
    if (!st)
        tell(cmd, &prune, now_ms - age_ms);
    return st;
}
