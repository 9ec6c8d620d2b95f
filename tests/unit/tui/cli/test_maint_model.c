/*
 * test_maint_model.c - the words and URLs of tracked tokens, and the countdown
 * of windows. What comes from the disk is told by the story of that day.
 */
#include "tui/command/model.h"

#include <criterion/criterion.h>
#include <string.h>

#define SHELL "https://shell.example.org/"
#define APP   "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"

Test(maint_model, countdown)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        { -5000, "0s" },
        { 0, "0s" },
        { 999, "0s" },
        { 59999, "59s" },
        { 60000, "1m 0s" },
        { 3599999, "59m 59s" },
        { 3600000, "1h 0m" },
        { 86399999, "23h 59m" },
        { 86400000, "1d 0h" },
        { 93600000, "1d 2h" },
        { INT64_MAX, "106751991167d 7h" },
    };
    char text[HV_COUNTDOWN];

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        hv_countdown(rows[i].ms, text);
        cr_expect_str_eq(text, rows[i].text, "row %zu: %s", i, text);
    }
}

Test(maint_model, states)
{
    static const struct {
        struct hv_token_row row;
        bool is_locked;
        const char *word;
    } rows[] = {
        { { .note = { .is_gone = true, .is_stopped = true } }, 0, "stopped" },
        { { .note = { .is_gone = true } }, 0, "sign-in" },
        { { .note = { .is_gone = true } }, 1, "sign-in" },
        { { .note = { .ends_ms = 0 } }, 0, "missing" },
        { { .note = { .ends_ms = 0 } }, 1, "kept" },
        { { .note = { .ends_ms = 101 }, .is_kept = true }, 0, "kept" },
        { { .note = { .ends_ms = 100 }, .is_kept = true }, 0, "overdue" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_str_eq(hv_token_state(&rows[i].row, rows[i].is_locked, 100),
                         rows[i].word, "row %zu", i);
}

Test(maint_model, urls)
{
    static const struct hv_guid record = { { 0xab } };
    static const struct {
        int code;
        bool is_stopped;
        const char *actionqs, *url;
    } rows[] = {
        { 0, 0, "/a", "" },
        { -1, 0, "/a", "" },
        { 8, 0, "/a", "" },
        { 152, 0, "/a", "" },
        { 7, 1, "/a", "" },
        { 7, 0, "", SHELL "redirect.aspx?target=AUTH&targetqs=appid%3D" APP },
        { 7, 0, "/a?b=c",
          SHELL "redirect.aspx?target=AUTH&targetqs=appid%3D" APP
                "%26actionqs%3D%252Fa%253Fb%253Dc" },
        { 11, 0, "/a",
          SHELL "redirect.aspx?target=APPAUTH&targetqs=appid%3D" APP
                "%26actionqs%3D%252Fa%26extrecordid%3Dab000000-0000-0000-0000-"
                "000000000000" },
    };
    struct hv_profile profile = { .env = HV_ENV_PROD };

    cr_assert_eq(hv_guid_parse(APP, &profile.app_id), HV_OK);
    hv_copy(profile.shell, sizeof(profile.shell), SHELL);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_token_note note = { .is_stopped = rows[i].is_stopped };
        struct hv_buf url = { 0 };

        hv_copy(note.actionqs, sizeof(note.actionqs), rows[i].actionqs);
        cr_expect_eq(
            hv_token_url(&profile, &note, &record, rows[i].code, &url, NULL),
            HV_OK, "row %zu", i);
        cr_expect_str_eq(hv_buf_str(&url), rows[i].url, "row %zu: %s", i,
                         hv_buf_str(&url));
        hv_buf_release(&url);
    }
}
