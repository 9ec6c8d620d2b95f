/*
 * sandbox.h - a HealthVault platform on this machine: methods, world, signed
 * deliveries with retries. Stands apart from core's grammar and from the
 * keystore: it reads requests and signs notifications with code of its own.
 */
#ifndef HVCONSOLE_SANDBOX_H
#define HVCONSOLE_SANDBOX_H

#include "hvconsole/loop.h"
#include "hvconsole/names.h"

struct hv_sandbox;

struct hv_sandbox_config {
    const char *bind;          /* "127.0.0.1" */
    int port;                  /* 0 = a free one */
    const char *store;         /* store directory: sandbox/ (CA), run/ */
    bool is_plain;             /* HTTP without TLS, loopback only */
    bool is_prod;              /* action URL rule enforced (6.2) */
    bool allow_http;           /* accept http:// subscription URLs */
    bool check_times;          /* signing-time too */
    int64_t token_life_ms;     /* session tokens; 0 = 4 h */
    uint32_t seed;
    uint32_t people;           /* in a new world at least so many; up to 8000 */
    bool verbose;              /* a line per call and delivery on stderr */
    int64_t overlap_ms;        /* how long a replaced key may still sign;
                                  0 = 24 h. Fact: retries */
    const char *state;         /* file that keeps the world; NULL = memory */
};

/** hv_sandbox_start() - seeded world, serving on @loop; CA and server
 *  certificate are made in STORE/sandbox/ on first start and kept.
 *  HV_ERR_RULE: one runs already, or the port is taken. */
HV_MUST_CHECK enum hv_status
hv_sandbox_start(struct hv_loop *loop, const struct hv_sandbox_config *config,
                 struct hv_sandbox **out, struct hv_error *err);
const char *hv_sandbox_url(const struct hv_sandbox *sandbox); /* method URL */
void hv_sandbox_free(struct hv_sandbox *sandbox);

/*
 * Published facts (run/sandbox): platform, shell, ca ("" when plain), app_id,
 * pid, listening (scheme, host, port), persons, records (how many), env
 * ("prod" or "ppe"); then per person person_id, person_name and per record
 * record_id, record_name (repeated, in order). The first record belongs to one
 * person alone, the second is shared by two.
 *
 * Control verbs (hv_run_ask(store, "sandbox", ...)), keys in, keys out:
 *   stop
 *   status     -> the published facts + subs, queued, requests
 *   app-add    app_id, cert (PEM text), action_url, limit, name, env
 *              (ppe|prod; else as the sandbox), persistent_s (0 = no tokens
 *              that last)  -> app_id, name, action_url, env, persistent_s,
 *              limit, thumbprint (repeated)
 *              An application that is known keeps what is not given; another
 *              certificate is added, one of the same thumbprint replaced. Also
 *              in the answer: thumbprints, how many follow.
 *   app-list   -> per application the same keys, repeated in order
 *   emit       type (guid, prefix or name; default the first subscribed or
 *              weight), record (guid or prefix; default the first), count
 *              (1..4000), action (add|update|delete), wait (0|1), timeout_ms
 *              (default 30000), sign (current|old)
 *              -> per thing: person, record, thing, type, action (repeated,
 *              same order); queued: notifications raised, one per changed
 *              thing, subscription and authorised person of the record;
 *              delivered (with wait): how many of these were answered 200.
 *              A POST carries up to 50 of them for one subscription.
 *              With sign=old a subscription whose key was replaced within
 *              overlap_ms signs with the replaced one, the others with their
 *              current one; HV_ERR_RULE when no subscription to the type has
 *              such a key. What is queued when a key is replaced keeps the key
 *              it was to be signed with, for overlap_ms.
 *              HV_ERR_NET: not all answered 200 in timeout_ms; what is left
 *              goes on being retried.
 */

#endif
