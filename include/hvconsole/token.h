/*
 * token.h - user tokens that the operator keeps an eye on, and the maintenance
 * days that end them. The tokens themselves are in the keystore; a notebook in
 * the store directory says when each came, until when it should live and what
 * the platform said last, and which windows are planned. Fact: persistent-tokens
 */
#ifndef HVCONSOLE_TOKEN_H
#define HVCONSOLE_TOKEN_H

#include "hvconsole/ids.h"
#include "hvconsole/secret.h"

#define HV_TOKEN_NAME  64 /* [A-Za-z0-9._-]{1,63} */
#define HV_MAX_TOKENS  1000
#define HV_MAX_WINDOWS 100
#define HV_ACTIONQS    512
#define HV_TOKEN_TEXT  4096 /* of a token, and of what is pasted */
#define HV_TOKEN_FRESH                                                         \
    (10 * 60 * 1000) /* a 7 so soon after a sign-in that a
                                             7 had asked for: a loop */

/* ------------------------------------------------ what a person pastes -- */

/* Out of the URL with which the browser came back, of its query or form, or of
 * a bare token. */
struct hv_token_paste {
    struct hv_secret token;
    int64_t life_s;             /* suggestedtokenttl; 0 = not said */
    char target[32];            /* "AppAuthSuccess"; "" = not said */
    char actionqs[HV_ACTIONQS]; /* "" = none; foreign text */
};
/** hv_token_read() - HV_ERR_FORMAT: no token in it; the sentence says what it
 *  looks like instead. Wipes nothing of @text. Fact: shell-return */
HV_MUST_CHECK enum hv_status hv_token_read(const struct hv_secret *text,
                                           struct hv_token_paste *out,
                                           struct hv_error *err);
void hv_token_paste_release(struct hv_token_paste *paste);
/** hv_token_name_check() - HV_ERR_USAGE: not a name for a token or window. */
HV_MUST_CHECK enum hv_status hv_token_name_check(const char *name,
                                                 struct hv_error *err);

/* ------------------------------------------------------------ its fate -- */

enum hv_token_fate {
    HV_TOKEN_GOOD,        /* 0 */
    HV_TOKEN_SIGNED_OUT,  /* 7: delete it, never ask again, Shell AUTH */
    HV_TOKEN_UNKNOWN,     /* 8: not a token of this application */
    HV_TOKEN_REVOKED,     /* 11: the person took access away: Shell APPAUTH */
    HV_TOKEN_SESSION,     /* 65: our own session, after a renewal */
    HV_TOKEN_MAINTENANCE, /* 152: nothing is said about the token */
    HV_TOKEN_UNREACHABLE, /* no answer: nothing is said about the token */
    HV_TOKEN_OTHER,       /* any other code */
    HV_TOKEN_FATES
};
struct hv_token_fate_row {
    const char *word;     /* "good", "signed-out" ... */
    const char *target;   /* of the Shell, that mends it; NULL = none */
    const char *sentence; /* what it means and what to do */
};
/** hv_token_fate() - @code: of the platform, -1 = no answer came. */
enum hv_token_fate hv_token_fate(int code);
const struct hv_token_fate_row *hv_token_fate_row(enum hv_token_fate fate);

/* -------------------------------------------------------- the notebook -- */

/* What is known of one token besides its bytes. It stays when the token was
 * deleted, for the loop guard and for telling a key change. */
struct hv_token_note {
    char name[HV_TOKEN_NAME];
    struct hv_guid app;
    int64_t added_ms;        /* the token came; 0 = never one */
    int64_t ends_ms;         /* expected; 0 = nobody said */
    int64_t good_ms;         /* the last answer 0 */
    int64_t checked_ms;      /* the last answer, or none */
    int code;                /* that answer; -1 = none came */
    int64_t refused_ms;      /* the last 7; 0 = none yet */
    int64_t refused_good_ms; /* of the token that was refused then */
    int64_t refused_ends_ms;
    bool is_gone;    /* the token was deleted: sign-in needed */
    bool is_second;  /* the token came from a sign-in that a 7 had asked for */
    bool is_stopped; /* loop guard: no further sign-in is proposed */
    char actionqs[HV_ACTIONQS]; /* where the person was; foreign text */
};

enum hv_window_kind { HV_WINDOW_TOKEN_KEYS, HV_WINDOW_OUTAGE, HV_WINDOW_KINDS };
enum hv_window_phase { HV_WINDOW_PLANNED, HV_WINDOW_NOW, HV_WINDOW_OVER };
/* What a person ticks off before a window; whether a drill passed and whether
 * a rotation is under way is looked at instead. */
