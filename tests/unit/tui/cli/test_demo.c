/*
 * test_demo.c - the headless tour, twice in one world.
 */
#include "place.h"
#include "shell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(demo, .init = place_make, .fini = place_remove, .timeout = 300);

static void
expect_tour(const char *flags)
{
    static const char *const told[] = {
        "3 of 25 subscriptions used",
        "4 of 25 used now",
        "verified, key",
        "verified-old, key",
        "bad-hmac, key",
        "answered 401",
        "all 4 messages found again",
        "Everything went as told",
    };
    struct shell shell;

    shell_run(&shell, "demo --headless %s", flags);
    cr_expect_eq(shell.exit_code, 0, "%s", hv_buf_str(&shell.err));
    for (size_t i = 0; i < HV_LEN(told); i++)
        cr_expect(strstr(hv_buf_str(&shell.out), told[i]), "no '%s' in %s",
                  told[i], hv_buf_str(&shell.out));
    cr_expect_eq(shell.err.len, 0, "%s", hv_buf_str(&shell.err));
    shell_release(&shell);
}

Test(demo, tells_the_tour_and_does_so_again)
{
    struct stat info;

    /* Whatever else is given or around, the demo has its own. */
    setenv("HVCONSOLE_PASSPHRASE_FILE", "/nowhere", 1);
    expect_tour("--dir d --keystore /nowhere --config /nowhere");
    cr_assert_eq(stat("d/passphrase", &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    cr_assert_eq(stat("d/keystore.hvks", &info), 0);
    cr_assert_eq(stat("d/config", &info), 0);
    cr_assert_eq(stat("d/state/journal.db", &info), 0);
    expect_tour("--dir d");
    /* Nothing is left running. */
    shell_expect(5, NULL, "--store d/state sandbox status");
    shell_expect(5, NULL, "--store d/state listen stop");
}

Test(demo, is_not_started_twice_in_one_place)
{
    shell_expect(0, NULL, "--store d/state sandbox up --detach --port 0");
    shell_expect(6, "runs in", "demo --headless --dir d");
    shell_expect(0, NULL, "--store d/state sandbox down");
}
