/*
 * term.c - forkpty and libvterm. The program dies with the test, even if it
 * ignores the hangup. Called by tests/e2e.
 */
#include "tests/support/term.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

static long
now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
on_property(VTermProp property, VTermValue *value, void *user)
{
    struct term *t = user;

    switch (property) {
    case VTERM_PROP_ALTSCREEN:
        t->is_alternate = value->boolean;
        break;
    case VTERM_PROP_CURSORVISIBLE:
        t->is_cursor_on = value->boolean;
        break;
    case VTERM_PROP_MOUSE:
        t->mouse = value->number;
        break;
    case VTERM_PROP_TITLE:
        t->frames = atoi(value->string + strlen("frame "));
        break;
    default:
        break;
    }
    return 1;
}

static VTermScreenCallbacks callbacks = { .settermprop = on_property };

bool
term_open(struct term *t, int rows, int cols, char *const argv[],
          char *const envp[])
{
    struct winsize size = { .ws_row = (unsigned short)rows,
                            .ws_col = (unsigned short)cols };
    int slave;

    *t = (struct term){ .rows = rows, .cols = cols, .is_cursor_on = true };
    t->vt = vterm_new(rows, cols);
    vterm_set_utf8(t->vt, 1);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    if (openpty(&t->fd, &slave, NULL, NULL, &size) < 0)
        return false;
    tcgetattr(t->fd, &t->before);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    t->pid = fork();
    if (t->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (login_tty(slave) == 0)
            execve(argv[0], argv, envp);
        _exit(127);
    }
    close(slave);
    return t->pid > 0;
}

/* What libvterm 0.1.4 does not tell: paste mode and the clipboard. */
static void
watch_stream(struct term *t, const char *bytes, size_t len)
{
    char text[65536 + 32];
    size_t kept = strlen(t->tail);
    const char *at;

    memcpy(text, t->tail, kept);
    for (size_t i = 0; i < len; i++)
        text[kept + i] = bytes[i] ? bytes[i] : ' ';
    text[kept + len] = 0;
    for (at = text; (at = strstr(at, "\033[?2004")); at++) {
        if (at[7] == 'h' || at[7] == 'l')
            t->is_paste_on = at[7] == 'h';
    }
    at = strstr(text, "\033]52;c;");
    if (at)
        snprintf(t->clipboard, sizeof(t->clipboard), "%.*s",
                 (int)strcspn(at + 7, "\a"), at + 7);
    kept += len;
    snprintf(t->tail, sizeof(t->tail), "%.10s",
             kept > 10 ? text + kept - 10 : text);
}

/* 1 something came, 0 silence, -1 the end: nobody holds the terminal. */
static int
pump(struct term *t, int ms)
{
    char bytes[65536];
    struct pollfd in = { .fd = t->fd, .events = POLLIN };
    ssize_t len;
    size_t more;

    if (t->fd < 0 || poll(&in, 1, ms) <= 0)
        return 0;
    len = read(t->fd, bytes, sizeof(bytes));
    if (len <= 0)
        return -1;
    vterm_input_write(t->vt, bytes, (size_t)len);
    watch_stream(t, bytes, (size_t)len);
    t->is_whole = bytes[len - 1] == '\a';
    while ((more = vterm_output_read(t->vt, bytes, 256)) > 0) {
        if (write(t->fd, bytes, more) < 0)
            break;
    }
    return 1;
}

void
term_row(struct term *t, int row, char *out, size_t size)
{
    VTermRect rect = {
        .start_row = row, .end_row = row + 1, .start_col = 0, .end_col = t->cols
    };
    size_t len = vterm_screen_get_text(t->screen, out, size - 1, rect);

    len = len < size ? len : size - 1;
    while (len > 0 && out[len - 1] == ' ')
        len--;
    out[len] = 0;
}

int
term_find(struct term *t, const char *text)
{
    char line[4096];

    for (int row = 0; row < t->rows; row++) {
        term_row(t, row, line, sizeof(line));
        if (strstr(line, text))
            return row;
    }
    return -1;
}

bool
term_shows(struct term *t, const char *text)
{
    return term_find(t, text) >= 0;
}

static bool
wait_for(struct term *t, const char *text, bool is_there, bool has_marks,
         int ms)
{
    long end = now_ms() + ms;

    for (;;) {
        long left = end - now_ms();

        if ((t->is_whole || !has_marks) && term_shows(t, text) == is_there)
            return true;
        if (left <= 0 || pump(t, (int)left) < 0) {
            fprintf(stderr, "%s: \"%s\"\n",
                    is_there ? "never came" : "never left", text);
            term_dump(t);
            return false;
        }
    }
}

