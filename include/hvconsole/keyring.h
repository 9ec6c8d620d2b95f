/*
 * keyring.h - what a keystore holds, decoded: subscriptions, HMAC keys,
 * application keys, journal keys. Pure data and lookups; the bytes on disk
 * are keystore.h's matter.
 */
#ifndef HVCONSOLE_KEYRING_H
#define HVCONSOLE_KEYRING_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

/* PENDING -> ACTIVE -> ACCEPTED -> RETIRED; the first three verify. */
enum hv_key_state {
    HV_KEY_PENDING = 1,
    HV_KEY_ACTIVE = 2,
    HV_KEY_ACCEPTED = 3,
    HV_KEY_RETIRED = 4,
};

enum hv_key_origin { HV_KEY_MADE = 1, HV_KEY_IMPORTED = 2 };

enum hv_sub_status {
    HV_SUB_LIVE = 1,
    HV_SUB_GONE = 2,      /* the platform no longer lists it */
    HV_SUB_DRIFT = 3,
    HV_SUB_DRAFT = 4,     /* being created: the id is ours, not yet theirs */
};

enum hv_intent {
    HV_INTENT_NONE = 0,
    HV_INTENT_PREPARED = 1,
    HV_INTENT_SUBMITTED = 2,  /* bytes may have left: outcome unknown */
};

struct hv_key {                       /* record 0102 */
    struct hv_guid sub;
    struct hv_key_version version;
    enum hv_key_state state;
    enum hv_key_origin origin;
    struct hv_secret key;             /* 64 bytes; empty iff retired */
    int64_t created_ms;               /* all times: ms UTC, 0 = never */
    int64_t submitted_ms;
    int64_t activated_ms;
    int64_t superseded_ms;
    int64_t retire_not_before_ms;
    int64_t retired_ms;
    uint8_t fingerprint[8];           /* SHA-256("hvks1 key fp" || key)[0..7] */
};

struct hv_key_sub {                   /* record 0101 */
    struct hv_guid sub;
    struct hv_guid app;
    int64_t created_ms;
    int64_t confirmed_ms;             /* last time the platform showed it */
    enum hv_sub_status status;
    enum hv_intent intent;
    uint16_t attempts;
    int64_t intent_ms;
    uint8_t config_hash[32];          /* of filters and channel */
    char label[121];
};

struct hv_journal_key {               /* record 0103 */
    uint8_t id[8];
    int64_t created_ms;
    struct hv_secret index_key;       /* 32: keyed hash of ids */
    struct hv_secret outbox_key;      /* 32 */
    uint8_t public_key[32];           /* X25519 */
};

struct hv_journal_reader {            /* record 0204: full scope only */
    uint8_t id[8];
    int64_t created_ms;
    struct hv_secret private_key;     /* X25519, 32 */
};

struct hv_app_key {                   /* record 0201: full scope only */
    struct hv_guid app;
    int64_t created_ms;
    uint8_t spki_sha256[32];
    char name[121];
    struct hv_secret pkcs8;           /* DER, <= 8 KiB */
};

enum hv_part {                        /* where in the file a record stands */
    HV_PART_VERIFY = 'V',             /* readable with verify scope */
    HV_PART_FULL = 'S',
};

struct hv_raw_record {                /* kept unchanged: unknown, or not ours */
    uint16_t type;
    uint16_t flags;
    char part;                        /* of enum hv_part */
    struct hv_secret body;
};

struct hv_keyring {                   /* owns everything below */
    struct hv_key_sub *subs;
    size_t subs_len;
    struct hv_key *keys;
    size_t keys_len;
    struct hv_journal_key *journal_keys;
    size_t journal_keys_len;
    struct hv_journal_reader *readers;
    size_t readers_len;
    struct hv_app_key *apps;
    size_t apps_len;
    struct hv_raw_record *raw;
    size_t raw_len;
};

void hv_keyring_release(struct hv_keyring *ring);

struct hv_key_sub *hv_keyring_sub(const struct hv_keyring *ring,
                                  const struct hv_guid *sub);
struct hv_key *hv_keyring_find(const struct hv_keyring *ring,
                               const struct hv_guid *sub,
                               const struct hv_key_version *version);
/** hv_keyring_current() - the ACTIVE key of a subscription, or NULL. */
struct hv_key *hv_keyring_current(const struct hv_keyring *ring,
                                  const struct hv_guid *sub);
struct hv_app_key *hv_keyring_app(const struct hv_keyring *ring,
                                  const struct hv_guid *app);
/** hv_keyring_journal_key() - the newest, or NULL. */
struct hv_journal_key *hv_keyring_journal_key(const struct hv_keyring *ring);

/* Additions return a place in the ring, zeroed but for the ids given (a new
 * subscription is LIVE). The pointers of earlier calls are invalid then. */
struct hv_key_sub *hv_keyring_add_sub(struct hv_keyring *ring,
                                      const struct hv_guid *sub,
                                      const struct hv_guid *app);
/**
 * hv_keyring_add_key() - add a version in state PENDING.
 * @key: 64 bytes; copied
 * HV_ERR_RULE: the version id exists for this subscription (retired counts:
 * ids are never used twice), the same key bytes exist under another version,
 * or HV_MAX_VERIFYING_KEYS reached. HV_ERR_FORMAT: not 64 bytes.
 */
HV_MUST_CHECK enum hv_status
hv_keyring_add_key(struct hv_keyring *ring, const struct hv_guid *sub,
                   const struct hv_key_version *version,
                   const struct hv_secret *key, enum hv_key_origin origin,
                   int64_t now_ms, struct hv_error *err);
