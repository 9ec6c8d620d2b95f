/*
 * records_detail.c - below the tabs of the Records view: what is known of one
 * record, and how many records tell of each type. Pure.
 */
#include "tui/screen/records_parts.h"

#include "hvconsole/names.h"

#include <stdio.h>
#include <string.h>

const char *
hv_silence_brief(enum hv_silence silence)
{
    static const char *const words[] = {
        [HV_NOTIFIES] = "yes",
        [HV_SILENT_REVOKED] = "NO  access taken away",
        [HV_SILENT_EXPIRED] = "NO  it has run out",
        [HV_SILENT_NEVER] = "NO  never authorised",
        [HV_SILENT_NO_OFFLINE] = "NO  no offline read",
        [HV_SILENT_STATE] = "NO  record not in use",
        [HV_SILENCE_UNKNOWN] = "?   not readable",
    };

    return words[silence];
}

static enum hv_role
silence_role(enum hv_silence silence)
{
    return silence == HV_NOTIFIES          ? HV_ROLE_GOOD
           : silence == HV_SILENCE_UNKNOWN ? HV_ROLE_DIM
                                           : HV_ROLE_BAD;
}

/* "44f1..9d2 +1": the subscriptions that name the type. */
static void
named_by(const struct hv_app *app, const struct hv_guid *type, char out[48])
{
    size_t count = 0;

    hv_copy(out, 48, app->subs_load.has_data ? "-" : "?");
    for (size_t i = 0; i < app->subs.len; i++) {
        if (hv_sub_names_type(&app->subs.rows[i].sub, type) && !count++)
            hv_guid_short(&app->subs.rows[i].sub.id, out);
    }
    if (count > 1)
        snprintf(out + strlen(out), 30, " +%zu", count - 1);
}

static void
render_type(const struct hv_app *app, struct hv_canvas *cv, int row,
            const struct hv_access_row *record, const struct hv_guid *id)
{
    const struct hv_permission *permission =
        hv_permission_find(&record->permissions, id);
    enum hv_silence silence = hv_silence_of(record, id);
    char online[5], offline[5], name[96], sub[48];

    hv_rights_text(permission ? permission->online : 0, online);
    hv_rights_text(permission ? permission->offline : 0, offline);
    hv_type_name(id, name, sizeof(name));
    named_by(app, id, sub);
    hv_canvas_text(cv, row, 1, 22, HV_ROLE_TEXT, name);
    hv_canvas_text(cv, row, 24, 6, HV_ROLE_TEXT, online);
    hv_canvas_text(cv, row, 32, 6, HV_ROLE_TEXT, offline);
    hv_canvas_text(cv, row, 41, 13, HV_ROLE_DIM, sub);
    hv_canvas_text(cv, row, 56, cv->cols - 57, silence_role(silence),
                   cv->cols >= 100 && silence != HV_NOTIFIES
                       ? hv_silence_text(silence)
                       : hv_silence_brief(silence));
}

static void
render_types(const struct hv_app *app, struct hv_canvas *cv, int row,
             const struct hv_access_row *record)
{
    size_t len = app->records.types_len;

    if (row >= cv->rows)
        return;
    if (!len) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM,
                       "No subscription names a type yet. A in 2 "
                       "Subscriptions makes one.");
        return;
    }
    if (record->reach == HV_REACH_NOT_READ) {
        if (app->rights_load.error.status)
            hv_canvas_textf(cv, row, 1, cv->cols - 2, HV_ROLE_BAD,
                            "Rights not read: %s", app->rights_load.error.why);
        else
            hv_canvas_text(cv, row, 1, 0, HV_ROLE_DIM, "Reading rights ...");
        return;
    }
    hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "subscribed type");
    hv_canvas_text(cv, row, 24, 0, HV_ROLE_HEAD, "online");
    hv_canvas_text(cv, row, 32, 0, HV_ROLE_HEAD, "offline");
    hv_canvas_text(cv, row, 41, 0, HV_ROLE_HEAD, "subscribed by");
    hv_canvas_text(cv, row, 56, 0, HV_ROLE_HEAD, "can notify");
    for (size_t i = 0; i < len && row + 1 < cv->rows; i++) {
        if (row + 2 == cv->rows && i + 1 < len) {
            hv_canvas_textf(cv, row + 1, 1, 0, HV_ROLE_DIM,
                            "%zu more types: Enter shows all", len - i);
            break;
        }
        render_type(app, cv, ++row, record, &app->records.types[i]);
    }
}

