/*
 * test_methods.c - stories of methods that need more than one call; single
 * calls are in test_rows.c.
 */
#include "rows.h"

#include "hvconsole/codec.h"

#include <criterion/criterion.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
between(const char *text, const char *before, const char *after)
{
    const char *start = strstr(text, before);
    const char *end;

    cr_assert_not_null(start, "no %s in %s", before, text);
    start += strlen(before);
    end = strstr(start, after);
    cr_assert_not_null(end);
    return strndup(start, (size_t)(end - start));
}

static int
call(struct t_world *world, const char *method, int version, const char *info,
     char **text)
{
    char *expanded = t_row_expand(world, info);
    char *header = t_row_expand(world, "<record-id>{R0}</record-id>");
    char *person = t_row_expand(world, "{P0}");
    struct t_request r = { .method = method,
                           .version = version,
                           .info = expanded,
                           .header = header,
                           .person = person };
    int code = t_call(world, &r, text);

    free(expanded);
    free(header);
    free(person);
    return code;
}

#define WEIGHT(kg)                                                             \
    "<data-xml><weight><when><date><y>2031</y><m>2</m><d>3</d></date></when>"  \
    "<value><kg>" kg "</kg></value></weight></data-xml>"

/* Written, found, written again with the stamp that came back, removed; and
 * told in the operations of the record. */
Test(methods, a_thing_lives_and_ends, .init = t_start)
{
    struct t_world world;
    char *text, *key, *info;

    t_world_init(&world);
    cr_assert_eq(call(&world, "PutThings", 2,
                      "<info><thing><type-id>" T_WEIGHT
                      "</type-id>" WEIGHT("70") "</thing></info>",
                      &text),
                 0);
    key = between(text, "<thing-id", "</thing-id>");
    free(text);
    cr_assert_eq(call(&world, "GetThings", 3,
                      "<info><group max=\"1\"><filter/><format><section>core"
                      "</section><section>audits</section><xml/></format>"
                      "</group></info>",
                      &text),
                 0);
    cr_expect(strstr(text, key), "the newest date comes first: %s", text);
    cr_expect(strstr(text, "<kg>70</kg>"));
    cr_expect(strstr(text, "<eff-date>2031-02-03T00:00:00.000Z</eff-date>"));
    cr_expect(strstr(text, "<access-avenue>Offline</access-avenue>"));
    free(text);
    cr_assert(asprintf(&info,
                       "<info><thing><thing-id%s</thing-id>" WEIGHT(
                           "71") "</thing></info>",
                       key) > 0);
    free(key);
    cr_assert_eq(call(&world, "PutThings", 2, info, &text), 0, "%s", text);
    key = between(text, "<thing-id", "</thing-id>");
    free(text);
    cr_expect_eq(call(&world, "PutThings", 2, info, &text), 61, "%s", text);
    free(text);
    free(info);
    cr_assert(asprintf(&info, "<info><thing-id%s</thing-id></info>", key) > 0);
    cr_assert_eq(call(&world, "RemoveThings", 1, info, &text), 0, "%s", text);
    free(text);
    cr_expect_eq(call(&world, "RemoveThings", 1, info, &text), 123);
    free(text);
    free(info);
    free(key);
    cr_assert_eq(call(&world, "GetRecordOperations", 1,
                      "<info><record-operation-sequence-number>48"
                      "</record-operation-sequence-number></info>",
                      &text),
                 0);
    cr_expect(strstr(text, "<operation>Create</operation><sequence-number>49"));
    cr_expect(strstr(text, "<operation>Update</operation><sequence-number>50"));
    cr_expect(strstr(text, "<operation>Delete</operation><sequence-number>51"));
    free(text);
    t_world_release(&world);
}

/* After RemoveApplicationRecordAuthorization every call on the pair gives 11,
 * the other record of the person goes on; granting again brings it back. */
Test(methods, an_authorisation_ends_and_begins_again, .init = t_start)
{
    static const char query[] =
        "<info><thing-type-id>" T_BP "</thing-type-id></info>";
    struct t_world world;

    t_world_init(&world);
    cr_expect_eq(call(&world, "QueryPermissions", 1, query, NULL), 0);
    cr_expect_eq(call(&world, "RemoveApplicationRecordAuthorization", 1,
                      "<info/>", NULL),
                 0);
    cr_expect_eq(call(&world, "QueryPermissions", 1, query, NULL), 11);
    cr_expect_eq(call(&world, "GetPersonInfo", 1, "<info/>", NULL), 0);
    sb_auth_grant(&world.p, 0, 0, 0, NULL, T_NOW_MS);
    cr_expect_eq(call(&world, "QueryPermissions", 1, query, NULL), 0);
    t_world_release(&world);
}

/* What an application writes, its own subscription hears of: unless it is
 * switched off. A call that fails in the middle raises nothing. */
