/*
 * test_audit.c - the audit log: nothing changes without a line before and one
 * after, and no line can be changed, cut out or added unseen.
 */
#include "../base/tmpdir.h"
#include "hvconsole/audit.h"
#include "kat.h"
#include "keystore/audit_log.h"
#include "keystore/store.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG "store/audit-console.ndjson"

TestSuite(audit, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static struct hv_audit *
open_log(void)
{
    struct hv_audit *audit = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_audit_open("store", "console", &audit, &err), HV_OK, "%s",
                 err.why);
    return audit;
}

static struct hv_audit_report
verify(enum hv_status expected, struct hv_error *err)
{
    struct hv_audit_report report = { 0 };

    *err = (struct hv_error){ 0 };
    cr_assert_eq(hv_audit_verify("store", "console", &report, err), expected,
                 "%s", err->why);
    return report;
}

static void
note(struct hv_audit *audit, const char *text)
{
    struct hv_audit_event event = { .verb = "test", .note = text };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_audit_note(audit, &event, "seen", &err), HV_OK, "%s",
                 err.why);
}

/* Where the @n-th line begins, from 0. */
static size_t
line_at(const uint8_t *data, size_t n)
{
    size_t at = 0;

    while (n--)
        at += (size_t)((const uint8_t *)strchr((const char *)data + at, '\n') -
                       (data + at)) +
              1;
    return at;
}

Test(audit, a_missing_log_is_not_found)
{
    struct hv_audit_report report;

    cr_expect_eq(hv_audit_verify("store", "console", &report, NULL),
                 HV_ERR_NOT_FOUND);
}

/* A directory, a link to elsewhere, a pipe: nothing is appended, and the change
 * it should tell of is refused. */
Test(audit, what_is_no_file_is_no_log)
{
    struct hv_secret key = { 0 };
    struct hv_audit *audit = open_log();
    struct hv_keystore *ks;
    uint8_t mark[2] = { 5, 0 };

    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    for (int kind = 0; kind < 3; kind++) {
        struct hv_error err = { 0 };

        cr_assert_eq(remove(LOG), 0);
        cr_assert_eq(kind == 0   ? mkdir(LOG, 0700)
                     : kind == 1 ? symlink("elsewhere", LOG)
                                 : mkfifo(LOG, 0600),
                     0);
        cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_DAMAGED,
                     "kind %d: %s", kind, err.why);
        cr_expect(strstr(err.why, "no audit log"), "%s", err.why);
        cr_expect_neq(access("elsewhere", F_OK), 0);
    }
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_secret_release(&key);
}

