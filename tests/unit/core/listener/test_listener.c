/*
 * test_listener.c - the whole listener in one process: a real keystore file, a
 * real journal, real sockets. What is answered 200 is in the journal; what is
 * refused is refused without a difference.
 */
#include "support.h"
#include "vectors.h"

#include "core/net/http.h"
#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/journal.h"
#include "hvconsole/limits.h"
#include "hvconsole/listener.h"
#include "hvconsole/run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SUB "d2a4c6e8-1357-4b9d-8f0a-2c4e6a8b0d1f"
#define BODY                                                                 \
    "<n:notifications xmlns:n='urn:com.microsoft.wc.notification'>"           \
    "<notification><common><subscription-id>" SUB "</subscription-id>"        \
    "</common><record-change-notification>"                                   \
    "<person-id>8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1</person-id>"             \
    "<record-id>c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02</record-id><things>"     \
    "<thing><thing-id>a7c3e5d1-0b42-4f69-8e17-93d5c6b20f84</thing-id></thing>" \
    "</things></record-change-notification></notification></n:notifications>"

static char store[4200];
static char ks_path[4200];
static struct hv_keystore *owner;      /* full scope, as the console has it */
static struct hv_listener *listener;
static int port;

/* -------------------------------------------------------------- keystore -- */

static void
key_bytes(uint8_t key[HV_HMAC_KEY_LEN], uint8_t fill)
{
    for (int i = 0; i < HV_HMAC_KEY_LEN; i++)
        key[i] = (uint8_t)(fill + i);
}

/* A key version whose bytes follow from @fill, in @state. */
struct new_key {
    const char *version;
    uint8_t fill;
    enum hv_key_state state;
};

static enum hv_status
add_key(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    static const struct hv_guid app = { { 7 } };
    const struct new_key *made = arg;
    uint8_t bytes[HV_HMAC_KEY_LEN];
    struct hv_key_version version;
    struct hv_secret key = { 0 };
    struct hv_guid sub;
    enum hv_status st;

    cr_assert_eq(hv_guid_parse(SUB, &sub), HV_OK);
    cr_assert_eq(hv_key_version_parse(hv_bytes_str(made->version), &version),
                 HV_OK);
    if (!hv_keyring_sub(ring, &sub)) {
        struct hv_key_sub *row = hv_keyring_add_sub(ring, &sub, &app);

        row->status = HV_SUB_LIVE;
        row->created_ms = 1;
    }
    key_bytes(bytes, made->fill);
    st = hv_secret_copy(&key, bytes, sizeof(bytes), err);
    if (!st)
        st = hv_keyring_add_key(ring, &sub, &version, &key, HV_KEY_MADE,
                                hv_clock_now_ms(), err);
    hv_secret_release(&key);
    if (!st) {
        struct hv_key *row = hv_keyring_find(ring, &sub, &version);

        row->state = made->state;
        row->submitted_ms = row->activated_ms = row->created_ms;
    }
    return st;
}

static void
edit(struct new_key key)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_edit(owner, add_key, &key, &err), HV_OK, "%s",
                 err.why);
}

static enum hv_status
import_vectors(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    vectors_ring(ring);
    return HV_OK;
}

static struct hv_keystore *
verifier(void)
{
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_clone(owner, &ks, &err), HV_OK, "%s", err.why);
    hv_keystore_narrow(ks);
    return ks;
}

/* ----------------------------------------------------------- begin and end -- */

static const struct hv_listener_config plain = {
    .addr = "127.0.0.1:0",
    .is_plain = true,
};

static void
serve(struct hv_listener_config config)
{
    struct hv_error err = { 0 };

    config.store = store;
    cr_assert_eq(hv_listener_start(test_loop, &config, verifier(), &listener,
                                   &err),
                 HV_OK, "%s", err.why);
    port = atoi(strrchr(hv_listener_url(listener), ':') + 1);
    cr_assert_gt(port, 0);
}

