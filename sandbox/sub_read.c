/*
 * sub_read.c - reads <subscription> in two steps: what the schema would refuse
 * (3), then what the platform's rules refuse (134, naming the field).
 * Called by subscribe.c. Fact: subscription-element, action-url-root
 */
#include "sandbox/sub_read.h"

#include "hvconsole/codec.h"
#include "hvconsole/names.h"
#include "sandbox/url.h"

#include <string.h>

#define MAX_KEY_TEXT 128 /* characters; string128nw of the schema */

static int
schema(struct sb_call *call, const char *what)
{
    return sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL, "%s", what);
}

static int
invalid(struct sb_call *call, const char *field, const char *why)
{
    return sb_refuse(call->answer, HV_CODE_SUB_INVALID, field, "%s: %s", field,
                     why);
}

/* The only child of @node, which must be called @name. */
static xmlNode *
only_child(xmlNode *node, const char *name)
{
    struct sb_walk walk = sb_walk_start(node);
    xmlNode *child = sb_walk_take(&walk, name);

    return sb_walk_is_done(&walk) ? child : NULL;
}

static int
read_key(struct sb_call *call, xmlNode *info, struct sb_draft *out)
{
    xmlNode *shared = only_child(info, "hv-eventing-shared-key");
    struct sb_walk walk;
    xmlNode *version;
    char text[HV_MAX_KEY_VERSION + 2];
    char key[MAX_KEY_TEXT + 1] = "";
    bool has_key;

    if (!shared)
        return schema(call, "notification-authentication-info does not hold "
                            "one hv-eventing-shared-key");
    walk = sb_walk_start(shared);
    out->key = sb_walk_take(&walk, "notification-key");
    version = sb_walk_take(&walk, "notification-key-version-id");
    if (!out->key || !version || !sb_walk_is_done(&walk))
        return schema(call, "hv-eventing-shared-key is not notification-key, "
                            "notification-key-version-id");
    has_key = sb_text(out->key, key, sizeof(key)) && key[0] != '\0';
    hv_wipe(key, sizeof(key));
    if (!has_key)
        return schema(call, "notification-key is not 1 to 128 characters");
    if (!sb_text(version, text, sizeof(text)) ||
        hv_key_version_parse(hv_bytes_str(text), &out->version))
        return schema(call, "notification-key-version-id is not 1 to 50 "
                            "letters, digits and hyphens");
    return HV_CODE_OK;
}

static int
read_common(struct sb_call *call, xmlNode *common, struct sb_draft *out)
{
    struct sb_walk walk = sb_walk_start(common);
    xmlNode *id = sb_walk_take(&walk, "id");
    xmlNode *auth = sb_walk_take(&walk, "notification-authentication-info");
    xmlNode *channel = sb_walk_take(&walk, "notification-channel");

    out->has_id = id != NULL;
    if (id && !sb_guid(id, &out->id))
        return schema(call, "the id of the subscription is not a guid");
    if (!auth || !channel || !sb_walk_is_done(&walk))
        return schema(call, "common is not id (optional), "
                            "notification-authentication-info, "
                            "notification-channel");
    channel = only_child(channel, "http-notification-channel");
    out->url = channel ? only_child(channel, "url") : NULL;
    if (!out->url || xmlFirstElementChild(out->url))
        return schema(call, "notification-channel does not hold one "
                            "http-notification-channel with a url");
    return read_key(call, auth, out);
}

static int
read_filter(struct sb_call *call, xmlNode *filter, struct sb_draft *out)
{
    xmlNode *ids = only_child(filter, "type-ids");
    struct sb_walk walk;
    xmlNode *node;
    size_t count = 0;

    if (!ids)
        return schema(call, "a filter does not hold one type-ids");
    walk = sb_walk_start(ids);
    for (; (node = sb_walk_take(&walk, "type-id")); count++) {
        struct sb_type_ref ref = { .filter = out->filter_count };

        if (!sb_guid(node, &ref.id))
            return schema(call, "a type-id is not a guid");
        if (out->type_count <= HV_MAX_TYPES_PER_SUB)
            out->types[out->type_count++] = ref;
    }
    out->filter_count++;
    if (count == 0 || !sb_walk_is_done(&walk))
        return schema(call, "type-ids does not hold one type-id or more");
    return HV_CODE_OK;
}

