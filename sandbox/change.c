/*
 * change.c - changes things in a record and queues what the subscriptions of
 * all applications are to hear of it.
 * Called by emit.c. Fact: thing-types
 */
#include "sandbox/change.h"

#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

bool
sb_same_type(const struct hv_guid *a, const struct hv_guid *b)
{
    const struct hv_thing_type *one;
    const struct hv_thing_type *two;

    if (hv_guid_equal(a, b))
        return true;
    one = hv_thing_type_find(a);
    two = hv_thing_type_find(b);
    return one && two && strcmp(one->family, two->family) == 0;
}

/* A change matches if any filter does, so the filters are one set here. */
static bool
sub_wants(const struct sb_sub *sub, const struct hv_guid *type)
{
    for (size_t i = 0; i < sub->type_count; i++)
        if (sb_same_type(&sub->types[i].id, type))
            return true;
    return false;
}

static bool
has_old_key(const struct sb_platform *p, const struct sb_sub *sub,
            int64_t now_ms)
{
    return sub->old_key.key.len > 0 &&
           now_ms - sub->replaced_ms <= p->overlap_ms;
}

/* Everybody who was let into the record hears of it, once each. */
static size_t
raise_event(struct sb_platform *p, const struct sb_order *order,
            const struct sb_changed *changed)
{
    size_t queued = 0;

    for (size_t s = 0; s < p->sub_count; s++) {
        const struct sb_sub *sub = &p->subs[s];
        bool is_old =
            order->wants_old_key && has_old_key(p, sub, order->now_ms);

        if (!sub_wants(sub, order->type))
            continue;
        for (size_t g = 0; g < p->grant_count; g++) {
            struct sb_event event = {
                .person = p->persons[p->grants[g].person].id,
                .record = changed->record,
                .thing = changed->thing,
                .wait = order->wait,
            };

            if (p->grants[g].record != order->record)
                continue;
            sb_queue_add(&p->queue, &sub->id, &event, is_old, order->now_ms);
            queued++;
        }
    }
    return queued;
}

static const struct hv_guid *
custodian(const struct sb_platform *p, size_t record)
{
    for (size_t g = 0; g < p->grant_count; g++)
        if (p->grants[g].record == record && p->grants[g].is_custodian)
            return &p->persons[p->grants[g].person].id;
    return &p->persons[0].id;
}

static struct sb_thing *
thing_new(struct sb_platform *p, const struct sb_order *order)
{
    struct sb_thing *thing;

    if (p->thing_count == p->thing_room) {
        p->thing_room += p->thing_room / 2 + 16;
        p->things =
            hv_realloc_array(p->things, p->thing_room, sizeof(*p->things));
    }
    thing = &p->things[p->thing_count++];
    *thing = (struct sb_thing){
        .id = hv_guid_random(),
        .type = *order->type,
        .record = order->record,
        .created_ms = order->now_ms,
    };
    return thing;
}

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

static enum hv_status
check_queue(const struct sb_platform *p, const struct sb_order *order,
            struct hv_error *err)
{
    size_t matching = 0;
    size_t with_old = 0;

    for (size_t s = 0; s < p->sub_count; s++)
        if (sub_wants(&p->subs[s], order->type)) {
            matching++;
            with_old += has_old_key(p, &p->subs[s], order->now_ms);
        }
    if (p->queue.events + matching * p->grant_count * order->count >
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

static void
change_one(struct sb_platform *p, const struct sb_order *order,
           struct sb_thing *thing, struct sb_changed *out)
{
    struct sb_record *record = &p->records[order->record];

    thing->stamp = hv_guid_random();
    thing->updated_ms = order->now_ms;
    thing->is_deleted = order->action == SB_DELETE;
    record->updated_ms = order->now_ms;
    record->sequence++;
    *out = (struct sb_changed){
        .person = *custodian(p, order->record),
        .record = record->id,
        .thing = thing->id,
        .type = thing->type,
    };
}

enum hv_status
sb_change(struct sb_platform *p, const struct sb_order *order,
          struct sb_changed *out, size_t *queued, struct hv_error *err)
{
    size_t *chosen;
    size_t there;
    enum hv_status st;

    if (order->count < 1 || order->count > SB_MAX_CHANGES)
        return hv_fail(err, HV_ERR_USAGE,
                       "the count of changes must be 1 to %d", SB_MAX_CHANGES);
    chosen = hv_calloc(order->count, sizeof(*chosen));
    there = find_candidates(p, order, chosen);
    st = check_order(p, order, there, err);
    *queued = 0;
    for (size_t i = 0; !st && i < order->count; i++) {
        bool is_new = order->action == SB_ADD;

        /* More updates than things: they take turns. */
        change_one(p, order,
                   is_new ? thing_new(p, order) : &p->things[chosen[i % there]],
                   &out[i]);
        *queued += raise_event(p, order, &out[i]);
    }
    free(chosen);
    return st;
}
