/*
 * test_clock.c - texts of times, ages and durations.
 */
#include "hvconsole/clock.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

Test(time, refuses_what_is_no_time)
{
    static const char *const bad[] = {
        "",
        " ",
        "now",
        "2026",
        "2026-11-21",
        "2026-11-21T",
        "2026-11-21T12:04",
        "2026-11-21T12:04Z",
        "2026-11-21 12:04:31",
        "2026-11-21t12:04:31z",
        "2026-11-21T12:04:31z",
        "2026-11-21T12:04:31.",
        "2026-11-21T12:04:31.Z",
        "2026-11-21T12:04:31.0123456789Z",
        "2026-11-21T12:04:31,5Z",
        "2026-11-21T12:04:31.5ZZ",
        "2026-11-21T12:04:31 Z",
        "2026-11-21T12:04:31+",
        "2026-11-21T12:04:31+1",
        "2026-11-21T12:04:31+01",
        "2026-11-21T12:04:31+0100",
        "2026-11-21T12:04:31+01:60",
        "2026-11-21T12:04:31+14:01",
        "2026-11-21T12:04:31+15:00",
        "2026-11-21T12:04:31-15:00",
        "2026-11-21T12:04:31+01:00Z",
        "2026-11-21T12:04:31*01:00",
        "2026-00-21T12:04:31Z",
        "2026-13-21T12:04:31Z",
        "2026-11-00T12:04:31Z",
        "2026-11-31T12:04:31Z",
        "2026-02-29T12:04:31Z",
        "2100-02-29T12:04:31Z",
        "2026-02-30T12:04:31Z",
        "0000-01-01T00:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T12:60:00Z",
        "2026-11-21T12:04:60Z",
        "-026-11-21T12:04:31Z",
        "12026-11-21T12:04:31Z",
        "26-11-21T12:04:31Z",
        "2026-1-21T12:04:31Z",
        "2026-11-21T2:04:31Z",
        "2026-11-21T12:04:31Zgarbage",
        "x2026-11-21T12:04:31Z",
        "+2026-11-21T12:04:31Z",
        "2026-11-21T-2:04:31Z",
        "\v2026-11-21T12:04:31Z",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        int64_t ms = 42;

        cr_expect_eq(hv_time_parse(hv_bytes_str(bad[i]), &ms), HV_ERR_FORMAT,
                     "row %zu: %s", i, bad[i]);
        cr_expect_eq(ms, 42, "row %zu wrote its output", i);
    }
}

Test(time, every_truncation_is_refused_or_shorter)
{
    static const char text[] = "2026-11-21T12:04:31.417+01:30";
    int64_t ms;

    for (size_t len = 0; len < sizeof(text) - 1; len++) {
        struct hv_bytes part = { (const uint8_t *)text, len };
        bool is_whole = len == 19 || (len >= 21 && len <= 23);

        cr_expect_eq(hv_time_parse(part, &ms), is_whole ? HV_OK : HV_ERR_FORMAT,
                     "length %zu", len);
    }
}

Test(time, reads_all_digits_and_zones)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-01-01T00:00:00Z", 1767225600000 },
        { "2026-01-01T00:00:00", 1767225600000 },
        { "2015-11-12T09:31:02.417Z", 1447320662417 },
        { "2015-11-12T09:31:02.4Z", 1447320662400 },
        { "2015-11-12T09:31:02.41Z", 1447320662410 },
        { "2015-11-12T09:31:02.4179Z", 1447320662417 },
        { "2015-11-12T09:31:02.4179999Z", 1447320662417 },
        { "2015-11-12T09:31:02.417999999", 1447320662417 },
        { "2015-11-12T10:31:02.417+01:00", 1447320662417 },
        { "2015-11-12T04:01:02.417-05:30", 1447320662417 },
        { "2015-11-12T23:31:02.417+14:00", 1447320662417 },
        { "2015-11-12T09:31:02.417-00:00", 1447320662417 },
        { "\n 2015-11-12T09:31:02.417Z\t\r\n", 1447320662417 },
        { "2024-02-29T23:59:59.999Z", 1709251199999 },
        { "2000-02-29T00:00:00Z", 951782400000 },
        { "2024-12-31T23:59:59Z", 1735689599000 },
        { "1969-12-31T23:59:59.999Z", -1 },
        { "1970-01-01T00:00:00+00:01", -60000 },
        { "0001-01-01T00:00:00Z", -62135596800000 },
        { "9999-12-31T23:59:59.999Z", 253402300799999 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        int64_t ms = 42;

        cr_expect_eq(hv_time_parse(hv_bytes_str(rows[i].text), &ms), HV_OK,
                     "row %zu: %s", i, rows[i].text);
        cr_expect_eq(ms, rows[i].ms, "row %zu: %" PRId64, i, ms);
    }
}

