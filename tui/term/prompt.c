/*
 * prompt.c - readline as a line editor that is fed by us and drawn by us.
 * Called by app/effects.c. Must not touch the terminal, and never sees a
 * passphrase: its memory is ordinary.
 */
#include "tui/term/prompt.h"

#include "tui/canvas/cell.h"

#include "hvconsole/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#define MAX_HISTORY      500
#define MAX_HISTORY_FILE (256 * 1024)

static struct hv_buf queue; /* bytes readline has not read yet */
static size_t queue_at;
static struct hv_buf matches;
static struct hv_buf candidates; /* of the completion that runs */
static struct hv_buf done_line;
static bool is_done;
static bool is_open;
static bool is_meta; /* an ESC waits for its key */
static char history_path[600];
static hv_prompt_complete_fn complete_fn;
static void *complete_arg;
static FILE *nowhere_in;
static FILE *nowhere_out;

static int
next_byte(FILE *stream)
{
    (void)stream;
    return queue_at < queue.len ? queue.data[queue_at++] : EOF;
}

static int
has_bytes(void)
{
    return queue_at < queue.len;
}

static void
draw_later(void)
{
}

/* readline owns @line by contract: freed here. NULL is ^d on an empty one. */
static void
got_line(char *line)
{
    is_done = true;
    hv_buf_clear(&done_line);
    if (!line)
        return;
    hv_buf_add_str(&done_line, line);
    if (*line) {
        HIST_ENTRY *last = history_get(history_base + history_length - 1);

        if (!last || strcmp(last->line, line))
            add_history(line);
    }
    free(line);
}

/* The nth candidate of the list, malloc'ed as readline wants it. */
static char *
candidate(const char *text, int state)
{
    static size_t at;

    (void)text;
    if (!state)
        at = 0;
    while (at < candidates.len) {
        const char *start = hv_buf_str(&candidates) + at;
        size_t len = strcspn(start, "\n");

        at += len + 1;
        if (len)
            return strndup(start, len);
    }
    return NULL;
}

static char **
complete(const char *text, int start, int end)
{
    struct hv_buf line = { 0 };
    char **found;

    (void)start;
    rl_attempted_completion_over = 1; /* never file names of its own */
    hv_buf_clear(&candidates);
    hv_buf_add(&line, rl_line_buffer, (size_t)end);
    if (complete_fn)
        complete_fn(complete_arg, hv_buf_str(&line), &candidates);
    hv_buf_release(&line);
    found = rl_completion_matches(text, candidate);
    return found;
}

static void
show_matches(char **list, int len, int longest)
{
    (void)longest;
    hv_buf_clear(&matches);
    for (int i = 1; i <= len; i++) {
        if (i > 1)
            hv_buf_add_char(&matches, ' ');
        hv_buf_add_str(&matches, list[i]);
    }
}

static void
load_history(void)
{
    struct hv_buf text = { 0 };
    enum hv_status st;
    char *rest;
    char *line;

    using_history();
    stifle_history(MAX_HISTORY);
    st = hv_file_read(history_path, MAX_HISTORY_FILE, &text, NULL);
    if (st && st != HV_ERR_NOT_FOUND)
        history_path[0] = '\0'; /* what we cannot read is not ours to write */
    if (st || !text.len) {
        hv_buf_release(&text);
        return;
    }
    rest = (char *)text.data;
    while ((line = strsep(&rest, "\n"))) {
        if (*line)
            add_history(line);
    }
    hv_buf_release(&text);
}

static void
save_history(void)
{
    HIST_ENTRY **list = history_list();
    struct hv_buf text = { 0 };
    char dir[sizeof(history_path)];

    if (!history_path[0])
        return;
    for (; list && *list; list++) {
        hv_buf_add_str(&text, (*list)->line);
        hv_buf_add_char(&text, '\n');
    }
    hv_path_dir(history_path, dir, sizeof(dir));
    /* A history that cannot be kept is no reason to trouble anyone. */
    if (text.len && !hv_dir_make(dir, 0700, NULL) &&
        hv_file_replace(history_path, 0600, hv_buf_bytes(&text), NULL))
        hv_buf_clear(&text);
    hv_buf_release(&text);
}

