/*
 * cmd_things.c - `things show|get`: from a notification to the data. Called
 * through the table. What is fetched is printed and kept nowhere.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/cmd_record.h"

#include "hvconsole/names.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 50

const struct hv_column things_columns[] = {
    { "thing", "THING", HV_COL_NAME },
    { "type_name", "TYPE", 0 },
    { "what", "WHAT", HV_COL_PAINT },
    { "effective", "EFFECTIVE", 0 },
    { "created", "CREATED", HV_COL_WIDE },
    { "updated", "UPDATED", 0 },
    { "record", "RECORD", 0 },
    { "person", "PERSON", HV_COL_WIDE },
    { "type", "TYPE ID", HV_COL_HIDDEN },
    { "version", "VERSION", HV_COL_HIDDEN },
    { "xml", "DATA", HV_COL_HIDDEN },
    { 0 },
};

/* What is shown under the table, thing by thing. */
struct told {
    struct hv_cmd *cmd;
    struct hv_buf text;
    size_t refused; /* records that the application may not read */
    struct hv_error refusal;
};

static void
tell_thing(struct told *told, const struct hv_guid *person,
           const struct hv_guid *record, const struct hv_thing *thing)
{
    struct hv_node *node = hv_out_item(told->cmd->out);
    const struct hv_thing_type *type = hv_thing_type_find(&thing->type);
    const char *name = thing->type_name[0] ? thing->type_name
                       : type              ? type->name
                                           : "a type that is not known";
    char id[HV_GUID_TEXT];

    hv_node_id(node, "thing", &thing->id);
    hv_node_id(node, "version", &thing->version);
    hv_node_id(node, "type", &thing->type);
    hv_node_text(node, "type_name", name);
    hv_node_text(node, "what",
                 thing->is_deleted    ? "deleted"
                 : thing->was_created ? "created"
                                      : "updated");
    hv_node_time(node, "effective", thing->eff_ms);
    hv_node_time(node, "created", thing->created_ms);
    hv_node_time(node, "updated", thing->updated_ms);
    hv_node_id(node, "record", record);
    hv_node_id(node, "person", person);
    hv_node_text(node, "xml", thing->xml.len ? hv_buf_str(&thing->xml) : NULL);
    if (!thing->xml.len)
        return;
    hv_guid_format(&thing->id, id);
    hv_buf_addf(&told->text, "\n%s ", id);
    hv_text_clean(&told->text, hv_bytes_str(name));
    hv_buf_add_char(&told->text, '\n');
    hv_text_clean_lines(&told->text, hv_buf_bytes(&thing->xml));
    hv_buf_add_char(&told->text, '\n');
}

static void
tell_absent(struct told *told, const struct hv_guid *person,
            const struct hv_guid *record, const struct hv_guid *id,
            const char *what)
{
    struct hv_node *node = hv_out_item(told->cmd->out);

    hv_node_id(node, "thing", id);
    hv_node_null(node, "type_name");
    hv_node_text(node, "what", what);
    hv_node_id(node, "record", record);
    hv_node_id(node, "person", person);
    hv_node_null(node, "xml");
}

static const struct hv_thing *
find_thing(const struct hv_thing_list *list, const struct hv_guid *id)
{
    for (size_t i = 0; i < list->len; i++) {
        if (hv_guid_equal(&list->items[i].id, id))
            return &list->items[i];
    }
    return NULL;
}

/* A batch: those there are, then whether the others are known as deleted. */
static enum hv_status
fetch_batch(struct told *told, struct hv_client *client,
            const struct hv_guid *person, const struct hv_guid *record,
            const struct hv_guid *ids, size_t len, struct hv_error *err)
{
    struct hv_thing_list active = { 0 }, deleted = { 0 };
    struct hv_guid missing[BATCH];
    size_t missing_len = 0;
    enum hv_status st =
        hv_client_things(client, person, record, ids, len, false, &active, err);

    for (size_t i = 0; !st && i < len; i++) {
        if (!find_thing(&active, &ids[i]))
            missing[missing_len++] = ids[i];
    }
    /* The platform may not let us ask; then it stays open which it is. */
    if (missing_len && hv_client_things(client, person, record, missing,
                                        missing_len, true, &deleted, NULL))
        deleted = (struct hv_thing_list){ 0 };
    for (size_t i = 0; !st && i < len; i++) {
        const struct hv_thing *thing = find_thing(&active, &ids[i]);

        if (!thing)
            thing = find_thing(&deleted, &ids[i]);
        if (thing)
            tell_thing(told, person, record, thing);
        else
            tell_absent(told, person, record, &ids[i], "gone or not readable");
    }
    hv_thing_list_release(&active);
    hv_thing_list_release(&deleted);
    return st;
}

