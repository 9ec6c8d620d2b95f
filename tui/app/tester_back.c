/*
 * tester_back.c - what comes back to the Test sender: the message as it would be
 * sent, those that were sent and their answers, those in the journal. Called by
 * update() and its parts.
 */
#include "tui/app/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One that reached the listener here stands in the journal too: once is
 * enough. */
static bool
is_kept(const struct hv_tester *t, const struct hv_log_row *row)
{
    for (size_t i = 0; i < t->kept_len; i++) {
        const struct hv_exchange *x = t->kept[i];

        if (hv_guid_equal(&x->sub, &row->sub) &&
            (int64_t)x->body.len == row->bytes &&
            row->received_ms <= x->at_ms + 1000 &&
            row->received_ms >= x->at_ms - x->took_ms - 1000)
            return true;
    }
    return false;
}

static void
find_twins(struct hv_tester *t)
{
    for (size_t i = 0; i < t->sent.len && i < HV_SENT_ROWS; i++)
        t->twins[i] = is_kept(t, &t->sent.rows[i]);
}

void
hv_test_draft_take(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_tester *t = &app->tester;

    hv_exchange_release(&t->draft);
    if (msg->u.exchange) {
        t->draft = *msg->u.exchange;
        *msg->u.exchange = (struct hv_exchange){ 0 };
    }
    if (t->is_draft_old)
        hv_test_look(app);
}

void
hv_test_sent_take(struct hv_app *app, struct hv_msg *msg)
{
    hv_sent_release(&app->tester.sent);
    app->tester.sent = msg->u.sent;
    msg->u.sent = (struct hv_sent_model){ 0 };
    find_twins(&app->tester);
    hv_list_settle(app, HV_VIEW_TEST);
}

static void
forget_oldest(struct hv_tester *t)
{
    for (int i = 0; i < HV_TEST_CELLS; i++)
        for (int k = 0; k < HV_TEST_COLUMNS; k++)
            if (t->cells[i][k] == t->kept[0])
                t->cells[i][k] = NULL;
    hv_exchange_release(t->kept[0]);
    free(t->kept[0]);
    t->kept_len--;
    memmove(t->kept, t->kept + 1, t->kept_len * sizeof(t->kept[0]));
}

void
hv_test_take(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_tester *t = &app->tester;
    struct hv_exchange *x = msg->u.exchange;

    if (!x || x->is_draft)
        return;
    msg->u.exchange = NULL;
    if (t->kept_len == HV_TEST_KEPT)
        forget_oldest(t);
    t->kept[t->kept_len++] = x;
    find_twins(t);
    if (x->cell >= 0 && x->cell < HV_TEST_CELLS &&
        x->column < HV_TEST_COLUMNS) {
        t->cells[x->cell][x->column] = x;
        hv_copy(t->columns[x->column].to, sizeof(t->columns[0].to), x->to);
        hv_copy(t->columns[x->column].url, sizeof(t->columns[0].url), x->url);
        if (t->columns_len <= x->column)
            t->columns_len = x->column + 1;
    }
    hv_list_settle(app, HV_VIEW_TEST);
}

void
hv_test_started(struct hv_app *app, const char *line)
{
    struct hv_tester *t = &app->tester;

    if (strncmp(line, "test matrix", 11))
        return;
    memset(t->cells, 0, sizeof(t->cells));
    t->columns_len = t->column = 0;
}

/* The command as one would type it; a body's file is gone by then. */
static void
cli_line(const struct hv_app *app, char *out, size_t size)
{
    const char *path = app->tester.edit.path;
    char *at;

    hv_line_shorten(app->running, out, size);
    at = path ? strstr(out, path) : NULL;
    if (at) {
        memmove(at + 4, at + strlen(path), strlen(at + strlen(path)) + 1);
        memcpy(at, "FILE", 4);
    }
}

bool
hv_test_done(struct hv_app *app, const struct hv_msg *msg)
{
    const struct hv_exchange *x = hv_test_kept_at(app, 0);
    bool is_send = !strncmp(app->running, "test send", 9);
    bool is_ours = x && app->use == HV_USE_REPORT &&
                   (!msg->error.status || msg->error.status == HV_ERR_VERIFY);
    char line[400];

    if (strncmp(app->running, "test ", 5))
        return false;
    cli_line(app, line, sizeof(line));
    hv_test_edit_settle(app);
    hv_load_ask(app, HV_JOB_SENT);
    if (!is_ours)
        return false;
    if (!is_send)
        hv_app_say(app, msg->error.status ? HV_ROLE_BAD : HV_ROLE_GOOD,
                   "%s. CLI: hvconsole %.200s",
                   msg->error.status ? msg->error.why : "All as expected",
                   line);
    else if (x->http)
        hv_app_say(app, x->passes ? HV_ROLE_GOOD : HV_ROLE_BAD,
                   "%s %d. CLI: hvconsole %.250s", hv_exchange_verdict(x),
                   x->http, line);
    else
        hv_app_say(app, HV_ROLE_BAD, "FAIL: no answer: %s", x->note);
    return true;
}

void
hv_test_forget(struct hv_app *app)
{
    struct hv_tester *t = &app->tester;

    hv_test_edit_settle(app);
    while (t->kept_len)
        forget_oldest(t);
    hv_exchange_release(&t->draft);
    hv_sent_release(&t->sent);
    t->columns_len = 0;
    t->draft_load = t->sent_load = (struct hv_load){ 0 };
}
