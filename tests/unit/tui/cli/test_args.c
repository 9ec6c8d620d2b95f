/*
 * test_args.c - the parser of command lines: what it refuses and with which
 * words, and where flags may stand.
 */
#include "tui/command/args.h"

#include <criterion/criterion.h>
#include <string.h>

struct line {
    struct hv_words words;
    struct hv_globals globals;
    struct hv_cmd cmd;
    struct hv_error err;
    enum hv_status st;
};

static void
parse(struct line *line, const char *text)
{
    *line = (struct line){
        .globals = { .passphrase_fd = -1, .color = -1, .limit = -1 }
    };
    cr_assert_eq(hv_line_split(text, &line->words, NULL), HV_OK, "%s", text);
    line->st = hv_args_parse(line->words.items, line->words.len, &line->globals,
                             &line->cmd, &line->err);
}

Test(args, refuses_with_a_reason_and_a_hint)
{
    static const struct {
        const char *line;
        const char *why, *hint; /* a part of each */
    } rows[] = {
        { "frobnicate", "no command 'frobnicate'", "hvconsole help" },
        { "statsu", "no command", "did you mean 'status'" },
        { "sub", "needs one more word: list, show, create", "" },
        { "sub lst", "does not know 'lst'", "did you mean 'sub list'" },
        { "sub frob", "does not know 'frob'", "it knows list, show" },
        { "sbu list", "no command 'sbu'", "did you mean 'sub list'" },
        { "sandbox app", "needs one more word: add, list", "" },
        { "sandbox app ad", "does not know 'ad'", "sandbox app add" },
        { "sub list --frob", "no flag --frob", "help sub list" },
        { "sub list --fields", "--fields needs a value", "" },
        { "sub list --fild id", "no flag --fild", "did you mean --fields" },
        { "sub list --url x", "'sub list' has no flag --url", "" },
        { "--reed-only status", "no flag --reed-only", "--read-only" },
        { "sub create --url", "--url needs a value", "" },
        { "sub create --url --type x", "--url needs a value", "" },
        { "sub create --frob=1", "no flag --frob", "" },
        { "status --exit-code=1", "--exit-code takes no value", "" },
        { "status --yes=1", "--yes takes no value", "" },
        { "status --profile=", "--profile needs a value", "" },
        { "status --config ''", "--config needs a value", "" },
        { "status -x", "no flag -x", "" },
        { "status -vq", "no flag -vq", "" },
        { "status -o", "-o needs a value", "" },
        { "status -o jsno", "-o does not know 'jsno'", "did you mean json" },
        { "status -o xunit", "-o does not know 'xunit'", "" },
        { "status --color blue", "--color does not know 'blue'", "" },
        { "status --limit -1", "--limit wants a number", "" },
        { "status --limit x", "--limit wants a number", "" },
        { "status --limit 1x", "--limit wants a number", "" },
        { "status --limit 99999999999999999999", "--limit wants a number", "" },
        { "status --passphrase-fd 1.5", "--passphrase-fd wants a number", "" },
        { "status --timeout soon", "--timeout wants a duration", "" },
        { "status --timeout 0", "--timeout wants a duration", "" },
        { "status --read-only --write", "exclude each other", "" },
        { "status --passphrase-file a --slot-key b", "exclude each other", "" },
        { "status --passphrase-fd 3 --passphrase-file a", "exclude", "" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct line line;

        parse(&line, rows[i].line);
        cr_expect_eq(line.st, HV_ERR_USAGE, "%s", rows[i].line);
        cr_expect(strstr(line.err.why, rows[i].why), "%s: %s", rows[i].line,
                  line.err.why);
        cr_expect(strstr(line.err.hint, rows[i].hint), "%s: %s", rows[i].line,
                  line.err.hint);
        hv_words_release(&line.words);
    }
}

Test(args, flags_may_stand_anywhere)
{
    static const char *const lines[] = {
        "--type Weight --yes sub create --url https://x/",
        "sub --type Weight create --yes --url https://x/",
        "sub create --url=https://x/ --yes --type=Weight",
        "--url https://x/ -q sub --yes create --type Weight",
    };

    for (size_t i = 0; i < HV_LEN(lines); i++) {
        struct line line;

        parse(&line, lines[i]);
        cr_assert_eq(line.st, HV_OK, "%s: %s", lines[i], line.err.why);
        cr_expect_str_eq(line.cmd.command->words, "sub create", "%s", lines[i]);
        cr_expect_str_eq(hv_cmd_text(&line.cmd, "--url"), "https://x/");
        cr_expect_str_eq(hv_cmd_text(&line.cmd, "--type"), "Weight");
        cr_expect(line.globals.yes);
        cr_expect_eq(line.cmd.args_len, 0);
        hv_words_release(&line.words);
    }
}

Test(args, two_hyphens_end_the_flags)
{
    struct line line;

    parse(&line, "--yes sub show -- --raw");
    cr_assert_eq(line.st, HV_OK, "%s", line.err.why);
    cr_expect_str_eq(line.cmd.command->words, "sub show");
    cr_expect_eq(line.cmd.args_len, 1);
    cr_expect_str_eq(line.cmd.args[0], "--raw");
    cr_expect_not(hv_cmd_has(&line.cmd, "--raw"));
    hv_words_release(&line.words);
    /* What comes after them is never a command's word. */
    parse(&line, "listen -- stop");
    cr_assert_eq(line.st, HV_OK);
    cr_expect_str_eq(line.cmd.command->words, "listen");
    cr_expect_eq(hv_args_check(&line.cmd, NULL), HV_ERR_USAGE);
    hv_words_release(&line.words);
}

Test(args, longest_command_wins)
{
    static const struct {
        const char *line, *words;
        int args;
    } rows[] = {
        { "listen", "listen", 0 },
        { "listen stop", "listen stop", 0 },
        { "keystore slot add", "keystore slot add", 0 },
        { "help sub list", "help", 2 },
        { "sub delete aaaa bbbb", "sub delete", 2 },
        { "verify --body - --header x", "verify", 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct line line;

        parse(&line, rows[i].line);
        cr_assert_eq(line.st, HV_OK, "%s", rows[i].line);
        cr_expect_str_eq(line.cmd.command->words, rows[i].words);
        cr_expect_eq(line.cmd.args_len, rows[i].args, "%s", rows[i].line);
        hv_words_release(&line.words);
    }
}

Test(args, globals_are_set)
{
    struct line line;

    parse(&line, "status --profile p --config c --keystore k --store s "
                 "--slot-key l --write --dry-run -ojson --fields a,b "
                 "--fields c --limit 0 --utc --color never --timeout 1m30s "
                 "-q -v -v --confirm p");
    cr_assert_eq(line.st, HV_OK, "%s", line.err.why);
    cr_expect_str_eq(line.globals.profile, "p");
    cr_expect_str_eq(line.globals.config, "c");
    cr_expect_str_eq(line.globals.keystore, "k");
    cr_expect_str_eq(line.globals.store, "s");
    cr_expect_str_eq(line.globals.slot_key, "l");
    cr_expect_str_eq(line.globals.confirm, "p");
    cr_expect_str_eq(line.globals.fields, "a,b,c");
    cr_expect(line.globals.write && line.globals.dry_run && line.globals.utc &&
              line.globals.quiet);
    cr_expect_eq(line.globals.format, HV_FORMAT_JSON);
    cr_expect_eq(line.globals.limit, 0);
    cr_expect_eq(line.globals.color, 0);
    cr_expect_eq(line.globals.verbose, 2);
    cr_expect_eq(line.globals.timeout_ms, 90000);
    hv_words_release(&line.words);
}

Test(args, a_commands_own_flag_comes_before_the_global_one)
{
    struct line line;

    parse(&line, "profile add x --limit 7");
    cr_assert_eq(line.st, HV_OK, "%s", line.err.why);
    cr_expect_str_eq(hv_cmd_text(&line.cmd, "--limit"), "7");
    cr_expect_eq(line.globals.limit, -1);
    hv_words_release(&line.words);
}

Test(args, lists_are_split_or_repeated)
{
    struct line line;
    struct hv_words list = { 0 };

    parse(&line, "sub create --type a,b --type 'c d'");
    cr_assert_eq(line.st, HV_OK);
    cr_assert_eq(hv_cmd_list(&line.cmd, "--type", &list, NULL), HV_OK);
    cr_assert_eq(list.len, 3);
    cr_expect_str_eq(list.items[0], "a");
    cr_expect_str_eq(list.items[2], "c d");
    hv_words_release(&list);
    hv_words_release(&line.words);
    for (size_t i = 0; i < 4; i++) {
        static const char *const bad[] = {
            "sub create --type a,",
            "sub create --type ,a",
            "sub create --type a,,b",
            "sub create --type ''",
        };

        parse(&line, bad[i]);
        cr_assert_eq(line.st, HV_OK);
        cr_expect_eq(hv_cmd_list(&line.cmd, "--type", &list, NULL),
                     HV_ERR_USAGE, "%s", bad[i]);
        cr_expect_null(list.items);
        hv_words_release(&line.words);
    }
}

Test(args, numbers_have_bounds)
{
    static const struct {
        const char *line;
        enum hv_status st;
        int64_t want;
    } rows[] = {
        { "sandbox up", HV_OK, 5 },
        { "sandbox up --port 0", HV_OK, 0 },
        { "sandbox up --port 65535", HV_OK, 65535 },
        { "sandbox up --port 65536", HV_ERR_USAGE, 0 },
        { "sandbox up --port -1", HV_ERR_USAGE, 0 },
        { "sandbox up --port 1x", HV_ERR_USAGE, 0 },
        { "sandbox up --port ''", HV_ERR_USAGE, 0 },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct line line;
        int64_t got = 0;

        parse(&line, rows[i].line);
        cr_assert_eq(line.st, HV_OK);
        cr_expect_eq(hv_cmd_int(&line.cmd, "--port", 0, 65535, 5, &got, NULL),
                     rows[i].st, "%s", rows[i].line);
        if (!rows[i].st)
            cr_expect_eq(got, rows[i].want, "%s", rows[i].line);
        hv_words_release(&line.words);
    }
}

Test(args, arguments_are_counted)
{
    static const struct {
        const char *line;
        enum hv_status st;
        const char *text; /* in why or hint */
    } rows[] = {
        { "sub show", HV_ERR_USAGE, "needs SUB" },
        { "sub show a b", HV_ERR_USAGE, "takes no argument 'b'" },
        { "sub show aaaa", HV_OK, "" },
        { "sub delete", HV_ERR_USAGE, "needs SUB" },
        { "sub delete a b c d", HV_OK, "" },
        { "key show a", HV_ERR_USAGE, "needs VERSION" },
        { "key list", HV_OK, "" },
        { "key list a b", HV_ERR_USAGE, "takes no argument" },
        { "listen stpo", HV_ERR_USAGE, "did you mean 'listen stop'" },
        { "status now", HV_ERR_USAGE, "takes no argument 'now'" },
        { "explain", HV_ERR_USAGE, "needs CODE|VERDICT" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct line line;
        struct hv_error err = { 0 };

        parse(&line, rows[i].line);
        cr_assert_eq(line.st, HV_OK, "%s", rows[i].line);
        cr_expect_eq(hv_args_check(&line.cmd, &err), rows[i].st, "%s",
                     rows[i].line);
        cr_expect(strstr(err.why, rows[i].text) ||
                      strstr(err.hint, rows[i].text),
                  "%s: %s (%s)", rows[i].line, err.why, err.hint);
        hv_words_release(&line.words);
    }
}

Test(args, help_and_version_are_seen)
{
    struct line line;

    parse(&line, "sub list --help");
    cr_expect_eq(line.st, HV_OK);
    cr_expect(line.cmd.is_help);
    cr_expect_str_eq(line.cmd.command->words, "sub list");
    hv_words_release(&line.words);
    parse(&line, "-h");
    cr_expect(line.cmd.is_help && !line.cmd.command);
    hv_words_release(&line.words);
    parse(&line, "--version");
    cr_expect(line.cmd.is_version);
    hv_words_release(&line.words);
    parse(&line, "log list --version v1");
    cr_expect_eq(line.st, HV_OK);
    cr_expect_str_eq(hv_cmd_text(&line.cmd, "--version"), "v1");
    hv_words_release(&line.words);
}

Test(args, the_format_of_errors_is_known_early)
{
    static const struct {
        const char *line;
        enum hv_format want;
    } rows[] = {
        { "frob -o json", HV_FORMAT_JSON },
        { "frob -ondjson", HV_FORMAT_NDJSON },
        { "frob -o", HV_FORMAT_AUTO },
        { "frob", HV_FORMAT_AUTO },
        { "frob -- -o json", HV_FORMAT_AUTO },
        { "frob -o frob", HV_FORMAT_AUTO },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_words words = { 0 };

        cr_assert_eq(hv_line_split(rows[i].line, &words, NULL), HV_OK);
        cr_expect_eq(hv_args_format(words.items, words.len), rows[i].want, "%s",
                     rows[i].line);
        hv_words_release(&words);
    }
}
