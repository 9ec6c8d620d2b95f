/*
 * find.c - a text looked for through the whole log. What the thread finds comes
 * in as ids, newest first; they are kept in order, and the window of the list
 * is cut from them. Called by update(), log.c and log_filter.c. Pure: finder.c
 * does the reading.
 */
#include "tui/app/parts.h"

#include "hvconsole/codec.h"

#include <stdlib.h>
#include <string.h>

#define KIN_MS (INT64_C(10) * 24 * 3600 * 1000) /* Fact: retries */

_Static_assert(HV_MAX_FIND == HV_MAX_FILTER, "what is typed must fit");

/* ---------------------------------------------------------------- asking -- */

static struct hv_effect *
ask(struct hv_app *app, enum hv_find_kind which, const char *text)
{
    struct hv_effect *effect = hv_effects_add(&app->effects, HV_EFFECT_FIND);

    effect->which = which;
    effect->op = ++app->last_op;
    effect->text = hv_strdup(text);
    return effect;
}

/* @after: the younger rows alone, 0 = all. */
static void
run(struct hv_app *app, int64_t after)
{
    struct hv_find *find = &app->log.find;
    struct hv_effect *effect = ask(app, HV_FIND_TEXT, find->text);

    effect->filter = find->filter;
    effect->id = after;
    find->op = effect->op;
    find->is_later = after != 0;
    find->is_missed = false;
}

static void
drop(struct hv_app *app, enum hv_find_kind which)
{
    hv_effects_add(&app->effects, HV_EFFECT_FIND_STOP)->which = which;
}

void
hv_find_start(struct hv_app *app, const char *text)
{
    struct hv_log *log = &app->log;
    struct hv_find *find = &log->find;
    struct hv_find fresh = { .is_listed = true,
                             .started_mono_ms = app->mono_ms };

    hv_copy(fresh.text, sizeof(fresh.text), text); /* may be the old one's */
    free(find->ids);
    *find = fresh;
    find->filter = log->filter;
    find->filter.verdicts = hv_log_verdicts(log);
    hv_log_clear(app);
    run(app, 0);
}

bool
hv_find_stop(struct hv_app *app)
{
    struct hv_find *find = &app->log.find;

    if (!find->op)
        return false;
    find->op = 0;
    drop(app, HV_FIND_TEXT);
    if (find->is_later)
        return false; /* nobody asked for that one */
    find->is_stopped = true;
    find->took_ms = app->mono_ms - find->started_mono_ms;
    return true;
}

void
hv_find_unlist(struct hv_app *app)
{
    (void)hv_find_stop(app);
    app->log.find.is_listed = false;
    app->notes_seen = app->notes_len; /* "Esc shows all" has been done */
}

void
hv_find_forget(struct hv_app *app)
{
    for (int which = 0; which < HV_FIND_KINDS; which++)
        drop(app, (enum hv_find_kind)which);
    free(app->log.find.ids);
    app->log.find = (struct hv_find){ 0 };
    hv_kin_release(&app->log.kin);
}

void
hv_find_changed(struct hv_app *app)
{
    struct hv_find *find = &app->log.find;

    if (find->op)
        find->is_missed = true;
    else if (find->is_listed && !find->is_stopped && !find->is_full)
        run(app, find->newest);
}

/* --------------------------------------------------------------- finding -- */

