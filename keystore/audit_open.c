/*
 * audit_open.c - opening an audit log, and ending what dead processes began.
 * Called once by a program that changes something. Whether a process is at
 * work is told by a lock on the byte of its pid, which dies with it.
 */
#include "hvconsole/file.h"
#include "keystore/audit_append.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- changes that nobody ended ---- */

static struct flock
byte_of(int64_t pid)
{
    return (struct flock){ .l_type = F_WRLCK,
                           .l_whence = SEEK_SET,
                           .l_start = (off_t)pid,
                           .l_len = 1 };
}

static bool
is_alive(const struct hv_audit *audit, int64_t pid)
{
    struct flock lock = byte_of(pid);

    /* Our own lock does not show: what we have not begun, we do not end. */
    return fcntl(audit->live_fd, F_OFD_GETLK, &lock) == 0 &&
           lock.l_type != F_UNLCK;
}

struct open_intents {
    struct ks_audit_line *at; /* owned; text borrowed from the log */
    size_t len;
};

static void
note_line(struct open_intents *list, const struct ks_audit_line *line)
{
    if (ks_bytes_are(line->phase, "intent")) {
        list->at = hv_realloc_array(list->at, list->len + 1, sizeof(*list->at));
        list->at[list->len++] = *line;
    }
    for (size_t i = 0; line->ref && i < list->len; i++) {
        if (list->at[i].seq == line->ref) {
            list->at[i] = list->at[--list->len];
            return;
        }
    }
}

static enum hv_status
recover_one(struct ks_append *append, const char *path,
            const struct ks_audit_line *intent, struct hv_error *err)
{
    struct hv_bytes verb = ks_audit_text(intent->text, ",\"verb\":");
    char text[64] = "";
    struct hv_audit_event event = {
        .verb = text,
        .store = intent->store,
        .before = intent->before,
        .note = "the program ended before it could tell what came of it",
    };

    memcpy(text, verb.data, verb.len < 63 ? verb.len : 63);
    return ks_append_line(append, path, &event, "outcome", intent->seq,
                          "recovered", err);
}

static enum hv_status
recover(const struct hv_audit *audit, struct hv_error *err)
{
    struct open_intents list = { 0 };
    struct hv_buf log = { .ceiling = KS_AUDIT_MAX };
    struct ks_append append;
    struct ks_audit_line line;
    struct hv_bytes text;
    struct hv_bytes tail;
    size_t at = 0;
    enum hv_status st = ks_append_begin(audit, &append, err);

    if (st)
        return st;
    st = hv_file_read(audit->path, KS_AUDIT_MAX, &log, err);
    while (!st && ks_audit_next(hv_buf_bytes(&log), &at, &text, &tail)) {
        if (ks_audit_parse(text, &line))
            note_line(&list, &line);
    }
    for (size_t i = 0; !st && i < list.len; i++) {
        if (!is_alive(audit, list.at[i].pid))
            st = recover_one(&append, audit->path, &list.at[i], err);
    }
    free(list.at);
    hv_buf_release(&log);
    ks_append_end(&append);
    return st;
}

/* ---- the doors ---- */

/* Tells others that this process is at work, for as long as it lives. */
static enum hv_status
take_life(struct hv_audit *audit, struct hv_error *err)
{
    struct flock lock = byte_of(getpid());
    char live[PATH_MAX + 8];

    snprintf(live, sizeof(live), "%s.live", audit->path);
    audit->live_fd =
        open(live, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (audit->live_fd < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot open %s", live);
    /* Held already when this process has the log open twice: as good. */
    if (fcntl(audit->live_fd, F_OFD_SETLK, &lock) && errno != EAGAIN &&
        errno != EACCES)
        return hv_fail_errno(err, HV_ERR_IO, "cannot lock %s", live);
    return HV_OK;
}

enum hv_status
hv_audit_ready(struct hv_audit *audit, struct hv_error *err)
{
    enum hv_status st = HV_OK;

    pthread_mutex_lock(&audit->opening);
    if (!audit->is_ready) {
        if (!audit->path[0])
            st = hv_fail(err, HV_ERR_IO,
                         "the name of the store directory is too long");
        if (!st)
            st = hv_dir_make(audit->dir, 0700, err);
        if (!st && audit->live_fd < 0)
            st = take_life(audit, err);
        if (!st)
            st = recover(audit, err);
        audit->is_ready = st == HV_OK;
    }
    pthread_mutex_unlock(&audit->opening);
    return st;
}

struct hv_audit *
hv_audit_new(const char *store_dir, const char *program)
{
    struct hv_audit *audit = hv_calloc(1, sizeof(*audit));
    char name[64];

    audit->live_fd = -1;
    pthread_mutex_init(&audit->opening, NULL);
    snprintf(name, sizeof(name), "audit-%.40s.ndjson", program);
    if (!hv_copy(audit->dir, sizeof(audit->dir), store_dir) ||
        hv_path_join(audit->path, sizeof(audit->path), store_dir, name))
        audit->path[0] = '\0';
    snprintf(audit->lock, sizeof(audit->lock), "%s.lock", audit->path);
    return audit;
}

enum hv_status
hv_audit_open(const char *store_dir, const char *program, struct hv_audit **out,
              struct hv_error *err)
{
    struct hv_audit *audit = hv_audit_new(store_dir, program);
    enum hv_status st = hv_audit_ready(audit, err);

    if (st)
        hv_audit_close(audit);
    else
        *out = audit;
    return st;
}

void
hv_audit_close(struct hv_audit *audit)
{
    if (!audit)
        return;
    if (audit->live_fd >= 0)
        close(audit->live_fd);
    pthread_mutex_destroy(&audit->opening);
    free(audit);
}
