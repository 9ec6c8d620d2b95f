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
 * Published facts (run/sandbox): platform, shell, ca, app_id, pid, listening,
 * persons, records, env.
 *
 * Control verbs (hv_run_ask(store, "sandbox", ...)), keys in, keys out:
 *   stop
 *   status     -> the published facts + subs, queued, requests
 *   app-add    app_id, cert (PEM text), action_url, limit  -> app_id,
 *              action_url, limit, thumbprint (repeated)
 *   app-list   -> per application the same keys, repeated in order
 *   emit       type (guid, default the first subscribed or weight), record
 *              (guid or prefix), count, action (add|update|delete), wait
 *              (0|1), timeout_ms
 *              -> per thing: person, record, thing, type, action (repeated,
 *              same order); queued; delivered (with wait)
 */

#endif
