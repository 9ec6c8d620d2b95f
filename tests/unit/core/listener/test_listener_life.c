/*
 * test_listener_life.c - what happens around a listener while it runs: keys
 * that rotate, a keystore or a disk that fails, forgers, new certificates.
 */
#include "support.h"
#include "world.h"

#include "core/net/http.h"
#include "hvconsole/file.h"
#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

TestSuite(listener_life, .init = world_start, .fini = world_end,
          .timeout = 120);

Test(listener_life, a_rotation_needs_no_restart)
{
    char generation[32];
    char before[32];

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    cr_expect_eq(world_post("v1", 1), 200);
    cr_expect_eq(world_post("v2", 2), 401);
    world_fact("generation", before, sizeof(before));

    world_edit((struct world_key){ "v2", 2, HV_KEY_PENDING });
    snprintf(generation, sizeof(generation), "%d", atoi(before) + 1);
    world_wait_fact("generation", generation);
    cr_expect_eq(world_post("v2", 2), 200);
    cr_expect_eq(world_post("v1", 1), 200);
    world_wait_fact("health", "ok");
}

Test(listener_life, even_when_the_loop_saw_nothing_yet)
{
    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    for (int i = 2; i < 8; i++) {
        char version[16];

        snprintf(version, sizeof(version), "v%d", i);
        world_edit((struct world_key){ version, (uint8_t)i, HV_KEY_PENDING });
        cr_expect_eq(world_post(version, (uint8_t)i), 200, "%s", version);
    }
}

Test(listener_life, a_bad_keystore_file_takes_no_keys_away)
{
    struct hv_error err = { 0 };
    struct hv_buf good = { 0 };
    struct hv_buf bad = { 0 };

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    cr_assert_eq(hv_file_read(world_keystore, HV_MAX_KEYSTORE, &good, &err),
                 HV_OK, "%s", err.why);
    hv_buf_add_bytes(&bad, hv_buf_bytes(&good));
    bad.data[200] ^= 1;
    cr_assert_eq(
        hv_file_replace(world_keystore, 0600, hv_buf_bytes(&bad), &err), HV_OK);
    world_wait_fact("health", "degraded: keystore: ");
    cr_expect_eq(world_post("v1", 1), 200, "the last good keys");

    cr_assert_eq(unlink(world_keystore), 0);
    world_wait_fact("health", "degraded: keystore: ");
    cr_expect_eq(world_post("v1", 1), 200);

    cr_assert_eq(
        hv_file_replace(world_keystore, 0600, hv_buf_bytes(&good), &err),
        HV_OK);
    world_wait_fact("health", "ok");
    cr_expect_eq(world_post("v1", 1), 200);
    hv_buf_release(&good);
    hv_buf_release(&bad);
}

Test(listener_life, what_cannot_be_stored_is_not_acknowledged)
{
    struct rlimit nothing = { 0, RLIM_INFINITY };
    struct rlimit before;
    struct hv_log_row rows[8];
    char auth[256];
    char *answer;
    size_t len;

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    nothing.rlim_max = before.rlim_max;
    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    cr_assert_eq(world_post("v1", 1), 200);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &nothing), 0);
    world_sign(auth, "v1", 1, hv_bytes_str(WORLD_BODY));
    answer = world_ask("/", auth, NULL, hv_bytes_str(WORLD_BODY));
    cr_expect_eq(world_status_of(answer), 503, "%s", answer);
    cr_expect_not_null(strstr(answer, "Retry-After: 300\r\n"), "%s", answer);
    cr_expect_not_null(strstr(answer, "Connection: close\r\n"), "%s", answer);
    free(answer);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_expect_eq(world_post("v1", 1), 200, "and it goes on by itself");
    world_wait_fact("health", "ok");
    len = world_read_rows(rows, HV_LEN(rows));
    cr_expect_eq(len, 2, "%zu rows", len);
    world_release_rows(rows, len);
}

