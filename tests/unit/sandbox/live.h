/*
 * live.h - a running sandbox for tests: a store of its own, an application
 * with a fresh RSA key, a handler that receives notifications, and calls over
 * the wire. Everything on one loop; what blocks runs as a job.
 */
#ifndef TESTS_SANDBOX_LIVE_H
#define TESTS_SANDBOX_LIVE_H

#include "support.h"

#include "core/net/curl.h"
#include "core/net/http.h"
#include "hvconsole/run.h"
#include "hvconsole/sandbox.h"

#define L_PATIENCE_MS 20000

struct l_received {
    char authorization[256];
    char content_type[64];
    char target[256];
    struct hv_buf body;
};

struct live {
    char store[64];
    struct hv_loop *loop;
    struct hv_sandbox *sandbox;
    struct hv_curl *curl;
    struct hv_http_server *handler;
    char handler_url[128];
    const int *answers; /* HTTP statuses to give, 0-terminated;
                                        the last one is repeated */
    size_t answer_at;
    const char *coding; /* header beside the Content-Type; may be NULL */
    struct l_received received[64];
    size_t received_count;
    EVP_PKEY *key;
    char *cert; /* PEM */
    char app_id[HV_GUID_TEXT];
    struct t_world signer; /* its secret signs the requests */
    char token[SB_MAX_TOKEN + 1];
};

void l_start(struct live *live, const struct hv_sandbox_config *config);
void l_stop(struct live *live);

/** l_post() - the answer's HTTP status; @text gets the body (to be freed). */
int l_post(struct live *live, const char *content_type, struct hv_bytes body,
           char **text);
/** l_ask() - a control request of NULL-terminated key, value pairs. */
enum hv_status l_ask(struct live *live, struct hv_facts *answer,
                     struct hv_error *err, ...);
/** l_sign_in() - registers the application and opens a session. */
void l_sign_in(struct live *live);
/** l_call() - a signed method call; the code of the answer. */
int l_call(struct live *live, const char *method, const char *info,
           char **text);
/** l_get() - a GET by hand to a plain sandbox; its HTTP status. */
int l_get(struct live *live, const char *target);

/** l_subscribe() - the handler to blood pressure, with a key of 64 times @fill.
 *  @id: NULL = a new one, whose id goes to @new_id; else an update */
void l_subscribe(struct live *live, const char *id, const char *version,
                 uint8_t fill, char new_id[HV_GUID_TEXT]);
void l_expect_signed(const struct l_received *got, const char *id,
                     const char *version, uint8_t fill);
void l_expect_fact(const struct hv_facts *facts, const char *key,
                   const char *want);

#endif
