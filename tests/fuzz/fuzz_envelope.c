/*
 * fuzz_envelope.c - any bytes as an answer of the platform: refused with a
 * reason, or read by each reader of an info without one byte too many.
 */
#include "core/client/people.h"
#include "core/sub/xml.h"
#include "core/wire/envelope.h"
#include "core/wire/session.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whole or not at all, and never without a sentence. */
static void
check(enum hv_status st, const struct hv_error *err, bool has_output)
{
    if (st ? st != err->status || !*err->why || has_output : err->status)
        abort();
}

static void
read_info(const xmlNode *info)
{
    struct hv_sub_list subs = { 0 };
    struct hv_person person = { 0 };
    struct hv_people people = { 0 };
    struct hv_error err = { 0 };
    enum hv_status st = hv_sub_list_read(info, &subs, &err);

    check(st, &err, subs.items != NULL);
    for (size_t i = 0; i < subs.len; i++) {
        uint8_t hash[32];

        hv_sub_hash(&subs.items[i], hash);
    }
    hv_sub_list_release(&subs);
    err = (struct hv_error){ 0 };
    check(hv_person_info_read(info, &person, &err), &err,
          person.records != NULL);
    hv_person_release(&person);
    err = (struct hv_error){ 0 };
    check(hv_people_read(info, &people, &err), &err, people.items != NULL);
    hv_people_release(&people);
}

static void
read_session(struct hv_bytes body)
{
    static const struct hv_guid app = { { 0x3f, 0x2b, 0x7c, 0x1e } };
    struct hv_session session = { 0 };
    struct hv_error err = { 0 };
    int code;

    check(hv_sign_in_answer(body, &app, &session, &code, &err), &err,
          session.token.data != NULL);
    hv_session_token_release(&session);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const suffixes[] = {
        NULL,
        "GetEventSubscriptions",
        "GetPersonInfo",
        "GetAuthorizedPeople",
    };
    static bool has_started;
    struct hv_bytes body = { data, size };

    if (!has_started) {
        if (hv_secret_start(NULL, NULL))
            abort();
        has_started = true;
    }
    for (size_t i = 0; i < HV_LEN(suffixes); i++) {
        struct hv_response response = { 0 };
        struct hv_error err = { 0 };
        enum hv_status st =
            hv_response_parse(body, suffixes[i], &response, &err);

        check(st, &err, response.doc != NULL);
        if (!st && response.code) {
            st = hv_response_fail(&response, &err);
            check(st, &err, false);
        } else if (!st && response.info) {
            read_info(response.info);
        }
        hv_response_release(&response);
    }
    read_session(body);
    return 0;
}