Test(listener_life, a_200_for_forgeries_has_a_fuse)
{
    struct hv_listener_config config = world_plain;

    config.bad_hmac_200 = true;
    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(config);
    for (int i = 0; i < 5; i++)
        cr_expect_eq(world_post("v1", 9), 200, "never verified: no fuse");
    cr_expect_eq(world_post("v1", 1), 200);
    cr_expect_eq(world_post("v1", 9), 401,
                 "five in ten minutes, and it verified");
    cr_expect_eq(world_post("v2", 9), 401, "only for a bad HMAC");
    world_stop();
    cr_expect_eq(world_count_rows(HV_VERDICT_BAD_HMAC), 6);
    cr_expect_eq(world_count_rows(HV_VERDICT_VERIFIED), 1);
}

Test(listener_life, a_flood_of_refusals_is_counted_not_listed)
{
    struct hv_log_row rows[200];
    char unlisted[32];
    size_t len;

    world_serve(world_plain);
    for (int i = 0; i < 80; i++)
        cr_assert_eq(world_ask_status("/", NULL, NULL, hv_bytes_str("x")), 401);
    world_wait_fact("count-missing-header", "80");
    world_fact("unlisted", unlisted, sizeof(unlisted));
    world_stop();
    len = world_read_rows(rows, HV_LEN(rows));
    cr_expect_geq(len, 50);
    cr_expect_eq(len + (size_t)atoi(unlisted), 80, "%zu rows, %s not listed",
                 len, unlisted);
    world_release_rows(rows, len);
}

Test(listener_life, serves_over_tls_and_takes_a_new_certificate)
{
    struct hv_cert_pair pair = { 0 };
    struct hv_listener_config config = { .addr = "127.0.0.1:0" };
    char cert[4300];
    char key[4300];
    char auth[256];
    struct hv_buf text = { 0 };
    struct hv_error err = { 0 };
    char *answer;

    snprintf(cert, sizeof(cert), "%s/cert.pem", test_dir);
    snprintf(key, sizeof(key), "%s/key.pem", test_dir);
    cr_assert_eq(hv_cert_self_signed("127.0.0.1", &pair, NULL), HV_OK);
    cr_assert_eq(hv_file_create(cert, 0600, hv_buf_bytes(&pair.cert_pem), NULL),
                 HV_OK);
    cr_assert_eq(hv_file_create(key, 0600, hv_buf_bytes(&pair.key_pem), NULL),
                 HV_OK);
    config.cert_file = cert;
    config.key_file = key;
    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(config);
    cr_expect_eq(
        strncmp(hv_listener_url(world_listener), "https://127.0.0.1:", 18), 0,
        "%s", hv_listener_url(world_listener));
    world_sign(auth, "v1", 1, hv_bytes_str(WORLD_BODY));
    world_build(&text, "/", auth, NULL, hv_bytes_str(WORLD_BODY));
    answer = test_talk_text(world_port, true, hv_buf_str(&text));
    cr_expect_eq(world_status_of(answer), 200, "%s", answer);
    free(answer);

    cr_expect_eq(hv_listener_reload(world_listener, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(hv_file_replace(key, 0600, hv_bytes_str("nonsense"), NULL),
                 HV_OK);
    cr_expect_eq(hv_listener_reload(world_listener, &err), HV_ERR_USAGE);
    answer = test_talk_text(world_port, true, hv_buf_str(&text));
    cr_expect_eq(world_status_of(answer), 200, "the old one still serves");
    free(answer);
    hv_buf_release(&text);
    hv_cert_pair_release(&pair);
}

Test(listener_life, serves_self_signed_on_ipv6)
{
    struct hv_listener_config config = { .addr = "[::1]:0",
                                         .is_self_signed = true };
    struct hv_listener *made = NULL;
    struct hv_error err = { 0 };
    enum hv_status st;

    config.store = world_store;
    st = hv_listener_start(test_loop, &config, world_verifier(), &made, &err);
    if (st == HV_ERR_USAGE && err.sys_errno == EADDRNOTAVAIL) {
        cr_log_warn("no IPv6 on this machine: not tested");
        return;
    }
    cr_assert_eq(st, HV_OK, "%s", err.why);
    cr_expect_eq(strncmp(hv_listener_url(made), "https://[::1]:", 14), 0, "%s",
                 hv_listener_url(made));
    hv_listener_free(made);
}
