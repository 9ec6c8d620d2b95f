/*
 * thread.h - how a thread of ours begins.
 */
#ifndef HVCONSOLE_THREAD_H
#define HVCONSOLE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/** hv_thread_start() - a thread that takes no signals: they are a loop's, and
 *  who took one would swallow it. Only a crash of its own it does not block.
 *  False with errno: there is no thread to be had. */
bool hv_thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#endif
