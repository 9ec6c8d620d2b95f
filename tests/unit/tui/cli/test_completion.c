/*
 * test_completion.c - the scripts for bash, zsh and fish know every word and
 * flag of the table, and offer what may follow. A shell that is not installed
 * is passed over aloud.
 */
#include "place.h"
#include "tui/command/help.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const shells[] = { "bash", "zsh", "fish" };

Test(completion, other_shells_have_none)
{
    struct hv_buf text = { 0 };

    cr_expect_not(help_completion("tcsh", &text));
    cr_expect_not(help_completion("", &text));
    cr_expect_eq(text.len, 0);
    hv_buf_release(&text);
}

Test(completion, every_shell_knows_all_words_and_flags)
{
    for (size_t i = 0; i < HV_LEN(shells); i++) {
        struct hv_buf text = { 0 };

        cr_assert(help_completion(shells[i], &text));
        HV_EACH_COMMAND (c) {
            const char *last = strrchr(c->words, ' ');

            cr_expect(strstr(hv_buf_str(&text), last ? last + 1 : c->words),
                      "%s: %s", shells[i], c->words);
            for (const struct hv_flag *f = c->options; f && f->name; f++)
                cr_expect(strstr(hv_buf_str(&text), f->name + 2), "%s: %s",
                          shells[i], f->name);
        }
        hv_buf_release(&text);
    }
}

/* A flag that takes a value in one command and none in another would confuse
 * the scripts, and people. */
Test(completion, a_flag_takes_a_value_everywhere_or_nowhere)
{
    HV_EACH_COMMAND (c) {
        for (const struct hv_flag *f = c->options; f && f->name; f++) {
            HV_EACH_COMMAND (d) {
                for (const struct hv_flag *g = d->options; g && g->name; g++)
                    cr_expect(strcmp(f->name, g->name) || !f->arg == !g->arg,
                              "%s of '%s' and '%s'", f->name, c->words,
                              d->words);
            }
        }
    }
}

/* Each script asks the shell itself what it would offer after $1. */
static const char asks_bash[] =
    "source ./script\nCOMP_WORDS=($1)\n"
    "[[ $1 == *' ' ]] && COMP_WORDS+=('')\n"
    "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_hvconsole\n"
    "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
static const char asks_zsh[] =
    "compdef() { : }\n_files() { print files }\n"
    "_describe() { print -l -- ${${(P)@[-1]}%%:*} }\nsource ./script\n"
    "words=(${=1})\n[[ $1 == *' ' ]] && words+=('')\nCURRENT=$#words\n"
    "_hvconsole\n";
static const char asks_fish[] = "source ./script\ncomplete -C \"$argv[1]\"\n";

static bool
is_installed(const char *shell)
{
    char line[64];

    snprintf(line, sizeof(line), "command -v %s >/dev/null", shell);
    return system(line) == 0;
}

/* What follows @typed, a line each, in blanks. */
static void
offered(const char *shell, const char *typed, struct hv_buf *out)
{
    char line[256], got[256];
    FILE *pipe;

    snprintf(line, sizeof(line), "%s ./ask '%s' 2>&1", shell, typed);
    pipe = popen(line, "r");
    cr_assert_not_null(pipe);
    hv_buf_add_char(out, ' ');
    while (fgets(got, sizeof(got), pipe))
        hv_buf_addf(out, "%.*s ", (int)strcspn(got, "\t\n"), got);
    cr_expect_eq(pclose(pipe), 0, "%s '%s': %s", shell, typed, hv_buf_str(out));
}

static const struct {
    const char *typed, *has, *has_not;
} asked[] = {
    { "hvconsole ", " sub ", " --yes " },
    { "hvconsole ", " completion ", " list " },
    { "hvconsole sub ", " create ", " sub " },
    { "hvconsole keystore slot ", " remove ", " backup " },
    { "hvconsole -v --profile live sub ", " create ", " profile " },
    { "hvconsole sub create --", " --type ", " --prune " },
    { "hvconsole sub apply --", " --prune ", " --type " },
    { "hvconsole sub apply f --", " --dry-run ", " --type " },
};

static void
ask_all(const char *shell, const char *asks)
{
    struct hv_buf script = { 0 };

    if (!is_installed(shell)) {
        fprintf(stderr, "completion: no %s here, so it is not asked\n", shell);
        return;
    }
    place_make();
    cr_assert(help_completion(shell, &script));
    place_text("script", hv_buf_str(&script));
    place_text("ask", asks);
    for (size_t i = 0; i < HV_LEN(asked); i++) {
        struct hv_buf got = { 0 };

        offered(shell, asked[i].typed, &got);
        cr_expect(strstr(hv_buf_str(&got), asked[i].has), "%s '%s':%s", shell,
                  asked[i].typed, hv_buf_str(&got));
        cr_expect_not(strstr(hv_buf_str(&got), asked[i].has_not), "%s '%s':%s",
                      shell, asked[i].typed, hv_buf_str(&got));
        hv_buf_release(&got);
    }
    hv_buf_release(&script);
    place_remove();
}

Test(completion, bash_offers_what_may_follow)
{
    ask_all("bash", asks_bash);
}

Test(completion, zsh_offers_what_may_follow)
{
    ask_all("zsh", asks_zsh);
}

Test(completion, fish_offers_what_may_follow)
{
    ask_all("fish", asks_fish);
}
