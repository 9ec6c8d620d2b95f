/*
 * test_import.c - a key that others made: refused where it would contradict
 * what is known, put beside the others where not, and the same again changes
 * nothing.
 */
#include "world.h"

#include "hvconsole/clock.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY INT64_C(86400000)

static struct world world;
static struct hv_secret key;

static void
start(void)
{
    world_start(&world);
    cr_assert_eq(hv_secret_random(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
}

static void
end(void)
{
    hv_secret_release(&key);
    world_end(&world);
}
TestSuite(import, .init = start, .fini = end);

static enum hv_status
import(const struct hv_guid *sub, const char *version,
       const struct hv_secret *bytes, enum hv_key_state *state,
       struct hv_error *err)
{
    struct hv_key_version id = { 0 };

    hv_copy(id.id, sizeof(id.id), version);
    *err = (struct hv_error){ 0 };
    return hv_key_import(&world.ctx, sub, &id, bytes, state, err);
}

static uint64_t
generation(void)
{
    return hv_keystore_info(world.ctx.ks)->generation;
}

/* The platform signs @sub with the imported key. */
static void
show(const struct hv_guid *sub, const char *version)
{
    struct world_sub *place = world_find(&world, sub);

    hv_copy(place->version, sizeof(place->version), version);
    memcpy(place->key, key.data, key.len);
}

Test(import, what_contradicts_is_refused_and_saves_nothing)
{
    struct hv_guid none = { .b = { 9 } };
    struct hv_guid sub = world_sub(&world);
    struct hv_secret shorter = { 0 };
    enum hv_key_state state;
    struct hv_error err;
    char current[HV_MAX_KEY_VERSION + 1];
    uint64_t before = generation();

    strcpy(current, world_find(&world, &sub)->version);
    cr_assert_eq(hv_secret_copy(&shorter, key.data, 63, NULL), HV_OK);
    cr_expect_eq(import(&sub, "x-1", &shorter, &state, &err), HV_ERR_RULE);
    hv_secret_release(&shorter);
    cr_expect_eq(import(&none, "x-1", &key, &state, &err), HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.why, "neither the keystore nor the platform"));
    cr_expect_eq(import(&sub, "x-1", NULL, &state, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(import(&sub, current, &key, &state, &err), HV_ERR_RULE,
                 "other bytes under an id that is here");
    strcpy(world_find(&world, &sub)->version, "x-2");
    cr_expect_eq(import(&sub, "x-2", &key, &state, &err), HV_ERR_RULE,
                 "other bytes under an id that the platform shows");
    cr_expect(strstr(err.why, "the platform holds other key bytes"));
    /* A stranger's subscription while the platform does not answer. */
    world_fail(&world, CALL_GET, MODE_LOST_BEFORE, 1);
    cr_expect_eq(import(&none, "x-1", &key, &state, &err), HV_ERR_NET);
    cr_expect_eq(generation(), before);
}

Test(import, beside_the_others_with_full_grace)
{
    struct hv_guid sub = world_sub(&world);
    enum hv_key_state state = HV_KEY_PENDING;
    const struct hv_key *got;
    struct hv_error err;
    uint64_t after;

    /* Known here: the platform need not answer. */
    world_fail(&world, CALL_GET, MODE_LOST_BEFORE, 1);
    cr_assert_eq(import(&sub, "x-1", &key, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACCEPTED);
    world_reopen(&world);
    got = world_key(&world, &sub, "x-1");
    cr_assert(got);
    cr_expect_eq(got->origin, HV_KEY_IMPORTED);
    cr_expect_eq(got->retire_not_before_ms - got->superseded_ms, 14 * DAY);
    cr_expect(hv_secret_equal(&got->key, &key));
    world_expect_agree(&world, &sub, "the current one stays");
    after = generation();
    cr_expect_eq(import(&sub, "x-1", &key, &state, &err), HV_OK);
    cr_expect_eq(import(&sub, "x-1", NULL, &state, &err), HV_OK);
    cr_expect_eq(state, HV_KEY_ACCEPTED);
    cr_expect_eq(generation(), after, "the same again was saved");
    cr_expect_eq(world.shared->calls[CALL_UPDATE], 0);
}

Test(import, active_when_the_platform_shows_it)
{
    struct hv_guid sub = world_sub(&world);
    enum hv_key_state state;
    struct hv_error err;

    show(&sub, "x-1");
    cr_assert_eq(import(&sub, "x-1", &key, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACTIVE);
    world_expect_agree(&world, &sub, "imported");
    cr_expect_eq(world_keys(&world, &sub), 2);

    /* Another one, put there first and moved to later: no bytes needed. */
    cr_assert_eq(hv_secret_random(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    cr_assert_eq(import(&sub, "x-2", &key, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACCEPTED);
    show(&sub, "x-2");
    cr_expect_eq(import(&sub, "x-2", NULL, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACTIVE);
    world_expect_agree(&world, &sub, "adopted");
}

Test(import, a_subscription_that_only_the_platform_knows)
{
    struct hv_guid sub = { .b = { 3, 1, 4 } };
    struct world_sub *place = world_find(&world, &(struct hv_guid){ 0 });
    enum hv_key_state state;
    struct hv_error err;

    place->id = sub;
    strcpy(place->url, "https://app.example.org/hv/notify");
    cr_assert_eq(import(&sub, "x-0", &key, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACCEPTED, "an older one of theirs");
    cr_assert_eq(hv_secret_random(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    show(&sub, "x-1");
    cr_assert_eq(import(&sub, "x-1", &key, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACTIVE);
    world_expect_agree(&world, &sub, "taken over");
}

Test(import, an_open_rotation_goes_on)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    enum hv_key_state state;
    struct hv_error err = { 0 };

    world_listen(&world);
    world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err),
                 HV_ERR_INCOMPLETE);
    show(&sub, "x-1");
    cr_assert_eq(import(&sub, "x-1", &key, &state, &err), HV_OK, "%s", err.why);
    cr_expect_eq(state, HV_KEY_ACTIVE);
    cr_expect_eq(world_record(&world, &sub)->intent, HV_INTENT_SUBMITTED);
    world_age(&world, &sub, 3600000);
    cr_expect_eq(hv_rotate_one(&world.ctx, &sub, &result, &err), HV_OK, "%s",
                 err.why);
    world_expect_agree(&world, &sub, "rotated from the imported one");
}

Test(import, ending_at_any_point_is_mended_by_the_same_again)
{
    enum hv_key_state state;
    struct hv_error err;
    int at = 1;

    for (bool is_over = false; !is_over; at++) {
        struct hv_guid sub;
        int status;
        pid_t pid;

        if (at > 1)
            world_reset(&world);
        sub = world_sub(&world);
        show(&sub, "x-1");
        pid = fork();
        cr_assert_geq(pid, 0);
        if (pid == 0) {
            world.points = 0;
            world.die_at = at;
            _exit(import(&sub, "x-1", &key, &state, &err) == HV_OK ? 0 : 1);
        }
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert(WIFEXITED(status));
        is_over = WEXITSTATUS(status) == 0;
        cr_assert(is_over || WEXITSTATUS(status) == 9, "%d", status);
        world_reopen(&world);
        cr_assert_eq(import(&sub, "x-1", &key, &state, &err), HV_OK, "%s",
                     err.why);
        cr_expect_eq(state, HV_KEY_ACTIVE);
        world_expect_agree(&world, &sub, "imported again");
    }
    cr_expect_gt(at, 2, "no point was tried");
}
