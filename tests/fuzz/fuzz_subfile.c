/*
 * fuzz_subfile.c - files of subscriptions. What is read and written once is read
 * and written the same ever after, and nothing is to be done between the two;
 * rules and linters never crash.
 */
#include "hvconsole/subfile.h"
#include "hvconsole/sublint.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_all(const struct hv_sub_list *list, struct hv_buf *out)
{
    for (size_t i = 0; i < list->len; i++)
        hv_subfile_write(&list->items[i], out);
}

static void
expect_same(const struct hv_sub_list *a, const struct hv_sub_list *b)
{
    struct hv_sub_step *steps;
    size_t len = hv_sub_plan(a, b, &steps);

    for (size_t i = 0; i < len; i++) {
        if (steps[i].act != HV_SUB_SAME)
            abort();
    }
    free(steps);
}

static void
judge(const struct hv_sub_list *list)
{
    struct hv_profile profile = { .name = "p", .limit = 25 };
    struct hv_findings said = { 0 };

    hv_copy(profile.action_url, sizeof(profile.action_url),
            "https://app.contoso.com/hv/");
    for (size_t i = 0; i < list->len; i++) {
        (void)!hv_sub_check(&list->items[i], &profile, NULL);
        hv_sub_lint(list, i, &profile, i % 2 ? HV_ENV_PROD : HV_ENV_PPE, &said);
        hv_copy(profile.platform, sizeof(profile.platform), list->items[i].url);
        hv_profile_lint(&profile, HV_ENV_PROD, &said);
    }
    hv_findings_release(&said);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_bytes text = { data, size };
    struct hv_sub_list list = { 0 }, again = { 0 };
    struct hv_buf first = { 0 }, second = { 0 };
    struct hv_error err = { 0 };

    if (size > 4096)
        return 0;
    if (hv_subfile_parse(text, "f", &list, &err)) {
        if (!err.why[0] || list.items)
            abort();
        return 0;
    }
    write_all(&list, &first);
    if (hv_subfile_parse(hv_buf_bytes(&first), "f", &again, NULL))
        abort();
    write_all(&again, &second);
    if (!hv_bytes_equal(hv_buf_bytes(&first), hv_buf_bytes(&second)))
        abort();
    expect_same(&list, &again);
    judge(&list);
    hv_buf_release(&first);
    hv_buf_release(&second);
    hv_sub_list_release(&list);
    hv_sub_list_release(&again);
    return 0;
}
