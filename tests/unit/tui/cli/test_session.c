/*
 * test_session.c - places, and which credential opens the keystore: what
 * stands on the command line comes before what is only around.
 */
#include "place.h"
#include "tui/command/session.h"

#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RIGHT "correct horse battery staple"
#define COST  17 /* log2 N of scrypt: with less a keystore is read-only */

static struct hv_session session;
static int asked;

static void
make_keystore(void)
{
    struct hv_secret passphrase = { 0 }, key = { 0 };
    struct hv_keystore *ks = NULL;

    cr_assert_eq(hv_secret_copy(&passphrase, RIGHT, strlen(RIGHT), NULL),
                 HV_OK);
    cr_assert_eq(hv_keystore_create("ks", &passphrase, "t", COST, &ks, NULL),
                 HV_OK);
    cr_assert_eq(hv_key_file_write("hvks-keyfile", &key, NULL), HV_OK);
    cr_assert_eq(hv_keystore_add_key_file(ks, HV_SCOPE_VERIFY, "l", &key, NULL),
                 HV_OK);
    hv_keystore_close(ks);
    hv_secret_release(&key);
    hv_secret_release(&passphrase);
}

static void
setup(void)
{
    struct hv_globals globals;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    place_make();
    place_text("right", RIGHT "\r\nrest\n");
    place_text("wrong", "wrong horse battery staple\n");
    make_keystore();
    hv_globals_default(&globals);
    hv_copy(globals.keystore, sizeof(globals.keystore), "ks");
    cr_assert_eq(hv_session_init(&session, &globals, NULL), HV_OK);
}

static void
teardown(void)
{
    hv_session_release(&session);
    place_remove();
}

TestSuite(session, .init = setup, .fini = teardown);

static void
expect_open(enum hv_status want, enum hv_keystore_scope scope)
{
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_expect_eq(hv_session_keystore(&session, &ks, &err), want, "%s", err.why);
    if (!want && ks)
        cr_expect_eq(hv_keystore_scope(ks), scope);
}

Test(session, nothing_at_hand_and_nobody_to_ask)
{
    struct hv_error err = { 0 };
    struct hv_keystore *ks;

    cr_expect_not(hv_session_has_credential(&session));
    cr_expect_eq(hv_session_keystore(&session, &ks, &err), HV_ERR_LOCKED);
    cr_expect(strstr(err.hint, "--passphrase-file"), "%s", err.hint);
    cr_expect_null(hv_session_try_keystore(&session));
    cr_expect_eq(session.try_error.status, HV_OK);
}

Test(session, a_missing_file_is_said_before_anything_is_asked)
{
    struct hv_error err = { 0 };
    struct hv_keystore *ks;

    hv_copy(session.globals.keystore, sizeof(session.globals.keystore), "none");
    cr_expect_eq(hv_session_keystore(&session, &ks, &err), HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.hint, "keystore init"), "%s", err.hint);
}

Test(session, the_flag_comes_before_the_environment)
{
    setenv("HVCONSOLE_PASSPHRASE_FILE", "right", 1);
    hv_copy(session.globals.passphrase_file,
            sizeof(session.globals.passphrase_file), "wrong");
    expect_open(HV_ERR_LOCKED, 0);
    hv_copy(session.globals.passphrase_file,
            sizeof(session.globals.passphrase_file), "right");
    setenv("HVCONSOLE_PASSPHRASE_FILE", "wrong", 1);
    expect_open(HV_OK, HV_SCOPE_FULL);
}

Test(session, the_slot_flag_comes_before_the_environment)
{
    setenv("HVCONSOLE_PASSPHRASE_FILE", "wrong", 1);
    hv_copy(session.globals.slot_key, sizeof(session.globals.slot_key),
            "hvks-keyfile");
    expect_open(HV_OK, HV_SCOPE_VERIFY);
}

