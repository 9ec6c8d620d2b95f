/*
 * fuzz_sandbox_shell.c - any bytes as the query of redirect.aspx and as a
 * posted form. What is read stays within its limits, is no markup on a page,
 * and written into a return address and read again it is the same.
 */
#include "sandbox/page.h"
#include "sandbox/shell_query.h"
#include "sandbox/shell_return.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Through a return address and back: what actionqs is promised. */
static void
check_round_trip(const char *value)
{
    const struct sb_pair pair = { "actionqs", value };
    struct hv_secret url = { 0 };
    struct sb_params params = { 0 };
    const char *got;
    const char *mark;

    if (strlen(value) > 4096)
        return;
    if (sb_return_url("https://h/a", &pair, 1, &url, NULL))
        abort();
    mark = strchr((const char *)url.data, '?');
    if (!mark || sb_form_read(hv_bytes_str(mark + 1), &params))
        abort();
    got = sb_param_get(&params, "actionqs");
    if (!got || strcmp(got, value) != 0)
        abort();
    sb_params_release(&params);
    hv_secret_release(&url);
}

/* On a page no value can open or close an element or an attribute. */
static void
check_page(const char *value)
{
    struct sb_page page = { 0 };

    sb_page_put(&page, "%s", value);
    if (strpbrk(hv_buf_str(&page.html), "<>\"'"))
        abort();
    sb_page_release(&page);
}

static void
check_params(const struct sb_params *params)
{
    struct hv_guid id;

    if (params->count > SB_MAX_PARAMS)
        abort();
    for (size_t i = 0; i < params->count; i++) {
        if (!params->items[i].name || !params->items[i].value)
            abort();
        if (!sb_param_get(params, params->items[i].name))
            abort();
        (void)sb_param_guid(params, params->items[i].name, &id);
        (void)sb_param_is_true(params, params->items[i].name);
        check_page(params->items[i].name);
        check_round_trip(params->items[i].value);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_started;
    struct sb_query query = { 0 };
    struct sb_params form = { 0 };
    char *text = malloc(size + 1);

    if (!text || (!is_started && hv_secret_start(NULL, NULL)))
        abort();
    is_started = true;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    if (!sb_query_read(text, &query)) {
        if (strlen(query.target) >= SB_MAX_TARGET)
            abort();
        check_params(&query.params);
    }
    sb_query_release(&query);
    if (!sb_form_read((struct hv_bytes){ data, size }, &form))
        check_params(&form);
    sb_params_release(&form);
    free(text);
    return 0;
}
