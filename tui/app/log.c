/*
 * log.c - a window of rows of the journal, anchored to ids: it follows the
 * tail, stands still, or is moved page by page over any number of rows.
 * Called by update(); the runner does the reading.
 */
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include "hvconsole/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(verdict) (UINT32_C(1) << (verdict))
#define EDGE         20 /* rows from the edge at which more is fetched */

const struct hv_log_choice hv_log_choices[] = {
    { "any", 0 },
    { "problems",
      BIT(HV_VERDICT_QUARANTINED) | BIT(HV_VERDICT_MISMATCH) |
          BIT(HV_VERDICT_BAD_HMAC) | BIT(HV_VERDICT_UNKNOWN_VERSION) |
          BIT(HV_VERDICT_RETIRED_VERSION) | BIT(HV_VERDICT_UNKNOWN_SUB) |
          BIT(HV_VERDICT_MALFORMED) | BIT(HV_VERDICT_MISSING) },
    { "verified", BIT(HV_VERDICT_VERIFIED) },
    { "verified-old", BIT(HV_VERDICT_VERIFIED_OLD) },
    { "bad-hmac", BIT(HV_VERDICT_BAD_HMAC) },
    { "unknown-version", BIT(HV_VERDICT_UNKNOWN_VERSION) },
    { "retired-version", BIT(HV_VERDICT_RETIRED_VERSION) },
    { "unknown-subscription", BIT(HV_VERDICT_UNKNOWN_SUB) },
    { "malformed or missing",
      BIT(HV_VERDICT_MALFORMED) | BIT(HV_VERDICT_MISSING) },
    { "quarantined or mismatch",
      BIT(HV_VERDICT_QUARANTINED) | BIT(HV_VERDICT_MISMATCH) },
};
const size_t hv_log_choices_len = HV_LEN(hv_log_choices);

static void
rows_release(struct hv_log_row *rows, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hv_log_row_release(&rows[i]);
}

/* Personal data: it does not stay behind in memory. */
static void
body_release(struct hv_log *log)
{
    if (log->body.data)
        hv_wipe(log->body.data, log->body.cap);
    hv_buf_release(&log->body);
    log->body_id = 0;
    log->body_error = (struct hv_error){ 0 };
}

void
hv_log_forget(struct hv_app *app)
{
    struct hv_log *log = &app->log;

    hv_find_forget(app);
    rows_release(log->rows, log->len);
    free(log->rows);
    body_release(log);
    *log = (struct hv_log){ .is_follow = true };
}

void
hv_log_ask(struct hv_app *app, enum hv_log_how how, int64_t id)
{
    struct hv_effect *effect;

    if (app->log.is_asked)
        return;
    if (app->log.find.is_listed &&
        (how == HV_LOG_PROBLEM_NEXT || how == HV_LOG_PROBLEM_PREV)) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "These are what was found; Esc first, then . and , again.");
        return;
    }
    app->log.is_asked = true;
    effect = hv_effects_add(&app->effects, HV_EFFECT_LOG);
    effect->how = how;
    effect->id = id;
    if (app->log.find.is_listed)
        hv_find_page(app, effect);
    effect->filter = app->log.filter;
    effect->filter.verdicts = hv_log_verdicts(&app->log);
    effect->seek = effect->filter;
    if (how == HV_LOG_PROBLEM_NEXT || how == HV_LOG_PROBLEM_PREV)
        effect->seek.verdicts = hv_log_choices[1].verdicts;
    else if (how == HV_LOG_MATCH_NEXT || how == HV_LOG_MATCH_PREV)
        effect->seek = app->log.search;
}

/* To what was found, wherever one is; it need not be through yet. */
static void
seek_found(struct hv_app *app, bool is_back)
{
    const struct hv_find *find = &app->log.find;
    const struct hv_log_row *row = hv_log_row(app);
    int64_t id = hv_find_next(find, row ? row->id : 0, is_back);

    if (!id) {
        hv_app_say(app, HV_ROLE_TEXT, "No %s message holds \"%s\"%s.",
                   is_back ? "earlier" : "later", find->text,
                   !is_back           ? ""
                   : find->op         ? " as far as was looked"
                   : find->is_stopped ? ": the search was stopped there"
                   : find->is_full    ? ": the search ended there"
                                      : "");
        return;
    }
    app->log.is_follow = false;
    hv_log_ask(app, HV_LOG_AROUND, id);
}

