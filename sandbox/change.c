/*
 * change.c - changes things in a record as somebody else would, and queues
 * what the subscriptions of all applications are to hear of any change.
 * Called by emit.c and the methods that write things. Fact: thing-types
 */
#include "sandbox/change.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------ who hears -- */

/* A change matches if any filter does, so the filters are one set here. */
static bool
sub_wants(const struct sb_sub *sub, const struct hv_guid *type)
{
    for (size_t i = 0; i < sub->type_count; i++)
        if (sb_same_type(&sub->types[i].id, type))
            return true;
    return false;
}

bool
sb_has_old_key(const struct sb_platform *p, const struct sb_sub *sub,
               int64_t now_ms)
{
    return sub->old_key.key.len > 0 &&
           now_ms - sub->replaced_ms <= p->overlap_ms;
}

/* Everybody who let the application of @sub read such things offline. */
static size_t
raise_for(struct sb_platform *p, const struct sb_sub *sub,
          const struct sb_news *news)
{
    const struct sb_app *app = sb_app_find(p, &sub->app);
    bool is_old = news->wants_old_key && sb_has_old_key(p, sub, news->now_ms);
    struct sb_ask ask = {
        .record = news->record,
        .avenue = SB_OFFLINE,
        .type = &news->type,
        .eff_ms = &news->eff_ms,
        .now_ms = news->now_ms,
    };
    size_t queued = 0;

    if (!app || (p->no_own_events && app == news->by))
        return 0;
    ask.app = sb_app_index(p, app);
    for (size_t i = 0; i < p->auth_count; i++) {
        struct sb_event event = { .thing = news->thing, .wait = news->wait };

        if (p->auths[i].app != ask.app || p->auths[i].record != news->record)
            continue;
        ask.person = p->auths[i].person;
        if (!(sb_rights(p, &ask) & SB_MAY_READ))
            continue;
        event.person = p->persons[ask.person].id;
        event.record = p->records[ask.record].id;
        sb_queue_add(p, &sub->id, &event, is_old, news->now_ms);
        queued++;
    }
    return queued;
}

size_t
sb_raise(struct sb_platform *p, const struct sb_news *news)
{
    size_t queued = 0;

    for (size_t i = 0; i < p->sub_count; i++)
        if (sub_wants(&p->subs[i], &news->type) &&
            p->queue.events < SB_MAX_QUEUED)
            queued += raise_for(p, &p->subs[i], news);
    return queued;
}

/* -------------------------------------------------------- orders: checks -- */

static bool
is_candidate(const struct sb_thing *thing, const struct sb_order *order)
{
    return thing->record == order->record && !thing->is_deleted &&
           sb_same_type(&thing->type, order->type);
}

/* Which things the order may touch: the first order->count of them, by index
 * into @out. Returns how many there are. */
static size_t
find_candidates(const struct sb_platform *p, const struct sb_order *order,
                size_t *out)
{
    size_t found = 0;

    for (size_t i = 0; i < p->thing_count && found < order->count; i++)
        if (is_candidate(&p->things[i], order))
            out[found++] = i;
    return found;
}

static size_t
auths_of(const struct sb_platform *p, size_t record)
{
    size_t count = 0;

    for (size_t i = 0; i < p->auth_count; i++)
        count += p->auths[i].record == record;
    return count;
}

static enum hv_status
check_queue(const struct sb_platform *p, const struct sb_order *order,
            struct hv_error *err)
{
    size_t matching = 0;
    size_t with_old = 0;

    for (size_t s = 0; s < p->sub_count; s++)
        if (sub_wants(&p->subs[s], order->type)) {
            matching++;
            with_old += sb_has_old_key(p, &p->subs[s], order->now_ms);
        }
    if (p->queue.events + matching * auths_of(p, order->record) * order->count >
        SB_MAX_QUEUED)
        return hv_fail(err, HV_ERR_LIMIT,
                       "%zu notifications wait already, more do not fit",
                       p->queue.events);
    if (!order->wants_old_key || with_old > 0)
        return HV_OK;
    hv_fail(err, HV_ERR_RULE,
            "no subscription to that type had its key replaced within the "
            "last %lld minutes",
            (long long)(p->overlap_ms / 60000));
    hv_hint(err, "rotate the key of the subscription first");
    return HV_ERR_RULE;
}

