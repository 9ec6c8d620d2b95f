/*
 * cmd_key_drain.c - `key drain` and `key retire`: whether an old key is still
 * needed, and the end of one. Called through the table. The rules are core's.
 */
#include "tui/command/cmd_key.h"
#include "tui/command/nouns/key.h"
#include "tui/command/model.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WATCH_MS 1000

const struct hv_column drain_columns[] = {
    { "sub", "SUBSCRIPTION", HV_COL_NAME },
    { "version", "VERSION", HV_COL_NAME },
    { "state", "STATE", HV_COL_WIDE | HV_COL_PAINT },
    { "drain", "DRAIN", 0 },
    { "uses", "USES", HV_COL_RIGHT },
    { "uses_24h", "24H", HV_COL_RIGHT },
    { "last_used", "LAST USED", HV_COL_WIDE },
    { "last_new", "LAST NEW", HV_COL_WIDE },
    { "trend", "TREND", 0 },
    { "safe_at", "SAFE AT", 0 },
    { "safe", "SAFE", HV_COL_HIDDEN },
    { "why", "WHY", HV_COL_WIDE },
    { "confirmed", "CONFIRMED", HV_COL_WIDE },
    { "uptime_s", "LISTENED", HV_COL_WIDE | HV_COL_RIGHT },
    { "gap_s", "LONGEST GAP", HV_COL_WIDE | HV_COL_RIGHT },
    { "overdue", "OVERDUE", HV_COL_WIDE },
    { "days", "DAYS", HV_COL_HIDDEN },
    { "checks", "CHECKS", HV_COL_HIDDEN },
    { 0 },
};
/* ---- telling ---- */

static void
checks_tell(struct hv_node *node, const struct hv_drain_row *row)
{
    static const char *const words[] = { "ok", "not-ok", "not-asked" };
    struct hv_node *checks = hv_node_list(node, "checks");

    for (size_t i = 0; i < HV_RETIRE_RULES; i++) {
        struct hv_node *check = hv_node_object(checks, NULL);

        hv_node_text(check, "rule", hv_retire_rule_word(row->checks[i].rule));
        hv_node_text(check, "state", words[row->checks[i].verdict]);
        hv_node_text(check, "text", row->checks[i].text);
    }
}

/* The first that keeps it from being retired, in one sentence. */
static const char *
first_obstacle(const struct hv_drain_row *row)
{
    for (size_t i = 0; i < HV_RETIRE_RULES; i++) {
        if (row->checks[i].verdict == HV_RETIRE_NOT_OK)
            return row->checks[i].text;
    }
    return row->is_overdue ? "replaced more than 45 days ago: retire it, or "
                             "rotate with --compromised"
                           : "everything here holds: key retire asks the "
                             "platform and wipes it";
}

static void
drain_tell(struct hv_node *node, const struct hv_drain_row *row)
{
    const char *drain = hv_drain_word(row->drain);
    const char *trend = hv_trend_word(row->trend);
    struct hv_node *days;

    hv_node_id(node, "sub", &row->sub);
    hv_node_text(node, "version", row->version.id);
    hv_node_text(node, "state", hv_key_state_word(row->state));
    hv_node_text(node, "drain", drain[0] ? drain : NULL);
    hv_node_int(node, "uses", row->uses);
    hv_node_int(node, "uses_24h", row->uses_24h);
    hv_node_time(node, "last_used", row->last_use_ms);
    hv_node_time(node, "last_new", row->last_fresh_ms);
    hv_node_text(node, "trend", trend[0] ? trend : NULL);
    hv_node_time(node, "safe_at", row->safe_at_ms);
    hv_node_bool(node, "safe", row->drain == HV_DRAIN_SAFE);
    hv_node_text(node, "why", first_obstacle(row));
    hv_node_time(node, "confirmed", row->confirmed_ms);
    hv_node_int(node, "uptime_s", row->uptime_ms / 1000);
    hv_node_int(node, "gap_s", row->gap_ms / 1000);
    hv_node_bool(node, "overdue", row->is_overdue);
    days = hv_node_list(node, "days");
    for (size_t i = 0; i < HV_DRAIN_DAYS; i++)
        hv_node_int(days, NULL, row->days[i]);
    checks_tell(node, row);
}

