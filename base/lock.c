/*
 * lock.c - one writer at a time, across processes: open-file-description locks
 * on a file made for nothing else. Called before a shared file is changed.
 * OFD locks, because a POSIX lock would be lost when any descriptor of the
 * file is closed, and flock() is another lock on some network file systems.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* While waiting, ask this often: nobody notices, and nothing is burnt. */
#define ASK_AGAIN_NS 5000000L

#define STORE_WAIT_MS 5000 /* for whoever changes a file of a store */

/* The first byte is the lock. The second is the head of the queue: who waits
 * holds it, so that who has just given the lock back cannot be the next, too,
 * and starve the others. */
static const struct flock the_lock = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1
};
static const struct flock the_queue = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 1
};

/* Whether the lock file still has its name: else somebody removed it, and
 * others lock a new one. */
static bool
has_name(int fd, const char *path)
{
    struct stat ours;
    struct stat named;

    return fstat(fd, &ours) == 0 && stat(path, &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* For the sentence of the next who asks. A full disk takes away only that. */
static void
write_pid(int fd)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) != len)
        (void)!ftruncate(fd, 0);
}

static enum hv_status
fail_held(int fd, const char *path, struct hv_error *err)
{
    char text[32] = "";
    ssize_t got = pread(fd, text, sizeof(text) - 1, 0);
    long pid = got > 0 ? strtol(text, NULL, 10) : 0;

    if (pid > 0)
        hv_fail(err, HV_ERR_RULE, "%s is held by process %ld", path, pid);
    else
        hv_fail(err, HV_ERR_RULE, "%s is held by another process", path);
    hv_hint(err, "wait for it to finish, then try again");
    return HV_ERR_RULE;
}

static enum hv_status
try_bytes(int fd, const struct flock *bytes, const char *path,
          struct hv_error *err)
{
    struct flock lock = *bytes;

    if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
        return HV_OK;
    if (errno == EAGAIN || errno == EACCES)
        return HV_ERR_RULE;
    return hv_fail_errno(err, HV_ERR_IO, "cannot lock %s", path);
}

/* One try; the head of the queue is kept until the lock is there. HV_ERR_RULE:
 * held. HV_ERR_CANCELLED: the file lost its name meanwhile. */
static enum hv_status
try_lock(int fd, const char *path, struct hv_error *err)
{
    struct flock give_way = the_queue;
    enum hv_status st = try_bytes(fd, &the_queue, path, err);

    if (!st)
        st = try_bytes(fd, &the_lock, path, err);
    if (st)
        return st;
    give_way.l_type = F_UNLCK;
    if (fcntl(fd, F_OFD_SETLK, &give_way))
        return hv_fail_errno(err, HV_ERR_IO, "cannot lock %s", path);
    return has_name(fd, path) ? HV_OK : HV_ERR_CANCELLED;
}

enum hv_status
hv_lock_take(const char *path, int wait_ms, int *fd, struct hv_error *err)
{
    static const struct timespec pause = { .tv_nsec = ASK_AGAIN_NS };
    int64_t deadline = hv_clock_mono_ms() + wait_ms;
    enum hv_status st = HV_ERR_CANCELLED;
    int lock_fd = -1;

    for (;;) {
        if (st == HV_ERR_CANCELLED) {
            if (lock_fd >= 0)
                close(lock_fd);
            lock_fd =
                open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
            if (lock_fd < 0)
                return hv_fail_errno(err, HV_ERR_IO, "cannot open %s", path);
        }
        st = try_lock(lock_fd, path, err);
        if (st == HV_OK) {
            write_pid(lock_fd);
            *fd = lock_fd;
            return HV_OK;
        }
        if (st == HV_ERR_IO)
            break;
        if (hv_clock_mono_ms() >= deadline) {
            st = fail_held(lock_fd, path, err);
            break;
        }
        if (st == HV_ERR_RULE)
            nanosleep(&pause, NULL);
    }
    close(lock_fd);
    return st;
}

bool
hv_lock_is_held(const char *path)
{
    struct flock lock = the_lock;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool is_held;

    if (fd < 0)
        return false;
    is_held = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(fd);
    return is_held;
}

static enum hv_status
place(const char *store, const char *name, const char *suffix,
      char out[HV_STORE_PATH], struct hv_error *err)
{
    int len = snprintf(out, HV_STORE_PATH, "%s/%s%s", store, name, suffix);

    return len >= 0 && len < HV_STORE_PATH
               ? HV_OK
               : hv_fail(err, HV_ERR_USAGE, "the store's path is too long");
}

enum hv_status
hv_store_path(const char *store, const char *name, char out[HV_STORE_PATH],
              struct hv_error *err)
{
    return place(store, name, "", out, err);
}

enum hv_status
hv_store_lock(const char *store, const char *name, int *fd,
              struct hv_error *err)
{
    char path[HV_STORE_PATH];
    enum hv_status st = place(store, name, ".lock", path, err);

    if (!st)
        st = hv_dir_make(store, 0700, err);
    return st ? st : hv_lock_take(path, STORE_WAIT_MS, fd, err);
}
