/*
 * tmpdir.c - a directory that lasts for one test.
 */
#include "tmpdir.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char tmpdir[PATH_MAX];

void
tmpdir_make(void)
{
    const char *top = getenv("TMPDIR");

    snprintf(tmpdir, sizeof(tmpdir), "%s/hv-base.XXXXXX", top ? top : "/tmp");
    cr_assert_not_null(mkdtemp(tmpdir));
    cr_assert_eq(chdir(tmpdir), 0);
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
tmpdir_remove(void)
{
    if (geteuid() != getuid())
        (void)!seteuid(getuid());
    (void)!chmod(tmpdir, 0700);
    (void)!chdir("/");
    nftw(tmpdir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int
tmpdir_count(void)
{
    DIR *dir = opendir(".");
    int count = 0;

    cr_assert_not_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

void
tmpdir_be_nobody(void)
{
    if (geteuid() != 0)
        return;
    cr_assert_eq(chown(tmpdir, 65534, 65534), 0);
    cr_assert_eq(seteuid(65534), 0);
}
