/*
 * sender.c - see sender.h. Blocks on the network; never prints.
 */
#include "tui/command/sender.h"
#include "tui/command/records.h"

#include "hvconsole/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAC_SHOWN 8

/* ---- as whose ---- */

enum hv_status
sender_sub(struct hv_session *session, const char *text, struct hv_guid *out,
           struct hv_error *err)
{
    const struct hv_keyring *ring;
    const struct hv_key_sub *found = NULL;
    struct hv_keystore *ks;
    size_t count = 0;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    if (st)
        return st;
    ring = hv_keystore_ring(ks);
    for (size_t i = 0; i < ring->subs_len; i++) {
        const struct hv_key_sub *sub = &ring->subs[i];

        if (text ? !hv_guid_matches(&sub->sub, text)
                 : sub->status != HV_SUB_LIVE)
            continue;
        found = sub;
        count++;
    }
    if (count == 1) {
        *out = found->sub;
        return HV_OK;
    }
    if (!count) {
        hv_fail(err, HV_ERR_NOT_FOUND,
                text ? "the keystore knows no subscription '%s'"
                     : "the keystore knows no subscription to sign for%s",
                text ? text : "");
        hv_hint(err, "'hvconsole sub list' shows them");
        return HV_ERR_NOT_FOUND;
    }
    if (text)
        return hv_fail(err, HV_ERR_RULE, "'%s' begins %zu subscriptions", text,
                       count);
    hv_fail(err, HV_ERR_USAGE, "there are %zu subscriptions", count);
    hv_hint(err, "say with --sub for which one");
    return HV_ERR_USAGE;
}

/* ---- where to ---- */

/* Scheme, host and port of a URL end here. */
static size_t
origin_len(const char *url)
{
    const char *host = strstr(url, "://");

    return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#")
                : strlen(url);
}

static bool
is_same_origin(const char *a, const char *b)
{
    size_t len = origin_len(a);

    return len == origin_len(b) && strncasecmp(a, b, len) == 0;
}

/* What the running listener says of itself; false when none runs. */
static bool
look_at_listener(struct hv_session *session, char *url, size_t size,
                 bool *bad_hmac_200)
{
    struct hv_facts facts = { 0 };
    bool runs = hv_run_find(session->globals.store, "listener", &facts, NULL) ==
                    HV_OK &&
                hv_facts_get(&facts, "listening", 0, url, size);

    *bad_hmac_200 = hv_facts_get_int(&facts, "bad-hmac-response", 401) == 200;
    hv_facts_release(&facts);
    return runs;
}

/* "localhost" and the two loopback addresses name the same listener. */
static void
use_numeric_host(char *url, size_t size)
{
    static const char name[] = "://localhost";
    char *at = strcasestr(url, name);
    char rest[HV_MAX_URL + 1];

    if (!at || !strchr(":/?#", at[sizeof(name) - 1]))
        return;
    hv_copy(rest, sizeof(rest), at + sizeof(name) - 1);
    snprintf(at, size - (size_t)(at - url), "://127.0.0.1%s", rest);
}

static enum hv_status
url_of_sub(struct hv_session *session, const struct hv_guid *id, char *url,
           size_t size, struct hv_error *err)
{
    struct hv_sub_list list = { 0 };
    struct hv_client *client;
    bool is_found = false;
    enum hv_status st = hv_session_client(session, &client, err);

    if (!st)
        st = hv_client_get_subs(client, &list, err);
    for (size_t i = 0; !st && i < list.len; i++) {
        if (!hv_guid_equal(&list.items[i].id, id))
            continue;
        hv_copy(url, size, list.items[i].url);
        is_found = true;
    }
    hv_sub_list_release(&list);
    if (!st && !is_found)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "the platform has no such subscription, so no URL of it "
                     "either");
    return st;
}

/* The listener takes any path; the subscription's own one is the likeliest. */
static enum hv_status
aim_at_listener(const char *listener, struct sender_aim *aim,
                struct hv_error *err)
{
    char path[HV_MAX_URL + 1];

    if (!*listener) {
        hv_fail(err, HV_ERR_NOT_FOUND, "no listener runs in this store");
        hv_hint(err, "'hvconsole listen --detach' starts one");
        return HV_ERR_NOT_FOUND;
    }
    hv_copy(path, sizeof(path), aim->url + origin_len(aim->url));
    snprintf(aim->url, sizeof(aim->url), "%.300s%.700s", listener,
             *path ? path : "/");
    return HV_OK;
}

enum hv_status
sender_aim(struct hv_session *session, const struct hv_guid *sub,
           const char *to, struct sender_aim *out, struct hv_error *err)
{
    struct sender_aim aim = { 0 };
    char listener[300] = "", plain[HV_MAX_URL + 1];
    bool is_sub = strcmp(to, "sub") == 0;
    bool is_listener = strcmp(to, "listener") == 0;
    enum hv_status st = HV_OK;

    if (!look_at_listener(session, listener, sizeof(listener),
                          &aim.bad_hmac_200))
        listener[0] = '\0';
    hv_copy(aim.word, sizeof(aim.word), is_sub || is_listener ? to : "url");
    if (is_sub)
        st = url_of_sub(session, sub, aim.url, sizeof(aim.url), err);
    else if (is_listener)
        st = aim_at_listener(listener, &aim, err);
    else if (!strstr(to, "://") || strlen(to) > HV_MAX_URL)
        st = hv_fail(err, HV_ERR_USAGE,
                     "--to is sub, listener or a URL, not '%s'", to);
    else
        hv_copy(aim.url, sizeof(aim.url), to);
    if (st)
        return st;
    hv_copy(plain, sizeof(plain), aim.url);
    use_numeric_host(plain, sizeof(plain));
    use_numeric_host(listener, sizeof(listener));
    aim.is_listener = *listener && is_same_origin(plain, listener);
    *out = aim;
    return HV_OK;
}

