/*
 * test_run.c - a rotation in a world that fails: whatever happens, and
 * wherever the process ends, running it again brings platform and keystore to
 * the same key, and no key the platform may sign with is ever missing.
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

static void
start(void)
{
    world_start(&world);
}

static void
end(void)
{
    world_end(&world);
}
TestSuite(run, .init = start, .fini = end);

static enum hv_status
rotate(const struct hv_guid *sub, struct hv_rotate_result *out,
       struct hv_error *err)
{
    *err = (struct hv_error){ 0 };
    world.steps_len = 0;
    return hv_rotate_one(&world.ctx, sub, out, err);
}

/* How long the grace of the superseded key is, to the minute. */
static void
expect_grace(const struct hv_guid *sub, const char *version)
{
    const struct hv_key *old = world_key(&world, sub, version);
    int64_t now = hv_clock_now_ms();

    cr_assert(old);
    cr_expect_eq(old->state, HV_KEY_ACCEPTED);
    cr_expect_eq(old->retire_not_before_ms - old->superseded_ms, 14 * DAY);
    cr_expect_leq(old->superseded_ms, now);
    cr_expect_gt(old->superseded_ms, now - 60000);
    cr_expect_eq(old->key.len, HV_HMAC_KEY_LEN);
}

Test(run, nothing_is_written_when_it_cannot_begin)
{
    static const struct {
        const char *name;
        enum hv_status status;
    } rows[] = {
        { "no listener", HV_ERR_REFUSED },
        { "unknown subscription", HV_ERR_NOT_FOUND },
        { "another application", HV_ERR_NOT_FOUND },
        { "no platform", HV_ERR_NET },
        { "a stranger's version", HV_ERR_INCOMPLETE },
        { "a stranger's bytes", HV_ERR_INCOMPLETE },
    };
    struct hv_guid sub = world_sub(&world);
    struct hv_guid none = { .b = { 7 } };
    struct world_sub before = *world_find(&world, &sub);
    struct hv_guid app = world.profile.app_id;
    uint64_t generation = hv_keystore_info(world.ctx.ks)->generation;

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_rotate_result result;
        struct hv_error err;

        world_deaf(&world);
        if (i > 0)
            world_listen(&world);
        world.profile.app_id = i == 2 ? none : app;
        world_fail(&world, CALL_GET, MODE_LOST_BEFORE, i == 3);
        *world_find(&world, &sub) = before;
        if (i == 4)
            strcpy(world_find(&world, &sub)->version, "theirs-1");
        if (i == 5)
            world_find(&world, &sub)->key[0] ^= 1;
        cr_expect_eq(rotate(i == 1 ? &none : &sub, &result, &err),
                     rows[i].status, "%s: %s", rows[i].name, err.why);
        cr_expect(err.why[0]);
        cr_expect_eq(result.step, HV_STEP_NONE, "%s", rows[i].name);
        cr_expect_not(result.is_done);
        world_reopen(&world);
        cr_expect_eq(hv_keystore_info(world.ctx.ks)->generation, generation,
                     "%s: the keystore was written", rows[i].name);
        if (i >= 4)
            cr_expect(strstr(err.why, "CRITICAL"), "%s", err.why);
    }
    cr_expect_eq(world.shared->calls[CALL_UPDATE], 0);
}

Test(run, seven_steps)
{
    static const enum hv_rotate_step steps[] = {
        HV_STEP_STAGE,    HV_STEP_LISTENER, HV_STEP_READ,    HV_STEP_SUBMIT,
        HV_STEP_ANNOUNCE, HV_STEP_CONFIRM,  HV_STEP_PROMOTE,
    };
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    for (int round = 0; round < 3; round++) {
        cr_assert_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
        cr_expect(result.is_done);
        cr_expect_eq(result.step, HV_STEP_PROMOTE);
        cr_expect(hv_guid_equal(&result.sub, &sub));
        cr_expect_neq(strcmp(result.old_version.id, result.new_version.id), 0);
        cr_assert_eq(world.steps_len, HV_LEN(steps));
        for (size_t i = 0; i < HV_LEN(steps); i++)
            cr_expect_eq(world.steps[i], steps[i], "place %zu", i);
        world_expect_agree(&world, &sub, "after a rotation");
        cr_expect_str_eq(world_find(&world, &sub)->version,
                         result.new_version.id);
        expect_grace(&sub, result.old_version.id);
        cr_expect_eq(world_key(&world, &sub, result.new_version.id)->origin,
                     HV_KEY_MADE);
    }
    cr_expect_eq(world_keys(&world, &sub), 4);
    /* Of the subscription, only the key has changed. */
    cr_expect_str_eq(world_find(&world, &sub)->url,
                     "https://app.example.org/hv/notify");
}

