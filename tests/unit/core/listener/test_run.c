/*
 * test_run.c - one runs, others find it: locks that die with their process, and
 * facts.
 */
#include "support.h"

#include "hvconsole/file.h"
#include "hvconsole/run.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(run, .init = test_start, .fini = test_end, .timeout = 60);

static char *
path_of(const char *rest)
{
    char *path = NULL;

    cr_assert_geq(asprintf(&path, "%s/run/%s", test_dir, rest), 0);
    return path;
}

Test(run, facts_survive_any_bytes)
{
    struct hv_facts facts = { 0 };
    char text[300];

    for (int c = 1; c < 256; c++)
        text[c - 1] = (char)c;
    text[255] = '\0';
    hv_facts_add(&facts, "all", text);
    hv_facts_add(&facts, "empty", "");
    hv_facts_add(&facts, "two", "first");
    hv_facts_addf(&facts, "two", "%d\n%s", 2, "second=x");
    {
        char got[300];

        cr_expect(hv_facts_get(&facts, "all", 0, got, sizeof(got)));
        cr_expect_str_eq(got, text);
        cr_expect_not(hv_facts_get(&facts, "all", 0, got, 255), "no room");
        cr_expect(hv_facts_get(&facts, "empty", 0, got, 1));
        cr_expect_str_eq(got, "");
        cr_expect(hv_facts_get(&facts, "two", 1, got, sizeof(got)));
        cr_expect_str_eq(got, "2\nsecond=x");
        cr_expect_not(hv_facts_get(&facts, "two", 2, got, sizeof(got)));
        cr_expect_not(hv_facts_get(&facts, "tw", 0, got, sizeof(got)));
        cr_expect_not(hv_facts_get(&facts, "al", 0, got, sizeof(got)));
    }
    hv_facts_release(&facts);
}

Test(run, facts_of_strangers_are_harmless)
{
    static const char *const rows[] = {
        "n=", "n=1x", "n=%3",   "n=%zz",  "n=9999999999999999999999",
        "n",  "=1",   "\n\n\n", "n=%001", "nn=1",
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_facts facts = { 0 };

        hv_buf_add_str(&facts.text, rows[i]);
        cr_expect_eq(hv_facts_get_int(&facts, "n", -7), -7, "row %zu: %s", i,
                     rows[i]);
        hv_facts_release(&facts);
    }
    {
        struct hv_facts facts = { 0 };

        cr_expect_eq(hv_facts_get_int(&facts, "n", -7), -7);
        hv_facts_addf(&facts, "n", "%lld", (long long)INT64_MIN);
        cr_expect_eq(hv_facts_get_int(&facts, "n", -7), INT64_MIN);
        hv_facts_release(&facts);
    }
}

Test(run, odd_names_are_refused)
{
    static const char *const bad[] = { "", "..", "a/b", "A", "x.lock" };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_run *run = NULL;
        struct hv_facts facts = { 0 };

        cr_expect_eq(hv_run_start(test_dir, bad[i], &run, NULL), HV_ERR_USAGE);
        cr_expect_eq(hv_run_find(test_dir, bad[i], &facts, NULL), HV_ERR_USAGE);
    }
}

Test(run, nobody_runs)
{
    struct hv_facts facts = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_run_find(test_dir, "listener", &facts, &err),
                 HV_ERR_NOT_FOUND);
    cr_expect_str_neq(err.why, "");
    cr_expect_eq(hv_run_ask(test_dir, "listener", &facts, 1000, &facts, NULL),
                 HV_ERR_NOT_FOUND);
}

Test(run, only_one_runs)
{
    struct hv_run *run = NULL;
    struct hv_run *second = NULL;
    struct hv_facts facts = { 0 };
    struct hv_error err = { 0 };
    struct stat info;
    char pid[32];
    char *path = path_of("listener");

    cr_assert_eq(hv_run_start(test_dir, "listener", &run, &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(hv_run_start(test_dir, "listener", &second, &err),
                 HV_ERR_RULE);
    snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
    cr_expect_not_null(strstr(err.why, pid), "%s", err.why);
    cr_expect_str_neq(err.hint, "");
    /* Another kind is another matter. */
    cr_assert_eq(hv_run_start(test_dir, "sandbox", &second, NULL), HV_OK);
    hv_run_end(second);

    hv_facts_add(&facts, "listening", "https://127.0.0.1:1");
    cr_assert_eq(hv_run_publish(run, &facts, NULL), HV_OK);
    hv_facts_release(&facts);
    cr_assert_eq(hv_run_find(test_dir, "listener", &facts, &err), HV_OK);
    cr_expect(hv_facts_get(&facts, "listening", 0, pid, sizeof(pid)));
    cr_expect_str_eq(pid, "https://127.0.0.1:1");
    hv_facts_release(&facts);
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0640);

    hv_run_end(run);
    cr_expect_neq(access(path, F_OK), 0, "the facts are gone");
    cr_expect_eq(hv_run_find(test_dir, "listener", &facts, NULL),
                 HV_ERR_NOT_FOUND);
    free(path);
}

Test(run, a_killed_one_does_not_run)
{
    struct hv_facts facts = { 0 };
    struct hv_run *run = NULL;
    struct hv_error err = { 0 };
    char *path = path_of("listener");
    int ready[2];
    pid_t child;
    char byte;

    cr_assert_eq(pipe(ready), 0);
    child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct hv_facts own = { 0 };

        hv_facts_add(&own, "listening", "somewhere");
        if (!hv_run_start(test_dir, "listener", &run, NULL) &&
            !hv_run_publish(run, &own, NULL) && write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    close(ready[1]);
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_expect_eq(hv_run_find(test_dir, "listener", &facts, NULL), HV_OK);
    hv_facts_release(&facts);
    cr_expect_eq(hv_run_start(test_dir, "listener", &run, &err), HV_ERR_RULE);

    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    cr_expect_eq(access(path, F_OK), 0, "its facts are still there");
    cr_expect_eq(hv_run_find(test_dir, "listener", &facts, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(hv_run_ask(test_dir, "listener", &facts, 1000, &facts, NULL),
                 HV_ERR_NOT_FOUND);
    cr_assert_eq(hv_run_start(test_dir, "listener", &run, NULL), HV_OK);
    cr_assert_eq(hv_run_find(test_dir, "listener", &facts, NULL), HV_OK);
    cr_expect_eq(hv_facts_get_int(&facts, "pid", 0), getpid());
    {
        char text[32];

        cr_expect_not(hv_facts_get(&facts, "listening", 0, text, sizeof(text)),
                      "old facts are not ours");
    }
    hv_facts_release(&facts);
    hv_run_end(run);
    close(ready[0]);
    free(path);
}
