/*
 * restore.c - the terminal comes back when the program crashes: one string
 * made in advance, written by the handler. endwin() is not safe in there.
 * Called by curses.c.
 */
#include "tui/term/inside.h"

#include "hvconsole/status.h"

#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#endif
#ifdef HAS_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

static char restore[512];
static size_t restore_len;
static struct termios saved_tty;
static volatile sig_atomic_t is_taken;

/* A sanitizer owns the others; it calls back before it reports. */
#ifdef HAS_ASAN
static const int crashes[] = { SIGABRT };
#else
static const int crashes[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
#endif

/* Only write() and tcsetattr(): both are async-signal-safe. */
static void
give_back(void)
{
    if (!is_taken)
        return;
    is_taken = 0;
    if (write(STDOUT_FILENO, restore, restore_len) < 0)
        return;
    tcsetattr(STDIN_FILENO, TCSANOW, &saved_tty);
}

static void
add(const char *text)
{
    size_t len;

    if (!text || text == (const char *)-1)
        return; /* the terminal has no such capability */
    len = strlen(text);
    if (restore_len + len > sizeof(restore))
        return;
    memcpy(restore + restore_len, text, len);
    restore_len += len;
}

static void
on_crash(int signo)
{
    give_back();
    raise(signo); /* SA_RESETHAND: the default acts now */
}

/* A stack that has run over cannot hold the handler: it gets its own. */
static void
catch_crashes(void)
{
    struct sigaction action = { 0 };
#ifndef HAS_ASAN
    static char stack[16384];
    stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };

    sigaltstack(&alternative, NULL);
#endif
    action.sa_handler = on_crash;
    action.sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < HV_LEN(crashes); i++)
        sigaction(crashes[i], &action, NULL);
}

void
hv_restore_start(void)
{
    restore_len = 0;
    add("\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l");
    add(tigetstr("sgr0"));
    add(tigetstr("rmkx"));
    add(tigetstr("rmcup"));
    add(tigetstr("cnorm")); /* last: see hv_term_close() */
    is_taken = 1;
#ifdef HAS_ASAN
    __sanitizer_set_death_callback(give_back);
#endif
    catch_crashes();
}

void
hv_restore_end(void)
{
    is_taken = 0;
    for (size_t i = 0; i < HV_LEN(crashes); i++)
        signal(crashes[i], SIG_DFL);
}

void
hv_restore_keep_tty(void)
{
    tcgetattr(STDIN_FILENO, &saved_tty);
}
