/*
 * shell_parts.h - what the files of the Shell share: one visit, the pieces of
 * pages, the ways a visit can end. Private to shell*.c.
 */
#ifndef SANDBOX_SHELL_PARTS_H
#define SANDBOX_SHELL_PARTS_H

#include "sandbox/shell.h"
#include "sandbox/shell_flow.h"
#include "sandbox/shell_target.h"

#define SB_SHELL_STEP "/shell"
#define SB_SHELL_DONE "application/complete"
#define SB_INSTANCE   "1" /* as the methods tell it. Fact: endpoints */
#define SB_MAX_LISTED 200 /* rows of one list on a page */

struct sb_shell {
    struct sb_platform *platform; /* borrowed */
    struct sb_flows flows;
};

/* One request being answered. */
struct sb_visit {
    struct sb_shell *shell;
    struct sb_platform *platform;
    struct sb_now now;
    struct sb_flow *flow;           /* NULL: nothing that goes on */
    const struct sb_params *form;   /* posted; NULL: the first request */
    const struct sb_app *app;       /* NULL: none is named */
    const struct sb_person *person; /* NULL: nobody signed in yet */
    size_t app_at;                  /* their indexes */
    size_t person_at;
    size_t record; /* the one it is about, or SB_NO_RECORD */
    struct sb_shell_reply *reply;
};

/* How a visit goes back to the application. */
struct sb_back {
    const char *target;         /* "AppAuthSuccess" */
    const char *details;        /* targetDetails; NULL = none */
    const struct hv_guid *soda; /* the new application; NULL = none */
    const struct sb_app *app;   /* of the token; NULL = the visit's */
    bool has_token;             /* a user token for the visit's person */
    size_t record;              /* selected with it */
};

/* ---- shell_reply.c ---- */

/** sb_shell_open() - a page begins. */
struct sb_page *sb_shell_open(struct sb_visit *visit, const char *title);
/** sb_shell_close() - and ends: HTTP @status. */
void sb_shell_close(struct sb_visit *visit, int status);
/** sb_shell_form() - <form> with the nonce; the caller writes </form>. */
void sb_shell_form(struct sb_visit *visit);
/** sb_shell_who() - the line that tells who is signed in. */
void sb_shell_who(struct sb_visit *visit);
/** sb_shell_ends() - the two buttons at the end of a form. @other: of the
 *  second; NULL = the first alone. */
void sb_shell_ends(struct sb_visit *visit, const char *go, const char *other);
/** sb_shell_refuse() - an error page with a sentence and the reason. */
void sb_shell_refuse(struct sb_visit *visit, int status, const char *fmt, ...)
    HV_PRINTF(3, 4);
/** sb_shell_note() - what the log is told. */
void sb_shell_note(struct sb_visit *visit, const char *result, const char *fmt,
                   ...) HV_PRINTF(3, 4);
/** sb_shell_goto() - send the browser to an address of ours or theirs. */
void sb_shell_goto(struct sb_visit *visit, struct hv_secret *url);
/** sb_shell_back() - to the application; the flow is over. */
void sb_shell_back(struct sb_visit *visit, const struct sb_back *back);
/** sb_shell_back_word() - the same with a return target and nothing else. */
void sb_shell_back_word(struct sb_visit *visit, const char *target);
/** sb_shell_redirect_check() - false: `redirect` cannot be used here, and the
 *  visit is refused. */
bool sb_shell_redirect_check(struct sb_visit *visit);

/* ---- shell_find.c ---- */

void sb_shell_set_app(struct sb_visit *visit, const struct sb_app *app);
/** sb_shell_find_app() - the one of appid, as far as the target cares; false:
 *  the visit is refused. */
bool sb_shell_find_app(struct sb_visit *visit);
/** sb_shell_may_exist() - false: no record of that id, whoever signs in. */
bool sb_shell_may_exist(const struct sb_visit *visit, const char *text);
/** sb_shell_find_record() - the one the visit is about, once somebody signed
 *  in; false: there is none for this person, and the visit is over. */
bool sb_shell_find_record(struct sb_visit *visit);
/** sb_shell_refuse_record() - by the target's own return target if it has one. */
void sb_shell_refuse_record(struct sb_visit *visit);

/* ---- shell_sign.c ---- */

void sb_shell_sign_in(struct sb_visit *visit);
/** sb_shell_signed_in() - reads the posted person into the flow. */
bool sb_shell_signed_in(struct sb_visit *visit);
void sb_shell_sign_out(struct sb_visit *visit);     /* APPSIGNOUT */
void sb_shell_app_redirect(struct sb_visit *visit); /* APPREDIRECT */

/* ---- the pages and what their forms do, by target ---- */

void sb_consent_page(struct sb_visit *visit); /* shell_consent.c */
void sb_consent_done(struct sb_visit *visit);
void sb_account_page(struct sb_visit *visit); /* shell_create.c */
void sb_account_done(struct sb_visit *visit);
void sb_record_new_page(struct sb_visit *visit);
void sb_record_new_done(struct sb_visit *visit);
void sb_record_edit_page(struct sb_visit *visit); /* shell_record.c */
void sb_record_edit_done(struct sb_visit *visit);
void sb_record_share_page(struct sb_visit *visit);
void sb_record_share_done(struct sb_visit *visit);
void sb_reconcile_page(struct sb_visit *visit);
void sb_reconcile_done(struct sb_visit *visit);
void sb_items_page(struct sb_visit *visit); /* shell_items.c */
void sb_items_done(struct sb_visit *visit);
void sb_manage_page(struct sb_visit *visit); /* shell_manage.c */
void sb_manage_done(struct sb_visit *visit);
void sb_record_list_page(struct sb_visit *visit);
void sb_package_page(struct sb_visit *visit); /* shell_plain.c */
void sb_help_page(struct sb_visit *visit);
void sb_no_page(struct sb_visit *visit);
void sb_home_page(struct sb_visit *visit);
void sb_complete_page(struct sb_visit *visit, const struct sb_query *query);

#endif
