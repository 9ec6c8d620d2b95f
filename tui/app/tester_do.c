/*
 * tester_do.c - what is done in the Test sender: fields chosen and written, a
 * message or the matrix sent, one opened and explained. Called through the
 * table of actions.c and by its neighbours.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* --------------------------------------------------------------- fields -- */

/* The subscription after the one that is chosen. */
static void
next_sub(struct hv_app *app)
{
    const struct hv_sub_row *now = hv_test_sub(app);
    size_t i = now ? (size_t)(now - app->subs.rows) + 1 : 0;

    if (!app->subs.len)
        return;
    app->tester.sub = app->subs.rows[i % app->subs.len].sub.id;
    app->tester.has_sub = true;
}

/* The record whose ids are taken: the one that stands in the view of records,
 * unless another was written. */
static bool
has_record(struct hv_app *app)
{
    const struct hv_access_row *row = hv_record_row(app);
    size_t i = hv_list_at(app, HV_VIEW_RECORDS);

    if (!row && i != SIZE_MAX && i < app->records.access.len)
        row = &app->records.access.rows[i];
    if (!app->tester.record[0] && row)
        hv_guid_format(&row->record, app->tester.record);
    return app->tester.record[0] != 0;
}

static void
change(struct hv_app *app)
{
    struct hv_tester *t = &app->tester;

    switch ((enum hv_try_field)t->field) {
    case HV_TRY_AS:
        next_sub(app);
        break;
    case HV_TRY_TO:
        t->to = (enum hv_try_to)((t->to + 1) % HV_TRY_TOS);
        if (t->to == HV_TRY_URL && !t->url[0])
            hv_do_try(app, "write");
        break;
    case HV_TRY_ITEMS:
        t->items = (enum sender_items)((t->items + 1) % SENDER_ITEMS);
        if (t->items == SENDER_REAL && !has_record(app))
            hv_do_try(app, "write");
        break;
    case HV_TRY_COPIES:
        hv_copy(t->copies, sizeof(t->copies),
                !strcmp(t->copies, "10")    ? "100"
                : !strcmp(t->copies, "100") ? ""
                                            : "10");
        break;
    case HV_TRY_PRIVATE:
        t->allow_private = !t->allow_private;
        break;
    default:
        break;
    }
    hv_test_look(app);
}

/* The fields that hold text, as a small form. */
static void
write_fields(struct hv_app *app)
{
    struct hv_tester *t = &app->tester;
    char number[24];

    hv_sheet_open(app, HV_SHEET_TRY);
    snprintf(number, sizeof(number), "fake:%d", t->fakes);
    hv_edit_set(&app->sheet.edits[0], t->url);
    hv_edit_set(&app->sheet.edits[1], number);
    hv_edit_set(&app->sheet.edits[2], t->record);
    hv_edit_set(&app->sheet.edits[3], t->copies);
    hv_edit_set(&app->sheet.edits[4], t->gap);
    app->sheet.field = t->field == HV_TRY_ITEMS
                           ? (t->items == SENDER_REAL ? 2 : 1)
                       : t->field == HV_TRY_COPIES ? 3
                                                   : 0;
}

bool
hv_test_sheet_take(struct hv_app *app, struct hv_sheet *sheet)
{
    struct hv_tester *t = &app->tester;
    const char *url = sheet->edits[0].text;
    int fakes = 0;

    if (url[0] && !strstr(url, "://")) {
        sheet->field = 0;
        (void)hv_fail(&sheet->error, HV_ERR_RULE,
                      "the destination is no URL: https://host/path");
        return false;
    }
    if (sheet->edits[1].len &&
        (sscanf(sheet->edits[1].text, "fake:%d", &fakes) != 1 || fakes < 1 ||
         fakes > 1000)) {
        sheet->field = 1;
        (void)hv_fail(&sheet->error, HV_ERR_RULE,
                      "made-up ids are written as fake:1 to fake:1000");
        return false;
    }
    if (sheet->edits[2]
            .text[strspn(sheet->edits[2].text, "0123456789abcdefABCDEF-")]) {
        sheet->field = 2;
        (void)hv_fail(&sheet->error, HV_ERR_RULE,
                      "the record is no id, nor the beginning of one");
        return false;
    }
    hv_copy(t->url, sizeof(t->url), url);
    t->fakes = fakes ? fakes : t->fakes;
    hv_copy(t->record, sizeof(t->record), sheet->edits[2].text);
    hv_copy(t->copies, sizeof(t->copies), sheet->edits[3].text);
    hv_copy(t->gap, sizeof(t->gap), sheet->edits[4].text);
    if (sheet->field == 0 && url[0])
        t->to = HV_TRY_URL;
    if (sheet->field == 2 && t->record[0])
        t->items = SENDER_REAL;
    hv_test_look(app);
    return true;
}

