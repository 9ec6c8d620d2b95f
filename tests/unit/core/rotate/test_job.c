/*
 * test_job.c - rotations of several: planned, begun, paused, aborted, ended
 * anywhere and resumed. Whatever happens, resuming ends in agreement.
 */
#include "world.h"

#include "core/rotate/job_in.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 3

static struct world world;
static struct hv_guid subs[HV_MAX_SUBS + 1];
static _Atomic bool stop;
static int told; /* calls of progress */

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
TestSuite(job, .init = start, .fini = end);

static void
make_subs(int count)
{
    for (int i = 0; i < count; i++)
        subs[i] = world_sub(&world);
}

static void
on_progress(void *arg, const struct hv_rotation *job)
{
    (void)arg;
    (void)job;
    told++;
    if (++world.points == world.die_at)
        _exit(9);
}

static enum hv_status
plan(size_t len, const struct hv_rotation_options *options,
     struct hv_rotation *job, struct hv_rotation_impact *impact,
     struct hv_error *err)
{
    static const struct hv_rotation_options plain;

    *err = (struct hv_error){ 0 };
    return hv_rotation_plan(&world.ctx, subs, len, options ? options : &plain,
                            job, impact, err);
}

static enum hv_status
run(struct hv_rotation *job, struct hv_error *err)
{
    struct hv_rotation_control control = { .stop = &stop,
                                           .canary_wait_ms = 5000,
                                           .progress = on_progress };

    *err = (struct hv_error){ 0 };
    return hv_rotation_run(&world.ctx, &control, job, err);
}

static enum hv_status
begin(const struct hv_rotation_options *options, struct hv_rotation *job,
      struct hv_error *err)
{
    struct hv_rotation_impact impact;
    enum hv_status st = plan(0, options, job, &impact, err);

    if (!st)
        st = hv_rotation_start(&world.ctx, job, err);
    cr_assert_eq(st, HV_OK, "%s", err->why);
    return run(job, err);
}

static void
expect_all(int count, const char *when)
{
    for (int i = 0; i < count; i++) {
        world_expect_agree(&world, &subs[i], when);
        cr_expect_eq(world_keys(&world, &subs[i]), 2, "%s: %zu keys", when,
                     world_keys(&world, &subs[i]));
    }
}

/* ---------------------------------------------------------------- plan -- */

