/*
 * out_junit.c - a list of checks as a JUnit report, for whatever runs tests.
 * An item is a case: `mode` and `items` name it, `to` is its class, `pass` is
 * true, false or null (skipped), `note` says why. Called by out.c.
 */
#include "tui/command/node.h"

#include "hvconsole/text.h"

#include <string.h>

/* Cleaned first, so that only characters remain which XML can carry. */
static void
add_escaped(struct hv_buf *out, const char *text)
{
    struct hv_buf clean = { 0 };

    hv_text_clean(&clean, hv_bytes_str(text));
    for (const char *c = hv_buf_str(&clean); *c; c++) {
        const char *escape = hv_markup_escape(*c);

        if (escape)
            hv_buf_add_str(out, escape);
        else
            hv_buf_add_char(out, *c);
    }
    hv_buf_release(&clean);
}

static const char *
text_of(const struct hv_node *item, const char *key)
{
    const struct hv_node *node = hv_node_member(item, key);

    return node && node->text ? node->text : "";
}

static int64_t
number_of(const struct hv_node *item, const char *key)
{
    const struct hv_node *node = hv_node_member(item, key);

    return node ? node->number : 0;
}

static bool
is_null(const struct hv_node *item, const char *key)
{
    const struct hv_node *node = hv_node_member(item, key);

    return !node || node->kind == HV_NODE_NULL;
}

static void
print_case(struct hv_buf *out, const struct hv_node *item)
{
    int64_t ms = number_of(item, "ms");
    const char *tag = is_null(item, "pass")     ? "skipped"
                      : number_of(item, "pass") ? NULL
                                                : "failure";

    hv_buf_add_str(out, "  <testcase classname=\"");
    add_escaped(out, text_of(item, "to"));
    hv_buf_add_str(out, "\" name=\"");
    add_escaped(out, text_of(item, "mode"));
    hv_buf_add_char(out, ' ');
    add_escaped(out, text_of(item, "items"));
    hv_buf_addf(out, "\" time=\"%lld.%03lld\"", (long long)(ms / 1000),
                (long long)(ms % 1000));
    if (!tag) {
        hv_buf_add_str(out, "/>\n");
        return;
    }
    hv_buf_addf(out, ">\n    <%s message=\"", tag);
    if (!is_null(item, "status"))
        hv_buf_addf(out, "answered %lld, expected %lld: ",
                    (long long)number_of(item, "status"),
                    (long long)number_of(item, "expected"));
    add_escaped(out, text_of(item, "note"));
    hv_buf_add_str(out, "\"/>\n  </testcase>\n");
}

void
hv_out_print_junit(struct hv_out *out)
{
    size_t failures = 0, skipped = 0;

    for (size_t i = 0; i < out->items_len; i++) {
        bool is_skipped = is_null(out->items[i], "pass");

        skipped += is_skipped;
        failures += !is_skipped && !number_of(out->items[i], "pass");
    }
    hv_buf_addf(&out->text,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<testsuite name=\"hvconsole %s\" tests=\"%zu\" "
                "failures=\"%zu\" skipped=\"%zu\">\n",
                out->config.schema, out->items_len, failures, skipped);
    for (size_t i = 0; i < out->items_len; i++)
        print_case(&out->text, out->items[i]);
    hv_buf_add_str(&out->text, "</testsuite>\n");
}
