/*
 * out.c - the printer: takes items and objects, drops what --limit and
 * --fields drop, and hands the rest to the format. Called by commands through
 * out.h; the only place that writes to standard output.
 */
#include "tui/command/node.h"

#include "tui/command/args.h"

#include "hvconsole/text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITE_AT (64 * 1024) /* written out when this much has gathered */

/* Step through --fields; false at its end. */
static bool
next_field(const char **at, char *out, size_t size)
{
    size_t len = strcspn(*at, ",");

    if (!**at)
        return false;
    snprintf(out, size, "%.*s", (int)len, *at);
    *at += len + ((*at)[len] == ',');
    return true;
}

bool
hv_out_shows(const struct hv_out *out, const char *field, bool by_default)
{
    const char *at = out->fields;
    char name[64];

    if (!*at)
        return by_default;
    while (next_field(&at, name, sizeof(name))) {
        if (strcmp(name, field) == 0)
            return true;
    }
    return false;
}

static enum hv_status
check_fields(const struct hv_out_config *config, struct hv_error *err)
{
    const char *at = config->fields;
    char name[64];

    while (config->columns && next_field(&at, name, sizeof(name))) {
        const struct hv_column *c = config->columns;
        struct hv_buf known = { 0 };
        const char *near = NULL;

        for (; c->field && strcmp(c->field, name); c++) {
            if (!near && hv_word_is_near(name, c->field))
                near = c->field;
        }
        if (c->field)
            continue;
        hv_fail(err, HV_ERR_USAGE, "the list has no field '%s'", name);
        if (near)
            hv_hint(err, "did you mean %s?", near);
        for (c = config->columns; c->field; c++)
            hv_buf_addf(&known, "%s%s", known.len ? ", " : "", c->field);
        hv_hint(err, "fields: %s", hv_buf_str(&known));
        hv_buf_release(&known);
        return HV_ERR_USAGE;
    }
    return HV_OK;
}

/* A report of tests needs a list of things that pass or do not. */
static enum hv_status
check_junit(const struct hv_out_config *config, struct hv_error *err)
{
    for (const struct hv_column *c = config->columns; c && c->field; c++) {
        if (strcmp(c->field, "pass") == 0)
            return HV_OK;
    }
    hv_fail(err, HV_ERR_USAGE, "this command has nothing to say in JUnit");
    hv_hint(err, "'hvconsole test matrix' has");
    return HV_ERR_USAGE;
}

enum hv_status
hv_out_new(const struct hv_out_config *config, struct hv_out **out,
           struct hv_error *err)
{
    enum hv_status st = check_fields(config, err);
    struct hv_out *made;

    if (!st && config->format == HV_FORMAT_JUNIT)
        st = check_junit(config, err);
    if (st)
        return st;
    made = hv_calloc(1, sizeof(*made));
    made->config = *config;
    if (made->config.format == HV_FORMAT_AUTO)
        made->config.format = HV_FORMAT_TABLE;
    made->fields = hv_strdup(config->fields ? config->fields : "");
    made->top = hv_node_new(HV_NODE_OBJECT);
    made->is_list = config->columns != NULL;
    *out = made;
    return HV_OK;
}

static void
drop_items(struct hv_out *out)
{
    for (size_t i = 0; i < out->items_len; i++)
        hv_node_free(out->items[i]);
    out->items_len = 0;
}

void
hv_out_free(struct hv_out *out)
{
    if (!out)
        return;
    drop_items(out);
    free(out->items);
    hv_node_free(out->top);
    hv_node_free(out->beyond);
    hv_buf_release(&out->text);
    hv_buf_release(&out->notes);
    free(out->fields);
    free(out);
}

enum hv_status
hv_out_write(int fd, struct hv_bytes bytes, struct hv_error *err)
{
    while (bytes.len) {
        ssize_t done = write(fd, bytes.data, bytes.len);

        if (done < 0 && (errno == EINTR || errno == EAGAIN)) {
            poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
            continue;
        }
        if (done < 0)
            return hv_fail_errno(err, HV_ERR_IO, "cannot write the output");
        bytes.data += done;
        bytes.len -= (size_t)done;
    }
    return HV_OK;
}

enum hv_status
hv_out_secret_line(int fd, const struct hv_secret *secret, struct hv_error *err)
{
    enum hv_status st = hv_out_write(fd, hv_secret_bytes(secret), err);

    return st ? st : hv_out_write(fd, hv_bytes_str("\n"), err);
}

/* Write what is printed; EPIPE ends quietly, anything else is an error. */
static enum hv_status
write_text(struct hv_out *out, struct hv_error *err)
{
    struct hv_error why = { 0 };
    enum hv_status st = HV_OK;

    if (out->config.fd < 0)
        return HV_OK;
    if (!out->is_closed)
        st = hv_out_write(out->config.fd, hv_buf_bytes(&out->text), &why);
    hv_buf_clear(&out->text);
    if (!st)
        return HV_OK;
    out->is_closed = true;
    if (why.sys_errno == EPIPE)
        return HV_OK;
    if (err && !err->status)
        *err = why;
    return st;
}

