/*
 * drill.c - words of the rehearsal before a maintenance day and of what a
 * person ticks off, and the rehearsal of the loop guard. Pure. Called by the
 * maint commands and the console's view.
 */
#include "hvconsole/names.h"
#include "hvconsole/token.h"

#include <string.h>

static const struct {
    const char *word, *sentence;
} steps[HV_DRILL_STEPS] = {
    [HV_DRILL_DROPPED] = { "dropped",
                           "the answer is told apart, and a 7 deletes the "
                           "token for good" },
    [HV_DRILL_SIGN_IN] = { "sign-in",
                           "the person is sent to the Shell's AUTH page" },
    [HV_DRILL_RETURNS] = { "returns",
                           "the URL leads back to the page they were on" },
    [HV_DRILL_GUARD] = { "guard",
                         "a second 7 right after the sign-in stops: no loop" },
};

static const struct {
    const char *word, *sentence;
} checks[HV_WINDOW_CHECKS] = {
    [HV_CHECK_HELP_PAGE] = { "help-page", "help page" },
    [HV_CHECK_NOTICE] = { "notice", "notice sent" },
    [HV_CHECK_ON_CALL] = { "on-call", "on-call named" },
};

const char *
hv_drill_step_word(enum hv_drill_step step)
{
    return steps[step].word;
}

const char *
hv_drill_step_sentence(enum hv_drill_step step)
{
    return steps[step].sentence;
}

int
hv_drill_count(const struct hv_drill *drill)
{
    int count = 0;

    for (int i = 0; i < HV_DRILL_STEPS; i++)
        count += drill->passed >> i & 1;
    return count;
}

bool
hv_drill_guard_holds(const struct hv_token_note *note, int64_t now_ms)
{
    struct hv_token_note copy = *note;
    bool was_free;

    /* As if the token of before had lived quietly until now. */
    copy.is_gone = copy.is_second = copy.is_stopped = false;
    hv_token_answered(&copy, HV_CODE_CREDENTIAL_EXPIRED, now_ms);
    was_free = copy.is_gone && !copy.is_stopped;
    hv_token_came(&copy, 0, "", now_ms + 1000);
    hv_token_answered(&copy, HV_CODE_CREDENTIAL_EXPIRED, now_ms + 2000);
    return was_free && copy.is_gone && copy.is_stopped;
}

const char *
hv_window_check_word(enum hv_window_check check)
{
    return checks[check].word;
}

const char *
hv_window_check_sentence(enum hv_window_check check)
{
    return checks[check].sentence;
}

bool
hv_window_check_parse(const char *word, enum hv_window_check *out)
{
    for (size_t i = 0; i < HV_WINDOW_CHECKS; i++)
        if (strcmp(checks[i].word, word) == 0) {
            *out = (enum hv_window_check)i;
            return true;
        }
    return false;
}