void
hv_prompt_start(const char *history, hv_prompt_complete_fn fn, void *arg)
{
    hv_copy(history_path, sizeof(history_path), history);
    complete_fn = fn;
    complete_arg = arg;
    nowhere_in = fopen("/dev/null", "re");
    nowhere_out = fopen("/dev/null", "we");
    rl_instream = nowhere_in;
    rl_outstream = nowhere_out;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0; /* or LINES is exported and sizes stay stuck */
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_getc_function = next_byte;
    rl_input_available_hook = has_bytes;
    rl_redisplay_function = draw_later;
    rl_attempted_completion_function = complete;
    rl_completion_display_matches_hook = show_matches;
    rl_completer_word_break_characters = (char *)" \t";
    rl_basic_word_break_characters = (char *)" \t";
    rl_readline_name = "hvconsole";
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("show-all-if-ambiguous", "on");
    rl_variable_bind("revert-all-at-newline", "on");
    load_history();
}

void
hv_prompt_end(void)
{
    hv_prompt_close();
    if (!nowhere_in)
        return;
    save_history();
    clear_history();
    fclose(nowhere_in);
    fclose(nowhere_out);
    nowhere_in = NULL;
    nowhere_out = NULL;
    hv_buf_release(&queue);
    hv_buf_release(&matches);
    hv_buf_release(&candidates);
    hv_buf_release(&done_line);
}

void
hv_prompt_open(const char *text)
{
    hv_prompt_close();
    rl_callback_handler_install(":", got_line);
    is_open = true;
    if (text[0])
        rl_insert_text(text);
}

void
hv_prompt_close(void)
{
    if (!is_open)
        return;
    /* Clearing the line alone would leave a search or a history position. */
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
    hv_buf_clear(&queue);
    hv_buf_clear(&matches);
    queue_at = 0;
    is_meta = false;
    is_open = false;
}

static const struct {
    int32_t code;
    const char *bytes;
} named[] = {
    { HV_PRESS_UP, "\033[A" },      { HV_PRESS_DOWN, "\033[B" },
    { HV_PRESS_RIGHT, "\033[C" },   { HV_PRESS_LEFT, "\033[D" },
    { HV_PRESS_HOME, "\033[H" },    { HV_PRESS_END, "\033[F" },
    { HV_PRESS_DELETE, "\033[3~" }, { HV_PRESS_BACKSPACE, "\177" },
};

/* A press as the bytes readline expects; nothing for what it cannot use. */
static void
press_bytes(const struct hv_press *press, struct hv_buf *out)
{
    for (size_t i = 0; i < HV_LEN(named); i++) {
        if (named[i].code == press->code) {
            hv_buf_add_str(out, named[i].bytes);
            return;
        }
    }
    if (press->is_pasted && press->code < ' ')
        hv_buf_add_char(out, ' '); /* a paste ends no line, asks no Tab */
    else if (press->code >= 0 && press->code < HV_PRESS_UP)
        hv_cell_utf8(out, press->code);
}

bool
hv_prompt_press(const struct hv_press *press, struct hv_buf *line)
{
    if (!is_open)
        return false;
    hv_buf_clear(&queue);
    hv_buf_clear(&matches);
    queue_at = 0;
    is_done = false;
    if (press->code == HV_PRESS_ESC) {
        /* Given alone, readline would wait for the rest of a sequence. */
        is_meta = press->is_followed;
        return false;
    }
    if (is_meta)
        hv_buf_add_char(&queue, '\033');
    is_meta = false;
    press_bytes(press, &queue);
    while (is_open && !is_done && queue_at < queue.len)
        rl_callback_read_char();
    if (!is_done)
        return false;
    hv_buf_clear(line);
    hv_buf_add_bytes(line, hv_buf_bytes(&done_line));
    return true;
}

struct hv_prompt_view
hv_prompt_view(void)
{
    return (struct hv_prompt_view){
        .prompt = rl_display_prompt ? rl_display_prompt : ":",
        .line = rl_line_buffer ? rl_line_buffer : "",
        .point = (size_t)rl_point,
        .matches = hv_buf_str(&matches),
    };
}
