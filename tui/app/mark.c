/*
 * mark.c - rows that a person marked, by id, so that one command takes them
 * all; sorting, and the search for the next row that fits. Actions, called
 * through the table of actions.c. Pure.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t
find_mark(const struct hv_list *list, const char *id)
{
    size_t at = 0;

    while (at < list->marks_len && strcmp(list->marks[at], id))
        at++;
    return at;
}

bool
hv_list_is_marked(const struct hv_app *app, enum hv_view tab, size_t i)
{
    char id[HV_ROW_ID];

    if (!app->lists[tab].marks_len)
        return false;
    hv_list_id(app, tab, i, id);
    return find_mark(&app->lists[tab], id) < app->lists[tab].marks_len;
}

size_t
hv_marks_len(const struct hv_app *app, enum hv_view tab)
{
    return app->lists[tab].marks_len;
}

static void
drop(struct hv_list *list, size_t at)
{
    list->marks_len--;
    memmove(list->marks[at], list->marks[at + 1],
            (list->marks_len - at) * sizeof(*list->marks));
}

static void
add(struct hv_list *list, const char *id)
{
    list->marks = hv_realloc_array(list->marks, list->marks_len + 1,
                                   sizeof(*list->marks));
    hv_copy(list->marks[list->marks_len++], sizeof(*list->marks), id);
}

void
hv_marks_prune(struct hv_app *app, enum hv_view tab)
{
    struct hv_list *list = &app->lists[tab];
    size_t all = hv_list_all(app, tab);

    for (size_t m = list->marks_len; m-- > 0;) {
        bool is_there = false;

        for (size_t i = 0; i < all && !is_there; i++) {
            char id[HV_ROW_ID];

            hv_list_id(app, tab, i, id);
            is_there = !strcmp(id, list->marks[m]);
        }
        if (!is_there)
            drop(list, m);
    }
}

static bool
is_known(const struct hv_guid *list, size_t len, const struct hv_guid *id)
{
    for (size_t i = 0; i < len; i++) {
        if (hv_guid_equal(&list[i], id))
            return true;
    }
    return false;
}

size_t
hv_marks_subs(const struct hv_app *app, struct hv_guid *out, size_t max)
{
    struct hv_selection selection = hv_app_selection(app);
    size_t all = hv_list_all(app, app->tab);
    size_t len = 0;

    if (!app->lists[app->tab].marks_len ||
        (app->tab != HV_VIEW_SUBS && app->tab != HV_VIEW_KEYS)) {
        if (selection.has_sub && max)
            out[len++] = selection.sub;
        return len;
    }
    for (size_t i = 0; i < all && len < max; i++) {
        const struct hv_guid *id = app->tab == HV_VIEW_SUBS
                                       ? &app->subs.rows[i].sub.id
                                       : &app->keys.rows[i].sub;

        if (hv_list_is_marked(app, app->tab, i) && !is_known(out, len, id))
            out[len++] = *id;
    }
    return len;
}

/* -------------------------------------------------------------- actions -- */

static bool
has_marks(struct hv_app *app)
{
    if (app->tab == HV_VIEW_SUBS || app->tab == HV_VIEW_KEYS ||
        app->tab == HV_VIEW_LOG)
        return true;
    hv_app_say(app, HV_ROLE_TEXT,
               "Rows are marked in 2 Subs, 3 Keys and 6 Log.");
    return false;
}

static void
say_marks(struct hv_app *app)
{
    size_t len = app->lists[app->tab].marks_len;
    struct hv_guid subs[HV_MAX_MARKED];

    if (!len)
        hv_app_say(app, HV_ROLE_TEXT, "No row is marked.");
    else if (app->tab == HV_VIEW_LOG)
        hv_app_say(app, HV_ROLE_TEXT, "%zu marked. V verifies %s.", len,
                   len == 1 ? "it" : "them");
    else
        hv_app_say(app, HV_ROLE_TEXT,
                   "%zu marked. R would rotate %zu key%s, after asking.", len,
                   hv_marks_subs(app, subs, HV_MAX_MARKED),
                   hv_marks_subs(app, subs, HV_MAX_MARKED) == 1 ? "" : "s");
}

