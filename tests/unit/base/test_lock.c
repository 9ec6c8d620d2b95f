/*
 * test_lock.c - a lock shuts out other processes, says who has it, and ends
 * with its holder.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "tmpdir.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(lock, .init = tmpdir_make, .fini = tmpdir_remove, .timeout = 30);

struct holder {
    pid_t pid;
    int stop_fd; /* close it and the holder ends */
};

/* A child that holds "lock". It ends when told, or after @hold_ms if that is
 * not -1; then it removes the file first when @unlinks. */
static struct holder
start_holder(int hold_ms, bool unlinks)
{
    struct holder holder;
    int stop[2];
    int ready[2];
    char answer = 'n';

    cr_assert_eq(pipe(stop), 0);
    cr_assert_eq(pipe(ready), 0);
    holder.pid = fork();
    cr_assert_geq(holder.pid, 0);
    if (holder.pid == 0) {
        struct pollfd end = { .fd = stop[0], .events = POLLIN };
        int fd = -1;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(stop[1]);
        if (hv_lock_take("lock", 0, &fd, NULL) == HV_OK)
            answer = 'y';
        (void)!write(ready[1], &answer, 1);
        poll(&end, 1, hold_ms);
        if (unlinks)
            unlink("lock");
        _exit(0);
    }
    close(stop[0]);
    close(ready[1]);
    cr_assert_eq(read(ready[0], &answer, 1), 1);
    cr_assert_eq(answer, 'y');
    close(ready[0]);
    holder.stop_fd = stop[1];
    return holder;
}

static void
end_holder(struct holder *holder)
{
    close(holder->stop_fd);
    cr_assert_eq(waitpid(holder->pid, NULL, 0), holder->pid);
}

static bool
is_the_file(int fd)
{
    struct stat ours;
    struct stat named;

    return fstat(fd, &ours) == 0 && stat("lock", &named) == 0 &&
           ours.st_ino == named.st_ino;
}

Test(lock, cannot_be_made)
{
    struct hv_error err = { 0 };
    int fd = -7;

    cr_expect_eq(hv_lock_take("none/lock", 0, &fd, &err), HV_ERR_IO);
    cr_expect_eq(hv_lock_take(".", 0, &fd, NULL), HV_ERR_IO);
    cr_assert_eq(symlink("elsewhere", "link"), 0);
    cr_expect_eq(hv_lock_take("link", 0, &fd, NULL), HV_ERR_IO);
    cr_expect_eq(fd, -7);
    cr_expect_eq(tmpdir_count(), 1);
}

Test(lock, held_by_another_process_names_it)
{
    struct holder holder = start_holder(-1, false);
    struct hv_error err = { 0 };
    char pid[32];
    int fd = -7;

    snprintf(pid, sizeof(pid), "process %ld", (long)holder.pid);
    cr_expect_eq(hv_lock_take("lock", 0, &fd, &err), HV_ERR_RULE);
    cr_expect_eq(err.status, HV_ERR_RULE);
    cr_expect_not_null(strstr(err.why, pid), "%s", err.why);
    cr_expect_neq(err.hint[0], '\0');
    cr_expect_eq(fd, -7);
    cr_expect(hv_lock_is_held("lock"));
    end_holder(&holder);
    cr_expect_not(hv_lock_is_held("lock"));
    cr_expect_eq(hv_lock_take("lock", 0, &fd, NULL), HV_OK);
    close(fd);
}

Test(lock, waits_no_longer_than_told)
{
    struct holder holder = start_holder(-1, false);
    int64_t start = hv_clock_mono_ms();
    int fd;

    cr_expect_eq(hv_lock_take("lock", 100, &fd, NULL), HV_ERR_RULE);
    cr_expect_geq(hv_clock_mono_ms() - start, 100);
    end_holder(&holder);
}

Test(lock, waits_until_the_holder_ends)
{
    struct holder holder = start_holder(60, false);
    struct hv_error err = { 0 };
    int fd = -1;

    cr_expect_eq(hv_lock_take("lock", 20000, &fd, &err), HV_OK, "%s", err.why);
    cr_expect(is_the_file(fd));
    close(fd);
    end_holder(&holder);
}

Test(lock, a_file_that_lost_its_name_is_not_enough)
{
    struct holder holder = start_holder(60, true);
    int fd = -1;

    cr_expect_eq(hv_lock_take("lock", 20000, &fd, NULL), HV_OK);
    cr_expect(is_the_file(fd));
    cr_expect(hv_lock_is_held("lock"));
    close(fd);
    end_holder(&holder);
}

Test(lock, dies_with_a_killed_holder)
{
    struct holder holder = start_holder(-1, false);
    int fd = -1;

    cr_assert_eq(kill(holder.pid, SIGKILL), 0);
    end_holder(&holder);
    cr_expect_eq(hv_lock_take("lock", 0, &fd, NULL), HV_OK);
    close(fd);
}

/* A lock of the old kind would go with any descriptor of the file. */
Test(lock, survives_that_others_look_at_the_file)
{
    struct stat info;
    int second = -1;
    int fd = -1;

    cr_expect_not(hv_lock_is_held("lock"));
    cr_expect_eq(tmpdir_count(), 0);
    cr_assert_eq(hv_lock_take("lock", 0, &fd, NULL), HV_OK);
    cr_assert_eq(stat("lock", &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0600);
    cr_expect(hv_lock_is_held("lock"));
    cr_expect(hv_lock_is_held("lock"));
    /* Also within one process: two descriptions are two parties. */
    cr_expect_eq(hv_lock_take("lock", 0, &second, NULL), HV_ERR_RULE);
    cr_expect(hv_lock_is_held("lock"));
    close(fd);
    cr_expect_not(hv_lock_is_held("lock"));
    cr_expect_eq(tmpdir_count(), 1);
}
