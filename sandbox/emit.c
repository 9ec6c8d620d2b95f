/*
 * emit.c - the control verb `emit`: changes things as somebody else would, and
 * waits for the deliveries when asked to.
 * Called by control.c. The change itself is made by change.c.
 */
#include "hvconsole/names.h"
#include "sandbox/change.h"
#include "sandbox/state.h"

#include <stdlib.h>
#include <string.h>

#define WAIT_DEFAULT_MS 30000
#define WAIT_MAX_MS     (3600 * 1000LL)

static const char weight[] = "3d34d87e-7fc1-4153-800f-f56592cb0d17";

static const char *const actions[] = {
    [SB_ADD] = "add",
    [SB_UPDATE] = "update",
    [SB_DELETE] = "delete",
};

/* One request that is answered when its notifications are settled. */
struct sb_wait {
    struct sb_wait *next;
    struct hv_sandbox *sandbox;
    uint64_t id;
    struct hv_control *control;
    struct hv_facts facts; /* the answer so far */
    struct hv_watch *timer;
    size_t queued;
    size_t delivered;
    size_t lost;
};

/* ----------------------------------------------------------- reading -- */

static enum hv_status
read_type(const struct hv_sandbox *sandbox, const struct hv_facts *request,
          struct hv_guid *out, struct hv_error *err)
{
    const struct sb_platform *p = &sandbox->platform;
    const struct hv_thing_type *found = NULL;
    char word[128];
    enum hv_status st;

    if (hv_facts_get(request, "type", 0, word, sizeof(word)) && word[0]) {
        st = hv_thing_type_search(word, &found, err);
        if (!st)
            *out = found->id;
        return st;
    }
    if (p->sub_count > 0)
        *out = p->subs[0].types[0].id;
    else if (hv_guid_parse(weight, out))
        abort(); /* the constant is ours */
    return HV_OK;
}

static enum hv_status
read_action(const struct hv_facts *request, struct sb_order *out,
            struct hv_error *err)
{
    char word[32];

    if (!hv_facts_get(request, "action", 0, word, sizeof(word)) || !word[0])
        hv_copy(word, sizeof(word), actions[SB_ADD]);
    for (size_t i = 0; i < HV_LEN(actions); i++)
        if (strcmp(actions[i], word) == 0) {
            out->action = (enum sb_action)i;
            return HV_OK;
        }
    return hv_fail(err, HV_ERR_USAGE,
                   "the action %s is none of add, update, delete", word);
}

static enum hv_status
read_sign(const struct hv_facts *request, struct sb_order *out,
          struct hv_error *err)
{
    char word[32];

    if (!hv_facts_get(request, "sign", 0, word, sizeof(word)) || !word[0] ||
        strcmp(word, "current") == 0)
        return HV_OK;
    out->wants_old_key = strcmp(word, "old") == 0;
    return out->wants_old_key
               ? HV_OK
               : hv_fail(err, HV_ERR_USAGE,
                         "sign is %s, neither current nor old", word);
}

/* ----------------------------------------------------------- waiting -- */

/* Answers and forgets @wait. @why NULL = all is well. */
static void
wait_end(struct sb_wait *wait, enum hv_status st, const char *why)
{
    struct sb_wait **link = &wait->sandbox->waits;
    struct hv_error error = { 0 };

    while (*link != wait)
        link = &(*link)->next;
    *link = wait->next;
    if (st)
        hv_fail(&error, st, "%s: %zu of %zu notifications were answered 200",
                why, wait->delivered, wait->queued);
    hv_facts_addf(&wait->facts, "delivered", "%zu", wait->delivered);
    sb_reply(wait->sandbox, wait->control, &wait->facts, &error);
    hv_watch_free(wait->timer);
    free(wait);
}

static void
on_timeout(void *arg)
{
    wait_end(arg, HV_ERR_NET, "the time for waiting is over");
}

void
sb_waits_settled(void *arg, uint64_t id, size_t count, bool is_delivered)
{
    struct hv_sandbox *sandbox = arg;
    struct sb_wait *wait = sandbox->waits;

    while (wait && wait->id != id)
        wait = wait->next;
    if (!wait)
        return; /* its time was over before */
    if (is_delivered)
        wait->delivered += count;
    else
        wait->lost += count;
    if (wait->delivered == wait->queued)
        wait_end(wait, HV_OK, NULL);
    else if (wait->delivered + wait->lost == wait->queued)
        wait_end(wait, HV_ERR_NET, "some were dropped from the queue");
}

