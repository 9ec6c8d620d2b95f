/*
 * test_states.c - each view and each of its tabs while it is empty, while it
 * loads and after it failed, against tests/fixtures/screens; and all of them,
 * full, at sizes that nobody has a terminal of: nothing is drawn outside.
 * HV_BLESS=1 rewrites the files: then read the difference.
 */
#include "tests/unit/tui/console/world_plant.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(states, .init = world_start);

/* Everything was read, and there is nothing. */
static void
make_empty(struct hv_app *app)
{
    struct hv_load *loads[] = {
        &app->subs_load,          &app->keys_load,    &app->drain_load,
        &app->jobs_load,          &app->records_load, &app->traffic_load,
        &app->maint_load,         &app->diff_load,    &app->tester.sent_load,
        &app->urls.templates_load
    };

    for (size_t i = 0; i < HV_LEN(loads); i++)
        *loads[i] = (struct hv_load){ .has_data = true,
                                      .read_ms = WORLD_NOW_MS - 4000 };
    memset(app->busy, 0, sizeof(app->busy));
    app->status->attention_len = 0;
    app->subs.limit = 25;
    world_log(app, HV_LOG_TAIL, 1, 0, false, false);
}

static void
make_loading(struct hv_app *app)
{
    world_tick(app, 1500);
}

/* Whatever was asked for did not come. */
static void
make_failed(struct hv_app *app)
{
    struct hv_msg log = { .kind = HV_MSG_LOG };

    for (int job = 0; job < HV_JOB_COUNT; job++) {
        struct hv_msg msg = { .kind = HV_MSG_FAILED,
                              .job = (enum hv_job_kind)job,
                              .op = app->busy[job].op };

        if (!msg.op)
            continue;
        (void)hv_fail(&msg.error, HV_ERR_NET,
                      "the platform at https://127.0.0.1:8444 does not answer: "
                      "connection refused");
        hv_hint(&msg.error, "is it running? see hvconsole sandbox status");
        hv_app_update(app, &msg);
    }
    (void)hv_fail(&log.error, HV_ERR_DAMAGED,
                  "the journal /srv/hv/journal.db is damaged");
    hv_app_update(app, &log);
}

static const struct {
    const char *name;
    void (*make)(struct hv_app *app);
} states[] = {
    { "empty", make_empty },
    { "loading", make_loading },
    { "error", make_failed },
};

/* First tabs are looked at in every size, mostly where their own tests are;
 * later ones where they change the whole view and not a detail. */
static bool
is_looked_at(enum hv_view tab, int pane)
{
    bool is_first =
        tab == HV_VIEW_SHELL || tab == HV_VIEW_TEST || tab == HV_VIEW_LOG;
    bool is_whole = tab == HV_VIEW_SHELL || tab == HV_VIEW_TEST ||
                    tab == HV_VIEW_RECORDS || tab == HV_VIEW_MAINT;

    return pane ? is_whole : is_first;
}

Test(states, of_every_tab_that_has_nothing_to_show)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        for (int pane = 0; pane < world_panes((enum hv_view)tab); pane++) {
            for (size_t s = 0; s < HV_LEN(states); s++) {
                struct hv_app app;
                char name[64];

                if (!is_looked_at((enum hv_view)tab, pane))
                    continue;
                world_open(&app);
                world_size(&app, 24, 80);
                world_go(&app, (enum hv_view)tab, pane);
                states[s].make(&app);
                hv_list_settle(&app, (enum hv_view)tab);
                snprintf(name, sizeof(name), "tab-%s-%s-%s",
                         hv_screens[tab].name, hv_screens[tab].panes[pane],
                         states[s].name);
                if (pane)
                    world_check(&app, name);
                else
                    world_check_sizes(&app, name);
                hv_app_release(&app);
            }
        }
    }
}

/* Without the names of the tabs, which differ in any case. */
static char
letter(const struct hv_cell *cell)
{
    bool is_frame = cell->role == HV_ROLE_TAB_ON || cell->role == HV_ROLE_TAB ||
                    cell->role == HV_ROLE_RULE || cell->role == HV_ROLE_TITLE;

    return is_frame || !(cell->code & 0x7f) ? ' ' : (char)(cell->code & 0x7f);
}

