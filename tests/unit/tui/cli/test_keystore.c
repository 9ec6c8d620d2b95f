/*
 * test_keystore.c - who is asked for a passphrase, how often and with what
 * pauses; marks and audit log of a session; settings that hold for it.
 */
#include "place.h"
#include "tui/command/custody.h"
#include "tui/command/run.h"

#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct hv_session session;
static struct hv_secret key;
static int asked, paused;
static int64_t pauses[16];
static int gives_up_after = 100;

static void
setup(void)
{
    struct hv_keystore *ks = NULL;
    struct hv_globals globals;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    place_make();
    hv_globals_default(&globals);
    hv_copy(globals.keystore, sizeof(globals.keystore), "ks");
    hv_copy(globals.store, sizeof(globals.store), "store");
    cr_assert_eq(hv_session_init(&session, &globals, NULL), HV_OK);
    cr_assert_eq(hv_key_file_write("key", &key, NULL), HV_OK);
    cr_assert_eq(hv_keystore_create_with_key_file("ks", &key, "k", &ks, NULL),
                 HV_OK);
    hv_keystore_close(ks);
}

static void
teardown(void)
{
    hv_session_release(&session);
    hv_secret_release(&key);
    place_remove();
}

TestSuite(custody, .init = setup, .fini = teardown);

static void
use_key(void)
{
    hv_copy(session.globals.slot_key, sizeof(session.globals.slot_key), "key");
}

static enum hv_status
run_line(const char *line, struct hv_buf *text, struct hv_error *err)
{
    *err = (struct hv_error){ 0 };
    return hv_command_text(&session, line, true, text, err);
}

/* ---- asking again ---- */

/* No passphrase at all, so that no key is derived: it fails at once. */
static enum hv_status
answer_wrong(void *arg, const char *prompt, bool is_new, struct hv_secret *out,
             struct hv_error *err)
{
    (void)arg;
    (void)prompt;
    (void)is_new;
    if (asked++ >= gives_up_after)
        return hv_fail(err, HV_ERR_CANCELLED, "no passphrase was given");
    return hv_secret_copy(out, "\xff", 1, err);
}

static bool
note_pause(void *arg, const char *why, int64_t ms)
{
    (void)arg;
    cr_expect_neq(why[0], '\0');
    cr_assert_lt(paused, (int)HV_LEN(pauses));
    pauses[paused++] = ms;
    return true;
}

Test(custody, the_tenth_wrong_passphrase_ends_it)
{
    static const int64_t want[] = { 0,    0,     1000,  2000, 4000,
                                    8000, 16000, 30000, 30000 };
    struct hv_error err = { 0 };
    struct hv_keystore *ks;

    session.asker.passphrase = answer_wrong;
    session.asker.pause = note_pause;
    cr_expect_eq(hv_session_keystore(&session, &ks, &err), HV_ERR_LOCKED);
    cr_expect_eq(asked, 10);
    cr_expect_eq(paused, (int)HV_LEN(want));
    for (size_t i = 0; i < HV_LEN(want); i++)
        cr_expect_eq(pauses[i], want[i], "pause %zu: %ld", i, (long)pauses[i]);
    cr_expect(strstr(err.why, "passphrase"), "%s", err.why);
}

Test(custody, who_gives_up_is_told_that_it_was_wrong)
{
    struct hv_error err = { 0 };
    struct hv_keystore *ks;

    session.asker.passphrase = answer_wrong;
    session.asker.pause = note_pause;
    gives_up_after = 2;
    cr_expect_eq(hv_session_keystore(&session, &ks, &err), HV_ERR_LOCKED);
    cr_expect_eq(asked, 3);
    cr_expect_eq(paused, 2);
    asked = 0;
    gives_up_after = 0;
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_session_keystore(&session, &ks, &err), HV_ERR_CANCELLED);
}

Test(custody, without_a_way_to_wait_one_attempt_is_all)
{
    struct hv_error err = { 0 };
    struct hv_keystore *ks;

    session.asker.passphrase = answer_wrong;
    cr_expect_eq(hv_session_keystore(&session, &ks, &err), HV_ERR_LOCKED);
    cr_expect_eq(asked, 1);
}

