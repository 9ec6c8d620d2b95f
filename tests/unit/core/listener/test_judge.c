/*
 * test_judge.c - every notification vector gets its verdict, and what the
 * vectors do not show: retired and pending keys, steps in words.
 */
#include "core/notify/mac.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct vector vectors[VECTORS_COUNT];
static struct hv_keyring ring;
static struct hv_notify_parser *parser;

static void
start(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    vectors_load(vectors);
    vectors_ring(&ring);
    parser = hv_notify_parser_new();
}

static void
end(void)
{
    hv_notify_parser_free(parser);
    hv_keyring_release(&ring);
    vectors_release(vectors);
}

TestSuite(judge, .init = start, .fini = end);

static struct hv_judgement
judge(struct hv_bytes header, struct hv_bytes body)
{
    struct hv_judgement made = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_notify_judge(&ring, header, body, parser, &made, &err),
                 HV_OK, "%s", err.why);
    return made;
}

static struct hv_judgement
judge_vector(const struct vector *v)
{
    return judge(hv_buf_bytes(&v->header), hv_buf_bytes(&v->body));
}

static const struct vector *
vector_of(const char *id)
{
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        if (strcmp(vectors[i].id, id) == 0)
            return &vectors[i];
    }
    cr_assert_fail("no vector %s", id);
    return NULL;
}

/* The events in the form of the table. */
static void
print_events(struct hv_buf *out, const struct hv_event_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        const struct hv_event *event = &list->items[i];
        char text[HV_GUID_TEXT];

        if (i)
            hv_buf_add_char(out, ';');
        hv_guid_format(&event->sub, text);
        hv_buf_add_str(out, text);
        hv_guid_format(&event->person, text);
        hv_buf_addf(out, ",%s", text);
        hv_guid_format(&event->record, text);
        hv_buf_addf(out, ",%s", text);
        for (size_t j = 0; j < event->things_len; j++) {
            hv_guid_format(&event->things[j], text);
            hv_buf_addf(out, ",%s", text);
        }
    }
    if (!list->len)
        hv_buf_add_char(out, '-');
}

static bool
has_step(const struct hv_judgement *made, const char *step, bool ok)
{
    for (size_t i = 0; i < made->why_len; i++) {
        if (strcmp(made->why[i].step, step) == 0)
            return made->why[i].ok == ok;
    }
    return false;
}

Test(judge, every_vector_gets_its_verdict)
{
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        const struct vector *v = &vectors[i];
        struct hv_judgement made = judge_vector(v);
        struct hv_buf events = { 0 };

        cr_expect_eq(made.verdict, v->verdict, "%s: %s, not %s", v->id,
                     hv_verdict_row(made.verdict)->word,
                     hv_verdict_row(v->verdict)->word);
        cr_expect_eq(made.without_bom, v->without_bom, "%s", v->id);
        cr_expect_eq(made.events.ignored, v->ignored, "%s", v->id);
        print_events(&events, &made.events);
        cr_expect_str_eq(hv_buf_str(&events), v->events, "%s", v->id);
        if (strcmp(v->parse, "ok") == 0)
            cr_expect(has_step(&made, "xml", true), "%s", v->id);
        else if (strcmp(v->parse, "error") == 0)
            cr_expect(has_step(&made, "xml", false), "%s", v->id);
        else
            cr_expect(!has_step(&made, "xml", true) &&
                          !has_step(&made, "xml", false),
                      "%s", v->id);
        cr_expect_gt(made.why_len, 0);
        hv_buf_release(&events);
        hv_judgement_release(&made);
    }
}

Test(judge, no_header_is_missing)
{
    struct hv_bytes body = hv_buf_bytes(&vector_of("n01")->body);
    struct hv_judgement made = judge((struct hv_bytes){ 0 }, body);

    cr_expect_eq(made.verdict, HV_VERDICT_MISSING);
    cr_expect_not(made.has_auth);
    cr_expect(has_step(&made, "header", false));
    hv_judgement_release(&made);

    made = judge(hv_bytes_str(" \t "), (struct hv_bytes){ 0 });
    cr_expect_eq(made.verdict, HV_VERDICT_MISSING);
    hv_judgement_release(&made);
}

Test(judge, the_state_of_the_key_decides)
{
    static const struct {
        enum hv_key_state state;
        enum hv_verdict verdict;
    } rows[] = {
        { HV_KEY_PENDING, HV_VERDICT_VERIFIED },
        { HV_KEY_ACTIVE, HV_VERDICT_VERIFIED },
        { HV_KEY_ACCEPTED, HV_VERDICT_VERIFIED_OLD },
        { HV_KEY_RETIRED, HV_VERDICT_RETIRED_VERSION },
    };
    const struct vector *v = vector_of("n01");
    struct hv_key *key = &ring.keys[0];

    cr_assert_str_eq(key->version.id, "v1");
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_judgement made;

        key->state = rows[i].state;
        if (key->state == HV_KEY_RETIRED)
            hv_secret_release(&key->key);
        made = judge_vector(v);
        cr_expect_eq(made.verdict, rows[i].verdict, "row %zu", i);
        cr_expect(made.has_auth);
        hv_judgement_release(&made);
    }
}

