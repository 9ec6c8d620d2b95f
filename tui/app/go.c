/*
 * go.c - actions that move: between views, in lists, through long texts, into
 * what the cursor is on. Called through the table of actions.c.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/app/urls.h"
#include "tui/screen/screens.h"

#include <stdint.h>
#include <string.h>

#define MAX_SHIFT (HV_MAX_GRID - 80)

int
hv_view_find(const char *name)
{
    int tab = 0;

    while (tab < HV_TABS &&
           strncmp(hv_screens[tab].name, name, strlen(hv_screens[tab].name)))
        tab++;
    return tab;
}

void
hv_do_view(struct hv_app *app, const char *args)
{
    int tab = hv_view_find(args);

    if (tab == HV_TABS) {
        hv_app_say(app, HV_ROLE_WARN, "There is no view \"%.40s\".", args);
        return;
    }
    app->over_len = 0;
    app->is_filtering = false; /* the line was about another list */
    app->tab = (enum hv_view)tab;
    app->notes_seen = app->notes_len;
    hv_load_view(app, false);
}

void
hv_do_back(struct hv_app *app, const char *args)
{
    (void)args;
    if (hv_app_top(app) == HV_VIEW_FORM)
        hv_form_leave(app);
    else if (hv_app_top(app) == HV_VIEW_SHEET)
        hv_sheet_leave(app);
    else if (hv_app_top(app) == HV_VIEW_FIELD)
        hv_urls_leave(app);
    else if (app->over_len)
        hv_app_pop(app);
    else if (app->tab == HV_VIEW_LOG && hv_find_stop(app))
        hv_app_say(app, HV_ROLE_NOTE,
                   "The search was stopped; Esc shows all messages again.");
    else if (app->tab == HV_VIEW_LOG &&
             (app->log.filter_label[0] || app->lists[HV_VIEW_LOG].filter[0]))
        hv_log_filter_by(app, "");
    else if (app->lists[app->tab].filter[0]) {
        app->lists[app->tab].filter[0] = 0;
        hv_list_settle(app, app->tab);
    }
}

void
hv_do_close(struct hv_app *app, const char *args)
{
    if (app->over_len)
        hv_do_back(app, args);
    else if (app->tab != HV_VIEW_DASH)
        hv_do_view(app, hv_screens[HV_VIEW_DASH].name);
    else
        hv_app_say(app, HV_ROLE_TEXT, "Q quits the console.");
}

/* A long text lies on top: it scrolls, the list behind stands still. */
static bool
is_text(const struct hv_app *app)
{
    return hv_app_top(app) == HV_VIEW_PAGER || hv_app_top(app) == HV_VIEW_ITEM;
}

bool
hv_list_is_covered(struct hv_app *app)
{
    bool is_covered =
        hv_app_top(app) == HV_VIEW_PAGER || hv_app_top(app) == HV_VIEW_QR;

    if (is_covered)
        hv_app_say(app, HV_ROLE_TEXT,
                   "That is for the list behind; Esc goes back to it.");
    return is_covered;
}

static void
shift_by(struct hv_app *app, int delta)
{
    bool is_item = hv_app_top(app) == HV_VIEW_ITEM;
    int left = (is_item ? app->item_left : app->pager.left) + delta;

    left = left < 0 ? 0 : left > MAX_SHIFT ? MAX_SHIFT : left;
    if (!is_item)
        app->pager.left = left;
    else if (app->is_item_wide)
        app->item_left = left;
    else
        hv_app_say(app, HV_ROLE_TEXT, "Lines are wrapped here; w changes it.");
}

static void
scroll_by(struct hv_app *app, int64_t delta)
{
    enum hv_view top = hv_app_top(app);
    int64_t max = hv_screen_scroll_max(app);
    int64_t at = top == HV_VIEW_PAGER ? (int64_t)app->pager.top : app->item_top;

    at += delta;
    at = at > max ? max : at;
    at = at < 0 ? 0 : at;
    if (top == HV_VIEW_PAGER)
        app->pager.top = (size_t)at;
    else
        app->item_top = (int)at;
}

static void
move_rows(struct hv_app *app, int64_t delta)
{
    if (is_text(app))
        scroll_by(app, delta);
    else
        hv_list_move(app, delta);
}

static void
move_end(struct hv_app *app, bool is_last)
{
    if (is_text(app)) {
        scroll_by(app, is_last ? HV_MAX_GRID * 100 : -HV_MAX_GRID * 100);
    } else if (app->tab == HV_VIEW_LOG && is_last && app->log.has_newer) {
        app->log.is_follow = true;
        app->log.cursor.id[0] = 0;
        hv_log_ask(app, HV_LOG_TAIL, 0);
    } else if (app->tab == HV_VIEW_LOG && !is_last && app->log.has_older) {
        app->log.is_follow = false;
        hv_log_ask(app, HV_LOG_HEAD, 0);
    } else {
        hv_list_go(app, is_last ? SIZE_MAX : 0);
    }
}

