/*
 * test_queue.c - batches, their bytes and signatures, retries, the overlap of
 * old and new key, dropping and giving up. Time is a number here.
 */
#include "queue_support.h"

#include "sandbox/change.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct t_world world;
static char sub_id[HV_GUID_TEXT];

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

Test(queue, waits_for_the_window_and_signs, .init = start, .fini = stop)
{
    struct sb_batch *batch;
    char person[HV_GUID_TEXT];
    char record[HV_GUID_TEXT];
    char thing[HV_GUID_TEXT];
    char want[1024];

    cr_expect_eq(sb_queue_due_ms(&world.p.queue), -1);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    cr_expect_eq(sb_queue_due_ms(&world.p.queue), LATER);
    cr_expect_null(sb_queue_next(&world.p, LATER - 1));
    batch = sb_queue_next(&world.p, LATER);
    cr_assert_not_null(batch);
    hv_guid_format(&world.p.persons[0].id, person);
    hv_guid_format(&world.p.records[0].id, record);
    hv_guid_format(&world.p.things[world.p.thing_count - 1].id, thing);
    snprintf(want, sizeof(want),
             "<?xml version=\"1.0\" encoding=\"utf-8\"?><wc:notifications "
             "xmlns:wc=\"urn:com.microsoft.wc.notification\"><notification>"
             "<common><subscription-id>%s</subscription-id></common>"
             "<record-change-notification><person-id>%s</person-id><record-id>"
             "%s</record-id><things><thing><thing-id>%s</thing-id></thing>"
             "</things></record-change-notification></notification>"
             "</wc:notifications>",
             sub_id, person, record, thing);
    cr_expect_str_eq(hv_buf_str(&batch->body), want);
    q_expect_signed(batch, "v1", 0);
    cr_expect_null(sb_queue_next(&world.p, LATER), "it is under way");
    sb_queue_done(&world.p, batch, &q_fine, LATER);
    cr_expect_eq(world.p.queue.events, 0);
    cr_expect_null(world.p.queue.first);
}

Test(queue, batches_what_is_close_and_splits_at_fifty, .init = start,
     .fini = stop)
{
    struct sb_batch *batch;
    size_t sizes[3];
    size_t count = 0;

    q_emit(&world, 0, 70, false, 0, T_NOW_MS);
    q_emit(&world, 3, 40, false, 0, T_NOW_MS + 50);
    cr_expect_not_null(sb_queue_next(&world.p, T_NOW_MS), "full ones go");
    for (batch = world.p.queue.first; batch; batch = batch->next)
        sizes[count++] = batch->count;
    cr_assert_eq(count, 3);
    cr_expect_eq(sizes[0], 50);
    cr_expect_eq(sizes[1], 50);
    cr_expect_eq(sizes[2], 10);
    (void)sb_queue_next(&world.p, T_NOW_MS + 1000);
    batch = world.p.queue.first->next;
    count = 0;
    for (const char *at = strstr(hv_buf_str(&batch->body), "<notification>");
         at; at = strstr(at + 1, "<notification>"))
        count++;
    cr_expect_eq(count, 2, "one per pair of person and record");
}

Test(queue, retries_on_the_stated_schedule, .init = start, .fini = stop)
{
    static const int64_t steps[] = {
        MINUTE,   5 * MINUTE, 15 * MINUTE, HOUR,      3 * HOUR,
        6 * HOUR, 12 * HOUR,  12 * HOUR,   12 * HOUR,
    };
    int64_t now = LATER;
    struct sb_batch *batch;
    struct hv_buf first = { 0 };
    char line[sizeof(batch->authorization)];

    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    for (size_t i = 0; i < HV_LEN(steps); i++) {
        batch = sb_queue_next(&world.p, now);
        cr_assert_not_null(batch, "try %zu", i);
        if (i == 0) {
            hv_buf_add_bytes(&first, hv_buf_bytes(&batch->body));
            hv_copy(line, sizeof(line), batch->authorization);
        }
        cr_expect(
            hv_bytes_equal(hv_buf_bytes(&first), hv_buf_bytes(&batch->body)),
            "the same bytes");
        cr_expect_str_eq(batch->authorization, line);
        /* It counts from the attempt, however long that took. */
        sb_queue_done(&world.p, batch, &q_failed, now + 30000);
        cr_expect_eq(sb_queue_due_ms(&world.p.queue), now + steps[i], "try %zu",
                     i);
        cr_expect_null(sb_queue_next(&world.p, now + steps[i] - 1));
        now += steps[i];
    }
    hv_buf_release(&first);
    cr_expect_eq(sb_retry_delay_ms(1000), 12 * HOUR);
}

/* The log tells each attempt, when the next comes, and how it ended. */
Test(queue, says_what_became_of_it, .init = start, .fini = stop)
{
    const struct sb_log_entry *entry;
    struct sb_batch *batch;
    uint8_t digest[32];

    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    sb_queue_done(&world.p, batch, &q_dead, LATER);
    entry = sb_log_next(&world.p.log, 0);
    cr_assert_not_null(entry);
    cr_expect_eq(entry->kind, SB_LOG_DELIVERY);
    cr_expect_eq(entry->at_ms, LATER);
    cr_expect_eq(entry->next_ms, LATER + MINUTE);
    cr_expect_eq(entry->attempt, 1);
    cr_expect_str_eq(entry->result, "no answer");
    cr_expect_str_eq(entry->text, "connection refused");
    memcpy(digest, entry->sha256, sizeof(digest));
    batch = sb_queue_next(&world.p, LATER + MINUTE);
    sb_queue_done(&world.p, batch, &q_fine, LATER + MINUTE);
    entry = sb_log_next(&world.p.log, entry->id);
    cr_assert_not_null(entry);
    cr_expect_eq(entry->attempt, 2);
    cr_expect_eq(entry->next_ms, 0);
    cr_expect_str_eq(entry->result, "HTTP 200");
    cr_expect_arr_eq(entry->sha256, digest, sizeof(digest));
    cr_expect_null(sb_log_next(&world.p.log, entry->id));
}

