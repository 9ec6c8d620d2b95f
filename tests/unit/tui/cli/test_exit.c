/*
 * test_exit.c - the exit codes, a row each, with the real program; and that
 * what must not change on disk does not.
 */
#include "place.h"
#include "shell.h"

#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PASSPHRASE "correct horse battery staple\n"

static void
setup(void)
{
    place_make();
    place_text("pass", PASSPHRASE);
    place_text("wrong", "wrong horse battery staple\n");
}

TestSuite(exit, .init = setup, .fini = place_remove, .timeout = 300);

Test(exit, code_0_success_and_an_empty_list)
{
    shell_expect(0, "hvconsole ", "version");
    shell_expect(0, "\"version\"", "version -o json");
    shell_expect(0, "hvconsole ", "--version");
    shell_expect(0, "usage", "--help");
    shell_expect(0, "\"items\": []", "profile list -o json");
    shell_expect(0, NULL, "log list");
    shell_expect(0, "keystore.state\tmissing", "-q");
    shell_expect(0, "SUBSCRIPTION_LIMIT", "explain 133");
    shell_expect(0, "sub create", "commands -o name");
    shell_expect(0, "\"writes\": true", "commands --json");
}

Test(exit, code_2_usage)
{
    shell_expect(2, "did you mean 'status'", "statsu");
    shell_expect(2, "did you mean --fields", "log list --feilds id");
    shell_expect(2, "did you mean id", "log list --fields idd");
    shell_expect(2, "needs SUB", "sub show");
}

Test(exit, code_2_listener_flags)
{
    shell_expect(2, "is not loopback", "listen --addr 0.0.0.0:0");
    shell_expect(2, "belong together", "listen --cert x");
    shell_expect(2, "exclude each other", "listen --plain --self-signed");
    shell_expect(2, "401 or 200", "listen --bad-hmac-response 500");
    shell_expect(2, "--max-body", "listen --max-body 2m");
    shell_expect(2, "no open descriptor", "listen --ready-fd 77");
    shell_expect(2, "--port wants", "sandbox up --port 70000");
    shell_expect(2, "ppe or prod", "sandbox up --env live");
}

Test(exit, code_3_findings)
{
    /* A profile without its keystore wants a person's eye. */
    place_text("config",
               "current = a\n[profile a]\n"
               "app-id = 0b2e6a41-0001-4203-8405-060708090a0b\n"
               "platform = https://127.0.0.1:1/platform/wildcat.ashx\n"
               "shell = https://127.0.0.1:1/\nenv = ppe\n"
               "action-url = https://127.0.0.1:1/hv/\n");
    shell_expect(0, "no keystore yet", "--config config status -o json");
    shell_expect(3, "no keystore yet",
                 "--config config status --exit-code -o json");
}

Test(exit, code_4_locked)
{
    shell_expect(4, "needs a passphrase", "keystore init");
    shell_expect(0, "open", "keystore init --passphrase-file pass");
    shell_expect(4, "is locked", "key list");
    shell_expect(4, "wrong passphrase", "key list --passphrase-file wrong");
    shell_expect(4, "\"kind\":\"locked\"",
                 "key list --passphrase-file wrong -o json");
    shell_expect(0, "locked", "keystore status");
    shell_expect(4, NULL, "keystore status --passphrase-file wrong");
    shell_expect(0, "\"items\": []", "key list --passphrase-file pass -o json");
    setenv("HVCONSOLE_PASSPHRASE_FILE", "pass", 1);
    shell_expect(0, "\"items\": []", "key list -o json");
    shell_expect(4, NULL, "key list --passphrase-file wrong");
}

Test(exit, code_5_not_found)
{
    shell_expect(5, "keystore init", "keystore status");
    shell_expect(5, "no profile 'x'", "profile show x");
    shell_expect(5, "no current profile", "sub list");
    shell_expect(5, "did you mean bad-hmac", "explain bad-hmca");
    shell_expect(5, NULL, "explain 987");
    shell_expect(5, NULL, "listen stop");
    shell_expect(5, NULL, "sandbox down");
    shell_expect(5, "sandbox up", "sandbox status");
    shell_expect(5, NULL, "log show 1");
}

