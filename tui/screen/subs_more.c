/*
 * subs_more.c - one subscription looked at closely: what came hour by hour and
 * what will come again, which records stay silent, and the platform's own XML
 * of it. Called by subs_detail.c. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

#define LABEL     10 /* columns before a chart */
#define COUNT     4  /* and behind it */
#define MOST_EACH 3  /* columns of an hour: broader tells nothing more */

/* --------------------------------------------------------------- traffic -- */

static int64_t
sum_of(const int64_t *hours, int64_t *max)
{
    int64_t sum = 0;

    for (int h = 0; h < HV_LOG_HOURS; h++) {
        sum += hours[h];
        *max = hours[h] > *max ? hours[h] : *max;
    }
    return sum;
}

int
hv_hours_each(int cols)
{
    int each = (cols - LABEL - COUNT) / HV_LOG_HOURS;

    return each > MOST_EACH ? MOST_EACH : each;
}

/* With a blank before it where there is room. */
static int
count_width(int room)
{
    return room > COUNT + 2 ? COUNT + 2 : room;
}

/* What the top stands for is at the left, what all make together at the
 * right. */
void
hv_hours_plot(struct hv_canvas *cv, int row, int rows, const char *name,
              enum hv_role role, const int64_t *hours)
{
    int each = hv_hours_each(cv->cols);
    int64_t max = 0;
    int64_t sum = sum_of(hours, &max);
    int foot = row + rows - 1;
    int end = LABEL + HV_LOG_HOURS * each;
    char count[HV_COUNT_TEXT];

    hv_canvas_text(cv, foot, 1, LABEL - 1, HV_ROLE_TEXT, name);
    for (int h = 0; h < HV_LOG_HOURS; h++)
        hv_canvas_plot(cv, row, LABEL + h * each, rows,
                       each > 2 ? each - 1 : each, role, &hours[h], 1,
                       max ? max : 1);
    hv_count_format(sum, count);
    hv_canvas_right(cv, foot, end, count_width(cv->cols - end),
                    sum ? HV_ROLE_STRONG : HV_ROLE_DIM, count);
    if (rows > 1 && max) {
        hv_count_format(max, count);
        hv_canvas_right(cv, row, 1, LABEL - 2, HV_ROLE_DIM, count);
    }
}

/* The hours of the clock (UTC) below their columns. */
void
hv_hours_axis(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    int each = hv_hours_each(cv->cols);
    int end = LABEL + HV_LOG_HOURS * each;
    int64_t hour_ms = 60 * 60 * (int64_t)1000;

    for (int back = HV_LOG_HOURS - 1; back > 3; back -= 6) {
        int64_t at_ms = app->now_ms - back * hour_ms;

        hv_canvas_textf(cv, row, LABEL + (HV_LOG_HOURS - 1 - back) * each, 0,
                        HV_ROLE_DIM, "%02lldh",
                        (long long)(at_ms / hour_ms % 24));
    }
    hv_canvas_text(cv, row, end - 3, 3, HV_ROLE_DIM, "now");
    hv_canvas_right(cv, row, end, count_width(cv->cols - end), HV_ROLE_DIM,
                    "sum");
}

/* "K v20261119-1  4 tries  ■■■■■·····  given up in 6d 02h" */
static void
render_held_row(const struct hv_app *app, struct hv_canvas *cv, int row,
                const struct hv_held_row *held)
{
    char left[HV_SPAN_TEXT];
    int at = 1;
    int bar;

    hv_span_format(held->until_ms - app->now_ms, left);
    at += hv_canvas_text(cv, row, at, 5, HV_ROLE_WARN, "held") + 1;
    at += hv_canvas_textf(cv, row, at, 1, hv_verdict_role(held->verdict), "%c",
                          hv_verdict_mark(held->verdict, false)) +
          1;
    at += hv_canvas_text(cv, row, at, 14, HV_ROLE_TEXT, held->version.id) + 1;
    at += hv_canvas_textf(cv, row, at, 0, HV_ROLE_TEXT, "%lld tr%s ",
                          (long long)held->tries,
                          held->tries == 1 ? "y  " : "ies") +
          1;
    bar = cv->cols - at - 22;
    bar = bar > 40 ? 40 : bar;
    if (bar >= 8) {
        hv_canvas_bar(cv, row, at, bar, HV_ROLE_WARN,
                      app->now_ms - held->first_ms,
                      held->until_ms - held->first_ms);
        at += bar + 1;
    }
    hv_canvas_textf(cv, row, at, 0, HV_ROLE_TEXT, "given up in %s", left);
}

