/*
 * fixture.h - a journal in a directory of its own, keys for it, and arrivals
 * to put into it. For the tests of core/journal.
 */
#ifndef TESTS_JOURNAL_FIXTURE_H
#define TESTS_JOURNAL_FIXTURE_H

#include "hvconsole/journal.h"

#include <sqlite3.h>

struct fixture {
    char dir[64];
    char path[96];           /* DIR/journal.db */
    struct hv_keyring ring;  /* one journal key and its reader */
    struct hv_keyring other; /* of another keystore */
};

void fixture_start(struct fixture *fx);
void fixture_end(struct fixture *fx);

struct hv_journal *fixture_open(const struct fixture *fx);
struct hv_journal_view *fixture_view(const struct fixture *fx, bool has_key);
/** fixture_sql() - run statements on the file behind everybody's back. */
void fixture_sql(const struct fixture *fx, const char *sql);
int64_t fixture_int(const struct fixture *fx, const char *sql);

/* An arrival that owns what it points to. */
struct sample {
    struct hv_judgement judgement;
    struct hv_event events[4];
    struct hv_guid things[4][4];
    char body[2048];
    struct hv_arrival arrival;
};

struct hv_guid sample_guid(unsigned number);
/** sample_make() - verified, @events events of one thing each. */
void sample_make(struct sample *sample, enum hv_verdict verdict,
                 unsigned number, int events);
/** sample_append() - one arrival in a batch of its own; fails the test. */
void sample_append(struct hv_journal *journal, const struct sample *sample);

#endif
