/*
 * compare.c - `c`: two things side by side, what differs marked. Mark one,
 * then go to another. Called through the table of actions.c. Pure.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void
add_pair(struct hv_buf *out, const char *name, const char *a, const char *b)
{
    bool is_same = !strcmp(a, b);

    hv_text_linef(out, "%s  %-14s  %s", is_same ? " " : "*", name, a);
    if (!is_same)
        hv_text_linef(out, "*  %-14s  %s", "", b);
}

static void
add_count(struct hv_buf *out, const char *name, int64_t a, int64_t b)
{
    char x[24];
    char y[24];

    snprintf(x, sizeof(x), "%lld", (long long)a);
    snprintf(y, sizeof(y), "%lld", (long long)b);
    add_pair(out, name, x, y);
}

static void
add_moment(struct hv_buf *out, const char *name, int64_t a, int64_t b)
{
    char x[HV_TIME_TEXT] = "-";
    char y[HV_TIME_TEXT] = "-";

    if (a)
        hv_time_format(a, x);
    if (b)
        hv_time_format(b, y);
    add_pair(out, name, x, y);
}

static void
compare_subs(const struct hv_app *app, size_t i, size_t k, struct hv_buf *out)
{
    const struct hv_sub_row *a = &app->subs.rows[i];
    const struct hv_sub_row *b = &app->subs.rows[k];
    char x[2048];
    char y[2048];

    hv_guid_format(&a->sub.id, x);
    hv_guid_format(&b->sub.id, y);
    add_pair(out, "id", x, y);
    hv_sub_words(&a->sub, x, sizeof(x));
    hv_sub_words(&b->sub, y, sizeof(y));
    add_pair(out, "types", x, y);
    add_pair(out, "url", a->sub.url, b->sub.url);
    add_pair(out, "key version", a->sub.version.id, b->sub.version.id);
    add_pair(out, "key held here", a->has_key ? "yes" : "no",
             b->has_key ? "yes" : "no");
    add_count(out, "verified 24 h", a->uses_24h, b->uses_24h);
    add_count(out, "refused 24 h", a->refused_24h, b->refused_24h);
    add_moment(out, "last message", a->last_ms, b->last_ms);
    add_pair(out, "last verdict",
             a->last_ms ? hv_verdict_row(a->last_verdict)->word : "-",
             b->last_ms ? hv_verdict_row(b->last_verdict)->word : "-");
}

static void
compare_keys(const struct hv_app *app, size_t i, size_t k, struct hv_buf *out)
{
    const struct hv_key_row *a = &app->keys.rows[i];
    const struct hv_key_row *b = &app->keys.rows[k];
    char x[HV_GUID_TEXT];
    char y[HV_GUID_TEXT];
    bool is_same_key =
        !memcmp(a->fingerprint, b->fingerprint, sizeof(a->fingerprint));

    hv_guid_format(&a->sub, x);
    hv_guid_format(&b->sub, y);
    add_pair(out, "subscription", x, y);
    add_pair(out, "version", a->version.id, b->version.id);
    add_pair(out, "state", hv_key_state_word(a->state),
             hv_key_state_word(b->state));
    add_pair(out, "drain", hv_drain_word(a->drain), hv_drain_word(b->drain));
    add_moment(out, "made", a->created_ms, b->created_ms);
    add_moment(out, "active since", a->activated_ms, b->activated_ms);
    add_moment(out, "superseded", a->superseded_ms, b->superseded_ms);
    add_moment(out, "last use", a->last_used_ms, b->last_used_ms);
    add_moment(out, "safe at", a->safe_at_ms, b->safe_at_ms);
    add_count(out, "uses", a->uses, b->uses);
    hv_buf_addf(out, "%s  %-14s  %s\n", is_same_key ? "!" : " ", "key bytes",
                is_same_key ? "THE SAME under both: one key, one subscription"
                            : "different, as they should be");
}

static void
sub_words(const struct hv_log_row *row, char out[HV_GUID_TEXT])
{
    if (row->has_sub)
        hv_guid_format(&row->sub, out);
    else
        hv_copy(out, HV_GUID_TEXT, "-");
}

static void
compare_messages(const struct hv_app *app, size_t i, size_t k,
                 struct hv_buf *out)
{
    const struct hv_log_row *a = &app->log.rows[i];
    const struct hv_log_row *b = &app->log.rows[k];
    char x[80], y[80];

    add_count(out, "message", a->id, b->id);
    add_moment(out, "received", a->received_ms, b->received_ms);
    add_pair(out, "verdict", hv_verdict_row(a->verdict)->word,
             hv_verdict_row(b->verdict)->word);
    sub_words(a, x);
    sub_words(b, y);
    add_pair(out, "subscription", x, y);
    add_pair(out, "key version", a->version.id, b->version.id);
    add_count(out, "answered", a->answered, b->answered);
    add_pair(out, "sender", a->peer, b->peer);
    add_count(out, "bytes", a->bytes, b->bytes);
    hv_hex_encode(a->sha256, sizeof(a->sha256), x);
    hv_hex_encode(b->sha256, sizeof(b->sha256), y);
    add_pair(out, "body SHA-256", x, y);
    add_count(out, "things", a->things_count, b->things_count);
    add_count(out, "repeat of", a->duplicate_of, b->duplicate_of);
    add_pair(out, "our own test", a->is_test ? "yes" : "no",
             b->is_test ? "yes" : "no");
}

/* The other row: one that is marked and is not under the cursor. */
static size_t
other_row(const struct hv_app *app, size_t at)
{
    for (size_t i = 0; i < hv_list_all(app, app->tab); i++) {
        if (i != at && hv_list_is_marked(app, app->tab, i))
            return i;
    }
    return SIZE_MAX;
}

void
hv_do_compare(struct hv_app *app, const char *args)
{
    size_t at = hv_list_at(app, app->tab);
    size_t other = at == SIZE_MAX ? SIZE_MAX : other_row(app, at);
    struct hv_buf text = { 0 };

    if (app->tab == HV_VIEW_RECORDS) {
        hv_diff_compare(app, args);
        return;
    }
    if (other == SIZE_MAX) {
        if (at != SIZE_MAX && !hv_list_is_marked(app, app->tab, at))
            hv_do_mark(app, ""); /* the first of the two */
        hv_app_say(app, HV_ROLE_TEXT,
                   at == SIZE_MAX ? "There is nothing to compare here."
                                  : "One is marked; c on another compares "
                                    "them.");
        return;
    }
    hv_buf_add_str(&text, "The marked one above, this one below it where they "
                          "differ (*).\n\n");
    if (app->tab == HV_VIEW_SUBS)
        compare_subs(app, other, at, &text);
    else if (app->tab == HV_VIEW_KEYS)
        compare_keys(app, other, at, &text);
    else
        compare_messages(app, other, at, &text);
    hv_app_page(app, "Compared", &text);
}
