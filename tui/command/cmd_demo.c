/*
 * cmd_demo.c - `demo` and `tui`: the two commands that open the console.
 * Called through the table.
 */
#include "tui/command/nouns/program.h"
#include "tui/command/demo.h"
#include "tui/tui.h"

#include "hvconsole/file.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum hv_status
cmd_tui(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_console_options options = {
        .view = hv_cmd_text(cmd, "--view"),
        .script = hv_cmd_text(cmd, "--script"),
        .is_plain = hv_cmd_has(cmd, "--plain"),
    };

    /* Nothing could be opened in it: say so on the terminal that is left. */
    enum hv_status st = hv_keystore_check_memory(err);

    return st ? st : hv_console_run(&cmd->session->globals, &options, err);
}

/* Something to see in the log when the console opens. */
static enum hv_status
seed_messages(struct demo *demo, struct hv_error *err)
{
    static const char *const types[] = { "Weight", "Blood pressure",
                                         "Blood glucose", "Blood pressure" };
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < HV_LEN(types); i++)
        st = demo_emit(demo, types[i], false, err);
    return st;
}

static enum hv_status
run_console(struct demo *demo, struct hv_error *err)
{
    struct hv_buf flags = { 0 };
    struct hv_console_options options = { .is_demo = true };
    enum hv_status st = seed_messages(demo, err);

    demo_flags(demo, &flags);
    options.demo_note = hv_buf_str(&flags);
    if (!st)
        st = hv_console_run(&demo->globals, &options, err);
    hv_cmd_talk(demo->cmd, "the demo's world stays in %s", demo->dir);
    hv_buf_release(&flags);
    return st;
}

/* --dir, or STORE/demo; absolute, because other terminals shall find it. */
static enum hv_status
find_dir(struct hv_cmd *cmd, char out[PATH_MAX], struct hv_error *err)
{
    const char *dir = hv_cmd_text(cmd, "--dir");
    char joined[600];
    enum hv_status st;

    if (!dir) {
        if (hv_path_join(joined, sizeof(joined), cmd->session->globals.store,
                         "demo"))
            return hv_fail(err, HV_ERR_USAGE, "the store's path is too long");
        dir = joined;
    }
    st = hv_dir_make(dir, 0700, err);
    if (!st && !realpath(dir, out))
        st = hv_fail_errno(err, HV_ERR_IO, "cannot look at %s", dir);
    return st;
}

enum hv_status
cmd_demo(struct hv_cmd *cmd, struct hv_error *err)
{
    bool is_headless = hv_cmd_has(cmd, "--headless") || !isatty(STDIN_FILENO) ||
                       !isatty(STDOUT_FILENO);
    struct demo demo;
    char dir[PATH_MAX];
    enum hv_status st = find_dir(cmd, dir, err);

    if (!st)
        st = demo_open(&demo, cmd, dir, err);
    if (st)
        return st;
    st = is_headless ? demo_tour(&demo, err) : run_console(&demo, err);
    demo_close(&demo);
    return st;
}
