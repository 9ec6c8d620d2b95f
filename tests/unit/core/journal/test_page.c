/*
 * test_page.c - reading the journal: pages, filters against a model, plans,
 * counters, and the cheap question whether anything is new.
 */
#include "fixture.h"

#include "core/journal/page.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS    400
#define SUBS    3
#define RECORDS 7
#define START   INT64_C(1790000000000)

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
TestSuite(page, .init = start, .fini = end);

/* What each row was made of; index = id - 1. */
static struct {
    enum hv_verdict verdict;
    int sub; /* -1 = the header named none */
    int version;
    int64_t received_ms;
    int records[2]; /* of its events, -1 = none */
} model[ROWS];

static const char *const versions[] = { "v1", "v2", "v3" };

static void
make_row(struct sample *sample, unsigned i)
{
    static const enum hv_verdict verdicts[] = {
        HV_VERDICT_VERIFIED,        HV_VERDICT_VERIFIED,
        HV_VERDICT_VERIFIED,        HV_VERDICT_VERIFIED,
        HV_VERDICT_VERIFIED_OLD,    HV_VERDICT_BAD_HMAC,
        HV_VERDICT_UNKNOWN_VERSION, HV_VERDICT_UNKNOWN_SUB,
        HV_VERDICT_MISSING,
    };
    enum hv_verdict verdict = verdicts[(i * 7 + i / 9) % HV_LEN(verdicts)];
    int events = verdict <= HV_VERDICT_VERIFIED_OLD ? 1 + (int)(i % 2) : 0;
    /* The clock is set back half way. */
    int64_t received = START + (i < ROWS / 2 ? i : i - 60) * INT64_C(30000);

    sample_make(sample, verdict, i, events);
    model[i].verdict = verdict;
    model[i].received_ms = received;
    model[i].sub = verdict == HV_VERDICT_MISSING ? -1 : (int)(i * 5 % SUBS);
    model[i].version = (int)(i / 3 % HV_LEN(versions));
    model[i].records[0] = model[i].records[1] = -1;
    sample->arrival.received_ms = received;
    if (model[i].sub >= 0) {
        sample->judgement.auth.sub = sample_guid(50 + (unsigned)model[i].sub);
        hv_copy(sample->judgement.auth.version.id,
                sizeof(sample->judgement.auth.version.id),
                versions[model[i].version]);
    }
    for (int e = 0; e < events; e++) {
        /* Now and then both events of a request are of one record. */
        int record = (int)((i + (unsigned)e * (i % 3)) % RECORDS);

        model[i].records[e] = record;
        sample->events[e].record = sample_guid(700 + (unsigned)record);
    }
}

static void
fill(void)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    for (unsigned i = 0; i < ROWS; i++) {
        make_row(&sample, i);
        sample_append(journal, &sample);
    }
    hv_journal_close(journal);
}

static bool
fits(const struct hv_log_filter *filter, size_t i)
{
    uint32_t bit = UINT32_C(1) << model[i].verdict;

    if (filter->verdicts && !(filter->verdicts & bit))
        return false;
    if (filter->has_sub) {
        struct hv_guid sub = sample_guid(50 + (unsigned)model[i].sub);

        if (model[i].sub < 0 || !hv_guid_equal(&sub, &filter->sub))
            return false;
    }
    if (filter->version[0] &&
        (model[i].sub < 0 ||
         strcmp(filter->version, versions[model[i].version]) != 0))
        return false;
    if (filter->since_ms && model[i].received_ms < filter->since_ms)
        return false;
    if (filter->until_ms && model[i].received_ms > filter->until_ms)
        return false;
    if (filter->has_record) {
        bool found = false;

        for (int e = 0; e < 2; e++) {
            struct hv_guid id =
                sample_guid(700 + (unsigned)model[i].records[e]);

            found |=
                model[i].records[e] >= 0 && hv_guid_equal(&id, &filter->record);
        }
        return found;
    }
    return true;
}

/* The ids a filter should give in one direction, and what it gives page by
 * page of @max. */
