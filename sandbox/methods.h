/*
 * methods.h - a method call from the bytes of its body to the answer.
 * The methods table lives in methods.c; each handler in a file of its subject.
 */
#ifndef SANDBOX_METHODS_H
#define SANDBOX_METHODS_H

#include "sandbox/answer.h"
#include "sandbox/model.h"
#include "sandbox/request.h"

/* Codes of the tables that only the sandbox answers with. */
enum {
    SB_CODE_BAD_HTTP = 2,
    SB_CODE_INVALID_THING = 13,
    SB_CODE_INVALID_FILTER = 15,
    SB_CODE_INVALID_FORMAT = 16,
    SB_CODE_INVALID_APPAUTH = 18,
    SB_CODE_INVALID_TYPE = 19,
    SB_CODE_TYPE_IMMUTABLE = 20,
    SB_CODE_TYPE_UNCREATABLE = 21,
    SB_CODE_CREDENTIAL_TYPE = 36,
    SB_CODE_RECORD_STATE = 37,
    SB_CODE_TOO_LONG = 39,
    SB_CODE_TOO_MANY_GROUPS = 53,
    SB_CODE_TYPE_UNDELETABLE = 59,
    SB_CODE_STAMP_MISSING = 60,
    SB_CODE_STAMP_MISMATCH = 61,
    SB_CODE_CREDENTIAL_KEY = 66,
    SB_CODE_PERSON_ID = 67,
    SB_CODE_QUOTA = 68,
    SB_CODE_TYPE_VERSION = 85,
    SB_CODE_THING_STATE = 123,
    SB_CODE_TOO_MANY_THINGS = 124,
    SB_CODE_RECORD_LOCATION = 147,
    SB_CODE_NO_SORTING = 181,
};

/* One call being answered; everything borrowed for its time. */
struct sb_call {
    struct sb_platform *platform;
    const struct sb_request *request;
    struct sb_answer *answer;
    int64_t now_ms;                   /* platform's clock */
    int64_t real_ms;                  /* for msg-time and signing-time */
    const struct sb_app *app;         /* NULL in anonymous calls */
    const struct sb_person *person;   /* NULL but in calls of a person */
    const struct sb_record *record;   /* NULL but in calls on a record */
    const struct sb_auth *auth;       /* of these three: open */
    const struct sb_user_token *user; /* NULL: offline, or no person */
    enum sb_avenue avenue;            /* of a person's call */
};

/* A handler answers HV_CODE_OK or what sb_refuse() returned. */
typedef int (*sb_method_fn)(struct sb_call *call);

/* session.c, new_app.c */
int sb_create_session_1(struct sb_call *call);
int sb_create_session_2(struct sb_call *call);
int sb_new_application(struct sb_call *call);
/* subscribe.c */
int sb_subscribe(struct sb_call *call);
int sb_get_subscriptions(struct sb_call *call);
int sb_update_subscription(struct sb_call *call);
int sb_unsubscribe(struct sb_call *call);
/* people.c, rights.c */
int sb_get_person_info(struct sb_call *call);
int sb_get_authorized_people(struct sb_call *call);
int sb_get_authorized_records(struct sb_call *call);
int sb_query_permissions(struct sb_call *call);
int sb_remove_authorization(struct sb_call *call);
/* get_things.c, put_things.c */
int sb_get_things_1(struct sb_call *call);
int sb_get_things_3(struct sb_call *call);
int sb_put_things_1(struct sb_call *call);
int sb_put_things_2(struct sb_call *call);
int sb_remove_things(struct sb_call *call);
/* operations.c */
int sb_get_updated_records_1(struct sb_call *call);
int sb_get_updated_records_2(struct sb_call *call);
int sb_get_record_operations(struct sb_call *call);
/* app_info.c, service.c */
int sb_get_application_info(struct sb_call *call);
int sb_get_service_1(struct sb_call *call);
int sb_get_service_2(struct sb_call *call);

/* One line of the methods table, for GetServiceDefinition and the tests. */
struct sb_method {
    const char *name;
    int version;
    const char *suffix; /* of the answer's namespace; NULL = no info */
};
/** sb_method_at() - NULL at the end; versions of one method follow each
 *  other. */
const struct sb_method *sb_method_at(size_t index);

/**
 * sb_auth_check() - token, MAC, age and info hash of an authenticated call, in
 * that order (8, 65, 4, 49, 4), and whether the application is served (6).
 * @app: whose session it is.
 */
int sb_auth_check(const struct sb_platform *platform,
                  const struct sb_request *request, struct sb_now now,
                  const struct sb_app **app, struct sb_answer *answer);

/** sb_call_rights() - bits of enum sb_right that the call has on a type;
 *  @eff_ms as in struct sb_ask. */
unsigned sb_call_rights(const struct sb_call *call, const struct hv_guid *type,
                        const int64_t *eff_ms);

/* What a call was, for a log; ids are zero when it had none. */
struct sb_heard {
    char method[SB_MAX_METHOD]; /* "" = none could be read */
    int version;
    struct hv_guid app;
    struct hv_guid person;
    struct hv_guid record;
};

/** sb_platform_call() - the whole of a call. @heard may be NULL. */
void sb_platform_call(struct sb_platform *platform, struct hv_bytes body,
                      struct sb_now now, struct sb_answer *answer,
                      struct sb_heard *heard);

#endif