Test(judge, inner_subscriptions_of_another_application_are_strangers)
{
    const struct vector *v = vector_of("n04");
    struct hv_judgement made;

    made = judge_vector(v);
    cr_expect_eq(made.verdict, HV_VERDICT_MISMATCH);
    cr_expect_not_null(strstr(made.why[made.why_len - 1].note, "1 of 3"), "%s",
                       made.why[made.why_len - 1].note);
    hv_judgement_release(&made);

    ring.subs[1].app.b[0] ^= 1;
    made = judge_vector(v);
    cr_expect_eq(made.verdict, HV_VERDICT_MISMATCH);
    cr_expect_not_null(strstr(made.why[made.why_len - 1].note, "2 of 3"), "%s",
                       made.why[made.why_len - 1].note);
    cr_expect_eq(made.events.len, 3, "all are there to be stored");
    hv_judgement_release(&made);
}

/* The note of the last step of that name, "" = none. */
static const char *
note_of(const struct hv_judgement *made, const char *step)
{
    const char *note = "";

    for (size_t i = 0; i < made->why_len; i++) {
        if (strcmp(made->why[i].step, step) == 0)
            note = made->why[i].note;
    }
    return note;
}

Test(judge, one_is_told_as_one)
{
    static const struct {
        const char *id;
        const char *xml;
    } rows[] = {
        { "n01", "1 notification, 1 thing" },
        { "n04", "3 notifications, 3 things" },
        { "n35", "1 notification, 0 things" },
        { "n12", "1 notification, 1 thing; 1 of unknown kind skipped" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_judgement made = judge_vector(vector_of(rows[i].id));

        cr_expect_str_eq(note_of(&made, "xml"), rows[i].xml, "%s", rows[i].id);
        hv_judgement_release(&made);
    }
}

Test(judge, a_subscription_may_be_known_by_its_keys_alone)
{
    struct hv_judgement made;

    ring.subs_len = 0;
    made = judge_vector(vector_of("n01"));
    cr_expect_eq(made.verdict, HV_VERDICT_VERIFIED_OLD);
    hv_judgement_release(&made);
    made = judge_vector(vector_of("n16"));
    cr_expect_eq(made.verdict, HV_VERDICT_UNKNOWN_VERSION);
    hv_judgement_release(&made);
    ring.subs_len = 2;
}

Test(judge, an_empty_ring_knows_nobody)
{
    struct hv_keyring empty = { 0 };
    const struct vector *v = vector_of("n01");
    struct hv_judgement made = { 0 };

    cr_assert_eq(hv_notify_judge(&empty, hv_buf_bytes(&v->header),
                                 hv_buf_bytes(&v->body), NULL, &made, NULL),
                 HV_OK);
    cr_expect_eq(made.verdict, HV_VERDICT_UNKNOWN_SUB);
    hv_judgement_release(&made);
}

Test(judge, a_changed_bit_anywhere_is_a_forgery)
{
    const struct vector *v = vector_of("n32");
    struct hv_buf body = { 0 };

    hv_buf_add_bytes(&body, hv_buf_bytes(&v->body));
    for (size_t i = 0; i < body.len; i++) {
        struct hv_judgement made;

        body.data[i] ^= (uint8_t)(1u << (i % 8));
        made = judge(hv_buf_bytes(&v->header), hv_buf_bytes(&body));
        cr_expect_eq(made.verdict, HV_VERDICT_BAD_HMAC, "byte %zu", i);
        cr_expect_eq(made.events.len, 0);
        hv_judgement_release(&made);
        body.data[i] ^= (uint8_t)(1u << (i % 8));
    }
    hv_buf_release(&body);
}

Test(judge, notes_hold_no_key_and_no_mac)
{
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        struct hv_judgement made = judge_vector(&vectors[i]);

        for (size_t j = 0; j < made.why_len; j++) {
            cr_expect_null(strstr(made.why[j].note, "PnpZ"), "%s",
                           vectors[i].id);
            cr_expect_neq(made.why[j].note[0], '\0');
        }
        hv_judgement_release(&made);
    }
}

/* The key of each subscription is prepared once and kept; more of them than are
 * kept, another key under an old name, and forgetting change no verdict. */
Test(judge, kept_keys_change_no_verdict)
{
    const struct vector *v = vector_of("n01");
    struct hv_judgement made;

    cr_assert(hv_verdict_row(v->verdict)->is_verified);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) { /* each lookup with a key of its own */
            struct notify_macs *macs = notify_parser_macs(parser);
            const struct notify_mac *mac = NULL;
            uint8_t key[HV_HMAC_KEY_LEN] = { 0 };

            memcpy(key, &i, sizeof(i));
            key[sizeof(i)] = (uint8_t)(round + 1);
            cr_assert_eq(notify_macs_get(macs,
                                         (struct hv_bytes){ key, sizeof(key) },
                                         &mac, NULL),
                         HV_OK);
            cr_assert_not_null(mac);
        }
        made = judge_vector(v);
        cr_expect_eq(made.verdict, v->verdict);
        hv_judgement_release(&made);
        made = judge_vector(v); /* now with the key that is kept */
        cr_expect_eq(made.verdict, v->verdict);
        hv_judgement_release(&made);
    }
    /* The same name, another key: what was kept must not fit any longer. */
    for (size_t i = 0; i < ring.keys_len; i++) {
        if (ring.keys[i].key.len == HV_HMAC_KEY_LEN)
            ring.keys[i].key.data[0] ^= 1;
    }
    made = judge_vector(v);
    cr_expect_eq(made.verdict, HV_VERDICT_BAD_HMAC);
    hv_judgement_release(&made);
    hv_notify_parser_forget(parser);
    hv_notify_parser_forget(NULL);
    for (size_t i = 0; i < ring.keys_len; i++) {
        if (ring.keys[i].key.len == HV_HMAC_KEY_LEN)
            ring.keys[i].key.data[0] ^= 1;
    }
    made = judge_vector(v);
    cr_expect_eq(made.verdict, v->verdict);
    hv_judgement_release(&made);
}
