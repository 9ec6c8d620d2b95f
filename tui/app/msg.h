/*
 * msg.h - what happened (messages, the only way into the state) and what
 * shall be done (effects, the only way out). A message owns what it carries
 * until update() took it over.
 */
#ifndef TUI_APP_MSG_H
#define TUI_APP_MSG_H

#include "tui/app/find.h"
#include "tui/app/jobs.h"
#include "tui/app/press.h"
#include "tui/command/model.h"
#include "tui/command/model_sent.h"
#include "hvconsole/shell.h"
#include "tui/command/records_diff.h"
#include "tui/command/records.h"

/* What the worker does, one after the other. */
enum hv_job_kind {
    HV_JOB_OPEN,   /* keystore with the credential at hand */
    HV_JOB_UNLOCK, /* ... with a typed passphrase */
    HV_JOB_LOCK,
    /* These read what is on this machine: see hv_job_is_local(). */
    HV_JOB_STATUS,
    HV_JOB_KEYS,
    HV_JOB_DRAIN,
    HV_JOB_TRAFFIC,
    HV_JOB_JOBS,
    HV_JOB_MAINT,
    HV_JOB_TEMPLATES,
    HV_JOB_DRAFT, /* a test message, put together and not sent */
    HV_JOB_SENT,  /* our own test messages in the journal */
    /* These wait for the platform: ^c ends them. */
    HV_JOB_SUBS,
    HV_JOB_RECORDS,
    HV_JOB_RIGHTS, /* of the records that are looked at */
    HV_JOB_DIFF,   /* two pictures of the records, or what is kept */
    HV_JOB_COMMAND,
    HV_JOB_JOURNAL, /* a fresh view on the journal for the screen */
    HV_JOB_COUNT
};

static inline bool
hv_job_is_local(enum hv_job_kind job)
{
    return job >= HV_JOB_STATUS && job <= HV_JOB_SENT;
}

static inline bool
hv_job_is_stoppable(enum hv_job_kind job)
{
    return job >= HV_JOB_SUBS && job <= HV_JOB_DIFF;
}

/* What becomes of a command's text when it is done. */
enum hv_command_use {
    HV_USE_SHOW,   /* `:`: a pager when it is long */
    HV_USE_REPORT, /* a key: one line, and the CLI line */
    HV_USE_COPY,   /* `y j`: into the clipboard */
    HV_USE_QUIET,  /* a note beside something else: nothing is said */
};

enum hv_msg_kind {
    HV_MSG_START, /* number: rows; other: cols */
    HV_MSG_PRESS,
    HV_MSG_RESIZE,
    HV_MSG_TICK,      /* once a second, and while something turns */
    HV_MSG_SUSPENDED, /* was stopped or slept: lock */
    HV_MSG_CANCEL,    /* ^c */
    HV_MSG_OPENED,    /* keystore open, journal at hand */
    HV_MSG_OPEN_FAILED,
    HV_MSG_LOCKED,
    HV_MSG_STATUS,
    HV_MSG_SUBS,
    HV_MSG_KEYS,
    HV_MSG_DRAIN,
    HV_MSG_TRAFFIC,
    HV_MSG_JOBS,
    HV_MSG_MAINT,
    HV_MSG_DRAFT,
    HV_MSG_SENT,
    HV_MSG_EXCHANGE, /* a test message was sent, and its answer */
    HV_MSG_TEMPLATES,
    HV_MSG_RECORDS,
    HV_MSG_RIGHTS,
    HV_MSG_DIFF,
    HV_MSG_FAILED,   /* job `job` ended with `error` */
    HV_MSG_PROGRESS, /* a command said something */
    HV_MSG_ROTATION, /* the rotation that runs moved on */
    HV_MSG_ASK,      /* a command asks y/N and waits */
    HV_MSG_COMMAND,  /* a command ended: error, text */
    HV_MSG_JOURNAL,  /* a fresh view is there */
    HV_MSG_LOG,      /* rows of the journal */
    HV_MSG_LOG_BODY,
    HV_MSG_FOUND, /* by a search of the log: op */
    HV_MSG_JOURNAL_CHANGED,
    HV_MSG_OUTSIDE,     /* the terminal is ours again; error */
    HV_MSG_EDITED,      /* text: what the editor made of the field or body */
    HV_MSG_COPIED,      /* text: where it went, for the person */
    HV_MSG_PROMPT,      /* the `:` line changed */
    HV_MSG_PROMPT_LINE, /* ... was entered */
};

