/*
 * cmd_keystore_audit.c - `keystore audit [verify]`: who changed what, and
 * whether the logs are as they were written. Called through the table; changes
 * nothing.
 */
#include "tui/command/custody.h"
#include "tui/command/nouns/keystore.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

    for (size_t i = 0; i < HV_LEN(custody_programs); i++) {
        bool is_ours = strcmp(custody_programs[i], HV_AUDIT_PROGRAM) == 0;
        struct custody_log log;
        struct hv_error why;
        enum hv_status head = HV_OK;

        custody_look(globals, custody_programs[i], &log);
        why = log.why;
        /* A log that is gone altogether is cut, too. */
        if (is_ours && ks && !log.state)
            head = custody_check_head(globals, ks, &why);
        if (!log.is_there && !head)
            continue;
        tell_log(cmd, custody_programs[i], &log, &why);
        if (worst || !why.status)
            continue;
        worst = why.status;
        if (err)
            *err = why;
    }
    return worst;
}
