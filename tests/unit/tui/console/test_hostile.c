/*
 * test_hostile.c - escape sequences, bidi, zero-width and wide characters in
 * every foreign string that the views of subscriptions, keys and jobs show:
 * they come out visible, aligned and harmless, at every size.
 */
#include "tests/unit/tui/console/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

/* Red, a title, right-to-left, nothing, C1, a wide one, marks, line ends. */
#define HOSTILE                                                                \
    "x\033[31m\033]0;t\007\xe2\x80\xae"                                        \
    "y\xe2\x80\x8b\xc2\x9b"                                                    \
    "2J\xe6\x97\xa5\xe6\x9c\xac"                                               \
    "e\xcc\x81\r\n\tz\xff\xe2\x81\xa6\xf3\xa0\x81\xa5"

#define PLANT(field) hv_copy(field, sizeof(field), HOSTILE)

static void
plant_status(struct hv_status_model *status)
{
    PLANT(status->profile);
    PLANT(status->listener_url);
    PLANT(status->listener_health);
    PLANT(status->sandbox_url);
    PLANT(status->keystore_file);
    for (size_t i = 0; i < status->attention_len; i++)
        PLANT(status->attention[i].text);
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
        snprintf(jobs->audit.rows[i].what, sizeof(jobs->audit.rows[i].what),
                 "0b2e..a41 %s", HOSTILE);
        PLANT(jobs->audit.rows[i].note);
    }
    (void)hv_fail(&jobs->audit.broken, HV_ERR_DAMAGED, "%s", HOSTILE);
}

static void
plant(struct hv_app *app)
{
    plant_status(app->status);
    for (size_t i = 0; i < app->subs.len; i++) {
        snprintf(app->subs.rows[i].sub.url, sizeof(app->subs.rows[i].sub.url),
                 "https://%s/%s", HOSTILE, HOSTILE);
        PLANT(app->subs.rows[i].sub.version.id);
    }
    /* One version of each stays as it is: it is found by its name. */
    for (size_t i = 0; i < app->keys.len; i++) {
        struct hv_drain_row *drain = (struct hv_drain_row *)hv_app_drain(
            app, &app->keys.rows[i].sub, app->keys.rows[i].version.id);

        snprintf(app->keys.rows[i].version.id,
                 sizeof(app->keys.rows[i].version.id), "%zu%.28s", i, HOSTILE);
        if (drain)
            drain->version = app->keys.rows[i].version;
    }
    plant_drain(&app->drain);
    plant_jobs(&app->jobs);
    for (int i = 0; i < HV_TABS; i++)
        hv_list_settle(app, (enum hv_view)i);
}

static bool
is_harmless(int32_t code)
{
    return code >= ' ' && code != 0x7f && !(code >= 0x80 && code < 0xa0) &&
           !(code >= 0x200b && code <= 0x200f) &&
           !(code >= 0x2028 && code <= 0x202e) &&
           !(code >= 0x2060 && code <= 0x206f) && code != 0xfeff &&
           code != 0x61c && !(code >= 0xe0000 && code <= 0xe0fff);
}

/* Every cell holds one harmless character, and a wide one has both halves. */
static void
check_grid(const struct hv_app *app, const char *where)
{
    struct hv_grid grid = { 0 };
    int bad = 0;

    hv_screen_render(app, &grid);
    for (int row = 0; row < grid.rows; row++) {
        bool is_wide = false;

        for (int col = 0; col < grid.cols; col++) {
            const struct hv_cell *cell = hv_grid_at(&grid, row, col);

            bad += (cell->code == 0) != is_wide;
            bad += cell->code && !is_harmless(cell->code);
            for (int m = 0; m < HV_CELL_MARKS; m++)
                bad += cell->marks[m] && !is_harmless(cell->marks[m]);
            is_wide = cell->code == 0x65e5 || cell->code == 0x672c;
        }
        bad += is_wide; /* its right half would stand outside */
    }
    cr_expect_eq(bad, 0, "%s, %dx%d: %d bad cells", where, app->cols, app->rows,
                 bad);
    hv_grid_release(&grid);
}

static void
check_sizes(struct hv_app *app, const char *where)
{
    static const int sizes[][2] = { { 5, 20 },   { 9, 41 },   { 24, 80 },
                                    { 40, 140 }, { 60, 200 }, { 24, 81 } };

    for (size_t s = 0; s < HV_LEN(sizes); s++) {
        world_size(app, sizes[s][0], sizes[s][1]);
        check_grid(app, where);
    }
    cr_expect(world_shows(app, "x\\x1b["), "%s: it is not to be seen", where);
}

static void
open_world(struct hv_app *app, const char *keys)
{
    world_open(app);
    world_fill(app);
    plant(app);
    for (; *keys; keys++)
        world_press(app, *keys == ' ' ? "<Space>" : (char[]){ *keys, 0 });
}

/* Each place where they show, by the keys that lead there. */
Test(hostile, strings_are_visible_aligned_and_harmless)
{
    static const char *const walks[] = {
        "1",   "1x",    "2", "2x", "2]",  "2]]",  "2]]]", "2 jc", "2D",  "2R",
        "2E",  "2C",    "3", "3j", "3j]", "3j]]", "3x",   "3jx",  "3jX", "3R",
        "3*R", "3 jjc", "9", "9]", "9x",  "9D",   "2yc",  "2yu",  "3I",
    };

    for (size_t i = 0; i < HV_LEN(walks); i++) {
        struct hv_app app;

        open_world(&app, walks[i]);
        check_sizes(&app, walks[i]);
        hv_app_release(&app);
    }
}

/* The worker's words: errors, hints, questions, steps of a command. */
Test(hostile, words_of_others_are_harmless_on_the_last_rows_too)
{
    struct hv_app app;
    struct hv_msg failed = { .kind = HV_MSG_FAILED, .job = HV_JOB_SUBS };
    struct hv_rotation job =
        world_rotation("r1", HV_ROTATION_RUNNING, 3, 1, HV_ITEM_RUNNING);

    open_world(&app, "2r");
    failed.op = app.busy[HV_JOB_SUBS].op;
    (void)hv_fail(&failed.error, HV_ERR_NET, "%s", HOSTILE);
    hv_hint(&failed.error, "%s", HOSTILE);
    hv_sub_model_release(&app.subs);
    hv_app_update(&app, &failed);
    check_sizes(&app, "error");
    hv_app_complain(&app, HOSTILE, &app.subs_load.error);
    check_sizes(&app, "message");
    hv_dialog_asked(&app, HOSTILE);
    check_sizes(&app, "question");
    app.dialog.kind = HV_DIALOG_NONE;
    hv_command_start(&app, "sub list " HOSTILE, true, HV_USE_REPORT, "");
    hv_copy(app.steps[app.steps_len++], sizeof(app.steps[0]), HOSTILE);
    check_sizes(&app, "steps");
    PLANT(job.id);
    PLANT(job.reason);
    PLANT(job.items[1].new_version.id);
    world_rotates(&app, &job);
    check_sizes(&app, "rotation");
    hv_app_release(&app);
}
