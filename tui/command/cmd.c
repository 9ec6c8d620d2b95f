/*
 * cmd.c - what a running command asks about its own words: flags given, their
 * values as numbers, lists, input. Called by the cmd_*.c files.
 */
#include "tui/command/cmds.h"

#include "hvconsole/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *
hv_cmd_text(const struct hv_cmd *cmd, const char *name)
{
    for (int i = cmd->given_len; i-- > 0;) { /* the last one given wins */
        if (strcmp(cmd->given[i].flag->name, name) == 0)
            return cmd->given[i].value;
    }
    return NULL;
}

bool
hv_cmd_has(const struct hv_cmd *cmd, const char *name)
{
    return hv_cmd_text(cmd, name) != NULL;
}

enum hv_status
hv_cmd_int(const struct hv_cmd *cmd, const char *name, int64_t min, int64_t max,
           int64_t fallback, int64_t *out, struct hv_error *err)
{
    const char *text = hv_cmd_text(cmd, name);
    long long number;
    char *end;

    if (!text) {
        *out = fallback;
        return HV_OK;
    }
    number = strtoll(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || number < min || number > max)
        return hv_fail(err, HV_ERR_USAGE,
                       "%s wants a number from %lld to %lld, not '%s'", name,
                       (long long)min, (long long)max, text);
    *out = number;
    return HV_OK;
}

enum hv_status
hv_cmd_list(const struct hv_cmd *cmd, const char *name, struct hv_words *out,
            struct hv_error *err)
{
    struct hv_words words = { 0 };

    for (int i = 0; i < cmd->given_len; i++) {
        const char *at = cmd->given[i].value;

        if (strcmp(cmd->given[i].flag->name, name))
            continue;
        for (;;) {
            size_t len = strcspn(at, ",");

            if (!len) {
                hv_words_release(&words);
                return hv_fail(err, HV_ERR_USAGE,
                               "%s holds an empty item: '%s'", name,
                               cmd->given[i].value);
            }
            hv_words_add(&words, at, len);
            if (!at[len])
                break;
            at += len + 1;
        }
    }
    *out = words;
    return HV_OK;
}

enum hv_status
cmd_input(const char *path, size_t max, const char *what, struct hv_buf *out,
          struct hv_error *err)
{
    char chunk[16384];
    ssize_t got;

    if (strcmp(path, "-"))
        return hv_file_read(path, max, out, err);
    while ((got = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0) {
        hv_buf_add(out, chunk, (size_t)got);
        if (out->len > max)
            return hv_fail(err, HV_ERR_LIMIT,
                           "%s on standard input is larger than %zu bytes",
                           what, max);
    }
    if (got < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot read standard input");
    return HV_OK;
}
