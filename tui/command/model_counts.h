/*
 * model_counts.h - what the journal's counters say about subscriptions and key
 * versions, read once per model.
 */
#ifndef TUI_COMMAND_MODEL_COUNTS_H
#define TUI_COMMAND_MODEL_COUNTS_H

#include "tui/command/model.h"

#define HV_DAY_MS ((int64_t)24 * 3600 * 1000)

struct counts {
    struct hv_log_count *ever, *day; /* owned */
    size_t ever_len, day_len;
};
/** counts_read() - all zero when there is no journal yet. */
HV_MUST_CHECK enum hv_status counts_read(struct hv_session *session,
                                         struct counts *out,
                                         struct hv_error *err);
void counts_release(struct counts *counts);

struct counts_sum {
    int64_t verified, refused;
    int64_t last_ms; /* newest of any verdict */
    int64_t last_verified_ms;
    enum hv_verdict last_verdict;
};
/** counts_of() - sums over one list; @version NULL = all of them. */
struct counts_sum counts_of(const struct hv_log_count *list, size_t len,
                            const struct hv_guid *sub,
                            const struct hv_key_version *version);

/** model_resolve_sub() - a row by full id or unambiguous prefix. */
HV_MUST_CHECK enum hv_status model_resolve_sub(const struct hv_sub_model *model,
                                               const char *text, size_t *index,
                                               struct hv_error *err);

#endif
