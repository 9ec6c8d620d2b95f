/*
 * subs_detail.c - one subscription: what it is, what came through it, its
 * keys. Called by subs.c. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include <stdio.h>
#include <string.h>

#define SIDE_COLS 120 /* from here the traffic stands beside the rest */

const char *const hv_subs_panes[] = {
    [HV_SUBS_PANE_SUMMARY] = "summary",
    [HV_SUBS_PANE_TRAFFIC] = "traffic",
    [HV_SUBS_PANE_KEYS] = "keys",
    [HV_SUBS_PANE_COVERAGE] = "coverage",
    [HV_SUBS_PANE_RAW] = "raw",
    [HV_SUBS_PANE_HISTORY] = "history",
    NULL,
};

/* "active v20261111-1 10d   accepted v20260823-1 draining, safe in 2d 22h" */
static void
keys_words(const struct hv_app *app, const struct hv_guid *sub,
           struct hv_buf *out)
{
    char span[HV_SPAN_TEXT];

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (!hv_guid_equal(&key->sub, sub) || key->state == HV_KEY_RETIRED)
            continue;
        hv_ago_format(app, key->created_ms, span);
        hv_buf_addf(out, "%s%s %s (%s)", out->len ? "   " : "",
                    hv_key_state_word(key->state), key->version.id, span);
        if (key->drain == HV_DRAIN_NONE)
            continue;
        hv_buf_addf(out, " %s", hv_drain_word(key->drain));
        if (key->safe_at_ms > app->now_ms) {
            hv_span_format(key->safe_at_ms - app->now_ms, span);
            hv_buf_addf(out, ", safe in %s", span);
        }
    }
    if (!out->len)
        hv_buf_add_str(out, "none in this keystore");
}

/* What the rules say of it; the room that a note leaves is theirs. */
static int
render_lint(const struct hv_app *app, struct hv_canvas *cv, int row,
            const struct hv_sub_row *sub)
{
    struct hv_findings said = { 0 };
    bool has_note = !sub->is_live || !sub->has_key;
    int used;

    hv_lint_sub(app, (size_t)(sub - app->subs.rows), &said);
    used = hv_lint_render(cv, row, 9, cv->rows - row - has_note, &said);
    if (used)
        hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "lint");
    hv_findings_release(&said);
    return used;
}

static void
render_summary(const struct hv_app *app, struct hv_canvas *cv,
               const struct hv_sub_row *sub)
{
    struct hv_buf keys = { 0 };
    char text[2048];
    char ago[HV_SPAN_TEXT];
    const struct hv_verdict_row *verdict = hv_verdict_row(sub->last_verdict);
    int row = 0;

    hv_guid_format(&sub->sub.id, text);
    row += hv_label(cv, row, "id", 7, HV_ROLE_STRONG, text);
    hv_sub_words(&sub->sub, text, sizeof(text));
    hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "types");
    row += hv_canvas_wrap(cv, row, 9, cv->cols - 10, cv->rows > 6 ? 2 : 1,
                          HV_ROLE_TEXT, text);
    row += hv_label(cv, row, "url", 7, HV_ROLE_TEXT, sub->sub.url);
    keys_words(app, &sub->sub.id, &keys);
    hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "keys");
    row += hv_canvas_wrap(cv, row, 9, cv->cols - 10, 2,
                          sub->has_key ? HV_ROLE_TEXT : HV_ROLE_BAD,
                          hv_buf_str(&keys));
    hv_buf_release(&keys);
    hv_ago_format(app, sub->last_ms, ago);
    if (sub->last_ms)
        snprintf(text, sizeof(text), "%s, %s%s: %s", verdict->word, ago,
                 ago[0] == 'n' ? "" : " ago", verdict->sentence);
    else
        snprintf(text, sizeof(text), "no message yet");
    hv_canvas_text(cv, row, 1, 7, HV_ROLE_DIM, "last");
    row += hv_canvas_wrap(
        cv, row, 9, cv->cols - 10, cv->rows > 6 ? 2 : 1,
        sub->last_ms ? hv_verdict_role(sub->last_verdict) : HV_ROLE_DIM, text);
    row += render_lint(app, cv, row, sub);
    if (!sub->is_live)
        hv_label(cv, row, "note", 7, HV_ROLE_WARN,
                 "the platform does not list it any more");
    else if (!sub->has_key)
        hv_label(cv, row, "note", 7, HV_ROLE_BAD,
                 "its key is not in the keystore: R gives it one that is");
}

