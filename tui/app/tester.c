/*
 * tester.c - the Test sender: the lists of its tabs, the message being put
 * together, and what came of those that were sent. Called by update() and its
 * parts.
 */
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- lists -- */

static int
pane_of(const struct hv_app *app)
{
    return app->lists[HV_VIEW_TEST].pane;
}

static size_t
count_modes(void)
{
    size_t len = 0;

    while (hv_test_modes()[len].word)
        len++;
    return len;
}

static size_t
count_cells(void)
{
    struct sender_cell cell;
    size_t len = 0;

    while (len < HV_TEST_CELLS && sender_cell(len, &cell))
        len++;
    return len;
}

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

static size_t
count_history(const struct hv_app *app)
{
    const struct hv_tester *t = &app->tester;
    size_t len = t->kept_len;

    for (size_t i = 0; i < t->sent.len; i++)
        len += !t->twins[i];
    return len;
}

size_t
hv_test_count(const struct hv_app *app)
{
    switch (pane_of(app)) {
    case HV_TEST_MATRIX:
        return count_cells();
    case HV_TEST_HISTORY:
        return count_history(app);
    default:
        return count_modes();
    }
}

const struct hv_exchange *
hv_test_kept_at(const struct hv_app *app, size_t i)
{
    const struct hv_tester *t = &app->tester;

    return i < t->kept_len ? t->kept[t->kept_len - 1 - i] : NULL;
}

const struct hv_log_row *
hv_test_sent_at(const struct hv_app *app, size_t i)
{
    const struct hv_tester *t = &app->tester;

    for (size_t k = 0; i >= t->kept_len && k < t->sent.len; k++) {
        if (t->twins[k])
            continue;
        if (i-- == t->kept_len)
            return &t->sent.rows[k];
    }
    return NULL;
}

void
hv_test_id(const struct hv_app *app, size_t i, char out[HV_ROW_ID])
{
    const struct hv_exchange *x = hv_test_kept_at(app, i);
    const struct hv_log_row *row = hv_test_sent_at(app, i);
    struct sender_cell cell;

    if (pane_of(app) == HV_TEST_SINGLE)
        hv_copy(out, HV_ROW_ID, hv_test_modes()[i].word);
    else if (pane_of(app) == HV_TEST_MATRIX && sender_cell(i, &cell))
        snprintf(out, HV_ROW_ID, "%s %s", cell.mode->word,
                 sender_items_word(cell.items));
    else if (x)
        snprintf(out, HV_ROW_ID, "sent %lld %d %d", (long long)x->at_ms,
                 x->cell, x->column);
    else if (row)
        snprintf(out, HV_ROW_ID, "row %lld", (long long)row->id);
}

/* Each tab keeps its place. */
void
hv_test_turned(struct hv_app *app, int before)
{
    struct hv_list *list = &app->lists[HV_VIEW_TEST];

    app->tester.cursors[before] = list->cursor;
    list->cursor = app->tester.cursors[list->pane];
    list->filter[0] = 0;
    list->marks_len = 0;
    list->sort = 0;
}

const struct hv_test_mode *
hv_test_row(const struct hv_app *app)
{
    size_t i =
        app->tab == HV_VIEW_TEST ? hv_list_at(app, HV_VIEW_TEST) : SIZE_MAX;

    return i == SIZE_MAX || pane_of(app) != HV_TEST_SINGLE
               ? NULL
               : &hv_test_modes()[i];
}

const struct hv_exchange *
hv_test_chosen(const struct hv_app *app)
{
    const struct hv_tester *t = &app->tester;
    size_t i = hv_list_at(app, HV_VIEW_TEST);

    if (i == SIZE_MAX)
        return NULL;
    if (pane_of(app) == HV_TEST_MATRIX)
        return i < HV_TEST_CELLS ? t->cells[i][t->column] : NULL;
    if (pane_of(app) == HV_TEST_HISTORY)
        return hv_test_kept_at(app, i);
    for (size_t k = 0; k < t->kept_len; k++) /* the last one sent alone */
        if (hv_test_kept_at(app, k)->cell < 0)
            return hv_test_kept_at(app, k);
    return NULL;
}

