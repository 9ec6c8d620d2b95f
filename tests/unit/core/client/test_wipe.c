/*
 * test_wipe.c - the allocator for libraries keeps what an allocator must keep.
 */
#include "core/net/wipe.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(wipe, realloc_keeps_the_bytes)
{
    char *data = hv_wipe_realloc(NULL, 8);

    memcpy(data, "1234567", 8);
    for (size_t size = 8; size < 100000; size = size * 3 + 1) {
        data = hv_wipe_realloc(data, size);
        cr_assert_not_null(data);
        cr_expect_str_eq(data, "1234567");
    }
    data = hv_wipe_realloc(data, 3);
    cr_expect_eq(memcmp(data, "123", 3), 0);
    data = hv_wipe_realloc(data, 0);
    cr_expect_not_null(data);
    hv_wipe_free(data);
    hv_wipe_free(NULL);
}

Test(wipe, mixes_with_the_plain_one)
{
    char *text = hv_wipe_strdup("abc");
    char *zeros = hv_wipe_calloc(3, 2);

    cr_expect_str_eq(text, "abc");
    cr_expect_eq(memcmp(zeros, "\0\0\0\0\0", 6), 0);
    free(text);
    free(zeros);
    hv_wipe_free(malloc(5));
    hv_wipe_free(hv_wipe_realloc(malloc(5), 9));
}
