/*
 * fuzz_journal_row.c - what a damaged journal file may hand to the decoders of
 * a row: a reason and the ids of an event. What decodes must encode to the
 * same bytes again.
 */
#include "core/journal/row.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_why(struct hv_bytes bytes)
{
    struct hv_why_step steps[HV_MAX_WHY];
    struct hv_buf again = { 0 };
    size_t len = 0;

    if (journal_why_decode(bytes, steps, &len, NULL))
        return;
    journal_why_encode(steps, len, &again);
    if (!hv_bytes_equal(hv_buf_bytes(&again), bytes))
        abort();
    hv_buf_release(&again);
}

static void
try_event(struct hv_bytes bytes)
{
    struct hv_log_event event = { 0 };
    struct hv_event back;
    struct hv_buf again = { 0 };

    if (journal_event_decode(bytes, &event, NULL))
        return;
    back = (struct hv_event){ .person = event.person,
                              .record = event.record,
                              .things = event.things,
                              .things_len = event.things_len };
    journal_event_encode(&back, &again);
    if (!hv_bytes_equal(hv_buf_bytes(&again), bytes))
        abort();
    hv_buf_release(&again);
    free(event.things);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_bytes bytes = { data, size };

    try_why(bytes);
    try_event(bytes);
    return 0;
}
