/*
 * notify.h - one notification: its Authorization header, its MAC over the raw
 * body, its XML. Pure: bytes and keys in, a judgement out.
 */
#ifndef HVCONSOLE_NOTIFY_H
#define HVCONSOLE_NOTIFY_H

#include "hvconsole/keyring.h"

/* Stable numbers: they are stored in the journal. */
enum hv_verdict {
    HV_VERDICT_VERIFIED = 0,
    HV_VERDICT_VERIFIED_OLD = 1,     /* an accepted older version */
    HV_VERDICT_QUARANTINED = 2,      /* verified, XML refused */
    HV_VERDICT_MISMATCH = 3,         /* verified, inner subscription unknown */
    HV_VERDICT_BAD_HMAC = 4,
    HV_VERDICT_UNKNOWN_VERSION = 5,
    HV_VERDICT_RETIRED_VERSION = 6,
    HV_VERDICT_UNKNOWN_SUB = 7,
    HV_VERDICT_MALFORMED = 8,        /* another scheme included */
    HV_VERDICT_MISSING = 9,
    HV_VERDICT_COUNT
};

/* One row per verdict: the table of words, letters, sentences and answers. */
struct hv_verdict_row {
    const char *word;       /* "verified-old" */
    char letter;            /* V O Q X H K R S M M */
    int http;               /* 200 or 401 */
    bool is_verified;       /* MAC held: stored with its body */
    const char *sentence;   /* what it means, for a person */
    const char *todo;       /* what to do; "" = nothing */
};
const struct hv_verdict_row *hv_verdict_row(enum hv_verdict verdict);
/** hv_verdict_parse() - by word. HV_ERR_FORMAT else. */
HV_MUST_CHECK enum hv_status hv_verdict_parse(const char *word,
                                              enum hv_verdict *out);

struct hv_notify_auth {
    struct hv_guid sub;
    struct hv_key_version version;
    uint8_t mac[HV_MAC_LEN];
};

/**
 * hv_notify_auth_parse() - the value of the Authorization header.
 * HV_OK or HV_ERR_FORMAT (scheme, grammar); no other. Fact: notify-auth
 */
HV_MUST_CHECK enum hv_status hv_notify_auth_parse(struct hv_bytes value,
                                                  struct hv_notify_auth *out,
                                                  struct hv_error *err);

struct hv_event {                     /* one <notification> of a body */
    struct hv_guid sub;
    struct hv_guid person;
    struct hv_guid record;
    struct hv_guid *things;           /* owned; may be empty */
    size_t things_len;
};

struct hv_event_list {
    struct hv_event *items;           /* owned */
    size_t len;
    size_t ignored;                   /* notifications of unknown kind */
};
void hv_event_list_release(struct hv_event_list *list);

/** hv_notify_parse() - the XML of a verified body. HV_ERR_FORMAT: refused
 *  (the reason in @err); nothing else. Reuses a parser kept in @ctx, which
 *  may be NULL for a one-off. Fact: notify-body */
struct hv_notify_parser;
struct hv_notify_parser *hv_notify_parser_new(void);
void hv_notify_parser_free(struct hv_notify_parser *ctx);
/** hv_notify_parser_forget() - the keys hv_notify_judge() met through it. Call
 *  it when keys have changed. NULL: nothing to do. */
void hv_notify_parser_forget(struct hv_notify_parser *ctx);
HV_MUST_CHECK enum hv_status hv_notify_parse(struct hv_notify_parser *ctx,
                                             struct hv_bytes body,
                                             struct hv_event_list *out,
                                             struct hv_error *err);

#define HV_MAX_WHY 8
struct hv_why_step {                  /* what was checked, in order */
    const char *step;                 /* "header" "subscription" "version"
                                         "mac" "xml" "inner" "nearest";
                                         static */
    bool ok;
    char note[120];                   /* never a right MAC, never key bytes */
};

struct hv_judgement {
    enum hv_verdict verdict;
    struct hv_notify_auth auth;       /* zeroed when it did not parse */
    bool has_auth;
    bool without_bom;                 /* matched after dropping EF BB BF */
    struct hv_event_list events;      /* owned; of a verified, parsed body */
    struct hv_why_step why[HV_MAX_WHY];
    size_t why_len;
};
void hv_judgement_release(struct hv_judgement *judgement);

/**
 * hv_notify_judge() - everything from header to inner subscriptions.
 * @ring:    keys; borrowed. NULL never
 * @header:  value of Authorization; data NULL = no such header
 * @parser:  may be NULL; keeps what it takes to use the same key again
 *
 * A forgery is a verdict, not an error. Constant-time compare; when there is no
 * key a dummy HMAC is computed all the same. XML is looked at only after the
 * MAC held. HV_ERR_CRYPTO: OpenSSL refused; nothing was decided.
 * Fact: verification
 */
HV_MUST_CHECK enum hv_status
hv_notify_judge(const struct hv_keyring *ring, struct hv_bytes header,
                struct hv_bytes body, struct hv_notify_parser *parser,
                struct hv_judgement *out, struct hv_error *err);

/**
 * hv_notify_nearest() - what a refused message would have fitted: another
 * version or subscription, line ends changed on the way, a key taken as text
 * ... For people, after the answer was given: nothing here decides anything.
 * Call it rate-limited, off the path of answers; it hashes the body many times.
 * @judgement: of the same header and body, refused
 * @max_hashed: stop after hashing about so many bytes, 0 = 8 MiB
 * @out: step "nearest"; ok false. Never a MAC, never key bytes
 * True when there is something to say: a finding, or that there is none.
 */
bool hv_notify_nearest(const struct hv_keyring *ring, struct hv_bytes header,
                       struct hv_bytes body,
                       const struct hv_judgement *judgement, size_t max_hashed,
                       struct hv_why_step *out);

#endif