static int
render_keys(const struct hv_app *app, struct hv_canvas *cv,
            const struct hv_sub_row *sub)
{
    char age[HV_SPAN_TEXT];
    char span[HV_SPAN_TEXT];
    int row = 0;

    for (size_t i = 0; i < app->keys.len && row < cv->rows; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];
        int at = 46;

        if (!hv_guid_equal(&key->sub, &sub->sub.id))
            continue;
        hv_when_format(app, key->created_ms, age);
        hv_canvas_text(cv, row, 1, 16, HV_ROLE_STRONG, key->version.id);
        hv_canvas_text(cv, row, 18, 9, hv_state_role(key->state),
                       hv_key_state_word(key->state));
        hv_canvas_textf(cv, row, 28, 17, HV_ROLE_TEXT, "%8s  %lld/24h", age,
                        (long long)key->uses_24h);
        at += hv_canvas_text(cv, row, at, 0, hv_drain_role(key->drain),
                             hv_drain_word(key->drain));
        if (key->drain != HV_DRAIN_SAFE && key->safe_at_ms > app->now_ms) {
            hv_span_format(key->safe_at_ms - app->now_ms, span);
            hv_canvas_textf(cv, row, at + 1, 0, HV_ROLE_DIM, "safe in %s",
                            span);
        }
        row++;
    }
    if (!row)
        hv_canvas_text(cv, row++, 1, 0, HV_ROLE_BAD,
                       "none in this keystore: R gives it one");
    return row;
}

/* What was changed from here: lines of the audit log that name it. */
static void
render_history(const struct hv_app *app, struct hv_canvas *cv,
               const struct hv_sub_row *sub)
{
    const struct hv_audit_tail *tail = &app->jobs.audit;
    char id[HV_GUID_SHORT];
    int row = 0;

    hv_guid_short(&sub->sub.id, id);
    for (size_t i = tail->len; i-- > 0 && row < cv->rows;) {
        if (strcmp(tail->rows[i].phase, "intent") &&
            strstr(tail->rows[i].what, id))
            hv_audit_line_render(app, cv, row++, &tail->rows[i]);
    }
    if (!row)
        hv_canvas_text(cv, 0, 1, 0, HV_ROLE_DIM,
                       app->jobs_load.has_data
                           ? "Nothing was changed from here lately."
                           : "The audit log has not been read yet.");
}

/* Its versions, and below them how their use goes over. */
static void
render_keys_and_use(const struct hv_app *app, struct hv_canvas *cv,
                    const struct hv_sub_row *sub)
{
    int used = render_keys(app, cv, sub);
    struct hv_canvas part;

    if (cv->rows - used < 4)
        return;
    part = hv_canvas_part(cv, used + 1, 0, cv->rows - used - 1, cv->cols);
    hv_uses_render(app, &part, &sub->sub.id);
}

void
hv_subs_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                      const struct hv_sub_row *sub)
{
    bool is_wide = cv->cols >= SIDE_COLS;
    enum hv_subs_pane pane = (enum hv_subs_pane)app->lists[HV_VIEW_SUBS].pane;
    struct hv_canvas part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols);
    char id[HV_GUID_SHORT];

    hv_guid_short(&sub->sub.id, id); /* the tabs need the room */
    hv_panes_render(app, cv, HV_VIEW_SUBS, id);
    if (is_wide) {
        part = hv_beside(cv);
        if (pane == HV_SUBS_PANE_TRAFFIC || pane == HV_SUBS_PANE_KEYS)
            hv_uses_render(app, &part, &sub->sub.id);
        else
            hv_traffic_render(app, &part, &sub->sub.id);
        part = hv_canvas_part(cv, 1, 0, cv->rows - 1, cv->cols - part.cols - 1);
    }
    switch (pane) {
    case HV_SUBS_PANE_TRAFFIC:
        hv_traffic_render(app, &part, &sub->sub.id);
        break;
    case HV_SUBS_PANE_KEYS:
        if (is_wide)
            render_keys(app, &part, sub);
        else
            render_keys_and_use(app, &part, sub);
        break;
    case HV_SUBS_PANE_COVERAGE:
        hv_coverage_render(app, &part, &sub->sub);
        break;
    case HV_SUBS_PANE_RAW:
        hv_raw_render(app, &part, &sub->sub);
        break;
    case HV_SUBS_PANE_HISTORY:
        render_history(app, &part, sub);
        break;
    default:
        render_summary(app, &part, sub);
        break;
    }
}
