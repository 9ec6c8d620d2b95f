/*
 * item.c - one received message, opened: why it got its verdict, what it
 * said, and its body. Draws the row under the log's cursor. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_binding hv_item_bindings[] = {
    { "]", "pane next", "next tab", NULL },
    { "[", "pane prev", NULL, "previous tab" },
    { "<Tab>", "pane next", NULL, NULL },
    { "<S-Tab>", "pane prev", NULL, "previous tab" },
    { "x", "why", "explain", NULL },
    { "<BS>", "back", NULL, "back to the list" },
    { 0 },
};

static const char *const tabs[HV_ITEM_TABS] = { "why", "message", "body" };

/* What each step means, for a person who has not read the specification. */
static const struct {
    const char *step;
    const char *ok;
    const char *failed;
} steps[] = {
    { "header", "an Authorization header of the right form",
      "the Authorization header is missing or not of the right form" },
    { "subscription", "a subscription that the keystore knows",
      "the keystore knows no such subscription" },
    { "version", "a key version that may sign",
      "no key of this version may sign" },
    { "mac", "the signature fits the received bytes",
      "the signature does not fit the received bytes" },
    { "xml", "the body could be read", "the body is not what it should be" },
    { "inner", "every event names a subscription known here",
      "an event names a subscription that is not known here" },
};

static const char *
step_words(const struct hv_why_step *step)
{
    for (size_t i = 0; i < HV_LEN(steps); i++) {
        if (!strcmp(steps[i].step, step->step))
            return step->ok ? steps[i].ok : steps[i].failed;
    }
    return "";
}

int
hv_why_render(const struct hv_app *app, struct hv_canvas *cv, int row, int max,
              const struct hv_log_row *entry)
{
    const struct hv_verdict_row *verdict = hv_verdict_row(entry->verdict);
    int end = row + max;
    char span[HV_SPAN_TEXT];

    for (size_t i = 0; i < entry->why_len && row < end; i++) {
        const struct hv_why_step *step = &entry->why[i];
        bool has_note = step->note[0] != 0;
        int at = 16;

        hv_canvas_glyph(cv, row, 1, step->ok ? HV_ROLE_GOOD : HV_ROLE_BAD,
                        step->ok ? HV_GLYPH_TICK : HV_GLYPH_FAIL);
        hv_canvas_text(cv, row, 3, 12, HV_ROLE_DIM, step->step);
        row += hv_canvas_wrap(cv, row, at, cv->cols - at - 1,
                              end - row < 2 ? 1 : 2,
                              step->ok ? HV_ROLE_TEXT : HV_ROLE_BAD,
                              has_note ? step->note : step_words(step));
    }
    if (row < end)
        row +=
            hv_canvas_wrap(cv, row, 1, cv->cols - 2, end - row < 2 ? 1 : 2,
                           hv_verdict_role(entry->verdict), verdict->sentence);
    if (verdict->todo[0] && row < end) {
        hv_canvas_text(cv, row, 1, 6, HV_ROLE_DIM, "do");
        row += hv_canvas_wrap(cv, row, 5, cv->cols - 6, end - row < 2 ? 1 : 2,
                              HV_ROLE_TEXT, verdict->todo);
    }
    if (entry->retry_until_ms > app->now_ms && row < end) {
        hv_span_format(entry->retry_until_ms - app->now_ms, span);
        row += hv_canvas_textf(cv, row, 1, 0, HV_ROLE_DIM,
                               "The platform tries again for %s.", span) > 0;
    }
    return row;
}

static int pair(struct hv_canvas *cv, int row, const char *name,
                enum hv_role role, const char *fmt, ...) HV_PRINTF(5, 6);
static int
pair(struct hv_canvas *cv, int row, const char *name, enum hv_role role,
     const char *fmt, ...)
{
    char text[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return hv_label(cv, row, name, 14, role, text);
}

static int
render_events(const struct hv_app *app, struct hv_canvas *cv, int row,
              const struct hv_log_row *entry)
{
    char text[HV_GUID_TEXT];

    (void)app;
    if (!entry->events_len) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM,
                       hv_verdict_row(entry->verdict)->is_verified
                           ? "its events are sealed: this keystore has no key "
                             "for them"
                           : "no events: nothing is kept of a refused message");
        return row + 1;
    }
    for (size_t i = 0; i < entry->events_len; i++) {
        const struct hv_log_event *event = &entry->events[i];

        hv_canvas_textf(cv, row++, 1, 0, HV_ROLE_TITLE, "event %zu of %zu",
                        i + 1, entry->events_len);
        hv_guid_format(&event->person, text);
        row += pair(cv, row, "person", HV_ROLE_TEXT, "%s", text);
        hv_guid_format(&event->record, text);
        row += pair(cv, row, "record", HV_ROLE_TEXT, "%s", text);
        for (size_t k = 0; k < event->things_len; k++) {
            hv_guid_format(&event->things[k], text);
            row += pair(cv, row, k ? "" : "things", HV_ROLE_TEXT, "%s", text);
        }
    }
    return row;
}

