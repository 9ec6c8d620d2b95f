/*
 * fault.c - see fault.h. A fault that has struck often enough, or whose time
 * is over, goes by itself when it is looked for.
 */
#include "sandbox/fault.h"

#include "hvconsole/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CODE 9999

static const struct {
    const char *word;
    bool is_of_calls;
    const char *amount; /* what may follow a colon; NULL = nothing */
} kinds[SB_FAULT_COUNT] = {
    [SB_FAULT_DELAY] = { "delay", false, "a duration, like delay:30s" },
    [SB_FAULT_DROP] = { "drop", false, NULL },
    [SB_FAULT_DUP] = { "dup", false, NULL },
    [SB_FAULT_REORDER] = { "reorder", false, NULL },
    [SB_FAULT_OLD_KEY] = { "old-key", false, NULL },
    [SB_FAULT_HTTP_500] = { "http-500", true, NULL },
    [SB_FAULT_TIMEOUT] = { "timeout", true, NULL },
    [SB_FAULT_ERROR] = { "error", true, "a status code, like error:37" },
    [SB_FAULT_MAINTENANCE] = { "maintenance", true, NULL },
};

static enum hv_status
read_amount(struct sb_fault *fault, const char *text, struct hv_error *err)
{
    const char *want = kinds[fault->kind].amount;
    char *end;
    long code;

    if (!want && text)
        return hv_fail(err, HV_ERR_USAGE, "the fault %s takes nothing after it",
                       kinds[fault->kind].word);
    if (fault->kind == SB_FAULT_DELAY) {
        fault->amount = SB_FAULT_DELAY_MS;
        if (!text ||
            (!hv_duration_parse(text, &fault->amount) && fault->amount > 0))
            return HV_OK;
    } else if (fault->kind == SB_FAULT_ERROR && text && *text) {
        code = strtol(text, &end, 10);
        fault->amount = code;
        if (*end == '\0' && *text >= '0' && *text <= '9' && code >= 1 &&
            code <= MAX_CODE)
            return HV_OK;
    }
    if (!want)
        return HV_OK;
    return hv_fail(err, HV_ERR_USAGE, "the fault %s wants %s",
                   kinds[fault->kind].word, want);
}

enum hv_status
sb_fault_parse(const char *text, struct sb_fault *out, struct hv_error *err)
{
    size_t len = strcspn(text, ":");

    for (int i = 0; i < SB_FAULT_COUNT; i++)
        if (strlen(kinds[i].word) == len &&
            strncmp(kinds[i].word, text, len) == 0) {
            out->kind = (enum sb_fault_kind)i;
            return read_amount(out, text[len] ? text + len + 1 : NULL, err);
        }
    hv_fail(err, HV_ERR_USAGE, "'%s' is no fault", text);
    hv_hint(err, "delay[:DUR], drop, dup, reorder, old-key, http-500, "
                 "timeout, error:N or maintenance");
    return HV_ERR_USAGE;
}

void
sb_fault_format(const struct sb_fault *fault, char out[32])
{
    const char *word = kinds[fault->kind].word;

    if (fault->kind == SB_FAULT_DELAY)
        snprintf(out, 32, "%s:%" PRId64 "ms", word, fault->amount);
    else if (fault->kind == SB_FAULT_ERROR)
        snprintf(out, 32, "%s:%" PRId64, word, fault->amount);
    else
        hv_copy(out, 32, word);
}

bool
sb_fault_is_of_calls(enum sb_fault_kind kind)
{
    return kinds[kind].is_of_calls;
}

enum hv_status
sb_fault_add(struct sb_faults *faults, const struct sb_fault *fault,
             uint64_t *id, struct hv_error *err)
{
    if (faults->count == SB_MAX_FAULTS) {
        hv_fail(err, HV_ERR_LIMIT, "%d faults are set already", SB_MAX_FAULTS);
        hv_hint(err, "sandbox fault clear");
        return HV_ERR_LIMIT;
    }
    faults->list[faults->count] = *fault;
    *id = faults->list[faults->count].id = ++faults->last_id;
    faults->count++;
    return HV_OK;
}

static void
remove_at(struct sb_faults *faults, size_t at)
{
    faults->count--;
    memmove(&faults->list[at], &faults->list[at + 1],
            (faults->count - at) * sizeof(faults->list[0]));
}

size_t
sb_fault_clear(struct sb_faults *faults, uint64_t id)
{
    size_t cleared = 0;

    for (size_t i = faults->count; i-- > 0;)
        if (id == 0 || faults->list[i].id == id) {
            remove_at(faults, i);
            cleared++;
        }
    return cleared;
}

static void
remove_over(struct sb_faults *faults, int64_t now_ms)
{
    for (size_t i = faults->count; i-- > 0;)
        if (faults->list[i].left == 0 ||
            (faults->list[i].until_ms && faults->list[i].until_ms <= now_ms))
            remove_at(faults, i);
}

static void
strike(struct sb_fault *fault)
{
    fault->hits++;
    if (fault->left > 0)
        fault->left--;
}

bool
sb_fault_strike_sub(struct sb_faults *faults, enum sb_fault_kind kind,
                    const struct hv_guid *sub, int64_t now_ms, int64_t *amount)
{
    remove_over(faults, now_ms);
    for (size_t i = 0; i < faults->count; i++) {
        struct sb_fault *fault = &faults->list[i];

        if (fault->kind != kind ||
            (!hv_guid_is_zero(&fault->sub) && !hv_guid_equal(&fault->sub, sub)))
            continue;
        strike(fault);
        if (amount)
            *amount = fault->amount;
        return true;
    }
    return false;
}

const struct sb_fault *
sb_fault_strike_call(struct sb_faults *faults, const char *method,
                     int64_t now_ms)
{
    remove_over(faults, now_ms);
    for (size_t i = 0; i < faults->count; i++) {
        struct sb_fault *fault = &faults->list[i];

        if (!kinds[fault->kind].is_of_calls ||
            (fault->method[0] && strcmp(fault->method, method) != 0))
            continue;
        strike(fault);
        return fault;
    }
    return NULL;
}
