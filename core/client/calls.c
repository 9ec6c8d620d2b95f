/*
 * calls.c - the typed method calls, which run the client's loop until the
 * answer is there. Called by commands and by worker threads with a loop of
 * their own; never from a callback of that loop.
 */
#include "core/client/people.h"
#include "core/client/state.h"
#include "core/sub/xml.h"
#include "core/wire/envelope.h"
#include "core/wire/method.h"
#include "core/wire/reader.h"

#include <stdlib.h>
#include <string.h>

#define CANCEL_POLL_MS 50

/* On the heap: when the loop is stopped from outside, the answer comes after
 * the one who asked has gone. */
struct wait {
    bool is_done;
    bool is_left; /* nobody waits any more */
    const struct hv_method *method;
    hv_read_fn read; /* NULL = the code says it all */
    void *out;
    enum hv_status status;
    struct hv_error error;
    /* for the cancel flag */
    struct hv_client *client;
    hv_op op;
    struct hv_watch *poll;
};

/* Code 0, so it was done; what cannot be read leaves its result unknown. */
static enum hv_status
read_document(struct wait *wait, struct hv_bytes document)
{
    struct hv_response response = { 0 };
    const xmlNode *info = NULL;
    enum hv_status st;

    st = hv_response_parse(document, wait->method->suffix, &response,
                           &wait->error);
    if (!st)
        st = hv_response_info(&response, &info, &wait->error);
    if (!st)
        st = wait->read(info, wait->out, &wait->error);
    hv_response_release(&response);
    if (st == HV_ERR_FORMAT) {
        st = HV_ERR_NET;
        wait->error.status = st;
        hv_hint(&wait->error, "the platform did what was asked, but its answer "
                              "cannot be read");
    }
    return st;
}

static void
on_done(void *arg, hv_op op, const struct hv_answer *answer)
{
    struct wait *wait = arg;

    (void)op;
    if (wait->is_left) {
        free(wait);
        return;
    }
    wait->error = answer->error;
    wait->status = answer->error.status;
    if (!wait->status && wait->read)
        wait->status = read_document(wait, answer->document);
    wait->is_done = true;
}

static void
on_poll(void *arg)
{
    struct wait *wait = arg;

    if (wait->client->cancel && atomic_load(wait->client->cancel))
        hv_client_cancel(wait->client, wait->op);
    else
        hv_watch_after(wait->poll, CANCEL_POLL_MS);
}

enum hv_status
hv_client_ask(struct hv_client *client, const struct hv_call *call,
              hv_read_fn read, void *out, struct hv_error *err)
{
    struct wait *wait = hv_calloc(1, sizeof(*wait));
    enum hv_status st;

    wait->client = client;
    wait->method = hv_method_find(call->method, call->version);
    wait->read = read;
    wait->out = out;
    wait->poll = hv_loop_timer(client->loop, on_poll, wait);
    wait->op = hv_client_start(client, call, on_done, wait);
    if (client->cancel && wait->poll)
        hv_watch_after(wait->poll, 0);
    hv_loop_run_until(client->loop, &wait->is_done, -1);
    hv_watch_free(wait->poll);
    if (!wait->is_done) {
        wait->is_left = true;
        hv_client_cancel(client, wait->op);
        return hv_fail(err, HV_ERR_CANCELLED, "%s was interrupted",
                       call->method);
    }
    st = wait->status;
    if (st && err && !err->status)
        *err = wait->error;
    free(wait);
    return st;
}

static enum hv_status
read_subs(const xmlNode *info, void *out, struct hv_error *err)
{
    return hv_sub_list_read(info, out, err);
}

static enum hv_status
read_sub_id(const xmlNode *info, void *out, struct hv_error *err)
{
    return hv_xml_one_guid(info, "subscription-id", true, out, err);
}

static enum hv_status
read_person(const xmlNode *info, void *out, struct hv_error *err)
{
    return hv_person_info_read(info, out, err);
}

static enum hv_status
read_people(const xmlNode *info, void *out, struct hv_error *err)
{
    return hv_people_read(info, out, err);
}

