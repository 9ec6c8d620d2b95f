/*
 * cmd_maint_change.c - `maint add|edit|cancel|check`: what the operator notes
 * about a maintenance day. Called through the table. No network, no keystore:
 * the notebook in the store alone is changed.
 */
#include "tui/command/cmd_maint.h"

#include "hvconsole/clock.h"
#include "tui/command/nouns/maint.h"

#include <string.h>

#define DEFAULT_FOR_MS (4 * 3600 * 1000LL)
#define MAX_FOR_MS     (30 * 86400 * 1000LL)

/* ---- the flags ---- */

/* A moment: RFC 3339, or a duration from now. */
static enum hv_status
read_at(const char *text, int64_t *out, struct hv_error *err)
{
    int64_t ahead;

    if (hv_time_parse(hv_bytes_str(text), out) == HV_OK && *out > 0)
        return HV_OK;
    if (hv_duration_parse(text, &ahead) == HV_OK) {
        *out = hv_clock_now_ms() + ahead;
        return HV_OK;
    }
    hv_fail(err, HV_ERR_USAGE, "--at does not understand '%s'", text);
    hv_hint(err, "give a time like 2026-11-28T02:00:00Z, or 3d for in three "
                 "days");
    return HV_ERR_USAGE;
}

static enum hv_status
read_span(const char *flag, const char *text, int64_t least, int64_t *out,
          struct hv_error *err)
{
    if (!hv_duration_parse(text, out) && *out >= least && *out <= MAX_FOR_MS)
        return HV_OK;
    return hv_fail(err, HV_ERR_USAGE, "%s wants %s to 30d, like 4h, not '%s'",
                   flag, least ? "1m" : "0s", text);
}

/* What is given replaces what stands in @window. */
static enum hv_status
read_flags(struct hv_cmd *cmd, struct hv_window *window, struct hv_error *err)
{
    const char *at = hv_cmd_text(cmd, "--at");
    const char *lasts = hv_cmd_text(cmd, "--for");
    const char *kind = hv_cmd_text(cmd, "--kind");
    const char *slack = hv_cmd_text(cmd, "--uncertainty");
    enum hv_status st = HV_OK;

    if (kind && !hv_window_kind_parse(kind, &window->kind))
        st = hv_fail(err, HV_ERR_USAGE,
                     "--kind is token-keys or outage, not '%s'", kind);
    if (!st && lasts)
        st = read_span("--for", lasts, 60000, &window->for_ms, err);
    if (!st && slack)
        st = read_span("--uncertainty", slack, 0, &window->slack_ms, err);
    return !st && at ? read_at(at, &window->at_ms, err) : st;
}

/* ---- one change of the notebook ---- */

struct change {
    struct hv_cmd *cmd;
    const char *platform; /* of the profile */
    struct hv_guid app;
    const char *name;
    struct hv_window window; /* to add */
    enum hv_window_check check;
    bool is_on;
    enum hv_status (*edit)(struct hv_token_book *book, struct change *change,
                           struct hv_error *err);
};

static enum hv_status
edit_book(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct change *change = arg;

    return change->edit(book, change, err);
}

/* Of the profile's platform; another one's is somebody else's day. */
static struct hv_window *
find_window(struct hv_token_book *book, const struct change *change,
            struct hv_error *err)
{
    struct hv_window *window = hv_window_find(book, change->name);

    if (window && strcmp(window->platform, change->platform) == 0)
        return window;
    hv_fail(err, HV_ERR_NOT_FOUND, "no window '%s' is noted", change->name);
    hv_hint(err, "see 'hvconsole maint list'");
    return NULL;
}

/* Done, or with --dry-run tried on a copy; then told as it is now. */
static enum hv_status
make_change(struct change *change, struct hv_error *err)
{
    struct hv_cmd *cmd = change->cmd;
    struct hv_maint_model model = { 0 };
    const struct hv_window_row *row = NULL;
    enum hv_status st =
        hv_token_book_edit(cmd->session->globals.store, edit_book, change, err);

    if (!st)
        st = hv_model_maint(cmd->session, &model, err);
    if (!st)
        row = maint_find(&model, change->name, err);
    if (row)
        maint_tell(hv_out_top(cmd->out), &model, row);
    else if (!st)
        st = HV_ERR_NOT_FOUND;
    hv_maint_model_release(&model);
    return st;
}

/* What would be noted; the book stays as it is. */
static enum hv_status
try_change(struct change *change, struct hv_error *err)
{
    struct hv_cmd *cmd = change->cmd;
    struct hv_token_book book = { 0 };
    struct hv_window_row row = { 0 };
    struct hv_maint_model model = { 0 };
    const struct hv_window *window;
    enum hv_status st =
        hv_token_book_load(cmd->session->globals.store, &book, err);

    if (!st)
        st = hv_model_maint(cmd->session, &model, err);
    if (!st)
        st = change->edit(&book, change, err);
    if (!st) {
        window = hv_window_find(&book, change->name);
        row.window = *window;
        row.phase = hv_window_phase(window, model.read_ms);
        row.left_ms = (row.phase == HV_WINDOW_PLANNED ? hv_window_begin(window)
                                                      : hv_window_end(window)) -
                      model.read_ms;
        hv_forecast(&book, &change->app, window, &row.forecast);
        maint_tell(hv_out_top(cmd->out), &model, &row);
        cmd_dry(cmd, hv_out_top(cmd->out));
    }
    hv_maint_model_release(&model);
    hv_token_book_release(&book);
    return st;
}

