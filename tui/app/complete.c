/*
 * complete.c - what may follow on the `:` line: the words of the table of
 * commands and of the console's own, and the ids that the lists show. Called by
 * the line's editor through run.c. Pure.
 */
#include "tui/app/actions.h"
#include "tui/app/parts.h"
#include "tui/command/args.h"
#include "tui/screen/screens.h"

#include <stdlib.h>
#include <string.h>

/* A line up to its last word, which is to be completed. */
struct half {
    const char *line;
    size_t head; /* bytes before the word */
    const char *word;
    struct hv_buf *out;
};

static void
offer(const struct half *half, const char *word, size_t len)
{
    hv_complete_offer(half->word, word, len, half->out);
}

/* Of "mouse|theme NAME" the word mouse and the word theme: NAME is a person's. */
static void
offer_choices(const struct half *half, const char *args)
{
    while (*args) {
        size_t len = strcspn(args, "|[] ");

        if (len && args[0] >= 'a' && args[0] <= 'z')
            offer(half, args, len);
        args += len + (args[len] != '\0');
    }
}

static void
offer_actions(const struct half *half)
{
    for (const struct hv_action *a = hv_actions; a->words; a++) {
        size_t len = strlen(a->words);

        if (half->head < len && !strncmp(a->words, half->line, half->head))
            offer(half, a->words + half->head,
                  strcspn(a->words + half->head, " "));
        else if (half->head == len + 1 && !strncmp(a->words, half->line, len))
            offer_choices(half, a->args);
    }
    if (half->head == 5 && !strncmp(half->line, "view ", 5)) {
        for (int i = 0; i < HV_TABS; i++)
            offer(half, hv_screens[i].name, strlen(hv_screens[i].name));
    }
}

/* The versions of the subscription that the word before names; all of them when
 * it names none. */
static void
offer_versions(const struct half *half, const struct hv_app *app,
               const char *before)
{
    struct hv_guid sub;
    bool has_sub = hv_guid_parse(before, &sub) == HV_OK;

    for (size_t i = 0; i < app->keys.len; i++) {
        const struct hv_key_row *row = &app->keys.rows[i];

        if (!has_sub || hv_guid_equal(&row->sub, &sub))
            offer(half, row->version.id, strlen(row->version.id));
    }
}

static void
offer_known(const struct half *half, const struct hv_app *app)
{
    struct hv_buf before = { 0 };
    struct hv_words words = { 0 };
    const struct hv_command *command = NULL;
    const char *wanted = "";
    char near[64];
    int used = 0;

    hv_buf_add(&before, half->line, half->head);
    if (!hv_line_split(hv_buf_str(&before), &words, NULL))
        command = hv_command_find(words.items, words.len, &used, near);
    if (command && command->args)
        wanted = hv_usage_at(command->args, words.len - used);
    if (!strncmp(wanted, "VERSION", 7))
        offer_versions(half, app, words.items[words.len - 1]);
    for (size_t i = 0; i < app->jobs.len && !strncmp(wanted, "[JOB]", 5); i++)
        offer(half, app->jobs.jobs[i].id, strlen(app->jobs.jobs[i].id));
    hv_words_release(&words);
    hv_buf_release(&before);
}

void
hv_line_complete(const struct hv_app *app, const char *line, struct hv_buf *out)
{
    const char *blank = strrchr(line, ' ');
    struct half half = { .line = line, .out = out };
    char(*ids)[HV_GUID_TEXT] = hv_calloc(app->subs.len + 1, sizeof(*ids));
    const char **list = hv_calloc(app->subs.len + 1, sizeof(*list));

    half.word = blank ? blank + 1 : line;
    half.head = (size_t)(half.word - line);
    for (size_t i = 0; i < app->subs.len; i++) {
        hv_guid_format(&app->subs.rows[i].sub.id, ids[i]);
        list[i] = ids[i];
    }
    hv_command_complete(line, list, app->subs.len, out);
    offer_actions(&half);
    offer_known(&half, app);
    free(list);
    free(ids);
}
