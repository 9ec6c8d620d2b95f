/*
 * node.c - the tree of values a command tells to the printer. Pure.
 */
#include "tui/command/node.h"

#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <stdlib.h>
#include <string.h>

struct hv_node *
hv_node_new(enum hv_node_kind kind)
{
    struct hv_node *node = hv_calloc(1, sizeof(*node));

    node->kind = kind;
    return node;
}

void
hv_node_free(struct hv_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->len; i++)
        hv_node_free(node->kids[i]);
    free(node->kids);
    free(node->text);
    free(node->key);
    free(node);
}

const struct hv_node *
hv_node_member(const struct hv_node *node, const char *key)
{
    for (size_t i = 0; i < node->len; i++) {
        if (node->kids[i]->key && strcmp(node->kids[i]->key, key) == 0)
            return node->kids[i];
    }
    return NULL;
}

/* Keys are our words, but for the parameters of a URL that somebody sent: those
 * go through the door here, for no format looks at a key again. */
static char *
key_copy(const char *key)
{
    struct hv_buf clean = { 0 };
    const char *c = key;
    char *copy;

    while (*c > ' ' && *c < 0x7f)
        c++;
    if (!*c)
        return hv_strdup(key);
    hv_text_clean(&clean, hv_bytes_str(key));
    copy = hv_strdup(hv_buf_str(&clean));
    hv_buf_release(&clean);
    return copy;
}

static struct hv_node *
add(struct hv_node *node, const char *key, enum hv_node_kind kind)
{
    struct hv_node *kid = hv_node_new(kind);

    kid->key = key && node->kind == HV_NODE_OBJECT ? key_copy(key) : NULL;
    node->kids =
        hv_realloc_array(node->kids, node->len + 1, sizeof(*node->kids));
    node->kids[node->len++] = kid;
    return kid;
}

void
hv_node_text(struct hv_node *node, const char *key, const char *text)
{
    struct hv_node *kid = add(node, key, text ? HV_NODE_TEXT : HV_NODE_NULL);

    if (text)
        kid->text = hv_strdup(text);
}

void
hv_node_int(struct hv_node *node, const char *key, int64_t number)
{
    add(node, key, HV_NODE_INT)->number = number;
}

void
hv_node_bool(struct hv_node *node, const char *key, bool value)
{
    add(node, key, HV_NODE_BOOL)->number = value;
}

void
hv_node_null(struct hv_node *node, const char *key)
{
    add(node, key, HV_NODE_NULL);
}

void
hv_node_id(struct hv_node *node, const char *key, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    if (!id || hv_guid_is_zero(id)) {
        hv_node_null(node, key);
        return;
    }
    hv_guid_format(id, text);
    add(node, key, HV_NODE_ID)->text = hv_strdup(text);
}

void
hv_node_time(struct hv_node *node, const char *key, int64_t ms)
{
    if (ms)
        add(node, key, HV_NODE_TIME)->number = ms;
    else
        hv_node_null(node, key);
}

void
hv_node_hex(struct hv_node *node, const char *key, const uint8_t *data,
            size_t len)
{
    char *text = hv_calloc(HV_HEX_SIZE(len), 1);

    hv_hex_encode(data, len, text);
    add(node, key, HV_NODE_TEXT)->text = text;
}

struct hv_node *
hv_node_list(struct hv_node *node, const char *key)
{
    return add(node, key, HV_NODE_LIST);
}

struct hv_node *
hv_node_object(struct hv_node *node, const char *key)
{
    return add(node, key, HV_NODE_OBJECT);
}
