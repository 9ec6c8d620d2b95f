/*
 * clock.c - the time of day, its texts, and durations. All pure but the three
 * that ask the system. Knows no time zone: UTC in, UTC out.
 */
#include "hvconsole/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define MS_PER_DAY INT64_C(86400000)
/* A hundred years: so that it may be added to any time of ours. */
#define MAX_DURATION_MS (36525 * MS_PER_DAY)

static int64_t
clock_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
hv_clock_now_ms(void)
{
    return clock_us(CLOCK_REALTIME) / 1000;
}

int64_t
hv_clock_mono_ms(void)
{
    return clock_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
hv_clock_mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

struct date {
    int year;
    int month;
    int day;
};

/* Days since 1970-01-01 of the proleptic Gregorian calendar. Counts in years
 * that begin in March, so that the leap day is the last one. */
static int64_t
days_from_date(struct date d)
{
    int64_t year = d.month <= 2 ? d.year - 1 : d.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = (d.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 -
           year_of_era / 100 + day_of_year - 719468;
}

static struct date
date_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t leap_days = day_of_era / 1460 - day_of_era / 36524 +
                        day_of_era / 146096; /* in the years before */
    int64_t year_of_era = (day_of_era - leap_days) / 365;
    int64_t first_day = 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
    int64_t day_of_year = day_of_era - first_day;
    int64_t month = (5 * day_of_year + 2) / 153;
    struct date d;

    d.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    d.month = (int)(month < 10 ? month + 3 : month - 9);
    d.year = (int)(year_of_era + era * 400 + (d.month <= 2));
    return d;
}

static int
days_in_month(int year, int month)
{
    static const int days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && is_leap ? 29 : days[month - 1];
}

void
hv_time_format(int64_t ms, char out[HV_TIME_TEXT])
{
    int64_t first = days_from_date((struct date){ 1, 1, 1 }) * MS_PER_DAY;
    int64_t end = days_from_date((struct date){ 10000, 1, 1 }) * MS_PER_DAY;
    int64_t days;
    char text[64];
    int rest;
    struct date d;

    if (ms == 0) {
        out[0] = '\0';
        return;
    }
    /* A number from a damaged or hostile file, no time of this program. */
    if (ms < first || ms >= end) {
        hv_copy(out, HV_TIME_TEXT, "?");
        return;
    }
    days = ms / MS_PER_DAY - (ms % MS_PER_DAY < 0);
    rest = (int)(ms - days * MS_PER_DAY);
    d = date_from_days(days);
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year,
             d.month, d.day, rest / 3600000, rest / 60000 % 60,
             rest / 1000 % 60, rest % 1000);
    hv_copy(out, HV_TIME_TEXT, text);
}

/* Reads exactly @count digits and steps over them. */
static bool
take_digits(struct hv_bytes *text, size_t count, int *out)
{
    int value = 0;

    if (text->len < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (text->data[i] < '0' || text->data[i] > '9')
            return false;
        value = value * 10 + (text->data[i] - '0');
    }
    text->data += count;
    text->len -= count;
    *out = value;
    return true;
}

static bool
take_char(struct hv_bytes *text, char c)
{
    if (text->len == 0 || text->data[0] != (uint8_t)c)
        return false;
    text->data++;
    text->len--;
    return true;
}

/* ".5", ".417", ".4170000": 1..9 digits after a point, cut to ms. */
static bool
take_fraction(struct hv_bytes *text, int *ms)
{
    static const int weight[] = { 100, 10, 1 };
    size_t count = 0;
    int digit;

    *ms = 0;
    if (!take_char(text, '.'))
        return true;
    while (count < 9 && take_digits(text, 1, &digit)) {
        if (count < HV_LEN(weight))
            *ms += digit * weight[count];
        count++;
    }
    return count > 0;
}

