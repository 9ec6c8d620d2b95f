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

/* All of these add to info. Text is escaped; names are ours. */
void sb_add(struct sb_answer *answer, const char *xml);
void sb_add_text(struct sb_answer *answer, const char *text);
void sb_add_element(struct sb_answer *answer, const char *name,
                    const char *text);
void sb_add_guid(struct sb_answer *answer, const char *name,
                 const struct hv_guid *id);
/** sb_add_secret() - in base64, when the answer is written. */
void sb_add_secret(struct sb_answer *answer, const struct hv_secret *secret);

/** sb_answer_write() - the whole document into locked memory.
 *  HV_ERR_LIMIT: it does not fit there. */
HV_MUST_CHECK enum hv_status sb_answer_write(const struct sb_answer *answer,
                                             struct hv_secret *out,
                                             struct hv_error *err);
void sb_answer_release(struct sb_answer *answer);

#endif
