/*
 * test_auth.c - the grammar of the Authorization header, and the table of
 * verdicts.
 */
#include "hvconsole/notify.h"

#include <criterion/criterion.h>
#include <string.h>

#define SUB "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f"
#define MAC "PnpZkZvgzTxCUiHOSxlqK9l1D825/efpmR2IWb8Ofxk="
#define TEN "0123456789"

Test(auth, refuses_malformed_headers)
{
    static const char *const bad[] = {
        "",
        "   ",
        "\t",
        "HVEventingSharedKey",
        "HVEventingSharedKey ",
        "HVEventingSharedKey ::",
        "HVEventingSharedKey " SUB,
        "HVEventingSharedKey " SUB ":v1",
        "HVEventingSharedKey " SUB ":v1:",
        "HVEventingSharedKey :v1:" MAC,
        "HVEventingSharedKey " SUB "::" MAC,
        "HVEventingSharedKey" SUB ":v1:" MAC,
        "HVEventingSharedKeys " SUB ":v1:" MAC,
        "HVEventingSharedKe " SUB ":v1:" MAC,
        "Basic " SUB ":v1:" MAC,
        "HVEventingSharedKey\r" SUB ":v1:" MAC,
        "HVEventingSharedKey\n" SUB ":v1:" MAC,
        "HVEventingSharedKey\v" SUB ":v1:" MAC,
        "HVEventingSharedKey, " SUB ":v1:" MAC,
        "HVEventingSharedKey {" SUB "}:v1:" MAC,
        "HVEventingSharedKey " SUB " :v1:" MAC,
        "HVEventingSharedKey " SUB ": v1:" MAC,
        "HVEventingSharedKey " SUB ":v1 :" MAC,
        "HVEventingSharedKey " SUB ":v1: " MAC,
        "HVEventingSharedKey " SUB ":v1\t:" MAC,
        "HVEventingSharedKey " SUB ":v_1:" MAC,
        "HVEventingSharedKey " SUB ":v.1:" MAC,
        "HVEventingSharedKey " SUB ":v\xc3\xa9:" MAC,
        "HVEventingSharedKey " SUB ":" TEN TEN TEN TEN TEN "1:" MAC,
        "HVEventingSharedKey d2a4c6e813574b9d8f0a2c4e6a8b0d1f:v1:" MAC,
        "HVEventingSharedKey d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1:v1:" MAC,
        "HVEventingSharedKey g2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f:v1:" MAC,
        "HVEventingSharedKey d2a4c6e8-1357-4b9d-8f0a 2c4e6a8b0d1f:v1:" MAC,
        "HVEventingSharedKey " SUB ":v1:" MAC ":x",
        "HVEventingSharedKey " SUB ":v1:" MAC "=",
        "HVEventingSharedKey " SUB ":v1:" MAC " x",
        "HVEventingSharedKey " SUB
        ":v1:PnpZkZvgzTxCUiHOSxlqK9l1D825/efpmR2IWb8Ofxk",
        "HVEventingSharedKey " SUB
        ":v1:PnpZkZvgzTxCUiHOSxlqK9l1D825/efpmR2IWb8Ofx==",
        /* the same bytes, but bits left over are not zero */
        "HVEventingSharedKey " SUB
        ":v1:PnpZkZvgzTxCUiHOSxlqK9l1D825/efpmR2IWb8Ofxl=",
        "HVEventingSharedKey " SUB
        ":v1:PnpZkZvgzTxCUiHOSxlqK9l1D825-efpmR2IWb8Ofxk=",
        "HVEventingSharedKey " SUB
        ":v1:PnpZkZvgzTxCUiHOSxlq K9l1D825/efpmR2IWb8Ofxk=",
        "HVEventingSharedKey " SUB ":v1:DK6qs1UzQH41wc30H9gbMhw1DtQ=",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_notify_auth auth = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(hv_notify_auth_parse(hv_bytes_str(bad[i]), &auth, &err),
                     HV_ERR_FORMAT, "row %zu: %s", i, bad[i]);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
        cr_expect(hv_guid_is_zero(&auth.sub), "row %zu: nothing given out", i);
    }
}

Test(auth, a_nul_is_no_end)
{
    static const char text[] = "HVEventingSharedKey " SUB ":v1:" MAC "\0";
    struct hv_notify_auth auth;

    cr_expect_eq(hv_notify_auth_parse((struct hv_bytes){ (const uint8_t *)text,
                                                         sizeof(text) - 1 },
                                      &auth, NULL),
                 HV_ERR_FORMAT);
}

Test(auth, accepts_the_grammar)
{
    static const struct {
        const char *text;
        const char *version;
    } good[] = {
        { "HVEventingSharedKey " SUB ":v1:" MAC, "v1" },
        { "HVEventingSharedKey\t \t" SUB ":v1:" MAC "\t ", "v1" },
        { "  hvEVENTINGsharedkey " SUB ":V1:" MAC, "V1" },
        { "HVEventingSharedKey D2A4C6E8-1357-4B9D-8F0A-2C4E6A8B0D1F:-:" MAC,
          "-" },
        { "HVEventingSharedKey " SUB ":" TEN TEN TEN TEN TEN ":" MAC,
          TEN TEN TEN TEN TEN },
    };

    for (size_t i = 0; i < HV_LEN(good); i++) {
        struct hv_notify_auth auth = { 0 };
        char sub[HV_GUID_TEXT];

        cr_assert_eq(
            hv_notify_auth_parse(hv_bytes_str(good[i].text), &auth, NULL),
            HV_OK, "row %zu", i);
        hv_guid_format(&auth.sub, sub);
        cr_expect_str_eq(sub, SUB);
        cr_expect_str_eq(auth.version.id, good[i].version);
        cr_expect_eq(auth.mac[0], 0x3e);
        cr_expect_eq(auth.mac[31], 0x19);
    }
}

Test(verdict, the_table_is_whole)
{
    static const char letters[] = "VOQXHKRSMM";

    for (int i = 0; i < HV_VERDICT_COUNT; i++) {
        const struct hv_verdict_row *row = hv_verdict_row((enum hv_verdict)i);
        enum hv_verdict back;

        cr_assert_not_null(row->word);
        cr_expect_eq(row->letter, letters[i]);
        cr_expect_eq(row->http, row->is_verified ? 200 : 401, "%s", row->word);
        cr_expect_gt(strlen(row->sentence), 10);
        cr_expect_not_null(row->todo);
        cr_expect_eq(hv_verdict_parse(row->word, &back), HV_OK);
        cr_expect_eq((int)back, i);
    }
    {
        enum hv_verdict none;

        cr_expect_eq(hv_verdict_parse("", &none), HV_ERR_FORMAT);
        cr_expect_eq(hv_verdict_parse("Verified", &none), HV_ERR_FORMAT);
        cr_expect_not_null(hv_verdict_row((enum hv_verdict) - 1)->word);
        cr_expect_not(hv_verdict_row((enum hv_verdict)99)->is_verified);
    }
}