/* "Z", "+05:30", or nothing at all, which means UTC. */
static bool
take_zone(struct hv_bytes *text, int *minutes)
{
    int sign = 0;
    int hour;
    int minute;

    *minutes = 0;
    if (text->len == 0 || take_char(text, 'Z'))
        return text->len == 0;
    if (take_char(text, '+'))
        sign = 1;
    else if (take_char(text, '-'))
        sign = -1;
    if (!sign || !take_digits(text, 2, &hour) || !take_char(text, ':') ||
        !take_digits(text, 2, &minute) || text->len)
        return false;
    if (minute > 59 || hour * 60 + minute > 14 * 60)
        return false;
    *minutes = sign * (hour * 60 + minute);
    return true;
}

enum hv_status
hv_time_parse(struct hv_bytes text, int64_t *ms)
{
    struct date d;
    int hour;
    int minute;
    int second;
    int fraction;
    int zone;
    int64_t minutes;

    text = hv_bytes_trim(text);
    if (!take_digits(&text, 4, &d.year) || !take_char(&text, '-') ||
        !take_digits(&text, 2, &d.month) || !take_char(&text, '-') ||
        !take_digits(&text, 2, &d.day) || !take_char(&text, 'T') ||
        !take_digits(&text, 2, &hour) || !take_char(&text, ':') ||
        !take_digits(&text, 2, &minute) || !take_char(&text, ':') ||
        !take_digits(&text, 2, &second) || !take_fraction(&text, &fraction) ||
        !take_zone(&text, &zone))
        return HV_ERR_FORMAT;
    if (d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > days_in_month(d.year, d.month) || hour > 23 || minute > 59 ||
        second > 59)
        return HV_ERR_FORMAT;
    minutes = days_from_date(d) * 1440 + hour * 60 + minute - zone;
    *ms = minutes * 60000 + second * 1000 + fraction;
    return HV_OK;
}

void
hv_age_format(int64_t age_ms, char out[HV_AGE_TEXT])
{
    static const struct {
        int64_t ms;
        char unit;
    } units[] = {
        { MS_PER_DAY, 'd' },
        { 3600000, 'h' },
        { 60000, 'm' },
        { 1000, 's' },
    };

    char text[32];

    for (size_t i = 0; i < HV_LEN(units); i++) {
        if (age_ms >= units[i].ms) {
            snprintf(text, sizeof(text), "%" PRId64 "%c", age_ms / units[i].ms,
                     units[i].unit);
            hv_copy(out, HV_AGE_TEXT, text);
            return;
        }
    }
    /* Also for a time ahead of our clock. */
    hv_copy(out, HV_AGE_TEXT, "now");
}

/* The unit that stands at @text, which is moved past it; 0 = none. */
static int64_t
take_unit(const char **text)
{
    char first = **text;

    if (!first)
        return 0;
    (*text)++;
    if (first == 'm' && **text == 's') {
        (*text)++;
        return 1;
    }
    switch (first) {
    case 's':
        return 1000;
    case 'm':
        return 60000;
    case 'h':
        return 3600000;
    case 'd':
        return MS_PER_DAY;
    default:
        return 0;
    }
}

enum hv_status
hv_duration_parse(const char *text, int64_t *ms)
{
    int64_t total = 0;
    int64_t last = INT64_MAX;

    if (!text || !*text)
        return HV_ERR_FORMAT;
    while (*text) {
        const char *digits = text;
        int64_t value = 0;
        int64_t unit;

        for (; *text >= '0' && *text <= '9'; text++) {
            if (__builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, *text - '0', &value))
                return HV_ERR_FORMAT;
        }
        if (text == digits)
            return HV_ERR_FORMAT;
        /* A bare number is seconds, but only when it stands alone. */
        if (!*text && last == INT64_MAX)
            unit = 1000;
        else
            unit = take_unit(&text);
        if (unit == 0 || unit >= last ||
            __builtin_mul_overflow(value, unit, &value) ||
            __builtin_add_overflow(total, value, &total) ||
            total > MAX_DURATION_MS)
            return HV_ERR_FORMAT;
        last = unit;
    }
    *ms = total;
    return HV_OK;
}
