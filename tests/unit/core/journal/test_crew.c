/*
 * test_crew.c - a large batch, which two threads make into rows, is stored as
 * many small ones are; and when the disk fails, as a whole or not at all.
 */
#include "bad_disk.h"
#include "core/journal/make.h"
#include "fixture.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define MANY (JOURNAL_CREW_MIN * 5 + 7)

static struct fixture fx;
static struct fixture single;
static struct sample *samples;
static struct hv_arrival *arrivals;
static int64_t *ids;

static void
start(void)
{
    fixture_start(&fx);
    fixture_start(&single);
    bad_disk_start();
    samples = hv_calloc(MANY, sizeof(*samples));
    arrivals = hv_calloc(MANY, sizeof(*arrivals));
    ids = hv_calloc(MANY, sizeof(*ids));
}

static void
end(void)
{
    bad_disk_heal();
    fixture_end(&fx);
    fixture_end(&single);
    free(samples);
    free(arrivals);
    free(ids);
}
TestSuite(crew, .init = start, .fini = end, .timeout = 60);

/* Of every kind: repeats, refused ones, some that only count, long bodies. */
static void
make_all(void)
{
    for (unsigned i = 0; i < MANY; i++) {
        enum hv_verdict verdict =
            i % 7 == 3 ? HV_VERDICT_BAD_HMAC : HV_VERDICT_VERIFIED;

        sample_make(&samples[i], verdict, i % 11 == 5 ? i / 2 : i, i % 4);
        arrivals[i] = samples[i].arrival;
        arrivals[i].count_only = i % 21 == 3;
        arrivals[i].id = &ids[i];
        ids[i] = -1;
    }
}

static void
expect_same_rows(const struct hv_log_row *a, const struct hv_log_row *b)
{
    cr_expect_eq(a->id, b->id);
    cr_expect_eq(a->verdict, b->verdict);
    cr_expect_eq(a->duplicate_of, b->duplicate_of, "row %lld: %lld and %lld",
                 (long long)a->id, (long long)a->duplicate_of,
                 (long long)b->duplicate_of);
    cr_expect_arr_eq(a->sha256, b->sha256, sizeof(a->sha256));
    cr_expect(!a->is_altered && a->is_unsealed == b->is_unsealed);
    cr_expect_eq(a->why_len, b->why_len);
    cr_assert_eq(a->events_len, b->events_len);
    for (size_t i = 0; i < a->events_len; i++) {
        cr_expect(hv_guid_equal(&a->events[i].record, &b->events[i].record));
        cr_expect_eq(a->events[i].things_len, b->events[i].things_len);
    }
}

static void
expect_same(void)
{
    struct hv_journal_view *views[2] = { fixture_view(&fx, true),
                                         fixture_view(&single, true) };
    int64_t last = fixture_int(&single, "SELECT max(id) FROM arrival");

    cr_expect_eq(fixture_int(&fx, "SELECT max(id) FROM arrival"), last);
    for (int64_t id = 1; id <= last; id++) {
        struct hv_log_row rows[2];
        struct hv_buf bodies[2] = { { 0 } };

        for (int i = 0; i < 2; i++) {
            cr_assert_eq(hv_journal_get(views[i], id, &rows[i], NULL), HV_OK);
            (void)!hv_journal_body(views[i], id, &bodies[i], NULL);
        }
        expect_same_rows(&rows[0], &rows[1]);
        cr_expect(
            hv_bytes_equal(hv_buf_bytes(&bodies[0]), hv_buf_bytes(&bodies[1])));
        for (int i = 0; i < 2; i++) {
            hv_log_row_release(&rows[i]);
            hv_buf_release(&bodies[i]);
        }
    }
    for (int i = 0; i < 2; i++)
        hv_journal_view_close(views[i]);
}

Test(crew, a_large_batch_is_what_small_ones_are)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal *other = fixture_open(&single);
    int64_t rows = 0;

    make_all();
    cr_assert_eq(hv_journal_append(journal, arrivals, MANY, NULL), HV_OK);
    for (size_t i = 0; i < MANY; i++) {
        int64_t id = ids[i];

        rows += id != 0;
        cr_expect_eq(id, arrivals[i].count_only ? 0 : rows);
        cr_assert_eq(hv_journal_append(other, &arrivals[i], 1, NULL), HV_OK);
        cr_expect_eq(ids[i], id);
    }
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), rows);
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM total"), MANY);
    expect_same();
    hv_journal_close(journal);
    hv_journal_close(other);
}

Test(crew, sizes_round_its_borders)
{
    static const size_t sizes[] = { JOURNAL_CREW_MIN - 1,
                                    JOURNAL_CREW_MIN,
                                    JOURNAL_CREW_MIN + 1,
                                    1,
                                    255,
                                    256 };
    struct hv_journal *journal = fixture_open(&fx);
    int64_t rows = 0;

    for (size_t i = 0; i < HV_LEN(sizes); i++) {
        make_all();
        for (size_t j = 0; j < sizes[i]; j++)
            arrivals[j].count_only = false;
        cr_assert_eq(hv_journal_append(journal, arrivals, sizes[i], NULL),
                     HV_OK);
        rows += (int64_t)sizes[i];
        cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), rows);
        cr_expect_eq(ids[sizes[i] - 1], rows);
    }
    hv_journal_close(journal);
}

/* The thread has made rows that are never asked for. */
Test(crew, a_failing_disk_refuses_all_of_it)
{
    static const int codes[] = { SQLITE_IOERR_WRITE, SQLITE_FULL };
    struct hv_journal *journal = fixture_open(&fx);
    int64_t stored;

    make_all();
    cr_assert_eq(hv_journal_append(journal, arrivals, 3, NULL), HV_OK);
    stored = fixture_int(&fx, "SELECT count(*) FROM arrival");
    for (size_t i = 0; i < HV_LEN(codes); i++) {
        for (int pass = 0; pass < 3; pass++) {
            bad_disk_fail(BAD_WRITE, pass, codes[i]);
            cr_expect_eq(hv_journal_append(journal, arrivals, MANY, NULL),
                         HV_ERR_IO);
            cr_expect_gt(bad_disk_failed(), 0);
            bad_disk_heal();
            cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"),
                         stored);
        }
    }
    cr_assert_eq(hv_journal_append(journal, arrivals, MANY, NULL), HV_OK);
    cr_expect_gt(fixture_int(&fx, "SELECT count(*) FROM arrival"), stored);
    cr_expect_eq(ids[0], stored + 1);
    hv_journal_close(journal);
}
