/*
 * records_diff.h - two pictures of all records compared, or one against a draft
 * of rules; and the pictures that are kept in the store. For the command
 * `record diff` and for the console's tab. Blocks on the network.
 */
#ifndef TUI_COMMAND_RECORDS_DIFF_H
#define TUI_COMMAND_RECORDS_DIFF_H

#include "hvconsole/access.h"
#include "tui/command/session.h"

#define HV_DIFF_SIDE 512

struct hv_diff_row {
    struct hv_guid record, person;
    char name[128], person_name[128]; /* foreign text */
    enum hv_change kind;
    bool is_draft;        /* ACTION that would come */
    struct hv_guid type;  /* of RIGHTS */
    char was[64], is[64]; /* actions, or rights "RUCD/R---"; "" = none */
};

struct hv_diff_kept { /* a picture in the store */
    char name[64];
    int64_t kept_ms;
};

struct hv_diff_model {
    char a[HV_DIFF_SIDE], b[HV_DIFF_SIDE]; /* "" = nothing was compared */
    struct hv_diff_row *rows;              /* owned */
    size_t len;
    size_t records; /* in the later picture, or of the draft */
    size_t unread;  /* of those: rights not read, somebody stopped it */
    bool is_draft;
    struct hv_diff_kept *kept; /* owned, the newest first */
    size_t kept_len;
};
void hv_diff_model_release(struct hv_diff_model *model);

/** records_diff() - @a: "now", a file, or the name of a kept one; @b: the same,
 *  or online:FILE, offline:FILE, a draft. @keeps_some: stopped among the
 *  rights, what is known is compared. */
HV_MUST_CHECK enum hv_status
records_diff(struct hv_session *session, const char *a, const char *b,
             bool keeps_some, struct hv_diff_model *out, struct hv_error *err);

/** hv_model_diff() - "list"; "keep", a new picture of now; or "A\nB". The kept
 *  ones are listed each time. */
HV_MUST_CHECK enum hv_status hv_model_diff(struct hv_session *session,
                                           const char *text,
                                           struct hv_diff_model *out,
                                           struct hv_error *err);
/** records_action_text() - as it is told of a row: "expired" first. */
const char *records_action_text(const struct hv_access_row *row);

#endif
