/*
 * test_listener.c - the whole listener in one process: a real keystore file, a
 * real journal, real sockets. What is answered 200 is in the journal; what is
 * refused is refused without a difference.
 */
#include "support.h"
#include "vectors.h"
#include "world.h"

#include "hvconsole/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(listener, .init = world_start, .fini = world_end, .timeout = 120);

static enum hv_status
import_vectors(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    vectors_ring(ring);
    return HV_OK;
}

Test(listener, refuses_to_start)
{
    static const struct {
        struct hv_listener_config config;
        enum hv_status status;
    } rows[] = {
        { { .addr = NULL, .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = ":8443", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:x", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:-1", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:65536", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "::1:0", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "[::1:0", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "[]:0", .is_plain = true }, HV_ERR_USAGE },
        { { .addr = "localhorse:0", .is_plain = true }, HV_ERR_REFUSED },
        { { .addr = "127.0.0.1:0" }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .is_plain = true, .is_self_signed = true },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .cert_file = "/x" }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .key_file = "/x" }, HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .cert_file = "/x", .key_file = "/y" },
          HV_ERR_USAGE },
        { { .addr = "0.0.0.0:0", .is_plain = true }, HV_ERR_REFUSED },
        { { .addr = "[::]:0", .is_plain = true }, HV_ERR_REFUSED },
        { { .addr = "192.0.2.1:0", .is_plain = true }, HV_ERR_REFUSED },
        { { .addr = "127.0.0.1:0", .is_plain = true, .path_prefix = "hv" },
          HV_ERR_USAGE },
        /* It would serve, and answer 404 to everything. */
        { { .addr = "127.0.0.1:0", .is_plain = true, .path_prefix = "/hv?x" },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .is_plain = true, .path_prefix = "/a#b" },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .is_plain = true, .path_prefix = "/a b" },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .is_plain = true, .path_prefix = "/a/../b" },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0", .is_plain = true, .path_prefix = "/a/." },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0",
            .is_plain = true,
            .path_prefix = "/\xc3\xa4" },
          HV_ERR_USAGE },
        { { .addr = "127.0.0.1:0",
            .is_plain = true,
            .max_body = HV_MAX_NOTIFY_BODY_CONFIG + 1 },
          HV_ERR_USAGE },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_listener_config config = rows[i].config;
        struct hv_error err = { 0 };

        config.store = world_store;
        cr_expect_eq(hv_listener_start(test_loop, &config, world_verifier(),
                                       &world_listener, &err),
                     rows[i].status, "row %zu: %s", i, err.why);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
    }
}

static enum hv_status
drop_journal_keys(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    for (size_t i = 0; i < ring->journal_keys_len; i++) {
        hv_secret_release(&ring->journal_keys[i].index_key);
        hv_secret_release(&ring->journal_keys[i].outbox_key);
    }
    for (size_t i = 0; i < ring->readers_len; i++)
        hv_secret_release(&ring->readers[i].private_key);
    ring->journal_keys_len = ring->readers_len = 0;
    return HV_OK;
}

Test(listener, needs_a_journal_key)
{
    struct hv_listener_config config = world_plain;
    struct hv_error err = { 0 };

    config.store = world_store;
    cr_assert_eq(hv_keystore_edit(world_owner, drop_journal_keys, NULL, &err),
                 HV_OK, "%s", err.why);
    cr_expect_eq(hv_listener_start(test_loop, &config, world_verifier(),
                                   &world_listener, &err),
                 HV_ERR_REFUSED);
    cr_expect_not_null(strstr(err.why, "journal key"), "%s", err.why);
    cr_expect_str_neq(err.hint, "");
}

Test(listener, only_one_per_store)
{
    struct hv_listener_config config = world_plain;
    struct hv_listener *second = NULL;
    struct hv_error err = { 0 };

    world_serve(world_plain);
    config.store = world_store;
    cr_expect_eq(
        hv_listener_start(test_loop, &config, world_verifier(), &second, &err),
        HV_ERR_RULE, "%s", err.why);
    cr_expect_null(second);
}

