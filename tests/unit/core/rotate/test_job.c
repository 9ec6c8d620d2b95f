/*
 * test_job.c - rotations of several: planned, begun, failing for one or for
 * all, paused and resumed.
 */
#include "jobs.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(job, .init = jobs_start, .fini = jobs_end);

/* ---------------------------------------------------------------- plan -- */

Test(job, what_cannot_be_planned)
{
    struct hv_rotation job;
    struct hv_rotation_impact impact;
    struct hv_error err;

    world_listen(&jobs_world);
    cr_expect_eq(jobs_plan(0, NULL, &job, &impact, &err), HV_ERR_NOT_FOUND,
                 "none at all");
    jobs_make(1);
    jobs_subs[1] = (struct hv_guid){ .b = { 1 } };
    cr_expect_eq(jobs_plan(2, NULL, &job, &impact, &err), HV_ERR_NOT_FOUND);
    world_deaf(&jobs_world);
    cr_expect_eq(jobs_plan(1, NULL, &job, &impact, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "no listener"), "%s", err.why);
    world_listen(&jobs_world);
    world_fail(&jobs_world, CALL_GET, MODE_LOST_BEFORE, 1);
    cr_expect_eq(jobs_plan(1, NULL, &job, &impact, &err), HV_ERR_NET);
    cr_assert_eq(jobs_plan(1, NULL, &job, &impact, &err), HV_OK, "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_PLANNED);
    cr_expect_eq(job.id[0], '\0');
    cr_expect_eq(jobs_world.shared->calls[CALL_UPDATE], 0);
    cr_assert_eq(hv_rotation_start(&jobs_world.ctx, &job, &err), HV_OK);
    cr_expect_eq(jobs_plan(1, NULL, &job, &impact, &err), HV_ERR_RULE,
                 "one is open already");
    cr_expect(err.hint[0] && strstr(err.why, "is paused"), "%s", err.why);
}

Test(job, the_plan_says_what_it_means)
{
    struct hv_rotation_options options = { .pace_ms = 60000, .canary = 1 };
    struct hv_rotation job;
    struct hv_rotation_impact impact;
    struct hv_error err;
    struct hv_rotate_result result;
    char old[HV_MAX_KEY_VERSION + 1];

    world_listen(&jobs_world);
    jobs_make(4);
    /* One moved to an older key of ours, one to a stranger's, one half way. */
    strcpy(old, world_find(&jobs_world, &jobs_subs[0])->version);
    cr_assert_eq(hv_rotate_one(&jobs_world.ctx, &jobs_subs[0], &result, &err),
                 HV_OK);
    hv_copy(world_find(&jobs_world, &jobs_subs[0])->version, sizeof(old), old);
    memcpy(world_find(&jobs_world, &jobs_subs[0])->key,
           world_key(&jobs_world, &jobs_subs[0], old)->key.data,
           HV_HMAC_KEY_LEN);
    strcpy(world_find(&jobs_world, &jobs_subs[1])->version, "theirs");
    world_fail(&jobs_world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    err = (struct hv_error){ 0 };
    cr_assert_eq(hv_rotate_one(&jobs_world.ctx, &jobs_subs[2], &result, &err),
                 HV_ERR_INCOMPLETE);
    cr_assert_eq(jobs_plan(0, &options, &job, &impact, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(impact.subs, 4);
    cr_expect_eq(impact.adopted, 1);
    cr_expect_eq(impact.critical, 1);
    cr_expect_eq(impact.open, 1);
    cr_expect_eq(impact.lasts_ms, 3 * 60000);
    cr_expect(impact.is_listener_up);
    cr_expect(job.items[0].is_canary && !job.items[1].is_canary);
}

/* ------------------------------------------------------------ straight -- */

Test(job, all_of_them)
{
    struct hv_rotation job, again;
    struct hv_rotation *jobs;
    struct hv_error err;
    size_t len;

    world_listen(&jobs_world);
    jobs_make(MANY);
    cr_assert_eq(jobs_begin(NULL, &job, &err), HV_OK, "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_DONE);
    cr_expect_eq(hv_rotation_count(&job).done, MANY);
    cr_expect_gt(jobs_told, MANY);
    jobs_expect(MANY, "done");
    cr_assert_eq(job_read(jobs_world.store, job.id, &again, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(again.state, HV_ROTATION_DONE);
    for (size_t i = 0; i < job.len; i++) {
        cr_expect_str_eq(again.items[i].new_version.id,
                         world_find(&jobs_world, &job.items[i].sub)->version);
        cr_expect_eq(again.items[i].step, HV_STEP_PROMOTE);
    }
    cr_expect_eq(jobs_run(&job, &err), HV_ERR_RULE, "a closed one is not run");
    cr_assert_eq(hv_rotation_list(jobs_world.store, NULL, &jobs, &len, &err),
                 HV_OK);
    cr_expect_eq(len, 1);
    free(jobs);
}

Test(job, compromised_wipes_the_old_ones)
{
    struct hv_rotation_options options = { .is_compromised = true };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(2);
    /* To a key that is not here: taken back. */
    strcpy(world_find(&jobs_world, &jobs_subs[1])->version, "theirs");
    cr_assert_eq(jobs_begin(&options, &job, &err), HV_OK, "%s", err.why);
    for (size_t i = 0; i < job.len; i++) {
        const struct hv_key *old = world_key(&jobs_world, &job.items[i].sub,
                                             job.items[i].old_version.id);

        cr_assert(old);
        cr_expect_eq(old->state, HV_KEY_RETIRED);
        cr_expect_eq(old->key.len, 0);
        cr_expect_eq(job.items[i].step, HV_STEP_RETIRE);
    }
    jobs_expect(2, "compromised");
}

/* Two consoles number their versions alike: what is announced over a
 * stranger's key must not bear its name. */
Test(job, taken_back_under_a_name_of_its_own)
{
    struct hv_rotation_options options = { .is_compromised = true };
    struct hv_key_version theirs;
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(1);
    hv_keyring_new_version(world_ring(&jobs_world), hv_clock_now_ms(), NULL,
                           &theirs);
    strcpy(world_find(&jobs_world, &jobs_subs[0])->version, theirs.id);
    memset(world_find(&jobs_world, &jobs_subs[0])->key, 7, HV_HMAC_KEY_LEN);
    cr_assert_eq(jobs_begin(&options, &job, &err), HV_OK, "%s", err.why);
    cr_expect_str_neq(job.items[0].new_version.id, theirs.id);
    jobs_expect(1, "taken back");
}

Test(job, moved_to_another_key_of_ours_is_adopted_first)
{
    struct hv_rotation job;
    struct hv_rotate_result first;
    struct hv_error err = { 0 };
    struct world_sub *place;

    world_listen(&jobs_world);
    jobs_make(1);
    place = world_find(&jobs_world, &jobs_subs[0]);
    cr_assert_eq(hv_rotate_one(&jobs_world.ctx, &jobs_subs[0], &first, &err),
                 HV_OK);
    strcpy(place->version, first.old_version.id);
    memcpy(
        place->key,
        world_key(&jobs_world, &jobs_subs[0], first.old_version.id)->key.data,
        HV_HMAC_KEY_LEN);
    cr_assert_eq(jobs_begin(NULL, &job, &err), HV_OK, "%s", err.why);
    world_expect_agree(&jobs_world, &jobs_subs[0], "adopted and rotated");
    cr_expect_eq(world_keys(&jobs_world, &jobs_subs[0]), 3);
    cr_expect_eq(
        world_key(&jobs_world, &jobs_subs[0], first.new_version.id)->state,
        HV_KEY_ACCEPTED, "nobody may lose it");
}

/* ------------------------------------------------------------- failures -- */

Test(job, one_that_fails_at_once_is_only_its_failure)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(1);
    strcpy(world_find(&jobs_world, &jobs_subs[0])->version, "theirs");
    cr_expect_eq(jobs_begin(NULL, &job, &err), HV_ERR_INCOMPLETE);
    cr_expect(strstr(err.why, "CRITICAL"), "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_ABORTED);
    cr_expect_eq(hv_rotation_load(jobs_world.store, NULL, NULL, &job, NULL),
                 HV_ERR_NOT_FOUND, "it left a job behind");
}

Test(job, what_fails_for_one_goes_on_with_the_next)
{
    struct hv_rotation job;
    struct hv_error err;
    struct world_sub *gone;

    world_listen(&jobs_world);
    jobs_make(MANY);
    strcpy(world_find(&jobs_world, &jobs_subs[0])->version, "theirs");
    gone = world_find(&jobs_world, &jobs_subs[1]);
    *gone = (struct world_sub){ 0 };
    cr_expect_eq(jobs_begin(NULL, &job, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(job.state, HV_ROTATION_PARTIAL);
    cr_expect_eq(hv_rotation_count(&job).done, 1);
    cr_expect_eq(hv_rotation_count(&job).gone, 1);
    cr_expect_eq(hv_rotation_count(&job).stopped, 1);
    cr_expect(strstr(job.reason, "CRITICAL") || job.reason[0], "%s",
              job.reason);
    cr_expect_eq(jobs_run(&job, &err), HV_ERR_INCOMPLETE, "still so");
    cr_expect_eq(hv_rotation_count(&job).done, 1, "the others were left");
}

Test(job, a_platform_that_is_away_stops_it_and_resume_goes_on)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(MANY);
    jobs_world.skip_gets =
        5; /* the plan, one whole item, one read of the next */
    jobs_world.mode[CALL_GET] = MODE_LOST_BEFORE;
    jobs_world.fail_times[CALL_GET] = -1;
    jobs_world.code = 0;
    cr_expect_neq(jobs_begin(NULL, &job, &err), HV_OK);
    cr_expect_eq(job.state, HV_ROTATION_PARTIAL);
    cr_expect_leq(jobs_world.shared->calls[CALL_UPDATE], 2);
    jobs_world.fail_times[CALL_GET] = 0;
    cr_assert_eq(jobs_run(&job, &err), HV_OK, "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_DONE);
    jobs_expect(MANY, "resumed");
}

/* ------------------------------------------------------ pause and canary -- */

static void
stop_now(struct world *w)
{
    (void)w;
    jobs_stop = true;
}

Test(job, a_stop_ends_after_the_step_under_way_and_loses_nothing)
{
    /* At each read in turn: the plan's is the first. */
    for (int at = 1; at <= 9; at++) {
        struct hv_rotation job;
        struct hv_rotation_impact impact;
        struct hv_error err;

        if (at > 1)
            world_reset(&jobs_world);
        world_listen(&jobs_world);
        jobs_make(MANY);
        cr_assert_eq(jobs_plan(0, NULL, &job, &impact, &err), HV_OK);
        cr_assert_eq(hv_rotation_start(&jobs_world.ctx, &job, &err), HV_OK,
                     "%s", err.why);
        jobs_world.on_get = NULL;
        jobs_world.stop_at = at;
        jobs_world.on_stop = stop_now;
        cr_expect_eq(jobs_run(&job, &err), HV_ERR_INCOMPLETE, "%d: %s", at,
                     err.why);
        cr_expect_eq(job.state, HV_ROTATION_PAUSED, "%d", at);
        cr_expect_lt(hv_rotation_count(&job).done, MANY);
        jobs_stop = false;
        cr_expect_eq(jobs_run(&job, &err), HV_OK, "%d: %s", at, err.why);
        jobs_expect(MANY, "resumed after a stop");
        cr_expect_eq(jobs_world.shared->calls[CALL_UPDATE], MANY,
                     "%d: announced %d times", at,
                     jobs_world.shared->calls[CALL_UPDATE]);
    }
}

Test(job, a_canary_without_proof_pauses_and_resume_goes_on)
{
    struct hv_rotation_options options = { .canary = 1 };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(MANY);
    cr_expect_eq(jobs_begin(&options, &job, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(job.state, HV_ROTATION_PAUSED);
    cr_expect(strstr(job.reason, "canary"), "%s", job.reason);
    cr_expect_eq(hv_rotation_count(&job).done, 1);
    cr_expect_geq(jobs_world.waited_ms, 5000);
    cr_expect_eq(jobs_run(&job, &err), HV_OK, "%s", err.why);
    jobs_expect(MANY, "after the canary");
}

Test(job, an_interrupted_canary_waits_again)
{
    struct hv_rotation_options options = { .canary = 1 };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(MANY);
    cr_expect_eq(jobs_begin(&options, &job, &err), HV_ERR_INCOMPLETE);
    /* As if the process had ended while it waited. */
    job.state = HV_ROTATION_RUNNING;
    cr_assert_eq(job_save(jobs_world.store, &job, &err), HV_OK);
    cr_expect_eq(jobs_run(&job, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(hv_rotation_count(&job).done, 1, "it went on by itself");
}

Test(job, pace_waits_between_two)
{
    struct hv_rotation_options options = { .pace_ms = 30000 };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(MANY);
    jobs_world.waited_ms = 0;
    cr_assert_eq(jobs_begin(&options, &job, &err), HV_OK, "%s", err.why);
    cr_expect_geq(jobs_world.waited_ms, 2 * 30000);
    cr_expect_lt(jobs_world.waited_ms, 3 * 30000);
}
