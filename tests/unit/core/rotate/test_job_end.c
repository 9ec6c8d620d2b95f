/*
 * test_job_end.c - how rotations of several end: aborted, or killed anywhere and
 * resumed, by one process alone. Whatever happens, resuming ends in agreement.
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

TestSuite(job_end, .init = jobs_start, .fini = jobs_end);

/* ---------------------------------------------------------------- abort -- */

Test(job_end, abort_keeps_what_may_still_be_applied)
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
            world_reset(&jobs_world);
        world_listen(&jobs_world);
        jobs_make(2);
        jobs_world.late = 50;
        world_fail(&jobs_world, CALL_UPDATE, rows[i].update, -1);
        jobs_world.listener_follows = rows[i].update != MODE_FINE;
        cr_assert_eq(jobs_plan(0, NULL, &job, &impact, &err), HV_OK);
        cr_assert_eq(hv_rotation_start(&jobs_world.ctx, &job, &err), HV_OK);
        cr_expect_eq(jobs_run(&job, &err), HV_ERR_INCOMPLETE, "%s: %s",
                     rows[i].name, err.why);
        cr_assert_eq(hv_rotation_abort(&jobs_world.ctx, job.id, &job, &err),
                     HV_OK, "%s", err.why);
        cr_expect_eq(job.state, HV_ROTATION_ABORTED);
        world_reopen(&jobs_world);
        key = world_key(&jobs_world, &job.items[0].sub,
                        job.items[0].new_version.id);
        cr_assert(key, "%s", rows[i].name);
        cr_expect_eq(key->state, rows[i].key, "%s: %s", rows[i].name,
                     hv_key_state_word(key->state));
        if (key->state == HV_KEY_ACCEPTED)
            cr_expect_eq(key->retire_not_before_ms - key->superseded_ms,
                         INT64_C(14) * 86400000);
        world_expect_agree(&jobs_world, &job.items[0].sub, rows[i].name);
        cr_expect_eq(hv_rotation_abort(&jobs_world.ctx, job.id, &job, &err),
                     HV_ERR_RULE, "twice");
        cr_expect_eq(jobs_run(&job, &err), HV_ERR_RULE,
                     "an aborted one is not run");
        world_fail(&jobs_world, CALL_UPDATE, MODE_FINE, 0);
    }
}

Test(job_end, abort_takes_along_what_was_open_before)
{
    struct hv_rotation_impact impact;
    struct hv_rotate_result before;
    struct hv_rotation job;
    struct hv_error err = { 0 };

    world_listen(&jobs_world);
    jobs_make(1);
    world_fail(&jobs_world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    cr_assert_eq(hv_rotate_one(&jobs_world.ctx, &jobs_subs[0], &before, &err),
                 HV_ERR_INCOMPLETE);
    cr_assert_eq(jobs_plan(0, NULL, &job, &impact, &err), HV_OK);
    cr_assert_eq(hv_rotation_start(&jobs_world.ctx, &job, &err), HV_OK);
    cr_assert_eq(hv_rotation_abort(&jobs_world.ctx, job.id, &job, &err), HV_OK);
    cr_expect_eq(job.items[0].state, HV_ITEM_DROPPED);
    cr_expect_eq(
        world_key(&jobs_world, &jobs_subs[0], before.new_version.id)->state,
        HV_KEY_ACCEPTED);
    world_expect_agree(&jobs_world, &jobs_subs[0], "nothing is open");
}

Test(job_end, abort_knows_what_was_rotated_before_the_process_ended)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(2);
    cr_assert_eq(jobs_begin(NULL, &job, &err), HV_OK, "%s", err.why);
    /* As if it had ended after the last save of the second one. */
    job.state = HV_ROTATION_RUNNING;
    job.items[1].state = HV_ITEM_RUNNING;
    job.items[1].step = HV_STEP_CONFIRM;
    cr_assert_eq(job_save(jobs_world.store, &job, &err), HV_OK);
    cr_assert_eq(hv_rotation_abort(&jobs_world.ctx, job.id, &job, &err), HV_OK);
    cr_expect_eq(job.items[1].state, HV_ITEM_DONE);
    jobs_expect(2, "aborted after the end");
}

Test(job_end, abort_finishes_what_arrived)
{
    struct hv_rotation job;
    struct hv_error err;

    world_listen(&jobs_world);
    jobs_make(1);
    world_fail(&jobs_world, CALL_UPDATE, MODE_LATE, 2);
    jobs_world.late = 12;
    cr_expect_eq(jobs_begin(NULL, &job, &err), HV_ERR_INCOMPLETE, "%s",
                 err.why);
    for (int i = 0; i < 12; i++) {
        struct hv_sub_list list;

        cr_assert_eq(jobs_world.ops.get_subs(&jobs_world, &list, &err), HV_OK);
        hv_sub_list_release(&list);
    }
    cr_assert_eq(hv_rotation_abort(&jobs_world.ctx, job.id, &job, &err), HV_OK);
    cr_expect_eq(job.items[0].state, HV_ITEM_DONE);
    world_expect_agree(&jobs_world, &jobs_subs[0], "it had arrived");
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
        jobs_world.points = 0;
        jobs_world.die_at = at;
        _exit(jobs_run(job, &err) == HV_OK ? 0 : 1);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) &&
                  (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9),
              "%d", status);
    return WEXITSTATUS(status) == 0;
}

