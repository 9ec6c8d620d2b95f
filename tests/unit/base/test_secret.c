/*
 * test_secret.c - secrets lie in the secure heap, are gone when released, and
 * nothing else will do.
 */
#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool start_locked;

static void
setup(void)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_secret_start(&start_locked, &err), HV_OK, "%s", err.why);
}

TestSuite(secret, .init = setup);

/* Whether the mapping that holds @at has the two-letter flag of smaps. */
static bool
has_flag(const void *at, const char *flag)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    uintptr_t where = (uintptr_t)at;
    bool is_inside = false;
    bool answer = false;
    char line[512];

    cr_assert_not_null(file);
    while (fgets(line, sizeof(line), file)) {
        uintptr_t low;
        uintptr_t high;

        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &low, &high) == 2)
            is_inside = where >= low && where < high;
        if (is_inside && strncmp(line, "VmFlags:", 8) == 0)
            answer = strstr(line, flag) != NULL;
    }
    fclose(file);
    return answer;
}

Test(secret_unstarted, init_aborts, .signal = SIGABRT)
{
    struct hv_secret s = { 0 };

    (void)!hv_secret_init(&s, 32, NULL);
}

Test(secret_unstarted, without_locked_memory_it_says_so)
{
    struct rlimit none = { 0, 0 };
    struct hv_secret s = { 0 };
    bool is_locked = true;

    cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &none), 0);
    if (geteuid() == 0)
        cr_assert_eq(seteuid(65534), 0); /* root may lock without a limit */
    cr_expect_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    cr_assert_eq(seteuid(getuid()), 0); /* for a sanitizer's report */
    cr_expect_not(is_locked);
    cr_expect_not(hv_secret_is_locked());
    cr_expect_eq(hv_secret_init(&s, 32, NULL), HV_OK);
    hv_secret_release(&s);
}

Test(secret, full_heap_is_an_error_and_not_ordinary_memory)
{
    struct hv_secret pieces[32] = { { 0 } };
    struct hv_secret huge = { 0 };
    struct hv_error err = { 0 };
    enum hv_status st = HV_OK;
    size_t made = 0;

    cr_expect_eq(hv_secret_init(&huge, (size_t)2 << 20, NULL), HV_ERR_LIMIT);
    cr_expect_eq(hv_secret_init(&huge, SIZE_MAX, NULL), HV_ERR_LIMIT);
    cr_expect_null(huge.data);
    while (made < HV_LEN(pieces) && st == HV_OK) {
        st = hv_secret_init(&pieces[made], 65536, &err);
        made += st == HV_OK;
    }
    cr_expect_eq(st, HV_ERR_LIMIT);
    cr_expect_eq(err.status, HV_ERR_LIMIT);
    cr_expect_eq(hv_secret_copy(&huge, "x", 65536, NULL), HV_ERR_LIMIT);
    cr_expect_eq(hv_secret_random(&huge, 65536, NULL), HV_ERR_LIMIT);
    for (size_t i = 0; i < HV_LEN(pieces); i++)
        hv_secret_release(&pieces[i]);
    cr_expect_eq(CRYPTO_secure_used(), 0);
    cr_expect_eq(hv_secret_init(&huge, 65536, NULL), HV_OK);
    hv_secret_release(&huge);
}

Test(secret, lies_in_guarded_memory_that_no_dump_holds)
{
    struct hv_secret s = { 0 };
    struct rlimit core;
    bool again = !start_locked;

    cr_assert_eq(hv_secret_init(&s, 64, NULL), HV_OK);
    cr_expect(CRYPTO_secure_allocated(s.data));
    cr_expect(has_flag(s.data, " dd"));
    cr_expect_eq(has_flag(s.data, " lo"), start_locked);
    cr_expect_eq(prctl(PR_GET_DUMPABLE), 0);
    cr_assert_eq(getrlimit(RLIMIT_CORE, &core), 0);
    cr_expect_eq(core.rlim_max, 0);
    /* A second start changes nothing and tells the same. */
    cr_expect_eq(hv_secret_start(&again, NULL), HV_OK);
    cr_expect_eq(again, start_locked);
    cr_expect_eq(hv_secret_is_locked(), start_locked);
    hv_secret_release(&s);
}

