/*
 * model_custody.c - what the status of everything has to say of marks, audit
 * log and a keystore that was restored. Called by hv_model_status().
 */
#include "tui/command/custody.h"
#include "tui/command/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void HV_PRINTF(3, 4) note(struct hv_status_model *out,
                                 const char *severity, const char *fmt, ...)
{
    struct hv_attention *at = &out->attention[out->attention_len];
    va_list args;

    if (out->attention_len == HV_LEN(out->attention))
        return;
    out->attention_len++;
    hv_copy(at->severity, sizeof(at->severity), severity);
    hv_copy(at->view, sizeof(at->view), "keys");
    va_start(args, fmt);
    vsnprintf(at->text, sizeof(at->text), fmt, args);
    va_end(args);
}

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
        note(out, "high",
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
        note(out, "high", "CRITICAL: %s", log.why.why);
    else if (session->ks && custody_check_head(&session->globals, session->ks,
                                               NULL) == HV_ERR_DAMAGED)
        note(out, "high",
             "CRITICAL: the audit log was cut or exchanged: see keystore "
             "doctor");
    if (!session->ks)
        return;
    if (hv_keystore_is_weak(session->ks))
        note(out, "warn", "the passphrase is cheap to try: read-only");
    if (hv_keystore_unconfirmed(session->ks))
        note(out, "high",
             "%zu subscriptions are not confirmed since the restore: sub list",
             hv_keystore_unconfirmed(session->ks));
}
