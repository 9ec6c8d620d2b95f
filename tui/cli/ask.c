/*
 * ask.c - questions on the terminal: a passphrase without echo into locked
 * memory, a yes, a word. Called through struct hv_asker. Whatever ends the
 * question, the terminal gets its echo back.
 */
#include "tui/cli/ask.h"
#include "tui/cli/rotation.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#define KEY_INTERRUPT 3
#define KEY_END       4
#define KEY_KILL      21
#define KEY_BACKSPACE 8
#define KEY_DELETE    127

/* Set by a signal that wants to end us while echo is off. */
static volatile sig_atomic_t caught;

static void
on_signal(int signo)
{
    caught = signo;
}

static void
say(int tty, const char *text)
{
    struct hv_buf clean = { 0 };

    hv_text_clean_lines(&clean, hv_bytes_str(text));
    /* A terminal that is gone cannot be asked either: read() will tell. */
    if (write(tty, hv_buf_str(&clean), clean.len) < 0)
        caught = SIGHUP;
    hv_buf_release(&clean);
}

/* One character back; a character of UTF-8 is several bytes. */
static void
rub_out(struct hv_secret *line, size_t *len)
{
    while (*len > 0 && (line->data[*len - 1] & 0xc0) == 0x80)
        line->data[--*len] = 0;
    if (*len > 0)
        line->data[--*len] = 0;
}

/* Read to Enter; false: given up. */
static bool
read_hidden(int tty, struct hv_secret *line)
{
    size_t len = 0;
    uint8_t key;

    while (!caught) {
        ssize_t got = read(tty, &key, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || key == KEY_INTERRUPT || (key == KEY_END && !len))
            return false;
        if (key == '\r' || key == '\n') {
            line->len = len;
            return true;
        }
        if (key == KEY_BACKSPACE || key == KEY_DELETE)
            rub_out(line, &len);
        else if (key == KEY_KILL)
            while (len)
                line->data[--len] = 0;
        else if (key >= ' ' && len < HV_MAX_PASSPHRASE)
            line->data[len++] = key;
    }
    return false;
}

/* The terminal without echo, and nothing that could end us on the way. */
struct hush {
    struct termios before;
    struct sigaction old[4];
};
static const int hushed[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };

static bool
hush_begin(struct hush *hush, int tty)
{
    struct sigaction act = { .sa_handler = on_signal };
    struct termios quiet;

    if (tcgetattr(tty, &hush->before))
        return false;
    caught = 0;
    for (size_t i = 0; i < HV_LEN(hushed); i++)
        sigaction(hushed[i], &act, &hush->old[i]);
    quiet = hush->before;
    quiet.c_lflag &= (tcflag_t) ~(ECHO | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    tcsetattr(tty, TCSAFLUSH, &quiet);
    return true;
}

static void
hush_end(const struct hush *hush, int tty)
{
    tcsetattr(tty, TCSAFLUSH, &hush->before);
    say(tty, "\n");
    for (size_t i = 0; i < HV_LEN(hushed); i++)
        sigaction(hushed[i], &hush->old[i], NULL);
    if (caught)
        raise(caught);
}

/* One line without echo. */
static enum hv_status
ask_hidden(int tty, const char *prompt, struct hv_secret *out,
           struct hv_error *err)
{
    struct hv_secret line = { 0 };
    struct hush hush;
    bool is_done;
    enum hv_status st = hv_secret_init(&line, HV_MAX_PASSPHRASE + 1, err);

    if (st)
        return st;
    if (!hush_begin(&hush, tty)) {
        hv_secret_release(&line);
        return hv_fail_errno(err, HV_ERR_LOCKED, "cannot ask on the terminal");
    }
    say(tty, prompt);
    is_done = read_hidden(tty, &line);
    hush_end(&hush, tty);
    if (!is_done)
        st = hv_fail(err, HV_ERR_CANCELLED, "no passphrase was given");
    else if (!line.len)
        st = hv_fail(err, HV_ERR_LOCKED, "the passphrase is empty");
    else
        *out = hv_secret_take(&line);
    hv_secret_release(&line);
    return st;
}

/* Until the time has come; what is typed meanwhile is neither shown nor used.
 * False: given up. */
static bool
sit_out(int tty, int64_t ms)
{
    int64_t until = hv_clock_mono_ms() + ms;
    int64_t left;

    while (!caught && (left = until - hv_clock_mono_ms()) > 0) {
        struct pollfd typed = { tty, POLLIN, 0 };
        char key;

        if (poll(&typed, 1, (int)left) <= 0)
            continue;
        if (read(tty, &key, 1) <= 0 || key == KEY_INTERRUPT)
            return false;
    }
    return !caught;
}

static bool
ask_pause(void *arg, const char *why, int64_t ms)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct hush hush;
    char line[640];
    bool goes_on = true;

    (void)arg;
    if (tty < 0)
        return false;
    snprintf(line, sizeof(line), "%s.", why);
    say(tty, line);
    if (ms > 0) {
        snprintf(line, sizeof(line), " The next try is in %d s.",
                 (int)(ms / 1000));
        say(tty, line);
    }
    if (ms > 0 && hush_begin(&hush, tty)) {
        goes_on = sit_out(tty, ms);
        hush_end(&hush, tty);
    } else {
        say(tty, "\n");
    }
    close(tty);
    return goes_on;
}

