/*
 * vectors.c - the fixture files of requests as cases. For tests only.
 */
#include "vectors.h"

#include "hvconsole/codec.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
add_line(struct vector *v, char *line)
{
    char *blank = strchr(line, ' ');

    cr_assert(blank && v->len < MAX_FIELDS, "bad line: %.40s", line);
    *blank = '\0';
    v->names[v->len] = line;
    v->values[v->len++] = blank + 1;
}

void
vectors_load(const char *file, struct vectors *out)
{
    char path[512];
    struct hv_error err = { 0 };
    struct vector now = { 0 };
    char *rest;

    *out = (struct vectors){ 0 };
    snprintf(path, sizeof(path), "%s/request/%s", HV_FIXTURES, file);
    cr_assert_eq(hv_file_read(path, 1 << 20, &out->text, &err), HV_OK, "%s",
                 err.why);
    rest = (char *)out->text.data;
    while (rest) {
        char *line = strsep(&rest, "\n");

        if (*line == '#')
            continue;
        if (*line) {
            add_line(&now, line);
        } else if (now.len) {
            out->items =
                hv_realloc_array(out->items, out->len + 1, sizeof(*out->items));
            out->items[out->len++] = now;
            now = (struct vector){ 0 };
        }
    }
    cr_assert_eq(now.len, 0, "%s: the last case is not ended", file);
}

void
vectors_release(struct vectors *vectors)
{
    free(vectors->items);
    hv_buf_release(&vectors->text);
}

const char *
vector_get(const struct vector *v, const char *name)
{
    for (size_t i = 0; i < v->len; i++) {
        if (strcmp(v->names[i], name) == 0)
            return v->values[i];
    }
    return "";
}

struct hv_secret
vector_bytes(const struct vector *v, const char *name)
{
    const char *text = vector_get(v, name);
    struct hv_secret out = { 0 };
    size_t len;

    cr_assert_neq(*text, '\0', "%s lacks %s", vector_get(v, "id"), name);
    cr_assert_eq(hv_secret_init(&out, strlen(text), NULL), HV_OK);
    cr_assert_eq(hv_base64_decode(text, strlen(text), out.data, out.len, &len),
                 HV_OK, "%s: %s", vector_get(v, "id"), name);
    out.len = len;
    return out;
}

const struct vector *
vectors_find(const struct vectors *all, const char *id)
{
    for (size_t i = 0; i < all->len; i++) {
        if (strcmp(vector_get(&all->items[i], "id"), id) == 0)
            return &all->items[i];
    }
    cr_assert_fail("no vector %s", id);
    return NULL;
}

struct hv_bytes
cut_element(struct hv_bytes document, const char *name)
{
    char open[64];
    char close[64];
    const uint8_t *from;
    const uint8_t *to;

    snprintf(open, sizeof(open), "<%s>", name);
    snprintf(close, sizeof(close), "</%s>", name);
    from = memmem(document.data, document.len, open, strlen(open));
    to = memmem(document.data, document.len, close, strlen(close));
    if (!from || !to)
        return (struct hv_bytes){ 0 };
    return (struct hv_bytes){ from, (size_t)(to - from) + strlen(close) };
}

bool
bytes_contain(struct hv_bytes haystack, const char *needle)
{
    return memmem(haystack.data, haystack.len, needle, strlen(needle)) != NULL;
}
