/*
 * test_read.c - what people paste: what is no token, and each way in which one
 * comes back from the Shell.
 */
#include "hvconsole/token.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN  "ASAAAB+c/d1234567890=="
#define ACTION "https://app.example.org/hv/?"

static void
start(void)
{
    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
}

TestSuite(token_read, .init = start);

static enum hv_status
read_text(const char *text, struct hv_token_paste *out, struct hv_error *err)
{
    struct hv_secret secret = { 0 };
    enum hv_status st;

    cr_assert_eq(hv_secret_copy(&secret, text, strlen(text), NULL), HV_OK);
    st = hv_token_read(&secret, out, err);
    hv_secret_release(&secret);
    return st;
}

Test(token_read, refuses_what_is_none)
{
    static const struct {
        const char *text, *word;
    } rows[] = {
        { " \t ", "nothing" },
        { "short", "16 to" },
        { "a token with blanks in it", "character 2" },
        { "<wctoken>ASAAAB1234567890", "character 1" },
        { "ASAAAB1234567890%2B", "character 17" },
        { ACTION "target=AppAuthSuccess&instanceid=1", "no wctoken" },
        { ACTION "target=AppAuthReject", "refused" },
        { ACTION "target=APPAUTHREJECT&actionqs=wctoken%3Dx", "refused" },
        { ACTION "#wctoken=" TOKEN, "no wctoken" },
        { ACTION "wctoken=", "no wctoken" },
        { ACTION "wctoken=ASAAAB1234567890%2", "broken escape" },
        { ACTION "wctoken=ASAAAB1234567890%zz", "broken escape" },
        { ACTION "wctoken=ASAAAB12345%0067890", "character 12" },
        { ACTION "wctoken=%41%42", "16 to" },
        { "https://app.example.org/hv/wctoken", "no wctoken" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_token_paste paste;
        struct hv_error err = { 0 };

        cr_expect_eq(read_text(rows[i].text, &paste, &err), HV_ERR_FORMAT,
                     "row %zu", i);
        cr_expect(strstr(err.why, rows[i].word), "row %zu: %s", i, err.why);
        cr_expect_null(strstr(err.why, "ASAAAB12"), "row %zu: %s", i, err.why);
        cr_expect_null(paste.token.data, "row %zu", i);
    }
}

Test(token_read, every_way_back)
{
    static const struct {
        const char *text;
        long long life_s;
        const char *target, *actionqs;
    } rows[] = {
        { TOKEN, 0, "", "" },
        { "  " TOKEN "\r\n", 0, "", "" },
        { "wctoken=" TOKEN, 0, "", "" },
        { "WCToken=ASAAAB%2Bc%2fd1234567890%3D%3d", 0, "", "" },
        { ACTION "target=AppAuthSuccess&wctoken=" TOKEN, 0, "AppAuthSuccess",
          "" },
        { ACTION "target=SelectedRecordChanged&actionqs=%2Fa%3Fb%3Dc&wctoken="
                 "ASAAAB%2Bc%2Fd1234567890%3D%3D&instanceid=1&"
                 "suggestedtokenttl=31536000#top",
          31536000, "SelectedRecordChanged", "/a?b=c" },
        { "HTTPS://a/?wctoken=1&WCTOKEN=" TOKEN "&SuggestedTokenTTL=60", 60, "",
          "" },
        { ACTION "wctoken=" TOKEN "&suggestedtokenttl=-5", 0, "", "" },
        { ACTION "wctoken=" TOKEN "&suggestedtokenttl=1e9", 0, "", "" },
        { ACTION "wctoken=" TOKEN "&suggestedtokenttl=99999999999999999999", 0,
          "", "" },
        { ACTION "wctoken=" TOKEN "&target=x%00y&actionqs=%zz&&=&q", 0, "",
          "" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_token_paste paste;
        struct hv_error err = { 0 };

        cr_assert_eq(read_text(rows[i].text, &paste, &err), HV_OK,
                     "row %zu: %s", i, err.why);
        cr_expect(
            hv_bytes_equal(hv_secret_bytes(&paste.token), hv_bytes_str(TOKEN)),
            "row %zu", i);
        cr_expect_eq(paste.life_s, rows[i].life_s, "row %zu", i);
        cr_expect_str_eq(paste.target, rows[i].target, "row %zu", i);
        cr_expect_str_eq(paste.actionqs, rows[i].actionqs, "row %zu", i);
        hv_token_paste_release(&paste);
    }
}

/* Any bytes end in a token or a sentence, never beyond them. */
Test(token_read, any_bytes)
{
    unsigned seed = 7;

    for (int round = 0; round < 20000; round++) {
        static const char letters[] = "wctoken=&%?#+ aA0/:hps\n\xff";
        char text[64];
        size_t len = (seed = seed * 1103515245 + 12345) / 65536 % 63 + 1;
        struct hv_token_paste paste;

        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = letters[seed / 65536 % (sizeof(letters) - 1)];
        }
        text[len] = '\0';
        if (round % 2)
            memcpy(text, "wctoken=", len < 8 ? len : 8);
        if (read_text(text, &paste, NULL) == HV_OK)
            hv_token_paste_release(&paste);
    }
}

Test(token_read, names)
{
    static const char *const bad[] = {
        "",
        "a b",
        "../x",
        ".x",
        "-x",
        "a/b",
        "\xc3\xa4",
        "a\n",
        "0123456789012345678901234567890123456789012345678901234567890123",
    };
    static const char *const good[] = { "a", "alice", "A.b_c-9", "2026" };

    for (size_t i = 0; i < HV_LEN(bad); i++)
        cr_expect_eq(hv_token_name_check(bad[i], NULL), HV_ERR_USAGE, "%zu", i);
    for (size_t i = 0; i < HV_LEN(good); i++)
        cr_expect_eq(hv_token_name_check(good[i], NULL), HV_OK, "%zu", i);
}