/* No tab is another one under a second name. */
Test(states, every_tab_shows_something_of_its_own)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        struct hv_buf bodies[8] = { { 0 } };
        int len = world_panes((enum hv_view)tab);

        cr_assert_leq(len, (int)HV_LEN(bodies));
        for (int pane = 0; pane < len; pane++) {
            struct hv_grid grid = { 0 };
            struct hv_canvas all;
            struct hv_app app;

            world_open_planted(&app, WORLD_HOSTILE);
            world_size(&app, 60, 140);
            world_go(&app, (enum hv_view)tab, pane);
            hv_grid_reset(&grid, 50, 140);
            all = hv_canvas_whole(&grid);
            hv_screens[tab].render(&app, &all);
            for (int row = 0; row < grid.rows; row++) {
                for (int col = 0; col < grid.cols; col++)
                    hv_buf_add_char(&bodies[pane],
                                    letter(hv_grid_at(&grid, row, col)));
            }
            for (int i = 0; i < pane; i++)
                cr_expect(
                    strcmp(hv_buf_str(&bodies[i]), hv_buf_str(&bodies[pane])),
                    "%s: %s is %s once more", hv_screens[tab].name,
                    hv_screens[tab].panes[pane], hv_screens[tab].panes[i]);
            hv_grid_release(&grid);
            hv_app_release(&app);
        }
        for (int i = 0; i < len; i++)
            hv_buf_release(&bodies[i]);
    }
}

/* The view drawn into a window of a larger grid of marks. */
static void
check_inside(const struct hv_app *app, const char *where)
{
    enum hv_view top = hv_app_top(app);
    struct hv_grid grid = { 0 };
    struct hv_canvas whole, part;
    int outside = 0;

    hv_grid_reset(&grid, app->rows + 4, app->cols + 6);
    for (size_t i = 0; i < (size_t)grid.rows * (size_t)grid.cols; i++)
        grid.cells[i].code = '#';
    whole = hv_canvas_whole(&grid);
    part = hv_canvas_part(&whole, 2, 3, app->rows, app->cols);
    hv_screens[top].render(app, &part);
    for (int row = 0; row < grid.rows; row++) {
        for (int col = 0; col < grid.cols; col++) {
            bool is_inside = row >= 2 && row < app->rows + 2 && col >= 3 &&
                             col < app->cols + 3;

            outside += !is_inside && hv_grid_at(&grid, row, col)->code != '#';
        }
    }
    cr_expect_eq(outside, 0, "%s at %dx%d: %d cells outside", where, app->cols,
                 app->rows, outside);
    hv_grid_release(&grid);
}

/* Full, with what is hardest to place, and with what the keys bring up. */
Test(states, no_size_makes_a_view_draw_outside)
{
    static const int sizes[][2] = { { 1, 1 },  { 2, 200 },   { 60, 3 },
                                    { 5, 20 }, { 20, 5 },    { 3, 79 },
                                    { 7, 33 }, { 300, 400 }, { 1000, 1000 } };
    static const char *const over[] = { "", "x", "<Enter>", "?", "A", "D" };

    for (int tab = 0; tab < HV_TABS; tab++) {
        for (int pane = 0; pane < world_panes((enum hv_view)tab); pane++) {
            for (size_t o = 0; o < HV_LEN(over); o++) {
                struct hv_app app;

                world_open_planted(&app, WORLD_HOSTILE);
                world_go(&app, (enum hv_view)tab, pane);
                if (over[o][0])
                    world_press(&app, over[o]);
                for (size_t s = 0; s < HV_LEN(sizes); s++) {
                    struct hv_buf screen = { 0 };

                    if (sizes[s][0] == 1000 && (o || pane))
                        continue;
                    world_size(&app, sizes[s][0], sizes[s][1]);
                    check_inside(&app, hv_screens[tab].name);
                    world_draw(&app, &screen); /* the frame as well */
                    hv_buf_release(&screen);
                }
                hv_app_release(&app);
            }
        }
    }
}
