/*
 * test_prune.c - what goes when it is old, and above all what does not.
 */
#include "fixture.h"

#include "core/journal/writer.h"
#include "hvconsole/clock.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define DAY INT64_C(86400000)

static struct fixture fx;
static struct hv_journal *journal;

static void
start(void)
{
    fixture_start(&fx);
    journal = fixture_open(&fx);
}

static void
end(void)
{
    hv_journal_close(journal);
    fixture_end(&fx);
}
TestSuite(prune, .init = start, .fini = end);

static void
put(enum hv_verdict verdict, unsigned number, int64_t received_ms)
{
    struct sample sample;

    sample_make(&sample, verdict, number, verdict == HV_VERDICT_VERIFIED);
    sample.arrival.received_ms = received_ms;
    sample_append(journal, &sample);
}

static void
settle(void)
{
    bool more = true;

    while (more)
        cr_assert_eq(hv_journal_settle(journal, &more, NULL), HV_OK);
}

static struct hv_prune
prune(int64_t before_ms, int64_t now_ms, bool dry_run)
{
    struct hv_prune done = { 0 };
    struct hv_error err = { 0 };

    while (!done.is_done)
        cr_assert_eq(
            hv_journal_prune(fx.path, before_ms, now_ms, dry_run, &done, &err),
            HV_OK, "%s", err.why);
    return done;
}

Test(prune, no_journal)
{
    struct hv_prune done = { 0 };

    cr_expect_eq(hv_journal_prune("/tmp/hv-there-is-none/journal.db", 1, 1,
                                  false, &done, NULL),
                 HV_ERR_NOT_FOUND);
}

/* A row's parts: how many are left of them. */
static int64_t
left(const char *table)
{
    char sql[80];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    return fixture_int(&fx, sql);
}

Test(prune, what_is_older_than_14_days_goes_with_all_its_parts)
{
    int64_t now_ms = 100 * DAY;

    put(HV_VERDICT_VERIFIED, 1, now_ms - 40 * DAY);
    put(HV_VERDICT_BAD_HMAC, 2, now_ms - 39 * DAY);
    put(HV_VERDICT_VERIFIED, 3, now_ms - 31 * DAY);
    put(HV_VERDICT_VERIFIED, 4, now_ms - 29 * DAY);
    settle();
    cr_expect_eq(prune(now_ms - 30 * DAY, now_ms, true).rows, 3);
    cr_expect_eq(left("arrival"), 4, "a dry run removed something");
    cr_expect_eq(prune(now_ms - 30 * DAY, now_ms, false).rows, 3);
    cr_expect_eq(left("arrival"), 1);
    cr_expect_eq(left("body"), 1);
    cr_expect_eq(left("event"), 1);
    cr_expect_eq(left("event_record"), 1);
    cr_expect_eq(left("ledger"), 1);
    cr_expect_eq(fixture_int(&fx, "SELECT id FROM arrival"), 4);
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM total"), 4,
                 "the totals are for ever");
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM hour"), 4);
    cr_expect_eq(fixture_int(&fx, "SELECT max(last_fresh) FROM total"),
                 now_ms - 29 * DAY);
}

Test(prune, within_14_days_the_line_stays_and_finds_its_repeats)
{
    int64_t now_ms = 100 * DAY;
    struct hv_journal_view *view;
    struct hv_log_row row = { 0 };
    struct hv_buf body = { 0 };
    struct hv_prune done;

    put(HV_VERDICT_VERIFIED, 1, now_ms - 2 * DAY);
    put(HV_VERDICT_BAD_HMAC, 2, now_ms - 2 * DAY);
    settle();
    done = prune(now_ms - DAY, now_ms, false);
    cr_expect_eq(done.rows, 1, "a refused one goes altogether");
    cr_expect_eq(done.contents, 1);
    cr_expect_eq(left("body") + left("event") + left("event_record"), 0);
    cr_expect_eq(left("ledger"), 1);
    cr_expect_eq(left("why"), 1, "the reason of a refusal goes with it");
    view = fixture_view(&fx, true);
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect(row.is_pruned && !row.is_altered && !row.is_unsealed);
    hv_log_row_release(&row);
    cr_expect_eq(hv_journal_body(view, 1, &body, NULL), HV_ERR_NOT_FOUND);
    hv_journal_view_close(view);
    journal_recent_clear(&journal->recent);
    put(HV_VERDICT_VERIFIED, 1, now_ms);
    settle();
    cr_expect_eq(fixture_int(&fx, "SELECT twin FROM arrival WHERE id=3"), 1);
    /* Its own time comes later. */
    done = prune(now_ms - DAY + 13 * DAY, now_ms + 13 * DAY, false);
    cr_expect_eq(done.rows, 1);
    cr_expect_eq(done.contents, 1);
}

