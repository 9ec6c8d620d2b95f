/*
 * demo_tour.c - the headless tour: the main job told and checked step by step,
 * every line from a real call. Called by cmd_demo.c.
 */
#include "tui/command/demo.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/send.h"
#include "tui/command/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE            "Heart rate"
#define REFUSAL_WAIT_MS 5000 /* a refusal's row rides in the next commit */

struct tour {
    struct demo *demo;
    struct hv_session *session;
    struct hv_guid sub;
    char sub_text[HV_GUID_TEXT];
    struct hv_key_version a, b;
    struct hv_log_row rows[4]; /* in the order of the story */
    int rows_len;
};

static enum hv_status HV_PRINTF(2, 3)
    say(struct tour *tour, const char *fmt, ...)
{
    char text[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    hv_out_text(tour->demo->cmd->out, text);
    return hv_out_flush(tour->demo->cmd->out, NULL);
}

static enum hv_status HV_PRINTF(2, 3)
    not_as_told(struct hv_error *err, const char *fmt, ...)
{
    char text[400];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    return hv_fail(err, HV_ERR_VERIFY, "the tour did not go as told: %s", text);
}

/* Run a line of the command table and show it with what it printed. */
static enum hv_status
show_command(struct tour *tour, const char *line, struct hv_buf *printed,
             struct hv_error *err)
{
    struct hv_buf text = { 0 };
    enum hv_status st = say(tour, "   $ hvconsole %s\n", line);

    if (!st)
        st = hv_command_text(tour->session, line, true, &text, err);
    for (const char *at = hv_buf_str(&text); !st && *at;) {
        size_t len = strcspn(at, "\n");

        st = say(tour, "   %.*s\n", (int)len, at);
        at += len + (at[len] == '\n');
    }
    if (printed)
        hv_buf_add_bytes(printed, hv_buf_bytes(&text));
    hv_buf_release(&text);
    return st;
}

/* The newest row of the tour's subscription, newer than those before. */
static enum hv_status
newest_row(struct tour *tour, struct hv_log_row *out, bool *found,
           struct hv_error *err)
{
    struct hv_log_filter filter = { .has_sub = true, .sub = tour->sub };
    struct hv_journal_view *view = NULL;
    size_t len = 0;
    enum hv_status st = hv_session_journal(tour->session, &view, err);

    if (!st)
        st = hv_journal_page(view, &filter, 0, 0, false, out, 1, &len, err);
    hv_journal_view_close(view);
    *found = !st && len;
    if (*found && tour->rows_len &&
        out->id <= tour->rows[tour->rows_len - 1].id) {
        hv_log_row_release(out);
        *found = false;
    }
    return st;
}

static enum hv_status
expect_row(struct tour *tour, enum hv_verdict verdict,
           const struct hv_key_version *version, int answered,
           struct hv_error *err)
{
    int64_t until = hv_clock_mono_ms() + REFUSAL_WAIT_MS;
    struct hv_log_row *row = &tour->rows[tour->rows_len];
    const char *word = hv_verdict_row(verdict)->word;
    bool found = false, never = false;
    enum hv_status st = newest_row(tour, row, &found, err);

    while (!st && !found && hv_clock_mono_ms() < until) {
        hv_loop_run_until(tour->session->loop, &never, 20);
        st = newest_row(tour, row, &found, err);
    }
    if (st)
        return st;
    if (!found)
        return not_as_told(err, "the journal has no row for what was sent");
    tour->rows_len++;
    st = say(tour, "   -> row %lld: %s, key %s, answered %d\n",
             (long long)row->id, hv_verdict_row(row->verdict)->word,
             row->version.id, row->answered);
    if (!st && (row->verdict != verdict || row->answered != answered ||
                !hv_key_version_equal(&row->version, version)))
        st = not_as_told(err, "expected %s with key %s and answer %d", word,
                         version->id, answered);
    return st;
}

/* ---- the steps ---- */

static enum hv_status
step_list(struct tour *tour, struct hv_error *err)
{
    struct hv_sub_model model = { 0 };
    enum hv_status st = show_command(tour, "sub list", NULL, err);

    if (!st)
        st = hv_model_subs(tour->session, &model, err);
    if (!st && (model.used < 1 || model.used >= model.limit))
        st = not_as_told(err, "%d of %d subscriptions are used", model.used,
                         model.limit);
    hv_sub_model_release(&model);
    return st;
}

static bool
has_sub(const struct hv_sub_model *model, const struct hv_guid *id)
{
    for (size_t i = 0; i < model->len; i++) {
        if (hv_guid_equal(&model->rows[i].sub.id, id))
            return true;
    }
    return false;
}

static enum hv_status
step_create(struct tour *tour, struct hv_error *err)
{
    struct hv_sub_model before = { 0 }, after = { 0 };
    char line[512];
    enum hv_status st = hv_model_subs(tour->session, &before, err);

    snprintf(line, sizeof(line),
             "sub create --type '" TYPE "' --url %s/hv/notify/heart-rate",
             tour->demo->listener_url);
    if (!st)
        st = show_command(tour, line, NULL, err);
    if (!st)
        st = hv_model_subs(tour->session, &after, err);
    for (size_t i = 0; !st && i < after.len; i++) {
        if (has_sub(&before, &after.rows[i].sub.id))
            continue;
        tour->sub = after.rows[i].sub.id;
        tour->a = after.rows[i].sub.version;
        hv_guid_format(&tour->sub, tour->sub_text);
    }
    if (!st && (after.used != before.used + 1 || !tour->sub_text[0]))
        st = not_as_told(err, "the platform lists %d subscriptions after %d",
                         after.used, before.used);
    if (!st)
        st = say(tour,
                 "   -> %d of %d used now; its key is version %s, called "
                 "A from here on\n",
                 after.used, after.limit, tour->a.id);
    hv_sub_model_release(&before);
    hv_sub_model_release(&after);
    return st;
}

static enum hv_status
step_verified(struct tour *tour, struct hv_error *err)
{
    enum hv_status st =
        show_command(tour, "sandbox emit --type '" TYPE "' --wait", NULL, err);

    if (!st)
        st = expect_row(tour, HV_VERDICT_VERIFIED, &tour->a, 200, err);
    return st;
}

static enum hv_status
step_rotate(struct tour *tour, struct hv_error *err)
{
    struct hv_key_model keys = { 0 };
    char line[128];
    bool is_a_accepted = false;
    enum hv_status st;

    snprintf(line, sizeof(line), "key rotate %s", tour->sub_text);
    st = show_command(tour, line, NULL, err);
    snprintf(line, sizeof(line), "key list %s", tour->sub_text);
    if (!st)
        st = show_command(tour, line, NULL, err);
    if (!st)
        st = hv_model_keys(tour->session, &tour->sub, &keys, err);
    for (size_t i = 0; !st && i < keys.len; i++) {
        if (keys.rows[i].state == HV_KEY_ACTIVE)
            tour->b = keys.rows[i].version;
        if (keys.rows[i].state == HV_KEY_ACCEPTED &&
            hv_key_version_equal(&keys.rows[i].version, &tour->a))
            is_a_accepted = true;
    }
    if (!st && (!is_a_accepted || !tour->b.id[0] ||
                hv_key_version_equal(&tour->a, &tour->b)))
        st = not_as_told(err, "A is not accepted beside a new active key");
    if (!st)
        st = say(tour, "   -> B is %s; A goes on being accepted\n", tour->b.id);
    hv_key_model_release(&keys);
    return st;
}

static enum hv_status
step_old(struct tour *tour, struct hv_error *err)
{
    enum hv_status st = demo_emit(tour->demo, TYPE, true, err);

    if (!st)
        st = expect_row(tour, HV_VERDICT_VERIFIED_OLD, &tour->a, 200, err);
    return st;
}

static enum hv_status
step_new(struct tour *tour, struct hv_error *err)
{
    enum hv_status st = demo_emit(tour->demo, TYPE, false, err);

    if (!st)
        st = expect_row(tour, HV_VERDICT_VERIFIED, &tour->b, 200, err);
    return st;
}

/* A stranger knows everything but the key. */
static enum hv_status
step_forged(struct tour *tour, struct hv_error *err)
{
    uint8_t mac[HV_MAC_LEN];
    char mac_text[HV_BASE64_SIZE(HV_MAC_LEN)];
    char header[256], url[256], body[1024];
    char person[HV_GUID_TEXT], record[HV_GUID_TEXT];
    struct hv_guid any = hv_guid_random(), other = hv_guid_random();
    struct hv_test_message message = { .url = url,
                                       .authorization = header,
                                       .allow_private = true,
                                       .no_verify = true };
    struct hv_test_answer answer = { 0 };
    int http = 0;
    enum hv_status st;

    hv_random(mac, sizeof(mac));
    hv_base64_encode(mac, sizeof(mac), mac_text);
    hv_guid_format(&any, person);
    hv_guid_format(&other, record);
    snprintf(header, sizeof(header), "HVEventingSharedKey %s:%s:%s",
             tour->sub_text, tour->b.id, mac_text);
    snprintf(url, sizeof(url), "%s/hv/notify/heart-rate",
             tour->demo->listener_url);
    snprintf(body, sizeof(body),
             "<?xml version=\"1.0\" encoding=\"utf-8\"?><wc:notifications "
             "xmlns:wc=\"urn:com.microsoft.wc.notification\"><notification>"
             "<common><subscription-id>%s</subscription-id></common>"
             "<record-change-notification><person-id>%s</person-id><record-id>"
             "%s</record-id></record-change-notification></notification>"
             "</wc:notifications>",
             tour->sub_text, person, record);
    message.body = hv_bytes_str(body);
    st = hv_test_send(tour->session->loop, &message, &answer, err);
    if (!st && !answer.http) {
        *err = answer.error;
        st = answer.error.status;
    }
    http = answer.http;
    hv_test_answer_release(&answer);
    if (!st)
        st = say(tour, "   POST %s\n   -> answered %d\n", url, http);
    if (!st && http != 401)
        st = not_as_told(err, "a forged message was answered %d", http);
    if (!st)
        st = expect_row(tour, HV_VERDICT_BAD_HMAC, &tour->b, 401, err);
    return st;
}

/* Whether the item of that id says that verdict, in the printed JSON. */
static bool
json_says(const char *json, int64_t id, const char *verdict)
{
    char text[64];
    const char *item, *end;
    const char *found;

    snprintf(text, sizeof(text), "\"id\": %lld,", (long long)id);
    item = strstr(json, text);
    end = item ? strchr(item, '}') : NULL;
    snprintf(text, sizeof(text), "\"verdict\": \"%s\"", verdict);
    found = item ? strstr(item, text) : NULL;
    return found && end && found < end;
}

static enum hv_status
step_log(struct tour *tour, struct hv_error *err)
{
    struct hv_buf json = { 0 };
    char line[256];
    enum hv_status st;

    snprintf(line, sizeof(line),
             "log list --sub %s --fields id,received,version,verdict,answered "
             "-o json",
             tour->sub_text);
    st = show_command(tour, line, &json, err);
    for (int i = 0; !st && i < tour->rows_len; i++) {
        const char *word = hv_verdict_row(tour->rows[i].verdict)->word;

        if (!json_says(hv_buf_str(&json), tour->rows[i].id, word))
            st = not_as_told(err, "row %lld (%s) is not in the log",
                             (long long)tour->rows[i].id, word);
    }
    hv_buf_release(&json);
    if (!st)
        st = say(tour, "   -> all %d messages found again\n", tour->rows_len);
    return st;
}

static const struct {
    const char *title;
    enum hv_status (*run)(struct tour *tour, struct hv_error *err);
} steps[] = {
    { "The subscriptions of the application", step_list },
    { "One more, for " TYPE ", with a key of its own", step_create },
    { "Something changes; the notification is verified with key A",
      step_verified },
    { "A new key: B is accepted by the listener before it is announced",
      step_rotate },
    { "A late message signed with A is still verified", step_old },
    { "The next one is signed with B", step_new },
    { "A forged one, with everything right but the key", step_forged },
    { "All of it, found again in the log", step_log },
};

static enum hv_status
tell_end(struct tour *tour)
{
    struct hv_buf flags = { 0 };
    enum hv_status st;

    demo_flags(tour->demo, &flags);
    st =
        say(tour,
            "\nEverything went as told. The world stays in %s;\n"
            "on a terminal 'hvconsole demo' opens the console on it, and while "
            "that runs\na second terminal joins with\n   hvconsole %s\n",
            tour->demo->dir, hv_buf_str(&flags));
    hv_buf_release(&flags);
    return st;
}

enum hv_status
demo_tour(struct demo *demo, struct hv_error *err)
{
    struct tour tour = { .demo = demo, .session = &demo->session };
    enum hv_status st;

    st = say(&tour,
             "hvconsole demo: a platform, a listener and an application on "
             "this machine.\n   platform  %s\n   listener  %s\n",
             demo->platform_url, demo->listener_url);
    for (size_t i = 0; !st && i < HV_LEN(steps); i++) {
        st = say(&tour, "\n%zu. %s\n", i + 1, steps[i].title);
        if (!st)
            st = steps[i].run(&tour, err);
    }
    if (!st)
        st = tell_end(&tour);
    for (int i = 0; i < tour.rows_len; i++)
        hv_log_row_release(&tour.rows[i]);
    return st;
}