static void
start(void)
{
    struct hv_secret passphrase = { 0 };
    struct hv_error err = { 0 };

    test_start();
    snprintf(store, sizeof(store), "%s/state", test_dir);
    snprintf(ks_path, sizeof(ks_path), "%s/keystore.hvks", test_dir);
    cr_assert_eq(hv_secret_copy(&passphrase, "correct horse battery", 21, NULL),
                 HV_OK);
    cr_assert_eq(hv_keystore_create(ks_path, &passphrase, "test", 17, &owner,
                                    &err),
                 HV_OK, "%s", err.why);
    hv_secret_release(&passphrase);
}

static void
end(void)
{
    hv_listener_free(listener);
    hv_keystore_close(owner);
    test_end();
}

TestSuite(listener, .init = start, .fini = end, .timeout = 120);

static void
set_flag(void *arg)
{
    *(bool *)arg = true;
}

static void
stop(void)
{
    bool is_stopped = false;

    hv_listener_stop(listener, set_flag, &is_stopped);
    test_spin(&is_stopped);
    hv_listener_free(listener);
    listener = NULL;
}

/* -------------------------------------------------------------- requests -- */

/* The value of Authorization for @body under the key that @fill makes. */
static void
sign(char out[256], const char *version, uint8_t fill, struct hv_bytes body)
{
    uint8_t key[HV_HMAC_KEY_LEN];
    uint8_t mac[HV_MAC_LEN];
    char text[HV_BASE64_SIZE(HV_MAC_LEN)];
    unsigned len = sizeof(mac);

    key_bytes(key, fill);
    cr_assert_not_null(HMAC(EVP_sha256(), key, sizeof(key), body.data, body.len,
                            mac, &len));
    hv_base64_encode(mac, sizeof(mac), text);
    snprintf(out, 256, "HVEventingSharedKey " SUB ":%s:%s", version, text);
}

/* A whole request; the connection ends with it. */
static void
build(struct hv_buf *out, const char *target, const char *auth,
      const char *more, struct hv_bytes body)
{
    hv_buf_addf(out, "POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                     "Content-Length: %zu\r\n%s", target, body.len,
                more ? more : "");
    if (auth)
        hv_buf_addf(out, "Authorization: %s\r\n", auth);
    hv_buf_add_str(out, "\r\n");
    hv_buf_add_bytes(out, body);
}

static int
status_of(const char *answer)
{
    int status = 0;

    if (sscanf(answer, "HTTP/1.%*1d %d", &status) != 1)
        return 0;
    return status;
}

/* The answer, to be freed. */
static char *
ask(const char *target, const char *auth, const char *more,
    struct hv_bytes body)
{
    struct hv_buf text = { 0 };
    struct test_talk talk = { .port = port };
    char *answer;

    build(&text, target, auth, more, body);
    talk.send = hv_buf_bytes(&text);
    test_talk(&talk);
    answer = hv_strdup(hv_buf_str(&talk.got));
    hv_buf_release(&talk.got);
    hv_buf_release(&text);
    return answer;
}

static int
ask_status(const char *target, const char *auth, const char *more,
           struct hv_bytes body)
{
    char *answer = ask(target, auth, more, body);
    int status = status_of(answer);

    free(answer);
    return status;
}

static int
post(const char *version, uint8_t fill)
{
    char auth[256];

    sign(auth, version, fill, hv_bytes_str(BODY));
    return ask_status("/", auth, NULL, hv_bytes_str(BODY));
}

/* ---------------------------------------------------------------- journal -- */

/* All rows, oldest first; the caller releases them. */
static size_t
read_rows(struct hv_log_row *rows, size_t max)
{
    static const struct hv_log_filter all;
    struct hv_journal_view *view = NULL;
    struct hv_error err = { 0 };
    char path[4400];
    size_t len = 0;

    snprintf(path, sizeof(path), "%s/journal.db", store);
    cr_assert_eq(hv_journal_view_open(path, hv_keystore_ring(owner), &view,
                                      &err), HV_OK, "%s", err.why);
    cr_assert_eq(hv_journal_page(view, &all, 0, 0, true, rows, max, &len, &err),
                 HV_OK, "%s", err.why);
    hv_journal_view_close(view);
    return len;
}

