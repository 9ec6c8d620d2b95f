/*
 * exchange.h - one test message and what came of it, whole: for the text of
 * `test send`, and for the console, which gets a copy of each. Holds bodies,
 * which may be personal data, and never a whole MAC.
 */
#ifndef TUI_COMMAND_EXCHANGE_H
#define TUI_COMMAND_EXCHANGE_H

#include "tui/command/sender.h"

#define HV_EXCHANGE_ITEMS 32

struct hv_exchange { /* owned */
    int64_t at_ms;   /* sent; composed when it is a draft */
    bool is_draft;   /* composed and not sent */
    bool is_skipped; /* could not be composed here: the note says why */
    int cell;        /* of the matrix, sender_cell(); -1 = sent alone */
    int column;      /* of the matrix: which destination */
    int64_t sent, passed;
    const struct hv_test_mode *mode;
    char items[HV_EXCHANGE_ITEMS]; /* "fake:3" */
    char to[16];                   /* "sub", "listener", "url" */
    char url[HV_MAX_URL + 1];
    struct hv_guid sub;
    struct hv_key_version version;
    char header[256]; /* of Authorization, its MAC cut */
    bool is_marked;
    struct hv_buf body; /* of the request, whole */
    int http;           /* 0 = no answer came: the note says why */
    int expected;
    bool passes, is_delivered;
    int64_t took_ms;
    char tls[64], address[64];
    char note[200];
    struct hv_buf head, answer; /* foreign */
};
void hv_exchange_release(struct hv_exchange *exchange);
/** hv_exchange_make() - copies. @result NULL: it could not be composed, and
 *  @why says so. */
void hv_exchange_make(const struct sender_shot *shot,
                      const struct sender_result *result,
                      const struct hv_error *why, struct hv_exchange *out);
/** hv_exchange_verdict() - "PASS", "FAIL"; "draft", "skipped". */
const char *hv_exchange_verdict(const struct hv_exchange *exchange);
/** hv_exchange_request() - the request as it goes out, but for its MAC: lines.
 *  At most @most bytes of its body. */
void hv_exchange_request(const struct hv_exchange *exchange, size_t most,
                         struct hv_buf *out);
/** hv_exchange_answer() - status line, headers and body as they came. */
void hv_exchange_answer(const struct hv_exchange *exchange, size_t most,
                        struct hv_buf *out);
/** hv_exchange_text() - all of it, and what it means, for a person. Foreign
 *  bytes are cleaned. */
void hv_exchange_text(const struct hv_exchange *exchange, struct hv_buf *out);

#endif
