/*
 * test_shell_more.c - every other target of the Shell: accounts, records,
 * items, packages, other applications.
 */
#include "shell_walk.h"

#include "hvconsole/codec.h"
#include "sandbox/shell_target.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct walk w;

static void
start(void)
{
    w_start(&w);
}

static void
stop(void)
{
    w_stop(&w);
}

/* Whatever the target, its first page stands, and one can leave it. */
Test(shell_more, every_target_answers, .init = start, .fini = stop)
{
    const struct sb_target *target;
    char inner[512];
    char thing[HV_GUID_TEXT];
    size_t i;

    hv_guid_format(&w.p.things[0].id, thing);
    for (i = 0; (target = sb_target_at(i)); i++) {
        const char *result;

        snprintf(inner, sizeof(inner),
                 "&extrecordid=%s&typeid=" T_WEIGHT "&additem=true&thingid=%s"
                 "&appCreationToken=none&packageid=ABCD-EFGH-JKLM-NPQR-STUV"
                 "&target=Home&targetqs=a%%3Db",
                 w_record(&w, 0), thing);
        w_begin(&w, target->name, inner);
        if (target->needs & SB_T_PERSON) {
            cr_expect_eq(w.reply.status, 200, "%s", target->name);
            cr_expect(w_says(&w, "Sign in"), "%s", target->name);
            w_step(&w, "person=Ada+Quill");
        }
        result = w.reply.result;
        cr_expect(strcmp(result, "refused") != 0 ||
                      strcmp(target->name, "VERIFYLIVEID") == 0,
                  "%s: %s", target->name, w.reply.detail);
        cr_expect_str_eq(w.reply.what, target->name);
        if (w.reply.status == 200 && target->cancel) {
            cr_expect_eq(w_step(&w, "do=cancel"), 302, "%s", target->name);
            cr_expect(w_came_back(&w, target->cancel), "%s: %s", target->name,
                      w_location(&w));
        }
    }
    cr_expect_eq(i, 18);
}

Test(shell_more, what_a_target_needs_is_asked_for, .init = start, .fini = stop)
{
    static const struct {
        const char *target;
        const char *says;
    } rows[] = {
        { "EDITRECORD", "needs an extrecordid" },
        { "RECONCILE", "needs an extrecordid" },
        { "SHAREDAPPDETAILS", "needs an extrecordid" },
        { "APPREDIRECT", "target inside targetqs is missing" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        cr_expect_eq(w_begin(&w, rows[i].target, ""), 400, "%s",
                     rows[i].target);
        cr_expect(w_says(&w, rows[i].says), "%s", rows[i].target);
    }
    cr_expect_eq(w_begin(&w, "VIEWITEMS", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 400);
    cr_expect(w_says(&w, "needs a typeid"));
    cr_expect_eq(w_begin(&w, "CREATEAPPLICATION", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 400);
    cr_expect(w_says(&w, "appCreationToken"));
}

/* ------------------------------------------------------------- accounts -- */

#define PERSON_FIELDS                                                          \
    "&account.firstname=Noor&account.lastname=Haddad&account.countrycode=us"   \
    "&account.statecode=WA&record.firstname=Sami&record.lastname=Haddad"       \
    "&record.relationship=5"

Test(shell_more, a_new_account, .init = start, .fini = stop)
{
    size_t persons = w.p.person_count;
    size_t records = w.p.record_count;
    char fields[128];

    cr_expect_eq(w_begin(&w, "CREATEACCOUNT", ""), 200);
    cr_expect_eq(w_step(&w, "do=go&account.firstname=Noor"), 200);
    cr_expect(w_says(&w, "missing"));
    cr_expect_eq(w_step(&w, "do=go" PERSON_FIELDS "&account.lastname=%3Cb%3E"),
                 200);
    cr_expect(w_says(&w, "not in the right form"));
    cr_expect_eq(w_step(&w, "do=go" PERSON_FIELDS "&account.countrycode=gb"
                            "&account.statecode="),
                 200);
    cr_expect(w_says(&w, "account.statecode"));
    cr_expect_eq(w.p.person_count, persons);
    cr_expect_eq(w_step(&w, "do=go" PERSON_FIELDS), 200);
    cr_expect(w_says(&w, "Share with") && w_says(&w, "Sami Haddad"));
    cr_expect_eq(w.p.person_count, persons + 1);
    cr_expect_eq(w.p.record_count, records + 1);
    cr_expect_str_eq(w.p.persons[persons].name, "Noor Haddad");
    cr_expect_str_eq(w.p.persons[persons].country, "US");
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, records));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "AppAuthSuccess"));
    cr_expect(strstr(w_location(&w), "targetDetails=CreateAccountSuccess"));
    cr_expect_not_null(sb_auth_find(&w.p, 0, persons, records));
}

