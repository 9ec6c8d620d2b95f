/*
 * backup.c - the files beside a keystore that carry its name. Called by save.c
 * while it holds the lock. Only names that this program gives are touched; a
 * failure to tidy up is no failure of a save.
 */
#include "keystore/backup.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/keystore.h"
#include "keystore/be.h"
#include "keystore/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEWEST = 5, DAYS = 7, TEMP_DIGITS = 16 };

#define MS_PER_DAY 86400000

static int
newest_first(const void *a, const void *b)
{
    const struct ks_backup *x = a;
    const struct ks_backup *y = b;

    if (x->generation == y->generation)
        return 0;
    return x->generation > y->generation ? -1 : 1;
}

void
ks_backup_choose(struct ks_backup *list, size_t len, int64_t today)
{
    bool has_day[DAYS] = { false };

    if (len)
        qsort(list, len, sizeof(*list), newest_first);
    for (size_t i = 0; i < len; i++) {
        int64_t age = today - list[i].day;

        list[i].is_kept = i < NEWEST;
        if (age >= 0 && age < DAYS && !has_day[age]) {
            has_day[age] = true;
            list[i].is_kept = true;
        }
    }
}

static bool
backup_path(const char *path, uint64_t generation, char out[PATH_MAX])
{
    int len = snprintf(out, PATH_MAX, "%s.bak-%" PRIu64, path, generation);

    return len > 0 && len < PATH_MAX;
}

static bool
is_same_file(const char *a, const char *b)
{
    struct stat x;
    struct stat y;

    return lstat(a, &x) == 0 && lstat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

enum hv_status
ks_backup_make(const char *path, uint64_t generation, struct hv_error *err)
{
    char name[PATH_MAX];

    if (!backup_path(path, generation, name))
        return hv_fail(err, HV_ERR_IO, "the name %s is too long", path);
    if (link(path, name) == 0)
        return HV_OK;
    /* A save that was killed leaves its link. A file of that name which is
     * not ours is from before a restore: this generation replaces it. */
    if (errno == EEXIST) {
        if (is_same_file(path, name))
            return HV_OK;
        if (unlink(name) == 0 && link(path, name) == 0)
            return HV_OK;
    }
    return hv_fail_errno(err, HV_ERR_IO, "cannot keep the backup %s", name);
}

void
ks_backup_undo(const char *path, uint64_t generation)
{
    char name[PATH_MAX];

    if (backup_path(path, generation, name) && is_same_file(path, name))
        unlink(name);
}

/* Calls @fn for every file beside @path that begins with its name and @mark,
 * with what comes after. */
static void
each_beside(const char *path, const char *mark,
            void (*fn)(void *arg, const char *file, const char *rest),
            void *arg)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t name_len = strlen(name);
    size_t mark_len = strlen(mark);
    char dir_path[PATH_MAX];
    char file[PATH_MAX];
    struct dirent *entry;
    DIR *dir;

    hv_path_dir(path, dir_path, sizeof(dir_path));
    dir = opendir(dir_path);
    if (!dir)
        return;
    while ((entry = readdir(dir))) {
        if (strncmp(entry->d_name, name, name_len) == 0 &&
            strncmp(entry->d_name + name_len, mark, mark_len) == 0 &&
            hv_path_join(file, sizeof(file), dir_path, entry->d_name) == HV_OK)
            fn(arg, file, entry->d_name + name_len + mark_len);
    }
    closedir(dir);
}

struct backups {
    struct ks_backup *at; /* owned */
    size_t len;
};

static void
note_backup(void *arg, const char *file, const char *rest)
{
    struct backups *list = arg;
    struct ks_backup found = { 0 };
    struct stat info;

    if (!ks_number_parse(rest, &found.generation) || lstat(file, &info) ||
        !S_ISREG(info.st_mode))
        return;
    found.day = info.st_mtim.tv_sec / (MS_PER_DAY / 1000);
    list->at = hv_realloc_array(list->at, list->len + 1, sizeof(*list->at));
    list->at[list->len++] = found;
}

