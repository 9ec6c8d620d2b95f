/*
 * test_row.c - parts of a journal row as bytes: bad bytes first.
 */
#include "core/journal/row.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
start(void)
{
    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
}
TestSuite(row, .init = start);

Test(row, why_refuses_what_encode_never_makes)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t len;
    } bad[] = {
        { "half a head", "\x01", 1 },
        { "note cut short",
          "\x01\x05"
          "abcd",
          6 },
        { "word not in the table", "\x7f\x00", 2 },
        { "note too long", "\x01\x78", 2 },
        { "NUL in a note",
          "\x01\x03"
          "a\0b",
          5 },
        { "second step cut", "\x81\x00\x02", 3 },
        { "nine steps", "\1\0\1\0\1\0\1\0\1\0\1\0\1\0\1\0\1\0", 18 },
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_why_step steps[HV_MAX_WHY];
        size_t len = 77;
        struct hv_bytes bytes = { (const uint8_t *)bad[i].bytes, bad[i].len };

        cr_expect_eq(journal_why_decode(bytes, steps, &len, NULL),
                     HV_ERR_DAMAGED, "%s", bad[i].name);
        cr_expect_eq(len, 77, "%s: an output was changed", bad[i].name);
    }
}

Test(row, why_comes_back_as_it_was)
{
    static const char *const words[] = { "header", "subscription", "version",
                                         "mac",    "xml",          "inner" };
    struct hv_why_step steps[HV_MAX_WHY] = { 0 };
    struct hv_why_step back[HV_MAX_WHY];
    struct hv_buf bytes = { 0 };
    size_t len = 0;

    for (size_t i = 0; i < HV_MAX_WHY; i++) {
        steps[i].step = i < HV_LEN(words) ? words[i] : "invented later";
        steps[i].ok = i % 2 == 0;
        memset(steps[i].note, 'x', i * 17);
    }
    journal_why_encode(steps, HV_MAX_WHY, &bytes);
    cr_assert_eq(journal_why_decode(hv_buf_bytes(&bytes), back, &len, NULL),
                 HV_OK);
    cr_assert_eq(len, HV_MAX_WHY);
    for (size_t i = 0; i < len; i++) {
        cr_expect_str_eq(back[i].step, i < HV_LEN(words) ? words[i] : "other");
        cr_expect_eq(back[i].ok, steps[i].ok);
        cr_expect_str_eq(back[i].note, steps[i].note);
    }
    journal_why_encode(steps, 0, &bytes);
    cr_expect_eq(journal_why_decode(hv_buf_bytes(&bytes), back, &len, NULL),
                 HV_OK);
    cr_expect_eq(len, 0);
    hv_buf_release(&bytes);
}

Test(row, event_refuses_odd_lengths)
{
    static const size_t bad[] = { 0, 1, 15, 16, 31, 33, 47, 49 };
    static const uint8_t zero[64];

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_log_event event = { 0 };
        struct hv_bytes bytes = { zero, bad[i] };

        cr_expect_eq(journal_event_decode(bytes, &event, NULL), HV_ERR_DAMAGED,
                     "%zu bytes", bad[i]);
        cr_expect_null(event.things);
    }
}

Test(row, event_comes_back_as_it_was)
{
    for (size_t things = 0; things < 4; things++) {
        struct hv_guid ids[4];
        struct hv_event event = { .person = hv_guid_random(),
                                  .record = hv_guid_random(),
                                  .things = ids,
                                  .things_len = things };
        struct hv_log_event back = { 0 };
        struct hv_buf bytes = { 0 };

        for (size_t i = 0; i < things; i++)
            ids[i] = hv_guid_random();
        journal_event_encode(&event, &bytes);
        cr_assert_eq(journal_event_decode(hv_buf_bytes(&bytes), &back, NULL),
                     HV_OK);
        cr_expect(hv_guid_equal(&back.person, &event.person));
        cr_expect(hv_guid_equal(&back.record, &event.record));
        cr_assert_eq(back.things_len, things);
        for (size_t i = 0; i < things; i++)
            cr_expect(hv_guid_equal(&back.things[i], &ids[i]));
        free(back.things);
        hv_buf_release(&bytes);
    }
}

/* One field more of a row, changed. */
static void
change(struct hv_log_row *row, uint8_t *digest, int64_t *datakey, size_t what)
{
    switch (what) {
    case 1:
        row->id++;
        break;
    case 2:
        row->received_ms++;
        break;
    case 3:
        row->has_sub = false;
        break;
    case 4:
        row->sub.b[15] ^= 1;
        break;
    case 5:
        row->version.id[0] = 'w';
        break;
    case 6:
        row->verdict = HV_VERDICT_VERIFIED_OLD;
        break;
    case 7:
        row->answered = 401;
        break;
    case 8:
        row->bytes++;
        break;
    case 9:
        row->sha256[31] ^= 1;
        break;
    case 10:
        digest[0] ^= 1;
        break;
    case 11:
        row->is_test = true;
        break;
    case 12:
        row->events_count++;
        break;
    case 13:
        row->things_count++;
        break;
    case 14:
        row->peer[0] = '9';
        break;
    case 15:
        (*datakey)++;
        break;
    /* Bytes that move from one text to the next. */
    case 16:
        strcpy(row->version.id, "v1x");
        row->peer[0] = '\0';
        break;
    default:
        break;
    }
}

/* The context of a row of which field @what is changed; 0 = none. */
static void
context_of(struct journal_sha *sha, size_t what, int64_t twin, uint8_t out[32])
{
    static const char why_text[] = "\x81\x00";
    struct hv_log_row row = { .id = 5,
                              .received_ms = 1000,
                              .has_sub = true,
                              .answered = 200,
                              .bytes = 7,
                              .events_count = 1,
                              .things_count = 1,
                              .duplicate_of = twin };
    uint8_t digest[JOURNAL_DIGEST_LEN] = { 0 };
    int64_t datakey = 3;
    struct hv_bytes why = { (const uint8_t *)why_text, what == 17 ? 0 : 2 };

    strcpy(row.version.id, "v1");
    strcpy(row.peer, "x");
    change(&row, digest, &datakey, what);
    cr_assert_eq(
        journal_row_context(sha, &row, digest, datakey, why, out, NULL), HV_OK);
}

Test(row, context_depends_on_every_plain_column_but_the_twin)
{
    struct journal_sha sha;
    uint8_t contexts[18][32];
    uint8_t linked[32];

    cr_assert_eq(journal_sha_init(&sha, NULL), HV_OK);
    for (size_t what = 0; what < HV_LEN(contexts); what++) {
        context_of(&sha, what, 0, contexts[what]);
        for (size_t i = 0; i < what; i++)
            cr_expect_neq(memcmp(contexts[i], contexts[what], 32), 0,
                          "changes %zu and %zu look the same", i, what);
        context_of(&sha, what, 99, linked);
        cr_expect_eq(memcmp(contexts[what], linked, 32), 0);
    }
    journal_sha_release(&sha);
}
