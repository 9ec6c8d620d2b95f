/* test_change.c - what a change does to the world, and who hears of it. */
#include "support.h"

#include "sandbox/change.h"

#include <criterion/criterion.h>
#include <string.h>

/* Two versions of one type, by name: Medication. */
#define MEDICATION_A "30cafccc-047d-4288-94ef-643571f7919d"
#define MEDICATION_B "5c5f1223-f63c-4464-870c-3e36ba471def"

static struct hv_guid
guid(const char *text)
{
    struct hv_guid id;

    cr_assert_eq(hv_guid_parse(text, &id), HV_OK);
    return id;
}

static enum hv_status
change(struct t_world *world, struct sb_order order, const char *type,
       size_t *queued)
{
    struct sb_changed out[64];
    struct hv_guid id = guid(type);

    order.type = &id;
    order.now_ms = T_NOW_MS;
    *queued = 0;
    return sb_change(&world->p, &order, out, queued, NULL);
}

Test(change, raises_events_by_type_family, .init = t_start)
{
    static const struct {
        const char *subscribed;
        const char *changed;
        size_t queued;
    } rows[] = {
        { T_BP, T_BP, 1 },
        { T_BP, T_WEIGHT, 0 },
        { MEDICATION_A, MEDICATION_B, 1 },
        { MEDICATION_B, MEDICATION_A, 1 },
        { MEDICATION_A, T_BP, 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct t_world world;
        char id[HV_GUID_TEXT];
        size_t queued;

        t_world_init(&world);
        t_subscribe(
            &world,
            &(struct t_sub){ .types = { T_GLUCOSE, rows[i].subscribed } }, id);
        cr_expect_eq(change(&world, (struct sb_order){ .count = 1 },
                            rows[i].changed, &queued),
                     HV_OK);
        cr_expect_eq(queued, rows[i].queued, "row %zu", i);
        cr_expect_eq(world.p.queue.events, rows[i].queued, "row %zu", i);
        t_world_release(&world);
    }
}

Test(change, tells_every_person_of_a_shared_record, .init = t_start)
{
    struct t_world world;
    char id[HV_GUID_TEXT];
    size_t queued;

    t_world_init(&world);
    t_subscribe(&world, &(struct t_sub){ 0 }, id);
    t_subscribe(&world, &(struct t_sub){ 0 }, id);
    t_subscribe(&world, &(struct t_sub){ .types = { T_WEIGHT } }, id);
    cr_expect_eq(change(&world, (struct sb_order){ .count = 3, .record = 1 },
                        T_BP, &queued),
                 HV_OK);
    cr_expect_eq(queued, 3 * 2 * 2, "things, people, subscriptions");
    cr_expect_eq(world.p.queue.events, queued);
    t_world_release(&world);
}

Test(change, changes_the_things_of_the_record, .init = t_start)
{
    struct t_world world;
    size_t things;
    struct hv_guid stamp;
    size_t queued;

    t_world_init(&world);
    things = world.p.thing_count;
    cr_expect_eq(change(&world, (struct sb_order){ .count = 2 }, T_BP, &queued),
                 HV_OK);
    cr_expect_eq(world.p.thing_count, things + 2);
    cr_expect_eq(world.p.things[things].created_ms, T_NOW_MS);
    cr_expect_eq(world.p.records[0].sequence, 10);
    stamp = world.p.things[0].stamp;
    cr_expect_eq(change(&world,
                        (struct sb_order){ .action = SB_UPDATE, .count = 9 },
                        T_BP, &queued),
                 HV_OK);
    cr_expect_eq(world.p.thing_count, things + 2);
    cr_expect_not(hv_guid_equal(&stamp, &world.p.things[0].stamp));
    cr_expect_eq(change(&world,
                        (struct sb_order){ .action = SB_DELETE, .count = 4 },
                        T_BP, &queued),
                 HV_OK);
    cr_expect(world.p.things[0].is_deleted && world.p.things[1].is_deleted);
    cr_expect_not(world.p.things[2].is_deleted, "another type");
    cr_expect_eq(change(&world,
                        (struct sb_order){ .action = SB_DELETE, .count = 1 },
                        T_BP, &queued),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(change(&world,
                        (struct sb_order){ .action = SB_UPDATE, .count = 1 },
                        T_BP, &queued),
                 HV_ERR_NOT_FOUND);
    t_world_release(&world);
}

Test(change, refuses_whole_orders, .init = t_start)
{
    struct t_world world;
    size_t queued;
    size_t things;

    t_world_init(&world);
    things = world.p.thing_count;
    cr_expect_eq(change(&world, (struct sb_order){ .count = 0 }, T_BP, &queued),
                 HV_ERR_USAGE);
    cr_expect_eq(change(&world,
                        (struct sb_order){ .count = SB_MAX_CHANGES + 1 }, T_BP,
                        &queued),
                 HV_ERR_USAGE);
    cr_expect_eq(change(&world,
                        (struct sb_order){ .action = SB_DELETE, .count = 3 },
                        T_BP, &queued),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(change(&world,
                        (struct sb_order){ .count = 1, .wants_old_key = true },
                        T_BP, &queued),
                 HV_ERR_RULE, "nobody has an old key");
    world.p.queue.events = SB_MAX_QUEUED + 1;
    cr_expect_eq(change(&world, (struct sb_order){ .count = 1 }, T_BP, &queued),
                 HV_ERR_LIMIT);
    world.p.queue.events = 0;
    cr_expect_eq(world.p.thing_count, things);
    cr_expect_not(world.p.things[0].is_deleted);
    t_world_release(&world);
}
