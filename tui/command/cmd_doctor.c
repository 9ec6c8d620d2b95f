/*
 * cmd_doctor.c - `doctor`: everything on this machine that is not as it should
 * be, in one list: keystore, keys, listener, store, profile. Called through the table.
 * Looks at what is here; asks no platform and no person, changes nothing.
 */
#include "tui/command/custody.h"
#include "tui/command/doctor.h"
#include "tui/command/nouns/doctor.h"

#include "hvconsole/clock.h"
#include "hvconsole/sublint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct hv_column doctor_all_columns[] = {
    { "part", "PART", HV_COL_NAME },    { "check", "CHECK", HV_COL_NAME },
    { "state", "STATE", HV_COL_PAINT }, { "text", "WHAT", 0 },
    { "hint", "WHAT TO DO", 0 },        { 0 },
};

static void
tell_trouble(struct doctor *doctor, const struct hv_key_finding *finding)
{
    char sub[HV_GUID_SHORT];

    hv_guid_short(&finding->sub, sub);
    doctor_row(doctor, hv_key_trouble_word(finding->trouble),
               finding->is_error ? "error" : "warn", "hvconsole key doctor",
               "%s%s%s: %s", sub, finding->version.id[0] ? " " : "",
               finding->version.id, hv_key_trouble_advice(finding->trouble));
}

static void
look_at_keys(struct doctor *doctor, const struct hv_keystore *ks)
{
    struct hv_key_finding *findings = NULL;
    const struct hv_keyring *ring;
    size_t len;

    doctor->part = "keys";
    if (!ks) {
        doctor_row(doctor, "keys", "skipped", NULL, "the keystore is locked");
        return;
    }
    ring = hv_keystore_ring(ks);
    len = hv_keyring_doctor(ring, NULL, hv_clock_now_ms(), &findings);
    for (size_t i = 0; i < len; i++)
        tell_trouble(doctor, &findings[i]);
    free(findings);
    if (!len)
        doctor_row(doctor, "keys", "ok", NULL,
                   "%zu key versions of %zu subscriptions", ring->keys_len,
                   ring->subs_len);
}

static size_t
live_subs(const struct hv_keystore *ks)
{
    const struct hv_keyring *ring = ks ? hv_keystore_ring(ks) : NULL;
    size_t live = 0;

    for (size_t i = 0; ring && i < ring->subs_len; i++)
        live += ring->subs[i].status == HV_SUB_LIVE;
    return live;
}

/* Whether it runs, is well, and has the keys that are on the disk. */
static void
look_at_listener(struct doctor *doctor, const struct hv_keystore *ks)
{
    const struct hv_globals *globals = &doctor->cmd->session->globals;
    struct hv_facts facts = { 0 };
    struct hv_keystore_info info;
    char health[320] = "";
    int64_t loaded;

    doctor->part = "listener";
    if (hv_run_find(globals->store, "listener", &facts, NULL)) {
        if (live_subs(ks))
            doctor_row(doctor, "running", "warn", "hvconsole listen",
                       "no listener runs here for %zu live subscriptions",
                       live_subs(ks));
        else
            doctor_row(doctor, "running", "skipped", NULL,
                       "no listener runs here");
        return;
    }
    hv_facts_get(&facts, "health", 0, health, sizeof(health));
    loaded = hv_facts_get_int(&facts, "generation", 0);
    if (strcmp(health, "ok"))
        doctor_row(doctor, "health", "error",
                   "'hvconsole keystore audit --program listener' tells since "
                   "when; a restart reads everything anew",
                   "%s", health[0] ? health : "it does not say how it is");
    else
        doctor_row(doctor, "health", "ok", NULL, "process %" PRId64 " is well",
                   hv_facts_get_int(&facts, "pid", 0));
    if (hv_keystore_inspect(globals->keystore, &info, NULL) == HV_OK &&
        (uint64_t)loaded < info.generation)
        doctor_row(doctor, "generation", "warn",
                   "does it run with this keystore? see 'hvconsole status'",
                   "it has loaded generation %" PRId64 ", and %" PRIu64
                   " is on the disk",
                   loaded, info.generation);
    hv_facts_release(&facts);
}

static void
look_at_profile(struct doctor *doctor)
{
    const struct hv_profile *profile = NULL;
    struct hv_findings said = { 0 };
    struct hv_error why = { 0 };

    doctor->part = "profile";
    if (hv_session_profile(doctor->cmd->session, &profile, &why)) {
        doctor_row(doctor, "profile", "skipped", why.hint, "%s", why.why);
        return;
    }
    hv_profile_lint(profile, profile->env, &said);
    for (size_t i = 0; i < said.len; i++) {
        const struct hv_finding *finding = &said.items[i];

        doctor_row(doctor, finding->lint->id,
                   finding->lint->severity == HV_ERROR     ? "error"
                   : finding->lint->severity == HV_WARNING ? "warn"
                                                           : "ok",
                   finding->lint->advice, "%s", finding->message);
    }
    if (!said.len)
        doctor_row(doctor, "profile", "ok", NULL, "nothing against '%s' as %s",
                   profile->name, hv_env_word(profile->env));
    hv_findings_release(&said);
}

enum hv_status
cmd_doctor(struct hv_cmd *cmd, struct hv_error *err)
{
    struct doctor doctor = { .cmd = cmd, .part = "keystore" };
    const struct hv_keystore *ks;

    (void)err;
    doctor_keystore(&doctor);
    ks = hv_session_try_keystore(cmd->session);
    look_at_keys(&doctor, ks);
    look_at_listener(&doctor, ks);
    doctor_store(&doctor);
    look_at_profile(&doctor);
    return doctor.findings ? HV_ERR_FINDINGS : HV_OK;
}
