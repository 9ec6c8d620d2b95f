/*
 * host.c - STORE/marks: one line per store id with the highest generation that
 * this host has saved. Called by store.c, save.c, create.c and restore.c. Who
 * puts an old keystore back, authentic as it is, is found out by it.
 */
#include "keystore/host.h"
#include "hvconsole/file.h"
#include "hvconsole/keystore.h"
#include "keystore/audit_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MARKS_MAX = 1024 * 1024,
    LOCK_WAIT_MS = 5000,
    NUMBER_TEXT = 24,
    ROOM = 2 * KS_AUDIT_LINE, /* a line of each file, and then some */
};

/* Set once, before anything is opened. "" = nothing is remembered. */
static char store_dir[PATH_MAX];

void
hv_keystore_set_store(const char *path)
{
    if (!path || !hv_copy(store_dir, sizeof(store_dir), path))
        store_dir[0] = '\0';
}

bool
ks_number_parse(const char *text, uint64_t *out)
{
    char again[NUMBER_TEXT];

    if (*text < '1' || *text > '9')
        return false;
    *out = strtoull(text, NULL, 10);
    snprintf(again, sizeof(again), "%" PRIu64, *out);
    return strcmp(text, again) == 0;
}

void
ks_seen_release(struct ks_seen *seen)
{
    hv_buf_release(&seen->marks);
    hv_buf_release(&seen->log);
}

/* The line at *@at, and *@at behind it. False at the end; @is_good false when
 * it is not `GUID NUMBER`, or its line end is missing. */
static bool
next_mark(const char **at, struct hv_guid *store_id, uint64_t *generation,
          bool *is_good)
{
    char id[HV_GUID_TEXT] = "";
    char number[NUMBER_TEXT] = "";
    const char *end = strchr(*at, '\n');
    size_t len;

    *is_good = false;
    if (**at == '\0')
        return false;
    if (!end) {
        *at += strlen(*at);
        return true;
    }
    len = (size_t)(end - *at);
    if (len > HV_GUID_TEXT && len < HV_GUID_TEXT + NUMBER_TEXT &&
        (*at)[HV_GUID_TEXT - 1] == ' ') {
        memcpy(id, *at, HV_GUID_TEXT - 1);
        memcpy(number, *at + HV_GUID_TEXT, len - HV_GUID_TEXT);
        *is_good = hv_guid_parse(id, store_id) == HV_OK &&
                   ks_number_parse(number, generation);
    }
    *at = end + 1;
    return true;
}

static uint64_t
find_mark(const struct hv_buf *marks, const struct hv_guid *store_id)
{
    const char *at = hv_buf_str(marks);
    struct hv_guid id;
    uint64_t found = 0;
    uint64_t generation;
    bool is_good;

    while (next_mark(&at, &id, &generation, &is_good)) {
        if (is_good && hv_guid_equal(&id, store_id) && generation > found)
            found = generation;
    }
    return found;
}

static enum hv_status
check_marks(const struct hv_buf *marks, const char *path, struct hv_error *err)
{
    const char *at = hv_buf_str(marks);
    struct hv_guid id;
    uint64_t generation;
    bool is_good;

    if (strlen(at) != marks->len)
        goto bad;
    while (next_mark(&at, &id, &generation, &is_good)) {
        if (!is_good)
            goto bad;
    }
    return HV_OK;
bad:
    /* Guessing would let an old keystore pass. */
    hv_fail(err, HV_ERR_DAMAGED,
            "%s, which tells how new a keystore must be, is damaged", path);
    hv_hint(err, "remove it only if you know that your keystores are the "
                 "newest ones");
    return HV_ERR_DAMAGED;
}

/* No file is nothing seen. Neither is one that belongs to somebody else: the
 * listener may run as a user who cannot read what the operator keeps. */
static enum hv_status
read_if_there(const char *path, size_t max, struct hv_buf *out,
              struct hv_error *err)
{
    struct hv_error why = { 0 };
    enum hv_status st = hv_file_read(path, max, out, &why);

    if (st == HV_ERR_NOT_FOUND ||
        (st == HV_ERR_IO &&
         (why.sys_errno == EACCES || why.sys_errno == ENOTDIR)))
        return HV_OK;
    if (st && err && !err->status) {
        *err = why;
        hv_hint(err, "how new a keystore must be stands there: move it away, "
                     "or mend it");
    }
    return st;
}

static enum hv_status
place(const char *name, char out[PATH_MAX], struct hv_error *err)
{
    if (hv_path_join(out, PATH_MAX, store_dir, name))
        return hv_fail(err, HV_ERR_IO, "the name %s is too long", store_dir);
    return HV_OK;
}

static enum hv_status
read_marks(struct hv_buf *out, struct hv_error *err)
{
    char path[PATH_MAX];
    enum hv_status st = place("marks", path, err);

    if (!st)
        st = read_if_there(path, MARKS_MAX, out, err);
    if (!st)
        st = check_marks(out, path, err);
    return st;
}

enum hv_status
ks_seen_read(struct ks_seen *seen, struct hv_error *err)
{
    char path[PATH_MAX];
    enum hv_status st;

    if (!store_dir[0])
        return HV_OK;
    st = place("audit-" HV_AUDIT_PROGRAM ".ndjson", path, err);
    if (!st)
        st = read_if_there(path, KS_AUDIT_MAX, &seen->log, err);
    if (!st)
        st = read_marks(&seen->marks, err);
    if (st)
        ks_seen_release(seen);
    return st;
}