static int
count_held(const struct hv_app *app, const struct hv_guid *sub)
{
    int count = 0;

    for (size_t i = 0; i < app->traffic.held_len; i++)
        count += hv_guid_equal(&app->traffic.held[i].sub, sub);
    return count;
}

static bool
has_any(const int64_t *hours)
{
    int64_t max = 0;

    return sum_of(hours, &max) > 0;
}

void
hv_traffic_render(const struct hv_app *app, struct hv_canvas *cv,
                  const struct hv_guid *sub)
{
    static const struct hv_log_hours none;
    const struct hv_log_hours *hours = hv_traffic_hours(&app->traffic, sub);
    int held = count_held(app, sub);
    int rows;
    int row = 0;

    if (hv_load_state(app, cv, 0, &app->traffic_load, "hours of the journal"))
        return;
    if (hv_hours_each(cv->cols) < 1 || cv->rows < 3) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM, "no room for a chart");
        return;
    }
    hours = hours ? hours : &none;
    held = held > cv->rows - 3 ? cv->rows - 3 : held > 3 ? 3 : held;
    rows = cv->rows - 2 - held;
    rows = rows > 5 ? 5 : rows;
    rows = has_any(hours->verified) ? rows : 1;
    hv_hours_plot(cv, row, rows, "verified", HV_ROLE_GOOD, hours->verified);
    row += rows;
    hv_hours_plot(cv, row++, 1, "refused", HV_ROLE_BAD, hours->refused);
    hv_hours_axis(app, cv, row++);
    for (size_t i = 0; i < app->traffic.held_len && held; i++) {
        if (!hv_guid_equal(&app->traffic.held[i].sub, sub))
            continue;
        render_held_row(app, cv, row++, &app->traffic.held[i]);
        held--;
    }
}

void
hv_hours_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                int col, const struct hv_guid *sub)
{
    const struct hv_log_hours *hours = hv_traffic_hours(&app->traffic, sub);
    int64_t max = 1;

    if (!hours)
        return;
    (void)sum_of(hours->verified, &max);
    (void)sum_of(hours->refused, &max);
    for (int h = 0; h < HV_LOG_HOURS; h++) {
        bool is_bad = hours->refused[h] > 0;
        int64_t most = is_bad && hours->refused[h] > hours->verified[h]
                           ? hours->refused[h]
                           : hours->verified[h];

        hv_canvas_plot(cv, row, col + h, 1, 1,
                       is_bad ? HV_ROLE_BAD : HV_ROLE_GOOD, &most, 1, max);
    }
}

/* -------------------------------------------------------------- coverage -- */

static void
render_sums(const struct hv_app *app, struct hv_canvas *cv,
            const struct hv_coverage *sum)
{
    char age[HV_SPAN_TEXT];
    int at = 1;

    hv_ago_format(app, app->records_load.read_ms, age);
    at +=
        hv_canvas_textf(cv, 0, at, 0, HV_ROLE_GOOD, "%zu of %zu records notify",
                        sum->notifies, sum->records) +
        3;
    at +=
        hv_canvas_textf(cv, 0, at, 0, sum->silent ? HV_ROLE_WARN : HV_ROLE_DIM,
                        "%zu silent", sum->silent) +
        3;
    if (sum->unknown)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_WARN, "%zu unknown",
                              sum->unknown) +
              3;
    if (sum->unread && !app->recs.is_reading_all)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_NOTE,
                              "%zu not read: r reads them", sum->unread) +
              3;
    if (cv->cols - at > 20)
        hv_canvas_rightf(cv, 0, cv->cols - 18, 17, HV_ROLE_DIM,
                         age[0] == 'n' ? "read just now" : "read %s ago", age);
}

