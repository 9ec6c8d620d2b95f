/*
 * handon.h - gives each verified notification to the application's own worker:
 * a POST to a URL, a command, or a stream of NATS JetStream. At least once, in
 * the order of arrival for each record, from the journal's outbox, so that
 * neither a crash of ours nor of theirs loses one. Never delays an answer to the
 * platform: it has a thread of its own. Quarantined messages are not handed on.
 */
#ifndef HVCONSOLE_HANDON_H
#define HVCONSOLE_HANDON_H

#include "hvconsole/keyring.h"

struct hv_handon;

/*
 * A POST carries the exact body and these headers, and so does a message of
 * NATS; a command gets the body on standard input and the same facts in its
 * environment. 2xx, exit 0 or the stream's acknowledgement means taken;
 * everything else is tried again, after 1 s, 2 s, 4 s ... 10 min.
 *
 *   X-HVConsole-Id       HVCONSOLE_ID        row of the journal; the same at
 *                                            each attempt: recognise repeats by it
 *   X-HVConsole-Sub      HVCONSOLE_SUB       subscription of the header
 *   X-HVConsole-Version  HVCONSOLE_VERSION   key version
 *   X-HVConsole-Verdict  HVCONSOLE_VERDICT   verified, verified-old,
 *                                            mismatch
 *   X-HVConsole-Received HVCONSOLE_RECEIVED  RFC 3339, UTC
 *   X-HVConsole-Attempt  HVCONSOLE_ATTEMPT   1 = the first
 *   X-HVConsole-Test: 1  HVCONSOLE_TEST=1    sent by ourselves; or absent
 *
 * A message of NATS has the subject SUBJECT.SUBSCRIPTION-ID, and as Nats-Msg-Id
 * the SHA-256 of its body in hexadecimal: a stream whose duplicate window is
 * longer than the longest pause (10 min) drops what comes twice, from whichever
 * listener. The stream is the operator's: none is made here.
 */

/* Where verified notifications go: one of the first three, or none. */
struct hv_handon_way {
    const char *forward;      /* URL of a worker: https, or http to loopback */
    const char *exec;         /* a command line for /bin/sh */
    const char *sink;         /* nats://HOST[:PORT][/SUBJECT], or tls://...; port
                                 4222 and subject "hvconsole" when left out. TLS
                                 either way, but for nats:// to loopback */
    const char *sink_creds;   /* file with a NATS user's token and seed, read at
                                 each connecting; NULL = none */
};
/** hv_handon_is_wanted() - some way is named. */
bool hv_handon_is_wanted(const struct hv_handon_way *way);
/** hv_handon_check() - at most one way, and one that may be gone. HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status hv_handon_check(const struct hv_handon_way *way,
                                             struct hv_error *err);

struct hv_handon_config {
    const char *store;        /* its journal.db has an outbox */
    const struct hv_journal_key *keys; /* copied */
    size_t keys_len;
    struct hv_handon_way way; /* checked; copied */
    const char *ca_file;      /* for forward; NULL = the system's */
    int parallel;             /* at once, 0 = 8, with a sink 64 */
    int retry_ms;             /* the first pause, 0 = 1000; doubles */
    int timeout_ms;           /* of one attempt, 0 = 30 s */
};

/** hv_handon_start() - begins with what an earlier process left. */
HV_MUST_CHECK enum hv_status
hv_handon_start(const struct hv_handon_config *config, struct hv_handon **out,
                struct hv_error *err);
/** hv_handon_wake() - something new may be there; any thread, costs little. */
void hv_handon_wake(struct hv_handon *handon);
/** hv_handon_end() - attempts under way get @grace_ms; what is not taken then
 *  stays in the outbox. NULL is fine. */
void hv_handon_end(struct hv_handon *handon, int grace_ms);

struct hv_handon_state {
    const char *kind;         /* "forward", "exec", "sink" */
    int64_t waiting;          /* in the outbox */
    int64_t failing;          /* of them tried at least once */
    int64_t oldest_ms;        /* arrival of the oldest, 0 = none */
    int64_t done;             /* since the start */
    int64_t failures;         /* attempts, since the start */
    char error[160];          /* of the item tried most often; "" = none */
};
/** hv_handon_state() - at most a second old; any thread. */
void hv_handon_state(struct hv_handon *handon, struct hv_handon_state *out);

#endif
