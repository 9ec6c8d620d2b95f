/*
 * test_reconcile.c - what a fresh list of the platform changes in the keystore,
 * what it only says, and what it leaves alone.
 */
#include "world.h"

#include "hvconsole/clock.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define MINUTE INT64_C(60000)
#define DAY    INT64_C(86400000)

static struct world world;

static void
start(void)
{
    world_start(&world);
    world.ctx.without_listener = true;
}

static void
end(void)
{
    world_end(&world);
}
TestSuite(reconcile, .init = start, .fini = end);

/* With what the platform shows now, or with @list. */
static enum hv_status
reconcile(const struct hv_sub_list *list, struct hv_error *err)
{
    struct hv_sub_list now = { 0 };
    enum hv_status st;

    *err = (struct hv_error){ 0 };
    if (!list)
        world_list(&world, &now);
    st = hv_sub_reconcile(&world.ctx, list ? list : &now, err);
    hv_sub_list_release(&now);
    return st;
}

static uint64_t
generation(void)
{
    return hv_keystore_info(world.ctx.ks)->generation;
}

Test(reconcile, nothing_new_saves_nothing)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_error err;
    uint64_t before;

    world_age(&world, &sub, 5 * MINUTE);
    before = generation();
    for (int i = 0; i < 3; i++)
        cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(generation(), before);
}

Test(reconcile, a_day_later_the_date_is_renewed_once)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_error err;
    uint64_t before;

    world_age(&world, &sub, DAY + MINUTE);
    before = generation();
    for (int i = 0; i < 3; i++)
        cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(generation(), before + 1);
    cr_expect_gt(world_record(&world, &sub)->confirmed_ms,
                 hv_clock_now_ms() - MINUTE);
}

Test(reconcile, gone_and_back)
{
    struct hv_guid sub = world_sub(&world);
    struct world_sub place = *world_find(&world, &sub);
    const struct hv_key *key;
    struct hv_error err;

    world_age(&world, &sub, 5 * MINUTE);
    *world_find(&world, &sub) = (struct world_sub){ 0 };
    cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_GONE);
    key = world_key(&world, &sub, place.version);
    cr_expect_eq(key->state, HV_KEY_ACCEPTED);
    cr_expect_eq(key->retire_not_before_ms - key->superseded_ms, 14 * DAY);
    world_age(&world, &sub, 5 * MINUTE);
    *world_find(&world, &(struct hv_guid){ 0 }) = place;
    cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "back again");
    cr_expect_eq(world_key(&world, &sub, place.version)->retire_not_before_ms,
                 0);
}

Test(reconcile, gone_with_an_open_rotation_keeps_both_keys)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    world_fail(&world, CALL_UPDATE, MODE_LOST_BEFORE, 2);
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err),
                 HV_ERR_INCOMPLETE);
    world_age(&world, &sub, 5 * MINUTE);
    *world_find(&world, &sub) = (struct world_sub){ 0 };
    cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_record(&world, &sub)->intent, HV_INTENT_NONE);
    cr_expect_eq(world_key(&world, &sub, result.old_version.id)->state,
                 HV_KEY_ACCEPTED);
    cr_expect_eq(world_key(&world, &sub, result.new_version.id)->state,
                 HV_KEY_ACCEPTED);
}

Test(reconcile, a_list_older_than_the_keystore_changes_nothing)
{
    struct hv_sub_list empty = { 0 };
    struct hv_sub_list before_rotation;
    struct hv_sub_list before_delete;
    struct hv_rotate_result result;
    struct hv_guid sub;
    struct hv_error err;

    /* Read before the subscription was made. */
    sub = world_sub(&world);
    cr_expect_eq(reconcile(&empty, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_LIVE);
    /* Read before its key was rotated. */
    world_list(&world, &before_rotation);
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err), HV_OK);
    cr_expect_eq(reconcile(&before_rotation, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "with an old list");
    /* Read before it was deleted. */
    world_list(&world, &before_delete);
    cr_assert_eq(hv_sub_delete(&world.ctx, &sub, &err), HV_OK);
    cr_expect_eq(reconcile(&before_delete, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_GONE);
    hv_sub_list_release(&before_rotation);
    hv_sub_list_release(&before_delete);
}

Test(reconcile, a_handle_older_than_the_list_reads_the_file_first)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_keystore *ours = world.ctx.ks;
    struct hv_keystore *other = NULL;
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_clone(ours, &other, NULL), HV_OK);
    world.ctx.ks = other;
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err), HV_OK);
    world.ctx.ks = ours;
    hv_keystore_close(other);
    cr_expect_eq(reconcile(NULL, &err), HV_OK,
                 "the other console's key is no stranger's: %s", err.why);
}

