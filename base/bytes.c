/*
 * bytes.c - borrowed bytes, memory that is there or the program is not, and
 * bounded copies. Pure but for the abort. Called everywhere; never for secrets.
 */
#include "hvconsole/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every input-sized buffer has a ceiling, so this is a true shortage and
 * nothing that would run on without the memory could be trusted. */
static _Noreturn void
out_of_memory(void)
{
    fputs("hvconsole: no memory left\n", stderr);
    abort();
}

struct hv_bytes
hv_bytes_str(const char *text)
{
    if (!text)
        return (struct hv_bytes){ 0 };
    return (struct hv_bytes){ (const uint8_t *)text, strlen(text) };
}

bool
hv_bytes_equal(struct hv_bytes a, struct hv_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool
hv_is_xml_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct hv_bytes
hv_bytes_trim(struct hv_bytes text)
{
    while (text.len && hv_is_xml_space(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len && hv_is_xml_space(text.data[text.len - 1]))
        text.len--;
    return text;
}

void *
hv_calloc(size_t count, size_t size)
{
    void *made = calloc(count ? count : 1, size ? size : 1);

    if (!made)
        out_of_memory();
    return made;
}

void *
hv_realloc_array(void *old, size_t count, size_t size)
{
    /* realloc to nothing may free: always keep one element. */
    void *made = reallocarray(old, count ? count : 1, size ? size : 1);

    if (!made)
        out_of_memory();
    return made;
}

char *
hv_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = hv_calloc(1, size);

    memcpy(copy, text, size);
    return copy;
}

bool
hv_copy(char *dst, size_t size, const char *src)
{
    size_t len = strlen(src);
    size_t fits = len;

    if (size == 0)
        return false;
    if (fits > size - 1)
        fits = size - 1;
    memmove(dst, src, fits);
    dst[fits] = '\0';
    return fits == len;
}

bool
hv_bytes_cut(struct hv_bytes *rest, char mark, struct hv_bytes *field)
{
    const uint8_t *at = rest->len ? memchr(rest->data, mark, rest->len) : NULL;

    *field = *rest;
    *rest = (struct hv_bytes){ 0 };
    if (!at)
        return false;
    *rest = (struct hv_bytes){ at + 1, field->len };
    field->len = (size_t)(at - field->data);
    rest->len -= field->len + 1;
    return true;
}
