/*
 * test_records_tabs.c - the tabs of the Records view, pages that come one by
 * one, rights of all in batches, and what stops them. HV_BLESS=1 rewrites the
 * files.
 */
#include "tests/unit/tui/console/world_records.h"

#include <criterion/criterion.h>
#include <string.h>

Test(records, the_tabs_in_every_size)
{
    struct hv_app app;

    world_open_records(&app);
    world_tell_rights(&app, HV_REACH_ANSWERED, 2);
    world_press(&app, "j");
    world_press(&app, "]");
    world_check_sizes(&app, "records-matrix");
    world_size(&app, 24, 80);
    world_press(&app, "l");
    world_check(&app, "records-matrix-moved");
    world_press(&app, "]");
    world_press(&app, "]");
    cr_expect_eq(hv_records_pane(&app), HV_RECORDS_COVERAGE);
    world_check_sizes(&app, "records-coverage");
    world_size(&app, 24, 80);
    world_press(&app, "x");
    world_check(&app, "records-coverage-why");
    world_press(&app, "<Esc>");
    world_press(&app, "]");
    cr_expect_eq(strncmp(app.lists[HV_VIEW_RECORDS].cursor.id, "8f21", 4), 0,
                 "the record of the silent pair: %s",
                 app.lists[HV_VIEW_RECORDS].cursor.id);
    hv_app_release(&app);
}

/* Pages come one by one: what is there can be used, and the cursor stays with
 * its record. */
Test(records, page_by_page)
{
    struct hv_app app;
    const char *at;

    world_open(&app);
    world_size(&app, 24, 80);
    world_press(&app, "5");
    cr_expect_null(world_job(&app, HV_JOB_RECORDS)->text, "the first page");
    world_tell_page(&app, 0, 100, false);
    cr_assert_not_null(world_job(&app, HV_JOB_RECORDS), "the next one");
    cr_expect(world_shows(&app, "Records 100"));
    cr_expect(world_shows(&app, "more coming"));
    world_press(&app, "jjj");
    at = app.lists[HV_VIEW_RECORDS].cursor.id;
    cr_expect_eq(strncmp(at, "0003", 4), 0, "%s", at);
    world_tell_page(&app, 100, 100, false);
    cr_expect_eq(hv_list_count(&app, HV_VIEW_RECORDS), 200);
    cr_expect_eq(strncmp(at, "0003", 4), 0, "%s", at);
    world_tick(&app, 1000);
    world_check(&app, "records-coming");
    world_tell_page(&app, 200, 50, true);
    cr_expect_null(world_job(&app, HV_JOB_RECORDS));
    cr_expect(!world_shows(&app, "more coming"));
    /* Read again: what is there stays until the new is whole. */
    world_press(&app, "G");
    world_press(&app, "r");
    world_tell_page(&app, 0, 100, false);
    cr_expect_eq(hv_list_count(&app, HV_VIEW_RECORDS), 250);
    cr_expect(world_shows(&app, "read again: 100"));
    cr_expect_eq(strncmp(at, "00f9", 4), 0, "%s", at);
    world_tell_page(&app, 100, 160, true);
    cr_expect_eq(hv_list_count(&app, HV_VIEW_RECORDS), 260);
    cr_expect_eq(strncmp(at, "00f9", 4), 0, "%s", at);
    hv_app_release(&app);
}

Test(records, stopped_on_the_way_what_came_stays_and_says_so)
{
    struct hv_app app;
    struct hv_msg cancel = { .kind = HV_MSG_CANCEL };

    world_open(&app);
    world_size(&app, 24, 80);
    world_press(&app, "5");
    world_tell_page(&app, 0, 100, false);
    hv_app_update(&app, &cancel);
    cr_expect_not_null(world_effect(&app, HV_EFFECT_CANCEL));
    world_tell_page(&app, 100, 100, false); /* this one was on its way */
    cr_expect_null(world_job(&app, HV_JOB_RECORDS), "no page after it");
    cr_expect_eq(hv_list_count(&app, HV_VIEW_RECORDS), 200);
    cr_expect(world_shows(&app, "stopped, not all"));
    cr_expect(world_shows(&app, "Stopped: 200 records came"));
    world_press(&app, "r");
    cr_expect_not_null(world_job(&app, HV_JOB_RECORDS));
    hv_app_release(&app);
}

/* Coverage of many asks first; ^c stops between two batches, a goes on. */
Test(records, rights_of_all_in_batches)
{
    struct hv_app app;
    struct hv_msg cancel = { .kind = HV_MSG_CANCEL };
    struct hv_msg none = { .kind = HV_MSG_RIGHTS, .job = HV_JOB_RIGHTS };

    world_open(&app);
    world_size(&app, 24, 80);
    world_press(&app, "5");
    world_tell_page(&app, 0, HV_RIGHTS_UNASKED + 1, true);
    none.op = app.busy[HV_JOB_RIGHTS].op;
    hv_app_update(&app, &none);
    world_press(&app, "[");
    cr_expect_eq(hv_records_pane(&app), HV_RECORDS_COVERAGE);
    cr_expect(!app.recs.is_reading_all);
    world_press(&app, "a");
    cr_expect(app.recs.is_reading_all);
    hv_app_update(&app, &cancel);
    cr_expect(!app.recs.is_reading_all);
    cr_expect(world_shows(&app, "a goes on"));
    hv_app_release(&app);
}

Test(records, compared)
{
    struct hv_app app;
    const struct hv_effect *job;

    world_open_records(&app);
    world_press(&app, "]]");
    job = world_job(&app, HV_JOB_DIFF);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text, "list");
    world_tell_diff(&app, NULL, NULL, false);
    world_check_sizes(&app, "records-snapshots");
    world_size(&app, 24, 80);
    world_press(&app, "<Enter>");
    job = world_job(&app, HV_JOB_DIFF);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text, "20261121-114003Z.hvsnap\nnow");
    world_tick(&app, 500);
    world_check(&app, "records-comparing");
    world_tell_diff(&app, "20261121-114003Z.hvsnap", "now", false);
    world_check_sizes(&app, "records-diff");
    world_size(&app, 24, 80);
    world_press(&app, "c");
    world_tell_diff(&app, NULL, NULL, false);
    world_press(&app, "cj");
    cr_expect(world_shows(&app, "marked"));
    world_press(&app, "c");
    job = world_job(&app, HV_JOB_DIFF);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text,
                     "20261121-114003Z.hvsnap\n20261102-080000Z.hvsnap");
    world_tell_diff(&app, "a", "b", false);
    hv_app_do(&app, "compare online:/tmp/rules.xml", HV_FROM_LINE);
    job = world_job(&app, HV_JOB_DIFF);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->text, "now\nonline:/tmp/rules.xml");
    world_tell_diff(&app, "now", "online:/tmp/rules.xml", true);
    world_check_sizes(&app, "records-draft");
    hv_app_release(&app);
}
