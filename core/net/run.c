/*
 * run.c - being the one listener or sandbox of a store, saying so, and finding
 * it. Called by the programs that serve and by those who look for them. The
 * lock alone says whether somebody runs: files are left behind by crashes.
 */
#include "core/net/run_state.h"

#include "hvconsole/file.h"
#include "hvconsole/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_MODE  0750
#define FILE_MODE 0640 /* less the umask */

enum hv_status
hv_run_path(const char *store, const char *name, const char *suffix,
            char out[PATH_MAX], struct hv_error *err)
{
    char file[64];
    char dir[PATH_MAX];

    if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz") != strlen(name) ||
        snprintf(file, sizeof(file), "%s%s", name, suffix) >= (int)sizeof(file))
        return hv_fail(err, HV_ERR_USAGE, "\"%.40s\" is no name for run/",
                       name);
    if (hv_path_join(dir, sizeof(dir), store, "run") ||
        hv_path_join(out, PATH_MAX, dir, file))
        return hv_fail(err, HV_ERR_LIMIT, "the path of the store is too long");
    return HV_OK;
}

enum hv_status
hv_run_socket(const char *dir, const char *name, int *fd, int *dir_fd,
              struct sockaddr_un *out, struct hv_error *err)
{
    *dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*dir_fd < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot open %s", dir);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) {
        hv_fail_errno(err, HV_ERR_IO, "cannot make a socket");
        close(*dir_fd);
        return HV_ERR_IO;
    }
    memset(out, 0, sizeof(*out));
    out->sun_family = AF_UNIX;
    snprintf(out->sun_path, sizeof(out->sun_path),
             "/proc/self/fd/%d/%.32s.sock", *dir_fd, name);
    return HV_OK;
}

static enum hv_status
take_lock(struct hv_run *run, const char *store, struct hv_error *err)
{
    struct hv_error held = { 0 };
    char path[PATH_MAX];
    struct hv_facts facts = { 0 };
    enum hv_status st;

    st = hv_run_path(store, run->name, ".lock", path, err);
    if (st)
        return st;
    st = hv_lock_take(path, 0, &run->lock_fd, &held);
    if (st == HV_ERR_RULE) {
        int64_t pid = -1;

        if (!hv_run_find(store, run->name, &facts, NULL))
            pid = hv_facts_get_int(&facts, "pid", -1);
        hv_facts_release(&facts);
        if (pid > 0)
            hv_fail(err, st, "a %s of this store runs already, as process %lld",
                    run->name, (long long)pid);
        else
            hv_fail(err, st, "a %s of this store runs already: %s", run->name,
                    held.why);
        hv_hint(err, "stop it first, or use another store directory");
    } else if (st && err && !err->status) {
        *err = held;
    }
    return st;
}

/* The operators' group may look into run/ where it may look into the store. */
static enum hv_status
make_dir(const char *store, const char *dir, struct hv_error *err)
{
    enum hv_status st = hv_dir_make(store, 0700, err);

    if (!st)
        st = hv_dir_make(dir, DIR_MODE, err);
    return st;
}

enum hv_status
hv_run_start(const char *store, const char *name, struct hv_run **out,
             struct hv_error *err)
{
    struct hv_run *run = hv_calloc(1, sizeof(*run));
    struct hv_facts facts = { 0 };
    char path[PATH_MAX];
    enum hv_status st;

    run->lock_fd = -1;
    run->listen_fd = -1;
    hv_copy(run->name, sizeof(run->name), name);
    st = hv_run_path(store, name, "", run->path, err);
    if (!st) {
        hv_path_dir(run->path, run->dir, sizeof(run->dir));
        st = make_dir(store, run->dir, err);
    }
    if (!st)
        st = take_lock(run, store, err);
    if (st)
        goto out;
    /* Whether somebody runs is asked by trying the lock for reading. */
    fchmod(run->lock_fd, FILE_MODE);
    /* What a predecessor left when it crashed. */
    unlink(run->path);
    st = hv_run_path(store, name, ".sock", path, err);
    if (st)
        goto out;
    unlink(path);
    hv_facts_addf(&facts, "pid", "%ld", (long)getpid());
    st = hv_run_publish(run, &facts, err);
    hv_facts_release(&facts);
    if (st)
        goto out;
    *out = run;
    return HV_OK;
out:
    hv_run_end(run);
    return st;
}

