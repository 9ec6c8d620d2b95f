/*
 * subscribe.c - the four subscription methods.
 * Called through the methods table. Fact: subscription-methods
 */
#include "hvconsole/names.h"
#include "sandbox/sub_read.h"

#include <stdlib.h>

int
sb_subscribe(struct sb_call *call)
{
    struct sb_platform *p = call->platform;
    struct sb_draft draft = { 0 };
    struct sb_sub sub = { 0 };
    int code = sb_draft_read(call, &draft);

    if (!code && draft.has_id)
        code = sb_refuse(call->answer, HV_CODE_SUB_INVALID, "id",
                         "id: the platform makes it, it may not be given");
    if (!code)
        code = sb_draft_check(call, &draft, &sub);
    if (!code && sb_sub_count_of(p, &call->app->id) >= call->app->limit)
        code = sb_refuse(call->answer, HV_CODE_SUB_LIMIT, NULL,
                         "the application has its %zu subscriptions already",
                         call->app->limit);
    if (code) {
        sb_sub_release(&sub);
        return code;
    }
    sub.id = hv_guid_random();
    sub.app = call->app->id;
    sb_add_guid(call->answer, "subscription-id", &sub.id);
    sb_sub_add(p, &sub);
    return HV_CODE_OK;
}

static void
add_types(struct sb_answer *answer, const struct sb_sub *sub)
{
    for (size_t filter = 0; filter < sub->filter_count; filter++) {
        sb_add(answer, "<filter><type-ids>");
        for (size_t i = 0; i < sub->type_count; i++)
            if (sub->types[i].filter == filter)
                sb_add_guid(answer, "type-id", &sub->types[i].id);
        sb_add(answer, "</type-ids></filter>");
    }
}

static void
add_subscription(struct sb_answer *answer, const struct sb_sub *sub)
{
    sb_add(answer, "<subscription><common>");
    sb_add_guid(answer, "id", &sub->id);
    sb_add(answer, "<notification-authentication-info><hv-eventing-shared-key>"
                   "<notification-key>");
    sb_add_secret(answer, &sub->key.key);
    sb_add(answer, "</notification-key>");
    sb_add_element(answer, "notification-key-version-id", sub->key.version.id);
    sb_add(answer, "</hv-eventing-shared-key>"
                   "</notification-authentication-info>"
                   "<notification-channel><http-notification-channel>");
    sb_add_element(answer, "url", sub->url);
    sb_add(answer, "</http-notification-channel></notification-channel>"
                   "</common><record-item-changed-event><filters>");
    add_types(answer, sub);
    sb_add(answer, "</filters></record-item-changed-event></subscription>");
}

int
sb_get_subscriptions(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    struct sb_walk walk = sb_walk_start(call->request->info);

    if (!sb_walk_is_done(&walk))
        return sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL,
                         "info of GetEventSubscriptions is not empty");
    sb_add(call->answer, "<subscriptions>");
    for (size_t i = 0; i < p->sub_count; i++)
        if (hv_guid_equal(&p->subs[i].app, &call->app->id))
            add_subscription(call->answer, &p->subs[i]);
    sb_add(call->answer, "</subscriptions>");
    return HV_CODE_OK;
}

/* The subscription of that id, if it belongs to the caller. */
static struct sb_sub *
own_sub(struct sb_call *call, const struct hv_guid *id)
{
    struct sb_sub *sub = sb_sub_find(call->platform, id);

    if (sub && hv_guid_equal(&sub->app, &call->app->id))
        return sub;
    sb_refuse(call->answer, HV_CODE_SUB_NOT_FOUND, NULL,
              "the application has no subscription with that id");
    return NULL;
}

/* An old key is worth keeping only under a version id of its own: deliveries
 * may still carry it for a while. */
static void
replace(struct sb_sub *sub, struct sb_sub *with, int64_t now_ms)
{
    if (!hv_key_version_equal(&sub->key.version, &with->key.version)) {
        hv_secret_release(&sub->old_key.key);
        sub->old_key = sub->key;
        sub->key = (struct sb_key){ 0 };
        sub->replaced_ms = now_ms;
    }
    hv_secret_release(&sub->key.key);
    free(sub->url);
    free(sub->types);
    sub->key = with->key;
    sub->url = with->url;
    sub->types = with->types;
    sub->type_count = with->type_count;
    sub->filter_count = with->filter_count;
    *with = (struct sb_sub){ 0 };
}

int
sb_update_subscription(struct sb_call *call)
{
    struct sb_draft draft = { 0 };
    struct sb_sub with = { 0 };
    struct sb_sub *sub = NULL;
    int code = sb_draft_read(call, &draft);

    if (!code && !draft.has_id)
        code = sb_refuse(call->answer, HV_CODE_SUB_INVALID, "id",
                         "id: an update must name the subscription");
    if (!code) {
        sub = own_sub(call, &draft.id);
        code = call->answer->code;
    }
    if (!code)
        code = sb_draft_check(call, &draft, &with);
    if (!code) {
        replace(sub, &with, call->now_ms);
        sb_touch(call->platform, SB_KIND_SUB,
                 (size_t)(sub - call->platform->subs));
    }
    sb_sub_release(&with);
    return code;
}

int
sb_unsubscribe(struct sb_call *call)
{
    struct sb_walk walk = sb_walk_start(call->request->info);
    xmlNode *node = sb_walk_take(&walk, "subscription-id");
    struct hv_guid id;
    struct sb_sub *sub;

    if (!node || !sb_walk_is_done(&walk) || !sb_guid(node, &id))
        return sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL,
                         "info does not hold one subscription-id with a guid");
    sub = own_sub(call, &id);
    if (!sub)
        return call->answer->code;
    sb_sub_remove(call->platform, sub);
    return HV_CODE_OK;
}