/* What the front of a file says, without any proof: magic, store and epoch. */
static bool
is_before(const char *file, const struct hv_guid *store_id, uint32_t epoch)
{
    uint8_t head[KS_HEADER];
    int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof(head));

    if (fd >= 0)
        close(fd);
    if (got != (ssize_t)sizeof(head) ||
        memcmp(head, "\x89HVKS\r\n\x1a", 8) != 0)
        return false;
    return memcmp(head + 16, store_id->b, 16) == 0 &&
           ks_get32(head + 92) < epoch;
}

struct doomed {
    const struct hv_guid *store_id;
    uint32_t epoch;
    size_t removed;
};

static void
remove_before(void *arg, const char *file, const char *rest)
{
    struct doomed *doomed = arg;

    (void)rest;
    if (is_before(file, doomed->store_id, doomed->epoch) && unlink(file) == 0)
        doomed->removed++;
}

size_t
ks_backup_prune(const char *path, const struct hv_guid *store_id,
                uint32_t epoch)
{
    struct doomed doomed = { store_id, epoch, 0 };
    struct backups list = { 0 };
    char name[PATH_MAX];

    each_beside(path, ".bak-", remove_before, &doomed);
    each_beside(path, ".damaged-", remove_before, &doomed);
    each_beside(path, ".bak-", note_backup, &list);
    ks_backup_choose(list.at, list.len, hv_clock_now_ms() / MS_PER_DAY);
    for (size_t i = 0; i < list.len; i++) {
        if (!list.at[i].is_kept &&
            backup_path(path, list.at[i].generation, name))
            unlink(name);
    }
    free(list.at);
    return doomed.removed;
}

static void
remove_temp(void *arg, const char *file, const char *rest)
{
    (void)arg;
    if (strlen(rest) == TEMP_DIGITS &&
        strspn(rest, "0123456789abcdef") == TEMP_DIGITS)
        unlink(file);
}

void
ks_temps_remove(const char *path)
{
    each_beside(path, ".tmp-", remove_temp, NULL);
}

/* ---- what there is, for people ---- */

struct copies {
    struct hv_keystore_copy *at; /* owned */
    size_t len;
};

static void
note_copy(void *arg, const char *file, const char *rest)
{
    struct copies *list = arg;
    struct hv_keystore_copy made = { 0 };
    struct hv_buf bytes = { .ceiling = HV_MAX_KEYSTORE };
    struct ks_front front;
    uint64_t number;

    if (!ks_number_parse(rest, &number) ||
        !hv_copy(made.path, sizeof(made.path), file))
        return;
    if (hv_file_read(file, HV_MAX_KEYSTORE, &bytes, NULL) == HV_OK &&
        ks_front_decode(hv_buf_bytes(&bytes), file, &front, NULL) == HV_OK) {
        made.is_sound = true;
        made.store_id = front.store_id;
        made.generation = front.generation;
        made.epoch = front.epoch;
        made.saved_ms = front.saved_ms;
    }
    hv_buf_release(&bytes);
    list->at = hv_realloc_array(list->at, list->len + 1, sizeof(*list->at));
    list->at[list->len++] = made;
}

static int
newest_copy_first(const void *a, const void *b)
{
    const struct hv_keystore_copy *x = a;
    const struct hv_keystore_copy *y = b;

    if (x->generation != y->generation)
        return x->generation > y->generation ? -1 : 1;
    return strcmp(x->path, y->path);
}

size_t
hv_keystore_copies(const char *path, struct hv_keystore_copy **out)
{
    struct copies list = { 0 };

    each_beside(path, ".bak-", note_copy, &list);
    each_beside(path, ".damaged-", note_copy, &list);
    if (list.len)
        qsort(list.at, list.len, sizeof(*list.at), newest_copy_first);
    *out = list.at;
    return list.len;
}
