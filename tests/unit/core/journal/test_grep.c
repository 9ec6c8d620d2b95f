/*
 * test_grep.c - the search through bodies and small columns: what is found,
 * among which rows, in slices of any size, and that nothing altered is believed.
 */
#include "core/journal/needle.h"
#include "tests/unit/core/journal/fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS 1795000000000

static struct fixture fx;

static void
start(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    fixture_start(&fx);
}

static void
end(void)
{
    fixture_end(&fx);
}

TestSuite(grep, .init = start, .fini = end);

static void
put(struct hv_journal *journal, enum hv_verdict verdict, unsigned number)
{
    struct sample sample;

    sample_make(&sample, verdict, number, 1);
    sample.arrival.received_ms = START_MS + (int64_t)number * 60000;
    snprintf(sample.body, sizeof(sample.body),
             "<n><r>number %u</r><c>colour %s</c></n>", number,
             number % 2 ? "Red" : "green");
    sample.arrival.body = hv_bytes_str(sample.body);
    sample_append(journal, &sample);
}

/* Ids found, as "3 1", in slices of @max. */
static void
find(struct hv_journal_view *view, const struct hv_log_filter *filter,
     const char *text, bool with_bodies, int64_t after, size_t max,
     char out[256])
{
    struct hv_log_scan scan = { .after = after };
    size_t at = 0;

    out[0] = '\0';
    while (!scan.is_done) {
        int64_t ids[16];
        size_t len = 0;

        cr_assert_eq(hv_journal_find(view, filter, text, with_bodies, 0, &scan,
                                     ids, max, &len, NULL),
                     HV_OK);
        cr_assert_leq(len, max);
        for (size_t i = 0; i < len; i++)
            at += (size_t)snprintf(out + at, 256 - at, "%s%lld", at ? " " : "",
                                   (long long)ids[i]);
    }
}

static void
expect(struct hv_journal_view *view, const struct hv_log_filter *filter,
       const char *text, bool with_bodies, int64_t after, const char *wanted)
{
    char found[256];

    for (size_t max = 1; max <= 16; max += 5) {
        find(view, filter, text, with_bodies, after, max, found);
        cr_expect_str_eq(found, wanted, "%s, by %zu: %s", text, max, found);
    }
}

