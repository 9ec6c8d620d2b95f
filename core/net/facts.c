/*
 * facts.c - messages of `key=value` lines that processes of one store write for
 * each other. Pure. Called by run.c, control.c, ask.c and whoever reads facts.
 * Takes whatever bytes it is given: a line that is not of the form is nobody's.
 */
#include "hvconsole/codec.h"
#include "hvconsole/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VALUE (64 * 1024)

void
hv_facts_release(struct hv_facts *facts)
{
    hv_buf_release(&facts->text);
}

void
hv_facts_add(struct hv_facts *facts, const char *key, const char *value)
{
    struct hv_bytes bytes = hv_bytes_str(value);

    if (bytes.len > MAX_VALUE)
        bytes.len = MAX_VALUE;
    hv_buf_add_str(&facts->text, key);
    hv_buf_add_char(&facts->text, '=');
    hv_percent_encode(&facts->text, bytes);
    hv_buf_add_char(&facts->text, '\n');
}

void
hv_facts_addf(struct hv_facts *facts, const char *key, const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    int len;

    va_start(args, fmt);
    len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0)
        abort();
    hv_facts_add(facts, key, text);
    free(text);
}

/* The @nth value of @key as it stands in the text, still encoded. */
static bool
find(const struct hv_facts *facts, const char *key, size_t nth,
     struct hv_bytes *out)
{
    struct hv_bytes rest = hv_buf_bytes(&facts->text);

    while (rest.len) {
        struct hv_bytes value;
        struct hv_bytes name;

        (void)hv_bytes_cut(&rest, '\n', &value);
        if (hv_bytes_cut(&value, '=', &name) &&
            hv_bytes_equal(name, hv_bytes_str(key)) && nth-- == 0) {
            *out = value;
            return true;
        }
    }
    return false;
}

bool
hv_facts_get(const struct hv_facts *facts, const char *key, size_t nth,
             char *out, size_t size)
{
    struct hv_buf value = { .ceiling = MAX_VALUE };
    struct hv_bytes text;
    bool is_got = false;

    if (!find(facts, key, nth, &text))
        return false;
    if (!hv_percent_decode(&value, text, false) && !value.is_over &&
        value.len < size && !memchr(hv_buf_str(&value), '\0', value.len))
        is_got = hv_copy(out, size, hv_buf_str(&value));
    hv_buf_release(&value);
    return is_got;
}

int64_t
hv_facts_get_int(const struct hv_facts *facts, const char *key,
                 int64_t fallback)
{
    char text[32];
    long long value;
    char *end;

    if (!hv_facts_get(facts, key, 0, text, sizeof(text)))
        return fallback;
    errno = 0;
    value = strtoll(text, &end, 10);
    return errno || end == text || *end ? fallback : value;
}
