/*
 * test_live_time.c - the running sandbox: its clock, faults and state file, as
 * an application and its operator see them.
 */
#include "live.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const struct hv_sandbox_config seeded = { .seed = 5 };
static struct live live;

static void
start(void)
{
    l_start(&live, &seeded);
    l_sign_in(&live);
}

static void
stop(void)
{
    l_stop(&live);
}

static enum hv_status
clock_op(const char *op, const char *key, const char *value,
         struct hv_facts *facts, struct hv_error *err)
{
    return l_ask(&live, facts, err, "verb", "clock", "op", op, key, value,
                 NULL);
}

Test(live_time, refuses_wrong_orders_about_time_and_trouble, .init = start,
     .fini = stop)
{
    static const struct {
        const char *words[6];
        enum hv_status status;
    } rows[] = {
        { { "verb", "clock" }, HV_ERR_USAGE },
        { { "verb", "clock", "op", "back" }, HV_ERR_USAGE },
        { { "verb", "clock", "op", "advance" }, HV_ERR_USAGE },
        { { "verb", "clock", "op", "advance", "ms", "0" }, HV_ERR_USAGE },
        { { "verb", "clock", "op", "advance", "ms", "-5" }, HV_ERR_USAGE },
        { { "verb", "clock", "op", "advance", "ms", "300000000000000" },
          HV_ERR_USAGE },
        { { "verb", "clock", "op", "rate", "rate", "fast" }, HV_ERR_USAGE },
        { { "verb", "fault" }, HV_ERR_USAGE },
        { { "verb", "fault", "op", "add" }, HV_ERR_USAGE },
        { { "verb", "fault", "op", "clear", "id", "7" }, HV_ERR_NOT_FOUND },
        { { "verb", "auth", "record", "0000", "action", "Burn" },
          HV_ERR_USAGE },
        { { "verb", "auth", "record", "0000", "action", "rules" },
          HV_ERR_NOT_FOUND },
        { { "verb", "app-rules", "set", "both", "xml", "<auth/>" },
          HV_ERR_USAGE },
        { { "verb", "app-rules", "set", "online", "xml", "<rules/>" },
          HV_ERR_FORMAT },
        { { "verb", "app-rules", "set", "online", "app_id", "ffffffff" },
          HV_ERR_NOT_FOUND },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const char *const *w = rows[i].words;
        struct hv_error err = { 0 };

        cr_expect_eq(
            l_ask(&live, NULL, &err, w[0], w[1], w[2], w[3], w[4], w[5], NULL),
            rows[i].status, "row %zu: %s", i, err.why);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
    }
}

/* The clock ages sessions; the check of msg-time stays on real time. */
Test(live_time, ages_sessions_with_its_clock, .init = start, .fini = stop)
{
    struct hv_facts facts = { 0 };

    cr_expect_eq(l_call(&live, "GetEventSubscriptions", "<info/>", NULL), 0);
    cr_expect_eq(clock_op("advance", "ms", "14300000", &facts, NULL), HV_OK);
    hv_facts_release(&facts);
    cr_expect_eq(l_call(&live, "GetEventSubscriptions", "<info/>", NULL), 0);
    cr_expect_eq(clock_op("advance", "ms", "200000", &facts, NULL), HV_OK);
    hv_facts_release(&facts);
    cr_expect_eq(l_call(&live, "GetEventSubscriptions", "<info/>", NULL), 65);
}

Test(live_time, answers_one_advance_at_a_time, .init = start, .fini = stop)
{
    static const int gone[] = { 503, 0 };
    struct hv_facts facts = { 0 };
    char id[HV_GUID_TEXT];

    live.answers = gone;
    l_subscribe(&live, NULL, "v1", 0x11, id);
    cr_expect_eq(clock_op("rate", "rate", "0", NULL, NULL), HV_OK);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "emit", NULL), HV_OK);
    cr_expect_eq(clock_op("advance", "ms", "120000", &facts, NULL), HV_OK);
    l_expect_fact(&facts, "attempts", "2"); /* one batch: now and after 1 min */
    l_expect_fact(&facts, "rate", "0");
    hv_facts_release(&facts);
    cr_expect_eq(live.received_count, 2);
}