Test(methods, writing_raises_events, .init = t_start)
{
    static const char two[] =
        "<info><thing><type-id>" T_WEIGHT
        "</type-id>" WEIGHT("70") "</thing><thing><type-id>" T_WEIGHT
                                  "</type-id>" WEIGHT("71") "</thing></info>";
    static const char half[] =
        "<info><thing><type-id>" T_WEIGHT
        "</type-id>" WEIGHT("70") "</thing><thing><type-id>" T_BP
                                  "</type-id>" WEIGHT("71") "</thing></info>";
    struct t_world world;
    char id[HV_GUID_TEXT];
    size_t things;

    t_world_init(&world);
    t_subscribe(&world, &(struct t_sub){ .types = { T_WEIGHT } }, id);
    things = world.p.thing_count;
    cr_expect_eq(call(&world, "PutThings", 2, half, NULL), 3);
    cr_expect_eq(world.p.thing_count, things);
    cr_expect_eq(world.p.queue.events, 0);
    cr_expect_eq(call(&world, "PutThings", 2, two, NULL), 0);
    cr_expect_eq(world.p.queue.events, 2);
    cr_expect_eq(call(&world, "PutThings", 2,
                      "<info><thing><thing-id version-stamp=\"{S240}\">{T240}"
                      "</thing-id></thing></info>",
                      NULL),
                 0);
    cr_expect_eq(world.p.queue.events, 2, "no data, no change");
    world.p.no_own_events = true;
    cr_expect_eq(call(&world, "PutThings", 2, two, NULL), 0);
    cr_expect_eq(world.p.queue.events, 2);
    t_world_release(&world);
}

/* Nothing is read behind the count that it is told. */
Test(methods, a_full_platform_takes_no_more, .init = t_start)
{
    struct t_world world;
    size_t things;

    t_world_init(&world);
    things = world.p.thing_count;
    world.p.thing_count = SB_MAX_THINGS;
    cr_expect_eq(call(&world, "PutThings", 2,
                      "<info><thing><type-id>" T_WEIGHT
                      "</type-id>" WEIGHT("1") "</thing></info>",
                      NULL),
                 68);
    world.p.thing_count = things;
    t_world_release(&world);
}

/* ---- a SODA application, from nothing to a session ---- */

static int
soda_session(struct t_world *world, const char *app, const char *secret,
             char **text)
{
    uint8_t key[64], mac[32];
    char mac_text[HV_BASE64_SIZE(32)];
    struct hv_buf content = { 0 };
    struct hv_buf info = { 0 };
    struct t_request r = { .method = "CreateAuthenticatedSessionToken",
                           .version = 2,
                           .app_id = app };
    size_t key_len;
    unsigned len;
    int code;

    cr_assert_eq(
        hv_base64_decode(secret, strlen(secret), key, sizeof(key), &key_len),
        HV_OK);
    hv_buf_addf(&content,
                "<content><app-id>%s</app-id><hmac>HMACSHA256</hmac>"
                "<signing-time>2008-01-01T00:00:00</signing-time></content>",
                app);
    HMAC(EVP_sha256(), key, (int)key_len, content.data, content.len, mac, &len);
    hv_base64_encode(mac, len, mac_text);
    hv_buf_addf(&info,
                "<info><auth-info><app-id>%s</app-id><credential><appserver2>"
                "<hmacSig algName=\"HMACSHA256\">%s</hmacSig>%s</appserver2>"
                "</credential></auth-info></info>",
                app, mac_text, hv_buf_str(&content));
    r.info = hv_buf_str(&info);
    code = t_call(world, &r, text);
    hv_buf_release(&content);
    hv_buf_release(&info);
    return code;
}

Test(methods, an_application_on_a_device_begins, .init = t_start)
{
    struct t_world world;
    char *master, *text, *app, *secret, *token;
    struct sb_app *made;

    t_world_init(&world);
    master = t_row_expand(&world, "{A}");
    cr_assert_eq(
        t_call(&world,
               &(struct t_request){ .method = "NewApplicationCreationInfo",
                                    .version = 1,
                                    .app_id = master,
                                    .info = "<info/>" },
               &text),
        0);
    app = between(text, "<app-id>", "</app-id>");
    secret = between(text, "<shared-secret>", "</shared-secret>");
    token = between(text, "<app-token>", "</app-token>");
    free(text);
    cr_expect_eq(soda_session(&world, app, secret, NULL), 6, "not yet");
    cr_expect_eq(sb_pending_master(&world.p, token), &world.p.apps[0]);
    cr_expect_null(sb_pending_master(&world.p, "x"));
    cr_expect_eq(
        sb_app_activate(&world.p, &world.app, "x", "Mine", &made, NULL),
        HV_ERR_NOT_FOUND);
    cr_assert_eq(
        sb_app_activate(&world.p, &world.app, token, "Mine", &made, NULL),
        HV_OK);
    cr_expect_eq(
        sb_app_activate(&world.p, &world.app, token, "Mine", &made, NULL),
        HV_ERR_NOT_FOUND, "once");
    cr_expect_null(sb_pending_master(&world.p, token), "it waits no more");
    cr_expect(made->is_soda && hv_guid_equal(&made->master, &world.app));
    cr_expect_eq(soda_session(&world, app, secret, &text), 0, "%s", text);
    cr_expect(strstr(text, "</token><shared-secret>"));
    free(text);
    secret[0] = secret[0] == 'A' ? 'B' : 'A';
    cr_expect_eq(soda_session(&world, app, secret, NULL), 4);
    free(master);
    free(app);
    free(secret);
    free(token);
    t_world_release(&world);
}
