/*
 * test_records.c - plain parts: what is refused, what is kept, and that nothing
 * is read which would not be written the same way.
 */
#include "../base/tmpdir.h"
#include "kat.h"
#include "keystore/records.h"

#include <criterion/criterion.h>

TestSuite(records, .init = store_setup, .fini = tmpdir_remove);

static const struct hv_guid sub_a = { { 1 } };
static const struct hv_guid sub_b = { { 2 } };
static const struct hv_guid app = { { 9 } };

static void
add_key(struct hv_keyring *ring, const struct hv_guid *sub, const char *id)
{
    struct hv_key_version version = { "" };
    struct hv_secret key = { 0 };

    hv_copy(version.id, sizeof(version.id), id);
    cr_assert_eq(hv_secret_random(&key, 64, NULL), HV_OK);
    cr_assert_eq(
        hv_keyring_add_key(ring, sub, &version, &key, HV_KEY_IMPORTED, 5, NULL),
        HV_OK);
    hv_secret_release(&key);
}

static void
add_raw(struct hv_keyring *ring, char part, uint16_t type, uint16_t flags,
        const void *body, size_t len)
{
    struct hv_raw_record raw = { .type = type, .flags = flags, .part = part };

    cr_assert_eq(hv_secret_copy(&raw.body, body, len, NULL), HV_OK);
    ring->raw = ks_array_add(ring->raw, &ring->raw_len, sizeof(raw));
    ring->raw[ring->raw_len - 1] = raw;
}

/* One of everything, added in the wrong order. */
static void
fill(struct hv_keyring *ring)
{
    static const uint8_t spki[32] = { 7 };
    uint8_t session[16 + 16 + 2 + 3 + 2 + 4] = { 0 };
    uint8_t head[40] = { 3 };
    struct hv_secret der = secret_of("not really DER, but bytes");
    struct hv_key_sub *sub;

    session[33] = 3;
    session[38] = 4;
    add_raw(ring, HV_PART_VERIFY, KS_REC_AUDIT, KS_CRITICAL, head, 40);
    add_raw(ring, HV_PART_VERIFY, 0x0150, 0x8000, "future", 6);
    add_raw(ring, HV_PART_VERIFY, 0x0042, 0, "", 0);
    add_raw(ring, HV_PART_FULL, KS_REC_SESSION, 0, session, sizeof(session));
    add_key(ring, &sub_b, "v2");
    add_key(ring, &sub_a, "v20260101-1");
    add_key(ring, &sub_a, "v9");
    hv_keyring_retire(&ring->keys[0], 77);
    sub = hv_keyring_add_sub(ring, &sub_b, &app);
    hv_copy(sub->label, sizeof(sub->label), "bl\xc3\xa4h");
    sub->intent = HV_INTENT_SUBMITTED;
    sub->attempts = 0x1234;
    sub->intent_ms = -1;
    hv_keyring_add_sub(ring, &sub_a, &app)->status = HV_SUB_DRAFT;
    cr_assert_eq(hv_keyring_add_journal_keys(ring, 3, NULL), HV_OK);
    cr_assert_eq(hv_keyring_add_app(ring, &app, "App", &der, spki, 4, NULL),
                 HV_OK);
    hv_secret_release(&der);
}

static struct hv_secret
encode(const struct hv_keyring *ring, char part)
{
    struct hv_secret plain = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(ks_records_encode(ring, part, KS_ALL_RECORDS, &plain, &err),
                 HV_OK, "%s", err.why);
    return plain;
}

Test(records, everything_comes_back)
{
    struct hv_keyring ring = { 0 };
    struct hv_keyring back = { 0 };
    struct hv_secret v;
    struct hv_secret s;
    struct hv_error err = { 0 };
    struct hv_key_sub *sub;

    fill(&ring);
    v = encode(&ring, HV_PART_VERIFY);
    s = encode(&ring, HV_PART_FULL);
    cr_assert_eq(
        ks_records_decode(hv_secret_bytes(&v), HV_PART_VERIFY, &back, &err),
        HV_OK, "%s", err.why);
    cr_assert_eq(
        ks_records_decode(hv_secret_bytes(&s), HV_PART_FULL, &back, &err),
        HV_OK, "%s", err.why);
    cr_expect_eq(back.subs_len, 2);
    cr_expect_eq(back.keys_len, 3);
    cr_expect_eq(back.journal_keys_len, 1);
    cr_expect_eq(back.readers_len, 1);
    cr_expect_eq(back.apps_len, 1);
    cr_expect_eq(back.raw_len, 4);
    sub = hv_keyring_sub(&back, &sub_b);
    cr_assert_not_null(sub);
    cr_expect_str_eq(sub->label, "bl\xc3\xa4h");
    cr_expect_eq(sub->attempts, 0x1234);
    cr_expect_eq(sub->intent_ms, -1);
    cr_expect_eq(sub->intent, HV_INTENT_SUBMITTED);
    cr_expect_eq(hv_keyring_sub(&back, &sub_a)->status, HV_SUB_DRAFT);
    for (size_t i = 0; i < ring.keys_len; i++) {
        struct hv_key *key =
            hv_keyring_find(&back, &ring.keys[i].sub, &ring.keys[i].version);

        cr_assert_not_null(key);
        cr_expect(hv_secret_equal(&key->key, &ring.keys[i].key));
        cr_expect_eq(key->state, ring.keys[i].state);
        cr_expect_eq(key->retired_ms, ring.keys[i].retired_ms);
        cr_expect_arr_eq(key->fingerprint, ring.keys[i].fingerprint, 8);
    }
    cr_expect(hv_secret_equal(&back.apps[0].pkcs8, &ring.apps[0].pkcs8));
    cr_expect_str_eq(back.apps[0].name, "App");
    cr_expect(hv_secret_equal(&back.readers[0].private_key,
                              &ring.readers[0].private_key));
    cr_expect_arr_eq(back.journal_keys[0].public_key,
                     ring.journal_keys[0].public_key, 32);
    hv_secret_release(&v);
    hv_secret_release(&s);
    hv_keyring_release(&ring);
    hv_keyring_release(&back);
    expect_no_secrets();
}

