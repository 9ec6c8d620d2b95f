/*
 * client.h - the platform as asynchronous calls on a loop. One client speaks
 * for one application of one platform; it gets and renews its session token.
 *
 * Codes 65 and 8: a new session token, rebuilt header, one repetition. Code 7
 * is never repeated. Fact: session-renewal
 */
#ifndef HVCONSOLE_CLIENT_H
#define HVCONSOLE_CLIENT_H

#include "hvconsole/loop.h"
#include "hvconsole/profile.h"
#include "hvconsole/secret.h"
#include "hvconsole/sub.h"

struct hv_client;
typedef uint64_t hv_op;             /* never 0, never reused */

struct hv_client_config {
    const struct hv_profile *profile;   /* copied */
    const struct hv_secret *pkcs8;      /* RSA key, DER; copied to locked memory */
    int timeout_ms;                     /* 0 = 30 s */
};

HV_MUST_CHECK enum hv_status
hv_client_new(struct hv_loop *loop, const struct hv_client_config *config,
              struct hv_client **out, struct hv_error *err);
/** hv_client_free() - running operations end as cancelled, callbacks run. Not
 *  from inside such a callback. */
void hv_client_free(struct hv_client *client);

/* One method call. Everything borrowed until hv_client_start() returns. */
struct hv_call {
    const char *method;                /* "GetThings": no version digit */
    int version;
    struct hv_bytes info;              /* exact bytes `<info` .. `</info>` */
    const struct hv_guid *record;      /* NULL = none */
    const struct hv_guid *offline_person;  /* NULL = none */
    const struct hv_secret *user_token;    /* NULL = none; excludes the former */
};

struct hv_answer {
    struct hv_error error;    /* zeroed: code 0; HV_ERR_NET: outcome unknown */
    int code;                 /* platform code, -1 = none came */
    struct hv_bytes document; /* the response, borrowed for the callback; it may
                                 hold keys: never log, never copy to hv_buf */
    int64_t server_date_ms;   /* HTTP Date, 0 = none */
    int64_t took_ms;
};

typedef void (*hv_client_fn)(void *arg, hv_op op,
                             const struct hv_answer *answer);

/** hv_client_start() - returns at once; @fn runs once, on the loop, later. */
hv_op hv_client_start(struct hv_client *client, const struct hv_call *call,
                      hv_client_fn fn, void *arg);
/** hv_client_cancel() - @fn runs soon with HV_ERR_CANCELLED. */
void hv_client_cancel(struct hv_client *client, hv_op op);

/*
 * Typed calls that run the client's loop until the answer is there: for a
 * command, or a worker thread with a loop of its own. Never from a callback.
 * HV_ERR_NET: network or timeout, the outcome is unknown. HV_ERR_TOKEN: code 7.
 * HV_ERR_NOT_FOUND: 132. HV_ERR_RULE: 133, 134. HV_ERR_PLATFORM: any other
 * code (in err->platform_code, with name and advice in why and hint).
 * HV_ERR_LOCKED: the platform refuses our credentials (6, 70, 4 at sign-in).
 */

/** hv_client_get_subs() - all subscriptions with their keys. Wipe by release. */
HV_MUST_CHECK enum hv_status hv_client_get_subs(struct hv_client *client,
                                                struct hv_sub_list *out,
                                                struct hv_error *err);
/** hv_client_subscribe() - @sub without id, with version and 64-byte key. */
HV_MUST_CHECK enum hv_status hv_client_subscribe(struct hv_client *client,
                                                 const struct hv_sub *sub,
                                                 struct hv_guid *id,
                                                 struct hv_error *err);
