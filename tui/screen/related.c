/*
 * related.c - what belongs to a message: the tries of the same bytes with the
 * time between them and when the next is to be expected, and its neighbours
 * about the same record. Also the few words about a message in the list. Draws
 * app->log.kin and the window. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

static bool
is_held(const struct hv_app *app, const struct hv_log_row *row)
{
    return row->retry_until_ms > app->now_ms;
}

static const char *
ordinal(size_t n)
{
    size_t teens = n % 100;

    if (teens >= 11 && teens <= 13)
        return "th";
    return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

/* ------------------------------------------------------------------ note -- */

/* How often the window shows these bytes up to @entry, itself included. */
static size_t
times_seen(const struct hv_app *app, const struct hv_log_row *entry)
{
    const struct hv_log *log = &app->log;
    size_t times = 0;

    for (size_t i = 0; i < log->len && log->rows[i].id <= entry->id; i++) {
        const struct hv_log_row *row = &log->rows[i];

        times += row->has_sub == entry->has_sub &&
                 hv_guid_equal(&row->sub, &entry->sub) &&
                 !memcmp(row->sha256, entry->sha256, sizeof(row->sha256));
    }
    return times;
}

static void
held_note(const struct hv_app *app, const struct hv_log_row *entry, char *out,
          size_t size)
{
    size_t times = times_seen(app, entry);
    char span[HV_SPAN_TEXT];

    hv_span_format(entry->retry_until_ms - app->now_ms, span);
    span[strcspn(span, " ")] = '\0'; /* one unit will do */
    if (times < 2)
        snprintf(out, size, "h held, %s left", span);
    else
        snprintf(out, size, "h held, %zu%s%s try, %s", times, ordinal(times),
                 app->log.has_older ? "+" : "", span);
}

void
hv_log_note(const struct hv_app *app, const struct hv_log_row *entry, char *out,
            size_t size)
{
    const struct hv_drain_row *drain =
        hv_app_drain(app, &entry->sub, entry->version.id);
    size_t times;

    out[0] = '\0';
    if (entry->duplicate_of) {
        times = times_seen(app, entry);
        snprintf(out, size, "%zu duplicate of #%lld",
                 times < 2   ? 2
                 : times > 9 ? 9
                             : times,
                 (long long)entry->duplicate_of);
    } else if (entry->is_test) {
        bool is_good = hv_verdict_row(entry->verdict)->is_verified;

        snprintf(out, size, "our test%s%s", is_good ? "" : ": ",
                 is_good ? "" : hv_verdict_row(entry->verdict)->word);
    } else if (is_held(app, entry)) {
        held_note(app, entry, out, size);
    } else if (entry->verdict == HV_VERDICT_VERIFIED_OLD) {
        snprintf(out, size,
                 drain && drain->drain == HV_DRAIN_DRAINING ? "old, draining"
                                                            : "old, accepted");
    } else if (entry->verdict == HV_VERDICT_QUARANTINED) {
        snprintf(out, size, "q quarantined");
    } else if (entry->verdict != HV_VERDICT_VERIFIED) {
        snprintf(out, size, "%s", hv_verdict_row(entry->verdict)->word);
    }
}

/* --------------------------------------------------------------- related -- */

static int
render_message(const struct hv_app *app, struct hv_canvas *cv, int row, int at,
               const struct hv_log_row *entry, bool is_it)
{
    char time[HV_SPAN_TEXT];

    if (is_it)
        hv_canvas_glyph(cv, row, 0, HV_ROLE_STRONG, HV_GLYPH_ARROW);
    hv_moment_format(app, entry->received_ms, time);
    at += hv_canvas_text(cv, row, at, 9, HV_ROLE_TEXT, time);
    at += hv_canvas_textf(cv, row, at, 10, HV_ROLE_STRONG, "#%lld",
                          (long long)entry->id);
    at += hv_canvas_text(cv, row, at, 0, hv_verdict_role(entry->verdict),
                         hv_verdict_row(entry->verdict)->word) +
          1;
    return at + hv_canvas_textf(cv, row, at, 0, HV_ROLE_DIM, "%d%s",
                                entry->answered,
                                entry->is_test ? ", our test" : "");
}

