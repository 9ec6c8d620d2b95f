/*
 * head.c - collecting and judging the head of a request, byte by byte. Called
 * by core/net/conn.c for every request before anybody acts on it. Pure: it
 * refuses, it never repairs.
 */
#include "core/net/head.h"

#include "hvconsole/limits.h"

#include <string.h>
#include <strings.h>

/* Both limits and the line ends; more than this is refused unread. */
#define LINE_ENDS 4 /* of the request line and the empty line */
#define MAX_HEAD  (HV_MAX_HTTP_LINE + HV_MAX_HTTP_HEADERS + LINE_ENDS)

/* Headers that must not come twice, and those that speak of framing. */
enum known { KNOWN_HOST, KNOWN_LENGTH, KNOWN_CODING, KNOWN_AUTH, KNOWN_COUNT };

static const char *const known_names[KNOWN_COUNT] = {
    [KNOWN_HOST] = "Host",
    [KNOWN_LENGTH] = "Content-Length",
    [KNOWN_CODING] = "Transfer-Encoding",
    [KNOWN_AUTH] = "Authorization",
};

struct fields {
    bool is_11; /* HTTP/1.1, else 1.0 */
    size_t count;
    bool has[KNOWN_COUNT];
};

void
hv_head_release(struct hv_head *head)
{
    hv_buf_release(&head->bytes);
    *head = (struct hv_head){ 0 };
}

void
hv_head_reset(struct hv_head *head)
{
    hv_buf_clear(&head->bytes);
    head->line_start = 0;
    head->is_complete = false;
    head->is_over = false;
}

/* After an LF: whether the line it ends is empty but for one CR. */
static bool
line_is_empty(const struct hv_head *head)
{
    size_t len = head->bytes.len - head->line_start;

    return len == 1 || (len == 2 && head->bytes.data[head->line_start] == '\r');
}

void
hv_head_feed(struct hv_head *head, struct hv_bytes more)
{
    while (more.len && !head->is_complete && !head->is_over) {
        const uint8_t *end = memchr(more.data, '\n', more.len);
        size_t len = end ? (size_t)(end - more.data) + 1 : more.len;

        if (len > MAX_HEAD - head->bytes.len) {
            head->is_over = true;
            return;
        }
        hv_buf_add(&head->bytes, more.data, len);
        more.data += len;
        more.len -= len;
        if (!end)
            return;
        head->is_complete = line_is_empty(head);
        head->line_start = head->bytes.len;
    }
}

static bool
is_token(struct hv_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return text.len > 0;
}

/* Values may hold any byte but controls; a tab is white space there. */
static bool
is_value(struct hv_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool
is_digits(struct hv_bytes text)
{
    enum { MAX_DIGITS = 18 }; /* always fits 63 bits */

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.len > 0 && text.len <= MAX_DIGITS;
}

static bool
same_word(struct hv_bytes text, const char *word)
{
    return text.len == strlen(word) &&
           strncasecmp((const char *)text.data, word, text.len) == 0;
}

static int
check_request_line(struct hv_bytes line, struct fields *fields)
{
    struct hv_bytes version = line;
    struct hv_bytes method;
    struct hv_bytes target;

    if (line.len > HV_MAX_HTTP_LINE)
        return 431;
    if (!hv_bytes_cut(&version, ' ', &method) ||
        !hv_bytes_cut(&version, ' ', &target))
        return 400;
    if (!is_token(method) || target.len == 0)
        return 400;
    for (size_t i = 0; i < target.len; i++) {
        if (target.data[i] <= ' ' || target.data[i] >= 0x7f)
            return 400;
    }
    fields->is_11 = hv_bytes_equal(version, hv_bytes_str("HTTP/1.1"));
    if (!fields->is_11 && !hv_bytes_equal(version, hv_bytes_str("HTTP/1.0")))
        return 400;
    return 0;
}

static int
check_known(struct hv_bytes name, struct hv_bytes value, struct fields *fields)
{
    for (int i = 0; i < KNOWN_COUNT; i++) {
        if (!same_word(name, known_names[i]))
            continue;
        if (fields->has[i])
            return 400;
        fields->has[i] = true;
        if (i == KNOWN_LENGTH && !is_digits(value))
            return 400;
        if (i == KNOWN_CODING && !same_word(value, "chunked"))
            return 400;
    }
    return 0;
}

static int
check_header(struct hv_bytes line, struct fields *fields)
{
    struct hv_bytes value = line;
    struct hv_bytes name;

    /* A folded line starts with white space, which no token holds. */
    if (!hv_bytes_cut(&value, ':', &name) || !is_token(name) ||
        !is_value(value))
        return 400;
    if (++fields->count > HV_MAX_HTTP_HEADER_LINES)
        return 400;
    return check_known(name, hv_bytes_trim(value), fields);
}

static int
check_framing(const struct fields *fields)
{
    if (fields->has[KNOWN_LENGTH] && fields->has[KNOWN_CODING])
        return 400;
    if (fields->has[KNOWN_CODING] && !fields->is_11)
        return 400;
    if (fields->is_11 && !fields->has[KNOWN_HOST])
        return 400;
    return 0;
}

int
hv_head_check(const struct hv_head *head)
{
    struct hv_bytes rest = hv_buf_bytes(&head->bytes);
    struct fields fields = { 0 };
    struct hv_bytes line;
    bool is_first = true;
    int status = 0;

    if (head->is_over)
        return 431;
    if (!head->is_complete)
        return 400;
    while (!status && hv_bytes_cut(&rest, '\n', &line)) {
        if (line.len == 0 || line.data[line.len - 1] != '\r')
            return 400;
        line.len--;
        if (is_first) {
            status = check_request_line(line, &fields);
            if (head->bytes.len - line.len > HV_MAX_HTTP_HEADERS + LINE_ENDS)
                status = 431;
        } else if (line.len) {
            status = check_header(line, &fields);
        }
        is_first = false;
    }
    return status ? status : check_framing(&fields);
}