/** hv_client_update_sub() - replaces the whole subscription. */
HV_MUST_CHECK enum hv_status hv_client_update_sub(struct hv_client *client,
                                                  const struct hv_sub *sub,
                                                  struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_client_unsubscribe(struct hv_client *client,
                                                   const struct hv_guid *id,
                                                   struct hv_error *err);

/* app-record-auth-action. Fact: authorisation */
enum hv_auth_action {
    HV_AUTH_UNKNOWN = 0,
    HV_AUTH_NONE,
    HV_AUTH_REQUIRED,
    HV_AUTH_REAUTH_REQUIRED,
    HV_AUTH_REAUTH_NOT_POSSIBLE,
    HV_AUTH_LOCATION,
};

struct hv_record {
    struct hv_guid id;
    char name[256];             /* foreign text */
    enum hv_auth_action action;
    char action_text[64];       /* verbatim; foreign text */
    int64_t expires_ms;         /* 0 = not said, INT64_MAX = never */
    bool is_expired;
    bool is_custodian;
    char state[24];             /* "Active" ...; "" = not said */
};

struct hv_person {
    struct hv_guid id;
    char name[256];             /* foreign text */
    struct hv_guid selected;    /* zero = none */
    struct hv_record *records;  /* owned */
    size_t records_len;
    bool has_more_records;
};

struct hv_people {
    struct hv_person *items;    /* owned */
    size_t len;
    bool has_more;              /* next page: cursor = id of the last */
};

void hv_person_release(struct hv_person *person);
void hv_people_release(struct hv_people *people);
/** hv_client_get_person() - offline, by person id. */
HV_MUST_CHECK enum hv_status hv_client_get_person(struct hv_client *client,
                                                  const struct hv_guid *person,
                                                  struct hv_person *out,
                                                  struct hv_error *err);
/** hv_client_get_signed_in() - of whom @user_token is. HV_ERR_TOKEN: it is over
 *  (7) or none of ours (8); never repeated with it. */
HV_MUST_CHECK enum hv_status
hv_client_get_signed_in(struct hv_client *client,
                        const struct hv_secret *user_token,
                        struct hv_person *out, struct hv_error *err);
/** hv_client_get_people() - one page; @cursor NULL = the first; @count 0 = the
 *  platform's own page size. */
HV_MUST_CHECK enum hv_status hv_client_get_people(struct hv_client *client,
                                                  const struct hv_guid *cursor,
                                                  int count,
                                                  struct hv_people *out,
                                                  struct hv_error *err);
struct hv_updated_record {
    struct hv_guid record, person;
    int64_t updated_ms;
};
struct hv_updated_list {
    struct hv_updated_record *items; /* owned */
    size_t len;
};
void hv_updated_list_release(struct hv_updated_list *list);
/** hv_client_updated_records() - records this application may read that changed
 *  since @since_ms (0 = all), one for each person who let it in. The way to see
 *  what no notification told. Fact: record-operations */
HV_MUST_CHECK enum hv_status
hv_client_updated_records(struct hv_client *client, int64_t since_ms,
                          struct hv_updated_list *out, struct hv_error *err);
/** hv_client_server_date_ms() - HTTP Date of the last answer, 0 = none yet. */
int64_t hv_client_server_date_ms(const struct hv_client *client);
/** hv_client_set_cancel() - a flag that another thread may set: typed calls
 *  then end with HV_ERR_CANCELLED within 100 ms. NULL = none. */
void hv_client_set_cancel(struct hv_client *client, const _Atomic bool *flag);

/* A new RSA-2048 key and self-signed certificate for profile add. */
struct hv_new_app_key {
    struct hv_secret pkcs8;
    uint8_t spki_sha256[32];
    char thumbprint[41];
    struct hv_buf cert_pem;     /* public half */
};
/** hv_app_key_make() - subject CN=WildcatApp-<app-id>. Up to a second. */
HV_MUST_CHECK enum hv_status hv_app_key_make(const struct hv_guid *app,
                                             struct hv_new_app_key *out,
                                             struct hv_error *err);
/** hv_app_key_load() - from PEM files; checks that they belong together. */
HV_MUST_CHECK enum hv_status hv_app_key_load(const char *key_file,
                                             const char *cert_file,
                                             struct hv_new_app_key *out,
                                             struct hv_error *err);
void hv_new_app_key_release(struct hv_new_app_key *key);

#endif
