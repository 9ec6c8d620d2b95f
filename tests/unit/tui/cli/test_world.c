/*
 * test_world.c - the program against its sandbox and listener: rules, guards,
 * rotation, log. One world a test, everything on free ports.
 */
#include "place.h"
#include "shell.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char platform[256], shell_url[256], ca[512], app[64];

/* "keystore init, sandbox up, profile add, app add", as in a script. */
static void
world_up(const char *env)
{
    place_make();
    place_text("pass", "correct horse battery staple\n");
    setenv("HVCONSOLE_PASSPHRASE_FILE", "pass", 1);
    shell_expect(0, NULL, "keystore init");
    /* From here on a key file opens it: no KDF in every command. */
    shell_expect(0, "full", "keystore slot add --key-out hvks-keyfile");
    unsetenv("HVCONSOLE_PASSPHRASE_FILE");
    setenv("CREDENTIALS_DIRECTORY", ".", 1);
    shell_expect(0, "listening", "sandbox up --detach --port 0 --env %s", env);
    shell_value("platform", platform, sizeof(platform), "sandbox status");
    shell_value("shell", shell_url, sizeof(shell_url), "sandbox status");
    shell_value("ca", ca, sizeof(ca), "sandbox status");
    shell_value("app_id", app, sizeof(app),
                "profile add app --platform %s --shell %s --env %s "
                "--action-url https://localhost:8443/hv/ --ca %s "
                "--cert-out app.pem",
                platform, shell_url, env, ca);
    shell_expect(0, app,
                 "sandbox app add --app-id %s --cert app.pem --action-url "
                 "https://localhost:8443/hv/",
                 app);
}

static void
setup(void)
{
    world_up("ppe");
}

static void
teardown(void)
{
    struct shell shell;

    shell_run(&shell, "listen stop");
    shell_release(&shell);
    shell_run(&shell, "sandbox down");
    shell_release(&shell);
    place_remove();
}

TestSuite(world, .init = setup, .fini = teardown, .timeout = 300);

static void
write_key(const char *name, int len)
{
    char line[256];

    snprintf(line, sizeof(line), "head -c %d /dev/urandom | base64 -w0 > %s",
             len, name);
    cr_assert_eq(system(line), 0);
}

Test(world, wrong_subscriptions_are_refused_with_a_sentence)
{
    write_key("k63", 63);
    write_key("k64", 64);
    shell_expect(6, "https",
                 "sub create --type Weight --url http://localhost/hv/n");
    shell_expect(6, "63 bytes",
                 "sub create --type Weight --url https://localhost/hv/n "
                 "--key-version a --key-file k63");
    shell_expect(6, "no key version id",
                 "sub create --type Weight --url https://localhost/hv/n "
                 "--key-version 'a b' --key-file k64");
    shell_expect(6, NULL,
                 "sub create --type Weight --url https://u@localhost/hv/n");
    shell_expect(5, "did you mean",
                 "sub create --type Waight --url https://localhost/hv/n");
    shell_expect(2, "--type and --url", "sub create --type Weight");
    shell_expect(5, NULL, "sub show 0b2e6a41");
    shell_expect(5, "4 characters", "sub show 0b2");
    shell_expect(0, "\"used\": 0", "sub list -o json");
    shell_expect(0, "\"items\": []", "key list -o json");
}

Test(world, the_26th_is_refused_by_us_and_by_the_platform)
{
    for (int i = 0; i < 25; i++)
        shell_expect(0, NULL,
                     "sub create --type Height --url https://localhost/hv/%d",
                     i);
    shell_expect(0, "\"used\": 25", "sub list -o json --limit 1");
    shell_expect(6, "\"platform_code\":null",
                 "sub create --type Height --url https://localhost/hv/n "
                 "-o json");
    shell_expect(6, "25",
                 "sub create --type Height --url https://localhost/x "
                 "--dry-run");
    /* Another profile of the application believes in a higher limit. */
    shell_expect(0, NULL,
                 "profile add more --platform %s --shell %s --env ppe "
                 "--action-url https://localhost:8443/hv/ --ca %s --limit 30 "
                 "--cert-out more.pem",
                 platform, shell_url, ca);
    shell_value("app_id", app, sizeof(app), "profile show more");
    shell_expect(0, NULL,
                 "sandbox app add --app-id %s --cert more.pem "
                 "--limit 1",
                 app);
    shell_expect(0, NULL,
                 "--profile more sub create --type Height --url "
                 "https://localhost/hv/a");
    shell_expect(6, "\"platform_code\":133",
                 "--profile more sub create --type Height --url "
                 "https://localhost/hv/b -o json");
}