Test(grep, a_needle_is_found_at_every_place_and_in_either_case)
{
    static const char *const needles[] = { "x",
                                           "Ab",
                                           "0123",
                                           "@[`{",
                                           "Zz9_",
                                           "a needle of words",
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
    char hay[200];

    for (size_t n = 0; n < HV_LEN(needles); n++) {
        struct journal_needle needle = journal_needle_of(needles[n]);

        for (size_t len = 0; len < 90; len++) {
            for (size_t at = 0; at + needle.len <= len; at++) {
                memset(hay, '.', sizeof(hay));
                for (size_t i = 0; i < needle.len; i++) {
                    char c = needles[n][i];

                    hay[at + i] = c >= 'A' && c <= 'Z' && i % 2 ? c + 32 : c;
                }
                cr_assert(
                    journal_needle_in(&needle,
                                      (struct hv_bytes){ (uint8_t *)hay, len }),
                    "%s at %zu of %zu", needles[n], at, len);
                cr_assert_not(
                    journal_needle_in(&needle,
                                      (struct hv_bytes){ (uint8_t *)hay,
                                                         at + needle.len - 1 }),
                    "%s cut at %zu", needles[n], at);
            }
        }
    }
}

Test(grep, what_only_looks_alike_is_not_found)
{
    static const struct {
        const char *needle, *hay;
    } rows[] = {
        { "@a", "................................`a" },
        { "[x", "................................{x" },
        { "k", "................................\x0b" },
        { "ab", "................................a" },
        { "ab", "a...............................b" },
        { "a b", "................................ab" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct journal_needle needle = journal_needle_of(rows[i].needle);

        cr_expect_not(journal_needle_in_text(&needle, rows[i].hay), "row %zu",
                      i);
    }
}

Test(grep, nothing_is_found_where_nothing_is)
{
    struct hv_journal_view *view = fixture_view(&fx, true);

    expect(view, NULL, "anything", true, 0, "");
    hv_journal_view_close(view);
}

Test(grep, bodies_and_columns_are_looked_at_among_the_rows_of_a_filter)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_filter bad = { .verdicts = UINT32_C(1)
                                             << HV_VERDICT_BAD_HMAC };
    struct hv_log_filter late = { .since_ms = START_MS + 6 * 60000 };
    struct hv_log_filter record = { .has_record = true };
    struct hv_log_row row = { 0 };

    for (unsigned i = 1; i <= 9; i++)
        put(journal, i == 4 ? HV_VERDICT_BAD_HMAC : HV_VERDICT_VERIFIED, i);
    expect(view, NULL, "COLOUR red", true, 0, "9 7 5 3 1");
    expect(view, NULL, "colour red", false, 0, "");
    expect(view, NULL, "number 4", true, 0, ""); /* refused: not kept */
    expect(view, NULL, "colour", true, 6, "9 8 7");
    expect(view, NULL, "bad-hmac", true, 0, "4");
    expect(view, &bad, "colour", true, 0, "");
    expect(view, &bad, "192.0.2.7", true, 0, "4");
    expect(view, &late, "red", true, 0, "9 7");
    cr_assert_eq(hv_journal_get(view, 7, &row, NULL), HV_OK);
    record.record = row.events[0].record;
    hv_log_row_release(&row);
    expect(view, &record, "red", true, 0, "7");
    expect(view, &record, "green", true, 0, "");
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(grep, what_was_altered_is_not_believed)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);

    for (unsigned i = 1; i <= 4; i++)
        put(journal, HV_VERDICT_VERIFIED, i);
    /* The text is still there to be decrypted; the seal no longer fits. */
    fixture_sql(&fx, "UPDATE arrival SET received=received+1 WHERE id=3;"
                     "UPDATE body SET sealed=x'00' WHERE id=2");
    expect(view, NULL, "colour", true, 0, "4 1");
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(grep, a_twin_reads_what_the_first_one_reads_and_outlives_it)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_journal_view *shut = fixture_view(&fx, false);
    struct hv_journal_view *twin = NULL, *shut_twin = NULL;
    struct hv_log_filter record = { .has_record = true };
    struct hv_log_scan scan = { 0 };
    struct hv_log_row row = { 0 };
    int64_t ids[4];
    size_t len = 0;

    put(journal, HV_VERDICT_VERIFIED, 1);
    cr_assert_eq(hv_journal_view_twin(view, &twin, NULL), HV_OK);
    cr_assert_eq(hv_journal_view_twin(shut, &shut_twin, NULL), HV_OK);
    hv_journal_view_close(view);
    hv_journal_view_close(shut);
    cr_assert_eq(hv_journal_get(twin, 1, &row, NULL), HV_OK);
    record.record = row.events[0].record;
    hv_log_row_release(&row);
    expect(twin, &record, "red", true, 0, "1");
    expect(shut_twin, NULL, "red", true, 0, "");
    cr_expect_eq(hv_journal_find(shut_twin, &record, "red", true, 0, &scan, ids,
                                 4, &len, NULL),
                 HV_ERR_LOCKED);
    cr_expect_eq(hv_journal_find(shut_twin, NULL, "red", true, 0, &scan, ids, 4,
                                 &len, NULL),
                 HV_OK);
    cr_expect_eq(scan.sealed, 1, "and it says what it could not open");
    hv_journal_view_close(twin);
    hv_journal_view_close(shut_twin);
    hv_journal_close(journal);
}

Test(grep, many_rows_end_in_slices_and_tell_how_far_they_are)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_scan scan = { 0 };
    int64_t ids[4];
    size_t len = 0, slices = 0, found = 0;

    for (unsigned i = 1; i <= 300; i++)
        put(journal, HV_VERDICT_VERIFIED, i);
    while (!scan.is_done) {
        cr_assert_eq(hv_journal_find(view, NULL, "number 17<", true, 0, &scan,
                                     ids, 4, &len, NULL),
                     HV_OK);
        found += len;
        slices++;
        if (!scan.is_done)
            cr_expect(scan.low < scan.next && scan.next <= scan.high);
    }
    cr_expect_eq(found, 1);
    cr_expect_geq(slices, 4);
    cr_expect_eq(scan.looked_at, 300);
    cr_expect_eq(scan.high - scan.low, 299);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}
