/*
 * test_fault.c - faults: their words, whom they strike, how often and how
 * long; and the log's ring.
 */
#include "sandbox/fault.h"
#include "sandbox/log.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW 1447320600000LL

static const struct hv_guid none = { { 0 } };
static const struct hv_guid one = { { 1 } };
static const struct hv_guid two = { { 2 } };

Test(fault, refuses_words_it_does_not_know)
{
    static const char *const bad[] = {
        "",         "dropp",      "drop:1",      "dup:",     "Delay",
        "delay:",   "delay:soon", "delay:0",     "error",    "error:",
        "error:0",  "error:-1",   "error:x",     "error:1x", "error:10000",
        "error: 5", "error:+5",   "timeout:30s",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct sb_fault fault = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(sb_fault_parse(bad[i], &fault, &err), HV_ERR_USAGE, "'%s'",
                     bad[i]);
        cr_expect_neq(err.why[0], '\0', "'%s'", bad[i]);
    }
}

Test(fault, reads_and_writes_its_words)
{
    static const struct {
        const char *text;
        enum sb_fault_kind kind;
        int64_t amount;
        const char *back;
        bool is_of_calls;
    } rows[] = {
        { "delay", SB_FAULT_DELAY, 60000, "delay:60000ms", false },
        { "delay:2h", SB_FAULT_DELAY, 7200000, "delay:7200000ms", false },
        { "drop", SB_FAULT_DROP, 0, "drop", false },
        { "dup", SB_FAULT_DUP, 0, "dup", false },
        { "reorder", SB_FAULT_REORDER, 0, "reorder", false },
        { "old-key", SB_FAULT_OLD_KEY, 0, "old-key", false },
        { "http-500", SB_FAULT_HTTP_500, 0, "http-500", true },
        { "timeout", SB_FAULT_TIMEOUT, 0, "timeout", true },
        { "error:37", SB_FAULT_ERROR, 37, "error:37", true },
        { "maintenance", SB_FAULT_MAINTENANCE, 0, "maintenance", true },
    };

    cr_assert_eq(HV_LEN(rows), SB_FAULT_COUNT + 1);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_fault fault = { 0 };
        char back[32];

        cr_assert_eq(sb_fault_parse(rows[i].text, &fault, NULL), HV_OK, "%s",
                     rows[i].text);
        cr_expect_eq(fault.kind, rows[i].kind, "%s", rows[i].text);
        cr_expect_eq(fault.amount, rows[i].amount, "%s", rows[i].text);
        cr_expect_eq(sb_fault_is_of_calls(fault.kind), rows[i].is_of_calls);
        sb_fault_format(&fault, back);
        cr_expect_str_eq(back, rows[i].back);
    }
}

static uint64_t
add(struct sb_faults *faults, struct sb_fault fault)
{
    uint64_t id = 0;

    cr_assert_eq(sb_fault_add(faults, &fault, &id, NULL), HV_OK);
    return id;
}

static bool
drops(struct sb_faults *faults, const struct hv_guid *sub, int64_t now_ms)
{
    return sb_fault_strike_sub(faults, SB_FAULT_DROP, sub, now_ms, NULL);
}

Test(fault, strikes_so_often_and_so_long)
{
    struct sb_faults faults = { 0 };

    cr_expect_not(drops(&faults, &one, NOW));
    add(&faults, (struct sb_fault){ .kind = SB_FAULT_DROP, .left = 2 });
    cr_expect(drops(&faults, &one, NOW));
    cr_expect(drops(&faults, &two, NOW));
    cr_expect_not(drops(&faults, &one, NOW));
    cr_expect_eq(faults.count, 0, "it went by itself");
    add(&faults, (struct sb_fault){
                     .kind = SB_FAULT_DROP, .left = -1, .until_ms = NOW + 10 });
    cr_expect(drops(&faults, &one, NOW + 9));
    cr_expect_eq(faults.list[0].hits, 1);
    cr_expect_not(drops(&faults, &one, NOW + 10));
    cr_expect_eq(faults.count, 0);
}

Test(fault, strikes_only_whom_it_is_for)
{
    struct sb_faults faults = { 0 };
    const struct sb_fault *hit;

    add(&faults,
        (struct sb_fault){ .kind = SB_FAULT_DROP, .left = -1, .sub = one });
    cr_expect_not(drops(&faults, &two, NOW));
    cr_expect(drops(&faults, &one, NOW));
    cr_expect_not(sb_fault_strike_sub(&faults, SB_FAULT_DUP, &one, NOW, NULL));
    cr_expect_null(sb_fault_strike_call(&faults, "GetThings", NOW),
                   "a fault of deliveries");
    add(&faults, (struct sb_fault){ .kind = SB_FAULT_ERROR,
                                    .amount = 37,
                                    .left = -1,
                                    .method = "GetThings" });
    add(&faults, (struct sb_fault){ .kind = SB_FAULT_MAINTENANCE, .left = -1 });
    hit = sb_fault_strike_call(&faults, "GetThings", NOW);
    cr_assert_not_null(hit);
    cr_expect_eq(hit->amount, 37, "the oldest that fits");
    hit = sb_fault_strike_call(&faults, "PutThings", NOW);
    cr_assert_not_null(hit);
    cr_expect_eq(hit->kind, SB_FAULT_MAINTENANCE);
}

Test(fault, has_room_for_so_many_and_clears_them)
{
    struct sb_faults faults = { 0 };
    struct sb_fault fault = { .kind = SB_FAULT_DUP, .left = -1 };
    uint64_t id;

    for (size_t i = 0; i < SB_MAX_FAULTS; i++)
        cr_expect_eq(add(&faults, fault), i + 1);
    cr_expect_eq(sb_fault_add(&faults, &fault, &id, NULL), HV_ERR_LIMIT);
    cr_expect_eq(sb_fault_clear(&faults, 1000), 0);
    cr_expect_eq(sb_fault_clear(&faults, 3), 1);
    cr_expect_eq(faults.list[2].id, 4);
    cr_expect_eq(add(&faults, fault), SB_MAX_FAULTS + 1, "ids are not reused");
    cr_expect_eq(sb_fault_clear(&faults, 0), SB_MAX_FAULTS);
    cr_expect_eq(faults.count, 0);
}

Test(log, keeps_the_last_ones)
{
    struct sb_log log = { 0 };
    const struct sb_log_entry *entry;
    uint64_t at = 0;
    size_t seen = 0;

    cr_expect_null(sb_log_next(&log, 0));
    for (int i = 1; i <= SB_MAX_LOG + 10; i++)
        sb_log_say(&log, SB_LOG_CALL, NOW + i, "Method", "0", "call %d", i);
    while ((entry = sb_log_next(&log, at))) {
        cr_expect_eq(entry->id, at ? at + 1 : 11, "in order, no gap");
        cr_expect_eq(entry->at_ms, NOW + (int64_t)entry->id);
        at = entry->id;
        seen++;
    }
    cr_expect_eq(seen, SB_MAX_LOG);
    cr_expect_str_eq(sb_log_next(&log, SB_MAX_LOG + 9)->text, "call 2010");
    cr_expect(hv_guid_equal(&sb_log_next(&log, 0)->sub, &none));
    sb_log_release(&log);
}
