/*
 * test_create.c - a subscription comes and goes: refused before anything is
 * sent, never made twice by trying again, its keys kept when it is gone.
 */
#include "world.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY INT64_C(86400000)

static struct world world;
static struct hv_sub wanted;

static void
start(void)
{
    world_start(&world);
    world_wanted(&wanted);
}

static void
end(void)
{
    hv_sub_release(&wanted);
    world_end(&world);
}
TestSuite(create, .init = start, .fini = end);

static enum hv_status
create(struct hv_error *err)
{
    *err = (struct hv_error){ 0 };
    return hv_sub_create(&world.ctx, &wanted, err);
}

static size_t
drafts(void)
{
    size_t count = 0;

    for (size_t i = 0; i < world_ring(&world)->subs_len; i++)
        count += world_ring(&world)->subs[i].status == HV_SUB_DRAFT;
    return count;
}

static void
again(void)
{
    hv_sub_release(&wanted);
    world_reset(&world);
    world_wanted(&wanted);
}

Test(create, what_breaks_a_rule_is_not_even_asked_for)
{
    static const struct {
        const char *url;
        const char *version;
        size_t key_len;
        const char *part;
    } rows[] = {
        { "http://app.example.org/hv/notify", "", 0, "https" },
        { "https://app.example.org/n", "v 1", 0, "version" },
        { "https://app.example.org/n", "", 63, "63" },
        { "https://app.example.org/n", "", 65, "65" },
    };
    uint64_t generation = hv_keystore_info(world.ctx.ks)->generation;

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err;

        hv_sub_release(&wanted);
        world_wanted(&wanted);
        hv_copy(wanted.url, sizeof(wanted.url), rows[i].url);
        hv_copy(wanted.version.id, sizeof(wanted.version.id), rows[i].version);
        if (rows[i].key_len)
            cr_assert_eq(hv_secret_random(&wanted.key, rows[i].key_len, NULL),
                         HV_OK);
        cr_expect_eq(create(&err), HV_ERR_RULE, "row %zu: %s", i, err.why);
        cr_expect(strstr(err.why, rows[i].part), "row %zu: %s", i, err.why);
        cr_expect(hv_guid_is_zero(&wanted.id));
    }
    cr_expect_eq(world.shared->calls[CALL_GET], 0);
    cr_expect_eq(world.shared->calls[CALL_SUBSCRIBE], 0);
    cr_expect_eq(hv_keystore_info(world.ctx.ks)->generation, generation);
}

Test(create, the_limit_is_met_before_and_by_the_platform)
{
    struct hv_error err;

    world.profile.limit = 2;
    for (int i = 0; i < 2; i++)
        world_sub(&world);
    cr_expect_eq(create(&err), HV_ERR_RULE);
    cr_expect_eq(err.platform_code, 0, "it was the platform who refused");
    cr_expect(strstr(err.hint, "2 of 2"), "%s", err.hint);
    cr_expect_eq(world.shared->calls[CALL_SUBSCRIBE], 0);
    world.profile.limit = HV_MAX_SUBS;
    world.code = HV_CODE_SUB_LIMIT;
    world_fail(&world, CALL_SUBSCRIBE, MODE_REFUSED, 1);
    cr_expect_eq(create(&err), HV_ERR_RULE);
    cr_expect_eq(err.platform_code, HV_CODE_SUB_LIMIT);
    cr_expect_eq(drafts(), 0, "what was refused leaves nothing behind");
    cr_expect_eq(world_ring(&world)->keys_len, 2);
    cr_expect_eq(create(&err), HV_OK, "%s", err.why);
}

Test(create, twenty_five_and_no_more)
{
    struct hv_error err;

    for (int i = 0; i < HV_MAX_SUBS; i++)
        world_sub(&world);
    cr_expect_eq(create(&err), HV_ERR_RULE);
    cr_expect_eq(world_used(&world), HV_MAX_SUBS);
    world_expect_lawful(&world, "with all of them");
}