Test(time, writes_utc_with_three_digits)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        { INT64_MIN, "?" },
        { INT64_MAX, "?" },
        { 253402300800000, "?" },
        { -62135596800001, "?" },
        { 0, "" },
        { 1, "1970-01-01T00:00:00.001Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { -86400000, "1969-12-31T00:00:00.000Z" },
        { 1709251199999, "2024-02-29T23:59:59.999Z" },
        { 1447320662417, "2015-11-12T09:31:02.417Z" },
        { 253402300799999, "9999-12-31T23:59:59.999Z" },
        { -62135596800000, "0001-01-01T00:00:00.000Z" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char text[HV_TIME_TEXT];

        hv_time_format(rows[i].ms, text);
        cr_expect_str_eq(text, rows[i].text, "row %zu: %s", i, text);
    }
}

Test(time, every_day_of_eight_centuries_comes_back)
{
    const int64_t day = 86400000;
    int64_t first;
    int64_t end;

    cr_assert_eq(hv_time_parse(hv_bytes_str("1600-01-01T00:00:01"), &first),
                 HV_OK);
    cr_assert_eq(hv_time_parse(hv_bytes_str("2400-01-01T00:00:01"), &end),
                 HV_OK);
    cr_expect_eq((end - first) / day, 2 * 146097);
    for (int64_t ms = first; ms < end; ms += day) {
        char text[HV_TIME_TEXT];
        int64_t back;

        hv_time_format(ms, text);
        cr_assert_eq(hv_time_parse(hv_bytes_str(text), &back), HV_OK, "%s",
                     text);
        cr_assert_eq(back, ms, "%s", text);
    }
}

Test(age, one_unit)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        { INT64_MIN, "now" },
        { -5000, "now" },
        { 0, "now" },
        { 999, "now" },
        { 1000, "1s" },
        { 21999, "21s" },
        { 59999, "59s" },
        { 60000, "1m" },
        { 3599999, "59m" },
        { 7200000, "2h" },
        { 86399999, "23h" },
        { 864000000, "10d" },
        { INT64_MAX, "106751991167d" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char text[HV_AGE_TEXT];

        hv_age_format(rows[i].ms, text);
        cr_expect_str_eq(text, rows[i].text, "row %zu: %s", i, text);
    }
}

Test(duration, refuses_other_forms)
{
    static const char *const bad[] = {
        "",
        " ",
        "s",
        "ms",
        "-5",
        "-5s",
        "+5s",
        "1.5h",
        "5 m",
        " 5m",
        "5m ",
        "5x",
        "5M",
        "5S",
        "1h30",
        "30m1h",
        "1h1h",
        "1s500",
        "1ms1s",
        "5mss",
        "m5",
        "1h-5m",
        "9223372036854775807s",
        "9223372036854775808ms",
        "99999999999999999999",
        "106751991168d",
        "106751991167d24h",
        "9223372036854775807ms",
        "36526d",
        "36525d1ms",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        int64_t ms = 42;

        cr_expect_eq(hv_duration_parse(bad[i], &ms), HV_ERR_FORMAT,
                     "row %zu: %s", i, bad[i]);
        cr_expect_eq(ms, 42, "row %zu", i);
    }
    cr_expect_eq(hv_duration_parse(NULL, &(int64_t){ 0 }), HV_ERR_FORMAT);
}

Test(duration, reads_units_from_big_to_small)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        { "0", 0 },           { "0ms", 0 },
        { "500ms", 500 },     { "30s", 30000 },
        { "45", 45000 },      { "5m", 300000 },
        { "2h", 7200000 },    { "10d", 864000000 },
        { "1h30m", 5400000 }, { "1d2h3m4s5ms", 93784005 },
        { "1m500ms", 60500 }, { "36525d", INT64_C(3155760000000) },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        int64_t ms = 42;

        cr_expect_eq(hv_duration_parse(rows[i].text, &ms), HV_OK, "row %zu", i);
        cr_expect_eq(ms, rows[i].ms, "row %zu", i);
    }
}

Test(clock, goes_forward_and_is_of_this_century)
{
    int64_t mono = hv_clock_mono_us();

    cr_expect_gt(hv_clock_now_ms(), INT64_C(1700000000000));
    cr_expect_geq(hv_clock_mono_us(), mono);
    cr_expect_geq(hv_clock_mono_ms(), mono / 1000);
}
