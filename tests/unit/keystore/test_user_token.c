/*
 * test_user_token.c - user tokens in a keyring and through a save.
 */
#include "../base/tmpdir.h"
#include "hvconsole/keystore.h"
#include "kat.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(user_token, .init = store_setup, .fini = tmpdir_remove);

static const struct hv_guid app = { { 1 } }, other = { { 2 } };

static struct hv_user_token
made(uint8_t person, uint8_t record, const char *label, const char *token)
{
    return (struct hv_user_token){
        .app = app,
        .person = { { person } },
        .record = { { record } },
        .seen_ms = 1795831200000,
        .label = hv_bytes_str(label),
        .token = hv_bytes_str(token),
    };
}

static size_t
count(const struct hv_keyring *ring, const struct hv_guid *whose)
{
    struct hv_user_token token;
    size_t n = 0;

    while (hv_keyring_token_at(ring, whose, n, &token))
        n++;
    return n;
}

Test(user_token, refuses_what_does_not_fit)
{
    static char big[70000];
    struct hv_keyring ring = { 0 };
    struct hv_user_token token;

    memset(big, 'x', sizeof(big) - 1);
    token = made(1, 1, big, "t");
    cr_expect_eq(hv_keyring_put_token(&ring, &token, NULL), HV_ERR_LIMIT);
    token = made(1, 1, "l", big);
    cr_expect_eq(hv_keyring_put_token(&ring, &token, NULL), HV_ERR_LIMIT);
    cr_expect_eq(ring.raw_len, 0);
    cr_expect_not(hv_keyring_drop_token(&ring, &app, &app, &app));
    cr_expect_not(hv_keyring_token_named(&ring, &app, "l", &token));
    hv_keyring_release(&ring);
}

Test(user_token, put_find_replace_drop)
{
    struct hv_keyring ring = { 0 };
    struct hv_user_token a = made(1, 1, "alice", "token of alice"),
                         b = made(2, 1, "bob", "token of bob"), found;

    cr_assert_eq(hv_keyring_put_token(&ring, &a, NULL), HV_OK);
    cr_assert_eq(hv_keyring_put_token(&ring, &b, NULL), HV_OK);
    cr_expect_eq(count(&ring, &app), 2);
    cr_expect_eq(count(&ring, &other), 0);
    cr_expect(hv_keyring_token_named(&ring, &app, "bob", &found));
    cr_expect(hv_bytes_equal(found.token, b.token));
    cr_expect(hv_guid_equal(&found.person, &b.person));
    cr_expect_eq(found.seen_ms, b.seen_ms);
    cr_expect_not(hv_keyring_token_named(&ring, &other, "bob", &found));
    cr_expect_not(hv_keyring_token_named(&ring, &app, "bo", &found));
    b.token = hv_bytes_str("a younger one");
    cr_assert_eq(hv_keyring_put_token(&ring, &b, NULL), HV_OK);
    cr_expect_eq(count(&ring, &app), 2, "replaced, not added");
    cr_expect(hv_keyring_token_named(&ring, &app, "bob", &found));
    cr_expect(hv_bytes_equal(found.token, b.token));
    cr_expect(hv_keyring_drop_token(&ring, &app, &a.person, &a.record));
    cr_expect_not(hv_keyring_drop_token(&ring, &app, &a.person, &a.record));
    cr_expect_eq(count(&ring, &app), 1);
    hv_keyring_release(&ring);
}

static enum hv_status
put(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    return hv_keyring_put_token(ring, arg, err);
}

static enum hv_status
drop(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct hv_user_token *token = arg;

    (void)err;
    cr_expect(hv_keyring_drop_token(ring, &token->app, &token->person,
                                    &token->record));
    return HV_OK;
}

Test(user_token, through_a_save)
{
    struct hv_secret key = { 0 };
    struct hv_keystore *ks = quick_store(&key), *again;
    struct hv_user_token token = made(9, 8, "alice", "token of alice"), found;

    cr_assert_eq(hv_keystore_edit(ks, put, &token, NULL), HV_OK);
    again = open_by_key(&key);
    cr_assert(
        hv_keyring_token_named(hv_keystore_ring(again), &app, "alice", &found));
    cr_expect(hv_bytes_equal(found.token, token.token));
    cr_expect(hv_guid_equal(&found.record, &token.record));
    cr_assert_eq(hv_keystore_edit(again, drop, &token, NULL), HV_OK);
    cr_expect_eq(count(hv_keystore_ring(again), &app), 0);
    hv_keystore_close(again);
    again = open_by_key(&key);
    cr_expect_eq(count(hv_keystore_ring(again), &app), 0, "it came back");
    hv_keystore_close(again);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    expect_no_secrets();
}