static void
compare(struct hv_journal_view *view, const struct hv_log_filter *filter,
        bool is_forward, size_t max, unsigned round)
{
    int64_t want[ROWS];
    size_t want_len = 0;
    size_t got = 0;
    int64_t at = is_forward ? 1 : 0;

    /* Forward starts after id 1, the smallest there is to start after. */
    for (size_t n = 0; n < ROWS; n++) {
        size_t i = is_forward ? n : ROWS - 1 - n;

        if (fits(filter, i) && !(is_forward && i == 0))
            want[want_len++] = (int64_t)i + 1;
    }
    for (;;) {
        struct hv_log_row rows[16];
        struct hv_error err = { 0 };
        size_t len = 0;

        cr_assert_eq(hv_journal_page(view, filter, is_forward ? 0 : at,
                                     is_forward ? at : 0, false, rows, max,
                                     &len, &err),
                     HV_OK, "%s", err.why);
        for (size_t i = 0; i < len; i++, got++) {
            cr_assert_lt(got, want_len, "round %u: too many rows", round);
            cr_assert_eq(rows[i].id, want[got], "round %u", round);
            at = rows[i].id;
            hv_log_row_release(&rows[i]);
        }
        if (len < max)
            break;
    }
    cr_assert_eq(got, want_len, "round %u: %zu rows of %zu", round, got,
                 want_len);
}

static void
random_filter(struct hv_log_filter *filter, unsigned *seed)
{
    *filter = (struct hv_log_filter){ 0 };
    if (rand_r(seed) % 2)
        filter->verdicts =
            (uint32_t)rand_r(seed) & ((1U << HV_VERDICT_COUNT) - 1);
    if (rand_r(seed) % 8 == 0)
        filter->verdicts = UINT32_C(1) << (rand_r(seed) % HV_VERDICT_COUNT);
    filter->has_sub = rand_r(seed) % 3 == 0;
    filter->sub = sample_guid(50 + (unsigned)rand_r(seed) % (SUBS + 1));
    if (rand_r(seed) % 3 == 0)
        snprintf(filter->version, sizeof(filter->version), "v%d",
                 1 + rand_r(seed) % 4);
    if (rand_r(seed) % 3 == 0)
        filter->since_ms = START + rand_r(seed) % (ROWS * 30000);
    if (rand_r(seed) % 3 == 0)
        filter->until_ms = START + rand_r(seed) % (ROWS * 30000);
    filter->has_record = rand_r(seed) % 3 == 0;
    filter->record = sample_guid(700 + (unsigned)rand_r(seed) % (RECORDS + 1));
}

Test(page, filters_give_what_a_look_at_every_row_gives)
{
    struct hv_journal_view *view;
    unsigned seed = 20261121;

    fill();
    view = fixture_view(&fx, true);
    for (unsigned round = 0; round < 300; round++) {
        struct hv_log_filter filter;

        random_filter(&filter, &seed);
        if (round == 0)
            filter = (struct hv_log_filter){ 0 };
        compare(view, &filter, round % 2 != 0, 1 + round % 16, round);
    }
    hv_journal_view_close(view);
}

Test(page, several_index_keys_find_what_each_of_them_hid)
{
    struct hv_keyring both = { 0 };
    struct hv_journal_key keys[2] = { fx.other.journal_keys[0],
                                      fx.ring.journal_keys[0] };
    struct hv_log_filter filter = { .has_record = true,
                                    .record = sample_guid(2005) };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = NULL;
    struct hv_log_row rows[4];
    struct sample sample;
    size_t len = 0;

    both.journal_keys = keys;
    both.journal_keys_len = 2;
    sample_make(&sample, HV_VERDICT_VERIFIED, 5, 2);
    sample_append(journal, &sample);
    hv_journal_close(journal);
    cr_assert_eq(
        hv_journal_open(fx.path, &fx.other.journal_keys[0], &journal, NULL),
        HV_OK);
    sample_append(journal, &sample);
    hv_journal_close(journal);
    cr_assert_eq(hv_journal_view_open(fx.path, &both, &view, NULL), HV_OK);
    cr_assert_eq(
        hv_journal_page(view, &filter, 0, 0, false, rows, 4, &len, NULL),
        HV_OK);
    cr_assert_eq(len, 2);
    cr_expect_eq(rows[0].id, 2);
    cr_expect_eq(rows[1].id, 1);
    hv_journal_view_close(view);
}

Test(page, a_record_cannot_be_looked_for_without_the_key)
{
    struct hv_log_filter filter = { .has_record = true };
    struct hv_journal_view *view;
    struct hv_log_row rows[2];
    struct hv_error err = { 0 };
    size_t len = 5;

    hv_journal_close(fixture_open(&fx));
    view = fixture_view(&fx, false);
    cr_expect_eq(
        hv_journal_page(view, &filter, 0, 0, true, rows, 2, &len, &err),
        HV_ERR_LOCKED);
    cr_expect(err.hint[0]);
    cr_expect_eq(len, 5);
    hv_journal_view_close(view);
}

