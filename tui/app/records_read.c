/*
 * records_read.c - what the Records view asks of the worker, in small pieces so
 * that everything else goes on between them: the records page by page, the
 * rights of those that are looked at first, then of all if somebody wants
 * that. Called by update() and its parts.
 */
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RIGHTS_LOOKED 8   /* rows of one job: what is on the screen ... */
#define RIGHTS_ALL    25  /* ... and of the rest */
#define PAIR_ID       73  /* characters of a record's and a person's id */
#define SETTLE_MS     300 /* rows do not jump about faster */

void
hv_records_view_release(struct hv_records_view *view)
{
    hv_records_model_release(&view->coming);
    hv_diff_model_release(&view->diff);
    free(view->pairs);
    *view = (struct hv_records_view){ 0 };
}

void
hv_records_forget(struct hv_app *app)
{
    hv_records_model_release(&app->records);
    hv_records_view_release(&app->recs);
    app->records_load = app->rights_load = (struct hv_load){ 0 };
    app->diff_load = (struct hv_load){ 0 };
}

size_t
hv_records_unread(const struct hv_app *app)
{
    size_t count = 0;

    for (size_t i = 0; i < app->records.access.len; i++)
        count += app->records.access.rows[i].reach == HV_REACH_NOT_READ;
    return count;
}

/* ----------------------------------------------------------- coverage -- */

static void
choose_pairs(struct hv_app *app)
{
    const struct hv_access *access = &app->records.access;
    struct hv_records_view *view = &app->recs;
    size_t room = 0;

    view->pairs_len = 0;
    view->pairs_mono_ms = app->mono_ms;
    for (size_t i = 0; i < access->len; i++) {
        if (access->rows[i].reach == HV_REACH_NOT_READ)
            continue;
        for (size_t k = 0; k < app->records.types_len; k++) {
            if (hv_silence_of(&access->rows[i], &app->records.types[k]) ==
                HV_NOTIFIES)
                continue;
            if (view->pairs_len == room) {
                room = room ? 2 * room : 64;
                view->pairs =
                    hv_realloc_array(view->pairs, room, sizeof(*view->pairs));
            }
            view->pairs[view->pairs_len++] = (struct hv_silent_pair){
                .row = (uint32_t)i,
                .type = (uint32_t)k,
            };
        }
    }
}

void
hv_records_settle(struct hv_app *app)
{
    choose_pairs(app);
    hv_list_settle(app, HV_VIEW_RECORDS);
}

/* ------------------------------------------------------------- rights -- */

struct batch {
    size_t rows[RIGHTS_ALL];
    size_t len;
};

static void
add_unread(const struct hv_app *app, struct batch *batch,
           const struct hv_access_row *row)
{
    size_t i = row ? (size_t)(row - app->records.access.rows) : SIZE_MAX;

    for (size_t k = 0; k < batch->len; k++) {
        if (batch->rows[k] == i)
            return;
    }
    if (row && row->reach == HV_REACH_NOT_READ && batch->len < RIGHTS_ALL)
        batch->rows[batch->len++] = i;
}

/* The row of the cursor first, then what is beside it on the screen. */
static void
add_looked_at(const struct hv_app *app, struct batch *batch)
{
    const struct hv_list *list = &app->lists[HV_VIEW_RECORDS];
    int rows = hv_screen_list_rows(app, HV_VIEW_RECORDS);

    if (app->tab != HV_VIEW_RECORDS)
        return;
    add_unread(app, batch, hv_record_row(app));
    for (int i = 0; i < rows && batch->len < RIGHTS_LOOKED; i++) {
        size_t at =
            hv_list_row(app, HV_VIEW_RECORDS, list->cursor.top + (size_t)i);

        if (at != SIZE_MAX)
            add_unread(app, batch, hv_records_at(app, at));
    }
}

