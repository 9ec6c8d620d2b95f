/*
 * dash.c - the first view: what needs a person, then the state of
 * subscriptions, messages, keys and listener at a glance. Draws app->status
 * and, once read, app->subs. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

#define SPARK_LEFT 38
#define SPARK_COLS 63  /* a pane this wide has room for sparklines */
#define WIDE       120 /* from here each subscription has its row */
#define MIN_WIDE   11  /* rows of that: six verdicts and the day below them */

const struct hv_binding hv_dash_bindings[] = {
    { "<Enter>", "open", "go there", "go to the view it is about" },
    { "x", "why", "explain", NULL },
    { "d", "detail", NULL, "nothing but this list, or all" },
    { 0 },
};

int
hv_dash_list_rows(const struct hv_app *app, int rows, int cols)
{
    int most = rows >= 30 ? 7 : rows >= 18 ? 4 : 2;
    int len = app->status ? (int)app->status->attention_len : 0;

    (void)cols;
    if (!app->is_detail_on)
        most = rows - 1;
    return len < 1 ? 1 : len < most ? len : most;
}

static void
render_attention(const struct hv_app *app, struct hv_canvas *cv, int rows)
{
    const struct hv_status_model *status = app->status;
    char title[48];

    snprintf(title, sizeof(title),
             status->attention_len ? "Needs attention %zu" : "Needs attention",
             status->attention_len);
    hv_canvas_rule(cv, 0, 0, cv->cols, title);
    if (!status->attention_len)
        hv_canvas_text(cv, 1, 2, 0, HV_ROLE_GOOD, "Nothing. All quiet.");
    for (int i = 0; i < rows; i++) {
        size_t at = app->lists[HV_VIEW_DASH].cursor.top + (size_t)i;
        const struct hv_attention *item;
        enum hv_role role;
        const char *mark;

        if (at >= status->attention_len)
            break;
        item = &status->attention[at];
        role = !strcmp(item->severity, "high")   ? HV_ROLE_BAD
               : !strcmp(item->severity, "warn") ? HV_ROLE_WARN
                                                 : HV_ROLE_NOTE;
        mark = role == HV_ROLE_BAD ? "!!" : role == HV_ROLE_WARN ? "!" : "i";
        hv_canvas_fill(cv, 1 + i, 0, 1, cv->cols, HV_ROLE_TEXT);
        if (at == app->lists[HV_VIEW_DASH].cursor.at)
            hv_canvas_glyph(cv, 1 + i, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
        hv_canvas_text(cv, 1 + i, 2, 3, role, mark);
        hv_canvas_text(cv, 1 + i, 5, cv->cols - 13, HV_ROLE_TEXT, item->text);
        hv_canvas_right(cv, 1 + i, cv->cols - 7, 6, HV_ROLE_DIM, item->view);
        if (at == app->lists[HV_VIEW_DASH].cursor.at)
            hv_canvas_select(cv, 1 + i, 0, cv->cols);
    }
}

/* Every subscription is in one group, the worst that fits. */
struct groups {
    int healthy, quiet, failing, unkeyed, gone;
};

static struct groups
group(const struct hv_app *app)
{
    struct groups groups = { 0 };

    for (size_t i = 0; i < app->subs.len; i++) {
        const struct hv_sub_row *row = &app->subs.rows[i];

        if (!row->is_live)
            groups.gone++;
        else if (!row->has_key)
            groups.unkeyed++;
        else if (row->refused_24h)
            groups.failing++;
        else if (!row->uses_24h)
            groups.quiet++;
        else
            groups.healthy++;
    }
    return groups;
}

static void
put_group(struct hv_canvas *cv, int row, const char *name, int count, int of,
          enum hv_role role, const char *note)
{
    int bar = cv->cols - 17;

    hv_canvas_text(cv, row, 1, 9, HV_ROLE_TEXT, name);
    hv_canvas_rightf(cv, row, 10, 4, count ? HV_ROLE_STRONG : HV_ROLE_DIM, "%d",
                     count);
    if (bar > 25)
        bar = 25;
    if (count && bar > 0)
        hv_canvas_bar(cv, row, 16, bar, role, count, of);
    else
        hv_canvas_text(cv, row, 16, 0, HV_ROLE_DIM, note);
}

static void
render_subs(const struct hv_app *app, struct hv_canvas *cv)
{
    struct groups groups = group(app);
    int limit = app->subs.limit > 0 ? app->subs.limit : HV_MAX_SUBS;
    int free_slots = limit - app->subs.used;

    if (!app->subs_load.has_data && !app->subs_load.error.status &&
        !app->subs_load.is_asked) {
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_TEXT,
                       "The platform has not been asked yet.");
        hv_canvas_text(cv, 1, 1, 0, HV_ROLE_DIM, "r asks it, 2 shows the list");
        return;
    }
    if (hv_load_state(app, cv, 0, &app->subs_load, "subscriptions"))
        return;
    put_group(cv, 0, "healthy", groups.healthy, limit, HV_ROLE_GOOD, "");
    put_group(cv, 1, "quiet", groups.quiet, limit, HV_ROLE_NOTE, "");
    put_group(cv, 2, "refusing", groups.failing, limit, HV_ROLE_BAD, "");
    put_group(cv, 3, "no key", groups.unkeyed, limit, HV_ROLE_BAD, "");
    put_group(cv, 4, "gone", groups.gone, limit, HV_ROLE_WARN, "");
    put_group(cv, 5, "free", free_slots > 0 ? free_slots : 0, limit,
              HV_ROLE_DIM, "");
}

