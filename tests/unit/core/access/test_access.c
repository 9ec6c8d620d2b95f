/*
 * test_access.c - pictures of records: kept and read again, compared, what new
 * rules would do to them, and what stays silent.
 */
#include "hvconsole/access.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct hv_keyring ring;
static char dir[] = "/tmp/hvaccessXXXXXX";
static char path[64];

static void
begin(void)
{
    bool is_locked;

    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    cr_assert_eq(hv_keyring_add_journal_keys(&ring, 1000, NULL), HV_OK);
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/snap", dir);
}

static void
end(void)
{
    unlink(path);
    rmdir(dir);
    hv_keyring_release(&ring);
}

TestSuite(access, .init = begin, .fini = end);

static void
grant(struct hv_access_row *row, size_t type, unsigned online, unsigned offline)
{
    struct hv_permission_list *list = &row->permissions;

    list->items =
        hv_realloc_array(list->items, list->len + 1, sizeof(*list->items));
    list->items[list->len++] = (struct hv_permission){
        .type = hv_thing_type_at(type)->id,
        .online = (uint8_t)online,
        .offline = (uint8_t)offline,
    };
}

/* Two rows with everything odd that may stand in a row. */
static struct hv_access
picture(void)
{
    struct hv_access access = { .app = hv_guid_random(), .taken_ms = 12345 };
    struct hv_access_row *rows = hv_calloc(2, sizeof(*rows));

    rows[0] = (struct hv_access_row){
        .person = hv_guid_random(),
        .record = hv_guid_random(),
        .action = HV_AUTH_NONE,
        .expires_ms = INT64_MAX,
        .is_custodian = true,
        .name = "tab\tline\n100% \xc3\xa4",
        .person_name = "",
        .action_text = "NoActionRequired",
        .state = "Active",
    };
    grant(&rows[0], 0, HV_RIGHT_ALL, HV_RIGHT_READ);
    grant(&rows[0], 1, HV_RIGHT_READ, 0);
    rows[1] = (struct hv_access_row){
        .person = hv_guid_random(),
        .record = hv_guid_random(),
        .action = HV_AUTH_UNKNOWN,
        .is_expired = true,
        .reach = HV_REACH_FAILED,
        .code = -1,
        .name = "b",
        .person_name = "c",
    };
    access.rows = rows;
    access.len = 2;
    return access;
}

/* What subscriptions name beside the dictionary is asked for too, each once. */
Test(access, types_to_ask_for)
{
    struct hv_guid others[] = { hv_guid_random(), hv_thing_type_at(3)->id };
    size_t len = 0;
    struct hv_guid *types = hv_access_types(others, HV_LEN(others), &len);

    cr_expect_eq(len, hv_thing_type_count() + 1);
    cr_expect(hv_guid_equal(&types[len - 1], &others[0]));
    free(types);
    types = hv_access_types(NULL, 0, &len);
    cr_expect_eq(len, hv_thing_type_count());
    free(types);
}

