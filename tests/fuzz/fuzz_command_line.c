/*
 * fuzz_command_line.c - any line as a command line: split, parsed, completed.
 * A refusal has a sentence; what is accepted is a command of the table with
 * no more words than were given; nothing is run.
 */
#include "tui/command/args.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_accepted(const struct hv_cmd *cmd, int count)
{
    struct hv_words list = { 0 };

    if (cmd->args_len > count || cmd->given_len > count)
        abort();
    for (int i = 0; i < cmd->given_len; i++) {
        const char *name = cmd->given[i].flag->name;

        if (!cmd->given[i].value || !hv_cmd_has(cmd, name))
            abort();
        if (cmd->given[i].flag->kind == HV_FLAG_LIST &&
            hv_cmd_list(cmd, name, &list, NULL) == HV_OK)
            hv_words_release(&list);
    }
    if (cmd->command && hv_args_check(cmd, NULL) != HV_OK &&
        hv_args_check(cmd, NULL) != HV_ERR_USAGE)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const subs[] = {
        "0b2e6a41-0001-4203-8405-060708090a0b",
    };
    struct hv_globals globals = { .passphrase_fd = -1, .limit = -1 };
    struct hv_cmd cmd = { 0 };
    struct hv_words words = { 0 };
    struct hv_error err = { 0 };
    struct hv_buf offers = { 0 };
    char *line = malloc(size + 1);
    enum hv_status st;

    if (!line)
        abort();
    if (size)
        memcpy(line, data, size);
    line[size] = '\0';
    st = hv_line_split(line, &words, &err);
    if (!st) {
        (void)hv_args_format(words.items, words.len);
        st = hv_args_parse(words.items, words.len, &globals, &cmd, &err);
        if (!st)
            check_accepted(&cmd, words.len);
    }
    if (st && (st != HV_ERR_USAGE || !err.why[0]))
        abort();
    hv_command_complete(line, subs, 1, &offers);
    hv_buf_release(&offers);
    hv_words_release(&words);
    free(line);
    return 0;
}
