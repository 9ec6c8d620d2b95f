/*
 * tester.h - what the Test sender knows: the message being put together, what
 * was sent from here, the matrix as far as it ran, a body being edited. Part of
 * the state; written by tester*.c alone.
 */
#ifndef TUI_APP_TESTER_H
#define TUI_APP_TESTER_H

#include "tui/command/exchange.h"
#include "tui/command/model_sent.h"

enum hv_try_field { /* Tab goes through them; the kind is the list's cursor */
                    HV_TRY_AS,
                    HV_TRY_TO,
                    HV_TRY_ITEMS,
                    HV_TRY_COPIES,
                    HV_TRY_PRIVATE,
                    HV_TRY_FIELDS
};
enum hv_try_to { HV_TRY_SUB, HV_TRY_LISTENER, HV_TRY_URL, HV_TRY_TOS };

#define HV_TEST_COLUMNS 3
#define HV_TEST_CELLS   24
#define HV_TEST_KEPT    100 /* messages of this session that are kept */
#define HV_TEST_PANES   3
enum { HV_TEST_SINGLE, HV_TEST_MATRIX, HV_TEST_HISTORY };

/* From the key to the sending; the file is there from the editor's end on. */
struct hv_body_edit {
    bool is_wanted;  /* its bytes are being read from the journal */
    bool is_open;    /* the editor has it */
    bool is_same;    /* nothing is edited: it is sent as it was */
    int64_t from_id; /* row of the journal; 0 = of this session */
    struct hv_guid sub;
    char mode[16];
    char to[HV_MAX_URL + 1]; /* "sub", or a URL */
    char *before;            /* owned; NULL = nothing is edited */
    char *path;              /* owned: waits to be sent; NULL = no file */
};

struct hv_tester {
    int field;
    bool has_sub; /* else the one of the view of subscriptions */
    struct hv_guid sub;
    enum hv_try_to to;
    char url[HV_MAX_URL + 1]; /* the custom one; "" = none yet */
    enum sender_items items;
    int fakes;
    char record[HV_GUID_TEXT]; /* for real ids; "" = none yet */
    char copies[8], gap[16];
    bool allow_private;
    struct hv_load draft_load, sent_load;
    bool is_draft_old;        /* asked again when the one under way is there */
    struct hv_exchange draft; /* zeroed: none */
    struct hv_exchange *kept[HV_TEST_KEPT]; /* owned; oldest first */
    size_t kept_len;
    struct hv_exchange *cells[HV_TEST_CELLS][HV_TEST_COLUMNS]; /* of kept */
    struct {
        char to[16], url[HV_MAX_URL + 1];
    } columns[HV_TEST_COLUMNS];
    int columns_len;                         /* as far as they were seen */
    int column;                              /* that the cursor is on */
    struct hv_cursor cursors[HV_TEST_PANES]; /* of the tabs not shown */
    struct hv_sent_model sent; /* our own messages in the journal */
    bool twins[HV_SENT_ROWS];  /* of these: kept here too, with more of it */
    struct hv_body_edit edit;
};

#endif
