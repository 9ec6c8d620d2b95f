/*
 * test_bulk.c - rows that are inserted many to a statement: every number of
 * them, every kind of value, and what is left after trouble. And the layer under
 * SQLite that writes a commit in one piece.
 */
#include "bad_disk.h"
#include "core/journal/bulk.h"
#include "fixture.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct fixture fx;
static struct journal_db jdb;

static void
start(void)
{
    fixture_start(&fx);
    bad_disk_start();
    journal_db_init(&jdb, fx.path);
}

static void
end(void)
{
    bad_disk_heal();
    journal_db_release(&jdb);
    fixture_end(&fx);
}
TestSuite(bulk, .init = start, .fini = end, .timeout = 30);

static void
open_table(struct journal_bulk *bulk, const char *verb)
{
    char into[64];

    hv_journal_close(fixture_open(&fx));
    cr_assert_eq(journal_db_open_writer(&jdb, NULL), HV_OK);
    cr_assert_eq(journal_db_exec(&jdb,
                                 "CREATE TABLE t(id INTEGER PRIMARY KEY,"
                                 "name TEXT NOT NULL, data BLOB)",
                                 NULL),
                 HV_OK);
    snprintf(into, sizeof(into), "%s INTO t(id,name,data)", verb);
    cr_assert_eq(journal_bulk_prepare(&jdb, bulk, into, 3, NULL), HV_OK);
}

static enum hv_status
add(struct journal_bulk *bulk, int64_t id, const char *name, const void *data,
    size_t len)
{
    journal_bulk_int(bulk, id);
    if (name)
        journal_bulk_text(bulk, name);
    else
        journal_bulk_null(bulk);
    journal_bulk_blob(bulk, data, len);
    return journal_bulk_row(&jdb, bulk, NULL);
}

static int64_t
number(const char *sql)
{
    int64_t n = -1;

    cr_assert_eq(journal_db_int(&jdb, sql, &n, NULL), HV_OK);
    return n;
}

Test(bulk, a_refused_row_fails_and_nothing_waits_after_it)
{
    struct journal_bulk bulk;
    enum hv_status st = HV_OK;

    open_table(&bulk, "OR FAIL");
    for (int i = 0; !st && i < 20; i++)
        st = add(&bulk, i, i == 7 ? NULL : "x", "", 0);
    cr_expect_eq(st, HV_ERR_IO);
    cr_expect_eq(bulk.rows, (size_t)0);
    cr_expect_eq(journal_bulk_write(&jdb, &bulk, NULL), HV_OK);
    cr_expect_eq(add(&bulk, 100, "after", "", 0), HV_OK);
    journal_bulk_drop(&bulk);
    cr_expect_eq(journal_bulk_write(&jdb, &bulk, NULL), HV_OK);
    cr_expect_eq(number("SELECT count(*) FROM t WHERE id=100"), 0);
    journal_bulk_finalize(&bulk);
}

Test(bulk, every_number_of_rows_arrives)
{
    struct journal_bulk bulk;
    int64_t id = 0;

    open_table(&bulk, "OR FAIL");
    for (int len = 0; len < 70; len++) {
        int64_t before = number("SELECT count(*) FROM t");

        for (int i = 0; i < len; i++) {
            char name[32];

            snprintf(name, sizeof(name), "row %lld", (long long)++id);
            cr_assert_eq(add(&bulk, id, name, &id, sizeof(id)), HV_OK);
        }
        cr_assert_eq(journal_bulk_write(&jdb, &bulk, NULL), HV_OK);
        cr_expect_eq(number("SELECT count(*) FROM t"), before + len);
    }
    cr_expect_eq(number("SELECT count(*) FROM t WHERE name='row '||id AND "
                        "typeof(data)='blob' AND length(data)=8"),
                 id);
    journal_bulk_finalize(&bulk);
}

