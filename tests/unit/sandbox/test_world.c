/* test_world.c - the same seed is the same world, another is another. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

Test(world, depends_on_nothing_but_the_seed, .init = t_start)
{
    struct sb_platform a = { 0 };
    struct sb_platform b = { 0 };
    struct sb_platform c = { 0 };

    sb_platform_init(&a, 1);
    sb_platform_init(&b, 1);
    sb_platform_init(&c, 2);
    cr_assert_eq(a.thing_count, b.thing_count);
    cr_expect(hv_guid_equal(&a.apps[0].id, &b.apps[0].id));
    cr_expect_not(hv_guid_equal(&a.apps[0].id, &c.apps[0].id));
    for (size_t i = 0; i < a.thing_count; i++) {
        cr_expect(hv_guid_equal(&a.things[i].id, &b.things[i].id));
        cr_expect_eq(a.things[i].updated_ms, b.things[i].updated_ms);
    }
    for (size_t i = 0; i < a.record_count; i++)
        cr_expect(hv_guid_equal(&a.records[i].id, &b.records[i].id));
    for (size_t i = 0; i < a.person_count; i++)
        cr_expect(hv_guid_equal(&a.persons[i].id, &b.persons[i].id));
    sb_platform_release(&a);
    sb_platform_release(&b);
    sb_platform_release(&c);
}

Test(world, has_no_id_twice, .init = t_start)
{
    struct sb_platform p = { 0 };

    sb_platform_init(&p, 0);
    for (size_t i = 0; i < p.thing_count; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_not(hv_guid_equal(&p.things[i].id, &p.things[k].id));
    cr_expect_eq(p.thing_count, p.record_count * 48);
    sb_platform_release(&p);
}

Test(world, shares_one_record_between_two_people, .init = t_start)
{
    struct sb_platform p = { 0 };
    size_t people[8] = { 0 };
    size_t shared = 0;

    sb_platform_init(&p, 3);
    cr_assert_leq(p.record_count, HV_LEN(people));
    for (size_t i = 0; i < p.grant_count; i++)
        people[p.grants[i].record]++;
    for (size_t i = 0; i < p.record_count; i++) {
        cr_expect(people[i] == 1 || people[i] == 2);
        shared += people[i] == 2;
    }
    cr_expect_eq(shared, 1);
    cr_expect_eq(people[0], 1, "the first belongs to one person alone");
    cr_expect_eq(people[1], 2);
    sb_platform_release(&p);
}
