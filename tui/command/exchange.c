/*
 * exchange.c - see exchange.h. Pure but for the clock.
 */
#include "tui/command/exchange.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

#define BODY_SHOWN 8192

void
hv_exchange_release(struct hv_exchange *exchange)
{
    hv_buf_release(&exchange->body);
    hv_buf_release(&exchange->head);
    hv_buf_release(&exchange->answer);
    *exchange = (struct hv_exchange){ 0 };
}

static void
take_answer(struct hv_exchange *out, const struct sender_result *result)
{
    const struct hv_test_answer *answer = &result->answer;

    out->http = answer->http;
    out->expected = result->verdict.expected;
    out->passes = result->verdict.passes;
    out->is_delivered = result->verdict.is_delivered;
    out->took_ms = answer->took_ms;
    hv_copy(out->tls, sizeof(out->tls), answer->tls);
    hv_copy(out->address, sizeof(out->address), answer->address);
    hv_copy(out->note, sizeof(out->note), result->verdict.note);
    hv_buf_add_bytes(&out->head, hv_buf_bytes(&answer->head));
    hv_buf_add_bytes(&out->answer, hv_buf_bytes(&answer->body));
}

void
hv_exchange_make(const struct sender_shot *shot,
                 const struct sender_result *result, const struct hv_error *why,
                 struct hv_exchange *out)
{
    *out = (struct hv_exchange){
        .at_ms = hv_clock_now_ms(),
        .cell = -1,
        .mode = shot->mode,
        .sub = shot->sub,
        .is_marked = !shot->is_exact,
        .is_skipped = !result,
    };
    sender_items_text(shot, out->items, sizeof(out->items));
    hv_copy(out->to, sizeof(out->to), shot->aim->word);
    hv_copy(out->url, sizeof(out->url), shot->aim->url);
    if (!result) {
        hv_copy(out->note, sizeof(out->note), why->why);
        return;
    }
    out->version = result->draft.version;
    sender_header_text(result->draft.header, out->header, sizeof(out->header));
    hv_buf_add_bytes(&out->body, hv_buf_bytes(&result->draft.body));
    /* Nothing was expected of what was not sent. */
    out->is_draft = !result->verdict.expected;
    if (!out->is_draft)
        take_answer(out, result);
}

const char *
hv_exchange_verdict(const struct hv_exchange *exchange)
{
    if (exchange->is_skipped)
        return "skipped";
    if (exchange->is_draft)
        return "draft";
    return exchange->passes ? "PASS" : "FAIL";
}

/* Bytes of @text, as far as they are shown; says what was left out. */
static void
add_some(struct hv_buf *out, const struct hv_buf *text, size_t most)
{
    struct hv_bytes bytes = hv_buf_bytes(text);

    if (bytes.len > most)
        bytes.len = most;
    hv_buf_add_bytes(out, bytes);
    if (text->len > most)
        hv_buf_addf(out, "\n... %zu more bytes", text->len - most);
}

void
hv_exchange_request(const struct hv_exchange *exchange, size_t most,
                    struct hv_buf *out)
{
    const char *host = strstr(exchange->url, "://");
    const char *path;

    host = host ? host + 3 : exchange->url;
    path = host + strcspn(host, "/?#");
    hv_text_linef(out, "POST %s%s HTTP/1.1", *path == '/' ? "" : "/", path);
    hv_text_linef(out, "Host: %.*s", (int)(path - host), host);
    hv_buf_add_str(out, "Accept: */*\nContent-Type: text/xml; charset=utf-8\n");
    if (exchange->is_marked)
        hv_buf_add_str(out, "X-HVConsole-Test: 1\n");
    if (exchange->header[0])
        hv_text_linef(out, "Authorization: %s", exchange->header);
    hv_buf_addf(out, "Content-Length: %zu\n\n", exchange->body.len);
    add_some(out, &exchange->body, most);
    hv_buf_add_char(out, '\n');
}

void
hv_exchange_answer(const struct hv_exchange *exchange, size_t most,
                   struct hv_buf *out)
{
    if (!exchange->http) {
        hv_text_linef(out, "no answer: %s", exchange->note);
        return;
    }
    /* Lines as they came, without the CR and the blank one at the end. */
    for (size_t i = 0; i < exchange->head.len; i++) {
        char c = (char)exchange->head.data[i];

        if (c != '\r')
            hv_buf_add_char(out, c);
    }
    while (out->len && out->data[out->len - 1] == '\n')
        out->data[--out->len] = 0;
    hv_buf_add_str(out, "\n");
    if (exchange->answer.len) {
        hv_buf_add_char(out, '\n');
        add_some(out, &exchange->answer, most);
        hv_buf_add_char(out, '\n');
    }
}

/* "401, expected 401, PASS". */
static void
add_verdict(const struct hv_exchange *x, struct hv_buf *out)
{
    if (x->is_skipped) {
        hv_text_linef(out, "skipped     %s", x->note);
        return;
    }
    if (x->is_draft) {
        hv_buf_add_str(out, "not sent: this is what would go out\n");
        return;
    }
    if (x->http)
        hv_buf_addf(out, "result      %d in %lld ms, expected %d: %s\n",
                    x->http, (long long)x->took_ms, x->expected,
                    hv_exchange_verdict(x));
    else
        hv_buf_addf(out,
                    "result      no answer after %lld ms, expected %d: "
                    "%s\n",
                    (long long)x->took_ms, x->expected, hv_exchange_verdict(x));
    if (x->sent > 1 || (x->sent && x->passed != x->sent && x->passed))
        hv_buf_addf(out, "sent        %lld, of which %lld passed\n",
                    (long long)x->sent, (long long)x->passed);
    if (x->http)
        hv_text_linef(out, "connection  %s, %s", x->address,
                      x->tls[0] ? x->tls : "no TLS");
    hv_buf_addf(out, "expected    %d: %s\n", x->expected, x->mode->why);
    hv_buf_addf(out, "effect      %s\n",
                hv_test_effect(x->mode, x->is_delivered, x->passes));
    if (x->note[0])
        hv_text_linef(out, "note        %s", x->note);
    if (!x->passes)
        hv_buf_addf(out, "suggestion  %s\n", x->mode->advice);
}

void
hv_exchange_text(const struct hv_exchange *exchange, struct hv_buf *out)
{
    struct hv_buf raw = { 0 };
    char id[HV_GUID_TEXT];

    hv_guid_format(&exchange->sub, id);
    hv_buf_addf(&raw, "message     %s (%s)\n", exchange->mode->word,
                exchange->mode->sentence);
    hv_text_linef(&raw, "as          %s, key version %s, items %s", id,
                  exchange->version.id, exchange->items);
    hv_text_linef(&raw, "to          %s (%s)", exchange->url, exchange->to);
    add_verdict(exchange, &raw);
    if (!exchange->is_skipped) {
        hv_buf_add_str(&raw, "\n-- request\n");
        hv_exchange_request(exchange, BODY_SHOWN, &raw);
    }
    if (!exchange->is_skipped && !exchange->is_draft) {
        hv_buf_add_str(&raw, "\n-- answer\n");
        hv_exchange_answer(exchange, BODY_SHOWN, &raw);
    }
    hv_text_clean_lines(out, hv_buf_bytes(&raw)); /* foreign bytes */
    hv_buf_release(&raw);
}
