/*
 * test_config.c - the config file: errors with their line, and nothing lost
 * that was not understood.
 */
#include "../base/tmpdir.h"
#include "hvconsole/profile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(config, .init = tmpdir_make, .fini = tmpdir_remove);

#define GUID "00112233-4455-6677-8899-aabbccddeeff"
#define BODY                                                                   \
    "app-id = " GUID "\n"                                                      \
    "platform = https://h/platform/wildcat.ashx\n"                             \
    "shell = https://h/\n"                                                     \
    "env = prod\n"                                                             \
    "action-url = https://a/x\n"

static enum hv_status
parse(const char *text, struct hv_config *out, struct hv_error *err)
{
    return hv_config_parse(hv_bytes_str(text), "conf", out, err);
}

Test(config, errors_name_file_and_line)
{
    static const struct {
        const char *text;
        const char *said;
    } rows[] = {
        { "nonsense\n", "conf:1: " },
        { "\n# fine\n\n= x\n", "conf:4: " },
        { "current = a b\n", "conf:1: current: " },
        { "current = a\ncurrent = b\n", "conf:2: current: " },
        { "[profile a\n", "conf:1: " },
        { "[profile ]\n", "conf:1: " },
        { "[profile a/b]\n", "conf:1: " },
        { "[profile a]\n" BODY "[profile a]\n" BODY, "conf:7: " },
        { "\n[profile a]\nenv = ppe\n", "conf:2: profile a has no app-id" },
        { "[profile a]\n" BODY "env = ppe\n", "conf:7: env: " },
        { "[profile a]\napp-id = 1\n", "conf:2: app-id: " },
        { "[profile a]\nenv = PROD\n", "conf:2: env: " },
        { "[profile a]\nlimit = 0\n", "conf:2: limit: " },
        { "[profile a]\nlimit = 1001\n", "conf:2: limit: " },
        { "[profile a]\nlimit = -1\n", "conf:2: limit: " },
        { "[profile a]\nlimit = 99999999999999999999\n", "conf:2: limit: " },
        { "[profile a]\nthumbprint = abc\n", "conf:2: thumbprint: " },
        { "[profile a]\nmystery\n", "conf:2: " },
        { "[profile a]\nca = \xff\n", "conf:2: " },
        { "# \x01\n", "conf:1: " },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_config config = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(parse(rows[i].text, &config, &err), HV_ERR_FORMAT,
                     "row %zu", i);
        cr_expect_eq(strncmp(err.why, rows[i].said, strlen(rows[i].said)), 0,
                     "row %zu: %s", i, err.why);
        cr_expect_null(config.profiles);
    }
}

Test(config, long_values_are_refused_and_not_cut)
{
    struct hv_buf text = { 0 };
    struct hv_config config = { 0 };
    struct hv_error err = { 0 };

    hv_buf_add_str(&text, "[profile a]\naction-url = https://h/");
    for (int i = 0; i < 1024; i++)
        hv_buf_add_char(&text, 'x');
    cr_expect_eq(parse(hv_buf_str(&text), &config, &err), HV_ERR_FORMAT);
    cr_expect(strstr(err.why, "conf:2: action-url: it is too long"), "%s",
              err.why);
    for (int i = 0; i < 4096; i++)
        hv_buf_add_char(&text, 'x');
    cr_expect_eq(parse(hv_buf_str(&text), &config, NULL), HV_ERR_FORMAT);
    hv_buf_release(&text);
}

Test(config, reads_what_people_write)
{
    struct hv_config config = { 0 };
    struct hv_error err = { 0 };
    const struct hv_profile *p;

    cr_assert_eq(parse("  current=b\r\n"
                       "[profile a]\n" BODY
                       "thumbprint = 00112233445566778899aabbccddeeff00112233\n"
                       "[profile b]   \n"
                       "\tca =  /etc/a file = with.pem  \n"
                       "limit=30\n" BODY,
                       &config, &err),
                 HV_OK, "%s", err.why);
    cr_assert_eq(config.len, 2);
    p = hv_config_find(&config, NULL);
    cr_assert_not_null(p);
    cr_expect_str_eq(p->name, "b");
    cr_expect_str_eq(p->ca, "/etc/a file = with.pem");
    cr_expect_eq(p->limit, 30);
    cr_expect_eq(p->env, HV_ENV_PROD);
    cr_expect_str_eq(p->platform, "https://h/platform/wildcat.ashx");
    p = hv_config_find(&config, "a");
    cr_assert_not_null(p);
    cr_expect_str_eq(p->thumbprint, "00112233445566778899AABBCCDDEEFF00112233");
    cr_expect_eq(p->limit, HV_MAX_SUBS);
    cr_expect_null(hv_config_find(&config, "c"));
    cr_expect_null(hv_config_find(&config, ""));
    hv_config_release(&config);
}

