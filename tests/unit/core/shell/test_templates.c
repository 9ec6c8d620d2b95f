/*
 * test_templates.c - URLs under names: a file that a hand broke, whose ids stay
 * out of it, its mode, and a template of one profile used with another.
 */
#include "hvconsole/file.h"
#include "hvconsole/secret.h"
#include "hvconsole/shell.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APP   "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"
#define OTHER "11111111-5a46-4d0e-9b58-0c6a1d2e7f10"
#define REC   "c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02"
#define GOOD  "redirect.aspx?target=AUTH&targetqs=ismra%3Dtrue"

static struct hv_profile
profile(const char *shell, const char *app, enum hv_env env)
{
    struct hv_profile out = { .name = "p", .env = env };

    hv_copy(out.shell, sizeof(out.shell), shell);
    cr_assert_eq(hv_guid_parse(app, &out.app_id), HV_OK);
    return out;
}

Test(shell_templates, a_broken_file_is_one_sentence_with_the_line)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        { "a", "line 1: it is not NAME MADE USED URL" },
        { "a - -\n", "line 1: it is not" },
        { "# x\n\na - - " GOOD " more\n", "line 3: it is not" },
        { "a/b - - " GOOD "\n", "line 1: its name" },
        { "a - - " GOOD "\na - - " GOOD "\n", "line 2: that name" },
        { "a yesterday - " GOOD "\n", "line 1: a time" },
        { "a - 3 " GOOD "\n", "line 1: a time" },
        { "a - - http://x/\n", "line 1: its URL" },
        { "a - - javascript:x\n", "line 1: its URL" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_templates list = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(hv_templates_read(rows[i].text, &list, &err),
                     HV_ERR_FORMAT, "%s", rows[i].text);
        cr_expect(strstr(err.why, rows[i].said), "%s: %s", rows[i].text,
                  err.why);
        cr_expect_eq(list.len, 0);
    }
}

Test(shell_templates, a_line_too_long_and_one_too_many)
{
    struct hv_templates list = { 0 };
    struct hv_error err = { 0 };
    char name[16];
    char *url = hv_calloc(HV_TEMPLATE_URL + 1, 1);

    memset(url, 'a', HV_TEMPLATE_URL);
    cr_expect_eq(hv_template_put(&list, "a", url, 1, &err), HV_ERR_LIMIT);
    for (int i = 0; i < HV_MAX_TEMPLATES; i++) {
        snprintf(name, sizeof(name), "t%03d", HV_MAX_TEMPLATES - i);
        cr_assert_eq(hv_template_put(&list, name, GOOD, 1, &err), HV_OK);
    }
    cr_expect_eq(hv_template_put(&list, "more", GOOD, 1, &err), HV_ERR_LIMIT);
    cr_expect_eq(hv_template_put(&list, "t001", GOOD "x", 2, &err), HV_OK);
    cr_expect_str_eq(list.items[0].name, "t001", "in order of their names");
    cr_expect_str_eq(list.items[0].url, GOOD "x");
    hv_templates_release(&list);
    free(url);
}

static void
fill(struct hv_shell_form *form, const struct hv_profile *own)
{
    hv_shell_form_target(form, "RECONCILE", own);
    hv_shell_form_set(form, "extrecordid", REC, false);
    hv_shell_form_set(form, "thingid", REC, false);
    hv_shell_form_set(form, "actionqs", "visit=42&step=2", false);
    hv_shell_form_set(form, "trm", "post", true);
}

Test(shell_templates, ids_stay_out_unless_wanted)
{
    struct hv_profile own = profile("https://s.example/", APP, HV_ENV_PPE);
    struct hv_shell_form form = { 0 };
    struct hv_buf out = { 0 };

    fill(&form, &own);
    cr_assert_eq(hv_template_write(&form, &own, false, &out, NULL), HV_OK);
    cr_expect_str_eq(hv_buf_str(&out),
                     "redirect.aspx?target=RECONCILE&targetqs=actionqs%3D"
                     "visit%253D42%2526step%253D2&trm=post");
    hv_buf_clear(&out);
    cr_assert_eq(hv_template_write(&form, &own, true, &out, NULL), HV_OK);
    cr_expect(strstr(hv_buf_str(&out), "extrecordid%3D" REC));
    cr_expect(strstr(hv_buf_str(&out), "thingid%3D" REC));
    cr_expect_not(strstr(hv_buf_str(&out), APP), "the profile has it");
    hv_buf_clear(&out);
    hv_shell_form_target(&form, "NOSUCH", &own);
    cr_expect_eq(hv_template_write(&form, &own, true, &out, NULL), HV_ERR_RULE);
    hv_shell_form_release(&form);
    hv_buf_release(&out);
}

