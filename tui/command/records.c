/*
 * records.c - see records.h. Never prints.
 */
#include "tui/command/records.h"

#include "hvconsole/shell.h"

#include <stdlib.h>
#include <string.h>

enum hv_status
records_subs(struct hv_session *session, struct hv_sub_list *out,
             struct hv_error *err)
{
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    return st ? st : hv_client_get_subs(client, out, err);
}

size_t
records_types(const struct hv_sub_list *subs, struct hv_guid *out, size_t max)
{
    size_t len = 0;

    for (size_t i = 0; subs && i < subs->len; i++) {
        struct hv_guid types[HV_MAX_TYPES_PER_SUB];
        size_t count = hv_sub_types(&subs->items[i], types, HV_LEN(types));

        for (size_t k = 0; k < count && k < HV_LEN(types); k++) {
            size_t at = 0;

            while (at < len && !hv_guid_equal(&out[at], &types[k]))
                at++;
            if (at == len && len < max)
                out[len++] = types[k];
        }
    }
    return len;
}

struct told {
    struct hv_session *session;
    size_t said; /* the last number of which was talked */
};

/* Every hundredth is talk enough. */
static void
on_progress(void *arg, size_t done, size_t known)
{
    struct told *told = arg;

    if (done && done != known && done / 100 == told->said / 100)
        return;
    told->said = done;
    if (done)
        hv_session_talk(told->session, "permissions of %zu of %zu records read",
                        done, known);
    else
        hv_session_talk(told->session, "%zu records found", known);
}

static enum hv_status
read_all(struct hv_session *session, struct hv_access_ask *ask,
         const struct hv_sub_list *subs, struct hv_access *out,
         struct hv_error *err)
{
    struct hv_guid *types = hv_calloc(RECORDS_MAX_TYPES, sizeof(*types));
    struct told told = { .session = session };
    const struct hv_profile *profile;
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    ask->types = types;
    ask->types_len = records_types(subs, types, RECORDS_MAX_TYPES);
    ask->progress = on_progress;
    ask->arg = &told;
    if (!st)
        st = hv_session_profile(session, &profile, err);
    if (!st)
        st = hv_access_read(client, &profile->app_id, ask, out, err);
    free(types);
    return st;
}

enum hv_status
records_read(struct hv_session *session, bool with_permissions,
             const struct hv_sub_list *subs, struct hv_access *out,
             struct hv_error *err)
{
    struct hv_access_ask ask = { .with_permissions = with_permissions };

    return read_all(session, &ask, subs, out, err);
}

enum hv_status
records_read_some(struct hv_session *session, const struct hv_sub_list *subs,
                  bool keeps_some, struct hv_access *out, struct hv_error *err)
{
    struct hv_access_ask ask = { .with_permissions = true,
                                 .keeps_some = keeps_some };

    return read_all(session, &ask, subs, out, err);
}

enum hv_status
records_rights(struct hv_session *session, const struct hv_sub_list *subs,
               struct hv_access *access, struct hv_error *err)
{
    struct hv_guid *named = hv_calloc(RECORDS_MAX_TYPES, sizeof(*named));
    size_t named_len = records_types(subs, named, RECORDS_MAX_TYPES), len;
    struct hv_guid *types = hv_access_types(named, named_len, &len);
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    for (size_t i = 0; i < access->len && !st; i++)
        st = hv_access_rights(client, &access->rows[i], types, len, err);
    free(types);
    free(named);
    return st;
}

static bool
is_wanted(const struct hv_access_row *row, const char *record,
          const char *person)
{
    return hv_guid_matches(&row->record, record) &&
           (!person || hv_guid_matches(&row->person, person));
}

enum hv_status
records_find(struct hv_access *access, const char *record, const char *person,
             struct hv_error *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < access->len; i++) {
        if (is_wanted(&access->rows[i], record, person))
            access->rows[kept++] = access->rows[i];
        else
            hv_permission_list_release(&access->rows[i].permissions);
    }
    access->len = kept;
    for (size_t i = 1; i < kept; i++) {
        if (!hv_guid_equal(&access->rows[0].record, &access->rows[i].record))
            return hv_fail(err, HV_ERR_RULE, "'%s' begins several records",
                           record);
    }
    if (kept)
        return HV_OK;
    hv_fail(err, HV_ERR_NOT_FOUND,
            "nobody authorised this application for a record '%s'%s%s", record,
            person ? " as person " : "", person ? person : "");
    hv_hint(err, "'hvconsole record list' shows them; one that was given up or "
                 "revoked is not among them");
    return HV_ERR_NOT_FOUND;
}

