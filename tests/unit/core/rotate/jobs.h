/*
 * jobs.h - what the tests of jobs share: one world, its subscriptions, and a
 * rotation of them planned, begun and run.
 */
#ifndef TESTS_UNIT_CORE_ROTATE_JOBS_H
#define TESTS_UNIT_CORE_ROTATE_JOBS_H

#include "world.h"

#include "core/rotate/job_in.h"

#define MANY 3

extern struct world jobs_world;
extern struct hv_guid jobs_subs[HV_MAX_SUBS + 1];
extern _Atomic bool jobs_stop;
extern int jobs_told; /* calls of progress */

void jobs_start(void);
void jobs_end(void);
void jobs_make(int count);
enum hv_status jobs_plan(size_t len, const struct hv_rotation_options *options,
                         struct hv_rotation *job,
                         struct hv_rotation_impact *impact,
                         struct hv_error *err);
enum hv_status jobs_run(struct hv_rotation *job, struct hv_error *err);
/** jobs_begin() - plan all of them, start, run. */
enum hv_status jobs_begin(const struct hv_rotation_options *options,
                          struct hv_rotation *job, struct hv_error *err);
/** jobs_expect() - keystore and platform agree about @count of them. */
void jobs_expect(int count, const char *when);

#endif