enum hv_window_check {
    HV_CHECK_HELP_PAGE,
    HV_CHECK_NOTICE,
    HV_CHECK_ON_CALL,
    HV_WINDOW_CHECKS
};
struct hv_window {
    char name[HV_TOKEN_NAME];
    char platform[HV_MAX_URL + 1]; /* method URL of the platform it is about */
    enum hv_window_kind kind;
    int64_t at_ms;
    int64_t for_ms;
    int64_t slack_ms; /* it may begin and end by so much sooner or later */
    int64_t made_ms;
    unsigned checked; /* bits of hv_window_check */
};
const char *hv_window_check_word(enum hv_window_check check);
const char *hv_window_check_sentence(enum hv_window_check check);
bool hv_window_check_parse(const char *word, enum hv_window_check *out);
/** hv_window_begin(), hv_window_end() - as early and as late as it may be. */
int64_t hv_window_begin(const struct hv_window *window);
int64_t hv_window_end(const struct hv_window *window);
const char *hv_window_kind_word(enum hv_window_kind kind);
bool hv_window_kind_parse(const char *word, enum hv_window_kind *out);
enum hv_window_phase hv_window_phase(const struct hv_window *window,
                                     int64_t now_ms);
const char *hv_window_phase_word(enum hv_window_phase phase);

/* A rehearsal of such a day, with a token that is there to be lost. */
enum hv_drill_step {
    HV_DRILL_DROPPED, /* the answer is told apart; a 7 deletes the token */
    HV_DRILL_SIGN_IN, /* the URL of the Shell's AUTH is there */
    HV_DRILL_RETURNS, /* it leads back to where the person was */
    HV_DRILL_GUARD,   /* a second 7 right after the sign-in stops */
    HV_DRILL_STEPS
};
#define HV_DRILL_ALL  ((1U << HV_DRILL_STEPS) - 1)
#define HV_MAX_DRILLS 50 /* the oldest goes for the next */
struct hv_drill {
    char window[HV_TOKEN_NAME]; /* it was held for */
    char platform[HV_MAX_URL + 1];
    int64_t at_ms;
    bool is_real;    /* token keys were changed: each older token answers 7 */
    unsigned passed; /* bits of hv_drill_step */
};
const char *hv_drill_step_word(enum hv_drill_step step);
const char *hv_drill_step_sentence(enum hv_drill_step step);
/** hv_drill_count() - how many steps passed. */
int hv_drill_count(const struct hv_drill *drill);
/** hv_drill_guard_holds() - whether the loop guard would stop the second 7 of
 *  this token; a rehearsal on a copy. Pure. */
bool hv_drill_guard_holds(const struct hv_token_note *note, int64_t now_ms);

struct hv_token_book {
    struct hv_token_note *notes; /* owned */
    size_t notes_len;
    struct hv_window *windows; /* owned; in order of their times */
    size_t windows_len;
    struct hv_drill *drills; /* owned; oldest first */
    size_t drills_len;
};
void hv_token_book_release(struct hv_token_book *book);
/** hv_token_book_load() - STORE/maintenance; a missing file is an empty book.
 *  HV_ERR_DAMAGED: it makes no sense. */
HV_MUST_CHECK enum hv_status hv_token_book_load(const char *store,
                                                struct hv_token_book *out,
                                                struct hv_error *err);
/** hv_token_book_edit() - lock, read, let @fn change it, write the whole file
 *  anew. What @fn returns is returned; on failure nothing is written. */
