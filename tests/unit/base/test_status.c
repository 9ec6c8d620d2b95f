/*
 * test_status.c - reasons: the first wins, and every status has an exit code
 * and a word.
 */
#include "hvconsole/status.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(status, unknown_status_is_a_plain_failure)
{
    cr_expect_eq(hv_status_exit((enum hv_status)HV_STATUS_COUNT), 1);
    cr_expect_eq(hv_status_exit((enum hv_status) - 1), 1);
    cr_expect_str_eq(hv_status_word((enum hv_status) - 1), "failed");
}

Test(status, no_place_for_the_reason_is_fine)
{
    cr_expect_eq(hv_fail(NULL, HV_ERR_IO, "x"), HV_ERR_IO);
    hv_hint(NULL, "x");
}

Test(status, first_reason_and_first_hint_win)
{
    struct hv_error err = { 0 };

    hv_hint(&err, "too early");
    cr_expect_str_eq(err.hint, "");
    cr_expect_eq(hv_fail(&err, HV_ERR_LIMIT, "first %d", 1), HV_ERR_LIMIT);
    cr_expect_eq(hv_fail(&err, HV_ERR_NET, "second"), HV_ERR_NET);
    hv_hint(&err, "hint %s", "one");
    hv_hint(&err, "hint two");
    cr_expect_eq(err.status, HV_ERR_LIMIT);
    cr_expect_str_eq(err.why, "first 1");
    cr_expect_str_eq(err.hint, "hint one");
}

Test(status, keeps_errno_and_its_words)
{
    struct hv_error err = { 0 };

    errno = ENOSPC;
    cr_expect_eq(hv_fail_errno(&err, HV_ERR_IO, "cannot write"), HV_ERR_IO);
    cr_expect_eq(err.sys_errno, ENOSPC);
    cr_expect_str_eq(err.why, "cannot write: No space left on device");
}

Test(status, long_sentence_is_cut_not_spilled)
{
    struct hv_error err = { 0 };
    char text[2000];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    cr_expect_eq(hv_fail(&err, HV_ERR_IO, "%s", text), HV_ERR_IO);
    cr_expect_eq(strlen(err.why), sizeof(err.why) - 1);
}

Test(status, every_status_has_a_word_of_its_own)
{
    for (int i = 0; i < HV_STATUS_COUNT; i++) {
        const char *word = hv_status_word((enum hv_status)i);
        int code = hv_status_exit((enum hv_status)i);

        cr_assert_not_null(word, "status %d", i);
        cr_expect(code >= 0 && code <= 13, "status %d", i);
        cr_expect_eq(code == 0, i == HV_OK, "status %d", i);
        for (int j = 0; j < i; j++)
            cr_expect_str_neq(word, hv_status_word((enum hv_status)j));
    }
}