/* ---- marks and audit ---- */

Test(custody, reading_leaves_no_files_behind)
{
    struct hv_error err;
    struct stat info;

    /* What made the keystore has noted it. */
    cr_assert_eq(access("store/audit-console.ndjson", F_OK), 0);
    use_key();
    hv_copy(session.globals.store, sizeof(session.globals.store), "elsewhere");
    custody_begin(&session.globals);
    cr_expect_eq(run_line("keystore status", NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(run_line("keystore audit", NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(run_line("key list", NULL, &err), HV_OK, "%s", err.why);
    cr_expect_neq(stat("elsewhere", &info), 0, "reading made a directory");
}

Test(custody, a_log_that_cannot_be_written_refuses_changes_and_no_reading)
{
    struct hv_keystore_info before, after;
    struct hv_error err;

    use_key();
    cr_assert_eq(chmod("store/audit-console.ndjson", 0666), 0);
    cr_assert_eq(hv_keystore_inspect("ks", &before, NULL), HV_OK);
    cr_expect_eq(run_line("keystore slot add --key-out k2", NULL, &err),
                 HV_ERR_REFUSED, "%s", err.why);
    cr_expect(strstr(err.why, "nothing was changed"), "%s", err.why);
    cr_expect(strstr(err.hint, "chmod 600"), "%s", err.hint);
    cr_expect_neq(access("k2", F_OK), 0, "the key file was left behind");
    cr_expect_eq(run_line("key list", NULL, &err), HV_OK, "%s", err.why);
    cr_assert_eq(hv_keystore_inspect("ks", &after, NULL), HV_OK);
    cr_expect_eq(before.generation, after.generation);
    cr_assert_eq(chmod("store/audit-console.ndjson", 0600), 0);
    cr_expect_eq(run_line("keystore slot add --key-out k2", NULL, &err), HV_OK,
                 "%s", err.why);
}

struct seen_verbs {
    int count;
    char last[48];
};

static bool
see_verb(void *arg, const struct hv_audit_line *line)
{
    struct seen_verbs *seen = arg;

    seen->count++;
    hv_copy(seen->last, sizeof(seen->last), line->verb);
    return true;
}

Test(custody, each_line_names_the_command)
{
    struct seen_verbs seen = { 0 };
    struct hv_error err;

    use_key();
    cr_assert_eq(run_line("keystore slot add --verify --key-out v", NULL, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(
        hv_audit_each("store", HV_AUDIT_PROGRAM, see_verb, &seen, NULL), HV_OK);
    cr_expect_eq(seen.count, 4);
    cr_expect_str_eq(seen.last, "keystore slot add");
}

Test(custody, an_older_file_is_refused_and_told_by_doctor_and_status)
{
    struct hv_buf text = { 0 };
    struct hv_error err;

    use_key();
    cr_assert_eq(run_line("keystore backup old", NULL, &err), HV_OK);
    cr_assert_eq(run_line("keystore slot add --key-out k2", NULL, &err), HV_OK);
    hv_session_give_keystore(&session, NULL);
    session.is_locked = false;
    cr_assert_eq(rename("old", "ks"), 0);
    cr_expect_eq(run_line("key list", NULL, &err), HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "older than what this host has seen"), "%s",
              err.why);
    cr_expect_eq(run_line("keystore doctor", &text, &err), HV_ERR_FINDINGS);
    cr_expect(strstr(hv_buf_str(&text), "CRITICAL: the file is older"), "%s",
              hv_buf_str(&text));
    hv_buf_clear(&text);
    cr_expect_eq(run_line("status", &text, &err), HV_OK, "%s", err.why);
    cr_expect(strstr(hv_buf_str(&text), "CRITICAL"), "%s", hv_buf_str(&text));
    hv_buf_release(&text);
}

Test(custody, a_cut_log_is_critical_everywhere)
{
    static const char *const lines[] = { "keystore doctor", "status",
                                         "keystore status",
                                         "keystore audit verify" };
    struct hv_error err;

    use_key();
    cr_assert_eq(run_line("keystore slot add --key-out k2", NULL, &err), HV_OK);
    cr_assert_eq(truncate("store/audit-console.ndjson", 0), 0);
    for (size_t i = 0; i < HV_LEN(lines); i++) {
        struct hv_buf text = { 0 };
        enum hv_status st = run_line(lines[i], &text, &err);

        cr_expect(st == HV_OK || st == HV_ERR_FINDINGS || st == HV_ERR_DAMAGED,
                  "%s: %s", lines[i], err.why);
        cr_expect(strstr(hv_buf_str(&text), "CRITICAL"), "%s: %s", lines[i],
                  hv_buf_str(&text));
        hv_buf_release(&text);
    }
}

/* ---- settings ---- */

Test(custody, a_setting_holds_at_once)
{
    struct hv_error err;
    char line[64];

    use_key();
    cr_assert_eq(chmod("ks", 0640), 0);
    cr_expect_eq(run_line("key list", NULL, &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "keystore-group"), "%s", err.hint);
    snprintf(line, sizeof(line), "config set keystore-group %u",
             (unsigned)getgid());
    cr_expect_eq(run_line(line, NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(run_line("key list", NULL, &err), HV_OK, "%s", err.why);
    cr_expect_eq(run_line("config set keystore-group ''", NULL, &err), HV_OK);
    hv_session_give_keystore(&session, NULL);
    session.is_locked = false;
    cr_expect_eq(run_line("key list", NULL, &err), HV_ERR_REFUSED);
}

Test(custody, settings_that_are_not_understood_change_nothing)
{
    static const struct {
        const char *line;
        enum hv_status st;
    } rows[] = {
        { "config set nonsense 1", HV_ERR_NOT_FOUND },
        { "config get nonsense", HV_ERR_NOT_FOUND },
        { "config set max-scrypt-log2 16", HV_ERR_FORMAT },
        { "config set max-scrypt-log2 21", HV_ERR_FORMAT },
        { "config set max-scrypt-log2 1x", HV_ERR_FORMAT },
        { "config set require-mlock maybe", HV_ERR_FORMAT },
        { "config set keystore-group 'a b'", HV_ERR_FORMAT },
        { "config set current nobody", HV_ERR_NOT_FOUND },
        { "config set profile.x.limit 3", HV_ERR_NOT_FOUND },
        { "config set keystore-group", HV_ERR_USAGE },
    };
    struct hv_error err;
    struct stat info;

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(run_line(rows[i].line, NULL, &err), rows[i].st, "%s: %s",
                     rows[i].line, err.why);
    cr_expect_eq(
        run_line("config set max-scrypt-log2 20 --dry-run", NULL, &err), HV_OK);
    cr_expect_neq(stat(session.globals.config, &info), 0,
                  "a config file was made");
}

Test(custody, profiles_are_set_by_their_rules)
{
    struct hv_profile profile = { .limit = 25 };
    struct hv_error err;

    hv_copy(profile.name, sizeof(profile.name), "a.b");
    profile.app_id = hv_guid_random();
    hv_copy(profile.platform, sizeof(profile.platform),
            "https://127.0.0.1:1/platform/wildcat.ashx");
    hv_copy(profile.shell, sizeof(profile.shell), "https://127.0.0.1:1/");
    hv_copy(profile.action_url, sizeof(profile.action_url),
            "https://127.0.0.1:1/hv/");
    cr_assert_eq(hv_session_config(&session, NULL), HV_OK);
    hv_config_put(&session.config, &profile);
    cr_assert_eq(hv_config_save(session.globals.config, &session.config, NULL),
                 HV_OK);
    cr_expect_eq(run_line("config set profile.a.b.limit 26", NULL, &err), HV_OK,
                 "%s", err.why);
    hv_session_forget_config(&session);
    cr_assert_eq(hv_session_config(&session, NULL), HV_OK);
    cr_expect_eq(session.config.profiles[0].limit, 26);
    cr_expect_eq(
        run_line("config set profile.a.b.platform http://x/", NULL, &err),
        HV_ERR_RULE, "%s", err.why);
    cr_expect_eq(run_line("config set profile.a.b.nothing 1", NULL, &err),
                 HV_ERR_NOT_FOUND);
}
