/*
 * test_shell_query.c - queries of redirect.aspx as real clients wrote them,
 * the addresses of the way back, and the door for foreign text on pages.
 */
#include "support.h"

#include "sandbox/page.h"
#include "sandbox/shell_flow.h"
#include "sandbox/shell_query.h"
#include "sandbox/shell_return.h"
#include "sandbox/shell_target.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define APP "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"

Test(shell_query, refuses_what_is_no_query, .init = t_start)
{
    static const char *const bad[] = {
        "%zz=1",
        "target=%4",
        "target=AUTH&targetqs=appid%3D%25G1",
        "target=AUTH&targetqs=appid%3D%2500",
        "target=AUTH%00",
        "target=ATARGETTHATISLONGERTHANANYTARGETEVERWAS",
        "target=AUTH&targetqs=redirect%3Dhttps%253A%25zz",
    };
    struct hv_buf many = { 0 };
    struct sb_query query = { 0 };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        query = (struct sb_query){ 0 };
        cr_expect(sb_query_read(bad[i], &query), "row %zu: %s", i, bad[i]);
        sb_query_release(&query);
    }
    for (int i = 0; i < SB_MAX_PARAMS + 1; i++)
        hv_buf_addf(&many, "p%d=1&", i);
    query = (struct sb_query){ 0 };
    cr_expect(sb_query_read(hv_buf_str(&many), &query));
    sb_query_release(&query);
    hv_buf_clear(&many);
    for (int i = 0; i < SB_MAX_FORM + 1; i++)
        hv_buf_add_char(&many, 'a');
    cr_expect(sb_form_read(hv_buf_bytes(&many), &query.params));
    many.len--;
    cr_expect_null(sb_form_read(hv_buf_bytes(&many), &query.params));
    sb_query_release(&query);
    hv_buf_release(&many);
}

static void
expect_params(const struct t_case *c, const struct sb_query *query)
{
    size_t at = 0;

    for (size_t i = 0; i < c->count; i++) {
        const char *text = c->pairs[i].value;
        size_t len = strcspn(text, "=");
        const struct sb_param *param = &query->params.items[at];

        if (strcmp(c->pairs[i].key, "param") != 0)
            continue;
        cr_assert(at < query->params.count, "%s", t_get(c, "case"));
        cr_expect(strlen(param->name) == len &&
                      strncasecmp(param->name, text, len) == 0,
                  "%s: %s", t_get(c, "case"), param->name);
        cr_expect_str_eq(param->value, text + len + 1, "%s", t_get(c, "case"));
        at++;
    }
    cr_expect_eq(at, query->params.count, "%s", t_get(c, "case"));
}

Test(shell_query, reads_the_vectors, .init = t_start)
{
    struct t_file file;
    size_t seen = 0;

    t_file_load(&file, "shell_urls.txt");
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        struct sb_query query = { 0 };

        if (t_get(c, "case")[0] != 's')
            continue;
        cr_expect_null(sb_query_read(strchr(t_get(c, "url"), '?') + 1, &query),
                       "%s", t_get(c, "case"));
        cr_expect_str_eq(query.target, t_get(c, "target"));
        cr_expect_not_null(sb_target_find(query.target), "%s", query.target);
        expect_params(c, &query);
        sb_query_release(&query);
        seen++;
    }
    cr_expect_eq(seen, 32);
    t_file_release(&file);
}