static const struct {
    const char *name;
    enum hv_verdict verdicts[4];
    int len;
} verdict_rows[] = {
    { "V verified", { HV_VERDICT_VERIFIED }, 1 },
    { "O older version", { HV_VERDICT_VERIFIED_OLD }, 1 },
    { "H bad HMAC", { HV_VERDICT_BAD_HMAC }, 1 },
    { "K unknown version", { HV_VERDICT_UNKNOWN_VERSION }, 1 },
    { "S R other keys",
      { HV_VERDICT_UNKNOWN_SUB, HV_VERDICT_RETIRED_VERSION },
      2 },
    { "M Q X malformed",
      { HV_VERDICT_MALFORMED, HV_VERDICT_MISSING, HV_VERDICT_QUARANTINED,
        HV_VERDICT_MISMATCH },
      4 },
};

/* The same verdicts, hour by hour, where there is room. */
static void
put_spark(const struct hv_app *app, struct hv_canvas *cv, int i)
{
    int64_t hours[HV_LEN(app->status->hours)] = { 0 };

    for (size_t h = 0; h < HV_LEN(hours); h++) {
        for (int k = 0; k < verdict_rows[i].len; k++)
            hours[h] +=
                app->status->hours[h].verdicts[verdict_rows[i].verdicts[k]];
    }
    hv_canvas_spark(cv, i, SPARK_LEFT, (int)HV_LEN(hours),
                    hv_verdict_role(verdict_rows[i].verdicts[0]), hours,
                    HV_LEN(hours));
}

static void
render_verdicts(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_status_model *status = app->status;

    for (size_t i = 0; i < HV_LEN(verdict_rows); i++) {
        int64_t hour = 0;
        int64_t day = 0;
        enum hv_role role = hv_verdict_role(verdict_rows[i].verdicts[0]);

        for (int k = 0; k < verdict_rows[i].len; k++) {
            hour += status->verdicts_1h[verdict_rows[i].verdicts[k]];
            day += status->verdicts_24h[verdict_rows[i].verdicts[k]];
        }
        hv_canvas_text(cv, (int)i, 1, 18, hour ? role : HV_ROLE_TEXT,
                       verdict_rows[i].name);
        hv_canvas_rightf(cv, (int)i, 19, 8, hour ? HV_ROLE_STRONG : HV_ROLE_DIM,
                         "%lld", (long long)hour);
        hv_canvas_rightf(cv, (int)i, 27, 9, HV_ROLE_DIM, "%lld",
                         (long long)day);
        if (cv->cols >= SPARK_COLS)
            put_spark(app, cv, (int)i);
    }
}

