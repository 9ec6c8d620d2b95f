/*
 * methods.c - the methods this platform knows, and the order in which a call
 * is judged before its handler runs.
 * Called by sandbox.c for each POST and by the tests. No I/O, no clock.
 */
#include "sandbox/methods.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <string.h>

/* Who must be known before the handler runs. */
enum sb_who {
    SB_ANONYMOUS,   /* app-id, nothing is signed but what is inside */
    SB_APPLICATION, /* a session; person and record are not looked at */
    SB_PERSON,      /* a session and a person */
};

static const struct sb_method {
    const char *name;
    int version;
    enum sb_who who;
    const char *suffix; /* of the answer's namespace; NULL = no info */
    sb_method_fn handler;
} methods[] = {
    { "CreateAuthenticatedSessionToken", 1, SB_ANONYMOUS,
      "CreateAuthenticatedSessionToken", sb_create_session_1 },
    { "CreateAuthenticatedSessionToken", 2, SB_ANONYMOUS,
      "CreateAuthenticatedSessionToken2", sb_create_session_2 },
    { "SubscribeToEvent", 1, SB_APPLICATION, "SubscribeToEvent", sb_subscribe },
    { "GetEventSubscriptions", 1, SB_APPLICATION, "GetEventSubscriptions",
      sb_get_subscriptions },
    { "UpdateEventSubscription", 1, SB_APPLICATION, NULL,
      sb_update_subscription },
    { "UnsubscribeToEvent", 1, SB_APPLICATION, NULL, sb_unsubscribe },
    { "GetPersonInfo", 1, SB_PERSON, "GetPersonInfo", sb_get_person_info },
    { "GetAuthorizedPeople", 1, SB_APPLICATION, "GetAuthorizedPeople",
      sb_get_authorized_people },
};

static const struct sb_method *
method_find(const struct sb_request *request)
{
    for (size_t i = 0; i < HV_LEN(methods); i++)
        if (strcmp(methods[i].name, request->method) == 0 &&
            methods[i].version == request->version)
            return &methods[i];
    return NULL;
}

/* No user has signed in here: every user token is one we never gave. */
static int
check_person(struct sb_call *call)
{
    const struct sb_request *request = call->request;

    if (request->has_user_token)
        return sb_refuse(call->answer, HV_CODE_INVALID_TOKEN, NULL,
                         "the user-auth-token is unknown here");
    if (!request->has_person)
        return sb_refuse(call->answer, HV_CODE_INVALID_PERSON, NULL,
                         "the method needs a person: offline-person-id");
    call->person = sb_person_find(call->platform, &request->person);
    if (!call->person)
        return sb_refuse(call->answer, HV_CODE_INVALID_PERSON, NULL,
                         "the person is unknown here");
    return HV_CODE_OK;
}

/* Everything after "the method is known". Fact: hash-and-hmac */
static int
check_call(struct sb_call *call, const struct sb_method *method)
{
    const struct sb_request *request = call->request;
    int code = HV_CODE_OK;

    if (method->who != SB_ANONYMOUS)
        code = sb_auth_check(call->platform, request, call->now_ms, &call->app,
                             call->answer);
    else if (!request->has_app_id)
        code = sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL,
                         "%s is called with app-id, not with auth-session",
                         method->name);
    if (!code && request->has_xsl)
        code = sb_refuse(call->answer, HV_CODE_INVALID_TRANSFORM, NULL,
                         "final-xsl is not offered here");
    if (!code && method->who == SB_PERSON)
        code = check_person(call);
    return code;
}

static void
run_call(struct sb_call *call)
{
    const struct sb_method *method = method_find(call->request);

    if (!method) {
        sb_refuse(call->answer, HV_CODE_BAD_METHOD, NULL,
                  "there is no method %s version %d here",
                  call->request->method, call->request->version);
        return;
    }
    call->answer->suffix = method->suffix;
    if (check_call(call, method) == HV_CODE_OK)
        method->handler(call);
}

void
sb_platform_call(struct sb_platform *platform, struct hv_bytes body,
                 int64_t now_ms, struct sb_answer *answer, char *method)
{
    struct sb_request request = { 0 };
    struct sb_call call = {
        .platform = platform,
        .request = &request,
        .answer = answer,
        .now_ms = now_ms,
    };
    const char *why = sb_request_read(body, &request);

    platform->requests++;
    if (why)
        sb_refuse(answer, HV_CODE_INVALID_XML, NULL, "%s", why);
    else
        run_call(&call);
    if (method)
        snprintf(method, SB_MAX_METHOD, "%s", request.method);
    sb_request_release(&request);
}
