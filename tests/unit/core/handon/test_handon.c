/*
 * test_handon.c - what all ways share: the cursor, the order within a record,
 * the growing pauses, workers that fail, hang or come back, the stop in the
 * middle; and what a command may see.
 */
#include "place.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(handon, .init = place_start, .fini = place_end, .timeout = 60);

Test(handon, needs_a_journal_and_its_key)
{
    struct hv_handon *none = NULL;
    struct hv_error err = { 0 };
    struct hv_handon_config config = {
        .store = "/tmp/hv-there-is-none",
        .keys = place.ring.journal_keys,
        .keys_len = 1,
        .way = { .forward = "http://127.0.0.1:1/" },
    };

    cr_expect_eq(hv_handon_start(&config, &none, &err), HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.why, "no journal"), "%s", err.why);
    config.way = (struct hv_handon_way){ .sink = "nats://127.0.0.1:1" };
    cr_expect_eq(hv_handon_start(&config, &none, NULL), HV_ERR_NOT_FOUND);
    cr_expect_null(none);
    hv_handon_end(NULL, 0);
}

Test(handon, what_another_keystore_sealed_stays)
{
    int port = worker_start(WORKER_TAKES);
    struct hv_keyring mine = place.ring;

    place_put(1, 1);
    place.ring = place.other;
    place_forward(port, 0);
    place.ring = mine;
    place_says("sealed under a journal key");
    cr_expect_eq(seen_len(), 0);
    cr_expect_eq(fixture_int(&place, "SELECT count(*) FROM outbox"), 1);
}

Test(handon, the_exact_body_and_the_facts)
{
    int port = worker_start(WORKER_TAKES);
    struct seen first;

    place_put(1, 1);
    place_forward(port, 0);
    first = seen_get(0);
    cr_expect_str_eq(first.body,
                     "<wc:notifications>the body of message number 1"
                     "</wc:notifications>");
    cr_expect(strncmp(first.head, "POST /work HTTP/1.1\r\n", 21) == 0);
    cr_expect(seen_is(0, "X-HVConsole-Id", "1"));
    cr_expect(seen_is(0, "X-HVConsole-Version", "v20261121-1"));
    cr_expect(seen_is(0, "X-HVConsole-Verdict", "verified"));
    cr_expect(seen_is(0, "X-HVConsole-Attempt", "1"));
    cr_expect(strstr(first.head, "X-HVConsole-Received: 2026-09-21T"), "%s",
              first.head);
    cr_expect(!strstr(first.head, "X-HVConsole-Test"));
    place_wait_done(1);
    cr_expect_eq(place_state().failures, 0);
    cr_expect_str_eq(place_state().kind, "forward");
}

Test(handon, pauses_grow_until_it_is_taken)
{
    int port = worker_start(WORKER_FAILS);
    int64_t before_ms = 0;

    place_put(1, 1);
    place_forward(port, 0);
    for (size_t i = 0; i < 5; i++) {
        struct seen item = seen_get(i);
        char attempt[8];

        snprintf(attempt, sizeof(attempt), "%zu", i + 1);
        cr_expect(seen_is(i, "X-HVConsole-Attempt", attempt));
        cr_expect(seen_is(i, "X-HVConsole-Id", "1"));
        /* The clock of the pauses counts whole milliseconds. */
        if (i)
            cr_expect(item.at_ms - before_ms >= (RETRY_MS << (i - 1)) - 2,
                      "attempt %zu after %lld ms", i + 1,
                      (long long)(item.at_ms - before_ms));
        before_ms = item.at_ms;
    }
    place_says("the worker answers 500");
    cr_expect(!strchr(place_state().error, 0x1b));
    cr_expect_eq(place_state().failing, 1);
    cr_expect(place_state().oldest_ms > 0);
    worker_set(WORKER_TAKES);
    place_wait_done(1);
    cr_expect(place_state().failures >= 4);
    cr_expect_str_eq(place_state().error, "");
}

/* Of record 1 the second waits for the first; record 2 waits for nobody. */
Test(handon, a_record_waits_for_its_own)
{
    int port = worker_start(WORKER_FAILS);
    size_t last_of_1 = 0;
    size_t first_of_2 = SIZE_MAX;

    place_put(1, 1);
    place_put(2, 1);
    place_put(3, 2);
    place_forward(port, 0);
    for (size_t i = 0; i < 6; i++)
        cr_expect(!seen_is(i, "X-HVConsole-Id", "2"),
                  "the second is tried before the first was taken");
    worker_set(WORKER_TAKES);
    place_wait_done(3);
    for (size_t i = seen_len(); i-- > 0;) {
        if (seen_is(i, "X-HVConsole-Id", "2"))
            first_of_2 = i;
        if (seen_is(i, "X-HVConsole-Id", "1") && !last_of_1)
            last_of_1 = i;
    }
    cr_expect_neq(first_of_2, SIZE_MAX);
    cr_expect_gt(first_of_2, last_of_1); /* the third has its own pace */
}

