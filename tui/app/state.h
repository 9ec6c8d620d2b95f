/*
 * state.h - everything the console knows, in one place. Written by update()
 * and its parts alone, read by the screens. No pointer into another thread's
 * data, no curses, no clock: what time it is came with a message.
 */
#ifndef TUI_APP_STATE_H
#define TUI_APP_STATE_H

#include "tui/app/edit.h"
#include "tui/app/keymap.h"
#include "tui/app/msg.h"
#include "tui/canvas/canvas.h"
#include "tui/command/command.h"
#include "tui/command/model.h"

#define HV_TABS         9
#define HV_SPINNER_MS   200 /* nothing turns before */
#define HV_ARM_MS       (15 * 60 * 1000)
#define HV_IDLE_LOCK_MS (10 * 60 * 1000)
#define HV_OPEN_LOCK_MS (2 * 60 * 60 * 1000)
#define HV_MAX_TRIES    10    /* passphrases in one process */
#define HV_STALE_MS     20000 /* facts older than this are unknown */

enum hv_view {
    HV_VIEW_DASH,
    HV_VIEW_SUBS,
    HV_VIEW_KEYS,
    HV_VIEW_SHELL,
    HV_VIEW_RECORDS,
    HV_VIEW_LOG,
    HV_VIEW_TEST,
    HV_VIEW_MAINT,
    HV_VIEW_JOBS,   /* the tabs */
    HV_VIEW_UNLOCK, /* over everything while locked */
    HV_VIEW_FORM,
    HV_VIEW_ITEM,
    HV_VIEW_HELP,
    HV_VIEW_PAGER, /* over a tab */
    HV_VIEW_COUNT
};

/* A place in a list, kept by the id of what stands there. */
struct hv_cursor {
    size_t at;
    size_t top; /* first row shown */
    char id[96];
};

struct hv_load { /* one set of facts from the worker */
    bool has_data;
    bool is_asked;         /* running or queued */
    bool is_stale;         /* asked for while running: once more */
    struct hv_error error; /* of the last try; zeroed = it worked */
    int64_t read_ms;
};

#define HV_LOG_WINDOW 400
#define HV_LOG_PAGE   100

struct hv_log {
    struct hv_log_row *rows; /* owned, oldest first, <= HV_LOG_WINDOW */
    size_t len;
    bool has_data, is_asked;
    bool has_older, has_newer; /* more beyond the window */
    bool is_follow, is_frozen;
    bool is_missed;              /* rows came while frozen */
    int choice;                  /* row of hv_log_choices */
    struct hv_log_filter filter; /* by subscription or version; from `/` */
    char filter_label[80];
    struct hv_cursor cursor;
    struct hv_error error;
    struct hv_buf body; /* of the opened one; personal data */
    int64_t body_id;
    struct hv_error body_error;
};

struct hv_log_choice { /* what `v` goes through */
    const char *label;
    uint32_t verdicts; /* bits; 0 = all */
};
extern const struct hv_log_choice hv_log_choices[];
extern const size_t hv_log_choices_len;

enum hv_unlock_state {
    HV_UNLOCK_WORKING, /* the key is being derived */
    HV_UNLOCK_ASK,
    HV_UNLOCK_STOPPED, /* no file, or a damaged one: no prompt */
};

struct hv_unlock {
    enum hv_unlock_state state;
    struct hv_secret typed; /* HV_MAX_PASSPHRASE bytes, wiped after use */
    size_t typed_len;
    bool has_credential; /* a file or slot key opens without asking */
    int tries;
    int64_t wait_until_mono_ms;
    struct hv_error error;
};

enum hv_dialog_kind {
    HV_DIALOG_NONE,
    HV_DIALOG_CONFIRM, /* y/N, then runs `command` */
    HV_DIALOG_TYPED,   /* the profile's name, then the same */
    HV_DIALOG_ASKED,   /* a running command asks: y/N */
    HV_DIALOG_DISCARD, /* leave a form with changes: y/N */
};

struct hv_dialog {
    enum hv_dialog_kind kind;
    char title[96];
    char lines[8][200]; /* what will happen, in numbers */
    int lines_len;
    char question[160];
    char command[4096];
    struct hv_edit typed;
    char expected[64];
    int64_t ready_mono_ms; /* the hold-off of irreversible things */
};

