/*
 * job.h - a rotation of one subscription or of all, as a file that outlives
 * crashes: STORE/jobs/ID, lines of facts, replaced whole at each step. One open
 * job per application; one process at a time runs it. The keystore decides what
 * is true of a key, the job only what is still to be done.
 */
#ifndef HVCONSOLE_JOB_H
#define HVCONSOLE_JOB_H

#include "hvconsole/rotate.h"

#define HV_ROTATION_ID 24 /* "r20261121-3" and NUL, with room */

enum hv_rotation_state {
    HV_ROTATION_PLANNED, /* not begun: no file yet */
    HV_ROTATION_RUNNING, /* a process is at it now */
    HV_ROTATION_PAUSED,  /* by a person, a canary or a crash; can be resumed */
    HV_ROTATION_PARTIAL, /* something failed; can be resumed */
    HV_ROTATION_DONE,
    HV_ROTATION_ABORTED,
    HV_ROTATION_STATES
};
const char *
hv_rotation_state_word(enum hv_rotation_state state); /* "paused" ... */
/** hv_rotation_is_open() - whether it can be resumed or aborted. */
bool hv_rotation_is_open(enum hv_rotation_state state);

enum hv_item_state {
    HV_ITEM_WAITING, /* not begun */
    HV_ITEM_RUNNING, /* begun, the job runs or was interrupted in it */
    HV_ITEM_STOPPED, /* failed at its step; resume tries again */
    HV_ITEM_DONE,
    HV_ITEM_GONE,    /* the platform has no such subscription any more */
    HV_ITEM_DROPPED, /* aborted before it was done */
    HV_ITEM_STATES
};
const char *hv_item_state_word(enum hv_item_state state); /* "waiting" ... */

struct hv_rotation_item {
    struct hv_guid sub;
    struct hv_key_version old_version; /* "" = none */
    struct hv_key_version new_version; /* "" = not made yet */
    enum hv_item_state state;
    enum hv_rotate_step step; /* the last one finished */
    bool is_canary;           /* one of the first --canary N */
    bool is_proven;           /* the listener verified with the new
                                          version (canaries) */
    char reason[200];         /* why stopped, or what to know */
};

struct hv_rotation {
    char id[HV_ROTATION_ID]; /* "" while PLANNED */
    struct hv_guid app;
    enum hv_rotation_state state;
    int64_t pid; /* who runs it, 0 = nobody, -1 = somebody */
    bool is_interrupted; /* the process that ran it ended in it */
    int64_t created_ms;
    int64_t changed_ms;
    int64_t next_ms; /* --pace: the next item begins; else 0 */
    int64_t pace_ms; /* 0 = none */
    int canary;      /* how many; 0 = none */
    bool waits_for_canary;
    bool is_canary_over; /* proven, or a person said so */
    bool is_compromised; /* the old key is retired at once */
    bool without_listener;
    char reason[200]; /* why paused or partial; may be "" */
    struct hv_rotation_item items[HV_MAX_SUBS];
    size_t len;
};

struct hv_rotation_counts {
    size_t total, done, waiting, stopped, gone, dropped;
};
struct hv_rotation_counts hv_rotation_count(const struct hv_rotation *job);

struct hv_rotation_options {
    int64_t pace_ms;
    int canary;
    bool is_compromised;
    bool without_listener;
};

/* What a rotation would mean, in numbers: for the line above the prompt. */
struct hv_rotation_impact {
    size_t subs;
    size_t open;       /* of them: a rotation is under way, same key goes on */
    size_t adopted;    /* moved elsewhere: the key of ours that the platform
                             shows becomes the active one first */
    size_t critical;   /* the platform signs with a key not held here */
    size_t full;       /* have as many verifying keys as they may */
    int64_t uses_24h;  /* verified in 24 h with the keys to be replaced */
    int64_t lasts_ms;  /* at least, with this pace */
    int64_t oldest_ms; /* age of the oldest key replaced */
    bool is_listener_up;
};

