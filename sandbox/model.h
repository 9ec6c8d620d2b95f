/*
 * model.h - what the sandbox platform knows: people, records, things, the
 * applications with their certificates, sessions and subscriptions.
 * Filled by world.c, app.c and the methods; read by all of the sandbox. Holds
 * no sockets: bytes in, bytes out, the time is handed in.
 */
#ifndef SANDBOX_MODEL_H
#define SANDBOX_MODEL_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"
#include "sandbox/queue.h"

#include <openssl/types.h>

#define SB_MAX_CERTS      16
#define SB_MAX_APPS       64
#define SB_MAX_LIMIT      1000 /* subscriptions of one application */
#define SB_MAX_SESSIONS   512  /* the oldest gives way: it answers 8 */
#define SB_MAX_THINGS     200000
#define SB_MAX_TOKEN      1024 /* characters of a session token */
#define SB_SESSION_SECRET 64   /* bytes that we choose; Fact: hash-and-hmac */
#define SB_TOKEN_LIFE_MS  (4 * 3600 * 1000LL)
#define SB_OVERLAP_MS     (24 * 3600 * 1000LL)
#define SB_FUTURE_SKEW_MS (3600 * 1000LL)

struct sb_person {
    struct hv_guid id;
    const char *name;
    const char *state;     /* US state of the location */
    size_t selected;       /* index of the record shown first */
    int64_t authorised_ms; /* when they let applications in */
};

struct sb_record {
    struct hv_guid id;
    const char *name;
    int64_t created_ms;
    int64_t updated_ms;
    int64_t sequence; /* of the latest operation */
};

struct sb_grant { /* a person may act on a record */
    size_t person;
    size_t record;
    bool is_custodian;
    int rel_type;
    const char *rel_name;
};

struct sb_thing {
    struct hv_guid id;
    struct hv_guid stamp; /* new on every change */
    struct hv_guid type;
    size_t record;
    bool is_deleted;
    int64_t created_ms;
    int64_t updated_ms;
};

struct sb_cert {
    uint8_t print[20]; /* SHA-1 of the DER form */
    EVP_PKEY *key;     /* owned, RSA */
};

struct sb_app {
    struct hv_guid id;
    char name[64];
    char action_url[HV_MAX_URL + 1]; /* "" = none */
    size_t limit;
    struct sb_cert certs[SB_MAX_CERTS];
    size_t cert_count;
    struct hv_secret secret; /* of a SODA application; may be empty */
};

enum sb_hash {
    SB_HASH_UNKNOWN,
    SB_SHA1,
    SB_SHA256,
};

struct sb_session {
    uint8_t digest[32]; /* SHA-256 of the token */
    struct hv_guid app;
    enum sb_hash hmac; /* agreed when it was made */
    struct hv_secret secret;
    int64_t expires_ms;
};

struct sb_key {
    struct hv_key_version version;
    struct hv_secret key; /* HV_HMAC_KEY_LEN bytes */
};

struct sb_type_ref {
    struct hv_guid id; /* as sent: any version of the type */
    size_t filter;     /* 0.. which filter it stood in */
};

struct sb_sub {
    struct hv_guid id;
    struct hv_guid app;
    struct sb_key key;
    struct sb_key old_key;     /* empty until the first update */
    int64_t replaced_ms;       /* when old_key gave way */
    char *url;                 /* owned */
    struct sb_type_ref *types; /* owned */
    size_t type_count;
    size_t filter_count;
};

struct sb_platform {
    bool is_prod; /* subscription URLs under the action URL */
    bool allow_http;
    bool check_signing_time;
    int64_t token_life_ms;
    int64_t overlap_ms; /* how long an old key may still sign */

    struct sb_person *persons;
    size_t person_count;
    struct sb_record *records;
    size_t record_count;
    struct sb_grant *grants;
    size_t grant_count;
    struct sb_thing *things;
    size_t thing_count;
    size_t thing_room;

    struct sb_app *apps; /* [0] is the seeded one */
    size_t app_count;
    struct sb_session *sessions; /* oldest first */
    size_t session_count;
    struct sb_sub *subs; /* in order of creation */
    size_t sub_count;

    struct sb_queue queue;
    uint64_t requests; /* method calls answered */
};

/** sb_platform_init() - a seeded world. @platform zeroed by the caller but
 *  for its switches; zero durations take their defaults. */
void sb_platform_init(struct sb_platform *platform, uint32_t seed);
void sb_platform_release(struct sb_platform *platform);

const struct sb_person *sb_person_find(const struct sb_platform *platform,
                                       const struct hv_guid *id);
struct sb_app *sb_app_find(const struct sb_platform *platform,
                           const struct hv_guid *id);
struct sb_sub *sb_sub_find(const struct sb_platform *platform,
                           const struct hv_guid *id);
void sb_sub_release(struct sb_sub *sub);
/** sb_sub_remove() - with what is queued for it. */
void sb_sub_remove(struct sb_platform *platform, struct sb_sub *sub);
size_t sb_sub_count_of(const struct sb_platform *platform,
                       const struct hv_guid *app);

/**
 * sb_app_add() - register an application or add to one that is known.
 * @cert_pem:   a certificate; NULL = none to add
 * @action_url: NULL = as it was ("" for a new one)
 * @limit:      0 = as it was (25 for a new one)
 * HV_ERR_FORMAT: not an RSA certificate, or the URL is none. HV_ERR_USAGE:
 * limit out of range. HV_ERR_LIMIT: too many applications or certificates.
 */
HV_MUST_CHECK enum hv_status
sb_app_add(struct sb_platform *platform, const struct hv_guid *id,
           const char *cert_pem, const char *action_url, int64_t limit,
           struct sb_app **out, struct hv_error *err);
void sb_app_release(struct sb_app *app);

/** sb_session_add() - takes @secret; the oldest session gives way. */
void sb_session_add(struct sb_platform *platform, const char *token,
                    const struct hv_guid *app, enum sb_hash hmac,
                    struct hv_secret *secret, int64_t expires_ms);
struct sb_session *sb_session_find(const struct sb_platform *platform,
                                   const char *token);

#endif
