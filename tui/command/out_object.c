/*
 * out_object.c - one object as lines of field and value, with small tables for
 * what it holds; for programs as lines for cut(1). Called by out.c.
 */
#include "tui/command/node.h"

#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

/* Whether all say the same things in the same order. */
static bool
are_alike(const struct hv_node *list)
{
    const struct hv_node *first = list->kids[0];

    for (size_t i = 1; i < list->len; i++) {
        const struct hv_node *item = list->kids[i];

        if (item->kind != HV_NODE_OBJECT || item->len != first->len)
            return false;
        for (size_t j = 0; j < item->len; j++) {
            if (strcmp(item->kids[j]->key, first->kids[j]->key) != 0)
                return false;
        }
    }
    return first->len > 0 && first->len <= HV_LEN(((struct hv_out *)0)->widths);
}

/* One line of a table inside an object; @item NULL = the heading. */
static void
inside_line(struct hv_out *out, const struct hv_node *first,
            const struct hv_node *item, const int *widths)
{
    for (size_t i = 0; i < first->len; i++) {
        struct hv_buf cell = { 0 };
        const char *sgr;

        if (item)
            hv_node_cell(out, item->kids[i], &cell);
        else
            hv_buf_add_str(&cell, first->kids[i]->key);
        sgr = item ? hv_cell_paint(out, hv_buf_str(&cell))
                   : (out->config.color ? "1" : NULL);
        hv_buf_add_str(&out->text, "  ");
        hv_out_cell(out, &cell, widths[i], false, i + 1 == first->len, sgr);
        hv_buf_release(&cell);
    }
    hv_buf_add_char(&out->text, '\n');
}

static void
inside_table(struct hv_out *out, const struct hv_node *list)
{
    int widths[HV_LEN(out->widths)] = { 0 };
    const struct hv_node *first = list->kids[0];

    for (size_t j = 0; j < first->len; j++) {
        widths[j] = (int)strlen(first->kids[j]->key);
        for (size_t i = 0; i < list->len; i++) {
            struct hv_buf cell = { 0 };
            int width;

            hv_node_cell(out, list->kids[i]->kids[j], &cell);
            width = hv_text_width(hv_buf_bytes(&cell));
            if (width > widths[j])
                widths[j] = width;
            hv_buf_release(&cell);
        }
    }
    inside_line(out, first, NULL, widths);
    for (size_t i = 0; i < list->len; i++)
        inside_line(out, first, list->kids[i], widths);
}

/* A list of objects without a name: a small table, or one a line. */
static void
object_rows(struct hv_out *out, const struct hv_node *list)
{
    bool is_table = are_alike(list);

    out->is_inside = true;
    if (is_table)
        inside_table(out, list);
    for (size_t i = 0; !is_table && i < list->len; i++) {
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

    if (hv_out_is_machine(out)) {
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
    sgr = hv_cell_paint(out, hv_buf_str(&cell));
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
