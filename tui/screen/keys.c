/*
 * keys.c - the key versions of all subscriptions: which one signs, which ones
 * still arrive, when the old ones may go. Draws app->keys and app->drain,
 * filled by the worker; the details are keys_detail.c's. Pure; never key
 * bytes.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct hv_binding hv_keys_bindings[] = {
    { "<Enter>", "open", "open", NULL },
    { "<Space>", "mark", "mark", "mark this row, or take the mark away" },
    { "R", "key rotate %ids", "rotate", "a new key for this or the marked" },
    { "X", "key retire %id %version", "retire",
      "wipe an old key; the evidence first" },
    { "I", "import key", "import", "a key that others made, from a file" },
    { "A", "import key", NULL, "a version others made; R makes one of ours" },
    { "x", "why", "why", "why it may go, or not yet" },
    { "T", "test this", NULL, NULL },
    { "c", "compare", NULL, "compare: mark one, then another" },
    { "]", "pane next", "tabs", "next tab of the detail" },
    { "[", "pane prev", NULL, "previous tab of the detail" },
    { "*", "mark visible", NULL, "mark all that the filter shows" },
    { "u", "mark none", NULL, "take all marks away" },
    { "s", "sort", NULL, "sort by the next column" },
    { "i", "sort invert", NULL, "turn the order round" },
    { "B", "key resume", NULL, "go on with a rotation that stopped" },
    { "P", "job pause", NULL, "stop after the step under way" },
    { "d", "detail", NULL, NULL },
    { 0 },
};

#define TOP         2  /* the first row of the list; above it title and head */
#define WIDE_ROWS   26 /* a body this high has room for a broad detail */
#define SPARK_COLS  HV_DRAIN_DAYS
#define MOMENT_COLS 8 /* "21 12:04", where an age takes four */

static const struct hv_list_column columns[] = {
    { "sub", 9, 9, false },
    { "version", 12, 16, false },
    { "state", 8, 8, false },
    { "age", 4, 5, true },
    { "last", 4, 8, true },
    { "use in 14 days", SPARK_COLS, SPARK_COLS, false },
    { "drain", 8, 9, false },
    { "may go", 7, 10, true },
    { "24h", 4, 6, true },
    { "uses", 4, 6, true },
    { "types", 16, 36, false },
    { "origin", 8, 8, false },
};
enum {
    SUB,
    VERSION,
    STATE,
    AGE,
    LAST,
    SPARK,
    DRAIN,
    SAFE,
    DAY,
    USES,
    TYPES,
    ORIGIN
};

static int
detail_rows(const struct hv_app *app, int rows)
{
    if (!app->is_detail_on || rows < 14)
        return 0;
    return rows >= WIDE_ROWS ? 13 : rows >= 20 ? 10 : 6;
}

/* A rotation that stopped is told here: it is what one came for. */
static const struct hv_rotation *
stopped_job(const struct hv_app *app, int rows)
{
    const struct hv_rotation *job = app->rotation ? NULL : hv_app_open_job(app);

    return rows >= 8 && job && job->state != HV_ROTATION_RUNNING ? job : NULL;
}

int
hv_keys_list_rows(const struct hv_app *app, int rows, int cols)
{
    (void)cols;
    return rows - 2 - detail_rows(app, rows) - (stopped_job(app, rows) != NULL);
}

static void
render_job(struct hv_canvas *cv, int row, const struct hv_rotation *job)
{
    struct hv_rotation_counts counts = hv_rotation_count(job);
    int at = 2;

    hv_canvas_text(cv, row, 0, 1, HV_ROLE_WARN, "!");
    at += hv_canvas_textf(cv, row, at, 0, HV_ROLE_WARN, "%s %s at %zu of %zu",
                          job->id, hv_rotation_state_word(job->state),
                          counts.done, counts.total);
    hv_canvas_textf(cv, row, at, 0, HV_ROLE_DIM, ": B goes on, 9 shows it%s%s",
                    job->reason[0] ? "; " : "", job->reason);
}

static void
put_count(struct hv_canvas *cv, int row, const struct hv_layout *at, int column,
          int64_t count)
{
    char text[HV_COUNT_TEXT];

    hv_count_format(count, text);
    hv_layout_put(cv, row, at, column, count ? HV_ROLE_TEXT : HV_ROLE_DIM,
                  text);
}

