/*
 * test_rows.c - every method in every version, good and bad: the rows of
 * rows_table.c and rows_events.c, and what is wrong for all of them alike.
 */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(methods, answer_every_row_with_its_code, .init = t_start)
{
    size_t good = 0;
    size_t bad = 0;
    const struct t_row *row;

    for (size_t i = 0; (row = t_row_at(i)); i++) {
        char *request = NULL;
        char *answer = NULL;

        cr_expect_eq(t_row_run(row, &request, &answer), row->code, "%s: %s",
                     row->name, answer);
        good += row->code == 0;
        bad += row->code != 0;
        free(request);
        free(answer);
    }
    printf("%zu good and %zu bad calls\n", good, bad);
    cr_expect_geq(good, 95);
    cr_expect_geq(bad, 130);
}

/* The first good row of a method and version; NULL = none. */
static const struct t_row *
good_row(const struct sb_method *method)
{
    const struct t_row *row;

    for (size_t i = 0; (row = t_row_at(i)); i++)
        if (strcmp(row->method, method->name) == 0 &&
            row->version == method->version && row->code == 0)
            return row;
    return NULL;
}

/* Each method of the table is asked for something good in some row; the one
 * that opens sessions needs signatures and has tests of its own. */
Test(methods, are_all_in_the_rows)
{
    const struct sb_method *method;

    for (size_t m = 0; (method = sb_method_at(m)); m++)
        cr_expect(good_row(method) ||
                      strcmp(method->name, "CreateAuthenticatedSessionToken") ==
                          0,
                  "%s %d", method->name, method->version);
}

static void
no_such_token(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->token = "ASAAAOther";
}

static void
token_over(struct t_world *w, struct t_request *r)
{
    (void)r;
    w->p.sessions[0].expires_ms = 0;
}

static void
bad_mac(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->bad_mac = true;
}

static void
no_mac(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->no_auth = true;
}

static void
too_late(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->sent_ms = T_NOW_MS - 86400000;
}

static void
bad_hash(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->bad_hash = true;
}

static void
no_hash(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->no_hash = true;
}

static void
no_app(struct t_world *w, struct t_request *r)
{
    (void)r;
    sb_app_set_switches(&w->p, &w->p.apps[0], true, false);
}

static void
transform(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->xsl = "toccr";
}

static void
app_id_alone(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->app_id = "05a059c9-c309-46af-9b86-b06d42510550";
}

static void
odd_info(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->info = "<info><odd/></info>";
}

static void
next_version(struct t_world *w, struct t_request *r)
{
    (void)w;
    r->version += 3;
}

/* What is wrong for all of them is told by all of them; bad info too. */
Test(methods, all_refuse_what_is_wrong_for_all, .init = t_start)
{
    static const struct {
        void (*spoil)(struct t_world *world, struct t_request *request);
        int code;
        bool is_about_sessions;
    } faults[] = {
        { no_such_token, 8, true }, { token_over, 65, true },
        { bad_mac, 4, true },       { no_mac, 4, true },
        { too_late, 49, true },     { bad_hash, 4, true },
        { no_hash, 4, true },       { no_app, 6, true },
        { app_id_alone, 8, true },  { transform, 34, false },
        { odd_info, 3, false },     { next_version, 5, false },
    };
    const struct sb_method *method;
    size_t count = 0;

    for (size_t m = 0; (method = sb_method_at(m)); m++) {
        const struct t_row *row = good_row(method);

        for (size_t i = 0; row && i < HV_LEN(faults); i++) {
            if (row->who == T_ANON && faults[i].is_about_sessions)
                continue;
            cr_expect_eq(t_row_spoilt(row, faults[i].spoil), faults[i].code,
                         "%s %d, fault %zu", method->name, method->version, i);
            count++;
        }
    }
    printf("%zu faults that are the same for all methods\n", count);
    cr_expect_geq(count, 200);
}
