/*
 * control_time.c - the control verbs about time and trouble: clock, fault,
 * queue, log. Called through control.c.
 */
#include "hvconsole/codec.h"
#include "hvconsole/clock.h"
#include "sandbox/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROWS 200 /* in one answer; ask on with `after` */

static void
add_guid(struct hv_facts *facts, const char *key, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT] = "";

    if (!hv_guid_is_zero(id))
        hv_guid_format(id, text);
    hv_facts_add(facts, key, text);
}

static void
add_ms(struct hv_facts *facts, const char *key, int64_t ms)
{
    hv_facts_addf(facts, key, "%" PRId64, ms);
}

/* -------------------------------------------------------------- clock -- */

static void
advance(struct hv_sandbox *sandbox, struct hv_control *control,
        const struct hv_facts *request)
{
    int64_t ms = hv_facts_get_int(request, "ms", 0);
    int64_t now_ms = sb_now(sandbox).now_ms;
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };

    if (ms < 1 || ms > SB_CLOCK_END_MS - now_ms)
        hv_fail(&error, HV_ERR_USAGE,
                "the clock goes forward only, and not past the year 9999");
    if (!error.status) {
        sb_advance_start(sandbox, control, now_ms + ms);
        return;
    }
    sb_reply(sandbox, control, &facts, &error);
}

static void
set_rate(struct hv_sandbox *sandbox, const struct hv_facts *request,
         struct hv_error *err)
{
    struct sb_now now = sb_now(sandbox);
    char word[32] = "";
    int64_t rate;

    (void)hv_facts_get(request, "rate", 0, word, sizeof(word));
    if (sb_rate_parse(word, &rate)) {
        hv_fail(err, HV_ERR_USAGE,
                "'%s' is no rate: a number from 0 to 1000000, with at most 3 "
                "decimals",
                word);
        return;
    }
    sb_clock_set(&sandbox->platform.clock, now.now_ms, rate, now.real_ms);
    sb_touch(&sandbox->platform, SB_KIND_CLOCK, 0);
    sb_log_say(&sandbox->platform.log, SB_LOG_CLOCK, now.now_ms, "rate", word,
               "%s", "");
    sb_deliver_kick(&sandbox->deliver);
}

void
sb_verb_clock(struct hv_sandbox *sandbox, struct hv_control *control,
              const struct hv_facts *request)
{
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    char op[16] = "";

    (void)hv_facts_get(request, "op", 0, op, sizeof(op));
    if (strcmp(op, "show") != 0 && sandbox->advance) {
        hv_fail(&error, HV_ERR_RULE, "the clock is being sent ahead already");
        hv_hint(&error, "wait for that to end");
    } else if (strcmp(op, "advance") == 0) {
        advance(sandbox, control, request);
        return;
    } else if (strcmp(op, "rate") == 0) {
        set_rate(sandbox, request, &error);
    } else if (strcmp(op, "show") != 0) {
        hv_fail(&error, HV_ERR_USAGE, "the clock knows no \"%s\"", op);
    }
    sb_clock_facts(sandbox, &facts);
    sb_reply(sandbox, control, &facts, &error);
}

/* ------------------------------------------------------------- faults -- */

static void
add_fault(struct hv_facts *facts, const struct sb_fault *fault)
{
    char word[32];

    sb_fault_format(fault, word);
    hv_facts_addf(facts, "id", "%" PRIu64, fault->id);
    hv_facts_add(facts, "fault", word);
    hv_facts_addf(facts, "left", "%" PRId64, fault->left);
    add_ms(facts, "until_ms", fault->until_ms);
    hv_facts_addf(facts, "hits", "%" PRIu64, fault->hits);
    add_guid(facts, "sub", &fault->sub);
    hv_facts_add(facts, "method", fault->method);
}

static enum hv_status
read_sub(const struct sb_platform *p, const struct hv_facts *request,
         struct sb_fault *out, struct hv_error *err)
{
    char word[64];
    size_t hits = 0;

