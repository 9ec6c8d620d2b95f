/*
 * model_custody.c - what the status of everything has to say of marks, audit
 * log and a keystore that was restored. Called by hv_model_status().
 */
#include "tui/command/custody.h"
#include "tui/command/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Without a credential the mark tells as much. */
static void
note_age(struct hv_session *session, struct hv_status_model *out)
{
    struct hv_keystore_info info;
    uint64_t seen = 0;

    if (hv_keystore_inspect(session->globals.keystore, &info, NULL) ||
        hv_keystore_seen(&info.store_id, &seen, NULL))
        return;
    if (seen > info.generation)
        hv_attend(
            out, "high", "keys",
            "CRITICAL: the keystore is older than what this host has seen "
            "(generation %" PRIu64 " after %" PRIu64 ")",
            info.generation, seen);
}

void
model_custody(struct hv_session *session, struct hv_status_model *out)
{
    struct custody_log log;

    note_age(session, out);
    custody_look(&session->globals, HV_AUDIT_PROGRAM, &log);
    if (log.state)
        hv_attend(out, "high", "keys", "CRITICAL: %s", log.why.why);
    else if (session->ks && custody_check_head(&session->globals, session->ks,
                                               NULL) == HV_ERR_DAMAGED)
        hv_attend(out, "high", "keys",
                  "CRITICAL: the audit log was cut or exchanged: see keystore "
                  "doctor");
    if (!session->ks)
        return;
    if (hv_keystore_is_weak(session->ks))
        hv_attend(out, "warn", "keys",
                  "the passphrase is cheap to try: read-only");
    if (hv_keystore_unconfirmed(session->ks))
        hv_attend(
            out, "high", "keys",
            "%zu subscriptions are not confirmed since the restore: sub list",
            hv_keystore_unconfirmed(session->ks));
}