Test(world, create_rotate_deliver_and_find)
{
    char url[256], sub[64], a[64], b[64];

    shell_expect(5, "no subscription", "key rotate --all --yes");
    shell_value("id", sub, sizeof(sub),
                "sub create --type Weight --url https://localhost/hv/n");
    shell_expect(12, "no listener", "key rotate --all --yes");
    shell_expect(0, NULL, "sub delete %s --yes", sub);
    shell_expect(0, NULL, "keystore slot add --verify --key-out slot.key");
    shell_value("listening", url, sizeof(url),
                "listen --detach --addr 127.0.0.1:0 --slot-key slot.key");
    shell_expect(6, "already", "listen --detach --addr 127.0.0.1:0");
    shell_value("id", sub, sizeof(sub),
                "sub create --type Weight,blood-pressure --url %s/hv/n", url);
    shell_value("key_version", a, sizeof(a), "sub show %.8s", sub);
    shell_expect(0, "\"delivered\": 1",
                 "sandbox emit --type weight --wait -o json");
    shell_expect(12, "--yes", "key rotate %s", sub);
    shell_expect(0, "\"state\": \"planned\"", "key rotate %s --dry-run -o json",
                 sub);
    shell_value("new", b, sizeof(b), "key rotate %.8s --yes", sub);
    cr_expect_str_neq(a, b);
    shell_expect(0, "\"state\": \"accepted\"", "key show %s %s -o json", sub,
                 a);
    shell_expect(0, "\"state\": \"active\"", "key show %s %s -o json", sub, b);
    shell_expect(5, NULL, "key show %s never", sub);
    shell_expect(0, "\"delivered\": 1",
                 "sandbox emit --type weight --wait -o json");
    shell_expect(0, b, "log list --verdict verified --limit 1");
    shell_expect(0, a, "log list --version %s --sub %.8s", a, sub);
    shell_expect(0, "\"type\":\"message\"", "log tail -o ndjson");
    shell_expect(0, "notifications", "log show 1 --raw");
    unsetenv("CREDENTIALS_DIRECTORY");
    shell_expect(0, "\"things\":null", "log list --limit 1 -o ndjson");
    shell_expect(4, NULL, "log show 1 --raw");
    shell_expect(4, NULL,
                 "log list --record 0b2e6a41-0001-4203-8405-060708090a0b");
}

Test(world, editing_changes_what_is_said_and_nothing_else)
{
    char sub[64], version[64], now[64];

    shell_value("id", sub, sizeof(sub),
                "sub create --type Weight --url https://localhost/hv/n");
    shell_value("key_version", version, sizeof(version), "sub show %s", sub);
    shell_expect(2, "needs --url", "sub edit %s", sub);
    shell_expect(6, NULL, "sub edit %s --drop-type Weight", sub);
    shell_expect(6, "https", "sub edit %s --url http://localhost/", sub);
    shell_expect(0, "Height", "sub edit %s --add-type Height --dry-run", sub);
    shell_expect(0, "[\"3d34d87e-7fc1-4153-800f-f56592cb0d17\"]",
                 "sub show %s --raw -o ndjson", sub);
    shell_expect(0, "https://localhost/hv/m",
                 "sub edit %s --url https://localhost/hv/m --add-type Height "
                 "--drop-type Weight",
                 sub);
    shell_value("key_version", now, sizeof(now), "sub show %s", sub);
    cr_expect_str_eq(version, now);
}

Test(world, deleting_asks)
{
    char sub[64];

    shell_value("id", sub, sizeof(sub),
                "sub create --type Weight --url https://localhost/hv/n");
    shell_expect(12, "--yes", "sub delete %s", sub);
    shell_expect(0, "\"dry_run\": true", "sub delete %s --dry-run -o json",
                 sub);
    shell_expect(0, "\"used\": 1", "sub list -o json");
    shell_expect(0, "\"deleted\": true", "sub delete %s %s --yes -o json", sub,
                 sub);
    shell_expect(5, NULL, "sub delete %s --yes", sub);
    shell_expect(0, sub, "key list");
}

Test(world, a_platform_that_is_gone_is_exit_11)
{
    shell_expect(0, NULL, "sandbox down");
    shell_expect(11, "\"kind\":\"network\"", "sub list --timeout 5s -o json");
}

Test(world, an_application_that_is_unknown_is_exit_4)
{
    shell_expect(0, NULL,
                 "profile add alien --platform %s --shell %s --env ppe "
                 "--action-url https://localhost:8443/hv/ --ca %s",
                 platform, shell_url, ca);
    shell_expect(4, "\"exit\":4", "--profile alien sub list -o json");
    shell_expect(0, NULL, "profile use alien");
    shell_expect(4, NULL, "sub list");
    shell_expect(12, NULL, "profile remove alien");
    shell_expect(0, "\"removed\": true", "profile remove alien --yes -o json");
    shell_expect(5, "no current profile", "sub list");
}

Test(world, no_other_certificate_is_trusted)
{
    shell_expect(0, NULL,
                 "profile add naive --platform %s --shell %s --env ppe "
                 "--action-url https://localhost:8443/hv/",
                 platform, shell_url);
    shell_expect(11, NULL, "--profile naive sub list");
}

static void
setup_production(void)
{
    world_up("prod");
}

TestSuite(production, .init = setup_production, .fini = teardown,
          .timeout = 300);

Test(production, changes_want_write_and_deletes_the_name)
{
    char sub[64];

    shell_expect(12, "--write",
                 "sub create --type Weight --url https://localhost:8443/hv/n");
    shell_expect(6, NULL,
                 "--write sub create --type Weight --url https://localhost/x");
    shell_value("id", sub, sizeof(sub),
                "--write sub create --type Weight --url "
                "https://localhost:8443/hv/n");
    shell_expect(12, "--write", "sub delete %s --yes --confirm app", sub);
    shell_expect(12, "--confirm app", "--write sub delete %s --yes", sub);
    shell_expect(12, "'other'", "--write sub delete %s --confirm other", sub);
    shell_expect(12, "--write", "key rotate %s --yes --without-listener", sub);
    shell_expect(0, "done", "--write key rotate %s --yes --without-listener",
                 sub);
    shell_expect(0, "\"used\": 1", "--read-only sub list -o json");
    shell_expect(0, "\"deleted\": true",
                 "--write sub delete %s --confirm app -o json", sub);
}
