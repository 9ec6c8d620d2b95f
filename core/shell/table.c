/*
 * table.c - the targets of the Shell, their parameters, and what comes back.
 * Read by the composer, the decoder, the commands and the console. Data.
 * Fact: shell-url
 */
#include "core/shell/shell_in.h"

#include <string.h>
#include <strings.h>

#define REQUIRED true
#define OPTIONAL false

#define APPID                                                                  \
    {                                                                          \
        "appid", HV_SHELL_GUID, REQUIRED, "the application"                    \
    }
#define ISMRA                                                                  \
    {                                                                          \
        "ismra", HV_SHELL_BOOL, OPTIONAL,                                      \
            "true: the application works with several records at once"         \
    }
#define ONOPT                                                                  \
    {                                                                          \
        "onopt#", HV_SHELL_TEXT, OPTIONAL,                                     \
            "name of an optional online rule; numbered from 1 without gaps"    \
    }
#define OFFOPT                                                                 \
    {                                                                          \
        "offopt#", HV_SHELL_TEXT, OPTIONAL,                                    \
            "name of an optional offline rule; numbered from 1 without gaps"   \
    }

static const struct hv_shell_param auth_params[] = { APPID, ISMRA, { 0 } };
static const struct hv_shell_param appauth_params[] = {
    { "appid", HV_SHELL_GUIDS, REQUIRED,
      "the application; several are allowed here alone" },
    ISMRA,
    ONOPT,
    OFFOPT,
    { 0 },
};
static const struct hv_shell_param appredirect_params[] = {
    { "appid", HV_SHELL_GUID, REQUIRED, "the application to go to" },
    { "refappid", HV_SHELL_GUID, REQUIRED, "the application one comes from" },
    { "target", HV_SHELL_TEXT, REQUIRED, "given to the other's action URL" },
    { "targetqs", HV_SHELL_QUERY, REQUIRED, "given to the other's action URL" },
    { 0 },
};
static const struct hv_shell_param appsignout_params[] = {
    APPID,
    { "credtoken", HV_SHELL_TOKEN, OPTIONAL,
      "the user token to end; recommended" },
    { 0 },
};
static const struct hv_shell_param connect_params[] = {
    { "packageid", HV_SHELL_CODE, REQUIRED, "identity code of the invitation" },
    { 0 },
};
static const struct hv_shell_param createaccount_params[] = {
    APPID,
    ISMRA,
    ONOPT,
    OFFOPT,
    { "flow", HV_SHELL_TEXT, OPTIONAL, "eprep or WMgmt" },
    { "daddrec", HV_SHELL_BOOL, OPTIONAL,
      "true: hide the link that adds a family member" },
    { 0 },
};
static const struct hv_shell_param createapplication_params[] = {
    { "appid", HV_SHELL_GUID, REQUIRED, "the master application" },
    { "appCreationToken", HV_SHELL_TEXT, REQUIRED,
      "from NewApplicationCreationInfo" },
    { "instanceName", HV_SHELL_TEXT, OPTIONAL,
      "name of the device; most Shells insist on it" },
    ISMRA,
    { 0 },
};
static const struct hv_shell_param createrecord_params[] = {
    APPID, ISMRA, ONOPT, OFFOPT, { 0 },
};
#define EXTRECORDID                                                            \
    {                                                                          \
        "extrecordid", HV_SHELL_GUID, REQUIRED, "the record it is about"       \
    }
static const struct hv_shell_param editrecord_params[] = {
    APPID,
    EXTRECORDID,
    { 0 },
};
static const struct hv_shell_param help_params[] = {
    { "topicid", HV_SHELL_TEXT, OPTIONAL,
      "PrivacyPolicy and ServiceAgreement are the ones that last" },
    { 0 },
};
static const struct hv_shell_param manageaccount_params[] = { APPID, { 0 } };
static const struct hv_shell_param pickup_params[] = {
    { "packageid", HV_SHELL_CODE, OPTIONAL,
      "identity code of the package; left out, the person types it" },
    { 0 },
};
static const struct hv_shell_param reconcile_params[] = {
    APPID,
    EXTRECORDID,
    { "thingid", HV_SHELL_GUID, REQUIRED, "the document to merge" },
    { 0 },
};
static const struct hv_shell_param recordlist_params[] = {
    { "appid", HV_SHELL_GUID, OPTIONAL, "only records this one may use" },
    { 0 },
};
static const struct hv_shell_param sharedappdetails_params[] = {
    APPID,
    EXTRECORDID,
    { 0 },
};
static const struct hv_shell_param sharerecord_params[] = { APPID, { 0 } };
static const struct hv_shell_param viewitems_params[] = {
    APPID,
    { "typeid", HV_SHELL_GUIDS, REQUIRED, "thing types to show" },
    { "additem", HV_SHELL_BOOL, OPTIONAL, "true: open the dialog that adds" },
    { 0 },
};
static const struct hv_shell_param verifyliveid_params[] = { APPID, { 0 } };

