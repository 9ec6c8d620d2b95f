/*
 * item.c - one received message, opened: why it got its verdict, what it
 * said, and its body. Draws the row under the log's cursor. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/secret.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_binding hv_item_bindings[] = {
    { "]", "pane next", "next tab", NULL },
    { "[", "pane prev", NULL, "previous tab" },
    { "<Tab>", "pane next", NULL, NULL },
    { "<S-Tab>", "pane prev", NULL, "previous tab" },
    { "w", "wrap", "wrap", NULL },
    { "x", "why", "explain", NULL },
    { "V", "log verify %marked", NULL, "is it as it was written?" },
    { "u", "things show %id", NULL, "what the things of this message are now" },
    { "T", "test send --from %id --to sub", NULL,
      "send its body again, signed anew" },
    { "E", "edit body", NULL, "its body in $EDITOR; signed anew, sent" },
    { "I", "import key", NULL, "import the key that this message names" },
    { "<BS>", "back", NULL, "back to the list" },
    { 0 },
};

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
        row += hv_canvas_wrap(
            cv, row, 1, cv->cols - 2, end - row < 3 ? end - row : 3,
            hv_verdict_role(entry->verdict), verdict->sentence);
    if (verdict->todo[0] && row < end) {
        hv_canvas_text(cv, row, 1, 6, HV_ROLE_DIM, "do");
        row += hv_canvas_wrap(cv, row, 5, cv->cols - 6, end - row < 2 ? 1 : 2,
                              HV_ROLE_TEXT, verdict->todo);
    }
    if (entry->is_test && !verdict->is_verified && row < end) {
        hv_canvas_text(cv, row++, 1, cv->cols - 2, HV_ROLE_DIM,
                       "Our own test: nobody tries it again.");
    } else if (entry->retry_until_ms > app->now_ms && row < end) {
        hv_span_format(entry->retry_until_ms - app->now_ms, span);
        row += hv_canvas_textf(cv, row, 1, 0, HV_ROLE_DIM,
                               "The platform tries again for %s.", span) > 0;
    }
    if (row < end && entry->peer[0])
        hv_canvas_textf(cv, row++, 1, 0, HV_ROLE_DIM, "From %s%s%.0lld%s",
                        entry->peer,
                        entry->duplicate_of ? "; the same bytes as #" : "",
                        (long long)entry->duplicate_of,
                        entry->duplicate_of ? ", see related" : "");
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
        return row + hv_canvas_wrap(
                         cv, row, 1, cv->cols - 2, 2, HV_ROLE_DIM,
                         entry->is_pruned ? "its events went with its body: "
                                            "too old"
                         : hv_verdict_row(entry->verdict)->is_verified
                             ? "its events are sealed: this keystore has no "
                               "key for them"
                             : "no events: nothing is kept of a refused "
                               "message");
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
    hv_canvas_text(cv, row, 1, 14, HV_ROLE_DIM, "not kept");
    row += hv_canvas_wrap(cv, row, 16, cv->cols - 17, 2, HV_ROLE_DIM,
                          "the MAC, and headers that say nothing about the "
                          "sender of a notification");
    return render_events(app, cv, row + 1, entry);
}

/* Byte for byte: what is no printable ASCII is written as \\x.., a backslash
 * twice, and each line of the body shows how it ended. */
static void
raw_line(struct hv_bytes line, bool has_end, struct hv_buf *out)
{
    hv_buf_clear(out);
    for (size_t i = 0; i < line.len; i++) {
        uint8_t byte = line.data[i];

        if (byte == '\\')
            hv_buf_add_str(out, "\\\\");
        else if (byte >= ' ' && byte < 0x7f)
            hv_buf_add_char(out, (char)byte);
        else
            hv_buf_addf(out, "\\x%02x", byte);
    }
    hv_buf_add_str(out, has_end ? "\\n" : "");
}

