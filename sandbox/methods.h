/*
 * methods.h - a method call from the bytes of its body to the answer.
 * The methods table lives in methods.c; each handler in a file of its subject.
 */
#ifndef SANDBOX_METHODS_H
#define SANDBOX_METHODS_H

#include "sandbox/answer.h"
#include "sandbox/model.h"
#include "sandbox/request.h"

/* One call being answered; everything borrowed for its time. */
struct sb_call {
    struct sb_platform *platform;
    const struct sb_request *request;
    struct sb_answer *answer;
    int64_t now_ms;
    const struct sb_app *app;       /* NULL in anonymous calls */
    const struct sb_person *person; /* NULL but in calls of a person */
};

/* A handler answers HV_CODE_OK or what sb_refuse() returned. */
typedef int (*sb_method_fn)(struct sb_call *call);

int sb_create_session_1(struct sb_call *call);
int sb_create_session_2(struct sb_call *call);
int sb_subscribe(struct sb_call *call);
int sb_get_subscriptions(struct sb_call *call);
int sb_update_subscription(struct sb_call *call);
int sb_unsubscribe(struct sb_call *call);
int sb_get_person_info(struct sb_call *call);
int sb_get_authorized_people(struct sb_call *call);

/**
 * sb_auth_check() - token, MAC, age and info hash of an authenticated call, in
 * that order (8, 65, 4, 49, 4). @app: whose session it is.
 */
int sb_auth_check(const struct sb_platform *platform,
                  const struct sb_request *request, int64_t now_ms,
                  const struct sb_app **app, struct sb_answer *answer);

/** sb_platform_call() - the whole of a call. @method: its name for a log, ""
 *  if it has none; at least SB_MAX_METHOD bytes, may be NULL. */
void sb_platform_call(struct sb_platform *platform, struct hv_bytes body,
                      int64_t now_ms, struct sb_answer *answer, char *method);

#endif