void
sb_waits_end(struct hv_sandbox *sandbox)
{
    while (sandbox->waits)
        wait_end(sandbox->waits, HV_ERR_CANCELLED, "the sandbox stops");
}

/* Takes @facts. */
static void
wait_start(struct hv_sandbox *sandbox, struct hv_control *control,
           struct hv_facts *facts, size_t queued, int64_t timeout_ms)
{
    struct sb_wait *wait = hv_calloc(1, sizeof(*wait));

    *wait = (struct sb_wait){
        .next = sandbox->waits,
        .sandbox = sandbox,
        .id = sandbox->last_wait,
        .control = control,
        .facts = *facts,
        .queued = queued,
    };
    *facts = (struct hv_facts){ 0 };
    wait->timer = hv_loop_timer(sandbox->loop, on_timeout, wait);
    hv_watch_after(wait->timer, timeout_ms);
    sandbox->waits = wait;
}

/* ---------------------------------------------------------- the verb -- */

static void
add_changes(struct hv_facts *facts, const struct sb_order *order,
            const struct sb_changed *changed)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct {
            const char *key;
            const struct hv_guid *id;
        } ids[] = {
            { "person", &changed[i].person },
            { "record", &changed[i].record },
            { "thing", &changed[i].thing },
            { "type", &changed[i].type },
        };

        for (size_t k = 0; k < HV_LEN(ids); k++) {
            char text[HV_GUID_TEXT];

            hv_guid_format(ids[k].id, text);
            hv_facts_add(facts, ids[k].key, text);
        }
        hv_facts_add(facts, "action", actions[order->action]);
    }
}

static enum hv_status
read_order(struct hv_sandbox *sandbox, const struct hv_facts *request,
           struct sb_order *out, struct hv_guid *type, struct hv_error *err)
{
    int64_t count = hv_facts_get_int(request, "count", 1);
    enum hv_status st = read_type(sandbox, request, type, err);

    *out = (struct sb_order){ .type = type, .now_ms = sb_now(sandbox).now_ms };
    if (!st)
        st = sb_read_record(&sandbox->platform, request, &out->record, err);
    if (!st)
        st = read_action(request, out, err);
    if (!st)
        st = read_sign(request, out, err);
    if (!st && (count < 1 || count > SB_MAX_CHANGES))
        st = hv_fail(err, HV_ERR_USAGE, "the count of changes must be 1 to %d",
                     SB_MAX_CHANGES);
    out->count = st ? 0 : (size_t)count;
    if (!st && hv_facts_get_int(request, "wait", 0) != 0)
        out->wait = ++sandbox->last_wait;
    return st;
}

void
sb_emit(struct hv_sandbox *sandbox, struct hv_control *control,
        const struct hv_facts *request)
{
    int64_t timeout_ms =
        hv_facts_get_int(request, "timeout_ms", WAIT_DEFAULT_MS);
    struct sb_changed *changed = NULL;
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    struct sb_order order;
    struct hv_guid type;
    size_t queued = 0;
    enum hv_status st = read_order(sandbox, request, &order, &type, &error);

    if (timeout_ms < 1 || timeout_ms > WAIT_MAX_MS)
        timeout_ms = timeout_ms < 1 ? 1 : WAIT_MAX_MS;
    if (!st) {
        changed = hv_calloc(order.count, sizeof(*changed));
        st = sb_change(&sandbox->platform, &order, changed, &queued, &error);
    }
    if (!st) {
        add_changes(&facts, &order, changed);
        hv_facts_addf(&facts, "queued", "%zu", queued);
        sb_log_say(&sandbox->platform.log, SB_LOG_WORLD, order.now_ms, "emit",
                   actions[order.action], "%zu things, %zu notifications",
                   order.count, queued);
    }
    if (!st && order.wait && queued > 0) {
        wait_start(sandbox, control, &facts, queued, timeout_ms);
    } else {
        if (!st && order.wait)
            hv_facts_add(&facts, "delivered", "0");
        sb_reply(sandbox, control, &facts, &error);
    }
    sb_deliver_kick(&sandbox->deliver);
    hv_facts_release(&facts);
    free(changed);
}
