/*
 * log_visit.c - to a message of the log by its id, wherever in it that is; and
 * bookmarks, which are ids. Called through the table of actions.c. Pure: the
 * runner reads the rows.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"

#include <stdlib.h>
#include <string.h>

/* What is gone to need not be among what was found. */
static void
leave_found(struct hv_app *app)
{
    struct hv_log *log = &app->log;

    if (!log->find.is_listed)
        return;
    hv_find_unlist(app);
    app->lists[HV_VIEW_LOG].filter[0] = 0;
    memset(&log->filter, 0, sizeof(log->filter));
    log->filter_label[0] = 0;
}

void
hv_do_message(struct hv_app *app, const char *args)
{
    long long id = atoll(args + strspn(args, "#"));

    if (id < 1) {
        hv_app_say(app, HV_ROLE_WARN, "message ID, as in: message 8841");
        return;
    }
    app->over_len = 0;
    app->is_filtering = false;
    app->tab = HV_VIEW_LOG;
    leave_found(app);
    hv_log_visit(app, id);
}

/* ------------------------------------------------------------ bookmarks -- */

bool
hv_log_is_booked(const struct hv_app *app, int64_t id)
{
    for (size_t i = 0; i < app->log.books_len; i++) {
        if (app->log.books[i] == id)
            return true;
    }
    return false;
}

void
hv_do_bookmark(struct hv_app *app, const char *args)
{
    struct hv_log *log = &app->log;
    const struct hv_log_row *row = hv_log_row(app);
    size_t at = 0;

    (void)args;
    if (app->tab != HV_VIEW_LOG || !row)
        return;
    while (at < log->books_len && log->books[at] != row->id)
        at++;
    if (at < log->books_len) {
        log->books_len--;
        memmove(&log->books[at], &log->books[at + 1],
                (log->books_len - at) * sizeof(log->books[0]));
    } else if (log->books_len == HV_LEN(log->books)) {
        hv_app_say(app, HV_ROLE_WARN,
                   "%zu bookmarks are as many as there can "
                   "be; m on one takes it away.",
                   log->books_len);
    } else {
        log->books[log->books_len++] = row->id;
    }
}

void
hv_do_booked(struct hv_app *app, const char *args)
{
    struct hv_log *log = &app->log;
    const struct hv_log_row *row = hv_log_row(app);
    bool is_back = !strcmp(args, "prev");
    int64_t here = row ? row->id : 0;
    int64_t best = 0;

    for (size_t i = 0; i < log->books_len; i++) {
        int64_t id = log->books[i];

        if (is_back ? id < here && id > best
                    : id > here && (!best || id < best))
            best = id;
    }
    if (best) {
        leave_found(app);
        hv_log_visit(app, best);
    } else {
        hv_app_say(app, HV_ROLE_TEXT, "No %s bookmark; m makes one.",
                   is_back ? "earlier" : "later");
    }
}