void
hv_log_seek(struct hv_app *app, bool is_back)
{
    const struct hv_log_row *row = hv_log_row(app);

    if (app->log.find.text[0])
        seek_found(app, is_back);
    else if (!app->log.has_search)
        hv_app_say(app, HV_ROLE_TEXT, "n and N look for what / looked for.");
    else if (row)
        hv_log_ask(app, is_back ? HV_LOG_MATCH_PREV : HV_LOG_MATCH_NEXT,
                   row->id);
}

void
hv_log_stay(struct hv_app *app)
{
    const struct hv_log_row *row = hv_log_row(app);

    if (app->log.is_follow || !row)
        hv_log_ask(app, HV_LOG_TAIL, 0);
    else
        hv_log_ask(app, HV_LOG_AROUND, row->id);
}

void
hv_log_visit(struct hv_app *app, int64_t id)
{
    app->log.is_follow = false;
    app->log.visited = id;
    hv_log_ask(app, HV_LOG_AROUND, id);
}

const struct hv_log_row *
hv_log_row(const struct hv_app *app)
{
    if (app->log.cursor.at >= app->log.len)
        return NULL;
    return &app->log.rows[app->log.cursor.at];
}

void
hv_log_moved(struct hv_app *app)
{
    struct hv_log *log = &app->log;
    size_t at = log->cursor.at;

    log->is_follow = !log->has_newer && at + 1 >= log->len;
    if (at < EDGE && log->has_older && log->len)
        hv_log_ask(app, HV_LOG_OLDER, log->rows[0].id);
    else if (at + EDGE >= log->len && log->has_newer && log->len)
        hv_log_ask(app, HV_LOG_NEWER, log->rows[log->len - 1].id);
}

/* Rows at the front or the back; what is too much leaves at the other end. */
static void
join(struct hv_log *log, struct hv_msg_log *more, bool in_front)
{
    size_t len = log->len + more->len;
    struct hv_log_row *rows = hv_calloc(len ? len : 1, sizeof(*rows));
    size_t split = in_front ? more->len : log->len;

    memcpy(rows, in_front ? more->rows : log->rows, split * sizeof(*rows));
    memcpy(rows + split, in_front ? log->rows : more->rows,
           (len - split) * sizeof(*rows));
    if (len > HV_LOG_WINDOW && in_front) {
        rows_release(rows + HV_LOG_WINDOW, len - HV_LOG_WINDOW);
        len = HV_LOG_WINDOW;
        log->has_newer = true;
    } else if (len > HV_LOG_WINDOW) {
        size_t extra = len - HV_LOG_WINDOW;

        rows_release(rows, extra);
        len = HV_LOG_WINDOW;
        memmove(rows, rows + extra, len * sizeof(*rows));
        log->has_older = true;
    }
    free(log->rows);
    log->rows = rows;
    log->len = len;
    more->len = 0; /* they are in the window now */
}

static void
replace(struct hv_log *log, struct hv_msg_log *more)
{
    rows_release(log->rows, log->len);
    free(log->rows);
    log->rows = more->rows;
    log->len = more->len;
    log->has_older = more->has_older;
    log->has_newer = more->has_newer;
    more->rows = NULL;
    more->len = 0;
}

/* It is filtered out, or is no more: the last one before it will do. Who asked
 * for it by its id is told. */
static void
land(struct hv_app *app, int64_t id, bool is_visit)
{
    struct hv_log *log = &app->log;
    const struct hv_log_row *row = hv_log_row(app);
    size_t at = 0;

    if (row && row->id == id)
        return;
    while (at + 1 < log->len && log->rows[at + 1].id <= id)
        at++;
    log->cursor.at = at;
    log->cursor.id[0] = 0;
    hv_list_settle(app, HV_VIEW_LOG);
    if (is_visit && (log->choice || log->filter_label[0]))
        hv_app_say(app, HV_ROLE_WARN,
                   "Message %lld is not among those shown: verdict %s%s%s.",
                   (long long)id, hv_log_choices[log->choice].label,
                   log->filter_label[0] ? ", " : "", log->filter_label);
    else if (is_visit)
        hv_app_say(app, HV_ROLE_WARN, "There is no message %lld%s.",
                   (long long)id, log->len ? "; this one is next to it" : "");
}