Test(create, makes_key_and_version)
{
    const struct hv_key *key;
    struct hv_error err;
    struct hv_guid first;

    cr_assert_eq(create(&err), HV_OK, "%s", err.why);
    cr_assert_not(hv_guid_is_zero(&wanted.id));
    cr_assert(wanted.version.id[0]);
    world_expect_agree(&world, &wanted.id, "the first");
    key = world_key(&world, &wanted.id, wanted.version.id);
    cr_expect_eq(key->origin, HV_KEY_MADE);
    cr_expect_gt(key->activated_ms, 0);
    cr_expect_gt(key->submitted_ms, 0);
    cr_expect(hv_guid_equal(&world_record(&world, &wanted.id)->app,
                            &world.profile.app_id));
    first = wanted.id;
    hv_sub_release(&wanted);
    world_wanted(&wanted);
    cr_assert_eq(create(&err), HV_OK, "%s", err.why);
    cr_expect_not(hv_guid_equal(&first, &wanted.id),
                  "the same content again is another subscription");
    world_expect_agree(&world, &wanted.id, "the second");
    cr_expect_eq(world_used(&world), 2);
}

Test(create, takes_key_and_version_that_are_given)
{
    const struct hv_key *key;
    struct hv_error err;
    uint8_t bytes[HV_HMAC_KEY_LEN];

    cr_assert_eq(hv_secret_random(&wanted.key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    memcpy(bytes, wanted.key.data, sizeof(bytes));
    hv_copy(wanted.version.id, sizeof(wanted.version.id), "Mine-1");
    cr_assert_eq(create(&err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &wanted.id, "given");
    key = world_key(&world, &wanted.id, "Mine-1");
    cr_assert(key);
    cr_expect_eq(key->origin, HV_KEY_IMPORTED);
    cr_expect_eq(memcmp(key->key.data, bytes, sizeof(bytes)), 0);
}

Test(create, whatever_a_call_answers_trying_again_makes_one)
{
    static const struct {
        const char *name;
        enum world_call call;
        enum world_mode mode;
        int skip;
        int times;
        int code;
        enum hv_status status;
        size_t drafts; /* left by the first try */
    } rows[] = {
        { "list lost", CALL_GET, MODE_LOST_BEFORE, 0, 1, 0, HV_ERR_NET, 0 },
        { "lost before", CALL_SUBSCRIBE, MODE_LOST_BEFORE, 0, 1, 0,
          HV_ERR_INCOMPLETE, 1 },
        { "lost after", CALL_SUBSCRIBE, MODE_LOST_AFTER, 0, 1, 0, HV_OK, 0 },
        { "cancelled", CALL_SUBSCRIBE, MODE_CANCELLED, 0, 1, 0,
          HV_ERR_INCOMPLETE, 1 },
        { "invalid", CALL_SUBSCRIBE, MODE_REFUSED, 0, 1, HV_CODE_SUB_INVALID,
          HV_ERR_RULE, 0 },
        { "timed out there", CALL_SUBSCRIBE, MODE_REFUSED, 0, 1,
          HV_CODE_REQUEST_TIMED_OUT, HV_ERR_INCOMPLETE, 1 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err;
        enum hv_status st;

        if (i > 0)
            again();
        world.code = rows[i].code;
        world_fail(&world, rows[i].call, rows[i].mode, rows[i].times);
        st = create(&err);
        cr_expect_eq(st, rows[i].status, "%s: %s", rows[i].name, err.why);
        cr_expect_eq(drafts(), rows[i].drafts, "%s", rows[i].name);
        if (st)
            cr_expect(hv_guid_is_zero(&wanted.id), "%s", rows[i].name);
        world_reopen(&world);
        if (st)
            cr_expect_eq(create(&err), HV_OK, "%s: %s", rows[i].name, err.why);
        cr_expect_eq(world_used(&world), 1, "%s", rows[i].name);
        world_expect_agree(&world, &wanted.id, rows[i].name);
        cr_expect_eq(drafts(), 0, "%s", rows[i].name);
        cr_expect_eq(world_ring(&world)->keys_len, 1, "%s", rows[i].name);
    }
}

Test(create, one_that_comes_late_is_found)
{
    for (int late = 1; late <= 6; late++) {
        struct hv_error err;
        enum hv_status st;

        if (late > 1)
            again();
        world.late = late;
        world_fail(&world, CALL_SUBSCRIBE, MODE_LATE, 1);
        st = create(&err);
        cr_expect_eq(st, late <= 4 ? HV_OK : HV_ERR_INCOMPLETE, "%d: %s", late,
                     err.why);
        if (st) {
            world_reopen(&world);
            cr_expect_eq(create(&err), HV_OK, "%s", err.why);
        }
        cr_expect_eq(world_used(&world), 1, "%d", late);
        cr_expect_eq(world.shared->calls[CALL_SUBSCRIBE], 1, "%d", late);
        world_expect_agree(&world, &wanted.id, "late");
    }
}

Test(create, an_open_draft_does_not_take_another_ones_place)
{
    struct hv_error err;

    world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_BEFORE, 1);
    cr_assert_eq(create(&err), HV_ERR_INCOMPLETE);
    hv_copy(wanted.url, sizeof(wanted.url), "https://app.example.org/hv/b");
    cr_assert_eq(create(&err), HV_OK, "%s", err.why);
    cr_expect_eq(drafts(), 1);
    world_expect_agree(&world, &wanted.id, "the other one");
}

/* Somebody else's subscription that happens to use the same version id. */
Test(create, a_strangers_subscription_is_not_taken_for_ours)
{
    struct hv_error err;
    struct world_sub stranger = { .id = { .b = { 5 } } };

    hv_copy(wanted.version.id, sizeof(wanted.version.id), "v1");
    strcpy(stranger.url, wanted.url);
    stranger.type = wanted.filters[0].types[0];
    strcpy(stranger.version, "v1");
    *world_find(&world, &(struct hv_guid){ 0 }) = stranger;
    world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_BEFORE, 1);
    cr_expect_eq(create(&err), HV_ERR_INCOMPLETE, "%s", err.why);
    cr_expect_null(world_record(&world, &stranger.id));
}

/* The same key file and version id given for two subscriptions. */
Test(create, one_of_ours_is_not_taken_for_the_draft_beside_it)
{
    struct hv_secret key = { 0 };
    struct hv_error err;
    struct hv_guid first;

    cr_assert_eq(hv_secret_random(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
    for (int i = 0; i < 2; i++) {
        hv_sub_release(&wanted);
        world_wanted(&wanted);
        hv_copy(wanted.version.id, sizeof(wanted.version.id), "v1");
        cr_assert_eq(hv_secret_copy(&wanted.key, key.data, key.len, NULL),
                     HV_OK);
        world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_BEFORE, i);
        cr_expect_eq(create(&err), i ? HV_ERR_INCOMPLETE : HV_OK, "%s",
                     err.why);
        if (i == 0)
            first = wanted.id;
    }
    cr_expect(hv_guid_is_zero(&wanted.id));
    cr_expect_eq(drafts(), 1);
    world_expect_agree(&world, &first, "the first");
    hv_secret_release(&key);
}

/* Another console reads the list between our SubscribeToEvent and our save. */
static void
other_adopts(struct world *w)
{
    struct hv_keystore *ours = w->ctx.ks;
    struct hv_keystore *other = NULL;
    struct hv_sub_list list;
    struct hv_error err = { 0 };

    if (world_used(w) == 0) {
        w->on_get = other_adopts; /* not made yet: at the next read */
        return;
    }
    cr_assert_eq(hv_keystore_clone(ours, &other, NULL), HV_OK);
    w->ctx.ks = other;
    world_list(w, &list);
    cr_assert_eq(hv_sub_reconcile(&w->ctx, &list, &err), HV_OK, "%s", err.why);
    hv_sub_list_release(&list);
    w->ctx.ks = ours;
    hv_keystore_close(other);
}

Test(create, one_that_another_console_adopted_is_ours_all_the_same)
{
    struct hv_error err;

    world.on_get = other_adopts;
    world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_AFTER, 1);
    cr_assert_eq(create(&err), HV_OK, "%s", err.why);
    cr_expect_null(world.on_get, "it never came to it");
    world_expect_agree(&world, &wanted.id, "adopted twice");
    cr_expect_eq(world_ring(&world)->subs_len, 1);
}

static bool
create_and_die(int die_at)
{
    int status = 0;
    pid_t pid = fork();

    cr_assert_geq(pid, 0);
    if (pid == 0) {
        struct hv_error err;

        world.die_at = die_at;
        world.points = 0;
        _exit(create(&err) == HV_OK ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) &&
              (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9));
    return WEXITSTATUS(status) == 0;
}

Test(create, ending_at_any_point_leaves_one_and_its_key)
{
    int die_at;

    for (die_at = 1;; die_at++) {
        struct hv_error err;
        struct hv_guid sub;
        bool is_through;

        if (die_at > 1)
            again();
        is_through = create_and_die(die_at);
        world_reopen(&world);
        world_expect_lawful(&world, "after the end");
        if (!is_through)
            cr_expect_eq(create(&err), HV_OK, "point %d: %s", die_at, err.why);
        cr_expect_eq(world_used(&world), 1, "point %d", die_at);
        cr_expect_eq(world_ring(&world)->subs_len, 1, "point %d", die_at);
        cr_expect_eq(world_ring(&world)->keys_len, 1, "point %d", die_at);
        sub = world_ring(&world)->subs[0].sub;
        world_expect_agree(&world, &sub, "after it was tried again");
        if (is_through)
            break;
    }
    cr_expect_eq(die_at, 5, "a read and a subscribe with two ends each");
}

/* --------------------------------------------------------------- deleting -- */

static void
expect_gone(const struct hv_guid *sub, const char *when)
{
    const struct hv_key_sub *record;

    world_reopen(&world);
    record = world_record(&world, sub);
    cr_assert(record, "%s", when);
    cr_expect_eq(record->status, HV_SUB_GONE, "%s", when);
    for (size_t i = 0; i < world_ring(&world)->keys_len; i++) {
        const struct hv_key *key = &world_ring(&world)->keys[i];

        cr_expect_eq(key->state, HV_KEY_ACCEPTED, "%s", when);
        cr_expect_eq(key->key.len, HV_HMAC_KEY_LEN, "%s: wiped", when);
        cr_expect_eq(key->retire_not_before_ms - key->superseded_ms, 14 * DAY,
                     "%s", when);
    }
}

Test(create, deleting_keeps_the_keys)
{
    static const struct {
        const char *name;
        enum world_mode mode;
        int code;
        enum hv_status status;
        bool is_gone; /* noted as such in the keystore */
    } rows[] = {
        { "fine", MODE_FINE, 0, HV_OK, true },
        { "answer lost", MODE_LOST_AFTER, 0, HV_OK, true },
        { "request lost", MODE_LOST_BEFORE, 0, HV_ERR_NET, false },
        { "never was", MODE_REFUSED, HV_CODE_SUB_NOT_FOUND, HV_ERR_NOT_FOUND,
          true },
        { "denied", MODE_REFUSED, HV_CODE_ACCESS_DENIED, HV_ERR_PLATFORM,
          false },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };
        struct hv_guid sub;

        if (i > 0)
            again();
        sub = world_sub(&world);
        world.code = rows[i].code;
        world_fail(&world, CALL_UNSUBSCRIBE, rows[i].mode, 1);
        cr_expect_eq(hv_sub_delete(&world.ctx, &sub, &err), rows[i].status,
                     "%s: %s", rows[i].name, err.why);
        if (rows[i].is_gone)
            expect_gone(&sub, rows[i].name);
        else
            world_expect_agree(&world, &sub, rows[i].name);
    }
}

Test(create, deleting_a_draft_leaves_it_to_time)
{
    struct hv_error err;
    struct hv_guid draft;

    world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_BEFORE, 1);
    cr_assert_eq(create(&err), HV_ERR_INCOMPLETE);
    draft = world_ring(&world)->subs[0].sub;
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_sub_delete(&world.ctx, &draft, &err), HV_ERR_NOT_FOUND);
    /* The platform may still make it: its key must be there then. */
    cr_expect_eq(drafts(), 1);
    cr_expect_eq(create(&err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &wanted.id, "made after all");
}

Test(create, deleting_what_is_not_ours_asks_the_platform_alone)
{
    struct hv_error err = { 0 };
    struct world_sub stranger = { .id = { .b = { 5 } } };
    uint64_t generation = hv_keystore_info(world.ctx.ks)->generation;

    *world_find(&world, &(struct hv_guid){ 0 }) = stranger;
    cr_expect_eq(hv_sub_delete(&world.ctx, &stranger.id, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(world_used(&world), 0);
    cr_expect_eq(hv_keystore_info(world.ctx.ks)->generation, generation);
}
