/*
 * test_crash.c - killed after each single system call of whatever writes a
 * keystore, the old generation or the new one opens, and the next save works;
 * a new file is whole or not there. The number of points is printed.
 */
#include "crash.h"

#include "../base/tmpdir.h"
#include "hvconsole/clock.h"
#include "kat.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(crash, .init = crash_setup, .fini = tmpdir_remove, .timeout = 150);

#define PHRASE "fourteen chars"

static void
work_edit(void)
{
    struct hv_keystore *ks = crash_child_open();
    uint8_t mark[2] = { 200, (uint8_t)hv_keystore_info(ks)->generation };

    crash_ready();
    if (hv_keystore_edit(ks, add_sub, mark, NULL) != HV_OK)
        _exit(3);
}

static void
work_rekey(void)
{
    struct hv_keystore *ks = crash_child_open();
    struct hv_credential keep = { .key_file = &crash_key };
    const struct hv_keystore_info *info = hv_keystore_info(ks);

    crash_ready();
    if (info->slots_len == 1 &&
        hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "x", &crash_new_key,
                                 NULL))
        _exit(3);
    if (hv_keystore_slot_remove(ks, hv_keystore_info(ks)->slots[1].id, &keep, 1,
                                NULL, NULL) != HV_OK)
        _exit(4);
}

static void
work_passwd(void)
{
    struct hv_keystore *ks = crash_child_open();
    struct hv_credential keep = { .key_file = &crash_key };
    struct hv_secret fresh = secret_of(PHRASE);

    crash_ready();
    if (hv_keystore_passwd(ks, NULL, &fresh, 15, &keep, 1, NULL, NULL) != HV_OK)
        _exit(3);
}

static void
work_init(void)
{
    struct hv_keystore *ks = NULL;

    hv_keystore_close(crash_child_open());
    crash_ready();
    if (hv_keystore_create_with_key_file("n", &crash_new_key, "n", &ks, NULL) !=
        HV_OK)
        _exit(3);
}

static void
work_backup(void)
{
    hv_keystore_close(crash_child_open());
    crash_ready();
    if (hv_keystore_backup("s", "n", NULL) != HV_OK)
        _exit(3);
}

static void
work_export(void)
{
    struct hv_keystore *ks = crash_child_open();
    struct hv_secret fresh = secret_of(PHRASE);

    crash_ready();
    if (hv_keystore_export(ks, "n", &fresh, 15, NULL, 0, NULL) != HV_OK)
        _exit(3);
}

static void
work_import(void)
{
    struct hv_keystore *ks = crash_child_open();
    struct hv_credential cred = { .key_file = &crash_new_key };
    struct hv_import_report report;

    crash_ready();
    if (hv_keystore_import(ks, "other", &cred, &report, NULL) != HV_OK ||
        report.subs != 2)
        _exit(3);
}

static void
work_restore(void)
{
    struct hv_credential cred = { .key_file = &crash_key };
    struct hv_keystore *ks = NULL;

    hv_keystore_close(crash_child_open());
    crash_ready();
    if (hv_keystore_restore("s", "copy", &cred, &ks, NULL) != HV_OK)
        _exit(3);
}

/* One at a time, since the tests of one binary share nothing and run beside
 * each other. */
static void
enumerate(const char *name, void (*work)(void), uint64_t most, const char *made)
{
    const struct crash_case c = { name, work, most, made };

    crash_enumerate(&c);
    crash_finish();
}

Test(crash, every_point_of_a_save)
{
    crash_prepare();
    enumerate("save", work_edit, 1, NULL);
}

Test(crash, every_point_of_a_rekey)
{
    crash_prepare();
    enumerate("slot add and rekey", work_rekey, 2, NULL);
}

Test(crash, every_point_of_a_passwd)
{
    crash_prepare();
    enumerate("passwd", work_passwd, 1, NULL);
}

Test(crash, every_point_of_an_init)
{
    crash_prepare();
    enumerate("init", work_init, 0, "n");
}

Test(crash, every_point_of_a_backup)
{
    crash_prepare();
    enumerate("backup", work_backup, 0, "n");
}

Test(crash, every_point_of_an_export)
{
    crash_prepare();
    enumerate("export", work_export, 0, "n");
}