Test(shell_query, takes_the_encodings_of_real_clients, .init = t_start)
{
    static const struct {
        const char *query;
        const char *name;
        const char *value;
    } rows[] = {
        { "target=AUTH&targetqs=?appid=" APP, "appid", APP },
        { "TARGET=auth&TargetQS=%3fappid%3d" APP, "appid", APP },
        { "target=AUTH&targetqs=%3FAppId%3D" APP, "appid", APP },
        { "target=AUTH&targetqs=%253Fappid%253D" APP "%2526ismra%253Dtrue",
          "ismra", "true" },
        { "target=AUTH&targetqs=%25253Fappid%25253D" APP, "appid", APP },
        { "target=AUTH&targetqs=?appid=" APP
          "%26redirect=http://localhost:8000/mvaultaction",
          "redirect", "http://localhost:8000/mvaultaction" },
        { "target=AUTH&targetqs=%3Fappid%3D" APP
          "%26redirect%3Dhttps%3A%2F%2Fh%2Fa%3Fx%3D1",
          "redirect", "https://h/a?x=1" },
        { "target=AUTH&targetqs=appid%3D" APP
          "%26redirect%3Dhttps%253a%252f%252fh%252fa%253fx%253d1%2526y%253d2",
          "redirect", "https://h/a?x=1&y=2" },
        { "target=AUTH&targetqs=appid%3D" APP
          "%26redirect%3Dhttps%25253A%25252F%25252Fh%25252Fa",
          "redirect", "https://h/a" },
        { "target=AUTH&redirect=http%3A%2F%2Fh%2Fa&targetqs=appid%3D" APP,
          "redirect", "http://h/a" },
        { "target=APPAUTH&targetqs=appid%3d" APP "%26ismra%3dtrue&trm=post",
          "trm", "post" },
        { "trm=get&target=AUTH&targetqs=appid%3D" APP "%26trm%3Dpost", "trm",
          "post" },
        { "target=AUTH&targetqs=appid%3D" APP "%26ismra%3Dtruenull", "ismra",
          "true" },
        { "target=AUTH&targetqs=appid%3D" APP "null", "appid", APP },
        { "target=AUTH&appid=" APP "&targetqs=null", "appid", APP },
        { "target=AUTH&appid=" APP "null", "appid", APP },
        { "target=AUTH&targetqs=appid%3D" APP "%26actionqs%3Dnull", "actionqs",
          "null" },
        { "target=AUTH&targetqs=appid%3D" APP "%26mobile%3Dtrue", "mobile",
          "true" },
        { "target=AUTH&mobile=true&targetqs=appid%3D" APP, "mobile", "true" },
        { "target=AUTH&targetqs=?actionqs=index^17%26appid=" APP, "actionqs",
          "index^17" },
        { "target=AUTH&targetqs=actionqs%3Da%2Bb%2520c%252Bd", "actionqs",
          "a b c+d" },
        { "target=AUTH&targetqs=appid%3D1%26appid%3D2", "appid", "2" },
        { "&&target=AUTH&&targetqs=%26%26appid%3D7%26", "appid", "7" },
        { "target=AUTH&targetqs=appid%3D" APP "%0A%26ismra%3D1", "ismra", "1" },
        { "target=APPREDIRECT&targetqs=appid%3D" APP
          "%26target%3DHome%26targetqs%3Did%253D7",
          "targetqs", "id=7" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_query query = { 0 };
        const char *why = sb_query_read(rows[i].query, &query);
        const char *got = sb_param_get(&query.params, rows[i].name);

        cr_expect_null(why, "row %zu: %s", i, why);
        cr_expect(got && strcmp(got, rows[i].value) == 0, "row %zu: %s", i,
                  got ? got : "none");
        sb_query_release(&query);
    }
}

Test(shell_return, writes_the_vectors, .init = t_start)
{
    struct t_file file;
    size_t seen = 0;

    t_file_load(&file, "shell_urls.txt");
    for (size_t i = 0; i < file.count; i++) {
        const struct t_case *c = &file.cases[i];
        struct sb_pair pairs[16];
        struct hv_secret url = { 0 };
        size_t count = 0;

        if (t_get(c, "case")[0] != 'b')
            continue;
        for (size_t k = 0; k < c->count; k++) {
            if (strcmp(c->pairs[k].key, "param") != 0)
                continue;
            pairs[count].name = c->pairs[k].value;
            *strchr(c->pairs[k].value, '=') = '\0';
            pairs[count].value =
                c->pairs[k].value + strlen(c->pairs[k].value) + 1;
            count++;
        }
        cr_assert_eq(sb_return_url(t_get(c, "base"), pairs, count, &url, NULL),
                     HV_OK);
        cr_expect_str_eq((const char *)url.data, t_get(c, "url"));
        hv_secret_release(&url);
        seen++;
    }
    cr_expect_eq(seen, 10);
    t_file_release(&file);
}

Test(shell_return, joins_to_any_base, .init = t_start)
{
    static const char *const rows[][2] = {
        { "http://h/a", "http://h/a?t=1" },
        { "http://h/a?", "http://h/a?t=1" },
        { "http://h/a?x", "http://h/a?x&t=1" },
        { "http://h/a?x=1&", "http://h/a?x=1&t=1" },
    };
    const struct sb_pair pairs[] = { { "gone", NULL }, { "t", "1" } };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_secret url = { 0 };

        cr_assert_eq(sb_return_url(rows[i][0], pairs, 2, &url, NULL), HV_OK);
        cr_expect_str_eq((const char *)url.data, rows[i][1]);
        hv_secret_release(&url);
    }
}

