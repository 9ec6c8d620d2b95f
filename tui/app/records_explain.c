/*
 * records_explain.c - `x` in the Records view: what the row means, why a change
 * there stays silent, what mends it, and where. Called by explain.c. Pure.
 */
#include "tui/app/parts.h"

#include "hvconsole/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void
add_url(const struct hv_app *app, const struct hv_access_row *row,
        enum hv_silence silence, struct hv_buf *out)
{
    struct hv_buf url = { 0 };

    if (app->status && app->status->has_profile &&
        hv_records_compose(&app->status->profile_facts, row, silence, &url,
                           NULL) == HV_OK &&
        url.len)
        hv_buf_addf(out, "\nThe person mends it here (y u copies it):\n%s\n",
                    hv_buf_str(&url));
    else
        hv_buf_add_str(out, "\nNo page of the Shell is needed, or none "
                            "helps.\n");
    hv_buf_release(&url);
}

static void
explain_row(const struct hv_app *app, const struct hv_access_row *row,
            struct hv_buf *out)
{
    const struct hv_auth_action_row *action = hv_auth_action_row(row->action);

    hv_text_linef(out, "%s (record of %s)", records_action_text(row),
                  row->person_name);
    hv_buf_addf(out, "\n%s.\nTo do: %s.\n",
                row->is_expired ? "The authorisation has run out"
                                : action->meaning,
                row->is_expired ? "send the person to APPAUTH for this record"
                                : action->remedy);
    if (row->reach == HV_REACH_REVOKED)
        hv_buf_add_str(out, "\nThe platform answers 11 for it: access was "
                            "taken away. That is no fault of the network.\n");
    else if (row->reach == HV_REACH_FAILED)
        hv_buf_addf(out,
                    "\nThe rights could not be read (%s %d): nothing is known "
                    "of them. That is not the same as no rights.\n",
                    row->code > 0 ? "the platform answered" : "no answer,",
                    row->code);
    add_url(app, row, HV_NOTIFIES, out);
    hv_buf_add_str(out, "\nWho must look at this state, and when:\n");
    for (const struct hv_app_check *c = hv_app_checks(); c->kind; c++)
        hv_buf_addf(out, "  %s: %s.\n", c->kind, c->duty);
}

static void
explain_pair(const struct hv_app *app, size_t i, struct hv_buf *out)
{
    const struct hv_access_row *row = hv_records_at(app, i);
    enum hv_silence silence;
    char type[96];

    hv_type_name(hv_records_pair(app, i, &silence), type, sizeof(type));
    hv_text_linef(out,
                  "A change of %s in the record %s raises no notification, "
                  "though a subscription names the type: %s.",
                  type, row->name, hv_silence_text(silence));
    hv_buf_addf(out, "\nTo do: %s.\n", records_remedy(row, silence));
    add_url(app, row, silence, out);
}

static void
explain_change(const struct hv_diff_row *row, struct hv_buf *out)
{
    static const char *const meanings[] = {
        [HV_CHANGE_NEW] = "A person let the application into a record, or did "
                          "so again, since the first picture.",
        [HV_CHANGE_GONE] = "The authorisation is not listed any more: the "
                           "person revoked it, or the application gave it up.",
        [HV_CHANGE_ACTION] = "What the platform wants done is another.",
        [HV_CHANGE_RIGHTS] = "The rights on this type are others; before the "
                             "slash online, after it offline. R read, U "
                             "update, C create, D delete.",
    };

    hv_buf_addf(out, "%s\n\n",
                row->is_draft
                    ? "If these became the rules of the application, what the "
                      "platform wants done here would change. Rights that "
                      "were granted stay."
                    : meanings[row->kind]);
    hv_text_linef(out, "was  %s", row->was[0] ? row->was : "-");
    hv_text_linef(out, "is   %s", row->is[0] ? row->is : "-");
}

void
hv_records_explain(const struct hv_app *app, struct hv_buf *out)
{
    size_t i = hv_list_at(app, HV_VIEW_RECORDS);
    const struct hv_diff_row *change = hv_records_diff_row(app, i);
    const struct hv_access_row *row =
        i == SIZE_MAX ? NULL : hv_records_at(app, i);

    if (change)
        explain_change(change, out);
    else if (row && hv_records_pane(app) == HV_RECORDS_COVERAGE)
        explain_pair(app, i, out);
    else if (row)
        explain_row(app, row, out);
    else if (hv_records_side(app, i))
        hv_buf_add_str(out,
                       "A snapshot is a picture of all records, with the "
                       "action and the rights of each, sealed so that this "
                       "keystore alone reads it.\n\nEnter compares it with "
                       "now; c marks it, and c on another compares those two. "
                       "A keeps a new one.\n\nA draft of the application's "
                       "rules: :compare online:FILE or :compare offline:FILE "
                       "tells which records would have to agree again.\n");
}
