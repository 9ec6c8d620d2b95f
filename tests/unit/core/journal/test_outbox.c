/*
 * test_outbox.c - what is handed on: sealed, in order for each record, at least
 * once, and nothing of it left when it is done.
 */
#include "fixture.h"

#include "core/journal/writer.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define T0 INT64_C(1790000000000)

static struct fixture fx;
static struct hv_journal *journal;
static struct hv_outbox *outbox;

static struct hv_outbox *
open_outbox(void)
{
    struct hv_outbox *made = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_outbox_open(fx.path, fx.ring.journal_keys, 1, &made, &err),
                 HV_OK, "%s", err.why);
    return made;
}

static void
start(void)
{
    fixture_start(&fx);
    journal = fixture_open(&fx);
    hv_journal_set_policy(journal,
                          &(struct hv_journal_policy){ .hand_on = true });
    outbox = open_outbox();
}

static void
end(void)
{
    hv_outbox_close(outbox);
    hv_journal_close(journal);
    fixture_end(&fx);
}
TestSuite(outbox, .init = start, .fini = end);

/* Message @number about record @record, at @at_ms after the beginning. */
static void
put(unsigned number, unsigned record, int64_t at_ms)
{
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, number, 1);
    sample.events[0].record = sample_guid(record);
    sample.arrival.received_ms = T0 + at_ms;
    sample_append(journal, &sample);
}

/* The ids that are due, as "1 3"; they are taken. */
static const char *
due(int64_t at_ms)
{
    static char text[256];
    struct hv_outbox_item items[8] = { 0 };
    struct hv_error err = { 0 };
    int64_t next_ms;
    size_t len = 0;
    size_t at = 0;

    cr_assert_eq(
        hv_outbox_next(outbox, T0 + at_ms, items, 8, &len, &next_ms, &err),
        HV_OK, "%s", err.why);
    text[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%lld",
                               i ? " " : "", (long long)items[i].id);
        hv_outbox_item_release(&items[i]);
    }
    return text;
}

static void
settle(int64_t id, int64_t again, bool is_done, int64_t at_ms)
{
    struct hv_outbox_result result = { .id = id,
                                       .again = again,
                                       .is_done = is_done,
                                       .until_ms = T0 + at_ms + 1000,
                                       .error = "the worker is down" };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_outbox_settle(outbox, T0 + at_ms, &result, 1, &err), HV_OK,
                 "%s", err.why);
}

Test(outbox, no_journal_is_no_outbox)
{
    struct hv_outbox *none = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_outbox_open("/tmp/hv-there-is-none/journal.db",
                                fx.ring.journal_keys, 1, &none, &err),
                 HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.why, "no journal"), "%s", err.why);
}

Test(outbox, another_keystore_opens_nothing)
{
    struct hv_outbox *other = NULL;
    struct hv_outbox_item item = { 0 };
    size_t len = 7;
    int64_t next_ms;

    put(1, 1, 0);
    cr_assert_eq(
        hv_outbox_open(fx.path, fx.other.journal_keys, 1, &other, NULL), HV_OK);
    cr_expect_eq(hv_outbox_next(other, T0, &item, 1, &len, &next_ms, NULL),
                 HV_ERR_LOCKED);
    cr_expect_eq(len, 0);
    hv_outbox_close(other);
}

Test(outbox, an_altered_item_or_row_does_not_open)
{
    static const struct {
        const char *change;
        const char *undo;
    } rows[] = {
        { "UPDATE outbox SET n=n+1", "UPDATE outbox SET n=n-1" },
        { "UPDATE outbox SET sealed=zeroblob(length(sealed))",
          "UPDATE outbox SET sealed=(SELECT sealed FROM kept)" },
        { "UPDATE outbox_key SET salt=zeroblob(32)",
          "UPDATE outbox_key SET salt=(SELECT salt FROM kept)" },
        { "UPDATE arrival SET version='v-other'",
          "UPDATE arrival SET version='v20261121-1'" },
        { "SELECT 1", "SELECT 1" }, /* as it was */
    };

    put(1, 1, 0);
    fixture_sql(&fx, "CREATE TABLE kept AS SELECT sealed,salt FROM outbox,"
                     "outbox_key");
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        bool is_altered = i + 1 < HV_LEN(rows);
        struct hv_outbox_item item = { 0 };
        size_t len = 0;
        int64_t next_ms;

        fixture_sql(&fx, rows[i].change);
        hv_outbox_close(outbox);
        outbox = open_outbox();
        cr_expect_eq(hv_outbox_next(outbox, T0, &item, 1, &len, &next_ms, NULL),
                     is_altered ? HV_ERR_DAMAGED : HV_OK, "%s", rows[i].change);
        cr_expect_eq(len, is_altered ? 0 : 1, "%s", rows[i].change);
        hv_outbox_item_release(&item);
        fixture_sql(&fx, rows[i].undo);
    }
}

