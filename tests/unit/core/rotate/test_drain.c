/*
 * test_drain.c - when a replaced key may go: each rule alone keeps it, and only
 * all of them together, with the platform asked, let it go.
 */
#include "world.h"

#include "core/rotate/drain_in.h"
#include "hvconsole/clock.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define MIN  INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY  (24 * HOUR)
#define NOW  INT64_C(1790000000000)

/* ------------------------------------------------------------- the rules -- */

struct bench {
    struct hv_key key, current;
    struct hv_key_sub record;
    struct drain_case c;
    struct hv_drain_row row;
};

/* Everything holds, by a margin. */
static void
bench_make(struct bench *b)
{
    *b = (struct bench){
        .key = { .version.id = "old",
                 .state = HV_KEY_ACCEPTED,
                 .superseded_ms = NOW - 20 * DAY,
                 .retire_not_before_ms = NOW - 6 * DAY },
        .current = { .version.id = "new", .state = HV_KEY_ACTIVE },
        .record = { .status = HV_SUB_LIVE },
        .row = { .version.id = "old",
                 .current.id = "new",
                 .state = HV_KEY_ACCEPTED,
                 .uses = 5,
                 .last_use_ms = NOW - 16 * DAY,
                 .last_fresh_ms = NOW - 18 * DAY,
                 .confirmed_ms = NOW - 20 * DAY,
                 .uptime_ms = 17 * DAY,
                 .gap_ms = 4 * HOUR },
    };
    b->c = (struct drain_case){ .now_ms = NOW,
                                .saved_ms = NOW - DAY,
                                .key = &b->key,
                                .current = &b->current,
                                .record = &b->record,
                                .is_asked = true,
                                .date_ms = NOW,
                                .date_at_ms = NOW };
}

static void
not_accepted(struct bench *b)
{
    b->key.state = b->row.state = HV_KEY_ACTIVE;
}

static void
orphan(struct bench *b)
{
    b->c.record = NULL;
}

static void
unconfirmed(struct bench *b)
{
    b->row.confirmed_ms = 0;
}

static void
open_intent(struct bench *b)
{
    b->record.intent = HV_INTENT_PREPARED;
}

static void
stray_pending(struct bench *b)
{
    b->c.has_pending = true;
}

static void
used_lately(struct bench *b)
{
    b->row.last_fresh_ms = NOW - 14 * DAY + MIN;
}

static void
replaced_lately(struct bench *b)
{
    b->key.superseded_ms = NOW - 13 * DAY;
}

static void
kept_longer(struct bench *b)
{
    b->key.retire_not_before_ms = NOW + MIN;
}

static void
not_listened(struct bench *b)
{
    b->row.uptime_ms = 0;
    b->row.gap_ms = 0;
}

static void
listened_too_little(struct bench *b)
{
    b->row.uptime_ms = b->row.gap_ms;
}

static void
before_the_save(struct bench *b)
{
    b->c.saved_ms = NOW + 1;
}

static void
clock_ahead(struct bench *b)
{
    b->c.date_ms = NOW - 10 * MIN - 1;
}

static void
clock_behind(struct bench *b)
{
    b->c.date_ms = NOW + 10 * MIN + 1;
}

static void
no_date(struct bench *b)
{
    b->c.date_ms = 0;
}

static void
shown(struct bench *b)
{
    b->c.is_shown_current = true;
}

Test(drain, each_rule_alone_keeps_the_key)
{
    static const struct {
        void (*spoil)(struct bench *b);
        enum hv_retire_rule rule;
        const char *part;
    } rows[] = {
        { not_accepted, HV_RETIRE_STATE, "rotate first" },
        { orphan, HV_RETIRE_CONFIRMED, "not in the keystore" },
        { unconfirmed, HV_RETIRE_CONFIRMED, "never confirmed" },
        { open_intent, HV_RETIRE_INTENT, "is open" },
        { stray_pending, HV_RETIRE_INTENT, "is open" },
        { used_lately, HV_RETIRE_GRACE, "too early" },
        { replaced_lately, HV_RETIRE_GRACE, "too early" },
        { kept_longer, HV_RETIRE_GRACE, "too early" },
        { not_listened, HV_RETIRE_UPTIME, "no listener ran" },
        { listened_too_little, HV_RETIRE_UPTIME, "listen longer" },
        { before_the_save, HV_RETIRE_CLOCK, "before the last save" },
        { clock_ahead, HV_RETIRE_CLOCK, "ahead of" },
        { clock_behind, HV_RETIRE_CLOCK, "behind" },
        { no_date, HV_RETIRE_CLOCK, "did not tell" },
        { shown, HV_RETIRE_SHOWN, "signs with this very version" },
    };
    struct bench b;

    bench_make(&b);
    drain_judge(&b.row, &b.c);
    cr_assert(b.row.may_retire);
    cr_expect_eq(b.row.drain, HV_DRAIN_SAFE);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        bench_make(&b);
        rows[i].spoil(&b);
        drain_judge(&b.row, &b.c);
        cr_expect_not(b.row.may_retire, "row %zu", i);
        cr_expect_neq(b.row.drain, HV_DRAIN_SAFE, "row %zu", i);
        for (size_t r = 0; r < HV_RETIRE_RULES; r++) {
            const struct hv_retire_check *check = &b.row.checks[r];

            cr_expect_eq(check->verdict == HV_RETIRE_NOT_OK, r == rows[i].rule,
                         "row %zu, rule %s: %s", i,
                         hv_retire_rule_word(check->rule), check->text);
            cr_expect(check->text[0] &&
                      strlen(check->text) < sizeof(check->text) - 1);
        }
        cr_expect(strstr(b.row.checks[rows[i].rule].text, rows[i].part), "%s",
                  b.row.checks[rows[i].rule].text);
    }
}

