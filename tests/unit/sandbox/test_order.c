/*
 * test_order.c - two things wrong in one call: the one that is looked at first
 * is told. Every pair of the faults below that can stand in one request.
 */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define NOBODY "00000000-0000-4000-8000-000000000000"
#define GOOD                                                                   \
    "<info><group><filter><type-id>" T_BP "</type-id></filter><format>"        \
    "<section>core</section></format></group></info>"

/* A good call, made worse. */
struct scene {
    struct t_world world;
    struct t_request request;
    char person[HV_GUID_TEXT];
    char record[64]; /* header element */
    char token[SB_USER_TOKEN_SIZE];
};

static void
envelope(struct scene *s)
{
    s->request.header = "<record-id>none</record-id>";
}

static void
method(struct scene *s)
{
    s->request.version = 9;
}

static void
token(struct scene *s)
{
    s->request.token = "ASAAAOther";
}

static void
expired(struct scene *s)
{
    s->world.p.sessions[0].expires_ms = 0;
}

static void
mac(struct scene *s)
{
    s->request.bad_mac = true;
}

static void
old(struct scene *s)
{
    s->request.sent_ms = T_NOW_MS - 86400000;
}

static void
info_hash(struct scene *s)
{
    s->request.bad_hash = true;
}

static void
user_unknown(struct scene *s)
{
    s->request.person = NULL;
    s->request.user_token = "ASAAAnobody";
}

static void
user_ended(struct scene *s)
{
    s->request.person = NULL;
    s->request.user_token = s->token;
    sb_user_token_end(&s->world.p, &s->world.p.users[0]);
}

static void
person(struct scene *s)
{
    s->request.person = NOBODY;
}

static void
record(struct scene *s)
{
    s->request.header = "<record-id>" NOBODY "</record-id>";
}

static void
state(struct scene *s)
{
    sb_record_set_state(&s->world.p, 0, SB_RECORD_SUSPENDED);
}

static void
revoked(struct scene *s)
{
    sb_auth_revoke(&s->world.p, sb_auth_find(&s->world.p, 0, 0, 0), T_NOW_MS);
}

static void
schema(struct scene *s)
{
    s->request.info = "<info><group><format/><filter/></group></info>";
}

static void
logic(struct scene *s)
{
    s->request.info = "<info><group><filter><type-id>" NOBODY
                      "</type-id></filter><format/></group></info>";
}

/* In the order of judging. Faults of one part of the request cannot stand
 * beside each other; 0 goes with everything. */
static const struct fault {
    const char *name;
    void (*make)(struct scene *scene);
    int code;
    char part;
} faults[] = {
    { "envelope", envelope, 3, 'r' },
    { "method", method, 5, 0 },
    { "token unknown", token, 8, 0 },
    { "token expired", expired, 65, 0 },
    { "hmac", mac, 4, 0 },
    { "msg-ttl", old, 49, 0 },
    { "info-hash", info_hash, 4, 0 },
    { "user token unknown", user_unknown, 8, 'p' },
    { "user token ended", user_ended, 7, 'p' },
    { "person", person, 9, 'p' },
    { "record", record, 10, 'r' },
    { "record state", state, 37, 0 },
    { "authorisation", revoked, 11, 0 },
    { "info schema", schema, 3, 'i' },
    { "method logic", logic, 19, 'i' },
};

/* The code of a call with one or two faults; NULL = none. */
static int
call_with(const struct fault *one, const struct fault *two, char **text)
{
    struct scene *s = hv_calloc(1, sizeof(*s));
    char id[HV_GUID_TEXT];
    int code;

    t_world_init(&s->world);
    hv_guid_format(&s->world.p.persons[0].id, s->person);
    hv_guid_format(&s->world.p.records[0].id, id);
    snprintf(s->record, sizeof(s->record), "<record-id>%s</record-id>", id);
    cr_assert(sb_user_token_issue(&s->world.p, &s->world.app, 0, 0, false, 0,
                                  T_NOW_MS, s->token));
    s->request = (struct t_request){ .method = "GetThings",
                                     .version = 3,
                                     .info = GOOD,
                                     .header = s->record,
                                     .person = s->person };
    if (one)
        one->make(s);
    if (two)
        two->make(s);
    code = t_call(&s->world, &s->request, text);
    t_world_release(&s->world);
    free(s);
    return code;
}

Test(order, of_two_faults_the_earlier_one_is_told, .init = t_start)
{
    size_t pairs = 0;
    char *text;

    cr_assert_eq(call_with(NULL, NULL, &text), 0, "%s", text);
    free(text);
    for (size_t i = 0; i < HV_LEN(faults); i++) {
        cr_expect_eq(call_with(&faults[i], NULL, &text), faults[i].code,
                     "%s alone: %s", faults[i].name, text);
        free(text);
        for (size_t k = i + 1; k < HV_LEN(faults); k++) {
            if (faults[i].part && faults[i].part == faults[k].part)
                continue;
            /* made in both orders: neither may undo the other */
            cr_expect_eq(call_with(&faults[i], &faults[k], &text),
                         faults[i].code, "%s and %s: %s", faults[i].name,
                         faults[k].name, text);
            free(text);
            cr_expect_eq(call_with(&faults[k], &faults[i], NULL),
                         faults[i].code);
            pairs++;
        }
    }
    printf("%zu faults, %zu pairs of them\n", HV_LEN(faults), pairs);
    cr_expect_geq(pairs, 90);
}
