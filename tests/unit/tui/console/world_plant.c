/*
 * world_plant.c - see world_plant.h. Called by the tests of foreign text.
 */
#include "tests/unit/tui/console/world_plant.h"
#include "tests/unit/tui/console/world_records.h"
#include "tests/unit/tui/console/world_tester.h"

#include "hvconsole/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MOST_COLUMNS 120

static enum world_text now; /* what is planted */

/* The next character of @text, its bytes as they are; 0 at the end. */
static size_t
unit(const char *text, int *columns)
{
    struct hv_bytes rest = hv_bytes_str(text);
    struct hv_buf clean = { 0 };
    size_t len = 0;

    (void)hv_utf8_next(rest, &len);
    if (text[0] == 'e') /* the one that bears a mark */
        len += 2;
    hv_text_clean(&clean, (struct hv_bytes){ rest.data, len });
    *columns = hv_text_width(hv_buf_bytes(&clean));
    hv_buf_release(&clean);
    return len;
}

void
world_plant_text(enum world_text kind, char *out, size_t size)
{
    int wanted = size - 1 < MOST_COLUMNS ? (int)size - 1 : MOST_COLUMNS;
    const char *at = HOSTILE;
    size_t len = 0;
    int used = 0;

    while (kind == WORLD_HOSTILE) {
        int columns;
        size_t more = unit(at, &columns);

        if (used + columns > wanted ||
            len + more + (size_t)(wanted - used - columns) > size - 1)
            break;
        memcpy(out + len, at, more);
        len += more;
        used += columns;
        at += more;
        at = *at ? at : HOSTILE;
    }
    memset(out + len, kind == WORLD_PLAIN ? 'Q' : 'z', (size_t)(wanted - used));
    out[len + (size_t)(wanted - used)] = 0;
}

#define PLANT(field) world_plant_text(now, field, sizeof(field))

/* After what makes it another than its neighbours. */
static void
plant_after(const char *first, size_t i, char *out, size_t size)
{
    int len = snprintf(out, size, "%s%zu", first, i);

    world_plant_text(now, out + len, size - (size_t)len);
}

static void
plant_buf(struct hv_buf *buf, const char *before, const char *after)
{
    char text[MOST_COLUMNS * 2];

    PLANT(text);
    hv_buf_clear(buf);
    hv_buf_addf(buf, "%s%s%s", before, text, after);
}

static void
plant_profile(struct hv_profile *profile)
{
    PLANT(profile->name);
    plant_after("https://a", 0, profile->platform, sizeof(profile->platform));
    plant_after("https://b", 0, profile->action_url,
                sizeof(profile->action_url));
    PLANT(profile->ca);
    /* The Shell and the id stay what they are: URLs are made of them. */
    hv_copy(profile->shell, sizeof(profile->shell), "https://account.example/");
    profile->app_id = world_guid("05a0", "7c1");
}

static void
plant_status(struct hv_status_model *status)
{
    PLANT(status->profile);
    PLANT(status->app_short);
    plant_profile(&status->profile_facts);
    PLANT(status->listener_url);
    PLANT(status->listener_health);
    PLANT(status->sandbox_url);
    PLANT(status->keystore_file);
    status->sandbox_running = true;
    for (size_t i = 0; i < status->attention_len; i++) {
        plant_after("", i, status->attention[i].text,
                    sizeof(status->attention[i].text));
        PLANT(status->attention[i].filter);
    }
}

static void
plant_drain(struct hv_drain_model *drain)
{
    for (size_t i = 0; i < drain->len; i++) {
        PLANT(drain->rows[i].current.id);
        for (int c = 0; c < HV_RETIRE_RULES; c++)
            PLANT(drain->rows[i].checks[c].text);
    }
}

static void
plant_jobs(struct hv_jobs_model *jobs)
{
    for (size_t i = 0; i < jobs->len; i++) {
        PLANT(jobs->jobs[i].reason);
        for (size_t k = 0; k < jobs->jobs[i].len; k++) {
            struct hv_rotation_item *item = &jobs->jobs[i].items[k];

            PLANT(item->reason);
            PLANT(item->old_version.id);
            PLANT(item->new_version.id);
        }
    }
    for (size_t i = 0; i < jobs->audit.len; i++) {
        PLANT(jobs->audit.rows[i].verb);
        PLANT(jobs->audit.rows[i].user);
        PLANT(jobs->audit.rows[i].outcome);
        plant_after("0b2e..a41 ", i, jobs->audit.rows[i].what,
                    sizeof(jobs->audit.rows[i].what));
        PLANT(jobs->audit.rows[i].note);
    }
    (void)hv_fail(&jobs->audit.broken, HV_ERR_DAMAGED, "%s",
                  now == WORLD_PLAIN ? "QQQQ" : HOSTILE);
}

