/*
 * out.h - where commands put their data. A command says fields and typed
 * values once; the printer makes of them a table, TSV, JSON, NDJSON or names.
 * No command writes to standard output by itself.
 */
#ifndef TUI_COMMAND_OUT_H
#define TUI_COMMAND_OUT_H

#include "hvconsole/ids.h"
#include "hvconsole/shell.h"
#include "tui/command/session.h"

#define HV_COL_WIDE   1  /* shown by -o wide, not by table and tsv */
#define HV_COL_HIDDEN 2  /* JSON and --fields only */
#define HV_COL_RIGHT  4  /* numbers: to the right */
#define HV_COL_NAME   8  /* part of what -o name prints; else the first */
#define HV_COL_PAINT  16 /* a word with a colour: verdict, state */

struct hv_column {
    const char *field; /* as in JSON */
    const char *head;  /* heading of the table */
    unsigned flags;
};

/* A value being told: an object, a list, or a leaf. Owned by the printer. */
struct hv_node;
struct hv_out;

struct hv_out_config {
    enum hv_format format; /* AUTO = table */
    bool color;
    bool utc;                        /* times of tables */
    const char *fields;              /* --fields; "" = all */
    int64_t limit;                   /* items at most; 0 = all */
    const char *schema;              /* "sub-list", "sub" */
    const struct hv_column *columns; /* of a list, else NULL */
    int fd;                          /* -1: keep the text, see take */
};

/** hv_out_new() - HV_ERR_USAGE: --fields names what is not there, with "did
 *  you mean"; so it is found before the command starts. */
HV_MUST_CHECK enum hv_status hv_out_new(const struct hv_out_config *config,
                                        struct hv_out **out,
                                        struct hv_error *err);
void hv_out_free(struct hv_out *out); /* what was not finished is lost */
/** hv_out_finish() - print what is left. A closed pipe is no failure. */
HV_MUST_CHECK enum hv_status hv_out_finish(struct hv_out *out,
                                           struct hv_error *err);
/** hv_out_take() - with fd -1: append what was printed. */
void hv_out_take(struct hv_out *out, struct hv_buf *text);
/** hv_out_is_closed() - nobody reads any more: time to end quietly. */
bool hv_out_is_closed(struct hv_out *out);

/** hv_out_has_data() - whether anything was said at all. */
bool hv_out_has_data(const struct hv_out *out);

/** hv_out_item() - the next item of the list. The one before is complete and
 *  must not be touched any more. */
struct hv_node *hv_out_item(struct hv_out *out);
/** hv_out_top() - the object itself; of a list: what stands beside items. */
struct hv_node *hv_out_top(struct hv_out *out);
/** hv_out_note() - a line for people under a table, cleaned; other formats drop
 *  it. */
void hv_out_note(struct hv_out *out, const char *fmt, ...) HV_PRINTF(2, 3);
/** hv_out_text() - plain text of a command that has no schema; cleaned by the
 *  caller where foreign. */
void hv_out_text(struct hv_out *out, const char *text);
/** hv_out_is_text() - the format is one for people or cut(1), not JSON. */
bool hv_out_is_text(const struct hv_out *out);
/** hv_out_is_table() - rows for eyes: text beside them does no harm. */
bool hv_out_is_table(const struct hv_out *out);
/** hv_out_raw() - bytes as they are: a message body to a file or pipe. */
void hv_out_raw(struct hv_out *out, struct hv_bytes bytes);
bool hv_out_is_raw(const struct hv_out *out); /* no terminal behind it */
/** hv_out_qr() - draw a code before the data. HV_ERR_USAGE: no terminal is
 *  there; HV_ERR_LIMIT: it is too small, with the size it wants. */
HV_MUST_CHECK enum hv_status hv_out_qr(struct hv_out *out,
                                       const struct hv_qr *qr,
                                       struct hv_error *err);
/** hv_out_stream() - from now on one object a line, with `"type": @type`, and
 *  table rows as they come; hv_out_flush() prints the items so far. */
void hv_out_stream(struct hv_out *out, const char *type);
HV_MUST_CHECK enum hv_status hv_out_flush(struct hv_out *out,
                                          struct hv_error *err);
/** hv_out_ready() - the one JSON line of --ready-fd. */
HV_MUST_CHECK enum hv_status hv_out_ready(int fd, const char *listening,
                                          int64_t pid, struct hv_error *err);
/** hv_out_secret_line() - a passphrase and a line end, into a pipe to a child. */
HV_MUST_CHECK enum hv_status hv_out_secret_line(int fd,
                                                const struct hv_secret *secret,
                                                struct hv_error *err);
/** hv_out_error() - an error as a JSON line, as `-o json` promises it. */
void hv_out_error(struct hv_buf *out, const struct hv_error *err,
                  const char *kind);

/* Members of an object, or (with @key NULL) items of a list. */
void hv_node_text(struct hv_node *node, const char *key, const char *text);
void hv_node_int(struct hv_node *node, const char *key, int64_t number);
void hv_node_bool(struct hv_node *node, const char *key, bool value);
void hv_node_null(struct hv_node *node, const char *key);
/** hv_node_id() - NULL or zero gives null. */
void hv_node_id(struct hv_node *node, const char *key,
                const struct hv_guid *id);
/** hv_node_time() - 0 gives null. */
void hv_node_time(struct hv_node *node, const char *key, int64_t ms);
void hv_node_hex(struct hv_node *node, const char *key, const uint8_t *data,
                 size_t len);
struct hv_node *hv_node_list(struct hv_node *node, const char *key);
struct hv_node *hv_node_object(struct hv_node *node, const char *key);

#endif
