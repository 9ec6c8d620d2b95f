/*
 * test_keyfile.c - the two text files that hold keys are read strictly.
 */
#include "../base/tmpdir.h"
#include "hvconsole/codec.h"
#include "kat.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(keyfile, .init = store_setup, .fini = tmpdir_remove);

#define HEX "7b8d938313624397a70e08e1718fde6de7b6dcbfb44d11e820f12c3da4ee6cae"

Test(keyfile, anything_but_the_one_line_is_refused)
{
    static const char *const bad[] = {
        "",
        "\n",
        "hvks1-keyfile ",
        "hvks1-keyfile " HEX, /* no line end */
        "hvks1-keyfile " HEX "\r\n",
        "hvks1-keyfile " HEX "\n\n",
        "hvks1-keyfile " HEX " \n",
        "hvks1-keyfile  " HEX "\n",
        " hvks1-keyfile " HEX "\n",
        "hvks2-keyfile " HEX "\n",
        "HVKS1-KEYFILE " HEX "\n",
        HEX "\n",
        "hvks1-keyfile 7B8D938313624397A70E08E1718FDE6DE7B6DCBFB44D11E820F12C3D"
        "A4EE6CAE\n",
        "hvks1-keyfile 7b8d938313624397a70e08e1718fde6de7b6dcbfb44d11e820f12c3d"
        "a4ee6cag\n",
        "hvks1-keyfile 7b8d938313624397a70e08e1718fde6de7b6dcbfb44d11e820f12c3d"
        "a4ee6ca\n",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_secret key = { 0 };
        struct hv_error err = { 0 };

        file_put("k", bad[i], strlen(bad[i]));
        cr_expect_eq(hv_key_file_read("k", &key, &err), HV_ERR_FORMAT,
                     "row %zu", i);
        cr_expect(strstr(err.why, "not a key file"), "row %zu: %s", i, err.why);
        cr_expect_null(key.data);
    }
    cr_expect_eq(hv_key_file_read("missing", &(struct hv_secret){ 0 }, NULL),
                 HV_ERR_NOT_FOUND);
    expect_no_secrets();
}

Test(keyfile, reads_the_line)
{
    struct hv_secret key = { 0 };
    struct hv_error err = { 0 };
    char hex[65];

    file_put("k", "hvks1-keyfile " HEX "\n", 79);
    cr_assert_eq(hv_key_file_read("k", &key, &err), HV_OK, "%s", err.why);
    cr_assert_eq(key.len, 32);
    hv_hex_encode(key.data, 32, hex);
    cr_expect_str_eq(hex, HEX);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(keyfile, written_ones_read_back_and_are_never_replaced)
{
    struct hv_secret made = { 0 };
    struct hv_secret read = { 0 };
    struct stat info;

    cr_assert_eq(hv_key_file_write("k", &made, NULL), HV_OK);
    cr_assert_eq(stat("k", &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0600);
    cr_expect_eq(info.st_size, 79);
    cr_assert_eq(hv_key_file_read("k", &read, NULL), HV_OK);
    cr_expect(hv_secret_equal(&made, &read));
    hv_secret_release(&read);
    cr_expect_eq(hv_key_file_write("k", &read, NULL), HV_ERR_RULE);
    cr_assert_eq(hv_key_file_read("k", &read, NULL), HV_OK);
    cr_expect(hv_secret_equal(&made, &read));
    hv_secret_release(&made);
    hv_secret_release(&read);
    expect_no_secrets();
}

static void
put_base64(const char *path, size_t len, const char *end)
{
    uint8_t data[3100];
    char text[HV_BASE64_SIZE(sizeof(data)) + 8];

    memset(data, 0xa5, sizeof(data));
    hv_base64_encode(data, len, text);
    strcat(text, end);
    file_put(path, text, strlen(text));
}

Test(keyfile, hmac_keys_of_another_length_are_a_rule)
{
    static const struct {
        size_t len;
        const char *said;
    } rows[] = { { 1, " 1 " },
                 { 32, " 32 " },
                 { 63, " 63 " },
                 { 65, " 65 " },
                 { 3000, " 3000 " } };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_secret key = { 0 };
        struct hv_error err = { 0 };

        put_base64("h", rows[i].len, "\n");
        cr_expect_eq(hv_hmac_key_read("h", &key, &err), HV_ERR_RULE);
        cr_expect(strstr(err.why, rows[i].said), "%s", err.why);
        cr_expect(strstr(err.why, "64"), "%s", err.why);
    }
    expect_no_secrets();
}

Test(keyfile, hmac_keys_are_one_canonical_line)
{
    static const char *const bad[] = {
        "",        "\n",           "\r\n",  "not base64!\n", "QUJD \n",
        " QUJD\n", "QUJD\nQUJD\n", "QUI\n", "QUJ=\n",        "QUJD\n\n",
    };
    struct hv_secret key = { 0 };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_error err = { 0 };

        file_put("h", bad[i], strlen(bad[i]));
        cr_expect_eq(hv_hmac_key_read("h", &key, &err), HV_ERR_FORMAT,
                     "row %zu", i);
        cr_expect_neq(err.why[0], '\0');
    }
    put_base64("h", 3100, "\n");
    cr_expect_eq(hv_hmac_key_read("h", &key, NULL), HV_ERR_FORMAT, "too long");
    cr_expect_eq(hv_hmac_key_read("missing", &key, NULL), HV_ERR_NOT_FOUND);
    cr_expect_null(key.data);
    expect_no_secrets();
}

Test(keyfile, hmac_keys_may_end_like_text_files_do)
{
    static const char *const ends[] = { "", "\n", "\r\n" };

    for (size_t i = 0; i < HV_LEN(ends); i++) {
        struct hv_secret key = { 0 };

        put_base64("h", 64, ends[i]);
        cr_assert_eq(hv_hmac_key_read("h", &key, NULL), HV_OK, "%zu", i);
        cr_expect_eq(key.len, 64);
        cr_expect_eq(key.data[63], 0xa5);
        hv_secret_release(&key);
    }
    expect_no_secrets();
}
