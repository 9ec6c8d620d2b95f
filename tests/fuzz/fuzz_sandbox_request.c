/*
 * fuzz_sandbox_request.c - the sandbox's reader of method calls, the whole call
 * of somebody who cannot sign, and the handlers behind the signature.
 */
#include "sandbox/methods.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_MS 1447320600000LL

static void
expect(bool is_true)
{
    if (!is_true)
        abort();
}

/* What is hashed lies inside the body and is the element it should be. */
static void
check_mark(struct hv_bytes body, struct hv_bytes mark, const char *start)
{
    expect(mark.len > strlen(start));
    expect(mark.data >= body.data &&
           mark.data + mark.len <= body.data + body.len);
    expect(memcmp(mark.data, start, strlen(start)) == 0);
    expect(mark.data[mark.len - 1] == '>');
}

static void
read_only(struct hv_bytes body)
{
    struct sb_request request = { 0 };

    if (!sb_request_read(body, &request)) {
        check_mark(body, request.marks.header, "<header");
        check_mark(body, request.marks.info, "<info");
        expect(request.has_app_id != request.has_session);
    }
    sb_request_release(&request);
}

static void
whole_call(struct hv_bytes body)
{
    struct sb_platform platform = { 0 };
    struct sb_answer answer = { 0 };
    struct hv_secret document = { 0 };
    char method[SB_MAX_METHOD];

    sb_platform_init(&platform, 1);
    sb_platform_call(&platform, body, NOW_MS, &answer, method);
    expect(answer.code != 0); /* nobody can sign by chance */
    expect(sb_answer_write(&answer, &document, NULL) == HV_OK);
    hv_secret_release(&document);
    sb_answer_release(&answer);
    sb_platform_release(&platform);
}

/* The readers of info, as if the signature had been right. */
static void
handlers(struct hv_bytes body)
{
    static const sb_method_fn all[] = {
        sb_create_session_1,  sb_create_session_2,      sb_subscribe,
        sb_get_subscriptions, sb_update_subscription,   sb_unsubscribe,
        sb_get_person_info,   sb_get_authorized_people,
    };
    struct sb_platform platform = { 0 };

    sb_platform_init(&platform, 1);
    for (size_t i = 0; i < HV_LEN(all); i++) {
        struct sb_request request = { 0 };
        struct sb_answer answer = { 0 };
        struct hv_secret document = { 0 };
        struct sb_call call = {
            .platform = &platform,
            .request = &request,
            .answer = &answer,
            .now_ms = NOW_MS,
            .app = &platform.apps[0],
            .person = &platform.persons[0],
        };

        if (!sb_request_read(body, &request)) {
            expect(all[i](&call) == answer.code);
            expect(sb_answer_write(&answer, &document, NULL) == HV_OK);
        }
        hv_secret_release(&document);
        sb_answer_release(&answer);
        sb_request_release(&request);
    }
    sb_platform_release(&platform);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_started;
    struct hv_bytes body = { data, size };

    if (!is_started)
        expect(hv_secret_start(NULL, NULL) == HV_OK);
    is_started = true;
    read_only(body);
    whole_call(body);
    handlers(body);
    return 0;
}
