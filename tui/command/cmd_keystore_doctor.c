/*
 * cmd_keystore_doctor.c - `keystore doctor`: what is wrong around the keystore,
 * and what to do. Called through the table and by `doctor`; changes nothing.
 */
#include "tui/command/doctor.h"
#include "tui/command/custody.h"
#include "tui/command/nouns/keystore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

const struct hv_column doctor_columns[] = {
    { "check", "CHECK", HV_COL_NAME },
    { "state", "STATE", HV_COL_PAINT },
    { "text", "WHAT", 0 },
    { "hint", "WHAT TO DO", 0 },
    { 0 },
};

static const struct hv_globals *
globals_of(const struct doctor *doctor)
{
    return &doctor->cmd->session->globals;
}

void
doctor_row(struct doctor *doctor, const char *check, const char *state,
           const char *hint, const char *fmt, ...)
{
    struct hv_node *item = hv_out_item(doctor->cmd->out);
    char text[768];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    if (doctor->part)
        hv_node_text(item, "part", doctor->part);
    hv_node_text(item, "check", check);
    hv_node_text(item, "state", state);
    hv_node_text(item, "text", text);
    hv_node_text(item, "hint", hint && hint[0] ? hint : NULL);
    doctor->findings +=
        strcmp(state, "ok") != 0 && strcmp(state, "skipped") != 0;
}

static void
look_at_process(struct doctor *doctor)
{
    struct rlimit core = { 1, 1 };

    if (hv_secret_is_locked())
        doctor_row(doctor, "memory", "ok", NULL,
                   "secrets are never written to swap");
    else
        doctor_row(
            doctor, "memory", "warn",
            "raise RLIMIT_MEMLOCK (ulimit -l 4096, LimitMEMLOCK=4M)",
            "the memory for secrets is not locked: it may be written to swap");
    if (prctl(PR_GET_DUMPABLE) == 0 &&
        (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0))
        doctor_row(doctor, "core-dumps", "ok", NULL, "none are made");
    else
        doctor_row(doctor, "core-dumps", "warn", "ulimit -c 0",
                   "this process could leave a core dump");
}

static void
look_at_config(struct doctor *doctor)
{
    struct hv_config config = { 0 };
    struct hv_error why = { 0 };

    if (hv_config_load(globals_of(doctor)->config, &config, &why))
        doctor_row(doctor, "config", "error", why.hint, "%s", why.why);
    else if (!hv_keystore_set_policy(&config.settings))
        doctor_row(
            doctor, "config", "error",
            "hvconsole config set keystore-owner|keystore-group NAME",
            "keystore-owner or keystore-group names nobody on this host");
    else
        doctor_row(doctor, "config", "ok", NULL, "%s can be read",
                   globals_of(doctor)->config);
    hv_config_release(&config);
}

/* False: there is nothing to look at any further. */
static bool
look_at_file(struct doctor *doctor, struct hv_keystore_info *info)
{
    struct hv_error why = { 0 };

    if (hv_keystore_inspect(globals_of(doctor)->keystore, info, &why)) {
        doctor_row(doctor, "file", "error", why.hint, "%s", why.why);
        return false;
    }
    doctor_row(doctor, "file", "ok", NULL,
               "generation %" PRIu64 ", epoch %" PRIu32
               ", checksum and modes are "
               "right",
               info->generation, info->epoch);
    return true;
}

static void
look_at_slots(struct doctor *doctor, const struct hv_keystore_info *info)
{
    size_t verify = 0, weak = 0;

    for (size_t i = 0; i < info->slots_len; i++) {
        verify += info->slots[i].scope == HV_SCOPE_VERIFY;
        weak += info->slots[i].type == HV_SLOT_PASSPHRASE &&
                info->slots[i].log2_n < 17;
    }
    if (weak)
        doctor_row(
            doctor, "slots", "warn",
            "open it by another slot and give a new passphrase: hvconsole "
            "keystore passwd",
            "%zu passphrase slot%s cheap to try (scrypt below N = 2^17), and "
            "read-only",
            weak, weak == 1 ? " is" : "s are");
    else
        doctor_row(doctor, "slots", "ok", NULL,
                   "%zu of 8, %zu for verifying only", info->slots_len, verify);
}

static void
look_at_store(struct doctor *doctor)
{
    const char *store = globals_of(doctor)->store;
    struct stat info;
    char hint[640];

    if (stat(store, &info)) {
        doctor_row(doctor, "store", "ok", NULL,
                   "there is no store directory yet");
    } else if (info.st_mode & (S_IWGRP | S_IWOTH)) {
        snprintf(hint, sizeof(hint), "chmod go-w '%s'", store);
        doctor_row(doctor, "store", "error", hint,
                   "others may write to the store directory %s", store);
    } else if (access(store, W_OK)) {
        doctor_row(
            doctor, "store", "error", "mend its owner or file system",
            "the store directory %s cannot be written, so every change is "
            "refused",
            store);
    } else {
        doctor_row(doctor, "store", "ok", NULL, "%s can be written", store);
    }
}

static void
look_at_marks(struct doctor *doctor, const struct hv_keystore_info *info)
{
    struct hv_error why = { 0 };
    uint64_t seen = 0;

    if (hv_keystore_seen(&info->store_id, &seen, &why))
        doctor_row(doctor, "marks", "error", why.hint, "%s", why.why);
    else if (!seen)
        doctor_row(
            doctor, "marks", "warn", "the next save makes a mark",
            "this host has seen nothing of this keystore: an old copy could "
            "not be told from it");
    else if (seen > info->generation)
        doctor_row(
            doctor, "marks", "error",
            "find out who put it there; hvconsole keystore restore FILE is "
            "the only way back",
            "CRITICAL: the file is older (%" PRIu64 ") than what this host has "
            "seen (%" PRIu64 ")",
            info->generation, seen);
    else
        doctor_row(doctor, "marks", "ok", NULL,
                   "this host has seen generation "
                   "%" PRIu64,
                   seen);
}

