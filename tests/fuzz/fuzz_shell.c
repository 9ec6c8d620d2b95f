/*
 * fuzz_shell.c - any bytes as a Shell URL. The decoder never fails below its
 * ceiling, its findings lie inside the text, a redirect that composes decodes
 * the same, and what went into the form comes out of it unchanged.
 */
#include "hvconsole/shell.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Composing puts what is outside behind what is inside. */
static void
compare(const struct hv_shell_pairs *put, const struct hv_shell_pairs *got)
{
    size_t at = 0;

    for (int outside = 0; outside < 2; outside++) {
        for (size_t i = 0; i < put->len; i++) {
            if (put->items[i].is_outside != (bool)outside)
                continue;
            if (strcmp(got->items[at].name, put->items[i].name) ||
                strcmp(got->items[at].value, put->items[i].value))
                abort();
            at++;
        }
    }
}

/* Whatever was left out the first time, the second time nothing is. */
static void
through_the_form(const struct hv_shell_url *url)
{
    struct hv_shell_form form = { 0 }, again = { 0 };
    struct hv_buf left = { 0 }, text = { 0 }, more = { 0 };
    struct hv_shell_url second = { 0 };

    if (!hv_shell_form_take(&form, url, NULL, &left) && !left.len)
        abort();
    if (hv_shell_form_compose(&form, NULL, &text, NULL) == HV_OK) {
        hv_buf_clear(&left);
        if (hv_shell_decode(hv_buf_bytes(&text), NULL, &second, NULL) ||
            !hv_shell_form_take(&again, &second, NULL, &left) || left.len ||
            hv_shell_form_compose(&again, NULL, &more, NULL) ||
            strcmp(hv_buf_str(&text), hv_buf_str(&more)))
            abort();
    }
    hv_shell_form_release(&form);
    hv_shell_form_release(&again);
    hv_shell_url_release(&second);
    hv_buf_release(&left);
    hv_buf_release(&text);
    hv_buf_release(&more);
}

static void
compose_again(const struct hv_shell_url *url)
{
    struct hv_buf text = { 0 };
    struct hv_shell_url again;

    if (hv_shell_compose("https://shell.example/", url->target, &url->pairs,
                         false, &text, NULL) == HV_OK) {
        if (hv_shell_decode(hv_buf_bytes(&text), NULL, &again, NULL) ||
            again.pairs.len != url->pairs.len)
            abort();
        compare(&url->pairs, &again.pairs);
        hv_shell_url_release(&again);
    }
    hv_buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_shell_url url;

    if (hv_shell_decode((struct hv_bytes){ data, size }, NULL, &url, NULL))
        return 0;
    for (size_t i = 0; i < url.findings.len; i++) {
        if (!url.findings.items[i].lint ||
            url.findings.items[i].at + url.findings.items[i].len > size)
            abort();
    }
    through_the_form(&url);
    if (url.kind == HV_SHELL_REDIRECT)
        compose_again(&url);
    hv_shell_url_release(&url);
    return 0;
}
