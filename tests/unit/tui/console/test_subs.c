/*
 * test_subs.c - the detail of a subscription, tab by tab: what came, what is
 * held, which records stay silent, the platform's own XML; and a platform that
 * goes away and comes back.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(subs, .init = world_start);

static void
show_pane(struct hv_app *app, enum hv_subs_pane pane)
{
    while (app->lists[HV_VIEW_SUBS].pane != (int)pane)
        world_press(app, "]");
}

/* Records of every kind; the first subscription names one type. */
static void
fill_records(struct hv_app *app)
{
    static const struct {
        const char *name;
        enum hv_reach reach;
        int code;
        uint8_t offline;
    } people[] = {
        { "Ann B.", HV_REACH_ANSWERED, 0, HV_RIGHT_ALL },
        { "Carl D. \x1b[2J\xe2\x80\xae", HV_REACH_ANSWERED, 0, 0 },
        { "Eve F.", HV_REACH_REVOKED, 11, 0 },
        { "Gil H.", HV_REACH_FAILED, -1, 0 },
        { "Ida J.", HV_REACH_NOT_READ, 0, 0 },
    };
    struct hv_access *access = &app->records.access;

    access->rows = hv_calloc(HV_LEN(people), sizeof(*access->rows));
    for (size_t i = 0; i < HV_LEN(people); i++) {
        struct hv_access_row *row = &access->rows[access->len++];
        char first[8];

        snprintf(first, sizeof(first), "e00%zu", i);
        row->record = world_guid(first, "c07");
        row->person = world_guid(first, "001");
        hv_copy(row->name, sizeof(row->name), people[i].name);
        hv_copy(row->state, sizeof(row->state), "Active");
        row->action = HV_AUTH_NONE;
        row->reach = people[i].reach;
        row->code = people[i].code;
        if (row->reach != HV_REACH_ANSWERED)
            continue;
        row->permissions.items = hv_calloc(1, sizeof(struct hv_permission));
        row->permissions.len = 1;
        row->permissions.items[0] = (struct hv_permission){
            .type = app->subs.rows[0].sub.filters[0].types[0],
            .offline = people[i].offline,
        };
    }
    app->records_load =
        (struct hv_load){ .has_data = true, .read_ms = WORLD_NOW_MS - 60000 };
}

Test(subs, tabs_without_their_facts_say_which_key_brings_them)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    hv_traffic_release(&app.traffic);
    app.traffic_load = (struct hv_load){ 0 };
    hv_buf_release(&app.subs.rows[0].sub.xml);
    world_press(&app, "2");
    show_pane(&app, HV_SUBS_PANE_COVERAGE);
    world_check_sizes(&app, "subs-coverage-unread");
    show_pane(&app, HV_SUBS_PANE_RAW);
    cr_expect(world_shows(&app, "r asks"));
    world_press(&app, "<Enter>");
    cr_expect_eq(app.over_len, 0, "there is nothing to show");
    show_pane(&app, HV_SUBS_PANE_TRAFFIC);
    cr_expect(world_shows(&app, "Reading hours of the journal"));
    hv_app_release(&app);
}

Test(subs, tabs_in_full)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    fill_records(&app);
    world_press(&app, "2");
    world_check_sizes(&app, "subs-summary");
    show_pane(&app, HV_SUBS_PANE_TRAFFIC);
    world_check_sizes(&app, "subs-traffic");
    show_pane(&app, HV_SUBS_PANE_KEYS);
    world_check_sizes(&app, "subs-keys");
    show_pane(&app, HV_SUBS_PANE_COVERAGE);
    world_check_sizes(&app, "subs-coverage");
    show_pane(&app, HV_SUBS_PANE_RAW);
    world_check_sizes(&app, "subs-raw");
    world_press(&app, "<Enter>");
    world_check_sizes(&app, "subs-raw-all");
    world_press(&app, "<Esc>");
    show_pane(&app, HV_SUBS_PANE_HISTORY);
    world_check_sizes(&app, "subs-history");
    hv_app_release(&app);
}

/* A message that is held: how long the platform will still try, as a bar. */
Test(subs, what_is_held_has_its_horizon)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    world_press(&app, "j");
    world_press(&app, "j");
    show_pane(&app, HV_SUBS_PANE_TRAFFIC);
    world_check_sizes(&app, "subs-held");
    cr_expect(world_shows(&app, "given up in 6d 02h"));
    app.is_ascii = true;
    world_check_sizes(&app, "subs-held-ascii");
    hv_app_release(&app);
}

Test(subs, coverage_counts_each_record_once)
{
    struct hv_app app;
    struct hv_coverage sum;
    struct hv_buf why = { 0 };

    world_open(&app);
    world_fill(&app);
    fill_records(&app);
    sum = hv_coverage_count(&app, &app.subs.rows[0].sub);
    cr_expect_eq(sum.records, 5);
    cr_expect_eq(sum.notifies, 1);
    cr_expect_eq(sum.silent, 2);
    cr_expect_eq(sum.unknown, 1);
    cr_expect_eq(sum.unread, 1);
    /* Three types, of which Ann granted one at most. */
    sum = hv_coverage_count(&app, &app.subs.rows[1].sub);
    cr_expect_eq(sum.notifies, 0);
    cr_expect_eq(sum.silent, 3);
    cr_assert_not_null(
        hv_coverage_silent(&app, &app.subs.rows[0].sub, 0, &why));
    cr_expect_str_eq(hv_buf_str(&why),
                     "Blood pressure: no offline right to read this type");
    cr_expect_null(hv_coverage_silent(&app, &app.subs.rows[0].sub, 3, &why));
    hv_buf_release(&why);
    hv_app_release(&app);
}