Test(drain, states_and_dates)
{
    struct bench b;

    /* Repeats keep nothing busy, and move no date. */
    bench_make(&b);
    b.row.last_use_ms = NOW - MIN;
    drain_judge(&b.row, &b.c);
    cr_expect_eq(b.row.drain, HV_DRAIN_SAFE);
    cr_expect_eq(b.row.safe_at_ms, NOW - 18 * DAY + 14 * DAY);

    bench_make(&b);
    b.row.last_fresh_ms = NOW - 23 * HOUR;
    drain_judge(&b.row, &b.c);
    cr_expect_eq(b.row.drain, HV_DRAIN_DRAINING);
    cr_expect_eq(b.row.safe_at_ms, NOW - 23 * HOUR + 14 * DAY);

    bench_make(&b);
    b.row.last_fresh_ms = NOW - 25 * HOUR;
    drain_judge(&b.row, &b.c);
    cr_expect_eq(b.row.drain, HV_DRAIN_QUIET);

    /* Not asked is no obstacle for the display, and no consent either. */
    bench_make(&b);
    b.c.is_asked = false;
    drain_judge(&b.row, &b.c);
    cr_expect_eq(b.row.drain, HV_DRAIN_SAFE);
    cr_expect_eq(b.row.checks[HV_RETIRE_SHOWN].verdict, HV_RETIRE_NOT_ASKED);

    bench_make(&b);
    b.key.superseded_ms = NOW - 46 * DAY;
    drain_judge(&b.row, &b.c);
    cr_expect(b.row.is_overdue);
    bench_make(&b);
    b.record.status = HV_SUB_GONE;
    b.row.confirmed_ms = 0;
    drain_judge(&b.row, &b.c);
    cr_expect(b.row.may_retire, "the platform does not list it any more");
}

Test(drain, what_just_happened_is_a_second_ago)
{
    struct bench b;

    bench_make(&b);
    b.row.last_fresh_ms = b.key.superseded_ms = b.row.confirmed_ms = NOW;
    drain_judge(&b.row, &b.c);
    cr_expect(strstr(b.row.checks[HV_RETIRE_GRACE].text,
                     "last new message 1s ago, replaced 1s ago"),
              "%s", b.row.checks[HV_RETIRE_GRACE].text);
    cr_expect(strstr(b.row.checks[HV_RETIRE_CONFIRMED].text, "1s ago"));
}

/* ------------------------------------------------------ the real thing -- */

static struct world world;
static struct hv_journal *journal;
static struct hv_guid sub;
static struct hv_rotate_result rotated;