    if (!hv_facts_get(request, "sub", 0, word, sizeof(word)) || !word[0])
        return HV_OK;
    if (sb_fault_is_of_calls(out->kind))
        return hv_fail(err, HV_ERR_USAGE,
                       "that fault strikes method calls, not a subscription");
    for (size_t i = 0; i < p->sub_count; i++)
        if (hv_guid_matches(&p->subs[i].id, word)) {
            out->sub = p->subs[i].id;
            hits++;
        }
    if (hits == 1)
        return HV_OK;
    return hv_fail(err, hits ? HV_ERR_RULE : HV_ERR_NOT_FOUND,
                   hits ? "more than one subscription begins with %s"
                        : "no subscription begins with %s",
                   word);
}

static enum hv_status
read_fault(struct hv_sandbox *sandbox, const struct hv_facts *request,
           struct sb_fault *out, struct hv_error *err)
{
    int64_t for_ms = hv_facts_get_int(request, "for_ms", 0);
    char word[64] = "";
    enum hv_status st;

    (void)hv_facts_get(request, "fault", 0, word, sizeof(word));
    st = sb_fault_parse(word, out, err);
    out->left = hv_facts_get_int(request, "count", -1);
    if (!st && out->left == 0)
        st = hv_fail(err, HV_ERR_USAGE, "a fault strikes once at least");
    if (!st && for_ms > 0)
        out->until_ms = sb_now(sandbox).now_ms + for_ms;
    if (!st)
        st = read_sub(&sandbox->platform, request, out, err);
    (void)hv_facts_get(request, "method", 0, out->method, sizeof(out->method));
    if (!st && out->method[0] && !sb_fault_is_of_calls(out->kind))
        st = hv_fail(err, HV_ERR_USAGE,
                     "that fault strikes deliveries, not method calls");
    return st;
}

static void
fault_add(struct hv_sandbox *sandbox, const struct hv_facts *request,
          struct hv_facts *facts, struct hv_error *err)
{
    struct sb_platform *p = &sandbox->platform;
    struct sb_fault fault = { 0 };
    uint64_t id;
    char word[32];

    if (read_fault(sandbox, request, &fault, err) ||
        sb_fault_add(&p->faults, &fault, &id, err))
        return;
    fault.id = id;
    add_fault(facts, &fault);
    sb_fault_format(&fault, word);
    sb_log_say(&p->log, SB_LOG_FAULT, sb_now(sandbox).now_ms, word, "added",
               "fault %" PRIu64, id);
    sb_touch(p, SB_KIND_FAULT, 0);
}

static void
fault_clear(struct hv_sandbox *sandbox, const struct hv_facts *request,
            struct hv_facts *facts, struct hv_error *err)
{
    struct sb_platform *p = &sandbox->platform;
    int64_t id = hv_facts_get_int(request, "id", 0);
    size_t cleared = id < 0 ? 0 : sb_fault_clear(&p->faults, (uint64_t)id);

    if (id != 0 && cleared == 0) {
        hv_fail(err, HV_ERR_NOT_FOUND, "there is no fault %" PRId64, id);
        return;
    }
    hv_facts_addf(facts, "cleared", "%zu", cleared);
    if (cleared > 0)
        sb_log_say(&p->log, SB_LOG_FAULT, sb_now(sandbox).now_ms, "clear",
                   "cleared", "%zu faults", cleared);
    sb_touch(p, SB_KIND_FAULT, 0);
}

void
sb_verb_fault(struct hv_sandbox *sandbox, struct hv_control *control,
              const struct hv_facts *request)
{
    const struct sb_faults *faults = &sandbox->platform.faults;
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };
    char op[16] = "";

    (void)hv_facts_get(request, "op", 0, op, sizeof(op));
    if (strcmp(op, "add") == 0) {
        fault_add(sandbox, request, &facts, &error);
    } else if (strcmp(op, "clear") == 0) {
        fault_clear(sandbox, request, &facts, &error);
    } else if (strcmp(op, "list") == 0) {
        for (size_t i = 0; i < faults->count; i++)
            add_fault(&facts, &faults->list[i]);
    } else {
        hv_fail(&error, HV_ERR_USAGE, "faults know no \"%s\"", op);
    }
    sb_reply(sandbox, control, &facts, &error);
}

