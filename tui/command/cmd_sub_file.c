/*
 * cmd_sub_file.c - `sub export`, `sub diff` and `sub apply`: subscriptions as a
 * text file, and the platform made so. Called through the table. What is to be
 * done is core's matter; here it is told, asked for and done.
 */
#include "tui/command/cmd_sub.h"
#include "tui/command/nouns/sub.h"

#include "hvconsole/names.h"
#include "hvconsole/subfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_column sub_step_columns[] = {
    { "act", "ACT", HV_COL_PAINT },
    { "id", "ID", HV_COL_NAME },
    { "url", "URL", 0 },
    { "types", "TYPES", 0 },
    { "changes", "CHANGES", 0 },
    { "done", "DONE", 0 },
    { "dry_run", "DRY RUN", HV_COL_HIDDEN },
    { 0 },
};

/* ---- export ---- */

static int
by_url(const void *a, const void *b)
{
    const struct hv_sub *const *x = a;
    const struct hv_sub *const *y = b;
    int order = strcmp((*x)->url, (*y)->url);

    return order ? order : hv_guid_compare(&(*x)->id, &(*y)->id);
}

/* In an order that does not depend on the platform's, for version control. */
static void
write_all(const struct hv_sub **subs, size_t len, struct hv_buf *out)
{
    if (len)
        qsort(subs, len, sizeof(*subs), by_url);
    hv_buf_add_str(out, "# Event subscriptions. 'hvconsole sub diff FILE' "
                        "compares, 'sub apply FILE' makes it so.\n");
    for (size_t i = 0; i < len; i++) {
        hv_buf_add_char(out, '\n');
        hv_subfile_write(subs[i], out);
    }
}

static enum hv_status
choose(struct hv_cmd *cmd, const struct hv_sub_list *list,
       const struct hv_sub **chosen, size_t *len, struct hv_error *err)
{
    size_t which = 0, at;

    for (size_t i = 0; !cmd->args_len && i < list->len; i++)
        chosen[(*len)++] = &list->items[i];
    for (int i = 0; i < cmd->args_len; i++) {
        enum hv_status st =
            hv_sub_list_resolve(list, cmd->args[i], &which, err);

        if (st)
            return st;
        for (at = 0; at < *len && chosen[at] != &list->items[which]; at++)
            continue;
        if (at == *len)
            chosen[(*len)++] = &list->items[which];
    }
    return HV_OK;
}

static enum hv_status
read_platform(struct hv_cmd *cmd, struct hv_client **client,
              struct hv_sub_list *out, struct hv_error *err)
{
    enum hv_status st = hv_session_client(cmd->session, client, err);

    return st ? st : hv_client_get_subs(*client, out, err);
}

enum hv_status
cmd_sub_export(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_sub_list list = { 0 };
    struct hv_buf text = { 0 };
    const struct hv_sub **chosen = NULL;
    struct hv_client *client;
    size_t len = 0;
    enum hv_status st = read_platform(cmd, &client, &list, err);

    if (!st) {
        chosen = hv_calloc(list.len + 1, sizeof(const struct hv_sub *));
        st = choose(cmd, &list, chosen, &len, err);
    }
    if (!st) {
        write_all(chosen, len, &text);
        if (hv_out_is_text(cmd->out)) {
            hv_out_text(cmd->out, hv_buf_str(&text));
        } else {
            hv_node_int(hv_out_top(cmd->out), "subs", (int64_t)len);
            hv_node_text(hv_out_top(cmd->out), "text", hv_buf_str(&text));
        }
    }
    free(chosen);
    hv_buf_release(&text);
    hv_sub_list_release(&list);
    return st;
}

/* ---- what is to be done ---- */

struct work {
    struct hv_cmd *cmd;
    struct hv_client *client; /* borrowed from the session */
    const struct hv_profile *profile;
    struct hv_sub_list want, have;
    struct hv_sub_step *steps; /* owned; borrow from the two lists */
    size_t len;
    size_t counts[HV_SUB_EXTRA + 1];
    bool prunes;
};

static void
work_release(struct work *work)
{
    free(work->steps);
    hv_sub_list_release(&work->want);
    hv_sub_list_release(&work->have);
}

