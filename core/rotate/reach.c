/*
 * reach.c - the doors of core/rotate: the platform through a table of calls,
 * the listener through what it publishes and journals.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/file.h"
#include "hvconsole/run.h"

#include <poll.h>
#include <string.h>

enum { LISTENER_WAIT_MS = 5000, LISTENER_LOOK_MS = 20, STOP_LOOK_MS = 200 };

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

static int64_t
client_date_ms(void *arg)
{
    return hv_client_server_date_ms(arg);
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
        .date_ms = client_date_ms,
    };
}

bool
rotate_is_stopped(const struct hv_rotate_ctx *ctx)
{
    return ctx->is_stopped && ctx->is_stopped(ctx->progress_arg);
}

void
rotate_wait(const struct hv_rotate_ctx *ctx, int ms)
{
    struct hv_platform_ops ops = rotate_ops(ctx);

    while (ms > 0 && !rotate_is_stopped(ctx)) {
        int slice = ms < STOP_LOOK_MS ? ms : STOP_LOOK_MS;

        ops.wait(ops.arg, slice);
        ms -= slice;
    }
}

const struct hv_sub *
rotate_listed(const struct hv_sub_list *list, const struct hv_guid *sub)
{
    for (size_t i = 0; i < list->len; i++) {
        if (hv_guid_equal(&list->items[i].id, sub))
            return &list->items[i];
    }
    return NULL;
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
rotate_journal(const char *store, struct hv_journal_view **out,
               struct hv_error *err)
{
    char path[640];

    if (hv_path_join(path, sizeof(path), store, "journal.db"))
        return hv_fail(err, HV_ERR_USAGE, "the store's path is too long");
    return hv_journal_view_open(path, NULL, out, err);
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

/* What the running listener says of itself, held against our store. */
enum level { LEVEL_NOT_RUNNING, LEVEL_OTHER_STORE, LEVEL_BEHIND, LEVEL_EVEN };

static enum level
listener_level(const struct hv_rotate_ctx *ctx, char *health, size_t size)
{
    const struct hv_keystore_info *info = hv_keystore_info(ctx->ks);
    struct hv_facts facts = { 0 };
    char ours[HV_GUID_TEXT];
    char theirs[HV_GUID_TEXT] = "";
    enum level level = LEVEL_NOT_RUNNING;

    if (!hv_run_find(ctx->store, "listener", &facts, NULL)) {
        hv_guid_format(&info->store_id, ours);
        if (!hv_facts_get(&facts, "health", 0, health, size))
            hv_copy(health, size, "no health told");
        if (!hv_facts_get(&facts, "store_id", 0, theirs, sizeof(theirs)) ||
            strcmp(theirs, ours) != 0)
            level = LEVEL_OTHER_STORE;
        else if ((uint64_t)hv_facts_get_int(&facts, "generation", 0) <
                 info->generation)
            level = LEVEL_BEHIND;
        else
            level = LEVEL_EVEN;
    }
    hv_facts_release(&facts);
    return level;
}

static enum hv_status
fail_level(const struct hv_rotate_ctx *ctx, enum level level,
           const char *health, struct hv_error *err)
{
    switch (level) {
    case LEVEL_NOT_RUNNING:
        hv_fail(err, HV_ERR_REFUSED,
                "no listener runs that would accept the "
                "new key; it was not announced");
        hv_hint(err, "start `hvconsole listen`, then rotate again: the same "
                     "key is used");
        break;
    case LEVEL_OTHER_STORE:
        hv_fail(err, HV_ERR_REFUSED,
                "the listener runs on another keystore; "
                "the new key was not announced");
        hv_hint(err, "start it on this one, then rotate again: the same key "
                     "is used");
        break;
    default:
        hv_fail(err, HV_ERR_REFUSED,
                "the listener has not loaded generation %llu of this keystore "
                "(%s); the new key was not announced",
                (unsigned long long)hv_keystore_info(ctx->ks)->generation,
                health);
        hv_hint(err, "see what keeps it from reading the file, then rotate "
                     "again: the same key is used");
        break;
    }
    return HV_ERR_REFUSED;
}

enum hv_status
rotate_wait_listener(const struct hv_rotate_ctx *ctx, struct hv_error *err)
{
    struct hv_platform_ops ops = rotate_ops(ctx);
    char health[160] = "";
    enum level level;

    if (ctx->without_listener)
        return HV_OK;
    level = listener_level(ctx, health, sizeof(health));
    for (int waited = 0; level == LEVEL_BEHIND && waited < LISTENER_WAIT_MS;
         waited += LISTENER_LOOK_MS) {
        ops.wait(ops.arg, LISTENER_LOOK_MS);
        level = listener_level(ctx, health, sizeof(health));
    }
    return level == LEVEL_EVEN ? HV_OK : fail_level(ctx, level, health, err);
}
