/*
 * audit.c - appending to an audit log: under a lock, one write and one
 * fdatasync for each line, nothing ever changed or removed. Called by trail.c
 * for keystores, and by commands for other changes. A line that could not be
 * written is an error, so that the change is not made.
 */
#include "hvconsole/audit.h"
#include "hvconsole/file.h"
#include "keystore/audit_append.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 5000, TAIL = 4 * KS_AUDIT_LINE };

static enum hv_status
fail_kind(const char *path, struct hv_error *err)
{
    hv_fail(err, HV_ERR_DAMAGED, "%s is not a file, so it is no audit log",
            path);
    hv_hint(err, "move it away; a new log begins by itself");
    return HV_ERR_DAMAGED;
}

static enum hv_status
check_log_file(int fd, const char *path, struct hv_error *err)
{
    struct stat info;

    if (fstat(fd, &info))
        return hv_fail_errno(err, HV_ERR_IO, "cannot look at %s", path);
    if (!S_ISREG(info.st_mode))
        return fail_kind(path, err);
    if (info.st_mode & (S_IWGRP | S_IWOTH)) {
        hv_fail(err, HV_ERR_REFUSED, "others may write the audit log %s", path);
        hv_hint(err, "chmod 600 '%s'", path);
        return HV_ERR_REFUSED;
    }
    if (info.st_size > KS_AUDIT_MAX - TAIL) {
        hv_fail(err, HV_ERR_LIMIT, "the audit log %s is full", path);
        hv_hint(err, "move it to your archive; a new one begins by itself");
        return HV_ERR_LIMIT;
    }
    return HV_OK;
}

static enum hv_status
fail_last_line(const char *path, struct hv_error *err)
{
    hv_fail(err, HV_ERR_DAMAGED,
            "the last line of the audit log %s is not as it was written", path);
    hv_hint(err, "hvconsole keystore audit verify tells more; keep the file as "
                 "evidence and move it away");
    return HV_ERR_DAMAGED;
}

static bool
take_last(struct ks_append *append, struct hv_bytes text)
{
    struct ks_audit_line line;

    if (!ks_audit_parse(text, &line) || !ks_audit_is_sound(&line))
        return false;
    append->last.seq = line.seq;
    memcpy(append->last.hash, line.hash, sizeof(line.hash));
    return true;
}

/* The end of the log: its last whole line, and what a crash left after it. */
static enum hv_status
read_tail(struct ks_append *append, const char *path, struct hv_error *err)
{
    uint8_t chunk[TAIL];
    off_t size = lseek(append->fd, 0, SEEK_END);
    off_t from = size > TAIL ? size - TAIL : 0;
    ssize_t got = pread(append->fd, chunk, sizeof(chunk), from);
    size_t end;
    size_t start;

    if (size < 0 || got < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot read %s", path);
    for (end = (size_t)got; end && chunk[end - 1] != '\n'; end--)
        continue;
    if (end == 0 && from > 0)
        return fail_last_line(path, err);
    for (start = end ? end - 1 : 0; start && chunk[start - 1] != '\n'; start--)
        continue;
    if (end &&
        !take_last(append, (struct hv_bytes){ chunk + start, end - 1 - start }))
        return fail_last_line(path, err);
    append->lacks_line_end =
        take_last(append, (struct hv_bytes){ chunk + end, (size_t)got - end });
    if (!append->lacks_line_end)
        hv_buf_add(&append->torn, chunk + end, (size_t)got - end);
    return HV_OK;
}

void
ks_append_end(struct ks_append *append)
{
    if (append->fd >= 0)
        close(append->fd);
    if (append->lock_fd >= 0)
        close(append->lock_fd);
    hv_buf_release(&append->torn);
}

static enum hv_status
sync_dir(const char *path, struct hv_error *err)
{
    char dir[PATH_MAX];
    enum hv_status st = HV_OK;
    int fd;

    hv_path_dir(path, dir, sizeof(dir));
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || (fsync(fd) && errno != EINVAL))
        st = hv_fail_errno(err, HV_ERR_IO, "cannot bring %s to the disk", dir);
    if (fd >= 0)
        close(fd);
    return st;
}

enum hv_status
ks_append_begin(const struct hv_audit *audit, struct ks_append *append,
                struct hv_error *err)
{
    enum hv_status st;

