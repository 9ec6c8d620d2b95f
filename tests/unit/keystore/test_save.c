/*
 * test_save.c - the one way to save: nothing is lost between writers, nothing
 * is torn by failures, and what was there before is kept.
 */
#include "../base/tmpdir.h"
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "kat.h"
#include "keystore/records.h"
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

TestSuite(save, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static const struct hv_guid app = { { 9 } };

/* The file as it was, and that it is so still. */
struct memory {
    uint8_t *data;
    size_t len;
    int count;
};

static struct memory
remember(void)
{
    struct memory memory;

    memory.data = file_get("s", &memory.len);
    memory.count = tmpdir_count();
    return memory;
}

static void
expect_unchanged(struct memory *memory)
{
    size_t len;
    uint8_t *now = file_get("s", &len);

    cr_assert_eq(len, memory->len);
    cr_expect_arr_eq(now, memory->data, len);
    cr_expect_eq(tmpdir_count(), memory->count, "files were left behind");
    free(now);
    free(memory->data);
}

Test(save, two_writers_lose_nothing)
{
    enum { WRITERS = 2, EDITS = 25 };
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    pid_t pids[WRITERS];

    hv_keystore_close(ks);
    for (int w = 0; w < WRITERS; w++) {
        pids[w] = fork();
        cr_assert_geq(pids[w], 0);
        if (pids[w] == 0) {
            struct hv_credential cred = { .key_file = &key };
            uint8_t mark[2] = { (uint8_t)w, 0 };
            int failed = hv_keystore_open("s", &cred, &ks, NULL) != HV_OK;

            for (; !failed && mark[1] < EDITS; mark[1]++)
                failed = hv_keystore_edit(ks, add_sub, mark, NULL) != HV_OK;
            _exit(failed);
        }
    }
    for (int w = 0; w < WRITERS; w++) {
        int status;

        cr_assert_eq(waitpid(pids[w], &status, 0), pids[w]);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    ks = open_by_key(&key);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, WRITERS * EDITS);
    cr_expect_eq(hv_keystore_info(ks)->generation, 1 + WRITERS * EDITS);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

struct seen {
    size_t subs;
    enum hv_status answer;
};

static enum hv_status
look(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    struct seen *seen = arg;

    seen->subs = ring->subs_len;
    hv_keyring_add_sub(ring, &app, &app);
    if (seen->answer)
        return hv_fail(err, seen->answer, "changed my mind");
    return HV_OK;
}

Test(save, an_edit_sees_the_file_as_it_is_now)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *old = quick_store(&key);
    struct hv_keystore *other = open_by_key(&key);
    struct seen seen = { 0 };

    edit(other, 1);
    edit(other, 2);
    cr_expect_eq(hv_keystore_ring(old)->subs_len, 0);
    cr_assert_eq(hv_keystore_edit(old, look, &seen, NULL), HV_OK);
    cr_expect_eq(seen.subs, 2);
    cr_expect_eq(hv_keystore_ring(old)->subs_len, 3);
    cr_expect_eq(hv_keystore_info(old)->generation, 4);
    hv_keystore_close(old);
    hv_keystore_close(other);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(save, an_edit_that_fails_leaves_everything)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct seen seen = { .answer = HV_ERR_RULE };
    struct hv_error err = { 0 };
    struct memory memory;

    edit(ks, 1);
    memory = remember();
    cr_expect_eq(hv_keystore_edit(ks, look, &seen, &err), HV_ERR_RULE);
    cr_expect_str_eq(err.why, "changed my mind");
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    expect_unchanged(&memory);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

static enum hv_status
break_rules(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    hv_keyring_add_sub(ring, &app, &app)->status = (enum hv_sub_status)77;
    return HV_OK;
}

Test(save, what_could_not_be_read_back_is_not_written)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_error err = { 0 };
    struct memory memory;

    edit(ks, 1);
    memory = remember();
    cr_expect_eq(hv_keystore_edit(ks, break_rules, NULL, &err), HV_ERR_FAILED);
    cr_expect(strstr(err.why, "not written"), "%s", err.why);
    expect_unchanged(&memory);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

static enum hv_status
add_much(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    static const uint8_t spki[32];
    struct hv_secret der = { 0 };
    enum hv_status st = hv_secret_init(&der, 8000, err);

    (void)arg;
    for (uint8_t i = 0; !st && i < 50; i++) {
        struct hv_guid id = { { 2, i } };

        st = hv_keyring_add_app(ring, &id, "big", &der, spki, 1, err);
    }
    hv_secret_release(&der);
    return st;
}

Test(save, more_than_locked_memory_holds_is_said_and_not_written)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_error err = { 0 };
    struct memory memory;

    edit(ks, 1);
    memory = remember();
    cr_expect_eq(hv_keystore_edit(ks, add_much, NULL, &err), HV_ERR_LIMIT);
    cr_expect(strstr(err.why, "memory"), "%s", err.why);
    expect_unchanged(&memory);
    edit(ks, 2);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(save, a_full_disk_leaves_the_old_file)
{
    struct rlimit limit = { 4096, RLIM_INFINITY };
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 7, 0 };
    struct memory memory;

    edit(ks, 1);
    memory = remember();
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_IO);
    limit.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(err.sys_errno, EFBIG);
    expect_unchanged(&memory);
    cr_expect_eq(hv_keystore_ring(ks)->subs_len, 1);
    edit(ks, 2);
    cr_expect_eq(hv_keystore_info(ks)->generation, 3);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}

