/*
 * explain.c - `x`: what the cursor is on, in words and with what to do. The
 * sentences of verdicts come from their one table. Called by update() and by
 * the screens.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/screen/screens.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdio.h>
#include <string.h>

void
hv_key_why(const struct hv_app *app, const struct hv_key_row *key,
           struct hv_buf *out)
{
    char time[HV_TIME_TEXT];
    char age[HV_AGE_TEXT];

    switch (key->state) {
    case HV_KEY_PENDING:
        hv_buf_addf(out,
                    "Kept and accepted, but not yet given to the "
                    "platform. %s",
                    key->intent == HV_INTENT_NONE
                        ? "Nothing signs with it."
                        : "A rotation stopped half way: R takes it up again "
                          "with the same key.");
        break;
    case HV_KEY_ACTIVE:
        hv_buf_add_str(out, "The platform signs with this version. It cannot "
                            "be retired; R gives the subscription a new one.");
        break;
    case HV_KEY_ACCEPTED:
        if (key->drain == HV_DRAIN_SAFE) {
            hv_buf_add_str(out, "No retry can need it any more: safe to "
                                "retire.");
            break;
        }
        hv_buf_add_str(out, "Older, and still accepted: a message that the "
                            "platform retries may carry it. ");
        if (key->last_used_ms) {
            hv_age_format(app->now_ms - key->last_used_ms, age);
            hv_buf_addf(out, "Last verified use %s ago. ", age);
        } else {
            hv_buf_add_str(out, "Never used. ");
        }
        if (key->safe_at_ms) {
            hv_time_format(key->safe_at_ms, time);
            hv_buf_addf(out,
                        "Safe to retire from %.16sZ if no new message "
                        "uses it.",
                        time);
        }
        break;
    case HV_KEY_RETIRED:
        hv_buf_add_str(out, "Its bytes are gone. A message signed with it is "
                            "refused as retired-version.");
        break;
    }
}

/* The rules of retiring one by one, those that fail marked. */
static void
explain_checks(const struct hv_drain_row *drain, struct hv_buf *out)
{
    static const char *const words[] = { [HV_RETIRE_OK] = "ok",
                                         [HV_RETIRE_NOT_OK] = "NOT YET",
                                         [HV_RETIRE_NOT_ASKED] = "asked then" };

    if (!drain || drain->state != HV_KEY_ACCEPTED)
        return;
    hv_buf_add_str(out, "What must hold before it is retired:\n");
    for (int i = 0; i < HV_RETIRE_RULES; i++)
        hv_text_linef(out, "%-10s  %-10s  %s", words[drain->checks[i].verdict],
                      hv_retire_rule_word(drain->checks[i].rule),
                      drain->checks[i].text);
    if (drain->is_overdue)
        hv_buf_add_str(out,
                       "\nReplaced for more than 45 days: retire it with X, "
                       "or rotate with --compromised if it leaked.\n");
}

static void
explain_job(const struct hv_app *app, struct hv_buf *out)
{
    size_t i = hv_list_at(app, HV_VIEW_JOBS);
    const struct hv_rotation *job;
    char id[HV_GUID_TEXT];

    if (i == SIZE_MAX)
        return;
    job = &app->jobs.jobs[i];
    hv_text_linef(out, "%s  %s  %s", job->id,
                  hv_rotation_state_word(job->state), job->reason);
    hv_buf_add_char(out, '\n');
    if (hv_rotation_is_open(job->state))
        hv_buf_add_str(out, "B goes on with it, with the same keys. D closes "
                            "it: what is rotated stays.\n\n");
    for (size_t k = 0; k < job->len; k++) {
        const struct hv_rotation_item *item = &job->items[k];

        hv_guid_format(&item->sub, id);
        hv_text_linef(out, "%s  %-8s  step %d  %s > %s  %s", id,
                      hv_item_state_word(item->state), (int)item->step,
                      item->old_version.id, item->new_version.id, item->reason);
    }
}

static void
explain_key(struct hv_app *app, struct hv_buf *out)
{
    size_t i = hv_list_at(app, HV_VIEW_KEYS);
    char id[HV_GUID_TEXT];

    if (i == SIZE_MAX)
        return;
    hv_guid_format(&app->keys.rows[i].sub, id);
    hv_buf_addf(out, "subscription  %s\n", id);
    hv_text_linef(out, "version       %s", app->keys.rows[i].version.id);
    hv_buf_addf(out, "state         %s",
                hv_key_state_word(app->keys.rows[i].state));
    if (hv_drain_word(app->keys.rows[i].drain)[0])
        hv_buf_addf(out, ", %s", hv_drain_word(app->keys.rows[i].drain));
    hv_buf_addf(out, "\nuses          %lld ever, %lld in the last 24 h\n\n",
                (long long)app->keys.rows[i].uses,
                (long long)app->keys.rows[i].uses_24h);
    hv_key_why(app, &app->keys.rows[i], out);
    hv_buf_add_str(out, "\n\n");
    explain_checks(
        hv_app_drain(app, &app->keys.rows[i].sub, app->keys.rows[i].version.id),
        out);
}

