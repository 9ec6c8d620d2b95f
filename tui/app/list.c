/*
 * list.c - the place in a list, and what is selected. A place is kept by id:
 * loading, filtering, sorting and resizing do not move it.
 * Called by update() and, to look, by the screens.
 */
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include "hvconsole/names.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_sub_words(const struct hv_sub *sub, char *out, size_t size)
{
    struct hv_guid types[HV_MAX_TYPES_PER_SUB];
    size_t len = hv_sub_types(sub, types, HV_LEN(types));
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < len && used < size; i++) {
        const struct hv_thing_type *type = hv_thing_type_find(&types[i]);
        char id[HV_GUID_TEXT];

        hv_guid_format(&types[i], id);
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "",
                                 type ? type->name : id);
    }
}

size_t
hv_list_all(const struct hv_app *app, enum hv_view tab)
{
    switch (tab) {
    case HV_VIEW_DASH:
        return app->status ? app->status->attention_len : 0;
    case HV_VIEW_SUBS:
        return app->subs.len;
    case HV_VIEW_KEYS:
        return app->keys.len;
    case HV_VIEW_JOBS:
        return app->jobs.len;
    case HV_VIEW_SHELL:
        return hv_shell_rows(app);
    case HV_VIEW_MAINT:
        return hv_maint_count(app);
    case HV_VIEW_RECORDS:
        return hv_records_count(app);
    case HV_VIEW_TEST:
        return hv_test_count(app);
    case HV_VIEW_LOG:
        return app->log.len;
    default:
        return 0;
    }
}

size_t
hv_list_row(const struct hv_app *app, enum hv_view tab, size_t nth)
{
    const struct hv_list *list = &app->lists[tab];

    if (tab == HV_VIEW_LOG)
        return nth < app->log.len ? nth : SIZE_MAX;
    if (nth >= list->len || list->order[nth] >= hv_list_all(app, tab))
        return SIZE_MAX;
    return list->order[nth];
}

size_t
hv_list_count(const struct hv_app *app, enum hv_view tab)
{
    return tab == HV_VIEW_LOG ? app->log.len : app->lists[tab].len;
}

size_t
hv_list_len(const struct hv_app *app)
{
    return hv_list_count(app, app->tab);
}

const struct hv_cursor *
hv_list_cursor_of(const struct hv_app *app, enum hv_view tab)
{
    if (tab == HV_VIEW_LOG)
        return &app->log.cursor;
    return hv_screens[tab].list_rows ? &app->lists[tab].cursor : NULL;
}

struct hv_cursor *
hv_list_cursor(struct hv_app *app)
{
    return (struct hv_cursor *)hv_list_cursor_of(app, app->tab);
}

size_t
hv_list_at(const struct hv_app *app, enum hv_view tab)
{
    const struct hv_cursor *cursor = hv_list_cursor_of(app, tab);

    return cursor ? hv_list_row(app, tab, cursor->at) : SIZE_MAX;
}

void
hv_list_id(const struct hv_app *app, enum hv_view tab, size_t i,
           char out[HV_ROW_ID])
{
    char guid[HV_GUID_TEXT];

    out[0] = 0;
    if (i >= hv_list_all(app, tab))
        return;
    switch (tab) {
    case HV_VIEW_DASH:
        hv_copy(out, HV_ROW_ID, app->status->attention[i].text);
        break;
    case HV_VIEW_SUBS:
        hv_guid_format(&app->subs.rows[i].sub.id, guid);
        hv_copy(out, HV_ROW_ID, guid);
        break;
    case HV_VIEW_KEYS:
        hv_guid_format(&app->keys.rows[i].sub, guid);
        snprintf(out, HV_ROW_ID, "%s %s", guid, app->keys.rows[i].version.id);
        break;
    case HV_VIEW_JOBS:
        hv_copy(out, HV_ROW_ID, app->jobs.jobs[i].id);
        break;
    case HV_VIEW_SHELL:
        hv_shell_row_id(app, i, out);
        break;
    case HV_VIEW_MAINT:
        snprintf(out, HV_ROW_ID, "%s %s",
                 hv_maint_window_at(app, i) ? "window" : "token",
                 hv_maint_name(app, i));
        break;
    case HV_VIEW_TEST:
        hv_test_id(app, i, out);
        break;
    case HV_VIEW_RECORDS:
        hv_records_row_id(app, i, out, HV_ROW_ID);
        break;
    case HV_VIEW_LOG:
        snprintf(out, HV_ROW_ID, "%lld", (long long)app->log.rows[i].id);
        break;
    default:
        break;
    }
}

