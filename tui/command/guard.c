/*
 * guard.c - what may not run now, and the questions before a change. Called by
 * run.c, by commands and by the console (hv_command_guard). Prints nothing and
 * never waits for anything but a person's answer.
 */
#include "tui/command/run.h"

#include <stdio.h>
#include <string.h>

enum hv_status
hv_command_guard(const struct hv_command *command, bool is_read_only,
                 bool is_locked, struct hv_error *err)
{
    if ((command->flags & HV_CMD_WRITES) && is_read_only) {
        hv_fail(err, HV_ERR_REFUSED,
                "'%s' changes the platform or the keystore, and this is "
                "read-only",
                command->words);
        hv_hint(err, "press W in the console, or give --write in the shell");
        return HV_ERR_REFUSED;
    }
    if ((command->flags & HV_CMD_NEEDS_UNLOCK) && is_locked) {
        hv_fail(err, HV_ERR_LOCKED, "'%s' needs the keystore, which is locked",
                command->words);
        hv_hint(err, "press L to unlock it");
        return HV_ERR_LOCKED;
    }
    return HV_OK;
}

bool
hv_cmd_is_dry(const struct hv_cmd *cmd)
{
    return cmd->session->globals.dry_run;
}

/* A check of the name given by --confirm, wherever it is given. */
static enum hv_status
check_confirm(struct hv_cmd *cmd, bool *is_confirmed, struct hv_error *err)
{
    const char *confirm = cmd->session->globals.confirm;
    const struct hv_profile *profile;
    enum hv_status st;

    *is_confirmed = false;
    if (!confirm[0])
        return HV_OK;
    st = hv_session_profile(cmd->session, &profile, err);
    if (st)
        return st;
    if (strcmp(profile->name, confirm))
        return hv_fail(err, HV_ERR_REFUSED,
                       "--confirm names '%s', but the profile is '%s'", confirm,
                       profile->name);
    *is_confirmed = true;
    return HV_OK;
}

static enum hv_status
ask(struct hv_cmd *cmd, const char *question, struct hv_error *err)
{
    const struct hv_asker *asker = &cmd->session->asker;

    if (cmd->yes)
        return HV_OK;
    if (!asker->confirm) {
        hv_fail(err, HV_ERR_REFUSED,
                "'%s' wants a confirmation, and there is no terminal to ask on",
                cmd->command->words);
        hv_hint(err, "give --yes");
        return HV_ERR_REFUSED;
    }
    if (!asker->confirm(asker->arg, question))
        return hv_fail(err, HV_ERR_CANCELLED, "nothing was changed");
    return HV_OK;
}

enum hv_status
hv_cmd_confirm(struct hv_cmd *cmd, struct hv_error *err, const char *fmt, ...)
{
    bool is_confirmed;
    char question[1024];
    va_list args;
    enum hv_status st = check_confirm(cmd, &is_confirmed, err);

    if (st || is_confirmed)
        return st;
    va_start(args, fmt);
    vsnprintf(question, sizeof(question), fmt, args);
    va_end(args);
    return ask(cmd, question, err);
}

enum hv_status
hv_cmd_confirm_delete(struct hv_cmd *cmd, struct hv_error *err, const char *fmt,
                      ...)
{
    const struct hv_asker *asker = &cmd->session->asker;
    const struct hv_profile *profile;
    bool is_confirmed;
    char question[1024];
    va_list args;
    enum hv_status st = check_confirm(cmd, &is_confirmed, err);

    if (!st)
        st = hv_session_profile(cmd->session, &profile, err);
    if (st || is_confirmed)
        return st;
    va_start(args, fmt);
    vsnprintf(question, sizeof(question), fmt, args);
    va_end(args);
    if (profile->env != HV_ENV_PROD)
        return ask(cmd, question, err);
    if (!asker->type_word) {
        hv_fail(err, HV_ERR_REFUSED,
                "'%s' in the production profile '%s' wants its name as "
                "confirmation",
                cmd->command->words, profile->name);
        hv_hint(err, "give --confirm %s", profile->name);
        return HV_ERR_REFUSED;
    }
    if (!asker->type_word(asker->arg, question, profile->name))
        return hv_fail(err, HV_ERR_CANCELLED, "nothing was changed");
    return HV_OK;
}