Test(page, a_row_comes_back_as_it_was_appended)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_row row;
    struct hv_buf body = { 0 };
    struct sample sample;
    size_t len = 0;

    sample_make(&sample, HV_VERDICT_VERIFIED_OLD, 7, 2);
    sample.arrival.is_test = true;
    sample.things[1][1] = sample_guid(4711);
    sample.events[1].things_len = 2;
    sample_append(journal, &sample);
    cr_assert_eq(hv_journal_page(view, NULL, 0, 0, true, &row, 1, &len, NULL),
                 HV_OK);
    cr_assert_eq(len, 1);
    cr_expect_eq(row.id, 1);
    cr_expect_eq(row.received_ms, sample.arrival.received_ms);
    cr_expect(row.has_sub);
    cr_expect(hv_guid_equal(&row.sub, &sample.judgement.auth.sub));
    cr_expect_str_eq(row.version.id, "v20261121-1");
    cr_expect_eq(row.verdict, HV_VERDICT_VERIFIED_OLD);
    cr_expect_eq(row.answered, 200);
    cr_expect_eq(row.bytes, (int64_t)strlen(sample.body));
    cr_expect_eq(row.duplicate_of, 0);
    cr_expect_eq(row.retry_until_ms, 0);
    cr_expect(row.is_test);
    cr_expect_eq(row.events_count, 2);
    cr_expect_eq(row.things_count, 3);
    cr_expect_str_eq(row.peer, "192.0.2.7");
    cr_assert_eq(row.why_len, 2);
    cr_expect_str_eq(row.why[1].step, "mac");
    cr_expect_not(row.why[1].ok);
    cr_expect_str_eq(row.why[1].note, "verdict 1");
    cr_expect(row.is_unsealed);
    cr_expect_not(row.is_altered);
    cr_assert_eq(row.events_len, 2);
    cr_expect(hv_guid_equal(&row.events[1].person, &sample.events[1].person));
    cr_expect(hv_guid_equal(&row.events[1].record, &sample.events[1].record));
    cr_assert_eq(row.events[1].things_len, 2);
    cr_expect(hv_guid_equal(&row.events[1].things[1], &sample.things[1][1]));
    hv_log_row_release(&row);
    cr_assert_eq(hv_journal_body(view, 1, &body, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&body), sample.body);
    hv_buf_release(&body);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(page, a_refused_row_says_until_when_it_is_retried)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_buf body = { 0 };
    struct hv_log_row row;
    struct sample sample;

    sample_make(&sample, HV_VERDICT_MISSING, 7, 0);
    sample_append(journal, &sample);
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect_not(row.has_sub);
    cr_expect_str_empty(row.version.id);
    cr_expect_eq(row.answered, 401);
    cr_expect_eq(row.retry_until_ms,
                 sample.arrival.received_ms + INT64_C(10) * 86400000);
    cr_expect(row.is_unsealed, "nothing of it is sealed");
    cr_expect_eq(hv_journal_body(view, 1, &body, NULL), HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_journal_get(view, 2, &row, NULL), HV_ERR_NOT_FOUND);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

/* ---------------------------------------------------------------- plans -- */

static void
plan_of(const char *sql, struct hv_buf *out)
{
    struct hv_buf question = { 0 };
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = NULL;

    hv_buf_clear(out);
    hv_buf_addf(&question, "EXPLAIN QUERY PLAN %s", sql);
    cr_assert_eq(sqlite3_open(fx.path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, hv_buf_str(&question), -1, &stmt, NULL),
                 SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW)
        hv_buf_addf(out, "%s\n", (const char *)sqlite3_column_text(stmt, 3));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    hv_buf_release(&question);
}