/* "safe now", "quiet 2d 22h": what becomes of a replaced version, and when. */
static void
put_drain(const struct hv_app *app, struct hv_canvas *cv, int row,
          const struct hv_layout *at, const struct hv_key_row *key)
{
    char span[HV_SPAN_TEXT] = "-";

    if (key->state == HV_KEY_PENDING) {
        hv_layout_put(cv, row, at, DRAIN, HV_ROLE_WARN,
                      key->intent == HV_INTENT_NONE ? "not sent" : "stopped");
        hv_layout_put(cv, row, at, SAFE, HV_ROLE_DIM, "-");
        return;
    }
    if (key->drain == HV_DRAIN_NONE) {
        hv_layout_put(cv, row, at, DRAIN, HV_ROLE_DIM, "-");
        hv_layout_put(cv, row, at, SAFE, HV_ROLE_DIM, "-");
        return;
    }
    hv_layout_put(cv, row, at, DRAIN, hv_drain_role(key->drain),
                  hv_drain_word(key->drain));
    if (key->drain == HV_DRAIN_SAFE)
        hv_copy(span, sizeof(span), "now");
    else if (key->safe_at_ms > app->now_ms && app->time_mode != HV_TIME_USUAL &&
             app->time_mode != HV_TIME_AGE)
        hv_moment_format(app, key->safe_at_ms, span);
    else if (key->safe_at_ms > app->now_ms)
        hv_span_format(key->safe_at_ms - app->now_ms, span);
    hv_layout_put(cv, row, at, SAFE,
                  key->drain == HV_DRAIN_SAFE ? HV_ROLE_GOOD : HV_ROLE_TEXT,
                  span);
}

/* Fourteen days in fourteen columns; the versions of a subscription share a
 * scale, so that one sees the use go over from the old to the new. */
static void
put_spark(const struct hv_app *app, struct hv_canvas *cv, int row,
          const struct hv_layout *at, const struct hv_key_row *key)
{
    const struct hv_drain_row *drain =
        hv_app_drain(app, &key->sub, key->version.id);

    if (SPARK >= at->len || !drain)
        return;
    hv_canvas_plot(cv, row, at->at[SPARK], 1, SPARK_COLS,
                   hv_state_role(key->state), drain->days, HV_DRAIN_DAYS,
                   hv_keys_scale(app, &key->sub));
}

/* Versions stand under their subscription: its id is said once. */
static bool
is_named_above(const struct hv_app *app, size_t nth)
{
    size_t i = hv_list_row(app, HV_VIEW_KEYS, nth);
    size_t above = nth > app->lists[HV_VIEW_KEYS].cursor.top &&
                           !app->lists[HV_VIEW_KEYS].sort
                       ? hv_list_row(app, HV_VIEW_KEYS, nth - 1)
                       : SIZE_MAX;

    return above != SIZE_MAX &&
           hv_guid_equal(&app->keys.rows[i].sub, &app->keys.rows[above].sub);
}

static void
render_row(const struct hv_app *app, struct hv_canvas *cv, int row, size_t i,
           const void *arg)
{
    const struct hv_layout *at = arg;
    const struct hv_key_row *key = &app->keys.rows[i];
    const struct hv_sub_row *sub = hv_app_sub(app, &key->sub);
    bool is_named = is_named_above(app, app->lists[HV_VIEW_KEYS].cursor.top +
                                            (size_t)(row - TOP));
    char text[512];

    hv_guid_short(&key->sub, text);
    hv_layout_put(cv, row, at, SUB, is_named ? HV_ROLE_DIM : HV_ROLE_STRONG,
                  is_named && i != hv_list_at(app, HV_VIEW_KEYS) ? "" : text);
    hv_layout_put(cv, row, at, VERSION,
                  key->state == HV_KEY_ACTIVE    ? HV_ROLE_STRONG
                  : key->state == HV_KEY_RETIRED ? HV_ROLE_DIM
                                                 : HV_ROLE_TEXT,
                  key->version.id);
    hv_layout_put(cv, row, at, STATE, hv_state_role(key->state),
                  hv_key_state_word(key->state));
    hv_when_format(app, key->created_ms, text);
    hv_layout_put(cv, row, at, AGE, HV_ROLE_TEXT, text);
    hv_when_format(app, key->last_used_ms, text);
    hv_layout_put(cv, row, at, LAST,
                  key->last_used_ms ? HV_ROLE_TEXT : HV_ROLE_DIM, text);
    put_spark(app, cv, row, at, key);
    put_drain(app, cv, row, at, key);
    put_count(cv, row, at, DAY, key->uses_24h);
    put_count(cv, row, at, USES, key->uses);
    text[0] = 0;
    if (sub && !is_named)
        hv_sub_words(&sub->sub, text, sizeof(text));
    hv_layout_put(cv, row, at, TYPES, HV_ROLE_DIM, text);
    hv_layout_put(cv, row, at, ORIGIN, HV_ROLE_DIM,
                  key->origin == HV_KEY_IMPORTED ? "imported" : "made");
}

