/*
 * out_json.c - values as JSON; the only file that knows jansson. Called by
 * out.c. Output is ASCII: foreign text cannot reach a terminal as anything but
 * an escape, and programs read back exactly what came.
 */
#include "tui/command/node.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* jansson refuses what is not UTF-8: such bytes become visible first. */
static json_t *
text_json(const char *text)
{
    struct hv_buf clean = { 0 };
    json_t *value;

    if (hv_utf8_is_valid(hv_bytes_str(text)))
        return json_string(text);
    hv_text_clean(&clean, hv_bytes_str(text));
    value = json_string(hv_buf_str(&clean));
    hv_buf_release(&clean);
    return value;
}

static json_t *node_json(const struct hv_node *node);

static json_t *
kids_json(const struct hv_node *node)
{
    json_t *value = node->kind == HV_NODE_LIST ? json_array() : json_object();

    for (size_t i = 0; i < node->len; i++) {
        if (node->kind == HV_NODE_LIST)
            json_array_append_new(value, node_json(node->kids[i]));
        else
            json_object_set_new(value, node->kids[i]->key,
                                node_json(node->kids[i]));
    }
    return value;
}

static json_t *
node_json(const struct hv_node *node)
{
    char time[HV_TIME_TEXT];

    switch (node->kind) {
    case HV_NODE_OBJECT:
    case HV_NODE_LIST:
        return kids_json(node);
    case HV_NODE_TEXT:
    case HV_NODE_ID:
        return text_json(node->text);
    case HV_NODE_TIME:
        hv_time_format(node->number, time);
        return json_string(time);
    case HV_NODE_INT:
        return json_integer(node->number);
    case HV_NODE_BOOL:
        return json_boolean(node->number != 0);
    case HV_NODE_NULL:
        break;
    }
    return json_null();
}

/* The members of an item or object that are wanted. */
static json_t *
wanted_json(const struct hv_out *out, const struct hv_node *node)
{
    json_t *value = json_object();

    for (size_t i = 0; i < node->len; i++) {
        if (hv_out_shows(out, node->kids[i]->key, true))
            json_object_set_new(value, node->kids[i]->key,
                                node_json(node->kids[i]));
    }
    return value;
}

static int
add_ascii(const char *data, size_t len, void *arg)
{
    struct hv_buf *out = arg;

    /* DEL is the one byte of ASCII that JSON leaves bare; it can only stand
     * inside a string here. */
    for (size_t i = 0; i < len; i++) {
        if (data[i] == 0x7f)
            hv_buf_add_str(out, "\\u007f");
        else
            hv_buf_add_char(out, data[i]);
    }
    return 0;
}

static void
dump(struct hv_buf *out, json_t *value, size_t flags)
{
    json_dump_callback(value, add_ascii, out, JSON_ENSURE_ASCII | flags);
    hv_buf_add_char(out, '\n');
    json_decref(value);
}

static json_t *
schema_json(const struct hv_out *out)
{
    return json_sprintf("hvconsole.%s/1", out->config.schema);
}

void
hv_out_print_json(struct hv_out *out)
{
    json_t *document = json_object();
    json_t *items;

    json_object_set_new(document, "schema", schema_json(out));
    if (out->is_list) {
        for (size_t i = 0; i < out->top->len; i++)
            json_object_set_new(document, out->top->kids[i]->key,
                                node_json(out->top->kids[i]));
        items = json_array();
        for (size_t i = 0; i < out->items_len; i++)
            json_array_append_new(items, wanted_json(out, out->items[i]));
        json_object_set_new(document, "items", items);
    } else {
        json_t *members = wanted_json(out, out->top);

        json_object_update(document, members);
        json_decref(members);
    }
    dump(&out->text, document, JSON_INDENT(2));
}

void
hv_out_print_line(struct hv_out *out, const struct hv_node *node)
{
    json_t *line = json_object();
    json_t *members = wanted_json(out, node);

    if (out->stream_type)
        json_object_set_new(line, "type", json_string(out->stream_type));
    else if (!out->is_list)
        json_object_set_new(line, "schema", schema_json(out));
    json_object_update(line, members);
    json_decref(members);
    dump(&out->text, line, JSON_COMPACT);
}

enum hv_status
hv_out_ready(int fd, const char *listening, int64_t pid, struct hv_error *err)
{
    struct hv_buf line = { 0 };
    enum hv_status st;

    dump(
        &line,
        json_pack("{s:s, s:I}", "listening", listening, "pid", (json_int_t)pid),
        JSON_COMPACT);
    st = hv_out_write(fd, hv_buf_bytes(&line), err);
    hv_buf_release(&line);
    return st;
}

void
hv_out_error(struct hv_buf *out, const struct hv_error *err, const char *kind)
{
    json_t *error = json_object();
    json_t *document = json_object();

    json_object_set_new(error, "exit",
                        json_integer(hv_status_exit(err->status)));
    json_object_set_new(error, "kind", json_string(kind));
    json_object_set_new(error, "platform_code",
                        err->platform_code ? json_integer(err->platform_code)
                                           : json_null());
    json_object_set_new(error, "message", text_json(err->why));
    json_object_set_new(error, "hint",
                        err->hint[0] ? text_json(err->hint) : json_null());
    json_object_set_new(document, "error", error);
    dump(out, document, JSON_COMPACT);
}
