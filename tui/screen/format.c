/*
 * format.c - short words for numbers and times, and the columns of lists.
 * Called by the screens. Pure.
 */
#include "tui/screen/format.h"
#include "tui/app/parts.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TODAY_MS (20LL * 60 * 60 * 1000) /* older ones need their day */

void
hv_span_format(int64_t ms, char out[HV_SPAN_TEXT])
{
    int64_t s = ms > 0 ? ms / 1000 : 0;

    if (s >= 86400)
        snprintf(out, HV_SPAN_TEXT, "%lldd %02lldh", (long long)(s / 86400),
                 (long long)(s / 3600 % 24));
    else if (s >= 3600)
        snprintf(out, HV_SPAN_TEXT, "%lldh %02lldm", (long long)(s / 3600),
                 (long long)(s / 60 % 60));
    else if (s >= 60)
        snprintf(out, HV_SPAN_TEXT, "%lldm", (long long)(s / 60));
    else
        snprintf(out, HV_SPAN_TEXT, "%llds", (long long)s);
}

void
hv_ago_format(const struct hv_app *app, int64_t ms, char out[HV_SPAN_TEXT])
{
    if (!ms)
        hv_copy(out, HV_SPAN_TEXT, "-");
    else if (app->now_ms - ms < 1000)
        hv_copy(out, HV_SPAN_TEXT, "now");
    else {
        char age[HV_AGE_TEXT];

        hv_age_format(app->now_ms - ms, age);
        hv_copy(out, HV_SPAN_TEXT, age);
    }
}

void
hv_moment_format(const struct hv_app *app, int64_t ms, char out[HV_SPAN_TEXT])
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;

    if (!ms) {
        hv_copy(out, HV_SPAN_TEXT, "-");
    } else if (app->time_mode == HV_TIME_AGE) {
        hv_ago_format(app, ms, out);
    } else if (!(app->time_mode == HV_TIME_LOCAL ? localtime_r(&s, &tm)
                                                 : gmtime_r(&s, &tm))) {
        hv_copy(out, HV_SPAN_TEXT, "?");
    } else if (app->now_ms - ms > TODAY_MS) {
        snprintf(out, HV_SPAN_TEXT, "%02d %02d:%02d", tm.tm_mday, tm.tm_hour,
                 tm.tm_min);
    } else {
        snprintf(out, HV_SPAN_TEXT, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min,
                 tm.tm_sec);
    }
}

void
hv_when_format(const struct hv_app *app, int64_t ms, char out[HV_SPAN_TEXT])
{
    if (app->time_mode == HV_TIME_USUAL)
        hv_ago_format(app, ms, out);
    else
        hv_moment_format(app, ms, out);
}

void
hv_count_format(int64_t count, char out[HV_COUNT_TEXT])
{
    static const char units[] = "kMGT";
    double value = (double)count;
    int unit = -1;

    if (count < 10000) {
        snprintf(out, HV_COUNT_TEXT, "%d", (int)(count < 0 ? 0 : count));
        return;
    }
    for (; value >= 999.5 && unit < 3; unit++)
        value /= 1000;
    if (value > 999)
        value = 999;
    snprintf(out, HV_COUNT_TEXT, value < 9.95 ? "%.1f%c" : "%.0f%c", value,
             units[unit]);
}

const char *
hv_url_path(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;

    return path ? path : url;
}

enum hv_role
hv_verdict_role(enum hv_verdict verdict)
{
    switch (verdict) {
    case HV_VERDICT_VERIFIED:
        return HV_ROLE_GOOD;
    case HV_VERDICT_VERIFIED_OLD:
        return HV_ROLE_NOTE;
    case HV_VERDICT_QUARANTINED:
    case HV_VERDICT_MISMATCH:
        return HV_ROLE_WARN;
    default:
        return HV_ROLE_BAD;
    }
}

enum hv_role
hv_state_role(enum hv_key_state state)
{
    switch (state) {
    case HV_KEY_ACTIVE:
        return HV_ROLE_GOOD;
    case HV_KEY_ACCEPTED:
        return HV_ROLE_NOTE;
    case HV_KEY_PENDING:
        return HV_ROLE_WARN;
    default:
        return HV_ROLE_DIM;
    }
}

enum hv_role
hv_drain_role(enum hv_drain drain)
{
    switch (drain) {
    case HV_DRAIN_SAFE:
        return HV_ROLE_GOOD;
    case HV_DRAIN_DRAINING:
        return HV_ROLE_WARN;
    case HV_DRAIN_QUIET:
        return HV_ROLE_NOTE;
    default:
        return HV_ROLE_DIM;
    }
}

