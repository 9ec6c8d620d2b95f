/*
 * test_shell_url.c - redirect URLs from the command line: templates under names,
 * parameters beside targetqs, and the QR code on a terminal, read back module by
 * module.
 */
#include "hvconsole/shell.h"
#include "place.h"
#include "shell.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REC  "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02"
#define BASE "https://s.example/redirect.aspx?target="
#define URL                                                                    \
    BASE "RECONCILE&targetqs=appid%3D" REC "%26extrecordid%3D" REC             \
         "%26thingid%3D" REC "%26actionqs%3Dx%253D1&trm=post"
#define FILE_NAME "2/hvconsole/templates" /* below XDG_STATE_HOME */

TestSuite(shell_url, .init = place_make, .fini = place_remove, .timeout = 120);

Test(shell_url, wrong_words_are_refused)
{
    shell_expect(2, "no name", "shell template save a/b " BASE "HELP");
    shell_expect(2, NULL, "shell template save a");
    shell_expect(6, "no page", "shell template save a " BASE "NOSUCH");
    shell_expect(5, "no template 'a'", "shell template show a");
    shell_expect(5, "no template 'a'", "shell template remove a");
    shell_expect(2, "NAME=VALUE",
                 "shell url HELP --shell https://s.example --outside trm");
    shell_expect(6, "stands in the URL already",
                 "shell url HELP --shell https://s.example --outside target=a");
    shell_expect(2, "drawn on a terminal",
                 "shell url HELP --shell https://s.example --qr");
    shell_expect(2, "drawn on a terminal",
                 "shell url HELP --shell https://s.example --qr -o table");
}

Test(shell_url, what_is_no_redirect_is_not_kept)
{
    struct shell shell;

    shell_run(&shell, "shell template save a https://app.example/?target=Home");
    cr_expect_neq(shell.exit_code, 0);
    cr_expect(strstr(hv_buf_str(&shell.err), "no redirect"), "%s",
              hv_buf_str(&shell.err));
    shell_release(&shell);
}

static void
value_of(const char *key, const char *wanted, const char *command)
{
    char got[1024] = "";

    cr_expect(shell_value(key, got, sizeof(got), "%s", command), "%s: %s",
              command, key);
    cr_expect_str_eq(got, wanted, "%s", command);
}

Test(shell_url, templates_live_in_a_private_file)
{
    char file[512];
    struct stat st;

    snprintf(file, sizeof(file), "%s/hvconsole/templates",
             getenv("XDG_STATE_HOME"));
    shell_expect(0, NULL, "shell template save daily '%s' --dry-run", URL);
    cr_expect_neq(stat(file, &st), 0, "only as if");
    shell_expect(0, NULL, "shell template save daily '%s'", URL);
    cr_assert_eq(stat(file, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    value_of("lacks", "RECONCILE needs extrecordid: the record it is about",
             "shell template show daily");
    shell_expect(0, NULL, "shell template save daily '%s' --with-ids", URL);
    value_of("url", URL, "shell template show daily");
    shell_expect(0, "daily", "shell template list -o name");
    shell_expect(12, "read-only", "--read-only shell template remove daily");
    shell_expect(0, "daily", "shell template remove daily --dry-run");
    shell_expect(0, "daily", "shell template list -o name");
    shell_expect(0, "daily", "shell template remove daily");
    shell_expect(5, "no template", "shell template remove daily");
}

Test(shell_url, a_broken_file_is_told_with_its_line)
{
    shell_expect(0, NULL, "shell template save daily '%s'", URL);
    place_text("broken", "# mine\n\ndaily now\n");
    cr_assert_eq(rename("broken", FILE_NAME), 0);
    shell_expect(13, "line 3: it is not NAME MADE USED URL",
                 "shell template list");
    shell_expect(13, "line 3", "shell template save other '%s'", URL);
}

/* ---- the QR code ---- */

/* What the terminal shows: two rows of modules a line, light ones drawn. */
static void
read_line(const char *line, const struct hv_qr *qr, int row)
{
    static const char *const halves[] = { " ", "\u2580", "\u2584", "\u2588" };

    for (int col = -HV_QR_QUIET; col < qr->size + HV_QR_QUIET; col++) {
        int drawn =
            !hv_qr_is_dark(qr, row, col) + 2 * !hv_qr_is_dark(qr, row + 1, col);

        cr_assert_eq(strncmp(line, halves[drawn], strlen(halves[drawn])), 0,
                     "row %d column %d", row, col);
        line += strlen(halves[drawn]);
    }
}

Test(shell_url, the_code_on_a_terminal_is_the_url)
{
    struct hv_qr qr = { 0 };
    char line[1024];
    FILE *pipe;

    cr_assert_eq(hv_qr_make(BASE "HELP", &qr, NULL), HV_OK);
    setenv("LC_ALL", "C.UTF-8", 1);
    pipe = popen("script -qec 'stty rows 60 cols 100; " HV_PROGRAM
                 " shell url HELP --shell https://s.example --qr --color "
                 "never' /dev/null",
                 "r");
    cr_assert_not_null(pipe);
    for (int row = -HV_QR_QUIET; row < qr.size + HV_QR_QUIET; row += 2) {
        cr_assert_not_null(fgets(line, sizeof(line), pipe));
        read_line(line, &qr, row);
    }
    cr_assert_not_null(fgets(line, sizeof(line), pipe));
    cr_expect(strstr(line, BASE "HELP"), "%s", line);
    while (fgets(line, sizeof(line), pipe))
        ;
    cr_expect_eq(pclose(pipe), 0);
    hv_qr_release(&qr);
}

Test(shell_url, a_terminal_too_small_is_told_the_size)
{
    struct hv_buf said = { 0 };
    char line[1024];
    FILE *pipe;

    setenv("LC_ALL", "C.UTF-8", 1);
    pipe = popen("script -qec 'stty rows 10 cols 100; " HV_PROGRAM
                 " shell url HELP --shell https://s.example --qr' /dev/null",
                 "r");
    cr_assert_not_null(pipe);
    while (fgets(line, sizeof(line), pipe))
        hv_buf_add_str(&said, line);
    cr_expect_neq(pclose(pipe), 0);
    cr_expect(strstr(hv_buf_str(&said), "needs 37 columns and 20 rows"), "%s",
              hv_buf_str(&said));
    hv_buf_release(&said);
}
