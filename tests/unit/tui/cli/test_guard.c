/*
 * test_guard.c - what may not run: read-only, production, locked; and the
 * questions before a change.
 */
#include "place.h"
#include "tui/command/run.h"

#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct hv_session session;

static void
setup(void)
{
    struct hv_globals globals;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    place_make();
    hv_globals_default(&globals);
    cr_assert_eq(hv_session_init(&session, &globals, NULL), HV_OK);
}

static void
teardown(void)
{
    hv_session_release(&session);
    place_remove();
}

TestSuite(guard, .init = setup, .fini = teardown);

static void
add_profile(const char *name, enum hv_env env)
{
    struct hv_profile profile = { .env = env, .limit = 25 };

    hv_copy(profile.name, sizeof(profile.name), name);
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
}

static enum hv_status
run_line(const char *line, struct hv_error *err)
{
    *err = (struct hv_error){ 0 };
    return hv_command_text(&session, line, false, NULL, err);
}

Test(guard, every_write_is_refused_read_only)
{
    int count = 0;

    HV_EACH_COMMAND (c) {
        bool is_write = c->flags & HV_CMD_WRITES;
        struct hv_error err = { 0 };

        cr_expect_eq(hv_command_guard(c, true, false, &err),
                     is_write ? HV_ERR_REFUSED : HV_OK, "%s", c->words);
        cr_expect_eq(hv_command_guard(c, false, false, NULL), HV_OK, "%s",
                     c->words);
        count += is_write;
    }
    cr_expect_gt(count, 5);
}

Test(guard, every_change_is_refused_with_the_flag)
{
    struct hv_error err;

    session.globals.read_only = true;
    HV_EACH_COMMAND (c) {
        bool changes = c->flags & (HV_CMD_WRITES | HV_CMD_CHANGES);

        if (!changes || (c->flags & HV_CMD_SHELL_ONLY))
            continue;
        /* Before its arguments are even counted. */
        cr_expect_eq(run_line(c->words, &err), HV_ERR_REFUSED, "%s: %s",
                     c->words, err.why);
        cr_expect(strstr(err.hint, "--read-only"), "%s", err.hint);
    }
}

Test(guard, every_write_in_production_wants_write)
{
    struct hv_error err;

    add_profile("live", HV_ENV_PROD);
    HV_EACH_COMMAND (c) {
        if (!(c->flags & HV_CMD_WRITES) || (c->flags & HV_CMD_SHELL_ONLY))
            continue;
        cr_expect_eq(run_line(c->words, &err), HV_ERR_REFUSED, "%s", c->words);
        cr_expect(strstr(err.why, "'live' is a production profile"), "%s: %s",
                  c->words, err.why);
        cr_expect(strstr(err.hint, "--write"), "%s", err.hint);
    }
    session.globals.write = true;
    cr_expect_eq(run_line("sub show", &err), HV_ERR_USAGE);
    cr_expect_eq(run_line("sub delete", &err), HV_ERR_USAGE);
}

Test(guard, a_test_profile_is_free)
{
    struct hv_error err;

    add_profile("try", HV_ENV_PPE);
    cr_expect_eq(run_line("sub delete", &err), HV_ERR_USAGE);
    cr_expect_not(hv_session_is_read_only(&session));
    session.globals.read_only = true;
    cr_expect(hv_session_is_read_only(&session));
}

Test(guard, locked_by_the_person_stays_locked)
{
    struct hv_error err;
    struct hv_keystore *ks;

    add_profile("try", HV_ENV_PPE);
    place_text("pass", "correct horse battery staple\n");
    hv_copy(session.globals.passphrase_file,
            sizeof(session.globals.passphrase_file), "pass");
    hv_session_give_keystore(&session, NULL);
    HV_EACH_COMMAND (c) {
        if ((c->flags & HV_CMD_NEEDS_UNLOCK) && !(c->flags & HV_CMD_SHELL_ONLY))
            cr_expect_eq(run_line(c->words, &err), HV_ERR_LOCKED, "%s",
                         c->words);
    }
    cr_expect_eq(hv_session_keystore(&session, &ks, NULL), HV_ERR_LOCKED);
    cr_expect_null(hv_session_try_keystore(&session));
}

