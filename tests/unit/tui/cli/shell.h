/*
 * shell.h - runs the program as a shell would, and keeps what it said.
 */
#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

#include "hvconsole/bytes.h"

struct shell {
    int exit_code; /* 128 + signal when it was killed */
    struct hv_buf out, err;
};

/** shell_run() - words split as a command line; standard input is empty. */
void shell_run(struct shell *shell, const char *fmt, ...) HV_PRINTF(2, 3);
void shell_release(struct shell *shell);
/** shell_expect() - run, check the exit code and (if not NULL) that output or
 *  error text holds @text. */
void shell_expect(int exit_code, const char *text, const char *fmt, ...)
    HV_PRINTF(3, 4);
/** shell_value() - run with -o json and take the first `"key": value`. */
bool shell_value(const char *key, char *out, size_t size, const char *fmt, ...)
    HV_PRINTF(4, 5);

#endif