Test(run, the_id_may_lie_in_the_ring_that_is_replaced)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    world_listen(&world);
    cr_assert_eq(hv_rotate_one(&world.ctx, &world_ring(&world)->subs[0].sub,
                               &result, &err),
                 HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "after it");
}

Test(run, a_platform_that_echoes_no_keys_will_do)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world.hides_keys = true;
    cr_assert_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "after it");
}

Test(run, without_a_listener_only_when_told_so)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "--without-listener"), "%s", err.hint);
    world.ctx.without_listener = true;
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "after it");
}

Test(run, a_listener_that_stays_behind_stops_it_before_anything_is_announced)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_rotate_result first;
    struct hv_error err;

    world_listen(&world);
    world.listener_follows = false;
    for (int round = 0; round < 2; round++) {
        world.waited_ms = 0;
        cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_REFUSED);
        cr_expect(strstr(err.why, "degraded: keystore"), "%s", err.why);
        cr_expect_eq(world.waited_ms, 5000);
        cr_expect_eq(result.step, HV_STEP_STAGE);
        cr_expect_eq(world.shared->calls[CALL_UPDATE], 0);
        cr_expect_eq(world_record(&world, &sub)->intent, HV_INTENT_PREPARED);
        if (round == 0)
            first = result;
    }
    /* It ends meanwhile: said at once, not after five seconds. */
    world_deaf(&world);
    world.waited_ms = 0;
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_REFUSED);
    cr_expect_eq(world.waited_ms, 0);
    world_listen(&world);
    world.listener_follows = true;
    cr_assert_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    cr_expect_str_eq(result.new_version.id, first.new_version.id,
                     "another key was made");
    world_expect_agree(&world, &sub, "with the listener level");
    cr_expect_eq(world_keys(&world, &sub), 2);
}

Test(run, a_listener_of_another_keystore_is_none)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_facts facts = { 0 };
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world.listener_follows = false;
    hv_facts_add(&facts, "generation", "99999");
    hv_facts_add(&facts, "store_id", "11111111-2222-3333-4444-555555555555");
    cr_assert_eq(hv_run_publish(world.listener, &facts, NULL), HV_OK);
    hv_facts_release(&facts);
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "another keystore"), "%s", err.why);
    cr_expect_eq(world.shared->calls[CALL_UPDATE], 0);
}

/* --------------------------------------------------------- failing calls -- */

Test(run, whatever_a_call_answers_running_again_ends_in_agreement)
{
    static const struct {
        const char *name;
        enum world_call call;
        enum world_mode mode;
        int times;
        int code;
        enum hv_status status; /* of the first run */
    } rows[] = {
        { "update lost before", CALL_UPDATE, MODE_LOST_BEFORE, 1, 0, HV_OK },
        { "update lost after", CALL_UPDATE, MODE_LOST_AFTER, 1, 0, HV_OK },
        { "update lost twice", CALL_UPDATE, MODE_LOST_BEFORE, 2, 0,
          HV_ERR_INCOMPLETE },
        { "update invalid", CALL_UPDATE, MODE_REFUSED, 1, HV_CODE_SUB_INVALID,
          HV_ERR_RULE },
        { "update denied", CALL_UPDATE, MODE_REFUSED, 1, HV_CODE_ACCESS_DENIED,
          HV_ERR_PLATFORM },
        { "update in maintenance", CALL_UPDATE, MODE_REFUSED, 2,
          HV_CODE_MAINTENANCE, HV_ERR_INCOMPLETE },
        { "update cancelled", CALL_UPDATE, MODE_CANCELLED, 1, 0,
          HV_ERR_INCOMPLETE },
    };
    struct hv_guid sub = world_sub(&world);

    world_listen(&world);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        size_t keys = world_keys(&world, &sub);
        struct hv_rotate_result first;
        struct hv_rotate_result result;
        struct hv_error err;
        enum hv_status st;

        /* Eight may verify: the older ones are of no interest here. */
        if (keys > 6) {
            world_reset(&world);
            sub = world_sub(&world);
            world_listen(&world);
            keys = 1;
        }
        world.code = rows[i].code;
        world_fail(&world, rows[i].call, rows[i].mode, rows[i].times);
        st = rotate(&sub, &first, &err);
        cr_expect_eq(st, rows[i].status, "%s: %s", rows[i].name, err.why);
        cr_expect_eq(first.is_done, st == HV_OK, "%s", rows[i].name);
        if (rows[i].code)
            cr_expect(strstr(err.why, "platform answers"), "%s", err.why);
        for (int again = 0; st && again < 4; again++) {
            world_reopen(&world);
            st = rotate(&sub, &result, &err);
            cr_expect_str_eq(result.new_version.id, first.new_version.id,
                             "%s: another key was made", rows[i].name);
        }
        cr_expect_eq(st, HV_OK, "%s: %s", rows[i].name, err.why);
        world_expect_agree(&world, &sub, rows[i].name);
        cr_expect_eq(world_keys(&world, &sub), keys + 1, "%s", rows[i].name);
        expect_grace(&sub, first.old_version.id);
    }
}

