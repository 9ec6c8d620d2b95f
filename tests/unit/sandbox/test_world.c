/* test_world.c - the same seed is the same world, another is another. */
#include "support.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
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

Test(world, with_a_crowd_begins_as_without, .init = t_start)
{
    struct sb_platform few = { 0 };
    struct sb_platform many = { .people = 900 };
    struct sb_platform again = { .people = 900 };
    size_t children = 0;

    sb_platform_init(&few, 1);
    sb_platform_init(&many, 1);
    sb_platform_init(&again, 1);
    cr_assert_eq(many.person_count, 900);
    cr_expect_gt(many.record_count, 900);
    cr_expect_eq(many.thing_count, few.thing_count, "they have no things");
    for (size_t i = 0; i < few.person_count; i++)
        cr_expect(hv_guid_equal(&few.persons[i].id, &many.persons[i].id));
    for (size_t i = 0; i < many.record_count; i++)
        cr_expect(hv_guid_equal(&many.records[i].id, &again.records[i].id));
    for (size_t i = 1; i < many.person_count; i++)
        cr_expect_not(
            hv_guid_equal(&many.persons[i].id, &many.persons[i - 1].id));
    for (size_t i = 0; i < many.grant_count; i++)
        children += many.grants[i].rel_type == 5;
    cr_expect_gt(children, 100);
    sb_platform_release(&few);
    sb_platform_release(&many);
    sb_platform_release(&again);
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

/* From the things of a type in a record: the text behind @before. */
static size_t
collect(const struct sb_platform *p, size_t record, const char *type,
        const char *before, char values[][32], size_t room)
{
    struct hv_guid id;
    size_t count = 0;

    cr_assert_eq(hv_guid_parse(type, &id), HV_OK);
    for (size_t i = 0; i < p->thing_count && count < room; i++) {
        const struct sb_thing *thing = &p->things[i];
        const char *at;

        if (thing->record != record || !hv_guid_equal(&thing->type, &id))
            continue;
        at = strstr(thing->data, before);
        cr_assert_not_null(at, "%s", thing->data);
        at += strlen(before);
        snprintf(values[count++], 32, "%.*s", (int)strcspn(at, "<"), at);
    }
    return count;
}

/* A person has one height and one year of birth, and a weight that goes up and
 * down a little; every record holds things of many types. */
Test(world, is_about_people, .init = t_start)
{
    struct sb_platform p = { 0 };
    char values[48][32], year[1][32];

    sb_platform_init(&p, 11);
    for (size_t r = 0; r < p.record_count; r++) {
        size_t types = 0;
        size_t count = collect(&p, r, "40750a6a-89b2-455c-bd8d-b420a4cb500b",
                               "<value><m>", values, 48);

        cr_expect_geq(count, 2);
        for (size_t i = 1; i < count; i++)
            cr_expect_str_eq(values[i], values[0], "another height");
        count = collect(&p, r, T_WEIGHT, "<kg>", values, 48);
        cr_expect_geq(count, 2);
        for (size_t i = 1; i < count; i++)
            cr_expect(atof(values[i]) - atof(values[0]) < 3.5 &&
                          atof(values[0]) - atof(values[i]) < 3.5,
                      "%s kg and %s kg", values[0], values[i]);
        cr_assert_eq(collect(&p, r, "3b3e6b16-eb69-483c-8d7e-dfe116ae6092",
                             "<birthyear>", values, 48),
                     1);
        cr_assert_eq(collect(&p, r, "92ba621e-66b3-4a01-bd73-74844aed4f5b",
                             "<birthdate><date><y>", year, 1),
                     1);
        cr_expect_str_eq(values[0], year[0]);
        for (size_t t = 0; hv_thing_type_at(t); t++) {
            size_t i = 0;

            while (
                i < p.thing_count &&
                (p.things[i].record != r ||
                 !hv_guid_equal(&p.things[i].type, &hv_thing_type_at(t)->id)))
                i++;
            types += i < p.thing_count;
        }
        cr_expect_geq(types, 21, "%zu types", types);
    }
    sb_platform_release(&p);
}
