/*
 * rows_table.c - the table of rows.h. Good input first in each group, then
 * what the tables of the protocol call bad.
 */
#include "rows.h"

#include <criterion/criterion.h>

#define BP_DATA                                                                \
    "<data-xml><blood-pressure><when><date><y>2015</y><m>11</m><d>12</d>"      \
    "</date><time><h>8</h><m>5</m></time></when><systolic>121</systolic>"      \
    "<diastolic>79</diastolic></blood-pressure>"                               \
    "<common><note>apr\xc3\xa8s &amp; &lt;tea&gt;</note>"                      \
    "<client-thing-id>mine-1</client-thing-id></common></data-xml>"
#define TYPE(id)   "<type-id>" id "</type-id>"
#define NEW_BP     "<thing>" TYPE(T_BP) BP_DATA "</thing>"
#define KEY(i)     "<thing-id version-stamp=\"{S" #i "}\">{T" #i "}</thing-id>"
#define OLD_KEY(i) "<thing-id version-stamp=\"{S40}\">{T" #i "}</thing-id>"
#define INFO(x)    "<info>" x "</info>"
#define CORE       "<format><section>core</section><xml/></format>"
#define ALL_SECTIONS                                                           \
    "<format><section>core</section><section>audits</section>"                 \
    "<section>effectivepermissions</section><section>digitalsignatures"        \
    "</section><section>tags</section><section>blobpayload</section><xml/>"    \
    "<type-version-format>" T_BP "</type-version-format>"                      \
    "<blob-payload-request><blob-format><blob-format-spec>inline"              \
    "</blob-format-spec></blob-format></blob-payload-request></format>"
#define GROUP(x)     INFO("<group name=\"g\">" x "</group>")
#define NOWHERE      "3e730686-781f-4616-aa0d-817bba8eb140"
#define BASE_TYPE    "3e730686-781f-4616-aa0d-817bba8eb141"
#define CCR          "1e1ccbfc-a55d-4d91-8940-fa2fbf73c195"
#define MEDICATION   "30cafccc-047d-4288-94ef-643571f7919d"
#define OLD_MED      "5c5f1223-f63c-4464-870c-3e36ba471def"
#define BASIC        "3b3e6b16-eb69-483c-8d7e-dfe116ae6092"
#define BASIC_DATA   "<data-xml><basic><gender>f</gender></basic></data-xml>"
#define PICTURE      "a5294488-f865-4ce3-92fa-187cd3b58930"
#define PICTURE_DATA "<data-xml><personal-image/></data-xml>"
#define GROUP10                                                                \
    "<group><id>{T0}</id>" CORE "</group><group><id>{T0}</id>" CORE            \
    "</group><group><id>{T0}</id>" CORE "</group><group><id>{T0}</id>" CORE    \
    "</group><group><id>{T0}</id>" CORE "</group><group><id>{T0}</id>" CORE    \
    "</group><group><id>{T0}</id>" CORE "</group><group><id>{T0}</id>" CORE    \
    "</group><group><id>{T0}</id>" CORE "</group><group><id>{T0}</id>" CORE    \
    "</group>"

/* ------------------------------------------------------------- setups -- */

static struct sb_auth *
first_auth(struct t_world *w)
{
    struct sb_auth *auth = sb_auth_find(&w->p, 0, 0, 0);

    cr_assert_not_null(auth);
    return auth;
}

static void
revoke(struct t_world *w)
{
    sb_auth_revoke(&w->p, first_auth(w), T_NOW_MS);
}

static void
revoke_all(struct t_world *w)
{
    for (size_t i = 0; i < w->p.auth_count; i++)
        if (w->p.auths[i].person == 0)
            sb_auth_revoke(&w->p, &w->p.auths[i], T_NOW_MS);
}

static void
never(struct t_world *w) /* the first person has no tie to the application */
{
    for (size_t i = 0; i < w->p.auth_count; i++)
        if (w->p.auths[i].person == 0)
            w->p.auths[i].person = 2;
}

static void
expire(struct t_world *w)
{
    sb_auth_expire(&w->p, first_auth(w), T_NOW_MS);
}

static void
expire_later(struct t_world *w)
{
    sb_auth_expire(&w->p, first_auth(w), T_NOW_MS + 1000);
}

static void
clock_past_expiry(struct t_world *w)
{
    expire_later(w);
    w->ahead_ms = 1000;
}

#define FORCE(name, action)                                                    \
    static void name(struct t_world *w)                                        \
    {                                                                          \
        sb_auth_force(&w->p, first_auth(w), action, T_NOW_MS);                 \
    }
FORCE(force_authorize, SB_ACT_AUTHORIZE)
FORCE(force_reauthorize, SB_ACT_REAUTHORIZE)
FORCE(force_not_possible, SB_ACT_NOT_POSSIBLE)
FORCE(force_location, SB_ACT_LOCATION)
FORCE(force_empty, SB_ACT_EMPTY)

#define STATE(name, state)                                                     \
    static void name(struct t_world *w)                                        \
    {                                                                          \
        sb_record_set_state(&w->p, 0, state);                                  \
    }
STATE(read_only, SB_RECORD_READ_ONLY)
STATE(suspended, SB_RECORD_SUSPENDED)
STATE(gone, SB_RECORD_DELETED)

/* Rules that let weight be read and blood pressure be created, nothing else;
 * granted by the first person. */