/* What the list says in one line: how many of each, how many old ones still
 * arrive, and when the next of them may go. */
struct tally {
    int states[HV_KEY_RETIRED + 1];
    int arriving, safe;
    int64_t next_ms; /* 0 = none waits */
};

static struct tally
count_keys(const struct hv_app *app)
{
    struct tally tally = { 0 };

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (key->state <= HV_KEY_RETIRED)
            tally.states[key->state]++;
        tally.arriving += key->drain == HV_DRAIN_DRAINING;
        tally.safe += key->drain == HV_DRAIN_SAFE;
        if (key->safe_at_ms > app->now_ms &&
            (!tally.next_ms || key->safe_at_ms < tally.next_ms))
            tally.next_ms = key->safe_at_ms;
    }
    return tally;
}

static int
render_states(struct hv_canvas *cv, int at, const struct tally *tally)
{
    for (int state = HV_KEY_PENDING; state <= HV_KEY_ACCEPTED; state++) {
        int count = tally->states[state];

        if (!count && state != HV_KEY_ACTIVE)
            continue;
        at += hv_canvas_textf(
                  cv, 0, at, 0,
                  count ? hv_state_role((enum hv_key_state)state) : HV_ROLE_DIM,
                  "%d %s", count, hv_key_state_word((enum hv_key_state)state)) +
              2;
    }
    return at;
}

static void
render_title(const struct hv_app *app, struct hv_canvas *cv)
{
    struct tally tally = count_keys(app);
    bool is_filtered = app->lists[HV_VIEW_KEYS].filter[0] != 0;
    char span[HV_SPAN_TEXT];
    int at = 1;

    at += hv_canvas_text(cv, 0, at, 0, HV_ROLE_TITLE, "Keys") + 2;
    if (!app->keys_load.has_data)
        return;
    if (!is_filtered)
        at = render_states(cv, at, &tally);
    if (tally.arriving && !is_filtered)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_WARN, "%d still arrive%s",
                              tally.arriving, tally.arriving == 1 ? "s" : "") +
              2;
    if (tally.safe)
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_GOOD, "%d may go",
                              tally.safe) +
              2;
    if (tally.next_ms && !is_filtered && cv->cols - at > 34) {
        hv_span_format(tally.next_ms - app->now_ms, span);
        at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_DIM, "%s in %s",
                              tally.safe ? "next" : "first may go", span) +
              2;
    }
    hv_list_state_render(app, cv, at);
}

void
hv_keys_render(const struct hv_app *app, struct hv_canvas *cv)
{
    size_t len = hv_list_count(app, HV_VIEW_KEYS);
    int rows = hv_keys_list_rows(app, cv->rows, cv->cols);
    struct hv_list_column now[HV_LEN(columns)];
    struct hv_layout at;

    memcpy(now, columns, sizeof(now));
    if (app->time_mode == HV_TIME_UTC || app->time_mode == HV_TIME_LOCAL)
        now[AGE].min = now[LAST].min = now[SAFE].min = MOMENT_COLS;
    render_title(app, cv);
    hv_layout_make(&at, now, (int)HV_LEN(now), 2, cv->cols - 2);
    hv_layout_head(cv, 1, &at);
    if (!app->keys.len && hv_load_state(app, cv, 3, &app->keys_load, "keys"))
        return;
    if (!len)
        hv_canvas_text(cv, 3, 2, 0, HV_ROLE_TEXT,
                       app->keys.len ? "Nothing fits the filter. Esc clears it."
                                     : "No keys yet. A key is made with each "
                                       "subscription (2, then A).");
    hv_list_each(app, cv, HV_VIEW_KEYS, TOP, rows, render_row, &at);
    if (stopped_job(app, cv->rows))
        render_job(cv, 2 + rows, stopped_job(app, cv->rows));
    if (detail_rows(app, cv->rows) &&
        hv_list_at(app, HV_VIEW_KEYS) != SIZE_MAX) {
        struct hv_canvas detail =
            hv_canvas_part(cv, cv->rows - detail_rows(app, cv->rows), 0,
                           detail_rows(app, cv->rows), cv->cols);

        hv_keys_detail_render(app, &detail,
                              &app->keys.rows[hv_list_at(app, HV_VIEW_KEYS)]);
    }
}
