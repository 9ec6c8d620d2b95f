/*
 * test_url.c - URLs that are refused, with the reason, and the table of what
 * lies under an action URL's root.
 */
#include "core/sub/url.h"
#include "hvconsole/limits.h"
#include "hvconsole/sub.h"

#include <criterion/criterion.h>
#include <string.h>

Test(url, check_refuses)
{
    static const struct {
        const char *url;
        const char *said;
    } rows[] = {
        { "", "absolute" },
        { "app.example.org/hv", "absolute" },
        { "//app.example.org/hv", "absolute" },
        { "://app.example.org/", "absolute" },
        { "1https://app.example.org/", "absolute" },
        { "ht/tps://app.example.org/", "scheme" },
        { "http://app.example.org/hv", "https://" },
        { "HTTP://app.example.org/hv", "https://" },
        { "ftp://app.example.org/hv", "https://" },
        { "https://", "host" },
        { "https:///hv", "host" },
        { "https://:443/", "host" },
        { "https://.example.org/", "host" },
        { "https://app..example.org/", "host" },
        { "https://app%2eexample.org/", "host" },
        { "https://app.example.org:/", "port" },
        { "https://app.example.org:0/", "port" },
        { "https://app.example.org:65536/", "port" },
        { "https://app.example.org:99999999999/", "port" },
        { "https://app.example.org:44a/", "port" },
        { "https://app.example.org:-1/", "port" },
        { "https://ops@app.example.org/", "user" },
        { "https://ops:pw@app.example.org/", "user" },
        { "https://@app.example.org/", "user" },
        { "https://app.example.org@evil.org/", "user" },
        { "https://app.example.org/hv#top", "fragment" },
        { "https://app.example.org/hv#", "fragment" },
        { "https://app.example.org#/hv", "fragment" },
        { "https://app.example.org/h v", "escaped" },
        { "https://app.example.org/h\tv", "escaped" },
        { "https://app.example.org/\x7f", "escaped" },
        { "https://app.example.org/h\xC3\xA4", "escaped" },
        { "https://\xC3\xA4pp.example.org/", "escaped" },
        { "https://app.example.org\\hv", "escaped" },
        { "https://app.example.org/<hv>", "escaped" },
        { "https://app.example.org/%", "hexadecimal" },
        { "https://app.example.org/%2", "hexadecimal" },
        { "https://app.example.org/%zz", "hexadecimal" },
        { "https://[::1/", "IPv6" },
        { "https://[]/", "IPv6" },
        { "https://[::g]/", "IPv6" },
        { "https://[127.0.0.1]/", "IPv6" },
        { "https://[::1]x/", "host" },
        { "https://[::1]:x/", "port" },
        { "https://::1/", "host" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };

        cr_expect_eq(hv_url_check(rows[i].url, &err), HV_ERR_RULE, "row %zu",
                     i);
        cr_expect(strstr(err.why, rows[i].said), "row %zu (%s): %s", i,
                  rows[i].url, err.why);
    }
}

Test(url, check_takes)
{
    static const char *const good[] = {
        "https://app.example.org",
        "https://app.example.org/",
        "HTTPS://APP.example.ORG:8443/hv/n?x=1&y=%C3%A4",
        "https://h?q",
        "https://127.0.0.1:8443/",
        "https://[2001:db8::1]:443/n",
        "https://[::ffff:192.0.2.1]/",
        "https://h/a@b:c/../d;e=f,(g)!$'*+",
        "https://my_host.example.org./x",
    };

    for (size_t i = 0; i < HV_LEN(good); i++) {
        struct hv_error err = { 0 };

        cr_expect_eq(hv_url_check(good[i], &err), HV_OK, "%s: %s", good[i],
                     err.why);
    }
}

Test(url, length)
{
    char url[HV_MAX_URL + 2] = "https://app.example.org/";
    struct hv_error err = { 0 };

    memset(url + 24, 'a', HV_MAX_URL + 1 - 24);
    url[HV_MAX_URL + 1] = '\0';
    cr_assert_eq(strlen(url), 1025);
    cr_expect_eq(hv_url_check(url, &err), HV_ERR_RULE);
    cr_expect(strstr(err.why, "1024"));
    url[HV_MAX_URL] = '\0';
    cr_expect_eq(hv_url_check(url, NULL), HV_OK);
}