Test(guard, dry_runs_pass_the_guards)
{
    struct hv_error err;

    add_profile("live", HV_ENV_PROD);
    add_profile("other", HV_ENV_PPE);
    session.globals.read_only = true;
    cr_expect_eq(run_line("profile remove live --dry-run", &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(run_line("profile use other --dry-run", &err), HV_OK);
    hv_session_forget_config(&session);
    cr_assert_eq(hv_session_config(&session, NULL), HV_OK);
    cr_expect_eq(session.config.len, 2);
    cr_expect_str_eq(session.config.current, "live");
}

static int asked;
static bool answer;
static char question[1024];

static bool
confirm(void *arg, const char *text)
{
    (void)arg;
    asked++;
    hv_copy(question, sizeof(question), text);
    return answer;
}

static bool
type_word(void *arg, const char *text, const char *word)
{
    (void)arg;
    asked++;
    snprintf(question, sizeof(question), "%s|%s", text, word);
    return answer;
}

Test(guard, nobody_to_ask_is_a_refusal)
{
    struct hv_error err;

    add_profile("try", HV_ENV_PPE);
    cr_expect_eq(run_line("profile remove try", &err), HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "--yes"), "%s", err.hint);
    cr_expect_eq(session.config.len, 1);
    cr_expect_eq(run_line("profile remove try --yes", &err), HV_OK, "%s",
                 err.why);
    cr_expect_eq(session.config.len, 0);
}

Test(guard, no_is_no)
{
    struct hv_error err;

    add_profile("try", HV_ENV_PPE);
    session.asker.confirm = confirm;
    cr_expect_eq(run_line("profile remove try", &err), HV_ERR_CANCELLED);
    cr_expect_eq(asked, 1);
    cr_expect(strstr(question, "1 of 1"), "%s", question);
    cr_expect_eq(session.config.len, 1);
    answer = true;
    cr_expect_eq(run_line("profile remove try", &err), HV_OK);
    cr_expect_eq(asked, 2);
    cr_expect_eq(session.config.len, 0);
}

/* What cannot be undone in production. */
Test(guard, production_deletes_want_the_name)
{
    static const struct hv_command command = { .words = "sub delete" };
    struct hv_cmd cmd = { .command = &command,
                          .session = &session,
                          .yes = true };
    struct hv_error err = { 0 };

    add_profile("live", HV_ENV_PROD);
    cr_expect_eq(hv_cmd_confirm_delete(&cmd, &err, "all %d", 3),
                 HV_ERR_REFUSED);
    cr_expect(strstr(err.hint, "--confirm live"), "%s", err.hint);
    hv_copy(session.globals.confirm, sizeof(session.globals.confirm), "lives");
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_cmd_confirm_delete(&cmd, &err, "x"), HV_ERR_REFUSED);
    cr_expect(strstr(err.why, "'lives'"), "%s", err.why);
    hv_copy(session.globals.confirm, sizeof(session.globals.confirm), "live");
    cr_expect_eq(hv_cmd_confirm_delete(&cmd, NULL, "x"), HV_OK);
    session.globals.confirm[0] = '\0';
    session.asker.type_word = type_word;
    cr_expect_eq(hv_cmd_confirm_delete(&cmd, NULL, "all %d", 3),
                 HV_ERR_CANCELLED);
    cr_expect_str_eq(question, "all 3|live");
    answer = true;
    cr_expect_eq(hv_cmd_confirm_delete(&cmd, NULL, "x"), HV_OK);
}

Test(guard, doors)
{
    struct hv_error err;

    cr_expect_eq(run_line("demo", &err), HV_ERR_USAGE);
    cr_expect(strstr(err.why, "only in the shell"), "%s", err.why);
    cr_expect_eq(run_line("", &err), HV_ERR_USAGE);
    cr_expect_eq(run_line("status --store x", &err), HV_ERR_USAGE);
    cr_expect_eq(run_line("status --passphrase-file x", &err), HV_ERR_USAGE);
    cr_expect_eq(run_line("status 'open", &err), HV_ERR_USAGE);
    cr_expect_eq(run_line("status --write", &err), HV_ERR_USAGE);
}

/* The terminal is the console's: a command that read it would take its keys. */
Test(guard, standard_input_is_the_consoles)
{
    static const char *const lines[] = {
        "shell decode -",
        "shell decode -- -",
        "shell lint -",
        "verify --header x --body -",
        "verify --header x --body=-",
        "test send --body -",
        "sub apply -",
    };
    struct hv_error err;

    for (size_t i = 0; i < HV_LEN(lines); i++) {
        cr_expect_eq(run_line(lines[i], &err), HV_ERR_USAGE, "%s", lines[i]);
        cr_expect(strstr(err.why, "the console's own"), "%s: %s", lines[i],
                  err.why);
    }
    cr_expect_eq(
        run_line("shell decode https://a/redirect.aspx?target=AUTH", &err),
        HV_OK, "%s", err.why);
}

Test(guard, text_is_given_back)
{
    struct hv_buf text = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_command_text(&session, "explain 133", false, &text, &err),
                 HV_OK, "%s", err.why);
    cr_expect(strstr(hv_buf_str(&text), "SUBSCRIPTION_LIMIT_EXCEEDED"));
    hv_buf_clear(&text);
    cr_expect_eq(hv_command_text(&session, "help sub list", false, &text, &err),
                 HV_OK);
    cr_expect(strstr(hv_buf_str(&text), "sub list"));
    hv_buf_clear(&text);
    cr_expect_eq(hv_command_text(&session, "sub list -h", false, &text, &err),
                 HV_OK);
    cr_expect(strstr(hv_buf_str(&text), "sub list"));
    hv_buf_clear(&text);
    cr_expect_eq(
        hv_command_text(&session, "version -o json", false, &text, &err),
        HV_OK);
    cr_expect(strstr(hv_buf_str(&text), "\"version\""));
    cr_expect_eq(session.globals.format, HV_FORMAT_AUTO);
    hv_buf_release(&text);
}
