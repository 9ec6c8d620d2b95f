/*
 * outbox.h - the writer's half of the outbox: what is to be handed on enters it
 * with its arrival. Private to core/journal.
 */
#ifndef CORE_JOURNAL_OUTBOX_H
#define CORE_JOURNAL_OUTBOX_H

#include "core/journal/db.h"
#include "core/journal/seal.h"

/* A repeat of what was handed on waits so long after the one before. */
#define JOURNAL_AGAIN_MS INT64_C(60000)

struct journal_put {
    uint8_t reader[8];           /* id of the journal key */
    struct hv_secret outbox_key; /* of the keystore */
    struct hv_secret key;        /* of this start; empty = not drawn yet */
    uint8_t salt[32];
    int64_t row; /* of outbox_key; 0 = not stored yet */
    uint64_t counter;
    struct journal_gcm gcm;
    struct hv_buf sealed; /* scratch */
    sqlite3_stmt *add_key;
    sqlite3_stmt *merge;
    sqlite3_stmt *has_lane;
    sqlite3_stmt *add_lane;
    sqlite3_stmt *add;
};

struct journal_handed { /* one arrival for the outbox */
    int64_t id;
    int64_t due_ms;
    const uint8_t *digest;  /* JOURNAL_DIGEST_LEN */
    bool is_repeat;         /* may merge with its twin */
    const uint8_t *context; /* 32, of the row's seals */
    const uint8_t *records; /* keyed hashes, 16 bytes each */
    size_t records_len;
    struct hv_bytes body;
};

HV_MUST_CHECK enum hv_status journal_put_init(struct journal_put *put,
                                              const struct hv_journal_key *key,
                                              struct hv_error *err);
void journal_put_release(struct journal_put *put);
HV_MUST_CHECK enum hv_status journal_put_prepare(const struct journal_db *jdb,
                                                 struct journal_put *put,
                                                 struct hv_error *err);
/** journal_put_finalize() - statements only; the next file gets a new key. */
void journal_put_finalize(struct journal_put *put);
/** journal_put_item() - in the open transaction. */
HV_MUST_CHECK enum hv_status
journal_put_item(const struct journal_db *jdb, struct journal_put *put,
                 const struct journal_handed *handed, struct hv_error *err);

/** journal_outbox_aad() - of an item; the bytes live in @out. */
#define JOURNAL_OUTBOX_AAD 33
struct hv_bytes journal_outbox_aad(const uint8_t context[32],
                                   uint8_t out[JOURNAL_OUTBOX_AAD]);

/** journal_outbox_state() - for readers of either kind. */
HV_MUST_CHECK enum hv_status journal_outbox_state(const struct journal_db *jdb,
                                                  struct hv_outbox_state *out,
                                                  struct hv_error *err);

#endif