Test(session, the_environment_names_a_file)
{
    setenv("HVCONSOLE_PASSPHRASE_FILE", "right", 1);
    setenv("CREDENTIALS_DIRECTORY", ".", 1);
    expect_open(HV_OK, HV_SCOPE_FULL);
}

Test(session, systemd_gives_a_directory)
{
    setenv("CREDENTIALS_DIRECTORY", ".", 1);
    expect_open(HV_OK, HV_SCOPE_VERIFY);
}

Test(session, a_directory_without_the_file_is_nothing)
{
    setenv("CREDENTIALS_DIRECTORY", "/", 1);
    expect_open(HV_ERR_LOCKED, 0);
}

Test(session, a_descriptor_gives_it_once)
{
    session.globals.passphrase_fd = open("right", O_RDONLY | O_CLOEXEC);
    cr_assert_geq(session.globals.passphrase_fd, 0);
    expect_open(HV_OK, HV_SCOPE_FULL);
    cr_expect_eq(session.globals.passphrase_fd, -1);
}

static enum hv_status
answer(void *arg, const char *prompt, bool is_new, struct hv_secret *out,
       struct hv_error *err)
{
    (void)arg;
    cr_expect(strstr(prompt, "ks"), "%s", prompt);
    cr_expect_not(is_new);
    asked++;
    return hv_secret_copy(out, RIGHT, strlen(RIGHT), err);
}

Test(session, a_person_is_asked_last_and_never_by_try)
{
    session.asker.passphrase = answer;
    cr_expect_null(hv_session_try_keystore(&session));
    cr_expect_eq(asked, 0);
    expect_open(HV_OK, HV_SCOPE_FULL);
    cr_expect_eq(asked, 1);
    expect_open(HV_OK, HV_SCOPE_FULL);
    cr_expect_eq(asked, 1);
}

Test(session, try_fails_quietly_and_once)
{
    hv_copy(session.globals.passphrase_file,
            sizeof(session.globals.passphrase_file), "wrong");
    cr_expect_null(hv_session_try_keystore(&session));
    cr_expect_eq(session.try_error.status, HV_ERR_LOCKED);
    cr_expect(session.has_tried);
}

Test(session, a_verify_slot_makes_no_client)
{
    struct hv_profile profile = { .name = "p", .limit = 25 };
    struct hv_client *client;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_session_config(&session, NULL), HV_OK);
    hv_config_put(&session.config, &profile);
    hv_copy(session.globals.slot_key, sizeof(session.globals.slot_key),
            "hvks-keyfile");
    cr_expect_eq(hv_session_client(&session, &client, &err), HV_ERR_LOCKED);
    cr_expect(strstr(err.hint, "passphrase"), "%s", err.hint);
}

Test(session, places_follow_xdg_and_home)
{
    struct hv_globals globals;

    setenv("HOME", "/home/x", 1);
    setenv("XDG_CONFIG_HOME", "/c", 1);
    setenv("XDG_DATA_HOME", "relative", 1); /* not a valid value */
    unsetenv("XDG_STATE_HOME");
    hv_globals_default(&globals);
    cr_expect_str_eq(globals.config, "/c/hvconsole/config");
    cr_expect_str_eq(globals.keystore,
                     "/home/x/.local/share/hvconsole/keystore.hvks");
    cr_expect_str_eq(globals.store, "/home/x/.local/state/hvconsole");
    cr_expect_eq(globals.passphrase_fd, -1);
    cr_expect_eq(globals.limit, -1);
}

Test(session, places_that_do_not_fit_are_an_error)
{
    struct hv_globals globals;
    struct hv_session other;
    char longer[700];

    memset(longer, 'x', sizeof(longer));
    longer[0] = '/';
    longer[sizeof(longer) - 1] = '\0';
    setenv("XDG_CONFIG_HOME", longer, 1);
    hv_globals_default(&globals);
    cr_expect_str_eq(globals.config, "");
    cr_expect_eq(hv_session_init(&other, &globals, NULL), HV_ERR_USAGE);
    hv_session_release(&other);
}