enum hv_form_field {
    HV_FIELD_URL,
    HV_FIELD_TYPES,
    HV_FIELD_VERSION,
    HV_FIELD_COUNT
};

struct hv_form { /* a subscription being written */
    enum hv_form_field field;
    struct hv_edit url;
    struct hv_edit search;
    struct hv_edit version;
    bool *picked;  /* owned, one per thing type */
    size_t cursor; /* among the types that match the search */
    bool is_sending;
    struct hv_error error;
};

struct hv_note { /* a line for the person */
    int64_t at_ms;
    enum hv_role role;
    char text[400];
};
#define HV_NOTES 64

struct hv_busy { /* one job on the worker, by kind */
    uint64_t op; /* 0 = none */
    int64_t since_mono_ms;
    char label[64];
};

struct hv_pager {
    char title[96];
    struct hv_buf text; /* owned */
    size_t top;
    int left; /* columns it is shifted */
};

struct hv_prompt_state { /* what readline shows, copied */
    bool is_open;
    char prompt[160];
    char line[1024];
    size_t point;
    char matches[512];
};

struct hv_help {
    struct hv_edit query;
    size_t cursor;
};

struct hv_app {
    int rows, cols;
    bool is_ascii;
    bool is_memory_locked;
    int64_t now_ms, mono_ms; /* of the last message that told */
    int64_t input_mono_ms;   /* last press */
    int64_t open_mono_ms;    /* unlocked since */
    char profile[64];        /* "" = the config's current one */
    char demo_note[600];
    bool is_flag_read_only, is_flag_write;
    int64_t armed_until_mono_ms; /* 0 = not armed */
    bool is_local_time;
    bool is_relative_time;
    bool is_detail_on;

    enum hv_view tab;
    enum hv_view over[4]; /* what lies over it, last on top */
    int over_len;
    bool is_open; /* the keystore */
    bool is_quitting;

    struct hv_load status_load, subs_load, keys_load;
    struct hv_status_model *status; /* owned; NULL before the first */
    struct hv_sub_model subs;
    struct hv_key_model keys;
    char filter[HV_TABS][64]; /* of the lists, by tab; "" = all */
    struct hv_edit filter_edit;
    bool is_filtering; /* the `/` line is open */

    struct hv_cursor dash_cursor, subs_cursor, keys_cursor;
    struct hv_guid *known_subs; /* before a creation, to find the new one */
    size_t known_subs_len;
    bool is_new_wanted;

    struct hv_log log;
    struct hv_unlock unlock;
    struct hv_dialog dialog;
    struct hv_form form;
    struct hv_prompt_state prompt;
    struct hv_pager pager;
    struct hv_help help;
    int item_tab; /* [ and ] in the opened message */
    int item_top;

    struct hv_busy busy[HV_JOB_COUNT];
    uint64_t last_op;
    char running[512]; /* the command that runs, for its report */
    bool is_running_write;
    enum hv_command_use use;
    char steps[12][120]; /* what a running command said */
    int steps_len;

    struct hv_note notes[HV_NOTES]; /* a ring */
    size_t notes_len;               /* ever */
    size_t notes_seen;              /* older ones were of another view */
    struct hv_sequence pressed;     /* first keys of a sequence */
    struct hv_effects effects;
};

void hv_app_init(struct hv_app *app);
void hv_app_release(struct hv_app *app);

/** hv_app_update() - the only writer of state. Consumes @msg. */
void hv_app_update(struct hv_app *app, struct hv_msg *msg);

/* What screens and parts of update() ask. */
enum hv_view hv_app_top(const struct hv_app *app);
bool hv_app_is_read_only(const struct hv_app *app);
/** hv_app_read_only_why() - "" when changes are possible. */
const char *hv_app_read_only_why(const struct hv_app *app);
bool hv_app_is_fresh(const struct hv_app *app); /* status is believable */
bool hv_app_is_busy(const struct hv_app *app);
const struct hv_note *hv_app_note(const struct hv_app *app, size_t back);

#endif