static void
ask_rights(struct hv_app *app, const struct batch *batch)
{
    struct hv_buf text = { 0 };
    struct hv_effect *effect;
    char id[HV_ROW_ID];

    for (size_t i = 0; i < batch->len; i++) {
        hv_record_id(&app->records.access.rows[batch->rows[i]], id);
        hv_buf_addf(&text, "%s\n", id);
    }
    for (size_t i = 0; i < app->records.types_len; i++) {
        hv_guid_format(&app->records.types[i], id);
        hv_buf_addf(&text, "%s\n", id);
    }
    app->rights_load.is_asked = true;
    effect = hv_job_start(app, HV_JOB_RIGHTS, "");
    effect->text = hv_strdup(hv_buf_str(&text));
    hv_buf_release(&text);
}

void
hv_records_look(struct hv_app *app)
{
    struct batch batch = { 0 };

    if (!app->is_open || app->rights_load.is_asked)
        return;
    add_looked_at(app, &batch);
    for (size_t i = 0; app->recs.is_reading_all && batch.len < RIGHTS_ALL &&
                       i < app->records.access.len;
         i++)
        add_unread(app, &batch, &app->records.access.rows[i]);
    if (batch.len) {
        ask_rights(app, &batch);
    } else if (app->recs.is_reading_all && !app->records_load.is_asked) {
        app->recs.is_reading_all = false;
        hv_records_settle(app);
        hv_app_say(app, HV_ROLE_GOOD, "The rights of %zu records are read.",
                   app->records.access.len);
    }
}

static struct hv_access_row *
find_row(struct hv_app *app, const struct hv_access_row *got)
{
    for (size_t i = 0; i < app->records.access.len; i++) {
        struct hv_access_row *row = &app->records.access.rows[i];

        if (hv_guid_equal(&row->record, &got->record) &&
            hv_guid_equal(&row->person, &got->person))
            return row;
    }
    return NULL;
}

static void
take_rights(struct hv_access_row *row, struct hv_access_row *got)
{
    hv_permission_list_release(&row->permissions);
    row->permissions = got->permissions;
    got->permissions = (struct hv_permission_list){ 0 };
    row->reach = got->reach;
    row->code = got->code;
}

void
hv_rights_take(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_access *got = &msg->u.rights;
    bool is_silent = got->len > 0; /* nobody answered any of them */

    for (size_t i = 0; i < got->len; i++) {
        struct hv_access_row *row = find_row(app, &got->rows[i]);

        is_silent = is_silent && got->rows[i].code == -1;
        if (row)
            take_rights(row, &got->rows[i]);
    }
    if (app->recs.is_reading_all && is_silent) {
        app->recs.is_reading_all = false;
        app->recs.is_stopped = true;
        hv_app_say(app, HV_ROLE_BAD,
                   "Nobody answers: the rights of %zu records are not read; a "
                   "goes on.",
                   hv_records_unread(app));
    }
    if (app->mono_ms - app->recs.pairs_mono_ms >= SETTLE_MS)
        hv_records_settle(app);
    hv_records_look(app); /* the cursor may have gone on meanwhile */
    if (!app->rights_load.is_asked)
        hv_records_settle(app);
}

void
hv_records_read_all(struct hv_app *app, const char *args)
{
    (void)args;
    if (!hv_records_unread(app)) {
        hv_app_say(app, HV_ROLE_TEXT, "All rights are read. r reads anew.");
        return;
    }
    app->recs.is_reading_all = true;
    app->recs.is_stopped = false;
    hv_records_look(app);
}

/* -------------------------------------------------------------- pages -- */

static void
ask_page(struct hv_app *app, const struct hv_access_place *place, size_t known)
{
    struct hv_effect *effect;
    char label[64], id[HV_GUID_TEXT];

    snprintf(label, sizeof(label), "%zu records so far", known);
    app->records_load.is_asked = true;
    effect = hv_job_start(app, HV_JOB_RECORDS, label);
    app->busy[HV_JOB_RECORDS].since_mono_ms = app->recs.since_mono_ms;
    hv_guid_format(&place->after, id);
    effect->text = hv_strdup(id);
}

