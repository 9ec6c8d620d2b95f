/*
 * runner.h - what run.c (events) and effects.c (deeds) share: the state, the
 * terminal's grid, the loop and the worker. Not for anyone else.
 */
#ifndef TUI_APP_RUNNER_H
#define TUI_APP_RUNNER_H

#include "tui/app/finder.h"
#include "tui/app/state.h"
#include "tui/app/worker.h"

#define HV_RUNNER_SIGNALS 6

struct hv_tail { /* tail.c: what the kernel tells about the journal */
    int fd, place; /* inotify; -1 = none */
    struct hv_watch *watch, *timer;
    bool is_due;
    unsigned ticks;
};

struct hv_outside { /* outside.c: a program that has the terminal for a while */
    int fd; /* of the process */
    int pid; /* 0 = none: the terminal is ours */
    struct hv_watch *watch;
    char file[64]; /* of the editor; "" = a command of ours, or a body */
    bool is_body;  /* the editor has the file below */
    char dir[260]; /* of a body that is edited or sent; "" = none */
    char body[280];
    bool ends_line; /* as it was before */
};

struct hv_script { /* script.c: steps instead of a person */
    struct hv_buf text; /* owned */
    size_t at;
    int line;
    const char *name; /* borrowed; NULL = none is played */
    struct hv_watch *timer;
    int64_t until_mono_ms; /* of the step that waits; 0 = none does */
    bool is_clocking;      /* time passes at once */
    int64_t clock_ms;      /* that is still to pass */
    struct hv_error error;
};

struct hv_runner {
    struct hv_app app;
    struct hv_grid grid;
    struct hv_loop *loop;
    struct hv_worker *worker;
    struct hv_journal_view *journal; /* NULL while locked */
    struct hv_error journal_error;   /* why there is none */
    struct hv_watch *input, *tick, *turn, *paint;
    hv_fd_fn on_input; /* for whoever makes `input` anew */
    struct hv_watch *signals[HV_RUNNER_SIGNALS];
    const struct hv_globals *globals;
    struct hv_tail tail;
    struct hv_finder *finders[HV_FIND_KINDS]; /* NULL = none was needed */
    struct hv_outside outside;
    struct hv_script script;
    int64_t sleep_ms; /* machine time spent asleep, so far */
    int64_t ahead_ms; /* of the machine's clocks, by the word of a script */
    int empty_reads;
    bool is_plain;       /* no terminal: one picture as text at the end */
    bool is_turning;     /* this timer runs */
    bool is_stop_wanted;         /* ^z: stop once it is locked */
    bool is_closing;
};

/** hv_runner_send() - one message: update(), what it asks for, then paint. */
void hv_runner_send(struct hv_runner *runner, struct hv_msg *msg);
void hv_runner_send_kind(struct hv_runner *runner, enum hv_msg_kind kind);
/** hv_runner_paint() - the state as it is now onto the terminal. */
void hv_runner_paint(struct hv_runner *runner);
/** hv_runner_is_watching() - new rows of the journal are looked at now. */
bool hv_runner_is_watching(const struct hv_runner *runner);
/** hv_runner_is_quiet() - nothing runs that will change the screen by itself. */
bool hv_runner_is_quiet(const struct hv_runner *runner);

/* tail.c */
void hv_tail_start(struct hv_runner *runner);
void hv_tail_end(struct hv_runner *runner);
/** hv_tail_follow() - be told, or no longer, as the view on screen needs. */
void hv_tail_follow(struct hv_runner *runner);
/** hv_tail_look() - cheap: has the journal grown? */
void hv_tail_look(struct hv_runner *runner);
/** hv_tail_tick() - the clock's: looks where nobody tells. */
void hv_tail_tick(struct hv_runner *runner);

/* outside.c */
/** hv_outside_edit() - @text in the person's editor; comes back as an
 *  HV_MSG_EDITED. */
void hv_outside_edit(struct hv_runner *runner, const char *text);
/** hv_outside_run() - this program once more, with @line as its command, on
 *  the terminal as a shell would run it; then HV_MSG_OUTSIDE. */
void hv_outside_run(struct hv_runner *runner, const char *line);
void hv_outside_end(struct hv_runner *runner);
/** hv_outside_body() - @text, the body of a message, in the person's editor, or
 *  only into the file; an HV_MSG_EDITED says where it is. */
void hv_outside_body(struct hv_runner *runner, const char *text,
                     bool is_edited);

/* body_file.c */
HV_MUST_CHECK enum hv_status hv_body_file_make(struct hv_outside *outside,
                                               const char *body,
                                               struct hv_error *err);
/** hv_body_file_read() - what the editor made of it; NULL: it cannot be read,
 *  or is too large. Owned by the caller. */
char *hv_body_file_read(const struct hv_outside *outside);
void hv_body_file_remove(struct hv_outside *outside);
/** hv_body_file_sweep() - what consoles left that were killed. */
void hv_body_file_sweep(void);

/* plain.c */
/** hv_plain_measure() - LINES and COLUMNS, or 24 and 80. */
void hv_plain_measure(int *rows, int *cols);
/** hv_plain_print() - the screen as text on standard output. */
void hv_plain_print(struct hv_runner *runner);
/** hv_plain_outcome() - HV_OK, or why the console ended as it should not. */
HV_MUST_CHECK enum hv_status hv_plain_outcome(struct hv_runner *runner,
                                              struct hv_error *err);

/* script.c */
/** hv_script_start() - read @name; HV_ERR_NOT_FOUND, HV_ERR_IO. */
HV_MUST_CHECK enum hv_status hv_script_start(struct hv_runner *runner,
                                             const char *name,
                                             struct hv_error *err);
void hv_script_end(struct hv_runner *runner);
/** hv_script_go_on() - after each picture: the next steps, as far as they can
 *  be done now. */
void hv_script_go_on(struct hv_runner *runner);
/** hv_screen_save() - the picture as text into @path, for its owner only. */
void hv_screen_save(struct hv_runner *runner, const char *path);

#endif
