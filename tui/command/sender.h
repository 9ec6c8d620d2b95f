/*
 * sender.h - test messages from the session's keys to a handler: where to, as
 * whose, and what became of it. Used by `test send|matrix` and by the console's
 * Test sender, so that both send the same.
 */
#ifndef TUI_COMMAND_SENDER_H
#define TUI_COMMAND_SENDER_H

#include "hvconsole/send.h"
#include "tui/command/session.h"

struct sender_aim {
    char word[16]; /* "sub", "listener" or "url" */
    char url[HV_MAX_URL + 1];
    bool is_listener; /* ours: how it refuses is known, and its certificate is
                         its own business */
    bool bad_hmac_200;
};

/** sender_sub() - by id or prefix; with @text NULL the only live one. Needs the
 *  keystore. HV_ERR_USAGE: there are several. HV_ERR_NOT_FOUND. */
HV_MUST_CHECK enum hv_status sender_sub(struct hv_session *session,
                                        const char *text, struct hv_guid *out,
                                        struct hv_error *err);
/**
 * sender_aim() - "sub" (asks the platform for its URL), "listener", or a URL.
 * A URL at which the listener of this store serves counts as the listener.
 * HV_ERR_NOT_FOUND: the platform has no such subscription, no listener runs.
 */
HV_MUST_CHECK enum hv_status sender_aim(struct hv_session *session,
                                        const struct hv_guid *sub,
                                        const char *to, struct sender_aim *out,
                                        struct hv_error *err);

struct sender_shot { /* everything borrowed */
    struct hv_guid sub;
    const struct sender_aim *aim;
    const struct hv_test_mode *mode;
    const struct hv_key_version *version; /* NULL = as the mode says */
    int fakes;                            /* made-up thing ids; 0 = none */
    struct hv_guid person, record;        /* zero: made up */
    const struct hv_guid *things; /* real ones instead of fakes; may be NULL */
    size_t things_len;
    struct hv_bytes body; /* data NULL = one of ours */
    const char *ca_file;  /* NULL = the system's */
    bool allow_private;
    bool is_exact; /* without our mark */
};

#define SENDER_THINGS 5
/** sender_things() - ids of the newest things of a record, with a person who
 *  authorised it, into @shot; @out keeps them. HV_ERR_NOT_FOUND: no such
 *  record, or nothing in it. */
HV_MUST_CHECK enum hv_status sender_things(struct hv_session *session,
                                           const char *record,
                                           struct hv_guid out[SENDER_THINGS],
                                           struct sender_shot *shot,
                                           struct hv_error *err);

struct sender_result { /* owned; zeroed is fine */
    struct hv_test_draft draft;
    struct hv_test_answer answer;
    struct hv_test_verdict verdict;
};
void sender_result_release(struct sender_result *result);

/** sender_compose() - what would be sent, and nothing more. */
HV_MUST_CHECK enum hv_status sender_compose(struct hv_session *session,
                                            const struct sender_shot *shot,
                                            struct sender_result *out,
                                            struct hv_error *err);
/** sender_shoot() - compose, send, judge. No answer is a verdict, not an error;
 *  HV_ERR_NOT_FOUND (no key to sign with), HV_ERR_REFUSED (address). */
HV_MUST_CHECK enum hv_status sender_shoot(struct hv_session *session,
                                          const struct sender_shot *shot,
                                          struct sender_result *out,
                                          struct hv_error *err);
/** sender_items_text() - "fake:3", "empty", "real:5", "given". */
void sender_items_text(const struct sender_shot *shot, char *out, size_t size);

enum sender_items { SENDER_FAKE, SENDER_EMPTY, SENDER_REAL, SENDER_ITEMS };
const char *sender_items_word(enum sender_items items);
struct sender_cell { /* a row of the matrix */
    const struct hv_test_mode *mode;
    enum sender_items items;
};
/** sender_cell() - the ith row of the matrix; false after the last. */
bool sender_cell(size_t i, struct sender_cell *out);
/** sender_header_text() - the Authorization value for eyes: its MAC cut to
 *  eight characters. */
void sender_header_text(const char *header, char *out, size_t size);

#endif