static int
read_event(struct sb_call *call, xmlNode *event, struct sb_draft *out)
{
    xmlNode *filters = only_child(event, "filters");
    struct sb_walk walk;
    xmlNode *node;

    if (!filters)
        return schema(call, "record-item-changed-event does not hold one "
                            "filters");
    walk = sb_walk_start(filters);
    while ((node = sb_walk_take(&walk, "filter"))) {
        int code = read_filter(call, node, out);

        if (code)
            return code;
    }
    if (out->filter_count == 0 || !sb_walk_is_done(&walk))
        return schema(call, "filters does not hold one filter or more");
    return HV_CODE_OK;
}

int
sb_draft_read(struct sb_call *call, struct sb_draft *out)
{
    xmlNode *subscription = only_child(call->request->info, "subscription");
    struct sb_walk walk;
    xmlNode *common;
    xmlNode *event;
    int code;

    if (!subscription)
        return schema(call, "info does not hold one subscription");
    walk = sb_walk_start(subscription);
    common = sb_walk_take(&walk, "common");
    event = sb_walk_take(&walk, "record-item-changed-event");
    if (!common || !event || !sb_walk_is_done(&walk))
        return schema(call, "subscription is not common, "
                            "record-item-changed-event");
    code = read_common(call, common, out);
    return code ? code : read_event(call, event, out);
}

/* The tree's own copy of the key goes as soon as we have ours. */
static void
wipe_text(xmlNode *node)
{
    for (xmlNode *n = node->children; n; n = n->next)
        if (n->type == XML_TEXT_NODE && n->content)
            hv_wipe(n->content, strlen((char *)n->content));
}

static int
check_key(struct sb_call *call, const struct sb_draft *draft,
          struct sb_sub *out)
{
    char text[MAX_KEY_TEXT + 1];
    size_t len = 0;
    int code = HV_CODE_OK;

    if (hv_secret_init(&out->key.key, HV_HMAC_KEY_LEN, NULL))
        return sb_refuse(call->answer, HV_CODE_FAILED, NULL,
                         "no protected memory is left");
    if (!sb_text(draft->key, text, sizeof(text)) ||
        hv_base64_decode_xml(text, strlen(text), out->key.key.data,
                             HV_HMAC_KEY_LEN, &len) ||
        len != HV_HMAC_KEY_LEN)
        code = invalid(call, "notification-key",
                       "it is not the base64 of exactly 64 bytes");
    hv_wipe(text, sizeof(text));
    wipe_text(draft->key);
    out->key.version = draft->version;
    return code;
}

static int
check_root(struct sb_call *call, const struct sb_url *url)
{
    struct sb_url action;

    if (!sb_app_is_prod(call->platform, call->app))
        return HV_CODE_OK;
    if (call->app->action_url[0] == '\0')
        return invalid(call, "url",
                       "the application has no action URL to compare with");
    if (sb_url_parse(call->app->action_url, true, &action) ||
        !sb_url_is_under(url, &action))
        return invalid(call, "url",
                       "it does not lie under the root of the action URL");
    return HV_CODE_OK;
}

static int
check_url(struct sb_call *call, const struct sb_draft *draft,
          struct sb_sub *out)
{
    char text[HV_MAX_URL + 2];
    struct sb_url url;
    const char *why = "it is longer than 1024 characters";

    if (sb_text(draft->url, text, sizeof(text)))
        why = sb_url_parse(text, call->platform->allow_http, &url);
    if (why)
        return invalid(call, "url", why);
    out->url = hv_strdup(text);
    return check_root(call, &url);
}

static int
check_types(struct sb_call *call, const struct sb_draft *draft,
            struct sb_sub *out)
{
    if (draft->type_count > HV_MAX_TYPES_PER_SUB ||
        draft->filter_count > HV_MAX_FILTERS)
        return invalid(call, "type-id",
                       "more than 128 types or 32 filters are not taken");
    for (size_t i = 0; i < draft->type_count; i++)
        if (!hv_thing_type_find(&draft->types[i].id))
            return invalid(call, "type-id",
                           "it is not the id of a known thing type");
    out->types = hv_calloc(draft->type_count, sizeof(*out->types));
    memcpy(out->types, draft->types, draft->type_count * sizeof(*out->types));
    out->type_count = draft->type_count;
    out->filter_count = draft->filter_count;
    return HV_CODE_OK;
}

int
sb_draft_check(struct sb_call *call, const struct sb_draft *draft,
               struct sb_sub *out)
{
    int code = check_key(call, draft, out);

    if (!code)
        code = check_url(call, draft, out);
    if (!code)
        code = check_types(call, draft, out);
    return code;
}
