/*
 * test_evidence.c - use over time, repeats, uptime, one record, the whole file:
 * what key commands and the doctor ask.
 */
#include "fixture.h"

#include "core/journal/writer.h"
#include "hvconsole/clock.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

static struct fixture fx;

static void
start(void)
{
    fixture_start(&fx);
}

static void
end(void)
{
    fixture_end(&fx);
}
TestSuite(evidence, .init = start, .fini = end);

static void
put(struct hv_journal *journal, enum hv_verdict verdict, unsigned number,
    int64_t received_ms)
{
    struct sample sample;

    sample_make(&sample, verdict, number, verdict == HV_VERDICT_VERIFIED);
    sample.arrival.received_ms = received_ms;
    sample_append(journal, &sample);
}

static void
settle(struct hv_journal *journal)
{
    bool more = true;

    while (more)
        cr_assert_eq(hv_journal_settle(journal, &more, NULL), HV_OK);
}

Test(evidence, of_no_journal_there_is_none)
{
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_guid sub = sample_guid(1);
    struct hv_use_bucket bucket;
    struct hv_log_retry *retries = NULL;
    struct hv_log_uptime uptime;
    struct hv_record_use use;
    struct hv_log_info info;
    struct hv_log_scan scan = { 0 };
    struct hv_log_check check = { 0 };
    size_t len = 9;

    cr_expect_eq(
        hv_journal_use_buckets(view, &sub, "", 10 * DAY, DAY, &bucket, 1, NULL),
        HV_OK);
    cr_expect_eq(bucket.uses, 0);
    cr_expect_eq(hv_journal_retries(view, 0, &retries, &len, NULL), HV_OK);
    cr_expect_eq(len, 0);
    cr_expect_eq(hv_journal_uptime(view, 0, DAY, &uptime, NULL), HV_OK);
    cr_expect_eq(uptime.since_ms, 0);
    cr_expect_eq(hv_journal_record_use(view, &sub, 0, &use, NULL), HV_OK);
    cr_expect_eq(use.count, 0);
    cr_expect_eq(hv_journal_info(view, &info, NULL), HV_OK);
    cr_expect_eq(info.rows, 0);
    cr_expect_eq(hv_journal_check(view, 0, 10, &scan, &check, NULL), HV_OK);
    cr_expect(scan.is_done);
    hv_journal_view_close(view);
}

Test(evidence, bad_buckets_are_refused)
{
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_guid sub = sample_guid(1);
    struct hv_use_bucket bucket;

    cr_expect_eq(
        hv_journal_use_buckets(view, &sub, "", DAY, 0, &bucket, 1, NULL),
        HV_ERR_USAGE);
    cr_expect_eq(
        hv_journal_use_buckets(view, &sub, "", -1, DAY, &bucket, 1, NULL),
        HV_ERR_USAGE);
    cr_expect_eq(hv_journal_use_buckets(view, &sub, "", DAY, INT64_MAX / 2,
                                        &bucket, 1, NULL),
                 HV_ERR_USAGE);
    hv_journal_view_close(view);
}