static void
release_rows(struct hv_log_row *rows, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hv_log_row_release(&rows[i]);
}

/* Rows of refusals come after their answer: stopping waits for them. */
static size_t
count_rows(enum hv_verdict verdict)
{
    struct hv_log_row rows[200];
    size_t len = read_rows(rows, HV_LEN(rows));
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += rows[i].verdict == verdict;
    release_rows(rows, len);
    return count;
}

/* A published fact of the running listener. */
static void
fact(const char *key, char *out, size_t size)
{
    struct hv_facts facts = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_run_find(store, "listener", &facts, &err), HV_OK, "%s",
                 err.why);
    cr_assert(hv_facts_get(&facts, key, 0, out, size), "no %s", key);
    hv_facts_release(&facts);
}

/* Lets the loop turn until a fact begins with @text. */
static void
wait_fact(const char *key, const char *text)
{
    int64_t end_ms = hv_clock_mono_ms() + TEST_TIMEOUT_MS;
    bool never = false;
    char got[512];

    do {
        hv_loop_run_until(test_loop, &never, 5);
        fact(key, got, sizeof(got));
    } while (strncmp(got, text, strlen(text)) != 0
             && hv_clock_mono_ms() < end_ms);
    cr_assert_eq(strncmp(got, text, strlen(text)), 0, "%s is %s, not %s", key,
                 got, text);
}

/* ------------------------------------------------------------------ tests -- */

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
        { { .addr = "localhost:0", .is_self_signed = true }, HV_ERR_USAGE },
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
        { { .addr = "127.0.0.1:0", .is_plain = true,
            .max_body = HV_MAX_NOTIFY_BODY_CONFIG + 1 }, HV_ERR_USAGE },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_listener_config config = rows[i].config;
        struct hv_error err = { 0 };

        config.store = store;
        cr_expect_eq(hv_listener_start(test_loop, &config, verifier(),
                                       &listener, &err),
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
    struct hv_listener_config config = plain;
    struct hv_error err = { 0 };

    config.store = store;
    cr_assert_eq(hv_keystore_edit(owner, drop_journal_keys, NULL, &err), HV_OK,
                 "%s", err.why);
    cr_expect_eq(hv_listener_start(test_loop, &config, verifier(), &listener,
                                   &err), HV_ERR_REFUSED);
    cr_expect_not_null(strstr(err.why, "journal key"), "%s", err.why);
    cr_expect_str_neq(err.hint, "");
}

Test(listener, only_one_per_store)
{
    struct hv_listener_config config = plain;
    struct hv_listener *second = NULL;
    struct hv_error err = { 0 };

    serve(plain);
    config.store = store;
    cr_expect_eq(hv_listener_start(test_loop, &config, verifier(), &second,
                                   &err), HV_ERR_RULE, "%s", err.why);
    cr_expect_null(second);
}

