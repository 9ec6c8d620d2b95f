/*
 * advance.c - sends the platform's clock ahead: from one instant at which a
 * notification is due to the next, so that ten days of retries happen in
 * their order, each at its own time. The clock stands still while POSTs of an
 * instant are under way. Called by control_clock.c; deliver.c tells it when
 * something came back.
 */
#include "hvconsole/clock.h"
#include "sandbox/state.h"

#include <inttypes.h>
#include <stdlib.h>

struct sb_advance {
    struct hv_control *control;
    int64_t from_ms;
    int64_t to_ms;
    uint64_t attempts; /* before it began */
    uint64_t delivered;
};

void
sb_clock_facts(const struct hv_sandbox *sandbox, struct hv_facts *out)
{
    struct sb_now now = sb_now(sandbox);
    char rate[32];

    sb_rate_format(sb_clock_rate(&sandbox->platform.clock), rate);
    hv_facts_addf(out, "now_ms", "%" PRId64, now.now_ms);
    hv_facts_addf(out, "real_ms", "%" PRId64, now.real_ms);
    hv_facts_add(out, "rate", rate);
}

/* Answers and forgets the advance; the clock goes on. */
static void
finish(struct hv_sandbox *sandbox, const struct hv_error *error)
{
    struct sb_advance *advance = sandbox->advance;
    struct hv_facts facts = { 0 };
    char from[HV_TIME_TEXT], to[HV_TIME_TEXT];
    int64_t now_ms = sandbox->platform.clock.virtual_ms;
    uint64_t attempts = sandbox->deliver.attempts - advance->attempts;

    sandbox->advance = NULL;
    sb_clock_go(&sandbox->platform.clock, hv_clock_now_ms());
    sb_touch(&sandbox->platform, SB_KIND_CLOCK, 0);
    hv_time_format(advance->from_ms, from);
    hv_time_format(now_ms, to);
    sb_log_say(&sandbox->platform.log, SB_LOG_CLOCK, now_ms, "advance", to,
               "from %s, %" PRIu64 " deliveries tried on the way", from,
               attempts);
    sb_clock_facts(sandbox, &facts);
    hv_facts_addf(&facts, "attempts", "%" PRIu64, attempts);
    hv_facts_addf(&facts, "delivered", "%" PRIu64,
                  sandbox->deliver.delivered - advance->delivered);
    sb_reply(sandbox, advance->control, &facts, error);
    free(advance);
    sb_deliver_kick(&sandbox->deliver);
}

/* Nothing is under way: on to the next instant, until something is, or the
 * end is reached. */
void
sb_advance_step(struct hv_sandbox *sandbox)
{
    struct sb_platform *p = &sandbox->platform;

    while (sandbox->advance && sandbox->deliver.flying == 0) {
        int64_t due = sb_queue_due_ms(&p->queue);

        if (due < 0 || due > sandbox->advance->to_ms) {
            sb_clock_step(&p->clock, sandbox->advance->to_ms);
            finish(sandbox, NULL);
            return;
        }
        sb_clock_step(&p->clock, due);
        sb_touch(p, SB_KIND_CLOCK, 0);
        sb_deliver_kick(&sandbox->deliver);
    }
}

void
sb_advance_start(struct hv_sandbox *sandbox, struct hv_control *control,
                 int64_t to_ms)
{
    struct sb_advance *advance = hv_calloc(1, sizeof(*advance));
    struct sb_now now = sb_now(sandbox);

    *advance = (struct sb_advance){
        .control = control,
        .from_ms = now.now_ms,
        .to_ms = to_ms,
        .attempts = sandbox->deliver.attempts,
        .delivered = sandbox->deliver.delivered,
    };
    sandbox->advance = advance;
    sb_clock_hold(&sandbox->platform.clock, now.real_ms);
    sb_advance_step(sandbox);
}

void
sb_advance_end(struct hv_sandbox *sandbox)
{
    struct hv_error error = { 0 };

    if (!sandbox->advance)
        return;
    hv_fail(&error, HV_ERR_CANCELLED,
            "the sandbox ends while its clock was being sent ahead");
    finish(sandbox, &error);
}
