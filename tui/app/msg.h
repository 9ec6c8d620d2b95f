/*
 * msg.h - what happened (messages, the only way into the state) and what
 * shall be done (effects, the only way out). A message owns what it carries
 * until update() took it over.
 */
#ifndef TUI_APP_MSG_H
#define TUI_APP_MSG_H

#include "tui/app/jobs.h"
#include "tui/app/press.h"
#include "tui/command/model.h"
#include "tui/command/records.h"

/* What the worker does, one after the other. */
enum hv_job_kind {
    HV_JOB_OPEN,   /* keystore with the credential at hand */
    HV_JOB_UNLOCK, /* ... with a typed passphrase */
    HV_JOB_LOCK,
    HV_JOB_STATUS,
    HV_JOB_SUBS,
    HV_JOB_KEYS,
    HV_JOB_DRAIN,
    HV_JOB_JOBS,
    HV_JOB_MAINT,
    HV_JOB_RECORDS,
    HV_JOB_RIGHTS, /* of the record that is looked at */
    HV_JOB_COMMAND,
    HV_JOB_JOURNAL, /* a fresh view on the journal for the screen */
    HV_JOB_COUNT
};

/* What becomes of a command's text when it is done. */
enum hv_command_use {
    HV_USE_SHOW,   /* `:`: a pager when it is long */
    HV_USE_REPORT, /* a key: one line, and the CLI line */
    HV_USE_COPY,   /* `y j`: into the clipboard */
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
    HV_MSG_JOBS,
    HV_MSG_MAINT,
    HV_MSG_RECORDS,
    HV_MSG_RIGHTS,
    HV_MSG_FAILED,   /* job `job` ended with `error` */
    HV_MSG_PROGRESS, /* a command said something */
    HV_MSG_ROTATION, /* the rotation that runs moved on */
    HV_MSG_ASK,      /* a command asks y/N and waits */
    HV_MSG_COMMAND,  /* a command ended: error, text */
    HV_MSG_JOURNAL,  /* a fresh view is there */
    HV_MSG_LOG,      /* rows of the journal */
    HV_MSG_LOG_BODY,
    HV_MSG_JOURNAL_CHANGED,
    HV_MSG_OUTSIDE,     /* the terminal is ours again; error */
    HV_MSG_EDITED,      /* text: what the editor made of the field */
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
        struct hv_jobs_model jobs;
        struct hv_maint_model maint;
        struct hv_records_model records;
        struct hv_access_row *rights; /* owned, as what it holds */
        struct hv_rotation *rotation; /* owned */
        struct hv_msg_log log;
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
