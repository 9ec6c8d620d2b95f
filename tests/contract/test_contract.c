/*
 * test_contract.c - core's client against the sandbox over real TLS on
 * loopback. Two programs' worth of code that share no grammar must agree.
 */
#include "tests/contract/world.h"

#include <criterion/criterion.h>

#include <string.h>

#define URL "https://localhost/hv/notify"

/* ----------------------------------------------------------------- tests -- */

TestSuite(contract, .init = world_start, .fini = world_end, .timeout = 60);

Test(contract, a_subscription_lives_and_ends)
{
    struct hv_sub sub = world_weight_sub(URL "?a=1&b=\"2\"", "v1");
    struct hv_sub_list list = { 0 };
    struct hv_error err = { 0 };
    struct hv_guid id;

    cr_assert_eq(hv_client_subscribe(world.client, &sub, &id, &err), HV_OK,
                 "%s", err.why);
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(list.len, 1);
    cr_assert(hv_guid_equal(&list.items[0].id, &id));
    cr_assert_str_eq(list.items[0].url, sub.url);
    cr_assert_str_eq(list.items[0].version.id, "v1");
    cr_assert(hv_secret_equal(&list.items[0].key, &sub.key), "key echoed");
    hv_sub_list_release(&list);

    sub.id = id;
    strcpy(sub.version.id, "v2");
    cr_assert_eq(hv_client_update_sub(world.client, &sub, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_OK);
    cr_assert_str_eq(list.items[0].version.id, "v2");
    hv_sub_list_release(&list);

    cr_assert_eq(hv_client_unsubscribe(world.client, &id, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(hv_client_unsubscribe(world.client, &id, &err),
                 HV_ERR_NOT_FOUND);
    cr_assert_eq(err.platform_code, 132);
    err = (struct hv_error){ 0 };
    cr_assert_eq(hv_client_update_sub(world.client, &sub, &err),
                 HV_ERR_NOT_FOUND);
    hv_sub_release(&sub);
}

Test(contract, the_platform_refuses_what_breaks_its_rules)
{
    static const struct {
        const char *url;
        size_t key_len;
        int code;
    } rows[] = {
        { "http://localhost/hv/n", 64, 134 },
        { "https://user@localhost/hv/n", 64, 134 },
        { "https://localhost/hv/n#x", 64, 134 },
        { URL, 63, 134 },
        { URL, 65, 134 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_sub sub = world_weight_sub(rows[i].url, "v1");
        struct hv_error err = { 0 };
        struct hv_guid id;

        hv_secret_release(&sub.key);
        cr_assert_eq(hv_secret_random(&sub.key, rows[i].key_len, NULL), HV_OK);
        cr_expect_eq(hv_client_subscribe(world.client, &sub, &id, &err),
                     HV_ERR_RULE, "row %zu: %s", i, err.why);
        cr_expect_eq(err.platform_code, rows[i].code, "row %zu: %d", i,
                     err.platform_code);
        hv_sub_release(&sub);
    }
}

Test(contract, the_26th_is_refused)
{
    struct hv_error err = { 0 };
    struct hv_guid id;

    for (int i = 0; i < HV_MAX_SUBS; i++) {
        struct hv_sub sub = world_weight_sub(URL, "v1");

        cr_assert_eq(hv_client_subscribe(world.client, &sub, &id, &err), HV_OK,
                     "%d: %s", i, err.why);
        hv_sub_release(&sub);
    }
    struct hv_sub sub = world_weight_sub(URL, "v1");

    cr_assert_eq(hv_client_subscribe(world.client, &sub, &id, &err),
                 HV_ERR_RULE);
    cr_assert_eq(err.platform_code, 133);
    hv_sub_release(&sub);
}

Test(contract, people_come_in_pages_and_persons_with_records)
{
    struct hv_people page = { 0 };
    struct hv_error err = { 0 };
    struct hv_guid seen[64], cursor = { 0 };
    size_t count = 0;
    bool has_more = true;

    while (has_more) {
        cr_assert_eq(hv_client_get_people(world.client, count ? &cursor : NULL,
                                          1, &page, &err),
                     HV_OK, "%s", err.why);
        cr_assert_leq(page.len, 1);
        for (size_t i = 0; i < page.len; i++) {
            struct hv_person person = { 0 };

            cursor = page.items[i].id;
            for (size_t j = 0; j < count; j++)
                cr_assert(!hv_guid_equal(&seen[j], &cursor), "seen twice");
            cr_assert_lt(count, HV_LEN(seen));
            seen[count++] = cursor;
            cr_assert_eq(
                hv_client_get_person(world.client, &cursor, &person, &err),
                HV_OK, "%s", err.why);
            cr_assert_gt(person.records_len, 0);
            cr_assert_eq(person.records_len, page.items[i].records_len);
            cr_assert_str_eq(person.name, page.items[i].name);
            cr_assert_neq(person.records[0].action, HV_AUTH_UNKNOWN);
            hv_person_release(&person);
        }
        has_more = page.has_more;
        hv_people_release(&page);
    }
    cr_assert_geq(count, 2);

    struct hv_person nobody = { 0 };
    struct hv_guid unknown = hv_guid_random();

    cr_assert_neq(hv_client_get_person(world.client, &unknown, &nobody, &err),
                  HV_OK);
    cr_assert_eq(err.platform_code, 9, "%d", err.platform_code);
}

Test(contract, an_unregistered_certificate_is_a_locked_door)
{
    struct hv_sub_list list = { 0 };
    struct hv_error err = { 0 };

    hv_client_free(world.client);
    hv_new_app_key_release(&world.app_key);
    cr_assert_eq(hv_app_key_make(&world.profile.app_id, &world.app_key, &err),
                 HV_OK);
    memcpy(world.profile.thumbprint, world.app_key.thumbprint,
           sizeof(world.profile.thumbprint));
    world_make_client();
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_ERR_LOCKED);
    cr_assert_eq(err.platform_code, 70, "%d", err.platform_code);

    hv_client_free(world.client);
    world.profile.app_id = hv_guid_random();
    world_make_client();
    err = (struct hv_error){ 0 };
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_ERR_LOCKED);
    cr_assert_eq(err.platform_code, 6, "%d", err.platform_code);
}

Test(contract, a_server_of_another_ca_is_not_spoken_to)
{
    struct hv_sub_list list = { 0 };
    struct hv_error err = { 0 };

    hv_client_free(world.client);
    world.profile.ca[0] = '\0';
    world_make_client();
    cr_assert_eq(hv_client_get_subs(world.client, &list, &err), HV_ERR_NET);
}

/* Session tokens that live for a moment: the world.client renews and goes on. */
static void
short_lives(void)
{
    world.sandbox.token_life_ms = 1;
    world_start();
}

struct once {
    bool is_done;
    int code;
};

static void
answered(void *arg, hv_op op, const struct hv_answer *answer)
{
    struct once *once = arg;

    (void)op;
    once->code = answer->code;
    once->is_done = true;
}

Test(contract_renewal, an_expired_session_is_renewed_once, .init = short_lives,
     .fini = world_end, .timeout = 60)
{
    struct once once = { 0 };
    const struct hv_call call = {
        .method = "GetEventSubscriptions",
        .version = 1,
        .info = { (const uint8_t *)"<info/>", 7 },
    };

    /* Each token is dead on arrival: one renewal, one repetition, then the
     * code is told instead of going round for ever. */
    hv_client_start(world.client, &call, answered, &once);
    cr_assert(hv_loop_run_until(world.loop, &once.is_done, 20000));
    cr_assert_eq(once.code, 65, "%d", once.code);
}

Test(contract, unknown_methods_are_told_and_cancelled_calls_end)
{
    struct once once = { 0 };
    const struct hv_call call = {
        .method = "GetNothing",
        .version = 1,
        .info = { (const uint8_t *)"<info/>", 7 },
    };
    hv_op op;

    hv_client_start(world.client, &call, answered, &once);
    cr_assert(hv_loop_run_until(world.loop, &once.is_done, 20000));
    cr_assert_eq(once.code, 5, "%d", once.code);
    once = (struct once){ 0 };
    op = hv_client_start(world.client, &call, answered, &once);
    hv_client_cancel(world.client, op);
    cr_assert(hv_loop_run_until(world.loop, &once.is_done, 20000));
    cr_assert_eq(once.code, -1);
}