Test(job_end, ending_at_any_point_is_mended_by_resume)
{
    int at = 1;

    for (bool is_over = false; !is_over; at++) {
        struct hv_rotation_options options = { .is_compromised = at % 2,
                                               .without_listener = true };
        struct hv_rotation job;
        struct hv_rotation_impact impact;
        struct hv_error err;

        if (at > 1)
            world_reset(&jobs_world);
        jobs_make(2);
        cr_assert_eq(jobs_plan(0, &options, &job, &impact, &err), HV_OK, "%s",
                     err.why);
        cr_assert_eq(hv_rotation_start(&jobs_world.ctx, &job, &err), HV_OK);
        is_over = run_and_die(&job, at);
        world_reopen(&jobs_world);
        if (!is_over) {
            cr_assert_eq(job_read(jobs_world.store, job.id, &job, &err), HV_OK,
                         "%d: %s", at, err.why);
            /* At the last point it had been done, and had said so. */
            if (job.state != HV_ROTATION_DONE) {
                cr_expect_eq(job.state, HV_ROTATION_PAUSED, "%d", at);
                cr_expect(job.is_interrupted, "%d", at);
                cr_expect_eq(jobs_run(&job, &err), HV_OK, "%d: %s", at,
                             err.why);
            }
        }
        jobs_expect(2, "resumed");
        for (int i = 0; i < 2; i++) {
            const struct hv_key *old = world_key(&jobs_world, &job.items[i].sub,
                                                 job.items[i].old_version.id);

            cr_expect_eq(old->state,
                         options.is_compromised ? HV_KEY_RETIRED
                                                : HV_KEY_ACCEPTED,
                         "%d", at);
        }
    }
    cr_expect_gt(at, 20, "only %d points", at);
}

Test(job_end, only_one_process_runs_it)
{
    struct hv_rotation job, seen;
    struct hv_rotation_impact impact;
    struct hv_error err;
    int fd, ready[2], go[2], status;
    char byte;
    pid_t pid;

    world_listen(&jobs_world);
    jobs_make(1);
    cr_assert_eq(jobs_plan(0, NULL, &job, &impact, &err), HV_OK);
    cr_assert_eq(hv_rotation_start(&jobs_world.ctx, &job, &err), HV_OK);
    job.state = HV_ROTATION_RUNNING;
    cr_assert_eq(job_save(jobs_world.store, &job, &err), HV_OK);
    cr_assert_eq(pipe(ready) | pipe(go), 0);
    pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        if (job_lock(jobs_world.store, &job.app, &fd, &err))
            _exit(1);
        _exit(write(ready[1], "x", 1) == 1 && read(go[0], &byte, 1) == 1 ? 0
                                                                         : 2);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_assert_eq(hv_rotation_load(jobs_world.store, NULL, NULL, &seen, &err),
                 HV_OK);
    cr_expect_eq(seen.state, HV_ROTATION_RUNNING);
    cr_expect_eq(seen.pid, pid);
    cr_expect_eq(jobs_run(&seen, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "runs in another process"), "%s", err.why);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_rotation_abort(&jobs_world.ctx, job.id, &seen, &err),
                 HV_ERR_RULE);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_rotation_pause(jobs_world.store, job.id, 100, &seen, &err),
                 HV_ERR_INCOMPLETE, "it does not listen");
    cr_expect(job_flag_is_set(jobs_world.store, job.id),
              "nobody would be jobs_told");
    cr_assert_eq(write(go[1], "x", 1), 1);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(status, 0);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_rotation_pause(jobs_world.store, job.id, 100, &seen, &err),
                 HV_OK);
    cr_expect_eq(seen.state, HV_ROTATION_PAUSED);
    cr_expect(seen.is_interrupted);
}

/* ----------------------------------------------------------------- file -- */

Test(job_end, files_that_are_not_ours)
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

    snprintf(path, sizeof(path), "%s/jobs", jobs_world.store);
    cr_assert_eq(hv_dir_make(path, 0700, NULL), HV_OK);
    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct hv_error err = { 0 };

        snprintf(path, sizeof(path), "%s/jobs/r20260101-1", jobs_world.store);
        cr_assert_eq(hv_file_replace(path, 0600, hv_bytes_str(texts[i]), NULL),
                     HV_OK);
        cr_expect_eq(job_read(jobs_world.store, "r20260101-1", &job, &err),
                     HV_ERR_DAMAGED, "%zu", i);
        cr_expect(err.hint[0]);
    }
    cr_expect_eq(job_read(jobs_world.store, "../../etc/passwd", &job, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(job_read(jobs_world.store, "r20260101-1.pause", &job, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(job_read(jobs_world.store, "r20260101-0", &job, NULL),
                 HV_ERR_NOT_FOUND);
}