bool
term_wait_at(struct term *t, int row, int col, const char *text, int ms)
{
    long end = now_ms() + ms;
    char line[4096];

    for (;;) {
        long left = end - now_ms();

        term_row(t, row, line, sizeof(line));
        if (t->is_whole && strlen(line) > (size_t)col &&
            strncmp(line + col, text, strlen(text)) == 0)
            return true;
        if (left <= 0 || pump(t, (int)left) < 0) {
            fprintf(stderr, "never came at %d,%d: \"%s\"\n", row, col, text);
            term_dump(t);
            return false;
        }
    }
}

bool
term_wait(struct term *t, const char *text, int ms)
{
    return wait_for(t, text, true, true, ms);
}

bool
term_wait_gone(struct term *t, const char *text, int ms)
{
    return wait_for(t, text, false, true, ms);
}

bool
term_wait_other(struct term *t, const char *text, int ms)
{
    return wait_for(t, text, true, false, ms);
}

VTermScreenCell
term_cell(struct term *t, int row, int col)
{
    VTermScreenCell cell;
    VTermPos at = { .row = row, .col = col };

    memset(&cell, 0, sizeof(cell));
    vterm_screen_get_cell(t->screen, at, &cell);
    return cell;
}

void
term_keys(struct term *t, const char *bytes)
{
    t->is_whole = false; /* the next look is after the next frame */
    if (write(t->fd, bytes, strlen(bytes)) < 0)
        perror("term_keys");
}

void
term_key(struct term *t, VTermKey key)
{
    char bytes[64];
    size_t len;

    t->is_whole = false;
    vterm_keyboard_key(t->vt, key, VTERM_MOD_NONE);
    while ((len = vterm_output_read(t->vt, bytes, sizeof(bytes))) > 0) {
        if (write(t->fd, bytes, len) < 0)
            perror("term_key");
    }
}

void
term_paste(struct term *t, const char *text)
{
    term_keys(t, "\033[200~");
    term_keys(t, text);
    term_keys(t, "\033[201~");
}

void
term_resize(struct term *t, int rows, int cols)
{
    struct winsize size = { .ws_row = (unsigned short)rows,
                            .ws_col = (unsigned short)cols };

    t->rows = rows;
    t->cols = cols;
    t->is_whole = false;
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size); /* the kernel sends SIGWINCH */
}

void
term_hang_up(struct term *t)
{
    close(t->fd);
    t->fd = -1;
}

int
term_end(struct term *t, int ms)
{
    long end = now_ms() + ms;
    int status = -1;

    while (waitpid(t->pid, &status, WNOHANG) == 0) {
        if (now_ms() > end) {
            kill(t->pid, SIGKILL);
            waitpid(t->pid, NULL, 0);
            t->pid = 0;
            term_dump(t);
            return -1;
        }
        if (t->fd < 0)
            poll(NULL, 0, 5);
        else
            pump(t, 5);
    }
    t->pid = 0;
    while (pump(t, 0) > 0)
        ;
    return status;
}

static bool
complain(const char *what)
{
    fprintf(stderr, "not restored: %s\n", what);
    return false;
}

bool
term_is_restored(struct term *t)
{
    struct termios now;
    bool is_good = true;

    if (t->is_alternate)
        is_good = complain("the alternate screen is on");
    if (!t->is_cursor_on)
        is_good = complain("the cursor is hidden");
    if (t->mouse)
        is_good = complain("the mouse is reported");
    if (t->is_paste_on)
        is_good = complain("bracketed paste is on");
    if (tcgetattr(t->fd, &now) == 0 &&
        (now.c_lflag != t->before.c_lflag || now.c_iflag != t->before.c_iflag ||
         now.c_oflag != t->before.c_oflag))
        is_good = complain("the settings of the line differ");
    return is_good;
}

void
term_dump(struct term *t)
{
    char line[4096];

    for (int row = 0; row < t->rows; row++) {
        term_row(t, row, line, sizeof(line));
        fprintf(stderr, "%2d|%s\n", row, line);
    }
}

void
term_close(struct term *t)
{
    if (t->pid > 0) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, NULL, 0);
    }
    if (t->fd >= 0)
        close(t->fd);
    if (t->vt)
        vterm_free(t->vt);
    *t = (struct term){ .fd = -1 };
}
