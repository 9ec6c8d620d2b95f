/*
 * cli.c - the shell's door: the command line becomes a command, its result an
 * exit code, its failure one line on standard error. Called by main().
 */
#include "tui/cli/ask.h"
#include "tui/command/run.h"
#include "tui/tui.h"

#include "hvconsole/names.h"
#include "hvconsole/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Codes that a script may want to tell apart within one exit code. */
static const char *
kind_of(const struct hv_error *err)
{
    switch (err->platform_code) {
    case HV_CODE_SUB_LIMIT:
        return "limit";
    case HV_CODE_SUB_INVALID:
        return "invalid-subscription";
    default:
        return hv_status_word(err->status);
    }
}

static void
print_error(const struct hv_error *err, enum hv_format format)
{
    struct hv_buf line = { 0 };

    if (!err->why[0])
        return; /* the exit code says it all, or a child has said it */
    if (format == HV_FORMAT_JSON || format == HV_FORMAT_NDJSON) {
        hv_out_error(&line, err, kind_of(err));
    } else {
        hv_buf_add_str(&line, "hvconsole: ");
        hv_text_clean(&line, hv_bytes_str(err->why));
        if (err->hint[0]) {
            hv_buf_add_str(&line, " (");
            hv_text_clean(&line, hv_bytes_str(err->hint));
            hv_buf_add_char(&line, ')');
        }
        hv_buf_add_char(&line, '\n');
    }
    fputs(hv_buf_str(&line), stderr);
    hv_buf_release(&line);
}

/* A descriptor of ours must never become standard output by accident. */
static void
fill_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

static bool
wants_color(const struct hv_globals *globals)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (globals->color >= 0)
        return globals->color == 1;
    return isatty(STDOUT_FILENO) && !(no_color && no_color[0]) &&
           !(term && strcmp(term, "dumb") == 0);
}

/* Without a command word: help, version, the console, or status. */
static void
choose_command(struct hv_cmd *cmd)
{
    bool is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    char near[64], word[16];
    char *words[] = { word };
    int used;

    if (cmd->is_help) {
        *cmd = hv_cmd_help_of(cmd);
        return;
    }
    if (cmd->command)
        return;
    hv_copy(word, sizeof(word),
            cmd->is_version ? "version"
            : is_terminal   ? "tui"
                            : "status");
    cmd->command = hv_command_find(words, 1, &used, near);
}

static enum hv_status
run(struct hv_cmd *cmd, const struct hv_globals *globals, struct hv_error *err)
{
    bool is_terminal = isatty(STDOUT_FILENO);
    struct hv_out_config config = {
        .format = globals->format,
        .color = wants_color(globals),
        .fd = STDOUT_FILENO,
    };
    struct hv_session session = { 0 };
    enum hv_status st;

    if (config.format == HV_FORMAT_AUTO)
        config.format = is_terminal ? HV_FORMAT_TABLE : HV_FORMAT_TSV;
    choose_command(cmd);
    st = hv_session_init(&session, globals, err);
    if (!st) {
        ask_init(&session.asker, globals);
        cmd->session = &session;
        st = hv_cmd_execute(cmd, &config, NULL, err);
    }
    hv_session_release(&session);
    return st;
}

int
hv_cli_main(int argc, char **argv)
{
    struct hv_globals globals;
    struct hv_cmd cmd = { 0 };
    struct hv_error err = { 0 };
    int count = argc > 0 ? argc - 1 : 0;
    enum hv_format format;
    enum hv_status st;

    fill_standard_descriptors();
    hv_globals_default(&globals);
    format = hv_args_format(argv + 1, count);
    st = hv_args_parse(argv + 1, count, &globals, &cmd, &err);
    if (!st)
        st = run(&cmd, &globals, &err);
    if (st)
        print_error(&err, format);
    return hv_status_exit(st);
}
