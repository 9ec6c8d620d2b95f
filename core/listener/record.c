/*
 * record.c - the listener's own audit log: started, stopped, which generation
 * of the keystore it loaded, which file it would not take. Called on the main
 * loop. A log that cannot be written is told by the health; verifying goes on.
 */
#include "core/listener/state.h"

#include <string.h>

void
listener_record_start(struct hv_listener *listener)
{
    struct hv_error err = { 0 };

    if (hv_audit_open(listener->store, HV_AUDIT_LISTENER, &listener->audit,
                      &err))
        hv_copy(listener->audit_why, sizeof(listener->audit_why), err.why);
    listener->audited =
        hv_keystore_info(listener->workers[0].keys.ks)->generation;
}

static void
write_line(struct hv_listener *listener, struct hv_audit_event *event,
           const char *outcome)
{
    struct hv_error err = { 0 };

    if (!listener->audit)
        return;
    event->store = hv_keystore_info(listener->workers[0].keys.ks)->store_id;
    if (hv_audit_note(listener->audit, event, outcome, &err))
        hv_copy(listener->audit_why, sizeof(listener->audit_why), err.why);
    else
        listener->audit_why[0] = '\0';
}

void
listener_record(struct hv_listener *listener, const char *verb,
                const char *outcome, const char *note)
{
    struct hv_audit_event event = { .verb = verb, .note = note };

    event.after = listener_workers_generation(listener);
    write_line(listener, &event, outcome);
}

void
listener_record_keys(struct hv_listener *listener)
{
    uint64_t generation = listener_workers_generation(listener);
    struct hv_audit_event event = { .verb = "listener keys",
                                    .before = listener->audited,
                                    .after = generation };

    if (generation != listener->audited) {
        listener->audited = generation;
        write_line(listener, &event, "loaded");
    }
    if (strcmp(listener->audited_why, listener->keys_why) == 0)
        return;
    hv_copy(listener->audited_why, sizeof(listener->audited_why),
            listener->keys_why);
    event.before = event.after;
    event.note = listener->keys_why[0] ? listener->keys_why : NULL;
    write_line(listener, &event, listener->keys_why[0] ? "refused" : "ok");
}
