/*
 * model_sent.c - see model_sent.h. Called by the console's worker.
 */
#include "tui/command/model_sent.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE      200
#define MOST_READ 2000 /* so far back it is looked for */

void
hv_sent_release(struct hv_sent_model *model)
{
    for (size_t i = 0; i < model->len; i++)
        hv_log_row_release(&model->rows[i]);
    free(model->rows);
    *model = (struct hv_sent_model){ 0 };
}

/* Ours out of a page; the others are released. */
static void
keep_ours(struct hv_sent_model *model, struct hv_log_row *page, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!page[i].is_test || model->len == HV_SENT_ROWS) {
            hv_log_row_release(&page[i]);
            continue;
        }
        model->rows =
            hv_realloc_array(model->rows, model->len + 1, sizeof(*model->rows));
        model->rows[model->len++] = page[i];
    }
}

enum hv_status
hv_model_sent(struct hv_session *session, struct hv_sent_model *out,
              struct hv_error *err)
{
    const struct hv_log_filter all = { 0 };
    struct hv_log_row *page = hv_calloc(PAGE, sizeof(*page));
    struct hv_journal_view *view = NULL;
    int64_t before = 0;
    size_t len = PAGE;
    enum hv_status st = hv_session_journal(session, &view, err);

    *out = (struct hv_sent_model){ 0 };
    for (size_t read = 0; !st && len == PAGE && read < MOST_READ &&
                          out->len < HV_SENT_ROWS && !session->is_cancelled;
         read += len) {
        st = hv_journal_page(view, &all, before, 0, false, page, PAGE, &len,
                             err);
        if (st)
            break;
        before = len ? page[len - 1].id : 0;
        keep_ours(out, page, len);
    }
    if (st)
        hv_sent_release(out);
    hv_journal_view_close(view);
    free(page);
    return st;
}

enum hv_status
hv_model_draft(struct hv_session *session, const char *wish,
               struct hv_exchange *out, struct hv_error *err)
{
    char sub[HV_GUID_TEXT] = "", mode[24] = "";
    struct sender_shot shot = { 0 };
    struct sender_result result = { 0 };
    struct sender_aim aim;
    int fakes = 0, used = 0;
    enum hv_status st;

    if (sscanf(wish, "%36s %23s %d %n", sub, mode, &fakes, &used) != 3 ||
        hv_guid_parse(sub, &shot.sub) || !hv_test_mode_find(mode))
        return hv_fail(err, HV_ERR_FAILED, "nothing was chosen to send");
    shot.mode = hv_test_mode_find(mode);
    shot.fakes = fakes;
    shot.aim = &aim;
    st = sender_aim(session, &shot.sub, wish + used, &aim, err);
    if (!st)
        st = sender_compose(session, &shot, &result, err);
    if (!st)
        hv_exchange_make(&shot, &result, NULL, out);
    sender_result_release(&result);
    return st;
}
