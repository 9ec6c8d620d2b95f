/*
 * log.c - see log.h.
 */
#include "sandbox/log.h"

#include "hvconsole/clock.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const words[SB_LOG_COUNT] = {
    [SB_LOG_CALL] = "call",   [SB_LOG_DELIVERY] = "delivery",
    [SB_LOG_SHELL] = "shell", [SB_LOG_FAULT] = "fault",
    [SB_LOG_CLOCK] = "clock", [SB_LOG_WORLD] = "world",
};

void
sb_log_add(struct sb_log *log, const struct sb_log_entry *entry)
{
    struct sb_log_entry *at;

    if (!log->ring)
        log->ring = hv_calloc(SB_MAX_LOG, sizeof(*log->ring));
    at = &log->ring[log->last_id++ % SB_MAX_LOG];
    *at = *entry;
    at->id = log->last_id;
    at->real_ms = hv_clock_now_ms();
}

void
sb_log_say(struct sb_log *log, enum sb_log_kind kind, int64_t at_ms,
           const char *what, const char *result, const char *fmt, ...)
{
    struct sb_log_entry entry = { .kind = kind, .at_ms = at_ms };
    va_list args;

    hv_copy(entry.what, sizeof(entry.what), what);
    hv_copy(entry.result, sizeof(entry.result), result);
    va_start(args, fmt);
    vsnprintf(entry.text, sizeof(entry.text), fmt, args);
    va_end(args);
    sb_log_add(log, &entry);
}

const struct sb_log_entry *
sb_log_next(const struct sb_log *log, uint64_t id)
{
    uint64_t first = log->last_id > SB_MAX_LOG ? log->last_id - SB_MAX_LOG : 0;

    if (id < first)
        id = first;
    return id < log->last_id ? &log->ring[id % SB_MAX_LOG] : NULL;
}

const char *
sb_log_word(enum sb_log_kind kind)
{
    return words[kind];
}

void
sb_log_release(struct sb_log *log)
{
    free(log->ring);
    *log = (struct sb_log){ 0 };
}