const struct hv_sub_row *
hv_test_sub(const struct hv_app *app)
{
    const struct hv_sub_row *own =
        app->tester.has_sub ? hv_app_sub(app, &app->tester.sub) : NULL;
    size_t i = hv_list_at(app, HV_VIEW_SUBS);

    if (own)
        return own;
    if (i != SIZE_MAX)
        return &app->subs.rows[i];
    return app->subs.len ? &app->subs.rows[0] : NULL;
}

/* -------------------------------------------------------------- filters -- */

static void
mode_word(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_exchange *x = hv_test_kept_at(app, i);
    struct sender_cell cell;

    if (pane_of(app) == HV_TEST_HISTORY)
        hv_copy(out, size, x ? x->mode->word : "received");
    else if (pane_of(app) == HV_TEST_MATRIX)
        hv_copy(out, size, sender_cell(i, &cell) ? cell.mode->word : "");
    else
        hv_copy(out, size, hv_test_modes()[i].word);
}

static void
mode_text(const struct hv_app *app, size_t i, char *out, size_t size)
{
    const struct hv_exchange *x = hv_test_kept_at(app, i);
    struct sender_cell cell;

    if (pane_of(app) == HV_TEST_HISTORY)
        snprintf(out, size, "%s %s", x ? hv_exchange_verdict(x) : "",
                 x ? x->url : "");
    else if (pane_of(app) == HV_TEST_MATRIX)
        hv_copy(out, size, sender_cell(i, &cell) ? cell.mode->sentence : "");
    else
        hv_copy(out, size, hv_test_modes()[i].sentence);
}

const struct hv_list_field hv_test_fields[] = {
    { "mode", false, false, mode_word, NULL },
    { "what", false, true, mode_text, NULL },
    { 0 },
};

/* ------------------------------------------------------- what is chosen -- */

/* The path of the subscription's URL, at the listener that runs here. */
static void
listener_url(const struct hv_app *app, const struct hv_sub_row *sub, char *out,
             size_t size)
{
    const char *host = sub ? strstr(sub->sub.url, "://") : NULL;
    const char *path = host ? host + 3 + strcspn(host + 3, "/?#") : "";

    out[0] = 0;
    if (app->status && app->status->listener_running)
        snprintf(out, size, "%.300s%.700s", app->status->listener_url,
                 *path ? path : "/");
}

void
hv_test_url(const struct hv_app *app, enum hv_try_to to, char *out, size_t size)
{
    const struct hv_sub_row *sub = hv_test_sub(app);

    if (to == HV_TRY_LISTENER)
        listener_url(app, sub, out, size);
    else
        hv_copy(out, size,
                to == HV_TRY_URL ? app->tester.url
                : sub            ? sub->sub.url
                                 : "");
}

void
hv_test_look(struct hv_app *app)
{
    struct hv_tester *t = &app->tester;
    const struct hv_sub_row *sub = hv_test_sub(app);
    const struct hv_test_mode *mode = hv_test_row(app);
    char url[HV_MAX_URL + 1];
    char id[HV_GUID_TEXT];
    struct hv_buf wish = { 0 };

    if (!app->is_open || !sub || !mode)
        return;
    if (t->draft_load.is_asked) {
        t->is_draft_old = true;
        return;
    }
    hv_test_url(app, t->to, url, sizeof(url));
    hv_exchange_release(&t->draft);
    t->draft_load = (struct hv_load){ 0 };
    t->is_draft_old = false;
    if (!url[0] || t->items == SENDER_REAL)
        return; /* it is said why there is none */
    hv_guid_format(&sub->sub.id, id);
    hv_buf_addf(&wish, "%s %s %d %s", id, mode->word,
                t->items == SENDER_FAKE ? t->fakes : 0, url);
    t->draft_load.is_asked = true;
    hv_job_start(app, HV_JOB_DRAFT, "")->text = hv_strdup(hv_buf_str(&wish));
    hv_buf_release(&wish);
}

/* ------------------------------------------------------ what comes back -- */

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