/* --------------------------------------------------------- queue, log -- */

static void
add_batch(struct hv_facts *facts, const struct sb_batch *batch)
{
    hv_facts_addf(facts, "id", "%" PRIu64, batch->id);
    add_guid(facts, "sub", &batch->sub);
    hv_facts_add(facts, "state", batch->is_flying ? "sending" : "waiting");
    hv_facts_addf(facts, "changes", "%zu", batch->count);
    hv_facts_addf(facts, "tries", "%d", batch->tries);
    hv_facts_add(facts, "version", batch->version.id);
    add_ms(facts, "event_ms", batch->event_ms);
    add_ms(facts, "due_ms", batch->due_ms);
    add_ms(facts, "sent_ms", batch->sent_ms);
    add_ms(facts, "gives_up_ms", batch->event_ms + SB_GIVE_UP_MS);
}

void
sb_verb_queue(struct hv_sandbox *sandbox, struct hv_control *control,
              const struct hv_facts *request)
{
    int64_t after = hv_facts_get_int(request, "after", 0);
    struct hv_facts facts = { 0 };
    size_t told = 0;

    for (const struct sb_batch *b = sandbox->platform.queue.first;
         b && told < MAX_ROWS; b = b->next)
        if (after < 0 || b->id > (uint64_t)after) {
            add_batch(&facts, b);
            told++;
        }
    sb_reply(sandbox, control, &facts, NULL);
}

static void
add_entry(struct hv_facts *facts, const struct sb_log_entry *entry)
{
    static const uint8_t none[sizeof(entry->sha256)] = { 0 };
    char digest[HV_HEX_SIZE(sizeof(entry->sha256))] = "";

    if (memcmp(entry->sha256, none, sizeof(none)) != 0)
        hv_hex_encode(entry->sha256, sizeof(entry->sha256), digest);
    hv_facts_addf(facts, "id", "%" PRIu64, entry->id);
    add_ms(facts, "at_ms", entry->at_ms);
    add_ms(facts, "real_ms", entry->real_ms);
    hv_facts_add(facts, "kind", sb_log_word(entry->kind));
    hv_facts_add(facts, "what", entry->what);
    hv_facts_add(facts, "result", entry->result);
    hv_facts_add(facts, "text", entry->text);
    add_guid(facts, "app", &entry->app);
    add_guid(facts, "person", &entry->person);
    add_guid(facts, "record", &entry->record);
    add_guid(facts, "response", &entry->response);
    add_guid(facts, "correlation", &entry->correlation);
    add_guid(facts, "sub", &entry->sub);
    hv_facts_add(facts, "version", entry->version);
    hv_facts_addf(facts, "batch", "%" PRIu64, entry->batch);
    hv_facts_addf(facts, "attempt", "%d", entry->attempt);
    hv_facts_addf(facts, "changes", "%zu", entry->events);
    add_ms(facts, "next_ms", entry->next_ms);
    hv_facts_add(facts, "sha256", digest);
}

void
sb_verb_log(struct hv_sandbox *sandbox, struct hv_control *control,
            const struct hv_facts *request)
{
    const struct sb_log *log = &sandbox->platform.log;
    int64_t after = hv_facts_get_int(request, "after", 0);
    int64_t newest = hv_facts_get_int(request, "newest", 0);
    uint64_t at = after < 0 ? 0 : (uint64_t)after;
    const struct sb_log_entry *entry;
    struct hv_facts facts = { 0 };

    if (newest > 0 && log->last_id > at + (uint64_t)newest)
        at = log->last_id - (uint64_t)newest;
    for (size_t told = 0; told < MAX_ROWS; told++) {
        entry = sb_log_next(log, at);
        if (!entry)
            break;
        add_entry(&facts, entry);
        at = entry->id;
    }
    sb_reply(sandbox, control, &facts, NULL);
}
