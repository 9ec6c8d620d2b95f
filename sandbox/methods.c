/*
 * methods.c - the methods this platform knows, and the order in which a call
 * is judged before its handler runs.
 * Called by sandbox.c for each POST and by the tests. No I/O, no clock.
 * Fact: methods, hash-and-hmac
 */
#include "sandbox/methods.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <string.h>

/* Who must be known before the handler runs. */
enum sb_who {
    SB_ANONYMOUS,   /* app-id, nothing is signed but what is inside */
    SB_ANYBODY,     /* app-id, or a session; what is signed is checked */
    SB_APPLICATION, /* a session; person and record are not looked at */
    SB_EVENTING,    /* the same, and the method group has to be switched on */
    SB_PERSON,      /* a session and a person */
    SB_RECORD,      /* and a record that this person authorised */
    SB_WRITER,      /* and that may be written to */
};

static const struct method {
    struct sb_method told;
    enum sb_who who;
    sb_method_fn handler;
} methods[] = {
    { { "CreateAuthenticatedSessionToken", 1,
        "CreateAuthenticatedSessionToken" },
      SB_ANONYMOUS,
      sb_create_session_1 },
    { { "CreateAuthenticatedSessionToken", 2,
        "CreateAuthenticatedSessionToken2" },
      SB_ANONYMOUS,
      sb_create_session_2 },
    { { "SubscribeToEvent", 1, "SubscribeToEvent" },
      SB_EVENTING,
      sb_subscribe },
    { { "GetEventSubscriptions", 1, "GetEventSubscriptions" },
      SB_EVENTING,
      sb_get_subscriptions },
    { { "UpdateEventSubscription", 1, NULL },
      SB_EVENTING,
      sb_update_subscription },
    { { "UnsubscribeToEvent", 1, NULL }, SB_EVENTING, sb_unsubscribe },
    { { "GetPersonInfo", 1, "GetPersonInfo" }, SB_PERSON, sb_get_person_info },
    { { "GetAuthorizedPeople", 1, "GetAuthorizedPeople" },
      SB_APPLICATION,
      sb_get_authorized_people },
    { { "GetAuthorizedRecords", 1, "GetAuthorizedRecords" },
      SB_PERSON,
      sb_get_authorized_records },
    { { "QueryPermissions", 1, "QueryPermissions" },
      SB_RECORD,
      sb_query_permissions },
    { { "GetThings", 1, "GetThings" }, SB_RECORD, sb_get_things_1 },
    { { "GetThings", 2, "GetThings" }, SB_RECORD, sb_get_things_1 },
    { { "GetThings", 3, "GetThings3" }, SB_RECORD, sb_get_things_3 },
    { { "PutThings", 1, "PutThings" }, SB_WRITER, sb_put_things_1 },
    { { "PutThings", 2, "PutThings" }, SB_WRITER, sb_put_things_2 },
    { { "RemoveThings", 1, NULL }, SB_WRITER, sb_remove_things },
    { { "GetUpdatedRecordsForApplication", 1,
        "GetUpdatedRecordsForApplication" },
      SB_APPLICATION,
      sb_get_updated_records_1 },
    { { "GetUpdatedRecordsForApplication", 2,
        "GetUpdatedRecordsForApplication2" },
      SB_APPLICATION,
      sb_get_updated_records_2 },
    { { "GetRecordOperations", 1, "GetRecordOperations" },
      SB_RECORD,
      sb_get_record_operations },
    { { "GetApplicationInfo", 1, "GetApplicationInfo" },
      SB_APPLICATION,
      sb_get_application_info },
    { { "GetApplicationInfo", 2, "GetApplicationInfo" },
      SB_APPLICATION,
      sb_get_application_info },
    { { "GetServiceDefinition", 1, "GetServiceDefinition" },
      SB_ANYBODY,
      sb_get_service_1 },
    { { "GetServiceDefinition", 2, "GetServiceDefinition2" },
      SB_ANYBODY,
      sb_get_service_2 },
    { { "RemoveApplicationRecordAuthorization", 1, NULL },
      SB_RECORD,
      sb_remove_authorization },
    { { "NewApplicationCreationInfo", 1, "NewApplicationCreationInfo" },
      SB_ANONYMOUS,
      sb_new_application },
};

