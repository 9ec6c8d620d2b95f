/*
 * test_names.c - the dictionary: unknown words first, then the laws of the
 * tables.
 */
#include "core/wire/names.h"

#include <criterion/criterion.h>
#include <string.h>

Test(names, unknown_codes_and_types_are_not_found)
{
    static const int codes[] = { -1, 103, 190, 9999, 2147483647 };
    struct hv_guid none = { { 1 } };

    for (size_t i = 0; i < HV_LEN(codes); i++)
        cr_expect_null(hv_code_find(codes[i]), "%d", codes[i]);
    cr_expect_null(hv_thing_type_find(&none));
    cr_expect_null(hv_thing_type_at(hv_thing_type_count()));
    cr_expect_str_eq(hv_code_class_word((enum hv_code_class)77), "other");
    cr_expect_str_not_empty(hv_code_advice((enum hv_code_class)77));
}

Test(names, search_refuses_what_is_unknown_or_ambiguous)
{
    static const struct {
        const char *word;
        enum hv_status status;
        const char *said;
    } rows[] = {
        { "", HV_ERR_NOT_FOUND, "no thing type" },
        { "Wait", HV_ERR_NOT_FOUND, "no thing type" },
        { "ca3", HV_ERR_NOT_FOUND, "no thing type" },
        { "00000000-0000-0000-0000-000000000000", HV_ERR_NOT_FOUND, "" },
        { "Blood", HV_ERR_RULE, "Blood glucose" },
        { "medical", HV_ERR_RULE, "several" },
        { "Weight\n", HV_ERR_NOT_FOUND, "" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const struct hv_thing_type *type = NULL;
        struct hv_error err = { 0 };

        cr_expect_eq(hv_thing_type_search(rows[i].word, &type, &err),
                     rows[i].status, "row %zu", i);
        cr_expect_null(type);
        cr_expect(strstr(err.why, rows[i].said), "row %zu: %s", i, err.why);
        cr_expect_str_not_empty(err.hint, "row %zu", i);
    }
}

Test(names, not_found_tells_what_is_near)
{
    const struct hv_thing_type *type;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_thing_type_search("pressure", &type, &err),
                 HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.hint, "Blood pressure (ca3c57f4)"), "%s", err.hint);
}

Test(names, search_finds_by_id_prefix_and_name)
{
    static const struct {
        const char *word;
        const char *name;
    } rows[] = {
        { "Weight", "Weight" }, /* also the start of another */
        { "weight", "Weight" },
        { "WEIGHT-GOAL", "Weight goal" },
        { "blood-pressure", "Blood pressure" },
        { "Blood Pressure", "Blood pressure" },
        { "blood-p", "Blood pressure" },
        { "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed", "Blood pressure" },
        { "CA3C57F4-F4C1-4E15-BE67-0A3CAF5414ED", "Blood pressure" },
        { "ca3c", "Blood pressure" },
        { "Hba", "HbA1C" }, /* two versions are one type */
        { "immuni", "Immunization" },
        { "bmi", "BMI" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const struct hv_thing_type *type = NULL;
        struct hv_error err = { 0 };

        cr_expect_eq(hv_thing_type_search(rows[i].word, &type, &err), HV_OK,
                     "row %zu: %s", i, err.why);
        cr_expect(type && strcmp(type->name, rows[i].name) == 0, "row %zu", i);
    }
}

Test(names, a_name_gives_the_newest_version)
{
    const struct hv_thing_type *type = NULL;
    char id[HV_GUID_TEXT];

    cr_assert_eq(hv_thing_type_search("medication", &type, NULL), HV_OK);
    hv_guid_format(&type->id, id);
    cr_expect_str_eq(id, "30cafccc-047d-4288-94ef-643571f7919d");
}

Test(names, codes_rise_and_say_something)
{
    cr_assert_gt(hv_codes_len, 180);
    for (size_t i = 0; i < hv_codes_len; i++) {
        const struct hv_code *code = &hv_codes[i];

        cr_expect(i == 0 || hv_codes[i - 1].code < code->code, "%d",
                  code->code);
        cr_expect_eq(hv_code_find(code->code), code);
        cr_expect(*code->name && *code->meaning, "%d", code->code);
        cr_expect_str_not_empty(hv_code_class_word(code->kind));
        cr_expect_str_not_empty(hv_code_advice(code->kind));
    }
    cr_expect_str_eq(hv_code_find(132)->name, "SUBSCRIPTION_NOT_FOUND");
    cr_expect_eq(hv_code_find(65)->kind, HV_CLASS_SESSION);
    cr_expect_eq(hv_code_find(7)->kind, HV_CLASS_USER);
    cr_expect_str_eq(hv_code_find(182)->name, "RecordStoreUnavailable");
}

Test(names, types_are_unique_and_sorted)
{
    cr_assert_gt(hv_thing_type_count(), 110);
    for (size_t i = 0; i < hv_thing_type_count(); i++) {
        const struct hv_thing_type *type = hv_thing_type_at(i);

        cr_expect_eq(hv_thing_type_find(&type->id), type, "%s", type->name);
        cr_expect(i == 0 || strcasecmp(hv_thing_type_at(i - 1)->name,
                                       type->name) <= 0,
                  "%s", type->name);
        cr_expect_str_not_empty(type->family);
    }
}
