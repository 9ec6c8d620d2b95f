/*
 * job_in.h - what the files job*.c share: the file of a
 * rotation, its lock and its pause flag.
 */
#ifndef CORE_ROTATE_JOB_IN_H
#define CORE_ROTATE_JOB_IN_H

#include "core/rotate/rotate_in.h"
#include "hvconsole/job.h"

#define JOB_PATH 640

/** job_lock() - become the one process that changes jobs of @app; close @fd to
 *  give it back. HV_ERR_RULE: another one is at it. */
HV_MUST_CHECK enum hv_status job_lock(const char *store,
                                      const struct hv_guid *app, int *fd,
                                      struct hv_error *err);
/** job_lock_names() - while a new id is chosen; held for a moment. */
HV_MUST_CHECK enum hv_status job_lock_names(const char *store, int *fd,
                                            struct hv_error *err);
/** job_runner() - pid of who holds the lock of @app; 0 = nobody, -1 = it does
 *  not say. */
int64_t job_runner(const char *store, const struct hv_guid *app);
/** job_place() - STORE/jobs/NAME and a suffix. */
HV_MUST_CHECK enum hv_status job_place(const char *store, const char *name,
                                       const char *suffix, char *out,
                                       size_t size, struct hv_error *err);
bool job_is_id(const char *text);

/* The pause flag: STORE/jobs/ID.pause, set by anybody, cleared by who runs. */
HV_MUST_CHECK enum hv_status job_flag_set(const char *store, const char *id,
                                          struct hv_error *err);
bool job_flag_is_set(const char *store, const char *id);
void job_flag_clear(const char *store, const char *id);

/** job_new_id() - job->id, of the day of created_ms. */
HV_MUST_CHECK enum hv_status
job_new_id(const char *store, struct hv_rotation *job, struct hv_error *err);
HV_MUST_CHECK enum hv_status
job_save(const char *store, struct hv_rotation *job, struct hv_error *err);
HV_MUST_CHECK enum hv_status job_read(const char *store, const char *id,
                                      struct hv_rotation *out,
                                      struct hv_error *err);
/** job_read_locked() - for who holds the lock: one that is RUNNING in the file
 *  was interrupted. */
HV_MUST_CHECK enum hv_status job_read_locked(const char *store, const char *id,
                                             struct hv_rotation *out,
                                             struct hv_error *err);
void job_remove(const char *store, const struct hv_rotation *job);
/** job_prune() - the oldest closed ones of @app go. */
void job_prune(const char *store, const struct hv_guid *app);

/* ------------------------------------------------- job_judge.c: judgements -- */

bool job_item_is_closed(const struct hv_rotation_item *item);
/** job_item_is_rotated() - finished by a run that ended before it could say so,
 *  or by a look at the platform meanwhile. */
bool job_item_is_rotated(const struct hv_rotation *job,
                         const struct hv_rotation_item *item,
                         const struct hv_keyring *ring);
/** job_item_is_proven() - the listener has verified something under the item's
 *  new version. */
bool job_item_is_proven(const char *store, const struct hv_rotation_item *item);
/** job_is_untouched() - it failed before it changed anything, so that its
 *  failure is all there is to say. */
bool job_is_untouched(const struct hv_rotation *job, enum hv_status st);
/** job_judge_end() - state and reason after a run that ended with @st. */
void job_judge_end(struct hv_rotation *job, enum hv_status st,
                   const struct hv_error *failure);

#endif