static void
place(struct hv_app *app, const struct hv_msg_log *more)
{
    struct hv_log *log = &app->log;

    if (more->at)
        snprintf(log->cursor.id, sizeof(log->cursor.id), "%lld",
                 (long long)more->at);
    /* One that is open to be read is not exchanged for a newer one. */
    if (log->is_follow && !more->at && hv_app_top(app) != HV_VIEW_ITEM) {
        log->cursor.at = log->len ? log->len - 1 : 0;
        log->cursor.id[0] = 0;
    }
    hv_list_settle(app, HV_VIEW_LOG);
    if (more->at)
        land(app, more->at,
             log->visited == more->at || more->how > HV_LOG_AROUND);
    log->visited = 0;
    if (more->at)
        log->is_follow = !log->has_newer && log->cursor.at + 1 >= log->len;
}

void
hv_log_message(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_log *log = &app->log;
    struct hv_msg_log *more = &msg->u.log;

    log->is_asked = false;
    log->error = msg->error;
    if (msg->error.status || !app->is_open)
        return;
    log->has_data = true;
    if (more->is_none) {
        bool is_later =
            more->how == HV_LOG_PROBLEM_NEXT || more->how == HV_LOG_MATCH_NEXT;
        bool is_match =
            more->how == HV_LOG_MATCH_NEXT || more->how == HV_LOG_MATCH_PREV;

        hv_app_say(app, HV_ROLE_TEXT, "No %s %s in the log.",
                   is_later ? "later" : "earlier",
                   is_match ? "message that fits" : "problem");
        return;
    }
    switch (more->how) {
    case HV_LOG_OLDER:
        log->has_older = more->has_older;
        join(log, more, true);
        break;
    case HV_LOG_NEWER:
        log->has_newer = more->has_newer;
        join(log, more, false);
        break;
    default:
        replace(log, more);
        break;
    }
    place(app, more);
}

void
hv_log_changed(struct hv_app *app)
{
    struct hv_log *log = &app->log;

    if (!log->has_data || !app->is_open)
        return;
    if (log->find.is_listed) {
        hv_find_changed(app);
        return;
    }
    if (log->is_frozen) {
        log->is_missed = true;
        return;
    }
    if (!log->len)
        hv_log_ask(app, HV_LOG_TAIL, 0);
    else if (!log->has_newer)
        hv_log_ask(app, HV_LOG_NEWER, log->rows[log->len - 1].id);
}

/* ---------------------------------------------------------------- detail -- */

void
hv_log_clear(struct hv_app *app)
{
    struct hv_log *log = &app->log;

    rows_release(log->rows, log->len);
    free(log->rows);
    log->rows = NULL;
    log->len = 0;
    log->has_older = log->has_newer = false;
    log->is_follow = true;
    log->cursor = (struct hv_cursor){ 0 };
}

void
hv_log_body(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_log *log = &app->log;
    int64_t id = log->body_id;

    if (!app->is_open)
        return;
    body_release(log);
    log->body_id = id;
    log->body_error = msg->error;
    log->body = msg->u.body; /* the bytes are the state's now */
    msg->u.body = (struct hv_buf){ 0 };
}

void
hv_log_look(struct hv_app *app)
{
    struct hv_log *log = &app->log;
    const struct hv_log_row *row = hv_log_row(app);
    bool is_seen = hv_app_top(app) == HV_VIEW_ITEM ||
                   (hv_app_top(app) == HV_VIEW_LOG && app->is_detail_on);
    int pane = app->lists[HV_VIEW_LOG].pane;
    bool is_body = pane == HV_LOG_PANE_BODY || pane == HV_LOG_PANE_RAW ||
                   (pane == HV_LOG_PANE_WHY && app->cols >= HV_LOG_WIDE &&
                    hv_app_top(app) == HV_VIEW_LOG);

    if (!app->is_open || !row || !is_seen || app->tab != HV_VIEW_LOG)
        return;
    if (pane == HV_LOG_PANE_RELATED) {
        hv_kin_look(app);
    } else if (is_body && log->body_id != row->id) {
        body_release(log);
        log->body_id = row->id;
        hv_effects_add(&app->effects, HV_EFFECT_LOG_BODY)->id = row->id;
    }
}
