/*
 * test_rules.c - authorization rules: what is refused, and what required rules
 * ask for, type by type.
 */
#include "hvconsole/access.h"

#include <criterion/criterion.h>
#include <string.h>

#define WEIGHT   "3d34d87e-7fc1-4153-800f-f56592cb0d17"
#define PRESSURE "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed"

static void
begin(void)
{
    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
}

TestSuite(rules, .init = begin);

static struct hv_guid
guid(const char *text)
{
    struct hv_guid id;

    cr_assert_eq(hv_guid_parse(text, &id), HV_OK);
    return id;
}

Test(rules, what_is_no_rule_set_is_refused)
{
    static const char *const texts[] = {
        "",
        "no XML",
        "<auth/>",
        "<rules/>",
        "<auth><rules><rule/></rules></auth>",
        "<auth><rules><rule name=\"x\"><permission>Write</permission></rule>"
        "</rules></auth>",
        "<auth><rules><rule name=\"a-name-of-17-char\"><permission>Read"
        "</permission></rule></rules></auth>",
        "<auth><rules><rule is-optional=\"maybe\"><permission>Read"
        "</permission></rule></rules></auth>",
        "<auth><rules><rule><permission>Read</permission><target-set><type-id>"
        "weight</type-id></target-set></rule></rules></auth>",
        "<!DOCTYPE auth><auth><rules/></auth>",
        "<auth><rules/><rules/></auth>",
    };

    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct hv_rules rules = { 0 };
        struct hv_error err = { 0 };

        cr_expect_neq(hv_rules_parse(hv_bytes_str(texts[i]), &rules, &err),
                      HV_OK, "%s", texts[i]);
        cr_expect(err.why[0], "no sentence for %s", texts[i]);
        cr_expect_eq(rules.len, 0);
    }
}

Test(rules, required_ones_ask_and_optional_ones_do_not)
{
    static const struct {
        const char *rules;
        unsigned weight, pressure;
    } rows[] = {
        { "", 0, 0 },
        { "<rule><permission>Read</permission></rule>", HV_RIGHT_READ,
          HV_RIGHT_READ },
        { "<rule is-optional=\"true\"><permission>All</permission></rule>", 0,
          0 },
        { "<rule is-optional=\"false\"><permission>All</permission>"
          "<target-set><type-id>" WEIGHT "</type-id></target-set></rule>",
          HV_RIGHT_ALL, 0 },
        { "<rule><permission>Read</permission><permission>Create</permission>"
          "<target-set><type-id>" WEIGHT "</type-id></target-set><target-set>"
          "<type-id>" PRESSURE "</type-id></target-set></rule>",
          HV_RIGHT_READ | HV_RIGHT_CREATE, HV_RIGHT_READ | HV_RIGHT_CREATE },
        { "<rule><permission>Read</permission><target-set/></rule>",
          HV_RIGHT_READ, HV_RIGHT_READ },
        { "<rule><permission>All</permission><exception-set><type-id>" WEIGHT
          "</type-id></exception-set></rule>",
          0, HV_RIGHT_ALL },
        { "<rule><permission>All</permission><exception-set/></rule>", 0, 0 },
        /* Excepted for a while is not excepted. */
        { "<rule><permission>All</permission><exception-set><date-range>"
          "<date-max>2001-01-01T00:00:00Z</date-max></date-range><type-id>" WEIGHT
          "</type-id></exception-set></rule>",
          HV_RIGHT_ALL, HV_RIGHT_ALL },
        { "<rule><permission>Read</permission><target-set><type-id>" WEIGHT
          "</type-id></target-set></rule><rule><permission>Delete</permission>"
          "</rule>",
          HV_RIGHT_READ | HV_RIGHT_DELETE, HV_RIGHT_DELETE },
    };
    struct hv_guid weight = guid(WEIGHT), pressure = guid(PRESSURE);

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_rules rules = { 0 };
        struct hv_error err = { 0 };
        struct hv_buf xml = { 0 };

        hv_buf_addf(&xml, "<auth><rules>%s</rules></auth>", rows[i].rules);
        cr_assert_eq(hv_rules_parse(hv_buf_bytes(&xml), &rules, &err), HV_OK,
                     "row %zu: %s", i, err.why);
        cr_expect_eq(hv_rules_demand(&rules, &weight), rows[i].weight,
                     "row %zu", i);
        cr_expect_eq(hv_rules_demand(&rules, &pressure), rows[i].pressure,
                     "row %zu", i);
        hv_rules_release(&rules);
        hv_buf_release(&xml);
    }
    cr_expect_eq(hv_rules_demand(NULL, &weight), 0);
}
