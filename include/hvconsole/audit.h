/*
 * audit.h - who changed what, in a file that shows when it was tampered with:
 * one chained line of JSON before and one after each change. STORE holds one
 * file per program, audit-PROGRAM.ndjson. Format: docs/keystore-format.md.
 * Never holds secret bytes, lengths of secrets or hashes of passphrases.
 */
#ifndef HVCONSOLE_AUDIT_H
#define HVCONSOLE_AUDIT_H

#include "hvconsole/ids.h"

#define HV_AUDIT_PROGRAM  "console"  /* the program that changes keystores */
#define HV_AUDIT_LISTENER "listener" /* the one that only reads them */

struct hv_audit; /* an open log */

struct hv_audit_head { /* one line: names all that came before it, too */
    uint64_t seq;
    uint8_t hash[32];
};

struct hv_audit_object {   /* "" in a field = it does not apply */
    char id[HV_GUID_TEXT]; /* of a subscription, an application ... */
    char version[HV_MAX_KEY_VERSION + 1];
    char change[48];      /* "pending -> active", "added" ... */
    char fingerprint[17]; /* of a key: 16 hexadecimal digits */
};

struct hv_audit_event {
    const char *verb; /* the command's words: "key rotate" */
    const struct hv_audit_object *objects; /* borrowed; the first 32 are named,
                                              the rest counted */
    size_t objects_len;
    struct hv_guid store; /* keystore id; zero = none */
    uint64_t before;      /* its generation before and after, 0 = none */
    uint64_t after;
    const char
        *peer; /* whom it came from when not from the terminal; or NULL */
    const char *note; /* one sentence, or NULL */
};

/**
 * hv_audit_open() - the log of @program ([a-z]+) in @store_dir, made when it
 * is missing (directory 0700, file 0600). Changes of this program that were
 * begun and never ended, by processes that are gone, get the outcome
 * "recovered". Several processes may have it open at once.
 * HV_ERR_REFUSED: others may write the file. HV_ERR_DAMAGED: its last line is
 * not what this program wrote. HV_ERR_IO. HV_ERR_RULE: its lock is held.
 */
HV_MUST_CHECK enum hv_status hv_audit_open(const char *store_dir,
                                           const char *program,
                                           struct hv_audit **out,
                                           struct hv_error *err);
/**
 * hv_audit_new() - the same, but nothing is touched before the first line is
 * written or hv_audit_ready() is called: who only reads leaves no files behind.
 * Never fails; what hv_audit_open() would have said comes from them then.
 */
struct hv_audit *hv_audit_new(const char *store_dir, const char *program);
/** hv_audit_ready() - the log is open, and what the dead left is ended. Does
 *  nothing the second time. Callable from any thread. */
HV_MUST_CHECK enum hv_status hv_audit_ready(struct hv_audit *audit,
                                            struct hv_error *err);
void hv_audit_close(struct hv_audit *audit); /* NULL is fine */

/**
 * hv_audit_begin() - write the intent and bring it to the disk. On failure the
 * caller must not do what it wanted to. Callable from any thread.
 * @out: the line written; hv_audit_end() wants it
 */
HV_MUST_CHECK enum hv_status hv_audit_begin(struct hv_audit *audit,
                                            const struct hv_audit_event *event,
                                            struct hv_audit_head *out,
                                            struct hv_error *err);
/** hv_audit_end() - what came of it. @event: that of the beginning, with what
 *  is known since. @result: HV_OK, or why not. */
HV_MUST_CHECK enum hv_status hv_audit_end(struct hv_audit *audit,
                                          const struct hv_audit_head *begun,
                                          const struct hv_audit_event *event,
                                          enum hv_status result,
                                          struct hv_error *err);
/** hv_audit_note() - one line about what was not a change of ours: a keystore
 *  that was refused, a lock. @outcome: one word. */
HV_MUST_CHECK enum hv_status hv_audit_note(struct hv_audit *audit,
                                           const struct hv_audit_event *event,
                                           const char *outcome,
                                           struct hv_error *err);

/** hv_audit_set_verb() - what this thread is doing, for changes of keystores
 *  that name no verb of their own. Copied (47 bytes); NULL = nothing special. */
void hv_audit_set_verb(const char *verb);

struct hv_audit_report {
    uint64_t lines;     /* good ones, markers of torn lines included */
    uint64_t torn;      /* lines cut by a crash; marked, or the last one */
    uint64_t open;      /* intents without an outcome */
    uint64_t recovered; /* outcomes that only say that they are unknown */
    uint64_t bad_line;  /* number of the first bad line from 1; 0 = none */
    struct hv_audit_head head; /* the last good line before that */
};

/**
 * hv_audit_verify() - every line, its hash and its place in the chain. Needs no
 * keystore; whether the end was cut off is hv_audit_check_head()'s matter.
 * HV_OK, or HV_ERR_DAMAGED with the number of the first bad line and what is
 * wrong with it. @out is written in both cases. HV_ERR_NOT_FOUND: no log.
 */
HV_MUST_CHECK enum hv_status hv_audit_verify(const char *store_dir,
                                             const char *program,
                                             struct hv_audit_report *out,
                                             struct hv_error *err);
/** hv_audit_check_head() - that the line a keystore remembers is in the log.
 *  HV_ERR_DAMAGED: it is not: the log was cut, or exchanged. */
HV_MUST_CHECK enum hv_status
hv_audit_check_head(const char *store_dir, const char *program,
                    const struct hv_audit_head *head, struct hv_error *err);

struct hv_audit_line {    /* borrowed text, valid during the call */
    uint64_t number;      /* from 1 */
    struct hv_bytes text; /* one JSON object, without its line end */
    struct hv_audit_head head;
    uint64_t ref; /* of an outcome: seq of its intent; else 0 */
    int64_t time_ms;
    char phase[12]; /* intent, outcome, note, torn */
    char verb[48];
    char outcome[16]; /* ok, failed, recovered ...; "" of an intent */
    char user[64];
    char tty[64];
    int64_t pid;
    uint64_t before;
    uint64_t after;
    struct hv_audit_object objects[8]; /* the first ones */
    size_t objects_len;
    uint64_t objects_total;
    char note[320];
};
/** hv_audit_each() - the lines of a log, oldest first, until @fn gives false.
 *  Lines that do not parse are left out: verifying is another question. */
typedef bool (*hv_audit_each_fn)(void *arg, const struct hv_audit_line *line);
HV_MUST_CHECK enum hv_status hv_audit_each(const char *store_dir,
                                           const char *program,
                                           hv_audit_each_fn fn, void *arg,
                                           struct hv_error *err);

#endif