Test(page, the_index_with_the_fewest_rows_is_walked)
{
    /* Of 100 rows: a to c are subscriptions, v1 to v3 key versions. */
    static const struct {
        unsigned sub;
        const char *version;
        enum hv_verdict verdict;
        unsigned rows;
    } kinds[] = {
        { 1, "v1", HV_VERDICT_VERIFIED, 50 },
        { 1, "v1", HV_VERDICT_BAD_HMAC, 12 },
        { 1, "v2", HV_VERDICT_VERIFIED, 25 },
        { 2, "v2", HV_VERDICT_QUARANTINED, 2 },
        { 2, "v3", HV_VERDICT_VERIFIED, 10 },
        { 2, "v3", HV_VERDICT_BAD_HMAC, 1 },
    };
    static const struct {
        unsigned sub;
        const char *version;
        uint32_t verdicts;
        enum journal_way way;
    } rows[] = {
        { 0, "", 0, JOURNAL_WAY_ROWS },
        { 1, "", 0, JOURNAL_WAY_SUB },
        { 0, "v2", 0, JOURNAL_WAY_VERSION },
        { 1, "v2", 0, JOURNAL_WAY_VERSION },
        { 2, "v2", 0, JOURNAL_WAY_SUB },
        { 0, "", 0x3fe, JOURNAL_WAY_ODD },
        { 0, "", 0x10, JOURNAL_WAY_VERDICT },
        { 0, "", 0x0c, JOURNAL_WAY_VERDICT },
        { 1, "", 0x14, JOURNAL_WAY_ODD_SUB },
        { 1, "", 0x04, JOURNAL_WAY_VERDICT },
        { 2, "", 0x10, JOURNAL_WAY_ODD_SUB },
        { 2, "", 0x11, JOURNAL_WAY_SUB },
        { 3, "", 0, JOURNAL_WAY_SUB },
        { 0, "v9", 0x3fe, JOURNAL_WAY_VERSION },
    };
    struct hv_journal *journal = fixture_open(&fx);
    struct journal_db db;
    unsigned number = 0;

    for (size_t i = 0; i < HV_LEN(kinds); i++) {
        for (unsigned j = 0; j < kinds[i].rows; j++) {
            struct sample sample;

            sample_make(&sample, kinds[i].verdict, number++, 0);
            sample.judgement.auth.sub = sample_guid(kinds[i].sub);
            hv_copy(sample.judgement.auth.version.id,
                    sizeof(sample.judgement.auth.version.id), kinds[i].version);
            sample_append(journal, &sample);
        }
    }
    hv_journal_close(journal);
    journal_db_init(&db, fx.path);
    cr_assert_eq(journal_db_open_reader(&db, NULL), HV_OK);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_log_filter filter = { .verdicts = rows[i].verdicts,
                                        .has_sub = rows[i].sub != 0,
                                        .sub = sample_guid(rows[i].sub) };
        enum journal_way way = JOURNAL_WAY_ROWS;

        hv_copy(filter.version, sizeof(filter.version), rows[i].version);
        cr_assert_eq(journal_page_way(&db, &filter, &way, NULL), HV_OK);
        cr_expect_eq(way, rows[i].way, "row %zu: %d", i, (int)way);
    }
    journal_db_release(&db);
}