const struct sb_method *
sb_method_at(size_t index)
{
    return index < HV_LEN(methods) ? &methods[index].told : NULL;
}

static const struct method *
method_find(const struct sb_request *request)
{
    for (size_t i = 0; i < HV_LEN(methods); i++)
        if (strcmp(methods[i].told.name, request->method) == 0 &&
            methods[i].told.version == request->version)
            return &methods[i];
    return NULL;
}

/* ------------------------------------------------- person and record -- */

static int
check_user_token(struct sb_call *call)
{
    int code = sb_user_token_check(call->platform, call->request->user_token,
                                   &call->app->id, call->now_ms, &call->user);

    if (code == HV_CODE_CREDENTIAL_EXPIRED)
        return sb_refuse(call->answer, code, NULL,
                         "the user-auth-token is no longer good: the person "
                         "has to sign in again");
    if (code)
        return sb_refuse(call->answer, code, NULL,
                         "the user-auth-token is unknown here");
    call->person = &call->platform->persons[call->user->person];
    call->avenue = SB_ONLINE;
    return HV_CODE_OK;
}

/* Whoever let the application in once and let it in nowhere any more is told
 * 11; who never did, 18. Fact: authorisation */
static int
check_let_in(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    size_t app = sb_app_index(p, call->app);
    size_t person = (size_t)(call->person - p->persons);
    bool was_there = false;

    for (size_t i = 0; i < p->auth_count; i++) {
        const struct sb_auth *auth = &p->auths[i];

        if (auth->app != app || auth->person != person)
            continue;
        if (!auth->is_revoked)
            return HV_CODE_OK;
        was_there = true;
    }
    return was_there
               ? sb_refuse(call->answer, HV_CODE_ACCESS_DENIED, NULL,
                           "the person took away the access to all records")
               : sb_refuse(call->answer, SB_CODE_INVALID_APPAUTH, NULL,
                           "the person has not authorised the application");
}

static int
check_person(struct sb_call *call)
{
    const struct sb_request *request = call->request;

    call->avenue = SB_OFFLINE;
    if (request->has_user_token)
        return check_user_token(call);
    if (!request->has_person)
        return sb_refuse(call->answer, HV_CODE_INVALID_PERSON, NULL,
                         "the method needs a person: user-auth-token or "
                         "offline-person-id");
    call->person = sb_person_find(call->platform, &request->person);
    if (!call->person)
        return sb_refuse(call->answer, HV_CODE_INVALID_PERSON, NULL,
                         "the person is unknown here");
    return HV_CODE_OK;
}

static int
check_record_state(struct sb_call *call, enum sb_who who)
{
    enum sb_record_state state = call->record->state;

    if (state == SB_RECORD_ACTIVE)
        return HV_CODE_OK;
    if (state == SB_RECORD_READ_ONLY && who != SB_WRITER)
        return HV_CODE_OK;
    return sb_refuse(call->answer, SB_CODE_RECORD_STATE, NULL,
                     state == SB_RECORD_READ_ONLY
                         ? "the record is read-only"
                         : "the record is suspended or deleted");
}

/* Is there an authorisation that holds? Types and rights come later. */
static int
check_record_access(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    const struct sb_auth *auth = sb_auth_find(
        p, sb_app_index(p, call->app), (size_t)(call->person - p->persons),
        (size_t)(call->record - p->records));

    if (auth && auth->forced == SB_ACT_LOCATION)
        return sb_refuse(call->answer, SB_CODE_RECORD_LOCATION, NULL,
                         "the application does not serve the country of the "
                         "record");
    if (!auth || !sb_auth_is_open(auth, call->now_ms))
        return sb_refuse(call->answer, HV_CODE_ACCESS_DENIED, NULL,
                         "the person has not authorised the application for "
                         "the record, or no longer");
    call->auth = auth;
    return HV_CODE_OK;
}

