/*
 * model.h - the facts behind lists, gathered once for the command line and the
 * console: subscriptions, key versions, status. Blocks: a worker's matter.
 */
#ifndef TUI_COMMAND_MODEL_H
#define TUI_COMMAND_MODEL_H

#include "hvconsole/drain.h"
#include "hvconsole/token.h"
#include "tui/command/session.h"

struct hv_sub_row {
    struct hv_sub sub; /* as the platform shows it, key wiped */
    bool has_key;      /* the keystore has this version */
    bool is_live;      /* on the platform now */
    int64_t uses_24h;  /* verified messages in the last 24 h */
    int64_t refused_24h;
    int64_t last_ms; /* last message of any verdict, 0 = none */
    enum hv_verdict last_verdict;
};

struct hv_sub_model {
    struct hv_sub_row *rows; /* owned */
    size_t len;
    int limit;
    int used;
    int64_t read_ms; /* when the platform answered */
};
HV_MUST_CHECK enum hv_status hv_model_subs(struct hv_session *session,
                                           struct hv_sub_model *out,
                                           struct hv_error *err);
void hv_sub_model_release(struct hv_sub_model *model);

struct hv_key_row { /* no key bytes */
    struct hv_guid sub;
    struct hv_key_version version;
    enum hv_key_state state;
    enum hv_key_origin origin;
    enum hv_intent intent; /* of its subscription */
    int64_t created_ms, activated_ms, superseded_ms, retired_ms;
    int64_t last_used_ms; /* verified with it, 0 = never */
    int64_t uses;         /* ever, from the journal's counters */
    int64_t uses_24h;
    enum hv_drain drain; /* of accepted ones */
    int64_t safe_at_ms;  /* 0 = does not apply */
    uint8_t fingerprint[8];
};
struct hv_key_model {
    struct hv_key_row *rows; /* owned; by subscription, newest first */
    size_t len;
};
/** hv_model_keys() - no network; @sub NULL = all. */
HV_MUST_CHECK enum hv_status hv_model_keys(struct hv_session *session,
                                           const struct hv_guid *sub,
                                           struct hv_key_model *out,
                                           struct hv_error *err);
void hv_key_model_release(struct hv_key_model *model);

/** hv_model_drain() - versions that still verify, with the evidence for and
 *  against retiring them; no network. hv_drain_release(). */
HV_MUST_CHECK enum hv_status hv_model_drain(struct hv_session *session,
                                            const struct hv_guid *sub,
                                            struct hv_drain_model *out,
                                            struct hv_error *err);
/** hv_model_uses() - old versus new use of one subscription's keys, in @len
 *  buckets of @width_ms that end now. */
HV_MUST_CHECK enum hv_status hv_model_uses(struct hv_session *session,
                                           const struct hv_guid *sub,
                                           int64_t width_ms,
                                           struct hv_drain_bucket *out,
                                           size_t len, struct hv_error *err);
/* What came for each subscription, and what will come again. */
struct hv_held_row { /* refused messages of one version with one verdict */
    struct hv_guid sub;
    struct hv_key_version version;
    enum hv_verdict verdict;
    int64_t tries;   /* arrivals, repeats included */
    int64_t first_ms, last_ms;
    int64_t until_ms; /* the platform gives the first of them up */
};
struct hv_traffic_sum { /* of one subscription, as in hv_sub_row */
    struct hv_guid sub;
    int64_t uses_24h, refused_24h, last_ms;
    enum hv_verdict last_verdict;
};
struct hv_traffic_model {
    struct hv_traffic_sum *sums; /* owned */
    size_t sums_len;
    struct hv_log_hours *hours; /* owned */
    size_t hours_len;
    struct hv_held_row *held; /* owned; newest first */
    size_t held_len;
    int64_t read_ms;
};
/** hv_model_traffic() - from the journal; no network. What was refused and then
 *  verified under the same version is not held any more. */
HV_MUST_CHECK enum hv_status hv_model_traffic(struct hv_session *session,
                                              struct hv_traffic_model *out,
                                              struct hv_error *err);
void hv_traffic_release(struct hv_traffic_model *model);
/** hv_traffic_hours() - of one subscription; NULL: nothing came. */
const struct hv_log_hours *
hv_traffic_hours(const struct hv_traffic_model *model,
                 const struct hv_guid *sub);

/** hv_model_jobs() - rotations of the current profile's application (of all
 *  when there is none), newest first; no keystore needed. free() @out. */
HV_MUST_CHECK enum hv_status hv_model_jobs(struct hv_session *session,
                                           struct hv_rotation **out,
                                           size_t *len, struct hv_error *err);

