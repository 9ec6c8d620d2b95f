/*
 * test_doctor.c - each trouble is found, alone, and a healthy ring has none.
 */
#include "../base/tmpdir.h"
#include "kat.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define DAY INT64_C(86400000)
#define NOW (1000 * DAY)

TestSuite(doctor, .init = store_setup, .fini = tmpdir_remove, .timeout = 60);

static const struct hv_guid app = { { 9 } };
static const struct hv_guid one = { { 1 } };
static const struct hv_guid two = { { 2 } };

static struct hv_key *
add_key(struct hv_keyring *ring, const struct hv_guid *sub, const char *version,
        uint8_t byte, enum hv_key_state state)
{
    struct hv_secret key = { 0 };
    struct hv_key_version id = { "" };
    struct hv_key *made;

    hv_copy(id.id, sizeof(id.id), version);
    cr_assert_eq(hv_secret_init(&key, 64, NULL), HV_OK);
    memset(key.data, byte, 64);
    cr_assert_eq(
        hv_keyring_add_key(ring, sub, &id, &key, HV_KEY_MADE, NOW - DAY, NULL),
        HV_OK);
    hv_secret_release(&key);
    made = hv_keyring_find(ring, sub, &id);
    made->state = state;
    made->activated_ms = NOW - DAY;
    return made;
}

/* Two subscriptions with a key each, of an application that is here. */
static struct hv_keyring
healthy(void)
{
    static const uint8_t spki[32] = { 1 };
    struct hv_keyring ring = { 0 };
    struct hv_secret der = secret_of("der");

    cr_assert_eq(hv_keyring_add_app(&ring, &app, "App", &der, spki, 1, NULL),
                 HV_OK);
    hv_secret_release(&der);
    hv_keyring_add_sub(&ring, &one, &app);
    hv_keyring_add_sub(&ring, &two, &app);
    add_key(&ring, &one, "v1", 1, HV_KEY_ACTIVE);
    add_key(&ring, &two, "v1", 2, HV_KEY_ACTIVE);
    return ring;
}

static void
no_key(struct hv_keyring *ring)
{
    hv_keyring_retire(&ring->keys[0], NOW);
}

static void
two_active(struct hv_keyring *ring)
{
    add_key(ring, &one, "v2", 3, HV_KEY_ACTIVE);
}

static void
reused(struct hv_keyring *ring)
{
    add_key(ring, &one, "v2", 2, HV_KEY_ACCEPTED);
}

static void
no_app(struct hv_keyring *ring)
{
    ring->subs[0].app = one;
}

static void
orphan(struct hv_keyring *ring)
{
    static const struct hv_guid three = { { 3 } };

    add_key(ring, &three, "v1", 3, HV_KEY_ACTIVE);
}

static void
gone(struct hv_keyring *ring)
{
    ring->subs[0].status = HV_SUB_GONE;
}

static void
open_intent(struct hv_keyring *ring)
{
    ring->subs[0].intent = HV_INTENT_SUBMITTED;
    ring->subs[0].intent_ms = NOW - DAY;
}

static void
stray_pending(struct hv_keyring *ring)
{
    add_key(ring, &one, "v2", 3, HV_KEY_PENDING);
}

static void
old(struct hv_keyring *ring)
{
    ring->keys[0].activated_ms = NOW - 366 * DAY;
}

static void
lingering(struct hv_keyring *ring)
{
    add_key(ring, &one, "v2", 3, HV_KEY_ACCEPTED)->superseded_ms =
        NOW - 46 * DAY;
}

Test(doctor, each_trouble_is_found_alone)
{
    static const struct {
        enum hv_key_trouble trouble;
        void (*make)(struct hv_keyring *ring);
        const char *word;
    } rows[] = {
        { HV_TROUBLE_NO_KEY, no_key, "no-key" },
        { HV_TROUBLE_TWO_ACTIVE, two_active, "two-active" },
        { HV_TROUBLE_REUSED, reused, "reused" },
        { HV_TROUBLE_NO_APP, no_app, "no-app" },
        { HV_TROUBLE_ORPHAN, orphan, "orphan" },
        { HV_TROUBLE_GONE, gone, "gone" },
        { HV_TROUBLE_OPEN_INTENT, open_intent, "open-intent" },
        { HV_TROUBLE_STRAY_PENDING, stray_pending, "stray-pending" },
        { HV_TROUBLE_OLD, old, "old" },
        { HV_TROUBLE_LINGERING, lingering, "lingering" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_keyring ring = healthy();
        struct hv_key_finding *found = NULL;
        size_t len;

        rows[i].make(&ring);
        len = hv_keyring_doctor(&ring, NULL, NOW, &found);
        cr_expect_eq(len, 1, "%s: %zu findings", rows[i].word, len);
        if (len) {
            cr_expect_eq(found[0].trouble, rows[i].trouble, "%s", rows[i].word);
            cr_expect_str_eq(hv_key_trouble_word(found[0].trouble),
                             rows[i].word);
            cr_expect_neq(hv_key_trouble_advice(found[0].trouble)[0], '\0');
        }
        free(found);
        hv_keyring_release(&ring);
    }
    expect_no_secrets();
}

Test(doctor, a_healthy_ring_has_nothing_and_rules_can_be_stricter)
{
    struct hv_keyring ring = healthy();
    struct hv_doctor_rules strict = { .max_age_ms = DAY / 2 };
    struct hv_key_finding *found = NULL;

    cr_expect_eq(hv_keyring_doctor(&ring, NULL, NOW, &found), 0);
    cr_expect_null(found);
    cr_expect_eq(hv_keyring_doctor(&ring, &strict, NOW, &found), 2);
    free(found);
    hv_keyring_release(&ring);
    expect_no_secrets();
}

Test(doctor, errors_come_first_and_name_both_sides)
{
    struct hv_keyring ring = healthy();
    struct hv_key_finding *found = NULL;
    size_t len;

    old(&ring);
    reused(&ring);
    len = hv_keyring_doctor(&ring, NULL, NOW, &found);
    cr_assert_eq(len, 2);
    cr_expect_eq(found[0].trouble, HV_TROUBLE_REUSED);
    cr_expect(found[0].is_error);
    cr_expect_not(found[1].is_error);
    cr_expect(hv_guid_equal(&found[0].sub, &two));
    cr_expect_str_eq(found[0].other_version.id, "v2");
    cr_expect_eq(found[1].age_ms, 366 * DAY);
    free(found);
    hv_keyring_release(&ring);
    expect_no_secrets();
}