static enum hv_status
work_read(struct work *work, struct hv_error *err)
{
    const char *path = work->cmd->args[0];
    struct hv_buf text = { 0 };
    enum hv_status st = cmd_input(path, HV_MAX_SUBFILE, "the file", &text, err);

    if (!st)
        st = hv_subfile_parse(hv_buf_bytes(&text), path, &work->want, err);
    hv_buf_release(&text);
    if (!st)
        st = hv_session_profile(work->cmd->session, &work->profile, err);
    /* Before anybody is asked for a passphrase: it may be all for nothing. */
    for (size_t i = 0; !st && i < work->want.len; i++) {
        struct hv_error why = { 0 };

        st = hv_sub_check(&work->want.items[i], work->profile, &why);
        if (st) {
            hv_fail(err, st, "%.300s: %s", work->want.items[i].url, why.why);
            hv_hint(err, "%s", why.hint);
        }
    }
    if (!st)
        st = read_platform(work->cmd, &work->client, &work->have, err);
    if (st)
        return st;
    work->len = hv_sub_plan(&work->want, &work->have, &work->steps);
    for (size_t i = 0; i < work->len; i++)
        work->counts[work->steps[i].act]++;
    return HV_OK;
}

/* The types of @a that @b has not, as "+Weight +Height". */
static void
add_missing(struct hv_buf *out, const struct hv_sub *a, const struct hv_sub *b,
            char sign)
{
    struct hv_guid types[HV_MAX_TYPES_PER_SUB];
    size_t len = hv_sub_types(a, types, HV_LEN(types));
    char id[HV_GUID_TEXT];

    for (size_t i = 0; i < len; i++) {
        const struct hv_thing_type *type = hv_thing_type_find(&types[i]);

        if (hv_sub_names_type(b, &types[i]))
            continue;
        hv_guid_format(&types[i], id);
        hv_buf_addf(out, "%s%c%s", out->len ? ", " : "", sign,
                    type ? type->name : id);
    }
}

static void
tell_changes(struct hv_node *node, const struct hv_sub_step *step)
{
    struct hv_buf text = { 0 };

    add_missing(&text, step->want, step->have, '+');
    add_missing(&text, step->have, step->want, '-');
    if (strcmp(step->want->url, step->have->url)) {
        hv_buf_addf(&text, "%sURL was %s", text.len ? ", " : "",
                    step->have->url);
        hv_node_text(node, "was_url", step->have->url);
    }
    hv_node_text(node, "changes",
                 text.len ? hv_buf_str(&text) : "types in other filters");
    hv_buf_release(&text);
}

/* What is not as the file says. @id: of one that was just made, else NULL. */
static struct hv_node *
tell_step(struct work *work, const struct hv_sub_step *step,
          const struct hv_guid *id)
{
    struct hv_node *node = hv_out_item(work->cmd->out);
    const struct hv_sub *sub = step->want ? step->want : step->have;

    if (!id && step->have)
        id = &step->have->id;
    hv_node_text(node, "act",
                 work->prunes && step->act == HV_SUB_EXTRA
                     ? "delete"
                     : hv_sub_act_word(step->act));
    hv_node_id(node, "id", id);
    hv_node_text(node, "url", sub->url);
    sub_tell_types(node, sub);
    if (step->act == HV_SUB_UPDATE)
        tell_changes(node, step);
    return node;
}

static void
tell_counts(struct work *work)
{
    hv_node_int(hv_out_top(work->cmd->out), "same",
                (int64_t)work->counts[HV_SUB_SAME]);
    hv_out_note(work->cmd->out,
                "%zu the same, %zu to create, %zu to update, %zu extra",
                work->counts[HV_SUB_SAME], work->counts[HV_SUB_CREATE],
                work->counts[HV_SUB_UPDATE], work->counts[HV_SUB_EXTRA]);
}

enum hv_status
cmd_sub_diff(struct hv_cmd *cmd, struct hv_error *err)
{
    struct work work = { .cmd = cmd };
    enum hv_status st = work_read(&work, err);

    for (size_t i = 0; !st && i < work.len; i++) {
        if (work.steps[i].act != HV_SUB_SAME)
            tell_step(&work, &work.steps[i], NULL);
    }
    if (!st) {
        tell_counts(&work);
        if (work.counts[HV_SUB_SAME] < work.len)
            st = HV_ERR_FINDINGS;
    }
    work_release(&work);
    return st;
}

/* ---- doing it ---- */

static enum hv_status
check_limit(const struct work *work, struct hv_error *err)
{
    size_t after = work->have.len + work->counts[HV_SUB_CREATE] -
                   (work->prunes ? work->counts[HV_SUB_EXTRA] : 0);

    if (after <= (size_t)work->profile->limit || !work->counts[HV_SUB_CREATE])
        return HV_OK;
    hv_fail(err, HV_ERR_RULE,
            "there would be %zu subscriptions, and the limit is %d", after,
            work->profile->limit);
    if (!work->prunes && work->counts[HV_SUB_EXTRA])
        hv_hint(err, "--prune deletes the %zu that the file does not name",
                work->counts[HV_SUB_EXTRA]);
    return HV_ERR_RULE;
}

