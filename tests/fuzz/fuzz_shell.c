/*
 * fuzz_shell.c - any bytes as a Shell URL. The decoder never fails below its
 * ceiling, its findings lie inside the text, and a redirect without findings
 * that are errors composes to something that decodes the same.
 */
#include "hvconsole/shell.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        for (size_t i = 0; i < url->pairs.len; i++) {
            if (strcmp(again.pairs.items[i].name, url->pairs.items[i].name) ||
                strcmp(again.pairs.items[i].value, url->pairs.items[i].value))
                abort();
        }
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
    if (url.kind == HV_SHELL_REDIRECT)
        compose_again(&url);
    hv_shell_url_release(&url);
    return 0;
}
