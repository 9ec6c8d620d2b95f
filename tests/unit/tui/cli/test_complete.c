/*
 * test_complete.c - candidates for the last word of a line.
 */
#include "tui/command/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const subs[] = { "0b2e6a41-0000-4000-8000-000000000001",
                                    "44f19d20-0000-4000-8000-000000000002" };

static bool
offers(const char *line, const char *word)
{
    struct hv_buf out = { 0 };
    char want[128];
    bool found;

    hv_buf_add_char(&out, '\n');
    hv_command_complete(line, subs, HV_LEN(subs), &out);
    snprintf(want, sizeof(want), "\n%s\n", word);
    found = strstr(hv_buf_str(&out), want) != NULL;
    hv_buf_release(&out);
    return found;
}

Test(complete, offers_nothing_where_nothing_fits)
{
    static const char *const lines[] = { "zzz", "zzz ", "sub zzz", "'open",
                                         "sub list zz" };

    for (size_t i = 0; i < HV_LEN(lines); i++) {
        struct hv_buf out = { 0 };

        hv_command_complete(lines[i], subs, HV_LEN(subs), &out);
        cr_expect_eq(out.len, 0, "%s: %s", lines[i], hv_buf_str(&out));
        hv_buf_release(&out);
    }
}

Test(complete, offers_words_flags_ids_and_names)
{
    static const struct {
        const char *line, *word;
        bool want;
    } rows[] = {
        { "", "sub", true },
        { "s", "status", true },
        { "s", "key", false },
        { "sub ", "list", true },
        { "sub l", "list", true },
        { "sub l", "show", false },
        { "sandbox app ", "add", true },
        { "sub show ", "0b2e6a41-0000-4000-8000-000000000001", true },
        { "sub show 44", "44f19d20-0000-4000-8000-000000000002", true },
        { "sub show 44", "0b2e6a41-0000-4000-8000-000000000001", false },
        { "sub create --", "--url", true },
        { "sub create --", "--dry-run", true },
        { "sub list --", "--url", false },
        { "sub create --type ", "blood-pressure", true },
        { "sub create --type blood-p", "blood-pressure", true },
        { "log list --verdict bad", "bad-hmac", true },
        { "explain ver", "verified-old", true },
        { "status -o nd", "ndjson", true },
        { "log list --sub 0b", "0b2e6a41-0000-4000-8000-000000000001", true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(offers(rows[i].line, rows[i].word), rows[i].want,
                     "%s -> %s", rows[i].line, rows[i].word);
}
