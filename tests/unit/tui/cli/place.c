/*
 * place.c - a temporary directory with XDG places in it, for one test.
 */
#include "place.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[PATH_MAX];

void
place_make(void)
{
    static const char *const names[] = { "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                         "XDG_STATE_HOME", "HOME" };
    const char *top = getenv("TMPDIR");

    snprintf(dir, sizeof(dir), "%s/hv-cli.XXXXXX", top ? top : "/tmp");
    cr_assert_not_null(mkdtemp(dir));
    cr_assert_eq(chdir(dir), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[PATH_MAX + 16];

        snprintf(path, sizeof(path), "%s/%zu", dir, i);
        setenv(names[i], path, 1);
    }
    unsetenv("HVCONSOLE_PASSPHRASE_FILE");
    unsetenv("CREDENTIALS_DIRECTORY");
}

static int
remove_one(const char *path, const struct stat *info, int kind,
           struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void
place_remove(void)
{
    if (dir[0] && chdir("/") == 0)
        nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void
place_write(const char *name, const void *data, unsigned long len)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    cr_assert_geq(fd, 0, "%s", name);
    cr_assert_eq(write(fd, data, len), (ssize_t)len);
    close(fd);
}

void
place_text(const char *name, const char *text)
{
    place_write(name, text, strlen(text));
}