Test(prune, what_is_not_in_the_late_tables_yet_is_left_alone)
{
    int64_t now_ms = 100 * DAY;

    put(HV_VERDICT_VERIFIED, 1, now_ms - 40 * DAY);
    cr_expect_eq(prune(now_ms - 30 * DAY, now_ms, false).rows, 0);
    settle();
    cr_expect_eq(prune(now_ms - 30 * DAY, now_ms, false).rows, 1);
}

Test(prune, a_clock_set_back_does_not_take_young_rows_along)
{
    int64_t now_ms = 100 * DAY;

    put(HV_VERDICT_VERIFIED, 1, now_ms - 40 * DAY);
    put(HV_VERDICT_VERIFIED, 2, now_ms - DAY);
    put(HV_VERDICT_VERIFIED, 3, now_ms - 39 * DAY);
    settle();
    cr_expect_eq(prune(now_ms - 30 * DAY, now_ms, false).rows, 2);
    cr_expect_eq(fixture_int(&fx, "SELECT id FROM arrival"), 2);
}

Test(prune, many_slices_beside_a_writer)
{
    int64_t now_ms = 100 * DAY;
    struct sample samples[64];
    struct hv_arrival batch[64];

    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < 64; i++) {
            sample_make(&samples[i], HV_VERDICT_VERIFIED, round * 64 + i, 1);
            samples[i].arrival.received_ms = now_ms - 40 * DAY;
            batch[i] = samples[i].arrival;
        }
        cr_assert_eq(hv_journal_append(journal, batch, 64, NULL), HV_OK);
    }
    settle();
    cr_expect_eq(prune(now_ms - 30 * DAY, now_ms, false).rows, 1280);
    cr_expect_eq(left("arrival") + left("body") + left("event") +
                     left("event_record") + left("ledger") + left("minute"),
                 0);
    put(HV_VERDICT_VERIFIED, 7, now_ms);
    cr_expect_eq(fixture_int(&fx, "SELECT id FROM arrival"), 1281);
}

/* The writer's own housekeeping. */
Test(prune, settling_removes_what_is_older_than_the_policy_says)
{
    int64_t now_ms = hv_clock_now_ms();

    hv_journal_set_policy(journal,
                          &(struct hv_journal_policy){ .keep_ms = 30 * DAY });
    put(HV_VERDICT_VERIFIED, 1, now_ms - 31 * DAY);
    put(HV_VERDICT_VERIFIED, 2, now_ms - 29 * DAY);
    settle();
    cr_expect_eq(left("arrival"), 2, "it looks once a minute");
    journal->pruned_ms = INT64_MIN / 2;
    settle();
    cr_expect_eq(fixture_int(&fx, "SELECT id FROM arrival"), 2);
}

Test(prune, for_ever_is_for_ever)
{
    hv_journal_set_policy(journal, &(struct hv_journal_policy){
                                       .keep_ms = -1, .keep_bytes = -1 });
    put(HV_VERDICT_VERIFIED, 1, 1000);
    journal->pruned_ms = INT64_MIN / 2;
    settle();
    cr_expect_eq(left("arrival"), 1);
}

Test(prune, a_file_too_large_loses_its_oldest_contents)
{
    int64_t now_ms = hv_clock_now_ms();
    int64_t size;
    static char body[200000];

    hv_journal_set_policy(journal,
                          &(struct hv_journal_policy){ .keep_bytes = 5000000 });
    for (unsigned i = 0; i < 40; i++) {
        struct sample sample;

        sample_make(&sample, HV_VERDICT_VERIFIED, i, 1);
        memset(body, 'a' + (int)(i % 26), sizeof(body));
        memcpy(body, &i, sizeof(i));
        sample.arrival.body =
            (struct hv_bytes){ (const uint8_t *)body, sizeof(body) };
        sample.arrival.received_ms = now_ms - DAY + i;
        sample_append(journal, &sample);
    }
    for (int round = 0; round < 3; round++) {
        journal->pruned_ms = INT64_MIN / 2;
        settle();
    }
    size = (fixture_int(&fx, "PRAGMA page_count") -
            fixture_int(&fx, "PRAGMA freelist_count")) *
           4096;
    cr_expect_leq(size, 5000000, "%lld bytes are left", (long long)size);
    cr_expect_eq(left("arrival"), 40, "lines of the last 14 days stay");
    cr_expect_geq(left("body"), 15, "more went than had to");
    cr_expect_eq(fixture_int(&fx, "SELECT max(id) FROM body"), 40);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body WHERE id<15"), 0);
}