Test(listener, a_good_one_is_stored_and_answered)
{
    struct hv_log_row rows[4];
    struct hv_buf body = { 0 };
    char auth[256];
    char *answer;

    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    world_sign(auth, "v1", 1, hv_bytes_str(WORLD_BODY));
    answer = world_ask("/any/path?x=y", auth, "Content-Type: text/xml\r\n",
                       hv_bytes_str(WORLD_BODY));
    cr_assert_eq(world_status_of(answer), 200, "%s", answer);
    cr_expect_not_null(strstr(answer, "Content-Length: 0\r\n"), "%s", answer);
    free(answer);
    cr_expect_eq(world_ask_status("/", auth, "X-HVConsole-Test: 1\r\n",
                                  hv_bytes_str(WORLD_BODY)),
                 200);

    /* At once: 200 means that it is there. */
    cr_assert_eq(world_read_rows(rows, HV_LEN(rows)), 2);
    cr_expect_eq(rows[0].verdict, HV_VERDICT_VERIFIED);
    cr_expect(rows[0].is_test);
    cr_expect_not(rows[1].is_test);
    cr_expect_eq(rows[1].answered, 200);
    cr_expect_eq(rows[1].bytes, (int64_t)strlen(WORLD_BODY));
    cr_expect_str_eq(rows[1].version.id, "v1");
    cr_expect_str_eq(rows[1].peer, "127.0.0.1");
    cr_expect_eq(rows[0].duplicate_of, rows[1].id);
    cr_expect_eq(rows[1].events_count, 1);
    cr_expect_eq(rows[1].things_count, 1);
    cr_expect(rows[1].is_unsealed);
    cr_assert_eq(rows[1].events_len, 1);
    cr_expect_eq(rows[1].events[0].record.b[0], 0xc0);
    world_release_rows(rows, 2);
    hv_buf_release(&body);
    world_stop();
}

/* The same but for the second in which it was sent. */
static void
drop_date(char *answer)
{
    char *date = strstr(answer, "Date: ");
    char *end = date ? strstr(date, "\r\n") : NULL;

    if (end)
        memmove(date, end + 2, strlen(end + 2) + 1);
}

Test(listener, all_refusals_look_the_same)
{
    char wrong_key[256];
    char unknown_version[256];
    char retired[256];
    const struct {
        const char *auth;
        enum hv_verdict verdict;
    } rows[] = {
        { NULL, HV_VERDICT_MISSING },
        { "", HV_VERDICT_MISSING },
        { "Basic dXNlcjpwYXNz", HV_VERDICT_MALFORMED },
        { "HVEventingSharedKey x", HV_VERDICT_MALFORMED },
        { wrong_key, HV_VERDICT_BAD_HMAC },
        { unknown_version, HV_VERDICT_UNKNOWN_VERSION },
        { "HVEventingSharedKey 00000000-1357-4b9d-8f0a-2c4e6a8b0d1f:v1:"
          "PnpZkZvgzTxCUiHOSxlqK9l1D825/efpmR2IWb8Ofxk=",
          HV_VERDICT_UNKNOWN_SUB },
    };
    char *first = NULL;

    (void)retired;
    world_edit((struct world_key){ "v1", 1, HV_KEY_ACTIVE });
    world_serve(world_plain);
    world_sign(wrong_key, "v1", 2, hv_bytes_str(WORLD_BODY));
    world_sign(unknown_version, "v2", 1, hv_bytes_str(WORLD_BODY));
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char *answer =
            world_ask("/", rows[i].auth, NULL, hv_bytes_str(WORLD_BODY));

        cr_expect_eq(world_status_of(answer), 401, "row %zu: %s", i, answer);
        drop_date(answer);
        if (first)
            cr_expect_str_eq(answer, first, "row %zu", i);
        else
            first = hv_strdup(answer);
        free(answer);
    }
    cr_expect_not_null(strstr(first, "Connection: close\r\n"));
    free(first);
    world_stop();
    cr_expect_eq(world_count_rows(HV_VERDICT_MISSING), 2);
    cr_expect_eq(world_count_rows(HV_VERDICT_MALFORMED), 2);
    cr_expect_eq(world_count_rows(HV_VERDICT_BAD_HMAC), 1);
    cr_expect_eq(world_count_rows(HV_VERDICT_UNKNOWN_VERSION), 1);
    cr_expect_eq(world_count_rows(HV_VERDICT_UNKNOWN_SUB), 1);
    cr_expect_eq(world_count_rows(HV_VERDICT_VERIFIED), 0);
}

