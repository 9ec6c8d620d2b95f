/*
 * test_auth.c - every case of request_auth.txt, and the order in which a
 * request is judged.
 */
#include "support.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[65536];

static void
add_session(struct sb_platform *p, const char *token, const struct t_case *c)
{
    uint8_t secret[512];
    size_t len = t_decode(c, "secret_b64", secret, sizeof(secret));
    struct hv_secret copy = { 0 };
    const char *alg = t_get(c, "hmac_alg");

    cr_assert_eq(hv_secret_copy(&copy, secret, len, NULL), HV_OK);
    sb_session_add(p, token, &p->apps[0].id,
                   strcmp(alg, "HMACSHA1") == 0 ? SB_SHA1 : SB_SHA256, &copy,
                   INT64_MAX);
}

static void
expect_verdict(const struct t_case *c, const struct sb_answer *answer)
{
    const char *id = t_get(c, "case");
    const char *reason = t_get(c, "reason");
    bool is_hash = strstr(answer->why, "info-hash") != NULL;

    if (strcmp(t_get(c, "expect"), "accept") == 0) {
        cr_expect_eq(answer->code, 0, "%s: %s", id, answer->why);
        return;
    }
    cr_expect_eq(answer->code, HV_CODE_BAD_SIG, "%s", id);
    cr_expect(strcmp(reason, "info-hash") == 0 || strcmp(reason, "hmac") == 0);
    cr_expect_eq(is_hash, strcmp(reason, "info-hash") == 0, "%s: %s", id,
                 answer->why);
}

Test(auth, gives_every_case_its_verdict, .init = t_start)
{
    struct t_file file;
    size_t anonymous = 0;
    int64_t now = 0;

    t_file_load(&file, "request_auth.txt");
    cr_assert_eq(hv_time_parse(hv_bytes_str(t_get(&file.head, "time")), &now),
                 HV_OK);
    cr_assert_eq(file.count, 27);
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        size_t len = t_decode(c, "request_b64", bytes, sizeof(bytes));
        struct hv_bytes body = { bytes, len };
        struct sb_platform p = { 0 };
        struct sb_request request = { 0 };
        struct sb_answer answer = { 0 };
        const struct sb_app *app = NULL;
        const char *why = sb_request_read(body, &request);

        cr_assert_null(why, "%s: %s", t_get(c, "case"), why);
        sb_platform_init(&p, 1);
        add_session(&p, t_get(&file.head, "token"), c);
        if (request.has_app_id) {
            anonymous++;
        } else {
            int code = sb_auth_check(&p, &request, (struct sb_now){ now, now },
                                     &app, &answer);

            cr_expect_eq(code, answer.code);
            cr_expect_eq(code == 0, app == &p.apps[0]);
        }
        expect_verdict(c, &answer);
        sb_request_release(&request);
        sb_platform_release(&p);
    }
    cr_expect_eq(anonymous, 1);
    t_file_release(&file);
}

/* Also that what is hashed is what the vector says is hashed. */
Test(auth, finds_the_hashed_bytes_of_every_case, .init = t_start)
{
    static uint8_t want[65536];
    struct t_file file;

    t_file_load(&file, "request_auth.txt");
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        size_t len = t_decode(c, "request_b64", bytes, sizeof(bytes));
        struct sb_marks marks;
        size_t info = t_decode(c, "info_b64", want, sizeof(want));

        if (strcmp(t_get(c, "expect"), "accept") != 0)
            continue;
        cr_assert_null(sb_marks_find((struct hv_bytes){ bytes, len }, &marks));
        cr_expect(hv_bytes_equal(marks.info, (struct hv_bytes){ want, info }),
                  "%s", t_get(c, "case"));
        len = t_decode(c, "header_b64", want, sizeof(want));
        cr_expect(hv_bytes_equal(marks.header, (struct hv_bytes){ want, len }),
                  "%s", t_get(c, "case"));
    }
    t_file_release(&file);
}

static struct t_request
people(void)
{
    return (struct t_request){
        .method = "GetAuthorizedPeople",
        .version = 1,
        .info = "<info><parameters/></info>",
    };
}

Test(auth, refuses_each_fault_with_its_code, .init = t_start)
{
    static const int64_t hour = 3600000;
    struct t_world world;
    struct t_request r;

    t_world_init(&world);
    r = people();
    cr_expect_eq(t_call(&world, &r, NULL), 0);
    r.no_auth = true;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_SIG);
    r = people();
    r.use_sha1 = true; /* the session agreed on HMACSHA256 */
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_SIG);
    r = people();
    r.no_hash = true;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_SIG);
    r = people();
    r.sent_ms = T_NOW_MS - 1800 * 1000 - 1;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_REQUEST_TIMED_OUT);
    r.sent_ms++;
    cr_expect_eq(t_call(&world, &r, NULL), 0, "the last millisecond counts");
    r.sent_ms = T_NOW_MS + hour;
    cr_expect_eq(t_call(&world, &r, NULL), 0, "an hour of skew is fine");
    r.sent_ms++;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_REQUEST_TIMED_OUT);
    r = people();
    r.token = "ASAAAOther";
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_TOKEN);
    r = people();
    world.p.sessions[0].expires_ms = T_NOW_MS;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_SESSION_EXPIRED);
    t_world_release(&world);
}

/* Everything is wrong at once; each repair uncovers the next fault. */
Test(auth, judges_in_the_stated_order, .init = t_start)
{
    struct t_world world;
    struct t_request r = {
        .method = "GetNothing",
        .version = 1,
        .info = "<info><bad/></info>",
        .header = "<record-id>x</record-id>",
        .token = "ASAAAOther",
        .bad_mac = true,
        .bad_hash = true,
        .sent_ms = T_NOW_MS - 86400000,
        .xsl = "toccr",
        .person = "00000000-0000-4000-8000-000000000000",
    };
    char person[HV_GUID_TEXT];

    t_world_init(&world);
    hv_guid_format(&world.p.persons[0].id, person);
    world.p.sessions[0].expires_ms = 0;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_XML);
    r.header = NULL;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_METHOD);
    r.method = "GetPersonInfo";
    r.version = 2;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_METHOD);
    r.version = 1;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_TOKEN);
    r.token = NULL;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_SESSION_EXPIRED);
    world.p.sessions[0].expires_ms = INT64_MAX;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_SIG);
    r.bad_mac = false;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_REQUEST_TIMED_OUT);
    r.sent_ms = 0;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_BAD_SIG);
    r.bad_hash = false;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_TRANSFORM);
    r.xsl = NULL;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_PERSON);
    r.person = person;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_XML);
    r.info = "<info/>";
    cr_expect_eq(t_call(&world, &r, NULL), 0);
    t_world_release(&world);
}

Test(auth, counts_and_forgets_old_sessions, .init = t_start)
{
    struct t_world world;
    char token[32];

    t_world_init(&world);
    for (int i = 0; i < SB_MAX_SESSIONS; i++) {
        struct hv_secret secret = { 0 };

        cr_assert_eq(hv_secret_random(&secret, 64, NULL), HV_OK);
        snprintf(token, sizeof(token), "t%d", i);
        sb_session_add(&world.p, token, &world.app, SB_SHA256, &secret, 1);
    }
    cr_expect_eq(world.p.session_count, SB_MAX_SESSIONS);
    cr_expect_null(sb_session_find(&world.p, T_TOKEN), "the oldest is gone");
    cr_expect_not_null(sb_session_find(&world.p, "t0"));
    t_world_release(&world);
}