Test(run, a_refusal_does_not_gather_keys)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world.code = HV_CODE_SUB_INVALID;
    world_fail(&world, CALL_UPDATE, MODE_REFUSED, -1);
    for (int i = 0; i < 12; i++) {
        cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_RULE, "%s", err.why);
        cr_assert_eq(err.platform_code, HV_CODE_SUB_INVALID);
        cr_assert_eq(world_record(&world, &sub)->intent, HV_INTENT_PREPARED);
    }
    cr_expect_eq(world_keys(&world, &sub), 2);
    /* For the listener to load what each try has saved, and for nothing else:
     * a refusal leaves no doubt that would have to settle. */
    cr_expect_leq(world.waited_ms, 12 * 20);
}

Test(run, reads_that_fail)
{
    /* Read number 1 is before anything is written, 2 is step 3, 3 is step 6
     * and fails for good or for a while. */
    static const struct {
        int nth;
        int times;
        enum hv_status status;
        int updates;
    } rows[] = {
        { 1, 1, HV_ERR_NET, 0 },
        { 2, 1, HV_ERR_INCOMPLETE, 0 },
        { 3, 1, HV_OK, 1 },
        { 3, 3, HV_OK, 1 },
        { 3, 9, HV_ERR_INCOMPLETE, 1 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_rotate_result result;
        struct hv_error err;
        struct hv_guid sub;
        enum hv_status st;

        if (i > 0) {
            world_reset(&world);
        }
        sub = world_sub(&world);
        world_listen(&world);
        /* The first reads are fine: let them pass, then fail. */
        world.mode[CALL_GET] = MODE_LOST_BEFORE;
        world.skip_gets = rows[i].nth - 1;
        world.fail_times[CALL_GET] = rows[i].times;
        st = rotate(&sub, &result, &err);
        cr_expect_eq(st, rows[i].status, "row %zu: %s", i, err.why);
        cr_expect_eq(world.shared->calls[CALL_UPDATE], rows[i].updates,
                     "row %zu", i);
        world.fail_times[CALL_GET] = 0;
        world_reopen(&world);
        if (st)
            cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "row %zu: %s", i,
                         err.why);
        world_expect_agree(&world, &sub, "after a read that failed");
        cr_expect_eq(world_keys(&world, &sub), 2, "row %zu", i);
        cr_expect_eq(world.shared->calls[CALL_UPDATE], 1, "row %zu", i);
    }
}

Test(run, an_update_that_arrives_late_is_looked_for_before_it_is_sent_again)
{
    for (int late = 1; late <= 6; late++) {
        struct hv_rotate_result result;
        struct hv_error err;
        struct hv_guid sub;
        enum hv_status st;

        if (late > 1) {
            world_reset(&world);
        }
        sub = world_sub(&world);
        world_listen(&world);
        world.late = late;
        world_fail(&world, CALL_UPDATE, MODE_LATE, 1);
        st = rotate(&sub, &result, &err);
        cr_expect_eq(st, HV_OK, "%d: %s", late, err.why);
        cr_expect_leq(world.waited_ms, 60000 + 5000);
        /* One look and three more. */
        cr_expect_eq(world.shared->calls[CALL_UPDATE], late <= 4 ? 1 : 2, "%d",
                     late);
        world_expect_agree(&world, &sub, "late");
        cr_expect_eq(world_keys(&world, &sub), 2);
    }
}

