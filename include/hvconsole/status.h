/*
 * status.h - how every function of the house says that it could not do its job.
 * A status is returned and must be looked at; the reason goes into the
 * caller's struct hv_error. What a peer did wrong is data, never a status.
 */
#ifndef HVCONSOLE_STATUS_H
#define HVCONSOLE_STATUS_H

#include <stdarg.h>
#include <stddef.h>

#define HV_MUST_CHECK __attribute__((warn_unused_result))
#define HV_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define HV_LEN(array) (sizeof(array) / sizeof((array)[0]))

/*
 * One value per kind of trouble a caller or a person can act on differently.
 * hv_status_exit() maps it to the exit code of the command line.
 */
enum hv_status {
    HV_OK = 0,
    HV_ERR_FAILED,     /* exit 1: anything not below; a bug of ours too */
    HV_ERR_IO,         /* exit 1: the system refused (disk, permissions) */
    HV_ERR_CRYPTO,     /* exit 1: OpenSSL refused; nothing was decided */
    HV_ERR_LIMIT,      /* exit 1: a ceiling of limits.h was met */
    HV_ERR_FORMAT,     /* exit 2: bytes or words are not of the right form */
    HV_ERR_USAGE,      /* exit 2: the command line was wrong */
    HV_ERR_FINDINGS,   /* exit 3: done, and something needs attention */
    HV_ERR_LOCKED,     /* exit 4: no slot opens, or no credential was given */
    HV_ERR_NOT_FOUND,  /* exit 5: platform code 132 included */
    HV_ERR_RULE,       /* exit 6: limit, rule or conflict, ours or the platform's */
    HV_ERR_TOKEN,      /* exit 7: credential token expired (platform code 7) */
    HV_ERR_INCOMPLETE, /* exit 8: a job stopped half way and can be resumed */
    HV_ERR_VERIFY,     /* exit 9: a verification or a test failed */
    HV_ERR_PLATFORM,   /* exit 10: the platform answered another error */
    HV_ERR_NET,        /* exit 11: network, TLS or timeout: outcome unknown */
    HV_ERR_REFUSED,    /* exit 12: read-only, no confirmation, a guard */
    HV_ERR_DAMAGED,    /* exit 13: a file is damaged, altered or foreign */
    HV_ERR_CANCELLED,  /* exit 1: the person asked to stop */
    HV_STATUS_COUNT
};

/*
 * The reason, for a person. Zeroed = no error. First failure wins: a set
 * error is not overwritten. Never holds secret bytes. `why` and `hint` may
 * hold foreign text: whoever prints it sends it through hv_text_clean().
 */
struct hv_error {
    enum hv_status status;
    int platform_code;  /* status/code of the platform's answer, 0 = none */
    int sys_errno;      /* errno of the failed call, 0 = none */
    char why[512];      /* one sentence without a full stop: what and why */
    char hint[256];     /* what to do about it; may be empty */
};

/**
 * hv_fail() - note a reason and return the status, for `return hv_fail(...)`.
 * @err:    may be NULL; left alone when it already holds a failure
 * @status: not HV_OK
 * @fmt:    the sentence, printf style; cut at the size of hv_error.why
 */
enum hv_status hv_fail(struct hv_error *err, enum hv_status status,
                       const char *fmt, ...) HV_PRINTF(3, 4);

/**
 * hv_fail_errno() - the same with ": strerror(errno)" added and errno kept.
 * Call it before anything can change errno.
 */
enum hv_status hv_fail_errno(struct hv_error *err, enum hv_status status,
                             const char *fmt, ...) HV_PRINTF(3, 4);

/** hv_hint() - add what to do to a failure just noted; first hint wins. */
void hv_hint(struct hv_error *err, const char *fmt, ...) HV_PRINTF(2, 3);

/** hv_status_exit() - the exit code (0..13) of a status. */
int hv_status_exit(enum hv_status status);

/** hv_status_word() - the lower-case word of a status ("locked", "limit" ...). */
const char *hv_status_word(enum hv_status status);

#endif