/* One version of each stays as it is: it is found by its name. */
static void
plant_subs_and_keys(struct hv_app *app)
{
    for (size_t i = 0; i < app->subs.len; i++) {
        struct hv_sub *sub = &app->subs.rows[i].sub;

        plant_after("https://", i, sub->url, sizeof(sub->url));
        PLANT(sub->version.id);
        plant_buf(&sub->xml, "<subscription><common>", "</common>");
    }
    for (size_t i = 0; i < app->keys.len; i++) {
        struct hv_drain_row *drain = (struct hv_drain_row *)hv_app_drain(
            app, &app->keys.rows[i].sub, app->keys.rows[i].version.id);

        plant_after("", i, app->keys.rows[i].version.id,
                    sizeof(app->keys.rows[i].version.id));
        if (drain)
            drain->version = app->keys.rows[i].version;
    }
    for (size_t i = 0; i < app->traffic.held_len; i++)
        PLANT(app->traffic.held[i].version.id);
}

static void
plant_messages(struct hv_log_row *rows, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        PLANT(rows[i].version.id);
        PLANT(rows[i].peer);
        for (size_t k = 0; k < rows[i].why_len; k++)
            PLANT(rows[i].why[k].note);
    }
}

static void
plant_log(struct hv_log *log)
{
    plant_messages(log->rows, log->len);
    PLANT(log->filter_label);
    plant_buf(&log->body, "<a><b c='", "'>text</b></a>");
    log->body_id = log->len ? log->rows[log->len - 1].id : 0;
}

static void
plant_records(struct hv_app *app)
{
    struct hv_access *access = &app->records.access;
    struct hv_diff_model *diff = &app->recs.diff;

    for (size_t i = 0; i < access->len; i++) {
        PLANT(access->rows[i].name);
        PLANT(access->rows[i].person_name);
        PLANT(access->rows[i].action_text);
        PLANT(access->rows[i].state);
        access->rows[i].action = HV_AUTH_UNKNOWN;
    }
    PLANT(diff->a);
    PLANT(diff->b);
    for (size_t i = 0; i < diff->len; i++) {
        PLANT(diff->rows[i].name);
        PLANT(diff->rows[i].person_name);
        PLANT(diff->rows[i].was);
        PLANT(diff->rows[i].is);
    }
    for (size_t i = 0; i < diff->kept_len; i++)
        plant_after("", i, diff->kept[i].name, sizeof(diff->kept[i].name));
}

/* Bytes that a reader shows line by line: they have none of their own here. */
static void
plant_lines(struct hv_buf *buf, const char *before, const char *after)
{
    char text[MOST_COLUMNS * 2];

    PLANT(text);
    for (char *c = text; *c; c++)
        *c = strchr("\r\n\t", *c) ? '\v' : *c;
    hv_buf_clear(buf);
    hv_buf_addf(buf, "%s%s%s", before, text, after);
}

static void
plant_exchange(struct hv_exchange *x)
{
    PLANT(x->items);
    PLANT(x->to);
    plant_after("https://", 0, x->url, sizeof(x->url));
    PLANT(x->version.id);
    PLANT(x->header);
    PLANT(x->tls);
    PLANT(x->address);
    PLANT(x->note);
    plant_lines(&x->body, "<a>", "</a>");
    plant_lines(&x->head, "HTTP/1.1 500 ", "\r\nServer: s\r\n\r\n");
    plant_lines(&x->answer, "", "\n");
}

static void
plant_tester(struct hv_tester *tester)
{
    plant_exchange(&tester->draft);
    for (size_t i = 0; i < tester->kept_len; i++)
        plant_exchange(tester->kept[i]);
    plant_messages(tester->sent.rows, tester->sent.len);
    plant_after("https://", 0, tester->url, sizeof(tester->url));
    PLANT(tester->record);
    PLANT(tester->copies);
    PLANT(tester->gap);
    tester->to = HV_TRY_URL;
    for (int i = 0; i < HV_TEST_COLUMNS; i++) {
        PLANT(tester->columns[i].to);
        PLANT(tester->columns[i].url);
    }
}

