/*
 * main.c - the program's first lines: memory for secrets before anything else
 * allocates, the locale, and no death by a closed pipe. All else is
 * hv_cli_main()'s.
 */
#include "hvconsole/secret.h"
#include "tui/tui.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
    struct hv_error err = { 0 };

    if (hv_secret_start(NULL, &err)) {
        fprintf(stderr, "hvconsole: %s\n", err.why);
        return hv_status_exit(err.status);
    }
    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN);
    return hv_cli_main(argc, argv);
}