static int
render_same(const struct hv_app *app, struct hv_canvas *cv, int row,
            const struct hv_log_row *entry)
{
    const struct hv_kin *kin = &app->log.kin;
    char gap[HV_SPAN_TEXT];

    hv_canvas_textf(
        cv, row++, 1, 0, HV_ROLE_TITLE,
        kin->same_len < 2 ? "These bytes came once"
        : kin->is_cut ? "These bytes came more than %zu times; the last of them"
                      : "These bytes came %zu times",
        kin->same_len);
    for (size_t i = 0; kin->same_len > 1 && i < kin->same_len; i++) {
        const struct hv_log_row *one = &kin->same[i];
        int at;

        if (!kin->is_cut)
            hv_canvas_textf(cv, row, 1, 5, HV_ROLE_DIM, "%zu%s", i + 1,
                            ordinal(i + 1));
        at = render_message(app, cv, row, 6, one, one->id == entry->id);
        if (i > 0) {
            hv_span_format(one->received_ms - kin->same[i - 1].received_ms,
                           gap);
            hv_canvas_textf(cv, row, at, 0, HV_ROLE_TEXT, ", %s later", gap);
        }
        row++;
    }
    return row;
}

/* Gaps grow, so the next one lies between the last gap and three of it. Fact:
 * retries */
static int
render_next(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const struct hv_kin *kin = &app->log.kin;
    const struct hv_log_row *last =
        kin->same_len ? &kin->same[kin->same_len - 1] : NULL;
    char from[HV_SPAN_TEXT], to[HV_SPAN_TEXT], until[HV_TIME_TEXT];
    char text[256];
    int64_t gap;

    if (!last || last->answered == 200 || last->is_test ||
        !is_held(app, &kin->same[0])) {
        snprintf(text, sizeof(text), "%s",
                 !last           ? ""
                 : last->is_test ? "Our own test: nobody tries it again."
                 : last->answered != 200
                     ? "The platform has given it up: ten days are over."
                 : kin->same_len > 1
                     ? "It was answered 200: the platform is done with it."
                     : "");
        return row +
               hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_DIM, text);
    }
    hv_time_format(kin->same[0].retry_until_ms, until);
    if (kin->same_len < 2) {
        snprintf(text, sizeof(text),
                 "Held: the platform tries again, in growing intervals, until "
                 "about %.10s %.5sZ.",
                 until, until + 11);
    } else {
        gap = last->received_ms - kin->same[kin->same_len - 2].received_ms;
        hv_moment_format(app, last->received_ms + gap, from);
        hv_moment_format(app, last->received_ms + 3 * gap, to);
        snprintf(text, sizeof(text),
                 "Held: the next try is to be expected between %s and %s, the "
                 "last about %.10s %.5sZ.",
                 from, to, until, until + 11);
    }
    return row +
           hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_NOTE, text);
}

/* A version that is known, of another subscription: somebody imported it under
 * the wrong one. */
static int
render_elsewhere(const struct hv_app *app, struct hv_canvas *cv, int row,
                 const struct hv_log_row *entry)
{
    char id[HV_GUID_SHORT];
    char text[256];

    if (entry->verdict != HV_VERDICT_UNKNOWN_VERSION)
        return row;
    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *key = &app->keys.rows[i];

        if (strcmp(key->version.id, entry->version.id) ||
            hv_guid_equal(&key->sub, &entry->sub))
            continue;
        hv_guid_short(&key->sub, id);
        snprintf(text, sizeof(text),
                 "Version %s is there, %s, of %s: imported under the wrong "
                 "subscription? I imports it here.",
                 key->version.id, hv_key_state_word(key->state), id);
        return row +
               hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_WARN, text);
    }
    return row;
}

int
hv_related_render(const struct hv_app *app, struct hv_canvas *cv,
                  const struct hv_log_row *entry)
{
    const struct hv_kin *kin = &app->log.kin;
    bool is_told = false;
    int row = 0;

    if (kin->id != entry->id || kin->op) {
        hv_canvas_text(cv, row, 1, cv->cols - 2, HV_ROLE_DIM,
                       "Looking through ten days before and after it ...");
        return row + 1;
    }
    if (kin->error.status)
        return row + hv_canvas_wrap(cv, row, 1, cv->cols - 2, 3, HV_ROLE_BAD,
                                    kin->error.why);
    row = render_same(app, cv, row, entry);
    row = render_next(app, cv, row);
    row = render_elsewhere(app, cv, row, entry);
    hv_canvas_text(cv, row++, 1, 0, HV_ROLE_TITLE,
                   !kin->near_len ? "Nothing else came for it"
                   : kin->is_of_record
                       ? "Before and after it, about the same record"
                       : "Before and after it, for the same subscription");
    for (size_t i = 0; i < kin->near_len; i++) {
        if (!is_told && kin->near[i].id > entry->id) {
            render_message(app, cv, row++, 6, entry, true);
            is_told = true;
        }
        render_message(app, cv, row++, 6, &kin->near[i], false);
    }
    if (!is_told && kin->near_len)
        render_message(app, cv, row++, 6, entry, true);
    return row + 1;
}
