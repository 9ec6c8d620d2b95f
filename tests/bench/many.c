/*
 * many.c - makes a journal of many rows, or measures how long questions to one
 * take. Run by hand or by the bench; no test. The keystore says whose journal it
 * is: a console with that keystore opens it.
 *
 * usage: journal-many fill|look|grep --keystore F --passphrase-file F
 *            [--rows N] [--days D] [--rounds N] [--only QUESTION|TEXT] JOURNAL
 */
#include "mix.h"
#include "many.h"

#include "hvconsole/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
many_die(const char *what, const struct hv_error *err)
{
    fprintf(stderr, "journal-many: %s: %s\n", what,
            err ? err->why : strerror(errno));
    exit(1);
}

static struct hv_guid
guid_of(uint64_t kind, uint64_t number)
{
    struct hv_guid id;
    uint64_t words[2] = { mix(number + 1), mix(number ^ (kind << 32)) };

    memcpy(id.b, words, sizeof(id.b));
    return id;
}

struct hv_guid
many_sub(const struct many *many, unsigned number)
{
    return number < many->ring->subs_len ? many->ring->subs[number].sub
                                         : guid_of(7, number);
}

struct hv_guid
many_record(unsigned number)
{
    return guid_of(2, number);
}

void
many_version(unsigned sub, unsigned generation, struct hv_key_version *out)
{
    snprintf(out->id, sizeof(out->id), "v2026-%u-%u", sub, generation + 1);
}

static struct hv_keystore *
open_keystore(const char *path, const char *passphrase_file)
{
    struct hv_secret passphrase = { 0 };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };
    bool is_locked = false;

    if (!path || !passphrase_file)
        many_die("usage", &(struct hv_error){ .why = "needs --keystore and "
                                                     "--passphrase-file" });
    if (hv_secret_start(&is_locked, &err) ||
        hv_file_read_secret_line(passphrase_file, -1, 4096, &passphrase, &err))
        many_die(passphrase_file, &err);
    if (hv_keystore_open(path,
                         &(struct hv_credential){ .passphrase = &passphrase },
                         &ks, &err))
        many_die(path, &err);
    hv_secret_release(&passphrase);
    return ks;
}

static int64_t
number(const char *text, int64_t max)
{
    char *end;
    long long value = strtoll(text, &end, 10);

    if (*end || value < 1 || value > max)
        many_die(text, &(struct hv_error){ .why = "out of range" });
    return value;
}

int
main(int argc, char **argv)
{
    struct many many = { .rows = 10000000, .days = 60, .rounds = 21 };
    struct hv_keystore *ks;
    const char *keystore = NULL;
    const char *passphrase_file = NULL;
    int found = 0;

    for (int i = 2; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";

        if (strcmp(argv[i], "--keystore") == 0)
            keystore = argv[++i];
        else if (strcmp(argv[i], "--passphrase-file") == 0)
            passphrase_file = argv[++i];
        else if (strcmp(argv[i], "--rows") == 0)
            many.rows = number(value, INT64_C(1) << 32), i++;
        else if (strcmp(argv[i], "--days") == 0)
            many.days = number(value, 3650), i++;
        else if (strcmp(argv[i], "--rounds") == 0)
            many.rounds = (int)number(value, 1000), i++;
        else if (strcmp(argv[i], "--only") == 0)
            many.only = value, i++;
        else
            many.path = argv[i];
    }
    if (argc < 3 || !many.path)
        many_die("usage",
                 &(struct hv_error){ .why = "fill|look|grep, options, the "
                                            "path of a journal" });
    ks = open_keystore(keystore, passphrase_file);
    many.ring = hv_keystore_ring(ks);
    if (strcmp(argv[1], "fill") == 0)
        many_fill(&many);
    else if (strcmp(argv[1], "grep") == 0)
        many_grep(&many);
    else
        found = many_look(&many);
    hv_keystore_close(ks);
    return found;
}