Test(listener, a_good_one_is_stored_and_answered)
{
    struct hv_log_row rows[4];
    struct hv_buf body = { 0 };
    char auth[256];
    char *answer;

    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    sign(auth, "v1", 1, hv_bytes_str(BODY));
    answer = ask("/any/path?x=y", auth, "Content-Type: text/xml\r\n",
                 hv_bytes_str(BODY));
    cr_assert_eq(status_of(answer), 200, "%s", answer);
    cr_expect_not_null(strstr(answer, "Content-Length: 0\r\n"), "%s", answer);
    free(answer);
    cr_expect_eq(ask_status("/", auth, "X-HVConsole-Test: 1\r\n",
                            hv_bytes_str(BODY)), 200);

    /* At once: 200 means that it is there. */
    cr_assert_eq(read_rows(rows, HV_LEN(rows)), 2);
    cr_expect_eq(rows[0].verdict, HV_VERDICT_VERIFIED);
    cr_expect(rows[0].is_test);
    cr_expect_not(rows[1].is_test);
    cr_expect_eq(rows[1].answered, 200);
    cr_expect_eq(rows[1].bytes, (int64_t)strlen(BODY));
    cr_expect_str_eq(rows[1].version.id, "v1");
    cr_expect_str_eq(rows[1].peer, "127.0.0.1");
    cr_expect_eq(rows[0].duplicate_of, rows[1].id);
    cr_expect_eq(rows[1].events_count, 1);
    cr_expect_eq(rows[1].things_count, 1);
    cr_expect(rows[1].is_unsealed);
    cr_assert_eq(rows[1].events_len, 1);
    cr_expect_eq(rows[1].events[0].record.b[0], 0xc0);
    release_rows(rows, 2);
    hv_buf_release(&body);
    stop();
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
    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    sign(wrong_key, "v1", 2, hv_bytes_str(BODY));
    sign(unknown_version, "v2", 1, hv_bytes_str(BODY));
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        char *answer = ask("/", rows[i].auth, NULL, hv_bytes_str(BODY));

        cr_expect_eq(status_of(answer), 401, "row %zu: %s", i, answer);
        drop_date(answer);
        if (first)
            cr_expect_str_eq(answer, first, "row %zu", i);
        else
            first = hv_strdup(answer);
        free(answer);
    }
    cr_expect_not_null(strstr(first, "Connection: close\r\n"));
    free(first);
    stop();
    cr_expect_eq(count_rows(HV_VERDICT_MISSING), 2);
    cr_expect_eq(count_rows(HV_VERDICT_MALFORMED), 2);
    cr_expect_eq(count_rows(HV_VERDICT_BAD_HMAC), 1);
    cr_expect_eq(count_rows(HV_VERDICT_UNKNOWN_VERSION), 1);
    cr_expect_eq(count_rows(HV_VERDICT_UNKNOWN_SUB), 1);
    cr_expect_eq(count_rows(HV_VERDICT_VERIFIED), 0);
}

Test(listener, every_vector_is_answered_and_stored)
{
    static struct vector vectors[VECTORS_COUNT];
    struct hv_log_row rows[VECTORS_COUNT + 1];
    struct hv_error err = { 0 };
    size_t len;

    vectors_load(vectors);
    cr_assert_eq(hv_keystore_edit(owner, import_vectors, NULL, &err), HV_OK,
                 "%s", err.why);
    serve(plain);
    for (size_t i = 0; i < VECTORS_COUNT; i++) {
        const struct vector *v = &vectors[i];

        cr_expect_eq(ask_status("/", hv_buf_str(&v->header), NULL,
                                hv_buf_bytes(&v->body)),
                     hv_verdict_row(v->verdict)->http, "%s", v->id);
    }
    stop();
    len = read_rows(rows, HV_LEN(rows));
    cr_assert_eq(len, VECTORS_COUNT);
    for (size_t i = 0; i < len; i++) {
        const struct vector *v = &vectors[len - 1 - i];    /* newest first */

        cr_expect_eq(rows[i].verdict, v->verdict, "%s", v->id);
        cr_expect_eq(rows[i].bytes, (int64_t)v->body.len, "%s", v->id);
        cr_expect_gt(rows[i].why_len, 0);
    }
    release_rows(rows, len);
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
    struct hv_listener_config config = plain;

    config.path_prefix = "/hv/";
    serve(config);
    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(ask_status(rows[i].target, NULL, rows[i].more,
                                hv_bytes_str(BODY)),
                     rows[i].status, "row %zu: %s", i, rows[i].target);
}

Test(listener, a_body_has_a_limit)
{
    struct hv_listener_config config = plain;
    uint8_t *body = hv_calloc(1, 2001);

    config.max_body = 2000;
    serve(config);
    cr_expect_eq(ask_status("/", NULL, NULL, (struct hv_bytes){ body, 2000 }),
                 401);
    cr_expect_eq(ask_status("/", NULL, NULL, (struct hv_bytes){ body, 2001 }),
                 413);
    free(body);
}