static void
explain_verdict(enum hv_verdict verdict, struct hv_buf *out)
{
    const struct hv_verdict_row *row = hv_verdict_row(verdict);

    hv_buf_addf(out, "%c  %s, answered %d\n%s\n", row->letter, row->word,
                row->http, row->sentence);
    if (row->todo[0])
        hv_buf_addf(out, "What to do: %s\n", row->todo);
}

static void
explain_lint(struct hv_app *app, size_t i, struct hv_buf *out)
{
    struct hv_findings said = { 0 };

    hv_lint_sub(app, i, &said);
    for (size_t k = 0; k < said.len; k++) {
        hv_text_linef(out, "%s: %s",
                      hv_severity_word(said.items[k].lint->severity),
                      said.items[k].message);
        hv_buf_addf(out, "  %s.\n  What to do: %s\n",
                    said.items[k].lint->meaning, said.items[k].lint->advice);
    }
    if (said.len)
        hv_buf_add_char(out, '\n');
    hv_findings_release(&said);
}

static void
explain_sub(struct hv_app *app, struct hv_buf *out)
{
    size_t i = hv_list_at(app, HV_VIEW_SUBS);
    const struct hv_sub_row *row = i == SIZE_MAX ? NULL : &app->subs.rows[i];
    char text[2048];
    char id[HV_GUID_TEXT];

    if (!row)
        return;
    hv_guid_format(&row->sub.id, id);
    hv_sub_words(&row->sub, text, sizeof(text));
    hv_buf_addf(out, "id            %s\ntypes         %s\n", id, text);
    hv_text_linef(out, "url           %s", row->sub.url);
    hv_text_linef(out, "key version   %s", row->sub.version.id);
    hv_buf_add_char(out, '\n');
    if (!row->is_live)
        hv_buf_add_str(out, "The platform does not list it any more. Its keys "
                            "stay for late retries.\n\n");
    else if (!row->has_key)
        hv_buf_add_str(out, "The keystore does not have this key version: its "
                            "messages are refused as unknown-version. R gives "
                            "it a key that we have.\n\n");
    explain_lint(app, i, out);
    hv_buf_addf(out, "Last 24 h: %lld verified, %lld refused.\n",
                (long long)row->uses_24h, (long long)row->refused_24h);
    if (row->last_ms) {
        hv_buf_add_str(out, "Last message: ");
        explain_verdict(row->last_verdict, out);
    } else {
        hv_buf_add_str(out, "No message yet.\n");
    }
}

static void
explain_attention(struct hv_app *app, struct hv_buf *out)
{
    size_t i = hv_list_at(app, HV_VIEW_DASH);
    int tab;

    if (i == SIZE_MAX) {
        hv_buf_add_str(out, "Nothing needs attention.\n\n"
                            "Here appear refused messages, keys that wait, a "
                            "listener that is down.\n");
        return;
    }
    hv_text_linef(out, "%s", app->status->attention[i].text);
    tab = hv_view_find(app->status->attention[i].view);
    if (tab < HV_TABS)
        hv_buf_addf(out, "\nEnter on it goes to %d %s.\n", tab + 1,
                    hv_screens[tab].title);
}

void
hv_app_explain(struct hv_app *app)
{
    struct hv_buf text = { 0 };
    const struct hv_log_row *row;

    switch (app->tab) {
    case HV_VIEW_DASH:
        explain_attention(app, &text);
        break;
    case HV_VIEW_SUBS:
        explain_sub(app, &text);
        break;
    case HV_VIEW_KEYS:
        explain_key(app, &text);
        break;
    case HV_VIEW_JOBS:
        explain_job(app, &text);
        break;
    case HV_VIEW_SHELL:
        hv_shell_explain(app, &text);
        break;
    case HV_VIEW_MAINT:
        hv_maint_explain(app, &text);
        break;
    case HV_VIEW_TEST:
        hv_test_explain(app, &text);
        break;
    case HV_VIEW_RECORDS:
        hv_records_explain(app, &text);
        break;
    case HV_VIEW_LOG:
        row = hv_log_row(app);
        if (row)
            explain_verdict(row->verdict, &text);
        break;
    default:
        break;
    }
    if (text.len)
        hv_app_page(app, "Explained", &text);
    else
        hv_app_say(app, HV_ROLE_TEXT, "Nothing is selected here.");
    hv_buf_release(&text);
}
