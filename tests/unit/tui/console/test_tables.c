/*
 * test_tables.c - what a mistake in a table would break without anybody
 * noticing: a lowercase key that changes something, a command whose flags are
 * forgotten, a word that hides another, a form whose command does not know its
 * flag, a key of the design that is not there, or that means two things.
 */
#include "tests/unit/tui/console/world_plant.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

TestSuite(tables, .init = world_start);

/* ------------------------------------------------------ what changes what -- */

/* Verbs by what they do. A new one is written here first, then in its row. */
static const struct {
    const char *words; /* all of a command's, or the last */
    bool changes;
} verbs[] = {
    { "test matrix", true },
    { "log export", true },
    { "keystore export", true },
    { "sandbox app rules", true },
    { "abort", true },
    { "add", true },
    { "advance", true },
    { "apply", true },
    { "backup", true },
    { "cancel", true },
    { "check", true },
    { "clear", true },
    { "create", true },
    { "delete", true },
    { "down", true },
    { "drill", true },
    { "drop", true },
    { "edit", true },
    { "emit", true },
    { "import", true },
    { "init", true },
    { "passwd", true },
    { "pause", true },
    { "prune", true },
    { "rate", true },
    { "remove", true },
    { "reset", true },
    { "restore", true },
    { "resume", true },
    { "retire", true },
    { "revoke", true },
    { "rotate", true },
    { "save", true },
    { "send", true },
    { "set", true },
    { "stop", true },
    { "use", true },
    { "audit", false },
    { "commands", false },
    { "completion", false },
    { "coverage", false },
    { "decode", false },
    { "demo", false },
    { "diff", false },
    { "doctor", false },
    { "drain", false },
    { "duplicates", false },
    { "explain", false },
    { "export", false },
    { "fix-url", false },
    { "forecast", false },
    { "gaps", false },
    { "get", false },
    { "help", false },
    { "jobs", false },
    { "lint", false },
    { "list", false },
    { "listen", false },
    { "log", false },
    { "matrix", false },
    { "path", false },
    { "perms", false },
    { "queue", false },
    { "returns", false },
    { "show", false },
    { "stats", false },
    { "status", false },
    { "tail", false },
    { "targets", false },
    { "tui", false },
    { "up", false },
    { "url", false },
    { "verify", false },
    { "version", false },
};

Test(tables, every_verb_is_flagged_as_what_it_does)
{
    HV_EACH_COMMAND (c) {
        const char *last = strrchr(c->words, ' ');
        size_t i = 0;

        last = last ? last + 1 : c->words;
        while (i < HV_LEN(verbs) && strcmp(verbs[i].words, c->words))
            i++;
        for (size_t k = 0; i == HV_LEN(verbs) && k < HV_LEN(verbs); k++)
            i = strcmp(verbs[k].words, last) ? i : k;
        cr_assert_lt(i, HV_LEN(verbs),
                     "%s: say in this table whether it changes something",
                     c->words);
        cr_expect_eq((c->flags & (HV_CMD_WRITES | HV_CMD_CHANGES)) != 0,
                     verbs[i].changes, "%s", c->words);
    }
}

/* A tick on one's own list, kept on this machine; the same key takes it back. */
static bool
is_tick(const struct hv_binding *b)
{
    return !strcmp(b->text, "checklist toggle");
}

/* Pressed, not looked up: whatever the action behind it makes of it. */
Test(tables, no_lowercase_key_starts_a_change)
{
    for (int tab = 0; tab < HV_TABS; tab++) {
        for (int pane = 0; pane < world_panes((enum hv_view)tab); pane++) {
            const struct hv_binding *tables[] = { hv_screens[tab].bindings,
                                                  hv_bindings };

            for (size_t t = 0; t < HV_LEN(tables); t++) {
                for (const struct hv_binding *b = tables[t]; b->keys; b++) {
                    const struct hv_effect *job;
                    const struct hv_command *command;
                    struct hv_app app;

                    if (isupper((unsigned char)b->keys[0]) || is_tick(b))
                        continue;
                    world_open_pane(&app, (enum hv_view)tab, pane);
                    world_press(&app, b->keys);
                    job = world_job(&app, HV_JOB_COMMAND);
                    command = job ? world_command_of(job->text) : NULL;
                    cr_expect(!command || !(command->flags &
                                            (HV_CMD_WRITES | HV_CMD_CHANGES)),
                              "%s: %s starts %s", hv_screens[tab].name, b->keys,
                              job ? job->text : "");
                    cr_expect_eq(app.dialog.kind, HV_DIALOG_NONE, "%s: %s asks",
                                 hv_screens[tab].name, b->keys);
                    hv_app_release(&app);
                }
            }
        }
    }
}

