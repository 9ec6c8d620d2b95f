/*
 * crash.c - see crash.h. A child is traced and killed at its n-th stop, for n =
 * 1, 2, 3 ... until it comes to its end. Called by test_crash*.c.
 */
#include "crash.h"

#include "../base/tmpdir.h"
#include "kat.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

struct hv_secret crash_key;
struct hv_secret crash_new_key;

/* In memory where there is such a place: a kill looks the same there, and the
 * thousands of fsyncs cost nothing. */
void
crash_setup(void)
{
    if (access("/dev/shm", W_OK) == 0)
        cr_assert_eq(setenv("TMPDIR", "/dev/shm", 1), 0);
    store_setup();
}

/* True when the child came to its end before the @point-th system call. */
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

void
crash_ready(void)
{
    raise(SIGSTOP);
}

struct hv_keystore *
crash_child_open(void)
{
    struct hv_credential cred = { .key_file = &crash_key };
    struct hv_audit *audit = NULL;
    struct hv_keystore *ks = NULL;

    if (hv_audit_open("store", "console", &audit, NULL) != HV_OK)
        _exit(1);
    hv_keystore_set_audit(audit);
    if (hv_keystore_open("s", &cred, &ks, NULL) != HV_OK)
        _exit(2);
    return ks;
}

struct outcome {
    int points;
    int old; /* opened as it was before, or not there */
    int new;
};

/* A new file is whole, under its name, or there is none. */
static void
check_made(const struct crash_case *c, struct outcome *outcome, int point)
{
    struct hv_keystore_info info;
    struct hv_error err = { 0 };
    bool is_there = access(c->made, F_OK) == 0;

    if (is_there)
        cr_assert_eq(hv_keystore_inspect(c->made, &info, &err), HV_OK,
                     "point %d: %s", point, err.why);
    outcome->old += !is_there;
    outcome->new += is_there;
}

/* The content is @before or one of the generations @work makes after it, the
 * log is whole, and one more edit works. */
static void
check_after(const struct crash_case *c, struct outcome *outcome,
            uint64_t before, int point)
{
    struct hv_audit *audit = NULL;
    struct hv_audit_report report;
    struct hv_error err = { 0 };
    struct hv_keystore *ks = open_by_key(&crash_key);
    uint64_t now = hv_keystore_info(ks)->generation;

    cr_assert(now >= before && now <= before + c->most,
              "point %d: generation %lu after %lu", point, (unsigned long)now,
              (unsigned long)before);
    if (c->made) {
        check_made(c, outcome, point);
    } else {
        outcome->old += now == before;
        outcome->new += now == before + c->most;
    }
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

static bool
is_left_over(const struct crash_case *c, const char *name)
{
    size_t len = c->made ? strlen(c->made) : 0;

    if (strncmp(name, "s.", 2) == 0)
        return strcmp(name, "s.lock") != 0;
    return len && strncmp(name, c->made, len) == 0 &&
           (name[len] == '\0' || name[len] == '.');
}

static void
put_back(const struct crash_case *c)
{
    DIR *dir = opendir(".");
    struct dirent *entry;

    cr_assert_not_null(dir);
    while ((entry = readdir(dir))) {
        if (is_left_over(c, entry->d_name))
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
    struct hv_keystore *ks = open_by_key(&crash_key);
    int before;

    edit(ks, 77);
    before = tmpdir_count();
    edit(ks, 78);
    cr_expect_leq(tmpdir_count(), before + 1, "only a backup may be more");
    hv_keystore_close(ks);
}

void
crash_enumerate(const struct crash_case *c)
{
    struct outcome outcome = { 0 };

    remember();
    for (int point = 1; !run_until(c->work, point); point++) {
        outcome.points++;
        check_after(c, &outcome, 2, point);
        put_back(c);
    }
    for (size_t i = 0; i < HV_LEN(files); i++)
        free(files[i].data);
    fprintf(stderr,
            "crash: %s: killed at %d points, %d left what was before, %d what "
            "is new\n",
            c->name, outcome.points, outcome.old, outcome.new);
    cr_expect_gt(outcome.points, 20);
    cr_expect_gt(outcome.old, 0);
    cr_expect_gt(outcome.new, 0);
    no_temps_are_left();
}

void
crash_prepare(void)
{
    struct hv_audit *audit = NULL;
    struct hv_keystore *ks;

    hv_keystore_set_store("store");
    cr_assert_eq(hv_audit_open("store", "console", &audit, NULL), HV_OK);
    hv_keystore_set_audit(audit);
    ks = quick_store(&crash_key);
    edit(ks, 5);
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    cr_assert_eq(hv_secret_random(&crash_new_key, 32, NULL), HV_OK);
}

void
crash_finish(void)
{
    hv_secret_release(&crash_key);
    hv_secret_release(&crash_new_key);
    expect_no_secrets();
}