/* A rotation of 30 days ago; since then somebody has listened. */
static void
start(void)
{
    struct hv_error err = { 0 };
    char path[128];

    world_start(&world);
    world_listen(&world);
    sub = world_sub(&world);
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &rotated, &err), HV_OK, "%s",
                 err.why);
    world_age(&world, &sub, 30 * DAY);
    snprintf(path, sizeof(path), "%s/journal.db", world.store);
    cr_assert_eq(hv_journal_open(path,
                                 hv_keyring_journal_key(world_ring(&world)),
                                 &journal, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(hv_journal_beat(journal, hv_clock_now_ms() + 2 * MIN, &err),
                 HV_OK);
}

static void
end(void)
{
    hv_journal_close(journal);
    world_end(&world);
}
TestSuite(retire, .init = start, .fini = end);

static enum hv_status
retire(const struct hv_key_version *version, bool force, bool is_dry,
       struct hv_drain_row *row, struct hv_error *err)
{
    *err = (struct hv_error){ 0 };
    return hv_retire(&world.ctx, &sub, version, force, is_dry, row, err);
}

Test(retire, wipes_when_everything_holds)
{
    struct hv_drain_row row;
    struct hv_error err;
    const struct hv_key *key;

    cr_expect_eq(retire(&rotated.old_version, false, true, &row, &err), HV_OK,
                 "%s", err.why);
    cr_expect(row.may_retire);
    cr_expect_eq(world_key(&world, &sub, rotated.old_version.id)->state,
                 HV_KEY_ACCEPTED, "a dry run wiped it");
    cr_assert_eq(retire(&rotated.old_version, false, false, &row, &err), HV_OK,
                 "%s", err.why);
    world_reopen(&world);
    key = world_key(&world, &sub, rotated.old_version.id);
    cr_assert(key, "the record must stay");
    cr_expect_eq(key->state, HV_KEY_RETIRED);
    cr_expect_eq(key->key.len, 0);
    world_expect_agree(&world, &sub, "retired");
    cr_expect_eq(retire(&rotated.old_version, true, false, &row, &err),
                 HV_ERR_RULE);
    cr_expect(strstr(err.why, "already"), "%s", err.why);
}

Test(retire, nothing_goes_past_what_is_current)
{
    struct hv_key_version none = { .id = "no-such" };
    struct hv_drain_row row;
    struct hv_error err;
    struct world_sub *place = world_find(&world, &sub);

    cr_expect_eq(retire(&none, true, false, &row, &err), HV_ERR_NOT_FOUND);
    cr_expect_eq(retire(&rotated.new_version, true, false, &row, &err),
                 HV_ERR_RULE, "the active one");
    strcpy(place->version, rotated.old_version.id);
    memcpy(place->key,
           world_key(&world, &sub, rotated.old_version.id)->key.data,
           HV_HMAC_KEY_LEN);
    cr_expect_eq(retire(&rotated.old_version, true, false, &row, &err),
                 HV_ERR_RULE, "what the platform signs with");
    cr_expect(strstr(err.why, "signs with this very version"), "%s", err.why);
    cr_expect_eq(world_key(&world, &sub, rotated.old_version.id)->state,
                 HV_KEY_ACCEPTED);
}

Test(retire, force_goes_past_the_rest)
{
    struct hv_drain_row row;
    struct hv_error err;

    world.skew_ms = WORLD_NO_DATE;
    cr_expect_eq(retire(&rotated.old_version, false, false, &row, &err),
                 HV_ERR_RULE);
    cr_expect(strstr(err.why, "did not tell its time"), "%s", err.why);
    world.skew_ms = 11 * MIN;
    cr_expect_eq(retire(&rotated.old_version, false, false, &row, &err),
                 HV_ERR_RULE);
    cr_expect(strstr(err.why, "11m ahead"), "%s", err.why);
    cr_expect(err.hint[0]);
    world.skew_ms = 0;
    world_fail(&world, CALL_GET, MODE_LOST_BEFORE, 1);
    cr_expect_eq(retire(&rotated.old_version, false, false, &row, &err),
                 HV_ERR_NET, "it was not asked");
    world_age(&world, &sub, -20 * DAY);
    cr_expect_eq(retire(&rotated.old_version, false, false, &row, &err),
                 HV_ERR_RULE);
    cr_expect(strstr(err.why, "too early"), "%s", err.why);
    cr_expect_eq(world_key(&world, &sub, rotated.old_version.id)->state,
                 HV_KEY_ACCEPTED);
    world_fail(&world, CALL_GET, MODE_LOST_BEFORE, 1);
    cr_expect_eq(retire(&rotated.old_version, true, false, &row, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(world_key(&world, &sub, rotated.old_version.id)->state,
                 HV_KEY_RETIRED);
}

Test(retire, the_model_has_every_version_that_verifies)
{
    struct hv_drain_model model;
    struct hv_drain_bucket buckets[6];
    struct hv_journal_view *view = NULL;
    struct hv_error err = { 0 };
    char path[128];

    cr_assert_eq(hv_drain_read(world.ctx.ks, world.store, NULL, &model, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(model.len, 2);
    cr_expect_eq(model.rows[0].state, HV_KEY_ACTIVE);
    cr_expect_eq(model.rows[0].drain, HV_DRAIN_NONE);
    cr_expect_eq(model.rows[1].drain, HV_DRAIN_SAFE, "%s",
                 model.rows[1].checks[HV_RETIRE_UPTIME].text);
    cr_expect_str_eq(model.rows[1].current.id, rotated.new_version.id);
    hv_drain_release(&model);
    snprintf(path, sizeof(path), "%s/journal.db", world.store);
    cr_assert_eq(hv_journal_view_open(path, NULL, &view, &err), HV_OK);
    cr_expect_eq(hv_drain_uses(view, world_ring(&world), &sub,
                               hv_clock_now_ms(), HOUR, buckets, 6, &err),
                 HV_OK, "%s", err.why);
    cr_expect_eq(buckets[5].current + buckets[5].old, 0);
    hv_journal_view_close(view);
}
