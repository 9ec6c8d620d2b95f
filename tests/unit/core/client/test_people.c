/*
 * test_people.c - persons and records: ids that are wrong, values nobody
 * knows, then a whole answer.
 */
#include "core/client/people.h"
#include "core/wire/envelope.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD                                                                   \
    "<response><status><code>0</code></status><wc:info "                       \
    "xmlns:wc=\"urn:com.microsoft.wc.methods.response.M\">"
#define TAIL   "</wc:info></response>"
#define PERSON "8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1"
#define RECORD "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02"
#define WHO    "<person-id>" PERSON "</person-id><name>Ada Quill</name>"

static enum hv_status
read_person(const char *doc, struct hv_person *out, struct hv_error *err)
{
    struct hv_response r = { 0 };
    enum hv_status st;

    cr_assert_eq(hv_response_parse(hv_bytes_str(doc), "M", &r, err), HV_OK);
    st = hv_person_info_read(r.info, out, err);
    hv_response_release(&r);
    return st;
}

static enum hv_status
read_people(const char *doc, struct hv_people *out, struct hv_error *err)
{
    struct hv_response r = { 0 };
    enum hv_status st;

    cr_assert_eq(hv_response_parse(hv_bytes_str(doc), "M", &r, err), HV_OK);
    st = hv_people_read(r.info, out, err);
    hv_response_release(&r);
    return st;
}

Test(people, refuses)
{
    static const char *const bad[] = {
        HEAD TAIL,
        HEAD "<person-info/>" TAIL,
        HEAD "<person-info><name>x</name></person-info>" TAIL,
        HEAD "<person-info><person-id>x</person-id><name/></person-info>" TAIL,
        HEAD "<person-info>" WHO WHO "</person-info>" TAIL,
        HEAD "<person-info>" WHO "<selected-record-id>1</selected-record-id>"
             "</person-info>" TAIL,
        HEAD "<person-info>" WHO "<more-records>maybe</more-records>"
             "</person-info>" TAIL,
        HEAD "<person-info>" WHO "<record>x</record></person-info>" TAIL,
        HEAD "<person-info>" WHO "<record id='1'>x</record></person-info>" TAIL,
        HEAD "<person-info>" WHO "<record id='" RECORD "'><b/></record>"
             "</person-info>" TAIL,
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_person person = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(read_person(bad[i], &person, &err), HV_ERR_FORMAT,
                     "row %zu", i);
        cr_expect_null(person.records);
        cr_expect_str_not_empty(err.why);
    }
}

Test(people, a_page_is_whole_or_not_there)
{
    static const char *const bad[] = {
        HEAD "<response-results><person-info>" WHO "</person-info><person-info>"
             "<name/></person-info></response-results>" TAIL,
        HEAD "<response-results><more-results>2</more-results>"
             "</response-results>" TAIL,
        HEAD "<person-info>" WHO "</person-info>" TAIL,
    };
    struct hv_people people = { 0 };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        cr_expect_eq(read_people(bad[i], &people, NULL), HV_ERR_FORMAT,
                     "row %zu", i);
        cr_expect_null(people.items);
    }
}