Test(exit, code_6_rule)
{
    shell_expect(0, NULL, "keystore init --passphrase-file pass");
    shell_expect(6, "already", "keystore init --passphrase-file pass");
}

Test(exit, code_9_verification)
{
    static const char header[] =
        "HVEventingSharedKey 0b2e6a41-0001-4203-8405-060708090a0b:v1:"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    shell_expect(0, NULL, "keystore init --passphrase-file pass");
    setenv("HVCONSOLE_PASSPHRASE_FILE", "pass", 1);
    place_text("body", "hello");
    shell_expect(9, "unknown-subscription", "verify --header '%s' --body body",
                 header);
    shell_expect(9, "unknown-subscription",
                 "verify --header 'Authorization: %s' --body body -o json",
                 header);
    shell_expect(9, "missing-header", "verify --header '' --body -");
    shell_expect(9, "malformed-header", "verify --header x --body body");
    shell_expect(5, NULL, "verify --header x --body nothing");
    shell_expect(2, "--body", "verify --header x");
}

Test(exit, code_12_refused)
{
    shell_expect(12, "read-only", "--read-only sub delete aaaa");
    shell_expect(12, "read-only", "--read-only keystore init");
    shell_expect(12, "\"exit\":12", "--read-only sandbox emit -o json");
    shell_expect(0, "\"dry_run\": true",
                 "--read-only keystore init --dry-run -o json");
    shell_expect(5, NULL, "keystore status");
}

static void
copy_with(const char *from, const char *to, size_t flip, const char *prefix)
{
    struct hv_buf file = { 0 };

    if (prefix)
        hv_buf_add_str(&file, prefix);
    cr_assert_eq(hv_file_read(from, 1 << 20, &file, NULL), HV_OK);
    if (flip)
        file.data[flip] ^= 1;
    place_write(to, file.data, file.len);
    hv_buf_release(&file);
}

static void
expect_unchanged(int exit_code, const char *text, const char *path,
                 const char *fmt)
{
    struct hv_buf before = { 0 }, after = { 0 };
    struct stat a, b;

    cr_assert_eq(hv_file_read(path, 1 << 20, &before, NULL), HV_OK);
    cr_assert_eq(stat(path, &a), 0);
    shell_expect(exit_code, text, fmt, path);
    cr_assert_eq(hv_file_read(path, 1 << 20, &after, NULL), HV_OK);
    cr_assert_eq(stat(path, &b), 0);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&before), hv_buf_bytes(&after)), "%s",
              path);
    cr_expect_eq(a.st_ino, b.st_ino);
    cr_expect_eq(a.st_mtim.tv_nsec, b.st_mtim.tv_nsec);
    hv_buf_release(&before);
    hv_buf_release(&after);
}

Test(exit, code_13_damaged_foreign_and_wrong_are_three_answers)
{
    shell_expect(0, NULL,
                 "--keystore good.hvks keystore init --passphrase-file pass");
    copy_with("good.hvks", "damaged.hvks", 700, NULL);
    copy_with("good.hvks", "foreign.hvks", 0, "SQLite format 3");
    expect_unchanged(4, "wrong passphrase", "good.hvks",
                     "key list --passphrase-file wrong --keystore %s");
    expect_unchanged(13, "damaged", "damaged.hvks",
                     "key list --passphrase-file pass --keystore %s");
    expect_unchanged(13, "not a keystore", "foreign.hvks",
                     "key list --passphrase-file pass --keystore %s");
    /* The file speaks before the passphrase is asked for. */
    expect_unchanged(13, "damaged", "damaged.hvks", "key list --keystore %s");
}

Test(exit, a_closed_pipe_ends_quietly)
{
    char line[512];

    snprintf(line, sizeof(line),
             "'%s' commands 2>err | head -1 >out; "
             "test ! -s err",
             HV_PROGRAM);
    cr_expect_eq(system(line), 0);
    snprintf(line, sizeof(line), "'%s' version >/dev/full 2>err; test $? = 1",
             HV_PROGRAM);
    cr_expect_eq(system(line), 0);
}
