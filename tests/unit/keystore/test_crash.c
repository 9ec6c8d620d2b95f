/*
 * test_crash.c - killed after each single system call of whatever writes a
 * keystore, the old generation or the new one opens, and the next save works.
 * A child is traced and killed at its n-th stop, for n = 1, 2, 3 ... until it
 * comes to its end. The number of points is printed.
 */
#include "../base/tmpdir.h"
#include "hvconsole/file.h"
#include "kat.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* In memory where there is such a place: a kill looks the same there, and the
 * thousands of fsyncs cost nothing. */
static void
crash_setup(void)
{
    if (access("/dev/shm", W_OK) == 0)
        cr_assert_eq(setenv("TMPDIR", "/dev/shm", 1), 0);
    store_setup();
}

TestSuite(crash, .init = crash_setup, .fini = tmpdir_remove, .timeout = 60);

static struct hv_secret key;
static struct hv_secret new_key;

/* Runs @work in a child that is killed after the @point-th system call since it
 * called ready(); true when it came to its end before that. */
static bool
run_until(void (*work)(void), int point)
{
    pid_t pid = fork();
    int status;
    int stops = 0;

    cr_assert_geq(pid, 0);
    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0))
            _exit(9);
        work();
        _exit(0);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSTOPPED(status), "tracing is not allowed here");
    while (stops < 2 * point) { /* one stop before each call, one after */
        cr_assert_eq(ptrace(PTRACE_SYSCALL, pid, 0, 0), 0);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        if (WIFEXITED(status)) {
            cr_assert_eq(WEXITSTATUS(status), 0, "the work itself failed");
            return true;
        }
        cr_assert(WIFSTOPPED(status), "status %x", (unsigned)status);
        stops++;
    }
    kill(pid, SIGKILL);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return false;
}

static void
ready(void)
{
    raise(SIGSTOP);
}

/* In the child: nothing asserts there, a failure is its exit status. */
static struct hv_keystore *
child_open(void)
{
    struct hv_credential cred = { .key_file = &key };
    struct hv_audit *audit = NULL;
    struct hv_keystore *ks = NULL;

    if (hv_audit_open("store", "console", &audit, NULL) != HV_OK)
        _exit(1);
    hv_keystore_set_audit(audit);
    if (hv_keystore_open("s", &cred, &ks, NULL) != HV_OK)
        _exit(2);
    return ks;
}

static void
work_edit(void)
{
    struct hv_keystore *ks = child_open();
    uint8_t mark[2] = { 200, (uint8_t)hv_keystore_info(ks)->generation };

    ready();
    if (hv_keystore_edit(ks, add_sub, mark, NULL) != HV_OK)
        _exit(3);
}

static void
work_rekey(void)
{
    struct hv_keystore *ks = child_open();
    struct hv_credential keep = { .key_file = &key };
    const struct hv_keystore_info *info = hv_keystore_info(ks);

    ready();
    if (info->slots_len == 1 &&
        hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "x", &new_key, NULL))
        _exit(3);
    if (hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id, &keep, 1,
                                NULL, NULL) != HV_OK)
        _exit(4);
}

static void
work_restore(void)
{
    struct hv_credential cred = { .key_file = &key };
    struct hv_keystore *ks = NULL;

    hv_keystore_close(child_open());
    ready();
    if (hv_keystore_restore("s", "copy", &cred, &ks, NULL) != HV_OK)
        _exit(3);
}

struct outcome {
    int points;
    int old; /* opened as it was before */
    int new;
};

/* The content is @before or one of the generations @work makes after it, the
 * log is whole, and one more edit works. */
static void
check_after(struct outcome *outcome, uint64_t before, uint64_t most, int point)
{
    struct hv_audit *audit = NULL;
    struct hv_audit_report report;
    struct hv_error err = { 0 };
    struct hv_keystore *ks = open_by_key(&key);
    uint64_t now = hv_keystore_info(ks)->generation;

    cr_assert(now >= before && now <= before + most,
              "point %d: generation %lu after %lu", point, (unsigned long)now,
              (unsigned long)before);
    outcome->old += now == before;
    outcome->new += now == before + most;
    cr_assert_eq(hv_audit_open("store", "console", &audit, &err), HV_OK,
                 "point %d: %s", point, err.why);
    cr_assert_eq(hv_audit_verify("store", "console", &report, &err), HV_OK,
                 "point %d: %s", point, err.why);
    cr_expect_eq(report.open, 0, "point %d", point);
    hv_keystore_set_audit(audit);
    cr_assert_eq(hv_keystore_edit(ks, add_sub, (uint8_t[]){ 1, 1 }, &err),
                 HV_OK, "point %d: %s", point, err.why);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_keystore_close(ks);
}

