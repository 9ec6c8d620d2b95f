/*
 * shell.h - the Shell: pages on which the people of the sandbox sign in, let
 * applications in and manage their records; they come by redirect.aspx and go
 * back to the application. Called by sandbox.c, with bytes in and a page or an
 * address out; knows no sockets. Fact: shell-url, shell-return
 *
 * There are no passwords: who opens a page chooses whom to be.
 */
#ifndef SANDBOX_SHELL_H
#define SANDBOX_SHELL_H

#include "sandbox/model.h"
#include "sandbox/page.h"

struct sb_shell; /* what people are in the middle of */

struct sb_shell_ask { /* borrowed */
    bool is_post;
    const char *target;       /* path and query as sent */
    const char *content_type; /* may be NULL */
    struct hv_bytes body;
    struct sb_now now;
};

struct sb_shell_reply {
    int status;                /* 200, 302 to location, else an error page */
    struct sb_page page;       /* closed; owned */
    struct hv_secret location; /* owned: text; may hold a user token */
    struct hv_secret token;    /* owned: what the page hides */
    /* For the log; no tokens. */
    char what[48];    /* the target: "APPAUTH" */
    char result[32];  /* "page", "AppAuthSuccess", "refused" */
    char detail[192]; /* a sentence */
};

struct sb_shell *sb_shell_new(struct sb_platform *platform);
void sb_shell_free(struct sb_shell *shell);
/** sb_shell_forget() - the platform begins anew: nobody is in the middle of
 *  anything. */
void sb_shell_forget(struct sb_shell *shell);

/** sb_shell_serves() - whether the path of @target is one of ours: `/`,
 *  `/redirect.aspx`, `/application/complete`, `/shell`; case ignored. */
bool sb_shell_serves(const char *target);
/** sb_shell_answer() - @out zeroed by the caller and released in any case. May
 *  change the world: persons, records, authorisations, tokens, things. */
void sb_shell_answer(struct sb_shell *shell, const struct sb_shell_ask *ask,
                     struct sb_shell_reply *out);
void sb_shell_reply_release(struct sb_shell_reply *reply);

#endif