Test(access, a_picture_is_read_again_as_it_was)
{
    struct hv_access before = picture(), after = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(
        hv_access_save(&before, hv_keyring_journal_key(&ring), path, &err),
        HV_OK, "%s", err.why);
    cr_expect_eq(
        hv_access_save(&before, hv_keyring_journal_key(&ring), path, NULL),
        HV_ERR_RULE);
    cr_assert_eq(hv_access_load(path, &ring, &after, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(after.len, 2);
    cr_expect(hv_guid_equal(&after.app, &before.app));
    cr_expect_eq(after.taken_ms, 12345);
    for (size_t i = 0; i < 2; i++) {
        const struct hv_access_row *a = &before.rows[i], *b = &after.rows[i];

        cr_expect(hv_guid_equal(&a->person, &b->person));
        cr_expect(hv_guid_equal(&a->record, &b->record));
        cr_expect_str_eq(a->name, b->name);
        cr_expect_str_eq(a->person_name, b->person_name);
        cr_expect_str_eq(a->action_text, b->action_text);
        cr_expect_str_eq(a->state, b->state);
        cr_expect_eq(a->action, b->action);
        cr_expect_eq(a->expires_ms, b->expires_ms);
        cr_expect_eq(a->is_expired, b->is_expired);
        cr_expect_eq(a->is_custodian, b->is_custodian);
        cr_expect_eq(a->reach, b->reach);
        cr_expect_eq(a->code, b->code);
        cr_assert_eq(a->permissions.len, b->permissions.len);
        for (size_t k = 0; k < a->permissions.len; k++)
            cr_expect(memcmp(&a->permissions.items[k], &b->permissions.items[k],
                             sizeof(struct hv_permission)) == 0);
    }
    hv_access_release(&before);
    hv_access_release(&after);
}

Test(access, no_flipped_bit_and_no_cut_is_read)
{
    struct hv_access before = picture(), after = { 0 };
    struct hv_buf file = { 0 };
    size_t tried = 0;

    cr_assert_eq(
        hv_access_save(&before, hv_keyring_journal_key(&ring), path, NULL),
        HV_OK);
    cr_assert_eq(hv_file_read(path, 100000, &file, NULL), HV_OK);
    for (size_t i = 0; i < file.len; i++, tried++) {
        file.data[i] ^= 1;
        cr_assert_eq(hv_file_replace(path, 0600, hv_buf_bytes(&file), NULL),
                     HV_OK);
        cr_expect_neq(hv_access_load(path, &ring, &after, NULL), HV_OK,
                      "byte %zu", i);
        file.data[i] ^= 1;
    }
    for (size_t len = 0; len < file.len; len++, tried++) {
        struct hv_bytes cut = { file.data, len };

        cr_assert_eq(hv_file_replace(path, 0600, cut, NULL), HV_OK);
        cr_expect_neq(hv_access_load(path, &ring, &after, NULL), HV_OK,
                      "cut at %zu", len);
    }
    cr_log_info("%zu altered files refused", tried);
    hv_buf_release(&file);
    hv_access_release(&before);
}

Test(access, another_keystore_cannot_read_it)
{
    struct hv_access before = picture(), after = { 0 };
    struct hv_keyring stranger = { 0 };

    cr_assert_eq(hv_keyring_add_journal_keys(&stranger, 1, NULL), HV_OK);
    cr_assert_eq(
        hv_access_save(&before, hv_keyring_journal_key(&ring), path, NULL),
        HV_OK);
    cr_expect_eq(hv_access_load(path, &stranger, &after, NULL), HV_ERR_DAMAGED);
    hv_keyring_release(&stranger);
    hv_access_release(&before);
}

/* Two files are compared: the sentence names the one that is bad, and a picture
 * of a later version is not taken for rubbish. */
Test(access, the_bad_picture_is_named)
{
    static const struct {
        size_t at;
        const char *says;
        enum hv_status status;
        bool from_end;
    } rows[] = {
        { 0, "is no snapshot", HV_ERR_FORMAT, false },
        { 18, "another version", HV_ERR_FORMAT, false },
        { 5, "altered or cut short", HV_ERR_DAMAGED, true },
    };
    struct hv_access before = picture(), after = { 0 };
    struct hv_buf file = { 0 };

    cr_assert_eq(
        hv_access_save(&before, hv_keyring_journal_key(&ring), path, NULL),
        HV_OK);
    cr_assert_eq(hv_file_read(path, 100000, &file, NULL), HV_OK);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        size_t at = rows[i].from_end ? file.len - rows[i].at : rows[i].at;
        struct hv_error err = { 0 };

        file.data[at] ^= 3; /* makes a 2 of the version's 1 */
        cr_assert_eq(hv_file_replace(path, 0600, hv_buf_bytes(&file), NULL),
                     HV_OK);
        cr_expect_eq(hv_access_load(path, &ring, &after, &err), rows[i].status,
                     "row %zu: %s", i, err.why);
        cr_expect(strstr(err.why, path), "row %zu: %s", i, err.why);
        cr_expect(strstr(err.why, rows[i].says), "row %zu: %s", i, err.why);
        file.data[at] ^= 3;
    }
    hv_buf_release(&file);
    hv_access_release(&before);
}

/* ---- compared ---- */

static void
count(void *arg, const struct hv_access_change *change)
{
    ((size_t *)arg)[change->kind]++;
}

Test(access, differences_are_found_in_any_order)
{
    struct hv_access before = picture(), after = picture();
    struct hv_access_row swap;
    size_t seen[4] = { 0 };

    for (size_t i = 0; i < 2; i++) {
        after.rows[i].person = before.rows[i].person;
        after.rows[i].record = before.rows[i].record;
    }
    swap = after.rows[0];
    after.rows[0] = after.rows[1];
    after.rows[1] = swap;
    hv_access_diff(&before, &after, count, seen);
    cr_expect_eq(seen[0] + seen[1] + seen[2] + seen[3], 0, "no difference");

    after.rows[1].permissions.items[1].offline = HV_RIGHT_READ;
    grant(&after.rows[1], 2, 0, HV_RIGHT_READ);
    after.rows[0].action = HV_AUTH_REQUIRED;
    hv_access_diff(&before, &after, count, seen);
    cr_expect_eq(seen[HV_CHANGE_RIGHTS], 2);
    cr_expect_eq(seen[HV_CHANGE_ACTION], 1);

    after.rows[0].record = hv_guid_random();
    memset(seen, 0, sizeof(seen));
    hv_access_diff(&before, &after, count, seen);
    cr_expect_eq(seen[HV_CHANGE_NEW], 1);
    cr_expect_eq(seen[HV_CHANGE_GONE], 1);
    cr_expect_eq(seen[HV_CHANGE_ACTION], 0);
    hv_access_release(&before);
    hv_access_release(&after);
}

/* ---- predicted ---- */

static struct hv_rules
rule_for(size_t type, const char *permission, const char *optional)
{
    struct hv_rules rules = { 0 };
    struct hv_buf xml = { 0 };
    char id[HV_GUID_TEXT];

    hv_guid_format(&hv_thing_type_at(type)->id, id);
    hv_buf_addf(&xml,
                "<auth><rules><rule is-optional=\"%s\"><permission>%s"
                "</permission><target-set><type-id>%s</type-id></target-set>"
                "</rule></rules></auth>",
                optional, permission, id);
    cr_assert_eq(hv_rules_parse(hv_buf_bytes(&xml), &rules, NULL), HV_OK);
    hv_buf_release(&xml);
    return rules;
}

Test(access, a_right_that_is_missing_asks_again)
{
    static const struct {
        enum hv_auth_action action;
        enum hv_reach reach;
        size_t type; /* of the rule; type 1 was granted online, to read */
        const char *permission, *optional;
        bool is_offline;
        enum hv_auth_action want;
    } rows[] = {
        { HV_AUTH_NONE, 0, 1, "Read", "false", false, HV_AUTH_NONE },
        { HV_AUTH_REAUTH_REQUIRED, 0, 1, "Read", "false", false, HV_AUTH_NONE },
        { HV_AUTH_NONE, 0, 1, "All", "false", false, HV_AUTH_REAUTH_REQUIRED },
        { HV_AUTH_NONE, 0, 1, "All", "true", false, HV_AUTH_NONE },
        { HV_AUTH_NONE, 0, 9, "Read", "false", false, HV_AUTH_REAUTH_REQUIRED },
        { HV_AUTH_NONE, 0, 1, "Read", "false", true, HV_AUTH_REAUTH_REQUIRED },
        { HV_AUTH_REQUIRED, 0, 1, "Read", "false", false, HV_AUTH_REQUIRED },
        { HV_AUTH_REAUTH_NOT_POSSIBLE, 0, 9, "Read", "false", false,
          HV_AUTH_REAUTH_NOT_POSSIBLE },
        { HV_AUTH_LOCATION, 0, 9, "Read", "false", false, HV_AUTH_LOCATION },
        { HV_AUTH_NONE, HV_REACH_FAILED, 9, "Read", "false", false,
          HV_AUTH_NONE },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_access_row row = { .action = rows[i].action,
                                     .reach = rows[i].reach };
        struct hv_rules rules =
            rule_for(rows[i].type, rows[i].permission, rows[i].optional);

        grant(&row, 1, HV_RIGHT_READ, 0);
        cr_expect_eq(hv_access_predict(&row, rows[i].is_offline ? NULL : &rules,
                                       rows[i].is_offline ? &rules : NULL),
                     rows[i].want, "row %zu", i);
        hv_rules_release(&rules);
        hv_permission_list_release(&row.permissions);
    }
}

/* ---- silent ---- */

Test(access, silence_has_a_reason)
{
    static const struct {
        enum hv_reach reach;
        enum hv_auth_action action;
        bool is_expired;
        const char *state;
        unsigned offline;
        enum hv_silence want;
    } rows[] = {
        { HV_REACH_ANSWERED, HV_AUTH_NONE, false, "Active", HV_RIGHT_READ,
          HV_NOTIFIES },
        { HV_REACH_ANSWERED, HV_AUTH_REAUTH_REQUIRED, false, "", HV_RIGHT_READ,
          HV_NOTIFIES },
        { HV_REACH_ANSWERED, HV_AUTH_NONE, false, "Active", HV_RIGHT_CREATE,
          HV_SILENT_NO_OFFLINE },
        { HV_REACH_ANSWERED, HV_AUTH_NONE, false, "ReadOnly", HV_RIGHT_READ,
          HV_NOTIFIES },
        { HV_REACH_ANSWERED, HV_AUTH_NONE, false, "Suspended", HV_RIGHT_READ,
          HV_SILENT_STATE },
        { HV_REACH_ANSWERED, HV_AUTH_NONE, false, "Deleted", HV_RIGHT_READ,
          HV_SILENT_STATE },
        { HV_REACH_REVOKED, HV_AUTH_NONE, false, "Active", 0,
          HV_SILENT_REVOKED },
        { HV_REACH_REVOKED, HV_AUTH_REQUIRED, true, "Active", 0,
          HV_SILENT_EXPIRED },
        { HV_REACH_REVOKED, HV_AUTH_REQUIRED, false, "Active", 0,
          HV_SILENT_NEVER },
        { HV_REACH_FAILED, HV_AUTH_NONE, false, "Active", 0,
          HV_SILENCE_UNKNOWN },
        { HV_REACH_NOT_READ, HV_AUTH_NONE, false, "Active", 0,
          HV_SILENCE_UNKNOWN },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_access_row row = { .reach = rows[i].reach,
                                     .action = rows[i].action,
                                     .is_expired = rows[i].is_expired };
        enum hv_silence got;

        hv_copy(row.state, sizeof(row.state), rows[i].state);
        if (rows[i].offline)
            grant(&row, 3, 0, rows[i].offline);
        got = hv_silence_of(&row, &hv_thing_type_at(3)->id);
        cr_expect_eq(got, rows[i].want, "row %zu: %s", i, hv_silence_text(got));
        hv_permission_list_release(&row.permissions);
    }
}

Test(access, words)
{
    char text[5];

    hv_rights_text(0, text);
    cr_expect_str_eq(text, "-");
    hv_rights_text(HV_RIGHT_ALL, text);
    cr_expect_str_eq(text, "RUCD");
    hv_rights_text(HV_RIGHT_READ | HV_RIGHT_CREATE, text);
    cr_expect_str_eq(text, "R-C-");
    cr_expect_eq(hv_rights_word(hv_bytes_str("All")), HV_RIGHT_ALL);
    cr_expect_eq(hv_rights_word(hv_bytes_str("read")), 0);
    cr_expect_null(hv_auth_action_find(""));
    cr_expect_null(hv_auth_action_find("noaction"));
    cr_expect_eq(hv_auth_action_find("REAUTH")->action,
                 HV_AUTH_REAUTH_REQUIRED);
    cr_expect_eq(hv_auth_action_find("noactionrequired")->action, HV_AUTH_NONE);
}
