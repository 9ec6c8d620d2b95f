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

/* Blood pressures of the record that are there. */
static size_t
there(const struct t_world *world, size_t record)
{
    struct hv_guid type = guid(T_BP);
    size_t count = 0;

    for (size_t i = 0; i < world->p.thing_count; i++)
        count += world->p.things[i].record == record &&
                 !world->p.things[i].is_deleted &&
                 hv_guid_equal(&world->p.things[i].type, &type);
    return count;
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

/* Blood pressures of the first record. */
static size_t
count_there(const struct t_world *world)
{
    struct hv_guid bp;
    size_t count = 0;

    cr_assert_eq(hv_guid_parse(T_BP, &bp), HV_OK);
    for (size_t i = 0; i < world->p.thing_count; i++)
        count += world->p.things[i].record == 0 &&
                 !world->p.things[i].is_deleted &&
                 hv_guid_equal(&world->p.things[i].type, &bp);
    return count;
}

Test(change, changes_the_things_of_the_record, .init = t_start)
{
    struct t_world world;
    const struct sb_thing *added;
    struct hv_guid stamp;
    int64_t sequence;
    size_t before;
    size_t queued;

    t_world_init(&world);
    before = there(&world, 0);
    sequence = world.p.records[0].sequence;
    cr_expect_eq(change(&world, (struct sb_order){ .count = 2 }, T_BP, &queued),
                 HV_OK);
    cr_expect_eq(there(&world, 0), before + 2);
    cr_expect_eq(world.p.records[0].sequence, sequence + 2);
    added = &world.p.things[world.p.thing_count - 1];
    cr_expect_eq(added->created_ms, T_NOW_MS);
    stamp = added->stamp;
    cr_expect_eq(
        change(&world,
               (struct sb_order){ .action = SB_UPDATE, .count = before + 2 },
               T_BP, &queued),
        HV_OK);
    cr_expect_eq(there(&world, 0), before + 2);
    added = &world.p.things[world.p.thing_count - 1];
    cr_expect_not(hv_guid_equal(&stamp, &added->stamp));
    cr_expect_eq(
        change(&world,
               (struct sb_order){ .action = SB_DELETE, .count = before + 2 },
               T_BP, &queued),
        HV_OK);
    cr_expect_eq(there(&world, 0), 0);
    cr_expect_eq(world.p.records[0].sequence,
                 sequence + 2 + 2 * (int64_t)(before + 2));
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

/* Who may not read such things offline does not hear of them. */
Test(change, tells_only_who_may_read_offline, .init = t_start)
{
    static const char online_only[] =
        "<auth><rules><rule name=\"w\"><permission>All</permission>"
        "<target-set><type-id>" T_WEIGHT "</type-id></target-set></rule>"
        "</rules></auth>";
    struct t_world world;
    struct sb_app *app;
    char id[HV_GUID_TEXT];
    size_t index;
    size_t queued;

    t_world_init(&world);
    t_subscribe(&world, &(struct t_sub){ .types = { T_BP, T_WEIGHT } }, id);
    app = sb_app_find(&world.p, &world.app);
    index = sb_app_index(&world.p, app);
    cr_assert_eq(sb_app_set_rules(&world.p, app, SB_OFFLINE,
                                  hv_bytes_str(online_only), NULL),
                 HV_OK);
    cr_expect_eq(change(&world, (struct sb_order){ .count = 1 }, T_BP, &queued),
                 HV_OK);
    cr_expect_eq(queued, 1, "what was granted stays granted");
    for (size_t i = 0; i < world.p.auth_count; i++)
        if (world.p.auths[i].app == index)
            (void)sb_auth_grant(&world.p, index, world.p.auths[i].person,
                                world.p.auths[i].record, NULL, T_NOW_MS);
    cr_expect_eq(change(&world, (struct sb_order){ .count = 1 }, T_BP, &queued),
                 HV_OK);
    cr_expect_eq(queued, 0);
    cr_expect_eq(
        change(&world, (struct sb_order){ .count = 1 }, T_WEIGHT, &queued),
        HV_OK);
    cr_expect_eq(queued, 1);
    sb_auth_revoke(&world.p, sb_auth_find(&world.p, index, 0, 0), T_NOW_MS);
    cr_expect_eq(
        change(&world, (struct sb_order){ .count = 1 }, T_WEIGHT, &queued),
        HV_OK);
    cr_expect_eq(queued, 0, "revoked");
    t_world_release(&world);
}

/* By switch: an application does not hear of what it wrote itself. */
Test(change, may_spare_who_wrote_it, .init = t_start)
{
    struct t_world world;
    struct sb_news news = { .now_ms = T_NOW_MS, .type = guid(T_BP) };
    char id[HV_GUID_TEXT];

    t_world_init(&world);
    t_subscribe(&world, &(struct t_sub){ 0 }, id);
    news.by = sb_app_find(&world.p, &world.app);
    cr_expect_eq(sb_raise(&world.p, &news), 1);
    world.p.no_own_events = true;
    cr_expect_eq(sb_raise(&world.p, &news), 0);
    news.by = NULL;
    cr_expect_eq(sb_raise(&world.p, &news), 1);
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
                        (struct sb_order){ .action = SB_DELETE,
                                           .count = count_there(&world) + 1 },
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
    cr_expect_gt(there(&world, 0), 0);
    t_world_release(&world);
}