Test(reconcile, an_announcement_that_arrived_is_finished)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    world_fail(&world, CALL_UPDATE, MODE_CANCELLED, 1);
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err),
                 HV_ERR_INCOMPLETE);
    cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    world_expect_agree(&world, &sub, "after a list");
    cr_expect_eq(world_key(&world, &sub, result.old_version.id)->state,
                 HV_KEY_ACCEPTED);
}

Test(reconcile, a_draft_that_was_made_is_adopted)
{
    for (int hides = 0; hides < 2; hides++) {
        struct hv_sub wanted;
        struct hv_error err = { 0 };

        world.hides_keys = hides;
        world_wanted(&wanted);
        snprintf(wanted.url, sizeof(wanted.url),
                 "https://app.example.org/hv/%d", hides);
        world_fail(&world, CALL_SUBSCRIBE, MODE_CANCELLED, 1);
        cr_assert_eq(hv_sub_create(&world.ctx, &wanted, &err),
                     HV_ERR_INCOMPLETE);
        cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
        hv_sub_release(&wanted);
        for (size_t i = 0; i < WORLD_SUBS; i++) {
            struct hv_guid id = world.shared->subs[i].id;

            if (!hv_guid_is_zero(&id))
                world_expect_agree(&world, &id, "adopted");
        }
    }
    cr_expect_eq(world_ring(&world)->subs_len, 2);
}

Test(reconcile, a_draft_that_never_came_is_dropped_after_a_day)
{
    struct hv_sub wanted;
    struct hv_guid draft;
    struct hv_error err = { 0 };

    world_wanted(&wanted);
    world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_BEFORE, 1);
    cr_assert_eq(hv_sub_create(&world.ctx, &wanted, &err), HV_ERR_INCOMPLETE);
    hv_sub_release(&wanted);
    draft = world_ring(&world)->subs[0].sub;
    world_age(&world, &draft, DAY - MINUTE);
    cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_ring(&world)->subs_len, 1, "an hour too early");
    world_age(&world, &draft, 2 * MINUTE);
    cr_expect_eq(reconcile(NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_ring(&world)->subs_len, 0);
    cr_expect_eq(world_ring(&world)->keys_len, 0);
}

Test(reconcile, what_cannot_be_verified_is_critical)
{
    static const struct {
        const char *name;
        const char *part;
    } rows[] = {
        { "unknown version", "which this keystore does not have" },
        { "other bytes", "other key bytes" },
    };
    struct hv_guid sub = world_sub(&world);
    struct hv_guid second = world_sub(&world);
    struct world_sub place = *world_find(&world, &sub);

    world_age(&world, &sub, 5 * MINUTE);
    world_age(&world, &second, 5 * MINUTE);
    /* What can be noted is noted all the same. */
    *world_find(&world, &second) = (struct world_sub){ 0 };
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err;
        uint64_t before;

        *world_find(&world, &sub) = place;
        if (i == 0)
            strcpy(world_find(&world, &sub)->version, "theirs-1");
        else
            world_find(&world, &sub)->key[63] ^= 1;
        cr_expect_eq(reconcile(NULL, &err), HV_ERR_INCOMPLETE, "%s",
                     rows[i].name);
        cr_expect(strstr(err.why, "CRITICAL"), "%s", err.why);
        cr_expect(strstr(err.why, rows[i].part), "%s", err.why);
        cr_expect_eq(world_record(&world, &second)->status, HV_SUB_GONE);
        cr_expect_eq(world_key(&world, &sub, place.version)->state,
                     HV_KEY_ACTIVE, "no key is given up for it");
        before = generation();
        cr_expect_eq(reconcile(NULL, &err), HV_ERR_INCOMPLETE);
        cr_expect_eq(generation(), before, "saved again for nothing");
    }
}