Test(shell_templates, a_token_is_never_kept)
{
    struct hv_profile own = profile("https://s.example/", APP, HV_ENV_PPE);
    struct hv_shell_form form = { 0 };
    struct hv_buf out = { 0 };

    hv_shell_form_target(&form, "APPSIGNOUT", &own);
    hv_shell_form_set(&form, "credtoken", "secret", false);
    cr_assert_eq(hv_template_write(&form, &own, true, &out, NULL), HV_OK);
    cr_expect_not(strstr(hv_buf_str(&out), "secret"));
    hv_shell_form_release(&form);
    hv_buf_release(&out);
}

Test(shell_templates, of_one_profile_used_with_another)
{
    struct hv_profile ppe = profile("https://s.example/", APP, HV_ENV_PPE);
    struct hv_profile prod =
        profile("https://account.healthvault.com/", OTHER, HV_ENV_PROD);
    struct hv_shell_form form = { 0 };
    struct hv_buf out = { 0 }, left = { 0 }, url = { 0 };
    struct hv_template one = { 0 };

    fill(&form, &ppe);
    cr_assert_eq(hv_template_write(&form, &ppe, true, &out, NULL), HV_OK);
    one.url = (char *)hv_buf_str(&out);
    hv_template_form(&one, &prod, &form, &left);
    cr_expect_eq(left.len, 0, "%s", hv_buf_str(&left));
    cr_assert_eq(hv_shell_form_compose(&form, &prod, &url, NULL), HV_OK);
    cr_expect(strstr(hv_buf_str(&url),
                     "https://account.healthvault.com/redirect.aspx?target="
                     "RECONCILE&targetqs=appid%3D" OTHER "%26extrecordid"),
              "%s", hv_buf_str(&url));
    hv_shell_form_release(&form);
    hv_buf_release(&out);
    hv_buf_release(&left);
    hv_buf_release(&url);
}

static enum hv_status
put(struct hv_templates *list, void *arg, struct hv_error *err)
{
    enum hv_status st = hv_template_put(list, arg, GOOD, 1795262671000LL, err);

    if (!st)
        hv_template_find(list, arg)->used_ms = 1795262672000LL;
    return st;
}

static enum hv_status
fail(struct hv_templates *list, void *arg, struct hv_error *err)
{
    (void)arg;
    hv_template_remove(list, &list->items[0]);
    return hv_fail(err, HV_ERR_RULE, "no");
}

Test(shell_templates, the_file_is_private_and_whole)
{
    char dir[] = "/tmp/hv-templates-XXXXXX";
    char path[96], store[64];
    struct hv_templates list = { 0 };
    struct hv_error err = { 0 };
    struct stat st;
    FILE *file;

    cr_assert_not_null(mkdtemp(dir));
    snprintf(store, sizeof(store), "%s/store", dir);
    snprintf(path, sizeof(path), "%s/templates", store);
    cr_expect_eq(hv_templates_load(store, &list, &err), HV_OK);
    cr_expect_eq(list.len, 0, "no file is no template");
    cr_assert_eq(hv_templates_edit(store, put, "b", &err), HV_OK, "%s",
                 err.why);
    cr_assert_eq(hv_templates_edit(store, put, "a", &err), HV_OK);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_eq(hv_templates_edit(store, fail, NULL, &err), HV_ERR_RULE);
    cr_assert_eq(hv_templates_load(store, &list, &err), HV_OK);
    cr_assert_eq(list.len, 2, "a failed change changes nothing");
    cr_expect_str_eq(list.items[0].name, "a");
    cr_expect_eq(list.items[0].made_ms, 1795262671000LL);
    cr_expect_eq(list.items[0].used_ms, 1795262672000LL);
    hv_templates_release(&list);
    file = fopen(path, "a");
    cr_assert_not_null(file);
    fputs("broken\n", file);
    fclose(file);
    err = (struct hv_error){ 0 };
    cr_expect_eq(hv_templates_load(store, &list, &err), HV_ERR_DAMAGED);
    cr_expect(strstr(err.why, "/templates, line 4: "), "%s", err.why);
    cr_expect_eq(hv_templates_edit(store, put, "c", &err), HV_ERR_DAMAGED,
                 "what cannot be read is not written over");
    unlink(path);
    snprintf(path, sizeof(path), "%s/templates.lock", store);
    unlink(path);
    rmdir(store);
    rmdir(dir);
}
