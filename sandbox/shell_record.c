/*
 * shell_record.c - EDITRECORD, SHARERECORD and RECONCILE: one record of the
 * person. Called by shell.c through the table of targets.
 */
#include "sandbox/shell_parts.h"

#include <string.h>

static const struct sb_record *
record_of(const struct sb_visit *visit)
{
    return &visit->platform->records[visit->record];
}

static bool
is_custodian(const struct sb_visit *visit)
{
    const struct sb_grant *grant =
        sb_grant_find(visit->platform, visit->person_at, visit->record);

    return grant && grant->is_custodian;
}

static bool
is_go(const struct sb_visit *visit)
{
    const char *word = sb_param_get(visit->form, "do");

    return word && strcmp(word, "go") == 0;
}

/* ----------------------------------------------------------- EDITRECORD -- */

void
sb_record_edit_page(struct sb_visit *visit)
{
    struct sb_page *page;

    if (!is_custodian(visit)) {
        sb_shell_refuse(visit, 403,
                        "Only a custodian may edit the record of %.100s.",
                        record_of(visit)->name);
        return;
    }
    page = sb_shell_open(visit, "Edit the record");
    sb_shell_form(visit);
    sb_shell_who(visit);
    sb_page_put(page,
                "<label class=\"field\">Name of the record<input type=\"text\" "
                "name=\"name\" value=\"%s\" required maxlength=\"100\"></label>"
                "\n",
                record_of(visit)->name);
    sb_shell_ends(visit, "Save", "Cancel");
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

void
sb_record_edit_done(struct sb_visit *visit)
{
    const char *name = sb_param_get(visit->form, "name");

    if (!is_go(visit) || !is_custodian(visit) || !name || !*name ||
        strlen(name) > SB_MAX_NAME) {
        sb_record_edit_page(visit);
        return;
    }
    sb_record_rename(visit->platform, visit->record, name, visit->now.now_ms);
    sb_shell_back_word(visit, "EditRecordComplete");
}

/* ---------------------------------------------------------- SHARERECORD -- */

static size_t
put_others(struct sb_visit *visit)
{
    const struct sb_platform *p = visit->platform;
    struct sb_page *page = &visit->reply->page;
    size_t count = 0;

    for (size_t i = 0; i < p->person_count && count < SB_MAX_LISTED; i++) {
        char id[HV_GUID_TEXT];

        if (sb_grant_find(p, i, visit->record))
            continue;
        hv_guid_format(&p->persons[i].id, id);
        sb_page_put(page, count++ ? "" : "<ul class=\"list\">\n");
        sb_page_put(page,
                    "<li><label><input type=\"radio\" name=\"with\" "
                    "value=\"%s\"",
                    id);
        sb_page_put(page, count == 1 ? " checked>" : ">");
        sb_page_put(page, "<span><b>%s</b></span></label></li>\n",
                    p->persons[i].name);
    }
    if (count > 0)
        sb_page_put(page, "</ul>\n");
    return count;
}

void
sb_record_share_page(struct sb_visit *visit)
{
    struct sb_page *page;

    if (!is_custodian(visit)) {
        sb_shell_back_word(visit, "ShareRecordFailed");
        return;
    }
    page = sb_shell_open(visit, "Share a record");
    sb_page_put(page,
                "<p>Who is to see the record of <b>%s</b>? In this sandbox "
                "nobody has to accept: they have it at once.</p>\n",
                record_of(visit)->name);
    sb_shell_form(visit);
    sb_shell_who(visit);
    if (put_others(visit) > 0) {
        sb_shell_ends(visit, "Share", "Cancel");
    } else {
        sb_page_put(page, "<p class=\"note\">Everybody here has it already."
                          "</p>\n");
        sb_page_put(page, "<p class=\"end\"><button name=\"do\" "
                          "value=\"cancel\">Back</button></p>\n");
    }
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

void
sb_record_share_done(struct sb_visit *visit)
{
    struct hv_guid id;
    const struct sb_person *with = NULL;
    size_t at;

    if (sb_param_guid(visit->form, "with", &id))
        with = sb_person_find(visit->platform, &id);
    if (!is_go(visit) || !is_custodian(visit) || !with) {
        sb_record_share_page(visit);
        return;
    }
    at = (size_t)(with - visit->platform->persons);
    if (!sb_grant_find(visit->platform, at, visit->record))
        sb_grant_add(visit->platform, at, visit->record, false, 0, "Other");
    sb_shell_back_word(visit, "ShareRecordSuccess");
}

/* ------------------------------------------------------------ RECONCILE -- */

static const struct sb_thing *
document_of(const struct sb_visit *visit)
{
    struct hv_guid id;
    const struct sb_thing *thing = NULL;

    if (sb_param_guid(&visit->flow->params, "thingid", &id))
        thing = sb_thing_find(visit->platform, &id);
    return thing && thing->record == visit->record && !thing->is_deleted ? thing
                                                                         : NULL;
}

void
sb_reconcile_page(struct sb_visit *visit)
{
    struct sb_page *page;

    if (!document_of(visit)) {
        sb_shell_back_word(visit, "ReconcileFailure");
        return;
    }
    page = sb_shell_open(visit, "Take items out of a document");
    sb_page_put(page,
                "<p>in the record of <b>%s</b>.</p><p class=\"note\">This "
                "sandbox takes no document apart. Choose what the application "
                "is to be told.</p>\n",
                record_of(visit)->name);
    sb_shell_form(visit);
    sb_shell_who(visit);
    sb_shell_ends(visit, "It is done", "Cancel");
    sb_page_put(page, "</form>\n");
    sb_shell_close(visit, 200);
}

void
sb_reconcile_done(struct sb_visit *visit)
{
    if (is_go(visit) && document_of(visit))
        sb_shell_back_word(visit, "ReconcileComplete");
    else
        sb_reconcile_page(visit);
}