static enum hv_status
confirm(const struct work *work, struct hv_error *err)
{
    size_t gone = work->prunes ? work->counts[HV_SUB_EXTRA] : 0;

    if (!gone && !work->counts[HV_SUB_CREATE] && !work->counts[HV_SUB_UPDATE])
        return HV_OK;
    if (!gone)
        return hv_cmd_confirm(
            work->cmd, err,
            "Create %zu and update %zu subscriptions of '%s'? %zu stay as they "
            "are.",
            work->counts[HV_SUB_CREATE], work->counts[HV_SUB_UPDATE],
            work->profile->name, work->have.len - work->counts[HV_SUB_UPDATE]);
    return hv_cmd_confirm_delete(
        work->cmd, err,
        "Create %zu, update %zu and delete %zu of %zu subscriptions of '%s'? "
        "The platform drops what it has queued for those that go; their keys "
        "are kept for late repeats.",
        work->counts[HV_SUB_CREATE], work->counts[HV_SUB_UPDATE], gone,
        work->have.len, work->profile->name);
}

static enum hv_status
update(struct work *work, const struct hv_sub_step *step, struct hv_error *err)
{
    struct hv_sub sub = { 0 };
    enum hv_status st = HV_OK;

    /* The platform's own version and key, under the file's URL and filters. */
    hv_sub_copy(&sub, step->want);
    sub.id = step->have->id;
    sub.version = step->have->version;
    if (step->have->key.len)
        st = hv_secret_copy(&sub.key, step->have->key.data, step->have->key.len,
                            err);
    if (!st)
        st = sub_update(work->cmd, work->client, &sub, err);
    hv_sub_release(&sub);
    return st;
}

static enum hv_status
create(const struct hv_rotate_ctx *ctx, const struct hv_sub_step *step,
       struct hv_guid *id, struct hv_error *err)
{
    struct hv_sub sub = { 0 };
    enum hv_status st;

    hv_sub_copy(&sub, step->want);
    sub.id = (struct hv_guid){ 0 };
    st = hv_sub_create(ctx, &sub, err);
    *id = sub.id;
    hv_sub_release(&sub);
    return st;
}

/* All steps of one kind. After a failure the rest is told and left alone. */
static enum hv_status
do_steps(struct work *work, const struct hv_rotate_ctx *ctx,
         enum hv_sub_act act, enum hv_status st, struct hv_error *err)
{
    bool is_dry = hv_cmd_is_dry(work->cmd);

    for (size_t i = 0; i < work->len; i++) {
        const struct hv_sub_step *step = &work->steps[i];
        struct hv_guid id = { 0 };
        struct hv_node *node;

        if (step->act != act)
            continue;
        if (!st && !is_dry && act == HV_SUB_UPDATE)
            st = update(work, step, err);
        else if (!st && !is_dry && act == HV_SUB_CREATE)
            st = create(ctx, step, &id, err);
        else if (!st && !is_dry && work->prunes)
            st = hv_sub_delete(ctx, &step->have->id, err);
        node = tell_step(work, step, hv_guid_is_zero(&id) ? NULL : &id);
        hv_node_bool(node, "done",
                     !st && !is_dry && (act != HV_SUB_EXTRA || work->prunes));
        cmd_dry(work->cmd, node);
    }
    return st;
}

static enum hv_status
do_all(struct work *work, struct hv_error *err)
{
    struct hv_rotate_ctx ctx = { 0 };
    size_t room = (size_t)work->profile->limit > work->have.len
                      ? (size_t)work->profile->limit - work->have.len
                      : 0;
    /* What is new comes first, so that nothing is missed, where there is room. */
    bool is_tight = room < work->counts[HV_SUB_CREATE];
    enum hv_status st = HV_OK;

    if (!hv_cmd_is_dry(work->cmd))
        st = hv_session_rotate_ctx(work->cmd->session, &ctx, err);
    if (st)
        return st;
    st = do_steps(work, &ctx, HV_SUB_UPDATE, st, err);
    st = do_steps(work, &ctx, is_tight ? HV_SUB_EXTRA : HV_SUB_CREATE, st, err);
    st = do_steps(work, &ctx, is_tight ? HV_SUB_CREATE : HV_SUB_EXTRA, st, err);
    tell_counts(work);
    return st;
}

enum hv_status
cmd_sub_apply(struct hv_cmd *cmd, struct hv_error *err)
{
    struct work work = { .cmd = cmd, .prunes = hv_cmd_has(cmd, "--prune") };
    enum hv_status st = work_read(&work, err);

    if (!st)
        st = check_limit(&work, err);
    if (!st && !hv_cmd_is_dry(cmd))
        st = confirm(&work, err);
    if (!st)
        st = do_all(&work, err);
    work_release(&work);
    return st;
}
