/*
 * state.c - what handing on says about itself, and about an item. Called by
 * handon.c on its thread, and through handon.h from others.
 */
#include "core/handon/handon_in.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <string.h>

#define LOOK_MS 1000

void
handon_look(struct hv_handon *handon, bool now, const char *trouble)
{
    int64_t now_ms = hv_clock_mono_ms();
    struct hv_outbox_state seen;

    if (!now && !trouble && now_ms < handon->looked_ms + LOOK_MS)
        return;
    handon->looked_ms = now_ms;
    if (hv_outbox_state(handon->outbox, &seen, NULL))
        return; /* what is wrong with it, the next item will say */
    pthread_mutex_lock(&handon->guard);
    handon->state.waiting = seen.waiting;
    handon->state.failing = seen.failing;
    handon->state.oldest_ms = seen.oldest_ms;
    hv_copy(handon->state.error, sizeof(handon->state.error),
            trouble ? trouble : seen.error);
    pthread_mutex_unlock(&handon->guard);
}

void
hv_handon_state(struct hv_handon *handon, struct hv_handon_state *out)
{
    pthread_mutex_lock(&handon->guard);
    *out = handon->state;
    pthread_mutex_unlock(&handon->guard);
    out->kind = handon->kind->word;
    out->done = atomic_load(&handon->done);
    out->failures = atomic_load(&handon->failures);
}

static void HV_PRINTF(5, 6)
    add(struct handon_fact *facts, size_t *len, const char *header,
        const char *variable, const char *fmt, ...)
{
    struct handon_fact *fact = &facts[(*len)++];
    va_list args;

    snprintf(fact->header, sizeof(fact->header), "X-HVConsole-%s", header);
    snprintf(fact->variable, sizeof(fact->variable), "HVCONSOLE_%s", variable);
    va_start(args, fmt);
    vsnprintf(fact->value, sizeof(fact->value), fmt, args);
    va_end(args);
}

size_t
handon_facts(const struct hv_outbox_item *item,
             struct handon_fact facts[HANDON_MAX_FACTS])
{
    char sub[HV_GUID_TEXT];
    char received[HV_TIME_TEXT];
    size_t len = 0;

    hv_guid_format(&item->sub, sub);
    hv_time_format(item->received_ms, received);
    add(facts, &len, "Id", "ID", "%lld", (long long)item->id);
    add(facts, &len, "Sub", "SUB", "%s", sub);
    add(facts, &len, "Version", "VERSION", "%s", item->version.id);
    add(facts, &len, "Verdict", "VERDICT", "%s",
        hv_verdict_row(item->verdict)->word);
    add(facts, &len, "Received", "RECEIVED", "%s", received);
    add(facts, &len, "Attempt", "ATTEMPT", "%d", item->attempts + 1);
    if (item->is_test)
        add(facts, &len, "Test", "TEST", "1");
    return len;
}
