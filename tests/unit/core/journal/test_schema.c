/*
 * test_schema.c - files of older versions: brought up to date by a writer, with
 * every row, and refused by readers until then. v1.db was written by the program
 * that made version 1, under the keys below.
 */
#include "fixture.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hvconsole/file.h"

static struct fixture fx;

static void
old_keys(struct hv_keyring *ring)
{
    struct hv_journal_key *key = &ring->journal_keys[0];
    EVP_PKEY *pair;
    size_t len = 32;

    memset(key->id, 0x5a, sizeof(key->id));
    memset(ring->readers[0].id, 0x5a, sizeof(key->id));
    memset(key->index_key.data, 0x11, 32);
    memset(key->outbox_key.data, 0x22, 32);
    memset(ring->readers[0].private_key.data, 0x33, 32);
    pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL,
                                        ring->readers[0].private_key.data, 32);
    cr_assert(EVP_PKEY_get_raw_public_key(pair, key->public_key, &len));
    EVP_PKEY_free(pair);
}

static void
start(void)
{
    struct hv_buf file = { 0 };
    char dir[96];

    fixture_start(&fx);
    old_keys(&fx.ring);
    hv_path_dir(fx.path, dir, sizeof(dir));
    cr_assert_eq(hv_dir_make(dir, 0700, NULL), HV_OK);
    cr_assert_eq(
        hv_file_read(HV_FIXTURES "/journal/v1.db", 1 << 20, &file, NULL),
        HV_OK);
    cr_assert_eq(hv_file_create(fx.path, 0600, hv_buf_bytes(&file), NULL),
                 HV_OK);
    hv_buf_release(&file);
}

static void
end(void)
{
    fixture_end(&fx);
}
TestSuite(schema, .init = start, .fini = end);

Test(schema, a_reader_does_not_touch_an_older_file)
{
    struct hv_journal_view *view = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_journal_view_open(fx.path, NULL, &view, &err),
                 HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "format 1"), "%s", err.why);
    cr_expect(strstr(err.hint, "start the listener"), "%s", err.hint);
    cr_expect_eq(fixture_int(&fx, "PRAGMA user_version"), 1);
}

Test(schema, a_writer_brings_version_1_up_to_date)
{
    static const struct {
        enum hv_verdict verdict;
        unsigned number;
        int events;
        int64_t twin;
    } rows[] = {
        { HV_VERDICT_VERIFIED, 1, 1, 0 },
        { HV_VERDICT_VERIFIED, 2, 3, 0 },
        { HV_VERDICT_BAD_HMAC, 3, 0, 0 },
        { HV_VERDICT_VERIFIED, 1, 1, 1 },
        { HV_VERDICT_QUARANTINED, 4, 0, 0 },
        { HV_VERDICT_VERIFIED_OLD, 5, 2, 0 },
        { HV_VERDICT_MALFORMED, 6, 0, 0 },
        { HV_VERDICT_MISMATCH, 7, 1, 0 },
        { HV_VERDICT_MISSING, 8, 0, 0 },
        { HV_VERDICT_UNKNOWN_SUB, 9, 0, 0 },
        { HV_VERDICT_VERIFIED, 2, 3, 2 },
        { HV_VERDICT_VERIFIED, 10, 1, 0 },
    };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);

    cr_expect_eq(fixture_int(&fx, "PRAGMA user_version"), 3);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_log_row row = { 0 };
        struct hv_buf body = { 0 };
        struct sample sample;

        sample_make(&sample, rows[i].verdict, rows[i].number, rows[i].events);
        cr_assert_eq(hv_journal_get(view, (int64_t)i + 1, &row, NULL), HV_OK);
        cr_expect_eq(row.verdict, rows[i].verdict, "row %zu", i + 1);
        cr_expect_eq(row.duplicate_of, rows[i].twin, "row %zu", i + 1);
        cr_expect(row.is_unsealed && !row.is_altered && !row.is_pruned,
                  "row %zu", i + 1);
        cr_expect_eq(row.why_len, 2);
        cr_assert_eq(row.events_len, (size_t)rows[i].events);
        for (size_t j = 0; j < row.events_len; j++)
            cr_expect(
                hv_guid_equal(&row.events[j].record, &sample.events[j].record));
        if (rows[i].verdict <= HV_VERDICT_MISMATCH) {
            cr_expect_eq(hv_journal_body(view, row.id, &body, NULL), HV_OK);
            cr_expect(hv_bytes_equal(hv_buf_bytes(&body), sample.arrival.body));
        }
        hv_buf_release(&body);
        hv_log_row_release(&row);
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(schema, what_version_1_knew_is_known_afterwards)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_record_use use;
    struct hv_guid record = sample_guid(2002);
    struct sample again;
    int64_t id = 0;
    bool more = true;

    for (int settled = 0; settled < 2; settled++) {
        cr_assert_eq(hv_journal_record_use(view, &record, 0, &use, NULL),
                     HV_OK);
        cr_expect_eq(use.count, 2, "half of them were in the old index");
        cr_expect_eq(use.last_id, 11);
        for (more = true; more;)
            cr_assert_eq(hv_journal_settle(journal, &more, NULL), HV_OK);
    }
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM event_record"),
                 fixture_int(&fx, "SELECT count(*) FROM event"));
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM hour"), 12);
    /* Repeats of old rows are repeats. */
    sample_make(&again, HV_VERDICT_VERIFIED, 10, 1);
    again.arrival.id = &id;
    again.arrival.received_ms += 3600000;
    sample_append(journal, &again);
    cr_expect_eq(id, 13);
    cr_expect_eq(fixture_int(&fx, "SELECT twin FROM arrival WHERE id=13"), 12);
    /* Reasons they share stay as they are. */
    hv_journal_add_why(journal, 3, &(struct hv_why_step){ .step = "nearest" });
    for (more = true; more;)
        cr_assert_eq(hv_journal_settle(journal, &more, NULL), HV_OK);
    cr_expect_eq(fixture_int(&fx,
                             "SELECT count(*) FROM why w JOIN arrival a ON "
                             "a.why=w.id WHERE a.id=3 AND length(w.steps)="
                             "(SELECT min(length(steps)) FROM why)"),
                 1);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}