static enum hv_status
change_book(struct change *change, struct hv_error *err)
{
    const struct hv_profile *profile;
    enum hv_status st = hv_session_profile(change->cmd->session, &profile, err);

    if (st)
        return st;
    change->platform = profile->platform;
    change->app = profile->app_id;
    hv_copy(change->window.platform, sizeof(change->window.platform),
            profile->platform);
    return hv_cmd_is_dry(change->cmd) ? try_change(change, err)
                                      : make_change(change, err);
}

/* ---- add, edit ---- */

static enum hv_status
add_window(struct hv_token_book *book, struct change *change,
           struct hv_error *err)
{
    return hv_window_add(book, &change->window, err);
}

enum hv_status
cmd_maint_add(struct hv_cmd *cmd, struct hv_error *err)
{
    struct change change = {
        .cmd = cmd,
        .name = cmd->args[0],
        .edit = add_window,
        .window = { .for_ms = DEFAULT_FOR_MS, .made_ms = hv_clock_now_ms() },
    };
    enum hv_status st = hv_token_name_check(cmd->args[0], err);

    hv_copy(change.window.name, sizeof(change.window.name), cmd->args[0]);
    if (!st && !hv_cmd_text(cmd, "--kind"))
        st = hv_fail(err, HV_ERR_USAGE, "'maint add' needs --kind");
    if (!st && !hv_cmd_text(cmd, "--at"))
        st = hv_fail(err, HV_ERR_USAGE, "'maint add' needs --at");
    if (!st)
        st = read_flags(cmd, &change.window, err);
    return st ? st : change_book(&change, err);
}

/* The book is kept in order of times: out, and in again. */
static enum hv_status
edit_window(struct hv_token_book *book, struct change *change,
            struct hv_error *err)
{
    struct hv_window *window = find_window(book, change, err);
    struct hv_window changed;
    enum hv_status st;

    if (!window)
        return HV_ERR_NOT_FOUND;
    changed = *window;
    st = read_flags(change->cmd, &changed, err);
    if (st)
        return st;
    hv_window_remove(book, window);
    return hv_window_add(book, &changed, err);
}

enum hv_status
cmd_maint_edit(struct hv_cmd *cmd, struct hv_error *err)
{
    struct change change = { .cmd = cmd,
                             .name = cmd->args[0],
                             .edit = edit_window };

    if (!hv_cmd_text(cmd, "--at") && !hv_cmd_text(cmd, "--for") &&
        !hv_cmd_text(cmd, "--kind") && !hv_cmd_text(cmd, "--uncertainty"))
        return hv_fail(err, HV_ERR_USAGE,
                       "'maint edit' needs what to change: --at, --for, --kind "
                       "or --uncertainty");
    return change_book(&change, err);
}

/* ---- check ---- */

static enum hv_status
tick(struct hv_token_book *book, struct change *change, struct hv_error *err)
{
    struct hv_window *window = find_window(book, change, err);

    if (!window)
        return HV_ERR_NOT_FOUND;
    window->checked &= ~(1U << change->check);
    window->checked |= (unsigned)change->is_on << change->check;
    return HV_OK;
}

enum hv_status
cmd_maint_check(struct hv_cmd *cmd, struct hv_error *err)
{
    struct change change = { .cmd = cmd,
                             .name = cmd->args[0],
                             .edit = tick,
                             .is_on = !hv_cmd_has(cmd, "--off") };

    if (!hv_window_check_parse(cmd->args[1], &change.check)) {
        hv_fail(err, HV_ERR_USAGE, "'maint check' does not know '%s'",
                cmd->args[1]);
        hv_hint(err, "ticked by hand are help-page, notice and on-call; drill "
                     "and no-rotation are looked at");
        return HV_ERR_USAGE;
    }
    return change_book(&change, err);
}

/* ---- cancel ---- */

static enum hv_status
take_window(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct hv_window *window = hv_window_find(book, arg);

    if (!window)
        return hv_fail(err, HV_ERR_NOT_FOUND, "no window '%s' is noted",
                       (const char *)arg);
    hv_window_remove(book, window);
    return HV_OK;
}

enum hv_status
cmd_maint_cancel(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_maint_model model = { 0 };
    const struct hv_window_row *row = NULL;
    char name[HV_TOKEN_NAME];
    enum hv_status st = hv_model_maint(cmd->session, &model, err);

    if (!st) {
        row = maint_find(&model, cmd->args[0], err);
        st = row ? HV_OK : HV_ERR_NOT_FOUND;
    }
    if (!st && row->phase == HV_WINDOW_OVER) {
        st = hv_fail(err, HV_ERR_RULE, "the window '%s' is over",
                     row->window.name);
        hv_hint(err, "it stays: it explains the 7s that came since");
    }
    if (!st)
        hv_copy(name, sizeof(name), row->window.name);
    if (!st && !hv_cmd_is_dry(cmd))
        st = hv_token_book_edit(cmd->session->globals.store, take_window, name,
                                err);
    if (!st) {
        maint_tell(top, &model, row);
        hv_node_bool(top, "cancelled", !hv_cmd_is_dry(cmd));
        cmd_dry(cmd, top);
    }
    hv_maint_model_release(&model);
    return st;
}