char
hv_verdict_mark(enum hv_verdict verdict, bool is_test)
{
    return is_test ? 'T' : hv_verdict_row(verdict)->letter;
}

static int
needed(const struct hv_list_column *columns, int len, int gap)
{
    int width = len > 0 ? (len - 1) * gap : 0;

    for (int i = 0; i < len; i++)
        width += columns[i].min;
    return width;
}

void
hv_layout_make(struct hv_layout *out, const struct hv_list_column *columns,
               int len, int left, int width)
{
    int gap;
    int spare;
    bool is_given = true;
    int at = left;

    while (len > 1 && needed(columns, len, 1) > width)
        len--;
    gap = needed(columns, len, 2) <= width ? 2 : 1;
    spare = width - needed(columns, len, gap);
    *out = (struct hv_layout){ .columns = columns, .len = len };
    for (int i = 0; i < len; i++)
        out->width[i] = columns[i].min;
    while (spare > 0 && is_given) {
        is_given = false;
        for (int i = 0; i < len && spare > 0; i++) {
            if (out->width[i] < columns[i].max) {
                out->width[i]++;
                spare--;
                is_given = true;
            }
        }
    }
    for (int i = 0; i < len; i++) {
        out->at[i] = at;
        at += out->width[i] + gap;
    }
}

void
hv_layout_put(struct hv_canvas *cv, int row, const struct hv_layout *at,
              int column, enum hv_role role, const char *text)
{
    if (column >= at->len)
        return;
    if (at->columns[column].is_right)
        hv_canvas_right(cv, row, at->at[column], at->width[column], role, text);
    else
        hv_canvas_text(cv, row, at->at[column], at->width[column], role, text);
}

void
hv_layout_head(struct hv_canvas *cv, int row, const struct hv_layout *at)
{
    for (int i = 0; i < at->len; i++)
        hv_layout_put(cv, row, at, i, HV_ROLE_HEAD, at->columns[i].head);
}

int
hv_label(struct hv_canvas *cv, int row, const char *name, int name_width,
         enum hv_role role, const char *text)
{
    hv_canvas_text(cv, row, 1, name_width, HV_ROLE_DIM, name);
    hv_canvas_text(cv, row, name_width + 2, 0, role, text);
    return 1;
}

/* Why it failed, when it is tried again and which key helps; the key is never
 * what is cut off. */
static void
render_failure(const struct hv_app *app, struct hv_canvas *cv, int row,
               const struct hv_error *error)
{
    char again[HV_RETRY_TEXT] = "r tries again";
    int width = cv->cols - 4;
    int room = cv->rows - row - 1; /* without the key's row */

    if (error->status == HV_ERR_NET)
        hv_retry_words(app, again);
    if (room < 1) {
        hv_canvas_textf(cv, cv->rows - 1, 2, width, HV_ROLE_BAD, "%s: %s",
                        again, error->why);
        return;
    }
    room -= hv_canvas_wrap(cv, row, 2, width, room < 3 ? room : 3, HV_ROLE_BAD,
                           error->why);
    row = cv->rows - 1 - room;
    if (error->hint[0] && room > 0)
        row += hv_canvas_wrap(cv, row, 2, width, room < 2 ? room : 2,
                              HV_ROLE_TEXT, error->hint);
    hv_canvas_text(cv, row + (row + 1 < cv->rows), 2, 0, HV_ROLE_DIM, again);
}

bool
hv_load_state(const struct hv_app *app, struct hv_canvas *cv, int row,
              const struct hv_load *load, const char *what)
{
    if (row >= cv->rows)
        row = cv->rows - 1;
    if (load->error.status && app->status && !app->status->has_profile) {
        /* The shell's way to one is not the way from here. */
        hv_canvas_wrap(cv, row, 2, cv->cols - 4, 3, HV_ROLE_TEXT,
                       "No profile yet, so whom to ask is not known. "
                       ":profile new writes one down.");
        return true;
    }
    if (load->error.status) {
        render_failure(app, cv, row, &load->error);
        return true;
    }
    if (load->has_data)
        return false;
    if (load->is_asked && app->mono_ms) {
        hv_canvas_spinner(cv, row, 2, HV_ROLE_NOTE, app->mono_ms / 120);
        hv_canvas_textf(cv, row, 4, 0, HV_ROLE_TEXT, "Reading %s ...", what);
    } else {
        hv_canvas_textf(cv, row, 2, 0, HV_ROLE_TEXT,
                        "The %s have not been read yet. r reads them.", what);
    }
    return true;
}