Test(config, what_is_not_understood_is_kept_where_it_belongs)
{
    static const char text[] = "# The file of the night shift.\n"
                               "colour = green\n"
                               "current = a\n"
                               "\n"
                               "[profile a]\n"
                               "# PPE, harmless\n"
                               "mood = calm\n" BODY "\n"
                               "[profile b]\n" BODY "limit = 7\n"
                               "\n"
                               "[windows]\n"
                               "sunday = 02:00\n"
                               "this line has no sign at all\n";
    struct hv_config config = { 0 };
    struct hv_error err = { 0 };
    struct hv_buf out = { 0 };

    cr_assert_eq(parse(text, &config, &err), HV_OK, "%s", err.why);
    hv_config_write(&config, &out);
    cr_expect_str_eq(hv_buf_str(&out), text);
    /* What belongs to a profile goes with it, and nothing else. */
    cr_expect(hv_config_remove(&config, "a"));
    cr_expect_not(hv_config_remove(&config, "a"));
    cr_expect_str_eq(config.current, "");
    hv_buf_clear(&out);
    hv_config_write(&config, &out);
    cr_expect_null(strstr(hv_buf_str(&out), "mood"));
    cr_expect_null(strstr(hv_buf_str(&out), "[profile a]"));
    cr_expect_not_null(strstr(hv_buf_str(&out), "colour = green"));
    cr_expect_not_null(strstr(hv_buf_str(&out), "sunday"));
    hv_buf_release(&out);
    hv_config_release(&config);
}

Test(config, comments_stay_with_the_heading_they_stand_above)
{
    struct hv_config config = { 0 };
    struct hv_buf out = { 0 };
    const char *b;

    cr_assert_eq(parse("[profile a]\n" BODY "# of b\n[profile b]\n" BODY
                       "# of b too\n",
                       &config, NULL),
                 HV_OK);
    hv_config_write(&config, &out);
    b = strstr(hv_buf_str(&out), "[profile b]");
    cr_assert_not_null(b);
    cr_expect_not_null(strstr(b, "# of b\n# of b too\n"));
    cr_expect_eq(strstr(hv_buf_str(&out), "# of b"), strstr(b, "# of b"));
    hv_buf_release(&out);
    hv_config_release(&config);
}

static struct hv_profile
some_profile(const char *name)
{
    struct hv_profile p = { .limit = 25, .app_id = { { 1 } } };

    hv_copy(p.name, sizeof(p.name), name);
    hv_copy(p.platform, sizeof(p.platform), "https://h/wildcat.ashx");
    hv_copy(p.shell, sizeof(p.shell), "https://h/");
    hv_copy(p.action_url, sizeof(p.action_url), "https://a/");
    return p;
}