Test(save, a_directory_that_cannot_be_written_leaves_the_old_file)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks;
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 7, 0 };
    struct memory memory;

    tmpdir_be_nobody();
    ks = quick_store(&key);
    edit(ks, 1);
    memory = remember();
    cr_assert_eq(chmod(".", 0500), 0);
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_IO);
    cr_expect_neq(err.why[0], '\0');
    expect_unchanged(&memory);
    cr_assert_eq(chmod(".", 0700), 0);
    edit(ks, 2);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

Test(save, a_held_lock_is_waited_for_and_then_named)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    struct hv_error err = { 0 };
    uint8_t mark[2] = { 7, 0 };
    char pid[32];
    int64_t start_ms;
    int fd = -1;

    cr_assert_eq(hv_lock_take("s.lock", 0, &fd, NULL), HV_OK);
    start_ms = hv_clock_mono_ms();
    cr_expect_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_ERR_RULE);
    cr_expect_geq(hv_clock_mono_ms() - start_ms, 4900);
    snprintf(pid, sizeof(pid), "%ld", (long)getpid());
    cr_expect(strstr(err.why, pid), "%s", err.why);
    close(fd);
    edit(ks, 1);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

Test(save, header_tells_the_generation_before)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    static const uint8_t zero[32];
    uint8_t *first;
    uint8_t *second;
    size_t len;
    size_t second_len;

    first = file_get("s", &len);
    edit(ks, 1);
    second = file_get("s", &second_len);
    cr_expect_arr_eq(first + 96, zero, 32);
    cr_expect_arr_eq(second + 96, first + len - 64, 32);
    cr_expect_arr_eq(second + 16, first + 16, 16, "the store id is for life");
    cr_expect_arr_neq(second + 48, first + 48, 32, "the salt is for one save");
    free(first);
    free(second);
    hv_keystore_close(ks);
    hv_secret_release(&key);
}

/* A child is killed while it saves without end; the file is always whole. */
Test(save, a_kill_leaves_the_old_or_the_new)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key);
    uint64_t generation = 1;

    hv_keystore_close(ks);
    for (int round = 0; round < 20; round++) {
        int gate[2];
        char byte;
        pid_t pid;

        cr_assert_eq(pipe(gate), 0);
        pid = fork();
        cr_assert_geq(pid, 0);
        if (pid == 0) {
            struct hv_credential cred = { .key_file = &key };
            uint8_t mark[2] = { (uint8_t)(round + 1), 0 };

            if (hv_keystore_open("s", &cred, &ks, NULL) != HV_OK)
                _exit(1);
            for (; hv_keystore_edit(ks, add_sub, mark, NULL) == HV_OK;
                 mark[1]++)
                (void)!write(gate[1], "x", 1);
            _exit(1);
        }
        close(gate[1]);
        /* At a different moment each time: after so many saves. */
        for (int n = 0; n <= round % 4; n++)
            cr_assert_eq(read(gate[0], &byte, 1), 1);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        close(gate[0]);
        ks = open_by_key(&key);
        cr_expect_gt(hv_keystore_info(ks)->generation, generation);
        generation = hv_keystore_info(ks)->generation;
        cr_expect_eq(hv_keystore_ring(ks)->subs_len, generation - 1);
        hv_keystore_close(ks);
    }
    hv_secret_release(&key);
}