/* All that the filter leaves; of the log, which has no end, what is on the
 * screen. */
static void
visible_rows(struct hv_app *app, size_t *first, size_t *end)
{
    size_t rows = (size_t)hv_screen_list_rows(app, app->tab);

    *first = app->tab == HV_VIEW_LOG ? app->log.cursor.top : 0;
    *end = hv_list_len(app);
    if (app->tab == HV_VIEW_LOG && *end > *first + rows)
        *end = *first + rows;
}

void
hv_do_mark(struct hv_app *app, const char *args)
{
    struct hv_list *list = &app->lists[app->tab];
    size_t i = hv_list_at(app, app->tab);
    char id[HV_ROW_ID];

    if (!has_marks(app))
        return;
    if (!strcmp(args, "none")) {
        list->marks_len = 0;
    } else if (!strcmp(args, "visible")) {
        size_t first, end;

        visible_rows(app, &first, &end);
        for (size_t nth = first; nth < end; nth++) {
            hv_list_id(app, app->tab, hv_list_row(app, app->tab, nth), id);
            if (find_mark(list, id) == list->marks_len)
                add(list, id);
        }
    } else if (i != SIZE_MAX) {
        size_t at;

        hv_list_id(app, app->tab, i, id);
        at = find_mark(list, id);
        if (at < list->marks_len)
            drop(list, at);
        else
            add(list, id);
        hv_list_move(app, 1);
    }
    say_marks(app);
}

void
hv_do_sort(struct hv_app *app, const char *args)
{
    struct hv_list *list = &app->lists[app->tab];
    const struct hv_list_field *fields = hv_list_fields(app, app->tab);

    if (!fields) {
        hv_app_say(app, HV_ROLE_TEXT,
                   "This has an order of its own; s sorts the other lists.");
        return;
    }
    if (!strcmp(args, "invert")) {
        list->is_inverted = !list->is_inverted;
    } else {
        list->is_inverted = false;
        list->sort++;
        while (fields[list->sort - 1].name &&
               fields[list->sort - 1].is_only_text)
            list->sort++;
        if (!fields[list->sort - 1].name)
            list->sort = 0;
    }
    hv_list_settle(app, app->tab);
    hv_app_say(app, HV_ROLE_TEXT, "Sorted by %s%s.",
               list->sort ? hv_list_sort_name(app, app->tab)
                          : "place, as it came",
               list->is_inverted ? ", inverted" : "");
}

void
hv_do_seek(struct hv_app *app, const char *args)
{
    struct hv_list *list = &app->lists[app->tab];
    bool is_back = !strcmp(args, "prev");
    size_t len = hv_list_len(app);

    if (hv_list_is_covered(app))
        return;
    if (app->tab == HV_VIEW_LOG) {
        hv_log_seek(app, is_back);
        return;
    }
    if (!hv_list_fields(app, app->tab) || !list->search[0]) {
        hv_app_say(app, HV_ROLE_TEXT, "n and N look for what / looked for.");
        return;
    }
    for (size_t step = 1; step <= len; step++) {
        size_t at = list->cursor.at;
        size_t nth = (at + (is_back ? len - step : step)) % len;

        if (!hv_row_fits(app, app->tab, list->order[nth], list->search))
            continue;
        hv_list_go(app, nth);
        if (nth == at)
            hv_app_say(app, HV_ROLE_TEXT, "This is the only one that fits %s.",
                       list->search);
        else if (is_back ? nth > at : nth < at)
            hv_app_say(app, HV_ROLE_TEXT, "Round again, from the %s.",
                       is_back ? "end" : "beginning");
        return;
    }
    hv_app_say(app, HV_ROLE_TEXT, "Nothing here fits %s.", list->search);
}