Test(outbox, an_item_comes_back_as_it_arrived)
{
    struct hv_outbox_item item = { 0 };
    struct sample sample;
    size_t len = 0;
    int64_t next_ms = 7;

    sample_make(&sample, HV_VERDICT_VERIFIED_OLD, 5, 2);
    sample.arrival.is_test = true;
    sample_append(journal, &sample);
    cr_assert_eq(
        hv_outbox_next(outbox, INT64_MAX / 2, &item, 1, &len, &next_ms, NULL),
        HV_OK);
    cr_assert_eq(len, 1);
    cr_expect_eq(next_ms, 0);
    cr_expect_eq(item.id, 1);
    cr_expect_eq(item.received_ms, sample.arrival.received_ms);
    cr_expect(hv_guid_equal(&item.sub, &sample.judgement.auth.sub));
    cr_expect_str_eq(item.version.id, sample.judgement.auth.version.id);
    cr_expect_eq(item.verdict, HV_VERDICT_VERIFIED_OLD);
    cr_expect(item.is_test);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&item.body), sample.arrival.body));
    hv_outbox_item_release(&item);
}

Test(outbox, only_verified_and_readable_messages_enter)
{
    for (int v = 0; v < HV_VERDICT_COUNT; v++) {
        struct sample sample;

        sample_make(&sample, (enum hv_verdict)v, (unsigned)v,
                    v == HV_VERDICT_VERIFIED ? 1 : 0);
        sample_append(journal, &sample);
    }
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox"), 3);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox WHERE id=3"), 0,
                 "the quarantined one entered");
}

Test(outbox, each_record_keeps_its_order)
{
    put(1, 1, 0);
    put(2, 1, 1);
    put(3, 2, 2);
    put(4, 1, 3);
    cr_expect_str_eq(due(10), "1 3");
    cr_expect_str_eq(due(10), "", "taken ones came again");
    settle(3, 0, true, 10);
    cr_expect_str_eq(due(10), "");
    settle(1, 0, false, 10);
    cr_expect_str_eq(due(11), "", "one that failed waits, and all behind it");
    cr_expect_str_eq(due(2000), "1");
    settle(1, 0, true, 2000);
    cr_expect_str_eq(due(2000), "2");
    settle(2, 0, true, 2000);
    cr_expect_str_eq(due(2000), "4");
    settle(4, 0, true, 2000);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox"), 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox_lane"), 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), 4);
}

/* One message about two records waits for both, and holds up both. */
Test(outbox, a_message_about_two_records_waits_for_both)
{
    struct sample both;

    put(1, 1, 0);
    put(2, 2, 1);
    sample_make(&both, HV_VERDICT_VERIFIED, 3, 2);
    both.events[0].record = sample_guid(1);
    both.events[1].record = sample_guid(2);
    both.arrival.received_ms = T0 + 2;
    sample_append(journal, &both);
    put(4, 2, 3);
    cr_expect_str_eq(due(10), "1 2");
    settle(1, 0, true, 10);
    cr_expect_str_eq(due(10), "", "record 2 still has an older one");
    settle(2, 0, true, 10);
    cr_expect_str_eq(due(10), "3");
    settle(3, 0, true, 10);
    cr_expect_str_eq(due(10), "4");
}

