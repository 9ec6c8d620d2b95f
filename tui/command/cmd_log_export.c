/*
 * cmd_log_export.c - `log export`: rows as NDJSON, for lnav and other programs,
 * or all that is kept of one row as a directory of evidence. Called through the
 * table. Writes new files only, readable by their owner alone.
 */
#include "tui/command/cmd_log.h"
#include "tui/command/cmds.h"
#include "tui/command/nouns/log.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_ROWS 64

/* ---- rows ---- */

struct ids { /* of the rows found, newest first */
    int64_t *items;
    size_t len, cap;
};

static enum hv_status
add_id(void *arg, const struct hv_log_row *row, struct hv_error *err)
{
    struct ids *ids = arg;

    (void)err;
    if (ids->len == ids->cap) {
        ids->cap = ids->cap ? 2 * ids->cap : 1024;
        ids->items = hv_realloc_array(ids->items, ids->cap, sizeof(int64_t));
    }
    ids->items[ids->len++] = row->id;
    return HV_OK;
}

/* Oldest first, as logs are. A row removed meanwhile is left out. */
static enum hv_status
write_rows(struct log_query *query, const struct ids *ids, struct hv_out *out,
           struct hv_error *err)
{
    enum hv_status st = HV_OK;

    hv_out_stream(out, "message");
    for (size_t i = ids->len; !st && i-- > 0;) {
        struct hv_log_row row = { 0 };

        st = hv_journal_get(query->view, ids->items[i], &row, err);
        if (st == HV_ERR_NOT_FOUND) {
            st = HV_OK;
            if (err)
                *err = (struct hv_error){ 0 };
            continue;
        }
        if (!st)
            log_tell(hv_out_item(out), &row);
        hv_log_row_release(&row);
        if (!st && i % FLUSH_ROWS == 0)
            st = hv_out_flush(out, err);
    }
    if (!st)
        st = hv_out_finish(out, err);
    return st;
}

static enum hv_status
make_file(const char *path, int *fd, struct hv_error *err)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (*fd >= 0)
        return HV_OK;
    if (errno == EEXIST)
        return hv_fail(err, HV_ERR_RULE, "%s exists already", path);
    return hv_fail_errno(err, HV_ERR_IO, "cannot make %s", path);
}

static enum hv_status
export_rows(struct hv_cmd *cmd, struct log_query *query, const char *to,
            int64_t *count, struct hv_error *err)
{
    int64_t max = cmd->session->globals.limit;
    struct hv_out_config config = { .format = HV_FORMAT_NDJSON,
                                    .utc = true,
                                    .fields = cmd->session->globals.fields,
                                    .schema = "log-list",
                                    .columns = log_columns };
    struct hv_out *out = NULL;
    struct ids ids = { 0 };
    enum hv_status st =
        log_each(cmd, query, max < 0 ? 0 : max, false, add_id, &ids, err);

    if (!st && !hv_cmd_is_dry(cmd))
        st = make_file(to, &config.fd, err);
    if (!st && !hv_cmd_is_dry(cmd)) {
        st = hv_out_new(&config, &out, err);
        if (!st)
            st = write_rows(query, &ids, out, err);
        if (!st && fsync(config.fd) != 0)
            st = hv_fail_errno(err, HV_ERR_IO, "cannot write %s", to);
        hv_out_free(out);
        close(config.fd);
        if (st)
            unlink(to); /* ours: it did not exist */
    }
    *count = (int64_t)ids.len;
    free(ids.items);
    return st;
}

/* ---- evidence ---- */

static enum hv_status
put_file(const char *dir, const char *name, const struct hv_buf *content,
         struct hv_error *err)
{
    char path[4096];
    enum hv_status st = hv_path_join(path, sizeof(path), dir, name);

    if (st)
        return hv_fail(err, st, "the path of %s is too long", name);
    return hv_file_create(path, 0600, hv_buf_bytes(content), err);
}

/* The printer's own text of one row, as `log show -o json` gives it. */
static enum hv_status
row_text(const struct hv_log_row *row, struct hv_buf *out, struct hv_error *err)
{
    struct hv_out_config config = {
        .format = HV_FORMAT_JSON, .utc = true, .schema = "log", .fd = -1
    };
    struct hv_out *printer = NULL;
    enum hv_status st = hv_out_new(&config, &printer, err);

    if (st)
        return st;
    log_tell(hv_out_top(printer), row);
    st = hv_out_finish(printer, err);
    hv_out_take(printer, out);
    hv_out_free(printer);
    return st;
}

static void
header_text(const struct hv_log_row *row, struct hv_buf *out)
{
    char sub[HV_GUID_TEXT];

    if (!row->has_sub) {
        hv_buf_add_str(out, "# Authorization: none that could be read\n");
        return;
    }
    hv_guid_format(&row->sub, sub);
    hv_buf_addf(out, "Authorization: " HV_NOTIFY_SCHEME " %s:%s:\n", sub,
                row->version.id);
    hv_buf_add_str(out, "# The signature itself is never kept.\n");
}

