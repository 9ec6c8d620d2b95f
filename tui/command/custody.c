/*
 * custody.c - marks, audit log and settings of this process. Called by
 * hv_session_init() and by the commands that look at them. Opens nothing before
 * something changes: who only reads leaves no files behind.
 */
#include "tui/command/custody.h"

#include "hvconsole/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct hv_audit *audit; /* owned; of this process */
static char audit_store[512];

const char *const custody_programs[2] = { HV_AUDIT_PROGRAM, HV_AUDIT_LISTENER };

struct hv_audit *
custody_audit(void)
{
    return audit;
}

void
custody_settings(const struct hv_settings *settings)
{
    /* A user or group that is unknown here is not allowed; doctor says so. */
    (void)hv_keystore_set_policy(settings);
}

void
custody_begin(const struct hv_globals *globals)
{
    struct hv_config config = { 0 };

    /* Whoever needs the config says what is wrong with it; until then the
     * strict defaults hold. */
    if (hv_config_load(globals->config, &config, NULL))
        custody_settings(NULL);
    else
        custody_settings(&config.settings);
    hv_config_release(&config);
    if (audit && strcmp(audit_store, globals->store) == 0)
        return;
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_copy(audit_store, sizeof(audit_store), globals->store);
    hv_keystore_set_store(audit_store);
    audit = hv_audit_new(audit_store, HV_AUDIT_PROGRAM);
    hv_keystore_set_audit(audit);
}

static bool
log_is_there(const struct hv_globals *globals, const char *program)
{
    char name[64], path[600];

    snprintf(name, sizeof(name), "audit-%s.ndjson", program);
    return hv_path_join(path, sizeof(path), globals->store, name) == HV_OK &&
           access(path, F_OK) == 0;
}

enum hv_status
custody_settle(const struct hv_globals *globals, struct hv_error *err)
{
    if (!audit || !log_is_there(globals, HV_AUDIT_PROGRAM))
        return HV_OK;
    return hv_audit_ready(audit, err);
}

void
custody_look(const struct hv_globals *globals, const char *program,
             struct custody_log *out)
{
    *out = (struct custody_log){ 0 };
    out->is_there = log_is_there(globals, program);
    if (out->is_there)
        out->state =
            hv_audit_verify(globals->store, program, &out->report, &out->why);
}

enum hv_status
custody_check_head(const struct hv_globals *globals,
                   const struct hv_keystore *ks, struct hv_error *err)
{
    struct hv_audit_head head;
    uint64_t seen = 0;
    enum hv_status st;

    if (!hv_keystore_audit_head(ks, &head))
        return HV_OK;
    st = hv_keystore_seen(&hv_keystore_info(ks)->store_id, &seen, err);
    /* A keystore from another host remembers that host's log. */
    if (st || !seen)
        return st;
    return hv_audit_check_head(globals->store, HV_AUDIT_PROGRAM, &head, err);
}
