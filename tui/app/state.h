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
#include "tui/app/records.h"
#include "tui/canvas/canvas.h"
#include "tui/command/command.h"
#include "tui/command/model.h"

#include "hvconsole/shell.h"

#define HV_TABS         9
#define HV_SPINNER_MS   200 /* nothing turns before */
#define HV_ARM_MS       (15 * 60 * 1000)
#define HV_IDLE_LOCK_MS (10 * 60 * 1000)
#define HV_OPEN_LOCK_MS (2 * 60 * 60 * 1000)
#define HV_MAX_TRIES    10    /* passphrases in one process */
#define HV_STALE_MS     20000 /* facts older than this are unknown */
#define HV_LEFT_MS      30000 /* no key for so long: read less often */

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
    HV_VIEW_SHEET,
    HV_VIEW_FIELD, /* of a tab: written in */
    HV_VIEW_QR,
    HV_VIEW_ITEM,
    HV_VIEW_HELP,
    HV_VIEW_PALETTE,
    HV_VIEW_PAGER, /* over a tab */
    HV_VIEW_COUNT
};

#define HV_ROW_ID 96

/* A place in a list, kept by the id of what stands there. */
struct hv_cursor {
    size_t at;
    size_t top; /* first row shown */
    char id[HV_ROW_ID];
};

#define HV_MAX_FILTER 512

struct hv_list { /* the list of a tab: what it shows, and where one is */
    struct hv_cursor cursor;
    char filter[HV_MAX_FILTER]; /* words that must all fit; "" = all */
    char search[HV_MAX_FILTER]; /* the last filter, for n and N */
    int sort;                   /* of hv_list_fields(); 0 = as it came */
    bool is_inverted;
    size_t *order; /* owned: the rows that fit, in the order shown */
    size_t len;
    char (*marks)[HV_ROW_ID]; /* owned: ids; they outlive filters */
    size_t marks_len;
    int pane; /* [ and ]: which tab of the detail */
};

enum hv_time_mode {                /* `t` goes through them */
                    HV_TIME_USUAL, /* ages in lists, UTC in the log */
                    HV_TIME_UTC,
                    HV_TIME_LOCAL,
                    HV_TIME_AGE,
                    HV_TIME_MODES
};

struct hv_load { /* one set of facts from the worker */
    bool has_data;
    bool is_asked;         /* running or queued */
    bool is_stale;         /* asked for while running: once more */
    struct hv_error error; /* of the last try; zeroed = it worked */
    int64_t read_ms;
};

struct hv_retry { /* retry.c: the platform does not answer */
    int fails;    /* in a row; 0 = it does, as far as is known */
    int64_t at_mono_ms; /* it is asked again */
    bool is_rights; /* of records: no load of its own to tell by */
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
    struct hv_log_filter search; /* the last one, for n and N */
    bool has_search;
    char filter_label[400];
    int64_t visited; /* the id that was asked for by itself; 0 = none */
    int64_t books[64]; /* ids that a person marked with m */
    size_t books_len;
    struct hv_cursor cursor;
    struct hv_error error;
    struct hv_buf body; /* of the opened one; personal data */
    int64_t body_id;
    struct hv_error body_error;
    struct hv_find find;
    struct hv_kin kin;
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
    HV_UNLOCK_STOPPED, /* a damaged file, say: no prompt */
    HV_UNLOCK_FIRST,   /* no file: the ways to have one */
};

#define HV_FIRST_WAYS 3
struct hv_first_way {
    char key;
    const char *name;
    const char *about;
};
extern const struct hv_first_way hv_first_ways[HV_FIRST_WAYS];

struct hv_first { /* first.c */
    int at;         /* of hv_first_ways */
    bool is_asking; /* for the backup's file */
    struct hv_edit file;
};

struct hv_unlock {
    enum hv_unlock_state state;
    struct hv_secret typed; /* HV_MAX_PASSPHRASE bytes, wiped after use */
    size_t typed_len;
    bool has_credential; /* a file or slot key opens without asking */
    int tries;
    int64_t wait_until_mono_ms;
    struct hv_first first;
    struct hv_error error;
};