/* One column an hour; on a wide screen each hour gets several. */
static void
render_day(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_status_model *status = app->status;
    int64_t good[HV_LEN(status->hours) * 2];
    int64_t bad[HV_LEN(status->hours) * 2];
    size_t each = cv->cols >= 72 ? 2 : 1;
    size_t len = 0;
    int64_t sum[2] = { 0, 0 };

    for (size_t i = 0; i < HV_LEN(status->hours); i++) {
        int64_t parts[2] = { 0, 0 };

        for (int v = 0; v < HV_VERDICT_COUNT; v++)
            parts[!hv_verdict_row((enum hv_verdict)v)->is_verified] +=
                status->hours[i].verdicts[v];
        sum[0] += parts[0];
        sum[1] += parts[1];
        for (size_t k = 0; k < each; k++, len++) {
            good[len] = parts[0];
            bad[len] = parts[1];
        }
    }
    for (int i = 0; i < 2; i++) {
        hv_canvas_text(cv, i, 1, 9, HV_ROLE_TEXT, i ? "refused" : "verified");
        hv_canvas_spark(cv, i, 11, (int)len, i ? HV_ROLE_BAD : HV_ROLE_GOOD,
                        i ? bad : good, len);
        hv_canvas_rightf(cv, i, 11 + (int)len, 9, HV_ROLE_STRONG, "%lld",
                         (long long)sum[i]);
    }
}

/* Two panes side by side under one line with both titles. */
static void
split(const struct hv_canvas *cv, int row, int rows, const char *left,
      const char *right, struct hv_canvas out[2])
{
    int half = cv->cols >= WIDE ? cv->cols * 27 / 50 : cv->cols / 2;
    struct hv_canvas whole = hv_canvas_part(cv, row, 0, rows + 1, cv->cols);

    hv_canvas_rule(&whole, 0, 0, half, left);
    hv_canvas_glyph(&whole, 0, half, HV_ROLE_RULE, HV_GLYPH_DOWN_TEE);
    hv_canvas_rule(&whole, 0, half + 1, cv->cols - half - 1, right);
    hv_canvas_vline(&whole, 1, half, rows);
    out[0] = hv_canvas_part(&whole, 1, 0, rows, half);
    out[1] = hv_canvas_part(&whole, 1, half + 1, rows, cv->cols - half - 1);
}

/* "healthy 20  quiet 2 ..." in one line, over the table of them. */
static void
render_groups(const struct hv_app *app, struct hv_canvas *cv)
{
    struct groups groups = group(app);
    const struct {
        const char *name;
        int count;
        enum hv_role role;
    } words[] = {
        { "healthy", groups.healthy, HV_ROLE_GOOD },
        { "quiet", groups.quiet, HV_ROLE_NOTE },
        { "refusing", groups.failing, HV_ROLE_BAD },
        { "no key", groups.unkeyed, HV_ROLE_BAD },
        { "gone", groups.gone, HV_ROLE_WARN },
        { "free", app->subs.limit - app->subs.used, HV_ROLE_DIM },
    };
    int at = 1;

    for (size_t i = 0; i < HV_LEN(words); i++)
        at += hv_canvas_textf(cv, 0, at, 0,
                              words[i].count > 0 ? words[i].role : HV_ROLE_DIM,
                              "%d %s", words[i].count, words[i].name) +
              2;
}

static void
render_wide_subs(const struct hv_app *app, struct hv_canvas *cv)
{
    struct hv_canvas part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols);

    if (!app->subs.len &&
        hv_load_state(app, cv, 0, &app->subs_load, "subscriptions"))
        return;
    render_groups(app, cv);
    hv_dash_table_render(app, &part);
}

