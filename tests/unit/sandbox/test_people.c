/* test_people.c - GetPersonInfo and the pages of GetAuthorizedPeople. */
#include "support.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static size_t
count_of(const char *text, const char *word)
{
    size_t count = 0;

    for (text = strstr(text, word); text; text = strstr(text + 1, word))
        count++;
    return count;
}

Test(people, gives_each_person_their_records, .init = t_start)
{
    static const size_t records[] = { 2, 2, 2 };
    struct t_world world;

    t_world_init(&world);
    for (size_t i = 0; i < world.p.person_count; i++) {
        char id[HV_GUID_TEXT];
        struct t_request r = { .method = "GetPersonInfo",
                               .version = 1,
                               .info = "<info/>",
                               .person = id };
        char *text = NULL;

        hv_guid_format(&world.p.persons[i].id, id);
        cr_assert_eq(t_call(&world, &r, &text), 0);
        cr_expect_not_null(strstr(text, id));
        cr_expect_not_null(strstr(text, world.p.persons[i].name));
        cr_expect_eq(count_of(text, "<record "), records[i], "%s", text);
        free(text);
    }
    t_world_release(&world);
}

Test(people, refuses_wrong_info_and_unknown_people, .init = t_start)
{
    static const struct {
        const char *info;
        int code;
    } rows[] = {
        { "<info><group-membership>true</group-membership>"
          "<effective-record-permissions>0</effective-record-permissions>"
          "</info>",
          0 },
        { "<info><effective-record-permissions>1</effective-record-permissions>"
          "<group-membership>1</group-membership></info>",
          3 },
        { "<info><group-membership>maybe</group-membership></info>", 3 },
        { "<info>x</info>", 3 },
    };
    struct t_world world;
    char id[HV_GUID_TEXT];
    struct t_request r = { .method = "GetPersonInfo", .version = 1 };

    t_world_init(&world);
    hv_guid_format(&world.p.persons[0].id, id);
    r.person = id;
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        r.info = rows[i].info;
        cr_expect_eq(t_call(&world, &r, NULL), rows[i].code, "row %zu", i);
    }
    r.info = "<info/>";
    r.person = NULL;
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_PERSON);
    r.user_token = "ASAAAsomething";
    cr_expect_eq(t_call(&world, &r, NULL), HV_CODE_INVALID_TOKEN);
    t_world_release(&world);
}

static int
page(struct t_world *world, const char *parameters, char **text)
{
    char info[512];
    struct t_request r = { .method = "GetAuthorizedPeople",
                           .version = 1,
                           .info = info };

    snprintf(info, sizeof(info), "<info><parameters>%s</parameters></info>",
             parameters);
    return t_call(world, &r, text);
}

static bool
has_more(const char *text)
{
    bool is_true = strstr(text, "<more-results>true</more-results>") != NULL;

    cr_expect_neq(is_true,
                  strstr(text, "<more-results>false</more-results>") != NULL);
    return is_true;
}

/* Page by page with the last person as cursor: everybody once, in order. */
Test(people, pages_with_a_cursor, .init = t_start)
{
    for (int size = 1; size <= 4; size++) {
        struct t_world world;
        char parameters[256];
        char seen[8][HV_GUID_TEXT] = { "" };
        size_t people = 0;
        bool is_more = true;

        t_world_init(&world);
        snprintf(parameters, sizeof(parameters),
                 "<num-results>%d</num-results>", size);
        while (is_more) {
            char *text = NULL;
            const char *at;
            size_t on_page = 0;

            cr_assert_eq(page(&world, parameters, &text), 0);
            for (at = strstr(text, "<person-id>"); at;
                 at = strstr(at + 1, "<person-id>"), on_page++)
                snprintf(seen[people++], HV_GUID_TEXT, "%.36s", at + 11);
            is_more = has_more(text);
            cr_expect(is_more ? on_page == (size_t)size : on_page > 0);
            snprintf(parameters, sizeof(parameters),
                     "<person-id-cursor>%s</person-id-cursor><num-results>%d"
                     "</num-results>",
                     seen[people - 1], size);
            free(text);
        }
        cr_expect_eq(people, world.p.person_count, "page size %d", size);
        for (size_t i = 0; i < people; i++) {
            char want[HV_GUID_TEXT];

            hv_guid_format(&world.p.persons[i].id, want);
            cr_expect_str_eq(seen[i], want, "in order of authorisation");
        }
        t_world_release(&world);
    }
}

Test(people, filters_by_authorisation_time, .init = t_start)
{
    struct t_world world;
    char *text = NULL;

    t_world_init(&world);
    cr_expect_eq(page(&world,
                      "<authorizations-created-since>2025-02-01T00:00:00Z"
                      "</authorizations-created-since>",
                      &text),
                 0);
    cr_expect_eq(count_of(text, "<person-info>"), 1);
    cr_expect_not(has_more(text));
    free(text);
    cr_expect_eq(page(&world,
                      "<authorizations-created-since>2099-01-01T00:00:00Z"
                      "</authorizations-created-since><num-results>1"
                      "</num-results>",
                      &text),
                 0);
    cr_expect_eq(count_of(text, "<person-info>"), 0);
    cr_expect_not(has_more(text));
    free(text);
    t_world_release(&world);
}

Test(people, refuses_wrong_parameters, .init = t_start)
{
    static const struct {
        const char *parameters;
        int code;
    } rows[] = {
        { "<num-results>0</num-results>", 3 },
        { "<num-results>-1</num-results>", 3 },
        { "<num-results>x</num-results>", 3 },
        { "<person-id-cursor>x</person-id-cursor>", 3 },
        { "<authorizations-created-since>soon</authorizations-created-since>",
          3 },
        { "<num-results>1</num-results><person-id-cursor>"
          "00000000-0000-4000-8000-000000000001</person-id-cursor>",
          3 },
        { "<other/>", 3 },
        { "<person-id-cursor>00000000-0000-4000-8000-000000000001"
          "</person-id-cursor>",
          67 },
        { "<num-results>100000</num-results>", 0 },
    };
    struct t_request r = { .method = "GetAuthorizedPeople",
                           .version = 1,
                           .info = "<info/>" };
    struct t_world world;

    t_world_init(&world);
    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(page(&world, rows[i].parameters, NULL), rows[i].code,
                     "row %zu", i);
    cr_expect_eq(t_call(&world, &r, NULL), 3, "parameters is required");
    t_world_release(&world);
}