Test(shell_more, an_account_that_is_not_wanted, .init = start, .fini = stop)
{
    cr_expect_eq(w_begin(&w, "CREATEACCOUNT", ""), 200);
    cr_expect_eq(w_step(&w, "do=cancel"), 302);
    cr_expect_str_eq(w_location(&w),
                     W_ACTION "?target=AppAuthReject&targetDetails="
                              "CreateAccountFailure&instanceid=1");
    cr_expect_eq(w_begin(&w, "CREATEACCOUNT", ""), 200);
    cr_expect_eq(w_step(&w, "do=go" PERSON_FIELDS), 200);
    cr_expect_eq(w_step(&w, "do=cancel"), 302);
    cr_expect(w_came_back(&w, "AppAuthReject") &&
              strstr(w_location(&w), "CreateAccountSuccess"));
}

Test(shell_more, an_account_filled_in_by_the_application, .init = start,
     .fini = stop)
{
    char target[256];

    snprintf(target, sizeof(target),
             "/redirect.aspx?target=CREATEACCOUNT&targetqs=appid%%3D%s",
             w.app_id);
    cr_expect_eq(w_post(&w, target,
                        "CreateAccountAndRecord=True&Account.FirstName=Noor"),
                 200);
    cr_expect(w_says(&w, "missing") && w_says(&w, "value=\"Noor\""));
    cr_expect_eq(
        w_post(&w, target,
               "CreateAccountAndRecord=True&Account.FirstName=Noor&Account."
               "LastName=Haddad&Account.BirthDate=1980-02-30&Account.PostalCode"
               "=98052&Account.Email=noor%40example.org&Account.CountryCode=US&"
               "Account.LanguageCode=en&Account.Gender=F&Record.Relationship=1&"
               "Record.FirstName=Noor&Record.LastName=Haddad&Record.PostalCode="
               "98052&Record.CountryCode=US&Record.BirthDate=1980-02-03&Record."
               "Gender=F"),
        200);
    cr_expect(!w_says(&w, "role=\"alert\""), "%s", w_page(&w));
    cr_expect(w_says(&w, "value=\"Haddad\""));
    cr_expect_eq(w_post(&w, target,
                        "CreateAccountAndRecord=True&Account.FirstName=N&"
                        "Account.LastName=H&Account.BirthDate=1.2.1980"),
                 200);
    cr_expect(w_says(&w, "account.birthdate): not in the right form"));
    cr_expect_eq(w_step(&w, "do=go" PERSON_FIELDS), 200,
                 "the bad date is the application's");
    cr_expect(w_says(&w, "account.birthdate"));
}

Test(shell_more, a_new_record, .init = start, .fini = stop)
{
    size_t records = w.p.record_count;
    char fields[128];

    cr_expect_eq(w_begin(&w, "CREATERECORD", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ines+Okafor"), 200);
    cr_expect_eq(w_step(&w, "do=go&record.firstname=Ike&record.lastname="
                            "Okafor&record.relationship=5"),
                 200);
    cr_expect(w_says(&w, "Ike Okafor") && !w_says(&w, "Beatriz"));
    cr_expect_eq(w.p.record_count, records + 1);
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, records));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "SelectedRecordChanged"), "%s", w_location(&w));
    cr_expect(sb_grant_find(&w.p, 2, records)->is_custodian);
}

