/*
 * test_tables.c - laws of the tables of targets, parameters, returns and rules.
 */
#include "core/shell/shell_in.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

/* A misspelt name finds its row; a stranger none. */
Test(shell_tables, near_names)
{
    static const struct {
        const char *target, *typed, *meant;
    } rows[] = {
        { "SHAREDAPPDETAILS", "sappid", "appid" },
        { "APPSIGNOUT", "cred_token", "credtoken" },
        { "AUTH", "extrecordids", "extrecordid" },
        { "AUTH", "redirct", "redirect" },
        { "AUTH", "frobnicate", NULL },
        { "AUTH", "credtoken", NULL },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        const char *got =
            shell_near(hv_shell_target_find(rows[i].target), rows[i].typed);

        cr_expect(rows[i].meant ? got && !strcmp(got, rows[i].meant) : !got,
                  "%s: %s", rows[i].typed, got ? got : "nothing");
    }
}

Test(shell_tables, numbered_names)
{
    const struct hv_shell_target *appauth = hv_shell_target_find("appauth");

    cr_expect_null(hv_shell_param_find(appauth, "onopt"));
    cr_expect_null(hv_shell_param_find(appauth, "onopt#"));
    cr_expect_null(hv_shell_param_find(appauth, "onopt1x"));
    cr_expect_null(hv_shell_param_find(hv_shell_target_find("AUTH"), "onopt1"));
    cr_expect_not_null(hv_shell_param_find(appauth, "ONOPT1"));
    cr_expect_not_null(hv_shell_param_find(appauth, "offopt12"));
    cr_expect_not_null(hv_shell_param_find(NULL, "ActionQS"));
}

/* Whatever a target returns is a row of the returns; a dead end says where the
 * person is then; every offered target says what it is for. */
Test(shell_tables, targets_hang_together)
{
    size_t count = 0;

    for (; hv_shell_target_at(count); count++) {
        const struct hv_shell_target *target = hv_shell_target_at(count);
        char list[256];

        for (const char *c = target->name; *c; c++)
            cr_expect(isupper((unsigned char)*c), "%s", target->name);
        cr_expect(target->purpose[0] && target->params, "%s", target->name);
        cr_expect_eq(!target->returns[0], target->ending != NULL, "%s",
                     target->name);
        cr_expect(hv_copy(list, sizeof(list), target->returns));
        for (char *save, *word = strtok_r(list, " ", &save); word;
             word = strtok_r(NULL, " ", &save))
            cr_expect_not_null(hv_shell_return_find(word), "%s: %s",
                               target->name, word);
        cr_expect_eq(hv_shell_target_find(target->name), target);
    }
    cr_expect_eq(count, 18);
}

Test(shell_tables, rules_are_told_in_full)
{
    const struct hv_lint *lints = hv_shell_lints();

    for (const struct hv_lint *l = lints; l->id; l++) {
        cr_expect(l->meaning && l->meaning[0] && l->advice && l->advice[0],
                  "%s", l->id);
        cr_expect_eq(hv_lint_find(lints, l->id), l, "%s stands twice", l->id);
    }
}

Test(shell_tables, hosts)
{
    static const struct {
        const char *host, *name;
        bool is_shell;
    } rows[] = {
        { "example.org", NULL, false },
        { "", NULL, false },
        { "account.healthvault.com.evil.example", NULL, false },
        { "ACCOUNT.healthvault.com", "us", true },
        { "platform.healthvault-ppe.co.uk", "eu-ppe", false },
        { "shell.ppe.chbase.com", "chbase-ppe", true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        bool is_shell = true;
        const struct hv_instance *got =
            hv_instance_of_host(hv_bytes_str(rows[i].host), &is_shell);

        cr_expect(rows[i].name ? got && !strcmp(got->name, rows[i].name) : !got,
                  "%s", rows[i].host);
        cr_expect_eq(is_shell, rows[i].is_shell, "%s", rows[i].host);
    }
}