void
hv_do_try(struct hv_app *app, const char *args)
{
    struct hv_tester *t = &app->tester;
    int by = strcmp(args, "prev") ? 1 : -1;

    if (!strcmp(args, "change")) {
        change(app);
    } else if (!strcmp(args, "write")) {
        write_fields(app);
    } else if (app->lists[HV_VIEW_TEST].pane == HV_TEST_MATRIX) {
        int len = t->columns_len ? t->columns_len : 1;

        t->column = (t->column + by + len) % len;
    } else {
        t->field = (t->field + by + HV_TRY_FIELDS) % HV_TRY_FIELDS;
    }
}

/* -------------------------------------------------------------- sending -- */

/* What --to says for a choice: the command asks the platform for "sub". */
static void
add_to(const struct hv_app *app, enum hv_try_to to, struct hv_buf *line)
{
    if (to == HV_TRY_URL)
        hv_quote(line, app->tester.url);
    else
        hv_buf_add_str(line, to == HV_TRY_SUB ? "sub" : "listener");
}

static void
add_where(const struct hv_app *app, struct hv_buf *line)
{
    const struct hv_sub_row *sub = hv_test_sub(app);
    char id[HV_GUID_TEXT];

    if (!sub)
        return;
    hv_guid_format(&sub->sub.id, id);
    hv_buf_addf(line, " --sub %s", id);
}

static void
add_matrix(const struct hv_app *app, struct hv_buf *line)
{
    const struct hv_tester *t = &app->tester;
    char sub[HV_MAX_URL + 1], here[HV_MAX_URL + 1];

    hv_buf_add_str(line, "test matrix");
    add_where(app, line);
    hv_test_url(app, HV_TRY_SUB, sub, sizeof(sub));
    hv_test_url(app, HV_TRY_LISTENER, here, sizeof(here));
    if (t->url[0]) { /* else the command finds them by itself */
        hv_buf_add_str(line, " --to sub,");
        if (here[0] && strcmp(sub, here) != 0)
            hv_buf_add_str(line, "listener,");
        hv_quote(line, t->url);
    }
    if (t->items == SENDER_REAL && t->record[0])
        hv_buf_addf(line, " --record %s", t->record);
    if (t->allow_private)
        hv_buf_add_str(line, " --allow-private");
}

void
hv_test_line(const struct hv_app *app, struct hv_buf *line)
{
    const struct hv_tester *t = &app->tester;
    const struct hv_test_mode *mode = hv_test_row(app);

    if (app->lists[HV_VIEW_TEST].pane == HV_TEST_MATRIX) {
        add_matrix(app, line);
        return;
    }
    hv_buf_add_str(line, "test send");
    add_where(app, line);
    hv_buf_add_str(line, " --to ");
    add_to(app, t->to, line);
    hv_buf_addf(line, " --mode %s", mode ? mode->word : "normal");
    if (t->items == SENDER_FAKE)
        hv_buf_addf(line, " --items fake:%d", t->fakes);
    else if (t->items == SENDER_EMPTY)
        hv_buf_add_str(line, " --items empty");
    else
        hv_buf_addf(line, " --items record:%s", t->record);
    if (t->copies[0])
        hv_buf_addf(line, " --count %s", t->copies);
    if (t->gap[0])
        hv_buf_addf(line, " --gap %s", t->gap);
    if (t->allow_private)
        hv_buf_add_str(line, " --allow-private");
}

