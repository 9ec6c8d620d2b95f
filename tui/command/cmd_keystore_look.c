/*
 * cmd_keystore_look.c - `keystore doctor` and `keystore audit [verify]`: what is
 * wrong, and who changed what. Called through the table; changes nothing.
 */
#include "tui/command/custody.h"
#include "tui/command/nouns/keystore.h"

#include "hvconsole/clock.h"

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
const struct hv_column audit_columns[] = {
    { "seq", "SEQ", HV_COL_NAME | HV_COL_RIGHT },
    { "time", "TIME", 0 },
    { "user", "USER", 0 },
    { "verb", "VERB", 0 },
    { "phase", "PHASE", 0 },
    { "outcome", "OUTCOME", HV_COL_PAINT },
    { "before", "BEFORE", HV_COL_RIGHT },
    { "after", "AFTER", HV_COL_RIGHT },
    { "what", "WHAT", 0 },
    { "tty", "TTY", HV_COL_WIDE },
    { "pid", "PID", HV_COL_WIDE | HV_COL_RIGHT },
    { "ref", "REF", HV_COL_WIDE | HV_COL_RIGHT },
    { "note", "NOTE", HV_COL_WIDE },
    { "objects", "OBJECTS", HV_COL_HIDDEN },
    { 0 },
};
const struct hv_column audit_log_columns[] = {
    { "program", "PROGRAM", HV_COL_NAME },
    { "state", "STATE", HV_COL_PAINT },
    { "lines", "LINES", HV_COL_RIGHT },
    { "open", "OPEN", HV_COL_RIGHT },
    { "recovered", "RECOVERED", HV_COL_RIGHT },
    { "torn", "TORN", HV_COL_RIGHT },
    { "bad_line", "BAD LINE", HV_COL_RIGHT },
    { "why", "WHY", 0 },
    { 0 },
};

static const char *const programs[] = { HV_AUDIT_PROGRAM, HV_AUDIT_LISTENER };

/* ---- doctor ---- */

struct doctor {
    struct hv_cmd *cmd;
    const struct hv_globals *globals;
    struct hv_keystore_info info;
    int findings;
};

static void HV_PRINTF(5, 6)
    row(struct doctor *doctor, const char *check, const char *state,
        const char *hint, const char *fmt, ...)
{
    struct hv_node *item = hv_out_item(doctor->cmd->out);
    char text[768];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
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
        row(doctor, "memory", "ok", NULL, "secrets are never written to swap");
    else
        row(doctor, "memory", "warn",
            "raise RLIMIT_MEMLOCK (ulimit -l 4096, LimitMEMLOCK=4M)",
            "the memory for secrets is not locked: it may be written to swap");
    if (prctl(PR_GET_DUMPABLE) == 0 &&
        (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0))
        row(doctor, "core-dumps", "ok", NULL, "none are made");
    else
        row(doctor, "core-dumps", "warn", "ulimit -c 0",
            "this process could leave a core dump");
}

static void
look_at_config(struct doctor *doctor)
{
    struct hv_config config = { 0 };
    struct hv_error why = { 0 };

    if (hv_config_load(doctor->globals->config, &config, &why))
        row(doctor, "config", "error", why.hint, "%s", why.why);
    else if (!hv_keystore_set_policy(&config.settings))
        row(doctor, "config", "error",
            "hvconsole config set keystore-owner|keystore-group NAME",
            "keystore-owner or keystore-group names nobody on this host");
    else
        row(doctor, "config", "ok", NULL, "%s can be read",
            doctor->globals->config);
    hv_config_release(&config);
}

/* False: there is nothing to look at any further. */
static bool
look_at_file(struct doctor *doctor)
{
    struct hv_error why = { 0 };

    if (hv_keystore_inspect(doctor->globals->keystore, &doctor->info, &why)) {
        row(doctor, "file", "error", why.hint, "%s", why.why);
        return false;
    }
    row(doctor, "file", "ok", NULL,
        "generation %" PRIu64 ", epoch %" PRIu32 ", checksum and modes are "
        "right",
        doctor->info.generation, doctor->info.epoch);
    return true;
}

static void
look_at_slots(struct doctor *doctor)
{
    const struct hv_keystore_info *info = &doctor->info;
    size_t verify = 0, weak = 0;

    for (size_t i = 0; i < info->slots_len; i++) {
        verify += info->slots[i].scope == HV_SCOPE_VERIFY;
        weak += info->slots[i].type == HV_SLOT_PASSPHRASE &&
                info->slots[i].log2_n < 17;
    }
    if (weak)
        row(doctor, "slots", "warn",
            "open it by another slot and give a new passphrase: hvconsole "
            "keystore passwd",
            "%zu passphrase slot%s cheap to try (scrypt below N = 2^17), and "
            "read-only",
            weak, weak == 1 ? " is" : "s are");
    else
        row(doctor, "slots", "ok", NULL, "%zu of 8, %zu for verifying only",
            info->slots_len, verify);
}

