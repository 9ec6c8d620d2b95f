/*
 * answer.h - the answer to a method call while it is being made.
 * The methods add to it; methods.c writes it out. Fact: response-envelope
 */
#ifndef SANDBOX_ANSWER_H
#define SANDBOX_ANSWER_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

struct sb_hidden {
    size_t at;                      /* place in info */
    const struct hv_secret *secret; /* borrowed until sb_answer_write() */
};

struct sb_answer {
    int code;                 /* status/code */
    char why[256];            /* error/message */
    const char *field;        /* error-info; NULL = none */
    const char *suffix;       /* of wc:info's namespace; NULL = none */
    struct hv_buf info;       /* children of wc:info, no secrets */
    struct hv_secret token;   /* owned: bytes of a new session token */
    struct sb_hidden *hidden; /* owned: secrets to put in, in order */
    size_t hidden_count;
};

/** sb_refuse() - the first refusal wins; returns the code. @field may be NULL
 *  and is kept, not copied. */
int sb_refuse(struct sb_answer *answer, int code, const char *field,
              const char *fmt, ...) HV_PRINTF(4, 5);
/** sb_schema() - refuse with 3: @what the request should have been. */
int sb_schema(struct sb_answer *answer, const char *what);

/* All of these add to info. Text is escaped; names are ours. */
void sb_add(struct sb_answer *answer, const char *xml);
void sb_add_text(struct sb_answer *answer, const char *text);
void sb_add_element(struct sb_answer *answer, const char *name,
                    const char *text);
void sb_add_guid(struct sb_answer *answer, const char *name,
                 const struct hv_guid *id);
/** sb_add_key() - <thing-id>: which thing, in which version. */
void sb_add_key(struct sb_answer *answer, const struct hv_guid *thing,
                const struct hv_guid *stamp);
/** sb_add_attribute() - ` name="text"`. */
void sb_add_attribute(struct sb_answer *answer, const char *name,
                      const char *text);
void sb_add_time(struct sb_answer *answer, const char *name, int64_t ms);
void sb_add_number(struct sb_answer *answer, const char *name, int64_t number);
void sb_add_boolean(struct sb_answer *answer, const char *name, bool value);
/** sb_add_secret() - in base64, when the answer is written. */
void sb_add_secret(struct sb_answer *answer, const struct hv_secret *secret);

/* The whole answer: in locked memory when there are secrets in it. */
struct sb_document {
    struct hv_secret secret; /* empty: look at plain */
    struct hv_buf plain;
};

/** sb_answer_write() - HV_ERR_LIMIT: it does not fit into locked memory, or is
 *  longer than HV_MAX_RESPONSE. @out zeroed by the caller. */
HV_MUST_CHECK enum hv_status sb_answer_write(const struct sb_answer *answer,
                                             struct sb_document *out,
                                             struct hv_error *err);
struct hv_bytes sb_document_bytes(const struct sb_document *document);
void sb_document_release(struct sb_document *document); /* zeroed is fine */
void sb_answer_release(struct sb_answer *answer);

#endif