Test(audit, foreign_text_stays_in_its_field)
{
    struct hv_audit *audit = open_log();
    struct hv_error err;
    struct stat info;
    struct ks_audit_line line;
    uint8_t *data;
    size_t len;

    note(audit, "a\",\"outcome\":\"ok\",\"x\":\"\\\n\x1b[2J\xff{}");
    note(audit, "\\");
    cr_expect_eq(verify(HV_OK, &err).lines, 2);
    data = file_get(LOG, &len);
    cr_assert(
        ks_audit_parse((struct hv_bytes){ data, line_at(data, 1) - 1 }, &line));
    cr_expect(ks_bytes_are(line.outcome, "seen"));
    cr_expect_null(memchr(data, 0x1b, len));
    cr_assert_eq(stat(LOG, &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0600);
    free(data);
    hv_audit_close(audit);
    hv_audit_close(NULL);
}

Test(audit, every_flipped_byte_is_found_in_its_line)
{
    struct hv_audit *audit = open_log();
    struct hv_error err;
    struct hv_audit_report report;
    uint8_t *data;
    size_t len;
    size_t first;
    size_t second;

    note(audit, "one");
    note(audit, "two");
    note(audit, "three");
    hv_audit_close(audit);
    data = file_get(LOG, &len);
    first = line_at(data, 1);
    second = line_at(data, 2);
    for (size_t i = first; i < second; i++) {
        data[i] ^= 1;
        file_put(LOG, data, len);
        report = verify(HV_ERR_DAMAGED, &err);
        cr_expect_eq(report.bad_line, 2, "byte %zu: line %lu", i,
                     (unsigned long)report.bad_line);
        cr_expect_eq(report.lines, 1);
        data[i] ^= 1;
    }
    /* A line cut out, and the first two exchanged. */
    file_put(LOG, data + first, len - first);
    cr_expect_eq(verify(HV_ERR_DAMAGED, &err).bad_line, 1);
    memmove(data + first, data + second, len - second);
    file_put(LOG, data, len - (second - first));
    cr_expect_eq(verify(HV_ERR_DAMAGED, &err).bad_line, 2);
    cr_expect(strstr(err.why, "line 2"), "%s", err.why);
    free(data);
}

Test(audit, every_torn_line_is_kept_and_marked)
{
    struct hv_audit *audit = open_log();
    struct hv_error err;
    struct hv_audit_report report;
    uint8_t *data;
    uint8_t *after;
    size_t len;
    size_t after_len;
    size_t last;

    note(audit, "one");
    note(audit, "two");
    data = file_get(LOG, &len);
    last = line_at(data, 1);
    for (size_t cut = last + 1; cut < len; cut++) {
        file_put(LOG, data, cut);
        report = verify(HV_OK, &err);
        if (cut == len - 1) { /* only the line end: nothing is lost */
            cr_expect(report.torn == 0 && report.lines == 2);
            note(audit, "three");
            report = verify(HV_OK, &err);
            cr_expect(report.torn == 0 && report.lines == 3);
            break;
        }
        cr_expect(report.torn == 1 && report.lines == 1, "cut at %zu", cut);
        note(audit, "three");
        report = verify(HV_OK, &err);
        cr_expect(report.torn == 1 && report.lines == 3, "cut at %zu: %s", cut,
                  err.why);
        after = file_get(LOG, &after_len);
        cr_expect_arr_eq(after, data, cut);
        /* A marker speaks for one torn line only. */
        after[last + 1] ^= 1;
        file_put(LOG, after, after_len);
        cr_expect_eq(verify(HV_ERR_DAMAGED, &err).bad_line, 2);
        free(after);
    }
    free(data);
    hv_audit_close(audit);
}

Test(audit, a_bad_last_line_stops_all_changes)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_audit *audit = open_log();
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 5, 0 };
    uint8_t *data;
    size_t len;

    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    data = file_get(LOG, &len);
    data[len - 10] ^= 1;
    file_put(LOG, data, len);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_DAMAGED);
    cr_expect_eq(hv_keystore_info(ks)->generation, 1);
    data[len - 10] ^= 1;
    file_put(LOG, data, len);
    cr_assert_eq(chmod(LOG, 0620), 0);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "chmod"), "%s", err.hint);
    cr_assert_eq(chmod(LOG, 0600), 0);
    edit(ks, 1);
    cr_expect_eq(verify(HV_OK, &err).open, 0);
    free(data);
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(audit, a_full_disk_refuses_the_change)
{
    struct rlimit limit = { 0, RLIM_INFINITY };
    struct hv_secret key = { 0 };
    struct hv_audit *audit = open_log();
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    struct stat info;
    uint8_t mark[2] = { 5, 0 };
    uint8_t *before;
    uint8_t *after;
    size_t len;
    size_t after_len;

    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    before = file_get("s", &len);
    cr_assert_eq(stat(LOG, &info), 0);
    limit.rlim_cur = (rlim_t)info.st_size + 100; /* part of a line */
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_IO);
    limit.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect(strstr(err.why, "audit log"), "%s", err.why);
    after = file_get("s", &after_len);
    cr_assert_eq(after_len, len);
    cr_expect_arr_eq(after, before, len);
    edit(ks, 1);
    cr_expect_eq(verify(HV_OK, &err).torn, 1);
    free(before);
    free(after);
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_secret_release(&key);
    expect_no_secrets();
}

struct counted {
    size_t intents;
    size_t recovered;
    char last_verb[48];
    uint64_t after;
};

static bool
count(void *arg, const struct hv_audit_line *line)
{
    struct counted *counted = arg;

    counted->intents += strcmp(line->phase, "intent") == 0;
    counted->recovered += strcmp(line->outcome, "recovered") == 0;
    hv_copy(counted->last_verb, sizeof(counted->last_verb), line->verb);
    counted->after = line->after;
    return true;
}