Test(outbox, a_repeat_merges_with_a_twin_that_waits)
{
    put(1, 1, 0);
    put(1, 1, 10);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox"), 1);
    cr_expect_eq(fixture_int(&fx, "SELECT again FROM outbox"), 1);
    cr_expect_str_eq(due(20), "1");
    /* One more while it is out: what it told may be news. */
    put(1, 1, 30);
    settle(1, 1, true, 40);
    cr_expect_str_eq(due(50), "");
    cr_expect_str_eq(due(40 + 60000), "1");
    settle(1, 2, true, 60050);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox"), 0);
}

Test(outbox, a_repeat_of_a_done_one_comes_a_minute_later)
{
    put(1, 1, 0);
    cr_expect_str_eq(due(0), "1");
    settle(1, 0, true, 5);
    put(1, 1, 20000);
    cr_expect_str_eq(due(20000), "");
    cr_expect_str_eq(due(60000), "2");
    settle(2, 0, true, 60000);
    put(1, 1, 200000);
    cr_expect_str_eq(due(200000), "3", "the last one is long ago");
}

Test(outbox, what_was_taken_and_not_settled_comes_again_after_a_restart)
{
    put(1, 1, 0);
    cr_expect_str_eq(due(0), "1");
    hv_outbox_close(outbox);
    hv_journal_close(journal);
    journal = fixture_open(&fx);
    hv_journal_set_policy(journal,
                          &(struct hv_journal_policy){ .hand_on = true });
    outbox = open_outbox();
    put(2, 2, 1);
    cr_expect_str_eq(due(1), "1 2", "two starts, two keys");
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox_key"), 2);
}

Test(outbox, no_nonce_is_used_twice_under_a_key)
{
    for (int restart = 0; restart < 3; restart++) {
        for (unsigned i = 0; i < 5; i++)
            put(10 * (unsigned)restart + i, i, 0);
        hv_journal_close(journal);
        journal = fixture_open(&fx);
        hv_journal_set_policy(journal,
                              &(struct hv_journal_policy){ .hand_on = true });
    }
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox"), 15);
    cr_expect_eq(fixture_int(&fx,
                             "SELECT count(*) FROM (SELECT DISTINCT key,n FROM "
                             "outbox)"),
                 15);
    cr_expect_eq(fixture_int(&fx,
                             "SELECT count(*) FROM (SELECT DISTINCT salt FROM "
                             "outbox_key)"),
                 3);
}

Test(outbox, without_hand_on_nothing_enters)
{
    hv_journal_set_policy(journal, &(struct hv_journal_policy){ 0 });
    put(1, 1, 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM outbox"), 0);
}

Test(outbox, the_state_says_what_waits_and_why)
{
    struct hv_outbox_state state;

    cr_assert_eq(hv_outbox_state(outbox, &state, NULL), HV_OK);
    cr_expect_eq(state.waiting, 0);
    cr_expect_eq(state.oldest_ms, 0);
    put(1, 1, 0);
    put(2, 2, 5);
    cr_expect_str_eq(due(10), "1 2");
    settle(1, 0, false, 10);
    cr_assert_eq(hv_outbox_state(outbox, &state, NULL), HV_OK);
    cr_expect_eq(state.waiting, 2);
    cr_expect_eq(state.failing, 1);
    cr_expect_eq(state.oldest_ms, T0);
    cr_expect_eq(state.most_attempts, 1);
    cr_expect_str_eq(state.error, "the worker is down");
}

/* Rows that wait are older than anything the disk should keep. */
Test(outbox, what_waits_is_never_pruned)
{
    struct hv_prune prune = { 0 };
    bool more = true;

    put(1, 1, 0);
    put(2, 2, 1);
    cr_expect_str_eq(due(10), "1 2");
    settle(2, 0, true, 10);
    while (more)
        cr_assert_eq(hv_journal_settle(journal, &more, NULL), HV_OK);
    while (!prune.is_done)
        cr_assert_eq(hv_journal_prune(fx.path, T0 + 1000000000000,
                                      T0 + 1000000000000, false, &prune, NULL),
                     HV_OK);
    cr_expect_eq(prune.rows, 1);
    cr_expect_eq(fixture_int(&fx, "SELECT id FROM arrival"), 1);
    hv_outbox_close(outbox);
    outbox = open_outbox();
    cr_expect_str_eq(due(10), "1");
}