Test(page, no_query_sorts_or_walks_a_table)
{
    static const struct {
        const char *name;
        struct hv_log_filter filter;
        enum journal_way way;
        const char *how;
    } rows[] = {
        { "everything",
          { 0 },
          JOURNAL_WAY_ROWS,
          "SEARCH a USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" },
        { "a subscription",
          { .has_sub = true },
          JOURNAL_WAY_SUB,
          "SEARCH a USING INDEX arrival_sub (sub=? AND rowid>? AND rowid<?)" },
        { "trouble",
          { .verdicts = 0x3fe },
          JOURNAL_WAY_ODD,
          "SEARCH a USING INDEX arrival_odd (id>? AND id<?)" },
        { "trouble of one",
          { .verdicts = 0x3fe, .has_sub = true },
          JOURNAL_WAY_ODD_SUB,
          "SEARCH a USING INDEX arrival_odd_sub (sub=? AND rowid>? AND "
          "rowid<?)" },
        { "a verdict",
          { .verdicts = 0x10 },
          JOURNAL_WAY_VERDICT,
          "SEARCH a USING INDEX arrival_odd_verdict (verdict=? AND rowid>? AND "
          "rowid<?)" },
        { "two verdicts of one",
          { .verdicts = 0x0c, .has_sub = true },
          JOURNAL_WAY_VERDICT,
          "MERGE (UNION ALL)\nLEFT\nSEARCH a USING INDEX arrival_odd_verdict "
          "(verdict=? AND rowid>? AND rowid<?)" },
        { "all verdicts but one",
          { .verdicts = 0x3ee, .version = "v1" },
          JOURNAL_WAY_VERDICT,
          "MERGE (UNION ALL)" },
        { "verified of one",
          { .verdicts = 0x01, .has_sub = true },
          JOURNAL_WAY_SUB,
          "SEARCH a USING INDEX arrival_sub (sub=? AND rowid>? AND rowid<?)" },
        { "a version",
          { .version = "v1" },
          JOURNAL_WAY_VERSION,
          "SEARCH a USING INDEX arrival_version (version=? AND rowid>? AND "
          "rowid<?)" },
        { "a time",
          { .since_ms = 1, .until_ms = 2 },
          JOURNAL_WAY_ROWS,
          "SEARCH a USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" },
        { "trouble of a record",
          { .has_record = true, .verdicts = 0x10 },
          JOURNAL_WAY_VERDICT,
          "SEARCH e USING PRIMARY KEY (record=? AND id>? AND id<?)\nSEARCH a USING INTEGER PRIMARY KEY (rowid=?)" },
        { "a record",
          { .has_record = true },
          JOURNAL_WAY_ROWS,
          "SEARCH e USING PRIMARY KEY (record=? AND id>? AND id<?)\nSEARCH a USING INTEGER PRIMARY KEY (rowid=?)" },
    };
    const struct hv_log_filter *record = &rows[HV_LEN(rows) - 1].filter;
    struct hv_buf sql = { 0 };
    struct hv_buf plan = { 0 };

    hv_journal_close(fixture_open(&fx));
    for (size_t i = 0; i < HV_LEN(rows) * 2; i++) {
        journal_page_sql(&rows[i / 2].filter, rows[i / 2].way, 1, false,
                         i % 2 != 0, &sql);
        plan_of(hv_buf_str(&sql), &plan);
        cr_expect(strstr(hv_buf_str(&plan), rows[i / 2].how), "%s:\n%s",
                  rows[i / 2].name, hv_buf_str(&plan));
        cr_expect_null(strstr(hv_buf_str(&plan), "SCAN"), "%s:\n%s",
                       rows[i / 2].name, hv_buf_str(&plan));
        cr_expect_null(strstr(hv_buf_str(&plan), "TEMP B-TREE"), "%s:\n%s",
                       rows[i / 2].name, hv_buf_str(&plan));
    }
    journal_page_sql(record, JOURNAL_WAY_ROWS, 1, true, false, &sql);
    plan_of(hv_buf_str(&sql), &plan);
    cr_expect(strstr(hv_buf_str(&plan),
                     "SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND "
                     "rowid<?)\nSEARCH a USING INTEGER PRIMARY KEY (rowid=?)"),
              "events not yet in the index:\n%s", hv_buf_str(&plan));
    plan_of("SELECT min(first_id),max(last_id) FROM minute WHERE minute>=?1 "
            "AND minute<=?2",
            &plan);
    cr_expect_str_eq(hv_buf_str(&plan), "SEARCH minute USING INTEGER PRIMARY "
                                        "KEY (rowid>? AND rowid<?)\n");
    hv_buf_release(&sql);
    hv_buf_release(&plan);
}

/* ------------------------------------------------------------- counters -- */

static int64_t
count_of(const struct hv_log_count *counts, size_t len,
         const struct hv_guid *sub, const char *version,
         enum hv_verdict verdict)
{
    for (size_t i = 0; i < len; i++) {
        if (hv_guid_equal(&counts[i].sub, sub) &&
            counts[i].verdict == verdict &&
            strcmp(counts[i].version, version) == 0)
            return counts[i].count;
    }
    return 0;
}

