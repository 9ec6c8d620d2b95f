/*
 * test_disk.c - a disk that is full or broken, at every call of a commit: the
 * batch is refused as a whole, and after the disk works again, what was
 * acknowledged is there and what was refused is not.
 */
#include "bad_disk.h"
#include "fixture.h"

#include <criterion/criterion.h>

#include <string.h>

#define BATCH 8

static struct fixture fx;

static void
start(void)
{
    fixture_start(&fx);
    bad_disk_start();
}

static void
end(void)
{
    bad_disk_heal();
    fixture_end(&fx);
}
TestSuite(disk, .init = start, .fini = end, .timeout = 60);

static const struct {
    const char *name;
    enum bad_call call;
    int code;
} troubles[] = {
    { "full", BAD_WRITE, SQLITE_FULL },
    { "a write fails", BAD_WRITE, SQLITE_IOERR_WRITE },
    { "a sync fails", BAD_SYNC, SQLITE_IOERR_FSYNC },
    { "a read fails", BAD_READ, SQLITE_IOERR_READ },
};

struct batch {
    struct sample samples[BATCH];
    struct hv_arrival arrivals[BATCH];
};

/* The next @BATCH messages; big enough to need more than a page each. */
static void
make(struct batch *batch, unsigned *number)
{
    for (size_t i = 0; i < BATCH; i++) {
        struct sample *sample = &batch->samples[i];

        sample_make(sample,
                    i % 4 == 3 ? HV_VERDICT_BAD_HMAC : HV_VERDICT_VERIFIED,
                    (*number)++, 2);
        batch->arrivals[i] = sample->arrival;
    }
}

/* Rows, bodies and counters agree with what was acknowledged. */
static void
check(int64_t acknowledged, const char *name, int pass)
{
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), acknowledged,
                 "%s after %d: rows", name, pass);
    cr_expect_eq(fixture_int(&fx, "SELECT ifnull(sum(arrivals),0) FROM total"),
                 acknowledged, "%s after %d: totals", name, pass);
    cr_expect_eq(
        fixture_int(&fx, "SELECT ifnull(sum(arrivals),0) FROM counter"),
        acknowledged, "%s after %d: counters", name, pass);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"),
                 acknowledged * 3 / 4, "%s after %d: bodies", name, pass);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival WHERE "
                                  "twin<>0"),
                 0, "%s after %d: twins of rows that never were", name, pass);
}

/* One trouble after @pass good calls; true when the batch met it. */
static bool
meet(struct hv_journal *journal, struct batch *batch, size_t trouble, int pass,
     int64_t *acknowledged)
{
    const char *name = troubles[trouble].name;
    struct hv_error err = { 0 };
    bool is_met;
    enum hv_status st;

    bad_disk_fail(troubles[trouble].call, pass, troubles[trouble].code);
    st = hv_journal_append(journal, batch->arrivals, BATCH, &err);
    is_met = bad_disk_failed() > 0;
    bad_disk_heal();
    if (st == HV_OK) {
        *acknowledged += BATCH;
    } else {
        cr_expect(is_met, "%s after %d: %s", name, pass, err.why);
        cr_expect_eq(st, HV_ERR_IO, "%s after %d", name, pass);
        cr_expect_eq(err.status, HV_ERR_IO);
        cr_expect_neq(err.why[0], '\0');
        /* The platform brings the very same again. */
        cr_assert_eq(hv_journal_append(journal, batch->arrivals, BATCH, &err),
                     HV_OK, "%s after %d: not well again: %s", name, pass,
                     err.why);
        *acknowledged += BATCH;
    }
    return is_met;
}

Test(disk, each_failure_refuses_the_whole_batch)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct batch *batch = hv_calloc(1, sizeof(*batch));
    int64_t acknowledged = 0;
    unsigned number = 0;
    int met[HV_LEN(troubles)] = { 0 };

    for (size_t i = 0; i < HV_LEN(troubles); i++) {
        for (int pass = 0; pass < 40; pass++) {
            make(batch, &number);
            if (!meet(journal, batch, i, pass, &acknowledged))
                break;
            met[i]++;
            check(acknowledged, troubles[i].name, pass);
        }
    }
    for (size_t i = 0; i < 3; i++)
        cr_expect_gt(met[i], 0, "%s: never met", troubles[i].name);
    hv_journal_close(journal);
    free(batch);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM pragma_integrity_check "
                                  "WHERE integrity_check<>'ok'"),
                 0);
}

/* Nothing that was acknowledged hangs on a file that is still open: a copy of
 * what lies on the disk after a failure has it all. */
Test(disk, what_was_acknowledged_survives_an_end_in_trouble)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view;
    struct batch *batch = hv_calloc(1, sizeof(*batch));
    unsigned number = 0;
    struct hv_log_row rows[4 * BATCH];
    size_t len = 0;

    make(batch, &number);
    cr_assert_eq(hv_journal_append(journal, batch->arrivals, BATCH, NULL),
                 HV_OK);
    make(batch, &number);
    bad_disk_fail(BAD_SYNC, 0, SQLITE_IOERR_FSYNC);
    cr_expect_eq(hv_journal_append(journal, batch->arrivals, BATCH, NULL),
                 HV_ERR_IO);
    hv_journal_close(journal); /* the disk is still broken */
    bad_disk_heal();
    journal = fixture_open(&fx);
    view = fixture_view(&fx, true);
    cr_assert_eq(
        hv_journal_page(view, NULL, 0, 0, true, rows, HV_LEN(rows), &len, NULL),
        HV_OK);
    cr_expect_geq(len, (size_t)BATCH);
    cr_assert_geq(len, (size_t)1);
    cr_expect_eq(rows[len - 1].id, 1);
    for (size_t i = 0; i < len; i++) {
        cr_expect(!rows[i].is_altered && rows[i].is_unsealed);
        hv_log_row_release(&rows[i]);
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
    free(batch);
}
