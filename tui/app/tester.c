/*
 * tester.c - the Test sender: the lists of its tabs, what is chosen in them, the
 * message being put together. Called by update() and its parts.
 */
#include "tui/app/parts.h"

#include <stdint.h>
#include <stdio.h>
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