HV_MUST_CHECK enum hv_status
hv_keyring_add_app(struct hv_keyring *ring, const struct hv_guid *app,
                   const char *name, const struct hv_secret *pkcs8,
                   const uint8_t spki_sha256[32], int64_t now_ms,
                   struct hv_error *err);
/** hv_keyring_add_journal_keys() - a fresh 0103 and its 0204. */
HV_MUST_CHECK enum hv_status hv_keyring_add_journal_keys(struct hv_keyring *ring,
                                                         int64_t now_ms,
                                                         struct hv_error *err);
/** hv_keyring_retire() - ACTIVE or whatever it was -> RETIRED: the key bytes are
 *  wiped, the record stays, so that the id is never used again. */
void hv_keyring_retire(struct hv_key *key, int64_t now_ms);
/** hv_keyring_remove_sub() - the subscription record and all its keys. */
void hv_keyring_remove_sub(struct hv_keyring *ring, const struct hv_guid *sub);
/** hv_keyring_rename_sub() - a draft gets its real id, its keys too. */
void hv_keyring_rename_sub(struct hv_keyring *ring, const struct hv_guid *from,
                           const struct hv_guid *to);
/** hv_keyring_new_version() - `vYYYYMMDD-N` never used in the whole ring.
 *  @avoid: nor this one, which somebody else made; NULL = none */
void hv_keyring_new_version(const struct hv_keyring *ring, int64_t now_ms,
                            const struct hv_key_version *avoid,
                            struct hv_key_version *out);
/** hv_keyring_resolve_sub() - full id or unambiguous prefix (>= 4); falls to
 *  HV_ERR_NOT_FOUND or HV_ERR_RULE (ambiguous; names some). */
HV_MUST_CHECK enum hv_status
hv_keyring_resolve_sub(const struct hv_keyring *ring, const char *text,
                       struct hv_guid *out, struct hv_error *err);

/* ------------------------------------------------------- user tokens -- */

/* Record 0203: full scope only. Bytes are borrowed from the ring, until its
 * next change; the token lies in locked memory there. */
struct hv_user_token {
    struct hv_guid app, person, record; /* its key */
    int64_t seen_ms;                    /* when it came */
    struct hv_bytes label;
    struct hv_bytes token;
};
/** hv_keyring_token_at() - the @nth (0..) of that application; false: no more. */
bool hv_keyring_token_at(const struct hv_keyring *ring,
                         const struct hv_guid *app, size_t nth,
                         struct hv_user_token *out);
bool hv_keyring_token_named(const struct hv_keyring *ring,
                            const struct hv_guid *app, const char *label,
                            struct hv_user_token *out);
/** hv_keyring_put_token() - add, or replace the one of that key. Copied. */
HV_MUST_CHECK enum hv_status
hv_keyring_put_token(struct hv_keyring *ring, const struct hv_user_token *token,
                     struct hv_error *err);
/** hv_keyring_drop_token() - wiped and gone; false: there was none. */
bool hv_keyring_drop_token(struct hv_keyring *ring, const struct hv_guid *app,
                           const struct hv_guid *person,
                           const struct hv_guid *record);

/* -------------------------------------------------------- the doctor -- */

enum hv_key_trouble {
    HV_TROUBLE_NO_KEY = 1,    /* a live subscription without an active key */
    HV_TROUBLE_TWO_ACTIVE,    /* .. with more than one */
    HV_TROUBLE_REUSED,        /* the same key bytes in two subscriptions */
    HV_TROUBLE_NO_APP,        /* its application's private key is not here */
    HV_TROUBLE_ORPHAN,        /* a key of a subscription that is not here */
    HV_TROUBLE_GONE,          /* .. that the platform does not list any more */
    HV_TROUBLE_OPEN_INTENT,   /* a rotation that was never finished */
    HV_TROUBLE_STRAY_PENDING, /* a pending key that no rotation belongs to */
    HV_TROUBLE_OLD,           /* an active key past max_age_ms */
    HV_TROUBLE_LINGERING,     /* an accepted key past max_accepted_ms: retire
                                 it, or mark it compromised */
};

struct hv_key_finding {
    enum hv_key_trouble trouble;
    bool is_error;                 /* else: worth a look */
    struct hv_guid sub;
    struct hv_key_version version; /* "" = about the subscription itself */
    struct hv_guid other_sub;      /* of REUSED */
    struct hv_key_version other_version;
    int64_t age_ms;                /* of OLD, LINGERING, OPEN_INTENT */
};

struct hv_doctor_rules {     /* 0 = the default */
    int64_t max_age_ms;      /* 365 days */
    int64_t max_accepted_ms; /* 45 days */
    int64_t max_intent_ms;   /* 1 hour */
};

/**
 * hv_keyring_doctor() - what is wrong with the keys, worst first. Pure.
 * @rules: NULL = the defaults
 * @out:   a new array, free() it; holds no secrets. NULL when there is nothing
 * Gives the number of findings. Key bytes are compared in constant time.
 */
size_t hv_keyring_doctor(const struct hv_keyring *ring,
                         const struct hv_doctor_rules *rules, int64_t now_ms,
                         struct hv_key_finding **out);
/** hv_key_trouble_word() - "reused", "orphan" ...; for JSON and lint ids. */
const char *hv_key_trouble_word(enum hv_key_trouble trouble);
/** hv_key_trouble_advice() - one sentence: what it means and what to do. */
const char *hv_key_trouble_advice(enum hv_key_trouble trouble);

const char *hv_key_state_word(enum hv_key_state state); /* "pending" ... */

#endif