/* Formats whose items can go out one by one. */
static bool
is_by_line(const struct hv_out *out)
{
    enum hv_format format = out->config.format;

    return out->stream_type || format == HV_FORMAT_NDJSON ||
           format == HV_FORMAT_TSV || format == HV_FORMAT_NAME;
}

static void
print_items(struct hv_out *out)
{
    enum hv_format format = out->config.format;

    if (format == HV_FORMAT_NDJSON ||
        (format == HV_FORMAT_JSON && out->stream_type)) {
        for (size_t i = 0; i < out->items_len; i++)
            hv_out_print_line(out, out->items[i]);
    } else if (format == HV_FORMAT_JSON) {
        hv_out_print_json(out);
    } else if (format == HV_FORMAT_JUNIT) {
        hv_out_print_junit(out);
    } else {
        hv_out_print_rows(out);
    }
    drop_items(out);
}

bool
hv_out_has_data(const struct hv_out *out)
{
    return out->items_count || out->top->len || out->text.len;
}

struct hv_node *
hv_out_item(struct hv_out *out)
{
    struct hv_node *item;

    if (out->config.limit > 0 && out->items_count >= out->config.limit) {
        hv_node_free(out->beyond);
        out->beyond = hv_node_new(HV_NODE_OBJECT);
        return out->beyond;
    }
    /* Long lists do not gather in memory where the format allows it. */
    if (is_by_line(out) && !out->stream_type && out->items_len >= 256) {
        struct hv_error why = { 0 };

        print_items(out);
        if (out->text.len > WRITE_AT && write_text(out, &why))
            out->late = why;
    }
    if (out->items_len == out->items_cap) {
        out->items_cap = out->items_cap ? out->items_cap * 2 : 16;
        out->items =
            hv_realloc_array(out->items, out->items_cap, sizeof(*out->items));
    }
    item = hv_node_new(HV_NODE_OBJECT);
    out->items[out->items_len++] = item;
    out->items_count++;
    return item;
}

struct hv_node *
hv_out_top(struct hv_out *out)
{
    return out->top;
}

void
hv_out_note(struct hv_out *out, const char *fmt, ...)
{
    char line[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    hv_text_clean(&out->notes, hv_bytes_str(line)); /* it names people, too */
    hv_buf_add_char(&out->notes, '\n');
}

void
hv_out_text(struct hv_out *out, const char *text)
{
    hv_buf_add_str(&out->text, text);
}

bool
hv_out_is_text(const struct hv_out *out)
{
    return out->config.format != HV_FORMAT_JSON &&
           out->config.format != HV_FORMAT_NDJSON;
}

bool
hv_out_is_table(const struct hv_out *out)
{
    return out->config.format == HV_FORMAT_TABLE ||
           out->config.format == HV_FORMAT_WIDE;
}

void
hv_out_raw(struct hv_out *out, struct hv_bytes bytes)
{
    hv_buf_add_bytes(&out->text, bytes);
}

bool
hv_out_is_raw(const struct hv_out *out)
{
    return out->config.fd >= 0 && !isatty(out->config.fd);
}

void
hv_out_stream(struct hv_out *out, const char *type)
{
    out->stream_type = type;
    out->config.limit = 0; /* a stream has no end; the limit was its start's */
}

enum hv_status
hv_out_flush(struct hv_out *out, struct hv_error *err)
{
    if (out->is_list)
        print_items(out);
    return write_text(out, err);
}

static void
print_rest(struct hv_out *out)
{
    enum hv_format format = out->config.format;

    if (!out->config.schema || (!out->is_list && !out->top->len))
        return;
    if (out->is_list)
        print_items(out);
    else if (format == HV_FORMAT_JSON)
        hv_out_print_json(out);
    else if (format == HV_FORMAT_NDJSON)
        hv_out_print_line(out, out->top);
    else
        hv_out_print_object(out);
    if (format == HV_FORMAT_TABLE || format == HV_FORMAT_WIDE)
        hv_buf_add_bytes(&out->text, hv_buf_bytes(&out->notes));
}

enum hv_status
hv_out_finish(struct hv_out *out, struct hv_error *err)
{
    if (out->late.status && err && !err->status)
        *err = out->late;
    if (out->late.status)
        return out->late.status;
    print_rest(out);
    if (out->text.is_over)
        return hv_fail(err, HV_ERR_LIMIT, "the output is too large");
    return write_text(out, err);
}

void
hv_out_take(struct hv_out *out, struct hv_buf *text)
{
    hv_buf_add_bytes(text, hv_buf_bytes(&out->text));
    hv_buf_clear(&out->text);
}

bool
hv_out_is_closed(struct hv_out *out)
{
    struct pollfd at = { .fd = out->config.fd };

    if (out->config.fd >= 0 && poll(&at, 1, 0) > 0 &&
        (at.revents & (POLLERR | POLLNVAL)))
        out->is_closed = true;
    return out->is_closed;
}
