/*
 * test_vectors.c - every notification vector leaves the row the tables say:
 * verdict, what is kept of it, and what is found in it again.
 */
#include "fixture.h"

#include "../listener/vectors.h"

#include <criterion/criterion.h>

#include <string.h>

static struct fixture fx;
static struct vector vectors[VECTORS_COUNT];
static struct hv_keyring ring;

static void
start(void)
{
    fixture_start(&fx);
    vectors_load(vectors);
    vectors_ring(&ring);
}

static void
end(void)
{
    hv_keyring_release(&ring);
    vectors_release(vectors);
    fixture_end(&fx);
}
TestSuite(vectors, .init = start, .fini = end);

static void
append(struct hv_journal *journal, const struct vector *v)
{
    struct hv_judgement judged = { 0 };
    struct hv_arrival arrival = { .received_ms = 1790000000000,
                                  .judgement = &judged,
                                  .body = hv_buf_bytes(&v->body),
                                  .peer = "192.0.2.9" };

    cr_assert_eq(hv_notify_judge(&ring, hv_buf_bytes(&v->header),
                                 hv_buf_bytes(&v->body), NULL, &judged, NULL),
                 HV_OK);
    arrival.answer = hv_verdict_row(judged.verdict)->http;
    cr_assert_eq(hv_journal_append(journal, &arrival, 1, NULL), HV_OK);
    hv_judgement_release(&judged);
}

static void
print_event(struct hv_buf *out, const struct hv_log_event *event)
{
    const struct hv_guid *ids[] = { &event->sub, &event->person,
                                    &event->record };
    char text[HV_GUID_TEXT];

    if (out->len)
        hv_buf_add_char(out, ';');
    for (size_t i = 0; i < HV_LEN(ids); i++) {
        hv_guid_format(ids[i], text);
        hv_buf_addf(out, "%s%s", i ? "," : "", text);
    }
    for (size_t i = 0; i < event->things_len; i++) {
        hv_guid_format(&event->things[i], text);
        hv_buf_addf(out, ",%s", text);
    }
}

static void
check_row(struct hv_journal_view *view, const struct vector *v, int64_t id)
{
    bool is_verified = hv_verdict_row(v->verdict)->is_verified;
    struct hv_log_row row = { 0 };
    struct hv_buf body = { 0 };
    struct hv_buf events = { 0 };

    cr_assert_eq(hv_journal_get(view, id, &row, NULL), HV_OK);
    cr_expect_eq(row.verdict, v->verdict, "%s", v->id);
    cr_expect_eq(row.answered, is_verified ? 200 : 401, "%s", v->id);
    cr_expect_eq(row.bytes, (int64_t)v->body.len, "%s", v->id);
    cr_expect_eq(row.retry_until_ms != 0, !is_verified, "%s", v->id);
    cr_expect(row.is_unsealed && !row.is_altered, "%s", v->id);
    cr_expect_gt(row.why_len, 0, "%s", v->id);
    cr_expect_eq(hv_journal_body(view, id, &body, NULL),
                 is_verified ? HV_OK : HV_ERR_NOT_FOUND, "%s", v->id);
    if (is_verified)
        cr_expect(hv_bytes_equal(hv_buf_bytes(&body), hv_buf_bytes(&v->body)),
                  "%s", v->id);
    for (size_t i = 0; i < row.events_len; i++)
        print_event(&events, &row.events[i]);
    if (strcmp(v->parse, "ok") == 0)
        cr_expect_str_eq(hv_buf_str(&events)[0] ? hv_buf_str(&events) : "-",
                         v->events, "%s", v->id);
    else
        cr_expect_eq(row.events_len, 0, "%s", v->id);
    hv_buf_release(&events);
    hv_buf_release(&body);
    hv_log_row_release(&row);
}

Test(vectors, each_leaves_the_row_of_its_verdict)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);

    for (size_t i = 0; i < VECTORS_COUNT; i++)
        append(journal, &vectors[i]);
    for (size_t i = 0; i < VECTORS_COUNT; i++)
        check_row(view, &vectors[i], (int64_t)i + 1);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

/* The same notification a hundred times: linked, never dropped. */
Test(vectors, a_hundred_times_the_same)
{
    struct hv_journal *journal = fixture_open(&fx);
    size_t at = 0;

    while (vectors[at].verdict != HV_VERDICT_VERIFIED)
        at++;
    for (int i = 0; i < 100; i++)
        append(journal, &vectors[at]);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), 100);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival WHERE twin=1"),
                 99);
    cr_expect_eq(fixture_int(&fx, "SELECT fresh FROM total"), 1);
    cr_expect_eq(fixture_int(&fx, "SELECT repeats FROM retry"), 99);
    hv_journal_close(journal);
}