/* ---- one shot ---- */

void
sender_result_release(struct sender_result *result)
{
    hv_test_draft_release(&result->draft);
    hv_test_answer_release(&result->answer);
    *result = (struct sender_result){ 0 };
}

enum hv_status
sender_things(struct hv_session *session, const char *record,
              struct hv_guid out[SENDER_THINGS], struct sender_shot *shot,
              struct hv_error *err)
{
    struct hv_thing_list things = { 0 };
    struct hv_access access = { 0 };
    struct hv_client *client;
    enum hv_status st = hv_session_client(session, &client, err);

    if (!st)
        st = records_read(session, false, NULL, &access, err);
    if (!st)
        st = records_find(&access, record, NULL, err);
    if (!st)
        st = hv_client_recent_things(client, &access.rows[0].person,
                                     &access.rows[0].record, SENDER_THINGS,
                                     &things, err);
    if (!st && !things.len)
        st = hv_fail(err, HV_ERR_NOT_FOUND,
                     "nothing in this record can be read");
    for (size_t i = 0; !st && i < things.len && i < SENDER_THINGS; i++) {
        out[i] = things.items[i].id;
        shot->things_len = i + 1;
    }
    if (!st) {
        shot->person = access.rows[0].person;
        shot->record = access.rows[0].record;
        shot->things = out;
    }
    hv_thing_list_release(&things);
    hv_access_release(&access);
    return st;
}

enum hv_status
sender_compose(struct hv_session *session, const struct sender_shot *shot,
               struct sender_result *out, struct hv_error *err)
{
    struct hv_guid *fakes = hv_calloc((size_t)shot->fakes + 1, sizeof(*fakes));
    struct hv_test_plan plan = {
        .mode = shot->mode,
        .sub = shot->sub,
        .version = shot->version,
        .person = shot->person,
        .record = shot->record,
        .things = shot->things ? shot->things : fakes,
        .things_len = shot->things ? shot->things_len : (size_t)shot->fakes,
        .body = shot->body,
    };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    for (int i = 0; i < shot->fakes; i++)
        fakes[i] = hv_guid_random();
    if (!st) {
        plan.ring = hv_keystore_ring(ks);
        st = hv_test_compose(&plan, &out->draft, err);
    }
    free(fakes);
    return st;
}

/* Our listener refuses each forgery with 401, bad HMACs perhaps otherwise. */
static int
refusal_of(const struct sender_shot *shot)
{
    if (!shot->aim->is_listener)
        return 0;
    return shot->mode->quirk == HV_TEST_BAD_HMAC && shot->aim->bad_hmac_200
               ? 200
               : 401;
}

enum hv_status
sender_shoot(struct hv_session *session, const struct sender_shot *shot,
             struct sender_result *out, struct hv_error *err)
{
    struct hv_test_message message = {
        .url = shot->aim->url,
        .is_marked = !shot->is_exact,
        .allow_private = shot->allow_private || shot->aim->is_listener,
        .no_verify = shot->aim->is_listener,
        .ca_file = shot->ca_file,
        .timeout_ms = (int)session->globals.timeout_ms,
    };
    struct sender_result result = { 0 };
    int times = shot->mode->quirk == HV_TEST_TWICE ? 2 : 1;
    enum hv_status st = sender_compose(session, shot, &result, err);

    message.authorization = result.draft.header;
    message.body = hv_buf_bytes(&result.draft.body);
    for (int i = 0; !st && i < times; i++) {
        hv_test_answer_release(&result.answer);
        st = hv_test_send(session->loop, &message, &result.answer, err);
    }
    if (st) {
        sender_result_release(&result);
        return st;
    }
    hv_test_judge(shot->mode, &result.answer, refusal_of(shot),
                  &result.verdict);
    *out = result;
    return HV_OK;
}

void
sender_header_text(const char *header, char *out, size_t size)
{
    const char *mac = strrchr(header, ':');
    size_t len = strlen(header);

    /* Only what ends as a whole MAC holds one. */
    if (mac && len - (size_t)(mac + 1 - header) == 44)
        snprintf(out, size, "%.*s..", (int)(mac + 1 - header) + MAC_SHOWN,
                 header);
    else
        hv_copy(out, size, header);
}

void
sender_items_text(const struct sender_shot *shot, char *out, size_t size)
{
    if (shot->body.data)
        hv_copy(out, size, "given");
    else if (shot->things)
        snprintf(out, size, "real:%zu", shot->things_len);
    else if (shot->fakes)
        snprintf(out, size, "fake:%d", shot->fakes);
    else
        hv_copy(out, size, "empty");
}

/* ---- the matrix ---- */

bool
sender_cell(size_t i, struct sender_cell *out)
{
    const struct hv_test_mode *modes = hv_test_modes();

    /* The first one, which is the plain one, comes with all kinds of items. */
    *out = (struct sender_cell){ .mode = &modes[0] };
    if (i < SENDER_ITEMS)
        out->items = (enum sender_items)i;
    else
        out->mode = &modes[i - SENDER_ITEMS + 1];
    return out->mode->word != NULL;
}

const char *
sender_items_word(enum sender_items items)
{
    static const char *const words[SENDER_ITEMS] = {
        [SENDER_FAKE] = "made-up ids",
        [SENDER_EMPTY] = "empty list",
        [SENDER_REAL] = "real ids",
    };

    return words[items];
}
