/*
 * test_format.c - the order and the sentences in which a file is judged before
 * any key is tried.
 */
#include "../base/tmpdir.h"
#include "kat.h"
#include "keystore/be.h"
#include "keystore/kdf.h"

#include <criterion/criterion.h>

TestSuite(format, .init = store_setup, .fini = tmpdir_remove);

static void
sum_again(struct ks_image *image)
{
    struct hv_bytes summed = { image->data, image->len - 32 };

    cr_assert_eq(ks_sha256(summed, image->data + summed.len, NULL), HV_OK);
}

static struct hv_error
judge(const struct ks_image *image)
{
    struct hv_error err = { 0 };
    struct ks_front front;

    cr_assert_eq(ks_front_decode((struct hv_bytes){ image->data, image->len },
                                 "s", &front, &err),
                 HV_ERR_DAMAGED);
    return err;
}

Test(format, names_what_a_foreign_file_looks_like)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *kind;
    } rows[] = {
        { "", 0, "empty" },
        { "SQLite format 3\0 and more", 24, "SQLite" },
        { "-----BEGIN PRIVATE KEY-----\n", 28, "PEM" },
        { "\x1f\x8b\x08", 3, "gzip" },
        { "\x7f"
          "ELF",
          4, "ELF" },
        { "hvks1-keyfile 00", 16, "key file" },
        { "\x89HVKS\n\x1a", 7, "mangled" },
        { "hello\n", 6, "plain text" },
        { "gr\xc3\xbc\xc3\x9f", 6, "plain text" },
        { "\0\0\0\0", 4, "zero" },
        { "\x01\x02\x03", 3, "binary" },
        { "\x89HVK", 4, "binary" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct ks_image image = { (uint8_t *)rows[i].bytes, rows[i].len };
        struct hv_error err = judge(&image);

        cr_expect(strstr(err.why, "not a keystore"), "row %zu: %s", i, err.why);
        cr_expect(strstr(err.why, rows[i].kind), "row %zu: %s", i, err.why);
    }
}

Test(format, unknown_versions_are_named_with_ours)
{
    static const size_t at[] = { 9, 11 };

    for (size_t i = 0; i < HV_LEN(at); i++) {
        struct kat kat;
        struct hv_error err;

        kat_make(&kat);
        kat.image.data[at[i]] = 42;
        /* Before the checksum: another version may have it elsewhere. */
        err = judge(&kat.image);
        cr_expect(strstr(err.why, "42"), "%s", err.why);
        cr_expect(strstr(err.why, "version 1"), "%s", err.why);
        kat_release(&kat);
    }
}

Test(format, a_wrong_checksum_is_damage)
{
    struct kat kat;
    struct hv_error err;

    kat_make(&kat);
    kat.image.data[5000] ^= 1;
    err = judge(&kat.image);
    cr_expect(strstr(err.why, "damaged"), "%s", err.why);
    cr_expect(strstr(err.why, "checksum"), "%s", err.why);
    kat_release(&kat);
}

/* Each with a checksum that holds: only the bound stands in the way. */
Test(format, every_bound_is_kept)
{
    static const struct {
        size_t at;
        size_t len;
        uint64_t value;
        const char *what;
    } rows[] = {
        { 12, 4, 128, "length of header" },
        { 32, 8, 0, "generation" },
        { 32, 8, UINT64_MAX, "generation" },
        { 80, 1, 0, "suite" },
        { 80, 1, 2, "suite" },
        { 81, 1, 0, "number of slots" },
        { 81, 1, 9, "number of slots" },
        { 81, 1, 1, "length of header" },
        { 82, 2, 1, "flags" },
        { 84, 4, 0, "length of a part" },
        { 84, 4, 4095, "length of a part" },
        { 84, 4, 0x80000000, "length of a part" },
        { 84, 4, 8192, "length of the file" },
        { 88, 4, 0, "length of a part" },
        { 88, 4, 4 * 1024 * 1024 + 4096, "length of a part" },
        { 92, 4, 0, "epoch" },
        { 128, 1, 0, "slot type" },
        { 128, 1, 3, "slot type" },
        { 129, 1, 2, "slot type" }, /* a passphrase never opens KV alone */
        { 130, 1, 14, "slot cost" },
        { 130, 1, 21, "slot cost" },
        { 131, 1, 9, "slot cost" },
        { 132, 1, 0, "slot cost" },
        { 132, 1, 5, "slot cost" },
        { 133, 1, 1, "slot padding" },
        { 128 + 160, 1, 1, "slot padding" },
        { 128 + 191, 1, 1, "slot padding" },
        { 128 + 95, 1, 'x', "slot label" }, /* after the end of the text */
        { 128 + 56, 1, 0xff, "slot label" },
        { 320 + 2, 1, 15, "slot cost" },
        { 320 + 3, 1, 8, "slot cost" },
        { 320 + 4, 1, 1, "slot cost" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct kat kat;
        struct hv_error err;

        kat_make(&kat);
        for (size_t b = 0; b < rows[i].len; b++)
            kat.image.data[rows[i].at + b] =
                (uint8_t)(rows[i].value >> 8 * (rows[i].len - 1 - b));
        sum_again(&kat.image);
        err = judge(&kat.image);
        cr_expect(strstr(err.why, "damaged") && strstr(err.why, rows[i].what),
                  "row %zu (%s): %s", i, rows[i].what, err.why);
        kat_release(&kat);
    }
}

Test(format, ids_must_be_there_and_different)
{
    struct kat kat;
    struct hv_error err;

    kat_make(&kat);
    memcpy(kat.image.data + 320 + 8, kat.image.data + 128 + 8, 8);
    sum_again(&kat.image);
    err = judge(&kat.image);
    cr_expect(strstr(err.why, "slot id"), "%s", err.why);
    kat_release(&kat);

    kat_make(&kat);
    memset(kat.image.data + 16, 0, 16);
    sum_again(&kat.image);
    err = judge(&kat.image);
    cr_expect(strstr(err.why, "store id"), "%s", err.why);
    kat_release(&kat);
}

Test(format, one_slot_must_have_full_scope)
{
    struct kat kat;
    struct hv_error err;

    kat_make(&kat);
    /* Both slots become (2,2). */
    memcpy(kat.image.data + 128, kat.image.data + 320, 5);
    sum_again(&kat.image);
    err = judge(&kat.image);
    cr_expect(strstr(err.why, "slot scopes"), "%s", err.why);
    kat_release(&kat);
}

Test(format, the_extremes_that_are_allowed)
{
    struct kat kat;
    struct ks_front front;
    uint8_t again[128 + 2 * 192];

    kat_make(&kat);
    ks_put64(kat.image.data + 32, UINT64_MAX - 1);
    ks_put64(kat.image.data + 40, UINT64_MAX);
    kat.image.data[130] = 20;
    kat.image.data[132] = 4;
    memset(kat.image.data + 128 + 56, 'x', 40);
    sum_again(&kat.image);
    cr_assert_eq(
        ks_front_decode((struct hv_bytes){ kat.image.data, kat.image.len }, "s",
                        &front, NULL),
        HV_OK);
    cr_expect_eq(strlen(front.slots[0].label), 40);
    ks_front_encode(&front, again);
    cr_expect_arr_eq(again, kat.image.data, sizeof(again));
    kat_release(&kat);
}