int
hv_record_fix_render(const struct hv_app *app, struct hv_canvas *cv, int row,
                     const struct hv_access_row *record,
                     enum hv_silence silence)
{
    struct hv_buf url = { 0 };
    bool is_low = cv->rows < 14;

    if (app->status && app->status->has_profile &&
        hv_records_compose(&app->status->profile_facts, record, silence, &url,
                           NULL) == HV_OK &&
        url.len) {
        hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "Fix");
        hv_canvas_text(cv, row++, 10, cv->cols - 11, HV_ROLE_TEXT,
                       "APPAUTH for this record; y u copies the Shell URL");
        if (!is_low)
            row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 3, HV_ROLE_NOTE,
                                  hv_buf_str(&url));
    }
    hv_buf_release(&url);
    return row;
}

void
hv_record_detail_render(const struct hv_app *app, struct hv_canvas *cv,
                        const struct hv_access_row *record)
{
    const struct hv_auth_action_row *action =
        hv_auth_action_row(record->action);
    char title[HV_GUID_TEXT + 300];
    char id[HV_GUID_SHORT];
    int row = 1;

    hv_guid_short(&record->record, id);
    snprintf(title, sizeof(title), "%s %s, %s", id, record->name,
             records_action_text(record));
    hv_canvas_rule(cv, 0, 0, cv->cols, title);
    hv_list_more_render(app, cv, 0, cv->cols - 2, HV_VIEW_RECORDS);
    if (record->reach == HV_REACH_REVOKED)
        row += hv_canvas_wrap(cv, row, 1, cv->cols - 2, 1, HV_ROLE_BAD,
                              "The platform answers 11: access was taken "
                              "away.");
    else if (record->reach == HV_REACH_FAILED)
        hv_canvas_textf(cv, row++, 1, cv->cols - 2, HV_ROLE_WARN,
                        record->code > 0
                            ? "The platform answered %d: nothing is known of "
                              "the rights."
                            : "No answer: nothing is known of the rights.",
                        record->code);
    hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "Meaning");
    row += hv_canvas_wrap(cv, row, 10, cv->cols - 11, 3, HV_ROLE_TEXT,
                          record->is_expired ? "the authorisation has run out"
                                             : action->meaning);
    hv_canvas_text(cv, row, 1, 0, HV_ROLE_HEAD, "To do");
    row += hv_canvas_wrap(
        cv, row, 10, cv->cols - 11, 2, HV_ROLE_TEXT,
        record->is_expired ||
                (record->reach == HV_REACH_REVOKED && !action->target)
            ? "send the person to APPAUTH for this record"
            : action->remedy);
    row = hv_record_fix_render(app, cv, row, record, HV_NOTIFIES);
    render_types(app, cv, row, record);
}

/* --------------------------------------------------------------- bars -- */

void
hv_record_bars_render(const struct hv_app *app, struct hv_canvas *cv, int row)
{
    size_t len = app->records.access.len;
    int width = cv->cols - 64 < 40 ? cv->cols - 64 : 40;

    for (size_t k = 0; k < app->records.types_len && row < cv->rows;
         k++, row++) {
        size_t counts[HV_SILENCE_UNKNOWN + 1] = { 0 }, unread = 0, silent = 0;
        char name[96];

        for (size_t i = 0; i < len; i++) {
            const struct hv_access_row *at = &app->records.access.rows[i];

            if (at->reach == HV_REACH_NOT_READ)
                unread++;
            else
                counts[hv_silence_of(at, &app->records.types[k])]++;
        }
        silent =
            len - unread - counts[HV_NOTIFIES] - counts[HV_SILENCE_UNKNOWN];
        hv_type_name(&app->records.types[k], name, sizeof(name));
        hv_canvas_text(cv, row, 1, 20, HV_ROLE_TEXT, name);
        hv_canvas_textf(cv, row, 22, 15, HV_ROLE_GOOD, "notifies %zu",
                        counts[HV_NOTIFIES]);
        hv_canvas_textf(cv, row, 38, 12, silent ? HV_ROLE_BAD : HV_ROLE_DIM,
                        "silent %zu", silent);
        hv_canvas_textf(cv, row, 51, 14, HV_ROLE_DIM, "unknown %zu",
                        unread + counts[HV_SILENCE_UNKNOWN]);
        if (width > 4 && len)
            hv_canvas_bar(cv, row, 65, width - 2, HV_ROLE_GOOD,
                          counts[HV_NOTIFIES], len);
    }
}