/* Cut where the row ends, not at blanks: none of them may be lost. */
static int
render_pieces(struct hv_canvas *cv, int row, const char *text)
{
    size_t width = cv->cols > 3 ? (size_t)cv->cols - 2 : 1;

    do {
        hv_canvas_textf(cv, row++, 1, 0, HV_ROLE_TEXT, "%.*s", (int)width,
                        text);
        text += strnlen(text, width);
    } while (*text && row <= HV_MAX_GRID);
    return row;
}

static int
render_raw(struct hv_canvas *cv, int row, struct hv_bytes rest)
{
    struct hv_buf text = { 0 };

    while (rest.len && row <= HV_MAX_GRID) {
        const uint8_t *end = memchr(rest.data, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.data) : rest.len;

        raw_line((struct hv_bytes){ rest.data, len }, end, &text);
        row = render_pieces(cv, row, hv_buf_str(&text));
        rest.data += len + (end != NULL);
        rest.len -= len + (end != NULL);
    }
    if (text.data)
        hv_wipe(text.data, text.cap);
    hv_buf_release(&text);
    return row;
}

/* The body as elements, or byte for byte. */
static int
render_body(const struct hv_app *app, struct hv_canvas *cv,
            const struct hv_log_row *entry, bool is_raw)
{
    const struct hv_log *log = &app->log;
    int row = 0;

    if (log->body_id != entry->id)
        return row;
    if (log->body_error.status)
        return row + hv_canvas_wrap(cv, row, 1, cv->cols - 2, 3, HV_ROLE_DIM,
                                    log->body_error.why);
    row = is_raw ? render_raw(cv, row, hv_buf_bytes(&log->body))
                 : hv_xml_render(cv, row, hv_buf_str(&log->body));
    if (!is_raw && strlen(hv_buf_str(&log->body)) < log->body.len)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 2, HV_ROLE_WARN,
                              "A NUL byte stands here: what follows it is in "
                              "raw alone.");
    if (row > HV_MAX_GRID)
        hv_canvas_textf(cv, cv->rows - 1, 1, 0, HV_ROLE_WARN,
                        "There is more: hvconsole log show %lld --raw",
                        (long long)entry->id);
    return row;
}

void
hv_hits_mark(const struct hv_app *app, struct hv_canvas *cv, int row, int end)
{
    for (; row < end && row < cv->rows; row++)
        hv_canvas_mark(cv, row, HV_ROLE_WARN, app->log.find.text);
}

int
hv_body_render(const struct hv_app *app, struct hv_canvas *cv,
               const struct hv_log_row *entry)
{
    return render_body(app, cv, entry, false);
}

int
hv_message_render(const struct hv_app *app, struct hv_canvas *cv,
                  const struct hv_log_row *entry)
{
    switch (app->lists[HV_VIEW_LOG].pane) {
    case HV_LOG_PANE_HEADER:
        return hv_facts_render(app, cv, 0, entry);
    case HV_LOG_PANE_BODY:
        return render_body(app, cv, entry, false);
    case HV_LOG_PANE_RELATED:
        return hv_related_render(app, cv, entry);
    case HV_LOG_PANE_RAW:
        return render_body(app, cv, entry, true);
    default:
        return hv_why_render(app, cv, 0, cv->rows, entry);
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

    hv_grid_reset(&tall, HV_MAX_GRID,
                  app->is_item_wide ? HV_MAX_GRID : app->cols);
    tall.is_ascii = app->is_ascii;
    whole = hv_canvas_whole(&tall);
    lines = hv_message_render(app, &whole, entry);
    hv_hits_mark(app, &whole, 0, lines);
    for (int row = 0; cv && row < cv->rows; row++)
        hv_canvas_copy_row(cv, row, &tall, app->item_top + row, app->item_left);
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
    char title[64];

    if (!entry) {
        hv_canvas_text(cv, 1, 2, 0, HV_ROLE_TEXT, "This message is gone.");
        return;
    }
    snprintf(title, sizeof(title), "Log > #%lld %s", (long long)entry->id,
             hv_verdict_row(entry->verdict)->word);
    hv_title_panes_render(app, cv, HV_VIEW_LOG, title);
    hv_canvas_rule(cv, 1, 0, cv->cols, "");
    render_scrolled(app, &part, entry);
}