enum hv_log_how {
    HV_LOG_TAIL,         /* the newest page */
    HV_LOG_HEAD,         /* the oldest page */
    HV_LOG_OLDER,        /* before id */
    HV_LOG_NEWER,        /* after id */
    HV_LOG_AROUND,       /* id in the middle */
    HV_LOG_PROBLEM_NEXT, /* the next refused one after id, in its middle */
    HV_LOG_PROBLEM_PREV,
    HV_LOG_MATCH_NEXT, /* the next one that `seek` fits */
    HV_LOG_MATCH_PREV,
};

struct hv_msg_log {
    enum hv_log_how how;
    struct hv_log_row *rows; /* owned, oldest first */
    size_t len;
    bool has_older, has_newer;
    int64_t at;   /* id the cursor goes to, 0 = stay */
    bool is_none; /* nothing more of the kind asked for */
};

struct hv_msg {
    enum hv_msg_kind kind;
    uint64_t op; /* of the job; others are forgotten */
    enum hv_job_kind job;
    int64_t now_ms, mono_ms;
    struct hv_error error;
    char *text; /* owned */
    union {
        struct hv_press press;
        struct {
            int rows, cols;
        } size;
        struct hv_status_model *status; /* owned */
        struct hv_sub_model subs;
        struct hv_key_model keys;
        struct hv_drain_model drain;
        struct hv_traffic_model traffic;
        struct hv_jobs_model jobs;
        struct hv_maint_model maint;
        struct hv_exchange *exchange; /* owned */
        struct hv_sent_model sent;
        char *path; /* owned: of an edited body; NULL = a field was edited */
        struct hv_templates templates;
        struct hv_records_model records;
        struct hv_access rights; /* owned: the rows of one batch */
        struct hv_diff_model diff;
        struct hv_rotation *rotation; /* owned */
        struct hv_msg_log log;
        struct hv_buf body; /* owned */
        struct hv_msg_found found;
        struct {
            char *prompt, *matches;
            size_t point;
        } line; /* owned */
    } u;
};
void hv_msg_release(struct hv_msg *msg);

enum hv_effect_kind {
    HV_EFFECT_JOB,
    HV_EFFECT_LOG,
    HV_EFFECT_LOG_BODY,
    HV_EFFECT_FIND, /* text, filter, id: see finder.h */
    HV_EFFECT_FIND_STOP,
    HV_EFFECT_COPY,
    HV_EFFECT_CANCEL, /* tell the worker to stop */
    HV_EFFECT_ANSWER, /* yes or no to what it asked */
    HV_EFFECT_PROMPT_OPEN,
    HV_EFFECT_PROMPT_CLOSE,
    HV_EFFECT_PROMPT_PRESS,
    HV_EFFECT_FLOW, /* ^s and ^q belong to the terminal: flag */
    HV_EFFECT_MOUSE,
    HV_EFFECT_THEME, /* text: its name */
    HV_EFFECT_REPAINT,
    HV_EFFECT_SAVE_SCREEN, /* text: the file */
    HV_EFFECT_EDIT,        /* text: what stands in the field */
    HV_EFFECT_EDIT_BODY,   /* text: a message's body; flag: in the editor */
    HV_EFFECT_EDIT_END,    /* its file is not needed any more */
    HV_EFFECT_OUTSIDE,     /* text: command text for this program, once more */
    HV_EFFECT_QUIT,
};

struct hv_effect {
    enum hv_effect_kind kind;
    enum hv_job_kind job;
    uint64_t op;
    bool flag;        /* yes; on */
    bool is_armed;    /* write mode for this command */
    char *text;       /* owned: a command, what to copy */
    char confirm[64]; /* the profile's name as typed */
    enum hv_log_how how;
    int64_t id;
    struct hv_log_filter filter; /* what the list shows */
    struct hv_log_filter seek;   /* what is looked for in it */
    int64_t *ids;                /* owned: the rows themselves, instead */
    size_t ids_len;
    bool has_older, has_newer; /* than ids */
    int64_t at;                /* of ids: where the cursor goes, 0 = stay */
    enum hv_find_kind which;
    struct hv_press press;
};

struct hv_effects {
    struct hv_effect *items; /* owned */
    size_t len;
};
struct hv_effect *hv_effects_add(struct hv_effects *effects,
                                 enum hv_effect_kind kind);
void hv_effects_release(struct hv_effects *effects);

#endif
