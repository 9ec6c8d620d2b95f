/*
 * jobs.c - rotations of several subscriptions in one world: made, planned, run
 * and looked at. Called by the tests of jobs.
 */
#include "jobs.h"

#include <criterion/criterion.h>
#include <unistd.h>

struct world jobs_world;
struct hv_guid jobs_subs[HV_MAX_SUBS + 1];
_Atomic bool jobs_stop;
int jobs_told;

void
jobs_start(void)
{
    world_start(&jobs_world);
}

void
jobs_end(void)
{
    world_end(&jobs_world);
}

void
jobs_make(int count)
{
    for (int i = 0; i < count; i++)
        jobs_subs[i] = world_sub(&jobs_world);
}

static void
on_progress(void *arg, const struct hv_rotation *job)
{
    (void)arg;
    (void)job;
    jobs_told++;
    if (++jobs_world.points == jobs_world.die_at)
        _exit(9);
}

enum hv_status
jobs_plan(size_t len, const struct hv_rotation_options *options,
          struct hv_rotation *job, struct hv_rotation_impact *impact,
          struct hv_error *err)
{
    static const struct hv_rotation_options plain;

    *err = (struct hv_error){ 0 };
    return hv_rotation_plan(&jobs_world.ctx, jobs_subs, len,
                            options ? options : &plain, job, impact, err);
}

enum hv_status
jobs_run(struct hv_rotation *job, struct hv_error *err)
{
    struct hv_rotation_control control = { .stop = &jobs_stop,
                                           .canary_wait_ms = 5000,
                                           .progress = on_progress };

    *err = (struct hv_error){ 0 };
    return hv_rotation_run(&jobs_world.ctx, &control, job, err);
}

enum hv_status
jobs_begin(const struct hv_rotation_options *options, struct hv_rotation *job,
           struct hv_error *err)
{
    struct hv_rotation_impact impact;
    enum hv_status st = jobs_plan(0, options, job, &impact, err);

    if (!st)
        st = hv_rotation_start(&jobs_world.ctx, job, err);
    cr_assert_eq(st, HV_OK, "%s", err->why);
    return jobs_run(job, err);
}

void
jobs_expect(int count, const char *when)
{
    for (int i = 0; i < count; i++) {
        world_expect_agree(&jobs_world, &jobs_subs[i], when);
        cr_expect_eq(world_keys(&jobs_world, &jobs_subs[i]), 2, "%s: %zu keys",
                     when, world_keys(&jobs_world, &jobs_subs[i]));
    }
}