struct hv_token_row { /* no token bytes */
    struct hv_token_note note;
    struct hv_guid person, record; /* zero: gone, or the keystore is locked */
    bool is_kept;                  /* in the keystore; unknown while locked */
};
struct hv_window_row {
    struct hv_window window;
    enum hv_window_phase phase;
    int64_t left_ms; /* until it begins, or ends; 0 = it is over */
    struct hv_forecast forecast;
    struct hv_curve curve;
    bool has_drill;
    struct hv_drill drill; /* the last one held for it */
};
struct hv_maint_model {
    struct hv_token_row *tokens; /* owned; by name */
    size_t tokens_len;
    struct hv_window_row *windows; /* owned; by time, of the platform */
    size_t windows_len;
    struct hv_sevens_judgement sevens;
    char open_job[40]; /* the rotation that is not ended; "" = none */
    bool is_locked;
    int64_t read_ms;
};
/** hv_model_maint() - tracked tokens and windows of the current profile; no
 *  network, never asks. HV_ERR_NOT_FOUND: there is no profile. */
HV_MUST_CHECK enum hv_status hv_model_maint(struct hv_session *session,
                                            struct hv_maint_model *out,
                                            struct hv_error *err);
void hv_maint_model_release(struct hv_maint_model *model);
/** hv_maint_window() - the one that is now, else the next; NULL = neither. */
const struct hv_window_row *hv_maint_window(const struct hv_maint_model *model);
struct hv_ready { /* one thing to have done before a window */
    char word[16];
    char sentence[48];
    bool is_done;
    bool is_looked_at; /* by the program; else a person ticks it */
    enum hv_window_check check;
};
#define HV_READY_LEN 5
/** hv_window_ready() - drill, help page, notice, no rotation, on-call. */
void hv_window_ready(const struct hv_maint_model *model,
                     const struct hv_window_row *row,
                     struct hv_ready out[HV_READY_LEN]);
#define HV_COUNTDOWN 32
/** hv_countdown() - "1d 2h", "2h 5m", "4m 20s", "20s". */
void hv_countdown(int64_t left_ms, char out[HV_COUNTDOWN]);
/** hv_token_state() - "kept", "overdue" (its end has passed), "sign-in" (a 7
 *  took it), "stopped" (loop guard), "missing" (nobody knows where it is). */
const char *hv_token_state(const struct hv_token_row *row, bool is_locked,
                           int64_t now_ms);
/** hv_token_url() - append the URL of the Shell that mends @code for the person
 *  of @note: AUTH or APPAUTH with where they were. Nothing when no page does, or
 *  the loop guard holds. @record: NULL or zero = not known. */
HV_MUST_CHECK enum hv_status hv_token_url(const struct hv_profile *profile,
                                          const struct hv_token_note *note,
                                          const struct hv_guid *record,
                                          int code, struct hv_buf *out,
                                          struct hv_error *err);

struct hv_attention {
    char severity[8]; /* "high" "warn" "info" */
    char text[160];   /* own words; foreign parts cleaned */
    char view[8];     /* where to look: "keys" "log" ... */
    char filter[48];  /* what `/` shows only these there; "" = none */
};
struct hv_status_model {
    char profile[64];
    enum hv_env env;
    char app_short[HV_GUID_SHORT];
    bool has_profile;
    struct hv_profile profile_facts; /* zeroed without one */
    char keystore_file[512];
    char keystore_state[16]; /* "open" "locked" "missing" "damaged" */
    uint64_t keystore_generation;
    bool listener_running, sandbox_running;
    char listener_url[128], sandbox_url[160];
    int64_t listener_pid, sandbox_pid, listener_generation;
    int64_t listener_started_ms;
    char listener_health[320];
    int64_t last_message_ms; /* newest journal row, 0 = none */
    int64_t verdicts_1h[HV_VERDICT_COUNT];
    int64_t verdicts_24h[HV_VERDICT_COUNT];
    struct hv_log_bucket hours[24];
    int keys_active, keys_accepted, keys_pending, keys_retired, keys_safe;
    int64_t oldest_active_ms;
    struct hv_attention attention[16];
    size_t attention_len;
};
/** hv_attend() - note what wants a person's eye: the worst first, what weighs
 *  the same as it came; from a full list the least falls off. The note, so that
 *  a filter can be put to it; NULL = it found no place. */
struct hv_attention *hv_attend(struct hv_status_model *out,
                               const char *severity, const char *view,
                               const char *fmt, ...) HV_PRINTF(4, 5);
/** model_maint_attention() - windows and 7s that want a person's eye, for
 *  hv_model_status(). */
void model_maint_attention(struct hv_session *session,
                           struct hv_status_model *out);
/** hv_model_status() - local facts only, never the network, never asks. What
 *  cannot be read is told as wanting attention, and the rest stands. */
void hv_model_status(struct hv_session *session, struct hv_status_model *out);

#endif
