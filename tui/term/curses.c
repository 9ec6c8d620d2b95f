/*
 * curses.c - taking the terminal over and giving it back. Called by app/run.c.
 * Reading is input.c's matter, drawing present.c's.
 */
#include "tui/term/term.h"
#include "tui/term/inside.h"

#include "hvconsole/codec.h"
#include "hvconsole/text.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define MAX_CLIPBOARD 50000 /* bytes; some terminals drop longer sequences */

static SCREEN *screen;          /* not NULL = the terminal is ours */
static bool is_mouse_on = true; /* until `:set nomouse` */

static void
say(const char *text)
{
    size_t len = strlen(text);

    if (write(STDOUT_FILENO, text, len) != (ssize_t)len)
        return; /* gone: the reader notices */
}

static int
color_count(int color)
{
    const char *no_color = getenv("NO_COLOR");

    if (!color || (color < 0 && no_color && *no_color) || !has_colors())
        return 0;
    start_color();
    use_default_colors();
    return COLORS >= 256 ? 256 : COLORS >= 8 ? COLORS : 0;
}

static enum hv_status
check(struct hv_error *err)
{
    const char *term = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        (void)hv_fail(err, HV_ERR_USAGE,
                      "the console needs a terminal as standard input and "
                      "output");
        hv_hint(err, "use the commands instead: hvconsole status, hvconsole "
                     "sub list, hvconsole log tail -f");
        return HV_ERR_USAGE;
    }
    if (!term || !*term || !strcmp(term, "dumb")) {
        (void)hv_fail(err, HV_ERR_USAGE,
                      "TERM is \"%s\": a terminal that cannot place text",
                      term ? term : "");
        hv_hint(err, "set TERM to what your terminal is, or use hvconsole "
                     "status");
        return HV_ERR_USAGE;
    }
    return HV_OK;
}

static void
take(void)
{
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    hv_input_start();
    say("\033[?2004h"); /* a paste says that it is one */
    if (is_mouse_on)
        hv_term_mouse(true);
}

enum hv_status
hv_term_open(int color, struct hv_term_facts *out, struct hv_error *err)
{
    if (check(err))
        return HV_ERR_USAGE;
    setlocale(LC_ALL, "");
    hv_restore_keep_tty();
    set_escdelay(25);
    screen = newterm(NULL, stdout, stdin);
    if (!screen) {
        (void)hv_fail(err, HV_ERR_USAGE, "the terminal type \"%s\" is unknown",
                      getenv("TERM"));
        hv_hint(err, "install ncurses-term, or set TERM=xterm-256color");
        return HV_ERR_USAGE;
    }
    if (!tigetstr("cup")) {
        endwin();
        delscreen(screen);
        screen = NULL;
        return hv_fail(err, HV_ERR_USAGE,
                       "the terminal type \"%s\" cannot move its cursor",
                       getenv("TERM"));
    }
    hv_restore_start();
    take();
    out->colors = color_count(color);
    hv_theme_start(out->colors);
    out->is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    return HV_OK;
}

/* Some terminals bring back, with the screen of before, whether the cursor was
 * seen when it was last saved: endwin() shows it too early for them. */
static void
show_cursor(void)
{
    const char *shown = tigetstr("cnorm");

    if (shown && shown != (const char *)-1)
        say(shown);
}

void
hv_term_close(void)
{
    if (!screen)
        return;
    hv_term_mouse(false);
    say("\033[?2004l");
    endwin();
    show_cursor();
    hv_restore_end();
    delscreen(screen);
    screen = NULL;
}

void
hv_term_measure(int *rows, int *cols)
{
    struct winsize size;

    if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row &&
        size.ws_col && is_term_resized(size.ws_row, size.ws_col))
        resizeterm(size.ws_row, size.ws_col);
    getmaxyx(stdscr, *rows, *cols);
}

void
hv_term_flow(bool on)
{
    struct termios tty;

    if (tcgetattr(STDIN_FILENO, &tty))
        return;
    if (on)
        tty.c_iflag |= (tcflag_t)IXON;
    else
        tty.c_iflag &= ~(tcflag_t)IXON;
    tcsetattr(STDIN_FILENO, TCSANOW, &tty);
    def_prog_mode();
}

void
hv_term_theme(const char *name)
{
    hv_theme_choose(name);
}

void
hv_term_mouse(bool on)
{
    mouseinterval(0); /* no waiting to tell clicks apart */
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0,
              NULL);
    is_mouse_on = on;
}

/* By SIGTSTP and its default action: without a shell to wake us up again the
 * kernel ignores it, which SIGSTOP would not. */
static void
stop_process(void)
{
    struct sigaction action = { 0 };
    struct sigaction before;

    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTSTP, &action, &before);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

void
hv_term_lend(void)
{
    bool mouse = is_mouse_on;

    hv_term_mouse(false);
    is_mouse_on = mouse;
    say("\033[?2004l");
    endwin();
    show_cursor();
    say("\r\n"); /* its first line is its own */
}

void
hv_term_take_back(void)
{
    take();
    hv_term_repaint();
}

void
hv_term_suspend(void)
{
    hv_term_lend();
    stop_process();
    hv_term_take_back();
}

/* Nobody answers whether it was taken: the name must do. */
static bool
has_clipboard(void)
{
    static const char *const without[] = { "linux", "vt", "dumb", "ansi",
                                           "cons" };
    const char *term = getenv("TERM");

    /* GNU screen swallows it; tmux, which may use that name too, does not. */
    if (!strncmp(term ? term : "", "screen", 6) && !getenv("TMUX"))
        return false;
    for (size_t i = 0; i < HV_LEN(without); i++) {
        if (!strncmp(term ? term : "", without[i], strlen(without[i])))
            return false;
    }
    return true;
}

bool
hv_term_copy(const char *text)
{
    struct hv_buf clean = { 0 };
    char *code;

    if (!has_clipboard() || strlen(text) > MAX_CLIPBOARD)
        return false;
    hv_text_clean(&clean, hv_bytes_str(text));
    code = hv_calloc(HV_BASE64_SIZE(clean.len), 1);
    hv_base64_encode(clean.data, clean.len, code);
    say("\033]52;c;");
    say(code);
    say("\a");
    free(code);
    hv_buf_release(&clean);
    return true;
}
