/*
 * clock.h - wall time in ms since 1970 UTC, its texts, and durations.
 */
#ifndef HVCONSOLE_CLOCK_H
#define HVCONSOLE_CLOCK_H

#include "hvconsole/bytes.h"

#define HV_TIME_TEXT 32   /* "2026-11-21T12:04:31.417Z" and NUL, with room */
#define HV_AGE_TEXT 16

int64_t hv_clock_now_ms(void);        /* CLOCK_REALTIME */
int64_t hv_clock_mono_ms(void);       /* CLOCK_MONOTONIC */
int64_t hv_clock_mono_us(void);

/** hv_time_format() - RFC 3339 UTC with 3 digits and Z. 0 gives "". */
void hv_time_format(int64_t ms, char out[HV_TIME_TEXT]);
/** hv_time_parse() - dateTime with 0..9 digits, Z, offset or nothing (= UTC);
 *  white space round it ignored. HV_ERR_FORMAT else. Fact: scalars */
HV_MUST_CHECK enum hv_status hv_time_parse(struct hv_bytes text, int64_t *ms);
/** hv_age_format() - "21s", "4m", "2h", "10d"; "now" below one second. */
void hv_age_format(int64_t age_ms, char out[HV_AGE_TEXT]);
/** hv_duration_parse() - "500ms", "30s", "5m", "2h", "10d", "1h30m", or plain
 *  seconds; at most a hundred years. HV_ERR_FORMAT else. */
HV_MUST_CHECK enum hv_status hv_duration_parse(const char *text, int64_t *ms);

#endif