Test(config, a_missing_file_is_empty_and_a_saved_one_comes_back)
{
    struct hv_config config = { 0 };
    struct hv_profile p = some_profile("one");
    struct hv_error err = { 0 };
    struct stat info;

    cr_assert_eq(hv_config_load("d/e/config", &config, &err), HV_OK);
    cr_expect_eq(config.len, 0);
    cr_expect_null(hv_config_find(&config, NULL));
    hv_config_put(&config, &p);
    p = some_profile("two");
    hv_config_put(&config, &p);
    cr_expect_str_eq(config.current, "one", "the first added is current");
    p.limit = 3;
    hv_config_put(&config, &p);
    cr_expect_eq(config.len, 2, "the same name replaces");
    cr_assert_eq(hv_config_save("d/e/config", &config, &err), HV_OK, "%s",
                 err.why);
    hv_config_release(&config);
    cr_assert_eq(stat("d/e", &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0700);
    cr_assert_eq(hv_config_load("d/e/config", &config, &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(config.len, 2);
    cr_expect_str_eq(config.current, "one");
    cr_expect_eq(hv_config_find(&config, "two")->limit, 3);
    hv_config_release(&config);
}

Test(config, what_would_read_back_differently_is_not_saved)
{
    struct hv_config config = { 0 };
    struct hv_profile p = some_profile("one");

    hv_config_put(&config, &p);
    cr_assert_eq(hv_config_save("config", &config, NULL), HV_OK);
    hv_copy(config.profiles[0].ca, sizeof(config.profiles[0].ca),
            "x\nenv = prod");
    cr_expect_eq(hv_config_save("config", &config, NULL), HV_ERR_FORMAT);
    hv_config_release(&config);
    cr_assert_eq(hv_config_load("config", &config, NULL), HV_OK);
    cr_expect_str_eq(config.profiles[0].ca, "");
    hv_config_release(&config);
}

Test(config, a_file_that_cannot_be_read_is_no_empty_config)
{
    struct hv_config config = { 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(mkdir("config", 0700), 0);
    cr_expect_eq(hv_config_load("config", &config, &err), HV_ERR_IO);
    cr_expect_neq(err.why[0], '\0');
}

static const struct {
    const char *field;
    const char *value;
    enum hv_status st;
} rules[] = {
    { "name", "a.b_c-9", HV_OK },
    { "name", "", HV_ERR_FORMAT },
    { "name", "a b", HV_ERR_FORMAT },
    { "name", "a]", HV_ERR_FORMAT },
    { "platform", "", HV_ERR_FORMAT },
    { "platform", "ftp://h/wildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https://h/other.ashx", HV_ERR_FORMAT },
    { "platform", "https://h/xwildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https:///wildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https://u@h/wildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https://h:0/wildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https://h:65536/wildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https://h:/wildcat.ashx", HV_ERR_FORMAT },
    { "platform", "https://h:443/p/wildcat.ashx", HV_OK },
    { "platform", "https://[2001:db8::1]:8/wildcat.ashx", HV_OK },
    { "platform", "http://h/wildcat.ashx", HV_ERR_RULE },
    { "platform", "http://127.example.org/wildcat.ashx", HV_ERR_RULE },
    { "platform", "http://localhost.example/wildcat.ashx", HV_ERR_RULE },
    { "platform", "http://[::2]/wildcat.ashx", HV_ERR_RULE },
    { "platform", "http://127.0.0.1:8444/wildcat.ashx", HV_OK },
    { "platform", "http://localhost/wildcat.ashx", HV_OK },
    { "platform", "http://[::1]:8444/wildcat.ashx", HV_OK },
    { "shell", "https://h", HV_ERR_FORMAT },
    { "shell", "https://h/?x/", HV_ERR_FORMAT },
    { "shell", "http://h/", HV_ERR_RULE },
    { "shell", "https://h/p/", HV_OK },
    { "action", "http://h/", HV_ERR_RULE },
    { "action", "https://h/a b", HV_ERR_FORMAT },
    { "action", "https://h/\x01", HV_ERR_FORMAT },
    { "action", "https://h/\xc3\xa4", HV_ERR_FORMAT },
    { "action", "https://h/x#y", HV_ERR_FORMAT },
    { "action", "https://h\\@e/", HV_ERR_FORMAT },
    { "action", "http://localhost:8443/", HV_OK },
    { "action", "https://h?x=1", HV_OK },
    { "ca", "/a\nb", HV_ERR_FORMAT },
    { "ca", "/a b", HV_OK },
    { "thumbprint", "00", HV_ERR_FORMAT },
    { "thumbprint", "00112233445566778899AABBCCDDEEFF00112233", HV_OK },
};

Test(profile, rules_of_a_profile)
{
    for (size_t i = 0; i < HV_LEN(rules); i++) {
        struct hv_profile p = some_profile("ok");
        struct hv_error err = { 0 };
        const char *field = rules[i].field;

        if (strcmp(field, "name") == 0)
            hv_copy(p.name, sizeof(p.name), rules[i].value);
        else if (strcmp(field, "platform") == 0)
            hv_copy(p.platform, sizeof(p.platform), rules[i].value);
        else if (strcmp(field, "shell") == 0)
            hv_copy(p.shell, sizeof(p.shell), rules[i].value);
        else if (strcmp(field, "action") == 0)
            hv_copy(p.action_url, sizeof(p.action_url), rules[i].value);
        else if (strcmp(field, "ca") == 0)
            hv_copy(p.ca, sizeof(p.ca), rules[i].value);
        else
            hv_copy(p.thumbprint, sizeof(p.thumbprint), rules[i].value);
        cr_expect_eq(hv_profile_check(&p, &err), rules[i].st,
                     "row %zu (%s): %s", i, rules[i].value, err.why);
        cr_expect_eq(err.why[0] == '\0', rules[i].st == HV_OK);
    }
}

Test(profile, numbers_of_a_profile)
{
    struct hv_profile p = some_profile("ok");

    cr_expect_eq(hv_profile_check(&p, NULL), HV_OK);
    p.limit = 0;
    cr_expect_eq(hv_profile_check(&p, NULL), HV_ERR_RULE);
    p.limit = 1001;
    cr_expect_eq(hv_profile_check(&p, NULL), HV_ERR_RULE);
    p = some_profile("ok");
    p.app_id = (struct hv_guid){ 0 };
    cr_expect_eq(hv_profile_check(&p, NULL), HV_ERR_FORMAT);
    p = some_profile("ok");
    p.env = (enum hv_env)7;
    cr_expect_eq(hv_profile_check(&p, NULL), HV_ERR_FORMAT);
    cr_expect_str_eq(hv_env_word(HV_ENV_PPE), "ppe");
    cr_expect_str_eq(hv_env_word(HV_ENV_PROD), "prod");
}