void
hv_do_move(struct hv_app *app, const char *args)
{
    int64_t page = hv_screen_list_rows(app, app->tab);
    static const struct {
        const char *word;
        int64_t rows, pages; /* pages in halves */
    } moves[] = {
        { "down", 1, 0 },       { "up", -1, 0 },       { "page-down", 0, 2 },
        { "page-up", 0, -2 },   { "half-down", 0, 1 }, { "half-up", 0, -1 },
        { "three-down", 3, 0 }, { "three-up", -3, 0 },
    };

    if (is_text(app))
        page = app->rows - 6;
    else if (hv_list_is_covered(app))
        return; /* one comes back to where one was */
    page = page < 2 ? 2 : page;
    for (size_t i = 0; i < HV_LEN(moves); i++) {
        if (!strcmp(moves[i].word, args)) {
            move_rows(app, moves[i].rows + moves[i].pages * page / 2);
            return;
        }
    }
    if ((!strcmp(args, "left") || !strcmp(args, "right")) &&
        hv_app_top(app) == HV_VIEW_TEST)
        hv_do_try(app, args[0] == 'l' ? "prev" : "next");
    else if ((!strcmp(args, "left") || !strcmp(args, "right")) &&
             hv_app_top(app) == HV_VIEW_RECORDS)
        hv_records_shift(app, args[0] == 'l' ? -1 : 1);
    else if ((!strcmp(args, "left") || !strcmp(args, "right")) &&
             hv_app_top(app) == HV_VIEW_SHELL)
        hv_url_turn(app, args[0] == 'l' ? -1 : 1);
    else if (!strcmp(args, "left") || !strcmp(args, "right"))
        shift_by(app, args[0] == 'l' ? -8 : 8);
    else if (!strcmp(args, "first") || !strcmp(args, "last"))
        move_end(app, args[0] == 'l');
    else
        hv_app_say(app, HV_ROLE_WARN, "move up, down, first, last ...");
}

/* The view it is about, with nothing else in it; Esc shows the rest again. */
static void
show_only(struct hv_app *app, const struct hv_attention *item)
{
    struct hv_list *list;

    hv_do_view(app, item->view);
    list = &app->lists[app->tab];
    if (!item->filter[0])
        return;
    if (app->tab == HV_VIEW_LOG) {
        app->log.is_follow = true; /* the newest of them */
        hv_log_filter_by(app, item->filter);
    } else if (hv_list_fields(app, app->tab)) {
        hv_copy(list->filter, sizeof(list->filter), item->filter);
        hv_copy(list->search, sizeof(list->search), item->filter);
        hv_list_settle(app, app->tab);
    }
}

static void
open_attention(struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_DASH);

    if (i == SIZE_MAX)
        return;
    if (!app->status->has_profile)
        hv_do_profile(app, "");
    else if (hv_view_find(app->status->attention[i].view) < HV_TABS)
        show_only(app, &app->status->attention[i]);
    else
        hv_app_explain(app); /* it concerns no view of its own */
}

/* The test sender, with the subscription of this row chosen. */
void
hv_do_test_this(struct hv_app *app, const char *args)
{
    struct hv_selection selection = hv_app_selection(app);

    (void)args;
    if (!selection.has_sub) {
        hv_app_say(app, HV_ROLE_TEXT, "No subscription is selected here.");
        return;
    }
    app->tester.has_sub = true;
    app->tester.sub = selection.sub;
    hv_do_view(app, hv_screens[HV_VIEW_TEST].name);
}

/* The platform's own words, all of them. */
static void
open_raw(struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_SUBS);
    struct hv_buf text = { 0 };

    if (i == SIZE_MAX || !app->subs.rows[i].sub.xml.len) {
        hv_app_say(app, HV_ROLE_TEXT, "There is no XML of it yet; r asks.");
        return;
    }
    hv_xml_lines(hv_buf_str(&app->subs.rows[i].sub.xml), &text);
    hv_app_page(app, "As the platform shows it, without its key", &text);
}

void
hv_do_open(struct hv_app *app, const char *args)
{
    (void)args;
    switch (hv_app_top(app)) {
    case HV_VIEW_DASH:
        open_attention(app);
        break;
    case HV_VIEW_SUBS:
        if (app->lists[HV_VIEW_SUBS].pane == HV_SUBS_PANE_RAW)
            open_raw(app);
        else
            hv_app_explain(app);
        break;
    case HV_VIEW_KEYS:
    case HV_VIEW_JOBS:
    case HV_VIEW_MAINT:
        hv_app_explain(app);
        break;
    case HV_VIEW_SHELL:
        hv_urls_open(app);
        break;
    case HV_VIEW_RECORDS:
        hv_records_open(app);
        break;
    case HV_VIEW_TEST:
        hv_test_open(app);
        break;
    case HV_VIEW_LOG:
        if (hv_log_row(app)) {
            app->item_top = 0;
            app->item_left = 0;
            hv_app_push(app, HV_VIEW_ITEM);
        }
        break;
    default:
        break;
    }
}