/**
 * hv_rotation_plan() - who would be rotated, and what it means. Reads the platform,
 * writes nothing.
 * @subs: NULL with @len 0 = every live one of the application
 * @out:  PLANNED; reasons say what is odd about an item
 * HV_ERR_NOT_FOUND: a subscription that is not this application's, or gone.
 * HV_ERR_RULE: more than 25, none at all, or a job of this application is open.
 * HV_ERR_REFUSED: no listener runs and without_listener was not said.
 */
HV_MUST_CHECK enum hv_status
hv_rotation_plan(const struct hv_rotate_ctx *ctx, const struct hv_guid *subs,
                 size_t len, const struct hv_rotation_options *options,
                 struct hv_rotation *out, struct hv_rotation_impact *impact,
                 struct hv_error *err);

struct hv_rotation_control {
    const _Atomic bool *stop; /* set by any thread: ends after the step that is
                                 under way, state PAUSED. May be NULL */
    int64_t canary_wait_ms;   /* how long to wait for the first message under a
                                 new version before pausing; 0 = 10 min */
    /* After every change of the job, and every second while it waits. */
    void (*progress)(void *arg, const struct hv_rotation *job);
    void *arg;
};

/** hv_rotation_start() - make the file of a planned job. HV_ERR_RULE: one of this
 *  application is open; the sentence names it. */
HV_MUST_CHECK enum hv_status hv_rotation_start(const struct hv_rotate_ctx *ctx,
                                               struct hv_rotation *job,
                                               struct hv_error *err);
/**
 * hv_rotation_run() - go on with an open job until it is done, paused or partial.
 * Blocks: a worker's or a command's matter. Also resumes: a person who resumes
 * a job that waits for its canary says that it may go on.
 * HV_OK: done. HV_ERR_INCOMPLETE: paused or partial; err says why.
 * HV_ERR_RULE: another process runs it, or it is closed.
 * A rotation of one subscription that failed before anything was written is
 * that failure itself, and its job is ABORTED.
 * @job: filled in every case but HV_ERR_RULE
 */
HV_MUST_CHECK enum hv_status
hv_rotation_run(const struct hv_rotate_ctx *ctx,
                const struct hv_rotation_control *control,
                struct hv_rotation *job, struct hv_error *err);
/**
 * hv_rotation_pause() - ask whoever runs it, in this process or another, to stop
 * after the step under way, and wait for that (@wait_ms at most).
 * HV_OK with @out as it is then. HV_ERR_INCOMPLETE: it is still at its step.
 */
HV_MUST_CHECK enum hv_status hv_rotation_pause(const char *store,
                                               const char *id, int wait_ms,
                                               struct hv_rotation *out,
                                               struct hv_error *err);
/**
 * hv_rotation_abort() - close a job: what is rotated stays, what was not begun is
 * left as it is. A new key that may have been announced becomes ACCEPTED with
 * full grace, because the update may still be applied; one that certainly never
 * left is retired.
 * HV_ERR_RULE: a process runs it (pause it first), or it is closed.
 */
HV_MUST_CHECK enum hv_status hv_rotation_abort(const struct hv_rotate_ctx *ctx,
                                               const char *id,
                                               struct hv_rotation *out,
                                               struct hv_error *err);

/** hv_rotation_load() - by id; "" or NULL: the open one of @app. HV_ERR_NOT_FOUND.
 *  HV_ERR_DAMAGED: the file is not one of ours. */
HV_MUST_CHECK enum hv_status hv_rotation_load(const char *store, const char *id,
                                              const struct hv_guid *app,
                                              struct hv_rotation *out,
                                              struct hv_error *err);
/** hv_rotation_list() - newest first; @app NULL = of all applications. @out is
 *  hv_calloc'ed, free() it. Closed ones are kept: the newest 20. */
HV_MUST_CHECK enum hv_status
hv_rotation_list(const char *store, const struct hv_guid *app,
                 struct hv_rotation **out, size_t *len, struct hv_error *err);

#endif
