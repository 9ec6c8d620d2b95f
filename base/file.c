/*
 * file.c - reading whole files, and writing them so that a reader or a crash
 * never meets half of one. Called by every room that keeps something. A file
 * that exists is never written in place.
 */
#include "hvconsole/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static enum hv_status
fail_open(const char *path, struct hv_error *err)
{
    return hv_fail_errno(err, errno == ENOENT ? HV_ERR_NOT_FOUND : HV_ERR_IO,
                         "cannot open %s", path);
}

/* read() that is not disturbed by signals and waits where it must. */
static ssize_t
read_some(int fd, void *data, size_t size)
{
    for (;;) {
        ssize_t got = read(fd, data, size);

        if (got >= 0)
            return got;
        if (errno == EAGAIN) {
            struct pollfd wait = { .fd = fd, .events = POLLIN };

            if (poll(&wait, 1, -1) < 0 && errno != EINTR)
                return -1;
        } else if (errno != EINTR) {
            return -1;
        }
    }
}

static enum hv_status
read_all(int fd, const char *path, size_t max, struct hv_buf *out,
         struct hv_error *err)
{
    uint8_t chunk[16384];
    size_t total = 0;
    ssize_t got;

    while ((got = read_some(fd, chunk, sizeof(chunk))) > 0) {
        total += (size_t)got;
        if (total <= max)
            hv_buf_add(out, chunk, (size_t)got);
        if (total > max || out->is_over)
            return hv_fail(err, HV_ERR_LIMIT, "%s is larger than %zu bytes",
                           path, max);
    }
    if (got < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot read %s", path);
    return HV_OK;
}

enum hv_status
hv_file_read(const char *path, size_t max, struct hv_buf *out,
             struct hv_error *err)
{
    size_t old_len = out->len;
    struct stat info;
    enum hv_status st;
    int fd;

    /* Not blocking: opening a pipe that somebody put there must not hang. */
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail_open(path, err);
    if (fstat(fd, &info))
        st = hv_fail_errno(err, HV_ERR_IO, "cannot look at %s", path);
    else if (!S_ISREG(info.st_mode))
        st = hv_fail(err, HV_ERR_IO, "%s is not a regular file", path);
    else
        st = read_all(fd, path, max, out, err);
    if (st && out->data) {
        out->len = old_len;
        out->data[old_len] = '\0';
    }
    close(fd);
    return st;
}

/* Byte by byte: what comes after the line may belong to somebody else who
 * reads the same pipe, and no copy of it is left in a buffer here. */
static enum hv_status
read_line(int fd, const char *name, struct hv_secret *line, size_t max,
          struct hv_error *err)
{
    size_t len = 0;
    ssize_t got;

    for (;;) {
        /* One more than @max, for the CR of a line end. */
        if (len > max + 1)
            return hv_fail(err, HV_ERR_LIMIT,
                           "the first line of %s is longer than %zu bytes",
                           name, max);
        got = read_some(fd, line->data + len, 1);
        if (got < 0)
            return hv_fail_errno(err, HV_ERR_IO, "cannot read %s", name);
        if (got == 0)
            break;
        if (line->data[len] == '\n') {
            if (len && line->data[len - 1] == '\r')
                len--;
            break;
        }
        len++;
    }
    if (len > max)
        return hv_fail(err, HV_ERR_LIMIT,
                       "the first line of %s is longer than %zu bytes", name,
                       max);
    if (len == 0)
        return hv_fail(err, HV_ERR_FORMAT, "the first line of %s is empty",
                       name);
    line->data[len] = '\0';
    line->len = len;
    return HV_OK;
}

enum hv_status
hv_file_read_secret_line(const char *path, int fd, size_t max,
                         struct hv_secret *out, struct hv_error *err)
{
    const char *name = path ? path : "the given descriptor";
    struct hv_secret line = { 0 };
    enum hv_status st;
    int own = -1;

    assert(path || fd >= 0);
    if (fd < 0) {
        own = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (own < 0)
            return fail_open(path, err);
        fd = own;
    }
    st = hv_secret_init(&line, max + 3, err); /* line, CR, LF, NUL */
    if (!st)
        st = read_line(fd, name, &line, max, err);
    if (!st)
        *out = hv_secret_take(&line);
    hv_secret_release(&line);
    if (own >= 0)
        close(own);
    return st;
}