/* ------------------------------------------------------- words and phrases -- */

/* As a word of the console, so that typed text means one thing. */
static bool
begins_with_words(const char *text, const char *words)
{
    size_t len = strlen(words);

    return !strncmp(text, words, len) && (!text[len] || text[len] == ' ');
}

Test(tables, no_word_of_the_console_hides_another)
{
    for (const struct hv_action *a = hv_actions; a->words; a++) {
        HV_EACH_COMMAND (c)
            cr_expect(!begins_with_words(c->words, a->words) ||
                          !strcmp(a->words, "help"), /* here it is a view */
                      "the word '%s' hides the command '%s'", a->words,
                      c->words);
        for (const struct hv_action *b = hv_actions; b != a; b++)
            cr_expect_not(begins_with_words(a->words, b->words),
                          "the word '%s' hides the word '%s'", b->words,
                          a->words);
    }
}

static void
expect_phrase(const char *where, const char *keys, const char *text, size_t max)
{
    size_t len = strlen(text);

    cr_expect(len && len <= max, "%s %s: \"%s\"", where, keys, text);
    cr_expect(len && text[len - 1] != '.', "%s %s: \"%s\"", where, keys, text);
    for (const char *c = text; *c; c++)
        cr_expect(*c >= ' ' && *c < 0x7f, "%s %s: \"%s\"", where, keys, text);
}

Test(tables, what_keys_say_fits_where_it_is_shown)
{
    for (int i = 0; i <= HV_VIEW_COUNT; i++) {
        const struct hv_binding *b =
            i < HV_VIEW_COUNT ? hv_screens[i].bindings : hv_bindings;
        const char *name = i < HV_VIEW_COUNT ? hv_screens[i].name : "all";

        for (; b->keys; b++) {
            bool is_change = false;
            const char *what =
                b->help ? b->help : hv_text_summary(b->text, &is_change);

            if (b->hint)
                expect_phrase(name, b->keys, b->hint, 16);
            expect_phrase(name, b->keys, what, 60);
        }
    }
    for (const struct hv_action *a = hv_actions; a->words; a++) {
        expect_phrase("word", a->words, a->summary, 60);
        cr_expect_eq(strspn(a->words, "abcdefghijklmnopqrstuvwxyz "),
                     strlen(a->words), "%s", a->words);
    }
}

Test(tables, names_of_views_and_tabs_are_their_own)
{
    for (int i = 0; i < HV_VIEW_COUNT; i++) {
        const struct hv_screen *s = &hv_screens[i];

        cr_assert(s->name && s->title && s->tab && s->bindings && s->render,
                  "view %d", i);
        cr_expect_eq(strspn(s->name, "abcdefghijklmnopqrstuvwxyz"),
                     strlen(s->name), "%s", s->name);
        cr_expect(s->list_rows || i >= HV_TABS, "%s has no list", s->name);
        for (int k = 0; k < i; k++)
            cr_expect_str_neq(s->name, hv_screens[k].name);
        for (int p = 0; s->panes && s->panes[p]; p++) {
            for (int k = 0; k < p; k++)
                cr_expect_str_neq(s->panes[p], s->panes[k], "%s", s->name);
        }
    }
}

/* ---------------------------------------------- forms and the keys promised -- */

static bool
has_flag(const struct hv_flag *flags, const char *name, size_t len)
{
    for (; flags && flags->name; flags++) {
        if (!strncmp(flags->name, name, len) && !flags->name[len])
            return true;
    }
    return false;
}