Test(reconcile, moved_to_another_key_of_ours_is_told_and_left)
{
    struct hv_guid sub = world_sub(&world);
    struct world_sub old = *world_find(&world, &sub);
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err), HV_OK);
    world_age(&world, &sub, 5 * MINUTE);
    *world_find(&world, &sub) = old;
    cr_expect_eq(reconcile(NULL, &err), HV_ERR_INCOMPLETE);
    cr_expect(strstr(err.why, "somebody moved it"), "%s", err.why);
    cr_expect_null(strstr(err.why, "CRITICAL"));
    cr_expect_eq(world_key(&world, &sub, old.version)->state, HV_KEY_ACCEPTED);
    cr_expect_eq(world_key(&world, &sub, result.new_version.id)->state,
                 HV_KEY_ACTIVE);
}

Test(reconcile, another_applications_records_are_not_looked_at)
{
    struct hv_guid sub = world_sub(&world);
    struct hv_sub_list empty = { 0 };
    struct hv_error err;

    world_age(&world, &sub, 5 * MINUTE);
    world.profile.app_id = hv_guid_random();
    cr_expect_eq(reconcile(&empty, &err), HV_OK, "%s", err.why);
    cr_expect_eq(world_record(&world, &sub)->status, HV_SUB_LIVE);
}

/* ------------------------------------------------------------- troubles -- */

static void
expect_trouble(const struct hv_guid *sub, const char *word, bool is_critical)
{
    struct hv_sub_trouble *troubles;
    struct hv_error err = { 0 };
    uint64_t before = generation();
    size_t len;

    cr_assert_eq(hv_sub_troubles(&world.ctx, &troubles, &len, &err), HV_OK,
                 "%s", err.why);
    cr_assert_eq(len, word ? 1 : 0, "%s", len ? troubles[0].word : "none");
    if (word) {
        cr_expect_str_eq(troubles[0].word, word);
        cr_expect_eq(troubles[0].is_critical, is_critical);
        cr_expect(hv_guid_equal(&troubles[0].sub, sub));
        cr_expect(troubles[0].advice[0]);
    }
    cr_expect_eq(generation(), before, "looking wrote something");
    free(troubles);
}

Test(reconcile, troubles_are_what_only_the_platform_shows)
{
    struct hv_guid sub = world_sub(&world);
    struct world_sub *place = world_find(&world, &sub);
    struct world_sub ours = *place;
    struct hv_rotate_result result;
    struct hv_error err = { 0 };

    expect_trouble(&sub, NULL, false);
    cr_assert_eq(hv_rotate_one(&world.ctx, &sub, &result, &err), HV_OK);
    expect_trouble(&sub, NULL, false);
    memset(place->key, 7, sizeof(place->key));
    expect_trouble(&sub, "other-bytes", true);
    strcpy(place->version, "theirs");
    expect_trouble(&sub, "unknown-version", true);
    *place = ours;
    expect_trouble(&sub, "moved", false);
    /* Made by others altogether. */
    place->id = hv_guid_random();
    expect_trouble(&place->id, "not-here", true);
}

Test(reconcile, what_is_being_created_is_no_trouble)
{
    struct hv_sub wanted;
    struct hv_error err = { 0 };

    world_wanted(&wanted);
    world_fail(&world, CALL_SUBSCRIBE, MODE_LOST_AFTER, 1);
    world_fail(&world, CALL_GET, MODE_LOST_BEFORE, -1);
    world.skip_gets = 1;
    cr_expect_eq(hv_sub_create(&world.ctx, &wanted, &err), HV_ERR_INCOMPLETE);
    world_fail(&world, CALL_GET, MODE_FINE, 0);
    expect_trouble(&wanted.id, NULL, false);
    hv_sub_release(&wanted);
}
