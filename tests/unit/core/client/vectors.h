/*
 * vectors.h - reads the cases of tests/fixtures/request: "name value"
 * lines, an empty line ends a case, `#` starts a comment. For tests only.
 */
#ifndef TESTS_CORE_CLIENT_VECTORS_H
#define TESTS_CORE_CLIENT_VECTORS_H

#include "hvconsole/bytes.h"
#include "hvconsole/secret.h"

#define MAX_FIELDS 16

struct vector {
    char *names[MAX_FIELDS];
    char *values[MAX_FIELDS];
    size_t len;
};

struct vectors {
    struct hv_buf text; /* what the cases point into */
    struct vector *items;
    size_t len;
};

/* Aborts the test when the file is not there or not of this form. */
void vectors_load(const char *file, struct vectors *out);
void vectors_release(struct vectors *vectors);
/* "" when the case has no such field. */
const char *vector_get(const struct vector *v, const char *name);
/* The bytes of a base64 field; release it. */
struct hv_secret vector_bytes(const struct vector *v, const char *name);
const struct vector *vectors_find(const struct vectors *all, const char *id);

/* The first child element's bytes in a document, `<name` .. `</name>`. */
struct hv_bytes cut_element(struct hv_bytes document, const char *name);
bool bytes_contain(struct hv_bytes haystack, const char *needle);

#endif