#define ACTION "https://www.app.com/hv/redirect.aspx"

Test(url, under_the_action_urls_root)
{
    static const struct {
        const char *action;
        const char *url;
        bool is_under;
    } rows[] = {
        { ACTION, "https://www.app.com/HV/n", false },
        { ACTION, "https://www.app.com/hv/../n", false },
        { ACTION, "https://www.app.com/hvx/n", false },
        { ACTION, "https://www.app.com.evil.org/hv/n", false },
        { ACTION, "https://www.app.com/hv", false },
        { ACTION, "https://www.app.com", false },
        { ACTION, "https://www.app.com?/hv/n", false },
        { ACTION, "https://www.app.com:444/hv/n", false },
        { ACTION, "http://www.app.com/hv/n", false },
        { ACTION, "http://www.app.com:443/hv/n", false },
        { ACTION, "https://www.app.com@evil.org/hv/n", false },
        { ACTION, "https://evil.org/https://www.app.com/hv/n", false },
        { ACTION, "https://www.app.com/hv/./../n", false },
        { ACTION, "https://www.app.com/hv/a/../../n", false },
        { ACTION, "https://www.app.com/hv/..", false },
        { ACTION, "https://www.app.com/hv/%2e%2e/n", false },
        { ACTION, "https://www.app.com/hv/%2E./n", false },
        { ACTION, "https://www.app.com/hv%2fn", false },
        { ACTION, "https://www.app.com/hv/a%2Fb", false },
        { ACTION, "https://www.app.com/hv/..%5cn", false },
        { ACTION, "https://www.app.com/hv\\..\\n", false },
        { ACTION, "https://www.app.com//hv/n", false },
        { ACTION, "not a url", false },
        { ACTION, "", false },
        { "", "https://www.app.com/hv/n", false },
        { "https://www.app.com/%2e/x", "https://www.app.com/n", false },
        { "https://[::1]/", "https://[::2]/n", false },
        { ACTION, "https://www.app.com/hv/n?x=1", true },
        { ACTION, "https://WWW.APP.COM:443/hv/sub/n", true },
        { ACTION, "https://www.app.com/hv/", true },
        { ACTION, "https://www.app.com/hv/.", true },
        { ACTION, "https://www.app.com/hv/x/..", true },
        { ACTION, "https://www.app.com/./hv/./n", true },
        { ACTION, "https://www.app.com/x/../hv/n", true },
        { ACTION, "https://www.app.com/../hv/n", true },
        { ACTION, "https://www.app.com/hv/n?u=%2e%2e%2f", true },
        { "https://www.app.com", "https://www.app.com/anything", true },
        { "https://www.app.com", "https://www.app.com", true },
        { "https://www.app.com?x=/a/b", "https://www.app.com/n", true },
        { "https://www.app.com:8443/a/../b?c", "https://www.app.com:8443/n",
          true },
        { "https://[::1]:443/", "https://[::1]/n", true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++)
        cr_expect_eq(hv_url_is_under(rows[i].url, rows[i].action),
                     rows[i].is_under, "row %zu: %s", i, rows[i].url);
}

Test(url, loopback)
{
    static const struct {
        const char *url;
        bool is_loopback;
    } rows[] = {
        { "http://example.org/", false },
        { "http://localhost.evil.org/", false },
        { "http://128.0.0.1/", false },
        { "http://127.1/", false },
        { "http://[::2]/", false },
        { "http://[::ffff:127.0.0.1]/", false },
        { "http://localhost:8444/", true },
        { "http://LOCALHOST/", true },
        { "http://127.0.0.1/", true },
        { "http://127.9.9.9:1/", true },
        { "http://[::1]:80/", true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_url url;

        cr_assert_eq(hv_url_parse(rows[i].url, &url, NULL), HV_OK);
        cr_expect_eq(hv_url_is_loopback(&url), rows[i].is_loopback, "%s",
                     rows[i].url);
    }
}
