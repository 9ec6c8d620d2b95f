/*
 * many.h - a journal of millions of rows, made and looked at: what the two
 * halves of journal-many share.
 */
#ifndef TESTS_BENCH_MANY_H
#define TESTS_BENCH_MANY_H

#include "hvconsole/journal.h"
#include "hvconsole/keystore.h"

#define MANY_SUBS         20
#define MANY_RECORDS      100000
#define MANY_RARE         1000003 /* one row of so many has this version */
#define MANY_RARE_VERSION "v-rare"

struct many {
    const char *path; /* of the journal */
    const struct hv_keyring *ring;
    int64_t rows;
    int64_t days;
    int rounds;
    const char *only; /* questions with this in their name, NULL = all; of grep
                         the text */
};

_Noreturn void many_die(const char *what, const struct hv_error *err);

/* The names in the rows, by number. The first subscriptions are those of the
 * keystore, so that its console knows them. */
struct hv_guid many_sub(const struct many *many, unsigned number);
struct hv_guid many_record(unsigned number);
/** many_version() - of a subscription, its generation 0 to 3. */
void many_version(unsigned sub, unsigned generation,
                  struct hv_key_version *out);

void many_fill(const struct many *many);
/** many_grep() - prints a JSON line. */
void many_grep(const struct many *many);
/** many_look() - prints a JSON line for each question; 0 = all in time. */
int many_look(const struct many *many);

#endif
