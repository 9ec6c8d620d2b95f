/*
 * shell_walk.h - a browser for the tests of the Shell: asks for addresses,
 * posts forms with the nonce of the last page, reads what came back. Straight
 * on sb_shell_answer(), without sockets.
 */
#ifndef TESTS_SANDBOX_SHELL_WALK_H
#define TESTS_SANDBOX_SHELL_WALK_H

#include "support.h"

#include "sandbox/shell.h"

#define W_ACTION "https://app.example.org/hv/action"
#define W_NOW_MS 1763726400000LL

struct walk {
    struct sb_platform p;
    struct sb_shell *shell;
    struct sb_app *app;
    char app_id[HV_GUID_TEXT];
    struct sb_shell_reply reply; /* of the last request */
    char nonce[33];              /* of the last form */
    struct sb_now now;
};

void w_start(struct walk *w);
void w_stop(struct walk *w);

/** w_get() - %s of @fmt are put in as they are. HTTP status. */
int w_get(struct walk *w, const char *fmt, ...) HV_PRINTF(2, 3);
/** w_begin() - redirect.aspx with that target and these pairs inside targetqs;
 *  appid comes first by itself. @inner is escaped once here: "&a=b". */
int w_begin(struct walk *w, const char *target, const char *inner);
/** w_step() - the form of the last page with these fields. */
int w_step(struct walk *w, const char *fields);
/** w_post() - to any address. */
int w_post(struct walk *w, const char *target, const char *body);

const char *w_page(const struct walk *w);     /* its HTML */
const char *w_location(const struct walk *w); /* "" = none */
bool w_says(const struct walk *w, const char *text);
/** w_came_back() - to the action URL with that target first. */
bool w_came_back(const struct walk *w, const char *target);
/** w_token() - wctoken of the location, unescaped; "" = none. */
void w_token(const struct walk *w, char *out, size_t size);
/** w_record() / w_person() - ids as text. */
const char *w_record(const struct walk *w, size_t at);
const char *w_person(const struct walk *w, size_t at);

#endif
