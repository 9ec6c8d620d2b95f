/*
 * cmd_key_ask.c - what a person may say while keys change: stop, by a signal,
 * and yes, in full letters. Called by the other files of the noun `key`.
 */
#include "tui/command/cmd_key.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
static struct hv_session *_Atomic stopped_session;
static const char *_Atomic stopped_notice;

static void
on_stop(int signo)
{
    struct hv_session *session = stopped_session;
    const char *notice = stopped_notice;
    int before = errno;

    (void)signo;
    if (session)
        session->is_cancelled = true;
    /* A standard error that is gone changes nothing. */
    if (notice && write(STDERR_FILENO, notice, strlen(notice)) < 0)
        stopped_notice = NULL;
    errno = before;
}

void
key_signals_begin(struct key_signals *signals, struct hv_session *session,
                  const char *notice)
{
    struct sigaction act = { .sa_handler = on_stop,
                             .sa_flags = (int)SA_RESETHAND };

    stopped_session = session;
    stopped_notice = notice;
    for (size_t i = 0; i < HV_LEN(stops); i++) {
        sigaction(stops[i], NULL, &signals->old[i]);
        signals->is_set[i] = signals->old[i].sa_handler == SIG_DFL;
        if (signals->is_set[i])
            sigaction(stops[i], &act, NULL);
    }
}

void
key_signals_end(struct key_signals *signals)
{
    for (size_t i = 0; i < HV_LEN(stops); i++) {
        if (signals->is_set[i])
            sigaction(stops[i], &signals->old[i], NULL);
    }
    stopped_session = NULL;
    stopped_notice = NULL;
}

/* Outside production, where hv_cmd_confirm_delete() would ask for y alone. */
static enum hv_status
ask_word(struct hv_cmd *cmd, const struct hv_profile *profile,
         const char *question, struct hv_error *err)
{
    const struct hv_asker *asker = &cmd->session->asker;

    if (cmd->yes)
        return HV_OK;
    if (!asker->type_word) {
        hv_fail(err, HV_ERR_REFUSED,
                "'%s' wants a typed confirmation, and there is no terminal to "
                "ask on",
                cmd->command->words);
        hv_hint(err, "give --yes or --confirm %s", profile->name);
        return HV_ERR_REFUSED;
    }
    if (!asker->type_word(asker->arg, question, profile->name))
        return hv_fail(err, HV_ERR_CANCELLED, "nothing was changed");
    return HV_OK;
}

enum hv_status
key_confirm_typed(struct hv_cmd *cmd, const char *question,
                  struct hv_error *err)
{
    const struct hv_profile *profile;
    enum hv_status st = hv_session_profile(cmd->session, &profile, err);

    if (st)
        return st;
    if (profile->env == HV_ENV_PROD || cmd->session->globals.confirm[0])
        return hv_cmd_confirm_delete(cmd, err, "%s", question);
    return ask_word(cmd, profile, question, err);
}