static void
plant_maint(struct hv_maint_model *maint)
{
    for (size_t i = 0; i < maint->windows_len; i++) {
        plant_after("", i, maint->windows[i].window.name,
                    sizeof(maint->windows[i].window.name));
        PLANT(maint->windows[i].window.platform);
        PLANT(maint->windows[i].drill.window);
    }
    for (size_t i = 0; i < maint->tokens_len; i++) {
        plant_after("", i, maint->tokens[i].note.name,
                    sizeof(maint->tokens[i].note.name));
        PLANT(maint->tokens[i].note.actionqs);
    }
    PLANT(maint->open_job);
    PLANT(maint->sevens.window);
    PLANT(maint->sevens.sentence);
}

static void
add_encoded(struct hv_buf *out, const char *text, int layers)
{
    for (; *text; text++)
        hv_buf_addf(out, layers > 1 ? "%%25%02x" : "%%%02x",
                    (unsigned)(unsigned char)*text);
}

/* A page of the Shell with all of it in names and values, once and twice
 * encoded; and templates by somebody who can write to the store. */
static void
plant_urls(struct hv_app *app)
{
    char text[MOST_COLUMNS * 2];
    struct hv_buf url = { 0 };

    PLANT(text);
    hv_buf_add_str(&url, "https://h/redirect.aspx?target=AUTH&targetqs=");
    hv_buf_add_str(&url, "actionqs%3D");
    add_encoded(&url, text, 2);
    hv_buf_add_str(&url, "%26");
    add_encoded(&url, text, 2);
    hv_buf_add_str(&url, "%3D1&");
    add_encoded(&url, text, 1);
    hv_buf_add_str(&url, "=2#");
    hv_buf_add_str(&url, text);
    hv_edit_set(&app->urls.text, hv_buf_str(&url));
    hv_shell_url_release(&app->urls.url);
    app->urls.has_url =
        !hv_shell_decode(hv_buf_bytes(&url), NULL, &app->urls.url, NULL);
    hv_shell_form_set(&app->urls.form, "actionqs", text, false);
    hv_buf_clear(&app->urls.left);
    hv_buf_addf(&app->urls.left, "%s was left out", text);
    for (size_t i = 0; i < app->urls.templates.len; i++)
        plant_after("", i, app->urls.templates.items[i].name, HV_TEMPLATE_NAME);
    hv_buf_release(&url);
}

static void
put_templates(struct hv_app *app)
{
    struct hv_msg msg = { .kind = HV_MSG_TEMPLATES,
                          .job = HV_JOB_TEMPLATES,
                          .op = app->busy[HV_JOB_TEMPLATES].op };

    cr_assert_eq(hv_templates_read(
                     "daily 2026-11-20T09:00:00Z 2026-11-21T11:00:00Z "
                     "redirect.aspx?target=AUTH&targetqs=actionqs%3Dhome\n"
                     "reconcile 2026-10-01T09:00:00Z - redirect.aspx?target="
                     "RECONCILE&targetqs=actionqs%3Dmerge%250a%251b%255b2J\n",
                     &msg.u.templates, NULL),
                 HV_OK);
    hv_app_update(app, &msg);
}

void
world_open_planted(struct hv_app *app, enum world_text kind)
{
    now = kind;
    world_open_records(app);
    world_tell_rights(app, HV_REACH_ANSWERED, 2);
    world_press(app, "]]");
    world_tell_diff(app, NULL, NULL, false);
    world_press(app, "<Enter>");
    world_tell_diff(app, "20261121-114003Z.hvsnap", "now", false);
    world_press(app, "7T");
    world_exchange_came(app, world_exchange("bom", 200, true));
    world_exchange_came(app, world_exchange("normal", 400, false));
    world_command_ends(app, HV_ERR_VERIFY, "it failed");
    app->lists[HV_VIEW_TEST].pane = HV_TEST_SINGLE;
    app->lists[HV_VIEW_RECORDS].pane = HV_RECORDS_LIST;
    world_press(app, "4");
    put_templates(app);
    plant_status(app->status);
    plant_subs_and_keys(app);
    plant_drain(&app->drain);
    plant_jobs(&app->jobs);
    plant_log(&app->log);
    plant_records(app);
    plant_tester(&app->tester);
    plant_maint(&app->maint);
    plant_urls(app);
    PLANT(app->demo_note);
    for (int i = 0; i < HV_TABS; i++)
        hv_list_settle(app, (enum hv_view)i);
    world_press(app, "1");
    world_forget_effects(app);
}

void
world_open_pane(struct hv_app *app, enum hv_view tab, int pane)
{
    world_open_planted(app, WORLD_PLAIN);
    world_size(app, 24, 80);
    world_press(app, (char[]){ (char)('1' + (int)tab), 0 });
    for (int i = 0; i < pane; i++)
        world_press(app, "]");
    world_forget_effects(app);
}
