/*
 * test_ledger.c - repeats: linked to the first of their kind, never dropped,
 * wherever that first one is remembered.
 */
#include "fixture.h"

#include "core/journal/writer.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define DAY INT64_C(86400000)

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
TestSuite(ledger, .init = start, .fini = end);

static void
append_at(struct hv_journal *journal, unsigned number, int64_t received_ms)
{
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, number, 1);
    sample.arrival.received_ms = received_ms;
    sample_append(journal, &sample);
}

static int64_t
twin_of(int id)
{
    char sql[64];

    snprintf(sql, sizeof(sql), "SELECT twin FROM arrival WHERE id=%d", id);
    return fixture_int(&fx, sql);
}

static void
settle(struct hv_journal *journal)
{
    bool more = true;

    while (more)
        cr_assert_eq(hv_journal_settle(journal, &more, NULL), HV_OK);
}

Test(ledger, the_same_bytes_are_linked_and_kept)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample first;
    struct sample again;
    struct hv_arrival batch[2];

    append_at(journal, 1, 1000);
    append_at(journal, 2, 1001);
    append_at(journal, 1, 1002);
    append_at(journal, 1, 1003);
    /* Both in one batch. */
    sample_make(&first, HV_VERDICT_VERIFIED, 9, 1);
    sample_make(&again, HV_VERDICT_VERIFIED, 9, 1);
    batch[0] = first.arrival;
    batch[1] = again.arrival;
    cr_assert_eq(hv_journal_append(journal, batch, 2, NULL), HV_OK);
    hv_journal_close(journal);
    cr_expect_eq(twin_of(1), 0);
    cr_expect_eq(twin_of(2), 0);
    cr_expect_eq(twin_of(3), 1);
    cr_expect_eq(twin_of(4), 1);
    cr_expect_eq(twin_of(5), 0);
    cr_expect_eq(twin_of(6), 5);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), 6);
    cr_expect_eq(fixture_int(&fx, "SELECT arrivals FROM total"), 6);
    cr_expect_eq(fixture_int(&fx, "SELECT fresh FROM total"), 3);
}

Test(ledger, another_subscription_is_another_message)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    sample.judgement.auth.sub = sample_guid(2);
    sample_append(journal, &sample);
    hv_journal_close(journal);
    cr_expect_eq(twin_of(2), 0);
}

Test(ledger, a_refused_message_is_nobodys_first)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    sample_make(&sample, HV_VERDICT_UNKNOWN_VERSION, 1, 0);
    sample_append(journal, &sample);
    append_at(journal, 1, 5000);
    sample_append(journal, &sample);
    append_at(journal, 1, 6000);
    cr_expect_eq(journal->recent.len, 1, "refused ones push nothing out");
    settle(journal);
    hv_journal_close(journal);
    cr_expect_eq(twin_of(1), 0);
    cr_expect_eq(twin_of(2), 0);
    cr_expect_eq(twin_of(3), 0);
    cr_expect_eq(twin_of(4), 2);
}

Test(ledger, repeats_are_known_after_a_restart)
{
    struct hv_journal *journal = fixture_open(&fx);

    append_at(journal, 1, 1000);
    hv_journal_close(journal);
    journal = fixture_open(&fx);
    append_at(journal, 1, 2000);
    append_at(journal, 2, 2001);
    hv_journal_close(journal);
    cr_expect_eq(twin_of(2), 1);
    cr_expect_eq(twin_of(3), 0);
}

Test(ledger, after_14_days_it_is_news_again)
{
    for (int with_settle = 0; with_settle < 2; with_settle++) {
        struct hv_journal *journal = fixture_open(&fx);
        int base = 5 * with_settle;
        unsigned number = 1 + (unsigned)with_settle;

        append_at(journal, number, 1000);
        append_at(journal, number, 1000 + 14 * DAY);
        append_at(journal, number, 1001 + 14 * DAY);
        append_at(journal, number, 1002 + 14 * DAY);
        append_at(journal, number, 1003 + 28 * DAY);
        if (with_settle)
            settle(journal);
        hv_journal_close(journal);
        cr_expect_eq(twin_of(base + 1), 0);
        cr_expect_eq(twin_of(base + 2), base + 1);
        cr_expect_eq(twin_of(base + 3), 0);
        cr_expect_eq(twin_of(base + 4), base + 3);
        cr_expect_eq(twin_of(base + 5), 0);
    }
}

/* The memory is emptied, as if a quarter of a million messages had gone by. */
Test(ledger, what_memory_forgot_the_table_links)
{
    struct hv_journal *journal = fixture_open(&fx);

    append_at(journal, 1, 1000);
    append_at(journal, 2, 1001);
    settle(journal);
    journal_recent_clear(&journal->recent);
    append_at(journal, 1, 1002);
    append_at(journal, 3, 1003);
    cr_expect_eq(twin_of(3), 0, "counts as new until there is time");
    settle(journal);
    cr_expect_eq(twin_of(3), 1);
    cr_expect_eq(twin_of(4), 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM ledger"), 3);
    hv_journal_close(journal);
}

Test(ledger, forgets_what_is_older_than_14_days)
{
    struct hv_journal *journal = fixture_open(&fx);

    for (unsigned i = 0; i < 10; i++)
        append_at(journal, i, 1000);
    settle(journal);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM ledger"), 10);
    append_at(journal, 3, 1000 + 14 * DAY);
    append_at(journal, 99, 2000 + 14 * DAY);
    settle(journal);
    append_at(journal, 100, 3000 + 14 * DAY);
    settle(journal);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM ledger"), 2);
    cr_expect_eq(twin_of(11), 4);
    hv_journal_close(journal);
}

Test(ledger, goes_on_where_it_stopped)
{
    struct hv_journal *journal = fixture_open(&fx);
    int64_t upto;

    append_at(journal, 1, 1000);
    settle(journal);
    hv_journal_close(journal);
    journal = fixture_open(&fx);
    upto = journal->late.upto;
    cr_expect_eq(upto, 1);
    append_at(journal, 2, 1001);
    settle(journal);
    cr_expect_eq(journal->late.upto, 2);
    hv_journal_close(journal);
    /* From the beginning once more: nothing is the twin of itself. */
    fixture_sql(&fx, "UPDATE meta SET value=0");
    journal = fixture_open(&fx);
    settle(journal);
    hv_journal_close(journal);
    cr_expect_eq(twin_of(1), 0);
    cr_expect_eq(twin_of(2), 0);
}

Test(ledger, a_pruned_first_is_no_longer_linked_to)
{
    struct hv_journal *journal = fixture_open(&fx);

    append_at(journal, 1, 1000);
    append_at(journal, 2, 1001);
    settle(journal);
    journal_recent_clear(&journal->recent);
    fixture_sql(&fx, "DELETE FROM arrival WHERE id=1");
    append_at(journal, 1, 1002);
    settle(journal);
    cr_expect_eq(twin_of(3), 0);
    journal_recent_clear(&journal->recent);
    append_at(journal, 1, 1003);
    settle(journal);
    cr_expect_eq(twin_of(4), 3);
    hv_journal_close(journal);
}