Test(shell_page, escapes_all_foreign_text, .init = t_start)
{
    struct sb_page page = { 0 };

    sb_page_put(&page, "<b title=\"%s\">%zu</b>",
                "\"><script>alert('1')</script>&\n\x01\xff", (size_t)7);
    cr_expect_str_eq(hv_buf_str(&page.html),
                     "<b title=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)"
                     "&lt;/script&gt;&amp; \\x01\\xff\">7</b>");
    sb_page_release(&page);
}

Test(shell_page, keeps_the_secret_out_of_the_buffer, .init = t_start)
{
    struct sb_page page = { 0 };
    struct hv_secret token = { 0 };
    struct hv_secret whole = { 0 };
    char policy[512];

    cr_assert_eq(hv_secret_copy(&token, "TOKEN", 5, NULL), HV_OK);
    sb_page_open(&page, "Title", "ppe");
    sb_page_put(&page, "<input value=\"");
    sb_page_put_secret(&page, &token);
    sb_page_put(&page, "\">");
    sb_page_submit_alone(&page);
    sb_page_close(&page);
    cr_expect_null(strstr(hv_buf_str(&page.html), "TOKEN"));
    cr_assert_eq(sb_page_join(&page, &whole, NULL), HV_OK);
    cr_expect_eq(whole.len, page.html.len + 5);
    cr_expect(memmem(whole.data, whole.len, "value=\"TOKEN\">", 14));
    sb_page_policy(&page, policy, sizeof(policy));
    cr_expect(strstr(policy, "script-src 'sha256-") &&
              strstr(policy, "frame-ancestors 'none'"));
    hv_secret_release(&whole);
    hv_secret_release(&token);
    sb_page_release(&page);
    sb_page_policy(&page, policy, sizeof(policy));
    cr_expect_null(strstr(policy, "script-src"));
}

Test(shell_flow, gives_way_ages_and_ends, .init = t_start)
{
    struct sb_flows *flows = hv_calloc(1, sizeof(*flows));
    const struct sb_target *target = sb_target_find("AUTH");
    struct sb_params none = { 0 };
    char first[SB_NONCE_TEXT];
    char last[SB_NONCE_TEXT];

    hv_copy(first, sizeof(first),
            sb_flow_new(flows, target, &none, 1000)->nonce);
    cr_expect_null(sb_flow_find(flows, "", 1000));
    cr_expect_null(sb_flow_find(flows, "0123456789abcdef0123456789abcdef", 1));
    cr_expect_not_null(sb_flow_find(flows, first, 1000));
    cr_expect_null(sb_flow_find(flows, first, 1000 + SB_FLOW_LIFE_MS));
    for (int i = 0; i < SB_MAX_FLOWS; i++)
        hv_copy(last, sizeof(last),
                sb_flow_new(flows, target, &none, 2000)->nonce);
    cr_expect_null(sb_flow_find(flows, first, 2000), "the oldest gave way");
    cr_expect_not_null(sb_flow_find(flows, last, 2000));
    sb_flow_end(flows, sb_flow_find(flows, last, 2000));
    cr_expect_null(sb_flow_find(flows, last, 2000));
    sb_flows_release(flows);
    free(flows);
}