Test(page, counters_agree_with_the_rows)
{
    int64_t since[] = { 0, START + 1200000, START + INT64_C(60000) * 100000 };
    struct hv_journal_view *view;

    fill();
    view = fixture_view(&fx, false);
    for (size_t s = 0; s < HV_LEN(since); s++) {
        struct hv_log_count *counts = NULL;
        int64_t sum = 0;
        int64_t want = 0;
        size_t len = 0;

        cr_assert_eq(hv_journal_counts(view, since[s], &counts, &len, NULL),
                     HV_OK);
        for (size_t i = 0; i < len; i++)
            sum += counts[i].count;
        for (size_t i = 0; i < ROWS; i++)
            want += model[i].received_ms / 60000 >= since[s] / 60000;
        cr_expect_eq(sum, want);
        if (s == 0) {
            struct hv_guid sub = sample_guid(50);
            struct hv_guid zero = { 0 };
            int64_t v2 = 0;
            int64_t strangers = 0;

            for (size_t i = 0; i < ROWS; i++) {
                v2 += model[i].sub == 0 && model[i].version == 1 &&
                      model[i].verdict == HV_VERDICT_BAD_HMAC;
                strangers += model[i].verdict == HV_VERDICT_UNKNOWN_SUB;
            }
            cr_expect_gt(v2, 0);
            cr_expect_eq(count_of(counts, len, &sub, "v2", HV_VERDICT_BAD_HMAC),
                         v2);
            cr_expect_eq(
                count_of(counts, len, &zero, "", HV_VERDICT_UNKNOWN_SUB),
                strangers);
            cr_expect_eq(
                count_of(counts, len, &sub, "v2", HV_VERDICT_UNKNOWN_VERSION),
                0, "a version that is not ours names no counter");
        }
        free(counts);
    }
    hv_journal_view_close(view);
}

Test(page, fresh_leaves_out_repeats_and_tests)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_log_count *counts = NULL;
    struct sample sample;
    size_t len = 0;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    sample.arrival.received_ms += 1000;
    sample_append(journal, &sample);
    sample_make(&sample, HV_VERDICT_VERIFIED, 2, 1);
    sample.arrival.received_ms += 2000;
    sample.arrival.is_test = true;
    sample_append(journal, &sample);
    cr_assert_eq(hv_journal_counts(view, 0, &counts, &len, NULL), HV_OK);
    cr_assert_eq(len, 1);
    cr_expect_eq(counts[0].count, 3);
    cr_expect_eq(counts[0].last_ms, START + 2002);
    cr_expect_eq(counts[0].fresh, 1);
    cr_expect_eq(counts[0].last_fresh_ms, START + 1);
    free(counts);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

/* Minutes before the first whole hour, the hours themselves, and the minute at
 * each edge: a repeat of what is older brings no fresh one with it. */