static enum hv_status
read_updated(const xmlNode *info, void *out, struct hv_error *err)
{
    return hv_updated_read(info, out, err);
}

enum hv_status
hv_client_get_subs(struct hv_client *client, struct hv_sub_list *out,
                   struct hv_error *err)
{
    struct hv_call call = {
        .method = "GetEventSubscriptions",
        .version = 1,
        .info = hv_bytes_str("<info/>"),
    };

    return hv_client_ask(client, &call, read_subs, out, err);
}

/* The two methods that send a whole subscription with its key. */
static enum hv_status
send_sub(struct hv_client *client, const char *method, const struct hv_sub *sub,
         hv_read_fn read, void *out, struct hv_error *err)
{
    struct hv_call call = { .method = method, .version = 1 };
    struct hv_secret info = { 0 };
    enum hv_status st;

    st = hv_sub_info(sub, &info, err);
    if (st)
        return st;
    call.info = hv_secret_bytes(&info);
    st = hv_client_ask(client, &call, read, out, err);
    hv_secret_release(&info);
    return st;
}

enum hv_status
hv_client_subscribe(struct hv_client *client, const struct hv_sub *sub,
                    struct hv_guid *id, struct hv_error *err)
{
    return send_sub(client, "SubscribeToEvent", sub, read_sub_id, id, err);
}

enum hv_status
hv_client_update_sub(struct hv_client *client, const struct hv_sub *sub,
                     struct hv_error *err)
{
    return send_sub(client, "UpdateEventSubscription", sub, NULL, NULL, err);
}

enum hv_status
hv_client_unsubscribe(struct hv_client *client, const struct hv_guid *id,
                      struct hv_error *err)
{
    struct hv_call call = { .method = "UnsubscribeToEvent", .version = 1 };
    struct hv_secret info = { 0 };
    enum hv_status st;

    st = hv_unsubscribe_info(id, &info, err);
    if (st)
        return st;
    call.info = hv_secret_bytes(&info);
    st = hv_client_ask(client, &call, NULL, NULL, err);
    hv_secret_release(&info);
    return st;
}

enum hv_status
hv_client_get_person(struct hv_client *client, const struct hv_guid *person,
                     struct hv_person *out, struct hv_error *err)
{
    struct hv_call call = {
        .method = "GetPersonInfo",
        .version = 1,
        .info = hv_bytes_str("<info/>"),
        .offline_person = person,
    };

    return hv_client_ask(client, &call, read_person, out, err);
}

enum hv_status
hv_client_get_signed_in(struct hv_client *client,
                        const struct hv_secret *user_token,
                        struct hv_person *out, struct hv_error *err)
{
    struct hv_call call = {
        .method = "GetPersonInfo",
        .version = 1,
        .info = hv_bytes_str("<info/>"),
        .user_token = user_token,
    };

    return hv_client_ask(client, &call, read_person, out, err);
}

enum hv_status
hv_client_get_people(struct hv_client *client, const struct hv_guid *cursor,
                     int count, struct hv_people *out, struct hv_error *err)
{
    struct hv_call call = { .method = "GetAuthorizedPeople", .version = 1 };
    struct hv_buf info = { 0 };
    enum hv_status st;

    st = hv_people_info(cursor, count, &info, err);
    call.info = hv_buf_bytes(&info);
    if (!st)
        st = hv_client_ask(client, &call, read_people, out, err);
    hv_buf_release(&info);
    return st;
}

enum hv_status
hv_client_updated_records(struct hv_client *client, int64_t since_ms,
                          struct hv_updated_list *out, struct hv_error *err)
{
    struct hv_call call = { .method = "GetUpdatedRecordsForApplication",
                            .version = 2 };
    struct hv_buf info = { 0 };
    enum hv_status st = hv_updated_info(since_ms, &info, err);

    call.info = hv_buf_bytes(&info);
    if (!st)
        st = hv_client_ask(client, &call, read_updated, out, err);
    hv_buf_release(&info);
    return st;
}
