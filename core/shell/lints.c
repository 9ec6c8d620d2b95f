/*
 * lints.c - the rules about Shell URLs. Read by the judge and by `explain`.
 * Data.
 */
#include "core/shell/shell_in.h"

static const struct hv_lint lints[] = {
    /* the address */
    { "bad-character", HV_ERROR,
      "a URL is ASCII without blanks and control characters",
      "escape the byte, or remove what was pasted with the URL" },
    { "not-https", HV_ERROR,
      "without TLS anybody on the way reads the token that comes back",
      "use https" },
    { "not-a-shell-url", HV_ERROR,
      "it is neither a redirect to the Shell nor a return from it",
      "a redirect is https://SHELL/redirect.aspx?target=..." },
    { "no-redirect-page", HV_ERROR,
      "the Shell's page for applications is redirect.aspx",
      "put redirect.aspx before the '?'" },
    { "wrong-host", HV_ERROR,
      "the host is not the Shell of this profile's environment",
      "compose it again with the right profile or --shell" },
    { "platform-host", HV_ERROR,
      "this is the host for method calls; people go to the Shell",
      "use the Shell's host" },
    { "unknown-host", HV_INFO, "the host is not of an installation known here",
      "check it against the profile" },
    { "user-info", HV_ERROR, "a name before '@' in the host misleads people",
      "remove it" },
    { "fragment", HV_WARNING, "what follows '#' stays in the browser",
      "escape '#' as %23, or remove it" },
    /* the encoding */
    { "bad-escape", HV_ERROR, "the Shell refuses an escape it cannot read",
      "write '%' itself as %25" },
    { "double-encoding", HV_ERROR,
      "escaped once more than the Shell takes off: it sees the escapes "
      "themselves",
      "escape names and values once, and the whole of targetqs once more" },
    { "missing-encoding", HV_WARNING,
      "escaped once less than the Shell takes off: a '&', '+' or '%' in the "
      "value would break it",
      "escape values once, and the whole of targetqs once more" },
    { "lower-case-escape", HV_INFO,
      "read by every Shell; the exact rule writes %3D", "nothing" },
    { "plus-for-space", HV_INFO, "read by the Shell; the exact rule writes %20",
      "write %20 where another program decodes it" },
    { "leading-question-mark", HV_WARNING,
      "one client library writes it; the Shell drops one", "leave it out" },
    { "empty-parameter", HV_INFO, "nothing stands there", "remove one '&'" },
    { "no-value", HV_WARNING, "a name without '='", "write name=value" },
    { "trailing-junk", HV_ERROR,
      "something was glued to the end of the last value, often the word null "
      "of an unset variable",
      "look at the code that appends to the URL" },
    { "bad-utf8", HV_WARNING, "the bytes of the value are not UTF-8",
      "encode text as UTF-8 before escaping it" },
    { "too-many", HV_ERROR, "no application sends so many parameters",
      "look at the code that builds the URL" },
    /* the target */
    { "no-target", HV_ERROR, "the Shell does not know which page is meant",
      "add target=AUTH, or another of 'shell targets'" },
    { "unknown-target", HV_ERROR, "the Shell has no page of that name",
      "see 'shell targets'" },
    { "retired-target", HV_ERROR, "a name of an old vocabulary, without a page",
      "do not send it" },
    { "later-target", HV_INFO,
      "described by later documents; an old Shell may not have it",
      "try it in the test environment first" },
    /* the parameters */
    { "missing-parameter", HV_ERROR, "the target needs it", "add it" },
    { "missing-extrecordid", HV_ERROR,
      "without it the Shell acts on the person's own record, or on none",
      "add extrecordid" },
    { "unknown-parameter", HV_WARNING, "the target does not look at it",
      "see 'shell targets TARGET'" },
    { "misspelt-parameter", HV_ERROR,
      "the Shell ignores a name that it does not know", "correct the name" },
    { "duplicate-parameter", HV_WARNING, "the last one counts",
      "send it once" },
    { "bad-value", HV_ERROR, "the value is not of the parameter's domain",
      "see 'shell targets TARGET'" },
    { "many-applications", HV_ERROR,
      "a list of application ids is for APPAUTH alone", "send one id" },
    { "rule-gap", HV_ERROR,
      "optional rules are numbered from 1 without gaps: what follows a gap is "
      "not read",
      "number them 1, 2, 3" },
    { "outside-targetqs", HV_ERROR,
      "parameters of the target belong inside targetqs; beside it they are "
      "ignored",
      "escape it into targetqs" },
    { "redirect-in-production", HV_ERROR,
      "a production Shell ignores redirect, and a link with it may be "
      "phishing: the token goes to any address",
      "leave it out; say in actionqs where to go on" },
    { "redirect-not-https", HV_WARNING,
      "the token comes back over an open connection", "use https" },
    { "actionqs-elsewhere", HV_WARNING,
      "an application that redirects to actionqs as it is can be sent "
      "anywhere by a stranger's link",
      "use a relative path, and check it when it comes back" },
    { "two-languages", HV_WARNING, "culture wins over lcid", "send one" },
    { "method-ignored", HV_INFO, "trm is described for AUTH and APPAUTH only",
      "leave it out" },
    { "token-in-url", HV_WARNING,
      "the URL holds a user token: whoever reads it can act as the person",
      "keep it out of logs, tickets and chats" },
    /* coming back */
    { "unknown-return", HV_WARNING, "no document names this return target",
      "show the front page" },
    { "missing-token", HV_WARNING, "this return target comes with wctoken",
      "with trm=post it is in the form body; else begin again with AUTH" },
    { "missing-instance", HV_WARNING,
      "a token without instanceid: old clients fail here",
      "take the default instance" },
    { "token-life-unit", HV_INFO,
      "suggestedtokenttl is in seconds; an old client adds it as minutes",
      "treat it as an upper bound in seconds and rely on code 7" },
    { 0 },
};

const struct hv_lint *
hv_shell_lints(void)
{
    return lints;
}
