/*
 * vectors.c - see vectors.h. The tables are tab-separated; lines that begin
 * with # are headings.
 */
#include "vectors.h"

#include "hvconsole/codec.h"
#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIR HV_FIXTURES "/notification/"

/* The next row of a table, cut into @fields; false at the end. */
static bool
next_row(char **text, char **fields, size_t len)
{
    char *line;

    do {
        line = strsep(text, "\n");
    } while (line && (*line == '#' || *line == '\0'));
    if (!line)
        return false;
    for (size_t i = 0; i < len; i++) {
        fields[i] = strsep(&line, "\t");
        cr_assert_not_null(fields[i], "a row has too few fields");
    }
    return true;
}

static struct hv_buf
load(const char *name)
{
    struct hv_buf file = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_file_read(name, 1 << 20, &file, &err), HV_OK, "%s",
                 err.why);
    return file;
}

void
vectors_load(struct vector vectors[VECTORS_COUNT])
{
    struct hv_buf file = load(DIR "cases.tsv");
    char *text = (char *)file.data;
    char *fields[7];
    size_t len = 0;

    while (next_row(&text, fields, HV_LEN(fields))) {
        struct vector *v = &vectors[len++];
        char path[256];

        cr_assert_leq(len, VECTORS_COUNT);
        memset(v, 0, sizeof(*v));
        hv_copy(v->id, sizeof(v->id), fields[0]);
        cr_assert_eq(hv_verdict_parse(fields[1], &v->verdict), HV_OK);
        hv_copy(v->parse, sizeof(v->parse), fields[2]);
        v->ignored = (size_t)atoi(fields[3]);
        v->without_bom = strcmp(fields[4], "without-bom") == 0;
        if (strcmp(fields[5], "-"))
            cr_assert_eq(
                hv_percent_decode(&v->header, hv_bytes_str(fields[5]), false),
                HV_OK);
        cr_assert(hv_copy(v->events, sizeof(v->events), fields[6]));
        snprintf(path, sizeof(path), DIR "%s.body", v->id);
        v->body = load(path);
    }
    cr_assert_eq(len, VECTORS_COUNT, "%zu vectors", len);
    hv_buf_release(&file);
}

void
vectors_release(struct vector vectors[VECTORS_COUNT])
{
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        hv_buf_release(&vectors[i].header);
        hv_buf_release(&vectors[i].body);
    }
}

static void
add_key(struct hv_keyring *ring, char *const fields[4])
{
    static const struct hv_guid app = { { 0x3f } };
    struct hv_key_version version;
    struct hv_secret key = { 0 };
    struct hv_error err = { 0 };
    struct hv_guid sub;
    size_t len;

    cr_assert_eq(hv_guid_parse(fields[0], &sub), HV_OK);
    cr_assert_eq(hv_key_version_parse(hv_bytes_str(fields[1]), &version),
                 HV_OK);
    cr_assert_eq(hv_secret_init(&key, HV_HMAC_KEY_LEN, &err), HV_OK);
    cr_assert_eq(
        hv_base64_decode(fields[3], strlen(fields[3]), key.data, key.len, &len),
        HV_OK);
    if (!hv_keyring_sub(ring, &sub))
        hv_keyring_add_sub(ring, &sub, &app)->status = HV_SUB_LIVE;
    cr_assert_eq(hv_keyring_add_key(ring, &sub, &version, &key, HV_KEY_MADE,
                                    1767225600000, &err),
                 HV_OK, "%s", err.why);
    hv_keyring_find(ring, &sub, &version)->state =
        strcmp(fields[2], "active") ? HV_KEY_ACCEPTED : HV_KEY_ACTIVE;
    hv_secret_release(&key);
}

void
vectors_ring(struct hv_keyring *ring)
{
    struct hv_buf file = load(DIR "keys.tsv");
    char *text = (char *)file.data;
    char *fields[4];

    while (next_row(&text, fields, HV_LEN(fields)))
        add_key(ring, fields);
    cr_assert_eq(ring->keys_len, 3);
    hv_buf_release(&file);
}