Test(secret, release_wipes_all_of_it_and_twice_is_harmless)
{
    struct hv_secret s = { 0 };
    const uint8_t *was;

    hv_secret_release(&s);
    cr_assert_eq(hv_secret_init(&s, 64, NULL), HV_OK);
    memset(s.data, 0xab, 64);
    s.len = 20; /* a shortened one is wiped behind its end too */
    was = s.data;
    hv_secret_release(&s);
    cr_expect_null(s.data);
    cr_expect_eq(s.len, 0);
    /* The heap keeps its list in the first 16 bytes of a free piece. */
    for (size_t i = 16; i < 64; i++)
        cr_expect_eq(was[i], 0, "byte %zu", i);
    hv_secret_release(&s);
}

Test(secret, copy_take_and_equal)
{
    struct hv_secret a = { 0 };
    struct hv_secret b = { 0 };
    struct hv_secret c = { 0 };
    struct hv_secret moved;

    cr_assert_eq(hv_secret_copy(&a, "0123", 4, NULL), HV_OK);
    cr_assert_eq(hv_secret_copy(&b, "0124", 4, NULL), HV_OK);
    cr_assert_eq(hv_secret_copy(&c, "012", 3, NULL), HV_OK);
    cr_expect_not(hv_secret_equal(&a, &b));
    cr_expect_not(hv_secret_equal(&a, &c));
    b.data[3] = '3';
    cr_expect(hv_secret_equal(&a, &b));
    cr_expect(hv_bytes_equal(hv_secret_bytes(&a), hv_bytes_str("0123")));
    moved = hv_secret_take(&a);
    cr_expect_null(a.data);
    cr_expect_eq(a.len, 0);
    cr_expect(hv_secret_equal(&moved, &b));
    cr_expect_not(hv_secret_equal(&moved, &a));
    hv_secret_release(&moved);
    hv_secret_release(&b);
    hv_secret_release(&c);
    cr_expect_eq(CRYPTO_secure_used(), 0);
}

Test(secret, empty_is_allowed_and_zero_at_first)
{
    struct hv_secret empty = { 0 };
    struct hv_secret s = { 0 };

    cr_assert_eq(hv_secret_copy(&empty, NULL, 0, NULL), HV_OK);
    cr_expect_eq(empty.len, 0);
    cr_expect_not_null(empty.data);
    cr_expect_eq(hv_secret_random(&s, 0, NULL), HV_OK);
    cr_expect(hv_secret_equal(&empty, &s));
    hv_secret_release(&s);
    hv_secret_release(&empty);
    cr_assert_eq(hv_secret_init(&s, 100, NULL), HV_OK);
    for (size_t i = 0; i < s.len; i++)
        cr_expect_eq(s.data[i], 0);
    hv_secret_release(&s);
}

static uint8_t next_byte;

static void
counting(void *out, size_t len)
{
    uint8_t *at = out;

    for (size_t i = 0; i < len; i++)
        at[i] = next_byte++;
}

Test(secret, random_differs_unless_a_test_fixes_it)
{
    struct hv_secret a = { 0 };
    struct hv_secret b = { 0 };
    uint8_t public_a[16] = { 0 };
    uint8_t public_b[16] = { 0 };

    cr_assert_eq(hv_secret_random(&a, 32, NULL), HV_OK);
    cr_assert_eq(hv_secret_random(&b, 32, NULL), HV_OK);
    cr_expect_not(hv_secret_equal(&a, &b));
    hv_secret_release(&a);
    hv_random(public_a, sizeof(public_a));
    hv_random(public_b, sizeof(public_b));
    cr_expect_neq(memcmp(public_a, public_b, sizeof(public_a)), 0);
    hv_random_set(counting);
    hv_random(public_a, sizeof(public_a));
    cr_assert_eq(hv_secret_random(&a, 2, NULL), HV_OK);
    hv_random_set(NULL);
    cr_expect_eq(public_a[15], 15);
    cr_expect_eq(a.data[0], 16);
    cr_expect_eq(a.data[1], 17);
    hv_random(public_b, sizeof(public_b));
    cr_expect_neq(memcmp(public_a, public_b, sizeof(public_a)), 0);
    hv_wipe(public_a, sizeof(public_a));
    cr_expect_eq(public_a[15], 0);
    hv_secret_release(&a);
    hv_secret_release(&b);
}