static enum hv_status
ask_passphrase(void *arg, const char *prompt, bool is_new,
               struct hv_secret *out, struct hv_error *err)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct hv_secret first = { 0 }, again = { 0 };
    enum hv_status st;

    (void)arg;
    if (tty < 0)
        return hv_fail_errno(err, HV_ERR_LOCKED,
                             "there is no terminal to ask on");
    st = ask_hidden(tty, prompt, &first, err);
    if (!st && is_new)
        st = ask_hidden(tty, "Once more: ", &again, err);
    if (!st && is_new && !hv_secret_equal(&first, &again))
        st = hv_fail(err, HV_ERR_FORMAT, "the two passphrases differ");
    if (!st)
        *out = hv_secret_take(&first);
    hv_secret_release(&first);
    hv_secret_release(&again);
    close(tty);
    return st;
}

/* One line with echo, without its end. */
static bool
ask_line(const char *question, const char *prompt, char *out, size_t size)
{
    FILE *tty = fopen("/dev/tty", "r+e");
    bool is_read;

    if (!tty)
        return false;
    say(fileno(tty), question);
    say(fileno(tty), prompt);
    is_read = fgets(out, (int)size, tty) != NULL;
    fclose(tty);
    if (is_read)
        out[strcspn(out, "\n")] = '\0';
    return is_read;
}

static bool
ask_confirm(void *arg, const char *question)
{
    char answer[16];

    (void)arg;
    return ask_line(question, "\nGo on? [y/N] ", answer, sizeof(answer)) &&
           (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}

static bool
ask_word(void *arg, const char *question, const char *word)
{
    char answer[128], prompt[160];

    (void)arg;
    snprintf(prompt, sizeof(prompt), "\nType %s to go on: ", word);
    return ask_line(question, prompt, answer, sizeof(answer)) &&
           strcmp(answer, word) == 0;
}

static void
show_progress(void *arg, const char *line)
{
    struct hv_buf clean = { 0 };

    (void)arg;
    hv_text_clean(&clean, hv_bytes_str(line));
    fprintf(stderr, "%s\n", hv_buf_str(&clean));
    hv_buf_release(&clean);
}

static void
show_warning(void *arg, const char *line)
{
    struct hv_buf clean = { 0 };

    (void)arg;
    hv_buf_add_str(&clean, "hvconsole: ");
    hv_text_clean(&clean, hv_bytes_str(line));
    fprintf(stderr, "%s\n", hv_buf_str(&clean));
    hv_buf_release(&clean);
}

void
ask_init(struct hv_asker *asker, const struct hv_globals *globals)
{
    bool is_terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);

    *asker = (struct hv_asker){ 0 };
    if (is_terminal) {
        asker->passphrase = ask_passphrase;
        asker->pause = ask_pause;
        asker->confirm = ask_confirm;
        asker->type_word = ask_word;
    }
    if (!globals->quiet)
        asker->warn = show_warning;
    if ((isatty(STDERR_FILENO) || globals->verbose) && !globals->quiet)
        asker->progress = show_progress;
    if (isatty(STDERR_FILENO) && !globals->verbose && !globals->quiet)
        asker->rotation = rotation_show;
}
