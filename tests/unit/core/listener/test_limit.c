/*
 * test_limit.c - how many refusals are listed, and when a fuse blows.
 */
#include "core/listener/limit.h"

#include <criterion/criterion.h>
#include <string.h>

Test(limit, a_burst_and_then_a_rate)
{
    static const uint8_t one[HV_HTTP_ADDRESS] = { 192, 0, 2, 1, [15] = 4 };
    static const uint8_t two[HV_HTTP_ADDRESS] = { 192, 0, 2, 2, [15] = 4 };
    static struct listener_limit limit;
    int64_t now_ms = 1000000;

    for (int i = 0; i < LIMIT_BURST; i++)
        cr_expect(listener_limit_take(&limit, one, now_ms));
    cr_expect_not(listener_limit_take(&limit, one, now_ms));
    cr_expect_not(listener_limit_take(&limit, one, now_ms + 99));
    cr_expect(listener_limit_take(&limit, one, now_ms + 100));
    cr_expect_not(listener_limit_take(&limit, one, now_ms + 150));
    cr_expect(listener_limit_take(&limit, two, now_ms), "another");
    now_ms += 3600000;
    for (int i = 0; i < LIMIT_BURST; i++)
        cr_expect(listener_limit_take(&limit, one, now_ms));
    cr_expect_not(listener_limit_take(&limit, one, now_ms));
    cr_expect_not(listener_limit_take(&limit, one, now_ms - 1000000),
                  "a clock that goes back gives nothing");
}

Test(limit, many_addresses_share_the_table)
{
    static struct listener_limit limit;
    uint8_t address[HV_HTTP_ADDRESS] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 6 };

    for (int i = 0; i < 100000; i++) {
        memcpy(address + 4, &i, sizeof(i));
        cr_assert(listener_limit_take(&limit, address, 1 + i));
    }
}

static struct hv_notify_auth
auth_of(uint8_t sub, const char *version)
{
    struct hv_notify_auth auth = { 0 };

    auth.sub.b[0] = sub;
    hv_copy(auth.version.id, sizeof(auth.version.id), version);
    return auth;
}

Test(fuse, a_version_that_never_verified_keeps_200)
{
    struct listener_fuse fuse = { 0 };
    struct hv_notify_auth auth = auth_of(1, "v1");

    for (int i = 0; i < 100; i++)
        cr_expect(listener_fuse_bad(&fuse, &auth, 1000 + i));
    listener_fuse_release(&fuse);
}

Test(fuse, blows_after_three_in_ten_minutes)
{
    struct listener_fuse fuse = { 0 };
    struct hv_notify_auth auth = auth_of(1, "v1");
    struct hv_notify_auth other = auth_of(1, "v2");
    int64_t now_ms = 1000;

    listener_fuse_verified(&fuse, &auth, now_ms);
    for (int i = 0; i < FUSE_BAD; i++)
        cr_expect(listener_fuse_bad(&fuse, &auth, ++now_ms));
    cr_expect_not(listener_fuse_bad(&fuse, &auth, ++now_ms));
    cr_expect_not(listener_fuse_bad(&fuse, &auth, ++now_ms));
    cr_expect(listener_fuse_bad(&fuse, &other, now_ms), "another version");
    now_ms += FUSE_WINDOW_MS + 1;
    cr_expect(listener_fuse_bad(&fuse, &auth, now_ms), "quiet since then");
    listener_fuse_release(&fuse);
}

Test(fuse, forgets_what_verified_long_ago)
{
    struct listener_fuse fuse = { 0 };
    struct hv_notify_auth auth = auth_of(1, "v1");
    int64_t now_ms = 1000;

    listener_fuse_verified(&fuse, &auth, now_ms);
    now_ms += FUSE_TRUST_MS + 1;
    for (int i = 0; i < 10; i++)
        cr_expect(listener_fuse_bad(&fuse, &auth, ++now_ms));
    listener_fuse_release(&fuse);
}