static void
narrow(struct t_world *w)
{
    static const char rules[] =
        "<auth><rules><rule name=\"w\"><permission>Read</permission>"
        "<target-set>" TYPE(
            T_WEIGHT) "</target-set></rule><rule name=\"b\">"
                      "<permission>Create</permission><target-set>" TYPE(
                          T_BP) "</target-set></rule><rule name=\"o\" is-optional=\"true\">"
                                "<permission>Update</permission></rule></rules></auth>";

    for (int avenue = SB_ONLINE; avenue <= SB_OFFLINE; avenue++)
        cr_assert_eq(sb_app_set_rules(&w->p, &w->p.apps[0],
                                      (enum sb_avenue)avenue,
                                      hv_bytes_str(rules), NULL),
                     HV_OK);
    revoke(w);
    sb_rules_release(&first_auth(w)->granted[0]);
    sb_rules_release(&first_auth(w)->granted[1]);
    sb_auth_grant(&w->p, 0, 0, 0, NULL, T_NOW_MS);
}

/* More is asked for than was granted. */
static void
widened(struct t_world *w)
{
    static const char more[] =
        "<auth><rules><rule name=\"all\"><permission>All</permission></rule>"
        "</rules></auth>";

    narrow(w);
    cr_assert_eq(sb_app_set_rules(&w->p, &w->p.apps[0], SB_ONLINE,
                                  hv_bytes_str(more), NULL),
                 HV_OK);
}

static void
deaf(struct t_world *w)
{
    sb_app_set_switches(&w->p, &w->p.apps[0], false, true);
}

static void
disabled(struct t_world *w)
{
    sb_app_set_switches(&w->p, &w->p.apps[0], true, false);
}

static void
persistent(struct t_world *w)
{
    sb_app_set_persistent(&w->p, &w->p.apps[0], 86400);
}

static void
delete_first(struct t_world *w)
{
    struct sb_by by = w->p.things[0].created_by;

    sb_thing_delete(&w->p, 0, &by, T_NOW_MS);
}

/* Thing 240 is of that type. */
static void
add_of(struct t_world *w, const char *type)
{
    struct sb_by by = w->p.things[0].created_by;
    struct sb_thing_text text = { .client_id = "mine-9", .tags = "a,b" };
    struct hv_guid id;

    cr_assert_eq(hv_guid_parse(type, &id), HV_OK);
    cr_assert_eq(sb_thing_create(&w->p, 0, &id, &text, &by, T_NOW_MS), 240);
}

#define ADD(name, type)                                                        \
    static void name(struct t_world *w)                                        \
    {                                                                          \
        add_of(w, type);                                                       \
    }
ADD(add_bp, T_BP)
ADD(add_ccr, CCR)
ADD(add_base, BASE_TYPE)
ADD(add_medication, MEDICATION)

static void
end_token(struct t_world *w)
{
    sb_user_token_end(&w->p, &w->p.users[0]);
}

static void
rotate(struct t_world *w)
{
    cr_expect_eq(sb_token_keys_rotate(&w->p, T_NOW_MS), 1);
}

static void
old_token(struct t_world *w)
{
    w->ahead_ms = SB_SIGN_IN_LIFE_MS;
    w->p.sessions[0].expires_ms = INT64_MAX;
}

static void
foreign_token(struct t_world *w)
{
    w->p.users[0].app = w->p.persons[0].id;
}

static void
lost_token(struct t_world *w)
{
    w->p.users[0].digest[0] ^= 1;
}

/* -------------------------------------------------------------- table -- */

#define ROW(name, method, version, who, record, info, code, ...)               \
    {                                                                          \
        name, method, version, who, record, info, code, __VA_ARGS__            \
    }

