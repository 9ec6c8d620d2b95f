/*
 * shell_target.c - see shell_target.h.
 */
#include "sandbox/shell_target.h"

#include "sandbox/shell_parts.h"

#include <string.h>

static const struct sb_target targets[] = {
    { "APPAUTH", "choose records and let an application in",
      SB_T_APP | SB_T_PERSON | SB_T_BACK, sb_consent_page, sb_consent_done,
      "AppAuthReject", "AppAuthInvalidRecord" },
    { "APPREDIRECT", "go to another application", SB_T_APP,
      sb_shell_app_redirect, NULL, NULL, NULL },
    { "APPSIGNOUT", "sign out", SB_T_APP | SB_T_BACK, sb_shell_sign_out, NULL,
      NULL, NULL },
    { "AUTH", "sign in and let an application in",
      SB_T_APP | SB_T_PERSON | SB_T_BACK, sb_consent_page, sb_consent_done,
      "AppAuthReject", "AppAuthInvalidRecord" },
    { "CONNECT", "accept a request to be connected", SB_T_PERSON,
      sb_package_page, NULL, NULL, NULL },
    { "CREATEACCOUNT", "become a new person and let an application in",
      SB_T_APP | SB_T_BACK, sb_account_page, sb_account_done, "AppAuthReject",
      NULL },
    { "CREATEAPPLICATION", "set up an application on a device",
      SB_T_APP | SB_T_PERSON | SB_T_BACK, sb_consent_page, sb_consent_done,
      "AppAuthReject", NULL },
    { "CREATERECORD", "make a record and let an application in",
      SB_T_APP | SB_T_PERSON | SB_T_BACK, sb_record_new_page,
      sb_record_new_done, "AppAuthReject", NULL },
    { "EDITRECORD", "change what a record is called",
      SB_T_APP | SB_T_PERSON | SB_T_RECORD | SB_T_BACK, sb_record_edit_page,
      sb_record_edit_done, "EditRecordCancel", "AppAuthInvalidRecord" },
    { "HELP", "help, privacy, terms", 0, sb_help_page, NULL, NULL, NULL },
    { "MANAGEACCOUNT", "see who has access, and end it", SB_T_PERSON,
      sb_manage_page, sb_manage_done, NULL, NULL },
    { "PICKUP", "collect a package", SB_T_PERSON, sb_package_page, NULL, NULL,
      NULL },
    { "RECONCILE", "take items out of a document",
      SB_T_APP | SB_T_PERSON | SB_T_RECORD | SB_T_BACK, sb_reconcile_page,
      sb_reconcile_done, "ReconcileCanceled", "ReconcileFailure" },
    { "RECORDLIST", "see your records", SB_T_PERSON, sb_record_list_page, NULL,
      NULL, NULL },
    { "SHAREDAPPDETAILS", "see what an application may do, and end it",
      SB_T_APP | SB_T_PERSON | SB_T_RECORD, sb_manage_page, sb_manage_done,
      NULL, NULL },
    { "SHARERECORD", "share a record with somebody",
      SB_T_APP | SB_T_PERSON | SB_T_DEFAULT | SB_T_BACK, sb_record_share_page,
      sb_record_share_done, "ShareRecordFailed", "AppAuthInvalidRecord" },
    { "VIEWITEMS", "see and add items", SB_T_APP | SB_T_PERSON | SB_T_DEFAULT,
      sb_items_page, sb_items_done, NULL, NULL },
    { "VERIFYLIVEID", "sign in with a ticket of another service", 0, sb_no_page,
      NULL, NULL, NULL },
};

const struct sb_target *
sb_target_at(size_t index)
{
    return index < HV_LEN(targets) ? &targets[index] : NULL;
}

const struct sb_target *
sb_target_find(const char *name)
{
    for (size_t i = 0; i < HV_LEN(targets); i++)
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    return NULL;
}