/* One of this session goes out as it was; one of the journal by its row. */
static void
send_again(struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_TEST);
    const struct hv_log_row *row =
        i == SIZE_MAX ? NULL : hv_test_sent_at(app, i);
    struct hv_buf line = { 0 };

    if (row) {
        hv_buf_addf(&line, "test send --from %lld --to ", (long long)row->id);
        add_to(app, app->tester.to, &line);
        hv_app_do(app, hv_buf_str(&line), HV_FROM_KEY);
        hv_buf_release(&line);
    } else if (hv_test_chosen(app)) {
        hv_test_edit_start(app, false);
    } else {
        hv_app_say(app, HV_ROLE_TEXT, "Nothing was sent yet.");
    }
}

void
hv_do_send_test(struct hv_app *app, const char *args)
{
    struct hv_buf line = { 0 };

    (void)args;
    if (app->lists[HV_VIEW_TEST].pane == HV_TEST_HISTORY) {
        send_again(app);
        return;
    }
    if (!hv_test_sub(app)) {
        hv_app_say(app, HV_ROLE_WARN,
                   "There is no subscription to send as: A in 2 makes one.");
        return;
    }
    hv_test_line(app, &line);
    hv_app_do(app, hv_buf_str(&line), HV_FROM_KEY);
    hv_buf_release(&line);
}

bool
hv_test_confirm(struct hv_app *app, const char *text)
{
    struct hv_dialog *dialog = &app->dialog;
    bool is_live = app->status && app->status->env == HV_ENV_PROD &&
                   !strstr(text, "--to listener");

    if (!is_live)
        return false;
    *dialog = (struct hv_dialog){ .kind = HV_DIALOG_CONFIRM };
    hv_copy(dialog->command, sizeof(dialog->command), text);
    hv_copy(dialog->title, sizeof(dialog->title),
            "Send to a handler of production");
    hv_dialog_line(dialog, '!',
                   "it will believe what is well signed, and work on it");
    hv_dialog_line(dialog, 0,
                   "marked with X-HVConsole-Test: 1, for who looks at that");
    hv_dialog_line(dialog, 0, "hvconsole %.180s", text);
    hv_copy(dialog->question, sizeof(dialog->question), "Send it? y/N ");
    return true;
}

/* -------------------------------------------------------------- looking -- */

void
hv_test_explain(const struct hv_app *app, struct hv_buf *out)
{
    const struct hv_exchange *x = hv_test_chosen(app);
    const struct hv_test_mode *mode = hv_test_row(app);

    if (x && (!mode || x->mode == mode)) {
        hv_exchange_text(x, out);
    } else if (mode && app->tester.draft.mode) {
        hv_buf_addf(out, "%s: %s\n\n", mode->word, mode->sentence);
        hv_buf_addf(out, "%s.\n%s.\n\n", mode->why, mode->advice);
        hv_exchange_text(&app->tester.draft, out);
    } else if (mode) {
        hv_buf_addf(out, "%s: %s\n\n%s.\n%s.\n", mode->word, mode->sentence,
                    mode->why, mode->advice);
    }
}

void
hv_test_open(struct hv_app *app)
{
    size_t i = hv_list_at(app, HV_VIEW_TEST);
    const struct hv_log_row *row =
        i == SIZE_MAX || app->lists[HV_VIEW_TEST].pane != HV_TEST_HISTORY
            ? NULL
            : hv_test_sent_at(app, i);
    struct hv_buf text = { 0 };

    if (row) {
        char id[24];

        snprintf(id, sizeof(id), "%lld", (long long)row->id);
        hv_do_message(app, id);
        return;
    }
    hv_test_explain(app, &text);
    if (text.len)
        hv_app_page(app, "A test message, and what came of it", &text);
    else
        hv_app_say(app, HV_ROLE_TEXT, "Nothing was sent here yet: T sends.");
    hv_buf_release(&text);
}

void
hv_test_cli(const struct hv_app *app, struct hv_buf *out)
{
    hv_buf_add_str(out, "hvconsole ");
    hv_test_line(app, out);
}