typedef enum hv_status (*hv_token_book_fn)(struct hv_token_book *book,
                                           void *arg, struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_token_book_edit(const char *store,
                                                hv_token_book_fn fn, void *arg,
                                                struct hv_error *err);
/** hv_token_note_find() - NULL = none. */
struct hv_token_note *hv_token_note_find(const struct hv_token_book *book,
                                         const struct hv_guid *app,
                                         const char *name);
/** hv_token_note_make() - the one that is there, or a new one. HV_ERR_LIMIT. */
HV_MUST_CHECK enum hv_status hv_token_note_make(struct hv_token_book *book,
                                                const struct hv_guid *app,
                                                const char *name,
                                                struct hv_token_note **out,
                                                struct hv_error *err);
void hv_token_note_remove(struct hv_token_book *book,
                          struct hv_token_note *note);
struct hv_window *hv_window_find(const struct hv_token_book *book,
                                 const char *name);
/** hv_window_add() - HV_ERR_RULE: that name is taken. HV_ERR_LIMIT. */
HV_MUST_CHECK enum hv_status hv_window_add(struct hv_token_book *book,
                                           const struct hv_window *window,
                                           struct hv_error *err);
void hv_window_remove(struct hv_token_book *book, struct hv_window *window);
/** hv_drill_add() - the oldest goes when there are too many. */
void hv_drill_add(struct hv_token_book *book, const struct hv_drill *drill);
/** hv_drill_last() - the newest of a window on its platform; NULL = none. */
const struct hv_drill *hv_drill_last(const struct hv_token_book *book,
                                     const struct hv_window *window);

/* What happened to a token. Pure. */

/** hv_token_came() - a sign-in gave a token, and the platform said 0 to it. */
void hv_token_came(struct hv_token_note *note, int64_t ends_ms,
                   const char *actionqs, int64_t now_ms);
/**
 * hv_token_answered() - the platform said @code about the token. A 7 makes it
 * gone; a 7 within HV_TOKEN_FRESH of a sign-in that an earlier 7 had asked for
 * stops: to send the person to the Shell again would go round in circles.
 */
void hv_token_answered(struct hv_token_note *note, int code, int64_t now_ms);
/** hv_token_refused_fresh() - a token was refused (7) before it was ever good:
 *  the sign-in itself did not help. Stops when a 7 had asked for it. */
void hv_token_refused_fresh(struct hv_token_note *note, int64_t now_ms);

/* ---------------------------------------------------------- judgements -- */

struct hv_forecast {
    size_t tracked; /* tokens kept now */
    size_t refused; /* of these: will answer 7 from the window on */
    size_t ended;   /* of these: will have ended by themselves before */
    size_t no_end;  /* of the refused: nobody said until when they live */
    size_t away;    /* deleted already: their people sign in anyway */
};
void hv_forecast(const struct hv_token_book *book, const struct hv_guid *app,
                 const struct hv_window *window, struct hv_forecast *out);

#define HV_CURVE_HOURS 72
/* 7s by the hour after a change of token keys. Seen: the notes say. Expected:
 * at a moment that nobody chose, the time until people come back is spread like
 * the time since they were there last, which is known. */
struct hv_curve {
    size_t expected[HV_CURVE_HOURS];
    size_t seen[HV_CURVE_HOURS];
    size_t expected_all, seen_all; /* later ones too */
    int64_t first_ms;              /* the first 7 that was seen; 0 = none */
};
void hv_window_curve(const struct hv_token_book *book,
                     const struct hv_guid *app, const struct hv_window *window,
                     int64_t now_ms, struct hv_curve *out);
/** hv_curve_share() - percent of the expected ones within the first @hours. */
int hv_curve_share(const struct hv_curve *curve, int hours);

enum hv_sevens {
    HV_SEVENS_NONE,       /* no 7 in the last day */
    HV_SEVENS_EXPECTED,   /* each has its window, or was at its end */
    HV_SEVENS_STRAY,      /* one or two people, outside any window */
    HV_SEVENS_KEY_CHANGE, /* many people within an hour, outside any window */
};
struct hv_sevens_judgement {
    enum hv_sevens verdict;
    bool is_alarm; /* some 7 has no window */
    size_t users;  /* who got a 7 in the last 24 h */
    size_t users_1h;
    size_t by_window, by_end, unexplained; /* of these users */
    size_t burst;                          /* unexplained in the worst hour */
    size_t stopped;                        /* people the loop guard holds */
    size_t maintenance, session;           /* last answered 152, 65 in 24 h */
    size_t hours[24];                      /* 7s; the last is the newest */
    char window[HV_TOKEN_NAME];            /* that explains most; "" = none */
    char sentence[200];
};
const char *hv_sevens_word(enum hv_sevens verdict);
/** hv_sevens_judge() - the last 24 h of one application on one platform. A
 *  window of kind token-keys explains the 7 of a token that was good before its
 *  end and refused after its start, a drill that changed the keys the 7 of one
 *  that was good before it. */
void hv_sevens_judge(const struct hv_token_book *book,
                     const struct hv_guid *app, const char *platform,
                     int64_t now_ms, struct hv_sevens_judgement *out);

/** hv_window_notice() - the text for the application's people about a window;
 *  plain lines. */
void hv_window_notice(const struct hv_window *window, struct hv_buf *out);

#endif