/* ---- drain ---- */

struct drain_view {
    struct hv_guid sub;
    bool has_sub;
    struct hv_drain_model last; /* what was told already */
};

static bool
is_told(const struct drain_view *view, const struct hv_drain_row *row)
{
    for (size_t i = 0; i < view->last.len; i++) {
        const struct hv_drain_row *old = &view->last.rows[i];

        if (hv_guid_equal(&old->sub, &row->sub) &&
            hv_key_version_equal(&old->version, &row->version))
            return old->state == row->state && old->uses == row->uses &&
                   old->drain == row->drain &&
                   old->safe_at_ms == row->safe_at_ms;
    }
    return false;
}

/* What changed since the last look; all of it at the first. */
static enum hv_status
tell_changes(struct hv_cmd *cmd, struct drain_view *view, struct hv_error *err)
{
    struct hv_drain_model model;
    enum hv_status st = hv_model_drain(
        cmd->session, view->has_sub ? &view->sub : NULL, &model, err);

    if (st)
        return st;
    for (size_t i = 0; i < model.len; i++) {
        if (model.rows[i].state != HV_KEY_ACTIVE &&
            !is_told(view, &model.rows[i]))
            drain_tell(hv_out_item(cmd->out), &model.rows[i]);
    }
    hv_drain_release(&view->last);
    view->last = model;
    return HV_OK;
}

/* Of one subscription each rule, of all how many are where. */
static void
note_rules(struct hv_out *out, const struct hv_drain_row *row)
{
    static const char marks[] = { [HV_RETIRE_OK] = '+',
                                  [HV_RETIRE_NOT_OK] = '-',
                                  [HV_RETIRE_NOT_ASKED] = '?' };

    hv_out_note(out, "%s", row->version.id);
    for (size_t i = 0; i < HV_RETIRE_RULES; i++)
        hv_out_note(out, "  %c %s", marks[row->checks[i].verdict],
                    row->checks[i].text);
}

static void
note_sums(struct hv_out *out, const struct hv_drain_model *model)
{
    size_t counts[HV_DRAIN_SAFE + 1] = { 0 };
    char gap[HV_AGE_TEXT];

    for (size_t i = 0; i < model->len; i++)
        counts[model->rows[i].drain]++;
    hv_age_format(model->len ? model->rows[0].gap_ms : 0, gap);
    hv_out_note(out,
                "%zu draining, %zu quiet, %zu safe; longest time seen between "
                "two repeats: %s. `key drain SUB` tells each rule.",
                counts[HV_DRAIN_DRAINING], counts[HV_DRAIN_QUIET],
                counts[HV_DRAIN_SAFE],
                model->len && model->rows[0].gap_ms ? gap : "none");
}

static void
note_evidence(struct hv_cmd *cmd, const struct drain_view *view)
{
    if (!view->has_sub)
        note_sums(cmd->out, &view->last);
    for (size_t i = 0; view->has_sub && i < view->last.len; i++) {
        if (view->last.rows[i].state != HV_KEY_ACTIVE)
            note_rules(cmd->out, &view->last.rows[i]);
    }
}

static enum hv_status
watch(struct hv_cmd *cmd, struct drain_view *view, struct hv_error *err)
{
    struct hv_session *session = cmd->session;
    struct key_signals signals;
    bool never = false;
    enum hv_status st;

    key_signals_begin(&signals, session, NULL);
    do {
        st = hv_out_flush(cmd->out, err);
        if (st || hv_out_is_closed(cmd->out))
            break;
        hv_loop_run_until(session->loop, &never, WATCH_MS);
        st = tell_changes(cmd, view, err);
    } while (!st && !session->is_cancelled);
    key_signals_end(&signals);
    return st;
}

