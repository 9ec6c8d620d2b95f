/*
 * many_fill.c - millions of rows through the journal's own writer, as a busy
 * year would leave them: half of them of one subscription, one subscription and
 * one key version that hardly ever come, rotations with stragglers, strangers,
 * repeats. Every number is a function of the row's own: two runs make the same.
 */
#include "many.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH  1024
#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct batch {
    struct hv_arrival arrivals[BATCH];
    struct hv_judgement judgements[BATCH];
    struct hv_event events[BATCH];
    struct hv_guid things[BATCH];
    struct hv_buf bodies[BATCH];
    size_t len;
};

/* Of a million: which verdicts come how often; the rest is verified. */
static const struct {
    enum hv_verdict verdict;
    unsigned parts;
} share[] = {
    { HV_VERDICT_VERIFIED_OLD, 1000 },    { HV_VERDICT_QUARANTINED, 100 },
    { HV_VERDICT_MISMATCH, 10 },          { HV_VERDICT_BAD_HMAC, 20000 },
    { HV_VERDICT_UNKNOWN_VERSION, 2000 }, { HV_VERDICT_RETIRED_VERSION, 1000 },
    { HV_VERDICT_UNKNOWN_SUB, 10000 },    { HV_VERDICT_MALFORMED, 3000 },
    { HV_VERDICT_MISSING, 3000 },
};

static uint32_t
draw(uint64_t *state, uint32_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return (uint32_t)((*state >> 33) % below);
}

static enum hv_verdict
draw_verdict(uint64_t *state)
{
    uint32_t at = draw(state, 1000000);

    for (size_t i = 0; i < HV_LEN(share); i++) {
        if (at < share[i].parts)
            return share[i].verdict;
        at -= share[i].parts;
    }
    return HV_VERDICT_VERIFIED;
}

/* Each takes half of what is left; the last one is rare. */
static unsigned
draw_sub(uint64_t *state)
{
    unsigned sub = 0;

    if (draw(state, 100000) == 0)
        return MANY_SUBS - 1;
    while (sub < MANY_SUBS - 2 && draw(state, 2))
        sub++;
    return sub;
}

static void
write_body(const struct hv_event *event, struct hv_buf *out)
{
    char sub[HV_GUID_TEXT], person[HV_GUID_TEXT], record[HV_GUID_TEXT],
        thing[HV_GUID_TEXT];

    hv_guid_format(&event->sub, sub);
    hv_guid_format(&event->person, person);
    hv_guid_format(&event->record, record);
    hv_guid_format(&event->things[0], thing);
    hv_buf_clear(out);
    hv_buf_addf(out,
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><wc:notifications "
                "xmlns:wc=\"urn:com.microsoft.wc.notification\"><notification>"
                "<common><subscription-id>%s</subscription-id></common>"
                "<record-change-notification><person-id>%s</person-id>"
                "<record-id>%s</record-id><things><thing><thing-id>%s"
                "</thing-id></thing></things></record-change-notification>"
                "</notification></wc:notifications>",
                sub, person, record, thing);
}

static void
write_why(struct hv_judgement *judgement, bool is_verified)
{
    static const char *const steps[] = { "header", "subscription", "version",
                                         "mac" };

    judgement->why_len = HV_LEN(steps);
    for (size_t i = 0; i < HV_LEN(steps); i++)
        judgement->why[i] =
            (struct hv_why_step){ .step = steps[i], .ok = true };
    if (!is_verified) {
        judgement->why[3].ok = false;
        hv_copy(judgement->why[3].note, sizeof(judgement->why[3].note),
                "the signature does not fit these bytes");
    }
}

static void
make_row(const struct many *many, struct batch *batch, int64_t number,
         int64_t now_ms)
{
    size_t at = batch->len++;
    uint64_t state = (uint64_t)number;
    struct hv_judgement *judgement = &batch->judgements[at];
    struct hv_event *event = &batch->events[at];
    int64_t left = many->rows - number;
    unsigned generation = (unsigned)(number * 4 / many->rows);
    bool is_repeat = draw(&state, 200) == 0 && number > 5000;
    unsigned sub;
    bool is_verified;

    if (is_repeat) /* the same draws as that one: the same bytes */
        state = (uint64_t)(number - 5000);
    (void)draw(&state, 200);
    sub = draw_sub(&state);
    *judgement = (struct hv_judgement){ .verdict = draw_verdict(&state) };
    is_verified = hv_verdict_row(judgement->verdict)->is_verified;
    judgement->has_auth = judgement->verdict != HV_VERDICT_MALFORMED &&
                          judgement->verdict != HV_VERDICT_MISSING;
    judgement->auth.sub = many_sub(many, sub);
    if (judgement->verdict == HV_VERDICT_VERIFIED_OLD && generation)
        generation--;
    many_version(sub, generation, &judgement->auth.version);
    if (number % MANY_RARE == 5)
        hv_copy(judgement->auth.version.id, sizeof(judgement->auth.version.id),
                MANY_RARE_VERSION);
    batch->things[at] = many_record(draw(&state, 1U << 30) + MANY_RECORDS);
    *event =
        (struct hv_event){ .sub = judgement->auth.sub,
                           .person = many_record(draw(&state, 1000) + 77),
                           .record = many_record(draw(&state, MANY_RECORDS)),
                           .things = &batch->things[at],
                           .things_len = 1 };
    write_body(event, &batch->bodies[at]);
    write_why(judgement, is_verified);
    if (is_verified && judgement->verdict != HV_VERDICT_QUARANTINED) {
        judgement->events.items = event;
        judgement->events.len = 1;
    }
    batch->arrivals[at] = (struct hv_arrival){
        .received_ms = now_ms - left * (many->days * DAY_MS / many->rows),
        .judgement = judgement,
        .body = hv_buf_bytes(&batch->bodies[at]),
        .answer = is_verified ? 200 : 401,
        .peer = "192.0.2.7",
    };
}

void
many_fill(const struct many *many)
{
    struct hv_journal_policy policy = { .keep_ms = -1, .keep_bytes = -1 };
    struct batch *batch = hv_calloc(1, sizeof(*batch));
    struct hv_journal *journal = NULL;
    struct hv_error err = { 0 };
    int64_t now_ms = hv_clock_now_ms();
    int64_t start_ms = hv_clock_mono_ms();
    bool is_more = true;

    if (many->ring->journal_keys_len == 0 ||
        hv_journal_open(
            many->path,
            &many->ring->journal_keys[many->ring->journal_keys_len - 1],
            &journal, &err))
        many_die(many->path, &err);
    hv_journal_set_policy(journal, &policy);
    for (int64_t i = 0; i < many->rows;) {
        for (batch->len = 0; batch->len < BATCH && i < many->rows; i++)
            make_row(many, batch, i, now_ms);
        if (hv_journal_append(journal, batch->arrivals, batch->len, &err))
            many_die("append", &err);
        if (i % (BATCH * 500) == 0)
            fprintf(stderr, "%lld rows\n", (long long)i);
    }
    while (is_more) {
        if (hv_journal_settle(journal, &is_more, &err))
            many_die("settle", &err);
    }
    hv_journal_close(journal);
    for (size_t i = 0; i < BATCH; i++)
        hv_buf_release(&batch->bodies[i]);
    free(batch);
    printf("{\"bench\":\"fill\",\"rows\":%lld,\"seconds\":%.1f}\n",
           (long long)many->rows,
           (double)(hv_clock_mono_ms() - start_ms) / 1e3);
}
