/*
 * fixture.c - see fixture.h. Makes its keys by itself, so that the journal is
 * tested without a keystore.
 */
#include "fixture.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
make_ring(struct hv_keyring *ring, uint8_t number)
{
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    size_t len = 32;

    ring->journal_keys = hv_calloc(1, sizeof(*ring->journal_keys));
    ring->journal_keys_len = 1;
    ring->readers = hv_calloc(1, sizeof(*ring->readers));
    ring->readers_len = 1;
    memset(ring->journal_keys[0].id, number, 8);
    memset(ring->readers[0].id, number, 8);
    cr_assert_eq(hv_secret_random(&ring->journal_keys[0].index_key, 32, NULL),
                 HV_OK);
    cr_assert_eq(hv_secret_random(&ring->journal_keys[0].outbox_key, 32, NULL),
                 HV_OK);
    cr_assert_eq(hv_secret_init(&ring->readers[0].private_key, 32, NULL),
                 HV_OK);
    cr_assert(EVP_PKEY_get_raw_public_key(
        pair, ring->journal_keys[0].public_key, &len));
    cr_assert(EVP_PKEY_get_raw_private_key(
        pair, ring->readers[0].private_key.data, &len));
    EVP_PKEY_free(pair);
}

static void
free_ring(struct hv_keyring *ring)
{
    hv_secret_release(&ring->journal_keys[0].index_key);
    hv_secret_release(&ring->journal_keys[0].outbox_key);
    hv_secret_release(&ring->readers[0].private_key);
    free(ring->journal_keys);
    free(ring->readers);
    *ring = (struct hv_keyring){ 0 };
}

void
fixture_start(struct fixture *fx)
{
    bool is_locked = false;

    *fx = (struct fixture){ .dir = "/tmp/hv-journal-XXXXXX" };
    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    cr_assert(mkdtemp(fx->dir));
    snprintf(fx->path, sizeof(fx->path), "%s/store/journal.db", fx->dir);
    make_ring(&fx->ring, 1);
    make_ring(&fx->other, 2);
}

static void
remove_files(const char *dir)
{
    DIR *open_dir = opendir(dir);
    struct dirent *entry;
    char path[512];

    if (!open_dir)
        return;
    while ((entry = readdir(open_dir))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
        unlink(path);
    }
    closedir(open_dir);
    rmdir(dir);
}

void
fixture_end(struct fixture *fx)
{
    char store[80];

    snprintf(store, sizeof(store), "%s/store", fx->dir);
    remove_files(store);
    remove_files(fx->dir);
    free_ring(&fx->ring);
    free_ring(&fx->other);
}

struct hv_journal *
fixture_open(const struct fixture *fx)
{
    struct hv_journal *journal = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(
        hv_journal_open(fx->path, &fx->ring.journal_keys[0], &journal, &err),
        HV_OK, "%s", err.why);
    return journal;
}

struct hv_journal_view *
fixture_view(const struct fixture *fx, bool has_key)
{
    struct hv_journal_view *view = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(
        hv_journal_view_open(fx->path, has_key ? &fx->ring : NULL, &view, &err),
        HV_OK, "%s", err.why);
    return view;
}

static sqlite3 *
open_raw(const struct fixture *fx)
{
    sqlite3 *db = NULL;

    cr_assert_eq(sqlite3_open(fx->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

void
fixture_sql(const struct fixture *fx, const char *sql)
{
    sqlite3 *db = open_raw(fx);
    char *message = NULL;

    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &message), SQLITE_OK, "%s",
                 message);
    sqlite3_close(db);
}

int64_t
fixture_int(const struct fixture *fx, const char *sql)
{
    sqlite3 *db = open_raw(fx);
    sqlite3_stmt *stmt = NULL;
    int64_t value;

    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return value;
}

struct hv_guid
sample_guid(unsigned number)
{
    struct hv_guid id;

    for (size_t i = 0; i < sizeof(id.b); i++)
        id.b[i] = (uint8_t)(number * 37 + i * 11 + 1);
    memcpy(id.b, &number, sizeof(number));
    return id;
}

void
sample_make(struct sample *sample, enum hv_verdict verdict, unsigned number,
            int events)
{
    struct hv_judgement *judgement = &sample->judgement;

    *sample = (struct sample){ 0 };
    judgement->verdict = verdict;
    judgement->has_auth =
        verdict != HV_VERDICT_MALFORMED && verdict != HV_VERDICT_MISSING;
    if (judgement->has_auth) {
        judgement->auth.sub = sample_guid(1);
        hv_copy(judgement->auth.version.id, sizeof(judgement->auth.version.id),
                "v20261121-1");
    }
    judgement->why[0] = (struct hv_why_step){ .step = "header", .ok = true };
    judgement->why[1] = (struct hv_why_step){ .step = "mac", .ok = false };
    snprintf(judgement->why[1].note, sizeof(judgement->why[1].note),
             "verdict %d", (int)verdict);
    judgement->why_len = 2;
    for (int i = 0; i < events; i++) {
        sample->things[i][0] = sample_guid(3000 + number * 10 + (unsigned)i);
        sample->events[i] = (struct hv_event){
            .sub = judgement->auth.sub,
            .person = sample_guid(1000 + number),
            .record = sample_guid(2000 + number),
            .things = sample->things[i],
            .things_len = 1,
        };
    }
    judgement->events.items = sample->events;
    judgement->events.len = (size_t)events;
    snprintf(sample->body, sizeof(sample->body),
             "<wc:notifications>the body of message number %u"
             "</wc:notifications>",
             number);
    sample->arrival = (struct hv_arrival){
        .received_ms = INT64_C(1790000000000) + number,
        .judgement = judgement,
        .body = hv_bytes_str(sample->body),
        .answer = verdict <= HV_VERDICT_MISMATCH ? 200 : 401,
        .peer = "192.0.2.7",
    };
}

void
sample_append(struct hv_journal *journal, const struct sample *sample)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_journal_append(journal, &sample->arrival, 1, &err), HV_OK,
                 "%s", err.why);
}
