/*
 * subfile.c - subscriptions to text and back. Pure. Called by `sub export`,
 * `sub diff`, `sub apply` and `sub delete --keep-file`. It must not guess: what
 * it does not understand is refused, with the line.
 */
#include "hvconsole/subfile.h"
#include "hvconsole/names.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_LEN = 16 * 1024, SUBS_MAX = 1000 };

/* By name where the name leads back to the type, else by id. */
static void
write_type(const struct hv_guid *id, struct hv_buf *out)
{
    const struct hv_thing_type *type = hv_thing_type_find(id);
    const struct hv_thing_type *again = NULL;
    char text[HV_GUID_TEXT];

    if (type && !strpbrk(type->name, ",#=") &&
        hv_thing_type_search(type->name, &again, NULL) == HV_OK &&
        again == type) {
        hv_buf_add_str(out, type->name);
        return;
    }
    hv_guid_format(id, text);
    hv_buf_add_str(out, text);
}

/* What a URL is made of; anything else could end the line or act on a terminal. */
static bool
is_plain(char c)
{
    return c > ' ' && c < 0x7f;
}

static void
write_url(const char *url, struct hv_buf *out)
{
    hv_buf_add_str(out, "url = ");
    for (; *url; url++) {
        if (is_plain(*url))
            hv_buf_add_char(out, *url);
        else
            hv_buf_addf(out, "%%%02X", (unsigned char)*url);
    }
    hv_buf_add_char(out, '\n');
}

void
hv_subfile_write(const struct hv_sub *sub, struct hv_buf *out)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(&sub->id, id);
    if (hv_guid_is_zero(&sub->id))
        hv_buf_add_str(out, "[subscription]\n");
    else
        hv_buf_addf(out, "[subscription %s]\n", id);
    write_url(sub->url, out);
    for (size_t i = 0; i < sub->filters_len; i++) {
        hv_buf_add_str(out, "types = ");
        for (size_t k = 0; k < sub->filters[i].types_len; k++) {
            hv_buf_add_str(out, k ? ", " : "");
            write_type(&sub->filters[i].types[k], out);
        }
        hv_buf_add_char(out, '\n');
    }
}

/* ---- reading ---- */

struct reader {
    const char *path; /* borrowed, for sentences */
    size_t line;
    struct hv_sub_list list; /* owned until done */
    struct hv_sub *sub;      /* of this section; NULL = before the first */
    size_t sub_line;
};

static enum hv_status
fail_line(const struct reader *r, size_t line, struct hv_error *err,
          const char *why)
{
    return hv_fail(err, HV_ERR_FORMAT, "%s:%zu: %s", r->path, line, why);
}

static char *
trim(char *text)
{
    size_t len;

    text += strspn(text, " \t\r");
    len = strlen(text);
    while (len && strchr(" \t\r", text[len - 1]))
        len--;
    text[len] = '\0';
    return text;
}

static enum hv_status
end_section(const struct reader *r, struct hv_error *err)
{
    if (!r->sub)
        return HV_OK;
    if (!r->sub->url[0])
        return fail_line(r, r->sub_line, err, "this subscription has no url");
    if (!r->sub->filters_len)
        return fail_line(r, r->sub_line, err, "this subscription has no types");
    return HV_OK;
}

static enum hv_status
take_heading(struct reader *r, char *line, struct hv_error *err)
{
    static const char word[] = "[subscription";
    size_t len = strlen(line);
    struct hv_sub sub = { 0 };
    enum hv_status st = end_section(r, err);
    char *id;

    if (st)
        return st;
    if (strncmp(line, word, sizeof(word) - 1) || line[len - 1] != ']')
        return fail_line(r, r->line, err,
                         "a heading is [subscription] or [subscription ID]");
    line[len - 1] = '\0';
    id = trim(line + sizeof(word) - 1);
    if (*id && (id == line + sizeof(word) - 1 || hv_guid_parse(id, &sub.id)))
        return fail_line(r, r->line, err, "that is no id of a subscription");
    for (size_t i = 0; *id && i < r->list.len; i++) {
        if (hv_guid_equal(&r->list.items[i].id, &sub.id))
            return fail_line(r, r->line, err,
                             "this subscription is here twice");
    }
    if (r->list.len == SUBS_MAX)
        return fail_line(r, r->line, err, "no application has so many");
    r->list.items =
        hv_realloc_array(r->list.items, r->list.len + 1, sizeof(sub));
    r->list.items[r->list.len] = sub;
    r->sub = &r->list.items[r->list.len++];
    r->sub_line = r->line;
    return HV_OK;
}

static enum hv_status
take_types(struct reader *r, char *value, struct hv_error *err)
{
    size_t filter = r->sub->filters_len;

    if (filter == HV_MAX_FILTERS)
        return fail_line(r, r->line, err, "there are too many filters");
    for (char *rest = value, *word; (word = strsep(&rest, ","));) {
        const struct hv_thing_type *type;
        struct hv_error why = { 0 };
        struct hv_guid id;

        word = trim(word);
        if (!*word)
            return fail_line(r, r->line, err, "a type is missing");
        /* One that is not known here is taken by its whole id. */
        if (hv_guid_parse(word, &id)) {
            if (hv_thing_type_search(word, &type, &why))
                return fail_line(r, r->line, err, why.why);
            id = type->id;
        }
        hv_sub_add_type(r->sub, filter, &id);
    }
    return HV_OK;
}

static enum hv_status
take_line(struct reader *r, char *line, struct hv_error *err)
{
    char *value = strchr(line, '=');
    char *key;

    if (*line == '[')
        return take_heading(r, line, err);
    if (!value)
        return fail_line(r, r->line, err, "neither a heading nor key = value");
    *value++ = '\0';
    key = trim(line);
    value = trim(value);
    if (!r->sub)
        return fail_line(r, r->line, err,
                         "a [subscription] heading is missing before this");
    if (strcmp(key, "types") == 0)
        return take_types(r, value, err);
    if (strcmp(key, "url"))
        return fail_line(r, r->line, err, "there is url, and types");
    if (r->sub->url[0])
        return fail_line(r, r->line, err, "url is here twice");
    if (!*value || !hv_copy(r->sub->url, sizeof(r->sub->url), value))
        return fail_line(r, r->line, err, "the url is empty or too long");
    for (const char *c = value; *c; c++) {
        if (!is_plain(*c))
            return fail_line(r, r->line, err,
                             "the url has a character that must be escaped");
    }
    return HV_OK;
}

enum hv_status
hv_subfile_parse(struct hv_bytes text, const char *path,
                 struct hv_sub_list *out, struct hv_error *err)
{
    struct reader r = { .path = path };
    char *line = hv_calloc(LINE_MAX_LEN + 1, 1);
    enum hv_status st = HV_OK;

    while (!st && text.len) {
        struct hv_bytes one;
        char *start;

        (void)hv_bytes_cut(&text, '\n', &one);
        r.line++;
        if (one.len > LINE_MAX_LEN || memchr(one.data, '\0', one.len)) {
            st = fail_line(&r, r.line, err, "that is no line of text");
            break;
        }
        memcpy(line, one.data, one.len);
        line[one.len] = '\0';
        start = trim(line);
        if (*start && *start != '#')
            st = take_line(&r, start, err);
    }
    if (!st)
        st = end_section(&r, err);
    free(line);
    if (st)
        hv_sub_list_release(&r.list);
    else
        *out = r.list;
    return st;
}