static const struct hv_shell_param common_params[] = {
    { "redirect", HV_SHELL_URL, OPTIONAL,
      "comes back there instead of to the action URL; never in production" },
    { "actionqs", HV_SHELL_TEXT, OPTIONAL, "comes back unchanged" },
    { "extrecordid", HV_SHELL_GUID, OPTIONAL, "the record it is about" },
    { "lcid", HV_SHELL_LOCALE, OPTIONAL, "language by number; or culture" },
    { "culture", HV_SHELL_CULTURE, OPTIONAL, "language by name; or lcid" },
    { "aib", HV_SHELL_BOOL, OPTIONAL,
      "may send the person on to the instance of their account; true when left "
      "out" },
    { "trm", HV_SHELL_METHOD, OPTIONAL,
      "how the token comes back; get when left out" },
    { "signupcode", HV_SHELL_TEXT, OPTIONAL,
      "old clients only: countries that want a code" },
    { 0 },
};

#define NEW_WINDOW "a page of the Shell in a window of its own"

static const struct hv_shell_target targets[] = {
    { "AUTH", "sign in; authorise when nothing is authorised yet", false, true,
      "APPAUTHSUCCESS APPAUTHREJECT SELECTEDRECORDCHANGED", NULL, auth_params },
    { "APPAUTH", "choose records and authorise, optional rules too", false,
      true,
      "APPAUTHSUCCESS APPAUTHREJECT SELECTEDRECORDCHANGED APPAUTHINVALIDRECORD",
      NULL, appauth_params },
    { "APPREDIRECT", "go on to another application", false, true, "",
      "the other application", appredirect_params },
    { "APPSIGNOUT", "sign out", false, true, "SIGNOUT", NULL,
      appsignout_params },
    { "CONNECT", "accept an invitation of Patient Connect", false, true, "",
      "the Shell", connect_params },
    { "CREATEACCOUNT", "make an account, then authorise", false, true,
      "APPAUTHSUCCESS APPAUTHREJECT SELECTEDRECORDCHANGED", NULL,
      createaccount_params },
    { "CREATEAPPLICATION", "register an instance of a master application",
      false, true, "APPAUTHSUCCESS", NULL, createapplication_params },
    { "CREATERECORD", "make a record, then authorise", false, true,
      "APPAUTHSUCCESS APPAUTHREJECT SELECTEDRECORDCHANGED CREATERECORDFAILURE "
      "CREATERECORDCANCELED",
      NULL, createrecord_params },
    { "EDITRECORD", "change the profile of a record", true, true,
      "EDITRECORDCOMPLETE EDITRECORDCANCEL", NULL, editrecord_params },
    { "HELP", "help pages", false, true, "", NEW_WINDOW, help_params },
    { "MANAGEACCOUNT", "the person's account", false, true, "", NEW_WINDOW,
      manageaccount_params },
    { "PICKUP", "collect a package that was dropped off", true, true, "",
      "the Shell", pickup_params },
    { "RECONCILE", "merge a CCR or CCD document into items", false, true,
      "RECONCILECOMPLETE RECONCILEFAILURE RECONCILECANCELED", NULL,
      reconcile_params },
    { "RECORDLIST", "the person's records", false, true, "", NEW_WINDOW,
      recordlist_params },
    { "SHAREDAPPDETAILS", "what the application may do with a record", false,
      true, "", NEW_WINDOW, sharedappdetails_params },
    { "SHARERECORD", "invite somebody to a record; custodians only", false,
      true, "SHARERECORDSUCCESS SHARERECORDFAILED APPAUTHINVALIDRECORD", NULL,
      sharerecord_params },
    { "VIEWITEMS", "list items of some types", false, true, "", NEW_WINDOW,
      viewitems_params },
    { "VERIFYLIVEID", "a name of an old vocabulary, without a page", true,
      false, "", "an error page", verifyliveid_params },
};