/* What there is before each try. */
static struct {
    const char *path;
    uint8_t *data;
    size_t len;
} files[] = { { .path = "s" },
              { .path = "store/marks" },
              { .path = "store/audit-console.ndjson" } };

static void
remember(void)
{
    for (size_t i = 0; i < HV_LEN(files); i++)
        files[i].data = file_get(files[i].path, &files[i].len);
}

static void
put_back(void)
{
    DIR *dir = opendir(".");
    struct dirent *entry;

    cr_assert_not_null(dir);
    while ((entry = readdir(dir))) {
        if (strncmp(entry->d_name, "s.", 2) == 0 &&
            strcmp(entry->d_name, "s.lock") != 0)
            unlink(entry->d_name);
    }
    closedir(dir);
    for (size_t i = 0; i < HV_LEN(files); i++) {
        unlink(files[i].path);
        file_put(files[i].path, files[i].data, files[i].len);
    }
}

static void
no_temps_are_left(void)
{
    struct hv_keystore *ks = open_by_key(&key);
    int before;

    edit(ks, 77);
    before = tmpdir_count();
    edit(ks, 78);
    cr_expect_leq(tmpdir_count(), before + 1, "only a backup may be more");
    hv_keystore_close(ks);
}

static void
enumerate(const char *name, void (*work)(void), uint64_t most)
{
    struct outcome outcome = { 0 };
    uint64_t before = 2;

    remember();
    for (int point = 1; !run_until(work, point); point++) {
        outcome.points++;
        check_after(&outcome, before, most, point);
        put_back();
    }
    for (size_t i = 0; i < HV_LEN(files); i++)
        free(files[i].data);
    fprintf(stderr,
            "crash: %s: killed at %d points, %d left the old "
            "generation, %d the new one\n",
            name, outcome.points, outcome.old, outcome.new);
    cr_expect_gt(outcome.points, 50);
    cr_expect_gt(outcome.old, 0);
    cr_expect_gt(outcome.new, 0);
    no_temps_are_left();
}

/* A store of generation 2, in the marks and in the log. */
static void
prepare(void)
{
    struct hv_audit *audit = NULL;
    struct hv_keystore *ks;

    hv_keystore_set_store("store");
    cr_assert_eq(hv_audit_open("store", "console", &audit, NULL), HV_OK);
    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    edit(ks, 5);
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    cr_assert_eq(hv_secret_random(&new_key, 32, NULL), HV_OK);
}

static void
finish(void)
{
    hv_secret_release(&key);
    hv_secret_release(&new_key);
    expect_no_secrets();
}

Test(crash, every_point_of_a_save)
{
    prepare();
    enumerate("save", work_edit, 1);
    finish();
}

Test(crash, every_point_of_a_rekey)
{
    prepare();
    enumerate("slot add and rekey", work_rekey, 2);
    finish();
}

Test(crash, every_point_of_a_restore)
{
    prepare();
    cr_assert_eq(hv_keystore_backup("s", "copy", NULL), HV_OK);
    enumerate("restore", work_restore, 1);
    finish();
}

/* Two writers and a reader, with marks and audit: nothing is lost or torn. */
Test(crash, two_writers_and_a_reader)
{
    enum { WRITERS = 2, EDITS = 25 };
    struct hv_audit_report report;
    struct hv_keystore *ks;
    pid_t pids[WRITERS];
    int running = WRITERS;
    int reads = 0;
    uint64_t seen = 2;

    prepare();
    for (int w = 0; w < WRITERS; w++) {
        pids[w] = fork();
        cr_assert_geq(pids[w], 0);
        if (pids[w] == 0) {
            uint8_t mark[2] = { (uint8_t)(10 + w), 0 };
            int failed = 0;

            ks = child_open();
            for (; !failed && mark[1] < EDITS; mark[1]++)
                failed = hv_keystore_edit(ks, add_sub, mark, NULL) != HV_OK;
            _exit(failed);
        }
    }
    while (running) {
        int status;

        ks = open_by_key(&key);
        cr_assert_geq(hv_keystore_info(ks)->generation, seen);
        seen = hv_keystore_info(ks)->generation;
        cr_assert_eq(hv_keystore_ring(ks)->subs_len, seen - 1);
        hv_keystore_close(ks);
        reads++;
        if (waitpid(-1, &status, WNOHANG) > 0) {
            cr_assert_eq(status, 0);
            running--;
        }
    }
    ks = open_by_key(&key);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1 + WRITERS * EDITS);
    hv_keystore_close(ks);
    cr_assert_eq(hv_audit_verify("store", "console", &report, NULL), HV_OK);
    cr_expect_eq(report.lines, 4 + 2 * WRITERS * EDITS);
    fprintf(stderr, "crash: two writers made %d edits under %d reads\n",
            WRITERS * EDITS, reads);
    finish();
}