Test(run, an_announcement_of_long_ago_is_sent_again_at_once)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(world_record(&world, &sub)->intent, HV_INTENT_SUBMITTED);
    cr_expect_eq(world_key(&world, &sub, result.new_version.id)->state,
                 HV_KEY_PENDING, "it must go on verifying");
    world_age(&world, &sub, 3600000);
    world_reopen(&world);
    world.listener_follows = true;
    world.waited_ms = 0;
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    cr_expect_leq(world.waited_ms, 20, "only for the listener");
    cr_expect_eq(world_keys(&world, &sub), 2);
    world_expect_agree(&world, &sub, "after an hour");
}

Test(run, what_arrived_is_finished_even_with_no_listener)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world_fail(&world, CALL_UPDATE, MODE_CANCELLED, 1);
    cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
    world_deaf(&world);
    world_reopen(&world);
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "without a listener");
}

/* --------------------------------------------------- others at work there -- */

Test(run, a_subscription_that_vanished_is_noted)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    *world_find(&world, &sub) = (struct world_sub){ 0 };
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_GONE);
    expect_grace(&sub, result.old_version.id);
    memset(world.shared->calls, 0, sizeof(world.shared->calls));
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(world.shared->calls[CALL_GET], 0, "it is known by now");
}

Test(run, a_subscription_that_vanishes_under_the_update_keeps_both_keys)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world.code = HV_CODE_SUB_NOT_FOUND;
    world_fail(&world, CALL_UPDATE, MODE_REFUSED, 1);
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(err.platform_code, HV_CODE_SUB_NOT_FOUND);
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_GONE);
    cr_expect_eq(world_record(&world, &sub)->intent, HV_INTENT_NONE);
    expect_grace(&sub, result.old_version.id);
    expect_grace(&sub, result.new_version.id);
}

Test(run, an_open_intent_stops_at_a_strangers_version_and_goes_on_later)
{
    struct hv_guid sub = world_sub(&world);
    struct world_sub ours;
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
    ours = *world_find(&world, &sub);
    strcpy(world_find(&world, &sub)->version, "theirs-1");
    for (int i = 0; i < 3; i++) {
        world_reopen(&world);
        cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
        cr_expect(strstr(err.why, "CRITICAL"), "%s", err.why);
    }
    cr_expect_eq(world.shared->calls[CALL_UPDATE], 2);
    cr_expect_eq(world_keys(&world, &sub), 2);
    *world_find(&world, &sub) = ours;
    world_reopen(&world);
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "when the stranger has gone");
}

Test(run, who_changed_the_rest_meanwhile_is_told)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world_fail(&world, CALL_UPDATE, MODE_CANCELLED, 1);
    cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
    strcpy(world_find(&world, &sub)->url, "https://app.example.org/other");
    world_reopen(&world);
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
    cr_expect(strstr(err.why, "URL or types"), "%s", err.why);
    cr_expect(result.is_done, "the key itself is rotated");
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_DRIFT);
    cr_expect_str_eq(hv_keyring_current(world_ring(&world), &sub)->version.id,
                     world_find(&world, &sub)->version);
    /* The next one starts from what is there now. */
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "after the drift");
    cr_expect_str_eq(world_find(&world, &sub)->url,
                     "https://app.example.org/other");
}

Test(run, two_that_finish_the_same_rotation_both_succeed)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_keystore *other = NULL;
    struct hv_keystore *ours = world.ctx.ks;
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    world_fail(&world, CALL_UPDATE, MODE_CANCELLED, 1);
    cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
    cr_assert_eq(hv_keystore_clone(ours, &other, NULL), HV_OK);
    world.ctx.ks = other;
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world.ctx.ks = ours;
    hv_keystore_close(other);
    world_expect_agree(&world, &sub, "by the other");
    cr_expect_eq(world_keys(&world, &sub), 2);
}

/* Another console begins (and is interrupted) while ours reads. */
static struct hv_guid contested;