Test(subs, r_in_coverage_reads_records_and_then_their_rights)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    world_press(&app, "2");
    show_pane(&app, HV_SUBS_PANE_COVERAGE);
    world_forget_effects(&app);
    world_press(&app, "r");
    cr_expect_not_null(world_job(&app, HV_JOB_RECORDS));
    cr_expect(app.recs.is_reading_all);
    hv_app_release(&app);
    world_open(&app);
    world_fill(&app);
    fill_records(&app);
    world_press(&app, "2");
    show_pane(&app, HV_SUBS_PANE_COVERAGE);
    world_forget_effects(&app);
    world_press(&app, "r");
    cr_expect_null(world_job(&app, HV_JOB_RECORDS), "they are there");
    cr_expect_not_null(world_job(&app, HV_JOB_RIGHTS));
    hv_app_release(&app);
}

/* ------------------------------------------- a platform that is away -- */

static void
fail_subs(struct hv_app *app, enum hv_status status)
{
    struct hv_msg msg = { .kind = HV_MSG_FAILED,
                          .job = HV_JOB_SUBS,
                          .op = app->busy[HV_JOB_SUBS].op };

    cr_assert(msg.op, "it was not asked");
    (void)hv_fail(&msg.error, status, "the platform does not answer");
    hv_app_update(app, &msg);
    world_forget_effects(app);
}

static void
answer_subs(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_SUBS,
                          .job = HV_JOB_SUBS,
                          .op = app->busy[HV_JOB_SUBS].op,
                          .now_ms = app->now_ms,
                          .mono_ms = app->mono_ms };

    cr_assert(msg.op, "it was not asked");
    hv_app_update(app, &msg);
}

/* Seconds until it is asked again by itself. */
static int
wait_for_retry(struct hv_app *app)
{
    for (int s = 0; s < 200; s++) {
        world_tick(app, 1000);
        if (world_job(app, HV_JOB_SUBS))
            return s + 1;
    }
    return -1;
}

Test(subs, other_failures_wait_for_r)
{
    static const enum hv_status others[] = { HV_ERR_PLATFORM, HV_ERR_CANCELLED,
                                             HV_ERR_TOKEN, HV_ERR_DAMAGED };

    for (size_t i = 0; i < HV_LEN(others); i++) {
        struct hv_app app;

        world_open(&app);
        world_press(&app, "2");
        fail_subs(&app, others[i]);
        cr_expect_eq(wait_for_retry(&app), -1, "%s", hv_status_word(others[i]));
        hv_app_release(&app);
    }
}

Test(subs, an_unreachable_platform_is_asked_again_with_growing_gaps)
{
    static const int gaps[] = { 2, 4, 8, 16, 32, 60, 60 };
    struct hv_app app;

    world_open(&app);
    world_press(&app, "2");
    for (size_t i = 0; i < HV_LEN(gaps); i++) {
        fail_subs(&app, HV_ERR_NET);
        if (i == 2) {
            world_check_sizes(&app, "subs-away");
            cr_expect(world_shows(&app, "again in 8 s, r now"));
        }
        cr_expect_eq(wait_for_retry(&app), gaps[i], "gap %zu", i);
    }
    cr_expect(world_shows(&app, "asking again"));
    /* A person who looks elsewhere is told once, not each time. */
    cr_expect_lt(app.notes_len, 2);
    hv_app_release(&app);
}

Test(subs, r_asks_at_once_and_the_gap_goes_on_growing)
{
    struct hv_app app;

    world_open(&app);
    world_press(&app, "2");
    fail_subs(&app, HV_ERR_NET);
    world_press(&app, "r");
    cr_expect_not_null(world_job(&app, HV_JOB_SUBS));
    fail_subs(&app, HV_ERR_NET);
    cr_expect_eq(wait_for_retry(&app), 4);
    hv_app_release(&app);
}

Test(subs, when_it_answers_all_that_failed_is_read_again)
{
    struct hv_app app;

    world_open(&app);
    world_fill(&app);
    fill_records(&app); /* one of them nobody answered for */
    world_press(&app, "2");
    world_press(&app, "r");
    (void)hv_fail(&app.records_load.error, HV_ERR_NET, "no answer");
    fail_subs(&app, HV_ERR_NET);
    cr_expect_eq(wait_for_retry(&app), 2);
    world_forget_effects(&app);
    answer_subs(&app);
    cr_expect_not_null(world_job(&app, HV_JOB_RECORDS));
    cr_expect_eq(app.records.access.rows[3].reach, HV_REACH_NOT_READ);
    cr_expect_eq(app.retry.fails, 0);
    cr_expect(strstr(hv_app_note(&app, 0)->text, "answers again"));
    cr_expect_not(world_shows(&app, "NOT REACHED"));
    hv_app_release(&app);
}

/* Locked, it asks nobody; and what ended by ^c is not begun again. */
Test(subs, nothing_is_asked_while_locked_or_after_cancelling)
{
    struct hv_app app;

    world_open(&app);
    world_press(&app, "2");
    fail_subs(&app, HV_ERR_NET);
    hv_unlock_lock(&app, "test");
    cr_expect_eq(app.retry.fails, 0);
    world_forget_effects(&app);
    cr_expect_eq(wait_for_retry(&app), -1);
    hv_app_release(&app);
    world_open(&app);
    world_press(&app, "2");
    fail_subs(&app, HV_ERR_NET);
    cr_expect_eq(wait_for_retry(&app), 2);
    fail_subs(&app, HV_ERR_CANCELLED);
    cr_expect_eq(wait_for_retry(&app), -1);
    hv_app_release(&app);
}
