/*
 * fuzz_sandbox_request.c - the sandbox's reader of method calls, the whole call
 * of somebody who cannot sign, the handlers behind the signature, and what
 * comes before all of them: the unpacking of compressed bodies.
 */
#include "sandbox/methods.h"
#include "sandbox/unzip.h"

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

/* True when it is a request: the rest is worth its time. */
static bool
read_only(struct hv_bytes body)
{
    struct sb_request request = { 0 };
    bool is_request = !sb_request_read(body, &request);

    if (is_request) {
        check_mark(body, request.marks.header, "<header");
        check_mark(body, request.marks.info, "<info");
        expect(request.has_app_id != request.has_session);
    }
    sb_request_release(&request);
    return is_request;
}

/* Nobody can sign by chance; without a signature there is little to have. */
static bool
is_free(const char *method)
{
    return strcmp(method, "GetServiceDefinition") == 0 ||
           strcmp(method, "NewApplicationCreationInfo") == 0;
}

static void
write_out(const struct sb_answer *answer)
{
    struct sb_document document = { 0 };

    expect(sb_answer_write(answer, &document, NULL) == HV_OK);
    expect(sb_document_bytes(&document).len > 0);
    sb_document_release(&document);
}

static void
whole_call(struct hv_bytes body)
{
    struct sb_platform platform = { 0 };
    struct sb_answer answer = { 0 };
    struct sb_heard heard;

    sb_platform_init(&platform, 1);
    sb_platform_call(&platform, body, (struct sb_now){ NOW_MS, NOW_MS },
                     &answer, &heard);
    expect(answer.code != 0 || is_free(heard.method));
    write_out(&answer);
    sb_answer_release(&answer);
    sb_platform_release(&platform);
}

/* The readers of info, as if the signature had been right. */
static void
handlers(struct hv_bytes body)
{
    static const sb_method_fn all[] = {
        sb_create_session_1,      sb_create_session_2,
        sb_new_application,       sb_subscribe,
        sb_get_subscriptions,     sb_update_subscription,
        sb_unsubscribe,           sb_get_person_info,
        sb_get_authorized_people, sb_get_authorized_records,
        sb_query_permissions,     sb_get_things_1,
        sb_get_things_3,          sb_put_things_1,
        sb_put_things_2,          sb_remove_things,
        sb_get_updated_records_1, sb_get_updated_records_2,
        sb_get_record_operations, sb_get_application_info,
        sb_get_service_1,         sb_get_service_2,
        sb_remove_authorization,
    };
    struct sb_platform platform = { 0 };

    sb_platform_init(&platform, 1);
    for (size_t i = 0; i < HV_LEN(all); i++) {
        struct sb_request request = { 0 };
        struct sb_answer answer = { 0 };
        struct sb_call call = {
            .platform = &platform,
            .request = &request,
            .answer = &answer,
            .now_ms = NOW_MS,
            .real_ms = NOW_MS,
            .app = &platform.apps[0],
            .person = &platform.persons[0],
            .record = &platform.records[0],
            .auth = sb_auth_find(&platform, 0, 0, 0),
            .avenue = SB_OFFLINE,
        };

        if (!sb_request_read(body, &request)) {
            expect(all[i](&call) == answer.code);
            write_out(&answer);
        }
        sb_answer_release(&answer);
        sb_request_release(&request);
    }
    sb_platform_release(&platform);
}

/* What comes out packs again, and out of that comes the same. */
static void
unpack(struct hv_bytes body)
{
    static const char *const codings[] = { "gzip", "deflate", "identity" };

    for (size_t i = 0; i < HV_LEN(codings); i++) {
        struct sb_plain plain = { 0 };
        struct sb_plain packed = { 0 };
        struct sb_plain again = { 0 };
        const char *coding;

        if (!sb_unzip(codings[i], body, &plain)) {
            struct hv_bytes out = { plain.data, plain.len };

            expect(plain.len <= HV_MAX_REQUEST);
            coding = sb_zip(codings[i], out, &packed);
            expect(coding && strcmp(coding, codings[i]) == 0);
            expect(!sb_unzip(
                coding, (struct hv_bytes){ packed.data, packed.len }, &again));
            expect(again.len == plain.len &&
                   memcmp(again.data, plain.data, plain.len) == 0);
            read_only(out);
        }
        sb_plain_release(&plain);
        sb_plain_release(&packed);
        sb_plain_release(&again);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_started;
    struct hv_bytes body = { data, size };

    if (!is_started)
        expect(hv_secret_start(NULL, NULL) == HV_OK);
    is_started = true;
    unpack(body);
    if (read_only(body)) {
        whole_call(body);
        handlers(body);
    }
    return 0;
}