static void
digest_text(const struct hv_log_row *row, struct hv_buf *out)
{
    char hex[HV_HEX_SIZE(32)];

    hv_hex_encode(row->sha256, sizeof(row->sha256), hex);
    hv_buf_addf(out, "%s  body.bin\n", hex);
}

static void
why_text(const struct hv_log_row *row, struct hv_buf *out)
{
    const struct hv_verdict_row *verdict = hv_verdict_row(row->verdict);
    char received[HV_TIME_TEXT];
    char hex[HV_HEX_SIZE(32)];

    hv_time_format(row->received_ms, received);
    hv_hex_encode(row->sha256, sizeof(row->sha256), hex);
    hv_buf_addf(out, "row %lld, received %s from %s\n", (long long)row->id,
                received, row->peer);
    hv_buf_addf(out, "%lld bytes, SHA-256 %s\n", (long long)row->bytes, hex);
    hv_buf_addf(out, "%s, answered %d: %s\n\n", verdict->word, row->answered,
                verdict->sentence);
    for (size_t i = 0; i < row->why_len; i++)
        hv_buf_addf(out, "%-12s %-4s %s\n", row->why[i].step,
                    row->why[i].ok ? "ok" : "no", row->why[i].note);
    if (verdict->todo[0])
        hv_buf_addf(out, "\nto do: %s\n", verdict->todo);
}

static enum hv_status
put_body(struct hv_journal_view *view, int64_t id, const char *dir,
         bool *has_body, struct hv_error *err)
{
    struct hv_buf body = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st = hv_journal_body(view, id, &body, &why);

    *has_body = st == HV_OK;
    if (!st)
        st = put_file(dir, "body.bin", &body, err);
    else if (st == HV_ERR_NOT_FOUND)
        st = HV_OK; /* a refused one: its digest is all there is */
    else if (err)
        *err = why;
    if (body.data)
        hv_wipe(body.data, body.cap);
    hv_buf_release(&body);
    return st;
}

static enum hv_status
write_evidence(struct hv_journal_view *view, const struct hv_log_row *row,
               const char *dir, bool *has_body, struct hv_error *err)
{
    const struct {
        const char *name;
        void (*fn)(const struct hv_log_row *row, struct hv_buf *out);
    } texts[] = {
        { "headers.txt", header_text },
        { "SHA256SUMS", digest_text },
        { "why.txt", why_text },
    };
    struct hv_buf text = { 0 };
    enum hv_status st = put_body(view, row->id, dir, has_body, err);

    if (!st)
        st = row_text(row, &text, err);
    if (!st)
        st = put_file(dir, "row.json", &text, err);
    for (size_t i = 0; !st && i < HV_LEN(texts); i++) {
        hv_buf_clear(&text);
        if (texts[i].fn == digest_text && !*has_body)
            continue; /* sha256sum -c would miss the file */
        texts[i].fn(row, &text);
        st = put_file(dir, texts[i].name, &text, err);
    }
    hv_buf_release(&text);
    return st;
}

/* One row: a new directory. Half of it is no evidence: what was written is
 * named by the error and left for the person to look at. */
static enum hv_status
export_one(struct hv_cmd *cmd, struct hv_journal_view *view, const char *to,
           bool *has_body, struct hv_error *err)
{
    struct hv_log_row row = { 0 };
    int64_t id = 0;
    enum hv_status st = log_row_id(cmd, cmd->args[0], &id, err);

    if (!st)
        st = hv_journal_get(view, id, &row, err);
    if (!st && !hv_cmd_is_dry(cmd) && mkdir(to, 0700) != 0)
        st = errno == EEXIST
                 ? hv_fail(err, HV_ERR_RULE, "%s exists already", to)
                 : hv_fail_errno(err, HV_ERR_IO, "cannot make %s", to);
    if (!st && !hv_cmd_is_dry(cmd))
        st = write_evidence(view, &row, to, has_body, err);
    hv_log_row_release(&row);
    return st;
}

enum hv_status
cmd_log_export(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *to = hv_cmd_text(cmd, "--to");
    struct hv_node *top = hv_out_top(cmd->out);
    struct log_query query = { 0 };
    struct hv_keystore *ks = NULL;
    int64_t count = 1;
    bool has_body = false;
    enum hv_status st = HV_OK;

    if (!to || !to[0])
        return hv_fail(err, HV_ERR_USAGE, "'log export' needs --to");
    /* Evidence without its body would be worth little: asked for then. */
    if (cmd->args_len)
        st = hv_session_keystore(cmd->session, &ks, err);
    if (!st)
        st = log_open(cmd, &query, err);
    if (!st)
        st = cmd->args_len ? export_one(cmd, query.view, to, &has_body, err)
                           : export_rows(cmd, &query, to, &count, err);
    log_close(&query);
    if (st)
        return st;
    hv_node_text(top, "to", to);
    hv_node_int(top, "rows", count);
    if (cmd->args_len)
        hv_node_bool(top, "body", has_body);
    cmd_dry(cmd, top);
    return HV_OK;
}
