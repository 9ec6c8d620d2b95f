/*
 * reach.c - the doors of core/rotate: the platform through a table of calls,
 * the listener through what it publishes. Called by run.c, create.c.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/clock.h"
#include "hvconsole/run.h"

#include <poll.h>
#include <string.h>

enum { LISTENER_WAIT_MS = 5000, LISTENER_LOOK_MS = 20 };

static enum hv_status
client_get_subs(void *arg, struct hv_sub_list *out, struct hv_error *err)
{
    return hv_client_get_subs(arg, out, err);
}

static enum hv_status
client_subscribe(void *arg, const struct hv_sub *sub, struct hv_guid *id,
                 struct hv_error *err)
{
    return hv_client_subscribe(arg, sub, id, err);
}

static enum hv_status
client_update(void *arg, const struct hv_sub *sub, struct hv_error *err)
{
    return hv_client_update_sub(arg, sub, err);
}

static enum hv_status
client_unsubscribe(void *arg, const struct hv_guid *id, struct hv_error *err)
{
    return hv_client_unsubscribe(arg, id, err);
}

static void
wait_really(void *arg, int ms)
{
    (void)arg;
    poll(NULL, 0, ms);
}

struct hv_platform_ops
rotate_ops(const struct hv_rotate_ctx *ctx)
{
    if (ctx->ops)
        return *ctx->ops;
    return (struct hv_platform_ops){
        .get_subs = client_get_subs,
        .subscribe = client_subscribe,
        .update = client_update,
        .unsubscribe = client_unsubscribe,
        .wait = wait_really,
        .arg = ctx->client,
    };
}

enum hv_status
rotate_read(const struct hv_rotate_ctx *ctx, const struct hv_guid *sub,
            struct hv_sub *out, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    struct hv_sub_list list = { 0 };
    enum hv_status st = ops.get_subs(ops.arg, &list, err);

    if (st)
        return st;
    *out = (struct hv_sub){ 0 };
    for (size_t i = 0; i < list.len; i++) {
        if (!hv_guid_equal(&list.items[i].id, sub))
            continue;
        *out = list.items[i]; /* moved */
        list.items[i] = (struct hv_sub){ 0 };
        break;
    }
    hv_sub_list_release(&list);
    return HV_OK;
}

enum hv_status
rotate_require_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    enum hv_status st;

    if (ctx->without_listener)
        return HV_OK;
    st = hv_run_find(ctx->store, "listener", &facts, NULL);
    hv_facts_release(&facts);
    if (!st)
        return HV_OK;
    hv_fail(err, HV_ERR_REFUSED,
            "no listener runs here that would accept a new key before it is "
            "announced; nothing was changed");
    hv_hint(err, "start `hvconsole listen`, or say --without-listener if "
                 "another machine receives the notifications");
    return HV_ERR_REFUSED;
}

/* Has it loaded at least the generation that we see? */
static bool
listener_is_level(const struct hv_rotate_ctx *ctx, char *health, size_t size)
{
    const struct hv_keystore_info *info = hv_keystore_info(ctx->ks);
    struct hv_facts facts = { 0 };
    char store_id[HV_GUID_TEXT], theirs[HV_GUID_TEXT];
    bool is_level = false;

    if (!hv_run_find(ctx->store, "listener", &facts, NULL)) {
        hv_guid_format(&info->store_id, store_id);
        is_level =
            hv_facts_get(&facts, "store_id", 0, theirs, sizeof(theirs)) &&
            strcmp(theirs, store_id) == 0 &&
            (uint64_t)hv_facts_get_int(&facts, "generation", 0) >=
                info->generation;
        if (!hv_facts_get(&facts, "health", 0, health, size))
            hv_copy(health, size, "no health told");
    } else {
        hv_copy(health, size, "not running");
    }
    hv_facts_release(&facts);
    return is_level;
}

enum hv_status
rotate_wait_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err)
{
    int64_t until = hv_clock_mono_ms() + LISTENER_WAIT_MS;
    char health[160] = "";

    if (ctx->without_listener)
        return HV_OK;
    while (!listener_is_level(ctx, health, sizeof(health))) {
        if (hv_clock_mono_ms() >= until) {
            hv_fail(err, HV_ERR_REFUSED,
                    "the listener has not loaded generation %llu of this "
                    "keystore (%s); the new key was not announced",
                    (unsigned long long)hv_keystore_info(ctx->ks)->generation,
                    health);
            hv_hint(err,
                    "see that it runs on this keystore, then rotate again: "
                    "the same key is used");
            return HV_ERR_REFUSED;
        }
        poll(NULL, 0, LISTENER_LOOK_MS);
    }
    return HV_OK;
}