Test(listener, a_rotation_needs_no_restart)
{
    char generation[32];
    char before[32];

    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    cr_expect_eq(post("v1", 1), 200);
    cr_expect_eq(post("v2", 2), 401);
    fact("generation", before, sizeof(before));

    edit((struct new_key){ "v2", 2, HV_KEY_PENDING });
    snprintf(generation, sizeof(generation), "%d", atoi(before) + 1);
    wait_fact("generation", generation);
    cr_expect_eq(post("v2", 2), 200);
    cr_expect_eq(post("v1", 1), 200);
    wait_fact("health", "ok");
}

Test(listener, even_when_the_loop_saw_nothing_yet)
{
    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    for (int i = 2; i < 8; i++) {
        char version[16];

        snprintf(version, sizeof(version), "v%d", i);
        edit((struct new_key){ version, (uint8_t)i, HV_KEY_PENDING });
        cr_expect_eq(post(version, (uint8_t)i), 200, "%s", version);
    }
}

Test(listener, a_bad_keystore_file_takes_no_keys_away)
{
    struct hv_error err = { 0 };
    struct hv_buf good = { 0 };
    struct hv_buf bad = { 0 };

    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    cr_assert_eq(hv_file_read(ks_path, HV_MAX_KEYSTORE, &good, &err), HV_OK,
                 "%s", err.why);
    hv_buf_add_bytes(&bad, hv_buf_bytes(&good));
    bad.data[200] ^= 1;
    cr_assert_eq(hv_file_replace(ks_path, 0600, hv_buf_bytes(&bad), &err),
                 HV_OK);
    wait_fact("health", "degraded: keystore: ");
    cr_expect_eq(post("v1", 1), 200, "the last good keys");

    cr_assert_eq(unlink(ks_path), 0);
    wait_fact("health", "degraded: keystore: ");
    cr_expect_eq(post("v1", 1), 200);

    cr_assert_eq(hv_file_replace(ks_path, 0600, hv_buf_bytes(&good), &err),
                 HV_OK);
    wait_fact("health", "ok");
    cr_expect_eq(post("v1", 1), 200);
    hv_buf_release(&good);
    hv_buf_release(&bad);
}

Test(listener, what_cannot_be_stored_is_not_acknowledged)
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
    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    cr_assert_eq(post("v1", 1), 200);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &nothing), 0);
    sign(auth, "v1", 1, hv_bytes_str(BODY));
    answer = ask("/", auth, NULL, hv_bytes_str(BODY));
    cr_expect_eq(status_of(answer), 503, "%s", answer);
    cr_expect_not_null(strstr(answer, "Retry-After: 300\r\n"), "%s", answer);
    cr_expect_not_null(strstr(answer, "Connection: close\r\n"), "%s", answer);
    free(answer);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_expect_eq(post("v1", 1), 200, "and it goes on by itself");
    wait_fact("health", "ok");
    len = read_rows(rows, HV_LEN(rows));
    cr_expect_eq(len, 2, "%zu rows", len);
    release_rows(rows, len);
}

Test(listener, a_200_for_forgeries_has_a_fuse)
{
    struct hv_listener_config config = plain;

    config.bad_hmac_200 = true;
    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(config);
    for (int i = 0; i < 5; i++)
        cr_expect_eq(post("v1", 9), 200, "never verified: no fuse");
    cr_expect_eq(post("v1", 1), 200);
    cr_expect_eq(post("v1", 9), 401, "five in ten minutes, and it verified");
    cr_expect_eq(post("v2", 9), 401, "only for a bad HMAC");
    stop();
    cr_expect_eq(count_rows(HV_VERDICT_BAD_HMAC), 6);
    cr_expect_eq(count_rows(HV_VERDICT_VERIFIED), 1);
}

