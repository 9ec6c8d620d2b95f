/*
 * records_diff.c - see records_diff.h. Never prints.
 */
#include "tui/command/records.h"
#include "tui/command/records_diff.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DRAFT (64 * 1024)
#define KEPT_DIR  "snapshots"
#define KEPT_END  ".hvsnap"

void
hv_diff_model_release(struct hv_diff_model *model)
{
    free(model->rows);
    free(model->kept);
    *model = (struct hv_diff_model){ 0 };
}

const char *
records_action_text(const struct hv_access_row *row)
{
    return row->is_expired       ? "expired"
           : row->action_text[0] ? row->action_text
                                 : "unknown";
}

/* ---- rows ---- */

static struct hv_diff_row *
add_row(struct hv_diff_model *model, const struct hv_access_row *row,
        enum hv_change kind)
{
    struct hv_diff_row *out;

    model->rows =
        hv_realloc_array(model->rows, model->len + 1, sizeof(*model->rows));
    out = &model->rows[model->len++];
    *out = (struct hv_diff_row){ .record = row->record,
                                 .person = row->person,
                                 .kind = kind };
    hv_copy(out->name, sizeof(out->name), row->name);
    hv_copy(out->person_name, sizeof(out->person_name), row->person_name);
    return out;
}

static void
rights_text(const struct hv_permission *permission, char *out, size_t size)
{
    char online[5], offline[5];

    hv_rights_text(permission->online, online);
    hv_rights_text(permission->offline, offline);
    snprintf(out, size, "%s/%s", online, offline);
}

static void
on_change(void *arg, const struct hv_access_change *change)
{
    struct hv_diff_row *row = add_row(
        arg, change->after ? change->after : change->before, change->kind);

    if (change->kind == HV_CHANGE_RIGHTS) {
        row->type = change->type;
        rights_text(&change->was, row->was, sizeof(row->was));
        rights_text(&change->is, row->is, sizeof(row->is));
        return;
    }
    if (change->before)
        hv_copy(row->was, sizeof(row->was),
                records_action_text(change->before));
    if (change->after)
        hv_copy(row->is, sizeof(row->is), records_action_text(change->after));
}

static size_t
count_unread(const struct hv_access *access)
{
    size_t count = 0;

    for (size_t i = 0; i < access->len; i++)
        count += access->rows[i].reach == HV_REACH_NOT_READ;
    return count;
}

/* ---- the two sides ---- */

static enum hv_status
kept_path(struct hv_session *session, const char *name, char *out, size_t size,
          struct hv_error *err)
{
    if ((size_t)snprintf(out, size, "%s/%s%s%s", session->globals.store,
                         KEPT_DIR, name ? "/" : "", name ? name : "") >= size)
        return hv_fail(err, HV_ERR_RULE, "the store's path is too long");
    return HV_OK;
}

static enum hv_status
read_now(struct hv_session *session, bool keeps_some, struct hv_access *out,
         struct hv_error *err)
{
    struct hv_sub_list subs = { 0 };
    enum hv_status st = records_subs(session, &subs, err);

    if (!st)
        st = records_read_some(session, &subs, keeps_some, out, err);
    hv_sub_list_release(&subs);
    return st;
}

static enum hv_status
read_side(struct hv_session *session, const char *word, bool keeps_some,
          struct hv_access *out, struct hv_error *err)
{
    char path[HV_DIFF_SIDE + 64];
    struct stat is_kept;
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    if (st)
        return st;
    if (!strcmp(word, "now"))
        return read_now(session, keeps_some, out, err);
    st = kept_path(session, word, path, sizeof(path), err);
    if (!st)
        st = hv_access_load(!strchr(word, '/') && !stat(path, &is_kept) ? path
                                                                        : word,
                            hv_keystore_ring(ks), out, err);
    return st;
}

/* ---- a draft ---- */

static enum hv_status
read_draft(const char *path, struct hv_rules *out, struct hv_error *err)
{
    struct hv_buf text = { 0 };
    enum hv_status st = hv_file_read(path, MAX_DRAFT, &text, err);

    if (!st)
        st = hv_rules_parse(hv_buf_bytes(&text), out, err);
    hv_buf_release(&text);
    return st;
}

static void
predict(struct hv_diff_model *model, const struct hv_access *access,
        const struct hv_app_rules *rules)
{
    for (size_t i = 0; i < access->len; i++) {
        const struct hv_access_row *row = &access->rows[i];
        enum hv_auth_action next =
            hv_access_predict(row, &rules->online, &rules->offline);
        struct hv_diff_row *out;

        if (next == row->action)
            continue;
        out = add_row(model, row, HV_CHANGE_ACTION);
        out->is_draft = true;
        hv_copy(out->was, sizeof(out->was), records_action_text(row));
        hv_copy(out->is, sizeof(out->is), hv_auth_action_row(next)->word);
    }
}

/* The draft stands for one avenue; the other's rules are the platform's. */
static enum hv_status
diff_draft(struct hv_session *session, const struct hv_access *access,
           const char *word, struct hv_diff_model *model, struct hv_error *err)
{
    bool is_online = !strncmp(word, "online:", 7);
    struct hv_app_rules rules = { 0 };
    struct hv_rules draft = { 0 };
    struct hv_client *client;
    struct hv_rules *place = is_online ? &rules.online : &rules.offline;
    enum hv_status st = read_draft(strchr(word, ':') + 1, &draft, err);

    if (!st)
        st = hv_session_client(session, &client, err);
    if (!st)
        st = hv_client_app_rules(client, &rules, err);
    if (!st) {
        hv_rules_release(place);
        *place = draft;
        draft = (struct hv_rules){ 0 };
        predict(model, access, &rules);
    }
    hv_rules_release(&draft);
    hv_app_rules_release(&rules);
    return st;
}