static void
look_at_store(struct doctor *doctor)
{
    const char *store = doctor->globals->store;
    struct stat info;
    char hint[640];

    if (stat(store, &info)) {
        row(doctor, "store", "ok", NULL, "there is no store directory yet");
    } else if (info.st_mode & (S_IWGRP | S_IWOTH)) {
        snprintf(hint, sizeof(hint), "chmod go-w '%s'", store);
        row(doctor, "store", "error", hint,
            "others may write to the store directory %s", store);
    } else if (access(store, W_OK)) {
        row(doctor, "store", "error", "mend its owner or file system",
            "the store directory %s cannot be written, so every change is "
            "refused",
            store);
    } else {
        row(doctor, "store", "ok", NULL, "%s can be written", store);
    }
}

static void
look_at_marks(struct doctor *doctor)
{
    const struct hv_keystore_info *info = &doctor->info;
    struct hv_error why = { 0 };
    uint64_t seen = 0;

    if (hv_keystore_seen(&info->store_id, &seen, &why))
        row(doctor, "marks", "error", why.hint, "%s", why.why);
    else if (!seen)
        row(doctor, "marks", "warn", "the next save makes a mark",
            "this host has seen nothing of this keystore: an old copy could "
            "not be told from it");
    else if (seen > info->generation)
        row(doctor, "marks", "error",
            "find out who put it there; hvconsole keystore restore FILE is "
            "the only way back",
            "CRITICAL: the file is older (%" PRIu64 ") than what this host has "
            "seen (%" PRIu64 ")",
            info->generation, seen);
    else
        row(doctor, "marks", "ok", NULL,
            "this host has seen generation "
            "%" PRIu64,
            seen);
}

static void
look_at_log(struct doctor *doctor, const char *program)
{
    struct custody_log log;
    char check[32];

    custody_look(doctor->globals, program, &log);
    snprintf(check, sizeof(check), "audit-%s", program);
    if (!log.is_there) {
        if (strcmp(program, HV_AUDIT_PROGRAM) == 0)
            row(doctor, check, "ok", NULL, "nothing was changed yet");
        return;
    }
    if (log.state)
        row(doctor, check, "error", log.why.hint, "CRITICAL: %s", log.why.why);
    else if (log.report.open)
        row(doctor, check, "warn", "the next change ends what the dead began",
            "%" PRIu64 " changes were begun and not ended", log.report.open);
    else
        row(doctor, check, "ok", NULL,
            "%" PRIu64 " lines, whole; %" PRIu64 " outcomes recovered, "
            "%" PRIu64 " lines torn by a crash",
            log.report.lines, log.report.recovered, log.report.torn);
}

static void
look_at_copies(struct doctor *doctor)
{
    struct hv_keystore_copy *copies = NULL;
    size_t len = hv_keystore_copies(doctor->globals->keystore, &copies);
    size_t bad = 0, old = 0;

    for (size_t i = 0; i < len; i++) {
        bad += !copies[i].is_sound;
        old += copies[i].is_sound &&
               hv_guid_equal(&copies[i].store_id, &doctor->info.store_id) &&
               copies[i].epoch < doctor->info.epoch;
    }
    if (old)
        row(doctor, "backups", "error", "remove them, or save once",
            "%zu of %zu copies still open with what was good before the last "
            "passwd",
            old, len);
    else if (bad)
        row(doctor, "backups", "warn", "keep them only as evidence",
            "%zu of %zu copies are damaged", bad, len);
    else
        row(doctor, "backups", "ok", NULL, "%zu copies beside the file", len);
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
        row(doctor, "content", "error", refused->hint, "%s", refused->why);
        return;
    }
    if (!ks) {
        row(doctor, "content", "skipped",
            "give --passphrase-file or --slot-key to look inside",
            "the keystore is locked");
        return;
    }
    if (custody_check_head(doctor->globals, ks, &why))
        row(doctor, "audit-head", "error", why.hint, "%s", why.why);
    else
        row(doctor, "audit-head", "ok", NULL,
            "the line that the keystore remembers is in the log");
    if (!hv_keyring_journal_key(hv_keystore_ring(ks)))
        row(doctor, "content", "error", "restore a backup",
            "no journal key: the listener would not start");
    else if (hv_keystore_unconfirmed(ks))
        row(doctor, "content", "warn", "hvconsole sub list",
            "%zu subscriptions were not confirmed by the platform since the "
            "restore",
            hv_keystore_unconfirmed(ks));
    else
        row(doctor, "content", "ok", NULL, "it opens, both seals hold");
}

enum hv_status
cmd_keystore_doctor(struct hv_cmd *cmd, struct hv_error *err)
{
    struct doctor doctor = { .cmd = cmd, .globals = &cmd->session->globals };

    (void)err;
    look_at_process(&doctor);
    look_at_config(&doctor);
    look_at_store(&doctor);
    for (size_t i = 0; i < HV_LEN(programs); i++)
        look_at_log(&doctor, programs[i]);
    if (look_at_file(&doctor)) {
        look_at_slots(&doctor);
        look_at_marks(&doctor);
        look_at_copies(&doctor);
        look_inside(&doctor);
    }
    return doctor.findings ? HV_ERR_FINDINGS : HV_OK;
}