Test(shell_more, a_soda_application, .init = start, .fini = stop)
{
    struct hv_secret secret = { 0 };
    struct hv_guid id = hv_guid_random();
    const struct sb_app *made;
    char text[HV_GUID_TEXT];
    char fields[128];

    hv_guid_format(&id, text);
    w.app->action_url[0] = '\0';
    cr_assert_eq(hv_secret_random(&secret, 32, NULL), HV_OK);
    sb_pending_add(&w.p, &id, &w.p.apps[0].id, "ASAAA+tok/en==", &secret);
    cr_expect_eq(w_begin(&w, "CREATEAPPLICATION",
                         "&appCreationToken=ASAAA%2Btok%2Fen%3D%3D"
                         "&instanceName=Ren%C3%A9e%27s%20phone&ismra=true"),
                 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    snprintf(fields, sizeof(fields), "do=go&record=%s", w_record(&w, 0));
    cr_expect_eq(w_step(&w, fields), 302, "%s", w.reply.detail);
    cr_expect(strstr(w_location(&w), text) &&
                  strstr(w_location(&w), "target=AppAuthSuccess&instanceId=1"),
              "%s", w_location(&w));
    made = sb_app_find(&w.p, &id);
    cr_assert_not_null(made);
    cr_expect_str_eq(made->name, "Ren\xc3\xa9"
                                 "e's phone");
    cr_expect(sb_auth_find(&w.p, sb_app_index(&w.p, made), 0, 0));
    cr_expect_null(sb_auth_find(&w.p, sb_app_index(&w.p, made), 0, 1));
    cr_expect_eq(w_begin(&w, "CREATEAPPLICATION",
                         "&appCreationToken=ASAAA%2Btok%2Fen%3D%3D"),
                 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect_eq(w_step(&w, fields), 400, "the token counts once");
}

/* -------------------------------------------------------------- records -- */

static int
begin_with_record(const char *target, size_t record, const char *more)
{
    char inner[256];

    snprintf(inner, sizeof(inner), "&extrecordid=%s%s", w_record(&w, record),
             more);
    return w_begin(&w, target, inner);
}

Test(shell_more, editing_a_record, .init = start, .fini = stop)
{
    cr_expect_eq(begin_with_record("EDITRECORD", 1, ""), 200);
    cr_expect_eq(w_step(&w, "person=Marcus+Lindgren"), 403, "no custodian");
    cr_expect_eq(begin_with_record("EDITRECORD", 1, ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect_eq(w_step(&w, "do=go&name="), 200);
    cr_expect_eq(w_step(&w, "do=go&name=Theodor"), 302);
    cr_expect(w_came_back(&w, "EditRecordComplete"));
    cr_expect_str_eq(w.p.records[1].name, "Theodor");
}

Test(shell_more, sharing_a_record, .init = start, .fini = stop)
{
    char fields[128];

    cr_expect_eq(begin_with_record("SHARERECORD", 1, ""), 200);
    cr_expect_eq(w_step(&w, "person=Marcus+Lindgren"), 302);
    cr_expect(w_came_back(&w, "ShareRecordFailed"), "no custodian");
    cr_expect_eq(begin_with_record("SHARERECORD", 1, ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "Ines Okafor") && !w_says(&w, "Marcus"));
    snprintf(fields, sizeof(fields), "do=go&with=%s", w_person(&w, 2));
    cr_expect_eq(w_step(&w, fields), 302);
    cr_expect(w_came_back(&w, "ShareRecordSuccess"));
    cr_expect(!sb_grant_find(&w.p, 2, 1)->is_custodian);
    cr_expect_eq(begin_with_record("SHARERECORD", 1, ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "Everybody here has it"));
    cr_expect_eq(w_begin(&w, "SHARERECORD", "&extrecordid=none"), 302);
    cr_expect(w_came_back(&w, "AppAuthInvalidRecord"));
}

Test(shell_more, reconciling_a_document, .init = start, .fini = stop)
{
    char more[64];

    hv_copy(more, sizeof(more), "&thingid=");
    hv_guid_format(&w.p.things[0].id, more + strlen(more));
    cr_expect_eq(begin_with_record("RECONCILE", w.p.things[0].record, more),
                 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect_eq(w_step(&w, "do=go"), 302);
    cr_expect(w_came_back(&w, "ReconcileComplete"));
    cr_expect_eq(begin_with_record("RECONCILE", 1, more), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 302);
    cr_expect(w_came_back(&w, "ReconcileFailure"), "of another record");
}

Test(shell_more, seeing_and_adding_items, .init = start, .fini = stop)
{
    size_t before = w.p.records[0].active;

    cr_expect_eq(begin_with_record("VIEWITEMS", 0,
                                   "&additem=true&typeid=" T_BP "," T_WEIGHT),
                 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "Add: Weight") && w_says(&w, "<td>Weight"));
    cr_expect_eq(w_step(&w, "add=" T_GLUCOSE), 200);
    cr_expect_eq(w.p.records[0].active, before, "not one of the types");
    cr_expect_eq(w_step(&w, "add=" T_WEIGHT), 200);
    cr_expect_eq(w.p.records[0].active, before + 1);
    cr_expect_str_eq(w.reply.result, "added");
    sb_record_set_state(&w.p, 0, SB_RECORD_READ_ONLY);
    cr_expect_eq(w_step(&w, "add=" T_WEIGHT), 403);
}

/* --------------------------------------------------------------- access -- */

Test(shell_more, ending_access, .init = start, .fini = stop)
{
    cr_expect_eq(begin_with_record("SHAREDAPPDETAILS", 1, ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "End access") && w_says(&w, "It may"));
    cr_expect_eq(w_step(&w, "revoke=0"), 200, "not of this record");
    cr_expect(sb_auth_is_open(&w.p.auths[0], w.now.now_ms));
    cr_expect_eq(w_step(&w, "revoke=99999"), 200);
    cr_expect_eq(w_step(&w, "revoke=1"), 200);
    cr_expect(!sb_auth_is_open(sb_auth_find(&w.p, 0, 0, 1), w.now.now_ms));
    cr_expect(w_says(&w, "not allowed any more"));
    cr_expect_str_eq(w.reply.result, "revoked");
    cr_expect_eq(w_get(&w, "/redirect.aspx?target=MANAGEACCOUNT"), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "Ada Quill") && w_says(&w, w_person(&w, 0)));
    cr_expect_eq(w_begin(&w, "RECORDLIST", ""), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(!w_says(&w, "Theo Quill"), "not shared with it any more");
    cr_expect_eq(w_get(&w, "/redirect.aspx?target=RECORDLIST"), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "Theo Quill"));
}

Test(shell_more, going_to_another_application, .init = start, .fini = stop)
{
    cr_expect_eq(w_begin(&w, "APPREDIRECT",
                         "&refappid=x&target=HOME&targetqs="
                         "id%3D7%26name%3DA%2520B"),
                 302);
    cr_expect_str_eq(w_location(&w),
                     W_ACTION "?target=HOME&targetqs=id%3D7%26name%3DA%2520B"
                              "&instanceid=1");
}

Test(shell_more, pages_that_change_nothing, .init = start, .fini = stop)
{
    static const struct {
        const char *target;
        const char *says;
    } rows[] = {
        { "/", "CREATEAPPLICATION" },
        { "/redirect.aspx?target=HELP", "Help" },
        { "/redirect.aspx?target=help&targetqs=topicid%3DPrivacyPolicy",
          "Everything here is invented" },
        { "/redirect.aspx?target=HELP&targetqs=topicid%3DServiceAgreement",
          "Terms of use" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        cr_expect_eq(w_get(&w, "%s", rows[i].target), 200, "row %zu", i);
        cr_expect(w_says(&w, rows[i].says), "row %zu", i);
    }
    cr_expect_eq(w_get(&w, "/redirect.aspx?target=PICKUP"), 200);
    cr_expect_eq(w_step(&w, "person=Ada+Quill"), 200);
    cr_expect(w_says(&w, "Collect a package"));
    cr_expect_eq(w_step(&w, "do=go&packageid=abc"), 200);
    cr_expect(w_says(&w, "is not a code"));
    cr_expect_eq(w_step(&w, "do=go&packageid=ABCD-EFGH-JKLM-NPQR-STUV"), 200);
    cr_expect(w_says(&w, "Nothing waits here"));
}
