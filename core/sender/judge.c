/*
 * judge.c - what a platform would do with a handler's answer, and whether the
 * handler did right. Pure. Fact: retries
 */
#include "hvconsole/send.h"

#include <stdio.h>

#define SLOW_MS                                                                \
    1000 /* worth a remark: the platform's patience is unpublished */

/* Rows are tried in order; the first that fits says it. */
static const struct {
    int from, to;
    const char *note;
} notes[] = {
    { 201, 299,
      "a success elsewhere, but the platform takes only 200 for delivered" },
    { 300, 399,
      "the platform follows no redirect: the URL itself must answer" },
    { 401, 401,
      "the handler did not believe it: look at its key of this version" },
    { 403, 403, "refused: a firewall or a filter before the handler, perhaps" },
    { 404, 405, "nothing takes a POST at this URL" },
    { 408, 408, "the handler did not wait for the message" },
    { 411, 411, "the handler wants a length where there was one: a proxy?" },
    { 413, 413,
      "too large for the handler: the platform batches what is close "
      "in time" },
    { 415, 415, "the handler does not like text/xml" },
    { 429, 429, "the handler is counting: the platform does not slow down" },
    { 400, 499, "the handler did not take it" },
    { 500, 599, "the handler failed: look at its own log" },
    { 100, 999, "not an answer that the platform knows" },
};

static const char *
note_of(int http)
{
    for (size_t i = 0; i < HV_LEN(notes); i++) {
        if (http >= notes[i].from && http <= notes[i].to)
            return notes[i].note;
    }
    return "";
}

static void
judge_genuine(const struct hv_test_answer *answer, struct hv_test_verdict *out)
{
    out->passes = answer->http == 200;
    if (!out->passes)
        hv_copy(out->note, sizeof(out->note), note_of(answer->http));
    else if (answer->took_ms >= SLOW_MS)
        snprintf(out->note, sizeof(out->note),
                 "slow: %lld.%lld s; store first, answer, then work",
                 (long long)(answer->took_ms / 1000),
                 (long long)(answer->took_ms % 1000 / 100));
}

static void
judge_forged(const struct hv_test_answer *answer, int refusal,
             struct hv_test_verdict *out)
{
    int http = answer->http;

    if (refusal) {
        out->passes = http == refusal;
        if (!out->passes)
            snprintf(out->note, sizeof(out->note),
                     "this handler should refuse it with %d", refusal);
        return;
    }
    out->passes = http == 200 || (http >= 400 && http <= 499);
    if (http == 200)
        hv_copy(out->note, sizeof(out->note),
                "the status cannot prove that it was discarded: look at the "
                "handler's own log");
    else if (!out->passes)
        hv_copy(out->note, sizeof(out->note), note_of(http));
}

/* No platform sends such a thing; the handler must only stay on its feet. */
static void
judge_odd(const struct hv_test_answer *answer, int refusal,
          struct hv_test_verdict *out)
{
    int http = answer->http;

    out->passes = http == 200 || (!refusal && http >= 400 && http <= 499);
    if (!out->passes)
        hv_copy(out->note, sizeof(out->note), note_of(http));
}

void
hv_test_judge(const struct hv_test_mode *mode,
              const struct hv_test_answer *answer, int refusal,
              struct hv_test_verdict *out)
{
    bool is_forged = mode->kind == HV_TEST_FORGED;

    *out = (struct hv_test_verdict){
        .expected = !is_forged ? 200
                    : refusal  ? refusal
                               : 401,
        .is_delivered = answer->http == 200,
    };
    if (!answer->http)
        hv_copy(out->note, sizeof(out->note), answer->error.why);
    else if (is_forged)
        judge_forged(answer, refusal, out);
    else if (mode->kind == HV_TEST_ODD)
        judge_odd(answer, refusal, out);
    else
        judge_genuine(answer, out);
}

const char *
hv_test_effect(const struct hv_test_mode *mode, bool is_delivered, bool passes)
{
    if (mode->kind == HV_TEST_GENUINE)
        return is_delivered ? "delivered: the platform is done with it"
                            : "retried for up to 10 days, then given up";
    if (!passes)
        return "none by the platform; but the handler is not safe as it is";
    return is_delivered ? "none: the platform never sends it"
                        : "none: it was refused, as it should be";
}