Test(live_time, strikes_calls_with_faults, .init = start, .fini = stop)
{
    struct hv_facts facts = { 0 };
    char *text = NULL;

    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "fault", "op", "add", "fault",
                       "error:37", "count", "1", NULL),
                 HV_OK);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "fault", "op", "add", "fault",
                       "maintenance", "method", "GetPersonInfo", NULL),
                 HV_OK);
    cr_expect_eq(l_call(&live, "GetEventSubscriptions", "<info/>", NULL), 37);
    cr_expect_eq(l_call(&live, "GetEventSubscriptions", "<info/>", NULL), 0);
    cr_expect_eq(l_call(&live, "GetPersonInfo", "<info/>", NULL), 152);
    cr_expect_eq(
        l_ask(&live, &facts, NULL, "verb", "fault", "op", "list", NULL), HV_OK);
    l_expect_fact(&facts, "fault", "maintenance");
    l_expect_fact(&facts, "hits", "1");
    hv_facts_release(&facts);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "fault", "op", "add", "fault",
                       "http-500", NULL),
                 HV_OK);
    cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "fault", "op", "clear", "id",
                       "2", NULL),
                 HV_OK);
    cr_expect_eq(l_post(&live, NULL, hv_bytes_str("<html/>"), &text), 200,
                 "no method, no fault");
    free(text);
}

Test(live_time, packs_answers_for_who_asks, .init = start, .fini = stop)
{
    char *text = NULL;

    live.coding = "Accept-Encoding: gzip";
    cr_expect_eq(
        l_post(&live, "Content-Type: text/xml", hv_bytes_str("<html/>"), &text),
        200);
    cr_expect_eq(memcmp(text, "\x1f\x8b", 2), 0);
    free(text);
    live.coding = "Accept-Encoding: gzip;q=0, br";
    cr_expect_eq(
        l_post(&live, "Content-Type: text/xml", hv_bytes_str("<html/>"), &text),
        200);
    cr_expect_not_null(strstr(text, "<code>3</code>"));
    free(text);
}

/* Two lives on one state file: what the first one told is there. */
Test(live_time, goes_on_with_its_state)
{
    static const int gone[] = { 503, 0 };
    struct hv_sandbox_config config = { .seed = 5 };
    struct hv_facts facts = { 0 };
    struct hv_error err = { 0 };
    char id[HV_GUID_TEXT];
    char state[96];

    l_start(&live, &config);
    hv_sandbox_free(live.sandbox);
    snprintf(state, sizeof(state), "%s/state", live.store);
    config.store = live.store;
    config.state = state;
    for (int life = 0; life < 2; life++) {
        live.sandbox = NULL;
        cr_assert_eq(hv_sandbox_start(live.loop, &config, &live.sandbox, &err),
                     HV_OK, "%s", err.why);
        if (life == 0) {
            l_sign_in(&live);
            l_subscribe(&live, NULL, "v1", 0x11, id);
            live.answers = gone;
            cr_expect_eq(clock_op("rate", "rate", "0", NULL, NULL), HV_OK);
            cr_expect_eq(l_ask(&live, NULL, NULL, "verb", "emit", NULL), HV_OK);
        }
        cr_expect_eq(l_ask(&live, &facts, NULL, "verb", "status", NULL), HV_OK);
        l_expect_fact(&facts, "subs", "1");
        l_expect_fact(&facts, "queued", "1");
        l_expect_fact(&facts, "rate", "0");
        hv_facts_release(&facts);
        cr_expect_eq(clock_op("advance", "ms", "60000", &facts, NULL), HV_OK);
        l_expect_fact(&facts, "attempts", "1");
        hv_facts_release(&facts);
        if (life == 0)
            hv_sandbox_free(live.sandbox);
    }
    cr_assert_eq(live.received_count, 2);
    l_expect_signed(&live.received[1], id, "v1", 0x11);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&live.received[0].body),
                             hv_buf_bytes(&live.received[1].body)));
    l_stop(&live);
}