Test(handon, who_never_answers_is_tried_again)
{
    int port = worker_start(WORKER_HANGS);

    place_put(1, 1);
    place_forward(port, 100);
    seen_get(2);
    cr_expect(seen_is(1, "X-HVConsole-Attempt", "2"));
    place_says("tim"); /* timed out, in libcurl's words */
    worker_set(WORKER_TAKES);
    place_wait_done(1);
}

Test(handon, the_cursor_outlives_who_stops_in_the_middle)
{
    int port = worker_start(WORKER_HANGS);

    for (unsigned i = 1; i <= 20; i++)
        place_put(i, i);
    place_forward(port, 0);
    seen_get(7); /* as many as go at once */
    place_stop(0);
    cr_expect_eq(fixture_int(&place, "SELECT count(*) FROM outbox"), 20);
    worker_set(WORKER_TAKES);
    place_forward(port, 0);
    place_wait_done(20);
    cr_expect(seen_len() >= 28);
    cr_expect_eq(fixture_int(&place, "SELECT count(*) FROM outbox"), 0);
}

Test(handon, nobody_listens_there)
{
    place_put(1, 1);
    place_forward(1, 0);
    place_says("onnect");
    cr_expect(!strchr(place_state().error, '\n'));
}

/* ---------------------------------------------------------------- command -- */

static void
read_out(const char *name, char *out, size_t size)
{
    char path[128];
    FILE *file;
    size_t len = 0;

    snprintf(path, sizeof(path), "%s/%s", place.dir, name);
    file = fopen(path, "r");
    if (file) {
        len = fread(out, 1, size - 1, file);
        fclose(file);
    }
    out[len] = '\0';
}

static void
by_command(const char *fmt, int timeout_ms)
{
    char command[512];

    snprintf(command, sizeof(command), fmt, place.dir, place.dir, place.dir);
    place_hand_on((struct hv_handon_way){ .exec = command }, timeout_ms);
}

Test(handon, a_command_gets_body_and_facts_and_nothing_of_ours)
{
    char text[8192];

    setenv("HVCONSOLE_PASSPHRASE_FILE", "/secret/place", 1);
    setenv("AWS_SECRET", "hunter2", 1);
    place_put(1, 1);
    by_command("cat >%s/body; env >%s/env; ls /proc/self/fd >%s/fds", 0);
    place_wait_done(1);
    read_out("body", text, sizeof(text));
    cr_expect_str_eq(text, "<wc:notifications>the body of message number 1"
                           "</wc:notifications>");
    read_out("env", text, sizeof(text));
    cr_expect(strstr(text, "HVCONSOLE_ID=1\n"), "%s", text);
    cr_expect(strstr(text, "HVCONSOLE_VERDICT=verified\n"));
    cr_expect(strstr(text, "HVCONSOLE_ATTEMPT=1\n"));
    cr_expect(strstr(text, "PATH="));
    cr_expect(!strstr(text, "PASSPHRASE") && !strstr(text, "hunter2"), "%s",
              text);
    /* 0, 1, 2, and the directory that ls reads. */
    read_out("fds", text, sizeof(text));
    cr_expect_str_eq(text, "0\n1\n2\n3\n");
    cr_expect_str_eq(place_state().kind, "exec");
}

Test(handon, a_command_that_fails_is_told_how)
{
    static const struct {
        const char *command;
        const char *words;
    } ends[] = {
        { "exit 3", "the command ends with 3" },
        { "kill -9 $$", "the command was ended by signal 9" },
        { "/no/such/program", "the command ends with 127" },
        { "exec cat /dev/zero >/dev/null", "did not end within" },
    };

    place_put(1, 1);
    for (size_t i = 0; i < HV_LEN(ends); i++) {
        place_hand_on((struct hv_handon_way){ .exec = ends[i].command }, 1000);
        place_says(ends[i].words);
        place_stop(0);
    }
    cr_expect_eq(fixture_int(&place, "SELECT count(*) FROM outbox"), 1);
    place_hand_on((struct hv_handon_way){ .exec = "true" }, 0);
    place_wait_done(1);
}