Test(page, counts_since_any_minute)
{
    static const int64_t minutes[] = { 0, 59, 60, 61, 119, 120, 400 };
    int64_t base = START - START % 3600000 + 3600000;
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    int64_t last = base + 401 * 60000;
    struct sample sample;

    for (unsigned i = 0; i < HV_LEN(minutes); i++) {
        sample_make(&sample, HV_VERDICT_VERIFIED, i, 1);
        sample.arrival.received_ms = base + minutes[i] * 60000 + 30000;
        sample_append(journal, &sample);
    }
    sample.arrival.received_ms = last; /* the same again */
    sample_append(journal, &sample);
    for (int64_t m = 0; m <= 402; m++) {
        struct hv_log_count *counts = NULL;
        int64_t fresh = 0;
        size_t len = 0;

        for (size_t i = 0; i < HV_LEN(minutes); i++)
            fresh += minutes[i] >= m;
        cr_assert_eq(hv_journal_counts(view, base + m * 60000 + 59999, &counts,
                                       &len, NULL),
                     HV_OK);
        cr_assert_eq(len, m <= 401, "minute %lld", (long long)m);
        if (len) {
            cr_expect_eq(counts[0].count, fresh + 1);
            cr_expect_eq(counts[0].fresh, fresh);
            cr_expect_eq(counts[0].last_ms, last);
            cr_expect_eq(counts[0].last_fresh_ms,
                         m <= 400 ? base + 400 * 60000 + 30000 : 0);
        }
        free(counts);
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(page, what_is_only_counted_leaves_no_row)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_log_count *counts = NULL;
    struct hv_log_row rows[4];
    struct hv_log_filter filter = { .verdicts = 1 << HV_VERDICT_BAD_HMAC };
    struct sample sample;
    size_t len = 0;

    sample_make(&sample, HV_VERDICT_BAD_HMAC, 1, 0);
    sample.arrival.count_only = true;
    sample_append(journal, &sample);
    sample_append(journal, &sample);
    cr_assert_eq(
        hv_journal_page(view, &filter, 0, 0, false, rows, 4, &len, NULL),
        HV_OK);
    cr_expect_eq(len, 0);
    sample.arrival.count_only = false;
    sample_append(journal, &sample);
    sample.arrival.count_only = true;
    sample_append(journal, &sample);
    /* A verified message is a row whatever the flag says. */
    sample_make(&sample, HV_VERDICT_VERIFIED, 2, 0);
    sample.arrival.count_only = true;
    sample_append(journal, &sample);
    cr_assert_eq(hv_journal_page(view, NULL, 0, 0, false, rows, 4, &len, NULL),
                 HV_OK);
    cr_expect_eq(len, 2);
    cr_assert_eq(
        hv_journal_page(view, &filter, 0, 0, false, rows, 4, &len, NULL),
        HV_OK);
    cr_expect_eq(len, 1);
    cr_assert_eq(hv_journal_counts(view, 0, &counts, &len, NULL), HV_OK);
    cr_assert_eq(len, 2);
    cr_expect_eq(counts[0].count + counts[1].count, 5);
    free(counts);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(page, buckets_hold_each_minute_once)
{
    static const int64_t minutes[] = { 0, 0, 1, 3, 9, 10, 59 };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, false);
    int64_t base = START - START % 3600000;
    struct hv_log_bucket buckets[6];
    struct sample sample;

    for (unsigned i = 0; i < HV_LEN(minutes); i++) {
        sample_make(&sample, i == 1 ? HV_VERDICT_BAD_HMAC : HV_VERDICT_VERIFIED,
                    i, 1);
        sample.arrival.received_ms = base + minutes[i] * 60000 + 59999;
        sample_append(journal, &sample);
    }
    cr_assert_eq(
        hv_journal_buckets(view, base + 3600000, 600000, buckets, 6, NULL),
        HV_OK);
    cr_expect_eq(buckets[0].start_ms, base);
    cr_expect_eq(buckets[5].start_ms, base + 3000000);
    cr_expect_eq(buckets[0].verdicts[HV_VERDICT_VERIFIED], 4);
    cr_expect_eq(buckets[0].verdicts[HV_VERDICT_BAD_HMAC], 1);
    cr_expect_eq(buckets[1].verdicts[HV_VERDICT_VERIFIED], 1);
    cr_expect_eq(buckets[5].verdicts[HV_VERDICT_VERIFIED], 1);
    /* The range ends before the last hour's last minute and starts late. */
    cr_assert_eq(
        hv_journal_buckets(view, base + 600000, 60000, buckets, 6, NULL),
        HV_OK);
    cr_expect_eq(buckets[5].verdicts[HV_VERDICT_VERIFIED], 1);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(buckets[i].verdicts[HV_VERDICT_VERIFIED], 0);
    /* Minute 9 begins before the first bucket does. */
    cr_assert_eq(
        hv_journal_buckets(view, base + 690000, 60000, buckets, 2, NULL),
        HV_OK);
    cr_expect_eq(buckets[0].verdicts[HV_VERDICT_VERIFIED], 1);
    cr_expect_eq(buckets[1].verdicts[HV_VERDICT_VERIFIED], 0);
    cr_expect_eq(hv_journal_buckets(view, base, 0, buckets, 6, NULL),
                 HV_ERR_USAGE);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(page, changed_is_true_once_per_change)
{
    struct hv_journal_view *view = fixture_view(&fx, false);
    struct hv_journal *journal;
    struct sample sample;

    cr_expect_not(hv_journal_changed(view));
    journal = fixture_open(&fx);
    cr_expect(hv_journal_changed(view), "the file is new");
    cr_expect_not(hv_journal_changed(view));
    for (unsigned i = 0; i < 3; i++) {
        sample_make(&sample, HV_VERDICT_VERIFIED, i, 1);
        sample_append(journal, &sample);
        cr_expect(hv_journal_changed(view));
        cr_expect_not(hv_journal_changed(view));
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(page, a_reader_sees_each_commit_at_once_while_it_writes)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    int64_t last = 0;

    for (unsigned i = 0; i < 200; i++) {
        struct hv_log_row rows[4];
        struct sample sample;
        size_t len = 0;

        sample_make(&sample, HV_VERDICT_VERIFIED, i, 1);
        sample_append(journal, &sample);
        cr_assert_eq(
            hv_journal_page(view, NULL, 0, last, true, rows, 4, &len, NULL),
            HV_OK);
        /* after = 0 means newest first: the first round gives one as well. */
        cr_assert_eq(len, 1, "round %u", i);
        cr_expect(rows[0].is_unsealed);
        last = rows[0].id;
        hv_log_row_release(&rows[0]);
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}
