/*
 * out_table.c - items as a table for people, as TSV for cut(1), as names for
 * xargs(1); an object as lines of field and value. Called by out.c. Foreign
 * text passes hv_text_clean() here, and a cell never holds tab or line end.
 */
#include "tui/command/node.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX_CELL 48 /* columns of one cell in a table; wide has no end */
#define ID_SHORT 8  /* enough of an id to give it to another command */

/* Words that say well or badly, wherever they stand in a painted column. */
static const struct {
    const char *word;
    const char *sgr;
} paints[] = {
    { "verified", "32" },
    { "verified-old", "36" },
    { "quarantined", "33" },
    { "mismatch", "33" },
    { "bad-hmac", "31" },
    { "unknown-version", "31" },
    { "retired-version", "31" },
    { "unknown-subscription", "31" },
    { "malformed-header", "31" },
    { "missing-header", "31" },
    { "active", "32" },
    { "accepted", "36" },
    { "pending", "33" },
    { "retired", "2" },
    { "high", "31" },
    { "warn", "33" },
    { "done", "32" },
    { "partial", "33" },
};

static bool
is_machine(const struct hv_out *out)
{
    return out->config.format == HV_FORMAT_TSV ||
           out->config.format == HV_FORMAT_NAME;
}

static void
time_cell(const struct hv_out *out, int64_t ms, struct hv_buf *cell)
{
    char text[HV_TIME_TEXT];
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm = { 0 };

    if (is_machine(out)) {
        hv_time_format(ms, text);
        hv_buf_add_str(cell, text);
        return;
    }
    if (out->config.utc)
        gmtime_r(&seconds, &tm);
    else
        localtime_r(&seconds, &tm);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
    hv_buf_addf(cell, "%s%s", text, out->config.utc ? "Z" : "");
}

/* An object inside a cell: for people its name, or what it holds with the names
 * of its members; for programs its id, which is its first member. */
static void
object_cell(const struct hv_out *out, const struct hv_node *node,
            struct hv_buf *cell)
{
    const struct hv_node *name = hv_node_member(node, "name");
    bool is_first = true;

    if (is_machine(out) && node->len) {
        hv_node_cell(out, node->kids[0], cell);
        return;
    }
    if (name && name->kind != HV_NODE_NULL) {
        hv_node_cell(out, name, cell);
        return;
    }
    for (size_t i = 0; i < node->len; i++) {
        if (node->kids[i]->kind == HV_NODE_NULL)
            continue;
        hv_buf_addf(cell, "%s%s ", is_first ? "" : "  ", node->kids[i]->key);
        hv_node_cell(out, node->kids[i], cell);
        is_first = false;
    }
}

void
hv_node_cell(const struct hv_out *out, const struct hv_node *node,
             struct hv_buf *cell)
{
    switch (node->kind) {
    case HV_NODE_OBJECT:
        object_cell(out, node, cell);
        break;
    case HV_NODE_LIST:
        if (!node->len && !is_machine(out))
            hv_buf_add_char(cell, '-');
        for (size_t i = 0; i < node->len; i++) {
            if (i)
                hv_buf_add_str(cell, is_machine(out) ? "," : ", ");
            hv_node_cell(out, node->kids[i], cell);
        }
        break;
    case HV_NODE_TEXT:
        hv_text_clean(cell, hv_bytes_str(node->text));
        break;
    case HV_NODE_ID:
        if (out->config.format == HV_FORMAT_TABLE &&
            (out->is_list || out->is_inside))
            hv_buf_add(cell, node->text, ID_SHORT);
        else
            hv_buf_add_str(cell, node->text);
        break;
    case HV_NODE_TIME:
        time_cell(out, node->number, cell);
        break;
    case HV_NODE_INT:
        hv_buf_addf(cell, "%lld", (long long)node->number);
        break;
    case HV_NODE_BOOL:
        hv_buf_add_str(cell, is_machine(out) ? (node->number ? "true" : "false")
                                             : (node->number ? "yes" : "no"));
        break;
    case HV_NODE_NULL:
        hv_buf_add_str(cell, is_machine(out) ? "" : "-");
        break;
    }
}