int
hv_facts_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                const struct hv_log_row *entry)
{
    char time[HV_TIME_TEXT];
    char id[HV_GUID_TEXT];
    char sha[HV_HEX_SIZE(32)];

    (void)app;
    hv_time_format(entry->received_ms, time);
    row += pair(cv, row, "received", HV_ROLE_TEXT, "%s", time);
    row += pair(cv, row, "from", HV_ROLE_TEXT, "%s", entry->peer);
    hv_guid_format(&entry->sub, id);
    row += pair(cv, row, "subscription", HV_ROLE_STRONG, "%s",
                entry->has_sub ? id : "none named");
    row += pair(cv, row, "key version", HV_ROLE_TEXT, "%s",
                entry->version.id[0] ? entry->version.id : "none named");
    if (entry->has_sub) {
        char header[256];

        snprintf(header, sizeof(header),
                 "HVEventingSharedKey %s:%s:(its MAC is not kept)", id,
                 entry->version.id);
        hv_canvas_text(cv, row, 1, 14, HV_ROLE_DIM, "Authorization");
        row +=
            hv_canvas_wrap(cv, row, 16, cv->cols - 16, 3, HV_ROLE_DIM, header);
    }
    row += pair(cv, row, "answered", HV_ROLE_TEXT, "%d", entry->answered);
    row +=
        pair(cv, row, "bytes", HV_ROLE_TEXT, "%lld", (long long)entry->bytes);
    hv_hex_encode(entry->sha256, sizeof(entry->sha256), sha);
    hv_canvas_text(cv, row, 1, 14, HV_ROLE_DIM, "sha256");
    row += hv_canvas_wrap(cv, row, 16, cv->cols - 16, 2, HV_ROLE_DIM, sha);
    if (entry->duplicate_of)
        row += pair(cv, row, "the same as", HV_ROLE_NOTE,
                    "#%lld (:message %lld goes there)",
                    (long long)entry->duplicate_of,
                    (long long)entry->duplicate_of);
    return render_events(app, cv, row + 1, entry);
}

/* Long lines of XML are broken after each element, so that one can read it. */
static int
render_body(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    const char *text = hv_buf_str(&app->log.body);
    int width = cv->cols - 2;

    if (app->log.body_error.status) {
        hv_canvas_wrap(cv, row, 1, width, 2, HV_ROLE_DIM,
                       app->log.body_error.why);
        return row + 2;
    }
    return hv_xml_render(cv, row, text);
}

static int
render_tab(const struct hv_app *app, struct hv_canvas *cv,
           const struct hv_log_row *entry)
{
    int row = 0;

    switch (app->item_tab) {
    case 0:
        return hv_why_render(app, cv, 0, cv->rows, entry);
    case 1:
        return hv_facts_render(app, cv, row, entry);
    default:
        return render_body(app, cv, row);
    }
}

/* The tab is drawn on a tall canvas of its own; a part of it is shown. */
static int
render_scrolled(const struct hv_app *app, struct hv_canvas *cv,
                const struct hv_log_row *entry)
{
    struct hv_grid tall = { 0 };
    struct hv_canvas whole;
    int lines;

    hv_grid_reset(&tall, HV_MAX_GRID, app->cols);
    tall.is_ascii = app->is_ascii;
    whole = hv_canvas_whole(&tall);
    lines = render_tab(app, &whole, entry);
    for (int row = 0; cv && row < cv->rows; row++)
        hv_canvas_copy_row(cv, row, &tall, app->item_top + row, 0);
    hv_grid_release(&tall);
    return lines;
}

int
hv_item_lines(const struct hv_app *app, int cols)
{
    const struct hv_log_row *entry = hv_log_row(app);

    (void)cols;
    return entry ? render_scrolled(app, NULL, entry) : 0;
}

void
hv_item_render(const struct hv_app *app, struct hv_canvas *cv)
{
    const struct hv_log_row *entry = hv_log_row(app);
    struct hv_canvas part = hv_canvas_part(cv, 2, 0, cv->rows - 2, cv->cols);
    int at = 1;

    if (!entry) {
        hv_canvas_text(cv, 1, 2, 0, HV_ROLE_TEXT, "This message is gone.");
        return;
    }
    at += hv_canvas_textf(cv, 0, at, 0, HV_ROLE_TITLE, "Log > #%lld",
                          (long long)entry->id) +
          2;
    at += hv_canvas_text(cv, 0, at, 0, hv_verdict_role(entry->verdict),
                         hv_verdict_row(entry->verdict)->word) +
          3;
    for (int i = 0; i < HV_ITEM_TABS; i++)
        at += hv_canvas_textf(cv, 0, at, 0,
                              i == app->item_tab ? HV_ROLE_TAB_ON : HV_ROLE_TAB,
                              i == app->item_tab ? "[%s]" : " %s ", tabs[i]);
    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    render_scrolled(app, &part, entry);
}
