/*
 * world.c - see world.h.
 */
#include "world.h"
#include "support.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/limits.h"
#include "hvconsole/run.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char world_store[4200];
char world_keystore[4200];
struct hv_keystore *world_owner;
struct hv_listener *world_listener;
int world_port;

/* -------------------------------------------------------------- keystore -- */

void
world_key_bytes(uint8_t key[HV_HMAC_KEY_LEN], uint8_t fill)
{
    for (int i = 0; i < HV_HMAC_KEY_LEN; i++)
        key[i] = (uint8_t)(fill + i);
}

static enum hv_status
add_key(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    static const struct hv_guid app = { { 7 } };
    const struct world_key *made = arg;
    uint8_t bytes[HV_HMAC_KEY_LEN];
    struct hv_key_version version;
    struct hv_secret key = { 0 };
    struct hv_guid sub;
    enum hv_status st;

    cr_assert_eq(hv_guid_parse(WORLD_SUB, &sub), HV_OK);
    cr_assert_eq(hv_key_version_parse(hv_bytes_str(made->version), &version),
                 HV_OK);
    if (!hv_keyring_sub(ring, &sub)) {
        struct hv_key_sub *row = hv_keyring_add_sub(ring, &sub, &app);

        row->status = HV_SUB_LIVE;
        row->created_ms = 1;
    }
    world_key_bytes(bytes, made->fill);
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

void
world_edit(struct world_key key)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_edit(world_owner, add_key, &key, &err), HV_OK,
                 "%s", err.why);
}

struct hv_keystore *
world_verifier(void)
{
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_clone(world_owner, &ks, &err), HV_OK, "%s",
                 err.why);
    hv_keystore_narrow(ks);
    return ks;
}

/* ----------------------------------------------------------- begin and end -- */

const struct hv_listener_config world_plain = {
    .addr = "127.0.0.1:0",
    .is_plain = true,
};

void
world_serve(struct hv_listener_config config)
{
    struct hv_error err = { 0 };

    config.store = world_store;
    cr_assert_eq(hv_listener_start(test_loop, &config, world_verifier(),
                                   &world_listener, &err),
                 HV_OK, "%s", err.why);
    world_port = atoi(strrchr(hv_listener_url(world_listener), ':') + 1);
    cr_assert_gt(world_port, 0);
}

void
world_start(void)
{
    struct hv_secret passphrase = { 0 };
    struct hv_error err = { 0 };

    test_start();
    snprintf(world_store, sizeof(world_store), "%s/state", test_dir);
    snprintf(world_keystore, sizeof(world_keystore), "%s/keystore.hvks",
             test_dir);
    cr_assert_eq(hv_secret_copy(&passphrase, "correct horse battery", 21, NULL),
                 HV_OK);
    cr_assert_eq(hv_keystore_create(world_keystore, &passphrase, "test", 17,
                                    &world_owner, &err),
                 HV_OK, "%s", err.why);
    hv_secret_release(&passphrase);
}

void
world_end(void)
{
    hv_listener_free(world_listener);
    hv_keystore_close(world_owner);
    test_end();
}

void
world_set_flag(void *arg)
{
    *(bool *)arg = true;
}

void
world_stop(void)
{
    bool is_stopped = false;

    hv_listener_stop(world_listener, world_set_flag, &is_stopped);
    test_spin(&is_stopped);
    hv_listener_free(world_listener);
    world_listener = NULL;
}

/* -------------------------------------------------------------- requests -- */

void
world_sign(char out[256], const char *version, uint8_t fill,
           struct hv_bytes body)
{
    uint8_t key[HV_HMAC_KEY_LEN];
    uint8_t mac[HV_MAC_LEN];
    char text[HV_BASE64_SIZE(HV_MAC_LEN)];
    unsigned len = sizeof(mac);

    world_key_bytes(key, fill);
    cr_assert_not_null(
        HMAC(EVP_sha256(), key, sizeof(key), body.data, body.len, mac, &len));
    hv_base64_encode(mac, sizeof(mac), text);
    snprintf(out, 256, "HVEventingSharedKey " WORLD_SUB ":%s:%s", version,
             text);
}

void
world_build(struct hv_buf *out, const char *target, const char *auth,
            const char *more, struct hv_bytes body)
{
    hv_buf_addf(out,
                "POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                "Content-Length: %zu\r\n%s",
                target, body.len, more ? more : "");
    if (auth)
        hv_buf_addf(out, "Authorization: %s\r\n", auth);
    hv_buf_add_str(out, "\r\n");
    hv_buf_add_bytes(out, body);
}

int
world_status_of(const char *answer)
{
    int status = 0;

    if (sscanf(answer, "HTTP/1.%*1d %d", &status) != 1)
        return 0;
    return status;
}

char *
world_ask(const char *target, const char *auth, const char *more,
          struct hv_bytes body)
{
    struct hv_buf text = { 0 };
    struct test_talk talk = { .port = world_port };
    char *answer;

    world_build(&text, target, auth, more, body);
    talk.send = hv_buf_bytes(&text);
    test_talk(&talk);
    answer = hv_strdup(hv_buf_str(&talk.got));
    hv_buf_release(&talk.got);
    hv_buf_release(&text);
    return answer;
}

int
world_ask_status(const char *target, const char *auth, const char *more,
                 struct hv_bytes body)
{
    char *answer = world_ask(target, auth, more, body);
    int status = world_status_of(answer);

    free(answer);
    return status;
}

int
world_post(const char *version, uint8_t fill)
{
    char auth[256];

    world_sign(auth, version, fill, hv_bytes_str(WORLD_BODY));
    return world_ask_status("/", auth, NULL, hv_bytes_str(WORLD_BODY));
}

/* ---------------------------------------------------------------- journal -- */

size_t
world_read_rows(struct hv_log_row *rows, size_t max)
{
    static const struct hv_log_filter all;
    struct hv_journal_view *view = NULL;
    struct hv_error err = { 0 };
    char path[4400];
    size_t len = 0;

    snprintf(path, sizeof(path), "%s/journal.db", world_store);
    cr_assert_eq(
        hv_journal_view_open(path, hv_keystore_ring(world_owner), &view, &err),
        HV_OK, "%s", err.why);
    cr_assert_eq(hv_journal_page(view, &all, 0, 0, true, rows, max, &len, &err),
                 HV_OK, "%s", err.why);
    hv_journal_view_close(view);
    return len;
}

void
world_release_rows(struct hv_log_row *rows, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hv_log_row_release(&rows[i]);
}

size_t
world_count_rows(enum hv_verdict verdict)
{
    struct hv_log_row rows[200];
    size_t len = world_read_rows(rows, HV_LEN(rows));
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += rows[i].verdict == verdict;
    world_release_rows(rows, len);
    return count;
}

void
world_fact(const char *key, char *out, size_t size)
{
    struct hv_facts facts = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_run_find(world_store, "listener", &facts, &err), HV_OK,
                 "%s", err.why);
    cr_assert(hv_facts_get(&facts, key, 0, out, size), "no %s", key);
    hv_facts_release(&facts);
}

void
world_wait_fact(const char *key, const char *text)
{
    int64_t end_ms = hv_clock_mono_ms() + TEST_TIMEOUT_MS;
    bool never = false;
    char got[512];

    do {
        hv_loop_run_until(test_loop, &never, 5);
        world_fact(key, got, sizeof(got));
    } while (strncmp(got, text, strlen(text)) != 0 &&
             hv_clock_mono_ms() < end_ms);
    cr_assert_eq(strncmp(got, text, strlen(text)), 0, "%s is %s, not %s", key,
                 got, text);
}
