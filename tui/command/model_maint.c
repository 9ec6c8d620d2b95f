/*
 * model_maint.c - tracked user tokens and maintenance windows of the current
 * profile, for the token and maint commands and the console's view. Local
 * facts only: never the network, never a question. Fact: persistent-tokens
 */
#include "tui/command/model.h"

#include "hvconsole/clock.h"
#include "hvconsole/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS (24 * 3600 * 1000LL)

void
hv_maint_model_release(struct hv_maint_model *model)
{
    free(model->tokens);
    free(model->windows);
    *model = (struct hv_maint_model){ 0 };
}

/* -------------------------------------------------------------- tokens -- */

static int
by_name(const void *a, const void *b)
{
    const struct hv_token_row *x = a, *y = b;

    return strcmp(x->note.name, y->note.name);
}

static struct hv_token_row *
row_of(struct hv_maint_model *model, struct hv_bytes label)
{
    for (size_t i = 0; i < model->tokens_len; i++)
        if (hv_bytes_equal(hv_bytes_str(model->tokens[i].note.name), label))
            return &model->tokens[i];
    return NULL;
}

static struct hv_token_row *
add_row(struct hv_maint_model *model, const struct hv_token_note *note)
{
    struct hv_token_row *row;

    model->tokens = hv_realloc_array(model->tokens, model->tokens_len + 1,
                                     sizeof(*model->tokens));
    row = &model->tokens[model->tokens_len++];
    *row = (struct hv_token_row){ .note = *note };
    return row;
}

/* What the keystore keeps; one without a note came from another store. */
static void
fill_kept(struct hv_maint_model *model, const struct hv_keyring *ring,
          const struct hv_guid *app)
{
    struct hv_user_token token;

    for (size_t i = 0; hv_keyring_token_at(ring, app, i, &token); i++) {
        struct hv_token_row *row = row_of(model, token.label);

        if (!row) {
            struct hv_token_note bare = {
                .app = *app,
                .added_ms = token.seen_ms,
                .good_ms = token.seen_ms,
                .code = -1,
            };

            snprintf(bare.name, sizeof(bare.name), "%.*s", (int)token.label.len,
                     (const char *)token.label.data);
            row = add_row(model, &bare);
        }
        row->is_kept = true;
        row->person = token.person;
        row->record = token.record;
    }
}

/* ------------------------------------------------------------- windows -- */

static void
fill_windows(struct hv_maint_model *model, const struct hv_token_book *book,
             const struct hv_profile *profile)
{
    model->windows = hv_calloc(book->windows_len + 1, sizeof(*model->windows));
    for (size_t i = 0; i < book->windows_len; i++) {
        const struct hv_window *window = &book->windows[i];
        struct hv_window_row *row = &model->windows[model->windows_len];

        if (strcmp(window->platform, profile->platform) != 0)
            continue;
        row->window = *window;
        row->phase = hv_window_phase(window, model->read_ms);
        if (row->phase == HV_WINDOW_PLANNED)
            row->left_ms = hv_window_begin(window) - model->read_ms;
        else if (row->phase == HV_WINDOW_NOW)
            row->left_ms = hv_window_end(window) - model->read_ms;
        hv_forecast(book, &profile->app_id, window, &row->forecast);
        hv_window_curve(book, &profile->app_id, window, model->read_ms,
                        &row->curve);
        row->has_drill = hv_drill_last(book, window) != NULL;
        if (row->has_drill)
            row->drill = *hv_drill_last(book, window);
        model->windows_len++;
    }
}

/* Unknown is none: the rotation's own view says what is wrong with its file. */
static void
find_open_job(struct hv_session *session, struct hv_maint_model *model)
{
    struct hv_rotation *jobs = NULL;
    size_t len = 0;

    if (hv_model_jobs(session, &jobs, &len, NULL))
        len = 0;
    for (size_t i = 0; i < len && !model->open_job[0]; i++) {
        if (jobs[i].state == HV_ROTATION_RUNNING ||
            jobs[i].state == HV_ROTATION_PAUSED)
            hv_copy(model->open_job, sizeof(model->open_job), jobs[i].id);
    }
    free(jobs);
}

void
hv_window_ready(const struct hv_maint_model *model,
                const struct hv_window_row *row,
                struct hv_ready out[HV_READY_LEN])
{
    size_t len = 0;

    out[len++] = (struct hv_ready){
        .word = "drill",
        .sentence = "drill passed",
        .is_looked_at = true,
        .is_done = row->has_drill && row->drill.passed == HV_DRILL_ALL,
    };
    for (int i = 0; i < HV_WINDOW_CHECKS; i++) {
        enum hv_window_check check = (enum hv_window_check)i;
        struct hv_ready *one;

        if (check == HV_CHECK_ON_CALL)
            out[len++] = (struct hv_ready){
                .word = "no-rotation",
                .sentence = "no rotation under way",
                .is_looked_at = true,
                .is_done = !model->open_job[0],
            };
        one = &out[len++];
        *one = (struct hv_ready){ .check = check,
                                  .is_done = row->window.checked >> i & 1 };
        hv_copy(one->word, sizeof(one->word), hv_window_check_word(check));
        hv_copy(one->sentence, sizeof(one->sentence),
                hv_window_check_sentence(check));
    }
}

