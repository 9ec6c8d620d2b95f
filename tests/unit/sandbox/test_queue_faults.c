/*
 * test_queue_faults.c - what the faults of deliveries do to the queue, and that
 * the log tells of each that strikes. Time is a number here.
 */
#include "queue_support.h"

#include <criterion/criterion.h>
#include <string.h>

static struct t_world world;
static char sub_id[HV_GUID_TEXT];
static size_t lost;

static void
start(void)
{
    t_start();
    t_world_init(&world);
    t_subscribe(&world, &(struct t_sub){ 0 }, sub_id);
}

static void
stop(void)
{
    t_world_release(&world);
}

static void
on_settled(void *arg, uint64_t wait, size_t count, bool is_delivered)
{
    cr_expect_eq(arg, &world);
    cr_expect_eq(wait, 42);
    cr_expect_not(is_delivered);
    lost += count;
}

static void
add_fault(const char *word, int64_t left)
{
    struct sb_fault fault = { .left = left };
    uint64_t id;

    cr_assert_eq(sb_fault_parse(word, &fault, NULL), HV_OK);
    cr_assert_eq(sb_fault_add(&world.p.faults, &fault, &id, NULL), HV_OK);
}

/* How often the log says that a fault struck. */
static size_t
strikes(const char *word)
{
    const struct sb_log_entry *entry;
    size_t count = 0;

    for (uint64_t at = 0; (entry = sb_log_next(&world.p.log, at));
         at = entry->id)
        count += entry->kind == SB_LOG_FAULT &&
                 strcmp(entry->what, word) == 0 &&
                 strcmp(entry->result, "struck") == 0;
    return count;
}

Test(queue_faults, old_key_fault_ends_with_the_overlap, .init = start,
     .fini = stop)
{
    int64_t over = T_NOW_MS + SB_OVERLAP_MS;
    struct sb_batch *batch;

    add_fault("old-key", -1);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    q_expect_signed(batch, "v1", 0);
    cr_expect_eq(strikes("old-key"), 0, "no key was replaced yet");
    sb_queue_done(&world.p, batch, &q_failed, LATER);
    q_update(&world, sub_id, "v2", 0x22);
    batch = sb_queue_next(&world.p, over);
    q_expect_signed(batch, "v1", 0);
    cr_expect_eq(strikes("old-key"), 1);
    sb_queue_done(&world.p, batch, &q_failed, over);
    batch = sb_queue_next(&world.p, over + 5 * MINUTE);
    cr_assert_not_null(batch);
    q_expect_signed(batch, "v2", 0x22);
    sb_queue_done(&world.p, batch, &q_fine, over + 5 * MINUTE);
}

Test(queue_faults, delay_holds_new_ones_back, .init = start, .fini = stop)
{
    struct sb_batch *batch;

    add_fault("delay:2h", 1);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS + SB_BATCH_WINDOW_MS);
    cr_expect_eq(strikes("delay:7200000ms"), 1);
    batch = sb_queue_next(&world.p, T_NOW_MS + 1000);
    cr_assert_not_null(batch);
    cr_expect_eq(batch->count, 1, "the second did not join the first");
    cr_expect_null(sb_queue_next(&world.p, LATER + 2 * HOUR - 1));
    cr_expect_not_null(sb_queue_next(&world.p, LATER + 2 * HOUR));
}

Test(queue_faults, dup_sends_the_same_bytes_twice, .init = start, .fini = stop)
{
    struct sb_batch *batch;
    struct hv_buf first = { 0 };

    add_fault("dup", -1);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    hv_buf_add_bytes(&first, hv_buf_bytes(&batch->body));
    sb_queue_done(&world.p, batch, &q_fine, LATER + 3);
    batch = sb_queue_next(&world.p, LATER + 3);
    cr_assert_not_null(batch);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&first), hv_buf_bytes(&batch->body)));
    sb_queue_done(&world.p, batch, &q_fine, LATER + 3);
    cr_expect_null(world.p.queue.first, "twice, not for ever");
    cr_expect_eq(strikes("dup"), 1);
    hv_buf_release(&first);
}

Test(queue_faults, reorder_sends_the_youngest_first, .init = start,
     .fini = stop)
{
    struct sb_batch *batch;
    int64_t due = LATER + SB_REORDER_MS;
    uint64_t last = 99;

    add_fault("reorder", -1);
    for (int i = 0; i < 3; i++)
        q_emit(&world, 0, 1, false, 0, T_NOW_MS + i * 500);
    cr_expect_null(sb_queue_next(&world.p, due - 1));
    for (int i = 0; i < 3; i++) {
        batch = sb_queue_next(&world.p, due);
        cr_assert_not_null(batch, "%d", i);
        cr_expect_lt(batch->id, last);
        last = batch->id;
        cr_expect_null(sb_queue_next(&world.p, due), "one after the other");
        sb_queue_done(&world.p, batch, &q_fine, due);
    }
    cr_expect_eq(strikes("reorder"), 3);
    cr_expect_null(world.p.queue.first);
}

Test(queue_faults, drop_loses_them, .init = start, .fini = stop)
{
    world.p.queue.settled = on_settled;
    world.p.queue.settled_arg = &world;
    add_fault("drop", 1);
    q_emit(&world, 0, 2, false, 42, T_NOW_MS);
    cr_expect_null(sb_queue_next(&world.p, LATER));
    cr_expect_eq(lost, 2, "who waits is told");
    cr_expect_null(world.p.queue.first);
    cr_expect_eq(strikes("drop"), 1);
    q_emit(&world, 0, 1, false, 42, LATER);
    cr_expect_not_null(sb_queue_next(&world.p, LATER + 1000), "once only");
}
