/*
 * forward.c - one attempt by HTTP: the exact body, the facts as headers. Called
 * by handon.c. Any 2xx means taken; what the answer says besides is ignored.
 */
#include "core/handon/handon_in.h"

#include <stdio.h>

static void
posted(void *arg, const struct hv_post_result *result)
{
    struct handon_try *try = arg;
    char why[120];

    try->transfer = NULL;
    if (result->http >= 200 && result->http < 300) {
        handon_tried(try, NULL);
        return;
    }
    if (result->http)
        snprintf(why, sizeof(why), "the worker answers %d", result->http);
    else
        hv_copy(why, sizeof(why), result->error.why);
    handon_tried(try, why);
}

static void
begin(struct handon_try *try)
{
    struct handon_fact facts[HANDON_MAX_FACTS];
    char lines[HANDON_MAX_FACTS]
              [sizeof(facts[0].header) + sizeof(facts[0].value) + 4];
    const char *headers[HANDON_MAX_FACTS + 2];
    size_t len = handon_facts(&try->item, facts);
    struct hv_post post = {
        .url = try->handon->url,
        .headers = headers,
        .body = hv_buf_bytes(&try->item.body),
        .ca_file = try->handon->ca_file,
        /* Whoever listens on loopback is the operator's own. */
        .no_verify = try->handon->is_loopback && !try->handon->ca_file,
        .allow_http = try->handon->is_loopback,
        .may_repeat = true, /* at least once: it knows the id */
        .timeout_ms = try->handon->timeout_ms,
    };

    for (size_t i = 0; i < len; i++) {
        snprintf(lines[i], sizeof(lines[i]), "%.*s: %.*s",
                 (int)sizeof(facts[i].header) - 1, facts[i].header,
                 (int)sizeof(facts[i].value) - 1, facts[i].value);
        headers[i] = lines[i];
    }
    headers[len] = "Content-Type: text/xml; charset=utf-8";
    headers[len + 1] = NULL;
    try->transfer = hv_curl_post(try->handon->curl, &post, posted, try);
}

static void
give_up(struct handon_try *try)
{
    if (try->transfer)
        hv_curl_cancel(try->handon->curl, try->transfer);
}

const struct handon_kind handon_forward = { "forward", 8, begin, give_up };