static void
look_at_log(struct doctor *doctor, const char *program)
{
    struct custody_log log;
    char check[32];

    custody_look(globals_of(doctor), program, &log);
    snprintf(check, sizeof(check), "audit-%s", program);
    if (!log.is_there) {
        if (strcmp(program, HV_AUDIT_PROGRAM) == 0)
            doctor_row(doctor, check, "ok", NULL, "nothing was changed yet");
        return;
    }
    if (log.state)
        doctor_row(doctor, check, "error", log.why.hint, "CRITICAL: %s",
                   log.why.why);
    else if (log.report.open)
        doctor_row(
            doctor, check, "warn", "the next change ends what the dead began",
            "%" PRIu64 " changes were begun and not ended", log.report.open);
    else
        doctor_row(doctor, check, "ok", NULL,
                   "%" PRIu64 " lines, whole; %" PRIu64 " outcomes recovered, "
                   "%" PRIu64 " lines torn by a crash",
                   log.report.lines, log.report.recovered, log.report.torn);
}

static void
look_at_copies(struct doctor *doctor, const struct hv_keystore_info *info)
{
    struct hv_keystore_copy *copies = NULL;
    size_t len = hv_keystore_copies(globals_of(doctor)->keystore, &copies);
    size_t bad = 0, old = 0;

    for (size_t i = 0; i < len; i++) {
        bad += !copies[i].is_sound;
        old += copies[i].is_sound &&
               hv_guid_equal(&copies[i].store_id, &info->store_id) &&
               copies[i].epoch < info->epoch;
    }
    if (old)
        doctor_row(
            doctor, "backups", "error", "remove them, or save once",
            "%zu of %zu copies still open with what was good before the last "
            "passwd",
            old, len);
    else if (bad)
        doctor_row(doctor, "backups", "warn", "keep them only as evidence",
                   "%zu of %zu copies are damaged", bad, len);
    else
        doctor_row(doctor, "backups", "ok", NULL, "%zu copies beside the file",
                   len);
    free(copies);
}

static void
look_inside(struct doctor *doctor)
{
    struct hv_session *session = doctor->cmd->session;
    struct hv_keystore *ks = hv_session_try_keystore(session);
    const struct hv_error *refused = &session->try_error;
    struct hv_error why = { 0 };

    if (!ks && refused->status) {
        doctor_row(doctor, "content", "error", refused->hint, "%s",
                   refused->why);
        return;
    }
    if (!ks) {
        doctor_row(doctor, "content", "skipped",
                   "give --passphrase-file or --slot-key to look inside",
                   "the keystore is locked");
        return;
    }
    if (custody_check_head(globals_of(doctor), ks, &why))
        doctor_row(doctor, "audit-head", "error", why.hint, "%s", why.why);
    else
        doctor_row(doctor, "audit-head", "ok", NULL,
                   "the line that the keystore remembers is in the log");
    if (!hv_keyring_journal_key(hv_keystore_ring(ks)))
        doctor_row(doctor, "content", "error", "restore a backup",
                   "no journal key: the listener would not start");
    else if (hv_keystore_unconfirmed(ks))
        doctor_row(
            doctor, "content", "warn", "hvconsole sub list",
            "%zu subscriptions were not confirmed by the platform since the "
            "restore",
            hv_keystore_unconfirmed(ks));
    else
        doctor_row(doctor, "content", "ok", NULL, "it opens, both seals hold");
}

/* The access list that systemd puts on its credentials shows as group bits. */
static bool
is_from_systemd(const char *path)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    size_t len = dir ? strlen(dir) : 0;

    return len && strncmp(path, dir, len) == 0;
}

static void
look_at_credential(struct doctor *doctor)
{
    char path[600], hint[640];
    mode_t others = S_IRWXG | S_IRWXO;
    struct stat info;

    if (!hv_session_credential_file(doctor->cmd->session, path) ||
        stat(path, &info) || !S_ISREG(info.st_mode))
        return;
    if (is_from_systemd(path))
        others = S_IRWXO;
    snprintf(hint, sizeof(hint), "chmod 600 '%s'", path);
    if (info.st_mode & others)
        doctor_row(doctor, "credential", "warn", hint,
                   "others may read %s, which opens the keystore", path);
    else
        doctor_row(doctor, "credential", "ok", NULL, "%s is yours alone", path);
}

void
doctor_keystore(struct doctor *doctor)
{
    struct hv_keystore_info info;

    look_at_process(doctor);
    look_at_config(doctor);
    look_at_store(doctor);
    look_at_credential(doctor);
    for (size_t i = 0; i < HV_LEN(custody_programs); i++)
        look_at_log(doctor, custody_programs[i]);
    if (look_at_file(doctor, &info)) {
        look_at_slots(doctor, &info);
        look_at_marks(doctor, &info);
        look_at_copies(doctor, &info);
        look_inside(doctor);
    }
}

enum hv_status
cmd_keystore_doctor(struct hv_cmd *cmd, struct hv_error *err)
{
    struct doctor doctor = { .cmd = cmd };

    (void)err;
    doctor_keystore(&doctor);
    return doctor.findings ? HV_ERR_FINDINGS : HV_OK;
}