static const struct t_row rows[] = {
    /* ---- GetPersonInfo ---- */
    ROW("person offline", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>", 0,
        NULL, "<selected-record-id>{R0}</selected-record-id>", NULL),
    ROW("person online", "GetPersonInfo", 1, T_ONLINE, NULL, "<info></info>", 0,
        NULL, "app-record-auth-action=\"NoActionRequired\"", NULL),
    ROW("person with switches", "GetPersonInfo", 1, T_OFFLINE, NULL,
        INFO("<group-membership>1</group-membership>"
             "<effective-record-permissions>true"
             "</effective-record-permissions>"),
        0, NULL, "<effective-record-permission-list>", NULL),
    ROW("person with narrow rights", "GetPersonInfo", 1, T_OFFLINE, NULL,
        INFO("<effective-record-permissions>true"
             "</effective-record-permissions>"),
        0, narrow,
        "<thing-type-id>" T_WEIGHT "</thing-type-id>"
        "<online-access-permissions><permission>Read</permission>",
        NULL),
    ROW("person, one record revoked", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 0, revoke, "<selected-record-id>{R1}", "<record id=\"{R0}"),
    ROW("person, expired", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>", 0,
        expire, "auth-expired=\"true\"", NULL),
    ROW("person, to authorise", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>",
        0, force_authorize, "app-record-auth-action=\"AuthorizationRequired\"",
        NULL),
    ROW("person, to reauthorise", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 0, force_reauthorize,
        "app-record-auth-action=\"ReauthorizationRequired\"", NULL),
    ROW("person, more asked than granted", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 0, widened,
        "app-record-auth-action=\"ReauthorizationRequired\"", NULL),
    ROW("person, optional refused", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 0, narrow, "app-record-auth-action=\"NoActionRequired\"",
        NULL),
    ROW("person, not possible", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>",
        0, force_not_possible,
        "app-record-auth-action=\"ReauthorizationNotPossible\"", NULL),
    ROW("person, location", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>", 0,
        force_location, "app-record-auth-action=\"RecordLocationNotSupported\"",
        NULL),
    ROW("person, empty action", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>",
        0, force_empty, "app-record-auth-action=\"\"", NULL),
    ROW("person, read-only record", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 0, read_only, "state=\"ReadOnly\"", NULL),
    ROW("person, nobody", "GetPersonInfo", 1, T_APP, NULL, "<info/>", 9, NULL,
        NULL, NULL),
    ROW("person, all revoked", "GetPersonInfo", 1, T_OFFLINE, NULL, "<info/>",
        11, revoke_all, NULL, NULL),
    ROW("person, never authorised", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 18, never, NULL, NULL),
    ROW("person, signed out", "GetPersonInfo", 1, T_ONLINE, NULL, "<info/>", 7,
        end_token, NULL, NULL),
    ROW("person, token keys changed", "GetPersonInfo", 1, T_ONLINE, NULL,
        "<info/>", 7, rotate, NULL, NULL),
    ROW("person, token keys changed, offline", "GetPersonInfo", 1, T_OFFLINE,
        NULL, "<info/>", 0, rotate, NULL, NULL),
    ROW("person, token too old", "GetPersonInfo", 1, T_ONLINE, NULL, "<info/>",
        7, old_token, NULL, NULL),
    ROW("person, token of another", "GetPersonInfo", 1, T_ONLINE, NULL,
        "<info/>", 8, foreign_token, NULL, NULL),
    ROW("person, token unknown", "GetPersonInfo", 1, T_ONLINE, NULL, "<info/>",
        8, lost_token, NULL, NULL),
    ROW("person, no switch", "GetPersonInfo", 1, T_OFFLINE, NULL,
        INFO("<group-membership>yes</group-membership>"), 3, NULL, NULL, NULL),
    ROW("person, application off", "GetPersonInfo", 1, T_OFFLINE, NULL,
        "<info/>", 6, disabled, NULL, NULL),
    ROW("person, version 2", "GetPersonInfo", 2, T_OFFLINE, NULL, "<info/>", 5,
        NULL, NULL, NULL),

    /* ---- GetAuthorizedPeople ---- */
    ROW("people", "GetAuthorizedPeople", 1, T_APP, NULL, INFO("<parameters/>"),
        0, NULL, "<more-results>false", NULL),
    ROW("people, one", "GetAuthorizedPeople", 1, T_APP, NULL,
        INFO("<parameters><num-results>1</num-results></parameters>"), 0, NULL,
        "<more-results>true", NULL),
    ROW("people, behind the last", "GetAuthorizedPeople", 1, T_APP, NULL,
        INFO("<parameters><person-id-cursor>{P2}</person-id-cursor>"
             "</parameters>"),
        0, NULL, "<response-results><more-results>false", NULL),
    ROW("people, since", "GetAuthorizedPeople", 1, T_APP, NULL,
        INFO("<parameters><authorizations-created-since>2030-01-01T00:00:00"
             "</authorizations-created-since></parameters>"),
        0, NULL, "<response-results><more-results>false", NULL),
    ROW("people, all revoked", "GetAuthorizedPeople", 1, T_APP, NULL,
        INFO("<parameters/>"), 0, revoke_all, NULL, "<person-id>{P0}"),
    ROW("people, with a user token", "GetAuthorizedPeople", 1, T_ONLINE, NULL,
        INFO("<parameters/>"), 0, lost_token, NULL, NULL),
    ROW("people, no parameters", "GetAuthorizedPeople", 1, T_APP, NULL,
        "<info/>", 3, NULL, NULL, NULL),
    ROW("people, none asked", "GetAuthorizedPeople", 1, T_APP, NULL,
        INFO("<parameters><num-results>0</num-results></parameters>"), 3, NULL,
        NULL, NULL),
    ROW("people, unknown cursor", "GetAuthorizedPeople", 1, T_APP, NULL,
        INFO("<parameters><person-id-cursor>{R0}</person-id-cursor>"
             "</parameters>"),
        67, NULL, NULL, NULL),

    /* ---- GetAuthorizedRecords ---- */
    ROW("records", "GetAuthorizedRecords", 1, T_OFFLINE, NULL,
        INFO("<id>{R0}</id><id>{R1}</id>"), 0, NULL, "<record id=\"{R1}\"",
        NULL),
    ROW("records online", "GetAuthorizedRecords", 1, T_ONLINE, NULL,
        INFO("<id>{R0}</id>"), 0, NULL, "<record id=\"{R0}\"", NULL),
    ROW("records, others'", "GetAuthorizedRecords", 1, T_OFFLINE, NULL,
        INFO("<id>{R2}</id><id>" NOWHERE "</id>"), 0, NULL, NULL, "<record "),
    ROW("records, revoked", "GetAuthorizedRecords", 1, T_OFFLINE, NULL,
        INFO("<id>{R0}</id>"), 0, revoke, NULL, "<record "),
    ROW("records, none named", "GetAuthorizedRecords", 1, T_OFFLINE, NULL,
        "<info/>", 3, NULL, NULL, NULL),
    ROW("records, no guid", "GetAuthorizedRecords", 1, T_OFFLINE, NULL,
        INFO("<id>x</id>"), 3, NULL, NULL, NULL),
    ROW("records, nobody", "GetAuthorizedRecords", 1, T_APP, NULL,
        INFO("<id>{R0}</id>"), 9, NULL, NULL, NULL),

    /* ---- QueryPermissions ---- */
    ROW("permissions", "QueryPermissions", 1, T_OFFLINE, "{R0}",
        INFO("<thing-type-id>" T_BP "</thing-type-id><thing-type-id>" T_WEIGHT
             "</thing-type-id>"),
        0, NULL, "<permission>All</permission>", NULL),
    ROW("permissions, narrow", "QueryPermissions", 1, T_ONLINE, "{R0}",
        INFO("<thing-type-id>" T_BP "</thing-type-id><thing-type-id>" T_GLUCOSE
             "</thing-type-id>"),
        0, narrow,
        "<online-access-permissions><permission>Create</permission>"
        "</online-access-permissions>",
        T_GLUCOSE),
    ROW("permissions, of no type", "QueryPermissions", 1, T_OFFLINE, "{R0}",
        INFO("<thing-type-id>" NOWHERE "</thing-type-id>"), 19, NULL, NULL,
        NULL),
    ROW("permissions, none asked", "QueryPermissions", 1, T_OFFLINE, "{R0}",
        "<info/>", 3, NULL, NULL, NULL),
    ROW("permissions, no record", "QueryPermissions", 1, T_OFFLINE, NULL,
        "<info/>", 10, NULL, NULL, NULL),
    ROW("permissions, unknown record", "QueryPermissions", 1, T_OFFLINE,
        NOWHERE, "<info/>", 10, NULL, NULL, NULL),
    ROW("permissions, another's record", "QueryPermissions", 1, T_OFFLINE,
        "{R2}", "<info/>", 11, NULL, NULL, NULL),
    ROW("permissions, revoked", "QueryPermissions", 1, T_OFFLINE, "{R0}",
        "<info/>", 11, revoke, NULL, NULL),
    ROW("permissions, expired", "QueryPermissions", 1, T_OFFLINE, "{R0}",
        "<info/>", 11, expire, NULL, NULL),
    ROW("permissions, expire tomorrow", "QueryPermissions", 1, T_OFFLINE,
        "{R0}", INFO("<thing-type-id>" T_BP "</thing-type-id>"), 0,
        expire_later, NULL, NULL),
    ROW("permissions, tomorrow is here", "QueryPermissions", 1, T_OFFLINE,
        "{R0}", "<info/>", 11, clock_past_expiry, NULL, NULL),

    /* ---- GetThings ---- */
    ROW("things 1", "GetThings", 1, T_OFFLINE, "{R0}",
        INFO("<group name=\"g\"><filter>" TYPE(
            T_BP) "</filter><format>"
                  "<section>core</section><section>audits</section><section>"
                  "otherdata</section><section>tags</section><xml/></format>"
                  "<current-version-only>true</current-version-only></group>"),
        0, NULL, "<blood-pressure>", "<weight>"),
    ROW("things 2", "GetThings", 2, T_ONLINE, "{R0}",
        GROUP("<filter/><format><section>core</section></format>"), 0, NULL,
        "<thing-state>Active", "<data-xml>"),
    ROW("things 3 by id", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id><id>{T9}</id>" ALL_SECTIONS), 0, NULL,
        "<thing-id version-stamp=\"{S0}\">{T0}", NULL),
    ROW("things 3 with tags", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<client-thing-id>mine-9</client-thing-id>" ALL_SECTIONS), 0,
        add_bp, "<tags>a,b</tags>", NULL),
    ROW("things 3 by key", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<key version-stamp=\"{S0}\">{T0}</key>"
              "<key version-stamp=\"{S2}\">{T1}</key>" CORE),
        0, NULL, "{T0}", "{T1}"),
    ROW("things 3 by filter", "GetThings", 3, T_ONLINE, "{R0}",
        GROUP("<filter>" TYPE(T_BP) TYPE(
            T_WEIGHT) "<thing-state>Active"
                      "</thing-state><eff-date-min>2025-01-01T00:00:00Z</eff-date-min>"
                      "<eff-date-max>2026-01-01T00:00:00Z</eff-date-max>"
                      "<created-app-id>{A}</created-app-id><created-person-id>{P0}"
                      "</created-person-id><updated-app-id>{A}</updated-app-id>"
                      "<updated-person-id>{P0}</updated-person-id><created-date-min>"
                      "2025-01-01T00:00:00</created-date-min><created-date-max>"
                      "2026-01-01T00:00:00</created-date-max><updated-date-min>"
                      "2025-01-01T00:00:00</updated-date-min></filter>" CORE),
        0, NULL, "{T0}", "<blood-glucose>"),
    ROW("things 3 nothing that late", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter><eff-date-min>2040-01-01T00:00:00Z</eff-date-min>"
              "</filter>" CORE),
        0, NULL, "<group name=\"g\"></group>", NULL),
    ROW("things 3 by another", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP(
            "<filter><created-person-id>{P1}</created-person-id></filter>" CORE),
        0, NULL, "<group name=\"g\"></group>", NULL),
    ROW("things 3 by xpath", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter>" TYPE(
            T_BP) "<xpath>/thing/data-xml/blood-pressure["
                  "systolic &gt; 1 and diastolic &lt; 500]</xpath></filter>" CORE),
        0, NULL, "<blood-pressure>", NULL),
    ROW("things 3 by xpath, none", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter><xpath>/thing/data-xml/blood-pressure[systolic &gt; 999"
              "]</xpath></filter>" CORE),
        0, NULL, "<group name=\"g\"></group>", NULL),
    ROW("things 3 id or filter", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id><filter>" TYPE(T_WEIGHT) "</filter>" CORE), 0, NULL,
        "<blood-pressure>", "<blood-glucose>"),
    ROW("things 3 capped", "GetThings", 3, T_OFFLINE, "{R0}",
        INFO("<group max=\"5\" max-full=\"2\"><filter/>" CORE "</group>"), 0,
        NULL, "<unprocessed-thing-key-info>", NULL),
    ROW("things 3 two groups", "GetThings", 3, T_OFFLINE, "{R0}",
        INFO("<group name=\"a\"><id>{T0}</id>" CORE "</group>"
             "<group name=\"b\"><id>{T1}</id>" CORE "<intents><intent>view"
             "</intent></intents></group>"),
        0, NULL, "<group name=\"b\">", NULL),
    ROW("things 3 deleted by id", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id>" CORE), 0, delete_first,
        "<group name=\"g\"></group>", NULL),
    ROW("things 3 deleted by state", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter>" TYPE(
            T_BP) "<thing-state>Deleted</thing-state>"
                  "</filter><format><section>core</section><section>audits"
                  "</section><xml/></format>"),
        0, delete_first, "<audit-action>Deleted</audit-action>", "<data-xml>"),
    ROW("things 3 both states", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter><thing-state>Active</thing-state><thing-state>Deleted"
              "</thing-state></filter>" CORE),
        0, delete_first, "<thing-state>Deleted", NULL),
    ROW("things 3 of another record", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T60}</id>" CORE), 0, NULL, "<group name=\"g\"></group>",
        NULL),
    ROW("things 3 hidden", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter/>" CORE), 0, narrow, "<filtered>true</filtered>",
        "<blood-pressure>"),
    ROW("things 3 old grants go on", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter>" TYPE(T_WEIGHT) "</filter>" CORE), 0, widened,
        "<weight>", NULL),
    ROW("things 3 reauthorise", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id>" CORE), 0, force_reauthorize, NULL, NULL),
    ROW("things 3 read-only", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id>" CORE), 0, read_only, NULL, NULL),
    ROW("things 4", "GetThings", 4, T_OFFLINE, "{R0}", "<info/>", 5, NULL, NULL,
        NULL),
    ROW("things, nobody", "GetThings", 3, T_APP, "{R0}", "<info/>", 9, NULL,
        NULL, NULL),
    ROW("things, no record", "GetThings", 3, T_ONLINE, NULL, "<info/>", 10,
        NULL, NULL, NULL),
    ROW("things, revoked", "GetThings", 3, T_OFFLINE, "{R0}", "<info/>", 11,
        revoke, NULL, NULL),
    ROW("things, never authorised", "GetThings", 3, T_OFFLINE, "{R0}",
        "<info/>", 18, never, NULL, NULL),
    ROW("things, to authorise", "GetThings", 3, T_OFFLINE, "{R0}", "<info/>",
        11, force_authorize, NULL, NULL),
    ROW("things, location", "GetThings", 3, T_OFFLINE, "{R0}", "<info/>", 147,
        force_location, NULL, NULL),
    ROW("things, suspended", "GetThings", 3, T_OFFLINE, "{R0}", "<info/>", 37,
        suspended, NULL, NULL),
    ROW("things, record deleted", "GetThings", 3, T_OFFLINE, "{R0}", "<info/>",
        37, gone, NULL, NULL),
    ROW("things, no group", "GetThings", 3, T_OFFLINE, "{R0}", "<info/>", 3,
        NULL, NULL, NULL),
    ROW("things, no format", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id>"), 3, NULL, NULL, NULL),
    ROW("things, section unknown", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>{T0}</id><format><section>otherdata</section></format>"), 3,
        NULL, NULL, NULL),
    ROW("things, id no guid", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<id>1</id>" CORE), 3, NULL, NULL, NULL),
    ROW("things, key without stamp", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<key>{T0}</key>" CORE), 3, NULL, NULL, NULL),
    ROW("things, out of order", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP(CORE "<id>{T0}</id>"), 3, NULL, NULL, NULL),
    ROW("things, max no number", "GetThings", 3, T_OFFLINE, "{R0}",
        INFO("<group max=\"x\"><filter/>" CORE "</group>"), 3, NULL, NULL,
        NULL),
    ROW("things, state unknown", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter><thing-state>Gone</thing-state></filter>" CORE), 3, NULL,
        NULL, NULL),
    ROW("things, date none", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter><eff-date-min>now</eff-date-min></filter>" CORE), 3,
        NULL, NULL, NULL),
    ROW("things, nothing asked", "GetThings", 3, T_OFFLINE, "{R0}", GROUP(CORE),
        15, NULL, NULL, NULL),
    ROW("things, xpath broken", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter><xpath>/thing[</xpath></filter>" CORE), 15, NULL, NULL,
        NULL),
    ROW("things, type unknown", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter>" TYPE(NOWHERE) "</filter>" CORE), 19, NULL, NULL, NULL),
    ROW("things, version of no type", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter/><format><type-version-format>" NOWHERE
              "</type-version-format></format>"),
        16, NULL, NULL, NULL),
    ROW("things, transform", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter/><format><xml>form</xml></format>"), 34, NULL, NULL,
        NULL),
    ROW("things, eleven groups", "GetThings", 3, T_OFFLINE, "{R0}",
        INFO(GROUP10 "<group><id>{T0}</id>" CORE "</group>"), 53, NULL, NULL,
        NULL),
    ROW("things, ten groups", "GetThings", 3, T_OFFLINE, "{R0}", INFO(GROUP10),
        0, NULL, NULL, NULL),
    ROW("things, sorted", "GetThings", 3, T_OFFLINE, "{R0}",
        GROUP("<filter/>" CORE "<order-by><order-by-property type-id=\"" T_BP
              "\" property-name=\"when\"/></order-by>"),
        181, NULL, NULL, NULL),

    /* ---- PutThings ---- */
    ROW("put 1", "PutThings", 1, T_OFFLINE, "{R0}", INFO(NEW_BP), 0, NULL,
        "<thing-id version-stamp=\"", NULL),
    ROW("put 2", "PutThings", 2, T_ONLINE, "{R0}", INFO(NEW_BP NEW_BP), 0, NULL,
        "</thing-id><thing-id version-stamp=\"", NULL),
    ROW("put 2, everything in it", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(
            0) "<type-id name=\"x\">" T_BP "</type-id>"
               "<thing-state>Active</thing-state><flags>0</flags><eff-date>"
               "2015-11-12T08:05:00</eff-date>" BP_DATA
               "<tags>a,b</tags></thing>"),
        0, NULL, "{T0}", NULL),
    ROW("put 2, update", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(0) BP_DATA "</thing>"), 0, NULL, "{T0}", NULL),
    ROW("put 2, update without data", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(0) "</thing>"), 0, NULL, KEY(0), NULL),
    ROW("put 2, a singleton", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(PICTURE) PICTURE_DATA "</thing>"), 0, NULL, NULL,
        NULL),
    ROW("put 2, allowed to create", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO(NEW_BP), 0, narrow, NULL, NULL),
    ROW("put 3", "PutThings", 3, T_OFFLINE, "{R0}", INFO(NEW_BP), 5, NULL, NULL,
        NULL),
    ROW("put, nothing", "PutThings", 2, T_OFFLINE, "{R0}", "<info/>", 3, NULL,
        NULL, NULL),
    ROW("put, no type", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" BP_DATA "</thing>"), 3, NULL, NULL, NULL),
    ROW("put, no data", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(T_BP) "</thing>"), 3, NULL, NULL, NULL),
    ROW("put, data of another type", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(T_WEIGHT) BP_DATA "</thing>"), 3, NULL, NULL, NULL),
    ROW("put, date none", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(
            T_WEIGHT) "<data-xml><weight><when><date><y>2015"
                      "</y><m>13</m><d>1</d></date></when></weight></data-xml></thing>"),
        3, NULL, NULL, NULL),
    ROW("put, two elements", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(T_BP) "<data-xml><blood-pressure/><weight/>"
                                  "</data-xml></thing>"),
        3, NULL, NULL, NULL),
    ROW("put, out of order", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" BP_DATA TYPE(T_BP) "</thing>"), 3, NULL, NULL, NULL),
    ROW("put, one bad, none done", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO(NEW_BP "<thing>" TYPE(NOWHERE) BP_DATA "</thing>"), 19, NULL, NULL,
        NULL),
    ROW("put, type unknown", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(NOWHERE) BP_DATA "</thing>"), 19, NULL, NULL, NULL),
    ROW("put, type changes", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(0) TYPE(T_WEIGHT) BP_DATA "</thing>"), 19, NULL,
        NULL, NULL),
    ROW("put, not creatable", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(BASE_TYPE) BP_DATA "</thing>"), 21, NULL, NULL,
        NULL),
    ROW("put, a second singleton", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(BASIC) BASIC_DATA "</thing>"), 21, NULL, NULL,
        NULL),
    ROW("put, two singletons", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(PICTURE) PICTURE_DATA
             "</thing><thing>" TYPE(PICTURE) PICTURE_DATA "</thing>"),
        21, NULL, NULL, NULL),
    ROW("put, immutable", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(240) "<data-xml><ContinuityOfCareRecord/></data-xml>"
                                "</thing>"),
        20, add_ccr, NULL, NULL),
    ROW("put, unknown thing", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing><thing-id version-stamp=\"{S0}\">{R0}</thing-id>" BP_DATA
             "</thing>"),
        13, NULL, NULL, NULL),
    ROW("put, thing of another record", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(60) BP_DATA "</thing>"), 13, NULL, NULL, NULL),
    ROW("put, no stamp", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing><thing-id>{T0}</thing-id>" BP_DATA "</thing>"), 60, NULL,
        NULL, NULL),
    ROW("put, old stamp", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" OLD_KEY(0) BP_DATA "</thing>"), 61, NULL, NULL, NULL),
    ROW("put, the same twice", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(0) BP_DATA "</thing><thing>" KEY(0) BP_DATA
             "</thing>"),
        61, NULL, NULL, NULL),
    ROW("put, older version", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(240)
                 TYPE(OLD_MED) "<data-xml><medication><name>x"
                               "</name></medication></data-xml></thing>"),
        85, add_medication, NULL, NULL),
    ROW("put, deleted", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" KEY(0) BP_DATA "</thing>"), 123, delete_first, NULL,
        NULL),
    ROW("put, may not create", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO("<thing>" TYPE(BASIC) BASIC_DATA "</thing>"), 11, narrow, NULL,
        NULL),
    ROW("put, may not update", "PutThings", 2, T_ONLINE, "{R0}",
        INFO("<thing>" KEY(0) BP_DATA "</thing>"), 11, narrow, NULL, NULL),
    ROW("put, read-only record", "PutThings", 2, T_OFFLINE, "{R0}",
        INFO(NEW_BP), 37, read_only, NULL, NULL),
    ROW("put, nobody", "PutThings", 2, T_APP, "{R0}", INFO(NEW_BP), 9, NULL,
        NULL, NULL),

    /* ---- RemoveThings ---- */
    ROW("remove", "RemoveThings", 1, T_OFFLINE, "{R0}", INFO(KEY(0) KEY(1)), 0,
        NULL, NULL, "<wc:info"),
    ROW("remove online", "RemoveThings", 1, T_ONLINE, "{R0}", INFO(KEY(5)), 0,
        NULL, NULL, NULL),
    ROW("remove, nothing", "RemoveThings", 1, T_OFFLINE, "{R0}", "<info/>", 3,
        NULL, NULL, NULL),
    ROW("remove, unknown", "RemoveThings", 1, T_OFFLINE, "{R0}",
        INFO("<thing-id version-stamp=\"{S0}\">{R0}</thing-id>"), 13, NULL,
        NULL, NULL),
    ROW("remove, no stamp", "RemoveThings", 1, T_OFFLINE, "{R0}",
        INFO("<thing-id>{T0}</thing-id>"), 60, NULL, NULL, NULL),
    ROW("remove, old stamp", "RemoveThings", 1, T_OFFLINE, "{R0}",
        INFO(OLD_KEY(0)), 61, NULL, NULL, NULL),
    ROW("remove, gone", "RemoveThings", 1, T_OFFLINE, "{R0}", INFO(KEY(0)), 123,
        delete_first, NULL, NULL),
    ROW("remove, not deletable", "RemoveThings", 1, T_OFFLINE, "{R0}",
        INFO(KEY(240)), 59, add_base, NULL, NULL),
    ROW("remove, may not", "RemoveThings", 1, T_OFFLINE, "{R0}", INFO(KEY(0)),
        11, narrow, NULL, NULL),
    ROW("remove, read-only record", "RemoveThings", 1, T_OFFLINE, "{R0}",
        INFO(KEY(0)), 37, read_only, NULL, NULL),

    /* ---- GetUpdatedRecordsForApplication ---- */
    ROW("updated 1", "GetUpdatedRecordsForApplication", 1, T_APP, NULL,
        "<info/>", 0, NULL, ">{R1}</record-id>", NULL),
    ROW("updated 1 since", "GetUpdatedRecordsForApplication", 1, T_APP, NULL,
        INFO("<update-date>2040-01-01T00:00:00</update-date>"), 0, NULL, NULL,
        "<record-id"),
    ROW("updated 2", "GetUpdatedRecordsForApplication", 2, T_APP, NULL,
        INFO("<update-date>2025-01-01T00:00:00.1234567Z</update-date>"), 0,
        NULL, "<updated-record><record-id>{R1}</record-id>", NULL),
    ROW("updated 2, revoked", "GetUpdatedRecordsForApplication", 2, T_APP, NULL,
        "<info/>", 0, revoke, "{R1}", "{R0}"),
    ROW("updated, no date", "GetUpdatedRecordsForApplication", 2, T_APP, NULL,
        INFO("<update-date>then</update-date>"), 3, NULL, NULL, NULL),
    ROW("updated 3", "GetUpdatedRecordsForApplication", 3, T_APP, NULL,
        "<info/>", 5, NULL, NULL, NULL),

    /* ---- GetRecordOperations ---- */
    ROW("operations", "GetRecordOperations", 1, T_OFFLINE, "{R0}",
        INFO("<record-operation-sequence-number>0"
             "</record-operation-sequence-number>"),
        0, NULL, "<operation>Create</operation><sequence-number>1<", NULL),
    ROW("operations, delete last", "GetRecordOperations", 1, T_OFFLINE, "{R0}",
        INFO("<record-operation-sequence-number>48"
             "</record-operation-sequence-number>"),
        0, delete_first,
        "<operations><record-operation><operation>Delete</operation>"
        "<sequence-number>49<",
        "<eff-date>"),
    ROW("operations, none since", "GetRecordOperations", 1, T_ONLINE, "{R0}",
        INFO("<record-operation-sequence-number>48"
             "</record-operation-sequence-number>"),
        0, NULL, "<latest-record-operation-sequence-number>48<",
        "<operations>"),
    ROW("operations, from before", "GetRecordOperations", 1, T_OFFLINE, "{R0}",
        INFO("<record-operation-sequence-number>-1"
             "</record-operation-sequence-number>"),
        0, NULL, "<sequence-number>1<", NULL),
    ROW("operations, of readable types", "GetRecordOperations", 1, T_OFFLINE,
        "{R0}",
        INFO("<record-operation-sequence-number>0"
             "</record-operation-sequence-number>"),
        0, narrow, T_WEIGHT, T_BP),
    ROW("operations, no number", "GetRecordOperations", 1, T_OFFLINE, "{R0}",
        "<info/>", 3, NULL, NULL, NULL),
    ROW("operations, words", "GetRecordOperations", 1, T_OFFLINE, "{R0}",
        INFO("<record-operation-sequence-number>all"
             "</record-operation-sequence-number>"),
        3, NULL, NULL, NULL),
    ROW("operations, revoked", "GetRecordOperations", 1, T_OFFLINE, "{R0}",
        "<info/>", 11, revoke, NULL, NULL),

    /* ---- GetApplicationInfo ---- */
    ROW("application 1", "GetApplicationInfo", 1, T_APP, NULL, "<info/>", 0,
        NULL, "<person-offline-base-auth-xml><auth>", NULL),
    ROW("application 2", "GetApplicationInfo", 2, T_APP, NULL,
        INFO("<all-languages>true</all-languages>"), 0, narrow,
        "<person-online-base-auth-xml><auth><rules><rule name=\"w\">", NULL),
    ROW("application, persistent", "GetApplicationInfo", 2, T_OFFLINE, NULL,
        "<info/>", 0, persistent,
        "<enabled>true</enabled><token-ttl-seconds>86400<", NULL),
    ROW("application, no eventing", "GetApplicationInfo", 2, T_APP, NULL,
        "<info/>", 0, deaf, NULL, "SubscribeToEvent"),
    ROW("application, not its child", "GetApplicationInfo", 2, T_APP, NULL,
        INFO("<child-app-id>{A}</child-app-id>"), 6, NULL, NULL, NULL),
    ROW("application, no boolean", "GetApplicationInfo", 2, T_APP, NULL,
        INFO("<all-languages>some</all-languages>"), 3, NULL, NULL, NULL),
    ROW("application 3", "GetApplicationInfo", 3, T_APP, NULL, "<info/>", 5,
        NULL, NULL, NULL),

    /* ---- GetServiceDefinition ---- */
    ROW("service 1", "GetServiceDefinition", 1, T_ANON, NULL, "<info/>", 0,
        NULL, "<response-schema-url>", "<instances"),
    ROW("service 2", "GetServiceDefinition", 2, T_ANON, NULL, "<info/>", 0,
        NULL, "<instances current-instance-id=\"1\">", NULL),
    ROW("service 2, signed", "GetServiceDefinition", 2, T_APP, NULL, "<info/>",
        0, NULL, "<redirect-token>", NULL),
    ROW("service 2, parts", "GetServiceDefinition", 2, T_ANON, NULL,
        INFO("<response-sections><section>topology</section><section>"
             "meaningful-use</section></response-sections>"),
        0, NULL, "<meaningful-use>", "<platform>"),
    ROW("service 2, since long ago", "GetServiceDefinition", 2, T_ANON, NULL,
        INFO("<updated-date>2001-01-01T00:00:00</updated-date>"), 0, NULL,
        "<platform>", NULL),
    ROW("service 2, nothing new", "GetServiceDefinition", 2, T_ANON, NULL,
        INFO("<updated-date>2040-01-01T00:00:00</updated-date>"), 0, NULL,
        "GetServiceDefinition2\"></wc:info>", NULL),
    ROW("service 1, sections", "GetServiceDefinition", 1, T_ANON, NULL,
        INFO("<response-sections><section>shell</section></response-sections>"),
        3, NULL, NULL, NULL),
    ROW("service 2, section unknown", "GetServiceDefinition", 2, T_ANON, NULL,
        INFO("<response-sections><section>all</section></response-sections>"),
        3, NULL, NULL, NULL),
    ROW("service 2, application off", "GetServiceDefinition", 2, T_APP, NULL,
        "<info/>", 6, disabled, NULL, NULL),
    ROW("service 3", "GetServiceDefinition", 3, T_ANON, NULL, "<info/>", 5,
        NULL, NULL, NULL),

    /* ---- RemoveApplicationRecordAuthorization ---- */
    ROW("unauthorise", "RemoveApplicationRecordAuthorization", 1, T_OFFLINE,
        "{R0}", "<info/>", 0, NULL, NULL, "<wc:info"),
    ROW("unauthorise twice", "RemoveApplicationRecordAuthorization", 1,
        T_OFFLINE, "{R0}", "<info/>", 11, revoke, NULL, NULL),
    ROW("unauthorise, with words", "RemoveApplicationRecordAuthorization", 1,
        T_OFFLINE, "{R0}", INFO("<x/>"), 3, NULL, NULL, NULL),
    ROW("unauthorise, no record", "RemoveApplicationRecordAuthorization", 1,
        T_OFFLINE, NULL, "<info/>", 10, NULL, NULL, NULL),

    /* ---- NewApplicationCreationInfo ---- */
    ROW("new application", "NewApplicationCreationInfo", 1, T_ANON, NULL,
        "<info/>", 0, NULL, "<app-token>", NULL),
    ROW("new application, off", "NewApplicationCreationInfo", 1, T_ANON, NULL,
        "<info/>", 6, disabled, NULL, NULL),
    ROW("new application, signed", "NewApplicationCreationInfo", 1, T_APP, NULL,
        "<info/>", 3, NULL, NULL, NULL),
    ROW("new application, with words", "NewApplicationCreationInfo", 1, T_ANON,
        NULL, INFO("<x/>"), 3, NULL, NULL, NULL),

    /* ---- eventing, as clients differ ---- */
    ROW("subscriptions", "GetEventSubscriptions", 1, T_APP, NULL, "<info/>", 0,
        NULL, "<subscriptions></subscriptions>", NULL),
    ROW("subscriptions, offline", "GetEventSubscriptions", 1, T_OFFLINE, NULL,
        "<info/>", 0, never, NULL, NULL),
    ROW("subscriptions, with a record", "GetEventSubscriptions", 1, T_APP,
        NOWHERE, "<info/>", 0, NULL, NULL, NULL),
    ROW("subscriptions, with a user token", "GetEventSubscriptions", 1,
        T_ONLINE, "{R0}", "<info/>", 0, lost_token, NULL, NULL),
    ROW("subscriptions, not switched on", "GetEventSubscriptions", 1, T_APP,
        NULL, "<info/>", 11, deaf, NULL, NULL),
    ROW("unsubscribe, not switched on", "UnsubscribeToEvent", 1, T_APP, NULL,
        "<info/>", 11, deaf, NULL, NULL),

    /* ---- methods that there are not ---- */
    ROW("alternate id", "AssociateAlternateId", 1, T_OFFLINE, "{R0}", "<info/>",
        5, NULL, NULL, NULL),
    ROW("alternate id, misspelt", "AssociateAltnernateId", 1, T_OFFLINE, "{R0}",
        "<info/>", 5, NULL, NULL, NULL),
    ROW("with its digit", "GetThings3", 1, T_OFFLINE, "{R0}", "<info/>", 5,
        NULL, NULL, NULL),
    ROW("in small letters", "getthings", 3, T_OFFLINE, "{R0}", "<info/>", 5,
        NULL, NULL, NULL),
};

const struct t_row *
t_row_at(size_t index)
{
    return index < HV_LEN(rows) ? &rows[index]
                                : t_event_row_at(index - HV_LEN(rows));
}
