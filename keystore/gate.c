/*
 * gate.c - the way to a keystore file on disk. Called by store.c, save.c and
 * create.c. Reads; changes nothing: what is wrong is named together with the
 * command that mends it.
 */
#include "keystore/gate.h"
#include "hvconsole/file.h"
#include "hvconsole/limits.h"
#include "keystore/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
stamp_from(const struct stat *info, struct ks_stamp *out)
{
    *out = (struct ks_stamp){ .dev = info->st_dev,
                              .ino = info->st_ino,
                              .size = info->st_size,
                              .mtime = info->st_mtim,
                              .ctime = info->st_ctim };
}

bool
ks_stamp_take(const char *path, struct ks_stamp *out)
{
    struct stat info;

    if (fstatat(AT_FDCWD, path, &info, AT_SYMLINK_NOFOLLOW))
        return false;
    stamp_from(&info, out);
    return true;
}

static bool
time_equal(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool
ks_stamp_equal(const struct ks_stamp *a, const struct ks_stamp *b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
           time_equal(a->mtime, b->mtime) && time_equal(a->ctime, b->ctime);
}

static enum hv_status
check_dir(int fd, const char *dir, struct hv_error *err)
{
    struct stat info;

    if (fstat(fd, &info))
        return hv_fail_errno(err, HV_ERR_IO, "cannot look at %s", dir);
    if (info.st_mode & (S_IWGRP | S_IWOTH)) {
        hv_fail(err, HV_ERR_REFUSED,
                "the directory %s of the keystore is writable by others", dir);
        hv_hint(err, "chmod go-w '%s'", dir);
        return HV_ERR_REFUSED;
    }
    return HV_OK;
}

static enum hv_status
open_dir(const char *path, int *fd, struct hv_error *err)
{
    char dir[PATH_MAX];

    hv_path_dir(path, dir, sizeof(dir));
    *fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0 && errno == ENOENT)
        return hv_fail(err, HV_ERR_NOT_FOUND,
                       "there is no keystore %s, nor its directory", path);
    if (*fd < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot open the directory %s",
                             dir);
    return check_dir(*fd, dir, err);
}

enum hv_status
ks_gate_check_dir(const char *path, struct hv_error *err)
{
    int fd = -1;
    enum hv_status st = open_dir(path, &fd, err);

    if (fd >= 0)
        close(fd);
    return st;
}

static enum hv_status
fail_open(const char *path, struct hv_error *err)
{
    switch (errno) {
    case ENOENT:
        hv_fail(err, HV_ERR_NOT_FOUND, "there is no keystore %s", path);
        hv_hint(err, "make one with: hvconsole keystore init");
        return HV_ERR_NOT_FOUND;
    case ELOOP:
        hv_fail(err, HV_ERR_REFUSED, "%s is a symbolic link", path);
        hv_hint(err, "name the file itself");
        return HV_ERR_REFUSED;
    case EACCES:
        hv_fail_errno(err, HV_ERR_REFUSED, "cannot open %s", path);
        hv_hint(err, "sudo chown %ld '%s'", (long)geteuid(), path);
        return HV_ERR_REFUSED;
    default:
        return hv_fail_errno(err, HV_ERR_IO, "cannot open %s", path);
    }
}

static enum hv_status
check_file(const struct stat *info, const char *path, struct hv_error *err)
{
    if (!S_ISREG(info->st_mode)) {
        hv_fail(err, HV_ERR_DAMAGED, "%s is not a keystore; it is %s", path,
                S_ISDIR(info->st_mode) ? "a directory" : "no regular file");
        return HV_ERR_DAMAGED;
    }
    if (!ks_policy_owner_is_fine(info->st_uid)) {
        hv_fail(err, HV_ERR_REFUSED,
                "%s belongs to user %ld, and this program runs as user %ld",
                path, (long)info->st_uid, (long)geteuid());
        hv_hint(err, "sudo chown %ld '%s'", (long)geteuid(), path);
        return HV_ERR_REFUSED;
    }
    if (info->st_mode & (S_IWGRP | S_IXGRP | S_IRWXO)) {
        hv_fail(err, HV_ERR_REFUSED, "others may read or change %s (mode %03o)",
                path, info->st_mode & 07777U);
        hv_hint(err, "chmod 600 '%s'", path);
        return HV_ERR_REFUSED;
    }
    /* That of a listener with a user of its own. */
    if ((info->st_mode & S_IRGRP) && !ks_policy_group_may_read(info->st_gid)) {
        hv_fail(err, HV_ERR_REFUSED,
                "group %ld may read %s, and is not the configured one",
                (long)info->st_gid, path);
        hv_hint(err,
                "chmod 600 '%s', or: hvconsole config set keystore-group %ld",
                path, (long)info->st_gid);
        return HV_ERR_REFUSED;
    }
    if (info->st_size > HV_MAX_KEYSTORE)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "%s is not a keystore; none is larger than %d bytes",
                       path, HV_MAX_KEYSTORE);
    return HV_OK;
}

static enum hv_status
read_whole(int fd, const char *path, struct hv_buf *out, struct hv_error *err)
{
    uint8_t chunk[16384];
    ssize_t got;

    hv_buf_clear(out);
    out->ceiling = HV_MAX_KEYSTORE;
    for (;;) {
        got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return hv_fail_errno(err, HV_ERR_IO, "cannot read %s", path);
        if (got == 0 || out->is_over)
            break;
        hv_buf_add(out, chunk, (size_t)got);
    }
    if (out->is_over)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "%s is not a keystore; none is larger than %d bytes",
                       path, HV_MAX_KEYSTORE);
    return HV_OK;
}

enum hv_status
ks_gate_read(const char *path, struct hv_buf *out, struct ks_stamp *stamp,
             struct hv_error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    struct stat info;
    enum hv_status st;
    int dir_fd = -1;
    int fd = -1;

    /* The file is opened in the very directory that was judged, and judged
     * through the descriptor it is read from. */
    st = open_dir(path, &dir_fd, err);
    if (st)
        goto out;
    fd = openat(dir_fd, *name ? name : ".",
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        st = fail_open(path, err);
        goto out;
    }
    if (fstat(fd, &info))
        st = hv_fail_errno(err, HV_ERR_IO, "cannot look at %s", path);
    if (!st)
        st = check_file(&info, path, err);
    if (!st)
        st = read_whole(fd, path, out, err);
    /* The stamp from before reading: a change meanwhile shows next time. */
    if (!st)
        stamp_from(&info, stamp);
out:
    if (fd >= 0)
        close(fd);
    if (dir_fd >= 0)
        close(dir_fd);
    return st;
}