enum hv_dialog_kind {
    HV_DIALOG_NONE,
    HV_DIALOG_CONFIRM, /* y/N, then runs `command` */
    HV_DIALOG_TYPED,   /* a name or a number, then the same */
    HV_DIALOG_ASKED,   /* a running command asks: y/N */
    HV_DIALOG_DISCARD, /* leave a form with changes: y/N */
};

struct hv_dialog {
    enum hv_dialog_kind kind;
    char title[96];
    char lines[14][200]; /* what will happen, in numbers */
    char signs[14]; /* before each: 0 a dot, + x ? what holds, ! a warning */
    int lines_len;
    char question[160];
    char command[4096];
    struct hv_edit typed;
    char expected[64];
    bool
        is_profile; /* `expected` is the profile's name: the command wants it */
    int64_t ready_mono_ms; /* the hold-off of irreversible things */
};

enum hv_form_field {
    HV_FIELD_URL,
    HV_FIELD_VERSION,
    HV_FIELD_TYPES, /* as they stand on the screen */
    HV_FIELD_COUNT
};

enum hv_form_mode { HV_FORM_NEW, HV_FORM_CLONE, HV_FORM_EDIT };

struct hv_form { /* a subscription being written */
    enum hv_form_mode mode;
    struct hv_guid id; /* of the one cloned or edited */
    enum hv_form_field field;
    struct hv_edit url;
    struct hv_edit search;
    struct hv_edit version;
    bool *picked; /* owned, one per thing type */
    bool *picked_before;
    char url_before[HV_EDIT_SIZE];
    size_t cursor; /* among the types that match the search */
    bool is_sending;
    struct hv_error error;
};

#define HV_SHEET_FIELDS 8

struct hv_sheet_field {
    const char *name; /* NULL ends */
    /* "--key-file"; "--with-ids?" is given alone when "yes" was written; NULL =
     * a word of its own */
    const char *flag;
    const char *hint;
    bool is_needed;
};
struct hv_app;
struct hv_sheet;
struct hv_sheet_kind { /* a small form, and the command that comes of it */
    const char *title;
    const char *about;
    const char *command; /* "key import" */
    const char *question;
    /* It is taken over and no command runs; false: its error says why not. */
    bool (*take)(struct hv_app *app, struct hv_sheet *sheet);
    struct hv_sheet_field fields[HV_SHEET_FIELDS];
};
enum hv_sheet_name {
    HV_SHEET_IMPORT,
    HV_SHEET_PROFILE,
    HV_SHEET_TEMPLATE,
    HV_SHEET_WINDOW,
    HV_SHEET_WINDOW_EDIT,
    HV_SHEET_TRY,
    HV_SHEET_KINDS
};
extern const struct hv_sheet_kind hv_sheet_kinds[HV_SHEET_KINDS];

struct hv_sheet {
    const struct hv_sheet_kind *kind;
    struct hv_edit edits[HV_SHEET_FIELDS];
    int field;
    bool is_written; /* by a person: not thrown away unasked */
    bool is_sending;
    struct hv_error error;
};

enum hv_shell_tab {   /* of the Shell URLs view; [ and ] go through them */
    HV_SHELL_COMPOSE,
    HV_SHELL_DECODE,
    HV_SHELL_TEMPLATES,
    HV_SHELL_TARGETS,
    HV_SHELL_TABS
};

struct hv_url_place { /* where one was in a tab that is not shown */
    struct hv_cursor cursor;
    char filter[HV_MAX_FILTER];
    char search[HV_MAX_FILTER];
    int sort;
    bool is_inverted;
};

