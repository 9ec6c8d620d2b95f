/*
 * handon.h - gives each verified notification to the application's own worker:
 * a POST to a URL, or a command. At least once, in the order of arrival for
 * each record, from the journal's outbox, so that neither a crash of ours nor
 * of theirs loses one. Never delays an answer to the platform: it has a thread
 * of its own. Quarantined messages are not handed on.
 */
#ifndef HVCONSOLE_HANDON_H
#define HVCONSOLE_HANDON_H

#include "hvconsole/keyring.h"

struct hv_handon;

/*
 * A POST carries the exact body and these headers, a command gets the body on
 * standard input and the same facts in its environment. 2xx, or exit 0, means
 * taken; everything else is tried again, after 1 s, 2 s, 4 s ... 10 min.
 *
 *   X-HVConsole-Id       HVCONSOLE_ID        row of the journal; the same at
 *                                            each attempt: recognise repeats by it
 *   X-HVConsole-Sub      HVCONSOLE_SUB       subscription of the header
 *   X-HVConsole-Version  HVCONSOLE_VERSION   key version
 *   X-HVConsole-Verdict  HVCONSOLE_VERDICT   verified, verified-old
 *   X-HVConsole-Received HVCONSOLE_RECEIVED  RFC 3339, UTC
 *   X-HVConsole-Attempt  HVCONSOLE_ATTEMPT   1 = the first
 *   X-HVConsole-Test: 1  HVCONSOLE_TEST=1    sent by ourselves; or absent
 */

struct hv_handon_config {
    const char *store;        /* its journal.db has an outbox */
    const struct hv_journal_key *keys; /* copied */
    size_t keys_len;
    const char *forward;      /* https, or http to loopback; or NULL: */
    const char *exec;         /* a command line for /bin/sh */
    const char *ca_file;      /* for forward; NULL = the system's */
    int parallel;             /* at once, 0 = 8 */
    int retry_ms;             /* the first pause, 0 = 1000; doubles */
    int timeout_ms;           /* of one attempt, 0 = 30 s */
};

/** hv_handon_check() - whether a URL may be forwarded to. HV_ERR_USAGE. */
HV_MUST_CHECK enum hv_status hv_handon_check(const char *forward,
                                             struct hv_error *err);

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
    const char *kind;         /* "forward", "exec" */
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