Test(tables, a_form_writes_flags_that_its_command_knows)
{
    for (int i = 0; i < HV_SHEET_KINDS; i++) {
        const struct hv_sheet_kind *kind = &hv_sheet_kinds[i];
        const struct hv_command *command = world_command_of(kind->command);

        cr_assert_not_null(command, "%s: %s", kind->title, kind->command);
        cr_expect_str_eq(command->words, kind->command);
        cr_expect(kind->title[0] && kind->about[0], "%s", kind->command);
        cr_expect(kind->take || (kind->question && kind->question[0]), "%s",
                  kind->command);
        for (const struct hv_sheet_field *f = kind->fields;
             f < kind->fields + HV_SHEET_FIELDS && f->name; f++) {
            cr_expect(f->hint && f->hint[0], "%s: %s", kind->title, f->name);
            if (!f->flag)
                continue;
            cr_expect(
                has_flag(command->options, f->flag, strcspn(f->flag, "?")),
                "%s: %s has no %s", kind->title, command->words, f->flag);
        }
    }
}

/* The keys that people know by heart, and the views that they know them from. */
static const struct {
    const char *keys, *views;
} promised[] = {
    { "A", "248" },
    { "E", "28" },
    { "C", "2" },
    { "D", "248" },
    { "R", "23" },
    { "X", "3" },
    { "T", "2367" },
    { "V", "6" },
    { "I", "36" },
    { "B", "39" },
    { "P", "39" },
    { "c", "2356" },
    { "f", "6" },
    { "p", "6" },
    { ".", "6" },
    { ",", "6" },
    { "m", "6" },
    { "}", "6" },
    { "{", "6" },
    { "v", "6" },
    { "s", "2345789" },
    { "i", "2345789" },
    { "x", "123456789" },
    { "d", "123456789" },
    { "<Enter>", "123456789" },
    { "]", "23456789" },
    { "[", "23456789" },
    { "<Space>", "2367" },
    { "*", "236" },
};

Test(tables, keys_of_the_design_are_where_it_has_them)
{
    for (size_t i = 0; i < HV_LEN(promised); i++) {
        for (const char *view = promised[i].views; *view; view++) {
            const struct hv_binding *b = hv_screens[*view - '1'].bindings;

            while (b->keys && strcmp(b->keys, promised[i].keys))
                b++;
            cr_expect(b->keys, "%s in %s", promised[i].keys,
                      hv_screens[*view - '1'].name);
        }
    }
}

/* What looks is the same everywhere. These do something of their own where the
 * rest of the meaning has no place: a form in a view, a list without marks. */
static const struct {
    const char *keys, *view;
} own[] = {
    { "<Tab>", "shell" },  { "<S-Tab>", "shell" }, { "<Tab>", "test" },
    { "<S-Tab>", "test" }, { "<Tab>", "maint" },   { "<S-Tab>", "maint" },
    { "<Space>", "test" }, { "<Space>", "maint" }, { "e", "shell" },
    { "e", "test" },       { "f", "records" },     { "m", "maint" },
    { "u", "log" },
};

static bool
is_own(const char *keys, const char *view)
{
    for (size_t i = 0; i < HV_LEN(own); i++) {
        if (!strcmp(own[i].keys, keys) && !strcmp(own[i].view, view))
            return true;
    }
    return false;
}

Test(tables, a_key_that_looks_means_the_same_in_every_view)
{
    for (int i = 0; i < HV_TABS; i++) {
        const struct hv_binding *a = hv_screens[i].bindings;

        for (; a->keys; a++) {
            if (isupper((unsigned char)a->keys[0]) ||
                is_own(a->keys, hv_screens[i].name))
                continue;
            for (int k = 0; k < i; k++) {
                const struct hv_binding *b = hv_screens[k].bindings;

                while (b->keys && strcmp(a->keys, b->keys))
                    b++;
                cr_expect(!b->keys || !strcmp(a->text, b->text) ||
                              is_own(b->keys, hv_screens[k].name),
                          "%s: %s in %s, %s in %s", a->keys, a->text,
                          hv_screens[i].name, b->text, hv_screens[k].name);
            }
        }
    }
}
