/*
 * job_dir.c - the directory of rotations, STORE/jobs: who runs one, who wants
 * it paused, which there are. Called by job.c, job_plan.c, job_control.c and
 * commands. Decides nothing.
 */
#include "core/rotate/job_in.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT 20 /* closed ones, for people to look back */

/* -------------------------------------------------------------- places -- */

/* "r20261121-3", and nothing that could lead out of the directory. */
bool
job_is_id(const char *text)
{
    size_t digits = text[0] == 'r' ? strspn(text + 1, "0123456789") : 0;
    const char *rest = text + 1 + digits;

    return digits == 8 && rest[0] == '-' && rest[1] >= '1' && rest[1] <= '9' &&
           strspn(rest + 1, "0123456789") == strlen(rest + 1) &&
           strlen(text) < HV_ROTATION_ID;
}

enum hv_status
job_place(const char *store, const char *name, const char *suffix, char *out,
          size_t size, struct hv_error *err)
{
    int len = snprintf(out, size, "%s/jobs/%s%s", store, name, suffix);

    if (len < 0 || (size_t)len >= size)
        return hv_fail(err, HV_ERR_USAGE, "the store's path is too long");
    return HV_OK;
}

static enum hv_status
lock_place(const char *store, const struct hv_guid *app, char *out, size_t size,
           struct hv_error *err)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(app, id);
    return job_place(store, id, ".lock", out, size, err);
}

enum hv_status
job_lock(const char *store, const struct hv_guid *app, int *fd,
         struct hv_error *err)
{
    struct hv_error cause = { 0 };
    char path[JOB_PATH];
    enum hv_status st = job_place(store, "", "", path, sizeof(path), err);

    if (!st)
        st = hv_dir_make(path, 0700, err);
    if (!st)
        st = lock_place(store, app, path, sizeof(path), err);
    if (st)
        return st;
    st = hv_lock_take(path, 0, fd, &cause);
    if (st != HV_ERR_RULE) {
        if (st && err)
            *err = cause;
        return st;
    }
    hv_fail(err, HV_ERR_RULE,
            "a rotation of this application runs in another process: %s",
            cause.why);
    hv_hint(err, "follow it with `key jobs`, or stop it with `key pause`");
    return HV_ERR_RULE;
}

/* Who runs a job of this application, 0 = nobody. */
int64_t
job_runner(const char *store, const struct hv_guid *app)
{
    char path[JOB_PATH];
    struct hv_buf text = { 0 };
    int64_t pid = 0;

    if (lock_place(store, app, path, sizeof(path), NULL) ||
        !hv_lock_is_held(path))
        return 0;
    if (!hv_file_read(path, 64, &text, NULL))
        pid = strtoll(hv_buf_str(&text), NULL, 10);
    hv_buf_release(&text);
    return pid > 0 ? pid : -1;
}

enum hv_status
job_lock_names(const char *store, int *fd, struct hv_error *err)
{
    char path[JOB_PATH];
    enum hv_status st =
        job_place(store, "names", ".lock", path, sizeof(path), err);

    return st ? st : hv_lock_take(path, 5000, fd, err);
}

enum hv_status
job_flag_set(const char *store, const char *id, struct hv_error *err)
{
    char path[JOB_PATH];
    enum hv_status st = job_place(store, id, ".pause", path, sizeof(path), err);
    int fd;

    if (st)
        return st;
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot write %s", path);
    close(fd);
    return HV_OK;
}

bool
job_flag_is_set(const char *store, const char *id)
{
    char path[JOB_PATH];

    return !job_place(store, id, ".pause", path, sizeof(path), NULL) &&
           access(path, F_OK) == 0;
}

void
job_flag_clear(const char *store, const char *id)
{
    char path[JOB_PATH];

    if (!job_place(store, id, ".pause", path, sizeof(path), NULL))
        unlink(path);
}

/* --------------------------------------------------------------- which -- */

void
job_remove(const char *store, const struct hv_rotation *job)
{
    char path[JOB_PATH];

    if (!job_place(store, job->id, "", path, sizeof(path), NULL))
        unlink(path);
}

static int
newest_first(const void *a, const void *b)
{
    const struct hv_rotation *x = a, *y = b;

    if (x->created_ms != y->created_ms)
        return x->created_ms > y->created_ms ? -1 : 1;
    return strverscmp(y->id, x->id);
}

enum hv_status
hv_rotation_list(const char *store, const struct hv_guid *app,
                 struct hv_rotation **out, size_t *len, struct hv_error *err)
{
    struct hv_rotation *jobs = NULL;
    struct dirent *entry;
    char path[JOB_PATH];
    size_t count = 0;
    enum hv_status st = job_place(store, "", "", path, sizeof(path), err);
    DIR *dir = st ? NULL : opendir(path);

    *out = NULL;
    *len = 0;
    if (st || (!dir && errno == ENOENT))
        return st;
    if (!dir)
        return hv_fail_errno(err, HV_ERR_IO, "cannot read %s", path);
    while (!st && (entry = readdir(dir))) {
        if (!job_is_id(entry->d_name))
            continue;
        jobs = hv_realloc_array(jobs, count + 1, sizeof(*jobs));
        st = job_read(store, entry->d_name, &jobs[count], err);
        if (!st && (!app || hv_guid_equal(&jobs[count].app, app)))
            count++;
        if (st == HV_ERR_NOT_FOUND)
            st = HV_OK; /* removed between two looks */
    }
    closedir(dir);
    if (st || !count) {
        free(jobs);
        return st;
    }
    qsort(jobs, count, sizeof(*jobs), newest_first);
    *out = jobs;
    *len = count;
    return HV_OK;
}

enum hv_status
hv_rotation_load(const char *store, const char *id, const struct hv_guid *app,
                 struct hv_rotation *out, struct hv_error *err)
{
    struct hv_rotation *jobs = NULL;
    size_t len = 0, at = 0;
    enum hv_status st;

    if (id && id[0])
        return job_read(store, id, out, err);
    st = hv_rotation_list(store, app, &jobs, &len, err);
    while (at < len && !hv_rotation_is_open(jobs[at].state))
        at++;
    if (!st && at < len) {
        *out = jobs[at];
    } else if (!st) {
        st = hv_fail(err, HV_ERR_NOT_FOUND, "no rotation is open");
        hv_hint(err, "see `key jobs`");
    }
    free(jobs);
    return st;
}

enum hv_status
job_new_id(const char *store, struct hv_rotation *job, struct hv_error *err)
{
    char today[HV_TIME_TEXT], path[JOB_PATH];

    hv_time_format(job->created_ms, today); /* 2026-11-21T.. */
    for (int n = 1; n < 100000; n++) {
        enum hv_status st;

        snprintf(job->id, sizeof(job->id), "r%.4s%.2s%.2s-%d", today, today + 5,
                 today + 8, n);
        st = job_place(store, job->id, "", path, sizeof(path), err);
        if (st)
            return st;
        if (access(path, F_OK) && errno == ENOENT)
            return HV_OK;
    }
    return hv_fail(err, HV_ERR_LIMIT, "there are too many rotation jobs in %s",
                   store);
}

void
job_prune(const char *store, const struct hv_guid *app)
{
    struct hv_rotation *jobs = NULL;
    size_t len = 0, closed = 0;

    /* Untidiness is no reason not to rotate. */
    if (hv_rotation_list(store, app, &jobs, &len, NULL))
        return;
    for (size_t i = 0; i < len; i++) {
        if (!hv_rotation_is_open(jobs[i].state) && ++closed > KEPT)
            job_remove(store, &jobs[i]);
    }
    free(jobs);
}