Test(listener, every_vector_is_answered_and_stored)
{
    static struct vector vectors[VECTORS_COUNT];
    struct hv_log_row rows[VECTORS_COUNT + 1];
    struct hv_error err = { 0 };
    size_t len;

    vectors_load(vectors);
    cr_assert_eq(hv_keystore_edit(world_owner, import_vectors, NULL, &err),
                 HV_OK, "%s", err.why);
    world_serve(world_plain);
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        const struct vector *v = &vectors[i];

        cr_expect_eq(world_ask_status("/", hv_buf_str(&v->header), NULL,
                                      hv_buf_bytes(&v->body)),
                     hv_verdict_row(v->verdict)->http, "%s", v->id);
    }
    world_stop();
    len = world_read_rows(rows, HV_LEN(rows));
    cr_assert_eq(len, VECTORS_COUNT);
    for (size_t i = 0; i < len; i++) {
        const struct vector *v = &vectors[len - 1 - i]; /* newest first */

        cr_expect_eq(rows[i].verdict, v->verdict, "%s", v->id);
        cr_expect_eq(rows[i].bytes, (int64_t)v->body.len, "%s", v->id);
        cr_expect_gt(rows[i].why_len, 0);
    }
    world_release_rows(rows, len);
    vectors_release(vectors);
}

Test(listener, routes_and_types)
{
    static const struct {
        const char *target;
        const char *more;
        int status;
    } rows[] = {
        { "/hv", NULL, 401 },
        { "/hv/", NULL, 401 },
        { "/hv/notify", NULL, 401 },
        { "/hv?x", NULL, 401 },
        { "/", NULL, 404 },
        { "/h", NULL, 404 },
        { "/hvx", NULL, 404 },
        { "/HV", NULL, 404 },
        { "/x/hv", NULL, 404 },
        { "http://a/hv", NULL, 404 },
        { "*", NULL, 404 },
        { "/hv", "Content-Type: multipart/form-data; boundary=x\r\n", 415 },
        { "/hv", "Content-Type: Application/X-WWW-Form-Urlencoded\r\n", 415 },
        { "/hv", "Content-Encoding: gzip\r\n", 415 },
        { "/hv", "Content-Encoding: identity\r\n", 401 },
        { "/hv", "Content-Type: application/json\r\n", 401 },
        { "/x", "Content-Encoding: gzip\r\n", 404 },
    };
    struct hv_listener_config config = world_plain;

    config.path_prefix = "/hv/";
    world_serve(config);
    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(world_ask_status(rows[i].target, NULL, rows[i].more,
                                      hv_bytes_str(WORLD_BODY)),
                     rows[i].status, "row %zu: %s", i, rows[i].target);
}

Test(listener, a_body_has_a_limit)
{
    struct hv_listener_config config = world_plain;
    uint8_t *body = hv_calloc(1, 2001);

    config.max_body = 2000;
    world_serve(config);
    cr_expect_eq(
        world_ask_status("/", NULL, NULL, (struct hv_bytes){ body, 2000 }),
        401);
    cr_expect_eq(
        world_ask_status("/", NULL, NULL, (struct hv_bytes){ body, 2001 }),
        413);
    free(body);
}