static void
other_begins(struct world *w)
{
    struct hv_keystore *ours = w->ctx.ks;
    struct hv_keystore *other = NULL;
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_clone(ours, &other, NULL), HV_OK);
    world_fail(w, CALL_UPDATE, MODE_CANCELLED, 1);
    w->ctx.ks = other;
    cr_assert_eq(hv_rotate_one(&w->ctx, &contested, &result, &err),
                 HV_ERR_INCOMPLETE);
    w->ctx.ks = ours;
    hv_keystore_close(other);
}

Test(run, two_that_begin_at_once_make_one_key)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    contested = sub;
    world.on_get = other_begins;
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "another program"), "%s", err.why);
    world_reopen(&world);
    cr_expect_eq(world_keys(&world, &sub), 2);
    cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "after both");
    cr_expect_eq(world_keys(&world, &sub), 2);
}

Test(run, eight_that_verify_are_enough)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err;

    world_listen(&world);
    for (int i = 1; i < HV_MAX_VERIFYING_KEYS; i++)
        cr_assert_eq(rotate(&sub, &result, &err), HV_OK, "%s", err.why);
    cr_expect_eq(rotate(&sub, &result, &err), HV_ERR_RULE);
    cr_expect(err.hint[0]);
    world_expect_agree(&world, &sub, "with eight");
}

/* ------------------------------------------------------- ending anywhere -- */

/* Rotate in a process of its own that ends at point @die_at; true when it got
 * through without reaching it. */
static bool
rotate_and_die(const struct hv_guid *sub, int die_at)
{
    int status = 0;
    pid_t pid = fork();

    cr_assert_geq(pid, 0);
    if (pid == 0) {
        struct hv_rotate_result result;
        struct hv_error err;

        world.die_at = die_at;
        world.points = 0;
        _exit(rotate(sub, &result, &err) == HV_OK ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) &&
                  (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9),
              "point %d: status %d", die_at, status);
    return WEXITSTATUS(status) == 0;
}

Test(run, ending_at_any_point_is_mended_by_running_again)
{
    int die_at = 1;

    for (;; die_at++) {
        char when[32];
        struct hv_rotate_result result;
        struct hv_error err;
        struct hv_guid sub;
        char first[HV_MAX_KEY_VERSION + 1];
        bool is_through;
        bool was_done;

        if (die_at > 1) {
            world_reset(&world);
        }
        snprintf(when, sizeof(when), "point %d", die_at);
        sub = world_sub(&world);
        strcpy(first, world_find(&world, &sub)->version);
        world.ctx.without_listener = true;
        is_through = rotate_and_die(&sub, die_at);
        world_reopen(&world);
        world_expect_lawful(&world, when);
        /* Whatever the platform signs with now, can be verified now. */
        cr_expect(world_key(&world, &sub, world_find(&world, &sub)->version),
                  "%s: the platform's key is lost", when);
        was_done =
            strcmp(hv_keyring_current(world_ring(&world), &sub)->version.id,
                   first) != 0;
        if (!was_done)
            cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%s: %s", when,
                         err.why);
        world_expect_agree(&world, &sub, when);
        cr_expect_eq(world_keys(&world, &sub), 2, "%s", when);
        expect_grace(&sub, first);
        if (is_through)
            break;
    }
    /* Seven steps told, three reads and one update with two ends each. */
    cr_expect_eq(die_at, 7 + 8 + 1);
}

Test(run, ending_while_mending_is_mended_too)
{
    for (int second = 1; second <= 6; second++) {
        struct hv_rotate_result result;
        struct hv_error err;
        struct hv_guid sub;

        if (second > 1) {
            world_reset(&world);
        }
        sub = world_sub(&world);
        world.ctx.without_listener = true;
        /* The update is lost, then the process ends somewhere in the second
         * try; the third has to do. */
        world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
        cr_assert_eq(rotate(&sub, &result, &err), HV_ERR_INCOMPLETE);
        world_age(&world, &sub, 3600000);
        world_reopen(&world);
        cr_assert_not(rotate_and_die(&sub, second));
        world_reopen(&world);
        cr_expect_eq(rotate(&sub, &result, &err), HV_OK, "%d: %s", second,
                     err.why);
        world_expect_agree(&world, &sub, "at the third try");
        cr_expect_eq(world_keys(&world, &sub), 2, "%d", second);
    }
}
