/*
 * actions.c - what app-record-auth-action says, in words for a person, and who
 * must look at it. Tables only. Fact: authorisation
 */
#include "hvconsole/access.h"

#include <strings.h>

static const struct hv_auth_action_row rows[] = {
    { HV_AUTH_NONE, "NoActionRequired", "none",
      "every required rule is authorised", "nothing to do", NULL },
    { HV_AUTH_REQUIRED, "AuthorizationRequired", "auth",
      "this person never authorised the application for this record, so it has "
      "no access",
      "send the person to APPAUTH for this record", "APPAUTH" },
    { HV_AUTH_REAUTH_REQUIRED, "ReauthorizationRequired", "reauth",
      "a required rule gained types to which this person has not agreed yet; "
      "offline access that was granted before goes on",
      "when the person is there: APPAUTH for this record; offline: go on, and "
      "skip the types that were not granted",
      "APPAUTH" },
    { HV_AUTH_REAUTH_NOT_POSSIBLE, "ReauthorizationNotPossible", "notpossible",
      "this person cannot grant the new rules, or lost too much access; what "
      "was granted offline may still work",
      "do not redirect: a custodian of the record must authorise or share it",
      NULL },
    { HV_AUTH_LOCATION, "RecordLocationNotSupported", "location",
      "the application does not serve the country of this record",
      "look at the supported record locations of the application", NULL },
    { HV_AUTH_UNKNOWN, "", "unknown",
      "the platform said nothing, or a word that is not known here",
      "treat it as unknown: ask for the permissions of the record", NULL },
};

const struct hv_auth_action_row *
hv_auth_action_row(enum hv_auth_action action)
{
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        if (rows[i].action == action)
            return &rows[i];
    }
    return &rows[HV_LEN(rows) - 1];
}

const struct hv_auth_action_row *
hv_auth_action_find(const char *word)
{
    for (size_t i = 0; *word && i < HV_LEN(rows); i++) {
        if (strcasecmp(rows[i].word, word) == 0 ||
            strcasecmp(rows[i].brief, word) == 0)
            return &rows[i];
    }
    return NULL;
}

static const struct hv_app_check checks[] = {
    { "online, one record",
      "nothing beforehand; on code 11 send the person to APPAUTH" },
    { "online, several records",
      "look at the action of each record before using it" },
    { "offline",
      "ask for the permissions before use; skip types that are not granted" },
    { "with optional rules",
      "ask for the permissions before use; APPAUTH with onopt to ask again" },
    { 0 },
};

const struct hv_app_check *
hv_app_checks(void)
{
    return checks;
}
