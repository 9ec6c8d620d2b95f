/*
 * apps.h - the applications registered with the platform: certificates, rules,
 * environment, limits; and the SODA applications that wait for their person.
 * Made by control verbs, the Shell and NewApplicationCreationInfo.
 */
#ifndef SANDBOX_APPS_H
#define SANDBOX_APPS_H

#include "hvconsole/secret.h"
#include "sandbox/rules.h"

#include <openssl/types.h>

#define SB_MAX_CERTS        16
#define SB_MAX_APPS         64
#define SB_MAX_LIMIT        1000 /* subscriptions of one application */
#define SB_MAX_APP_NAME     255
#define SB_MAX_PENDING      16           /* the oldest gives way */
#define SB_PERSISTENT_S     (30 * 86400) /* "keep me signed in" of a new one */
#define SB_MAX_PERSISTENT_S (3650 * 86400)

struct sb_platform;

struct sb_cert {
    uint8_t print[20]; /* SHA-1 of the DER form */
    EVP_PKEY *key;     /* owned, RSA */
    char *pem;         /* owned: the certificate alone */
};

enum sb_env {
    SB_ENV_DEFAULT, /* as the platform is */
    SB_ENV_PPE,
    SB_ENV_PROD,
};

/* Which of the two rule sets, and how a request comes in. */
enum sb_avenue {
    SB_ONLINE,
    SB_OFFLINE,
};

struct sb_app {
    struct hv_guid id;
    char name[SB_MAX_APP_NAME + 1];
    char action_url[HV_MAX_URL + 1]; /* "" = none */
    enum sb_env env;
    size_t limit;          /* of subscriptions */
    bool is_disabled;      /* every token request answers 6 */
    bool is_deaf;          /* no eventing: the four methods answer 11 */
    bool is_soda;          /* made by CREATEAPPLICATION, signs with a secret */
    struct hv_guid master; /* of a SODA application; zero = none */
    int64_t persistent_ttl_s; /* "keep me signed in"; 0 = not offered */
    int64_t created_ms;
    int64_t updated_ms;
    struct sb_cert certs[SB_MAX_CERTS];
    size_t cert_count;
    struct hv_secret secret;  /* of a SODA application; may be empty */
    struct sb_rules rules[2]; /* by enum sb_avenue */
};

/* What NewApplicationCreationInfo gave out: no application yet. */
struct sb_pending {
    struct hv_guid id;
    struct hv_guid master;
    uint8_t digest[32]; /* SHA-256 of the app-token */
    struct hv_secret secret;
};

/** sb_app_find() - NULL: not registered. Index: sb_app_index(). */
struct sb_app *sb_app_find(const struct sb_platform *platform,
                           const struct hv_guid *id);
size_t sb_app_index(const struct sb_platform *platform,
                    const struct sb_app *app);
bool sb_app_is_prod(const struct sb_platform *platform,
                    const struct sb_app *app);

/**
 * sb_app_add() - register an application or add to one that is known. A new
 * one is authorised by every person on every record of theirs, all rules.
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
/** sb_app_set_name() / _env() / _persistent() - and the like; each touches the
 *  application. A name that is cut at 255 bytes is no error. */
void sb_app_set_name(struct sb_platform *platform, struct sb_app *app,
                     const char *name);
void sb_app_set_env(struct sb_platform *platform, struct sb_app *app,
                    enum sb_env env);
void sb_app_set_persistent(struct sb_platform *platform, struct sb_app *app,
                           int64_t ttl_s);
void sb_app_set_switches(struct sb_platform *platform, struct sb_app *app,
                         bool is_disabled, bool is_deaf);
/**
 * sb_app_set_rules() - replace one of the two sets. What persons granted
 * before stays granted; who lacks something required now is shown
 * ReauthorizationRequired. HV_ERR_FORMAT, HV_ERR_LIMIT as sb_rules_parse().
 */
HV_MUST_CHECK enum hv_status sb_app_set_rules(struct sb_platform *platform,
                                              struct sb_app *app,
                                              enum sb_avenue avenue,
                                              struct hv_bytes xml,
                                              struct hv_error *err);
/**
 * sb_app_restore() - a kept application as it was, with what certs hold read
 * from their PEM texts. Takes @app. For those who load a state.
 */
HV_MUST_CHECK enum hv_status sb_app_restore(struct sb_platform *platform,
                                            struct sb_app *app,
                                            struct hv_error *err);
void sb_app_release(struct sb_app *app);

/** sb_pending_add() - takes @secret. @token: the app-token as text. */
void sb_pending_add(struct sb_platform *platform, const struct hv_guid *id,
                    const struct hv_guid *master, const char *token,
                    struct hv_secret *secret);
/** sb_pending_master() - whose the token is; NULL: nothing waits for it. */
const struct sb_app *sb_pending_master(const struct sb_platform *platform,
                                       const char *token);
/**
 * sb_app_activate() - CREATEAPPLICATION of the Shell: the pending application
 * of @token becomes one, with its master's rules and environment; nobody has
 * authorised it yet. HV_ERR_NOT_FOUND: no such token of that master.
 */
HV_MUST_CHECK enum hv_status
sb_app_activate(struct sb_platform *platform, const struct hv_guid *master,
                const char *token, const char *name, struct sb_app **out,
                struct hv_error *err);

#endif