static size_t settled;
static size_t lost;

static void
on_settled(void *arg, uint64_t wait, size_t count, bool is_delivered)
{
    cr_expect_eq(arg, &world);
    cr_expect_eq(wait, 42);
    if (is_delivered)
        settled += count;
    else
        lost += count;
}

Test(queue, gives_up_ten_days_after_the_event, .init = start, .fini = stop)
{
    int64_t now = LATER;
    int tries = 0;

    world.p.queue.settled = on_settled;
    world.p.queue.settled_arg = &world;
    q_emit(&world, 0, 2, false, 42, T_NOW_MS);
    while (world.p.queue.first) {
        struct sb_batch *batch = sb_queue_next(&world.p, now);

        cr_assert_not_null(batch);
        cr_assert_leq(now, T_NOW_MS + SB_GIVE_UP_MS);
        sb_queue_done(&world.p, batch, &q_failed, now);
        tries++;
        now = sb_queue_due_ms(&world.p.queue);
    }
    /* the first, six up to 6 h, and every 12 h in the 229 h that are left */
    cr_expect_eq(tries, 1 + 6 + 19, "%d", tries);
    cr_expect_eq(lost, 2);
    cr_expect_eq(settled, 0);
    cr_expect_eq(world.p.queue.events, 0);
    q_emit(&world, 0, 1, false, 42, T_NOW_MS);
    cr_expect_null(sb_queue_next(&world.p, T_NOW_MS + SB_GIVE_UP_MS + 1),
                   "too old to start with");
    cr_expect_eq(lost, 3);
}

Test(queue, signs_what_was_queued_with_the_new_key, .init = start, .fini = stop)
{
    struct sb_batch *batch;
    struct hv_buf first = { 0 };

    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    q_expect_signed(batch, "v1", 0);
    hv_buf_add_bytes(&first, hv_buf_bytes(&batch->body));
    sb_queue_done(&world.p, batch, &q_failed, LATER);
    q_update(&world, sub_id, "v2", 0x22);
    batch = sb_queue_next(&world.p, LATER + MINUTE);
    cr_assert_not_null(batch);
    q_expect_signed(batch, "v2", 0x22);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&first), hv_buf_bytes(&batch->body)));
    sb_queue_done(&world.p, batch, &q_fine, LATER + MINUTE);
    hv_buf_release(&first);
}

Test(queue, signs_with_the_old_key_on_request, .init = start, .fini = stop)
{
    struct sb_changed out[1];
    struct hv_guid type = world.p.subs[0].types[0].id;
    struct sb_order late = { .type = &type,
                             .count = 1,
                             .wants_old_key = true,
                             .now_ms = T_NOW_MS + SB_OVERLAP_MS + 1 };
    struct sb_batch *batch;
    size_t queued;
    char other[HV_GUID_TEXT];

    t_subscribe(&world, &(struct t_sub){ .version = "z9" }, other);
    q_update(&world, sub_id, "v2", 0x22);
    q_emit(&world, 0, 1, true, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    q_expect_signed(batch, "v1", 0);
    batch = sb_queue_next(&world.p, LATER);
    q_expect_signed(batch, "z9", 0);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    q_expect_signed(batch, "v2", 0x22);
    cr_expect_eq(sb_change(&world.p, &late, out, &queued, NULL), HV_ERR_RULE,
                 "its time is over");
}

Test(queue, same_version_id_leaves_no_old_key, .init = start, .fini = stop)
{
    q_update(&world, sub_id, "v1", 0x33);
    cr_expect_eq(world.p.subs[0].old_key.key.len, 0);
    q_emit(&world, 0, 1, false, 0, T_NOW_MS);
    q_expect_signed(sb_queue_next(&world.p, LATER), "v1", 0x33);
}

Test(queue, drops_with_the_subscription, .init = start, .fini = stop)
{
    struct sb_batch *batch;
    char other[HV_GUID_TEXT];

    world.p.queue.settled = on_settled;
    world.p.queue.settled_arg = &world;
    t_subscribe(&world, &(struct t_sub){ 0 }, other);
    q_emit(&world, 0, 60, false, 42, T_NOW_MS);
    batch = sb_queue_next(&world.p, T_NOW_MS);
    cr_assert_not_null(batch);
    sb_sub_remove(&world.p, &world.p.subs[0]);
    cr_expect_eq(lost, 10, "what does not fly is lost at once");
    cr_expect_eq(world.p.queue.events, 50 + 60);
    sb_queue_done(&world.p, batch, &q_failed, LATER);
    cr_expect_eq(lost, 60, "what came back is not tried again");
    cr_expect_eq(world.p.queue.events, 60, "the other subscription's");
}

Test(queue, counts_who_waited, .init = start, .fini = stop)
{
    struct sb_batch *batch;

    world.p.queue.settled = on_settled;
    world.p.queue.settled_arg = &world;
    q_emit(&world, 1, 3, false, 42, T_NOW_MS);
    q_emit(&world, 1, 3, false, 0, T_NOW_MS);
    batch = sb_queue_next(&world.p, LATER);
    cr_expect_eq(batch->count, 12);
    sb_queue_done(&world.p, batch, &q_fine, LATER);
    cr_expect_eq(settled, 6);
    cr_expect_eq(lost, 0);
}
