/*
 * rows.h - good and bad calls of every method and version, one row each, with
 * the code that the tables of the protocol ask for. Used by test_methods.c
 * (codes) and test_schemas.c (what the good ones are answered).
 */
#ifndef TESTS_SANDBOX_ROWS_H
#define TESTS_SANDBOX_ROWS_H

#include "support.h"

enum t_who {
    T_APP,     /* the application alone */
    T_OFFLINE, /* with the first person */
    T_ONLINE,  /* with a user token of the first person */
    T_ANON,    /* app-id */
};

/*
 * In info: {P0} a person, {R0} a record, {T0} a thing and {S0} its version
 * stamp, {U0} a subscription, {A} the application; 0 may be another index. The first record holds
 * the things 0 to 47, of which 0 and 1 are blood pressures; the first person
 * owns it.
 */
struct t_row {
    const char *name;
    const char *method;
    int version;
    enum t_who who;
    const char *record; /* as in info; NULL = none */
    const char *info;
    int code;
    void (*setup)(struct t_world *world); /* NULL = none */
    const char *has; /* in the answer; placeholders too; NULL = anything */
    const char *has_not;
};

const struct t_row *t_row_at(size_t index); /* NULL at the end */
/** t_event_row_at() - those of rows_events.c, which t_row_at() ends with. */
const struct t_row *t_event_row_at(size_t index);
/** t_row_expand() - placeholders of @text filled in; the caller frees it. */
char *t_row_expand(const struct t_world *world, const char *text);
/** t_row_run() - in a world of its own; the code. Both documents go to the
 *  caller, who frees them. */
int t_row_run(const struct t_row *row, char **request, char **answer);
/** t_row_spoilt() - the code of the row's call with something wrong in it;
 *  the answer must be what all refusals look like. */
int t_row_spoilt(const struct t_row *row,
                 void (*spoil)(struct t_world *world,
                               struct t_request *request));

#endif