Test(listener, a_flood_of_refusals_is_counted_not_listed)
{
    struct hv_log_row rows[200];
    char unlisted[32];
    size_t len;

    serve(plain);
    for (int i = 0; i < 80; i++)
        cr_assert_eq(ask_status("/", NULL, NULL, hv_bytes_str("x")), 401);
    wait_fact("count-missing-header", "80");
    fact("unlisted", unlisted, sizeof(unlisted));
    stop();
    len = read_rows(rows, HV_LEN(rows));
    cr_expect_geq(len, 50);
    cr_expect_eq(len + (size_t)atoi(unlisted), 80, "%zu rows, %s not listed",
                 len, unlisted);
    release_rows(rows, len);
}

/* ------------------------------------------------------------ control, stop -- */

struct question {
    const char *verb;
    struct hv_facts answer;
    struct hv_error err;
    enum hv_status status;
    bool is_done;
};

static void *
ask_control(void *arg)
{
    struct question *q = arg;
    struct hv_facts request = { 0 };

    hv_facts_add(&request, "verb", q->verb);
    q->status = hv_run_ask(store, "listener", &request, TEST_TIMEOUT_MS,
                           &q->answer, &q->err);
    hv_facts_release(&request);
    hv_loop_post(test_loop, set_flag, &q->is_done);
    return NULL;
}

Test(listener, answers_on_its_control_socket)
{
    static const struct {
        const char *verb;
        enum hv_status status;
    } rows[] = {
        { "status", HV_OK }, { "reload", HV_OK }, { "dance", HV_ERR_USAGE },
        { "", HV_ERR_USAGE },
    };

    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    cr_expect_eq(post("v1", 1), 200);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct question q = { .verb = rows[i].verb };
        pthread_t thread;

        cr_assert_eq(pthread_create(&thread, NULL, ask_control, &q), 0);
        test_spin(&q.is_done);
        pthread_join(thread, NULL);
        cr_expect_eq(q.status, rows[i].status, "%s: %s", q.verb, q.err.why);
        if (!q.status) {
            char url[128] = "";

            cr_expect(hv_facts_get(&q.answer, "listening", 0, url,
                                   sizeof(url)));
            cr_expect_str_eq(url, hv_listener_url(listener));
            cr_expect_eq(hv_facts_get_int(&q.answer, "count-verified", -1), 1);
            cr_expect_eq(hv_facts_get_int(&q.answer, "waiting", -1), 0);
            cr_expect_gt(hv_facts_get_int(&q.answer, "started_ms", 0), 0);
        }
        hv_facts_release(&q.answer);
    }
}

Test(listener, stop_by_control_ends_the_loop_and_frees_the_place)
{
    struct question q = { .verb = "stop" };
    struct hv_facts facts = { 0 };
    pthread_t thread;

    serve(plain);
    cr_assert_eq(pthread_create(&thread, NULL, ask_control, &q), 0);
    hv_loop_run(test_loop);
    pthread_join(thread, NULL);
    cr_expect_eq(q.status, HV_OK, "%s", q.err.why);
    cr_expect_eq(hv_run_find(store, "listener", &facts, NULL),
                 HV_ERR_NOT_FOUND);
    hv_facts_release(&q.answer);
    hv_listener_free(listener);
    listener = NULL;
    serve(plain);
}