uint64_t
ks_seen_generation(const struct ks_seen *seen, const struct hv_guid *store_id)
{
    uint64_t marked = find_mark(&seen->marks, store_id);
    uint64_t logged = ks_audit_generation(hv_buf_bytes(&seen->log), store_id);

    return marked > logged ? marked : logged;
}

enum hv_status
ks_seen_check(const struct ks_seen *seen, const char *path,
              const struct ks_front *front, struct hv_error *err)
{
    uint64_t generation = ks_seen_generation(seen, &front->store_id);

    if (front->generation >= generation)
        return HV_OK;
    hv_fail(err, HV_ERR_DAMAGED,
            "%s is older than what this host has seen (generation %" PRIu64
            ", and %" PRIu64 " was here)",
            path, front->generation, generation);
    hv_hint(err, "find out who put it there; hvconsole keystore restore FILE "
                 "is the only way back");
    return HV_ERR_DAMAGED;
}

enum hv_status
hv_keystore_seen(const struct hv_guid *store_id, uint64_t *out,
                 struct hv_error *err)
{
    struct ks_seen seen = { 0 };
    enum hv_status st = ks_seen_read(&seen, err);

    *out = st ? 0 : ks_seen_generation(&seen, store_id);
    ks_seen_release(&seen);
    return st;
}

bool
ks_host_knows(const struct hv_guid *store_id)
{
    struct ks_seen seen = { 0 };
    bool is_known = ks_seen_read(&seen, NULL) != HV_OK ||
                    ks_seen_generation(&seen, store_id) > 0;

    ks_seen_release(&seen);
    return is_known;
}

bool
ks_host_has_line(const struct hv_audit_head *head)
{
    return !store_dir[0] || hv_audit_check_head(store_dir, HV_AUDIT_PROGRAM,
                                                head, NULL) == HV_OK;
}

/* A save is told in two files after it has happened: the room for that is looked
 * for before. A file without a name leaves nothing behind; where there is no such
 * thing, the look is left out. */
static enum hv_status
check_room(size_t marks_len, struct hv_error *err)
{
    int fd = open(store_dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    int why;

    if (fd < 0)
        return HV_OK;
    why = posix_fallocate(fd, 0, (off_t)(marks_len + ROOM));
    close(fd);
    if (why != ENOSPC && why != EDQUOT && why != EFBIG)
        return HV_OK;
    hv_fail(err, HV_ERR_REFUSED,
            "nothing was changed, because the store directory %s has no room "
            "to tell of it",
            store_dir);
    hv_hint(err, "make room; reading goes on as it is");
    return HV_ERR_REFUSED;
}

enum hv_status
ks_host_prepare(struct hv_error *err)
{
    struct hv_buf marks = { 0 };
    enum hv_status st;

    if (!store_dir[0])
        return HV_OK;
    st = hv_dir_make(store_dir, 0700, err);
    if (!st && faccessat(AT_FDCWD, store_dir, W_OK, AT_EACCESS))
        st = hv_fail_errno(err, HV_ERR_IO,
                           "cannot write to the store directory %s, so nothing "
                           "is changed",
                           store_dir);
    if (!st)
        st = read_marks(&marks, err);
    if (!st)
        st = check_room(marks.len, err);
    hv_buf_release(&marks);
    return st;
}

/* All lines but that of @store_id, then that one. */
static void
write_marks(const struct hv_buf *old, const struct hv_guid *store_id,
            uint64_t generation, struct hv_buf *out)
{
    const char *at = hv_buf_str(old);
    char text[HV_GUID_TEXT];
    struct hv_guid id;
    uint64_t seen;
    bool is_good;

    while (next_mark(&at, &id, &seen, &is_good)) {
        if (hv_guid_equal(&id, store_id))
            continue;
        hv_guid_format(&id, text);
        hv_buf_addf(out, "%s %" PRIu64 "\n", text, seen);
    }
    hv_guid_format(store_id, text);
    hv_buf_addf(out, "%s %" PRIu64 "\n", text, generation);
}

enum hv_status
ks_host_raise(const struct hv_guid *store_id, uint64_t generation,
              struct hv_error *err)
{
    struct hv_buf old = { 0 };
    struct hv_buf text = { 0 };
    char path[PATH_MAX];
    char lock[PATH_MAX];
    int lock_fd = -1;
    enum hv_status st;

    if (!store_dir[0])
        return HV_OK;
    /* Its own lock: two keystores may share one store directory. */
    st = place("marks.lock", lock, err);
    if (!st)
        st = place("marks", path, err);
    if (!st)
        st = hv_lock_take(lock, LOCK_WAIT_MS, &lock_fd, err);
    if (st)
        return st;
    st = read_marks(&old, err);
    if (!st && find_mark(&old, store_id) < generation) {
        write_marks(&old, store_id, generation, &text);
        st = hv_file_replace(path, 0600, hv_buf_bytes(&text), err);
    }
    close(lock_fd);
    hv_buf_release(&text);
    hv_buf_release(&old);
    return st;
}