/* @there: how many things an update or delete has found. */
static enum hv_status
check_order(const struct sb_platform *p, const struct sb_order *order,
            size_t there, struct hv_error *err)
{
    if (order->action == SB_ADD) {
        if (p->thing_count + order->count > SB_MAX_THINGS)
            return hv_fail(err, HV_ERR_LIMIT,
                           "the sandbox holds %zu things, more do not fit",
                           p->thing_count);
        return check_queue(p, order, err);
    }
    if (there == 0 || (order->action == SB_DELETE && there < order->count)) {
        hv_fail(err, HV_ERR_NOT_FOUND,
                "the record has %zu things of that type, not enough to %s",
                there, order->action == SB_DELETE ? "delete" : "update");
        hv_hint(err, "add some first");
        return HV_ERR_NOT_FOUND;
    }
    return check_queue(p, order, err);
}

/* ------------------------------------------------------ orders: changes -- */

/* Another value at the same date; what was written beside it stays. */
static void
update_one(struct sb_platform *p, size_t thing, const struct sb_by *by,
           int64_t now_ms)
{
    const struct sb_thing *old = &p->things[thing];
    struct hv_guid type = old->type;
    int64_t eff_ms = old->eff_ms;
    char *common = old->common ? hv_strdup(old->common) : NULL;
    char *tags = old->tags ? hv_strdup(old->tags) : NULL;
    char *client_id = old->client_id ? hv_strdup(old->client_id) : NULL;
    struct sb_thing_text text = {
        .common = common,
        .tags = tags,
        .client_id = client_id,
        .eff_ms = &eff_ms,
        .flags = old->flags,
    };

    sb_thing_update(p, thing, &type, &text, by, now_ms);
    free(common);
    free(tags);
    free(client_id);
}

/* @thing: index; not looked at when something is added. Returns it. */
static size_t
change_one(struct sb_platform *p, const struct sb_order *order,
           const struct sb_by *by, size_t thing)
{
    static const struct sb_thing_text made_up = { 0 };

    if (order->action == SB_ADD)
        return sb_thing_create(p, order->record, order->type, &made_up, by,
                               order->now_ms);
    if (order->action == SB_UPDATE)
        update_one(p, thing, by, order->now_ms);
    else
        sb_thing_delete(p, thing, by, order->now_ms);
    return thing;
}

static size_t
tell(struct sb_platform *p, const struct sb_order *order,
     const struct sb_thing *thing)
{
    struct sb_news news = {
        .record = order->record,
        .thing = thing->id,
        .type = thing->type,
        .eff_ms = thing->eff_ms,
        .wants_old_key = order->wants_old_key,
        .wait = order->wait,
        .now_ms = order->now_ms,
    };

    return sb_raise(p, &news);
}

enum hv_status
sb_change(struct sb_platform *p, const struct sb_order *order,
          struct sb_changed *out, size_t *queued, struct hv_error *err)
{
    struct sb_by by = { .app = p->apps[0].id, .avenue = SB_ONLINE };
    size_t *chosen;
    size_t there;
    enum hv_status st;

    if (order->count < 1 || order->count > SB_MAX_CHANGES)
        return hv_fail(err, HV_ERR_USAGE,
                       "the count of changes must be 1 to %d", SB_MAX_CHANGES);
    by.person = p->persons[sb_record_custodian(p, order->record)].id;
    chosen = hv_calloc(order->count, sizeof(*chosen));
    there = find_candidates(p, order, chosen);
    st = check_order(p, order, there, err);
    *queued = 0;
    for (size_t i = 0; !st && i < order->count; i++) {
        /* More updates than things: they take turns. */
        size_t at =
            change_one(p, order, &by, there > 0 ? chosen[i % there] : 0);
        const struct sb_thing *thing = &p->things[at];

        out[i] = (struct sb_changed){
            .person = by.person,
            .record = p->records[order->record].id,
            .thing = thing->id,
            .type = thing->type,
        };
        *queued += tell(p, order, thing);
    }
    free(chosen);
    return st;
}