static int
check_record(struct sb_call *call, enum sb_who who)
{
    const struct sb_request *request = call->request;
    int code;

    if (!request->has_record)
        return sb_refuse(call->answer, HV_CODE_INVALID_RECORD, NULL,
                         "the method needs a record-id");
    call->record = sb_record_find(call->platform, &request->record);
    if (!call->record)
        return sb_refuse(call->answer, HV_CODE_INVALID_RECORD, NULL,
                         "the record is unknown here");
    code = check_record_state(call, who);
    if (!code)
        code = check_let_in(call);
    return code ? code : check_record_access(call);
}

/* ----------------------------------------------------------- the call -- */

/* Everything after "the method is known". */
static int
check_call(struct sb_call *call, const struct method *method)
{
    const struct sb_request *request = call->request;
    const struct sb_now now = { call->now_ms, call->real_ms };
    enum sb_who who = method->who;
    int code = HV_CODE_OK;

    if (who == SB_ANYBODY && request->has_session && request->mac.is_there)
        who = SB_APPLICATION;
    if (who >= SB_APPLICATION)
        code = sb_auth_check(call->platform, request, now, &call->app,
                             call->answer);
    else if (who == SB_ANONYMOUS && !request->has_app_id)
        code = sb_refuse(call->answer, HV_CODE_INVALID_XML, NULL,
                         "%s is called with app-id, not with auth-session",
                         method->told.name);
    if (!code && request->has_xsl)
        code = sb_refuse(call->answer, HV_CODE_INVALID_TRANSFORM, NULL,
                         "final-xsl is not offered here");
    if (!code && who == SB_EVENTING && call->app->is_deaf)
        code = sb_refuse(call->answer, HV_CODE_ACCESS_DENIED, NULL,
                         "the eventing methods are not switched on for the "
                         "application");
    if (!code && who >= SB_PERSON)
        code = check_person(call);
    if (!code && who == SB_PERSON)
        code = check_let_in(call);
    if (!code && who >= SB_RECORD)
        code = check_record(call, who);
    return code;
}

static void
run_call(struct sb_call *call)
{
    const struct method *method = method_find(call->request);
    struct sb_hooks *hooks = &call->platform->hooks;
    int fault;

    if (!method) {
        sb_refuse(call->answer, HV_CODE_BAD_METHOD, NULL,
                  "there is no method %s version %d here",
                  call->request->method, call->request->version);
        return;
    }
    fault = hooks->fault ? hooks->fault(hooks->arg, call->request) : 0;
    if (fault) {
        sb_refuse(call->answer, fault, NULL, "a fault that was ordered");
        return;
    }
    call->answer->suffix = method->told.suffix;
    if (check_call(call, method) == HV_CODE_OK)
        method->handler(call);
}

unsigned
sb_call_rights(const struct sb_call *call, const struct hv_guid *type,
               const int64_t *eff_ms)
{
    return sb_rules_rights(&call->auth->granted[call->avenue], type, eff_ms);
}

static void
note_heard(const struct sb_call *call, struct sb_heard *out)
{
    const struct sb_request *request = call->request;

    *out = (struct sb_heard){ .version = request->version };
    memcpy(out->method, request->method, sizeof(out->method));
    if (call->app)
        out->app = call->app->id;
    else if (request->has_app_id)
        out->app = request->app_id;
    if (call->person)
        out->person = call->person->id;
    else if (request->has_person)
        out->person = request->person;
    if (request->has_record)
        out->record = request->record;
}

void
sb_platform_call(struct sb_platform *platform, struct hv_bytes body,
                 struct sb_now now, struct sb_answer *answer,
                 struct sb_heard *heard)
{
    struct sb_request request = { 0 };
    struct sb_call call = {
        .platform = platform,
        .request = &request,
        .answer = answer,
        .now_ms = now.now_ms,
        .real_ms = now.real_ms,
    };
    bool is_long = body.len > HV_MAX_REQUEST;
    const char *why = is_long ? NULL : sb_request_read(body, &request);

    platform->requests++;
    if (is_long)
        sb_refuse(answer, SB_CODE_TOO_LONG, NULL,
                  "the request is longer than %d bytes", HV_MAX_REQUEST);
    else if (why)
        sb_refuse(answer, HV_CODE_INVALID_XML, NULL, "%s", why);
    else
        run_call(&call);
    if (heard)
        note_heard(&call, heard);
    sb_request_release(&request);
}