Test(bulk, values_of_every_kind_and_length)
{
    struct journal_bulk bulk;
    uint8_t *large = hv_calloc(1, 1 << 20);

    open_table(&bulk, "OR FAIL");
    memset(large, 0xa5, 1 << 20);
    cr_assert_eq(add(&bulk, INT64_MIN, "", "", 0), HV_OK);
    cr_assert_eq(add(&bulk, INT64_MAX, "long", large, 1 << 20), HV_OK);
    journal_bulk_int(&bulk, 1);
    journal_bulk_text(&bulk, "null");
    journal_bulk_null(&bulk);
    cr_assert_eq(journal_bulk_row(&jdb, &bulk, NULL), HV_OK);
    cr_assert_eq(journal_bulk_write(&jdb, &bulk, NULL), HV_OK);
    cr_expect_eq(number("SELECT count(*) FROM t"), 3);
    cr_expect_eq(number("SELECT id FROM t WHERE name=''"), INT64_MIN);
    cr_expect_eq(number("SELECT count(*) FROM t WHERE id=1 AND data IS NULL"),
                 1);
    cr_expect_eq(number("SELECT count(*) FROM t WHERE name='' AND data=x''"),
                 1);
    cr_expect_eq(number("SELECT count(*) FROM t WHERE name='long' AND "
                        "length(data)=1048576 AND hex(substr(data,-2))='A5A5'"),
                 1);
    cr_expect_lt(bulk.bytes.cap, (size_t)1 << 20,
                 "it keeps a long row's memory");
    journal_bulk_finalize(&bulk);
    free(large);
}

Test(bulk, what_was_there_is_ignored_when_asked)
{
    struct journal_bulk bulk;

    open_table(&bulk, "OR IGNORE");
    for (int64_t id = 0; id < 40; id += 2)
        cr_assert_eq(add(&bulk, id, "first", "", 0), HV_OK);
    cr_assert_eq(journal_bulk_write(&jdb, &bulk, NULL), HV_OK);
    for (int64_t id = 0; id < 40; id++)
        cr_assert_eq(add(&bulk, id, "second", "", 0), HV_OK);
    cr_assert_eq(journal_bulk_write(&jdb, &bulk, NULL), HV_OK);
    cr_expect_eq(number("SELECT count(*) FROM t WHERE name='first'"), 20);
    cr_expect_eq(number("SELECT count(*) FROM t WHERE name='second'"), 20);
    journal_bulk_finalize(&bulk);
}

/* Each page of a commit would be two writes; and every commit is synced. */
Test(bulk, a_commit_is_a_few_writes_and_a_sync)
{
    enum { LEN = 64 };
    struct hv_journal *journal = fixture_open(&fx);
    struct sample *samples = hv_calloc(2 * LEN, sizeof(*samples));
    struct hv_arrival arrivals[2 * LEN];

    for (unsigned i = 0; i < 2 * LEN; i++) {
        sample_make(&samples[i], HV_VERDICT_VERIFIED, i, 2);
        arrivals[i] = samples[i].arrival;
    }
    cr_assert_eq(hv_journal_append(journal, arrivals, LEN, NULL), HV_OK);
    bad_disk_count();
    cr_assert_eq(hv_journal_append(journal, arrivals + LEN, LEN, NULL), HV_OK);
    cr_expect_gt(fixture_int(&fx, "PRAGMA page_count"), 20);
    cr_expect_gt(bad_disk_counted(BAD_WRITE), 0);
    cr_expect_leq(bad_disk_counted(BAD_WRITE), 4);
    cr_expect_geq(bad_disk_counted(BAD_SYNC), 1);
    /* All of it can be seen from outside, while the writer has it open. */
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), 2 * LEN);
    hv_journal_close(journal);
    free(samples);
}

static int64_t
size_of(const char *end)
{
    char path[128];
    struct stat stat_of;

    snprintf(path, sizeof(path), "%s%s", fx.path, end);
    return stat(path, &stat_of) == 0 ? (int64_t)stat_of.st_size : 0;
}

/* What the log holds reaches the database file while the writer goes on, and the
 * log begins anew: it is far shorter than all that went through it. */
Test(bulk, the_log_is_emptied_beside_the_writer)
{
    enum { LEN = 64, ROUNDS = 1200, BIG = 20 * 1024 * 1024 };
    struct hv_journal *journal = fixture_open(&fx);
    struct sample *samples = hv_calloc(LEN, sizeof(*samples));
    struct hv_arrival arrivals[LEN];
    unsigned number = 0;
    int64_t rows = 0;

    for (int i = 0; i < ROUNDS && size_of("") < 3 * BIG / 2; i++) {
        for (unsigned j = 0; j < LEN; j++) {
            sample_make(&samples[j], HV_VERDICT_VERIFIED, number++, 1);
            arrivals[j] = samples[j].arrival;
            arrivals[j].body.len = sizeof(samples[j].body);
        }
        cr_assert_eq(hv_journal_append(journal, arrivals, LEN, NULL), HV_OK);
        rows += LEN;
    }
    cr_expect_geq(size_of(""), 3 * BIG / 2);
    cr_expect_leq(size_of("-wal"), 4 * (int64_t)BIG);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), rows);
    hv_journal_close(journal);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM pragma_integrity_check "
                                  "WHERE integrity_check<>'ok'"),
                 0);
    free(samples);
}