enum hv_status
hv_model_maint(struct hv_session *session, struct hv_maint_model *out,
               struct hv_error *err)
{
    struct hv_maint_model model = { .read_ms = hv_clock_now_ms() };
    const struct hv_profile *profile;
    struct hv_token_book book = { 0 };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_profile(session, &profile, err);

    if (!st)
        st = hv_token_book_load(session->globals.store, &book, err);
    if (st)
        return st;
    for (size_t i = 0; i < book.notes_len; i++)
        if (hv_guid_equal(&book.notes[i].app, &profile->app_id))
            add_row(&model, &book.notes[i]);
    ks = hv_session_try_keystore(session);
    model.is_locked = !ks || hv_keystore_scope(ks) != HV_SCOPE_FULL;
    if (!model.is_locked)
        fill_kept(&model, hv_keystore_ring(ks), &profile->app_id);
    if (model.tokens_len > 1)
        qsort(model.tokens, model.tokens_len, sizeof(*model.tokens), by_name);
    fill_windows(&model, &book, profile);
    find_open_job(session, &model);
    hv_sevens_judge(&book, &profile->app_id, profile->platform, model.read_ms,
                    &model.sevens);
    hv_token_book_release(&book);
    *out = model;
    return HV_OK;
}

const struct hv_window_row *
hv_maint_window(const struct hv_maint_model *model)
{
    for (size_t i = 0; i < model->windows_len; i++)
        if (model->windows[i].phase == HV_WINDOW_NOW)
            return &model->windows[i];
    for (size_t i = 0; i < model->windows_len; i++)
        if (model->windows[i].phase == HV_WINDOW_PLANNED)
            return &model->windows[i];
    return NULL;
}

void
hv_countdown(int64_t left_ms, char out[HV_COUNTDOWN])
{
    long long s = left_ms > 0 ? left_ms / 1000 : 0;
    long long m = s / 60, h = m / 60, d = h / 24;

    if (d > 0)
        snprintf(out, HV_COUNTDOWN, "%lldd %lldh", d, h % 24);
    else if (h > 0)
        snprintf(out, HV_COUNTDOWN, "%lldh %lldm", h, m % 60);
    else if (m > 0)
        snprintf(out, HV_COUNTDOWN, "%lldm %llds", m, s % 60);
    else
        snprintf(out, HV_COUNTDOWN, "%llds", s);
}

/* --------------------------------------------------------- one token -- */

const char *
hv_token_state(const struct hv_token_row *row, bool is_locked, int64_t now_ms)
{
    if (row->note.is_stopped)
        return "stopped";
    if (row->note.is_gone)
        return "sign-in";
    if (!is_locked && !row->is_kept)
        return "missing";
    return row->note.ends_ms && now_ms >= row->note.ends_ms ? "overdue"
                                                            : "kept";
}

enum hv_status
hv_token_url(const struct hv_profile *profile, const struct hv_token_note *note,
             const struct hv_guid *record, int code, struct hv_buf *out,
             struct hv_error *err)
{
    const char *target = hv_token_fate_row(hv_token_fate(code))->target;
    struct hv_shell_pairs pairs = { 0 };
    char id[HV_GUID_TEXT];
    enum hv_status st;

    if (!target || note->is_stopped || !profile->shell[0])
        return HV_OK;
    hv_guid_format(&profile->app_id, id);
    hv_shell_pairs_add(&pairs, "appid", id);
    if (note->actionqs[0])
        hv_shell_pairs_add(&pairs, "actionqs", note->actionqs);
    if (strcmp(target, "APPAUTH") == 0 && record && !hv_guid_is_zero(record)) {
        hv_guid_format(record, id);
        hv_shell_pairs_add(&pairs, "extrecordid", id);
    }
    st = hv_shell_compose(profile->shell, target, &pairs,
                          profile->env == HV_ENV_PROD, out, err);
    hv_shell_pairs_release(&pairs);
    return st;
}

/* ----------------------------------------------------------- attention -- */

static void
note_window(const struct hv_window_row *row, struct hv_status_model *out)
{
    char left[HV_COUNTDOWN];

    hv_countdown(row->left_ms, left);
    if (row->phase == HV_WINDOW_NOW)
        hv_attend(out, "warn", "maint", "maintenance %s now, %s left",
                  row->window.name, left);
    else if (row->left_ms < DAY_MS)
        hv_attend(out, "info", "maint",
                  "maintenance %s in %s: %zu tokens will answer 7",
                  row->window.name, left, row->forecast.refused);
}

void
model_maint_attention(struct hv_session *session, struct hv_status_model *out)
{
    struct hv_maint_model model;
    struct hv_error why = { 0 };
    enum hv_status st;

    if (!out->has_profile)
        return;
    st = hv_model_maint(session, &model, &why);
    if (st) {
        hv_attend(out, "warn", "maint", "%s", why.why);
        return;
    }
    if (model.sevens.is_alarm)
        hv_attend(
            out, model.sevens.verdict == HV_SEVENS_KEY_CHANGE ? "high" : "warn",
            "maint", "%s", model.sevens.sentence);
    if (model.sevens.stopped)
        hv_attend(
            out, "warn", "maint",
            "%zu of the tracked people went in circles at sign-in: token list",
            model.sevens.stopped);
    if (hv_maint_window(&model))
        note_window(hv_maint_window(&model), out);
    hv_maint_model_release(&model);
}