static void
scroll(const struct hv_app *app, enum hv_view tab, struct hv_cursor *cursor,
       size_t len)
{
    int shown = hv_screen_list_rows(app, tab);
    size_t rows = shown > 0 ? (size_t)shown : 1;

    if (cursor->at < cursor->top)
        cursor->top = cursor->at;
    if (cursor->at >= cursor->top + rows)
        cursor->top = cursor->at - rows + 1;
    if (cursor->top + rows > len)
        cursor->top = len > rows ? len - rows : 0;
}

/* What a filter hides comes back under the cursor; what was deleted does not,
 * and the place is that of the row which took its own. */
static bool
is_gone(const struct hv_app *app, enum hv_view tab, const char *wanted)
{
    size_t all = hv_list_all(app, tab);
    char id[HV_ROW_ID];

    if (!all || (tab != HV_VIEW_SUBS && tab != HV_VIEW_KEYS))
        return false;
    for (size_t i = 0; i < all; i++) {
        hv_list_id(app, tab, i, id);
        if (!strcmp(id, wanted))
            return false;
    }
    return true;
}

void
hv_list_settle(struct hv_app *app, enum hv_view tab)
{
    struct hv_cursor *cursor = (struct hv_cursor *)hv_list_cursor_of(app, tab);
    size_t len;
    char id[HV_ROW_ID];

    if (!cursor)
        return;
    if (tab != HV_VIEW_LOG) {
        hv_list_order(app, tab);
        hv_marks_prune(app, tab);
    }
    len = hv_list_count(app, tab);
    for (size_t i = 0; cursor->id[0] && i < len; i++) {
        hv_list_id(app, tab, hv_list_row(app, tab, i), id);
        if (!strcmp(id, cursor->id)) {
            cursor->at = i;
            scroll(app, tab, cursor, len);
            return;
        }
    }
    if (is_gone(app, tab, cursor->id))
        cursor->id[0] = 0;
    if (cursor->at >= len)
        cursor->at = len ? len - 1 : 0;
    if (len && !cursor->id[0])
        hv_list_id(app, tab, hv_list_row(app, tab, cursor->at), cursor->id);
    scroll(app, tab, cursor, len);
}

void
hv_list_go(struct hv_app *app, size_t at)
{
    struct hv_cursor *cursor = hv_list_cursor(app);
    size_t len = hv_list_len(app);

    if (!cursor || !len)
        return;
    cursor->at = at < len ? at : len - 1;
    hv_list_id(app, app->tab, hv_list_row(app, app->tab, cursor->at),
               cursor->id);
    scroll(app, app->tab, cursor, len);
    if (app->tab == HV_VIEW_LOG)
        hv_log_moved(app);
    if (app->tab == HV_VIEW_RECORDS)
        hv_records_look(app);
    if (app->tab == HV_VIEW_TEST)
        hv_test_look(app);
}

void
hv_list_move(struct hv_app *app, int64_t delta)
{
    struct hv_cursor *cursor = hv_list_cursor(app);
    int64_t at = cursor ? (int64_t)cursor->at + delta : 0;

    hv_list_go(app, at > 0 ? (size_t)at : 0);
}

struct hv_selection
hv_app_selection(const struct hv_app *app)
{
    struct hv_selection out = { 0 };
    size_t i = hv_list_at(app, app->tab);

    if (i == SIZE_MAX)
        return out;
    if (app->tab == HV_VIEW_SUBS) {
        out.has_sub = true;
        out.sub = app->subs.rows[i].sub.id;
        out.has_version = true;
        out.version = app->subs.rows[i].sub.version;
    } else if (app->tab == HV_VIEW_KEYS) {
        out.has_sub = true;
        out.sub = app->keys.rows[i].sub;
        out.has_version = true;
        out.version = app->keys.rows[i].version;
    } else if (app->tab == HV_VIEW_LOG) {
        out.log_id = app->log.rows[i].id;
        out.has_sub = app->log.rows[i].has_sub;
        out.sub = app->log.rows[i].sub;
    }
    return out;
}

const struct hv_sub_row *
hv_app_sub(const struct hv_app *app, const struct hv_guid *id)
{
    for (size_t i = 0; i < app->subs.len; i++) {
        if (hv_guid_equal(&app->subs.rows[i].sub.id, id))
            return &app->subs.rows[i];
    }
    return NULL;
}