static const char *
paint_of(const struct hv_out *out, const char *word)
{
    if (!out->config.color)
        return NULL;
    for (size_t i = 0; i < HV_LEN(paints); i++) {
        if (strcmp(paints[i].word, word) == 0)
            return paints[i].sgr;
    }
    return NULL;
}

/* One cell, cut for a table, into @cell. */
static void
column_cell(const struct hv_out *out, const struct hv_node *item,
            const struct hv_column *column, struct hv_buf *cell)
{
    const struct hv_node *node = hv_node_member(item, column->field);
    struct hv_buf whole = { 0 };

    if (!node) {
        hv_buf_add_str(cell, is_machine(out) ? "" : "-");
        return;
    }
    hv_node_cell(out, node, &whole);
    if (out->config.format == HV_FORMAT_TABLE)
        hv_text_fit(cell, hv_buf_bytes(&whole), MAX_CELL, false);
    else
        hv_buf_add_bytes(cell, hv_buf_bytes(&whole));
    hv_buf_release(&whole);
}

static bool
shows_column(const struct hv_out *out, const struct hv_column *column)
{
    bool by_default = !(column->flags & HV_COL_HIDDEN);

    if ((column->flags & HV_COL_WIDE) && out->config.format != HV_FORMAT_WIDE)
        by_default = false;
    return hv_out_shows(out, column->field, by_default);
}

static void
measure(struct hv_out *out)
{
    int at = 0;

    for (const struct hv_column *c = out->config.columns; c->field; c++, at++) {
        int width = (int)strlen(c->head);

        if (at == (int)HV_LEN(out->widths))
            break;
        if (width > out->widths[at])
            out->widths[at] = width;
        for (size_t i = 0; i < out->items_len; i++) {
            struct hv_buf cell = { 0 };

            column_cell(out, out->items[i], c, &cell);
            width = hv_text_width(hv_buf_bytes(&cell));
            if (width > out->widths[at])
                out->widths[at] = width;
            hv_buf_release(&cell);
        }
    }
}

/* Fill a cell to its column's width; nothing behind the last one. */
static void
put_cell(struct hv_out *out, const struct hv_column *column, int width,
         const struct hv_buf *cell, bool is_last, const char *sgr)
{
    int gap = width - hv_text_width(hv_buf_bytes(cell));
    bool is_right = column->flags & HV_COL_RIGHT;

    if (is_right && gap > 0)
        hv_buf_addf(&out->text, "%*s", gap, "");
    if (sgr)
        hv_buf_addf(&out->text, "\033[%sm", sgr);
    hv_buf_add_bytes(&out->text, hv_buf_bytes(cell));
    if (sgr)
        hv_buf_add_str(&out->text, "\033[0m");
    if (!is_right && !is_last && gap > 0)
        hv_buf_addf(&out->text, "%*s", gap, "");
}

/* One line of the table; @item NULL = the heading. */
static void
table_line(struct hv_out *out, const struct hv_node *item)
{
    const struct hv_column *last = NULL;
    bool is_first = true;
    int at = 0;

    for (const struct hv_column *c = out->config.columns; c->field; c++) {
        if (shows_column(out, c))
            last = c;
    }
    for (const struct hv_column *c = out->config.columns; c->field; c++, at++) {
        int width = at < (int)HV_LEN(out->widths) ? out->widths[at] : 0;
        struct hv_buf cell = { 0 };
        const char *sgr = NULL;

        if (!shows_column(out, c))
            continue;
        if (!is_first)
            hv_buf_add_str(&out->text, "  ");
        is_first = false;
        if (item)
            column_cell(out, item, c, &cell);
        else
            hv_buf_add_str(&cell, c->head);
        if (item && (c->flags & HV_COL_PAINT))
            sgr = paint_of(out, hv_buf_str(&cell));
        else if (!item && out->config.color)
            sgr = "1";
        put_cell(out, c, width, &cell, c == last, sgr);
        hv_buf_release(&cell);
    }
    hv_buf_add_char(&out->text, '\n');
}

