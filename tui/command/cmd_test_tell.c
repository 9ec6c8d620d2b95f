/*
 * cmd_test_tell.c - a test message and its answer as fields. Called by the
 * other files of `test`.
 */
#include "tui/command/cmd_test.h"

#define BODY_SHOWN 4096

void
test_read_where(struct hv_cmd *cmd, struct sender_shot *shot)
{
    shot->ca_file = hv_cmd_text(cmd, "--ca");
    shot->allow_private = hv_cmd_has(cmd, "--allow-private");
    shot->is_exact = hv_cmd_has(cmd, "--exact");
}

void
test_tell_shot(struct hv_node *node, const struct sender_shot *shot)
{
    char items[32];

    sender_items_text(shot, items, sizeof(items));
    hv_node_text(node, "mode", shot->mode->word);
    hv_node_text(node, "items", items);
    hv_node_text(node, "to", shot->aim->word);
    hv_node_text(node, "url", shot->aim->url);
}

void
test_tell_result(struct hv_node *node, const struct sender_result *result)
{
    const struct hv_test_answer *answer = &result->answer;

    if (answer->http)
        hv_node_int(node, "status", answer->http);
    else
        hv_node_null(node, "status");
    hv_node_int(node, "expected", result->verdict.expected);
    hv_node_bool(node, "pass", result->verdict.passes);
    hv_node_text(node, "platform",
                 result->verdict.is_delivered ? "delivered" : "retried");
    hv_node_int(node, "ms", answer->took_ms);
    hv_node_text(node, "note",
                 result->verdict.note[0] ? result->verdict.note : NULL);
}

static void
add_text(struct hv_node *node, const char *key, struct hv_bytes bytes)
{
    struct hv_buf text = { 0 };

    if (bytes.len > BODY_SHOWN)
        bytes.len = BODY_SHOWN;
    hv_buf_add_bytes(&text, bytes);
    hv_node_text(node, key, hv_buf_str(&text));
    hv_buf_release(&text);
}

/* The exact request, but for its MAC; and the answer as it came. */
void
test_tell_exchange(struct hv_node *top, const struct sender_shot *shot,
                   const struct sender_result *result)
{
    struct hv_node *request = hv_node_object(top, "request");
    struct hv_node *answer;
    char header[256];

    sender_header_text(result->draft.header, header, sizeof(header));
    hv_node_text(request, "authorization", *header ? header : NULL);
    hv_node_bool(request, "marked", !shot->is_exact);
    hv_node_int(request, "bytes", (int64_t)result->draft.body.len);
    add_text(request, "body", hv_buf_bytes(&result->draft.body));
    if (!result->answer.http)
        return;
    answer = hv_node_object(top, "answer");
    hv_node_text(answer, "address", result->answer.address);
    hv_node_text(answer, "tls",
                 result->answer.tls[0] ? result->answer.tls : NULL);
    add_text(answer, "head", hv_buf_bytes(&result->answer.head));
    add_text(answer, "body", hv_buf_bytes(&result->answer.body));
}

void
test_show(struct hv_cmd *cmd, struct hv_exchange *exchange)
{
    const struct hv_asker *asker = &cmd->session->asker;

    if (asker->exchange)
        asker->exchange(asker->arg, exchange);
    hv_exchange_release(exchange);
}
