/*
 * fuzz_notify.c - any bytes as the body of a verified notification: refused
 * with a reason or read within the limits, and the same the second time with
 * the parser that was used before.
 */
#include "hvconsole/limits.h"
#include "hvconsole/notify.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hv_notify_parser *kept;
    struct hv_bytes body = { data, size };
    struct hv_event_list first = { 0 };
    struct hv_event_list second = { 0 };
    struct hv_error err = { 0 };
    enum hv_status st;

    if (!kept)
        kept = hv_notify_parser_new();
    st = hv_notify_parse(kept, body, &first, &err);
    if (st && (st != HV_ERR_FORMAT || !err.why[0] || first.items))
        abort();
    if (first.len > HV_MAX_NOTIFICATIONS ||
        (!st && !first.len && !first.ignored))
        abort();
    if (hv_notify_parse(kept, body, &second, NULL) != st ||
        second.len != first.len || second.ignored != first.ignored)
        abort();
    hv_event_list_release(&first);
    hv_event_list_release(&second);
    return 0;
}
