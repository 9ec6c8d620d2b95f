/*
 * prompt.c - while a command is typed on the `:` line: what may follow, from
 * the tables of commands. Lies over the foot of the view, which stays visible
 * above. Pure.
 */
#include "tui/screen/frame.h"

#include <stdio.h>
#include <string.h>

#define MAX_ROWS 8
#define SUMMARY  28 /* where the summaries begin */

struct found {
    const char *words;
    const char *args;
    const char *summary;
    bool is_change;
};

static bool
fits(const char *words, const char *line, size_t len)
{
    size_t have = strlen(words);

    return !strncasecmp(words, line, len < have ? len : have) &&
           (len <= have || line[have] == ' ');
}

static size_t
add(struct found *out, size_t len, size_t max, const struct found *one)
{
    if (len < max)
        out[len] = *one;
    return len + 1;
}

static size_t
find(const char *line, struct found *out, size_t max)
{
    size_t typed = strlen(line);
    size_t len = 0;

    for (const struct hv_action *a = hv_actions; a->words; a++) {
        struct found one = { a->words, a->args, a->summary, a->is_change };

        if (typed && fits(a->words, line, typed))
            len = add(out, len, max, &one);
    }
    HV_EACH_COMMAND (c) {
        struct found one = { c->words, c->args, c->summary,
                             (c->flags & HV_CMD_WRITES) != 0 };

        if (!(c->flags & HV_CMD_SHELL_ONLY) && fits(c->words, line, typed))
            len = add(out, len, max, &one);
    }
    return len;
}

static const struct hv_command *
complete_command(const char *line)
{
    const struct hv_command *best = NULL;

    HV_EACH_COMMAND (c) {
        size_t len = strlen(c->words);

        if (!strncasecmp(c->words, line, len) && line[len] == ' ' &&
            (!best || len > strlen(best->words)))
            best = c;
    }
    return best;
}

/* "--type T[,T]  --url URL": the flags of the command that is named. */
static void
render_flags(struct hv_canvas *cv, int row, const struct hv_command *command)
{
    struct hv_buf text = { 0 };

    for (const struct hv_flag *flag = command->options; flag && flag->name;
         flag++)
        hv_buf_addf(&text, "%s%s%s%s", text.len ? "  " : "", flag->name,
                    flag->arg ? " " : "", flag->arg ? flag->arg : "");
    hv_canvas_text(cv, row, 1, cv->cols - 2, HV_ROLE_DIM,
                   text.len ? hv_buf_str(&text) : "no flags of its own");
    hv_buf_release(&text);
}

void
hv_prompt_render(const struct hv_app *app, struct hv_canvas *cv)
{
    struct found found[MAX_ROWS];
    const char *line = app->prompt.line + strspn(app->prompt.line, " ");
    const struct hv_command *command = complete_command(line);
    size_t all = find(line, found, HV_LEN(found));
    size_t len = all < HV_LEN(found) ? all : HV_LEN(found);
    int rows =
        1 + (int)len + (command ? 1 : 0) + (app->prompt.matches[0] ? 1 : 0);
    struct hv_canvas part;
    char title[64];
    int row = 1;

    if (rows > cv->rows)
        return;
    part = hv_canvas_part(cv, cv->rows - rows, 0, rows, cv->cols);
    hv_canvas_fill(&part, 0, 0, rows, cv->cols, HV_ROLE_TEXT);
    snprintf(title, sizeof(title), "%zu command%s", all, all == 1 ? "" : "s");
    hv_canvas_rule(&part, 0, 0, cv->cols, all ? title : "no such command");
    for (size_t i = 0; i < len; i++, row++) {
        int at = 1;
        int end = cv->cols - 10;
        bool is_warned;

        at +=
            hv_canvas_text(&part, row, at, 0, HV_ROLE_STRONG, found[i].words) +
            1;
        at += hv_canvas_text(&part, row, at,
                             end - at > 30 ? 0
                             : end > at    ? end - at
                                           : -1,
                             HV_ROLE_DIM, found[i].args);
        is_warned = found[i].is_change && at <= end;
        if (at < SUMMARY)
            at = SUMMARY;
        if (!found[i].is_change)
            end = cv->cols - 1;
        if (end - at > 4)
            hv_canvas_text(&part, row, at + 1, end - at - 1, HV_ROLE_TEXT,
                           found[i].summary);
        if (is_warned)
            hv_canvas_text(&part, row, end + 1, 8, HV_ROLE_WARN, "changes");
    }
    if (command)
        render_flags(&part, row++, command);
    if (app->prompt.matches[0])
        hv_canvas_text(&part, row, 1, cv->cols - 2, HV_ROLE_NOTE,
                       app->prompt.matches);
}
