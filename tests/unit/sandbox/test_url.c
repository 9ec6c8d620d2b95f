/* test_url.c - subscription URLs and the action URL root. */
#include "sandbox/url.h"

#include "hvconsole/status.h"

#include <criterion/criterion.h>
#include <string.h>

Test(url, refuses_what_is_not_ours_to_deliver_to)
{
    static const char *const bad[] = {
        "",
        "app.example.org",
        "/hv/n",
        "https:",
        "https://",
        "https:///n",
        "ftp://app.example.org/n",
        "http://app.example.org/n",
        "https://user@app.example.org/n",
        "https://u:p@app.example.org/n",
        "https://app.example.org/n#part",
        "https://app.example.org/#",
        "https://app.example.org/a b",
        "https://app.example.org/\t",
        "https://app.example.org\\n",
        "https://app.example.org/\xc3\xa9",
        "https://app.example.org:0/n",
        "https://app.example.org:65536/n",
        "https://app.example.org:x/n",
        "https://app.example.org:123456/n",
        "https://[::1/n",
        "https://[]/n",
        "https://[g::1]/n",
        "https://a,b/n",
        "https://?x",
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct sb_url url;

        cr_expect_not_null(sb_url_parse(bad[i], false, &url), "row %zu: %s", i,
                           bad[i]);
    }
}

Test(url, knows_the_longest)
{
    char text[HV_MAX_URL + 2];
    struct sb_url url;

    memset(text, 'a', sizeof(text));
    memcpy(text, "https://a/", 10);
    text[HV_MAX_URL] = '\0';
    cr_expect_null(sb_url_parse(text, false, &url));
    text[HV_MAX_URL] = 'a';
    text[HV_MAX_URL + 1] = '\0';
    cr_expect_not_null(sb_url_parse(text, false, &url));
}

Test(url, normalises_for_comparing)
{
    static const struct {
        const char *text;
        const char *host;
        int port;
        const char *path;
    } rows[] = {
        { "https://App.Example.ORG", "app.example.org", 443, "/" },
        { "HTTPS://a:8443/x?y=/../z", "a", 8443, "/x" },
        { "https://a:/x", "a", 443, "/x" },
        { "https://a?x", "a", 443, "/" },
        { "https://a/hv/../n", "a", 443, "/n" },
        { "https://a/./b/./c/.", "a", 443, "/b/c/" },
        { "https://a/../../b/..", "a", 443, "/" },
        { "https://a/b/c/../..", "a", 443, "/" },
        { "https://a/.../..b/.c", "a", 443, "/.../..b/.c" },
        { "https://a//b//", "a", 443, "//b//" },
        { "https://[::1]:1/x", "[::1]", 1, "/x" },
        { "http://a/x", "a", 80, "/x" },
        { "https://a/%2e%2e/x", "a", 443, "/%2e%2e/x" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_url url;
        const char *why = sb_url_parse(rows[i].text, true, &url);

        cr_assert_null(why, "row %zu: %s", i, why);
        cr_expect_str_eq(url.host, rows[i].host, "row %zu", i);
        cr_expect_eq(url.port, rows[i].port, "row %zu", i);
        cr_expect_str_eq(url.path, rows[i].path, "row %zu", i);
    }
}

Test(url, holds_the_action_url_root)
{
    static const struct {
        const char *action;
        const char *url;
        bool is_under;
    } rows[] = {
        { "https://www.app.com/hv/redirect.aspx",
          "https://www.app.com/hv/n?x=1", true },
        { "https://www.app.com/hv/redirect.aspx",
          "https://WWW.APP.COM:443/hv/sub/n", true },
        { "https://www.app.com/hv/redirect.aspx", "https://www.app.com/HV/n",
          false },
        { "https://www.app.com/hv/redirect.aspx", "https://www.app.com/hv/../n",
          false },
        { "https://www.app.com/hv/redirect.aspx", "https://www.app.com/hvx/n",
          false },
        { "https://www.app.com/hv/redirect.aspx",
          "https://www.app.com.evil.org/hv/n", false },
        { "https://www.app.com", "https://www.app.com/anything", true },
        { "https://www.app.com/hv/r?to=/a/b", "https://www.app.com/hv/n",
          true },
        { "https://www.app.com:8443/hv/r", "https://www.app.com/hv/n", false },
        { "http://www.app.com:443/hv/r", "https://www.app.com/hv/n", false },
        { "https://www.app.com/hv/", "https://www.app.com/hv/", true },
        { "https://www.app.com/hv/", "https://www.app.com/hv", false },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_url action;
        struct sb_url url;

        cr_assert_null(sb_url_parse(rows[i].action, true, &action));
        cr_assert_null(sb_url_parse(rows[i].url, false, &url));
        cr_expect_eq(sb_url_is_under(&url, &action), rows[i].is_under,
                     "row %zu", i);
    }
}

Test(url, knows_this_machine)
{
    static const struct {
        const char *url;
        bool is_loopback;
    } rows[] = {
        { "https://localhost/", true },
        { "https://LOCALHOST:8443/", true },
        { "https://127.0.0.1:8443/x", true },
        { "https://127.255.0.9/", true },
        { "https://[::1]/", true },
        { "https://127.0.0.1.example.org/", false },
        { "https://127.0.0/", false },
        { "https://127.0.0.256/", false },
        { "https://128.0.0.1/", false },
        { "https://localhost.example.org/", false },
        { "https://[::2]/", false },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct sb_url url;

        cr_assert_null(sb_url_parse(rows[i].url, false, &url));
        cr_expect_eq(sb_url_is_loopback(&url), rows[i].is_loopback, "row %zu",
                     i);
    }
}
