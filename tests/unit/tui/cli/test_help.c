/*
 * test_help.c - help and man page say everything the table says,
 * and the man page in the tree is that of the table.
 */
#include "tui/command/args.h"
#include "tui/command/help.h"

#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(help, overview_lists_every_command_and_global_flag)
{
    struct hv_buf text = { 0 };

    help_overview(&text);
    HV_EACH_COMMAND (c) {
        cr_expect(strstr(hv_buf_str(&text), c->words), "%s", c->words);
        cr_expect(strstr(hv_buf_str(&text), c->summary), "%s", c->words);
    }
    for (const struct hv_flag *f = hv_global_flags; f->name; f++)
        cr_expect(strstr(hv_buf_str(&text), f->name), "%s", f->name);
    hv_buf_release(&text);
}

static void
expect_narrow(const char *text, const char *what)
{
    for (const char *at = text; *at;) {
        size_t len = strcspn(at, "\n");

        cr_expect_leq(len, 88, "%s: %.*s", what, (int)len, at);
        at += len + (at[len] == '\n');
    }
}

Test(help, every_command_has_help_with_its_flags)
{
    HV_EACH_COMMAND (c) {
        struct hv_buf text = { 0 };

        cr_assert_eq(help_topic(c->words, &text, NULL), HV_OK, "%s", c->words);
        cr_expect(strstr(hv_buf_str(&text), c->summary), "%s", c->words);
        for (const struct hv_flag *f = c->options; f && f->name; f++)
            cr_expect(strstr(hv_buf_str(&text), f->name), "%s %s", c->words,
                      f->name);
        if (!c->columns)
            expect_narrow(hv_buf_str(&text), c->words);
        hv_buf_release(&text);
    }
}

Test(help, topics_are_there_and_others_are_not)
{
    static const char *const good[] = {
        "exit-codes", "verdicts", "files", "sub", "sandbox app", "keystore"
    };
    static const char *const bad[] = { "frob", "sub frob", "", "exit-code",
                                       "list" };

    for (size_t i = 0; i < HV_LEN(good); i++) {
        struct hv_buf text = { 0 };

        cr_expect_eq(help_topic(good[i], &text, NULL), HV_OK, "%s", good[i]);
        cr_expect_gt(text.len, 40, "%s", good[i]);
        hv_buf_release(&text);
    }
    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct hv_buf text = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(help_topic(bad[i], &text, &err), HV_ERR_USAGE, "%s",
                     bad[i]);
        cr_expect(err.hint[0], "%s", bad[i]);
        hv_buf_release(&text);
    }
}

Test(help, exit_codes_are_those_of_the_statuses)
{
    bool is_told[32] = { false };

    for (const struct help_exit *e = help_exits; e->meaning; e++) {
        cr_expect_eq(e->code, (int)(e - help_exits));
        is_told[e->code] = true;
    }
    for (int st = 0; st < HV_STATUS_COUNT; st++)
        cr_expect(is_told[hv_status_exit((enum hv_status)st)], "status %d", st);
}

Test(help, the_man_page_is_the_one_of_the_table)
{
    struct hv_buf made = { 0 }, kept = { 0 };

    help_man(&made);
    if (getenv("HV_BLESS"))
        cr_assert_eq(
            hv_file_replace(HV_MAN_PAGE, 0644, hv_buf_bytes(&made), NULL),
            HV_OK);
    cr_assert_eq(hv_file_read(HV_MAN_PAGE, 1 << 20, &kept, NULL), HV_OK);
    cr_expect(hv_bytes_equal(hv_buf_bytes(&made), hv_buf_bytes(&kept)),
              "docs/man/hvconsole.1 is old: write it anew with "
              "hvconsole help --man");
    hv_buf_release(&made);
    hv_buf_release(&kept);
}

Test(help, the_man_page_has_no_stray_requests)
{
    struct hv_buf man = { 0 };

    help_man(&man);
    for (const char *at = hv_buf_str(&man); *at;) {
        size_t len = strcspn(at, "\n");

        if (*at == '.')
            cr_expect(
                strncmp(at, ".\\\"", 3) == 0 || strncmp(at, ".TH ", 4) == 0 ||
                    strncmp(at, ".SH ", 4) == 0 ||
                    strncmp(at, ".SS ", 4) == 0 || strncmp(at, ".B ", 3) == 0 ||
                    strncmp(at, ".PP", len) == 0 ||
                    strncmp(at, ".TP", len) == 0,
                "%.*s", (int)len, at);
        at += len + (at[len] == '\n');
    }
    hv_buf_release(&man);
}