/* Which page, if any: what is missing decides, then what the platform says. */
static const char *
target_of(const struct hv_access_row *row, enum hv_silence silence)
{
    if (row->action == HV_AUTH_REAUTH_NOT_POSSIBLE ||
        row->action == HV_AUTH_LOCATION)
        return NULL;
    if (row->reach == HV_REACH_REVOKED)
        return "APPAUTH";
    switch (silence) {
    case HV_SILENT_REVOKED:
    case HV_SILENT_EXPIRED:
    case HV_SILENT_NEVER:
    case HV_SILENT_NO_OFFLINE:
        return "APPAUTH";
    case HV_SILENT_STATE:
        return NULL;
    default:
        return row->is_expired ? "APPAUTH"
                               : hv_auth_action_row(row->action)->target;
    }
}

enum hv_status
hv_records_compose(const struct hv_profile *profile,
                   const struct hv_access_row *row, enum hv_silence silence,
                   struct hv_buf *out, struct hv_error *err)
{
    const char *target = target_of(row, silence);
    struct hv_shell_pairs pairs = { 0 };
    char app[HV_GUID_TEXT], record[HV_GUID_TEXT];
    enum hv_status st;

    if (!target)
        return HV_OK;
    hv_guid_format(&profile->app_id, app);
    hv_guid_format(&row->record, record);
    hv_shell_pairs_add(&pairs, "appid", app);
    hv_shell_pairs_add(&pairs, "extrecordid", record);
    st = hv_shell_compose(profile->shell, target, &pairs,
                          profile->env == HV_ENV_PROD, out, err);
    hv_shell_pairs_release(&pairs);
    return st;
}

enum hv_status
records_url(struct hv_session *session, const struct hv_access_row *row,
            enum hv_silence silence, struct hv_buf *out, struct hv_error *err)
{
    const struct hv_profile *profile;
    enum hv_status st = hv_session_profile(session, &profile, err);

    return st ? st : hv_records_compose(profile, row, silence, out, err);
}

const char *
records_remedy(const struct hv_access_row *row, enum hv_silence silence)
{
    if (silence == HV_SILENT_NO_OFFLINE && row->action == HV_AUTH_NONE)
        return "no rule that was granted reads this type offline: add it to "
               "the offline rules of the application, then APPAUTH";
    if (silence == HV_SILENT_NO_OFFLINE || silence == HV_NOTIFIES)
        return hv_auth_action_row(row->action)->remedy;
    if (silence == HV_SILENT_STATE)
        return "nothing from here: the record itself is not in use";
    if (silence == HV_SILENCE_UNKNOWN)
        return "try again";
    return "send the person to APPAUTH for this record";
}

/* ---- for the console ---- */

void
hv_records_model_release(struct hv_records_model *model)
{
    hv_access_release(&model->access);
    free(model->types);
    *model = (struct hv_records_model){ 0 };
}

/* What the subscriptions name, with the first page. */
static enum hv_status
read_types(struct hv_session *session, struct hv_records_model *model,
           struct hv_error *err)
{
    struct hv_sub_list subs = { 0 };
    enum hv_status st = records_subs(session, &subs, err);

    if (!st) {
        model->types = hv_calloc(RECORDS_MAX_TYPES, sizeof(*model->types));
        model->types_len =
            records_types(&subs, model->types, RECORDS_MAX_TYPES);
        model->types = hv_realloc_array(model->types, model->types_len + 1,
                                        sizeof(*model->types));
    }
    hv_sub_list_release(&subs);
    return st;
}

enum hv_status
hv_model_records(struct hv_session *session,
                 const struct hv_access_place *place,
                 struct hv_records_model *out, struct hv_error *err)
{
    struct hv_records_model model = { .place = *place };
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    if (!st && !place->has_after)
        st = read_types(session, &model, err);
    if (!st)
        st = hv_access_page(client, &model.place, &model.access, err);
    if (st)
        hv_records_model_release(&model);
    else
        *out = model;
    return st;
}

enum hv_status
hv_model_rights(struct hv_session *session, struct hv_access *rows,
                const struct hv_guid *types, size_t types_len,
                struct hv_error *err)
{
    struct hv_guid *known =
        types_len ? NULL : hv_access_types(NULL, 0, &types_len);
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    for (size_t i = 0; i < rows->len && !st; i++)
        st = hv_access_rights(client, &rows->rows[i], known ? known : types,
                              types_len, err);
    free(known);
    return st;
}