Test(people, actions_and_dates_nobody_knows)
{
    static const struct {
        const char *attributes;
        enum hv_auth_action action;
        const char *text;
        int64_t expires_ms;
    } rows[] = {
        { "", HV_AUTH_UNKNOWN, "", 0 },
        { "app-record-auth-action=''", HV_AUTH_UNKNOWN, "", 0 },
        { "app-record-auth-action='Dance' auth-expires='soon'", HV_AUTH_UNKNOWN,
          "Dance", 0 },
        { "app-record-auth-action='noactionrequired'", HV_AUTH_UNKNOWN,
          "noactionrequired", 0 },
        { "app-record-auth-action=' NoActionRequired ' "
          "auth-expires='9999-12-31T23:59:59.999Z'",
          HV_AUTH_NONE, "NoActionRequired", INT64_MAX },
        { "app-record-auth-action='AuthorizationRequired' "
          "auth-expires='1970-01-01T00:00:01Z'",
          HV_AUTH_REQUIRED, "AuthorizationRequired", 1000 },
        { "app-record-auth-action='ReauthorizationRequired'",
          HV_AUTH_REAUTH_REQUIRED, "ReauthorizationRequired", 0 },
        { "app-record-auth-action='ReauthorizationNotPossible'",
          HV_AUTH_REAUTH_NOT_POSSIBLE, "ReauthorizationNotPossible", 0 },
        { "app-record-auth-action='RecordLocationNotSupported'",
          HV_AUTH_LOCATION, "RecordLocationNotSupported", 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_buf doc = { 0 };
        struct hv_person person = { 0 };
        struct hv_error err = { 0 };

        hv_buf_addf(&doc,
                    HEAD "<person-info>" WHO "<record id='" RECORD
                         "' %s>x</record></person-info>" TAIL,
                    rows[i].attributes);
        cr_assert_eq(read_person(hv_buf_str(&doc), &person, &err), HV_OK,
                     "row %zu: %s", i, err.why);
        cr_expect_eq(person.records[0].action, rows[i].action, "row %zu", i);
        cr_expect_str_eq(person.records[0].action_text, rows[i].text);
        cr_expect_eq(person.records[0].expires_ms, rows[i].expires_ms,
                     "row %zu", i);
        hv_person_release(&person);
        hv_buf_release(&doc);
    }
}

Test(people, a_whole_person)
{
    static const char doc[] = HEAD
        "<person-info>" WHO "<app-settings><prefs theme=\"dark\"/>"
        "</app-settings><selected-record-id>" RECORD "</selected-record-id>"
        "<more-records>true</more-records><record id=\"" RECORD "\" "
        "record-custodian=\"1\" rel-type=\"1\" auth-expired=\"true\" "
        "display-name=\"Ada &amp; Co\" state=\"Active\"> </record>"
        "<record id=\"5e9d3b10-77aa-4e62-b1c8-04f6a9d2837e\">Tom</record>"
        "<location><country>US</country></location></person-info>" TAIL;
    struct hv_person p = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(read_person(doc, &p, &err), HV_OK, "%s", err.why);
    cr_expect_str_eq(p.name, "Ada Quill");
    cr_expect(p.has_more_records);
    cr_assert_eq(p.records_len, 2);
    cr_expect(hv_guid_equal(&p.selected, &p.records[0].id));
    cr_expect_str_eq(p.records[0].name, "Ada & Co");
    cr_expect(p.records[0].is_custodian && p.records[0].is_expired);
    cr_expect_str_eq(p.records[0].state, "Active");
    cr_expect_str_eq(p.records[1].name, "Tom");
    cr_expect_not(p.records[1].is_custodian);
    hv_person_release(&p);
    hv_person_release(&p);
}

Test(people, info_of_a_page)
{
    struct hv_guid cursor;
    struct hv_buf out = { 0 };

    cr_assert_eq(hv_guid_parse(PERSON, &cursor), HV_OK);
    cr_expect_eq(hv_people_info(NULL, 0, &out, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&out), "<info><parameters/></info>");
    hv_buf_clear(&out);
    cr_expect_eq(hv_people_info(&cursor, 50, &out, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&out),
                     "<info><parameters><person-id-cursor>" PERSON
                     "</person-id-cursor><num-results>50</num-results>"
                     "</parameters></info>");
    hv_buf_release(&out);
}

Test(people, two_pages)
{
    static const char doc[] = HEAD
        "<response-results><person-info>" WHO "</person-info><person-info>" WHO
        "</person-info><more-results>true</more-results></response-results>" TAIL;
    struct hv_people people = { 0 };

    cr_assert_eq(read_people(doc, &people, NULL), HV_OK);
    cr_expect_eq(people.len, 2);
    cr_expect(people.has_more);
    hv_people_release(&people);
}