Test(job, what_cannot_be_planned)
{
    struct hv_rotation job;
    struct hv_rotation_impact impact;
    struct hv_error err;

    world_listen(&world);
    cr_expect_eq(plan(0, NULL, &job, &impact, &err), HV_ERR_NOT_FOUND,
                 "none at all");
    make_subs(1);
    subs[1] = (struct hv_guid){ .b = { 1 } };
    cr_expect_eq(plan(2, NULL, &job, &impact, &err), HV_ERR_NOT_FOUND);
    world_deaf(&world);
    cr_expect_eq(plan(1, NULL, &job, &impact, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "no listener"), "%s", err.why);
    world_listen(&world);
    world_fail(&world, CALL_GET, MODE_LOST_BEFORE, 1);
    cr_expect_eq(plan(1, NULL, &job, &impact, &err), HV_ERR_NET);
    cr_assert_eq(plan(1, NULL, &job, &impact, &err), HV_OK, "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_PLANNED);
    cr_expect_eq(job.id[0], '\0');
    cr_expect_eq(world.shared->calls[CALL_UPDATE], 0);
    cr_assert_eq(hv_rotation_start(&world.ctx, &job, &err), HV_OK);
    cr_expect_eq(plan(1, NULL, &job, &impact, &err), HV_ERR_RULE,
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

    world_listen(&world);
    make_subs(4);
    /* One moved to an older key of ours, one to a stranger's, one half way. */
    strcpy(old, world_find(&world, &subs[0])->version);
    cr_assert_eq(hv_rotate_one(&world.ctx, &subs[0], &result, &err), HV_OK);
    hv_copy(world_find(&world, &subs[0])->version, sizeof(old), old);
    memcpy(world_find(&world, &subs[0])->key,
           world_key(&world, &subs[0], old)->key.data, HV_HMAC_KEY_LEN);
    strcpy(world_find(&world, &subs[1])->version, "theirs");
    world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    err = (struct hv_error){ 0 };
    cr_assert_eq(hv_rotate_one(&world.ctx, &subs[2], &result, &err),
                 HV_ERR_INCOMPLETE);
    cr_assert_eq(plan(0, &options, &job, &impact, &err), HV_OK, "%s", err.why);
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

    world_listen(&world);
    make_subs(MANY);
    cr_assert_eq(begin(NULL, &job, &err), HV_OK, "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_DONE);
    cr_expect_eq(hv_rotation_count(&job).done, MANY);
    cr_expect_gt(told, MANY);
    expect_all(MANY, "done");
    cr_assert_eq(job_read(world.store, job.id, &again, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(again.state, HV_ROTATION_DONE);
    for (size_t i = 0; i < job.len; i++) {
        cr_expect_str_eq(again.items[i].new_version.id,
                         world_find(&world, &job.items[i].sub)->version);
        cr_expect_eq(again.items[i].step, HV_STEP_PROMOTE);
    }
    cr_expect_eq(run(&job, &err), HV_ERR_RULE, "a closed one is not run");
    cr_assert_eq(hv_rotation_list(world.store, NULL, &jobs, &len, &err), HV_OK);
    cr_expect_eq(len, 1);
    free(jobs);
}

Test(job, compromised_wipes_the_old_ones)
{
    struct hv_rotation_options options = { .is_compromised = true };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(2);
    /* To a key that is not here: taken back. */
    strcpy(world_find(&world, &subs[1])->version, "theirs");
    cr_assert_eq(begin(&options, &job, &err), HV_OK, "%s", err.why);
    for (size_t i = 0; i < job.len; i++) {
        const struct hv_key *old =
            world_key(&world, &job.items[i].sub, job.items[i].old_version.id);

        cr_assert(old);
        cr_expect_eq(old->state, HV_KEY_RETIRED);
        cr_expect_eq(old->key.len, 0);
        cr_expect_eq(job.items[i].step, HV_STEP_RETIRE);
    }
    expect_all(2, "compromised");
}

/* Two consoles number their versions alike: what is announced over a
 * stranger's key must not bear its name. */
Test(job, taken_back_under_a_name_of_its_own)
{
    struct hv_rotation_options options = { .is_compromised = true };
    struct hv_key_version theirs;
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(1);
    hv_keyring_new_version(world_ring(&world), hv_clock_now_ms(), NULL,
                           &theirs);
    strcpy(world_find(&world, &subs[0])->version, theirs.id);
    memset(world_find(&world, &subs[0])->key, 7, HV_HMAC_KEY_LEN);
    cr_assert_eq(begin(&options, &job, &err), HV_OK, "%s", err.why);
    cr_expect_str_neq(job.items[0].new_version.id, theirs.id);
    expect_all(1, "taken back");
}

Test(job, moved_to_another_key_of_ours_is_adopted_first)
{
    struct hv_rotation job;
    struct hv_rotate_result first;
    struct hv_error err = { 0 };
    struct world_sub *place;

    world_listen(&world);
    make_subs(1);
    place = world_find(&world, &subs[0]);
    cr_assert_eq(hv_rotate_one(&world.ctx, &subs[0], &first, &err), HV_OK);
    strcpy(place->version, first.old_version.id);
    memcpy(place->key,
           world_key(&world, &subs[0], first.old_version.id)->key.data,
           HV_HMAC_KEY_LEN);
    cr_assert_eq(begin(NULL, &job, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &subs[0], "adopted and rotated");
    cr_expect_eq(world_keys(&world, &subs[0]), 3);
    cr_expect_eq(world_key(&world, &subs[0], first.new_version.id)->state,
                 HV_KEY_ACCEPTED, "nobody may lose it");
}

/* ------------------------------------------------------------- failures -- */

Test(job, one_that_fails_at_once_is_only_its_failure)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(1);
    strcpy(world_find(&world, &subs[0])->version, "theirs");
    cr_expect_eq(begin(NULL, &job, &err), HV_ERR_INCOMPLETE);
    cr_expect(strstr(err.why, "CRITICAL"), "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_ABORTED);
    cr_expect_eq(hv_rotation_load(world.store, NULL, NULL, &job, NULL),
                 HV_ERR_NOT_FOUND, "it left a job behind");
}

Test(job, what_fails_for_one_goes_on_with_the_next)
{
    struct hv_rotation job;
    struct hv_error err;
    struct world_sub *gone;

    world_listen(&world);
    make_subs(MANY);
    strcpy(world_find(&world, &subs[0])->version, "theirs");
    gone = world_find(&world, &subs[1]);
    *gone = (struct world_sub){ 0 };
    cr_expect_eq(begin(NULL, &job, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(job.state, HV_ROTATION_PARTIAL);
    cr_expect_eq(hv_rotation_count(&job).done, 1);
    cr_expect_eq(hv_rotation_count(&job).gone, 1);
    cr_expect_eq(hv_rotation_count(&job).stopped, 1);
    cr_expect(strstr(job.reason, "CRITICAL") || job.reason[0], "%s",
              job.reason);
    cr_expect_eq(run(&job, &err), HV_ERR_INCOMPLETE, "still so");
    cr_expect_eq(hv_rotation_count(&job).done, 1, "the others were left");
}

Test(job, a_platform_that_is_away_stops_it_and_resume_goes_on)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(MANY);
    world.skip_gets = 5; /* the plan, one whole item, one read of the next */
    world.mode[CALL_GET] = MODE_LOST_BEFORE;
    world.fail_times[CALL_GET] = -1;
    world.code = 0;
    cr_expect_neq(begin(NULL, &job, &err), HV_OK);
    cr_expect_eq(job.state, HV_ROTATION_PARTIAL);
    cr_expect_leq(world.shared->calls[CALL_UPDATE], 2);
    world.fail_times[CALL_GET] = 0;
    cr_assert_eq(run(&job, &err), HV_OK, "%s", err.why);
    cr_expect_eq(job.state, HV_ROTATION_DONE);
    expect_all(MANY, "resumed");
}

/* ------------------------------------------------------ pause and canary -- */

static void
stop_now(struct world *w)
{
    (void)w;
    stop = true;
}

Test(job, a_stop_ends_after_the_step_under_way_and_loses_nothing)
{
    /* At each read in turn: the plan's is the first. */
    for (int at = 1; at <= 9; at++) {
        struct hv_rotation job;
        struct hv_rotation_impact impact;
        struct hv_error err;

        if (at > 1)
            world_reset(&world);
        world_listen(&world);
        make_subs(MANY);
        cr_assert_eq(plan(0, NULL, &job, &impact, &err), HV_OK);
        cr_assert_eq(hv_rotation_start(&world.ctx, &job, &err), HV_OK, "%s",
                     err.why);
        world.on_get = NULL;
        world.stop_at = at;
        world.on_stop = stop_now;
        cr_expect_eq(run(&job, &err), HV_ERR_INCOMPLETE, "%d: %s", at, err.why);
        cr_expect_eq(job.state, HV_ROTATION_PAUSED, "%d", at);
        cr_expect_lt(hv_rotation_count(&job).done, MANY);
        stop = false;
        cr_expect_eq(run(&job, &err), HV_OK, "%d: %s", at, err.why);
        expect_all(MANY, "resumed after a stop");
        cr_expect_eq(world.shared->calls[CALL_UPDATE], MANY,
                     "%d: announced %d times", at,
                     world.shared->calls[CALL_UPDATE]);
    }
}

Test(job, a_canary_without_proof_pauses_and_resume_goes_on)
{
    struct hv_rotation_options options = { .canary = 1 };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(MANY);
    cr_expect_eq(begin(&options, &job, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(job.state, HV_ROTATION_PAUSED);
    cr_expect(strstr(job.reason, "canary"), "%s", job.reason);
    cr_expect_eq(hv_rotation_count(&job).done, 1);
    cr_expect_geq(world.waited_ms, 5000);
    cr_expect_eq(run(&job, &err), HV_OK, "%s", err.why);
    expect_all(MANY, "after the canary");
}

Test(job, an_interrupted_canary_waits_again)
{
    struct hv_rotation_options options = { .canary = 1 };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(MANY);
    cr_expect_eq(begin(&options, &job, &err), HV_ERR_INCOMPLETE);
    /* As if the process had ended while it waited. */
    job.state = HV_ROTATION_RUNNING;
    cr_assert_eq(job_save(world.store, &job, &err), HV_OK);
    cr_expect_eq(run(&job, &err), HV_ERR_INCOMPLETE);
    cr_expect_eq(hv_rotation_count(&job).done, 1, "it went on by itself");
}

Test(job, pace_waits_between_two)
{
    struct hv_rotation_options options = { .pace_ms = 30000 };
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(MANY);
    world.waited_ms = 0;
    cr_assert_eq(begin(&options, &job, &err), HV_OK, "%s", err.why);
    cr_expect_geq(world.waited_ms, 2 * 30000);
    cr_expect_lt(world.waited_ms, 3 * 30000);
}

/* ---------------------------------------------------------------- abort -- */

Test(job, abort_keeps_what_may_still_be_applied)
{
    static const struct {
        const char *name;
        enum world_mode update;
        enum hv_key_state key; /* of the new version afterwards */
    } rows[] = {
        { "never announced", MODE_FINE, HV_KEY_RETIRED },
        { "lost on the way", MODE_LOST_BEFORE, HV_KEY_ACCEPTED },
        { "late", MODE_LATE, HV_KEY_ACCEPTED },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_rotation job;
        struct hv_rotation_impact impact;
        struct hv_error err;
        const struct hv_key *key;

        if (i > 0)
            world_reset(&world);
        world_listen(&world);
        make_subs(2);
        world.late = 50;
        world_fail(&world, CALL_UPDATE, rows[i].update, -1);
        world.listener_follows = rows[i].update != MODE_FINE;
        cr_assert_eq(plan(0, NULL, &job, &impact, &err), HV_OK);
        cr_assert_eq(hv_rotation_start(&world.ctx, &job, &err), HV_OK);
        cr_expect_eq(run(&job, &err), HV_ERR_INCOMPLETE, "%s: %s", rows[i].name,
                     err.why);
        cr_assert_eq(hv_rotation_abort(&world.ctx, job.id, &job, &err), HV_OK,
                     "%s", err.why);
        cr_expect_eq(job.state, HV_ROTATION_ABORTED);
        world_reopen(&world);
        key = world_key(&world, &job.items[0].sub, job.items[0].new_version.id);
        cr_assert(key, "%s", rows[i].name);
        cr_expect_eq(key->state, rows[i].key, "%s: %s", rows[i].name,
                     hv_key_state_word(key->state));
        if (key->state == HV_KEY_ACCEPTED)
            cr_expect_eq(key->retire_not_before_ms - key->superseded_ms,
                         INT64_C(14) * 86400000);
        world_expect_agree(&world, &job.items[0].sub, rows[i].name);
        cr_expect_eq(hv_rotation_abort(&world.ctx, job.id, &job, &err),
                     HV_ERR_RULE, "twice");
        cr_expect_eq(run(&job, &err), HV_ERR_RULE, "an aborted one is not run");
        world_fail(&world, CALL_UPDATE, MODE_FINE, 0);
    }
}

Test(job, abort_takes_along_what_was_open_before)
{
    struct hv_rotation_impact impact;
    struct hv_rotate_result before;
    struct hv_rotation job;
    struct hv_error err = { 0 };

    world_listen(&world);
    make_subs(1);
    world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    cr_assert_eq(hv_rotate_one(&world.ctx, &subs[0], &before, &err),
                 HV_ERR_INCOMPLETE);
    cr_assert_eq(plan(0, NULL, &job, &impact, &err), HV_OK);
    cr_assert_eq(hv_rotation_start(&world.ctx, &job, &err), HV_OK);
    cr_assert_eq(hv_rotation_abort(&world.ctx, job.id, &job, &err), HV_OK);
    cr_expect_eq(job.items[0].state, HV_ITEM_DROPPED);
    cr_expect_eq(world_key(&world, &subs[0], before.new_version.id)->state,
                 HV_KEY_ACCEPTED);
    world_expect_agree(&world, &subs[0], "nothing is open");
}

Test(job, abort_knows_what_was_rotated_before_the_process_ended)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(2);
    cr_assert_eq(begin(NULL, &job, &err), HV_OK, "%s", err.why);
    /* As if it had ended after the last save of the second one. */
    job.state = HV_ROTATION_RUNNING;
    job.items[1].state = HV_ITEM_RUNNING;
    job.items[1].step = HV_STEP_CONFIRM;
    cr_assert_eq(job_save(world.store, &job, &err), HV_OK);
    cr_assert_eq(hv_rotation_abort(&world.ctx, job.id, &job, &err), HV_OK);
    cr_expect_eq(job.items[1].state, HV_ITEM_DONE);
    expect_all(2, "aborted after the end");
}

Test(job, abort_finishes_what_arrived)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&world);
    make_subs(1);
    world_fail(&world, CALL_UPDATE, MODE_LATE, 2);
    world.late = 12;
    cr_expect_eq(begin(NULL, &job, &err), HV_ERR_INCOMPLETE, "%s", err.why);
    for (int i = 0; i < 12; i++) {
        struct hv_sub_list list;

        cr_assert_eq(world.ops.get_subs(&world, &list, &err), HV_OK);
        hv_sub_list_release(&list);
    }
    cr_assert_eq(hv_rotation_abort(&world.ctx, job.id, &job, &err), HV_OK);
    cr_expect_eq(job.items[0].state, HV_ITEM_DONE);
    world_expect_agree(&world, &subs[0], "it had arrived");
}

/* ------------------------------------------------------- crash, and two -- */

/* Ends the run at its @at th point; true when it came to its end before. */
static bool
run_and_die(struct hv_rotation *job, int at)
{
    struct hv_error err;
    int status;
    pid_t pid = fork();

    cr_assert_geq(pid, 0);
    if (pid == 0) {
        world.points = 0;
        world.die_at = at;
        _exit(run(job, &err) == HV_OK ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) &&
                  (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9),
              "%d", status);
    return WEXITSTATUS(status) == 0;
}

Test(job, ending_at_any_point_is_mended_by_resume)
{
    int at = 1;

    for (bool is_over = false; !is_over; at++) {
        struct hv_rotation_options options = { .is_compromised = at % 2,
                                               .without_listener = true };
        struct hv_rotation job;
        struct hv_rotation_impact impact;
        struct hv_error err;

        if (at > 1)
            world_reset(&world);
        make_subs(2);
        cr_assert_eq(plan(0, &options, &job, &impact, &err), HV_OK, "%s",
                     err.why);
        cr_assert_eq(hv_rotation_start(&world.ctx, &job, &err), HV_OK);
        is_over = run_and_die(&job, at);
        world_reopen(&world);
        if (!is_over) {
            cr_assert_eq(job_read(world.store, job.id, &job, &err), HV_OK,
                         "%d: %s", at, err.why);
            /* At the last point it had been done, and had said so. */
            if (job.state != HV_ROTATION_DONE) {
                cr_expect_eq(job.state, HV_ROTATION_PAUSED, "%d", at);
                cr_expect(job.is_interrupted, "%d", at);
                cr_expect_eq(run(&job, &err), HV_OK, "%d: %s", at, err.why);
            }
        }
        expect_all(2, "resumed");
        for (int i = 0; i < 2; i++) {
            const struct hv_key *old = world_key(&world, &job.items[i].sub,
                                                 job.items[i].old_version.id);

            cr_expect_eq(old->state,
                         options.is_compromised ? HV_KEY_RETIRED
                                                : HV_KEY_ACCEPTED,
                         "%d", at);
        }
    }
    cr_expect_gt(at, 20, "only %d points", at);
}

Test(job, only_one_process_runs_it)
{
    struct hv_rotation job, seen;
    struct hv_rotation_impact impact;
    struct hv_error err;
    int fd, ready[2], go[2], status;
    char byte;
    pid_t pid;

    world_listen(&world);
    make_subs(1);
    cr_assert_eq(plan(0, NULL, &job, &impact, &err), HV_OK);
    cr_assert_eq(hv_rotation_start(&world.ctx, &job, &err), HV_OK);
    job.state = HV_ROTATION_RUNNING;
    cr_assert_eq(job_save(world.store, &job, &err), HV_OK);
    cr_assert_eq(pipe(ready) | pipe(go), 0);
    pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        if (job_lock(world.store, &job.app, &fd, &err))
            _exit(1);
        _exit(write(ready[1], "x", 1) == 1 && read(go[0], &byte, 1) == 1 ? 0
                                                                         : 2);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_assert_eq(hv_rotation_load(world.store, NULL, NULL, &seen, &err), HV_OK);
    cr_expect_eq(seen.state, HV_ROTATION_RUNNING);
    cr_expect_eq(seen.pid, pid);
    cr_expect_eq(run(&seen, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "runs in another process"), "%s", err.why);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_rotation_abort(&world.ctx, job.id, &seen, &err),
                 HV_ERR_RULE);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_rotation_pause(world.store, job.id, 100, &seen, &err),
                 HV_ERR_INCOMPLETE, "it does not listen");
    cr_expect(job_flag_is_set(world.store, job.id), "nobody would be told");
    cr_assert_eq(write(go[1], "x", 1), 1);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_rotation_pause(world.store, job.id, 100, &seen, &err),
                 HV_OK);
    cr_expect_eq(seen.state, HV_ROTATION_PAUSED);
    cr_expect(seen.is_interrupted);
}

/* ----------------------------------------------------------------- file -- */

Test(job, files_that_are_not_ours)
{
    static const char *const texts[] = {
        "",
        "format=2\n",
        "format=1\nid=r20260101-1\n",
        "not a job at all\n",
        ("format=1\nid=r20260101-2\napp=00112233-4455-6677-8899-aabbccddeeff\n"
         "state=paused\nreason=\n"),
    };
    char path[JOB_PATH];
    struct hv_rotation job;

    snprintf(path, sizeof(path), "%s/jobs", world.store);
    cr_assert_eq(hv_dir_make(path, 0700, NULL), HV_OK);
    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct hv_error err = { 0 };

        snprintf(path, sizeof(path), "%s/jobs/r20260101-1", world.store);
        cr_assert_eq(hv_file_replace(path, 0600, hv_bytes_str(texts[i]), NULL),
                     HV_OK);
        cr_expect_eq(job_read(world.store, "r20260101-1", &job, &err),
                     HV_ERR_DAMAGED, "%zu", i);
        cr_expect(err.hint[0]);
    }
    cr_expect_eq(job_read(world.store, "../../etc/passwd", &job, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(job_read(world.store, "r20260101-1.pause", &job, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(job_read(world.store, "r20260101-0", &job, NULL),
                 HV_ERR_NOT_FOUND);
}
