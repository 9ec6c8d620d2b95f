/*
 * test_traffic.c - what came for each subscription and what is held, as the
 * console shows it, from a journal written by hand.
 */
#include "place.h"
#include "tui/command/model.h"

#include "hvconsole/clock.h"
#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define RIGHT   "correct horse battery staple"
#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

static struct hv_session session;
static struct hv_journal *journal;
static const struct hv_guid sub = { { 1, 2, 3 } };
static int64_t now;

static void
setup(void)
{
    struct hv_secret passphrase = { 0 };
    struct hv_keystore *ks = NULL;
    struct hv_globals globals;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    place_make();
    hv_globals_default(&globals);
    hv_copy(globals.keystore, sizeof(globals.keystore), "ks");
    hv_copy(globals.store, sizeof(globals.store), ".");
    cr_assert_eq(hv_session_init(&session, &globals, NULL), HV_OK);
    cr_assert_eq(hv_secret_copy(&passphrase, RIGHT, strlen(RIGHT), NULL),
                 HV_OK);
    cr_assert_eq(hv_keystore_create("ks", &passphrase, "t", 17, &ks, NULL),
                 HV_OK);
    hv_secret_release(&passphrase);
    hv_session_give_keystore(&session, ks);
    now = hv_clock_now_ms();
}

static void
teardown(void)
{
    hv_journal_close(journal);
    hv_session_release(&session);
    place_remove();
}

TestSuite(traffic, .init = setup, .fini = teardown);

static void
open_journal(void)
{
    const struct hv_journal_key *key =
        hv_keyring_journal_key(hv_keystore_ring(session.ks));

    cr_assert_not_null(key);
    cr_assert_eq(hv_journal_open("journal.db", key, &journal, NULL), HV_OK);
}

static void
put(const char *version, enum hv_verdict verdict, int64_t age_ms, bool is_test)
{
    struct hv_judgement judgement = { .verdict = verdict, .has_auth = true };
    struct hv_arrival arrival = {
        .received_ms = now - age_ms,
        .judgement = &judgement,
        .body = hv_bytes_str("<n/>"),
        .answer = hv_verdict_row(verdict)->http,
        .is_test = is_test,
    };

    judgement.auth.sub = sub;
    judgement.why[0] = (struct hv_why_step){ .step = "header", .note = "x" };
    judgement.why_len = 1; /* no judgement is without */
    hv_copy(judgement.auth.version.id, sizeof(judgement.auth.version.id),
            version);
    cr_assert_eq(hv_journal_append(journal, &arrival, 1, NULL), HV_OK);
}

Test(traffic, of_no_journal_there_is_none)
{
    struct hv_traffic_model model;

    cr_assert_eq(hv_model_traffic(&session, &model, NULL), HV_OK);
    cr_expect_eq(model.hours_len, 0);
    cr_expect_eq(model.held_len, 0);
    cr_expect_eq(model.sums_len, 0);
    cr_expect_null(hv_traffic_hours(&model, &sub));
    hv_traffic_release(&model);
}

Test(traffic, held_is_what_the_platform_sends_again)
{
    struct hv_traffic_model model;
    const struct hv_held_row *held;

    open_journal();
    put("v-gone", HV_VERDICT_UNKNOWN_VERSION, 11 * DAY_MS, false);
    put("v-new", HV_VERDICT_UNKNOWN_VERSION, 3 * DAY_MS, false);
    put("v-new", HV_VERDICT_UNKNOWN_VERSION, HOUR_MS, false);
    put("v-test", HV_VERDICT_BAD_HMAC, HOUR_MS, true); /* our own */
    put("v-came", HV_VERDICT_UNKNOWN_VERSION, 2 * HOUR_MS, false);
    put("v-came", HV_VERDICT_VERIFIED, HOUR_MS, false); /* then it verified */
    cr_assert_eq(hv_model_traffic(&session, &model, NULL), HV_OK);
    cr_assert_eq(model.held_len, 1, "%zu groups", model.held_len);
    held = &model.held[0];
    cr_expect_str_eq(held->version.id, "v-new");
    cr_expect_eq(held->tries, 2);
    cr_expect_eq(held->first_ms, now - 3 * DAY_MS, "the oldest of them");
    cr_expect_eq(held->last_ms, now - HOUR_MS);
    cr_expect_eq(held->until_ms, now + 7 * DAY_MS, "given up after ten days");
    hv_traffic_release(&model);
}

Test(traffic, hours_and_sums_are_of_the_last_day)
{
    struct hv_traffic_model model;
    const struct hv_log_hours *hours;
    int64_t verified = 0, refused = 0;

    open_journal();
    put("v1", HV_VERDICT_VERIFIED, 2 * DAY_MS, false);
    put("v1", HV_VERDICT_VERIFIED, 3 * HOUR_MS, false);
    put("v1", HV_VERDICT_VERIFIED_OLD, 2 * HOUR_MS, false);
    put("v1", HV_VERDICT_BAD_HMAC, HOUR_MS, false);
    cr_assert_eq(hv_model_traffic(&session, &model, NULL), HV_OK);
    hours = hv_traffic_hours(&model, &sub);
    cr_assert_not_null(hours);
    for (int h = 0; h < HV_LOG_HOURS; h++) {
        verified += hours->verified[h];
        refused += hours->refused[h];
    }
    cr_expect_eq(verified, 2);
    cr_expect_eq(refused, 1);
    cr_assert_eq(model.sums_len, 1);
    cr_expect_eq(model.sums[0].uses_24h, 2);
    cr_expect_eq(model.sums[0].refused_24h, 1);
    cr_expect_eq(model.sums[0].last_ms, now - HOUR_MS);
    cr_expect_eq(model.sums[0].last_verdict, HV_VERDICT_BAD_HMAC);
    hv_traffic_release(&model);
}

/* It is kept between two looks, and no longer than it is true. */
Test(traffic, the_status_sees_each_message)
{
    struct hv_status_model model;

    hv_model_status(&session, &model);
    cr_expect_eq(model.last_message_ms, 0);
    open_journal();
    hv_model_status(&session, &model);
    cr_expect_eq(model.last_message_ms, 0);
    for (int i = 1; i <= 20; i++) {
        put("v1", i % 4 ? HV_VERDICT_VERIFIED : HV_VERDICT_BAD_HMAC, 20 - i,
            false);
        hv_model_status(&session, &model);
        cr_expect_eq(model.last_message_ms, now - 20 + i, "%d", i);
        cr_expect_eq(model.verdicts_24h[HV_VERDICT_VERIFIED], i - i / 4);
        cr_expect_eq(model.verdicts_1h[HV_VERDICT_BAD_HMAC], i / 4);
        memset(&model, 0, sizeof(model));
        hv_model_status(&session, &model);
        cr_expect_eq(model.verdicts_24h[HV_VERDICT_VERIFIED], i - i / 4);
        cr_expect_eq(model.last_message_ms, now - 20 + i);
    }
}
