/*
 * out_table.c - items as a table for people, as TSV for cut(1), as names for
 * xargs(1). Called by out.c and out_object.c. Foreign text passes
 * hv_text_clean() here, and a cell never holds tab or line end.
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

bool
hv_out_is_machine(const struct hv_out *out)
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

    if (hv_out_is_machine(out)) {
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

    if (hv_out_is_machine(out) && node->len) {
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
        if (!node->len && !hv_out_is_machine(out))
            hv_buf_add_char(cell, '-');
        for (size_t i = 0; i < node->len; i++) {
            if (i)
                hv_buf_add_str(cell, hv_out_is_machine(out) ? "," : ", ");
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
        hv_buf_add_str(cell, hv_out_is_machine(out)
                                 ? (node->number ? "true" : "false")
                                 : (node->number ? "yes" : "no"));
        break;
    case HV_NODE_NULL:
        hv_buf_add_str(cell, hv_out_is_machine(out) ? "" : "-");
        break;
    }
}

const char *
hv_cell_paint(const struct hv_out *out, const char *word)
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
        hv_buf_add_str(cell, hv_out_is_machine(out) ? "" : "-");
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
    size_t at = (size_t)(column - out->config.columns);
    bool by_default =
        !(column->flags & HV_COL_HIDDEN) && !(at < 32 && out->unused >> at & 1);

    if ((column->flags & HV_COL_WIDE) && out->config.format != HV_FORMAT_WIDE)
        by_default = false;
    return hv_out_shows(out, column->field, by_default);
}

/* Columns that only another shape of the answer has: `log stats --by`. Of a
 * stream nobody knows what is still to come, and programs count columns. */
static void
find_unused(struct hv_out *out)
{
    out->unused = 0;
    if (out->stream_type || hv_out_is_machine(out) || out->items_len == 0)
        return;
    for (size_t at = 0; at < 32 && out->config.columns[at].field; at++) {
        size_t i = 0;

        while (i < out->items_len &&
               !hv_node_member(out->items[i], out->config.columns[at].field))
            i++;
        if (i == out->items_len)
            out->unused |= UINT32_C(1) << at;
    }
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

void
hv_out_cell(struct hv_out *out, const struct hv_buf *cell, int width,
            bool is_right, bool is_last, const char *sgr)
{
    int gap = width - hv_text_width(hv_buf_bytes(cell));

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
            sgr = hv_cell_paint(out, hv_buf_str(&cell));
        else if (!item && out->config.color)
            sgr = "1";
        hv_out_cell(out, &cell, width, c->flags & HV_COL_RIGHT, c == last, sgr);
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
    if (hv_out_is_machine(out)) {
        for (size_t i = 0; i < out->items_len; i++)
            machine_line(out, out->items[i]);
        return;
    }
    find_unused(out);
    measure(out);
    if (!out->has_head && out->items_len)
        table_line(out, NULL);
    out->has_head |= out->items_len > 0;
    for (size_t i = 0; i < out->items_len; i++)
        table_line(out, out->items[i]);
}
