/*
 * run.c - runs one parsed command: guards, arguments, printer, command. Called
 * by the shell's door and by hv_command_text(), so that both obey the same
 * rules.
 */
#include "tui/command/run.h"

#include <stdio.h>
#include <string.h>

/* "-" is standard input, wherever it stands. */
static bool
reads_input(const struct hv_cmd *cmd)
{
    for (int i = 0; i < cmd->args_len; i++) {
        if (strcmp(cmd->args[i], "-") == 0)
            return true;
    }
    for (int i = 0; i < cmd->given_len; i++) {
        if (strcmp(cmd->given[i].value, "-") == 0)
            return true;
    }
    return false;
}

/* Only inside the console, or only outside of it. */
static enum hv_status
check_door(const struct hv_cmd *cmd, bool is_shell, struct hv_error *err)
{
    if ((cmd->command->flags & HV_CMD_VIEW) || !cmd->command->run)
        return hv_fail(err, HV_ERR_USAGE, "'%s' works only inside the console",
                       cmd->command->words);
    if ((cmd->command->flags & HV_CMD_SHELL_ONLY) && !is_shell)
        return hv_fail(err, HV_ERR_USAGE, "'%s' works only in the shell",
                       cmd->command->words);
    if (!is_shell && reads_input(cmd)) {
        hv_fail(err, HV_ERR_USAGE,
                "standard input is the console's own here: '%s' cannot read "
                "from it",
                cmd->command->words);
        hv_hint(err, "give the text itself or a file, or use the shell");
        return HV_ERR_USAGE;
    }
    return HV_OK;
}

static enum hv_status
check_guards(struct hv_cmd *cmd, struct hv_error *err)
{
    unsigned flags = cmd->command->flags;
    struct hv_session *session = cmd->session;

    if (hv_cmd_is_dry(cmd))
        return HV_OK; /* nothing will be changed */
    if ((flags & (HV_CMD_WRITES | HV_CMD_CHANGES)) &&
        session->globals.read_only) {
        hv_fail(err, HV_ERR_REFUSED,
                "'%s' changes something, and this is read-only",
                cmd->command->words);
        hv_hint(err, "leave out --read-only, or give --dry-run");
        return HV_ERR_REFUSED;
    }
    if ((flags & HV_CMD_WRITES) && hv_session_is_read_only(session)) {
        const struct hv_profile *profile = NULL;
        enum hv_status st = hv_session_profile(session, &profile, err);

        if (st)
            return st;
        hv_fail(err, HV_ERR_REFUSED,
                "'%s' changes something, and '%s' is a production profile",
                cmd->command->words, profile->name);
        hv_hint(err, "give --write, or --dry-run");
        return HV_ERR_REFUSED;
    }
    return hv_command_guard(cmd->command, false, session->is_locked, err);
}

void
hv_cmd_talk(struct hv_cmd *cmd, const char *fmt, ...)
{
    char line[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    hv_session_talk(cmd->session, "%s", line);
}

enum hv_status
hv_cmd_execute(struct hv_cmd *cmd, const struct hv_out_config *config,
               struct hv_buf *text_out, struct hv_error *err)
{
    const struct hv_globals *globals = &cmd->session->globals;
    struct hv_out_config own = *config;
    enum hv_status st, finish;

    if (hv_cmd_has(cmd, "--json"))
        own.format = HV_FORMAT_JSON;
    own.schema = cmd->command->schema;
    own.columns = cmd->command->columns;
    own.fields = globals->fields;
    own.limit = globals->limit > 0 ? globals->limit : 0;
    own.utc = globals->utc;
    cmd->yes |= globals->yes;
    st = check_door(cmd, config->fd >= 0, err);
    if (!st)
        st = check_guards(cmd, err);
    if (!st)
        st = hv_args_check(cmd, err);
    if (!st)
        st = hv_out_new(&own, &cmd->out, err);
    if (st)
        return st;
    hv_audit_set_verb(cmd->command->words);
    st = cmd->command->run(cmd, err);
    hv_audit_set_verb(NULL);
    if (!st && own.columns && !hv_out_has_data(cmd->out))
        hv_cmd_talk(cmd, "nothing to list");
    /* A command that failed half way has told what it did: print that too. */
    if (!st || hv_out_has_data(cmd->out)) {
        finish = hv_out_finish(cmd->out, st ? NULL : err);
        if (text_out)
            hv_out_take(cmd->out, text_out);
        if (!st)
            st = finish;
    }
    hv_out_free(cmd->out);
    cmd->out = NULL;
    return st;
}
