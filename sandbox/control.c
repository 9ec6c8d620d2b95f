/*
 * control.c - the control socket of a running sandbox: which verbs there are,
 * and the facts it publishes. Called by core/net's control socket on the loop.
 */
#include "sandbox/state.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define STOP_AFTER_MS 50  /* the answer goes out first */
#define MAX_TOLD      500 /* people or records in one answer */

static void
add_guid(struct hv_facts *facts, const char *key, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_facts_add(facts, key, text);
}

void
sb_facts(const struct hv_sandbox *sandbox, struct hv_facts *out)
{
    const struct sb_platform *p = &sandbox->platform;

    hv_facts_add(out, "platform", p->url);
    hv_facts_add(out, "shell", p->shell);
    hv_facts_add(out, "ca", sandbox->ca);
    add_guid(out, "app_id", &p->apps[0].id);
    hv_facts_addf(out, "pid", "%ld", (long)getpid());
    hv_facts_add(out, "listening", sandbox->listening);
    hv_facts_addf(out, "persons", "%zu", p->person_count);
    hv_facts_addf(out, "records", "%zu", p->record_count);
    hv_facts_add(out, "env", p->is_prod ? "prod" : "ppe");
    for (size_t i = 0; i < p->person_count && i < MAX_TOLD; i++) {
        add_guid(out, "person_id", &p->persons[i].id);
        hv_facts_add(out, "person_name", p->persons[i].name);
    }
    for (size_t i = 0; i < p->record_count && i < MAX_TOLD; i++) {
        add_guid(out, "record_id", &p->records[i].id);
        hv_facts_add(out, "record_name", p->records[i].name);
    }
}

void
sb_reply(struct hv_sandbox *sandbox, struct hv_control *control,
         struct hv_facts *facts, const struct hv_error *error)
{
    struct hv_error own = error ? *error : (struct hv_error){ 0 };

    if (sb_save(sandbox, &own))
        hv_hint(&own, "it is so in memory, and will be written with the next "
                      "change");
    hv_control_reply(control, facts, &own);
    hv_facts_release(facts);
}

static void
verb_stop(struct hv_sandbox *sandbox, struct hv_control *control,
          const struct hv_facts *request)
{
    struct hv_facts facts = { 0 };

    (void)request;
    hv_watch_after(sandbox->stop, STOP_AFTER_MS);
    sb_reply(sandbox, control, &facts, NULL);
}

static void
verb_status(struct hv_sandbox *sandbox, struct hv_control *control,
            const struct hv_facts *request)
{
    const struct sb_platform *p = &sandbox->platform;
    struct hv_facts facts = { 0 };

    (void)request;
    sb_facts(sandbox, &facts);
    hv_facts_addf(&facts, "subs", "%zu", p->sub_count);
    hv_facts_addf(&facts, "queued", "%zu", p->queue.events);
    hv_facts_addf(&facts, "requests", "%" PRIu64, p->requests);
    hv_facts_addf(&facts, "faults", "%zu", p->faults.count);
    hv_facts_add(&facts, "state", sandbox->state);
    sb_clock_facts(sandbox, &facts);
    sb_reply(sandbox, control, &facts, NULL);
}

static void
verb_reset(struct hv_sandbox *sandbox, struct hv_control *control,
           const struct hv_facts *request)
{
    struct hv_facts facts = { 0 };
    struct hv_error error = { 0 };

    (void)request;
    if (sb_reset(sandbox, &error) == HV_OK) {
        sb_log_say(&sandbox->platform.log, SB_LOG_WORLD, sb_now(sandbox).now_ms,
                   "reset", "done", "seed %" PRIu32, sandbox->seed);
        hv_facts_addf(&facts, "seed", "%" PRIu32, sandbox->seed);
        hv_facts_addf(&facts, "persons", "%zu", sandbox->platform.person_count);
        hv_facts_addf(&facts, "records", "%zu", sandbox->platform.record_count);
    }
    sb_reply(sandbox, control, &facts, &error);
}

static const struct {
    const char *name;
    sb_verb_fn run;
} verbs[] = {
    { "stop", verb_stop },
    { "status", verb_status },
    { "reset", verb_reset },
    { "app-add", sb_verb_app_add },
    { "app-list", sb_verb_app_list },
    { "app-rules", sb_verb_app_rules },
    { "auth", sb_verb_auth },
    { "token-keys", sb_verb_token_keys },
    { "clock", sb_verb_clock },
    { "fault", sb_verb_fault },
    { "queue", sb_verb_queue },
    { "log", sb_verb_log },
    { "emit", sb_emit },
};

void
sb_control(void *arg, struct hv_control *control,
           const struct hv_facts *request)
{
    struct hv_facts none = { 0 };
    struct hv_error error = { 0 };
    char verb[32];

    if (!hv_facts_get(request, "verb", 0, verb, sizeof(verb)))
        verb[0] = '\0';
    for (size_t i = 0; i < HV_LEN(verbs); i++)
        if (strcmp(verbs[i].name, verb) == 0) {
            verbs[i].run(arg, control, request);
            return;
        }
    hv_fail(&error, HV_ERR_USAGE, "the sandbox knows no verb \"%s\"", verb);
    sb_reply(arg, control, &none, &error);
}