static enum hv_status
write_all(int fd, const char *path, struct hv_bytes text, struct hv_error *err)
{
    while (text.len) {
        ssize_t put = write(fd, text.data, text.len);

        if (put < 0 && errno != EINTR)
            return hv_fail_errno(err, HV_ERR_IO, "cannot write %s", path);
        if (put > 0) {
            text.data += put;
            text.len -= (size_t)put;
        }
    }
    return HV_OK;
}

/* A full disk has no room for a second file, and is what others must hear of:
 * the new text goes where the old one stands, in one write, as far as that has
 * blocks already. Empty lines fill up what was longer. */
static bool
write_over(const char *path, struct hv_bytes text)
{
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    struct hv_buf all = { 0 };
    struct stat info;
    bool ok = fd >= 0 && fstat(fd, &info) == 0 &&
              (int64_t)text.len <= (int64_t)info.st_blocks * 512;

    if (ok) {
        hv_buf_add(&all, text.data, text.len);
        while (all.len < (size_t)info.st_size)
            hv_buf_add_char(&all, '\n');
        ok = pwrite(fd, all.data, all.len, 0) == (ssize_t)all.len;
    }
    hv_buf_release(&all);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* The new text whole or the old one. Without an fsync: what a crash leaves
 * behind means nothing. */
enum hv_status
hv_run_write(struct hv_run *run, const char *name, struct hv_bytes text,
             struct hv_error *err)
{
    char path[PATH_MAX];
    char temp[PATH_MAX];
    struct hv_error why = { 0 };
    enum hv_status st = HV_OK;
    int fd;

    if (hv_path_join(path, sizeof(path), run->dir, name) ||
        snprintf(temp, sizeof(temp), "%s.new", path) >= (int)sizeof(temp))
        return hv_fail(err, HV_ERR_LIMIT, "the path of the store is too long");
    fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
              FILE_MODE);
    if (fd < 0) {
        st = hv_fail_errno(&why, HV_ERR_IO, "cannot write %s", temp);
    } else {
        st = write_all(fd, temp, text, &why);
        close(fd);
    }
    if (!st && rename(temp, path))
        st = hv_fail_errno(&why, HV_ERR_IO, "cannot write %s", path);
    if (!st)
        return HV_OK;
    if (fd >= 0)
        unlink(temp);
    if ((why.sys_errno == ENOSPC || why.sys_errno == EDQUOT) &&
        write_over(path, text))
        return HV_OK;
    if (err && !err->status)
        *err = why;
    return st;
}

void
hv_run_remove(struct hv_run *run, const char *name)
{
    char path[PATH_MAX];

    if (!hv_path_join(path, sizeof(path), run->dir, name))
        unlink(path);
}

enum hv_status
hv_run_publish(struct hv_run *run, const struct hv_facts *facts,
               struct hv_error *err)
{
    if (facts->text.is_over || facts->text.len > HV_MAX_CONTROL)
        return hv_fail(err, HV_ERR_LIMIT, "too much to publish in %s",
                       run->path);
    return hv_run_write(run, run->name, hv_buf_bytes(&facts->text), err);
}

void
hv_run_end(struct hv_run *run)
{
    char path[PATH_MAX];

    if (!run)
        return;
    hv_run_stop_serving(run);
    if (run->lock_fd >= 0) {
        /* Only what is ours, and before somebody else can take the lock. */
        unlink(run->path);
        if (snprintf(path, sizeof(path), "%s.sock", run->path) <
            (int)sizeof(path))
            unlink(path);
        close(run->lock_fd);
    }
    free(run);
}

static enum hv_status
fail_none(const char *name, struct hv_error *err)
{
    return hv_fail(err, HV_ERR_NOT_FOUND, "no %s of this store is running",
                   name);
}

enum hv_status
hv_run_find(const char *store, const char *name, struct hv_facts *out,
            struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    char path[PATH_MAX];
    enum hv_status st;

    st = hv_run_path(store, name, ".lock", path, err);
    if (st)
        return st;
    if (!hv_lock_is_held(path))
        return fail_none(name, err);
    st = hv_run_path(store, name, "", path, err);
    if (!st)
        st = hv_file_read(path, HV_MAX_CONTROL, &facts.text, NULL);
    if (st) {
        hv_facts_release(&facts);
        /* It has the lock, and has not come to publishing yet. */
        if (st == HV_ERR_NOT_FOUND)
            return fail_none(name, err);
        return hv_fail(err, st, "%s cannot be read", path);
    }
    *out = facts;
    return HV_OK;
}
