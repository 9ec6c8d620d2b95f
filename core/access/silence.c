/*
 * silence.c - which changes raise no notification though a subscription names
 * their type. Pure. Fact: authorisation
 */
#include "hvconsole/access.h"

#include <string.h>

enum hv_silence
hv_silence_of(const struct hv_access_row *row, const struct hv_guid *type)
{
    const struct hv_permission *permission;

    if (row->reach == HV_REACH_REVOKED)
        return row->is_expired                   ? HV_SILENT_EXPIRED
               : row->action == HV_AUTH_REQUIRED ? HV_SILENT_NEVER
                                                 : HV_SILENT_REVOKED;
    if (row->reach != HV_REACH_ANSWERED)
        return HV_SILENCE_UNKNOWN;
    if (strcmp(row->state, "Suspended") == 0 ||
        strcmp(row->state, "Deleted") == 0)
        return HV_SILENT_STATE;
    permission = hv_permission_find(&row->permissions, type);
    if (permission && (permission->offline & HV_RIGHT_READ))
        return HV_NOTIFIES;
    return HV_SILENT_NO_OFFLINE;
}

const char *
hv_silence_text(enum hv_silence silence)
{
    static const char *const texts[] = {
        [HV_NOTIFIES] = "notifies",
        [HV_SILENT_REVOKED] = "access was taken away",
        [HV_SILENT_EXPIRED] = "the authorisation has run out",
        [HV_SILENT_NEVER] = "never authorised",
        [HV_SILENT_NO_OFFLINE] = "no offline right to read this type",
        [HV_SILENT_STATE] = "the record is suspended or deleted",
        [HV_SILENCE_UNKNOWN] = "the permissions could not be read",
    };

    return (unsigned)silence < HV_LEN(texts) ? texts[silence] : "";
}