/* This person's record is closed to the application; others may be open, and
 * asking again changes nothing. */
static bool
is_refusal(int code)
{
    return code == HV_CODE_ACCESS_DENIED || code == HV_CODE_INVALID_PERSON ||
           code == HV_CODE_INVALID_RECORD || code == 18 || code == 37;
}

static enum hv_status
fetch(struct told *told, const struct hv_guid *person,
      const struct hv_guid *record, const struct hv_guid *ids, size_t len,
      struct hv_error *err)
{
    struct hv_error why = { 0 };
    struct hv_client *client;
    char what[32];
    enum hv_status st = hv_session_client(told->cmd->session, &client, err);

    if (st)
        return st;
    for (size_t at = 0; at < len && !st; at += BATCH) {
        st = fetch_batch(told, client, person, record, ids + at,
                         len - at < BATCH ? len - at : BATCH, &why);
        if (!st || !is_refusal(why.platform_code))
            continue;
        if (!told->refused++)
            told->refusal = why;
        snprintf(what, sizeof(what), "no access (%d)", why.platform_code);
        for (; at < len; at++)
            tell_absent(told, person, record, &ids[at], what);
        return HV_OK;
    }
    if (st && err)
        *err = why;
    return st;
}

/* Nothing could be read at all: that is an error, not an answer. */
static enum hv_status
refused_all(const struct told *told, size_t asked, struct hv_error *err)
{
    if (!told->refused || told->refused < asked)
        return HV_OK;
    if (err)
        *err = told->refusal;
    return told->refusal.status;
}

static enum hv_status
finish(struct told *told, enum hv_status st, struct hv_error *err)
{
    struct hv_out *out = told->cmd->out;

    if (!st && told->text.len && hv_out_is_table(out)) {
        st = hv_out_flush(out, err);
        if (!st)
            hv_out_text(out, hv_buf_str(&told->text));
    }
    hv_buf_release(&told->text);
    return st;
}

enum hv_status
cmd_things_show(struct hv_cmd *cmd, struct hv_error *err)
{
    struct told told = { .cmd = cmd };
    struct hv_journal_view *view = NULL;
    struct hv_log_row row = { 0 };
    struct hv_keystore *ks;
    int64_t id = 0;
    enum hv_status st = log_row_id(cmd, cmd->args[0], &id, err);

    if (!st)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = hv_session_journal(cmd->session, &view, err);
    if (!st)
        st = hv_journal_get(view, id, &row, err);
    hv_journal_view_close(view);
    if (st)
        return st;
    if (!row.events_len)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     row.is_pruned ? "the events of this message were removed "
                                     "because they were too old"
                                   : "this message names no things");
    for (size_t i = 0; i < row.events_len && !st; i++)
        st = fetch(&told, &row.events[i].person, &row.events[i].record,
                   row.events[i].things, row.events[i].things_len, err);
    st = st ? st : refused_all(&told, row.events_len, err);
    hv_log_row_release(&row);
    return finish(&told, st, err);
}

enum hv_status
cmd_things_get(struct hv_cmd *cmd, struct hv_error *err)
{
    struct told told = { .cmd = cmd };
    struct hv_guid ids[HV_MAX_WORDS];
    struct hv_access access = { 0 };
    size_t len = 0;
    enum hv_status st = HV_OK;

    for (int i = 1; i < cmd->args_len && !st; i++) {
        if (hv_guid_parse(cmd->args[i], &ids[len++]))
            st = hv_fail(err, HV_ERR_USAGE,
                         "the id of a thing is 36 characters long, not '%s'",
                         cmd->args[i]);
    }
    if (!st)
        st = records_read(cmd->session, false, NULL, &access, err);
    if (!st)
        st = records_find(&access, cmd->args[0], hv_cmd_text(cmd, "--person"),
                          err);
    /* Whoever of them may read it: the first will do. */
    if (!st)
        st = fetch(&told, &access.rows[0].person, &access.rows[0].record, ids,
                   len, err);
    st = st ? st : refused_all(&told, 1, err);
    hv_access_release(&access);
    return finish(&told, st, err);
}