static void
machine_line(struct hv_out *out, const struct hv_node *item)
{
    bool is_name = out->config.format == HV_FORMAT_NAME;
    bool has_names = false, is_first = true;

    for (const struct hv_column *c = out->config.columns; c->field; c++)
        has_names |= (c->flags & HV_COL_NAME) != 0;
    for (const struct hv_column *c = out->config.columns; c->field; c++) {
        bool is_wanted = has_names ? (c->flags & HV_COL_NAME) != 0
                                   : c == out->config.columns;

        if (is_name ? !is_wanted : !shows_column(out, c))
            continue;
        if (!is_first)
            hv_buf_add_char(&out->text, is_name ? ' ' : '\t');
        is_first = false;
        column_cell(out, item, c, &out->text);
    }
    hv_buf_add_char(&out->text, '\n');
}

void
hv_out_print_rows(struct hv_out *out)
{
    if (is_machine(out)) {
        for (size_t i = 0; i < out->items_len; i++)
            machine_line(out, out->items[i]);
        return;
    }
    measure(out);
    if (!out->has_head && out->items_len)
        table_line(out, NULL);
    out->has_head |= out->items_len > 0;
    for (size_t i = 0; i < out->items_len; i++)
        table_line(out, out->items[i]);
}

/* A list of objects without a name is shown one a line, indented. */
static void
object_rows(struct hv_out *out, const struct hv_node *list)
{
    out->is_inside = true;
    for (size_t i = 0; i < list->len; i++) {
        hv_buf_add_str(&out->text, "  ");
        hv_node_cell(out, list->kids[i], &out->text);
        hv_buf_add_char(&out->text, '\n');
    }
    out->is_inside = false;
}

/* For cut(1): objects inside are flattened to "keystore.file", lists of
 * objects become one line an item. */
static void
machine_member(struct hv_out *out, const char *prefix,
               const struct hv_node *member)
{
    char path[128];
    bool is_objects = member->kind == HV_NODE_LIST && member->len &&
                      member->kids[0]->kind == HV_NODE_OBJECT;

    snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] ? "." : "",
             member->key);
    if (member->kind == HV_NODE_OBJECT) {
        for (size_t i = 0; i < member->len; i++)
            machine_member(out, path, member->kids[i]);
        return;
    }
    for (size_t i = 0; is_objects && i < member->len; i++) {
        hv_buf_add_str(&out->text, path);
        for (size_t j = 0; j < member->kids[i]->len; j++) {
            hv_buf_add_char(&out->text, '\t');
            hv_node_cell(out, member->kids[i]->kids[j], &out->text);
        }
        hv_buf_add_char(&out->text, '\n');
    }
    if (is_objects)
        return;
    hv_buf_addf(&out->text, "%s\t", path);
    hv_node_cell(out, member, &out->text);
    hv_buf_add_char(&out->text, '\n');
}

static void
object_line(struct hv_out *out, const struct hv_node *member, int width)
{
    bool is_rows = member->kind == HV_NODE_LIST && member->len &&
                   member->kids[0]->kind == HV_NODE_OBJECT &&
                   !hv_node_member(member->kids[0], "name");
    struct hv_buf cell = { 0 };
    const char *sgr;

    if (is_machine(out)) {
        machine_member(out, "", member);
        return;
    }
    hv_buf_addf(&out->text, "%-*s", is_rows ? 0 : width, member->key);
    if (is_rows) {
        hv_buf_add_char(&out->text, '\n');
        object_rows(out, member);
        return;
    }
    hv_node_cell(out, member, &cell);
    sgr = paint_of(out, hv_buf_str(&cell));
    if (sgr)
        hv_buf_addf(&out->text, "  \033[%sm%s\033[0m\n", sgr,
                    hv_buf_str(&cell));
    else
        hv_buf_addf(&out->text, "  %s\n", hv_buf_str(&cell));
    hv_buf_release(&cell);
}

void
hv_out_print_object(struct hv_out *out)
{
    int width = 0;

    if (out->config.format == HV_FORMAT_NAME) {
        if (out->top->len)
            hv_node_cell(out, out->top->kids[0], &out->text);
        hv_buf_add_char(&out->text, '\n');
        return;
    }
    for (size_t i = 0; i < out->top->len; i++) {
        int len = (int)strlen(out->top->kids[i]->key);

        if (len > width)
            width = len;
    }
    for (size_t i = 0; i < out->top->len; i++) {
        if (hv_out_shows(out, out->top->kids[i]->key, true))
            object_line(out, out->top->kids[i], width);
    }
}