struct hv_urls { /* what is written in the Shell URLs view; urls*.c */
    struct hv_shell_form form; /* owned */
    struct hv_guid form_app;   /* whose id it began with */
    struct hv_buf left;        /* what could not go into it, a line each */
    struct hv_edit edit;       /* the field that is being written */
    char before[HV_EDIT_SIZE]; /* what Esc brings back */
    struct hv_edit text;       /* of the decoder; never with a user token */
    bool is_refused; /* there was one: what follows it is swallowed */
    bool is_cut;     /* more came than the line holds */
    bool has_url;
    struct hv_shell_url url; /* owned: the text, taken apart */
    struct hv_templates templates; /* owned */
    struct hv_load templates_load;
    enum hv_shell_tab tab; /* whose rows lists[HV_VIEW_SHELL] has */
    struct hv_url_place places[HV_SHELL_TABS];
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
    bool is_wrapped; /* tables too */
};

struct hv_prompt_state { /* what readline shows, copied */
    bool is_open;
    char prompt[160];
    char line[1024];
    size_t point;
    char matches[512];
};

struct hv_help { /* the searched list of what there is to do */
    struct hv_edit query;
    size_t cursor;
    bool is_palette; /* over the foot, by letters in order, the best first */
};

/* Keys of the person's own file, before those of the program. */
#define HV_MAX_USER_KEYS 64
struct hv_user_keys {
    char keys[HV_MAX_USER_KEYS][24];
    char texts[HV_MAX_USER_KEYS][128];
    int views[HV_MAX_USER_KEYS]; /* enum hv_view; HV_VIEW_COUNT = everywhere */
    size_t len;
    /* Per view, NULL keys end; the last is for everywhere. */
    struct hv_binding *tables[HV_VIEW_COUNT + 1];
};

#include "tui/app/tester.h" /* made of the above */

struct hv_app {
    int rows, cols;
    bool is_ascii;
    bool is_only_ascii; /* the terminal can no more */
    bool is_memory_locked;
    bool is_unattended; /* nobody is asked: a plain picture */
    int64_t now_ms, mono_ms; /* of the last message that told */
    int64_t input_mono_ms;   /* last press */
    int64_t open_mono_ms;    /* unlocked since */
    char profile[64];        /* "" = the config's current one */
    char demo_note[600];
    bool is_flag_read_only, is_flag_write;
    int64_t armed_until_mono_ms; /* 0 = not armed */
    enum hv_time_mode time_mode;
    bool is_detail_on;
    bool is_zoomed; /* tabs and hints make room for the view */

    enum hv_view tab;
    enum hv_view over[4]; /* what lies over it, last on top */
    int over_len;
    bool is_open; /* the keystore */
    bool is_quitting;

    struct hv_load status_load, subs_load, keys_load, drain_load, jobs_load,
        records_load, rights_load;
    struct hv_status_model *status; /* owned; NULL before the first */
    struct hv_sub_model subs;
    struct hv_key_model keys;
    struct hv_retry retry;
    struct hv_load traffic_load;
    struct hv_traffic_model traffic;
    struct hv_drain_model drain; /* evidence, of versions that still verify */
    struct hv_jobs_model jobs;
    struct hv_records_model records;
    struct hv_records_view recs;
    struct hv_load diff_load;
    struct hv_load maint_load;
    struct hv_maint_model maint;
    struct hv_tester tester;
    int maint_check; /* of the checklist: what Space ticks */
    struct hv_urls urls;
    struct hv_rotation *rotation; /* owned: the one that runs here, or NULL */
    struct hv_list lists[HV_TABS];
    struct hv_edit filter_edit;
    bool is_filtering; /* the `/` line is open */

    struct hv_guid *known_subs; /* before a creation, to find the new one */
    size_t known_subs_len;
    bool is_new_wanted;

    struct hv_log log;
    struct hv_unlock unlock;
    struct hv_dialog dialog;
    struct hv_form form;
    struct hv_sheet sheet;
    struct hv_prompt_state prompt;
    struct hv_pager pager;
    struct hv_help help;
    struct hv_user_keys user_keys;
    int item_top, item_left; /* of the opened message: scrolled so far */
    bool is_item_wide;       /* long lines are not wrapped */

    struct hv_busy busy[HV_JOB_COUNT];
    uint64_t last_op;
    char running[4096]; /* the command that runs, for its report */
    bool is_running_write;
    bool is_running_change; /* of a file here, not of platform or keystore */
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