Test(listener, what_was_accepted_is_answered_before_it_stops)
{
    char auth[256];
    struct hv_buf text = { 0 };
    bool is_stopped = false;
    char answer[512] = "";
    bool never = false;
    int half;
    int whole;

    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    sign(auth, "v1", 1, hv_bytes_str(BODY));
    build(&text, "/", auth, NULL, hv_bytes_str(BODY));

    /* One whose body is on its way, and one that is there: when that one is
     * answered, the head of the other has been read. */
    half = test_connect(port);
    whole = test_connect(port);
    cr_assert_eq(send(half, text.data, text.len - 10, 0),
                 (ssize_t)text.len - 10);
    cr_assert_eq(send(whole, text.data, text.len, 0), (ssize_t)text.len);
    while (recv(whole, answer, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
        hv_loop_run_until(test_loop, &never, 5);
    hv_listener_stop(listener, set_flag, &is_stopped);
    cr_assert_eq(send(half, text.data + text.len - 10, 10, 0), 10);
    test_spin(&is_stopped);

    cr_expect_gt(recv(whole, answer, sizeof(answer) - 1, 0), 0);
    cr_expect_eq(status_of(answer), 200, "%s", answer);
    memset(answer, 0, sizeof(answer));
    cr_expect_gt(recv(half, answer, sizeof(answer) - 1, 0), 0);
    cr_expect_eq(status_of(answer), 503, "%s", answer);
    close(half);
    close(whole);
    hv_buf_release(&text);
    cr_expect_eq(count_rows(HV_VERDICT_VERIFIED), 1);

    /* Told again at once, and freed from inside. */
    is_stopped = false;
    hv_listener_stop(listener, set_flag, &is_stopped);
    test_spin(&is_stopped);
}

Test(listener, freed_in_the_middle_of_work)
{
    char auth[256];
    struct hv_buf text = { 0 };
    bool never = false;
    int fds[20];

    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(plain);
    sign(auth, "v1", 1, hv_bytes_str(BODY));
    build(&text, "/", auth, NULL, hv_bytes_str(BODY));
    for (size_t i = 0; i < HV_LEN(fds); i++) {
        fds[i] = test_connect(port);
        cr_assert_gt(send(fds[i], text.data, text.len, 0), 0);
    }
    hv_loop_run_until(test_loop, &never, 1);
    hv_listener_free(listener);
    listener = NULL;
    for (size_t i = 0; i < HV_LEN(fds); i++)
        close(fds[i]);
    hv_buf_release(&text);
}

/* -------------------------------------------------------------------- TLS -- */

Test(listener, serves_over_tls_and_takes_a_new_certificate)
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
    edit((struct new_key){ "v1", 1, HV_KEY_ACTIVE });
    serve(config);
    cr_expect_eq(strncmp(hv_listener_url(listener), "https://127.0.0.1:", 18),
                 0, "%s", hv_listener_url(listener));
    sign(auth, "v1", 1, hv_bytes_str(BODY));
    build(&text, "/", auth, NULL, hv_bytes_str(BODY));
    answer = test_talk_text(port, true, hv_buf_str(&text));
    cr_expect_eq(status_of(answer), 200, "%s", answer);
    free(answer);

    cr_expect_eq(hv_listener_reload(listener, &err), HV_OK, "%s", err.why);
    cr_assert_eq(hv_file_replace(key, 0600, hv_bytes_str("nonsense"), NULL),
                 HV_OK);
    cr_expect_eq(hv_listener_reload(listener, &err), HV_ERR_USAGE);
    answer = test_talk_text(port, true, hv_buf_str(&text));
    cr_expect_eq(status_of(answer), 200, "the old one still serves");
    free(answer);
    hv_buf_release(&text);
    hv_cert_pair_release(&pair);
}

Test(listener, serves_self_signed_on_ipv6)
{
    struct hv_listener_config config = { .addr = "[::1]:0",
                                         .is_self_signed = true };
    struct hv_listener *made = NULL;
    struct hv_error err = { 0 };
    enum hv_status st;

    config.store = store;
    st = hv_listener_start(test_loop, &config, verifier(), &made, &err);
    if (st == HV_ERR_USAGE && err.sys_errno == EADDRNOTAVAIL) {
        cr_log_warn("no IPv6 on this machine: not tested");
        return;
    }
    cr_assert_eq(st, HV_OK, "%s", err.why);
    cr_expect_eq(strncmp(hv_listener_url(made), "https://[::1]:", 14), 0, "%s",
                 hv_listener_url(made));
    hv_listener_free(made);
}