/* Where @id stands, or would. */
static size_t
place_of(const struct hv_find *find, int64_t id)
{
    size_t low = 0, high = find->len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (find->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Falling ids, all of them on one side of those that are there. */
static void
take_ids(struct hv_find *find, const int64_t *ids, size_t len)
{
    size_t at = len ? place_of(find, ids[len - 1]) : 0;

    if (!len)
        return;
    find->ids =
        hv_realloc_array(find->ids, find->len + len, sizeof(*find->ids));
    memmove(find->ids + at + len, find->ids + at,
            (find->len - at) * sizeof(*find->ids));
    for (size_t i = 0; i < len; i++)
        find->ids[at + i] = ids[len - 1 - i];
    find->len += len;
}

/* The list is cut anew where it is short, and told that there is more. */
static void
show(struct hv_app *app)
{
    struct hv_log *log = &app->log;
    const struct hv_find *find = &log->find;

    if (!find->is_listed || !find->len)
        return;
    if (!log->len) {
        hv_log_ask(app, HV_LOG_TAIL, 0);
        return;
    }
    if (find->ids[0] < log->rows[0].id) {
        log->has_older = true;
        if (log->len < HV_LOG_PAGE)
            hv_log_ask(app, HV_LOG_OLDER, log->rows[0].id);
    }
    if (find->ids[find->len - 1] > log->rows[log->len - 1].id) {
        if (log->is_frozen)
            log->is_missed = true;
        else if (!log->has_newer)
            hv_log_ask(app, HV_LOG_NEWER, log->rows[log->len - 1].id);
    }
}

static void
take_text(struct hv_app *app, const struct hv_msg *msg)
{
    struct hv_find *find = &app->log.find;
    const struct hv_msg_found *found = &msg->u.found;

    if (msg->op != find->op)
        return;
    take_ids(find, found->ids, found->len);
    if (!find->is_later)
        find->scan = found->scan;
    if (found->scan.high > find->newest)
        find->newest = found->scan.high;
    find->error = msg->error;
    if (found->is_end) {
        find->op = 0;
        find->is_full = found->is_full;
        if (!find->is_later)
            find->took_ms = app->mono_ms - find->started_mono_ms;
        app->log.has_data = true;
    }
    show(app);
    if (!find->op && find->is_missed && !msg->error.status)
        hv_find_changed(app);
}

void
hv_find_message(struct hv_app *app, struct hv_msg *msg)
{
    struct hv_kin *kin = &app->log.kin;
    struct hv_msg_found *found = &msg->u.found;

    if (!app->is_open)
        return;
    if (found->which == HV_FIND_TEXT) {
        take_text(app, msg);
    } else if (msg->op == kin->op) {
        int64_t id = kin->id;

        hv_kin_release(kin);
        *kin = found->kin; /* the rows are the state's now */
        kin->id = id;
        kin->op = 0;
        kin->error = msg->error;
        found->kin = (struct hv_kin){ 0 };
    }
}

void
hv_find_page(const struct hv_app *app, struct hv_effect *effect)
{
    const struct hv_find *find = &app->log.find;
    size_t half = HV_LOG_PAGE / 2;
    size_t at = place_of(find, effect->id);
    size_t from = 0, to = find->len;

    switch (effect->how) {
    case HV_LOG_HEAD:
        to = to < HV_LOG_PAGE ? to : HV_LOG_PAGE;
        effect->at = find->len ? find->ids[0] : 0;
        break;
    case HV_LOG_OLDER:
        from = at > HV_LOG_PAGE ? at - HV_LOG_PAGE : 0;
        to = at;
        break;
    case HV_LOG_NEWER:
        from = at + (at < find->len && find->ids[at] == effect->id);
        to = to - from < HV_LOG_PAGE ? to : from + HV_LOG_PAGE;
        break;
    case HV_LOG_AROUND:
        from = at > half ? at - half : 0;
        to = to - at < half ? to : at + half;
        effect->at = effect->id;
        break;
    default:
        from = to > HV_LOG_PAGE ? to - HV_LOG_PAGE : 0;
        break;
    }
    effect->has_older = from > 0;
    effect->has_newer = to < find->len;
    effect->ids_len = to - from;
    effect->ids = hv_calloc(effect->ids_len + 1, sizeof(*effect->ids));
    if (effect->ids_len)
        memcpy(effect->ids, find->ids + from,
               effect->ids_len * sizeof(*effect->ids));
}

int64_t
hv_find_next(const struct hv_find *find, int64_t id, bool is_back)
{
    size_t at = place_of(find, id + !is_back);

    if (is_back)
        return at > 0 ? find->ids[at - 1] : 0;
    return at < find->len ? find->ids[at] : 0;
}

int
hv_find_share(const struct hv_find *find)
{
    const struct hv_log_scan *scan = &find->scan;
    int64_t all = scan->high - scan->low + 1;

    if (scan->is_done)
        return 100;
    if (all < 1 || !scan->next)
        return 0;
    return (int)((scan->high - scan->next + 1) * 100 / all);
}

/* ------------------------------------------------------------------- kin -- */

void
hv_kin_release(struct hv_kin *kin)
{
    for (size_t i = 0; i < kin->same_len; i++)
        hv_log_row_release(&kin->same[i]);
    for (size_t i = 0; i < kin->near_len; i++)
        hv_log_row_release(&kin->near[i]);
    free(kin->same);
    free(kin->near);
    *kin = (struct hv_kin){ 0 };
}

/* The same bytes for the same subscription, while the platform may go on
 * offering them: found by their digest. */
void
hv_kin_look(struct hv_app *app)
{
    struct hv_kin *kin = &app->log.kin;
    const struct hv_log_row *row = hv_log_row(app);
    char sha[HV_HEX_SIZE(32)];
    struct hv_effect *effect;

    if (!row || kin->id == row->id)
        return;
    hv_kin_release(kin);
    hv_hex_encode(row->sha256, sizeof(row->sha256), sha);
    effect = ask(app, HV_FIND_KIN, sha);
    effect->id = row->id;
    effect->filter.has_sub = row->has_sub;
    effect->filter.sub = row->sub;
    effect->filter.since_ms = row->received_ms - KIN_MS;
    effect->filter.until_ms = row->received_ms + KIN_MS;
    if (!row->has_sub)
        effect->filter.verdicts = UINT32_C(1) << row->verdict;
    if (row->is_unsealed && row->events_len) {
        effect->seek.has_record = true;
        effect->seek.record = row->events[0].record;
    } else {
        effect->seek.has_sub = row->has_sub;
        effect->seek.sub = row->sub;
    }
    kin->id = row->id;
    kin->op = effect->op;
}