Test(audit, a_change_is_told_before_and_after)
{
    struct hv_secret key = { 0 };
    struct hv_audit *audit = open_log();
    struct hv_keystore *ks;
    struct hv_audit_head head = { 0 };
    struct counted counted = { 0 };
    struct hv_error err;
    uint8_t *data;
    size_t len;

    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    hv_audit_set_verb("key rotate");
    edit(ks, 3);
    hv_audit_set_verb(NULL);
    cr_expect_eq(verify(HV_OK, &err).lines, 4);
    cr_expect_eq(verify(HV_OK, &err).open, 0);
    cr_assert_eq(hv_audit_each("store", "console", count, &counted, NULL),
                 HV_OK);
    cr_expect_eq(counted.intents, 2);
    cr_expect_str_eq(counted.last_verb, "key rotate");
    cr_expect_eq(counted.after, 2);
    data = file_get(LOG, &len);
    cr_expect(strstr((char *)data, "01030000-0000-0000-0000-000000000000"));
    cr_expect(strstr((char *)data, "none -> live"));
    free(data);
    cr_assert(hv_keystore_audit_head(ks, &head));
    cr_expect_eq(head.seq, 3);
    cr_expect_eq(hv_audit_check_head("store", "console", &head, NULL), HV_OK);
    hv_keystore_close(ks);
    ks = open_by_key(&key);
    cr_expect(hv_keystore_audit_head(ks, &head));
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(audit, a_cut_log_is_seen_and_kept_as_evidence)
{
    struct hv_secret key = { 0 };
    struct hv_audit *audit;
    struct hv_keystore *ks;
    struct hv_audit_head head;
    struct hv_error err = { 0 };
    uint8_t *data;
    size_t len;

    hv_keystore_set_store("store");
    audit = open_log();
    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    edit(ks, 1);
    data = file_get(LOG, &len);
    file_put(LOG, data, line_at(data, 2));
    free(data);
    cr_expect_eq(verify(HV_OK, &err).lines, 2);
    cr_assert(hv_keystore_audit_head(ks, &head));
    cr_expect_eq(hv_audit_check_head("store", "console", &head, &err),
                 HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "CRITICAL"), "%s", err.why);
    edit(ks, 2);
    data = file_get(LOG, &len);
    cr_expect(strstr((char *)data, "\"outcome\":\"cut\""));
    free(data);
    cr_assert(hv_keystore_audit_head(ks, &head));
    cr_expect_eq(hv_audit_check_head("store", "console", &head, NULL), HV_OK);
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(audit, the_log_knows_generations_when_the_mark_is_gone)
{
    struct hv_secret key = { 0 };
    struct hv_credential cred = { .key_file = &key };
    struct hv_audit *audit;
    struct hv_keystore *ks;
    struct hv_keystore *old = NULL;
    uint8_t *data;
    size_t len;

    hv_keystore_set_store("store");
    audit = open_log();
    hv_keystore_set_audit(audit);
    ks = quick_store(&key);
    edit(ks, 1);
    cr_assert_eq(unlink("store/marks"), 0);
    data = file_get("s.bak-1", &len);
    cr_assert_eq(unlink("s"), 0);
    file_put("s", data, len);
    free(data);
    cr_expect_eq(hv_keystore_open("s", &cred, &old, NULL), HV_ERR_DAMAGED);
    hv_keystore_close(ks);
    hv_keystore_set_audit(NULL);
    hv_audit_close(audit);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(audit, what_a_dead_process_began_is_recovered_once)
{
    struct hv_audit_event event = { .verb = "sub delete" };
    struct counted counted = { 0 };
    struct hv_audit *audit;
    struct hv_audit *other;
    struct hv_audit_head head;
    struct hv_error err;
    int gate[2];
    int status;
    char byte = 0;
    pid_t dead = fork();
    pid_t living;

    cr_assert_geq(dead, 0);
    if (dead == 0) {
        audit = open_log();
        _exit(hv_audit_begin(audit, &event, &head, NULL) != HV_OK);
    }
    cr_assert_eq(waitpid(dead, &status, 0), dead);
    cr_assert_eq(status, 0);
    /* One that is still at work is left alone. */
    cr_assert_eq(pipe(gate), 0);
    living = fork();
    cr_assert_geq(living, 0);
    if (living == 0) {
        audit = open_log();
        if (hv_audit_begin(audit, &event, &head, NULL) == HV_OK)
            (void)!write(gate[1], "x", 1);
        pause();
        _exit(1);
    }
    cr_assert_eq(read(gate[0], &byte, 1), 1);
    audit = open_log();
    cr_expect_eq(verify(HV_OK, &err).recovered, 1);
    cr_expect_eq(verify(HV_OK, &err).open, 1);
    kill(living, SIGKILL);
    waitpid(living, NULL, 0);
    other = open_log();
    hv_audit_close(other);
    other = open_log();
    cr_expect_eq(verify(HV_OK, &err).open, 0);
    cr_assert_eq(hv_audit_each("store", "console", count, &counted, NULL),
                 HV_OK);
    cr_expect_eq(counted.recovered, 2);
    cr_expect_str_eq(counted.last_verb, "sub delete");
    hv_audit_close(other);
    hv_audit_close(audit);
    close(gate[0]);
    close(gate[1]);
}

Test(audit, many_writers_make_one_chain)
{
    enum { WRITERS = 3, LINES = 20 };
    struct hv_audit *audit = open_log();
    struct hv_error err;

    for (int w = 0; w < WRITERS; w++) {
        pid_t pid = fork();

        cr_assert_geq(pid, 0);
        if (pid == 0) {
            struct hv_audit_event event = { .verb = "w", .note = "n" };
            int failed = 0;

            for (int i = 0; i < LINES; i++)
                failed += hv_audit_note(audit, &event, "seen", NULL) != HV_OK;
            _exit(failed != 0);
        }
    }
    for (int w = 0; w < WRITERS; w++) {
        int status;

        cr_assert_gt(wait(&status), 0);
        cr_expect_eq(status, 0);
    }
    cr_expect_eq(verify(HV_OK, &err).lines, WRITERS * LINES);
    hv_audit_close(audit);
}
