/*
 * state.h - what client.c, sign_in.c and calls.c share. One operation is one
 * method call with its repetition; all of them live on the loop's thread.
 */
#ifndef CORE_CLIENT_STATE_H
#define CORE_CLIENT_STATE_H

#include "core/net/curl.h"
#include "core/wire/session.h"
#include "hvconsole/client.h"

#include <libxml/tree.h>

#include <stdatomic.h>

/* header/version of our requests: 7 to 19 characters in the oldest schema. */
#define HV_CLIENT_LABEL "hvconsole/" HV_VERSION

enum hv_op_state {
    OP_WAITING, /* for a session token */
    OP_SENT,    /* a transfer is under way */
    OP_DONE,    /* the answer waits to be told */
};

struct hv_client_op {
    struct hv_client_op *next;
    struct hv_client *client;
    hv_op id;
    enum hv_op_state state;
    char method[64];
    int version;
    struct hv_secret info; /* a copy: it may hold keys */
    struct hv_secret user_token;
    bool has_record;
    struct hv_guid record;
    bool has_person;
    struct hv_guid person;
    uint64_t session_no;      /* of the session last used */
    bool has_repeated;        /* the one repetition is spent */
    struct hv_secret request; /* what is on its way */
    struct hv_transfer *transfer;
    int64_t started_ms;
    hv_client_fn fn;
    void *arg;
    /* the answer, without the document */
    struct hv_error error;
    int code;
    int64_t server_date_ms;
};

struct hv_client {
    struct hv_loop *loop;
    struct hv_curl *curl;
    struct hv_profile profile;
    struct hv_secret pkcs8;
    int timeout_ms;
    bool allow_http; /* http:// to a loopback platform */
    struct hv_session session;
    uint64_t session_no; /* rises with each session; 0 = none yet */
    bool has_session;
    struct hv_transfer *sign_in; /* the one renewal under way */
    struct hv_secret sign_in_request;
    struct hv_client_op *ops; /* in the order of their start */
    hv_op last_op;
    struct hv_watch *teller; /* zero timer: tell what is done */
    int64_t server_date_ms;
    const _Atomic bool *cancel;
    bool is_closing;
};

/* client.c: an operation gets its session, or its end. */
void hv_op_send(struct hv_client_op *op);
/** hv_op_end() - remember the end and tell it from a timer. */
void hv_op_end(struct hv_client_op *op, const struct hv_error *error, int code);

/* sign_in.c */
/** hv_client_sign_in() - get a session unless one is on its way; all waiting
 *  operations go on, or end, when it is there. */
void hv_client_sign_in(struct hv_client *client);

/** hv_transport_fail() - the reason why there is no answer to read: transport,
 *  or an HTTP status other than 200. HV_OK when there is one. */
enum hv_status hv_transport_fail(const struct hv_post_result *result,
                                 struct hv_error *err);
struct hv_post hv_client_post(const struct hv_client *client,
                              const struct hv_secret *request,
                              bool has_secret_answer);

/** hv_client_ask() - start a call and run the loop until its answer is there.
 *  @read: reads the info of an answer with code 0 into @out; NULL = the code
 *  says it all */
typedef enum hv_status (*hv_read_fn)(const xmlNode *info, void *out,
                                     struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_client_ask(struct hv_client *client,
                                           const struct hv_call *call,
                                           hv_read_fn read, void *out,
                                           struct hv_error *err);

#endif
