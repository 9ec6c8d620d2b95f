/*
 * place.c - see place.h.
 */
#include "place.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct fixture place;
struct hv_handon *handon;

static struct hv_journal *journal;
static const char *awaited;
static int64_t awaited_done;

void
place_start(void)
{
    signal(SIGPIPE, SIG_IGN);
    fixture_start(&place);
    journal = fixture_open(&place);
    hv_journal_set_policy(journal,
                          &(struct hv_journal_policy){ .hand_on = true });
}

void
place_end(void)
{
    place_stop(0);
    peer_stop();
    hv_journal_close(journal);
    fixture_end(&place);
}

void
place_put(unsigned number, unsigned record)
{
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, number, 1);
    sample.events[0].record = sample_guid(record);
    sample_append(journal, &sample);
    if (handon)
        hv_handon_wake(handon);
}

void
place_hand_on(struct hv_handon_way way, int timeout_ms)
{
    char store[96];
    struct hv_error err = { 0 };
    struct hv_handon_config config = {
        .store = store,
        .keys = place.ring.journal_keys,
        .keys_len = place.ring.journal_keys_len,
        .way = way,
        .retry_ms = RETRY_MS,
        .timeout_ms = timeout_ms ? timeout_ms : 10000,
    };

    snprintf(store, sizeof(store), "%s/store", place.dir);
    cr_assert_eq(hv_handon_check(&way, &err), HV_OK, "%s", err.why);
    cr_assert_eq(hv_handon_start(&config, &handon, &err), HV_OK, "%s", err.why);
}

void
place_forward(int port, int timeout_ms)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d/work", port);
    place_hand_on((struct hv_handon_way){ .forward = url }, timeout_ms);
}

void
place_sink(const char *scheme, int port, int timeout_ms)
{
    char url[64];

    snprintf(url, sizeof(url), "%s://127.0.0.1:%d/ward", scheme, port);
    place_hand_on((struct hv_handon_way){ .sink = url }, timeout_ms);
}

void
place_stop(int grace_ms)
{
    hv_handon_end(handon, grace_ms);
    handon = NULL;
}

struct hv_handon_state
place_state(void)
{
    struct hv_handon_state state;

    hv_handon_state(handon, &state);
    return state;
}

static bool
does_say(void)
{
    struct hv_handon_state state = place_state();

    return strstr(state.error, awaited) != NULL;
}

static const char *
how_it_is(void)
{
    static char text[400];
    struct hv_handon_state state = place_state();

    snprintf(text, sizeof(text),
             "%lld wait, %lld were taken, and it says \"%s\"",
             (long long)state.waiting, (long long)state.done, state.error);
    return text;
}

void
place_says(const char *words)
{
    awaited = words;
    until(does_say, how_it_is);
}

static bool
is_done(void)
{
    struct hv_handon_state state = place_state();

    return state.done >= awaited_done && state.waiting == 0;
}

void
place_wait_done(int64_t count)
{
    awaited_done = count;
    until(is_done, how_it_is);
}
