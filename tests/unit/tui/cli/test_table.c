/*
 * test_table.c - the laws of the table of commands.
 */
#include "tui/command/args.h"
#include "tui/command/help.h"
#include "tui/command/out.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

Test(table, words_are_plain_and_unique)
{
    HV_EACH_COMMAND (c) {
        cr_expect_eq(strspn(c->words, "abcdefghijklmnopqrstuvwxyz- "),
                     strlen(c->words), "%s", c->words);
        cr_expect_null(strstr(c->words, "  "), "%s", c->words);
        for (const struct hv_command *d = hv_command_next(NULL); d != c;
             d = hv_command_next(d))
            cr_expect_str_neq(c->words, d->words);
    }
}

/* Help and completion read the commands of one noun as one group. */
Test(table, nouns_stand_together)
{
    HV_EACH_COMMAND (c) {
        size_t len = strcspn(c->words, " ");
        bool has_left = false;

        for (const struct hv_command *d = c + 1; d->words; d++) {
            bool is_same = strncmp(c->words, d->words, len) == 0 &&
                           (d->words[len] == ' ' || !d->words[len]);

            cr_expect_not(is_same && has_left, "%s and %s", c->words, d->words);
            has_left |= !is_same;
        }
    }
}

Test(table, every_command_says_what_it_is)
{
    HV_EACH_COMMAND (c) {
        cr_expect_not_null(c->args, "%s", c->words);
        cr_expect_not_null(c->summary, "%s", c->words);
        cr_expect_geq(strlen(c->summary), 8, "%s", c->words);
        cr_expect_leq(strlen(c->summary), 60, "%s", c->words);
        cr_expect_neq(c->summary[strlen(c->summary) - 1], '.', "%s", c->words);
        cr_expect(!isupper((unsigned char)c->summary[0]), "%s", c->words);
        cr_expect_not_null(c->run, "%s", c->words);
    }
}

Test(table, flags_of_commands_make_sense)
{
    HV_EACH_COMMAND (c) {
        if (c->flags & HV_CMD_DANGEROUS)
            cr_expect(c->flags & (HV_CMD_WRITES | HV_CMD_CHANGES), "%s",
                      c->words);
        cr_expect_not((c->flags & HV_CMD_WRITES) && (c->flags & HV_CMD_CHANGES),
                      "%s", c->words);
    }
}

Test(table, options_are_sane)
{
    HV_EACH_COMMAND (c) {
        for (const struct hv_flag *f = c->options; f && f->name; f++) {
            cr_expect(f->name[0] == '-' && f->name[1], "%s %s", c->words,
                      f->name);
            cr_expect(f->name[1] == '-' || !f->name[2], "%s %s", c->words,
                      f->name);
            cr_expect_eq(f->arg == NULL, f->kind == HV_FLAG_BOOL, "%s %s",
                         c->words, f->name);
            cr_expect(f->help && f->help[0], "%s %s", c->words, f->name);
            cr_expect_leq(strlen(f->name), 32, "%s %s", c->words, f->name);
            for (const struct hv_flag *g = c->options; g != f; g++)
                cr_expect_str_neq(f->name, g->name, "%s", c->words);
        }
    }
}

static bool
takes_value(const struct hv_flag *flag)
{
    return flag->kind != HV_FLAG_BOOL;
}

/* Flags may stand before the command's words, so whether one takes a value
 * must not depend on the command. */
Test(table, a_flag_takes_a_value_everywhere_or_nowhere)
{
    HV_EACH_COMMAND (c) {
        for (const struct hv_flag *f = c->options; f && f->name; f++) {
            for (const struct hv_flag *g = hv_global_flags; g->name; g++) {
                if (strcmp(f->name, g->name) == 0)
                    cr_expect_eq(takes_value(f), takes_value(g), "%s %s",
                                 c->words, f->name);
            }
            for (const struct hv_command *d = hv_command_next(NULL); d != c;
                 d = hv_command_next(d)) {
                for (const struct hv_flag *g = d->options; g && g->name; g++) {
                    if (strcmp(f->name, g->name) == 0)
                        cr_expect_eq(takes_value(f), takes_value(g),
                                     "%s and %s: %s", c->words, d->words,
                                     f->name);
                }
            }
        }
    }
}

Test(table, lists_have_columns_and_a_schema)
{
    HV_EACH_COMMAND (c) {
        size_t len = c->schema ? strlen(c->schema) : 0;
        bool is_list = len > 5 && strcmp(c->schema + len - 5, "-list") == 0;
        int count = 0;

        cr_expect_eq(is_list, c->columns != NULL, "%s", c->words);
        for (const struct hv_column *col = c->columns; col && col->field;
             col++) {
            cr_expect(col->head && col->head[0], "%s %s", c->words, col->field);
            cr_expect_eq(
                strspn(col->field, "abcdefghijklmnopqrstuvwxyz0123456789_"),
                strlen(col->field), "%s %s", c->words, col->field);
            for (const struct hv_column *d = c->columns; d != col; d++)
                cr_expect_str_neq(d->field, col->field, "%s", c->words);
            count++;
        }
        cr_expect_leq(count, 32, "%s", c->words);
    }
}

Test(table, what_changes_something_can_be_tried_dry)
{
    /* --dry-run is global; here: its help says so for each of them. */
    HV_EACH_COMMAND (c) {
        struct hv_buf text = { 0 };

        help_command(c, &text);
        if (c->flags & (HV_CMD_WRITES | HV_CMD_CHANGES))
            cr_expect(strstr(hv_buf_str(&text), "--dry-run"), "%s", c->words);
        hv_buf_release(&text);
    }
}

Test(table, every_command_finds_itself)
{
    HV_EACH_COMMAND (c) {
        struct hv_words words = { 0 };
        char near[64];
        int used = 0;

        cr_assert_eq(hv_line_split(c->words, &words, NULL), HV_OK);
        cr_expect_eq(hv_command_find(words.items, words.len, &used, near), c,
                     "%s", c->words);
        cr_expect_eq(used, words.len, "%s", c->words);
        hv_words_release(&words);
    }
}

Test(table, a_typo_in_any_command_suggests_it)
{
    HV_EACH_COMMAND (c) {
        char typed[64];
        size_t len = strlen(c->words);
        struct hv_words words = { 0 };
        char near[64];
        int used = 0;

        /* The last two letters change places. */
        hv_copy(typed, sizeof(typed), c->words);
        typed[len - 1] = c->words[len - 2];
        typed[len - 2] = c->words[len - 1];
        if (strcmp(typed, c->words) == 0)
            continue;
        cr_assert_eq(hv_line_split(typed, &words, NULL), HV_OK);
        if (!hv_command_find(words.items, words.len, &used, near))
            cr_expect_str_eq(near, c->words, "%s", typed);
        hv_words_release(&words);
    }
}