/* Change one byte; where that is still read, it is written the same. */
static size_t
disturb(const struct hv_secret *plain, char part)
{
    struct hv_secret copy = { 0 };
    size_t end = 12 + ks_get32(plain->data + 4);
    size_t next = 12; /* where the next record begins */
    size_t refused = 0;

    cr_assert_eq(hv_secret_copy(&copy, plain->data, plain->len, NULL), HV_OK);
    for (size_t at = 0; at < end + 4; at++) {
        bool is_flags = at == next + 2 || at == next + 3;

        if (at == next + 8)
            next = at + ks_get32(plain->data + at - 4);
        for (int bit = 0; bit < 8 && !is_flags; bit++) {
            struct hv_keyring ring = { 0 };
            struct hv_error err = { 0 };
            enum hv_status st;

            copy.data[at] ^= (uint8_t)(1 << bit);
            st = ks_records_decode(hv_secret_bytes(&copy), part, &ring, &err);
            if (st) {
                cr_assert_eq(st, HV_ERR_DAMAGED, "byte %zu: %s", at, err.why);
                refused++;
            } else {
                struct hv_secret again = encode(&ring, part);

                cr_assert(hv_secret_equal(&again, &copy), "byte %zu", at);
                hv_secret_release(&again);
            }
            hv_keyring_release(&ring);
            copy.data[at] ^= (uint8_t)(1 << bit);
        }
    }
    hv_secret_release(&copy);
    return refused;
}

Test(records, what_is_read_is_written_the_same)
{
    struct hv_keyring ring = { 0 };
    struct hv_secret v;
    struct hv_secret s;

    fill(&ring);
    v = encode(&ring, HV_PART_VERIFY);
    s = encode(&ring, HV_PART_FULL);
    cr_expect_gt(disturb(&v, HV_PART_VERIFY), 1000);
    cr_expect_gt(disturb(&s, HV_PART_FULL), 100);
    /* A part in the other's place. */
    cr_expect_eq(
        ks_records_decode(hv_secret_bytes(&v), HV_PART_FULL, &ring, NULL),
        HV_ERR_DAMAGED);
    hv_secret_release(&v);
    hv_secret_release(&s);
    hv_keyring_release(&ring);
    expect_no_secrets();
}

/* A part with the given records, each {type, flags, length, bytes...}. */
struct raw_row {
    uint16_t type;
    uint16_t flags;
    const char *body;
    size_t len;
};

static size_t
build(uint8_t *plain, const struct raw_row *rows, size_t count)
{
    uint8_t *at = plain + 12;

    memset(plain, 0, 4096);
    memcpy(plain, "HVV1", 4);
    for (size_t i = 0; i < count; i++) {
        ks_put16(at, rows[i].type);
        ks_put16(at + 2, rows[i].flags);
        ks_put32(at + 4, (uint32_t)rows[i].len);
        memcpy(at + 8, rows[i].body, rows[i].len);
        at += 8 + rows[i].len;
    }
    ks_put32(plain + 4, (uint32_t)(at - plain - 12));
    ks_put32(plain + 8, (uint32_t)count);
    return 4096;
}

static enum hv_status
decode_v(const uint8_t *plain, struct hv_error *err)
{
    struct hv_keyring ring = { 0 };
    enum hv_status st = ks_records_decode((struct hv_bytes){ plain, 4096 },
                                          HV_PART_VERIFY, &ring, err);

    hv_keyring_release(&ring);
    return st;
}