enum hv_status
cmd_key_drain(struct hv_cmd *cmd, struct hv_error *err)
{
    struct drain_view view = { .has_sub = cmd->args_len > 0 };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (!st && view.has_sub)
        st = cmd_sub_id(cmd, cmd->args[0], &view.sub, err);
    if (!st && hv_cmd_has(cmd, "--watch"))
        hv_out_stream(cmd->out, "drain");
    if (!st)
        st = tell_changes(cmd, &view, err);
    if (!st && hv_cmd_has(cmd, "--watch"))
        st = watch(cmd, &view, err);
    else if (!st)
        note_evidence(cmd, &view);
    hv_drain_release(&view.last);
    return st;
}

/* ---- retire ---- */

static enum hv_status
ask_retire(struct hv_cmd *cmd, const struct hv_drain_row *row, bool is_forced,
           struct hv_error *err)
{
    char id[HV_GUID_SHORT], question[1024];

    hv_guid_short(&row->sub, id);
    if (!is_forced)
        return hv_cmd_confirm_delete(
            cmd, err,
            "Retire version %s of %s? Its key is wiped and the id never used "
            "again. Verified with it: %lld message%s; %s.",
            row->version.id, id, (long long)row->uses,
            row->uses == 1 ? "" : "s", row->checks[HV_RETIRE_GRACE].text);
    snprintf(question, sizeof(question),
             "Wipe version %s of %s? %s: %s. Verified with it: %lld message%s "
             "in the last 24 h, %lld ever. What the platform still repeats "
             "under it is refused for good and lost.",
             row->version.id, id,
             row->may_retire ? "Force is not needed" : "It is NOT safe",
             row->may_retire ? row->checks[HV_RETIRE_GRACE].text
                             : first_obstacle(row),
             (long long)row->uses_24h, row->uses_24h == 1 ? "" : "s",
             (long long)row->uses);
    return key_confirm_typed(cmd, question, err);
}

static void
retired_tell(struct hv_cmd *cmd, const struct hv_drain_row *row)
{
    struct hv_node *top = hv_out_top(cmd->out);
    bool is_dry = hv_cmd_is_dry(cmd);

    hv_node_id(top, "sub", &row->sub);
    hv_node_text(top, "version", row->version.id);
    hv_node_text(top, "state",
                 hv_key_state_word(is_dry ? row->state : HV_KEY_RETIRED));
    hv_node_int(top, "uses", row->uses);
    hv_node_time(top, "last_used", row->last_use_ms);
    hv_node_time(top, "safe_at", row->safe_at_ms);
    hv_node_bool(top, "safe", row->drain == HV_DRAIN_SAFE);
    checks_tell(top, row);
    cmd_dry(cmd, top);
}

enum hv_status
cmd_key_retire(struct hv_cmd *cmd, struct hv_error *err)
{
    bool is_forced = hv_cmd_has(cmd, "--force");
    struct hv_key_version version;
    struct hv_rotate_ctx ctx;
    struct hv_drain_row row;
    struct hv_guid sub;
    enum hv_status st = hv_session_rotate_ctx(cmd->session, &ctx, err);

    if (!st)
        st = cmd_sub_id(cmd, cmd->args[0], &sub, err);
    if (st)
        return st;
    if (hv_key_version_parse(hv_bytes_str(cmd->args[1]), &version))
        return hv_fail(err, HV_ERR_NOT_FOUND, "'%s' is no key version id",
                       cmd->args[1]);
    st = hv_retire(&ctx, &sub, &version, is_forced, true, &row, err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = ask_retire(cmd, &row, is_forced, err);
        if (!st)
            st = hv_retire(&ctx, &sub, &version, is_forced, false, &row, err);
    }
    if (!st)
        retired_tell(cmd, &row);
    return st;
}
