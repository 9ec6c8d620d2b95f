/*
 * test_sink.c - publishing to a NATS server that takes, refuses, hangs, goes
 * away or is none: each said in one sentence, and nothing of it lost.
 */
#include "place.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(sink, .init = place_start, .fini = place_end, .timeout = 60);

static const struct {
    enum nats_mood mood;
    const char *scheme;
    const char *words;
} troubles[] = {
    { NATS_STRANGER, "nats", "does not answer as" },
    { NATS_UNWELCOME, "nats", "refuses us: see --sink-creds" },
    { NATS_TAKES, "tls", "has no TLS" },
    { NATS_NO_JETSTREAM, "nats", "has no JetStream (nats-server -js)" },
    { NATS_NO_STREAM, "nats", "takes ward.*" },
    { NATS_FORBIDS, "nats", "does not permit us to publish ward.*" },
    { NATS_HANGS, "nats", "did not acknowledge it" },
    { NATS_DROPS, "nats", "was lost" },
    { NATS_SMALL, "nats", "(max_payload)" },
    { NATS_REFUSES, "nats", "refuses it: " },
};

/* Each in a sentence of one line that names the place; then it is taken. */
Test(sink, each_trouble_is_said)
{
    for (size_t i = 0; i < HV_LEN(troubles); i++) {
        int port = nats_start(troubles[i].mood);
        struct hv_handon_state state;
        char at[32];

        snprintf(at, sizeof(at), "127.0.0.1:%d", port);
        place_put((unsigned)i + 1, (unsigned)i + 1);
        place_sink(troubles[i].scheme, port, 300);
        place_says(troubles[i].words);
        state = place_state();
        cr_expect(strstr(state.error, at), "%s", state.error);
        cr_expect(!strchr(state.error, '\n') && !strchr(state.error, 0x1b) &&
                      !strstr(state.error, "\xe2\x80\xae"),
                  "%s", state.error);
        cr_expect(state.waiting == 1 && state.failing == 1);
        cr_expect_str_eq(state.kind, "sink");
        place_stop(0);
        peer_stop();

        port = nats_start(NATS_TAKES);
        place_sink("nats", port, 0);
        place_wait_done(1);
        place_stop(1000);
        peer_stop();
    }
}

Test(sink, nobody_there)
{
    place_put(1, 1);
    place_sink("nats", 1, 0);
    place_says("no NATS server answers at 127.0.0.1:1");
    cr_expect_eq(place_state().done, 0);
}

Test(sink, the_exact_body_with_its_hash_as_id)
{
    int port = nats_start(NATS_TAKES);
    struct seen first;

    place_put(1, 1);
    place_sink("nats", port, 0);
    first = seen_get(0);
    cr_expect_str_eq(first.body,
                     "<wc:notifications>the body of message number 1"
                     "</wc:notifications>");
    cr_expect(strncmp(first.head, "NATS/1.0\r\n", 10) == 0, "%s", first.head);
    /* printf %s BODY | sha256sum */
    cr_expect(
        seen_is(
            0, "Nats-Msg-Id",
            "f14943386d703f86633b1b897082a6b5f65664770f3c9018447208ca080ba601"),
        "%s", first.head);
    cr_expect(seen_is(0, "X-HVConsole-Id", "1"));
    cr_expect(seen_is(0, "X-HVConsole-Verdict", "verified"));
    place_wait_done(1);
}

#define SEED "SUAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6IC5CQ"

/* The token goes, the seed only signs; both are read when it connects. */
Test(sink, credentials_come_from_their_file)
{
    char creds[128];
    char url[64];
    FILE *file;

    snprintf(url, sizeof(url), "nats://127.0.0.1:%d", nats_start(NATS_TAKES));
    snprintf(creds, sizeof(creds), "%s/creds", place.dir);
    file = fopen(creds, "w");
    cr_assert(file);
    fputs("-----BEGIN NATS USER JWT-----\n"
          "eyJ.a-token\n"
          "------END NATS USER JWT------\n\n"
          "-----BEGIN USER NKEY SEED-----\n" SEED "\n"
          "------END USER NKEY SEED------\n",
          file);
    fclose(file);
    place_put(1, 1);
    place_hand_on((struct hv_handon_way){ .sink = url, .sink_creds = creds },
                  0);
    place_wait_done(1);
    cr_expect(strstr(nats_connect_line(), "\"jwt\":\"eyJ.a-token\""), "%s",
              nats_connect_line());
    cr_expect(strstr(nats_connect_line(), "\"sig\":\""));
    cr_expect(!strstr(nats_connect_line(), SEED));

    cr_assert_eq(remove(creds), 0);
    peer_drop();
    place_put(2, 1);
    place_says("cannot connect to 127.0.0.1:");
    cr_expect(!strstr(place_state().error, SEED));
}

/* Hundreds, the connection cut again and again: each is taken, in the order of
 * its record. */
Test(sink, a_connection_that_breaks_loses_nothing)
{
    int port = nats_start(NATS_TAKES);
    size_t before = 0;

    place_sink("nats", port, 0);
    for (unsigned i = 1; i <= 60; i++) {
        place_put(i, i % 3);
        if (i % 20 == 0)
            peer_drop();
    }
    place_wait_done(60);
    for (unsigned record = 0; record < 3; record++) {
        unsigned last = 0;

        for (size_t i = 0; i < seen_len(); i++) {
            struct seen item = seen_get(i);
            const char *id = strstr(item.head, "X-HVConsole-Id: ");
            unsigned number = id ? (unsigned)atoi(id + 16) : 0;

            if (number % 3 != record)
                continue;
            cr_expect(number == last || number == last + 3 ||
                          (last == 0 && number <= 3),
                      "%u after %u", number, last);
            last = number;
            before++;
        }
        cr_expect(last > 57);
    }
    cr_expect(before >= 60);
}

/* A stop while nobody acknowledges does not wait longer than it may, and what
 * is out comes again. */
Test(sink, the_cursor_outlives_a_stop)
{
    int port = nats_start(NATS_HANGS);

    for (unsigned i = 1; i <= 10; i++)
        place_put(i, i);
    place_sink("nats", port, 0);
    seen_get(9);
    place_stop(50);
    cr_expect_eq(fixture_int(&place, "SELECT count(*) FROM outbox"), 10);
    nats_set(NATS_TAKES);
    place_sink("nats", port, 0);
    place_wait_done(10);
}

Test(sink, a_server_that_is_gone)
{
    int port = nats_start(NATS_TAKES);

    place_put(1, 1);
    place_sink("nats", port, 0);
    place_wait_done(1);
    peer_stop();
    place_put(2, 1);
    place_says("no NATS server answers");
    cr_expect_eq(place_state().failing, 1);
}
