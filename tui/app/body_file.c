/*
 * body_file.c - the file in which a person edits the body of a message: in a
 * directory of this process that nobody else can enter, in memory where the
 * machine offers that ($XDG_RUNTIME_DIR), gone with all that the editor left
 * beside it. What a killed console left is swept by the next one. Called by
 * outside.c and effects.c.
 */
#include "tui/app/runner.h"

#include "hvconsole/file.h"
#include "hvconsole/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "hvconsole-body."

/* The person's own directory in memory, or the one for all. */
static const char *
base_dir(void)
{
    const char *own = getenv("XDG_RUNTIME_DIR");
    struct stat info;

    if (own && own[0] == '/' && strlen(own) < 200 && !stat(own, &info) &&
        S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
        !(info.st_mode & 077))
        return own;
    return "/tmp";
}

/* Editors leave copies beside the file: all of it goes. */
static void
remove_dir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(fd, entry->d_name, 0);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    rmdir(path);
}

static bool
is_left_behind(int base, const char *name)
{
    struct stat info;
    long pid;

    if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0 ||
        fstatat(base, name, &info, AT_SYMLINK_NOFOLLOW) ||
        !S_ISDIR(info.st_mode) || info.st_uid != geteuid())
        return false;
    pid = strtol(name + sizeof(PREFIX) - 1, NULL, 10);
    return pid > 0 && kill((pid_t)pid, 0) && errno == ESRCH;
}

void
hv_body_file_sweep(void)
{
    const char *base = base_dir();
    DIR *dir = opendir(base);
    const struct dirent *entry;
    char path[600];

    while (dir && (entry = readdir(dir)))
        if (is_left_behind(dirfd(dir), entry->d_name) &&
            !hv_path_join(path, sizeof(path), base, entry->d_name))
            remove_dir(path);
    if (dir)
        closedir(dir);
}

enum hv_status
hv_body_file_make(struct hv_outside *outside, const char *body,
                  struct hv_error *err)
{
    size_t len = strlen(body);
    enum hv_status st;

    hv_body_file_sweep();
    hv_body_file_remove(outside);
    snprintf(outside->dir, sizeof(outside->dir), "%s/" PREFIX "%ld.XXXXXX",
             base_dir(), (long)getpid());
    if (!mkdtemp(outside->dir)) { /* 0700, by contract */
        outside->dir[0] = 0;
        return hv_fail_errno(err, HV_ERR_IO, "no directory for the body");
    }
    snprintf(outside->body, sizeof(outside->body), "%s/body.xml", outside->dir);
    outside->ends_line = len && body[len - 1] == '\n';
    st = hv_file_create(outside->body, 0600, hv_bytes_str(body), err);
    if (st)
        hv_body_file_remove(outside);
    return st;
}

/* The line end that an editor adds was not signed before. */
char *
hv_body_file_read(const struct hv_outside *outside)
{
    struct hv_buf text = { 0 };
    char *out = NULL;

    if (!hv_file_read(outside->body, HV_MAX_NOTIFY_BODY_CONFIG, &text, NULL)) {
        if (!outside->ends_line && text.len &&
            text.data[text.len - 1] == '\n' &&
            !truncate(outside->body, (off_t)text.len - 1))
            text.data[--text.len] = 0;
        out = hv_strdup(hv_buf_str(&text));
        hv_wipe(text.data, text.len);
    }
    hv_buf_release(&text);
    return out;
}

void
hv_body_file_remove(struct hv_outside *outside)
{
    if (outside->dir[0])
        remove_dir(outside->dir);
    outside->dir[0] = outside->body[0] = 0;
}