static const struct hv_shell_return returns[] = {
    { "APPAUTHSUCCESS", "signed in, authorised, or both", true,
      "call GetPersonInfo and keep person, record and instance" },
    { "APPAUTHREJECT", "the person refused or gave up", false,
      "explain, and offer it again" },
    { "APPAUTHFAILURE", "known to old clients only", false,
      "treat it as APPAUTHREJECT" },
    { "APPAUTHINVALIDRECORD", "extrecordid is not a record of this person",
      false, "forget that record id" },
    { "SELECTEDRECORDCHANGED", "a single-record application got another record",
      true, "drop everything kept of the old record, then GetPersonInfo" },
    { "CREATERECORDFAILURE", "known to old clients only", false, "explain" },
    { "CREATERECORDCANCELED", "known to old clients only", false, "explain" },
    { "EDITRECORDCOMPLETE", "after EDITRECORD: changed", false,
      "read the record anew" },
    { "EDITRECORDCANCEL", "after EDITRECORD: left as it was", false,
      "nothing" },
    { "RECONCILECOMPLETE", "after RECONCILE: merged", false,
      "show the result" },
    { "RECONCILEFAILURE", "after RECONCILE: failed", false, "show the result" },
    { "RECONCILECANCELED", "after RECONCILE: given up", false,
      "show the result" },
    { "SHARERECORDSUCCESS", "after SHARERECORD: invited", false,
      "show the result" },
    { "SHARERECORDFAILED", "after SHARERECORD: failed", false,
      "show the result" },
    { "SIGNOUT", "after APPSIGNOUT", false, "drop tokens and cookies" },
    { "HOME", "from the Shell's list of programs", false,
      "show the public front page, without a sign-in" },
    { "PRIVACY", "the privacy policy is wanted", false, "show it, public" },
    { "SERVICEAGREEMENT", "the terms of use are wanted", false,
      "show them, public" },
    { "HELP", "help of the application is wanted", false, "show it, public" },
};

const struct hv_shell_target *
hv_shell_target_at(size_t index)
{
    return index < HV_LEN(targets) ? &targets[index] : NULL;
}

const struct hv_shell_target *
hv_shell_target_find(const char *name)
{
    for (size_t i = 0; i < HV_LEN(targets); i++) {
        if (!strcasecmp(targets[i].name, name))
            return &targets[i];
    }
    return NULL;
}

const struct hv_shell_param *
hv_shell_common_params(void)
{
    return common_params;
}

/* "onopt#" fits "onopt12". */
static bool
fits(const char *row, const char *name)
{
    size_t len = strlen(row);

    if (row[len - 1] != '#')
        return !strcasecmp(row, name);
    if (strncasecmp(row, name, len - 1) || !name[len - 1])
        return false;
    return strspn(name + len - 1, "0123456789") == strlen(name + len - 1);
}

const struct hv_shell_param *
hv_shell_param_find(const struct hv_shell_target *target, const char *name)
{
    for (const struct hv_shell_param *p = target ? target->params : NULL;
         p && p->name; p++) {
        if (fits(p->name, name))
            return p;
    }
    for (const struct hv_shell_param *p = common_params; p->name; p++) {
        if (fits(p->name, name))
            return p;
    }
    return NULL;
}

bool
hv_shell_param_is_personal(const struct hv_shell_param *param)
{
    static const char *const names[] = {
        "extrecordid", "thingid", "packageid", "appCreationToken", "credtoken",
    };

    for (size_t i = 0; i < HV_LEN(names); i++) {
        if (!strcmp(param->name, names[i]))
            return true;
    }
    return false;
}

const struct hv_shell_return *
hv_shell_return_at(size_t index)
{
    return index < HV_LEN(returns) ? &returns[index] : NULL;
}

const struct hv_shell_return *
hv_shell_return_find(const char *name)
{
    for (size_t i = 0; i < HV_LEN(returns); i++) {
        if (!strcasecmp(returns[i].name, name))
            return &returns[i];
    }
    return NULL;
}

const char *
hv_shell_domain_word(enum hv_shell_domain domain)
{
    static const char *const words[] = {
        [HV_SHELL_TEXT] = "text",
        [HV_SHELL_GUID] = "guid",
        [HV_SHELL_GUIDS] = "guids, comma between",
        [HV_SHELL_BOOL] = "true or false",
        [HV_SHELL_URL] = "absolute URL",
        [HV_SHELL_LOCALE] = "locale number",
        [HV_SHELL_CULTURE] = "culture, as en-US",
        [HV_SHELL_METHOD] = "get or post",
        [HV_SHELL_CODE] = "identity code",
        [HV_SHELL_QUERY] = "query string",
        [HV_SHELL_TOKEN] = "user token",
    };

    return (unsigned)domain < HV_LEN(words) ? words[domain] : "text";
}
