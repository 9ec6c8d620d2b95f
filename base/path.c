/*
 * path.c - making directories, and joining and cutting paths. The last two are
 * pure. Called by whoever places files.
 */
#include "hvconsole/file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* One directory; one that is there already keeps its mode. */
static enum hv_status
make_one(const char *path, unsigned mode, struct hv_error *err)
{
    struct stat info;

    if (mkdir(path, mode) == 0) {
        /* mkdir obeys the umask, which could lock us out of our own. */
        if (chmod(path, mode))
            return hv_fail_errno(err, HV_ERR_IO, "cannot set the mode of %s",
                                 path);
        return HV_OK;
    }
    if (errno != EEXIST)
        return hv_fail_errno(err, HV_ERR_IO, "cannot make the directory %s",
                             path);
    if (stat(path, &info))
        return hv_fail_errno(err, HV_ERR_IO, "cannot look at %s", path);
    if (!S_ISDIR(info.st_mode))
        return hv_fail(err, HV_ERR_IO, "%s is there and not a directory", path);
    return HV_OK;
}

enum hv_status
hv_dir_make(const char *path, unsigned mode, struct hv_error *err)
{
    char part[PATH_MAX];
    enum hv_status st;

    if (!*path || !hv_copy(part, sizeof(part), path))
        return hv_fail(err, HV_ERR_IO, "\"%.64s\" is no usable path", path);
    for (char *at = part + 1; *at; at++) {
        if (*at != '/' || at[-1] == '/')
            continue;
        *at = '\0';
        st = make_one(part, mode, err);
        if (st)
            return st;
        *at = '/';
    }
    return make_one(part, mode, err);
}

enum hv_status
hv_path_join(char *out, size_t size, const char *a, const char *b)
{
    size_t len = strlen(a);
    const char *between = len == 0 || a[len - 1] == '/' ? "" : "/";
    int need = snprintf(out, size, "%s%s%s", a, between, b);

    if (need >= 0 && (size_t)need < size)
        return HV_OK;
    if (size)
        out[0] = '\0'; /* half a path would be another file */
    return HV_ERR_LIMIT;
}

void
hv_path_dir(const char *path, char *out, size_t size)
{
    size_t len = strlen(path);

    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len && path[len - 1] != '/')
        len--;
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len == 0) {
        path = ".";
        len = 1;
    }
    if (size <= len) {
        if (size)
            out[0] = '\0'; /* half a path would be another directory */
        return;
    }
    memmove(out, path, len);
    out[len] = '\0';
}