Test(evidence, hours_lie_where_the_clock_says)
{
    struct hv_journal_view *none = fixture_view(&fx, false);
    struct hv_log_hours *out = NULL;
    size_t len = 9;
    struct hv_journal_view *view;
    struct hv_journal *journal;
    struct hv_guid sub = sample_guid(1);

    cr_assert_eq(hv_journal_hours(none, 10 * DAY, &out, &len, NULL), HV_OK);
    cr_expect_eq(len, 0);
    hv_journal_view_close(none);
    journal = fixture_open(&fx);
    view = fixture_view(&fx, false);
    put(journal, HV_VERDICT_VERIFIED, 1, 9 * DAY - 1);      /* too long ago */
    put(journal, HV_VERDICT_VERIFIED, 2, 9 * DAY + HOUR);   /* the first hour */
    put(journal, HV_VERDICT_VERIFIED, 3, 10 * DAY - 1);     /* the one before */
    put(journal, HV_VERDICT_VERIFIED, 4, 10 * DAY);         /* this one */
    put(journal, HV_VERDICT_BAD_HMAC, 5, 10 * DAY + 8);
    put(journal, HV_VERDICT_QUARANTINED, 6, 10 * DAY + 9);  /* its MAC held */
    cr_assert_eq(hv_journal_hours(view, 10 * DAY + 1000, &out, &len, NULL),
                 HV_OK);
    cr_assert_eq(len, 1, "%zu", len);
    cr_expect(hv_guid_equal(&out[0].sub, &sub));
    cr_expect_eq(out[0].verified[0], 1);
    cr_expect_eq(out[0].verified[HV_LOG_HOURS - 2], 1);
    cr_expect_eq(out[0].verified[HV_LOG_HOURS - 1], 2);
    cr_expect_eq(out[0].refused[HV_LOG_HOURS - 1], 1);
    free(out);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(evidence, uses_lie_in_their_buckets)
{
    static const int64_t widths[] = { 60000, HOUR, 6 * HOUR, DAY };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_guid sub = sample_guid(1);
    struct hv_guid other = sample_guid(2);

    put(journal, HV_VERDICT_VERIFIED, 1, 10 * DAY + 5);
    put(journal, HV_VERDICT_VERIFIED, 1, 10 * DAY + 6);
    put(journal, HV_VERDICT_QUARANTINED, 3, 10 * DAY + 7);
    put(journal, HV_VERDICT_BAD_HMAC, 4, 10 * DAY + 8);
    put(journal, HV_VERDICT_VERIFIED, 5, 9 * DAY);
    for (size_t i = 0; i < HV_LEN(widths); i++) {
        struct hv_use_bucket out[2];

        cr_assert_eq(hv_journal_use_buckets(view, &sub, "v20261121-1",
                                            10 * DAY + widths[i], widths[i],
                                            out, 2, NULL),
                     HV_OK);
        cr_expect_eq(out[1].start_ms, 10 * DAY);
        cr_expect_eq(out[1].uses, 3, "width %lld", (long long)widths[i]);
        cr_expect_eq(out[1].fresh, 2, "width %lld", (long long)widths[i]);
        cr_expect_eq(out[0].uses, widths[i] == DAY ? 1 : 0);
        cr_assert_eq(hv_journal_use_buckets(view, &sub, "v-other",
                                            10 * DAY + widths[i], widths[i],
                                            out, 2, NULL),
                     HV_OK);
        cr_expect_eq(out[1].uses, 0, "of another version");
        cr_assert_eq(hv_journal_use_buckets(view, &other, "",
                                            10 * DAY + widths[i], widths[i],
                                            out, 2, NULL),
                     HV_OK);
        cr_expect_eq(out[1].uses, 0, "of another subscription");
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(evidence, the_longest_wait_between_repeats_is_known)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_log_retry *retries = NULL;
    size_t len = 0;

    put(journal, HV_VERDICT_VERIFIED, 1, 10 * DAY);
    put(journal, HV_VERDICT_VERIFIED, 1, 10 * DAY + 60000);
    put(journal, HV_VERDICT_VERIFIED, 1, 10 * DAY + 60000 + 7 * HOUR);
    put(journal, HV_VERDICT_VERIFIED, 1, 10 * DAY + 60000 + 9 * HOUR);
    put(journal, HV_VERDICT_VERIFIED, 2, 10 * DAY);
    cr_assert_eq(hv_journal_retries(view, 0, &retries, &len, NULL), HV_OK);
    cr_assert_eq(len, 1);
    cr_expect_eq(retries[0].repeats, 3);
    cr_expect_eq(retries[0].longest_ms, 7 * HOUR);
    cr_expect_eq(retries[0].longest_at_ms, 10 * DAY + 60000 + 7 * HOUR);
    cr_expect_str_eq(retries[0].version, "v20261121-1");
    free(retries);
    cr_assert_eq(hv_journal_retries(view, 11 * DAY, &retries, &len, NULL),
                 HV_OK);
    cr_expect_eq(len, 0, "none since");
    /* One that memory has forgotten is found later. */
    settle(journal);
    journal_recent_clear(&journal->recent);
    put(journal, HV_VERDICT_VERIFIED, 2, 12 * DAY);
    settle(journal);
    settle(journal);
    cr_assert_eq(hv_journal_retries(view, 11 * DAY, &retries, &len, NULL),
                 HV_OK);
    cr_assert_eq(len, 1);
    cr_expect_eq(retries[0].longest_ms, 2 * DAY);
    cr_expect_eq(retries[0].repeats, 1);
    free(retries);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(evidence, uptime_tells_when_the_listener_was_down)
{
    struct hv_journal_view *view;
    struct hv_log_uptime uptime;

    hv_journal_close(fixture_open(&fx));
    fixture_sql(&fx, "DELETE FROM uptime;"
                     "INSERT INTO uptime(started,beat,stopped) VALUES "
                     "(1000000,2000000,2000000),"
                     "(2500000,3000000,0)," /* killed */
                     "(3600000,3600000,0)");
    view = fixture_view(&fx, false);
    cr_assert_eq(hv_journal_uptime(view, 1, 3650000, &uptime, NULL), HV_OK);
    cr_expect_eq(uptime.since_ms, 1000000);
    cr_expect_eq(uptime.down_ms, 500000 + 600000);
    cr_expect_eq(uptime.up_ms, 1000000 + 500000 + 50000);
    cr_expect_eq(uptime.longest_down_ms, 600000);
    cr_expect(uptime.is_running);
    cr_assert_eq(uptime.downs_len, 2);
    cr_expect_eq(uptime.downs[1].from_ms, 3000000);
    cr_expect_eq(uptime.downs[1].to_ms, 3600000);
    hv_log_uptime_release(&uptime);
    /* From the middle of a run; and long after the last trace. */
    cr_assert_eq(hv_journal_uptime(view, 1500000, 9000000, &uptime, NULL),
                 HV_OK);
    cr_expect_eq(uptime.since_ms, 1500000);
    cr_expect_not(uptime.is_running);
    cr_expect_eq(uptime.up_ms, 500000 + 500000);
    cr_expect_eq(uptime.longest_down_ms, 9000000 - 3600000);
    hv_log_uptime_release(&uptime);
    hv_journal_view_close(view);
}

Test(evidence, a_writer_leaves_traces)
{
    int64_t before_ms = hv_clock_now_ms();
    struct hv_journal *journal = fixture_open(&fx);

    cr_expect_geq(fixture_int(&fx, "SELECT started FROM uptime"), before_ms);
    cr_expect_eq(fixture_int(&fx, "SELECT stopped FROM uptime"), 0);
    cr_assert_eq(hv_journal_beat(journal, before_ms + 1000, NULL), HV_OK);
    cr_expect_eq(fixture_int(&fx, "SELECT beat-started FROM uptime"), 0,
                 "nothing within a minute");
    cr_assert_eq(hv_journal_beat(journal, before_ms + 600000, NULL), HV_OK);
    cr_expect_eq(fixture_int(&fx, "SELECT beat FROM uptime"),
                 before_ms + 600000);
    journal->uptime.beat_ms = 1;
    put(journal, HV_VERDICT_MISSING, 1, 1000);
    cr_expect_geq(fixture_int(&fx, "SELECT beat FROM uptime"), before_ms,
                  "an append leaves one");
    hv_journal_close(journal);
    cr_expect_geq(fixture_int(&fx, "SELECT stopped FROM uptime"), before_ms);
    hv_journal_close(fixture_open(&fx));
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM uptime"), 2);
}

Test(evidence, a_record_is_found_before_and_after_it_enters_the_index)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_guid record = sample_guid(2001);

    put(journal, HV_VERDICT_VERIFIED, 1, DAY);
    put(journal, HV_VERDICT_VERIFIED, 2, 2 * DAY);
    settle(journal);
    put(journal, HV_VERDICT_VERIFIED, 1, 3 * DAY);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM event_record"), 2);
    for (int settled = 0; settled < 2; settled++) {
        struct hv_log_filter filter = { .has_record = true, .record = record };
        struct hv_log_row rows[4];
        struct hv_record_use use;
        size_t len = 0;

        cr_assert_eq(hv_journal_record_use(view, &record, 0, &use, NULL),
                     HV_OK);
        cr_expect_eq(use.count, 2);
        cr_expect_eq(use.first_ms, DAY);
        cr_expect_eq(use.last_ms, 3 * DAY);
        cr_expect_eq(use.last_id, 3);
        cr_assert_eq(
            hv_journal_page(view, &filter, 0, 0, false, rows, 4, &len, NULL),
            HV_OK);
        cr_assert_eq(len, 2);
        cr_expect(rows[0].id == 3 && rows[1].id == 1);
        cr_assert_eq(
            hv_journal_page(view, &filter, 2, 0, false, rows, 4, &len, NULL),
            HV_OK);
        cr_expect(len == 1 && rows[0].id == 1);
        cr_assert_eq(
            hv_journal_page(view, &filter, 0, 1, false, rows, 4, &len, NULL),
            HV_OK);
        cr_expect(len == 1 && rows[0].id == 3);
        settle(journal);
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

/* ------------------------------------------------------------ searching -- */

/* Ids found, as "3 1", in slices of @max. */
static void
search(struct hv_journal_view *view, const char *text, size_t max, char out[64])
{
    static const struct hv_log_filter everything;
    struct hv_log_scan scan = { 0 };
    size_t at = 0;

    out[0] = '\0';
    while (!scan.is_done) {
        struct hv_log_row rows[8];
        size_t len = 0;

        cr_assert_eq(hv_journal_search(view, &everything, text, 0, &scan, rows,
                                       max, &len, NULL),
                     HV_OK);
        for (size_t i = 0; i < len; i++) {
            at += (size_t)snprintf(out + at, 64 - at, "%s%lld", at ? " " : "",
                                   (long long)rows[i].id);
            hv_log_row_release(&rows[i]);
        }
    }
}

Test(evidence, search_reads_bodies_with_the_key_alone)
{
    static const struct {
        const char *text;
        const char *with_key;
        const char *without;
    } rows[] = {
        { "no such thing", "", "" },
        { "message number 2", "2", "" },
        { "MESSAGE NUMBER", "3 2 1", "" },
        { "bad-hmac", "4", "4" },
        { "v20261121", "4 3 2 1", "4 3 2 1" },
        { "192.0.2.7", "4 3 2 1", "4 3 2 1" },
        { "verdict 4", "4", "4" },
    };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *open_view = fixture_view(&fx, true);
    struct hv_journal_view *shut_view = fixture_view(&fx, false);
    char found[64];

    for (unsigned i = 1; i < 4; i++)
        put(journal, HV_VERDICT_VERIFIED, i, DAY + i);
    put(journal, HV_VERDICT_BAD_HMAC, 9, DAY + 9);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        for (size_t max = 1; max < 8; max += 3) {
            search(open_view, rows[i].text, max, found);
            cr_expect_str_eq(found, rows[i].with_key, "%s: %s", rows[i].text,
                             found);
            search(shut_view, rows[i].text, max, found);
            cr_expect_str_eq(found, rows[i].without, "%s, locked: %s",
                             rows[i].text, found);
        }
    }
    hv_journal_view_close(open_view);
    hv_journal_view_close(shut_view);
    hv_journal_close(journal);
}

Test(evidence, a_check_finds_what_was_changed)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_scan scan = { 0 };
    struct hv_log_check check = { 0 };

    for (unsigned i = 1; i < 6; i++)
        put(journal, HV_VERDICT_VERIFIED, i, DAY + i);
    put(journal, HV_VERDICT_MISSING, 9, DAY + 9);
    while (!scan.is_done)
        cr_assert_eq(hv_journal_check(view, 0, 0, &scan, &check, NULL), HV_OK);
    cr_expect_str_empty(check.trouble);
    cr_expect_eq(check.rows, 6);
    cr_expect_eq(check.opened, 5);
    cr_expect_eq(check.altered + check.strays + check.sealed, 0);
    fixture_sql(&fx, "UPDATE arrival SET received=received+1 WHERE id=2;"
                     "UPDATE body SET sealed=zeroblob(40) WHERE id=3;"
                     "DELETE FROM event WHERE id>>12=4;"
                     "INSERT INTO body VALUES(77,1,x'00')");
    scan = (struct hv_log_scan){ 0 };
    check = (struct hv_log_check){ 0 };
    while (!scan.is_done)
        cr_assert_eq(hv_journal_check(view, 0, 0, &scan, &check, NULL), HV_OK);
    cr_expect_eq(check.opened, 2);
    cr_expect_eq(check.altered, 3);
    cr_expect_eq(check.first_altered, 4);
    cr_expect_eq(check.strays, 1);
    hv_journal_view_close(view);
    view = fixture_view(&fx, false);
    scan = (struct hv_log_scan){ 0 };
    check = (struct hv_log_check){ 0 };
    cr_assert_eq(hv_journal_check(view, 3, 1000, &scan, &check, NULL), HV_OK);
    cr_expect(scan.is_done);
    cr_expect_eq(check.rows, 3);
    cr_expect_eq(check.opened, 0, "without a key nothing opens");
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

/* --------------------------------------------------------- later reasons -- */

Test(evidence, a_reason_found_later_joins_its_row)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_why_step step = { .step = "nearest", .note = "this key fits" };
    struct hv_log_row row = { 0 };
    struct sample sample;
    int64_t id = 0;
    int64_t good = 0;

    sample_make(&sample, HV_VERDICT_BAD_HMAC, 1, 0);
    sample.arrival.id = &id;
    sample_append(journal, &sample);
    sample_append(journal, &sample);
    cr_assert_eq(id, 2);
    sample_make(&sample, HV_VERDICT_VERIFIED, 2, 1);
    sample.arrival.id = &good;
    sample_append(journal, &sample);
    hv_journal_add_why(journal, id, &step);
    hv_journal_add_why(journal, good, &step);
    hv_journal_add_why(journal, 99, &step);
    hv_journal_add_why(journal, 0, &step);
    cr_assert_eq(hv_journal_get(view, id, &row, NULL), HV_OK);
    cr_expect_eq(row.why_len, 2, "it rides with the next commit");
    put(journal, HV_VERDICT_MISSING, 3, DAY);
    cr_assert_eq(hv_journal_get(view, id, &row, NULL), HV_OK);
    cr_assert_eq(row.why_len, 3);
    cr_expect_str_eq(row.why[2].step, "nearest");
    cr_expect_str_eq(row.why[2].note, "this key fits");
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect_eq(row.why_len, 2, "another row with the same reason got it too");
    cr_assert_eq(hv_journal_get(view, good, &row, NULL), HV_OK);
    cr_expect(row.why_len == 2 && !row.is_altered, "a sealed row was touched");
    hv_log_row_release(&row);
    for (int i = 0; i < 9; i++)
        hv_journal_add_why(journal, id, &step);
    settle(journal);
    cr_assert_eq(hv_journal_get(view, id, &row, NULL), HV_OK);
    cr_expect_eq(row.why_len, HV_MAX_WHY);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}