/* ---- audit ---- */

static void
tell_objects(struct hv_node *item, const struct hv_audit_line *line)
{
    struct hv_node *list = hv_node_list(item, "objects");

    for (size_t i = 0; i < line->objects_len; i++) {
        const struct hv_audit_object *object = &line->objects[i];
        struct hv_node *node = hv_node_object(list, NULL);

        hv_node_text(node, "id", object->id);
        hv_node_text(node, "version",
                     object->version[0] ? object->version : NULL);
        hv_node_text(node, "change", object->change);
        hv_node_text(node, "fingerprint",
                     object->fingerprint[0] ? object->fingerprint : NULL);
    }
}

/* In a phrase: the first change, and how many more. */
static void
describe(const struct hv_audit_line *line, char *out, size_t size)
{
    const struct hv_audit_object *first = &line->objects[0];
    int len;

    if (!line->objects_len) {
        hv_copy(out, size, line->note);
        return;
    }
    len = snprintf(out, size, "%.8s%s%s %s", first->id,
                   first->version[0] ? " " : "", first->version, first->change);
    if (line->objects_total > 1 && len > 0 && (size_t)len < size)
        snprintf(out + len, size - (size_t)len, ", %" PRIu64 " more",
                 line->objects_total - 1);
}

static void
tell_number(struct hv_node *item, const char *key, uint64_t number)
{
    if (number)
        hv_node_int(item, key, (int64_t)number);
    else
        hv_node_null(item, key);
}

static bool
tell_line(void *arg, const struct hv_audit_line *line)
{
    struct hv_cmd *cmd = arg;
    struct hv_node *item = hv_out_item(cmd->out);
    char what[400];

    describe(line, what, sizeof(what));
    hv_node_int(item, "seq", (int64_t)line->head.seq);
    hv_node_time(item, "time", line->time_ms);
    hv_node_text(item, "user", line->user);
    hv_node_text(item, "verb", line->verb);
    hv_node_text(item, "phase", line->phase);
    hv_node_text(item, "outcome", line->outcome[0] ? line->outcome : NULL);
    tell_number(item, "before", line->before);
    tell_number(item, "after", line->after);
    hv_node_text(item, "what", what[0] ? what : NULL);
    hv_node_text(item, "tty", line->tty[0] ? line->tty : NULL);
    hv_node_int(item, "pid", line->pid);
    tell_number(item, "ref", line->ref);
    hv_node_text(item, "note", line->note[0] ? line->note : NULL);
    tell_objects(item, line);
    return !hv_out_is_closed(cmd->out);
}

enum hv_status
cmd_keystore_audit(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *program = hv_cmd_text(cmd, "--program");
    struct hv_error why = { 0 };
    enum hv_status st;

    if (!program)
        program = HV_AUDIT_PROGRAM;
    if (strcmp(program, HV_AUDIT_PROGRAM) && strcmp(program, HV_AUDIT_LISTENER))
        return hv_fail(err, HV_ERR_USAGE,
                       "--program is console or listener, not '%s'", program);
    st = hv_audit_each(cmd->session->globals.store, program, tell_line, cmd,
                       &why);
    if (st == HV_ERR_NOT_FOUND)
        return HV_OK; /* nothing was changed yet: an empty list */
    if (st && err && !err->status)
        *err = why;
    return st;
}

static void
tell_log(struct hv_cmd *cmd, const char *program, const struct custody_log *log,
         const struct hv_error *why)
{
    struct hv_node *item = hv_out_item(cmd->out);

    hv_node_text(item, "program", program);
    hv_node_text(item, "state",
                 log->state    ? "bad"
                 : why->status ? "cut"
                               : "ok");
    hv_node_int(item, "lines", (int64_t)log->report.lines);
    hv_node_int(item, "open", (int64_t)log->report.open);
    hv_node_int(item, "recovered", (int64_t)log->report.recovered);
    hv_node_int(item, "torn", (int64_t)log->report.torn);
    tell_number(item, "bad_line", log->report.bad_line);
    hv_node_text(item, "why", why->status ? why->why : NULL);
}

enum hv_status
cmd_keystore_audit_verify(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_globals *globals = &cmd->session->globals;
    const struct hv_keystore *ks = hv_session_try_keystore(cmd->session);
    enum hv_status worst = HV_OK;

    for (size_t i = 0; i < HV_LEN(programs); i++) {
        bool is_ours = strcmp(programs[i], HV_AUDIT_PROGRAM) == 0;
        struct custody_log log;
        struct hv_error why;
        enum hv_status head = HV_OK;

        custody_look(globals, programs[i], &log);
        why = log.why;
        /* A log that is gone altogether is cut, too. */
        if (is_ours && ks && !log.state)
            head = custody_check_head(globals, ks, &why);
        if (!log.is_there && !head)
            continue;
        tell_log(cmd, programs[i], &log, &why);
        if (worst || !why.status)
            continue;
        worst = why.status;
        if (err)
            *err = why;
    }
    return worst;
}