static void
move_rows(struct hv_access *to, struct hv_access *from)
{
    if (from->len) {
        to->rows =
            hv_realloc_array(to->rows, to->len + from->len, sizeof(*to->rows));
        memcpy(&to->rows[to->len], from->rows, from->len * sizeof(*to->rows));
        to->len += from->len;
    }
    free(from->rows);
    *from = (struct hv_access){ 0 };
}

/* A first page begins a reading: what is there stays until the new is whole. */
static void
begin(struct hv_app *app, struct hv_records_model *page)
{
    app->recs.is_first = !app->records.types;
    app->recs.is_stopped = false;
    hv_records_model_release(&app->recs.coming);
    if (app->recs.is_first) {
        app->records.types = page->types;
        app->records.types_len = page->types_len;
    } else {
        app->recs.coming.types = page->types;
        app->recs.coming.types_len = page->types_len;
    }
    page->types = NULL;
}

static void
complete(struct hv_app *app)
{
    app->recs.is_partial = app->recs.is_stopping = false;
    if (!app->recs.is_first) {
        hv_records_model_release(&app->records);
        app->records = app->recs.coming;
        app->recs.coming = (struct hv_records_model){ 0 };
    }
    app->recs.first_type = 0;
    if (hv_records_pane(app) == HV_RECORDS_COVERAGE)
        app->recs.is_reading_all = app->records.access.len <= HV_RIGHTS_UNASKED;
}

void
hv_records_take(struct hv_app *app, struct hv_msg *msg)
{
    const struct hv_error stopped = { .status = HV_ERR_CANCELLED };
    struct hv_records_model *page = &msg->u.records;
    struct hv_records_model *to;

    if (page->types) {
        app->recs.since_mono_ms = app->busy[HV_JOB_RECORDS].since_mono_ms;
        begin(app, page);
    }
    to = app->recs.is_first ? &app->records : &app->recs.coming;
    move_rows(&to->access, &page->access);
    if (page->place.is_end)
        complete(app);
    else if (app->recs.is_stopping)
        hv_records_failed(app, &stopped);
    else
        ask_page(app, &page->place, to->access.len);
    if (page->place.is_end || app->recs.is_first)
        hv_records_settle(app);
    hv_records_look(app);
}

void
hv_records_failed(struct hv_app *app, const struct hv_error *error)
{
    bool is_stopped = error->status == HV_ERR_CANCELLED;

    app->recs.is_stopping = false;
    hv_records_model_release(&app->recs.coming);
    if (!app->records_load.has_data)
        return;
    app->recs.is_partial = app->recs.is_partial || app->recs.is_first;
    if (app->recs.is_partial)
        hv_app_say(app, HV_ROLE_WARN,
                   "%s: %zu records came, there may be more. r reads all.",
                   is_stopped ? "Stopped" : error->why,
                   app->records.access.len);
    else
        hv_app_say(app, HV_ROLE_WARN,
                   "%s: the records are as they were read "
                   "before.",
                   is_stopped ? "Stopped" : error->why);
}

bool
hv_records_stop(struct hv_app *app)
{
    bool is_loading = app->busy[HV_JOB_RECORDS].op || app->busy[HV_JOB_DIFF].op;

    if (!is_loading && !app->recs.is_reading_all)
        return false;
    if (app->recs.is_reading_all) {
        app->recs.is_reading_all = false;
        app->recs.is_stopped = true;
        hv_app_say(app, HV_ROLE_WARN,
                   "Stopped: the rights of %zu of %zu records are read; a goes "
                   "on.",
                   app->records.access.len - hv_records_unread(app),
                   app->records.access.len);
    }
    if (!is_loading)
        return true;
    app->recs.is_stopping = app->busy[HV_JOB_RECORDS].op != 0;
    hv_effects_add(&app->effects, HV_EFFECT_CANCEL);
    hv_app_say(app, HV_ROLE_NOTE, "Stopping ...");
    return true;
}
