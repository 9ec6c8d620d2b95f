/*
 * test_compose.c - redirect URLs to the byte, what is refused, and composing
 * then taking apart as the identity.
 */
#include "hvconsole/shell.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APP   "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"
#define SHELL "https://shell.example.org/"

Test(shell_compose, refuses)
{
    static const struct {
        const char *base, *target, *name, *value;
        bool is_production;
        enum hv_status status;
        const char *word;
    } rows[] = {
        { "ftp://x/", "AUTH", "appid", APP, 0, HV_ERR_FORMAT, "not the base" },
        { "", "AUTH", "appid", APP, 0, HV_ERR_FORMAT, "not the base" },
        { "https://u@x/", "AUTH", "appid", APP, 0, HV_ERR_FORMAT, "base" },
        { "https://x/?a=b", "AUTH", "appid", APP, 0, HV_ERR_FORMAT, "base" },
        { SHELL, "ATUH", "appid", APP, 0, HV_ERR_NOT_FOUND, "no target" },
        { SHELL, "VERIFYLIVEID", "appid", APP, 0, HV_ERR_RULE, "vocabulary" },
        { SHELL, "AUTH", "ismra", "true", 0, HV_ERR_RULE, "needs appid" },
        { SHELL, "AUTH", "appid", "", 0, HV_ERR_RULE, "needs appid" },
        { SHELL, "RECONCILE", "appid", APP, 0, HV_ERR_RULE, "extrecordid" },
        { SHELL, "HELP", "redirect", "https://a/", 1, HV_ERR_RULE, "phishing" },
        { SHELL, "HELP", "ReDirect", "https://a/", 1, HV_ERR_RULE, "phishing" },
        { "https://account.healthvault.com", "HELP", "redirect", "https://a/",
          0, HV_ERR_RULE, "phishing" },
        { SHELL, "HELP", "", "x", 0, HV_ERR_RULE, "without a name" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_shell_pairs pairs = { 0 };
        struct hv_buf out = { 0 };
        struct hv_error err = { 0 };

        hv_shell_pairs_add(&pairs, rows[i].name, rows[i].value);
        cr_expect_eq(hv_shell_compose(rows[i].base, rows[i].target, &pairs,
                                      rows[i].is_production, &out, &err),
                     rows[i].status, "row %zu: %s", i, err.why);
        cr_expect(strstr(err.why, rows[i].word), "row %zu: %s", i, err.why);
        cr_expect_eq(out.len, 0);
        hv_shell_pairs_release(&pairs);
        hv_buf_release(&out);
    }
}

Test(shell_compose, says_what_was_meant)
{
    struct hv_shell_pairs pairs = { 0 };
    struct hv_buf out = { 0 };
    struct hv_error err = { 0 };

    cr_expect_eq(hv_shell_compose(SHELL, "apauth", &pairs, false, &out, &err),
                 HV_ERR_NOT_FOUND);
    cr_expect(strstr(err.hint, "APPAUTH"), "%s", err.hint);
}

/* Fields of a line of the fixture; the line is cut up. */
static size_t
split(char *line, char *fields[], size_t max)
{
    size_t len = 0;

    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at && len < max; len++) {
        fields[len] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    return len;
}

static void
check_redirect(char *fields[], size_t len)
{
    struct hv_shell_pairs pairs = { 0 };
    struct hv_buf out = { 0 };
    struct hv_error err = { 0 };

    for (size_t i = 4; i + 1 < len; i += 2)
        hv_shell_pairs_add(&pairs, fields[i], fields[i + 1]);
    cr_expect_eq(hv_shell_compose(fields[1], fields[2], &pairs,
                                  !strstr(fields[1], "-ppe"), &out, &err),
                 HV_OK, "%s: %s", fields[0], err.why);
    cr_expect_str_eq(hv_buf_str(&out), fields[3], "%s", fields[0]);
    hv_shell_pairs_release(&pairs);
    hv_buf_release(&out);
}

static void
check_decode(char *fields[], size_t len)
{
    struct hv_shell_url url;
    struct hv_error err = { 0 };
    bool is_return = !strcmp(fields[1], "-");

    cr_expect_eq(hv_shell_decode(hv_bytes_str(fields[3]), NULL, &url, &err),
                 HV_OK);
    cr_expect_eq(url.kind, is_return ? HV_SHELL_RETURN : HV_SHELL_REDIRECT,
                 "%s", fields[0]);
    cr_expect_str_eq(url.target, fields[2], "%s", fields[0]);
    cr_expect_eq(url.pairs.len, (len - 4) / 2, "%s", fields[0]);
    for (size_t i = 0; i < url.pairs.len; i++) {
        cr_expect_str_eq(url.pairs.items[i].name, fields[4 + 2 * i], "%s",
                         fields[0]);
        cr_expect_str_eq(url.pairs.items[i].value, fields[5 + 2 * i], "%s",
                         fields[0]);
    }
    for (size_t i = 0; i < url.findings.len; i++) {
        const struct hv_finding *finding = &url.findings.items[i];

        cr_expect(finding->lint->severity != HV_ERROR, "%s: %s", fields[0],
                  finding->message);
    }
    hv_shell_url_release(&url);
}

Test(shell_compose, vectors_both_ways)
{
    FILE *file = fopen(HV_FIXTURES "/shell_urls.tsv", "r");
    char line[4096];
    char *fields[64];
    size_t count = 0;

    cr_assert_not_null(file);
    while (fgets(line, sizeof(line), file)) {
        size_t len;

        if (line[0] == '#')
            continue;
        len = split(line, fields, HV_LEN(fields));
        cr_assert(len >= 4);
        if (strcmp(fields[1], "-"))
            check_redirect(fields, len);
        check_decode(fields, len);
        count++;
    }
    fclose(file);
    cr_expect_eq(count, 42);
}

/* ---- the identity ---- */

static bool is_plain; /* this turn: nothing that a field cannot hold */

static uint64_t
next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

#define CONTROLS 2 /* at the end of the bits */

/* Any text: ASCII of every kind, two and three bytes of UTF-8, escapes; control
 * characters too unless the seed's turn is a plain one. */
static void
random_text(uint64_t *seed, char *out, size_t max)
{
    static const char *const bits[] = { "%", "%41", "%zz", "&",    "=",   "+",
                                        " ", "?",   "#",   "null", "é",   "健",
                                        "/", "%00", "%3D", "\t",   "\x7f" };
    size_t len = 0;
    size_t wanted = next_random(seed) % max;

    while (len < wanted) {
        uint64_t r = next_random(seed);
        const char *bit =
            bits[r / 7 % (HV_LEN(bits) - (is_plain ? CONTROLS : 0))];

        if (r % 3 == 0 && len + strlen(bit) <= wanted) {
            memcpy(out + len, bit, strlen(bit));
            len += strlen(bit);
        } else {
            out[len++] = (char)(' ' + r / 11 % 95);
        }
    }
    out[len] = '\0';
}

static void
random_pairs(uint64_t *seed, const struct hv_shell_target *target,
             struct hv_shell_pairs *pairs)
{
    const struct hv_shell_param *common = hv_shell_common_params();
    char name[64], value[64];

    for (const struct hv_shell_param *p = target->params; p->name; p++) {
        if (!p->is_required && next_random(seed) % 2)
            continue;
        hv_copy(name, sizeof(name), p->name);
        if (strchr(name, '#'))
            *strchr(name, '#') = '1';
        random_text(seed, value, sizeof(value) - 1);
        hv_shell_pairs_add(pairs, name, value[0] ? value : "x");
    }
    for (uint64_t extra = next_random(seed) % 4; extra; extra--) {
        size_t at = next_random(seed) % 8;

        random_text(seed, value, sizeof(value) - 1);
        if (next_random(seed) % 5) {
            hv_shell_pairs_add(pairs, common[at].name, value[0] ? value : "y");
        } else { /* a name that nobody knows */
            random_text(seed, name, 20);
            hv_shell_pairs_add(pairs, name[0] ? name : "n", value);
        }
    }
}

/* ---- the form ---- */

/* What the header promises: such pairs go into a form as they are. */
static bool
is_held(const struct hv_shell_target *target,
        const struct hv_shell_pairs *pairs)
{
    for (size_t i = 0; i < pairs->len; i++) {
        const struct hv_shell_pair *pair = &pairs->items[i];
        const struct hv_shell_param *param =
            hv_shell_param_find(target, pair->name);

        if (!hv_shell_form_holds(pair->name, pair->value) ||
            (param && param->domain == HV_SHELL_TOKEN) ||
            hv_shell_pairs_get(pairs, pair->name) != pair->value)
            return false;
    }
    return true;
}

/* The URL goes into the form and comes out again: the same to the byte when the
 * form holds it all, else what is missing is said, and the rest is stable. */
static bool
check_form(const struct hv_shell_target *target,
           const struct hv_shell_pairs *pairs, const struct hv_shell_url *url,
           const char *text)
{
    bool held = is_held(target, pairs);
    struct hv_shell_form form = { 0 }, again = { 0 };
    struct hv_shell_url second = { 0 };
    struct hv_buf left = { 0 }, out = { 0 }, more = { 0 };

    cr_assert(hv_shell_form_take(&form, url, NULL, &left));
    cr_assert_eq(held, left.len == 0, "%s: %s", text, hv_buf_str(&left));
    cr_assert_eq(hv_shell_form_compose(&form, NULL, &out, NULL) == HV_OK ||
                     !held,
                 true, "%s", text);
    if (held)
        cr_assert_str_eq(hv_buf_str(&out), text);
    if (out.len && !held) {
        hv_buf_clear(&left);
        cr_assert_eq(hv_shell_decode(hv_buf_bytes(&out), NULL, &second, NULL),
                     HV_OK);
        cr_assert(hv_shell_form_take(&again, &second, NULL, &left));
        cr_assert_eq(left.len, 0, "%s: %s", text, hv_buf_str(&left));
        cr_assert_eq(hv_shell_form_compose(&again, NULL, &more, NULL), HV_OK);
        cr_assert_str_eq(hv_buf_str(&more), hv_buf_str(&out));
    }
    hv_shell_form_release(&form);
    hv_shell_form_release(&again);
    hv_shell_url_release(&second);
    hv_buf_release(&left);
    hv_buf_release(&out);
    hv_buf_release(&more);
    return held;
}

/* Compose puts what is outside behind what is inside. */
static void
check_pairs(const struct hv_shell_pairs *put, const struct hv_shell_pairs *got,
            const char *text)
{
    size_t at = 0;

    cr_assert_eq(got->len, put->len, "%s", text);
    for (int outside = 0; outside < 2; outside++) {
        for (size_t i = 0; i < put->len; i++) {
            if (put->items[i].is_outside != (bool)outside)
                continue;
            cr_assert_str_eq(got->items[at].name, put->items[i].name);
            cr_assert_str_eq(got->items[at].value, put->items[i].value, "%s",
                             text);
            cr_assert_eq(got->items[at].is_outside, put->items[i].is_outside);
            at++;
        }
    }
}

Test(shell_compose, taking_apart_gives_back_what_was_put_in)
{
    uint64_t seed = 20260105;
    size_t tried = 0, held = 0;

    for (; tried < 100000; tried++) {
        const struct hv_shell_target *target =
            hv_shell_target_at(next_random(&seed) % 17);
        struct hv_shell_pairs pairs = { 0 };
        struct hv_shell_url url = { 0 };
        struct hv_buf text = { 0 };
        struct hv_error err = { 0 };

        is_plain = next_random(&seed) % 4 != 0;
        random_pairs(&seed, target, &pairs);
        for (size_t i = 0; i < pairs.len; i++)
            pairs.items[i].is_outside =
                !strcmp(pairs.items[i].name, "trm") && next_random(&seed) % 2;
        cr_assert_eq(
            hv_shell_compose(SHELL, target->name, &pairs, false, &text, &err),
            HV_OK, "%s: %s", target->name, err.why);
        cr_assert_eq(hv_shell_decode(hv_buf_bytes(&text), NULL, &url, &err),
                     HV_OK);
        cr_assert_str_eq(url.target, target->name);
        check_pairs(&pairs, &url.pairs, hv_buf_str(&text));
        held += check_form(target, &pairs, &url, hv_buf_str(&text));
        hv_shell_pairs_release(&pairs);
        hv_shell_url_release(&url);
        hv_buf_release(&text);
    }
    cr_expect_gt(held, tried / 3, "%zu of %zu", held, tried);
    printf("%zu parameter sets composed and taken apart; %zu of them through "
           "the form, to the byte\n",
           tried, held);
}