    *append = (struct ks_append){ .fd = -1, .lock_fd = -1 };
    st = hv_lock_take(audit->lock, LOCK_WAIT_MS, &append->lock_fd, err);
    if (st)
        return st;
    /* Opened anew each time: somebody may have moved the old one away. */
    append->fd =
        open(audit->path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
             0600);
    if (append->fd < 0 && (errno == EISDIR || errno == ELOOP))
        st = fail_kind(audit->path, err);
    else if (append->fd < 0)
        st = hv_fail_errno(err, HV_ERR_IO, "cannot open the audit log %s",
                           audit->path);
    if (!st)
        st = check_log_file(append->fd, audit->path, err);
    if (!st)
        st = read_tail(append, audit->path, err);
    if (!st && append->last.seq == 0)
        st = sync_dir(audit->path, err);
    if (st)
        ks_append_end(append);
    return st;
}

static enum hv_status
write_out(int fd, const struct hv_buf *text, const char *path,
          struct hv_error *err)
{
    ssize_t put;

    do
        put = write(fd, text->data, text->len);
    while (put < 0 && errno == EINTR);
    if (put < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot write to the audit log %s",
                             path);
    if ((size_t)put != text->len)
        return hv_fail(err, HV_ERR_IO,
                       "cannot write to the audit log %s: no room for a whole "
                       "line",
                       path);
    if (fdatasync(fd))
        return hv_fail_errno(err, HV_ERR_IO,
                             "cannot bring the audit log %s to the disk", path);
    return HV_OK;
}

/* A line torn by a crash stays; the next line says that it is torn. */
static enum hv_status
mark_torn(struct ks_append *append, struct hv_buf *text, struct hv_error *err)
{
    char note[96];
    struct hv_audit_event event = { .verb = "audit", .note = note };
    enum hv_status st;

    if (append->lacks_line_end)
        hv_buf_add_char(text, '\n');
    append->lacks_line_end = false;
    if (!append->torn.len)
        return HV_OK;
    st = ks_audit_torn_note(hv_buf_bytes(&append->torn), note, err);
    if (st)
        return st;
    hv_buf_add_char(text, '\n');
    hv_buf_clear(&append->torn);
    return ks_audit_line_make(&event, "torn", 0, "", &append->last, text, err);
}

enum hv_status
ks_append_line(struct ks_append *append, const char *path,
               const struct hv_audit_event *event, const char *phase,
               uint64_t ref, const char *outcome, struct hv_error *err)
{
    struct hv_buf text = { 0 };
    enum hv_status st;

    st = mark_torn(append, &text, err);
    if (!st)
        st = ks_audit_line_make(event, phase, ref, outcome, &append->last,
                                &text, err);
    if (!st)
        st = write_out(append->fd, &text, path, err);
    hv_buf_release(&text);
    return st;
}

static enum hv_status
append_one(struct hv_audit *audit, const struct hv_audit_event *event,
           const char *phase, uint64_t ref, const char *outcome,
           struct hv_audit_head *out, struct hv_error *err)
{
    struct ks_append append;
    enum hv_status st = hv_audit_ready(audit, err);

    if (!st)
        st = ks_append_begin(audit, &append, err);
    if (st)
        return st;
    st = ks_append_line(&append, audit->path, event, phase, ref, outcome, err);
    if (!st && out)
        *out = append.last;
    ks_append_end(&append);
    return st;
}

enum hv_status
hv_audit_begin(struct hv_audit *audit, const struct hv_audit_event *event,
               struct hv_audit_head *out, struct hv_error *err)
{
    return append_one(audit, event, "intent", 0, "", out, err);
}

enum hv_status
hv_audit_end(struct hv_audit *audit, const struct hv_audit_head *begun,
             const struct hv_audit_event *event, enum hv_status result,
             struct hv_error *err)
{
    return append_one(audit, event, "outcome", begun->seq,
                      result ? hv_status_word(result) : "ok", NULL, err);
}

enum hv_status
hv_audit_note(struct hv_audit *audit, const struct hv_audit_event *event,
              const char *outcome, struct hv_error *err)
{
    return append_one(audit, event, "note", 0, outcome, NULL, err);
}
