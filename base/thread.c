/*
 * thread.c - how a thread of ours begins. Called by whoever needs one.
 */
#include "hvconsole/thread.h"

#include "hvconsole/bytes.h"

#include <errno.h>
#include <signal.h>

/* A crash is the matter of the thread that crashes. */
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

bool
hv_thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
    sigset_t all;
    sigset_t before;
    int failed;

    sigfillset(&all);
    for (size_t i = 0; i < HV_LEN(crashes); i++)
        sigdelset(&all, crashes[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(thread, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        errno = failed;
    return !failed;
}