static void
render_wide_verdicts(const struct hv_app *app, struct hv_canvas *cv)
{
    int rows = (int)HV_LEN(verdict_rows);
    struct hv_canvas part =
        hv_canvas_part(cv, rows + 1, 0, cv->rows - rows - 1, cv->cols);

    render_verdicts(app, cv);
    hv_dash_day_render(app, &part);
}

static const char *
subs_title(const struct hv_app *app, char out[48])
{
    snprintf(out, 48,
             app->subs_load.has_data ? "Subscriptions %d/%d" : "Subscriptions",
             app->subs.used, app->subs.limit);
    return out;
}

/* As the sketch has it: each subscription beside the day, then keys and
 * listener, and at the foot what was done beside what came. */
static void
render_wide(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    int most = cv->rows - row - 13;
    int rows = (int)app->subs.len + 3;
    struct hv_canvas halves[2];
    struct hv_canvas part;
    char title[48];

    rows = rows < MIN_WIDE ? MIN_WIDE : rows;
    rows = rows > most ? most : rows;
    split(cv, row, rows, subs_title(app, title), "Messages in 1 h, in 24 h",
          halves);
    render_wide_subs(app, &halves[0]);
    render_wide_verdicts(app, &halves[1]);
    row += rows + 1;
    split(cv, row, 3, "Keys", "Listener", halves);
    hv_dash_keys_render(app, &halves[0]);
    hv_dash_listener_render(app, &halves[1]);
    row += 4;
    split(cv, row, cv->rows - row - 1, "Jobs and audit, newest first",
          "Newest messages", halves);
    hv_dash_job_render(app, &halves[0], 0, 1);
    part = hv_canvas_part(&halves[0], 1, 0, halves[0].rows - 1, halves[0].cols);
    hv_dash_audit_render(app, &part);
    hv_log_tail_render(app, &halves[1]);
}

static void
render_narrow(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    bool has_air = cv->rows >= 26;
    struct hv_canvas part;
    struct hv_canvas halves[2];
    char title[48];

    split(cv, row, 6, subs_title(app, title), "Messages in 1 h, in 24 h",
          halves);
    render_subs(app, &halves[0]);
    render_verdicts(app, &halves[1]);
    row += 7 + has_air;
    split(cv, row, 3, "Keys", "Listener", halves);
    hv_dash_keys_render(app, &halves[0]);
    hv_dash_listener_render(app, &halves[1]);
    row += 4 + has_air;
    if (has_air) {
        hv_canvas_rule(cv, row, 0, cv->cols, "Job");
        hv_dash_job_render(app, cv, row + 1, 1);
        row += 3;
    } else if (cv->rows - row >= 4) {
        hv_canvas_text(cv, row, 1, 5, HV_ROLE_DIM, "job");
        hv_dash_job_render(app, cv, row++, 6);
    }
    hv_canvas_rule(cv, row, 0, cv->cols, "Last 24 hours, oldest left");
    part = hv_canvas_part(cv, row + 1, 0, 2, cv->cols);
    render_day(app, &part);
    row += 3 + has_air;
    if (cv->rows - row < 3)
        return;
    hv_canvas_rule(cv, row, 0, cv->cols, "Newest messages");
    part = hv_canvas_part(cv, row + 1, 0, cv->rows - row - 1, cv->cols);
    hv_log_tail_render(app, &part);
}

void
hv_dash_render(const struct hv_app *app, struct hv_canvas *cv)
{
    int list = hv_dash_list_rows(app, cv->rows, cv->cols);
    struct hv_canvas part = hv_canvas_part(cv, 0, 0, list + 1, cv->cols);
    int row = list + 1 + (cv->rows >= 26); /* air, where there is room */

    if (!app->status) {
        hv_load_state(app, cv, 1, &app->status_load, "state");
        return;
    }
    render_attention(app, &part, list);
    if (!app->is_detail_on)
        return;
    if (cv->cols >= WIDE && cv->rows - row >= MIN_WIDE + 13)
        render_wide(app, cv, row);
    else
        render_narrow(app, cv, row);
}