static enum hv_status
diff_pictures(struct hv_session *session, const struct hv_access *before,
              const char *word, bool keeps_some, struct hv_diff_model *model,
              struct hv_error *err)
{
    struct hv_access after = { 0 };
    enum hv_status st = read_side(session, word, keeps_some, &after, err);

    if (!st && !hv_guid_equal(&before->app, &after.app))
        st = hv_fail(err, HV_ERR_RULE,
                     "the two are pictures of different applications");
    if (!st) {
        hv_access_diff(before, &after, on_change, model);
        model->records = after.len;
        model->unread += count_unread(&after);
    }
    hv_access_release(&after);
    return st;
}

enum hv_status
records_diff(struct hv_session *session, const char *a, const char *b,
             bool keeps_some, struct hv_diff_model *out, struct hv_error *err)
{
    struct hv_diff_model model = { 0 };
    struct hv_access before = { 0 };
    enum hv_status st = read_side(session, a, keeps_some, &before, err);

    hv_copy(model.a, sizeof(model.a), a);
    hv_copy(model.b, sizeof(model.b), b);
    model.is_draft = !strncmp(b, "online:", 7) || !strncmp(b, "offline:", 8);
    model.records = before.len;
    model.unread = count_unread(&before);
    if (!st)
        st = model.is_draft
                 ? diff_draft(session, &before, b, &model, err)
                 : diff_pictures(session, &before, b, keeps_some, &model, err);
    hv_access_release(&before);
    if (st)
        hv_diff_model_release(&model);
    else
        *out = model;
    return st;
}

/* ---- kept ones ---- */

static int
newest_first(const void *a, const void *b)
{
    const struct hv_diff_kept *one = a, *two = b;

    return strcmp(two->name, one->name);
}

/* "20261121-114003Z.hvsnap" */
static void
add_kept(struct hv_diff_model *model, const char *name)
{
    struct hv_diff_kept *kept;
    int year, month, day, hour, minute, second, end = 0;
    char text[40];

    if (sscanf(name, "%4d%2d%2d-%2d%2d%2dZ" KEPT_END "%n", &year, &month, &day,
               &hour, &minute, &second, &end) != 6 ||
        !end || name[end])
        return;
    model->kept = hv_realloc_array(model->kept, model->kept_len + 1,
                                   sizeof(*model->kept));
    kept = &model->kept[model->kept_len];
    *kept = (struct hv_diff_kept){ 0 };
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month,
             day, hour, minute, second);
    if (!hv_copy(kept->name, sizeof(kept->name), name) ||
        hv_time_parse(hv_bytes_str(text), &kept->kept_ms))
        return;
    model->kept_len++;
}

static enum hv_status
list_kept(struct hv_session *session, struct hv_diff_model *model,
          struct hv_error *err)
{
    char path[HV_DIFF_SIDE + 64];
    enum hv_status st = kept_path(session, NULL, path, sizeof(path), err);
    struct dirent *entry;
    DIR *dir;

    if (st)
        return st;
    dir = opendir(path);
    if (!dir)
        return HV_OK; /* none was kept yet */
    while ((entry = readdir(dir)))
        add_kept(model, entry->d_name);
    closedir(dir);
    if (model->kept_len)
        qsort(model->kept, model->kept_len, sizeof(*model->kept), newest_first);
    return HV_OK;
}

static enum hv_status
keep_now(struct hv_session *session, struct hv_error *err)
{
    char path[HV_DIFF_SIDE + 64], name[64], time[HV_TIME_TEXT];
    struct hv_access access = { 0 };
    const struct hv_journal_key *key;
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    if (!st)
        st = kept_path(session, NULL, path, sizeof(path), err);
    if (!st)
        st = hv_dir_make(path, 0700, err);
    if (!st)
        st = read_now(session, false, &access, err);
    if (st)
        return st;
    hv_time_format(access.taken_ms, time);
    snprintf(name, sizeof(name), "%.4s%.2s%.2s-%.2s%.2s%.2sZ" KEPT_END, time,
             time + 5, time + 8, time + 11, time + 14, time + 17);
    st = kept_path(session, name, path, sizeof(path), err);
    key = hv_keyring_journal_key(hv_keystore_ring(ks));
    if (!st && !key)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the keystore has no key to seal a snapshot with");
    if (!st)
        st = hv_access_save(&access, key, path, err);
    hv_access_release(&access);
    return st;
}

enum hv_status
hv_model_diff(struct hv_session *session, const char *text,
              struct hv_diff_model *out, struct hv_error *err)
{
    struct hv_diff_model model = { 0 };
    const char *end = strchr(text, '\n');
    char a[HV_DIFF_SIDE] = "";
    enum hv_status st = HV_OK;

    if (end) {
        snprintf(a, sizeof(a), "%.*s", (int)(end - text), text);
        st = records_diff(session, a, end + 1, true, &model, err);
    } else if (!strcmp(text, "keep")) {
        st = keep_now(session, err);
    }
    if (!st)
        st = list_kept(session, &model, err);
    if (st)
        hv_diff_model_release(&model);
    else
        *out = model;
    return st;
}