Test(crash, every_point_of_an_import)
{
    struct hv_keystore *other = NULL;

    crash_prepare();
    cr_assert_eq(hv_keystore_create_with_key_file("other", &crash_new_key, "o",
                                                  &other, NULL),
                 HV_OK);
    edit(other, 31);
    edit(other, 32);
    hv_keystore_close(other);
    enumerate("import", work_import, 1, NULL);
}

Test(crash, every_point_of_a_restore)
{
    crash_prepare();
    cr_assert_eq(hv_keystore_backup("s", "copy", NULL), HV_OK);
    enumerate("restore", work_restore, 1, NULL);
}

/* ---- two writers and a reader ---- */

enum { WRITERS = 2, SHORT_MS = 2000, LONG_MS = 60000 };

static const struct hv_guid counter_ids[WRITERS] = { { { 10 } }, { { 11 } } };

/* Each writer counts its edits in a record of its own. */
static enum hv_status
count_up(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    static const struct hv_guid app = { { 9 } };
    const struct hv_guid *id = arg;
    struct hv_key_sub *sub = hv_keyring_sub(ring, id);

    (void)err;
    if (!sub)
        sub = hv_keyring_add_sub(ring, id, &app);
    sub->created_ms++;
    return HV_OK;
}

/* Its count goes to a file: an exit status holds too little. */
static int
write_until(int64_t until_ms, int which)
{
    struct hv_guid id = counter_ids[which];
    struct hv_keystore *ks = crash_child_open();
    struct hv_error err = { 0 };
    int64_t count = 0;
    char text[32], name[] = { 'w', (char)('0' + which), '\0' };

    for (; hv_clock_mono_ms() < until_ms; count++) {
        if (hv_keystore_edit(ks, count_up, &id, &err) != HV_OK) {
            fprintf(stderr, "crash: writer %d, edit %ld: %s\n", which,
                    (long)count, err.why);
            return 1;
        }
    }
    snprintf(text, sizeof(text), "%ld", (long)count);
    file_put(name, text, strlen(text) + 1);
    return 0;
}

/* Whatever generation a reader meets, it holds just as many edits. */
static int64_t
read_once(int64_t seen[WRITERS])
{
    struct hv_keystore *ks = open_by_key(&crash_key);
    const struct hv_keyring *ring = hv_keystore_ring(ks);
    int64_t total = 0;

    for (int w = 0; w < WRITERS; w++) {
        const struct hv_key_sub *sub = hv_keyring_sub(ring, &counter_ids[w]);
        int64_t count = sub ? sub->created_ms : 0;

        cr_assert_geq(count, seen[w], "an edit of writer %d was lost", w);
        seen[w] = count;
        total += count;
    }
    cr_assert_eq((int64_t)hv_keystore_info(ks)->generation, 2 + total);
    hv_keystore_close(ks);
    return total;
}

Test(crash, two_writers_and_a_reader)
{
    const char *word = getenv("HV_TEST_LONG");
    int64_t ms = word && strcmp(word, "true") == 0 ? LONG_MS : SHORT_MS;
    int64_t until_ms = hv_clock_mono_ms() + ms;
    int64_t seen[WRITERS] = { 0 };
    struct hv_audit_report report;
    int64_t total, reads = 0;
    int running = WRITERS;

    crash_prepare();
    for (int w = 0; w < WRITERS; w++) {
        pid_t pid = fork();

        cr_assert_geq(pid, 0);
        if (pid == 0)
            _exit(write_until(until_ms, w));
    }
    while (running) {
        int status;

        read_once(seen);
        reads++;
        if (waitpid(-1, &status, WNOHANG) > 0) {
            cr_assert_eq(status, 0);
            running--;
        }
    }
    total = read_once(seen);
    for (int w = 0; w < WRITERS; w++) {
        char name[] = { 'w', (char)('0' + w), '\0' };
        size_t len;
        uint8_t *text = file_get(name, &len);

        cr_expect_eq(atol((char *)text), seen[w]);
        cr_expect_gt(seen[w], 0, "writer %d never had its turn", w);
        free(text);
    }
    cr_assert_eq(hv_audit_verify("store", "console", &report, NULL), HV_OK);
    cr_expect_eq((int64_t)report.lines, 4 + 2 * total);
    fprintf(stderr,
            "crash: in %d s two writers made %ld edits under %ld reads; none "
            "was lost\n",
            (int)(ms / 1000), (long)total, (long)reads);
    crash_finish();
}
