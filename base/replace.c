/*
 * replace.c - new content of a file: all of it or none. Called through file.h
 * by whoever saves. There is no way here that writes in place or removes the
 * old file first.
 */
#include "hvconsole/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* A save on its way: a temp in the directory of its target. */
struct save {
    const char *path;        /* borrowed, for sentences */
    const char *name;        /* last part of path */
    char temp[NAME_MAX + 1]; /* "" = nothing to remove */
    int dir_fd;
    int fd;
};

static enum hv_status
save_open_dir(struct save *save, struct hv_error *err)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(save->path, '/');

    save->name = slash ? slash + 1 : save->path;
    if (!*save->name)
        return hv_fail(err, HV_ERR_IO, "\"%s\" names no file", save->path);
    hv_path_dir(save->path, dir, sizeof(dir));
    save->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (save->dir_fd < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot open the directory %s",
                             *dir ? dir : save->path);
    return HV_OK;
}

static enum hv_status
save_open_temp(struct save *save, struct hv_error *err)
{
    enum { TRIES = 8 };

    for (int i = 0; i < TRIES; i++) {
        uint64_t mark;
        int len;

        /* Not hv_random(): a known answer of a test must not depend on how
         * often files were written. */
        if (getrandom(&mark, sizeof(mark), 0) != (ssize_t)sizeof(mark))
            return hv_fail_errno(err, HV_ERR_IO, "cannot draw a file name");
        len = snprintf(save->temp, sizeof(save->temp), "%s.tmp-%016" PRIx64,
                       save->name, mark);
        if (len < 0 || (size_t)len >= sizeof(save->temp)) {
            save->temp[0] = '\0';
            return hv_fail(err, HV_ERR_IO, "the name of %s is too long",
                           save->path);
        }
        save->fd =
            openat(save->dir_fd, save->temp,
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (save->fd >= 0)
            return HV_OK;
        save->temp[0] = '\0'; /* not ours: leave it alone */
        if (errno != EEXIST)
            break;
    }
    return hv_fail_errno(err, HV_ERR_IO, "cannot make a new file beside %s",
                         save->path);
}

static enum hv_status
save_write(struct save *save, struct hv_bytes content, struct hv_error *err)
{
    while (content.len) {
        ssize_t put = write(save->fd, content.data, content.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return hv_fail_errno(err, HV_ERR_IO, "cannot write %s", save->path);
        content.data += put;
        content.len -= (size_t)put;
    }
    /* Asked once: after a failure the kernel may have dropped the pages, and
     * a second fsync would say that all is well. */
    if (fsync(save->fd))
        return hv_fail_errno(err, HV_ERR_IO, "cannot bring %s to the disk",
                             save->path);
    return HV_OK;
}

/* Owner, group and mode; those of @old when there is one. */
static enum hv_status
save_dress(struct save *save, unsigned mode, const struct stat *old,
           struct hv_error *err)
{
    struct stat own;

    if (old) {
        mode = old->st_mode & 07777;
        if (fstat(save->fd, &own))
            return hv_fail_errno(err, HV_ERR_IO, "cannot look at the temp");
        /* Losing the group would shut out a daemon that reads by it. */
        if ((own.st_uid != old->st_uid || own.st_gid != old->st_gid) &&
            fchown(save->fd, old->st_uid, old->st_gid)) {
            hv_fail_errno(err, HV_ERR_IO, "cannot keep the owner of %s",
                          save->path);
            hv_hint(err, "run as the owner of the file");
            return HV_ERR_IO;
        }
    }
    if (fchmod(save->fd, mode))
        return hv_fail_errno(err, HV_ERR_IO, "cannot set the mode of %s",
                             save->path);
    return HV_OK;
}

static enum hv_status
save_sync_dir(struct save *save, struct hv_error *err)
{
    /* Some file systems cannot do this for a directory and say EINVAL. */
    if (fsync(save->dir_fd) && errno != EINVAL)
        return hv_fail_errno(err, HV_ERR_IO,
                             "%s is written, but its directory did not reach "
                             "the disk",
                             save->path);
    return HV_OK;
}

/* Removes the temp unless it became the file. */
static void
save_end(struct save *save)
{
    if (save->fd >= 0)
        close(save->fd);
    if (save->temp[0])
        unlinkat(save->dir_fd, save->temp, 0);
    if (save->dir_fd >= 0)
        close(save->dir_fd);
}

enum hv_status
hv_file_replace(const char *path, unsigned mode, struct hv_bytes content,
                struct hv_error *err)
{
    struct save save = { .path = path, .dir_fd = -1, .fd = -1 };
    struct stat old;
    bool has_old;
    enum hv_status st;

    st = save_open_dir(&save, err);
    if (st)
        goto out;
    has_old = fstatat(save.dir_fd, save.name, &old, AT_SYMLINK_NOFOLLOW) == 0;
    if (has_old && !S_ISREG(old.st_mode)) {
        st = hv_fail(err, HV_ERR_IO, "%s is not a regular file", path);
        goto out;
    }
    st = save_open_temp(&save, err);
    if (!st)
        st = save_dress(&save, mode, has_old ? &old : NULL, err);
    if (!st)
        st = save_write(&save, content, err);
    if (st)
        goto out;
    if (renameat(save.dir_fd, save.temp, save.dir_fd, save.name)) {
        st = hv_fail_errno(err, HV_ERR_IO, "cannot replace %s", path);
        goto out;
    }
    save.temp[0] = '\0';
    st = save_sync_dir(&save, err);
out:
    save_end(&save);
    return st;
}

enum hv_status
hv_file_create(const char *path, unsigned mode, struct hv_bytes content,
               struct hv_error *err)
{
    struct save save = { .path = path, .dir_fd = -1, .fd = -1 };
    enum hv_status st;

    st = save_open_dir(&save, err);
    if (!st)
        st = save_open_temp(&save, err);
    if (!st)
        st = save_dress(&save, mode, NULL, err);
    if (!st)
        st = save_write(&save, content, err);
    if (st)
        goto out;
    /* A link, unlike a rename, never takes the place of what is there. */
    if (linkat(save.dir_fd, save.temp, save.dir_fd, save.name, 0)) {
        if (errno == EEXIST)
            st = hv_fail(err, HV_ERR_RULE, "%s exists already", path);
        else
            st = hv_fail_errno(err, HV_ERR_IO, "cannot create %s", path);
        goto out;
    }
    unlinkat(save.dir_fd, save.temp, 0);
    save.temp[0] = '\0';
    st = save_sync_dir(&save, err);
out:
    save_end(&save);
    return st;
}
