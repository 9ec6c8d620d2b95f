/*
 * send.h - messages like the platform's, sent to a handler as a test: as it
 * would send them, or spoilt in one way, to see what the handler answers and
 * what the platform would do with that answer.
 */
#ifndef HVCONSOLE_SEND_H
#define HVCONSOLE_SEND_H

#include "hvconsole/keyring.h"
#include "hvconsole/loop.h"
#include "hvconsole/notify.h"

/* ---- the kinds of messages ---- */

enum hv_test_kind {
    HV_TEST_GENUINE, /* the platform may send it: anything but 200 is wrong */
    HV_TEST_ODD,     /* signed, but no platform sends it: any answer will do */
    HV_TEST_FORGED,  /* must not be believed */
};

enum hv_test_quirk {
    HV_TEST_PLAIN,
    HV_TEST_OLD_KEY,     /* signed with an accepted older version */
    HV_TEST_MIXED,       /* notifications of two subscriptions in one POST */
    HV_TEST_MANY,        /* 200 notifications in one POST */
    HV_TEST_TWICE,       /* the same bytes a second time */
    HV_TEST_BOM,         /* a byte order mark before the document */
    HV_TEST_LOWER_CASE,  /* scheme of the header in lower case */
    HV_TEST_BAD_XML,     /* the document breaks off */
    HV_TEST_BAD_HMAC,    /* signed with a key that nobody has */
    HV_TEST_BAD_VERSION, /* a key version id that was never registered */
    HV_TEST_BAD_HEADER,  /* the header without its last part */
    HV_TEST_NO_HEADER,
};

struct hv_test_mode {
    const char *word; /* "bad-hmac" */
    enum hv_test_kind kind;
    enum hv_test_quirk quirk;
    const char *sentence; /* what is sent, for a person */
    const char *why;      /* why the answer should be as it should */
    const char *advice;   /* to whoever wrote a handler that answers wrongly */
};
/** hv_test_modes() - the table; ends with a NULL word. */
const struct hv_test_mode *hv_test_modes(void);
/** hv_test_mode_find() - by word; NULL when there is none. */
const struct hv_test_mode *hv_test_mode_find(const char *word);

/* ---- making one ---- */

struct hv_test_plan {              /* everything borrowed */
    const struct hv_keyring *ring; /* keys, and a second subscription */
    const struct hv_test_mode *mode;
    struct hv_guid sub;
    const struct hv_key_version *version; /* to sign with; NULL = as the mode
                                             says: current or older */
    struct hv_guid person, record;        /* zero: made up */
    const struct hv_guid *things;         /* NULL: made up */
    size_t things_len;
    struct hv_bytes body; /* to sign instead of one of ours; data NULL = none */
};

struct hv_test_draft {
    struct hv_buf body;
    struct hv_key_version version; /* named in the header */
    char header[256]; /* value of Authorization, "" = none; holds a MAC */
};
void hv_test_draft_release(struct hv_test_draft *draft);

/**
 * hv_test_compose() - the body and its Authorization header.
 * HV_ERR_NOT_FOUND: the keystore has no key to sign with (no current version,
 * no older accepted one, none of that id). HV_ERR_CRYPTO.
 * Fact: notify-auth, notify-body
 */
HV_MUST_CHECK enum hv_status hv_test_compose(const struct hv_test_plan *plan,
                                             struct hv_test_draft *out,
                                             struct hv_error *err);

/* ---- sending one ---- */

struct hv_test_message {       /* everything borrowed */
    const char *url;           /* http or https; http on loopback only */
    const char *authorization; /* value of the header; NULL or "" = none */
    struct hv_bytes body;
    bool is_marked;      /* says X-HVConsole-Test: 1 */
    bool allow_private;  /* also where no stranger could reach it: loopback,
                           private and link-local addresses ... */
    const char *ca_file; /* NULL = the system's */
    bool no_verify;      /* our own listener with its own certificate */
    int timeout_ms;      /* 0 = 30 s */
};

struct hv_test_answer { /* owned; zeroed is fine */
    int http;           /* 0 = no answer came; then why not in @error */
    int64_t took_ms;
    char tls[64];          /* "TLSv1.3 TLS_AES_256_GCM_SHA384", "" = none */
    char address[64];      /* that was reached */
    struct hv_buf head;    /* status line and headers as they came; foreign */
    struct hv_buf body;    /* its beginning; foreign */
    struct hv_error error; /* of a send without an answer */
};
void hv_test_answer_release(struct hv_test_answer *answer);

/**
 * hv_test_send() - POST it and wait for the answer. Runs @loop: for a command
 * or a worker thread, never from a callback.
 * HV_ERR_REFUSED: the URL leads, after looking its name up, to an address that
 * is not of the public internet, and that was not allowed. HV_ERR_CANCELLED.
 * No answer is no failure of this call: see @out->error. Fact: notify-http
 */
HV_MUST_CHECK enum hv_status hv_test_send(struct hv_loop *loop,
                                          const struct hv_test_message *message,
                                          struct hv_test_answer *out,
                                          struct hv_error *err);

/* ---- judging the answer ---- */

struct hv_test_verdict {
    int expected; /* HTTP status the documents ask for */
    bool passes;
    bool is_delivered; /* the platform would take it as delivered; otherwise it
                          tries again for up to 10 days and gives up */
    char note[200];    /* why, and what to look at; "" = nothing to say */
};

/**
 * hv_test_judge() - what a platform would do with this answer.
 * @refusal: status with which the handler is known to refuse forgeries (our own
 *           listener); 0 = a stranger's handler, from which 200 or any 4xx is
 *           right: the documents only say to ignore and discard
 * Fact: retries
 */
void hv_test_judge(const struct hv_test_mode *mode,
                   const struct hv_test_answer *answer, int refusal,
                   struct hv_test_verdict *out);
/** hv_test_effect() - what the same answer would mean in production, as a
 *  sentence. */
const char *hv_test_effect(const struct hv_test_mode *mode, bool is_delivered,
                           bool passes);

#endif