void
hv_coverage_render(const struct hv_app *app, struct hv_canvas *cv,
                   const struct hv_sub *sub)
{
    struct hv_coverage sum = hv_coverage_count(app, sub);
    size_t told = 0;
    int row = 1;

    if (!app->records_load.has_data && !app->records_load.is_asked &&
        !app->records_load.error.status) {
        hv_canvas_wrap(cv, 0, 1, cv->cols - 2, 2, HV_ROLE_TEXT,
                       "A record stays silent when the application may not "
                       "read this type there offline. The records have not "
                       "been asked for yet.");
        hv_canvas_text(cv, 2, 1, 0, HV_ROLE_KEY, "r");
        hv_canvas_text(cv, 2, 3, 0, HV_ROLE_TEXT,
                       "asks the platform for each record, one by one");
        return;
    }
    if (hv_load_state(app, cv, 0, &app->records_load, "records"))
        return;
    render_sums(app, cv, &sum);
    if (app->recs.is_reading_all && row < cv->rows) {
        hv_canvas_progress(cv, row, 1, cv->cols > 90 ? 60 : cv->cols - 20,
                           HV_ROLE_NOTE, (int64_t)(sum.records - sum.unread),
                           (int64_t)sum.records);
        hv_canvas_right(cv, row++, cv->cols - 12, 11, HV_ROLE_DIM, "^c stops");
    }
    while (row < cv->rows) {
        struct hv_buf why = { 0 };
        const struct hv_access_row *record =
            hv_coverage_silent(app, sub, told, &why);
        char id[HV_GUID_SHORT];

        if (!record)
            break;
        if (row == cv->rows - 1 && sum.silent + sum.unknown > told + 1) {
            hv_canvas_textf(cv, row++, 1, 0, HV_ROLE_DIM,
                            "and %zu more; 5 shows each with its remedy",
                            sum.silent + sum.unknown - told);
        } else {
            hv_guid_short(&record->record, id);
            hv_canvas_text(cv, row, 1, 9, HV_ROLE_STRONG, id);
            hv_canvas_text(cv, row, 11, 20, HV_ROLE_TEXT, record->name);
            hv_canvas_text(cv, row++, 32, cv->cols - 33, HV_ROLE_WARN,
                           hv_buf_str(&why));
        }
        hv_buf_release(&why);
        told++;
    }
    if (!told && !sum.unread && sum.records)
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_GOOD,
                       "Every record notifies of every type.");
    else if (!sum.records)
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM,
                       "Nobody has authorised the application yet.");
}

/* ------------------------------------------------------------------- raw -- */

void
hv_raw_render(const struct hv_app *app, struct hv_canvas *cv,
              const struct hv_sub *sub)
{
    struct hv_grid tall = { 0 };
    struct hv_canvas whole;
    int lines;

    if (!sub->xml.len) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       "The platform has not shown it since the console "
                       "started. r asks.");
        return;
    }
    hv_grid_reset(&tall, HV_MAX_GRID, cv->cols);
    tall.is_ascii = app->is_ascii;
    whole = hv_canvas_whole(&tall);
    lines = hv_xml_render(&whole, 0, hv_buf_str(&sub->xml));
    for (int row = 0; row < cv->rows; row++)
        hv_canvas_copy_row(cv, row, &tall, row, 0);
    hv_grid_release(&tall);
    if (lines <= cv->rows || cv->rows < 1)
        return;
    hv_canvas_fill(cv, cv->rows - 1, 0, 1, cv->cols, HV_ROLE_TEXT);
    hv_canvas_textf(cv, cv->rows - 1, 1, 0, HV_ROLE_DIM,
                    "Enter shows all %d lines", lines);
}

void
hv_xml_lines(const char *text, struct hv_buf *out)
{
    struct hv_grid tall = { 0 };
    struct hv_canvas whole;

    hv_grid_reset(&tall, HV_MAX_GRID, 400);
    whole = hv_canvas_whole(&tall);
    tall.rows = hv_xml_render(&whole, 0, text);
    tall.rows = tall.rows < HV_MAX_GRID ? tall.rows : HV_MAX_GRID;
    hv_grid_dump(&tall, out);
    hv_grid_release(&tall);
}