Test(records, refuses_what_the_format_does_not_allow)
{
    static const char zeros[192];
    static const struct {
        const char *what;
        struct raw_row rows[2];
        size_t count;
    } bad[] = {
        { "unknown critical", { { 0x0150, 1, "x", 1 } }, 1 },
        { "unknown critical among flags", { { 0x0150, 0x8001, "x", 1 } }, 1 },
        { "same twice", { { 0x0150, 0, "x", 1 }, { 0x0150, 0, "x", 1 } }, 2 },
        { "falling", { { 0x0150, 0, "y", 1 }, { 0x0150, 0, "x", 1 } }, 2 },
        { "falling types", { { 0x0151, 0, "", 0 }, { 0x0150, 0, "", 0 } }, 2 },
        { "two heads",
          { { KS_REC_AUDIT, 1, zeros, 40 }, { KS_REC_AUDIT, 1, zeros, 40 } },
          2 },
        { "short head", { { KS_REC_AUDIT, 1, zeros, 39 } }, 1 },
        { "long head", { { KS_REC_AUDIT, 1, zeros, 41 } }, 1 },
        { "of the other part", { { KS_REC_SESSION, 1, zeros, 36 } }, 1 },
        { "empty key", { { KS_REC_KEY, 1, zeros, 192 } }, 1 },
        { "short subscription", { { KS_REC_SUB, 1, zeros, 97 } }, 1 },
        { "flags", { { KS_REC_JOURNAL, 3, zeros, 112 } }, 1 },
    };
    uint8_t plain[4096];

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_error err = { 0 };

        build(plain, bad[i].rows, bad[i].count);
        cr_expect_eq(decode_v(plain, &err), HV_ERR_DAMAGED, "%s", bad[i].what);
        cr_expect_neq(err.why[0], '\0', "%s", bad[i].what);
    }
}

Test(records, refuses_broken_frames)
{
    static const struct raw_row rows[] = { { 0x0150, 0, "x", 1 },
                                           { 0x0150, 0, "y", 1 } };
    uint8_t plain[4096];

    build(plain, rows, 2);
    cr_assert_eq(decode_v(plain, NULL), HV_OK);
    ks_put32(plain + 8, 3);
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "count too high");
    ks_put32(plain + 8, 1);
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "count too low");
    ks_put32(plain + 8, UINT32_MAX);
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "count absurd");
    build(plain, rows, 2);
    ks_put32(plain + 4, 4085);
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "size too large");
    ks_put32(plain + 4, UINT32_MAX);
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "size absurd");
    build(plain, rows, 2);
    plain[4095] = 1;
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "padding");
    build(plain, rows, 2);
    ks_put32(plain + 12 + 4, UINT32_MAX);
    cr_expect_eq(decode_v(plain, NULL), HV_ERR_DAMAGED, "body absurd");
}

Test(records, key_and_fingerprint_belong_together)
{
    enum { KEY_AT = 12 + 8 + 72, FINGERPRINT_AT = 12 + 8 + 184 };
    static const size_t at[] = { KEY_AT, FINGERPRINT_AT, FINGERPRINT_AT + 7 };

    for (size_t i = 0; i < HV_LEN(at); i++) {
        struct hv_keyring ring = { 0 };
        struct hv_keyring back = { 0 };
        struct hv_secret plain;
        struct hv_error err = { 0 };

        add_key(&ring, &sub_a, "v1");
        plain = encode(&ring, HV_PART_VERIFY);
        plain.data[at[i]] ^= 1;
        cr_expect_eq(ks_records_decode(hv_secret_bytes(&plain), HV_PART_VERIFY,
                                       &back, &err),
                     HV_ERR_DAMAGED);
        cr_expect(strstr(err.why, "fingerprint"), "%s", err.why);
        hv_secret_release(&plain);
        hv_keyring_release(&back);
        hv_keyring_release(&ring);
    }
    expect_no_secrets();
}

Test(records, the_same_name_twice_is_not_written)
{
    struct hv_keyring ring = { 0 };
    struct hv_secret plain = { 0 };

    hv_keyring_add_sub(&ring, &sub_a, &app);
    hv_keyring_add_sub(&ring, &sub_a, &app);
    cr_expect_eq(
        ks_records_encode(&ring, HV_PART_VERIFY, KS_ALL_RECORDS, &plain, NULL),
        HV_ERR_FAILED);
    hv_keyring_release(&ring);
}

Test(records, more_than_locked_memory_holds_is_a_limit)
{
    struct hv_keyring ring = { 0 };
    struct hv_secret plain = { 0 };
    struct hv_error err = { 0 };
    enum hv_status st;

    /* 9 * 60 KiB lie in the ring; one part of 540 KiB more does not fit. */
    for (uint8_t i = 0; i < 9; i++) {
        uint8_t body[60 * 1024] = { i };

        add_raw(&ring, HV_PART_FULL, 0x0250, 0, body, sizeof(body));
    }
    st = ks_records_encode(&ring, HV_PART_FULL, KS_ALL_RECORDS, &plain, &err);
    cr_expect_eq(st, HV_ERR_LIMIT);
    cr_expect(strstr(err.why, "memory"), "%s", err.why);
    hv_keyring_release(&ring);
    expect_no_secrets();
}
